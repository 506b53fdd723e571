/* Join conditions of the schema's own: found at seal. */
#ifndef CM_AST_JOIN_H
#define CM_AST_JOIN_H
#include "schema/schema.h"

/* Tables on one side of a join. */
typedef struct cm_side {
  corm_table *const *tables;
  size_t n;
} cm_side;

static inline int cm_side_has(const cm_side *side, const corm_table *table) {
  for (size_t i = 0; i < side->n; i++)
    if (side->tables[i] == table)
      return 1;
  return 0;
}

/* "referenced = foreign key AND ..." along the one foreign key between the sides, over TABLE sources, kept by the
 * schema. `local`, or NULL, is the table of the left side that is tried first. With `only`, foreign keys over other
 * columns do not count. CORM_ENOFOREIGNKEY and CORM_EAMBIGUOUSFOREIGNKEY come without a message: the caller knows what
 * for. */
typedef struct cm_join_search {
  corm_schema *schema;
  cm_side left, right;
  corm_table *local;
  corm_column *const *only;
  size_t n_only;
} cm_join_search;
int cm_find_join(const corm_expr **out, const cm_join_search *, corm_error **err);

/* The relation's join conditions, direction, pairs of columns and what follows from them. Nothing of it is changed when
 * that fails. Its owner and target have their tables. */
int cm_relation_seal(corm_relation *, corm_error **err);
#endif
