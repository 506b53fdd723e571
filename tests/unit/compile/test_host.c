#include "compile/compile.h"
#include "shop.h"

/* The host's element writes "greatest(a, b)", and on SQLite max(a, b). */
static int write_greatest(void *self, void *element, const corm_expr *node, corm_compiler *c, corm_writer *out,
                          corm_error **err) {
  const char *dialect = corm_dialect_peek_name(corm_compiler_peek_dialect(c));
  (void)self;
  if (strcmp(element, "broken") == 0)
    return corm_error_set(err, CORM_EHOST, "the host's compiler failed");
  corm_write(out, strcmp(dialect, "sqlite") == 0 ? "max(" : "greatest(");
  for (size_t i = 0; i < corm_node_peek_kids(node); i++) {
    char *text = corm_compiler_process(c, corm_node_peek_kid(node, i), err);
    if (!text)
      return corm_error_status(err ? *err : NULL);
    corm_write(out, i ? ", " : "");
    corm_write(out, text);
    corm_free(text);
  }
  corm_write(out, ")");
  return CORM_OK;
}

static const corm_host_compile host = {.size = sizeof host, .element = write_greatest};
static const corm_compile_options options = {.size = sizeof options, .host = &host};

static corm_expr *greatest(char *what) {
  return corm_host_node(what, NULL, corm_type_plain(CORM_TYPE_INTEGER), (corm_expr *[]){col(s.u, "age"), num(5)}, 2);
}
static corm_stmt *older(char *what) {
  return corm_where(corm_where(corm_select(col(s.u, "id"), CORM_END), corm_op("=", greatest(what), num(7))),
                    corm_op("=", col(s.u, "id"), num(9)));
}

static void the_host_writes_its_elements(void **state) {
  static char works[] = "works", broken[] = "broken";
  corm_stmt *q = older(works);
  (void)state;
  assert_sql_with(__FILE__, __LINE__, q, "default", &options,
                  "SELECT u.id FROM u WHERE greatest(u.age, :param_1) = :param_2 AND u.id = :id_1");
  assert_sql_with(__FILE__, __LINE__, q, "sqlite", &options, "SELECT u.id FROM u WHERE max(u.age, ?) = ? AND u.id = ?");
  assert_sql_with(__FILE__, __LINE__, q, "sqlite", NULL, "an element of the host's has no compiler here");
  corm_node_unref(q);
  q = older(broken);
  assert_sql_with(__FILE__, __LINE__, q, "sqlite", &options, "the host's compiler failed");
  corm_node_unref(q);
}

static void such_statements_are_not_cached(void **state) {
  static char works[] = "works";
  cm_cache *cache = cm_cache_new(4);
  corm_stmt *q = older(works);
  corm_compiled *c = NULL;
  int hit = 1;
  (void)state;
  for (int i = 0; i < 2; i++) {
    assert_int_equal(cm_compile_cached(&c, cache, q, corm_dialect_named("sqlite"), &options, &hit, NULL), CORM_OK);
    assert_int_equal(hit, 0);
    corm_compiled_free(c);
  }
  corm_node_unref(q);
  cm_cache_free(cache);
}

#define with_shop(fn) cmocka_unit_test_setup_teardown(fn, open_shop, close_shop)
int main(void) {
  const struct CMUnitTest tests[] = {with_shop(the_host_writes_its_elements),
                                     with_shop(such_statements_are_not_cached)};
  return cm_test_run(tests);
}
