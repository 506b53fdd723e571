/* Isolation levels: SQLite has one, and a second for connections that share a cache. */
#include "driver/sqlite3.h"
#include <string.h>

const char *const cm_sqlite_levels[] = {"READ UNCOMMITTED", "SERIALIZABLE", NULL};

int cm_sqlite_set_isolation(corm_driver_conn *c, const char *level, corm_error **err) {
  int uncommitted = strcmp(level, cm_sqlite_levels[0]) == 0;
  int status = cm_sqlite_exec(c, uncommitted ? "PRAGMA read_uncommitted = 1" : "PRAGMA read_uncommitted = 0", err);
  cm_sqlite_run_ends(c);
  return status;
}

int cm_sqlite_get_isolation(corm_driver_conn *c, const char **level, corm_error **err) {
  sqlite3_stmt *stmt = NULL;
  int code = sqlite3_prepare_v2(c->db, "PRAGMA read_uncommitted", -1, &stmt, NULL);
  if (code == SQLITE_OK)
    code = sqlite3_step(stmt);
  if (code == SQLITE_ROW)
    *level = cm_sqlite_levels[sqlite3_column_int(stmt, 0) ? 0 : 1];
  sqlite3_finalize(stmt);
  return code == SQLITE_ROW ? CORM_OK : cm_sqlite_fail(err, c, code);
}

int64_t cm_sqlite_total_changes(corm_driver_conn *c) { return sqlite3_total_changes(c->db); }
