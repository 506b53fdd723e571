#include "shop.h"

static void attributes_take_slots_in_order(void **state) {
  (void)state;
  shop s;
  shop_open(&s, NULL);
  corm_table *t = shop_table(&s, "user");
  corm_column *id = shop_key(&s, t, "id"), *name = shop_column(&s, t, "name");
  corm_entity *user = shop_map(&s, "User", t, NULL);
  assert_int_equal(shop_seal(&s), CORM_OK);
  assert_int_equal(corm_entity_peek_slots(user), 2);
  assert_string_equal(corm_entity_peek_key(user, 1), "name");
  assert_int_equal(corm_entity_peek_slot(user, "name"), 1);
  assert_int_equal(corm_entity_peek_slot(user, "nothing"), -1);
  assert_ptr_equal(corm_entity_peek_column(user, 1), name);
  assert_null(corm_entity_peek_column(user, 7));
  assert_int_equal(corm_entity_peek_key_size(user), 1);
  assert_int_equal(corm_entity_peek_key_slot(user, 0), 0);
  assert_int_equal(cm_entity_attribute_of(user, id)->slot, 0);
  assert_int_equal(shop_close(&s), CORM_OK);
}

static void an_unknown_attribute_is_named_with_its_nearest(void **state) {
  (void)state;
  shop s;
  shop_open(&s, NULL);
  corm_table *t = shop_table(&s, "user");
  shop_key(&s, t, "id");
  shop_column(&s, t, "name");
  corm_entity *user = shop_map(&s, "User", t, NULL);
  assert_int_equal(cm_entity_fail_name(&s.err, user, "nmae"), CORM_ENAME);
  assert_string_equal(corm_error_message(s.err), "class \"User\" has no attribute \"nmae\": did you mean \"name\"?");
  assert_int_equal(corm_entity_set_discriminator(user, "type", &s.err), CORM_ENAME);
  shop_close(&s);
}

static void wrong_entities_are_refused(void **state) {
  (void)state;
  shop s;
  corm_entity_def nameless = {.size = sizeof nameless}, homeless = {.size = sizeof homeless, .name = "X"};
  corm_entity_def concrete = {.size = sizeof concrete, .name = "X", .flags = CORM_ENTITY_CONCRETE};
  corm_entity *e = NULL;
  shop_open(&s, NULL);
  corm_table *t = shop_table(&s, "user"), *u = shop_table(&s, "other");
  corm_column *foreign = shop_key(&s, u, "x");
  corm_attribute_def strange = {.size = sizeof strange, .key = "x", .columns = &foreign, .n_columns = 1};
  corm_attribute_def empty = {.size = sizeof empty, .key = "x"};
  int slot = -1;
  shop_key(&s, t, "id");
  nameless.table = t;
  concrete.parent = shop_map(&s, "User", t, NULL);
  assert_int_equal(corm_schema_map(&e, s.schema, &nameless, NULL), CORM_EARGUMENT);
  assert_int_equal(corm_schema_map(&e, s.schema, &homeless, NULL), CORM_EARGUMENT);
  assert_int_equal(corm_schema_map(&e, s.schema, &concrete, NULL), CORM_EARGUMENT);
  assert_int_equal(corm_entity_add_attribute(&slot, concrete.parent, &strange, &s.err), CORM_EARGUMENT);
  assert_string_equal(corm_error_message(s.err), "attribute \"User.x\" cannot be column \"other.x\": the class is not "
                                                 "mapped to that table");
  assert_int_equal(corm_entity_add_attribute(&slot, concrete.parent, &empty, &s.err), CORM_EARGUMENT);
  shop_close(&s);
}

static void an_entity_needs_a_mapped_key(void **state) {
  (void)state;
  shop s;
  shop_open(&s, NULL);
  corm_table *t = shop_table(&s, "log");
  corm_column *line = shop_column(&s, t, "line");
  shop_map(&s, "Log", t, NULL);
  assert_int_equal(corm_schema_seal(s.schema, &s.err), CORM_EARGUMENT);
  assert_string_equal(corm_error_message(s.err),
                      "class \"Log\": table \"log\" has no primary key, and objects are told "
                      "apart by it: mark a column");
  shop_constraint(&s, t, CORM_PRIMARY_KEY, NULL, line);
  assert_int_equal(corm_schema_seal(s.schema, &s.err), CORM_OK);
  shop_key(&s, t, "part");
  corm_entity_def d = {.size = sizeof d, .name = "Other", .table = t};
  corm_entity *other = NULL;
  assert_int_equal(corm_schema_map(&other, s.schema, &d, NULL), CORM_OK);
  assert_int_equal(corm_schema_seal(s.schema, &s.err), CORM_EARGUMENT);
  assert_string_equal(corm_error_message(s.err),
                      "class \"Other\" has no attribute for the key column \"log.line\": add one");
  shop_close(&s);
}

typedef struct staff {
  shop s;
  corm_table *emp, *eng;
  corm_entity *employee, *engineer, *intern;
} staff;

static void open_staff(staff *f) {
  shop_open(&f->s, NULL);
  f->emp = shop_table(&f->s, "emp");
  f->eng = shop_table(&f->s, "eng");
  shop_key(&f->s, f->emp, "id");
  shop_column(&f->s, f->emp, "type");
  shop_key(&f->s, f->eng, "id");
  shop_refers(&f->s, f->eng, "id", "emp.id");
  shop_column(&f->s, f->eng, "lang");
  f->employee = shop_map(&f->s, "Employee", f->emp, NULL);
  f->engineer = shop_map(&f->s, "Engineer", f->eng, f->employee);
  f->intern = shop_map(&f->s, "Intern", NULL, f->engineer);
}

static void a_joined_child_shares_the_parents_slots(void **state) {
  (void)state;
  staff f;
  open_staff(&f);
  assert_int_equal(shop_seal(&f.s), CORM_OK);
  const cm_attribute *id = f.engineer->attrs[0];
  assert_int_equal(corm_entity_peek_slots(f.engineer), 3);
  assert_int_equal(id->n_columns, 2);
  assert_ptr_equal(id->columns[0]->table, f.eng);
  assert_ptr_equal(id->columns[1]->table, f.emp);
  assert_int_equal(corm_entity_peek_slot(f.engineer, "type"), corm_entity_peek_slot(f.employee, "type"));
  assert_int_equal(f.engineer->n_tables, 2);
  assert_ptr_equal(f.engineer->tables[0], f.emp);
  assert_ptr_equal(f.engineer->base, f.employee);
  assert_false(f.engineer->single);
  assert_int_equal(corm_entity_peek_key_slot(f.engineer, 0), 0);
  assert_int_equal(f.employee->attrs[0]->n_columns, 1);
  assert_int_equal(shop_close(&f.s), CORM_OK);
}

static void a_joined_child_joins_along_its_foreign_key(void **state) {
  (void)state;
  staff f;
  open_staff(&f);
  assert_int_equal(shop_seal(&f.s), CORM_OK);
  const corm_expr *on = f.engineer->inherit_condition;
  assert_int_equal(corm_node_peek_operator(on), CORM_OP_EQ);
  assert_ptr_equal(corm_node_peek_column(corm_node_peek_kid(on, 0))->table, f.emp);
  assert_ptr_equal(corm_node_peek_column(corm_node_peek_kid(on, 1))->table, f.eng);
  assert_null(f.employee->inherit_condition);
  assert_null(f.intern->inherit_condition);
  assert_int_equal(shop_close(&f.s), CORM_OK);
}

static void of_several_foreign_keys_the_keys_own_joins_a_child(void **state) {
  (void)state;
  staff f;
  open_staff(&f);
  shop_refers(&f.s, f.eng, "boss_id", "emp.id");
  assert_int_equal(shop_seal(&f.s), CORM_OK);
  const corm_node *child = corm_node_peek_kid(f.engineer->inherit_condition, 1);
  assert_string_equal(corm_node_peek_column(child)->name, "id");
  assert_int_equal(shop_close(&f.s), CORM_OK);
}

static void a_child_without_a_way_to_its_parent_is_refused(void **state) {
  (void)state;
  shop s;
  shop_open(&s, NULL);
  corm_table *emp = shop_table(&s, "emp"), *eng = shop_table(&s, "eng");
  shop_key(&s, emp, "id");
  shop_key(&s, eng, "id");
  shop_map(&s, "Engineer", eng, shop_map(&s, "Employee", emp, NULL));
  assert_int_equal(shop_seal(&s), CORM_ENOFOREIGNKEY);
  assert_string_equal(corm_error_message(s.err),
                      "class \"Engineer\": there is no foreign key between its table \"eng\" "
                      "and \"emp\" of its parent \"Employee\": add one");
  shop_close(&s);
}

static void a_single_table_child_has_its_parents_table(void **state) {
  (void)state;
  staff f;
  open_staff(&f);
  assert_true(f.intern->single);
  assert_ptr_equal(corm_entity_peek_table(f.intern), f.eng);
  assert_int_equal(f.intern->n_tables, 2);
  assert_true(corm_entity_is_a(f.intern, f.employee));
  assert_false(corm_entity_is_a(f.employee, f.intern));
  assert_int_equal(shop_close(&f.s), CORM_OK);
}

static void what_a_parent_gets_later_its_children_have_too(void **state) {
  (void)state;
  staff f;
  open_staff(&f);
  corm_column *late = shop_column(&f.s, f.emp, "late");
  corm_attribute_def d = {.size = sizeof d, .key = "late", .columns = &late, .n_columns = 1};
  int slot = -1;
  assert_int_equal(corm_entity_add_attribute(&slot, f.employee, &d, NULL), CORM_OK);
  assert_int_equal(slot, 2);
  assert_int_equal(corm_entity_peek_slot(f.engineer, "late"), 3);
  assert_int_equal(corm_entity_peek_slot(f.intern, "late"), 3);
  assert_int_equal(cm_slot_in(f.employee, slot, f.engineer), 3);
  assert_int_equal(cm_slot_in(f.engineer, 3, f.employee), 2);
  assert_int_equal(cm_slot_in(f.employee, 1, f.intern), 1);
  assert_int_equal(cm_slot_in(f.engineer, 2, f.employee), -1);
  assert_int_equal(corm_entity_add_attribute(&slot, f.employee, &d, NULL), CORM_EINVALID);
  assert_int_equal(shop_close(&f.s), CORM_OK);
}

static void an_extension_reaches_the_children_of_the_child(void **state) {
  (void)state;
  staff f;
  open_staff(&f);
  corm_column *kind = shop_column(&f.s, f.eng, "kind");
  corm_attribute_def d = {.size = sizeof d, .key = "type", .columns = &kind, .n_columns = 1};
  int slot = -1;
  assert_int_equal(corm_entity_add_attribute(&slot, f.engineer, &d, NULL), CORM_OK);
  assert_int_equal(slot, 1);
  assert_ptr_equal(corm_entity_peek_column(f.intern, 1), kind);
  assert_int_equal(f.intern->attrs[1]->n_columns, 2);
  assert_int_equal(f.employee->attrs[1]->n_columns, 1);
  assert_int_equal(shop_close(&f.s), CORM_OK);
}

static corm_entity *map_as(shop *s, const char *name, corm_entity *parent, const char *identity) {
  corm_value v = corm_text(identity);
  corm_entity_def d = {.size = sizeof d, .name = name, .parent = parent, .identity = &v};
  corm_entity *e = NULL;
  shop_did(s, corm_schema_map(&e, s->schema, &d, &s->err));
  return e;
}

static void subclasses_are_found_by_identity(void **state) {
  (void)state;
  staff f;
  open_staff(&f);
  assert_int_equal(corm_entity_set_discriminator(f.employee, "type", NULL), CORM_OK);
  corm_entity *a = map_as(&f.s, "A", f.employee, "a"), *b = map_as(&f.s, "B", a, "b");
  corm_value va = corm_text("a"), vb = corm_text("b"), vc = corm_text("c");
  assert_ptr_equal(cm_entity_by_identity(f.employee, &va), a);
  assert_ptr_equal(cm_entity_by_identity(f.employee, &vb), b);
  assert_null(cm_entity_by_identity(f.employee, &vc));
  assert_null(cm_entity_by_identity(b, &va));
  assert_int_equal(b->discriminator_slot, 1);
  assert_int_equal(f.engineer->discriminator_slot, 1);
  assert_int_equal(shop_close(&f.s), CORM_OK);
}

static void a_concrete_child_stands_alone(void **state) {
  (void)state;
  staff f;
  open_staff(&f);
  corm_entity_def d = {.size = sizeof d, .name = "Alone", .parent = f.employee, .flags = CORM_ENTITY_CONCRETE};
  corm_entity *e = NULL;
  d.table = f.eng;
  assert_int_equal(corm_schema_map(&e, f.s.schema, &d, NULL), CORM_OK);
  assert_ptr_equal(e->base, e);
  assert_int_equal(corm_entity_peek_slots(e), 0);
  assert_true(corm_entity_is_a(e, f.employee));
  assert_int_equal(shop_close(&f.s), CORM_OK);
}

static int freed;
static void count_free(void *p) {
  assert_non_null(p);
  freed++;
}

static void what_the_orm_hangs_on_an_entity_goes_with_the_schema(void **state) {
  (void)state;
  staff f;
  open_staff(&f);
  f.employee->orm = &freed;
  f.employee->orm_free = count_free;
  freed = 0;
  assert_int_equal(shop_close(&f.s), CORM_OK);
  assert_int_equal(freed, 1);
}

static int build(void *ctx) {
  staff f;
  (void)ctx;
  open_staff(&f);
  for (int i = 0; i < 12 && f.emp && !f.s.status; i++) {
    char name[16];
    snprintf(name, sizeof name, "c%d", i);
    corm_column *c = shop_column(&f.s, f.emp, name);
    corm_attribute_def d = {.size = sizeof d, .key = name, .columns = &c, .n_columns = 1};
    int slot = -1;
    if (c && f.employee)
      shop_did(&f.s, corm_entity_add_attribute(&slot, f.employee, &d, &f.s.err));
    /* a failure leaves parent and children alike */
    if (f.intern)
      assert_int_equal(corm_entity_peek_slot(f.employee, name) < 0, corm_entity_peek_slot(f.intern, name) < 0);
  }
  shop_seal(&f.s);
  return shop_close(&f.s);
}

static void every_failing_allocation_is_survived(void **state) {
  (void)state;
  cm_test_each_failure(build, NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(attributes_take_slots_in_order),
      cmocka_unit_test(an_unknown_attribute_is_named_with_its_nearest),
      cmocka_unit_test(wrong_entities_are_refused),
      cmocka_unit_test(an_entity_needs_a_mapped_key),
      cmocka_unit_test(a_joined_child_shares_the_parents_slots),
      cmocka_unit_test(a_joined_child_joins_along_its_foreign_key),
      cmocka_unit_test(of_several_foreign_keys_the_keys_own_joins_a_child),
      cmocka_unit_test(a_child_without_a_way_to_its_parent_is_refused),
      cmocka_unit_test(a_single_table_child_has_its_parents_table),
      cmocka_unit_test(what_a_parent_gets_later_its_children_have_too),
      cmocka_unit_test(an_extension_reaches_the_children_of_the_child),
      cmocka_unit_test(subclasses_are_found_by_identity),
      cmocka_unit_test(a_concrete_child_stands_alone),
      cmocka_unit_test(what_the_orm_hangs_on_an_entity_goes_with_the_schema),
      cmocka_unit_test(every_failing_allocation_is_survived),
  };
  return cm_test_run(tests);
}
