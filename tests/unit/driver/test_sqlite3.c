/* The sqlite3 driver by its table of functions alone. */
#define _DEFAULT_SOURCE /* mkdtemp */
#include "base/alloc.h"
#include "driver/registry.h"
#include "support.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const corm_driver *const d = &cm_driver_sqlite3;
static char folder[] = "/tmp/cm_sqlite3_XXXXXX";

static corm_driver_conn *open_with(const char *database, const char *option, const char *value, corm_error **err,
                                   int *status) {
  const char *names[] = {option}, *values[] = {value};
  corm_url_view url = {.size = sizeof url,
                       .database_kind = "sqlite",
                       .database = database,
                       .option_names = names,
                       .option_values = values,
                       .n_options = option ? 1 : 0};
  corm_driver_conn *c = NULL;
  int got = d->open(&c, &url, err);
  if (status)
    *status = got;
  else
    assert_int_equal(got, CORM_OK);
  return c;
}
static corm_driver_conn *open_memory(void) { return open_with(NULL, NULL, NULL, NULL, NULL); }

static const char *file_named(const char *name) {
  static char path[2][200];
  static int which;
  which = !which;
  snprintf(path[which], sizeof path[0], "%s/%s", folder, name);
  return path[which];
}

static int run(corm_driver_conn *c, const char *sql, corm_error **err) {
  corm_driver_stmt *s = NULL;
  int step = CORM_STEP_ROW;
  int status = d->prepare(&s, c, sql, strlen(sql), err);
  while (!status && step == CORM_STEP_ROW)
    status = d->step(s, &step, err);
  d->finalize(s);
  return status;
}
static void must(corm_driver_conn *c, const char *sql) {
  corm_error *err = NULL;
  if (run(c, sql, &err))
    fail_msg("%s: %s", sql, corm_error_message(err));
}
static int64_t number(corm_driver_conn *c, const char *sql) {
  corm_driver_stmt *s = NULL;
  corm_value cell = corm_null();
  int step = 0;
  assert_int_equal(d->prepare(&s, c, sql, strlen(sql), NULL), CORM_OK);
  assert_int_equal(d->step(s, &step, NULL), CORM_OK);
  assert_int_equal(step, CORM_STEP_ROW);
  d->row(s, &cell);
  d->finalize(s);
  return cell.as.i;
}

/* ---- Statements ------------------------------------------------------------------------------------------ */

static void every_kind_of_cell_goes_in_and_comes_out(void **state) {
  corm_driver_conn *c = open_memory();
  corm_driver_stmt *s = NULL;
  corm_value out[6];
  const corm_value in[] = {corm_null(),        corm_int(-5),
                           corm_double(1.5),   corm_text("h\xc3\xa9"),
                           corm_text("ascii"), corm_bytes_of(CORM_BYTES, "a\0b", 3)};
  const char *sql = "SELECT ?, ?, ?, ?, ?, ?";
  int step = 0;
  (void)state;
  assert_int_equal(d->prepare(&s, c, sql, strlen(sql), NULL), CORM_OK);
  assert_int_equal(d->parameters(s), 6);
  for (size_t i = 0; i < 6; i++)
    assert_int_equal(d->bind(s, i, &in[i], NULL), CORM_OK);
  assert_int_equal(d->step(s, &step, NULL), CORM_OK);
  assert_int_equal(step, CORM_STEP_ROW);
  d->row(s, out);
  for (size_t i = 0; i < 6; i++)
    assert_true(corm_value_equal(&in[i], &out[i]));
  assert_int_equal(out[3].flags & CORM_VALUE_ASCII, 0);
  assert_int_equal(out[4].flags & CORM_VALUE_ASCII, CORM_VALUE_ASCII);
  assert_int_equal(d->step(s, &step, NULL), CORM_OK);
  assert_int_equal(step, CORM_STEP_DONE);
  d->finalize(s);
  d->close(c);
}

static void a_statement_runs_again_after_reset(void **state) {
  corm_driver_conn *c = open_memory();
  corm_driver_stmt *s = NULL;
  int step = 0;
  (void)state;
  must(c, "CREATE TABLE t (a)");
  assert_int_equal(d->prepare(&s, c, "INSERT INTO t VALUES (?)", 24, NULL), CORM_OK);
  for (int i = 0; i < 3; i++) {
    corm_value v = corm_int(i);
    assert_int_equal(d->bind(s, 0, &v, NULL), CORM_OK);
    assert_int_equal(d->step(s, &step, NULL), CORM_OK);
    assert_int_equal(step, CORM_STEP_DONE);
    assert_int_equal(d->changes(s), 1);
    d->reset(s);
  }
  assert_int_equal(number(c, "SELECT count(*) FROM t"), 3);
  d->finalize(s);
  d->close(c);
}

static void texts_that_are_no_single_statement_are_refused_as_by_the_standard_library(void **state) {
  static const struct {
    const char *sql;
    size_t n;
    int status;
  } texts[] = {
      {"SELECT 1; SELECT 2", 18, CORM_EDB_PROGRAMMING},
      {"SELECT 1;  -- x", 15, CORM_OK},
      {"", 0, CORM_OK},
      {" ", 1, CORM_OK},
      {"/* x */", 7, CORM_OK},
      {"SELECT 1\0x", 10, CORM_EDB_PROGRAMMING},
      {"SELEC", 5, CORM_EDB_OPERATIONAL},
  };
  corm_driver_conn *c = open_memory();
  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    corm_driver_stmt *s = NULL;
    assert_int_equal(d->prepare(&s, c, texts[i].sql, texts[i].n, NULL), texts[i].status);
    d->finalize(s);
  }
  d->close(c);
}

static void values_that_sqlite_does_not_have_are_refused(void **state) {
  corm_driver_conn *c = open_memory();
  corm_driver_stmt *s = NULL;
  corm_error *err = NULL;
  corm_value host = {{0}, 0, CORM_HOST, 0, 0};
  (void)state;
  assert_int_equal(d->prepare(&s, c, "SELECT ?", 8, NULL), CORM_OK);
  assert_int_equal(d->bind(s, 0, &host, &err), CORM_EDB_PROGRAMMING);
  assert_string_equal(corm_error_message(err), "Error binding parameter 1: type 'HOST' is not supported");
  assert_int_equal(d->bind(s, 7, &host, &err), CORM_EDB_PROGRAMMING);
  corm_error_free(err);
  d->finalize(s);
  d->close(c);
}

/* ---- Errors ---------------------------------------------------------------------------------------------- */

typedef struct failure {
  const char *sql;
  int status;
  const char *code_name, *constraint, *column, *name;
} failure;

static void errors_are_classified_and_name_what_was_violated(void **state) {
  static const failure failures[] = {
      {"INSERT INTO t VALUES (1, 3, 'z')", CORM_EDB_INTEGRITY, "SQLITE_CONSTRAINT_PRIMARYKEY", "PRIMARY KEY", "t.id",
       NULL},
      {"INSERT INTO t VALUES (2, 2, 'z')", CORM_EDB_INTEGRITY, "SQLITE_CONSTRAINT_UNIQUE", "UNIQUE", "t.a", NULL},
      {"INSERT INTO t VALUES (2, NULL, 'z')", CORM_EDB_INTEGRITY, "SQLITE_CONSTRAINT_NOTNULL", "NOT NULL", "t.a", NULL},
      {"INSERT INTO t VALUES (2, 5, 'x')", CORM_EDB_INTEGRITY, "SQLITE_CONSTRAINT_CHECK", "CHECK", NULL, "no_x"},
      {"INSERT INTO c VALUES (77)", CORM_EDB_INTEGRITY, "SQLITE_CONSTRAINT_FOREIGNKEY", "FOREIGN KEY", NULL, NULL},
      {"INSERT INTO t VALUES (7, 7, 'Q')", CORM_EDB_INTEGRITY, "SQLITE_CONSTRAINT_UNIQUE", "UNIQUE", NULL, NULL},
      {"INSERT INTO t VALUES ('q', 6, 'xx')", CORM_EDB_INTEGRITY, "SQLITE_MISMATCH", NULL, NULL, NULL},
      {"SELECT * FROM nope", CORM_EDB_OPERATIONAL, "SQLITE_ERROR", NULL, NULL, NULL},
      {"SELECT zeroblob(3000000000)", CORM_EDB_DATA, "SQLITE_TOOBIG", NULL, NULL, NULL},
  };
  corm_driver_conn *c = open_memory();
  (void)state;
  must(c, "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT UNIQUE NOT NULL, b TEXT, CONSTRAINT no_x CHECK (b <> 'x'))");
  must(c, "CREATE UNIQUE INDEX i ON t (lower(b))");
  must(c, "CREATE TABLE c (id INTEGER REFERENCES t (id))");
  must(c, "PRAGMA foreign_keys = ON");
  must(c, "INSERT INTO t VALUES (1, 2, 'q')");
  for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
    const failure *f = &failures[i];
    const char *details[] = {CORM_DETAIL_CODE_NAME, CORM_DETAIL_CONSTRAINT, CORM_DETAIL_COLUMN, CORM_DETAIL_NAME};
    const char *expected[] = {f->code_name, f->constraint, f->column, f->name};
    corm_error *err = NULL;
    assert_int_equal(run(c, f->sql, &err), f->status);
    assert_string_equal(corm_error_detail(err, CORM_DETAIL_DRIVER), corm_error_message(err));
    for (int k = 0; k < 4; k++) {
      const char *got = corm_error_detail(err, details[k]);
      if ((!got) != (!expected[k]) || (got && strcmp(got, expected[k]) != 0))
        fail_msg("%s: %s is %s", f->sql, details[k], got ? got : "(none)");
    }
    corm_error_free(err);
  }
  d->close(c);
}

static void a_full_database_is_one_clear_error_and_its_transaction_is_lost(void **state) {
  corm_driver_conn *c = open_with(file_named("full.db"), NULL, NULL, NULL, NULL);
  corm_error *err = NULL;
  (void)state;
  must(c, "CREATE TABLE t (a)");
  must(c, "PRAGMA max_page_count = 4");
  must(c, "INSERT INTO t VALUES (1)");
  assert_int_equal(run(c, "INSERT INTO t VALUES (zeroblob(100000))", &err), CORM_EDB_OPERATIONAL);
  assert_string_equal(corm_error_message(err), "database or disk is full");
  if (!d->in_transaction(c))
    assert_int_equal(d->commit(c, &err), CORM_EINVALID);
  assert_int_equal(d->rollback(c, &err), CORM_OK);
  must(c, "INSERT INTO t VALUES (2)");
  assert_int_equal(d->commit(c, NULL), CORM_OK);
  assert_int_equal(number(c, "SELECT count(*) FROM t"), 1);
  corm_error_free(err);
  d->close(c);
}

static void a_read_only_file_is_one_clear_error(void **state) {
  const char *path = file_named("ro.db");
  corm_driver_conn *c = open_with(path, NULL, NULL, NULL, NULL);
  corm_error *err = NULL;
  (void)state;
  must(c, "CREATE TABLE t (a)");
  d->close(c);
  c = open_with(path, "mode", "ro", NULL, NULL);
  assert_int_equal(number(c, "SELECT count(*) FROM t"), 0);
  assert_int_equal(run(c, "INSERT INTO t VALUES (1)", &err), CORM_EDB_OPERATIONAL);
  assert_string_equal(corm_error_message(err), "attempt to write a readonly database");
  corm_error_free(err);
  d->close(c);
}

static void a_file_that_cannot_be_opened_is_one_clear_error(void **state) {
  corm_error *err = NULL;
  int status = 0;
  (void)state;
  assert_null(open_with("/nonexistent/folder/x.db", NULL, NULL, &err, &status));
  assert_int_equal(status, CORM_EDB_OPERATIONAL);
  assert_string_equal(corm_error_message(err), "unable to open database file");
  corm_error_free(err);
}

static void a_locked_database_is_one_clear_error_after_the_timeout(void **state) {
  const char *path = file_named("locked.db");
  corm_driver_conn *a = open_with(path, NULL, NULL, NULL, NULL);
  corm_driver_conn *b = open_with(path, "timeout", "0.05", NULL, NULL);
  corm_error *err = NULL;
  (void)state;
  must(a, "CREATE TABLE t (a)");
  must(a, "INSERT INTO t VALUES (1)");
  assert_int_equal(run(b, "INSERT INTO t VALUES (2)", &err), CORM_EDB_OPERATIONAL);
  assert_string_equal(corm_error_message(err), "database is locked");
  assert_string_equal(corm_error_detail(err, CORM_DETAIL_CODE_NAME), "SQLITE_BUSY");
  assert_int_equal(d->rollback(b, NULL), CORM_OK);
  assert_int_equal(d->commit(a, NULL), CORM_OK);
  must(b, "INSERT INTO t VALUES (2)");
  assert_int_equal(d->commit(b, NULL), CORM_OK);
  corm_error_free(err);
  d->close(a);
  d->close(b);
}

/* ---- Transactions ---------------------------------------------------------------------------------------- */

static void begin_goes_out_before_the_first_change_and_the_first_savepoint(void **state) {
  corm_driver_conn *c = open_memory();
  (void)state;
  assert_int_equal(d->begin(c, NULL), CORM_OK);
  must(c, "CREATE TABLE t (a)");
  must(c, "SELECT 1");
  assert_false(d->in_transaction(c));
  must(c, " -- a comment\n INSERT INTO t VALUES (1)");
  assert_true(d->in_transaction(c));
  assert_int_equal(d->rollback(c, NULL), CORM_OK);
  assert_int_equal(number(c, "SELECT count(*) FROM t"), 0);
  must(c, "WITH x AS (SELECT 5 AS a) INSERT INTO t SELECT a FROM x");
  assert_true(d->in_transaction(c));
  assert_int_equal(d->commit(c, NULL), CORM_OK);
  assert_int_equal(d->savepoint(c, "sa_savepoint_1", 0, NULL), CORM_OK);
  assert_true(d->in_transaction(c));
  must(c, "DELETE FROM t");
  assert_int_equal(d->savepoint(c, "sa_savepoint_1", 1, NULL), CORM_OK);
  assert_true(d->in_transaction(c));
  assert_int_equal(d->rollback(c, NULL), CORM_OK);
  assert_int_equal(number(c, "SELECT count(*) FROM t"), 1);
  d->manual_transactions(c, 1);
  must(c, "DELETE FROM t");
  assert_false(d->in_transaction(c));
  d->close(c);
}

static void the_profile_for_applications_reads_in_a_transaction_and_writes_in_an_immediate_one(void **state) {
  const char *path = file_named("app.db");
  corm_driver_conn *a = open_with(path, "profile", "app", NULL, NULL);
  corm_driver_conn *b = open_with(path, "profile", "app", NULL, NULL);
  (void)state;
  assert_int_equal(number(a, "PRAGMA foreign_keys"), 1);
  must(a, "CREATE TABLE t (a)");
  assert_true(d->in_transaction(a));
  assert_int_equal(d->commit(a, NULL), CORM_OK);
  assert_int_equal(number(a, "SELECT count(*) FROM t"), 0);
  assert_true(d->in_transaction(a));
  must(b, "INSERT INTO t VALUES (1)");
  assert_int_equal(d->commit(b, NULL), CORM_OK);
  assert_int_equal(number(a, "SELECT count(*) FROM t"), 0); /* its read transaction is older */
  must(a, "INSERT INTO t VALUES (2)");                      /* and does not stand in the way of a change */
  assert_int_equal(number(a, "SELECT count(*) FROM t"), 2);
  assert_int_equal(d->commit(a, NULL), CORM_OK);
  d->close(a);
  d->close(b);
}

/* ---- Keys ------------------------------------------------------------------------------------------------ */

static size_t keys_of(corm_driver_conn *c, const char *table, const char *sql, const int64_t **keys) {
  d->watch(c, NULL, table);
  must(c, sql);
  return d->watched(c, keys);
}

static void keys_of_many_rows_are_watched(void **state) {
  corm_driver_conn *c = open_memory();
  const int64_t *keys = NULL;
  (void)state;
  must(c, "CREATE TABLE T (id INTEGER PRIMARY KEY, a)");
  assert_int_equal(keys_of(c, "t", "INSERT INTO t (id, a) VALUES (7, 0), (NULL, 0), (3, 0)", &keys), 3);
  assert_int_equal(keys[0], 7);
  assert_int_equal(keys[1], 8);
  assert_int_equal(keys[2], 3);
  must(c, "CREATE TABLE w (id INTEGER PRIMARY KEY) WITHOUT ROWID");
  assert_int_equal(keys_of(c, "w", "INSERT INTO w VALUES (1), (2)", &keys), 0);
  assert_false(d->table_has_triggers(c, NULL, "t"));
  must(c, "CREATE TRIGGER twice AFTER INSERT ON t WHEN new.a = 1 BEGIN INSERT INTO t (a) VALUES (2); END");
  assert_true(d->table_has_triggers(c, NULL, "t"));
  assert_int_equal(keys_of(c, "t", "INSERT INTO t (a) VALUES (1)", &keys), 0);
  must(c, "CREATE TRIGGER never BEFORE INSERT ON t WHEN new.a = 9 BEGIN SELECT RAISE(IGNORE); END");
  assert_int_equal(keys_of(c, "t", "INSERT INTO t (a) VALUES (9)", &keys), 0);
  d->close(c);
}

/* ---- Stopping -------------------------------------------------------------------------------------------- */

static const char endless[] = "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r) SELECT count(*) FROM r";

static int poll_thrice(void *self, corm_error **err) {
  int *left = self;
  return --*left > 0 ? CORM_OK : corm_error_set(err, CORM_EHOST, "the host wants to stop");
}

static void a_long_statement_polls_and_stops_with_polls_error(void **state) {
  corm_driver_conn *c = open_memory();
  int left = 3;
  corm_driver_env env = {sizeof env, poll_thrice, &left};
  corm_error *err = NULL;
  (void)state;
  d->set_env(c, &env);
  assert_int_equal(run(c, endless, &err), CORM_EHOST);
  assert_string_equal(corm_error_message(err), "the host wants to stop");
  assert_int_equal(left, 0);
  d->set_env(c, NULL);
  must(c, "SELECT 1");
  corm_error_free(err);
  d->close(c);
}

static void *cancel_soon(void *conn) {
  usleep(50000);
  d->cancel(conn);
  return NULL;
}

static void a_cancelled_select_leaves_the_transaction_and_a_cancelled_change_loses_it(void **state) {
  corm_driver_conn *c = open_memory();
  corm_error *err = NULL;
  pthread_t thread;
  (void)state;
  must(c, "CREATE TABLE t (a)");
  must(c, "INSERT INTO t VALUES (1)");
  pthread_create(&thread, NULL, cancel_soon, c);
  assert_int_equal(run(c, endless, &err), CORM_ECANCELLED);
  pthread_join(thread, NULL);
  assert_true(d->in_transaction(c));
  pthread_create(&thread, NULL, cancel_soon, c);
  assert_int_equal(
      run(c, "INSERT INTO t WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r) SELECT i FROM r", &err),
      CORM_ECANCELLED);
  pthread_join(thread, NULL);
  assert_false(d->in_transaction(c));
  assert_int_equal(d->commit(c, &err), CORM_EINVALID);
  assert_int_equal(d->rollback(c, NULL), CORM_OK);
  assert_int_equal(number(c, "SELECT count(*) FROM t"), 0);
  corm_error_free(err);
  d->close(c);
}

static int poll_once(void *self, corm_error **err) {
  (void)self;
  return corm_error_set(err, CORM_EHOST, "enough");
}

static void waiting_for_a_lock_can_be_stopped(void **state) {
  const char *path = file_named("wait.db");
  corm_driver_conn *a = open_with(path, NULL, NULL, NULL, NULL), *b = open_with(path, NULL, NULL, NULL, NULL);
  corm_driver_env env = {sizeof env, poll_once, NULL};
  corm_error *err = NULL;
  (void)state;
  must(a, "CREATE TABLE t (a)");
  must(a, "INSERT INTO t VALUES (1)");
  d->set_env(b, &env);
  assert_int_equal(run(b, "INSERT INTO t VALUES (2)", &err), CORM_EHOST);
  corm_error_free(err);
  d->close(b);
  d->close(a);
}

/* ---- URLs ------------------------------------------------------------------------------------------------ */

static int check(const char *database, const char *option, const char *value, char **path, unsigned *flags) {
  const char *names[] = {option}, *values[] = {value};
  corm_url_view url = {.size = sizeof url,
                       .database_kind = "sqlite",
                       .database = database,
                       .option_names = names,
                       .option_values = values,
                       .n_options = option ? 1 : 0};
  return d->check_url(&url, path, flags, NULL);
}

static void urls_are_checked_without_connecting(void **state) {
  char *path = NULL;
  unsigned flags = 0;
  (void)state;
  assert_int_equal(check("x.db", NULL, NULL, &path, &flags), CORM_OK);
  assert_true(path && path[0] == '/' && flags == 0);
  cm_free(path);
  assert_int_equal(check(NULL, NULL, NULL, &path, &flags), CORM_OK);
  assert_true(!path && flags == CORM_URL_PRIVATE);
  assert_int_equal(check("file:x", "mode", "memory", &path, &flags), CORM_OK);
  assert_int_equal(flags, CORM_URL_PRIVATE);
  assert_int_equal(check("x.db", "timeout", "soon", &path, &flags), CORM_EARGUMENT);
  assert_int_equal(check("x.db", "profile", "web", &path, &flags), CORM_EARGUMENT);
  assert_int_equal(check("x.db", "nope", "1", &path, &flags), CORM_EARGUMENT);
  assert_int_equal(check("x.db", "uri", "maybe", &path, &flags), CORM_EARGUMENT);
  assert_int_equal(check("x.db", "isolation_level", "IMMEDIATE", &path, &flags), CORM_OK);
  cm_free(path);
}

/* ---- Memory ---------------------------------------------------------------------------------------------- */

static int use_everything(void *ctx) {
  corm_url_view url = {.size = sizeof url, .database_kind = "sqlite"};
  corm_driver_conn *c = NULL;
  const int64_t *keys = NULL;
  (void)ctx;
  int status = d->open(&c, &url, NULL);
  if (!status)
    status = run(c, "CREATE TABLE t (id INTEGER PRIMARY KEY)", NULL);
  if (!status) {
    d->watch(c, NULL, "t");
    status = run(c, "INSERT INTO t VALUES (1), (2), (3)", NULL);
    if (d->watched(c, &keys) != 3 && !status)
      status = CORM_ENOMEM;
  }
  d->close(c);
  return status;
}

static void every_allocation_may_fail(void **state) {
  (void)state;
  cm_test_each_failure(use_everything, NULL);
}

static int make_folder(void **state) {
  (void)state;
  return mkdtemp(folder) ? 0 : -1;
}
static int remove_folder(void **state) {
  char command[100];
  (void)state;
  snprintf(command, sizeof command, "rm -r %s", folder);
  return system(command);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(every_kind_of_cell_goes_in_and_comes_out, make_folder),
      cmocka_unit_test(a_statement_runs_again_after_reset),
      cmocka_unit_test(texts_that_are_no_single_statement_are_refused_as_by_the_standard_library),
      cmocka_unit_test(values_that_sqlite_does_not_have_are_refused),
      cmocka_unit_test(errors_are_classified_and_name_what_was_violated),
      cmocka_unit_test(a_full_database_is_one_clear_error_and_its_transaction_is_lost),
      cmocka_unit_test(a_read_only_file_is_one_clear_error),
      cmocka_unit_test(a_file_that_cannot_be_opened_is_one_clear_error),
      cmocka_unit_test(a_locked_database_is_one_clear_error_after_the_timeout),
      cmocka_unit_test(begin_goes_out_before_the_first_change_and_the_first_savepoint),
      cmocka_unit_test(the_profile_for_applications_reads_in_a_transaction_and_writes_in_an_immediate_one),
      cmocka_unit_test(keys_of_many_rows_are_watched),
      cmocka_unit_test(a_long_statement_polls_and_stops_with_polls_error),
      cmocka_unit_test(a_cancelled_select_leaves_the_transaction_and_a_cancelled_change_loses_it),
      cmocka_unit_test(waiting_for_a_lock_can_be_stopped),
      cmocka_unit_test(urls_are_checked_without_connecting),
      cmocka_unit_test_teardown(every_allocation_may_fail, remove_folder),
  };
  return cm_test_run(tests);
}
