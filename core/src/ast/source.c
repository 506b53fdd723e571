/* Tables, entities, aliases, CTEs and joins as sources. */
#include "ast/build.h"
#include <string.h>

corm_source *corm_from(const corm_table *table) {
  cm_make make = {.kind = CORM_NODE_TABLE, .ref = table, .schema = table->catalog->schema};
  return cm_make_node(&make, NULL, 0);
}

corm_source *corm_entity_source(const corm_entity *entity) {
  cm_make make = {.kind = CORM_NODE_ENTITY, .ref = entity, .schema = entity->schema};
  return cm_make_node(&make, NULL, 0);
}

static corm_node *named_source(int kind, unsigned flags, const corm_node *inner, const char *name) {
  corm_node *kid = corm_node_ref(inner);
  cm_make make = {.kind = kind, .name = name, .type = inner->type};
  make.flags = flags | (name ? 0u : (unsigned)CM_ANONYMOUS);
  return cm_make_node(&make, &kid, 1);
}

corm_source *corm_alias(const corm_node *inner, const char *name) {
  int is_select = cm_is_query(inner) || (inner->kind == CORM_NODE_TEXT && inner->flags & CM_SUBQUERY);
  if (cm_is_poison(inner))
    return corm_node_ref(inner);
  if (!is_select && !cm_is_source(inner) && inner->kind != CORM_NODE_FUNCTION && inner->kind != CORM_NODE_INSERT &&
      inner->kind != CORM_NODE_UPDATE && inner->kind != CORM_NODE_DELETE)
    return cm_poison(CORM_EARGUMENT, "only a table, an entity, a query or a function can have an alias");
  return named_source(CORM_NODE_ALIAS, is_select ? CM_SUBQUERY : 0, inner, name);
}

corm_source *corm_alias_over(const corm_source *entity, const corm_source *rows) {
  corm_node *kids[2] = {corm_node_ref(entity), corm_node_ref(rows)};
  cm_make make = {.kind = CORM_NODE_ALIAS, .name = rows->name, .type = entity->type};
  corm_node *poison = cm_first_poison(kids, 2);
  if (poison)
    return poison;
  if (entity->kind == CORM_NODE_ENTITY && cm_is_source(rows)) {
    make.flags = rows->name ? 0u : (unsigned)CM_ANONYMOUS;
    return cm_make_node(&make, kids, 2);
  }
  cm_unref_all(kids, 2);
  return cm_poison(CORM_EARGUMENT, "an entity can be read from a table, a subquery or a CTE only");
}

corm_source *corm_cte(const corm_stmt *inner, const char *name, int recursive) {
  if (cm_is_poison(inner))
    return corm_node_ref(inner);
  return named_source(CORM_NODE_CTE, recursive ? CM_RECURSIVE : 0, inner, name);
}

corm_source *corm_lateral(const corm_stmt *inner, const char *name) {
  if (cm_is_poison(inner))
    return corm_node_ref(inner);
  return named_source(CORM_NODE_LATERAL, CM_SUBQUERY, inner, name);
}

corm_source *corm_join_source(const corm_source *l, const corm_source *r, corm_expr *on, int kind) {
  corm_node *kids[3] = {corm_node_ref(l), corm_node_ref(r), on};
  cm_make make = {.kind = CORM_NODE_JOIN, .op = kind};
  corm_node *poison = cm_first_poison(kids, 3);
  if (poison)
    return poison;
  if (r->kind == CORM_NODE_ATTRIBUTE || (l->flags | r->flags) & CM_ORM) {
    /* an entity's tables are known when the statement is lowered */
    return cm_make_node(&make, kids, 3);
  }
  if (!on)
    kids[2] = cm_foreign_key_on(l, r);
  return cm_make_node(&make, kids, 3);
}
