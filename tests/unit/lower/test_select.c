/* ORM statements as SQL text. */
#include "lower/lowered.h"

static void entities_become_their_columns(void **state) {
  corm_node *q = corm_alias(user, "q");
  (void)state;
  prints(all_of(user), "SELECT " USER " FROM user_account");
  prints(corm_where(corm_select(corm_col(q, "id"), corm_node_ref(q), CORM_END),
                    corm_op(">", corm_col(q, "age"), number(3))),
         "SELECT q.id, q.name, q.age, q.active FROM user_account AS q WHERE q.age > :age_1");
  prints(corm_select(corm_node_ref(user), corm_col(user, "id"), CORM_END),
         "SELECT " USER ", user_account.id AS id__1 FROM user_account");
  prints(corm_select(corm_col(user, "name"), corm_node_ref(user), CORM_END),
         "SELECT user_account.name, user_account.id, user_account.age, user_account.active FROM user_account");
  corm_node_unref(q);
}

static void joins_follow_relations(void **state) {
  corm_node *children = corm_col(node, "children"), *parent = corm_col(node, "parent"), *n1 = corm_alias(node, NULL);
  corm_node *a1 = corm_alias(address, NULL), *typed = corm_attribute_of_type(corm_col(user, "addresses"), a1);
  (void)state;
  prints(corm_where(join_along(all_of(user), user, "addresses", CORM_JOIN_INNER), is(address, "email", words("x"))),
         "SELECT " USER " FROM user_account JOIN address ON user_account.id = address.user_id WHERE address.email = "
         ":email_1");
  prints(join_along(all_of(user), user, "addresses", CORM_JOIN_LEFT),
         "SELECT " USER " FROM user_account LEFT OUTER JOIN address ON user_account.id = address.user_id");
  prints(join_along(all_of(order), order, "items", CORM_JOIN_INNER),
         "SELECT orders.id, orders.user_id FROM orders JOIN order_item AS order_item_1 ON orders.id = "
         "order_item_1.order_id JOIN item ON item.id = order_item_1.item_id");
  prints(
      join_along(all_of(order), order, "items", CORM_JOIN_LEFT),
      "SELECT orders.id, orders.user_id FROM orders LEFT OUTER JOIN (order_item AS order_item_1 JOIN item ON item.id "
      "= order_item_1.item_id) ON orders.id = order_item_1.order_id");
  prints(corm_join(all_of(node), n1, corm_node_ref(children), CORM_JOIN_INNER),
         "SELECT node.id, node.parent_id FROM node JOIN node AS node_1 ON node.id = node_1.parent_id");
  prints(corm_join(all_of(node), n1, corm_node_ref(parent), CORM_JOIN_INNER),
         "SELECT node.id, node.parent_id FROM node JOIN node AS node_1 ON node_1.id = node.parent_id");
  prints(corm_join(all_of(user), typed, NULL, CORM_JOIN_INNER),
         "SELECT " USER " FROM user_account JOIN address AS address_1 ON user_account.id = address_1.user_id");
  prints(join_along(join_along(all_of(user), user, "orders", CORM_JOIN_INNER), order, "items", CORM_JOIN_INNER),
         "SELECT " USER " FROM user_account JOIN orders ON user_account.id = orders.user_id JOIN order_item AS "
         "order_item_1 ON orders.id = order_item_1.order_id JOIN item ON item.id = order_item_1.item_id");
  corm_node_unref(typed);
  corm_node_unref(a1);
  corm_node_unref(n1);
  corm_node_unref(children);
  corm_node_unref(parent);
}

static void joins_follow_foreign_keys(void **state) {
  corm_node *u = corm_from(s.users), *a = corm_from(s.addresses);
  (void)state;
  prints(corm_join(all_of(user), address, NULL, CORM_JOIN_INNER),
         "SELECT " USER " FROM user_account JOIN address ON user_account.id = address.user_id");
  prints(
      corm_join(corm_select(corm_col(address, "email"), corm_col(user, "name"), CORM_END), user, NULL, CORM_JOIN_INNER),
      "SELECT address.email, user_account.name FROM address JOIN user_account ON user_account.id = address.user_id");
  prints(corm_join(all_of(u), a, NULL, CORM_JOIN_INNER),
         "SELECT " USER " FROM user_account JOIN address ON user_account.id = address.user_id");
  corm_node_unref(u);
  corm_node_unref(a);
}

static void relation_tests_become_exists(void **state) {
  (void)state;
  prints(corm_where(all_of(user), corm_any(corm_col(user, "addresses"), is(address, "email", words("x")))),
         "SELECT " USER
         " FROM user_account WHERE EXISTS (SELECT 1 FROM address WHERE user_account.id = address.user_id "
         "AND address.email = :email_1)");
  prints(corm_where(all_of(user), corm_not(corm_any(corm_col(user, "addresses"), NULL))),
         "SELECT " USER " FROM user_account WHERE NOT (EXISTS (SELECT 1 FROM address WHERE user_account.id = "
         "address.user_id))");
  prints(corm_where(all_of(order), corm_any(corm_col(order, "items"), is(item, "name", words("x")))),
         "SELECT orders.id, orders.user_id FROM orders WHERE EXISTS (SELECT 1 FROM item, order_item WHERE orders.id = "
         "order_item.order_id AND item.id = order_item.item_id AND item.name = :name_1)");
  prints(corm_where(all_of(node), corm_any(corm_col(node, "children"), is(node, "id", number(3)))),
         "SELECT node.id, node.parent_id FROM node WHERE EXISTS (SELECT 1 FROM node AS node_1 WHERE node.id = "
         "node_1.parent_id AND node_1.id = :id_1)");
}

static corm_expr *test(int how, const corm_node *source, const char *key, int with_object) {
  static int object;
  return corm_relation_test_of(how, corm_col(source, key), with_object ? (corm_record *)&object : NULL, NULL, NULL);
}

static void relations_compare_with_objects(void **state) {
  (void)state;
  prints(corm_where(all_of(address), test(CORM_TEST_EQ, address, "user", 0)),
         "SELECT " ADDRESS " FROM address WHERE address.user_id IS NULL");
  prints(corm_where(all_of(address), test(CORM_TEST_NE, address, "user", 0)),
         "SELECT " ADDRESS " FROM address WHERE address.user_id IS NOT NULL");
  prints(corm_where(all_of(address), test(CORM_TEST_EQ, address, "user", 1)),
         "SELECT " ADDRESS " FROM address WHERE :param_1 = address.user_id");
  prints(corm_where(all_of(address), test(CORM_TEST_NE, address, "user", 1)),
         "SELECT " ADDRESS " FROM address WHERE address.user_id != :user_id_1 OR address.user_id IS NULL");
  prints(corm_where(all_of(address), corm_not(test(CORM_TEST_EQ, address, "user", 1))),
         "SELECT " ADDRESS " FROM address WHERE :param_1 != address.user_id");
  prints(corm_where(all_of(user), test(CORM_TEST_CONTAINS, user, "addresses", 1)),
         "SELECT " USER " FROM user_account WHERE user_account.id = :param_1");
  prints(corm_where(all_of(order), test(CORM_TEST_CONTAINS, order, "items", 1)),
         "SELECT orders.id, orders.user_id FROM orders, order_item AS order_item_1 WHERE orders.id = "
         "order_item_1.order_id AND :param_1 = order_item_1.item_id");
  prints(corm_where(all_of(order), corm_not(test(CORM_TEST_CONTAINS, order, "items", 1))),
         "SELECT orders.id, orders.user_id FROM orders WHERE NOT (EXISTS (SELECT 1 FROM item, order_item WHERE "
         "orders.id = order_item.order_id AND item.id = order_item.item_id AND item.id = :id_1))");
}

static void joined_loading_adds_aliased_joins(void **state) {
  corm_stmt *stmt = NULL;
  (void)state;
  prints(load(all_of(address), address, "user", NULL, NULL, CORM_LAZY_JOINED, 0),
         "SELECT " ADDRESS
         ", user_account_1.id AS id_1, user_account_1.name, user_account_1.age, user_account_1.active "
         "FROM address LEFT OUTER JOIN user_account AS user_account_1 ON user_account_1.id = address.user_id");
  prints(load(all_of(user), user, "addresses", NULL, NULL, CORM_LAZY_JOINED, 0),
         "SELECT " USER ", address_1.id AS id_1, address_1.user_id, address_1.email FROM user_account LEFT OUTER JOIN "
         "address AS address_1 ON user_account.id = address_1.user_id");
  prints(load(all_of(order), order, "items", NULL, NULL, CORM_LAZY_JOINED, 0),
         "SELECT orders.id, orders.user_id, item_1.id AS id_1, item_1.name FROM orders LEFT OUTER JOIN (order_item AS "
         "order_item_1 JOIN item AS item_1 ON item_1.id = order_item_1.item_id) ON orders.id = order_item_1.order_id");
  stmt = load(all_of(user), user, "orders", NULL, NULL, CORM_LAZY_JOINED, 0);
  prints(load(stmt, user, "orders", order, "items", CORM_LAZY_JOINED, 0),
         "SELECT " USER ", item_1.id AS id_1, item_1.name AS name_1, orders_1.id AS id_2, orders_1.user_id FROM "
         "user_account LEFT OUTER JOIN orders AS orders_1 ON user_account.id = orders_1.user_id LEFT OUTER JOIN "
         "(order_item AS order_item_1 JOIN item AS item_1 ON item_1.id = order_item_1.item_id) ON orders_1.id = "
         "order_item_1.order_id");
  prints(load(all_of(address), address, "user", NULL, NULL, CORM_LAZY_JOINED, CORM_LOAD_INNERJOIN),
         "SELECT " ADDRESS
         ", user_account_1.id AS id_1, user_account_1.name, user_account_1.age, user_account_1.active "
         "FROM address JOIN user_account AS user_account_1 ON user_account_1.id = address.user_id");
  stmt = load(all_of(user), user, "orders", NULL, NULL, CORM_LAZY_JOINED, 0);
  prints(load(stmt, user, "orders", order, "items", CORM_LAZY_JOINED, CORM_LOAD_INNERJOIN),
         "SELECT " USER ", item_1.id AS id_1, item_1.name AS name_1, orders_1.id AS id_2, orders_1.user_id FROM "
         "user_account LEFT OUTER JOIN (orders AS orders_1 JOIN order_item AS order_item_1 ON orders_1.id = "
         "order_item_1.order_id JOIN item AS item_1 ON item_1.id = order_item_1.item_id) ON user_account.id = "
         "orders_1.user_id");
  stmt = load(all_of(node), node, "children", NULL, NULL, CORM_LAZY_JOINED, 0);
  prints(load(stmt, node, "children", node, "children", CORM_LAZY_JOINED, 0),
         "SELECT node.id, node.parent_id, node_1.id AS id_1, node_1.parent_id AS parent_id_1, node_2.id AS id_2, "
         "node_2.parent_id AS parent_id_2 FROM node LEFT OUTER JOIN node AS node_2 ON node.id = node_2.parent_id LEFT "
         "OUTER JOIN node AS node_1 ON node_2.id = node_1.parent_id");
}

static void a_limit_goes_inside_of_joined_collections(void **state) {
  corm_node *by = corm_col(user, "name");
  corm_stmt *stmt = load(all_of(user), user, "addresses", NULL, NULL, CORM_LAZY_JOINED, 0);
  (void)state;
  prints(corm_limit(corm_order_by_n(stmt, &by, 1), number(5)),
         "SELECT anon_1.id, anon_1.name, anon_1.age, anon_1.active, address_1.id AS id_1, address_1.user_id, "
         "address_1.email FROM (SELECT user_account.id AS id, user_account.name AS name, user_account.age AS age, "
         "user_account.active AS active FROM user_account ORDER BY user_account.name LIMIT :param_1) AS anon_1 LEFT "
         "OUTER JOIN address AS address_1 ON anon_1.id = address_1.user_id ORDER BY anon_1.name");
  by = corm_col(user, "name");
  by = corm_unary(CORM_OP_DESC, corm_func("lower", NULL, &by, 1));
  stmt = load(all_of(user), user, "addresses", NULL, NULL, CORM_LAZY_JOINED, 0);
  prints(
      corm_limit(corm_order_by_n(stmt, &by, 1), number(5)),
      "SELECT anon_1.id, anon_1.name, anon_1.age, anon_1.active, anon_1.lower_1, address_1.id AS id_1, "
      "address_1.user_id, address_1.email FROM (SELECT user_account.id AS id, user_account.name AS name, "
      "user_account.age AS age, user_account.active AS active, lower(user_account.name) AS lower_1 FROM user_account "
      "ORDER BY lower(user_account.name) DESC LIMIT :param_1) AS anon_1 LEFT OUTER JOIN address AS address_1 ON "
      "anon_1.id = address_1.user_id ORDER BY anon_1.lower_1 DESC");
  stmt = load(all_of(address), address, "user", NULL, NULL, CORM_LAZY_JOINED, 0);
  prints(corm_limit(stmt, number(5)),
         "SELECT " ADDRESS
         ", user_account_1.id AS id_1, user_account_1.name, user_account_1.age, user_account_1.active "
         "FROM address LEFT OUTER JOIN user_account AS user_account_1 ON user_account_1.id = address.user_id LIMIT "
         ":param_1");
}

static void contained_entities_come_first(void **state) {
  corm_node *path = corm_col(user, "addresses"), *a1 = corm_alias(address, NULL), *typed = NULL;
  const corm_expr *steps[1] = {path};
  (void)state;
  prints(corm_contains_eager(join_along(all_of(user), user, "addresses", CORM_JOIN_INNER), steps, 1, NULL),
         "SELECT " ADDRESS ", user_account.id AS id_1, user_account.name, user_account.age, user_account.active FROM "
         "user_account JOIN address ON user_account.id = address.user_id");
  typed = corm_attribute_of_type(corm_node_ref(path), a1);
  steps[0] = typed;
  prints(corm_contains_eager(corm_join(all_of(user), a1, corm_node_ref(path), CORM_JOIN_INNER), steps, 1, NULL),
         "SELECT address_1.id, address_1.user_id, address_1.email, user_account.id AS id_1, user_account.name, "
         "user_account.age, user_account.active FROM user_account JOIN address AS address_1 ON user_account.id = "
         "address_1.user_id");
  corm_node_unref(typed);
  corm_node_unref(a1);
  corm_node_unref(path);
}

static corm_stmt *columns(corm_stmt *stmt, const corm_node *source, int how, const char *key) {
  corm_node *column = key ? corm_col(source, key) : NULL;
  const corm_expr *list[1] = {column};
  stmt = corm_load_columns(stmt, NULL, 0, how, list, key ? 1 : 0, 0);
  corm_node_unref(column);
  return stmt;
}

static void column_options_keep_the_key(void **state) {
  (void)state;
  prints(columns(all_of(user), user, CORM_LOAD_ONLY, "name"),
         "SELECT user_account.id, user_account.name FROM user_account");
  prints(columns(all_of(user), user, CORM_LOAD_DEFER, "name"),
         "SELECT user_account.id, user_account.age, user_account.active FROM user_account");
  prints(columns(all_of(user), user, CORM_LOAD_DEFER, NULL), "SELECT user_account.id FROM user_account");
  prints(columns(all_of(eng), eng, CORM_LOAD_ONLY, "name"),
         "SELECT eng.id, emp.id AS id_1, emp.type, emp.name FROM emp JOIN eng ON emp.id = eng.id");
}

static void inheritance_joins_or_filters(void **state) {
  corm_node *alias = corm_alias(eng, NULL);
  (void)state;
  prints(all_of(emp), "SELECT emp.id, emp.type, emp.name FROM emp");
  prints(all_of(eng),
         "SELECT eng.id, emp.id AS id_1, emp.type, emp.name, eng.lang FROM emp JOIN eng ON emp.id = eng.id");
  prints(corm_select(corm_col(eng, "name"), CORM_END), "SELECT emp.name FROM emp JOIN eng ON emp.id = eng.id");
  prints(all_of(mgr), "SELECT emp.id, emp.type, emp.name FROM emp WHERE emp.type IN (__[POSTCOMPILE_type_1])");
  prints(corm_where(corm_select(corm_col(mgr, "name"), CORM_END), is(mgr, "id", number(2))),
         "SELECT emp.name FROM emp WHERE emp.id = :id_1 AND emp.type IN (__[POSTCOMPILE_type_1])");
  prints(
      all_of(alias),
      "SELECT anon_1.eng_id, anon_1.emp_id, anon_1.emp_type, anon_1.emp_name, anon_1.eng_lang FROM (SELECT emp.id AS "
      "emp_id, emp.type AS emp_type, emp.name AS emp_name, eng.id AS eng_id, eng.lang AS eng_lang FROM emp JOIN eng "
      "ON emp.id = eng.id) AS anon_1");
  corm_node_unref(alias);
}

static void nested_statements_become_plain_too(void **state) {
  corm_node *sub = NULL, *group = corm_node_ref(user), *count = corm_col(address, "id");
  corm_stmt *inner = corm_where(all_of(user), corm_op(">", corm_col(user, "age"), number(1)));
  (void)state;
  sub = corm_alias(inner, NULL);
  prints(corm_select(corm_col(sub, "name"), CORM_END),
         "SELECT anon_1.name FROM (SELECT user_account.id AS id, user_account.name AS name, user_account.age AS age, "
         "user_account.active AS active FROM user_account WHERE user_account.age > :age_1) AS anon_1");
  corm_node_unref(sub);
  corm_node_unref(inner);
  inner = corm_where(corm_select(corm_col(address, "user_id"), CORM_END), is(address, "email", words("x")));
  prints(corm_where(all_of(user), corm_in_query(corm_col(user, "id"), inner, 0)),
         "SELECT " USER " FROM user_account WHERE user_account.id IN (SELECT address.user_id FROM address WHERE "
         "address.email = :email_1)");
  count = corm_func("count", NULL, &count, 1);
  prints(corm_group_by_n(
             join_along(corm_select(corm_col(user, "name"), count, CORM_END), user, "addresses", CORM_JOIN_INNER),
             &group, 1),
         "SELECT user_account.name, count(address.id) AS count_1 FROM user_account JOIN address ON user_account.id = "
         "address.user_id GROUP BY " USER);
}

static void changes_are_of_tables(void **state) {
  corm_node *returned = corm_node_ref(user);
  (void)state;
  prints(corm_where(corm_set(corm_update(user), "name", words("x")), corm_op(">", corm_col(user, "age"), number(3))),
         "UPDATE user_account SET name=:name WHERE user_account.age > :age_1");
  prints(corm_set(corm_update(mgr), "name", words("x")),
         "UPDATE emp SET name=:name WHERE emp.type IN (__[POSTCOMPILE_type_1])");
  prints(corm_where(corm_delete(user), is(user, "id", number(1))),
         "DELETE FROM user_account WHERE user_account.id = :id_1");
  prints(corm_returning_n(corm_insert(user), &returned, 1),
         "INSERT INTO user_account (id, name, age, active) VALUES (:id, :name, :age, :active) RETURNING " USER);
}

static void the_plan_says_which_column_is_which(void **state) {
  corm_stmt *stmt = load(corm_select(corm_node_ref(user), corm_col(user, "id"), CORM_END), user, "addresses", NULL,
                         NULL, CORM_LAZY_JOINED, 0);
  cm_lowered lowered = {NULL, NULL};
  const cm_plan *plan = NULL;
  (void)state;
  assert_int_equal(cm_lower(&lowered, stmt, NULL), CORM_OK);
  plan = lowered.plan;
  assert_int_equal(plan->n_items, 2);
  assert_string_equal(plan->items[0].name, "User");
  assert_int_equal(plan->items[1].column, 4);
  assert_int_equal(plan->n_entities, 2);
  assert_int_equal(plan->entities[0].n, 4);
  assert_int_equal(plan->entities[0].key_columns[0], 0);
  assert_int_equal(plan->entities[1].parent, 0);
  assert_int_equal(plan->entities[1].key_columns[0], 5);
  assert_int_equal(plan->entities[1].columns[2], 7);
  assert_true(plan->entities[1].nullable);
  assert_true(plan->collections);
  corm_node_unref(lowered.stmt);
  cm_plan_free(lowered.plan);
  corm_node_unref(stmt);
}

static void loaders_have_their_statements(void **state) {
  int slots[4];
  size_t n = 0;
  corm_relation *addresses = corm_entity_peek_relation(s.user, corm_entity_peek_slot(s.user, "addresses"));
  corm_relation *owner = corm_entity_peek_relation(s.address, corm_entity_peek_slot(s.address, "user"));
  corm_relation *items = corm_entity_peek_relation(s.order, corm_entity_peek_slot(s.order, "items"));
  int one[1] = {corm_entity_peek_slot(s.user, "name")};
  (void)state;
  prints(
      cm_lower_get(s.user, NULL, 0, NULL),
      "SELECT user_account.id AS user_account_id, user_account.name AS user_account_name, user_account.age AS "
      "user_account_age, user_account.active AS user_account_active FROM user_account WHERE user_account.id = :pk_1");
  prints(cm_lower_get(s.user, one, 1, NULL),
         "SELECT user_account.name AS user_account_name FROM user_account WHERE user_account.id = :pk_1");
  prints(cm_lower_lazy(addresses, NULL, NULL, slots, 4, &n),
         "SELECT address.id AS address_id, address.user_id AS address_user_id, address.email AS address_email FROM "
         "address WHERE :param_1 = address.user_id");
  assert_int_equal(n, 1);
  assert_int_equal(slots[0], corm_entity_peek_slot(s.user, "id"));
  prints(
      cm_lower_lazy(owner, NULL, NULL, slots, 4, &n),
      "SELECT user_account.id AS user_account_id, user_account.name AS user_account_name, user_account.age AS "
      "user_account_age, user_account.active AS user_account_active FROM user_account WHERE user_account.id = :pk_1");
  assert_int_equal(slots[0], corm_entity_peek_slot(s.address, "user_id"));
  prints(cm_lower_lazy(items, NULL, NULL, slots, 4, &n),
         "SELECT item.id AS item_id, item.name AS item_name FROM item, order_item WHERE :param_1 = order_item.order_id "
         "AND item.id = order_item.item_id");
  prints(cm_lower_selectin(addresses, NULL, NULL, &n),
         "SELECT address.user_id AS address_user_id, address.id AS address_id, address.email AS address_email FROM "
         "address WHERE address.user_id IN (__[POSTCOMPILE_primary_keys])");
  prints(cm_lower_selectin(owner, NULL, NULL, &n),
         "SELECT user_account.id AS user_account_id, user_account.name AS user_account_name, user_account.age AS "
         "user_account_age, user_account.active AS user_account_active FROM user_account WHERE user_account.id IN "
         "(__[POSTCOMPILE_primary_keys])");
  prints(
      cm_lower_selectin(items, NULL, NULL, &n),
      "SELECT orders_1.id AS orders_1_id, item.id AS item_id, item.name AS item_name FROM orders AS orders_1 JOIN "
      "order_item AS order_item_1 ON orders_1.id = order_item_1.order_id JOIN item ON item.id = order_item_1.item_id "
      "WHERE orders_1.id IN (__[POSTCOMPILE_primary_keys])");
}

static int lower_much(void *ctx) {
  corm_node *by = corm_col(user, "name");
  corm_stmt *stmt = load(all_of(user), user, "addresses", NULL, NULL, CORM_LAZY_JOINED, 0);
  cm_lowered lowered = {NULL, NULL};
  int status = 0;
  (void)ctx;
  stmt = corm_where(stmt, corm_any(corm_col(user, "orders"), is(order, "id", number(1))));
  stmt = join_along(stmt, user, "orders", CORM_JOIN_INNER);
  stmt = corm_limit(corm_order_by_n(stmt, &by, 1), number(3));
  status = cm_lower(&lowered, stmt, NULL);
  corm_node_unref(lowered.stmt);
  cm_plan_free(lowered.plan);
  corm_node_unref(stmt);
  return status;
}

static void lowering_fails_cleanly_without_memory(void **state) {
  (void)state;
  cm_test_each_failure(lower_much, NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, open_shop, close_shop)
      T(entities_become_their_columns),
      T(joins_follow_relations),
      T(joins_follow_foreign_keys),
      T(relation_tests_become_exists),
      T(relations_compare_with_objects),
      T(joined_loading_adds_aliased_joins),
      T(a_limit_goes_inside_of_joined_collections),
      T(contained_entities_come_first),
      T(column_options_keep_the_key),
      T(inheritance_joins_or_filters),
      T(nested_statements_become_plain_too),
      T(changes_are_of_tables),
      T(the_plan_says_which_column_is_which),
      T(loaders_have_their_statements),
      T(lowering_fails_cleanly_without_memory),
  };
  return cm_test_run(tests);
}
