/* DELETEs of one hierarchy: by key, a child's table before its parent's. */
#include "orm/unit.h"

static int key_index(const cm_table_map *m, const corm_column *c) {
  for (size_t i = 0; i < m->n; i++)
    if (m->fields[i].column == c)
      return m->fields[i].key_index;
  return -1;
}

static int open_batch(cm_batch *b, corm_conn *conn, corm_table *t, corm_column *version, corm_error **err) {
  if (!t->primary_key)
    return cm_fail(err, CORM_EUNSUPPORTED, "table \"%s\" has no primary key: its rows cannot be deleted", t->name);
  corm_source *source = corm_from(t);
  corm_node *stmt = cm_where_columns(corm_delete(source), source, t->primary_key->columns, t->primary_key->n);
  if (version)
    stmt = cm_where_columns(stmt, source, &version, 1);
  corm_node_unref(source);
  return cm_batch_open(b, conn, t, stmt, NULL, 0, err);
}

static int add_row(cm_batch *b, const cm_work *w, const cm_table_map *m, corm_error **err) {
  const corm_constraint *key = b->table->primary_key;
  corm_value *to = cm_batch_row(b), one;
  uint32_t n;
  if (!to)
    return cm_fail_memory(err);
  const corm_value *values = cm_identity_values(w->record, &one, &n);
  for (size_t i = 0; i < key->n; i++) {
    size_t param = cm_where_param(b->compiled, key->columns[i]);
    int index = key_index(m, key->columns[i]);
    if (param == SIZE_MAX || index < 0 || (uint32_t)index >= n)
      return cm_fail(err, CORM_EUNSUPPORTED, "key column \"%s\" of table \"%s\" is not part of the key of class \"%s\"",
                     key->columns[i]->name, b->table->name, w->shape->entity->name);
    to[param] = values[index];
  }
  const corm_column *version = cm_version_column(w->shape->entity, b->table);
  return version ? cm_version_read(w->record, &to[cm_where_param(b->compiled, version)], err) : CORM_OK;
}

static int send(cm_unit *u, cm_batch *b, const corm_entity *e, corm_error **err) {
  int status = cm_batch_send(b, err);
  int missed = !status && b->changes >= 0 && b->changes != (int64_t)b->rows;
  if (missed && cm_version_column(e, b->table))
    status = cm_fail(err, CORM_ESTALE, "the DELETE of table '%s' was to remove %zu rows of known versions and met %lld",
                     b->table->name, b->rows, (long long)b->changes);
  else if (missed && (e->flags & CORM_ENTITY_CONFIRM_DELETED))
    cm_warn(
        u->s->host,
        "the DELETE of table '%s' was to remove %zu rows and met %lld (the mapper argument confirm_deleted_rows=False "
        "turns this warning off)",
        b->table->name, b->rows, (long long)b->changes);
  b->rows = 0;
  return status;
}

static int delete_from(cm_unit *u, corm_conn *conn, corm_table *t, const size_t *places, size_t n, corm_error **err) {
  cm_batch b = {0};
  const corm_entity *e = NULL;
  int status = CORM_OK;
  for (size_t i = 0; !status && i < n; i++) {
    const cm_work *w = &u->works[places[i]];
    const cm_table_map *m = w->gone ? NULL : cm_shape_table(w->shape, t);
    if (!m)
      continue;
    e = w->shape->entity;
    corm_column *version = cm_version_column(e, t);
    if (!b.compiled)
      status = open_batch(&b, conn, t, version, err);
    if (!status && b.rows && (version || b.rows == CM_BATCH_ROWS))
      status = send(u, &b, e, err);
    if (!status)
      status = add_row(&b, w, m, err);
  }
  if (!status && b.rows)
    status = send(u, &b, e, err);
  cm_batch_close(&b);
  return status;
}

static size_t tables_of(const cm_unit *u, const size_t *places, size_t n, corm_table **out, size_t cap) {
  size_t count = 0;
  for (size_t i = 0; i < n; i++) {
    const cm_shape *x = u->works[places[i]].shape;
    if (i && x == u->works[places[i - 1]].shape)
      continue;
    for (size_t k = 0; k < x->n_tables; k++) {
      size_t at = 0;
      while (at < count && out[at] != x->tables[k].table)
        at++;
      if (at == count && count < cap)
        out[count++] = x->tables[k].table;
    }
  }
  return count;
}

static int tell_all(cm_unit *u, const size_t *places, size_t n, int kind, corm_conn *conn, corm_error **err) {
  int status = CORM_OK;
  for (size_t i = 0; !status && i < n; i++) {
    cm_work *w = &u->works[places[i]];
    if ((w->shape->events & CORM_EV_BIT(kind)) && !w->gone)
      status = cm_tell(u->s, kind, w->record, conn, err);
  }
  return status;
}

/* What a DELETE names is read first where the object does not have it: a row that is gone shows itself here. */
static int load_expired(cm_unit *u, const size_t *places, size_t n, corm_error **err) {
  int status = CORM_OK;
  for (size_t i = 0; !status && i < n; i++) {
    const cm_work *w = &u->works[places[i]];
    const corm_entity *e = w->record->home->entity;
    corm_value v;
    int expired = 0;
    for (size_t k = 0; !w->gone && k < e->n_key; k++)
      expired |= cm_slot_peek(w->record, e->key_slots[k], &v) == CORM_SLOT_EXPIRED;
    if (expired)
      status = cm_load_slots(w->record, NULL, 0, err);
  }
  return status;
}

static int delete_all(cm_unit *u, corm_conn *conn, const size_t *places, size_t n, corm_error **err) {
  corm_table *tables[64];
  size_t n_tables = tables_of(u, places, n, tables, sizeof tables / sizeof tables[0]);
  if (n_tables == sizeof tables / sizeof tables[0])
    return cm_fail(err, CORM_EUNSUPPORTED, "a hierarchy of more than %zu tables cannot be flushed", n_tables - 1);
  int status = tell_all(u, places, n, CORM_EV_BEFORE_DELETE, conn, err);
  if (!status)
    status = load_expired(u, places, n, err);
  for (size_t i = n_tables; !status && i-- > 0;)
    status = delete_from(u, conn, tables[i], places, n, err);
  return status ? status : tell_all(u, places, n, CORM_EV_AFTER_DELETE, conn, err);
}

int cm_delete_works(cm_unit *u, const size_t *places, size_t n, corm_error **err) {
  corm_conn *conn;
  size_t *ordered = n ? cm_alloc(n * sizeof *ordered) : NULL;
  if (!n)
    return CORM_OK;
  if (!ordered)
    return cm_fail_memory(err);
  memcpy(ordered, places, n * sizeof *ordered);
  cm_sort_by_key(u, ordered, n);
  int status = cm_session_conn(&conn, u->s, u->works[places[0]].shape->entity->base, NULL, err);
  if (!status)
    status = delete_all(u, conn, ordered, n, err);
  cm_free(ordered);
  return status;
}
