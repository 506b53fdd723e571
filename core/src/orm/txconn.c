/* The connections of a transaction: one per engine, a savepoint on each where the transaction is nested. */
#include "orm/orm.h"

static cm_tx_conn *find(corm_transaction *t, const corm_engine *engine, const corm_conn *given) {
  for (size_t i = 0; i < t->n_conns; i++)
    if (given ? t->conns[i].conn == given : t->conns[i].engine == engine)
      return &t->conns[i];
  return NULL;
}

static int add(corm_transaction *t, const cm_tx_conn *c, corm_error **err) {
  if (!cm_grow((void **)&t->conns, &t->cap_conns, t->n_conns + 1, sizeof *t->conns))
    return cm_fail_memory(err);
  t->conns[t->n_conns++] = *c;
  return cm_tell(t->session, CORM_EV_AFTER_BEGIN, NULL, c->conn, err);
}

/* A connection that somebody else began is worked on as join_mode says: in a savepoint of its own, or as what is
 * innermost there, a savepoint or the transaction. */
static int join(corm_session *s, cm_tx_conn *c, corm_error **err) {
  int mode = s->join_mode, inside = cm_conn_innermost(c->conn, c->savepoint);
  if (mode == CORM_JOIN_CREATE_SAVEPOINT || (mode == CORM_JOIN_CONDITIONAL_SAVEPOINT && inside))
    return corm_conn_savepoint(c->conn, c->savepoint, err);
  c->commits = mode == CORM_JOIN_CONTROL_FULLY;
  return CORM_OK;
}

static int begin_root(corm_session *s, corm_transaction *t, corm_engine *engine, corm_conn *given, corm_error **err) {
  cm_tx_conn c = {.engine = engine, .conn = given, .owned = !given, .commits = 1};
  int status = given ? CORM_OK : cm_conn_acquire_as(&c.conn, engine, s->maker_thread, err);
  if (status)
    return status;
  c.engine = corm_conn_peek_engine(c.conn);
  if (given && corm_conn_peek_in_transaction(given))
    status = join(s, &c, err);
  else
    status = corm_conn_begin(c.conn, err);
  if (!status)
    status = add(t, &c, err);
  if (status && c.owned && !find(t, c.engine, c.conn))
    corm_conn_release(c.conn);
  return status;
}

static int ensure(corm_session *s, corm_transaction *t, corm_engine *engine, corm_conn *given, corm_conn **out,
                  corm_error **err) {
  if (t->joined)
    return ensure(s, t->parent, engine, given, out, err);
  cm_tx_conn *have = find(t, engine, given);
  int status = CORM_OK;
  if (!have && !t->parent) {
    status = begin_root(s, t, engine, given, err);
  } else if (!have) {
    cm_tx_conn c = {.engine = engine, .commits = 1};
    status = ensure(s, t->parent, engine, given, &c.conn, err);
    if (!status)
      status = corm_conn_savepoint(c.conn, c.savepoint, err);
    if (!status)
      status = add(t, &c, err);
  }
  if (status)
    return status;
  *out = find(t, engine, given)->conn;
  return CORM_OK;
}

static int bind_for(corm_session *s, const corm_entity *e, const corm_stmt *stmt, corm_engine **engine,
                    corm_conn **conn, corm_error **err) {
  *engine = NULL;
  *conn = NULL;
  if (s->host->bind_for) {
    int status = s->host->bind_for(s->host->self, s, e, stmt, engine, conn, err);
    if (status || *engine || *conn)
      return status;
  }
  *conn = s->conn;
  *engine = s->conn ? corm_conn_peek_engine(s->conn) : s->engine;
  if (*engine)
    return CORM_OK;
  if (e)
    return cm_fail(err, CORM_EUNBOUND, "Could not locate a bind configured on mapper \"%s\" or this Session", e->name);
  return cm_fail(err, CORM_EUNBOUND, "Could not locate a bind configured on this Session: it has no engine");
}

const corm_dialect *cm_session_dialect(corm_session *s, const corm_entity *e) {
  corm_engine *engine = s->engine;
  corm_conn *conn = s->conn;
  if (s->host->bind_for && bind_for(s, e, NULL, &engine, &conn, NULL))
    return NULL;
  if (conn)
    engine = corm_conn_peek_engine(conn);
  return engine ? corm_engine_peek_dialect(engine) : NULL;
}

int cm_session_conn(corm_conn **out, corm_session *s, const corm_entity *e, const corm_stmt *stmt, corm_error **err) {
  corm_engine *engine;
  corm_conn *conn;
  *out = NULL;
  if (s->in_hook)
    return cm_fail(err, CORM_EINVALID, "This session's transaction has just ended: no SQL can be emitted in this hook");
  int status = cm_session_check_block(s, err);
  if (!status)
    status = cm_session_autobegin(s, err);
  if (!status)
    status = bind_for(s, e, stmt, &engine, &conn, err);
  if (!status && conn)
    engine = corm_conn_peek_engine(conn);
  return status ? status : ensure(s, s->transaction, engine, conn, out, err);
}

int corm_session_get_connection(corm_conn **out, corm_session *s, const corm_entity *e, corm_error **err) {
  int status = cm_session_enter(s, "corm_session_get_connection", err);
  if (status)
    return status;
  status = cm_session_conn(out, s, e, NULL, err);
  cm_session_leave(s);
  return status;
}

int cm_tx_commit_wire(corm_transaction *t, corm_error **err) {
  int status = CORM_OK;
  for (size_t i = 0; !status && i < t->n_conns; i++) {
    cm_tx_conn *c = &t->conns[i];
    if (c->owned)
      cm_conn_keep_rows(c->conn);
    if (!c->commits)
      continue;
    if (c->savepoint[0])
      status = corm_conn_release_savepoint(c->conn, c->savepoint, err);
    else
      status = corm_conn_commit(c->conn, err);
  }
  return status;
}

/* Every connection is rolled back, whatever another one says. */
static int roll_back(corm_transaction *t, int closing, corm_error **err) {
  int status = CORM_OK;
  for (size_t i = 0; i < t->n_conns; i++) {
    cm_tx_conn *c = &t->conns[i];
    int one = CORM_OK;
    if (corm_conn_peek_invalidated(c->conn) || !corm_conn_peek_in_transaction(c->conn))
      continue;
    if (c->owned && !closing)
      cm_conn_keep_rows(c->conn);
    if (closing && !c->commits)
      continue;
    if (!c->savepoint[0])
      one = corm_conn_rollback(c->conn, status ? NULL : err);
    else if (corm_conn_peek_savepoint(c->conn, c->savepoint))
      one = corm_conn_rollback_to(c->conn, c->savepoint, status ? NULL : err);
    status = status ? status : one;
  }
  return status;
}

int cm_tx_rollback_wire(corm_transaction *t, corm_error **err) { return roll_back(t, 0, err); }
int cm_tx_close_wire(corm_transaction *t, corm_error **err) { return roll_back(t, 1, err); }

void cm_tx_release(corm_transaction *t) {
  for (size_t i = 0; i < t->n_conns; i++)
    if (t->conns[i].owned)
      corm_conn_release(t->conns[i].conn);
  t->n_conns = 0;
}
