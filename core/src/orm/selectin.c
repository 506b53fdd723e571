/* selectin: the relation of many records by statements of 500 keys. */
#include "orm/reader.h"

#include <stdlib.h>

#define KEYS 500

/* A record, or several with one key, and what was found for it. */
typedef struct wanted {
  corm_record *record;
  corm_value *values; /* width of them, in the arena */
  uint64_t hash;
  size_t next; /* index + 1 of the next one with this hash */
  cm_members found;
  cm_map seen;  /* of `found`, where rows repeat their objects */
  int repeated; /* an earlier one asks for the same key */
} wanted;

typedef struct selection {
  corm_session *s;
  corm_relation *rel;
  wanted *all;
  size_t n, width;
  int rows_repeat; /* joined collections repeat an object in several rows, a secondary table may */
  cm_map by_hash;  /* index + 1 */
  cm_arena arena;
} selection;

/* ---- Keys
 * -------------------------------------------------------------------------------------------------------------------
 */

/* The owner's slots whose values the statement compares: n_key of them. */
static int key_slot(const corm_relation *rel, size_t i) {
  if (rel->direction == CORM_MANY_TO_ONE)
    return i < rel->n_pairs ? rel->pairs[i].to_slot : -1;
  if (rel->direction == CORM_ONE_TO_MANY && rel->simple_fk)
    return i < rel->n_pairs ? rel->pairs[i].from_slot : -1;
  return i < rel->owner->n_key ? rel->owner->key_slots[i] : -1;
}

static int read_key(selection *x, wanted *w, int *nulls, corm_error **err) {
  *nulls = 0;
  w->values = cm_arena_zero(&x->arena, (x->width + 1) * sizeof *w->values);
  if (!w->values)
    return cm_fail_memory(err);
  for (size_t i = 0; i < x->width; i++) {
    int slot = cm_slot_in(x->rel->owner, key_slot(x->rel, i), w->record->home->entity);
    corm_value v;
    if (slot < 0)
      return cm_fail(err, CORM_EUNSUPPORTED,
                     "relation \"%s.%s\" compares a column that is not mapped: it cannot be loaded by selectin",
                     x->rel->owner->name, x->rel->key);
    int status = corm_record_get(w->record, slot, &v, NULL, err);
    if (!status)
      status = cm_record_key_cell(w->record, cm_record_attribute(w->record, slot)->columns[0], &v, &w->values[i],
                                  &x->arena, err);
    if (status)
      return status;
    *nulls |= w->values[i].kind == CORM_NULL;
  }
  return CORM_OK;
}

static uint64_t hash_values(corm_value *values, size_t n) {
  cm_key_view v;
  cm_key_view_of(&v, values, n);
  return v.wide ? v.hash : cm_hash_mix(0, v.hash);
}

static int same(const corm_value *a, const corm_value *b, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!corm_value_equal(&a[i], &b[i]))
      return 0;
  return 1;
}

static wanted *find(selection *x, corm_value *values, size_t *at) {
  uint64_t h = hash_values(values, x->width);
  for (*at = (size_t)(uintptr_t)cm_map_get_int(&x->by_hash, h); *at; *at = x->all[*at - 1].next)
    if (same(x->all[*at - 1].values, values, x->width))
      return &x->all[*at - 1];
  return NULL;
}

static int add(selection *x, corm_record *r, corm_error **err) {
  wanted *w = &x->all[x->n];
  int nulls;
  size_t ignored;
  *w = (wanted){.record = r};
  int status = read_key(x, w, &nulls, err);
  if (status)
    return status;
  x->n++;
  if (nulls) {
    w->repeated = 1; /* asks for nothing */
    w->values = NULL;
    return CORM_OK;
  }
  w->repeated = find(x, w->values, &ignored) != NULL;
  w->hash = hash_values(w->values, x->width);
  w->next = (size_t)(uintptr_t)cm_map_get_int(&x->by_hash, w->hash);
  return cm_map_put_int(&x->by_hash, w->hash, (void *)(uintptr_t)x->n) ? CORM_OK : cm_fail_memory(err);
}

static int collect(selection *x, const cm_members *records, corm_error **err) {
  x->all = cm_alloc_zero((records->n + 1) * sizeof *x->all);
  if (!x->all)
    return cm_fail_memory(err);
  for (size_t i = 0; i < records->n; i++) {
    corm_record *r = records->records[i];
    if (!corm_entity_is_a(r->home->entity, x->rel->owner) || r->home->session != x->s)
      continue;
    int status = add(x, r, err);
    if (status)
      return status;
  }
  return CORM_OK;
}

/* ---- Statements
 * ----------------------------------------------------------------------------------------------------------------- */

static int add_found(const selection *x, wanted *w, corm_record *r, corm_error **err) {
  if (x->rows_repeat) {
    if (cm_map_get_ptr(&w->seen, r))
      return CORM_OK;
    if (!cm_map_put_ptr(&w->seen, r, r))
      return cm_fail_memory(err);
  }
  return cm_members_add(&w->found, r, err);
}

static int rows_repeat(const corm_relation *rel, const cm_plan_loader *loader) {
  if (rel->direction == CORM_MANY_TO_MANY || (loader && loader->below))
    return 1;
  for (size_t i = 0; i < rel->target->n_attrs; i++) {
    const corm_relation *r = rel->target->attrs[i] ? rel->target->attrs[i]->relation : NULL;
    if (r && r->lazy == CORM_LAZY_JOINED)
      return 1;
  }
  return 0;
}

/* Each row goes to all records that asked for its key. Blocks stay until everything is stored. */
static int distribute(selection *x, const corm_block *b, corm_error **err) {
  corm_value *key = cm_arena_alloc(&x->arena, (x->width + 1) * sizeof *key);
  size_t column = corm_block_peek_columns(b) - 1, at;
  if (!key)
    return cm_fail_memory(err);
  for (size_t i = 0; i < corm_block_peek_rows(b); i++) {
    const corm_value *row = corm_block_peek_row(b, i);
    if (!row[column].as.r)
      continue;
    memcpy(key, row, x->width * sizeof *key);
    (void)find(x, key, &at);
    for (; at; at = x->all[at - 1].next) {
      wanted *w = &x->all[at - 1];
      int status = same(w->values, key, x->width) ? add_found(x, w, row[column].as.r, err) : CORM_OK;
      if (status)
        return status;
    }
  }
  return CORM_OK;
}

static int ask(selection *x, const corm_node *stmt, const corm_value *keys, size_t n, cm_members *blocks, int populate,
               corm_error **err) {
  static const char *const name = "primary_keys";
  size_t length = n * x->width;
  corm_block *b = NULL;
  const corm_params p = {
      .size = sizeof p, .rows = 1, .list_names = &name, .lists = &keys, .list_lengths = &length, .n_lists = 1};
  const cm_fetch f = {.entity = x->rel->target, .stmt = stmt, .params = &p, .populate_existing = populate};
  int status = cm_fetch_run(&b, x->s, &f, err);
  if (!status)
    status = distribute(x, b, err);
  if (b && cm_members_add(blocks, (corm_record *)(void *)b, NULL)) {
    corm_block_free(b);
    return status ? status : cm_fail_memory(err);
  }
  return status;
}

typedef struct asked {
  const corm_value *values;
  size_t width;
} asked;

static int compare_asked(const void *pa, const void *pb) {
  const asked *a = pa, *b = pb;
  int c = 0;
  for (size_t i = 0; !c && i < a->width; i++)
    c = cm_cell_order(&a->values[i], &b->values[i]);
  return c;
}

/* The distinct keys: in the order of the rows; those of a to-one relation are sorted. */
static asked *distinct(selection *x, size_t *n) {
  asked *all = cm_arena_alloc(&x->arena, (x->n + 1) * sizeof *all);
  *n = 0;
  for (size_t i = 0; all && i < x->n; i++)
    if (!x->all[i].repeated)
      all[(*n)++] = (asked){x->all[i].values, x->width};
  if (all && *n > 1 && x->rel->direction == CORM_MANY_TO_ONE)
    qsort(all, *n, sizeof *all, compare_asked);
  return all;
}

static int ask_all(selection *x, const corm_node *stmt, cm_members *blocks, int populate, corm_error **err) {
  corm_value *keys = cm_arena_alloc(&x->arena, KEYS * (x->width + 1) * sizeof *keys);
  size_t n_all, n = 0;
  const asked *all = distinct(x, &n_all);
  int status = keys && all ? CORM_OK : cm_fail_memory(err);
  for (size_t i = 0; !status && i < n_all; i++) {
    memcpy(&keys[n++ * x->width], all[i].values, x->width * sizeof *keys);
    if (n < KEYS && i + 1 < n_all)
      continue;
    status = ask(x, stmt, keys, n, blocks, populate, err);
    n = 0;
  }
  return status;
}

static int store(selection *x, int populate, corm_error **err) {
  int status = CORM_OK;
  corm_value ignored;
  for (size_t i = 0; !status && i < x->n; i++) {
    wanted *w = &x->all[i];
    if (w->record->home->session == x->s &&
        (populate || cm_slot_peek(w->record, cm_relation_slot(w->record, x->rel), &ignored) != CORM_SLOT_LOADED))
      status =
          cm_relation_store(w->record, x->rel, w->found.records, x->rel->uselist ? w->found.n : (w->found.n > 0), err);
  }
  return status;
}

int cm_selectin(corm_session *s, const cm_members *records, corm_relation *rel, const cm_plan_loader *loader,
                int populate, corm_error **err) {
  selection x = {.s = s, .rel = rel, .rows_repeat = rows_repeat(rel, loader)};
  cm_members blocks = {0};
  corm_node *stmt = cm_lower_selectin(rel, loader ? loader->below : NULL, loader ? loader->criteria : NULL, &x.width);
  int status = corm_node_check(stmt, err);
  if (!status)
    status = collect(&x, records, err);
  if (!status)
    status = ask_all(&x, stmt, &blocks, populate, err);
  if (!status)
    status = store(&x, populate, err);
  for (size_t i = 0; i < x.n; i++) {
    cm_members_clear(&x.all[i].found);
    cm_map_free(&x.all[i].seen);
  }
  for (size_t i = 0; i < blocks.n; i++)
    corm_block_free((corm_block *)(void *)blocks.records[i]);
  cm_members_clear(&blocks);
  corm_node_unref(stmt);
  cm_map_free(&x.by_hash);
  cm_arena_free(&x.arena);
  cm_free(x.all);
  return status;
}
