/* Membership: a list of values is one bind, which grows its marks when the statement runs. */
#include "ast/build.h"

static const corm_type *boolean(void) { return corm_type_plain(CORM_TYPE_BOOLEAN); }
static int in_op(int negated) { return negated ? CORM_OP_NOT_IN : CORM_OP_IN; }

/* The first value that is not NULL says the class of all. */
static corm_value first_value(const corm_value *values, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (values[i].kind != CORM_NULL)
      return values[i];
  return corm_null();
}

/* A loose literal of the list's class, so that it finds its type and name beside `x`; then it becomes the list. */
static corm_node *list_bind(const corm_node *x, const corm_value *values, size_t n) {
  corm_value sample = first_value(values, n);
  corm_node *bind = NULL;
  if (sample.kind == CORM_HOST || sample.kind == CORM_RECORD)
    sample = corm_null();
  bind = cm_literal_beside(corm_literal(&sample), x);
  if (cm_is_poison(bind))
    return bind;
  bind->flags = (bind->flags | CM_BIND_EXPANDING) & ~(unsigned)CM_BIND_UNTYPED;
  if (corm_kind_has_bytes(sample.kind))
    cm_free((void *)(uintptr_t)bind->value.as.p);
  bind->value = corm_null();
  bind->many = cm_values_new(values, n);
  if (!bind->many) {
    corm_node_unref(bind);
    return cm_no_memory();
  }
  cm_node_seal(bind);
  return bind;
}

corm_expr *corm_in_values(corm_expr *x, const corm_value *values, size_t n, int negated) {
  corm_node *bind = NULL;
  if (cm_is_poison(x))
    return x;
  bind = list_bind(x, values, n);
  return cm_make2(CORM_NODE_BINARY, in_op(negated), boolean(), x, bind);
}

static void release_node(void *node) { corm_node_unref(node); }

static int all_loose(corm_node *const *members, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!cm_is_loose(members[i]) || members[i]->name || members[i]->flags & (CM_BIND_REQUIRED | CM_BIND_EXPANDING))
      return 0;
  return 1;
}

/* Only literals, some of the host's: their nodes live as long as the list that borrows their values. */
static corm_node *list_of_literals(corm_node *x, corm_node *const *members, size_t n) {
  corm_value *values = cm_alloc((n ? n : 1) * sizeof *values);
  corm_node *kept = NULL, *bind = NULL, *beside = NULL;
  for (size_t i = 0; values && i < n; i++)
    values[i] = members[i]->value;
  beside = values && n && values[0].kind == CORM_HOST ? cm_literal_beside(cm_node_copy(members[0]), x) : NULL;
  bind = values ? list_bind(x, values, n) : cm_no_memory();
  kept = cm_make_list(members, n);
  cm_free(values);
  if (cm_is_poison(bind) || cm_is_poison(kept) || (beside && cm_is_poison(beside))) {
    corm_node_unref(kept);
    corm_node_unref(beside);
    corm_node_unref(bind);
    return cm_no_memory();
  }
  if (beside) {
    corm_type_unref(bind->type);
    bind->type = corm_type_ref(beside->type);
    cm_node_seal(bind);
  }
  bind->hold = kept;
  bind->release = release_node;
  corm_node_unref(beside);
  return bind;
}

corm_expr *corm_in_exprs(corm_expr *x, corm_expr *const *members, size_t n, int negated) {
  corm_node *list = NULL;
  if (cm_is_poison(x)) {
    cm_unref_all(members, n);
    return x;
  }
  if (all_loose(members, n))
    return cm_make2(CORM_NODE_BINARY, in_op(negated), boolean(), x, list_of_literals(x, members, n));
  list = cm_make_list(members, n);
  for (size_t i = 0; i < list->n; i++)
    list->kids[i] = cm_literal_beside(list->kids[i], x);
  cm_node_seal(list);
  return cm_make2(CORM_NODE_BINARY, in_op(negated), boolean(), x, list);
}

corm_expr *corm_in_rows(corm_expr *tuple, const corm_value *values, size_t n, size_t width, int negated) {
  corm_node *bind = NULL;
  if (cm_is_poison(tuple))
    return tuple;
  if (!width || width > UINT8_MAX) {
    corm_node_unref(tuple);
    return cm_poison(CORM_EARGUMENT, "rows of an IN list have 1 to %d values, not %zu", UINT8_MAX, width);
  }
  bind = list_bind(tuple, values, n * width);
  if (cm_is_poison(bind)) {
    corm_node_unref(tuple);
    return bind;
  }
  bind->flags |= CM_BIND_TUPLES;
  bind->op = (uint8_t)width;
  corm_type_unref(bind->type);
  bind->type = corm_type_ref(corm_type_plain(CORM_TYPE_NULL));
  cm_node_seal(bind);
  return cm_make2(CORM_NODE_BINARY, in_op(negated), boolean(), tuple, bind);
}

corm_expr *corm_in_query(corm_expr *x, corm_node *right, int negated) {
  right = cm_without_labels(right);
  if (cm_is_poison(x) || cm_is_poison(right)) {
    corm_node *both[2] = {x, right};
    return cm_first_poison(both, 2);
  }
  if (right->kind == CORM_NODE_BIND) {
    right = cm_literal_beside(cm_node_own(right), x);
    if (cm_is_poison(right)) {
      corm_node_unref(x);
      return right;
    }
    right->flags |= CM_BIND_EXPANDING;
    if (x->kind == CORM_NODE_TUPLE && x->n && x->n <= UINT8_MAX) {
      right->flags |= CM_BIND_TUPLES;
      right->op = (uint8_t)x->n;
    }
    cm_node_seal(right);
  } else if (!cm_is_query(right) && !cm_is_source(right) && right->kind != CORM_NODE_TEXT &&
             right->kind != CORM_NODE_SCALAR) {
    corm_node_unref(x);
    corm_node_unref(right);
    return cm_poison(CORM_EARGUMENT, "IN takes a list, a query or an expanding parameter");
  }
  return cm_make2(CORM_NODE_BINARY, in_op(negated), boolean(), x, right);
}
