/* Structural equality. Two trees can agree node by node and still differ in what is shared: a1.id = a2.id is not
 * a1.id = a1.id. So each thing with an identity is paired with its counterpart, one to one. */
#include "ast/build.h"
#include <string.h>

enum { NEAR = 24 };

typedef struct pairing {
  const corm_node *near_a[NEAR], *near_b[NEAR];
  size_t n;
  cm_map forth, back; /* the pairs behind the first NEAR */
  int failed;
} pairing;

/* Whether sharing the node can be seen in the text: columns, constants and lists are the same wherever they stand. */
static int has_identity(const corm_node *x) {
  switch (x->kind) {
  case CORM_NODE_COLUMN:
  case CORM_NODE_TABLE:
  case CORM_NODE_ENTITY:
  case CORM_NODE_NULL:
  case CORM_NODE_TRUE:
  case CORM_NODE_FALSE:
  case CORM_NODE_LIST:
  case CORM_NODE_MODIFIER:
  case CORM_NODE_NAMED:
  case CORM_NODE_LITERAL_COLUMN:
  case CORM_NODE_AND:
  case CORM_NODE_OR:
  case CORM_NODE_OPTION:
    return 0;
  default:
    return 1;
  }
}

/* 1: paired with each other already; 0: neither is paired; -1: one of them has another partner. */
static int find_pair(const pairing *p, const corm_node *a, const corm_node *b) {
  for (size_t i = 0; i < p->n && i < NEAR; i++)
    if (p->near_a[i] == a || p->near_b[i] == b)
      return p->near_a[i] == a && p->near_b[i] == b ? 1 : -1;
  if (p->n > NEAR) {
    const void *for_a = cm_map_get_ptr(&p->forth, a), *for_b = cm_map_get_ptr(&p->back, b);
    if (for_a || for_b)
      return for_a == b && for_b == a ? 1 : -1;
  }
  return 0;
}

static void add_pair(pairing *p, const corm_node *a, const corm_node *b) {
  if (p->n < NEAR) {
    p->near_a[p->n] = a;
    p->near_b[p->n] = b;
  } else if (!cm_map_put_ptr(&p->forth, a, (void *)(uintptr_t)b) ||
             !cm_map_put_ptr(&p->back, b, (void *)(uintptr_t)a)) {
    p->failed = 1;
  }
  p->n++;
}

static int same_text(const char *a, const char *b) { return a == b || (a && b && strcmp(a, b) == 0); }

static int same_labels(const corm_type *a, const corm_type *b) {
  for (size_t i = 0; i < a->n_labels; i++)
    if (strcmp(a->labels[i], b->labels[i]) != 0)
      return 0;
  return 1;
}

int cm_type_same(const corm_type *a, const corm_type *b) {
  if (a == b)
    return 1;
  return a->fold == b->fold && a->kind == b->kind && a->flags == b->flags && a->length == b->length &&
         a->precision == b->precision && a->scale == b->scale && a->host == b->host && a->n_labels == b->n_labels &&
         same_text(a->name, b->name) && same_text(a->collation, b->collation) && same_labels(a, b);
}

static int same_fixed(const corm_node *a, const corm_node *b) {
  if (!a->many || !b->many)
    return !a->many && !b->many && corm_value_equal(&a->value, &b->value);
  if (a->many->n != b->many->n)
    return 0;
  for (size_t i = 0; i < a->many->n; i++)
    if (!corm_value_equal(&a->many->values[i], &b->many->values[i]))
      return 0;
  return 1;
}

static int same_self(const corm_node *a, const corm_node *b) {
  if (a->fold != b->fold || a->kind != b->kind || a->op != b->op || a->level != b->level || a->n != b->n ||
      a->ref != b->ref || ((a->flags ^ b->flags) & CM_SHAPE_FLAGS))
    return 0;
  if (!cm_type_same(a->type, b->type) || !same_text(a->name, b->name) || !same_text(a->text, b->text))
    return 0;
  if ((a->value.kind == CORM_RECORD) != (b->value.kind == CORM_RECORD))
    return 0;
  return !(a->flags & CM_FIXED) || same_fixed(a, b);
}

static int same(pairing *p, const corm_node *a, const corm_node *b) {
  if (!a || !b)
    return a == b;
  if (!same_self(a, b))
    return 0;
  if (a->kind == CORM_NODE_HOST || a->kind == CORM_NODE_POISON)
    return a == b; /* what the host writes for it is not known here */
  if (has_identity(a)) {
    int paired = find_pair(p, a, b);
    if (paired)
      return paired > 0;
    add_pair(p, a, b);
  }
  for (size_t i = 0; i < a->n; i++)
    if (!same(p, a->kids[i], b->kids[i]))
      return 0;
  return 1;
}

int corm_node_equal(const corm_node *a, const corm_node *b) {
  pairing p;
  int equal = 0;
  p.n = 0;
  p.failed = 0;
  memset(&p.forth, 0, sizeof p.forth);
  memset(&p.back, 0, sizeof p.back);
  equal = same(&p, a, b);
  cm_map_free(&p.forth);
  cm_map_free(&p.back);
  return equal && !p.failed;
}

/* What is itself only: two of them are never the same, however alike. */
static int is_one_of_a_kind(const corm_node *x) {
  switch (x->kind) {
  case CORM_NODE_BIND:
  case CORM_NODE_ALIAS:
  case CORM_NODE_CTE:
  case CORM_NODE_LATERAL:
  case CORM_NODE_VALUES:
  case CORM_NODE_LABEL:
  case CORM_NODE_HOST:
  case CORM_NODE_POISON:
    return 1;
  default:
    return x->kind >= CORM_NODE_SELECT;
  }
}

int cm_node_same(const corm_node *a, const corm_node *b) {
  if (a == b)
    return 1;
  if (!a || !b || !same_self(a, b) || is_one_of_a_kind(a))
    return 0;
  if (a->kind == CORM_NODE_COLUMN)
    return cm_node_same(cm_kid(a, 0), cm_kid(b, 0));
  for (size_t i = 0; i < a->n; i++)
    if (!cm_node_same(a->kids[i], b->kids[i]))
      return 0;
  return 1;
}
