/* FROM: tables, aliases, subqueries, joins. */
#include "compile/compiler.h"
#include <string.h>

void cm_w_table(corm_writer *w, const corm_table *table) {
  if (table->schema_name) {
    cm_w_name(w, table->schema_name, 0);
    corm_write(w, ".");
  }
  cm_w_name(w, table->name, table->quote);
}

static void put_subquery(corm_writer *w, const corm_node *query, unsigned how) {
  corm_write(w, "(");
  cm_w_query(w, query, how | CM_Q_IN_FROM);
  corm_write(w, ")");
}

static void put_row(corm_writer *w, const corm_node *row) {
  if (row->kind == CORM_NODE_TUPLE) {
    cm_w_expr(w, row);
    return;
  }
  corm_write(w, "(");
  cm_w_expr(w, row);
  corm_write(w, ")");
}

static void put_values(corm_writer *w, const corm_node *x) {
  corm_write(w, "(VALUES ");
  for (size_t i = 0; i < x->n; i++) {
    corm_write(w, i ? ", " : "");
    put_row(w, x->kids[i]);
  }
  corm_write(w, ")");
}

static void put_aliased(corm_writer *w, const corm_node *of, unsigned how) {
  if (!of)
    return;
  if (cm_is_query(of) || of->kind == CORM_NODE_TEXT)
    put_subquery(w, of, how);
  else if (of->kind == CORM_NODE_FUNCTION)
    cm_w_expr(w, of);
  else if (of->kind == CORM_NODE_JOIN) {
    corm_write(w, "(");
    cm_w_source(w, of);
    corm_write(w, ")");
  } else if (of->kind == CORM_NODE_ALIAS) /* an alias of an alias names what is behind it */
    put_aliased(w, cm_kid(of, 0), how);
  else
    cm_w_source(w, of);
}

static void put_alias(corm_writer *w, const corm_node *x) {
  const char *name = NULL;
  if (x->kind == CORM_NODE_LATERAL)
    corm_write(w, "LATERAL ");
  name = cm_name_source(w->c, x);
  put_aliased(w, cm_kid(x, 0), x->kind == CORM_NODE_LATERAL ? CM_Q_LATERAL : 0);
  corm_write(w, " AS ");
  cm_w_name(w, name ? name : "", 0);
}

static void put_join(corm_writer *w, const corm_node *x) {
  const corm_node *r = cm_kid(x, 1);
  static const char *const words[] = {" JOIN ", " LEFT OUTER JOIN ", " FULL OUTER JOIN "};
  cm_w_source(w, cm_kid(x, 0));
  corm_write(w, words[x->op <= CORM_JOIN_FULL ? x->op : 0]);
  if (r && r->kind == CORM_NODE_JOIN)
    corm_write(w, "(");
  cm_w_source(w, r);
  if (r && r->kind == CORM_NODE_JOIN)
    corm_write(w, ")");
  corm_write(w, " ON ");
  cm_w_condition(w, cm_kid(x, 2));
}

void cm_w_source(corm_writer *w, const corm_node *x) {
  if (w->c->status || !x)
    return;
  switch (x->kind) {
  case CORM_NODE_TABLE:
    cm_w_table(w, x->ref);
    return;
  case CORM_NODE_CTE:
    cm_w_name(w, cm_cte_use(w->c, x), 0);
    return;
  case CORM_NODE_ALIAS:
  case CORM_NODE_LATERAL:
    put_alias(w, x);
    return;
  case CORM_NODE_JOIN:
    put_join(w, x);
    return;
  case CORM_NODE_VALUES:
    put_values(w, x);
    return;
  case CORM_NODE_TEXT:
    cm_w_text(w, x);
    return;
  default:
    if (x->kind == CORM_NODE_HOST)
      cm_w_host(w, x);
    else
      cm_c_fail(w->c, CORM_ECOMPILE, "an element of kind %d cannot stand in FROM", x->kind);
  }
}

void cm_w_froms(corm_writer *w, const cm_nodes *froms) {
  for (size_t i = 0; i < froms->n; i++) {
    corm_write(w, i ? ", " : "");
    cm_w_source(w, froms->items[i]);
  }
}
