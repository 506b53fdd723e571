#include "schema/build.h"
#include <string.h>

static int copy_default(corm_schema *s, corm_default *to, const corm_default *from, corm_error **err) {
  *to = *from;
  to->expr = NULL;
  if (from->kind < CORM_DEFAULT_NONE || from->kind > CORM_DEFAULT_EXPR)
    return cm_fail(err, CORM_EARGUMENT, "there is no kind of default with the number %d", from->kind);
  if (from->kind == CORM_DEFAULT_EXPR && !from->expr)
    return cm_fail(err, CORM_EARGUMENT, "a default that is an expression needs the expression");
  if (from->kind == CORM_DEFAULT_VALUE && !cm_schema_value(s, &to->value, &from->value))
    return cm_fail_memory(err);
  return from->kind == CORM_DEFAULT_EXPR ? cm_schema_adopt(&to->expr, s, from->expr, 0, err) : CORM_OK;
}

static int fill_texts(corm_column *c, corm_schema *s, const corm_column_def *d, corm_error **err) {
  int ok = cm_schema_text(s, &c->name, d->name) && cm_schema_text(s, &c->key, d->key ? d->key : d->name) &&
           cm_schema_text(s, &c->comment, d->comment) && cm_schema_text(s, &c->computed, d->computed);
  return ok ? CORM_OK : cm_fail_memory(err);
}

static int copy_identity(corm_column *c, corm_schema *s, const corm_identity_def *d, corm_error **err) {
  corm_identity_def *made = cm_schema_zero(s, sizeof *made);
  c->identity = made;
  return made ? cm_def_read(made, sizeof *made, d, err) : cm_fail_memory(err);
}

static int fill(corm_column *c, corm_table *t, const corm_column_def *d, corm_error **err) {
  corm_schema *s = t->catalog->schema;
  int status = fill_texts(c, s, d, err);
  c->table = t;
  c->index = t->n_columns;
  c->flags = d->flags & CORM_COLUMN_PRIMARY_KEY ? d->flags | CORM_COLUMN_NOT_NULL : d->flags;
  c->quote = d->quote;
  c->computed_persisted = d->computed_persisted;
  c->type = d->type ? d->type : corm_type_plain(CORM_TYPE_NULL);
  if (!status && d->identity)
    status = copy_identity(c, s, d->identity, err);
  if (!status)
    status = copy_default(s, &c->insert, &d->insert, err);
  if (!status)
    status = copy_default(s, &c->update, &d->update, err);
  if (!status && d->server_default)
    status = cm_schema_adopt(&c->server_default, s, d->server_default, 0, err);
  if (!status && !cm_schema_keep_type(s, corm_type_ref(c->type)))
    status = cm_fail_memory(err);
  return status;
}

int cm_column_set_default(corm_column *c, const corm_default *d, corm_error **err) {
  return copy_default(c->table->catalog->schema, &c->insert, d, err);
}

static int check(const corm_table *t, const corm_column_def *d, corm_error **err) {
  const char *key = d->key ? d->key : d->name;
  if (!d->name || !*d->name)
    return cm_fail(err, CORM_EARGUMENT, "a column of table \"%s\" has no name", t->name);
  if (cm_map_get(&t->by_key, key))
    return cm_fail(err, CORM_EDUPLICATECOLUMN, "table \"%s\" already has a column \"%s\"", t->name, key);
  if (cm_map_get(&t->by_name, d->name))
    return cm_fail(err, CORM_EDUPLICATECOLUMN, "table \"%s\" already has a column with the name \"%s\"", t->name,
                   d->name);
  if ((d->flags & CORM_COLUMN_AUTOINCREMENT) && (d->flags & CORM_COLUMN_NO_AUTOINCREMENT))
    return cm_fail(err, CORM_EARGUMENT, "column \"%s.%s\": autoincrement is both asked for and refused", t->name,
                   d->name);
  return CORM_OK;
}

/* A failure after the first map knew the column takes it out again. */
static int publish(corm_table *t, corm_column *c, corm_error **err) {
  corm_schema *s = t->catalog->schema;
  int status = CORM_OK;
  if (!cm_schema_reserve(s, &t->columns, t->n_columns) || !cm_schema_put(s, &t->by_key, c->key, c))
    return cm_fail_memory(err);
  if (!cm_schema_put(s, &t->by_name, c->name, c))
    status = cm_fail_memory(err);
  if (!status && (c->flags & CORM_COLUMN_PRIMARY_KEY))
    status = cm_table_extend_key(t, c, err);
  if (status) {
    cm_map_remove(&t->by_key, c->key);
    cm_map_remove(&t->by_name, c->name);
    return status;
  }
  cm_schema_push(&t->columns, &t->n_columns, c);
  return CORM_OK;
}

int corm_table_add_column(corm_column **out, corm_table *t, const corm_column_def *def, corm_error **err) {
  corm_column_def d;
  corm_column *c = NULL;
  int status = cm_def_read(&d, sizeof d, def, err);
  if (!status)
    status = check(t, &d, err);
  if (status)
    return status;
  c = cm_schema_zero(t->catalog->schema, sizeof *c);
  if (!c)
    return cm_fail_memory(err);
  status = fill(c, t, &d, err);
  if (!status)
    status = publish(t, c, err);
  if (!status)
    *out = c;
  return status;
}

static int check_again(const corm_column *c, const corm_column_def *d, corm_error **err) {
  const char *key = d->key ? d->key : d->name;
  if (!d->name || strcmp(d->name, c->name) != 0 || strcmp(key, c->key) != 0)
    return cm_fail(err, CORM_EINVALID, "column \"%s.%s\" cannot become another name or key", c->table->name, c->name);
  if ((c->flags & CORM_COLUMN_PRIMARY_KEY) && !(d->flags & CORM_COLUMN_PRIMARY_KEY))
    return cm_fail(err, CORM_EINVALID, "column \"%s.%s\" cannot leave the primary key", c->table->name, c->name);
  return CORM_OK;
}

int corm_column_redefine(corm_column *c, const corm_column_def *def, corm_error **err) {
  corm_column_def d;
  corm_column made = {0};
  int status = cm_def_read(&d, sizeof d, def, err);
  if (!status)
    status = check_again(c, &d, err);
  if (!status)
    status = fill(&made, c->table, &d, err);
  if (!status && (made.flags & CORM_COLUMN_PRIMARY_KEY) && !(c->flags & CORM_COLUMN_PRIMARY_KEY))
    status = cm_table_extend_key(c->table, c, err);
  if (status)
    return status;
  made.name = c->name; /* as the maps of the table hold them */
  made.key = c->key;
  made.index = c->index;
  made.foreign_key = c->foreign_key;
  *c = made;
  return CORM_OK;
}

const char *corm_column_peek_name(const corm_column *c) { return c->name; }
const char *corm_column_peek_key(const corm_column *c) { return c->key; }
const corm_type *corm_column_peek_type(const corm_column *c) { return c->type; }
unsigned corm_column_peek_flags(const corm_column *c) { return c->flags; }
corm_table *corm_column_peek_table(const corm_column *c) { return c->table; }

/* The old type stays with the schema: somebody may be reading it. */
int corm_column_set_type(corm_column *c, const corm_type *type, corm_error **err) {
  if (!type)
    return cm_fail(err, CORM_EARGUMENT, "column \"%s.%s\" needs a type", c->table->name, c->name);
  if (!cm_schema_keep_type(c->table->catalog->schema, corm_type_ref(type)))
    return cm_fail_memory(err);
  c->type = type;
  return CORM_OK;
}

static int has_default(const corm_column *c) {
  return c->insert.kind != CORM_DEFAULT_NONE || c->server_default || c->computed ||
         (c->flags & CORM_COLUMN_SERVER_DEFAULT && !c->identity);
}

/* Whether the column may be numbered. One that was asked for may have a default or a foreign key, too. */
static int may_be_generated(const corm_column *c) {
  if (!cm_type_is_integer(c->type) || (c->flags & CORM_COLUMN_NO_AUTOINCREMENT))
    return 0;
  if (c->flags & CORM_COLUMN_AUTOINCREMENT)
    return 1;
  return !has_default(c) && (!c->foreign_key || (c->flags & CORM_COLUMN_AUTOINCREMENT_IGNORE_FK));
}

int corm_column_peek_generated(const corm_column *c) {
  const corm_constraint *key = c->table->primary_key;
  if (!(c->flags & CORM_COLUMN_PRIMARY_KEY) || !key || !may_be_generated(c))
    return 0;
  return key->n == 1 || (c->flags & CORM_COLUMN_AUTOINCREMENT);
}
