/* Objects that depend on objects of the same mapper, or in a circle of mappers: level by level, parents first. */
#include "orm/unit.h"

typedef struct edge {
  uint32_t before, after; /* places in the list, not in works */
  uint32_t next;          /* of `before`, + 1 */
} edge;

typedef struct graph {
  cm_unit *u;
  const size_t *places;
  size_t n;
  int deletes;
  cm_map where; /* record -> place in the list + 1 */
  edge *edges;
  size_t n_edges, cap;
  uint32_t *first, *waiting;
} graph;

static int add_edge(graph *g, size_t before, size_t after, corm_error **err) {
  if (!cm_grow((void **)&g->edges, &g->cap, g->n_edges + 1, sizeof *g->edges))
    return cm_fail_memory(err);
  g->edges[g->n_edges++] = (edge){(uint32_t)before, (uint32_t)after, g->first[before]};
  g->first[before] = (uint32_t)g->n_edges;
  g->waiting[after]++;
  return CORM_OK;
}

static int depend(graph *g, const corm_record *parent, const corm_record *child, corm_error **err) {
  size_t p = (size_t)(uintptr_t)cm_map_get_ptr(&g->where, parent),
         c = (size_t)(uintptr_t)cm_map_get_ptr(&g->where, child);
  if (!p || !c)
    return CORM_OK;
  return g->deletes ? add_edge(g, c - 1, p - 1, err) : add_edge(g, p - 1, c - 1, err);
}

static int all_depend(graph *g, corm_record *owner, const cm_members *children, corm_error **err) {
  int status = CORM_OK;
  for (size_t i = 0; !status && i < children->n; i++)
    status = depend(g, owner, children->records[i], err);
  return status;
}

static int one_depends(graph *g, corm_record *owner, const cm_members *parents, corm_error **err) {
  int status = CORM_OK;
  for (size_t i = 0; !status && i < parents->n; i++)
    status = depend(g, parents->records[i], owner, err);
  return status;
}

/* A deleted object's parent may be known to the map alone. */
static int unloaded_parent(graph *g, corm_record *r, corm_relation *rel, corm_error **err) {
  corm_record *parent = NULL;
  corm_value v;
  int slot = cm_relation_slot(r, rel);
  if (!g->deletes || slot < 0 || cm_slot_peek(r, slot, &v) == CORM_SLOT_LOADED)
    return CORM_OK;
  int status = cm_lazy_peek_one(r, rel, CM_LAZY_NO_SQL | CM_LAZY_NO_AUTOFLUSH | CM_LAZY_NO_RAISE | CM_LAZY_COMMITTED,
                                &parent, err);
  return status || !parent ? status : depend(g, parent, r, err);
}

static int add_relation(graph *g, corm_record *r, corm_relation *rel, corm_error **err) {
  cm_diff d;
  int status;
  if (rel->direction == CORM_MANY_TO_MANY || (rel->flags & CORM_RELATION_POST_UPDATE))
    return CORM_OK;
  status = cm_diff_of(r, rel, &d, err);
  if (status)
    return status;
  int (*add)(graph *, corm_record *, const cm_members *, corm_error **) =
      rel->direction == CORM_MANY_TO_ONE ? one_depends : all_depend;
  status = add(g, r, &d.added, err);
  if (!status)
    status = add(g, r, &d.unchanged, err);
  if (!status && g->deletes)
    status = add(g, r, &d.deleted, err);
  cm_diff_clear(&d);
  if (!status && rel->direction == CORM_MANY_TO_ONE)
    status = unloaded_parent(g, r, rel, err);
  return status;
}

static int open_graph(graph *g, corm_error **err) {
  g->first = cm_alloc_zero((g->n + 1) * sizeof *g->first);
  g->waiting = cm_alloc_zero((g->n + 1) * sizeof *g->waiting);
  if (!g->first || !g->waiting)
    return cm_fail_memory(err);
  for (size_t i = 0; i < g->n; i++)
    if (!cm_map_put_ptr(&g->where, g->u->works[g->places[i]].record, (void *)(uintptr_t)(i + 1)))
      return cm_fail_memory(err);
  return CORM_OK;
}

/* All that wait for nothing are one level; taking them away frees the next. */
static int layer(graph *g, uint32_t *levels, corm_error **err) {
  uint32_t *queue = cm_alloc((g->n + 1) * sizeof *queue);
  size_t head = 0, tail = 0;
  if (!queue)
    return cm_fail_memory(err);
  for (size_t i = 0; i < g->n; i++) {
    levels[i] = 0;
    if (!g->waiting[i])
      queue[tail++] = (uint32_t)i;
  }
  while (head < tail) {
    uint32_t at = queue[head++];
    for (uint32_t e = g->first[at]; e; e = g->edges[e - 1].next) {
      uint32_t after = g->edges[e - 1].after;
      if (levels[after] < levels[at] + 1)
        levels[after] = levels[at] + 1;
      if (!--g->waiting[after])
        queue[tail++] = after;
    }
  }
  cm_free(queue);
  if (tail == g->n)
    return CORM_OK;
  return cm_fail(err, CORM_ECIRCULAR,
                 "Circular dependency detected among objects of class \"%s\": none of them can be saved first",
                 g->u->works[g->places[0]].shape->entity->base->name);
}

int cm_unit_levels(cm_unit *u, const size_t *places, size_t n, int deletes, uint32_t *levels, corm_error **err) {
  graph g = {.u = u, .places = places, .n = n, .deletes = deletes};
  int status = open_graph(&g, err);
  for (size_t i = 0; !status && i < n; i++) {
    const cm_work *w = &u->works[places[i]];
    for (size_t k = 0; !status && k < w->shape->n_relations; k++)
      status = add_relation(&g, w->record, w->shape->relations[k], err);
  }
  if (!status)
    status = layer(&g, levels, err);
  cm_map_free(&g.where);
  cm_free(g.edges);
  cm_free(g.first);
  cm_free(g.waiting);
  return status;
}
