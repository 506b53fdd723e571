#include "shop.h"

/* Takes the statement: as it is sent. */
static void sends_at(const char *file, int line, corm_node *stmt, const char *sql) {
  const corm_compile_options options = {
      .size = sizeof options, .paramstyle = CORM_PARAMS_NUMERIC, .render_postcompile = 1};
  assert_sql_with(file, line, stmt, "postgresql", &options, sql);
  corm_node_unref(stmt);
}
#define sends(stmt, sql) sends_at(__FILE__, __LINE__, (stmt), (sql))

static corm_stmt *select_of(corm_expr *column, corm_expr *where) {
  return corm_where(corm_select(column, CORM_END), where);
}

static void marks_say_their_types(void **state) {
  corm_value members[] = {corm_int(1), corm_int(2)};
  (void)state;
  sends(select_of(col(s.u, "id"), corm_op("=", col(s.u, "name"), str("x"))),
        "SELECT u.id FROM u WHERE u.name = $1::VARCHAR");
  sends(select_of(col(s.u, "id"), corm_in_values(col(s.u, "age"), members, 2, 0)),
        "SELECT u.id FROM u WHERE u.age IN ($1::INTEGER, $2::INTEGER)");
  sends(corm_limit(select_of(col(s.u, "id"), corm_op(">", col(s.u, "age"), flt(1.5))), num(5)),
        "SELECT u.id FROM u WHERE u.age > $1::FLOAT LIMIT $2::INTEGER");
}

static void a_generated_key_comes_back(void **state) {
  corm_source *u = corm_from(s.u);
  (void)state;
  sends(corm_set(corm_insert(u), "name", str("x")), "INSERT INTO u (name) VALUES ($1::VARCHAR) RETURNING u.id");
  sends(corm_set(corm_set(corm_insert(u), "id", num(7)), "name", str("x")),
        "INSERT INTO u (id, name) VALUES ($1::INTEGER, $2::VARCHAR)");
  corm_node_unref(u);
}

static corm_stmt *locked(unsigned flags) {
  corm_source *u = corm_from(s.u);
  const corm_source *of = u;
  corm_stmt *made = corm_for_update(corm_select(col(s.u, "id"), CORM_END), flags, &of, 1);
  corm_node_unref(u);
  return made;
}

static void locks_have_kinds(void **state) {
  (void)state;
  sends(locked(CORM_FOR_READ | CORM_FOR_NOWAIT), "SELECT u.id FROM u FOR SHARE OF u NOWAIT");
  sends(locked(CORM_FOR_KEY_SHARE | CORM_FOR_SKIP_LOCKED), "SELECT u.id FROM u FOR NO KEY UPDATE OF u SKIP LOCKED");
  sends(locked(CORM_FOR_READ | CORM_FOR_KEY_SHARE), "SELECT u.id FROM u FOR KEY SHARE OF u");
}

static void a_table_numbers_its_keys(void **state) {
  (void)state;
  sends(corm_create_table(s.a, 0),
        "\nCREATE TABLE a (\n\tid SERIAL NOT NULL, \n\tuser_id INTEGER, \n\temail VARCHAR, \n\tPRIMARY KEY (id), "
        "\n\tFOREIGN KEY(user_id) REFERENCES u (id)\n)\n\n");
}

static corm_expr *element(const char *key) {
  return corm_binary(CORM_OP_INDEX, corm_named("data", corm_type_plain(CORM_TYPE_JSON), 0), str(key));
}

static void json_is_read_as_a_type(void **state) {
  (void)state;
  sends(element("k"), "data -> $1::TEXT");
  sends(corm_op(">", corm_json_as(element("k"), corm_type_plain(CORM_TYPE_INTEGER)), num(5)),
        "CAST((data ->> $1::TEXT) AS INTEGER) > $2::INTEGER");
  sends(corm_json_as(num(1), NULL), "only an element of a JSON value, data[\"key\"], is read as another type");
}

static corm_type *array_of(int dimensions) {
  const corm_type_def def = {.size = sizeof def,
                             .kind = CORM_TYPE_ARRAY,
                             .item = corm_type_plain(CORM_TYPE_INTEGER),
                             .dimensions = dimensions};
  corm_type *type = NULL;
  return corm_type_new(&type, &def, NULL) ? NULL : type;
}

static corm_stmt *all_at_once(corm_type *numbers) {
  corm_expr *members[] = {num(1), num(2)}, *order[] = {col(s.u, "name"), col(s.u, "age")};
  corm_stmt *made = corm_select(corm_array(members, 2, numbers), CORM_END);
  made = corm_where(made, corm_binary(CORM_OP_EQ, corm_unary(CORM_OP_ANY, corm_named("n", numbers, 0)), num(3)));
  made = corm_where(made, corm_json_as(element("k"), corm_type_plain(CORM_TYPE_BOOLEAN)));
  return corm_order_by_n(made, (corm_expr *[]){corm_ordered_argument(col(s.u, "id"), order, 2)}, 1);
}

static void arrays_are_written_and_asked(void **state) {
  corm_type *numbers = array_of(0), *matrix = array_of(2);
  (void)state;
  sends(all_at_once(numbers), "SELECT ARRAY[$1::INTEGER, $2::INTEGER] AS anon_1 WHERE $3::INTEGER = ANY (n) AND "
                              "CAST((data ->> $4::TEXT) AS BOOLEAN) ORDER BY u.id ORDER BY u.name, u.age");
  sends(corm_cast(corm_named("x", NULL, 0), matrix), "CAST(x AS INTEGER[][])");
  corm_type_unref(numbers);
  corm_type_unref(matrix);
}

static int compile_all(void *ctx) {
  const corm_compile_options options = {
      .size = sizeof options, .paramstyle = CORM_PARAMS_NUMERIC, .render_postcompile = 1};
  corm_type *numbers = array_of(1);
  corm_stmt *stmt = numbers ? all_at_once(numbers) : NULL;
  corm_compiled *compiled = NULL;
  int status = stmt ? corm_compile(&compiled, stmt, corm_dialect_named("postgresql"), &options, NULL) : CORM_ENOMEM;
  (void)ctx;
  corm_compiled_free(compiled);
  if (stmt)
    corm_node_unref(stmt);
  corm_type_unref(numbers);
  return status;
}

static void each_allocation_may_fail(void **state) {
  (void)state;
  cm_test_each_failure(compile_all, NULL);
}

static void an_index_has_options(void **state) {
  corm_expr *name = col(s.u, "name");
  corm_column *include = corm_table_peek_column_named(s.u, "age");
  const char *ops = "text_pattern_ops";
  const corm_index_def def = {.size = sizeof def,
                              .name = "ix",
                              .unique = 1,
                              .exprs = &name,
                              .n = 1,
                              .method = "btree",
                              .ops = &ops,
                              .include = &include,
                              .n_include = 1,
                              .with = "fillfactor = 50",
                              .flags = CORM_INDEX_CONCURRENTLY | CORM_INDEX_NULLS_NOT_DISTINCT};
  corm_index *index = NULL;
  (void)state;
  assert_int_equal(corm_table_add_index(&index, s.u, &def, NULL), CORM_OK);
  corm_node_unref(name);
  sends(corm_create_index(index, 0), "CREATE UNIQUE INDEX CONCURRENTLY ix ON u USING btree (name text_pattern_ops) "
                                     "INCLUDE (age) NULLS NOT DISTINCT WITH (fillfactor = 50)");
  assert_sql(corm_create_index(index, 0), "CREATE UNIQUE INDEX ix ON u (name)", "CREATE UNIQUE INDEX ix ON u (name)");
  sends(corm_drop_index(index, 1), "\nDROP INDEX CONCURRENTLY IF EXISTS ix");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(marks_say_their_types, open_shop, close_shop),
      cmocka_unit_test_setup_teardown(a_generated_key_comes_back, open_shop, close_shop),
      cmocka_unit_test_setup_teardown(locks_have_kinds, open_shop, close_shop),
      cmocka_unit_test_setup_teardown(a_table_numbers_its_keys, open_shop, close_shop),
      cmocka_unit_test_setup_teardown(json_is_read_as_a_type, open_shop, close_shop),
      cmocka_unit_test_setup_teardown(arrays_are_written_and_asked, open_shop, close_shop),
      cmocka_unit_test_setup_teardown(each_allocation_may_fail, open_shop, close_shop),
      cmocka_unit_test_setup_teardown(an_index_has_options, open_shop, close_shop),
  };
  return cm_test_run(tests);
}
