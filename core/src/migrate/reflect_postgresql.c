/* What PostgreSQL tells, from its catalogs: columns in one query, keys and checks in a second, indexes in a third. */
#include "migrate/reflect_postgresql.h"
#include <string.h>

/* ---- Names ---------------------------------------------------------------------------------------------------- */

#define NAMES                                                                                                          \
  "SELECT c.relname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "        \
  "WHERE strpos($1::text, c.relkind::text) > 0 AND strpos($3::text, c.relpersistence::text) > 0 AND " CM_PG_FOUND      \
  " ORDER BY c.relname"
#define LASTING "pu"
#define TEMPORARY "t"

static int relations(corm_names *out, corm_conn *c, const char *kinds, const char *persistence, const char *schema,
                     corm_error **err) {
  const char *values[] = {kinds, schema, persistence};
  return cm_reflect_rows(c, NAMES, values, 3, cm_names_row, out, err);
}

static int names(corm_names *out, corm_conn *c, int what, const char *schema, corm_error **err) {
  switch (what) {
  case CORM_REFLECT_TABLES:
    return relations(out, c, "rp", LASTING, schema, err);
  case CORM_REFLECT_VIEWS:
    return relations(out, c, "v", LASTING, schema, err);
  case CORM_REFLECT_TEMP_TABLES:
    return relations(out, c, "rp", TEMPORARY, NULL, err);
  case CORM_REFLECT_TEMP_VIEWS:
    return relations(out, c, "v", TEMPORARY, NULL, err);
  case CORM_REFLECT_MATERIALIZED_VIEWS:
    return relations(out, c, "m", LASTING, schema, err);
  case CORM_REFLECT_SEQUENCES:
    return relations(out, c, "S", LASTING TEMPORARY, schema, err);
  case CORM_REFLECT_SCHEMAS:
    return cm_reflect_rows(c,
                           "SELECT nspname::text FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' ORDER BY nspname",
                           NULL, 0, cm_names_row, out, err);
  default:
    return cm_reflect_rows(c, "SELECT current_schema()::text", NULL, 0, cm_names_row, out, err);
  }
}

/* ---- Keys and checks ------------------------------------------------------------------------------------------ */

typedef struct job {
  corm_reflection *r;
  corm_reflected_constraint *constraint; /* whose columns are read, or NULL: those of foreign_key */
  corm_reflected_foreign_key *foreign_key;
  corm_reflected_index *index;
  const char *kind, *name; /* of the constraint or index whose rows come */
  cm_texts columns, others, include, ops;
} job;

enum { KIND, NAME, COMMENT, CHECK, NOT_VALID, NO_INHERIT, COLUMN, INCLUDED, NOT_DISTINCT, REFERRED };
enum { REFERRED_SCHEMA = REFERRED, REFERRED_TABLE, REFERRED_COLUMN, ON_UPDATE, ON_DELETE, MATCH, DEFERRABLE, DEFERRED };

/* What came with version 15 is read by way of json, which earlier ones leave out. */
#define NOT_DISTINCT_SQL "coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false)"
#define ACTION(column)                                                                                                 \
  "CASE " column " WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' "                         \
  "WHEN 'd' THEN 'SET DEFAULT' END"

/* A row for each column of each constraint, in order of kind, name and place. */
static const char constraints_sql[] =
    "SELECT con.contype::text, con.conname::text, pg_catalog.obj_description(con.oid, 'pg_constraint'), "
    "CASE con.contype WHEN 'c' THEN pg_catalog.pg_get_expr(con.conbin, con.conrelid, true) END, "
    "NOT con.convalidated, con.connoinherit, a.attname::text, k.place > i.indnkeyatts, " NOT_DISTINCT_SQL ", "
    "CASE WHEN NOT pg_catalog.pg_table_is_visible(rc.oid) OR rn.nspname = $2::text THEN rn.nspname::text END, "
    "rc.relname::text, ra.attname::text, " ACTION(
        "con.confupdtype") ", "
                           "coalesce(CASE WHEN con.confdeltype IN ('n', 'd') THEN "
                           "substring(pg_catalog.pg_get_constraintdef(con.oid, true) "
                           "from 'ON DELETE (SET (?:NULL|DEFAULT) \\(.+?\\))') END, " ACTION(
                               "con.confdeltype") "), "
                                                  "CASE con.confmatchtype WHEN 'f' THEN 'FULL' WHEN 'p' THEN 'PARTIAL' "
                                                  "END, con.condeferrable, con.condeferred "
                                                  "FROM pg_catalog.pg_constraint con "
                                                  "LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = con.conindid AND "
                                                  "con.contype IN ('p', 'u') "
                                                  "LEFT JOIN pg_catalog.pg_class rc ON rc.oid = con.confrelid AND "
                                                  "con.contype = 'f' "
                                                  "LEFT JOIN pg_catalog.pg_namespace rn ON rn.oid = rc.relnamespace "
                                                  "LEFT JOIN LATERAL unnest(CASE con.contype WHEN 'f' THEN con.conkey "
                                                  "ELSE i.indkey::int2[] END) "
                                                  "WITH ORDINALITY AS k(number, place) ON true "
                                                  "LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = con.conrelid "
                                                  "AND a.attnum = k.number "
                                                  "LEFT JOIN pg_catalog.pg_attribute ra ON ra.attrelid = con.confrelid "
                                                  "AND ra.attnum = con.confkey[k.place] "
                                                  "WHERE con.conrelid = $1::text::oid AND con.contype IN ('p', 'u', "
                                                  "'c', 'f') "
                                                  "ORDER BY con.contype, con.conname, k.place";

static int is_same(const char *kept, const corm_value *cell) { return kept && cm_cell_is(cell, kept); }

static void forget_columns(job *j) {
  j->columns = j->others = j->include = j->ops = (cm_texts){0};
  j->constraint = NULL;
  j->foreign_key = NULL;
}

static int begin_foreign_key(job *j, const corm_value *row) {
  cm_arena *a = &j->r->arena;
  int failed = 0;
  corm_reflected_foreign_key *k = cm_part_add(&j->r->foreign_keys, a, sizeof *k);
  if (!k)
    return 0;
  k->name = j->name;
  k->comment = cm_cell_text(a, &row[COMMENT], &failed);
  k->referred_schema = cm_cell_text(a, &row[REFERRED_SCHEMA], &failed);
  k->referred_table = cm_cell_text(a, &row[REFERRED_TABLE], &failed);
  k->onupdate = cm_cell_text(a, &row[ON_UPDATE], &failed);
  k->ondelete = cm_cell_text(a, &row[ON_DELETE], &failed);
  k->match = cm_cell_text(a, &row[MATCH], &failed);
  k->deferrable = cm_cell_int(&row[DEFERRABLE]) != 0;
  k->initially = cm_cell_int(&row[DEFERRED]) ? "DEFERRED" : NULL;
  j->foreign_key = k;
  return !failed;
}

static int kind_of(const char *type) {
  return *type == 'p' ? CORM_PRIMARY_KEY : *type == 'u' ? CORM_UNIQUE : CORM_CHECK;
}

/* The primary key stands alone, the others in a list. */
static int begin_constraint(job *j, const corm_value *row) {
  cm_arena *a = &j->r->arena;
  int failed = 0, kind = kind_of(j->kind);
  corm_reflected_constraint *c =
      kind == CORM_PRIMARY_KEY ? cm_arena_zero(a, sizeof *c) : cm_part_add(&j->r->constraints, a, sizeof *c);
  if (!c)
    return 0;
  c->size = sizeof *c;
  c->kind = kind;
  c->name = j->name;
  c->comment = cm_cell_text(a, &row[COMMENT], &failed);
  c->check = cm_cell_text(a, &row[CHECK], &failed);
  c->not_valid = cm_cell_int(&row[NOT_VALID]) != 0;
  c->no_inherit = kind == CORM_CHECK && cm_cell_int(&row[NO_INHERIT]);
  c->nulls_not_distinct = kind == CORM_UNIQUE && cm_cell_int(&row[NOT_DISTINCT]);
  if (kind == CORM_PRIMARY_KEY)
    j->r->primary_key = c;
  j->constraint = c;
  return !failed;
}

static int begin(job *j, const corm_value *row) {
  int failed = 0;
  forget_columns(j);
  j->kind = cm_cell_text(&j->r->arena, &row[KIND], &failed);
  j->name = cm_cell_text(&j->r->arena, &row[NAME], &failed);
  if (failed)
    return 0;
  return *j->kind == 'f' ? begin_foreign_key(j, row) : begin_constraint(j, row);
}

static int add_text(cm_texts *to, cm_arena *a, const corm_value *cell) {
  int failed = 0;
  const char *text = cm_cell_text(a, cell, &failed);
  return !failed && cm_texts_add(to, a, text);
}

static int add_to_foreign_key(job *j, const corm_value *row) {
  corm_reflected_foreign_key *k = j->foreign_key;
  if (!add_text(&j->columns, &j->r->arena, &row[COLUMN]) || !add_text(&j->others, &j->r->arena, &row[REFERRED_COLUMN]))
    return 0;
  k->columns = j->columns.at;
  k->referred_columns = j->others.at;
  k->n = k->n_referred = j->columns.n;
  return 1;
}

static int add_to_constraint(job *j, const corm_value *row) {
  corm_reflected_constraint *c = j->constraint;
  if (!add_text(cm_cell_int(&row[INCLUDED]) ? &j->include : &j->columns, &j->r->arena, &row[COLUMN]))
    return 0;
  c->columns = j->columns.at;
  c->n = j->columns.n;
  c->include = j->include.at;
  c->n_include = j->include.n;
  return 1;
}

static int constraint_row(void *ctx, const corm_value *row, corm_error **err) {
  job *j = ctx;
  int same = is_same(j->kind, &row[KIND]) && is_same(j->name, &row[NAME]);
  if (!same && !begin(j, row))
    return cm_fail_memory(err);
  if (row[COLUMN].kind == CORM_NULL)
    return CORM_OK;
  return (j->foreign_key ? add_to_foreign_key(j, row) : add_to_constraint(j, row)) ? CORM_OK : cm_fail_memory(err);
}

/* Where a column stands in the primary key. */
static void mark_key(corm_reflection *r) {
  for (size_t i = 0; r->primary_key && i < r->columns.n; i++) {
    corm_reflected_column *c = r->columns.at[i];
    for (size_t k = 0; k < r->primary_key->n; k++)
      if (strcmp(r->primary_key->columns[k], c->name) == 0)
        c->key_position = (int)k + 1;
  }
}

/* ---- Indexes -------------------------------------------------------------------------------------------------- */

enum { X_NAME, X_UNIQUE, X_CONSTRAINT, X_METHOD, X_WHERE, X_OPTIONS, X_NOT_DISTINCT, X_COLUMN, X_EXPRESSION };
enum { X_INCLUDED = X_EXPRESSION + 1, X_ORDER, X_OPS };

/* A row for each column of each index, in order of name and place. */
static const char indexes_sql[] =
    "SELECT ic.relname::text, i.indisunique, con.oid IS NOT NULL, CASE WHEN am.amname <> 'btree' THEN "
    "am.amname::text END, pg_catalog.pg_get_expr(i.indpred, i.indrelid), "
    "array_to_string(ic.reloptions, ', '), " NOT_DISTINCT_SQL ", a.attname::text, "
    "CASE k.number WHEN 0 THEN pg_catalog.pg_get_indexdef(i.indexrelid, k.place::int, true) END, "
    "k.place > i.indnkeyatts, i.indoption[k.place - 1], CASE WHEN NOT op.opcdefault THEN op.opcname::text END "
    "FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid "
    "JOIN pg_catalog.pg_am am ON am.oid = ic.relam "
    "LEFT JOIN pg_catalog.pg_constraint con ON con.conrelid = i.indrelid AND con.conindid = i.indexrelid "
    "AND con.contype IN ('p', 'u', 'x') "
    "CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(number, place) "
    "LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number AND k.number <> 0 "
    "LEFT JOIN pg_catalog.pg_opclass op ON op.oid = i.indclass[k.place - 1] "
    "WHERE i.indrelid = $1::text::oid AND NOT i.indisprimary ORDER BY ic.relname, k.place";

static int begin_index(job *j, const corm_value *row) {
  cm_arena *a = &j->r->arena;
  int failed = 0;
  corm_reflected_index *x = cm_part_add(&j->r->indexes, a, sizeof *x);
  if (!x)
    return 0;
  forget_columns(j);
  j->index = x;
  j->name = x->name = cm_cell_text(a, &row[X_NAME], &failed);
  x->unique = cm_cell_int(&row[X_UNIQUE]) != 0;
  x->constraint = cm_cell_int(&row[X_CONSTRAINT]) != 0;
  x->method = cm_cell_text(a, &row[X_METHOD], &failed);
  x->where = cm_cell_text(a, &row[X_WHERE], &failed);
  x->options = cm_cell_text(a, &row[X_OPTIONS], &failed);
  x->nulls_not_distinct = cm_cell_int(&row[X_NOT_DISTINCT]) != 0;
  return !failed;
}

/* What differs from the usual order, in which NULL is greater than all. */
static unsigned char order_of(int64_t option) {
  int desc = option & 1, nulls_first = (option & 2) != 0;
  unsigned order = desc ? CORM_ORDER_DESC : 0;
  if (desc != nulls_first)
    order |= nulls_first ? CORM_ORDER_NULLS_FIRST : CORM_ORDER_NULLS_LAST;
  return (unsigned char)order;
}

static int add_order(job *j, unsigned char order) {
  corm_reflected_index *x = j->index;
  unsigned char *orders = cm_arena_alloc(&j->r->arena, x->n + 1);
  if (!orders)
    return 0;
  if (x->n)
    memcpy(orders, x->orders, x->n);
  orders[x->n] = order;
  x->orders = orders;
  return 1;
}

static int add_key(job *j, const corm_value *row) {
  cm_arena *a = &j->r->arena;
  corm_reflected_index *x = j->index;
  int is_column = row[X_EXPRESSION].kind == CORM_NULL;
  if (!add_text(&j->columns, a, &row[X_COLUMN]) ||
      !add_text(&j->others, a, &row[is_column ? X_COLUMN : X_EXPRESSION]) || !add_text(&j->ops, a, &row[X_OPS]) ||
      !add_order(j, order_of(cm_cell_int(&row[X_ORDER]))))
    return 0;
  x->columns = j->columns.at;
  x->exprs = j->others.at;
  x->ops = j->ops.at;
  x->n = j->columns.n;
  return 1;
}

static int index_row(void *ctx, const corm_value *row, corm_error **err) {
  job *j = ctx;
  if (!(j->index && is_same(j->index->name, &row[X_NAME])) && !begin_index(j, row))
    return cm_fail_memory(err);
  if (!cm_cell_int(&row[X_INCLUDED]))
    return add_key(j, row) ? CORM_OK : cm_fail_memory(err);
  if (!add_text(&j->include, &j->r->arena, &row[X_COLUMN]))
    return cm_fail_memory(err);
  j->index->include = j->include.at;
  j->index->n_include = j->include.n;
  return CORM_OK;
}

static int table(corm_reflection *r, corm_conn *c, const char *schema, const char *name, int *found, corm_error **err) {
  job j = {.r = r};
  const char *values[] = {NULL, schema};
  int status = cm_pg_read_columns(r, c, schema, name, &values[0], err);
  *found = values[0] != NULL;
  if (status || !*found)
    return status;
  status = cm_reflect_rows(c, constraints_sql, values, 2, constraint_row, &j, err);
  if (!status)
    status = cm_reflect_rows(c, indexes_sql, values, 1, index_row, &j, err);
  mark_key(r);
  return status;
}

const cm_reflector cm_reflector_postgresql = {"postgresql", names, table};
