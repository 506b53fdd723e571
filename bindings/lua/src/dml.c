/* INSERT, UPDATE and DELETE. */
#include "binding.h"

static int begin(lua_State *L, corm_stmt *(*build)(const corm_source *)) {
  corm_node *source = crl_check_node(L, 1);
  corm_node **at = crl_new_node(L);
  *at = build(source);
  return crl_checked(L, at);
}

static int insert(lua_State *L) { return begin(L, corm_insert); }
static int update(lua_State *L) { return begin(L, corm_update); }
static int delete (lua_State *L) { return begin(L, corm_delete); }

/* The type of the column that `key` names in the statement's target, at `source`. */
static const corm_type *type_of(lua_State *L, corm_node *source, const char *key) {
  corm_node **column = crl_new_node(L);
  *column = corm_col(source, key);
  (void)crl_checked(L, column);
  return corm_node_peek_kind(*column) < CORM_NODE_ATTRIBUTE ? corm_expr_peek_type(*column) : NULL;
}

/* set(stmt, source, key, value) */
static int set(lua_State *L) {
  corm_node *stmt = crl_check_node(L, 1), *source = crl_check_node(L, 2);
  const char *key = luaL_checkstring(L, 3);
  lua_settop(L, 4);
  const corm_type *type = type_of(L, source, key);
  corm_node **value = crl_push_operand(L, 4, type), **at = crl_new_node(L);
  *at = corm_set(corm_node_ref(stmt), key, corm_node_ref(*value));
  return crl_checked(L, at);
}

/* on_conflict(stmt, list of columns or nil, constraint or nil) */
static int on_conflict(lua_State *L) {
  corm_node *stmt = crl_check_node(L, 1);
  lua_settop(L, 3);
  int n = lua_istable(L, 2) ? (int)lua_rawlen(L, 2) : 0;
  luaL_checkstack(L, n + 8, NULL);
  for (int i = 1; i <= n; i++) {
    lua_rawgeti(L, 2, i);
    (void)crl_check_node(L, -1);
  }
  crl_nodes *columns = crl_nodes_of(L, 4, 3 + n, NULL);
  corm_node **at = crl_new_node(L);
  size_t count = columns->n;
  columns->n = 0;
  *at = corm_on_conflict(corm_node_ref(stmt), columns->at, count, NULL, lua_tostring(L, 3));
  return crl_checked(L, at);
}

/* conflict_set(stmt, source, key, value) */
static int conflict_set(lua_State *L) {
  corm_node *stmt = crl_check_node(L, 1), *source = crl_check_node(L, 2);
  const char *key = luaL_checkstring(L, 3);
  lua_settop(L, 4);
  const corm_type *type = type_of(L, source, key);
  corm_node **value = crl_push_operand(L, 4, type), **at = crl_new_node(L);
  *at = corm_conflict_set(corm_node_ref(stmt), key, corm_node_ref(*value));
  return crl_checked(L, at);
}

/* excluded(source, key): the row that could not be inserted */
static int excluded(lua_State *L) {
  corm_node *source = crl_check_node(L, 1);
  const char *key = luaL_checkstring(L, 2);
  corm_node **at = crl_new_node(L);
  *at = corm_excluded(corm_node_peek_table(source), key);
  return crl_checked(L, at);
}

void crl_open_dml(lua_State *L) {
  static const luaL_Reg functions[] = {{"insert", insert},           {"update", update},
                                       {"delete", delete},           {"set_value", set},
                                       {"on_conflict", on_conflict}, {"conflict_set", conflict_set},
                                       {"excluded", excluded},       {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
