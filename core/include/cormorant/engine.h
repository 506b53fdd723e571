/* Engines, pools, connections and transactions.
 *
 * Threads: an engine is shared by threads; a connection belongs to one thread at a time, save for corm_conn_cancel, and
 * may be handed over between calls. What waits for the database or for a connection does so without the host's lock.
 *
 * Statuses of what goes to the database: a CORM_EDB_ status, with what it said in the details; ECANCELLED after
 * corm_conn_cancel, or what the host's `poll` returned; ECLOSED after the connection was released; EPENDINGROLLBACK
 * when its transaction failed and was not rolled back yet; EMISUSE in a forked child, for a connection of its parent.
 * After an error with CORM_DETAIL_DISCONNECTED the connection was lost: roll back, and the next use gets a new one.
 *
 * Owner: each handle is counted, or freed by the function that is named where it is given out.
 */
#ifndef CORMORANT_ENGINE_H
#define CORMORANT_ENGINE_H

#include <cormorant/compile.h>
#include <cormorant/ext/driver.h>
#include <cormorant/ext/host.h>
#include <cormorant/result.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- URLs ----------------------------------------------------------------------------------------------------------
 */

typedef struct corm_url corm_url;
/* Takes a URL apart: dialect+driver://user:password@host:port/database?key=value, percent escapes undone. *out is for
 * corm_url_free, NULL after a failure. EARGUMENT: it is none. Any thread. */
CORM_API int corm_url_parse(corm_url **out, const char *text, corm_error **err);
CORM_API void corm_url_free(corm_url *);                       /* NULL is fine */
CORM_API const corm_url_view *corm_url_peek(const corm_url *); /* lives with the URL */
/* The text again; the password as *** unless `password`. Free with corm_free; NULL when memory fails. */
CORM_API char *corm_url_format(const corm_url_view *, int password);

/* ---- Engines --------------------------------------------------------------------------------------------------------
 */

typedef enum corm_pool_kind {
  CORM_POOL_DEFAULT = 0,      /* QUEUE for files and servers, SINGLETON for SQLite in memory */
  CORM_POOL_QUEUE,            /* pool_size are kept, max_overflow more may be lent; who comes then waits */
  CORM_POOL_SINGLETON_THREAD, /* one for each thread */
  CORM_POOL_STATIC,           /* one for all threads: for tests */
  CORM_POOL_NULL              /* none is kept */
} corm_pool_kind;

typedef struct corm_engine_options {
  size_t size;
  int pool;                /* corm_pool_kind */
  int pool_size;           /* connections that are kept; 0: 5; negative: no limit */
  int max_overflow;        /* how many more may be lent; 0: 10; CORM_NO_OVERFLOW: none; -1: no limit */
  int64_t pool_timeout_ms; /* how long to wait for one; 0: 30 s */
  int64_t pool_recycle_ms; /* those that are older are replaced; 0: never */
  int pool_pre_ping;       /* 1: whether the database answers is asked before one is lent */
  int pool_lifo;           /* 1: the one that came back last is lent first */
  int cache_size;          /* compiled statements; 0: 500; negative: no cache */
  int prepared_size;       /* prepared statements per connection; 0: 128; negative: none is kept */
  const corm_host *host;   /* borrowed for the engine's life; NULL: a host of C inside the core */
} corm_engine_options;
#define CORM_NO_OVERFLOW (-2)

/* Takes no connection yet; options may be NULL. *out is one reference, for corm_engine_unref; NULL after a failure.
 * EARGUMENT: no URL, or one that its driver refuses; ENAME: no such dialect or driver; EUNSUPPORTED: a database without
 * a driver here. */
CORM_API int corm_engine_open(corm_engine **out, const char *url, const corm_engine_options *, corm_error **err);
CORM_API corm_engine *corm_engine_ref(corm_engine *); /* NULL gives NULL */
CORM_API void corm_engine_unref(corm_engine *);       /* closes it with the last reference; NULL is fine */
/* Closes the idle connections, those that are lent when they come back, and forgets compiled statements. close 0: the
 * idle ones are left open, for a parent process. The engine stays usable. Never fails. */
CORM_API int corm_engine_dispose(corm_engine *, int close, corm_error **err);
CORM_API void corm_engine_clear_cache(corm_engine *); /* compiled statements are forgotten */
CORM_API const corm_dialect *corm_engine_peek_dialect(const corm_engine *);
CORM_API const corm_url_view *corm_engine_peek_url(const corm_engine *);
/* Which events the host is told: a mask by CORM_EV_BIT of the engine's kinds (0..31). Any thread. */
CORM_API void corm_engine_set_events(corm_engine *, uint64_t mask);
/* Calls fn(ctx, event, err) for each event of a kind below CORM_EV_BEFORE_INSERT (EARGUMENT: another kind), behind the
 * host and the listeners before it. Listen before other threads use the engine; it lasts as long as the engine, and so
 * must ctx. */
CORM_API int corm_engine_listen(corm_engine *, int kind, corm_listener fn, void *ctx, corm_error **err);
typedef struct corm_pool_status {
  size_t size;
  int pool_size;   /* as in the options */
  int checked_in;  /* idle */
  int overflow;    /* how many there are beyond pool_size; negative: so many fewer */
  int checked_out; /* lent */
} corm_pool_status;
/* How many connections there are at this moment. All of *out is written. Any thread. */
CORM_API void corm_engine_get_pool_status(corm_engine *, corm_pool_status *out);

/* ---- Connections ----------------------------------------------------------------------------------------------------
 */

/* One from the pool, or a new one, for this thread, until corm_conn_release; it keeps its engine. NULL after a failure.
 * ETIMEOUT: none came free in time; a status of the database: it could not be opened; one of a listener. */
CORM_API int corm_conn_acquire(corm_conn **out, corm_engine *, corm_error **err);
/* Rolls back what is open, ends results that are being read, and gives the connection back. NULL is fine. */
CORM_API void corm_conn_release(corm_conn *);
/* The handle is counted, so that a binding's object may outlive the release: what is used then is ECLOSED. */
CORM_API corm_conn *corm_conn_ref(corm_conn *);
CORM_API void corm_conn_unref(corm_conn *); /* NULL is fine */
CORM_API int corm_conn_peek_released(const corm_conn *);
CORM_API corm_engine *corm_conn_peek_engine(const corm_conn *);
/* Tells one driver's connection from another while both live; NULL when there is none now. */
CORM_API const void *corm_conn_peek_link(const corm_conn *);
/* Closes the driver's connection; the next use gets a new one, after a rollback where a transaction was open. */
CORM_API void corm_conn_invalidate(corm_conn *);
CORM_API int corm_conn_peek_invalidated(const corm_conn *);
/* Takes the driver's connection out of the pool for good: it is closed by corm_conn_release. */
CORM_API void corm_conn_detach(corm_conn *);

/* Transactions. Statements begin one by themselves; the driver sends BEGIN by its own rule. begin: EINVALID when one is
 * under way. commit: fine when there is none; after a failure only a rollback leads out. rollback: fine when there is
 * none. */
CORM_API int corm_conn_begin(corm_conn *, corm_error **err);
CORM_API int corm_conn_commit(corm_conn *, corm_error **err);
CORM_API int corm_conn_rollback(corm_conn *, corm_error **err);
CORM_API int corm_conn_peek_in_transaction(const corm_conn *);
/* The number of the transaction that has begun: none before it had the same. 0: none has begun. */
CORM_API unsigned corm_conn_peek_transaction(const corm_conn *);
/* The generated key of the row that was inserted last over this connection, by whatever statement; 0: none, or the
 * database does not say. */
CORM_API int corm_conn_last_key(int64_t *out, corm_conn *, corm_error **err);
/* Savepoints; they begin a transaction where there is none. The name is given by the core (sa_savepoint_1, counted per
 * transaction) and written to name_out, which has room for 64 bytes. */
CORM_API int corm_conn_savepoint(corm_conn *, char *name_out, corm_error **err);
CORM_API int corm_conn_release_savepoint(corm_conn *, const char *name, corm_error **err);
CORM_API int corm_conn_rollback_to(corm_conn *, const char *name, corm_error **err);
/* Whether it is there still: neither it nor what is around it has ended. */
CORM_API int corm_conn_peek_savepoint(const corm_conn *, const char *name);
/* EARGUMENT: the database has no such isolation level. "AUTOCOMMIT" is one of every database. */
CORM_API int corm_engine_check_isolation(const corm_engine *, const char *level, corm_error **err);
/* For the transactions to come, until the connection is given back; lasting: for as long as the driver's connection
 * lives (said when it is new: event CONNECT). EARGUMENT as above; EINVALID inside of a transaction. */
CORM_API int corm_conn_set_isolation(corm_conn *, const char *level, int lasting, corm_error **err);
/* What the database says; static. EUNSUPPORTED: the driver knows no levels. */
CORM_API int corm_conn_get_isolation(corm_conn *, const char **level, corm_error **err);
CORM_API int corm_conn_peek_autocommit(const corm_conn *); /* the level is AUTOCOMMIT */
/* Rows changed since the driver's connection was opened; -1 where nobody counts. */
CORM_API int corm_conn_total_changes(int64_t *out, corm_conn *, corm_error **err);
/* on: the driver's connection sends no BEGIN of its own, for as long as it lives. */
CORM_API void corm_conn_manual_transactions(corm_conn *, int on);

/* Values by name for one or more executions; all of it is borrowed for the call. */
typedef struct corm_params {
  size_t size;
  const char *const *names; /* n: parameters of the statement, and columns of SET and VALUES by key */
  size_t n;
  const corm_value *values; /* rows * n, row by row */
  size_t rows;              /* 0, 1: one execution; more: one for each row (INSERT, UPDATE, DELETE) */
  int executemany;          /* 1: a list was given, even if of one row */
  /* The values of parameters that stand for a list, by name: n_lists lists, each of so many values (members * width).
   */
  const char *const *list_names;
  const corm_value *const *lists;
  const size_t *list_lengths;
  size_t n_lists;
} corm_params;

/* The text of a statement, from the engine's cache when one of that shape was compiled before: corm_compiled_binds_of
 * gives this one's values. options may be NULL; *out and statuses as of corm_compile. Any thread. */
CORM_API int corm_engine_compile(corm_compiled **out, corm_engine *, const corm_stmt *, const corm_compile_options *,
                                 corm_error **err);
#define CORM_EXEC_NO_CACHE 1u /* the compiled statement is neither looked for nor kept */
/* Rows of a query are taken from the server when they are asked for, so that memory does not hold all of them. Another
 * statement on the connection takes the rest into memory; leaving early reads the rest and forgets it. */
#define CORM_EXEC_STREAM 256u
/* Compiles through the engine's cache, converts, binds, runs. The statement is borrowed; params may be NULL; flags:
 * CORM_EXEC_NO_CACHE, CORM_EXEC_STREAM. *out is for corm_result_free, also where there are no rows; NULL after a
 * failure. Statuses of corm_compile, and: ESTATEMENT: a parameter without a value, or with one that its type refuses;
 * EUNSUPPORTED: it compares with an object, which needs a session; EDB_INTEGRITY: a constraint, with its kind in the
 * details. */
CORM_API int corm_conn_execute(corm_result **out, corm_conn *, const corm_stmt *, const corm_params *params,
                               unsigned flags, corm_error **err);
/* corm_conn_execute of a statement that was made for this one call: takes it, also when it fails. */
CORM_API int corm_conn_query(corm_result **out, corm_conn *, corm_stmt *, corm_error **err);
/* SQL as the driver takes it, values by position: `rows` runs (0: one) of n values each, borrowed for the call. *out as
 * above. */
CORM_API int corm_conn_execute_sql(corm_result **out, corm_conn *, const char *sql, const corm_value *values, size_t n,
                                   size_t rows, corm_error **err);
/* One run of it, whose rows are taken from the server when they are asked for: CORM_EXEC_STREAM. */
CORM_API int corm_conn_stream_sql(corm_result **out, corm_conn *, const char *sql, const corm_value *values, size_t n,
                                  corm_error **err);
/* An INSERT of `rows` rows of `columns` cells each, in order of the table's columns; all borrowed for the call. *out as
 * above. EARGUMENT: no INSERT of a table, too many columns, or no rows. */
CORM_API int corm_conn_execute_many(corm_result **out, corm_conn *, const corm_stmt *, const corm_value *cells,
                                    size_t rows, size_t columns, corm_error **err);
/* Stops what runs on it, from any thread, while the connection is not released: the running call ends in ECANCELLED.
 * Nothing happens when none runs. */
CORM_API void corm_conn_cancel(corm_conn *);
/* Whether the database answers: a status of the database when it does not. */
CORM_API int corm_conn_ping(corm_conn *, corm_error **err);
CORM_API int corm_conn_peek_server_version(const corm_conn *); /* 3.40.1 is 304001, 15.4 is 1500400; 0: unknown */
/* Whether a table or view exists; schema NULL: where names without one are found. EUNSUPPORTED: the dialect does not
 * know how to ask. */
CORM_API int corm_conn_has_table(corm_conn *, const char *schema, const char *table, int *yes, corm_error **err);
/* Whether an enumeration exists as a type of the database's; EUNSUPPORTED where there are none. */
CORM_API int corm_conn_has_type(corm_conn *, const char *schema, const char *name, int *yes, corm_error **err);

/* One table with its indexes, its comments, and the types that its columns need. checkfirst: nothing when it is there
 * (to be dropped: when it is not). */
CORM_API int corm_conn_create_table(corm_conn *, corm_table *, int checkfirst, corm_error **err);
CORM_API int corm_conn_drop_table(corm_conn *, corm_table *, int checkfirst, corm_error **err);
/* The same for n tables of a catalog, or NULL: for all, in an order that foreign keys allow. ECIRCULAR: tables that are
 * to be dropped refer to each other, by foreign keys without a name. The transaction stays open. */
CORM_API int corm_conn_create_all(corm_conn *, corm_catalog *, corm_table *const *tables, size_t n, int checkfirst,
                                  corm_error **err);
CORM_API int corm_conn_drop_all(corm_conn *, corm_catalog *, corm_table *const *tables, size_t n, int checkfirst,
                                corm_error **err);
/* The same for all tables over a connection and a transaction of its own, which is committed: creates what is missing,
 * drops what is there. Any thread. */
CORM_API int corm_engine_create_all(corm_engine *, corm_catalog *, corm_error **err);
CORM_API int corm_engine_drop_all(corm_engine *, corm_catalog *, corm_error **err);

#ifdef __cplusplus
}
#endif
#endif
