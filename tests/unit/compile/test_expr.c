#include "shop.h"

static corm_expr *op(const char *name, corm_expr *l, corm_expr *r) { return corm_op(name, l, r); }
static corm_expr *id(void) { return col(s.u, "id"); }
static corm_expr *age(void) { return col(s.u, "age"); }
static corm_expr *name(void) { return col(s.u, "name"); }
static corm_expr *active(void) { return col(s.u, "active"); }
static corm_expr *both(corm_expr *a, corm_expr *b) { return corm_and_n((corm_expr *[]){a, b}, 2); }
static corm_expr *either(corm_expr *a, corm_expr *b) { return corm_or_n((corm_expr *[]){a, b}, 2); }
static corm_expr *fn(const char *called, corm_expr *x) { return corm_func(called, NULL, &x, x ? 1 : 0); }
static corm_expr *is(corm_expr *x, int64_t n) { return op("=", x, num(n)); }
static corm_stmt *where(corm_expr *x) { return corm_where(corm_select(id(), CORM_END), x); }

static void arithmetic_is_parenthesised_where_it_must_be(void **state) {
  (void)state;
  assert_sql(op("-", op("-", age(), num(1)), num(2)), "(u.age - :age_1) - :param_1", "(u.age - ?) - ?");
  assert_sql(op("+", age(), op("-", id(), num(2))), "u.age + (u.id - :id_1)", "u.age + (u.id - ?)");
  assert_sql(op("*", op("+", age(), num(1)), num(2)), "(u.age + :age_1) * :param_1", NULL);
  assert_sql(op("*", op("*", age(), id()), num(2)), "u.age * u.id * :param_1", NULL);
  assert_sql(op("=", op("+", name(), str("x")), col(s.u, "nick")), "(u.name || :name_1) = u.nick", NULL);
  assert_sql(op("+", op("+", name(), str("x")), col(s.u, "nick")), "u.name || :name_1 || u.nick", NULL);
  assert_sql(op("=", is(age(), 1), is(id(), 2)), "(u.age = :age_1) = (u.id = :id_1)", NULL);
  assert_sql(corm_unary(CORM_OP_NEG, age()), "-u.age", "-u.age");
  assert_sql(corm_unary(CORM_OP_NEG, op("+", age(), num(1))), "-(u.age + :age_1)", NULL);
  assert_sql(corm_unary(CORM_OP_NEG, corm_unary(CORM_OP_NEG, age())), "-(-u.age)", NULL);
  assert_sql(op("*", age(), corm_unary(CORM_OP_NEG, id())), "u.age * (-u.id)", NULL);
  assert_sql(op("/", age(), num(2)), "u.age / CAST(:age_1 AS NUMERIC)", "u.age / (? + 0.0)");
  assert_sql(op("/", age(), id()), "u.age / CAST(u.id AS NUMERIC)", "u.age / (u.id + 0.0)");
  assert_sql(op("//", age(), num(2)), "u.age / :age_1", "u.age / ?");
  assert_sql(op("//", age(), flt(2.5)), "FLOOR(u.age / :age_1)", "FLOOR(u.age / ?)");
  assert_sql(op("%", age(), num(2)), "u.age % :age_1", "u.age % ?");
  assert_sql(op("&", age(), num(3)), "u.age & :age_1", NULL);
  assert_sql(op("^", age(), num(3)), "u.age ^ :age_1", "(u.age | ? - u.age & ?)");
  assert_sql(corm_unary(CORM_OP_INVERT, age()), "~u.age", NULL);
}

static void conditions_are_parenthesised_where_they_must_be(void **state) {
  (void)state;
  assert_sql(either(is(age(), 1), both(is(id(), 2), is(age(), 3))), "u.age = :age_1 OR u.id = :id_1 AND u.age = :age_2",
             NULL);
  assert_sql(both(is(age(), 1), either(is(id(), 2), is(age(), 3))),
             "u.age = :age_1 AND (u.id = :id_1 OR u.age = :age_2)", NULL);
  assert_sql(corm_not(either(is(age(), 1), is(id(), 2))), "NOT (u.age = :age_1 OR u.id = :id_1)", NULL);
  assert_sql(corm_not(is(age(), 1)), "u.age != :age_1", NULL);
  assert_sql(corm_not(active()), "NOT u.active", "u.active = 0");
  assert_sql(both(corm_not(active()), active()), "NOT u.active AND u.active", "u.active = 0 AND u.active = 1");
  assert_sql(corm_op_custom("@@", 0, 0, NULL, age(), num(3)), "u.age @@ :age_1", NULL);
  assert_sql(both(corm_op_custom("@@", 0, 0, NULL, age(), num(3)), is(id(), 1)), "(u.age @@ :age_1) AND u.id = :id_1",
             NULL);
  assert_sql(op("*", corm_op_custom("+", 7, 0, NULL, age(), op("*", id(), num(2))), num(3)),
             "(u.age + u.id * :id_1) * :param_1", NULL);
  assert_sql(op("=", name(), corm_null_node()), "u.name IS NULL", "u.name IS NULL");
  assert_sql(op("=", active(), corm_true_node()), "u.active = true", "u.active = 1");
  assert_sql(op("is", active(), corm_true_node()), "u.active IS true", "u.active IS 1");
  assert_sql(op("=", num(5), age()), ":age_1 = u.age", NULL);
}

static void like_and_its_kin(void **state) {
  (void)state;
  assert_sql(op("contains", name(), str("a")), "u.name LIKE '%' || :name_1 || '%'", "u.name LIKE '%' || ? || '%'");
  assert_sql(op("startswith", name(), str("a")), "u.name LIKE :name_1 || '%'", NULL);
  assert_sql(op("endswith", name(), str("a")), "u.name LIKE '%' || :name_1", NULL);
  assert_sql(op("icontains", name(), str("a")), "lower(u.name) LIKE '%' || lower(:name_1) || '%'", NULL);
  assert_sql(corm_not(op("contains", name(), str("a"))), "u.name NOT LIKE '%' || :name_1 || '%'", NULL);
  assert_sql(both(op("contains", name(), str("a")), is(id(), 1)),
             "(u.name LIKE '%' || :name_1 || '%') AND u.id = :id_1", NULL);
  assert_sql(fn("foo", op("contains", name(), str("a"))), "foo((u.name LIKE '%' || :name_1 || '%'))", NULL);
  assert_sql(op("ilike", name(), str("a")), "lower(u.name) LIKE lower(:name_1)", "lower(u.name) LIKE lower(?)");
  assert_sql(corm_like(CORM_OP_LIKE, name(), str("a"), "/", 0), "u.name LIKE :name_1 ESCAPE '/'", NULL);
  assert_sql(corm_like(CORM_OP_CONTAINS, name(), str("a%"), NULL, 1), "u.name LIKE '%' || :name_1 || '%' ESCAPE '/'",
             NULL);
  assert_sql(op("contains", name(), op("+", col(s.u, "nick"), str("x"))), "u.name LIKE '%' || u.nick || :nick_1 || '%'",
             NULL);
  assert_sql(op("contains", name(), op("+", age(), num(1))), "u.name LIKE '%' || (u.age + :age_1) || '%'", NULL);
  assert_sql(op("icontains", name(), op("+", col(s.u, "nick"), str("x"))),
             "lower(u.name) LIKE '%' || lower((u.nick || :nick_1)) || '%'", NULL);
  assert_sql(op("like", name(), op("+", col(s.u, "nick"), str("x"))), "u.name LIKE (u.nick || :nick_1)", NULL);
  assert_sql(op("regexp", name(), str("x")), "u.name <regexp> :name_1", "u.name REGEXP ?");
  assert_sql(corm_not(op("regexp", name(), str("x"))), "u.name <not regexp> :name_1", "u.name NOT REGEXP ?");
  assert_sql(op("match", name(), str("x")), "u.name MATCH :name_1", NULL);
  assert_sql(corm_binary(CORM_OP_IS_DISTINCT, name(), str("x")), "u.name IS DISTINCT FROM :name_1", "u.name IS NOT ?");
  assert_sql(op("=", op("collate", name(), corm_named("C", NULL, 0)), str("x")), "(u.name COLLATE \"C\") = :param_1",
             NULL);
  assert_sql(corm_between(id(), num(1), num(2), 0, 0), "u.id BETWEEN :id_1 AND :id_2", NULL);
  assert_sql(corm_between(id(), op("+", age(), num(1)), num(2), 1, 0), "u.id NOT BETWEEN u.age + :age_1 AND :id_1",
             NULL);
}

static void lists_are_holes(void **state) {
  corm_value n[] = {corm_int(1), corm_int(2)};
  (void)state;
  assert_sql(corm_in_values(id(), n, 2, 0), "u.id IN (__[POSTCOMPILE_id_1])", NULL);
  assert_sql(corm_in_values(id(), n, 2, 1), "(u.id NOT IN (__[POSTCOMPILE_id_1]))", NULL);
  assert_sql(corm_in_query(id(), corm_select(col(s.a, "user_id"), CORM_END), 0), "u.id IN (SELECT a.user_id FROM a)",
             NULL);
  assert_sql(corm_in_exprs(id(), (corm_expr *[]){num(1), age(), num(2)}, 3, 0), "u.id IN (:id_1, u.age, :id_2)", NULL);
  assert_sql(corm_in_rows(corm_tuple((corm_expr *[]){id(), age()}, 2), n, 1, 2, 0),
             "(u.id, u.age) IN (__[POSTCOMPILE_param_1])", NULL);
}

static void cases_casts_and_functions(void **state) {
  corm_expr *two[] = {is(age(), 1), str("x"), active(), str("y")}, *parts[] = {name(), age()};
  corm_value one = corm_int(1);
  (void)state;
  assert_sql(corm_case(NULL, two, 2, str("z")),
             "CASE WHEN (u.age = :age_1) THEN :param_1 WHEN u.active THEN :param_2 ELSE :param_3 END", NULL);
  assert_sql(corm_case(NULL, (corm_expr *[]){corm_not(active()), str("y")}, 1, NULL),
             "CASE WHEN NOT u.active THEN :param_1 END", "CASE WHEN u.active = 0 THEN ? END");
  assert_sql(corm_case(age(), (corm_expr *[]){num(1), str("a")}, 1, NULL), "CASE u.age WHEN :param_1 THEN :param_2 END",
             NULL);
  assert_sql(corm_case(NULL, (corm_expr *[]){corm_in_values(id(), &one, 1, 1), num(1)}, 1, NULL),
             "CASE WHEN ((u.id NOT IN (__[POSTCOMPILE_id_1]))) THEN :param_1 END", NULL);
  assert_sql(corm_cast(op("contains", name(), str("x")), corm_type_plain(CORM_TYPE_INTEGER)),
             "CAST(u.name LIKE '%' || :name_1 || '%' AS INTEGER)", NULL);
  assert_sql(op("=", corm_type_coerce(age(), corm_type_plain(CORM_TYPE_STRING)), str("x")), "u.age = :param_1", NULL);
  assert_sql(fn("now", NULL), "now()", "CURRENT_TIMESTAMP");
  assert_sql(fn("current_timestamp", NULL), "CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP");
  assert_sql(fn("count", NULL), "count(*)", NULL);
  assert_sql(fn("count", str("*")), "count(:count_1)", NULL);
  assert_sql(fn("a.b", id()), "a.b(u.id)", NULL);
  assert_sql(fn("char_length", name()), "char_length(u.name)", "length(u.name)");
  assert_sql(fn("localtimestamp", NULL), "LOCALTIMESTAMP", "DATETIME(CURRENT_TIMESTAMP, 'localtime')");
  assert_sql(fn("count", corm_unary(CORM_OP_DISTINCT, id())), "count(DISTINCT u.id)", NULL);
  assert_sql(corm_extract("year", name()), "EXTRACT(year FROM u.name)", "CAST(STRFTIME('%Y', u.name) AS INTEGER)");
  assert_sql(corm_filter(fn("count", id()), is(age(), 1)), "count(u.id) FILTER (WHERE u.age = :age_1)", NULL);
  assert_sql(op("*", corm_filter(fn("count", id()), is(age(), 1)), num(2)),
             "(count(u.id) FILTER (WHERE u.age = :age_1)) * :param_1", NULL);
  assert_sql(corm_over(fn("row_number", NULL), corm_list(parts, 2), corm_unary(CORM_OP_DESC, id()), NULL),
             "row_number() OVER (PARTITION BY u.name, u.age ORDER BY u.id DESC)", NULL);
  assert_sql(corm_over(fn("sum", age()), NULL, NULL, NULL), "sum(u.age) OVER ()", NULL);
  assert_sql(corm_over(fn("sum", age()), NULL, id(),
                       &(corm_frame){CORM_FRAME_ROWS, CORM_BOUND_PRECEDING, CORM_BOUND_FOLLOWING, num(2), num(3)}),
             "sum(u.age) OVER (ORDER BY u.id ROWS BETWEEN :param_1 PRECEDING AND :param_2 FOLLOWING)", NULL);
  assert_sql(corm_over(fn("sum", age()), NULL, id(),
                       &(corm_frame){CORM_FRAME_RANGE, CORM_BOUND_UNBOUNDED, CORM_BOUND_CURRENT, NULL, NULL}),
             "sum(u.age) OVER (ORDER BY u.id RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)", NULL);
  assert_sql(corm_over(fn("sum", age()), NULL, NULL,
                       &(corm_frame){CORM_FRAME_ROWS, CORM_BOUND_CURRENT, CORM_BOUND_UNBOUNDED, NULL, NULL}),
             "sum(u.age) OVER (ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)", NULL);
  assert_sql(op("=", fn("foo", is(age(), 1)), num(3)), "foo(u.age = :age_1) = :foo_1", NULL);
  assert_sql(corm_unary(CORM_OP_DESC, is(age(), 1)), "u.age = :age_1 DESC", NULL);
  assert_sql(corm_unary(CORM_OP_NULLS_LAST, corm_unary(CORM_OP_DESC, op("+", age(), num(1)))),
             "u.age + :age_1 DESC NULLS LAST", NULL);
  assert_sql(corm_unary(CORM_OP_NULLS_LAST, op("+", age(), num(1))), "(u.age + :age_1) NULLS LAST", NULL);
  assert_sql(corm_unary(CORM_OP_ASC, either(is(age(), 1), is(id(), 1))), "(u.age = :age_1 OR u.id = :id_1) ASC", NULL);
}

static void booleans_become_conditions(void **state) {
  (void)state;
  assert_sql(where(active()), "SELECT u.id FROM u WHERE u.active", "SELECT u.id FROM u WHERE u.active = 1");
  assert_sql(where(corm_true_node()), "SELECT u.id FROM u WHERE true", "SELECT u.id FROM u WHERE 1 = 1");
  assert_sql(where(corm_false_node()), "SELECT u.id FROM u WHERE false", "SELECT u.id FROM u WHERE 0 = 1");
  assert_sql(where(fn("foo", id())), "SELECT u.id FROM u WHERE foo(u.id)", "SELECT u.id FROM u WHERE foo(u.id)");
  assert_sql(where(corm_and_n(NULL, 0)), "SELECT u.id FROM u", "SELECT u.id FROM u");
  assert_sql(where(op("contains", name(), str("a"))), "SELECT u.id FROM u WHERE (u.name LIKE '%' || :name_1 || '%')",
             NULL);
  assert_sql(where(either(is(id(), 1), is(id(), 2))), "SELECT u.id FROM u WHERE u.id = :id_1 OR u.id = :id_2", NULL);
}

static void binds_are_named_after_their_neighbour(void **state) {
  corm_value three = corm_int(3);
  (void)state;
  assert_sql(op("=", corm_named("q", NULL, 0), num(3)), "q = :q_1", NULL);
  assert_sql(op("=", corm_named("zz", NULL, 1), num(3)), "zz = :zz_1", NULL);
  assert_sql(op("=", op("+", age(), num(1)), num(2)), "u.age + :age_1 = :param_1", NULL);
  assert_sql(op("=", fn("max", id()), num(3)), "max(u.id) = :max_1", NULL);
  assert_sql(op("=", corm_label(age(), "x"), num(3)), "u.age = :param_1", NULL);
  assert_sql(where(op("=", corm_bindparam("q", NULL, NULL, CORM_BIND_REQUIRED), id())),
             "SELECT u.id FROM u WHERE :q = u.id", "SELECT u.id FROM u WHERE ? = u.id");
  assert_sql(where(corm_text_bind(corm_text_node("foo = :x"), corm_bindparam("x", &three, NULL, 0))),
             "SELECT u.id FROM u WHERE foo = :x", NULL);
  assert_sql(corm_text_node("select :x, '12:30', \\:y, a::int"), "select :x, '12:30', :y, a::int",
             "select ?, '12:30', :y, a::int");
}

static void json_is_read_by_a_path(void **state) {
  corm_expr *data = corm_named("data", corm_type_plain(CORM_TYPE_JSON), 0);
  corm_value path = corm_bytes_of(CORM_JSON, "[\"a\", 1]", 8);
  corm_compile_options inlined = {.size = sizeof inlined, .literal_binds = 1};
  corm_stmt *q = corm_select(corm_binary(CORM_OP_INDEX, corm_node_ref(data), str("k")),
                             corm_binary(CORM_OP_INDEX, corm_node_ref(data), num(3)),
                             corm_binary(CORM_OP_JSON_PATH, corm_node_ref(data), corm_literal(&path)), CORM_END);
  (void)state;
  assert_sql(corm_binary(CORM_OP_INDEX, corm_node_ref(data), str("k")), "data[:data_1]",
             "JSON_QUOTE(JSON_EXTRACT(data, ?))");
  assert_sql(corm_binary(CORM_OP_JSON_TEXT, corm_node_ref(data), str("k")), "data[:data_1]", "JSON_EXTRACT(data, ?)");
  assert_sql_with(__FILE__, __LINE__, q, "sqlite", &inlined,
                  "SELECT JSON_QUOTE(JSON_EXTRACT(data, '$.\"k\"')) AS anon_1, JSON_QUOTE(JSON_EXTRACT(data, '$[3]')) "
                  "AS anon_2, JSON_QUOTE(JSON_EXTRACT(data, '$.\"a\"[1]')) AS anon_3");
  corm_node_unref(q);
  corm_node_unref(data);
}

#define with_shop(fn) cmocka_unit_test_setup_teardown(fn, open_shop, close_shop)
int main(void) {
  const struct CMUnitTest tests[] = {with_shop(arithmetic_is_parenthesised_where_it_must_be),
                                     with_shop(conditions_are_parenthesised_where_they_must_be),
                                     with_shop(like_and_its_kin),
                                     with_shop(lists_are_holes),
                                     with_shop(cases_casts_and_functions),
                                     with_shop(booleans_become_conditions),
                                     with_shop(binds_are_named_after_their_neighbour),
                                     with_shop(json_is_read_by_a_path)};
  return cm_test_run(tests);
}
