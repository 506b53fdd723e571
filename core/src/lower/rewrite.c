/* Expressions and nested statements: entities become tables, attributes columns, tests conditions. */
#include "lower/lowering.h"
#include <stdarg.h>
#include <stdio.h>

int cm_l_fail(cm_lowering *l, int status, const char *fmt, ...) {
  char message[512];
  va_list args;
  if (l->status)
    return l->status;
  va_start(args, fmt);
  vsnprintf(message, sizeof message, fmt, args);
  va_end(args);
  return l->status = cm_fail(l->err, status, "%s", message);
}

int cm_l_memory(cm_lowering *l) {
  if (!l->status)
    l->status = cm_fail_memory(l->err);
  return l->status;
}

corm_node *cm_l_columns(cm_lowering *l, const corm_node *source) {
  corm_node *list = cm_source_column_list(source);
  if (cm_is_poison(list) && !l->status)
    l->status = corm_node_check(list, l->err);
  return list;
}

corm_node *cm_l_keep(cm_lowering *l, corm_node *x) {
  if (!x)
    return NULL;
  if (x->flags & CM_POISONED && !l->status)
    l->status = corm_node_check(x, l->err);
  if (cm_is_poison(x)) {
    /* the sources below must stay readable: nobody looks at them once status is set */
    corm_node_unref(x);
    return cm_no_memory();
  }
  if (!cm_grow((void **)&l->kept, &l->cap_kept, l->n_kept + 1, sizeof *l->kept)) {
    corm_node_unref(x);
    cm_l_memory(l);
    return cm_no_memory();
  }
  return l->kept[l->n_kept++] = x;
}

corm_node *cm_l_and(corm_node *a, corm_node *b) {
  corm_node *both[2] = {a, b};
  if (!a || !b)
    return a ? a : b;
  return corm_and_n(both, 2);
}

static corm_node *lower_column(cm_lowering *l, const corm_node *x) {
  const corm_node *source = x->kids[0];
  const corm_entity *entity = cm_source_entity(source);
  cm_place place = {NULL, NULL, NULL};
  corm_node *copy = NULL;
  if (entity) {
    place = cm_l_place(l, source);
    if (l->status)
      return cm_no_memory();
    if (x->ref)
      return cm_place_column(l, &place, x->ref);
    return cm_place_attribute(l, &place, entity->attrs[x->level - 1]);
  }
  copy = cm_node_copy(x);
  if (cm_is_poison(copy))
    return copy;
  cm_node_set_kid(copy, 0, corm_node_ref(cm_l_source(l, source)));
  if (copy->n > 1 && copy->kids[1])
    cm_node_set_kid(copy, 1, cm_l_expr(l, x->kids[1]));
  cm_node_seal(copy);
  return copy;
}

static corm_node *lower_not(cm_lowering *l, const corm_node *x) {
  if (x->kids[0]->kind == CORM_NODE_RELATION_TEST)
    return cm_l_test(l, x->kids[0], 1);
  return corm_not(cm_l_expr(l, x->kids[0]));
}

/* What was lowered once is the same node ever after: a label in ORDER BY is the one among the columns. */
static corm_node *remember(cm_lowering *l, const corm_node *x, corm_node *made) {
  cm_l_keep(l, corm_node_ref(x)); /* no other node may get its address meanwhile */
  if (!cm_map_put_ptr(&l->sources, x, cm_l_keep(l, corm_node_ref(made))))
    cm_l_memory(l);
  return made;
}

static corm_node *lower_kids(cm_lowering *l, const corm_node *x) {
  corm_node *copy = cm_node_copy(x);
  if (cm_is_poison(copy)) {
    cm_l_memory(l);
    return copy;
  }
  for (size_t i = 0; i < x->n && !l->status; i++)
    if (x->kids[i])
      cm_node_set_kid(copy, i, cm_l_expr(l, x->kids[i]));
  cm_node_seal(copy);
  return copy;
}

static corm_node *lower_other(cm_lowering *l, const corm_node *x) {
  switch (x->kind) {
  case CORM_NODE_RELATION_TEST:
    return cm_l_test(l, x, 0);
  case CORM_NODE_UNARY:
    return x->op == CORM_OP_NOT ? lower_not(l, x) : lower_kids(l, x);
  case CORM_NODE_ATTRIBUTE:
    cm_l_fail(l, CORM_EARGUMENT, "relation \"%s\" is not a column: compare it, or use any(), has() or contains()",
              ((const corm_relation *)x->ref)->key);
    return cm_no_memory();
  case CORM_NODE_SELECT:
  case CORM_NODE_COMPOUND:
    return cm_l_statement(l, x);
  default:
    return lower_kids(l, x);
  }
}

corm_node *cm_l_expr(cm_lowering *l, const corm_node *x) {
  corm_node *out = NULL;
  if (!x)
    return NULL;
  if (l->shown && !l->status && !cm_is_source(x) && (out = cm_l_shown_column(l, x)))
    return out;
  if (!(x->flags & (CM_ORM | CM_JOINS)) || l->status)
    return corm_node_ref(x);
  if (cm_is_source(x))
    return corm_node_ref(cm_l_source(l, x));
  if (x->kind == CORM_NODE_COLUMN)
    return lower_column(l, x);
  out = cm_map_get_ptr(&l->sources, x);
  if (out)
    return corm_node_ref(out);
  out = lower_other(l, x);
  if (out->flags & CM_POISONED && !l->status)
    l->status = corm_node_check(out, l->err);
  return remember(l, x, out);
}
