#include "shop.h"

static corm_column *add(corm_table *table, corm_column_def def) {
  corm_column *column = NULL;
  def.size = sizeof def;
  assert_int_equal(corm_table_add_column(&column, table, &def, NULL), CORM_OK);
  return column;
}
static void constrain(corm_table *table, corm_constraint_def def) {
  corm_constraint *made = NULL;
  def.size = sizeof def;
  assert_int_equal(corm_table_add_constraint(&made, table, &def, NULL), CORM_OK);
}
static const corm_type *type(corm_type_def def) {
  corm_type *made = NULL;
  def.size = sizeof def;
  assert_int_equal(corm_type_new(&made, &def, NULL), CORM_OK);
  return made;
}
#define TYPE(...) type((corm_type_def){__VA_ARGS__})
#define plain(kind) corm_type_plain(CORM_TYPE_##kind)

static void column(corm_table *table, const char *name, const corm_type *t, unsigned flags, corm_node *server_default) {
  add(table, (corm_column_def){.name = name, .type = t, .flags = flags, .server_default = server_default});
  corm_node_unref(server_default);
  corm_type_unref(t);
}

static void a_table_with_everything(void **state) {
  static const char *const labels[] = {"x", "yyy"};
  corm_table *t = shop_table("t");
  corm_expr *check = corm_op(">", corm_named("c", NULL, 0), num(3)), *text = corm_text_node("n > 0"),
            *inner = corm_text_node("c > 5"), *x = str("X");
  corm_column *f = NULL, *c = NULL, *uid = corm_table_peek_column_named(s.u, "id"),
              *aid = corm_table_peek_column_named(s.a, "id"), *pair[2];
  (void)state;
  column(t, "name", TYPE(.kind = CORM_TYPE_STRING, .length = 30), CORM_COLUMN_NOT_NULL, str("x'y"));
  column(t, "n", TYPE(.kind = CORM_TYPE_NUMERIC, .precision = 10, .scale = 2), 0, corm_text_node("3"));
  column(t, "d", plain(DATETIME), 0, corm_func("now", NULL, NULL, 0));
  column(t, "b", TYPE(.kind = CORM_TYPE_BOOLEAN, .flags = CORM_TYPE_CHECK), 0, corm_true_node());
  f = add(t, (corm_column_def){.name = "f", .type = plain(INTEGER)});
  column(t, "e", TYPE(.kind = CORM_TYPE_ENUM, .flags = CORM_TYPE_CHECK, .name = "en", .labels = labels, .n_labels = 2),
         0, NULL);
  c = add(t, (corm_column_def){.name = "c", .type = plain(INTEGER)});
  add(t, (corm_column_def){.name = "g", .type = plain(INTEGER), .computed = "c + 1", .computed_persisted = 1});
  column(t, "h", plain(INTEGER), 0, corm_func("lower", NULL, &x, 1));
  pair[0] = corm_table_peek_column_named(t, "name");
  pair[1] = corm_table_peek_column_named(t, "n");
  constrain(t, (corm_constraint_def){.kind = CORM_CHECK,
                                     .check = inner,
                                     .columns = &c,
                                     .n = 1,
                                     .flags = CORM_CONSTRAINT_INLINE | CORM_CONSTRAINT_COLUMN_LEVEL});
  constrain(t,
            (corm_constraint_def){.kind = CORM_UNIQUE, .columns = pair, .n = 1, .flags = CORM_CONSTRAINT_COLUMN_LEVEL});
  constrain(t, (corm_constraint_def){.kind = CORM_FOREIGN_KEY,
                                     .columns = &f,
                                     .n = 1,
                                     .ref_columns = &uid,
                                     .ondelete = "CASCADE",
                                     .onupdate = "SET NULL",
                                     .deferrable = 1,
                                     .initially = "DEFERRED",
                                     .flags = CORM_CONSTRAINT_COLUMN_LEVEL});
  constrain(t, (corm_constraint_def){.kind = CORM_UNIQUE, .name = "uq1", .columns = pair, .n = 2});
  constrain(t, (corm_constraint_def){.kind = CORM_CHECK, .name = "ck1", .check = check});
  constrain(t,
            (corm_constraint_def){
                .kind = CORM_FOREIGN_KEY, .name = "fk1", .columns = &c, .n = 1, .ref_columns = &aid, .match = "FULL"});
  constrain(t, (corm_constraint_def){.kind = CORM_CHECK, .check = text});
  corm_node_unref(check);
  corm_node_unref(text);
  corm_node_unref(inner);
  assert_sql(
      corm_create_table(t, 0),
      "\nCREATE TABLE t (\n\tid INTEGER NOT NULL, \n\tname VARCHAR(30) DEFAULT 'x''y' NOT NULL, \n\tn NUMERIC(10, 2) "
      "DEFAULT 3, \n\td DATETIME DEFAULT now(), \n\tb BOOLEAN DEFAULT true, \n\tf INTEGER, \n\te VARCHAR(3), \n\tc "
      "INTEGER CHECK (c > 5), \n\tg INTEGER GENERATED ALWAYS AS (c + 1) STORED, \n\th INTEGER DEFAULT lower('X'), "
      "\n\tPRIMARY KEY (id), \n\tCONSTRAINT uq1 UNIQUE (name, n), \n\tCONSTRAINT ck1 CHECK (c > 3), \n\tCONSTRAINT fk1 "
      "FOREIGN KEY(c) REFERENCES a (id) MATCH FULL, \n\tCHECK (n > 0), \n\tUNIQUE (name), \n\tFOREIGN KEY(f) "
      "REFERENCES u (id) ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED, \n\tCONSTRAINT en CHECK "
      "(e IN ('x', 'yyy'))\n)\n\n",
      "\nCREATE TABLE t (\n\tid INTEGER NOT NULL, \n\tname VARCHAR(30) DEFAULT 'x''y' NOT NULL, \n\tn NUMERIC(10, 2) "
      "DEFAULT 3, \n\td DATETIME DEFAULT CURRENT_TIMESTAMP, \n\tb BOOLEAN DEFAULT 1, \n\tf INTEGER, \n\te VARCHAR(3), "
      "\n\tc INTEGER CHECK (c > 5), \n\tg INTEGER GENERATED ALWAYS AS (c + 1) STORED, \n\th INTEGER DEFAULT "
      "(lower('X')), \n\tPRIMARY KEY (id), \n\tCONSTRAINT uq1 UNIQUE (name, n), \n\tCONSTRAINT ck1 CHECK (c > 3), "
      "\n\tCONSTRAINT fk1 FOREIGN KEY(c) REFERENCES a (id) MATCH FULL, \n\tCHECK (n > 0), \n\tUNIQUE (name), \n\tCHECK "
      "(b IN (0, 1)), \n\tFOREIGN KEY(f) REFERENCES u (id) ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY "
      "DEFERRED, \n\tCONSTRAINT en CHECK (e IN ('x', 'yyy'))\n)\n\n");
  assert_sql(corm_drop_table(t, 0), "\nDROP TABLE t", "\nDROP TABLE t");
  assert_sql(corm_drop_table(t, 1), "\nDROP TABLE IF EXISTS t", NULL);
}

static void types_have_names(void **state) {
  corm_table_def def = {.size = sizeof def, .name = "y"};
  corm_table *y = NULL;
  static const char text[] =
      "\nCREATE TABLE y (\n\tq INTEGER DEFAULT '5', \n\tr DATE DEFAULT CURRENT_DATE, \n\tj JSON, \n\tl BLOB, \n\tuu "
      "CHAR(32), \n\tiv DATETIME, \n\ttt TEXT(100), \n\tff FLOAT, \n\tdd DOUBLE, \n\ts VARCHAR(5) COLLATE \"NOCASE\", "
      "\n\tts TIMESTAMP, \n\tnn NUMERIC, \n\tv VARCHAR(7), \n\tbi BIGINT\n)\n\n";
  (void)state;
  assert_int_equal(corm_catalog_define(&y, s.catalog, &def, NULL), CORM_OK);
  column(y, "q", plain(INTEGER), 0, str("5"));
  column(y, "r", plain(DATE), 0, corm_func("current_date", NULL, NULL, 0));
  column(y, "j", plain(JSON), 0, NULL);
  column(y, "l", TYPE(.kind = CORM_TYPE_BINARY, .length = 5), 0, NULL);
  column(y, "uu", plain(UUID), 0, NULL);
  column(y, "iv", plain(INTERVAL), 0, NULL);
  column(y, "tt", TYPE(.kind = CORM_TYPE_TEXT, .length = 100), 0, NULL);
  column(y, "ff", TYPE(.kind = CORM_TYPE_FLOAT, .precision = 5), 0, NULL);
  column(y, "dd", plain(DOUBLE), 0, NULL);
  column(y, "s", TYPE(.kind = CORM_TYPE_STRING, .length = 5, .collation = "NOCASE"), 0, NULL);
  column(y, "ts", TYPE(.kind = CORM_TYPE_DATETIME, .flags = CORM_TYPE_VARIABLE, .name = "TIMESTAMP"), 0, NULL);
  column(y, "nn", plain(NUMERIC), 0, NULL);
  column(y, "v", TYPE(.kind = CORM_TYPE_STRING, .flags = CORM_TYPE_VARIABLE, .name = "VARCHAR", .length = 7), 0, NULL);
  column(y, "bi", plain(BIGINT), 0, NULL);
  assert_sql(corm_create_table(y, 0), text, text);
}

static void options_of_sqlite(void **state) {
  corm_table_def v_def = {.size = sizeof v_def,
                          .name = "v",
                          .schema_name = "sch",
                          .prefixes = "TEMPORARY",
                          .flags = CORM_TABLE_SQLITE_AUTOINCREMENT};
  corm_table_def w_def = {
      .size = sizeof w_def, .name = "w", .flags = CORM_TABLE_SQLITE_WITHOUT_ROWID | CORM_TABLE_SQLITE_STRICT};
  corm_table *v = NULL, *w = NULL;
  corm_column *id = NULL;
  corm_index *index = NULL;
  corm_index_def index_def = {.size = sizeof index_def, .name = "ixv", .n = 1};
  corm_expr *x = NULL;
  (void)state;
  assert_int_equal(corm_catalog_define(&v, s.catalog, &v_def, NULL), CORM_OK);
  add(v, (corm_column_def){.name = "id", .type = plain(INTEGER), .flags = CORM_COLUMN_PRIMARY_KEY});
  assert_sql(corm_create_table(v, 0),
             "\nCREATE TEMPORARY TABLE sch.v (\n\tid INTEGER NOT NULL, \n\tPRIMARY KEY (id)\n)\n\n",
             "\nCREATE TEMPORARY TABLE sch.v (\n\tid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT\n)\n\n");
  x = col(v, "id");
  index_def.exprs = &x;
  assert_int_equal(corm_table_add_index(&index, v, &index_def, NULL), CORM_OK);
  corm_node_unref(x);
  assert_sql(corm_create_index(index, 0), "CREATE INDEX ixv ON sch.v (id)", "CREATE INDEX sch.ixv ON v (id)");
  assert_sql(corm_drop_index(index, 0), "\nDROP INDEX sch.ixv", "\nDROP INDEX sch.ixv");
  assert_int_equal(corm_catalog_define(&w, s.catalog, &w_def, NULL), CORM_OK);
  id = add(w, (corm_column_def){.name = "a", .type = plain(INTEGER), .flags = CORM_COLUMN_PRIMARY_KEY});
  add(w, (corm_column_def){.name = "b", .type = plain(STRING), .flags = CORM_COLUMN_PRIMARY_KEY});
  assert_sql(
      corm_create_table(w, 1),
      "\nCREATE TABLE IF NOT EXISTS w (\n\ta INTEGER NOT NULL, \n\tb VARCHAR NOT NULL, \n\tPRIMARY KEY (a, b)\n)\n\n",
      "\nCREATE TABLE IF NOT EXISTS w (\n\ta INTEGER NOT NULL, \n\tb VARCHAR NOT NULL, \n\tPRIMARY KEY (a, b)\n)\n "
      "WITHOUT ROWID,\n STRICT\n\n");
  (void)id;
}

static void indexes(void **state) {
  corm_expr *name = col(s.u, "name"), *parts[] = {col(s.u, "name"), corm_func("lower", NULL, &name, 1),
                                                  corm_unary(CORM_OP_DESC, col(s.u, "age"))};
  corm_expr *where = corm_op(">", col(s.u, "age"), num(5));
  corm_index_def def = {.size = sizeof def, .name = "i2", .unique = 1, .exprs = parts, .n = 3, .where = where};
  corm_index *index = NULL;
  (void)state;
  assert_int_equal(corm_table_add_index(&index, s.u, &def, NULL), CORM_OK);
  for (size_t i = 0; i < 3; i++)
    corm_node_unref(parts[i]);
  corm_node_unref(where);
  assert_sql(corm_create_index(index, 0), "CREATE UNIQUE INDEX i2 ON u (name, lower(name), age DESC)",
             "CREATE UNIQUE INDEX i2 ON u (name, lower(name), age DESC) WHERE age > 5");
  assert_sql(corm_create_index(index, 1), "CREATE UNIQUE INDEX IF NOT EXISTS i2 ON u (name, lower(name), age DESC)",
             NULL);
  assert_sql(corm_drop_index(index, 1), "\nDROP INDEX IF EXISTS i2", "\nDROP INDEX IF EXISTS i2");
}

#define with_shop(fn) cmocka_unit_test_setup_teardown(fn, open_shop, close_shop)
int main(void) {
  const struct CMUnitTest tests[] = {with_shop(a_table_with_everything), with_shop(types_have_names),
                                     with_shop(options_of_sqlite), with_shop(indexes)};
  return cm_test_run(tests);
}
