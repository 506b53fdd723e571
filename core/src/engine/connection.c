/* Connections: lent from the pool, one thread at a time. */
#include "engine/conn.h"
#include "engine/fork.h"
#include <stddef.h>
#include <string.h>

const corm_host *cm_conn_host(const corm_conn *c) { return c->engine->host; }
corm_engine *corm_conn_peek_engine(const corm_conn *c) { return c->engine; }
int corm_conn_peek_invalidated(const corm_conn *c) { return c->invalidated; }

void cm_conn_leave(corm_conn *c) {
  cm_host_leave(c->engine->host);
  cm_link_enter(c->link);
}

void cm_conn_enter(corm_conn *c) {
  cm_link_leave(c->link);
  cm_host_enter(c->engine->host);
}

static void unref(corm_conn *c) {
  if (atomic_fetch_sub_explicit(&c->refs, 1, memory_order_acq_rel) != 1)
    return;
  corm_engine_unref(c->engine);
  cm_free(c->open);
  cm_free(c);
}
/* ---- Taking and giving ----------------------------------------------------------------------------------- */

/* CONNECT is told once for a driver's connection, CHECKOUT each time. */
static int tell_taken(corm_conn *c, corm_error **err) {
  int status = CORM_OK;
  if (!c->link->told) {
    c->link->told = 1;
    status = cm_tell_simple(c, CORM_EV_CONNECT, NULL, err);
    c->in_transaction = c->must_begin = 0; /* what a handler began is not the program's */
  }
  return status ? status : cm_tell_simple(c, CORM_EV_CHECKOUT, NULL, err);
}

static int take_link(corm_conn *c, corm_error **err) {
  int status = CORM_OK;
  cm_host_leave(c->engine->host);
  status = cm_pool_take(&c->link, c->engine, c->thread, err);
  cm_host_enter(c->engine->host);
  if (status)
    return status;
  status = tell_taken(c, err);
  c->autocommit = cm_link_is_autocommit(c->link);
  if (status) {
    cm_link *l = c->link;
    c->link = NULL;
    cm_host_leave(c->engine->host);
    cm_pool_give(&c->engine->pool, l, 0);
    cm_host_enter(c->engine->host);
  }
  return status;
}

int cm_conn_acquire_as(corm_conn **out, corm_engine *e, uint64_t thread, corm_error **err) {
  corm_conn *c = cm_alloc_zero(sizeof *c);
  int status = CORM_OK;
  *out = NULL;
  if (!c)
    return cm_fail_memory(err);
  atomic_init(&c->refs, 1);
  c->engine = corm_engine_ref(e);
  c->thread = thread;
  status = take_link(c, err);
  if (status) {
    c->released = 1; /* a listener's object may still know it */
    unref(c);
    return status;
  }
  *out = c;
  return CORM_OK;
}

int corm_conn_acquire(corm_conn **out, corm_engine *e, corm_error **err) {
  return cm_conn_acquire_as(out, e, cm_thread_id(), err);
}

corm_conn *cm_conn_ref(corm_conn *c) {
  if (c)
    atomic_fetch_add_explicit(&c->refs, 1, memory_order_relaxed);
  return c;
}

void cm_conn_unref(corm_conn *c) {
  if (c)
    unref(c);
}
corm_conn *corm_conn_ref(corm_conn *c) { return cm_conn_ref(c); }
void corm_conn_unref(corm_conn *c) { cm_conn_unref(c); }
int corm_conn_peek_released(const corm_conn *c) { return c->released; }
const void *corm_conn_peek_link(const corm_conn *c) { return c->link; }

/* Who gives a link back leaves it as it was: no transaction (save one of others who share it), its own transaction
 * mode. A link whose ROLLBACK fails is of no use. U */
static int put_in_order(corm_conn *c, cm_link *l) {
  int keep = 1;
  if (l->fork_generation != cm_fork_generation())
    return 0;
  cm_link_enter(l);
  if (l->driver->in_transaction(l->conn) &&
      (c->in_transaction || c->engine->pool.kind == CORM_POOL_STATIC || l->users <= 1))
    keep = l->driver->rollback(l->conn, NULL) == CORM_OK;
  keep = keep && cm_link_reset_isolation(l) == CORM_OK;
  cm_link_leave(l);
  return keep;
}

static void give_link(corm_conn *c, int keep) {
  cm_link *l = c->link;
  c->link = NULL;
  cm_host_leave(c->engine->host);
  if (keep)
    keep = put_in_order(c, l);
  cm_pool_give(&c->engine->pool, l, keep && !c->detached);
  cm_host_enter(c->engine->host);
}

/* Listeners cannot stop a release: what they raise is dropped. */
void corm_conn_release(corm_conn *c) {
  if (!c)
    return;
  if (c->link && !c->released) {
    cm_conn_close_cursors(c);
    if (c->in_transaction)
      cm_tell_simple(c, CORM_EV_ROLLBACK, NULL, NULL);
    cm_tell_simple(c, c->detached ? CORM_EV_CLOSE : CORM_EV_CHECKIN, NULL, NULL);
    give_link(c, 1);
  }
  c->released = 1;
  c->in_transaction = 0;
  unref(c);
}

void corm_conn_invalidate(corm_conn *c) {
  if (!c->link || c->released)
    return;
  cm_conn_close_cursors(c);
  cm_tell_simple(c, CORM_EV_CLOSE, NULL, NULL);
  give_link(c, 0);
  c->invalidated = 1;
  c->must_roll_back = c->in_transaction;
}

void corm_conn_detach(corm_conn *c) {
  if (!c->link || c->detached || cm_pool_is_shared(&c->engine->pool))
    return;
  c->detached = 1;
  cm_pool_forget(&c->engine->pool, c->link);
}

/* ---- Use ------------------------------------------------------------------------------------------------- */

int cm_conn_ready(corm_conn *c, corm_error **err) {
  int status = CORM_OK;
  if (c->released)
    return cm_fail(err, CORM_ECLOSED, "the connection was closed: it runs nothing any more");
  if (c->must_roll_back)
    return cm_fail(err, CORM_EPENDINGROLLBACK,
                   "this connection's transaction has failed: roll back before anything else is done");
  if (c->link && c->link->fork_generation != cm_fork_generation())
    return cm_fail(err, CORM_EMISUSE, "this connection was opened before the process forked: a child needs its own");
  if (c->link)
    return CORM_OK;
  status = take_link(c, err);
  if (!status)
    c->invalidated = 0;
  return status;
}

void corm_conn_cancel(corm_conn *c) {
  cm_link *l = c->link;
  if (l)
    cm_link_cancel(l);
}

int corm_conn_ping(corm_conn *c, corm_error **err) {
  int status = cm_conn_ready(c, err);
  if (status || !c->link->driver->ping)
    return status;
  cm_conn_leave(c);
  status = c->link->driver->ping(c->link->conn, err);
  cm_conn_enter(c);
  return status;
}

int corm_conn_last_key(int64_t *out, corm_conn *c, corm_error **err) {
  int status = cm_conn_ready(c, err);
  *out = 0;
  if (status || !c->link->driver->last_key)
    return status;
  cm_conn_leave(c);
  *out = c->link->driver->last_key(c->link->conn);
  cm_conn_enter(c);
  return CORM_OK;
}

int corm_conn_total_changes(int64_t *out, corm_conn *c, corm_error **err) {
  int status = cm_conn_ready(c, err);
  *out = -1;
  if (status || c->link->driver->size <= offsetof(corm_driver, total_changes) || !c->link->driver->total_changes)
    return status;
  cm_conn_leave(c);
  *out = c->link->driver->total_changes(c->link->conn);
  cm_conn_enter(c);
  return CORM_OK;
}

int corm_conn_peek_server_version(const corm_conn *c) {
  return c->link && c->link->driver->server_version ? c->link->driver->server_version(c->link->conn) : 0;
}

static void set_manual(corm_conn *c, int on) {
  cm_link *l = c->link;
  if (!l || !l->driver->manual_transactions)
    return;
  cm_conn_leave(c); /* never wait for a link while holding the host's lock */
  l->driver->manual_transactions(l->conn, on);
  cm_conn_enter(c);
}

/* For the driver's connection, as long as it lives. */
void corm_conn_manual_transactions(corm_conn *c, int on) {
  if (c->link)
    c->link->manual = on;
  set_manual(c, on || c->autocommit);
}
