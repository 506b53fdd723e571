/* A record against what is committed: of columns by their types' comparison, of relations by identity. */
#include "orm/unit.h"

#define FEW 8u

int cm_same_value(const corm_record *r, const corm_column *column, const corm_value *a, const corm_value *b) {
  const corm_host *h = r->home->host;
  const corm_type *type = column ? column->type : corm_type_plain(CORM_TYPE_NULL);
  if ((a->kind == CORM_NULL) != (b->kind == CORM_NULL))
    return 0;
  if (!h->equal || (a->kind != CORM_HOST && b->kind != CORM_HOST && !(type->flags & CORM_TYPE_HOST_BIND)))
    return corm_value_equal(a, b);
  return h->equal(h->self, type, a, b) == 1;
}

static const corm_column *column_of(const corm_record *r, int slot) {
  const cm_attribute *a = cm_record_attribute(r, slot);
  return a->n_columns ? a->columns[0] : NULL;
}

int cm_slot_changed(const corm_record *r, int slot) {
  const cm_old *old = cm_change_old(r, slot);
  corm_value now, before;
  int state = cm_slot_peek(r, slot, &now);
  if (!(r->flags & CM_REC_KEYED))
    return state == CORM_SLOT_LOADED;
  if (!old)
    return 0;
  if (state != CORM_SLOT_LOADED || cm_old_peek(r, old, &before) != CORM_SLOT_LOADED)
    return 1;
  return !cm_same_value(r, column_of(r, slot), &now, &before);
}

/* ---- Relations
 * -------------------------------------------------------------------------------------------------------------- */

void cm_diff_clear(cm_diff *d) {
  cm_members_clear(&d->added);
  cm_members_clear(&d->unchanged);
  cm_members_clear(&d->deleted);
  *d = (cm_diff){0};
}

/* Membership in many: by a map once there are more than a few. */
typedef struct lookup {
  const cm_members *members;
  cm_map map;
} lookup;

static int lookup_open(lookup *l, const cm_members *m, corm_error **err) {
  *l = (lookup){.members = m};
  for (size_t i = 0; m->n > FEW && i < m->n; i++)
    if (!cm_map_put_ptr(&l->map, m->records[i], m->records[i])) {
      cm_map_free(&l->map);
      return cm_fail_memory(err);
    }
  return CORM_OK;
}

static int lookup_has(const lookup *l, const corm_record *r) {
  return l->members->n > FEW ? cm_map_get_ptr(&l->map, r) != NULL : cm_members_has(l->members, r);
}

static int split(const cm_members *now, const cm_members *before, cm_diff *out, corm_error **err) {
  lookup in_now = {0}, in_before = {0};
  int status = lookup_open(&in_now, now, err);
  if (!status)
    status = lookup_open(&in_before, before, err);
  for (size_t i = 0; !status && i < now->n; i++)
    status =
        cm_members_add(lookup_has(&in_before, now->records[i]) ? &out->unchanged : &out->added, now->records[i], err);
  for (size_t i = 0; !status && i < before->n; i++)
    if (!lookup_has(&in_now, before->records[i]))
      status = cm_members_add(&out->deleted, before->records[i], err);
  cm_map_free(&in_now.map);
  cm_map_free(&in_before.map);
  return status;
}

static int diff_queue(const corm_record *r, int slot, cm_diff *out, corm_error **err) {
  const struct cm_queue *q = r->change ? r->change->queue : NULL;
  int status = CORM_OK;
  for (size_t i = 0; q && !status && i < q->n; i++)
    if (q->items[i].slot == slot)
      status = cm_members_add(q->items[i].remove ? &out->deleted : &out->added, q->items[i].member, err);
  return status;
}

static int diff_many(corm_record *r, int slot, cm_diff *out, corm_error **err) {
  const cm_old *old = cm_change_old(r, slot);
  cm_members now = {0};
  corm_value v;
  if (cm_slot_peek(r, slot, &v) != CORM_SLOT_LOADED)
    return diff_queue(r, slot, out, err);
  if (!(r->flags & CM_REC_KEYED))
    return cm_members_read(r, slot, &out->added, err);
  if (!old || (old->tag & CM_TAG_KIND) != CM_OLD_MEMBERS)
    return cm_members_read(r, slot, &out->unchanged, err);
  int status = cm_members_read(r, slot, &now, err);
  if (!status)
    status = split(&now, old->cell.p, out, err);
  cm_members_clear(&now);
  return status;
}

static int diff_one(corm_record *r, int slot, cm_diff *out, corm_error **err) {
  const cm_old *old = cm_change_old(r, slot);
  corm_record *now = NULL, *before = NULL;
  corm_value v, w = corm_null();
  int loaded = cm_slot_peek(r, slot, &v) == CORM_SLOT_LOADED;
  int known = old && cm_old_peek(r, old, &w) == CORM_SLOT_LOADED;
  int status = CORM_OK;
  if (loaded)
    now = cm_value_record(r, &v);
  if (known)
    before = cm_value_record(r, &w);
  if (!(r->flags & CM_REC_KEYED))
    out->changed = loaded;
  else
    out->changed = old && !(loaded && known && now == before);
  if (now)
    status = cm_members_add(out->changed ? &out->added : &out->unchanged, now, err);
  if (!status && out->changed && before)
    status = cm_members_add(&out->deleted, before, err);
  return status;
}

int cm_diff_of(corm_record *r, const corm_relation *rel, cm_diff *out, corm_error **err) {
  int slot = cm_relation_slot(r, rel);
  *out = (cm_diff){0};
  if (slot < 0)
    return CORM_OK;
  int status = rel->uselist ? diff_many(r, slot, out, err) : diff_one(r, slot, out, err);
  if (rel->uselist)
    out->changed = out->added.n || out->deleted.n;
  if (status)
    cm_diff_clear(out);
  return status;
}

int cm_relation_members(corm_record *r, const corm_relation *rel, cm_members *out, corm_error **err) {
  const struct cm_queue *q = r->change ? r->change->queue : NULL;
  int slot = cm_relation_slot(r, rel), status = CORM_OK;
  corm_value v;
  if (slot < 0)
    return CORM_OK;
  if (cm_slot_peek(r, slot, &v) == CORM_SLOT_LOADED) {
    if (rel->uselist)
      return cm_members_read(r, slot, out, err);
    corm_record *one = cm_value_record(r, &v);
    return one ? cm_members_add(out, one, err) : CORM_OK;
  }
  for (size_t i = 0; q && !status && i < q->n; i++)
    if (q->items[i].slot == slot && !q->items[i].remove)
      status = cm_members_add(out, q->items[i].member, err);
  return status;
}

/* ---- Public
 * ------------------------------------------------------------------------------------------------------------------ */

static int same(const corm_record *r, int slot, const corm_value *a, const corm_value *b) {
  if (cm_record_attribute(r, slot)->relation)
    return cm_value_record(r, a) == cm_value_record(r, b);
  return cm_same_value(r, column_of(r, slot), a, b);
}

int corm_record_history(corm_record *r, int slot, corm_value out[3], int has[3], corm_error **err) {
  corm_value now, before;
  int status = cm_record_check_slot(r, slot, err);
  memset(has, 0, 3 * sizeof *has);
  if (status)
    return status;
  const cm_old *old = cm_change_old(r, slot);
  int loaded = cm_slot_peek(r, slot, &now) == CORM_SLOT_LOADED;
  int known = old && cm_old_peek(r, old, &before) == CORM_SLOT_LOADED;
  if (loaded && (old ? known && same(r, slot, &now, &before) : (r->flags & CM_REC_KEYED) != 0)) {
    has[1] = 1;
    out[1] = now;
    return CORM_OK;
  }
  has[0] = loaded;
  out[0] = now;
  has[2] = known;
  if (known)
    out[2] = before;
  return CORM_OK;
}

int corm_record_history_members(corm_record *r, int slot, corm_history_sink sink, void *ctx, corm_error **err) {
  cm_diff d;
  int status = cm_record_check_slot(r, slot, err);
  if (status)
    return status;
  const corm_relation *rel = cm_record_attribute(r, slot)->relation;
  if (!rel)
    return cm_fail(err, CORM_EARGUMENT, "attribute \"%s.%s\" is no relation", r->home->entity->name,
                   cm_record_attribute(r, slot)->key);
  corm_value v;
  if (rel->uselist && cm_slot_peek(r, slot, &v) != CORM_SLOT_LOADED) /* what is queued shows once it is loaded */
    return CORM_OK;
  status = cm_diff_of(r, rel, &d, err);
  if (status)
    return status;
  const cm_members *parts[] = {&d.added, &d.unchanged, &d.deleted};
  int stop = 0;
  for (int which = 0; which < 3; which++)
    for (size_t i = 0; !stop && i < parts[which]->n; i++)
      stop = sink(ctx, which, parts[which]->records[i]);
  cm_diff_clear(&d);
  return CORM_OK;
}

static int relation_changed(corm_record *r, const corm_relation *rel, int *yes, corm_error **err) {
  cm_diff d;
  int status = cm_diff_of(r, rel, &d, err);
  if (status)
    return status;
  *yes = d.changed;
  cm_diff_clear(&d);
  return CORM_OK;
}

int corm_session_is_modified(corm_session *s, corm_record *r, int *yes, corm_error **err) {
  int status = CORM_OK;
  (void)s;
  *yes = 0;
  if (!(r->flags & CM_REC_MODIFIED) && (r->flags & CM_REC_KEYED) && !(r->change && r->change->queue))
    return CORM_OK;
  for (int slot = 0; !status && !*yes && slot < r->n; slot++) {
    const corm_relation *rel = cm_record_attribute(r, slot)->relation;
    if (!rel)
      *yes = cm_slot_changed(r, slot);
    else if (!(rel->flags & CORM_RELATION_VIEWONLY))
      status = relation_changed(r, rel, yes, err);
  }
  return status;
}
