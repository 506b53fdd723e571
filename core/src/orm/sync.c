/* Keys go from parent to child: the relation's pairs of columns, copied between the two saves. */
#include "orm/unit.h"

int cm_store_copy(corm_record *r, int slot, const corm_value *v, corm_error **err) {
  const corm_host *h = r->home->host;
  if (v->kind == CORM_HOST && h->ref)
    h->ref(h->self, v->as.h);
  return cm_slot_store(r, slot, v, err);
}

static int identity_value(const corm_record *r, int slot, corm_value *out) {
  const corm_entity *e = r->home->entity;
  corm_value one;
  uint32_t n;
  if (!(r->flags & CM_REC_KEYED))
    return 0;
  const corm_value *key = cm_identity_values(r, &one, &n);
  for (uint32_t i = 0; i < n && i < e->n_key; i++)
    if (e->key_slots[i] == slot) {
      *out = key[i];
      return 1;
    }
  return 0;
}

int cm_sync_value(corm_record *r, int slot, corm_value *out, corm_error **err) {
  int state = cm_slot_peek(r, slot, out);
  if (state == CORM_SLOT_LOADED)
    return CORM_OK;
  if (state != CORM_SLOT_EXPIRED || !(r->flags & CM_REC_MAPPED)) {
    (void)identity_value(r, slot, out);
    return CORM_OK;
  }
  int status = cm_load_slots(r, NULL, 0, err); /* all that is expired: what reads the object next finds it there */
  if (!status)
    (void)cm_slot_peek(r, slot, out);
  return status;
}

/* The slot of `e` for one of the relation's pairs. */
static int slot_for(const corm_entity *numbered_by, int slot, const corm_record *r, const corm_relation *rel,
                    const corm_column *c, int *out, corm_error **err) {
  *out = slot < 0 ? -1 : cm_slot_in(numbered_by, slot, r->home->entity);
  if (*out >= 0 && *out < r->n)
    return CORM_OK;
  return cm_fail(err, CORM_EUNSUPPORTED,
                 "relation \"%s.%s\": column \"%s.%s\" is not mapped by class \"%s\", so it cannot be kept up to date",
                 rel->owner->name, rel->key, c->table->name, c->name, r->home->entity->name);
}

static int set_key(corm_record *r, int slot, const corm_value *v, int silently, corm_error **err) {
  const corm_host *h = r->home->host;
  corm_value now;
  const cm_attribute *a = cm_record_attribute(r, slot);
  if (cm_slot_peek(r, slot, &now) == CORM_SLOT_LOADED && cm_same_value(r, a->columns[0], &now, v))
    return CORM_OK;
  if (silently)
    return cm_store_copy(r, slot, v, err);
  if (v->kind == CORM_HOST && h->ref)
    h->ref(h->self, v->as.h);
  return cm_set_value(r, slot, v, err);
}

/* `child` refers to `parent`; which of them is the relation's owner says its direction. */
static int copy_pairs(const corm_relation *rel, corm_record *parent, corm_record *child, int silently,
                      corm_error **err) {
  int up = rel->direction == CORM_MANY_TO_ONE, status = CORM_OK;
  for (size_t i = 0; !status && i < rel->n_pairs; i++) {
    const cm_pair *p = &rel->pairs[i];
    corm_value v;
    int from, to;
    status = slot_for(up ? rel->target : rel->owner, p->from_slot, parent, rel, p->from, &from, err);
    if (!status)
      status = slot_for(up ? rel->owner : rel->target, p->to_slot, child, rel, p->to, &to, err);
    if (!status)
      status = cm_sync_value(parent, from, &v, err);
    if (!status)
      status = set_key(child, to, &v, silently, err);
  }
  return status;
}

static int is_key_column(const corm_column *c) {
  const corm_constraint *key = c->table->primary_key;
  for (size_t i = 0; key && i < key->n; i++)
    if (key->columns[i] == c)
      return 1;
  return 0;
}

static int clear_pairs(const corm_relation *rel, corm_record *child, corm_error **err) {
  int up = rel->direction == CORM_MANY_TO_ONE, status = CORM_OK;
  const corm_value none = corm_null();
  char name[128];
  for (size_t i = 0; !status && i < rel->n_pairs; i++) {
    const cm_pair *p = &rel->pairs[i];
    int to;
    status = slot_for(up ? rel->owner : rel->target, p->to_slot, child, rel, p->to, &to, err);
    if (!status && is_key_column(p->to) && (child->flags & CM_REC_KEYED)) {
      cm_record_name(child, name, sizeof name);
      status =
          cm_fail(err, CORM_EFLUSH, "parting from '%s.%s' would leave the primary key column '%s.%s' of '%s' empty",
                  p->from->table->name, p->from->name, p->to->table->name, p->to->name, name);
    }
    if (!status)
      status = set_key(child, to, &none, 0, err);
  }
  return status;
}

int cm_sync_own(cm_unit *u, cm_work *w, corm_error **err) {
  int status = CORM_OK;
  corm_record *r = w->record;
  for (size_t k = 0; !status && k < w->shape->n_relations; k++) {
    const corm_relation *rel = w->shape->relations[k];
    int slot = w->shape->slots[k];
    cm_diff d;
    if (rel->direction != CORM_MANY_TO_ONE || slot >= r->n ||
        !(cm_dirty(r, slot) || (w->insert && (cm_present(r, slot) || (r->flags & CM_REC_EXTERNAL)))))
      continue;
    status = cm_diff_of(r, rel, &d, err);
    if (status)
      return status;
    if (d.changed && !d.added.n)
      status = clear_pairs(rel, r, err);
    else if (d.changed && (cm_in_session(u->s, d.added.records[0]) || (d.added.records[0]->flags & CM_REC_DELETED)))
      status = copy_pairs(rel, d.added.records[0], r, 0, err);
    cm_diff_clear(&d);
  }
  return status;
}

static int copy_all(cm_unit *u, const corm_relation *rel, corm_record *owner, const cm_members *children, int silently,
                    corm_error **err) {
  int status = CORM_OK;
  for (size_t i = 0; !status && i < children->n; i++)
    if (cm_in_session(u->s, children->records[i]) && !cm_unit_is_deleted(u, children->records[i]))
      status = copy_pairs(rel, owner, children->records[i], silently, err);
  return status;
}

int cm_sync_children(cm_unit *u, cm_work *w, corm_error **err) {
  int status = CORM_OK;
  corm_record *r = w->record;
  for (size_t k = 0; !status && k < w->shape->n_relations; k++) {
    const corm_relation *rel = w->shape->relations[k];
    int slot = w->shape->slots[k];
    cm_diff d;
    if (rel->direction != CORM_ONE_TO_MANY || slot >= r->n ||
        !(cm_dirty(r, slot) || w->key_changed || (w->insert && (cm_present(r, slot) || (r->flags & CM_REC_EXTERNAL)))))
      continue;
    status = cm_diff_of(r, rel, &d, err);
    if (status)
      return status;
    status = copy_all(u, rel, r, &d.added, 0, err);
    if (!status && w->key_changed)
      status = copy_all(u, rel, r, &d.unchanged, !(rel->flags & CORM_RELATION_NO_PASSIVE_UPDATES), err);
    cm_diff_clear(&d);
  }
  return status;
}

static int clear_all(cm_unit *u, const corm_relation *rel, const cm_members *children, corm_error **err) {
  int status = CORM_OK;
  for (size_t i = 0; !status && i < children->n; i++) {
    corm_record *child = children->records[i];
    int adopted;
    if (!(child->flags & CM_REC_KEYED) || !cm_in_session(u->s, child) || cm_unit_is_deleted(u, child))
      continue;
    status = cm_unit_adopted(u, rel, child, &adopted, err);
    if (!status && !adopted)
      status = clear_pairs(rel, child, err);
  }
  return status;
}

int cm_sync_clear(cm_unit *u, cm_work *w, corm_error **err) {
  int status = CORM_OK, deleted = w->op == CM_WORK_DELETE;
  for (size_t k = 0; !status && k < w->shape->n_relations; k++) {
    const corm_relation *rel = w->shape->relations[k];
    int slot = w->shape->slots[k];
    cm_diff d;
    if (rel->direction != CORM_ONE_TO_MANY || slot >= w->record->n || (!deleted && !cm_dirty(w->record, slot)))
      continue;
    if (deleted && (rel->flags & CORM_RELATION_PASSIVE_DELETES_ALL))
      continue;
    status = cm_diff_of(w->record, rel, &d, err);
    if (status)
      return status;
    status = clear_all(u, rel, &d.deleted, err);
    if (!status && deleted)
      status = clear_all(u, rel, &d.unchanged, err);
    cm_diff_clear(&d);
  }
  return status;
}
