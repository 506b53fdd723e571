#include "schema/build.h"
#include <string.h>

static int full_name(corm_schema *s, char **out, const char *schema_name, const char *name) {
  size_t head = schema_name ? strlen(schema_name) : 0, tail = strlen(name);
  char *p = NULL;
  if (!head)
    return cm_schema_text(s, out, name);
  p = cm_schema_zero(s, head + tail + 2);
  if (!p)
    return 0;
  memcpy(p, schema_name, head);
  p[head] = '.';
  memcpy(p + head + 1, name, tail);
  *out = p;
  return 1;
}

/* An empty schema name says: none, whatever the catalog's is. */
static const char *schema_of(const corm_catalog *c, const corm_table_def *d) {
  const char *name = d->schema_name ? d->schema_name : c->names.schema_name;
  return name && *name ? name : NULL;
}

static int fill(corm_table *t, corm_catalog *c, const corm_table_def *d) {
  corm_schema *s = c->schema;
  const char *schema_name = schema_of(c, d);
  t->catalog = c;
  t->quote = d->quote;
  t->flags = d->flags;
  return cm_schema_text(s, &t->name, d->name) && cm_schema_text(s, &t->schema_name, schema_name) &&
         cm_schema_text(s, &t->comment, d->comment) && cm_schema_text(s, &t->prefixes, d->prefixes) &&
         cm_schema_text(s, &t->suffix, d->suffix) && full_name(s, &t->full_name, schema_name, d->name);
}

/* Later than any table of the catalog. */
static size_t next_index(const corm_catalog *c) { return c->n_tables ? c->tables[c->n_tables - 1]->index + 1 : 0; }

int corm_catalog_define(corm_table **out, corm_catalog *c, const corm_table_def *def, corm_error **err) {
  corm_schema *s = c->schema;
  corm_table_def d;
  corm_table *t = NULL;
  int status = cm_def_read(&d, sizeof d, def, err);
  if (status)
    return status;
  if (!d.name || !*d.name)
    return cm_fail(err, CORM_EARGUMENT, "a table needs a name");
  t = cm_schema_zero(s, sizeof *t);
  if (!t || !fill(t, c, &d))
    return cm_fail_memory(err);
  if (cm_map_get(&c->by_name, t->full_name))
    return cm_fail(err, CORM_EINVALID, "table \"%s\" is already defined in this catalog", t->full_name);
  t->index = next_index(c);
  if (!cm_schema_reserve(s, &c->tables, c->n_tables) || !cm_schema_reserve(s, &s->all_tables, s->n_all_tables) ||
      !cm_schema_put(s, &c->by_name, t->full_name, t))
    return cm_fail_memory(err);
  cm_schema_push(&s->all_tables, &s->n_all_tables, t);
  cm_schema_push(&c->tables, &c->n_tables, t);
  *out = t;
  return CORM_OK;
}

const char *corm_table_peek_name(const corm_table *t) { return t->name; }
const char *corm_table_peek_schema_name(const corm_table *t) { return t->schema_name; }
corm_catalog *corm_table_peek_catalog(const corm_table *t) { return t->catalog; }
size_t corm_table_peek_columns(const corm_table *t) { return t->n_columns; }
corm_column *corm_table_peek_column(const corm_table *t, size_t i) { return i < t->n_columns ? t->columns[i] : NULL; }
corm_column *corm_table_peek_column_named(const corm_table *t, const char *key) { return cm_map_get(&t->by_key, key); }
