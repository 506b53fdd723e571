/* A record's life and its plain questions; its slots are in slot.c. */
#include "orm/orm.h"

#include <stdio.h>

/* ---- Life
 * ------------------------------------------------------------------------------------------------------------ */

int corm_record_new(corm_record **out, const corm_entity *entity, const corm_host *host, corm_error **err) {
  cm_home *home;
  size_t n = entity->n_attrs;
  *out = NULL;
  if (!entity->sealed)
    return cm_fail(err, CORM_EINVALID, "class \"%s\" is not ready: its schema was not sealed", entity->name);
  int status = cm_home_of_none(&home, entity, host ? host : cm_host_of_c(), err);
  if (status)
    return status;
  corm_record *r = cm_alloc(cm_record_size(n));
  if (!r)
    return cm_fail_memory(err);
  memset(r, 0, sizeof *r);
  r->home = home;
  r->n = (uint16_t)n;
  r->flags = (uint16_t)(CM_REC_LOOSE | (host ? 0 : CM_REC_C));
  memset(cm_tags(r), CM_ABSENT_UNSET, n);
  cm_live_add(CORM_LIVE_RECORDS, 1);
  *out = r;
  return CORM_OK;
}

void corm_record_set_object(corm_record *r, void *object) { r->object = object; }

void *corm_record_peek_object(const corm_record *r) { return r->object; }

/* The object kept the values: what still names the record reads them again. */
static void values_gone(corm_record *r) {
  const uint8_t *tags = r->flags & CM_REC_KEYED ? cm_entity_expired_tags(r->home->entity) : NULL;
  r->flags &= (uint16_t)~CM_REC_EXTERNAL;
  if (tags) {
    memcpy(cm_tags(r), tags, r->n);
    r->flags |= CM_REC_EXPIRED;
  }
}

void corm_record_release(corm_record *r) {
  corm_session *s = r->home->session, *memory = cm_chunk_session(r);
  corm_session *busy = s && s->filling ? s : memory && memory->filling ? memory : NULL;
  r->object = NULL;
  if (busy && r->change && !r->change->list && !r->pins) { /* nobody asks what it was before */
    r->pins++;
    cm_change_forget(r);
    r->pins--;
  }
  if (busy && !r->change) { /* its map or its chunks are in use without the lock: it goes when that is over */
    r->change = (cm_change *)(void *)busy->retired;
    busy->retired = r;
    return;
  }
  if ((r->flags & CM_REC_C) && s)
    return;
  r->flags &= (uint16_t)~CM_REC_C;
  if (r->flags & CM_REC_EXTERNAL)
    values_gone(r);
  if (s && s->floating == r) { /* it waited for its object, which has come and gone */
    s->floating = NULL;
    r->pins--;
  }
  cm_record_settle(r);
}

void cm_session_drain(corm_session *s) {
  corm_record *r = s->retired;
  s->retired = NULL;
  while (r) {
    corm_record *next = (corm_record *)(void *)r->change;
    r->change = NULL;
    cm_record_settle(r);
    r = next;
  }
}

void cm_unpin(corm_record *r) {
  if (--r->pins == 0)
    cm_record_settle(r);
}

void cm_record_settle(corm_record *r) {
  if (r->object || r->pins || (r->change && r->change->list) || (r->flags & CM_REC_C))
    return;
  cm_record_free(r);
}

/* The record is out of reach before the first reference goes, since that may run host code. */
void cm_record_free(corm_record *r) {
  corm_session *s = r->home->session;
  r->pins++;
  if (s) {
    if (r->flags & CM_REC_MAPPED)
      cm_identity_remove(cm_session_peek_identity(s, r->home->entity), r);
    cm_note_forget(s, r);
    cm_options_forget(s, r);
  }
  r->flags &= (uint16_t)~CM_REC_EXTERNAL;
  if (r->change)
    cm_change_forget(r);
  if (r->flags & CM_REC_OWNS)
    for (int i = 0; i < r->n; i++)
      cm_slot_clear(r, i, CM_ABSENT_UNSET);
  cm_key_drop(r);
  cm_home_unref(r->home, 1);
  cm_live_add(CORM_LIVE_RECORDS, -1);
  if (r->flags & CM_REC_LOOSE)
    cm_free(r);
  else
    cm_chunk_give(r);
}

/* ---- Questions
 * ------------------------------------------------------------------------------------------------------- */

corm_entity *cm_record_entity(const corm_record *r) { return r->home->entity; }
corm_session *cm_record_session(const corm_record *r) { return r->home->session; }
const corm_host *cm_record_host(const corm_record *r) { return r->home->host; }
cm_attribute *cm_record_attribute(const corm_record *r, int slot) { return r->home->entity->attrs[slot]; }

const corm_entity *corm_record_peek_entity(const corm_record *r) { return r->home->entity; }
corm_session *corm_record_peek_session(const corm_record *r) { return r->home->session; }

int corm_record_peek_state(const corm_record *r) {
  if (!(r->flags & CM_REC_KEYED))
    return r->home->session ? CORM_PENDING : CORM_TRANSIENT;
  if (!r->home->session)
    return CORM_DETACHED;
  return r->flags & CM_REC_DELETED ? CORM_DELETED : CORM_PERSISTENT;
}

int corm_record_peek_was_deleted(const corm_record *r) { return (r->flags & CM_REC_DELETED) != 0; }
int corm_record_peek_marked_deleted(const corm_record *r) { return r->change && r->change->list == CM_LIST_DELETED; }
int corm_record_peek_modified(const corm_record *r) { return (r->flags & CM_REC_MODIFIED) != 0; }
int corm_record_peek_expired(const corm_record *r) { return (r->flags & CM_REC_EXPIRED) != 0; }
int corm_record_peek_external(const corm_record *r) { return (r->flags & CM_REC_EXTERNAL) != 0; }

int corm_record_peek_slot_changed(const corm_record *r, int slot) {
  return slot >= 0 && slot < r->n && cm_dirty(r, slot) != 0;
}

int corm_record_peek_slot_expired(const corm_record *r, int slot) {
  corm_value ignored;
  if (slot < 0 || slot >= r->n || corm_record_peek(r, slot, &ignored) != CORM_SLOT_EXPIRED)
    return 0;
  if (r->flags & CM_REC_EXPIRED)
    return 1;
  return cm_kind(r, slot) == CM_ABSENT_EXPIRED && !cm_record_attribute(r, slot)->relation;
}

size_t corm_record_peek_identity(const corm_record *r, corm_value *out, size_t cap) {
  cm_key_view view;
  corm_value one;
  if (!(r->flags & CM_REC_KEYED))
    return 0;
  cm_key_view_record(&view, r, &one);
  for (size_t i = 0; i < view.n && i < cap; i++)
    out[i] = view.values[i];
  return view.n;
}

int cm_record_check_slot(const corm_record *r, int slot, corm_error **err) {
  const corm_entity *e = r->home->entity;
  if (slot >= 0 && slot < r->n)
    return CORM_OK;
  if (slot >= 0 && (size_t)slot < e->n_attrs)
    return cm_fail(err, CORM_EINVALID, "attribute \"%s\" of class \"%s\" was added after this object was made",
                   e->attrs[slot]->key, e->name);
  return cm_fail(err, CORM_EINVALID, "class \"%s\" has no slot %d", e->name, slot);
}

void cm_record_name(const corm_record *r, char *out, size_t cap) {
  (void)snprintf(out, cap, "<%s at %p>", r->home->entity->name, r->object ? r->object : (const void *)r);
}

/* ---- Changes of identity by hand
 * ------------------------------------------------------------------------------------- */

static void expire_absent(corm_record *r) {
  for (int i = 0; i < r->n; i++)
    if (!cm_present(r, i))
      cm_slot_clear(r, i,
                    cm_record_attribute(r, i)->flags & CORM_ATTR_DEFERRED ? CM_ABSENT_DEFERRED : CM_ABSENT_EXPIRED);
}

int corm_record_set_identity(corm_record *r, const corm_value *key, size_t n, corm_error **err) {
  corm_entity *e = r->home->entity;
  cm_arena arena = {0};
  cm_key_view view;
  char name[128];
  int status = CORM_OK;
  cm_record_name(r, name, sizeof name);
  if (r->home->session || (r->flags & CM_REC_KEYED))
    return cm_fail(err, CORM_EINVALID, "instance %s is not transient: it has a session or an identity", name);
  if (n != e->n_key)
    return cm_fail(err, CORM_EINVALID, "the key of class \"%s\" has %zu columns, not %zu", e->name, e->n_key, n);
  corm_value *cells = cm_arena_zero(&arena, (n ? n : 1) * sizeof *cells);
  if (!cells)
    status = cm_fail_memory(err);
  for (size_t i = 0; !status && i < n; i++)
    status = cm_record_key_cell(r, e->attrs[e->key_slots[i]]->columns[0], &key[i], &cells[i], &arena, err);
  if (!status) {
    cm_key_view_of(&view, cells, n);
    status = cm_key_set(r, &view, err);
  }
  if (!status) {
    cm_change_forget(r);
    expire_absent(r);
  }
  cm_arena_free(&arena);
  return status;
}

void corm_record_mark_expired(corm_record *r) {
  if ((r->flags & CM_REC_KEYED) && !r->home->session)
    r->flags |= CM_REC_EXPIRED;
}

int corm_record_make_transient(corm_record *r, corm_error **err) {
  corm_session *s = r->home->session;
  int status = CORM_OK;
  if (s) {
    status = cm_session_enter(s, "corm_record_make_transient", err);
    if (status)
      return status;
    r->pins++;
    status = cm_state_expunge(s, r, err);
    cm_session_leave(s);
    if (status) {
      cm_unpin(r);
      return status;
    }
    r->pins--;
  }
  cm_key_drop(r);
  r->flags &= (uint16_t) ~(CM_REC_DELETED | CM_REC_EXPIRED);
  for (int i = 0; i < r->n; i++)
    if (!cm_present(r, i))
      cm_tags(r)[i] = CM_ABSENT_UNSET;
  return CORM_OK;
}
