/* Results of plain columns: rows of a cursor, decoded and copied into blocks. */
#include "engine/conn.h"
#include <string.h>

enum { ROWS_AT_ONCE = 64 };

typedef struct plain {
  corm_conn *conn;         /* a reference */
  corm_compiled *compiled; /* a reference, or NULL */
  cm_cursor *cursor;
  cm_bound bound;
  cm_decoder *decoders; /* by column of the row */
  uint16_t *places;     /* field to column of the row */
  size_t n;
  corm_block *block; /* rows that were read and not handed out */
  size_t at;
  corm_error *later; /* a value among the first rows that its type refuses: told when rows are asked for */
} plain;

static void plain_close(void *self) {
  plain *p = self;
  cm_cursor_close(p->cursor);
  p->cursor = NULL;
}

static void plain_free(void *self) {
  plain *p = self;
  if (!p)
    return;
  plain_close(p);
  corm_block_free(p->block);
  corm_error_free(p->later);
  cm_bound_free(&p->bound);
  corm_compiled_free(p->compiled);
  cm_conn_unref(p->conn);
  cm_free(p->decoders);
  cm_free(p->places);
  cm_free(p);
}

static int copy_row(plain *p, corm_block *b, const corm_value *cells, corm_error **err) {
  char scratch[64];
  corm_value *row = NULL;
  int status = cm_block_add(b, &row, err);
  if (status)
    return status;
  for (size_t i = 0; !status && i < p->n; i++) {
    const cm_decoder *d = &p->decoders[i];
    if (d->decode)
      status = cm_decode_cell(d, &cells[p->places[i]], scratch, &row[i], err);
    else
      row[i] = cells[p->places[i]];
    if (!status)
      status = cm_block_own(b, &row[i], err);
  }
  if (status)
    cm_block_drop_last(b);
  return status;
}

/* Adds at most `most` rows (0: all). U */
static int read_rows(plain *p, cm_cursor *cur, corm_block *b, size_t most, corm_error **err) {
  const corm_value *cells = NULL;
  for (size_t n = 0; !most || n < most; n++) {
    int status = cm_cursor_step(cur, &cells, err);
    if (!status && cells)
      status = copy_row(p, b, cells, err);
    if (status || !cells)
      return status;
  }
  return CORM_OK;
}

/* Without a session an entity is what it is to the database: its columns. */
static const cm_plan *column_plan(const corm_compiled *c) {
  return c->plan && c->plan->n_items && !c->plan->n_entities ? c->plan : NULL;
}

static int make_columns(plain *p, const cm_cursor *cur, corm_error **err) {
  const corm_compiled *c = p->compiled;
  const cm_plan *plan = c && c->n_columns ? column_plan(c) : NULL;
  const corm_dialect_def *def = cm_engine_dialect_def(p->conn->engine);
  p->n = plan ? plan->n_items : cm_cursor_columns(cur);
  if (!plan && c && c->n_columns && c->n_columns < p->n)
    p->n = c->n_columns;
  p->decoders = cm_alloc_zero((p->n ? p->n : 1) * sizeof *p->decoders);
  p->places = cm_alloc_zero((p->n ? p->n : 1) * sizeof *p->places);
  if (!p->decoders || !p->places)
    return cm_fail_memory(err);
  for (size_t i = 0; i < p->n; i++) {
    size_t place = plan ? plan->items[i].column : i;
    if (place >= cm_cursor_columns(cur))
      return cm_fail(err, CORM_EINTERNAL, "the statement gave %zu columns, column %zu was expected",
                     cm_cursor_columns(cur), place);
    p->places[i] = (uint16_t)place;
    cm_decoder_init(&p->decoders[i], def, c && place < c->n_columns ? c->columns[place].type : NULL,
                    cm_cursor_column_name(cur, place));
  }
  return CORM_OK;
}

/* A change is run to its end; of a query as many rows are read as most programs want: a small result needs one trip. U
 */
static int first_rows(void *self, cm_cursor *cur, corm_error **err) {
  plain *p = self;
  int status = CORM_OK;
  if (!cm_cursor_columns(cur))
    return CORM_OK;
  status = make_columns(p, cur, err);
  if (!status)
    status = cm_block_new(&p->block, p->n, err);
  if (status)
    return status;
  status = read_rows(p, cur, p->block, cm_cursor_readonly(cur) ? ROWS_AT_ONCE : 0, &p->later);
  if (status == CORM_ESTATEMENT)
    return CORM_OK;
  cm_error_give(err, p->later);
  p->later = NULL;
  return status;
}

static int read_more(plain *p, corm_block *b, size_t most, corm_error **err) {
  int status = CORM_OK;
  if (cm_cursor_done(p->cursor))
    return CORM_OK;
  status = cm_cursor_leave(p->cursor, err);
  if (status)
    return status;
  status = read_rows(p, p->cursor, b, most, err);
  cm_cursor_enter(p->cursor);
  return status;
}

/* Rows that were handed out in part must not move: the rest goes into a block of its own, which can grow. */
static int move_rest(plain *p, corm_error **err) {
  corm_block *b = NULL;
  corm_value *row = NULL;
  int status = cm_block_new(&b, p->n, err);
  for (size_t i = p->at; !status && i < corm_block_peek_rows(p->block); i++) {
    status = cm_block_add(b, &row, err);
    for (size_t k = 0; !status && k < p->n; k++) {
      row[k] = corm_block_peek_row(p->block, i)[k];
      status = cm_block_own(b, &row[k], err);
    }
  }
  if (status) {
    corm_block_free(b);
    return status;
  }
  corm_block_free(p->block);
  p->block = b;
  p->at = 0;
  return CORM_OK;
}

static int fail_later(plain *p, corm_error **err) {
  int status = corm_error_status(p->later);
  cm_error_give(err, p->later);
  p->later = NULL;
  plain_close(p); /* the row is gone: nothing can follow it */
  return status;
}

/* Part of what was read at first, or all of it, filled up. */
static int from_first(plain *p, size_t max, corm_block **out, corm_error **err) {
  size_t left = corm_block_peek_rows(p->block) - p->at;
  int status = CORM_OK;
  if (max && left > max) {
    status = cm_block_view(out, p->block, p->at, max, err);
    p->at += status ? 0 : max;
    return status;
  }
  if (p->later)
    return fail_later(p, err);
  if (p->at)
    status = move_rest(p, err);
  if (!status && (!max || max > left))
    status = read_more(p, p->block, max ? max - left : 0, err);
  if (status)
    return status;
  if (corm_block_peek_rows(p->block))
    *out = p->block;
  else
    corm_block_free(p->block);
  p->block = NULL;
  return CORM_OK;
}

static int plain_next_block(void *self, size_t max, corm_block **out, corm_error **err) {
  plain *p = self;
  corm_block *b = NULL;
  int status = CORM_OK;
  *out = NULL;
  if (p->block)
    return from_first(p, max, out, err);
  if (!p->cursor)
    return CORM_OK;
  status = cm_block_new(&b, p->n, err);
  if (!status)
    status = read_more(p, b, max, err);
  if (status || !corm_block_peek_rows(b))
    corm_block_free(b);
  else
    *out = b;
  return status;
}

static const cm_result_ops plain_ops = {plain_next_block, plain_close, plain_free, NULL};

size_t cm_compiled_fields(const corm_compiled *c, cm_field *out) {
  const cm_plan *plan = column_plan(c);
  size_t n = plan ? plan->n_items : c->n_columns;
  for (size_t i = 0; i < n; i++) {
    const cm_result_column *col = &c->columns[plan ? plan->items[i].column : i];
    out[i].name = plan ? plan->items[i].name : col->name;
    out[i].type = col->type;
    out[i].node = plan && plan->items[i].source ? plan->items[i].source : col->node;
    out[i].entity = NULL;
  }
  return n;
}

/* RETURNING that the program asked for: the change is done, the rows are still to be read. */
static int note_change(corm_result *r, const plain *p, corm_error **err) {
  cm_ran ran = {cm_cursor_changes(p->cursor), 0, 0};
  r->rowcount = ran.changes;
  if (!cm_cursor_done(p->cursor) || !p->compiled || !p->bound.by_param)
    return CORM_OK;
  ran.last_key = cm_cursor_last_key(p->cursor);
  ran.n_keys = ran.changes == 1;
  return cm_result_note_sent(r, p->compiled, &p->bound, &ran, NULL, err);
}

static int make_result(corm_result **out, plain *p, corm_error **err) {
  size_t n = p->block ? p->n : 0;
  cm_field *fields = cm_alloc_zero((n ? n : 1) * sizeof *fields);
  int status = CORM_OK;
  if (!fields) {
    plain_free(p);
    return cm_fail_memory(err);
  }
  if (n && p->compiled && p->compiled->n_columns)
    cm_compiled_fields(p->compiled, fields);
  else
    for (size_t i = 0; i < n; i++)
      fields[i].name = cm_cursor_column_name(p->cursor, i);
  status = cm_result_new(out, &plain_ops, p, fields, n, err);
  cm_free(fields);
  if (!status) {
    (*out)->dialect = p->conn->engine->dialect;
    status = note_change(*out, p, err);
  }
  if (status && *out) {
    corm_result_free(*out);
    *out = NULL;
  }
  return status;
}

int cm_result_open(corm_result **out, corm_conn *conn, corm_compiled *compiled, const cm_run *run, cm_bound *bound,
                   corm_error **err) {
  plain *p = cm_alloc_zero(sizeof *p);
  cm_run mine = *run;
  int status = CORM_OK;
  *out = NULL;
  if (!p) {
    if (bound)
      cm_bound_free(bound);
    return cm_fail_memory(err);
  }
  p->conn = cm_conn_ref(conn);
  p->compiled = compiled ? cm_compiled_ref(compiled) : NULL;
  if (bound) {
    p->bound = *bound;
    memset(bound, 0, sizeof *bound);
  }
  mine.fill = first_rows;
  mine.fill_ctx = p;
  status = cm_cursor_open(&p->cursor, conn, &mine, err);
  if (status) {
    plain_free(p);
    return status;
  }
  return make_result(out, p, err);
}
