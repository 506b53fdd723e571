/* When BEGIN goes out, and how a transaction ends. */
#include "driver/libpq.h"
#include <string.h>

enum { DEALLOCATE_AT = 32 };

int cm_pq_in_transaction(corm_driver_conn *c) {
  int status = c->pq->PQtransactionStatus(c->pg);
  return status != PQTRANS_IDLE && status != PQTRANS_UNKNOWN;
}

/* Statements that were given up go together, where a failure harms nothing: outside of a transaction. */
static void deallocate(corm_driver_conn *c) {
  if (c->n_finalized < DEALLOCATE_AT || cm_pq_in_transaction(c))
    return;
  if (!c->finalized.failed)
    cm_pq_exec(c, c->finalized.data, NULL);
  cm_strbuf_free(&c->finalized);
  c->n_finalized = 0;
}

int cm_pq_before(corm_driver_conn *c, corm_error **err) {
  cm_strbuf sql = {0};
  int status = cm_pq_free_connection(c, err);
  if (status)
    return status;
  deallocate(c);
  if (!c->begin_pending)
    return CORM_OK;
  cm_strbuf_puts(&sql, "BEGIN");
  if (c->isolation)
    cm_strbuf_printf(&sql, " ISOLATION LEVEL %s", c->isolation);
  if (c->modes && *c->modes)
    cm_strbuf_printf(&sql, " %s", c->modes);
  status = sql.failed ? cm_fail_memory(err) : cm_pq_exec(c, sql.data, err);
  cm_strbuf_free(&sql);
  c->begin_pending = status != CORM_OK;
  return status;
}

int cm_pq_begin(corm_driver_conn *c, corm_error **err) {
  (void)err;
  c->begin_pending = !c->manual && !cm_pq_in_transaction(c);
  return CORM_OK;
}

static int end(corm_driver_conn *c, const char *sql, corm_error **err) {
  int status = CORM_OK;
  c->begin_pending = 0;
  if (cm_pq_in_transaction(c))
    status = cm_pq_exec(c, sql, err);
  else if (cm_pq_is_dead(c))
    status = cm_pq_fail_connection(c, err);
  cm_pq_run_ends(c);
  return status;
}

int cm_pq_commit(corm_driver_conn *c, corm_error **err) { return end(c, "COMMIT", err); }
int cm_pq_rollback(corm_driver_conn *c, corm_error **err) { return end(c, "ROLLBACK", err); }

int cm_pq_savepoint(corm_driver_conn *c, const char *name, int what, corm_error **err) {
  static const char *const verbs[] = {"SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT"};
  cm_strbuf sql = {0};
  int status = cm_pq_before(c, err);
  if (status)
    return status;
  cm_strbuf_printf(&sql, "%s \"", verbs[what]);
  for (; *name; name++) {
    if (*name == '"')
      cm_strbuf_putc(&sql, '"');
    cm_strbuf_putc(&sql, *name);
  }
  cm_strbuf_putc(&sql, '"');
  status = sql.failed ? cm_fail_memory(err) : cm_pq_exec(c, sql.data, err);
  cm_strbuf_free(&sql);
  cm_pq_run_ends(c);
  return status;
}

void cm_pq_manual(corm_driver_conn *c, int on) {
  c->manual = on;
  if (on)
    c->begin_pending = 0;
}

int cm_pq_modes(corm_driver_conn *c, const char *modes, corm_error **err) {
  char *copy = cm_strdup(modes ? modes : "");
  if (!copy)
    return cm_fail_memory(err);
  cm_free(c->modes);
  c->modes = copy;
  return CORM_OK;
}

/* ---- Isolation ------------------------------------------------------------------------------------------- */

const char *const cm_pq_isolation_levels[] = {"READ COMMITTED", "READ UNCOMMITTED", "REPEATABLE READ", "SERIALIZABLE",
                                              NULL};

int cm_pq_set_isolation(corm_driver_conn *c, const char *level, corm_error **err) {
  (void)err;
  c->isolation = level;
  return CORM_OK;
}

static const char *level_named(const char *name) {
  for (size_t i = 0; cm_pq_isolation_levels[i]; i++)
    if (cm_equal_nocase(name, cm_pq_isolation_levels[i]))
      return cm_pq_isolation_levels[i];
  return NULL;
}

/* Between transactions that of the next one. */
int cm_pq_get_isolation(corm_driver_conn *c, const char **level, corm_error **err) {
  PGresult *r = NULL;
  int status = CORM_OK;
  *level = c->isolation;
  if (*level && !cm_pq_in_transaction(c))
    return CORM_OK;
  status = cm_pq_query(&r, c, "SHOW transaction_isolation", err);
  if (!status)
    *level = level_named(c->pq->PQgetvalue(r, 0, 0));
  if (!status && !*level)
    status = cm_fail(err, CORM_EDB_NOTSUPPORTED, "the server has an isolation level \"%s\", which is unknown here",
                     c->pq->PQgetvalue(r, 0, 0));
  c->pq->PQclear(r);
  cm_pq_run_ends(c);
  return status;
}
