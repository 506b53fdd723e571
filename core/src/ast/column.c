/* Columns of tables and attributes of entities: the nodes that are made most often. */
#include "ast/build.h"
#include <string.h>

static const corm_node *unaliased(const corm_node *x) {
  while (x->kind == CORM_NODE_ALIAS && x->n && !(x->flags & CM_SUBQUERY))
    x = x->kids[0];
  return x;
}

const corm_entity *cm_source_entity(const corm_node *source) {
  const corm_node *x = unaliased(source);
  return x->kind == CORM_NODE_ENTITY ? x->ref : NULL;
}

const corm_table *cm_source_table(const corm_node *source) {
  const corm_node *x = unaliased(source);
  return x->kind == CORM_NODE_TABLE ? x->ref : NULL;
}

corm_node *cm_column_node(const corm_node *source, const corm_column *column, const char *key, unsigned level) {
  corm_node *kid = corm_node_ref(source);
  cm_make make = {.kind = CORM_NODE_COLUMN, .type = column->type, .ref = column, .name = key, .level = level};
  make.flags = CM_BORROWED_NAME;
  return cm_make_node(&make, &kid, 1);
}

static corm_node *attribute(const corm_node *source, const cm_attribute *a) {
  corm_node *kids[3] = {NULL, NULL, NULL};
  cm_make make = {.kind = CORM_NODE_COLUMN, .name = a->key, .level = (unsigned)a->slot + 1, .flags = CM_BORROWED_NAME};
  if (a->n_columns)
    return cm_column_node(source, a->columns[0], a->key, make.level);
  kids[0] = corm_node_ref(source);
  if (a->relation) {
    make.kind = CORM_NODE_ATTRIBUTE;
    make.ref = a->relation;
    return cm_make_node(&make, kids, 3);
  }
  make.type = a->expr ? a->expr->type : NULL;
  return cm_make_node(&make, kids, 1);
}

corm_expr *corm_attr_of(const corm_source *source, int slot) {
  const corm_entity *entity = cm_source_entity(source);
  if (cm_is_poison(source))
    return corm_node_ref(source);
  if (!entity || slot < 0 || (size_t)slot >= entity->n_attrs || !entity->attrs[slot])
    return cm_poison(CORM_EARGUMENT, "the source has no attribute in slot %d", slot);
  return attribute(source, entity->attrs[slot]);
}

corm_expr *corm_col_of(const corm_source *source, const corm_column *column) {
  const corm_entity *entity = NULL;
  if (source->kind == CORM_NODE_TABLE)
    return cm_column_node(source, column, NULL, 0);
  if (cm_is_poison(source))
    return corm_node_ref(source);
  if (cm_source_table(source))
    return cm_column_node(source, column, NULL, 0);
  entity = cm_source_entity(source);
  if (entity) {
    const cm_attribute *a = cm_entity_attribute_of(entity, column);
    return cm_column_node(source, column, a ? a->key : NULL, a ? (unsigned)a->slot + 1 : 0);
  }
  return corm_col(source, column->key);
}

static corm_node *no_column(const corm_table *table, const char *key) {
  corm_error *error = NULL;
  const char **names = cm_alloc((table->n_columns + 1) * sizeof *names);
  for (size_t i = 0; names && i < table->n_columns; i++)
    names[i] = table->columns[i]->key;
  cm_fail_name(&error, CORM_ENAME, "column", table->name, key, names, names ? table->n_columns : 0);
  cm_free(names);
  return cm_poison_error(error);
}

static corm_node *entity_attribute(const corm_node *source, const corm_entity *entity, const char *key) {
  const cm_attribute *a = cm_entity_attribute(entity, key);
  corm_error *error = NULL;
  if (a)
    return attribute(source, a);
  cm_entity_fail_name(&error, entity, key);
  return cm_poison_error(error);
}

/* A function's alias has the columns that one asks it for. */
static corm_node *function_column(const corm_node *source, const char *key) {
  corm_node *kids[2] = {corm_node_ref(source), NULL};
  cm_make make = {.kind = CORM_NODE_COLUMN, .name = key};
  return cm_make_node(&make, kids, 2);
}

static int says(const char *name, const char *key) { return name && strcmp(name, key) == 0; }

static int is_called(const corm_node *column, const char *key) {
  const corm_node *inner = cm_kid(column, 1);
  if (says(column->name, key))
    return 1;
  if (column->ref && says(((const corm_column *)column->ref)->key, key))
    return 1;
  if (!inner || inner->kind != CORM_NODE_COLUMN)
    return 0;
  return says(inner->name, key) || (inner->ref && says(((const corm_column *)inner->ref)->key, key));
}

/* A join's columns also go by "table_column". */
static int is_called_in_full(const corm_node *column, const char *key) {
  const corm_table *table = column->n ? cm_source_table(column->kids[0]) : NULL;
  const char *source = table ? table->name : column->n ? column->kids[0]->name : NULL;
  const char *name = column->ref ? ((const corm_column *)column->ref)->name : column->name;
  size_t n = source ? strlen(source) : 0;
  return source && name && strncmp(source, key, n) == 0 && key[n] == '_' && strcmp(key + n + 1, name) == 0;
}

static corm_node *pick(const corm_node *list, const char *key, int in_full) {
  for (size_t i = 0; i < list->n; i++)
    if (is_called(list->kids[i], key))
      return corm_node_ref(list->kids[i]);
  for (size_t i = 0; in_full && i < list->n; i++)
    if (is_called_in_full(list->kids[i], key))
      return corm_node_ref(list->kids[i]);
  return NULL;
}

static corm_node *column_of_other(const corm_node *source, const char *key) {
  corm_node *list = cm_source_column_list(source);
  corm_node *found = cm_is_poison(list) ? corm_node_ref(list) : pick(list, key, source->kind == CORM_NODE_JOIN);
  const char **names = NULL;
  corm_error *error = NULL;
  size_t n = 0;
  if (!found) {
    names = cm_alloc((list->n + 1) * sizeof *names);
    for (size_t i = 0; names && i < list->n; i++)
      if (list->kids[i]->name)
        names[n++] = list->kids[i]->name;
    cm_fail_name(&error, CORM_ENAME, "subquery column", source->name ? source->name : "(anonymous)", key, names, n);
    found = cm_poison_error(error);
  }
  cm_free(names);
  corm_node_unref(list);
  return found;
}

corm_expr *corm_col(const corm_source *source, const char *key) {
  const corm_entity *entity = NULL;
  const corm_table *table = NULL;
  const corm_node *inner = NULL;
  if (cm_is_poison(source))
    return corm_node_ref(source);
  table = cm_source_table(source);
  if (table) {
    const corm_column *column = cm_map_get(&table->by_key, key);
    return column ? cm_column_node(source, column, NULL, 0) : no_column(table, key);
  }
  entity = cm_source_entity(source);
  if (entity)
    return entity_attribute(source, entity, key);
  inner = unaliased(source);
  if (inner->kind == CORM_NODE_FUNCTION)
    return function_column(source, key);
  return column_of_other(source, key);
}
