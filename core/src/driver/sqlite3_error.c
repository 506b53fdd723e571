/* SQLite's codes as PEP 249's tree, and what its sentences say about constraints. */
#include "driver/sqlite3.h"
#include <stdio.h>
#include <string.h>

/* As the standard library of Python maps them: programs catch these classes. */
static int status_of(int primary) {
  switch (primary) {
  case SQLITE_INTERNAL:
  case SQLITE_NOTFOUND:
    return CORM_EDB_INTERNAL;
  case SQLITE_NOMEM:
    return CORM_ENOMEM;
  case SQLITE_ERROR:
  case SQLITE_PERM:
  case SQLITE_ABORT:
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
  case SQLITE_READONLY:
  case SQLITE_INTERRUPT:
  case SQLITE_IOERR:
  case SQLITE_FULL:
  case SQLITE_CANTOPEN:
  case SQLITE_PROTOCOL:
  case SQLITE_EMPTY:
  case SQLITE_SCHEMA:
    return CORM_EDB_OPERATIONAL;
  case SQLITE_TOOBIG:
    return CORM_EDB_DATA;
  case SQLITE_CONSTRAINT:
  case SQLITE_MISMATCH:
    return CORM_EDB_INTEGRITY;
  case SQLITE_MISUSE:
  case SQLITE_RANGE:
    return CORM_EDB_INTERFACE;
  default:
    return CORM_EDB_DATABASE;
  }
}

typedef struct code_name {
  int code;
  const char *name;
} code_name;
#define CODE(x)                                                                                                        \
  { x, #x }
static const code_name names[] = {
    CODE(SQLITE_ERROR),
    CODE(SQLITE_INTERNAL),
    CODE(SQLITE_PERM),
    CODE(SQLITE_ABORT),
    CODE(SQLITE_BUSY),
    CODE(SQLITE_LOCKED),
    CODE(SQLITE_NOMEM),
    CODE(SQLITE_READONLY),
    CODE(SQLITE_INTERRUPT),
    CODE(SQLITE_IOERR),
    CODE(SQLITE_CORRUPT),
    CODE(SQLITE_NOTFOUND),
    CODE(SQLITE_FULL),
    CODE(SQLITE_CANTOPEN),
    CODE(SQLITE_PROTOCOL),
    CODE(SQLITE_EMPTY),
    CODE(SQLITE_SCHEMA),
    CODE(SQLITE_TOOBIG),
    CODE(SQLITE_CONSTRAINT),
    CODE(SQLITE_MISMATCH),
    CODE(SQLITE_MISUSE),
    CODE(SQLITE_NOLFS),
    CODE(SQLITE_AUTH),
    CODE(SQLITE_FORMAT),
    CODE(SQLITE_RANGE),
    CODE(SQLITE_NOTADB),
    CODE(SQLITE_ABORT_ROLLBACK),
    CODE(SQLITE_BUSY_RECOVERY),
    CODE(SQLITE_BUSY_SNAPSHOT),
    CODE(SQLITE_CANTOPEN_FULLPATH),
    CODE(SQLITE_CANTOPEN_ISDIR),
    CODE(SQLITE_CONSTRAINT_CHECK),
    CODE(SQLITE_CONSTRAINT_COMMITHOOK),
    CODE(SQLITE_CONSTRAINT_FOREIGNKEY),
    CODE(SQLITE_CONSTRAINT_FUNCTION),
    CODE(SQLITE_CONSTRAINT_NOTNULL),
    CODE(SQLITE_CONSTRAINT_PRIMARYKEY),
    CODE(SQLITE_CONSTRAINT_ROWID),
    CODE(SQLITE_CONSTRAINT_TRIGGER),
    CODE(SQLITE_CONSTRAINT_UNIQUE),
    CODE(SQLITE_CONSTRAINT_VTAB),
    CODE(SQLITE_CORRUPT_VTAB),
    CODE(SQLITE_IOERR_FSYNC),
    CODE(SQLITE_IOERR_LOCK),
    CODE(SQLITE_IOERR_READ),
    CODE(SQLITE_IOERR_SHORT_READ),
    CODE(SQLITE_IOERR_WRITE),
    CODE(SQLITE_LOCKED_SHAREDCACHE),
    CODE(SQLITE_READONLY_CANTLOCK),
    CODE(SQLITE_READONLY_DBMOVED),
    CODE(SQLITE_READONLY_DIRECTORY),
    CODE(SQLITE_READONLY_RECOVERY),
    CODE(SQLITE_READONLY_ROLLBACK),
#ifdef SQLITE_CONSTRAINT_DATATYPE
    CODE(SQLITE_CONSTRAINT_DATATYPE),
    CODE(SQLITE_CONSTRAINT_PINNED),
#endif
};

static const char *name_of(int code) {
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (names[i].code == code)
      return names[i].name;
  return (code & 0xff) == code ? NULL : name_of(code & 0xff);
}

static const char *constraint_of(int code) {
  switch (code) {
  case SQLITE_CONSTRAINT_UNIQUE:
    return "UNIQUE";
  case SQLITE_CONSTRAINT_PRIMARYKEY:
  case SQLITE_CONSTRAINT_ROWID:
    return "PRIMARY KEY";
  case SQLITE_CONSTRAINT_NOTNULL:
    return "NOT NULL";
  case SQLITE_CONSTRAINT_CHECK:
    return "CHECK";
  case SQLITE_CONSTRAINT_FOREIGNKEY:
    return "FOREIGN KEY";
  default:
    return NULL;
  }
}

/* "UNIQUE constraint failed: t.a, t.b": the part behind the colon. A CHECK has its name there, an index on an
 * expression is "index 'i'". */
static void add_constraint(corm_error **err, int code, const char *message) {
  const char *kind = constraint_of(code);
  const char *what = strstr(message, "constraint failed: ");
  cm_detail(err, CORM_DETAIL_CONSTRAINT, kind);
  if (!kind || !what)
    return;
  what += strlen("constraint failed: ");
  if (code == SQLITE_CONSTRAINT_CHECK)
    cm_detail(err, CORM_DETAIL_NAME, what);
  else if (strncmp(what, "index '", 7) != 0)
    cm_detail(err, CORM_DETAIL_COLUMN, what);
}

int cm_sqlite_fail_text(corm_error **err, int code, const char *message) {
  char number[16];
  int status = status_of(code & 0xff);
  if (status == CORM_ENOMEM)
    return cm_fail_memory(err);
  status = corm_error_set(err, status, message);
  snprintf(number, sizeof number, "%d", code);
  cm_detail(err, CORM_DETAIL_CODE, number);
  cm_detail(err, CORM_DETAIL_CODE_NAME, name_of(code));
  cm_detail(err, CORM_DETAIL_DRIVER, message);
  add_constraint(err, code, message);
  return status;
}

/* Poll's own error is what the caller wants to see, not that SQLite was interrupted by it. */
static int fail_interrupted(corm_error **err, corm_driver_conn *c) {
  if (c->poll_error) {
    int status = c->poll_status;
    cm_error_give(err, c->poll_error);
    c->poll_error = NULL;
    return status;
  }
  if (c->poll_status)
    return cm_fail(err, c->poll_status, "the statement was stopped");
  return cm_fail(err, CORM_ECANCELLED, "the statement was cancelled");
}

int cm_sqlite_fail(corm_error **err, corm_driver_conn *c, int code) {
  int extended = c->db ? sqlite3_extended_errcode(c->db) : code;
  const char *message = c->db ? sqlite3_errmsg(c->db) : sqlite3_errstr(code);
  if ((extended & 0xff) != (code & 0xff)) { /* an error that SQLite did not note */
    extended = code;
    message = sqlite3_errstr(code);
  }
  if (c->poll_status || atomic_load(&c->cancelled))
    if ((code & 0xff) == SQLITE_INTERRUPT || (code & 0xff) == SQLITE_BUSY)
      return fail_interrupted(err, c);
  return cm_sqlite_fail_text(err, extended, message);
}
