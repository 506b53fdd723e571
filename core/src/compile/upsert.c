/* INSERT ... ON CONFLICT. */
#include "compile/compiler.h"

enum { INDEX = 0, INDEX_WHERE, SET, WHERE };

static void put_target(corm_writer *w, const corm_node *conflict) {
  corm_compiler *c = w->c;
  int inlined = cm_c_feature(c, CORM_DIALECT_CONFLICT_INLINE);
  if (conflict->name) {
    corm_write(w, " ON CONSTRAINT ");
    cm_w_name(w, conflict->name, 0);
    return;
  }
  if (!cm_count(cm_kid(conflict, INDEX)))
    return;
  c->bare++;
  corm_write(w, " (");
  cm_w_list(w, conflict->kids[INDEX], CM_AGAINST_COMMA);
  corm_write(w, ")");
  if (cm_kid(conflict, INDEX_WHERE)) {
    corm_write(w, " WHERE ");
    c->inlined_late += inlined;
    cm_w_condition(w, conflict->kids[INDEX_WHERE]);
    c->inlined_late -= inlined;
  }
  c->bare--;
}

static void put_set(corm_writer *w, const corm_table *table, const corm_node *set) {
  size_t n = 0;
  for (size_t i = 0; i < table->n_columns; i++)
    for (size_t k = 0; k < set->n; k++) {
      if (set->kids[k]->ref != table->columns[i])
        continue;
      corm_write(w, n++ ? ", " : "");
      cm_w_name(w, table->columns[i]->name, table->columns[i]->quote);
      corm_write(w, " = ");
      cm_w_operand(w, cm_kid(set->kids[k], 0), CM_AGAINST_NOTHING, 0);
    }
}

void cm_w_conflict(corm_writer *w, const corm_node *insert) {
  const corm_node *conflict = cm_kid(insert, CM_DML_CONFLICT), *set = NULL;
  if (!conflict)
    return;
  if (!cm_c_feature(w->c, CORM_DIALECT_ON_CONFLICT)) {
    cm_c_fail(w->c, CORM_ECOMPILE, "dialect \"%s\" has no ON CONFLICT", w->d->name);
    return;
  }
  set = cm_kid(conflict, SET);
  corm_write(w, " ON CONFLICT");
  put_target(w, conflict);
  if (!cm_count(set)) {
    corm_write(w, " DO NOTHING");
    return;
  }
  corm_write(w, " DO UPDATE SET ");
  put_set(w, cm_dml_table(insert), set);
  if (cm_kid(conflict, WHERE)) {
    corm_write(w, " WHERE ");
    cm_w_condition(w, conflict->kids[WHERE]);
  }
}
