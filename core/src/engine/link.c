/* A driver's connection, its prepared statements, and who is in it. */
#include "engine/conn.h"
#include "engine/fork.h"

static int init_locks(cm_link *l, corm_error **err) {
  if (cm_mutex_init(&l->busy))
    return cm_fail(err, CORM_EINTERNAL, "no mutex could be made");
  if (cm_mutex_init(&l->cancel_lock)) {
    cm_mutex_free(&l->busy);
    return cm_fail(err, CORM_EINTERNAL, "no mutex could be made");
  }
  return CORM_OK;
}

/* The driver polls the host by itself; it calls without the host's lock. */
static void set_env(cm_link *l, const corm_engine *e) {
  corm_driver_env env = {sizeof env, e->host->poll, e->host->self};
  if (l->driver->set_env && e->host->poll)
    l->driver->set_env(l->conn, &env);
}

/* Polled already while it connects, where the driver can do that. */
static int open_driver(cm_link *l, const corm_engine *e, corm_error **err) {
  corm_driver_env env = {sizeof env, e->host->poll, e->host->self};
  if (l->driver->size > offsetof(corm_driver, open_polled) && l->driver->open_polled && e->host->poll)
    return l->driver->open_polled(&l->conn, &e->target, &env, err);
  return l->driver->open(&l->conn, &e->target, err);
}

int cm_link_open(cm_link **out, corm_engine *e, corm_error **err) {
  cm_link *l = cm_alloc_zero(sizeof *l);
  int status = l ? init_locks(l, err) : cm_fail_memory(err);
  if (status) {
    cm_free(l);
    return status;
  }
  l->driver = l->statements.driver = e->driver;
  l->statements.most = e->prepared_size;
  l->fork_generation = cm_fork_generation();
  l->born = cm_now_ms();
  status = open_driver(l, e, err);
  if (status) {
    cm_detail(err, CORM_DETAIL_DIALECT, corm_dialect_peek_name(e->dialect));
    cm_mutex_free(&l->busy);
    cm_mutex_free(&l->cancel_lock);
    cm_free(l);
    return status;
  }
  set_env(l, e);
  cm_live_add(CORM_LIVE_CONNECTIONS, 1);
  *out = l;
  return CORM_OK;
}

/* Statements of an inherited connection are left as they are: finalizing them would talk to the database. */
static void abandon(cm_link *l) {
  cm_map_free(&l->statements.by_hash);
  for (cm_prepared *p = l->statements.oldest; p;) {
    cm_prepared *next = p->newer;
    cm_live_add(CORM_LIVE_STATEMENTS, -1);
    cm_free(p);
    p = next;
  }
  l->driver->abandon(l->conn);
}

void cm_link_close(cm_link *l) {
  if (!l)
    return;
  if (l->fork_generation != cm_fork_generation()) {
    abandon(l);
  } else {
    cm_statements_clear(&l->statements);
    l->driver->close(l->conn);
    cm_mutex_free(&l->busy);
    cm_mutex_free(&l->cancel_lock);
  }
  cm_live_add(CORM_LIVE_CONNECTIONS, -1);
  cm_free(l);
}

static void set_running(cm_link *l, int on) {
  cm_lock(&l->cancel_lock);
  l->running = on;
  cm_unlock(&l->cancel_lock);
}

void cm_link_enter(cm_link *l) {
  cm_lock(&l->busy);
  set_running(l, 1);
}

void cm_link_leave(cm_link *l) {
  set_running(l, 0);
  cm_unlock(&l->busy);
}

void cm_link_cancel(cm_link *l) {
  cm_lock(&l->cancel_lock);
  if (l->running && l->driver->cancel)
    l->driver->cancel(l->conn);
  cm_unlock(&l->cancel_lock);
}
