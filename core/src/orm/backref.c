/* The other side of a relation follows at once, in memory: a container that is loaded changes, one that is not gets the
 * change queued. No SQL is sent. */
#include "orm/unit.h"

static int change_container(corm_record *o, int slot, corm_record *r, int add, corm_error **err) {
  const corm_host *h = o->home->host;
  corm_value v;
  int status = cm_collection_note(o, slot, err);
  if (status || cm_slot_peek(o, slot, &v) != CORM_SLOT_LOADED || v.kind != CORM_HOST)
    return status;
  if (!h->change)
    return cm_fail(err, CORM_EUNSUPPORTED, "the host of class \"%s\" cannot change its containers",
                   o->home->entity->name);
  return h->change(h->self, o, slot, v.as.h, r, add, err);
}

/* The first member of a container that was never set. */
static int first_member(corm_record *o, int slot, corm_record *r, corm_error **err) {
  const corm_host *h = o->home->host;
  corm_value v = corm_null();
  if (!h->container)
    return cm_fail(err, CORM_EUNSUPPORTED, "the host of class \"%s\" makes no containers", o->home->entity->name);
  int status = h->container(h->self, o, slot, &r, 1, &v.as.h, err);
  v.kind = CORM_HOST;
  return status ? status : cm_set_value(o, slot, &v, err);
}

static int queue(corm_record *o, int slot, corm_record *r, int remove, corm_error **err) {
  int status = cm_change_mark(o, err);
  if (!status)
    status = cm_queue_add(o, slot, r, remove, err);
  if (!status)
    cm_slot_set_dirty(o, slot);
  return status;
}

int cm_check_target(const corm_relation *rel, const corm_record *target, corm_error **err) {
  if (!rel->back || corm_entity_is_a(target->home->entity, rel->target))
    return CORM_OK;
  cm_fail(err, CORM_EARGUMENT, "an object of class \"%s\" cannot stand in relation \"%s.%s\": it wants \"%s\"",
          target->home->entity->name, rel->owner->name, rel->key, rel->target->name);
  cm_detail(err, CORM_DETAIL_NAME, rel->back->key);
  return CORM_EARGUMENT;
}

static int slot_of(const corm_record *o, const corm_relation *back, int *slot, corm_error **err) {
  *slot = cm_relation_slot(o, back);
  if (*slot >= 0)
    return CORM_OK;
  return cm_fail(err, CORM_EINVALID, "attribute \"%s\" of class \"%s\" was added after this object was made", back->key,
                 o->home->entity->name);
}

int cm_other_add(corm_record *o, corm_relation *back, corm_record *r, corm_error **err) {
  corm_value v;
  int slot, status = slot_of(o, back, &slot, err);
  if (status || (back->flags & CORM_RELATION_VIEWONLY))
    return status;
  if (!back->uselist)
    return cm_set_one(o, back, r, NULL, r, err);
  cm_pin(o);
  switch (cm_slot_peek(o, slot, &v)) {
  case CORM_SLOT_LOADED:
    status = change_container(o, slot, r, 1, err);
    break;
  case CORM_SLOT_UNSET:
    status = o->flags & CM_REC_KEYED ? queue(o, slot, r, 0, err) : first_member(o, slot, r, err);
    break;
  default:
    status = queue(o, slot, r, 0, err);
    break;
  }
  cm_unpin(o);
  return status;
}

static int has_member(corm_record *o, int slot, const corm_record *r, int *yes, corm_error **err) {
  cm_members members = {0};
  int status = cm_members_read(o, slot, &members, err);
  *yes = !status && cm_members_has(&members, r);
  cm_members_clear(&members);
  return status;
}

static int remove_member(corm_record *o, int slot, corm_record *r, corm_error **err) {
  int there, status = has_member(o, slot, r, &there, err);
  return status || !there ? status : change_container(o, slot, r, 0, err);
}

/* Whether a relation to one that is not loaded may lead there: what is known without SQL does not lead elsewhere. */
static int may_be(corm_record *o, corm_relation *back, const corm_record *r) {
  corm_record *known = NULL;
  corm_error *ignored = NULL;
  int status = cm_lazy_peek_one(o, back, CM_LAZY_NO_SQL | CM_LAZY_NO_AUTOFLUSH | CM_LAZY_NO_RAISE, &known, &ignored);
  corm_error_free(ignored);
  return !status && (!known || known == r);
}

static int remove_one(corm_record *o, corm_relation *back, int slot, corm_record *r, corm_error **err) {
  corm_value v;
  int state = cm_slot_peek(o, slot, &v);
  if (state == CORM_SLOT_LOADED ? cm_value_record(o, &v) != r : state != CORM_SLOT_EXPIRED || !may_be(o, back, r))
    return CORM_OK;
  return cm_set_one(o, back, NULL, NULL, r, err);
}

int cm_other_remove(corm_record *o, corm_relation *back, corm_record *r, corm_error **err) {
  corm_value v;
  int slot, status = slot_of(o, back, &slot, err);
  if (status || (back->flags & CORM_RELATION_VIEWONLY))
    return status;
  if (!back->uselist)
    return remove_one(o, back, slot, r, err);
  cm_pin(o);
  int state = cm_slot_peek(o, slot, &v);
  if (state == CORM_SLOT_LOADED)
    status = remove_member(o, slot, r, err);
  else if (o->flags & CM_REC_KEYED)
    status = queue(o, slot, r, 1, err);
  if (!status)
    status = cm_cascade_left(o, back, r, err);
  cm_unpin(o);
  return status;
}
