/* Rows that are read while the program takes them. */
#include "shop.h"
#include <stdio.h>

#define USERS 40

static corm_engine *engine_with_users(shop *s, corm_error **err) {
  static const char *const sql = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 40) "
                                 "insert into users (id, name) select i, 'user ' || i from n";
  corm_engine *engine = NULL;
  corm_conn *conn = NULL;
  corm_result *result = NULL;
  if (shop_make(s, err) || shop_engine(s, &engine, err))
    return NULL;
  int status = corm_conn_acquire(&conn, engine, err);
  if (!status)
    status = corm_conn_execute_sql(&result, conn, sql, NULL, 0, 1, err);
  corm_result_free(result);
  if (!status)
    status = corm_conn_commit(conn, err);
  corm_conn_release(conn);
  if (!status)
    return engine;
  corm_engine_unref(engine);
  return NULL;
}

typedef struct fixture {
  shop s;
  corm_engine *engine;
  corm_session *session;
  corm_result *result;
} fixture;

/* `size` rows at a time; the statement has run. */
static void start(fixture *f, size_t size) {
  corm_error *err = NULL;
  *f = (fixture){0};
  f->engine = engine_with_users(&f->s, &err);
  if (err || corm_session_open(&f->session, f->engine, NULL, &err))
    fail_msg("%s", corm_error_message(err));
  corm_stmt *stmt = corm_select(corm_entity_source(f->s.user), CORM_END);
  if (corm_session_execute(&f->result, f->session, stmt, NULL, NULL, CORM_EXEC_STREAM, &err))
    fail_msg("%s", corm_error_message(err));
  corm_node_unref(stmt);
  corm_result_set_block(f->result, size);
}

static void finish(fixture *f) {
  corm_result_free(f->result);
  corm_session_free(f->session);
  corm_engine_unref(f->engine);
  shop_free(&f->s);
}

static int64_t next_id(fixture *f) {
  const corm_value *row = NULL;
  corm_value id;
  corm_error *err = NULL;
  if (corm_result_next_row(f->result, &row, &err))
    fail_msg("%s", corm_error_message(err));
  if (!row)
    return 0;
  assert_int_equal(corm_record_get(row[0].as.r, f->s.user_id, &id, NULL, NULL), CORM_OK);
  return id.as.i;
}

static int64_t count_rest(fixture *f) {
  int64_t n = 0;
  while (next_id(f))
    n++;
  return n;
}

static void a_block_makes_its_own_objects_only(void **state) {
  fixture f;
  (void)state;
  int64_t before = corm_live(CORM_LIVE_RECORDS);
  start(&f, 8);
  assert_int_equal(corm_live(CORM_LIVE_RECORDS) - before, 0);
  assert_int_equal(next_id(&f), 1);
  assert_int_equal(corm_live(CORM_LIVE_RECORDS) - before, 8);
  for (int64_t i = 2; i <= 9; i++)
    assert_int_equal(next_id(&f), i);
  assert_int_equal(corm_live(CORM_LIVE_RECORDS) - before, 16);
  assert_int_equal(count_rest(&f), USERS - 9);
  finish(&f);
}

static void a_block_is_as_large_as_was_said_whatever_is_asked_for(void **state) {
  fixture f;
  corm_block *block = NULL;
  (void)state;
  start(&f, 8);
  assert_int_equal(corm_result_next_block(f.result, 3, &block, NULL), CORM_OK);
  assert_int_equal((int)corm_block_peek_rows(block), 3);
  corm_block_free(block);
  assert_int_equal(corm_result_next_block(f.result, 0, &block, NULL), CORM_OK);
  assert_int_equal((int)corm_block_peek_rows(block), 5);
  corm_block_free(block);
  assert_int_equal(corm_result_next_block(f.result, 0, &block, NULL), CORM_OK);
  assert_int_equal((int)corm_block_peek_rows(block), 8);
  corm_block_free(block);
  finish(&f);
}

static void the_statement_is_open_until_the_last_row(void **state) {
  fixture f;
  (void)state;
  start(&f, 8);
  assert_int_equal(next_id(&f), 1);
  assert_non_null(f.session->streams);
  assert_int_equal(count_rest(&f), USERS - 1);
  assert_null(f.session->streams);
  finish(&f);
}

static void rows_go_on_behind_the_end_of_the_transaction(void **state) {
  static int (*const ends[])(corm_session *, corm_error **) = {corm_session_commit, corm_session_rollback};
  (void)state;
  for (size_t i = 0; i < 2; i++) {
    fixture f;
    start(&f, 8);
    assert_int_equal(next_id(&f), 1);
    assert_int_equal(ends[i](f.session, NULL), CORM_OK);
    shop_sql(f.engine, "delete from users"); /* the connection is free for others */
    corm_record *r = NULL;
    corm_value key = corm_int(20);
    assert_int_equal(corm_session_get(&r, f.session, f.s.user, &key, 1, NULL, 0, NULL), CORM_OK);
    assert_null(r);
    const corm_value *row = NULL;
    for (int n = 2; n <= 8; n++) /* objects of the block that was there have expired, with their rows gone */
      assert_int_equal(corm_result_next_row(f.result, &row, NULL), CORM_OK);
    for (int64_t n = 9; n <= USERS; n++)
      assert_int_equal(next_id(&f), n);
    assert_int_equal(next_id(&f), 0);
    finish(&f);
  }
}

static void nothing_enters_a_session_that_let_all_objects_go(void **state) {
  static int (*const ends[])(corm_session *, corm_error **) = {corm_session_close, corm_session_expunge_all};
  (void)state;
  for (size_t i = 0; i < 2; i++) {
    fixture f;
    const corm_value *row = NULL;
    corm_record *taken[2];
    corm_value key = corm_int(1);
    corm_error *err = NULL;
    start(&f, 2);
    assert_int_equal(next_id(&f), 1);
    taken[0] = corm_session_peek(f.session, f.s.user, &key, 1);
    assert_int_equal(ends[i](f.session, NULL), CORM_OK);
    assert_int_equal(corm_result_next_row(f.result, &row, NULL), CORM_OK); /* what was there stays */
    taken[1] = row[0].as.r;
    for (size_t k = 0; i == 1 && k < 2; k++)
      corm_record_release(taken[k]); /* who expunges them owns them */
    assert_int_equal(corm_result_next_row(f.result, &row, &err), CORM_EINVALID);
    assert_non_null(strstr(corm_error_message(err), "expunge_all()"));
    corm_error_free(err);
    finish(&f);
  }
}

static void a_result_may_outlive_its_session(void **state) {
  fixture f;
  const corm_value *row = NULL;
  (void)state;
  start(&f, 2);
  corm_session_free(f.session);
  f.session = NULL;
  assert_int_equal(corm_result_next_row(f.result, &row, NULL), CORM_EINVALID);
  finish(&f);
}

static int execute_joined(fixture *f, unsigned flags, corm_error **err) {
  corm_source *source = corm_entity_source(f->s.user);
  corm_expr *path = corm_attr_of(source, f->s.user_purchases);
  const corm_expr *const steps[] = {path};
  corm_stmt *stmt = corm_load(corm_select(corm_node_ref(source), CORM_END), steps, 1, CORM_LAZY_JOINED, 0);
  corm_result_free(f->result);
  int status = corm_session_execute(&f->result, f->session, stmt, NULL, NULL, flags, err);
  corm_node_unref(stmt);
  corm_node_unref(path);
  corm_node_unref(source);
  return status;
}

static void joined_collections_are_refused_or_read_at_once(void **state) {
  fixture f;
  corm_error *err = NULL;
  (void)state;
  start(&f, 2);
  assert_int_equal(execute_joined(&f, CORM_EXEC_STREAM, &err), CORM_EINVALID);
  assert_non_null(strstr(corm_error_message(err), "selectinload()"));
  corm_error_free(err);
  assert_null(f.session->streams);
  assert_int_equal(execute_joined(&f, CORM_EXEC_STREAM_IF_POSSIBLE, NULL), CORM_OK);
  assert_null(f.session->streams);
  assert_int_equal(count_rest(&f), USERS);
  finish(&f);
}

static int stream_all(void *ctx) {
  fixture f = {0};
  corm_block *block = NULL;
  corm_stmt *stmt = NULL;
  (void)ctx;
  f.engine = engine_with_users(&f.s, NULL);
  int status = f.engine ? corm_session_open(&f.session, f.engine, NULL, NULL) : CORM_ENOMEM;
  if (!status) {
    stmt = corm_select(corm_entity_source(f.s.user), CORM_END);
    status = corm_session_execute(&f.result, f.session, stmt, NULL, NULL, CORM_EXEC_STREAM, NULL);
  }
  if (!status)
    corm_result_set_block(f.result, 16);
  for (int i = 0; !status && (i == 0 || block); i++) {
    status = corm_result_next_block(f.result, 0, &block, NULL);
    corm_block_free(block);
    if (!status && i == 1)
      status = corm_session_rollback(f.session, NULL);
  }
  corm_node_unref(stmt);
  finish(&f);
  return status;
}

static void failing_memory_leaves_nothing_behind(void **state) {
  (void)state;
  cm_test_each_failure(stream_all, NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_block_makes_its_own_objects_only),
      cmocka_unit_test(a_block_is_as_large_as_was_said_whatever_is_asked_for),
      cmocka_unit_test(the_statement_is_open_until_the_last_row),
      cmocka_unit_test(rows_go_on_behind_the_end_of_the_transaction),
      cmocka_unit_test(nothing_enters_a_session_that_let_all_objects_go),
      cmocka_unit_test(a_result_may_outlive_its_session),
      cmocka_unit_test(joined_collections_are_refused_or_read_at_once),
      cmocka_unit_test(failing_memory_leaves_nothing_behind),
  };
  return cm_test_run(tests);
}
