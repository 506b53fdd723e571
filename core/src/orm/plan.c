/* Which records a flush saves and deletes: those that the session has, then those that relations add, in the order of
 * the mappers. */
#include "orm/unit.h"

/* ---- Works
 * ------------------------------------------------------------------------------------------------------------------ */

static void set_discriminator(cm_work *w, const corm_entity *e, corm_error **err, int *status) {
  corm_value v;
  int slot = e->discriminator_slot;
  if (slot < 0 || !e->has_identity || slot >= w->record->n || cm_slot_peek(w->record, slot, &v) == CORM_SLOT_LOADED)
    return;
  *status = cm_slot_store(w->record, slot, &e->identity, err);
}

static int add_work(cm_unit *u, corm_record *r, int op, corm_error **err) {
  const cm_shape *shape = u->n ? u->works[u->n - 1].shape : NULL;
  int status = CORM_OK;
  if (!shape || shape->entity != r->home->entity)
    status = cm_unit_shape(&shape, u, r->home->entity, err);
  if (!status && !cm_grow((void **)&u->works, &u->cap, u->n + 1, sizeof *u->works))
    status = cm_fail_memory(err);
  if (status)
    return status;
  cm_work *w = &u->works[u->n++];
  *w = (cm_work){.record = r, .shape = shape, .op = (uint8_t)op, .insert = !(r->flags & CM_REC_KEYED)};
  cm_pin(r);
  r->flags |= CM_REC_FLUSHING;
  if (w->insert) {
    set_discriminator(w, shape->entity, err, &status);
  } else if (op == CM_WORK_SAVE && r->change && r->change->n_old) {
    for (size_t i = 0; i < shape->entity->n_key; i++)
      w->key_changed |= (uint8_t)cm_slot_changed(r, shape->entity->key_slots[i]);
  }
  return status;
}

int cm_unit_gather(cm_unit *u, corm_error **err) {
  corm_session *s = u->s;
  size_t all = s->counts[CM_LIST_NEW] + s->counts[CM_LIST_DIRTY] + s->counts[CM_LIST_DELETED];
  int status = cm_grow((void **)&u->works, &u->cap, all + 1, sizeof *u->works) ? CORM_OK : cm_fail_memory(err);
  for (int l = CM_LIST_NEW; !status && l < CM_LISTS; l++)
    for (cm_change *c = s->lists[l].next; !status && c != &s->lists[l]; c = c->next)
      status = add_work(u, c->record, l == CM_LIST_DELETED ? CM_WORK_DELETE : CM_WORK_SAVE, err);
  return status;
}

cm_work *cm_unit_find(cm_unit *u, const corm_record *r) {
  if (!(r->flags & CM_REC_FLUSHING))
    return NULL;
  for (; u->indexed < u->n; u->indexed++)
    if (!cm_map_put_ptr(&u->index, u->works[u->indexed].record, (void *)(uintptr_t)(u->indexed + 1)))
      return NULL;
  uintptr_t place = (uintptr_t)cm_map_get_ptr(&u->index, r);
  return place ? &u->works[place - 1] : NULL;
}

int cm_unit_is_deleted(cm_unit *u, const corm_record *r) {
  (void)u;
  return (r->flags & CM_REC_FLUSHING) && r->change && r->change->list == CM_LIST_DELETED;
}

void cm_work_end(cm_work *w) {
  corm_record *r = w->record;
  w->record = NULL;
  r->flags &= (uint16_t)~CM_REC_FLUSHING;
  cm_unpin(r);
}

void cm_unit_free(cm_unit *u) {
  for (size_t i = 0; i < u->n; i++)
    if (u->works[i].record)
      cm_work_end(&u->works[i]);
  cm_free(u->works);
  cm_map_free(&u->index);
  cm_map_free(&u->shapes);
  cm_map_free(&u->adopted);
  cm_map_free(&u->done_pairs);
  cm_arena_free(&u->arena);
}

/* ---- What relations add
 * ------------------------------------------------------------------------------------------------------- */

static int need_save(cm_unit *u, corm_record *r, corm_error **err) {
  if (!cm_in_session(u->s, r) || (r->flags & CM_REC_FLUSHING))
    return CORM_OK;
  return add_work(u, r, CM_WORK_SAVE, err);
}

static int need_delete(cm_unit *u, corm_record *r, corm_error **err) {
  if (!(r->flags & CM_REC_KEYED) || !cm_in_session(u->s, r) || cm_unit_is_deleted(u, r))
    return CORM_OK;
  cm_work *w = cm_unit_find(u, r);
  if (!w && (r->flags & CM_REC_FLUSHING))
    return cm_fail_memory(err);
  int status = cm_state_mark_deleted(u->s, r, err);
  if (!status && w)
    w->op = CM_WORK_DELETE;
  return status || w ? status : add_work(u, r, CM_WORK_DELETE, err);
}

static uint64_t pair_key(const corm_relation *rel, const corm_record *child) {
  return cm_hash_mix((uint64_t)(uintptr_t)rel, (uint64_t)(uintptr_t)child);
}

static int is_touched(const cm_work *w, size_t k) {
  const corm_record *r = w->record;
  int slot = w->shape->slots[k];
  if (slot >= r->n)
    return 0;
  return cm_dirty(r, slot) || (w->insert && (cm_present(r, slot) || (r->flags & CM_REC_EXTERNAL)));
}

static int note_adopted(cm_unit *u, const cm_work *w, corm_error **err) {
  int status = CORM_OK;
  for (size_t k = 0; !status && w->op == CM_WORK_SAVE && k < w->shape->n_relations; k++) {
    const corm_relation *rel = w->shape->relations[k];
    cm_diff d;
    if (rel->direction == CORM_MANY_TO_MANY || !is_touched(w, k))
      continue;
    status = cm_diff_of(w->record, rel, &d, err);
    for (size_t i = 0; !status && i < d.added.n; i++)
      if (!cm_map_put_int(&u->adopted, pair_key(rel, d.added.records[i]), u))
        status = cm_fail_memory(err);
    if (!status || d.added.records)
      cm_diff_clear(&d);
  }
  return status;
}

int cm_unit_adopted(cm_unit *u, const corm_relation *rel, const corm_record *child, int *yes, corm_error **err) {
  int status = CORM_OK;
  for (size_t i = 0; !status && !u->has_adopted && i < u->n; i++)
    status = note_adopted(u, &u->works[i], err);
  u->has_adopted |= !status;
  *yes = !status && cm_map_get_int(&u->adopted, pair_key(rel, child)) != NULL;
  return status;
}

static void warn_outside(const cm_unit *u, const corm_record *r, const corm_relation *rel, const char *what) {
  cm_warn(u->s->host, "Object of type <%s> not in session, %s operation along '%s.%s' will not proceed",
          r->home->entity->name, what, rel->owner->name, rel->key);
}

static int plan_added(cm_unit *u, const corm_relation *rel, const cm_diff *d, corm_error **err) {
  int status = CORM_OK;
  for (size_t i = 0; !status && i < d->added.n; i++) {
    corm_record *r = d->added.records[i];
    if (!corm_entity_is_a(r->home->entity, rel->target))
      return cm_fail(
          err, CORM_EFLUSH,
          "Attempting to flush an item of class \"%s\" in relation \"%s.%s\", which expects objects of class \"%s\"",
          r->home->entity->name, rel->owner->name, rel->key, rel->target->name);
    if (!cm_in_session(u->s, r))
      warn_outside(u, r, rel, rel->direction == CORM_MANY_TO_ONE ? "add" : "add");
    else if (rel->direction == CORM_ONE_TO_MANY)
      status = need_save(u, r, err);
  }
  return status;
}

static int plan_deleted(cm_unit *u, const corm_relation *rel, const cm_diff *d, corm_error **err) {
  int adopted, status = CORM_OK;
  if (rel->direction != CORM_ONE_TO_MANY && !(rel->cascade & CORM_CASCADE_DELETE_ORPHAN))
    return CORM_OK;
  for (size_t i = 0; !status && i < d->deleted.n; i++) {
    corm_record *r = d->deleted.records[i];
    status = cm_unit_adopted(u, rel, r, &adopted, err);
    if (status || adopted)
      continue;
    if (rel->cascade & CORM_CASCADE_DELETE_ORPHAN)
      status = need_delete(u, r, err);
    else if (r->flags & CM_REC_KEYED)
      status = need_save(u, r, err);
  }
  return status;
}

static int unsupported(const corm_relation *rel, corm_error **err) {
  return cm_fail(err, CORM_EUNSUPPORTED, "relation \"%s.%s\": post_update is not supported", rel->owner->name,
                 rel->key);
}

static int load(cm_unit *u, size_t i, corm_relation *rel, corm_error **err) {
  int loaded;
  if (!(u->works[i].record->flags & CM_REC_MAPPED))
    return CORM_OK;
  return cm_lazy_load(u->works[i].record, rel, CM_LAZY_NO_AUTOFLUSH | CM_LAZY_NO_RAISE | CM_LAZY_COMMITTED, &loaded,
                      err);
}

/* The key of the owner changes, and the database does not carry it to its children. */
static int plan_key_change(cm_unit *u, size_t i, corm_relation *rel, corm_error **err) {
  cm_diff d;
  if (rel->direction != CORM_ONE_TO_MANY || !(rel->flags & CORM_RELATION_NO_PASSIVE_UPDATES))
    return CORM_OK;
  int status = load(u, i, rel, err);
  if (!status)
    status = cm_diff_of(u->works[i].record, rel, &d, err);
  if (status)
    return status;
  for (size_t k = 0; !status && k < d.unchanged.n; k++)
    status = need_save(u, d.unchanged.records[k], err);
  cm_diff_clear(&d);
  return status;
}

static int plan_save(cm_unit *u, size_t i, size_t k, corm_error **err) {
  corm_relation *rel = u->works[i].shape->relations[k];
  cm_diff d;
  int status = u->works[i].key_changed ? plan_key_change(u, i, rel, err) : CORM_OK;
  if (status || !is_touched(&u->works[i], k))
    return status;
  status = cm_lazy_load_before(u->works[i].record, rel, err);
  if (!status)
    status = cm_diff_of(u->works[i].record, rel, &d, err);
  if (status)
    return status;
  if (d.changed && (rel->flags & CORM_RELATION_POST_UPDATE))
    status = unsupported(rel, err);
  if (!status)
    status = plan_added(u, rel, &d, err);
  if (!status)
    status = plan_deleted(u, rel, &d, err);
  cm_diff_clear(&d);
  return status;
}

/* Children of a deleted object go with it, or lose their foreign key. */
static int plan_children(cm_unit *u, const corm_relation *rel, const cm_members *m, corm_error **err) {
  int status = CORM_OK;
  for (size_t i = 0; !status && i < m->n; i++) {
    int adopted;
    status = cm_unit_adopted(u, rel, m->records[i], &adopted, err);
    if (status || adopted)
      continue;
    if (rel->cascade & (CORM_CASCADE_DELETE | CORM_CASCADE_DELETE_ORPHAN))
      status = need_delete(u, m->records[i], err);
    else if (rel->direction == CORM_ONE_TO_MANY && (m->records[i]->flags & CM_REC_KEYED))
      status = need_save(u, m->records[i], err);
  }
  return status;
}

static int plan_delete(cm_unit *u, size_t i, size_t k, corm_error **err) {
  corm_relation *rel = u->works[i].shape->relations[k];
  int cascades = (rel->cascade & (CORM_CASCADE_DELETE | CORM_CASCADE_DELETE_ORPHAN)) != 0;
  cm_diff d;
  int status = CORM_OK;
  if ((rel->flags & CORM_RELATION_PASSIVE_DELETES_ALL) || (rel->direction == CORM_MANY_TO_ONE && !cascades))
    return CORM_OK;
  if (!(rel->flags & CORM_RELATION_PASSIVE_DELETES))
    status = load(u, i, rel, err);
  if (!status)
    status = cm_diff_of(u->works[i].record, rel, &d, err);
  if (status)
    return status;
  if (rel->flags & CORM_RELATION_POST_UPDATE)
    status = unsupported(rel, err);
  if (!status)
    status = plan_children(u, rel, &d.unchanged, err);
  if (!status)
    status = plan_children(u, rel, &d.deleted, err);
  cm_diff_clear(&d);
  return status;
}

static int plan_work(cm_unit *u, size_t i, corm_error **err) {
  int op = u->works[i].op, status = CORM_OK;
  u->works[i].planned = (uint8_t)op;
  for (size_t k = 0; !status && k < u->works[i].shape->n_relations; k++)
    status = op == CM_WORK_SAVE ? plan_save(u, i, k, err) : plan_delete(u, i, k, err);
  return status;
}

int cm_unit_plan(cm_unit *u, corm_error **err) {
  int status = CORM_OK, again = 1;
  while (!status && again) {
    again = 0;
    for (size_t i = 0; !status && i < u->n; i++) {
      if (u->works[i].planned == u->works[i].op)
        continue;
      again = 1;
      status = plan_work(u, i, err);
    }
  }
  for (size_t i = 0; !status && i < u->n; i++)
    if (u->works[i].shape->n_relations)
      status = cm_sync_clear(u, &u->works[i], err);
  return status;
}

/* ---- In order of the mappers
 * ---------------------------------------------------------------------------------------------------- */

static cm_group *group_of(cm_unit *u, const corm_entity *base) {
  for (size_t i = 0; i < u->n_groups; i++)
    if (u->groups[i].base == base)
      return &u->groups[i];
  return NULL;
}

static size_t find_bases(cm_unit *u, corm_entity **bases, size_t cap) {
  size_t n = 0;
  const cm_shape *last = NULL;
  for (size_t i = 0; i < u->n; i++) {
    corm_entity *base = u->works[i].shape->entity->base;
    size_t k = 0;
    if (u->works[i].shape == last)
      continue;
    last = u->works[i].shape;
    while (k < n && bases[k] != base)
      k++;
    if (k == n && n < cap)
      bases[n++] = base;
  }
  return n;
}

static int make_groups(cm_unit *u, corm_error **err) {
  size_t cap = u->shapes.used + 1;
  corm_entity **bases = cm_arena_zero(&u->arena, cap * sizeof(corm_entity *));
  corm_entity **ordered = cm_arena_zero(&u->arena, cap * sizeof(corm_entity *));
  unsigned char *circular = cm_arena_zero(&u->arena, cap);
  u->groups = cm_arena_zero(&u->arena, cap * sizeof *u->groups);
  if (!bases || !ordered || !circular || !u->groups)
    return cm_fail_memory(err);
  u->n_groups = find_bases(u, bases, cap);
  (void)cm_entities_flush_order(bases, u->n_groups, ordered, circular);
  for (size_t i = 0; i < u->n_groups; i++) {
    u->groups[i].base = ordered[i];
    u->groups[i].circular = circular[i];
  }
  return CORM_OK;
}

static int make_places(cm_unit *u, corm_error **err) {
  for (size_t i = 0; i < u->n; i++) {
    cm_group *g = group_of(u, u->works[i].shape->entity->base);
    (*(u->works[i].op == CM_WORK_SAVE ? &g->n_saves : &g->n_deletes))++;
  }
  for (size_t i = 0; i < u->n_groups; i++) {
    cm_group *g = &u->groups[i];
    g->saves = cm_arena_alloc(&u->arena, (g->n_saves + 1) * sizeof *g->saves);
    g->deletes = cm_arena_alloc(&u->arena, (g->n_deletes + 1) * sizeof *g->deletes);
    if (!g->saves || !g->deletes)
      return cm_fail_memory(err);
    g->n_saves = g->n_deletes = 0;
  }
  for (size_t i = 0; i < u->n; i++) {
    cm_group *g = group_of(u, u->works[i].shape->entity->base);
    if (u->works[i].op == CM_WORK_SAVE)
      g->saves[g->n_saves++] = i;
    else
      g->deletes[g->n_deletes++] = i;
  }
  return CORM_OK;
}

int cm_unit_group(cm_unit *u, corm_error **err) {
  int status = make_groups(u, err);
  return status ? status : make_places(u, err);
}
