/* Three tables and an assertion about SQL, for the tests of compile. */
#ifndef CM_TEST_SHOP_H
#define CM_TEST_SHOP_H
#include "../support.h"
#include <cormorant/compile.h>
#include <cormorant/schema.h>
#include <cormorant/stmt.h>
#include <stdio.h>
#include <string.h>

typedef struct shop {
  corm_schema *schema;
  corm_catalog *catalog;
  corm_table *u, *a, *i;
} shop;
static shop s;
static int wrong; /* differences, all of which are shown before the test fails */

static inline corm_column *shop_column(corm_table *table, const char *name, const corm_type *type, unsigned flags) {
  corm_column_def def = {.size = sizeof def, .name = name, .type = type, .flags = flags};
  corm_column *column = NULL;
  assert_int_equal(corm_table_add_column(&column, table, &def, NULL), CORM_OK);
  return column;
}

static inline corm_table *shop_table(const char *name) {
  corm_table_def def = {.size = sizeof def, .name = name};
  corm_table *table = NULL;
  corm_column *id = NULL;
  corm_constraint *made = NULL;
  corm_constraint_def key = {.size = sizeof key, .kind = CORM_PRIMARY_KEY, .n = 1};
  assert_int_equal(corm_catalog_define(&table, s.catalog, &def, NULL), CORM_OK);
  id = shop_column(table, "id", corm_type_plain(CORM_TYPE_INTEGER), CORM_COLUMN_PRIMARY_KEY | CORM_COLUMN_NOT_NULL);
  key.columns = &id;
  if (!corm_column_peek_generated(id))
    assert_int_equal(corm_table_add_constraint(&made, table, &key, NULL), CORM_OK);
  return table;
}

static inline void shop_reference(corm_column *column, corm_table *to) {
  corm_constraint *made = NULL;
  corm_column *target = corm_table_peek_column_named(to, "id");
  corm_constraint_def def = {.size = sizeof def,
                             .kind = CORM_FOREIGN_KEY,
                             .columns = &column,
                             .n = 1,
                             .ref_columns = &target,
                             .flags = CORM_CONSTRAINT_COLUMN_LEVEL};
  assert_int_equal(corm_table_add_constraint(&made, corm_column_peek_table(column), &def, NULL), CORM_OK);
}

static inline int open_shop(void **state) {
  corm_catalog_def def = {.size = sizeof def};
  const corm_type *text = corm_type_plain(CORM_TYPE_STRING), *integer = corm_type_plain(CORM_TYPE_INTEGER);
  (void)state;
  assert_int_equal(corm_schema_new(&s.schema, NULL), CORM_OK);
  assert_int_equal(corm_catalog_new(&s.catalog, s.schema, &def, NULL), CORM_OK);
  s.u = shop_table("u");
  shop_column(s.u, "name", text, 0);
  shop_column(s.u, "nick", text, 0);
  shop_column(s.u, "age", integer, 0);
  shop_column(s.u, "active", corm_type_plain(CORM_TYPE_BOOLEAN), 0);
  s.a = shop_table("a");
  shop_reference(shop_column(s.a, "user_id", integer, 0), s.u);
  shop_column(s.a, "email", text, 0);
  s.i = shop_table("i");
  shop_reference(shop_column(s.i, "a_id", integer, 0), s.a);
  return 0;
}

static inline int close_shop(void **state) {
  int failed = wrong;
  (void)state;
  wrong = 0;
  corm_schema_unref(s.schema);
  return failed;
}

static inline corm_expr *col(corm_table *table, const char *key) {
  corm_source *source = corm_from(table);
  corm_expr *x = corm_col(source, key);
  corm_node_unref(source);
  return x;
}
static inline corm_expr *of(const corm_source *source, const char *key) { return corm_col(source, key); }
static inline corm_expr *num(int64_t n) {
  corm_value v = corm_int(n);
  return corm_literal(&v);
}
static inline corm_expr *str(const char *text) {
  corm_value v = corm_text(text);
  return corm_literal(&v);
}
static inline corm_expr *flt(double f) {
  corm_value v = corm_double(f);
  return corm_literal(&v);
}

/* Without white space, since that does not count. */
static inline void squeeze(const char *from, char *to) {
  int blank = 0;
  for (; *from; from++) {
    if (*from == ' ' || *from == '\n') {
      blank = 1;
      continue;
    }
    if (blank)
      *to++ = ' ';
    blank = 0;
    *to++ = *from;
  }
  *to = '\0';
}

static inline void assert_sql_with(const char *file, int line, const corm_node *stmt, const char *dialect,
                                   const corm_compile_options *options, const char *expected) {
  static char got[8192], want[8192];
  corm_compiled *compiled = NULL;
  corm_error *err = NULL;
  int status = corm_compile(&compiled, stmt, corm_dialect_named(dialect), options, &err);
  squeeze(status ? corm_error_message(err) : corm_compiled_peek_sql(compiled), got);
  squeeze(expected, want);
  if (strcmp(got, want) != 0) {
    print_error("%s:%d (%s)\n  want: %s\n  got:  %s\n", file, line, dialect, want, got);
    wrong++;
  }
  corm_error_free(err);
  corm_compiled_free(compiled);
}

/* Takes the statement. `sqlite` NULL: not compared. */
static inline void assert_sql_at(const char *file, int line, corm_node *stmt, const char *standard,
                                 const char *sqlite) {
  if (standard)
    assert_sql_with(file, line, stmt, "default", NULL, standard);
  if (sqlite)
    assert_sql_with(file, line, stmt, "sqlite", NULL, sqlite);
  corm_node_unref(stmt);
}
#define assert_sql(stmt, standard, sqlite) assert_sql_at(__FILE__, __LINE__, (stmt), (standard), (sqlite))
#endif
