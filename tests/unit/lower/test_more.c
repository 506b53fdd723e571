/* Hierarchies, wrapped statements, nested ones: as SQL text. */
#include "lower/lowered.h"

#define CO "SELECT co.id, co.eng_id, co.mgr_id"

static void subclasses_are_joined_with_their_tables(void **state) {
  (void)state;
  prints(corm_join(all_of(co), mgr, corm_op("=", corm_col(co, "mgr_id"), corm_col(mgr, "id")), CORM_JOIN_INNER),
         CO " FROM co JOIN emp ON co.mgr_id = emp.id AND emp.type IN (__[POSTCOMPILE_type_1])");
  prints(join_along(all_of(co), co, "mgr", CORM_JOIN_INNER),
         CO " FROM co JOIN emp ON emp.id = co.mgr_id AND emp.type IN (__[POSTCOMPILE_type_1])");
  prints(join_along(all_of(co), co, "eng", CORM_JOIN_INNER),
         CO " FROM co JOIN (emp JOIN eng ON emp.id = eng.id) ON eng.id = co.eng_id");
  prints(load(all_of(co), co, "eng", NULL, NULL, CORM_LAZY_JOINED, 0),
         CO ", eng_1.id AS id_1, emp_1.id AS id_2, emp_1.type, emp_1.name, eng_1.lang FROM co LEFT OUTER JOIN (emp AS "
            "emp_1 JOIN eng AS eng_1 ON emp_1.id = eng_1.id) ON eng_1.id = co.eng_id");
  prints(load(all_of(co), co, "mgr", NULL, NULL, CORM_LAZY_JOINED, 0), CO
         ", emp_1.id AS id_1, emp_1.type, emp_1.name FROM co LEFT OUTER JOIN emp AS emp_1 ON emp_1.id = co.mgr_id AND "
         "emp_1.type IN (__[POSTCOMPILE_type_1])");
  prints(corm_where(all_of(co), corm_any(corm_col(co, "eng"), is(eng, "lang", words("c")))), CO
         " FROM co WHERE EXISTS (SELECT 1 FROM emp JOIN eng ON emp.id = eng.id WHERE eng.id = co.eng_id AND eng.lang = "
         ":lang_1)");
}

static void subclasses_are_got_from_their_tables(void **state) {
  int lang = corm_entity_peek_slot(s.engineer, "lang"), name = corm_entity_peek_slot(s.engineer, "name");
  (void)state;
  prints(cm_lower_get(s.engineer, NULL, 0, NULL),
         "SELECT eng.id AS eng_id, emp.id AS emp_id, emp.type AS emp_type, emp.name AS emp_name, eng.lang AS eng_lang "
         "FROM emp JOIN eng ON emp.id = eng.id WHERE emp.id = :pk_1");
  prints(cm_lower_get(s.engineer, &lang, 1, NULL), "SELECT eng.lang AS eng_lang FROM eng WHERE :param_1 = eng.id");
  prints(cm_lower_get(s.engineer, &name, 1, NULL),
         "SELECT emp.name AS emp_name FROM emp JOIN eng ON emp.id = eng.id WHERE emp.id = :pk_1");
  prints(
      cm_lower_get(s.manager, NULL, 0, NULL),
      "SELECT emp.id AS emp_id, emp.type AS emp_type, emp.name AS emp_name FROM emp WHERE emp.id = :pk_1 AND emp.type "
      "IN (__[POSTCOMPILE_type_1])");
}

static void a_label_is_ordered_by_its_name(void **state) {
  corm_node *id = corm_col(address, "id"), *label = corm_label(corm_func("count", NULL, &id, 1), "n");
  corm_node *order_by = corm_unary(CORM_OP_DESC, corm_node_ref(label)), *group = corm_col(user, "name");
  corm_stmt *stmt = corm_select(corm_col(user, "name"), label, CORM_END);
  (void)state;
  stmt = join_along(stmt, user, "addresses", CORM_JOIN_INNER);
  stmt = corm_order_by_n(corm_group_by_n(stmt, &group, 1), &order_by, 1);
  prints(stmt, "SELECT user_account.name, count(address.id) AS n FROM user_account JOIN address ON user_account.id = "
               "address.user_id GROUP BY user_account.name ORDER BY n DESC");
}

#define ADDRESS_1 "address_1.id AS id_1, address_1.user_id, address_1.email"
#define INNER                                                                                                          \
  "user_account.id AS id, user_account.name AS name, user_account.age AS age, user_account.active AS active FROM "     \
  "user_account"

static void eager_joins_find_their_entity(void **state) {
  corm_stmt *stmt = corm_select(corm_node_ref(user), corm_node_ref(address), CORM_END);
  (void)state;
  stmt = join_along(stmt, user, "addresses", CORM_JOIN_INNER);
  prints(load(stmt, user, "orders", NULL, NULL, CORM_LAZY_JOINED, 0),
         "SELECT user_account.id, user_account.name, user_account.age, user_account.active, address.id AS id_1, "
         "address.user_id, address.email, orders_1.id AS id_2, orders_1.user_id AS user_id_1 FROM user_account JOIN "
         "address ON user_account.id = address.user_id LEFT OUTER JOIN orders AS orders_1 ON user_account.id = "
         "orders_1.user_id");
  stmt = corm_select(corm_node_ref(item), corm_node_ref(user), CORM_END);
  prints(load(stmt, user, "addresses", NULL, NULL, CORM_LAZY_JOINED, 0),
         "SELECT item.id, item.name, user_account.id AS id_1, user_account.name AS name_1, user_account.age, "
         "user_account.active, address_1.id AS id_2, address_1.user_id, address_1.email FROM item, user_account LEFT "
         "OUTER JOIN address AS address_1 ON user_account.id = address_1.user_id");
}

static void wrapped_statements_keep_their_joins(void **state) {
  corm_node *u = corm_alias(user, NULL), *age = corm_col(user, "age"), *name = corm_col(user, "name");
  const corm_expr *only[1] = {name};
  corm_stmt *stmt = NULL;
  (void)state;
  prints(corm_limit(load(all_of(u), u, "addresses", NULL, NULL, CORM_LAZY_JOINED, 0), number(3)),
         "SELECT anon_1.id, anon_1.name, anon_1.age, anon_1.active, " ADDRESS_1
         " FROM (SELECT user_account_1.id AS id, "
         "user_account_1.name AS name, user_account_1.age AS age, user_account_1.active AS active FROM user_account AS "
         "user_account_1 LIMIT :param_1) AS anon_1 LEFT OUTER JOIN address AS address_1 ON anon_1.id = "
         "address_1.user_id");
  stmt = load(all_of(user), user, "orders", NULL, NULL, CORM_LAZY_JOINED, 0);
  prints(
      corm_limit(load(stmt, user, "orders", order, "items", CORM_LAZY_JOINED, 0), number(3)),
      "SELECT anon_1.id, anon_1.name, anon_1.age, anon_1.active, item_1.id AS id_1, item_1.name AS name_1, "
      "orders_1.id AS id_2, orders_1.user_id FROM (SELECT " INNER " LIMIT :param_1) AS anon_1 LEFT OUTER JOIN orders "
      "AS orders_1 ON anon_1.id = orders_1.user_id LEFT OUTER JOIN (order_item AS order_item_1 JOIN item AS item_1 ON "
      "item_1.id = order_item_1.item_id) ON orders_1.id = order_item_1.order_id");
  stmt = load(join_along(all_of(user), user, "orders", CORM_JOIN_INNER), user, "addresses", NULL, NULL,
              CORM_LAZY_JOINED, 0);
  prints(
      corm_limit(corm_where(stmt, corm_op(">", corm_col(order, "id"), number(2))), number(3)),
      "SELECT anon_1.id, anon_1.name, anon_1.age, anon_1.active, " ADDRESS_1 " FROM (SELECT " INNER
      " JOIN orders ON user_account.id = orders.user_id WHERE orders.id > :id_2 LIMIT :param_1) AS anon_1 LEFT OUTER "
      "JOIN address AS address_1 ON anon_1.id = address_1.user_id");
  stmt = load(corm_distinct_n(all_of(user), NULL, 0), user, "addresses", NULL, NULL, CORM_LAZY_JOINED, 0);
  prints(stmt, "SELECT anon_1.id, anon_1.name, anon_1.age, anon_1.active, " ADDRESS_1 " FROM (SELECT DISTINCT " INNER
               ") AS anon_1 LEFT OUTER JOIN address AS address_1 ON anon_1.id = address_1.user_id");
  stmt = load(all_of(address), address, "user", NULL, NULL, CORM_LAZY_JOINED, 0);
  prints(
      corm_limit(load(stmt, address, "user", user, "orders", CORM_LAZY_JOINED, 0), number(2)),
      "SELECT anon_1.id, anon_1.user_id, anon_1.email, orders_1.id AS id_1, orders_1.user_id AS user_id_1, "
      "user_account_1.id AS id_2, user_account_1.name, user_account_1.age, user_account_1.active FROM (SELECT "
      "address.id AS id, address.user_id AS user_id, address.email AS email FROM address LIMIT :param_1) AS anon_1 "
      "LEFT OUTER JOIN user_account AS user_account_1 ON user_account_1.id = anon_1.user_id LEFT OUTER JOIN orders AS "
      "orders_1 ON user_account_1.id = orders_1.user_id");
  stmt = load(all_of(user), user, "addresses", NULL, NULL, CORM_LAZY_JOINED, 0);
  stmt = corm_order_by_n(corm_load_columns(stmt, NULL, 0, CORM_LOAD_ONLY, only, 1, 0), &age, 1);
  prints(corm_limit(stmt, number(2)),
         "SELECT anon_1.id, anon_1.name, anon_1.age, " ADDRESS_1
         " FROM (SELECT user_account.id AS id, user_account.name "
         "AS name, user_account.age AS age FROM user_account ORDER BY user_account.age LIMIT :param_1) AS anon_1 LEFT "
         "OUTER JOIN address AS address_1 ON anon_1.id = address_1.user_id ORDER BY anon_1.age");
  prints(
      corm_limit(load(all_of(node), node, "children", NULL, NULL, CORM_LAZY_JOINED, 0), number(2)),
      "SELECT anon_1.id, anon_1.parent_id, node_1.id AS id_1, node_1.parent_id AS parent_id_1 FROM (SELECT node.id AS "
      "id, node.parent_id AS parent_id FROM node LIMIT :param_1) AS anon_1 LEFT OUTER JOIN node AS node_1 ON "
      "anon_1.id = node_1.parent_id");
  corm_node_unref(u);
  corm_node_unref(name);
}

static void criteria_go_into_on(void **state) {
  corm_node *path = corm_attribute_and(corm_col(user, "addresses"), is(address, "email", words("x")));
  const corm_expr *steps[1] = {path};
  (void)state;
  prints(corm_join(all_of(user), path, NULL, CORM_JOIN_INNER),
         "SELECT user_account.id, user_account.name, user_account.age, user_account.active FROM user_account JOIN "
         "address ON user_account.id = address.user_id AND address.email = :email_1");
  prints(corm_load(all_of(user), steps, 1, CORM_LAZY_JOINED, 0),
         "SELECT user_account.id, user_account.name, user_account.age, user_account.active, " ADDRESS_1
         " FROM user_account LEFT OUTER JOIN address AS address_1 ON user_account.id = address_1.user_id AND "
         "address_1.email = :email_1");
  corm_node_unref(path);
}

static void subqueries_join_like_tables(void **state) {
  corm_node *id = corm_col(address, "id"), *group = corm_col(address, "user_id"), *sub = NULL;
  corm_stmt *inner =
      corm_select(corm_col(address, "user_id"), corm_label(corm_func("count", NULL, &id, 1), "n"), CORM_END);
  (void)state;
  inner = corm_group_by_n(inner, &group, 1);
  sub = corm_alias(inner, NULL);
  prints(corm_join(corm_select(corm_col(user, "name"), corm_col(sub, "n"), CORM_END), sub,
                   corm_op("=", corm_col(sub, "user_id"), corm_col(user, "id")), CORM_JOIN_INNER),
         "SELECT user_account.name, anon_1.n FROM user_account JOIN (SELECT address.user_id AS user_id, "
         "count(address.id) AS n FROM address GROUP BY address.user_id) AS anon_1 ON anon_1.user_id = user_account.id");
  corm_node_unref(sub);
  corm_node_unref(inner);
}

static void aliases_are_tested_as_themselves(void **state) {
  corm_node *u = corm_alias(user, NULL), *a = corm_alias(address, NULL);
  (void)state;
  prints(
      corm_where(all_of(u), corm_any(corm_col(u, "addresses"), NULL)),
      "SELECT user_account_1.id, user_account_1.name, user_account_1.age, user_account_1.active FROM user_account AS "
      "user_account_1 WHERE EXISTS (SELECT 1 FROM address WHERE user_account_1.id = address.user_id)");
  prints(corm_where(all_of(user),
                    corm_any(corm_attribute_of_type(corm_col(user, "addresses"), a), is(a, "email", words("x")))),
         "SELECT user_account.id, user_account.name, user_account.age, user_account.active FROM user_account WHERE "
         "EXISTS (SELECT 1 FROM address AS address_1 WHERE user_account.id = address_1.user_id AND address_1.email = "
         ":email_1)");
  corm_node_unref(u);
  corm_node_unref(a);
}

static void a_wrong_use_of_a_relation_is_said(void **state) {
  corm_stmt *stmt = corm_select(corm_col(user, "addresses"), CORM_END);
  cm_lowered out = {NULL, NULL};
  corm_error *err = NULL;
  (void)state;
  assert_int_equal(cm_lower(&out, stmt, &err), CORM_EARGUMENT);
  assert_non_null(strstr(corm_error_message(err), "addresses"));
  corm_error_free(err);
  corm_node_unref(stmt);
  stmt = corm_set(corm_update(eng), "name", words("x"));
  assert_int_equal(cm_lower(&out, stmt, NULL), CORM_ECOMPILE);
  corm_node_unref(stmt);
}

static void shapes_stay_equal_when_stripped(void **state) {
  corm_stmt *stmt = corm_limit(load(all_of(user), user, "addresses", NULL, NULL, CORM_LAZY_JOINED, 0), number(3));
  corm_node *kept = cm_node_strip(stmt);
  (void)state;
  assert_true(corm_node_equal(kept, stmt));
  corm_node_unref(stmt);
  prints(kept, "SELECT anon_1.id, anon_1.name, anon_1.age, anon_1.active, " ADDRESS_1 " FROM (SELECT " INNER
               " LIMIT :param_1) AS anon_1 LEFT OUTER JOIN address AS address_1 ON anon_1.id = address_1.user_id");
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, open_shop, close_shop)
      T(subclasses_are_joined_with_their_tables),
      T(subclasses_are_got_from_their_tables),
      T(a_label_is_ordered_by_its_name),
      T(eager_joins_find_their_entity),
      T(wrapped_statements_keep_their_joins),
      T(criteria_go_into_on),
      T(subqueries_join_like_tables),
      T(aliases_are_tested_as_themselves),
      T(a_wrong_use_of_a_relation_is_said),
      T(shapes_stay_equal_when_stripped),
  };
  return cm_test_run(tests);
}
