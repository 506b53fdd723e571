/* Saving the records of one hierarchy: foreign keys, hooks of all of them, then per table UPDATEs before INSERTs. */
#include "orm/unit.h"

#include <stdlib.h>

/* ---- Order
 * ----------------------------------------------------------------------------------------------------------------------
 */

typedef struct sorted {
  const cm_work *work;
  size_t place;
} sorted;

static int compare_keys(const void *pa, const void *pb) {
  const sorted *a = pa, *b = pb;
  const corm_record *x = a->work->record, *y = b->work->record;
  corm_value one, two;
  uint32_t n, m;
  if (!((x->flags | y->flags) & CM_REC_WIDE)) {
    int64_t i = (int64_t)x->key, k = (int64_t)y->key;
    return (i > k) - (i < k);
  }
  const corm_value *p = cm_identity_values(x, &one, &n), *q = cm_identity_values(y, &two, &m);
  for (uint32_t i = 0; i < n && i < m; i++) {
    int c = cm_cell_order(&p[i], &q[i]);
    if (c)
      return c;
  }
  return (n > m) - (n < m);
}

/* Without memory they stay as they are, which is an order too. */
void cm_sort_by_key(const cm_unit *u, size_t *places, size_t n) {
  sorted *all = n > 1 ? cm_alloc(n * sizeof *all) : NULL;
  for (size_t i = 0; all && i < n; i++)
    all[i] = (sorted){&u->works[places[i]], places[i]};
  if (all)
    qsort(all, n, sizeof *all, compare_keys);
  for (size_t i = 0; all && i < n; i++)
    places[i] = all[i].place;
  cm_free(all);
}

/* New ones in order of addition, then changed ones by key. Gives how many are new. */
static size_t order(const cm_unit *u, const size_t *places, size_t n, size_t *out) {
  size_t fresh = 0, at;
  for (size_t i = 0; i < n; i++)
    if (u->works[places[i]].insert)
      out[fresh++] = places[i];
  at = fresh;
  for (size_t i = 0; i < n; i++)
    if (!u->works[places[i]].insert)
      out[at++] = places[i];
  cm_sort_by_key(u, out + fresh, n - fresh);
  return fresh;
}

/* ---- Before the statements
 * ---------------------------------------------------------------------------------------------------------- */

/* A changed object that is expired knows its row again before it is written. */
static int load_expired(const cm_work *w, corm_error **err) {
  const corm_record *r = w->record;
  corm_value v;
  if (w->insert || !(r->flags & CM_REC_EXPIRED) || !(r->flags & CM_REC_MODIFIED) || !r->change || !r->change->n_old)
    return CORM_OK;
  if (cm_slot_peek(r, w->shape->entity->key_slots[0], &v) == CORM_SLOT_LOADED)
    return CORM_OK;
  return cm_load_slots(w->record, NULL, 0, err);
}

static int tell(cm_unit *u, const cm_work *w, int on_insert, int on_update, corm_conn *conn, corm_error **err) {
  int kind = w->insert ? on_insert : on_update;
  if (!(w->shape->events & CORM_EV_BIT(kind)) || w->gone)
    return CORM_OK;
  return cm_tell(u->s, kind, w->record, conn, err);
}

static int prepare(cm_unit *u, const size_t *places, size_t n, corm_conn *conn, corm_error **err) {
  int status = CORM_OK;
  for (size_t i = 0; !status && i < n; i++) {
    cm_work *w = &u->works[places[i]];
    status = load_expired(w, err);
    if (!status && w->shape->n_relations)
      status = cm_sync_own(u, w, err);
  }
  uint64_t told = 0;
  for (size_t i = 0; !status && i < n; i++) {
    told |= u->works[places[i]].shape->events;
    status = tell(u, &u->works[places[i]], CORM_EV_BEFORE_INSERT, CORM_EV_BEFORE_UPDATE, conn, err);
  }
  for (size_t i = 0; !status && told && i < n; i++) /* hooks may have sent some away */
    u->works[places[i]].gone = (uint8_t)!cm_in_session(u->s, u->works[places[i]].record);
  return status;
}

/* ---- A new object with a key that is taken
 * --------------------------------------------------------------------------------------------- */

static void warn_conflict(const cm_unit *u, const corm_record *r, const corm_record *other) {
  char name[128], known[128];
  cm_record_name(r, name, sizeof name);
  cm_record_name(other, known, sizeof known);
  cm_warn(u->s->host, "New instance %s with its identity key conflicts with persistent instance %s", name, known);
}

static int switch_row(cm_unit *u, cm_work *w, const cm_identity *map, corm_error **err) {
  const corm_entity *e = w->shape->entity;
  cm_arena arena = {0};
  cm_key_view key;
  int complete = 0;
  corm_value *room = cm_arena_zero(&arena, (e->n_key + 1) * sizeof *room);
  int status = room ? cm_key_from_slots(w->record, room, &arena, &complete, err) : cm_fail_memory(err);
  if (!status && complete) {
    cm_key_view_of(&key, room, e->n_key);
    corm_record *other = cm_identity_get(map, &key);
    cm_work *deleted = other ? cm_unit_find(u, other) : NULL;
    if (deleted && deleted->op == CM_WORK_DELETE) {
      w->replaces = other;
      deleted->gone = 1; /* its row stays */
    } else if (other && other != w->record) {
      warn_conflict(u, w->record, other);
    }
  }
  cm_arena_free(&arena);
  return status;
}

static int find_switches(cm_unit *u, const size_t *places, size_t n, corm_error **err) {
  int status = CORM_OK;
  const cm_identity *map = n ? cm_session_peek_identity(u->s, u->works[places[0]].shape->entity) : NULL;
  for (size_t i = 0; !status && map && map->used && i < n; i++) {
    cm_work *w = &u->works[places[i]];
    corm_value v;
    if (!w->gone && cm_slot_peek(w->record, w->shape->entity->key_slots[0], &v) == CORM_SLOT_LOADED &&
        v.kind != CORM_NULL)
      status = switch_row(u, w, map, err);
  }
  return status;
}

/* ---- Statements
 * ----------------------------------------------------------------------------------------------------------------------------
 */

/* The tables of all classes, each parent's before its children's. */
static size_t all_tables(const cm_unit *u, const size_t *places, size_t n, corm_table **out, size_t cap) {
  size_t count = 0;
  const cm_shape *last = NULL;
  for (size_t i = 0; i < n; i++) {
    const cm_shape *x = u->works[places[i]].shape;
    for (size_t k = 0; x != last && k < x->n_tables; k++) {
      size_t at = 0;
      while (at < count && out[at] != x->tables[k].table)
        at++;
      if (at == count && count < cap)
        out[count++] = x->tables[k].table;
    }
    last = x;
  }
  return count;
}

typedef struct parts {
  cm_work **updates, **inserts;
  size_t n_updates, n_inserts;
} parts;

static int split(parts *p, cm_unit *u, const size_t *places, size_t n, corm_error **err) {
  p->updates = cm_alloc((n + 1) * sizeof(cm_work *));
  p->inserts = cm_alloc((n + 1) * sizeof(cm_work *));
  if (!p->updates || !p->inserts)
    return cm_fail_memory(err);
  for (size_t i = 0; i < n; i++) {
    cm_work *w = &u->works[places[i]];
    if (w->gone)
      continue;
    if (w->insert && !w->replaces)
      p->inserts[p->n_inserts++] = w;
    else
      p->updates[p->n_updates++] = w;
  }
  return CORM_OK;
}

static int write_tables(cm_unit *u, corm_conn *conn, const size_t *places, size_t n, corm_error **err) {
  corm_table *tables[64];
  parts p = {0};
  size_t n_tables = all_tables(u, places, n, tables, sizeof tables / sizeof tables[0]);
  int status = split(&p, u, places, n, err);
  if (!status && n_tables == sizeof tables / sizeof tables[0])
    status = cm_fail(err, CORM_EUNSUPPORTED, "a hierarchy of more than %zu tables cannot be flushed", n_tables - 1);
  if (!status)
    status = cm_version_works(p.updates, p.n_updates, p.inserts, p.n_inserts, err);
  for (size_t i = 0; !status && i < n_tables; i++) {
    if (p.n_updates)
      status = cm_update_rows(u, conn, tables[i], p.updates, p.n_updates, err);
    if (!status && p.n_inserts)
      status = cm_insert_rows(u, conn, tables[i], p.inserts, p.n_inserts, err);
  }
  cm_free(p.updates);
  cm_free(p.inserts);
  return status;
}

/* What the UPDATE of one object left to the database, read at once. */
static int read_made(const cm_work *w, corm_error **err) {
  corm_record *r = w->record;
  int *slots = cm_alloc((r->n + 1u) * sizeof *slots);
  size_t n = 0;
  if (!slots)
    return cm_fail_memory(err);
  for (size_t t = 0; t < w->shape->n_tables; t++)
    for (size_t i = 0; i < w->shape->tables[t].n; i++) {
      const cm_field_map *f = &w->shape->tables[t].fields[i];
      if (f->slot < r->n && !f->is_key && cm_is_made_by_update(f->column) && cm_kind(r, f->slot) == CM_ABSENT_EXPIRED)
        slots[n++] = f->slot;
    }
  int status = n ? cm_load_slots(r, slots, n, err) : CORM_OK;
  cm_free(slots);
  return status;
}

static int read_defaults(cm_unit *u, const size_t *ordered, size_t n, corm_error **err) {
  int status = CORM_OK;
  for (size_t i = 0; !status && i < n; i++)
    if (u->works[ordered[i]].reads_defaults && !u->works[ordered[i]].gone)
      status = read_made(&u->works[ordered[i]], err);
  return status;
}

static int save(cm_unit *u, size_t *ordered, size_t n, size_t fresh, corm_error **err) {
  corm_conn *conn;
  int status = cm_session_conn(&conn, u->s, u->works[ordered[0]].shape->entity->base, NULL, err);
  if (!status)
    status = prepare(u, ordered, n, conn, err);
  if (!status)
    status = find_switches(u, ordered, fresh, err);
  if (!status)
    status = write_tables(u, conn, ordered, n, err);
  if (!status)
    status = read_defaults(u, ordered, n, err);
  for (size_t i = 0; !status && i < n; i++)
    if (u->works[ordered[i]].shape->n_relations && !u->works[ordered[i]].gone)
      status = cm_sync_children(u, &u->works[ordered[i]], err);
  for (size_t i = 0; !status && i < n; i++)
    status = tell(u, &u->works[ordered[i]], CORM_EV_AFTER_INSERT, CORM_EV_AFTER_UPDATE, conn, err);
  return status;
}

int cm_save_works(cm_unit *u, const size_t *places, size_t n, corm_error **err) {
  size_t *ordered = n ? cm_alloc(n * sizeof *ordered) : NULL;
  if (!n)
    return CORM_OK;
  if (!ordered)
    return cm_fail_memory(err);
  size_t fresh = order(u, places, n, ordered);
  int status = save(u, ordered, n, fresh, err);
  cm_free(ordered);
  return status;
}
