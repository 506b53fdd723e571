/* The sqlite3 driver: opening and closing, and the table of its functions. */
#include "driver/sqlite3.h"
#include "driver/registry.h"
#include <math.h>
#include <string.h>

/* SQLite has floor() only when built with it; SQLAlchemy's programs expect it. */
static void floor_function(sqlite3_context *ctx, int n, sqlite3_value **args) {
  (void)n;
  switch (sqlite3_value_numeric_type(args[0])) {
  case SQLITE_INTEGER:
    sqlite3_result_int64(ctx, sqlite3_value_int64(args[0]));
    break;
  case SQLITE_FLOAT: {
    double f = floor(sqlite3_value_double(args[0]));
    if (f >= -9.2e18 && f <= 9.2e18)
      sqlite3_result_int64(ctx, (sqlite3_int64)f);
    else
      sqlite3_result_double(ctx, f);
    break;
  }
  case SQLITE_NULL:
    sqlite3_result_null(ctx);
    break;
  default:
    sqlite3_result_error(ctx, "floor() takes a number", -1);
  }
}

static int prepare_profile(corm_driver_conn *c, corm_error **err) {
  int status = cm_sqlite_exec(c, "PRAGMA foreign_keys = ON", err);
  if (!status && !sqlite3_db_readonly(c->db, "main"))
    status = cm_sqlite_exec(c, "PRAGMA journal_mode = WAL", err);
  return status;
}

static int prepare_connection(corm_driver_conn *c, const cm_sqlite_target *t, corm_error **err) {
  int code = 0;
  sqlite3_extended_result_codes(c->db, 1);
  c->mode = t->mode;
  c->timeout_ms = t->timeout_ms;
  c->begin = t->begin;
  cm_sqlite_wait_init(c);
  code = sqlite3_create_function_v2(c->db, "floor", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, floor_function, NULL,
                                    NULL, NULL);
  if (code != SQLITE_OK)
    return cm_sqlite_fail(err, c, code);
  return c->mode == CM_SQLITE_APP ? prepare_profile(c, err) : CORM_OK;
}

static void free_connection(corm_driver_conn *c) {
  corm_error_free(c->poll_error);
  cm_free(c->keys);
  cm_free(c);
}

static void close_connection(corm_driver_conn *c) {
  if (!c)
    return;
  sqlite3_finalize(c->triggers); /* no others: a virtual table has statements of its own on the connection */
  sqlite3_close_v2(c->db);
  free_connection(c);
}

/* In a forked child: closing would roll back, or checkpoint, what is the parent's. SQLite's own memory stays behind. */
static void abandon_connection(corm_driver_conn *c) {
  if (c)
    free_connection(c);
}

static int open_database(corm_driver_conn *c, const cm_sqlite_target *t, corm_error **err) {
  int code = sqlite3_open_v2(t->path, &c->db, t->flags, NULL);
  if (code == SQLITE_OK)
    return prepare_connection(c, t, err);
  return cm_sqlite_fail_text(err, c->db ? sqlite3_extended_errcode(c->db) : code,
                             c->db ? sqlite3_errmsg(c->db) : sqlite3_errstr(code));
}

static int open_connection(corm_driver_conn **out, const corm_url_view *url, corm_error **err) {
  cm_sqlite_target target = {0};
  corm_driver_conn *c = NULL;
  int status = cm_sqlite_target_read(&target, url, err);
  *out = NULL;
  if (!status && !(c = cm_alloc_zero(sizeof *c)))
    status = cm_fail_memory(err);
  if (!status)
    status = open_database(c, &target, err);
  if (status)
    close_connection(c);
  else
    *out = c;
  cm_free(target.path);
  return status;
}

static int ping(corm_driver_conn *c, corm_error **err) { return cm_sqlite_exec(c, "SELECT 1", err); }

/* 3.40.1: SQLite's 3040001 as 304001. */
static int server_version(corm_driver_conn *c) {
  int n = sqlite3_libversion_number();
  (void)c;
  return n / 1000000 * 100000 + n / 1000 % 1000 * 100 + n % 1000;
}

const corm_driver cm_driver_sqlite3 = {
    .size = sizeof(corm_driver),
    .name = "sqlite3",
    .dialect = "sqlite",
    .open = open_connection,
    .close = close_connection,
    .abandon = abandon_connection,
    .set_env = cm_sqlite_set_env,
    .prepare = cm_sqlite_prepare,
    .finalize = cm_sqlite_finalize,
    .bind = cm_sqlite_bind,
    .parameters = cm_sqlite_parameters,
    .step = cm_sqlite_step,
    .row = cm_sqlite_row,
    .columns = cm_sqlite_columns,
    .column_name = cm_sqlite_column_name,
    .reset = cm_sqlite_reset,
    .changes = cm_sqlite_changes,
    .last_key = cm_sqlite_last_key,
    .watch = cm_sqlite_watch,
    .watched = cm_sqlite_watched,
    .readonly = cm_sqlite_readonly,
    .begin = cm_sqlite_begin,
    .commit = cm_sqlite_commit,
    .rollback = cm_sqlite_rollback,
    .savepoint = cm_sqlite_savepoint,
    .in_transaction = cm_sqlite_in_transaction,
    .table_has_triggers = cm_sqlite_has_triggers,
    .cancel = cm_sqlite_cancel,
    .ping = ping,
    .server_version = server_version,
    .manual_transactions = cm_sqlite_manual,
    .check_url = cm_sqlite_check_url,
    .isolation_levels = cm_sqlite_levels,
    .set_isolation = cm_sqlite_set_isolation,
    .get_isolation = cm_sqlite_get_isolation,
    .total_changes = cm_sqlite_total_changes,
};
