/* Loader options: where they lead to and what is to be done there. */
#include "ast/build.h"
#include "ast/statement.h"

static int options_place(const corm_node *s) {
  switch (s->kind) {
  case CORM_NODE_SELECT:
    return CM_SEL_OPTIONS;
  case CORM_NODE_COMPOUND:
    return CM_COMP_OPTIONS;
  case CORM_NODE_INSERT:
  case CORM_NODE_UPDATE:
  case CORM_NODE_DELETE:
    return CM_DML_OPTIONS;
  default:
    return -1;
  }
}

static int is_step(const corm_node *x, int is_last) { return x ? x->kind == CORM_NODE_ATTRIBUTE : is_last; }

/* The option node: the path, then what `last` adds to it (taken; may be NULL). */
static corm_node *option(const corm_expr *const *path, size_t n, const cm_make *make, corm_node *last) {
  corm_node *x = cm_make_node(make, NULL, 0);
  int ok = !cm_is_poison(x);
  for (size_t i = 0; ok && i < n; i++)
    ok = cm_node_append(x, corm_node_ref(path[i]));
  if (ok && last)
    ok = cm_node_append(x, last);
  else
    corm_node_unref(last);
  if (!ok) {
    corm_node_unref(x);
    return cm_no_memory();
  }
  cm_node_seal(x);
  return x;
}

static corm_stmt *add(corm_stmt *s, const corm_expr *const *path, size_t n, const cm_make *make, corm_node *last) {
  int place = options_place(s);
  corm_node *x = NULL;
  if (place < 0) {
    corm_node_unref(last);
    return cm_refuse(s, "a loader option");
  }
  for (size_t i = 0; i < n; i++) {
    if (is_step(path[i], i + 1 == n))
      continue;
    corm_node_unref(last);
    corm_node_unref(s);
    if (path[i] && cm_is_poison(path[i]))
      return corm_node_ref(path[i]);
    return cm_poison(CORM_ELOADERSTRATEGY, "a loader option leads along relations; step %zu is none", i + 1);
  }
  x = option(path, n, make, last);
  return cm_add_to(s, (size_t)place, &x, 1);
}

corm_stmt *corm_load(corm_stmt *s, const corm_expr *const *path, size_t n, int strategy, unsigned flags) {
  cm_make make = {.kind = CORM_NODE_OPTION, .op = strategy, .level = flags};
  return add(s, path, n, &make, NULL);
}

corm_stmt *corm_load_columns(corm_stmt *s, const corm_expr *const *path, size_t n, int how,
                             const corm_expr *const *columns, size_t n_columns, unsigned flags) {
  cm_make make = {.kind = CORM_NODE_OPTION, .op = how, .level = flags, .flags = CM_SUBQUERY};
  corm_node *list = cm_make_list(NULL, 0);
  int ok = !cm_is_poison(list);
  for (size_t i = 0; ok && i < n_columns; i++)
    ok = cm_node_append(list, corm_node_ref(columns[i]));
  if (!ok) {
    corm_node_unref(list);
    list = cm_no_memory();
  }
  cm_node_seal(list);
  return add(s, path, n, &make, list);
}

corm_stmt *corm_load_group(corm_stmt *s, const corm_expr *const *path, size_t n, const char *group) {
  cm_make make = {.kind = CORM_NODE_OPTION, .op = CORM_LOAD_UNDEFER, .flags = CM_SUBQUERY, .name = group};
  return add(s, path, n, &make, cm_make_list(NULL, 0));
}

corm_stmt *corm_contains_eager(corm_stmt *s, const corm_expr *const *path, size_t n, const corm_source *source) {
  cm_make make = {.kind = CORM_NODE_OPTION, .op = CORM_LAZY_CONTAINS_EAGER};
  make.flags = source ? CM_SPEC_JOIN_LEFT_GIVEN : 0;
  return add(s, path, n, &make, corm_node_ref(source));
}
