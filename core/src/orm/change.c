/* Entries of changed records: which list has one, what it was before, and holding its object meanwhile. */
#include "orm/orm.h"

int cm_change_need(corm_record *r, cm_change **out, corm_error **err) {
  cm_change *c = r->change;
  if (!c) {
    c = cm_alloc_zero(sizeof *c);
    if (!c)
      return cm_fail_memory(err);
    c->record = r;
    c->old = &c->first;
    c->cap_old = 1;
    r->change = c;
  }
  if (out)
    *out = c;
  return CORM_OK;
}

static int hold(corm_record *r, corm_error **err) {
  const corm_host *h = r->home->host;
  if (r->flags & CM_REC_HELD)
    return CORM_OK;
  int status = h->hold && r->object ? h->hold(h->self, r, err) : CORM_OK;
  if (!status)
    r->flags |= CM_REC_HELD;
  return status;
}

static void unlink_entry(cm_change *c) {
  corm_session *s = c->record->home->session;
  if (!c->list)
    return;
  c->prev->next = c->next;
  c->next->prev = c->prev;
  c->prev = c->next = NULL;
  if (s)
    s->counts[c->list]--;
  c->list = CM_LIST_NONE;
}

int cm_change_enlist(corm_record *r, cm_list list, corm_error **err) {
  corm_session *s = r->home->session;
  cm_change *c = NULL;
  int status = cm_change_need(r, &c, err);
  if (status || c->list == list)
    return status;
  status = hold(r, err);
  if (status)
    return status;
  unlink_entry(c);
  cm_change *head = &s->lists[list];
  c->next = head;
  c->prev = head->prev;
  head->prev->next = c;
  head->prev = c;
  c->list = (uint8_t)list;
  c->order = ++s->order;
  s->counts[list]++;
  return CORM_OK;
}

void cm_change_delist(corm_record *r) {
  const corm_host *h = r->home->host;
  if (r->change)
    unlink_entry(r->change);
  if (!(r->flags & CM_REC_HELD))
    return;
  r->flags &= (uint16_t)~CM_REC_HELD;
  if (h->drop && r->object)
    h->drop(h->self, r);
  else
    cm_record_settle(r);
}

cm_old *cm_change_old(const corm_record *r, int slot) {
  cm_change *c = r->change;
  for (size_t i = 0; c && i < c->n_old; i++)
    if (c->old[i].slot == slot)
      return &c->old[i];
  return NULL;
}

static int old_room(cm_change *c) {
  size_t cap = c->cap_old ? c->cap_old * 2u : 1u;
  if (c->n_old < c->cap_old)
    return 1;
  cm_old *more = cm_realloc(c->old == &c->first ? NULL : c->old, cap * sizeof *more);
  if (!more)
    return 0;
  if (c->old == &c->first)
    more[0] = c->first;
  c->old = more;
  c->cap_old = (uint16_t)cap;
  return 1;
}

int cm_change_room(corm_record *r, corm_error **err) {
  cm_change *c = NULL;
  int status = cm_change_need(r, &c, err);
  return status || old_room(c) ? status : cm_fail_memory(err);
}

int cm_change_keep_old(corm_record *r, cm_old *old, corm_error **err) {
  cm_change *c = NULL;
  int status = CORM_OK;
  if (cm_change_old(r, old->slot)) {
    cm_old_free(r, old);
    return CORM_OK;
  }
  status = cm_change_need(r, &c, err);
  if (!status && !old_room(c))
    status = cm_fail_memory(err);
  if (status) {
    cm_old_free(r, old);
    return status;
  }
  if ((old->tag & CM_TAG_HEAP) || (old->tag & CM_TAG_KIND) == CORM_HOST)
    r->flags |= CM_REC_OWNS;
  c->old[c->n_old++] = *old;
  return CORM_OK;
}

/* Freeing a value may run host code that asks for the entry: it is emptied first. */
static void free_olds(corm_record *r, cm_change *c) {
  while (c->n_old) {
    cm_old last = c->old[--c->n_old];
    cm_old_free(r, &last);
  }
}

void cm_change_forget_slot(corm_record *r, int slot) {
  cm_change *c = r->change;
  cm_slot_clear_dirty(r, slot);
  if (!c)
    return;
  if (c->queue)
    cm_queue_forget(c, slot);
  for (size_t i = 0; i < c->n_old; i++) {
    if (c->old[i].slot != slot)
      continue;
    cm_old old = c->old[i];
    memmove(&c->old[i], &c->old[i + 1], (c->n_old - i - 1u) * sizeof old);
    c->n_old--;
    cm_old_free(r, &old);
    return;
  }
}

static void forget_content(corm_record *r, cm_change *c) {
  if (r->flags & CM_REC_MODIFIED)
    for (int i = 0; i < r->n; i++)
      cm_slot_clear_dirty(r, i);
  r->flags &= (uint16_t)~CM_REC_MODIFIED;
  if (!c)
    return;
  free_olds(r, c);
  if (c->queue)
    cm_queue_free(c->queue);
  c->queue = NULL;
  c->column_dirt = 0;
}

void cm_change_revert(corm_record *r) {
  if (!r->change || !(r->change->list == CM_LIST_DELETED || r->change->list == CM_LIST_NEW)) {
    cm_change_forget(r);
    return;
  }
  r->pins++;
  forget_content(r, r->change);
  cm_unpin(r);
}

void cm_change_forget(corm_record *r) {
  cm_change *c = r->change;
  r->pins++;
  forget_content(r, c);
  if (!c) {
    r->pins--;
    return;
  }
  unlink_entry(c);
  r->change = NULL;
  if (c->old != &c->first)
    cm_free(c->old);
  cm_free(c);
  cm_change_delist(r);
  cm_unpin(r);
}

int cm_change_mark(corm_record *r, corm_error **err) {
  corm_session *s = r->home->session;
  int status = CORM_OK;
  if (s && (r->flags & CM_REC_KEYED) && !(r->flags & CM_REC_DELETED)) {
    if (!s->transaction)
      status = cm_session_autobegin(s, err);
    if (!status && !(r->change && r->change->list))
      status = cm_change_enlist(r, CM_LIST_DIRTY, err);
    if (!status && !(r->flags & CM_REC_MODIFIED))
      status = cm_note(s, r, CM_NOTE_DIRTY, err);
  }
  if (!status)
    r->flags |= CM_REC_MODIFIED;
  return status;
}
