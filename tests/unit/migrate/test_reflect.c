/* Reflection of a database of SQLite: what is told is what was created; each allocation fails in turn. */
#include "support.h"
#include <cormorant/cormorant.h>
#include <string.h>

static const char *const shop[] = {
    "CREATE TABLE store (id INTEGER PRIMARY KEY AUTOINCREMENT, city VARCHAR(30) NOT NULL DEFAULT 'Oslo', "
    "rate NUMERIC(10, 2), odd WHATEVER, none, CONSTRAINT uq_city UNIQUE (city, \"rate\"))",
    "CREATE TABLE \"the \"\"product\" (a INTEGER, b INTEGER /* , c */, price FLOAT CHECK (price > 0), "
    "store_id INTEGER CONSTRAINT fk_in REFERENCES store ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, "
    "twice INTEGER GENERATED ALWAYS AS (a * (2)) STORED, sku TEXT UNIQUE, "
    "CONSTRAINT pk_it PRIMARY KEY (b, a), CONSTRAINT ck_x CHECK ( a <> ')' ), "
    "CONSTRAINT fk_out FOREIGN KEY (a) REFERENCES store (id) ON UPDATE SET NULL NOT DEFERRABLE)",
    "CREATE UNIQUE INDEX ix_part ON \"the \"\"product\" (a, b DESC) WHERE a > 1",
    "CREATE INDEX ix_low ON \"the \"\"product\" (lower(sku), coalesce(a, 1) || ',')",
    "CREATE VIEW seen AS SELECT id, city FROM store",
    "CREATE TEMP TABLE passing (x INTEGER)",
};

typedef struct scene {
  corm_engine *engine;
  corm_conn *conn;
  const char *table;
} scene;

static void open_shop(void *ctx) {
  scene *s = ctx;
  assert_int_equal(corm_engine_open(&s->engine, "sqlite://", NULL, NULL), CORM_OK);
  assert_int_equal(corm_conn_acquire(&s->conn, s->engine, NULL), CORM_OK);
  for (size_t i = 0; i < sizeof shop / sizeof shop[0]; i++) {
    corm_result *r = NULL;
    assert_int_equal(corm_conn_execute_sql(&r, s->conn, shop[i], NULL, 0, 1, NULL), CORM_OK);
    corm_result_free(r);
  }
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

static void assert_names(scene *s, int what, const char *schema, const char *expected) {
  corm_names *names = NULL;
  char all[200] = "";
  assert_int_equal(corm_reflect_names(&names, s->conn, what, schema, NULL), CORM_OK);
  for (size_t i = 0; i < corm_names_peek_count(names); i++) {
    strcat(all, i ? " " : "");
    strcat(all, corm_names_peek(names, i));
  }
  corm_names_free(names);
  assert_string_equal(all, expected);
}

static void names_are_told_by_kind(void **state) {
  scene s;
  corm_names *names = NULL;
  corm_error *err = NULL;
  (void)state;
  open_shop(&s);
  assert_names(&s, CORM_REFLECT_TABLES, NULL, "store the \"product");
  assert_names(&s, CORM_REFLECT_TABLES, "temp", "passing");
  assert_names(&s, CORM_REFLECT_VIEWS, "main", "seen");
  assert_names(&s, CORM_REFLECT_TEMP_TABLES, NULL, "passing");
  assert_names(&s, CORM_REFLECT_SCHEMAS, NULL, "main");
  assert_names(&s, CORM_REFLECT_DEFAULT_SCHEMA, NULL, "main");
  assert_names(&s, CORM_REFLECT_SEQUENCES, NULL, "");
  assert_int_equal(corm_reflect_names(&names, s.conn, 99, NULL, &err), CORM_EARGUMENT);
  assert_null(names);
  corm_error_free(err);
  close_shop(&s);
}

static void columns_are_told_with_types_and_defaults(void **state) {
  scene s;
  (void)state;
  open_shop(&s);
  corm_reflection *r = reflect(&s, NULL, "store");
  assert_int_equal(corm_reflection_peek_columns(r), 5);
  const corm_reflected_column *c = corm_reflection_peek_column(r, 0);
  assert_int_equal(c->key_position, 1);
  assert_int_equal(c->autoincrement, 1);
  c = corm_reflection_peek_column(r, 1);
  assert_string_equal(c->name, "city");
  assert_string_equal(c->type_def->name, "VARCHAR");
  assert_int_equal(c->type_def->length, 30);
  assert_int_equal(corm_type_peek_kind(c->type), CORM_TYPE_STRING);
  assert_int_equal(c->nullable, 0);
  assert_string_equal(c->default_text, "'Oslo'");
  c = corm_reflection_peek_column(r, 2);
  assert_int_equal(c->type_def->precision, 10);
  assert_int_equal(c->type_def->scale, 2);
  assert_string_equal(corm_reflection_peek_column(r, 3)->type_def->name, "NUMERIC");
  assert_null(corm_reflection_peek_column(r, 4)->type_def->name);
  assert_null(corm_reflection_peek_primary_key(r)->name);
  assert_string_equal(corm_reflection_peek_constraint(r, 0)->columns[1], "rate");
  corm_reflection_free(r);
  close_shop(&s);
}

static void constraints_are_told_with_their_names(void **state) {
  scene s;
  (void)state;
  open_shop(&s);
  corm_reflection *r = reflect(&s, "main", "the \"product");
  const corm_reflected_constraint *key = corm_reflection_peek_primary_key(r);
  assert_string_equal(key->name, "pk_it");
  assert_string_equal(key->columns[0], "b");
  assert_int_equal(key->n, 2);
  assert_string_equal(corm_reflection_peek_column(r, 4)->computed, "a * (2)");
  assert_int_equal(corm_reflection_peek_column(r, 4)->computed_stored, 1);
  assert_string_equal(corm_reflection_peek_column(r, 4)->type_def->name, "INTEGER");
  assert_int_equal(corm_reflection_peek_constraints(r), 3);
  assert_string_equal(corm_reflection_peek_constraint(r, 0)->check, "price > 0");
  assert_null(corm_reflection_peek_constraint(r, 0)->name);
  assert_string_equal(corm_reflection_peek_constraint(r, 1)->columns[0], "sku");
  assert_string_equal(corm_reflection_peek_constraint(r, 2)->name, "ck_x");
  assert_string_equal(corm_reflection_peek_constraint(r, 2)->check, "a <> ')'");
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
  assert_string_equal(k->name, "fk_out");
  assert_string_equal(k->onupdate, "SET NULL");
  assert_null(k->ondelete);
  assert_int_equal(k->deferrable, -1);
  k = corm_reflection_peek_foreign_key(r, 1);
  assert_string_equal(k->name, "fk_in");
  assert_string_equal(k->columns[0], "store_id");
  assert_string_equal(k->referred_table, "store");
  assert_int_equal(k->n_referred, 1);
  assert_string_equal(k->referred_columns[0], "id");
  assert_string_equal(k->ondelete, "CASCADE");
  assert_int_equal(k->deferrable, 1);
  assert_string_equal(k->initially, "DEFERRED");
  corm_reflection_free(r);
  close_shop(&s);
}

static void indexes_are_told_with_expressions_and_conditions(void **state) {
  scene s;
  (void)state;
  open_shop(&s);
  corm_reflection *r = reflect(&s, NULL, "the \"product");
  assert_int_equal(corm_reflection_peek_indexes(r), 2);
  const corm_reflected_index *x = corm_reflection_peek_index(r, 0);
  assert_string_equal(x->name, "ix_low");
  assert_null(x->columns[0]);
  assert_string_equal(x->exprs[0], "lower(sku)");
  assert_string_equal(x->exprs[1], "coalesce(a, 1) || ','");
  x = corm_reflection_peek_index(r, 1);
  assert_int_equal(x->unique, 1);
  assert_string_equal(x->columns[1], "b");
  assert_int_equal(x->orders[1], CORM_ORDER_DESC);
  assert_string_equal(x->where, "a > 1");
  corm_reflection_free(r);
  close_shop(&s);
}

static void what_is_not_there_gives_nothing(void **state) {
  scene s;
  (void)state;
  open_shop(&s);
  assert_null(reflect(&s, NULL, "nowhere"));
  assert_null(reflect(&s, "temp", "store"));
  corm_reflection *view = reflect(&s, NULL, "seen"), *temporary = reflect(&s, NULL, "passing");
  assert_int_equal(corm_reflection_peek_columns(view), 2);
  assert_int_equal(corm_reflection_peek_columns(temporary), 1);
  corm_reflection_free(view);
  corm_reflection_free(temporary);
  close_shop(&s);
}

static int run(void *ctx) {
  scene *s = ctx;
  corm_reflection *r = NULL;
  corm_names *names = NULL;
  corm_error *err = NULL;
  int status = corm_reflect_names(&names, s->conn, CORM_REFLECT_TABLES, NULL, &err);
  if (!status)
    status = corm_reflect_table(&r, s->conn, NULL, s->table, &err);
  corm_names_free(names);
  corm_reflection_free(r);
  corm_error_free(err);
  return status;
}

static void memory_that_fails_leaves_nothing(void **state) {
  scene s = {.table = "the \"product"};
  cm_test_scene failing = {open_shop, run, NULL, close_shop};
  (void)state;
  cm_test_each_failure_in(&failing, &s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_are_told_by_kind),
      cmocka_unit_test(columns_are_told_with_types_and_defaults),
      cmocka_unit_test(constraints_are_told_with_their_names),
      cmocka_unit_test(foreign_keys_are_told_with_their_options),
      cmocka_unit_test(indexes_are_told_with_expressions_and_conditions),
      cmocka_unit_test(what_is_not_there_gives_nothing),
      cmocka_unit_test(memory_that_fails_leaves_nothing),
  };
  return cm_test_run(tests);
}
