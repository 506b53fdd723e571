/* INSERT, UPDATE and DELETE of entities through a session: what dml_sync.c and bulk.c share. */
#ifndef CM_DML_H
#define CM_DML_H
#include "orm/evaluate.h"
#include "orm/reader.h"

typedef struct cm_dml {
  corm_session *s;
  corm_conn *conn;
  const corm_stmt *stmt;
  const corm_entity *entity; /* of the target; NULL: a table */
  const corm_params *params;
  unsigned flags;
} cm_dml;
/* `keys`: columns that the params set. */
int cm_dml_run(corm_result **out, const cm_dml *, const corm_stmt *, const corm_params *, const char *const *keys,
               size_t n_keys, corm_error **err);
int cm_dml_record_value(void *ctx, const corm_node *bind, corm_value *out, corm_error **err);
/* A result without rows. */
int cm_dml_empty_result(corm_result **out, int64_t rowcount, int is_insert, corm_error **err);
/* A loaded attribute takes the value as what is committed; one with a pending change expires. */
int cm_dml_store(corm_record *, int slot, const corm_value *, corm_error **err);

/* The params with names of columns instead of attributes; names that are neither attributes nor binds are left out.
 * `extra` (may be NULL) gets extra_value in each row, unless it is given. */
typedef struct cm_dml_params {
  const char **names, **keys;
  size_t *from;
  size_t n, n_keys;
  corm_value *values;
  corm_params params;
  cm_arena arena;
} cm_dml_params;
int cm_dml_params_of(cm_dml_params *, const cm_dml *, const corm_column *extra, const corm_value *extra_value,
                     corm_error **err);

/* -- bulk.c */
int cm_bulk_insert(corm_result **out, const cm_dml *, corm_error **err);
int cm_bulk_update(corm_result **out, const cm_dml *, corm_error **err);
#endif
