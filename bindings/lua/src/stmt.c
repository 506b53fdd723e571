/* SELECT, clause by clause: each function takes a statement and gives a new one. */
#include "binding.h"

static corm_node *statement(lua_State *L) { return corm_node_ref(crl_check_node(L, 1)); }

typedef corm_stmt *(*list_clause)(corm_stmt *, corm_node *const *, size_t);

static int clause_of_list(lua_State *L, list_clause build) {
  (void)crl_check_node(L, 1);
  for (int i = 2; i <= lua_gettop(L); i++)
    (void)crl_check_node(L, i);
  crl_nodes *nodes = crl_nodes_of(L, 2, lua_gettop(L), NULL);
  corm_node **at = crl_new_node(L);
  size_t n = nodes->n;
  nodes->n = 0;
  *at = build(statement(L), n ? nodes->at : NULL, n);
  return crl_checked(L, at);
}

static int add_columns(lua_State *L) { return clause_of_list(L, corm_add_columns); }
static int group_by(lua_State *L) { return clause_of_list(L, corm_group_by_n); }
static int order_by(lua_State *L) { return clause_of_list(L, corm_order_by_n); }
static int returning(lua_State *L) { return clause_of_list(L, corm_returning_n); }

/* select(...) */
static int select_columns(lua_State *L) {
  int top = lua_gettop(L);
  for (int i = 1; i <= top; i++)
    (void)crl_check_node(L, i);
  crl_nodes *nodes = crl_nodes_of(L, 1, top, NULL);
  corm_node **at = crl_new_node(L);
  size_t n = nodes->n;
  nodes->n = 0;
  *at = corm_select_n(nodes->at, n);
  return crl_checked(L, at);
}

static int clause_of_one(lua_State *L, corm_stmt *(*build)(corm_stmt *, corm_expr *)) {
  (void)crl_check_node(L, 1);
  corm_node *x = crl_check_node(L, 2);
  corm_node **at = crl_new_node(L);
  *at = build(statement(L), corm_node_ref(x));
  return crl_checked(L, at);
}

static int where(lua_State *L) { return clause_of_one(L, corm_where); }
static int having(lua_State *L) { return clause_of_one(L, corm_having); }

/* filter_by(stmt, key, value) */
static int filter_by(lua_State *L) {
  (void)crl_check_node(L, 1);
  const char *key = luaL_checkstring(L, 2);
  const corm_source *target = corm_stmt_peek_target(crl_check_node(L, 1));
  corm_node **column = crl_new_node(L);
  *column = target ? corm_col(target, key) : NULL;
  if (target)
    (void)crl_checked(L, column);
  const corm_type *type =
      target && corm_node_peek_kind(*column) < CORM_NODE_ATTRIBUTE ? corm_expr_peek_type(*column) : NULL;
  corm_node **value = crl_push_operand(L, 3, type), **at = crl_new_node(L);
  *at = corm_filter_by(statement(L), key, corm_node_ref(*value));
  return crl_checked(L, at);
}

static int clause_of_number(lua_State *L, corm_stmt *(*build)(corm_stmt *, corm_expr *)) {
  (void)crl_check_node(L, 1);
  lua_settop(L, 2);
  corm_node **n = lua_isnil(L, 2) ? NULL : crl_push_operand(L, 2, NULL), **at = crl_new_node(L);
  *at = build(statement(L), n ? corm_node_ref(*n) : NULL);
  return crl_checked(L, at);
}

static int limit(lua_State *L) { return clause_of_number(L, corm_limit); }
static int offset(lua_State *L) { return clause_of_number(L, corm_offset); }

/* distinct(stmt) */
static int distinct(lua_State *L) {
  (void)crl_check_node(L, 1);
  corm_node **at = crl_new_node(L);
  *at = corm_distinct_n(statement(L), NULL, 0);
  return crl_checked(L, at);
}

/* select_from(stmt, source) */
static int select_from(lua_State *L) {
  (void)crl_check_node(L, 1);
  corm_node *source = crl_check_node(L, 2);
  corm_node **at = crl_new_node(L);
  *at = corm_select_from(statement(L), source);
  return crl_checked(L, at);
}

/* join(stmt, source or relation, on or nil, "inner" | "left" | "full") */
static int join(lua_State *L) {
  static const char *const kinds[] = {"inner", "left", "full", NULL};
  (void)crl_check_node(L, 1);
  lua_settop(L, 4);
  corm_node *target = crl_check_node(L, 2), *on = lua_isnil(L, 3) ? NULL : crl_check_node(L, 3);
  int kind = luaL_checkoption(L, 4, "inner", kinds);
  corm_node **at = crl_new_node(L);
  *at = corm_join(statement(L), target, corm_node_ref(on), kind);
  return crl_checked(L, at);
}

/* for_update(stmt, {read =, nowait =, skip_locked =}) */
static int for_update(lua_State *L) {
  static const struct {
    const char *key;
    unsigned flag;
  } flags[] = {{"read", CORM_FOR_READ}, {"nowait", CORM_FOR_NOWAIT}, {"skip_locked", CORM_FOR_SKIP_LOCKED}};
  unsigned wanted = 0;
  (void)crl_check_node(L, 1);
  for (size_t i = 0; lua_istable(L, 2) && i < sizeof flags / sizeof *flags; i++) {
    lua_getfield(L, 2, flags[i].key);
    wanted |= lua_toboolean(L, -1) ? flags[i].flag : 0u;
    lua_pop(L, 1);
  }
  corm_node **at = crl_new_node(L);
  *at = corm_for_update(statement(L), wanted, NULL, 0);
  return crl_checked(L, at);
}

/* compound("union" | ..., stmt, stmt, ...) */
static int compound(lua_State *L) {
  static const char *const kinds[] = {"union", "union_all", "intersect", "intersect_all", "except", "except_all", NULL};
  int kind = luaL_checkoption(L, 1, NULL, kinds) + CORM_UNION;
  crl_nodes *members = crl_nodes_of(L, 2, lua_gettop(L), NULL);
  corm_node **at = crl_new_node(L);
  size_t n = members->n;
  members->n = 0;
  *at = corm_compound(kind, members->at, n);
  return crl_checked(L, at);
}

/* ---- Loading
 * -------------------------------------------------------------------------------------------------------------- */

/* The attributes of "posts.tags" from a source on. */
static crl_nodes *path_of(lua_State *L, corm_node *from, const char *path) {
  size_t most = 1;
  for (const char *p = path; *p; p++)
    most += *p == '.';
  crl_nodes *nodes = crl_scratch(L, sizeof *nodes + most * sizeof nodes->at[0]);
  luaL_getmetatable(L, CRL_NODES);
  lua_setmetatable(L, -2);
  corm_node **source = crl_new_node(L);
  *source = corm_node_ref(from);
  while (*path) {
    size_t n = strcspn(path, ".");
    lua_pushlstring(L, path, n);
    corm_node *attribute = corm_col(*source, lua_tostring(L, -1));
    nodes->at[nodes->n++] = attribute;
    corm_error *err = NULL;
    int status = corm_node_check(attribute, &err);
    if (status)
      crl_raise(L, status, err);
    const corm_relation *r = corm_node_peek_relation(attribute);
    if (!r)
      crl_misuse(L, "\"%s\" is no relation: only relations are preloaded", lua_tostring(L, -1));
    corm_node_unref(*source);
    *source = corm_entity_source(corm_relation_peek_target(r));
    lua_pop(L, 1);
    path += n + (path[n] == '.');
  }
  lua_pop(L, 1);
  return nodes;
}

/* load(stmt, source, "posts.tags", "selectin" | "joined" | ...) */
static int load(lua_State *L) {
  corm_node *source = crl_check_node(L, 2);
  const char *path = luaL_checkstring(L, 3);
  int strategy;
  corm_error *err = NULL;
  int status = corm_lazy_named(&strategy, luaL_checkstring(L, 4), &err);
  if (status)
    return crl_raise(L, status, err);
  (void)crl_check_node(L, 1);
  crl_nodes *nodes = path_of(L, source, path);
  corm_node **at = crl_new_node(L);
  *at = statement(L);
  for (size_t n = 1; n <= nodes->n; n++)
    *at = corm_load(*at, (const corm_expr *const *)nodes->at, n, strategy, 0);
  return crl_checked(L, at);
}

/* contains_eager(stmt, source, path) */
static int contains_eager(lua_State *L) {
  corm_node *source = crl_check_node(L, 2);
  const char *path = luaL_checkstring(L, 3);
  (void)crl_check_node(L, 1);
  crl_nodes *nodes = path_of(L, source, path);
  corm_node **at = crl_new_node(L);
  *at = corm_contains_eager(statement(L), (const corm_expr *const *)nodes->at, nodes->n, NULL);
  return crl_checked(L, at);
}

static int populate_existing(lua_State *L) {
  (void)crl_check_node(L, 1);
  corm_node **at = crl_new_node(L);
  *at = corm_populate_existing(statement(L));
  return crl_checked(L, at);
}

void crl_open_stmt(lua_State *L) {
  static const luaL_Reg functions[] = {{"select", select_columns},
                                       {"add_columns", add_columns},
                                       {"group_by", group_by},
                                       {"order_by", order_by},
                                       {"returning", returning},
                                       {"where", where},
                                       {"having", having},
                                       {"filter_by", filter_by},
                                       {"limit", limit},
                                       {"offset", offset},
                                       {"distinct", distinct},
                                       {"select_from", select_from},
                                       {"join", join},
                                       {"for_update", for_update},
                                       {"compound", compound},
                                       {"load", load},
                                       {"contains_eager", contains_eager},
                                       {"populate_existing", populate_existing},
                                       {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
