/* INSERT, UPDATE and DELETE of entities through a session: the statement runs, and the objects in the map follow.
 *
 * Criteria are worked out on the objects before the statement runs (evaluate); where that is not possible, the keys of
 * the rows are read first (fetch). Lists of rows are in bulk.c. */
#include "orm/dml.h"

/* ---- Running
 * --------------------------------------------------------------------------------------------------------------- */

int cm_dml_run(corm_result **out, const cm_dml *d, const corm_stmt *stmt, const corm_params *params,
               const char *const *keys, size_t n_keys, corm_error **err) {
  const corm_compile_options options = {
      .size = sizeof options, .host = d->s->host->compile, .set_keys = n_keys ? keys : NULL, .n_set_keys = n_keys};
  const cm_bind_source source = {.stmt = stmt, .params = params, .record = cm_dml_record_value};
  corm_compiled *compiled = NULL;
  cm_cache_note note = {-1, 0};
  cm_reader *reader = NULL;
  int many = params && (params->rows > 1 || params->executemany);
  int status = cm_engine_compile(&compiled, corm_conn_peek_engine(d->conn), stmt, &options,
                                 d->flags & CORM_EXEC_NO_CACHE, &note, err);
  if (!status && compiled->plan && compiled->plan->n_entities) {
    status = cm_reader_run(&reader, d->s, d->conn, compiled, &source, &note, NULL,
                           compiled->is_update || (d->flags & CORM_EXEC_POPULATE_EXISTING), err);
    if (!status)
      status = cm_reader_result(out, reader, err);
  } else if (!status) {
    status = cm_conn_execute_compiled(out, d->conn, compiled, &source, many, &note, err);
  }
  corm_compiled_free(compiled);
  return status;
}

int cm_dml_record_value(void *ctx, const corm_node *bind, corm_value *out, corm_error **err) {
  corm_record *r = bind->value.as.r;
  int state;
  char name[128];
  (void)ctx;
  int status = corm_record_get(r, bind->level, out, &state, err);
  if (status || state == CORM_SLOT_LOADED)
    return status;
  cm_record_name(r, name, sizeof name);
  return cm_fail(err, CORM_ESTATEMENT,
                 "the statement compares with the column \"%s\" of object %s, which has no value yet",
                 cm_record_attribute(r, bind->level)->key, name);
}

/* ---- Names of attributes become those of columns
 * ---------------------------------------------------------------------------- */

static int is_bind_name(const corm_node *stmt, const char *name, cm_arena *arena) {
  size_t n = cm_binds(stmt, NULL, 0);
  const corm_node **binds = cm_arena_alloc(arena, (n + 1) * sizeof *binds);
  if (!binds)
    return 0;
  cm_binds(stmt, binds, n);
  for (size_t i = 0; i < n; i++)
    if (binds[i]->name && !(binds[i]->flags & CM_BIND_UNIQUE) && !strcmp(binds[i]->name, name))
      return 1;
  return 0;
}

static const corm_column *column_named(const corm_entity *e, const corm_table *t, const char *name) {
  const cm_attribute *a = cm_entity_attribute(e, name);
  for (size_t i = 0; a && i < a->n_columns; i++)
    if (a->columns[i]->table == t)
      return a->columns[i];
  return NULL;
}

static int name_one(cm_dml_params *p, const cm_dml *d, size_t from, corm_error **err) {
  const char *name = d->params->names[from];
  const corm_column *c = column_named(d->entity, d->entity->table, name);
  (void)err;
  if (is_bind_name(d->stmt, name, &p->arena)) {
    p->from[p->n] = from;
    p->names[p->n++] = name;
  } else if (c) {
    p->keys[p->n_keys++] = c->key;
    p->from[p->n] = from;
    p->names[p->n++] = c->key;
  }
  return CORM_OK;
}

int cm_dml_params_of(cm_dml_params *p, const cm_dml *d, const corm_column *extra, const corm_value *extra_value,
                     corm_error **err) {
  const corm_params *in = d->params;
  *p = (cm_dml_params){0};
  if (!in)
    return CORM_OK;
  size_t rows = in->rows ? in->rows : 1, cap = in->n + 2;
  p->names = cm_arena_zero(&p->arena, cap * sizeof *p->names);
  p->keys = cm_arena_zero(&p->arena, cap * sizeof *p->keys);
  p->from = cm_arena_zero(&p->arena, cap * sizeof *p->from);
  p->values = cm_arena_zero(&p->arena, cap * rows * sizeof *p->values);
  if (!p->names || !p->keys || !p->from || !p->values)
    return cm_fail_memory(err);
  for (size_t i = 0; i < in->n; i++)
    (void)name_one(p, d, i, err);
  for (size_t i = 0; extra && i < p->n_keys; i++)
    if (!strcmp(p->keys[i], extra->key))
      extra = NULL;
  if (extra) {
    p->keys[p->n_keys++] = extra->key;
    p->from[p->n] = SIZE_MAX;
    p->names[p->n++] = extra->key;
  }
  for (size_t row = 0; row < rows; row++)
    for (size_t i = 0; i < p->n; i++)
      p->values[row * p->n + i] =
          p->from[i] == SIZE_MAX && extra_value ? *extra_value : in->values[row * in->n + p->from[i]];
  p->params = *in;
  p->params.names = p->names;
  p->params.n = p->n;
  p->params.values = p->values;
  return CORM_OK;
}

/* ---- The objects that a statement changes
 * ------------------------------------------------------------------------------------ */

typedef struct matched {
  cm_members records; /* pinned */
  uint8_t *unknown;   /* it may be changed: an attribute that decides is not loaded */
  size_t cap;
} matched;

static void matched_free(matched *m) {
  for (size_t i = 0; i < m->records.n; i++)
    cm_unpin(m->records.records[i]);
  cm_members_clear(&m->records);
  cm_free(m->unknown);
}

static int add_match(matched *m, corm_record *r, int unknown, corm_error **err) {
  if (!cm_grow((void **)&m->unknown, &m->cap, m->records.n + 1, 1))
    return cm_fail_memory(err);
  int status = cm_members_add(&m->records, r, err);
  if (status)
    return status;
  m->unknown[m->records.n - 1] = (uint8_t)unknown;
  cm_pin(r);
  return CORM_OK;
}

static int match_by_value(matched *m, const cm_dml *d, cm_evaluator *v, corm_error **err) {
  const cm_identity *map = cm_session_peek_identity(d->s, d->entity);
  const corm_node *where = cm_kid(d->stmt, CM_DML_WHERE);
  int status = CORM_OK, yes;
  for (size_t at = 0; map && !status && at < map->cap; at++) {
    corm_record *r = map->entries[at].record;
    if (!r || (r->flags & CM_REC_EXPIRED) || !corm_entity_is_a(r->home->entity, d->entity))
      continue;
    status = cm_evaluate_test(v, where, r, &yes, err);
    if (!status && yes)
      status = add_match(m, r, v->unknown, err);
  }
  return status;
}

/* SELECT of the keys that the criteria meet. */
static corm_node *select_keys(const cm_dml *d) {
  const corm_node *target = cm_kid(d->stmt, CM_DML_TARGET), *where = cm_kid(d->stmt, CM_DML_WHERE);
  corm_node *columns[16];
  for (size_t i = 0; i < d->entity->n_key; i++)
    columns[i] = corm_attr_of(target, d->entity->key_slots[i]);
  corm_node *stmt = corm_select_n(columns, d->entity->n_key);
  return where ? corm_where(stmt, corm_node_ref(where)) : stmt;
}

static int match_key(matched *m, const cm_dml *d, const corm_value *row, corm_error **err) {
  corm_value key[16];
  cm_key_view view;
  memcpy(key, row, d->entity->n_key * sizeof *key);
  cm_key_view_of(&view, key, d->entity->n_key);
  corm_record *r = cm_session_find(d->s, d->entity, &view);
  return r && corm_entity_is_a(r->home->entity, d->entity) ? add_match(m, r, 0, err) : CORM_OK;
}

static int match_by_key(matched *m, const cm_dml *d, corm_error **err) {
  corm_result *result = NULL;
  const corm_value *row = NULL;
  if (d->entity->n_key > 16)
    return cm_fail(err, CORM_EUNSUPPORTED, "a key of more than 16 columns cannot be fetched (class \"%s\")",
                   d->entity->name);
  corm_node *stmt = select_keys(d);
  int status = corm_node_check(stmt, err);
  if (!status)
    status = cm_dml_run(&result, d, stmt, d->params, NULL, 0, err);
  if (!status)
    status = corm_result_next_row(result, &row, err);
  while (!status && row) {
    status = match_key(m, d, row, err);
    if (!status)
      status = corm_result_next_row(result, &row, err);
  }
  corm_result_free(result);
  corm_node_unref(stmt);
  return status;
}

static int match(matched *m, const cm_dml *d, cm_evaluator *v, corm_error **err) {
  unsigned how = d->flags & CORM_EXEC_SYNC_MASK;
  const corm_node *where = cm_kid(d->stmt, CM_DML_WHERE);
  if (how == CORM_EXEC_SYNC_NONE)
    return CORM_OK;
  int can = !cm_kid(d->stmt, CM_DML_FROM) && (!where || cm_can_evaluate(v, where));
  if (how == CORM_EXEC_SYNC_EVALUATE && !can)
    return cm_fail(
        err, CORM_EINVALID,
        "these criteria cannot be worked out on the objects in memory: use synchronize_session='fetch' or False");
  return can && how != CORM_EXEC_SYNC_FETCH ? match_by_value(m, d, v, err) : match_by_key(m, d, err);
}

/* The statement gives the keys itself, where the database can. */
static int can_return(const cm_dml *d) {
  const corm_dialect_def *def = cm_engine_dialect_def(corm_conn_peek_engine(d->conn));
  uint64_t needed = d->stmt->kind == CORM_NODE_DELETE ? CORM_DIALECT_DELETE_RETURNING : CORM_DIALECT_UPDATE_RETURNING;
  unsigned how = d->flags & CORM_EXEC_SYNC_MASK;
  const corm_node *where = cm_kid(d->stmt, CM_DML_WHERE);
  cm_evaluator v = {.entity = d->entity, .host = d->s->host, .params = d->params};
  if (!(def->features & needed) || cm_kid(d->stmt, CM_DML_RETURNING) || d->entity->n_tables > 1 ||
      d->entity->n_key > 16)
    return 0;
  if (how != CORM_EXEC_SYNC_AUTO)
    return how == CORM_EXEC_SYNC_FETCH;
  return cm_kid(d->stmt, CM_DML_FROM) || (where && !cm_can_evaluate(&v, where));
}

static corm_node *returning_keys(const cm_dml *d) {
  corm_node *columns[16];
  for (size_t i = 0; i < d->entity->n_key; i++)
    columns[i] = corm_attr_of(cm_kid(d->stmt, CM_DML_TARGET), d->entity->key_slots[i]);
  return corm_returning_n(corm_node_ref(d->stmt), columns, d->entity->n_key);
}

/* ---- After the statement
 * -------------------------------------------------------------------------------------------------------- */

int cm_dml_store(corm_record *r, int slot, const corm_value *v, corm_error **err) {
  corm_value now;
  if (cm_slot_peek(r, slot, &now) != CORM_SLOT_LOADED)
    return CORM_OK;
  if (cm_dirty(r, slot))
    return cm_state_expire(r->home->session, r, &slot, 1, err);
  return cm_store_copy(r, slot, v, err);
}

static int slot_of(const corm_record *r, const corm_node *one) {
  const cm_attribute *a = cm_entity_attribute_of(r->home->entity, one->ref);
  return a && a->slot < r->n && (cm_present(r, a->slot) || (r->flags & CM_REC_EXTERNAL)) ? a->slot : -1;
}

/* A literal is kept as it was given, an expression as it comes out. Kind 255: nobody knows. */
static int value_of(const cm_dml *d, cm_evaluator *v, corm_record *r, const corm_node *one, corm_value *out,
                    corm_error **err) {
  const corm_node *value = cm_kid(one, 0);
  const corm_type *type = ((const corm_column *)one->ref)->type;
  int status = CORM_OK;
  while (value && value->kind == CORM_NODE_LABEL)
    value = cm_kid(value, 0);
  *out = cm_not_given();
  if (!value || !cm_can_evaluate(v, value))
    return CORM_OK;
  v->unknown = 0;
  if (value->kind == CORM_NODE_BIND && !d->params && value->value.kind != CORM_RECORD)
    *out = value->value;
  else
    status = cm_evaluate(v, value, r, out, err);
  if (v->unknown || (out->kind != CORM_HOST && (type->flags & CORM_TYPE_HOST_RESULT)))
    *out = cm_not_given();
  return status;
}

/* SET reads the row as it was: all values are worked out before the first is stored. */
static int set_all(const cm_dml *d, cm_evaluator *v, corm_record *r, corm_error **err) {
  const corm_node *set = cm_kid(d->stmt, CM_DML_SET);
  corm_value *values = cm_arena_zero(&v->arena, (cm_count(set) + 1) * sizeof *values);
  int status = values ? CORM_OK : cm_fail_memory(err);
  for (size_t i = 0; !status && i < cm_count(set); i++)
    if (slot_of(r, set->kids[i]) >= 0)
      status = value_of(d, v, r, set->kids[i], &values[i], err);
  for (size_t i = 0; !status && i < cm_count(set); i++) {
    int slot = slot_of(r, set->kids[i]);
    if (slot < 0)
      continue;
    status = values[i].kind == 255 ? cm_state_expire(d->s, r, &slot, 1, err) : cm_dml_store(r, slot, &values[i], err);
  }
  cm_arena_reset(&v->arena);
  return status;
}

static int follow(const cm_dml *d, cm_evaluator *v, const matched *m, corm_error **err) {
  int status = CORM_OK, deletes = d->stmt->kind == CORM_NODE_DELETE;
  for (size_t i = 0; !status && i < m->records.n; i++) {
    corm_record *r = m->records.records[i];
    if (!(r->flags & CM_REC_MAPPED) || r->home->session != d->s)
      continue;
    if (m->unknown[i])
      status = cm_state_expire(d->s, r, NULL, 0, err);
    else
      status = deletes ? cm_state_deleted(d->s, r, err) : set_all(d, v, r, err);
  }
  return status;
}

static int match_returned(matched *m, const cm_dml *d, corm_result *result, int64_t *rows, corm_error **err) {
  const corm_value *row = NULL;
  int status = corm_result_next_row(result, &row, err);
  while (!status && row) {
    ++*rows;
    status = match_key(m, d, row, err);
    if (!status)
      status = corm_result_next_row(result, &row, err);
  }
  return status;
}

static int by_returning(corm_result **out, const cm_dml *d, corm_error **err) {
  cm_evaluator v = {.entity = d->entity, .host = d->s->host, .params = d->params};
  matched m = {0};
  cm_dml_params p = {0};
  corm_result *result = NULL;
  corm_node *stmt = returning_keys(d);
  int64_t rows = 0;
  int status = corm_node_check(stmt, err);
  if (!status)
    status = cm_dml_params_of(&p, d, NULL, NULL, err);
  if (!status)
    status = cm_dml_run(&result, d, stmt, d->params ? &p.params : NULL, p.keys, p.n_keys, err);
  if (!status)
    status = match_returned(&m, d, result, &rows, err);
  corm_result_free(result);
  if (!status)
    status = follow(d, &v, &m, err);
  if (!status)
    status = cm_dml_empty_result(out, rows, 0, err);
  corm_node_unref(stmt);
  cm_arena_free(&p.arena);
  matched_free(&m);
  cm_arena_free(&v.arena);
  return status;
}

static int by_criteria(corm_result **out, const cm_dml *d, corm_error **err) {
  cm_evaluator v = {.entity = d->entity,
                    .host = d->s->host,
                    .dialect = corm_engine_peek_dialect(corm_conn_peek_engine(d->conn)),
                    .params = d->params};
  matched m = {0};
  cm_dml_params p;
  int status = match(&m, d, &v, err);
  if (!status)
    status = cm_dml_params_of(&p, d, NULL, NULL, err);
  else
    p = (cm_dml_params){0};
  if (!status)
    status = cm_dml_run(out, d, d->stmt, d->params ? &p.params : NULL, p.keys, p.n_keys, err);
  if (!status)
    status = follow(d, &v, &m, err);
  if (status && *out) {
    corm_result_free(*out);
    *out = NULL;
  }
  cm_arena_free(&p.arena);
  matched_free(&m);
  cm_arena_free(&v.arena);
  return status;
}

int cm_session_execute_dml(corm_result **out, corm_session *s, const corm_stmt *stmt, const corm_params *params,
                           const corm_entity *bind_entity, unsigned flags, corm_error **err) {
  cm_dml d = {.s = s, .stmt = stmt, .params = params, .flags = flags};
  int many = params && (params->rows > 1 || params->executemany);
  *out = NULL;
  d.entity = cm_source_entity(cm_kid(stmt, CM_DML_TARGET));
  int status = cm_session_conn(&d.conn, s, bind_entity ? bind_entity : d.entity, stmt, err);
  if (status)
    return status;
  if (!d.entity) /* a table, with attributes of entities in its expressions */
    return cm_dml_run(out, &d, stmt, params, params ? params->names : NULL, 0, err);
  if (stmt->kind == CORM_NODE_INSERT)
    return cm_bulk_insert(out, &d, err);
  if (many && stmt->kind == CORM_NODE_UPDATE)
    return cm_bulk_update(out, &d, err);
  return can_return(&d) ? by_returning(out, &d, err) : by_criteria(out, &d, err);
}
