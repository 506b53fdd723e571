#include "../support.h"
#include "base/alloc.h"
#include "base/map.h"
#include <stdio.h>
#include <string.h>

static int values[4096];

static void a_key_is_found_by_its_text(void **state) {
  cm_map m = {0};
  char same[] = "name";
  (void)state;
  assert_null(cm_map_get(&m, "name"));
  assert_null(cm_map_remove(&m, "name"));
  assert_true(cm_map_put(&m, "name", &values[0]));
  assert_true(cm_map_put(&m, "id", &values[1]));
  assert_ptr_equal(cm_map_get(&m, same), &values[0]);
  assert_true(cm_map_put(&m, same, &values[2]));
  assert_int_equal(m.used, 2);
  assert_ptr_equal(cm_map_remove(&m, "name"), &values[2]);
  assert_null(cm_map_get(&m, "name"));
  assert_ptr_equal(cm_map_get(&m, "id"), &values[1]);
  cm_map_free(&m);
}

static void numbers_and_texts_do_not_meet(void **state) {
  cm_map m = {0};
  (void)state;
  assert_true(cm_map_put(&m, "", &values[0]));
  assert_true(cm_map_put_int(&m, cm_hash_bytes("", 0), &values[1]));
  assert_true(cm_map_put_ptr(&m, &m, &values[2]));
  assert_ptr_equal(cm_map_get(&m, ""), &values[0]);
  assert_ptr_equal(cm_map_get_int(&m, cm_hash_bytes("", 0)), &values[1]);
  assert_ptr_equal(cm_map_remove_ptr(&m, &m), &values[2]);
  cm_map_free(&m);
}

/* Numbers below `n` whose bit `i % 3 == 0` is removed again, against what is expected by arithmetic. */
static void a_map_stays_right_through_many_removals(void **state) {
  cm_map m = {0};
  (void)state;
  for (uint64_t i = 0; i < 4096; i++)
    assert_true(cm_map_put_int(&m, i * 64, &values[i]));
  for (uint64_t i = 0; i < 4096; i += 3)
    assert_ptr_equal(cm_map_remove_int(&m, i * 64), &values[i]);
  for (uint64_t i = 0; i < 4096; i++)
    assert_ptr_equal(cm_map_get_int(&m, i * 64), i % 3 ? &values[i] : NULL);
  assert_int_equal(m.used, 4096 - 1366);
  cm_map_free(&m);
}

static void a_walk_meets_every_entry_once(void **state) {
  cm_map m = {0};
  size_t at = 0;
  const char *key = NULL;
  uint64_t number = 0;
  void *value = NULL;
  int texts = 0, sum = 0;
  (void)state;
  assert_false(cm_map_next(&m, &at, NULL, NULL, NULL));
  assert_true(cm_map_put(&m, "a", &values[1]));
  for (uint64_t i = 1; i <= 100; i++)
    assert_true(cm_map_put_int(&m, i, &values[i]));
  while (cm_map_next(&m, &at, &key, &number, &value)) {
    texts += key != NULL;
    sum += (int)number;
    assert_ptr_equal(value, key ? &values[1] : &values[number]);
  }
  assert_int_equal(texts, 1);
  assert_int_equal(sum, 5050);
  cm_map_free(&m);
}

static void hashes_differ_where_bytes_do(void **state) {
  const char zeros[32] = {0};
  cm_map seen = {0};
  (void)state;
  for (size_t n = 0; n <= 32; n++)
    assert_true(cm_map_put_int(&seen, cm_hash_bytes(zeros, n), &values[n]));
  assert_int_equal(seen.used, 33);
  assert_int_equal(cm_hash_bytes("abcdefghij", 10), cm_hash_bytes("abcdefghij", 10));
  assert_true(cm_hash_mix(1, 2) != cm_hash_mix(2, 1));
  cm_map_free(&seen);
}

static int fill_map(void *ctx) {
  static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o"};
  cm_map m = {0};
  size_t n = sizeof names / sizeof *names;
  int failed = 0;
  (void)ctx;
  for (size_t i = 0; i < n && !failed; i++) {
    failed = !cm_map_put(&m, names[i], &values[i]);
    for (size_t j = 0; j < i + !failed; j++) /* a put that fails loses nothing */
      assert_ptr_equal(cm_map_get(&m, names[j]), &values[j]);
  }
  cm_map_free(&m);
  return failed;
}

static void every_allocation_of_a_map_can_fail(void **state) {
  (void)state;
  cm_test_each_failure(fill_map, NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_key_is_found_by_its_text),
      cmocka_unit_test(numbers_and_texts_do_not_meet),
      cmocka_unit_test(a_map_stays_right_through_many_removals),
      cmocka_unit_test(a_walk_meets_every_entry_once),
      cmocka_unit_test(hashes_differ_where_bytes_do),
      cmocka_unit_test(every_allocation_of_a_map_can_fail),
  };
  return cm_test_run(tests);
}
