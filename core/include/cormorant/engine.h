/* Engines, pools, connections and transactions. An engine is shared by threads; a connection belongs to one at a time.
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
CORM_API int corm_url_parse(corm_url **out, const char *text, corm_error **err);
CORM_API void corm_url_free(corm_url *);
CORM_API const corm_url_view *corm_url_peek(const corm_url *);
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

/* Takes no connection yet. ENAME: no such dialect or driver. */
CORM_API int corm_engine_open(corm_engine **out, const char *url, const corm_engine_options *, corm_error **err);
CORM_API corm_engine *corm_engine_ref(corm_engine *);
CORM_API void corm_engine_unref(corm_engine *);
/* Closes idle connections, clears the statement cache; those checked out are closed when they come back. Usable after.
 */
CORM_API int corm_engine_dispose(corm_engine *, int close, corm_error **err);
CORM_API void corm_engine_clear_cache(corm_engine *);
CORM_API const corm_dialect *corm_engine_peek_dialect(const corm_engine *);
CORM_API const corm_url_view *corm_engine_peek_url(const corm_engine *);
/* Which events are told: masks by CORM_EV_BIT of the engine's kinds (0..31). */
CORM_API void corm_engine_set_events(corm_engine *, uint64_t mask);
typedef struct corm_pool_status {
  size_t size;
  int pool_size, checked_in, overflow, checked_out;
} corm_pool_status;
CORM_API void corm_engine_get_pool_status(corm_engine *, corm_pool_status *out);

/* ---- Connections ----------------------------------------------------------------------------------------------------
 */

/* From the pool; ETIMEOUT when none comes free. */
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
CORM_API int corm_conn_begin(corm_conn *, corm_error **err);
CORM_API int corm_conn_commit(corm_conn *, corm_error **err);
CORM_API int corm_conn_rollback(corm_conn *, corm_error **err);
CORM_API int corm_conn_peek_in_transaction(const corm_conn *);
/* The generated key of the row that was inserted last over this connection, by whatever statement; 0: none. */
CORM_API int corm_conn_last_key(int64_t *out, corm_conn *, corm_error **err);
/* Names are given by the core: sa_savepoint_1, counted per connection. `name` is copied to out (at most 64 bytes). */
CORM_API int corm_conn_savepoint(corm_conn *, char *name_out, corm_error **err);
CORM_API int corm_conn_release_savepoint(corm_conn *, const char *name, corm_error **err);
CORM_API int corm_conn_rollback_to(corm_conn *, const char *name, corm_error **err);
CORM_API void corm_conn_set_autocommit(corm_conn *, int on);      /* isolation level AUTOCOMMIT */
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

#define CORM_EXEC_NO_CACHE 1u
/* Compiles (through the engine's cache), converts, binds, runs. params may be NULL. */
CORM_API int corm_conn_execute(corm_result **out, corm_conn *, const corm_stmt *, const corm_params *params,
                               unsigned flags, corm_error **err);
/* SQL as the driver takes it, values by position: `rows` runs of `n` values. */
CORM_API int corm_conn_execute_sql(corm_result **out, corm_conn *, const char *sql, const corm_value *values, size_t n,
                                   size_t rows, corm_error **err);
CORM_API int corm_conn_execute_many(corm_result **out, corm_conn *, const corm_stmt *, const corm_value *cells,
                                    size_t rows, size_t columns, corm_error **err);
/* Stops what runs on it, from any thread: the running call ends in ECANCELLED. */
CORM_API void corm_conn_cancel(corm_conn *);
CORM_API int corm_conn_ping(corm_conn *, corm_error **err);
CORM_API int corm_conn_peek_server_version(const corm_conn *);
/* Whether a table exists (checkfirst). */
CORM_API int corm_conn_has_table(corm_conn *, const char *schema, const char *table, int *yes, corm_error **err);

/* The statement of a catalog's CREATE or DROP, one after the other, with checkfirst; tables NULL: all. */
CORM_API int corm_conn_create_all(corm_conn *, corm_catalog *, corm_table *const *tables, size_t n, int checkfirst,
                                  corm_error **err);
CORM_API int corm_conn_drop_all(corm_conn *, corm_catalog *, corm_table *const *tables, size_t n, int checkfirst,
                                corm_error **err);

#ifdef __cplusplus
}
#endif
#endif
