/* Statements and expressions of every kind, each made, compared, copied, shown, lowered and compiled with every
 * allocation failing in turn. What is wrong on purpose must stay wrong in the same way. */
#include "lower/lower.h"
#include "lowered.h"

/* ---- Expressions ---- */

static corm_expr *col(const corm_node *source, const char *key) { return corm_col(source, key); }

static corm_node *in_lists(void) {
  corm_value names[] = {corm_text("a"), corm_text("bb"), corm_null()};
  corm_value rows[] = {corm_int(1), corm_text("x"), corm_int(2), corm_text("y")};
  corm_expr *members[] = {number(1), col(user, "age")}, *pair[] = {col(user, "id"), col(user, "name")};
  corm_stmt *q = all_of(user);
  q = corm_where(q, corm_in_values(col(user, "name"), names, 3, 0));
  q = corm_where(q, corm_in_values(col(user, "name"), names, 0, 1));
  q = corm_where(q, corm_in_exprs(col(user, "id"), members, 2, 1));
  return corm_where(q, corm_in_rows(corm_tuple(pair, 2), rows, 2, 2, 0));
}

static corm_node *operators(void) {
  corm_expr *parts[] = {is(user, "id", number(1)), corm_true_node(), is(user, "age", number(2))};
  corm_expr *either[] = {is(user, "id", number(1)), corm_false_node(), corm_op("<", number(1), col(user, "age"))};
  corm_stmt *q = corm_where(all_of(user), corm_and_n(parts, 3));
  q = corm_where(q, corm_not(corm_or_n(either, 3)));
  q = corm_where(q, corm_between(col(user, "age"), number(1), number(9), 1, 1));
  q = corm_where(q, corm_like(CORM_OP_ISTARTSWITH, col(user, "name"), words("a%_"), "!", 1));
  q = corm_where(q, corm_op("=", corm_unary(CORM_OP_NEG, col(user, "age")), corm_null_node()));
  q = corm_where(q, corm_op("is distinct from", col(user, "age"), corm_literal_typed(&(corm_value){0}, NULL)));
  q = corm_where(q, corm_op_custom("@@", 5, CORM_OP_IS_COMPARISON, NULL, col(user, "name"), words("x")));
  return corm_where(q, corm_op("=", corm_op("+", col(user, "name"), words("z")), words("az")));
}

static corm_node *shapes(void) {
  corm_expr *pairs[] = {is(user, "id", number(1)), words("one"), is(user, "id", number(2)), words("two")};
  corm_expr *args[] = {col(user, "age"), number(0)}, *by = corm_unary(CORM_OP_DESC, col(user, "age"));
  corm_expr *sum[] = {col(user, "age")};
  const corm_frame frame = {CORM_FRAME_ROWS, CORM_BOUND_PRECEDING, CORM_BOUND_CURRENT, number(2), NULL};
  corm_node *columns[] = {
      corm_label(corm_case(NULL, pairs, 2, words("many")), "word"),
      corm_label(corm_func("coalesce", NULL, args, 2), NULL),
      corm_cast(col(user, "age"), corm_type_plain(CORM_TYPE_STRING)),
      corm_type_coerce(number(3), corm_type_plain(CORM_TYPE_STRING)),
      corm_type_coerce(col(user, "age"), corm_type_plain(CORM_TYPE_STRING)),
      corm_over(corm_func("sum", NULL, sum, 1), col(user, "name"), by, &frame),
      corm_filter(corm_func("count", NULL, NULL, 0), is(user, "age", number(1))),
      corm_within_group(corm_func("mode", NULL, NULL, 0), col(user, "name")),
      corm_extract("year", corm_cast(words("2020-01-01"), corm_type_plain(CORM_TYPE_DATE))),
      corm_named("plain", NULL, 0),
      corm_named("1 + 1", NULL, 1),
  };
  return corm_select_n(columns, sizeof columns / sizeof *columns);
}

static corm_node *binds(void) {
  corm_value v = corm_int(3), got;
  corm_expr *named = corm_bindparam("n", &v, corm_type_plain(CORM_TYPE_INTEGER), 0);
  corm_expr *list = corm_bindparam("many", NULL, NULL, CORM_BIND_EXPANDING | CORM_BIND_REQUIRED);
  corm_expr *pair[] = {corm_node_ref(named), corm_bindparam("inline", &v, NULL, CORM_BIND_LITERAL_EXECUTE)};
  if (!corm_node_check(named, NULL))
    assert_int_equal(corm_bind_get(named, &got, NULL), CORM_OK);
  corm_stmt *q = corm_where(all_of(user), corm_in_exprs(col(user, "age"), pair, 2, 0));
  q = corm_where(q, corm_in_query(col(user, "id"), list, 0));
  return corm_where(q, corm_op("<", named, col(user, "id")));
}

static int alive; /* values of the host's that nobody released */
static void let_go(void *value) {
  assert_ptr_equal(value, &alive);
  alive--;
}
static void *hand_over(void) {
  alive++;
  return &alive;
}

static corm_node *values_of_the_host(void) {
  corm_expr *kids[] = {col(user, "age")}, *element = NULL;
  corm_stmt *q = corm_where(all_of(user), is(user, "name", corm_literal_host(hand_over(), let_go, NULL)));
  q = corm_where(q, is(user, "age", corm_bindparam_host("h", hand_over(), let_go, NULL, CORM_BIND_UNIQUE)));
  element = corm_host_node(hand_over(), let_go, NULL, kids, 1);
  return corm_add_columns(q, &element, 1);
}

static corm_node *texts(void) {
  corm_value v = corm_int(4);
  corm_node *text = corm_text_node("SELECT id, name FROM user_account WHERE id < :n AND name != ':n' AND age = \\:x");
  corm_expr *columns[] = {col(user, "id"), col(user, "name")};
  text = corm_text_bind(text, corm_bindparam("n", &v, corm_type_plain(CORM_TYPE_INTEGER), 0));
  return corm_text_columns(text, columns, 2);
}

static corm_node *a_text_as_a_subquery(void) {
  corm_node *text = texts();
  corm_source *sub = corm_alias(text, "t");
  corm_stmt *q = corm_select(corm_col(sub, "name"), CORM_END);
  corm_node_unref(sub);
  corm_node_unref(text);
  return q;
}

/* ---- SELECT ---- */

static corm_node *subqueries(void) {
  corm_stmt *inner = corm_where(corm_select(col(address, "user_id"), CORM_END), is(address, "email", words("x")));
  corm_stmt *scalar = corm_select(corm_func("max", NULL, &(corm_expr *){col(order, "id")}, 1), CORM_END);
  corm_source *sub = corm_alias(inner, NULL), *cte = corm_cte(inner, "c", 0), *again = corm_alias(user, "u2");
  corm_stmt *q = corm_select(corm_node_ref(user),
                             corm_scalar(corm_where(scalar, is(order, "user_id", col(user, "id")))), CORM_END);
  q = corm_where(q, corm_exists(corm_where(corm_node_ref(inner), is(address, "user_id", col(user, "id")))));
  q = corm_where(q, corm_in_query(col(user, "id"), corm_select(col(cte, "user_id"), CORM_END), 1));
  q = corm_join(q, sub, corm_op("=", col(sub, "user_id"), col(user, "id")), CORM_JOIN_LEFT);
  q = corm_join(q, again, corm_op("=", col(again, "id"), col(user, "age")), CORM_JOIN_FULL);
  corm_node_unref(sub);
  corm_node_unref(cte);
  corm_node_unref(again);
  corm_node_unref(inner);
  return q;
}

static corm_node *clauses(void) {
  corm_node *group[] = {col(user, "name"), corm_name_reference("total")}, *by[] = {corm_name_reference("total")};
  corm_node *columns[] = {col(user, "name"),
                          corm_label(corm_func("sum", NULL, &(corm_expr *){col(user, "age")}, 1), "total")};
  corm_expr *on[] = {col(user, "name")};
  const corm_source *none[] = {user};
  corm_stmt *q = corm_with_only_columns(all_of(user), columns, 2);
  q = corm_group_by_n(q, group, 2);
  q = corm_having(q, corm_op(">", corm_func("count", NULL, NULL, 0), number(1)));
  q = corm_having(q, corm_op("<", corm_func("count", NULL, NULL, 0), number(9)));
  q = corm_order_by_n(q, by, 1);
  q = corm_limit(corm_offset(q, number(1)), number(2));
  q = corm_distinct_n(q, on, 1);
  q = corm_correlate_n(q, none, 1, 1);
  q = corm_for_update(q, CORM_FOR_NOWAIT, none, 1);
  return corm_label_style_set(corm_prefix(q, "HINT", NULL), CORM_LABELS_TABLE_PLUS_COLUMN);
}

static corm_node *compounds(void) {
  corm_stmt *one = corm_limit(corm_select(col(user, "name"), CORM_END), number(1));
  corm_stmt *two = corm_select(col(item, "name"), CORM_END), *three = corm_select(words("x"), CORM_END);
  corm_stmt *inner[] = {two, three}, *all[] = {one, corm_compound(CORM_EXCEPT, inner, 2)};
  corm_node *by = corm_name_reference("name");
  corm_stmt *both = corm_order_by_n(corm_compound(CORM_UNION_ALL, all, 2), &by, 1), *q = NULL;
  corm_source *sub = corm_alias(both, "both");
  q = corm_where(corm_select(col(sub, "name"), CORM_END), corm_in_query(col(sub, "name"), both, 0));
  corm_node_unref(sub);
  return q;
}

static corm_node *a_recursive_one(void) {
  corm_stmt *base =
      corm_where(corm_select(col(node, "id"), col(node, "parent_id"), CORM_END), is(node, "id", number(1)));
  corm_source *tree = corm_cte(base, "tree", 1), *whole = NULL;
  corm_stmt *step = corm_where(corm_select(col(node, "id"), col(node, "parent_id"), CORM_END),
                               is(node, "parent_id", col(tree, "id")));
  corm_stmt *all[] = {base, step}, *both = corm_compound(CORM_UNION_ALL, all, 2), *q = NULL;
  whole = corm_cte(both, "tree", 1);
  q = corm_select(col(whole, "id"), CORM_END);
  corm_node_unref(whole);
  corm_node_unref(tree);
  corm_node_unref(both);
  return q;
}

static corm_node *joins(void) {
  corm_source *both = corm_join_source(user, address, NULL, CORM_JOIN_LEFT), *u2 = corm_alias(user, NULL);
  corm_node *relation = corm_attribute_of_type(corm_col(order, "items"), item);
  corm_stmt *q = corm_select_from(corm_select(col(user, "name"), col(order, "id"), CORM_END), both);
  q = corm_join_from(q, user, order, NULL, CORM_JOIN_INNER);
  q = corm_join(q, relation, NULL, CORM_JOIN_LEFT);
  q = corm_filter_by(q, "name", words("pen"));
  q = corm_join(q, u2, corm_op("=", col(u2, "id"), col(order, "user_id")), CORM_JOIN_INNER);
  corm_node_unref(relation);
  corm_node_unref(both);
  corm_node_unref(u2);
  return q;
}

static corm_node *relation_tests(void) {
  corm_node *narrowed = corm_attribute_and(corm_col(user, "addresses"), is(address, "email", words("a")));
  corm_stmt *q = corm_where(all_of(user), corm_any(corm_col(user, "addresses"), is(address, "email", words("a"))));
  q = corm_where(q, corm_not(corm_any(corm_col(user, "orders"), NULL)));
  q = corm_join(q, narrowed, NULL, CORM_JOIN_LEFT);
  q = corm_where(q, corm_relation_test_of(CORM_TEST_EQ, corm_col(address, "user"), NULL, hand_over(), let_go));
  q = corm_where(q, corm_op("!=", corm_col(address, "user"), corm_null_node()));
  corm_node_unref(narrowed);
  return corm_where(q, corm_any(corm_col(node, "children"), is(node, "id", number(2))));
}

static corm_node *eager(void) {
  corm_node *by = corm_col(user, "name"), *name = corm_col(user, "name"), *path = corm_col(user, "orders");
  const corm_expr *columns[] = {name}, *steps[] = {path};
  corm_stmt *q = load(all_of(user), user, "addresses", NULL, NULL, CORM_LAZY_JOINED, CORM_LOAD_INNERJOIN);
  q = load(q, user, "orders", order, "items", CORM_LAZY_JOINED, 0);
  q = corm_load_columns(q, NULL, 0, CORM_LOAD_ONLY, columns, 1, 0);
  q = corm_load_columns(q, steps, 1, CORM_LOAD_DEFER, NULL, 0, CORM_LOAD_RAISE);
  q = corm_limit(corm_order_by_n(q, &by, 1), number(3));
  corm_node_unref(name);
  corm_node_unref(path);
  return corm_populate_existing(q);
}

static corm_node *eager_by_contains(void) {
  corm_node *path = corm_col(user, "addresses");
  corm_source *a2 = corm_alias(address, NULL);
  const corm_expr *steps[] = {path};
  corm_stmt *q = corm_join(all_of(user), a2, corm_op("=", col(a2, "user_id"), col(user, "id")), CORM_JOIN_INNER);
  q = corm_contains_eager(q, steps, 1, a2);
  q = load(q, user, "orders", NULL, NULL, CORM_LAZY_SELECTIN, 0);
  corm_node_unref(path);
  corm_node_unref(a2);
  return q;
}

static corm_node *options_on_all(void) {
  corm_node *path = corm_col(node, "children");
  const corm_expr *steps[] = {path, NULL}, *all[] = {NULL};
  corm_stmt *q = corm_load(all_of(node), all, 1, CORM_LAZY_RAISE, 0);
  q = corm_load(q, steps, 2, CORM_LAZY_JOINED, 0);
  corm_node_unref(path);
  return q;
}

static corm_node *hierarchies(void) {
  corm_source *other = corm_alias(eng, NULL);
  corm_node *relation = corm_col(co, "eng");
  corm_stmt *q = corm_select(corm_node_ref(eng), corm_node_ref(mgr), corm_node_ref(other), CORM_END);
  q = corm_where(q, corm_op("=", col(eng, "lang"), col(other, "lang")));
  q = corm_where(q, is(mgr, "name", words("m")));
  q = corm_join_from(q, co, relation, NULL, CORM_JOIN_INNER);
  corm_node_unref(relation);
  corm_node_unref(other);
  return q;
}

/* ---- INSERT, UPDATE, DELETE, CREATE ---- */

static corm_node *insert_rows(void) {
  corm_source *t = corm_from(s.users);
  corm_node *back[] = {corm_col(t, "id"), corm_label(corm_col(t, "name"), "n")}, *index[] = {corm_col(t, "id")};
  corm_stmt *q = corm_set(corm_insert(t), "name", words("a"));
  q = corm_set(corm_set(q, "age", number(1)), "age", number(2));
  q = corm_set(corm_set(corm_next_row(q), "name", words("b")), "age", number(3));
  q = corm_on_conflict(q, index, 1, is(t, "age", number(1)), NULL);
  q = corm_conflict_set(q, "name", corm_excluded(s.users, "name"));
  q = corm_conflict_where(q, corm_op("<", corm_col(t, "age"), number(9)));
  q = corm_prefix(corm_returning_n(q, back, 2), "OR IGNORE", "sqlite");
  corm_node_unref(t);
  return q;
}

static corm_node *insert_from_select(void) {
  static const char *const keys[] = {"name", "age"};
  corm_node *columns[] = {col(item, "name"), col(item, "id")};
  return corm_from_select(corm_insert(user), keys, 2, corm_select_n(columns, 2), 1);
}

static corm_node *update_entities(void) {
  corm_node *back[] = {corm_node_ref(user)};
  corm_stmt *q = corm_set(corm_update(user), "age", corm_op("+", col(user, "age"), number(1)));
  q = corm_set(corm_where(q, is(user, "name", words("a"))), "name", words("b"));
  return corm_returning_n(q, back, 1);
}

static corm_node *delete_rows(void) {
  corm_source *t = corm_from(s.users);
  corm_stmt *q =
      corm_where(corm_delete(t), corm_in_query(corm_col(t, "id"), corm_select(col(address, "user_id"), CORM_END), 0));
  corm_node_unref(t);
  return q;
}

static corm_node *create(void) { return corm_create_table(s.addresses, 1); }
static corm_node *drop(void) { return corm_drop_table(s.order_item, 1); }

/* ---- What is wrong ---- */

static corm_node *no_such_attribute(void) { return corm_where(all_of(user), is(user, "nmae", words("x"))); }
static corm_node *no_such_column(void) {
  corm_stmt *inner = corm_select(col(user, "name"), CORM_END);
  corm_source *sub = corm_alias(inner, "s");
  corm_stmt *q = corm_select(corm_col(sub, "nmae"), CORM_END);
  corm_node_unref(sub);
  corm_node_unref(inner);
  return q;
}
static corm_node *no_such_key(void) { return corm_set(corm_insert(user), "agee", number(1)); }
static corm_node *no_relation(void) { return corm_any(col(user, "name"), is(user, "id", number(1))); }
static corm_node *no_operator(void) { return corm_op("<", col(user, "id"), corm_null_node()); }
static corm_node *no_like(void) { return corm_like(CORM_OP_ADD, col(user, "name"), words("x"), NULL, 0); }
static corm_node *no_parameter(void) {
  corm_value v = corm_int(1);
  return corm_text_bind(corm_text_node("SELECT :a"), corm_bindparam("b", &v, NULL, 0));
}
static corm_node *no_select(void) { return corm_having(corm_delete(user), is(user, "id", number(1))); }
static corm_node *no_columns(void) { return corm_with_only_columns(corm_update(user), &(corm_node *){number(1)}, 1); }
static corm_node *nobody_meant(void) { return corm_filter_by(corm_select(number(1), CORM_END), "name", words("x")); }
static corm_node *not_joined(void) {
  corm_stmt *q = all_of(item);
  return corm_join(q, user, NULL, CORM_JOIN_INNER);
}
static corm_node *one_object_contains(void) {
  return corm_relation_test_of(CORM_TEST_CONTAINS, corm_col(address, "user"), NULL, hand_over(), let_go);
}
static corm_node *not_a_subquery(void) { return corm_scalar(corm_insert(user)); }

/* ---- Each of them ---- */

static int compile_as(const corm_node *x, const char *dialect, const corm_compile_options *options, corm_error **err) {
  corm_compiled *compiled = NULL;
  int status = corm_compile(&compiled, x, corm_dialect_named(dialect), options, err);
  if (!status)
    for (size_t i = 0; i < corm_compiled_peek_marks(compiled); i++)
      assert_true(corm_compiled_peek_mark(compiled, i) < corm_compiled_peek_params(compiled));
  corm_compiled_free(compiled);
  return status;
}

static int copy_and_show(const corm_node *x) {
  corm_node *copy = cm_node_strip(x);
  char *shown = corm_node_dump(x);
  int status = copy && shown ? corm_node_check(copy, NULL) : CORM_ENOMEM;
  if (!status)
    assert_int_equal(corm_node_peek_fold(copy), corm_node_peek_fold(x));
  if (!status && !corm_node_equal(copy, x))
    status = CORM_ENOMEM; /* the pairs of the comparison take memory, too */
  corm_node_unref(copy);
  corm_free(shown);
  return status;
}

typedef struct kind {
  const char *name;
  corm_node *(*make)(void);
  int wrong;   /* the status with which it is refused, or 0 */
  int no_copy; /* what the host writes is equal to itself alone */
  int no_text; /* there is no SQL for it without a host */
} kind;

/* 0 when all of it did what it should, also to refuse. Nothing else may be said of failing memory than that. */
static int each(void *ctx) {
  static const corm_compile_options plain = {
      .size = sizeof plain, .paramstyle = CORM_PARAMS_NAMED, .render_postcompile = 1};
  const kind *k = ctx;
  corm_error *err = NULL;
  corm_node *x = k->make();
  int status = corm_node_check(x, &err);
  if (!status && !k->no_copy)
    status = copy_and_show(x);
  if (!status && !k->no_text)
    status = compile_as(x, "default", NULL, &err);
  if (!status && !k->no_text)
    status = compile_as(x, "sqlite", &plain, &err);
  if (status != k->wrong && status != CORM_ENOMEM)
    fail_msg("%s: status %d, %s%s", k->name, status, corm_error_message(err),
             cm_test_has_failed() ? " (an allocation failed)" : "");
  corm_error_free(err);
  corm_node_unref(x);
  assert_int_equal(alive, 0);
  return status == k->wrong ? 0 : status;
}

static void every_statement_fails_cleanly_without_memory(void **state) {
  static const kind kinds[] = {
      {"in", in_lists, 0, 0, 0},
      {"operators", operators, 0, 0, 0},
      {"shapes", shapes, 0, 0, 0},
      {"binds", binds, 0, 0, 1},
      {"host", values_of_the_host, 0, 1, 1},
      {"text", texts, 0, 0, 0},
      {"text as a subquery", a_text_as_a_subquery, 0, 0, 0},
      {"subqueries", subqueries, 0, 0, 0},
      {"clauses", clauses, 0, 0, 0},
      {"compounds", compounds, 0, 0, 0},
      {"recursive", a_recursive_one, 0, 0, 0},
      {"joins", joins, 0, 0, 0},
      {"relation tests", relation_tests, 0, 0, 0},
      {"eager", eager, 0, 0, 0},
      {"contains_eager", eager_by_contains, 0, 0, 0},
      {"options on all", options_on_all, 0, 0, 0},
      {"hierarchies", hierarchies, 0, 0, 0},
      {"insert", insert_rows, 0, 0, 0},
      {"insert from select", insert_from_select, 0, 0, 0},
      {"update", update_entities, 0, 0, 0},
      {"delete", delete_rows, 0, 0, 0},
      {"create", create, 0, 0, 0},
      {"drop", drop, 0, 0, 0},
      {"no such attribute", no_such_attribute, CORM_ENAME, 0, 0},
      {"no such column", no_such_column, CORM_ENAME, 0, 0},
      {"no such key", no_such_key, CORM_ECOMPILE, 0, 0},
      {"no relation", no_relation, CORM_EARGUMENT, 0, 0},
      {"no operator", no_operator, CORM_EARGUMENT, 0, 0},
      {"no like", no_like, CORM_EARGUMENT, 0, 0},
      {"no parameter", no_parameter, CORM_EARGUMENT, 0, 0},
      {"no select", no_select, CORM_EINVALID, 0, 0},
      {"no columns", no_columns, CORM_EINVALID, 0, 0},
      {"nobody meant", nobody_meant, CORM_EINVALID, 0, 0},
      {"not joined", not_joined, CORM_EINVALID, 0, 0},
      {"one object contains", one_object_contains, CORM_EINVALID, 0, 0},
      {"not a subquery", not_a_subquery, CORM_EARGUMENT, 0, 0},
  };
  (void)state;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    print_message("  %s\n", kinds[i].name);
    cm_test_each_failure(each, (void *)(uintptr_t)&kinds[i]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(every_statement_fails_cleanly_without_memory, open_shop, close_shop),
  };
  return cm_test_run(tests);
}
