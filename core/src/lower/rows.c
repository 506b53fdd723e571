/* Fields of a result row: entities and plain columns, and how each is called. */
#include "lower/rows.h"
#include <stdio.h>
#include <string.h>

static const char *last_part(const char *name) {
  const char *dot = name ? strrchr(name, '.') : NULL;
  return dot ? dot + 1 : name;
}

static const char *own_name(const corm_node *x) {
  switch (x->kind) {
  case CORM_NODE_COLUMN:
    if (x->flags & CM_ORM && x->name)
      return x->name;
    return x->ref ? ((const corm_column *)x->ref)->key : x->name;
  case CORM_NODE_LABEL:
  case CORM_NODE_NAMED:
  case CORM_NODE_LITERAL_COLUMN:
    return x->name;
  case CORM_NODE_FUNCTION:
    return last_part(x->name);
  case CORM_NODE_CAST:
  case CORM_NODE_TYPE_COERCE:
    return own_name(x->kids[0]);
  default:
    return NULL;
  }
}

/* A name that an earlier field has gets a number: id, id_1. */
static const char *field_name(const cm_plan *plan, const corm_node *x, char *room, size_t size) {
  const char *name = own_name(x);
  int again = 0;
  size_t taken = 0;
  for (size_t i = 0; name && i < plan->n_items; i++) {
    const char *other = plan->items[i].source ? own_name(plan->items[i].source) : NULL;
    if (!other || plan->items[i].entity >= 0 || strcmp(other, name) != 0)
      continue;
    taken++;
    again |= cm_node_same(plan->items[i].source, x);
  }
  if (!taken || (x->kind == CORM_NODE_LABEL && !(x->flags & CM_KEYED)))
    return name;
  snprintf(room, size, "%s_%s%zu", name, again ? "_" : "", taken);
  return room;
}

void cm_rows_item(cm_lowering *l, const corm_node *x, size_t at) {
  char room[256];
  cm_plan_add_item(l, -1, at, field_name(l->plan, x, room, sizeof room), x);
}

static void add_column(cm_eager *e, const corm_node *x, const corm_node *selected) {
  size_t at = e->primary->n;
  if (!cm_node_append(e->primary, cm_l_expr(e->l, x)))
    cm_l_memory(e->l);
  if (!e->l->status)
    cm_rows_item(e->l, selected, at);
}

static int known_entity(const cm_lowering *l, const corm_node *columns, size_t n, const corm_node *x) {
  for (size_t i = 0; i < n; i++) {
    const corm_node *other = columns->kids[i];
    int same = other == x || (other->kind == CORM_NODE_ENTITY && x->kind == CORM_NODE_ENTITY && other->ref == x->ref);
    for (size_t k = 0; same && k < l->plan->n_items; k++)
      if (l->plan->items[k].source == other)
        return l->plan->items[k].entity;
  }
  return -1;
}

static void add_entity(cm_eager *e, const corm_node *columns, size_t i) {
  const corm_node *x = columns->kids[i];
  cm_lowering *l = e->l;
  cm_place place = cm_l_place(l, x);
  cm_plan_options *options = NULL;
  int index = known_entity(l, columns, i, x);
  const char *name = x->kind == CORM_NODE_ENTITY ? place.entity->name : x->name;
  if (index < 0) {
    options = cm_l_options(l, e->options, x, i == 0);
    if (!l->status)
      index = cm_eager_entity(e, e->primary, &place, NULL, options, -1, NULL, 0);
    cm_plan_options_unref(options);
  }
  if (index >= 0 && !l->status)
    cm_plan_add_item(l, index, 0, name, x);
}

static void add_source(cm_eager *e, const corm_node *x) {
  corm_node *all = cm_l_columns(e->l, x);
  for (size_t i = 0; i < all->n && !e->l->status; i++)
    add_column(e, all->kids[i], cm_l_keep(e->l, corm_node_ref(all->kids[i])));
  corm_node_unref(all);
}

void cm_rows_shift(cm_plan *plan, size_t by) {
  for (size_t i = 0; i < plan->n_entities; i++) {
    cm_plan_entity *e = &plan->entities[i];
    if (e->parent < 0 || e->contains_eager)
      continue;
    for (size_t k = 0; k < e->n; k++)
      e->columns[k] = (uint16_t)(e->columns[k] + by);
    for (size_t k = 0; k < e->entity->n_key; k++)
      if (e->key_columns[k] != CM_PLAN_NONE)
        e->key_columns[k] = (uint16_t)(e->key_columns[k] + by);
    if (e->discriminator != CM_PLAN_NONE)
      e->discriminator = (uint16_t)(e->discriminator + by);
  }
}

void cm_rows_of(cm_eager *e, const corm_node *columns) {
  cm_lowering *l = e->l;
  for (size_t i = 0; i < cm_count(columns) && !l->status; i++) {
    const corm_node *x = columns->kids[i];
    if (cm_is_source(x) && cm_source_entity(x))
      add_entity(e, columns, i);
    else if (cm_is_source(x))
      add_source(e, x);
    else
      add_column(e, x, x);
  }
  if (l->status)
    return;
  cm_rows_shift(l->plan, e->primary->n);
  for (size_t i = 0; l->outer_joins && i < l->plan->n_entities; i++)
    l->plan->entities[i].nullable = 1;
}

void cm_rows_plain(cm_lowering *l, const corm_node *stmt) {
  corm_node *all = cm_l_columns(l, stmt);
  for (size_t i = 0; i < all->n && !l->status; i++)
    cm_rows_item(l, cm_l_keep(l, corm_node_ref(all->kids[i])), i);
  corm_node_unref(all);
}
