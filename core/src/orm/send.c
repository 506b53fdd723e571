/* Batches: rows of one statement are converted with the host's lock held and sent without it. An INSERT of several rows
 * becomes statements of many rows each, with remainders in powers of two, so that few texts are ever prepared. */
#include "compile/compile.h"
#include "orm/rows_text.h"
#include "orm/unit.h"

/* Beyond these, more rows per statement gain nothing; to a server each statement is a trip. */
#define ROWS_PER_STATEMENT 64u
#define MOST_PARAMS 900u
#define ROWS_PER_TRIP 512u
#define MOST_PARAMS_OF_TRIP 16384u

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

/* `count` statements of `rows` rows each, from row `first` on. */
static int run_part(void *ctx, const char *sql, size_t sql_len, size_t first, size_t rows, size_t count,
                    corm_error **err) {
  cm_batch *b = ctx;
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

typedef int (*part_runner)(void *ctx, const char *sql, size_t sql_len, size_t first, size_t rows, size_t count,
                           corm_error **err);

/* A power of two, so that a full batch has no remainder. */
static size_t rows_at_once(const cm_batch *b, const cm_rows_text *t) {
  int limit = cm_engine_dialect_def(corm_conn_peek_engine(b->conn))->max_params;
  size_t params = t->numbered ? MOST_PARAMS_OF_TRIP : MOST_PARAMS;
  size_t rows = t->numbered ? ROWS_PER_TRIP : ROWS_PER_STATEMENT;
  if (limit > 0 && (size_t)limit < params)
    params = (size_t)limit;
  while (rows > params / b->bound.n && rows > 1)
    rows /= 2;
  return rows;
}

/* The batch in statements of many rows each. */
static int run_many(cm_batch *b, const cm_rows_text *t, int ordered, part_runner run, void *ctx, corm_error **err) {
  cm_strbuf text = {0};
  size_t done = 0;
  int status = CORM_OK;
  for (size_t rows = rows_at_once(b, t); !status && done < b->rows;) {
    size_t count = (b->rows - done) / rows;
    if (count) {
      status = cm_rows_write(&text, t, rows, ordered, err);
      if (!status)
        status = run(ctx, text.data, text.len, done, rows, count, err);
      done += count * rows;
    }
    rows /= 2;
  }
  cm_strbuf_free(&text);
  return status;
}

/* Whether rows may share a statement: plain marks, a dialect that has it, and keys that can be watched. */
static int can_share(cm_batch *b, cm_rows_text *t, int *yes, cm_arena *arena, corm_error **err) {
  int plain = 0;
  const corm_dialect_def *d = cm_engine_dialect_def(corm_conn_peek_engine(b->conn));
  *yes = 0;
  if (!b->is_insert || b->rows < 2 || !(d->features & CORM_DIALECT_MULTI_VALUES))
    return CORM_OK;
  plain = cm_rows_read(t, b->bound.sql, b->bound.sql_len, b->bound.n, arena);
  *yes = plain > 0 && (!b->keys || cm_conn_can_watch(b->conn, b->table));
  return plain < 0 ? cm_fail_memory(err) : CORM_OK;
}

int cm_batch_send(cm_batch *b, corm_error **err) {
  cm_arena arena = {0};
  cm_rows_text text;
  int shared = 0, status = bind(b, err);
  b->changes = 0;
  if (!status)
    status = can_share(b, &text, &shared, &arena, err);
  if (!status && shared)
    status = run_many(b, &text, 0, run_part, b, err);
  else if (!status)
    status = run_part(b, b->bound.sql, b->bound.sql_len, 0, 1, b->rows, err);
  cm_arena_free(&arena);
  return status;
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
  if (!corm_kind_has_bytes(v->kind))
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

static int fetch_part(void *ctx, const char *sql, size_t sql_len, size_t first, size_t rows, size_t count,
                      corm_error **err) {
  returned *x = ctx;
  cm_batch *b = x->b;
  cm_cursor *cur = NULL;
  cm_run run;
  cm_run_init(&run, b->compiled, &b->bound, &b->note);
  run.sql = sql;
  run.sql_len = sql_len;
  run.values = b->bound.values + first * b->bound.n;
  run.given = b->bound.given + first * b->bound.n;
  run.n = b->bound.n * rows;
  run.rows = count;
  run.executemany = b->bound.rows > 1;
  run.fill = read_all;
  run.fill_ctx = x;
  int status = cm_cursor_open(&cur, b->conn, &run, err);
  if (!status)
    b->changes = cm_cursor_changes(cur) < 0 ? -1 : b->changes + cm_cursor_changes(cur);
  cm_cursor_close(cur);
  return status;
}

static int make_places(returned *x, corm_error **err) {
  cm_batch *b = x->b;
  const corm_dialect_def *d = cm_engine_dialect_def(corm_conn_peek_engine(b->conn));
  size_t n = b->compiled->n_columns;
  x->cells = cm_arena_zero(x->arena, (b->rows * n + 1) * sizeof *x->cells);
  x->decoders = cm_arena_zero(x->arena, (n + 1) * sizeof *x->decoders);
  if (!x->cells || !x->decoders)
    return cm_fail_memory(err);
  for (size_t i = 0; i < n; i++)
    cm_decoder_init(&x->decoders[i], d, b->compiled->columns[i].type, b->compiled->columns[i].name);
  return CORM_OK;
}

/* Rows share a statement only where they come back in the order in which they went. */
static int fetch_all(returned *x, corm_error **err) {
  cm_batch *b = x->b;
  uint64_t features = cm_engine_dialect_def(corm_conn_peek_engine(b->conn))->features;
  cm_rows_text text;
  int shared = 0, status = CORM_OK;
  if (features & CORM_DIALECT_RETURNING_KEY)
    status = can_share(b, &text, &shared, x->arena, err);
  if (status)
    return status;
  if (shared)
    return run_many(b, &text, 1, fetch_part, x, err);
  return fetch_part(x, b->bound.sql, b->bound.sql_len, 0, 1, b->rows, err);
}

int cm_batch_fetch(cm_batch *b, corm_value **cells, cm_arena *arena, corm_error **err) {
  returned x = {.b = b, .arena = arena};
  int status = bind(b, err);
  b->changes = 0;
  if (!status)
    status = make_places(&x, err);
  if (!status)
    status = fetch_all(&x, err);
  *cells = x.cells;
  if (!status && x.rows != b->rows)
    status = cm_fail(err, CORM_EFLUSH, "%zu rows were sent to table \"%s\", and %zu came back", b->rows, b->table->name,
                     x.rows);
  return status;
}
