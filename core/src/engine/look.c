/* Whether something is there: the dialect asks, the rows answer. */
#include "compile/compile.h"
#include "engine/conn.h"
#include <string.h>

static int is_text(const corm_value *v, const char *want) {
  return v->kind == CORM_TEXT && v->size == strlen(want) && memcmp(v->as.p, want, v->size) == 0;
}

/* Whether `sql` gives a row; with `want`, one whose second column is that text. */
static int finds(corm_conn *c, const char *sql, const char *want, int *yes, corm_error **err) {
  corm_result *r = NULL;
  const corm_value *row = NULL;
  int status = corm_conn_execute_sql(&r, c, sql, NULL, 0, 1, err);
  *yes = 0;
  while (!status && !*yes && corm_result_peek_columns(r)) {
    status = corm_result_next_row(r, &row, err);
    if (status || !row)
      break;
    *yes = !want || is_text(&row[1], want);
  }
  corm_result_free(r);
  return status;
}

static int look(corm_conn *c, int what, const char *schema, const char *name, int *yes, corm_error **err) {
  int how = CORM_LOOK_FOUND, status = CORM_OK;
  *yes = 0;
  for (int step = 0; !status && !*yes && how != CORM_LOOK_NO_MORE; step++) {
    char *sql = NULL;
    status = cm_look_text(&sql, &how, c->engine->dialect, what, schema, name, step, err);
    if (!status && how != CORM_LOOK_NO_MORE)
      status = finds(c, sql, how == CORM_LOOK_SCHEMA ? schema : NULL, yes, err);
    cm_free(sql);
    if (!status && how == CORM_LOOK_SCHEMA) {
      how = *yes ? how : CORM_LOOK_NO_MORE;
      *yes = 0;
    }
  }
  return status;
}

static int fail_unsupported(const corm_conn *c, const char *what, corm_error **err) {
  return cm_fail(err, CORM_EUNSUPPORTED, "looking whether %s exists is not supported on \"%s\" yet", what,
                 corm_dialect_peek_name(c->engine->dialect));
}

int corm_conn_has_table(corm_conn *c, const char *schema, const char *table, int *yes, corm_error **err) {
  *yes = 0;
  if (!cm_engine_dialect_def(c->engine)->look)
    return fail_unsupported(c, "a table", err);
  return look(c, CORM_LOOK_TABLE, schema, table, yes, err);
}

int corm_conn_has_type(corm_conn *c, const char *schema, const char *name, int *yes, corm_error **err) {
  const corm_dialect_def *d = cm_engine_dialect_def(c->engine);
  *yes = 0;
  if (!d->look || !(d->features & CORM_DIALECT_ENUM_TYPES))
    return fail_unsupported(c, "a type", err);
  return look(c, CORM_LOOK_TYPE, schema, name, yes, err);
}
