/* UPDATE, DELETE and INSERT of entities through a session: objects in the map follow. */
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
  shop_sql(f->engine, "insert into users (id, name, age) values (1, 'Ada', 36), (2, 'Bob', 20), (3, 'Cy', NULL)");
  OK(corm_session_open(&f->session, f->engine, NULL, err));
}

static void stop(fixture *f) {
  corm_session_free(f->session);
  corm_engine_unref(f->engine);
  shop_free(&f->s);
}

static corm_record *get(fixture *f, int64_t id) {
  corm_record *r;
  corm_value key = corm_int(id);
  OK(corm_session_get(&r, f->session, f->s.user, &key, 1, NULL, 0, err));
  return r;
}

static corm_expr *number(int64_t i) {
  corm_value v = corm_int(i);
  return corm_literal(&v);
}

static int run(fixture *f, corm_stmt *stmt, const corm_params *params, unsigned flags, int64_t *rowcount) {
  corm_result *result = NULL;
  corm_error *why = NULL;
  int status = corm_session_execute(&result, f->session, stmt, params, NULL, flags, &why);
  if (status && rowcount)
    fail_msg("%s", corm_error_message(why));
  if (rowcount)
    *rowcount = corm_result_peek_rowcount(result);
  corm_error_free(why);
  corm_result_free(result);
  corm_node_unref(stmt);
  return status;
}

static void peeks(corm_record *r, int slot, int64_t expected) {
  corm_value v;
  assert_int_equal(corm_record_peek(r, slot, &v), CORM_SLOT_LOADED);
  assert_int_equal(v.as.i, expected);
}

static void an_update_is_worked_out_on_objects(void **state) {
  fixture f;
  int64_t n;
  (void)state;
  start(&f);
  corm_record *a = get(&f, 1), *b = get(&f, 2), *c = get(&f, 3);
  corm_source *u = corm_entity_source(f.s.user);
  corm_stmt *stmt = corm_where(corm_update(u), corm_op(">", corm_col(u, "age"), number(30)));
  stmt = corm_set(stmt, "age", corm_op("+", corm_col(u, "age"), number(1)));
  (void)run(&f, stmt, NULL, 0, &n);
  assert_int_equal(n, 1);
  peeks(a, f.s.user_age, 37);
  peeks(b, f.s.user_age, 20);
  corm_value v;
  assert_int_equal(corm_record_peek(c, f.s.user_age, &v), CORM_SLOT_LOADED);
  assert_int_equal(v.kind, CORM_NULL);
  assert_int_equal(corm_record_peek_modified(a), 0);
  corm_node_unref(u);
  stop(&f);
}

static void what_cannot_be_evaluated_is_fetched(void **state) {
  fixture f;
  int64_t n;
  (void)state;
  start(&f);
  corm_record *a = get(&f, 1), *b = get(&f, 2);
  corm_source *u = corm_entity_source(f.s.user);
  corm_expr *name = corm_col(u, "name");
  corm_expr *lower = corm_func("lower", corm_type_plain(CORM_TYPE_STRING), &name, 1);
  corm_value text = corm_text("ada");
  corm_expr *where = corm_op("=", lower, corm_literal(&text));
  corm_stmt *stmt = corm_set(corm_where(corm_update(u), corm_node_ref(where)), "age", number(99));
  assert_int_equal(run(&f, corm_node_ref(stmt), NULL, CORM_EXEC_SYNC_EVALUATE, NULL), CORM_EINVALID);
  (void)run(&f, stmt, NULL, 0, &n);
  assert_int_equal(n, 1);
  peeks(a, f.s.user_age, 99);
  peeks(b, f.s.user_age, 20);
  (void)run(&f, corm_where(corm_delete(u), where), NULL, 0, &n);
  assert_int_equal(n, 1);
  assert_int_equal(corm_record_peek_state(a), CORM_DELETED);
  assert_int_equal(corm_record_peek_state(b), CORM_PERSISTENT);
  corm_node_unref(u);
  stop(&f);
}

static void without_synchronizing_objects_stay(void **state) {
  fixture f;
  int64_t n;
  (void)state;
  start(&f);
  corm_record *a = get(&f, 1);
  corm_source *u = corm_entity_source(f.s.user);
  (void)run(&f, corm_delete(u), NULL, CORM_EXEC_SYNC_NONE, &n);
  assert_int_equal(n, 3);
  assert_int_equal(corm_record_peek_state(a), CORM_PERSISTENT);
  corm_node_unref(u);
  stop(&f);
}

static void a_list_is_updated_by_key(void **state) {
  fixture f;
  int64_t n;
  static const char *const names[] = {"id", "age"};
  corm_value values[] = {corm_int(2), corm_int(21), corm_int(3), corm_int(31)};
  corm_params p = {.size = sizeof p, .names = names, .n = 2, .values = values, .rows = 2, .executemany = 1};
  (void)state;
  start(&f);
  corm_record *b = get(&f, 2);
  corm_source *u = corm_entity_source(f.s.user);
  (void)run(&f, corm_update(u), &p, 0, &n);
  assert_int_equal(n, 2);
  peeks(b, f.s.user_age, 21);
  values[0] = corm_int(77);
  assert_int_equal(run(&f, corm_update(u), &p, 0, NULL), CORM_ESTALE);
  p.names = names + 1;
  p.n = 1;
  assert_int_equal(run(&f, corm_update(u), &p, 0, NULL), CORM_EINVALID);
  corm_node_unref(u);
  stop(&f);
}

static void a_list_is_inserted(void **state) {
  fixture f;
  int64_t n;
  static const char *const names[] = {"name", "nothing", "age"};
  corm_value values[] = {corm_text("Di"), corm_int(0), corm_int(1), corm_text("Ed"), corm_int(0), corm_int(2)};
  const corm_params p = {.size = sizeof p, .names = names, .n = 3, .values = values, .rows = 2, .executemany = 1};
  (void)state;
  start(&f);
  corm_source *u = corm_entity_source(f.s.user);
  (void)run(&f, corm_insert(u), &p, 0, &n);
  corm_node *all = corm_node_ref(u);
  corm_stmt *stmt = corm_returning_n(corm_insert(u), &all, 1);
  corm_result *result;
  const corm_value *row;
  OK(corm_session_execute(&result, f.session, stmt, &p, NULL, 0, err));
  OK(corm_result_next_row(result, &row, err));
  assert_non_null(row);
  assert_int_equal(corm_record_peek_state(row[0].as.r), CORM_PERSISTENT);
  peeks(row[0].as.r, f.s.user_id, 6);
  OK(corm_result_next_row(result, &row, err));
  peeks(row[0].as.r, f.s.user_age, 2);
  corm_result_free(result);
  corm_node_unref(stmt);
  corm_node_unref(u);
  stop(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_update_is_worked_out_on_objects),
      cmocka_unit_test(what_cannot_be_evaluated_is_fetched),
      cmocka_unit_test(without_synchronizing_objects_stay),
      cmocka_unit_test(a_list_is_updated_by_key),
      cmocka_unit_test(a_list_is_inserted),
  };
  return cm_test_run(tests);
}
