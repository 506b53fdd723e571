/* UPDATEs of one table: changed columns alone, rows in order of their keys, consecutive ones with the same columns
 * together. */
#include "orm/unit.h"

#include <stdio.h>

typedef struct updater {
  cm_unit *u;
  corm_conn *conn;
  corm_table *table;
  corm_value *row;       /* by column */
  uint8_t *given, *open; /* by column */
  cm_work **works;
  size_t n_works;
  cm_batch batch;
  int is_open, alone, any;
  size_t *by_param;  /* column of each param that SET has */
  size_t *key_param; /* param of each key column */
  int *key_index;    /* place of each key column in the identity */
  size_t *defaults, n_defaults;
  corm_value *made;
  corm_column *version; /* asked for, or NULL */
  size_t version_param;
  cm_arena arena;
} updater;

const corm_value *cm_identity_values(const corm_record *r, corm_value *one, uint32_t *n) {
  cm_key_view view;
  cm_key_view_record(&view, r, one);
  *n = view.n;
  return view.values;
}

static void where_name(const corm_column *c, char *out, size_t cap) {
  (void)snprintf(out, cap, "%s_%s", c->table->name, c->name);
}

corm_node *cm_where_columns(corm_node *stmt, const corm_source *source, corm_column *const *columns, size_t n) {
  char name[256];
  for (size_t i = 0; i < n; i++) {
    where_name(columns[i], name, sizeof name);
    stmt = corm_where(stmt, corm_binary(CORM_OP_EQ, corm_col_of(source, columns[i]),
                                        corm_bindparam(name, NULL, columns[i]->type, CORM_BIND_REQUIRED)));
  }
  return stmt;
}

size_t cm_where_param(const corm_compiled *c, const corm_column *column) {
  char name[256];
  where_name(column, name, sizeof name);
  for (size_t i = 0; i < c->n_params; i++)
    if (!c->params[i].column && !strcmp(c->params[i].key, name))
      return i;
  return SIZE_MAX;
}

/* ---- A row
 * -------------------------------------------------------------------------------------------------------------------
 */

static int how_given(const cm_work *w, const cm_field_map *f, corm_value *v, corm_error **err, int *status) {
  const corm_record *r = w->record;
  if (f->slot >= r->n || f->column->computed)
    return CM_GIVEN_NOT;
  int state = cm_slot_peek(r, f->slot, v);
  if (w->insert ? state != CORM_SLOT_LOADED || f->is_key : !cm_slot_changed(r, f->slot))
    return CM_GIVEN_NOT;
  if (state != CORM_SLOT_LOADED) {
    if (cm_dirty(r, f->slot)) {
      *status = cm_fail(err, CORM_ENAME, "attribute \"%s\" of class \"%s\" was deleted: set it to None instead",
                        r->home->entity->attrs[f->slot]->key, r->home->entity->name);
      cm_detail(err, CORM_DETAIL_NAME, r->home->entity->attrs[f->slot]->key);
      cm_detail(err, CORM_DETAIL_REASON, "deleted");
    }
    return CM_GIVEN_NOT;
  }
  return v->kind == CORM_HOST && cm_value_expr(r, v) ? CM_GIVEN_EXPR : CM_GIVEN_VALUE;
}

/* A row whose version is asked for goes alone. One that changed in other tables only is updated here all the same: its
 * version, which the program sets, stays. */
static int read_version(updater *x, const cm_work *w, corm_error **err) {
  size_t c = x->version->index;
  x->alone = 1;
  if (x->any || !cm_version_needs_update(w))
    return CORM_OK;
  x->given[c] = CM_GIVEN_VALUE;
  x->any = 1;
  return cm_version_read(w->record, &x->row[c], err);
}

static const cm_table_map *read_row(updater *x, const cm_work *w, corm_error **err, int *status) {
  const cm_table_map *m = cm_shape_table(w->shape, x->table);
  memset(x->given, 0, x->table->n_columns + 1);
  x->alone = x->any = 0;
  for (size_t i = 0; m && !*status && i < m->n; i++) {
    size_t c = m->fields[i].column->index;
    x->given[c] = (uint8_t)how_given(w, &m->fields[i], &x->row[c], err, status);
    x->alone |= x->given[c] == CM_GIVEN_EXPR;
    x->any |= x->given[c] != CM_GIVEN_NOT;
  }
  if (m && !*status && (x->version = cm_version_column(w->shape->entity, x->table)))
    *status = read_version(x, w, err);
  return m;
}

/* ---- A batch
 * -------------------------------------------------------------------------------------------------------------------
 */

static int note_default(void *ctx, size_t row, const corm_value *by_param, corm_error **err) {
  updater *x = ctx;
  (void)err;
  for (size_t i = 0; i < x->n_defaults; i++)
    x->made[row * x->n_defaults + i] = by_param[x->defaults[i]];
  return CORM_OK;
}

static int index_of(const cm_table_map *m, const corm_column *c) {
  for (size_t i = 0; i < m->n; i++)
    if (m->fields[i].column == c)
      return m->fields[i].key_index;
  return -1;
}

static int place_params(updater *x, const cm_table_map *m, corm_error **err) {
  const corm_compiled *c = x->batch.compiled;
  const corm_constraint *key = x->table->primary_key;
  x->by_param = cm_arena_zero(&x->arena, (c->n_params + 1) * sizeof *x->by_param);
  x->defaults = cm_arena_zero(&x->arena, (c->n_params + 1) * sizeof *x->defaults);
  x->key_param = cm_arena_zero(&x->arena, (key->n + 1) * sizeof *x->key_param);
  x->key_index = cm_arena_zero(&x->arena, (key->n + 1) * sizeof *x->key_index);
  x->n_defaults = 0;
  if (!x->by_param || !x->defaults || !x->key_param || !x->key_index)
    return cm_fail_memory(err);
  for (size_t i = 0; i < c->n_params; i++) {
    const corm_column *column = c->params[i].column;
    x->by_param[i] = column ? column->index : SIZE_MAX;
    if (column && x->given[column->index] == CM_GIVEN_NOT)
      x->defaults[x->n_defaults++] = i;
  }
  x->version_param = x->version ? cm_where_param(c, x->version) : 0;
  for (size_t i = 0; i < key->n; i++) {
    x->key_param[i] = cm_where_param(c, key->columns[i]);
    x->key_index[i] = index_of(m, key->columns[i]);
    if (x->key_param[i] == SIZE_MAX || x->key_index[i] < 0)
      return cm_fail(err, CORM_EUNSUPPORTED, "key column \"%s\" of table \"%s\" is not part of the key of class \"%s\"",
                     key->columns[i]->name, x->table->name,
                     x->works[0] ? x->works[0]->shape->entity->name : x->table->name);
  }
  return CORM_OK;
}

static int open_batch(updater *x, const cm_work *w, const cm_table_map *m, corm_error **err) {
  const char **keys = cm_arena_zero(&x->arena, (m->n + 1) * sizeof *keys);
  size_t n = 0;
  if (!keys)
    return cm_fail_memory(err);
  if (!x->table->primary_key)
    return cm_fail(err, CORM_EUNSUPPORTED, "table \"%s\" has no primary key: its rows cannot be updated",
                   x->table->name);
  corm_source *source = corm_from(x->table);
  corm_node *stmt = corm_update(source);
  for (size_t i = 0; i < m->n; i++) {
    const corm_column *c = m->fields[i].column;
    if (x->given[c->index] == CM_GIVEN_VALUE)
      keys[n++] = c->key;
    else if (x->given[c->index] == CM_GIVEN_EXPR)
      stmt = corm_set(stmt, c->key, corm_node_ref(cm_value_expr(w->record, &x->row[c->index])));
  }
  stmt = cm_where_columns(stmt, source, x->table->primary_key->columns, x->table->primary_key->n);
  if (x->version)
    stmt = cm_where_columns(stmt, source, &x->version, 1);
  corm_node_unref(source);
  memcpy(x->open, x->given, x->table->n_columns + 1);
  x->is_open = 1;
  int status = cm_batch_open(&x->batch, x->conn, x->table, stmt, keys, n, err);
  return status ? status : place_params(x, m, err);
}

static int add_row(updater *x, cm_work *w, corm_error **err) {
  corm_value *to = cm_batch_row(&x->batch), one;
  uint32_t n;
  if (!to)
    return cm_fail_memory(err);
  for (size_t i = 0; i < x->batch.compiled->n_params; i++)
    if (x->by_param[i] != SIZE_MAX && x->given[x->by_param[i]])
      to[i] = x->row[x->by_param[i]];
  const corm_value *key = cm_identity_values(w->replaces ? w->replaces : w->record, &one, &n);
  for (size_t i = 0; i < x->table->primary_key->n; i++)
    to[x->key_param[i]] = key[x->key_index[i]];
  x->works[x->n_works++] = w;
  return x->version ? cm_version_read(w->replaces ? w->replaces : w->record, &to[x->version_param], err) : CORM_OK;
}

int cm_is_made_by_update(const corm_column *c) {
  return c->computed || c->flags & CORM_COLUMN_SERVER_ONUPDATE || c->update.kind == CORM_DEFAULT_EXPR;
}

static int store_row(updater *x, size_t row, corm_error **err) {
  const cm_table_map *m = cm_shape_table(x->works[row]->shape, x->table);
  corm_record *r = x->works[row]->record;
  int status = CORM_OK;
  for (size_t i = 0; !status && i < m->n; i++) {
    const corm_column *c = m->fields[i].column;
    int slot = m->fields[i].slot, how = x->open[c->index];
    if (slot >= r->n)
      continue;
    for (size_t k = 0; !status && k < x->n_defaults; k++)
      if (x->by_param[x->defaults[k]] == c->index)
        status = cm_store_copy(r, slot, &x->made[row * x->n_defaults + k], err);
    int made = !how && cm_is_made_by_update(c);
    if (made || how == CM_GIVEN_EXPR)
      cm_slot_clear(r, slot, CM_ABSENT_EXPIRED);
    x->works[row]->reads_defaults |= made && x->works[row]->shape->entity->flags & CORM_ENTITY_EAGER_DEFAULTS;
  }
  return status;
}

static int needs_storing(const updater *x) {
  if (x->n_defaults)
    return 1;
  for (size_t i = 0; i < x->table->n_columns; i++) {
    const corm_column *c = x->table->columns[i];
    if (x->open[i] == CM_GIVEN_EXPR || cm_is_made_by_update(c))
      return 1;
  }
  return 0;
}

static int send(updater *x, corm_error **err) {
  int status = CORM_OK;
  if (x->n_defaults) {
    x->made = cm_arena_zero(&x->arena, (x->batch.rows * x->n_defaults + 1) * sizeof *x->made);
    x->batch.resolved = note_default;
    x->batch.ctx = x;
    status = x->made ? CORM_OK : cm_fail_memory(err);
  }
  if (!status)
    status = cm_batch_send(&x->batch, err);
  if (!status && x->batch.changes >= 0 && x->batch.changes != (int64_t)x->n_works)
    status = cm_fail(err, CORM_ESTALE, "the UPDATE of table '%s' was to change %zu rows and met %lld", x->table->name,
                     x->n_works, (long long)x->batch.changes);
  for (size_t row = 0; !status && row < x->n_works && needs_storing(x); row++)
    status = store_row(x, row, err);
  return status;
}

static int finish(updater *x, int status, corm_error **err) {
  if (!status && x->n_works)
    status = send(x, err);
  if (x->is_open)
    cm_batch_close(&x->batch);
  cm_arena_reset(&x->arena);
  x->is_open = 0;
  x->n_works = 0;
  return status;
}

static int add(updater *x, cm_work *w, corm_error **err) {
  int status = CORM_OK;
  const cm_table_map *m = read_row(x, w, err, &status);
  if (status || !m || !x->any)
    return status;
  if (x->is_open && (x->alone || x->n_works == CM_BATCH_ROWS || memcmp(x->open, x->given, x->table->n_columns) != 0))
    status = finish(x, CORM_OK, err);
  if (!status && !x->is_open)
    status = open_batch(x, w, m, err);
  if (!status)
    status = add_row(x, w, err);
  return !status && x->alone ? finish(x, CORM_OK, err) : status;
}

int cm_update_rows(cm_unit *u, corm_conn *conn, corm_table *t, cm_work *const *works, size_t n, corm_error **err) {
  updater x = {.u = u, .conn = conn, .table = t};
  cm_arena own = {0};
  x.row = cm_arena_zero(&own, (t->n_columns + 1) * sizeof *x.row);
  x.given = cm_arena_zero(&own, t->n_columns + 1);
  x.open = cm_arena_zero(&own, t->n_columns + 1);
  x.works = cm_arena_zero(&own, (n < CM_BATCH_ROWS ? n + 1 : CM_BATCH_ROWS) * sizeof(cm_work *));
  int status = x.row && x.given && x.open && x.works ? CORM_OK : cm_fail_memory(err);
  for (size_t i = 0; !status && i < n; i++)
    status = add(&x, works[i], err);
  status = finish(&x, status, err);
  cm_arena_free(&x.arena);
  cm_arena_free(&own);
  return status;
}
