/* Begin, commit, roll back, savepoints. */
#include "engine/conn.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_NAME = 64 };

int corm_conn_peek_in_transaction(const corm_conn *c) { return c->in_transaction; }
unsigned corm_conn_peek_transaction(const corm_conn *c) { return c->in_transaction ? c->transactions : 0; }

static unsigned number_of(const char *savepoint) {
  const char *number = strrchr(savepoint, '_');
  return number ? (unsigned)strtoul(number + 1, NULL, 10) : 0;
}

int corm_conn_peek_savepoint(const corm_conn *c, const char *name) {
  unsigned number = number_of(name);
  for (size_t i = 0; c->in_transaction && i < c->n_open; i++)
    if (c->open[i] == number)
      return 1;
  return 0;
}

static void write_name(char *out, unsigned number) { snprintf(out, LONGEST_NAME, "sa_savepoint_%u", number); }

int cm_conn_innermost(const corm_conn *c, char *name) {
  if (!c->in_transaction || !c->n_open)
    return 0;
  write_name(name, c->open[c->n_open - 1]);
  return 1;
}

/* It ends, and those inside of it. */
static void close_savepoint(corm_conn *c, unsigned number) {
  while (c->n_open && c->open[c->n_open - 1] >= number)
    c->n_open--;
}

/* The driver hears of it together with the first statement: no trip of its own. */
static int begin(corm_conn *c, corm_error **err) {
  int status = CORM_OK;
  c->in_transaction = c->must_begin = 1;
  c->savepoints = 0;
  c->n_open = 0;
  c->transactions += c->transactions + 1 ? 1 : 2; /* never 0 */
  status = cm_tell_simple(c, CORM_EV_BEGIN, NULL, err);
  if (status)
    c->in_transaction = c->must_begin = 0;
  return status;
}

int corm_conn_begin(corm_conn *c, corm_error **err) {
  int status = cm_conn_ready(c, err);
  if (status)
    return status;
  if (c->in_transaction)
    return cm_fail(err, CORM_EINVALID, "this connection is in a transaction already: commit or roll back first");
  return begin(c, err);
}

int cm_conn_autobegin(corm_conn *c, corm_error **err) {
  int status = cm_conn_ready(c, err);
  return status || c->in_transaction ? status : begin(c, err);
}

int cm_conn_start(corm_conn *c, corm_error **err) {
  int status = CORM_OK;
  if (!c->must_begin)
    return CORM_OK;
  status = c->link->driver->begin(c->link->conn, err);
  c->must_begin = status != CORM_OK;
  return status;
}

static void ended(corm_conn *c) { c->in_transaction = c->must_begin = c->must_roll_back = 0; }

/* After a failure it stays begun: only a rollback leads out. */
int corm_conn_commit(corm_conn *c, corm_error **err) {
  int status = c->in_transaction || c->released ? cm_conn_ready(c, err) : CORM_OK;
  if (status || !c->in_transaction)
    return status;
  status = cm_tell_simple(c, CORM_EV_COMMIT, NULL, err);
  if (status)
    return status;
  cm_conn_leave(c);
  status = c->link->driver->commit(c->link->conn, err);
  cm_conn_enter(c);
  if (!status)
    ended(c);
  else
    c->must_roll_back = 1;
  return cm_conn_note_failure(c, status, err);
}

int corm_conn_rollback(corm_conn *c, corm_error **err) {
  int status = CORM_OK;
  if (c->released)
    return cm_fail(err, CORM_ECLOSED, "the connection was closed: it runs nothing any more");
  if (!c->in_transaction)
    return CORM_OK;
  ended(c);
  if (!c->link)
    return CORM_OK; /* invalidated: the database has rolled back */
  status = cm_conn_ready(c, err);
  if (!status)
    status = cm_tell_simple(c, CORM_EV_ROLLBACK, NULL, err);
  if (status)
    return status;
  cm_conn_leave(c);
  status = c->link->driver->rollback(c->link->conn, err);
  cm_conn_enter(c);
  return cm_conn_note_failure(c, status, err);
}

static int savepoint(corm_conn *c, const char *name, int what, corm_error **err) {
  static const int kinds[] = {CORM_EV_SAVEPOINT, CORM_EV_RELEASE, CORM_EV_ROLLBACK_TO};
  int status = cm_conn_autobegin(c, err);
  if (!status)
    status = cm_tell_simple(c, kinds[what], name, err);
  if (status)
    return status;
  cm_conn_leave(c);
  status = cm_conn_start(c, err);
  if (!status)
    status = c->link->driver->savepoint(c->link->conn, name, what, err);
  cm_conn_enter(c);
  if (!status && what == 0)
    c->open[c->n_open++] = number_of(name);
  else if (!status)
    close_savepoint(c, number_of(name));
  return cm_conn_note_failure(c, status, err);
}

int corm_conn_savepoint(corm_conn *c, char *name_out, corm_error **err) {
  int status = cm_conn_autobegin(c, err); /* which starts the counting anew */
  if (status)
    return status;
  if (!cm_grow((void **)&c->open, &c->cap_open, c->n_open + 1, sizeof *c->open))
    return cm_fail_memory(err);
  write_name(name_out, ++c->savepoints);
  return savepoint(c, name_out, 0, err);
}

int corm_conn_release_savepoint(corm_conn *c, const char *name, corm_error **err) { return savepoint(c, name, 1, err); }
int corm_conn_rollback_to(corm_conn *c, const char *name, corm_error **err) { return savepoint(c, name, 2, err); }
