/* Telling the host what happens; nothing is made when nobody listens. */
#include "engine/conn.h"
#include <string.h>

int cm_engine_tell(corm_engine *e, corm_event *ev, corm_error **err) {
  uint64_t bit = CORM_EV_BIT(ev->kind);
  int status = CORM_OK;
  ev->size = sizeof *ev;
  if (e->host->event && (atomic_load_explicit(&e->events, memory_order_relaxed) & bit))
    status = e->host->event(e->host->self, ev, err);
  if (!status && (atomic_load_explicit(&e->listened, memory_order_relaxed) & bit))
    status = cm_listeners_tell(&e->listeners, ev, err);
  return status;
}

int cm_tell_simple(corm_conn *c, int kind, const char *name, corm_error **err) {
  corm_event ev = {0};
  if (!cm_hears(c->engine, kind))
    return CORM_OK;
  ev.kind = kind;
  ev.conn = c;
  ev.name = name;
  return cm_engine_tell(c->engine, &ev, err);
}

static void describe(corm_event *ev, corm_conn *c, int kind, const cm_run *run) {
  ev->kind = kind;
  ev->conn = c;
  ev->sql = run->sql;
  ev->sql_len = run->sql_len;
  ev->values = run->values;
  ev->given = run->given ? run->given : run->values;
  ev->n_values = run->n;
  ev->rows = run->rows ? run->rows : 1;
  ev->executemany = run->executemany;
  ev->cache_hit = run->plain ? -2 : run->note.hit;
  ev->cache_seconds = run->note.seconds;
}

static int replace_sql(void *ctx, const char *sql, size_t n, corm_error **err) {
  cm_run *run = ctx;
  char *copy = cm_alloc(n + 1);
  if (!copy)
    return cm_fail_memory(err);
  memcpy(copy, sql, n);
  copy[n] = '\0';
  cm_free(run->replaced);
  run->sql = run->replaced = copy;
  run->sql_hash = 0;
  run->sql_len = n;
  return CORM_OK;
}

int cm_tell_before(corm_conn *c, cm_run *run, corm_error **err) {
  corm_event ev = {0};
  if (!cm_hears(c->engine, CORM_EV_BEFORE_CURSOR))
    return CORM_OK;
  describe(&ev, c, CORM_EV_BEFORE_CURSOR, run);
  ev.replace_sql = replace_sql;
  ev.replace_ctx = run;
  return cm_engine_tell(c->engine, &ev, err);
}

int cm_tell_cursor(corm_conn *c, int kind, const cm_run *run, corm_error **err) {
  corm_event ev = {0};
  if (!cm_hears(c->engine, kind))
    return CORM_OK;
  describe(&ev, c, kind, run);
  return cm_engine_tell(c->engine, &ev, err);
}

/* A listener that fails replaces the error. */
int cm_conn_failed(corm_conn *c, const cm_run *run, int status, corm_error **err) {
  corm_event ev = {0};
  corm_error *other = NULL;
  int other_status = CORM_OK;
  if (run->sql)
    cm_detail(err, CORM_DETAIL_STATEMENT, run->sql);
  if (!cm_hears(c->engine, CORM_EV_HANDLE_ERROR) || !err)
    return status;
  cm_conn_describe_failure(c, err);
  describe(&ev, c, CORM_EV_HANDLE_ERROR, run);
  ev.error = *err;
  other_status = cm_engine_tell(c->engine, &ev, &other);
  if (!other_status) {
    corm_error_free(other);
    return status;
  }
  cm_error_give(err, other);
  return other_status;
}
