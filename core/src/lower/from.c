/* FROM: sources, the joins of a statement, along relations or foreign keys. */
#include "lower/lowering.h"

/* ---- Joins along relations --------------------------------------------------------------------------------------- */

static corm_node *join(corm_node *left, const corm_node *right, corm_node *on, int kind) {
  corm_node *out = corm_join_source(left, right, on, kind);
  corm_node_unref(left);
  return out;
}

static corm_node *on_with(cm_lowering *l, corm_node *on, const corm_node *criteria, const cm_place *target) {
  on = cm_l_and(on, cm_l_criteria(l, criteria, target));
  return cm_l_and(on, cm_place_criteria(l, target));
}

corm_node *cm_l_join_relation(cm_lowering *l, corm_node *left, const corm_relation *r, const cm_place *owner,
                              const cm_place *target, const corm_node *criteria, int kind, const cm_place *secondary) {
  cm_place made = {NULL, NULL, NULL};
  corm_node *on = NULL, *right = NULL, *out = NULL;
  if (!r->secondary) {
    on = cm_l_primary(l, r, owner, target, NULL);
    return join(left, target->source, on_with(l, on, criteria, target), kind);
  }
  if (!secondary) {
    made = cm_l_table_place(l, r->secondary, 1);
    secondary = &made;
  }
  if (l->status)
    return left;
  on = cm_l_secondary(l, r, target, secondary);
  if (kind == CORM_JOIN_INNER) {
    left = join(left, secondary->source, cm_l_primary(l, r, owner, target, secondary), kind);
    return join(left, target->source, on_with(l, on, criteria, target), kind);
  }
  right = corm_join_source(secondary->source, target->source, on, CORM_JOIN_INNER);
  on = cm_l_primary(l, r, owner, target, secondary);
  out = join(left, right, on_with(l, on, criteria, target), kind);
  corm_node_unref(right);
  return out;
}

/* ---- The list of sources ----------------------------------------------------------------------------------------- */

static int same_source(const corm_node *a, const corm_node *b) {
  return a == b || (a->kind == CORM_NODE_TABLE && b->kind == CORM_NODE_TABLE && a->ref == b->ref);
}

static int contains(const corm_node *tree, const corm_node *source) {
  if (same_source(tree, source))
    return 1;
  return tree->kind == CORM_NODE_JOIN && (contains(tree->kids[0], source) || contains(tree->kids[1], source));
}

/* The entry with the source in it; else it is added. -1 without memory. */
static long place_in(cm_lowering *l, corm_node *list, corm_node *source) {
  for (size_t i = 0; i < list->n; i++)
    if (contains(list->kids[i], source))
      return (long)i;
  if (!cm_node_append(list, corm_node_ref(source))) {
    cm_l_memory(l);
    return -1;
  }
  return (long)list->n - 1;
}

static int is_value(const corm_node *x) {
  return x->kind == CORM_NODE_SCALAR || x->kind == CORM_NODE_EXISTS || x->kind >= CORM_NODE_SELECT ||
         x->kind == CORM_NODE_RELATION_TEST;
}

typedef struct sources {
  cm_lowering *l;
  corm_node *list;
  int only_joined; /* only those whose tables nobody would list by themselves */
} sources;

static int collect(void *ctx, const corm_node *x) {
  sources *s = ctx;
  const corm_node *source = cm_is_source(x) ? x : x->kind == CORM_NODE_COLUMN ? x->kids[0] : NULL;
  if (is_value(x) || s->l->status)
    return 1;
  if (!source)
    return 0;
  source = cm_l_source(s->l, source);
  if (!s->only_joined || source->kind == CORM_NODE_JOIN)
    place_in(s->l, s->list, (corm_node *)(uintptr_t)source);
  return 1;
}

static corm_node *sources_of(cm_lowering *l, const corm_node *x, corm_node *list, int only_joined) {
  sources s = {l, list, only_joined};
  if (x)
    cm_walk(x, collect, &s);
  return list;
}

/* ---- Where a join begins ----------------------------------------------------------------------------------------- */

typedef struct mention {
  const corm_node *tree;
  int found;
} mention;

static int mentions(void *ctx, const corm_node *x) {
  mention *m = ctx;
  if (x->kind == CORM_NODE_COLUMN && contains(m->tree, x->kids[0]))
    m->found = 1;
  return m->found ? -1 : 0;
}

/* Whether one can join from there: by the given condition, else by a foreign key. */
static int reaches(cm_lowering *l, const corm_node *from, const corm_node *target, const corm_node *on) {
  mention m = {from, 0};
  corm_node *key = NULL;
  int status = CORM_OK;
  if (contains(from, target))
    return 0;
  if (on) {
    cm_walk(on, mentions, &m);
    return m.found;
  }
  key = cm_foreign_key_on(from, target);
  status = corm_node_check(key, NULL);
  if (status == CORM_ENOMEM)
    cm_l_memory(l);
  m.found = status != CORM_ENOFOREIGNKEY; /* several: joining says so */
  corm_node_unref(key);
  return m.found;
}

/* The entry of `list` from which the join starts; sources of the columns are asked when FROM is empty. */
static long find_left(cm_lowering *l, corm_node *list, const corm_node *select, const corm_node *target,
                      const corm_node *on) {
  corm_node *all = NULL, *chosen = NULL;
  long at = -1;
  if (!list->n) {
    all = sources_of(l, select->kids[CM_SEL_COLUMNS], corm_list(NULL, 0), 0);
  } else {
    all = corm_node_ref(list);
  }
  for (size_t i = 0; i < all->n && !chosen; i++)
    if (reaches(l, all->kids[i], target, on))
      chosen = all->kids[i];
  for (size_t i = 0; on && i < all->n && !chosen; i++)
    if (!contains(all->kids[i], target))
      chosen = all->kids[i];
  if (chosen)
    at = place_in(l, list, chosen);
  else if (all->n && !on)
    cm_l_fail(l, CORM_EINVALID,
              "there is no foreign key by which one could join: give the ON clause, or the left side "
              "with select_from() or join_from()");
  else
    cm_l_fail(l, CORM_EINVALID, "the join has no left side: give it with select_from() or join_from()");
  corm_node_unref(all);
  return at;
}

/* ---- One join ---------------------------------------------------------------------------------------------------- */

/* The relation that the join follows: its target, or its condition, is User.addresses. */
static const corm_node *followed(const corm_node *j) {
  if (j->kids[1]->kind == CORM_NODE_ATTRIBUTE)
    return j->kids[1];
  return j->kids[2] && j->kids[2]->kind == CORM_NODE_ATTRIBUTE ? j->kids[2] : NULL;
}

static corm_node *join_target(const corm_node *j) {
  const corm_node *attribute = j->kids[1];
  if (attribute->kind != CORM_NODE_ATTRIBUTE)
    return corm_node_ref(attribute);
  if (attribute->kids[2])
    return corm_node_ref(attribute->kids[2]);
  return corm_entity_source(((const corm_relation *)attribute->ref)->target);
}

static corm_node *join_plain(cm_lowering *l, corm_node *left, const corm_node *target, const corm_node *on, int kind) {
  cm_place place = cm_l_place(l, target);
  corm_node *condition = on ? cm_l_expr(l, on) : cm_foreign_key_on(left, place.source);
  if (place.entity)
    condition = cm_l_and(condition, cm_place_criteria(l, &place));
  return join(left, place.source, condition, kind);
}

static corm_node *join_one(cm_lowering *l, corm_node *left, const corm_node *j, const corm_node *target) {
  const corm_node *attribute = followed(j);
  cm_place owner = {NULL, NULL, NULL}, place = {NULL, NULL, NULL};
  const corm_node *more = NULL;
  if (!attribute)
    return join_plain(l, left, target, j->kids[2], j->op);
  owner = cm_l_place(l, attribute->kids[0]);
  place = cm_l_place(l, target);
  more = attribute == j->kids[1] ? j->kids[2] : NULL;
  if (!place.entity)
    cm_l_fail(l, CORM_EUNSUPPORTED, "joining along relation \"%s\" to something that is no entity is not supported yet",
              ((const corm_relation *)attribute->ref)->key);
  if (l->status)
    return left;
  if (more)
    return join(left, place.source, cm_l_expr(l, more), j->op);
  return cm_l_join_relation(l, left, attribute->ref, &owner, &place, attribute->kids[1], j->op, NULL);
}

static void add_join(cm_lowering *l, corm_node *list, const corm_node *select, const corm_node *j) {
  const corm_node *attribute = followed(j);
  corm_node *target = join_target(j), *lowered = NULL;
  const corm_node *left = j->kids[0] ? j->kids[0] : attribute ? attribute->kids[0] : NULL;
  long at = -1;
  if (j->op != CORM_JOIN_INNER)
    l->outer_joins = 1;
  lowered = cm_l_source(l, target);
  if (left && !l->status)
    at = place_in(l, list, cm_l_source(l, left));
  else if (!l->status) {
    corm_node *on = cm_l_expr(l, j->kids[2]);
    at = l->status ? -1 : find_left(l, list, select, lowered, on);
    corm_node_unref(on);
  }
  if (at >= 0 && !l->status) {
    list->kids[at] = join_one(l, list->kids[at], j, target);
    if (list->kids[at]->flags & CM_POISONED && !l->status)
      l->status = corm_node_check(list->kids[at], l->err);
  }
  corm_node_unref(target);
}

/* A join that the program built as a source of its own. */
corm_node *cm_l_join_node(cm_lowering *l, const corm_node *x) {
  corm_node *target = join_target(x), *out = NULL;
  corm_node *left = corm_node_ref(cm_l_source(l, x->kids[0]));
  if (x->op != CORM_JOIN_INNER)
    l->outer_joins = 1;
  out = l->status ? left : join_one(l, left, x, target);
  corm_node_unref(target);
  return out;
}

/* ---- All of it --------------------------------------------------------------------------------------------------- */

static int is_joined_source(const corm_node *x) {
  const corm_entity *e = x->kind == CORM_NODE_ENTITY ? x->ref : NULL;
  return e && cm_is_joined(e) && !(x->flags & CM_COMPACT);
}

static int meets_joined(void *ctx, const corm_node *x) {
  const corm_node *source = cm_is_source(x) ? x : x->kind == CORM_NODE_COLUMN ? x->kids[0] : NULL;
  int *found = ctx;
  if (is_value(x))
    return 1;
  if (!source)
    return 0;
  *found |= is_joined_source(source);
  return 1;
}

void cm_l_column_sources(cm_lowering *l, const corm_node *columns, corm_node *list) { sources_of(l, columns, list, 0); }

corm_node *cm_l_from(cm_lowering *l, const corm_node *select) {
  const corm_node *from = select->kids[CM_SEL_FROM], *joins = select->kids[CM_SEL_JOINS];
  corm_node *list = corm_list(NULL, 0);
  int joined = 0;
  for (size_t i = 0; i < cm_count(from) && !l->status; i++)
    if (!cm_node_append(list, corm_node_ref(cm_l_source(l, from->kids[i]))))
      cm_l_memory(l);
  for (size_t i = 0; i < cm_count(joins) && !l->status; i++)
    add_join(l, list, select, joins->kids[i]);
  cm_walk(select->kids[CM_SEL_COLUMNS], meets_joined, &joined);
  if (joined)
    sources_of(l, select->kids[CM_SEL_COLUMNS], list, 0);
  sources_of(l, select->kids[CM_SEL_WHERE], list, 1);
  cm_node_seal(list);
  if (list->n)
    return list;
  corm_node_unref(list);
  return NULL;
}
