/* PostgreSQL. Values go to the driver as they are: it knows their kinds both ways. */
#include "dialect/dialect.h"
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const reserved[] = {"all",
                                       "analyse",
                                       "analyze",
                                       "and",
                                       "any",
                                       "array",
                                       "as",
                                       "asc",
                                       "asymmetric",
                                       "authorization",
                                       "between",
                                       "binary",
                                       "both",
                                       "case",
                                       "cast",
                                       "check",
                                       "collate",
                                       "column",
                                       "constraint",
                                       "create",
                                       "cross",
                                       "current_catalog",
                                       "current_date",
                                       "current_role",
                                       "current_schema",
                                       "current_time",
                                       "current_timestamp",
                                       "current_user",
                                       "default",
                                       "deferrable",
                                       "desc",
                                       "distinct",
                                       "do",
                                       "else",
                                       "end",
                                       "except",
                                       "false",
                                       "fetch",
                                       "for",
                                       "foreign",
                                       "freeze",
                                       "from",
                                       "full",
                                       "grant",
                                       "group",
                                       "having",
                                       "ilike",
                                       "in",
                                       "initially",
                                       "inner",
                                       "intersect",
                                       "into",
                                       "is",
                                       "isnull",
                                       "join",
                                       "leading",
                                       "left",
                                       "like",
                                       "limit",
                                       "localtime",
                                       "localtimestamp",
                                       "natural",
                                       "new",
                                       "not",
                                       "notnull",
                                       "null",
                                       "of",
                                       "off",
                                       "offset",
                                       "old",
                                       "on",
                                       "only",
                                       "or",
                                       "order",
                                       "outer",
                                       "over",
                                       "overlaps",
                                       "placing",
                                       "primary",
                                       "references",
                                       "returning",
                                       "right",
                                       "select",
                                       "session_user",
                                       "similar",
                                       "some",
                                       "symmetric",
                                       "table",
                                       "then",
                                       "to",
                                       "trailing",
                                       "true",
                                       "union",
                                       "unique",
                                       "user",
                                       "using",
                                       "variadic",
                                       "verbose",
                                       "when",
                                       "where",
                                       "window",
                                       "with"};

static const char *const operators[CORM_OPERATORS] = {
    [CORM_OP_BITXOR] = " # ",
    [CORM_OP_REGEXP] = " ~ ",
    [CORM_OP_NOT_REGEXP] = " !~ ",
    [CORM_OP_MATCH] = "{l} @@ plainto_tsquery({r})",
    [CORM_OP_NOT_MATCH] = "NOT {l} @@ plainto_tsquery({r})",
};

static const corm_function_name functions[] = {
    {"aggregate_strings", "string_agg"},
    {"substring", "SUBSTRING({1} FROM {2} FOR {3})"},
};

/* ---- Types ---- */

static void put_number(corm_writer *w, int n) {
  char text[16];
  snprintf(text, sizeof text, "(%d)", n);
  corm_write(w, text);
}

static int is_precise(const corm_type_view *type) { return type->precision > 0 || type->flags & CORM_TYPE_PRECISE; }

/* TIMESTAMP(3) WITH TIME ZONE */
static int put_zoned(corm_writer *w, const char *word, const corm_type_view *type) {
  corm_write(w, word);
  if (is_precise(type))
    put_number(w, type->precision);
  corm_write(w, type->flags & CORM_TYPE_TIMEZONE ? " WITH TIME ZONE" : " WITHOUT TIME ZONE");
  return 1;
}

/* INTERVAL, INTERVAL (3), INTERVAL DAY TO SECOND (3) */
static int put_interval(corm_writer *w, const corm_type_view *type) {
  if (!type->name && !(type->flags & CORM_TYPE_NATIVE)) {
    corm_write(w, "TIMESTAMP WITHOUT TIME ZONE");
    return 1;
  }
  corm_write(w, type->name ? type->name : "INTERVAL");
  if (is_precise(type)) {
    corm_write(w, " ");
    put_number(w, type->precision);
  }
  return 1;
}

static int put_enum(corm_writer *w, const corm_type_view *type) {
  if (!(type->flags & CORM_TYPE_NATIVE))
    return 0;
  if (!type->name)
    return -1;
  corm_write_name(w, type->name);
  return 1;
}

static int put_float(corm_writer *w, const corm_type_view *type) {
  corm_write(w, type->name ? type->name : "FLOAT");
  if (type->precision > 0 && (!type->name || strcmp(type->name, "FLOAT") == 0))
    put_number(w, type->precision);
  return 1;
}

static int put_plain(corm_writer *w, const char *name, const corm_type_view *type) {
  if (type->name)
    return 0;
  corm_write(w, name);
  return 1;
}

static int is_named(const corm_type_view *type, const char *name) {
  return type->name && strcmp(type->name, name) == 0;
}

static int type_name(corm_writer *w, const corm_type_view *type, int cast) {
  (void)cast;
  switch (type->kind) {
  case CORM_TYPE_DOUBLE:
    return put_plain(w, "DOUBLE PRECISION", type);
  case CORM_TYPE_FLOAT:
    return put_float(w, type);
  case CORM_TYPE_BINARY:
    return put_plain(w, "BYTEA", type);
  case CORM_TYPE_UUID:
    return type->flags & CORM_TYPE_NATIVE ? put_plain(w, "UUID", type) : 0;
  case CORM_TYPE_DATETIME:
    return !type->name || is_named(type, "TIMESTAMP") ? put_zoned(w, "TIMESTAMP", type) : 0;
  case CORM_TYPE_TIME:
    return put_zoned(w, "TIME", type);
  case CORM_TYPE_INTERVAL:
    return put_interval(w, type);
  case CORM_TYPE_ENUM:
    return put_enum(w, type);
  default:
    return 0;
  }
}

/* PRIMARY KEY follows as ever. */
static int generated_key(corm_writer *w, const corm_type_view *type, int autoincrement) {
  (void)autoincrement;
  corm_write(w, type->kind == CORM_TYPE_BIGINT     ? "BIGSERIAL"
                : type->kind == CORM_TYPE_SMALLINT ? "SMALLSERIAL"
                                                   : "SERIAL");
  return 2;
}

/* ---- What stands behind a parameter's mark ---- */

static int is_range(const char *name) {
  size_t n = name ? strlen(name) : 0;
  return n > 5 && strcmp(name + n - 5, "RANGE") == 0;
}

/* Types that every style says: the server would take the text for something else. */
static int cast_always(corm_writer *w, const corm_type_view *type) {
  if (type->kind == CORM_TYPE_JSON) {
    corm_write(w, type->name ? type->name : "JSON");
    return 1;
  }
  if (type->kind == CORM_TYPE_UUID && type->flags & CORM_TYPE_NATIVE) {
    corm_write(w, "UUID");
    return 1;
  }
  if (type->kind == CORM_TYPE_CUSTOM && is_range(type->name)) {
    corm_write(w, type->name);
    return 1;
  }
  return 0;
}

/* Names of their own, lengths of texts and the precision of times are left out. */
static int cast_plainly(corm_writer *w, const corm_type_view *type) {
  corm_type_view plain = *type;
  plain.name = NULL;
  switch (type->kind) {
  case CORM_TYPE_INTEGER:
    corm_write(w, "INTEGER");
    return 1;
  case CORM_TYPE_SMALLINT:
    corm_write(w, "SMALLINT");
    return 1;
  case CORM_TYPE_BIGINT:
    corm_write(w, "BIGINT");
    return 1;
  case CORM_TYPE_STRING:
  case CORM_TYPE_TEXT:
    if (is_named(type, "CITEXT")) /* VARCHAR would compare with case */
      return 0;
    corm_write(w, "VARCHAR");
    return 1;
  case CORM_TYPE_BOOLEAN:
    corm_write(w, "BOOLEAN");
    return 1;
  case CORM_TYPE_DATE:
    corm_write(w, "DATE");
    return 1;
  case CORM_TYPE_DATETIME:
  case CORM_TYPE_TIME:
    plain.precision = 0;
    plain.flags &= ~CORM_TYPE_PRECISE;
    return put_zoned(w, type->kind == CORM_TYPE_TIME ? "TIME" : "TIMESTAMP", &plain);
  case CORM_TYPE_FLOAT:
  case CORM_TYPE_DOUBLE:
    return put_float(w, &plain);
  case CORM_TYPE_BINARY:
    corm_write(w, "BYTEA");
    return 1;
  case CORM_TYPE_INTERVAL:
    return put_interval(w, type);
  case CORM_TYPE_ENUM:
    return type->name ? put_enum(w, type) : 0;
  default:
    return 0;
  }
}

static int cast_numeric(corm_writer *w, const corm_type_view *type) {
  char text[40] = "NUMERIC";
  if (type->precision > 0 && type->scale >= 0)
    snprintf(text, sizeof text, "NUMERIC(%d, %d)", type->precision, type->scale);
  else if (type->precision > 0)
    snprintf(text, sizeof text, "NUMERIC(%d)", type->precision);
  corm_write(w, text);
  return 1;
}

static int is_bit_or_oid(const char *name) {
  return name && (strncmp(name, "BIT", 3) == 0 || strcmp(name, "OID") == 0);
}

static int bind_cast(corm_writer *w, const corm_type_view *type, int paramstyle) {
  if (paramstyle == CORM_PARAMS_NUMERIC && type->kind == CORM_TYPE_CUSTOM && is_named(type, "json key"))
    corm_write(w, "TEXT");
  else if (paramstyle == CORM_PARAMS_NUMERIC && type->kind == CORM_TYPE_CUSTOM && is_named(type, "json index"))
    corm_write(w, "INT");
  else if (cast_always(w, type))
    return 1;
  else if (paramstyle != CORM_PARAMS_NUMERIC)
    return 0;
  else if (type->kind == CORM_TYPE_NUMERIC)
    return cast_numeric(w, type);
  else if (type->kind == CORM_TYPE_CUSTOM && is_bit_or_oid(type->name))
    corm_write(w, type->name);
  else
    return cast_plainly(w, type);
  return 1;
}

/* ---- JSON ---- */

static int json(corm_writer *w, int op, const corm_type_view *of, const char *l, const char *r, int result_kind) {
  int subscript = op == CORM_OP_INDEX && is_named(of, "JSONB");
  (void)result_kind;
  corm_write(w, l);
  corm_write(w, subscript                      ? "["
                : op == CORM_OP_JSON_PATH      ? " #> "
                : op == CORM_OP_JSON_PATH_TEXT ? " #>> "
                : op == CORM_OP_JSON_TEXT      ? " ->> "
                                               : " -> ");
  corm_write(w, r);
  corm_write(w, subscript ? "]" : "");
  return subscript ? 1 : 2;
}

static int literal(corm_writer *w, const corm_value *v, const corm_type_view *type) {
  char text[8];
  (void)type;
  if (v->kind != CORM_BYTES)
    return 0;
  corm_write(w, "'\\x");
  for (size_t i = 0; i < v->size; i++) {
    snprintf(text, sizeof text, "%02x", (unsigned)(unsigned char)v->as.p[i]);
    corm_write(w, text);
  }
  corm_write(w, "'");
  return 1;
}

/* ---- Values on their way out ---- */

enum { SCRATCH = 64 };

static int is_null_word(const char *p, size_t n) {
  return n == 4 && (p[0] | 32) == 'n' && (p[1] | 32) == 'u' && (p[2] | 32) == 'l' && (p[3] | 32) == 'l';
}

/* What an array's text means by itself needs no quotes. */
static int is_plain_member(const char *p, size_t n) {
  if (!n || p[0] == ' ' || p[n - 1] == ' ' || is_null_word(p, n))
    return 0;
  for (size_t i = 0; i < n; i++)
    if (strchr("{},\"\\", p[i]))
      return 0;
  return 1;
}

/* The path ["a", 1] of a JSON access is the array {a, 1} of texts. */
static int encode_path(const corm_value *in, char *scratch, corm_value *out) {
  const char *p = in->as.p, *end = p + in->size - 1;
  size_t to = 0;
  if (in->kind != CORM_JSON || in->size < 2 || *p != '[' || *end != ']')
    return 0;
  scratch[to++] = '{';
  for (p++; p < end;) {
    const char *from = p++;
    size_t n = 1;
    if (*from == '"') {
      for (; p < end && *p != '"'; p++)
        p += *p == '\\';
      p++;
      n = (size_t)(p - from);
      if (is_plain_member(from + 1, n - 2)) {
        from++;
        n -= 2;
      }
    }
    memcpy(scratch + to, from, n);
    to += n;
  }
  scratch[to++] = '}';
  *out = corm_bytes_of(CORM_TEXT, scratch, to);
  return 1;
}

static int encode(const corm_value *in, const corm_type_view *type, char *scratch, corm_value *out) {
  if (type->kind == CORM_TYPE_CUSTOM && is_named(type, "json path"))
    return encode_path(in, scratch, out);
  if (type->kind == CORM_TYPE_BINARY && in->kind == CORM_TEXT)
    return -1;
  if (type->kind == CORM_TYPE_BOOLEAN && in->kind == CORM_INT) {
    *out = corm_bool(in->as.i != 0);
    return 1;
  }
  return 0;
}

/* ---- Values on their way in ---- */

/* strtod, whatever the locale's decimal point is. */
static double number_of(const char *p, size_t n) {
  char text[400];
  const char *point = localeconv()->decimal_point;
  char *dot = NULL;
  n = n < sizeof text - 1 ? n : sizeof text - 1;
  memcpy(text, p, n);
  text[n] = '\0';
  dot = strchr(text, '.');
  if (dot && point && point[0] && !point[1])
    *dot = point[0];
  return strtod(text, NULL);
}

enum { PLAIN_SCALE = 10 };

static int decode_decimal(double f, const corm_type_view *type, char *scratch, corm_value *out) {
  int scale = type->precision > 0 && type->scale >= 0 ? type->scale : PLAIN_SCALE, n = 0;
  n = snprintf(scratch, SCRATCH, "%.*f", scale > 30 ? 30 : scale, f);
  if (n >= SCRATCH) /* too wide for the place: without the fraction that so large a number has not anyway */
    n = snprintf(scratch, SCRATCH, "%.17g", f);
  for (char *p = scratch; *p; p++)
    if (*p == ',')
      *p = '.';
  *out = corm_bytes_of(CORM_DECIMAL, scratch, (size_t)n);
  return 1;
}

static int decode_number(const corm_value *in, const corm_type_view *type, char *scratch, corm_value *out) {
  int as_decimal = (type->flags & CORM_TYPE_AS_DECIMAL) != 0;
  if (in->kind == CORM_DECIMAL && !as_decimal) {
    *out = corm_double(number_of(in->as.p, in->size));
    return 1;
  }
  return in->kind == CORM_DOUBLE && as_decimal ? decode_decimal(in->as.f, type, scratch, out) : 0;
}

static int decode(const corm_value *in, const corm_type_view *type, char *scratch, corm_value *out) {
  switch (type->kind) {
  case CORM_TYPE_NUMERIC:
  case CORM_TYPE_FLOAT:
  case CORM_TYPE_DOUBLE:
    return decode_number(in, type, scratch, out);
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

/* ---- What is there ---- */

/* Names without a schema are those that are found without one. */
static void where_found(corm_writer *w, const char *schema, const char *visible) {
  if (!schema) {
    corm_write(w, visible);
    return;
  }
  corm_write(w, "n.nspname = ");
  corm_write_string(w, schema);
}

static int look(corm_writer *w, int what, const char *schema, const char *name, int step) {
  if (step)
    return CORM_LOOK_NO_MORE;
  if (what == CORM_LOOK_TABLE)
    corm_write(w, "SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = "
                  "c.relnamespace WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND c.relname = ");
  else
    corm_write(w, "SELECT t.typname FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = "
                  "t.typnamespace WHERE t.typname = ");
  corm_write_string(w, name);
  corm_write(w, " AND ");
  where_found(w, schema,
              what == CORM_LOOK_TABLE ? "pg_catalog.pg_table_is_visible(c.oid) AND n.nspname <> 'pg_catalog'"
                                      : "pg_catalog.pg_type_is_visible(t.oid)");
  return CORM_LOOK_FOUND;
}

const corm_dialect_def cm_dialect_postgresql = {
    .size = sizeof(corm_dialect_def),
    .name = "postgresql",
    .features = CORM_DIALECT_NATIVE_BOOLEAN | CORM_DIALECT_INSERT_RETURNING | CORM_DIALECT_UPDATE_RETURNING |
                CORM_DIALECT_DELETE_RETURNING | CORM_DIALECT_DEFAULT_VALUES | CORM_DIALECT_MULTI_VALUES |
                CORM_DIALECT_UPDATE_FROM | CORM_DIALECT_DELETE_FROM | CORM_DIALECT_ILIKE | CORM_DIALECT_DISTINCT_ON |
                CORM_DIALECT_ON_CONFLICT | CORM_DIALECT_FOR_UPDATE | CORM_DIALECT_ALTER_CONSTRAINTS |
                CORM_DIALECT_PARTIAL_INDEX | CORM_DIALECT_LOCK_KINDS | CORM_DIALECT_DELETE_USING |
                CORM_DIALECT_RETURNING_KEY | CORM_DIALECT_ARRAYS | CORM_DIALECT_JSON_CASTS |
                CORM_DIALECT_INDEX_OPTIONS | CORM_DIALECT_ENUM_TYPES | CORM_DIALECT_COMMENTS | CORM_DIALECT_OWN_KINDS |
                CORM_DIALECT_IDENTITY,
    .paramstyle = CORM_PARAMS_PYFORMAT,
    .quote_open = '"',
    .quote_close = '"',
    .max_identifier = 63,
    .max_params = 65535,
    .reserved = reserved,
    .n_reserved = sizeof reserved / sizeof reserved[0],
    .operators = operators,
    .n_operators = CORM_OPERATORS,
    .functions = functions,
    .n_functions = sizeof functions / sizeof functions[0],
    .limit_none = "ALL",
    .type_name = type_name,
    .generated_key = generated_key,
    .json = json,
    .literal = literal,
    .encode = encode,
    .decode = decode,
    .bind_cast = bind_cast,
    .look = look,
};
