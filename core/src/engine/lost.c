/* A connection that the server cut: it is thrown away, and the idle ones with it, since they are hardly better off. */
#include "engine/conn.h"
#include <stddef.h>

static int is_dead(cm_link *l) {
  const corm_driver *d = l->driver;
  return d->size > offsetof(corm_driver, is_dead) && d->is_dead && d->is_dead(l->conn);
}

int cm_conn_describe_failure(const corm_conn *c, corm_error **err) {
  cm_detail(err, CORM_DETAIL_DIALECT, corm_dialect_peek_name(c->engine->dialect));
  if (!c->link || c->released || !is_dead(c->link))
    return 0;
  cm_detail(err, CORM_DETAIL_DISCONNECTED, "1");
  return 1;
}

int cm_conn_note_failure(corm_conn *c, int status, corm_error **err) {
  if (!status)
    return CORM_OK;
  if (!cm_conn_describe_failure(c, err))
    return status;
  corm_conn_invalidate(c);
  cm_host_leave(c->engine->host);
  cm_pool_dispose(&c->engine->pool, 1);
  cm_host_enter(c->engine->host);
  return status;
}
