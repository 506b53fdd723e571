/* What a database has: names, columns, keys, indexes and checks, as it tells them itself. Each question is asked anew.
 *
 * Owner: a connection is borrowed for the call. What comes back is the caller's, freed by one call, and all that is
 * asked of it lives as long; it does not need the connection any more. Threads: the connection's for questions; any for
 * what came back, which does not change. i out of range: NULL.
 *
 * Statuses: EUNSUPPORTED, a database that is not looked into yet, or a status of the database; *out is NULL then.
 */
#ifndef CORMORANT_REFLECT_H
#define CORMORANT_REFLECT_H

#include <cormorant/engine.h>
#include <cormorant/schema.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Names ----------------------------------------------------------------------------------------------------------
 */

typedef enum corm_reflect_what { /* a later version appends */
                                 CORM_REFLECT_TABLES = 1,
                                 CORM_REFLECT_VIEWS,
                                 CORM_REFLECT_TEMP_TABLES, /* the schema is not looked at */
                                 CORM_REFLECT_TEMP_VIEWS,
                                 CORM_REFLECT_MATERIALIZED_VIEWS,
                                 CORM_REFLECT_SEQUENCES,
                                 CORM_REFLECT_SCHEMAS,
                                 CORM_REFLECT_DEFAULT_SCHEMA /* one name, or none */
} corm_reflect_what;

typedef struct corm_names corm_names;
/* The names of all that is there, in order of the alphabet; schema NULL: the default one. *out is freed by
 * corm_names_free. EARGUMENT: another kind. */
CORM_API int corm_reflect_names(corm_names **out, corm_conn *, int what, const char *schema, corm_error **err);
CORM_API size_t corm_names_peek_count(const corm_names *);
CORM_API const char *corm_names_peek(const corm_names *, size_t i); /* lives with the names */
CORM_API void corm_names_free(corm_names *);                        /* NULL is fine */

/* ---- One table ------------------------------------------------------------------------------------------------------
 */

/* The structs live with their reflection, and begin with the size that this library knows. Texts may be NULL: there is
 * none. Expressions are as the database writes them. */

typedef struct corm_reflected_column {
  size_t size;
  const char *name;
  const corm_type *type; /* a reference of the reflection's */
  /* The same in its parts; its name is the database's in capitals ("VARCHAR"), NULL: none was declared. */
  const corm_type_def *type_def;
  const corm_type_def *item_def; /* of an ARRAY's members */
  int nullable;
  const char *default_text;
  int key_position;  /* in the primary key, from 1; 0: not in it */
  int autoincrement; /* the database numbers it: a sequence, AUTOINCREMENT */
  const char *comment;
  const char *computed; /* GENERATED ALWAYS AS this */
  int computed_stored;
  const char *identity; /* "ALWAYS" or "BY DEFAULT" */
  int64_t identity_start, identity_increment, identity_min, identity_max, identity_cache;
  int identity_cycle;
  const char *type_schema; /* of an enumeration that is not in the search path */
} corm_reflected_column;

typedef struct corm_reflected_constraint {
  size_t size;
  int kind; /* CORM_PRIMARY_KEY, CORM_UNIQUE, CORM_CHECK */
  const char *name;
  const char *const *columns;
  size_t n;
  const char *check;
  const char *comment;
  int nulls_not_distinct;
  const char *const *include;
  size_t n_include;
  int not_valid, no_inherit;
} corm_reflected_constraint;

typedef struct corm_reflected_foreign_key {
  size_t size;
  const char *name;
  const char *const *columns;
  size_t n;
  const char *referred_schema;
  const char *referred_table;
  const char *const *referred_columns;
  size_t n_referred;
  const char *ondelete, *onupdate; /* NULL: NO ACTION, or unsaid */
  const char *match, *initially;
  int deferrable; /* 0 unsaid, 1 DEFERRABLE, -1 NOT DEFERRABLE */
  const char *comment;
} corm_reflected_foreign_key;

typedef struct corm_reflected_index {
  size_t size;
  const char *name;
  const char *const *columns; /* n; NULL where it is an expression */
  const char *const *exprs;   /* n: the column's name, or the expression */
  size_t n;
  int unique;
  const char *where;
  const char *const *include;
  size_t n_include;
  const char *method;          /* "gin"; NULL: the usual one */
  int constraint;              /* a unique constraint made it */
  int nulls_not_distinct;      /* as in the constraint */
  const unsigned char *orders; /* n: CORM_ORDER_ bits */
  const char *options;         /* storage parameters, "fillfactor=50, fastupdate=off" */
  const char *const *ops;      /* n: the operator class; NULL: the usual one. NULL: all are usual */
} corm_reflected_index;
#define CORM_ORDER_DESC 1u
#define CORM_ORDER_NULLS_FIRST 2u
#define CORM_ORDER_NULLS_LAST 4u

typedef struct corm_reflection corm_reflection;
/* All of a table or view; schema NULL: where names without one are found. *out is freed by corm_reflection_free; it is
 * NULL when there is none of that name. */
CORM_API int corm_reflect_table(corm_reflection **out, corm_conn *, const char *schema, const char *name,
                                corm_error **err);
CORM_API void corm_reflection_free(corm_reflection *); /* NULL is fine */
CORM_API const char *corm_reflection_peek_comment(const corm_reflection *);
CORM_API size_t corm_reflection_peek_columns(const corm_reflection *);
CORM_API const corm_reflected_column *corm_reflection_peek_column(const corm_reflection *, size_t i);
/* NULL: it has none. */
CORM_API const corm_reflected_constraint *corm_reflection_peek_primary_key(const corm_reflection *);
/* Unique constraints and checks. */
CORM_API size_t corm_reflection_peek_constraints(const corm_reflection *);
CORM_API const corm_reflected_constraint *corm_reflection_peek_constraint(const corm_reflection *, size_t i);
CORM_API size_t corm_reflection_peek_foreign_keys(const corm_reflection *);
CORM_API const corm_reflected_foreign_key *corm_reflection_peek_foreign_key(const corm_reflection *, size_t i);
CORM_API size_t corm_reflection_peek_indexes(const corm_reflection *);
CORM_API const corm_reflected_index *corm_reflection_peek_index(const corm_reflection *, size_t i);

#ifdef __cplusplus
}
#endif
#endif
