#include "shop.h"

static corm_expr *eq(corm_expr *l, corm_expr *r) { return corm_op("=", l, r); }
static corm_stmt *select1(corm_node *x) { return corm_select_n(&x, 1); }

static corm_table *odd_table(void) {
  corm_table_def def = {.size = sizeof def, .name = "Order", .schema_name = "Sch"};
  corm_table *table = NULL;
  assert_int_equal(corm_catalog_define(&table, s.catalog, &def, NULL), CORM_OK);
  shop_column(table, "select", corm_type_plain(CORM_TYPE_INTEGER), 0);
  shop_column(table, "Name", corm_type_plain(CORM_TYPE_STRING), 0);
  shop_column(table, "a b", corm_type_plain(CORM_TYPE_INTEGER), 0);
  return table;
}

static void names_are_quoted_where_they_must_be(void **state) {
  corm_table *odd = odd_table();
  (void)state;
  assert_sql(
      corm_where(corm_where(select1(corm_from(odd)), eq(col(odd, "a b"), num(1))), eq(col(odd, "Name"), str("x"))),
      "SELECT \"Sch\".\"Order\".\"select\", \"Sch\".\"Order\".\"Name\", \"Sch\".\"Order\".\"a b\" FROM "
      "\"Sch\".\"Order\" WHERE \"Sch\".\"Order\".\"a b\" = :a_b_1 AND \"Sch\".\"Order\".\"Name\" = :Name_1",
      NULL);
  assert_sql(select1(corm_named("user", NULL, 0)), "SELECT \"user\"", "SELECT user");
  assert_sql(select1(corm_named("key", NULL, 0)), "SELECT key", "SELECT \"key\"");
  assert_sql(select1(corm_named("a\"b", NULL, 0)), "SELECT \"a\"\"b\"", NULL);
  assert_sql(select1(corm_named("1a", NULL, 0)), "SELECT \"1a\"", NULL);
  assert_sql(select1(corm_named("_a", NULL, 0)), "SELECT _a", NULL);
  assert_sql(select1(corm_label(num(1), "Total")), "SELECT :param_1 AS \"Total\"", NULL);
}

static void names_of_the_user_may_not_meet_those_of_columns(void **state) {
  corm_source *u = corm_from(s.u);
  corm_stmt *q = corm_set(corm_update(u), "name", str("x"));
  corm_value one = corm_text("y");
  (void)state;
  assert_sql(corm_where(q, eq(col(s.u, "nick"), corm_bindparam("name", &one, NULL, 0))),
             "bind parameter name \"name\" is used twice: by a parameter that was named so and by one that was not",
             NULL);
  assert_sql(select1(corm_unary(CORM_OP_NEG, col(s.u, "age"))), "SELECT -u.age FROM u", NULL);
  corm_node_unref(u);
}

static void long_labels_are_cut(void **state) {
  corm_compile_options options = {.size = sizeof options, .label_length = 10};
  corm_stmt *q = corm_select(col(s.u, "active"), col(s.a, "user_id"), corm_label(col(s.u, "name"), "abcdefghijkl"),
                             corm_func("max_long_func", NULL, &(corm_expr *){col(s.u, "id")}, 1), CORM_END);
  (void)state;
  q = corm_where(corm_label_style_set(q, CORM_LABELS_TABLE_PLUS_COLUMN), eq(col(s.u, "nick"), str("x")));
  q = corm_where(q, eq(col(s.u, "active"), str("x")));
  assert_sql_with(__FILE__, __LINE__, q, "default", &options,
                  "SELECT u.active AS u_ac_1, a.user_id AS a_us_2, u.name AS abcdefghijkl, max_long_func(u.id) AS "
                  "max__3 FROM u, a WHERE u.nick = :nick_1 AND u.active = :acti_2");
  corm_node_unref(q);
}

static void control_characters_of_the_user_are_kept(void **state) {
  (void)state;
  assert_sql(corm_text_node("x \x01"
                            "7\x02 y\x05"),
             "x \x01"
             "7\x02 y\x05",
             "x \x01"
             "7\x02 y\x05");
}

static int compile_it(void *ctx) {
  corm_compiled *c = NULL;
  corm_compile_options options = {.size = sizeof options, .render_postcompile = 1};
  int status = corm_compile(&c, ctx, corm_dialect_named("sqlite"), &options, NULL);
  corm_compiled_free(c);
  return status;
}

static void memory_may_fail_anywhere(void **state) {
  corm_source *u = corm_from(s.u);
  corm_value ids[] = {corm_int(1), corm_int(2)};
  const char *keys[] = {"id", "name"};
  corm_node *all = corm_from(s.u);
  corm_expr *key = col(s.u, "id");
  corm_stmt *insert = corm_returning_n(corm_set(corm_insert(u), "name", str("x")), &all, 1);
  corm_stmt *upsert = corm_conflict_set(corm_on_conflict(corm_set(corm_insert(u), "id", num(1)), &key, 1, NULL, NULL),
                                        "name", corm_excluded(s.u, "name"));
  corm_stmt *update = corm_where(corm_set(corm_update(u), "age", corm_op("+", col(s.u, "age"), num(1))),
                                 corm_in_values(col(s.u, "id"), ids, 2, 0));
  corm_stmt *copy =
      corm_from_select(corm_insert(u), keys, 2, corm_select(col(s.a, "id"), col(s.a, "email"), CORM_END), 1);
  corm_stmt *create = corm_create_table(s.a, 0);
  (void)state;
  cm_test_each_failure(compile_it, insert);
  cm_test_each_failure(compile_it, upsert);
  cm_test_each_failure(compile_it, update);
  cm_test_each_failure(compile_it, copy);
  cm_test_each_failure(compile_it, create);
  corm_node_unref(insert);
  corm_node_unref(upsert);
  corm_node_unref(update);
  corm_node_unref(copy);
  corm_node_unref(create);
  corm_node_unref(u);
}

#define with_shop(fn) cmocka_unit_test_setup_teardown(fn, open_shop, close_shop)
int main(void) {
  const struct CMUnitTest tests[] = {with_shop(names_are_quoted_where_they_must_be),
                                     with_shop(names_of_the_user_may_not_meet_those_of_columns),
                                     with_shop(long_labels_are_cut), with_shop(control_characters_of_the_user_are_kept),
                                     with_shop(memory_may_fail_anywhere)};
  return cm_test_run(tests);
}
