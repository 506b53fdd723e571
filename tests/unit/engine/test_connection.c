/* Connections: statements, transactions, results, events, cancelling, closing. */
#define _DEFAULT_SOURCE /* usleep */
#include "engine/engine.h"
#include "support.h"
#include <pthread.h>
#include <string.h>
#include <unistd.h>

static corm_conn *open_conn(corm_engine **e, const corm_engine_options *o) {
  corm_conn *c = NULL;
  assert_int_equal(corm_engine_open(e, "sqlite://", o, NULL), CORM_OK);
  assert_int_equal(corm_conn_acquire(&c, *e, NULL), CORM_OK);
  return c;
}
static void close_conn(corm_conn *c, corm_engine *e) {
  corm_conn_release(c);
  corm_engine_unref(e);
}
static int execute(corm_conn *c, const char *sql, corm_error **err) {
  corm_result *r = NULL;
  int status = corm_conn_execute_sql(&r, c, sql, NULL, 0, 1, err);
  corm_result_free(r);
  return status;
}
static void must(corm_conn *c, const char *sql) {
  corm_error *err = NULL;
  if (execute(c, sql, &err))
    fail_msg("%s: %s", sql, corm_error_message(err));
}
static corm_result *query(corm_conn *c, const char *sql) {
  corm_result *r = NULL;
  corm_error *err = NULL;
  if (corm_conn_execute_sql(&r, c, sql, NULL, 0, 1, &err))
    fail_msg("%s: %s", sql, corm_error_message(err));
  return r;
}
static int64_t number(corm_conn *c, const char *sql) {
  corm_result *r = query(c, sql);
  const corm_value *row = NULL;
  int64_t n = 0;
  assert_int_equal(corm_result_next_row(r, &row, NULL), CORM_OK);
  assert_non_null(row);
  n = row[0].as.i;
  corm_result_free(r);
  return n;
}
static const char numbers[] =
    "WITH RECURSIVE r(i, t) AS (SELECT 1, 'one' UNION ALL SELECT i + 1, 'row ' || i FROM r LIMIT 1000) "
    "SELECT i, t FROM r";

/* ---- Results --------------------------------------------------------------------------------------------- */

static void rows_come_one_by_one(void **state) {
  corm_engine *e = NULL;
  corm_conn *c = open_conn(&e, NULL);
  corm_result *r = query(c, numbers);
  const corm_value *row = NULL;
  int64_t expected = 0;
  (void)state;
  assert_int_equal(corm_result_peek_columns(r), 2);
  assert_string_equal(corm_result_peek_name(r, 1), "t");
  while (corm_result_next_row(r, &row, NULL) == CORM_OK && row)
    assert_int_equal(row[0].as.i, ++expected);
  assert_int_equal(expected, 1000);
  assert_int_equal(corm_result_next_row(r, &row, NULL), CORM_OK);
  assert_null(row);
  corm_result_free(r);
  close_conn(c, e);
}

static void assert_rows(corm_result *r, size_t max, size_t rows, int64_t first) {
  corm_block *b = NULL;
  assert_int_equal(corm_result_next_block(r, max, &b, NULL), CORM_OK);
  if (!rows) {
    assert_null(b);
    return;
  }
  assert_int_equal(corm_block_peek_rows(b), rows);
  assert_int_equal(corm_block_peek_columns(b), 2);
  for (size_t i = 0; i < rows; i++)
    assert_int_equal(corm_block_peek_row(b, i)[0].as.i, first + (int64_t)i);
  assert_null(corm_block_peek_row(b, rows));
  corm_block_free(b);
}

static void blocks_have_as_many_rows_as_are_asked_for(void **state) {
  corm_engine *e = NULL;
  corm_conn *c = open_conn(&e, NULL);
  corm_result *r = query(c, numbers);
  (void)state;
  assert_rows(r, 10, 10, 1);
  assert_rows(r, 100, 100, 11);
  assert_rows(r, 7, 7, 111);
  assert_rows(r, 0, 883, 118);
  assert_rows(r, 0, 0, 0);
  corm_result_free(r);
  r = query(c, numbers);
  assert_rows(r, 0, 1000, 1);
  assert_rows(r, 5, 0, 0);
  corm_result_free(r);
  close_conn(c, e);
}

static void a_block_outlives_its_result_and_connection(void **state) {
  corm_engine *e = NULL;
  corm_conn *c = open_conn(&e, NULL);
  corm_result *r = query(c, numbers);
  corm_block *part = NULL, *rest = NULL;
  (void)state;
  assert_int_equal(corm_result_next_block(r, 3, &part, NULL), CORM_OK);
  assert_int_equal(corm_result_next_block(r, 0, &rest, NULL), CORM_OK);
  corm_result_free(r);
  close_conn(c, e);
  assert_memory_equal(corm_block_peek_row(part, 2)[1].as.p, "row 2", 5);
  assert_memory_equal(corm_block_peek_row(rest, 996)[1].as.p, "row 999", 7);
  corm_block_free(part);
  corm_block_free(rest);
}

static void reading_after_close_is_an_error_and_closing_twice_is_none(void **state) {
  corm_engine *e = NULL;
  corm_conn *c = open_conn(&e, NULL);
  corm_result *r = query(c, numbers), *none = query(c, "CREATE TABLE t (a)");
  const corm_value *row = NULL;
  corm_block *b = NULL;
  (void)state;
  corm_result_close(r);
  corm_result_close(r);
  assert_int_equal(corm_result_next_row(r, &row, NULL), CORM_ECLOSED);
  assert_int_equal(corm_result_next_block(r, 0, &b, NULL), CORM_ECLOSED);
  assert_int_equal(corm_result_next_row(none, &row, NULL), CORM_ECLOSED);
  corm_result_free(r);
  corm_result_free(none);
  r = query(c, numbers);
  assert_rows(r, 10, 10, 1);
  close_conn(c, e);
  assert_int_equal(corm_result_next_block(r, 200, &b, NULL), CORM_ECLOSED);
  corm_result_free(r);
}

static void one_statement_can_be_read_twice_at_once(void **state) {
  corm_engine *e = NULL;
  corm_conn *c = open_conn(&e, NULL);
  corm_result *a = query(c, numbers), *b = query(c, numbers);
  (void)state;
  assert_int_equal(corm_live(CORM_LIVE_STATEMENTS), 2);
  assert_rows(a, 100, 100, 1);
  assert_rows(b, 0, 1000, 1);
  assert_rows(a, 0, 900, 101);
  corm_result_free(a);
  corm_result_free(b);
  assert_int_equal(corm_live(CORM_LIVE_STATEMENTS), 1);
  close_conn(c, e);
  assert_int_equal(corm_live(CORM_LIVE_STATEMENTS), 0);
}

static void the_least_used_statements_are_given_up(void **state) {
  corm_engine_options o = {.size = sizeof o, .prepared_size = 2};
  corm_engine *e = NULL;
  corm_conn *c = open_conn(&e, &o);
  (void)state;
  must(c, "SELECT 1");
  must(c, "SELECT 2");
  must(c, "SELECT 3");
  assert_int_equal(corm_live(CORM_LIVE_STATEMENTS), 2);
  close_conn(c, e);
}

/* ---- Values ---------------------------------------------------------------------------------------------- */

static void values_go_by_position_and_many_rows_in_one_call(void **state) {
  corm_engine *e = NULL;
  corm_conn *c = open_conn(&e, NULL);
  corm_result *r = NULL;
  corm_error *err = NULL;
  const corm_value rows[] = {corm_int(1), corm_text("a"), corm_int(2), corm_null()};
  (void)state;
  must(c, "CREATE TABLE t (id INTEGER PRIMARY KEY, a)");
  assert_int_equal(corm_conn_execute_sql(&r, c, "INSERT INTO t VALUES (?, ?)", rows, 2, 2, NULL), CORM_OK);
  assert_int_equal(corm_result_peek_rowcount(r), 2);
  corm_result_free(r);
  assert_int_equal(corm_conn_execute_sql(&r, c, "SELECT ?", rows, 2, 1, &err), CORM_EDB_PROGRAMMING);
  assert_string_equal(corm_error_message(err), "Incorrect number of bindings supplied. The current statement uses 1, "
                                               "and there are 2 supplied.");
  assert_string_equal(corm_error_detail(err, CORM_DETAIL_STATEMENT), "SELECT ?");
  assert_int_equal(corm_conn_execute_sql(&r, c, "INSERT INTO t (a) VALUES ('x'), ('y') RETURNING id", NULL, 0, 1, NULL),
                   CORM_OK);
  assert_int_equal(corm_result_peek_rowcount(r), 2);
  corm_result_free(r);
  corm_error_free(err);
  close_conn(c, e);
}

/* ---- Transactions ---------------------------------------------------------------------------------------- */

static void transactions_begin_by_themselves_and_end_once(void **state) {
  corm_engine *e = NULL;
  corm_conn *c = open_conn(&e, NULL);
  (void)state;
  must(c, "CREATE TABLE t (a)");
  assert_true(corm_conn_peek_in_transaction(c));
  assert_int_equal(corm_conn_begin(c, NULL), CORM_EINVALID);
  assert_int_equal(corm_conn_commit(c, NULL), CORM_OK);
  assert_int_equal(corm_conn_commit(c, NULL), CORM_OK);
  assert_int_equal(corm_conn_begin(c, NULL), CORM_OK);
  must(c, "INSERT INTO t VALUES (1)");
  assert_int_equal(corm_conn_rollback(c, NULL), CORM_OK);
  assert_int_equal(number(c, "SELECT count(*) FROM t"), 0);
  close_conn(c, e);
}

static void savepoints_nest_and_are_counted_per_transaction(void **state) {
  corm_engine *e = NULL;
  corm_conn *c = open_conn(&e, NULL);
  char a[64], b[64];
  (void)state;
  must(c, "CREATE TABLE t (a)");
  assert_int_equal(corm_conn_savepoint(c, a, NULL), CORM_OK);
  assert_string_equal(a, "sa_savepoint_1");
  must(c, "INSERT INTO t VALUES (1)");
  assert_int_equal(corm_conn_savepoint(c, b, NULL), CORM_OK);
  assert_string_equal(b, "sa_savepoint_2");
  must(c, "INSERT INTO t VALUES (2)");
  assert_true(corm_conn_peek_savepoint(c, a) && corm_conn_peek_savepoint(c, b));
  assert_int_equal(corm_conn_rollback_to(c, b, NULL), CORM_OK);
  assert_true(corm_conn_peek_savepoint(c, a) && !corm_conn_peek_savepoint(c, b));
  assert_int_equal(corm_conn_release_savepoint(c, a, NULL), CORM_OK);
  assert_false(corm_conn_peek_savepoint(c, a));
  assert_int_equal(corm_conn_rollback_to(c, a, NULL), CORM_EDB_OPERATIONAL);
  assert_int_equal(number(c, "SELECT sum(a) FROM t"), 1);
  assert_int_equal(corm_conn_rollback(c, NULL), CORM_OK);
  assert_int_equal(number(c, "SELECT count(*) FROM t"), 0);
  assert_int_equal(corm_conn_savepoint(c, a, NULL), CORM_OK);
  close_conn(c, e);
}

static void each_transaction_has_a_number_of_its_own(void **state) {
  corm_engine *e = NULL;
  corm_conn *c = open_conn(&e, NULL);
  (void)state;
  assert_int_equal(corm_conn_peek_transaction(c), 0);
  assert_int_equal(corm_conn_begin(c, NULL), CORM_OK);
  unsigned first = corm_conn_peek_transaction(c);
  assert_int_not_equal(first, 0);
  assert_int_equal(corm_conn_commit(c, NULL), CORM_OK);
  assert_int_equal(corm_conn_peek_transaction(c), 0);
  assert_int_equal(corm_conn_begin(c, NULL), CORM_OK);
  assert_int_not_equal(corm_conn_peek_transaction(c), first);
  close_conn(c, e);
}

static void autocommit_keeps_each_change_and_ends_with_the_release(void **state) {
  corm_engine *e = NULL;
  corm_conn *c = open_conn(&e, NULL);
  (void)state;
  assert_int_equal(corm_conn_set_isolation(c, "AUTOCOMMIT", 0, NULL), CORM_OK);
  assert_true(corm_conn_peek_autocommit(c));
  must(c, "CREATE TABLE t (a)");
  must(c, "INSERT INTO t VALUES (1)");
  assert_int_equal(corm_conn_rollback(c, NULL), CORM_OK);
  assert_int_equal(number(c, "SELECT count(*) FROM t"), 1);
  corm_conn_release(c);
  assert_int_equal(corm_conn_acquire(&c, e, NULL), CORM_OK);
  must(c, "INSERT INTO t VALUES (2)");
  assert_int_equal(corm_conn_rollback(c, NULL), CORM_OK);
  assert_int_equal(number(c, "SELECT count(*) FROM t"), 1);
  close_conn(c, e);
}

static void an_isolation_level_is_the_drivers_and_ends_with_the_release(void **state) {
  corm_engine *e = NULL;
  corm_conn *c = open_conn(&e, NULL);
  const char *level = NULL;
  (void)state;
  assert_int_equal(corm_engine_check_isolation(e, "SOMETIMES", NULL), CORM_EARGUMENT);
  assert_int_equal(corm_engine_check_isolation(e, "SERIALIZABLE", NULL), CORM_OK);
  assert_int_equal(corm_conn_set_isolation(c, "SOMETIMES", 0, NULL), CORM_EARGUMENT);
  assert_int_equal(corm_conn_set_isolation(c, "READ UNCOMMITTED", 0, NULL), CORM_OK);
  assert_int_equal(corm_conn_get_isolation(c, &level, NULL), CORM_OK);
  assert_string_equal(level, "READ UNCOMMITTED");
  must(c, "SELECT 1");
  assert_int_equal(corm_conn_set_isolation(c, "SERIALIZABLE", 0, NULL), CORM_EINVALID);
  corm_conn_release(c);
  assert_int_equal(corm_conn_acquire(&c, e, NULL), CORM_OK);
  assert_int_equal(corm_conn_get_isolation(c, &level, NULL), CORM_OK);
  assert_string_equal(level, "SERIALIZABLE");
  assert_int_equal(corm_conn_set_isolation(c, "READ UNCOMMITTED", 1, NULL), CORM_OK);
  corm_conn_release(c);
  assert_int_equal(corm_conn_acquire(&c, e, NULL), CORM_OK);
  assert_int_equal(corm_conn_get_isolation(c, &level, NULL), CORM_OK);
  assert_string_equal(level, "READ UNCOMMITTED");
  close_conn(c, e);
}

static void rows_changed_are_counted_in_all(void **state) {
  corm_engine *e = NULL;
  corm_conn *c = open_conn(&e, NULL);
  int64_t n = 0;
  (void)state;
  must(c, "CREATE TABLE t (a)");
  must(c, "INSERT INTO t VALUES (1), (2)");
  must(c, "UPDATE t SET a = 3");
  assert_int_equal(corm_conn_total_changes(&n, c, NULL), CORM_OK);
  assert_int_equal(n, 4);
  close_conn(c, e);
}

static void an_invalidated_connection_wants_a_rollback_and_then_works_again(void **state) {
  corm_engine *e = NULL;
  corm_conn *c = open_conn(&e, NULL);
  (void)state;
  must(c, "SELECT 1");
  corm_conn_invalidate(c);
  assert_true(corm_conn_peek_invalidated(c));
  assert_int_equal(execute(c, "SELECT 1", NULL), CORM_EPENDINGROLLBACK);
  assert_int_equal(corm_conn_rollback(c, NULL), CORM_OK);
  must(c, "SELECT 1");
  assert_false(corm_conn_peek_invalidated(c));
  close_conn(c, e);
}

/* ---- Cancelling ------------------------------------------------------------------------------------------ */

static void *cancel_soon(void *conn) {
  usleep(50000);
  corm_conn_cancel(conn);
  return NULL;
}

static void another_thread_stops_what_runs_and_the_connection_works_on(void **state) {
  corm_engine *e = NULL;
  corm_conn *c = open_conn(&e, NULL);
  pthread_t thread;
  (void)state;
  corm_conn_cancel(c); /* nothing runs: nothing happens */
  must(c, "SELECT 1");
  pthread_create(&thread, NULL, cancel_soon, c);
  assert_int_equal(
      execute(c, "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r) SELECT count(*) FROM r", NULL),
      CORM_ECANCELLED);
  pthread_join(thread, NULL);
  must(c, "SELECT 1");
  close_conn(c, e);
}

/* ---- The host -------------------------------------------------------------------------------------------- */

typedef struct listener {
  int held; /* the host's lock */
  int leaves;
  char told[200];
  int refuse; /* the kind of event that is refused */
} listener;

static void leave(void *self) {
  listener *l = self;
  assert_true(l->held);
  l->held = 0;
  l->leaves++;
}
static void enter(void *self) {
  listener *l = self;
  assert_false(l->held);
  l->held = 1;
}
static int on_event(void *self, const corm_event *ev, corm_error **err) {
  static const char *const words[] = {"connect ", "checkout ", "checkin ",   "close ",   "begin ",
                                      "commit ",  "rollback ", "savepoint ", "release ", "rollback_to ",
                                      "before ",  "after ",    "error "};
  listener *l = self;
  assert_true(l->held);
  strcat(l->told, words[ev->kind]);
  return l->refuse == ev->kind ? corm_error_set(err, CORM_EHOST, "no") : CORM_OK;
}

static corm_conn *open_heard(corm_engine **e, corm_host *h, listener *l) {
  corm_engine_options o = {.size = sizeof o, .host = h};
  corm_conn *c = NULL;
  memset(h, 0, sizeof *h);
  h->size = sizeof *h;
  h->self = l;
  h->leave = leave;
  h->enter = enter;
  h->event = on_event;
  l->held = 1;
  l->refuse = -1;
  assert_int_equal(corm_engine_open(e, "sqlite://", &o, NULL), CORM_OK);
  corm_engine_set_events(*e, UINT64_MAX);
  assert_int_equal(corm_conn_acquire(&c, *e, NULL), CORM_OK);
  return c;
}

static void events_are_told_in_order_and_with_the_lock_held(void **state) {
  corm_engine *e = NULL;
  corm_host h;
  listener l = {0};
  corm_conn *c = open_heard(&e, &h, &l);
  char name[64];
  (void)state;
  must(c, "SELECT 1");
  assert_int_equal(execute(c, "SELEC", NULL), CORM_EDB_OPERATIONAL); /* nobody takes the error: it is not told */
  assert_int_equal(corm_conn_commit(c, NULL), CORM_OK);
  assert_int_equal(corm_conn_savepoint(c, name, NULL), CORM_OK);
  assert_int_equal(corm_conn_release_savepoint(c, name, NULL), CORM_OK);
  corm_conn_release(c);
  assert_string_equal(l.told,
                      "connect checkout begin before after before commit begin savepoint release rollback checkin ");
  corm_engine_set_events(e, 0);
  assert_int_equal(corm_conn_acquire(&c, e, NULL), CORM_OK);
  l.told[0] = 0;
  must(c, "SELECT 1");
  assert_string_equal(l.told, "");
  close_conn(c, e);
}

static void the_lock_is_left_once_for_a_small_query(void **state) {
  corm_engine *e = NULL;
  corm_host h;
  listener l = {0};
  corm_conn *c = open_heard(&e, &h, &l);
  corm_result *r = NULL;
  (void)state;
  l.leaves = 0;
  r = query(c, "SELECT 1, 5 UNION SELECT 2, 6");
  assert_rows(r, 0, 2, 1);
  corm_result_free(r);
  assert_int_equal(l.leaves, 1);
  close_conn(c, e);
}

static void a_listener_that_refuses_stops_the_statement(void **state) {
  corm_engine *e = NULL;
  corm_host h;
  listener l = {0};
  corm_conn *c = open_heard(&e, &h, &l);
  corm_error *err = NULL;
  (void)state;
  l.refuse = CORM_EV_BEFORE_CURSOR;
  assert_int_equal(execute(c, "CREATE TABLE t (a)", &err), CORM_EHOST);
  l.refuse = -1;
  assert_int_equal(execute(c, "SELECT * FROM t", NULL), CORM_EDB_OPERATIONAL);
  l.refuse = CORM_EV_HANDLE_ERROR;
  assert_int_equal(execute(c, "SELEC", &err), CORM_EHOST);
  corm_error_free(err);
  l.refuse = -1;
  close_conn(c, e);
}

static void a_listener_that_refuses_a_connection_leaves_none_behind(void **state) {
  corm_engine *e = NULL;
  corm_host h;
  listener l = {0};
  corm_conn *c = open_heard(&e, &h, &l);
  (void)state;
  corm_conn_release(c);
  assert_int_equal(corm_engine_dispose(e, 1, NULL), CORM_OK);
  l.refuse = CORM_EV_CONNECT;
  assert_int_equal(corm_conn_acquire(&c, e, NULL), CORM_EHOST);
  assert_int_equal(corm_live(CORM_LIVE_CONNECTIONS), 0);
  corm_engine_unref(e);
}

/* ---- Memory ---------------------------------------------------------------------------------------------- */

static int read_all(corm_conn *c) {
  corm_result *r = NULL;
  corm_block *b = NULL;
  int status = corm_conn_execute_sql(&r, c, numbers, NULL, 0, 1, NULL);
  if (!status)
    status = corm_result_next_block(r, 3, &b, NULL);
  corm_block_free(b);
  if (!status)
    status = corm_result_next_block(r, 0, &b, NULL);
  if (!status)
    corm_block_free(b);
  corm_result_free(r);
  return status;
}

static int use_everything(void *ctx) {
  corm_engine *e = NULL;
  corm_conn *c = NULL;
  char name[64];
  (void)ctx;
  int status = corm_engine_open(&e, "sqlite://", NULL, NULL);
  if (!status)
    status = corm_conn_acquire(&c, e, NULL);
  if (!status)
    status = read_all(c);
  if (!status)
    status = corm_conn_savepoint(c, name, NULL);
  if (!status)
    status = corm_conn_commit(c, NULL);
  corm_conn_release(c);
  corm_engine_unref(e);
  return status;
}

static void every_allocation_may_fail(void **state) {
  (void)state;
  cm_test_each_failure(use_everything, NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_come_one_by_one),
      cmocka_unit_test(blocks_have_as_many_rows_as_are_asked_for),
      cmocka_unit_test(a_block_outlives_its_result_and_connection),
      cmocka_unit_test(reading_after_close_is_an_error_and_closing_twice_is_none),
      cmocka_unit_test(one_statement_can_be_read_twice_at_once),
      cmocka_unit_test(the_least_used_statements_are_given_up),
      cmocka_unit_test(values_go_by_position_and_many_rows_in_one_call),
      cmocka_unit_test(transactions_begin_by_themselves_and_end_once),
      cmocka_unit_test(savepoints_nest_and_are_counted_per_transaction),
      cmocka_unit_test(each_transaction_has_a_number_of_its_own),
      cmocka_unit_test(autocommit_keeps_each_change_and_ends_with_the_release),
      cmocka_unit_test(an_isolation_level_is_the_drivers_and_ends_with_the_release),
      cmocka_unit_test(rows_changed_are_counted_in_all),
      cmocka_unit_test(an_invalidated_connection_wants_a_rollback_and_then_works_again),
      cmocka_unit_test(another_thread_stops_what_runs_and_the_connection_works_on),
      cmocka_unit_test(events_are_told_in_order_and_with_the_lock_held),
      cmocka_unit_test(the_lock_is_left_once_for_a_small_query),
      cmocka_unit_test(a_listener_that_refuses_stops_the_statement),
      cmocka_unit_test(a_listener_that_refuses_a_connection_leaves_none_behind),
      cmocka_unit_test(every_allocation_may_fail),
  };
  return cm_test_run(tests);
}
