/* What foreign keys lead to: found in the catalog when first needed, since tables may be defined in any order. */
#include "schema/build.h"
#include <string.h>

enum { USUAL_REFERENCE = 256 };

/* The parts of "schema.table.column". `schema_name` and `column` may be absent; all lie in `text`, a copy, which takes
 * memory only where it is long. */
typedef struct reference {
  char *text;
  const char *schema_name, *table, *column;
  char usual[USUAL_REFERENCE];
} reference;

static char *cut_last(char *text) {
  char *dot = strrchr(text, '.');
  if (!dot)
    return NULL;
  *dot = '\0';
  return dot + 1;
}

static int parse(reference *r, const char *ref) {
  size_t size = strlen(ref) + 1;
  char *table = NULL;
  r->text = size <= sizeof r->usual ? r->usual : cm_alloc(size);
  if (!r->text)
    return 0;
  memcpy(r->text, ref, size);
  r->column = cut_last(r->text);
  table = r->column ? cut_last(r->text) : NULL;
  r->schema_name = table ? r->text : NULL;
  r->table = table ? table : r->text;
  return 1;
}

static void forget(reference *r) {
  if (r->text != r->usual)
    cm_free(r->text);
}

static const char *wanted_key(const reference *r, const corm_column *from) { return r->column ? r->column : from->key; }

/* A column without a type takes that of the column it refers to. */
static void take_type(corm_column *from, const corm_column *target) {
  if (from->type->kind == CORM_TYPE_NULL && target->type->kind != CORM_TYPE_NULL)
    (void)corm_column_set_type(from, target->type, NULL); /* without memory it stays as it was */
}

static corm_column *find(corm_constraint *c, size_t i, const reference *r) {
  corm_table *table = corm_catalog_peek_table(c->table->catalog, r->schema_name, r->table);
  corm_column *target = table ? cm_map_get(&table->by_key, wanted_key(r, c->columns[i])) : NULL;
  if (target) {
    take_type(c->columns[i], target);
    c->targets[i] = target;
  }
  return target;
}

corm_column *cm_constraint_target(corm_constraint *c, size_t i) {
  reference r;
  corm_column *target = NULL;
  if (!c->targets || i >= c->n)
    return NULL;
  if (c->targets[i] || !c->refs)
    return c->targets[i];
  if (!parse(&r, c->refs[i]))
    return NULL;
  target = find(c, i, &r);
  forget(&r);
  return target;
}

corm_table *cm_constraint_referred(corm_constraint *c) {
  corm_column *target = c->kind == CORM_FOREIGN_KEY ? cm_constraint_target(c, 0) : NULL;
  return target ? target->table : NULL;
}

/* The names to choose the nearest from; NULL when there are none or memory fails: then nothing is suggested. */
static const char **table_names(const corm_catalog *c) {
  const char **names = c->n_tables ? cm_alloc(c->n_tables * sizeof *names) : NULL;
  for (size_t i = 0; names && i < c->n_tables; i++)
    names[i] = c->tables[i]->full_name;
  return names;
}

static const char **column_keys(const corm_table *t) {
  const char **names = t->n_columns ? cm_alloc(t->n_columns * sizeof *names) : NULL;
  for (size_t i = 0; names && i < t->n_columns; i++)
    names[i] = t->columns[i]->key;
  return names;
}

static int fail_table(const corm_constraint *c, size_t i, const reference *r, corm_error **err) {
  const corm_catalog *catalog = c->table->catalog;
  const char **names = table_names(catalog);
  const char *nearest = names ? cm_nearest(r->table, names, catalog->n_tables) : NULL;
  int status = cm_fail(err, CORM_ENOREFERENCEDTABLE,
                       "foreign key column \"%s.%s\" refers to \"%s\", and there is no table \"%s\"%s%s%s",
                       c->table->name, c->columns[i]->name, c->refs[i], r->table, nearest ? ": did you mean \"" : "",
                       nearest ? nearest : "", nearest ? "\"?" : "");
  cm_detail(err, CORM_DETAIL_NAME, r->table);
  cm_detail(err, CORM_DETAIL_NEAREST, nearest);
  cm_detail(err, CORM_DETAIL_OWNER, c->table->name);
  cm_free((void *)names);
  return status;
}

static int fail_column(const corm_constraint *c, size_t i, const corm_table *t, const reference *r, corm_error **err) {
  const char *key = wanted_key(r, c->columns[i]);
  const char **names = column_keys(t);
  const char *nearest = names ? cm_nearest(key, names, t->n_columns) : NULL;
  int status = cm_fail(err, CORM_ENOREFERENCEDCOLUMN,
                       "foreign key column \"%s.%s\" refers to \"%s\", and table \"%s\" has no column \"%s\"%s%s%s",
                       c->table->name, c->columns[i]->name, c->refs[i], t->full_name, key,
                       nearest ? ": did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?" : "");
  cm_detail(err, CORM_DETAIL_NAME, key);
  cm_detail(err, CORM_DETAIL_NEAREST, nearest);
  cm_detail(err, CORM_DETAIL_OWNER, t->name);
  cm_free((void *)names);
  return status;
}

int corm_constraint_get_target(corm_column **out, corm_constraint *c, size_t i, corm_error **err) {
  reference r;
  const corm_table *table = NULL;
  int status = CORM_OK;
  if (c->kind != CORM_FOREIGN_KEY || i >= c->n)
    return cm_fail(err, CORM_EARGUMENT, "a constraint of table \"%s\" has no reference number %zu", c->table->name, i);
  *out = cm_constraint_target(c, i);
  if (*out)
    return CORM_OK;
  if (!parse(&r, c->refs[i]))
    return cm_fail_memory(err);
  if (find(c, i, &r)) { /* memory failed above, and is back */
    *out = c->targets[i];
  } else {
    table = corm_catalog_peek_table(c->table->catalog, r.schema_name, r.table);
    status = table ? fail_column(c, i, table, &r, err) : fail_table(c, i, &r, err);
  }
  forget(&r);
  return status;
}
