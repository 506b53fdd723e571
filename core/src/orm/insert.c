/* INSERTs of one table: consecutive rows with the same columns make a batch. */
#include "orm/unit.h"

typedef struct inserter {
  cm_unit *u;
  corm_conn *conn;
  corm_table *table;
  const corm_dialect *dialect;
  uint64_t features;
  corm_value *row;             /* by column */
  uint8_t *given, *open;       /* by column: of this row, of the batch: CM_GIVEN_* */
  const cm_field_map **fields; /* by column, of the batch's first row */
  cm_work **works;             /* of the batch */
  cm_batch batch;
  size_t n_works;
  int is_open, wants_key, alone;
  size_t *by_param;             /* column of each param */
  const cm_table_map *map;      /* of the batch's first row, */
  size_t *field_param;          /* and the param of each of its fields, or SIZE_MAX */
  size_t *defaults, n_defaults; /* params that columns' defaults fill */
  corm_value *made;             /* n_defaults for each row */
  size_t *returned, n_returned; /* columns that the database gives back */
  cm_arena arena;               /* of the batch */
} inserter;

const corm_expr *cm_value_expr(const corm_record *r, const corm_value *v) {
  const corm_host *h = r->home->host;
  return v->kind == CORM_HOST && h->expression ? h->expression(h->self, v->as.h) : NULL;
}

/* ---- A row
 * -------------------------------------------------------------------------------------------------------------------
 */

/* A cell that needs no more than to be copied: most are. */
static inline int peek(const corm_record *r, int slot, corm_value *v) {
  uint8_t tag = cm_tags(r)[slot];
  unsigned kind = tag & CM_TAG_KIND;
  if ((r->flags & CM_REC_EXTERNAL) || (kind >= CORM_TEXT && kind != CORM_HOST))
    return cm_slot_peek(r, slot, v);
  *v = (corm_value){{cm_cells(r)[slot].i}, 0, (uint8_t)kind, 0, 0};
  return CORM_SLOT_LOADED;
}

/* What is absent, or None, is left to a default; a column without any goes as NULL. */
static int how_given(const corm_record *r, const cm_field_map *f, corm_value *v) {
  int state = f->slot < r->n ? peek(r, f->slot, v) : CORM_SLOT_UNSET;
  if (f->column->computed)
    return CM_GIVEN_NOT;
  if (state == CORM_SLOT_LOADED && v->kind != CORM_NULL)
    return v->kind == CORM_HOST && cm_value_expr(r, v) ? CM_GIVEN_EXPR : CM_GIVEN_VALUE;
  *v = corm_null();
  if (f->keeps_null)
    return state == CORM_SLOT_LOADED ? CM_GIVEN_VALUE : CM_GIVEN_NOT;
  return f->is_key || f->has_default || f->has_server_default ? CM_GIVEN_NOT : CM_GIVEN_VALUE;
}

static const cm_table_map *read_row(inserter *x, const cm_work *w) {
  const cm_table_map *m = cm_shape_table(w->shape, x->table);
  memset(x->given, 0, x->table->n_columns + 1);
  x->alone = 0;
  for (size_t i = 0; m && i < m->n; i++) {
    size_t c = m->fields[i].column->index;
    x->given[c] = (uint8_t)how_given(w->record, &m->fields[i], &x->row[c]);
    x->alone |= x->given[c] == CM_GIVEN_EXPR;
  }
  return m;
}

/* ---- Opening a batch
 * ------------------------------------------------------------------------------------------------------------- */

static corm_node *with_exprs(inserter *x, const cm_work *w, corm_node *stmt) {
  for (size_t c = 0; x->alone && c < x->table->n_columns; c++)
    if (x->given[c] == CM_GIVEN_EXPR)
      stmt = corm_set(stmt, x->table->columns[c]->key, corm_node_ref(cm_value_expr(w->record, &x->row[c])));
  return stmt;
}

/* Whether a column of the server's has no value that we know: nothing was given, or an expression. */
static int is_unknown(const uint8_t *given, const cm_field_map *f) {
  int how = given[f->column->index];
  return f->has_server_default && (!how || how == CM_GIVEN_EXPR);
}

static int is_asked_back(const uint8_t *given, const cm_table_map *m, const cm_field_map *f) {
  return !m->lazy_defaults && is_unknown(given, f);
}

/* Columns whose value the database makes: asked back where the dialect can, with the key when it is made there too. */
static corm_node *with_returning(inserter *x, const cm_table_map *m, const corm_source *source, corm_node *stmt,
                                 corm_error **err, int *status) {
  corm_node **nodes = cm_arena_zero(&x->arena, (m->n + 1) * sizeof(corm_node *));
  size_t wanted = 0;
  x->returned = cm_arena_zero(&x->arena, (m->n + 1) * sizeof *x->returned);
  x->n_returned = 0;
  if (!nodes || !x->returned) {
    *status = cm_fail_memory(err);
    return stmt;
  }
  for (size_t i = 0; i < m->n; i++)
    wanted += (size_t)is_asked_back(x->given, m, &m->fields[i]);
  if (x->wants_key && x->features & CORM_DIALECT_RETURNING_KEY)
    wanted++;
  if (!wanted || !(x->features & CORM_DIALECT_INSERT_RETURNING))
    return stmt;
  for (size_t i = 0; i < m->n; i++) {
    const cm_field_map *f = &m->fields[i];
    if (!is_asked_back(x->given, m, f) && (x->given[f->column->index] || !f->is_generated))
      continue;
    nodes[x->n_returned] = corm_col_of(source, f->column);
    x->returned[x->n_returned++] = f->column->index;
  }
  return corm_returning_n(stmt, nodes, x->n_returned);
}

static int note_default(void *ctx, size_t row, const corm_value *by_param, corm_error **err) {
  inserter *x = ctx;
  (void)err;
  for (size_t i = 0; i < x->n_defaults; i++)
    x->made[row * x->n_defaults + i] = by_param[x->defaults[i]];
  return CORM_OK;
}

static int place_params(inserter *x, corm_error **err) {
  const corm_compiled *c = x->batch.compiled;
  x->by_param = cm_arena_zero(&x->arena, (c->n_params + 1) * sizeof *x->by_param);
  x->defaults = cm_arena_zero(&x->arena, (c->n_params + 1) * sizeof *x->defaults);
  x->n_defaults = 0;
  x->field_param = cm_arena_zero(&x->arena, (x->map->n + 1) * sizeof *x->field_param);
  if (!x->by_param || !x->defaults || !x->field_param)
    return cm_fail_memory(err);
  for (size_t i = 0; i < c->n_params; i++) {
    const corm_column *column = c->params[i].column;
    x->by_param[i] = column ? column->index : SIZE_MAX;
    if (column && x->given[column->index] == CM_GIVEN_NOT)
      x->defaults[x->n_defaults++] = i;
  }
  for (size_t f = 0; f < x->map->n; f++) {
    x->field_param[f] = SIZE_MAX;
    for (size_t i = 0; i < c->n_params; i++)
      if (x->by_param[i] == x->map->fields[f].column->index)
        x->field_param[f] = i;
  }
  return CORM_OK;
}

static int open_batch(inserter *x, const cm_work *w, const cm_table_map *m, corm_error **err) {
  corm_source *source = corm_from(x->table);
  corm_node *stmt = with_exprs(x, w, corm_insert(source));
  const char **keys = cm_arena_zero(&x->arena, (m->n + 1) * sizeof *keys);
  size_t n = 0;
  int status = keys ? CORM_OK : cm_fail_memory(err);
  x->wants_key = 0;
  x->map = m;
  for (size_t i = 0; !status && i < m->n; i++) {
    const corm_column *c = m->fields[i].column;
    x->fields[c->index] = &m->fields[i];
    if (x->given[c->index] == CM_GIVEN_VALUE)
      keys[n++] = c->key;
    x->wants_key |= m->fields[i].is_generated && !x->given[c->index];
  }
  if (!status)
    stmt = with_returning(x, m, source, stmt, err, &status);
  corm_node_unref(source);
  memcpy(x->open, x->given, x->table->n_columns + 1);
  x->is_open = 1;
  x->batch.stmt = stmt;
  if (!status)
    status = cm_batch_open(&x->batch, x->conn, x->table, stmt, keys, n, err);
  return status ? status : place_params(x, err);
}

static int add_row(inserter *x, cm_work *w, corm_error **err) {
  corm_value *to = cm_batch_row(&x->batch);
  if (!to)
    return cm_fail_memory(err);
  for (size_t i = 0; i < x->batch.compiled->n_params; i++)
    if (x->by_param[i] != SIZE_MAX && x->given[x->by_param[i]])
      to[i] = x->row[x->by_param[i]];
  x->works[x->n_works++] = w;
  return CORM_OK;
}

/* ---- What comes back
 * --------------------------------------------------------------------------------------------------------------- */

static int store_key(inserter *x, size_t row, corm_error **err) {
  const corm_constraint *key = x->table->primary_key;
  for (size_t i = 0; i < key->n; i++) {
    const cm_field_map *f = x->fields[key->columns[i]->index];
    const corm_value v = corm_int(x->batch.keys[row]);
    if (f && f->is_generated)
      return cm_slot_store(x->works[row]->record, f->slot, &v, err);
  }
  return CORM_OK;
}

static int slot_of(const inserter *x, size_t row, size_t column) {
  const cm_table_map *m = cm_shape_table(x->works[row]->shape, x->table);
  for (size_t i = 0; i < m->n; i++)
    if (m->fields[i].column->index == column)
      return m->fields[i].slot;
  return -1;
}

static int store_defaults(inserter *x, size_t row, corm_error **err) {
  int status = CORM_OK;
  for (size_t i = 0; !status && i < x->n_defaults; i++) {
    int slot = slot_of(x, row, x->by_param[x->defaults[i]]);
    if (slot >= 0)
      status = cm_store_copy(x->works[row]->record, slot, &x->made[row * x->n_defaults + i], err);
  }
  return status;
}

static int store_returned(inserter *x, size_t row, const corm_value *cells, corm_error **err) {
  const corm_host *h = x->works[row]->record->home->host;
  int status = CORM_OK;
  for (size_t i = 0; !status && i < x->n_returned; i++) {
    int slot = slot_of(x, row, x->returned[i]);
    const corm_type *type = x->table->columns[x->returned[i]]->type;
    corm_value v = cells[i];
    if (slot < 0)
      continue;
    if (type->flags & CORM_TYPE_HOST_RESULT)
      status = h->result ? h->result(h->self, type, x->dialect, &cells[i], &v, err)
                         : cm_fail(err, CORM_EUNSUPPORTED, "the host cannot convert the values of column \"%s\"",
                                   x->table->columns[x->returned[i]]->name);
    if (!status)
      status = cm_slot_store(x->works[row]->record, slot, &v, err);
  }
  return status;
}

/* Values that only the database knows, and were not asked back, are read when they are needed. */
static void expire_unknown(inserter *x, size_t row) {
  const cm_table_map *m = cm_shape_table(x->works[row]->shape, x->table);
  for (size_t i = 0; i < m->n; i++) {
    const cm_field_map *f = &m->fields[i];
    int how = x->open[f->column->index];
    if (f->slot < x->works[row]->record->n && !f->is_key &&
        (is_unknown(x->open, f) ? !x->n_returned || m->lazy_defaults : how == CM_GIVEN_EXPR))
      cm_slot_clear(x->works[row]->record, f->slot, CM_ABSENT_EXPIRED);
  }
}

static int has_unknown(const inserter *x) {
  for (size_t c = 0; c < x->table->n_columns; c++)
    if (x->fields[c] && (x->open[c] == CM_GIVEN_EXPR || (!x->open[c] && x->fields[c]->has_server_default)))
      return 1;
  return 0;
}

static int store_rows(inserter *x, const corm_value *cells, corm_error **err) {
  int status = CORM_OK, unknown = has_unknown(x);
  for (size_t row = 0; !status && row < x->n_works; row++) {
    if (x->batch.keys)
      status = store_key(x, row, err);
    if (!status && x->n_defaults)
      status = store_defaults(x, row, err);
    if (!status && cells)
      status = store_returned(x, row, cells + row * x->n_returned, err);
    if (!status && unknown)
      expire_unknown(x, row);
  }
  return status;
}

static int send(inserter *x, corm_error **err) {
  corm_value *cells = NULL;
  int status = CORM_OK;
  if (x->n_defaults) {
    x->made = cm_arena_zero(&x->arena, (x->batch.rows * x->n_defaults + 1) * sizeof *x->made);
    x->batch.resolved = note_default;
    x->batch.ctx = x;
    status = x->made ? CORM_OK : cm_fail_memory(err);
  }
  if (!status && x->wants_key && !x->n_returned && !x->batch.keys) {
    x->batch.keys = cm_alloc(x->batch.rows * sizeof *x->batch.keys);
    status = x->batch.keys ? CORM_OK : cm_fail_memory(err);
  }
  if (!status)
    status = x->n_returned ? cm_batch_fetch(&x->batch, &cells, &x->arena, err) : cm_batch_send(&x->batch, err);
  return status ? status : store_rows(x, cells, err);
}

/* A full batch with more of its kind to come stays open. */
static int send_full(inserter *x, corm_error **err) {
  int status = send(x, err);
  cm_bound_free(&x->batch.bound);
  x->batch.rows = 0;
  x->n_works = 0;
  return status;
}

static int finish(inserter *x, int status, corm_error **err) {
  if (!status && x->n_works)
    status = send(x, err);
  if (x->is_open)
    cm_batch_close(&x->batch);
  cm_arena_reset(&x->arena);
  x->is_open = 0;
  x->n_works = 0;
  return status;
}

/* ---- All
 * ------------------------------------------------------------------------------------------------------------------------------
 */

/* The usual case: one more row of the batch's own columns. 0: it is none, and nothing happened. */
static int add_alike(inserter *x, cm_work *w) {
  const cm_table_map *m = x->map;
  corm_value *to, v;
  if (!x->is_open || m != cm_shape_table(w->shape, x->table) || x->n_works == CM_BATCH_ROWS ||
      !(to = cm_batch_row(&x->batch)))
    return 0;
  for (size_t i = 0; i < m->n; i++) {
    int how = how_given(w->record, &m->fields[i], &v);
    if (how != x->open[m->fields[i].column->index] || how == CM_GIVEN_EXPR) {
      x->batch.rows--;
      return 0;
    }
    if (how)
      to[x->field_param[i]] = v;
  }
  x->works[x->n_works++] = w;
  return 1;
}

static int add(inserter *x, cm_work *w, corm_error **err) {
  int status = CORM_OK;
  if (add_alike(x, w))
    return CORM_OK;
  const cm_table_map *m = read_row(x, w);
  if (!m)
    return CORM_OK; /* its class has no row in this table */
  int same = x->is_open && !x->alone && memcmp(x->open, x->given, x->table->n_columns) == 0;
  int full = x->n_works == CM_BATCH_ROWS;
  if (same && full && !x->n_defaults && !x->n_returned)
    status = send_full(x, err);
  else if (x->is_open && (!same || full))
    status = finish(x, CORM_OK, err);
  if (!status && !x->is_open)
    status = open_batch(x, w, m, err);
  if (!status)
    status = add_row(x, w, err);
  return !status && x->alone ? finish(x, CORM_OK, err) : status;
}

int cm_insert_rows(cm_unit *u, corm_conn *conn, corm_table *t, cm_work *const *works, size_t n, corm_error **err) {
  inserter x = {.u = u, .conn = conn, .table = t};
  cm_arena own = {0};
  x.dialect = corm_engine_peek_dialect(corm_conn_peek_engine(conn));
  x.features = cm_engine_dialect_def(corm_conn_peek_engine(conn))->features;
  x.row = cm_arena_zero(&own, (t->n_columns + 1) * sizeof *x.row);
  x.given = cm_arena_zero(&own, t->n_columns + 1);
  x.open = cm_arena_zero(&own, t->n_columns + 1);
  x.fields = cm_arena_zero(&own, (t->n_columns + 1) * sizeof *x.fields);
  x.works = cm_arena_alloc(&own, (n < CM_BATCH_ROWS ? n + 1 : CM_BATCH_ROWS) * sizeof(cm_work *));
  int status = x.row && x.given && x.open && x.fields && x.works ? CORM_OK : cm_fail_memory(err);
  for (size_t i = 0; !status && i < n; i++)
    status = add(&x, works[i], err);
  status = finish(&x, status, err);
  cm_arena_free(&x.arena);
  cm_arena_free(&own);
  return status;
}
