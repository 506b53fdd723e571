/* What every driver must do, whichever database it speaks to:
 *   test_conformance URL QUIRKS
 * The URL names the driver, or is env:VARIABLE; its database must be empty of tables named conf and conf_other. */
#define _DEFAULT_SOURCE /* usleep */
#include "quirks.h"
#include "support.h"
#include <cormorant/engine.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *url_text;
static corm_url *url;
static const corm_driver *d;
static corm_driver_conn *c;

/* Texts are written with ? for a parameter; some databases want $1, $2. */
static const char *spelled(const char *sql) {
  static char out[32768];
  size_t n = 0;
  int parameter = 0;
  if (!quirk_is("parameter", "$", "?"))
    return sql;
  for (; *sql && n + 12 < sizeof out; sql++) {
    if (*sql == '?')
      n += (size_t)snprintf(out + n, sizeof out - n, "$%d", ++parameter);
    else
      out[n++] = *sql;
  }
  out[n] = '\0';
  return out;
}
static int prepared(corm_driver_stmt **out, const char *sql, corm_error **err) {
  const char *text = spelled(sql);
  return d->prepare(out, c, text, strlen(text), err);
}
static int run(const char *sql, corm_error **err) {
  corm_driver_stmt *s = NULL;
  int step = CORM_STEP_ROW;
  int status = prepared(&s, sql, err);
  while (!status && step == CORM_STEP_ROW)
    status = d->step(s, &step, err);
  if (s)
    d->finalize(s);
  return status;
}
static void must(const char *sql) {
  corm_error *err = NULL;
  if (run(sql, &err))
    fail_msg("%s: %s", sql, corm_error_message(err));
}
static corm_driver_stmt *prepare(const char *sql) {
  corm_driver_stmt *s = NULL;
  corm_error *err = NULL;
  if (prepared(&s, sql, &err))
    fail_msg("%s: %s", sql, corm_error_message(err));
  return s;
}
static int step(corm_driver_stmt *s) {
  int what = 0;
  corm_error *err = NULL;
  if (d->step(s, &what, &err))
    fail_msg("%s", corm_error_message(err));
  return what;
}
static int64_t number(const char *sql) {
  corm_driver_stmt *s = prepare(sql);
  corm_value cell = corm_null();
  assert_int_equal(step(s), CORM_STEP_ROW);
  d->row(s, &cell);
  d->finalize(s);
  return cell.as.i;
}
static int64_t count(void) { return number("SELECT count(*) FROM conf"); }

static int connect(void **state) {
  char sql[200];
  (void)state;
  assert_int_equal(d->open(&c, corm_url_peek(url), NULL), CORM_OK);
  snprintf(sql, sizeof sql, "CREATE TABLE conf (id %s, name VARCHAR(50), amount INTEGER NOT NULL DEFAULT 0)",
           quirk("key_column", "INTEGER PRIMARY KEY"));
  must(sql);
  assert_int_equal(d->commit(c, NULL), CORM_OK);
  return 0;
}
static int disconnect(void **state) {
  (void)state;
  d->rollback(c, NULL);
  must("DROP TABLE conf");
  assert_int_equal(d->commit(c, NULL), CORM_OK);
  d->close(c);
  c = NULL;
  return 0;
}

/* ---- Statements ------------------------------------------------------------------------------------------ */

static void bound_values_come_back_as_they_went(void **state) {
  const corm_value in[] = {corm_null(),
                           corm_int(INT64_MAX),
                           corm_int(INT64_MIN),
                           corm_double(0.1),
                           corm_text(""),
                           corm_text("h\xc3\xa9llo"),
                           corm_bytes_of(CORM_BYTES, "\0\xff", 2)};
  corm_value out[7];
  corm_driver_stmt *s = prepare("SELECT ?, ?, ?, ?, ?, ?, ?");
  (void)state;
  assert_int_equal(d->parameters(s), 7);
  for (size_t i = 0; i < 7; i++)
    assert_int_equal(d->bind(s, i, &in[i], NULL), CORM_OK);
  assert_int_equal(step(s), CORM_STEP_ROW);
  assert_int_equal(d->columns(s), 7);
  d->row(s, out);
  for (size_t i = 0; i < 7; i++)
    if (!corm_value_equal(&in[i], &out[i]))
      fail_msg("value %zu came back as kind %d", i, out[i].kind);
  assert_int_equal(step(s), CORM_STEP_DONE);
  d->finalize(s);
}

static void empty_is_not_null_and_what_is_not_bound_is(void **state) {
  const corm_value in[] = {corm_text(""), corm_bytes_of(CORM_BYTES, "", 0)};
  corm_value out[3];
  corm_driver_stmt *s = prepare("SELECT ?, ?, ?");
  (void)state;
  for (int again = 0; again < 2; again++) { /* a reset forgets */
    for (size_t i = 0; i < 2 && !again; i++)
      assert_int_equal(d->bind(s, i, &in[i], NULL), CORM_OK);
    assert_int_equal(step(s), CORM_STEP_ROW);
    d->row(s, out);
    for (size_t i = 0; i < 2; i++)
      assert_int_equal(out[i].kind, again ? CORM_NULL : in[i].kind);
    assert_int_equal(out[2].kind, CORM_NULL);
    d->reset(s);
  }
  d->finalize(s);
}

static void a_large_value_is_whole(void **state) {
  enum { SIZE = 1 << 20 };
  char *big = malloc(SIZE);
  corm_driver_stmt *s = prepare("SELECT ?, ?");
  corm_value in[2], out[2];
  (void)state;
  assert_non_null(big);
  for (int i = 0; i < SIZE; i++)
    big[i] = (char)('a' + i % 23);
  in[0] = corm_bytes_of(CORM_TEXT, big, SIZE);
  in[1] = corm_bytes_of(CORM_BYTES, big, SIZE);
  for (size_t i = 0; i < 2; i++)
    assert_int_equal(d->bind(s, i, &in[i], NULL), CORM_OK);
  assert_int_equal(step(s), CORM_STEP_ROW);
  d->row(s, out);
  for (size_t i = 0; i < 2; i++)
    assert_true(corm_value_equal(&in[i], &out[i]));
  d->finalize(s);
  free(big);
}

static void many_rows_go_in_with_one_statement(void **state) {
  enum { ROWS = 400 };
  char sql[ROWS * 8 + 100] = "INSERT INTO conf (name, amount) VALUES ";
  corm_driver_stmt *s = NULL;
  (void)state;
  for (int i = 0; i < ROWS; i++)
    strcat(sql, i ? ", (?, ?)" : "(?, ?)");
  s = prepare(sql);
  assert_int_equal(d->parameters(s), 2 * ROWS);
  for (size_t i = 0; i < ROWS; i++) {
    corm_value name = corm_text("gr\xc3\xbc\xc3\x9f \xf0\x9f\x90\xa6"), amount = corm_int((int64_t)i);
    assert_int_equal(d->bind(s, 2 * i, &name, NULL), CORM_OK);
    assert_int_equal(d->bind(s, 2 * i + 1, &amount, NULL), CORM_OK);
  }
  assert_int_equal(step(s), CORM_STEP_DONE);
  assert_int_equal(d->changes(s), ROWS);
  d->finalize(s);
  assert_int_equal(number("SELECT sum(amount) FROM conf WHERE name = 'gr\xc3\xbc\xc3\x9f \xf0\x9f\x90\xa6'"),
                   ROWS * (ROWS - 1) / 2);
}

/* A driver without run_many has nothing to show: the engine runs each row. */
static void rows_of_values_run_in_one_call(void **state) {
  corm_driver_stmt *s = NULL;
  corm_value v[2 * 3];
  int64_t changes = 0;
  (void)state;
  if (!d->run_many)
    return;
  for (size_t i = 0; i < 3; i++) {
    v[2 * i] = i == 1 ? corm_null() : corm_text("x");
    v[2 * i + 1] = corm_int((int64_t)i);
  }
  s = prepare("INSERT INTO conf (name, amount) VALUES (?, ?)");
  assert_int_equal(d->begin(c, NULL), CORM_OK);
  for (int again = 0; again < 2; again++) {
    assert_int_equal(d->run_many(s, v, 3, &changes, NULL), CORM_OK);
    assert_int_equal(changes, 3);
  }
  assert_int_equal(d->commit(c, NULL), CORM_OK);
  assert_int_equal(number("SELECT sum(amount) FROM conf"), 6);
  assert_int_equal(number("SELECT count(*) FROM conf WHERE name IS NULL"), 2);
  d->finalize(s);
}

static void columns_have_the_names_that_the_text_gives_them(void **state) {
  corm_driver_stmt *s = prepare("SELECT 1 AS one, 2 AS \"a b\"");
  (void)state;
  assert_int_equal(step(s), CORM_STEP_ROW);
  assert_string_equal(d->column_name(s, 0), "one");
  assert_string_equal(d->column_name(s, 1), "a b");
  assert_null(d->column_name(s, 2));
  d->finalize(s);
}

static void a_statement_runs_as_often_as_it_is_reset(void **state) {
  corm_driver_stmt *s = prepare("INSERT INTO conf (name) VALUES (?)");
  (void)state;
  for (int i = 0; i < 5; i++) {
    corm_value name = corm_text("x");
    assert_int_equal(d->bind(s, 0, &name, NULL), CORM_OK);
    assert_int_equal(step(s), CORM_STEP_DONE);
    assert_int_equal(d->changes(s), 1);
    d->reset(s);
  }
  d->finalize(s);
  assert_int_equal(count(), 5);
  s = prepare("UPDATE conf SET amount = 1 WHERE id > ?");
  corm_value two = corm_int(2);
  assert_int_equal(d->bind(s, 0, &two, NULL), CORM_OK);
  assert_int_equal(step(s), CORM_STEP_DONE);
  assert_int_equal(d->changes(s), 3);
  d->finalize(s);
  s = prepare("SELECT id FROM conf");
  assert_int_equal(step(s), CORM_STEP_ROW);
  assert_true(!d->readonly || d->readonly(s));
  d->reset(s); /* in its middle */
  for (int i = 0; i < 5; i++)
    assert_int_equal(step(s), CORM_STEP_ROW);
  assert_int_equal(step(s), CORM_STEP_DONE);
  assert_int_equal(d->changes(s), quirk_is("counts_reads", "yes", "no") ? 5 : -1);
  d->finalize(s);
}

static void two_statements_are_read_side_by_side(void **state) {
  corm_driver_stmt *a = prepare("SELECT 1 UNION ALL SELECT 2"), *b = prepare("SELECT 3 UNION ALL SELECT 4");
  corm_value x, y;
  (void)state;
  for (int i = 1; i <= 2; i++) {
    assert_int_equal(step(a), CORM_STEP_ROW);
    assert_int_equal(step(b), CORM_STEP_ROW);
    d->row(a, &x);
    d->row(b, &y);
    assert_int_equal(x.as.i, i);
    assert_int_equal(y.as.i, i + 2);
  }
  d->finalize(a);
  d->finalize(b);
}

static void wrong_text_is_an_error_at_once_or_when_it_runs_and_nothing_breaks(void **state) {
  corm_error *err = NULL;
  (void)state;
  assert_true(run("SELEC 1", &err) >= CORM_EDB_INTERFACE);
  assert_true(strlen(corm_error_message(err)) > 0);
  assert_non_null(corm_error_detail(err, CORM_DETAIL_DRIVER));
  d->rollback(c, NULL);
  assert_true(run("SELECT * FROM there_is_no_such_table", &err) >= CORM_EDB_INTERFACE);
  d->rollback(c, NULL);
  assert_true(run("SELECT 1; SELECT 2", &err) >= CORM_EDB_INTERFACE);
  d->rollback(c, NULL);
  assert_int_equal(number("SELECT 1"), 1);
  corm_error_free(err);
}

/* ---- Keys and constraints -------------------------------------------------------------------------------- */

static void the_key_of_a_new_row_is_known(void **state) {
  const int64_t *keys = NULL;
  (void)state;
  must("INSERT INTO conf (id, name) VALUES (41, 'x')");
  must("INSERT INTO conf (name) VALUES ('y')");
  if (d->last_key)
    assert_int_equal(d->last_key(c), 42);
  if (!quirk_is("watches_keys", "yes", "no"))
    return;
  assert_non_null(d->watch);
  d->watch(c, NULL, "conf");
  must("INSERT INTO conf (name) VALUES ('a'), ('b'), ('c')");
  assert_int_equal(d->watched(c, &keys), 3);
  for (int i = 0; i < 3; i++)
    assert_int_equal(keys[i], 43 + i);
}

static void a_duplicate_key_is_an_integrity_error_that_names_the_column(void **state) {
  corm_error *err = NULL;
  (void)state;
  must("INSERT INTO conf (id) VALUES (1)");
  assert_int_equal(run("INSERT INTO conf (id) VALUES (1)", &err), CORM_EDB_INTEGRITY);
  assert_string_equal(corm_error_detail(err, CORM_DETAIL_CONSTRAINT), quirk("duplicate_constraint", "PRIMARY KEY"));
  assert_string_equal(corm_error_detail(err, CORM_DETAIL_COLUMN), quirk("duplicate_column", "conf.id"));
  d->rollback(c, NULL);
  assert_int_equal(run("INSERT INTO conf (amount) VALUES (NULL)", &err), CORM_EDB_INTEGRITY);
  assert_string_equal(corm_error_detail(err, CORM_DETAIL_CONSTRAINT), "NOT NULL");
  corm_error_free(err);
}

/* ---- Transactions ---------------------------------------------------------------------------------------- */

static void commit_keeps_and_rollback_undoes(void **state) {
  (void)state;
  assert_int_equal(d->begin(c, NULL), CORM_OK);
  must("INSERT INTO conf (name) VALUES ('a')");
  assert_true(d->in_transaction(c));
  assert_int_equal(d->rollback(c, NULL), CORM_OK);
  assert_false(d->in_transaction(c));
  assert_int_equal(count(), 0);
  assert_int_equal(d->commit(c, NULL), CORM_OK);
  assert_int_equal(d->begin(c, NULL), CORM_OK);
  must("INSERT INTO conf (name) VALUES ('a')");
  assert_int_equal(d->commit(c, NULL), CORM_OK);
  assert_int_equal(d->rollback(c, NULL), CORM_OK);
  assert_int_equal(count(), 1);
}

static void savepoints_nest(void **state) {
  (void)state;
  assert_int_equal(d->begin(c, NULL), CORM_OK);
  must("INSERT INTO conf (name) VALUES ('a')");
  assert_int_equal(d->savepoint(c, "one", 0, NULL), CORM_OK);
  must("INSERT INTO conf (name) VALUES ('b')");
  assert_int_equal(d->savepoint(c, "two", 0, NULL), CORM_OK);
  must("INSERT INTO conf (name) VALUES ('c')");
  assert_int_equal(d->savepoint(c, "two", 2, NULL), CORM_OK);
  assert_int_equal(count(), 2);
  assert_int_equal(d->savepoint(c, "one", 1, NULL), CORM_OK);
  assert_int_equal(d->commit(c, NULL), CORM_OK);
  assert_int_equal(count(), 2);
}

static void a_failure_behind_a_savepoint_is_undone_by_going_back_to_it(void **state) {
  corm_driver_stmt *s = prepare("INSERT INTO conf (id) VALUES (?)");
  corm_value id = corm_int(1);
  int what = 0;
  (void)state;
  assert_int_equal(d->begin(c, NULL), CORM_OK);
  for (int64_t i = 1; i <= 3; i++) { /* 1, then 1 again, then 3 */
    id.as.i = i == 2 ? 1 : i;
    assert_int_equal(d->savepoint(c, "s", 0, NULL), CORM_OK);
    assert_int_equal(d->bind(s, 0, &id, NULL), CORM_OK);
    assert_int_equal(d->step(s, &what, NULL), i == 2 ? CORM_EDB_INTEGRITY : CORM_OK);
    d->reset(s);
    assert_int_equal(d->savepoint(c, "s", i == 2 ? 2 : 1, NULL), CORM_OK);
  }
  d->finalize(s);
  assert_int_equal(d->commit(c, NULL), CORM_OK);
  assert_int_equal(count(), 2);
}

static void tables_made_in_a_transaction(void **state) {
  int undone = quirk_is("ddl_in_transaction", "yes", "no");
  (void)state;
  assert_int_equal(d->begin(c, NULL), CORM_OK);
  must("CREATE TABLE conf_other (a INTEGER)");
  assert_int_equal(d->rollback(c, NULL), CORM_OK);
  assert_int_equal(run("SELECT * FROM conf_other", NULL) != CORM_OK, undone);
  d->rollback(c, NULL);
  if (!undone)
    must("DROP TABLE conf_other");
}

/* ---- Stopping -------------------------------------------------------------------------------------------- */

static void *cancel_soon(void *unused) {
  (void)unused;
  usleep(50000);
  d->cancel(c);
  return NULL;
}

static void a_running_statement_can_be_cancelled_from_another_thread(void **state) {
  pthread_t thread;
  (void)state;
  assert_non_null(quirk("endless", NULL));
  pthread_create(&thread, NULL, cancel_soon, NULL);
  assert_int_equal(run(quirk("endless", ""), NULL), CORM_ECANCELLED);
  pthread_join(thread, NULL);
  d->rollback(c, NULL);
  assert_int_equal(number("SELECT 1"), 1);
}

static int stop_at_once(void *self, corm_error **err) {
  ++*(int *)self;
  return corm_error_set(err, CORM_EHOST, "stop");
}

static void a_running_statement_polls_and_ends_with_polls_error(void **state) {
  int polled = 0;
  corm_driver_env env = {sizeof env, stop_at_once, &polled};
  corm_error *err = NULL;
  (void)state;
  d->set_env(c, &env);
  assert_int_equal(run(quirk("endless", ""), &err), CORM_EHOST);
  assert_string_equal(corm_error_message(err), "stop");
  assert_int_equal(polled, 1);
  d->set_env(c, NULL);
  d->rollback(c, NULL);
  assert_int_equal(number("SELECT 1"), 1);
  corm_error_free(err);
}

static void a_living_connection_answers_a_ping_and_says_its_version(void **state) {
  (void)state;
  assert_int_equal(d->ping(c, NULL), CORM_OK);
  assert_true(d->server_version(c) > 0);
}

static void there_may_be_many_connections(void **state) {
  corm_driver_conn *others[10] = {NULL};
  (void)state;
  for (int i = 0; i < 10; i++)
    assert_int_equal(d->open(&others[i], corm_url_peek(url), NULL), CORM_OK);
  for (int i = 0; i < 10; i++)
    d->close(others[i]);
  d->close(NULL);
}

#define CONNECTED(test) cmocka_unit_test_setup_teardown(test, connect, disconnect)
static const struct CMUnitTest tests[] = {
    CONNECTED(bound_values_come_back_as_they_went),
    CONNECTED(empty_is_not_null_and_what_is_not_bound_is),
    CONNECTED(a_large_value_is_whole),
    CONNECTED(many_rows_go_in_with_one_statement),
    CONNECTED(rows_of_values_run_in_one_call),
    CONNECTED(columns_have_the_names_that_the_text_gives_them),
    CONNECTED(a_statement_runs_as_often_as_it_is_reset),
    CONNECTED(two_statements_are_read_side_by_side),
    CONNECTED(wrong_text_is_an_error_at_once_or_when_it_runs_and_nothing_breaks),
    CONNECTED(the_key_of_a_new_row_is_known),
    CONNECTED(a_duplicate_key_is_an_integrity_error_that_names_the_column),
    CONNECTED(commit_keeps_and_rollback_undoes),
    CONNECTED(savepoints_nest),
    CONNECTED(a_failure_behind_a_savepoint_is_undone_by_going_back_to_it),
    CONNECTED(tables_made_in_a_transaction),
    CONNECTED(a_running_statement_can_be_cancelled_from_another_thread),
    CONNECTED(a_running_statement_polls_and_ends_with_polls_error),
    CONNECTED(a_living_connection_answers_a_ping_and_says_its_version),
    CONNECTED(there_may_be_many_connections),
};

int main(int argc, char **argv) {
  int failed = 0;
  if (argc == 3)
    url_text = strncmp(argv[1], "env:", 4) == 0 ? getenv(argv[1] + 4) : argv[1];
  if (argc == 3 && !url_text) {
    fprintf(stderr, "%s names no server: tests/run.py starts one\n", argv[1] + 4);
    return 2;
  }
  if (argc != 3 || !quirks_read(argv[2]) || corm_url_parse(&url, url_text, NULL)) {
    fprintf(stderr, "usage: test_conformance URL QUIRKS\n");
    return 2;
  }
  d = corm_driver_named(corm_url_peek(url)->database_kind);
  if (!d) {
    fprintf(stderr, "there is no driver for %s\n", url_text);
    return 2;
  }
  failed = cm_test_run(tests);
  corm_url_free(url);
  return failed;
}
