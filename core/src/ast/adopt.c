/* Expressions that a schema keeps must not keep the schema. */
#include "ast/build.h"
#include "schema/build.h"

typedef struct adoption {
  corm_schema *schema;
  int tables;
} adoption;

static corm_node *adopt(void *ctx, const corm_node *x);

static corm_node *without_schema(adoption *a, const corm_node *x) {
  corm_node *copy = cm_node_copy(x);
  if (copy->kind == CORM_NODE_POISON)
    return copy;
  corm_schema_unref(copy->schema);
  copy->schema = NULL;
  copy->flags |= CM_NO_SCHEMA;
  for (size_t i = 0; i < copy->n; i++)
    if (copy->kids[i])
      cm_node_set_kid(copy, i, cm_rewrite(copy->kids[i], adopt, a));
  cm_node_seal(copy);
  return copy;
}

/* The column itself, of its table, in place of an attribute of an entity. */
static corm_node *column_of_table(adoption *a, const corm_column *c) {
  corm_node *table = corm_from(c->table), *column = corm_col_of(table, c);
  corm_node *adopted = cm_rewrite(column, adopt, a);
  corm_node_unref(table);
  corm_node_unref(column);
  return adopted;
}

static int is_of_entity(const corm_node *x) {
  const corm_node *source = cm_kid(x, 0);
  return x->kind == CORM_NODE_COLUMN && x->ref && source && source->kind == CORM_NODE_ENTITY;
}

static corm_node *adopt(void *ctx, const corm_node *x) {
  adoption *a = ctx;
  if (a->tables && is_of_entity(x))
    return column_of_table(a, x->ref);
  return x->schema == a->schema ? without_schema(a, x) : NULL;
}

int cm_schema_adopt(const corm_expr **out, corm_schema *s, const corm_expr *x, int tables, corm_error **err) {
  adoption a = {s, tables};
  corm_node *kept = NULL;
  int status = x ? corm_node_check(x, err) : cm_fail(err, CORM_EARGUMENT, "an expression is missing");
  if (status)
    return status;
  kept = cm_rewrite(x, adopt, &a);
  status = corm_node_check(kept, err);
  if (status) {
    corm_node_unref(kept);
    return status;
  }
  if (!cm_schema_keep_node(s, kept))
    return cm_fail_memory(err);
  *out = kept;
  return CORM_OK;
}
