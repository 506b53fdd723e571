/* Names that compile gives: anonymous labels, binds, aliases and CTEs draw theirs from one counter per base. A name
 * belongs to its object: whoever asks again with the same key gets the same name. */
#include "compile/compiler.h"
#include <stdio.h>
#include <string.h>

const char *cm_name_key(corm_compiler *c, const void *object, const char *what) {
  return cm_c_printf(c, "%s %p", what, object);
}

int cm_same_source(const corm_node *a, const corm_node *b) {
  if (a == b)
    return 1;
  return a && b && a->kind == CORM_NODE_TABLE && b->kind == CORM_NODE_TABLE && a->ref == b->ref;
}

int cm_same_column(const corm_node *a, const corm_node *b) {
  if (a == b)
    return 1;
  if (a->kind != CORM_NODE_COLUMN || b->kind != CORM_NODE_COLUMN || a->ref != b->ref)
    return 0;
  if (!cm_same_source(cm_kid(a, 0), cm_kid(b, 0)))
    return 0;
  if (a->ref)
    return 1;
  return a->level == b->level && cm_kid(a, 1) == cm_kid(b, 1) &&
         (a->name == b->name || (a->name && b->name && strcmp(a->name, b->name) == 0));
}

const char *cm_name_column_key(corm_compiler *c, const corm_node *x) {
  const corm_node *source = cm_kid(x, 0);
  const void *owner = NULL;
  if (x->kind != CORM_NODE_COLUMN)
    return cm_name_key(c, x, "expr");
  owner = source && source->kind == CORM_NODE_TABLE ? source->ref : source;
  return cm_c_printf(c, "column %p %p %u %s", owner, x->ref ? x->ref : (const void *)cm_kid(x, 1), x->level,
                     x->ref || !x->name ? "" : x->name);
}

/* The next name of a base that fits; too long ones are cut and numbered by hexadecimal digits. */
const char *cm_name_cut(corm_compiler *c, const char *name, int is_bind) {
  size_t limit = c->options.label_length > 0 ? (size_t)c->options.label_length : (size_t)c->d->max_identifier;
  if (!limit || strlen(name) <= limit - 6 || limit <= 6)
    return name;
  return cm_c_printf(c, "%.*s_%x", (int)(limit - 6), name, (unsigned)++c->truncated[is_bind]);
}

const char *cm_name_anon(corm_compiler *c, const char *key, const char *base) {
  const char *known = cm_map_get(&c->names, key), *name = NULL;
  uintptr_t n = 0;
  if (known)
    return known;
  n = (uintptr_t)cm_map_get(&c->counters, base) + 1;
  name = cm_name_cut(c, cm_c_printf(c, "%s_%u", base, (unsigned)n), strncmp(key, "bind ", 5) == 0);
  base = cm_arena_strdup(&c->arena, base);
  if (!base || !cm_map_put(&c->counters, base, (void *)n) || !cm_map_put(&c->names, key, (void *)(uintptr_t)name))
    cm_c_memory(c);
  return name;
}

const char *cm_name_text(corm_compiler *c, const cm_name *name) {
  if (name->fixed)
    return name->fixed;
  return name->key ? cm_name_anon(c, name->key, name->base) : NULL;
}

static const char *alias_base(const corm_node *alias) {
  const corm_node *of = cm_kid(alias, 0);
  if (!of)
    return "anon";
  if (of->kind == CORM_NODE_TABLE)
    return ((const corm_table *)of->ref)->name;
  if (of->kind == CORM_NODE_ALIAS && !(of->flags & CM_ANONYMOUS) && of->name)
    return of->name;
  return "anon";
}

const char *cm_name_source(corm_compiler *c, const corm_node *source) {
  switch (source->kind) {
  case CORM_NODE_TABLE:
    return ((const corm_table *)source->ref)->name;
  case CORM_NODE_CTE:
    return cm_cte_name(c, source);
  case CORM_NODE_ALIAS:
  case CORM_NODE_LATERAL:
  case CORM_NODE_VALUES:
    if (source->name && !(source->flags & CM_ANONYMOUS))
      return source->name;
    if (source->kind == CORM_NODE_VALUES)
      return NULL;
    return cm_name_anon(c, cm_name_key(c, source, "source"), alias_base(source));
  default:
    return NULL;
  }
}

/* A bind's name may stand in SQL text as it is: characters that could not are replaced. */
static char replaced(char ch, int explicit_name) {
  static const char from[] = " %():.[]", derived[] = "____C___", given[] = "_PAZC___";
  const char *at = ch ? strchr(from, ch) : NULL;
  if (!at)
    return ch;
  return (explicit_name ? given : derived)[at - from];
}

static int needs_cleaning(const char *name, int explicit_name) {
  size_t n = strlen(name);
  for (const char *p = name; *p; p++)
    if (replaced(*p, explicit_name) != *p)
      return 1;
  return !explicit_name && n && (name[0] == '_' || name[n - 1] == '_');
}

const char *cm_name_bind_base(corm_compiler *c, const char *name, int explicit_name) {
  char *copy = NULL;
  size_t n = 0;
  if (!needs_cleaning(name, explicit_name))
    return name;
  copy = cm_arena_strdup(&c->arena, name);
  if (!copy) {
    cm_c_memory(c);
    return name;
  }
  for (char *p = copy; *p; p++)
    *p = replaced(*p, explicit_name);
  if (explicit_name)
    return copy;
  for (n = strlen(copy); n && copy[n - 1] == '_'; n--)
    copy[n - 1] = '\0';
  while (*copy == '_')
    copy++;
  return copy;
}
