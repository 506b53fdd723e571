#include "shop.h"

#define N(array) (sizeof(array) / sizeof(array)[0])
static corm_expr *id(void) { return col(s.u, "id"); }
static corm_expr *age(void) { return col(s.u, "age"); }
static corm_expr *name(void) { return col(s.u, "name"); }
static corm_expr *active(void) { return col(s.u, "active"); }
static corm_expr *a_id(void) { return col(s.a, "id"); }
static corm_expr *user_id(void) { return col(s.a, "user_id"); }
static corm_expr *eq(corm_expr *l, corm_expr *r) { return corm_op("=", l, r); }
static corm_expr *fn(const char *called, corm_expr *x) { return corm_func(called, NULL, &x, x ? 1 : 0); }
static corm_expr *ref(corm_expr *x) { return corm_node_ref(x); }
static corm_stmt *select1(corm_node *x) { return corm_select_n(&x, 1); }
static corm_stmt *select2(corm_node *x, corm_node *y) { return corm_select_n((corm_node *[]){x, y}, 2); }
static corm_stmt *where(corm_stmt *q, corm_expr *x) { return corm_where(q, x); }
static corm_stmt *order(corm_stmt *q, corm_expr *x) { return corm_order_by_n(q, &x, 1); }
static corm_stmt *group(corm_stmt *q, corm_expr *x) { return corm_group_by_n(q, &x, 1); }
static corm_stmt *from(corm_stmt *q, corm_source *source) {
  q = corm_select_from(q, source);
  corm_node_unref(source);
  return q;
}
static corm_source *taken(corm_source *(*make)(const corm_node *, const char *), corm_node *of, const char *called) {
  corm_source *source = make(of, called);
  corm_node_unref(of);
  return source;
}
static corm_source *alias(corm_node *of, const char *called) { return taken(corm_alias, of, called); }
static corm_source *cte(corm_stmt *of, const char *called, int recursive) {
  corm_source *source = corm_cte(of, called, recursive);
  corm_node_unref(of);
  return source;
}
static corm_source *join(corm_source *l, corm_source *r, corm_expr *on, int kind) {
  corm_source *joined = corm_join_source(l, r, on, kind);
  corm_node_unref(l);
  corm_node_unref(r);
  return joined;
}
static corm_expr *place(const corm_source *source, size_t i) { return corm_source_column(source, i); }

static void columns_get_names_that_do_not_clash(void **state) {
  corm_expr *max = fn("max", id());
  (void)state;
  assert_sql(corm_select(id(), id(), name(), name(), a_id(), a_id(), CORM_END),
             "SELECT u.id, u.id AS id__1, u.name, u.name AS name__1, a.id AS id_1, a.id AS id__2 FROM u, a", NULL);
  assert_sql(select2(fn("max", id()), fn("max", id())), "SELECT max(u.id) AS max_1, max(u.id) AS max_2 FROM u", NULL);
  assert_sql(corm_select(ref(max), ref(max), corm_op("+", id(), num(1)), max, CORM_END),
             "SELECT max(u.id) AS max_1, max(u.id) AS max__1, u.id + :id_1 AS anon_1, max(u.id) AS max__2 FROM u",
             NULL);
  assert_sql(select2(active(), corm_not(active())), "SELECT u.active, NOT u.active FROM u",
             "SELECT u.active, u.active = 0 AS active__1 FROM u");
  assert_sql(corm_select(corm_cast(age(), corm_type_plain(CORM_TYPE_STRING)), age(),
                         corm_type_coerce(id(), corm_type_plain(CORM_TYPE_STRING)),
                         corm_cast(fn("max", id()), corm_type_plain(CORM_TYPE_STRING)),
                         corm_cast(corm_op("+", id(), num(1)), corm_type_plain(CORM_TYPE_STRING)), CORM_END),
             "SELECT CAST(u.age AS VARCHAR) AS age, u.age AS age_1, u.id AS id, CAST(max(u.id) AS VARCHAR) AS max_1, "
             "CAST(u.id + :id_1 AS VARCHAR) AS anon_1 FROM u",
             NULL);
  assert_sql(corm_select(corm_label(id(), "x"), corm_label(col(s.u, "nick"), "x"), corm_label(id(), "id"), id(),
                         corm_label(age(), NULL), corm_label(corm_op("+", age(), num(1)), NULL), CORM_END),
             "SELECT u.id AS x, u.nick AS x, u.id AS id, u.id AS id_1, u.age AS age_1, u.age + :age_2 AS anon_1 FROM u",
             NULL);
}

static void expressions_get_labels_and_modifiers_do_not(void **state) {
  (void)state;
  assert_sql(corm_select(corm_unary(CORM_OP_NEG, age()), corm_not(active()), corm_unary(CORM_OP_DISTINCT, age()),
                         corm_unary(CORM_OP_DESC, id()), corm_unary(CORM_OP_NEG, corm_op("+", age(), num(1))),
                         corm_not(corm_exists(select1(a_id()))), corm_named("zz", NULL, 1), corm_named("q", NULL, 0),
                         corm_text_node("tt"), CORM_END),
             "SELECT -u.age, NOT u.active, DISTINCT u.age, u.id DESC, -(u.age + :age_1) AS anon_1, NOT (EXISTS (SELECT "
             "a.id FROM a)) AS anon_2, zz, q, tt FROM u",
             "SELECT -u.age, u.active = 0 AS active, DISTINCT u.age, u.id DESC, -(u.age + ?) AS anon_1, NOT (EXISTS "
             "(SELECT a.id FROM a)) AS anon_2, zz, q, tt FROM u");
  assert_sql(corm_select(num(5), corm_true_node(), corm_null_node(), eq(age(), num(1)),
                         corm_over(fn("sum", age()), NULL, NULL, NULL),
                         corm_filter(fn("count", NULL), eq(age(), num(1))), CORM_END),
             "SELECT :param_1 AS anon_1, true AS anon_2, NULL AS anon_3, u.age = :age_1 AS anon_4, sum(u.age) OVER () "
             "AS anon_5, count(*) FILTER (WHERE u.age = :age_2) AS anon_6 FROM u",
             NULL);
}

static void aliases_and_subqueries_get_names(void **state) {
  corm_source *au = alias(corm_from(s.u), NULL), *an = alias(corm_from(s.u), "q"), *aa = alias(ref(an), NULL),
              *aaa = alias(ref(au), NULL);
  corm_source *sub = alias(corm_select(id(), fn("lower", name()), corm_op("+", age(), num(1)), CORM_END), NULL);
  corm_source *wide = alias(
      corm_select(id(), a_id(), fn("count", NULL), corm_unary(CORM_OP_NEG, age()), corm_not(active()), CORM_END), NULL);
  (void)state;
  assert_sql(
      corm_select(of(au, "id"), of(an, "id"), of(aa, "id"), of(aaa, "id"), CORM_END),
      "SELECT u_1.id, q.id AS id_1, q_1.id AS id_2, anon_1.id AS id_3 FROM u AS u_1, u AS q, u AS q_1, u AS anon_1",
      NULL);
  assert_sql(where(select1(ref(sub)), eq(of(sub, "id"), num(3))),
             "SELECT anon_1.id, anon_1.lower_1, anon_1.anon_2 FROM (SELECT u.id AS id, lower(u.name) AS lower_1, u.age "
             "+ :age_1 AS anon_2 FROM u) AS anon_1 WHERE anon_1.id = :id_1",
             NULL);
  assert_sql(select2(place(sub, 1), corm_op("+", place(sub, 2), num(1))),
             "SELECT anon_1.lower_1, anon_1.anon_3 + :param_1 AS anon_2 FROM (SELECT u.id AS id, lower(u.name) AS "
             "lower_1, u.age + :age_1 AS anon_3 FROM u) AS anon_1",
             NULL);
  assert_sql(select1(ref(wide)),
             "SELECT anon_1.id, anon_1.id_1, anon_1.count_1, anon_1.anon_2, anon_1.active FROM (SELECT u.id AS id, "
             "a.id AS id_1, count(*) AS count_1, -u.age AS anon_2, NOT u.active AS active FROM u, a) AS anon_1",
             "SELECT anon_1.id, anon_1.id_1, anon_1.count_1, anon_1.anon_2, anon_1.active FROM (SELECT u.id AS id, "
             "a.id AS id_1, count(*) AS count_1, -u.age AS anon_2, u.active = 0 AS active FROM u, a) AS anon_1");
  assert_sql(corm_label_style_set(corm_select(of(au, "id"), of(sub, "id"), fn("max", id()), corm_op("+", id(), num(1)),
                                              id(), id(), CORM_END),
                                  CORM_LABELS_TABLE_PLUS_COLUMN),
             "SELECT u_1.id AS u_1_id, anon_1.id AS anon_1_id, max(u.id) AS max_1, u.id + :id_1 AS anon_2, u.id AS "
             "u_id, u.id AS u_id__1 FROM u AS u_1, (SELECT u.id AS id, lower(u.name) AS lower_1, u.age + :age_1 AS "
             "anon_3 FROM u) AS anon_1, u",
             NULL);
  assert_sql(corm_label_style_set(corm_select(id(), a_id(), fn("max", id()), CORM_END), CORM_LABELS_NONE),
             "SELECT u.id, a.id, max(u.id) AS max_1 FROM u, a", NULL);
  corm_node_unref(au);
  corm_node_unref(an);
  corm_node_unref(aa);
  corm_node_unref(aaa);
  corm_node_unref(sub);
  corm_node_unref(wide);
}

static void joins_replace_their_tables(void **state) {
  (void)state;
  assert_sql(from(select2(id(), a_id()), join(corm_from(s.u), corm_from(s.a), NULL, CORM_JOIN_INNER)),
             "SELECT u.id, a.id AS id_1 FROM u JOIN a ON u.id = a.user_id", NULL);
  assert_sql(from(select1(id()), join(corm_from(s.u), join(corm_from(s.a), corm_from(s.i), NULL, CORM_JOIN_INNER), NULL,
                                      CORM_JOIN_LEFT)),
             "SELECT u.id FROM u LEFT OUTER JOIN (a JOIN i ON a.id = i.a_id) ON u.id = a.user_id", NULL);
  assert_sql(from(select1(id()), join(corm_from(s.u), corm_from(s.a), active(), CORM_JOIN_FULL)),
             "SELECT u.id FROM u FULL OUTER JOIN a ON u.active",
             "SELECT u.id FROM u FULL OUTER JOIN a ON u.active = 1");
  assert_sql(from(select2(id(), col(s.i, "id")), join(corm_from(s.u), corm_from(s.a), NULL, CORM_JOIN_INNER)),
             "SELECT u.id, i.id AS id_1 FROM u JOIN a ON u.id = a.user_id, i", NULL);
}

static corm_stmt *joined(corm_stmt *q, corm_table *to, corm_expr *on, int kind) {
  corm_source *source = corm_from(to);
  q = corm_join(q, source, on, kind);
  corm_node_unref(source);
  return q;
}

static void joins_begin_at_the_source_that_reaches_them(void **state) {
  corm_source *u = corm_from(s.u), *a = corm_from(s.a), *b = corm_alias(a, NULL);
  (void)state;
  assert_sql(joined(joined(select1(ref(a)), s.u, NULL, CORM_JOIN_INNER), s.i, NULL, CORM_JOIN_INNER),
             "SELECT a.id, a.user_id, a.email FROM a JOIN u ON u.id = a.user_id JOIN i ON a.id = i.a_id", NULL);
  assert_sql(joined(select2(id(), a_id()), s.a, NULL, CORM_JOIN_INNER),
             "SELECT u.id, a.id AS id_1 FROM u JOIN a ON u.id = a.user_id", NULL);
  assert_sql(corm_join_from(select1(ref(u)), u, a, NULL, CORM_JOIN_LEFT),
             "SELECT u.id, u.name, u.nick, u.age, u.active FROM u LEFT OUTER JOIN a ON u.id = a.user_id", NULL);
  assert_sql(corm_join(select1(id()), b, eq(of(b, "user_id"), id()), CORM_JOIN_INNER),
             "SELECT u.id FROM u JOIN a AS a_1 ON a_1.user_id = u.id", NULL);
  assert_sql(
      corm_label_style_set(joined(select2(ref(u), ref(a)), s.a, NULL, CORM_JOIN_INNER), CORM_LABELS_TABLE_PLUS_COLUMN),
      "SELECT u.id AS u_id, u.name AS u_name, u.nick AS u_nick, u.age AS u_age, u.active AS u_active, a.id AS a_id, "
      "a.user_id AS a_user_id, a.email AS a_email FROM u JOIN a ON u.id = a.user_id",
      NULL);
  assert_sql(where(select1(id()),
                   corm_exists(joined(where(select1(a_id()), eq(user_id(), id())), s.i, NULL, CORM_JOIN_INNER))),
             "SELECT u.id FROM u WHERE EXISTS (SELECT a.id FROM a JOIN i ON a.id = i.a_id WHERE a.user_id = u.id)",
             NULL);
  corm_node_unref(u);
  corm_node_unref(a);
  corm_node_unref(b);
}

static void order_by_writes_the_names_of_labels(void **state) {
  corm_expr *label = corm_label(id(), "x"), *many[3];
  (void)state;
  assert_sql(group(order(select1(a_id()), id()), name()), "SELECT a.id FROM a GROUP BY u.name ORDER BY u.id", NULL);
  assert_sql(order(order(select1(corm_label(id(), "x")), corm_label(id(), "x")),
                   corm_unary(CORM_OP_DESC, corm_name_reference("x"))),
             "SELECT u.id AS x FROM u ORDER BY x, x DESC", NULL);
  many[0] = corm_unary(CORM_OP_DESC, ref(label));
  many[1] = corm_op("+", ref(label), num(1));
  many[2] = fn("abs", ref(label));
  assert_sql(
      corm_having(group(corm_order_by_n(select1(ref(label)), many, 3), ref(label)), corm_op(">", ref(label), num(3))),
      "SELECT u.id AS x FROM u GROUP BY u.id HAVING u.id > :param_1 ORDER BY x DESC, u.id + :param_2, abs(u.id)", NULL);
  many[0] = corm_name_reference("x");
  many[1] = corm_name_reference("name");
  many[2] = corm_unary(CORM_OP_DESC, corm_name_reference("age"));
  assert_sql(
      corm_order_by_n(
          group(group(select1(corm_label(id(), "x")), corm_name_reference("x")), corm_name_reference("name")), many, 3),
      "SELECT u.id AS x FROM u GROUP BY x, u.name ORDER BY x, u.name, u.age DESC", NULL);
  assert_sql(group(select1(id()), corm_from(s.u)), "SELECT u.id FROM u GROUP BY u.id, u.name, u.nick, u.age, u.active",
             NULL);
  assert_sql(corm_distinct_n(select1(id()), NULL, 0), "SELECT DISTINCT u.id FROM u", NULL);
  assert_sql(corm_prefix(select1(id()), "FOO", NULL), "SELECT FOO u.id FROM u", NULL);
  corm_node_unref(label);
}

static corm_stmt *of_user(void) { return where(select1(a_id()), eq(user_id(), id())); }

static void subqueries_leave_out_what_is_around_them(void **state) {
  corm_source *none = NULL;
  (void)state;
  assert_sql(where(select1(id()), eq(age(), corm_scalar(select1(fn("max", age()))))),
             "SELECT u.id FROM u WHERE u.age = (SELECT max(u.age) AS max_1 FROM u)", NULL);
  assert_sql(select2(id(), corm_scalar(where(select1(fn("count", a_id())), eq(user_id(), id())))),
             "SELECT u.id, (SELECT count(a.id) AS count_1 FROM a WHERE a.user_id = u.id) AS anon_1 FROM u", NULL);
  assert_sql(select2(id(), corm_label(corm_scalar(of_user()), "n")),
             "SELECT u.id, (SELECT a.id FROM a WHERE a.user_id = u.id) AS n FROM u", NULL);
  assert_sql(
      where(select1(id()),
            corm_exists(where(of_user(), corm_exists(where(where(select1(col(s.i, "id")), eq(col(s.i, "a_id"), a_id())),
                                                           eq(col(s.i, "id"), id())))))),
      "SELECT u.id FROM u WHERE EXISTS (SELECT a.id FROM a WHERE a.user_id = u.id AND (EXISTS (SELECT i.id FROM i, u "
      "WHERE i.a_id = a.id AND i.id = u.id)))",
      NULL);
  assert_sql(where(select1(id()), corm_in_query(id(), where(select1(user_id()), eq(user_id(), id())), 0)),
             "SELECT u.id FROM u WHERE u.id IN (SELECT a.user_id FROM a WHERE a.user_id = u.id)", NULL);
  assert_sql(select2(id(), corm_scalar(corm_correlate_n(of_user(), (const corm_source *const *)&none, 0, 0))),
             "SELECT u.id, (SELECT a.id FROM a, u WHERE a.user_id = u.id) AS anon_1 FROM u", NULL);
  assert_sql(from(select1(id()), alias(where(select1(user_id()), eq(user_id(), id())), NULL)),
             "SELECT u.id FROM (SELECT a.user_id AS user_id FROM a, u WHERE a.user_id = u.id) AS anon_1, u", NULL);
  assert_sql(
      from(select1(id()),
           join(corm_from(s.u), taken(corm_lateral, where(select1(user_id()), eq(user_id(), id())), NULL),
                corm_true_node(), CORM_JOIN_INNER)),
      "SELECT u.id FROM u JOIN LATERAL (SELECT a.user_id AS user_id FROM a WHERE a.user_id = u.id) AS anon_1 ON true",
      NULL);
}

static corm_stmt *compound(int op, corm_stmt *a, corm_stmt *b) { return corm_compound(op, (corm_stmt *[]){a, b}, 2); }

static void set_operations(void **state) {
  (void)state;
  assert_sql(
      corm_limit(order(compound(CORM_UNION, select2(id(), fn("count", NULL)), select2(a_id(), fn("count", NULL))),
                       corm_name_reference("id")),
                 num(2)),
      "SELECT u.id, count(*) AS count_1 FROM u UNION SELECT a.id, count(*) AS count_2 FROM a ORDER BY id LIMIT "
      ":param_1",
      "SELECT u.id, count(*) AS count_1 FROM u UNION SELECT a.id, count(*) AS count_2 FROM a ORDER BY id LIMIT ? "
      "OFFSET ?");
  assert_sql(
      select1(alias(compound(CORM_UNION, select2(id(), fn("count", NULL)), select2(a_id(), fn("count", NULL))), NULL)),
      "SELECT anon_1.id, anon_1.count_1 FROM (SELECT u.id AS id, count(*) AS count_1 FROM u UNION SELECT a.id AS id, "
      "count(*) AS count_2 FROM a) AS anon_1",
      NULL);
  assert_sql(corm_compound(CORM_UNION_ALL,
                           (corm_stmt *[]){corm_limit(select1(id()), num(1)), order(select1(a_id()), a_id()),
                                           compound(CORM_UNION, select1(col(s.i, "id")), select1(id()))},
                           3),
             "(SELECT u.id FROM u LIMIT :param_1) UNION ALL (SELECT a.id FROM a ORDER BY a.id) UNION ALL (SELECT i.id "
             "FROM i UNION SELECT u.id FROM u)",
             NULL);
  assert_sql(order(compound(CORM_UNION, select1(id()), select1(a_id())), id()),
             "SELECT u.id FROM u UNION SELECT a.id FROM a ORDER BY id", NULL);
  assert_sql(
      where(select1(id()), corm_in_query(id(), compound(CORM_UNION, select1(a_id()), select1(col(s.i, "id"))), 0)),
      "SELECT u.id FROM u WHERE u.id IN (SELECT a.id FROM a UNION SELECT i.id FROM i)", NULL);
}

static void ctes_go_to_the_top(void **state) {
  corm_source *c = cte(select2(id(), fn("lower", name())), "c", 0),
              *c2 = cte(where(select1(of(c, "id")), eq(of(c, "id"), num(7))), NULL, 0);
  corm_stmt *base = select2(id(), corm_label(num(1), "lvl"));
  corm_source *t = corm_cte(base, "t", 1), *whole = NULL;
  (void)state;
  assert_sql(
      where(where(select2(ref(c2), ref(c)), eq(of(c, "id"), of(c2, "id"))), eq(of(c, "id"), num(5))),
      "WITH c AS (SELECT u.id AS id, lower(u.name) AS lower_1 FROM u), anon_1 AS (SELECT c.id AS id FROM c WHERE c.id "
      "= :id_2) SELECT anon_1.id, c.id AS id_1, c.lower_1 FROM anon_1, c WHERE c.id = anon_1.id AND c.id = :id_3",
      "WITH c AS (SELECT u.id AS id, lower(u.name) AS lower_1 FROM u), anon_1 AS (SELECT c.id AS id FROM c WHERE c.id "
      "= ?) SELECT anon_1.id, c.id AS id_1, c.lower_1 FROM anon_1, c WHERE c.id = anon_1.id AND c.id = ?");
  whole = cte(compound(CORM_UNION_ALL, base,
                       from(select2(id(), corm_op("+", of(t, "lvl"), num(1))),
                            join(corm_from(s.u), ref(t), eq(of(t, "id"), id()), CORM_JOIN_INNER))),
              "t", 1);
  assert_sql(select1(ref(whole)),
             "WITH RECURSIVE t(id, lvl) AS (SELECT u.id AS id, :param_1 AS lvl FROM u UNION ALL SELECT u.id AS id, "
             "t.lvl + :lvl_1 AS anon_1 FROM u JOIN t ON t.id = u.id) SELECT t.id, t.lvl FROM t",
             NULL);
  assert_sql(from(select1(corm_named("x", NULL, 0)), alias(ref(whole), "z")),
             "WITH RECURSIVE t(id, lvl) AS (SELECT u.id AS id, :param_1 AS lvl FROM u UNION ALL SELECT u.id AS id, "
             "t.lvl + :lvl_1 AS anon_1 FROM u JOIN t ON t.id = u.id) SELECT x FROM t AS z",
             NULL);
  corm_node_unref(c);
  corm_node_unref(c2);
  corm_node_unref(t);
  corm_node_unref(whole);
}

static void limits_binds_and_texts(void **state) {
  corm_value seven = corm_int(7);
  corm_expr *b = corm_literal_typed(&seven, corm_type_plain(CORM_TYPE_INTEGER)),
            *x = corm_bindparam("x", &seven, NULL, 0);
  (void)state;
  assert_sql(corm_limit(select1(id()), num(5)), "SELECT u.id FROM u LIMIT :param_1",
             "SELECT u.id FROM u LIMIT ? OFFSET ?");
  assert_sql(corm_offset(select1(id()), num(5)), "SELECT u.id FROM u LIMIT -1 OFFSET :param_1",
             "SELECT u.id FROM u LIMIT ? OFFSET ?");
  assert_sql(corm_for_update(select1(id()), 0, NULL, 0), "SELECT u.id FROM u FOR UPDATE", "SELECT u.id FROM u");
  assert_sql(where(where(select1(id()), eq(id(), ref(x))), eq(age(), ref(x))),
             "SELECT u.id FROM u WHERE u.id = :x AND u.age = :x", "SELECT u.id FROM u WHERE u.id = ? AND u.age = ?");
  assert_sql(
      where(from(select2(corm_text_node("a"), corm_text_node("b")), corm_text_node("t")), corm_text_node("x = 1")),
      "SELECT a, b FROM t WHERE x = 1", NULL);
  corm_node_unref(b);
  corm_node_unref(x);
}

#define with_shop(fn) cmocka_unit_test_setup_teardown(fn, open_shop, close_shop)
int main(void) {
  const struct CMUnitTest tests[] = {with_shop(columns_get_names_that_do_not_clash),
                                     with_shop(expressions_get_labels_and_modifiers_do_not),
                                     with_shop(aliases_and_subqueries_get_names),
                                     with_shop(joins_replace_their_tables),
                                     with_shop(joins_begin_at_the_source_that_reaches_them),
                                     with_shop(order_by_writes_the_names_of_labels),
                                     with_shop(subqueries_leave_out_what_is_around_them),
                                     with_shop(set_operations),
                                     with_shop(ctes_go_to_the_top),
                                     with_shop(limits_binds_and_texts)};
  return cm_test_run(tests);
}
