/* Sessions: one thread of the program at a time, ended by close, by <close>, or by the collector. */
#include "binding.h"

/* ---- Life
 * ----------------------------------------------------------------------------------------------------------------- */

crl_session *crl_check_session(lua_State *L, int index) {
  crl_session *s = luaL_testudata(L, index, CRL_SESSION);
  if (!s)
    crl_misuse(L, "a session was expected, not a %s", luaL_typename(L, index));
  if (!s->session)
    crl_misuse(L, "this session was closed");
  if (s->database->closed)
    crl_misuse(L, "the database of this session was closed");
  return s;
}

void crl_push_session(lua_State *L, const corm_session *session) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &crl_sessions);
  lua_rawgetp(L, -1, session);
  lua_remove(L, -2);
}

static void end(crl_session *s) {
  corm_session *session = s->session;
  s->session = NULL;
  while (s->results)
    crl_result_end(s->results);
  corm_session_free(session);
}

static int collect(lua_State *L) {
  crl_session *s = luaL_testudata(L, 1, CRL_SESSION);
  if (!s || !s->database)
    return 0;
  lua_State *before = crl_enter(s->database, NULL); /* no hook is told any more */
  if (s->session)
    end(s);
  crl_leave(s->database, before);
  crl_database_unref(s->database);
  s->database = NULL;
  return 0;
}

static int open(lua_State *L) {
  crl_database *d = crl_check_database(L, 1);
  corm_session_options options = {.size = sizeof options, .host = &d->host};
  corm_error *err = NULL;
  lua_settop(L, 2);
  if (lua_istable(L, 2)) {
    lua_getfield(L, 2, "autoflush");
    options.no_autoflush = !lua_isnil(L, -1) && !lua_toboolean(L, -1);
    lua_getfield(L, 2, "expire_on_commit");
    options.no_expire_on_commit = !lua_isnil(L, -1) && !lua_toboolean(L, -1);
  }
  crl_session *s = crl_new_block(L, sizeof *s);
  *s = (crl_session){NULL, NULL, NULL};
  luaL_getmetatable(L, CRL_SESSION);
  lua_setmetatable(L, -2);
  lua_createtable(L, 0, 2);
  lua_pushvalue(L, 1);
  lua_setfield(L, -2, "database");
  crl_set_anchor(L, -2);
  s->database = crl_database_ref(d);
  int status = corm_session_open(&s->session, d->engine, &options, &err);
  if (status)
    return crl_fail(L, status, err);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &crl_sessions);
  lua_pushvalue(L, -2);
  lua_rawsetp(L, -2, s->session);
  lua_pop(L, 1);
  return 1;
}

/* session:close(): rolls back what is open; its records stay, detached. Closing twice is fine. */
static int close(lua_State *L) {
  crl_session *s = luaL_testudata(L, 1, CRL_SESSION);
  corm_error *err = NULL;
  if (!s)
    return crl_misuse(L, "a session was expected, not a %s", luaL_typename(L, 1));
  if (!s->session)
    return crl_done(L, CORM_OK, NULL);
  lua_State *before = crl_enter(s->database, L);
  while (s->results)
    crl_result_end(s->results);
  int status = corm_session_close(s->session, &err);
  if (status != CORM_EMISUSE && status != CORM_EILLEGALSTATE) /* else it is busy: a hook of its own asks */
    end(s);
  crl_leave(s->database, before);
  return crl_done(L, status, err);
}

static int close_at_end(lua_State *L) {
  (void)close(L);
  return 0;
}

/* anchor_of(session): a table that lives as long as the session */
static int anchor_of(lua_State *L) {
  luaL_checkudata(L, 1, CRL_SESSION);
  crl_get_anchor(L, 1);
  return 1;
}

static int is_open(lua_State *L) {
  const crl_session *s = luaL_checkudata(L, 1, CRL_SESSION);
  lua_pushboolean(L, s->session != NULL && !s->database->closed);
  return 1;
}

/* ---- Unit of work
 * --------------------------------------------------------------------------------------------------------- */

typedef int (*record_call)(corm_session *, corm_record *, corm_error **);

static int for_record(lua_State *L, record_call call) {
  crl_session *s = crl_check_session(L, 1);
  const crl_object *o = crl_check_object(L, 2);
  corm_error *err = NULL;
  lua_State *before = crl_enter(s->database, L);
  int status = call(s->session, o->record, &err);
  crl_leave(s->database, before);
  return crl_done(L, status, err);
}

static int add(lua_State *L) { return for_record(L, corm_session_add); }
static int delete_record(lua_State *L) { return for_record(L, corm_session_delete); }
static int expunge(lua_State *L) { return for_record(L, corm_session_expunge); }

typedef int (*session_call)(corm_session *, corm_error **);

static int for_session(lua_State *L, session_call call) {
  crl_session *s = crl_check_session(L, 1);
  corm_error *err = NULL;
  lua_State *before = crl_enter(s->database, L);
  int status = call(s->session, &err);
  crl_collect_sometimes(s->database);
  crl_leave(s->database, before);
  return crl_done(L, status, err);
}

static int flush(lua_State *L) { return for_session(L, corm_session_flush); }
static int commit(lua_State *L) { return for_session(L, corm_session_commit); }
static int rollback(lua_State *L) { return for_session(L, corm_session_rollback); }
static int expunge_all(lua_State *L) { return for_session(L, corm_session_expunge_all); }
static int expire_all(lua_State *L) { return for_session(L, corm_session_expire_all); }

static int begin_session(corm_session *s, corm_error **err) { return corm_session_begin(s, NULL, err); }
static int begin(lua_State *L) { return for_session(L, begin_session); }

typedef int (*slots_call)(corm_session *, corm_record *, const int *, size_t, corm_error **);

/* (session, record, list of slots or nil) */
static int for_slots(lua_State *L, slots_call call) {
  crl_session *s = crl_check_session(L, 1);
  const crl_object *o = crl_check_object(L, 2);
  corm_error *err = NULL;
  size_t n = lua_istable(L, 3) ? lua_rawlen(L, 3) : 0;
  int *slots = crl_scratch(L, n * sizeof *slots);
  for (size_t i = 0; i < n; i++) {
    lua_rawgeti(L, 3, (int)i + 1);
    slots[i] = (int)lua_tointeger(L, -1);
    lua_pop(L, 1);
  }
  lua_State *before = crl_enter(s->database, L);
  int status = call(s->session, o->record, n ? slots : NULL, n, &err);
  crl_leave(s->database, before);
  return crl_done(L, status, err);
}

static int refresh(lua_State *L) { return for_slots(L, corm_session_refresh); }
static int expire(lua_State *L) { return for_slots(L, corm_session_expire); }

static int contains(lua_State *L) {
  const crl_session *s = crl_check_session(L, 1);
  lua_pushboolean(L, corm_session_contains(s->session, crl_check_object(L, 2)->record));
  return 1;
}

static int in_transaction(lua_State *L) {
  lua_pushboolean(L, corm_session_peek_in_transaction(crl_check_session(L, 1)->session));
  return 1;
}

/* ---- Sets
 * ----------------------------------------------------------------------------------------------------------------- */

typedef struct gathering {
  crl_object **at;
  size_t n, cap;
  crl_database *database;
} gathering;

/* Objects first, Lua values afterwards: making those may raise. */
static int gather(void *ctx, corm_record *r) {
  gathering *g = ctx;
  if (g->n < g->cap)
    g->at[g->n] = crl_object_of(g->database, r);
  g->n += g->n < g->cap && g->at[g->n];
  return 0;
}

static int count_one(void *ctx, corm_record *r) {
  (void)r;
  ++*(size_t *)ctx;
  return 0;
}

/* members(session, "new" | "dirty" | "deleted" | "persistent") -> list of records */
static int members(lua_State *L) {
  static const char *const names[] = {"new", "dirty", "deleted", "persistent", NULL};
  crl_session *s = crl_check_session(L, 1);
  int set = luaL_checkoption(L, 2, NULL, names) + CORM_SET_NEW;
  size_t n = 0;
  (void)corm_session_each(s->session, set, count_one, &n);
  gathering g = {crl_scratch(L, n * sizeof *g.at), 0, n, s->database};
  (void)corm_session_each(s->session, set, gather, &g);
  lua_createtable(L, (int)n, 0);
  for (size_t i = 0; i < g.n; i++) {
    crl_push_object(L, g.at[i]);
    crl_unref(g.at[i]);
    lua_rawseti(L, -2, (int)i + 1);
  }
  return 1;
}

/* ---- Reading
 * -------------------------------------------------------------------------------------------------------------- */

/* get(session, entity, list of key values, options or nil, populate) -> record or nil */
static int get(lua_State *L) {
  crl_session *s = crl_check_session(L, 1);
  const corm_entity *e = crl_check_entity(L, 2);
  size_t n = corm_entity_peek_key_size(e);
  corm_record *found = NULL;
  corm_error *err = NULL;
  lua_settop(L, 5);
  corm_node *options = lua_isnil(L, 4) ? NULL : crl_check_node(L, 4);
  if (!lua_istable(L, 3) || lua_rawlen(L, 3) != n)
    return crl_misuse(L, "the key of \"%s\" has %d values", corm_entity_peek_name(e), (int)n);
  corm_value *key = crl_scratch(L, n * sizeof *key);
  luaL_checkstack(L, (int)n + 8, NULL);
  for (size_t i = 0; i < n; i++) {
    corm_column *c = corm_entity_peek_column(e, corm_entity_peek_key_slot(e, i));
    lua_rawgeti(L, 3, (int)i + 1);
    crl_to_value(L, -1, c ? corm_column_peek_type(c) : NULL, &key[i]);
  }
  lua_State *before = crl_enter(s->database, L);
  crl_collect_sometimes(s->database);
  int status = corm_session_get(&found, s->session, e, key, n, options, lua_toboolean(L, 5), &err);
  crl_leave(s->database, before);
  if (status)
    return crl_fail(L, status, err);
  if (found)
    crl_push_record(L, found);
  else
    lua_pushnil(L);
  return 1;
}

/* merge(session, record, options or nil) -> the session's record */
static int merge(lua_State *L) {
  crl_session *s = crl_check_session(L, 1);
  const crl_object *given = crl_check_object(L, 2);
  corm_record *merged = NULL;
  void *object = NULL;
  corm_error *err = NULL;
  lua_settop(L, 3);
  corm_node *options = lua_isnil(L, 3) ? NULL : crl_check_node(L, 3);
  lua_State *before = crl_enter(s->database, L);
  crl_collect_sometimes(s->database);
  int status = corm_session_merge(&merged, &object, s->session, given->record, options, 0, &err);
  crl_leave(s->database, before);
  if (status)
    return crl_fail(L, status, err);
  crl_push_object(L, object);
  crl_unref(object);
  return 1;
}

/* ---- Settings
 * -------------------------------------------------------------------------------------------------------------- */

/* set_session_events(session, table of names) */
static int set_events(lua_State *L) {
  corm_session_set_events(crl_check_session(L, 1)->session, crl_events_of(L, 2));
  return 0;
}

static int set_autoflush(lua_State *L) {
  corm_session_set_autoflush(crl_check_session(L, 1)->session, lua_toboolean(L, 2));
  return 0;
}

void crl_open_sessions(lua_State *L) {
  static const luaL_Reg meta[] = {{"__gc", collect}, {"__close", close_at_end}, {NULL, NULL}};
  static const luaL_Reg methods[] = {{"close", close},
                                     {"flush", flush},
                                     {"commit", commit},
                                     {"rollback", rollback},
                                     {"begin", begin},
                                     {"expunge", expunge},
                                     {"expunge_all", expunge_all},
                                     {"expire_all", expire_all},
                                     {"contains", contains},
                                     {"in_transaction", in_transaction},
                                     {"is_open", is_open},
                                     {"add", add},
                                     {"delete", delete_record},
                                     {NULL, NULL}};
  static const luaL_Reg functions[] = {{"open_session", open},
                                       {"anchor_of", anchor_of},
                                       {"refresh", refresh},
                                       {"expire", expire},
                                       {"members", members},
                                       {"session_get", get},
                                       {"session_merge", merge},
                                       {"set_session_events", set_events},
                                       {"set_autoflush", set_autoflush},
                                       {NULL, NULL}};
  crl_class(L, CRL_SESSION, meta, methods);
  luaL_setfuncs(L, functions, 0);
}
