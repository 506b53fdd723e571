/* Executing statements and plain SQL. */
#include "compile/compiler.h"
#include "engine/conn.h"
#include "schema/schema.h"
#include <string.h>

/* Names that are binds of the statement are not columns of SET or VALUES. */
static int is_bind_name(const corm_node *const *binds, size_t n, const char *name) {
  for (size_t i = 0; i < n; i++)
    if (binds[i]->name && !(binds[i]->flags & CM_BIND_UNIQUE) && strcmp(binds[i]->name, name) == 0)
      return 1;
  return 0;
}

/* The columns that this execution sets: the names of its values. */
static int find_keys(const char ***keys, size_t *n, const corm_stmt *stmt, const corm_params *params, cm_arena *a,
                     corm_error **err) {
  size_t n_binds = cm_binds(stmt, NULL, 0);
  const corm_node **binds = cm_arena_alloc(a, (n_binds + 1) * sizeof *binds);
  const char **out = cm_arena_alloc(a, (params->n + 1) * sizeof *out);
  if (!binds || !out)
    return cm_fail_memory(err);
  cm_binds(stmt, binds, n_binds);
  *n = 0;
  for (size_t i = 0; i < params->n; i++)
    if (!is_bind_name(binds, n_binds, params->names[i]))
      out[(*n)++] = params->names[i];
  *keys = out;
  return CORM_OK;
}

static int compile_for(corm_compiled **out, corm_conn *c, const corm_stmt *stmt, const corm_params *params,
                       unsigned flags, cm_cache_note *note, corm_error **err) {
  corm_compile_options options = {.size = sizeof options};
  static const char *const no_keys[] = {NULL};
  const char **keys = NULL;
  cm_arena arena = {0};
  int kind = corm_node_peek_kind(stmt);
  int status = CORM_OK;
  if (kind >= CORM_NODE_CREATE_TABLE && kind <= CORM_NODE_DROP_INDEX)
    flags |= CORM_EXEC_NO_CACHE;
  if (kind == CORM_NODE_INSERT || kind == CORM_NODE_UPDATE)
    options.set_keys = no_keys; /* only what is given and what has a default */
  if (options.set_keys && params && params->n) {
    status = find_keys(&keys, &options.n_set_keys, stmt, params, &arena, err);
    options.set_keys = keys;
  }
  if (!status)
    status = cm_engine_compile(out, c->engine, stmt, &options, flags, note, err);
  cm_arena_free(&arena);
  return status;
}

/* ---- Statements that give no rows ------------------------------------------------------------------------ */

/* Columns that compile added to learn the new row's key: the one row of a single INSERT. */
typedef struct returned_row {
  const corm_compiled *compiled;
  const corm_dialect_def *def;
  corm_value *cells;
  cm_arena arena;
  int there;
} returned_row;

static int own_cell(returned_row *r, corm_value *v, corm_error **err) {
  if (!corm_kind_has_bytes(v->kind))
    return CORM_OK;
  v->as.p = cm_arena_strndup(&r->arena, v->as.p, v->size);
  return v->as.p ? CORM_OK : cm_fail_memory(err);
}

static int read_returned(void *ctx, cm_cursor *cur, corm_error **err) {
  returned_row *r = ctx;
  const corm_value *cells = NULL;
  size_t n = r->compiled->n_columns;
  int status = cm_cursor_step(cur, &cells, err);
  if (status || !cells)
    return status;
  r->cells = cm_arena_alloc(&r->arena, n * sizeof *r->cells);
  if (!r->cells)
    return cm_fail_memory(err);
  for (size_t i = 0; !status && i < n && i < cm_cursor_columns(cur); i++) {
    char scratch[64];
    cm_decoder d;
    cm_decoder_init(&d, r->def, r->compiled->columns[i].type, r->compiled->columns[i].name);
    status = cm_decode_cell(&d, &cells[i], scratch, &r->cells[i], err);
    if (!status)
      status = own_cell(r, &r->cells[i], err);
  }
  r->there = !status;
  while (!status && cells)
    status = cm_cursor_step(cur, &cells, err);
  return status;
}

static int run_returning_key(corm_conn *c, cm_run *run, returned_row *row, cm_ran *ran, corm_error **err) {
  cm_cursor *cur = NULL;
  int status = CORM_OK;
  run->fill = read_returned;
  run->fill_ctx = row;
  status = cm_cursor_open(&cur, c, run, err);
  if (status)
    return status;
  ran->changes = cm_cursor_changes(cur);
  cm_cursor_close(cur);
  return CORM_OK;
}

static int run_plain(corm_conn *c, cm_run *run, const corm_compiled *compiled, cm_ran *ran, corm_error **err) {
  int64_t key = 0;
  int status = CORM_OK;
  if (compiled->is_insert && run->rows == 1) {
    run->keys_of = compiled->insert_table;
    run->keys = &key;
    run->cap_keys = 1;
  }
  status = cm_conn_run(c, run, ran, err);
  if (!status && ran->n_keys == 1)
    ran->last_key = key;
  return status;
}

static void free_compiled(void *self) { corm_compiled_free(self); }

/* The columns are known still, the row went into the key. */
static int spent_result(corm_result **out, corm_compiled *compiled, corm_error **err) {
  static const cm_result_ops ops = {NULL, NULL, free_compiled, NULL};
  cm_field *fields = cm_alloc_zero(compiled->n_columns * sizeof *fields);
  int status = CORM_OK;
  if (!fields)
    return cm_fail_memory(err);
  status = cm_result_new(out, &ops, cm_compiled_ref(compiled), fields, cm_compiled_fields(compiled, fields), err);
  cm_free(fields);
  if (!status)
    (*out)->spent = (*out)->ended = 1;
  return status;
}

static int run_without_rows(corm_result **out, corm_conn *c, corm_compiled *compiled, cm_run *run, cm_bound *bound,
                            corm_error **err) {
  returned_row row = {.compiled = compiled, .def = cm_engine_dialect_def(c->engine)};
  cm_ran ran = {-1, 0, 0};
  int returns_key = compiled->n_columns && run->rows == 1;
  int status = returns_key ? run_returning_key(c, run, &row, &ran, err) : run_plain(c, run, compiled, &ran, err);
  if (!status)
    status = returns_key ? spent_result(out, compiled, err) : cm_result_new(out, NULL, NULL, NULL, 0, err);
  if (!status)
    status = cm_result_note_sent(*out, compiled, bound, &ran, row.there ? row.cells : NULL, err);
  if (status && *out) {
    corm_result_free(*out);
    *out = NULL;
  }
  cm_arena_free(&row.arena);
  return status;
}

/* ---- Public ---------------------------------------------------------------------------------------------- */

static int gives_rows(const corm_compiled *c) {
  return c->is_text || (c->n_columns && (size_t)c->implicit_returning < c->n_columns);
}

static int execute_compiled(corm_result **out, corm_conn *c, corm_compiled *compiled, const cm_bind_source *source,
                            int executemany, int stream, const cm_cache_note *note, corm_error **err) {
  cm_bound bound = {0};
  cm_run run;
  int status = cm_bind_values(&bound, c, compiled, source, err);
  *out = NULL;
  if (status)
    return status;
  cm_run_init(&run, compiled, &bound, note);
  run.executemany = executemany;
  run.while_they_come = stream;
  if (gives_rows(compiled)) {
    status = cm_result_open(out, c, compiled, &run, &bound, err);
  } else {
    status = run_without_rows(out, c, compiled, &run, &bound, err);
  }
  cm_bound_free(&bound);
  return status;
}

int cm_conn_execute_compiled(corm_result **out, corm_conn *c, corm_compiled *compiled, const cm_bind_source *source,
                             int executemany, const cm_cache_note *note, corm_error **err) {
  return execute_compiled(out, c, compiled, source, executemany, 0, note, err);
}

int corm_conn_execute(corm_result **out, corm_conn *c, const corm_stmt *stmt, const corm_params *params, unsigned flags,
                      corm_error **err) {
  cm_bind_source source = {.stmt = stmt, .params = params};
  corm_compiled *compiled = NULL;
  cm_cache_note note = {-1, 0};
  int status = corm_node_check(stmt, err);
  *out = NULL;
  if (!status)
    status = cm_conn_ready(c, err);
  if (!status)
    status = compile_for(&compiled, c, stmt, params, flags, &note, err);
  if (!status)
    status = execute_compiled(out, c, compiled, &source, params && (params->rows > 1 || params->executemany),
                              (flags & CORM_EXEC_STREAM) != 0, &note, err);
  corm_compiled_free(compiled);
  return status;
}

int corm_conn_query(corm_result **out, corm_conn *c, corm_stmt *stmt, corm_error **err) {
  int status = corm_conn_execute(out, c, stmt, NULL, 0, err);
  corm_node_unref(stmt);
  return status;
}

/* Cells by place: the columns of an INSERT's table in order, else the names of the statement's parameters. */
static int name_columns(const char ***names, const corm_stmt *stmt, size_t columns, cm_arena *a, corm_error **err) {
  const corm_node *target = cm_kid(stmt, CM_DML_TARGET);
  const corm_table *t = target ? corm_node_peek_table(target) : NULL;
  if (corm_node_peek_kind(stmt) != CORM_NODE_INSERT || !t)
    return cm_fail(err, CORM_EARGUMENT, "rows of cells can only be given to an INSERT: name the values otherwise");
  if (columns > t->n_columns)
    return cm_fail(err, CORM_EARGUMENT, "table \"%s\" has %zu columns, rows of %zu cells were given", t->name,
                   t->n_columns, columns);
  *names = cm_arena_alloc(a, (columns ? columns : 1) * sizeof **names);
  if (!*names)
    return cm_fail_memory(err);
  for (size_t i = 0; i < columns; i++)
    (*names)[i] = t->columns[i]->key;
  return CORM_OK;
}

int corm_conn_execute_many(corm_result **out, corm_conn *c, const corm_stmt *stmt, const corm_value *cells, size_t rows,
                           size_t columns, corm_error **err) {
  corm_params params = {.size = sizeof params, .n = columns, .values = cells, .rows = rows, .executemany = 1};
  const char **names = NULL;
  cm_arena arena = {0};
  int status = corm_node_check(stmt, err);
  *out = NULL;
  if (!status && !rows)
    status = cm_fail(err, CORM_EARGUMENT, "there are no rows to execute with");
  if (!status)
    status = name_columns(&names, stmt, columns, &arena, err);
  params.names = names;
  if (!status)
    status = corm_conn_execute(out, c, stmt, &params, 0, err);
  cm_arena_free(&arena);
  return status;
}

/* ---- Plain SQL ------------------------------------------------------------------------------------------- */

/* Dates and other values that a driver does not know are formed by the dialect, as those of an unknown type; texts that
 * the dialect writes are kept in the arena. */
static int encode_plain(cm_bound *b, corm_conn *c, const corm_value *values, size_t n, corm_error **err) {
  const corm_dialect_def *def = cm_engine_dialect_def(c->engine);
  const corm_host *h = cm_conn_host(c);
  corm_type_view view;
  char scratch[64];
  int status = CORM_OK;
  b->host = h;
  view = cm_type_view(NULL, def);
  b->values = cm_arena_alloc(&b->arena, (n ? n : 1) * sizeof *b->values);
  if (!b->values)
    return cm_fail_memory(err);
  for (size_t i = 0; !status && i < n; i++) {
    corm_value *v = &b->values[i];
    *v = values[i];
    if (v->kind < CORM_DATE || v->kind == CORM_HOST || !def->encode || def->encode(&values[i], &view, scratch, v) <= 0)
      continue;
    if (v->kind >= CORM_TEXT && v->kind != CORM_HOST && v->as.p == scratch &&
        !(v->as.p = cm_arena_strndup(&b->arena, scratch, v->size)))
      status = cm_fail_memory(err);
  }
  return status;
}

static int execute_sql(corm_result **out, corm_conn *c, const char *sql, const corm_value *values, size_t n,
                       size_t rows, int stream, corm_error **err) {
  cm_bound bound = {0};
  cm_run run = {.plain = 1, .note = {-1, 0}, .while_they_come = stream};
  int status = cm_conn_ready(c, err);
  *out = NULL;
  if (status)
    return status;
  run.rows = rows ? rows : 1;
  status = encode_plain(&bound, c, values, n * run.rows, err);
  if (status) {
    cm_bound_free(&bound);
    return status;
  }
  run.sql = sql;
  run.sql_len = strlen(sql);
  run.values = bound.values;
  run.given = values;
  run.n = n;
  run.executemany = rows > 1;
  return cm_result_open(out, c, NULL, &run, &bound, err);
}

int corm_conn_execute_sql(corm_result **out, corm_conn *c, const char *sql, const corm_value *values, size_t n,
                          size_t rows, corm_error **err) {
  return execute_sql(out, c, sql, values, n, rows, 0, err);
}

int corm_conn_stream_sql(corm_result **out, corm_conn *c, const char *sql, const corm_value *values, size_t n,
                         corm_error **err) {
  return execute_sql(out, c, sql, values, n, 1, 1, err);
}
