/* Versions of rows: an INSERT sets the first, each UPDATE the next; UPDATE and DELETE ask for the one that was read. */
#include "orm/unit.h"

corm_column *cm_version_column(const corm_entity *e, const corm_table *t) {
  corm_column *c = e->version_slot < 0 ? NULL : e->attrs[e->version_slot]->columns[0];
  return c && c->table == t ? c : NULL;
}

int cm_version_read(corm_record *r, corm_value *out, corm_error **err) {
  int slot = r->home->entity->version_slot, status = CORM_OK;
  const cm_old *old = cm_change_old(r, slot);
  if (old && cm_old_peek(r, old, out) == CORM_SLOT_LOADED)
    return CORM_OK;
  if (cm_slot_peek(r, slot, out) == CORM_SLOT_EXPIRED && (r->flags & CM_REC_MAPPED))
    status = cm_load_slots(r, NULL, 0, err);
  if (!status && cm_slot_peek(r, slot, out) == CORM_SLOT_EXPIRED && (r->flags & CM_REC_MAPPED))
    status = cm_load_slots(r, &slot, 1, err); /* a deferred one */
  if (!status && cm_slot_peek(r, slot, out) != CORM_SLOT_LOADED)
    *out = corm_null();
  return status;
}

static int count(const corm_record *r, const corm_value *before, corm_value *out, corm_error **err) {
  const corm_entity *e = r->home->entity;
  cm_arena arena = {0};
  corm_value cell;
  int status = cm_record_key_cell(r, e->attrs[e->version_slot]->columns[0], before, &cell, &arena, err);
  if (!status && cell.kind != CORM_INT && cell.kind != CORM_NULL)
    status = cm_fail(err, CORM_EFLUSH, "the version of an object of class \"%s\" is no integer: it cannot be counted",
                     e->name);
  *out = corm_int(!status && cell.kind == CORM_INT ? cell.as.i + 1 : 1);
  cm_arena_free(&arena);
  return status;
}

/* Owned. */
static int next(const corm_record *r, const corm_value *before, corm_value *out, corm_error **err) {
  const corm_entity *e = r->home->entity;
  const corm_host *h = r->home->host;
  if (e->version_how == CORM_VERSION_HOST)
    return h->version ? h->version(h->self, e->version_generator, before, out, err)
                      : cm_fail(err, CORM_EUNSUPPORTED, "the host of class \"%s\" makes no versions", e->name);
  return count(r, before, out, err);
}

static int begin(corm_record *r, const corm_value *before, corm_error **err) {
  corm_value v;
  int status = next(r, before, &v, err);
  return status ? status : cm_slot_store(r, r->home->entity->version_slot, &v, err);
}

int cm_version_needs_update(const cm_work *w) {
  for (size_t t = 0; t < w->shape->n_tables; t++)
    for (size_t i = 0; i < w->shape->tables[t].n; i++) {
      const cm_field_map *f = &w->shape->tables[t].fields[i];
      if (f->slot < w->record->n && !f->column->computed && !(w->insert && f->is_key) &&
          cm_slot_changed(w->record, f->slot))
        return 1;
    }
  return 0;
}

static int go_on(const cm_work *w, corm_error **err) {
  corm_record *r = w->record;
  int slot = r->home->entity->version_slot;
  corm_value before, v;
  int status = cm_version_read(w->replaces ? w->replaces : r, &before, err);
  if (status || r->home->entity->version_how == CORM_VERSION_GIVEN || cm_slot_changed(r, slot) ||
      !cm_version_needs_update(w))
    return status;
  if (w->replaces)
    return begin(r, &before, err);
  status = next(r, &before, &v, err);
  return status ? status : cm_set_value(r, slot, &v, err);
}

int cm_version_works(cm_work *const *updates, size_t n_updates, cm_work *const *inserts, size_t n_inserts,
                     corm_error **err) {
  const corm_value none = corm_null();
  int status = CORM_OK;
  for (size_t i = 0; !status && i < n_updates; i++)
    if (updates[i]->shape->entity->version_slot >= 0)
      status = go_on(updates[i], err);
  for (size_t i = 0; !status && i < n_inserts; i++) {
    const corm_entity *e = inserts[i]->shape->entity;
    if (e->version_slot >= 0 && e->version_how != CORM_VERSION_GIVEN)
      status = begin(inserts[i]->record, &none, err);
  }
  return status;
}

int cm_version_compare(const corm_record *given, const corm_record *known, corm_error **err) {
  const corm_entity *e = known->home->entity;
  corm_value a, b;
  char name[128];
  if (e->version_slot < 0 || given->home->entity->version_slot != e->version_slot ||
      cm_slot_peek(given, e->version_slot, &a) != CORM_SLOT_LOADED ||
      cm_slot_peek(known, e->version_slot, &b) != CORM_SLOT_LOADED ||
      cm_same_value(known, e->attrs[e->version_slot]->columns[0], &a, &b))
    return CORM_OK;
  cm_record_name(known, name, sizeof name);
  return cm_fail(err, CORM_ESTALE, "the version of the object to merge is not that of %s, which its row has", name);
}
