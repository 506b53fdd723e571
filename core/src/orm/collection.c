/* Relations to many: members that come and go, what is noted about it, and the queue of those that are not loaded. */
#include "orm/unit.h"

/* ---- The committed members
 * ------------------------------------------------------------------------------------------- */

static cm_members *copy_pinned(const cm_members *from) {
  cm_members *m = cm_alloc_zero(sizeof *m);
  for (size_t i = 0; m && i < from->n; i++) {
    if (cm_members_add(m, from->records[i], NULL)) {
      for (size_t k = 0; k < m->n; k++)
        m->records[k]->pins--;
      cm_members_clear(m);
      cm_free(m);
      return NULL;
    }
    cm_pin(from->records[i]);
  }
  return m;
}

static int keep_members(corm_record *r, int slot, const cm_members *members, corm_error **err) {
  cm_old old = {.slot = (uint16_t)slot, .tag = CM_OLD_MEMBERS};
  int status = cm_change_room(r, err);
  if (status)
    return status;
  old.cell.p = copy_pinned(members);
  return old.cell.p ? cm_change_keep_old(r, &old, err) : cm_fail_memory(err);
}

int cm_collection_note(corm_record *r, int slot, corm_error **err) {
  cm_members members = {0};
  corm_value v;
  int status = cm_change_mark(r, err);
  if (!status && (r->flags & CM_REC_KEYED) && !cm_change_old(r, slot) &&
      cm_slot_peek(r, slot, &v) == CORM_SLOT_LOADED) {
    status = cm_members_read(r, slot, &members, err);
    if (!status)
      status = keep_members(r, slot, &members, err);
    cm_members_clear(&members);
  }
  if (!status)
    cm_slot_set_dirty(r, slot);
  return status;
}

/* ---- The queue
 * ------------------------------------------------------------------------------------------------------------ */

static void take_out(struct cm_queue *q, size_t i) {
  corm_record *member = q->items[i].member;
  q->removes -= q->items[i].remove;
  memmove(&q->items[i], &q->items[i + 1], (q->n - i - 1) * sizeof *q->items);
  q->n--;
  cm_unpin(member);
}

/* The opposite change that waits already, or q->n. Members that come are many: they are not searched for nothing. */
static size_t opposite(const struct cm_queue *q, int slot, const corm_record *member, int remove) {
  if (!remove && !q->removes)
    return q->n;
  for (size_t i = q->n; i-- > 0;)
    if (q->items[i].member == member && q->items[i].slot == slot && q->items[i].remove != remove)
      return i;
  return q->n;
}

int cm_queue_add(corm_record *r, int slot, corm_record *member, int remove, corm_error **err) {
  cm_change *c;
  int status = cm_change_need(r, &c, err);
  if (status)
    return status;
  if (!c->queue && !(c->queue = cm_alloc_zero(sizeof *c->queue)))
    return cm_fail_memory(err);
  struct cm_queue *q = c->queue;
  size_t at = opposite(q, slot, member, remove);
  if (at < q->n) {
    take_out(q, at);
    return CORM_OK;
  }
  if (!cm_grow((void **)&q->items, &q->cap, q->n + 1, sizeof *q->items))
    return cm_fail_memory(err);
  q->items[q->n++] = (cm_queued){member, (uint16_t)slot, (uint16_t)(remove != 0)};
  q->removes += remove != 0;
  cm_pin(member);
  return CORM_OK;
}

void cm_queue_free(struct cm_queue *q) {
  if (!q)
    return;
  while (q->n)
    take_out(q, q->n - 1);
  cm_free(q->items);
  cm_free(q);
}

void cm_queue_forget(cm_change *c, int slot) {
  struct cm_queue *q = c->queue;
  for (size_t i = q ? q->n : 0; i-- > 0;)
    if (q->items[i].slot == slot)
      take_out(q, i);
}

static int waits(const cm_change *c, int slot) {
  for (size_t i = 0; c && c->queue && i < c->queue->n; i++)
    if (c->queue->items[i].slot == slot)
      return 1;
  return 0;
}

int cm_collection_loaded(corm_record *r, corm_relation *rel, cm_members *members, corm_error **err) {
  cm_change *c = r->change;
  int slot = cm_relation_slot(r, rel), status = CORM_OK;
  if (!waits(c, slot))
    return CORM_OK;
  if ((r->flags & CM_REC_KEYED) && !cm_change_old(r, slot))
    status = keep_members(r, slot, members, err);
  for (size_t i = 0; !status && i < c->queue->n; i++) {
    const cm_queued *q = &c->queue->items[i];
    if (q->slot != slot)
      continue;
    if (q->remove)
      (void)cm_members_remove(members, q->member);
    else if (rel->direction == CORM_MANY_TO_MANY || !cm_members_has(members, q->member))
      status = cm_members_add(members, q->member, err);
  }
  if (!status)
    cm_queue_forget(c, slot);
  return status;
}

/* ---- Members come and go
 * -------------------------------------------------------------------------------------------------- */

/* The host of C has nobody else to change its containers. */
static int change_own(corm_record *r, int slot, corm_record *member, int add, corm_error **err) {
  const corm_host *h = r->home->host;
  corm_value v;
  int state = cm_slot_peek(r, slot, &v);
  if (state == CORM_SLOT_LOADED)
    return v.kind == CORM_HOST ? h->change(h->self, r, slot, v.as.h, member, add, err) : CORM_OK;
  if (!add || state != CORM_SLOT_UNSET || (r->flags & CM_REC_KEYED))
    return CORM_OK;
  v = corm_null();
  int status = h->container(h->self, r, slot, &member, 1, &v.as.h, err);
  v.kind = CORM_HOST;
  return status ? status : cm_slot_store(r, slot, &v, err);
}

/* An unloaded collection of an object that has a row keeps the change for later. */
static int note_or_queue(corm_record *r, int slot, corm_record *member, int remove, corm_error **err) {
  corm_value v;
  int state = cm_slot_peek(r, slot, &v);
  int status = cm_collection_note(r, slot, err);
  if (status || state == CORM_SLOT_LOADED || !(r->flags & CM_REC_KEYED))
    return status;
  return cm_queue_add(r, slot, member, remove, err);
}

static int check_slot(corm_record *r, int slot, corm_relation **rel, corm_error **err) {
  int status = cm_record_check_slot(r, slot, err);
  if (status)
    return status;
  *rel = cm_record_attribute(r, slot)->relation;
  if (*rel && (*rel)->uselist)
    return CORM_OK;
  return cm_fail(err, CORM_EARGUMENT, "attribute \"%s.%s\" is no relation to many", r->home->entity->name,
                 cm_record_attribute(r, slot)->key);
}

static int check(corm_record *r, int slot, const corm_record *member, corm_relation **rel, corm_error **err) {
  int status = check_slot(r, slot, rel, err);
  if (status)
    return status;
  if (!member)
    return cm_fail(err, CORM_EARGUMENT, "relation \"%s.%s\" was given no object", r->home->entity->name, (*rel)->key);
  return cm_check_target(*rel, member, err);
}

static int link(corm_record *r, corm_relation *rel, int slot, corm_record *member, corm_error **err) {
  int c = (r->flags & CM_REC_C) != 0;
  int status = cm_check_session(r, rel, member, err);
  if (!status && (rel->flags & CORM_RELATION_VIEWONLY))
    return c ? change_own(r, slot, member, 1, err) : CORM_OK;
  if (!status)
    status = note_or_queue(r, slot, member, 0, err);
  if (!status && c)
    status = change_own(r, slot, member, 1, err);
  if (!status && rel->back)
    status = cm_other_add(member, rel->back, r, err);
  return status ? status : cm_cascade_joined(r, rel, member, err);
}

static int unlink_member(corm_record *r, corm_relation *rel, int slot, corm_record *member, corm_error **err) {
  int c = (r->flags & CM_REC_C) != 0;
  int status = CORM_OK;
  if (rel->flags & CORM_RELATION_VIEWONLY)
    return c ? change_own(r, slot, member, 0, err) : CORM_OK;
  status = note_or_queue(r, slot, member, 1, err);
  if (!status && c)
    status = change_own(r, slot, member, 0, err);
  if (!status && rel->back)
    status = cm_other_remove(member, rel->back, r, err);
  return status ? status : cm_cascade_left(r, rel, member, err);
}

typedef int (*member_change)(corm_record *, corm_relation *, int slot, corm_record *member, corm_error **err);

static int told(corm_record *r, int slot, corm_record *member, const char *call, member_change change,
                corm_error **err) {
  corm_session *s = r->home->session;
  corm_relation *rel;
  int status = check(r, slot, member, &rel, err);
  if (!status && s)
    status = cm_session_enter(s, call, err);
  if (status)
    return status;
  cm_pin(r);
  cm_pin(member);
  status = change(r, rel, slot, member, err);
  cm_unpin(member);
  cm_unpin(r);
  if (s)
    cm_session_leave(s);
  return status;
}

int corm_record_link(corm_record *r, int slot, corm_record *member, corm_error **err) {
  return told(r, slot, member, "corm_record_link", link, err);
}

int corm_record_unlink(corm_record *r, int slot, corm_record *member, corm_error **err) {
  return told(r, slot, member, "corm_record_unlink", unlink_member, err);
}

int corm_record_replace_container(corm_record *r, int slot, void *container, corm_error **err) {
  corm_session *s = r->home->session;
  corm_relation *rel;
  corm_value v = corm_null();
  v.as.h = container;
  v.kind = CORM_HOST;
  int status = check_slot(r, slot, &rel, err);
  if (!status && s)
    status = cm_session_enter(s, "corm_record_replace_container", err);
  if (status) {
    cm_value_drop(r, &v);
    return status;
  }
  if (!(rel->flags & CORM_RELATION_VIEWONLY))
    status = cm_collection_note(r, slot, err);
  if (status)
    cm_value_drop(r, &v);
  else
    status = cm_slot_store(r, slot, &v, err);
  if (s)
    cm_session_leave(s);
  return status;
}
