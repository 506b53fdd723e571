/* Nodes: expressions, sources and statements as one kind of Lua value; aliases, models and queries carry one. */
#include "binding.h"

/* ---- Life
 * ----------------------------------------------------------------------------------------------------------------- */

corm_node **crl_new_node(lua_State *L) {
  corm_node **at = crl_new_block(L, sizeof *at);
  *at = NULL;
  luaL_getmetatable(L, CRL_NODE_TYPE);
  lua_setmetatable(L, -2);
  return at;
}

int crl_checked(lua_State *L, corm_node **at) {
  corm_error *err = NULL;
  int status = corm_node_check(*at, &err);
  return status ? crl_raise(L, status, err) : 1;
}

static int free_node(lua_State *L) {
  corm_node **at = luaL_testudata(L, 1, CRL_NODE_TYPE);
  if (at) {
    corm_node_unref(*at);
    *at = NULL;
  }
  return 0;
}

static int free_nodes(lua_State *L) {
  crl_nodes *nodes = luaL_testudata(L, 1, CRL_NODES);
  while (nodes && nodes->n)
    corm_node_unref(nodes->at[--nodes->n]);
  return 0;
}

/* ---- Arguments
 * ------------------------------------------------------------------------------------------------------------ */

corm_node *crl_peek_node(lua_State *L, int index) {
  if (lua_type(L, index) == LUA_TUSERDATA) {
    corm_node **at = luaL_testudata(L, index, CRL_NODE_TYPE);
    return at ? *at : NULL;
  }
  if (lua_type(L, index) != LUA_TTABLE)
    return NULL;
  int table = lua_absindex(L, index);
  lua_pushliteral(L, "__node");
  lua_rawget(L, table);
  corm_node **at = luaL_testudata(L, -1, CRL_NODE_TYPE);
  lua_pop(L, 1);
  return at ? *at : NULL;
}

corm_node *crl_check_node(lua_State *L, int index) {
  corm_node *node = crl_peek_node(L, index);
  if (node)
    return node;
  if (lua_type(L, index) == LUA_TBOOLEAN)
    crl_misuse(L, "an expression was expected, not a boolean: Lua compares by itself, so write column:eq(value), "
                  ":ne, :lt, :le, :gt or :ge");
  crl_misuse(L, "an expression was expected, not a %s", luaL_typename(L, index));
  return NULL;
}

corm_node **crl_push_operand(lua_State *L, int at, const corm_type *type) {
  int index = lua_absindex(L, at);
  corm_node *node = crl_peek_node(L, index);
  corm_value v;
  if (node) {
    corm_node **to = crl_new_node(L);
    *to = corm_node_ref(node);
    return to;
  }
  lua_pushvalue(L, index);
  crl_to_value(L, -1, type, &v);
  corm_node **to = crl_new_node(L);
  *to = v.kind == CORM_NULL ? corm_null_node() : corm_literal(&v);
  lua_remove(L, -2);
  return to;
}

crl_nodes *crl_nodes_of(lua_State *L, int from, int to, const corm_type *type) {
  size_t n = to >= from ? (size_t)(to - from + 1) : 0;
  crl_nodes *nodes = crl_scratch(L, sizeof *nodes + n * sizeof nodes->at[0]);
  luaL_getmetatable(L, CRL_NODES);
  lua_setmetatable(L, -2);
  for (int i = from; i <= to; i++) {
    nodes->at[nodes->n] = corm_node_ref(*crl_push_operand(L, i, type));
    nodes->n++;
    lua_pop(L, 1);
  }
  return nodes;
}

/* ---- Questions
 * ------------------------------------------------------------------------------------------------------------ */

/* dump(node): a picture of the tree */
static int dump(lua_State *L) {
  char *text = corm_node_dump(crl_check_node(L, 1));
  lua_pushstring(L, text ? text : "out of memory");
  corm_free(text);
  return 1;
}

/* name_of(node) -> the name of a column, label, function or alias, or nil */
static int name_of(lua_State *L) {
  lua_pushstring(L, corm_node_peek_name(crl_check_node(L, 1)));
  return 1;
}

/* is_node(value) */
static int is_node(lua_State *L) {
  lua_pushboolean(L, crl_peek_node(L, 1) != NULL);
  return 1;
}

/* is_statement(value) */
static int is_statement(lua_State *L) {
  const corm_node *node = crl_peek_node(L, 1);
  int kind = node ? corm_node_peek_kind(node) : 0;
  lua_pushboolean(L, kind >= CORM_NODE_SELECT && kind <= CORM_NODE_DELETE);
  return 1;
}

/* compile(node, db) -> text of the statement in the database's dialect */
static int compile(lua_State *L) {
  corm_node *node = crl_check_node(L, 1);
  const crl_database *d = crl_check_any_database(L, 2);
  corm_compiled *made = NULL;
  corm_error *err = NULL;
  int status = corm_compile(&made, node, corm_engine_peek_dialect(d->engine), NULL, &err);
  if (status)
    return crl_fail(L, status, err);
  lua_pushstring(L, corm_compiled_peek_sql(made));
  corm_compiled_free(made);
  return 1;
}

void crl_open_nodes(lua_State *L) {
  static const luaL_Reg meta[] = {{"__gc", free_node}, {NULL, NULL}};
  static const luaL_Reg nodes_meta[] = {{"__gc", free_nodes}, {NULL, NULL}};
  static const luaL_Reg none[] = {{NULL, NULL}};
  static const luaL_Reg functions[] = {{"dump", dump},       {"name_of", name_of},
                                       {"is_node", is_node}, {"is_statement", is_statement},
                                       {"compile", compile}, {NULL, NULL}};
  crl_class(L, CRL_NODE_TYPE, meta, none);
  crl_class(L, CRL_NODES, nodes_meta, NULL);
  luaL_setfuncs(L, functions, 0);
}
