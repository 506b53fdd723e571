/* The plan: what a row's columns are. All of it lies in the plan's arena, options excepted. */
#include "lower/lowering.h"
#include <string.h>

void cm_plan_free(cm_plan *plan) {
  if (!plan)
    return;
  for (size_t i = 0; i < plan->n_entities; i++)
    cm_plan_options_unref(plan->entities[i].options);
  for (size_t i = 0; i < plan->n_kept; i++)
    corm_node_unref(plan->kept[i]);
  cm_free(plan->kept);
  cm_free(plan->entities);
  cm_free(plan->items);
  cm_arena_free(&plan->arena);
  cm_free(plan);
}

cm_plan *cm_plan_new(void) { return cm_alloc_zero(sizeof(cm_plan)); }

static int grow(void **data, size_t n, size_t element) {
  void *more = NULL;
  if (n & (n - 1)) /* grown at every power of two */
    return 1;
  more = cm_realloc(*data, (n ? n * 2 : 1) * element);
  if (!more)
    return 0;
  *data = more;
  return 1;
}

int cm_plan_add_entity(cm_lowering *l, const corm_entity *entity, int parent, const corm_relation *via,
                       cm_plan_options *options) {
  cm_plan *plan = l->plan;
  cm_plan_entity *e = NULL;
  if (!grow((void **)&plan->entities, plan->n_entities, sizeof *plan->entities)) {
    cm_l_memory(l);
    return -1;
  }
  e = &plan->entities[plan->n_entities];
  memset(e, 0, sizeof *e);
  e->entity = entity;
  e->parent = parent;
  e->via = via;
  e->options = cm_plan_options_ref(options);
  e->discriminator = CM_PLAN_NONE;
  return (int)plan->n_entities++;
}

int cm_plan_add_item(cm_lowering *l, int entity, size_t column, const char *name, const corm_node *source) {
  cm_plan *plan = l->plan;
  cm_plan_item *item = NULL;
  if (!grow((void **)&plan->items, plan->n_items, sizeof *plan->items))
    return cm_l_memory(l);
  item = &plan->items[plan->n_items++];
  item->entity = entity;
  item->column = (uint16_t)column;
  item->source = source;
  item->name = name ? cm_arena_strdup(&plan->arena, name) : NULL;
  return name && !item->name ? cm_l_memory(l) : CORM_OK;
}

/* Where a slot's value is, among those found. */
static uint16_t find(const uint16_t *slots, const uint16_t *places, size_t n, int slot) {
  for (size_t i = 0; i < n; i++)
    if (slots[i] == slot)
      return places[i];
  return CM_PLAN_NONE;
}

static uint16_t *copy(cm_lowering *l, const uint16_t *from, size_t n) {
  uint16_t *to = cm_arena_alloc(&l->plan->arena, (n ? n : 1) * sizeof *to);
  if (!to)
    cm_l_memory(l);
  else if (n)
    memcpy(to, from, n * sizeof *to);
  return to;
}

int cm_plan_set_columns(cm_lowering *l, int entity, const uint16_t *slots, const uint16_t *places, size_t n) {
  cm_plan_entity *e = &l->plan->entities[entity];
  const corm_entity *mapped = e->entity;
  e->n = (uint16_t)n;
  e->slots = copy(l, slots, n);
  e->columns = copy(l, places, n);
  e->key_columns = cm_arena_alloc(&l->plan->arena, (mapped->n_key ? mapped->n_key : 1) * sizeof *e->key_columns);
  if (!e->key_columns)
    return cm_l_memory(l);
  for (size_t i = 0; i < mapped->n_key; i++)
    e->key_columns[i] = find(slots, places, n, mapped->key_slots[i]);
  if (mapped->discriminator_slot >= 0)
    e->discriminator = find(slots, places, n, mapped->discriminator_slot);
  return l->status;
}
