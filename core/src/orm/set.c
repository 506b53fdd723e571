/* Setting attributes: the old value is noted once, the new one kept as given, and to-one relations have effects. */
#include "orm/unit.h"

void cm_value_drop(const corm_record *r, const corm_value *v) {
  const corm_host *h = r->home->host;
  if (v && v->kind == CORM_HOST && h->unref)
    h->unref(h->self, v->as.h);
}

int cm_relation_slot(const corm_record *r, const corm_relation *rel) {
  const corm_entity *e = r->home->entity;
  if ((size_t)rel->slot < e->n_attrs && e->attrs[rel->slot]->relation == rel)
    return rel->slot < r->n ? rel->slot : -1;
  int slot = cm_slot_in(rel->owner, rel->slot, e);
  return slot < r->n ? slot : -1;
}

int cm_set_value(corm_record *r, int slot, const corm_value *v, corm_error **err) {
  cm_old old;
  int keep = (r->flags & CM_REC_KEYED) && !cm_change_old(r, slot);
  int status = cm_change_mark(r, err);
  if (!status && keep)
    status = cm_change_room(r, err);
  if (!status && keep)
    status = cm_slot_take(r, slot, CM_ABSENT_UNSET, &old, err);
  if (status) {
    cm_value_drop(r, v);
    return status;
  }
  status = cm_slot_store(r, slot, v, err);
  if (status) {
    if (keep)
      cm_slot_put(r, &old);
    return status;
  }
  cm_slot_set_dirty(r, slot);
  return keep ? cm_change_keep_old(r, &old, err) : CORM_OK;
}

/* ---- Columns
 * ------------------------------------------------------------------------------------------------------------ */

static int is_key_slot(const corm_entity *e, int slot) {
  for (size_t i = 0; i < e->n_key; i++)
    if (e->key_slots[i] == slot)
      return 1;
  return 0;
}

/* Keys, and attributes that ask for it, know their old value: it is loaded before it is replaced. */
static int load_before(corm_record *r, int slot, corm_error **err) {
  const corm_entity *e = r->home->entity;
  corm_value v;
  if (!(r->flags & CM_REC_KEYED) || !r->home->session || (r->flags & CM_REC_DELETED) || cm_change_old(r, slot))
    return CORM_OK;
  if (cm_slot_peek(r, slot, &v) != CORM_SLOT_EXPIRED)
    return CORM_OK;
  if (!(e->attrs[slot]->flags & CORM_ATTR_ACTIVE_HISTORY) && !is_key_slot(e, slot) && slot != e->version_slot)
    return CORM_OK;
  return cm_load_slot(r, slot, err);
}

static int set_column(corm_record *r, int slot, const corm_value *v, corm_error **err) {
  int status = load_before(r, slot, err);
  if (status) {
    cm_value_drop(r, v);
    return status;
  }
  return cm_set_value(r, slot, v, err);
}

/* ---- Relations to one
 * ---------------------------------------------------------------------------------------------------- */

int cm_check_session(const corm_record *r, const corm_relation *rel, const corm_record *target, corm_error **err) {
  const corm_session *s = r->home->session;
  char name[128];
  if (!s || !target || !target->home->session || target->home->session == s ||
      !(rel->cascade & CORM_CASCADE_SAVE_UPDATE))
    return CORM_OK;
  cm_record_name(target, name, sizeof name);
  return cm_fail(err, CORM_EINVALID, "Instance %s is already attached to another session", name);
}

/* Without SQL only when the foreign key is known. */
static int foreign_key_known(const corm_record *r, const corm_relation *rel) {
  corm_value v;
  for (size_t i = 0; i < rel->n_pairs; i++)
    if (rel->pairs[i].to_slot < 0 || rel->pairs[i].to_slot >= r->n ||
        cm_slot_peek(r, rel->pairs[i].to_slot, &v) != CORM_SLOT_LOADED)
      return 0;
  return 1;
}

/* The target before the change. Not loaded: the map is asked; what takes SQL waits for the flush
 * (cm_lazy_load_before), save where the relation wants its history at once. `*found` 1: it was found in the map, while
 * the slot does not have it. */
static int target_before(corm_record *r, corm_relation *rel, int slot, corm_record **out, int *found,
                         corm_error **err) {
  corm_value v;
  int loaded, status = CORM_OK;
  *out = NULL;
  *found = 0;
  int state = cm_slot_peek(r, slot, &v);
  if (state == CORM_SLOT_EXPIRED && (r->flags & CM_REC_KEYED) && r->home->session && !(r->flags & CM_REC_DELETED) &&
      !cm_change_old(r, slot)) {
    if (rel->flags & CORM_RELATION_ACTIVE_HISTORY) {
      status = cm_lazy_load(r, rel, CM_LAZY_NO_AUTOFLUSH | CM_LAZY_NO_RAISE | CM_LAZY_COMMITTED, &loaded, err);
    } else if (!cm_relation_waits(rel) && foreign_key_known(r, rel)) {
      status = cm_lazy_peek_one(r, rel, CM_LAZY_NO_SQL | CM_LAZY_COMMITTED, out, err);
      if (*out && ((*out)->flags & CM_REC_EXPIRED)) /* whether its row is still there would take SQL */
        *out = NULL;
      *found = *out != NULL;
      return status;
    }
    state = cm_slot_peek(r, slot, &v);
  }
  if (!status && state == CORM_SLOT_LOADED)
    *out = cm_value_record(r, &v);
  return status;
}

/* The slot is to know the target that only the map knew. */
static int store_found(corm_record *r, int slot, corm_record *before, corm_error **err) {
  corm_value v;
  int status = cm_record_value(r, before, &v, err);
  return status ? status : cm_slot_store(r, slot, &v, err);
}

static int effects(corm_record *r, corm_relation *rel, corm_record *before, corm_record *target,
                   const corm_record *initiator, corm_error **err) {
  corm_relation *back = rel->back;
  int status = CORM_OK;
  if (back && before && before != initiator)
    status = cm_other_remove(before, back, r, err);
  if (!status && back && target && target != initiator)
    status = cm_other_add(target, back, r, err);
  if (!status && target && !initiator)
    status = cm_cascade_joined(r, rel, target, err);
  if (!status && before)
    status = cm_cascade_left(r, rel, before, err);
  return status;
}

int cm_set_one(corm_record *r, corm_relation *rel, corm_record *target, const corm_value *value,
               const corm_record *initiator, corm_error **err) {
  corm_record *before = NULL;
  corm_value made = corm_null();
  int slot = cm_relation_slot(r, rel), found = 0;
  int status = slot < 0 ? cm_fail(err, CORM_EINVALID, "class \"%s\" has no relation \"%s\" here", r->home->entity->name,
                                  rel->key)
                        : target_before(r, rel, slot, &before, &found, err);
  if (!status && found)
    status = store_found(r, slot, before, err);
  if (!status && !value)
    status = cm_record_value(r, target, &made, err);
  if (status) {
    cm_value_drop(r, value);
    return status;
  }
  cm_pin(r);
  if (before)
    cm_pin(before);
  status = cm_set_value(r, slot, value ? value : &made, err);
  if (!status && before != target)
    status = effects(r, rel, before, target, initiator, err);
  if (before)
    cm_unpin(before);
  cm_unpin(r);
  return status;
}

static int set_relation(corm_record *r, int slot, const corm_value *v, corm_error **err) {
  corm_relation *rel = cm_record_attribute(r, slot)->relation;
  corm_record *target = cm_value_record(r, v);
  int status = CORM_OK;
  if (rel->uselist)
    status = cm_fail(err, CORM_EARGUMENT, "relation \"%s.%s\" holds many objects: its container is replaced, not set",
                     r->home->entity->name, rel->key);
  else if (v->kind != CORM_NULL && !target)
    status = cm_fail(err, CORM_EUNMAPPED, "the value given for relation \"%s.%s\" is no mapped object",
                     r->home->entity->name, rel->key);
  else
    status = cm_check_session(r, rel, target, err);
  if (!status && target)
    status = cm_check_target(rel, target, err);
  if (status) {
    cm_value_drop(r, v);
    return status;
  }
  if (rel->flags & CORM_RELATION_VIEWONLY)
    return cm_slot_store(r, slot, v, err);
  return cm_set_one(r, rel, target, v, NULL, err);
}

/* ---- Public
 * --------------------------------------------------------------------------------------------------------------- */

/* The owner's thread is checked; a record in no session needs no owner. */
static int enter(corm_record *r, int slot, const char *call, corm_error **err) {
  int status = cm_record_check_slot(r, slot, err);
  return status || !r->home->session ? status : cm_session_enter(r->home->session, call, err);
}

/* A column of an object that never had a row, in no session: there is nothing to note, nobody to tell. */
static int is_plain(const corm_record *r, int slot) {
  return (unsigned)slot < r->n && !r->home->session && !(r->flags & (CM_REC_KEYED | CM_REC_EXTERNAL)) &&
         !cm_record_attribute(r, slot)->relation;
}

static int set_plain(corm_record *r, int slot, const corm_value *v, corm_error **err) {
  int status = cm_slot_store(r, slot, v, err);
  if (status)
    return status;
  cm_slot_set_dirty(r, slot);
  r->flags |= CM_REC_MODIFIED;
  return CORM_OK;
}

int corm_record_set(corm_record *r, int slot, const corm_value *v, corm_error **err) {
  if (is_plain(r, slot))
    return set_plain(r, slot, v, err);
  corm_session *s = r->home->session;
  int status = enter(r, slot, "corm_record_set", err);
  if (status) {
    cm_value_drop(r, v);
    return status;
  }
  if (cm_record_attribute(r, slot)->relation)
    status = set_relation(r, slot, v, err);
  else
    status = set_column(r, slot, v, err);
  if (s)
    cm_session_leave(s);
  return status;
}

/* What was there is noted; what was not counts as NULL. The slot then reads as nothing, without SQL. */
static int delete_column(corm_record *r, int slot, corm_error **err) {
  int absent = r->flags & CM_REC_KEYED ? CM_ABSENT_POPPED : CM_ABSENT_UNSET;
  int status = load_before(r, slot, err);
  const corm_value none = corm_null();
  if (!status)
    status = cm_set_value(r, slot, &none, err);
  if (status)
    return status;
  cm_old *old = cm_change_old(r, slot);
  if (old && (old->tag & CM_TAG_KIND) >= CM_ABSENT_FIRST)
    old->tag = CORM_NULL;
  cm_slot_clear(r, slot, absent);
  cm_slot_set_dirty(r, slot);
  return CORM_OK;
}

static int delete_members(corm_record *r, int slot, corm_error **err) {
  cm_members members = {0};
  int status = cm_members_read(r, slot, &members, err);
  for (size_t i = 0; !status && i < members.n; i++)
    status = corm_record_unlink(r, slot, members.records[i], err);
  if (!status && members.n && (r->flags & CM_REC_KEYED)) { /* it is loaded again one day, without those */
    cm_change_forget_slot(r, slot);
    cm_slot_clear(r, slot, CM_ABSENT_EXPIRED);
    for (size_t i = 0; !status && i < members.n; i++)
      status = cm_queue_add(r, slot, members.records[i], 1, err);
    cm_slot_set_dirty(r, slot);
  } else if (!status && members.n) {
    cm_slot_clear(r, slot, CM_ABSENT_UNSET);
  }
  cm_members_clear(&members);
  return status;
}

int corm_record_delete(corm_record *r, int slot, corm_error **err) {
  corm_session *s = r->home->session;
  const corm_value none = corm_null();
  int status = enter(r, slot, "corm_record_delete", err);
  if (status)
    return status;
  const corm_relation *rel = cm_record_attribute(r, slot)->relation;
  cm_pin(r);
  if (!rel)
    status = delete_column(r, slot, err);
  else if (rel->uselist)
    status = delete_members(r, slot, err);
  else
    status = set_relation(r, slot, &none, err);
  cm_unpin(r);
  if (s)
    cm_session_leave(s);
  return status;
}

/* The committed value is no longer known: whatever is there counts as changed. */
static int touch(corm_record *r, int slot, corm_error **err) {
  corm_value v;
  cm_old old = {.slot = (uint16_t)slot, .tag = CM_ABSENT_EXPIRED};
  if (cm_slot_peek(r, slot, &v) != CORM_SLOT_LOADED)
    return cm_fail(err, CORM_EINVALID, "attribute '%s' has no value that could be marked as modified",
                   cm_record_attribute(r, slot)->key);
  int status = cm_change_mark(r, err);
  if (!status && (r->flags & CM_REC_KEYED) && !cm_record_attribute(r, slot)->relation)
    status = cm_change_keep_old(r, &old, err);
  if (!status)
    cm_slot_set_dirty(r, slot);
  return status;
}

static int touch_all(corm_record *r, corm_error **err) {
  cm_change *c;
  int status = cm_change_need(r, &c, err);
  if (!status)
    status = cm_change_mark(r, err);
  if (!status)
    c->column_dirt = 1;
  return status;
}

int corm_record_touch(corm_record *r, int slot, corm_error **err) {
  corm_session *s = r->home->session;
  int status = enter(r, slot < 0 ? 0 : slot, "corm_record_touch", err);
  if (status)
    return status;
  status = slot < 0 ? touch_all(r, err) : touch(r, slot, err);
  if (s)
    cm_session_leave(s);
  return status;
}
