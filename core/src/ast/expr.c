/* Operators as nodes: binary, unary, modifiers, BETWEEN, LIKE. */
#include "ast/build.h"
#include <string.h>

corm_node *cm_make1(int kind, int op, const corm_type *type, corm_node *a) {
  cm_make make = {.kind = kind, .op = op, .type = type};
  return cm_make_node(&make, &a, 1);
}

corm_node *cm_make2(int kind, int op, const corm_type *type, corm_node *a, corm_node *b) {
  cm_make make = {.kind = kind, .op = op, .type = type};
  corm_node *kids[2] = {a, b};
  return cm_make_node(&make, kids, 2);
}

corm_node *cm_make_list(corm_node *const *kids, size_t n) { return cm_node_new(CORM_NODE_LIST, NULL, kids, n); }

void cm_unref_all(corm_node *const *nodes, size_t n) {
  for (size_t i = 0; i < n; i++)
    corm_node_unref(nodes[i]);
}

corm_node *cm_first_poison(corm_node *const *nodes, size_t n) {
  for (size_t i = 0; i < n; i++) {
    corm_node *found = nodes[i];
    if (!found || !cm_is_poison(found))
      continue;
    found = corm_node_ref(found);
    cm_unref_all(nodes, n);
    return found;
  }
  return NULL;
}

static corm_node *first_poison2(corm_node *a, corm_node *b) {
  corm_node *both[2] = {a, b};
  return cm_first_poison(both, 2);
}

static corm_node *refuse(corm_node *l, corm_node *r, const char *sentence) {
  corm_node_unref(l);
  corm_node_unref(r);
  return cm_poison(CORM_EARGUMENT, "%s", sentence);
}

/* ---- NULL, true and false on the right --------------------------------------------------------------------------- */

static int is_loose_of(const corm_node *x, int kind) { return cm_is_loose(x) && !x->name && x->value.kind == kind; }
static int is_null(const corm_node *x) { return x->kind == CORM_NODE_NULL || is_loose_of(x, CORM_NULL); }
static int is_truth(const corm_node *x) {
  return x->kind == CORM_NODE_TRUE || x->kind == CORM_NODE_FALSE || is_loose_of(x, CORM_BOOL);
}

static corm_node *as_constant(corm_node *x) {
  int truth = x->kind == CORM_NODE_TRUE || (x->kind == CORM_NODE_BIND && x->value.as.i);
  int null = is_null(x);
  corm_node_unref(x);
  return null ? corm_null_node() : truth ? corm_true_node() : corm_false_node();
}

static int takes_constants(int op) {
  return op == CORM_OP_EQ || op == CORM_OP_NE || op == CORM_OP_IS || op == CORM_OP_IS_NOT ||
         op == CORM_OP_IS_DISTINCT || op == CORM_OP_IS_NOT_DISTINCT;
}

static int is_order(int op) { return op == CORM_OP_LT || op == CORM_OP_LE || op == CORM_OP_GT || op == CORM_OP_GE; }

static corm_node *compare_constant(int op, corm_node *l, corm_node *r) {
  int null = is_null(r);
  if (is_order(op))
    return refuse(l, r, "only =, !=, IS and IS DISTINCT FROM compare with NULL, true or false");
  r = as_constant(r);
  if (null && op == CORM_OP_EQ)
    op = CORM_OP_IS;
  if (null && op == CORM_OP_NE)
    op = CORM_OP_IS_NOT;
  return cm_make2(CORM_NODE_BINARY, op, corm_type_plain(CORM_TYPE_BOOLEAN), l, r);
}

static corm_node *compare_relation(int op, corm_node *l, corm_node *r) {
  int test = op == CORM_OP_EQ || op == CORM_OP_IS ? CORM_TEST_EQ : CORM_TEST_NE;
  if (!is_null(r) || (op != CORM_OP_EQ && op != CORM_OP_NE && op != CORM_OP_IS && op != CORM_OP_IS_NOT))
    return refuse(l, r, "a relation compares with an object or with NULL, by = and != only");
  corm_node_unref(r);
  return corm_relation_test_of(test, l, NULL, NULL, NULL);
}

/* ---- Binary ------------------------------------------------------------------------------------------------------ */

/* COLLATE, subscripts and the like: the right side says how, and takes no type from the left. */
static int right_is_apart(int op) {
  return op == CORM_OP_COLLATE || op == CORM_OP_INDEX || op == CORM_OP_JSON_PATH || op == CORM_OP_JSON_TEXT ||
         op == CORM_OP_JSON_PATH_TEXT;
}

static void type_literals(int op, corm_node **l, corm_node **r) {
  char room[128];
  if (right_is_apart(op)) {
    *r = cm_literal_named(*r, cm_bind_base(*l, room, sizeof room));
    return;
  }
  if (!cm_is_loose(*l))
    *r = cm_literal_beside(*r, *l);
  else if (!cm_is_loose(*r))
    *l = cm_literal_beside(*l, *r);
}

static int is_quantified(const corm_node *x) {
  return x->kind == CORM_NODE_UNARY && (x->op == CORM_OP_ANY || x->op == CORM_OP_ALL);
}

static int mirrored(int op) {
  switch (op) {
  case CORM_OP_LT:
    return CORM_OP_GT;
  case CORM_OP_LE:
    return CORM_OP_GE;
  case CORM_OP_GT:
    return CORM_OP_LT;
  case CORM_OP_GE:
    return CORM_OP_LE;
  default:
    return op == CORM_OP_EQ || op == CORM_OP_NE ? op : 0;
  }
}

static corm_node *not_between_two(corm_node *l, corm_node *r, const char *name) {
  corm_node_unref(l);
  corm_node_unref(r);
  return cm_poison(CORM_EARGUMENT, "there is no operator \"%s\" between two expressions", name);
}

corm_expr *corm_binary(int op, corm_expr *l, corm_expr *r) {
  corm_node *both[2] = {l, r};
  corm_node *poison = cm_first_poison(both, 2);
  const corm_type *type = NULL;
  if (poison)
    return poison;
  if (op == CORM_OP_AND)
    return corm_and_n(both, 2);
  if (op == CORM_OP_OR)
    return corm_or_n(both, 2);
  if (!cm_operator_is_binary(op))
    return not_between_two(l, r, cm_operator_name(op));
  if (l->kind == CORM_NODE_ATTRIBUTE)
    return compare_relation(op, l, r);
  if (is_null(l) && !is_null(r) && takes_constants(op)) {
    corm_node *swap = l;
    l = r;
    r = swap;
  }
  if (is_quantified(l) && !is_quantified(r) && mirrored(op)) { /* ANY and ALL stand on the right */
    corm_node *swap = l;
    l = r;
    r = swap;
    op = mirrored(op);
  }
  if ((takes_constants(op) || is_order(op)) && (is_null(r) || is_truth(r)))
    return compare_constant(op, l, r);
  type_literals(op, &l, &r);
  poison = first_poison2(l, r);
  if (poison)
    return poison;
  type = cm_operator_result(&op, l->type, r->type);
  return cm_make2(CORM_NODE_BINARY, op, type, l, r);
}

corm_expr *corm_op(const char *name, corm_expr *l, corm_expr *r) {
  int op = corm_operator_named(name);
  return op ? corm_binary(op, l, r) : not_between_two(l, r, name);
}

corm_expr *corm_op_custom(const char *text, int precedence, unsigned flags, const corm_type *type, corm_expr *l,
                          corm_expr *r) {
  corm_node *poison = first_poison2(l, r);
  corm_node *kids[2];
  cm_make make = {.kind = CORM_NODE_BINARY, .op = CORM_OP_CUSTOM, .text = text, .type = type};
  if (poison)
    return poison;
  type_literals(CORM_OP_CUSTOM, &l, &r);
  make.level = (unsigned)precedence;
  make.flags = flags & CORM_OP_IS_COMPARISON ? CM_COMPARISON : 0;
  if (!type)
    make.type = flags & CORM_OP_IS_COMPARISON ? corm_type_plain(CORM_TYPE_BOOLEAN) : l->type;
  kids[0] = l;
  kids[1] = r;
  return cm_make_node(&make, kids, 2);
}

/* ---- Unary ------------------------------------------------------------------------------------------------------- */

static int is_modifier(int op) {
  return op == CORM_OP_DESC || op == CORM_OP_ASC || op == CORM_OP_NULLS_FIRST || op == CORM_OP_NULLS_LAST ||
         op == CORM_OP_DISTINCT;
}

corm_expr *corm_unary(int op, corm_expr *x) {
  if (cm_is_poison(x))
    return x;
  if (op == CORM_OP_NOT)
    return corm_not(x);
  if (op == CORM_OP_INVERT && x->type->kind == CORM_TYPE_BOOLEAN)
    return corm_not(x);
  if (is_modifier(op))
    return cm_make1(CORM_NODE_MODIFIER, op, x->type, x);
  if ((op == CORM_OP_ANY || op == CORM_OP_ALL) && x->type->kind == CORM_TYPE_ARRAY && x->type->item)
    return cm_make1(CORM_NODE_UNARY, op, x->type->item, x);
  if (op == CORM_OP_NEG || op == CORM_OP_INVERT || op == CORM_OP_ANY || op == CORM_OP_ALL)
    return cm_make1(CORM_NODE_UNARY, op, x->type, x);
  corm_node_unref(x);
  return cm_poison(CORM_EARGUMENT, "operator \"%s\" does not stand before one expression", cm_operator_name(op));
}

corm_expr *corm_between(corm_expr *x, corm_expr *low, corm_expr *high, int negated, int symmetric) {
  corm_node *kids[3] = {x, low, high};
  corm_node *poison = cm_first_poison(kids, 3);
  cm_make make = {.kind = CORM_NODE_BETWEEN, .op = negated ? CORM_OP_NOT_BETWEEN : CORM_OP_BETWEEN};
  if (poison)
    return poison;
  make.type = corm_type_plain(CORM_TYPE_BOOLEAN);
  make.flags = symmetric ? CM_SYMMETRIC : 0;
  for (int i = 1; i < 3; i++) {
    if (is_null(kids[i]) || is_truth(kids[i]))
      kids[i] = as_constant(kids[i]);
    kids[i] = cm_literal_beside(kids[i], x);
  }
  return cm_make_node(&make, kids, 3);
}

/* ---- LIKE -------------------------------------------------------------------------------------------------------- */

static int is_like(int op) {
  return op >= CORM_OP_LIKE && op <= CORM_OP_NOT_MATCH && op != CORM_OP_IN && op != CORM_OP_NOT_IN;
}

static int is_pattern(int op) {
  return is_like(op) && op != CORM_OP_REGEXP && op != CORM_OP_NOT_REGEXP && op != CORM_OP_MATCH &&
         op != CORM_OP_NOT_MATCH;
}

/* The literal with its % _ and the escape escaped. */
static corm_node *escape_literal(corm_node *r, char escape) {
  cm_strbuf b = {0};
  char *text = NULL;
  for (size_t i = 0; i < r->value.size; i++) {
    char c = r->value.as.p[i];
    if (c == '%' || c == '_' || c == escape)
      cm_strbuf_putc(&b, escape);
    cm_strbuf_putc(&b, c);
  }
  text = cm_strbuf_detach(&b);
  r = cm_node_own(r);
  if (!text || cm_is_poison(r)) {
    cm_free(text);
    corm_node_unref(r);
    return cm_no_memory();
  }
  cm_free((void *)(uintptr_t)r->value.as.p);
  r->value = corm_text(text);
  return r;
}

corm_expr *corm_like(int op, corm_expr *l, corm_expr *r, const char *escape, int autoescape) {
  corm_node *kids[2] = {l, r};
  corm_node *poison = cm_first_poison(kids, 2);
  cm_make make = {.kind = CORM_NODE_BINARY, .op = op, .text = escape};
  if (poison)
    return poison;
  if (!is_like(op))
    return refuse(l, r, "the operator is none of the LIKE family");
  if (autoescape && (r->kind != CORM_NODE_BIND || r->value.kind != CORM_TEXT))
    return refuse(l, r, "autoescape needs a literal text");
  if (autoescape && !escape)
    make.text = "/";
  if (is_pattern(op) && (is_null(r) || is_truth(r)))
    return refuse(l, r, "a pattern is text: with NULL, true and false only =, != and IS compare");
  if (is_null(r))
    kids[1] = as_constant(r);
  kids[1] = cm_literal_beside(kids[1], l);
  if (autoescape && !cm_is_poison(kids[1]))
    kids[1] = escape_literal(kids[1], *make.text);
  make.type = corm_type_plain(CORM_TYPE_BOOLEAN);
  return cm_make_node(&make, kids, 2);
}
