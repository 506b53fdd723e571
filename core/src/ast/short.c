/* Short forms for programs: expressions by entity and name, argument lists, paths of relations. */
#include "ast/build.h"

#include <stdarg.h>
#include <string.h>

enum { MAX_ARGUMENTS = 256 };

/* `first` and what follows it up to CORM_END, at most MAX_ARGUMENTS: the others are given up, and counted. */
static size_t collect(corm_node **out, corm_node *first, va_list args) {
  size_t n = 0;
  for (corm_node *x = first; x; x = va_arg(args, corm_node *), n++) {
    if (n < MAX_ARGUMENTS)
      out[n] = x;
    else
      corm_node_unref(x);
  }
  return n;
}

static corm_node *too_many(corm_node **given, corm_node *stmt, const char *what) {
  cm_unref_all(given, MAX_ARGUMENTS);
  corm_node_unref(stmt);
  return cm_poison(CORM_EARGUMENT, "%s takes at most %d arguments: its twin %s_n takes any number", what, MAX_ARGUMENTS,
                   what);
}

corm_expr *corm_attr(const corm_entity *entity, const char *key) {
  corm_source *source = corm_entity_source(entity);
  corm_expr *x = corm_col(source, key);
  corm_node_unref(source);
  return x;
}

corm_expr *corm_lit(corm_value value) { return corm_literal(&value); }

corm_stmt *corm_select_entity(const corm_entity *entity) {
  corm_node *source = corm_entity_source(entity);
  return corm_select_n(&source, 1);
}

corm_expr *corm_and(corm_expr *first, ...) {
  corm_node *given[MAX_ARGUMENTS];
  va_list args;
  va_start(args, first);
  size_t n = collect(given, first, args);
  va_end(args);
  return n > MAX_ARGUMENTS ? too_many(given, NULL, "corm_and") : corm_and_n(given, n);
}

corm_expr *corm_or(corm_expr *first, ...) {
  corm_node *given[MAX_ARGUMENTS];
  va_list args;
  va_start(args, first);
  size_t n = collect(given, first, args);
  va_end(args);
  return n > MAX_ARGUMENTS ? too_many(given, NULL, "corm_or") : corm_or_n(given, n);
}

corm_expr *corm_call(const char *name, corm_expr *first, ...) {
  corm_node *given[MAX_ARGUMENTS];
  va_list args;
  va_start(args, first);
  size_t n = collect(given, first, args);
  va_end(args);
  return n > MAX_ARGUMENTS ? too_many(given, NULL, "corm_call") : corm_func(name, NULL, given, n);
}

corm_stmt *corm_select(corm_node *first, ...) {
  corm_node *given[MAX_ARGUMENTS];
  va_list args;
  va_start(args, first);
  size_t n = collect(given, first, args);
  va_end(args);
  return n > MAX_ARGUMENTS ? too_many(given, NULL, "corm_select") : corm_select_n(given, n);
}

corm_stmt *corm_order_by(corm_stmt *s, corm_node *first, ...) {
  corm_node *given[MAX_ARGUMENTS];
  va_list args;
  va_start(args, first);
  size_t n = collect(given, first, args);
  va_end(args);
  return n > MAX_ARGUMENTS ? too_many(given, s, "corm_order_by") : corm_order_by_n(s, n ? given : NULL, n);
}

corm_stmt *corm_group_by(corm_stmt *s, corm_node *first, ...) {
  corm_node *given[MAX_ARGUMENTS];
  va_list args;
  va_start(args, first);
  size_t n = collect(given, first, args);
  va_end(args);
  return n > MAX_ARGUMENTS ? too_many(given, s, "corm_group_by") : corm_group_by_n(s, n ? given : NULL, n);
}

/* ---- Paths: "purchases.product"
 * -------------------------------------------------------------------------------------- */

enum { MAX_STEPS = 16 };

/* The next step of the path as an ATTRIBUTE or poison; NULL at the end. *entity becomes where it leads to. */
static corm_node *step(const corm_entity **entity, const char **at) {
  char name[128];
  size_t n = strcspn(*at, ".");
  corm_node *x;
  if (!**at)
    return NULL;
  if (n >= sizeof name)
    return cm_poison(CORM_ENAME, "class \"%s\" has no relation with so long a name", (*entity)->name);
  memcpy(name, *at, n);
  name[n] = '\0';
  *at += (*at)[n] ? n + 1 : n;
  x = corm_attr(*entity, name);
  if (cm_is_poison(x))
    return x;
  if (x->kind != CORM_NODE_ATTRIBUTE) {
    corm_node_unref(x);
    return cm_poison(CORM_EARGUMENT, "attribute \"%s.%s\" is no relation", (*entity)->name, name);
  }
  *entity = ((const corm_relation *)x->ref)->target;
  return x;
}

static corm_stmt *instead(corm_stmt *s, corm_node *poison) {
  if (cm_is_poison(s)) {
    corm_node_unref(poison);
    return s;
  }
  corm_node_unref(s);
  return poison;
}

corm_stmt *corm_join_path(corm_stmt *s, const corm_entity *entity, const char *path, int kind) {
  corm_node *x;
  while ((x = step(&entity, &path))) {
    if (cm_is_poison(x))
      return instead(s, x);
    s = corm_join(s, x, NULL, kind);
    corm_node_unref(x);
  }
  return s;
}

corm_stmt *corm_load_path(corm_stmt *s, const corm_entity *entity, const char *path, int strategy, unsigned flags) {
  corm_node *steps[MAX_STEPS];
  const corm_expr *borrowed[MAX_STEPS];
  size_t n = 0;
  corm_node *x;
  while (n < MAX_STEPS && (x = step(&entity, &path))) {
    if (cm_is_poison(x)) {
      cm_unref_all(steps, n);
      return instead(s, x);
    }
    steps[n] = x;
    borrowed[n++] = x;
    s = corm_load(s, borrowed, n, strategy, flags);
  }
  cm_unref_all(steps, n);
  return *path ? instead(s, cm_poison(CORM_EARGUMENT, "a path of relations has at most %d steps", MAX_STEPS)) : s;
}
