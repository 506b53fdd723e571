/* corm_session_merge: what a record has is given to the session's record for the same row. */
#include "scene.h"

#include <string.h>

#define OK(call)                                                                                                       \
  do {                                                                                                                 \
    corm_error *err = NULL;                                                                                            \
    if (call) {                                                                                                        \
      print_error("%s:%d: %s\n", __FILE__, __LINE__, corm_error_message(err));                                         \
      fail();                                                                                                          \
    }                                                                                                                  \
  } while (0)

typedef struct fixture {
  shop s;
  corm_engine *engine;
  corm_session *session;
} fixture;

static void start(fixture *f) {
  OK(shop_make(&f->s, &err));
  OK(shop_engine(&f->s, &f->engine, &err));
  shop_sql(f->engine, "insert into users (id, name, age) values (1, 'Ada', 36)");
  shop_sql(f->engine, "insert into purchases (id, user_id, item) values (10, 1, 'pen'), (11, 1, 'ink')");
  OK(corm_session_open(&f->session, f->engine, NULL, &err));
}

static void stop(fixture *f) {
  corm_session_free(f->session);
  corm_engine_unref(f->engine);
  shop_free(&f->s);
}

static void assert_text(corm_record *r, int slot, const char *expected) {
  corm_value v, text = corm_text(expected);
  OK(corm_record_get(r, slot, &v, NULL, &err));
  assert_true(corm_value_equal(&v, &text));
}

static corm_record *first_user(fixture *f) {
  const corm_value one = corm_int(1);
  corm_record *found;
  OK(corm_session_get(&found, f->session, f->s.user, &one, 1, NULL, 0, &err));
  return found;
}

static void a_transient_record_changes_the_one_with_its_key(void **state) {
  fixture f;
  corm_record *given, *merged, *known;
  (void)state;
  start(&f);
  known = first_user(&f);
  OK(corm_record_make(&given, f.s.user, &err, "id", corm_int(1), "name", corm_text("Eva"), CORM_LAST));
  OK(corm_session_merge(&merged, NULL, f.session, given, NULL, 0, &err));
  assert_ptr_equal(merged, known);
  assert_text(known, f.s.user_name, "Eva");
  assert_text(given, f.s.user_name, "Eva");
  assert_int_equal(corm_record_peek_state(given), CORM_TRANSIENT);
  assert_int_equal(corm_record_peek_modified(merged), 1);
  OK(corm_session_merge(&merged, NULL, f.session, known, NULL, 0, &err));
  assert_ptr_equal(merged, known);
  corm_record_release(given);
  stop(&f);
}

static void what_has_no_row_is_made(void **state) {
  fixture f;
  corm_record *given, *merged;
  (void)state;
  start(&f);
  OK(corm_record_make(&given, f.s.user, &err, "id", corm_int(7), "name", corm_text("Gus"), CORM_LAST));
  OK(corm_session_merge(&merged, NULL, f.session, given, NULL, 0, &err));
  assert_ptr_not_equal(merged, given);
  assert_int_equal(corm_record_peek_state(merged), CORM_PENDING);
  OK(corm_session_commit(f.session, &err));
  assert_text(merged, f.s.user_name, "Gus");
  corm_record_release(given);
  stop(&f);
}

static void a_collection_is_replaced_by_what_its_members_become(void **state) {
  fixture f;
  corm_record *given, *pen, *cup, *merged, *const *members;
  size_t n;
  (void)state;
  start(&f);
  OK(corm_record_make(&given, f.s.user, &err, "id", corm_int(1), CORM_LAST));
  OK(corm_record_make(&pen, f.s.purchase, &err, "id", corm_int(10), "item", corm_text("Pen"), CORM_LAST));
  OK(corm_record_make(&cup, f.s.purchase, &err, "item", corm_text("cup"), CORM_LAST));
  OK(corm_record_link(given, f.s.user_purchases, pen, &err));
  OK(corm_record_link(given, f.s.user_purchases, cup, &err));
  OK(corm_session_merge(&merged, NULL, f.session, given, NULL, 0, &err));
  OK(corm_session_commit(f.session, &err));
  OK(corm_record_get_members(merged, "purchases", &members, &n, &err));
  assert_int_equal((int)n, 2);
  assert_text(members[0], f.s.purchase_item, "Pen");
  assert_text(members[1], f.s.purchase_item, "cup");
  assert_text(merged, f.s.user_name, "Ada");
  corm_record_release(given);
  corm_record_release(pen);
  corm_record_release(cup);
  stop(&f);
}

static void without_loading_the_row_is_as_the_record_says(void **state) {
  fixture f;
  corm_session *other;
  corm_record *given, *merged;
  (void)state;
  start(&f);
  given = first_user(&f);
  OK(corm_session_open(&other, f.engine, NULL, &err));
  OK(corm_session_merge(&merged, NULL, other, given, NULL, CORM_MERGE_NO_LOAD, &err));
  assert_int_equal(corm_record_peek_state(merged), CORM_PERSISTENT);
  assert_int_equal(corm_record_peek_modified(merged), 0);
  assert_text(merged, f.s.user_name, "Ada");
  assert_int_equal(corm_session_peek_in_transaction(other), 1);
  corm_value eva = corm_text("Eva");
  OK(corm_record_set(given, f.s.user_name, &eva, &err));
  OK(corm_session_expunge(other, merged, &err));
  corm_record_release(merged);
  assert_int_equal(corm_session_merge(&merged, NULL, other, given, NULL, CORM_MERGE_NO_LOAD, NULL), CORM_EINVALID);
  assert_null(merged);
  corm_session_free(other);
  stop(&f);
}

static void without_loading_a_row_is_needed(void **state) {
  fixture f;
  corm_record *given, *merged;
  (void)state;
  start(&f);
  OK(corm_record_make(&given, f.s.user, &err, "id", corm_int(1), CORM_LAST));
  assert_int_equal(corm_session_merge(&merged, NULL, f.session, given, NULL, CORM_MERGE_NO_LOAD, NULL), CORM_EINVALID);
  corm_record_release(given);
  stop(&f);
}

/* ---- Failing memory ---- */

static int merge_and_give_back(scene *x, corm_record *given, unsigned flags) {
  corm_record *merged;
  int status = corm_session_merge(&merged, NULL, x->session, given, NULL, flags, NULL);
  corm_record_release(given);
  return status;
}

static int with_members(scene *x) {
  corm_record *given = NULL, *member = NULL, *merged;
  corm_error *err = NULL;
  int status = corm_record_make(&given, x->s.user, &err, "id", corm_int(1), "name", corm_text("E"), CORM_LAST);
  if (!status)
    status = corm_record_make(&member, x->s.purchase, &err, "id", corm_int(12), "item", corm_text("i"), CORM_LAST);
  if (!status)
    status = corm_record_link(given, x->s.user_purchases, member, &err);
  if (!status)
    status = corm_session_merge(&merged, NULL, x->session, given, NULL, 0, &err);
  if (!status)
    status = corm_session_flush(x->session, &err);
  corm_error_free(err);
  if (given)
    corm_record_release(given);
  if (member)
    corm_record_release(member);
  return status;
}

static int what_is_new(scene *x) {
  corm_record *given;
  int status = corm_record_make(&given, x->s.tag, NULL, "id", corm_int(77), "name", corm_text("t"), CORM_LAST);
  return status ? status : merge_and_give_back(x, given, 0);
}

static int with_options(scene *x) {
  corm_record *given = NULL, *merged;
  corm_stmt *options = scene_load(scene_select(x->s.user), x->s.user, x->s.user_purchases, CORM_LAZY_SELECTIN, 0);
  int status = corm_record_make(&given, x->s.user, NULL, "id", corm_int(2), CORM_LAST);
  if (!status)
    status = corm_session_merge(&merged, NULL, x->session, given, options, 0, NULL);
  corm_node_unref(options);
  if (given)
    corm_record_release(given);
  return status;
}

static int without_loading(scene *x) {
  corm_session *other = NULL;
  corm_record *merged;
  int status = scene_read(x->ada, x->s.user_purchases);
  if (!status)
    status = corm_session_open(&other, x->engine, NULL, NULL);
  if (!status)
    status = corm_session_merge(&merged, NULL, other, x->ada, NULL, CORM_MERGE_NO_LOAD, NULL);
  corm_session_free(other);
  return status;
}

static void load_ada(scene *x) { assert_int_equal(scene_get(&x->ada, x, x->s.user, 1), CORM_OK); }

static void each_allocation_may_fail(void **state) {
  (void)state;
  scene_each_failure("what is new", what_is_new, NULL);
  scene_each_failure("with members", with_members, NULL);
  scene_each_failure("with options", with_options, NULL);
  scene_each_failure("without loading", without_loading, load_ada);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_transient_record_changes_the_one_with_its_key),
      cmocka_unit_test(what_has_no_row_is_made),
      cmocka_unit_test(a_collection_is_replaced_by_what_its_members_become),
      cmocka_unit_test(without_loading_the_row_is_as_the_record_says),
      cmocka_unit_test(without_loading_a_row_is_needed),
      cmocka_unit_test(each_allocation_may_fail),
  };
  return cm_test_run(tests);
}
