/* What the files of ast share among themselves: small makers, names, values. */
#ifndef CM_AST_BUILD_H
#define CM_AST_BUILD_H
#include "ast/node.h"
#include "schema/schema.h"

/* Flags that seal computes; flags that belong to the shape. */
#define CM_COMPUTED_FLAGS CM_INHERITED_FLAGS
#define CM_SHAPE_FLAGS                                                                                                 \
  (~(unsigned)(CM_POISONED | CM_BORROWED_NAME | CM_NO_SCHEMA | CM_BIND_UNTYPED | CM_HAS_BINDS | CM_HAS_HOST))

static inline unsigned cm_own_flags(const corm_node *x) {
  switch (x->kind) {
  case CORM_NODE_POISON:
    return CM_POISONED;
  case CORM_NODE_ENTITY:
  case CORM_NODE_ATTRIBUTE:
  case CORM_NODE_RELATION_TEST:
  case CORM_NODE_OPTION:
    return CM_ORM;
  case CORM_NODE_BIND:
    return x->flags & CM_FIXED ? 0 : CM_HAS_BINDS;
  case CORM_NODE_HOST:
    return CM_HAS_HOST;
  case CORM_NODE_SELECT:
    return x->n > CM_SEL_JOINS && x->kids[CM_SEL_JOINS] ? CM_JOINS : 0;
  default:
    return 0;
  }
}

/* A poison node that carries the error (taken). */
corm_node *cm_poison_error(corm_error *);
/* Values in one piece of memory, text included; NULL without memory. */
cm_values *cm_values_new(const corm_value *values, size_t n);

/* One kid, two kids: taken. */
corm_node *cm_make1(int kind, int op, const corm_type *, corm_node *a);
corm_node *cm_make2(int kind, int op, const corm_type *, corm_node *a, corm_node *b);
corm_node *cm_make_list(corm_node *const *kids, size_t n);
void cm_unref_all(corm_node *const *nodes, size_t n);
/* The first poisoned one of some nodes, the others given up: what a builder returns when it cannot look inside. NULL:
 * none is. */
corm_node *cm_first_poison(corm_node *const *nodes, size_t n);

/* ---- Operators ---- */
int cm_operator_opposite(int op); /* 0: none */
int cm_operator_is_binary(int op);
int cm_operator_is_comparison(int op);
const char *cm_operator_name(int op);
/* The type of `l op r`, and the operator that it really is (+ beside text is ||). */
const corm_type *cm_operator_result(int *op, const corm_type *l, const corm_type *r);
int cm_type_affinity(const corm_type *); /* a corm_type_kind that stands for its family */

/* ---- Literals ---- */
const corm_type *cm_value_type(const corm_value *);
int cm_is_loose(const corm_node *); /* a literal that still takes its type from a neighbour */
/* Gives a loose literal the type and the base name that its neighbour says; taken and returned. */
corm_node *cm_literal_beside(corm_node *literal, const corm_node *neighbour);
/* Gives a new node a host's value, which goes with it; poison gives it back at once. */
corm_node *cm_node_hold(corm_node *, void *value, void (*release)(void *));
corm_node *cm_literal_named(corm_node *literal, const char *base);             /* only the base name */
char *cm_base_name(const char *name);                                          /* as a base of bind names; owned */
const char *cm_bind_base(const corm_node *neighbour, char *room, size_t size); /* "param" when there is none */
int cm_value_copy(corm_value *to, const corm_value *from);                     /* 0: no memory */

/* The opposite of a relation test where NOT would not do; taken when there is one. NULL: NOT does. */
corm_node *cm_relation_opposite(corm_node *test);

/* ---- Columns ---- */
int cm_type_same(const corm_type *, const corm_type *);
/* A COLUMN of a table or an alias of one, made in one piece. */
corm_node *cm_column_node(const corm_node *source, const corm_column *, const char *key, unsigned level);
#endif
