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

typedef struct corm_function_name {
  const char *name; /* as called, lower case */
  const char
      *text; /* what is written instead: "length"; a text with '(' or in capitals stands alone: "CURRENT_TIMESTAMP" */
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

  /* Writes a type's name for DDL (cast 0) or CAST (cast 1); 0: the standard name. */
  int (*type_name)(corm_writer *, const corm_type_view *, int cast);
  /* Writes a generated key's column specification behind the name, instead of type and NOT NULL; 0: none of its own. */
  int (*generated_key)(corm_writer *, const corm_type_view *, int autoincrement);
  /* EXTRACT(field FROM x): writes all; x is finished text; 0: standard, -1: there is no such field. */
  int (*extract)(corm_writer *, const char *field, const char *x);
  /* JSON access: op is INDEX, JSON_PATH or JSON_TEXT; both sides are finished text; 0: standard. */
  int (*json)(corm_writer *, int op, const char *l, const char *r, int result_kind);
  /* A literal inside text: 0: standard. */
  int (*literal)(corm_writer *, const corm_value *, const corm_type_view *);
  /* Values on their way to the driver. `scratch` holds 64 bytes and lives as long as *out is used; 0: as it is, -1: the
   * type has no such value (text for a date): the caller makes the error. The key of
   * a JSON access (text, a number, or a JSON list of these) has the type CORM_TYPE_CUSTOM with the name "json key". */
  int (*encode)(const corm_value *in, const corm_type_view *, char *scratch, corm_value *out);
  /* Values on their way back, by the column's type; returns 0: as it is, 1: *out replaces it (may use scratch of 64
   * bytes, which the caller copies), -1: no such value (a bad date): the caller makes the error. */
  int (*decode)(const corm_value *in, const corm_type_view *, char *scratch, corm_value *out);
  /* What follows the closing parenthesis of CREATE TABLE, by CORM_TABLE_ flags. */
  void (*table_options)(corm_writer *, unsigned flags);
} corm_dialect_def;
CORM_API int corm_dialect_register(const corm_dialect_def *, corm_error **err);

#ifdef __cplusplus
}
#endif
#endif
