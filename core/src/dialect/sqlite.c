/* SQLite. */
#include "dialect/dialect.h"
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t DAY = INT64_C(86400) * 1000000;

static const char *const reserved[] = {
    "add",       "after",      "all",           "alter",     "analyze",      "and",          "as",
    "asc",       "attach",     "autoincrement", "before",    "begin",        "between",      "by",
    "cascade",   "case",       "cast",          "check",     "collate",      "column",       "commit",
    "conflict",  "constraint", "create",        "cross",     "current_date", "current_time", "current_timestamp",
    "database",  "default",    "deferrable",    "deferred",  "delete",       "desc",         "detach",
    "distinct",  "drop",       "each",          "else",      "end",          "escape",       "except",
    "exclusive", "exists",     "explain",       "fail",      "false",        "for",          "foreign",
    "from",      "full",       "glob",          "group",     "having",       "if",           "ignore",
    "immediate", "in",         "index",         "indexed",   "initially",    "inner",        "insert",
    "instead",   "intersect",  "into",          "is",        "isnull",       "join",         "key",
    "left",      "like",       "limit",         "match",     "natural",      "not",          "notnull",
    "null",      "of",         "offset",        "on",        "or",           "order",        "outer",
    "plan",      "pragma",     "primary",       "query",     "raise",        "references",   "reindex",
    "rename",    "replace",    "restrict",      "right",     "rollback",     "row",          "select",
    "set",       "table",      "temp",          "temporary", "then",         "to",           "transaction",
    "trigger",   "true",       "union",         "unique",    "update",       "using",        "vacuum",
    "values",    "view",       "virtual",       "when",      "where"};

static const char *const operators[CORM_OPERATORS] = {
    [CORM_OP_IS_DISTINCT] = " IS NOT ",    [CORM_OP_IS_NOT_DISTINCT] = " IS ",           [CORM_OP_REGEXP] = " REGEXP ",
    [CORM_OP_NOT_REGEXP] = " NOT REGEXP ", [CORM_OP_BITXOR] = "({l} | {r} - {l} & {r})",
};

static const corm_function_name functions[] = {
    {"aggregate_strings", "group_concat"},
    {"char_length", "length"},
    {"localtimestamp", "DATETIME(CURRENT_TIMESTAMP, 'localtime')"},
    {"now", "CURRENT_TIMESTAMP"},
};

static int generated_key(corm_writer *w, const corm_type_view *type, int autoincrement) {
  (void)type;
  if (!autoincrement)
    return 0;
  corm_write(w, "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT");
  return 1;
}

static void table_options(corm_writer *w, unsigned flags) {
  if (flags & CORM_TABLE_SQLITE_WITHOUT_ROWID)
    corm_write(w, "\n WITHOUT ROWID");
  if (flags & CORM_TABLE_SQLITE_STRICT)
    corm_write(w, flags & CORM_TABLE_SQLITE_WITHOUT_ROWID ? ",\n STRICT" : "\n STRICT");
}

static int extract(corm_writer *w, const char *field, const char *x) {
  static const char *const formats[][2] = {{"year", "%Y"},   {"month", "%m"},  {"day", "%d"}, {"hour", "%H"},
                                           {"minute", "%M"}, {"second", "%S"}, {"doy", "%j"}, {"epoch", "%s"},
                                           {"dow", "%w"},    {"week", "%W"}};
  for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
    if (strcmp(formats[i][0], field) != 0)
      continue;
    corm_write(w, "CAST(STRFTIME('");
    corm_write(w, formats[i][1]);
    corm_write(w, "', ");
    corm_write(w, x);
    corm_write(w, ") AS INTEGER)");
    return 1;
  }
  return -1;
}

static int json(corm_writer *w, int op, const corm_type_view *of, const char *l, const char *r, int result_kind) {
  int is_text = op == CORM_OP_JSON_TEXT || op == CORM_OP_JSON_PATH_TEXT,
      quoted = !is_text && result_kind == CORM_TYPE_JSON;
  (void)of;
  corm_write(w, quoted ? "JSON_QUOTE(JSON_EXTRACT(" : "JSON_EXTRACT(");
  corm_write(w, l);
  corm_write(w, ", ");
  corm_write(w, r);
  corm_write(w, quoted ? "))" : ")");
  return 1;
}

/* ---- Values on their way out ---- */

static void set_text(corm_value *out, const char *p, size_t n) {
  *out = corm_bytes_of(CORM_TEXT, p, n);
  out->flags = CORM_VALUE_ASCII;
}

static int64_t day_of(int64_t us) { return us / DAY - (us % DAY < 0); }

/* A type says how its values are stored; without one they go as the standard library of Python would send them. */
static void encode_timestamp(int64_t us, int kind, char *scratch, corm_value *out) {
  size_t n = 0;
  if (kind == CORM_TYPE_DATE)
    n = corm_date_format(day_of(us), scratch);
  else if (kind == CORM_TYPE_TIME)
    n = corm_time_format(us - day_of(us) * DAY, 1, scratch);
  else
    n = corm_timestamp_format(us, kind == CORM_TYPE_DATETIME, ' ', scratch);
  set_text(out, scratch, n);
}

static void encode_date(int64_t days, int kind, char *scratch, corm_value *out) {
  size_t n =
      kind == CORM_TYPE_DATETIME ? corm_timestamp_format(days * DAY, 1, ' ', scratch) : corm_date_format(days, scratch);
  set_text(out, scratch, n);
}

/* strtod, whatever the locale's decimal point is; 0: the text is no number (a signaling NaN is none either). */
static int number_of(const char *p, size_t n, double *out) {
  char text[400];
  const char *point = localeconv()->decimal_point;
  char *dot = NULL, *end = NULL;
  n = n < sizeof text - 1 ? n : sizeof text - 1;
  memcpy(text, p, n);
  text[n] = '\0';
  dot = strchr(text, '.');
  if (dot && point && point[0] && !point[1])
    *dot = point[0];
  *out = strtod(text, &end);
  return end > text && !*end && !strpbrk(text, "xX");
}

static int is_fractional(int kind) {
  return kind == CORM_TYPE_NUMERIC || kind == CORM_TYPE_FLOAT || kind == CORM_TYPE_DOUBLE;
}

/* ---- The key of a JSON access: k is $."k", 3 is $[3], ["a", 1] is $."a"[1] ---- */

enum { SCRATCH = 64 };

static void add_step(char *path, size_t *n, const char *p, size_t len, int is_number) {
  const char *open = is_number ? "[" : ".\"", *close = is_number ? "]" : "\"";
  *n += (size_t)sprintf(path + *n, "%s%.*s%s", open, (int)len, p, close);
}

/* The members of a JSON list of texts and numbers; 0 where it is no such list. */
static int add_list(char *path, size_t *n, const char *p, const char *end) {
  for (p++; p < end && *p != ']';) {
    const char *from = p + (*p == '"');
    int is_text = *p == '"';
    for (p = from; p < end && (is_text ? *p != '"' : *p != ',' && *p != ']' && *p != ' '); p++)
      if (*p == '\\')
        return 0;
    if (p == end)
      return 0;
    add_step(path, n, from, (size_t)(p - from), !is_text);
    for (p += is_text; p < end && (*p == ',' || *p == ' '); p++) {
    }
  }
  return p < end;
}

static int encode_key(const corm_value *in, char *scratch, corm_value *out) {
  char number[24];
  size_t n = 1;
  scratch[0] = '$';
  if (in->kind == CORM_TEXT)
    add_step(scratch, &n, in->as.p, in->size, 0);
  else if (in->kind == CORM_INT)
    add_step(scratch, &n, number, (size_t)sprintf(number, "%lld", (long long)in->as.i), 1);
  else if (in->kind != CORM_JSON || !in->size || in->as.p[0] != '[' ||
           !add_list(scratch, &n, in->as.p, in->as.p + in->size))
    return 0; /* the database says what is wrong with it */
  *out = corm_bytes_of(CORM_TEXT, scratch, n);
  return 1;
}

static int is_key(const corm_type_view *type) {
  return type->kind == CORM_TYPE_CUSTOM && type->name && strncmp(type->name, "json ", 5) == 0;
}

/* Dates and times are text and bytes are of no type of their own here: whatever else came in could not come out again.
 */
static int is_storable(const corm_value *v, int kind) {
  switch (kind) {
  case CORM_TYPE_DATE:
  case CORM_TYPE_DATETIME:
    return v->kind == CORM_DATE || v->kind == CORM_TIMESTAMP || v->kind == CORM_TIMESTAMPTZ;
  case CORM_TYPE_TIME:
    return v->kind == CORM_TIME;
  case CORM_TYPE_BINARY:
    return v->kind == CORM_BYTES;
  default:
    return 1;
  }
}

/* 32 digits, as its column CHAR(32) has it. */
static void encode_uuid(const char *raw, char *scratch, corm_value *out) {
  char text[40];
  size_t n = corm_uuid_format(raw, text), to = 0;
  for (size_t i = 0; i < n; i++)
    if (text[i] != '-')
      scratch[to++] = text[i];
  set_text(out, scratch, to);
}

static int encode(const corm_value *in, const corm_type_view *type, char *scratch, corm_value *out) {
  double number = 0;
  if (is_key(type))
    return encode_key(in, scratch, out);
  if (in->kind != CORM_NULL && !is_storable(in, type->kind))
    return -1;
  switch (in->kind) {
  case CORM_BOOL: /* a number's column is sent what it was given: the driver knows it */
    if (!is_fractional(type->kind) && type->kind != CORM_TYPE_BOOLEAN && type->kind != CORM_TYPE_NULL)
      return 0;
    *out = is_fractional(type->kind) ? corm_double((double)in->as.i) : corm_int(in->as.i);
    return 1;
  case CORM_INT:
    if (!is_fractional(type->kind))
      return 0;
    *out = corm_double((double)in->as.i);
    return 1;
  case CORM_DATE:
    encode_date(in->as.i, type->kind, scratch, out);
    return 1;
  case CORM_TIME:
    set_text(out, scratch, corm_time_format(in->as.i, type->kind == CORM_TYPE_TIME, scratch));
    return 1;
  case CORM_TIMESTAMP:
  case CORM_TIMESTAMPTZ: /* no zone is kept here: its time in UTC */
    encode_timestamp(in->as.i, type->kind, scratch, out);
    return 1;
  case CORM_UUID:
    encode_uuid(in->as.p, scratch, out);
    return 1;
  case CORM_DECIMAL:
  case CORM_TEXT: /* of a number's column: the number that it says */
    if (in->kind == CORM_TEXT && !is_fractional(type->kind))
      return 0;
    if (!number_of(in->as.p, in->size, &number))
      return -1;
    *out = corm_double(number);
    return 1;
  case CORM_JSON:
    *out = *in;
    out->kind = CORM_TEXT;
    return 1;
  default:
    return 0;
  }
}

/* ---- Values on their way in ---- */

static corm_value whole(corm_kind kind, int64_t i) {
  corm_value v = corm_int(i);
  v.kind = (uint8_t)kind;
  return v;
}

static int decode_dated(const corm_value *in, int kind, corm_value *out) {
  int64_t i = 0;
  if (in->kind != CORM_TEXT)
    return -1;
  if (kind == CORM_TYPE_DATE && corm_date_parse(in->as.p, in->size, &i))
    *out = whole(CORM_DATE, i);
  else if (kind == CORM_TYPE_TIME && corm_time_parse(in->as.p, in->size, &i))
    *out = whole(CORM_TIME, i);
  else if ((kind == CORM_TYPE_DATETIME || kind == CORM_TYPE_INTERVAL) && corm_timestamp_parse(in->as.p, in->size, &i))
    *out = whole(CORM_TIMESTAMP, i);
  else
    return -1;
  return 1;
}

enum { PLAIN_SCALE = 10 };

static int decode_decimal(const corm_value *in, const corm_type_view *type, char *scratch, corm_value *out) {
  double f = in->kind == CORM_DOUBLE ? in->as.f : (double)in->as.i;
  int scale = type->precision > 0 && type->scale >= 0 ? type->scale : PLAIN_SCALE, n = 0;
  if (!(type->flags & CORM_TYPE_AS_DECIMAL) || (in->kind != CORM_DOUBLE && in->kind != CORM_INT))
    return 0;
  n = snprintf(scratch, 64, "%.*f", scale > 30 ? 30 : scale, f);
  if (n >= 64) /* too wide for the place: without the fraction that so large a number has not anyway */
    n = snprintf(scratch, 64, "%.17g", f);
  for (char *p = scratch; *p; p++)
    if (*p == ',')
      *p = '.';
  *out = corm_bytes_of(CORM_DECIMAL, scratch, (size_t)n);
  return 1;
}

static int decode(const corm_value *in, const corm_type_view *type, char *scratch, corm_value *out) {
  if (in->kind == CORM_NULL)
    return 0;
  switch (type->kind) {
  case CORM_TYPE_BOOLEAN:
    if (in->kind != CORM_INT)
      return 0;
    *out = corm_bool(in->as.i != 0);
    return 1;
  case CORM_TYPE_DATE:
  case CORM_TYPE_TIME:
  case CORM_TYPE_DATETIME:
  case CORM_TYPE_INTERVAL:
    return decode_dated(in, type->kind, out);
  case CORM_TYPE_NUMERIC:
  case CORM_TYPE_FLOAT:
  case CORM_TYPE_DOUBLE:
    return decode_decimal(in, type, scratch, out);
  case CORM_TYPE_UUID: /* what is none comes as the text that it is */
    if (in->kind != CORM_TEXT || !corm_uuid_parse(in->as.p, in->size, scratch))
      return 0;
    *out = corm_bytes_of(CORM_UUID, scratch, 16);
    return 1;
  case CORM_TYPE_JSON:
    if (in->kind != CORM_TEXT)
      return 0;
    *out = *in;
    out->kind = CORM_JSON;
    return 1;
  default:
    return 0;
  }
}

/* ---- Whether a table is there ---- */

static void ask_table(corm_writer *w, const char *schema, const char *name) {
  corm_write(w, "PRAGMA ");
  corm_write(w, schema);
  corm_write(w, ".table_info(");
  corm_write_quoted(w, name);
  corm_write(w, ")");
}

static int look(corm_writer *w, int what, const char *schema, const char *name, int step) {
  if (what != CORM_LOOK_TABLE || step > 1)
    return CORM_LOOK_NO_MORE;
  if (!schema) {
    ask_table(w, step ? "temp" : "main", name);
    return CORM_LOOK_FOUND;
  }
  if (step == 0) {
    corm_write(w, "PRAGMA database_list");
    return CORM_LOOK_SCHEMA;
  }
  corm_write(w, "PRAGMA ");
  corm_write_quoted(w, schema);
  corm_write(w, ".table_info(");
  corm_write_quoted(w, name);
  corm_write(w, ")");
  return CORM_LOOK_FOUND;
}

const corm_dialect_def cm_dialect_sqlite = {
    .size = sizeof(corm_dialect_def),
    .name = "sqlite",
    .features = CORM_DIALECT_INSERT_RETURNING | CORM_DIALECT_UPDATE_RETURNING | CORM_DIALECT_DELETE_RETURNING |
                CORM_DIALECT_RETURNING_BARE | CORM_DIALECT_DEFAULT_VALUES | CORM_DIALECT_MULTI_VALUES |
                CORM_DIALECT_UPDATE_FROM | CORM_DIALECT_ON_CONFLICT | CORM_DIALECT_LIMIT_ALWAYS_OFFSET |
                CORM_DIALECT_TUPLE_IN_VALUES | CORM_DIALECT_DIV_ADD_ZERO | CORM_DIALECT_INDEX_SCHEMA_FIRST |
                CORM_DIALECT_SAME_SCHEMA_KEYS | CORM_DIALECT_DEFAULT_IN_PAIR | CORM_DIALECT_PARTIAL_INDEX |
                CORM_DIALECT_CONFLICT_INLINE,
    .paramstyle = CORM_PARAMS_QMARK,
    .quote_open = '"',
    .quote_close = '"',
    .max_params = 32766,
    .reserved = reserved,
    .n_reserved = sizeof reserved / sizeof reserved[0],
    .operators = operators,
    .n_operators = CORM_OPERATORS,
    .functions = functions,
    .n_functions = sizeof functions / sizeof functions[0],
    .empty_in = "SELECT {1} FROM (SELECT {1}) WHERE 1!=1",
    .limit_none = "-1",
    .generated_key = generated_key,
    .extract = extract,
    .json = json,
    .encode = encode,
    .decode = decode,
    .table_options = table_options,
    .look = look,
};
