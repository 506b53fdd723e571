/* session.delete: the object and what the delete cascade reaches from it are marked; the DELETEs come with the flush.
 */
#include "orm/unit.h"

/* Relations that cascade are loaded first, save those that leave it to the database. Loading flushes, as every read
 * does. */
static int load_reached(corm_record *r, corm_relation *rel, corm_error **err) {
  int loaded;
  if (rel->flags & (CORM_RELATION_PASSIVE_DELETES | CORM_RELATION_PASSIVE_DELETES_ALL))
    return CORM_OK;
  if (!(r->flags & CM_REC_MAPPED))
    return CORM_OK;
  return cm_lazy_load(r, rel, CM_LAZY_NO_RAISE, &loaded, err);
}

static int push_reached(cm_members *stack, corm_record *r, corm_error **err) {
  corm_entity *e = r->home->entity;
  cm_members found = {0};
  int status = CORM_OK;
  for (int slot = 0; !status && slot < r->n && (size_t)slot < e->n_attrs; slot++) {
    corm_relation *rel = e->attrs[slot]->relation;
    if (!rel || !(rel->cascade & CORM_CASCADE_DELETE) || (rel->flags & CORM_RELATION_VIEWONLY))
      continue;
    status = load_reached(r, rel, err);
    if (!status)
      status = cm_relation_members(r, rel, &found, err);
  }
  for (size_t i = found.n; !status && i-- > 0;) {
    status = cm_members_add(stack, found.records[i], err);
    if (!status)
      cm_pin(found.records[i]);
  }
  cm_members_clear(&found);
  return status;
}

static int is_marked(const corm_record *r) { return corm_record_peek_marked_deleted(r) || (r->flags & CM_REC_DELETED); }

/* Everything reached is found, each once, before anything is marked. */
static int collect(cm_members *out, corm_record *r, corm_error **err) {
  cm_members stack = {0};
  cm_map seen = {0};
  cm_pin(r);
  int status = cm_members_add(&stack, r, err);
  if (status)
    cm_unpin(r);
  while (stack.n) {
    corm_record *next = stack.records[--stack.n];
    int skip =
        status || cm_map_get_ptr(&seen, next) || (next != r && (is_marked(next) || !(next->flags & CM_REC_KEYED)));
    if (!skip && !cm_map_put_ptr(&seen, next, next))
      status = cm_fail_memory(err);
    if (!skip && !status)
      status = push_reached(&stack, next, err);
    if (!skip && !status)
      status = cm_members_add(out, next, err);
    if (skip || status)
      cm_unpin(next);
  }
  cm_map_free(&seen);
  cm_members_clear(&stack);
  return status;
}

static int mark(corm_session *s, corm_record *r, corm_error **err) {
  int status = cm_in_session(s, r) ? CORM_OK : cm_state_attach(s, r, err);
  return status ? status : cm_state_mark_deleted(s, r, err);
}

static int delete_all(corm_session *s, corm_record *r, corm_error **err) {
  cm_members reached = {0};
  int status = collect(&reached, r, err);
  for (size_t i = 0; !status && i < reached.n; i++)
    status = mark(s, reached.records[i], err);
  for (size_t i = 0; i < reached.n; i++)
    cm_unpin(reached.records[i]);
  cm_members_clear(&reached);
  return status;
}

static int delete_one(corm_session *s, corm_record *r, corm_error **err) {
  char name[128];
  int status = CORM_OK;
  if (!(r->flags & CM_REC_KEYED)) {
    cm_record_name(r, name, sizeof name);
    return cm_fail(err, CORM_EINVALID, "Instance '%s' is not persisted", name);
  }
  if (r->home->session == s && is_marked(r))
    return CORM_OK;
  if (!cm_in_session(s, r))
    status = cm_state_attach(s, r, err);
  return status ? status : delete_all(s, r, err);
}

int corm_session_delete(corm_session *s, corm_record *r, corm_error **err) {
  int status = cm_session_enter(s, "corm_session_delete", err);
  if (status)
    return status;
  if (!(s->transaction && s->transaction->state == CM_TX_FAILED)) /* as add: rollback discards it */
    status = cm_session_autobegin(s, err);
  if (!status)
    status = delete_one(s, r, err);
  cm_session_leave(s);
  return status;
}
