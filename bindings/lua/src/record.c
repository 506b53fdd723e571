/* Records as Lua sees them: one value per object while it lives, fields by name. */
#include "binding.h"

static const char record_mark; /* a key of every metatable of records */

/* ---- One value per object
 * ------------------------------------------------------------------------------------------------- */

void crl_push_object(lua_State *L, crl_object *o) {
  luaL_checkstack(L, 6, NULL);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &crl_objects);
  lua_rawgetp(L, -1, o);
  if (!lua_isnil(L, -1)) {
    lua_remove(L, -2);
    return;
  }
  lua_pop(L, 1);
  crl_object **at = crl_new_block(L, sizeof *at);
  *at = NULL;
  crl_push_class(L, corm_record_peek_entity(o->record));
  if (lua_isnil(L, -1))
    luaL_error(L, "the database of this record was collected");
  lua_setmetatable(L, -2);
  *at = o;
  crl_value_ref(o);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, -3, o);
  lua_remove(L, -2);
}

void crl_push_record(lua_State *L, corm_record *r) {
  crl_object *o = corm_record_peek_object(r);
  if (o) {
    crl_push_object(L, o);
    return;
  }
  crl_push_class(L, corm_record_peek_entity(r));
  lua_getfield(L, -1, "database");
  crl_database *d = crl_check_any_database(L, -1);
  crl_object **at = crl_new_block(L, sizeof *at); /* frees the object when its Lua value cannot be made */
  *at = NULL;
  luaL_getmetatable(L, "cormorant.holder");
  lua_setmetatable(L, -2);
  if (!(*at = crl_object_of(d, r)))
    luaL_error(L, "out of memory");
  crl_push_object(L, *at);
  crl_unref(*at);
  *at = NULL;
  lua_insert(L, -4);
  lua_pop(L, 3);
}

crl_object *crl_peek_object(lua_State *L, int index) {
  crl_object **at = lua_type(L, index) == LUA_TUSERDATA ? lua_touserdata(L, index) : NULL;
  if (!at || !lua_getmetatable(L, index))
    return NULL;
  lua_rawgetp(L, -1, &record_mark);
  int is = lua_toboolean(L, -1);
  lua_pop(L, 2);
  return is ? *at : NULL;
}

crl_object *crl_check_object(lua_State *L, int index) {
  crl_object *o = crl_peek_object(L, index);
  if (!o)
    crl_misuse(L, "a record was expected, not a %s", luaL_typename(L, index));
  return o;
}

/* mark_class(metatable): its values are records */
static int mark_class(lua_State *L) {
  lua_settop(L, 1);
  lua_pushboolean(L, 1);
  lua_rawsetp(L, 1, &record_mark);
  return 0;
}

/* The last reference to a record may free it, which touches its session's memory: that is this state's. */
static int collect(lua_State *L) {
  crl_object **at = lua_touserdata(L, 1);
  crl_object *o = *at;
  *at = NULL;
  crl_value_unref(o);
  return 0;
}

/* ---- Fields
 * --------------------------------------------------------------------------------------------------------------- */

static int is_many(const crl_object *o, int slot) {
  const corm_relation *r = corm_entity_peek_relation(corm_record_peek_entity(o->record), slot);
  return r && corm_relation_peek_uselist(r) == 1;
}

static int load(lua_State *L, crl_object *o, int slot, corm_value *out) {
  corm_error *err = NULL;
  lua_State *before = crl_enter(o->database, L);
  int status = corm_record_get(o->record, slot, out, NULL, &err);
  crl_leave(o->database, before);
  return status ? crl_raise(L, status, err) : 0;
}

/* get(record, slot) */
static int get(lua_State *L) {
  crl_object *o = crl_check_object(L, 1);
  int slot = (int)lua_tointeger(L, 2);
  corm_value v;
  if (corm_record_peek(o->record, slot, &v) == CORM_SLOT_EXPIRED)
    load(L, o, slot, &v);
  if (is_many(o, slot))
    crl_push_list(L, o, slot);
  else
    crl_push_value(L, &v);
  return 1;
}

static void relation_value(lua_State *L, const crl_object *o, int slot, int index, corm_value *out) {
  *out = corm_null();
  if (crl_is_null(L, index))
    return;
  crl_object *target = crl_peek_object(L, index);
  if (!target)
    crl_misuse(L, "relation \"%s.%s\" wants a record, not a %s",
               corm_entity_peek_name(corm_record_peek_entity(o->record)),
               corm_entity_peek_key(corm_record_peek_entity(o->record), slot), luaL_typename(L, index));
  crl_ref(target);
  out->kind = CORM_HOST;
  out->as.h = target;
}

static void node_value(lua_State *L, corm_node *node, corm_value *out) {
  crl_boxed_node *b = crl_alloc(sizeof *b);
  if (!b)
    luaL_error(L, "out of memory");
  *b = (crl_boxed_node){CRL_NODE, 1, corm_node_ref(node)};
  *out = corm_null();
  out->kind = CORM_HOST;
  out->as.h = b;
}

void crl_set_slot(lua_State *L, crl_object *o, int slot, int index) {
  const corm_entity *e = corm_record_peek_entity(o->record);
  corm_column *column = corm_entity_peek_column(e, slot);
  corm_value v;
  corm_error *err = NULL;
  if (is_many(o, slot)) {
    crl_replace_list(L, o, slot, index);
    return;
  }
  if (corm_entity_peek_relation(e, slot))
    relation_value(L, o, slot, index, &v);
  else if (crl_peek_node(L, index))
    node_value(L, crl_peek_node(L, index), &v);
  else
    crl_to_value(L, index, column ? corm_column_peek_type(column) : NULL, &v);
  lua_State *before = crl_enter(o->database, L);
  int status = corm_record_set(o->record, slot, &v, &err);
  crl_leave(o->database, before);
  if (status)
    crl_raise(L, status, err);
}

/* set(record, slot, value) */
static int set(lua_State *L) {
  lua_settop(L, 3);
  crl_set_slot(L, crl_check_object(L, 1), (int)lua_tointeger(L, 2), 3);
  return 0;
}

/* unknown_field(record, name): says which there are nearest */
static int unknown_field(lua_State *L) {
  const crl_object *o = crl_check_object(L, 1);
  const corm_entity *e = corm_record_peek_entity(o->record);
  corm_node **source = crl_new_node(L);
  *source = corm_entity_source(e);
  corm_node **at = crl_new_node(L);
  *at = corm_col(*source, luaL_checkstring(L, 2));
  corm_error *err = NULL;
  int status = corm_node_check(*at, &err);
  return status ? crl_raise(L, status, err)
                : crl_misuse(L, "a record of \"%s\" has no field \"%s\"", corm_entity_peek_name(e), lua_tostring(L, 2));
}

/* ---- Questions
 * ------------------------------------------------------------------------------------------------------------ */

/* state(record) -> "transient", "pending", "persistent", "deleted" or "detached" */
static int state(lua_State *L) {
  static const char *const names[] = {"", "transient", "pending", "persistent", "deleted", "detached"};
  lua_pushstring(L, names[corm_record_peek_state(crl_check_object(L, 1)->record)]);
  return 1;
}

/* is_loaded(record, slot) */
static int is_loaded(lua_State *L) {
  corm_value v;
  lua_pushboolean(L,
                  corm_record_peek(crl_check_object(L, 1)->record, (int)lua_tointeger(L, 2), &v) == CORM_SLOT_LOADED);
  return 1;
}

static int is_modified(lua_State *L) {
  lua_pushboolean(L, corm_record_peek_modified(crl_check_object(L, 1)->record));
  return 1;
}

static int is_changed(lua_State *L) {
  lua_pushboolean(L, corm_record_peek_slot_changed(crl_check_object(L, 1)->record, (int)lua_tointeger(L, 2)));
  return 1;
}

/* peek_slot(record, slot) -> what is there now, without loading */
static int peek_slot(lua_State *L) {
  crl_object *o = crl_check_object(L, 1);
  corm_value v;
  int loaded = corm_record_peek(o->record, (int)lua_tointeger(L, 2), &v) == CORM_SLOT_LOADED;
  if (loaded && !is_many(o, (int)lua_tointeger(L, 2)))
    crl_push_value(L, &v);
  else
    lua_pushnil(L);
  return 1;
}

static int touch(lua_State *L) {
  crl_object *o = crl_check_object(L, 1);
  corm_error *err = NULL;
  int status = corm_record_touch(o->record, (int)lua_tointeger(L, 2), &err);
  return crl_done(L, status, err);
}

static int session_of(lua_State *L) {
  corm_session *s = corm_record_peek_session(crl_check_object(L, 1)->record);
  if (s)
    crl_push_session(L, s);
  else
    lua_pushnil(L);
  return 1;
}

/* class_of_record(value) -> the metatable of its class, or nil */
static int class_of_record(lua_State *L) {
  crl_object *o = crl_peek_object(L, 1);
  if (o)
    crl_push_class(L, corm_record_peek_entity(o->record));
  else
    lua_pushnil(L);
  return 1;
}

void crl_open_records(lua_State *L) {
  static const luaL_Reg functions[] = {{"mark_class", mark_class},
                                       {"get", get},
                                       {"set", set},
                                       {"collect_record", collect},
                                       {"unknown_field", unknown_field},
                                       {"state", state},
                                       {"is_loaded", is_loaded},
                                       {"is_modified", is_modified},
                                       {"is_changed", is_changed},
                                       {"peek_slot", peek_slot},
                                       {"touch", touch},
                                       {"session_of", session_of},
                                       {"class_of_record", class_of_record},
                                       {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
