/* Databases: an engine, and the schema of the models that are defined on it. */
#include "binding.h"

/* ---- Life
 * ----------------------------------------------------------------------------------------------------------------- */

crl_database *crl_database_ref(crl_database *d) {
  d->refs++;
  return d;
}

void crl_database_unref(crl_database *d) {
  if (!d || --d->refs)
    return;
  corm_schema_unref(d->schema);
  corm_engine_unref(d->engine);
  for (crl_default *f = d->defaults, *next; f; f = next) {
    next = f->next;
    crl_release(f);
  }
  crl_release(d);
}

typedef struct database_value {
  crl_database *database;
} database_value;

crl_database *crl_check_any_database(lua_State *L, int index) {
  database_value *v = luaL_testudata(L, index, CRL_DATABASE);
  if (!v || !v->database)
    crl_misuse(L, "a database was expected, not a %s", luaL_typename(L, index));
  return v->database;
}

crl_database *crl_check_database(lua_State *L, int index) {
  crl_database *d = crl_check_any_database(L, index);
  if (d->closed)
    crl_misuse(L, "this database was closed");
  return d;
}

void crl_push_database(lua_State *L, const crl_database *d) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &crl_databases);
  lua_rawgetp(L, -1, d);
  lua_remove(L, -2);
}

static int collect(lua_State *L) {
  database_value *v = luaL_testudata(L, 1, CRL_DATABASE);
  crl_database *d = v ? v->database : NULL;
  if (!d)
    return 0;
  v->database = NULL;
  d->silent = 1;
  d->L = NULL;
  crl_collect(d);
  crl_database_unref(d);
  return 0;
}

static int make(crl_database *d, const char *url, corm_engine *shared, corm_error **err) {
  const corm_engine_options options = {.size = sizeof options, .host = crl_engine_host()};
  int status = CORM_OK;
  if (shared)
    d->engine = corm_engine_ref(shared);
  else
    status = corm_engine_open(&d->engine, url, &options, err);
  if (!status)
    status = corm_schema_new(&d->schema, err);
  return status ? status : corm_catalog_new(&d->catalog, d->schema, NULL, err);
}

/* open(url or a light userdata that is a corm_engine) -> database */
static int open(lua_State *L) {
  corm_engine *shared = lua_islightuserdata(L, 1) ? lua_touserdata(L, 1) : NULL;
  const char *url = shared ? NULL : luaL_checkstring(L, 1);
  database_value *v = crl_new_block(L, sizeof *v);
  corm_error *err = NULL;
  v->database = NULL;
  luaL_getmetatable(L, CRL_DATABASE);
  lua_setmetatable(L, -2);
  lua_newtable(L);
  crl_set_anchor(L, -2);
  if (!(v->database = crl_alloc(sizeof *v->database)))
    return luaL_error(L, "out of memory");
  v->database->refs = 1;
  v->database->collect_at = 1000;
  crl_host_init(v->database);
  int status = make(v->database, url, shared, &err);
  if (status)
    return crl_fail(L, status, err);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &crl_databases);
  lua_pushvalue(L, -2);
  lua_rawsetp(L, -2, v->database);
  lua_pop(L, 1);
  return 1;
}

/* close(db): idle connections are closed; sessions fail from now on. */
static int close(lua_State *L) {
  crl_database *d = crl_check_any_database(L, 1);
  corm_error *err = NULL;
  if (d->closed)
    return crl_done(L, CORM_OK, NULL);
  d->closed = 1;
  return crl_done(L, corm_engine_dispose(d->engine, 1, &err), err);
}

/* anchor(db): the table of what lives as long as the database */
static int anchor(lua_State *L) {
  (void)crl_check_any_database(L, 1);
  crl_get_anchor(L, 1);
  return 1;
}

/* engine(db): the corm_engine, to be opened by another Lua state of this process */
static int engine(lua_State *L) {
  lua_pushlightuserdata(L, crl_check_database(L, 1)->engine);
  return 1;
}

static int dialect(lua_State *L) {
  const crl_database *d = crl_check_any_database(L, 1);
  lua_pushstring(L, corm_dialect_peek_name(corm_engine_peek_dialect(d->engine)));
  return 1;
}

/* collect_records(db): frees cycles of records now; how many are left */
static int collect_records(lua_State *L) {
  crl_database *d = crl_check_any_database(L, 1);
  crl_collect(d);
  crl_push_int64(L, (int64_t)d->n_objects);
  return 1;
}

/* ---- Tables in the database
 * ----------------------------------------------------------------------------------------------- */

typedef int (*schema_change)(corm_conn *, corm_catalog *, corm_table *const *, size_t, int, corm_error **);

static int change_schema(lua_State *L, schema_change change) {
  crl_database *d = crl_check_database(L, 1);
  corm_conn *conn = NULL;
  corm_error *err = NULL;
  lua_State *before = crl_enter(d, L);
  int status = corm_conn_acquire(&conn, d->engine, &err);
  if (!status)
    status = change(conn, d->catalog, NULL, 0, 1, &err);
  if (!status)
    status = corm_conn_commit(conn, &err);
  corm_conn_release(conn);
  crl_leave(d, before);
  return crl_done(L, status, err);
}

static int create_all(lua_State *L) { return change_schema(L, corm_conn_create_all); }
static int drop_all(lua_State *L) { return change_schema(L, corm_conn_drop_all); }

void crl_open_database(lua_State *L) {
  static const luaL_Reg meta[] = {{"__gc", collect}, {NULL, NULL}};
  static const luaL_Reg methods[] = {
      {"close", close}, {"create_all", create_all}, {"drop_all", drop_all}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"open", open},
                                       {"anchor", anchor},
                                       {"engine", engine},
                                       {"dialect", dialect},
                                       {"collect_records", collect_records},
                                       {NULL, NULL}};
  crl_class(L, CRL_DATABASE, meta, methods);
  luaL_setfuncs(L, functions, 0);
}
