/* One statement for many rows: sent in libpq's pipeline mode, so that a trip is shared by hundreds of them. */
#include "driver/libpq.h"

/* A failure inside of a pipeline undoes what went before it, as one in a transaction does: elsewhere rows go singly. */
enum { ROWS_PER_TRIP = 512, BYTES_PER_TRIP = 4 << 20 };

typedef struct many {
  corm_driver_stmt *s;
  const corm_value *values;
  size_t rows, at; /* at: the next row */
  int64_t changes;
} many;

static int bind_next(const many *m, corm_error **err) {
  corm_driver_stmt *s = m->s;
  const corm_value *v = m->values + m->at * s->n_parameters;
  int status = CORM_OK;
  cm_arena_reset(&s->memory);
  for (size_t i = 0; !status && i < s->n_parameters; i++)
    status = cm_pq_bind(s, i, &v[i], err);
  return status;
}

static void add_changes(many *m, int64_t changes) {
  m->changes = changes < 0 || m->changes < 0 ? -1 : m->changes + changes;
}

static int run_singly(many *m, corm_error **err) {
  int step = CORM_STEP_ROW, status = CORM_OK;
  while (!status && step == CORM_STEP_ROW)
    status = cm_pq_step(m->s, &step, err);
  if (!status)
    add_changes(m, m->s->changes);
  cm_pq_reset(m->s);
  m->at++;
  return status;
}

/* ---- A trip ---------------------------------------------------------------------------------------------- */

static int send_bound(corm_driver_stmt *s, size_t *bytes, corm_error **err) {
  corm_driver_conn *c = s->conn;
  const cm_pq_variant *v = s->current;
  int status = CORM_OK;
  for (size_t i = 0; !status && i < s->n_parameters; i++) {
    status = cm_pq_encode(s, i, v->types[i], err);
    *bytes += status ? 0 : (size_t)s->lengths[i];
  }
  if (!status &&
      !c->pq->PQsendQueryPrepared(c->pg, v->name, (int)s->n_parameters, s->values, s->lengths, s->formats, v->binary))
    status = cm_pq_fail_connection(c, err);
  return status;
}

/* Rows from the one that is bound on, while they fit the same types. */
static int send_rows(many *m, corm_error **err) {
  size_t bytes = 0, first = m->at;
  int status = send_bound(m->s, &bytes, err);
  for (m->at++; !status && m->at < m->rows && m->at - first < ROWS_PER_TRIP && bytes < BYTES_PER_TRIP; m->at++) {
    status = bind_next(m, err);
    if (!status && !cm_pq_takes_values(m->s))
      break;
    if (!status)
      status = send_bound(m->s, &bytes, err);
  }
  return status;
}

static int read_one(many *m, PGresult *r, corm_error **err) {
  corm_driver_conn *c = m->s->conn;
  const char *tuples = c->pq->PQcmdTuples(r);
  int status = CORM_OK;
  if (cm_pq_is_stale(c, r))
    m->s->current->stale = 1; /* the next run prepares it again */
  if (c->pq->PQresultStatus(r) != PGRES_PIPELINE_ABORTED)
    status = cm_pq_check(c, r, err);
  add_changes(m, *tuples ? cm_pq_count(tuples) : -1);
  return status;
}

/* Answers up to that of the sync; the first error is the one that counts. Two ends in a row: the connection is lost. */
static int read_answers(many *m, corm_error **err) {
  corm_driver_conn *c = m->s->conn;
  int status = CORM_OK, ends = 0, synced = 0;
  while (!synced && ends < 2) {
    PGresult *r = NULL;
    int waited = cm_pq_next_result(c, &r, status ? NULL : err);
    if (waited)
      return status ? status : waited;
    ends = r ? 0 : ends + 1;
    synced = r && c->pq->PQresultStatus(r) == PGRES_PIPELINE_SYNC;
    if (r && !synced && !status)
      status = read_one(m, r, err);
    c->pq->PQclear(r);
  }
  return status || synced ? status : cm_pq_fail_connection(c, err);
}

static int run_trip(many *m, corm_error **err) {
  corm_driver_conn *c = m->s->conn;
  int status = CORM_OK, answered = CORM_OK;
  if (!c->pq->PQenterPipelineMode(c->pg))
    return cm_pq_fail_connection(c, err);
  cm_pq_run_starts(c);
  status = send_rows(m, err);
  if (!c->pq->PQpipelineSync(c->pg))
    return status ? status : cm_pq_fail_connection(c, err);
  answered = read_answers(m, status ? NULL : err);
  if (!c->pq->PQexitPipelineMode(c->pg))
    c->broken = 1;
  return status ? status : answered;
}

/* ---- All of them ----------------------------------------------------------------------------------------- */

static int can_share_trips(const many *m) {
  corm_driver_conn *c = m->s->conn;
  return m->s->n_parameters && m->rows - m->at > 1 && c->pq->PQenterPipelineMode && c->pq->PQexitPipelineMode &&
         c->pq->PQpipelineSync && cm_pq_in_transaction(c);
}

static int run_some(many *m, corm_error **err) {
  corm_driver_stmt *s = m->s;
  int status = bind_next(m, err);
  if (!status)
    status = cm_pq_before(s->conn, err);
  if (status || !can_share_trips(m))
    return status ? status : run_singly(m, err);
  status = cm_pq_choose(s, err);
  return status ? status : run_trip(m, err);
}

int cm_pq_run_many(corm_driver_stmt *s, const corm_value *values, size_t rows, int64_t *changes, corm_error **err) {
  many m = {s, values, rows, 0, 0};
  int status = CORM_OK;
  cm_pq_reset(s);
  while (!status && m.at < rows)
    status = run_some(&m, err);
  cm_pq_reset(s);
  *changes = s->changes = m.changes;
  return status;
}
