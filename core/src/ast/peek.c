/* What a binding may see of a node. */
#include "ast/build.h"

int corm_node_peek_kind(const corm_node *x) { return x->kind; }
const corm_type *corm_expr_peek_type(const corm_expr *x) { return x->type; }

static const char *source_name(const corm_node *x) {
  if (x->kind == CORM_NODE_TABLE)
    return ((const corm_table *)x->ref)->name;
  return x->kind == CORM_NODE_ENTITY ? ((const corm_entity *)x->ref)->name : NULL;
}

const char *corm_node_peek_name(const corm_node *x) {
  if (x->kind == CORM_NODE_ATTRIBUTE)
    return ((const corm_relation *)x->ref)->key;
  if (x->name)
    return x->name;
  if (x->kind == CORM_NODE_COLUMN && x->ref)
    return ((const corm_column *)x->ref)->key;
  return source_name(x);
}

size_t corm_node_peek_kids(const corm_node *x) { return x->n; }
const corm_node *corm_node_peek_kid(const corm_node *x, size_t i) { return cm_kid(x, i); }

corm_column *corm_node_peek_column(const corm_node *x) {
  return x->kind == CORM_NODE_COLUMN ? (corm_column *)(uintptr_t)x->ref : NULL;
}

corm_table *corm_node_peek_table(const corm_node *x) {
  if (x->kind == CORM_NODE_TABLE)
    return (corm_table *)(uintptr_t)x->ref;
  return x->kind == CORM_NODE_ENTITY ? ((const corm_entity *)x->ref)->table : NULL;
}

corm_entity *corm_node_peek_entity(const corm_node *x) { return (corm_entity *)(uintptr_t)cm_source_entity(x); }

corm_relation *corm_node_peek_relation(const corm_node *x) {
  return x->kind == CORM_NODE_ATTRIBUTE ? (corm_relation *)(uintptr_t)x->ref : NULL;
}

int corm_node_peek_operator(const corm_node *x) {
  switch (x->kind) {
  case CORM_NODE_BINARY:
  case CORM_NODE_UNARY:
  case CORM_NODE_MODIFIER:
  case CORM_NODE_BETWEEN:
    return x->op;
  case CORM_NODE_AND:
    return CORM_OP_AND;
  case CORM_NODE_OR:
    return CORM_OP_OR;
  default:
    return CORM_OP_NONE;
  }
}
