/* How the server is waited for: in slices, between which the host is polled; how it is asked to stop. */
#define _POSIX_C_SOURCE 200809L
#include "driver/libpq.h"
#include <errno.h>
#include <poll.h>

enum { GIVE_UP_MS = 10000 }; /* a server that does not stop in this time is gone */

int cm_pq_wait_socket(const corm_driver_conn *c, int events, int ms) {
  struct pollfd p = {c->pq->PQsocket(c->pg), (short)events, 0};
  int n = 0;
  if (p.fd < 0)
    return 1; /* lost: reading will say so */
  n = poll(&p, 1, ms);
  return n > 0 || (n < 0 && errno != EINTR);
}

int cm_pq_poll(corm_driver_conn *c) {
  int64_t now = c->env.poll ? cm_now_ms() : 0;
  if (!c->env.poll || now - c->last_poll < CM_PQ_SLICE_MS)
    return 0;
  c->last_poll = now;
  corm_error_free(c->poll_error);
  c->poll_error = NULL;
  c->poll_status = c->env.poll(c->env.poll_self, &c->poll_error);
  return c->poll_status;
}

void cm_pq_run_starts(corm_driver_conn *c) {
  c->poll_status = 0;
  c->stopping_since = 0;
  if (c->env.poll)
    c->last_poll = cm_now_ms();
}

/* A cancel is for the run that it met, not for the next one. */
void cm_pq_run_ends(corm_driver_conn *c) { atomic_store_explicit(&c->cancelled, 0, memory_order_relaxed); }

void cm_pq_set_env(corm_driver_conn *c, const corm_driver_env *env) {
  corm_driver_env none = {sizeof none, NULL, NULL};
  c->env = env ? *env : none;
}

static void ask_to_stop(const corm_driver_conn *c) {
  char message[256];
  if (c->canceller)
    c->pq->PQcancel(c->canceller, message, sizeof message);
}

/* The request goes over a connection of its own; when it returns the server was told. */
void cm_pq_cancel(corm_driver_conn *c) {
  atomic_store(&c->cancelled, 1);
  ask_to_stop(c);
}

void cm_pq_request_stop(corm_driver_conn *c) {
  if (!c->stopping_since) {
    c->stopping_since = cm_now_ms();
    ask_to_stop(c);
  }
}

/* Between two waits. */
static void look_up(corm_driver_conn *c) {
  if (!c->stopping_since && (atomic_load_explicit(&c->cancelled, memory_order_relaxed) || cm_pq_poll(c)))
    cm_pq_request_stop(c); /* who cancelled has asked too: perhaps before there was anything to stop */
}

static int give_up(corm_driver_conn *c, corm_error **err) {
  c->broken = 1;
  if (c->poll_status)
    return cm_pq_fail_stopped(c, err);
  return cm_fail(err, CORM_EDB_OPERATIONAL,
                 "the server was asked to stop and did not answer: the connection is given up");
}

int cm_pq_next_result(corm_driver_conn *c, PGresult **out, corm_error **err) {
  const cm_pq_api *pq = c->pq;
  *out = NULL;
  for (;;) {
    int unsent = pq->PQflush(c->pg) > 0;
    if (!pq->PQisBusy(c->pg)) {
      *out = pq->PQgetResult(c->pg);
      return CORM_OK;
    }
    if (cm_pq_wait_socket(c, POLLIN | (unsent ? POLLOUT : 0), CM_PQ_SLICE_MS) && !pq->PQconsumeInput(c->pg)) {
      *out = pq->PQgetResult(c->pg); /* which says how it was lost */
      return CORM_OK;
    }
    look_up(c);
    if (c->stopping_since && cm_now_ms() - c->stopping_since > GIVE_UP_MS)
      return give_up(c, err);
  }
}

/* COPY would wait for data that nobody sends, or give some that nobody reads. */
static void leave_copy(corm_driver_conn *c, int status) {
  char *data = NULL;
  if (status == PGRES_COPY_IN || status == PGRES_COPY_BOTH) {
    c->pq->PQputCopyEnd(c->pg, "data cannot be sent to COPY here");
    return;
  }
  cm_pq_request_stop(c);
  while (c->pq->PQgetCopyData(c->pg, &data, 0) > 0)
    c->pq->PQfreemem(data);
}

static int is_copy(int status) {
  return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}

static int is_error(int status) { return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE; }

int cm_pq_collect(corm_driver_conn *c, PGresult **out, corm_error **err) {
  const cm_pq_api *pq = c->pq;
  PGresult *r = NULL;
  int status = CORM_OK, copied = 0;
  *out = NULL;
  while (!(status = cm_pq_next_result(c, &r, err)) && r) {
    int what = pq->PQresultStatus(r);
    if (is_copy(what)) {
      if (copied++) { /* the connection is lost within it */
        pq->PQclear(r);
        break;
      }
      leave_copy(c, what);
    }
    if (*out && (is_error(pq->PQresultStatus(*out)) || is_copy(pq->PQresultStatus(*out)))) {
      pq->PQclear(r);
    } else {
      pq->PQclear(*out);
      *out = r;
    }
  }
  if (status) {
    pq->PQclear(*out);
    *out = NULL;
  }
  return status;
}

int cm_pq_query(PGresult **out, corm_driver_conn *c, const char *sql, corm_error **err) {
  int status = cm_pq_free_connection(c, err);
  *out = NULL;
  if (status)
    return status;
  cm_pq_run_starts(c);
  if (!c->pq->PQsendQuery(c->pg, sql))
    return cm_pq_fail_connection(c, err);
  status = cm_pq_collect(c, out, err);
  if (!status)
    status = cm_pq_check(c, *out, err);
  if (status) {
    c->pq->PQclear(*out);
    *out = NULL;
  }
  return status;
}

int cm_pq_exec(corm_driver_conn *c, const char *sql, corm_error **err) {
  PGresult *r = NULL;
  int status = cm_pq_query(&r, c, sql, err);
  c->pq->PQclear(r);
  return status;
}
