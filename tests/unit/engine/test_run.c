/* What the orm layer uses: batches, watched keys, cursors with a fill, values by place. */
#include "engine/engine.h"
#include "support.h"
#include <cormorant/stmt.h>
#include <pthread.h>
#include <string.h>

static corm_engine *e;
static corm_conn *c;
static corm_schema *schema;
static corm_table *t;

static int execute(const char *sql) {
  corm_result *r = NULL;
  int status = corm_conn_execute_sql(&r, c, sql, NULL, 0, 1, NULL);
  corm_result_free(r);
  return status;
}

static int open_all(void **state) {
  corm_catalog_def catalog_def = {.size = sizeof catalog_def};
  corm_table_def table_def = {.size = sizeof table_def, .name = "t"};
  corm_column_def id = {.size = sizeof id, .name = "id", .flags = CORM_COLUMN_PRIMARY_KEY};
  corm_column_def a = {.size = sizeof a, .name = "a"};
  corm_catalog *catalog = NULL;
  corm_column *column = NULL;
  (void)state;
  id.type = a.type = corm_type_plain(CORM_TYPE_INTEGER);
  assert_int_equal(corm_schema_new(&schema, NULL), CORM_OK);
  assert_int_equal(corm_catalog_new(&catalog, schema, &catalog_def, NULL), CORM_OK);
  assert_int_equal(corm_catalog_define(&t, catalog, &table_def, NULL), CORM_OK);
  assert_int_equal(corm_table_add_column(&column, t, &id, NULL), CORM_OK);
  assert_int_equal(corm_table_add_column(&column, t, &a, NULL), CORM_OK);
  assert_int_equal(corm_engine_open(&e, "sqlite://", NULL, NULL), CORM_OK);
  assert_int_equal(corm_conn_acquire(&c, e, NULL), CORM_OK);
  return execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER)");
}

static int close_all(void **state) {
  (void)state;
  corm_conn_release(c);
  corm_engine_unref(e);
  corm_schema_unref(schema);
  return 0;
}

static cm_run run_of(const char *sql, const corm_value *values, size_t n, size_t rows) {
  cm_run run = {.sql = sql, .sql_len = strlen(sql), .values = values, .n = n, .rows = rows, .note = {-1, 0}};
  return run;
}

static void one_insert_of_many_rows_gives_their_keys(void **state) {
  const corm_value values[] = {corm_int(10), corm_int(20), corm_int(30)};
  cm_run run = run_of("INSERT INTO t (a) VALUES (?), (?), (?)", values, 3, 1);
  int64_t keys[3] = {0};
  cm_ran ran;
  (void)state;
  run.keys_of = t;
  run.keys = keys;
  run.cap_keys = 3;
  assert_true(cm_conn_can_watch(c, t));
  assert_int_equal(cm_conn_run(c, &run, &ran, NULL), CORM_OK);
  assert_int_equal(ran.changes, 3);
  assert_int_equal(ran.n_keys, 3);
  for (int i = 0; i < 3; i++)
    assert_int_equal(keys[i], i + 1);
}

static void a_batch_of_single_inserts_gives_a_key_each_unless_one_is_not_known(void **state) {
  const corm_value values[] = {corm_int(10), corm_int(20)};
  cm_run run = run_of("INSERT INTO t (a) VALUES (?)", values, 1, 2);
  int64_t keys[2] = {0};
  cm_ran ran;
  (void)state;
  run.keys_of = t;
  run.keys = keys;
  run.cap_keys = 2;
  assert_int_equal(cm_conn_run(c, &run, &ran, NULL), CORM_OK);
  assert_int_equal(ran.n_keys, 2);
  assert_int_equal(keys[1], 2);
  assert_int_equal(
      execute("CREATE TRIGGER twice AFTER INSERT ON t WHEN new.a = 10 BEGIN INSERT INTO t (a) VALUES (0); END"),
      CORM_OK);
  assert_false(cm_conn_can_watch(c, t));
  assert_int_equal(cm_conn_run(c, &run, &ran, NULL), CORM_OK);
  assert_int_equal(ran.n_keys, 2);
  assert_int_equal(keys[0], 3); /* not the trigger's row */
  assert_int_equal(keys[1], 5);
}

static void an_update_of_no_row_is_counted_as_none(void **state) {
  const corm_value values[] = {corm_int(1), corm_int(99)};
  cm_run run = run_of("UPDATE t SET a = 1 WHERE id = ?", values, 1, 2);
  cm_ran ran;
  (void)state;
  assert_int_equal(execute("INSERT INTO t VALUES (1, 0)"), CORM_OK);
  assert_int_equal(cm_conn_run(c, &run, &ran, NULL), CORM_OK);
  assert_int_equal(ran.changes, 1);
}

/* ---- Cursors --------------------------------------------------------------------------------------------- */

static int sum_rows(void *ctx, cm_cursor *cur, corm_error **err) {
  const corm_value *cells = NULL;
  int status = CORM_OK;
  while (!(status = cm_cursor_step(cur, &cells, err)) && cells)
    *(int64_t *)ctx += cells[0].as.i;
  return status;
}

static void a_fill_reads_all_rows_inside_of_open(void **state) {
  int64_t sum = 0;
  cm_run run = run_of("SELECT 1 UNION SELECT 2 UNION SELECT 3", NULL, 0, 1);
  cm_cursor *cur = NULL;
  (void)state;
  run.fill = sum_rows;
  run.fill_ctx = &sum;
  assert_int_equal(cm_cursor_open(&cur, c, &run, NULL), CORM_OK);
  assert_int_equal(sum, 6);
  assert_true(cm_cursor_done(cur));
  cm_cursor_close(cur);
}

static int refuse(void *ctx, cm_cursor *cur, corm_error **err) {
  (void)ctx;
  (void)cur;
  return corm_error_set(err, CORM_ESTATEMENT, "no such value");
}

static void a_fill_that_fails_ends_the_statement(void **state) {
  cm_run run = run_of("SELECT 1 UNION SELECT 2", NULL, 0, 1);
  cm_cursor *cur = NULL;
  corm_error *err = NULL;
  (void)state;
  run.fill = refuse;
  assert_int_equal(cm_cursor_open(&cur, c, &run, &err), CORM_ESTATEMENT);
  assert_string_equal(corm_error_message(err), "no such value");
  assert_null(cur);
  corm_error_free(err);
}

static void rows_are_read_between_leave_and_enter_until_the_connection_goes(void **state) {
  cm_run run = run_of("SELECT 1 AS x UNION SELECT 2", NULL, 0, 1);
  const corm_value *cells = NULL;
  cm_cursor *cur = NULL;
  corm_error *err = NULL;
  (void)state;
  assert_int_equal(cm_cursor_open(&cur, c, &run, NULL), CORM_OK);
  assert_int_equal(cm_cursor_columns(cur), 1);
  assert_string_equal(cm_cursor_column_name(cur, 0), "x");
  assert_int_equal(cm_cursor_leave(cur, NULL), CORM_OK);
  assert_int_equal(cm_cursor_step(cur, &cells, NULL), CORM_OK);
  assert_int_equal(cells[0].as.i, 1);
  cm_cursor_enter(cur);
  corm_conn_invalidate(c);
  assert_int_equal(cm_cursor_leave(cur, &err), CORM_ECLOSED);
  corm_error_free(err);
  cm_cursor_close(cur);
  assert_int_equal(corm_conn_rollback(c, NULL), CORM_OK);
}

/* ---- Values by place ------------------------------------------------------------------------------------- */

static int64_t only_number(corm_result *r) {
  const corm_value *row = NULL;
  int64_t n = -1;
  assert_int_equal(corm_result_next_row(r, &row, NULL), CORM_OK);
  if (row)
    n = row[0].as.i;
  corm_result_free(r);
  return n;
}

static void a_compiled_statement_runs_with_values_by_place(void **state) {
  corm_source *from = corm_from(t);
  corm_value old = corm_int(1), given[] = {corm_int(7)};
  corm_expr *columns[] = {corm_col(from, "a")};
  corm_stmt *stmt = corm_where(corm_select_n(columns, 1), corm_op("=", corm_col(from, "id"), corm_literal(&old)));
  cm_bind_source source = {.stmt = stmt, .by_param = given, .rows = 1};
  corm_compiled *compiled = NULL;
  corm_result *r = NULL;
  (void)state;
  assert_int_equal(execute("INSERT INTO t VALUES (1, 100), (7, 700)"), CORM_OK);
  assert_int_equal(cm_engine_compile(&compiled, e, stmt, NULL, 0, NULL, NULL), CORM_OK);
  assert_int_equal(cm_conn_execute_compiled(&r, c, compiled, &source, 0, NULL, NULL), CORM_OK);
  assert_int_equal(only_number(r), 700);
  given[0] = cm_not_given(); /* then the bind's own */
  assert_int_equal(cm_conn_execute_compiled(&r, c, compiled, &source, 0, NULL, NULL), CORM_OK);
  assert_int_equal(only_number(r), 100);
  corm_compiled_free(compiled);
  corm_node_unref(stmt);
  corm_node_unref(from);
}

/* ---- Threads --------------------------------------------------------------------------------------------- */

static void *write_rows(void *engine) {
  corm_conn *mine = NULL;
  corm_result *r = NULL;
  intptr_t failures = 0;
  for (int i = 0; i < 50; i++) {
    failures += corm_conn_acquire(&mine, engine, NULL) != CORM_OK;
    failures += corm_conn_execute_sql(&r, mine, "INSERT INTO s VALUES (1)", NULL, 0, 1, NULL) != CORM_OK;
    corm_result_free(r);
    corm_conn_release(mine);
  }
  return (void *)failures;
}

static void threads_that_share_one_connection_take_turns(void **state) {
  corm_engine_options o = {.size = sizeof o, .pool = CORM_POOL_STATIC};
  corm_engine *shared = NULL;
  corm_conn *mine = NULL;
  corm_result *r = NULL;
  pthread_t threads[4];
  void *failures = NULL;
  (void)state;
  assert_int_equal(corm_engine_open(&shared, "sqlite://", &o, NULL), CORM_OK);
  assert_int_equal(corm_conn_acquire(&mine, shared, NULL), CORM_OK);
  assert_int_equal(corm_conn_execute_sql(&r, mine, "CREATE TABLE s (a)", NULL, 0, 1, NULL), CORM_OK);
  corm_result_free(r);
  corm_conn_release(mine);
  for (int i = 0; i < 4; i++)
    pthread_create(&threads[i], NULL, write_rows, shared);
  for (int i = 0; i < 4; i++) {
    pthread_join(threads[i], &failures);
    assert_null(failures);
  }
  corm_engine_unref(shared);
}

#define CONNECTED(test) cmocka_unit_test_setup_teardown(test, open_all, close_all)
int main(void) {
  const struct CMUnitTest tests[] = {
      CONNECTED(one_insert_of_many_rows_gives_their_keys),
      CONNECTED(a_batch_of_single_inserts_gives_a_key_each_unless_one_is_not_known),
      CONNECTED(an_update_of_no_row_is_counted_as_none),
      CONNECTED(a_fill_reads_all_rows_inside_of_open),
      CONNECTED(a_fill_that_fails_ends_the_statement),
      CONNECTED(rows_are_read_between_leave_and_enter_until_the_connection_goes),
      CONNECTED(a_compiled_statement_runs_with_values_by_place),
      cmocka_unit_test(threads_that_share_one_connection_take_turns),
  };
  return cm_test_run(tests);
}
