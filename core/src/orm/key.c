/* Keys: one integer in the record's header, or a copy of all values in memory of its own. */
#include "orm/orm.h"

#include <math.h>

static void normalise(corm_value *v) {
  if (v->kind == CORM_BOOL)
    v->kind = CORM_INT;
  else if (v->kind == CORM_DOUBLE && v->as.f >= -9e15 && v->as.f <= 9e15 && floor(v->as.f) == v->as.f)
    *v = corm_int((int64_t)v->as.f);
}

static uint64_t hash_of(const corm_value *values, size_t n) {
  uint64_t h = 0;
  for (size_t i = 0; i < n; i++)
    h = cm_hash_mix(h, corm_value_hash(&values[i]));
  return h;
}

void cm_key_view_of(cm_key_view *out, corm_value *values, size_t n) {
  for (size_t i = 0; i < n; i++)
    normalise(&values[i]);
  out->values = values;
  out->n = (uint32_t)n;
  out->wide = n != 1 || values[0].kind != CORM_INT;
  out->hash = out->wide ? hash_of(values, n) : (uint64_t)values[0].as.i;
}

void cm_key_view_record(cm_key_view *out, const corm_record *r, corm_value *one) {
  if (r->flags & CM_REC_WIDE) {
    const cm_key *k = (const cm_key *)(uintptr_t)r->key;
    *out = (cm_key_view){k->hash, k->values, k->n, 1};
  } else {
    *one = corm_int((int64_t)r->key);
    *out = (cm_key_view){r->key, one, 1, 0};
  }
}

int cm_key_equal(const cm_key_view *v, const corm_record *r) {
  if (!(r->flags & CM_REC_WIDE))
    return !v->wide && v->hash == r->key;
  const cm_key *k = (const cm_key *)(uintptr_t)r->key;
  if (!v->wide || v->hash != k->hash || v->n != k->n)
    return 0;
  for (uint32_t i = 0; i < k->n; i++)
    if (!corm_value_equal(&k->values[i], &v->values[i]))
      return 0;
  return 1;
}

size_t cm_key_size(const cm_key_view *v) {
  size_t size = sizeof(cm_key) + v->n * sizeof(corm_value);
  for (uint32_t i = 0; i < v->n; i++)
    if (corm_kind_has_bytes(v->values[i].kind))
      size += v->values[i].size;
  return size;
}

void cm_key_write(cm_key *k, const cm_key_view *v, size_t size) {
  char *text = (char *)(k->values + v->n);
  k->hash = v->hash;
  k->n = v->n;
  k->size = (uint32_t)size;
  for (uint32_t i = 0; i < v->n; i++) {
    k->values[i] = v->values[i];
    if (!corm_kind_has_bytes(v->values[i].kind))
      continue;
    if (v->values[i].size)
      memcpy(text, v->values[i].as.p, v->values[i].size);
    k->values[i].as.p = text;
    text += v->values[i].size;
  }
}

int cm_key_copy(cm_key **out, const cm_key_view *v, corm_error **err) {
  size_t size = cm_key_size(v);
  *out = cm_alloc(size);
  if (!*out)
    return cm_fail_memory(err);
  cm_key_write(*out, v, size);
  return CORM_OK;
}

int cm_key_set(corm_record *r, const cm_key_view *v, corm_error **err) {
  cm_key *wide = NULL;
  uint64_t plain = v->hash; /* v may look into the key that goes */
  int status = v->wide ? cm_key_copy(&wide, v, err) : CORM_OK;
  if (!status)
    cm_key_take(r, wide, plain);
  return status;
}

void cm_key_take(corm_record *r, cm_key *wide, uint64_t plain) {
  cm_key_drop(r);
  r->key = wide ? (uint64_t)(uintptr_t)wide : plain;
  r->flags |= (uint16_t)(CM_REC_KEYED | (wide ? CM_REC_WIDE | CM_REC_KEY_HEAP : 0));
}

void cm_key_drop(corm_record *r) {
  if (r->flags & CM_REC_KEY_HEAP)
    cm_free((void *)(uintptr_t)r->key);
  r->flags &= (uint16_t) ~(CM_REC_KEYED | CM_REC_WIDE | CM_REC_KEY_HEAP);
  r->key = 0;
}

static int own_bytes(corm_value *v, cm_arena *arena, corm_error **err) {
  if (!corm_kind_has_bytes(v->kind))
    return CORM_OK;
  char *p = cm_arena_strndup(arena, v->as.p, v->size);
  if (!p)
    return cm_fail_memory(err);
  v->as.p = p;
  return CORM_OK;
}

int cm_key_cell(const corm_host *host, const corm_dialect *dialect, const corm_column *column, const corm_value *in,
                corm_value *out, cm_arena *arena, corm_error **err) {
  void *pin = NULL;
  *out = *in;
  if (cm_key_is_cell(column, in))
    return CORM_OK;
  if (!host->bind)
    return in->kind != CORM_HOST
               ? CORM_OK
               : cm_fail(err, CORM_EUNSUPPORTED, "the host cannot convert a key of column \"%s\"", column->name);
  int status = host->bind(host->self, column->type, dialect, in, out, &pin, err);
  if (!status)
    status = own_bytes(out, arena, err);
  if (pin && host->unref)
    host->unref(host->self, pin);
  return status;
}

int cm_record_key_cell(const corm_record *r, const corm_column *column, const corm_value *in, corm_value *out,
                       cm_arena *arena, corm_error **err) {
  const cm_home *h = r->home;
  int asks = h->session && !cm_key_is_cell(column, in);
  return cm_key_cell(h->host, asks ? cm_session_dialect(h->session, h->entity) : NULL, column, in, out, arena, err);
}

int cm_key_from_slots(const corm_record *r, corm_value *room, cm_arena *arena, int *complete, corm_error **err) {
  const corm_entity *e = r->home->entity;
  *complete = 1;
  for (size_t i = 0; i < e->n_key; i++) {
    corm_value v;
    int slot = e->key_slots[i];
    (void)cm_slot_peek(r, slot, &v);
    int status = cm_record_key_cell(r, e->attrs[slot]->columns[0], &v, &room[i], arena, err);
    if (status)
      return status;
    if (room[i].kind == CORM_NULL)
      *complete = 0;
  }
  return CORM_OK;
}

int cm_cell_order(const corm_value *a, const corm_value *b) {
  if (a->kind == CORM_DOUBLE && b->kind == CORM_DOUBLE)
    return (a->as.f > b->as.f) - (a->as.f < b->as.f);
  if (b->kind == a->kind && corm_kind_has_bytes(a->kind)) {
    size_t n = a->size < b->size ? a->size : b->size;
    int c = n ? memcmp(a->as.p, b->as.p, n) : 0;
    return c ? c : (a->size > b->size) - (a->size < b->size);
  }
  if (a->kind != b->kind && (a->kind > CORM_INT || b->kind > CORM_INT))
    return (a->kind > b->kind) - (a->kind < b->kind);
  return (a->as.i > b->as.i) - (a->as.i < b->as.i);
}
