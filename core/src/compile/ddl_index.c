/* CREATE and DROP INDEX. */
#include "compile/compiler.h"

static void put_index_name(corm_writer *w, const corm_index *index) {
  const char *name = corm_index_peek_name(index);
  if (!name) {
    cm_c_fail(w->c, CORM_ECOMPILE, "an index of table \"%s\" has no name", index->table->name);
    return;
  }
  if (index->table->schema_name && cm_c_feature(w->c, CORM_DIALECT_INDEX_SCHEMA_FIRST)) {
    cm_w_name(w, index->table->schema_name, 0);
    corm_write(w, ".");
  }
  cm_w_name(w, name, 0);
}

static void put_indexed(corm_writer *w, const corm_index *index, int options) {
  for (size_t i = 0; i < index->n; i++) {
    corm_write(w, i ? ", " : "");
    cm_w_inner(w, index->exprs[i], options ? CM_AGAINST_NOTHING : CM_AGAINST_COMMA);
    if (options && index->ops && index->ops[i]) {
      corm_write(w, " ");
      cm_w_user(w, index->ops[i]);
    }
  }
}

static void put_included(corm_writer *w, const corm_index *index) {
  corm_write(w, index->n_include ? " INCLUDE (" : "");
  for (size_t i = 0; i < index->n_include; i++) {
    corm_write(w, i ? ", " : "");
    cm_w_name(w, index->include[i]->name, index->include[i]->quote);
  }
  corm_write(w, index->n_include ? ")" : "");
}

static void put_options(corm_writer *w, const corm_index *index) {
  put_included(w, index);
  if (index->flags & CORM_INDEX_NULLS_NOT_DISTINCT)
    corm_write(w, " NULLS NOT DISTINCT");
  else if (index->flags & CORM_INDEX_NULLS_DISTINCT)
    corm_write(w, " NULLS DISTINCT");
  if (index->with) {
    corm_write(w, " WITH (");
    cm_w_user(w, index->with);
    corm_write(w, ")");
  }
  if (index->tablespace) {
    corm_write(w, " TABLESPACE ");
    cm_w_name(w, index->tablespace, 0);
  }
}

static void put_index_table(corm_writer *w, const corm_index *index) {
  corm_write(w, " ON ");
  if (cm_c_feature(w->c, CORM_DIALECT_INDEX_SCHEMA_FIRST))
    cm_w_name(w, index->table->name, index->table->quote);
  else
    cm_w_table(w, index->table);
}

void cm_w_create_index(corm_writer *w, const corm_node *x) {
  const corm_index *index = x->ref;
  int options = cm_c_feature(w->c, CORM_DIALECT_INDEX_OPTIONS);
  const corm_expr *where = options ? index->postgresql_where : index->where;
  corm_write(w, index->unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
  corm_write(w, options && index->flags & CORM_INDEX_CONCURRENTLY ? "CONCURRENTLY " : "");
  corm_write(w, x->flags & CM_IF_EXISTS ? "IF NOT EXISTS " : "");
  put_index_name(w, index);
  put_index_table(w, index);
  if (options && index->method) {
    corm_write(w, " USING ");
    cm_w_user(w, index->method);
  }
  corm_write(w, " (");
  put_indexed(w, index, options);
  corm_write(w, ")");
  if (options)
    put_options(w, index);
  if (!where || !cm_c_feature(w->c, CORM_DIALECT_PARTIAL_INDEX))
    return;
  corm_write(w, " WHERE ");
  cm_w_inner(w, where, CM_AGAINST_COMMA);
}

void cm_w_drop_index(corm_writer *w, const corm_node *x) {
  const corm_index *index = x->ref;
  int qualified = index->table->schema_name && !cm_c_feature(w->c, CORM_DIALECT_INDEX_SCHEMA_FIRST);
  corm_write(w, "\nDROP INDEX ");
  if (index->flags & CORM_INDEX_CONCURRENTLY && cm_c_feature(w->c, CORM_DIALECT_INDEX_OPTIONS))
    corm_write(w, "CONCURRENTLY ");
  corm_write(w, x->flags & CM_IF_EXISTS ? "IF EXISTS " : "");
  if (qualified) {
    cm_w_name(w, index->table->schema_name, 0);
    corm_write(w, ".");
  }
  put_index_name(w, index);
}
