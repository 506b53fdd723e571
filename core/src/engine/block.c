/* Row blocks: cells in chunks that never move, text and bytes behind them in chunks of their own. */
#include "engine/engine.h"
#include <string.h>

enum { CELLS_PER_CHUNK = 4096, TEXT_CHUNK = 64 * 1024, FIRST_TEXT = 512 };

typedef struct text_chunk {
  struct text_chunk *prev;
  char data[];
} text_chunk;

struct corm_block {
  size_t columns, rows;
  size_t rows_per_chunk;
  unsigned shift; /* rows_per_chunk is 1 << shift */
  corm_value **chunks;
  size_t n_chunks, cap_chunks;
  size_t first_rows; /* room in the first chunk: small results take little */
  text_chunk *text;
  size_t text_used, text_cap;
  corm_block *parent; /* a view of `rows` rows of it, from `offset` on */
  size_t offset;
  size_t views;
  int given_up; /* the owner has freed it; views still stand on it */
  void (*release)(void *ctx, corm_block *);
  void *release_ctx;
};

int cm_block_new(corm_block **out, size_t columns, corm_error **err) {
  corm_block *b = cm_alloc_zero(sizeof *b);
  size_t width = columns ? columns : 1;
  if (!b)
    return cm_fail_memory(err);
  b->columns = columns;
  while (((size_t)2 << b->shift) * width <= CELLS_PER_CHUNK)
    b->shift++;
  b->rows_per_chunk = (size_t)1 << b->shift;
  cm_live_add(CORM_LIVE_BLOCKS, 1);
  *out = b;
  return CORM_OK;
}

static corm_value *row_at(const corm_block *b, size_t i) {
  return b->chunks[i >> b->shift] + (i & (b->rows_per_chunk - 1)) * b->columns;
}

/* The first chunk starts small and is copied while it grows: rows of it move until it is full. Nobody has seen them yet
 * (rows are handed out when the block is complete), save the one being filled. */
static int grow_first(corm_block *b, corm_error **err) {
  size_t rows = b->first_rows ? b->first_rows * 4 : 4;
  corm_value *p = NULL;
  if (rows > b->rows_per_chunk)
    rows = b->rows_per_chunk;
  p = cm_realloc(b->n_chunks ? b->chunks[0] : NULL, rows * (b->columns ? b->columns : 1) * sizeof *p);
  if (!p)
    return cm_fail_memory(err);
  if (!b->n_chunks) {
    if (!cm_grow((void **)&b->chunks, &b->cap_chunks, 1, sizeof *b->chunks)) {
      cm_free(p);
      return cm_fail_memory(err);
    }
    b->n_chunks = 1;
  }
  b->chunks[0] = p;
  b->first_rows = rows;
  return CORM_OK;
}

static int add_chunk(corm_block *b, corm_error **err) {
  corm_value *p = NULL;
  if (!cm_grow((void **)&b->chunks, &b->cap_chunks, b->n_chunks + 1, sizeof *b->chunks))
    return cm_fail_memory(err);
  p = cm_alloc(b->rows_per_chunk * (b->columns ? b->columns : 1) * sizeof *p);
  if (!p)
    return cm_fail_memory(err);
  b->chunks[b->n_chunks++] = p;
  return CORM_OK;
}

int cm_block_add(corm_block *b, corm_value **row, corm_error **err) {
  int status = CORM_OK;
  if (b->rows < b->rows_per_chunk) {
    if (b->rows == b->first_rows)
      status = grow_first(b, err);
  } else if ((b->rows & (b->rows_per_chunk - 1)) == 0 && (b->rows >> b->shift) == b->n_chunks) {
    status = add_chunk(b, err);
  }
  if (status)
    return status;
  *row = row_at(b, b->rows++);
  memset(*row, 0, b->columns * sizeof **row);
  return CORM_OK;
}

static char *text_room(corm_block *b, size_t n) {
  text_chunk *c = NULL;
  size_t cap = b->text_cap ? b->text_cap * 4 : FIRST_TEXT;
  if (b->text && n <= b->text_cap - b->text_used) {
    b->text_used += n;
    return b->text->data + b->text_used - n;
  }
  if (cap > TEXT_CHUNK)
    cap = TEXT_CHUNK;
  if (n > cap)
    cap = n;
  c = cm_alloc(sizeof *c + cap);
  if (!c)
    return NULL;
  c->prev = b->text;
  b->text = c;
  b->text_cap = cap;
  b->text_used = n;
  return c->data;
}

int cm_block_own(corm_block *b, corm_value *v, corm_error **err) {
  char *copy = NULL;
  if (!corm_kind_has_bytes(v->kind))
    return CORM_OK;
  if (!v->size) {
    v->as.p = "";
    return CORM_OK;
  }
  copy = text_room(b, v->size);
  if (!copy)
    return cm_fail_memory(err);
  memcpy(copy, v->as.p, v->size);
  v->as.p = copy;
  return CORM_OK;
}

/* Takes back the row that could not be filled. */
void cm_block_drop_last(corm_block *b) { b->rows--; }

corm_value *cm_block_row(corm_block *b, size_t i) { return row_at(b, i); }

void cm_block_set_release(corm_block *b, void (*release)(void *ctx, corm_block *), void *ctx) {
  b->release = release;
  b->release_ctx = ctx;
}

/* Some rows of a block, which stays as long as they do. */
int cm_block_view(corm_block **out, corm_block *of, size_t offset, size_t rows, corm_error **err) {
  corm_block *b = cm_alloc_zero(sizeof *b);
  if (!b)
    return cm_fail_memory(err);
  if (of->parent) {
    offset += of->offset;
    of = of->parent;
  }
  b->parent = of;
  b->offset = offset;
  b->rows = rows;
  b->columns = of->columns;
  of->views++;
  cm_live_add(CORM_LIVE_BLOCKS, 1);
  *out = b;
  return CORM_OK;
}

size_t corm_block_peek_rows(const corm_block *b) { return b->rows; }
size_t corm_block_peek_columns(const corm_block *b) { return b->columns; }

const corm_value *corm_block_peek_row(const corm_block *b, size_t i) {
  if (i >= b->rows)
    return NULL;
  return b->parent ? row_at(b->parent, b->offset + i) : row_at(b, i);
}

static void free_memory(corm_block *b) {
  if (b->release)
    b->release(b->release_ctx, b);
  for (size_t i = 0; i < b->n_chunks; i++)
    cm_free(b->chunks[i]);
  cm_free(b->chunks);
  while (b->text) {
    text_chunk *prev = b->text->prev;
    cm_free(b->text);
    b->text = prev;
  }
  cm_live_add(CORM_LIVE_BLOCKS, -1);
  cm_free(b);
}

void corm_block_free(corm_block *b) {
  corm_block *parent = b ? b->parent : NULL;
  if (!b)
    return;
  if (b->views) {
    b->given_up = 1;
    return;
  }
  free_memory(b);
  if (parent && --parent->views == 0 && parent->given_up)
    free_memory(parent);
}
