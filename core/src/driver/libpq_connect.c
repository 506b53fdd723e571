/* Opening and closing. */
#define _POSIX_C_SOURCE 200809L
#include "driver/libpq.h"
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LEAST_SECONDS = 2 }; /* as libpq itself has it */

/* PQconnectPoll leaves the time limit to its caller: that of each host, for all of them together. */
static int64_t time_limit_ms(const corm_driver_conn *c) {
  PQconninfoOption *options = c->pq->PQconninfo(c->pg);
  int64_t seconds = 0, hosts = 1;
  for (const PQconninfoOption *o = options; o && o->keyword; o++) {
    if (strcmp(o->keyword, "connect_timeout") == 0 && o->val)
      seconds = strtol(o->val, NULL, 10);
    if (strcmp(o->keyword, "host") == 0 && o->val)
      for (const char *p = o->val; *p; p++)
        hosts += *p == ',';
  }
  c->pq->PQconninfoFree(options);
  if (seconds > 0 && seconds < LEAST_SECONDS)
    seconds = LEAST_SECONDS;
  return seconds > 0 ? seconds * 1000 * hosts : 0;
}

static int wait_connected(corm_driver_conn *c, corm_error **err) {
  int64_t limit = time_limit_ms(c), began = cm_now_ms();
  int state = PGRES_POLLING_WRITING;
  cm_pq_run_starts(c);
  while (state != PGRES_POLLING_OK) {
    if (state == PGRES_POLLING_FAILED)
      return cm_pq_fail_connection(c, err);
    if (cm_pq_wait_socket(c, state == PGRES_POLLING_READING ? POLLIN : POLLOUT, CM_PQ_SLICE_MS))
      state = c->pq->PQconnectPoll(c->pg);
    else if (limit && cm_now_ms() - began >= limit)
      return cm_fail(err, CORM_EDB_OPERATIONAL, "connection to the server failed: timeout expired");
    if (cm_pq_poll(c))
      return cm_pq_fail_stopped(c, err);
  }
  return CORM_OK;
}

static void drop_notice(void *arg, const PGresult *r) {
  (void)arg;
  (void)r;
}

/* Text results are read in these forms, whatever the server's settings are. */
static int set_forms(corm_driver_conn *c, corm_error **err) {
  const char *dates = c->pq->PQparameterStatus(c->pg, "DateStyle");
  const char *intervals = c->pq->PQparameterStatus(c->pg, "IntervalStyle");
  int status = CORM_OK;
  if (!dates || strncmp(dates, "ISO", 3) != 0)
    status = cm_pq_exec(c, "SET DateStyle TO 'ISO'", err);
  if (!status && (!intervals || strcmp(intervals, "postgres") != 0))
    status = cm_pq_exec(c, "SET IntervalStyle TO 'postgres'", err);
  if (!status && c->pq->PQserverVersion(c->pg) < 120000)
    status = cm_pq_exec(c, "SET extra_float_digits TO 3", err);
  return status;
}

static int start(corm_driver_conn *c, const corm_url_view *url, corm_error **err) {
  const char **keywords = NULL, **values = NULL;
  cm_arena arena = {0};
  int status = cm_pq_conninfo(url, c->pq, &arena, &keywords, &values, err);
  if (!status)
    c->pg = c->pq->PQconnectStartParams(keywords, values, 0);
  cm_arena_free(&arena);
  if (!status && !c->pg)
    status = cm_fail_memory(err);
  if (!status && c->pq->PQstatus(c->pg) == CONNECTION_BAD)
    status = cm_pq_fail_connection(c, err);
  if (status)
    return status;
  c->pq->PQsetNoticeReceiver(c->pg, drop_notice, NULL);
  return CORM_OK;
}

static int connect_server(corm_driver_conn *c, const corm_url_view *url, corm_error **err) {
  int status = start(c, url, err);
  if (!status)
    status = wait_connected(c, err);
  if (status)
    return status;
  c->canceller = c->pq->PQgetCancel(c->pg);
  if (!c->canceller || c->pq->PQsetnonblocking(c->pg, 1) != 0)
    return cm_fail_memory(err);
  return set_forms(c, err);
}

static void free_connection(corm_driver_conn *c) {
  if (c->canceller)
    c->pq->PQfreeCancel(c->canceller);
  if (c->pg)
    c->pq->PQfinish(c->pg);
  corm_error_free(c->poll_error);
  cm_strbuf_free(&c->finalized);
  cm_free(c->modes);
  cm_free(c);
}

void cm_pq_close(corm_driver_conn *c) {
  if (c)
    free_connection(c);
}

/* In a forked child the server must not be told good-bye: the socket is the parent's too. libpq's farewell goes
 * nowhere.
 */
void cm_pq_abandon(corm_driver_conn *c) {
  int nowhere = -1, socket = -1;
  if (!c)
    return;
  socket = c->pg ? c->pq->PQsocket(c->pg) : -1;
  nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (socket >= 0 && nowhere >= 0)
    dup2(nowhere, socket);
  if (nowhere >= 0)
    close(nowhere);
  else
    c->pg = NULL; /* rather leave its memory behind than speak for the parent */
  free_connection(c);
}

int cm_pq_open_polled(corm_driver_conn **out, const corm_url_view *url, const corm_driver_env *env, corm_error **err) {
  corm_driver_conn *c = NULL;
  const cm_pq_api *pq = NULL;
  int status = cm_pq_load(&pq, err);
  *out = NULL;
  if (!status && !(c = cm_alloc_zero(sizeof *c)))
    status = cm_fail_memory(err);
  if (status)
    return status;
  c->pq = pq;
  cm_pq_set_env(c, env);
  status = connect_server(c, url, err);
  if (status)
    cm_pq_close(c);
  else
    *out = c;
  return status;
}

int cm_pq_open(corm_driver_conn **out, const corm_url_view *url, corm_error **err) {
  return cm_pq_open_polled(out, url, NULL, err);
}
