#include "engine/listen.h"
#include "base/base.h"
#include "engine/conn.h"

int cm_listeners_add(cm_listeners *l, int kind, corm_listener fn, void *ctx, corm_error **err) {
  if (!cm_grow((void **)&l->items, &l->cap, l->n + 1, sizeof *l->items))
    return cm_fail_memory(err);
  l->items[l->n++] = (cm_listener){kind, fn, ctx};
  return CORM_OK;
}

/* A listener that fails without a word still has an error. */
static int call(const cm_listener *l, const corm_event *ev, corm_error **err) {
  corm_error *own = NULL;
  int status = l->fn(l->ctx, ev, &own);
  if (!status) {
    corm_error_free(own);
    return CORM_OK;
  }
  if (!own)
    return cm_fail(err, status, "a listener stopped this with %s", corm_status_name(status));
  cm_error_give(err, own);
  return status;
}

int cm_listeners_tell(const cm_listeners *l, const corm_event *ev, corm_error **err) {
  for (size_t i = 0; i < l->n; i++) {
    int status = l->items[i].kind == ev->kind ? call(&l->items[i], ev, err) : CORM_OK;
    if (status)
      return status;
  }
  return CORM_OK;
}

void cm_listeners_free(cm_listeners *l) {
  cm_free(l->items);
  *l = (cm_listeners){0};
}

int corm_engine_listen(corm_engine *e, int kind, corm_listener fn, void *ctx, corm_error **err) {
  if (kind < 0 || kind >= CORM_EV_BEFORE_INSERT || !fn)
    return cm_fail(err, CORM_EARGUMENT, "engines have no event of the kind %d that a function could listen to", kind);
  int status = cm_listeners_add(&e->listeners, kind, fn, ctx, err);
  if (!status)
    atomic_fetch_or(&e->listened, CORM_EV_BIT(kind));
  return status;
}
