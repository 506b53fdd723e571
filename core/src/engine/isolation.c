/* Isolation levels: AUTOCOMMIT is the engine's own (no BEGIN goes out), the others are the driver's. */
#include "engine/conn.h"
#include <stddef.h>
#include <string.h>

static const char AUTOCOMMIT[] = "AUTOCOMMIT";
int cm_link_is_autocommit(const cm_link *l) { return l->isolation == AUTOCOMMIT; }

static int has_levels(const corm_driver *d) {
  return d->size > offsetof(corm_driver, get_isolation) && d->isolation_levels && d->set_isolation && d->get_isolation;
}

static const char *find_level(const corm_driver *d, const char *name) {
  if (strcmp(name, AUTOCOMMIT) == 0)
    return AUTOCOMMIT;
  for (size_t i = 0; has_levels(d) && d->isolation_levels[i]; i++)
    if (strcmp(name, d->isolation_levels[i]) == 0)
      return d->isolation_levels[i];
  return NULL;
}

static int fail_level(const corm_engine *e, const char *name, corm_error **err) {
  cm_strbuf b = {0};
  int status = CORM_OK;
  cm_strbuf_printf(&b, "'%s'", AUTOCOMMIT);
  for (size_t i = 0; has_levels(e->driver) && e->driver->isolation_levels[i]; i++)
    cm_strbuf_printf(&b, ", '%s'", e->driver->isolation_levels[i]);
  status = b.failed ? cm_fail_memory(err)
                    : cm_fail(err, CORM_EARGUMENT, "There is no isolation_level '%s' for '%s': those there are are %s",
                              name, corm_dialect_peek_name(e->dialect), b.data);
  cm_strbuf_free(&b);
  return status;
}

int corm_engine_check_isolation(const corm_engine *e, const char *level, corm_error **err) {
  return find_level(e->driver, level) ? CORM_OK : fail_level(e, level, err);
}

/* U */
static int apply(cm_link *l, const char *level, corm_error **err) {
  int off = strcmp(level, AUTOCOMMIT) == 0;
  int status = off ? CORM_OK : l->driver->set_isolation(l->conn, level, err);
  if (!status && l->driver->manual_transactions)
    l->driver->manual_transactions(l->conn, off || l->manual);
  if (!status)
    l->isolation = level;
  return status;
}

static const char *usual_level(cm_link *l) {
  const char *level = l->usual_isolation;
  if (!level && l->driver->get_isolation(l->conn, &level, NULL))
    level = NULL;
  return level;
}

int corm_conn_set_isolation(corm_conn *c, const char *name, int lasting, corm_error **err) {
  const char *level = find_level(c->engine->driver, name);
  int status = CORM_OK;
  if (!level)
    return fail_level(c->engine, name, err);
  status = cm_conn_ready(c, err);
  if (status)
    return status;
  if (c->in_transaction)
    return cm_fail(err, CORM_EINVALID,
                   "This connection is in a transaction, by begin() or by its first statement: isolation_level may not "
                   "be altered before commit() or rollback()");
  cm_conn_leave(c);
  if (!lasting && !c->link->usual_isolation && has_levels(c->link->driver))
    c->link->usual_isolation = usual_level(c->link);
  status = apply(c->link, level, err);
  if (!status && lasting)
    c->link->usual_isolation = level;
  cm_conn_enter(c);
  if (!status)
    c->autocommit = level == AUTOCOMMIT;
  return status;
}

int corm_conn_peek_autocommit(const corm_conn *c) { return c->autocommit; }

int corm_conn_get_isolation(corm_conn *c, const char **level, corm_error **err) {
  int status = cm_conn_ready(c, err);
  if (status)
    return status;
  if (!has_levels(c->link->driver))
    return cm_fail(err, CORM_EUNSUPPORTED, "the driver \"%s\" knows no isolation levels", c->link->driver->name);
  cm_conn_leave(c);
  status = c->link->driver->get_isolation(c->link->conn, level, err);
  cm_conn_enter(c);
  return status;
}

/* A link goes back into the pool with the level that it had. U */
int cm_link_reset_isolation(cm_link *l) {
  if (!l->isolation || !l->usual_isolation || l->isolation == l->usual_isolation)
    return CORM_OK;
  return apply(l, l->usual_isolation, NULL);
}
