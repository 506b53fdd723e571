/* Statements that loaders send again and again: built and compiled once in a session, with what reads their rows. */
#include "orm/reader.h"

void cm_kept_forget(cm_kept *k) {
  cm_reader *idle = k->idle;
  k->idle = NULL;
  cm_reader_free(idle);
  corm_compiled_free(k->compiled);
  corm_engine_unref(k->engine);
  k->compiled = NULL;
  k->engine = NULL;
}

void cm_kept_unref(cm_kept *k) {
  if (!k || --k->refs)
    return;
  cm_kept_forget(k);
  corm_node_unref(k->stmt);
  cm_free(k->binds);
  cm_free(k);
}

/* An attribute more, another seal, or other compile hooks make another statement. */
static uint64_t stamp_of(const corm_session *s, const corm_entity *e, const corm_relation *rel) {
  const struct corm_host_compile *hooks = s->host->compile;
  uint64_t h = cm_hash_mix(e->n_attrs, e->schema->generation);
  if (rel)
    h = cm_hash_mix(h, cm_hash_mix(rel->target->n_attrs, rel->target->schema->generation));
  return cm_hash_mix(h, hooks ? hooks->generation : 0);
}

static int find_binds(cm_kept *k, corm_error **err) {
  int status = corm_node_check(k->stmt, err);
  if (status)
    return status;
  k->n_binds = cm_binds(k->stmt, NULL, 0);
  k->binds = cm_alloc((k->n_binds + 1) * sizeof *k->binds);
  if (!k->binds)
    return cm_fail_memory(err);
  (void)cm_binds(k->stmt, k->binds, k->n_binds);
  return CORM_OK;
}

/* The place of the statement; NULL without memory. */
static cm_kept **place(cm_home *h, size_t at) {
  if (at >= h->n_kept) {
    cm_kept **more = cm_realloc(h->kept, (at + 1) * sizeof *more);
    if (!more)
      return NULL;
    for (size_t i = h->n_kept; i <= at; i++)
      more[i] = NULL;
    h->kept = more;
    h->n_kept = at + 1;
  }
  return &h->kept[at];
}

void cm_home_forget_kept(cm_home *h) {
  cm_kept **all = h->kept;
  size_t n = h->n_kept;
  h->kept = NULL;
  h->n_kept = 0;
  for (size_t i = 0; i < n; i++)
    cm_kept_unref(all[i]);
  cm_free(all);
}

static int make(cm_kept **out, const corm_entity *e, corm_relation *rel, uint64_t stamp, corm_error **err) {
  cm_kept *k = *out = cm_alloc_zero(sizeof *k);
  if (!k)
    return cm_fail_memory(err);
  k->refs = 1;
  k->stamp = stamp;
  k->stmt = rel ? cm_lower_lazy(rel, NULL, NULL, k->slots, CM_KEPT_BINDS, &k->n_slots) : cm_lower_get(e, NULL, 0, NULL);
  int status = find_binds(k, err);
  if (!status)
    return CORM_OK;
  cm_kept_unref(k);
  *out = NULL;
  return status;
}

static int find(cm_kept **out, corm_session *s, const corm_entity *e, corm_relation *rel, corm_error **err) {
  uint64_t stamp = stamp_of(s, e, rel);
  cm_home *home;
  *out = NULL;
  int status = cm_home_of_session(&home, s, e, err);
  if (status)
    return status;
  cm_kept **at = place(home, rel ? (size_t)cm_slot_in(rel->owner, rel->slot, e) + 1 : 0);
  if (!at)
    return cm_fail_memory(err);
  if (*at && (*at)->stamp != stamp) {
    cm_kept_unref(*at);
    *at = NULL;
  }
  if (!*at)
    status = make(at, e, rel, stamp, err);
  if (status)
    return status;
  (*at)->refs++;
  *out = *at;
  return CORM_OK;
}

int cm_kept_get(cm_kept **out, corm_session *s, const corm_entity *e, corm_error **err) {
  return find(out, s, e, NULL, err);
}

int cm_kept_lazy(cm_kept **out, corm_session *s, const corm_entity *owner, corm_relation *rel, corm_error **err) {
  return find(out, s, owner, rel, err);
}
