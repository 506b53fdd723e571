/* Expressions. Parentheses follow one rule: an operand whose operator binds the same or looser than what surrounds it
 * is parenthesised, save an associative operator within itself. */
#include "compile/compiler.h"
#include <string.h>

enum { LEVEL_LOOSEST = -100, LEVEL_TIGHTEST = 100, LEVEL_NONE = 1000 };

static int against_level(int against, int level) {
  switch (against) {
  case CM_AGAINST_CUSTOM:
    return level;
  case CM_AGAINST_COMMA:
  case CM_AGAINST_LABEL:
    return -1;
  case CM_AGAINST_CONDITION:
    return -10;
  case CM_AGAINST_NOTHING:
    return LEVEL_TIGHTEST;
  default:
    return level ? level : LEVEL_TIGHTEST;
  }
}

/* How tightly the node's own operator binds; LEVEL_NONE where it has none. */
static int own_level(const corm_node *x) {
  int level = 0;
  switch (x->kind) {
  case CORM_NODE_BINARY:
    if (x->op == CORM_OP_CUSTOM)
      return x->level;
    level = cm_operator_level(x->op);
    return level ? level : LEVEL_LOOSEST;
  case CORM_NODE_BETWEEN:
    return 5;
  case CORM_NODE_AND:
    return 3;
  case CORM_NODE_OR:
    return 2;
  case CORM_NODE_EXISTS:
    return 0;
  case CORM_NODE_FILTER:
    return 6;
  case CORM_NODE_UNARY:
    return cm_operator_level(x->op);
  case CORM_NODE_MODIFIER:
    return x->op == CORM_OP_DISTINCT ? 5 : LEVEL_NONE;
  case CORM_NODE_TYPE_COERCE: /* met only where it is a CAST of a JSON access */
    return cm_operator_level(CORM_OP_INDEX);
  default:
    return LEVEL_NONE;
  }
}

/* as_integer() and its kin: the type belongs to the access. */
static int is_json_cast(const corm_compiler *c, const corm_node *x) {
  return x->kind == CORM_NODE_TYPE_COERCE && cm_is_json_cast(c, cm_kid(x, 0));
}

static int own_operator(const corm_node *x) {
  switch (x->kind) {
  case CORM_NODE_AND:
    return CORM_OP_AND;
  case CORM_NODE_OR:
    return CORM_OP_OR;
  case CORM_NODE_EXISTS:
    return CORM_OP_EQ; /* a boolean like it */
  case CORM_NODE_BETWEEN:
    return CORM_OP_BETWEEN;
  case CORM_NODE_TYPE_COERCE:
    return CORM_OP_JSON_TEXT;
  case CORM_NODE_BINARY:
  case CORM_NODE_UNARY:
    return x->op;
  default:
    return CORM_OP_NONE;
  }
}

/* A value whose type is boolean, without an operator that makes it a condition. */
int cm_is_boolean_value(const corm_node *x) {
  switch (x->kind) {
  case CORM_NODE_COLUMN:
  case CORM_NODE_NAMED:
  case CORM_NODE_LITERAL_COLUMN:
  case CORM_NODE_BIND:
  case CORM_NODE_TRUE:
  case CORM_NODE_FALSE:
  case CORM_NODE_FUNCTION:
  case CORM_NODE_OVER:
  case CORM_NODE_CASE:
  case CORM_NODE_CAST:
  case CORM_NODE_TYPE_COERCE:
  case CORM_NODE_SCALAR:
    return x->type && x->type->kind == CORM_TYPE_BOOLEAN;
  case CORM_NODE_LABEL:
    return cm_is_boolean_value(cm_kid(x, 0));
  default:
    return 0;
  }
}

static int is_negated_boolean(const corm_node *x) {
  return x->kind == CORM_NODE_UNARY && x->op == CORM_OP_NOT && cm_is_boolean_value(cm_kid(x, 0));
}

static int is_conditional(int against) {
  return against == CORM_OP_AND || against == CORM_OP_OR || against == CM_AGAINST_CONDITION;
}

static int needs_pair(const corm_node *x, int against, int level) {
  int own = own_level(x), op = own_operator(x), around = against_level(against, level);
  if (against == CORM_OP_INDEX && x->kind == CORM_NODE_TUPLE && x->op == CM_TUPLE_ARRAY)
    return 1;
  if (own == LEVEL_NONE || is_negated_boolean(x))
    return 0;
  if (against == CORM_OP_NOT && op != CORM_OP_NONE && op != CORM_OP_CUSTOM && !cm_operator_is_boolean(op))
    return 1;
  if (op != CORM_OP_NONE && op == against && cm_operator_is_associative(op))
    return 0;
  return own <= around;
}

static void put_in_pair(corm_writer *w, const corm_node *x) {
  corm_write(w, "(");
  cm_w_expr(w, x);
  corm_write(w, ")");
}

void cm_w_operand(corm_writer *w, const corm_node *x, int against, int level) {
  if (!x) {
    cm_c_fail(w->c, CORM_EINTERNAL, "an expression lacks an operand");
    return;
  }
  if (x->kind == CORM_NODE_LABEL || (x->kind == CORM_NODE_TYPE_COERCE && !is_json_cast(w->c, x))) {
    cm_w_operand(w, cm_kid(x, 0), against, level);
    return;
  }
  if (is_conditional(against) && x->kind != CORM_NODE_SCALAR && cm_is_boolean_value(x)) {
    cm_w_expr(w, x);
    corm_write(w, cm_c_feature(w->c, CORM_DIALECT_NATIVE_BOOLEAN) ? "" : " = 1");
    return;
  }
  if (x->kind == CORM_NODE_TEXT ? against == CORM_OP_IN : needs_pair(x, against, level))
    put_in_pair(w, x);
  else
    cm_w_expr(w, x);
}

void cm_w_condition(corm_writer *w, const corm_node *x) { cm_w_operand(w, x, CM_AGAINST_CONDITION, 0); }

void cm_w_element(corm_writer *w, const corm_node *x) { cm_w_operand(w, x, CM_AGAINST_COMMA, 0); }

void cm_w_list(corm_writer *w, const corm_node *list, int against) {
  size_t n = 0;
  for (size_t i = 0; i < cm_count(list); i++) {
    if (!list->kids[i])
      continue;
    corm_write(w, n++ ? ", " : "");
    cm_w_operand(w, list->kids[i], against, 0);
  }
}

static void put_junction(corm_writer *w, const corm_node *x, int op, const char *between) {
  size_t n = 0;
  w->c->in_operator++;
  for (size_t i = 0; i < x->n; i++) {
    corm_write(w, n++ ? between : "");
    cm_w_operand(w, x->kids[i], op, cm_operator_level(op));
  }
  w->c->in_operator--;
}

static void put_between(corm_writer *w, const corm_node *x) {
  w->c->in_operator++;
  cm_w_operand(w, cm_kid(x, 0), CORM_OP_BETWEEN, 5);
  corm_write(w, x->op == CORM_OP_NOT_BETWEEN ? " NOT BETWEEN " : " BETWEEN ");
  corm_write(w, x->flags & CM_SYMMETRIC ? "SYMMETRIC " : "");
  cm_w_operand(w, cm_kid(x, 1), CORM_OP_AND, 3);
  corm_write(w, " AND ");
  cm_w_operand(w, cm_kid(x, 2), CORM_OP_AND, 3);
  w->c->in_operator--;
}

static void put_not(corm_writer *w, const corm_node *x) {
  const corm_node *of = cm_kid(x, 0);
  if (of && cm_is_boolean_value(of) && !is_json_cast(w->c, of)) {
    int native = cm_c_feature(w->c, CORM_DIALECT_NATIVE_BOOLEAN);
    corm_write(w, native ? "NOT " : "");
    cm_w_expr(w, of);
    corm_write(w, native ? "" : " = 0");
    return;
  }
  corm_write(w, "NOT ");
  cm_w_operand(w, of, CORM_OP_NOT, 5);
}

static void put_unary(corm_writer *w, const corm_node *x) {
  switch (x->op) {
  case CORM_OP_NOT:
    put_not(w, x);
    return;
  case CORM_OP_ANY:
  case CORM_OP_ALL:
    corm_write(w, x->op == CORM_OP_ANY ? "ANY " : "ALL ");
    if (cm_kid(x, 0) && cm_kid(x, 0)->kind == CORM_NODE_SCALAR)
      cm_w_expr(w, cm_kid(x, 0));
    else
      put_in_pair(w, cm_kid(x, 0));
    return;
  default:
    corm_write(w, x->op == CORM_OP_NEG ? "-" : "~");
    cm_w_operand(w, cm_kid(x, 0), x->op, cm_operator_level(x->op));
  }
}

static void put_modifier(corm_writer *w, const corm_node *x) {
  int nulls = x->op == CORM_OP_NULLS_FIRST || x->op == CORM_OP_NULLS_LAST;
  if (x->op == CORM_OP_DISTINCT) {
    corm_write(w, "DISTINCT ");
    cm_w_operand(w, cm_kid(x, 0), CORM_OP_DISTINCT, 5);
    return;
  }
  cm_w_operand(w, cm_kid(x, 0), nulls ? CM_AGAINST_NOTHING : x->op, 3);
  if (nulls)
    corm_write(w, x->op == CORM_OP_NULLS_FIRST ? " NULLS FIRST" : " NULLS LAST");
  else
    corm_write(w, x->op == CORM_OP_DESC ? " DESC" : " ASC");
}

static void put_case(corm_writer *w, const corm_node *x) {
  corm_write(w, "CASE ");
  if (cm_kid(x, 0)) {
    cm_w_operand(w, x->kids[0], CM_AGAINST_COMMA, 0);
    corm_write(w, " ");
  }
  for (size_t i = 2; i + 1 < x->n; i += 2) {
    corm_write(w, "WHEN ");
    cm_w_operand(w, x->kids[i], CM_AGAINST_NOTHING, 0);
    corm_write(w, " THEN ");
    cm_w_operand(w, x->kids[i + 1], CM_AGAINST_COMMA, 0);
    corm_write(w, " ");
  }
  if (cm_kid(x, 1)) {
    corm_write(w, "ELSE ");
    cm_w_operand(w, x->kids[1], CM_AGAINST_COMMA, 0);
    corm_write(w, " ");
  }
  corm_write(w, "END");
}

static void put_cast(corm_writer *w, const corm_node *x) {
  corm_write(w, "CAST(");
  cm_w_expr(w, cm_kid(x, 0));
  corm_write(w, " AS ");
  cm_w_type(w, x->type, 1);
  corm_write(w, ")");
  if (x->type->collation) {
    corm_write(w, " COLLATE ");
    cm_w_name(w, x->type->collation, 1);
  }
}

static void put_extract(corm_writer *w, const corm_node *x) {
  corm_writer part;
  const char *text = NULL;
  int written = 0;
  cm_w_init(&part, w->c);
  cm_w_element(&part, cm_kid(x, 0));
  text = cm_w_take(&part);
  written = w->d->extract ? w->d->extract(w, x->name, text) : 0;
  if (written < 0)
    cm_c_fail(w->c, CORM_ECOMPILE, "dialect \"%s\" cannot extract \"%s\"", w->d->name, x->name);
  if (written)
    return;
  corm_write(w, "EXTRACT(");
  cm_w_user(w, x->name ? x->name : "");
  corm_write(w, " FROM ");
  corm_write(w, text);
  corm_write(w, ")");
}

static void put_subquery(corm_writer *w, const corm_node *query, unsigned how) {
  corm_write(w, "(");
  cm_w_query(w, query, how);
  corm_write(w, ")");
}

static void put_exists(corm_writer *w, const corm_node *x) {
  const corm_node *of = cm_kid(x, 0);
  corm_write(w, "EXISTS ");
  if (of && of->kind == CORM_NODE_SCALAR)
    of = cm_kid(of, 0);
  put_subquery(w, of, CM_Q_EXISTS);
}

static int is_bare(const corm_writer *w, const corm_node *column) {
  const corm_column *of = column->ref;
  return w->c->bare || (of && w->c->bare_table && of->table == w->c->bare_table);
}

static const char *column_text(corm_writer *w, const corm_node *x) {
  const cm_select_column *inner = NULL;
  inner = cm_labels_find(w->c, x);
  if (inner && cm_name_text(w->c, &inner->name))
    return cm_name_text(w->c, &inner->name);
  return x->name ? x->name : x->ref ? ((const corm_column *)x->ref)->name : "";
}

static void put_owner(corm_writer *w, const corm_node *source) {
  const corm_table *table = source->kind == CORM_NODE_TABLE ? source->ref : NULL;
  const char *name = NULL;
  if (table) {
    cm_w_table(w, table);
    corm_write(w, ".");
    return;
  }
  name = cm_name_source(w->c, source);
  if (!name)
    return;
  cm_w_name(w, name, 0);
  corm_write(w, ".");
}

void cm_w_column(corm_writer *w, const corm_node *x) {
  const corm_column *column = x->ref;
  const char *text = column_text(w, x); /* it draws its name before its owner does */
  if (cm_kid(x, 0) && !is_bare(w, x))
    put_owner(w, x->kids[0]);
  cm_w_name(w, text, column ? column->quote : 0);
}

static void put_constant(corm_writer *w, const corm_node *x) {
  int native = cm_c_feature(w->c, CORM_DIALECT_NATIVE_BOOLEAN);
  if (x->kind == CORM_NODE_NULL)
    corm_write(w, "NULL");
  else if (x->kind == CORM_NODE_TRUE)
    corm_write(w, native ? "true" : "1");
  else
    corm_write(w, native ? "false" : "0");
}

static void put_source(corm_writer *w, const corm_node *x) {
  const char *name = cm_name_source(w->c, x);
  cm_w_name(w, name ? name : "", 0);
}

static void put_composite(corm_writer *w, const corm_node *x) {
  switch (x->kind) {
  case CORM_NODE_TUPLE:
    corm_write(w, x->op == CM_TUPLE_ARRAY ? "ARRAY[" : "(");
    cm_w_list(w, x, CM_AGAINST_COMMA);
    corm_write(w, x->op == CM_TUPLE_ARRAY ? "]" : ")");
    return;
  case CORM_NODE_LIST:
    cm_w_list(w, x, CM_AGAINST_COMMA);
    return;
  case CORM_NODE_CASE:
    put_case(w, x);
    return;
  case CORM_NODE_CAST:
    put_cast(w, x);
    return;
  case CORM_NODE_EXTRACT:
    put_extract(w, x);
    return;
  case CORM_NODE_SCALAR:
    put_subquery(w, cm_kid(x, 0), 0);
    return;
  case CORM_NODE_EXISTS:
    put_exists(w, x);
    return;
  case CORM_NODE_SELECT:
  case CORM_NODE_COMPOUND:
    put_subquery(w, x, 0);
    return;
  case CORM_NODE_TEXT:
    cm_w_text(w, x);
    return;
  case CORM_NODE_HOST:
    cm_w_host(w, x);
    return;
  default:
    if (cm_is_source(x))
      put_source(w, x);
    else
      cm_c_fail(w->c, CORM_ECOMPILE, "an element of kind %d has no SQL text", x->kind);
  }
}

static void put_operation(corm_writer *w, const corm_node *x) {
  switch (x->kind) {
  case CORM_NODE_BINARY:
    cm_w_binary(w, x);
    return;
  case CORM_NODE_UNARY:
    put_unary(w, x);
    return;
  case CORM_NODE_MODIFIER:
    put_modifier(w, x);
    return;
  case CORM_NODE_AND:
    put_junction(w, x, CORM_OP_AND, " AND ");
    return;
  case CORM_NODE_OR:
    put_junction(w, x, CORM_OP_OR, " OR ");
    return;
  case CORM_NODE_BETWEEN:
    put_between(w, x);
    return;
  case CORM_NODE_FUNCTION:
    cm_w_function(w, x);
    return;
  case CORM_NODE_OVER:
  case CORM_NODE_FILTER:
  case CORM_NODE_WITHIN_GROUP:
    cm_w_over(w, x);
    return;
  default:
    put_composite(w, x);
  }
}

void cm_w_expr(corm_writer *w, const corm_node *x) {
  if (w->c->status || !x)
    return;
  switch (x->kind) {
  case CORM_NODE_COLUMN:
    cm_w_column(w, x);
    return;
  case CORM_NODE_NAMED:
  case CORM_NODE_LITERAL_COLUMN:
    if (x->kind == CORM_NODE_LITERAL_COLUMN || x->flags & CM_PLAIN_NAME)
      cm_w_user(w, x->name);
    else
      cm_w_name(w, x->name, 0);
    return;
  case CORM_NODE_BIND:
    cm_w_bind(w, x);
    return;
  case CORM_NODE_NULL:
  case CORM_NODE_TRUE:
  case CORM_NODE_FALSE:
    put_constant(w, x);
    return;
  case CORM_NODE_LABEL:
  case CORM_NODE_TYPE_COERCE:
    if (is_json_cast(w->c, x))
      cm_w_json(w, cm_kid(x, 0), x->type);
    else
      cm_w_expr(w, cm_kid(x, 0));
    return;
  default:
    put_operation(w, x);
  }
}
