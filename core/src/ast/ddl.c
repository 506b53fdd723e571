/* CREATE and DROP. */
#include "ast/build.h"

static corm_stmt *of_table(int kind, const corm_table *table, int flag) {
  cm_make make = {.kind = kind, .ref = table, .schema = table->catalog->schema, .flags = flag ? CM_IF_EXISTS : 0};
  return cm_make_node(&make, NULL, 0);
}

static corm_stmt *of_index(int kind, const corm_index *index, int flag) {
  cm_make make = {.kind = kind, .ref = index, .schema = index->table->catalog->schema};
  make.flags = flag ? CM_IF_EXISTS : 0;
  return cm_make_node(&make, NULL, 0);
}

static corm_stmt *of_part(int kind, const void *part, const corm_table *table) {
  cm_make make = {.kind = kind, .ref = part, .schema = table->catalog->schema};
  return cm_make_node(&make, NULL, 0);
}

corm_stmt *corm_create_table(const corm_table *t, int if_not_exists) {
  return of_table(CORM_NODE_CREATE_TABLE, t, if_not_exists);
}
corm_stmt *corm_drop_table(const corm_table *t, int if_exists) { return of_table(CORM_NODE_DROP_TABLE, t, if_exists); }
corm_stmt *corm_create_index(const corm_index *i, int if_not_exists) {
  return of_index(CORM_NODE_CREATE_INDEX, i, if_not_exists);
}
corm_stmt *corm_drop_index(const corm_index *i, int if_exists) { return of_index(CORM_NODE_DROP_INDEX, i, if_exists); }

corm_stmt *corm_create_table_without_keys(const corm_table *t) {
  cm_make make = {.kind = CORM_NODE_CREATE_TABLE, .ref = t, .schema = t->catalog->schema, .flags = CM_NO_FOREIGN_KEYS};
  return cm_make_node(&make, NULL, 0);
}
corm_stmt *corm_add_constraint(const corm_constraint *c) { return of_part(CORM_NODE_ADD_CONSTRAINT, c, c->table); }
corm_stmt *corm_drop_constraint(const corm_constraint *c) { return of_part(CORM_NODE_DROP_CONSTRAINT, c, c->table); }
corm_stmt *corm_create_type(const corm_column *c) { return of_part(CORM_NODE_CREATE_TYPE, c, c->table); }
corm_stmt *corm_drop_type(const corm_column *c) { return of_part(CORM_NODE_DROP_TYPE, c, c->table); }
corm_stmt *corm_comment_on_table(const corm_table *t) { return of_part(CORM_NODE_COMMENT_TABLE, t, t); }
corm_stmt *corm_comment_on_column(const corm_column *c) { return of_part(CORM_NODE_COMMENT_COLUMN, c, c->table); }
