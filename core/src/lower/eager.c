/* Entities of a row: their columns, and the relations that are joined to them. */
#include "lower/lowering.h"
#include <string.h>

long cm_list_place(cm_lowering *l, corm_node *list, corm_node *column) {
  for (size_t i = 0; i < list->n; i++)
    if (cm_node_same(list->kids[i], column)) {
      corm_node_unref(column);
      return (long)i;
    }
  if (cm_node_append(list, column))
    return (long)list->n - 1;
  cm_l_memory(l);
  return -1;
}

/* ---- Columns ----------------------------------------------------------------------------------------------------- */

typedef struct found {
  uint16_t *slots, *places;
  size_t n;
} found;

/* The first column is what is read; a joined child's key also shows its parent's. */
static void add_attribute(cm_eager *e, corm_node *list, const cm_place *place, const cm_attribute *a, found *f) {
  cm_lowering *l = e->l;
  long at = cm_list_place(l, list, cm_place_attribute(l, place, a));
  for (size_t i = 1; i < a->n_columns && !l->status; i++)
    cm_list_place(l, list, cm_place_column(l, place, a->columns[i]));
  if (at < 0)
    return;
  f->slots[f->n] = (uint16_t)a->slot;
  f->places[f->n++] = (uint16_t)at;
}

static void add_columns(cm_eager *e, corm_node *list, const cm_place *place, const cm_plan_options *o, int index) {
  const corm_entity *entity = place->entity;
  size_t n = entity->n_attrs + 1;
  found f = {cm_alloc(n * sizeof *f.slots), cm_alloc(n * sizeof *f.places), 0};
  int is_there = f.slots && f.places;
  if (!is_there)
    cm_l_memory(e->l);
  for (size_t i = 0; is_there && i < entity->n_attrs && !e->l->status; i++) {
    const cm_attribute *a = entity->attrs[i];
    if (a && !a->relation && (a->n_columns || a->expr) && cm_options_loads(o, entity, a))
      add_attribute(e, list, place, a, &f);
  }
  if (!e->l->status)
    cm_plan_set_columns(e->l, index, f.slots, f.places, f.n);
  cm_free(f.slots);
  cm_free(f.places);
}

/* ---- Relations --------------------------------------------------------------------------------------------------- */

static int leads_back(const cm_path *path, const corm_relation *r) {
  if (r->join_depth > 0)
    return path->depth + 1 > r->join_depth;
  for (; path; path = path->up)
    if (path->entity == r->target)
      return 1;
  return 0;
}

static int was_asked(const cm_plan_options *o, const corm_relation *r) {
  const cm_plan_loader *loader = cm_options_relation(o, r);
  return loader && loader->strategy != CORM_LOAD_DEFAULT;
}

static cm_eager_join *new_join(cm_eager *e) {
  if (!cm_grow((void **)&e->joins, &e->cap, e->n + 1, sizeof *e->joins)) {
    cm_l_memory(e->l);
    return NULL;
  }
  return &e->joins[e->n++];
}

static void join_relation(cm_eager *e, const corm_relation *r, const cm_place *owner, const cm_path *path,
                          const cm_plan_options *o, unsigned flags, int index) {
  const cm_plan_loader *loader = cm_options_relation(o, r);
  cm_eager_join *join = NULL;
  cm_place target = {NULL, NULL, NULL};
  if (!was_asked(o, r) && leads_back(path, r))
    return;
  target = cm_l_new_alias(e->l, r->target);
  join = e->l->status ? NULL : new_join(e);
  if (!join)
    return;
  *join = (cm_eager_join){.relation = r, .owner = *owner, .target = target};
  join->criteria = loader ? loader->criteria : NULL;
  join->kind = flags & CORM_LOAD_INNERJOIN ? CORM_JOIN_INNER : CORM_JOIN_LEFT;
  join->is_nested = path->depth > 0;
  e->collections |= r->uselist;
  cm_eager_entity(e, e->secondary, &target, path, loader ? loader->below : NULL, index, r, 0);
}

/* The source that contains_eager names for a path that ends in the relation; else the joined class itself. */
static const corm_node *contained_source(const cm_eager *e, const corm_relation *r) {
  for (size_t i = 0; i < cm_count(e->options); i++) {
    const corm_node *x = e->options->kids[i];
    size_t last = x->n < 2 ? 0 : x->n - 2;
    if (x->op != CORM_LAZY_CONTAINS_EAGER)
      continue;
    if (x->flags & CM_SPEC_JOIN_LEFT_GIVEN && x->kids[last] && x->kids[last]->ref == r)
      return x->kids[x->n - 1];
    if (!(x->flags & CM_SPEC_JOIN_LEFT_GIVEN) && x->n && x->kids[x->n - 1] && x->kids[x->n - 1]->ref == r)
      return x->kids[x->n - 1]->kids[2];
  }
  return NULL;
}

static void contain_relation(cm_eager *e, corm_node *list, const corm_relation *r, const cm_path *path,
                             const cm_plan_options *o, int index) {
  const cm_plan_loader *loader = cm_options_relation(o, r);
  const corm_node *given = contained_source(e, r);
  corm_node *source = given ? corm_node_ref(given) : corm_entity_source(r->target);
  cm_place target = cm_l_place(e->l, source);
  if (!target.entity)
    cm_l_fail(e->l, CORM_EARGUMENT, "contains_eager of relation \"%s\": the alias is not one of an entity", r->key);
  if (!e->l->status) {
    e->l->plan->collections |= r->uselist;
    cm_eager_entity(e, list, &target, path, loader ? loader->below : NULL, index, r, 1);
  }
  corm_node_unref(source);
}

/* Relations of the class come before its columns, so that what is nested deepest is printed first; those that other
 * classes added come behind them. */
static void add_relations(cm_eager *e, corm_node *list, const cm_place *place, const cm_path *path,
                          const cm_plan_options *o, int index, unsigned added) {
  const corm_entity *entity = place->entity;
  for (size_t i = 0; i < entity->n_attrs && !e->l->status; i++) {
    const corm_relation *r = entity->attrs[i] ? entity->attrs[i]->relation : NULL;
    unsigned flags = 0;
    int strategy = r && (r->flags & CORM_RELATION_ADDED) == added ? cm_options_strategy(o, r, &flags) : -1;
    if (strategy == CORM_LAZY_JOINED)
      join_relation(e, r, place, path, o, flags, index);
    else if (strategy == CORM_LAZY_CONTAINS_EAGER)
      contain_relation(e, list, r, path, o, index);
  }
}

int cm_eager_entity(cm_eager *e, corm_node *list, const cm_place *place, const cm_path *up, cm_plan_options *o,
                    int parent, const corm_relation *via, int contained) {
  cm_path path = {up, place->entity, up ? up->depth + 1 : 0};
  int index = cm_plan_add_entity(e->l, place->entity, parent, via, o);
  int relations = !o || !o->exact;
  if (index < 0)
    return -1;
  e->l->plan->entities[index].contains_eager = contained;
  e->l->plan->entities[index].nullable = parent >= 0;
  if (relations)
    add_relations(e, list, place, &path, o, index, 0);
  if (!e->l->status)
    add_columns(e, list, place, o, index);
  if (relations && !e->l->status)
    add_relations(e, list, place, &path, o, index, CORM_RELATION_ADDED);
  return index;
}

/* ---- FROM and ORDER BY ------------------------------------------------------------------------------------------- */

static int same_source(const corm_node *a, const corm_node *b) {
  return a == b || (a->kind == CORM_NODE_TABLE && b->kind == CORM_NODE_TABLE && a->ref == b->ref);
}

static int holds(const corm_node *tree, const corm_node *source) {
  if (same_source(tree, source))
    return 1;
  return tree->kind == CORM_NODE_JOIN && (holds(tree->kids[0], source) || holds(tree->kids[1], source));
}

/* Joins the relation to the tree (taken). An inner join below an outer one goes inside of its right side. */
static corm_node *join_to(cm_eager *e, corm_node *tree, const cm_eager_join *j) {
  corm_node *right = NULL;
  if (j->kind == CORM_JOIN_INNER && j->is_nested && tree->kind == CORM_NODE_JOIN && tree->op == CORM_JOIN_LEFT &&
      holds(tree->kids[1], j->owner.source)) {
    tree = cm_node_own(tree);
    if (cm_is_poison(tree))
      return tree;
    right = tree->kids[1];
    tree->kids[1] = NULL;
    tree->kids[1] = join_to(e, right, j);
    cm_node_seal(tree);
    return tree;
  }
  return cm_l_join_relation(e->l, tree, j->relation, &j->owner, &j->target, j->criteria, j->kind, NULL);
}

corm_node *cm_eager_from(cm_eager *e, corm_node *from) {
  from = from ? cm_node_own(from) : corm_list(NULL, 0);
  for (size_t i = 0; i < e->n && !e->l->status; i++) {
    const cm_eager_join *j = &e->joins[i];
    size_t at = 0;
    while (at < from->n && !holds(from->kids[at], j->owner.source))
      at++;
    if (at == from->n && !cm_node_append(from, corm_node_ref(j->owner.source))) {
      cm_l_memory(e->l);
      break;
    }
    from->kids[at] = join_to(e, from->kids[at], j);
    if (from->kids[at]->flags & CM_POISONED && !e->l->status)
      e->l->status = corm_node_check(from->kids[at], e->l->err);
  }
  cm_node_seal(from);
  return from;
}

corm_node *cm_eager_order(cm_eager *e, corm_node *order) {
  for (size_t i = 0; i < e->n && !e->l->status; i++) {
    const cm_eager_join *j = &e->joins[i];
    for (size_t k = 0; k < j->relation->n_order_by && !e->l->status; k++) {
      order = order ? cm_node_own(order) : corm_list(NULL, 0);
      if (!cm_node_append(order, cm_place_adapt(e->l, &j->target, j->relation->order_by[k])))
        cm_l_memory(e->l);
    }
  }
  if (order)
    cm_node_seal(order);
  return order;
}
