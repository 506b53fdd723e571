/* Rows of many-to-many relations: one for each pair, whichever side it was made from. Sent after both sides were saved,
 * and before any is deleted. */
#include "orm/unit.h"

typedef struct pair {
  corm_record *owner, *target;
} pair;

typedef struct pairs {
  pair *items;
  size_t n, cap;
} pairs;

static int seen(cm_unit *u, const corm_relation *rel, const corm_record *owner, const corm_record *target, int *yes,
                corm_error **err) {
  const corm_relation *one = rel;
  uint64_t key;
  if (rel->back && rel->back < rel) { /* the same row from the other side */
    const corm_record *swap = owner;
    one = rel->back;
    owner = target;
    target = swap;
  }
  key = cm_hash_mix(cm_hash_mix((uint64_t)(uintptr_t)one, (uint64_t)(uintptr_t)owner), (uint64_t)(uintptr_t)target);
  *yes = cm_map_get_int(&u->done_pairs, key) != NULL;
  return *yes || cm_map_put_int(&u->done_pairs, key, u) ? CORM_OK : cm_fail_memory(err);
}

static int add_pairs(cm_unit *u, pairs *out, const corm_relation *rel, corm_record *owner, const cm_members *targets,
                     int fresh, corm_error **err) {
  int status = CORM_OK, known = 0;
  for (size_t i = 0; !status && i < targets->n; i++) {
    corm_record *t = targets->records[i];
    if (fresh ? !cm_in_session(u->s, t) : !(t->flags & CM_REC_KEYED))
      continue;
    if (rel->back)
      status = seen(u, rel, owner, t, &known, err);
    if (status || known)
      continue;
    if (!cm_grow((void **)&out->items, &out->cap, out->n + 1, sizeof *out->items))
      return cm_fail_memory(err);
    out->items[out->n++] = (pair){owner, t};
  }
  return status;
}

static int collect(cm_unit *u, const cm_work *w, const corm_relation *rel, int slot, pairs *gone, pairs *come,
                   corm_error **err) {
  corm_record *r = w->record;
  cm_diff d;
  int deleted = w->op == CM_WORK_DELETE;
  if (slot >= r->n || (deleted ? w->gone : !cm_dirty(r, slot) && !w->insert) ||
      (rel->flags & CORM_RELATION_PASSIVE_DELETES_ALL && deleted))
    return CORM_OK;
  int status = cm_diff_of(r, rel, &d, err);
  if (status)
    return status;
  status = add_pairs(u, gone, rel, r, &d.deleted, 0, err);
  if (!status && deleted)
    status = add_pairs(u, gone, rel, r, &d.unchanged, 0, err);
  if (!status && !deleted)
    status = add_pairs(u, come, rel, r, &d.added, 1, err);
  cm_diff_clear(&d);
  return status;
}

/* ---- Statements
 * -------------------------------------------------------------------------------------------------------------- */

static int value_of(const corm_relation *rel, const cm_pair *p, const corm_entity *numbered_by, corm_record *r,
                    corm_value *out, corm_error **err) {
  int slot = p->from_slot < 0 ? -1 : cm_slot_in(numbered_by, p->from_slot, r->home->entity);
  if (slot < 0 || slot >= r->n)
    return cm_fail(err, CORM_EUNSUPPORTED, "relation \"%s.%s\": column \"%s\" is not mapped", rel->owner->name,
                   rel->key, p->from->name);
  return cm_sync_value(r, slot, out, err);
}

static size_t param_of(const cm_batch *b, const corm_column *c, int by_where) {
  if (by_where)
    return cm_where_param(b->compiled, c);
  for (size_t i = 0; i < b->compiled->n_params; i++)
    if (b->compiled->params[i].column == c)
      return i;
  return SIZE_MAX;
}

static int put(const cm_batch *b, corm_value *row, const corm_relation *rel, const cm_pair *p,
               const corm_entity *numbered_by, corm_record *r, int by_where, corm_error **err) {
  size_t at = param_of(b, p->to, by_where);
  if (at == SIZE_MAX)
    return cm_fail(err, CORM_EINTERNAL, "column \"%s\" has no place in the statement of relation \"%s\"", p->to->name,
                   rel->key);
  return value_of(rel, p, numbered_by, r, &row[at], err);
}

static int add_row(cm_batch *b, const corm_relation *rel, const pair *p, int by_where, corm_error **err) {
  corm_value *row = cm_batch_row(b);
  int status = row ? CORM_OK : cm_fail_memory(err);
  for (size_t i = 0; !status && i < rel->n_pairs; i++)
    status = put(b, row, rel, &rel->pairs[i], rel->owner, p->owner, by_where, err);
  for (size_t i = 0; !status && i < rel->n_secondary_pairs; i++)
    status = put(b, row, rel, &rel->secondary_pairs[i], rel->target, p->target, by_where, err);
  return status;
}

static int links(const corm_relation *rel, const corm_column *c) {
  for (size_t i = 0; i < rel->n_pairs; i++)
    if (rel->pairs[i].to == c)
      return 1;
  for (size_t i = 0; i < rel->n_secondary_pairs; i++)
    if (rel->secondary_pairs[i].to == c)
      return 1;
  return 0;
}

/* In the order of the table, so that both sides send the same statement. */
static corm_column **columns_of(const corm_relation *rel, cm_arena *arena, size_t *n) {
  const corm_table *t = rel->secondary;
  corm_column **out = cm_arena_zero(arena, (t->n_columns + 1) * sizeof(corm_column *));
  *n = 0;
  for (size_t i = 0; out && i < t->n_columns; i++)
    if (links(rel, t->columns[i]))
      out[(*n)++] = t->columns[i];
  return out;
}

static int open_batch(cm_unit *u, cm_batch *b, const corm_relation *rel, int by_where, corm_error **err) {
  corm_conn *conn;
  size_t n;
  corm_column **columns = columns_of(rel, &u->arena, &n);
  const char **keys = cm_arena_zero(&u->arena, (n + 1) * sizeof *keys);
  if (!columns || !keys)
    return cm_fail_memory(err);
  for (size_t i = 0; i < n; i++)
    keys[i] = columns[i]->key;
  int status = cm_session_conn(&conn, u->s, rel->owner->base, NULL, err);
  if (status)
    return status;
  corm_source *source = corm_from(rel->secondary);
  corm_node *stmt = by_where ? cm_where_columns(corm_delete(source), source, columns, n) : corm_insert(source);
  corm_node_unref(source);
  return cm_batch_open(b, conn, rel->secondary, stmt, keys, by_where ? 0 : n, err);
}

static int check(const cm_batch *b, const corm_relation *rel, corm_error **err) {
  if (b->changes < 0 || b->changes == (int64_t)b->rows)
    return CORM_OK;
  return cm_fail(err, CORM_ESTALE, "the DELETE of table '%s' was to remove %zu rows and met only %lld",
                 rel->secondary->name, b->rows, (long long)b->changes);
}

static int send(cm_unit *u, const corm_relation *rel, const pairs *p, int by_where, corm_error **err) {
  cm_batch b = {0};
  int status = p->n ? open_batch(u, &b, rel, by_where, err) : CORM_OK;
  for (size_t i = 0; !status && i < p->n; i++) {
    status = add_row(&b, rel, &p->items[i], by_where, err);
    if (status || (b.rows < CM_BATCH_ROWS && i + 1 < p->n))
      continue;
    status = cm_batch_send(&b, err);
    if (!status && by_where)
      status = check(&b, rel, err);
    b.rows = 0;
  }
  cm_batch_close(&b);
  return status;
}

static int relation_rows(cm_unit *u, const corm_relation *rel, corm_error **err) {
  pairs gone = {0}, come = {0};
  int status = CORM_OK;
  for (size_t i = 0; !status && i < u->n; i++) {
    const cm_work *w = &u->works[i];
    for (size_t k = 0; !status && k < w->shape->n_relations; k++)
      if (w->shape->relations[k] == rel)
        status = collect(u, w, rel, w->shape->slots[k], &gone, &come, err);
  }
  if (!status)
    status = send(u, rel, &gone, 1, err);
  if (!status)
    status = send(u, rel, &come, 0, err);
  cm_free(gone.items);
  cm_free(come.items);
  return status;
}

/* Each relation once, in order of the mappers. */
int cm_many_rows(cm_unit *u, corm_error **err) {
  cm_map done = {0};
  int status = CORM_OK;
  const cm_shape *last = NULL;
  for (size_t i = 0; !status && i < u->n; i++) {
    const cm_shape *x = u->works[i].shape;
    for (size_t k = 0; !status && x != last && k < x->n_relations; k++) {
      const corm_relation *rel = x->relations[k];
      if (rel->direction != CORM_MANY_TO_MANY || cm_map_get_ptr(&done, rel))
        continue;
      status = cm_map_put_ptr(&done, rel, u) ? relation_rows(u, rel, err) : cm_fail_memory(err);
    }
    last = x;
  }
  cm_map_free(&done);
  return status;
}
