#include "shop.h"

static void tables_are_found_by_name_and_schema(void **state) {
  (void)state;
  corm_catalog_def names = {.size = sizeof names, .schema_name = "main"};
  corm_table_def other = {.size = sizeof other, .name = "user", .schema_name = "audit"};
  corm_table_def none = {.size = sizeof none, .name = "user", .schema_name = ""};
  corm_table *user = NULL, *audit = NULL, *bare = NULL;
  shop s;
  shop_open(&s, &names);
  user = shop_table(&s, "user");
  assert_int_equal(corm_catalog_define(&audit, s.catalog, &other, NULL), CORM_OK);
  assert_int_equal(corm_catalog_define(&bare, s.catalog, &none, NULL), CORM_OK);
  assert_string_equal(corm_table_peek_schema_name(user), "main");
  assert_null(corm_table_peek_schema_name(bare));
  assert_ptr_equal(corm_catalog_peek_table(s.catalog, NULL, "user"), user);
  assert_ptr_equal(corm_catalog_peek_table(s.catalog, "audit", "user"), audit);
  assert_ptr_equal(corm_catalog_peek_table(s.catalog, "", "user"), bare);
  assert_null(corm_catalog_peek_table(s.catalog, "nowhere", "user"));
  assert_int_equal(shop_close(&s), CORM_OK);
}

static void a_name_is_taken_until_it_is_forgotten(void **state) {
  (void)state;
  shop s;
  shop_open(&s, NULL);
  corm_table *first = shop_table(&s, "user"), *again = NULL;
  corm_table_def d = {.size = sizeof d, .name = "user"};
  assert_int_equal(corm_catalog_define(&again, s.catalog, &d, &s.err), CORM_EINVALID);
  assert_string_equal(corm_error_message(s.err), "table \"user\" is already defined in this catalog");
  corm_catalog_forget(s.catalog, first);
  assert_null(corm_catalog_peek_table(s.catalog, NULL, "user"));
  assert_int_equal(corm_catalog_define(&again, s.catalog, &d, NULL), CORM_OK);
  assert_ptr_equal(corm_catalog_peek_table(s.catalog, NULL, "user"), again);
  assert_string_equal(corm_table_peek_name(first), "user");
  shop_close(&s);
}

static void columns_keep_their_order_and_are_found_by_key(void **state) {
  (void)state;
  shop s;
  shop_open(&s, NULL);
  corm_table *t = shop_table(&s, "wide");
  char name[16];
  for (int i = 0; i < 100; i++) {
    snprintf(name, sizeof name, "c%d", i);
    shop_column(&s, t, name);
  }
  assert_int_equal(corm_table_peek_columns(t), 100);
  assert_string_equal(corm_column_peek_name(corm_table_peek_column(t, 57)), "c57");
  assert_ptr_equal(corm_table_peek_column_named(t, "c99"), corm_table_peek_column(t, 99));
  assert_null(corm_table_peek_column(t, 100));
  assert_null(corm_table_peek_column_named(t, "c100"));
  assert_int_equal(shop_close(&s), CORM_OK);
}

static void a_column_is_added_once(void **state) {
  (void)state;
  shop s;
  shop_open(&s, NULL);
  corm_table *t = shop_table(&s, "user");
  corm_column_def d = {.size = sizeof d, .name = "name", .key = "title"};
  corm_column *c = NULL;
  shop_column(&s, t, "name");
  assert_int_equal(corm_table_add_column(&c, t, &d, &s.err), CORM_EDUPLICATECOLUMN);
  assert_string_equal(corm_error_message(s.err), "table \"user\" already has a column with the name \"name\"");
  assert_null(corm_table_peek_column_named(t, "title"));
  shop_close(&s);
}

static void key_columns_make_the_primary_key(void **state) {
  (void)state;
  shop s;
  shop_open(&s, NULL);
  corm_table *t = shop_table(&s, "line");
  corm_column *a = shop_key(&s, t, "order_id"), *b = shop_key(&s, t, "number");
  assert_int_equal(corm_table_peek_constraints(t), 1);
  assert_int_equal(corm_constraint_peek_kind(corm_table_peek_constraint(t, 0)), CORM_PRIMARY_KEY);
  assert_int_equal(t->primary_key->n, 2);
  assert_ptr_equal(t->primary_key->columns[0], a);
  assert_ptr_equal(t->primary_key->columns[1], b);
  assert_true(corm_column_peek_flags(b) & CORM_COLUMN_NOT_NULL);
  assert_int_equal(shop_close(&s), CORM_OK);
}

static void a_primary_key_constraint_replaces_the_marks(void **state) {
  (void)state;
  shop s;
  shop_open(&s, NULL);
  corm_table *t = shop_table(&s, "user");
  corm_column *id = shop_key(&s, t, "id"), *code = shop_column(&s, t, "code");
  corm_constraint *named = shop_constraint(&s, t, CORM_PRIMARY_KEY, "pk_user", code);
  assert_ptr_equal(t->primary_key, named);
  assert_int_equal(corm_table_peek_constraints(t), 1);
  assert_false(corm_column_peek_flags(id) & CORM_COLUMN_PRIMARY_KEY);
  assert_true(corm_column_peek_flags(code) & CORM_COLUMN_PRIMARY_KEY);
  assert_string_equal(corm_constraint_peek_name(named), "pk_user");
  assert_int_equal(shop_close(&s), CORM_OK);
}

static corm_column *column_with(shop *s, const char *table, int kind, unsigned flags) {
  return shop_typed(s, shop_table(s, table), "id", kind, CORM_COLUMN_PRIMARY_KEY | flags);
}

static void the_one_integer_key_column_is_generated(void **state) {
  (void)state;
  shop s;
  shop_open(&s, NULL);
  shop_key(&s, shop_table(&s, "user"), "id");
  corm_table *pair = shop_table(&s, "pair"), *child = shop_table(&s, "child");
  corm_column *first = shop_key(&s, pair, "a"), *second = shop_key(&s, pair, "b");
  corm_column *shared = shop_key(&s, child, "id");
  shop_refers(&s, child, "id", "user.id");
  assert_true(corm_column_peek_generated(column_with(&s, "plain", CORM_TYPE_INTEGER, 0)));
  assert_true(corm_column_peek_generated(column_with(&s, "big", CORM_TYPE_BIGINT, 0)));
  assert_false(corm_column_peek_generated(column_with(&s, "text", CORM_TYPE_STRING, 0)));
  assert_false(corm_column_peek_generated(column_with(&s, "no", CORM_TYPE_INTEGER, CORM_COLUMN_NO_AUTOINCREMENT)));
  assert_false(corm_column_peek_generated(first));
  assert_false(corm_column_peek_generated(second));
  assert_false(corm_column_peek_generated(shared));
  assert_false(corm_column_peek_generated(shop_column(&s, pair, "c")));
  assert_int_equal(shop_close(&s), CORM_OK);
}

static void what_was_asked_for_is_generated_in_a_composite_key(void **state) {
  (void)state;
  shop s;
  shop_open(&s, NULL);
  corm_table *t = shop_table(&s, "pair");
  corm_column *a = shop_typed(&s, t, "a", CORM_TYPE_INTEGER, CORM_COLUMN_PRIMARY_KEY | CORM_COLUMN_AUTOINCREMENT);
  corm_column *b = shop_key(&s, t, "b");
  assert_true(corm_column_peek_generated(a));
  assert_false(corm_column_peek_generated(b));
  assert_int_equal(shop_close(&s), CORM_OK);
}

static void a_column_with_a_default_is_not_generated(void **state) {
  (void)state;
  shop s;
  corm_column_def d = {.size = sizeof d, .name = "id", .flags = CORM_COLUMN_PRIMARY_KEY};
  char text[] = "abc";
  corm_column *c = NULL;
  shop_open(&s, NULL);
  d.type = corm_type_plain(CORM_TYPE_INTEGER);
  d.insert.kind = CORM_DEFAULT_VALUE;
  d.insert.value = corm_text(text);
  assert_int_equal(corm_table_add_column(&c, shop_table(&s, "t"), &d, NULL), CORM_OK);
  memset(text, 'x', 3);
  assert_memory_equal(c->insert.value.as.p, "abc", 3);
  assert_false(corm_column_peek_generated(c));
  assert_int_equal(shop_close(&s), CORM_OK);
}

static corm_column_def anew(const char *name, int kind, unsigned flags) {
  return (corm_column_def){
      .size = sizeof(corm_column_def), .name = name, .type = corm_type_plain((corm_type_kind)kind), .flags = flags};
}

static void a_column_may_be_defined_anew(void **state) {
  (void)state;
  shop s;
  shop_open(&s, NULL);
  corm_table *t = shop_table(&s, "t");
  shop_key(&s, shop_table(&s, "user"), "id");
  corm_column *id = shop_column(&s, t, "id"), *of = shop_refers(&s, t, "user_id", "user.id");
  corm_column_def text = anew("user_id", CORM_TYPE_TEXT, CORM_COLUMN_NOT_NULL);
  corm_column_def key = anew("id", CORM_TYPE_BIGINT, CORM_COLUMN_PRIMARY_KEY);
  text.comment = "whose";
  assert_int_equal(corm_column_redefine(of, &text, NULL), CORM_OK);
  assert_int_equal(corm_type_peek_kind(corm_column_peek_type(of)), CORM_TYPE_TEXT);
  assert_int_equal(corm_column_peek_flags(of), CORM_COLUMN_NOT_NULL);
  assert_string_equal(of->comment, "whose");
  assert_non_null(of->foreign_key);
  assert_int_equal(of->index, 1);
  assert_int_equal(corm_column_redefine(id, &key, NULL), CORM_OK);
  assert_ptr_equal(t->primary_key->columns[0], id);
  assert_true(corm_column_peek_generated(id));
  assert_ptr_equal(corm_table_peek_column_named(t, "id"), id);
  assert_int_equal(shop_close(&s), CORM_OK);
}

static void an_identity_is_copied(void **state) {
  (void)state;
  shop s;
  corm_identity_def numbers = {.size = sizeof numbers, .always = 1, .given = CORM_IDENTITY_START, .start = 5};
  corm_identity_def wrong = {.size = 0};
  shop_open(&s, NULL);
  corm_table *t = shop_table(&s, "t");
  corm_column *id = shop_column(&s, t, "id");
  corm_column_def d = anew("id", CORM_TYPE_INTEGER, CORM_COLUMN_PRIMARY_KEY);
  d.identity = &numbers;
  assert_int_equal(corm_column_redefine(id, &d, NULL), CORM_OK);
  numbers.start = 7;
  assert_int_equal(id->identity->start, 5);
  assert_int_equal(id->identity->always, 1);
  assert_true(corm_column_peek_generated(id));
  d.identity = &wrong;
  assert_int_equal(corm_column_redefine(id, &d, NULL), CORM_EARGUMENT);
  assert_int_equal(shop_close(&s), CORM_OK);
}

static void a_column_keeps_its_name_and_its_key(void **state) {
  (void)state;
  shop s;
  corm_error *err = NULL;
  shop_open(&s, NULL);
  corm_column *id = shop_key(&s, shop_table(&s, "t"), "id");
  corm_column_def other = anew("other", CORM_TYPE_TEXT, CORM_COLUMN_PRIMARY_KEY);
  corm_column_def keyless = anew("id", CORM_TYPE_TEXT, 0);
  assert_int_equal(corm_column_redefine(id, &other, &err), CORM_EINVALID);
  assert_non_null(strstr(corm_error_message(err), "t.id"));
  corm_error_free(err);
  assert_int_equal(corm_column_redefine(id, &keyless, NULL), CORM_EINVALID);
  assert_int_equal(corm_type_peek_kind(corm_column_peek_type(id)), CORM_TYPE_INTEGER);
  assert_int_equal(shop_close(&s), CORM_OK);
}

static void references_are_found_when_their_table_comes(void **state) {
  (void)state;
  shop s;
  shop_open(&s, NULL);
  corm_table *address = shop_table(&s, "address");
  corm_column_def d = {.size = sizeof d, .name = "user_id"};
  corm_column *user_id = NULL, *target = NULL, *id = NULL;
  assert_int_equal(corm_table_add_column(&user_id, address, &d, NULL), CORM_OK);
  shop_refers(&s, address, "user_id", "user.id");
  assert_int_equal(corm_constraint_get_target(&target, user_id->foreign_key, 0, &s.err), CORM_ENOREFERENCEDTABLE);
  assert_string_equal(corm_error_message(s.err),
                      "foreign key column \"address.user_id\" refers to \"user.id\", and there is no table \"user\"");
  corm_table *user = shop_table(&s, "user");
  shop_column(&s, user, "ids");
  assert_int_equal(corm_constraint_get_target(&target, user_id->foreign_key, 0, &s.err), CORM_ENOREFERENCEDCOLUMN);
  assert_string_equal(corm_error_detail(s.err, CORM_DETAIL_OWNER), "user");
  id = shop_key(&s, user, "id");
  assert_int_equal(corm_constraint_get_target(&target, user_id->foreign_key, 0, &s.err), CORM_OK);
  assert_ptr_equal(target, id);
  assert_int_equal(corm_type_peek_kind(corm_column_peek_type(user_id)), CORM_TYPE_INTEGER);
  shop_close(&s);
}

static void a_reference_may_name_a_schema_or_only_a_table(void **state) {
  (void)state;
  shop s;
  shop_open(&s, NULL);
  corm_table_def d = {.size = sizeof d, .name = "user", .schema_name = "a.b"};
  corm_table *user = NULL, *child = shop_table(&s, "child");
  corm_column *target = NULL;
  assert_int_equal(corm_catalog_define(&user, s.catalog, &d, NULL), CORM_OK);
  corm_column *id = shop_key(&s, user, "id"), *own = shop_key(&s, shop_table(&s, "other"), "other_id");
  corm_column *far = shop_refers(&s, child, "user_id", "a.b.user.id");
  corm_column *near = shop_refers(&s, child, "other_id", "other");
  assert_int_equal(corm_constraint_get_target(&target, far->foreign_key, 0, NULL), CORM_OK);
  assert_ptr_equal(target, id);
  assert_int_equal(corm_constraint_get_target(&target, near->foreign_key, 0, NULL), CORM_OK);
  assert_ptr_equal(target, own);
  assert_int_equal(shop_close(&s), CORM_OK);
}

static int add(shop *s, corm_table *t, corm_constraint_def *d) {
  corm_constraint *k = NULL;
  d->size = sizeof *d;
  return corm_table_add_constraint(&k, t, d, &s->err);
}

static void wrong_constraints_are_refused(void **state) {
  (void)state;
  shop s;
  shop_open(&s, NULL);
  corm_table *t = shop_table(&s, "user"), *u = shop_table(&s, "other");
  corm_column *id = shop_key(&s, t, "id");
  const char *ref = "user.id";
  shop_column(&s, u, "x");
  corm_constraint_def kind = {.kind = 9};
  corm_constraint_def foreign = {.kind = CORM_UNIQUE, .columns = &id, .n = 1};
  corm_constraint_def aimless = {.kind = CORM_FOREIGN_KEY, .columns = &id, .n = 1};
  corm_constraint_def empty = {.kind = CORM_CHECK};
  corm_constraint_def leading = {.kind = CORM_UNIQUE, .columns = &id, .n = 1, .refs = &ref};
  assert_int_equal(add(&s, t, &kind), CORM_EARGUMENT);
  assert_int_equal(add(&s, u, &foreign), CORM_EARGUMENT);
  assert_string_equal(corm_error_message(s.err),
                      "a unique constraint of table \"other\" cannot have column \"id\" of table \"user\"");
  assert_int_equal(add(&s, t, &aimless), CORM_EARGUMENT);
  assert_int_equal(add(&s, t, &empty), CORM_EARGUMENT);
  assert_int_equal(add(&s, t, &leading), CORM_EARGUMENT);
  assert_int_equal(corm_table_peek_constraints(t), 1);
  shop_close(&s);
}

static void names_follow_the_conventions(void **state) {
  (void)state;
  corm_catalog_def names = {
      .size = sizeof names,
      .schema_name = "s.x",
      .uq = "uq_%(table_name)s_%(column_0_N_name)s",
      .fk = "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s_%(referred_column_0_name)s",
      .pk = "pk_%(table_name)s_%(column_0N_name)s%%"};
  shop s;
  shop_open(&s, &names);
  corm_table *user = shop_table(&s, "user"), *child = shop_table(&s, "child");
  corm_column *id = shop_key(&s, user, "id"), *a = shop_column(&s, child, "a"), *b = shop_column(&s, child, "b");
  corm_column *both[2] = {a, b};
  corm_constraint_def two = {.size = sizeof two, .kind = CORM_UNIQUE, .columns = both, .n = 2};
  corm_constraint *uq = NULL, *given = shop_constraint(&s, child, CORM_UNIQUE, "mine", b);
  assert_int_equal(corm_table_add_constraint(&uq, child, &two, NULL), CORM_OK);
  shop_refers(&s, child, "a", "user.id");
  assert_string_equal(corm_constraint_peek_name(uq), "uq_child_a_b");
  assert_string_equal(corm_constraint_peek_name(given), "mine");
  assert_string_equal(corm_constraint_peek_name(a->foreign_key), "fk_child_a_user_id");
  assert_string_equal(corm_constraint_peek_name(user->primary_key), "pk_user_id%");
  shop_key(&s, user, "part");
  assert_string_equal(corm_constraint_peek_name(user->primary_key), "pk_user_idpart%");
  assert_ptr_equal(id->table, user);
  assert_int_equal(shop_close(&s), CORM_OK);
}

static void a_convention_may_wrap_the_given_name(void **state) {
  (void)state;
  corm_catalog_def names = {.size = sizeof names, .uq = "uq_%(constraint_name)s"};
  shop s;
  shop_open(&s, &names);
  corm_table *t = shop_table(&s, "user");
  corm_column *c = shop_column(&s, t, "a");
  corm_constraint_def bare = {.kind = CORM_UNIQUE, .columns = &c, .n = 1};
  corm_constraint_def final = {.size = sizeof final, .kind = CORM_UNIQUE, .columns = &c, .n = 1, .name = "x"};
  corm_constraint *k = NULL;
  assert_string_equal(corm_constraint_peek_name(shop_constraint(&s, t, CORM_UNIQUE, "x", c)), "uq_x");
  assert_int_equal(add(&s, t, &bare), CORM_EINVALID);
  final.flags = CORM_CONSTRAINT_FINAL_NAME;
  assert_int_equal(corm_table_add_constraint(&k, t, &final, NULL), CORM_OK);
  assert_string_equal(corm_constraint_peek_name(k), "x");
  shop_close(&s);
}

static void a_convention_that_cannot_be_read_is_refused(void **state) {
  (void)state;
  const char *wrong[] = {"%(nothing)s", "%(table_name", "%(table_name)d", "%s", "%(column_0_colour)s"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    corm_catalog_def names = {.size = sizeof names, .uq = wrong[i]};
    shop s;
    shop_open(&s, &names);
    corm_table *t = shop_table(&s, "user");
    corm_column *c = shop_column(&s, t, "a");
    assert_null(shop_constraint(&s, t, CORM_UNIQUE, NULL, c));
    assert_int_equal(shop_close(&s), CORM_EARGUMENT);
  }
}

static size_t sorted(const shop *s, int by_name, const char *joined) {
  corm_table *out[16];
  char text[256] = "";
  size_t n = corm_catalog_sorted(s->catalog, by_name, out, 16);
  for (size_t i = 0; i < n; i++)
    snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? " " : "", out[i]->name);
  assert_string_equal(text, joined);
  return n;
}

static void tables_are_sorted_by_levels(void **state) {
  (void)state;
  shop s;
  shop_open(&s, NULL);
  corm_table *line = shop_table(&s, "line"), *user = shop_table(&s, "user"), *order = shop_table(&s, "order");
  corm_table *item = shop_table(&s, "item");
  shop_key(&s, user, "id");
  shop_key(&s, item, "id");
  shop_key(&s, order, "id");
  shop_refers(&s, order, "user_id", "user.id");
  shop_refers(&s, order, "previous", "order.id");
  shop_refers(&s, line, "order_id", "order.id");
  shop_refers(&s, line, "item_id", "item.id");
  shop_refers(&s, line, "lost", "nowhere.id");
  assert_int_equal(sorted(&s, 0, "user item order line"), 4);
  assert_int_equal(sorted(&s, 1, "item user order line"), 4);
  assert_int_equal(corm_catalog_sorted(s.catalog, 1, NULL, 0), 4);
  assert_int_equal(shop_close(&s), CORM_OK);
}

static void foreign_keys_of_a_cycle_do_not_count(void **state) {
  (void)state;
  shop s;
  corm_table *cyclic[8];
  shop_open(&s, NULL);
  corm_table *leaf = shop_table(&s, "leaf"), *b = shop_table(&s, "b"), *a = shop_table(&s, "a");
  corm_table *root = shop_table(&s, "root");
  shop_key(&s, a, "id");
  shop_key(&s, b, "id");
  shop_key(&s, root, "id");
  shop_refers(&s, a, "b_id", "b.id");
  shop_refers(&s, b, "a_id", "a.id");
  shop_refers(&s, b, "root_id", "root.id");
  shop_refers(&s, leaf, "a_id", "a.id");
  sorted(&s, 1, "a b root leaf");
  sorted(&s, 0, "b a root leaf");
  assert_int_equal(cm_catalog_cycles(s.catalog, cyclic), 2);
  assert_true((cyclic[0] == a && cyclic[1] == b) || (cyclic[0] == b && cyclic[1] == a));
  assert_int_equal(shop_close(&s), CORM_OK);
}

static int build(void *ctx) {
  corm_catalog_def names = {.size = sizeof names, .schema_name = "main", .uq = "uq_%(table_name)s_%(column_0_name)s"};
  shop s;
  char name[16];
  (void)ctx;
  shop_open(&s, &names);
  corm_table *user = shop_table(&s, "user"), *address = shop_table(&s, "address");
  corm_column *id = shop_column(&s, user, "id");
  corm_column_def key = anew("id", CORM_TYPE_INTEGER, CORM_COLUMN_PRIMARY_KEY);
  corm_identity_def numbers = {.size = sizeof numbers, .given = CORM_IDENTITY_START, .start = 5};
  key.comment = "its key";
  key.identity = &numbers;
  if (id)
    shop_did(&s, corm_column_redefine(id, &key, &s.err));
  for (int i = 0; i < 20; i++) {
    snprintf(name, sizeof name, "c%d", i);
    shop_constraint(&s, user, CORM_UNIQUE, NULL, shop_column(&s, user, name));
  }
  corm_column *c = shop_refers(&s, address, "user_id", "user.id"), *target = NULL;
  if (c && !s.status && c->foreign_key)
    shop_did(&s, corm_constraint_get_target(&target, c->foreign_key, 0, &s.err));
  return shop_close(&s);
}

static void every_failing_allocation_is_survived(void **state) {
  (void)state;
  cm_test_each_failure(build, NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tables_are_found_by_name_and_schema),
      cmocka_unit_test(a_name_is_taken_until_it_is_forgotten),
      cmocka_unit_test(columns_keep_their_order_and_are_found_by_key),
      cmocka_unit_test(a_column_is_added_once),
      cmocka_unit_test(key_columns_make_the_primary_key),
      cmocka_unit_test(a_primary_key_constraint_replaces_the_marks),
      cmocka_unit_test(the_one_integer_key_column_is_generated),
      cmocka_unit_test(what_was_asked_for_is_generated_in_a_composite_key),
      cmocka_unit_test(a_column_with_a_default_is_not_generated),
      cmocka_unit_test(a_column_may_be_defined_anew),
      cmocka_unit_test(an_identity_is_copied),
      cmocka_unit_test(a_column_keeps_its_name_and_its_key),
      cmocka_unit_test(references_are_found_when_their_table_comes),
      cmocka_unit_test(a_reference_may_name_a_schema_or_only_a_table),
      cmocka_unit_test(wrong_constraints_are_refused),
      cmocka_unit_test(names_follow_the_conventions),
      cmocka_unit_test(a_convention_may_wrap_the_given_name),
      cmocka_unit_test(a_convention_that_cannot_be_read_is_refused),
      cmocka_unit_test(tables_are_sorted_by_levels),
      cmocka_unit_test(foreign_keys_of_a_cycle_do_not_count),
      cmocka_unit_test(every_failing_allocation_is_survived),
  };
  return cm_test_run(tests);
}
