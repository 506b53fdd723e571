/* Results: rows as records, as tables, or as single values. */
#include "binding.h"

/* ---- Life
 * ----------------------------------------------------------------------------------------------------------------- */

crl_result *crl_new_result(lua_State *L, crl_database *d, int owner) {
  int at = lua_absindex(L, owner);
  crl_result *r = crl_new_block(L, sizeof *r);
  *r = (crl_result){.database = NULL};
  luaL_getmetatable(L, CRL_RESULT);
  lua_setmetatable(L, -2);
  lua_createtable(L, 1, 0);
  lua_pushvalue(L, at);
  lua_rawseti(L, -2, 1);
  crl_set_anchor(L, -2);
  r->database = crl_database_ref(d);
  return r;
}

void crl_result_of_session(crl_result *r, crl_session *s) {
  r->session = s;
  r->next = s->results;
  if (s->results)
    s->results->prev = r;
  s->results = r;
}

static void leave_session(crl_result *r) {
  if (!r->session)
    return;
  if (r->prev)
    r->prev->next = r->next;
  else
    r->session->results = r->next;
  if (r->next)
    r->next->prev = r->prev;
  r->session = NULL;
  r->next = r->prev = NULL;
}

void crl_result_end(crl_result *r) {
  leave_session(r);
  corm_block_free(r->block);
  r->block = NULL;
  corm_result_free(r->result);
  r->result = NULL;
  corm_conn_release(r->conn);
  r->conn = NULL;
}

static crl_result *check(lua_State *L, int index) {
  crl_result *r = luaL_testudata(L, index, CRL_RESULT);
  if (!r)
    crl_misuse(L, "a result was expected, not a %s", luaL_typename(L, index));
  return r;
}

static crl_result *check_open(lua_State *L, int index) {
  crl_result *r = check(L, index);
  if (!r->result)
    crl_misuse(L, "this result was closed, or its session was");
  return r;
}

static int collect(lua_State *L) {
  crl_result *r = luaL_testudata(L, 1, CRL_RESULT);
  if (!r)
    return 0;
  crl_result_end(r);
  crl_database_unref(r->database);
  r->database = NULL;
  return 0;
}

static int close(lua_State *L) {
  crl_result *r = check(L, 1);
  lua_State *before = crl_enter(r->database, L);
  crl_result_end(r);
  crl_leave(r->database, before);
  return 0;
}

/* ---- Rows
 * ----------------------------------------------------------------------------------------------------------------- */

/* fields(result) -> names (false where there is none), whether it is one entity, whether rows repeat */
static int fields(lua_State *L) {
  const corm_result *r = check_open(L, 1)->result;
  size_t n = corm_result_peek_columns(r);
  lua_createtable(L, (int)n, 0);
  for (size_t i = 0; i < n; i++) {
    const char *name = corm_result_peek_name(r, i);
    if (name)
      lua_pushstring(L, name);
    else
      lua_pushboolean(L, 0);
    lua_rawseti(L, -2, (int)i + 1);
  }
  lua_pushboolean(L, n == 1 && corm_result_peek_entity(r, 0));
  lua_pushboolean(L, corm_result_peek_needs_unique(r));
  return 3;
}

static void push_row(lua_State *L, const corm_value *cells, size_t n, int class) {
  lua_createtable(L, (int)n, 0);
  for (size_t i = 0; i < n; i++) {
    crl_push_value(L, &cells[i]);
    lua_rawseti(L, -2, (int)i + 1);
  }
  lua_pushvalue(L, class);
  lua_setmetatable(L, -2);
}

static void push_rows(lua_State *L, const corm_block *b, int class) {
  size_t n = corm_block_peek_columns(b), rows = corm_block_peek_rows(b);
  int single = !lua_istable(L, class);
  lua_createtable(L, (int)rows, 0);
  for (size_t i = 0; i < rows; i++) {
    const corm_value *cells = corm_block_peek_row(b, i);
    if (single)
      crl_push_value(L, &cells[0]);
    else
      push_row(L, cells, n, class);
    lua_rawseti(L, -2, (int)i + 1);
  }
  lua_pushinteger(L, (lua_Integer)rows);
}

/* fetch(result, most or 0, metatable of rows or nil for the first column alone) -> list, how many; 0: the end */
static int fetch(lua_State *L) {
  crl_result *r = check_open(L, 1);
  size_t most = (size_t)luaL_checkinteger(L, 2);
  corm_error *err = NULL;
  lua_settop(L, 3);
  lua_State *before = crl_enter(r->database, L);
  int status = corm_result_next_block(r->result, most, &r->block, &err);
  crl_leave(r->database, before);
  if (status)
    return crl_fail(L, status, err);
  if (!r->block) {
    lua_newtable(L);
    lua_pushinteger(L, 0);
    return 2;
  }
  push_rows(L, r->block, 3);
  corm_block_free(r->block);
  r->block = NULL;
  return 2;
}

/* set_block(result, rows): so many are made at a time */
static int set_block(lua_State *L) {
  corm_result_set_block(check_open(L, 1)->result, (size_t)luaL_checkinteger(L, 2));
  return 0;
}

/* counts(result) -> rows changed, key of an inserted row as a list */
static int counts(lua_State *L) {
  const corm_result *r = check_open(L, 1)->result;
  const corm_value *key = NULL;
  crl_push_int64(L, corm_result_peek_rowcount(r));
  size_t n = corm_result_peek_is_insert(r) ? corm_result_peek_inserted_key(r, &key) : 0;
  lua_createtable(L, (int)n, 0);
  for (size_t i = 0; i < n; i++) {
    crl_push_value(L, &key[i]);
    lua_rawseti(L, -2, (int)i + 1);
  }
  lua_pushboolean(L, corm_result_peek_columns(r) > 0 && !corm_result_peek_is_spent(r));
  return 3;
}

void crl_open_results(lua_State *L) {
  static const luaL_Reg meta[] = {{"__gc", collect}, {"__close", close}, {NULL, NULL}};
  static const luaL_Reg methods[] = {{"close", close}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"fields", fields},       {"fetch", fetch},        {"counts", counts},
                                       {"set_block", set_block}, {"close_result", close}, {NULL, NULL}};
  crl_class(L, CRL_RESULT, meta, methods);
  luaL_setfuncs(L, functions, 0);
}
