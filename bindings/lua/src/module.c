/* cormorant.core: the native half of the module "cormorant". */
#include "binding.h"

const char crl_objects, crl_sessions, crl_databases, crl_classes, crl_own_files, crl_helpers;

void crl_class(lua_State *L, const char *name, const luaL_Reg *meta, const luaL_Reg *methods) {
  luaL_newmetatable(L, name);
  luaL_setfuncs(L, meta, 0);
  lua_pushstring(L, name);
  lua_setfield(L, -2, "__name");
  if (methods) {
    lua_newtable(L);
    luaL_setfuncs(L, methods, 0);
    lua_setfield(L, -2, "__index");
  }
  lua_pop(L, 1);
}

static void weak_table(lua_State *L, const void *at) {
  lua_newtable(L);
  lua_newtable(L);
  lua_pushliteral(L, "v");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_rawsetp(L, LUA_REGISTRYINDEX, at);
}

/* class_of(name): the metatable of a native type, for the Lua half to add methods to */
static int class_of(lua_State *L) {
  luaL_getmetatable(L, luaL_checkstring(L, 1));
  return 1;
}

/* set_home(folder): errors of misuse point past files of this folder */
static int set_home(lua_State *L) {
  luaL_checkstring(L, 1);
  lua_settop(L, 1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &crl_own_files);
  return 0;
}

/* set_helper(name, fn): a function that the native half calls */
static int set_helper(lua_State *L) {
  luaL_checkstring(L, 1);
  lua_settop(L, 2);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &crl_helpers);
  lua_insert(L, 1);
  lua_rawset(L, 1);
  return 0;
}

/* live(kind): how many of a kind live in this process, for tests that count */
static int live(lua_State *L) {
  static const char *const kinds[] = {"nodes",       "records",  "blocks",  "statements",
                                      "connections", "sessions", "engines", NULL};
  crl_push_int64(L, corm_live((corm_live_kind)luaL_checkoption(L, 1, NULL, kinds)));
  return 1;
}

static const luaL_Reg functions[] = {
    {"class_of", class_of}, {"set_home", set_home}, {"set_helper", set_helper}, {"live", live}, {NULL, NULL}};

int luaopen_cormorant_core(lua_State *L);

__attribute__((visibility("default"))) int luaopen_cormorant_core(lua_State *L) {
  weak_table(L, &crl_objects);
  weak_table(L, &crl_sessions);
  weak_table(L, &crl_databases);
  weak_table(L, &crl_classes);
  lua_newtable(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &crl_helpers);
  lua_newtable(L);
  luaL_setfuncs(L, functions, 0);
  crl_open_errors(L);
  crl_open_values(L);
  crl_open_database(L);
  crl_open_schema(L);
  crl_open_model(L);
  crl_open_nodes(L);
  crl_open_build(L);
  crl_open_stmt(L);
  crl_open_dml(L);
  crl_open_records(L);
  crl_open_lists(L);
  crl_open_sessions(L);
  crl_open_execute(L);
  crl_open_listeners(L);
  crl_open_transactions(L);
  crl_open_results(L);
  lua_pushstring(L, corm_version());
  lua_setfield(L, -2, "version");
  return 1;
}
