#include "schema/build.h"
#include <cormorant/expr.h>

/* The columns inside an expression, left to right; returns how many there are, writes at most cap. */
static size_t columns_in(const corm_node *x, corm_column **out, size_t cap) {
  corm_column *c = corm_node_peek_column(x);
  size_t n = 0;
  if (c) {
    if (cap)
      *out = c;
    return 1;
  }
  for (size_t i = 0; i < corm_node_peek_kids(x); i++) {
    const corm_node *kid = corm_node_peek_kid(x, i);
    if (kid)
      n += columns_in(kid, out ? out + (n < cap ? n : cap) : NULL, n < cap ? cap - n : 0);
  }
  return n;
}

static size_t columns_of(const corm_index *x, corm_column **out, size_t cap) {
  size_t n = 0;
  for (size_t i = 0; i < x->n; i++)
    n += columns_in(x->exprs[i], out ? out + (n < cap ? n : cap) : NULL, n < cap ? cap - n : 0);
  return n;
}

static int name_it(corm_index *x, const char *given, corm_error **err) {
  cm_naming naming = {.table = x->table, .given = given};
  corm_column **columns = NULL;
  naming.n = columns_of(x, NULL, 0);
  columns = cm_schema_zero(x->table->catalog->schema, (naming.n ? naming.n : 1) * sizeof *columns);
  if (!columns)
    return cm_fail_memory(err);
  columns_of(x, columns, naming.n);
  naming.columns = columns;
  if (!given && !naming.n)
    return cm_fail(err, CORM_EARGUMENT, "an index of table \"%s\" without columns needs a name", x->table->name);
  return cm_name_by_convention(&x->name, &naming, err);
}

static int copy_ops(corm_index *x, corm_schema *s, const corm_index_def *d) {
  if (!d->ops)
    return 1;
  x->ops = cm_schema_zero(s, d->n * sizeof *x->ops);
  for (size_t i = 0; x->ops && i < d->n; i++)
    if (!cm_schema_text(s, &x->ops[i], d->ops[i]))
      return 0;
  return x->ops != NULL;
}

static int copy_options(corm_index *x, corm_schema *s, const corm_index_def *d) {
  x->flags = d->flags;
  x->n_include = d->n_include;
  return cm_schema_text(s, &x->method, d->method) && cm_schema_text(s, &x->with, d->with) &&
         cm_schema_text(s, &x->tablespace, d->tablespace) &&
         cm_schema_pointers(s, &x->include, d->include, d->n_include) && copy_ops(x, s, d);
}

static int fill(corm_index *x, corm_table *t, const corm_index_def *d, corm_error **err) {
  corm_schema *s = t->catalog->schema;
  int status = CORM_OK;
  x->table = t;
  x->unique = d->unique;
  x->n = d->n;
  x->exprs = cm_schema_zero(s, d->n * sizeof *x->exprs);
  if (!x->exprs || !copy_options(x, s, d))
    return cm_fail_memory(err);
  for (size_t i = 0; i < d->n && !status; i++) {
    const corm_expr *e = NULL;
    status = cm_schema_adopt(&e, s, d->exprs[i], 1, err);
    x->exprs[i] = (corm_expr *)(uintptr_t)e;
  }
  if (!status && d->where)
    status = cm_schema_adopt(&x->where, s, d->where, 1, err);
  if (!status && d->postgresql_where)
    status = cm_schema_adopt(&x->postgresql_where, s, d->postgresql_where, 1, err);
  return status ? status : name_it(x, d->name, err);
}

int corm_table_add_index(corm_index **out, corm_table *t, const corm_index_def *def, corm_error **err) {
  corm_index_def d;
  corm_index *x = NULL;
  int status = cm_def_read(&d, sizeof d, def, err);
  if (status)
    return status;
  if (!d.n || !d.exprs)
    return cm_fail(err, CORM_EARGUMENT, "an index of table \"%s\" needs a column or an expression", t->name);
  x = cm_schema_zero(t->catalog->schema, sizeof *x);
  status = x ? fill(x, t, &d, err) : cm_fail_memory(err);
  if (!status && !cm_schema_append(t->catalog->schema, &t->indexes, &t->n_indexes, x))
    status = cm_fail_memory(err);
  if (!status)
    *out = x;
  return status;
}

const char *corm_index_peek_name(const corm_index *x) { return x->name; }
size_t corm_table_peek_indexes(const corm_table *t) { return t->n_indexes; }
corm_index *corm_table_peek_index(const corm_table *t, size_t i) { return i < t->n_indexes ? t->indexes[i] : NULL; }
