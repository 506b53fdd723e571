/* Loader options: from the statement's OPTION nodes to what applies at one entity, and back. */
#include "lower/lowering.h"
#include <string.h>

/* ---- Counting ---------------------------------------------------------------------------------------------------- */

cm_plan_options *cm_plan_options_ref(cm_plan_options *o) {
  if (o)
    atomic_fetch_add_explicit(&o->refs, 1, memory_order_relaxed);
  return o;
}

void cm_plan_options_unref(cm_plan_options *o) {
  if (!o || atomic_fetch_sub_explicit(&o->refs, 1, memory_order_acq_rel) != 1)
    return;
  for (size_t i = 0; i < o->n; i++) {
    cm_plan_options_unref(o->loaders[i].below);
    corm_node_unref(o->loaders[i].criteria);
  }
  cm_free(o->loaders);
  cm_free(o);
}

static cm_plan_options *make(cm_lowering *l) {
  cm_plan_options *o = cm_alloc_zero(sizeof *o);
  if (!o) {
    cm_l_memory(l);
    return NULL;
  }
  atomic_init(&o->refs, 1);
  o->all_relations = -1;
  return o;
}

static int always(const cm_plan_loader *x) { return !(x->flags & CM_LOADER_ONCE); }
static int of_relation(const cm_plan_loader *x) { return x->relation && !(x->flags & CM_LOADER_ONCE); }

static void take(cm_plan_options *o, const cm_plan_loader *x) {
  o->loaders[o->n++] = *x;
  (void)cm_plan_options_ref(x->below);
  (void)corm_node_ref(x->criteria);
}

static cm_plan_options *copy(const cm_plan_options *o, int (*keep)(const cm_plan_loader *), int exact) {
  cm_plan_options *out = cm_alloc_zero(sizeof *out);
  cm_plan_loader *loaders = out ? cm_alloc((o->n + 1) * sizeof *loaders) : NULL;
  if (!loaders) {
    cm_free(out);
    return NULL;
  }
  atomic_init(&out->refs, 1);
  out->all_relations = -1;
  out->exact = exact;
  out->loaders = loaders;
  for (size_t i = 0; i < o->n; i++)
    if (keep(&o->loaders[i]))
      take(out, &o->loaders[i]);
  return out;
}

static cm_plan_options *kept(cm_plan_options *o, int (*keep)(const cm_plan_loader *), int exact) {
  size_t n = 0;
  for (size_t i = 0; o && i < o->n; i++)
    n += (size_t)keep(&o->loaders[i]);
  if (!n)
    return NULL;
  return n == o->n && o->all_relations < 0 && o->exact == exact ? cm_plan_options_ref(o) : copy(o, keep, exact);
}

cm_plan_options *cm_plan_options_lasting(cm_plan_options *o) { return kept(o, always, o && o->exact); }
cm_plan_options *cm_plan_options_relations(cm_plan_options *o) { return kept(o, of_relation, 0); }

static int is_refusal(int strategy) {
  return strategy == CORM_LAZY_RAISE || strategy == CORM_LAZY_RAISE_ON_SQL || strategy == CORM_LAZY_NOLOAD;
}

static int is_said_in(const cm_plan_options *o, const cm_plan_loader *x) {
  for (size_t i = 0; i < o->n; i++)
    if (o->loaders[i].relation == x->relation && (x->relation || o->loaders[i].slot == x->slot))
      return 1;
  return 0;
}

cm_plan_options *cm_plan_options_over(const cm_plan_options *o, const cm_plan_options *older, int without_refusals) {
  cm_plan_options *out = cm_alloc_zero(sizeof *out);
  cm_plan_loader *loaders = out ? cm_alloc((o->n + older->n + 1) * sizeof *loaders) : NULL;
  if (!loaders) {
    cm_free(out);
    return NULL;
  }
  atomic_init(&out->refs, 1);
  out->all_relations = o->all_relations;
  out->all_flags = o->all_flags;
  out->exact = o->exact;
  out->loaders = loaders;
  for (size_t i = 0; i < o->n; i++) {
    take(out, &o->loaders[i]);
    loaders[i].flags |= CM_LOADER_ONCE;
  }
  for (size_t i = 0; i < older->n; i++)
    if (!is_said_in(o, &older->loaders[i]) && !(without_refusals && is_refusal(older->loaders[i].strategy)))
      take(out, &older->loaders[i]);
  return out;
}

/* ---- Reading ----------------------------------------------------------------------------------------------------- */

const cm_plan_loader *cm_options_relation(const cm_plan_options *o, const corm_relation *r) {
  for (size_t i = 0; o && i < o->n; i++)
    if (o->loaders[i].relation == r)
      return &o->loaders[i];
  return NULL;
}

const cm_plan_loader *cm_options_slot(const cm_plan_options *o, int slot) {
  for (size_t i = 0; o && i < o->n; i++)
    if (!o->loaders[i].relation && o->loaders[i].slot == slot)
      return &o->loaders[i];
  return NULL;
}

int cm_options_strategy(const cm_plan_options *o, const corm_relation *r, unsigned *flags) {
  const cm_plan_loader *loader = cm_options_relation(o, r);
  *flags = r->flags & CORM_RELATION_INNERJOIN ? CORM_LOAD_INNERJOIN : 0;
  if (loader && loader->strategy != CORM_LOAD_DEFAULT) {
    *flags = loader->flags;
    return loader->strategy;
  }
  if (o && o->all_relations >= 0) {
    *flags = o->all_flags;
    return o->all_relations;
  }
  return r->lazy;
}

static int is_key(const corm_entity *e, int slot) {
  for (size_t i = 0; i < e->n_key; i++)
    if (e->key_slots[i] == slot)
      return 1;
  return slot == e->discriminator_slot;
}

int cm_options_loads(const cm_plan_options *o, const corm_entity *e, const cm_attribute *a) {
  const cm_plan_loader *loader = cm_options_slot(o, a->slot);
  if (o && o->exact)
    return loader && loader->strategy == CORM_LOAD_UNDEFER;
  if (is_key(e, a->slot))
    return 1;
  if (loader)
    return loader->strategy == CORM_LOAD_UNDEFER;
  return !(a->flags & CORM_ATTR_DEFERRED);
}

/* ---- Making ------------------------------------------------------------------------------------------------------ */

static cm_plan_loader *add(cm_lowering *l, cm_plan_options *o, const corm_relation *r, int slot) {
  size_t n = o->n;
  if (!(n & (n - 1))) {
    cm_plan_loader *more = cm_realloc(o->loaders, (n ? 2 * n : 1) * sizeof *more);
    if (!more) {
      cm_l_memory(l);
      return NULL;
    }
    o->loaders = more;
  }
  memset(&o->loaders[n], 0, sizeof *o->loaders);
  o->loaders[n].relation = r;
  o->loaders[n].slot = slot;
  o->loaders[n].strategy = CORM_LOAD_DEFAULT;
  o->n++;
  return &o->loaders[n];
}

static cm_plan_loader *loader_of(cm_lowering *l, cm_plan_options *o, const corm_relation *r) {
  cm_plan_loader *found = (cm_plan_loader *)(uintptr_t)cm_options_relation(o, r);
  return found ? found : add(l, o, r, r->slot);
}

static void set_slot(cm_lowering *l, cm_plan_options *o, int slot, int how, unsigned flags) {
  cm_plan_loader *found = (cm_plan_loader *)(uintptr_t)cm_options_slot(o, slot);
  found = found ? found : add(l, o, NULL, slot);
  if (!found)
    return;
  found->strategy = how;
  found->flags = flags;
}

/* "*", and what load_only leaves out: an option of a column's own wins. */
static void set_others(cm_lowering *l, cm_plan_options *o, const corm_entity *e, int how, unsigned flags) {
  for (size_t i = 0; i < e->n_attrs; i++) {
    const cm_attribute *a = e->attrs[i];
    if (a && !a->relation && !cm_options_slot(o, (int)i) && !is_key(e, (int)i))
      set_slot(l, o, (int)i, how, flags);
  }
}

/* Of the entity, of a parent of it or of a child. */
static int is_column_of(const corm_entity *e, const corm_node *column) {
  const corm_entity *own = column->n && column->kids[0] ? cm_source_entity(column->kids[0]) : NULL;
  return !own || corm_entity_is_a(own, e) || corm_entity_is_a(e, own);
}

static void set_group(cm_lowering *l, cm_plan_options *o, const corm_entity *e, const char *group) {
  for (size_t i = 0; i < e->n_attrs; i++) {
    const cm_attribute *a = e->attrs[i];
    if (a && !a->relation && a->group && strcmp(a->group, group) == 0)
      set_slot(l, o, (int)i, CORM_LOAD_UNDEFER, CM_LOADER_ONCE);
  }
}

static void set_columns(cm_lowering *l, cm_plan_options *o, const corm_entity *e, const corm_node *x,
                        const corm_node *columns) {
  int how = x->op == CORM_LOAD_ONLY ? CORM_LOAD_UNDEFER : x->op;
  if (x->name) {
    set_group(l, o, e, x->name);
    return;
  }
  for (size_t i = 0; i < columns->n; i++) {
    const corm_node *column = columns->kids[i];
    if (column->kind != CORM_NODE_COLUMN || !column->level || !(column->flags & CM_ORM)) {
      cm_l_fail(l, CORM_ELOADERSTRATEGY, "a column option takes columns of an entity");
      return;
    }
    if (!is_column_of(e, column)) {
      cm_l_fail(l, CORM_EARGUMENT, "a column option for \"%s\" names a column of another entity", e->name);
      return;
    }
    set_slot(l, o, column->level - 1, how, x->level);
  }
  if (x->flags & CM_COMPACT)
    o->exact = 1;
  else if (x->op == CORM_LOAD_ONLY)
    set_others(l, o, e, CORM_LOAD_DEFER, x->level);
  else if (!columns->n)
    set_others(l, o, e, x->op, x->level | CM_LOADER_ONCE);
}

static int starts_at(const corm_node *source, const corm_node *given) {
  if (source == given)
    return 1;
  if (source->kind != CORM_NODE_ENTITY || given->kind != CORM_NODE_ENTITY)
    return 0;
  return corm_entity_is_a(source->ref, given->ref) || corm_entity_is_a(given->ref, source->ref);
}

/* How many kids are the path. */
static size_t path_length(const corm_node *x) {
  size_t n = x->n;
  return x->flags & (CM_SUBQUERY | CM_SPEC_JOIN_LEFT_GIVEN) ? n - 1 : n;
}

static int is_for(const corm_node *x, const corm_node *source, int is_first) {
  const corm_node *columns = x->flags & CM_SUBQUERY ? x->kids[x->n - 1] : NULL;
  if (path_length(x))
    return !x->kids[0] || starts_at(source, x->kids[0]->kids[0]);
  if (!columns || !columns->n)
    return is_first;
  return !columns->kids[0]->n || starts_at(source, columns->kids[0]->kids[0]);
}

static int is_joined(int strategy) { return strategy == CORM_LAZY_JOINED || strategy == CORM_LAZY_CONTAINS_EAGER; }

static void set_last(cm_lowering *l, cm_plan_loader *loader, const corm_node *x, const corm_node *step) {
  loader->strategy = x->op;
  loader->flags = x->level;
  if (!step->kids[1])
    return;
  if (!is_joined(x->op) && step->kids[1]->flags & CM_HAS_BINDS)
    cm_l_fail(l, CORM_EUNSUPPORTED,
              "criteria with bound values on relation \"%s\" are supported for joined loading only, so far",
              loader->relation->key);
  corm_node_unref(loader->criteria);
  loader->criteria = corm_node_ref(step->kids[1]);
}

static const corm_entity *entity_below(const corm_node *step) {
  const corm_relation *r = step->ref;
  return step->kids[2] ? cm_source_entity(step->kids[2]) : r->target;
}

static void apply(cm_lowering *l, cm_plan_options *o, const corm_entity *e, const corm_node *x) {
  size_t n = path_length(x);
  const corm_node *columns = x->flags & CM_SUBQUERY ? x->kids[x->n - 1] : NULL;
  for (size_t i = 0; i < n; i++) {
    const corm_node *step = x->kids[i];
    cm_plan_loader *loader = NULL;
    if (!step) {
      o->all_relations = x->op;
      o->all_flags = x->level;
      return;
    }
    loader = loader_of(l, o, step->ref);
    if (!loader)
      return;
    if (i + 1 == n && !columns)
      set_last(l, loader, x, step);
    if (i + 1 == n && !columns)
      return;
    if (!loader->below)
      loader->below = make(l);
    o = loader->below;
    e = entity_below(step);
    if (!o)
      return;
  }
  if (columns)
    set_columns(l, o, e, x, columns);
}

cm_plan_options *cm_l_options(cm_lowering *l, const corm_node *list, const corm_node *source, int is_first) {
  cm_plan_options *o = NULL;
  for (size_t i = 0; i < cm_count(list) && !l->status; i++) {
    const corm_node *x = list->kids[i];
    if (!is_for(x, source, is_first))
      continue;
    if (!o)
      o = make(l);
    if (o)
      apply(l, o, cm_source_entity(source), x);
  }
  return o;
}

/* ---- Misuse ------------------------------------------------------------------------------------------------------ */

/* What the option speaks of: the source of its first step or column; NULL: of whatever there is. */
static const corm_node *subject(const corm_node *x) {
  const corm_node *columns = x->flags & CM_SUBQUERY ? x->kids[x->n - 1] : NULL;
  if (path_length(x))
    return x->kids[0] ? x->kids[0]->kids[0] : NULL;
  return columns && columns->n && columns->kids[0]->n ? columns->kids[0]->kids[0] : NULL;
}

static void check(cm_lowering *l, const corm_node *x, const corm_node *columns) {
  const corm_node *given = subject(x);
  const corm_entity *e = given ? cm_source_entity(given) : NULL;
  int entities = 0;
  for (size_t i = 0; e && i < cm_count(columns); i++) {
    const corm_node *source = columns->kids[i];
    if (!cm_is_source(source) || !cm_source_entity(source))
      continue;
    if (starts_at(source, given))
      return;
    entities++;
  }
  if (e)
    cm_l_fail(l, CORM_EARGUMENT,
              entities ? "a loader option speaks of \"%s\", which the statement does not select"
                       : "a loader option speaks of \"%s\", but the statement selects no entity, only columns",
              e->name);
}

void cm_l_check_options(cm_lowering *l, const corm_node *list, const corm_node *columns) {
  for (size_t i = 0; i < cm_count(list) && !l->status; i++)
    check(l, list->kids[i], columns);
}

/* ---- And back to nodes ------------------------------------------------------------------------------------------- */

enum { MAX_PATH = 32 };

typedef struct telling {
  corm_node *stmt;
  const corm_expr *path[MAX_PATH];
  size_t n;
} telling;

static void tell(telling *t, const corm_entity *e, const cm_plan_options *o);

static void tell_relation(telling *t, const corm_entity *e, const corm_node *source, const cm_plan_loader *loader) {
  corm_node *step = corm_attr_of(source, cm_slot_in(loader->relation->owner, loader->slot, e));
  if (loader->criteria)
    step = corm_attribute_and(step, corm_node_ref(loader->criteria));
  t->path[t->n++] = step;
  if (loader->strategy != CORM_LOAD_DEFAULT)
    t->stmt = corm_load(t->stmt, t->path, t->n, loader->strategy, loader->flags);
  if (loader->below && t->n < MAX_PATH)
    tell(t, loader->relation->target, loader->below);
  t->n--;
  corm_node_unref(step);
}

static void tell_column(telling *t, const corm_node *source, const cm_plan_loader *loader) {
  corm_node *column = corm_attr_of(source, loader->slot);
  const corm_expr *columns[1] = {column};
  t->stmt = corm_load_columns(t->stmt, t->path, t->n, loader->strategy, columns, 1, loader->flags);
  corm_node_unref(column);
}

static void tell(telling *t, const corm_entity *e, const cm_plan_options *o) {
  corm_node *source = corm_entity_source(e);
  for (size_t i = 0; i < o->n; i++) {
    if (o->loaders[i].relation)
      tell_relation(t, e, source, &o->loaders[i]);
    else
      tell_column(t, source, &o->loaders[i]);
  }
  if (o->all_relations >= 0 && t->n < MAX_PATH) {
    t->path[t->n] = NULL;
    t->stmt = corm_load(t->stmt, t->path, t->n + 1, o->all_relations, o->all_flags);
  }
  corm_node_unref(source);
}

corm_node *cm_options_apply(corm_node *stmt, const corm_entity *e, const cm_plan_options *o) {
  telling t = {.stmt = stmt};
  if (o)
    tell(&t, e, o);
  return t.stmt;
}
