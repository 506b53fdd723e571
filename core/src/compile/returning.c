/* RETURNING: what was asked for, and a key that only the database knows. */
#include "compile/compiler.h"

static uint64_t feature_of(const corm_node *x) {
  switch (x->kind) {
  case CORM_NODE_INSERT:
    return CORM_DIALECT_INSERT_RETURNING;
  case CORM_NODE_UPDATE:
    return CORM_DIALECT_UPDATE_RETURNING;
  default:
    return CORM_DIALECT_DELETE_RETURNING;
  }
}

static int is_given(const cm_assigns *assigns, const corm_column *column) {
  for (size_t i = 0; i < assigns->n; i++)
    if (assigns->items[i].column == column)
      return 1;
  return 0;
}

static int comes_from_server(const corm_compiler *c, const corm_column *column) {
  if (cm_c_feature(c, CORM_DIALECT_RETURNING_KEY))
    return column->server_default || corm_column_peek_generated(column);
  return column->server_default && !cm_type_is_integer(column->type);
}

/* Key columns that the server fills by a default of its own, other than by numbering rows. */
static void implicit_keys(corm_compiler *c, cm_nodes *out, const corm_node *x) {
  const corm_table *table = cm_dml_table(x);
  const corm_node *set = cm_kid(x, CM_DML_SET), *node = NULL;
  cm_assigns assigns = {NULL, 0};
  if (x->kind != CORM_NODE_INSERT || !table->primary_key || cm_kid(x, CM_DML_SELECT) ||
      (set && set->flags & CM_MULTI_ROW) || !cm_c_feature(c, CORM_DIALECT_INSERT_RETURNING))
    return;
  cm_assigns_of(c, &assigns, x, set, 0);
  for (size_t i = 0; i < table->primary_key->n && !c->status; i++) {
    const corm_column *column = table->primary_key->columns[i];
    if (is_given(&assigns, column) || !comes_from_server(c, column))
      continue;
    node = cm_c_own(c, corm_col_of(x->kids[CM_DML_TARGET], column));
    if (node)
      cm_nodes_add(c, out, node);
  }
}

static void put_implicit(corm_writer *w, const corm_node *x) {
  cm_nodes keys = {NULL, 0, 0};
  if (!w->c->cte_depth)
    implicit_keys(w->c, &keys, x);
  if (!keys.n)
    return;
  corm_write(w, " RETURNING ");
  for (size_t i = 0; i < keys.n; i++) {
    corm_write(w, i ? ", " : "");
    cm_w_expr(w, keys.items[i]);
    cm_result_add(w->c, ((const corm_column *)keys.items[i]->ref)->name, keys.items[i]->type, keys.items[i]);
  }
  w->c->out->returning = 1;
  w->c->out->implicit_returning = (int)keys.n;
}

void cm_w_returning(corm_writer *w, const corm_node *x) {
  const corm_node *list = cm_kid(x, CM_DML_RETURNING);
  corm_compiler *c = w->c;
  int bare = c->bare, is_bare = cm_c_feature(c, CORM_DIALECT_RETURNING_BARE);
  c->bare = is_bare ? 1 : c->bare;
  if (!cm_count(list)) {
    put_implicit(w, x);
  } else if (!cm_c_feature(c, feature_of(x))) {
    cm_c_fail(c, CORM_ECOMPILE, "dialect \"%s\" has no RETURNING for this statement", w->d->name);
  } else {
    corm_write(w, " RETURNING ");
    cm_w_select_columns(w, cm_labels_of(c, x), 0, !c->cte_depth);
    c->out->returning |= !c->cte_depth;
  }
  c->bare = bare;
}
