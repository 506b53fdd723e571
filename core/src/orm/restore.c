/* What the end of a transaction does to objects. */
#include "orm/orm.h"

/* Records of the notes with any of these bits, pinned. */
static int noted(corm_transaction *t, int what, cm_members *out, corm_error **err) {
  size_t at = 0;
  uint64_t key;
  void *bits;
  int status = CORM_OK;
  while (!status && cm_map_next(&t->notes, &at, NULL, &key, &bits))
    if ((uintptr_t)bits & (uintptr_t)what) {
      corm_record *r = (corm_record *)(uintptr_t)key;
      status = cm_members_add(out, r, err);
      if (!status)
        cm_pin(r);
    }
  return status;
}

static int listed(corm_session *s, int list, cm_members *out, corm_error **err) {
  int status = CORM_OK;
  for (cm_change *c = s->lists[list].next; !status && c != &s->lists[list]; c = c->next) {
    status = cm_members_add(out, c->record, err);
    if (!status)
      cm_pin(c->record);
  }
  return status;
}

static void release(cm_members *m) {
  for (size_t i = 0; i < m->n; i++)
    cm_unpin(m->records[i]);
  cm_members_clear(m);
}

/* ---- Kept
 * ---------------------------------------------------------------------------------------------------------------- */

static corm_transaction *real_parent(corm_transaction *t) {
  for (t = t->parent; t && t->joined; t = t->parent) {
  }
  return t;
}

static int has_room(cm_map *m, size_t more) { return !more || cm_map_reserve(m, more); }

int cm_transaction_prepare(corm_transaction *t, corm_error **err) {
  corm_transaction *to = t->nested ? real_parent(t) : NULL;
  return !to || (has_room(&to->notes, t->notes.used) && has_room(&to->switched, t->switched.used))
             ? CORM_OK
             : cm_fail_memory(err);
}

/* What happened inside a savepoint happened in the transaction around it: all of it, or nothing. */
static int hand_up(corm_transaction *t, corm_error **err) {
  corm_transaction *to = real_parent(t);
  size_t at = 0;
  uint64_t key;
  void *value;
  int status = cm_transaction_prepare(t, err); /* once more: a hook may have changed objects */
  if (status)
    return status;
  while (cm_map_next(&t->notes, &at, NULL, &key, &value)) {
    uintptr_t had = (uintptr_t)cm_map_get_int(&to->notes, key);
    (void)cm_map_put_int(&to->notes, key, (void *)(had | (uintptr_t)value));
  }
  at = 0;
  while (cm_map_next(&t->switched, &at, NULL, &key, &value))
    if (cm_map_get_int(&to->switched, key))
      cm_free(value);
    else
      (void)cm_map_put_int(&to->switched, key, value);
  cm_map_free(&t->switched);
  if (!cm_grow((void **)&to->let_go.records, &to->let_go.cap, to->let_go.n + t->let_go.n, sizeof(corm_record *)))
    return cm_fail_memory(err);
  for (size_t i = 0; i < t->let_go.n; i++)
    to->let_go.records[to->let_go.n++] = t->let_go.records[i];
  t->let_go.n = 0;
  return CORM_OK;
}

static int detach_deleted(corm_session *s, corm_transaction *t, corm_error **err) {
  cm_members gone = {0};
  int status = noted(t, CM_NOTE_DELETED, &gone, err);
  for (size_t i = 0; !status && i < gone.n; i++)
    if (gone.records[i]->home->session == s && (gone.records[i]->flags & CM_REC_DELETED))
      status = cm_state_expunge(s, gone.records[i], err);
  release(&gone);
  return status;
}

int cm_transaction_keep(corm_session *s, corm_transaction *t, corm_error **err) {
  if (t->nested && real_parent(t))
    return hand_up(t, err);
  int status = detach_deleted(s, t, err);
  if (!status && s->expire_on_commit)
    status = cm_session_expire_where(s, NULL, NULL, err);
  return status;
}

/* ---- Undone
 * -------------------------------------------------------------------------------------------------------------- */

static int uninsert(corm_session *s, corm_transaction *t, corm_error **err) {
  cm_members fresh = {0};
  int status = noted(t, CM_NOTE_NEW, &fresh, err);
  if (!status)
    status = listed(s, CM_LIST_NEW, &fresh, err);
  for (size_t i = 0; !status && i < fresh.n; i++)
    if (fresh.records[i]->home->session == s)
      status = cm_state_uninserted(s, fresh.records[i], err);
  release(&fresh);
  return status;
}

/* Those that left the session, and did not join another one, have no row either. */
static int uninsert_let_go(corm_session *s, corm_transaction *t, corm_error **err) {
  int status = CORM_OK;
  for (size_t i = 0; !status && i < t->let_go.n; i++) {
    corm_record *r = t->let_go.records[i];
    const corm_session *in = r->home->session;
    if ((r->flags & CM_REC_KEYED) && (!in || in == s))
      status = cm_state_uninserted(s, r, err);
  }
  return status;
}

/* The keys before are looked up by record, since records leave the notes when they become transient. */
static int restore_keys(corm_session *s, corm_transaction *t, corm_error **err) {
  int status = CORM_OK;
  size_t at = 0;
  uint64_t key;
  void *before;
  while (!status && cm_map_next(&t->switched, &at, NULL, &key, &before)) {
    corm_record *r = (corm_record *)(uintptr_t)key;
    if ((r->flags & CM_REC_KEYED) && (r->flags & CM_REC_MAPPED))
      status = cm_state_restore_key(s, r, before, err);
  }
  return status;
}

static int undelete(corm_session *s, corm_transaction *t, corm_error **err) {
  cm_members gone = {0};
  int status = noted(t, CM_NOTE_DELETED, &gone, err);
  if (!status)
    status = listed(s, CM_LIST_DELETED, &gone, err);
  for (size_t i = 0; !status && i < gone.n; i++)
    if (gone.records[i]->home->session == s && (gone.records[i]->flags & CM_REC_KEYED))
      status = cm_state_undeleted(s, gone.records[i], err);
  release(&gone);
  return status;
}

static int was_touched(void *ctx, corm_record *r) {
  const corm_transaction *t = ctx;
  return (r->flags & CM_REC_MODIFIED) || ((uintptr_t)cm_map_get_ptr(&t->notes, r) & CM_NOTE_DIRTY);
}

int cm_transaction_restore(corm_session *s, corm_transaction *t, corm_error **err) {
  int status = uninsert(s, t, err);
  if (!status)
    status = uninsert_let_go(s, t, err);
  if (!status)
    status = restore_keys(s, t, err);
  if (!status)
    status = undelete(s, t, err);
  if (!status)
    status = cm_session_expire_where(s, t->nested ? was_touched : NULL, t, err);
  return status;
}
