/* Slots: what a cell holds, and how it changes hands. */
#include "orm/orm.h"

static int state_of_kind(int kind) {
  if (kind < CM_ABSENT_FIRST)
    return CORM_SLOT_LOADED;
  if (kind == CM_ABSENT_UNSET)
    return CORM_SLOT_UNSET;
  return kind == CM_ABSENT_POPPED ? CORM_SLOT_POPPED : CORM_SLOT_EXPIRED;
}

/* The value in (tag, cell) of a record, borrowed. */
static inline int unpack(const corm_record *r, uint8_t tag, const cm_cell *cell, corm_value *out) {
  int kind = tag & CM_TAG_KIND;
  corm_value v = {{0}, 0, (uint8_t)kind, 0, 0};
  if (corm_kind_has_bytes(kind)) {
    if (tag & CM_TAG_HEAP) {
      const cm_text *t = cell->p;
      v.as.p = t->bytes;
      v.size = t->size;
    } else {
      v.as.p = (const char *)r + cell->text.at;
      v.size = cell->text.size;
    }
    v.flags = tag & CM_TAG_ASCII ? CORM_VALUE_ASCII : 0;
  } else if (kind >= CM_ABSENT_FIRST) {
    v.kind = CORM_NULL;
    *out = v;
    return state_of_kind(kind);
  } else {
    v.as.i = cell->i;
    if (kind == CORM_HOST && (r->flags & CM_REC_C) && !((uintptr_t)cell->p & 1))
      v.kind = CORM_RECORD;
  }
  *out = v;
  return CORM_SLOT_LOADED;
}

static int peek_external(const corm_record *r, int slot, corm_value *out) {
  const corm_host *h = r->home->host;
  if (h->read && r->object && h->read(h->self, (corm_record *)(uintptr_t)r, slot, out))
    return CORM_SLOT_LOADED;
  *out = corm_null();
  int kind = cm_kind(r, slot);
  return kind < CM_ABSENT_FIRST ? CORM_SLOT_POPPED : state_of_kind(kind);
}

int corm_record_peek(const corm_record *r, int slot, corm_value *out) {
  if ((unsigned)slot >= r->n) {
    *out = corm_null();
    return r->flags & CM_REC_KEYED ? CORM_SLOT_EXPIRED : CORM_SLOT_UNSET;
  }
  if (r->flags & CM_REC_EXTERNAL)
    return peek_external(r, slot, out);
  return unpack(r, cm_tags(r)[slot], &cm_cells(r)[slot], out);
}

int cm_slot_peek(const corm_record *r, int slot, corm_value *out) { return corm_record_peek(r, slot, out); }

int cm_slot_cell(const corm_record *r, int slot, corm_value *out) {
  return unpack(r, cm_tags(r)[slot], &cm_cells(r)[slot], out);
}

int cm_old_peek(const corm_record *r, const cm_old *old, corm_value *out) {
  if ((old->tag & CM_TAG_KIND) == CM_OLD_MEMBERS) {
    *out = corm_null();
    return CORM_SLOT_LOADED;
  }
  return unpack(r, old->tag, &old->cell, out);
}

/* Gives up what (tag, cell) owns. */
static void give_up(corm_record *r, int slot, uint8_t tag, cm_cell cell) {
  const corm_host *h = r->home->host;
  if (tag & CM_TAG_HEAP)
    cm_free(cell.p);
  else if ((tag & CM_TAG_KIND) == CORM_HOST && h->unref && cell.p)
    h->unref(h->self, cell.p);
  (void)slot;
}

void cm_old_free(corm_record *r, cm_old *old) {
  if ((old->tag & CM_TAG_KIND) == CM_OLD_MEMBERS) {
    cm_members *m = old->cell.p;
    for (size_t i = 0; i < m->n; i++)
      cm_unpin(m->records[i]);
    cm_members_clear(m);
    cm_free(m);
  } else {
    give_up(r, old->slot, old->tag, old->cell);
  }
  old->tag = CM_ABSENT_UNSET;
}

/* Makes a tag and a cell of a value: copies bytes, takes a HOST reference. */
static int pack(const corm_value *v, uint8_t *tag, cm_cell *cell, corm_error **err) {
  int kind = v->kind == CORM_RECORD ? CORM_HOST : v->kind;
  cell->i = v->as.i;
  *tag = (uint8_t)kind;
  if (!corm_kind_has_bytes(kind))
    return kind < CM_ABSENT_FIRST ? CORM_OK
                                  : cm_fail(err, CORM_EARGUMENT, "a value of the unknown kind %d cannot be kept", kind);
  cm_text *t = cm_alloc(sizeof *t + v->size + 1);
  if (!t)
    return cm_fail_memory(err);
  t->size = v->size;
  if (v->size)
    memcpy(t->bytes, v->as.p, v->size);
  t->bytes[v->size] = 0;
  cell->p = t;
  *tag = (uint8_t)(kind | CM_TAG_HEAP | (v->flags & CORM_VALUE_ASCII ? CM_TAG_ASCII : 0));
  return CORM_OK;
}

static int store_external(corm_record *r, int slot, const corm_value *v, corm_error **err) {
  const corm_host *h = r->home->host;
  int status = h->store ? h->store(h->self, r, slot, v, err) : CORM_OK;
  if (v->kind == CORM_HOST && h->unref)
    h->unref(h->self, v->as.h);
  if (!status && !cm_present(r, slot))
    cm_tags(r)[slot] = (uint8_t)(CM_ABSENT_POPPED | cm_dirty(r, slot));
  return status;
}

int cm_slot_store(corm_record *r, int slot, const corm_value *v, corm_error **err) {
  uint8_t tag, *at = &cm_tags(r)[slot], before = *at;
  cm_cell cell, old = cm_cells(r)[slot];
  if ((r->flags & CM_REC_EXTERNAL) && r->object)
    return store_external(r, slot, v, err);
  int status = pack(v, &tag, &cell, err);
  if (status)
    return status;
  if ((tag & CM_TAG_HEAP) || (tag & CM_TAG_KIND) == CORM_HOST)
    r->flags |= CM_REC_OWNS;
  cm_cells(r)[slot] = cell;
  *at = (uint8_t)(tag | (before & CM_TAG_DIRTY));
  give_up(r, slot, before, old); /* last: it may run host code */
  return CORM_OK;
}

void cm_slot_clear(corm_record *r, int slot, int absent) {
  uint8_t before = cm_tags(r)[slot];
  cm_cell old = cm_cells(r)[slot];
  cm_tags(r)[slot] = (uint8_t)absent;
  give_up(r, slot, before, old);
  if ((r->flags & CM_REC_EXTERNAL) && r->object) {
    const corm_host *h = r->home->host;
    if (h->store)
      (void)h->store(h->self, r, slot, NULL, NULL);
  }
}

/* The host keeps the value: what is taken is a reference or a copy of it. */
static int take_external(corm_record *r, int slot, cm_old *out, corm_error **err) {
  const corm_host *h = r->home->host;
  corm_value v;
  out->tag = (uint8_t)cm_kind(r, slot);
  if (out->tag < CM_ABSENT_FIRST)
    out->tag = CM_ABSENT_POPPED;
  if (!h->read || !h->read(h->self, r, slot, &v))
    return CORM_OK;
  if (v.kind == CORM_HOST && h->ref)
    h->ref(h->self, v.as.h);
  return pack(&v, &out->tag, &out->cell, err);
}

int cm_slot_take(corm_record *r, int slot, int absent, cm_old *out, corm_error **err) {
  uint8_t *at = &cm_tags(r)[slot];
  out->slot = (uint16_t)slot;
  if ((r->flags & CM_REC_EXTERNAL) && r->object)
    return take_external(r, slot, out, err);
  out->cell = cm_cells(r)[slot];
  out->tag = (uint8_t)(*at & ~CM_TAG_DIRTY);
  *at = (uint8_t)(absent | (*at & CM_TAG_DIRTY));
  return CORM_OK;
}

void cm_slot_put(corm_record *r, cm_old *old) {
  uint8_t *at = &cm_tags(r)[old->slot], before = *at;
  cm_cell was = cm_cells(r)[old->slot];
  if ((r->flags & CM_REC_EXTERNAL) && r->object) {
    cm_old_free(r, old); /* the host still has the value: nothing was changed there yet */
    return;
  }
  if ((old->tag & CM_TAG_HEAP) || (old->tag & CM_TAG_KIND) == CORM_HOST)
    r->flags |= CM_REC_OWNS;
  cm_cells(r)[old->slot] = old->cell;
  *at = (uint8_t)(old->tag | (before & CM_TAG_DIRTY));
  old->tag = CM_ABSENT_UNSET;
  give_up(r, old->slot, before, was);
}

/* ---- Public
 * ----------------------------------------------------------------------------------------------------------- */

int corm_record_get(corm_record *r, int slot, corm_value *out, int *state, corm_error **err) {
  int now = corm_record_peek(r, slot, out);
  if (now == CORM_SLOT_EXPIRED) {
    int status = cm_record_check_slot(r, slot, err);
    if (!status)
      status = cm_load_slot(r, slot, err);
    if (status)
      return status;
    now = corm_record_peek(r, slot, out);
  }
  if (state)
    *state = now;
  return CORM_OK;
}

void corm_record_keep(corm_record *r, int slot, void *host_value) {
  corm_value v = corm_null();
  v.kind = CORM_HOST;
  v.as.h = host_value;
  if ((unsigned)slot < r->n && cm_present(r, slot) && !(r->flags & CM_REC_EXTERNAL))
    (void)cm_slot_store(r, slot, &v, NULL); /* a HOST value needs no memory: it cannot fail */
  else if (r->home->host->unref)
    r->home->host->unref(r->home->host->self, host_value);
}

int corm_record_set_committed(corm_record *r, int slot, const corm_value *v, corm_error **err) {
  int status = cm_record_check_slot(r, slot, err);
  if (status) {
    if (v->kind == CORM_HOST && r->home->host->unref)
      r->home->host->unref(r->home->host->self, v->as.h);
    return status;
  }
  cm_change_forget_slot(r, slot);
  return cm_slot_store(r, slot, v, err);
}

int corm_record_externalize(corm_record *r, corm_error **err) {
  const corm_host *h = r->home->host;
  corm_value v;
  if (r->flags & CM_REC_EXTERNAL)
    return CORM_OK;
  if (!h->read || !h->store)
    return cm_fail(err, CORM_EUNSUPPORTED, "the host of class \"%s\" cannot keep the values of its objects",
                   r->home->entity->name);
  for (int i = 0; i < r->n; i++) {
    if (cm_slot_cell(r, i, &v) != CORM_SLOT_LOADED)
      continue;
    int status = h->store(h->self, r, i, &v, err);
    if (status)
      return status;
  }
  r->flags |= CM_REC_EXTERNAL;
  for (int i = 0; i < r->n; i++) {
    uint8_t tag = cm_tags(r)[i];
    if (!cm_present(r, i))
      continue;
    cm_cell cell = cm_cells(r)[i];
    cm_tags(r)[i] = (uint8_t)(CM_ABSENT_POPPED | (tag & CM_TAG_DIRTY));
    give_up(r, i, tag, cell);
  }
  return CORM_OK;
}

static int traverse_cell(const corm_record *r, uint8_t tag, cm_cell cell, int (*visit)(void *, void *), void *arg) {
  (void)r;
  return (tag & CM_TAG_KIND) == CORM_HOST && !(tag & CM_TAG_HEAP) && cell.p ? visit(cell.p, arg) : 0;
}

static int traverse_slots(const corm_record *r, int (*visit)(void *, void *), void *arg) {
  int stop = 0;
  for (int i = 0; !stop && (r->flags & CM_REC_OWNS) && i < r->n; i++)
    stop = traverse_cell(r, cm_tags(r)[i], cm_cells(r)[i], visit, arg);
  return stop;
}

static int traverse_members(const cm_members *m, int (*visit)(void *, void *), void *arg);

static int traverse_olds(const cm_change *c, int (*visit)(void *, void *), void *arg) {
  int stop = 0;
  for (size_t i = 0; !stop && c && i < c->n_old; i++)
    if ((c->old[i].tag & CM_TAG_KIND) == CM_OLD_MEMBERS)
      stop = traverse_members(c->old[i].cell.p, visit, arg);
    else
      stop = traverse_cell(c->record, c->old[i].tag, c->old[i].cell, visit, arg);
  return stop;
}

/* Members that only this snapshot keeps are a part of it: they have no object that would be asked. */
static int traverse_members(const cm_members *m, int (*visit)(void *, void *), void *arg) {
  int stop = 0;
  for (size_t i = 0; !stop && i < m->n; i++) {
    const corm_record *member = m->records[i];
    if (member->object || member->pins != 1 || member->home->session)
      continue;
    stop = traverse_slots(member, visit, arg);
    if (!stop)
      stop = traverse_olds(member->change, visit, arg);
  }
  return stop;
}

int corm_record_traverse(const corm_record *r, int (*visit)(void *host_value, void *arg), void *arg) {
  if (r->flags & CM_REC_C)
    return 0;
  int stop = traverse_slots(r, visit, arg);
  return stop || !r->object ? stop : traverse_olds(r->change, visit, arg);
}

/* Of an object in a session, what it was before is still needed: it is held then, and not collected. */
void corm_record_clear(corm_record *r) {
  r->pins++;
  if (!r->home->session)
    cm_change_forget(r);
  for (int i = 0; i < r->n && (r->flags & CM_REC_OWNS); i++)
    if (cm_kind(r, i) == CORM_HOST)
      cm_slot_clear(r, i, r->flags & CM_REC_KEYED ? CM_ABSENT_EXPIRED : CM_ABSENT_UNSET);
  cm_unpin(r);
}

/* ---- Relations
 * ---------------------------------------------------------------------------------------------------------- */

corm_record *cm_value_record(const corm_record *owner, const corm_value *v) {
  const corm_host *h = owner->home->host;
  if (v->kind == CORM_RECORD)
    return v->as.r;
  return v->kind == CORM_HOST && h->record ? h->record(h->self, v->as.h) : NULL;
}

int cm_record_value(corm_record *owner, corm_record *target, corm_value *out, corm_error **err) {
  const corm_host *h = owner->home->host;
  *out = corm_null();
  if (!target)
    return CORM_OK;
  if (!h->object)
    return cm_fail(err, CORM_EUNSUPPORTED, "the host of class \"%s\" makes no objects", owner->home->entity->name);
  int status = h->object(h->self, target, &out->as.h, err);
  if (!status)
    out->kind = CORM_HOST;
  if (!status && h->anchor)
    h->anchor(h->self, owner);
  return status;
}
