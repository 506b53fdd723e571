/* Batches: rows of one statement are converted with the host's lock held and sent without it. An INSERT of several rows
 * becomes statements of many rows each, with remainders in powers of two, so that few texts are ever prepared. */
#include "compile/compile.h"
#include "orm/unit.h"

#define ROWS_PER_STATEMENT 50u
#define MOST_PARAMS 900u /* beyond this more rows per statement gain nothing */

int cm_batch_open(cm_batch *b, corm_conn *conn, const corm_table *t, corm_node *stmt, const char *const *keys,
                  size_t n_keys, corm_error **err) {
  static const char *const none[1] = {NULL};
  corm_compile_options options = {.size = sizeof options, .set_keys = keys ? keys : none, .n_set_keys = n_keys};
  b->conn = conn;
  b->table = t;
  b->stmt = stmt;
  b->note.hit = -1;
  int status = corm_node_check(stmt, err);
  if (!status && stmt->kind == CORM_NODE_DELETE)
    options.set_keys = NULL;
  if (!status)
    status = cm_engine_compile(&b->compiled, corm_conn_peek_engine(conn), stmt, &options, 0, &b->note, err);
  if (!status)
    b->is_insert = b->compiled->is_insert;
  return status;
}

void cm_batch_close(cm_batch *b) {
  cm_bound_free(&b->bound);
  corm_compiled_free(b->compiled);
  corm_node_unref(b->stmt);
  cm_free(b->values);
  cm_free(b->keys);
  *b = (cm_batch){0};
}

corm_value *cm_batch_row(cm_batch *b) {
  size_t n = b->compiled->n_params ? b->compiled->n_params : 1;
  if (!cm_grow((void **)&b->values, &b->cap, b->rows + 1, n * sizeof *b->values))
    return NULL;
  corm_value *row = b->values + b->rows * n;
  for (size_t i = 0; i < n; i++)
    row[i] = cm_not_given();
  b->rows++;
  return row;
}

static int bind(cm_batch *b, corm_error **err) {
  const cm_bind_source source = {
      .stmt = b->stmt, .by_param = b->values, .rows = b->rows, .resolved = b->resolved, .resolved_ctx = b->ctx};
  cm_bound_free(&b->bound);
  return cm_bind_values(&b->bound, b->conn, b->compiled, &source, err);
}

/* ---- Many rows in one statement
 * ------------------------------------------------------------------------------------------- */

/* The end of "... VALUES (?, ?)": where it stands in the text, or 0 when the row is not made of plain marks alone. */
static size_t values_at(const cm_batch *b) {
  size_t n = b->bound.n, len = 3 * n;
  const char *sql = b->bound.sql;
  if (!n || b->bound.sql_len < len + 7)
    return 0;
  const char *p = sql + b->bound.sql_len - len;
  if (memcmp(p - 7, "VALUES ", 7) != 0 || *p++ != '(')
    return 0;
  for (size_t i = 0; i < n; i++, p += 2)
    if (*p++ != '?' || (i + 1 < n ? p[0] != ',' || p[1] != ' ' : p[0] != ')'))
      return 0;
  return b->bound.sql_len - len;
}

static int text_of_rows(const cm_batch *b, size_t at, size_t rows, cm_strbuf *out, corm_error **err) {
  cm_strbuf_truncate(out, 0);
  cm_strbuf_add(out, b->bound.sql, b->bound.sql_len);
  for (size_t i = 1; i < rows; i++) {
    cm_strbuf_add(out, ", ", 2);
    cm_strbuf_add(out, b->bound.sql + at, b->bound.sql_len - at);
  }
  return out->failed ? cm_fail_memory(err) : CORM_OK;
}

/* `count` statements of `rows` rows each, from row `first` on. */
static int run_part(cm_batch *b, const char *sql, size_t sql_len, size_t first, size_t rows, size_t count,
                    corm_error **err) {
  cm_run run;
  cm_ran ran = {0};
  cm_run_init(&run, b->compiled, &b->bound, &b->note);
  run.sql = sql;
  run.sql_len = sql_len;
  run.values = b->bound.values + first * b->bound.n;
  run.given = b->bound.given + first * b->bound.n;
  run.n = b->bound.n * rows;
  run.rows = count;
  run.executemany = b->bound.rows > 1;
  if (b->keys) {
    run.keys_of = b->table;
    run.keys = b->keys + first;
    run.cap_keys = rows * count;
  }
  int status = cm_conn_run(b->conn, &run, &ran, err);
  if (status)
    return status;
  b->changes = ran.changes < 0 ? -1 : b->changes + ran.changes;
  if (b->keys && ran.n_keys != rows * count)
    return cm_fail(err, CORM_EFLUSH, "the keys of %zu new rows of table \"%s\" could not be learnt: %zu were told",
                   rows * count, b->table->name, ran.n_keys);
  return CORM_OK;
}

static int run_many(cm_batch *b, size_t at, corm_error **err) {
  cm_strbuf text = {0};
  size_t most = MOST_PARAMS / b->bound.n, done = 0;
  int status = CORM_OK;
  most = most > ROWS_PER_STATEMENT ? ROWS_PER_STATEMENT : most ? most : 1;
  for (size_t rows = most; !status && done < b->rows;) {
    size_t count = (b->rows - done) / rows;
    if (count) {
      status = text_of_rows(b, at, rows, &text, err);
      if (!status)
        status = run_part(b, text.data, text.len, done, rows, count, err);
      done += count * rows;
    }
    size_t power = 1;
    while (power * 2 < rows)
      power *= 2;
    rows = power;
  }
  cm_strbuf_free(&text);
  return status;
}

/* Whether rows may share a statement: plain marks, a dialect that has it, and keys that can be watched. */
static size_t shared_at(cm_batch *b) {
  const corm_dialect_def *d = cm_engine_dialect_def(corm_conn_peek_engine(b->conn));
  size_t at = b->is_insert && b->rows > 1 && (d->features & CORM_DIALECT_MULTI_VALUES) ? values_at(b) : 0;
  return at && b->keys && !cm_conn_can_watch(b->conn, b->table) ? 0 : at;
}

int cm_batch_send(cm_batch *b, corm_error **err) {
  int status = bind(b, err);
  b->changes = 0;
  if (status)
    return status;
  size_t at = shared_at(b);
  if (at)
    return run_many(b, at, err);
  return run_part(b, b->bound.sql, b->bound.sql_len, 0, 1, b->rows, err);
}

/* ---- With rows back
 * --------------------------------------------------------------------------------------------------------- */

typedef struct returned {
  cm_batch *b;
  cm_arena *arena;
  corm_value *cells;
  cm_decoder *decoders;
  size_t rows;
} returned;

static int own(corm_value *v, const char *scratch, cm_arena *arena, corm_error **err) {
  (void)scratch;
  if (v->kind != CORM_TEXT && v->kind != CORM_BYTES && v->kind != CORM_DECIMAL && v->kind != CORM_JSON)
    return CORM_OK;
  v->as.p = cm_arena_strndup(arena, v->as.p, v->size);
  return v->as.p ? CORM_OK : cm_fail_memory(err);
}

static int read_all(void *ctx, cm_cursor *cur, corm_error **err) {
  returned *x = ctx;
  size_t n = x->b->compiled->n_columns;
  const corm_value *cells = NULL;
  char scratch[64];
  int status = cm_cursor_step(cur, &cells, err);
  while (!status && cells) {
    for (size_t i = 0; !status && i < n && x->rows < x->b->rows; i++) {
      corm_value *to = &x->cells[x->rows * n + i];
      status = cm_decode_cell(&x->decoders[i], &cells[i], scratch, to, err);
      if (!status)
        status = own(to, scratch, x->arena, err);
    }
    x->rows++;
    if (!status)
      status = cm_cursor_step(cur, &cells, err);
  }
  return status;
}

int cm_batch_fetch(cm_batch *b, corm_value **cells, cm_arena *arena, corm_error **err) {
  const corm_dialect_def *d = cm_engine_dialect_def(corm_conn_peek_engine(b->conn));
  size_t n = b->compiled->n_columns;
  returned x = {.b = b, .arena = arena};
  cm_cursor *cur = NULL;
  cm_run run;
  int status = bind(b, err);
  if (status)
    return status;
  x.cells = cm_arena_zero(arena, (b->rows * n + 1) * sizeof *x.cells);
  x.decoders = cm_arena_zero(arena, (n + 1) * sizeof *x.decoders);
  if (!x.cells || !x.decoders)
    return cm_fail_memory(err);
  for (size_t i = 0; i < n; i++)
    cm_decoder_init(&x.decoders[i], d, b->compiled->columns[i].type, b->compiled->columns[i].name);
  cm_run_init(&run, b->compiled, &b->bound, &b->note);
  run.fill = read_all;
  run.fill_ctx = &x;
  status = cm_cursor_open(&cur, b->conn, &run, err);
  if (!status)
    b->changes = cm_cursor_changes(cur);
  cm_cursor_close(cur);
  *cells = x.cells;
  if (!status && x.rows != b->rows)
    status = cm_fail(err, CORM_EFLUSH, "%zu rows were sent to table \"%s\", and %zu came back", b->rows, b->table->name,
                     x.rows);
  return status;
}
