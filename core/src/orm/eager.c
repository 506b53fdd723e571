/* Eager relations: those whose rows came with the result, and those read after it. */
#include "orm/reader.h"

/* ---- Joined
 * ------------------------------------------------------------------------------------------------------------------ */

typedef struct gathered {
  corm_record *parent;
  cm_members members;
  cm_map seen; /* filled once members are many */
} gathered;

typedef struct gathering {
  gathered *all;
  size_t n, cap;
  cm_map by_parent; /* index + 1 */
} gathering;

static gathered *gathered_of(gathering *g, corm_record *parent, corm_error **err) {
  if (g->n && g->all[g->n - 1].parent == parent)
    return &g->all[g->n - 1];
  size_t at = (size_t)(uintptr_t)cm_map_get_ptr(&g->by_parent, parent);
  if (at)
    return &g->all[at - 1];
  if (!cm_grow((void **)&g->all, &g->cap, g->n + 1, sizeof *g->all) ||
      !cm_map_put_ptr(&g->by_parent, parent, (void *)(uintptr_t)(g->n + 1))) {
    (void)cm_fail_memory(err);
    return NULL;
  }
  g->all[g->n] = (gathered){.parent = parent};
  return &g->all[g->n++];
}

#define FEW 16

static int gather(gathered *g, corm_record *child, corm_error **err) {
  if (g->members.n < FEW) {
    if (cm_members_has(&g->members, child))
      return CORM_OK;
  } else {
    for (size_t i = 0; !g->seen.used && i < g->members.n; i++)
      if (!cm_map_put_ptr(&g->seen, g->members.records[i], child))
        return cm_fail_memory(err);
    if (cm_map_get_ptr(&g->seen, child))
      return CORM_OK;
    if (!cm_map_put_ptr(&g->seen, child, child))
      return cm_fail_memory(err);
  }
  return cm_members_add(&g->members, child, err);
}

static int is_loaded(const corm_record *r, const corm_relation *rel) {
  corm_value ignored;
  int slot = cm_relation_slot(r, rel);
  return slot < 0 || cm_slot_peek(r, slot, &ignored) == CORM_SLOT_LOADED;
}

static int join_row(gathering *g, const corm_relation *via, corm_record *parent, corm_record *child, corm_error **err) {
  if (!parent || is_loaded(parent, via))
    return CORM_OK;
  if (!via->uselist)
    return cm_relation_store(parent, (corm_relation *)(uintptr_t)via, &child, child ? 1 : 0, err);
  gathered *to = gathered_of(g, parent, err);
  if (!to)
    return CORM_ENOMEM;
  return child ? gather(to, child, err) : CORM_OK;
}

static int join_entity(cm_reader *x, const cm_fill_entity *f, corm_error **err) {
  const corm_relation *via = f->plan->via;
  const cm_fill_entity *parent = &x->entities[f->plan->parent];
  gathering g = {0};
  int status = CORM_OK;
  for (size_t row = 0; !status && row < x->rows; row++)
    status = join_row(&g, via, *cm_reader_ref(x, parent, row), *cm_reader_ref(x, f, row), err);
  for (size_t i = 0; i < g.n; i++) {
    if (!status)
      status = cm_relation_store(g.all[i].parent, (corm_relation *)(uintptr_t)via, g.all[i].members.records,
                                 g.all[i].members.n, err);
    cm_members_clear(&g.all[i].members);
    cm_map_free(&g.all[i].seen);
  }
  cm_free(g.all);
  cm_map_free(&g.by_parent);
  return status;
}

/* Innermost first, so that a parent that is stored is complete. */
int cm_eager_joined(cm_reader *x, corm_error **err) {
  int status = CORM_OK;
  for (size_t i = x->plan->n_entities; !status && i-- > 0;)
    if (x->entities[i].plan->parent >= 0 && x->entities[i].plan->via)
      status = join_entity(x, &x->entities[i], err);
  return status;
}

/* ---- After the rows
 * ------------------------------------------------------------------------------------------------------------ */

static int is_after(int strategy) {
  return strategy == CORM_LAZY_SELECTIN || strategy == CORM_LAZY_SUBQUERY || strategy == CORM_LAZY_IMMEDIATE ||
         strategy == CORM_LAZY_NOLOAD;
}

int cm_eager_wanted(const cm_plan_entity *p, const corm_entity *class) {
  for (size_t i = 0; i < class->n_attrs; i++)
    if (class->attrs[i]->relation && is_after(cm_plan_strategy(p->options, class->attrs[i]->relation, NULL)))
      return 1;
  return 0;
}

static int immediate(const cm_members *records, corm_relation *rel, corm_error **err) {
  int status = CORM_OK, loaded;
  for (size_t i = 0; !status && i < records->n; i++)
    if (corm_entity_is_a(records->records[i]->home->entity, rel->owner))
      status = cm_lazy_load(records->records[i], rel, CM_LAZY_NO_AUTOFLUSH, &loaded, err);
  return status;
}

/* What is not to be loaded is empty as soon as its owner is read. */
static int leave_empty(const cm_members *records, corm_relation *rel, corm_error **err) {
  int status = CORM_OK;
  for (size_t i = 0; !status && i < records->n; i++)
    if (corm_entity_is_a(records->records[i]->home->entity, rel->owner) && !is_loaded(records->records[i], rel))
      status = cm_relation_store(records->records[i], rel, NULL, 0, err);
  return status;
}

/* A mapped strategy is not followed into itself, or as often as join_depth says; one that an option asks for ends where
 * the option ends. */
static int enter(corm_session *s, const corm_relation *rel, const cm_plan_loader *loader) {
  if (loader)
    return 1;
  int entered = 0;
  for (size_t i = 0; i < s->n_eager; i++)
    entered += s->eager[i] == rel || (rel->back && s->eager[i] == rel->back);
  if (entered && entered >= rel->join_depth)
    return 0;
  return s->n_eager < sizeof s->eager / sizeof *s->eager;
}

static int load_relation(cm_reader *x, const cm_fill_entity *f, corm_relation *rel, corm_error **err) {
  const cm_plan_loader *loader;
  corm_session *s = x->s;
  int strategy = cm_plan_strategy(f->plan->options, rel, &loader);
  if (strategy == CORM_LAZY_NOLOAD)
    return leave_empty(&f->loaded, rel, err);
  if (!is_after(strategy) || !enter(s, rel, loader))
    return CORM_OK;
  size_t depth = s->n_eager;
  if (depth < sizeof s->eager / sizeof *s->eager)
    s->eager[s->n_eager++] = rel;
  /* One object that is read again has its relations read one by one too. */
  int status = strategy == CORM_LAZY_IMMEDIATE || x->refresh
                   ? immediate(&f->loaded, rel, err)
                   : cm_selectin(s, &f->loaded, rel, loader, x->populate, err);
  s->n_eager = depth;
  return status;
}

static int load_after(cm_reader *x, const cm_fill_entity *f, corm_error **err) {
  cm_map done = {0};
  int status = CORM_OK;
  for (size_t c = 0; !status && c < f->n_classes; c++) {
    const corm_entity *class = f->classes[c].entity;
    for (size_t i = 0; !status && i < class->n_attrs; i++) {
      corm_relation *rel = class->attrs[i]->relation;
      if (!rel || cm_map_get_ptr(&done, rel))
        continue;
      status = cm_map_put_ptr(&done, rel, rel) ? load_relation(x, f, rel, err) : cm_fail_memory(err);
    }
  }
  cm_map_free(&done);
  return status;
}

int cm_eager_after(cm_reader *x, corm_error **err) {
  int status = CORM_OK;
  for (size_t i = 0; !status && i < x->plan->n_entities; i++)
    if (x->entities[i].loaded.n)
      status = load_after(x, &x->entities[i], err);
  return status;
}
