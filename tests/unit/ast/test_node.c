#include "ast/node.h"
#include "ast/shop.h"
#include "support.h"
#include <string.h>

static shop s;

static int open_shop(void **state) {
  corm_error *err = NULL;
  (void)state;
  if (shop_open(&s, &err))
    print_error("%s\n", corm_error_message(err));
  corm_error_free(err);
  return s.schema ? 0 : -1;
}

static int close_shop(void **state) {
  (void)state;
  shop_close(&s);
  return 0;
}

static corm_expr *number(int64_t i) {
  corm_value v = corm_int(i);
  return corm_literal(&v);
}

static corm_expr *words(const char *text) {
  corm_value v = corm_text(text);
  return corm_literal(&v);
}

static corm_expr *column(const corm_table *t, const char *key) {
  corm_node *from = corm_from(t), *x = corm_col(from, key);
  corm_node_unref(from);
  return x;
}

static void says(corm_node *x, const char *expected) {
  char *text = corm_node_dump(x);
  assert_string_equal(text, expected);
  corm_free(text);
  corm_node_unref(x);
}

static void operators_take_their_types_from_their_neighbours(void **state) {
  (void)state;
  says(corm_op("=", column(s.users, "id"), number(5)), "(= user_account.id :id:INTEGER)");
  says(corm_op("=", column(s.users, "id"), words("5")), "(= user_account.id :id:STRING)");
  says(corm_op("+", column(s.users, "name"), words("x")), "(|| user_account.name :name:STRING)");
  says(corm_op("+", column(s.users, "name"), number(5)), "(+ user_account.name :name:INTEGER)");
  says(corm_op("+", number(5), column(s.users, "age")), "(+ :age:INTEGER user_account.age)");
  says(corm_op("=", column(s.users, "name"), corm_null_node()), "(is user_account.name null)");
  says(corm_op("!=", column(s.users, "name"), corm_null_node()), "(is not user_account.name null)");
}

static void and_and_or_are_flattened_and_folded(void **state) {
  corm_node *parts[3] = {column(s.users, "active"), corm_true_node(), NULL};
  (void)state;
  parts[2] = corm_and_n(parts, 2);
  says(parts[2], "user_account.active");
  parts[0] = column(s.users, "active");
  parts[1] = corm_false_node();
  says(corm_and_n(parts, 2), "false");
  says(corm_and_n(NULL, 0), "(and)");
  parts[0] = column(s.users, "active");
  parts[1] = column(s.users, "id");
  parts[0] = corm_and_n(parts, 2);
  parts[1] = column(s.users, "age");
  says(corm_and_n(parts, 2), "(and user_account.active user_account.id user_account.age)");
}

static void negation_turns_the_operator_round(void **state) {
  (void)state;
  says(corm_not(corm_op("=", column(s.users, "id"), number(1))), "(!= user_account.id :id:INTEGER)");
  says(corm_not(corm_op("like", column(s.users, "name"), words("a%"))), "(not like user_account.name :name:STRING)");
  says(corm_not(corm_not(column(s.users, "active"))), "user_account.active");
  says(corm_not(corm_true_node()), "false");
}

static void a_wrong_name_poisons_and_says_what_is_near(void **state) {
  corm_error *err = NULL;
  corm_node *stmt = corm_select(column(s.users, "nmae"), CORM_END);
  (void)state;
  assert_int_equal(corm_node_check(stmt, &err), CORM_ENAME);
  assert_string_equal(corm_error_detail(err, CORM_DETAIL_NEAREST), "name");
  corm_error_free(err);
  corm_node_unref(stmt);
}

static corm_stmt *two_aliases(int same) {
  corm_node *from = corm_from(s.users), *a = corm_alias(from, NULL), *b = corm_alias(from, NULL);
  corm_stmt *stmt = corm_select(corm_col(a, "id"), CORM_END);
  stmt = corm_where(stmt, corm_op("=", corm_col(a, "id"), corm_col(same ? a : b, "id")));
  corm_node_unref(a);
  corm_node_unref(b);
  corm_node_unref(from);
  return stmt;
}

static void shapes_are_equal_when_their_sharing_is(void **state) {
  corm_stmt *same = two_aliases(1), *again = two_aliases(1), *other = two_aliases(0);
  (void)state;
  assert_true(corm_node_equal(same, again));
  assert_int_equal(corm_node_peek_fold(same), corm_node_peek_fold(other));
  assert_false(corm_node_equal(same, other));
  corm_node_unref(same);
  corm_node_unref(again);
  corm_node_unref(other);
}

static corm_stmt *by_id(int64_t id) {
  corm_node *user = corm_entity_source(s.user);
  corm_stmt *stmt = corm_select(corm_node_ref(user), CORM_END);
  stmt = corm_where(stmt, corm_op("=", corm_col(user, "id"), number(id)));
  corm_node_unref(user);
  return stmt;
}

static void values_are_not_part_of_the_shape(void **state) {
  corm_stmt *a = by_id(1), *b = by_id(2);
  corm_node *stripped = cm_node_strip(a);
  const corm_node *binds[4];
  (void)state;
  assert_true(corm_node_equal(a, b));
  assert_true(corm_node_equal(stripped, b));
  assert_int_equal(cm_binds(b, binds, 4), 1);
  assert_int_equal(binds[0]->value.as.i, 2);
  assert_int_equal(cm_binds(stripped, binds, 4), 1);
  assert_int_equal(binds[0]->value.kind, CORM_NULL);
  corm_node_unref(a);
  corm_node_unref(b);
  corm_node_unref(stripped);
}

static void a_list_has_one_shape_for_every_length(void **state) {
  corm_value values[3] = {corm_int(1), corm_int(2), corm_int(3)};
  corm_node *a = corm_in_values(column(s.users, "id"), values, 3, 0);
  corm_node *b = corm_in_values(column(s.users, "id"), values, 1, 0);
  (void)state;
  assert_true(corm_node_equal(a, b));
  corm_node_unref(b);
  says(a, "(in user_account.id :id[]:INTEGER)");
}

static void a_statement_that_others_hold_stays_as_it_was(void **state) {
  corm_stmt *a = by_id(1);
  uint64_t fold = corm_node_peek_fold(a);
  corm_stmt *b = corm_where(corm_node_ref(a), corm_op(">", column(s.users, "age"), number(3)));
  (void)state;
  assert_true(a != b);
  assert_int_equal(corm_node_peek_fold(a), fold);
  assert_int_equal(a->kids[CM_SEL_WHERE]->kind, CORM_NODE_BINARY);
  assert_int_equal(b->kids[CM_SEL_WHERE]->kind, CORM_NODE_AND);
  corm_node_unref(a);
  corm_node_unref(b);
}

static void a_subquery_shows_its_columns(void **state) {
  corm_node *user = corm_from(s.users), *address = corm_from(s.addresses);
  corm_stmt *inner = corm_select(corm_node_ref(user), corm_col(address, "id"), CORM_END);
  corm_node *sub = corm_alias(inner, NULL);
  (void)state;
  assert_int_equal(corm_source_columns(sub), 5);
  says(corm_label(corm_col(sub, "name"), "n"), "(label n (alias (select columns=[user_account, address.id])).name)");
  says(corm_col(sub, "id_1"), "(alias (select columns=[user_account, address.id])).id_1");
  corm_node_unref(sub);
  corm_node_unref(inner);
  corm_node_unref(user);
  corm_node_unref(address);
}

static void binds_beside_a_subquery_go_by_its_names(void **state) {
  corm_node *user = corm_entity_source(s.user);
  corm_stmt *inner = corm_select(corm_node_ref(user), CORM_END);
  corm_node *sub = corm_alias(inner, NULL), *x = corm_op("=", corm_col(sub, "name"), words("x"));
  (void)state;
  assert_string_equal(x->kids[1]->name, "name");
  corm_node_unref(x);
  corm_node_unref(sub);
  corm_node_unref(inner);
  corm_node_unref(user);
}

static void a_join_finds_its_foreign_key(void **state) {
  corm_node *user = corm_from(s.users), *address = corm_from(s.addresses), *item = corm_from(s.items);
  corm_node *wrong = corm_join_source(user, item, NULL, CORM_JOIN_INNER);
  (void)state;
  says(corm_join_source(address, user, NULL, CORM_JOIN_LEFT),
       "(left-join address user_account (= user_account.id address.user_id))");
  assert_int_equal(corm_node_check(wrong, NULL), CORM_ENOFOREIGNKEY);
  corm_node_unref(wrong);
  corm_node_unref(user);
  corm_node_unref(address);
  corm_node_unref(item);
}

static void text_finds_its_marks(void **state) {
  corm_node *x = corm_text_node("a = :x AND b::int = '12:30' AND c = \\:y AND d = :z_1 OR e = :x");
  const corm_node *binds[8];
  (void)state;
  assert_int_equal(cm_binds(x, binds, 8), 2);
  assert_string_equal(binds[0]->name, "x");
  assert_string_equal(binds[1]->name, "z_1");
  corm_node_unref(x);
}

/* Builds one of everything; the answer is whether something is poisoned. */
static int build_much(void *ctx) {
  corm_node *user = corm_entity_source(s.user), *table = corm_from(s.users), *alias = corm_alias(table, "q");
  corm_value values[2] = {corm_text("a"), corm_text("b")};
  corm_node *args[2] = {corm_col(alias, "age"), number(3)};
  corm_stmt *stmt = by_id(1), *sub = by_id(2), *insert = NULL;
  corm_node *path = corm_col(user, "addresses"), *copy = NULL;
  const corm_expr *steps[1] = {path};
  int status = 0;
  (void)ctx;
  stmt = corm_where(stmt, corm_in_values(corm_col(alias, "name"), values, 2, 0));
  stmt = corm_where(stmt, corm_like(CORM_OP_CONTAINS, corm_col(user, "name"), words("a_b"), NULL, 1));
  args[0] = corm_func("coalesce", NULL, args, 2);
  stmt = corm_order_by_n(stmt, args, 1);
  stmt = corm_limit(stmt, number(3));
  stmt = corm_join(stmt, path, NULL, CORM_JOIN_INNER);
  stmt = corm_load(stmt, steps, 1, CORM_LAZY_JOINED, 0);
  stmt = corm_where(stmt, corm_in_query(corm_col(user, "id"), sub, 0));
  insert = corm_set(corm_insert(table), "name", words("x"));
  insert = corm_next_row(insert);
  insert = corm_set(insert, "name", words("y"));
  insert = corm_conflict_set(corm_on_conflict(insert, NULL, 0, NULL, "c"), "name", words("z"));
  copy = cm_node_strip(stmt);
  status = !copy || corm_node_check(stmt, NULL) || corm_node_check(insert, NULL) || !corm_node_equal(stmt, copy);
  corm_node_unref(copy);
  corm_node_unref(stmt);
  corm_node_unref(insert);
  corm_node_unref(path);
  corm_node_unref(alias);
  corm_node_unref(table);
  corm_node_unref(user);
  return status;
}

static void is_refused(corm_node *x) {
  assert_int_equal(corm_node_check(x, NULL), CORM_EARGUMENT);
  corm_node_unref(x);
}

static void an_operator_that_does_not_stand_between_two_is_refused(void **state) {
  static const int wrong[] = {
      CORM_OP_NONE, CORM_OP_BETWEEN, CORM_OP_CUSTOM, CORM_OP_NEG, CORM_OP_DESC, CORM_OPERATORS, -1, 255};
  corm_node *both = corm_binary(CORM_OP_AND, corm_named("a", NULL, 0), corm_named("b", NULL, 0));
  (void)state;
  assert_int_equal(corm_node_peek_kind(both), CORM_NODE_AND);
  corm_node_unref(both);
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    is_refused(corm_binary(wrong[i], column(s.users, "id"), number(1)));
  is_refused(corm_op("custom", column(s.users, "id"), number(1)));
  is_refused(corm_op("no such", column(s.users, "id"), number(1)));
}

#define ONE corm_null_node(),
#define FOUR ONE ONE ONE ONE
#define SIXTEEN FOUR FOUR FOUR FOUR
#define SIXTY_FOUR SIXTEEN SIXTEEN SIXTEEN SIXTEEN
#define MOST SIXTY_FOUR SIXTY_FOUR SIXTY_FOUR SIXTY_FOUR

/* The argument behind the last that fits is not left out in silence. */
static void argument_lists_that_are_too_long_are_refused(void **state) {
  corm_node *fits = corm_select(MOST CORM_END);
  (void)state;
  assert_int_equal(corm_node_check(fits, NULL), CORM_OK);
  is_refused(corm_select(MOST ONE CORM_END));
  is_refused(corm_call("f", MOST ONE CORM_END));
  is_refused(corm_and(MOST ONE CORM_END));
  is_refused(corm_order_by(fits, MOST ONE CORM_END));
}

static void building_fails_cleanly_without_memory(void **state) {
  (void)state;
  cm_test_each_failure(build_much, NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, open_shop, close_shop)
      T(operators_take_their_types_from_their_neighbours),
      T(and_and_or_are_flattened_and_folded),
      T(negation_turns_the_operator_round),
      T(a_wrong_name_poisons_and_says_what_is_near),
      T(shapes_are_equal_when_their_sharing_is),
      T(values_are_not_part_of_the_shape),
      T(a_list_has_one_shape_for_every_length),
      T(a_statement_that_others_hold_stays_as_it_was),
      T(a_subquery_shows_its_columns),
      T(binds_beside_a_subquery_go_by_its_names),
      T(a_join_finds_its_foreign_key),
      T(text_finds_its_marks),
      T(an_operator_that_does_not_stand_between_two_is_refused),
      T(argument_lists_that_are_too_long_are_refused),
      T(building_fails_cleanly_without_memory),
  };
  return cm_test_run(tests);
}
