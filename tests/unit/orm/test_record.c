/* Records, their slots, chunks and the identity map, without a database. */
#include "shop.h"

static corm_record *fresh(const shop *s) {
  corm_record *r = NULL;
  assert_int_equal(corm_record_new(&r, s->user, NULL, NULL), CORM_OK);
  return r;
}

static void a_new_record_is_transient_and_unset(void **state) {
  shop s;
  corm_value v;
  (void)state;
  assert_int_equal(shop_make(&s, NULL), CORM_OK);
  corm_record *r = fresh(&s);
  assert_int_equal(corm_record_peek_state(r), CORM_TRANSIENT);
  for (int i = 0; i < (int)corm_entity_peek_slots(s.user); i++)
    assert_int_equal(corm_record_peek(r, i, &v), CORM_SLOT_UNSET);
  assert_int_equal(corm_record_peek_modified(r), 0);
  assert_int_equal((int)corm_record_peek_identity(r, &v, 1), 0);
  corm_record_release(r);
  shop_free(&s);
}

static void a_slot_gives_back_what_was_stored(void **state) {
  shop s;
  corm_value v, text = corm_text("Ada");
  (void)state;
  assert_int_equal(shop_make(&s, NULL), CORM_OK);
  corm_record *r = fresh(&s);
  v = corm_int(-7);
  assert_int_equal(corm_record_set_committed(r, s.user_age, &v, NULL), CORM_OK);
  assert_int_equal(corm_record_set_committed(r, s.user_name, &text, NULL), CORM_OK);
  assert_int_equal(corm_record_peek(r, s.user_age, &v), CORM_SLOT_LOADED);
  assert_int_equal((int)v.as.i, -7);
  assert_int_equal(corm_record_peek(r, s.user_name, &v), CORM_SLOT_LOADED);
  assert_true(v.as.p != text.as.p);
  assert_true(corm_value_equal(&v, &text));
  v = corm_null();
  assert_int_equal(corm_record_set_committed(r, s.user_name, &v, NULL), CORM_OK);
  assert_int_equal(corm_record_peek(r, s.user_name, &v), CORM_SLOT_LOADED);
  assert_int_equal(v.kind, CORM_NULL);
  assert_int_equal(corm_record_set_committed(r, 99, &v, NULL), CORM_EINVALID);
  corm_record_release(r);
  shop_free(&s);
}

static void taking_a_slot_moves_its_content(void **state) {
  shop s;
  corm_value v, text = corm_text("a text that has memory of its own");
  cm_old old;
  (void)state;
  assert_int_equal(shop_make(&s, NULL), CORM_OK);
  corm_record *r = fresh(&s);
  assert_int_equal(corm_record_set_committed(r, s.user_name, &text, NULL), CORM_OK);
  assert_int_equal(cm_slot_take(r, s.user_name, CM_ABSENT_EXPIRED, &old, NULL), CORM_OK);
  assert_int_equal(corm_record_peek(r, s.user_name, &v), CORM_SLOT_EXPIRED);
  assert_int_equal(cm_old_peek(r, &old, &v), CORM_SLOT_LOADED);
  assert_true(corm_value_equal(&v, &text));
  cm_slot_put(r, &old);
  assert_int_equal(corm_record_peek(r, s.user_name, &v), CORM_SLOT_LOADED);
  assert_true(corm_value_equal(&v, &text));
  corm_record_release(r);
  shop_free(&s);
}

static void a_record_with_an_identity_is_detached_and_its_other_slots_expire(void **state) {
  shop s;
  corm_value v = corm_int(5), id;
  (void)state;
  assert_int_equal(shop_make(&s, NULL), CORM_OK);
  corm_record *r = fresh(&s);
  assert_int_equal(corm_record_set_identity(r, &v, 1, NULL), CORM_OK);
  assert_int_equal(corm_record_peek_state(r), CORM_DETACHED);
  assert_int_equal((int)corm_record_peek_identity(r, &id, 1), 1);
  assert_int_equal((int)id.as.i, 5);
  assert_int_equal(corm_record_peek(r, s.user_name, &v), CORM_SLOT_EXPIRED);
  assert_int_equal(corm_record_get(r, s.user_name, &v, NULL, NULL), CORM_EDETACHED);
  assert_int_equal(corm_record_make_transient(r, NULL), CORM_OK);
  assert_int_equal(corm_record_peek_state(r), CORM_TRANSIENT);
  assert_int_equal(corm_record_peek(r, s.user_name, &v), CORM_SLOT_UNSET);
  corm_record_release(r);
  shop_free(&s);
}

/* ---- Keys and the map
 * ------------------------------------------------------------------------------------------------------ */

static void keys_compare_as_numbers_and_by_all_their_parts(void **state) {
  shop s;
  corm_value one[1] = {corm_bool(1)}, whole[1] = {corm_double(1.0)}, text[1], pair[2], other[2];
  cm_key_view view;
  (void)state;
  assert_int_equal(shop_make(&s, NULL), CORM_OK);
  corm_record *r = fresh(&s);
  cm_key_view_of(&view, one, 1);
  assert_int_equal(view.wide, 0);
  assert_int_equal(cm_key_set(r, &view, NULL), CORM_OK);
  cm_key_view_of(&view, whole, 1);
  assert_true(cm_key_equal(&view, r));
  text[0] = corm_text("1");
  cm_key_view_of(&view, text, 1);
  assert_false(cm_key_equal(&view, r));
  pair[0] = other[0] = corm_int(1);
  pair[1] = corm_text("x");
  other[1] = corm_text("y");
  cm_key_view_of(&view, pair, 2);
  assert_int_equal(cm_key_set(r, &view, NULL), CORM_OK);
  assert_true(cm_key_equal(&view, r));
  cm_key_view_of(&view, other, 2);
  assert_false(cm_key_equal(&view, r));
  corm_record_release(r);
  shop_free(&s);
}

#define MANY 3000

/* Keys in sequence, keys that are multiples of a power of two (which cluster), removal of every third. */
static int fill_map(const shop *s, corm_record **records, cm_identity *m, int64_t step) {
  for (int i = 0; i < MANY; i++) {
    corm_value v = corm_int(i * step);
    cm_key_view view;
    cm_key_view_of(&view, &v, 1);
    if (corm_record_new(&records[i], s->user, NULL, NULL) || cm_key_set(records[i], &view, NULL) ||
        !cm_identity_put(m, records[i]))
      return 1;
  }
  return 0;
}

static void check_map(const cm_identity *m, corm_record **records, int64_t step, int removed) {
  for (int i = 0; i < MANY; i++) {
    corm_value v = corm_int(i * step);
    cm_key_view view;
    cm_key_view_of(&view, &v, 1);
    assert_ptr_equal(cm_identity_get(m, &view), removed && i % 3 == 0 ? NULL : records[i]);
  }
}

static void the_map_finds_every_key_and_no_removed_one(void **state) {
  static const int64_t steps[] = {1, 4096, -1, 700};
  static corm_record *records[MANY];
  shop s;
  (void)state;
  assert_int_equal(shop_make(&s, NULL), CORM_OK);
  for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
    cm_identity m = {0};
    assert_int_equal(fill_map(&s, records, &m, steps[k]), 0);
    check_map(&m, records, steps[k], 0);
    assert_int_equal(m.mixed, steps[k] == 4096);
    assert_true(m.longest <= 64 && (steps[k] != 1 || m.longest == 0)); /* a removal looks no farther */
    for (int i = 0; i < MANY; i += 3)
      cm_identity_remove(&m, records[i]);
    check_map(&m, records, steps[k], 1);
    for (int i = 0; i < MANY; i++) {
      records[i]->flags &= (uint16_t)~CM_REC_MAPPED;
      corm_record_release(records[i]);
    }
    cm_free(m.entries);
  }
  shop_free(&s);
}

/* ---- Memory
 * ---------------------------------------------------------------------------------------------------------------- */

static void chunks_are_aligned_and_used_again(void **state) {
  enum { N = 5000 };
  static corm_record *records[N];
  cm_slabs *pool = cm_slabs_new(NULL);
  cm_chunk *at = NULL;
  (void)state;
  assert_non_null(pool);
  for (int round = 0; round < 3; round++) {
    int64_t before = round ? cm_test_outstanding() : 0;
    for (int i = 0; i < N; i++) {
      records[i] = cm_chunk_take(pool, &at, 150);
      assert_non_null(records[i]);
      memset(records[i], i, 150);
    }
    cm_chunk_leave(&at);
    for (int i = 0; i < N; i++)
      assert_int_equal(((unsigned char *)records[i])[149], i & 255);
    for (int i = 0; i < N; i++)
      cm_chunk_give(records[i]);
    if (round)
      assert_int_equal(cm_test_outstanding(), before);
  }
  assert_null(cm_chunk_take(pool, &at, 70000));
  cm_slabs_free(pool);
}

static void records_outlive_their_pool(void **state) {
  cm_slabs *pool = cm_slabs_new(NULL);
  cm_chunk *at = NULL;
  (void)state;
  corm_record *r = cm_chunk_take(pool, &at, 100);
  cm_chunk_leave(&at);
  cm_slabs_free(pool);
  memset(r, 1, 100);
  cm_chunk_give(r);
}

/* One record each: a chunk of its own for each would take 64 KiB, and a slab's two allocations for 31 of them. */
static void reads_of_few_rows_share_a_chunk(void **state) {
  enum { N = 1000, ENTITIES = 3 };
  static corm_record *records[N][ENTITIES];
  cm_slabs *pool = cm_slabs_new(NULL);
  (void)state;
  int64_t before = cm_test_allocations();
  for (int i = 0; i < N; i++) {
    cm_chunk *at[ENTITIES] = {NULL};
    for (int k = 0; k < ENTITIES; k++) {
      assert_non_null(records[i][k] = cm_chunk_take(pool, &at[k], 150));
      memset(records[i][k], i + k, 150);
    }
    for (int k = 0; k < ENTITIES; k++)
      cm_chunk_leave(&at[k]);
  }
  assert_true(cm_test_allocations() - before <= 4); /* two slabs */
  for (int i = 0; i < N; i++)
    for (int k = 0; k < ENTITIES; k++) {
      assert_int_equal(((unsigned char *)records[i][k])[149], (i + k) & 255);
      cm_chunk_give(records[i][k]);
    }
  cm_slabs_free(pool);
}

/* What reads leave behind when nobody keeps it is used from its beginning. */
static void a_read_after_one_that_is_forgotten_has_its_place(void **state) {
  cm_slabs *pool = cm_slabs_new(NULL);
  const corm_record *first = NULL;
  (void)state;
  for (int i = 0; i < 1000; i++) {
    cm_chunk *at = NULL;
    corm_record *r = cm_chunk_take(pool, &at, 150);
    first = first ? first : r;
    assert_ptr_equal(r, first);
    cm_chunk_leave(&at);
    cm_chunk_give(r);
  }
  cm_slabs_free(pool);
}

static int work(void *ctx) {
  shop s;
  corm_record *r = NULL;
  corm_value text = corm_text("Ada"), key[2] = {corm_text("a"), corm_text("b")};
  cm_key_view view;
  (void)ctx;
  int status = shop_make(&s, NULL);
  if (status)
    return status;
  cm_key_view_of(&view, key, 2);
  status = corm_record_new(&r, s.user, NULL, NULL);
  if (!status)
    status = corm_record_set_committed(r, s.user_name, &text, NULL);
  if (!status)
    status = cm_key_set(r, &view, NULL);
  if (r)
    corm_record_release(r);
  shop_free(&s);
  return status;
}

static void failing_memory_leaves_nothing_behind(void **state) {
  (void)state;
  cm_test_each_failure(work, NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_new_record_is_transient_and_unset),
      cmocka_unit_test(a_slot_gives_back_what_was_stored),
      cmocka_unit_test(taking_a_slot_moves_its_content),
      cmocka_unit_test(a_record_with_an_identity_is_detached_and_its_other_slots_expire),
      cmocka_unit_test(keys_compare_as_numbers_and_by_all_their_parts),
      cmocka_unit_test(the_map_finds_every_key_and_no_removed_one),
      cmocka_unit_test(chunks_are_aligned_and_used_again),
      cmocka_unit_test(records_outlive_their_pool),
      cmocka_unit_test(reads_of_few_rows_share_a_chunk),
      cmocka_unit_test(a_read_after_one_that_is_forgotten_has_its_place),
      cmocka_unit_test(failing_memory_leaves_nothing_behind),
  };
  return cm_test_run(tests);
}
