/* One set of files for Lua 5.4 and LuaJIT: what 5.1's API lacks, under 5.4's names. */
#ifndef CRL_COMPAT_H
#define CRL_COMPAT_H
#include <lauxlib.h>
#include <lua.h>
#include <stddef.h>

#if LUA_VERSION_NUM < 502
#define CRL_TCDATA 10 /* LuaJIT's boxed C values */
#define lua_rawlen(L, i) lua_objlen((L), (i))
#define lua_rawgetp(L, i, p) crl_rawgetp((L), (i), (p))
#define lua_rawsetp(L, i, p) crl_rawsetp((L), (i), (p))
#define lua_absindex(L, i) ((i) > 0 || (i) <= LUA_REGISTRYINDEX ? (i) : lua_gettop(L) + (i) + 1)
#define crl_new_block(L, n) lua_newuserdata((L), (n))
#define crl_set_anchor(L, i) lua_setfenv((L), (i))
#define crl_get_anchor(L, i) lua_getfenv((L), (i))

static inline void crl_rawgetp(lua_State *L, int i, const void *p) {
  int at = lua_absindex(L, i);
  lua_pushlightuserdata(L, (void *)(size_t)p);
  lua_rawget(L, at);
}

static inline void crl_rawsetp(lua_State *L, int i, const void *p) {
  int at = lua_absindex(L, i);
  lua_pushlightuserdata(L, (void *)(size_t)p);
  lua_insert(L, -2);
  lua_rawset(L, at);
}

static inline int lua_isinteger(lua_State *L, int i) {
  lua_Number n = lua_tonumber(L, i);
  return lua_type(L, i) == LUA_TNUMBER && n >= -9007199254740992.0 && n <= 9007199254740992.0 &&
         n == (lua_Number)(long long)n;
}
#else
#define CRL_TCDATA (-100) /* no such type */
#define crl_new_block(L, n) lua_newuserdatauv((L), (n), 1)
#define crl_set_anchor(L, i) lua_setiuservalue((L), (i), 1)
#define crl_get_anchor(L, i) lua_getiuservalue((L), (i), 1)
#endif

#endif
