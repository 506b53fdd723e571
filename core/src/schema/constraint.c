#include "schema/build.h"
#include <string.h>

static const char *kind_name(int kind) {
  static const char *const names[] = {"constraint", "primary key", "unique constraint", "check", "foreign key"};
  return kind >= CORM_PRIMARY_KEY && kind <= CORM_FOREIGN_KEY ? names[kind] : names[0];
}

/* ---- Making one ---- */

static int check_columns(const corm_table *t, const corm_constraint_def *d, corm_error **err) {
  for (size_t i = 0; i < d->n; i++) {
    if (!d->columns || !d->columns[i])
      return cm_fail(err, CORM_EARGUMENT, "column %zu of a %s of table \"%s\" is missing", i + 1, kind_name(d->kind),
                     t->name);
    if (d->columns[i]->table != t)
      return cm_fail(err, CORM_EARGUMENT, "a %s of table \"%s\" cannot have column \"%s\" of table \"%s\"",
                     kind_name(d->kind), t->name, d->columns[i]->name, d->columns[i]->table->name);
  }
  return CORM_OK;
}

static int check_references(const corm_table *t, const corm_constraint_def *d, corm_error **err) {
  if (!d->n)
    return cm_fail(err, CORM_EARGUMENT, "a foreign key of table \"%s\" has no columns", t->name);
  if (!d->refs == !d->ref_columns)
    return cm_fail(err, CORM_EARGUMENT,
                   "a foreign key of table \"%s\" needs either the names of the referenced columns or the columns",
                   t->name);
  for (size_t i = 0; i < d->n; i++)
    if (d->refs ? !d->refs[i] : !d->ref_columns[i])
      return cm_fail(err, CORM_EARGUMENT, "foreign key column \"%s.%s\" has no reference", t->name,
                     d->columns[i]->name);
  return CORM_OK;
}

static int check(const corm_table *t, const corm_constraint_def *d, corm_error **err) {
  int status = CORM_OK;
  if (d->kind < CORM_PRIMARY_KEY || d->kind > CORM_FOREIGN_KEY)
    return cm_fail(err, CORM_EARGUMENT, "there is no kind of constraint with the number %d", d->kind);
  if (d->kind == CORM_CHECK && !d->check)
    return cm_fail(err, CORM_EARGUMENT, "a check of table \"%s\" has no condition", t->name);
  if (d->kind != CORM_CHECK && d->check)
    return cm_fail(err, CORM_EARGUMENT, "a %s of table \"%s\" cannot have a condition", kind_name(d->kind), t->name);
  status = check_columns(t, d, err);
  if (!status && d->kind == CORM_FOREIGN_KEY)
    return check_references(t, d, err);
  if (!status && (d->refs || d->ref_columns))
    return cm_fail(err, CORM_EARGUMENT, "a %s of table \"%s\" refers to nothing", kind_name(d->kind), t->name);
  return status;
}

static int fill_references(corm_constraint *c, corm_schema *s, const corm_constraint_def *d) {
  if (d->kind != CORM_FOREIGN_KEY)
    return 1;
  if (d->ref_columns)
    return cm_schema_pointers(s, &c->targets, d->ref_columns, d->n);
  c->targets = cm_schema_zero(s, d->n * sizeof(corm_column *));
  c->refs = cm_schema_zero(s, d->n * sizeof *c->refs);
  if (!c->targets || !c->refs)
    return 0;
  for (size_t i = 0; i < d->n; i++)
    if (!cm_schema_text(s, &c->refs[i], d->refs[i]))
      return 0;
  return 1;
}

static int name_it(corm_constraint *c, corm_error **err) {
  cm_naming naming = {c->table, c->kind, c->name, c->columns, c->n, c->refs, c->targets};
  if (c->flags & CORM_CONSTRAINT_FINAL_NAME)
    c->final_name = c->name;
  return c->flags & CORM_CONSTRAINT_FINAL_NAME ? CORM_OK : cm_name_by_convention(&c->final_name, &naming, err);
}

static int fill(corm_constraint *c, corm_table *t, const corm_constraint_def *d, corm_error **err) {
  corm_schema *s = t->catalog->schema;
  int status = CORM_OK;
  c->kind = d->kind;
  c->table = t;
  c->n = d->n;
  c->deferrable = d->deferrable;
  c->flags = d->flags;
  if (!cm_schema_text(s, &c->name, d->name) || !cm_schema_pointers(s, &c->columns, d->columns, d->n) ||
      !fill_references(c, s, d) || !cm_schema_text(s, &c->ondelete, d->ondelete) ||
      !cm_schema_text(s, &c->onupdate, d->onupdate) || !cm_schema_text(s, &c->initially, d->initially) ||
      !cm_schema_text(s, &c->match, d->match))
    return cm_fail_memory(err);
  if (d->check)
    status = cm_schema_adopt(&c->check, s, d->check, 0, err);
  return status ? status : name_it(c, err);
}

static int make(corm_constraint **out, corm_table *t, const corm_constraint_def *d, corm_error **err) {
  corm_constraint *c = cm_schema_zero(t->catalog->schema, sizeof *c);
  int status = c ? fill(c, t, d, err) : cm_fail_memory(err);
  if (!status && !cm_schema_reserve(t->catalog->schema, &t->constraints, t->n_constraints))
    status = cm_fail_memory(err);
  if (!status)
    *out = c;
  return status;
}

/* ---- The primary key ---- */

/* The replaced constraint itself stays: it is only no longer the table's. */
static void place_key(corm_table *t, corm_constraint *key) {
  size_t i = 0;
  while (i < t->n_constraints && t->constraints[i] != t->primary_key)
    i++;
  t->primary_key = key;
  if (i < t->n_constraints)
    t->constraints[i] = key;
  else
    cm_schema_push(&t->constraints, &t->n_constraints, key);
}

/* The key so far, with the column behind it. Its name may hold the columns' names, so it is made anew. */
int cm_table_extend_key(corm_table *t, corm_column *column, corm_error **err) {
  corm_constraint *old = t->primary_key, *key = NULL;
  size_t n = old ? old->n : 0;
  corm_constraint_def d = {.size = sizeof d, .kind = CORM_PRIMARY_KEY, .n = n + 1};
  corm_column **columns = cm_schema_zero(t->catalog->schema, (n + 1) * sizeof *columns);
  int status = columns ? CORM_OK : cm_fail_memory(err);
  if (status)
    return status;
  if (n)
    memcpy(columns, old->columns, n * sizeof *columns);
  columns[n] = column;
  d.columns = columns;
  d.name = old ? old->name : NULL;
  d.flags = old ? old->flags : 0;
  status = make(&key, t, &d, err);
  if (!status)
    place_key(t, key);
  return status;
}

static void mark_key_columns(corm_table *t, const corm_constraint *key) {
  for (size_t i = 0; i < t->n_columns; i++)
    t->columns[i]->flags &= ~CORM_COLUMN_PRIMARY_KEY;
  for (size_t i = 0; i < key->n; i++)
    key->columns[i]->flags |= CORM_COLUMN_PRIMARY_KEY | CORM_COLUMN_NOT_NULL;
}

/* A key that names no columns takes those that were marked: it is there for its name. */
static void default_key_columns(const corm_table *t, corm_constraint_def *d) {
  if (d->n || !t->primary_key)
    return;
  d->columns = t->primary_key->columns;
  d->n = t->primary_key->n;
}

/* ---- Adding ---- */

static void mark_foreign_columns(corm_constraint *c) {
  for (size_t i = 0; i < c->n; i++)
    if (!c->columns[i]->foreign_key)
      c->columns[i]->foreign_key = c;
}

int corm_table_add_constraint(corm_constraint **out, corm_table *t, const corm_constraint_def *def, corm_error **err) {
  corm_constraint_def d;
  corm_constraint *c = NULL;
  int status = cm_def_read(&d, sizeof d, def, err);
  if (!status && d.kind == CORM_PRIMARY_KEY)
    default_key_columns(t, &d);
  if (!status)
    status = check(t, &d, err);
  if (!status)
    status = make(&c, t, &d, err);
  if (status)
    return status;
  if (c->kind == CORM_PRIMARY_KEY) {
    mark_key_columns(t, c);
    place_key(t, c);
  } else {
    cm_schema_push(&t->constraints, &t->n_constraints, c);
  }
  if (c->kind == CORM_FOREIGN_KEY)
    mark_foreign_columns(c);
  *out = c;
  return CORM_OK;
}

size_t corm_table_peek_constraints(const corm_table *t) { return t->n_constraints; }
corm_constraint *corm_table_peek_constraint(const corm_table *t, size_t i) {
  return i < t->n_constraints ? t->constraints[i] : NULL;
}
int corm_constraint_peek_kind(const corm_constraint *c) { return c->kind; }
const char *corm_constraint_peek_name(const corm_constraint *c) { return c->final_name; }
