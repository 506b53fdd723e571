/* get: from the map, or by one SELECT. refresh: expire, then read. */
#include "orm/orm.h"

#include <stdio.h>

#define MOST_KEYS 16

static int key_of(corm_session *s, const corm_entity *e, const corm_value *given, size_t n, corm_value *out,
                  cm_arena *arena, corm_error **err) {
  if (n != e->n_key)
    return cm_fail(err, CORM_EINVALID,
                   "Incorrect number of values in identifier to formulate primary key for session.get(); class \"%s\" "
                   "has %zu key columns, %zu were given",
                   e->name, e->n_key, n);
  if (n > MOST_KEYS)
    return cm_fail(err, CORM_EUNSUPPORTED, "a key of more than %d columns cannot be read by (class \"%s\")", MOST_KEYS,
                   e->name);
  for (size_t i = 0; i < n; i++) {
    const corm_column *c = e->attrs[e->key_slots[i]]->columns[0];
    const corm_dialect *d = cm_key_is_cell(c, &given[i]) ? NULL : cm_session_dialect(s, e);
    int status = cm_key_cell(s->host, d, c, &given[i], &out[i], arena, err);
    if (status)
      return status;
  }
  return CORM_OK;
}

/* One that is expired as a whole is read; a row that is gone makes it deleted, and *gone true. */
static int from_map(corm_record **out, corm_session *s, corm_record *r, const corm_entity *e, int *gone,
                    corm_error **err) {
  corm_error *why = NULL;
  *out = NULL;
  if (!corm_entity_is_a(r->home->entity, e))
    return CORM_OK;
  *out = r;
  if (!(r->flags & CM_REC_EXPIRED))
    return CORM_OK;
  cm_pin(r);
  int status = cm_load_slots(r, NULL, 0, &why);
  if (status == CORM_EGONE) {
    corm_error_free(why);
    why = NULL;
    *out = NULL;
    *gone = 1;
    status = r->flags & CM_REC_MAPPED ? cm_state_gone(s, r, &why) : CORM_OK;
  }
  cm_unpin(r);
  cm_error_give(err, why);
  return status;
}

static corm_expr *is_key_part(const corm_source *source, const cm_attribute *a, size_t i, const corm_value *part) {
  char name[32];
  if (part->kind == CORM_NULL)
    return corm_binary(CORM_OP_IS, corm_attr_of(source, a->slot), corm_null_node());
  (void)snprintf(name, sizeof name, "pk_%zu", i + 1);
  return corm_binary(CORM_OP_EQ, corm_attr_of(source, a->slot),
                     corm_bindparam(name, NULL, a->columns[0]->type, CORM_BIND_REQUIRED));
}

/* The statement of options, or a plain one, narrowed to the key. */
static corm_node *by_key(const corm_entity *e, const corm_stmt *options, const corm_value *key, size_t n) {
  corm_source *plain = options ? NULL : corm_entity_source(e);
  const corm_source *source = options ? corm_stmt_peek_target(options) : plain;
  corm_stmt *stmt = options ? corm_node_ref(options) : corm_select(corm_node_ref(plain), CORM_END);
  stmt = corm_label_style_set(stmt, CORM_LABELS_TABLE_PLUS_COLUMN);
  for (size_t i = 0; i < n && source; i++)
    stmt = corm_where(stmt, is_key_part(source, e->attrs[e->key_slots[i]], i, &key[i]));
  corm_node_unref(plain);
  return stmt;
}

static int from_database(corm_record **out, corm_session *s, const corm_entity *e, const corm_value *key, size_t n,
                         const corm_stmt *options, int nulls, int populate, corm_error **err) {
  int status = cm_session_autoflush(s, err);
  if (status)
    return status;
  corm_node *stmt = options || nulls ? by_key(e, options, key, n) : NULL;
  cm_kept *kept = NULL;
  if (!stmt)
    status = cm_kept_get(&kept, s, e, err);
  if (!status)
    status = cm_fetch_by_key(out, s, e, stmt, kept, key, n, NULL, populate, err);
  cm_kept_unref(kept);
  corm_node_unref(stmt);
  if (!status && *out && !corm_entity_is_a((*out)->home->entity, e))
    *out = NULL;
  return status;
}

/* The version in the row would have to be compared with that of the object. */
static int check_lock(const corm_entity *e, corm_error **err) {
  if (e->version_slot < 0)
    return CORM_OK;
  return cm_fail(err, CORM_EUNSUPPORTED, "an object of class \"%s\", which has versions, cannot be locked by its key",
                 e->name);
}

static int get(corm_record **out, corm_session *s, const corm_entity *e, const corm_value *given, size_t n,
               const corm_stmt *options, int populate, corm_error **err) {
  cm_arena arena = {0};
  corm_value key[MOST_KEYS];
  cm_key_view view;
  size_t nulls = 0;
  int locked = options && cm_kid(options, CM_SEL_LOCK);
  int status = cm_session_autobegin(s, err);
  if (!status && locked)
    status = check_lock(e, err);
  if (!status)
    status = key_of(s, e, given, n, key, &arena, err);
  for (size_t i = 0; !status && i < n; i++)
    nulls += key[i].kind == CORM_NULL;
  if (!status && nulls == n)
    cm_warn(s->host, "a primary key of NULLs alone belongs to no object: nothing will be found");
  if (!status) {
    cm_key_view_of(&view, key, n);
    corm_record *known = populate || nulls || locked ? NULL : cm_session_find(s, e, &view);
    if (known && !known->object && !(known->flags & CM_REC_C)) /* its object died: only a pin keeps it */
      known = NULL;
    int gone = 0;
    status = known ? from_map(out, s, known, e, &gone, err) : CORM_OK;
    if (!status && (!known || gone))
      status = from_database(out, s, e, key, n, options, nulls != 0, populate, err);
  }
  cm_arena_free(&arena);
  return status;
}

/* The commonest question: an object that is there, by one integer. NULL: it takes the long way. */
static corm_record *known_by_int(const corm_session *s, const corm_entity *e, const corm_value *key) {
  const corm_transaction *t = s->transaction;
  if (key->kind != CORM_INT || e->n_key != 1 || !t || t->state != CM_TX_ACTIVE ||
      !cm_key_is_cell(e->attrs[e->key_slots[0]]->columns[0], key))
    return NULL;
  const cm_key_view view = {(uint64_t)key->as.i, key, 1, 0};
  corm_record *r = cm_session_find(s, e, &view);
  return r && r->object && !(r->flags & CM_REC_EXPIRED) && corm_entity_is_a(r->home->entity, e) ? r : NULL;
}

int corm_session_get(corm_record **out, corm_session *s, const corm_entity *e, const corm_value *key, size_t n,
                     const corm_stmt *options, int populate_existing, corm_error **err) {
  *out = NULL;
  int status = cm_session_enter(s, "corm_session_get", err);
  if (status)
    return status;
  if (n == 1 && !options && !populate_existing)
    *out = known_by_int(s, e, key);
  if (!*out)
    status = get(out, s, e, key, n, options, populate_existing, err);
  cm_session_leave(s);
  return status;
}

/* ---- Refresh
 * ---------------------------------------------------------------------------------------------------------------------
 */

static int expire_sink(void *ctx, corm_record *r) { return cm_members_add(ctx, r, NULL); }

static int expire_reached(corm_session *s, corm_record *r, corm_error **err) {
  cm_members reached = {0};
  int status = cm_cascade_each(r, CORM_CASCADE_REFRESH_EXPIRE, expire_sink, &reached, err);
  for (size_t i = 0; !status && i < reached.n; i++)
    if (reached.records[i]->home->session == s && (reached.records[i]->flags & CM_REC_KEYED))
      status = cm_state_expire(s, reached.records[i], NULL, 0, err);
  cm_members_clear(&reached);
  return status;
}

/* Named attributes: the columns by one SELECT (with the key, when there are relations), each relation by its own. */
static int load_named(corm_record *r, const int *slots, size_t n, const corm_stmt *lock, corm_error **err) {
  const corm_entity *e = r->home->entity;
  int *columns = cm_alloc((n + e->n_key + 1) * sizeof *columns), loaded, status = CORM_OK, relations = 0;
  size_t n_columns = 0;
  if (!columns)
    return cm_fail_memory(err);
  for (size_t i = 0; i < n; i++)
    relations |= e->attrs[slots[i]]->relation != NULL;
  for (size_t i = 0; relations && i < e->n_key; i++)
    columns[n_columns++] = e->key_slots[i];
  for (size_t i = 0; i < n; i++)
    if (!e->attrs[slots[i]]->relation)
      columns[n_columns++] = slots[i];
  status = cm_reload_slots(r, columns, n_columns, lock, err);
  for (size_t i = 0; !status && i < n; i++)
    if (e->attrs[slots[i]]->relation)
      status = cm_lazy_load(r, e->attrs[slots[i]]->relation, CM_LAZY_NO_AUTOFLUSH | CM_LAZY_NO_RAISE, &loaded, err);
  cm_free(columns);
  return status;
}

/* Its own changes are dropped; those of others are written before it is read. */
static int refresh(corm_session *s, corm_record *r, const int *slots, size_t n, const corm_stmt *lock,
                   corm_error **err) {
  char name[128];
  corm_error *why = NULL;
  cm_record_name(r, name, sizeof name);
  int status = cm_session_autobegin(s, err);
  if (status)
    return status;
  if (!(r->flags & CM_REC_MAPPED))
    return cm_fail(err, CORM_EINVALID, "'%s' has no row in this session: it cannot be refreshed", name);
  status = n ? cm_state_expire(s, r, slots, n, &why) : expire_reached(s, r, &why);
  if (!status)
    status = cm_session_autoflush(s, &why);
  if (!status)
    status = n ? load_named(r, slots, n, lock, &why) : cm_reload_slots(r, NULL, 0, lock, &why);
  if (status == CORM_EGONE)
    status = cm_fail(&why, CORM_EINVALID, "the row of '%s' was not found: it cannot be refreshed", name);
  cm_error_give(err, why);
  return status;
}

int corm_session_refresh(corm_session *s, corm_record *r, const int *slots, size_t n, corm_error **err) {
  return corm_session_refresh_locked(s, r, slots, n, NULL, err);
}

int corm_session_refresh_locked(corm_session *s, corm_record *r, const int *slots, size_t n, const corm_stmt *lock,
                                corm_error **err) {
  char name[128];
  if (lock && lock->kind != CORM_NODE_SELECT)
    return cm_fail(err, CORM_EARGUMENT, "a lock is given as a SELECT with corm_for_update");
  if (r->home->session != s || !(r->flags & CM_REC_KEYED)) {
    cm_record_name(r, name, sizeof name);
    return cm_fail(err, CORM_EINVALID, "'%s' has no row in this session: it cannot be refreshed", name);
  }
  int status = cm_session_enter(s, "corm_session_refresh", err);
  if (status)
    return status;
  cm_pin(r);
  status = lock ? check_lock(r->home->entity, err) : CORM_OK;
  if (!status)
    status = refresh(s, r, slots, n, lock, err);
  cm_unpin(r);
  cm_session_leave(s);
  return status;
}
