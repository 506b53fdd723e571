/* Hooks on statements. Listeners last as long as the engine, which may serve several Lua states on several threads:
 * each knows the number of its database only, and tells it when that database's own call is what runs on this thread.
 */
#include "binding.h"
#include <stdatomic.h>

static _Thread_local crl_database *inside; /* the innermost; others by `outer` */

void crl_inside_push(crl_database *d) {
  d->outer = inside;
  inside = d;
}

void crl_inside_pop(const crl_database *d) { inside = d->outer; }

static crl_database *inside_numbered(uintptr_t number) {
  crl_database *d = inside;
  while (d && d->number != number)
    d = d->outer;
  return d;
}

typedef struct telling {
  crl_database *database;
  const corm_event *event;
} telling;

static void push_row(lua_State *L, const corm_value *values, size_t n) {
  lua_createtable(L, (int)n, 0);
  for (size_t i = 0; i < n; i++) {
    if (values[i].kind == CORM_NULL)
      crl_push_null(L);
    else
      crl_push_value(L, &values[i]);
    lua_rawseti(L, -2, (int)i + 1);
  }
}

static int tell(lua_State *L) {
  const telling *t = lua_touserdata(L, 1);
  const corm_event *ev = t->event;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &crl_helpers);
  lua_getfield(L, -1, "dispatch_statement");
  crl_push_database(L, t->database);
  if (lua_isnil(L, -1))
    return 0;
  lua_pushstring(L, corm_event_name(ev->kind));
  lua_pushlstring(L, ev->sql, ev->sql_len);
  lua_createtable(L, (int)ev->rows, 0);
  for (size_t i = 0; i < ev->rows; i++) {
    push_row(L, ev->given + i * ev->n_values, ev->n_values);
    lua_rawseti(L, -2, (int)i + 1);
  }
  lua_call(L, 4, 0);
  return 0;
}

static int statement(void *number, const corm_event *ev, corm_error **err) {
  telling t = {inside_numbered((uintptr_t)number), ev};
  return t.database && !t.database->silent ? crl_call(t.database->L, tell, &t, err) : CORM_OK;
}

/* listen(db, "before_cursor_execute" or "after_cursor_execute"): the helper dispatch_statement is called from now on */
static int listen(lua_State *L) {
  static atomic_uintptr_t numbers;
  crl_database *d = crl_check_database(L, 1);
  corm_error *err = NULL;
  if (!d->number)
    d->number = atomic_fetch_add(&numbers, 1) + 1;
  int status =
      corm_engine_listen(d->engine, corm_event_named(luaL_checkstring(L, 2)), statement, (void *)d->number, &err);
  return status ? crl_raise(L, status, err) : 0;
}

uint64_t crl_events_of(lua_State *L, int index) {
  uint64_t mask = 0;
  for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
    int kind = corm_event_named(lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : NULL);
    mask |= kind < 0 ? 0 : CORM_EV_BIT(kind);
  }
  return mask;
}

void crl_open_listeners(lua_State *L) {
  static const luaL_Reg functions[] = {{"listen", listen}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
