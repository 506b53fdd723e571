/* The columns of a table of PostgreSQL, with their types: one query. */
#include "migrate/reflect_postgresql.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef struct job {
  corm_reflection *r;
  const char *schema, *oid;
  int64_t number;   /* of the column whose rows come */
  cm_texts *labels; /* of its enumeration */
} job;

enum { OID, TABLE_COMMENT, NUMBER, NAME, TYPE, TYPE_KIND, TYPE_NAME, TYPE_SCHEMA, LABEL, NOT_NULL, DEFAULT, GENERATED };
enum { IDENTITY = GENERATED + 1, COMMENT, COLLATION, START, INCREMENT, MIN, MAX, CACHE, CYCLE };

/* A row for each column, or for each label of a column's enumeration; one without a column for a table of none. `b` is
 * the type of an array's members, else the column's. */
static const char columns_sql[] =
    "SELECT c.oid::text, pg_catalog.obj_description(c.oid, 'pg_class'), a.attnum, a.attname::text, "
    "pg_catalog.format_type(a.atttypid, a.atttypmod), b.typtype::text, b.typname::text, "
    "CASE WHEN NOT pg_catalog.pg_type_is_visible(b.oid) THEN bn.nspname::text END, e.enumlabel::text, a.attnotnull, "
    "pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attgenerated::text, a.attidentity::text, "
    "pg_catalog.col_description(c.oid, a.attnum), "
    "CASE WHEN a.attcollation <> 0 AND a.attcollation <> t.typcollation THEN co.collname::text END, "
    "s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle "
    "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
    "LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid "
    "LEFT JOIN pg_catalog.pg_type b ON b.oid = CASE t.typcategory WHEN 'A' THEN t.typelem ELSE t.oid END "
    "LEFT JOIN pg_catalog.pg_namespace bn ON bn.oid = b.typnamespace "
    "LEFT JOIN pg_catalog.pg_enum e ON e.enumtypid = b.oid "
    "LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
    "LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation "
    "LEFT JOIN (pg_catalog.pg_depend dep JOIN pg_catalog.pg_sequence s ON s.seqrelid = dep.objid) "
    "ON a.attidentity <> '' AND dep.classid = 'pg_catalog.pg_class'::regclass AND dep.refclassid = dep.classid "
    "AND dep.refobjid = c.oid AND dep.refobjsubid = a.attnum AND dep.deptype = 'i' "
    "WHERE c.relname = $1::text AND c.relkind IN ('r', 'p', 'f', 'v', 'm') AND " CM_PG_FOUND
    " ORDER BY a.attnum, e.enumsortorder";

/* ---- Types ---------------------------------------------------------------------------------------------------- */

enum { PLAIN, LENGTH, SCALED, PRECISE };
#define ZONED CORM_TYPE_TIMEZONE
#define NATIVE CORM_TYPE_NATIVE

static const struct known {
  const char *said, *name; /* as format_type() says it, and in capitals; NULL: text without a name of the standard */
  int kind, arguments;
  unsigned flags;
} known[] = {
    {"\"char\"", NULL, CORM_TYPE_STRING, PLAIN, 0},
    {"bigint", "BIGINT", CORM_TYPE_BIGINT, PLAIN, 0},
    {"bit", "BIT", CORM_TYPE_CUSTOM, LENGTH, 0},
    {"bit varying", "BIT VARYING", CORM_TYPE_CUSTOM, LENGTH, 0},
    {"boolean", "BOOLEAN", CORM_TYPE_BOOLEAN, PLAIN, 0},
    {"bytea", "BYTEA", CORM_TYPE_BINARY, PLAIN, 0},
    {"character", "CHAR", CORM_TYPE_STRING, LENGTH, 0},
    {"character varying", "VARCHAR", CORM_TYPE_STRING, LENGTH, 0},
    {"cidr", "CIDR", CORM_TYPE_CUSTOM, PLAIN, 0},
    {"citext", "CITEXT", CORM_TYPE_TEXT, PLAIN, 0},
    {"date", "DATE", CORM_TYPE_DATE, PLAIN, 0},
    {"datemultirange", "DATEMULTIRANGE", CORM_TYPE_CUSTOM, PLAIN, 0},
    {"daterange", "DATERANGE", CORM_TYPE_CUSTOM, PLAIN, 0},
    {"double precision", "DOUBLE PRECISION", CORM_TYPE_DOUBLE, PLAIN, 0},
    {"inet", "INET", CORM_TYPE_CUSTOM, PLAIN, 0},
    {"int4multirange", "INT4MULTIRANGE", CORM_TYPE_CUSTOM, PLAIN, 0},
    {"int4range", "INT4RANGE", CORM_TYPE_CUSTOM, PLAIN, 0},
    {"int8multirange", "INT8MULTIRANGE", CORM_TYPE_CUSTOM, PLAIN, 0},
    {"int8range", "INT8RANGE", CORM_TYPE_CUSTOM, PLAIN, 0},
    {"integer", "INTEGER", CORM_TYPE_INTEGER, PLAIN, 0},
    {"json", "JSON", CORM_TYPE_JSON, PLAIN, 0},
    {"jsonb", "JSONB", CORM_TYPE_JSON, PLAIN, 0},
    {"macaddr", "MACADDR", CORM_TYPE_CUSTOM, PLAIN, 0},
    {"macaddr8", "MACADDR8", CORM_TYPE_CUSTOM, PLAIN, 0},
    {"money", "MONEY", CORM_TYPE_CUSTOM, PLAIN, 0},
    {"name", NULL, CORM_TYPE_STRING, PLAIN, 0},
    {"numeric", "NUMERIC", CORM_TYPE_NUMERIC, SCALED, CORM_TYPE_AS_DECIMAL},
    {"nummultirange", "NUMMULTIRANGE", CORM_TYPE_CUSTOM, PLAIN, 0},
    {"numrange", "NUMRANGE", CORM_TYPE_CUSTOM, PLAIN, 0},
    {"oid", "OID", CORM_TYPE_CUSTOM, PLAIN, 0},
    {"real", "REAL", CORM_TYPE_FLOAT, PLAIN, 0},
    {"regclass", "REGCLASS", CORM_TYPE_CUSTOM, PLAIN, 0},
    {"regconfig", "REGCONFIG", CORM_TYPE_CUSTOM, PLAIN, 0},
    {"smallint", "SMALLINT", CORM_TYPE_SMALLINT, PLAIN, 0},
    {"text", "TEXT", CORM_TYPE_TEXT, PLAIN, 0},
    {"time with time zone", "TIME", CORM_TYPE_TIME, PRECISE, ZONED},
    {"time without time zone", "TIME", CORM_TYPE_TIME, PRECISE, 0},
    {"timestamp with time zone", "TIMESTAMP", CORM_TYPE_DATETIME, PRECISE, ZONED},
    {"timestamp without time zone", "TIMESTAMP", CORM_TYPE_DATETIME, PRECISE, 0},
    {"tsmultirange", "TSMULTIRANGE", CORM_TYPE_CUSTOM, PLAIN, 0},
    {"tsquery", "TSQUERY", CORM_TYPE_CUSTOM, PLAIN, 0},
    {"tsrange", "TSRANGE", CORM_TYPE_CUSTOM, PLAIN, 0},
    {"tstzmultirange", "TSTZMULTIRANGE", CORM_TYPE_CUSTOM, PLAIN, 0},
    {"tstzrange", "TSTZRANGE", CORM_TYPE_CUSTOM, PLAIN, 0},
    {"tsvector", "TSVECTOR", CORM_TYPE_CUSTOM, PLAIN, 0},
    {"uuid", "UUID", CORM_TYPE_UUID, PLAIN, NATIVE},
};

static const struct known *known_type(const char *said) {
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
    if (strcmp(known[i].said, said) == 0)
      return &known[i];
  return NULL;
}

/* Takes "(10,2)" out of what is said, wherever it stands; the number of arguments. */
static int cut_arguments(char *said, int numbers[2]) {
  char *open = strchr(said, '('), *close = open ? strchr(open, ')') : NULL, *p = open;
  int n = 0;
  if (!close)
    return 0;
  while (n < 2 && p < close)
    numbers[n++] = (int)strtol(p + 1, &p, 10);
  memmove(open, close + 1, strlen(close + 1) + 1);
  return n;
}

/* INTERVAL, INTERVAL DAY TO SECOND: the name has the fields. */
static int describe_interval(corm_type_def *def, char *said) {
  if (strncmp(said, "interval", 8) != 0 || (said[8] && said[8] != ' '))
    return 0;
  for (char *p = said; *p; p++)
    *p = (char)toupper((unsigned char)*p);
  def->kind = CORM_TYPE_INTERVAL;
  def->flags = CORM_TYPE_NATIVE;
  def->name = said;
  return 1;
}

/* A type that is not known keeps its name. */
static void describe_known(corm_type_def *def, char *said) {
  int numbers[2] = {0, 0}, n = cut_arguments(said, numbers);
  const struct known *type = known_type(said);
  int arguments = type ? type->arguments : PRECISE;
  def->name = said;
  if (!type && !describe_interval(def, said))
    return;
  if (type) {
    def->kind = type->kind;
    def->name = type->name;
    def->flags = type->flags | (type->name ? CORM_TYPE_VARIABLE : 0);
  }
  if (arguments == LENGTH)
    def->length = numbers[0];
  if (arguments == SCALED || arguments == PRECISE)
    def->precision = numbers[0];
  if (arguments == SCALED)
    def->scale = numbers[1];
  if (arguments == PRECISE && n)
    def->flags |= CORM_TYPE_PRECISE;
}

static int describe_enum(job *j, corm_reflected_column *c, corm_type_def *def, const corm_value *row) {
  int failed = 0;
  def->kind = CORM_TYPE_ENUM;
  def->flags = CORM_TYPE_NATIVE;
  def->name = cm_cell_text(&j->r->arena, &row[TYPE_NAME], &failed);
  c->type_schema = cm_cell_text(&j->r->arena, &row[TYPE_SCHEMA], &failed);
  j->labels = cm_arena_zero(&j->r->arena, sizeof *j->labels);
  return !failed && j->labels;
}

/* Cuts "[]" off; 1: it was there. */
static int cut_array(char *said) {
  size_t n = strlen(said), kept = n;
  while (kept > 2 && strcmp(&said[kept - 2], "[]") == 0)
    said[kept -= 2] = 0;
  return kept != n;
}

/* The column has the definitions of its type; the type itself is made when all of its labels are there. */
static int describe_type(job *j, corm_reflected_column *c, const corm_value *row) {
  cm_arena *a = &j->r->arena;
  int failed = 0;
  corm_type_def *outer = cm_arena_zero(a, sizeof *outer), *def = outer;
  char *said = (char *)(uintptr_t)cm_cell_text(a, &row[TYPE], &failed);
  if (!outer || !said)
    return 0;
  if (cut_array(said)) {
    *outer = (corm_type_def){.size = sizeof *outer, .kind = CORM_TYPE_ARRAY};
    if (!(def = cm_arena_zero(a, sizeof *def)))
      return 0;
    c->item_def = def;
  }
  c->type_def = outer;
  def->size = sizeof *def;
  def->collation = cm_cell_text(a, &row[COLLATION], &failed);
  if (cm_cell_is(&row[TYPE_KIND], "e"))
    return describe_enum(j, c, def, row) && !failed;
  describe_known(def, said);
  return !failed;
}

static int make_type(corm_reflection *r, corm_reflected_column *c, corm_error **err) {
  corm_type_def def = *c->type_def;
  corm_type *item = NULL;
  int status = c->item_def ? corm_type_new(&item, c->item_def, err) : CORM_OK;
  def.item = item;
  if (!status)
    status = cm_column_set_type(r, c, &def, err);
  corm_type_unref(item);
  return status;
}

/* ---- Columns -------------------------------------------------------------------------------------------------- */

/* The sequence of a table that was asked for with its schema is told with that schema. */
static const char *with_schema(job *j, const char *text, const char *sequence, size_t n) {
  if (!j->schema || memchr(sequence, '.', n))
    return text;
  cm_strbuf b = {0};
  cm_strbuf_add(&b, text, (size_t)(sequence - text));
  cm_strbuf_printf(&b, "\"%s\".%s", j->schema, sequence);
  const char *made = b.failed ? NULL : cm_arena_strndup(&j->r->arena, b.data, b.len);
  cm_strbuf_free(&b);
  return made;
}

/* The default, or the expression of a computed column; nextval('s'::regclass) numbers it. */
static int read_default(job *j, corm_reflected_column *c, const corm_value *row) {
  static const char next[] = "nextval('";
  int failed = 0;
  const char *text = cm_cell_text(&j->r->arena, &row[DEFAULT], &failed);
  const char *call = text ? strstr(text, next) : NULL, *sequence = call ? call + strlen(next) : NULL;
  int kind = c->type_def->kind;
  if (row[GENERATED].size) {
    c->computed = text;
    c->computed_stored = cm_cell_is(&row[GENERATED], "s");
    return !failed;
  }
  if (sequence) {
    c->autoincrement = kind == CORM_TYPE_INTEGER || kind == CORM_TYPE_BIGINT || kind == CORM_TYPE_SMALLINT;
    text = with_schema(j, text, sequence, strcspn(sequence, "'"));
    failed = !text;
  }
  c->default_text = text;
  return !failed;
}

static void read_identity(corm_reflected_column *c, const corm_value *row) {
  if (!row[IDENTITY].size)
    return;
  c->autoincrement = 1;
  c->identity = cm_cell_is(&row[IDENTITY], "a") ? "ALWAYS" : "BY DEFAULT";
  c->identity_start = cm_cell_int(&row[START]);
  c->identity_increment = cm_cell_int(&row[INCREMENT]);
  c->identity_min = cm_cell_int(&row[MIN]);
  c->identity_max = cm_cell_int(&row[MAX]);
  c->identity_cache = cm_cell_int(&row[CACHE]);
  c->identity_cycle = cm_cell_int(&row[CYCLE]) != 0;
}

static int begin_column(job *j, const corm_value *row) {
  cm_arena *a = &j->r->arena;
  int failed = 0;
  corm_reflected_column *c = cm_part_add(&j->r->columns, a, sizeof *c);
  if (!c)
    return 0;
  j->number = cm_cell_int(&row[NUMBER]);
  j->labels = NULL;
  c->name = cm_cell_text(a, &row[NAME], &failed);
  c->comment = cm_cell_text(a, &row[COMMENT], &failed);
  c->nullable = !cm_cell_int(&row[NOT_NULL]);
  if (failed || !describe_type(j, c, row) || !read_default(j, c, row))
    return 0;
  read_identity(c, row);
  return 1;
}

static int add_label(job *j, const corm_value *row) {
  corm_reflected_column *c = j->r->columns.at[j->r->columns.n - 1];
  corm_type_def *def = (corm_type_def *)(uintptr_t)(c->item_def ? c->item_def : c->type_def);
  int failed = 0;
  const char *label = cm_cell_text(&j->r->arena, &row[LABEL], &failed);
  if (failed || !cm_texts_add(j->labels, &j->r->arena, label))
    return 0;
  def->labels = j->labels->at;
  def->n_labels = j->labels->n;
  return 1;
}

static int column_row(void *ctx, const corm_value *row, corm_error **err) {
  job *j = ctx;
  int failed = 0;
  if (!j->oid) {
    j->oid = cm_cell_text(&j->r->arena, &row[OID], &failed);
    j->r->comment = cm_cell_text(&j->r->arena, &row[TABLE_COMMENT], &failed);
  }
  if (!failed && row[NUMBER].kind != CORM_NULL && j->number != cm_cell_int(&row[NUMBER]))
    failed = !begin_column(j, row);
  if (!failed && j->labels && row[LABEL].kind == CORM_TEXT)
    failed = !add_label(j, row);
  return failed ? cm_fail_memory(err) : CORM_OK;
}

int cm_pg_read_columns(corm_reflection *r, corm_conn *c, const char *schema, const char *name, const char **oid,
                       corm_error **err) {
  const char *values[] = {name, schema};
  job j = {.r = r, .schema = schema};
  int status = cm_reflect_rows(c, columns_sql, values, 2, column_row, &j, err);
  for (size_t i = 0; !status && i < r->columns.n; i++)
    status = make_type(r, r->columns.at[i], err);
  *oid = j.oid;
  return status;
}
