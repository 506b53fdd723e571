/* AND, OR, NOT and the constants: flattened and folded when they are built. */
#include "ast/build.h"

static corm_node *constant(int kind, corm_type_kind type) { return cm_node_new(kind, corm_type_plain(type), NULL, 0); }
corm_expr *corm_null_node(void) { return constant(CORM_NODE_NULL, CORM_TYPE_NULL); }
corm_expr *corm_true_node(void) { return constant(CORM_NODE_TRUE, CORM_TYPE_BOOLEAN); }
corm_expr *corm_false_node(void) { return constant(CORM_NODE_FALSE, CORM_TYPE_BOOLEAN); }

/* A Boolean literal stands for the constant here, a NULL for NULL. */
static corm_node *as_condition(corm_node *x) {
  int truth = 0, null = 0;
  if (!cm_is_loose(x) || x->name || (x->value.kind != CORM_BOOL && x->value.kind != CORM_NULL))
    return x;
  truth = x->value.as.i != 0;
  null = x->value.kind == CORM_NULL;
  corm_node_unref(x);
  return null ? corm_null_node() : truth ? corm_true_node() : corm_false_node();
}

/* Adds a part to the list: a list of the same kind brings its members, what decides nothing is left out. */
static int add_part(corm_node *list, corm_node *part) {
  int ok = 1;
  int nothing = list->kind == CORM_NODE_AND ? CORM_NODE_TRUE : CORM_NODE_FALSE;
  if (part->kind == nothing || ((part->kind == CORM_NODE_AND || part->kind == CORM_NODE_OR) && !part->n)) {
    corm_node_unref(part);
    return 1;
  }
  if (part->kind != list->kind)
    return cm_node_append(list, part);
  for (size_t i = 0; ok && i < part->n; i++)
    ok = cm_node_append(list, corm_node_ref(part->kids[i]));
  corm_node_unref(part);
  return ok;
}

static corm_node *gather(int kind, corm_node *const *parts, size_t n) {
  corm_node *list = constant(kind, CORM_TYPE_BOOLEAN);
  int ok = !cm_is_poison(list);
  for (size_t i = 0; i < n; i++) {
    corm_node *part = as_condition(parts[i]);
    if (ok)
      ok = add_part(list, part);
    else
      corm_node_unref(part);
  }
  if (ok)
    return list;
  corm_node_unref(list);
  return cm_no_memory();
}

static int holds(const corm_node *list, int kind) {
  for (size_t i = 0; i < list->n; i++)
    if (list->kids[i]->kind == kind)
      return 1;
  return 0;
}

static int had_constant(corm_node *const *parts, size_t n, int kind) {
  for (size_t i = 0; i < n; i++) {
    int is_true = cm_is_loose(parts[i]) && parts[i]->value.kind == CORM_BOOL && parts[i]->value.as.i;
    if (parts[i]->kind == kind || (kind == CORM_NODE_TRUE && is_true))
      return 1;
    if (kind == CORM_NODE_FALSE && cm_is_loose(parts[i]) && parts[i]->value.kind == CORM_BOOL && !is_true)
      return 1;
  }
  return 0;
}

static corm_node *join_several(int kind, corm_node *const *parts, size_t n) {
  int decides = kind == CORM_NODE_AND ? CORM_NODE_FALSE : CORM_NODE_TRUE;
  int nothing = kind == CORM_NODE_AND ? CORM_NODE_TRUE : CORM_NODE_FALSE;
  int only_nothing = had_constant(parts, n, nothing);
  corm_node *list = gather(kind, parts, n);
  corm_node *out = NULL;
  if (cm_is_poison(list))
    return list;
  if (holds(list, decides))
    out = constant(decides, CORM_TYPE_BOOLEAN);
  else if (list->n == 1)
    out = corm_node_ref(list->kids[0]);
  else if (!list->n && only_nothing)
    out = constant(nothing, CORM_TYPE_BOOLEAN);
  if (out) {
    corm_node_unref(list);
    return out;
  }
  cm_node_seal(list);
  return list;
}

static corm_node *join_parts(int kind, corm_node *const *parts, size_t n) {
  return n == 1 ? as_condition(parts[0]) : join_several(kind, parts, n);
}

corm_expr *corm_and_n(corm_expr *const *parts, size_t n) { return join_parts(CORM_NODE_AND, parts, n); }
corm_expr *corm_or_n(corm_expr *const *parts, size_t n) { return join_parts(CORM_NODE_OR, parts, n); }

/* The same comparison with the opposite operator; NULL: there is none. */
static corm_node *opposite(corm_node *x) {
  int op = x->kind == CORM_NODE_BINARY || x->kind == CORM_NODE_BETWEEN ? cm_operator_opposite(x->op) : 0;
  if (!op)
    return NULL;
  x = cm_node_own(x);
  if (cm_is_poison(x))
    return x;
  x->op = (uint8_t)op;
  cm_node_seal(x);
  return x;
}

static corm_node *instead(corm_node *x, corm_node *of) {
  corm_node_unref(of);
  return x;
}

/* What NOT NOT gives back as it was; other operands keep both. */
static int is_plain_boolean(const corm_node *x) {
  int plain = x->kind == CORM_NODE_COLUMN || x->kind == CORM_NODE_NAMED || x->kind == CORM_NODE_CASE ||
              x->kind == CORM_NODE_CAST || x->kind == CORM_NODE_BIND;
  return plain && x->type->kind == CORM_TYPE_BOOLEAN;
}

corm_expr *corm_not(corm_expr *x) {
  corm_node *negated = NULL;
  x = as_condition(x);
  if (cm_is_poison(x))
    return x;
  if (x->kind == CORM_NODE_TRUE)
    return instead(corm_false_node(), x);
  if (x->kind == CORM_NODE_FALSE)
    return instead(corm_true_node(), x);
  if (x->kind == CORM_NODE_UNARY && x->op == CORM_OP_NOT && is_plain_boolean(x->kids[0]))
    return instead(corm_node_ref(x->kids[0]), x);
  negated = x->kind == CORM_NODE_RELATION_TEST ? cm_relation_opposite(x) : opposite(x);
  if (negated)
    return negated;
  return cm_make1(CORM_NODE_UNARY, CORM_OP_NOT, corm_type_plain(CORM_TYPE_BOOLEAN), x);
}
