#include "../support.h"
#include "base/alloc.h"
#include "base/arena.h"
#include "base/strbuf.h"
#include <string.h>

static void a_string_can_be_copied(void **state) {
  char *s = cm_strndup("cormorant", 4);
  (void)state;
  assert_string_equal(s, "corm");
  assert_null(cm_strdup(NULL));
  cm_free(s);
  cm_free(NULL);
}

static void a_vector_grows_by_doubling(void **state) {
  void *data = NULL;
  size_t cap = 0;
  (void)state;
  assert_true(cm_grow(&data, &cap, 9, sizeof(int)));
  assert_int_equal(cap, 16);
  assert_true(cm_grow(&data, &cap, 16, sizeof(int)));
  assert_int_equal(cap, 16);
  cm_free(data);
}

static void a_vector_that_cannot_grow_stays_as_it_was(void **state) {
  void *data = NULL;
  size_t cap = 0;
  (void)state;
  assert_true(cm_grow(&data, &cap, 1, 8));
  memcpy(data, "1234567", 8);
  assert_false(cm_grow(&data, &cap, SIZE_MAX / 4, 8));
  cm_test_fail_after(0);
  assert_false(cm_grow(&data, &cap, 100, 8));
  assert_int_equal(cap, 8);
  assert_string_equal(data, "1234567");
  cm_free(data);
}

static void live_things_are_counted_by_kind(void **state) {
  (void)state;
  cm_live_add(CORM_LIVE_NODES, 3);
  assert_int_equal(corm_live(CORM_LIVE_NODES), 3);
  assert_int_equal(corm_live(CORM_LIVE_RECORDS), 0);
  cm_live_add(CORM_LIVE_NODES, -3);
  assert_int_equal(corm_live(CORM_LIVE_NODES), 0);
  assert_int_equal(corm_live(CORM_LIVE_KINDS), 0);
}

static void the_version_is_text(void **state) {
  (void)state;
  assert_string_equal(corm_version(), "0.1.0");
}

static void an_arena_gives_aligned_memory_of_any_size(void **state) {
  cm_arena a = {0};
  (void)state;
  for (size_t n = 0; n < 5000; n += 7) {
    char *p = cm_arena_zero(&a, n);
    assert_non_null(p);
    assert_int_equal((uintptr_t)p % 16, 0);
    for (size_t i = 0; i < n; i++)
      assert_int_equal(p[i], 0);
    memset(p, 'x', n);
  }
  assert_null(cm_arena_alloc(&a, SIZE_MAX));
  cm_arena_free(&a);
}

static void an_arena_keeps_one_chunk_when_it_is_reset(void **state) {
  cm_arena a = {0};
  (void)state;
  for (int i = 0; i < 100; i++)
    assert_non_null(cm_arena_alloc(&a, 1000));
  cm_arena_reset(&a);
  assert_int_equal(cm_test_outstanding(), 1);
  assert_string_equal(cm_arena_strdup(&a, "again"), "again");
  assert_int_equal(cm_test_outstanding(), 1);
  cm_arena_free(&a);
  cm_arena_reset(&a);
}

static int fill_arena(void *ctx) {
  cm_arena a = {0};
  int failed = 0;
  (void)ctx;
  for (int i = 0; i < 100 && !failed; i++)
    failed = !cm_arena_alloc(&a, 700) || !cm_arena_strndup(&a, "abc", 3);
  cm_arena_free(&a);
  return failed;
}

static void a_string_is_built_in_pieces(void **state) {
  cm_strbuf b = {0};
  char *s = NULL;
  (void)state;
  cm_strbuf_puts(&b, "SELECT ");
  cm_strbuf_printf(&b, "%s, %d", "a", 12);
  cm_strbuf_putc(&b, ';');
  cm_strbuf_insert(&b, 7, "DISTINCT ", 9);
  assert_string_equal(b.data, "SELECT DISTINCT a, 12;");
  cm_strbuf_truncate(&b, 6);
  cm_strbuf_truncate(&b, 600);
  s = cm_strbuf_detach(&b);
  assert_string_equal(s, "SELECT");
  assert_int_equal(b.len, 0);
  cm_free(s);
}

static void a_string_of_nothing_is_empty_not_null(void **state) {
  cm_strbuf b = {0};
  char *s = cm_strbuf_detach(&b);
  (void)state;
  assert_string_equal(s, "");
  cm_free(s);
}

static void a_failure_sticks_to_the_string(void **state) {
  cm_strbuf b = {0};
  (void)state;
  cm_test_fail_after(0);
  cm_strbuf_puts(&b, "lost");
  cm_strbuf_puts(&b, "not added either");
  assert_true(b.failed);
  assert_int_equal(b.len, 0);
  assert_null(cm_strbuf_detach(&b));
}

static int build_string(void *ctx) {
  cm_strbuf b = {0};
  char *s = NULL;
  (void)ctx;
  for (int i = 0; i < 50; i++)
    cm_strbuf_printf(&b, "%d, ", i);
  s = cm_strbuf_detach(&b);
  cm_free(s);
  return s ? 0 : 1;
}

static void every_allocation_of_arena_and_string_can_fail(void **state) {
  (void)state;
  cm_test_each_failure(fill_arena, NULL);
  cm_test_each_failure(build_string, NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_string_can_be_copied),
      cmocka_unit_test(a_vector_grows_by_doubling),
      cmocka_unit_test(a_vector_that_cannot_grow_stays_as_it_was),
      cmocka_unit_test(live_things_are_counted_by_kind),
      cmocka_unit_test(the_version_is_text),
      cmocka_unit_test(an_arena_gives_aligned_memory_of_any_size),
      cmocka_unit_test(an_arena_keeps_one_chunk_when_it_is_reset),
      cmocka_unit_test(a_string_is_built_in_pieces),
      cmocka_unit_test(a_string_of_nothing_is_empty_not_null),
      cmocka_unit_test(a_failure_sticks_to_the_string),
      cmocka_unit_test(every_allocation_of_arena_and_string_can_fail),
  };
  return cm_test_run(tests);
}
