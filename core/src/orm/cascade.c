/* What a change of one object reaches: save-update along relations, at add and at each append or assignment; expunge
 * and refresh-expire on request. Delete is in delete.c. */
#include "orm/unit.h"

/* Members of all relations with the cascade, onto the stack so that the first is met first. */
static int push_reached(cm_members *stack, corm_record *r, unsigned cascade, corm_error **err) {
  const corm_entity *e = r->home->entity;
  cm_members found = {0};
  int status = CORM_OK;
  for (int slot = 0; !status && slot < r->n && (size_t)slot < e->n_attrs; slot++) {
    const corm_relation *rel = e->attrs[slot]->relation;
    if (!rel || !(rel->cascade & cascade) || (rel->flags & CORM_RELATION_VIEWONLY))
      continue;
    if (cm_present(r, slot) || (r->flags & CM_REC_EXTERNAL) || (r->change && r->change->queue))
      status = cm_relation_members(r, rel, &found, err);
  }
  for (size_t i = found.n; !status && i-- > 0;)
    status = cm_members_add(stack, found.records[i], err);
  cm_members_clear(&found);
  return status;
}

/* ---- Into the session
 * ---------------------------------------------------------------------------------------------------------- */

int cm_cascade_add(corm_session *s, corm_record *r, corm_error **err) {
  cm_members stack = {0};
  cm_pin(r); /* listeners may drop what they are told of */
  int status = cm_state_attach(s, r, err);
  if (!status)
    status = push_reached(&stack, r, CORM_CASCADE_SAVE_UPDATE, err);
  cm_unpin(r);
  while (!status && stack.n) {
    corm_record *next = stack.records[--stack.n];
    if (cm_in_session(s, next))
      continue;
    cm_pin(next);
    status = cm_state_attach(s, next, err);
    if (!status)
      status = push_reached(&stack, next, CORM_CASCADE_SAVE_UPDATE, err);
    cm_unpin(next);
  }
  cm_members_clear(&stack);
  return status;
}

int cm_cascade_joined(corm_record *r, const corm_relation *rel, corm_record *target, corm_error **err) {
  corm_session *s = r->home->session;
  if (!s || !(rel->cascade & CORM_CASCADE_SAVE_UPDATE) || !cm_in_session(s, r) || cm_in_session(s, target))
    return CORM_OK;
  return cm_cascade_add(s, target, err);
}

/* ---- Orphans
 * --------------------------------------------------------------------------------------------------------------------
 */

static int list_has_parent(const corm_session *s, int list, const corm_relation *rel, const corm_record *but,
                           const corm_record *child, int *yes, corm_error **err) {
  int status = CORM_OK;
  for (const cm_change *c = s->lists[list].next; !status && !*yes && c != &s->lists[list]; c = c->next) {
    cm_members members = {0};
    if (c->record == but || !corm_entity_is_a(c->record->home->entity, rel->owner))
      continue;
    status = cm_relation_members(c->record, rel, &members, err);
    *yes = cm_members_has(&members, child);
    cm_members_clear(&members);
  }
  return status;
}

/* Whether another object than `r` has the child in this relation: the other side says it, or the changed objects do. */
static int has_parent(const corm_record *r, const corm_relation *rel, const corm_record *child, int *yes,
                      corm_error **err) {
  const corm_session *s = child->home->session;
  corm_value v;
  *yes = 0;
  if (rel->back && !rel->back->uselist) {
    int slot = cm_relation_slot(child, rel->back);
    corm_record *parent =
        slot >= 0 && cm_slot_peek(child, slot, &v) == CORM_SLOT_LOADED ? cm_value_record(child, &v) : NULL;
    *yes = parent && parent != r;
    return CORM_OK;
  }
  int status = list_has_parent(s, CM_LIST_NEW, rel, r, child, yes, err);
  return status || *yes ? status : list_has_parent(s, CM_LIST_DIRTY, rel, r, child, yes, err);
}

int cm_cascade_left(corm_record *r, const corm_relation *rel, corm_record *target, corm_error **err) {
  corm_session *s = target->home->session;
  int other;
  if (!(rel->cascade & CORM_CASCADE_DELETE_ORPHAN) || !s || (target->flags & CM_REC_KEYED))
    return CORM_OK;
  int status = has_parent(r, rel, target, &other, err);
  return status || other ? status : cm_state_expunge(s, target, err);
}

/* ---- Others
 * -----------------------------------------------------------------------------------------------------------------------
 */

int cm_cascade_each(corm_record *r, unsigned cascade, corm_record_sink sink, void *ctx, corm_error **err) {
  cm_members stack = {0};
  cm_map seen = {0};
  int stop = 0;
  int status = cm_members_add(&stack, r, err);
  while (!status && !stop && stack.n) {
    corm_record *next = stack.records[--stack.n];
    if (cm_map_get_ptr(&seen, next))
      continue;
    if (!cm_map_put_ptr(&seen, next, next))
      status = cm_fail_memory(err);
    if (!status)
      status = push_reached(&stack, next, cascade, err);
    if (!status)
      stop = sink(ctx, next);
  }
  cm_map_free(&seen);
  cm_members_clear(&stack);
  return status ? status : stop;
}
