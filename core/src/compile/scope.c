/* Which sources a statement lists in FROM, in which order, and which of them it leaves to the statement around it. */
#include "compile/compiler.h"
#include <string.h>

void cm_nodes_add(corm_compiler *c, cm_nodes *list, const corm_node *x) {
  if (list->n == list->cap) {
    size_t cap = list->cap ? list->cap * 2 : 8;
    const corm_node **items = cm_arena_alloc(&c->arena, cap * sizeof *items);
    if (!items) {
      cm_c_memory(c);
      return;
    }
    if (list->n)
      memcpy(items, list->items, list->n * sizeof *items);
    list->items = items;
    list->cap = cap;
  }
  list->items[list->n++] = x;
}

int cm_nodes_has(const cm_nodes *list, const corm_node *source) {
  for (size_t i = 0; i < list->n; i++)
    if (cm_same_source(list->items[i], source))
      return 1;
  return 0;
}

static void add_new(corm_compiler *c, cm_nodes *list, const corm_node *source) {
  if (source && !cm_nodes_has(list, source))
    cm_nodes_add(c, list, source);
}

void cm_scope_expand(corm_compiler *c, cm_nodes *out, const corm_node *source) {
  if (!source)
    return;
  add_new(c, out, source);
  if (source->kind == CORM_NODE_JOIN) {
    cm_scope_expand(c, out, cm_kid(source, 0));
    cm_scope_expand(c, out, cm_kid(source, 1));
  }
}

typedef struct search {
  corm_compiler *c;
  cm_nodes *out;
} search;

/* Subqueries that are values bring nothing: their sources are their own. */
static int visit(void *ctx, const corm_node *x) {
  search *s = ctx;
  if (x->kind == CORM_NODE_COLUMN) {
    cm_scope_expand(s->c, s->out, cm_kid(x, 0));
    return 1;
  }
  if (cm_is_source(x)) {
    cm_scope_expand(s->c, s->out, x);
    return 1;
  }
  return x->kind == CORM_NODE_SCALAR || x->kind == CORM_NODE_EXISTS || x->kind >= CORM_NODE_SELECT;
}

void cm_scope_objects(corm_compiler *c, cm_nodes *out, const corm_node *expr) {
  search s = {c, out};
  if (expr)
    cm_walk(expr, visit, &s);
}

/* What a join consists of is not listed beside it. */
static void hide_joined(corm_compiler *c, cm_nodes *froms) {
  cm_nodes inside = {NULL, 0, 0};
  size_t kept = 0;
  for (size_t i = 0; i < froms->n; i++) {
    if (froms->items[i]->kind != CORM_NODE_JOIN)
      continue;
    cm_scope_expand(c, &inside, cm_kid(froms->items[i], 0));
    cm_scope_expand(c, &inside, cm_kid(froms->items[i], 1));
  }
  for (size_t i = 0; i < froms->n; i++)
    if (!cm_nodes_has(&inside, froms->items[i]))
      froms->items[kept++] = froms->items[i];
  froms->n = kept;
}

void cm_scope_froms(corm_compiler *c, cm_nodes *out, const corm_node *select) {
  const corm_node *from = cm_kid(select, CM_SEL_FROM);
  for (size_t i = 0; i < cm_count(from); i++)
    add_new(c, out, from->kids[i]);
  cm_scope_objects(c, out, cm_kid(select, CM_SEL_COLUMNS));
  cm_scope_objects(c, out, cm_kid(select, CM_SEL_WHERE));
  hide_joined(c, out);
}

static int is_listed(const corm_node *list, const corm_node *source) {
  for (size_t i = 0; i < cm_count(list); i++)
    if (cm_same_source(list->kids[i], source))
      return 1;
  return 0;
}

/* Listed by a statement around this one: the next one, or any. */
static int is_around(const corm_compiler *c, const corm_node *source, int any, int in_from) {
  const cm_frame *frame = c->frame;
  if (in_from && frame)
    frame = frame->outer;
  for (; frame; frame = any ? frame->outer : NULL)
    if (cm_nodes_has(&frame->objects, source))
      return 1;
  return 0;
}

static int is_left_out(const corm_compiler *c, const corm_node *source, const corm_node *select, int in_from) {
  const corm_node *list = cm_kid(select, CM_SEL_CORRELATE);
  if (!list)
    return !in_from && is_around(c, source, 0, 0);
  if (!is_around(c, source, 1, in_from))
    return 0;
  return list->flags & CM_EXCEPT || select->flags & CM_EXCEPT ? !is_listed(list, source) : is_listed(list, source);
}

void cm_scope_correlate(corm_compiler *c, cm_nodes *froms, const corm_node *select, int in_from, int lateral) {
  int automatic = !cm_kid(select, CM_SEL_CORRELATE);
  size_t kept = 0, before = froms->n;
  if ((automatic && froms->n < 2) || !c->frame)
    return;
  for (size_t i = 0; i < froms->n; i++)
    if (!is_left_out(c, froms->items[i], select, in_from && !lateral))
      froms->items[kept++] = froms->items[i];
  froms->n = kept;
  if (!kept && before && automatic)
    cm_c_fail(c, CORM_EINVALID,
              "a subquery has no FROM of its own: all of its sources are those of the statement around it; "
              "say which ones with correlate()");
}
