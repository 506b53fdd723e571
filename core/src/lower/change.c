/* INSERT, UPDATE and DELETE of entities: of their own table. */
#include "lower/rows.h"

static corm_node *target_table(cm_lowering *l, const corm_node *target) {
  const corm_entity *entity = cm_source_entity(target);
  corm_node *table = NULL, *alias = NULL;
  if (!entity)
    return corm_node_ref(cm_l_source(l, target));
  table = corm_from(entity->table);
  if (target->kind == CORM_NODE_ENTITY)
    return table;
  alias = corm_node_ref(cm_l_source(l, target));
  corm_node_unref(table);
  return alias;
}

static corm_node *criteria(cm_lowering *l, const corm_node *target, corm_node *where) {
  cm_place place = {cm_source_entity(target), NULL, NULL};
  if (!place.entity || cm_is_joined(place.entity))
    return where;
  place = cm_l_place(l, target);
  return l->status ? where : cm_l_and(where, cm_place_criteria(l, &place));
}

static corm_node *lower_kid(cm_lowering *l, const corm_node *kid) {
  if (!kid || !(kid->flags & (CM_ORM | CM_JOINS)))
    return corm_node_ref(kid);
  return cm_l_expr(l, kid);
}

/* A joined subclass is changed in its own table only. */
static void check_columns(cm_lowering *l, const corm_node *set, const corm_table *table) {
  for (size_t i = 0; i < cm_count(set) && !l->status; i++) {
    const corm_node *one = set->kids[i];
    const corm_column *column = one->kind == CORM_NODE_LABEL ? one->ref : NULL;
    if (set->flags & CM_MULTI_ROW)
      check_columns(l, one, table);
    else if (column && column->table != table)
      cm_l_fail(l, CORM_ECOMPILE, "column \"%s\" is of table \"%s\", and the statement changes \"%s\"", column->name,
                column->table->name, table->name);
  }
}

corm_node *cm_l_change(cm_lowering *l, const corm_node *s) {
  const corm_node *target = s->kids[CM_DML_TARGET];
  cm_eager e = {.l = l};
  corm_node *out = cm_node_copy(s);
  if (cm_is_poison(out)) {
    cm_l_memory(l);
    return out;
  }
  if (cm_source_entity(target) && s->kids[CM_DML_SET])
    check_columns(l, s->kids[CM_DML_SET], cm_source_entity(target)->table);
  for (size_t i = CM_DML_SET; i < CM_DML_OPTIONS && !l->status; i++)
    if (i != CM_DML_RETURNING)
      cm_node_set_kid(out, i, lower_kid(l, s->kids[i]));
  cm_node_set_kid(out, CM_DML_OPTIONS, NULL);
  cm_node_set_kid(out, CM_DML_TARGET, target_table(l, target));
  if (s->kind != CORM_NODE_INSERT && !l->status)
    cm_node_set_kid(out, CM_DML_WHERE, criteria(l, target, corm_node_ref(out->kids[CM_DML_WHERE])));
  if (s->kids[CM_DML_RETURNING] && !l->status) {
    e.options = s->kids[CM_DML_OPTIONS];
    e.primary = corm_list(NULL, 0);
    e.secondary = corm_list(NULL, 0);
    cm_rows_of(&e, s->kids[CM_DML_RETURNING]);
    if (e.n && !l->status)
      cm_l_fail(l, CORM_EUNSUPPORTED, "joined loading does not go with RETURNING");
    cm_node_seal(e.primary);
    cm_node_set_kid(out, CM_DML_RETURNING, e.primary);
    corm_node_unref(e.secondary);
    cm_free(e.joins);
  }
  cm_node_seal(out);
  return out;
}
