/* Running a prepared statement, and its rows. */
#include "driver/libpq.h"
#include <stdlib.h>
#include <string.h>

size_t cm_pq_parameters(corm_driver_stmt *s) { return s->n_parameters; }
size_t cm_pq_columns(corm_driver_stmt *s) { return (size_t)s->current->n_columns; }
int cm_pq_readonly(corm_driver_stmt *s) { return s->reads; }
int64_t cm_pq_changes(corm_driver_stmt *s) { return s->changes; }

void cm_pq_stream(corm_driver_stmt *s, int on) {
  if (!s->running)
    s->stream = on;
}

const char *cm_pq_column_name(corm_driver_stmt *s, size_t i) {
  return i < cm_pq_columns(s) ? s->conn->pq->PQfname(s->current->described, (int)i) : NULL;
}

int cm_pq_bind(corm_driver_stmt *s, size_t i, const corm_value *v, corm_error **err) {
  if (i >= s->n_parameters)
    return cm_fail(err, CORM_EDB_PROGRAMMING, "the statement has %zu parameters, and one more is given",
                   s->n_parameters);
  if ((v->kind == CORM_TEXT || v->kind == CORM_JSON) && v->size && memchr(v->as.p, 0, v->size))
    return cm_fail(err, CORM_EDB_DATA, "parameter %zu: PostgreSQL's text cannot contain NUL (0x00) characters", i + 1);
  if (corm_kind_has_bytes(v->kind) && v->size > CM_PQ_MOST_BYTES)
    return cm_fail(err, CORM_EDB_DATA, "parameter %zu is larger than 1 GB", i + 1);
  s->parameters[i].value = *v;
  return CORM_OK;
}

/* ---- Running --------------------------------------------------------------------------------------------- */

static int encode_all(corm_driver_stmt *s, corm_error **err) {
  size_t bytes = 0;
  for (size_t i = 0; i < s->n_parameters; i++) {
    int status = cm_pq_encode(s, i, s->current->types[i], err);
    if (status)
      return status;
    bytes += (size_t)s->lengths[i] + 4;
  }
  if (bytes > CM_PQ_MOST_BYTES)
    return cm_fail(err, CORM_EDB_DATA, "the parameters of a statement can have 1 GB together at most");
  return CORM_OK;
}

/* Rows come as the server makes them: some in a result where the library can do so, since a result for each costs as
 * much again as its row. */
enum { ROWS_IN_A_RESULT = 256 };

static int ask_for_stream(const corm_driver_conn *c) {
  if (c->pq->PQsetChunkedRowsMode)
    return c->pq->PQsetChunkedRowsMode(c->pg, ROWS_IN_A_RESULT);
  return c->pq->PQsetSingleRowMode(c->pg);
}

static int is_part(const cm_pq_api *pq, const PGresult *r) {
  int status = pq->PQresultStatus(r);
  return status == PGRES_SINGLE_TUPLE || status == PGRES_TUPLES_CHUNK;
}

static int send_run(corm_driver_stmt *s, corm_error **err) {
  corm_driver_conn *c = s->conn;
  const cm_pq_variant *v = s->current;
  if (!c->pq->PQsendQueryPrepared(c->pg, v->name, (int)s->n_parameters, s->values, s->lengths, s->formats, v->binary))
    return cm_pq_fail_connection(c, err);
  if (s->stream && ask_for_stream(c))
    c->streaming = s;
  return CORM_OK;
}

/* The run's result, or the first of them when rows are streamed. */
static int run_once(corm_driver_stmt *s, PGresult **out, corm_error **err) {
  int status = send_run(s, err);
  *out = NULL;
  if (status)
    return status;
  return s->conn->streaming ? cm_pq_next_result(s->conn, out, err) : cm_pq_collect(s->conn, out, err);
}

/* What is behind an error, or behind the last row. */
static void end_stream(corm_driver_conn *c) {
  PGresult *rest = NULL;
  c->streaming = NULL;
  cm_pq_collect(c, &rest, NULL);
  c->pq->PQclear(rest);
}

int64_t cm_pq_count(const char *tuples) { return strtoll(tuples, NULL, 10); }

static void note_result(corm_driver_stmt *s, PGresult *r) {
  const cm_pq_api *pq = s->conn->pq;
  const char *tuples = NULL;
  s->conn->pq->PQclear(s->result);
  s->result = r;
  s->row = -1;
  s->n_rows = pq->PQntuples(r);
  if (is_part(pq, r))
    return;
  tuples = pq->PQcmdTuples(r);
  s->changes = *tuples ? cm_pq_count(tuples) : -1;
  if (s->conn->streaming == s)
    end_stream(s->conn);
}

static int make_cells(corm_driver_stmt *s, corm_error **err) {
  int n = s->current->n_columns;
  if (s->current->n_hard == 0 || n <= s->cap_cells)
    return CORM_OK;
  cm_free(s->cells);
  s->cells = cm_alloc((size_t)n * sizeof *s->cells);
  s->cap_cells = s->cells ? n : 0;
  return s->cells ? CORM_OK : cm_fail_memory(err);
}

static int run_current(corm_driver_stmt *s, PGresult **out, corm_error **err) {
  int status = encode_all(s, err);
  if (status)
    return status;
  cm_pq_run_starts(s->conn);
  status = run_once(s, out, err);
  if (status || !*out || !cm_pq_is_stale(s->conn, *out))
    return status;
  if (s->conn->streaming)
    end_stream(s->conn);
  s->current->stale = 1; /* the next run prepares it again */
  if (cm_pq_in_transaction(s->conn))
    return CORM_OK; /* which has failed by this */
  s->conn->pq->PQclear(*out);
  *out = NULL;
  status = cm_pq_prepare_again(s, err);
  if (!status)
    status = encode_all(s, err);
  return status ? status : run_once(s, out, err);
}

static int start(corm_driver_stmt *s, corm_error **err) {
  PGresult *r = NULL;
  int status = cm_pq_before(s->conn, err);
  s->changes = -1;
  if (!status)
    status = cm_pq_choose(s, err);
  if (!status)
    status = make_cells(s, err);
  if (!status)
    status = run_current(s, &r, err);
  if (!status)
    status = cm_pq_check(s->conn, r, err);
  if (status) {
    s->conn->pq->PQclear(r);
    if (s->conn->streaming == s)
      end_stream(s->conn);
    return status;
  }
  s->running = 1;
  note_result(s, r);
  return CORM_OK;
}

/* ---- Rows ------------------------------------------------------------------------------------------------ */

static int decode_hard(corm_driver_stmt *s, corm_error **err) {
  const cm_pq_api *pq = s->conn->pq;
  const cm_pq_variant *v = s->current;
  int status = CORM_OK;
  cm_arena_reset(&s->decoded);
  for (int i = 0; i < v->n_columns && !status; i++) {
    cm_pq_cell cell;
    if (v->codes[i] != CM_PQ_HARD)
      continue;
    s->cells[i] = corm_null();
    if (pq->PQgetisnull(s->result, s->row, i))
      continue;
    cell.p = pq->PQgetvalue(s->result, s->row, i);
    cell.n = pq->PQgetlength(s->result, s->row, i);
    status = (v->binary ? cm_pq_decode_binary : cm_pq_decode_text)(v->columns[i], cell, &s->decoded,
                                                                   pq->PQfname(s->result, i), &s->cells[i], err);
  }
  return status;
}

/* Of a streaming statement: what was put aside before what is still to come. */
static int next_streamed(corm_driver_stmt *s, corm_error **err) {
  PGresult *r = NULL;
  int status = CORM_OK;
  if (s->at_later < s->n_later) {
    r = s->later[s->at_later++];
  } else if (s->conn->streaming == s) {
    status = cm_pq_next_result(s->conn, &r, err);
    if (status)
      return status;
  } else {
    return CORM_OK;
  }
  status = cm_pq_check(s->conn, r, err);
  if (!status) {
    note_result(s, r);
    return CORM_OK;
  }
  s->conn->pq->PQclear(r);
  if (s->conn->streaming == s)
    end_stream(s->conn);
  s->done = 1;
  return status;
}

int cm_pq_step(corm_driver_stmt *s, int *step, corm_error **err) {
  int status = s->running ? CORM_OK : start(s, err);
  if (!status && s->row + 1 >= s->n_rows && s->stream && !s->done)
    status = s->row < 0 && s->n_rows ? CORM_OK : next_streamed(s, err);
  if (status)
    return status;
  if (s->row + 1 >= s->n_rows) {
    s->done = 1;
    *step = CORM_STEP_DONE;
    return CORM_OK;
  }
  s->row++;
  *step = CORM_STEP_ROW;
  return s->current->n_hard ? decode_hard(s, err) : CORM_OK;
}

void cm_pq_row(corm_driver_stmt *s, corm_value *cells) { cm_pq_read_row(s, cells); }

static int keep_result(corm_driver_stmt *s, PGresult *r, corm_error **err) {
  if (!cm_grow((void **)&s->later, &s->cap_later, s->n_later + 1, sizeof *s->later)) {
    s->conn->pq->PQclear(r);
    return cm_fail_memory(err);
  }
  s->later[s->n_later++] = r;
  return CORM_OK;
}

/* Takes over a row of a streamed result; 0: no memory. */
static int append_row(const cm_pq_api *pq, PGresult *rows, const PGresult *part, int row) {
  int at = pq->PQntuples(rows), ok = 1;
  for (int i = 0; ok && i < pq->PQnfields(part); i++)
    ok = pq->PQgetisnull(part, row, i)
             ? pq->PQsetvalue(rows, at, i, NULL, -1)
             : pq->PQsetvalue(rows, at, i, pq->PQgetvalue(part, row, i), pq->PQgetlength(part, row, i));
  return ok;
}

enum { COPY_COLUMNS = 1 };

/* Rows go into one result, which holds them many times closer than a result for each. */
static int put_aside(corm_driver_stmt *s, PGresult **rows, PGresult *r, corm_error **err) {
  const cm_pq_api *pq = s->conn->pq;
  int status = CORM_OK;
  if (!is_part(pq, r))
    return keep_result(s, r, err);
  if (!*rows) {
    if (!(*rows = pq->PQcopyResult(r, COPY_COLUMNS)))
      status = cm_fail_memory(err);
    else
      status = keep_result(s, *rows, err);
  }
  for (int row = 0; !status && row < pq->PQntuples(r); row++)
    if (!append_row(pq, *rows, r, row))
      status = cm_fail_memory(err);
  pq->PQclear(r);
  return status;
}

int cm_pq_free_connection(corm_driver_conn *c, corm_error **err) {
  corm_driver_stmt *s = c->streaming;
  PGresult *r = NULL, *rows = NULL;
  int status = CORM_OK;
  if (!s)
    return CORM_OK;
  cm_pq_run_starts(c);
  while (!(status = cm_pq_next_result(c, &r, err)) && r)
    if ((status = put_aside(s, &rows, r, err)))
      break;
  if (status)
    end_stream(c);
  c->streaming = NULL;
  return status;
}

void cm_pq_reset(corm_driver_stmt *s) {
  corm_driver_conn *c = s->conn;
  corm_driver_env env = c->env;
  if (c->streaming == s) {
    cm_pq_set_env(c, NULL); /* stopping would fail the transaction */
    cm_pq_run_starts(c);
    end_stream(c);
    c->env = env;
  }
  while (s->at_later < s->n_later)
    c->pq->PQclear(s->later[s->at_later++]);
  s->n_later = s->at_later = 0;
  c->pq->PQclear(s->result);
  s->result = NULL;
  s->row = s->n_rows = s->running = s->done = 0;
  for (size_t i = 0; i < s->n_parameters && s->parameters; i++)
    s->parameters[i].value = corm_null();
  cm_arena_reset(&s->memory);
  cm_pq_run_ends(c);
}
