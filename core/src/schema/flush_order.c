/* In which order a flush saves: entities by levels of their relations. Nothing is allocated. */
#include "schema/build.h"
#include <string.h>

/* Whether the relation says that `first` is saved before `second`. */
static int relation_orders(const corm_relation *r, const corm_entity *first, const corm_entity *second) {
  const corm_entity *owner = r->owner->base, *target = r->target->base;
  if (r->flags & (CORM_RELATION_VIEWONLY | CORM_RELATION_POST_UPDATE))
    return 0;
  if (r->direction == CORM_MANY_TO_ONE)
    return target == first && owner == second;
  if (r->direction == CORM_ONE_TO_MANY)
    return owner == first && target == second;
  return 0;
}

static int hierarchy_orders(const corm_entity *e, const corm_entity *first, const corm_entity *second) {
  for (size_t i = 0; i < e->n_attrs; i++) {
    const corm_relation *r = e->attrs[i]->relation;
    if (r && r->owner == e && relation_orders(r, first, second))
      return 1;
  }
  for (size_t i = 0; i < e->n_children; i++)
    if (hierarchy_orders(e->children[i], first, second))
      return 1;
  return 0;
}

static int is_before(const corm_entity *first, const corm_entity *second) {
  return hierarchy_orders(first, first, second) || (first != second && hierarchy_orders(second, first, second));
}

static int table_refers(corm_table *t, const corm_entity *to) {
  for (size_t i = 0; i < t->n_constraints; i++) {
    corm_constraint *c = t->constraints[i];
    if (c->kind == CORM_FOREIGN_KEY && cm_constraint_referred(c) == to->table)
      return 1;
  }
  return 0;
}

/* By foreign keys, where no relation speaks about the two. */
static int key_is_before(const corm_entity *first, const corm_entity *second) {
  return first != second && table_refers(second->table, first) && !is_before(first, second) &&
         !is_before(second, first);
}

static int waits_for(const corm_entity *second, const corm_entity *first, int with_keys) {
  return is_before(first, second) || (with_keys && key_is_before(first, second));
}

static int waits_in(const corm_entity *e, corm_entity *const *set, size_t n, int with_keys) {
  for (size_t i = 0; i < n; i++)
    if (set[i] != e && waits_for(e, set[i], with_keys))
      return 1;
  return 0;
}

static int awaited_in(const corm_entity *e, corm_entity *const *set, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (set[i] != e && waits_for(set[i], e, 0))
      return 1;
  return 0;
}

/* "module.Name", letter by letter; 0 at the end. */
static unsigned char next_letter(const char **part, const char **rest) {
  if (**part)
    return (unsigned char)*(*part)++;
  if (!*rest)
    return 0;
  *part = *rest;
  *rest = NULL;
  return '.';
}

static int compare(const corm_entity *a, const corm_entity *b) {
  const char *x = a->module ? a->module : "", *y = b->module ? b->module : "";
  const char *x_rest = a->name, *y_rest = b->name;
  unsigned char p = 0, q = 0;
  do {
    p = next_letter(&x, &x_rest);
    q = next_letter(&y, &y_rest);
  } while (p && p == q);
  return (p > q) - (p < q);
}

static void insert_sorted(corm_entity **set, size_t n, corm_entity *e) {
  for (; n && compare(set[n - 1], e) > 0; n--)
    set[n] = set[n - 1];
  set[n] = e;
}

/* Moves set[from] to set[to] where from >= to; what lies between keeps its order. */
static void move_down(corm_entity **set, size_t from, size_t to) {
  corm_entity *e = set[from];
  memmove(set + to + 1, set + to, (from - to) * sizeof *set);
  set[to] = e;
}

/* Those of set[0..n) that wait for none of these, in front, in their order (by name); returns how many. */
static size_t take_level(corm_entity **set, size_t n, int with_keys) {
  size_t taken = 0;
  for (size_t i = 0; i < n; i++)
    if (!waits_in(set[i], set, n, with_keys))
      move_down(set, i, taken++);
  return taken;
}

/* Nothing is free: those on cycles are ordered object by object, so they go together. Which they are: what remains when
 * all have gone that nothing here waits for. */
static size_t take_cycle(corm_entity **set, size_t n) {
  size_t kept = n, before = 0;
  do {
    before = kept;
    for (size_t i = kept; i-- > 0;) {
      corm_entity *e = set[i];
      if (awaited_in(e, set, kept))
        continue;
      memmove(set + i, set + i + 1, (kept - 1 - i) * sizeof *set);
      set[--kept] = e;
    }
  } while (kept != before);
  for (size_t i = kept; i < n; i++) /* the rest waits on, in order of names again */
    insert_sorted(set + kept, i - kept, set[i]);
  return kept;
}

static size_t take(corm_entity **set, size_t n, int *is_cycle) {
  size_t taken = take_level(set, n, 1);
  *is_cycle = 0;
  if (!taken) /* a foreign key may not close a circle that relations leave open */
    taken = take_level(set, n, 0);
  if (taken)
    return taken;
  *is_cycle = 1;
  return take_cycle(set, n);
}

size_t cm_entities_flush_order(corm_entity *const *bases, size_t n, corm_entity **out, unsigned char *cycle) {
  for (size_t i = 0; i < n; i++)
    insert_sorted(out, i, bases[i]);
  for (size_t done = 0; done < n;) {
    int is_cycle = 0;
    size_t taken = take(out + done, n - done, &is_cycle);
    for (size_t i = done; cycle && i < done + taken; i++)
      cycle[i] = (unsigned char)(is_cycle || is_before(out[i], out[i]));
    done += taken;
  }
  return n;
}
