#include "compile/compile.h"
#include "shop.h"

static corm_expr *id(void) { return col(s.u, "id"); }
static corm_stmt *where(corm_expr *x) { return corm_where(corm_select(id(), CORM_END), x); }

typedef struct run {
  corm_stmt *stmt;
  corm_compiled *compiled;
  cm_execution out;
  cm_arena scratch;
} run;

static int start(run *r, corm_stmt *stmt, const char *dialect, int style) {
  corm_compile_options options = {.size = sizeof options, .paramstyle = style};
  const corm_node *binds[16];
  size_t n = cm_binds(stmt, binds, 16);
  memset(r, 0, sizeof *r);
  r->stmt = stmt;
  if (corm_compile(&r->compiled, stmt, corm_dialect_named(dialect), &options, NULL) != CORM_OK)
    return 1;
  return cm_compiled_expand(&r->out, r->compiled, binds, n, NULL, &r->scratch, NULL);
}

static void stop(run *r) {
  corm_compiled_free(r->compiled);
  corm_node_unref(r->stmt);
  cm_arena_free(&r->scratch);
}

static void expect(corm_stmt *stmt, const char *dialect, int style, const char *sql, const char *values) {
  run r;
  char got[4096], text[256] = "";
  assert_int_equal(start(&r, stmt, dialect, style), CORM_OK);
  squeeze(r.out.sql, got);
  assert_string_equal(got, sql);
  assert_int_equal(strlen(r.out.sql), r.out.sql_len);
  for (size_t i = 0; i < r.out.n; i++)
    snprintf(text + strlen(text), sizeof text - strlen(text), "%d ", (int)r.out.values[i].as.i);
  assert_string_equal(text, values);
  stop(&r);
}

static corm_expr *list(size_t n, int negated) {
  corm_value all[] = {corm_int(4), corm_int(5), corm_int(6), corm_int(7)};
  return corm_in_values(id(), all, n, negated);
}
static corm_expr *between(int first) {
  return corm_and_n((corm_expr *[]){corm_op("=", id(), num(first)), list(2, 0), corm_op("=", id(), num(9))}, 3);
}
static corm_expr *pairs(size_t n) {
  corm_value all[] = {corm_int(4), corm_int(5), corm_int(6), corm_int(7)};
  return corm_in_rows(corm_tuple((corm_expr *[]){id(), col(s.u, "age")}, 2), all, n, 2, 0);
}

static void lists_are_written_out(void **state) {
  (void)state;
  expect(where(between(1)), "sqlite", 0, "SELECT u.id FROM u WHERE u.id = ? AND u.id IN (?, ?) AND u.id = ?",
         "1 4 5 9 ");
  expect(where(between(1)), "default", 0,
         "SELECT u.id FROM u WHERE u.id = :id_1 AND u.id IN (:id_2_1, :id_2_2) AND u.id = :id_3", "1 4 5 9 ");
  expect(where(between(1)), "default", CORM_PARAMS_NUMERIC,
         "SELECT u.id FROM u WHERE u.id = $1 AND u.id IN ($3, $4) AND u.id = $2", "1 9 4 5 ");
  expect(where(list(1, 1)), "default", CORM_PARAMS_PYFORMAT, "SELECT u.id FROM u WHERE (u.id NOT IN (%(id_1_1)s))",
         "4 ");
  expect(where(corm_op("%", id(), num(2))), "default", CORM_PARAMS_FORMAT, "SELECT u.id FROM u WHERE u.id %% %s", "2 ");
}

static void empty_lists_are_valid(void **state) {
  (void)state;
  expect(where(list(0, 0)), "sqlite", 0, "SELECT u.id FROM u WHERE u.id IN (SELECT 1 FROM (SELECT 1) WHERE 1!=1)", "");
  expect(where(list(0, 1)), "sqlite", 0, "SELECT u.id FROM u WHERE (u.id NOT IN (SELECT 1 FROM (SELECT 1) WHERE 1!=1))",
         "");
  expect(where(list(0, 0)), "default", 0, "SELECT u.id FROM u WHERE u.id IN (NULL) AND (1 != 1)", "");
  expect(where(list(0, 1)), "default", 0, "SELECT u.id FROM u WHERE (u.id NOT IN (NULL) OR (1 = 1))", "");
  expect(where(pairs(0)), "sqlite", 0,
         "SELECT u.id FROM u WHERE (u.id, u.age) IN (SELECT 1, 1 FROM (SELECT 1, 1) WHERE 1!=1)", "");
}

static void rows_are_written_out(void **state) {
  (void)state;
  expect(where(pairs(2)), "sqlite", 0, "SELECT u.id FROM u WHERE (u.id, u.age) IN (VALUES (?, ?), (?, ?))", "4 5 6 7 ");
  expect(where(pairs(2)), "default", 0,
         "SELECT u.id FROM u WHERE (u.id, u.age) IN ((:param_1_1_1, :param_1_1_2), (:param_1_2_1, :param_1_2_2))",
         "4 5 6 7 ");
}

static void one_bind_may_stand_twice(void **state) {
  corm_value seven = corm_int(7);
  corm_expr *x = corm_bindparam("x", &seven, NULL, 0);
  (void)state;
  expect(where(corm_and_n((corm_expr *[]){corm_op("=", id(), corm_node_ref(x)), corm_op("=", col(s.u, "age"), x)}, 2)),
         "sqlite", 0, "SELECT u.id FROM u WHERE u.id = ? AND u.age = ?", "7 7 ");
}

static void literals_stand_in_the_text(void **state) {
  corm_compile_options inlined = {.size = sizeof inlined, .literal_binds = 1};
  corm_compile_options written = {.size = sizeof written, .render_postcompile = 1};
  corm_value day = {.as.i = 18263, .kind = CORM_DATE},
             moment = {.as.i = INT64_C(1577934245000000), .kind = CORM_TIMESTAMP};
  corm_stmt *q = where(between(1)), *when = NULL;
  corm_compiled *compiled = NULL;
  (void)state;
  assert_sql_with(__FILE__, __LINE__, q, "default", &inlined,
                  "SELECT u.id FROM u WHERE u.id = 1 AND u.id IN (4, 5) AND u.id = 9");
  assert_sql_with(__FILE__, __LINE__, q, "default", &written,
                  "SELECT u.id FROM u WHERE u.id = :id_1 AND u.id IN (:id_2_1, :id_2_2) AND u.id = :id_3");
  assert_int_equal(corm_compile(&compiled, q, corm_dialect_named("default"), &written, NULL), CORM_OK);
  assert_int_equal(corm_compiled_peek_params(compiled), 4);
  assert_string_equal(corm_compiled_peek_param_name(compiled, 2), "id_2_2");
  corm_compiled_free(compiled);
  corm_node_unref(q);
  q = where(corm_op("=", col(s.u, "name"), str("it's")));
  assert_sql_with(__FILE__, __LINE__, q, "default", &inlined, "SELECT u.id FROM u WHERE u.name = 'it''s'");
  corm_node_unref(q);
  when = corm_select(corm_literal_typed(&day, corm_type_plain(CORM_TYPE_DATE)),
                     corm_literal_typed(&moment, corm_type_plain(CORM_TYPE_DATETIME)), corm_true_node(), CORM_END);
  assert_sql_with(__FILE__, __LINE__, when, "default", &inlined,
                  "SELECT '2020-01-02' AS anon_1, '2020-01-02 03:04:05' AS anon_2, true AS anon_3");
  assert_sql_with(__FILE__, __LINE__, when, "sqlite", &inlined,
                  "SELECT '2020-01-02' AS anon_1, '2020-01-02 03:04:05.000000' AS anon_2, 1 AS anon_3");
  corm_node_unref(when);
}

static void result_columns_are_known(void **state) {
  corm_stmt *q = corm_select(id(), corm_func("count", NULL, NULL, 0), corm_label(col(s.u, "name"), "x"), CORM_END);
  corm_compiled *compiled = NULL;
  (void)state;
  assert_int_equal(corm_compile(&compiled, q, corm_dialect_named("sqlite"), NULL, NULL), CORM_OK);
  assert_int_equal(compiled->n_columns, 3);
  assert_string_equal(compiled->columns[0].name, "id");
  assert_string_equal(compiled->columns[1].name, "count_1");
  assert_string_equal(compiled->columns[2].name, "x");
  assert_int_equal(corm_type_peek_kind(compiled->columns[0].type), CORM_TYPE_INTEGER);
  corm_compiled_free(compiled);
  corm_node_unref(q);
}

#define with_shop(fn) cmocka_unit_test_setup_teardown(fn, open_shop, close_shop)
int main(void) {
  const struct CMUnitTest tests[] = {with_shop(lists_are_written_out),      with_shop(empty_lists_are_valid),
                                     with_shop(rows_are_written_out),       with_shop(one_bind_may_stand_twice),
                                     with_shop(literals_stand_in_the_text), with_shop(result_columns_are_known)};
  return cm_test_run(tests);
}
