/* What a database driver implements: a table of functions. A driver sees text and cells, never a tree or a dialect.
 *
 * Threads: functions of one connection, and of its statements, are called by one thread at a time, without the host's
 * lock; `cancel` alone may come from any thread, while another is inside. Different connections are used at once.
 *
 * Owner: connections and statements are the driver's own, from open to close (or abandon) and from prepare to finalize.
 * Texts and values that it is given are borrowed for the call, unless said otherwise; what it gives out may be borrowed
 * from the connection or the statement.
 *
 * Statuses: a fallible function returns CORM_OK, or makes an error by corm_error_set and returns its status, with *out
 * untouched or NULL: the CORM_EDB_ status that fits, CORM_ECANCELLED after `cancel`, CORM_ENOMEM, or what `poll`
 * returned. corm_error_add gives what the database said: CORM_DETAIL_DRIVER at least, CODE or SQLSTATE, and of a broken
 * constraint CONSTRAINT and COLUMN.
 *
 * The table grows at its end only, and `size` says where it ends: a member that a driver does not have, by its size or
 * as NULL, means what is said at it. Members up to in_transaction are needed, save those where NULL has a meaning.
 */
#ifndef CORMORANT_EXT_DRIVER_H
#define CORMORANT_EXT_DRIVER_H

#include <cormorant/error.h>
#include <cormorant/value.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct corm_driver_conn corm_driver_conn; /* the driver's own */
typedef struct corm_driver_stmt corm_driver_stmt; /* the driver's own */

/* A URL, taken apart and unescaped. Parts that are absent are NULL, the port is 0. */
typedef struct corm_url_view {
  size_t size;
  const char *database_kind; /* "sqlite" */
  const char *driver;        /* what stood behind "+", which the program was written for; no driver needs to look */
  const char *username, *password, *host, *database;
  int port;
  const char *const *option_names, *const *option_values; /* what stood behind "?": n_options, sorted by name */
  size_t n_options;
} corm_url_view;

/* How a driver asks, while it waits, whether to go on: about every 100 ms. Non-zero: stop, with its status and error.
 */
typedef struct corm_driver_env {
  size_t size;
  int (*poll)(void *self, corm_error **err);
  void *poll_self;
} corm_driver_env;

#define CORM_STEP_ROW 1  /* there is a row */
#define CORM_STEP_DONE 2 /* there is none left: the run has ended */

typedef struct corm_driver {
  size_t size;         /* sizeof(corm_driver), as it was compiled */
  const char *name;    /* "sqlite3" */
  const char *dialect; /* the dialect that it speaks, and the kind of URL that it opens */

  /* ---- Connections */
  /* The view lives as long as the engine; what is kept of it longer must be copied. */
  int (*open)(corm_driver_conn **out, const corm_url_view *, corm_error **err);
  void (*close)(corm_driver_conn *);   /* also one that failed; its statements were finalized. NULL is fine */
  void (*abandon)(corm_driver_conn *); /* instead of close, in a forked child: free memory, statements', too, but leave
                                        * the database alone */
  /* The env is copied; NULL: nobody polls any more. Member NULL: it is never polled, so calls cannot be interrupted. */
  void (*set_env)(corm_driver_conn *, const corm_driver_env *);

  /* ---- Statements */
  /* One statement of n bytes, not kept; several in one text are an error. Wrong SQL may be found by the first step. */
  int (*prepare)(corm_driver_stmt **out, corm_driver_conn *, const char *sql, size_t n, corm_error **err);
  void (*finalize)(corm_driver_stmt *);
  /* The value of a parameter, its text and bytes borrowed until reset: what the dialect's encode lets through, so any
   * kind from NULL to TIMESTAMP at least, and JSON; EDB_PROGRAMMING for others. What is not bound is NULL. */
  int (*bind)(corm_driver_stmt *, size_t index_from_0, const corm_value *, corm_error **err);
  size_t (*parameters)(corm_driver_stmt *); /* how many the text has */
  /* CORM_OK and *step ROW or DONE. The first step runs the statement. */
  int (*step)(corm_driver_stmt *, int *step, corm_error **err);
  /* The cells of the row, columns() of them: borrowed until the next step, reset or finalize. */
  void (*row)(corm_driver_stmt *, corm_value *cells);
  size_t (*columns)(corm_driver_stmt *);                    /* after the first step; 0: it gives no rows */
  const char *(*column_name)(corm_driver_stmt *, size_t i); /* NULL: there is no i-th */
  void (*reset)(corm_driver_stmt *); /* ends the run, also in its middle; forgets what was bound */
  /* After DONE: how many rows the run changed (or gave, where the database counts those, too); -1: it does not say. */
  int64_t (*changes)(corm_driver_stmt *);
  /* After an INSERT of one row: the key that the database gave it; 0: none. NULL: it cannot be asked. */
  int64_t (*last_key)(corm_driver_conn *);
  /* The keys that the next run gives new rows of that table, which is borrowed until `watched`: that ends the watch and
   * gives the keys in order, borrowed until the next call, or 0 of them when they could not be seen, or SIZE_MAX when
   * there was no memory for them. Both or neither. NULL: a multi-row INSERT whose keys are needed is sent row by row,
   * where there is no RETURNING. */
  void (*watch)(corm_driver_conn *, const char *schema, const char *table);
  size_t (*watched)(corm_driver_conn *, const int64_t **keys);
  int (*readonly)(corm_driver_stmt *); /* 1: the statement changes nothing. NULL: they are taken to change nothing */

  /* ---- Transactions */
  /* The program begins one: BEGIN may go out now or with the first statement that needs it. */
  int (*begin)(corm_driver_conn *, corm_error **err);
  int (*commit)(corm_driver_conn *, corm_error **err);   /* fine when none is open */
  int (*rollback)(corm_driver_conn *, corm_error **err); /* fine when none is open */
  int (*savepoint)(corm_driver_conn *, const char *name, int what /* 0 set, 1 release, 2 roll back to */,
                   corm_error **err);
  int (*in_transaction)(corm_driver_conn *); /* 1: the database has one open */

  /* ---- What not every driver has */
  /* 1: the table has triggers, so that `watch` would see wrong keys. NULL: watching is always right. */
  int (*table_has_triggers)(corm_driver_conn *, const char *schema, const char *table);
  /* Makes the call that runs come back with CORM_ECANCELLED; nothing when none runs. NULL: nothing can be cancelled. */
  void (*cancel)(corm_driver_conn *);
  int (*ping)(corm_driver_conn *, corm_error **err); /* whether the database answers. NULL: it always does */
  int (*server_version)(corm_driver_conn *);         /* 3.40.1 as 304001, 15.4 as 1500400. NULL: not known */
  /* on: the driver sends no BEGIN by itself any more (autocommit, isolation_level None); off: by its own rule again. */
  void (*manual_transactions)(corm_driver_conn *, int on);
  /* Checks a URL without connecting (EARGUMENT, EUNSUPPORTED). *database may be set to what open is to get instead (an
   * absolute path), allocated by corm_alloc and freed by the library; *flags to CORM_URL_ bits. NULL: every URL is
   * fine. */
  int (*check_url)(const corm_url_view *, char **database, unsigned *flags, corm_error **err);
  /* The isolation levels by their names in SQL, NULL at the end; all three NULL: there are none. `set` is for the
   * transactions to come, called outside of one, with one of these pointers; `get` asks the database, and gives one of
   * them. */
  const char *const *isolation_levels;
  int (*set_isolation)(corm_driver_conn *, const char *level, corm_error **err);
  int (*get_isolation)(corm_driver_conn *, const char **level, corm_error **err);
  int64_t (*total_changes)(corm_driver_conn *); /* rows changed since it was opened. NULL: nobody counts */
  /* 1: the connection is lost, and nothing runs on it any more. Asked after a call that failed. NULL: it cannot be. */
  int (*is_dead)(corm_driver_conn *);
  /* on: rows come from the database as they are stepped to, instead of all of them before the first. Said before the
   * first step; holds until it is said otherwise. Running another statement of the connection first takes the rows that
   * are left into memory. NULL: rows always come so, or never. */
  void (*stream)(corm_driver_stmt *, int on);
  /* What BEGIN is to say besides the isolation level, from the next transaction on ("READ ONLY, DEFERRABLE"); "":
   * nothing. Copied. NULL: there is no such thing. */
  int (*transaction_modes)(corm_driver_conn *, const char *modes, corm_error **err);
  /* As open, polling already while it connects. NULL: open never waits long. */
  int (*open_polled)(corm_driver_conn **out, const corm_url_view *, const corm_driver_env *, corm_error **err);
  int numbered_marks; /* 1: parameters are $1, $2 ... in the text that it takes, whatever the dialect's own style is */
  /* Runs the statement for each of `rows` rows of values, parameters() of them, borrowed for the call; rows that come
   * back are dropped. *changes: of all of them; -1: it does not say. It stands reset before and behind. NULL: a run for
   * each row. */
  int (*run_many)(corm_driver_stmt *, const corm_value *values, size_t rows, int64_t *changes, corm_error **err);
} corm_driver;
#define CORM_URL_PRIVATE 1u /* each connection has a database of its own (SQLite in memory) */

/* Adds a driver, for the life of the process: the table and its texts are borrowed, so they must be static. Any thread.
 * One for the same dialect goes before those registered earlier, and before the library's own. EARGUMENT: it lacks a
 * function that every driver has; EINVALID: more than 32. */
CORM_API int corm_driver_register(const corm_driver *, corm_error **err);
/* The driver of a dialect, those registered last first; NULL: there is none. Static; any thread. */
CORM_API const corm_driver *corm_driver_named(const char *dialect);

#ifdef __cplusplus
}
#endif
#endif
