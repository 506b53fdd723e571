/* Records that fill made become the session's: they enter the map, or are merged into the records that they refresh. */
#include "orm/reader.h"

/* ---- Giving up
 * ------------------------------------------------------------------------------------------------------------ */

/* A record that is not needed: `instead` (or NULL) stands for it in the rows that still name it. Freed after the last
 * row. */
static void give_up(cm_reader *x, corm_record *r, corm_record *instead) {
  r->object = instead;
  r->flags &= (uint16_t)~CM_REC_FILLING;
  r->flags |= CM_REC_FLUSHING; /* given up: see stand_in */
  r->change = (cm_change *)(void *)x->given_up;
  x->given_up = r;
}

static int is_given_up(const corm_record *r) { return (r->flags & CM_REC_FLUSHING) && !(r->flags & CM_REC_MAPPED); }

static void free_given_up(cm_reader *x) {
  corm_record *r = x->given_up;
  x->given_up = NULL;
  while (r) {
    corm_record *next = (corm_record *)(void *)r->change;
    r->change = NULL;
    r->object = NULL;
    r->pins = 0;
    r->flags &= (uint16_t) ~(CM_REC_FLUSHING | CM_REC_C);
    cm_record_free(r);
    r = next;
  }
}

void cm_hydrate_give_up(cm_reader *x) {
  for (size_t row = 0; row < x->rows; row++)
    for (size_t i = 0; i < x->plan->n_entities; i++) {
      corm_record **ref = cm_reader_ref(x, &x->entities[i], row), *r = *ref;
      if (r && (r->flags & CM_REC_FILLING))
        give_up(x, r, NULL);
      else if (r && !is_given_up(r))
        cm_unpin(r);
      *ref = NULL;
    }
  x->rows = 0;
  free_given_up(x);
}

/* ---- Merging
 * ---------------------------------------------------------------------------------------------------------------- */

static int takes(const cm_reader *x, const corm_record *r, int slot) {
  corm_value ignored;
  if (x->populate)
    return 1;
  return !cm_dirty(r, slot) && cm_slot_peek(r, slot, &ignored) != CORM_SLOT_LOADED;
}

/* Attributes whose object died while it kept its values are loaded anew. */
static void forget_external(corm_record *r) {
  const uint8_t *tags = cm_entity_expired_tags(r->home->entity);
  if (!(r->flags & CM_REC_EXTERNAL) || r->object || !tags)
    return;
  r->flags &= (uint16_t)~CM_REC_EXTERNAL;
  memcpy(cm_tags(r), tags, r->n);
}

static int merge_slot(corm_record *r, const corm_record *from, int slot, corm_error **err) {
  corm_value v;
  (void)cm_slot_cell(from, slot, &v);
  if (v.kind == CORM_HOST && r->home->host->ref)
    r->home->host->ref(r->home->host->self, v.as.h);
  cm_change_forget_slot(r, slot);
  return cm_slot_store(r, slot, &v, err);
}

/* Relations that are not loaded with the row are read again after populate_existing. */
static void expire_relations(corm_record *r) {
  for (int i = 0; i < r->n; i++)
    if (cm_record_attribute(r, i)->relation && (cm_present(r, i) || (r->flags & CM_REC_EXTERNAL))) {
      cm_change_forget_slot(r, i);
      cm_slot_clear(r, i, CM_ABSENT_EXPIRED);
    }
}

static int merge(cm_reader *x, const cm_fill_entity *f, corm_record *r, const corm_record *from, corm_error **err) {
  const cm_plan_entity *p = f->plan;
  int *slots = cm_arena_alloc(&x->arena, (p->n + 1u) * sizeof *slots), status = CORM_OK;
  size_t n = 0;
  if (!slots)
    return cm_fail_memory(err);
  forget_external(r);
  if (x->populate) {
    expire_relations(r);
    cm_change_revert(r);
  }
  for (uint16_t i = 0; !status && i < p->n; i++) {
    int slot = cm_plan_slot(p, i, r);
    if (slot < r->n && takes(x, r, slot)) {
      status = merge_slot(r, from, slot, err);
      slots[n++] = slot;
    }
  }
  r->flags &= (uint16_t)~CM_REC_EXPIRED;
  return status || !n ? status : cm_tell_slots(x->s, CORM_EV_REFRESH, r, slots, n, err);
}

/* ---- Options
 * ------------------------------------------------------------------------------------------------------------------ */

static int keep_options(const cm_reader *x, const cm_fill_entity *f, corm_record *r, corm_error **err) {
  const cm_plan_options *o = f->plan->options;
  return o && (o->n || o->all_relations >= 0) ? cm_options_keep(x->s, r, f->plan->options, err) : CORM_OK;
}

/* A known record that rows meet: until it expires, what their statement says is added to what was said before; one that
 * is read anew is refused nothing that was refused before. */
static int meet_options(cm_reader *x, cm_fill_entity *f, corm_record *r, corm_error **err) {
  static const cm_plan_options nothing = {.all_relations = -1};
  const cm_plan_options *said = f->plan->options, *before = cm_options_of(r);
  int anew = x->populate || (r->flags & CM_REC_EXPIRED), status = CORM_OK;
  if (x->refresh || x->only_read || (before && (before == said || before == f->met)) || !(said || (anew && before)))
    return CORM_OK;
  cm_plan_options *all = before || !f->met
                             ? cm_plan_options_over(said ? said : &nothing, before ? before : &nothing, anew)
                             : cm_plan_options_ref(f->met);
  if (!all)
    return cm_fail_memory(err);
  if (all->n || all->all_relations >= 0)
    status = cm_options_keep(x->s, r, all, err);
  else
    cm_options_forget(x->s, r);
  if (!before && !f->met)
    f->met = cm_plan_options_ref(all);
  cm_plan_options_unref(all);
  return status;
}

/* ---- Entering
 * ----------------------------------------------------------------------------------------------------------------- */

static int convert_host(const cm_reader *x, const cm_fill_entity *f, corm_record *r, corm_error **err) {
  const corm_host *h = x->s->host;
  const corm_dialect *dialect = corm_engine_peek_dialect(corm_conn_peek_engine(x->conn));
  for (size_t i = 0; i < f->n_host; i++) {
    int slot = cm_plan_slot(f->plan, f->host_slots[i], r);
    const corm_type *type = x->compiled->columns[f->plan->columns[f->host_slots[i]]].type;
    corm_value in, out;
    (void)cm_slot_cell(r, slot, &in);
    if (!h->result)
      return cm_fail(err, CORM_EUNSUPPORTED, "the host cannot convert the values of column \"%s\"",
                     x->compiled->columns[f->plan->columns[f->host_slots[i]]].name);
    int status = h->result(h->self, type, dialect, &in, &out, err);
    if (!status)
      status = cm_slot_store(r, slot, &out, err);
    if (status)
      return status;
  }
  return CORM_OK;
}

static int enter_new(cm_reader *x, const cm_fill_entity *f, corm_record *r, corm_error **err) {
  int status = f->n_host ? convert_host(x, f, r, err) : CORM_OK;
  if (status)
    return status;
  if (!cm_identity_put(f->map, r))
    return cm_fail_memory(err);
  r->flags &= (uint16_t)~CM_REC_FILLING;
  status = keep_options(x, f, r, err);
  if (!status && cm_entity_events(r->home->entity))
    status = cm_tell(x->s, CORM_EV_LOAD, r, NULL, err);
  return status || !x->s->events ? status : cm_tell(x->s, CORM_EV_LOADED_AS_PERSISTENT, r, NULL, err);
}

/* A FILLING record of the rows: into the map, or into the record that the map has. *ref becomes what stands. */
static int settle(cm_reader *x, cm_fill_entity *f, corm_record **ref, corm_error **err) {
  corm_record *r = *ref;
  corm_value one;
  cm_key_view key;
  int status = CORM_OK;
  corm_record *known = r->object;
  if (known) {
    r->object = NULL; /* a shadow has no key of its own: only its hash */
    if (!(known->flags & CM_REC_MAPPED))
      return cm_fail(err, CORM_EINVALID, "an object of class \"%s\" left the session while it was read",
                     f->plan->entity->name);
    if (f->n_host)
      status = convert_host(x, f, r, err);
    if (!status)
      status = meet_options(x, f, known, err);
    if (!status)
      status = merge(x, f, known, r, err);
  } else {
    cm_key_view_record(&key, r, &one);
    known = cm_identity_get(f->map, &key);
    if (!known)
      return enter_new(x, f, r, err);
  }
  give_up(x, r, known);
  cm_pin(known);
  *ref = known;
  return status;
}

static int note_loaded(cm_fill_entity *f, corm_record *r, int fresh, corm_error **err) {
  if (!f->post_loads)
    return CORM_OK;
  if (!fresh && cm_map_get_ptr(&f->seen, r))
    return CORM_OK;
  if (!cm_map_put_ptr(&f->seen, r, r))
    return cm_fail_memory(err);
  return cm_members_add(&f->loaded, r, err);
}

static int hydrate_entity(cm_reader *x, cm_fill_entity *f, corm_record **ref, corm_error **err) {
  corm_record *r = *ref;
  int fresh = 0, read = (r && (r->flags & CM_REC_FILLING)), status = CORM_OK;
  if (!r)
    return CORM_OK;
  if (read) {
    fresh = !r->object;
    status = settle(x, f, ref, err);
    fresh = fresh && *ref == r;
  } else if (is_given_up(r)) {
    *ref = r->object;
    cm_pin(*ref);
  } else {
    if (!r->object)
      forget_external(r);
    status = meet_options(x, f, r, err);
  }
  return status || (x->only_read && !read) ? status : note_loaded(f, *ref, fresh, err);
}

static int reserve(cm_reader *x, corm_error **err) {
  for (size_t i = 0; i < x->plan->n_entities; i++) {
    size_t made = 0;
    for (size_t k = 0; k < x->entities[i].n_classes; k++)
      made += x->entities[i].classes[k].made;
    if (made && !cm_identity_reserve(x->entities[i].map, made))
      return cm_fail_memory(err);
  }
  return CORM_OK;
}

/* What is left of the rows after a failure: each reference is dropped, records that did not enter are freed. */
static void drop_rows(cm_reader *x) {
  for (size_t row = 0; row < x->rows; row++)
    for (size_t i = 0; i < x->plan->n_entities; i++) {
      corm_record **ref = cm_reader_ref(x, &x->entities[i], row), *r = *ref;
      *ref = NULL;
      if (!r || is_given_up(r))
        continue;
      if (r->flags & CM_REC_FILLING)
        give_up(x, r, NULL);
      else
        cm_unpin(r);
    }
  x->rows = 0;
  free_given_up(x);
}

/* An entity that stands twice among the columns is one in the plan: the further places get what the first has. */
static void fill_repeated(cm_reader *x) {
  for (size_t i = 0; i < x->plan->n_items; i++) {
    int entity = x->plan->items[i].entity;
    int first = entity < 0 ? -1 : x->entities[entity].block_column;
    for (size_t row = 0; first >= 0 && (size_t)first != i && row < x->rows; row++) {
      corm_value *cells = cm_block_row(x->block, row);
      cells[i] = cells[first];
      if (cells[i].kind == CORM_RECORD && cells[i].as.r)
        cm_pin(cells[i].as.r);
    }
  }
}

int cm_hydrate(cm_reader *x, corm_error **err) {
  int status = reserve(x, err);
  for (size_t row = 0; !status && row < x->rows; row++)
    for (size_t i = 0; !status && i < x->plan->n_entities; i++)
      status = hydrate_entity(x, &x->entities[i], cm_reader_ref(x, &x->entities[i], row), err);
  if (status)
    drop_rows(x);
  else
    free_given_up(x);
  if (!status)
    fill_repeated(x);
  return status;
}
