/* Lists of rows: INSERT of an entity with a list, also over the tables of a joined hierarchy; UPDATE by primary key. No
 * hooks run and no objects are made. */
#include "orm/dml.h"

int cm_dml_empty_result(corm_result **out, int64_t rowcount, int is_insert, corm_error **err) {
  int status = cm_result_new(out, NULL, NULL, NULL, 0, err);
  if (status)
    return status;
  (*out)->rowcount = rowcount;
  (*out)->is_insert = is_insert;
  return CORM_OK;
}

/* The place of an attribute's value in a row of params, or -1. */
static int place_of(const cm_dml *d, const char *key) {
  for (size_t i = 0; d->params && i < d->params->n; i++)
    if (!strcmp(d->params->names[i], key))
      return (int)i;
  return -1;
}

static size_t rows_of(const cm_dml *d) { return d->params->rows ? d->params->rows : 1; }

/* ---- INSERT
 * ---------------------------------------------------------------------------------------------------------------- */

/* The column that says which class a row is of, when it lies in this table and the class has an identity. */
static const corm_column *discriminator(const corm_entity *e, const corm_table *t) {
  const cm_attribute *a = e->discriminator_slot >= 0 && e->has_identity ? e->attrs[e->discriminator_slot] : NULL;
  for (size_t i = 0; a && i < a->n_columns; i++)
    if (a->columns[i]->table == t)
      return a->columns[i];
  return NULL;
}

typedef struct joined {
  const cm_dml *d;
  cm_unit u; /* for the shape alone */
  const cm_shape *shape;
  int64_t *keys; /* of the rows, once the base table made them */
} joined;

/* What a row gives to a column; 0: nothing. */
static int value_for(const joined *x, const cm_field_map *f, size_t row, corm_value *out) {
  const corm_entity *e = x->shape->entity;
  int at = place_of(x->d, e->attrs[f->slot]->key);
  *out = corm_null();
  if (f->column->computed)
    return 0;
  if (at >= 0)
    *out = x->d->params->values[row * x->d->params->n + (size_t)at];
  if (at >= 0 && out->kind != 255)
    return 1;
  if (f->is_key && f->key_index >= 0 && x->keys) {
    *out = corm_int(x->keys[row]);
    return 1;
  }
  if (f->slot == e->discriminator_slot && e->has_identity) {
    *out = e->identity;
    return 1;
  }
  return 0;
}

static int open_table(joined *x, cm_batch *b, const cm_table_map *m, cm_arena *arena, corm_error **err) {
  const char **keys = cm_arena_zero(arena, (m->n + 1) * sizeof *keys);
  size_t n = 0;
  corm_value ignored;
  if (!keys)
    return cm_fail_memory(err);
  for (size_t i = 0; i < m->n; i++)
    if (value_for(x, &m->fields[i], 0, &ignored))
      keys[n++] = m->fields[i].column->key;
  corm_source *source = corm_from(m->table);
  corm_node *stmt = corm_insert(source);
  corm_node_unref(source);
  return cm_batch_open(b, x->d->conn, m->table, stmt, keys, n, err);
}

static int add_table_row(const joined *x, cm_batch *b, const cm_table_map *m, size_t row, corm_error **err) {
  corm_value *to = cm_batch_row(b), v;
  if (!to)
    return cm_fail_memory(err);
  for (size_t i = 0; i < m->n; i++) {
    if (!value_for(x, &m->fields[i], row, &v))
      continue;
    for (size_t p = 0; p < b->compiled->n_params; p++)
      if (b->compiled->params[p].column == m->fields[i].column)
        to[p] = v;
  }
  return CORM_OK;
}

static int makes_keys(const joined *x, const cm_table_map *m) {
  corm_value v;
  for (size_t i = 0; i < m->n; i++)
    if (m->fields[i].is_generated && !x->keys && !value_for(x, &m->fields[i], 0, &v))
      return 1;
  return 0;
}

static int insert_table(joined *x, const cm_table_map *m, cm_arena *arena, corm_error **err) {
  cm_batch b = {0};
  size_t rows = rows_of(x->d);
  int wanted = makes_keys(x, m);
  int status = open_table(x, &b, m, arena, err);
  if (!status && wanted) {
    b.keys = cm_alloc((rows + 1) * sizeof *b.keys);
    status = b.keys ? CORM_OK : cm_fail_memory(err);
  }
  for (size_t row = 0; !status && row < rows; row++)
    status = add_table_row(x, &b, m, row, err);
  if (!status && rows)
    status = cm_batch_send(&b, err);
  if (!status && wanted) {
    x->keys = b.keys;
    b.keys = NULL;
  }
  cm_batch_close(&b);
  return status;
}

static int insert_joined(corm_result **out, const cm_dml *d, corm_error **err) {
  joined x = {.d = d, .u = {.s = d->s}};
  cm_arena arena = {0};
  int status = CORM_OK;
  if (cm_kid(d->stmt, CM_DML_RETURNING))
    return cm_fail(err, CORM_EUNSUPPORTED,
                   "a list of rows of class \"%s\", which has several tables, cannot be inserted with RETURNING",
                   d->entity->name);
  status = cm_unit_shape(&x.shape, &x.u, (corm_entity *)(uintptr_t)d->entity, err);
  for (size_t i = 0; !status && i < x.shape->n_tables; i++)
    status = insert_table(&x, &x.shape->tables[i], &arena, err);
  if (!status)
    status = cm_dml_empty_result(out, (int64_t)rows_of(d), 1, err);
  cm_free(x.keys);
  cm_arena_free(&arena);
  cm_unit_free(&x.u);
  return status;
}

/* Many rows at once would neither set nor ask for their versions. */
static int check_version(const corm_entity *e, corm_error **err) {
  if (e->version_slot < 0 || e->version_how == CORM_VERSION_GIVEN)
    return CORM_OK;
  return cm_fail(err, CORM_EUNSUPPORTED,
                 "class \"%s\" has versions, which lists of rows do not keep: add objects to the session instead",
                 e->name);
}

int cm_bulk_insert(corm_result **out, const cm_dml *d, corm_error **err) {
  int listed = d->params && d->params->n && !cm_kid(d->stmt, CM_DML_SET) && !cm_kid(d->stmt, CM_DML_SELECT);
  cm_dml_params p;
  int status = listed ? check_version(d->entity, err) : CORM_OK;
  if (status)
    return status;
  if (listed && d->entity->n_tables > 1)
    return insert_joined(out, d, err);
  const corm_column *extra = listed ? discriminator(d->entity, d->entity->table) : NULL;
  status = cm_dml_params_of(&p, d, extra, &d->entity->identity, err);
  if (!status)
    status = cm_dml_run(out, d, d->stmt, d->params ? &p.params : NULL, p.keys, p.n_keys, err);
  cm_arena_free(&p.arena);
  return status;
}

/* ---- UPDATE by key
 * ------------------------------------------------------------------------------------------------------------ */

typedef struct by_key {
  const cm_dml *d;
  cm_unit u;
  const cm_shape *shape;
  int key_places[16];
  cm_arena arena;
} by_key;

static int check_update(by_key *x, corm_error **err) {
  const corm_entity *e = x->d->entity;
  int status = check_version(e, err);
  if (status)
    return status;
  if (cm_kid(x->d->stmt, CM_DML_WHERE))
    return cm_fail(
        err, CORM_EINVALID,
        "bulk ORM UPDATE does not support additional WHERE criteria: it finds its rows by primary key (class \"%s\")",
        e->name);
  if (cm_kid(x->d->stmt, CM_DML_SET) || cm_kid(x->d->stmt, CM_DML_RETURNING))
    return cm_fail(err, CORM_EUNSUPPORTED,
                   "a list of rows by primary key does not go with values() or RETURNING (class \"%s\")", e->name);
  if (e->n_key > 16)
    return cm_fail(err, CORM_EUNSUPPORTED, "a key of more than 16 columns is not supported here (class \"%s\")",
                   e->name);
  for (size_t i = 0; i < e->n_key; i++) {
    x->key_places[i] = place_of(x->d, e->attrs[e->key_slots[i]]->key);
    if (x->key_places[i] < 0)
      return cm_fail(err, CORM_EINVALID,
                     "a row has no value for the key column \"%s\" of class \"%s\": lists of rows are updated by key",
                     e->attrs[e->key_slots[i]]->key, e->name);
  }
  return CORM_OK;
}

static int open_update(by_key *x, cm_batch *b, const cm_table_map *m, size_t *n, corm_error **err) {
  const corm_constraint *key = m->table->primary_key;
  const char **keys = cm_arena_zero(&x->arena, (m->n + 1) * sizeof *keys);
  *n = 0;
  if (!keys)
    return cm_fail_memory(err);
  for (size_t i = 0; i < m->n; i++)
    if (m->fields[i].key_index < 0 && !m->fields[i].column->computed &&
        place_of(x->d, x->d->entity->attrs[m->fields[i].slot]->key) >= 0)
      keys[(*n)++] = m->fields[i].column->key;
  if (!*n)
    return CORM_OK;
  if (!key)
    return cm_fail(err, CORM_EUNSUPPORTED, "table \"%s\" has no primary key: its rows cannot be updated",
                   m->table->name);
  corm_source *source = corm_from(m->table);
  corm_node *stmt = cm_where_columns(corm_update(source), source, key->columns, key->n);
  corm_node_unref(source);
  return cm_batch_open(b, x->d->conn, m->table, stmt, keys, *n, err);
}

static int add_update(by_key *x, cm_batch *b, const cm_table_map *m, size_t row, corm_error **err) {
  const corm_value *given = x->d->params->values + row * x->d->params->n;
  corm_value *to = cm_batch_row(b);
  if (!to)
    return cm_fail_memory(err);
  for (size_t i = 0; i < m->n; i++) {
    const cm_field_map *f = &m->fields[i];
    size_t where = f->is_key ? cm_where_param(b->compiled, f->column) : SIZE_MAX;
    int at = place_of(x->d, x->d->entity->attrs[f->slot]->key);
    if (where != SIZE_MAX && f->key_index >= 0)
      to[where] = given[x->key_places[f->key_index]];
    for (size_t p = 0; at >= 0 && f->key_index < 0 && p < b->compiled->n_params; p++)
      if (b->compiled->params[p].column == f->column)
        to[p] = given[at];
  }
  return CORM_OK;
}

static int update_table(by_key *x, const cm_table_map *m, corm_error **err) {
  cm_batch b = {0};
  size_t n, rows = rows_of(x->d);
  int status = open_update(x, &b, m, &n, err);
  for (size_t row = 0; !status && n && row < rows; row++)
    status = add_update(x, &b, m, row, err);
  if (!status && n)
    status = cm_batch_send(&b, err);
  if (!status && n && b.changes >= 0 && b.changes != (int64_t)rows)
    status = cm_fail(err, CORM_ESTALE, "the UPDATE of table '%s' was to change %zu rows and met %lld", m->table->name,
                     rows, (long long)b.changes);
  cm_batch_close(&b);
  return status;
}

static int follow_row(by_key *x, size_t row, corm_error **err) {
  const corm_params *p = x->d->params;
  const corm_value *given = p->values + row * p->n;
  corm_value key[16];
  cm_key_view view;
  int status = CORM_OK;
  for (size_t i = 0; !status && i < x->d->entity->n_key; i++)
    status = cm_key_cell(x->d->s->host, corm_engine_peek_dialect(corm_conn_peek_engine(x->d->conn)),
                         x->d->entity->attrs[x->d->entity->key_slots[i]]->columns[0], &given[x->key_places[i]], &key[i],
                         &x->arena, err);
  if (status)
    return status;
  cm_key_view_of(&view, key, x->d->entity->n_key);
  corm_record *r = cm_session_find(x->d->s, x->d->entity, &view);
  for (size_t i = 0; r && !status && i < p->n; i++) {
    const cm_attribute *a = cm_entity_attribute(r->home->entity, p->names[i]);
    if (a && !a->relation && a->slot < r->n)
      status = cm_dml_store(r, a->slot, &given[i], err);
  }
  return status;
}

int cm_bulk_update(corm_result **out, const cm_dml *d, corm_error **err) {
  by_key x = {.d = d, .u = {.s = d->s}};
  int status = check_update(&x, err);
  if (!status)
    status = cm_unit_shape(&x.shape, &x.u, (corm_entity *)(uintptr_t)d->entity, err);
  for (size_t i = 0; !status && i < x.shape->n_tables; i++)
    status = update_table(&x, &x.shape->tables[i], err);
  for (size_t row = 0; !status && (d->flags & CORM_EXEC_SYNC_MASK) != CORM_EXEC_SYNC_NONE && row < rows_of(d); row++)
    status = follow_row(&x, row, err);
  if (!status)
    status = cm_dml_empty_result(out, (int64_t)rows_of(d), 0, err);
  cm_arena_free(&x.arena);
  cm_unit_free(&x.u);
  return status;
}
