/* What a database driver implements: a table of functions. A driver sees text and cells, never a tree or a dialect.
 * Members are only appended; `size` says which exist. All functions of one connection are called by one thread at a
 * time. */
#ifndef CORMORANT_EXT_DRIVER_H
#define CORMORANT_EXT_DRIVER_H

#include <cormorant/error.h>
#include <cormorant/value.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct corm_driver_conn corm_driver_conn; /* the driver's own */
typedef struct corm_driver_stmt corm_driver_stmt; /* the driver's own */

/* A URL, taken apart and unescaped; absent parts are NULL, port 0. */
typedef struct corm_url_view {
  size_t size;
  const char *database_kind; /* "sqlite" */
  const char *driver;        /* what stood behind "+", or NULL */
  const char *username, *password, *host, *database;
  int port;
  const char *const *option_names, *const *option_values;
  size_t n_options;
} corm_url_view;

/* How a driver waits: `poll` is called without the host's lock about every 100 ms; non-zero: stop, with its error. */
typedef struct corm_driver_env {
  size_t size;
  int (*poll)(void *self, corm_error **err);
  void *poll_self;
} corm_driver_env;

#define CORM_STEP_ROW 1
#define CORM_STEP_DONE 2

typedef struct corm_driver {
  size_t size;
  const char *name;    /* "sqlite3" */
  const char *dialect; /* the dialect that it speaks */
  int (*open)(corm_driver_conn **out, const corm_url_view *, corm_error **err);
  void (*close)(corm_driver_conn *);   /* also after a failure; statements were finalized before */
  void (*abandon)(corm_driver_conn *); /* in a forked child: free memory, leave the database alone */
  void (*set_env)(corm_driver_conn *, const corm_driver_env *); /* NULL: nobody polls */
  /* One statement. `sql` is not kept. */
  int (*prepare)(corm_driver_stmt **out, corm_driver_conn *, const char *sql, size_t n, corm_error **err);
  void (*finalize)(corm_driver_stmt *);
  int (*bind)(corm_driver_stmt *, size_t index_from_0, const corm_value *, corm_error **err); /* borrowed until reset */
  size_t (*parameters)(corm_driver_stmt *);
  /* CORM_OK and *step ROW or DONE. The first step runs the statement. */
  int (*step)(corm_driver_stmt *, int *step, corm_error **err);
  /* The row's cells: borrowed until the next step or reset. `cells` has columns() places. */
  void (*row)(corm_driver_stmt *, corm_value *cells);
  size_t (*columns)(corm_driver_stmt *);
  const char *(*column_name)(corm_driver_stmt *, size_t i);
  void (*reset)(corm_driver_stmt *);       /* ends the run, forgets the bindings */
  int64_t (*changes)(corm_driver_stmt *);  /* rows that the run that ended changed, or read if the database counts
                                            * those too; -1: it does not say */
  int64_t (*last_key)(corm_driver_conn *); /* of the last INSERT of one row */
  /* Keys of a multi-row INSERT into `table`: watch before, then the keys in order; 0 when they could not be observed.
   */
  void (*watch)(corm_driver_conn *, const char *schema, const char *table);
  size_t (*watched)(corm_driver_conn *, const int64_t **keys);
  int (*readonly)(corm_driver_stmt *);                /* the statement changes nothing */
  int (*begin)(corm_driver_conn *, corm_error **err); /* by the driver's own rule of when BEGIN goes out */
  int (*commit)(corm_driver_conn *, corm_error **err);
  int (*rollback)(corm_driver_conn *, corm_error **err);
  int (*savepoint)(corm_driver_conn *, const char *name, int what /* 0 set, 1 release, 2 roll back to */,
                   corm_error **err);
  int (*in_transaction)(corm_driver_conn *); /* as the database sees it */
  /* Whether a multi-row INSERT into the table may be watched (no triggers); NULL: always. */
  int (*table_has_triggers)(corm_driver_conn *, const char *schema, const char *table);
  void (*cancel)(corm_driver_conn *); /* from any thread */
  int (*ping)(corm_driver_conn *, corm_error **err);
  int (*server_version)(corm_driver_conn *); /* 3.40.1 as 304001, 15.4 as 1500400 */
  /* PEP 249 faces: 0 autocommit as the driver's default rule, 1: the driver sends no BEGIN by itself (isolation_level
   * None) */
  void (*manual_transactions)(corm_driver_conn *, int on);
  /* Checks a URL without connecting (EARGUMENT). *database may be set to what open is to get instead (an absolute
   * path), to be freed by corm_free; *flags by the bits below. NULL: every URL is fine. */
  int (*check_url)(const corm_url_view *, char **database, unsigned *flags, corm_error **err);
  /* Isolation levels by their names in SQL, NULL at the end. `set` is for the transactions to come, and called outside
   * of one, with one of these pointers; `get` is what the database says, also one of these. NULL: there are none. */
  const char *const *isolation_levels;
  int (*set_isolation)(corm_driver_conn *, const char *level, corm_error **err);
  int (*get_isolation)(corm_driver_conn *, const char **level, corm_error **err);
  int64_t (*total_changes)(corm_driver_conn *); /* rows changed since it was opened; NULL: nobody counts */
  /* Whether the connection is lost: nothing runs on it any more. Asked after a call that failed. NULL: it cannot be
   * lost. */
  int (*is_dead)(corm_driver_conn *);
  /* Rows come from the database as they are stepped to, instead of all of them before the first. Said before the first
   * step; holds until finalize. Running another statement of the connection first takes the rows that are left into
   * memory. NULL: rows always come so, or never. */
  void (*stream)(corm_driver_stmt *, int on);
  /* What BEGIN is to say besides the isolation level, from the next transaction on ("READ ONLY, DEFERRABLE"); "":
   * nothing. Copied. NULL: there is no such thing. */
  int (*transaction_modes)(corm_driver_conn *, const char *modes, corm_error **err);
  /* As open, but polled while it waits; NULL: open never waits long. */
  int (*open_polled)(corm_driver_conn **out, const corm_url_view *, const corm_driver_env *, corm_error **err);
  int numbered_marks; /* parameters are $1, $2 ... in the text that it takes, whatever the dialect's own style is */
} corm_driver;
#define CORM_URL_PRIVATE 1u /* each connection has a database of its own (SQLite in memory) */
CORM_API int corm_driver_register(const corm_driver *, corm_error **err);
/* The driver of a dialect, those registered last first; NULL: there is none. Static; any thread. */
CORM_API const corm_driver *corm_driver_named(const char *dialect);

#ifdef __cplusplus
}
#endif
#endif
