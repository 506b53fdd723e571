/* Changes in memory: histories, dirt, both sides of relations, queues. */
#include "shop.h"

#include <string.h>

typedef struct fixture {
  shop s;
  corm_engine *engine;
  corm_session *session;
} fixture;

#define OK(call)                                                                                                       \
  do {                                                                                                                 \
    corm_error *why = NULL, **err = &why;                                                                              \
    if ((call) != CORM_OK)                                                                                             \
      fail_msg("%s: %s", #call, corm_error_message(why));                                                              \
    corm_error_free(why);                                                                                              \
  } while (0)

static void start(fixture *f) {
  *f = (fixture){0};
  OK(shop_make(&f->s, err));
  OK(shop_engine(&f->s, &f->engine, err));
  shop_sql(f->engine, "insert into users (id, name, age) values (1, 'Ada', 36), (2, 'Bob', 20)");
  shop_sql(f->engine, "insert into purchases (id, user_id, item) values (1, 1, 'tea'), (2, 1, 'jam')");
  OK(corm_session_open(&f->session, f->engine, NULL, err));
}

static void stop(fixture *f) {
  corm_session_free(f->session);
  corm_engine_unref(f->engine);
  shop_free(&f->s);
}

static corm_record *get(fixture *f, corm_entity *e, int64_t id) {
  corm_record *r;
  corm_value key = corm_int(id);
  OK(corm_session_get(&r, f->session, e, &key, 1, NULL, 0, err));
  assert_non_null(r);
  return r;
}

static void set(corm_record *r, int slot, corm_value v) { OK(corm_record_set(r, slot, &v, err)); }

static corm_value record(corm_record *r) {
  corm_value v = {{0}, 0, CORM_RECORD, 0, 0};
  v.as.r = r;
  return r ? v : corm_null();
}

static void load(corm_record *r, int slot) {
  corm_value v;
  OK(corm_record_get(r, slot, &v, NULL, err));
}

/* "a", "u" and "d": which of added, unchanged and deleted there are. */
static void history(corm_record *r, int slot, const char *which) {
  corm_value out[3];
  int has[3];
  char text[4];
  size_t n = 0;
  OK(corm_record_history(r, slot, out, has, err));
  for (int i = 0; i < 3; i++)
    if (has[i])
      text[n++] = "aud"[i];
  text[n] = 0;
  assert_string_equal(text, which);
}

typedef struct counts {
  int n[3];
} counts;

static int count(void *ctx, int which, corm_record *member) {
  counts *c = ctx;
  (void)member;
  c->n[which]++;
  return 0;
}

static void members(corm_record *r, int slot, int added, int unchanged, int deleted) {
  counts c = {{0}};
  OK(corm_record_history_members(r, slot, count, &c, err));
  assert_int_equal(c.n[0], added);
  assert_int_equal(c.n[1], unchanged);
  assert_int_equal(c.n[2], deleted);
}

static int modified(fixture *f, corm_record *r) {
  int yes;
  OK(corm_session_is_modified(f->session, r, &yes, err));
  return yes;
}

static size_t dirty(fixture *f) { return f->session->counts[CM_LIST_DIRTY]; }

/* ---- Columns
 * ---------------------------------------------------------------------------------------------------------------- */

static void a_loaded_attribute_has_a_history(void **state) {
  fixture f;
  (void)state;
  start(&f);
  corm_record *u = get(&f, f.s.user, 1);
  history(u, f.s.user_name, "u");
  set(u, f.s.user_name, corm_text("q"));
  history(u, f.s.user_name, "ad");
  assert_int_equal(modified(&f, u), 1);
  assert_int_equal(dirty(&f), 1);
  set(u, f.s.user_name, corm_text("Ada"));
  history(u, f.s.user_name, "u");
  assert_int_equal(modified(&f, u), 0);
  assert_int_equal(dirty(&f), 1);
  assert_int_equal(corm_record_peek_slot_changed(u, f.s.user_name), 1);
  stop(&f);
}

static void a_new_object_has_only_what_was_set(void **state) {
  fixture f;
  corm_record *u;
  (void)state;
  start(&f);
  OK(corm_record_new(&u, f.s.user, NULL, err));
  history(u, f.s.user_name, "");
  assert_int_equal(modified(&f, u), 0);
  set(u, f.s.user_name, corm_null());
  history(u, f.s.user_name, "a");
  assert_int_equal(modified(&f, u), 1);
  assert_int_equal(corm_record_peek_modified(u), 1);
  corm_record_release(u);
  stop(&f);
}

static void setting_what_is_not_loaded_needs_no_sql_unless_it_is_the_key(void **state) {
  fixture f;
  corm_value v;
  (void)state;
  start(&f);
  corm_record *u = get(&f, f.s.user, 1);
  OK(corm_session_expire(f.session, u, NULL, 0, err));
  set(u, f.s.user_name, corm_text("q"));
  history(u, f.s.user_name, "a");
  assert_int_equal(corm_record_peek(u, f.s.user_age, &v), CORM_SLOT_EXPIRED);
  set(u, f.s.user_id, corm_int(9));
  assert_int_equal(corm_record_peek(u, f.s.user_age, &v), CORM_SLOT_LOADED);
  history(u, f.s.user_id, "ad");
  stop(&f);
}

static void numbers_are_compared_as_numbers(void **state) {
  fixture f;
  (void)state;
  start(&f);
  corm_record *u = get(&f, f.s.user, 1);
  set(u, f.s.user_age, corm_double(36.0));
  assert_int_equal(modified(&f, u), 0);
  set(u, f.s.user_age, corm_text("36"));
  assert_int_equal(modified(&f, u), 1);
  stop(&f);
}

static void a_deleted_attribute_reads_as_nothing_and_cannot_be_flushed(void **state) {
  fixture f;
  corm_value v;
  (void)state;
  start(&f);
  corm_record *u = get(&f, f.s.user, 1);
  OK(corm_record_delete(u, f.s.user_name, err));
  assert_int_equal(corm_record_peek(u, f.s.user_name, &v), CORM_SLOT_POPPED);
  history(u, f.s.user_name, "d");
  assert_int_equal(corm_session_flush(f.session, NULL), CORM_ENAME);
  stop(&f);
}

static void touching_sends_what_is_there(void **state) {
  fixture f;
  (void)state;
  start(&f);
  corm_record *u = get(&f, f.s.user, 1);
  OK(corm_record_touch(u, f.s.user_name, err));
  assert_int_equal(modified(&f, u), 1);
  OK(corm_session_expire(f.session, u, NULL, 0, err));
  assert_int_equal(corm_record_touch(u, f.s.user_name, NULL), CORM_EINVALID);
  OK(corm_record_touch(u, -1, err));
  assert_int_equal(dirty(&f), 1);
  stop(&f);
}

/* ---- Relations
 * ---------------------------------------------------------------------------------------------------------------- */

static void both_sides_follow_at_once(void **state) {
  fixture f;
  corm_value v;
  (void)state;
  start(&f);
  corm_record *a = get(&f, f.s.user, 1), *b = get(&f, f.s.user, 2), *p = get(&f, f.s.purchase, 1);
  load(a, f.s.user_purchases);
  load(b, f.s.user_purchases);
  members(a, f.s.user_purchases, 0, 2, 0);
  set(p, f.s.purchase_user, record(b));
  members(a, f.s.user_purchases, 0, 1, 1);
  members(b, f.s.user_purchases, 1, 0, 0);
  assert_int_equal(dirty(&f), 3);
  OK(corm_record_link(a, f.s.user_purchases, p, err));
  assert_int_equal(corm_record_peek(p, f.s.purchase_user, &v), CORM_SLOT_LOADED);
  assert_ptr_equal(v.as.r, a);
  members(b, f.s.user_purchases, 0, 0, 0);
  OK(corm_record_unlink(a, f.s.user_purchases, p, err));
  OK(corm_record_get(p, f.s.purchase_user, &v, NULL, err));
  assert_int_equal(v.kind, CORM_NULL);
  stop(&f);
}

static void the_target_before_comes_from_the_map_alone(void **state) {
  fixture f;
  (void)state;
  start(&f);
  corm_record *p = get(&f, f.s.purchase, 1), *b = get(&f, f.s.user, 2);
  set(p, f.s.purchase_user, record(b));
  history(p, f.s.purchase_user, "a");
  corm_record *q = get(&f, f.s.purchase, 2);
  (void)get(&f, f.s.user, 1);
  set(q, f.s.purchase_user, record(b));
  history(q, f.s.purchase_user, "ad");
  stop(&f);
}

static void what_is_queued_is_applied_when_it_loads(void **state) {
  fixture f;
  corm_value v;
  corm_record *n;
  (void)state;
  start(&f);
  corm_session_set_autoflush(f.session, 0);
  corm_record *a = get(&f, f.s.user, 1), *p = get(&f, f.s.purchase, 1);
  OK(corm_record_new(&n, f.s.purchase, NULL, err));
  OK(corm_session_add(f.session, n, err));
  set(n, f.s.purchase_user, record(a));
  set(p, f.s.purchase_user, corm_null());
  assert_int_equal(corm_record_peek(a, f.s.user_purchases, &v), CORM_SLOT_EXPIRED);
  members(a, f.s.user_purchases, 0, 0, 0);
  load(a, f.s.user_purchases);
  members(a, f.s.user_purchases, 1, 1, 1);
  stop(&f);
}

static void a_member_is_not_taken_along_by_the_other_side(void **state) {
  fixture f;
  corm_record *n;
  (void)state;
  start(&f);
  corm_record *a = get(&f, f.s.user, 1);
  OK(corm_record_new(&n, f.s.purchase, NULL, err));
  set(n, f.s.purchase_user, record(a));
  assert_int_equal(corm_record_peek_state(n), CORM_TRANSIENT);
  OK(corm_session_flush(f.session, err));
  assert_int_equal(corm_record_peek_state(n), CORM_TRANSIENT);
  corm_record_release(n);
  stop(&f);
}

static void an_object_of_another_session_is_refused(void **state) {
  fixture f;
  corm_session *other;
  corm_value v;
  corm_record *u;
  (void)state;
  start(&f);
  OK(corm_session_open(&other, f.engine, NULL, err));
  OK(corm_record_new(&u, f.s.user, NULL, err));
  OK(corm_session_add(other, u, err));
  corm_record *p = get(&f, f.s.purchase, 1);
  v = record(u);
  assert_int_equal(corm_record_set(p, f.s.purchase_user, &v, NULL), CORM_EINVALID);
  assert_int_equal(corm_record_peek_modified(p), 0);
  corm_session_free(other);
  stop(&f);
}

static void wrong_uses_are_refused(void **state) {
  fixture f;
  corm_value v = corm_int(1);
  (void)state;
  start(&f);
  corm_record *u = get(&f, f.s.user, 1), *p = get(&f, f.s.purchase, 1);
  assert_int_equal(corm_record_set(u, f.s.user_purchases, &v, NULL), CORM_EARGUMENT);
  assert_int_equal(corm_record_set(p, f.s.purchase_user, &v, NULL), CORM_EUNMAPPED);
  assert_int_equal(corm_record_set(u, 99, &v, NULL), CORM_EINVALID);
  assert_int_equal(corm_record_link(u, f.s.user_name, p, NULL), CORM_EARGUMENT);
  assert_int_equal(corm_record_link(u, f.s.user_purchases, u, NULL), CORM_EARGUMENT);
  stop(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_loaded_attribute_has_a_history),
      cmocka_unit_test(a_new_object_has_only_what_was_set),
      cmocka_unit_test(setting_what_is_not_loaded_needs_no_sql_unless_it_is_the_key),
      cmocka_unit_test(numbers_are_compared_as_numbers),
      cmocka_unit_test(a_deleted_attribute_reads_as_nothing_and_cannot_be_flushed),
      cmocka_unit_test(touching_sends_what_is_there),
      cmocka_unit_test(both_sides_follow_at_once),
      cmocka_unit_test(the_target_before_comes_from_the_map_alone),
      cmocka_unit_test(what_is_queued_is_applied_when_it_loads),
      cmocka_unit_test(a_member_is_not_taken_along_by_the_other_side),
      cmocka_unit_test(an_object_of_another_session_is_refused),
      cmocka_unit_test(wrong_uses_are_refused),
  };
  return cm_test_run(tests);
}
