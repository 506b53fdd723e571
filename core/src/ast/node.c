#include "ast/node.h"
#include "ast/build.h"
#include "schema/schema.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { STATIC_REFS = INT32_MAX / 2 };

static const corm_type unknown_type = {.refs = INT32_MAX, .kind = CORM_TYPE_NULL};
static corm_node no_memory = {
    .refs = INT32_MAX, .kind = CORM_NODE_POISON, .flags = CM_POISONED, .fold = 1, .type = &unknown_type};

corm_node *cm_no_memory(void) { return &no_memory; }

static const corm_type *take_type(const corm_type *type) {
  if (!type)
    return &unknown_type;
  if (atomic_load_explicit(&((corm_type *)(uintptr_t)type)->refs, memory_order_relaxed) >= STATIC_REFS)
    return type;
  return corm_type_ref(type);
}

static void drop_type(const corm_type *type) {
  if (atomic_load_explicit(&((corm_type *)(uintptr_t)type)->refs, memory_order_relaxed) < STATIC_REFS)
    corm_type_unref(type);
}

/* The first kids lie behind the node itself; only a list that grew has memory of its own. */
static corm_node **inline_kids(corm_node *x) { return (corm_node **)(void *)(x + 1); }

static void unref_each(corm_node *const *kids, size_t n) {
  for (size_t i = 0; i < n; i++)
    corm_node_unref(kids[i]);
}

/* With room for one at least: what lies behind a node without any could be another block, and taken for its kids. */
static corm_node *allocate(int kind, const corm_type *type, size_t n) {
  size_t cap = n ? n : 1;
  corm_node *x = cm_alloc(sizeof *x + cap * sizeof *x->kids);
  if (!x)
    return NULL;
  memset(x, 0, sizeof *x);
  atomic_init(&x->refs, 1);
  x->kind = (uint8_t)kind;
  x->type = take_type(type);
  x->n = (uint32_t)n;
  x->cap = (uint32_t)cap;
  x->kids = inline_kids(x);
  cm_live_add(CORM_LIVE_NODES, 1);
  return x;
}

/* Refused while it is made, since freeing, comparing and writing it would overflow the stack. */
static corm_node *not_too_deep(corm_node *x) {
  if (x->depth <= CM_MAX_DEPTH)
    return x;
  corm_node_unref(x);
  return cm_poison(CORM_EINVALID, "an expression is nested more than %d deep", CM_MAX_DEPTH);
}

corm_node *cm_node_new(int kind, const corm_type *type, corm_node *const *kids, size_t n) {
  corm_node *x = n > UINT32_MAX / 2 ? NULL : allocate(kind, type, n);
  if (!x) {
    unref_each(kids, n);
    return &no_memory;
  }
  if (n)
    memcpy(x->kids, kids, n * sizeof *kids);
  cm_node_seal(x);
  return not_too_deep(x);
}

corm_node *cm_make_node(const cm_make *make, corm_node *const *kids, size_t n) {
  corm_node *x = n > UINT32_MAX / 2 ? NULL : allocate(make->kind, make->type, n);
  if (!x) {
    unref_each(kids, n);
    return &no_memory;
  }
  if (n)
    memcpy(x->kids, kids, n * sizeof *kids);
  x->op = (uint8_t)make->op;
  x->level = (uint16_t)make->level;
  x->flags = make->flags;
  x->ref = make->ref;
  x->schema = make->schema ? corm_schema_ref(make->schema) : NULL;
  if (make->flags & CM_BORROWED_NAME)
    x->name = (char *)(uintptr_t)make->name;
  else
    x->name = cm_strdup(make->name);
  x->text = cm_strdup(make->text);
  if ((make->name && !x->name) || (make->text && !x->text)) {
    corm_node_unref(x);
    return &no_memory;
  }
  cm_node_seal(x);
  return not_too_deep(x);
}

/* Cheap, and good enough for a hash that is verified: nodes are sealed all the time. Order matters. */
static inline uint64_t mix(uint64_t h, uint64_t x) {
  h = (h ^ x) * 0x9e3779b97f4a7c15u;
  return h ^ h >> 29;
}

/* What of a value belongs to the shape. */
static uint64_t value_fold(const corm_node *x) {
  if (x->flags & CM_FIXED)
    return x->many ? x->many->n + 3 : corm_value_hash(&x->value);
  return x->value.kind == CORM_RECORD ? 2 : 1;
}

static uint64_t own_fold(const corm_node *x) {
  uint64_t h = (uint64_t)x->kind | (uint64_t)x->op << 8 | (uint64_t)x->level << 16 | (uint64_t)x->n << 32;
  h = mix(h, (x->flags & CM_SHAPE_FLAGS) ^ x->type->fold);
  if (x->ref)
    h = mix(h, (uint64_t)(uintptr_t)x->ref);
  if (x->name)
    h = mix(h, x->flags & CM_BORROWED_NAME && x->ref ? 5 : cm_hash_bytes(x->name, strlen(x->name)));
  if (x->text)
    h = mix(h, cm_hash_bytes(x->text, strlen(x->text)) + 1);
  if (x->kind == CORM_NODE_BIND || x->kind == CORM_NODE_RELATION_TEST)
    h = mix(h, value_fold(x));
  return h;
}

void cm_node_seal(corm_node *x) {
  uint64_t h = own_fold(x);
  uint32_t below = 0, depth = 0;
  if (x == &no_memory)
    return;
  for (size_t i = 0; i < x->n; i++) {
    const corm_node *kid = x->kids[i];
    if (!kid)
      continue;
    h = mix(h, kid->fold + i);
    below |= kid->flags;
    depth = kid->depth > depth ? kid->depth : depth;
  }
  x->depth = depth + 1;
  x->flags = (x->flags & ~(unsigned)CM_COMPUTED_FLAGS) | (below & CM_INHERITED_FLAGS) | cm_own_flags(x);
  x->fold = h;
}

corm_node *corm_node_ref(const corm_node *x) {
  corm_node *node = (corm_node *)(uintptr_t)x;
  if (node && node != &no_memory)
    atomic_fetch_add_explicit(&node->refs, 1, memory_order_relaxed);
  return node;
}

static void free_value(corm_node *x) {
  if (corm_kind_has_bytes(x->value.kind))
    cm_free((void *)(uintptr_t)x->value.as.p);
  cm_free(x->many);
}

/* Everything of the node but its kids. */
static void destroy(corm_node *x) {
  if (x->release)
    x->release(x->hold);
  free_value(x);
  if (!(x->flags & CM_BORROWED_NAME))
    cm_free(x->name);
  cm_free(x->text);
  drop_type(x->type);
  corm_error_free(x->error);
  if (x->kids != inline_kids(x))
    cm_free(x->kids);
  if (x->schema)
    corm_schema_unref(x->schema);
  cm_free(x);
  cm_live_add(CORM_LIVE_NODES, -1);
}

static int dropped_last(corm_node *x) {
  return x != &no_memory && atomic_fetch_sub_explicit(&x->refs, 1, memory_order_acq_rel) == 1;
}

void corm_node_unref(const corm_node *given) {
  corm_node *x = (corm_node *)(uintptr_t)given;
  while (x && dropped_last(x)) {
    corm_node *first = x->n ? x->kids[0] : NULL;
    for (size_t i = 1; i < x->n; i++)
      corm_node_unref(x->kids[i]);
    destroy(x);
    x = first; /* long chains (a + b + c ...) lean to the left: no recursion there */
  }
}

corm_node *cm_poison(int status, const char *fmt, ...) {
  char message[512];
  corm_node *x = NULL;
  va_list args;
  va_start(args, fmt);
  vsnprintf(message, sizeof message, fmt, args);
  va_end(args);
  x = allocate(CORM_NODE_POISON, NULL, 0);
  if (!x)
    return &no_memory;
  cm_fail(&x->error, status, "%s", message);
  cm_node_seal(x);
  return x;
}

corm_node *cm_poison_error(corm_error *error) {
  corm_node *x = error ? allocate(CORM_NODE_POISON, NULL, 0) : NULL;
  if (!x) {
    corm_error_free(error);
    return &no_memory;
  }
  x->error = error;
  cm_node_seal(x);
  return x;
}

static int copy_value(corm_node *to, const corm_node *from) {
  to->value = from->value;
  if (corm_kind_has_bytes(from->value.kind)) {
    to->value.as.p = cm_strndup(from->value.as.p, from->value.size);
    if (!to->value.as.p) {
      to->value = corm_null();
      return 0;
    }
  }
  if (from->many)
    to->many = cm_values_new(from->many->values, from->many->n);
  return !from->many || to->many;
}

static void release_node(void *node) { corm_node_unref(node); }

/* A host's reference cannot be doubled: the copy keeps the original alive instead. */
static void copy_hold(corm_node *to, const corm_node *from) {
  if (!from->release)
    return;
  to->hold = corm_node_ref(from);
  to->release = release_node;
}

corm_node *cm_node_copy(const corm_node *from) {
  corm_node *x = from == &no_memory ? NULL : allocate(from->kind, from->type, from->n);
  if (!x)
    return &no_memory;
  x->op = from->op;
  x->level = from->level;
  x->flags = from->flags;
  x->fold = from->fold;
  x->ref = from->ref;
  x->schema = from->schema ? corm_schema_ref(from->schema) : NULL;
  for (size_t i = 0; i < from->n; i++)
    x->kids[i] = corm_node_ref(from->kids[i]);
  x->name = from->flags & CM_BORROWED_NAME ? from->name : cm_strdup(from->name);
  x->text = cm_strdup(from->text);
  copy_hold(x, from);
  if ((from->name && !x->name) || (from->text && !x->text) || !copy_value(x, from)) {
    corm_node_unref(x);
    return &no_memory;
  }
  return x;
}

corm_node *cm_node_own(corm_node *x) {
  corm_node *copy = NULL;
  if (x == &no_memory || x->kind == CORM_NODE_POISON)
    return x;
  if (atomic_load_explicit(&x->refs, memory_order_acquire) == 1)
    return x;
  copy = cm_node_copy(x);
  corm_node_unref(x);
  return copy;
}

void cm_node_set_kid(corm_node *x, size_t i, corm_node *kid) {
  if (i >= x->n) {
    corm_node_unref(kid);
    return;
  }
  corm_node_unref(x->kids[i]);
  x->kids[i] = kid;
}

static int grow_kids(corm_node *x) {
  uint32_t cap = x->cap < 4 ? 4 : x->cap * 2;
  corm_node **kids = NULL;
  if (x->kids == inline_kids(x)) {
    kids = cm_alloc(cap * sizeof *kids);
    if (kids && x->n)
      memcpy(kids, x->kids, x->n * sizeof *kids);
  } else {
    kids = cm_realloc(x->kids, cap * sizeof *kids);
  }
  if (!kids)
    return 0;
  x->kids = kids;
  x->cap = cap;
  return 1;
}

int cm_node_append(corm_node *x, corm_node *kid) {
  if (x == &no_memory || (x->n == x->cap && !grow_kids(x))) {
    corm_node_unref(kid);
    return 0;
  }
  x->kids[x->n++] = kid;
  return 1;
}

uint64_t corm_node_peek_fold(const corm_node *x) { return x->fold; }

static int copy_error(corm_error **err, const corm_error *from) {
  static const char *const keys[] = {CORM_DETAIL_NAME, CORM_DETAIL_NEAREST, CORM_DETAIL_OWNER};
  int status = cm_fail(err, corm_error_status(from), "%s", corm_error_message(from));
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    cm_detail(err, keys[i], corm_error_detail(from, keys[i]));
  return status;
}

const corm_node *cm_poison_in(const corm_node *x) {
  if (!x || !(x->flags & CM_POISONED))
    return NULL;
  if (x->kind == CORM_NODE_POISON)
    return x;
  for (size_t i = 0; i < x->n; i++) {
    const corm_node *found = cm_poison_in(x->kids[i]);
    if (found)
      return found;
  }
  return NULL;
}

int corm_node_check(const corm_node *x, corm_error **err) {
  const corm_node *poison = cm_poison_in(x);
  if (!poison)
    return CORM_OK;
  if (poison == &no_memory || !poison->error)
    return cm_fail_memory(err);
  return copy_error(err, poison->error);
}
