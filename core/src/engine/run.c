/* Running statements: without rows, and with rows as a cursor. */
#include "engine/conn.h"
#include "engine/fork.h"
#include <stddef.h>
#include <string.h>

static size_t rows_of(const cm_run *run) { return run->rows ? run->rows : 1; }

static uint64_t hash_of(const corm_compiled *compiled) {
  _Atomic uint64_t *kept = &((corm_compiled *)(uintptr_t)compiled)->sql_hash;
  uint64_t h = atomic_load_explicit(kept, memory_order_relaxed);
  if (!h) {
    h = cm_hash_bytes(compiled->sql, compiled->sql_len);
    atomic_store_explicit(kept, h, memory_order_relaxed);
  }
  return h;
}

void cm_run_init(cm_run *run, const corm_compiled *compiled, const cm_bound *bound, const cm_cache_note *note) {
  memset(run, 0, sizeof *run);
  run->compiled = compiled;
  run->sql = bound->sql;
  run->sql_len = bound->sql_len;
  run->sql_hash = bound->sql == compiled->sql ? hash_of(compiled) : 0;
  run->values = bound->values;
  run->given = bound->given;
  run->n = bound->n;
  run->rows = bound->rows;
  run->executemany = bound->rows > 1;
  run->note.hit = -1;
  if (note)
    run->note = *note;
}

/* ---- U: inside of the link ------------------------------------------------------------------------------- */

static int check_count(const cm_link *l, corm_driver_stmt *s, const cm_run *run, corm_error **err) {
  size_t wanted = l->driver->parameters(s);
  if (wanted == run->n)
    return CORM_OK;
  return cm_fail(err, CORM_EDB_PROGRAMMING,
                 "Incorrect number of bindings supplied. The current statement uses %zu, and there are %zu supplied.",
                 wanted, run->n);
}

static int bind_row(cm_link *l, corm_driver_stmt *s, const cm_run *run, size_t row, corm_error **err) {
  const corm_value *v = run->values ? run->values + row * run->n : NULL;
  int status = check_count(l, s, run, err);
  for (size_t i = 0; !status && i < run->n; i++)
    status = l->driver->bind(s, i, &v[i], err);
  return status;
}

static int step_to_end(cm_link *l, corm_driver_stmt *s, corm_error **err) {
  int step = CORM_STEP_ROW, status = CORM_OK;
  while (!status && step == CORM_STEP_ROW)
    status = l->driver->step(s, &step, err);
  return status;
}

/* The keys that this run made. Where they could not be watched (a trigger on the table ...), that of a single row is
 * what the driver says. */
static int note_keys(cm_link *l, const cm_run *run, int64_t changed, cm_ran *ran, corm_error **err) {
  const int64_t *keys = NULL;
  int64_t single = 0;
  size_t n = l->driver->watch ? l->driver->watched(l->conn, &keys) : 0;
  if (n == SIZE_MAX)
    return cm_fail_memory(err);
  if (n == 0 && changed == 1 && l->driver->last_key) {
    single = l->driver->last_key(l->conn);
    keys = &single;
    n = 1;
  }
  for (size_t i = 0; i < n; i++, ran->n_keys++)
    if (ran->n_keys < run->cap_keys)
      run->keys[ran->n_keys] = keys[i];
  return CORM_OK;
}

static int run_row(cm_link *l, cm_prepared *p, const cm_run *run, size_t row, cm_ran *ran, corm_error **err) {
  int64_t changed = 0;
  int told = CORM_OK, status = bind_row(l, p->stmt, run, row, err);
  if (status)
    return status;
  if (run->keys_of && l->driver->watch)
    l->driver->watch(l->conn, run->keys_of->schema_name, run->keys_of->name);
  status = step_to_end(l, p->stmt, err);
  changed = status ? 0 : l->driver->changes(p->stmt);
  if (run->keys_of) /* also of a run that failed: nothing is watched from here on */
    told = note_keys(l, run, changed, ran, status ? NULL : err);
  if (status || told)
    return status ? status : told;
  ran->changes = changed < 0 ? -1 : ran->changes < 0 ? changed : ran->changes + changed;
  return CORM_OK;
}

static void stream(const cm_link *l, corm_driver_stmt *s, int on) {
  if (l->driver->size > offsetof(corm_driver, stream) && l->driver->stream)
    l->driver->stream(s, on);
}

static int can_share_trips(const cm_link *l, const cm_run *run) {
  return rows_of(run) > 1 && l->driver->size > offsetof(corm_driver, run_many) && l->driver->run_many;
}

static int run_each(cm_link *l, cm_prepared *p, const cm_run *run, cm_ran *ran, corm_error **err) {
  int status = CORM_OK;
  for (size_t row = 0; !status && row < rows_of(run); row++) {
    if (row)
      l->driver->reset(p->stmt);
    status = run_row(l, p, run, row, ran, err);
  }
  return status;
}

static int run_rows(corm_conn *c, const cm_run *run, cm_ran *ran, corm_error **err) {
  cm_link *l = c->link;
  cm_prepared *p = NULL;
  int status = cm_conn_start(c, err);
  if (!status)
    status = cm_statements_take(&p, &l->statements, l->conn, run, err);
  if (!status)
    stream(l, p->stmt, 0);
  if (!status && !can_share_trips(l, run))
    status = run_each(l, p, run, ran, err);
  else if (!status && !(status = check_count(l, p->stmt, run, err)))
    status = l->driver->run_many(p->stmt, run->values, rows_of(run), &ran->changes, err);
  if (!status && l->driver->last_key)
    ran->last_key = l->driver->last_key(l->conn);
  cm_statements_give(&l->statements, p);
  return status;
}

/* ---- Without rows ---------------------------------------------------------------------------------------- */

/* *mine is the run with what listeners put into it, to be ended by cm_free(mine->replaced). */
static int before(corm_conn *c, const cm_run *run, cm_run *mine, corm_error **err) {
  int status = cm_conn_autobegin(c, err);
  *mine = *run;
  mine->replaced = NULL;
  if (!status)
    status = cm_tell_before(c, mine, err);
  if (status) {
    cm_free(mine->replaced);
    mine->replaced = NULL;
  }
  return status;
}

static int after(corm_conn *c, const cm_run *run, int status, corm_error **err) {
  if (status)
    return cm_conn_note_failure(c, cm_conn_failed(c, run, status, err), err);
  return cm_tell_cursor(c, CORM_EV_AFTER_CURSOR, run, err);
}

int cm_conn_run(corm_conn *c, const cm_run *run, cm_ran *out, corm_error **err) {
  cm_ran ran = {-1, 0, 0};
  cm_run mine;
  int status = before(c, run, &mine, err);
  if (status)
    return status;
  cm_conn_leave(c);
  status = run_rows(c, &mine, &ran, err);
  cm_conn_enter(c);
  if (run->keys_of && (ran.n_keys > run->cap_keys || (ran.changes >= 0 && (int64_t)ran.n_keys != ran.changes)))
    ran.n_keys = 0;
  if (out)
    *out = ran;
  status = after(c, &mine, status, err);
  cm_free(mine.replaced);
  return status;
}

int cm_conn_can_watch(corm_conn *c, const corm_table *t) {
  const corm_driver *d = c->link ? c->link->driver : NULL;
  int triggers = 0;
  if (!d || !d->watch || cm_conn_ready(c, NULL))
    return 0;
  if (!d->table_has_triggers)
    return 1;
  cm_conn_leave(c);
  triggers = d->table_has_triggers(c->link->conn, t->schema_name, t->name);
  cm_conn_enter(c);
  return !triggers;
}

/* ---- Cursors --------------------------------------------------------------------------------------------- */

/* The statement goes back as soon as its last row was read: an open one would keep the database locked. U */
static void finish(cm_cursor *cur) {
  if (!cur->prepared)
    return;
  cm_statements_give(&cur->link->statements, cur->prepared);
  cur->prepared = NULL;
}

/* Steps until there is a row or the last run has ended. */
static int advance(cm_cursor *cur, corm_error **err) {
  cm_link *l = cur->link;
  int step = 0;
  for (;;) {
    int status = l->driver->step(cur->prepared->stmt, &step, err);
    int64_t changed = 0;
    if (status)
      return status;
    if (step == CORM_STEP_ROW)
      return CORM_OK;
    changed = l->driver->changes(cur->prepared->stmt);
    cur->changes = changed < 0 ? -1 : cur->changes < 0 ? changed : cur->changes + changed;
    if (l->driver->last_key)
      cur->last_key = l->driver->last_key(l->conn);
    if (++cur->row == rows_of(&cur->run)) {
      finish(cur);
      cur->done = 1;
      return CORM_OK;
    }
    l->driver->reset(cur->prepared->stmt);
    status = bind_row(l, cur->prepared->stmt, &cur->run, cur->row, err);
    if (status)
      return status;
  }
}

static int copy_names(cm_cursor *cur, corm_error **err) {
  cur->names = cm_alloc_zero(cur->n_columns * sizeof *cur->names);
  if (!cur->names)
    return cm_fail_memory(err);
  for (size_t i = 0; i < cur->n_columns; i++) {
    const char *name = cur->link->driver->column_name(cur->prepared->stmt, i);
    if (!(cur->names[i] = cm_strdup(name ? name : "")))
      return cm_fail_memory(err);
  }
  return CORM_OK;
}

static int knows_names(const corm_compiled *c) { return c && c->n_columns && !(c->plan && c->plan->n_names); }

/* Columns are counted behind the first step: a changed schema shows only there; a statement that ended is asked before.
 */
static int first_step(cm_cursor *cur, corm_error **err) {
  const corm_driver *d = cur->link->driver;
  int status = CORM_OK;
  cur->n_columns = d->columns(cur->prepared->stmt);
  if (cur->n_columns && !knows_names(cur->run.compiled))
    status = copy_names(cur, err);
  if (!status)
    status = advance(cur, err);
  if (status)
    return status;
  if (cur->prepared && d->columns(cur->prepared->stmt) != cur->n_columns)
    return cm_fail(err, CORM_EDB_OPERATIONAL,
                   "the columns of a table changed while it was read: run the statement again");
  cur->has_row = !cur->done;
  cur->cells = cm_alloc_zero((cur->n_columns ? cur->n_columns : 1) * sizeof *cur->cells);
  return cur->cells ? CORM_OK : cm_fail_memory(err);
}

static int start_cursor(cm_cursor *cur, corm_error **err) {
  cm_link *l = cur->link;
  int status = cm_conn_start(cur->conn, err);
  if (!status)
    status = cm_statements_take(&cur->prepared, &l->statements, l->conn, &cur->run, err);
  if (!status)
    stream(l, cur->prepared->stmt, cur->run.while_they_come);
  if (!status)
    status = bind_row(l, cur->prepared->stmt, &cur->run, 0, err);
  if (!status)
    status = first_step(cur, err);
  if (!status && cur->run.fill)
    status = cur->run.fill(cur->run.fill_ctx, cur, err);
  if (status)
    finish(cur);
  return status;
}

static void add_to_conn(cm_cursor *cur) {
  cur->next = cur->conn->cursors;
  cur->conn->cursors = cur;
}

static void remove_from_conn(cm_cursor *cur) {
  cm_cursor **at = &cur->conn->cursors;
  while (*at && *at != cur)
    at = &(*at)->next;
  if (*at)
    *at = cur->next;
  cur->conn = NULL;
}

int cm_cursor_open(cm_cursor **out, corm_conn *c, const cm_run *run, corm_error **err) {
  cm_cursor *cur = NULL;
  cm_run mine;
  int status = before(c, run, &mine, err);
  *out = NULL;
  if (status)
    return status;
  if (!(cur = cm_alloc_zero(sizeof *cur))) {
    cm_free(mine.replaced);
    return cm_fail_memory(err);
  }
  cur->conn = c;
  cur->link = c->link;
  cur->run = mine;
  cur->changes = -1;
  add_to_conn(cur);
  cm_conn_leave(c);
  status = start_cursor(cur, err);
  cm_conn_enter(c);
  status = after(c, &mine, status, err);
  if (status)
    cm_cursor_close(cur);
  else
    *out = cur;
  return status;
}

static int step_kept(cm_cursor *cur, const corm_value **cells) {
  *cells = corm_block_peek_row(cur->kept, cur->kept_at++);
  cur->done = !*cells;
  return CORM_OK;
}

int cm_cursor_step(cm_cursor *cur, const corm_value **cells, corm_error **err) {
  int status = CORM_OK;
  *cells = NULL;
  if (cur->done)
    return CORM_OK;
  if (cur->kept)
    return step_kept(cur, cells);
  if (!cur->prepared)
    return cm_fail(err, CORM_ECLOSED, "this result was closed before its rows were read");
  if (!cur->has_row)
    status = advance(cur, err);
  if (status)
    finish(cur);
  if (status || cur->done)
    return status;
  cur->has_row = 0;
  cur->link->driver->row(cur->prepared->stmt, cur->cells);
  *cells = cur->cells;
  return CORM_OK;
}

size_t cm_cursor_columns(const cm_cursor *cur) { return cur->n_columns; }
int64_t cm_cursor_changes(const cm_cursor *cur) {
  int is_query = cur->prepared && !cur->done && rows_of(&cur->run) == 1;
  return is_query ? cur->link->driver->changes(cur->prepared->stmt) : cur->changes;
}
int64_t cm_cursor_last_key(const cm_cursor *cur) { return cur->last_key; }
int cm_cursor_done(const cm_cursor *cur) { return cur->done; }

int cm_cursor_readonly(const cm_cursor *cur) {
  return !cur->prepared || !cur->link->driver->readonly || cur->link->driver->readonly(cur->prepared->stmt);
}

const char *cm_cursor_column_name(const cm_cursor *cur, size_t i) {
  if (i >= cur->n_columns)
    return NULL;
  if (cur->names)
    return cur->names[i];
  return cur->run.compiled && i < cur->run.compiled->n_columns ? cur->run.compiled->columns[i].name : NULL;
}

int cm_cursor_leave(cm_cursor *cur, corm_error **err) {
  if (cur->kept)
    return CORM_OK; /* nobody is waited for: the lock is kept */
  if (!cur->conn)
    return cm_fail(err, CORM_ECLOSED, "this result's connection was closed");
  if (cur->link->fork_generation != cm_fork_generation())
    return cm_fail(err, CORM_EMISUSE, "this result was opened before the process forked");
  cm_conn_leave(cur->conn);
  return CORM_OK;
}

void cm_cursor_enter(cm_cursor *cur) {
  if (!cur->kept)
    cm_conn_enter(cur->conn);
}

/* What reads it later gets ECLOSED. In a forked child the statement is the parent's. L */
static void detach(cm_cursor *cur) {
  if (cur->prepared && cur->link->fork_generation == cm_fork_generation()) {
    cm_conn_leave(cur->conn);
    finish(cur);
    cm_conn_enter(cur->conn);
  }
  cur->prepared = NULL;
  remove_from_conn(cur);
}

void cm_conn_close_cursors(corm_conn *c) {
  while (c->cursors)
    detach(c->cursors);
}

static int read_rest(cm_cursor *cur, corm_block *b) {
  const corm_value *cells = NULL;
  corm_value *row = NULL;
  int status = cm_cursor_step(cur, &cells, NULL);
  while (!status && cells) {
    status = cm_block_add(b, &row, NULL);
    for (size_t i = 0; !status && i < cur->n_columns; i++) {
      row[i] = cells[i];
      status = cm_block_own(b, &row[i], NULL);
    }
    if (!status)
      status = cm_cursor_step(cur, &cells, NULL);
  }
  return status;
}

/* One that cannot be read to its end is closed: who asks for its rows is told so. */
static void keep_rows(cm_cursor *cur) {
  corm_conn *c = cur->conn;
  corm_block *b = NULL;
  int status = cm_block_new(&b, cur->n_columns, NULL);
  if (!status) {
    cm_conn_leave(c);
    status = read_rest(cur, b);
    cm_conn_enter(c);
  }
  if (status) {
    corm_block_free(b);
    detach(cur);
    return;
  }
  cur->kept = b;
  cur->done = 0;
  remove_from_conn(cur);
}

void cm_conn_keep_rows(corm_conn *c) {
  for (cm_cursor *cur = c->cursors, *next; cur; cur = next) {
    next = cur->next;
    if (cur->prepared && cur->link->fork_generation == cm_fork_generation())
      keep_rows(cur);
  }
}

void cm_cursor_close(cm_cursor *cur) {
  if (!cur)
    return;
  if (cur->conn)
    detach(cur);
  corm_block_free(cur->kept);
  for (size_t i = 0; cur->names && i < cur->n_columns; i++)
    cm_free(cur->names[i]);
  cm_free(cur->names);
  cm_free(cur->cells);
  cm_free(cur->run.replaced);
  cm_free(cur);
}
