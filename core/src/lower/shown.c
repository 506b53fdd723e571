/* Statements whose entities are read from a subquery: what they say of an entity means what the subquery shows of it.
 */
#include "lower/lowering.h"

void cm_l_shown_begin(cm_lowering *l, const corm_node *select, cm_shown *before) {
  corm_node *by = NULL, *list = NULL;
  *before = (cm_shown){l->shown_by, l->shown, l->inside};
  if (!(select->flags & CM_COMPACT) || l->status)
    return;
  by = cm_l_source(l, select->kids[CM_SEL_FROM]->kids[0]);
  list = l->status ? NULL : cm_l_keep(l, cm_source_column_list(by));
  if (l->status)
    return;
  l->shown_by = by;
  l->shown = list;
  l->inside = l->sources;
  l->sources = (cm_map){0};
  if (!cm_map_put_ptr(&l->sources, select->kids[CM_SEL_FROM]->kids[0], by))
    cm_l_memory(l);
}

void cm_l_shown_end(cm_lowering *l, const corm_node *select, const cm_shown *before) {
  if (select->flags & CM_COMPACT && l->shown_by != before->by) {
    cm_map_free(&l->sources);
    l->sources = l->inside;
  }
  l->shown_by = before->by;
  l->shown = before->list;
  l->inside = before->inside;
}

corm_node *cm_l_shown_column(cm_lowering *l, const corm_node *x) {
  const corm_node *lowered = x->flags & (CM_ORM | CM_JOINS) ? cm_map_get_ptr(&l->inside, x) : x;
  for (size_t i = 0; lowered && i < l->shown->n; i++)
    if (cm_node_same(cm_kid(l->shown->kids[i], 1), lowered))
      return corm_node_ref(l->shown->kids[i]);
  return NULL;
}

static int shows(const corm_node *list, const corm_entity *e, const corm_node *inside) {
  for (size_t i = 0; i < list->n; i++) {
    const corm_node *column = cm_kid(list->kids[i], 1);
    const corm_column *c = column && column->kind == CORM_NODE_COLUMN ? column->ref : NULL;
    for (size_t k = 0; c && k < e->n_tables; k++)
      if (e->tables[k] == c->table && (inside->kind == CORM_NODE_JOIN || cm_node_same(column->kids[0], inside)))
        return 1;
  }
  return 0;
}

cm_place cm_l_shown_place(cm_lowering *l, const corm_node *source, cm_place place) {
  const void *key = source->kind == CORM_NODE_ENTITY ? source->ref : (const void *)source;
  const corm_node *inside = l->shown ? cm_map_get_ptr(&l->inside, key) : NULL;
  if (!inside || !place.entity || !shows(l->shown, place.entity, inside))
    return place;
  place.inside = inside;
  place.source = l->shown_by;
  return place;
}
