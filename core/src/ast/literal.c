/* Values inside trees: literals, bound parameters, how they are typed and named by what stands beside them. */
#include "ast/build.h"
#include <ctype.h>
#include <string.h>

int cm_value_copy(corm_value *to, const corm_value *from) {
  *to = *from;
  if (!corm_kind_has_bytes(from->kind))
    return 1;
  to->as.p = cm_strndup(from->as.p ? from->as.p : "", from->size);
  if (to->as.p)
    return 1;
  *to = corm_null();
  return 0;
}

cm_values *cm_values_new(const corm_value *values, size_t n) {
  size_t text = 0;
  cm_values *many = NULL;
  char *at = NULL;
  for (size_t i = 0; i < n; i++)
    text += corm_kind_has_bytes(values[i].kind) ? values[i].size : 0;
  many = cm_alloc(sizeof *many + n * sizeof *values + text);
  if (!many)
    return NULL;
  many->n = n;
  many->values = (corm_value *)(void *)(many + 1);
  at = (char *)(many->values + n);
  for (size_t i = 0; i < n; i++) {
    many->values[i] = values[i];
    if (!corm_kind_has_bytes(values[i].kind))
      continue;
    if (values[i].size)
      memcpy(at, values[i].as.p, values[i].size);
    many->values[i].as.p = at;
    at += values[i].size;
  }
  return many;
}

/* A literal alone: by the class of its value. */
const corm_type *cm_value_type(const corm_value *v) {
  switch (v->kind) {
  case CORM_BOOL:
    return corm_type_plain(CORM_TYPE_BOOLEAN);
  case CORM_INT:
    return corm_type_plain(v->as.i > INT32_MAX || v->as.i < -(int64_t)INT32_MAX ? CORM_TYPE_BIGINT : CORM_TYPE_INTEGER);
  case CORM_DOUBLE:
    return corm_type_plain(CORM_TYPE_FLOAT);
  case CORM_TEXT:
    return corm_type_plain(CORM_TYPE_STRING);
  case CORM_BYTES:
    return corm_type_plain(CORM_TYPE_BINARY);
  case CORM_DATE:
    return corm_type_plain(CORM_TYPE_DATE);
  case CORM_TIME:
    return corm_type_plain(CORM_TYPE_TIME);
  case CORM_TIMESTAMP:
  case CORM_TIMESTAMPTZ:
    return corm_type_plain(CORM_TYPE_DATETIME);
  case CORM_DECIMAL:
    return corm_type_plain(CORM_TYPE_NUMERIC);
  case CORM_JSON:
    return corm_type_plain(CORM_TYPE_JSON);
  case CORM_INTERVAL:
    return corm_type_plain(CORM_TYPE_INTERVAL);
  case CORM_UUID:
    return corm_type_plain(CORM_TYPE_UUID);
  default:
    return corm_type_plain(CORM_TYPE_NULL);
  }
}

static corm_node *make_bind(const cm_make *make, const corm_value *value) {
  corm_node *x = cm_make_node(make, NULL, 0);
  if (cm_is_poison(x) || !value)
    return x;
  if (!cm_value_copy(&x->value, value)) {
    corm_node_unref(x);
    return cm_no_memory();
  }
  if (value->kind == CORM_RECORD) /* the only kind that belongs to the shape */
    cm_node_seal(x);
  return x;
}

corm_expr *corm_literal(const corm_value *value) {
  cm_make make = {.kind = CORM_NODE_BIND, .flags = CM_BIND_UNIQUE | CM_BIND_UNTYPED, .type = cm_value_type(value)};
  return make_bind(&make, value);
}

corm_expr *corm_literal_typed(const corm_value *value, const corm_type *type) {
  cm_make make = {.kind = CORM_NODE_BIND, .flags = CM_BIND_UNIQUE, .type = type};
  return type ? make_bind(&make, value) : corm_literal(value);
}

corm_node *cm_node_hold(corm_node *x, void *value, void (*release)(void *)) {
  if (cm_is_poison(x)) {
    if (release)
      release(value);
    return x;
  }
  x->value.kind = CORM_HOST;
  x->value.as.h = value;
  x->hold = value;
  x->release = release;
  return x;
}

corm_expr *corm_literal_host(void *value, void (*release)(void *), const corm_type *class_type) {
  cm_make make = {.kind = CORM_NODE_BIND, .flags = CM_BIND_UNIQUE | CM_BIND_UNTYPED, .type = class_type};
  return cm_node_hold(cm_make_node(&make, NULL, 0), value, release);
}

corm_expr *corm_literal_alone(corm_expr *x) {
  if (x->kind != CORM_NODE_BIND || x->name)
    return x;
  x = cm_literal_named(x, "param");
  if (!cm_is_poison(x) && x->type && x->type->kind != CORM_TYPE_NULL) {
    x->flags &= ~(unsigned)CM_BIND_UNTYPED;
    cm_node_seal(x);
  }
  return x;
}

static unsigned bind_flags(unsigned flags, int has_value) {
  unsigned out = 0;
  out |= flags & CORM_BIND_UNIQUE ? CM_BIND_UNIQUE : 0;
  out |= flags & CORM_BIND_EXPANDING ? CM_BIND_EXPANDING : 0;
  out |= flags & CORM_BIND_LITERAL_EXECUTE ? CM_BIND_LITERAL_EXECUTE : 0;
  out |= flags & CORM_BIND_REQUIRED || !has_value ? CM_BIND_REQUIRED : 0;
  return out;
}

corm_expr *corm_bindparam(const char *name, const corm_value *value, const corm_type *type, unsigned flags) {
  cm_make make = {.kind = CORM_NODE_BIND, .flags = bind_flags(flags, value != NULL), .name = name};
  make.type = type ? type : value ? cm_value_type(value) : NULL;
  make.flags |= type ? 0 : CM_BIND_UNTYPED;
  make.flags |= name ? 0 : CM_BIND_UNIQUE;
  return make_bind(&make, value);
}

int corm_bind_get(const corm_expr *x, corm_value *out, corm_error **err) {
  if (x->kind != CORM_NODE_BIND)
    return cm_fail(err, CORM_EARGUMENT, "the expression is not a bound parameter");
  if (x->many)
    return cm_fail(err, CORM_EINVALID, "the bound parameter holds a list of values");
  *out = x->value;
  return CORM_OK;
}

int cm_is_loose(const corm_node *x) { return x->kind == CORM_NODE_BIND && x->flags & CM_BIND_UNTYPED; }

/* ---- Names ------------------------------------------------------------------------------------------------------- */

static char safe(char c) {
  if (c == ':')
    return 'C';
  return strchr(" %().[]", c) ? '_' : c;
}

static size_t write_base(const char *name, char *out) {
  size_t n = strlen(name), from = 0;
  while (from < n && safe(name[from]) == '_')
    from++;
  while (n > from && safe(name[n - 1]) == '_')
    n--;
  for (size_t i = from; i < n; i++)
    out[i - from] = safe(name[i]);
  out[n - from] = 0;
  return n - from;
}

char *cm_base_name(const char *name) {
  char *out = cm_alloc(strlen(name) + 1);
  if (out)
    write_base(name, out);
  return out;
}

static const char *last_part(const char *dotted) {
  const char *dot = strrchr(dotted, '.');
  return dot ? dot + 1 : dotted;
}

/* The name by which a neighbour calls its binds; NULL: it has none. */
static const char *calling_name(const corm_node *x) {
  switch (x->kind) {
  case CORM_NODE_COLUMN:
    if (x->ref)
      return ((const corm_column *)x->ref)->key;
    return x->n > 1 ? x->name : NULL; /* a subquery's; not a column_property */
  case CORM_NODE_NAMED:
  case CORM_NODE_LITERAL_COLUMN:
    return x->name;
  case CORM_NODE_FUNCTION:
    return x->name ? last_part(x->name) : NULL;
  default:
    return NULL;
  }
}

const char *cm_bind_base(const corm_node *neighbour, char *room, size_t size) {
  const char *name = neighbour ? calling_name(neighbour) : NULL;
  if (!name)
    return NULL;
  if (strlen(name) >= size)
    return name;
  return write_base(name, room) ? room : NULL;
}

static corm_node *set_name(corm_node *literal, const char *base) {
  char *name = NULL;
  if (!base || !(literal->flags & CM_BIND_UNIQUE) || literal->name)
    return literal;
  name = cm_strdup(base);
  if (!name) {
    corm_node_unref(literal);
    return cm_no_memory();
  }
  literal->name = name;
  return literal;
}

corm_node *cm_literal_named(corm_node *literal, const char *base) {
  if (literal->kind != CORM_NODE_BIND || !base || literal->name)
    return literal;
  literal = cm_node_own(literal);
  if (cm_is_poison(literal))
    return literal;
  literal = set_name(literal, base);
  cm_node_seal(literal);
  return literal;
}

/* ---- Types ------------------------------------------------------------------------------------------------------- */

/* Types that take every value as their own. JSON does not: beside it an integer is an integer. */
static int keeps_its_type(const corm_type *t) {
  if (t->kind == CORM_TYPE_JSON && !t->impl)
    return 0;
  return t->impl || t->flags & CORM_TYPE_HOST_BIND || t->kind == CORM_TYPE_UUID || t->kind == CORM_TYPE_ENUM ||
         t->kind == CORM_TYPE_CUSTOM;
}

static const corm_type *neighbour_type(const corm_node *literal, const corm_type *beside) {
  const corm_type *own = literal->type;
  if (own->kind == CORM_TYPE_NULL || keeps_its_type(beside))
    return beside;
  if (beside->kind == CORM_TYPE_NULL)
    return own;
  return cm_type_affinity(own) == cm_type_affinity(beside) ? beside : own;
}

corm_node *cm_literal_beside(corm_node *literal, const corm_node *neighbour) {
  char room[128];
  const corm_type *type = NULL;
  if (!cm_is_loose(literal))
    return literal;
  literal = cm_node_own(literal);
  if (cm_is_poison(literal))
    return literal;
  type = neighbour_type(literal, neighbour->type);
  if (type != literal->type) {
    const corm_type *old = literal->type;
    literal->type = corm_type_ref(type);
    corm_type_unref(old);
  }
  if (neighbour->kind != CORM_NODE_BIND || !cm_is_loose(neighbour))
    literal->flags &= ~(unsigned)CM_BIND_UNTYPED;
  literal = set_name(literal, cm_bind_base(neighbour, room, sizeof room));
  cm_node_seal(literal);
  return literal;
}
