/* What a dialect says: data first, a hook only where data cannot say it. A missing hook means standard SQL.
 * A dialect knows no tree: hooks are given text and write text. */
#ifndef CORMORANT_EXT_DIALECT_H
#define CORMORANT_EXT_DIALECT_H

#include <cormorant/compile.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Appends text; errors are sticky inside. */
typedef struct corm_writer corm_writer;
CORM_API void corm_write(corm_writer *, const char *text);
CORM_API void corm_write_name(corm_writer *, const char *identifier); /* quoted where needed */
CORM_API void corm_write_quoted(corm_writer *, const char *identifier);
CORM_API void corm_write_string(corm_writer *, const char *text); /* as a literal */

/* A type's description as a dialect's hooks see it. */
typedef struct corm_type_view {
  int kind;
  unsigned flags;
  int length, precision, scale;
  const char *name, *collation;
  const char *const *labels;
  size_t n_labels;
} corm_type_view;

/* Feature bits: each is proved by a line of the conformance or golden suite. */
#define CORM_DIALECT_NATIVE_BOOLEAN 1ull /* true, false; else 1, 0 and `= 1` conditions */
#define CORM_DIALECT_INSERT_RETURNING 2ull
#define CORM_DIALECT_UPDATE_RETURNING 4ull
#define CORM_DIALECT_DELETE_RETURNING 8ull
#define CORM_DIALECT_RETURNING_BARE 16ull /* RETURNING prints `id`, not `t.id` */
#define CORM_DIALECT_DEFAULT_VALUES 32ull /* INSERT INTO t DEFAULT VALUES; else () VALUES () */
#define CORM_DIALECT_MULTI_VALUES 64ull
#define CORM_DIALECT_UPDATE_FROM 128ull
#define CORM_DIALECT_ILIKE 256ull
#define CORM_DIALECT_CONCAT_FUNCTION 512ull /* concat(a, b) for || */
#define CORM_DIALECT_DISTINCT_ON 1024ull
#define CORM_DIALECT_ON_CONFLICT 2048ull
#define CORM_DIALECT_FOR_UPDATE 4096ull
#define CORM_DIALECT_LIMIT_ALWAYS_OFFSET 8192ull /* LIMIT ? OFFSET ? with 0 */
#define CORM_DIALECT_INLINE_KEY_IN_COLUMN 16384ull
#define CORM_DIALECT_TUPLE_IN_VALUES 32768ull /* (a, b) IN (VALUES (..), (..)) */
#define CORM_DIALECT_ALTER_CONSTRAINTS 65536ull
#define CORM_DIALECT_DIV_ADD_ZERO 131072ull /* a / (b + 0.0) */
#define CORM_DIALECT_INDEX_SCHEMA_FIRST 262144ull
#define CORM_DIALECT_DELETE_FROM 524288ull
#define CORM_DIALECT_SAME_SCHEMA_KEYS 1048576ull /* foreign keys into another schema are left out of CREATE TABLE */
#define CORM_DIALECT_DEFAULT_IN_PAIR 2097152ull  /* DEFAULT (expression) */
#define CORM_DIALECT_PARTIAL_INDEX 4194304ull
#define CORM_DIALECT_LOCK_KINDS 8388608ull        /* FOR SHARE, FOR KEY SHARE, OF t, NOWAIT, SKIP LOCKED */
#define CORM_DIALECT_DELETE_USING 16777216ull     /* DELETE FROM t USING u; with DELETE_FROM alone: DELETE FROM t , u */
#define CORM_DIALECT_RETURNING_KEY 33554432ull    /* a key that the server numbers comes back by RETURNING */
#define CORM_DIALECT_ARRAYS 67108864ull           /* INTEGER[] */
#define CORM_DIALECT_CONFLICT_INLINE 268435456ull /* values of ON CONFLICT (..) WHERE are written into the text */
#define CORM_DIALECT_INDEX_OPTIONS 536870912ull   /* USING, operator classes, INCLUDE ..; ((a + b)) */
#define CORM_DIALECT_JSON_CASTS 134217728ull      /* as_integer() is CAST(data ->> k AS INTEGER) */

#define CORM_DIALECT_ENUM_TYPES 4294967296ull /* CREATE TYPE ... AS ENUM before the tables that have such a column */
#define CORM_DIALECT_COMMENTS 8589934592ull   /* COMMENT ON */

#define CORM_DIALECT_OWN_KINDS 17179869184ull /* TIMESTAMPTZ, INTERVAL and UUID are sent and come as they are */

/* Questions about what is there, and how their rows answer. */
typedef enum corm_look {
  CORM_LOOK_TABLE = 1, /* a table or view */
  CORM_LOOK_TYPE       /* an enumeration */
} corm_look;
#define CORM_LOOK_NO_MORE 0 /* nothing was written: it is not there */
#define CORM_LOOK_FOUND 1   /* a row: it is there; none: the next step asks on */
#define CORM_LOOK_SCHEMA 2  /* a row whose second value is the schema's name: the next step asks on; none: not there */

typedef struct corm_function_name {
  const char *name; /* as called, lower case */
  const char *text; /* what is written instead: "length"; {1}, {2}, {3}: arguments, "F({1} FROM {2})", cut behind the
                      last one that is given; another text with
                      '(', or one in capitals, stands alone: "CURRENT_TIMESTAMP" */
} corm_function_name;

typedef struct corm_dialect_def {
  size_t size; /* sizeof(corm_dialect_def): members behind it do not exist */
  const char *name;
  uint64_t features;
  int paramstyle;
  char quote_open, quote_close;
  int max_identifier;          /* 0: none */
  int max_params;              /* per statement; 0: none */
  const char *const *reserved; /* lower case, sorted */
  size_t n_reserved;
  const char *const *operators; /* by corm_operator, NULL entries: standard. " REGEXP ", or all of it: "({l} | {r})" */
  const corm_function_name *functions; /* sorted by name */
  size_t n_functions;
  const char *empty_in; /* subquery without rows, {1} is as wide as the list: "SELECT {1} FROM (SELECT {1}) WHERE 1!=1";
                           NULL: IN (NULL) AND (1 != 1) */
  const char *limit_none; /* LIMIT of an OFFSET alone: "-1" */

  /* Writes a type's name for DDL (cast 0) or CAST (cast 1); 0: the standard name, -1: there is no such type here. */
  int (*type_name)(corm_writer *, const corm_type_view *, int cast);
  /* Writes a generated key's column specification behind the name, instead of type, NOT NULL and PRIMARY KEY; 0: none
   * of its own, 2: it wrote the type only. */
  int (*generated_key)(corm_writer *, const corm_type_view *, int autoincrement);
  /* EXTRACT(field FROM x): writes all; x is finished text; 0: standard, -1: there is no such field. */
  int (*extract)(corm_writer *, const char *field, const char *x);
  /* JSON access: op is INDEX, JSON_PATH, JSON_TEXT or JSON_PATH_TEXT; `of` is the type of the left one; both sides are
   * finished text. 0: standard, 1: it wrote a call, 2: an operator, which stands in parentheses inside of others. */
  int (*json)(corm_writer *, int op, const corm_type_view *of, const char *l, const char *r, int result_kind);
  /* A literal inside text: 0: standard. */
  int (*literal)(corm_writer *, const corm_value *, const corm_type_view *);
  /* Values on their way to the driver. `scratch` holds 64 bytes and lives as long as *out is used; 0: as it is, -1: the
   * type has no such value (text for a date): the caller makes the error. The key of
   * a JSON access (text, a number, or a JSON list of these) has the type CORM_TYPE_CUSTOM with the name "json key",
   * "json index" (a number) or "json path" (a list): for one, `scratch` holds twice the value's size more. */
  int (*encode)(const corm_value *in, const corm_type_view *, char *scratch, corm_value *out);
  /* Values on their way back, by the column's type; returns 0: as it is, 1: *out replaces it (may use scratch of 64
   * bytes, which the caller copies), -1: no such value (a bad date): the caller makes the error. */
  int (*decode)(const corm_value *in, const corm_type_view *, char *scratch, corm_value *out);
  /* What follows the closing parenthesis of CREATE TABLE, by CORM_TABLE_ flags. */
  void (*table_options)(corm_writer *, unsigned flags);
  /* The type that stands behind a parameter's mark, `$1::INTEGER`, by paramstyle: writes INTEGER; 0: none. Arrays are
   * written by the compiler. NULL: marks have none. */
  int (*bind_cast)(corm_writer *, const corm_type_view *, int paramstyle);
  /* Writes the step-th query (from 0) that finds out whether it is there; returns one of CORM_LOOK_. NULL: such
   * questions are not supported. schema NULL: where names without one are found. */
  int (*look)(corm_writer *, int what, const char *schema, const char *name, int step);
} corm_dialect_def;
CORM_API int corm_dialect_register(const corm_dialect_def *, corm_error **err);

#ifdef __cplusplus
}
#endif
#endif
