/* Private copies: for the statement cache (without values), and for the schema (without references to it). */
#include "ast/build.h"

/* Copies below, keeping what is shared shared. */
typedef struct copying {
  cm_map done;
  void (*treat)(corm_node *copy, const corm_node *from);
  corm_node *(*make)(const corm_node *);
  int failed;
} copying;

static corm_node *deep(copying *c, const corm_node *x) {
  corm_node *copy = cm_map_get_ptr(&c->done, x);
  if (copy)
    return corm_node_ref(copy);
  copy = c->make(x);
  if (cm_is_poison(copy) || !cm_map_put_ptr(&c->done, x, copy)) {
    c->failed = 1;
    return copy;
  }
  for (size_t i = 0; i < copy->n && !c->failed; i++)
    if (copy->kids[i])
      cm_node_set_kid(copy, i, deep(c, x->kids[i]));
  c->treat(copy, x);
  return copy;
}

static void drop_value(corm_node *x) {
  int kind = x->value.kind;
  if (corm_kind_has_bytes(kind))
    cm_free((void *)(uintptr_t)x->value.as.p);
  x->value = corm_null();
  if (kind == CORM_RECORD)
    x->value.kind = CORM_RECORD; /* that there is one belongs to the shape */
  cm_free(x->many);
  x->many = NULL;
}

static void drop_host(corm_node *x) {
  if (x->release)
    x->release(x->hold);
  x->release = NULL;
  x->hold = NULL;
}

static void strip(corm_node *copy, const corm_node *from) {
  (void)from;
  if (!(copy->flags & CM_FIXED))
    drop_value(copy);
  drop_host(copy);
}

corm_node *cm_node_strip(const corm_node *x) {
  copying c = {.treat = strip, .make = cm_node_copy};
  corm_node *copy = deep(&c, x);
  cm_map_free(&c.done);
  if (!c.failed)
    return copy;
  corm_node_unref(copy);
  return NULL;
}

static void disown(corm_node *copy, const corm_node *from) {
  (void)from;
  if (!copy->schema)
    return;
  corm_schema_unref(copy->schema);
  copy->schema = NULL;
  copy->flags |= CM_NO_SCHEMA;
}

void cm_node_disown_schema(corm_node *x) {
  copying c = {.treat = disown, .make = cm_node_copy};
  for (size_t i = 0; x && i < x->n && !c.failed; i++) {
    corm_node *kid = x->kids[i] ? deep(&c, x->kids[i]) : NULL;
    if (!c.failed)
      cm_node_set_kid(x, i, kid);
    else
      corm_node_unref(kid);
  }
  cm_map_free(&c.done);
  if (x && !cm_is_poison(x))
    disown(x, x);
}
