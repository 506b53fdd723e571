#include "shop.h"

static corm_expr *eq(corm_expr *l, corm_expr *r) { return corm_op("=", l, r); }
static corm_expr *id(void) { return col(s.u, "id"); }
static corm_expr *age(void) { return col(s.u, "age"); }
static corm_stmt *select1(corm_node *x) { return corm_select_n(&x, 1); }
static corm_stmt *on(corm_stmt *(*make)(const corm_source *), corm_table *table) {
  corm_source *source = corm_from(table);
  corm_stmt *stmt = make(source);
  corm_node_unref(source);
  return stmt;
}
static corm_stmt *insert(corm_table *table) { return on(corm_insert, table); }
static corm_stmt *update(corm_table *table) { return on(corm_update, table); }
static corm_stmt *delete_from(corm_table *table) { return on(corm_delete, table); }
static corm_stmt *returning(corm_stmt *q, corm_node *x) { return corm_returning_n(q, &x, 1); }

/* d(id, x default 5, y onupdate 'n', z default now() onupdate now(), w server_default 7) */
static corm_table *with_defaults(void) {
  corm_table *d = shop_table("d");
  corm_column_def x = {.size = sizeof x, .name = "x", .type = corm_type_plain(CORM_TYPE_INTEGER)};
  corm_column_def y = {.size = sizeof y, .name = "y", .type = corm_type_plain(CORM_TYPE_STRING)};
  corm_column_def z = {.size = sizeof z, .name = "z", .type = corm_type_plain(CORM_TYPE_DATETIME)};
  corm_column_def w = {.size = sizeof w, .name = "w", .type = corm_type_plain(CORM_TYPE_INTEGER)};
  corm_expr *now = corm_func("now", NULL, NULL, 0), *seven = corm_text_node("7");
  corm_column *made = NULL;
  x.insert.kind = CORM_DEFAULT_VALUE;
  x.insert.value = corm_int(5);
  y.update.kind = CORM_DEFAULT_VALUE;
  y.update.value = corm_text("n");
  z.insert.kind = z.update.kind = CORM_DEFAULT_EXPR;
  z.insert.expr = z.update.expr = now;
  w.server_default = seven;
  assert_int_equal(corm_table_add_column(&made, d, &x, NULL), CORM_OK);
  assert_int_equal(corm_table_add_column(&made, d, &y, NULL), CORM_OK);
  assert_int_equal(corm_table_add_column(&made, d, &z, NULL), CORM_OK);
  assert_int_equal(corm_table_add_column(&made, d, &w, NULL), CORM_OK);
  corm_node_unref(now);
  corm_node_unref(seven);
  return d;
}

static void columns_stand_in_the_order_of_the_table(void **state) {
  (void)state;
  assert_sql(insert(s.u), "INSERT INTO u (id, name, nick, age, active) VALUES (:id, :name, :nick, :age, :active)",
             "INSERT INTO u (id, name, nick, age, active) VALUES (?, ?, ?, ?, ?)");
  assert_sql(update(s.u), "UPDATE u SET id=:id, name=:name, nick=:nick, age=:age, active=:active", NULL);
  assert_sql(delete_from(s.u), "DELETE FROM u", "DELETE FROM u");
  assert_sql(corm_set(corm_set(insert(s.u), "nick", str("x")), "name", str("y")),
             "INSERT INTO u (name, nick) VALUES (:name, :nick)", NULL);
  assert_sql(corm_where(corm_set(update(s.a), "email", str("x")), eq(col(s.a, "email"), str("y"))),
             "UPDATE a SET email=:email WHERE a.email = :email_1", "UPDATE a SET email=? WHERE a.email = ?");
  assert_sql(corm_where(delete_from(s.a), eq(col(s.a, "id"), num(3))), "DELETE FROM a WHERE a.id = :id_1", NULL);
}

static void expressions_are_values_too(void **state) {
  corm_expr *x = str("x"), *when[] = {eq(id(), num(1)), str("x")}, *max = col(s.a, "id");
  corm_stmt *q = NULL;
  (void)state;
  q = corm_set(insert(s.u), "name", corm_func("lower", NULL, &x, 1));
  q = corm_set(q, "nick", corm_op("+", col(s.u, "nick"), str("z")));
  q = corm_set(q, "age", corm_scalar(select1(corm_func("max", NULL, &max, 1))));
  q = corm_set(q, "active", corm_not(col(s.u, "active")));
  assert_sql(q,
             "INSERT INTO u (name, nick, age, active) VALUES (lower(:lower_1), (u.nick || :nick_1), (SELECT max(a.id) "
             "AS max_1 FROM a), NOT u.active)",
             "INSERT INTO u (name, nick, age, active) VALUES (lower(?), (u.nick || ?), (SELECT max(a.id) AS max_1 FROM "
             "a), u.active = 0)");
  q = corm_set(update(s.u), "age", corm_op("+", age(), num(1)));
  q = corm_set(corm_set(q, "name", corm_case(NULL, when, 1, str("y"))), "active", eq(id(), num(3)));
  assert_sql(q,
             "UPDATE u SET name=CASE WHEN (u.id = :id_1) THEN :param_1 ELSE :param_2 END, age=(u.age + :age_1), "
             "active=(u.id = :id_2)",
             NULL);
  q = corm_where(corm_set(update(s.u), "name", corm_bindparam("n", NULL, NULL, CORM_BIND_REQUIRED)),
                 eq(id(), corm_bindparam("i", NULL, NULL, CORM_BIND_REQUIRED)));
  assert_sql(q, "UPDATE u SET name=:n WHERE u.id = :i", NULL);
}

static void other_tables(void **state) {
  corm_source *u = corm_from(s.u), *q = corm_alias(u, "q"), *x = NULL;
  corm_stmt *cte = corm_where(select1(col(s.a, "user_id")), eq(col(s.a, "id"), num(3)));
  corm_expr *max = col(s.a, "id");
  const char *keys[] = {"id"};
  (void)state;
  assert_sql(corm_where(corm_set(update(s.a), "email", col(s.u, "name")), eq(col(s.a, "user_id"), id())),
             "UPDATE a SET email=u.name FROM u WHERE a.user_id = u.id",
             "UPDATE a SET email=u.name FROM u WHERE a.user_id = u.id");
  assert_sql(corm_where(delete_from(s.a), eq(col(s.a, "user_id"), id())), "DELETE FROM a , u WHERE a.user_id = u.id",
             "dialect \"sqlite\" has no DELETE with a second table");
  assert_sql(corm_set(update(s.u), "age",
                      corm_scalar(corm_where(select1(corm_func("max", NULL, &max, 1)), eq(col(s.a, "user_id"), id())))),
             "UPDATE u SET age=(SELECT max(a.id) AS max_1 FROM a WHERE a.user_id = u.id)", NULL);
  assert_sql(corm_where(corm_set(corm_update(q), "name", str("x")), eq(of(q, "id"), num(1))),
             "UPDATE u AS q SET name=:name WHERE q.id = :id_1", NULL);
  assert_sql(corm_where(corm_delete(q), eq(of(q, "id"), num(1))), "DELETE FROM u AS q WHERE q.id = :id_1", NULL);
  x = corm_cte(cte, "x", 0);
  assert_sql(corm_where(delete_from(s.u), corm_in_query(id(), select1(of(x, "user_id")), 0)),
             "WITH x AS (SELECT a.user_id AS user_id FROM a WHERE a.id = :id_1) DELETE FROM u WHERE u.id IN (SELECT "
             "x.user_id FROM x)",
             NULL);
  assert_sql(corm_where(corm_set(update(s.u), "name", str("n")), eq(id(), of(x, "user_id"))),
             "WITH x AS (SELECT a.user_id AS user_id FROM a WHERE a.id = :id_1) UPDATE u SET name=:name FROM x WHERE "
             "u.id = x.user_id",
             NULL);
  assert_sql(
      corm_from_select(insert(s.u), keys, 1, select1(of(x, "user_id")), 1),
      "WITH x AS (SELECT a.user_id AS user_id FROM a WHERE a.id = :id_1) INSERT INTO u (id) SELECT x.user_id FROM x",
      NULL);
  corm_node_unref(cte);
  corm_node_unref(x);
  corm_node_unref(q);
  corm_node_unref(u);
}

static void defaults_are_added(void **state) {
  corm_table *d = with_defaults();
  const char *y[] = {"y"}, *id_w[] = {"id", "w"}, *w[] = {"w"};
  corm_compile_options keys = {.size = sizeof keys, .set_keys = y, .n_set_keys = 1};
  corm_stmt *q = NULL;
  (void)state;
  assert_sql(corm_set(insert(d), "y", str("q")), "INSERT INTO d (x, y, z) VALUES (:x, :y, now())",
             "INSERT INTO d (x, y, z) VALUES (?, ?, CURRENT_TIMESTAMP)");
  assert_sql(corm_set(update(d), "w", num(3)), "UPDATE d SET y=:y, z=now(), w=:w", NULL);
  assert_sql(corm_set(insert(d), "y", corm_null_node()), "INSERT INTO d (x, y, z) VALUES (:x, NULL, now())", NULL);
  assert_sql(corm_set(corm_next_row(corm_set(insert(d), "y", str("a"))), "y", str("b")),
             "INSERT INTO d (x, y, z) VALUES (:x, :y_m0, now()), (:x_m1, :y_m1, now())", NULL);
  assert_sql(corm_set(corm_next_row(corm_set(insert(s.u), "name", str("a"))), "name", str("b")),
             "INSERT INTO u (name) VALUES (:name_m0), (:name_m1)", "INSERT INTO u (name) VALUES (?), (?)");
  assert_sql(corm_from_select(insert(d), id_w, 2, corm_select(id(), age(), CORM_END), 1),
             "INSERT INTO d (id, w, x, z) SELECT u.id, u.age, :x AS anon_1, now() AS now_1 FROM u",
             "INSERT INTO d (id, w, x, z) SELECT u.id, u.age, ? AS anon_1, CURRENT_TIMESTAMP AS now_1 FROM u");
  assert_sql(corm_from_select(insert(d), id_w, 2, corm_select(id(), age(), CORM_END), 0),
             "INSERT INTO d (id, w) SELECT u.id, u.age FROM u", NULL);
  q = insert(d);
  assert_sql_with(__FILE__, __LINE__, q, "default", &keys, "INSERT INTO d (x, y, z) VALUES (:x, :y, now())");
  keys.n_set_keys = 0;
  assert_sql_with(__FILE__, __LINE__, q, "sqlite", &keys, "INSERT INTO d (x, z) VALUES (?, CURRENT_TIMESTAMP)");
  corm_node_unref(q);
  q = insert(s.u);
  assert_sql_with(__FILE__, __LINE__, q, "sqlite", &keys, "INSERT INTO u DEFAULT VALUES");
  assert_sql_with(__FILE__, __LINE__, q, "default", &keys, "INSERT INTO u () VALUES ()");
  corm_node_unref(q);
  keys.set_keys = w;
  keys.n_set_keys = 1;
  q = corm_where(update(d), eq(col(d, "x"), num(1)));
  assert_sql_with(__FILE__, __LINE__, q, "default", &keys, "UPDATE d SET y=:y, z=now(), w=:w WHERE d.x = :x_1");
  corm_node_unref(q);
}

static void returning_is_bare_on_sqlite(void **state) {
  corm_node *many[] = {id(), corm_op("+", id(), num(1)), corm_label(col(s.u, "name"), "q")};
  (void)state;
  assert_sql(corm_returning_n(corm_set(insert(s.u), "name", str("x")), many, 3),
             "INSERT INTO u (name) VALUES (:name) RETURNING u.id, u.id + :id_1 AS anon_1, u.name AS q",
             "INSERT INTO u (name) VALUES (?) RETURNING id, id + ? AS anon_1, name AS q");
  assert_sql(returning(corm_set(update(s.u), "name", str("x")), corm_from(s.u)),
             "UPDATE u SET name=:name RETURNING u.id, u.name, u.nick, u.age, u.active",
             "UPDATE u SET name=? RETURNING id, name, nick, age, active");
  assert_sql(returning(corm_where(delete_from(s.u), eq(id(), num(1))), id()),
             "DELETE FROM u WHERE u.id = :id_1 RETURNING u.id", "DELETE FROM u WHERE u.id = ? RETURNING id");
}

static corm_stmt *one_user(void) { return corm_set(corm_set(insert(s.u), "id", num(1)), "name", str("x")); }

static void upserts(void **state) {
  corm_expr *key = id();
  corm_stmt *q = NULL;
  (void)state;
  assert_sql(corm_on_conflict(one_user(), NULL, 0, NULL, NULL), NULL,
             "INSERT INTO u (id, name) VALUES (?, ?) ON CONFLICT DO NOTHING");
  assert_sql(corm_on_conflict(one_user(), &key, 1, NULL, NULL), NULL,
             "INSERT INTO u (id, name) VALUES (?, ?) ON CONFLICT (id) DO NOTHING");
  key = id();
  q = corm_conflict_set(corm_on_conflict(one_user(), &key, 1, NULL, NULL), "nick", str("y"));
  q = corm_conflict_set(corm_conflict_set(q, "name", corm_excluded(s.u, "name")), "age", corm_op("+", age(), num(1)));
  assert_sql(corm_conflict_where(q, corm_op(">", age(), num(3))), NULL,
             "INSERT INTO u (id, name) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, nick = ?, "
             "age = (u.age + ?) WHERE u.age > ?");
  key = id();
  q = corm_conflict_set(corm_on_conflict(one_user(), &key, 1, corm_op(">", age(), num(5)), NULL), "name", str("z"));
  assert_sql(returning(q, id()), NULL,
             "INSERT INTO u (id, name) VALUES (?, ?) ON CONFLICT (id) WHERE age > __[POSTCOMPILE_age_1] DO UPDATE SET "
             "name = ? RETURNING id");
}

static void a_cte_may_change_data(void **state) {
  corm_stmt *q = returning(corm_set(insert(s.u), "name", str("x")), id());
  corm_source *n = corm_cte(q, "n", 0);
  (void)state;
  assert_sql(select1(of(n, "id")),
             "WITH n AS (INSERT INTO u (name) VALUES (:param_1) RETURNING u.id) SELECT n.id FROM n",
             "WITH n AS (INSERT INTO u (name) VALUES (?) RETURNING id) SELECT n.id FROM n");
  corm_node_unref(n);
  corm_node_unref(q);
}

#define with_shop(fn) cmocka_unit_test_setup_teardown(fn, open_shop, close_shop)
int main(void) {
  const struct CMUnitTest tests[] = {with_shop(columns_stand_in_the_order_of_the_table),
                                     with_shop(expressions_are_values_too),
                                     with_shop(other_tables),
                                     with_shop(defaults_are_added),
                                     with_shop(returning_is_bare_on_sqlite),
                                     with_shop(upserts),
                                     with_shop(a_cte_may_change_data)};
  return cm_test_run(tests);
}
