/* Preparing a reader, running its statement, and the public result made of one. */
#include "orm/reader.h"

/* ---- Templates
 * ------------------------------------------------------------------------------------------------------------ */

static const cm_plan_loader *slot_loader(const cm_plan_options *o, int slot) {
  for (size_t i = 0; o && i < o->n; i++)
    if (!o->loaders[i].relation && o->loaders[i].slot == slot)
      return &o->loaders[i];
  return NULL;
}

/* What a slot is that the rows do not fill. */
static uint8_t absent_tag(const cm_plan_entity *p, const corm_entity *class, int slot) {
  const cm_attribute *a = class->attrs[slot];
  int planned = cm_slot_in(class, slot, p->entity);
  if (a->relation || planned < 0)
    return CM_ABSENT_EXPIRED;
  const cm_plan_loader *l = slot_loader(p->options, planned);
  if (l ? (l->flags & CORM_LOAD_RAISE) != 0 : (a->flags & CORM_ATTR_DEFERRED_RAISE) != 0)
    return CM_ABSENT_RAISE;
  return CM_ABSENT_DEFERRED;
}

static int make_class(cm_reader *x, cm_fill_entity *f, cm_fill_class *c, const corm_entity *class, corm_error **err) {
  size_t n = class->n_attrs;
  c->entity = class;
  c->template_size = sizeof(corm_record) + cm_tags_size(n);
  c->template = cm_arena_zero(&x->arena, cm_record_size(n));
  if (!c->template)
    return cm_fail_memory(err);
  int status = cm_home_of_session(&c->home, x->s, class, err);
  if (status)
    return status;
  c->template->home = c->home;
  c->template->n = (uint16_t)n;
  c->template->pins = 1;
  c->template->flags = (uint16_t)(CM_REC_FILLING | CM_REC_KEYED | (x->s->host == cm_host_of_c() ? CM_REC_C : 0));
  for (size_t i = 0; i < n; i++)
    cm_tags(c->template)[i] = absent_tag(f->plan, class, (int)i);
  return CORM_OK;
}

static size_t count_classes(const corm_entity *e) {
  size_t n = 1;
  for (size_t i = 0; i < e->n_children; i++)
    n += count_classes(e->children[i]);
  return n;
}

static int make_classes(cm_reader *x, cm_fill_entity *f, const corm_entity *e, int below, corm_error **err) {
  int status = make_class(x, f, &f->classes[f->n_classes++], e, err);
  for (size_t i = 0; below && !status && i < e->n_children; i++)
    status = make_classes(x, f, e->children[i], below, err);
  return status;
}

/* ---- Entities of the plan
 * ----------------------------------------------------------------------------------------------------- */

int cm_reader_decoders(cm_reader *x, cm_fill_entity *f, corm_error **err) {
  const cm_plan_entity *p = f->plan;
  size_t n = p->n + 1u, keys = p->entity->n_key + 1u;
  f->decoders = cm_arena_zero(&x->arena, n * sizeof *f->decoders);
  f->values = cm_arena_zero(&x->arena, n * sizeof *f->values);
  f->scratch = cm_arena_alloc(&x->arena, (n + keys) * 64);
  f->key_values = cm_arena_zero(&x->arena, keys * sizeof *f->key_values);
  f->key_decoders = cm_arena_zero(&x->arena, keys * sizeof *f->key_decoders);
  f->host_slots = cm_arena_zero(&x->arena, n * sizeof *f->host_slots);
  f->n_host = 0;
  if (!f->decoders || !f->values || !f->scratch || !f->key_values || !f->key_decoders || !f->host_slots)
    return cm_fail_memory(err);
  for (uint16_t i = 0; i < p->n; i++) {
    f->decoders[i] = &x->decoders[p->columns[i]];
    if (x->compiled->columns[p->columns[i]].type->flags & CORM_TYPE_HOST_RESULT)
      f->host_slots[f->n_host++] = i;
  }
  for (size_t i = 0; i < p->entity->n_key; i++) {
    int missing = p->key_columns[i] == CM_PLAN_NONE;
    x->keyed &= !missing;
    if (missing && x->refresh && f == x->entities)
      continue;
    if (missing)
      return cm_fail(err, CORM_EINVALID,
                     "the rows do not have the key of class \"%s\": its objects cannot be told apart", p->entity->name);
    f->key_decoders[i] = &x->decoders[p->key_columns[i]];
  }
  return CORM_OK;
}

static int block_column(const cm_plan *plan, size_t entity) {
  for (size_t i = 0; i < plan->n_items; i++)
    if (plan->items[i].entity == (int)entity)
      return (int)i;
  return -1;
}

static int prepare_entity(cm_reader *x, size_t at, corm_error **err) {
  cm_fill_entity *f = &x->entities[at];
  const cm_plan_entity *p = &x->plan->entities[at];
  f->plan = p;
  f->block_column = block_column(x->plan, at);
  if (f->block_column < 0)
    f->ref = x->n_refs++;
  f->map = cm_session_identity(x->s, p->entity);
  int below = p->discriminator != CM_PLAN_NONE;
  f->classes = cm_arena_zero(&x->arena, (below ? count_classes(p->entity) : 1) * sizeof *f->classes);
  if (!f->map || !f->classes)
    return cm_fail_memory(err);
  int status = make_classes(x, f, p->entity, below, err);
  if (!status)
    status = cm_reader_decoders(x, f, err);
  if (!status && x->plan->n_entities > 1) {
    f->recent = cm_arena_zero(&x->arena, CM_RECENT * sizeof *f->recent);
    if (!f->recent)
      status = cm_fail_memory(err);
  }
  for (size_t i = 0; i < f->n_classes; i++)
    f->post_loads |= cm_eager_wanted(p, f->classes[i].entity);
  return status;
}

static int prepare(cm_reader *x, corm_error **err) {
  const corm_dialect_def *d = cm_engine_dialect_def(corm_conn_peek_engine(x->conn));
  size_t columns = x->compiled->n_columns;
  x->entities = cm_arena_zero(&x->arena, (x->plan->n_entities + 1) * sizeof *x->entities);
  x->decoders = cm_arena_zero(&x->arena, (columns + 1) * sizeof *x->decoders);
  if (!x->entities || !x->decoders)
    return cm_fail_memory(err);
  for (size_t i = 0; i < columns; i++)
    cm_decoder_init(&x->decoders[i], d, x->compiled->columns[i].type, x->compiled->columns[i].name);
  int status = cm_block_new(&x->block, x->plan->n_items, err);
  for (size_t i = 0; !status && i < x->plan->n_entities; i++)
    status = prepare_entity(x, i, err);
  return status;
}

corm_record **cm_reader_ref(cm_reader *x, const cm_fill_entity *f, size_t row) {
  if (f->block_column < 0)
    return &x->refs[row * x->n_refs + f->ref];
  return &cm_block_row(x->block, row)[f->block_column].as.r;
}

/* ---- Running
 * ---------------------------------------------------------------------------------------------------------------------
 */

void cm_reader_block_released(void *ctx, corm_block *b) {
  size_t rows = corm_block_peek_rows(b), columns = corm_block_peek_columns(b);
  (void)ctx;
  for (size_t i = 0; i < rows; i++) {
    const corm_value *row = corm_block_peek_row(b, i);
    for (size_t k = 0; k < columns; k++)
      if (row[k].kind == CORM_RECORD && row[k].as.r)
        cm_unpin(row[k].as.r);
  }
}

void cm_reader_free(cm_reader *x) {
  if (!x)
    return;
  cm_stream_end(x);
  for (size_t i = 0; i < x->rows * x->n_refs; i++)
    if (x->refs[i])
      cm_unpin(x->refs[i]);
  corm_block_free(x->block);
  for (size_t i = 0; x->entities && i < x->plan->n_entities; i++) {
    cm_members_clear(&x->entities[i].loaded);
    cm_map_free(&x->entities[i].seen);
    cm_plan_options_unref(x->entities[i].met);
  }
  cm_free(x->refs);
  cm_bound_free(&x->bound);
  cm_conn_unref(x->conn);
  corm_compiled_free(x->compiled);
  cm_arena_free(&x->arena);
  cm_free(x);
}

void cm_reader_count(cm_reader *x) {
  for (size_t i = 0; i < x->plan->n_entities; i++) {
    cm_fill_entity *f = &x->entities[i];
    for (size_t k = 0; k < f->n_classes; k++) {
      f->classes[k].home->refs += f->classes[k].made;
      cm_live_add(CORM_LIVE_RECORDS, (int64_t)f->classes[k].made);
      f->classes[k].made = 0;
    }
  }
  if (!x->s->filling)
    cm_session_drain(x->s);
}

static int run(cm_reader *x, const cm_cache_note *note, corm_error **err) {
  cm_cursor *cursor = NULL;
  cm_run r;
  cm_run_init(&r, x->compiled, &x->bound, note);
  r.fill = cm_fill_rows;
  r.fill_ctx = x;
  r.while_they_come = x->many;
  x->s->filling++;
  int status = cm_cursor_open(&cursor, x->conn, &r, err);
  x->s->filling--;
  cm_cursor_close(cursor);
  for (size_t i = 0; i < x->plan->n_entities; i++)
    cm_chunk_leave(&x->entities[i].chunk);
  cm_reader_count(x);
  return status;
}

static void set_how(cm_reader *x, int how) {
  x->populate = (how & CM_READ_POPULATE) != 0;
  x->only_read = (how & CM_READ_ONLY_READ) != 0;
}

int cm_reader_new(cm_reader **out, corm_session *s, corm_conn *conn, corm_compiled *compiled,
                  const cm_bind_source *source, corm_record *refresh, int how, corm_error **err) {
  cm_reader *x = cm_alloc_zero(sizeof *x);
  *out = NULL;
  if (!x)
    return cm_fail_memory(err);
  x->s = s;
  x->conn = cm_conn_ref(conn);
  x->compiled = cm_compiled_ref(compiled);
  x->plan = compiled->plan;
  x->keyed = 1;
  x->refresh = refresh;
  set_how(x, how);
  int status = prepare(x, err);
  if (!status)
    status = cm_bind_values(&x->bound, conn, compiled, source, err);
  if (status)
    cm_reader_free(x);
  else
    *out = x;
  return status;
}

/* What an entity was found by in the last block may be gone, and another be in its place. */
void cm_reader_forget(cm_reader *x) {
  for (size_t i = 0; i < x->rows * x->n_refs; i++)
    if (x->refs[i])
      cm_unpin(x->refs[i]);
  corm_block_free(x->block);
  x->block = NULL;
  x->rows = x->given = 0;
  for (size_t i = 0; i < x->plan->n_entities; i++) {
    cm_fill_entity *f = &x->entities[i];
    if (f->recent)
      memset(f->recent, 0, CM_RECENT * sizeof *f->recent);
    cm_members_clear(&f->loaded);
    cm_map_free(&f->seen);
    memset(&f->seen, 0, sizeof f->seen);
  }
}

int cm_reader_again(cm_reader *x, corm_conn *conn, const cm_bind_source *source, corm_record *refresh, int how,
                    corm_error **err) {
  x->conn = cm_conn_ref(conn);
  x->refresh = refresh;
  set_how(x, how);
  int status = cm_block_new(&x->block, x->plan->n_items, err);
  return status ? status : cm_bind_values(&x->bound, conn, x->compiled, source, err);
}

/* Of a statement that was run for one object's refresh the keys are not known to be there. */
int cm_reader_rest(cm_reader *x) {
  if (x->refresh && !x->keyed)
    return 0;
  cm_reader_forget(x);
  cm_bound_free(&x->bound);
  cm_conn_unref(x->conn);
  x->conn = NULL;
  x->refresh = NULL;
  return 1;
}

int cm_reader_settle(cm_reader *x, int status, corm_error **err) {
  if (status)
    cm_hydrate_give_up(x);
  else
    status = cm_hydrate(x, err);
  if (x->block)
    cm_block_set_release(x->block, cm_reader_block_released, NULL);
  if (!status)
    status = cm_eager_joined(x, err);
  return status ? status : cm_eager_after(x, err);
}

int cm_reader_read(cm_reader *x, const cm_cache_note *note, corm_error **err) {
  return cm_reader_settle(x, run(x, note, err), err);
}

int cm_reader_run(cm_reader **out, corm_session *s, corm_conn *conn, corm_compiled *compiled,
                  const cm_bind_source *source, const cm_cache_note *note, corm_record *refresh, int how,
                  corm_error **err) {
  int status = cm_reader_new(out, s, conn, compiled, source, refresh, how, err);
  if (!status) {
    (*out)->many = !refresh;
    status = cm_reader_read(*out, note, err);
  }
  if (status) {
    cm_reader_free(*out);
    *out = NULL;
  }
  return status;
}

corm_block *cm_reader_take_block(cm_reader *x) {
  corm_block *b = x->block;
  x->block = NULL;
  return b;
}
