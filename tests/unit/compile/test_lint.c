/* What is said of sources that nothing links. */
#include "compile/compile.h"
#include "shop.h"

static corm_expr *eq(corm_expr *l, corm_expr *r) { return corm_op("=", l, r); }
static corm_stmt *both(void) { return corm_select(col(s.u, "id"), col(s.a, "id"), CORM_END); }
static corm_stmt *from(corm_stmt *q, corm_source *source) {
  q = corm_select_from(q, source);
  corm_node_unref(source);
  return q;
}

static const char *note_of(corm_compiled **out, corm_stmt *stmt) {
  corm_error *err = NULL;
  if (cm_compile_new(out, stmt, corm_dialect_named("sqlite"), NULL, &err))
    fail_msg("%s", corm_error_message(err));
  corm_node_unref(stmt);
  return (*out)->notes ? (*out)->notes->text : NULL;
}

/* Takes the statement. */
static void assert_note(corm_stmt *stmt, const char *expected) {
  corm_compiled *compiled = NULL;
  const char *note = note_of(&compiled, stmt);
  if (expected)
    assert_string_equal(note ? note : "", expected);
  else
    assert_null(note);
  corm_compiled_free(compiled);
}

static void sources_without_a_comparison_are_noted(void **state) {
  (void)state;
  assert_note(both(),
              "SELECT statement has a cartesian product: no condition links \"u\" with \"a\". Compare columns of "
              "both, or join them");
  assert_note(
      corm_where(both(), eq(col(s.u, "id"), num(1))),
      "SELECT statement has a cartesian product: no condition links \"u\" with \"a\". Compare columns of both, or "
      "join them");
  assert_note(
      corm_select(col(s.u, "id"), col(s.a, "id"), col(s.i, "id"), CORM_END),
      "SELECT statement has a cartesian product: no condition links \"u\" with \"a\", \"i\". Compare columns of "
      "both, or join them");
}

static void what_is_compared_or_joined_is_linked(void **state) {
  corm_source *u = corm_from(s.u), *a = corm_from(s.a);
  (void)state;
  assert_note(corm_where(both(), eq(col(s.u, "id"), col(s.a, "user_id"))), NULL);
  assert_note(corm_where(both(), corm_op("<", col(s.u, "id"), corm_op("+", col(s.a, "user_id"), num(1)))), NULL);
  assert_note(from(both(), corm_join_source(u, a, NULL, CORM_JOIN_LEFT)), NULL);
  assert_note(corm_select(col(s.u, "id"), CORM_END), NULL);
  corm_node_unref(u);
  corm_node_unref(a);
}

static void each_select_is_looked_at_alone(void **state) {
  corm_stmt *inner = corm_where(corm_select(col(s.a, "id"), CORM_END), eq(col(s.a, "user_id"), col(s.u, "id")));
  (void)state;
  assert_note(corm_where(corm_select(col(s.u, "id"), CORM_END), corm_exists(inner)), NULL);
  assert_note(
      corm_where(corm_select(col(s.i, "id"), CORM_END), corm_in_query(col(s.i, "id"), both(), 0)),
      "SELECT statement has a cartesian product: no condition links \"u\" with \"a\". Compare columns of both, or "
      "join them");
}

static int compile_again(void *arg) {
  corm_stmt *stmt = both();
  corm_compiled *compiled = NULL;
  int status = cm_compile_new(&compiled, stmt, corm_dialect_named("sqlite"), NULL, NULL);
  (void)arg;
  corm_compiled_free(compiled);
  corm_node_unref(stmt);
  return status;
}

static void every_allocation_may_fail(void **state) {
  (void)state;
  cm_test_each_failure(compile_again, NULL);
}

#define IN_THE_SHOP(test) cmocka_unit_test_setup_teardown(test, open_shop, close_shop)
int main(void) {
  const struct CMUnitTest tests[] = {
      IN_THE_SHOP(sources_without_a_comparison_are_noted),
      IN_THE_SHOP(what_is_compared_or_joined_is_linked),
      IN_THE_SHOP(each_select_is_looked_at_alone),
      IN_THE_SHOP(every_allocation_may_fail),
  };
  return cm_test_run(tests);
}
