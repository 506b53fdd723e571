/* Expressions and sources: each function is one builder of the core. */
#include "binding.h"

static const corm_type *type_of(const corm_node *node) {
  int kind = node ? corm_node_peek_kind(node) : 0;
  return node && kind < CORM_NODE_ATTRIBUTE ? corm_expr_peek_type(node) : NULL;
}

static corm_node *taken(corm_node **at) {
  corm_node *node = *at;
  *at = NULL;
  return node;
}

static int operator_of(lua_State *L, int index) {
  int op = corm_operator_named(luaL_checkstring(L, index));
  return op ? op : crl_misuse(L, "there is no operator \"%s\"", lua_tostring(L, index));
}

/* ---- Operators
 * ------------------------------------------------------------------------------------------------------------ */

/* op(name, l, r) */
static int op(lua_State *L) {
  int which = operator_of(L, 1);
  lua_settop(L, 3);
  const corm_type *left = type_of(crl_peek_node(L, 2)), *right = type_of(crl_peek_node(L, 3));
  corm_node **l = crl_push_operand(L, 2, right), **r = crl_push_operand(L, 3, left), **at = crl_new_node(L);
  *at = corm_binary(which, taken(l), taken(r));
  return crl_checked(L, at);
}

/* unary(name, x): also desc, asc, distinct ... */
static int unary(lua_State *L) {
  int which = operator_of(L, 1);
  corm_node *x = crl_check_node(L, 2);
  corm_node **at = crl_new_node(L);
  *at = corm_unary(which, corm_node_ref(x));
  return crl_checked(L, at);
}

/* like(name, l, r, escape, autoescape) */
static int like(lua_State *L) {
  int which = operator_of(L, 1);
  lua_settop(L, 5);
  corm_node *l = crl_check_node(L, 2);
  corm_node **r = crl_push_operand(L, 3, NULL), **at = crl_new_node(L);
  *at = corm_like(which, corm_node_ref(l), taken(r), lua_tostring(L, 4), lua_toboolean(L, 5));
  return crl_checked(L, at);
}

static int junction(lua_State *L, corm_expr *(*build)(corm_expr *const *, size_t)) {
  int n = lua_gettop(L);
  for (int i = 1; i <= n; i++)
    (void)crl_check_node(L, i);
  crl_nodes *parts = crl_nodes_of(L, 1, n, NULL);
  corm_node **at = crl_new_node(L);
  size_t count = parts->n;
  parts->n = 0;
  *at = build(parts->at, count);
  return crl_checked(L, at);
}

static int all(lua_State *L) { return junction(L, corm_and_n); }
static int any(lua_State *L) { return junction(L, corm_or_n); }

/* not_(x) */
static int negate(lua_State *L) {
  corm_node *x = crl_check_node(L, 1);
  corm_node **at = crl_new_node(L);
  *at = corm_not(corm_node_ref(x));
  return crl_checked(L, at);
}

/* between(x, low, high, negated) */
static int between(lua_State *L) {
  lua_settop(L, 4);
  corm_node *x = crl_check_node(L, 1);
  corm_node **low = crl_push_operand(L, 2, type_of(x)), **high = crl_push_operand(L, 3, type_of(x));
  corm_node **at = crl_new_node(L);
  *at = corm_between(corm_node_ref(x), taken(low), taken(high), lua_toboolean(L, 4), 0);
  return crl_checked(L, at);
}

static size_t length_of(lua_State *L, int list) {
  lua_getfield(L, list, "n");
  size_t n = lua_isnumber(L, -1) ? (size_t)lua_tonumber(L, -1) : lua_rawlen(L, list);
  lua_pop(L, 1);
  return n;
}

static int in_list(lua_State *L, corm_node *x, int negated) {
  size_t n = length_of(L, 2);
  corm_value *values = crl_scratch(L, n * sizeof *values);
  luaL_checkstack(L, (int)n + 8, "a list of so many values");
  for (size_t i = 0; i < n; i++) {
    lua_rawgeti(L, 2, (int)i + 1);
    crl_to_value(L, -1, type_of(x), &values[i]); /* stays on the stack: it may be a new text */
  }
  corm_node **at = crl_new_node(L);
  *at = corm_in_values(corm_node_ref(x), values, n, negated);
  return crl_checked(L, at);
}

/* in_(x, list of values or query, negated) */
static int in(lua_State *L) {
  lua_settop(L, 3);
  corm_node *x = crl_check_node(L, 1), *query = crl_peek_node(L, 2);
  if (!query && !lua_istable(L, 2))
    return crl_misuse(L, "in_ wants a table of values or a query, not a %s", luaL_typename(L, 2));
  if (!query)
    return in_list(L, x, lua_toboolean(L, 3));
  corm_node **at = crl_new_node(L);
  *at = corm_in_query(corm_node_ref(x), corm_node_ref(query), lua_toboolean(L, 3));
  return crl_checked(L, at);
}

/* ---- Leaves
 * --------------------------------------------------------------------------------------------------------------- */

/* attr(source, key) */
static int attr(lua_State *L) {
  corm_node *source = crl_check_node(L, 1);
  const char *key = luaL_checkstring(L, 2);
  corm_node **at = crl_new_node(L);
  *at = corm_col(source, key);
  return crl_checked(L, at);
}

/* literal(value) */
static int literal(lua_State *L) {
  lua_settop(L, 1);
  (void)crl_push_operand(L, 1, NULL);
  return 1;
}

/* name(text): a label or column by name, in order_by and group_by */
static int name(lua_State *L) {
  const char *text = luaL_checkstring(L, 1);
  corm_node **at = crl_new_node(L);
  *at = corm_name_reference(text);
  return crl_checked(L, at);
}

/* text(sql, values by name) */
static int text(lua_State *L) {
  const char *sql = luaL_checkstring(L, 1);
  lua_settop(L, 2);
  corm_node **at = crl_new_node(L);
  *at = corm_text_node(sql);
  for (lua_pushnil(L); lua_istable(L, 2) && lua_next(L, 2);) {
    corm_value v;
    crl_to_value(L, -1, NULL, &v);
    *at = corm_text_bind(*at, corm_bindparam(luaL_checkstring(L, -2), &v, NULL, 0));
    lua_pop(L, 1);
  }
  lua_settop(L, 3);
  return crl_checked(L, at);
}

/* ---- Shapes
 * --------------------------------------------------------------------------------------------------------------- */

/* label(x, name) */
static int label(lua_State *L) {
  corm_node *x = crl_check_node(L, 1);
  const char *as = luaL_optstring(L, 2, NULL);
  corm_node **at = crl_new_node(L);
  *at = corm_label(corm_node_ref(x), as);
  return crl_checked(L, at);
}

/* func(name, ...) */
static int func(lua_State *L) {
  const char *called = luaL_checkstring(L, 1);
  crl_nodes *args = crl_nodes_of(L, 2, lua_gettop(L), NULL);
  corm_node **at = crl_new_node(L);
  size_t n = args->n;
  args->n = 0;
  *at = corm_func(called, NULL, args->at, n);
  return crl_checked(L, at);
}

/* cast(x, type) */
static int cast(lua_State *L) {
  const corm_type *type = *(corm_type **)luaL_checkudata(L, 2, CRL_TYPE);
  corm_node **x = crl_push_operand(L, 1, type), **at = crl_new_node(L);
  *at = corm_cast(taken(x), type);
  return crl_checked(L, at);
}

/* case(value or nil, otherwise or nil, when, then, ...) */
static int choose(lua_State *L) {
  int n = lua_gettop(L);
  corm_node *value = lua_isnil(L, 1) ? NULL : crl_check_node(L, 1);
  corm_node **otherwise = lua_isnil(L, 2) ? NULL : crl_push_operand(L, 2, NULL);
  crl_nodes *pairs = crl_nodes_of(L, 3, n, NULL);
  corm_node **at = crl_new_node(L);
  size_t count = pairs->n / 2;
  pairs->n = 0;
  *at = corm_case(corm_node_ref(value), pairs->at, count, otherwise ? taken(otherwise) : NULL);
  return crl_checked(L, at);
}

/* over(fn, partition list, order list) */
static corm_node *list_of(lua_State *L, int index) {
  if (!lua_istable(L, index))
    return NULL;
  int n = (int)lua_rawlen(L, index), top = lua_gettop(L);
  luaL_checkstack(L, n + 8, NULL);
  for (int i = 1; i <= n; i++) {
    lua_rawgeti(L, index, i);
    (void)crl_check_node(L, -1);
  }
  crl_nodes *nodes = crl_nodes_of(L, top + 1, top + n, NULL);
  size_t count = nodes->n;
  nodes->n = 0;
  return count ? corm_list(nodes->at, count) : NULL;
}

static int over(lua_State *L) {
  lua_settop(L, 3);
  corm_node *fn = crl_check_node(L, 1);
  corm_node **partition = crl_new_node(L);
  *partition = list_of(L, 2);
  corm_node **order = crl_new_node(L);
  *order = list_of(L, 3);
  corm_node **at = crl_new_node(L);
  *at = corm_over(corm_node_ref(fn), taken(partition), taken(order), NULL);
  return crl_checked(L, at);
}

/* extract(field, x) */
static int extract(lua_State *L) {
  const char *what = luaL_checkstring(L, 1);
  corm_node *x = crl_check_node(L, 2);
  corm_node **at = crl_new_node(L);
  *at = corm_extract(what, corm_node_ref(x));
  return crl_checked(L, at);
}

static int scalar(lua_State *L) {
  corm_node *stmt = crl_check_node(L, 1);
  corm_node **at = crl_new_node(L);
  *at = corm_scalar(corm_node_ref(stmt));
  return crl_checked(L, at);
}

static int exists(lua_State *L) {
  corm_node *stmt = crl_check_node(L, 1);
  corm_node **at = crl_new_node(L);
  *at = corm_exists(corm_node_ref(stmt));
  return crl_checked(L, at);
}

/* alias(source or statement, name or nil) */
static int alias(lua_State *L) {
  corm_node *source = crl_check_node(L, 1);
  const char *as = luaL_optstring(L, 2, NULL);
  corm_node **at = crl_new_node(L);
  *at = corm_alias(source, as);
  return crl_checked(L, at);
}

/* cte(statement, name or nil, recursive) */
static int cte(lua_State *L) {
  corm_node *stmt = crl_check_node(L, 1);
  const char *as = luaL_optstring(L, 2, NULL);
  int recursive = lua_toboolean(L, 3);
  corm_node **at = crl_new_node(L);
  *at = corm_cte(stmt, as, recursive);
  return crl_checked(L, at);
}

/* ---- Relations
 * ------------------------------------------------------------------------------------------------------------ */

static corm_node *check_relation(lua_State *L, int index) {
  corm_node *node = crl_check_node(L, index);
  if (corm_node_peek_kind(node) != CORM_NODE_ATTRIBUTE)
    crl_misuse(L, "a relation of a model was expected, not another expression");
  return node;
}

/* is_relation(value) */
static int is_relation(lua_State *L) {
  const corm_node *node = crl_peek_node(L, 1);
  lua_pushboolean(L, node && corm_node_peek_kind(node) == CORM_NODE_ATTRIBUTE);
  return 1;
}

/* relation_source(attribute) -> source of the class that it leads to */
static int relation_source(lua_State *L) {
  const corm_relation *r = corm_node_peek_relation(check_relation(L, 1));
  corm_node **at = crl_new_node(L);
  *at = corm_entity_source(corm_relation_peek_target(r));
  return crl_checked(L, at);
}

/* relation_any(attribute, criteria or nil) */
static int relation_any(lua_State *L) {
  lua_settop(L, 2);
  corm_node *attribute = check_relation(L, 1), *criteria = lua_isnil(L, 2) ? NULL : crl_check_node(L, 2);
  corm_node **at = crl_new_node(L);
  *at = corm_any(corm_node_ref(attribute), corm_node_ref(criteria));
  return crl_checked(L, at);
}

/* relation_test("eq" | "ne" | "contains", attribute, record or nil) */
static int relation_test(lua_State *L) {
  static const char *const names[] = {"eq", "ne", "contains", "not_contains", NULL};
  int test = luaL_checkoption(L, 1, NULL, names) + CORM_TEST_EQ;
  lua_settop(L, 3);
  corm_node *attribute = check_relation(L, 2);
  crl_object *o = crl_is_null(L, 3) ? NULL : crl_check_object(L, 3);
  corm_node **at = crl_new_node(L);
  if (o)
    crl_value_ref(o);
  *at = corm_relation_test_of(test, corm_node_ref(attribute), o ? o->record : NULL, o, o ? crl_value_unref : NULL);
  return crl_checked(L, at);
}

void crl_open_build(lua_State *L) {
  static const luaL_Reg functions[] = {{"op", op},
                                       {"unary", unary},
                                       {"like", like},
                                       {"all", all},
                                       {"any", any},
                                       {"not_", negate},
                                       {"between", between},
                                       {"in_", in},
                                       {"attr", attr},
                                       {"literal", literal},
                                       {"name", name},
                                       {"text", text},
                                       {"label", label},
                                       {"func", func},
                                       {"cast", cast},
                                       {"case", choose},
                                       {"over", over},
                                       {"extract", extract},
                                       {"scalar", scalar},
                                       {"exists", exists},
                                       {"alias", alias},
                                       {"cte", cte},
                                       {"is_relation", is_relation},
                                       {"relation_source", relation_source},
                                       {"relation_any", relation_any},
                                       {"relation_test", relation_test},
                                       {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
