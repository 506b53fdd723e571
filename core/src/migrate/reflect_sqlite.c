/* What SQLite tells: pragmas, and the text of CREATE TABLE and CREATE INDEX for what they leave out. */
#include "migrate/migrate.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef struct job {
  corm_reflection *r;
  corm_conn *conn;
  const char *schema;       /* the database: main, temp, or an attached one */
  const char *given_schema; /* as the caller said it */
  const char *name, *sql;
  cm_ddl_table ddl;
  corm_reflected_index *index; /* whose columns are read */
  cm_texts columns, referred;  /* of a foreign key or an index */
  int64_t key_id;
} job;

/* Runs before "schema" behind; NULL: the main one. */
static int rows_of(corm_conn *c, const char *before, const char *schema, const char *behind, const char *value,
                   cm_row_fn fn, void *ctx, corm_error **err) {
  cm_strbuf sql = {0};
  cm_strbuf_puts(&sql, before);
  cm_strbuf_putc(&sql, '"');
  for (const char *p = schema ? schema : "main"; *p; p++) {
    if (*p == '"')
      cm_strbuf_putc(&sql, '"');
    cm_strbuf_putc(&sql, *p);
  }
  cm_strbuf_printf(&sql, "\"%s", behind);
  int status = sql.failed ? cm_fail_memory(err) : cm_reflect_rows(c, sql.data, &value, value != NULL, fn, ctx, err);
  cm_strbuf_free(&sql);
  return status;
}

/* ---- Names ---------------------------------------------------------------------------------------------------- */

static int names_in(corm_names *out, corm_conn *c, const char *schema, const char *kind, corm_error **err) {
  return rows_of(c, "SELECT name FROM ", schema,
                 ".sqlite_master WHERE type = ? AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name", kind,
                 cm_names_row, out, err);
}

static int names(corm_names *out, corm_conn *c, int what, const char *schema, corm_error **err) {
  switch (what) {
  case CORM_REFLECT_TABLES:
    return names_in(out, c, schema, "table", err);
  case CORM_REFLECT_VIEWS:
    return names_in(out, c, schema, "view", err);
  case CORM_REFLECT_TEMP_TABLES:
    return names_in(out, c, "temp", "table", err);
  case CORM_REFLECT_TEMP_VIEWS:
    return names_in(out, c, "temp", "view", err);
  case CORM_REFLECT_SCHEMAS:
    return cm_reflect_rows(c, "SELECT name FROM pragma_database_list WHERE name <> 'temp' ORDER BY seq", NULL, 0,
                           cm_names_row, out, err);
  case CORM_REFLECT_DEFAULT_SCHEMA:
    return cm_reflect_rows(c, "SELECT 'main'", NULL, 0, cm_names_row, out, err);
  default:
    return CORM_OK; /* there are no such things */
  }
}

/* ---- Types ---------------------------------------------------------------------------------------------------- */

static const struct known {
  const char *name;
  int kind, arguments; /* 1: a length, 2: precision and scale, 3: precision */
} known[] = {
    {"BIGINT", CORM_TYPE_BIGINT, 0},
    {"BLOB", CORM_TYPE_BINARY, 1},
    {"BOOL", CORM_TYPE_BOOLEAN, 0},
    {"BOOLEAN", CORM_TYPE_BOOLEAN, 0},
    {"CHAR", CORM_TYPE_STRING, 1},
    {"DATE", CORM_TYPE_DATE, 0},
    {"DATETIME", CORM_TYPE_DATETIME, 0},
    {"DATE_CHAR", CORM_TYPE_DATE, 0},
    {"DATETIME_CHAR", CORM_TYPE_DATETIME, 0},
    {"DECIMAL", CORM_TYPE_NUMERIC, 2},
    {"DOUBLE", CORM_TYPE_DOUBLE, 3},
    {"DOUBLE_PRECISION", CORM_TYPE_DOUBLE, 3},
    {"FLOAT", CORM_TYPE_FLOAT, 3},
    {"INT", CORM_TYPE_INTEGER, 0},
    {"INTEGER", CORM_TYPE_INTEGER, 0},
    {"JSON", CORM_TYPE_JSON, 0},
    {"NUMERIC", CORM_TYPE_NUMERIC, 2},
    {"NVARCHAR", CORM_TYPE_STRING, 1},
    {"REAL", CORM_TYPE_FLOAT, 3},
    {"SMALLINT", CORM_TYPE_SMALLINT, 0},
    {"TEXT", CORM_TYPE_TEXT, 1},
    {"TIME", CORM_TYPE_TIME, 0},
    {"TIMESTAMP", CORM_TYPE_DATETIME, 0},
    {"TIME_CHAR", CORM_TYPE_TIME, 0},
    {"VARCHAR", CORM_TYPE_STRING, 1},
};

static const struct known *known_type(const char *name) {
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
    if (strcmp(known[i].name, name) == 0)
      return &known[i];
  return NULL;
}

/* By the rules of column affinity, for a name that is no known type's; NULL: none was said. */
static const struct known *by_affinity(const char *name) {
  if (strstr(name, "INT"))
    return known_type("INTEGER");
  if (strstr(name, "CHAR") || strstr(name, "CLOB") || strstr(name, "TEXT"))
    return known_type("TEXT");
  if (!*name || strstr(name, "BLOB"))
    return NULL;
  if (strstr(name, "REAL") || strstr(name, "FLOA") || strstr(name, "DOUB"))
    return known_type("REAL");
  return known_type("NUMERIC");
}

/* The name in capitals in `declared`, which is cut; what stands in parentheses in numbers[]. */
static int split_type(char *declared, int numbers[2]) {
  int n = 0;
  char *end = declared, *p;
  for (; isalnum((unsigned char)*end) || *end == '_' || *end == ' '; end++)
    *end = (char)toupper((unsigned char)*end);
  for (p = end; *end == '(' && *p && *p != ')'; p++)
    if (isdigit((unsigned char)*p) && !isdigit((unsigned char)p[-1]) && n++ < 2)
      numbers[n - 1] = (int)strtol(p, NULL, 10);
  while (end > declared && end[-1] == ' ')
    end--;
  *end = 0;
  return n;
}

static void cut(char *text, const char *word) {
  char *at = strstr(text, word);
  if (at)
    memmove(at, at + strlen(word), strlen(at + strlen(word)) + 1);
}

static void describe_type(corm_type_def *def, char *declared, int computed) {
  int numbers[2] = {0, 0}, n = split_type(declared, numbers);
  if (computed) {
    cut(declared, " ALWAYS");
    cut(declared, " GENERATED");
  }
  const struct known *type = known_type(declared);
  *def = (corm_type_def){.size = sizeof *def};
  if (!type)
    type = by_affinity(declared);
  if (!type)
    return;
  def->kind = type->kind;
  def->flags = CORM_TYPE_VARIABLE;
  def->name = type->name;
  if (type->arguments == 1 && n == 1)
    def->length = numbers[0];
  if ((type->arguments == 2 && n <= 2) || (type->arguments == 3 && n == 1))
    def->precision = numbers[0];
  if (type->arguments == 2 && n == 2)
    def->scale = numbers[1];
}

/* ---- Columns -------------------------------------------------------------------------------------------------- */

/* name, type, notnull, dflt_value, pk, hidden */
static int column_row(void *ctx, const corm_value *row, corm_error **err) {
  job *j = ctx;
  int failed = 0;
  int64_t hidden = cm_cell_int(&row[5]);
  corm_type_def type;
  if (hidden == 1)
    return CORM_OK;
  corm_reflected_column *c = cm_part_add(&j->r->columns, &j->r->arena, sizeof(corm_reflected_column));
  if (!c)
    return cm_fail_memory(err);
  c->name = cm_cell_text(&j->r->arena, &row[0], &failed);
  char *declared = (char *)(uintptr_t)cm_cell_text(&j->r->arena, &row[1], &failed);
  c->nullable = !cm_cell_int(&row[2]);
  c->default_text = cm_cell_text(&j->r->arena, &row[3], &failed);
  c->key_position = (int)cm_cell_int(&row[4]);
  c->computed = hidden ? "" : NULL;
  c->computed_stored = hidden == 3;
  if (failed)
    return cm_fail_memory(err);
  char none[1] = "";
  describe_type(&type, declared ? declared : none, hidden != 0);
  return cm_column_set_type(j->r, c, &type, err);
}

static int sql_row(void *ctx, const corm_value *row, corm_error **err) {
  job *j = ctx;
  int failed = 0;
  j->sql = cm_cell_text(&j->r->arena, &row[0], &failed);
  return failed ? cm_fail_memory(err) : CORM_OK;
}

static int read_columns(job *j, corm_error **err) {
  const char *values[] = {j->name, j->schema};
  return cm_reflect_rows(
      j->conn, "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?, ?) ORDER BY cid",
      values, 2, column_row, j, err);
}

static int read_sql(job *j, corm_error **err) {
  int status =
      rows_of(j->conn, "SELECT sql FROM ", j->schema,
              ".sqlite_master WHERE lower(name) = lower(?) AND type IN ('table', 'view')", j->name, sql_row, j, err);
  return !status && j->sql && !cm_ddl_read(j->r, &j->ddl, j->sql) ? cm_fail_memory(err) : status;
}

static int read_key(job *j, corm_error **err) {
  size_t n = 0, generated = 0;
  corm_reflected_constraint *key = cm_arena_zero(&j->r->arena, sizeof *key);
  const char **columns = cm_arena_zero(&j->r->arena, (j->r->columns.n + 1) * sizeof *columns);
  if (!key || !columns)
    return cm_fail_memory(err);
  for (size_t i = 0; i < j->r->columns.n; i++) {
    const corm_reflected_column *c = j->r->columns.at[i];
    if (!c->key_position)
      continue;
    columns[c->key_position - 1] = c->name;
    generated = i;
    n++;
  }
  if (!n)
    return CORM_OK;
  ((corm_reflected_column *)j->r->columns.at[generated])->autoincrement = j->ddl.autoincrement;
  *key = (corm_reflected_constraint){
      .size = sizeof *key, .kind = CORM_PRIMARY_KEY, .name = j->ddl.key_name, .columns = columns, .n = n};
  j->r->primary_key = key;
  return CORM_OK;
}

/* ---- Foreign keys --------------------------------------------------------------------------------------------- */

static const char *action(const char *text) { return text && strcmp(text, "NO ACTION") != 0 ? text : NULL; }

static int begin_foreign_key(job *j, const corm_value *row, corm_error **err) {
  int failed = 0;
  cm_arena *a = &j->r->arena;
  corm_reflected_foreign_key *k = cm_part_add(&j->r->foreign_keys, a, sizeof(corm_reflected_foreign_key));
  if (!k)
    return cm_fail_memory(err);
  j->columns = j->referred = (cm_texts){0};
  k->referred_schema = j->given_schema;
  k->referred_table = cm_cell_text(a, &row[1], &failed);
  k->onupdate = action(cm_cell_text(a, &row[4], &failed));
  k->ondelete = action(cm_cell_text(a, &row[5], &failed));
  return failed ? cm_fail_memory(err) : CORM_OK;
}

/* id, table, from, to, on_update, on_delete. Ids count the keys from the last one that was written. */
static int foreign_key_row(void *ctx, const corm_value *row, corm_error **err) {
  job *j = ctx;
  int failed = 0;
  int status = cm_cell_int(&row[0]) == j->key_id ? CORM_OK : begin_foreign_key(j, row, err);
  if (status)
    return status;
  j->key_id = cm_cell_int(&row[0]);
  corm_reflected_foreign_key *k = j->r->foreign_keys.at[j->r->foreign_keys.n - 1];
  const char *from = cm_cell_text(&j->r->arena, &row[2], &failed), *to = cm_cell_text(&j->r->arena, &row[3], &failed);
  if (failed || !cm_texts_add(&j->columns, &j->r->arena, from) || (to && !cm_texts_add(&j->referred, &j->r->arena, to)))
    return cm_fail_memory(err);
  k->columns = j->columns.at;
  k->n = j->columns.n;
  k->referred_columns = j->referred.at;
  k->n_referred = j->referred.n;
  return CORM_OK;
}

static int referred_row(void *ctx, const corm_value *row, corm_error **err) {
  job *j = ctx;
  int failed = 0;
  const char *name = cm_cell_text(&j->r->arena, &row[0], &failed);
  return failed || !cm_texts_add(&j->referred, &j->r->arena, name) ? cm_fail_memory(err) : CORM_OK;
}

/* REFERENCES parent: the parent's primary key. */
static int find_referred(job *j, corm_reflected_foreign_key *k, corm_error **err) {
  const char *values[] = {k->referred_table, j->schema};
  j->referred = (cm_texts){0};
  int status = cm_reflect_rows(j->conn, "SELECT name FROM pragma_table_info(?, ?) WHERE pk > 0 ORDER BY pk", values, 2,
                               referred_row, j, err);
  k->referred_columns = j->referred.at;
  k->n_referred = j->referred.n;
  return status;
}

/* Those of the table as they are written, then those of columns from the last one on. */
static int order_foreign_keys(job *j, corm_error **err) {
  cm_parts *keys = &j->r->foreign_keys, *written = &j->ddl.foreign_keys;
  size_t n = keys->n, put = 0;
  if (n != written->n || !n)
    return CORM_OK;
  void **sorted = cm_arena_alloc(&j->r->arena, n * sizeof *sorted);
  if (!sorted)
    return cm_fail_memory(err);
  for (size_t i = 0; i < n; i++)
    if (!((cm_ddl_key *)written->at[i])->column_level)
      sorted[put++] = keys->at[n - 1 - i];
  for (size_t i = n; i-- > 0;) {
    const cm_ddl_key *w = written->at[i];
    corm_reflected_foreign_key *k = keys->at[n - 1 - i];
    k->name = w->name;
    k->deferrable = w->deferrable;
    k->initially = w->initially;
    if (w->column_level)
      sorted[put++] = k;
  }
  memcpy(keys->at, sorted, n * sizeof *sorted);
  return CORM_OK;
}

static int read_foreign_keys(job *j, corm_error **err) {
  const char *values[] = {j->name, j->schema};
  j->key_id = -1;
  int status = cm_reflect_rows(j->conn,
                               "SELECT id, \"table\", \"from\", \"to\", on_update, on_delete "
                               "FROM pragma_foreign_key_list(?, ?) ORDER BY id, seq",
                               values, 2, foreign_key_row, j, err);
  for (size_t i = 0; !status && i < j->r->foreign_keys.n; i++) {
    corm_reflected_foreign_key *k = j->r->foreign_keys.at[i];
    if (!k->n_referred)
      status = find_referred(j, k, err);
  }
  return status ? status : order_foreign_keys(j, err);
}

/* ---- Indexes -------------------------------------------------------------------------------------------------- */

/* name, unique, partial */
static int index_row(void *ctx, const corm_value *row, corm_error **err) {
  job *j = ctx;
  int failed = 0;
  corm_reflected_index *x = cm_part_add(&j->r->indexes, &j->r->arena, sizeof(corm_reflected_index));
  if (!x)
    return cm_fail_memory(err);
  x->name = cm_cell_text(&j->r->arena, &row[0], &failed);
  x->unique = cm_cell_int(&row[1]) != 0;
  return failed ? cm_fail_memory(err) : CORM_OK;
}

/* name, desc */
static int index_column_row(void *ctx, const corm_value *row, corm_error **err) {
  job *j = ctx;
  int failed = 0;
  const char *name = cm_cell_text(&j->r->arena, &row[0], &failed);
  unsigned char *orders = cm_arena_zero(&j->r->arena, j->columns.n + 1);
  if (failed || !orders || !cm_texts_add(&j->columns, &j->r->arena, name))
    return cm_fail_memory(err);
  if (j->columns.n > 1)
    memcpy(orders, j->index->orders, j->columns.n - 1);
  orders[j->columns.n - 1] = cm_cell_int(&row[1]) ? CORM_ORDER_DESC : 0;
  j->index->orders = orders;
  return CORM_OK;
}

/* The expressions of CREATE INDEX, which are between commas; a name stands for itself. */
static int read_expressions(job *j, corm_reflected_index *x, const char **p) {
  const char *start = *p;
  const char **exprs = cm_arena_zero(&j->r->arena, x->n * sizeof *exprs);
  size_t i = 0;
  int depth = 1;
  if (!exprs)
    return 0;
  x->exprs = exprs;
  while (depth) {
    cm_ddl_token t = cm_ddl_next(p);
    depth += (t.kind == '(') - (t.kind == ')');
    if (!t.kind)
      break;
    if (depth && !(t.kind == ',' && depth == 1))
      continue;
    start += strspn(start, " \t\r\n");
    if (i < x->n &&
        !(exprs[i] = x->columns[i] ? x->columns[i] : cm_arena_strndup(&j->r->arena, start, (size_t)(t.at - start))))
      return 0;
    i++;
    start = *p;
  }
  return 1;
}

/* CREATE INDEX i ON t (...) WHERE ... */
static int read_index_sql(job *j, corm_reflected_index *x) {
  const char *p = j->sql;
  cm_ddl_token t = {0};
  do
    t = cm_ddl_next(&p);
  while (t.kind && t.kind != '(');
  if (!t.kind)
    return 1;
  if (!read_expressions(j, x, &p))
    return 0;
  if (!cm_ddl_is(cm_ddl_next(&p), "WHERE"))
    return 1;
  p += strspn(p, " \t\r\n");
  x->where = p; /* the text is in the arena */
  return 1;
}

static int read_index(job *j, corm_reflected_index *x, corm_error **err) {
  const char *values[] = {x->name, j->schema};
  j->columns = (cm_texts){0};
  j->index = x;
  int status =
      cm_reflect_rows(j->conn, "SELECT name, \"desc\" FROM pragma_index_xinfo(?, ?) WHERE \"key\" ORDER BY seqno",
                      values, 2, index_column_row, j, err);
  x->columns = x->exprs = j->columns.at;
  x->n = j->columns.n;
  j->sql = NULL;
  if (!status)
    status = rows_of(j->conn, "SELECT sql FROM ", j->schema, ".sqlite_master WHERE name = ? AND type = 'index'",
                     x->name, sql_row, j, err);
  return !status && j->sql && !read_index_sql(j, x) ? cm_fail_memory(err) : status;
}

static int read_indexes(job *j, corm_error **err) {
  const char *values[] = {j->name, j->schema};
  int status =
      cm_reflect_rows(j->conn, "SELECT name, \"unique\" FROM pragma_index_list(?, ?) WHERE origin = 'c' ORDER BY name",
                      values, 2, index_row, j, err);
  for (size_t i = 0; !status && i < j->r->indexes.n; i++)
    status = read_index(j, j->r->indexes.at[i], err);
  return status;
}

static int table(corm_reflection *r, corm_conn *c, const char *schema, const char *name, int *found, corm_error **err) {
  static const char *const unnamed[] = {"main", "temp"};
  job j = {.r = r, .conn = c, .name = name};
  int status = CORM_OK;
  if (schema && !(j.given_schema = cm_arena_strdup(&r->arena, schema)))
    return cm_fail_memory(err);
  for (int i = 0; !status && !r->columns.n && i < (schema ? 1 : 2); i++) {
    j.schema = schema ? schema : unnamed[i];
    status = read_columns(&j, err);
  }
  *found = r->columns.n != 0;
  if (!status && *found)
    status = read_sql(&j, err);
  if (!status && *found)
    status = read_key(&j, err);
  if (!status && *found)
    status = read_foreign_keys(&j, err);
  if (!status && *found)
    status = read_indexes(&j, err);
  cm_free(j.ddl.foreign_keys.at);
  return status;
}

const cm_reflector cm_reflector_sqlite = {"sqlite", names, table};
