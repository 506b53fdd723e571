/* CREATE and DROP of tables and indexes. */
#include "compile/compiler.h"
#include <string.h>

/* An expression that belongs to a table's definition: its values are inlined, its columns stand bare. */
void cm_w_inner(corm_writer *w, const corm_node *x, int against) {
  corm_compiler *c = w->c;
  int inlined = c->inlined;
  c->inlined = 1;
  c->bare++;
  cm_w_operand(w, x, against, 0);
  c->bare--;
  c->inlined = inlined;
}

static char *inner_text(corm_writer *w, const corm_node *x) {
  corm_writer part;
  cm_w_init(&part, w->c);
  cm_w_inner(&part, x, CM_AGAINST_COMMA);
  return cm_w_take(&part);
}

static int is_plain_default(const char *text) {
  int plain = 1;
  while (*text == ' ')
    text++;
  if (*text == '\'' || *text == '"' || *text == '(')
    return 1;
  for (; *text; text++)
    plain &= (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') || (*text >= '0' && *text <= '9') ||
             *text == '_';
  return plain;
}

static void put_default(corm_writer *w, const corm_column *column) {
  const char *text = NULL;
  int pair = 0;
  if (!column->server_default)
    return;
  text = inner_text(w, column->server_default);
  pair = cm_c_feature(w->c, CORM_DIALECT_DEFAULT_IN_PAIR) && !is_plain_default(text);
  corm_write(w, pair ? " DEFAULT (" : " DEFAULT ");
  corm_write(w, text);
  corm_write(w, pair ? ")" : "");
}

static void put_check_text(corm_writer *w, const corm_constraint *constraint) {
  corm_write(w, "CHECK (");
  if (constraint->check)
    cm_w_inner(w, constraint->check, CM_AGAINST_COMMA);
  corm_write(w, ")");
}

static void put_constraint_name(corm_writer *w, const char *name) {
  if (!name)
    return;
  corm_write(w, "CONSTRAINT ");
  cm_w_name(w, name, 0);
  corm_write(w, " ");
}

static void put_inline_checks(corm_writer *w, const corm_column *column) {
  const corm_table *table = column->table;
  for (size_t i = 0; i < table->n_constraints; i++) {
    const corm_constraint *at = table->constraints[i];
    if (at->kind != CORM_CHECK || !(at->flags & CORM_CONSTRAINT_INLINE) || !at->n || at->columns[0] != column)
      continue;
    corm_write(w, " ");
    put_constraint_name(w, corm_constraint_peek_name(at));
    put_check_text(w, at);
  }
}

/* 1 when the dialect wrote a generated key in its own way, primary key and all; 2: its type only. */
static int put_generated(corm_writer *w, const corm_column *column) {
  corm_type_view view = cm_type_view(column->type, w->d);
  size_t before = w->buf.len;
  int done = 0;
  if (!w->d->generated_key || !corm_column_peek_generated(column))
    return 0;
  corm_write(w, " ");
  done = w->d->generated_key(w, &view, (column->table->flags & CORM_TABLE_SQLITE_AUTOINCREMENT) != 0);
  if (!done)
    cm_strbuf_truncate(&w->buf, before);
  return done;
}

static void put_computed(corm_writer *w, const corm_column *column) {
  if (!column->computed)
    return;
  corm_write(w, " GENERATED ALWAYS AS (");
  cm_w_user(w, column->computed);
  corm_write(w, ")");
  if (column->computed_persisted)
    corm_write(w, column->computed_persisted > 0 ? " STORED" : " VIRTUAL");
}

/* Its type would be that of the column it refers to: when that is missing, this is what is wrong. */
static void fail_untyped(corm_compiler *c, const corm_column *column) {
  corm_column *target = NULL;
  for (size_t i = 0; i < column->table->n_constraints && !c->status; i++) {
    corm_constraint *k = column->table->constraints[i];
    for (size_t j = 0; k->kind == CORM_FOREIGN_KEY && j < k->n && !c->status; j++)
      if (k->columns[j] == column)
        c->status = corm_constraint_get_target(&target, k, j, c->err);
  }
  if (!c->status)
    cm_c_fail(c, CORM_ECOMPILE, "column \"%s\" of table \"%s\" has no type: CREATE TABLE needs one", column->name,
              column->table->name);
}

/* 1: its primary key is written with it. */
static int put_column(corm_writer *w, const corm_column *column) {
  int generated = 0;
  cm_w_name(w, column->name, column->quote);
  generated = put_generated(w, column);
  if (generated == 1)
    return 1;
  if (!column->type || (column->type->kind == CORM_TYPE_NULL && !column->type->name)) {
    fail_untyped(w->c, column);
    return 0;
  }
  if (!generated) {
    corm_write(w, " ");
    cm_w_type(w, column->type, 0);
    put_default(w, column);
  }
  put_computed(w, column);
  if (column->flags & (CORM_COLUMN_NOT_NULL | CORM_COLUMN_PRIMARY_KEY))
    corm_write(w, " NOT NULL");
  put_inline_checks(w, column);
  return 0;
}

static void put_names(corm_writer *w, corm_column *const *columns, size_t n) {
  corm_write(w, "(");
  for (size_t i = 0; i < n; i++) {
    corm_write(w, i ? ", " : "");
    cm_w_name(w, columns[i]->name, columns[i]->quote);
  }
  corm_write(w, ")");
}

static corm_column *target_of(corm_writer *w, const corm_constraint *constraint, size_t i) {
  corm_column *target = NULL;
  corm_error *err = NULL;
  int status = corm_constraint_get_target(&target, (corm_constraint *)(uintptr_t)constraint, i, &err);
  if (status)
    cm_c_fail(w->c, status, "%s", corm_error_message(err));
  corm_error_free(err);
  return status ? NULL : target;
}

static void put_deferral(corm_writer *w, const corm_constraint *constraint) {
  if (constraint->deferrable)
    corm_write(w, constraint->deferrable > 0 ? " DEFERRABLE" : " NOT DEFERRABLE");
  if (constraint->initially) {
    corm_write(w, " INITIALLY ");
    cm_w_user(w, constraint->initially);
  }
}

static void put_action(corm_writer *w, const char *word, const char *action) {
  if (!action)
    return;
  corm_write(w, word);
  cm_w_user(w, action);
}

static void put_foreign_key(corm_writer *w, const corm_constraint *constraint) {
  const corm_column *first = target_of(w, constraint, 0);
  if (!first)
    return;
  corm_write(w, "FOREIGN KEY");
  put_names(w, constraint->columns, constraint->n);
  corm_write(w, " REFERENCES ");
  cm_w_table(w, first->table);
  corm_write(w, " (");
  for (size_t i = 0; i < constraint->n; i++) {
    const corm_column *target = target_of(w, constraint, i);
    if (!target)
      return;
    corm_write(w, i ? ", " : "");
    cm_w_name(w, target->name, target->quote);
  }
  corm_write(w, ")");
  put_action(w, " MATCH ", constraint->match);
  put_action(w, " ON DELETE ", constraint->ondelete);
  put_action(w, " ON UPDATE ", constraint->onupdate);
}

static int same_schema(const corm_table *a, const corm_table *b) {
  const char *x = a->schema_name ? a->schema_name : "", *y = b->schema_name ? b->schema_name : "";
  return strcmp(x, y) == 0;
}

static int is_left_out(corm_writer *w, const corm_constraint *constraint) {
  const corm_column *target = NULL;
  if (constraint->flags & CORM_CONSTRAINT_INLINE && constraint->kind == CORM_CHECK)
    return 1;
  if (constraint->kind != CORM_FOREIGN_KEY)
    return 0;
  if (constraint->flags & CORM_CONSTRAINT_USE_ALTER && cm_c_feature(w->c, CORM_DIALECT_ALTER_CONSTRAINTS))
    return 1;
  if (!cm_c_feature(w->c, CORM_DIALECT_SAME_SCHEMA_KEYS))
    return 0;
  target = target_of(w, constraint, 0);
  return target && !same_schema(constraint->table, target->table);
}

static void put_nulls(corm_writer *w, unsigned flags) {
  if (!cm_c_feature(w->c, CORM_DIALECT_INDEX_OPTIONS))
    return;
  if (flags & (CORM_CONSTRAINT_NULLS_NOT_DISTINCT | CORM_CONSTRAINT_NULLS_DISTINCT))
    corm_write(w, flags & CORM_CONSTRAINT_NULLS_DISTINCT ? "NULLS DISTINCT " : "NULLS NOT DISTINCT ");
}

void cm_w_constraint(corm_writer *w, const corm_constraint *constraint) {
  put_constraint_name(w, corm_constraint_peek_name(constraint));
  switch (constraint->kind) {
  case CORM_PRIMARY_KEY:
    corm_write(w, "PRIMARY KEY ");
    put_names(w, constraint->columns, constraint->n);
    break;
  case CORM_UNIQUE:
    corm_write(w, "UNIQUE ");
    put_nulls(w, constraint->flags);
    put_names(w, constraint->columns, constraint->n);
    break;
  case CORM_CHECK:
    put_check_text(w, constraint);
    break;
  default:
    put_foreign_key(w, constraint);
  }
  put_deferral(w, constraint);
}

static void put_separated(corm_writer *w, const corm_constraint *constraint, int without_keys) {
  if (is_left_out(w, constraint) || (without_keys && constraint->kind == CORM_FOREIGN_KEY))
    return;
  corm_write(w, ", \n\t");
  cm_w_constraint(w, constraint);
}

/* Enums and booleans that are stored as something else may check what is stored. */
static void put_type_check(corm_writer *w, const corm_column *column) {
  const corm_type *type = cm_type_in(column->type, w->d->name);
  int boolean = type->kind == CORM_TYPE_BOOLEAN;
  if (!(type->flags & CORM_TYPE_CHECK) || (boolean && cm_c_feature(w->c, CORM_DIALECT_NATIVE_BOOLEAN)) ||
      (!boolean && type->kind != CORM_TYPE_ENUM))
    return;
  corm_write(w, ", \n\t");
  put_constraint_name(w, type->name);
  corm_write(w, "CHECK (");
  cm_w_name(w, column->name, column->quote);
  corm_write(w, boolean ? " IN (0, 1" : " IN (");
  for (size_t i = 0; i < type->n_labels && !boolean; i++) {
    corm_write(w, i ? ", " : "");
    cm_w_string(w, type->labels[i], strlen(type->labels[i]));
  }
  corm_write(w, "))");
}

static int is_of_column(const corm_constraint *constraint, const corm_column *column) {
  return constraint->flags & CORM_CONSTRAINT_COLUMN_LEVEL && constraint->n && constraint->columns[0] == column;
}

/* The table's own constraints in the order in which they were made, then those of its columns, column by column. */
static void put_constraints(corm_writer *w, const corm_table *table, int key_is_written, int without_keys) {
  if (table->primary_key && table->primary_key->n && !key_is_written)
    put_separated(w, table->primary_key, without_keys);
  for (size_t i = 0; i < table->n_constraints; i++) {
    const corm_constraint *at = table->constraints[i];
    if (at != table->primary_key && (!(at->flags & CORM_CONSTRAINT_COLUMN_LEVEL) || !at->n))
      put_separated(w, at, without_keys);
  }
  for (size_t i = 0; i < table->n_columns; i++) {
    for (size_t k = 0; k < table->n_constraints; k++)
      if (table->constraints[k] != table->primary_key && is_of_column(table->constraints[k], table->columns[i]))
        put_separated(w, table->constraints[k], without_keys);
    if (!w->c->status)
      put_type_check(w, table->columns[i]);
  }
}

static void put_create_table(corm_writer *w, const corm_node *x) {
  const corm_table *table = x->ref;
  int key_is_written = 0;
  size_t n = 0;
  corm_write(w, "\nCREATE ");
  if (table->prefixes) {
    cm_w_user(w, table->prefixes);
    corm_write(w, " ");
  }
  corm_write(w, x->flags & CM_IF_EXISTS ? "TABLE IF NOT EXISTS " : "TABLE ");
  cm_w_table(w, table);
  corm_write(w, " (");
  for (size_t i = 0; i < table->n_columns && !w->c->status; i++) {
    if (table->columns[i]->flags & CORM_COLUMN_SYSTEM)
      continue;
    corm_write(w, n++ ? ", \n\t" : "\n\t");
    key_is_written |= put_column(w, table->columns[i]);
  }
  if (!w->c->status)
    put_constraints(w, table, key_is_written, (x->flags & CM_NO_FOREIGN_KEYS) != 0);
  corm_write(w, "\n)");
  if (table->suffix)
    cm_w_user(w, table->suffix);
  if (w->d->table_options)
    w->d->table_options(w, table->flags);
  corm_write(w, "\n\n");
}

void cm_w_ddl(corm_writer *w, const corm_node *x) {
  switch (x->kind) {
  case CORM_NODE_CREATE_TABLE:
    put_create_table(w, x);
    return;
  case CORM_NODE_DROP_TABLE:
    corm_write(w, x->flags & CM_IF_EXISTS ? "\nDROP TABLE IF EXISTS " : "\nDROP TABLE ");
    cm_w_table(w, x->ref);
    return;
  case CORM_NODE_CREATE_INDEX:
    cm_w_create_index(w, x);
    return;
  default:
    cm_w_drop_index(w, x);
  }
}
