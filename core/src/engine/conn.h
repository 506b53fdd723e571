/* Inside engine: its structs. Who uses which lock:
 * - pool.lock guards the pool's lists; nothing waits while holding it, save for its condition.
 * - link.busy is held while a driver's function runs: connections that share a link take turns.
 * - link.cancel_lock guards `running`, so that a cancel from another thread meets only a run that is going on.
 * None of them is held while the host's lock is taken.
 */
#ifndef CM_ENGINE_CONN_H
#define CM_ENGINE_CONN_H
#include "engine/engine.h"
#include "engine/listen.h"

/* ---- Prepared statements of one driver connection -------------------------------------------------------- */

typedef struct cm_prepared {
  corm_driver_stmt *stmt;
  struct cm_prepared *newer, *older; /* by last use */
  uint64_t hash;
  size_t sql_len;
  int in_use, kept; /* kept: in the cache */
  char sql[];
} cm_prepared;

typedef struct cm_statements {
  const corm_driver *driver;
  cm_map by_hash;
  cm_prepared *newest, *oldest;
  size_t n, most;
} cm_statements;

/* A statement that nobody else uses: from the cache, or prepared now. U */
int cm_statements_take(cm_prepared **out, cm_statements *, corm_driver_conn *, const cm_run *, corm_error **err);
void cm_statements_give(cm_statements *, cm_prepared *); /* resets it. U */
void cm_statements_clear(cm_statements *);               /* those in use are finalized when given back. U */

/* ---- Links: a driver's connection and what belongs to it ------------------------------------------------- */

typedef struct cm_link {
  const corm_driver *driver;
  corm_driver_conn *conn;
  cm_statements statements;
  cm_mutex busy, cancel_lock;
  int running;
  unsigned fork_generation;
  uint64_t pool_generation;                /* the pool was disposed of since: not taken back */
  uint64_t thread;                         /* SINGLETON_THREAD: whose it is */
  const char *isolation, *usual_isolation; /* as it was set, and as it goes back into the pool; static, NULL: never */
  int64_t born;
  int users, told, manual, counted, is_static;
  struct cm_link *next; /* in a list of the pool */
} cm_link;

int cm_link_open(cm_link **out, corm_engine *, corm_error **err); /* U */
void cm_link_close(cm_link *);                                    /* U; abandons what was inherited by a fork */
void cm_link_enter(cm_link *);                                    /* before functions of the driver. U */
void cm_link_leave(cm_link *);                                    /* after them. U */
void cm_link_cancel(cm_link *);
int cm_link_reset_isolation(cm_link *); /* U */
int cm_link_is_autocommit(const cm_link *);

/* ---- Pools ----------------------------------------------------------------------------------------------- */

typedef struct cm_pool {
  int kind, size, max_overflow, pre_ping, lifo;
  int64_t timeout_ms, recycle_ms;
  cm_mutex lock;
  cm_cond freed;
  cm_link *first, *last; /* idle ones, oldest return first; SINGLETON_THREAD, STATIC: all of them */
  int idle, total;       /* total: idle and checked out */
  uint64_t generation;
  unsigned fork_generation;
} cm_pool;

int cm_pool_init(cm_pool *, const corm_engine_options *, int is_private, corm_error **err);
int cm_pool_take(cm_link **out, corm_engine *, uint64_t thread, corm_error **err); /* U: waits, opens */
void cm_pool_give(cm_pool *, cm_link *, int keep);                                 /* U: closes what it does not keep */
void cm_pool_forget(cm_pool *, cm_link *);                                         /* no longer counted */
int cm_pool_is_shared(const cm_pool *);
void cm_pool_dispose(cm_pool *, int close); /* U */
void cm_pool_free(cm_pool *);

/* Inside blocks: taking back the last row, and some rows of one as a block of their own. */
void cm_block_drop_last(corm_block *);
int cm_block_view(corm_block **out, corm_block *of, size_t offset, size_t rows, corm_error **err);

/* ---- Engine, connection, cursor -------------------------------------------------------------------------- */

struct corm_engine {
  atomic_int refs;
  corm_url *url;
  corm_url_view target; /* the URL as the driver is to see it */
  char *target_database;
  const corm_dialect *dialect;
  const corm_driver *driver;
  const corm_host *host;
  cm_cache *cache; /* NULL: none */
  size_t prepared_size;
  _Atomic uint64_t events;   /* that the host wants */
  _Atomic uint64_t listened; /* that listeners want */
  cm_listeners listeners;
  cm_pool pool;
  int pool_ready;
};

struct corm_conn {
  atomic_int refs;
  corm_engine *engine;
  cm_link *link;   /* NULL: released or invalidated */
  uint64_t thread; /* for which it was acquired */
  int released, invalidated, detached;
  int in_transaction, must_begin; /* must_begin: the driver was not told yet */
  int must_roll_back;             /* a COMMIT failed, or the link was lost inside of a transaction */
  int autocommit;
  unsigned transactions; /* that were begun */
  unsigned savepoints;   /* names given */
  unsigned *open;        /* the numbers of the savepoints that are open, innermost last */
  size_t n_open, cap_open;
  cm_cursor *cursors; /* open ones */
};

struct cm_cursor {
  corm_conn *conn; /* NULL: the connection has closed it */
  cm_link *link;
  cm_prepared *prepared;
  corm_value *cells;
  size_t n_columns;
  int has_row, done; /* has_row: stepped onto a row that was not handed out yet */
  int64_t changes, last_key;
  cm_run run;
  size_t row;       /* of the run's values: which one runs */
  char **names;     /* where the compiled statement does not say */
  corm_block *kept; /* the rest of its rows, read before the connection went: see cm_conn_keep_rows */
  size_t kept_at;
  cm_cursor *next;
};

/* Leaves the host's lock and enters the link; and back. */
void cm_conn_leave(corm_conn *);
void cm_conn_enter(corm_conn *);
void cm_host_leave(const corm_host *);
void cm_host_enter(const corm_host *);
/* Usable for a statement: not closed, a link is there, no failed transaction. L */
int cm_conn_ready(corm_conn *, corm_error **err);
/* Tells the driver that a transaction begins, when it was not told yet. U */
int cm_conn_start(corm_conn *, corm_error **err);
void cm_conn_close_cursors(corm_conn *);
/* lost.c: says whose error it is, and whether the connection is lost, which it gives back. L */
int cm_conn_describe_failure(const corm_conn *, corm_error **err);
/* The same; a lost connection is thrown away. Gives the status back. L */
int cm_conn_note_failure(corm_conn *, int status, corm_error **err);
/* Adds the statement to an error and tells HANDLE_ERROR. Returns status. L */
int cm_conn_failed(corm_conn *, const cm_run *, int status, corm_error **err);
int cm_tell_simple(corm_conn *, int kind, const char *name, corm_error **err);
int cm_tell_cursor(corm_conn *, int kind, const cm_run *, corm_error **err);
/* BEFORE_CURSOR: a listener may put another text into the run: run->replaced, to be freed by cm_free. */
int cm_tell_before(corm_conn *, cm_run *, corm_error **err);
static inline int cm_hears(const corm_engine *e, int kind) {
  return ((atomic_load_explicit(&e->events, memory_order_relaxed) |
           atomic_load_explicit(&e->listened, memory_order_relaxed)) &
          CORM_EV_BIT(kind)) != 0;
}
#endif
