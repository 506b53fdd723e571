/* Engines, pools, connections and transactions. An engine is counted and shared by threads; a connection belongs to one
 * thread at a time, save for corm_conn_cancel. What goes to the database may fail with a CORM_EDB_ status, ECANCELLED,
 * or ECLOSED after the connection was released.
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
/* Takes a URL apart, to be freed by corm_url_free. EARGUMENT: it is none. Any thread. */
CORM_API int corm_url_parse(corm_url **out, const char *text, corm_error **err);
CORM_API void corm_url_free(corm_url *);                       /* NULL is fine */
CORM_API const corm_url_view *corm_url_peek(const corm_url *); /* valid while the URL lives */
/* The text again; the password as *** unless `password`. Free with corm_free. */
CORM_API char *corm_url_format(const corm_url_view *, int password);

/* ---- Engines --------------------------------------------------------------------------------------------------------
 */

typedef enum corm_pool_kind {
  CORM_POOL_DEFAULT = 0, /* QUEUE for files and servers, SINGLETON for SQLite in memory */
  CORM_POOL_QUEUE,
  CORM_POOL_SINGLETON_THREAD,
  CORM_POOL_STATIC,
  CORM_POOL_NULL
} corm_pool_kind;

typedef struct corm_engine_options {
  size_t size;
  int pool;
  int pool_size;           /* 0: 5 */
  int max_overflow;        /* 0: 10; negative: -1 none at all is said as CORM_NO_OVERFLOW */
  int64_t pool_timeout_ms; /* 0: 30 s */
  int64_t pool_recycle_ms; /* 0: never */
  int pool_pre_ping;
  int pool_lifo;
  int cache_size;        /* compiled statements; 0: 500; negative: no cache */
  int prepared_size;     /* prepared statements per connection; 0: 128 */
  const corm_host *host; /* kept for the engine's life; NULL: a host of C inside the core */
} corm_engine_options;
#define CORM_NO_OVERFLOW (-2)

/* Takes no connection yet; options may be NULL. *out is one reference, for corm_engine_unref. EARGUMENT: no URL, or one
 * that its driver refuses; ENAME: no such dialect or driver; EUNSUPPORTED: a database without a driver here. */
CORM_API int corm_engine_open(corm_engine **out, const char *url, const corm_engine_options *, corm_error **err);
CORM_API corm_engine *corm_engine_ref(corm_engine *);
CORM_API void corm_engine_unref(corm_engine *); /* closes it with the last reference; NULL is fine */
/* Closes idle connections, clears the statement cache; those checked out are closed when they come back. Usable after.
 */
CORM_API int corm_engine_dispose(corm_engine *, int close, corm_error **err);
CORM_API void corm_engine_clear_cache(corm_engine *); /* compiled statements are forgotten */
CORM_API const corm_dialect *corm_engine_peek_dialect(const corm_engine *);
CORM_API const corm_url_view *corm_engine_peek_url(const corm_engine *);
/* Which events are told: masks by CORM_EV_BIT of the engine's kinds (0..31). */
CORM_API void corm_engine_set_events(corm_engine *, uint64_t mask);
/* Calls fn(ctx, event, err) for each event of a kind below CORM_EV_BEFORE_INSERT (EARGUMENT: another kind), behind the
 * host and the listeners before it. Listen before other threads use the engine; it lasts as long as the engine. */
CORM_API int corm_engine_listen(corm_engine *, int kind, corm_listener fn, void *ctx, corm_error **err);
typedef struct corm_pool_status {
  size_t size;
  int pool_size, checked_in, overflow, checked_out;
} corm_pool_status;
/* How many connections there are, at this moment; out->size is written. */
CORM_API void corm_engine_get_pool_status(corm_engine *, corm_pool_status *out);

/* ---- Connections ----------------------------------------------------------------------------------------------------
 */

/* One from the pool, or a new one, for this thread, until corm_conn_release. ETIMEOUT: none came free in time; a status
 * of the database: it could not be opened. It holds a reference to its engine. */
CORM_API int corm_conn_acquire(corm_conn **out, corm_engine *, corm_error **err);
/* Rolls back what is open and gives the connection back. NULL is fine. */
CORM_API void corm_conn_release(corm_conn *);
/* The struct is counted, so that a binding's object may outlive the release: what is used then is ECLOSED. */
CORM_API corm_conn *corm_conn_ref(corm_conn *);
CORM_API void corm_conn_unref(corm_conn *); /* NULL is fine */
CORM_API int corm_conn_peek_released(const corm_conn *);
CORM_API corm_engine *corm_conn_peek_engine(const corm_conn *);
/* Tells one driver's connection from another while both live; NULL when there is none now. */
CORM_API const void *corm_conn_peek_link(const corm_conn *);
/* Throws the driver's connection away; the next use gets a new one. */
CORM_API void corm_conn_invalidate(corm_conn *);
CORM_API int corm_conn_peek_invalidated(const corm_conn *);
/* Takes it out of the pool's count for good. */
CORM_API void corm_conn_detach(corm_conn *);

/* Transactions: begin is told once (event BEGIN); the driver sends BEGIN by its own rule. */
/* Statements begin one by themselves. begin: EINVALID when one is under way. commit, rollback: fine when there is none.
 */
CORM_API int corm_conn_begin(corm_conn *, corm_error **err);
CORM_API int corm_conn_commit(corm_conn *, corm_error **err);
CORM_API int corm_conn_rollback(corm_conn *, corm_error **err);
CORM_API int corm_conn_peek_in_transaction(const corm_conn *);
/* The number of the transaction that has begun: none before it had the same. 0: none has begun. */
CORM_API unsigned corm_conn_peek_transaction(const corm_conn *);
/* The generated key of the row that was inserted last over this connection, by whatever statement; 0: none. */
CORM_API int corm_conn_last_key(int64_t *out, corm_conn *, corm_error **err);
/* Names are given by the core: sa_savepoint_1, counted per connection. `name` is copied to out (at most 64 bytes). */
CORM_API int corm_conn_savepoint(corm_conn *, char *name_out, corm_error **err);
CORM_API int corm_conn_release_savepoint(corm_conn *, const char *name, corm_error **err);
CORM_API int corm_conn_rollback_to(corm_conn *, const char *name, corm_error **err);
/* Whether it is there still: neither it nor what is around it has ended. */
CORM_API int corm_conn_peek_savepoint(const corm_conn *, const char *name);
/* EARGUMENT: the database has no such isolation level. "AUTOCOMMIT" is one of every database. */
CORM_API int corm_engine_check_isolation(const corm_engine *, const char *level, corm_error **err);
/* For the transactions to come, until the connection is given back; `lasting`: for as long as the driver's connection
 * lives (said when it is new: event CONNECT). EINVALID inside of a transaction. */
CORM_API int corm_conn_set_isolation(corm_conn *, const char *level, int lasting, corm_error **err);
/* The database's word; a static string. */
CORM_API int corm_conn_get_isolation(corm_conn *, const char **level, corm_error **err);
CORM_API int corm_conn_peek_autocommit(const corm_conn *); /* the level is AUTOCOMMIT */
/* Rows changed since the driver's connection was opened; -1 where nobody counts. */
CORM_API int corm_conn_total_changes(int64_t *out, corm_conn *, corm_error **err);
CORM_API void corm_conn_manual_transactions(corm_conn *, int on); /* the driver sends no BEGIN of its own */

/* Values by name for one or more executions. */
typedef struct corm_params {
  size_t size;
  const char *const *names;
  size_t n;
  const corm_value *values; /* rows * n; borrowed during the call; an expanding bind's value: EXPAND below */
  size_t rows;              /* 1: one execution; more: executemany (INSERT, UPDATE, DELETE) */
  int executemany;          /* a list was given, even of one */
  /* values for expanding binds, by name: n_lists lists */
  const char *const *list_names;
  const corm_value *const *lists;
  const size_t *list_lengths; /* in values: members * width */
  size_t n_lists;
} corm_params;

/* The text of a statement, from the engine's cache when one of that shape was compiled before: corm_compiled_binds_of
 * gives this one's values. options may be NULL. */
CORM_API int corm_engine_compile(corm_compiled **out, corm_engine *, const corm_stmt *, const corm_compile_options *,
                                 corm_error **err);
#define CORM_EXEC_NO_CACHE 1u
/* Compiles (through the engine's cache), converts, binds, runs. The statement is borrowed; params may be NULL. *out is
 * freed by corm_result_free, also where there are no rows. EDB_INTEGRITY: a constraint, with its kind in the details.
 */
CORM_API int corm_conn_execute(corm_result **out, corm_conn *, const corm_stmt *, const corm_params *params,
                               unsigned flags, corm_error **err);
/* corm_conn_execute of a statement made for this one call: takes it, also when it fails. */
CORM_API int corm_conn_query(corm_result **out, corm_conn *, corm_stmt *, corm_error **err);
/* SQL as the driver takes it, values by position: `rows` runs of `n` values, borrowed for the call. */
CORM_API int corm_conn_execute_sql(corm_result **out, corm_conn *, const char *sql, const corm_value *values, size_t n,
                                   size_t rows, corm_error **err);
/* An INSERT of `rows` rows of `columns` cells each, in order of the table's columns; all borrowed for the call.
 * EARGUMENT: no INSERT, or too many columns. */
CORM_API int corm_conn_execute_many(corm_result **out, corm_conn *, const corm_stmt *, const corm_value *cells,
                                    size_t rows, size_t columns, corm_error **err);
/* Stops what runs on it, from any thread: the running call ends in ECANCELLED. */
CORM_API void corm_conn_cancel(corm_conn *);
/* Whether the database answers: a status of the database when it does not. */
CORM_API int corm_conn_ping(corm_conn *, corm_error **err);
CORM_API int corm_conn_peek_server_version(const corm_conn *); /* 3.40.1 is 304001, 15.4 is 1500400 */
/* Whether a table or view exists (checkfirst). */
CORM_API int corm_conn_has_table(corm_conn *, const char *schema, const char *table, int *yes, corm_error **err);

/* Whether an enumeration exists as a type of the database's; EUNSUPPORTED where there are none. */
CORM_API int corm_conn_has_type(corm_conn *, const char *schema, const char *name, int *yes, corm_error **err);

/* One table with its indexes, and the types that its columns need. */
CORM_API int corm_conn_create_table(corm_conn *, corm_table *, int checkfirst, corm_error **err);
CORM_API int corm_conn_drop_table(corm_conn *, corm_table *, int checkfirst, corm_error **err);
/* The statement of a catalog's CREATE or DROP, one after the other, with checkfirst; tables NULL: all. */
CORM_API int corm_conn_create_all(corm_conn *, corm_catalog *, corm_table *const *tables, size_t n, int checkfirst,
                                  corm_error **err);
CORM_API int corm_conn_drop_all(corm_conn *, corm_catalog *, corm_table *const *tables, size_t n, int checkfirst,
                                corm_error **err);
/* The same over a connection and transaction of their own: creates what is missing, drops what is there. */
CORM_API int corm_engine_create_all(corm_engine *, corm_catalog *, corm_error **err);
CORM_API int corm_engine_drop_all(corm_engine *, corm_catalog *, corm_error **err);

#ifdef __cplusplus
}
#endif
#endif
