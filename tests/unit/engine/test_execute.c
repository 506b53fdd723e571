/* Statements on a database: values by name, defaults, IN lists, keys, types on their way in and out, DDL. */
#include "engine/engine.h"
#include "support.h"
#include <cormorant/schema.h>
#include <cormorant/stmt.h>
#include <stdio.h>
#include <string.h>

typedef struct world {
  corm_engine *engine;
  corm_conn *conn;
  corm_schema *schema;
  corm_catalog *catalog;
  corm_table *person;
  corm_source *p;
} world;
static world w;

static const char create_person[] =
    "CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, born DATE, active BOOLEAN, serial INTEGER)";

static int next_serial(const corm_fill *fill, corm_value *out, corm_error **err) {
  (void)err;
  *out = corm_int(-1);
  for (size_t i = 0; i < corm_fill_peek_params(fill); i++) {
    if (strcmp(corm_fill_peek_name(fill, i), "name") == 0) {
      corm_value name;
      corm_fill_peek_value(fill, i, &name);
      *out = corm_int(name.size * 100);
    }
  }
  return corm_fill_peek_is_update(fill) ? CORM_EINTERNAL : CORM_OK;
}
static const corm_default_fn serial_default = next_serial;

static int add_column(const char *name, int type, unsigned flags, const corm_default *insert) {
  corm_column_def def = {.size = sizeof def, .name = name, .type = corm_type_plain(type), .flags = flags};
  corm_column *column = NULL;
  if (insert)
    def.insert = *insert;
  return corm_table_add_column(&column, w.person, &def, NULL);
}

static int define_person(void) {
  corm_catalog_def catalog = {.size = sizeof catalog};
  corm_table_def table = {.size = sizeof table, .name = "person"};
  corm_default yes = {.kind = CORM_DEFAULT_VALUE, .value = corm_bool(1)};
  corm_default serial = {.kind = CORM_DEFAULT_HOST, .host = (void *)&serial_default};
  int status = corm_schema_new(&w.schema, NULL);
  if (!status)
    status = corm_catalog_new(&w.catalog, w.schema, &catalog, NULL);
  if (!status)
    status = corm_catalog_define(&w.person, w.catalog, &table, NULL);
  if (!status)
    status = add_column("id", CORM_TYPE_INTEGER, CORM_COLUMN_PRIMARY_KEY | CORM_COLUMN_NOT_NULL, NULL);
  if (!status)
    status = add_column("name", CORM_TYPE_STRING, CORM_COLUMN_NOT_NULL, NULL);
  if (!status)
    status = add_column("born", CORM_TYPE_DATE, 0, NULL);
  if (!status)
    status = add_column("active", CORM_TYPE_BOOLEAN, 0, &yes);
  return status ? status : add_column("serial", CORM_TYPE_INTEGER, 0, &serial);
}

static int execute_sql(const char *sql) {
  corm_result *r = NULL;
  int status = corm_conn_execute_sql(&r, w.conn, sql, NULL, 0, 1, NULL);
  corm_result_free(r);
  return status;
}

static int open_world(void **state) {
  (void)state;
  assert_int_equal(define_person(), CORM_OK);
  assert_int_equal(corm_engine_open(&w.engine, "sqlite://", NULL, NULL), CORM_OK);
  assert_int_equal(corm_conn_acquire(&w.conn, w.engine, NULL), CORM_OK);
  assert_int_equal(execute_sql(create_person), CORM_OK);
  w.p = corm_from(w.person);
  return 0;
}
static int close_world(void **state) {
  (void)state;
  corm_node_unref(w.p);
  corm_conn_release(w.conn);
  corm_engine_unref(w.engine);
  corm_schema_unref(w.schema);
  memset(&w, 0, sizeof w);
  return 0;
}

static corm_params params_of(const char *const *names, size_t n, const corm_value *values, size_t rows) {
  corm_params p = {.size = sizeof p, .names = names, .n = n, .values = values, .rows = rows};
  return p;
}
static corm_value date(int64_t days) {
  corm_value v = corm_int(days);
  v.kind = CORM_DATE;
  return v;
}
/* Runs and takes the statement. */
static corm_result *run(corm_stmt *stmt, const corm_params *p) {
  corm_result *r = NULL;
  corm_error *err = NULL;
  if (corm_conn_execute(&r, w.conn, stmt, p, 0, &err))
    fail_msg("%s", corm_error_message(err));
  corm_node_unref(stmt);
  return r;
}
static void assert_fails(corm_stmt *stmt, const corm_params *p, int status, const char *message) {
  corm_result *r = NULL;
  corm_error *err = NULL;
  assert_int_equal(corm_conn_execute(&r, w.conn, stmt, p, 0, &err), status);
  assert_string_equal(corm_error_message(err), message);
  assert_null(r);
  corm_error_free(err);
  corm_node_unref(stmt);
}
static corm_stmt *select_all(void) { return corm_select_n((corm_node *[]){corm_node_ref(w.p)}, 1); }

static void add_people(void) {
  static const char *const names[] = {"name", "born"};
  const corm_value values[] = {corm_text("ada"), date(-56270),      corm_text("grace"),
                               corm_null(),      corm_text("alan"), date(0)};
  corm_params p = params_of(names, 2, values, 3);
  corm_result *r = run(corm_insert(w.p), &p);
  assert_int_equal(corm_result_peek_rowcount(r), 3);
  corm_result_free(r);
}

/* ---- INSERT ---------------------------------------------------------------------------------------------- */

static void an_insert_takes_values_by_name_fills_defaults_and_knows_its_key(void **state) {
  static const char *const names[] = {"name", "born"};
  const corm_value values[] = {corm_text("ada"), date(-56270)};
  corm_params p = params_of(names, 2, values, 1);
  corm_result *r = run(corm_insert(w.p), &p);
  const corm_value *key = NULL, *sent = NULL, *row = NULL;
  const char *const *sent_names = NULL;
  (void)state;
  assert_true(corm_result_peek_is_insert(r));
  assert_int_equal(corm_result_peek_rowcount(r), 1);
  assert_int_equal(corm_result_peek_inserted_key(r, &key), 1);
  assert_int_equal(key[0].as.i, 1);
  assert_int_equal(corm_result_peek_sent(r, &sent_names, &sent), 4);
  assert_string_equal(sent_names[0], "name");
  assert_int_equal(sent[1].kind, CORM_DATE);
  corm_result_free(r);
  r = run(select_all(), NULL);
  assert_int_equal(corm_result_next_row(r, &row, NULL), CORM_OK);
  assert_int_equal(row[2].kind, CORM_DATE);
  assert_int_equal(row[2].as.i, -56270);
  assert_int_equal(row[3].kind, CORM_BOOL);
  assert_int_equal(row[3].as.i, 1);
  assert_int_equal(row[4].as.i, 300);
  corm_result_free(r);
}

static void the_key_is_known_with_triggers_too_and_not_for_an_ignored_row(void **state) {
  static const char *const names[] = {"name"};
  corm_value value = corm_text("ada");
  corm_params p = params_of(names, 1, &value, 1);
  corm_result *r = NULL;
  const corm_value *key = NULL;
  (void)state;
  assert_int_equal(execute_sql("CREATE TABLE other (id INTEGER PRIMARY KEY)"), CORM_OK);
  assert_int_equal(execute_sql("CREATE TRIGGER also AFTER INSERT ON person BEGIN INSERT INTO other VALUES (77); END"),
                   CORM_OK);
  r = run(corm_insert(w.p), &p);
  assert_int_equal(corm_result_peek_inserted_key(r, &key), 1);
  assert_int_equal(key[0].as.i, 1);
  corm_result_free(r);
  assert_int_equal(execute_sql("CREATE TRIGGER never BEFORE INSERT ON person BEGIN SELECT RAISE(IGNORE); END"),
                   CORM_OK);
  r = run(corm_insert(w.p), &p);
  assert_int_equal(corm_result_peek_rowcount(r), 0);
  corm_result_peek_inserted_key(r, &key);
  assert_int_equal(key[0].kind, CORM_NULL);
  corm_result_free(r);
}

static void many_rows_of_cells_go_in_by_place(void **state) {
  const corm_value cells[] = {corm_int(5), corm_text("a"), corm_int(6), corm_text("b")};
  corm_stmt *insert = corm_insert(w.p);
  corm_result *r = NULL;
  corm_error *err = NULL;
  (void)state;
  assert_int_equal(corm_conn_execute_many(&r, w.conn, insert, cells, 2, 2, NULL), CORM_OK);
  assert_int_equal(corm_result_peek_rowcount(r), 2);
  corm_result_free(r);
  assert_int_equal(corm_conn_execute_many(&r, w.conn, insert, cells, 1, 9, &err), CORM_EARGUMENT);
  assert_int_equal(corm_conn_execute_many(&r, w.conn, insert, cells, 0, 2, &err), CORM_EARGUMENT);
  corm_error_free(err);
  corm_node_unref(insert);
}

static void returning_gives_rows_and_counts_them(void **state) {
  static const char *const names[] = {"name"};
  const corm_value values[] = {corm_text("a"), corm_text("b")};
  corm_params p = params_of(names, 1, values, 2);
  corm_expr *columns[] = {corm_col(w.p, "id"), corm_col(w.p, "active")};
  corm_result *r = run(corm_returning_n(corm_insert(w.p), columns, 2), &p);
  const corm_value *row = NULL;
  (void)state;
  assert_int_equal(corm_result_peek_columns(r), 2);
  assert_int_equal(corm_result_peek_rowcount(r), 2);
  for (int64_t id = 1; id <= 2; id++) {
    assert_int_equal(corm_result_next_row(r, &row, NULL), CORM_OK);
    assert_int_equal(row[0].as.i, id);
    assert_int_equal(row[1].kind, CORM_BOOL);
  }
  assert_int_equal(corm_result_next_row(r, &row, NULL), CORM_OK);
  assert_null(row);
  corm_result_free(r);
}

/* ---- Binds ----------------------------------------------------------------------------------------------- */

static corm_stmt *by_name(corm_expr *bind) {
  return corm_where(select_all(), corm_op("=", corm_col(w.p, "name"), bind));
}

static void values_by_name_replace_those_of_binds(void **state) {
  static const char *const names[] = {"who"};
  corm_value grace = corm_text("grace"), ada = corm_text("ada");
  corm_params p = params_of(names, 1, &grace, 1);
  const corm_value *row = NULL;
  corm_result *r = NULL;
  (void)state;
  add_people();
  r = run(by_name(corm_bindparam("who", &ada, NULL, 0)), &p);
  assert_int_equal(corm_result_next_row(r, &row, NULL), CORM_OK);
  assert_int_equal(row[0].as.i, 2);
  corm_result_free(r);
  r = run(by_name(corm_bindparam("who", &ada, NULL, 0)), NULL);
  assert_int_equal(corm_result_next_row(r, &row, NULL), CORM_OK);
  assert_int_equal(row[0].as.i, 1);
  corm_result_free(r);
  assert_fails(by_name(corm_bindparam("who", NULL, NULL, CORM_BIND_REQUIRED)), NULL, CORM_ESTATEMENT,
               "A value is missing for the parameter 'who'");
}

/* One text and two statements: what belongs to each is its values. */
static void a_text_comes_from_the_engines_cache_and_values_from_the_statement(void **state) {
  const corm_value ada = corm_text("ada"), grace = corm_text("grace");
  const corm_value *const names[] = {&ada, &grace};
  corm_compiled *compiled[2] = {NULL, NULL};
  (void)state;
  for (size_t i = 0; i < 2; i++) {
    corm_stmt *stmt = by_name(corm_bindparam("who", names[i], NULL, 0));
    const corm_expr *bind = NULL;
    corm_value value;
    assert_int_equal(corm_engine_compile(&compiled[i], w.engine, stmt, NULL, NULL), CORM_OK);
    assert_int_equal(corm_compiled_peek_params(compiled[i]), 1);
    assert_int_equal(corm_compiled_binds_of(&bind, compiled[i], stmt, NULL), CORM_OK);
    assert_int_equal(corm_bind_get(bind, &value, NULL), CORM_OK);
    assert_true(corm_value_equal(&value, names[i]));
    corm_node_unref(stmt);
  }
  assert_ptr_equal(compiled[0], compiled[1]);
  corm_compiled_free(compiled[0]);
  corm_compiled_free(compiled[1]);
}

static size_t count_in(corm_expr *condition, const corm_params *p) {
  corm_result *r = run(corm_where(select_all(), condition), p);
  corm_block *b = NULL;
  size_t n = 0;
  assert_int_equal(corm_result_next_block(r, 0, &b, NULL), CORM_OK);
  n = b ? corm_block_peek_rows(b) : 0;
  corm_block_free(b);
  corm_result_free(r);
  return n;
}

static void in_lists_are_written_out_for_each_length(void **state) {
  const corm_value names[] = {corm_text("ada"), corm_text("alan"), corm_text("nobody")};
  (void)state;
  add_people();
  for (size_t n = 0; n <= 3; n++)
    assert_int_equal(count_in(corm_in_values(corm_col(w.p, "name"), names, n, 0), NULL), n < 2 ? n : 2);
  assert_int_equal(count_in(corm_in_values(corm_col(w.p, "name"), names, 0, 1), NULL), 3);
}

static void an_expanding_bind_takes_its_list_at_execution(void **state) {
  static const char *const names[] = {"ids"};
  const corm_value ids[] = {corm_int(1), corm_int(3)};
  const corm_value *lists[] = {ids};
  size_t length = 2;
  corm_params p = {
      .size = sizeof p, .rows = 1, .list_names = names, .lists = lists, .list_lengths = &length, .n_lists = 1};
  corm_expr *bind = corm_bindparam("ids", NULL, corm_type_plain(CORM_TYPE_INTEGER), CORM_BIND_EXPANDING);
  (void)state;
  add_people();
  assert_int_equal(count_in(corm_in_query(corm_col(w.p, "id"), corm_node_ref(bind), 0), &p), 2);
  length = 0;
  assert_int_equal(count_in(corm_in_query(corm_col(w.p, "id"), corm_node_ref(bind), 0), &p), 0);
  corm_node_unref(bind);
}

static void an_update_runs_once_per_row_of_values(void **state) {
  static const char *const names[] = {"b_id", "name"};
  const corm_value values[] = {corm_int(1), corm_text("x"), corm_int(2), corm_text("y"), corm_int(9), corm_text("z")};
  corm_params p = params_of(names, 2, values, 3);
  corm_expr *bind = corm_bindparam("b_id", NULL, corm_type_plain(CORM_TYPE_INTEGER), CORM_BIND_REQUIRED);
  corm_result *r = NULL;
  (void)state;
  add_people();
  r = run(corm_where(corm_update(w.p), corm_op("=", corm_col(w.p, "id"), bind)), &p);
  assert_int_equal(corm_result_peek_rowcount(r), 2);
  corm_result_free(r);
}

static void text_takes_values_by_name(void **state) {
  static const char *const names[] = {"who"};
  corm_value alan = corm_text("alan");
  corm_params p = params_of(names, 1, &alan, 1);
  const corm_value *row = NULL;
  corm_result *r = NULL;
  (void)state;
  add_people();
  r = run(corm_text_node("SELECT id AS number FROM person WHERE name = :who"), &p);
  assert_string_equal(corm_result_peek_name(r, 0), "number");
  assert_int_equal(corm_result_next_row(r, &row, NULL), CORM_OK);
  assert_int_equal(row[0].as.i, 3);
  corm_result_free(r);
  r = run(corm_text_node("DELETE FROM person WHERE name = :who"), &p);
  assert_int_equal(corm_result_peek_rowcount(r), 1);
  corm_result_free(r);
}

/* ---- Types ----------------------------------------------------------------------------------------------- */

static void a_value_that_its_type_refuses_names_column_and_value_when_it_is_read(void **state) {
  corm_result *r = NULL;
  corm_error *err = NULL;
  const corm_value *row = NULL;
  (void)state;
  assert_int_equal(execute_sql("INSERT INTO person (name, born) VALUES ('ada', 'long ago')"), CORM_OK);
  r = run(select_all(), NULL);
  assert_int_equal(corm_result_next_row(r, &row, &err), CORM_ESTATEMENT);
  assert_string_equal(corm_error_message(err), "column \"born\": 'long ago' is no DATE");
  assert_string_equal(corm_error_detail(err, CORM_DETAIL_COLUMN), "born");
  corm_error_free(err);
  corm_result_free(r);
}

static void a_value_that_its_type_refuses_is_not_sent(void **state) {
  static const char *const names[] = {"name", "born"}, *const others[] = {"name", "active"};
  const corm_value text[] = {corm_text("ada"), corm_text("today")}, two[] = {corm_text("ada"), corm_int(2)};
  corm_params p = params_of(names, 2, text, 1);
  corm_stmt *stmt = corm_insert(w.p);
  corm_result *r = NULL;
  corm_error *err = NULL;
  (void)state;
  assert_fails(corm_insert(w.p), &p, CORM_ESTATEMENT, "parameter \"born\": 'today' is no DATE");
  p = params_of(others, 2, two, 1);
  assert_int_equal(corm_conn_execute(&r, w.conn, stmt, &p, 0, &err), CORM_ESTATEMENT);
  assert_string_equal(corm_error_message(err), "value 2 of parameter \"active\" is neither true nor false");
  assert_string_equal(corm_error_detail(err, CORM_DETAIL_REASON), "range");
  corm_error_free(err);
  corm_node_unref(stmt);
}

/* ---- DDL ------------------------------------------------------------------------------------------------- */

static void create_all_and_drop_all_look_first(void **state) {
  int there = 0;
  (void)state;
  assert_int_equal(corm_conn_create_all(w.conn, w.catalog, NULL, 0, 1, NULL), CORM_OK);
  assert_int_equal(corm_conn_create_all(w.conn, w.catalog, NULL, 0, 0, NULL), CORM_EDB_OPERATIONAL);
  assert_int_equal(corm_conn_drop_all(w.conn, w.catalog, NULL, 0, 1, NULL), CORM_OK);
  assert_int_equal(corm_conn_has_table(w.conn, NULL, "person", &there, NULL), CORM_OK);
  assert_false(there);
  assert_int_equal(corm_conn_drop_all(w.conn, w.catalog, NULL, 0, 1, NULL), CORM_OK);
  assert_int_equal(corm_conn_create_all(w.conn, w.catalog, &w.person, 1, 1, NULL), CORM_OK);
  assert_int_equal(corm_conn_has_table(w.conn, "main", "person", &there, NULL), CORM_OK);
  assert_true(there);
  assert_int_equal(corm_conn_has_table(w.conn, "elsewhere", "person", &there, NULL), CORM_OK);
  assert_false(there);
}

/* ---- The cache ------------------------------------------------------------------------------------------- */

static int hits[16], n_hits;
static int note_hit(void *self, const corm_event *ev, corm_error **err) {
  (void)self;
  (void)err;
  if (ev->kind == CORM_EV_BEFORE_CURSOR && n_hits < 16)
    hits[n_hits++] = ev->cache_hit;
  return CORM_OK;
}

static void a_statement_is_compiled_once(void **state) {
  static const corm_host host = {.size = sizeof host, .event = note_hit};
  corm_engine_options o = {.size = sizeof o, .host = &host};
  const corm_value name = corm_text("ada");
  (void)state;
  corm_conn_release(w.conn);
  corm_engine_unref(w.engine);
  assert_int_equal(corm_engine_open(&w.engine, "sqlite://", &o, NULL), CORM_OK);
  assert_int_equal(corm_conn_acquire(&w.conn, w.engine, NULL), CORM_OK);
  corm_engine_set_events(w.engine, UINT64_MAX);
  n_hits = 0;
  assert_int_equal(execute_sql(create_person), CORM_OK);
  corm_result_free(run(by_name(corm_literal(&name)), NULL));
  corm_result_free(run(by_name(corm_literal(&name)), NULL));
  assert_int_equal(n_hits, 3);
  assert_int_equal(hits[0], -2);
  assert_int_equal(hits[1], 0);
  assert_int_equal(hits[2], 1);
}

/* ---- Memory ---------------------------------------------------------------------------------------------- */

static int insert_and_select(void) {
  static const char *const names[] = {"name", "born"};
  const corm_value values[] = {corm_text("ada"), date(1), corm_text("bob"), date(2)};
  corm_params p = params_of(names, 2, values, 2);
  corm_source *from = corm_from(w.person);
  corm_stmt *insert = corm_insert(from), *select = corm_select_n((corm_node *[]){corm_node_ref(from)}, 1);
  corm_result *r = NULL;
  corm_block *b = NULL;
  int status = CORM_OK;
  select = corm_where(select, corm_in_values(corm_col(from, "name"), values, 1, 0));
  status = corm_conn_execute(&r, w.conn, insert, &p, 0, NULL);
  corm_result_free(r);
  r = NULL;
  if (!status)
    status = corm_conn_execute(&r, w.conn, select, NULL, 0, NULL);
  if (!status)
    status = corm_result_next_block(r, 0, &b, NULL);
  corm_block_free(b);
  corm_result_free(r);
  corm_node_unref(insert);
  corm_node_unref(select);
  corm_node_unref(from);
  return status;
}

static int use_everything(void *ctx) {
  (void)ctx;
  memset(&w, 0, sizeof w);
  int status = define_person();
  if (!status)
    status = corm_engine_open(&w.engine, "sqlite://", NULL, NULL);
  if (!status)
    status = corm_conn_acquire(&w.conn, w.engine, NULL);
  if (!status)
    status = corm_conn_create_all(w.conn, w.catalog, NULL, 0, 1, NULL);
  if (!status)
    status = insert_and_select();
  close_world(NULL);
  return status;
}

static void every_allocation_may_fail(void **state) {
  (void)state;
  cm_test_each_failure(use_everything, NULL);
}

#define ON_A_DATABASE(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)
int main(void) {
  const struct CMUnitTest tests[] = {
      ON_A_DATABASE(an_insert_takes_values_by_name_fills_defaults_and_knows_its_key),
      ON_A_DATABASE(the_key_is_known_with_triggers_too_and_not_for_an_ignored_row),
      ON_A_DATABASE(many_rows_of_cells_go_in_by_place),
      ON_A_DATABASE(returning_gives_rows_and_counts_them),
      ON_A_DATABASE(a_text_comes_from_the_engines_cache_and_values_from_the_statement),
      ON_A_DATABASE(values_by_name_replace_those_of_binds),
      ON_A_DATABASE(in_lists_are_written_out_for_each_length),
      ON_A_DATABASE(an_expanding_bind_takes_its_list_at_execution),
      ON_A_DATABASE(an_update_runs_once_per_row_of_values),
      ON_A_DATABASE(text_takes_values_by_name),
      ON_A_DATABASE(a_value_that_its_type_refuses_names_column_and_value_when_it_is_read),
      ON_A_DATABASE(a_value_that_its_type_refuses_is_not_sent),
      ON_A_DATABASE(create_all_and_drop_all_look_first),
      ON_A_DATABASE(a_statement_is_compiled_once),
      cmocka_unit_test(every_allocation_may_fail),
  };
  return cm_test_run(tests);
}
