/* Inside: the parts of the sqlite3 driver.
 *
 * The connection is opened with SQLITE_OPEN_NOMUTEX: its owner sees to it that one thread at a time is in it. Cells are
 * read by sqlite3_column_value, since the sqlite3_column_* functions look the cell up, and lock, for each question.
 */
#ifndef CM_DRIVER_SQLITE3_H
#define CM_DRIVER_SQLITE3_H
#include "base/base.h"
#include <cormorant/ext/driver.h>
#include <sqlite3.h>

/* When BEGIN goes out. */
typedef enum cm_sqlite_mode {
  CM_SQLITE_LEGACY = 0, /* before the first change: as the standard library of Python does it */
  CM_SQLITE_APP         /* ?profile=app: before the first read, BEGIN IMMEDIATE before the first change */
} cm_sqlite_mode;

struct corm_driver_conn {
  sqlite3 *db;
  int mode, manual;
  const char *begin;  /* the text of BEGIN */
  int writing;        /* APP: BEGIN IMMEDIATE went out */
  int64_t timeout_ms; /* how long a locked database is waited for */
  corm_driver_env env;
  atomic_int cancelled;
  int64_t last_poll, busy_since;
  corm_error *poll_error; /* why poll stopped the run */
  int poll_status;
  int lost; /* the database rolled a transaction back by itself */
  sqlite3_stmt *triggers;
  const char *watch_schema, *watch_table; /* borrowed while watching */
  const char *seen_schema, *seen_table;   /* the strings by which SQLite told of that table during this run */
  int64_t *keys;
  size_t n_keys, cap_keys;
  int keys_failed;
};

typedef enum cm_sqlite_word {
  CM_SQLITE_OTHER = 0,
  CM_SQLITE_READ,   /* SELECT, VALUES, a WITH that only reads */
  CM_SQLITE_CHANGE, /* INSERT, UPDATE, DELETE, REPLACE, a WITH that changes */
  CM_SQLITE_DEFINE  /* CREATE, DROP, ALTER, REINDEX, ANALYZE */
} cm_sqlite_word;

struct corm_driver_stmt {
  corm_driver_conn *conn;
  sqlite3_stmt *stmt; /* NULL: the text was empty */
  int word;           /* cm_sqlite_word */
  int running, done;
};

/* sqlite3_error.c */
int cm_sqlite_fail(corm_error **err, corm_driver_conn *, int code);
/* For a failed open, where there may be no connection. */
int cm_sqlite_fail_text(corm_error **err, int code, const char *message);

/* sqlite3_url.c: what to open. */
typedef struct cm_sqlite_target {
  char *path; /* owned */
  int flags;  /* of sqlite3_open_v2 */
  int64_t timeout_ms;
  int mode;          /* cm_sqlite_mode */
  const char *begin; /* "BEGIN", "BEGIN IMMEDIATE": static */
  int is_private;    /* in memory: each connection has a database of its own */
} cm_sqlite_target;
int cm_sqlite_target_read(cm_sqlite_target *out, const corm_url_view *, corm_error **err);
int cm_sqlite_check_url(const corm_url_view *, char **database, unsigned *flags, corm_error **err);

/* sqlite3_wait.c: waiting, polling, cancelling. */
void cm_sqlite_wait_init(corm_driver_conn *);
void cm_sqlite_run_starts(corm_driver_conn *);
void cm_sqlite_run_ends(corm_driver_conn *);
void cm_sqlite_set_env(corm_driver_conn *, const corm_driver_env *);
void cm_sqlite_cancel(corm_driver_conn *);

/* sqlite3_transaction.c */
int cm_sqlite_exec(corm_driver_conn *, const char *sql, corm_error **err);
int cm_sqlite_before(corm_driver_conn *, int word, corm_error **err);
int cm_sqlite_begin(corm_driver_conn *, corm_error **err);
int cm_sqlite_commit(corm_driver_conn *, corm_error **err);
int cm_sqlite_rollback(corm_driver_conn *, corm_error **err);
int cm_sqlite_savepoint(corm_driver_conn *, const char *name, int what, corm_error **err);
int cm_sqlite_in_transaction(corm_driver_conn *);
void cm_sqlite_manual(corm_driver_conn *, int on);

/* sqlite3_isolation.c */
extern const char *const cm_sqlite_levels[];
int cm_sqlite_set_isolation(corm_driver_conn *, const char *level, corm_error **err);
int cm_sqlite_get_isolation(corm_driver_conn *, const char **level, corm_error **err);
int64_t cm_sqlite_total_changes(corm_driver_conn *);

/* sqlite3_statement.c */
int cm_sqlite_prepare(corm_driver_stmt **out, corm_driver_conn *, const char *sql, size_t n, corm_error **err);
void cm_sqlite_finalize(corm_driver_stmt *);
int cm_sqlite_bind(corm_driver_stmt *, size_t i, const corm_value *, corm_error **err);
size_t cm_sqlite_parameters(corm_driver_stmt *);
int cm_sqlite_step(corm_driver_stmt *, int *step, corm_error **err);
void cm_sqlite_row(corm_driver_stmt *, corm_value *cells);
size_t cm_sqlite_columns(corm_driver_stmt *);
const char *cm_sqlite_column_name(corm_driver_stmt *, size_t i);
void cm_sqlite_reset(corm_driver_stmt *);
int64_t cm_sqlite_changes(corm_driver_stmt *);
int cm_sqlite_readonly(corm_driver_stmt *);

/* sqlite3_keys.c: the keys that INSERTs made. */
int64_t cm_sqlite_last_key(corm_driver_conn *);
void cm_sqlite_watch(corm_driver_conn *, const char *schema, const char *table);
size_t cm_sqlite_watched(corm_driver_conn *, const int64_t **keys);
int cm_sqlite_has_triggers(corm_driver_conn *, const char *schema, const char *table);
#endif
