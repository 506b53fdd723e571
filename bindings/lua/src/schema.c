/* Types, tables, columns, constraints and indexes, from plain Lua tables that the Lua half has checked. */
#include "binding.h"

void *crl_scratch(lua_State *L, size_t n) {
  void *p = crl_new_block(L, n ? n : 1);
  memset(p, 0, n ? n : 1);
  return p;
}

/* ---- Fields of a definition
 * ----------------------------------------------------------------------------------------------- */

static const char *text_field(lua_State *L, int table, const char *key) {
  lua_getfield(L, table, key);
  const char *text = lua_tostring(L, -1);
  lua_pop(L, 1); /* the table keeps it */
  return text;
}

static int int_field(lua_State *L, int table, const char *key, int otherwise) {
  lua_getfield(L, table, key);
  int n = lua_isnumber(L, -1) ? (int)lua_tonumber(L, -1) : otherwise;
  lua_pop(L, 1);
  return n;
}

static int flag_field(lua_State *L, int table, const char *key) {
  lua_getfield(L, table, key);
  int on = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return on;
}

/* A list of texts; the array stays on the stack. */
static const char **texts_field(lua_State *L, int table, const char *key, size_t *n) {
  lua_getfield(L, table, key);
  *n = lua_istable(L, -1) ? lua_rawlen(L, -1) : 0;
  const char **texts = crl_scratch(L, *n * sizeof *texts);
  for (size_t i = 0; i < *n; i++) {
    lua_rawgeti(L, -2, (int)i + 1);
    texts[i] = luaL_checkstring(L, -1);
    lua_pop(L, 1);
  }
  lua_remove(L, -2);
  return texts;
}

/* ---- Types
 * ---------------------------------------------------------------------------------------------------------------- */

static int kind_named(lua_State *L, const char *name) {
  static const struct {
    const char *name;
    int kind;
  } kinds[] = {{"integer", CORM_TYPE_INTEGER}, {"smallint", CORM_TYPE_SMALLINT}, {"bigint", CORM_TYPE_BIGINT},
               {"float", CORM_TYPE_FLOAT},     {"double", CORM_TYPE_DOUBLE},     {"numeric", CORM_TYPE_NUMERIC},
               {"string", CORM_TYPE_STRING},   {"text", CORM_TYPE_TEXT},         {"boolean", CORM_TYPE_BOOLEAN},
               {"date", CORM_TYPE_DATE},       {"time", CORM_TYPE_TIME},         {"datetime", CORM_TYPE_DATETIME},
               {"binary", CORM_TYPE_BINARY},   {"json", CORM_TYPE_JSON},         {"enum", CORM_TYPE_ENUM},
               {"uuid", CORM_TYPE_UUID},       {"interval", CORM_TYPE_INTERVAL}};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (name && strcmp(kinds[i].name, name) == 0)
      return kinds[i].kind;
  return crl_misuse(L, "there is no type \"%s\"", name ? name : "nil");
}

static int free_type(lua_State *L) {
  corm_type **at = luaL_testudata(L, 1, CRL_TYPE);
  if (at)
    corm_type_unref(*at);
  return 0;
}

/* new_type{kind =, length =, precision =, scale =, name =, labels =, timezone =, check =} */
static int new_type(lua_State *L) {
  corm_type_def def = {.size = sizeof def, .kind = kind_named(L, text_field(L, 1, "kind"))};
  corm_error *err = NULL;
  def.length = int_field(L, 1, "length", 0);
  def.precision = int_field(L, 1, "precision", 0);
  def.scale = int_field(L, 1, "scale", 0);
  def.name = text_field(L, 1, "name");
  def.labels = texts_field(L, 1, "labels", &def.n_labels);
  def.flags |= def.kind == CORM_TYPE_JSON ? CORM_TYPE_NONE_AS_NULL : 0u;
  def.flags |= def.kind == CORM_TYPE_NUMERIC ? CORM_TYPE_AS_DECIMAL : 0u;
  def.flags |= def.kind == CORM_TYPE_ENUM || def.kind == CORM_TYPE_UUID ? CORM_TYPE_NATIVE : 0u;
  def.flags |= flag_field(L, 1, "timezone") ? CORM_TYPE_TIMEZONE : 0u;
  def.flags |= flag_field(L, 1, "check") ? CORM_TYPE_CHECK : 0u;
  corm_type **at = crl_new_block(L, sizeof *at);
  *at = NULL;
  luaL_getmetatable(L, CRL_TYPE);
  lua_setmetatable(L, -2);
  int status = corm_type_new(at, &def, &err);
  return status ? crl_raise(L, status, err) : 1;
}

/* ---- Tables
 * --------------------------------------------------------------------------------------------------------------- */

typedef struct table_value {
  corm_table *table;
  crl_database *database;
} table_value;

static table_value *check_table(lua_State *L, int index) { return luaL_checkudata(L, index, CRL_TABLE); }

static int free_table(lua_State *L) {
  table_value *v = check_table(L, 1);
  crl_database_unref(v->database);
  v->database = NULL;
  return 0;
}

/* add_table(db, {name =, schema =, comment =}) -> table */
static int add_table(lua_State *L) {
  crl_database *d = crl_check_database(L, 1);
  const corm_table_def def = {.size = sizeof def,
                              .name = text_field(L, 2, "name"),
                              .schema_name = text_field(L, 2, "schema"),
                              .comment = text_field(L, 2, "comment")};
  corm_error *err = NULL;
  table_value *v = crl_new_block(L, sizeof *v);
  *v = (table_value){NULL, NULL};
  luaL_getmetatable(L, CRL_TABLE);
  lua_setmetatable(L, -2);
  int status = corm_catalog_define(&v->table, d->catalog, &def, &err);
  if (status)
    return crl_raise(L, status, err);
  v->database = crl_database_ref(d);
  return 1;
}

static int insert_default(lua_State *L, crl_database *d, int table, const corm_type *type, const char *key,
                          corm_default *out) {
  int top = lua_gettop(L);
  lua_getfield(L, table, key);
  if (lua_isnil(L, -1)) {
    lua_settop(L, top);
  } else if (lua_isfunction(L, -1)) {
    crl_default *f = crl_alloc(sizeof *f);
    if (!f)
      return luaL_error(L, "out of memory");
    *f = (crl_default){d, d->defaults};
    d->defaults = f;
    out->kind = CORM_DEFAULT_HOST;
    out->host = f;
    crl_push_database(L, d);
    crl_get_anchor(L, -1);
    lua_pushvalue(L, top + 1);
    lua_rawsetp(L, -2, f);
    lua_settop(L, top);
  } else if (crl_peek_node(L, -1)) {
    out->kind = CORM_DEFAULT_EXPR;
    out->expr = crl_peek_node(L, -1);
  } else {
    out->kind = CORM_DEFAULT_VALUE;
    crl_to_value(L, -1, type, &out->value); /* stays on the stack until the core has copied it */
  }
  return 0;
}

static corm_node *server_default(lua_State *L, int table, const corm_type *type) {
  lua_getfield(L, table, "server_default");
  if (lua_isnil(L, -1))
    return NULL;
  return *crl_push_operand(L, -1, type);
}

/* add_column(table, {name =, type =, primary_key =, nullable =, ...}) */
static int add_column(lua_State *L) {
  table_value *v = check_table(L, 1);
  corm_column_def def = {.size = sizeof def, .name = text_field(L, 2, "name"), .key = text_field(L, 2, "key")};
  corm_error *err = NULL;
  corm_column *column;
  lua_getfield(L, 2, "type");
  def.type = *(corm_type **)luaL_checkudata(L, -1, CRL_TYPE);
  def.flags = (flag_field(L, 2, "primary_key") ? CORM_COLUMN_PRIMARY_KEY : 0u) |
              (flag_field(L, 2, "not_null") ? CORM_COLUMN_NOT_NULL : 0u) |
              (flag_field(L, 2, "no_autoincrement") ? CORM_COLUMN_NO_AUTOINCREMENT : 0u);
  def.comment = text_field(L, 2, "comment");
  (void)insert_default(L, v->database, 2, def.type, "default", &def.insert);
  (void)insert_default(L, v->database, 2, def.type, "onupdate", &def.update);
  def.server_default = server_default(L, 2, def.type);
  int status = corm_table_add_column(&column, v->table, &def, &err);
  return status ? crl_raise(L, status, err) : 0;
}

static corm_column **columns_field(lua_State *L, const table_value *v, int table, const char *key, size_t *n) {
  const char **names = texts_field(L, table, key, n);
  corm_column **columns = crl_scratch(L, *n * sizeof *columns);
  for (size_t i = 0; i < *n; i++) {
    columns[i] = corm_table_peek_column_named(v->table, names[i]);
    if (!columns[i])
      crl_misuse(L, "table \"%s\" has no column \"%s\"", corm_table_peek_name(v->table), names[i]);
  }
  return columns;
}

/* add_constraint(table, {kind = "primary_key" | "unique" | "check" | "foreign_key", columns = {...}, ...}) */
static int add_constraint(lua_State *L) {
  static const char *const kinds[] = {"primary_key", "unique", "check", "foreign_key", NULL};
  table_value *v = check_table(L, 1);
  corm_constraint_def def = {.size = sizeof def, .name = text_field(L, 2, "name")};
  corm_constraint *made;
  corm_error *err = NULL;
  size_t n_refs;
  lua_getfield(L, 2, "kind");
  def.kind = luaL_checkoption(L, -1, NULL, kinds) + CORM_PRIMARY_KEY;
  def.columns = columns_field(L, v, 2, "columns", &def.n);
  def.refs = texts_field(L, 2, "refs", &n_refs);
  def.refs = n_refs ? def.refs : NULL;
  def.ondelete = text_field(L, 2, "on_delete");
  def.onupdate = text_field(L, 2, "on_update");
  def.deferrable = flag_field(L, 2, "deferrable");
  def.initially = text_field(L, 2, "initially");
  lua_getfield(L, 2, "check");
  def.check = lua_isnil(L, -1) ? NULL : crl_check_node(L, -1);
  int status = corm_table_add_constraint(&made, v->table, &def, &err);
  return status ? crl_raise(L, status, err) : 0;
}

/* add_index(table, {name =, unique =, columns = {...}}) */
static int add_index(lua_State *L) {
  table_value *v = check_table(L, 1);
  corm_index_def def = {.size = sizeof def, .name = text_field(L, 2, "name"), .unique = flag_field(L, 2, "unique")};
  corm_index *made;
  corm_error *err = NULL;
  corm_column **columns = columns_field(L, v, 2, "columns", &def.n);
  crl_nodes *nodes = crl_scratch(L, sizeof *nodes + def.n * sizeof nodes->at[0]);
  luaL_getmetatable(L, CRL_NODES);
  lua_setmetatable(L, -2);
  corm_node **table = crl_new_node(L);
  *table = corm_from(v->table);
  for (size_t i = 0; i < def.n; i++)
    nodes->at[nodes->n++] = corm_col_of(*table, columns[i]);
  def.exprs = nodes->at;
  int status = corm_table_add_index(&made, v->table, &def, &err);
  return status ? crl_raise(L, status, err) : 0;
}

/* table_source(table) -> node */
static int table_source(lua_State *L) {
  const table_value *v = check_table(L, 1);
  corm_node **at = crl_new_node(L);
  *at = corm_from(v->table);
  return crl_checked(L, at);
}

void crl_open_schema(lua_State *L) {
  static const luaL_Reg type_meta[] = {{"__gc", free_type}, {NULL, NULL}};
  static const luaL_Reg table_meta[] = {{"__gc", free_table}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"new_type", new_type},
                                       {"add_table", add_table},
                                       {"add_column", add_column},
                                       {"add_constraint", add_constraint},
                                       {"add_index", add_index},
                                       {"table_source", table_source},
                                       {NULL, NULL}};
  crl_class(L, CRL_TYPE, type_meta, NULL);
  crl_class(L, CRL_TABLE, table_meta, NULL);
  luaL_setfuncs(L, functions, 0);
}
