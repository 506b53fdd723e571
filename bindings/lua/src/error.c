/* Errors: run-time failures as nil and a table, misuse as an error at the line of the program. */
#include "binding.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define CRL_ERROR "cormorant.error"

/* ---- Misuse
 * --------------------------------------------------------------------------------------------------------------- */

static int is_own(lua_State *L, const lua_Debug *at) {
  if (*at->what == 'C')
    return 1;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &crl_own_files);
  const char *home = lua_tostring(L, -1);
  int own = home && strncmp(at->source, home, strlen(home)) == 0;
  lua_pop(L, 1);
  return own;
}

static void push_place(lua_State *L) {
  lua_Debug at;
  for (int level = 0; lua_getstack(L, level, &at); level++) {
    if (!lua_getinfo(L, "Sl", &at) || at.currentline <= 0 || is_own(L, &at))
      continue;
    lua_pushfstring(L, "%s:%d: ", at.short_src, at.currentline);
    return;
  }
  lua_pushliteral(L, "");
}

int crl_misuse(lua_State *L, const char *fmt, ...) {
  char text[1024];
  va_list args;
  va_start(args, fmt);
  (void)vsnprintf(text, sizeof text, fmt, args);
  va_end(args);
  push_place(L);
  lua_pushstring(L, text);
  lua_concat(L, 2);
  return lua_error(L);
}

/* misuse(message): the same for the Lua half */
static int misuse(lua_State *L) { return crl_misuse(L, "%s", luaL_checkstring(L, 1)); }

/* ---- Errors of Lua inside the core
 * ---------------------------------------------------------------------------------------- */

/* A Lua value that waits in the registry while a core error carries it. */
typedef struct carried {
  int ref;
} carried;

typedef struct guarded {
  lua_CFunction fn;
  void *arg;
  int failed, ref;
  char text[512];
} guarded;

static void note_failure(lua_State *L, guarded *g) {
  const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "a hook raised a value that is no text";
  g->failed = 1;
  (void)snprintf(g->text, sizeof g->text, "%s", text);
  g->ref = luaL_ref(L, LUA_REGISTRYINDEX);
}

static int call_guarded(lua_State *L) {
  guarded *g = lua_touserdata(L, 1);
  lua_pushcfunction(L, g->fn);
  lua_pushlightuserdata(L, g->arg);
  if (lua_pcall(L, 1, 0, 0) != 0)
    note_failure(L, g);
  return 0;
}

/* Runs fn(lightuserdata) where an error cannot leave; the status is lua_pcall's, its value is dropped. */
static int protect(lua_State *L, lua_CFunction fn, void *arg) {
#if LUA_VERSION_NUM < 502
  int status = lua_cpcall(L, fn, arg);
#else
  if (!lua_checkstack(L, 4))
    return LUA_ERRMEM;
  lua_pushcfunction(L, fn);
  lua_pushlightuserdata(L, arg);
  int status = lua_pcall(L, 1, 0, 0);
#endif
  if (status)
    lua_pop(L, 1);
  return status;
}

/* The registry forgets the value when the error is shown; one that nobody looks at stays until then. */
static void let_go(void *p) { crl_release(p); }

int crl_call(lua_State *L, lua_CFunction fn, void *arg, corm_error **err) {
  guarded g = {.fn = fn, .arg = arg, .ref = LUA_NOREF};
  int status = protect(L, call_guarded, &g);
  if (!g.failed)
    return status ? corm_error_set(err, CORM_ENOMEM, "out of memory") : CORM_OK;
  carried *c = err ? crl_alloc(sizeof *c) : NULL;
  if (!c) {
    luaL_unref(L, LUA_REGISTRYINDEX, g.ref);
    return corm_error_set(err, err ? CORM_ENOMEM : CORM_EHOST, g.text);
  }
  c->ref = g.ref;
  status = corm_error_from_host(err, c, let_go);
  corm_error_add(*err, "hook", g.text);
  return status;
}

/* ---- Errors as Lua values
 * ------------------------------------------------------------------------------------------------- */

static void field(lua_State *L, const corm_error *err, const char *key, const char *name) {
  const char *text = corm_error_detail(err, key);
  if (!text)
    return;
  lua_pushstring(L, text);
  lua_setfield(L, -2, name);
}

/* "CORM_EDB_INTEGRITY" is "integrity", "CORM_ENOROWS" "norows". */
static void push_kind(lua_State *L, int status) {
  const char *name = corm_status_name(status);
  char word[64];
  size_t n = 0;
  if (status == CORM_EHOST)
    name = "CORM_EHOOK";
  name += strncmp(name, "CORM_EDB_", 9) == 0 ? 9 : strncmp(name, "CORM_E", 6) == 0 ? 6 : 0;
  for (; name[n] && n + 1 < sizeof word; n++)
    word[n] = (char)(name[n] >= 'A' && name[n] <= 'Z' ? name[n] + 'a' - 'A' : name[n]);
  lua_pushlstring(L, word, n);
}

static void push_cause(lua_State *L, const corm_error *err) {
  carried *c = corm_error_host(err);
  if (!c || c->ref == LUA_NOREF) {
    const char *text = corm_error_detail(err, "hook");
    lua_pushstring(L, text ? text : corm_error_message(err));
    return;
  }
  lua_rawgeti(L, LUA_REGISTRYINDEX, c->ref);
  luaL_unref(L, LUA_REGISTRYINDEX, c->ref);
  c->ref = LUA_NOREF;
}

/* An error object that a hook raised, or got from the session and raised, comes out as itself. */
static int is_error(lua_State *L, int index) {
  if (lua_type(L, index) != LUA_TTABLE || !lua_getmetatable(L, index))
    return 0;
  luaL_getmetatable(L, CRL_ERROR);
  int same = lua_rawequal(L, -1, -2);
  lua_pop(L, 2);
  return same;
}

/* Owns the error that is being shown, so that a Lua error meanwhile does not lose it. One per state, made early. */
typedef struct showing {
  corm_error *err;
} showing;

static const char showing_key;

static int free_showing(lua_State *L) {
  showing *s = lua_touserdata(L, 1);
  corm_error_free(s->err);
  s->err = NULL;
  return 0;
}

static showing *show(lua_State *L, corm_error *err) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &showing_key);
  showing *s = lua_touserdata(L, -1);
  lua_pop(L, 1);
  corm_error_free(s->err);
  s->err = err;
  return s;
}

static void fill(lua_State *L, const corm_error *err) {
  static const char *const details[][2] = {
      {CORM_DETAIL_STATEMENT, "statement"},   {CORM_DETAIL_SQLSTATE, "sqlstate"}, {CORM_DETAIL_CODE, "code"},
      {CORM_DETAIL_CODE_NAME, "code_name"},   {CORM_DETAIL_DRIVER, "driver"},     {CORM_DETAIL_COLUMN, "column"},
      {CORM_DETAIL_CONSTRAINT, "constraint"}, {CORM_DETAIL_NAME, "name"},         {CORM_DETAIL_NEAREST, "nearest"},
      {CORM_DETAIL_REASON, "reason"},         {CORM_DETAIL_OWNER, "owner"}};
  for (size_t i = 0; i < sizeof details / sizeof *details; i++)
    field(L, err, details[i][0], details[i][1]);
  push_kind(L, corm_error_status(err));
  lua_setfield(L, -2, "kind");
  if (corm_error_status(err) == CORM_EHOST) {
    push_cause(L, err);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, "cause");
  } else {
    lua_pushstring(L, corm_error_message(err));
  }
  lua_setfield(L, -2, "message");
  luaL_getmetatable(L, CRL_ERROR);
  lua_setmetatable(L, -2);
}

void crl_push_error(lua_State *L, corm_error *err) {
  showing *s = show(L, err);
  lua_newtable(L);
  fill(L, err);
  corm_error_free(s->err);
  s->err = NULL;
  lua_getfield(L, -1, "cause");
  if (is_error(L, -1))
    lua_remove(L, -2);
  else
    lua_pop(L, 1);
}

static int is_misuse(int status) {
  return status == CORM_EARGUMENT || status == CORM_ENAME || status == CORM_EMISUSE || status == CORM_EUNMAPPED ||
         status == CORM_ECLOSED;
}

static int raise_misuse(lua_State *L, corm_error *err) {
  char text[1024];
  (void)snprintf(text, sizeof text, "%s", corm_error_message(err));
  corm_error_free(err);
  return crl_misuse(L, "%s", text);
}

int crl_fail(lua_State *L, int status, corm_error *err) {
  if (is_misuse(status))
    return raise_misuse(L, err);
  lua_pushnil(L);
  crl_push_error(L, err);
  return 2;
}

int crl_raise(lua_State *L, int status, corm_error *err) {
  if (is_misuse(status))
    return raise_misuse(L, err);
  crl_push_error(L, err);
  return lua_error(L);
}

int crl_done(lua_State *L, int status, corm_error *err) {
  if (status)
    return crl_fail(L, status, err);
  lua_pushboolean(L, 1);
  return 1;
}

static int error_text(lua_State *L) {
  lua_getfield(L, 1, "message");
  if (lua_type(L, -1) == LUA_TSTRING)
    return 1;
  lua_getglobal(L, "tostring");
  lua_insert(L, -2);
  lua_call(L, 1, 1);
  return 1;
}

/* new_error(kind, message): an error of the Lua half */
static int new_error(lua_State *L) {
  lua_newtable(L);
  lua_pushvalue(L, 1);
  lua_setfield(L, -2, "kind");
  lua_pushvalue(L, 2);
  lua_setfield(L, -2, "message");
  luaL_getmetatable(L, CRL_ERROR);
  lua_setmetatable(L, -2);
  return 1;
}

void crl_open_errors(lua_State *L) {
  static const luaL_Reg meta[] = {{"__tostring", error_text}, {NULL, NULL}};
  static const luaL_Reg showing_meta[] = {{"__gc", free_showing}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"misuse", misuse}, {"new_error", new_error}, {NULL, NULL}};
  crl_class(L, CRL_ERROR, meta, NULL);
  crl_class(L, "cormorant.showing", showing_meta, NULL);
  ((showing *)crl_new_block(L, sizeof(showing)))->err = NULL;
  luaL_getmetatable(L, "cormorant.showing");
  lua_setmetatable(L, -2);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &showing_key);
  luaL_setfuncs(L, functions, 0);
}
