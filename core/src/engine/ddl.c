/* create_all, drop_all, and whether a table is there. */
#include "engine/conn.h"
#include "schema/schema.h"
#include <string.h>

/* ---- Looking
 * ---------------------------------------------------------------------------------------------------------- */

static void put_quoted(cm_strbuf *b, const char *name) {
  cm_strbuf_putc(b, '"');
  for (; *name; name++) {
    if (*name == '"')
      cm_strbuf_putc(b, '"');
    cm_strbuf_putc(b, *name);
  }
  cm_strbuf_putc(b, '"');
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
    *yes = !want ||
           (row[1].kind == CORM_TEXT && row[1].size == strlen(want) && memcmp(row[1].as.p, want, row[1].size) == 0);
  }
  corm_result_free(r);
  return status;
}

static int table_info(corm_conn *c, const char *schema, int quote, const char *table, int *yes, corm_error **err) {
  cm_strbuf b = {0};
  int status = CORM_OK;
  cm_strbuf_puts(&b, "PRAGMA ");
  if (quote)
    put_quoted(&b, schema);
  else
    cm_strbuf_puts(&b, schema);
  cm_strbuf_puts(&b, ".table_info(");
  put_quoted(&b, table);
  cm_strbuf_putc(&b, ')');
  status = b.failed ? cm_fail_memory(err) : finds(c, b.data, NULL, yes, err);
  cm_strbuf_free(&b);
  return status;
}

static int sqlite_has_table(corm_conn *c, const char *schema, const char *table, int *yes, corm_error **err) {
  int status = CORM_OK;
  if (!schema) {
    status = table_info(c, "main", 0, table, yes, err);
    return status || *yes ? status : table_info(c, "temp", 0, table, yes, err);
  }
  status = finds(c, "PRAGMA database_list", schema, yes, err);
  return status || !*yes ? status : table_info(c, schema, 1, table, yes, err);
}

int corm_conn_has_table(corm_conn *c, const char *schema, const char *table, int *yes, corm_error **err) {
  const char *dialect = cm_engine_dialect_def(c->engine)->name;
  *yes = 0;
  if (strcmp(dialect, "sqlite") == 0)
    return sqlite_has_table(c, schema, table, yes, err);
  return cm_fail(err, CORM_EUNSUPPORTED, "looking whether a table exists is not supported on \"%s\" yet", dialect);
}

/* ---- Creating and dropping ------------------------------------------------------------------------------- */

static int run_node(corm_conn *c, corm_stmt *stmt, corm_error **err) {
  corm_result *r = NULL;
  int status = corm_conn_execute(&r, c, stmt, NULL, CORM_EXEC_NO_CACHE, err);
  corm_result_free(r);
  corm_node_unref(stmt);
  return status;
}

static int create_table(corm_conn *c, const corm_table *t, corm_error **err) {
  int status = run_node(c, corm_create_table(t, 0), err);
  for (size_t i = 0; !status && i < t->n_indexes; i++)
    status = run_node(c, corm_create_index(t->indexes[i], 0), err);
  return status;
}

static int is_wanted(corm_table *const *tables, size_t n, const corm_table *t) {
  for (size_t i = 0; i < n; i++)
    if (tables[i] == t)
      return 1;
  return !tables;
}

/* All questions come before the first change, in order of definition. `act` is by index of definition. */
static int look(corm_conn *c, const corm_catalog *k, corm_table *const *tables, size_t n, int checkfirst, int drop,
                char *act, corm_error **err) {
  int status = CORM_OK;
  for (size_t i = 0; !status && i < k->n_tables; i++) {
    const corm_table *t = k->tables[i];
    int there = drop;
    if (!is_wanted(tables, n, t))
      continue;
    if (checkfirst)
      status = corm_conn_has_table(c, t->schema_name, t->name, &there, err);
    act[i] = (char)(there == drop);
  }
  return status;
}

static size_t index_of(const corm_catalog *k, const corm_table *t) {
  for (size_t i = 0; i < k->n_tables; i++)
    if (k->tables[i] == t)
      return i;
  return k->n_tables;
}

static int change_all(corm_conn *c, corm_catalog *k, corm_table *const *tables, size_t n, int checkfirst, int drop,
                      corm_error **err) {
  size_t total = k->n_tables;
  corm_table **sorted = cm_alloc((total + 1) * sizeof *sorted);
  char *act = cm_alloc_zero(total + 1);
  int status = sorted && act ? CORM_OK : cm_fail_memory(err);
  if (!status)
    status = cm_conn_autobegin(c, err);
  if (!status)
    status = look(c, k, tables, n, checkfirst, drop, act, err);
  if (!status)
    corm_catalog_sorted(k, 0, sorted, total);
  for (size_t i = 0; !status && i < total; i++) {
    const corm_table *t = sorted[drop ? total - 1 - i : i];
    if (act[index_of(k, t)])
      status = drop ? run_node(c, corm_drop_table(t, 0), err) : create_table(c, t, err);
  }
  cm_free(act);
  cm_free(sorted);
  return status;
}

int corm_conn_create_all(corm_conn *c, corm_catalog *k, corm_table *const *tables, size_t n, int checkfirst,
                         corm_error **err) {
  return change_all(c, k, tables, n, checkfirst, 0, err);
}

int corm_conn_drop_all(corm_conn *c, corm_catalog *k, corm_table *const *tables, size_t n, int checkfirst,
                       corm_error **err) {
  return change_all(c, k, tables, n, checkfirst, 1, err);
}
