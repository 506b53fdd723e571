/* When BEGIN goes out, and how a transaction ends. */
#include "driver/sqlite3.h"
#include <stdio.h>
#include <string.h>

int cm_sqlite_exec(corm_driver_conn *c, const char *sql, corm_error **err) {
  int code = 0;
  cm_sqlite_run_starts(c);
  code = sqlite3_exec(c->db, sql, NULL, NULL, NULL);
  return code == SQLITE_OK ? CORM_OK : cm_sqlite_fail(err, c, code);
}

int cm_sqlite_in_transaction(corm_driver_conn *c) { return !sqlite3_get_autocommit(c->db); }

/* Reads share one transaction; at the first change it ends and one that may write begins, since a read transaction that
 * became a writing one could fail at once when somebody else wrote meanwhile. */
static int before_app(corm_driver_conn *c, int word, corm_error **err) {
  int status = CORM_OK;
  int open = cm_sqlite_in_transaction(c);
  if (word == CM_SQLITE_READ)
    return open ? CORM_OK : cm_sqlite_exec(c, "BEGIN", err);
  if (word == CM_SQLITE_OTHER || (open && c->writing))
    return CORM_OK;
  if (open)
    status = cm_sqlite_exec(c, "COMMIT", err);
  if (!status)
    status = cm_sqlite_exec(c, "BEGIN IMMEDIATE", err);
  c->writing = !status;
  return status;
}

/* Called before a statement runs. */
int cm_sqlite_before(corm_driver_conn *c, int word, corm_error **err) {
  if (c->manual)
    return CORM_OK;
  if (c->mode == CM_SQLITE_APP)
    return before_app(c, word, err);
  if (word == CM_SQLITE_CHANGE && !cm_sqlite_in_transaction(c))
    return cm_sqlite_exec(c, c->begin, err);
  return CORM_OK;
}

/* Nothing is sent: see cm_sqlite_before. */
int cm_sqlite_begin(corm_driver_conn *c, corm_error **err) {
  (void)err;
  c->lost = 0;
  return CORM_OK;
}

static int end(corm_driver_conn *c, const char *sql, corm_error **err) {
  int status = CORM_OK;
  if (cm_sqlite_in_transaction(c))
    status = cm_sqlite_exec(c, sql, err);
  cm_sqlite_run_ends(c);
  if (!status) {
    c->writing = 0;
    c->lost = 0;
  }
  return status;
}

/* SQLite rolls everything back when a change is stopped in its middle: that must not look like a commit. */
int cm_sqlite_commit(corm_driver_conn *c, corm_error **err) {
  if (c->lost && !cm_sqlite_in_transaction(c))
    return cm_fail(err, CORM_EINVALID,
                   "the transaction was rolled back by the database when a statement failed: roll back first");
  return end(c, "COMMIT", err);
}

int cm_sqlite_rollback(corm_driver_conn *c, corm_error **err) { return end(c, "ROLLBACK", err); }

int cm_sqlite_savepoint(corm_driver_conn *c, const char *name, int what, corm_error **err) {
  static const char *const verbs[] = {"SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT"};
  char sql[160];
  int status = CORM_OK;
  if (what == 0)
    status = cm_sqlite_before(c, CM_SQLITE_CHANGE, err);
  if (status)
    return status;
  sqlite3_snprintf((int)sizeof sql, sql, "%s \"%w\"", verbs[what], name);
  status = cm_sqlite_exec(c, sql, err);
  cm_sqlite_run_ends(c);
  return status;
}

void cm_sqlite_manual(corm_driver_conn *c, int on) { c->manual = on; }
