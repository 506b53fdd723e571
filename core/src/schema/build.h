/* How the parts of a schema get memory. All of it lives until the schema goes: what was half made when something failed
 * need not be taken back, and a reader of an array that grows sees the old storage or the new. */
#ifndef CM_SCHEMA_BUILD_H
#define CM_SCHEMA_BUILD_H
#include "schema/schema.h"

void *cm_schema_zero(corm_schema *, size_t n);
/* 1 on success; a NULL text gives NULL. */
int cm_schema_text(corm_schema *, char **out, const char *text);
int cm_schema_value(corm_schema *, corm_value *out, const corm_value *);
/* Makes room for one more behind the n pointers of `array` (the address of a pointer to pointers). 1 on success. */
int cm_schema_reserve(corm_schema *, void *array, size_t n);
/* Appends where room was made; cannot fail. */
void cm_schema_push(void *array, size_t *n, void *item);
/* Reserves and pushes. */
int cm_schema_append(corm_schema *, void *array, size_t *n, void *item);
/* A copy of n pointers; *out is NULL for none. */
int cm_schema_pointers(corm_schema *, void *out, const void *items, size_t n);
/* Puts into a map whose readers are not locked out: storage that is replaced stays until the schema goes. Look-ups at
 * the very moment of a change may miss what is being added, nothing else. */
int cm_schema_put(corm_schema *, cm_map *, const char *key, void *value);
/* Takes the reference (even when it fails), to be given up with the schema. */
int cm_schema_keep_node(corm_schema *, const corm_node *);
int cm_schema_keep_type(corm_schema *, const corm_type *);

/* The name that the catalog's convention gives, or `given`. In naming.c. `kind` is a corm_constraint_kind or 0 for an
 * index; `columns` are n, or NULL entries where there is no column; `refs` as in corm_constraint. */
typedef struct cm_naming {
  const corm_table *table;
  int kind;
  const char *given;
  corm_column *const *columns;
  size_t n;
  char *const *refs;
  corm_column *const *targets;
} cm_naming;
int cm_name_by_convention(char **out, const cm_naming *, corm_error **err);

/* Adds a key column to the table's primary key, which is made when it is the first. In constraint.c. */
int cm_table_extend_key(corm_table *, corm_column *, corm_error **err);
#endif
