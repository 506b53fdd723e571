/* Columns that are not loaded: all expired ones by one SELECT, a deferred one alone or with its group. */
#include "orm/orm.h"

/* ---- By key
 * ---------------------------------------------------------------------------------------------------------------- */

#define MAX_KEY 16

/* Values for :pk_1, :pk_2 ...; a table of a subclass's own is asked by :param_1 instead. */
static const char *const key_names[2 * MAX_KEY] = {
    "pk_1",    "pk_2",     "pk_3",     "pk_4",     "pk_5",     "pk_6",     "pk_7",     "pk_8",
    "pk_9",    "pk_10",    "pk_11",    "pk_12",    "pk_13",    "pk_14",    "pk_15",    "pk_16",
    "param_1", "param_2",  "param_3",  "param_4",  "param_5",  "param_6",  "param_7",  "param_8",
    "param_9", "param_10", "param_11", "param_12", "param_13", "param_14", "param_15", "param_16"};

typedef struct key_params {
  const char *names[2 * MAX_KEY];
  corm_value values[2 * MAX_KEY];
  corm_params params;
} key_params;

static void key_params_of(key_params *p, const corm_value *values, size_t n) {
  for (size_t i = 0; i < n; i++) {
    p->names[i] = key_names[i];
    p->names[n + i] = key_names[MAX_KEY + i];
    p->values[i] = p->values[n + i] = values[i];
  }
  p->params = (corm_params){.size = sizeof(corm_params), .names = p->names, .n = 2 * n, .values = p->values, .rows = 1};
}

int cm_fetch_by_key(corm_record **out, corm_session *s, const corm_entity *e, const corm_node *stmt, cm_kept *kept,
                    const corm_value *key, size_t n, corm_record *refresh, int populate, corm_error **err) {
  corm_block *block = NULL;
  key_params params;
  *out = NULL;
  if (n > MAX_KEY)
    return cm_fail(err, CORM_EUNSUPPORTED, "a key of more than %d columns cannot be read by (class \"%s\")", MAX_KEY,
                   e->name);
  key_params_of(&params, key, n);
  const cm_fetch f = {.entity = e,
                      .stmt = stmt,
                      .kept = kept,
                      .params = &params.params,
                      .refresh = refresh,
                      .populate_existing = populate};
  int status = cm_fetch_run(&block, s, &f, err);
  if (!status && corm_block_peek_rows(block)) {
    const corm_value *row = corm_block_peek_row(block, 0);
    *out = row[corm_block_peek_columns(block) - 1].as.r;
    cm_session_float(s, *out);
  }
  corm_block_free(block);
  return status;
}

/* ---- Attributes of one record
 * ---------------------------------------------------------------------------------------------------- */

static int fail_detached(const corm_record *r, int slot, const char *what, corm_error **err) {
  char name[128];
  cm_record_name(r, name, sizeof name);
  return cm_fail(err, CORM_EDETACHED, "%s %s is in no session: no %s of its attribute '%s' is possible",
                 r->home->entity->attrs[slot]->relation ? "Parent instance" : "Instance", name, what,
                 r->home->entity->attrs[slot]->key);
}

int cm_require_session(const corm_record *r, int slot, corm_error **err) {
  int kind = cm_kind(r, slot);
  if (r->home->session)
    return CORM_OK;
  if (r->home->entity->attrs[slot]->relation)
    return fail_detached(r, slot, "lazy load", err);
  return fail_detached(r, slot, kind == CM_ABSENT_DEFERRED ? "deferred load" : "attribute refresh", err);
}

static int fail_gone(const corm_record *r, corm_error **err) {
  char name[128];
  cm_record_name(r, name, sizeof name);
  return cm_fail(err, CORM_EGONE, "the row of '%s' is gone: it was deleted, here or elsewhere", name);
}

static int is_column(const corm_record *r, int slot) { return !cm_record_attribute(r, slot)->relation; }

static int slot_is_expired(const corm_record *r, int slot) {
  corm_value ignored;
  return cm_slot_peek(r, slot, &ignored) == CORM_SLOT_EXPIRED;
}

/* Whether a plain load of the entity is what is missing: all columns but deferred ones. */
static int all_expired(const corm_record *r) {
  for (int i = 0; i < r->n; i++)
    if (is_column(r, i) && !(cm_record_attribute(r, i)->flags & CORM_ATTR_DEFERRED) &&
        cm_kind(r, i) != CM_ABSENT_EXPIRED)
      return 0;
  return !(r->flags & CM_REC_EXTERNAL) || (r->flags & CM_REC_EXPIRED);
}

/* Of the record, a reference: a refresh reads as the statement that it came by, what is expired is read whole. */
static cm_plan_options *options_for(const corm_record *r, int labels) {
  cm_plan_options *o = cm_options_of(r);
  return labels == CORM_LABELS_DEDUPE ? cm_plan_options_ref(o) : cm_plan_options_relations(o);
}

static corm_node *with_lock(corm_node *stmt, const corm_stmt *lock) {
  if (!lock || !cm_kid(lock, CM_SEL_LOCK) || stmt->kind != CORM_NODE_SELECT)
    return stmt;
  cm_node_set_kid(stmt, CM_SEL_LOCK, corm_node_ref(cm_kid(lock, CM_SEL_LOCK)));
  cm_node_seal(stmt);
  return stmt;
}

static int fetch(corm_record **out, corm_record *r, const int *slots, size_t n, int labels, const corm_stmt *lock,
                 corm_error **err) {
  corm_session *s = r->home->session;
  const corm_entity *e = r->home->entity;
  cm_plan_options *options = slots ? NULL : options_for(r, labels);
  corm_value key[MAX_KEY];
  size_t n_key = corm_record_peek_identity(r, key, MAX_KEY);
  cm_kept *kept = NULL;
  corm_node *stmt = NULL;
  int status = CORM_OK;
  if (!slots && !options && labels == CORM_LABELS_TABLE_PLUS_COLUMN) {
    status = cm_kept_get(&kept, s, e, err);
  } else {
    stmt = with_lock(corm_label_style_set(cm_lower_get(e, slots, n, options), labels), lock);
    status = corm_node_check(stmt, err);
  }
  if (!status)
    status = cm_fetch_by_key(out, s, e, stmt, kept, key, n_key, r, 0, err);
  cm_kept_unref(kept);
  corm_node_unref(stmt);
  cm_plan_options_unref(options);
  return status;
}

/* slots NULL: the whole entity, with the relations that are loaded with it. */
static int load_locked(corm_record *r, const int *slots, size_t n, int labels, const corm_stmt *lock,
                       corm_error **err) {
  corm_record *found = NULL;
  char name[128];
  if (!(r->flags & CM_REC_MAPPED))
    return fail_gone(r, err);
  cm_pin(r);
  int status = fetch(&found, r, slots, n, labels, lock, err);
  if (!status && !found)
    status = fail_gone(r, err);
  else if (!status && found != r) {
    cm_record_name(r, name, sizeof name);
    status = cm_fail(err, CORM_EINTERNAL, "loading %s gave another object", name);
  }
  cm_unpin(r);
  return status;
}

static int load(corm_record *r, const int *slots, size_t n, int labels, corm_error **err) {
  return load_locked(r, slots, n, labels, NULL, err);
}

int cm_load_slots(corm_record *r, const int *slots, size_t n, corm_error **err) {
  int *wanted = NULL, status = CORM_OK;
  size_t n_wanted = 0;
  if (n)
    return load(r, slots, n, CORM_LABELS_TABLE_PLUS_COLUMN, err);
  if (all_expired(r))
    return load(r, NULL, 0, CORM_LABELS_TABLE_PLUS_COLUMN, err);
  wanted = cm_alloc((r->n + 1u) * sizeof *wanted);
  if (!wanted)
    return cm_fail_memory(err);
  for (int i = 0; i < r->n; i++)
    if (is_column(r, i) && cm_kind(r, i) == CM_ABSENT_EXPIRED && slot_is_expired(r, i))
      wanted[n_wanted++] = i;
  status = n_wanted ? load(r, wanted, n_wanted, CORM_LABELS_TABLE_PLUS_COLUMN, err) : CORM_OK;
  cm_free(wanted);
  return status;
}

int cm_reload_slots(corm_record *r, const int *slots, size_t n, const corm_stmt *lock, corm_error **err) {
  return load_locked(r, n ? slots : NULL, n, CORM_LABELS_DEDUPE, lock, err);
}

static int load_group(corm_record *r, int slot, corm_error **err) {
  const char *group = cm_record_attribute(r, slot)->group;
  int *wanted = cm_alloc((r->n + 1u) * sizeof *wanted);
  size_t n = 0;
  if (!wanted)
    return cm_fail_memory(err);
  for (int i = 0; i < r->n; i++) {
    const char *other = cm_record_attribute(r, i)->group;
    if (i == slot || (group && other && !strcmp(group, other) && slot_is_expired(r, i)))
      wanted[n++] = i;
  }
  int status = load(r, wanted, n, CORM_LABELS_TABLE_PLUS_COLUMN, err);
  cm_free(wanted);
  return status;
}

static int load_column(corm_record *r, int slot, corm_error **err) {
  int kind = cm_kind(r, slot);
  if (kind == CM_ABSENT_RAISE)
    return cm_fail(err, CORM_EINVALID, "'%s.%s' is not loaded, and raiseload=True forbids to load it now",
                   r->home->entity->name, cm_record_attribute(r, slot)->key);
  if (kind == CM_ABSENT_DEFERRED)
    return load_group(r, slot, err);
  return cm_load_slots(r, NULL, 0, err);
}

/* What is expired is read together. A flush on the way may read it for its own needs, and change it: it is read anew.
 */
static int flush_and_load(corm_record *r, int slot, corm_error **err) {
  corm_session *s = r->home->session;
  int *before = NULL, status = CORM_OK;
  size_t n = 0;
  if (!cm_session_is_clean(s) && !(before = cm_alloc((r->n + 1u) * sizeof *before)))
    return cm_fail_memory(err);
  for (int i = 0; before && i < r->n; i++)
    if (is_column(r, i) && cm_kind(r, i) == CM_ABSENT_EXPIRED && slot_is_expired(r, i))
      before[n++] = i;
  status = cm_session_autoflush(s, err);
  if (!status && slot_is_expired(r, slot))
    status = load_column(r, slot, err);
  else if (!status && n)
    status = load(r, before, n, CORM_LABELS_TABLE_PLUS_COLUMN, err);
  cm_free(before);
  return status;
}

int cm_load_slot(corm_record *r, int slot, corm_error **err) {
  corm_relation *relation = cm_record_attribute(r, slot)->relation;
  int loaded;
  int status = cm_require_session(r, slot, err);
  if (status)
    return status;
  corm_session *s = r->home->session;
  status = cm_session_enter(s, "corm_record_get", err);
  if (status)
    return status;
  status = cm_session_autobegin(s, err);
  if (!status && relation) {
    status = cm_lazy_load(r, relation, CM_LAZY_DEFAULT, &loaded, err);
  } else if (!status) {
    status = flush_and_load(r, slot, err);
  }
  cm_session_leave(s);
  return status;
}
