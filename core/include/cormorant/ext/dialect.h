/* What a dialect says: how a database writes SQL and stores values. Data first, a hook only where data cannot say it; a
 * member that is 0 or NULL means standard SQL. A dialect knows no tree: hooks are given text and write text.
 *
 * Owner: a dialect stays for the life of the process, and so must its texts and arrays. Hooks borrow what they are
 * given for the time of the call.
 *
 * Threads: hooks have no state and are called by any thread, several at once, with or without the host's lock. They
 * must not wait, nor call the library except for the corm_write functions and those of value.h.
 *
 * Statuses: hooks return what is said at each. None makes an error: the caller knows the statement and its column, and
 * makes a better one (ECOMPILE, ESTATEMENT).
 *
 * The definition grows at its end only, and `size` says where it ends; what lies behind is 0 or NULL. Bits, and numbers
 * of operators and types, are never given anew; a hook that meets a number it does not know says "standard".
 */
#ifndef CORMORANT_EXT_DIALECT_H
#define CORMORANT_EXT_DIALECT_H

#include <cormorant/compile.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Takes text, for the time of the call that it is given to, on that thread. Writing cannot fail: without memory the
 * statement fails with ENOMEM when it is finished. */
typedef struct corm_writer corm_writer;
CORM_API void corm_write(corm_writer *, const char *text);              /* SQL, as it is */
CORM_API void corm_write_name(corm_writer *, const char *identifier);   /* in quotes where it needs them */
CORM_API void corm_write_quoted(corm_writer *, const char *identifier); /* in quotes */
CORM_API void corm_write_string(corm_writer *, const char *text);       /* as a literal: 'it''s' */

/* A type as a dialect's hooks see it: corm_type_def in schema.h says what the members mean. Frozen: it has no size. */
typedef struct corm_type_view {
  int kind;
  unsigned flags;
  int length, precision, scale;
  const char *name, *collation;
  const char *const *labels;
  size_t n_labels;
} corm_type_view;

/* Feature bits: what the database can do, or how it likes it written. */
#define CORM_DIALECT_NATIVE_BOOLEAN 1ull   /* true, false; else 1, 0 and `= 1` conditions */
#define CORM_DIALECT_INSERT_RETURNING 2ull /* INSERT ... RETURNING, and so on */
#define CORM_DIALECT_UPDATE_RETURNING 4ull
#define CORM_DIALECT_DELETE_RETURNING 8ull
#define CORM_DIALECT_RETURNING_BARE 16ull   /* RETURNING prints `id`, not `t.id` */
#define CORM_DIALECT_DEFAULT_VALUES 32ull   /* INSERT INTO t DEFAULT VALUES; else () VALUES () */
#define CORM_DIALECT_MULTI_VALUES 64ull     /* VALUES (..), (..) */
#define CORM_DIALECT_UPDATE_FROM 128ull     /* UPDATE t SET .. FROM u */
#define CORM_DIALECT_ILIKE 256ull           /* else lower(a) LIKE lower(b) */
#define CORM_DIALECT_CONCAT_FUNCTION 512ull /* concat(a, b) for || */
#define CORM_DIALECT_DISTINCT_ON 1024ull    /* DISTINCT ON (..); else DISTINCT */
#define CORM_DIALECT_ON_CONFLICT 2048ull
#define CORM_DIALECT_FOR_UPDATE 4096ull           /* else nothing is written */
#define CORM_DIALECT_LIMIT_ALWAYS_OFFSET 8192ull  /* LIMIT ? OFFSET ? with 0 */
#define CORM_DIALECT_TUPLE_IN_VALUES 32768ull     /* (a, b) IN (VALUES (..), (..)) */
#define CORM_DIALECT_ALTER_CONSTRAINTS 65536ull   /* ALTER TABLE t ADD and DROP CONSTRAINT */
#define CORM_DIALECT_DIV_ADD_ZERO 131072ull       /* a / (b + 0.0) */
#define CORM_DIALECT_INDEX_SCHEMA_FIRST 262144ull /* CREATE INDEX s.i ON t; else i ON s.t */
#define CORM_DIALECT_DELETE_FROM 524288ull        /* DELETE with further tables */
#define CORM_DIALECT_SAME_SCHEMA_KEYS 1048576ull  /* foreign keys into another schema are left out of CREATE TABLE */
#define CORM_DIALECT_DEFAULT_IN_PAIR 2097152ull   /* DEFAULT (expression) */
#define CORM_DIALECT_PARTIAL_INDEX 4194304ull     /* CREATE INDEX .. WHERE */
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

/* Frozen: it has no size. */
typedef struct corm_function_name {
  const char *name; /* as called, lower case */
  const char *text; /* what is written instead: "length"; {1}, {2}, {3}: arguments, "F({1} FROM {2})", cut behind the
                      last one that is given; another text with
                      '(', or one in capitals, stands alone: "CURRENT_TIMESTAMP" */
} corm_function_name;

typedef struct corm_dialect_def {
  size_t size;                  /* sizeof(corm_dialect_def), as it was compiled */
  const char *name;             /* as in URLs: "sqlite" */
  uint64_t features;            /* CORM_DIALECT_ bits */
  int paramstyle;               /* corm_paramstyle, needed: what programs are shown; a driver may want numbers */
  char quote_open, quote_close; /* needed: around names; doubled inside of them */
  int max_identifier;           /* longest name, in bytes: longer ones are shortened; 0: no limit */
  int max_params;               /* most parameters of a statement; 0: no limit */
  const char *const *reserved;  /* n_reserved words that need quotes as names: lower case, sorted by strcmp */
  size_t n_reserved;
  const char *const *operators;        /* by corm_operator; NULL: standard. " REGEXP ", or all of it: "({l} | {r})" */
  size_t n_operators;                  /* CORM_OPERATORS as the dialect was compiled: those behind it are standard */
  const corm_function_name *functions; /* n_functions that are written otherwise, sorted by name */
  size_t n_functions;
  const char *empty_in; /* subquery without rows, {1} is as wide as the list: "SELECT {1} FROM (SELECT {1}) WHERE 1!=1";
                           NULL: IN (NULL) AND (1 != 1) */
  const char *limit_none; /* LIMIT of an OFFSET alone: "-1" */

  /* Writes a type's name for DDL (cast 0) or CAST (cast 1). 1: it did, 0: the standard name, -1: there is no such type
   * here (ECOMPILE). */
  int (*type_name)(corm_writer *, const corm_type_view *, int cast);
  /* Writes what stands behind the name of a key column that the database numbers. 1: all of it, instead of type, NOT
   * NULL and PRIMARY KEY; 2: the type only; 0: nothing of its own. */
  int (*generated_key)(corm_writer *, const corm_type_view *, int autoincrement);
  /* Writes EXTRACT(field FROM x); x is finished text. 1: it did, 0: standard, -1: there is no such field (ECOMPILE). */
  int (*extract)(corm_writer *, const char *field, const char *x);
  /* Writes an element of JSON: op is CORM_OP_INDEX, JSON_PATH, JSON_TEXT or JSON_PATH_TEXT; `of` is the type of the
   * left side, result_kind the corm_type_kind that it is read as; both sides are finished text. 0: standard, 1: it
   * wrote a call, 2: an operator, which stands in parentheses inside of others. */
  int (*json)(corm_writer *, int op, const corm_type_view *of, const char *l, const char *r, int result_kind);
  /* Writes a value as a literal. 1: it did, 0: standard. */
  int (*literal)(corm_writer *, const corm_value *, const corm_type_view *);
  /* A value on its way to the driver. 1: *out goes instead, which may lie in `scratch` (64 bytes, kept until it was
   * sent); 0: as it is; -1: the type has no such value, text for a date (ESTATEMENT). The key of an element of JSON has
   * the type CORM_TYPE_CUSTOM with the name "json key" (text), "json index" (a number) or "json path" (a JSON list of
   * these): for one, `scratch` holds twice the value's size more. */
  int (*encode)(const corm_value *in, const corm_type_view *, char *scratch, corm_value *out);
  /* A value on its way back, not NULL, by the type of its column: as encode, with -1 for what is no value of the type
   * (a bad date). Not called for integers and text, which every database has as they are. */
  int (*decode)(const corm_value *in, const corm_type_view *, char *scratch, corm_value *out);
  /* Writes what follows the closing parenthesis of CREATE TABLE, by CORM_TABLE_ flags. */
  void (*table_options)(corm_writer *, unsigned flags);
  /* Writes the type that stands behind a parameter's mark, the INTEGER of `$1::INTEGER`, by paramstyle. 1: it did, 0:
   * the mark has none. What makes it an array is written by the compiler. */
  int (*bind_cast)(corm_writer *, const corm_type_view *, int paramstyle);
  /* Writes the step-th query, from 0, that finds out whether a thing (corm_look) is there; returns one of CORM_LOOK_.
   * schema NULL: where names without one are found. NULL: such questions are EUNSUPPORTED. */
  int (*look)(corm_writer *, int what, const char *schema, const char *name, int step);
} corm_dialect_def;
/* Adds a dialect, for the life of the process: the definition is copied, its texts and arrays are not. Any thread.
 * EARGUMENT: no name or size, or a name that there is already; EUNSUPPORTED: more than 32. */
CORM_API int corm_dialect_register(const corm_dialect_def *, corm_error **err);

#ifdef __cplusplus
}
#endif
#endif
