#include "compile/compile.h"
#include "shop.h"

static corm_stmt *by_id(int64_t n) {
  return corm_where(corm_select(corm_from(s.u), CORM_END), corm_op("=", col(s.u, "id"), num(n)));
}

/* Compiles through the cache and gives back whether it was there. */
static int cached(cm_cache *cache, corm_stmt *stmt, const corm_compile_options *options, corm_compiled **out) {
  int hit = -1;
  assert_int_equal(cm_compile_cached(out, cache, stmt, corm_dialect_named("sqlite"), options, &hit, NULL), CORM_OK);
  return hit;
}

static void one_shape_is_compiled_once(void **state) {
  cm_cache *cache = cm_cache_new(8);
  corm_stmt *one = by_id(1), *two = by_id(2);
  corm_compiled *a = NULL, *b = NULL;
  cm_arena scratch = {NULL, 0, 0};
  cm_execution run;
  const corm_node *binds[4];
  (void)state;
  assert_int_equal(cached(cache, one, NULL, &a), 0);
  assert_int_equal(cached(cache, two, NULL, &b), 1);
  assert_ptr_equal(a, b);
  assert_int_equal(cm_binds(two, binds, 4), 1);
  assert_int_equal(cm_compiled_expand(&run, b, binds, 1, NULL, &scratch, NULL), CORM_OK);
  assert_int_equal(run.n, 1);
  assert_int_equal(run.values[0].as.i, 2);
  corm_compiled_free(a);
  corm_compiled_free(b);
  corm_node_unref(one);
  corm_node_unref(two);
  cm_arena_free(&scratch);
  cm_cache_free(cache);
}

static corm_stmt *of_ids(size_t n) {
  corm_value all[] = {corm_int(1), corm_int(2), corm_int(3)};
  return corm_where(corm_select(col(s.u, "id"), CORM_END), corm_in_values(col(s.u, "id"), all, n, 0));
}

static void the_length_of_a_list_is_no_part_of_the_shape(void **state) {
  cm_cache *cache = cm_cache_new(8);
  corm_stmt *one = of_ids(1), *three = of_ids(3);
  corm_compiled *a = NULL, *b = NULL;
  (void)state;
  assert_int_equal(cached(cache, one, NULL, &a), 0);
  assert_int_equal(cached(cache, three, NULL, &b), 1);
  corm_compiled_free(a);
  corm_compiled_free(b);
  corm_node_unref(one);
  corm_node_unref(three);
  cm_cache_free(cache);
}

static void what_is_shared_is_a_part_of_the_shape(void **state) {
  cm_cache *cache = cm_cache_new(8);
  corm_source *u = corm_from(s.u), *x = corm_alias(u, NULL), *y = corm_alias(u, NULL);
  corm_stmt *same = corm_where(corm_select(of(x, "id"), CORM_END), corm_op("=", of(x, "age"), of(x, "id")));
  corm_stmt *other = corm_where(corm_select(of(x, "id"), CORM_END), corm_op("=", of(x, "age"), of(y, "id")));
  corm_compiled *a = NULL, *b = NULL;
  (void)state;
  assert_int_equal(cached(cache, same, NULL, &a), 0);
  assert_int_equal(cached(cache, other, NULL, &b), 0);
  assert_string_not_equal(corm_compiled_peek_sql(a), corm_compiled_peek_sql(b));
  corm_compiled_free(a);
  corm_compiled_free(b);
  corm_node_unref(same);
  corm_node_unref(other);
  corm_node_unref(x);
  corm_node_unref(y);
  corm_node_unref(u);
  cm_cache_free(cache);
}

static void the_columns_of_an_execution_are_a_part_of_the_key(void **state) {
  static const char *const name[] = {"name"}, *const nick[] = {"nick"};
  corm_compile_options one = {.size = sizeof one, .set_keys = name, .n_set_keys = 1}, two = one;
  cm_cache *cache = cm_cache_new(8);
  corm_source *u = corm_from(s.u);
  corm_stmt *q = corm_insert(u);
  corm_compiled *a = NULL, *b = NULL, *c = NULL;
  (void)state;
  two.set_keys = nick;
  assert_int_equal(cached(cache, q, &one, &a), 0);
  assert_int_equal(cached(cache, q, &two, &b), 0);
  assert_int_equal(cached(cache, q, &one, &c), 1);
  assert_string_equal(corm_compiled_peek_sql(a), "INSERT INTO u (name) VALUES (?)");
  assert_string_equal(corm_compiled_peek_sql(b), "INSERT INTO u (nick) VALUES (?)");
  assert_string_equal(corm_compiled_peek_sql(c), "INSERT INTO u (name) VALUES (?)");
  corm_compiled_free(a);
  corm_compiled_free(b);
  corm_compiled_free(c);
  corm_node_unref(q);
  corm_node_unref(u);
  cm_cache_free(cache);
}

static corm_stmt *numbered(size_t n) {
  corm_stmt *q = corm_select(col(s.u, "id"), CORM_END);
  for (size_t i = 0; i < n; i++)
    q = corm_where(q, corm_op("=", col(s.u, "id"), num(1)));
  return q;
}

static void the_least_used_is_dropped(void **state) {
  cm_cache *cache = cm_cache_new(2);
  corm_stmt *q[3] = {numbered(1), numbered(2), numbered(3)};
  corm_compiled *c = NULL;
  static const int order[] = {0, 1, 0, 2, 0, 1}, hits[] = {0, 0, 1, 0, 1, 0};
  (void)state;
  for (size_t i = 0; i < 6; i++) {
    assert_int_equal(cached(cache, q[order[i]], NULL, &c), hits[i]);
    corm_compiled_free(c);
  }
  for (size_t i = 0; i < 3; i++)
    corm_node_unref(q[i]);
  cm_cache_free(cache);
}

static int everything(void *ctx) {
  cm_cache *cache = cm_cache_new(4);
  corm_stmt *q = ctx;
  corm_compiled *c = NULL;
  cm_arena scratch = {NULL, 0, 0};
  cm_execution run;
  const corm_node *binds[8];
  size_t n = cm_binds(q, binds, 8);
  int status = cache ? cm_compile_cached(&c, cache, q, corm_dialect_named("sqlite"), NULL, NULL, NULL) : CORM_ENOMEM;
  if (!status)
    status = cm_compiled_expand(&run, c, binds, n, NULL, &scratch, NULL);
  corm_compiled_free(c);
  cm_arena_free(&scratch);
  cm_cache_free(cache);
  return status;
}

static void memory_may_fail_anywhere(void **state) {
  corm_stmt *inner = corm_select(col(s.a, "user_id"), corm_label(num(3), "x"), CORM_END), *q = NULL;
  corm_source *cte = corm_cte(inner, NULL, 0), *sub = corm_alias(inner, NULL);
  corm_value two[] = {corm_int(1), corm_int(2)};
  corm_expr *order = corm_unary(CORM_OP_DESC, col(s.u, "id"));
  (void)state;
  q = corm_select(col(s.u, "id"), of(cte, "user_id"), of(sub, "x"),
                  corm_func("max", NULL, &(corm_expr *){col(s.u, "age")}, 1), CORM_END);
  q = corm_where(q, corm_in_values(col(s.u, "id"), two, 2, 0));
  q = corm_where(q, corm_op("contains", col(s.u, "name"), str("x")));
  q = corm_limit(corm_order_by_n(q, &order, 1), num(3));
  cm_test_each_failure(everything, q);
  corm_node_unref(q);
  corm_node_unref(cte);
  corm_node_unref(sub);
  corm_node_unref(inner);
}

#define with_shop(fn) cmocka_unit_test_setup_teardown(fn, open_shop, close_shop)
int main(void) {
  const struct CMUnitTest tests[] = {with_shop(one_shape_is_compiled_once),
                                     with_shop(the_length_of_a_list_is_no_part_of_the_shape),
                                     with_shop(what_is_shared_is_a_part_of_the_shape),
                                     with_shop(the_columns_of_an_execution_are_a_part_of_the_key),
                                     with_shop(the_least_used_is_dropped),
                                     with_shop(memory_may_fail_anywhere)};
  return cm_test_run(tests);
}
