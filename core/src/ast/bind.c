/* Bound parameters as a binding sees them: lists of values, values of the host. */
#include "ast/build.h"

int corm_bind_peek_list(const corm_expr *x, const corm_value **values, size_t *n, size_t *width) {
  if (x->kind != CORM_NODE_BIND || !x->many)
    return 0;
  *values = x->many->values;
  *n = x->many->n;
  *width = x->flags & CM_BIND_TUPLES ? x->op : 0;
  return 1;
}

corm_expr *corm_bindparam_host(const char *name, void *value, void (*release)(void *), const corm_type *type,
                               unsigned flags) {
  corm_value none = corm_null();
  return cm_node_hold(corm_bindparam(name, &none, type, flags), value, release);
}
