/* What the files of reflection share: a reflection being made, and the table of functions of a database. */
#ifndef CM_MIGRATE_H
#define CM_MIGRATE_H
#include "base/base.h"
#include <cormorant/reflect.h>

/* Elements of one kind, in their reflection's arena but for `at`. */
typedef struct cm_parts {
  void **at;
  size_t n, cap;
} cm_parts;

struct corm_names {
  cm_arena arena;
  cm_parts names;
};

struct corm_reflection {
  cm_arena arena;
  cm_parts columns, constraints, foreign_keys, indexes;
  corm_reflected_constraint *primary_key;
  const char *comment;
};

/* Names for a list of columns, grown one by one. */
typedef struct cm_texts {
  const char **at;
  size_t n;
} cm_texts;

typedef struct cm_reflector {
  const char *dialect;
  int (*names)(corm_names *, corm_conn *, int what, const char *schema, corm_error **err);
  /* *found 0: there is no such table */
  int (*table)(corm_reflection *, corm_conn *, const char *schema, const char *name, int *found, corm_error **err);
} cm_reflector;
extern const cm_reflector cm_reflector_sqlite, cm_reflector_postgresql;

/* Runs a query with `n` texts as its values (NULL: NULL), and calls row_fn for each row. */
typedef int (*cm_row_fn)(void *ctx, const corm_value *row, corm_error **err);
int cm_reflect_rows(corm_conn *, const char *sql, const char *const *values, size_t n, cm_row_fn, void *ctx,
                    corm_error **err);
/* A cell's text in the arena; NULL for NULL, and when memory fails: *failed is then set. */
const char *cm_cell_text(cm_arena *, const corm_value *cell, int *failed);
int cm_cell_is(const corm_value *cell, const char *text);
int64_t cm_cell_int(const corm_value *cell); /* 0 for what is no number */

/* A zeroed element of `bytes` that begins with its size; NULL when memory failed. */
void *cm_part_add(cm_parts *, cm_arena *, size_t bytes);
int cm_texts_add(cm_texts *, cm_arena *, const char *text);             /* 0: memory failed */
int cm_names_row(void *names, const corm_value *row, corm_error **err); /* adds the first cell */
/* Makes the column's type from the parts that are in *def, which are in the arena. */
int cm_column_set_type(corm_reflection *, corm_reflected_column *, const corm_type_def *def, corm_error **err);

/* ---- SQL text that a database kept ------------------------------------------------------------------------------ */

typedef struct cm_ddl_token {
  char kind; /* 'w' word, 'q' quoted name, 's' string or number or other, '(' ')' ',' ; 0: the end */
  const char *at;
  size_t n;
} cm_ddl_token;
/* Reads a token at *p and moves it behind it. Comments and spaces are skipped. */
cm_ddl_token cm_ddl_next(const char **p);
int cm_ddl_is(cm_ddl_token, const char *word);
char *cm_ddl_name(cm_arena *, cm_ddl_token); /* without its quotes */
/* *p is behind a '(': moves it behind its ')'. The text between is in *out, without spaces around it. */
void cm_ddl_group(const char **p, cm_ddl_token *out);

/* What SQLite's pragmas do not tell of a CREATE TABLE. */
typedef struct cm_ddl_key {
  const char *name;
  int column_level, deferrable;
  const char *initially;
} cm_ddl_key;
typedef struct cm_ddl_table {
  const char *key_name;
  int autoincrement;
  cm_parts foreign_keys; /* cm_ddl_key, as they are written */
} cm_ddl_table;
/* Adds unique constraints, checks and computed texts to the reflection. 0: memory failed. */
int cm_ddl_read(corm_reflection *, cm_ddl_table *, const char *sql);
#endif
