/* What goes out around CREATE and DROP of tables: types of their own, constraints that come later, comments. */
#include "compile/compiler.h"
#include <string.h>

static void put_type_name(corm_writer *w, const corm_column *column) {
  const corm_type *type = cm_type_in(column->type, w->d->name);
  if (!type->name)
    cm_c_fail(w->c, CORM_ECOMPILE, "the enumeration of column \"%s\" of table \"%s\" needs a name: it is a type",
              column->name, column->table->name);
  else
    cm_w_type(w, column->type, 0);
}

static void put_create_type(corm_writer *w, const corm_column *column) {
  const corm_type *type = cm_type_in(column->type, w->d->name);
  corm_write(w, "CREATE TYPE ");
  put_type_name(w, column);
  corm_write(w, " AS ENUM (");
  for (size_t i = 0; i < type->n_labels; i++) {
    corm_write(w, i ? ", " : "");
    corm_write_string(w, type->labels[i]);
  }
  corm_write(w, ")");
}

static void put_drop_type(corm_writer *w, const corm_column *column) {
  corm_write(w, "DROP TYPE ");
  put_type_name(w, column);
}

static void put_add_constraint(corm_writer *w, const corm_constraint *constraint) {
  corm_write(w, "ALTER TABLE ");
  cm_w_table(w, constraint->table);
  corm_write(w, " ADD ");
  cm_w_constraint(w, constraint);
}

static void put_drop_constraint(corm_writer *w, const corm_constraint *constraint) {
  const char *name = corm_constraint_peek_name(constraint);
  if (!name) {
    cm_c_fail(w->c, CORM_ECOMPILE, "a constraint of table \"%s\" has no name: it cannot be dropped",
              constraint->table->name);
    return;
  }
  corm_write(w, "ALTER TABLE ");
  cm_w_table(w, constraint->table);
  corm_write(w, " DROP CONSTRAINT ");
  cm_w_name(w, name, 0);
}

static void put_comment(corm_writer *w, const char *text) {
  corm_write(w, " IS ");
  if (text)
    corm_write_string(w, text);
  else
    corm_write(w, "NULL");
}

static void put_comment_on_table(corm_writer *w, const corm_table *table) {
  corm_write(w, "COMMENT ON TABLE ");
  cm_w_table(w, table);
  put_comment(w, table->comment);
}

static void put_comment_on_column(corm_writer *w, const corm_column *column) {
  corm_write(w, "COMMENT ON COLUMN ");
  cm_w_table(w, column->table);
  corm_write(w, ".");
  cm_w_name(w, column->name, column->quote);
  put_comment(w, column->comment);
}

void cm_w_ddl_part(corm_writer *w, const corm_node *x) {
  switch (x->kind) {
  case CORM_NODE_CREATE_TYPE:
    put_create_type(w, x->ref);
    return;
  case CORM_NODE_DROP_TYPE:
    put_drop_type(w, x->ref);
    return;
  case CORM_NODE_ADD_CONSTRAINT:
    put_add_constraint(w, x->ref);
    return;
  case CORM_NODE_DROP_CONSTRAINT:
    put_drop_constraint(w, x->ref);
    return;
  case CORM_NODE_COMMENT_TABLE:
    put_comment_on_table(w, x->ref);
    return;
  default:
    put_comment_on_column(w, x->ref);
  }
}
