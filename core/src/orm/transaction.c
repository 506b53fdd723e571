/* Transactions of a session: begin and end, on the wire and for objects. Connections of one are in txconn.c, what a
 * rollback does to objects in restore.c. */
#include "orm/orm.h"

/* ---- Life
 * ------------------------------------------------------------------------------------------------------------ */

corm_transaction *corm_transaction_ref(corm_transaction *t) {
  if (t)
    t->refs++;
  return t;
}

void corm_transaction_unref(corm_transaction *t) {
  if (!t || --t->refs)
    return;
  corm_transaction_unref(t->parent);
  cm_free(t->conns);
  cm_free(t->failure);
  cm_free(t);
}

/* ---- Blocks of the program
 * -------------------------------------------------------------------------------------------- */

void corm_transaction_enter(corm_transaction *t) {
  if (!t->session || t->block_of)
    return;
  t->block_of = t->session;
  t->outer = t->session->block;
  t->session->block = corm_transaction_ref(t);
}

void corm_transaction_leave(corm_transaction *t) {
  corm_transaction **at = t->block_of ? &t->block_of->block : NULL;
  while (at && *at && *at != t)
    at = &(*at)->outer;
  if (!at || !*at)
    return;
  *at = t->outer;
  t->outer = NULL;
  t->block_of = NULL;
  corm_transaction_unref(t);
}

int cm_session_check_block(const corm_session *s, corm_error **err) {
  if (!s->block || s->block->state != CM_TX_ENDED)
    return CORM_OK;
  return cm_fail(err, CORM_EINVALID,
                 "the transaction of this `with` block has ended: leave the block before the session is used again");
}

void cm_transaction_forget_blocks(corm_session *s) {
  while (s->block)
    corm_transaction_leave(s->block);
}

/* ---- Begun and ended
 * -------------------------------------------------------------------------------------------- */

static int push(corm_session *s, int nested, int joined, corm_error **err) {
  int status = cm_session_check_block(s, err);
  if (status)
    return status;
  corm_transaction *t = cm_alloc_zero(sizeof *t);
  if (!t)
    return cm_fail_memory(err);
  t->refs = 1;
  t->session = s;
  t->parent = corm_transaction_ref(s->transaction);
  t->nested = nested;
  t->joined = joined;
  t->state = CM_TX_ACTIVE;
  s->transaction = t;
  return cm_tell_transaction(s, CORM_EV_TRANSACTION_CREATE, t, err);
}

static void free_switched(corm_transaction *t) {
  size_t at = 0;
  uint64_t record;
  void *key;
  while (cm_map_next(&t->switched, &at, NULL, &record, &key))
    cm_free(key);
  cm_map_free(&t->switched);
}

/* Off the session: its connections go back, TRANSACTION_END is told. */
static int pop(corm_session *s, corm_transaction *t, corm_error **err) {
  s->transaction = t->parent;
  t->state = CM_TX_ENDED;
  cm_tx_release(t);
  cm_map_free(&t->notes);
  free_switched(t);
  for (size_t i = 0; i < t->let_go.n; i++)
    cm_unpin(t->let_go.records[i]);
  cm_members_clear(&t->let_go);
  int status = cm_tell_transaction(s, CORM_EV_TRANSACTION_END, t, err);
  t->session = NULL;
  corm_transaction_unref(t);
  return status;
}

int cm_tell_transaction(corm_session *s, int kind, corm_transaction *t, corm_error **err) {
  if (!(s->events & CORM_EV_BIT(kind)) || !s->host->event)
    return CORM_OK;
  corm_event ev = {.size = sizeof ev, .kind = kind, .session = s, .nested = t->nested};
  return s->host->event(s->host->self, &ev, err);
}

/* ---- Whether it can be used
 * -------------------------------------------------------------------------------------------- */

static int require_active(corm_session *s, corm_error **err) {
  const corm_transaction *t = s->transaction;
  if (!t || t->state == CM_TX_ACTIVE)
    return CORM_OK;
  return cm_fail(
      err, CORM_EPENDINGROLLBACK,
      "a flush of this session failed and its transaction was rolled back: call rollback() before anything else. "
      "What failed: %s",
      t->failure ? t->failure : "unknown");
}

int cm_session_autobegin(corm_session *s, corm_error **err) {
  if (s->transaction)
    return require_active(s, err);
  if (!s->autobegin)
    return cm_fail(err, CORM_EINVALID, "the session has autobegin=False: begin() starts a transaction");
  return push(s, 0, 0, err);
}

/* ---- Notes
 * ---------------------------------------------------------------------------------------------------------------- */

static corm_transaction *real(corm_session *s) {
  corm_transaction *t = s->transaction;
  while (t && t->joined)
    t = t->parent;
  return t;
}

int cm_note(corm_session *s, corm_record *r, int what, corm_error **err) {
  corm_transaction *t = real(s);
  if (!t)
    return CORM_OK;
  uintptr_t had = r->flags & CM_REC_NOTED ? (uintptr_t)cm_map_get_ptr(&t->notes, r) : 0;
  if (!cm_map_put_ptr(&t->notes, r, (void *)(had | (uintptr_t)what)))
    return cm_fail_memory(err);
  r->flags |= CM_REC_NOTED;
  return CORM_OK;
}

int cm_note_reserve(corm_session *s, size_t n, corm_error **err) {
  corm_transaction *t = real(s);
  return !t || cm_map_reserve(&t->notes, n) ? CORM_OK : cm_fail_memory(err);
}

int cm_note_switch(corm_session *s, corm_record *r, const cm_key_view *old, corm_error **err) {
  corm_transaction *t = real(s);
  cm_key *key;
  if (!t || cm_map_get_ptr(&t->switched, r))
    return CORM_OK;
  int status = cm_key_copy(&key, old, err);
  if (status)
    return status;
  if (!cm_map_put_ptr(&t->switched, r, key)) {
    cm_free(key);
    return cm_fail_memory(err);
  }
  r->flags |= CM_REC_NOTED;
  return CORM_OK;
}

void cm_note_forget(corm_session *s, corm_record *r) {
  if (!(r->flags & CM_REC_NOTED))
    return;
  for (corm_transaction *t = s->transaction; t; t = t->parent) {
    (void)cm_map_remove_ptr(&t->notes, r);
    cm_free(cm_map_remove_ptr(&t->switched, r));
  }
  r->flags &= (uint16_t)~CM_REC_NOTED;
}

int cm_note_let_go(corm_session *s, corm_record *r, corm_error **err) {
  if (!(r->flags & CM_REC_NOTED))
    return CORM_OK;
  for (corm_transaction *t = s->transaction; t; t = t->parent) {
    if (!((uintptr_t)cm_map_get_ptr(&t->notes, r) & CM_NOTE_NEW))
      continue;
    int status = cm_members_add(&t->let_go, r, err);
    if (!status)
      cm_pin(r);
    return status;
  }
  return CORM_OK;
}

/* ---- Commit
 * ----------------------------------------------------------------------------------------------------------------- */

static int flush_all(corm_session *s, corm_error **err) {
  for (int i = 0; i < 100; i++) {
    if (cm_session_is_clean(s))
      return CORM_OK;
    int status = cm_flush(s, err);
    if (status)
      return status;
  }
  return cm_fail(err, CORM_EFLUSH,
                 "Over 100 subsequent flushes have occurred within session.commit(): is an after_flush() hook creating "
                 "new objects?");
}

static int tell_end(corm_session *s, int kind, corm_transaction *t, corm_error **err) {
  s->in_hook++;
  int status = cm_tell_transaction(s, kind, t, err);
  s->in_hook--;
  return status;
}

static int commit_one(corm_session *s, corm_transaction *t, corm_error **err) {
  int status = require_active(s, err);
  if (!status)
    status = cm_tell_transaction(s, CORM_EV_BEFORE_COMMIT, t, err);
  if (!status)
    status = flush_all(s, err);
  if (status)
    return status;
  if (s->transaction != t)
    return cm_fail(err, CORM_ECLOSED, "the transaction has ended: a hook did it");
  status = cm_transaction_prepare(t, err);
  if (status)
    return status;
  status = cm_tx_commit_wire(t, err);
  if (status) {
    corm_error *ignored = NULL;
    (void)cm_transaction_undo(s, t, &ignored);
    corm_error_free(ignored);
    return status;
  }
  status = tell_end(s, CORM_EV_AFTER_COMMIT, t, err);
  int kept = cm_transaction_keep(s, t, status ? NULL : err);
  int ended = pop(s, t, status || kept ? NULL : err);
  return status ? status : kept ? kept : ended;
}

static int commit_to(corm_session *s, corm_transaction *t, corm_error **err) {
  int status = CORM_OK;
  while (!status && s->transaction && s->transaction != t)
    status = commit_one(s, s->transaction, err);
  return status ? status : commit_one(s, t, err);
}

/* ---- Rollback
 * ---------------------------------------------------------------------------------------------------------------- */

static int restore(corm_session *s, corm_transaction *t, corm_error **err) {
  int status = cm_transaction_restore(s, t, err);
  t->unrestored = status == CORM_ENOMEM;
  return status;
}

/* One transaction: the wire, then objects. An error of the wire does not keep the objects from being restored. */
static int undo_one(corm_session *s, corm_transaction *t, corm_error **err) {
  int wire = cm_tx_rollback_wire(t, err);
  int told = tell_end(s, CORM_EV_AFTER_ROLLBACK, t, wire ? NULL : err);
  int restored = restore(s, t, wire || told ? NULL : err);
  return wire ? wire : told ? told : restored;
}

/* A transaction whose objects could not be restored stays, as one that failed. */
static int rollback_one(corm_session *s, corm_transaction *t, corm_error **err) {
  int status = CORM_OK, next;
  if (t->unrestored) {
    status = restore(s, t, err);
  } else if (t->state == CM_TX_FAILED) {
    if (!cm_session_is_clean(s)) {
      cm_warn(s->host, "the session was changed while its transaction waits for rollback(): the change will be lost");
      status = restore(s, t, err);
    }
  } else if (!t->joined) {
    status = undo_one(s, t, err);
  }
  if (t->unrestored) {
    t->state = CM_TX_FAILED;
    return status;
  }
  corm_transaction_ref(t);
  next = pop(s, t, status ? NULL : err);
  status = status ? status : next;
  next = cm_tell_transaction(s, CORM_EV_AFTER_SOFT_ROLLBACK, t, status ? NULL : err);
  corm_transaction_unref(t);
  return status ? status : next;
}

int cm_transaction_undo(corm_session *s, corm_transaction *t, corm_error **err) {
  int status = CORM_OK;
  for (int done = 0; !done && s->transaction;) {
    done = s->transaction == t;
    int one = rollback_one(s, s->transaction, status ? NULL : err);
    status = status ? status : one;
    if (s->transaction && s->transaction->unrestored)
      break;
  }
  return status;
}

int cm_transaction_close_all(corm_session *s, corm_error **err) {
  int status = CORM_OK;
  while (s->transaction) {
    corm_transaction *t = s->transaction;
    if (!t->parent && t->state == CM_TX_ACTIVE)
      status = cm_tx_close_wire(t, status ? NULL : err);
    int one = pop(s, t, status ? NULL : err);
    status = status ? status : one;
  }
  return status;
}

/* ---- Around a flush
 * ------------------------------------------------------------------------------------------------------------ */

int cm_transaction_begin_flush(corm_session *s, corm_error **err) {
  int status = cm_session_autobegin(s, err);
  return status ? status : push(s, 0, 1, err);
}

int cm_transaction_end_flush(corm_session *s, corm_error **err) {
  corm_transaction *t = s->transaction;
  if (!t || !t->joined)
    return cm_fail(err, CORM_ECLOSED, "the transaction has ended: a hook did it during the flush");
  return pop(s, t, err);
}

void cm_transaction_failed(corm_session *s, const corm_error *why) {
  corm_transaction *t;
  while (s->transaction && s->transaction->joined) {
    t = corm_transaction_ref(s->transaction);
    (void)pop(s, t, NULL);
    (void)cm_tell_transaction(s, CORM_EV_AFTER_SOFT_ROLLBACK, t, NULL);
    corm_transaction_unref(t);
  }
  t = s->transaction;
  if (!t || t->state != CM_TX_ACTIVE)
    return;
  char *failure = cm_strdup(corm_error_message(why));
  (void)undo_one(s, t, NULL);
  t->state = CM_TX_FAILED;
  t->failure = failure;
}

/* ---- Public
 * ---------------------------------------------------------------------------------------------------------------------
 */

int corm_session_begin(corm_session *s, corm_transaction **out, corm_error **err) {
  int status = cm_session_enter(s, "corm_session_begin", err);
  if (status)
    return status;
  if (s->transaction)
    status = cm_fail(err, CORM_EINVALID, "the session has begun a transaction already");
  else
    status = push(s, 0, 0, err);
  if (out)
    *out = status ? NULL : corm_transaction_ref(s->transaction);
  cm_session_leave(s);
  return status;
}

int corm_session_begin_nested(corm_session *s, corm_transaction **out, corm_error **err) {
  int status = cm_session_enter(s, "corm_session_begin_nested", err);
  if (status)
    return status;
  status = s->transaction ? require_active(s, err) : push(s, 0, 0, err); /* asked for: also without autobegin */
  if (!status)
    status = cm_flush(s, err);
  if (!status)
    status = push(s, 1, 0, err);
  if (out)
    *out = status ? NULL : corm_transaction_ref(s->transaction);
  cm_session_leave(s);
  return status;
}

static corm_transaction *root(const corm_session *s) {
  corm_transaction *t = s->transaction;
  while (t && t->parent)
    t = t->parent;
  return t;
}

int corm_session_commit(corm_session *s, corm_error **err) {
  int status = cm_session_enter(s, "corm_session_commit", err);
  if (status)
    return status;
  status = cm_session_autobegin(s, err);
  if (!status)
    status = commit_to(s, root(s), err);
  cm_session_leave(s);
  return status;
}

int corm_session_rollback(corm_session *s, corm_error **err) {
  int status = cm_session_enter(s, "corm_session_rollback", err);
  if (status)
    return status;
  if (s->transaction)
    status = cm_transaction_undo(s, root(s), err);
  cm_session_leave(s);
  return status;
}

static int enter_of(corm_transaction *t, const char *call, corm_error **err) {
  if (!t->session)
    return cm_fail(err, CORM_ECLOSED, "the transaction has ended");
  return cm_session_enter(t->session, call, err);
}

int corm_transaction_commit(corm_transaction *t, corm_error **err) {
  corm_session *s = t->session;
  int status = enter_of(t, "corm_transaction_commit", err);
  if (status)
    return status;
  status = commit_to(s, t, err);
  cm_session_leave(s);
  return status;
}

int corm_transaction_rollback(corm_transaction *t, corm_error **err) {
  corm_session *s = t->session;
  int status = enter_of(t, "corm_transaction_rollback", err);
  if (status)
    return status;
  status = cm_transaction_undo(s, t, err);
  cm_session_leave(s);
  return status;
}

int corm_transaction_peek_active(const corm_transaction *t) { return t->session && t->state == CM_TX_ACTIVE; }
int corm_transaction_peek_ended(const corm_transaction *t) { return !t->session; }
int corm_transaction_peek_nested(const corm_transaction *t) { return t->nested; }
corm_transaction *corm_transaction_peek_parent(const corm_transaction *t) { return t->parent; }

corm_transaction *corm_session_peek_transaction(const corm_session *s, int nested) {
  if (!nested)
    return root(s);
  corm_transaction *t = s->transaction;
  while (t && !t->nested)
    t = t->parent;
  return t;
}

int corm_session_peek_in_transaction(const corm_session *s) { return s->transaction != NULL; }

int corm_session_peek_active(const corm_session *s) { return !s->transaction || s->transaction->state == CM_TX_ACTIVE; }
