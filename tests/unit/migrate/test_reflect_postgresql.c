/* Reflection of the server that CORM_TEST_POSTGRESQL_URL names: temporary tables, so that nothing is left there. */
#include "support.h"
#include <cormorant/cormorant.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const shop[] = {
    "CREATE TYPE pg_temp.mood AS ENUM ('sad', 'it''s fine')",
    "CREATE TEMP TABLE store (id SERIAL PRIMARY KEY, city VARCHAR(30) NOT NULL DEFAULT 'Oslo', rate NUMERIC(10, 2), "
    "at TIMESTAMP(0) WITH TIME ZONE, took INTERVAL DAY TO SECOND(3), m pg_temp.mood, words VARCHAR(7)[], odd POINT, "
    "number BIGINT GENERATED ALWAYS AS IDENTITY (START 5 INCREMENT 3), low TEXT COLLATE \"C\", "
    "twice INTEGER GENERATED ALWAYS AS (1 + 2) STORED, CONSTRAINT uq_city UNIQUE (city, rate) INCLUDE (m))",
    "COMMENT ON TABLE store IS 'a table'",
    "COMMENT ON COLUMN store.city IS 'a column'",
    "CREATE TEMP TABLE \"the \"\"product\" (a INTEGER, b INTEGER, price FLOAT CONSTRAINT ck_price CHECK (price > 0) NO "
    "INHERIT, store_id INTEGER CONSTRAINT fk_in REFERENCES store ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, "
    "CONSTRAINT pk_it PRIMARY KEY (b, a), CONSTRAINT fk_out FOREIGN KEY (a, b) REFERENCES \"the \"\"product\" (b, a) "
    "MATCH FULL ON UPDATE SET NULL)",
    "CREATE UNIQUE INDEX ix_part ON \"the \"\"product\" (a, b DESC NULLS LAST) INCLUDE (price) WITH (fillfactor = 50) "
    "WHERE a > 1",
    "CREATE INDEX ix_low ON \"the \"\"product\" (lower(a::text) varchar_pattern_ops, b NULLS FIRST)",
    "CREATE INDEX ix_hash ON \"the \"\"product\" USING hash (a)",
    "CREATE TEMP VIEW seen AS SELECT id, city FROM store",
    "CREATE TEMP TABLE bare ()",
};

typedef struct scene {
  corm_engine *engine;
  corm_conn *conn;
  const char *table;
} scene;

static void run_sql(scene *s, const char *sql) {
  corm_result *r = NULL;
  corm_error *err = NULL;
  if (corm_conn_execute_sql(&r, s->conn, sql, NULL, 0, 1, &err))
    fail_msg("%s: %s", sql, corm_error_message(err));
  corm_result_free(r);
}

static void open_shop(void *ctx) {
  scene *s = ctx;
  assert_int_equal(corm_engine_open(&s->engine, getenv("CORM_TEST_POSTGRESQL_URL"), NULL, NULL), CORM_OK);
  assert_int_equal(corm_conn_acquire(&s->conn, s->engine, NULL), CORM_OK);
  for (size_t i = 0; i < sizeof shop / sizeof shop[0]; i++)
    run_sql(s, shop[i]);
}

static void close_shop(void *ctx) {
  scene *s = ctx;
  corm_conn_release(s->conn);
  corm_engine_unref(s->engine);
}

static corm_reflection *reflect(scene *s, const char *schema, const char *name) {
  corm_reflection *r = NULL;
  corm_error *err = NULL;
  if (corm_reflect_table(&r, s->conn, schema, name, &err))
    fail_msg("%s", corm_error_message(err));
  return r;
}

static int has_name(scene *s, int what, const char *schema, const char *name) {
  corm_names *names = NULL;
  int found = 0;
  assert_int_equal(corm_reflect_names(&names, s->conn, what, schema, NULL), CORM_OK);
  for (size_t i = 0; i < corm_names_peek_count(names); i++) {
    found |= strcmp(corm_names_peek(names, i), name) == 0;
    assert_true(i == 0 || strcmp(corm_names_peek(names, i - 1), corm_names_peek(names, i)) < 0);
  }
  corm_names_free(names);
  return found;
}

static void names_are_told_by_kind(void **state) {
  scene s;
  (void)state;
  open_shop(&s);
  assert_true(has_name(&s, CORM_REFLECT_TEMP_TABLES, NULL, "the \"product"));
  assert_true(has_name(&s, CORM_REFLECT_TEMP_TABLES, "nowhere", "store"));
  assert_false(has_name(&s, CORM_REFLECT_TEMP_TABLES, NULL, "seen"));
  assert_true(has_name(&s, CORM_REFLECT_TEMP_VIEWS, NULL, "seen"));
  assert_false(has_name(&s, CORM_REFLECT_TABLES, NULL, "store"));
  assert_false(has_name(&s, CORM_REFLECT_VIEWS, NULL, "seen"));
  assert_true(has_name(&s, CORM_REFLECT_TABLES, "pg_catalog", "pg_class"));
  assert_true(has_name(&s, CORM_REFLECT_VIEWS, "pg_catalog", "pg_views"));
  assert_false(has_name(&s, CORM_REFLECT_MATERIALIZED_VIEWS, "pg_catalog", "pg_views"));
  assert_true(has_name(&s, CORM_REFLECT_SEQUENCES, NULL, "store_id_seq"));
  assert_true(has_name(&s, CORM_REFLECT_SCHEMAS, NULL, "information_schema"));
  assert_false(has_name(&s, CORM_REFLECT_SCHEMAS, NULL, "pg_catalog"));
  assert_true(has_name(&s, CORM_REFLECT_DEFAULT_SCHEMA, NULL, "public"));
  close_shop(&s);
}

static const corm_reflected_column *column(const corm_reflection *r, const char *name) {
  for (size_t i = 0; i < corm_reflection_peek_columns(r); i++)
    if (strcmp(corm_reflection_peek_column(r, i)->name, name) == 0)
      return corm_reflection_peek_column(r, i);
  fail_msg("there is no column %s", name);
  return NULL;
}

static void types_are_told_with_their_parts(void **state) {
  scene s;
  (void)state;
  open_shop(&s);
  corm_reflection *r = reflect(&s, NULL, "store");
  const corm_type_def *t = column(r, "rate")->type_def;
  assert_string_equal(t->name, "NUMERIC");
  assert_int_equal(t->precision, 10);
  assert_int_equal(t->scale, 2);
  t = column(r, "at")->type_def;
  assert_string_equal(t->name, "TIMESTAMP");
  assert_int_equal(t->precision, 0);
  assert_int_equal(t->flags, CORM_TYPE_VARIABLE | CORM_TYPE_TIMEZONE | CORM_TYPE_PRECISE);
  t = column(r, "took")->type_def;
  assert_string_equal(t->name, "INTERVAL DAY TO SECOND");
  assert_int_equal(t->precision, 3);
  t = column(r, "m")->type_def;
  assert_string_equal(t->name, "mood");
  assert_int_equal(t->n_labels, 2);
  assert_string_equal(t->labels[1], "it's fine");
  assert_int_equal(corm_type_peek_kind(column(r, "m")->type), CORM_TYPE_ENUM);
  assert_int_equal(column(r, "words")->type_def->kind, CORM_TYPE_ARRAY);
  assert_string_equal(column(r, "words")->item_def->name, "VARCHAR");
  assert_int_equal(column(r, "words")->item_def->length, 7);
  assert_int_equal(column(r, "odd")->type_def->kind, CORM_TYPE_NULL);
  assert_string_equal(column(r, "odd")->type_def->name, "point");
  assert_string_equal(column(r, "low")->type_def->collation, "C");
  corm_reflection_free(r);
  close_shop(&s);
}

static void columns_are_told_with_what_fills_them(void **state) {
  scene s;
  (void)state;
  open_shop(&s);
  corm_reflection *r = reflect(&s, NULL, "store");
  assert_string_equal(corm_reflection_peek_comment(r), "a table");
  const corm_reflected_column *c = column(r, "id");
  assert_int_equal(c->key_position, 1);
  assert_int_equal(c->autoincrement, 1);
  assert_string_equal(c->default_text, "nextval('store_id_seq'::regclass)");
  c = column(r, "city");
  assert_string_equal(c->comment, "a column");
  assert_int_equal(c->nullable, 0);
  assert_string_equal(c->default_text, "'Oslo'::character varying");
  c = column(r, "number");
  assert_string_equal(c->identity, "ALWAYS");
  assert_int_equal(c->identity_start, 5);
  assert_int_equal(c->identity_increment, 3);
  assert_null(c->default_text);
  c = column(r, "twice");
  assert_string_equal(c->computed, "(1 + 2)");
  assert_int_equal(c->computed_stored, 1);
  assert_null(c->default_text);
  corm_reflection_free(r);
  close_shop(&s);
}

static void constraints_are_told_with_columns_in_their_order(void **state) {
  scene s;
  (void)state;
  open_shop(&s);
  corm_reflection *r = reflect(&s, NULL, "the \"product");
  const corm_reflected_constraint *key = corm_reflection_peek_primary_key(r);
  assert_string_equal(key->name, "pk_it");
  assert_string_equal(key->columns[0], "b");
  assert_int_equal(column(r, "a")->key_position, 2);
  assert_int_equal(corm_reflection_peek_constraints(r), 1);
  assert_string_equal(corm_reflection_peek_constraint(r, 0)->check, "price > 0::double precision");
  assert_int_equal(corm_reflection_peek_constraint(r, 0)->no_inherit, 1);
  corm_reflection_free(r);
  r = reflect(&s, NULL, "store");
  const corm_reflected_constraint *unique = corm_reflection_peek_constraint(r, 0);
  assert_int_equal(unique->kind, CORM_UNIQUE);
  assert_int_equal(unique->n, 2);
  assert_int_equal(unique->n_include, 1);
  assert_string_equal(unique->include[0], "m");
  corm_reflection_free(r);
  close_shop(&s);
}

static void foreign_keys_are_told_with_their_options(void **state) {
  scene s;
  (void)state;
  open_shop(&s);
  corm_reflection *r = reflect(&s, NULL, "the \"product");
  assert_int_equal(corm_reflection_peek_foreign_keys(r), 2);
  const corm_reflected_foreign_key *k = corm_reflection_peek_foreign_key(r, 0);
  assert_string_equal(k->name, "fk_in");
  assert_string_equal(k->referred_table, "store");
  assert_null(k->referred_schema);
  assert_string_equal(k->ondelete, "CASCADE");
  assert_null(k->onupdate);
  assert_int_equal(k->deferrable, 1);
  assert_string_equal(k->initially, "DEFERRED");
  k = corm_reflection_peek_foreign_key(r, 1);
  assert_int_equal(k->n_referred, 2);
  assert_string_equal(k->referred_columns[0], "b");
  assert_string_equal(k->match, "FULL");
  assert_string_equal(k->onupdate, "SET NULL");
  assert_int_equal(k->deferrable, 0);
  corm_reflection_free(r);
  close_shop(&s);
}

static void indexes_are_told_with_expressions_and_options(void **state) {
  scene s;
  (void)state;
  open_shop(&s);
  corm_reflection *r = reflect(&s, NULL, "the \"product");
  assert_int_equal(corm_reflection_peek_indexes(r), 3);
  assert_string_equal(corm_reflection_peek_index(r, 0)->method, "hash");
  const corm_reflected_index *x = corm_reflection_peek_index(r, 1);
  assert_null(x->columns[0]);
  assert_string_equal(x->exprs[0], "lower(a::text)");
  assert_string_equal(x->ops[0], "varchar_pattern_ops");
  assert_null(x->ops[1]);
  assert_int_equal(x->orders[1], CORM_ORDER_NULLS_FIRST);
  x = corm_reflection_peek_index(r, 2);
  assert_int_equal(x->unique, 1);
  assert_int_equal(x->n, 2);
  assert_int_equal(x->orders[1], CORM_ORDER_DESC | CORM_ORDER_NULLS_LAST);
  assert_string_equal(x->include[0], "price");
  assert_string_equal(x->options, "fillfactor=50");
  assert_string_equal(x->where, "(a > 1)");
  corm_reflection_free(r);
  close_shop(&s);
}

static void what_is_not_there_gives_nothing(void **state) {
  scene s;
  (void)state;
  open_shop(&s);
  assert_null(reflect(&s, NULL, "nowhere"));
  assert_null(reflect(&s, "public", "the \"product"));
  assert_null(reflect(&s, NULL, "pg_class"));
  corm_reflection *bare = reflect(&s, NULL, "bare"), *view = reflect(&s, NULL, "seen");
  assert_int_equal(corm_reflection_peek_columns(bare), 0);
  assert_null(corm_reflection_peek_primary_key(bare));
  assert_int_equal(corm_reflection_peek_columns(view), 2);
  corm_reflection_free(bare);
  corm_reflection_free(view);
  close_shop(&s);
}

static void an_aborted_transaction_is_told_as_such(void **state) {
  scene s;
  corm_reflection *r = NULL;
  corm_names *names = NULL;
  corm_result *result = NULL;
  corm_error *err = NULL;
  (void)state;
  open_shop(&s);
  assert_int_not_equal(corm_conn_execute_sql(&result, s.conn, "SELECT 1 / 0", NULL, 0, 1, NULL), CORM_OK);
  assert_int_not_equal(corm_reflect_table(&r, s.conn, NULL, "store", &err), CORM_OK);
  assert_non_null(strstr(corm_error_message(err), "aborted"));
  assert_null(r);
  assert_int_not_equal(corm_reflect_names(&names, s.conn, CORM_REFLECT_TABLES, NULL, NULL), CORM_OK);
  assert_null(names);
  corm_error_free(err);
  corm_result_free(result);
  close_shop(&s);
}

static int run(void *ctx) {
  scene *s = ctx;
  corm_reflection *r = NULL;
  corm_names *names = NULL;
  int status = corm_reflect_names(&names, s->conn, CORM_REFLECT_TEMP_TABLES, NULL, NULL);
  if (!status)
    status = corm_reflect_table(&r, s->conn, NULL, s->table, NULL);
  corm_names_free(names);
  corm_reflection_free(r);
  return status;
}

static void memory_that_fails_leaves_nothing(void **state) {
  static const char *const tables[] = {"store", "the \"product"};
  cm_test_scene failing = {open_shop, run, NULL, close_shop};
  (void)state;
  for (int i = 0; i < 2; i++) {
    scene s = {.table = tables[i]};
    cm_test_each_failure_in(&failing, &s);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_are_told_by_kind),
      cmocka_unit_test(types_are_told_with_their_parts),
      cmocka_unit_test(columns_are_told_with_what_fills_them),
      cmocka_unit_test(constraints_are_told_with_columns_in_their_order),
      cmocka_unit_test(foreign_keys_are_told_with_their_options),
      cmocka_unit_test(indexes_are_told_with_expressions_and_options),
      cmocka_unit_test(what_is_not_there_gives_nothing),
      cmocka_unit_test(an_aborted_transaction_is_told_as_such),
      cmocka_unit_test(memory_that_fails_leaves_nothing),
  };
  if (!getenv("CORM_TEST_POSTGRESQL_URL")) {
    fprintf(stderr, "CORM_TEST_POSTGRESQL_URL names no server: tests/run.py starts one\n");
    return 1;
  }
  return cm_test_run(tests);
}
