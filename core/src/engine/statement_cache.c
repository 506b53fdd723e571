/* The prepared statements of one driver connection, the least recently used given up first. */
#include "engine/conn.h"
#include <string.h>

static void unlink_prepared(cm_statements *c, cm_prepared *p) {
  if (p->newer)
    p->newer->older = p->older;
  else
    c->newest = p->older;
  if (p->older)
    p->older->newer = p->newer;
  else
    c->oldest = p->newer;
  p->newer = p->older = NULL;
}

static void push_newest(cm_statements *c, cm_prepared *p) {
  p->older = c->newest;
  p->newer = NULL;
  if (c->newest)
    c->newest->newer = p;
  else
    c->oldest = p;
  c->newest = p;
}

static void free_prepared(cm_statements *c, cm_prepared *p) {
  c->driver->finalize(p->stmt);
  cm_live_add(CORM_LIVE_STATEMENTS, -1);
  cm_free(p);
}

/* One in use is finalized when it comes back. */
static void drop(cm_statements *c, cm_prepared *p) {
  cm_map_remove_int(&c->by_hash, p->hash);
  unlink_prepared(c, p);
  c->n--;
  p->kept = 0;
  if (!p->in_use)
    free_prepared(c, p);
}

static int prepare(cm_prepared **out, cm_statements *c, corm_driver_conn *conn, const char *sql, size_t n,
                   corm_error **err) {
  int status = CORM_OK;
  cm_prepared *p = cm_alloc_zero(sizeof *p + n + 1);
  if (!p)
    return cm_fail_memory(err);
  if (n)
    memcpy(p->sql, sql, n);
  p->sql_len = n;
  status = c->driver->prepare(&p->stmt, conn, sql, n, err);
  if (status) {
    cm_free(p);
    return status;
  }
  cm_live_add(CORM_LIVE_STATEMENTS, 1);
  *out = p;
  return CORM_OK;
}

/* Not kept when its place is taken (two texts of one hash, a second run of a statement in use) or memory fails. */
static void keep(cm_statements *c, cm_prepared *p) {
  if (!c->most || cm_map_get_int(&c->by_hash, p->hash))
    return;
  if (!cm_map_put_int(&c->by_hash, p->hash, p))
    return;
  push_newest(c, p);
  p->kept = 1;
  c->n++;
  if (c->n > c->most)
    drop(c, c->oldest);
}

int cm_statements_take(cm_prepared **out, cm_statements *c, corm_driver_conn *conn, const cm_run *run,
                       corm_error **err) {
  const char *sql = run->sql;
  size_t n = run->sql_len;
  uint64_t hash = run->sql_hash ? run->sql_hash : cm_hash_bytes(sql, n);
  cm_prepared *p = cm_map_get_int(&c->by_hash, hash);
  int status = CORM_OK;
  if (p && !p->in_use && p->sql_len == n && memcmp(p->sql, sql, n) == 0) {
    if (p != c->newest) {
      unlink_prepared(c, p);
      push_newest(c, p);
    }
  } else {
    status = prepare(&p, c, conn, sql, n, err);
    if (status)
      return status;
    p->hash = hash;
    p->in_use = 1; /* keep() may drop the oldest: not this one */
    keep(c, p);
  }
  p->in_use = 1;
  *out = p;
  return CORM_OK;
}

void cm_statements_give(cm_statements *c, cm_prepared *p) {
  if (!p)
    return;
  c->driver->reset(p->stmt);
  p->in_use = 0;
  if (!p->kept)
    free_prepared(c, p);
}

void cm_statements_clear(cm_statements *c) {
  while (c->oldest)
    drop(c, c->oldest);
  cm_map_free(&c->by_hash);
  memset(&c->by_hash, 0, sizeof c->by_hash);
}
