/* create_all, drop_all: types, then tables in order of their foreign keys, then the foreign keys of tables that refer
 * to each other; and the way back. */
#include "engine/conn.h"
#include "schema/schema.h"
#include <string.h>

typedef struct change {
  corm_conn *conn;
  const corm_catalog *catalog;
  corm_table *const *only; /* types: of these tables; NULL: of the whole catalog */
  size_t n_only;
  corm_table **tables; /* to be changed: in order of definition, then sorted */
  size_t n;
  corm_table **cyclic; /* those among them that refer to each other */
  size_t n_cyclic;
  int checkfirst, drop, alters, alone; /* alters: constraints can be added later; alone: one table, by itself */
  cm_arena arena;
} change;

static int run_node(const change *x, corm_stmt *stmt, corm_error **err) {
  corm_result *r = NULL;
  int status = corm_conn_execute(&r, x->conn, stmt, NULL, CORM_EXEC_NO_CACHE, err);
  corm_result_free(r);
  corm_node_unref(stmt);
  return status;
}

static uint64_t features_of(const change *x) { return cm_engine_dialect_def(x->conn->engine)->features; }

static int is_in(corm_table *const *tables, size_t n, const corm_table *t) {
  for (size_t i = 0; i < n; i++)
    if (tables[i] == t)
      return 1;
  return 0;
}

/* ---- Types ----------------------------------------------------------------------------------------------- */

static const corm_type *type_of(const change *x, const corm_column *column) {
  return cm_type_in(column->type, cm_engine_dialect_def(x->conn->engine)->name);
}

static int is_own_type(const corm_type *t) { return t && t->kind == CORM_TYPE_ENUM && t->flags & CORM_TYPE_NATIVE; }

static int is_same_type(const corm_type *a, const corm_type *b) {
  return a == b || (is_own_type(a) && is_own_type(b) && a->name && b->name && strcmp(a->name, b->name) == 0);
}

/* Whether a column before this one has the type too. */
static int was_met(const change *x, const corm_column *column) {
  size_t n = x->only ? x->n_only : x->catalog->n_tables;
  for (size_t i = 0; i < n; i++) {
    const corm_table *t = x->only ? x->only[i] : x->catalog->tables[i];
    for (size_t k = 0; k < t->n_columns; k++) {
      if (t->columns[k] == column)
        return 0;
      if (is_same_type(type_of(x, t->columns[k]), type_of(x, column)))
        return 1;
    }
  }
  return 0;
}

static int change_type(const change *x, const corm_column *column, corm_error **err) {
  const corm_type *type = type_of(x, column);
  int there = x->drop, status = CORM_OK;
  if (!is_own_type(type) || was_met(x, column))
    return CORM_OK;
  if (x->checkfirst && type->name)
    status = corm_conn_has_type(x->conn, NULL, type->name, &there, err);
  if (status || there != x->drop)
    return status;
  return run_node(x, x->drop ? corm_drop_type(column) : corm_create_type(column), err);
}

static int change_types(const change *x, corm_error **err) {
  size_t n = x->only ? x->n_only : x->catalog->n_tables;
  int status = CORM_OK;
  if (!(features_of(x) & CORM_DIALECT_ENUM_TYPES))
    return CORM_OK;
  for (size_t i = 0; !status && i < n; i++) {
    const corm_table *t = x->only ? x->only[i] : x->catalog->tables[i];
    for (size_t k = 0; !status && k < t->n_columns; k++)
      status = change_type(x, t->columns[k], err);
  }
  return status;
}

/* ---- Foreign keys that are added later and dropped before ------------------------------------------------ */

static int is_later(const change *x, const corm_constraint *c) {
  if (c->kind != CORM_FOREIGN_KEY)
    return 0;
  return c->flags & CORM_CONSTRAINT_USE_ALTER || is_in(x->cyclic, x->n_cyclic, c->table);
}

static int change_constraints(const change *x, corm_error **err) {
  int status = CORM_OK;
  for (size_t i = 0; x->alters && !x->alone && !status && i < x->n; i++)
    for (size_t k = 0; !status && k < x->tables[i]->n_constraints; k++) {
      const corm_constraint *c = x->tables[i]->constraints[k];
      if (is_later(x, c) && (!x->drop || corm_constraint_peek_name(c) || c->flags & CORM_CONSTRAINT_USE_ALTER))
        status = run_node(x, x->drop ? corm_drop_constraint(c) : corm_add_constraint(c), err);
    }
  return status;
}

/* A cycle whose foreign keys have no names cannot be taken apart. */
static int check_cycles(const change *x, corm_error **err) {
  for (size_t i = 0; x->drop && x->alters && i < x->n_cyclic; i++)
    for (size_t k = 0; k < x->cyclic[i]->n_constraints; k++) {
      corm_constraint *c = x->cyclic[i]->constraints[k];
      const corm_table *to = c->kind == CORM_FOREIGN_KEY ? cm_constraint_referred(c) : NULL;
      if (to && to != c->table && !corm_constraint_peek_name(c) && is_in(x->cyclic, x->n_cyclic, to))
        return cm_fail(
            err, CORM_ECIRCULAR,
            "tables \"%s\" and \"%s\" refer to each other, and the foreign key from the first has no name to "
            "be dropped by: name it",
            c->table->full_name, to->full_name);
    }
  return CORM_OK;
}

/* ---- Tables ---------------------------------------------------------------------------------------------- */

static int add_comments(const change *x, const corm_table *t, corm_error **err) {
  int status = CORM_OK;
  if (!(features_of(x) & CORM_DIALECT_COMMENTS))
    return CORM_OK;
  if (t->comment)
    status = run_node(x, corm_comment_on_table(t), err);
  for (size_t i = 0; !status && i < t->n_columns; i++)
    if (t->columns[i]->comment)
      status = run_node(x, corm_comment_on_column(t->columns[i]), err);
  return status;
}

static int create_table(const change *x, const corm_table *t, corm_error **err) {
  int keyless = x->alters && is_in(x->cyclic, x->n_cyclic, t);
  int status = run_node(x, keyless ? corm_create_table_without_keys(t) : corm_create_table(t, 0), err);
  for (size_t i = 0; !status && i < t->n_indexes; i++)
    status = run_node(x, corm_create_index(t->indexes[i], 0), err);
  return status ? status : add_comments(x, t, err);
}

static int change_tables(const change *x, corm_error **err) {
  int status = CORM_OK;
  for (size_t i = 0; !status && i < x->n; i++) {
    const corm_table *t = x->tables[x->drop ? x->n - 1 - i : i];
    status = x->drop ? run_node(x, corm_drop_table(t, 0), err) : create_table(x, t, err);
  }
  return status;
}

/* ---- All ------------------------------------------------------------------------------------------------- */

/* All questions about tables come before the first change, in order of definition. */
static int look_for_tables(change *x, corm_table *const *wanted, size_t n_wanted, corm_error **err) {
  int status = CORM_OK;
  for (size_t i = 0; !status && i < x->catalog->n_tables; i++) {
    corm_table *t = x->catalog->tables[i];
    int there = x->drop;
    if (wanted && !is_in(wanted, n_wanted, t))
      continue;
    if (x->checkfirst)
      status = corm_conn_has_table(x->conn, t->schema_name, t->name, &there, err);
    if (!status && there == x->drop)
      x->tables[x->n++] = t;
  }
  return status;
}

static int sort_tables(change *x, corm_error **err) {
  if (x->alone)
    return CORM_OK;
  if (x->n)
    memcpy(x->cyclic, x->tables, x->n * sizeof *x->cyclic);
  x->n_cyclic = cm_tables_cycles(x->cyclic, x->n);
  cm_tables_sort(x->tables, x->n);
  return check_cycles(x, err);
}

static int make_room(change *x, corm_error **err) {
  size_t n = x->catalog->n_tables + 1;
  x->tables = cm_arena_alloc(&x->arena, n * sizeof *x->tables);
  x->cyclic = cm_arena_alloc(&x->arena, n * sizeof *x->cyclic);
  return x->tables && x->cyclic ? CORM_OK : cm_fail_memory(err);
}

static int carry_out(const change *x, corm_error **err) {
  int (*const create[])(const change *, corm_error **) = {change_types, change_tables, change_constraints};
  int (*const drop[])(const change *, corm_error **) = {change_constraints, change_tables, change_types};
  int status = CORM_OK;
  for (size_t i = 0; !status && i < 3; i++)
    status = x->drop ? drop[i](x, err) : create[i](x, err);
  return status;
}

static int change_all(change *x, corm_table *const *wanted, size_t n, corm_error **err) {
  int status = make_room(x, err);
  x->alters = (features_of(x) & CORM_DIALECT_ALTER_CONSTRAINTS) != 0;
  if (!status)
    status = cm_conn_autobegin(x->conn, err);
  if (!status)
    status = look_for_tables(x, wanted, n, err);
  if (!status)
    status = sort_tables(x, err);
  if (!status && (!x->alone || x->n))
    status = carry_out(x, err);
  cm_arena_free(&x->arena);
  return status;
}

int corm_conn_create_all(corm_conn *c, corm_catalog *k, corm_table *const *tables, size_t n, int checkfirst,
                         corm_error **err) {
  change x = {.conn = c, .catalog = k, .checkfirst = checkfirst};
  return change_all(&x, tables, n, err);
}

int corm_conn_drop_all(corm_conn *c, corm_catalog *k, corm_table *const *tables, size_t n, int checkfirst,
                       corm_error **err) {
  change x = {.conn = c, .catalog = k, .checkfirst = checkfirst, .drop = 1};
  return change_all(&x, tables, n, err);
}

static int change_one(corm_conn *c, corm_table *t, int checkfirst, int drop, corm_error **err) {
  change x = {.conn = c, .catalog = t->catalog, .only = &t, .n_only = 1, .checkfirst = checkfirst, .drop = drop};
  x.alone = 1;
  return change_all(&x, &t, 1, err);
}

int corm_conn_create_table(corm_conn *c, corm_table *t, int checkfirst, corm_error **err) {
  return change_one(c, t, checkfirst, 0, err);
}

int corm_conn_drop_table(corm_conn *c, corm_table *t, int checkfirst, corm_error **err) {
  return change_one(c, t, checkfirst, 1, err);
}

static int change_engine(corm_engine *e, corm_catalog *k, int drop, corm_error **err) {
  corm_conn *c = NULL;
  int status = corm_conn_acquire(&c, e, err);
  if (!status)
    status = drop ? corm_conn_drop_all(c, k, NULL, 0, 1, err) : corm_conn_create_all(c, k, NULL, 0, 1, err);
  if (!status)
    status = corm_conn_commit(c, err);
  corm_conn_release(c);
  return status;
}

int corm_engine_create_all(corm_engine *e, corm_catalog *k, corm_error **err) { return change_engine(e, k, 0, err); }
int corm_engine_drop_all(corm_engine *e, corm_catalog *k, corm_error **err) { return change_engine(e, k, 1, err); }
