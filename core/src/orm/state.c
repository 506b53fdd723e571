/* States of one record: each function moves one, tells it, and notes it in the transaction. */
#include "orm/orm.h"

static int fail_state(corm_error **err, const corm_record *r, const char *what) {
  char name[128];
  cm_record_name(r, name, sizeof name);
  return cm_fail(err, CORM_EINVALID, "Instance %s %s", name, what);
}

/* ---- Into a session
 * ------------------------------------------------------------------------------------------------------ */

static int unmark(corm_record *r, corm_error **err) {
  if (!corm_record_peek_marked_deleted(r))
    return CORM_OK;
  if (r->flags & CM_REC_MODIFIED)
    return cm_change_enlist(r, CM_LIST_DIRTY, err);
  cm_change_delist(r);
  return CORM_OK;
}

static int may_attach(corm_session *s, const corm_record *r, corm_error **err) {
  if (r->home->session && r->home->session != s)
    return fail_state(err, r, "is already attached to another session");
  if ((r->flags & CM_REC_KEYED) && (r->flags & CM_REC_DELETED))
    return fail_state(err, r, "has been deleted: use make_transient() to send it back to the transient state");
  if (!r->home->session && r->home->host != s->host)
    return cm_fail(err, CORM_EARGUMENT, "an object of another host cannot join this session");
  return CORM_OK;
}

static void take_back(corm_session *s, corm_record *r) {
  if (!cm_map_remove_ptr(&s->left, r))
    return;
  r->flags |= CM_REC_C;
  r->pins--;
}

static int attach_new(corm_session *s, corm_record *r, cm_home *home, corm_error **err) {
  int status = cm_change_need(r, NULL, err);
  if (status)
    return status;
  cm_home *before = r->home;
  cm_home_switch(r, home);
  status = cm_change_enlist(r, CM_LIST_NEW, err);
  if (status) {
    cm_home_switch(r, before);
    return status;
  }
  take_back(s, r);
  status = cm_tell(s, CORM_EV_AFTER_ATTACH, r, NULL, err);
  return status ? status : cm_tell(s, CORM_EV_TRANSIENT_TO_PENDING, r, NULL, err);
}

static int attach_detached(corm_session *s, corm_record *r, cm_home *home, corm_error **err) {
  corm_value one;
  cm_key_view key;
  cm_identity *map = cm_session_identity(s, home->entity);
  cm_key_view_record(&key, r, &one);
  if (map && cm_identity_get(map, &key))
    return fail_state(err, r, "cannot be attached: another instance with its key is already present in this session");
  r->flags &= (uint16_t)~CM_REC_MAPPED;
  if (!map || !cm_identity_put(map, r))
    return cm_fail_memory(err);
  cm_home_switch(r, home);
  if (r->flags & CM_REC_MODIFIED) {
    int status = cm_change_enlist(r, CM_LIST_DIRTY, err);
    if (status)
      return status;
  }
  take_back(s, r);
  int status = cm_tell(s, CORM_EV_AFTER_ATTACH, r, NULL, err);
  return status ? status : cm_tell(s, CORM_EV_DETACHED_TO_PERSISTENT, r, NULL, err);
}

int cm_state_attach(corm_session *s, corm_record *r, corm_error **err) {
  cm_home *home;
  int status = may_attach(s, r, err);
  if (status)
    return status;
  if (r->home->session == s)
    return unmark(r, err);
  status = cm_tell(s, CORM_EV_BEFORE_ATTACH, r, NULL, err);
  if (!status)
    status = cm_home_of_session(&home, s, r->home->entity, err);
  if (status)
    return status;
  return r->flags & CM_REC_KEYED ? attach_detached(s, r, home, err) : attach_new(s, r, home, err);
}

/* ---- Flushed
 * ---------------------------------------------------------------------------------------------------------------- */

/* What was not given is NULL in its row: it reads as None without a statement. What only the database knows has been
 * marked by the INSERT. */
static int absent_kind(const cm_attribute *a) {
  if (a->flags & CORM_ATTR_DEFERRED)
    return CM_ABSENT_DEFERRED;
  return a->relation || a->expr ? CM_ABSENT_EXPIRED : CM_ABSENT_POPPED;
}

static void absent_expire(corm_record *r) {
  for (int i = 0; i < r->n; i++)
    if (cm_kind(r, i) == CM_ABSENT_UNSET)
      cm_tags(r)[i] = (uint8_t)absent_kind(cm_record_attribute(r, i));
}

#define FEW_KEYS 4

/* *room: the caller's, for a few columns. */
static int own_key(corm_record *r, cm_key_view *view, corm_value **room, cm_arena *arena, corm_error **err) {
  const corm_entity *e = r->home->entity;
  int complete;
  char name[128];
  if (e->n_key == 1 && !(r->flags & CM_REC_EXTERNAL) && cm_kind(r, e->key_slots[0]) == CORM_INT &&
      !(e->attrs[e->key_slots[0]]->columns[0]->type->flags & CORM_TYPE_HOST_BIND)) {
    (*room)[0] = corm_int(cm_cells(r)[e->key_slots[0]].i);
    cm_key_view_of(view, *room, 1);
    return CORM_OK;
  }
  if (e->n_key > FEW_KEYS && !(*room = cm_arena_zero(arena, e->n_key * sizeof **room)))
    return cm_fail_memory(err);
  int status = cm_key_from_slots(r, *room, arena, &complete, err);
  if (status)
    return status;
  if (!complete && e->n_key == 1) {
    cm_record_name(r, name, sizeof name);
    return cm_fail(err, CORM_EFLUSH,
                   "Instance %s has a NULL identity key: its key was neither given nor made by the database", name);
  }
  cm_key_view_of(view, *room, e->n_key);
  return CORM_OK;
}

/* The one that had the key is no longer what the map answers with. */
static int displace(corm_session *s, cm_identity *map, const cm_key_view *key, corm_record *by, corm_error **err) {
  corm_record *other = cm_identity_get(map, key);
  if (!other || other == by)
    return CORM_OK;
  other->pins++;
  int status = cm_state_expunge(s, other, err);
  cm_unpin(other);
  return status;
}

/* All or nothing: a record that left the map is nobody's. */
static int enter_map(corm_session *s, corm_record *r, const cm_key_view *key, corm_error **err) {
  cm_identity *map = cm_session_identity(s, r->home->entity);
  if (!map)
    return cm_fail_memory(err);
  uint64_t plain = key->hash; /* the view may look into the key that goes */
  cm_key *wide = NULL;
  int status = key->wide ? cm_key_copy(&wide, key, err) : CORM_OK;
  if (!status)
    status = displace(s, map, key, r, err);
  if (!status && !cm_identity_reserve(map, 1))
    status = cm_fail_memory(err);
  if (status) {
    cm_free(wide);
    return status;
  }
  if (r->flags & CM_REC_MAPPED)
    cm_identity_remove(map, r);
  cm_key_take(r, wide, plain);
  (void)cm_identity_put(map, r); /* there is room */
  return CORM_OK;
}

int cm_state_inserted(corm_session *s, corm_record *r, corm_error **err) {
  cm_arena arena = {0};
  cm_key_view key;
  corm_value few[FEW_KEYS], *room = few;
  int status = own_key(r, &key, &room, &arena, err);
  if (!status) /* before the map has it: what is in the map, but in no note, outlives the rollback */
    status = cm_note(s, r, CM_NOTE_NEW, err);
  if (!status)
    status = enter_map(s, r, &key, err);
  cm_arena_free(&arena);
  if (status)
    return status;
  r->flags &= (uint16_t) ~(CM_REC_DELETED | CM_REC_EXPIRED);
  absent_expire(r);
  r->pins++;
  status = cm_tell(s, CORM_EV_PENDING_TO_PERSISTENT, r, NULL, err);
  cm_change_forget(r);
  cm_unpin(r);
  return status;
}

static int key_is_dirty(const corm_record *r) {
  const corm_entity *e = r->home->entity;
  for (size_t i = 0; i < e->n_key; i++)
    if (cm_dirty(r, e->key_slots[i]) || cm_change_old(r, e->key_slots[i]))
      return 1;
  return 0;
}

static int follow_key(corm_session *s, corm_record *r, corm_error **err) {
  cm_arena arena = {0};
  cm_key_view now, before;
  corm_value few[FEW_KEYS], *room = few, one;
  int status = own_key(r, &now, &room, &arena, err);
  cm_key_view_record(&before, r, &one);
  if (!status && !cm_key_equal(&now, r)) {
    status = cm_note_switch(s, r, &before, err);
    if (!status)
      status = enter_map(s, r, &now, err);
  }
  cm_arena_free(&arena);
  return status;
}

int cm_state_updated(corm_session *s, corm_record *r, corm_error **err) {
  int status = key_is_dirty(r) ? follow_key(s, r, err) : CORM_OK;
  if (!status)
    cm_change_forget(r);
  return status;
}

/* The C session still owns what left it. */
static int keep_owned(corm_session *s, corm_record *r, corm_error **err) {
  if (!(r->flags & CM_REC_C) || cm_map_get_ptr(&s->left, r))
    return CORM_OK;
  if (!cm_map_put_ptr(&s->left, r, r))
    return cm_fail_memory(err);
  cm_pin(r);
  return CORM_OK;
}

static int to_deleted(corm_session *s, corm_record *r, corm_error **err) {
  int status = keep_owned(s, r, err);
  if (!status)
    status = cm_note(s, r, CM_NOTE_DELETED, err);
  if (status)
    return status;
  cm_identity_remove(cm_session_peek_identity(s, r->home->entity), r);
  r->flags |= CM_REC_DELETED;
  r->pins++;
  status = cm_tell(s, CORM_EV_PERSISTENT_TO_DELETED, r, NULL, err);
  cm_change_forget(r);
  cm_unpin(r);
  return status;
}

int cm_state_deleted(corm_session *s, corm_record *r, corm_error **err) { return to_deleted(s, r, err); }
int cm_state_gone(corm_session *s, corm_record *r, corm_error **err) { return to_deleted(s, r, err); }

/* ---- Out of a session
 * ---------------------------------------------------------------------------------------------------------- */

int cm_state_expunge(corm_session *s, corm_record *r, corm_error **err) {
  cm_home *none;
  int state = corm_record_peek_state(r);
  int status = cm_home_of_none(&none, r->home->entity, r->home->host, err);
  if (!status)
    status = cm_note_let_go(s, r, err);
  if (status)
    return status;
  if (r->flags & CM_REC_MAPPED)
    cm_identity_remove(cm_session_peek_identity(s, r->home->entity), r);
  cm_note_forget(s, r);
  cm_options_forget(s, r);
  r->pins++;
  cm_change_delist(r);
  cm_home_switch(r, none);
  if (state == CORM_PENDING)
    status = cm_tell(s, CORM_EV_PENDING_TO_TRANSIENT, r, NULL, err);
  else
    status =
        cm_tell(s, state == CORM_DELETED ? CORM_EV_DELETED_TO_DETACHED : CORM_EV_PERSISTENT_TO_DETACHED, r, NULL, err);
  cm_unpin(r);
  return status;
}

int cm_state_mark_deleted(corm_session *s, corm_record *r, corm_error **err) {
  if (!(r->flags & CM_REC_KEYED))
    return fail_state(err, r, "is not persisted");
  (void)s;
  return r->flags & CM_REC_DELETED ? CORM_OK : cm_change_enlist(r, CM_LIST_DELETED, err);
}

/* ---- Back, when a transaction is undone
 * ------------------------------------------------------------------------------------------ */

int cm_state_uninserted(corm_session *s, corm_record *r, corm_error **err) {
  cm_home *none;
  int was_pending = !(r->flags & CM_REC_KEYED);
  int status = cm_home_of_none(&none, r->home->entity, r->home->host, err);
  if (!status)
    status = keep_owned(s, r, err);
  if (status)
    return status;
  if (r->flags & CM_REC_MAPPED)
    cm_identity_remove(cm_session_peek_identity(s, r->home->entity), r);
  cm_key_drop(r);
  r->flags &= (uint16_t) ~(CM_REC_DELETED | CM_REC_EXPIRED);
  for (int i = 0; i < r->n; i++)
    if (!cm_present(r, i))
      cm_tags(r)[i] = (uint8_t)(CM_ABSENT_UNSET | cm_dirty(r, i));
  cm_note_forget(s, r);
  r->pins++;
  cm_change_delist(r);
  cm_home_switch(r, none);
  status = cm_tell(s, was_pending ? CORM_EV_PENDING_TO_TRANSIENT : CORM_EV_PERSISTENT_TO_TRANSIENT, r, NULL, err);
  cm_unpin(r);
  return status;
}

int cm_state_undeleted(corm_session *s, corm_record *r, corm_error **err) {
  cm_identity *map = cm_session_identity(s, r->home->entity);
  corm_value one;
  cm_key_view key;
  int was_deleted = r->flags & CM_REC_DELETED;
  if (!map)
    return cm_fail_memory(err);
  if (!was_deleted)
    return unmark(r, err);
  cm_key_view_record(&key, r, &one);
  int status = displace(s, map, &key, r, err);
  if (!status && !cm_identity_put(map, r))
    status = cm_fail_memory(err);
  if (status)
    return status;
  r->flags &= (uint16_t)~CM_REC_DELETED;
  take_back(s, r);
  return cm_tell(s, CORM_EV_DELETED_TO_PERSISTENT, r, NULL, err);
}

int cm_state_restore_key(corm_session *s, corm_record *r, const cm_key *before, corm_error **err) {
  cm_key_view key = {before->hash, before->values, before->n, 1};
  if (before->n == 1 && before->values[0].kind == CORM_INT) {
    key.wide = 0;
    key.hash = (uint64_t)before->values[0].as.i;
  }
  return enter_map(s, r, &key, err);
}

/* ---- Expiry
 * ---------------------------------------------------------------------------------------------------------------------
 */

static int expire_all(corm_session *s, corm_record *r, corm_error **err) {
  const uint8_t *tags = cm_entity_expired_tags(r->home->entity);
  if (!tags)
    return cm_fail_memory(err);
  r->pins++;
  if (r->change || (r->flags & CM_REC_MODIFIED))
    cm_change_revert(r);
  if (r->flags & (CM_REC_OWNS | CM_REC_EXTERNAL))
    for (int i = 0; i < r->n; i++)
      cm_slot_clear(r, i, tags[i]);
  else
    memcpy(cm_tags(r), tags, r->n);
  r->flags = (uint16_t)((r->flags & ~CM_REC_OWNS) | CM_REC_EXPIRED);
  cm_options_expire(s, r);
  int status = cm_tell_slots(s, CORM_EV_EXPIRE, r, NULL, 0, err);
  cm_unpin(r);
  return status;
}

int cm_state_expire(corm_session *s, corm_record *r, const int *slots, size_t n, corm_error **err) {
  if (!n)
    return expire_all(s, r, err);
  r->pins++;
  int status = CORM_OK;
  for (size_t i = 0; !status && i < n; i++)
    status = cm_record_check_slot(r, slots[i], err);
  for (size_t i = 0; !status && i < n; i++) {
    cm_change_forget_slot(r, slots[i]);
    cm_slot_clear(r, slots[i], CM_ABSENT_EXPIRED);
  }
  if (!status)
    status = cm_tell_slots(s, CORM_EV_EXPIRE, r, slots, n, err);
  cm_unpin(r);
  return status;
}
