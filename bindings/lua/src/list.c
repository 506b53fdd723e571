/* Lists: a relation to many as Lua sees it, from 1. A list is a place, a slot of a record: it shows what is there now.
 */
#include "binding.h"

typedef struct list_value {
  crl_object *owner;
  int slot;
} list_value;

void crl_push_list(lua_State *L, crl_object *owner, int slot) {
  list_value *v = crl_new_block(L, sizeof *v);
  *v = (list_value){NULL, slot};
  luaL_getmetatable(L, CRL_LIST);
  lua_setmetatable(L, -2);
  crl_push_class(L, corm_record_peek_entity(owner->record)); /* keeps the database */
  if (lua_isnil(L, -1))
    luaL_error(L, "the database of this list was collected");
  crl_set_anchor(L, -2);
  v->owner = owner;
  crl_value_ref(owner);
}

static list_value *check(lua_State *L, int index) {
  list_value *v = luaL_testudata(L, index, CRL_LIST);
  if (!v)
    crl_misuse(L, "a list of a relation was expected, not a %s", luaL_typename(L, index));
  return v;
}

static int free_list(lua_State *L) {
  list_value *v = luaL_testudata(L, 1, CRL_LIST);
  if (v) {
    crl_value_unref(v->owner);
    v->owner = NULL;
  }
  return 0;
}

/* ---- The container
 * -------------------------------------------------------------------------------------------------------- */

/* What is there, loaded when it is not; NULL: never set. */
static crl_container *container_of(lua_State *L, crl_object *o, int slot) {
  corm_value v;
  corm_error *err = NULL;
  int now = corm_record_peek(o->record, slot, &v);
  if (now == CORM_SLOT_EXPIRED) {
    lua_State *before = crl_enter(o->database, L);
    int status = corm_record_get(o->record, slot, &v, &now, &err);
    crl_leave(o->database, before);
    if (status)
      crl_raise(L, status, err);
  }
  return now == CORM_SLOT_LOADED && v.kind == CORM_HOST ? v.as.h : NULL;
}

/* The same; one that was never set begins empty. */
static crl_container *container_for_change(lua_State *L, crl_object *o, int slot) {
  crl_container *c = container_of(L, o, slot);
  corm_value v = corm_null();
  corm_error *err = NULL;
  if (c)
    return c;
  if (!(c = crl_container_new()))
    luaL_error(L, "out of memory");
  v.kind = CORM_HOST;
  v.as.h = c;
  int status = corm_record_set_committed(o->record, slot, &v, &err);
  if (status)
    crl_raise(L, status, err);
  return container_of(L, o, slot);
}

static int change(lua_State *L, const list_value *v, crl_object *member,
                  int (*how)(corm_record *, int, corm_record *, corm_error **)) {
  corm_error *err = NULL;
  lua_State *before = crl_enter(v->owner->database, L);
  int status = how(v->owner->record, v->slot, member->record, &err);
  crl_leave(v->owner->database, before);
  return status ? crl_raise(L, status, err) : 0;
}

/* ---- Methods
 * -------------------------------------------------------------------------------------------------------------- */

static int length(lua_State *L) {
  const list_value *v = check(L, 1);
  const crl_container *c = container_of(L, v->owner, v->slot);
  lua_pushinteger(L, c ? (lua_Integer)c->n : 0);
  return 1;
}

static int at(lua_State *L) {
  const list_value *v = check(L, 1);
  if (lua_type(L, 2) != LUA_TNUMBER) { /* a method */
    lua_getmetatable(L, 1);
    lua_getfield(L, -1, "methods");
    lua_pushvalue(L, 2);
    lua_rawget(L, -2);
    if (lua_isnil(L, -1))
      return crl_misuse(L, "a list has no method \"%s\"",
                        lua_tostring(L, 2) ? lua_tostring(L, 2) : luaL_typename(L, 2));
    return 1;
  }
  const crl_container *c = container_of(L, v->owner, v->slot);
  lua_Integer i = lua_tointeger(L, 2);
  if (c && i >= 1 && (size_t)i <= c->n)
    crl_push_object(L, c->items[i - 1]);
  else
    lua_pushnil(L);
  return 1;
}

static int insert_at(lua_State *L, const list_value *v, size_t place, crl_object *member) {
  change(L, v, member, corm_record_link);
  crl_container *c = container_for_change(L, v->owner, v->slot);
  if (!crl_container_insert(c, place < c->n ? place : c->n, member))
    return luaL_error(L, "out of memory");
  return 0;
}

/* list:append(record, ...) */
static int append(lua_State *L) {
  const list_value *v = check(L, 1);
  int top = lua_gettop(L);
  (void)container_for_change(L, v->owner, v->slot);
  for (int i = 2; i <= top; i++)
    (void)crl_check_object(L, i);
  for (int i = 2; i <= top; i++)
    insert_at(L, v, (size_t)-1, crl_check_object(L, i));
  lua_settop(L, 1);
  return 1;
}

/* list:insert(place, record) */
static int insert(lua_State *L) {
  const list_value *v = check(L, 1);
  const crl_container *c = container_for_change(L, v->owner, v->slot);
  lua_Integer place = luaL_checkinteger(L, 2);
  if (place < 1 || (size_t)place > c->n + 1)
    return crl_misuse(L, "place %d is not in this list of %d", (int)place, (int)c->n);
  insert_at(L, v, (size_t)place - 1, crl_check_object(L, 3));
  lua_settop(L, 1);
  return 1;
}

static int take_out(lua_State *L, const list_value *v, crl_object *member) {
  change(L, v, member, corm_record_unlink);
  crl_container *c = container_of(L, v->owner, v->slot);
  return c && crl_container_remove(c, member);
}

static int has(const crl_container *c, const crl_object *member) {
  for (size_t i = 0; c && i < c->n; i++)
    if (c->items[i] == member)
      return 1;
  return 0;
}

/* list:remove(record or place) -> the record that left, or nil */
static int remove_member(lua_State *L) {
  const list_value *v = check(L, 1);
  const crl_container *c = container_of(L, v->owner, v->slot);
  if (lua_type(L, 2) == LUA_TNUMBER) {
    lua_Integer i = lua_tointeger(L, 2);
    if (!c || i < 1 || (size_t)i > c->n)
      return 0;
    crl_push_object(L, c->items[i - 1]);
    lua_replace(L, 2);
  }
  crl_object *member = crl_check_object(L, 2);
  if (!has(c, member))
    return 0;
  (void)take_out(L, v, member);
  lua_settop(L, 2);
  return 1;
}

static int contains(lua_State *L) {
  const list_value *v = check(L, 1);
  lua_pushboolean(L, has(container_of(L, v->owner, v->slot), crl_check_object(L, 2)));
  return 1;
}

/* list:list() -> a plain table of the members */
static int plain(lua_State *L) {
  const list_value *v = check(L, 1);
  const crl_container *c = container_of(L, v->owner, v->slot);
  lua_newtable(L);
  for (size_t i = 0; c && i < c->n; i++) {
    crl_push_object(L, c->items[i]);
    lua_rawseti(L, -2, (int)i + 1);
  }
  return 1;
}

static int equal(lua_State *L) {
  const list_value *a = check(L, 1), *b = check(L, 2);
  lua_pushboolean(L, a->owner == b->owner && a->slot == b->slot);
  return 1;
}

/* ---- Replacing all members
 * ------------------------------------------------------------------------------------------------ */

static void check_members(lua_State *L, int index, size_t n) {
  for (size_t i = 1; i <= n; i++) {
    lua_rawgeti(L, index, (int)i);
    (void)crl_check_object(L, -1);
    lua_pop(L, 1);
  }
}

static crl_container *container_from(lua_State *L, int index, size_t n) {
  crl_container *c = crl_container_new();
  int ok = c != NULL;
  for (size_t i = 1; ok && i <= n; i++) {
    lua_rawgeti(L, index, (int)i);
    ok = crl_container_add(c, crl_peek_object(L, -1));
    lua_pop(L, 1);
  }
  if (ok)
    return c;
  crl_unref(c);
  return NULL;
}

/* Those that leave, then those that come. */
static int tell_all(const list_value *v, const crl_container *old, const crl_container *new, corm_error **err) {
  int status = CORM_OK;
  for (size_t i = 0; !status && old && i < old->n; i++)
    if (!has(new, old->items[i]))
      status = corm_record_unlink(v->owner->record, v->slot, old->items[i]->record, err);
  for (size_t i = 0; !status && i < new->n; i++)
    if (!has(old, new->items[i]))
      status = corm_record_link(v->owner->record, v->slot, new->items[i]->record, err);
  return status;
}

void crl_replace_list(lua_State *L, crl_object *owner, int slot, int index) {
  const list_value v = {owner, slot};
  corm_error *err = NULL;
  if (luaL_testudata(L, index, CRL_LIST)) {
    lua_pushcfunction(L, plain);
    lua_pushvalue(L, index);
    lua_call(L, 1, 1);
    lua_replace(L, index);
  }
  if (!lua_istable(L, index))
    crl_misuse(L, "a relation to many wants a table of records, not a %s", luaL_typename(L, index));
  size_t n = lua_rawlen(L, index);
  check_members(L, index, n);
  crl_container *old = container_for_change(L, owner, slot), *new = container_from(L, index, n);
  if (!new)
    luaL_error(L, "out of memory");
  lua_State *before = crl_enter(owner->database, L);
  crl_ref(old);
  int status = tell_all(&v, old, new, &err);
  crl_unref(old);
  if (status)
    crl_unref(new);
  else
    status = corm_record_replace_container(owner->record, slot, new, &err);
  crl_leave(owner->database, before);
  if (status)
    crl_raise(L, status, err);
}

void crl_open_lists(lua_State *L) {
  static const luaL_Reg meta[] = {
      {"__gc", free_list}, {"__len", length}, {"__index", at}, {"__eq", equal}, {NULL, NULL}};
  static const luaL_Reg methods[] = {{"append", append},     {"insert", insert}, {"remove", remove_member},
                                     {"contains", contains}, {"list", plain},    {NULL, NULL}};
  crl_class(L, CRL_LIST, meta, NULL);
  luaL_getmetatable(L, CRL_LIST);
  lua_newtable(L);
  luaL_setfuncs(L, methods, 0);
  lua_setfield(L, -2, "methods");
  lua_pop(L, 1);
}
