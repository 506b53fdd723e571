/* Entities: the mapping of a table, its relations, and the class of its records. */
#include "binding.h"

typedef struct entity_value {
  corm_entity *entity;
  crl_database *database;
} entity_value;

static entity_value *check(lua_State *L, int index) { return luaL_checkudata(L, index, CRL_ENTITY); }

corm_entity *crl_check_entity(lua_State *L, int index) { return check(L, index)->entity; }

static int free_entity(lua_State *L) {
  entity_value *v = check(L, 1);
  crl_database_unref(v->database);
  v->database = NULL;
  return 0;
}

void crl_push_class(lua_State *L, const corm_entity *e) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &crl_classes);
  lua_rawgetp(L, -1, e);
  lua_remove(L, -2);
}

/* map(db, name of the table, name) -> entity with an attribute for each column */
static int add_columns(corm_entity *e, corm_table *t, corm_error **err) {
  int status = CORM_OK, slot;
  for (size_t i = 0; !status && i < corm_table_peek_columns(t); i++) {
    corm_column *c = corm_table_peek_column(t, i);
    const corm_attribute_def def = {.size = sizeof def, .key = corm_column_peek_key(c), .columns = &c, .n_columns = 1};
    status = corm_entity_add_attribute(&slot, e, &def, err);
  }
  return status;
}

static int map(lua_State *L) {
  crl_database *d = crl_check_database(L, 1);
  corm_table *t = corm_catalog_peek_table(d->catalog, lua_tostring(L, 4), luaL_checkstring(L, 2));
  const corm_entity_def def = {.size = sizeof def, .name = luaL_checkstring(L, 3), .module = "", .table = t};
  corm_error *err = NULL;
  entity_value *v = crl_new_block(L, sizeof *v);
  *v = (entity_value){NULL, NULL};
  luaL_getmetatable(L, CRL_ENTITY);
  lua_setmetatable(L, -2);
  int status = corm_schema_map(&v->entity, d->schema, &def, &err);
  if (!status)
    status = add_columns(v->entity, t, &err);
  if (status)
    return crl_raise(L, status, err);
  v->database = crl_database_ref(d);
  return 1;
}

/* set_version(entity, key): the column that counts the versions of a row */
static int set_version(lua_State *L) {
  corm_error *err = NULL;
  int status = corm_entity_set_version(check(L, 1)->entity, luaL_checkstring(L, 2), CORM_VERSION_COUNTED, NULL, &err);
  return status ? crl_raise(L, status, err) : 0;
}

/* set_class(entity, metatable): of its records */
static int set_class(lua_State *L) {
  entity_value *v = check(L, 1);
  lua_settop(L, 2);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &crl_classes);
  lua_pushvalue(L, 2);
  lua_rawsetp(L, -2, v->entity);
  return 0;
}

/* ---- Relations
 * ------------------------------------------------------------------------------------------------------------ */

static const char *text_field(lua_State *L, const char *key) {
  lua_getfield(L, 2, key);
  const char *text = lua_tostring(L, -1);
  lua_pop(L, 1);
  return text;
}

static unsigned number_field(lua_State *L, const char *key) {
  lua_getfield(L, 2, key);
  double n = lua_tonumber(L, -1);
  lua_pop(L, 1);
  return (unsigned)n;
}

/* A list of columns, named "column" or "table.column"; the array stays on the stack. */
static corm_column *column_named(lua_State *L, const entity_value *v, const char *name) {
  char table[256];
  const char *dot = strchr(name, '.');
  corm_table *t = corm_entity_peek_table(v->entity);
  if (dot && (size_t)(dot - name) < sizeof table) {
    memcpy(table, name, (size_t)(dot - name));
    table[dot - name] = 0;
    t = corm_catalog_peek_table(v->database->catalog, NULL, table);
  }
  corm_column *c = t ? corm_table_peek_column_named(t, dot ? dot + 1 : name) : NULL;
  if (!c)
    crl_misuse(L, "there is no column \"%s\" for this relation", name);
  return c;
}

static corm_column **columns_field(lua_State *L, const entity_value *v, const char *key, size_t *n) {
  lua_getfield(L, 2, key);
  *n = lua_istable(L, -1) ? lua_rawlen(L, -1) : 0;
  corm_column **columns = crl_scratch(L, *n * sizeof *columns);
  for (size_t i = 0; i < *n; i++) {
    lua_rawgeti(L, -2, (int)i + 1);
    columns[i] = column_named(L, v, luaL_checkstring(L, -1));
    lua_pop(L, 1);
  }
  return columns;
}

static corm_node *condition_field(lua_State *L, const char *key) {
  lua_getfield(L, 2, key); /* stays on the stack, which keeps it */
  return lua_isnil(L, -1) ? NULL : crl_check_node(L, -1);
}

/* add_relation(entity, {key =, target =, uselist =, lazy =, cascade =, flags =, secondary =, back =, ...}) */
static int add_relation(lua_State *L) {
  entity_value *v = check(L, 1);
  corm_relation_def def = {.size = sizeof def, .key = text_field(L, "key"), .back_populates = text_field(L, "back")};
  corm_error *err = NULL;
  int slot;
  lua_settop(L, 2);
  lua_getfield(L, 2, "target");
  def.target = crl_check_entity(L, -1);
  lua_getfield(L, 2, "uselist");
  def.uselist = lua_isnil(L, -1) ? -1 : lua_toboolean(L, -1);
  def.lazy = (int)number_field(L, "lazy");
  def.cascade = number_field(L, "cascade");
  def.flags = number_field(L, "flags");
  if (text_field(L, "secondary"))
    def.secondary = corm_catalog_peek_table(v->database->catalog, NULL, text_field(L, "secondary"));
  if (text_field(L, "secondary") && !def.secondary)
    return crl_misuse(L, "relation \"%s\": there is no table \"%s\"", def.key, text_field(L, "secondary"));
  def.foreign_keys = columns_field(L, v, "foreign_keys", &def.n_foreign_keys);
  def.remote_side = columns_field(L, v, "remote_side", &def.n_remote_side);
  def.primaryjoin = condition_field(L, "primaryjoin");
  def.secondaryjoin = condition_field(L, "secondaryjoin");
  lua_getfield(L, 2, "order_by");
  def.n_order_by = lua_istable(L, -1) ? lua_rawlen(L, -1) : 0;
  corm_expr **order = crl_scratch(L, def.n_order_by * sizeof *order);
  for (size_t i = 0; i < def.n_order_by; i++) {
    lua_rawgeti(L, -2, (int)i + 1);
    order[i] = crl_check_node(L, -1);
    lua_pop(L, 1);
  }
  def.order_by = order;
  int status = corm_entity_add_relation(&slot, v->entity, &def, &err);
  return status ? crl_raise(L, status, err) : 0;
}

/* seal(db): checks and completes what was defined since the last time */
static int seal(lua_State *L) {
  crl_database *d = crl_check_database(L, 1);
  corm_error *err = NULL;
  int status = corm_schema_seal(d->schema, &err);
  return status ? crl_raise(L, status, err) : 0;
}

/* ---- Questions
 * ------------------------------------------------------------------------------------------------------------ */

/* slots(entity) -> {key = slot}, {key = "one" or "many", of relations} */
static int slots(lua_State *L) {
  const corm_entity *e = crl_check_entity(L, 1);
  lua_newtable(L);
  lua_newtable(L);
  for (size_t i = 0; i < corm_entity_peek_slots(e); i++) {
    const corm_relation *r = corm_entity_peek_relation(e, (int)i);
    lua_pushinteger(L, (lua_Integer)i);
    lua_setfield(L, -3, corm_entity_peek_key(e, (int)i));
    if (!r)
      continue;
    lua_pushstring(L, corm_relation_peek_uselist(r) == 1 ? "many" : "one");
    lua_setfield(L, -2, corm_entity_peek_key(e, (int)i));
  }
  return 2;
}

/* entity_source(entity) -> node */
static int entity_source(lua_State *L) {
  const corm_entity *e = crl_check_entity(L, 1);
  corm_node **at = crl_new_node(L);
  *at = corm_entity_source(e);
  return crl_checked(L, at);
}

/* new_record(entity) -> record */
static int new_record(lua_State *L) {
  entity_value *v = check(L, 1);
  corm_record *r = NULL;
  corm_error *err = NULL;
  crl_object **at = crl_new_block(L, sizeof *at);
  *at = NULL;
  luaL_getmetatable(L, "cormorant.holder");
  lua_setmetatable(L, -2);
  int status = corm_record_new(&r, v->entity, &v->database->host, &err);
  if (status)
    return crl_raise(L, status, err);
  if (!(*at = crl_object_of(v->database, r))) {
    corm_record_release(r);
    return luaL_error(L, "out of memory");
  }
  crl_push_object(L, *at);
  crl_unref(*at);
  *at = NULL;
  return 1;
}

static int free_holder(lua_State *L) {
  crl_object **at = lua_touserdata(L, 1);
  crl_unref(*at);
  *at = NULL;
  return 0;
}

/* set_entity_events(entity, table of names) */
static int set_entity_events(lua_State *L) {
  corm_entity_set_events(crl_check_entity(L, 1), crl_events_of(L, 2));
  return 0;
}

static int refuse_word(lua_State *L, corm_error *err) {
  lua_pushfstring(L, "relation %s: %s", luaL_checkstring(L, 2), corm_error_message(err));
  corm_error_free(err);
  return crl_misuse(L, "%s", lua_tostring(L, -1));
}

/* lazy_named(word, relation), cascade_of(words, relation) -> number; misuse: no such word */
static int lazy_named(lua_State *L) {
  corm_error *err = NULL;
  int lazy;
  if (corm_lazy_named(&lazy, luaL_checkstring(L, 1), &err))
    return refuse_word(L, err);
  lua_pushinteger(L, lazy);
  return 1;
}

static int cascade_of(lua_State *L) {
  corm_error *err = NULL;
  unsigned bits;
  if (corm_cascade_parse(&bits, luaL_checkstring(L, 1), &err))
    return refuse_word(L, err);
  lua_pushinteger(L, (lua_Integer)bits);
  return 1;
}

void crl_open_model(lua_State *L) {
  static const luaL_Reg meta[] = {{"__gc", free_entity}, {NULL, NULL}};
  static const luaL_Reg holder_meta[] = {{"__gc", free_holder}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"map", map},
                                       {"set_class", set_class},
                                       {"set_version", set_version},
                                       {"add_relation", add_relation},
                                       {"seal", seal},
                                       {"slots", slots},
                                       {"entity_source", entity_source},
                                       {"new_record", new_record},
                                       {"set_entity_events", set_entity_events},
                                       {"lazy_named", lazy_named},
                                       {"cascade_of", cascade_of},
                                       {NULL, NULL}};
  crl_class(L, CRL_ENTITY, meta, NULL);
  crl_class(L, "cormorant.holder", holder_meta, NULL);
  luaL_setfuncs(L, functions, 0);
}
