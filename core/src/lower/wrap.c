/* LIMIT, DISTINCT or GROUP BY with a joined collection: the statement moves into a subquery, the joins go around it. */
#include "lower/rows.h"

/* What the outer ORDER BY says for one of the inner: the place of its column inside. */
static const corm_node *ordered_by(const corm_node *x) {
  while (x->kind == CORM_NODE_MODIFIER && x->n)
    x = x->kids[0];
  return x;
}

static int is_reference(const corm_node *x) { return x->kind == CORM_NODE_NAMED && x->flags & CM_PLAIN_NAME; }

/* Everything that the outside needs of the inside: what is ordered by, what the joins compare. */
static void need_order(cm_lowering *l, corm_node *columns, const corm_node *order) {
  for (size_t i = 0; i < cm_count(order) && !l->status; i++) {
    const corm_node *x = ordered_by(order->kids[i]);
    if (!is_reference(x))
      cm_list_place(l, columns, corm_node_ref(x));
  }
}

typedef struct needing {
  cm_lowering *l;
  corm_node *columns;
  const cm_eager_join *join;
} needing;

static int need_column(void *ctx, const corm_node *x) {
  needing *n = ctx;
  const corm_column *column = x->kind == CORM_NODE_COLUMN ? x->ref : NULL;
  const corm_entity *owner = n->join->relation->owner;
  if (!column)
    return 0;
  for (size_t i = 0; i < owner->n_tables && !n->l->status; i++)
    if (owner->tables[i] == column->table)
      cm_list_place(n->l, n->columns, cm_place_column(n->l, &n->join->owner, column));
  return 1;
}

/* In a self-referential relation also the other side's column comes in: harmless, and rare. */
static void need_joins(cm_eager *e, corm_node *columns) {
  for (size_t i = 0; i < e->n && !e->l->status; i++) {
    needing n = {e->l, columns, &e->joins[i]};
    if (e->joins[i].is_nested || !e->joins[i].relation->primaryjoin)
      continue;
    if (e->joins[i].relation->self_referential) {
      const corm_relation *r = e->joins[i].relation;
      for (size_t k = 0; k < r->n_pairs && !e->l->status; k++)
        cm_list_place(e->l, columns,
                      cm_place_column(e->l, &e->joins[i].owner,
                                      r->direction == CORM_MANY_TO_ONE ? r->pairs[k].to : r->pairs[k].from));
      continue;
    }
    cm_walk(e->joins[i].relation->primaryjoin, need_column, &n);
  }
}

static corm_node *outer_order(cm_lowering *l, const corm_node *columns, const corm_node *shown, const corm_node *x) {
  corm_node *copy = NULL;
  if (is_reference(x))
    return corm_node_ref(x);
  if (x->kind == CORM_NODE_MODIFIER) {
    copy = cm_node_copy(x);
    if (cm_is_poison(copy))
      return copy;
    cm_node_set_kid(copy, 0, outer_order(l, columns, shown, x->kids[0]));
    cm_node_seal(copy);
    return copy;
  }
  for (size_t i = 0; i < columns->n; i++)
    if (cm_node_same(columns->kids[i], x))
      return corm_node_ref(shown->kids[i]);
  cm_l_fail(l, CORM_EINTERNAL, "an ORDER BY is missing inside of the subquery");
  return cm_no_memory();
}

static corm_node *outer_order_list(cm_lowering *l, const corm_node *columns, const corm_node *shown,
                                   const corm_node *order) {
  corm_node *list = order ? corm_list(NULL, 0) : NULL;
  for (size_t i = 0; i < cm_count(order) && !l->status; i++)
    if (!cm_node_append(list, outer_order(l, columns, shown, order->kids[i])))
      cm_l_memory(l);
  if (list)
    cm_node_seal(list);
  return list;
}

static corm_node *outer_columns(cm_lowering *l, const corm_node *shown, size_t n, const corm_node *secondary) {
  corm_node *list = corm_list(NULL, 0);
  for (size_t i = 0; i < n && !l->status; i++)
    if (!cm_node_append(list, corm_node_ref(shown->kids[i])))
      cm_l_memory(l);
  for (size_t i = 0; i < secondary->n && !l->status; i++)
    if (!cm_node_append(list, corm_node_ref(secondary->kids[i])))
      cm_l_memory(l);
  cm_node_seal(list);
  return list;
}

/* From now on the owners of the first joins are columns of the subquery. */
static void move_owners(cm_eager *e, corm_node *sub) {
  for (size_t i = 0; i < e->n; i++) {
    if (e->joins[i].is_nested)
      continue;
    e->joins[i].owner.inside = e->joins[i].owner.source;
    e->joins[i].owner.source = sub;
  }
}

corm_node *cm_eager_wrap(cm_eager *e, corm_node *inner) {
  cm_lowering *l = e->l;
  size_t n = inner->kids[CM_SEL_COLUMNS]->n;
  corm_node *columns = cm_node_copy(inner->kids[CM_SEL_COLUMNS]), *sub = NULL, *shown = NULL, *outer = NULL;
  need_order(l, columns, inner->kids[CM_SEL_ORDER]);
  cm_rows_shift(l->plan, columns->n - n); /* what is ordered by is shown outside too */
  n = columns->n;
  need_joins(e, columns);
  cm_node_seal(columns);
  cm_node_set_kid(inner, CM_SEL_COLUMNS, corm_node_ref(columns));
  cm_node_seal(inner);
  sub = cm_l_keep(l, corm_alias(inner, NULL));
  shown = cm_l_columns(l, sub);
  if (shown->n < columns->n)
    cm_l_memory(l);
  move_owners(e, sub);
  outer = cm_node_copy(inner);
  if (!l->status && !cm_is_poison(outer)) {
    static const int only_inside[] = {CM_SEL_FROM,   CM_SEL_WHERE,    CM_SEL_GROUP,     CM_SEL_HAVING, CM_SEL_LIMIT,
                                      CM_SEL_OFFSET, CM_SEL_DISTINCT, CM_SEL_CORRELATE, CM_SEL_PREFIX};
    for (size_t i = 0; i < sizeof only_inside / sizeof *only_inside; i++)
      cm_node_set_kid(outer, (size_t)only_inside[i], NULL);
    cm_node_set_kid(outer, CM_SEL_COLUMNS, outer_columns(l, shown, n, e->secondary));
    cm_node_set_kid(outer, CM_SEL_ORDER,
                    cm_eager_order(e, outer_order_list(l, columns, shown, inner->kids[CM_SEL_ORDER])));
    cm_node_set_kid(outer, CM_SEL_FROM, cm_eager_from(e, NULL));
    cm_node_seal(outer);
  }
  corm_node_unref(shown);
  corm_node_unref(columns);
  corm_node_unref(inner);
  return outer;
}
