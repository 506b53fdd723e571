/* Savepoints: a part of a session's transaction that ends by itself. */
#include "binding.h"

typedef struct transaction_value {
  corm_transaction *transaction;
  crl_database *database;
} transaction_value;

static transaction_value *check(lua_State *L, int index) {
  transaction_value *v = luaL_testudata(L, index, CRL_TRANSACTION);
  if (!v)
    crl_misuse(L, "a savepoint was expected, not a %s", luaL_typename(L, index));
  return v;
}

/* begin_nested(session) -> savepoint */
static int begin_nested(lua_State *L) {
  crl_session *s = crl_check_session(L, 1);
  corm_error *err = NULL;
  transaction_value *v = crl_new_block(L, sizeof *v);
  *v = (transaction_value){NULL, NULL};
  luaL_getmetatable(L, CRL_TRANSACTION);
  lua_setmetatable(L, -2);
  lua_createtable(L, 1, 0);
  lua_pushvalue(L, 1);
  lua_rawseti(L, -2, 1);
  crl_set_anchor(L, -2);
  lua_State *before = crl_enter(s->database, L);
  int status = corm_session_begin_nested(s->session, &v->transaction, &err);
  crl_leave(s->database, before);
  if (status)
    return crl_fail(L, status, err);
  v->database = crl_database_ref(s->database);
  return 1;
}

static int finish(lua_State *L, int (*how)(corm_transaction *, corm_error **)) {
  transaction_value *v = check(L, 1);
  corm_error *err = NULL;
  crl_get_anchor(L, 1);
  lua_rawgeti(L, -1, 1);
  (void)crl_check_session(L, -1);
  lua_State *before = crl_enter(v->database, L);
  int status = how(v->transaction, &err);
  crl_leave(v->database, before);
  return crl_done(L, status, err);
}

static int commit(lua_State *L) { return finish(L, corm_transaction_commit); }
static int rollback(lua_State *L) { return finish(L, corm_transaction_rollback); }

static int is_active(lua_State *L) {
  const transaction_value *v = check(L, 1);
  lua_pushboolean(L, v->transaction && corm_transaction_peek_active(v->transaction));
  return 1;
}

/* Neither active nor waiting for its rollback. */
static int is_ended(lua_State *L) {
  const transaction_value *v = check(L, 1);
  lua_pushboolean(L, !v->transaction || corm_transaction_peek_ended(v->transaction));
  return 1;
}

/* <close>: what was not released is rolled back */
static int close_at_end(lua_State *L) {
  const transaction_value *v = check(L, 1);
  if (v->transaction && !corm_transaction_peek_ended(v->transaction))
    (void)rollback(L);
  return 0;
}

static int collect(lua_State *L) {
  transaction_value *v = luaL_testudata(L, 1, CRL_TRANSACTION);
  if (!v || !v->database)
    return 0;
  corm_transaction_unref(v->transaction);
  crl_database_unref(v->database);
  *v = (transaction_value){NULL, NULL};
  return 0;
}

void crl_open_transactions(lua_State *L) {
  static const luaL_Reg meta[] = {{"__gc", collect}, {"__close", close_at_end}, {NULL, NULL}};
  static const luaL_Reg methods[] = {{"commit", commit},       {"release", commit},    {"rollback", rollback},
                                     {"is_active", is_active}, {"is_ended", is_ended}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"begin_nested", begin_nested}, {NULL, NULL}};
  crl_class(L, CRL_TRANSACTION, meta, methods);
  luaL_setfuncs(L, functions, 0);
}
