/* Statements of a session: values for one execution or many, and running them. */
#include "binding.h"

/* ---- Values by position
 * --------------------------------------------------------------------------------------------------- */

/* The list keeps the text, so that nothing stays on the stack but the array. Its field "n" counts what nil hides. */
static corm_value *positional(lua_State *L, int list, size_t *n) {
  *n = 0;
  if (!lua_istable(L, list))
    return NULL;
  lua_getfield(L, list, "n");
  *n = lua_isnumber(L, -1) ? (size_t)lua_tonumber(L, -1) : lua_rawlen(L, list);
  lua_pop(L, 1);
  corm_value *values = crl_scratch(L, *n * sizeof *values);
  for (size_t i = 0; i < *n; i++) {
    lua_rawgeti(L, list, (int)i + 1);
    crl_to_value(L, -1, NULL, &values[i]);
    lua_pop(L, 1);
  }
  return values;
}

/* ---- Rows by name
 * --------------------------------------------------------------------------------------------------------- */

/* What a list of rows becomes. All of it lies in the table at `kept`, which is on the stack until the call is over. */
typedef struct row_set {
  int list, kept;
  size_t n, rows;
  const char **names;
  const corm_type **types;
  corm_value *values;
} row_set;

static void *keep(lua_State *L, const row_set *r, size_t n) {
  void *p = crl_scratch(L, n);
  lua_rawseti(L, r->kept, (int)lua_rawlen(L, r->kept) + 1);
  return p;
}

/* The type of the column that is named, by which its values are read. */
static const corm_type *type_named(lua_State *L, const row_set *r, corm_node *source, const char *name) {
  if (!source)
    return NULL;
  corm_node **at = crl_new_node(L);
  *at = corm_col(source, name);
  (void)crl_checked(L, at);
  const corm_type *type = corm_node_peek_kind(*at) < CORM_NODE_ATTRIBUTE ? corm_expr_peek_type(*at) : NULL;
  lua_rawseti(L, r->kept, (int)lua_rawlen(L, r->kept) + 1);
  return type;
}

/* All rows have the names of the first. */
static void read_names(lua_State *L, row_set *r, corm_node *source) {
  lua_rawgeti(L, r->list, 1);
  int first = lua_gettop(L);
  for (lua_pushnil(L); lua_next(L, first); lua_pop(L, 1))
    r->n++;
  r->names = keep(L, r, r->n * sizeof *r->names);
  r->types = keep(L, r, r->n * sizeof *r->types);
  size_t i = 0;
  for (lua_pushnil(L); lua_next(L, first); lua_pop(L, 1), i++) {
    if (lua_type(L, -2) != LUA_TSTRING)
      crl_misuse(L, "the values of a row are named by their fields");
    r->names[i] = lua_tostring(L, -2);
    r->types[i] = type_named(L, r, source, r->names[i]);
  }
  lua_pop(L, 1);
}

static void read_row(lua_State *L, const row_set *r, size_t row) {
  lua_rawgeti(L, r->list, (int)row + 1);
  if (!lua_istable(L, -1))
    crl_misuse(L, "row %d is no table of fields", (int)row + 1);
  for (size_t i = 0; i < r->n; i++) {
    lua_getfield(L, -1, r->names[i]);
    crl_to_value(L, -1, r->types[i], &r->values[row * r->n + i]);
    lua_rawseti(L, r->kept, (int)lua_rawlen(L, r->kept) + 1); /* it may be a new text */
  }
  lua_pop(L, 1);
}

static const corm_params *params_of(lua_State *L, int list, corm_node *source, corm_params *p) {
  row_set r = {.list = list, .rows = lua_rawlen(L, list)};
  lua_newtable(L);
  r.kept = lua_gettop(L);
  read_names(L, &r, source);
  r.values = keep(L, &r, r.n * r.rows * sizeof *r.values);
  for (size_t i = 0; i < r.rows; i++)
    read_row(L, &r, i);
  *p = (corm_params){
      .size = sizeof *p, .names = r.names, .n = r.n, .values = r.values, .rows = r.rows, .executemany = 1};
  return p;
}

/* ---- Running
 * -------------------------------------------------------------------------------------------------------------- */

static unsigned flags_of(lua_State *L, int index) {
  static const struct {
    const char *name;
    unsigned flag;
  } known[] = {{"stream", CORM_EXEC_STREAM_IF_POSSIBLE},           {"no_autoflush", CORM_EXEC_NO_AUTOFLUSH},
               {"populate_existing", CORM_EXEC_POPULATE_EXISTING}, {"sync_none", CORM_EXEC_SYNC_NONE},
               {"sync_evaluate", CORM_EXEC_SYNC_EVALUATE},         {"sync_fetch", CORM_EXEC_SYNC_FETCH}};
  unsigned flags = 0;
  for (size_t i = 0; lua_istable(L, index) && i < sizeof known / sizeof *known; i++) {
    lua_getfield(L, index, known[i].name);
    flags |= lua_toboolean(L, -1) ? known[i].flag : 0u;
    lua_pop(L, 1);
  }
  return flags;
}

/* execute(session, stmt, flags or nil, rows or nil, source of their columns or nil) -> result */
static int execute(lua_State *L) {
  crl_session *s = crl_check_session(L, 1);
  corm_node *stmt = crl_check_node(L, 2);
  corm_error *err = NULL;
  corm_params p;
  lua_settop(L, 5);
  unsigned flags = flags_of(L, 3);
  const corm_params *params = lua_istable(L, 4) ? params_of(L, 4, crl_peek_node(L, 5), &p) : NULL;
  crl_result *r = crl_new_result(L, s->database, 1);
  lua_State *before = crl_enter(s->database, L);
  crl_collect_sometimes(s->database);
  int status = corm_session_execute(&r->result, s->session, stmt, params, NULL, flags, &err);
  crl_leave(s->database, before);
  if (status)
    return crl_fail(L, status, err);
  crl_result_of_session(r, s);
  return 1;
}

/* execute_sql(session, sql, list of values) -> result: on the session's connection */
static int execute_sql(lua_State *L) {
  crl_session *s = crl_check_session(L, 1);
  const char *sql = luaL_checkstring(L, 2);
  corm_error *err = NULL;
  corm_conn *conn = NULL;
  size_t n;
  lua_settop(L, 3);
  const corm_value *values = positional(L, 3, &n);
  crl_result *r = crl_new_result(L, s->database, 1);
  lua_State *before = crl_enter(s->database, L);
  int status = corm_session_get_connection(&conn, s->session, NULL, &err);
  if (!status)
    status = corm_conn_execute_sql(&r->result, conn, sql, values, n, 1, &err);
  crl_leave(s->database, before);
  if (status)
    return crl_fail(L, status, err);
  crl_result_of_session(r, s);
  return 1;
}

void crl_open_execute(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"session_execute", execute}, {"session_execute_sql", execute_sql}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
