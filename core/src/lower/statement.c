/* A SELECT whose rows another statement gives: columns are found by what they are, those of a text() by their names. */
#include "lower/rows.h"
#include <stdio.h>
#include <string.h>

typedef struct giving {
  cm_eager *e;
  corm_node *list; /* the columns that the other statement gives */
  int by_name;     /* it is a text(): `list` is made here */
} giving;

static int is_column(const corm_node *x, const cm_attribute *a) {
  for (size_t i = 0; i < a->n_columns; i++) {
    if (x->kind == CORM_NODE_COLUMN && x->ref)
      return x->ref == a->columns[i];
    if (x->name && strcmp(x->name, a->columns[i]->name) == 0)
      return 1;
  }
  return 0;
}

static long find(const giving *g, const cm_attribute *a) {
  for (size_t i = 0; i < g->list->n; i++)
    if (is_column(g->list->kids[i], a))
      return (long)i;
  return -1;
}

static long place_of(giving *g, const cm_place *place, const cm_attribute *a) {
  if (!g->by_name)
    return find(g, a);
  return cm_list_place(g->e->l, g->list, cm_place_column(g->e->l, place, a->columns[0]));
}

static void give_columns(giving *g, const cm_place *place, int index) {
  const corm_entity *entity = place->entity;
  cm_lowering *l = g->e->l;
  uint16_t *slots = cm_alloc((entity->n_attrs + 1) * sizeof *slots);
  uint16_t *places = cm_alloc((entity->n_attrs + 1) * sizeof *places);
  size_t n = 0;
  int is_there = slots && places;
  if (!is_there)
    cm_l_memory(l);
  for (size_t i = 0; is_there && i < entity->n_attrs && !l->status; i++) {
    const cm_attribute *a = entity->attrs[i];
    long at = a && !a->relation && a->n_columns ? place_of(g, place, a) : -1;
    if (at < 0)
      continue;
    slots[n] = (uint16_t)i;
    places[n++] = (uint16_t)at;
  }
  if (!l->status)
    cm_plan_set_columns(l, index, slots, places, n);
  cm_free(slots);
  cm_free(places);
}

static void give_entity(giving *g, const corm_node *x, int is_first) {
  cm_lowering *l = g->e->l;
  cm_place place = cm_l_place(l, x);
  cm_plan_options *options = l->status ? NULL : cm_l_options(l, g->e->options, x, is_first);
  int index = l->status ? -1 : cm_plan_add_entity(l, place.entity, -1, NULL, options);
  cm_plan_options_unref(options);
  if (index < 0)
    return;
  give_columns(g, &place, index);
  if (!l->status)
    cm_plan_add_item(l, index, 0, x->kind == CORM_NODE_ENTITY ? place.entity->name : x->name, x);
}

static void give_column(giving *g, const corm_node *x) {
  cm_lowering *l = g->e->l;
  corm_node *lowered = cm_l_expr(l, x);
  long at = -1;
  for (size_t i = 0; !g->by_name && i < g->list->n && at < 0; i++)
    if (cm_node_same(g->list->kids[i], lowered))
      at = (long)i;
  if (g->by_name)
    at = cm_list_place(l, g->list, corm_node_ref(lowered));
  corm_node_unref(lowered);
  if (at < 0)
    cm_l_fail(l, CORM_EINVALID, "the statement does not give column \"%s\"", x->name ? x->name : "?");
  if (!l->status)
    cm_rows_item(l, x, (size_t)at);
}

/* "id" and "user_id": a text() may call a column by either. */
static void name_columns(giving *g) {
  cm_lowering *l = g->e->l;
  cm_plan *plan = l->plan;
  plan->names = cm_arena_zero(&plan->arena, (g->list->n + 1) * sizeof *plan->names);
  plan->labels = cm_arena_zero(&plan->arena, (g->list->n + 1) * sizeof *plan->labels);
  if (!plan->names || !plan->labels) {
    cm_l_memory(l);
    return;
  }
  for (size_t i = 0; i < g->list->n && !l->status; i++) {
    const corm_node *x = g->list->kids[i];
    const corm_column *column = x->kind == CORM_NODE_COLUMN ? x->ref : NULL;
    char label[256];
    snprintf(label, sizeof label, "%s_%s", column ? column->table->name : "", column ? column->name : "");
    plan->names[i] = cm_arena_strdup(&plan->arena, column ? column->name : x->name ? x->name : "");
    plan->labels[i] = cm_arena_strdup(&plan->arena, label);
    if (!plan->names[i] || !plan->labels[i])
      cm_l_memory(l);
  }
  plan->n_names = g->list->n;
}

static corm_node *text_with_columns(giving *g, corm_node *text) {
  corm_node **columns = cm_alloc((g->list->n + 1) * sizeof *columns);
  if (!columns) {
    cm_l_memory(g->e->l);
    return text;
  }
  for (size_t i = 0; i < g->list->n; i++)
    columns[i] = corm_node_ref(g->list->kids[i]);
  text = corm_text_columns(text, columns, g->list->n);
  cm_free(columns);
  return text;
}

corm_node *cm_l_from_statement(cm_eager *e, const corm_node *s) {
  const corm_node *rows = s->kids[CM_SEL_STATEMENT], *columns = s->kids[CM_SEL_COLUMNS];
  corm_node *out = cm_is_query(rows) ? cm_l_statement(e->l, rows) : corm_node_ref(rows);
  giving g = {.e = e, .by_name = rows->kind == CORM_NODE_TEXT && !(rows->flags & CM_SUBQUERY)};
  if (!cm_is_query(rows) && rows->kind != CORM_NODE_TEXT)
    cm_l_fail(e->l, CORM_EUNSUPPORTED, "from_statement() takes a SELECT or a text()");
  g.list = g.by_name ? corm_node_ref(e->primary) : cm_l_columns(e->l, out);
  for (size_t i = 0; i < cm_count(columns) && !e->l->status; i++) {
    const corm_node *x = columns->kids[i];
    if (cm_is_source(x) && cm_source_entity(x))
      give_entity(&g, x, i == 0);
    else
      give_column(&g, x);
  }
  if (g.by_name && !e->l->status)
    name_columns(&g);
  if (g.by_name && !e->l->status)
    out = text_with_columns(&g, out);
  corm_node_unref(g.list);
  return out;
}
