/* Labels, casts, CASE, tuples and lists, subqueries as values, elements of the host. */
#include "ast/build.h"
#include <string.h>

corm_expr *corm_named(const char *name, const corm_type *type, int literal) {
  cm_make make = {.kind = literal ? CORM_NODE_LITERAL_COLUMN : CORM_NODE_NAMED, .name = name, .type = type};
  return cm_make_node(&make, NULL, 0);
}

corm_expr *corm_name_reference(const char *name) {
  cm_make make = {.kind = CORM_NODE_NAMED, .name = name, .flags = CM_PLAIN_NAME | CM_RECURSIVE};
  return cm_make_node(&make, NULL, 0);
}

corm_expr *corm_label(corm_expr *x, const char *name) {
  cm_make make = {.kind = CORM_NODE_LABEL, .name = name, .type = x->type};
  make.flags = name ? 0 : CM_ANONYMOUS;
  return cm_make_node(&make, &x, 1);
}

corm_expr *corm_keyed(corm_expr *x, const char *key) {
  cm_make make = {.kind = CORM_NODE_LABEL, .name = key, .type = x->type, .flags = CM_KEYED};
  return cm_make_node(&make, &x, 1);
}

/* A literal inside of a cast is sent as what it is cast to. */
static corm_node *literal_as(corm_node *x, const corm_type *type) {
  const corm_type *old = NULL;
  if (!cm_is_loose(x) || !type)
    return x;
  x = cm_node_own(x);
  if (cm_is_poison(x))
    return x;
  old = x->type;
  x->type = corm_type_ref(type);
  corm_type_unref(old);
  x->flags &= ~(unsigned)CM_BIND_UNTYPED;
  cm_node_seal(x);
  return x;
}

corm_expr *corm_cast(corm_expr *x, const corm_type *type) {
  return cm_make1(CORM_NODE_CAST, 0, type, literal_as(x, type));
}

corm_expr *corm_json_as(corm_expr *x, const corm_type *type) {
  int path = x->kind == CORM_NODE_BINARY && x->op == CORM_OP_JSON_PATH;
  cm_make make = {.kind = CORM_NODE_BINARY,
                  .op = path ? CORM_OP_JSON_PATH_TEXT : CORM_OP_JSON_TEXT,
                  .level = CM_JSON_TYPED,
                  .type = corm_type_plain(CORM_TYPE_STRING)};
  corm_node *kids[2], *text = NULL;
  if (cm_is_poison(x))
    return x;
  if (x->kind != CORM_NODE_BINARY || (x->op != CORM_OP_INDEX && !path)) {
    corm_node_unref(x);
    return cm_poison(CORM_EINVALID, "only an element of a JSON value, data[\"key\"], is read as another type");
  }
  for (size_t i = 0; i < 2; i++)
    kids[i] = corm_node_ref(x->kids[i]);
  corm_node_unref(x);
  text = cm_make_node(&make, kids, 2);
  return !type || type == make.type ? text : corm_type_coerce(text, type);
}

corm_expr *corm_type_coerce(corm_expr *x, const corm_type *type) {
  return cm_make1(CORM_NODE_TYPE_COERCE, 0, type, literal_as(x, type));
}

corm_expr *corm_extract(const char *field, corm_expr *x) {
  cm_make make = {.kind = CORM_NODE_EXTRACT, .name = field, .type = corm_type_plain(CORM_TYPE_INTEGER)};
  return cm_make_node(&make, &x, 1);
}

/* The last result that has a type says what CASE gives. */
static const corm_type *case_type(corm_node *const *kids, size_t n) {
  for (size_t i = n; i >= 4; i -= 2)
    if (kids[i - 1] && kids[i - 1]->type->kind != CORM_TYPE_NULL)
      return kids[i - 1]->type;
  return kids[1] ? kids[1]->type : NULL;
}

corm_expr *corm_case(corm_expr *value, corm_expr *const *when_then, size_t pairs, corm_expr *otherwise) {
  size_t n = 2 * pairs + 2;
  corm_node **kids = cm_alloc(n * sizeof *kids);
  corm_node *x = NULL;
  if (!kids) {
    cm_unref_all(when_then, 2 * pairs);
    corm_node_unref(value);
    corm_node_unref(otherwise);
    return cm_no_memory();
  }
  kids[0] = value;
  kids[1] = otherwise;
  if (pairs)
    memcpy(kids + 2, when_then, 2 * pairs * sizeof *kids);
  x = cm_node_new(CORM_NODE_CASE, case_type(kids, n), kids, n);
  cm_free(kids);
  return x;
}

corm_expr *corm_ordered_argument(corm_expr *x, corm_expr *const *order, size_t n) {
  return corm_op_custom("ORDER BY", 0, 0, x->type, x, n == 1 ? order[0] : corm_list(order, n));
}

corm_expr *corm_array(corm_expr *const *members, size_t n, const corm_type *type) {
  cm_make make = {.kind = CORM_NODE_TUPLE, .op = CM_TUPLE_ARRAY, .type = type};
  return cm_make_node(&make, members, n);
}

corm_expr *corm_tuple(corm_expr *const *members, size_t n) { return cm_node_new(CORM_NODE_TUPLE, NULL, members, n); }
corm_expr *corm_list(corm_expr *const *members, size_t n) { return cm_make_list(members, n); }

corm_stmt *cm_without_labels(corm_stmt *query) {
  if (query->kind != CORM_NODE_SELECT || query->op == CORM_LABELS_NONE)
    return query;
  query = cm_node_own(query);
  if (cm_is_poison(query))
    return query;
  query->op = CORM_LABELS_NONE;
  cm_node_seal(query);
  return query;
}

corm_expr *corm_scalar(corm_stmt *query) {
  corm_node *list = NULL, *x = NULL;
  if (cm_is_poison(query))
    return query;
  if (!cm_is_query(query) && query->kind != CORM_NODE_TEXT) {
    corm_node_unref(query);
    return cm_poison(CORM_EARGUMENT, "only a SELECT can be a scalar subquery");
  }
  query = cm_without_labels(query);
  list = cm_source_column_list(query);
  if (cm_is_poison(list)) {
    corm_node_unref(query);
    return list;
  }
  x = cm_make1(CORM_NODE_SCALAR, 0, list->n ? list->kids[0]->type : NULL, query);
  corm_node_unref(list);
  return x;
}

corm_expr *corm_exists(corm_stmt *query) {
  return cm_make1(CORM_NODE_EXISTS, 0, corm_type_plain(CORM_TYPE_BOOLEAN), query);
}

corm_expr *corm_host_node(void *host, void (*release)(void *), const corm_type *type, corm_expr *const *kids,
                          size_t n) {
  return cm_node_hold(cm_node_new(CORM_NODE_HOST, type, kids, n), host, release);
}
