/* SELECT: nested ones become plain; the outermost also gets its plan. */
#include "lower/lowering.h"
#include "lower/rows.h"
#include <stdio.h>
#include <string.h>

/* ---- Criteria of single-table inheritance ------------------------------------------------------------------------ */

typedef struct tables {
  cm_lowering *l;
  const corm_node *joins;
  const corm_node *done[64];
  size_t n;
  corm_node *where;
} tables;

static int is_same(const corm_node *a, const corm_node *b) {
  return a == b || (a->kind == CORM_NODE_ENTITY && b->kind == CORM_NODE_ENTITY && a->ref == b->ref);
}

/* What is joined has its criteria in ON. */
static int is_joined(const corm_node *joins, const corm_node *source) {
  for (size_t i = 0; i < cm_count(joins); i++) {
    const corm_node *join = joins->kids[i], *target = join->kids[3] ? join->kids[3] : join->kids[1];
    if (is_same(target, source))
      return 1;
  }
  return 0;
}

static void add_criteria(tables *t, const corm_node *source) {
  cm_place place = {NULL, NULL, NULL};
  if (!cm_source_entity(source) || t->n == 64 || is_joined(t->joins, source))
    return;
  for (size_t i = 0; i < t->n; i++)
    if (is_same(t->done[i], source))
      return;
  t->done[t->n++] = source;
  place = cm_l_place(t->l, source);
  if (!t->l->status)
    t->where = cm_l_and(t->where, cm_place_criteria(t->l, &place));
}

static int meet(void *ctx, const corm_node *x) {
  tables *t = ctx;
  if (x->kind == CORM_NODE_SCALAR || x->kind == CORM_NODE_EXISTS || x->kind >= CORM_NODE_SELECT)
    return 1;
  if (x->kind == CORM_NODE_JOIN)
    return 1;
  if (cm_is_source(x) || x->kind == CORM_NODE_COLUMN) {
    add_criteria(t, cm_is_source(x) ? x : x->kids[0]);
    return 1;
  }
  return 0;
}

static corm_node *with_criteria(cm_lowering *l, const corm_node *s, corm_node *where) {
  tables t = {.l = l, .joins = s->kids[CM_SEL_JOINS], .where = where};
  if (s->kids[CM_SEL_COLUMNS])
    cm_walk(s->kids[CM_SEL_COLUMNS], meet, &t);
  if (s->kids[CM_SEL_FROM])
    cm_walk(s->kids[CM_SEL_FROM], meet, &t);
  return t.where;
}

/* ---- Every clause but columns ------------------------------------------------------------------------------------ */

/* Sources in GROUP BY and ORDER BY stand for all of their columns. */
static corm_node *spread_list(cm_lowering *l, const corm_node *list) {
  corm_node *out = list ? corm_list(NULL, 0) : NULL;
  for (size_t i = 0; i < cm_count(list) && !l->status; i++) {
    const corm_node *x = list->kids[i];
    corm_node *columns = cm_is_source(x) ? cm_l_columns(l, x) : NULL;
    for (size_t k = 0; k < cm_count(columns) && !l->status; k++)
      if (!cm_node_append(out, cm_l_expr(l, columns->kids[k])))
        cm_l_memory(l);
    if (!columns && !cm_node_append(out, cm_l_expr(l, x)))
      cm_l_memory(l);
    corm_node_unref(columns);
  }
  if (out)
    cm_node_seal(out);
  return out;
}

static corm_node *lower_list(cm_lowering *l, const corm_node *list) {
  corm_node *out = NULL;
  if (!list || !(list->flags & (CM_ORM | CM_JOINS)))
    return corm_node_ref(list);
  out = cm_node_copy(list);
  for (size_t i = 0; i < out->n && !l->status; i++)
    cm_node_set_kid(out, i, cm_l_expr(l, list->kids[i]));
  cm_node_seal(out);
  return out;
}

/* A copy with every clause lowered but its columns and options. The copy is nobody else's. */
static corm_node *lower_clauses(cm_lowering *l, const corm_node *s) {
  corm_node *out = cm_node_copy(s);
  if (cm_is_poison(out)) {
    cm_l_memory(l);
    return out;
  }
  cm_node_set_kid(out, CM_SEL_FROM, cm_l_from(l, s));
  cm_node_set_kid(out, CM_SEL_JOINS, NULL);
  cm_node_set_kid(out, CM_SEL_OPTIONS, NULL);
  cm_node_set_kid(out, CM_SEL_WHERE, with_criteria(l, s, cm_l_expr(l, s->kids[CM_SEL_WHERE])));
  cm_node_set_kid(out, CM_SEL_GROUP, spread_list(l, s->kids[CM_SEL_GROUP]));
  cm_node_set_kid(out, CM_SEL_HAVING, cm_l_expr(l, s->kids[CM_SEL_HAVING]));
  cm_node_set_kid(out, CM_SEL_ORDER, spread_list(l, s->kids[CM_SEL_ORDER]));
  cm_node_set_kid(out, CM_SEL_LIMIT, cm_l_expr(l, s->kids[CM_SEL_LIMIT]));
  cm_node_set_kid(out, CM_SEL_OFFSET, cm_l_expr(l, s->kids[CM_SEL_OFFSET]));
  cm_node_set_kid(out, CM_SEL_DISTINCT, lower_list(l, s->kids[CM_SEL_DISTINCT]));
  cm_node_set_kid(out, CM_SEL_CORRELATE, lower_list(l, s->kids[CM_SEL_CORRELATE]));
  cm_node_set_kid(out, CM_SEL_LOCK, lower_list(l, s->kids[CM_SEL_LOCK]));
  return out;
}

/* ---- Nested ------------------------------------------------------------------------------------------------------ */

static corm_node *nested_columns(cm_lowering *l, const corm_node *columns) {
  corm_node *out = corm_list(NULL, 0);
  for (size_t i = 0; i < cm_count(columns) && !l->status; i++) {
    const corm_node *x = columns->kids[i];
    corm_node *all = cm_is_source(x) && x->flags & (CM_ORM | CM_JOINS) ? cm_l_columns(l, x) : NULL;
    for (size_t k = 0; k < cm_count(all) && !l->status; k++)
      if (!cm_node_append(out, cm_l_expr(l, all->kids[k])))
        cm_l_memory(l);
    if (!all && !cm_node_append(out, cm_l_expr(l, x)))
      cm_l_memory(l);
    corm_node_unref(all);
  }
  cm_node_seal(out);
  return out;
}

static corm_node *nested_select(cm_lowering *l, const corm_node *s) {
  cm_shown before;
  corm_node *out = NULL;
  cm_l_shown_begin(l, s, &before);
  out = lower_clauses(l, s);
  if (!l->status) {
    cm_node_set_kid(out, CM_SEL_COLUMNS, nested_columns(l, s->kids[CM_SEL_COLUMNS]));
    out->flags &= ~(unsigned)CM_COMPACT; /* the copy made by lower_clauses */
    cm_node_seal(out);
  }
  cm_l_shown_end(l, s, &before);
  return out;
}

static corm_node *nested_compound(cm_lowering *l, const corm_node *s) {
  corm_node *out = cm_node_copy(s);
  if (cm_is_poison(out))
    return out;
  for (size_t i = 0; i < out->n && !l->status; i++)
    cm_node_set_kid(out, i, lower_list(l, s->kids[i]));
  cm_node_set_kid(out, CM_COMP_OPTIONS, NULL);
  cm_node_seal(out);
  return out;
}

corm_node *cm_l_statement(cm_lowering *l, const corm_node *s) {
  corm_node *out = NULL;
  int outer = l->outer_joins;
  if (!(s->flags & (CM_ORM | CM_JOINS)))
    return corm_node_ref(s);
  l->depth++;
  out = s->kind == CORM_NODE_SELECT ? nested_select(l, s) : nested_compound(l, s);
  l->depth--;
  l->outer_joins = outer;
  return out;
}

/* ---- The outermost ----------------------------------------------------------------------------------------------- */

static int must_wrap(const cm_eager *e, const corm_node *s) {
  return e->collections && e->n &&
         (s->kids[CM_SEL_LIMIT] || s->kids[CM_SEL_OFFSET] || s->kids[CM_SEL_DISTINCT] || s->kids[CM_SEL_GROUP]);
}

static corm_node *all_columns(cm_eager *e) {
  for (size_t i = 0; i < e->secondary->n && !e->l->status; i++)
    if (!cm_node_append(e->primary, corm_node_ref(e->secondary->kids[i])))
      cm_l_memory(e->l);
  cm_node_seal(e->primary);
  return corm_node_ref(e->primary);
}

/* The statement's rows with its eager joins, which go around it when they would count among a limit's rows. */
static corm_node *with_rows(cm_eager *e, const corm_node *s, corm_node *out) {
  if (must_wrap(e, s)) {
    cm_node_set_kid(out, CM_SEL_COLUMNS, corm_node_ref(e->primary));
    return cm_eager_wrap(e, out);
  }
  cm_node_set_kid(out, CM_SEL_COLUMNS, all_columns(e));
  if (e->n) {
    corm_node *from = out->kids[CM_SEL_FROM], *order = out->kids[CM_SEL_ORDER];
    out->kids[CM_SEL_FROM] = out->kids[CM_SEL_ORDER] = NULL;
    from = from ? cm_node_own(from) : corm_list(NULL, 0);
    if (!from->n)
      cm_l_column_sources(e->l, s->kids[CM_SEL_COLUMNS], from);
    out->kids[CM_SEL_FROM] = cm_eager_from(e, from);
    out->kids[CM_SEL_ORDER] = cm_eager_order(e, order);
  }
  cm_node_seal(out);
  return out;
}

static corm_node *outermost(cm_eager *e, const corm_node *s) {
  cm_lowering *l = e->l;
  corm_node *out = lower_clauses(l, s);
  if (!l->status)
    out->flags &= ~(unsigned)CM_COMPACT;
  if (!l->status)
    cm_l_check_options(l, e->options, s->kids[CM_SEL_COLUMNS]);
  if (!l->status)
    cm_rows_of(e, s->kids[CM_SEL_COLUMNS]);
  return l->status ? out : with_rows(e, s, out);
}

corm_node *cm_l_select(cm_lowering *l, const corm_node *s) {
  cm_eager e = {.l = l, .options = s->kids[CM_SEL_OPTIONS]};
  cm_shown before;
  corm_node *out = NULL;
  e.primary = corm_list(NULL, 0);
  e.secondary = corm_list(NULL, 0);
  if (cm_is_poison(e.primary) || cm_is_poison(e.secondary))
    cm_l_memory(l);
  cm_l_shown_begin(l, s, &before);
  out = s->kids[CM_SEL_STATEMENT] ? cm_l_from_statement(&e, s) : outermost(&e, s);
  cm_l_shown_end(l, s, &before);
  l->plan->collections |= e.collections;
  cm_free(e.joins);
  corm_node_unref(e.primary);
  corm_node_unref(e.secondary);
  return out;
}
