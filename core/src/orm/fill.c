/* Rows into chunks, without the host's lock. */
#include "orm/reader.h"

#define LONGEST_INLINE 16384u

/* ---- Keys
 * --------------------------------------------------------------------------------------------------------------- */

/* 1: a key; 0: all parts are NULL. */
static int read_key(cm_fill_entity *f, const corm_value *cells, cm_key_view *key, int *present, corm_error **err) {
  const cm_plan_entity *p = f->plan;
  size_t n = p->entity->n_key;
  const corm_value *first = &cells[p->key_columns[0]];
  *present = 0;
  if (n == 1 && first->kind == CORM_INT) {
    *present = 1;
    *key = (cm_key_view){(uint64_t)first->as.i, first, 1, 0};
    return CORM_OK;
  }
  for (size_t i = 0; i < n; i++) {
    int status = cm_decode_cell(f->key_decoders[i], &cells[p->key_columns[i]], f->scratch + 64 * (p->n + i),
                                &f->key_values[i], err);
    if (status)
      return status;
    *present |= f->key_values[i].kind != CORM_NULL;
  }
  cm_key_view_of(key, f->key_values, n);
  return CORM_OK;
}

/* ---- Classes
 * -------------------------------------------------------------------------------------------------------------- */

static int find_class(cm_fill_entity *f, const corm_value *cells, cm_fill_class **out, corm_error **err) {
  const cm_plan_entity *p = f->plan;
  *out = &f->classes[0];
  if (p->discriminator == CM_PLAN_NONE)
    return CORM_OK;
  const corm_value *d = &cells[p->discriminator];
  if (d->kind == CORM_NULL && !p->entity->has_identity)
    return CORM_OK;
  for (size_t i = 0; i < f->n_classes; i++)
    if (f->classes[i].entity->has_identity && corm_value_equal(&f->classes[i].entity->identity, d)) {
      *out = &f->classes[i];
      return CORM_OK;
    }
  if (d->kind == CORM_NULL)
    return cm_fail(err, CORM_EINVALID, "a row of class \"%s\" cannot be loaded: its polymorphic discriminator is NULL",
                   p->entity->name);
  if (d->kind == CORM_TEXT)
    return cm_fail(err, CORM_EINVALID, "no such polymorphic identity '%.*s' is defined for class \"%s\"", (int)d->size,
                   d->as.p, p->entity->name);
  return cm_fail(err, CORM_EINVALID, "no such polymorphic identity is defined for class \"%s\"", p->entity->name);
}

/* ---- Cells
 * ----------------------------------------------------------------------------------------------------------------- */

static inline int copy_ascii(char *to, const char *from, size_t n) {
  uint64_t high = 0;
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    uint64_t word;
    memcpy(&word, from + i, 8);
    memcpy(to + i, &word, 8);
    high |= word;
  }
  uint8_t last = 0;
  for (; i < n; i++) {
    to[i] = from[i];
    last |= (uint8_t)from[i];
  }
  return !(high & 0x8080808080808080ull) && last < 0x80;
}

/* Drivers say that text is ASCII where they know it. */
static inline int copy_text(char *to, const corm_value *v) {
  if (!(v->flags & CORM_VALUE_ASCII))
    return copy_ascii(to, v->as.p, v->size);
  memcpy(to, v->as.p, v->size);
  return 1;
}

static int put_long(corm_record *r, uint8_t *tag, cm_cell *cell, const corm_value *v) {
  cm_text *t = cm_alloc(sizeof *t + v->size + 1);
  if (!t)
    return 0;
  t->size = v->size;
  int ascii = copy_text(t->bytes, v);
  t->bytes[v->size] = 0;
  cell->p = t;
  *tag = (uint8_t)(v->kind | CM_TAG_HEAP | (ascii ? CM_TAG_ASCII : 0));
  r->flags |= CM_REC_OWNS;
  return 1;
}

/* Decodes the row's cells into f->values; returns the bytes that stand behind the record, or SIZE_MAX with an error. */
static size_t read_values(cm_fill_entity *f, const corm_value *cells, corm_error **err) {
  const cm_plan_entity *p = f->plan;
  size_t text = 0;
  for (uint16_t i = 0; i < p->n; i++) {
    const corm_value *in = &cells[p->columns[i]];
    corm_value *v = &f->values[i];
    if (f->decoders[i]->decode) {
      if (cm_decode_cell(f->decoders[i], in, f->scratch + 64 * i, v, err))
        return SIZE_MAX;
    } else {
      *v = *in;
    }
    if (corm_kind_has_bytes(v->kind) && v->size <= LONGEST_INLINE)
      text += v->size;
  }
  return text;
}

static int write_cells(const cm_fill_entity *f, corm_record *r, char *text, corm_error **err) {
  const cm_plan_entity *p = f->plan;
  uint8_t *tags = cm_tags(r);
  cm_cell *out = cm_cells(r);
  int is_its_own = r->home->entity == p->entity;
  for (uint16_t i = 0; i < p->n; i++) {
    const corm_value *v = &f->values[i];
    int slot = is_its_own ? p->slots[i] : cm_plan_slot(p, i, r);
    if (!corm_kind_has_bytes(v->kind)) {
      out[slot].i = v->as.i;
      tags[slot] = v->kind;
    } else if (v->size <= LONGEST_INLINE) {
      int ascii = copy_text(text, v);
      out[slot].text.at = (uint32_t)(text - (char *)r);
      out[slot].text.size = v->size;
      tags[slot] = (uint8_t)(v->kind | (ascii ? CM_TAG_ASCII : 0));
      text += v->size;
    } else if (!put_long(r, &tags[slot], &out[slot], v)) {
      return cm_fail_memory(err);
    }
  }
  return CORM_OK;
}

/* A record too large for a chunk lies alone. */
static corm_record *take(cm_reader *x, cm_fill_entity *f, const cm_fill_class *c, size_t size) {
  corm_record *r = cm_chunk_take(x->s->slabs, &f->chunk, size);
  if (r) {
    memcpy(r, c->template, c->template_size);
    return r;
  }
  r = cm_alloc(size);
  if (r) {
    memcpy(r, c->template, c->template_size);
    r->flags |= CM_REC_LOOSE;
  }
  return r;
}

static int fill_status(corm_error **err) {
  int status = corm_error_status(err ? *err : NULL);
  return status ? status : CORM_ESTATEMENT;
}

static int make(cm_reader *x, cm_fill_entity *f, cm_fill_class *c, const corm_value *cells, const cm_key_view *key,
                corm_record *shadowed, corm_record **out, corm_error **err) {
  size_t fixed = cm_record_size(c->template->n), text = read_values(f, cells, err);
  size_t key_size = key->wide && !shadowed ? (cm_key_size(key) + 7) & ~(size_t)7 : 0;
  if (text == SIZE_MAX)
    return fill_status(err);
  corm_record *r = take(x, f, c, fixed + key_size + text);
  if (!r)
    return cm_fail_memory(err);
  c->made++;
  *out = r; /* from here on the block's */
  if (key_size) {
    cm_key *k = (cm_key *)(void *)((char *)r + fixed);
    cm_key_write(k, key, key_size);
    r->key = (uint64_t)(uintptr_t)k;
    r->flags |= CM_REC_WIDE;
  } else {
    r->key = key->hash;
  }
  r->object = shadowed;
  return write_cells(f, r, (char *)r + fixed + key_size, err);
}

/* ---- Known records
 * ------------------------------------------------------------------------------------------------------------ */

/* Whether the row has something for it. What the host keeps is judged under the lock. */
static int wants(const cm_reader *x, const cm_fill_entity *f, const corm_record *r) {
  const cm_plan_entity *p = f->plan;
  if (x->populate || (r->flags & CM_REC_EXTERNAL))
    return 1;
  for (uint16_t i = 0; i < p->n; i++) {
    int slot = cm_plan_slot(p, i, r);
    if (slot < r->n && cm_kind(r, slot) >= CM_ABSENT_FIRST && !cm_dirty(r, slot))
      return 1;
  }
  return 0;
}

static int fill_refreshed(cm_reader *x, cm_fill_entity *f, const corm_value *cells, corm_record **out,
                          corm_error **err) {
  cm_key_view key;
  corm_value one;
  cm_fill_class *c;
  int status = find_class(f, cells, &c, err);
  cm_key_view_record(&key, x->refresh, &one);
  return status ? status : make(x, f, c, cells, &key, x->refresh, out, err);
}

static int fill_entity(cm_reader *x, cm_fill_entity *f, const corm_value *cells, corm_record **out, corm_error **err) {
  cm_key_view key;
  cm_fill_class *c;
  int present;
  size_t at = 0;
  *out = NULL;
  if (x->refresh && f == x->entities)
    return fill_refreshed(x, f, cells, out, err);
  int status = read_key(f, cells, &key, &present, err);
  if (status || !present)
    return status;
  if (f->recent && !key.wide) {
    at = key.hash & (CM_RECENT - 1);
    if (f->recent[at].record && f->recent[at].key == key.hash) {
      *out = f->recent[at].record;
      (*out)->pins++;
      return CORM_OK;
    }
  }
  corm_record *known = cm_identity_get(f->map, &key);
  if (known && !wants(x, f, known)) {
    *out = known;
    known->pins++;
  } else {
    status = find_class(f, cells, &c, err);
    if (!status)
      status = make(x, f, c, cells, &key, known, out, err);
  }
  if (f->recent && !key.wide && *out) {
    f->recent[at].key = key.hash;
    f->recent[at].record = *out;
  }
  return status;
}

/* ---- Rows
 * --------------------------------------------------------------------------------------------------------------------
 */

static int fill_plain(cm_reader *x, const cm_plan_item *item, const corm_value *cells, corm_value *out,
                      corm_error **err) {
  char scratch[64];
  int status = cm_decode_cell(&x->decoders[item->column], &cells[item->column], scratch, out, err);
  return status ? status : cm_block_own(x->block, out, err);
}

static int fill_row(cm_reader *x, const corm_value *cells, corm_error **err) {
  corm_value *row;
  int status = cm_block_add(x->block, &row, err);
  if (status)
    return status;
  if (x->n_refs) {
    if (!cm_grow((void **)&x->refs, &x->cap_refs, (x->rows + 1) * x->n_refs, sizeof *x->refs))
      return cm_fail_memory(err);
    memset(&x->refs[x->rows * x->n_refs], 0, x->n_refs * sizeof *x->refs);
  }
  x->rows++;
  for (size_t i = 0; i < x->plan->n_items; i++)
    if (x->plan->items[i].entity < 0) {
      status = fill_plain(x, &x->plan->items[i], cells, &row[i], err);
      if (status)
        return status;
    }
  for (size_t i = 0; i < x->plan->n_entities; i++) {
    cm_fill_entity *f = &x->entities[i];
    corm_record *r;
    status = fill_entity(x, f, cells, &r, err);
    if (f->block_column >= 0 && r) {
      row[f->block_column].kind = CORM_RECORD;
      row[f->block_column].as.r = r;
    } else if (f->block_column < 0) {
      x->refs[(x->rows - 1) * x->n_refs + f->ref] = r;
    }
    if (status)
      return status;
  }
  return CORM_OK;
}

/* The cells of a text()'s row in the plan's order. */
static const corm_value *by_name(cm_reader *x, const corm_value *cells) {
  for (size_t i = 0; i < x->plan->n_names; i++)
    x->named[i] = x->named_at[i] < 0 ? corm_null() : cells[x->named_at[i]];
  return x->named;
}

int cm_fill_rows(void *reader, cm_cursor *cursor, corm_error **err) {
  cm_reader *x = reader;
  const corm_value *cells;
  if (x->plan->n_names && !x->named) {
    int status = cm_reader_match_names(x, cursor, err);
    if (status)
      return status;
  }
  while (!x->most || x->rows < x->most) {
    int status = cm_cursor_step(cursor, &cells, err);
    if (status || !cells)
      return status;
    status = fill_row(x, x->named ? by_name(x, cells) : cells, err);
    if (status)
      return status;
  }
  return CORM_OK;
}
