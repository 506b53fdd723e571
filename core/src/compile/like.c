/* The LIKE family and IN. */
#include "compile/compiler.h"
#include <string.h>

static int is_negated(int op) {
  switch (op) {
  case CORM_OP_NOT_LIKE:
  case CORM_OP_NOT_ILIKE:
  case CORM_OP_NOT_STARTSWITH:
  case CORM_OP_NOT_ENDSWITH:
  case CORM_OP_NOT_CONTAINS:
  case CORM_OP_NOT_ISTARTSWITH:
  case CORM_OP_NOT_IENDSWITH:
  case CORM_OP_NOT_ICONTAINS:
    return 1;
  default:
    return 0;
  }
}

static int ignores_case(int op) {
  return op == CORM_OP_ILIKE || op == CORM_OP_NOT_ILIKE || (op >= CORM_OP_ISTARTSWITH && op <= CORM_OP_NOT_ICONTAINS);
}

static int is_start(int op) {
  return op == CORM_OP_STARTSWITH || op == CORM_OP_NOT_STARTSWITH || op == CORM_OP_ISTARTSWITH ||
         op == CORM_OP_NOT_ISTARTSWITH;
}

static int is_end(int op) {
  return op == CORM_OP_ENDSWITH || op == CORM_OP_NOT_ENDSWITH || op == CORM_OP_IENDSWITH || op == CORM_OP_NOT_IENDSWITH;
}

static int is_inside(int op) { return cm_operator_is_contains(op) && !is_start(op) && !is_end(op); }

static void put_operand(corm_writer *w, const corm_node *x, int op, int lower, int in_pattern) {
  int joined = x && x->kind == CORM_NODE_BINARY && x->op == CORM_OP_CONCAT && !lower;
  corm_write(w, lower ? "lower(" : "");
  if (in_pattern && joined) /* it goes on as a concatenation */
    cm_w_operand(w, x, CORM_OP_CONCAT, cm_operator_level(CORM_OP_CONCAT));
  else
    cm_w_operand(w, x, cm_operator_is_contains(op) ? CM_AGAINST_NOTHING : op, cm_operator_level(op));
  corm_write(w, lower ? ")" : "");
}

/* '%' || x || '%', or concat('%', x, '%') */
static void put_pattern(corm_writer *w, const corm_node *x, int op, int lower) {
  int function = cm_c_feature(w->c, CORM_DIALECT_CONCAT_FUNCTION);
  const char *between = function ? ", " : " || ";
  corm_write(w, function ? "concat(" : "");
  if (is_end(op) || is_inside(op)) {
    corm_write(w, "'%'");
    corm_write(w, between);
  }
  put_operand(w, x, op, lower, 1);
  if (is_start(op) || is_inside(op)) {
    corm_write(w, between);
    corm_write(w, "'%'");
  }
  corm_write(w, function ? ")" : "");
}

void cm_w_like(corm_writer *w, const corm_node *x) {
  int native = cm_c_feature(w->c, CORM_DIALECT_ILIKE), any_case = ignores_case(x->op), lower = any_case && !native;
  put_operand(w, cm_kid(x, 0), x->op, lower, 0);
  corm_write(w, is_negated(x->op) ? " NOT" : "");
  corm_write(w, any_case && native ? " ILIKE " : " LIKE ");
  if (cm_operator_is_contains(x->op))
    put_pattern(w, cm_kid(x, 1), x->op, lower);
  else
    put_operand(w, cm_kid(x, 1), x->op, lower, 0);
  if (x->text) {
    corm_write(w, " ESCAPE ");
    cm_w_string(w, x->text, strlen(x->text));
  }
}

static void put_members(corm_writer *w, const corm_node *r) {
  switch (r->kind) {
  case CORM_NODE_BIND:
    if (r->flags & CM_BIND_EXPANDING) {
      cm_w_bind(w, r);
      return;
    }
    break;
  case CORM_NODE_SCALAR:
  case CORM_NODE_TUPLE:
    cm_w_expr(w, r);
    return;
  case CORM_NODE_SELECT:
  case CORM_NODE_COMPOUND:
    corm_write(w, "(");
    cm_w_query(w, r, 0);
    corm_write(w, ")");
    return;
  case CORM_NODE_LIST:
    corm_write(w, "(");
    cm_w_list(w, r, CM_AGAINST_COMMA);
    corm_write(w, ")");
    return;
  case CORM_NODE_TEXT:
    corm_write(w, "(");
    cm_w_expr(w, r);
    corm_write(w, ")");
    return;
  default:
    break;
  }
  cm_w_operand(w, r, CORM_OP_IN, cm_operator_level(CORM_OP_IN));
}

/* The types of the members of (a, b) IN (list of pairs). */
static const corm_type *const *tuple_types(corm_compiler *c, const corm_node *tuple) {
  const corm_type **types = NULL;
  if (!tuple || tuple->kind != CORM_NODE_TUPLE)
    return NULL;
  types = cm_arena_alloc(&c->out->arena, tuple->n * sizeof *types);
  for (size_t i = 0; types && i < tuple->n; i++)
    types[i] = tuple->kids[i]->type;
  return types;
}

void cm_w_in(corm_writer *w, const corm_node *x) {
  int negated = x->op == CORM_OP_NOT_IN, around = w->c->negated_in;
  size_t before = 0;
  corm_write(w, negated ? "(" : "");
  w->c->in_operator++;
  cm_w_operand(w, cm_kid(x, 0), x->op, cm_operator_level(x->op));
  corm_write(w, negated ? " NOT IN " : " IN ");
  before = w->c->n_params;
  w->c->negated_in = negated;
  put_members(w, cm_kid(x, 1));
  w->c->in_operator--;
  w->c->negated_in = around;
  for (size_t i = before; i < w->c->n_params; i++) {
    w->c->params[i].negated |= negated;
    if (w->c->params[i].p.tuple_width)
      w->c->params[i].p.tuple_types = tuple_types(w->c, cm_kid(x, 0));
  }
  corm_write(w, negated ? ")" : "");
}
