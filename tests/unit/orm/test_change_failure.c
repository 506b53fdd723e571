/* Changes in memory, what they reach, transactions within transactions, and statements upon classes, with every
 * allocation failing in turn: it fails or it succeeds, and then the session works. */
#include "scene.h"

#include <string.h>

static void load_all(scene *x) {
  assert_int_equal(scene_get(&x->ada, x, x->s.user, 1), CORM_OK);
  assert_int_equal(scene_get(&x->pen, x, x->s.purchase, 10), CORM_OK);
  assert_int_equal(scene_get(&x->red, x, x->s.tag, 1), CORM_OK);
}

static void load_all_with_relations(scene *x) {
  load_all(x);
  assert_int_equal(scene_read(x->ada, x->s.user_purchases), CORM_OK);
  assert_int_equal(scene_read(x->pen, x->s.purchase_tags_slot), CORM_OK);
}

static int flush(scene *x) { return corm_session_flush(x->session, NULL); }

/* ---- Attributes and relations ---- */

static int point_at(corm_record *r, int slot, corm_record *target) {
  corm_value v = corm_null();
  if (target) {
    v.kind = CORM_RECORD;
    v.as.r = target;
  }
  return corm_record_set(r, slot, &v, NULL);
}

static int scalars(scene *x) {
  corm_value v = corm_int(37);
  int status = scene_put(x->ada, x->s.user_name, "a name of some length, so that it needs memory of its own");
  if (!status)
    status = corm_record_set(x->ada, x->s.user_age, &v, NULL);
  if (!status)
    status = scene_read(x->ada, x->s.user_bio);
  if (!status)
    status = corm_record_delete(x->ada, x->s.user_bio, NULL);
  if (!status)
    status = scene_put(x->ada, x->s.user_bio, "countess, and more");
  if (!status)
    status = corm_record_touch(x->pen, x->s.purchase_item, NULL);
  if (!status)
    status = corm_record_set_committed(x->pen, x->s.purchase_item, &v, NULL);
  return status ? status : flush(x);
}

static int collections(scene *x) {
  corm_record *cup = NULL, *hat = NULL, *blue = NULL;
  int status = scene_make(&cup, x, x->s.purchase, x->s.purchase_item, "cup");
  if (!status)
    status = scene_get(&hat, x, x->s.purchase, 13);
  if (!status)
    status = scene_get(&blue, x, x->s.tag, 2);
  if (!status)
    status = corm_record_link(x->ada, x->s.user_purchases, cup, NULL);
  if (!status)
    status = corm_record_link(x->ada, x->s.user_purchases, hat, NULL);
  if (!status)
    status = corm_record_unlink(x->ada, x->s.user_purchases, x->pen, NULL);
  if (!status)
    status = corm_record_link(cup, x->s.purchase_tags_slot, blue, NULL);
  if (!status)
    status = corm_record_unlink(x->pen, x->s.purchase_tags_slot, x->red, NULL);
  return status ? status : flush(x);
}

static int to_one(scene *x) {
  corm_record *bob = NULL;
  int status = scene_make(&bob, x, x->s.user, x->s.user_name, "Bo");
  if (!status)
    status = point_at(x->pen, x->s.purchase_user, bob);
  if (!status)
    status = flush(x);
  if (!status)
    status = point_at(x->pen, x->s.purchase_user, NULL);
  if (!status)
    status = corm_record_delete(x->pen, x->s.purchase_user, NULL);
  return status ? status : flush(x);
}

/* Objects outside of the session come in with the one that is added. */
static int cascades(scene *x) {
  corm_record *user = NULL, *purchase = NULL;
  int status = corm_record_new(&user, x->s.user, NULL, NULL);
  if (!status)
    status = corm_record_new(&purchase, x->s.purchase, NULL, NULL);
  if (!status)
    status = corm_record_link(user, x->s.user_purchases, purchase, NULL);
  if (!status)
    status = corm_session_add(x->session, user, NULL);
  if (!status)
    status = flush(x);
  if (purchase && !corm_record_peek_session(purchase))
    corm_record_release(purchase);
  if (user && !corm_record_peek_session(user))
    corm_record_release(user);
  return status;
}

static int deletion(scene *x) {
  int status = corm_session_delete(x->session, x->ada, NULL);
  if (!status)
    status = corm_session_delete(x->session, x->pen, NULL);
  if (!status)
    status = flush(x);
  return status ? status : corm_session_commit(x->session, NULL);
}

static int a_new_key(scene *x) {
  corm_value id = corm_int(77);
  int status = corm_record_set(x->red, x->s.tag_id, &id, NULL);
  if (!status)
    status = flush(x);
  return status ? status : corm_session_rollback(x->session, NULL);
}

/* ---- States ---- */

static int states(scene *x) {
  corm_record *old = NULL;
  corm_value key[] = {corm_int(2)};
  int status = corm_session_expunge(x->session, x->red, NULL), yes = 0;
  if (!status) {
    old = x->red;
    status = corm_session_add(x->session, old, NULL);
  }
  if (!status)
    status = corm_session_is_modified(x->session, x->ada, &yes, NULL);
  if (status && old && !corm_record_peek_session(old))
    corm_record_release(old);
  old = NULL;
  if (!status)
    status = corm_record_new(&old, x->s.tag, NULL, NULL);
  if (!status)
    status = corm_record_set_identity(old, key, 1, NULL);
  if (!status)
    status = corm_session_add(x->session, old, NULL);
  if (!status)
    status = scene_read(old, x->s.tag_name);
  if (old && !corm_record_peek_session(old))
    corm_record_release(old);
  return status;
}

static int closing(scene *x) {
  corm_record *fresh = NULL;
  int status = scene_make(&fresh, x, x->s.tag, x->s.tag_name, "hot");
  if (!status)
    status = flush(x);
  if (!status)
    status = scene_put(x->ada, x->s.user_name, "Eva");
  return status ? status : corm_session_close(x->session, NULL);
}

/* ---- Savepoints ---- */

static int within(scene *x, int (*end)(corm_transaction *, corm_error **)) {
  corm_transaction *outer = NULL, *inner = NULL;
  corm_record *fresh = NULL, *more = NULL;
  int status = scene_put(x->ada, x->s.user_name, "Eva");
  if (!status)
    status = corm_session_begin_nested(x->session, &outer, NULL);
  if (!status)
    status = scene_make(&fresh, x, x->s.tag, x->s.tag_name, "hot");
  if (!status)
    status = scene_put(x->ada, x->s.user_name, "Mia");
  if (!status)
    status = corm_session_begin_nested(x->session, &inner, NULL);
  if (!status)
    status = scene_make(&more, x, x->s.tag, x->s.tag_name, "wet");
  if (!status)
    status = corm_session_delete(x->session, x->red, NULL);
  if (!status)
    status = flush(x);
  if (!status)
    status = end(inner, NULL);
  if (!status)
    status = end(outer, NULL);
  corm_transaction_unref(inner);
  corm_transaction_unref(outer);
  return status ? status : corm_session_commit(x->session, NULL);
}
static int savepoints_released(scene *x) { return within(x, corm_transaction_commit); }
/* In C the session owns what left it: it is there until the session goes. */
static int inserted_and_let_go(scene *x) {
  corm_record *fresh = NULL;
  int status = scene_make(&fresh, x, x->s.tag, x->s.tag_name, "gone");
  if (!status)
    status = corm_session_flush(x->session, NULL);
  if (!status)
    status = corm_session_expunge(x->session, fresh, NULL);
  if (!status)
    status = corm_session_rollback(x->session, NULL);
  if (!status)
    assert_int_equal(corm_record_peek_state(fresh), CORM_TRANSIENT);
  return status;
}

static int savepoints_rolled_back(scene *x) { return within(x, corm_transaction_rollback); }

/* ---- INSERT, UPDATE, DELETE of classes ---- */

static corm_expr *number(int64_t i) {
  corm_value v = corm_int(i);
  return corm_literal(&v);
}
static corm_expr *words(const char *text) {
  corm_value v = corm_text(text);
  return corm_literal(&v);
}

/* Criteria that the core can judge by itself: all of its operators. */
static corm_expr *criteria(const corm_node *user) {
  corm_value names[] = {corm_text("Ada"), corm_text("Eva")};
  corm_expr *either[] = {
      corm_op("<", corm_col(user, "age"), number(40)),
      corm_op("=", corm_op("+", corm_col(user, "name"), words("!")), words("Bob!")),
      corm_in_values(corm_col(user, "name"), names, 2, 0),
  };
  corm_expr *all[] = {
      corm_or_n(either, 3),
      corm_op("is not", corm_col(user, "age"), corm_null_node()),
      corm_op(">=", corm_op("-", corm_op("*", corm_col(user, "age"), number(2)), number(1)), number(3)),
      corm_op("<=", corm_unary(CORM_OP_NEG, corm_col(user, "age")), number(0)),
      corm_op("!=", corm_col(user, "name"), words("x")),
      corm_not(corm_op("=", corm_col(user, "id"), number(5))),
  };
  return corm_and_n(all, sizeof all / sizeof *all);
}

static int update_where(scene *x, unsigned sync) {
  corm_node *user = corm_entity_source(x->s.user);
  corm_stmt *q = corm_set(corm_update(user), "age", corm_op("+", corm_col(user, "age"), number(1)));
  q = corm_where(corm_set(q, "name", words("Ann")), criteria(user));
  corm_node_unref(user);
  return scene_rows(x, q, NULL, sync);
}
static int update_evaluated(scene *x) { return update_where(x, CORM_EXEC_SYNC_EVALUATE); }
static int update_fetched(scene *x) { return update_where(x, CORM_EXEC_SYNC_FETCH); }
static int update_auto(scene *x) { return update_where(x, CORM_EXEC_SYNC_AUTO); }

static int delete_where(scene *x, unsigned sync) {
  corm_node *purchase = corm_entity_source(x->s.purchase);
  corm_stmt *q = corm_where(corm_delete(purchase), corm_op("=", corm_col(purchase, "item"), words("pen")));
  corm_node_unref(purchase);
  return scene_rows(x, q, NULL, sync);
}
static int delete_evaluated(scene *x) { return delete_where(x, CORM_EXEC_SYNC_EVALUATE); }
static int delete_fetched(scene *x) { return delete_where(x, CORM_EXEC_SYNC_FETCH); }

static int update_returning(scene *x) {
  corm_node *user = corm_entity_source(x->s.user), *back[] = {corm_node_ref(user)};
  corm_stmt *q = corm_where(corm_set(corm_update(user), "name", words("Ann")), criteria(user));
  corm_node_unref(user);
  return scene_rows(x, corm_returning_n(q, back, 1), NULL, 0);
}

static const char *const names[] = {"name", "age"};

static int insert_returning(scene *x) {
  const corm_value rows[] = {corm_text("One"), corm_int(1),        corm_text("Two"),
                             corm_int(2),      corm_text("Three"), corm_null()};
  const corm_params params = {
      .size = sizeof params, .names = names, .n = 2, .values = rows, .rows = 3, .executemany = 1};
  corm_node *user = corm_entity_source(x->s.user), *back[] = {corm_node_ref(user)};
  corm_stmt *q = corm_returning_n(corm_insert(user), back, 1);
  corm_node_unref(user);
  return scene_rows(x, q, &params, 0);
}

static int insert_rows(scene *x) {
  const corm_value rows[] = {corm_text("One"), corm_int(1), corm_text("Two"), corm_int(2)};
  const corm_params params = {
      .size = sizeof params, .names = names, .n = 2, .values = rows, .rows = 2, .executemany = 1};
  corm_node *user = corm_entity_source(x->s.user);
  corm_stmt *q = corm_insert(user);
  corm_node_unref(user);
  return scene_rows(x, q, &params, 0);
}

static int update_by_key(scene *x) {
  static const char *const keyed[] = {"id", "name"};
  const corm_value rows[] = {corm_int(1), corm_text("One"), corm_int(2), corm_text("Two")};
  const corm_params params = {
      .size = sizeof params, .names = keyed, .n = 2, .values = rows, .rows = 2, .executemany = 1};
  corm_node *user = corm_entity_source(x->s.user);
  corm_stmt *q = corm_update(user);
  corm_node_unref(user);
  return scene_rows(x, q, &params, 0);
}

static void changes_fail_cleanly_without_memory(void **state) {
  (void)state;
  scene_each_failure("scalars", scalars, load_all);
  scene_each_failure("collections", collections, load_all_with_relations);
  scene_each_failure("collections that are not loaded", collections, load_all);
  scene_each_failure("to one", to_one, load_all_with_relations);
  scene_each_failure("cascades", cascades, NULL);
  scene_each_failure("deletion", deletion, load_all);
  scene_each_failure("deletion of what is loaded", deletion, load_all_with_relations);
  scene_each_failure("a new key", a_new_key, load_all);
}

static void states_fail_cleanly_without_memory(void **state) {
  (void)state;
  scene_each_failure("states", states, load_all);
  scene_each_failure("inserted and let go", inserted_and_let_go, NULL);
  scene_each_failure("closing", closing, load_all_with_relations);
  scene_each_failure("savepoints released", savepoints_released, load_all);
  scene_each_failure("savepoints rolled back", savepoints_rolled_back, load_all);
}

static void statements_upon_classes_fail_cleanly_without_memory(void **state) {
  (void)state;
  scene_each_failure("update, evaluated", update_evaluated, load_all);
  scene_each_failure("update, fetched", update_fetched, load_all);
  scene_each_failure("update, as it comes", update_auto, load_all);
  scene_each_failure("update, returning", update_returning, load_all);
  scene_each_failure("delete, evaluated", delete_evaluated, load_all_with_relations);
  scene_each_failure("delete, fetched", delete_fetched, load_all_with_relations);
  scene_each_failure("insert", insert_rows, NULL);
  scene_each_failure("insert, returning", insert_returning, NULL);
  scene_each_failure("update by key", update_by_key, load_all);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(changes_fail_cleanly_without_memory),
      cmocka_unit_test(states_fail_cleanly_without_memory),
      cmocka_unit_test(statements_upon_classes_fail_cleanly_without_memory),
  };
  return cm_test_run(tests);
}
