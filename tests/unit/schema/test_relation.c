#include "shop.h"

static corm_column *column(const corm_entity *e, const char *key) {
  return corm_entity_peek_column(e, corm_entity_peek_slot(e, key));
}

/* User has Purchases; Purchase and Tag are linked by a table. */
typedef struct market {
  shop s;
  corm_table *user, *purchase, *tag, *purchase_tag;
  corm_entity *User, *Purchase, *Tag;
} market;

static void open_market(market *m) {
  shop_open(&m->s, NULL);
  m->user = shop_table(&m->s, "user");
  m->purchase = shop_table(&m->s, "purchase");
  m->tag = shop_table(&m->s, "tag");
  m->purchase_tag = shop_table(&m->s, "purchase_tag");
  shop_key(&m->s, m->user, "id");
  shop_key(&m->s, m->purchase, "id");
  shop_refers(&m->s, m->purchase, "user_id", "user.id");
  shop_key(&m->s, m->tag, "id");
  shop_refers(&m->s, m->purchase_tag, "purchase_id", "purchase.id");
  shop_refers(&m->s, m->purchase_tag, "tag_id", "tag.id");
  m->User = shop_map(&m->s, "User", m->user, NULL);
  m->Purchase = shop_map(&m->s, "Purchase", m->purchase, NULL);
  m->Tag = shop_map(&m->s, "Tag", m->tag, NULL);
}

static void one_to_many_and_back_follow_the_foreign_key(void **state) {
  (void)state;
  market m;
  open_market(&m);
  corm_relation *many = shop_relate(&m.s, m.User, "purchases", m.Purchase, "user");
  corm_relation *one = shop_relate(&m.s, m.Purchase, "user", m.User, "purchases");
  assert_int_equal(corm_relation_peek_direction(many), 0);
  assert_int_equal(shop_seal(&m.s), CORM_OK);
  assert_int_equal(corm_relation_peek_direction(many), CORM_ONE_TO_MANY);
  assert_int_equal(corm_relation_peek_direction(one), CORM_MANY_TO_ONE);
  assert_true(corm_relation_peek_uselist(many));
  assert_false(corm_relation_peek_uselist(one));
  assert_ptr_equal(corm_relation_peek_back(many), one);
  assert_ptr_equal(corm_relation_peek_back(one), many);
  assert_int_equal(many->n_pairs, 1);
  assert_ptr_equal(many->pairs[0].from, column(m.User, "id"));
  assert_ptr_equal(many->pairs[0].to, column(m.Purchase, "user_id"));
  assert_int_equal(many->pairs[0].from_slot, 0);
  assert_int_equal(many->pairs[0].to_slot, 1);
  assert_int_equal(one->pairs[0].from_slot, 0);
  assert_int_equal(one->pairs[0].to_slot, 1);
  assert_true(one->simple_key);
  assert_true(many->simple_fk);
  assert_false(one->simple_fk);
  assert_int_equal(one->n_remote_side, 1);
  assert_ptr_equal(one->remote_side[0], column(m.User, "id"));
  assert_ptr_equal(many->remote_side[0], column(m.Purchase, "user_id"));
  assert_int_equal(shop_close(&m.s), CORM_OK);
}

static void the_condition_says_the_referenced_column_first(void **state) {
  (void)state;
  market m;
  open_market(&m);
  corm_relation *one = shop_relate(&m.s, m.Purchase, "user", m.User, NULL);
  assert_int_equal(shop_seal(&m.s), CORM_OK);
  const corm_node *left = corm_node_peek_kid(one->primaryjoin, 0), *right = corm_node_peek_kid(one->primaryjoin, 1);
  assert_int_equal(corm_node_peek_operator(one->primaryjoin), CORM_OP_EQ);
  assert_ptr_equal(corm_node_peek_column(left), column(m.User, "id"));
  assert_ptr_equal(corm_node_peek_column(right), column(m.Purchase, "user_id"));
  assert_int_equal(corm_node_peek_kind(corm_node_peek_kid(left, 0)), CORM_NODE_TABLE);
  assert_int_equal(shop_close(&m.s), CORM_OK);
}

static void a_secondary_table_gives_two_kinds_of_pairs(void **state) {
  (void)state;
  market m;
  open_market(&m);
  corm_relation_def d = {.key = "tags", .target = m.Tag, .uselist = -1, .secondary = m.purchase_tag};
  corm_relation *tags = shop_relate_as(&m.s, m.Purchase, &d);
  assert_int_equal(shop_seal(&m.s), CORM_OK);
  assert_int_equal(tags->direction, CORM_MANY_TO_MANY);
  assert_true(tags->uselist);
  assert_int_equal(tags->n_pairs, 1);
  assert_ptr_equal(tags->pairs[0].from, column(m.Purchase, "id"));
  assert_string_equal(tags->pairs[0].to->name, "purchase_id");
  assert_int_equal(tags->pairs[0].to_slot, -1);
  assert_int_equal(tags->n_secondary_pairs, 1);
  assert_ptr_equal(tags->secondary_pairs[0].from, column(m.Tag, "id"));
  assert_string_equal(tags->secondary_pairs[0].to->name, "tag_id");
  assert_int_equal(tags->n_remote_side, 2);
  assert_non_null(tags->secondaryjoin);
  assert_int_equal(shop_close(&m.s), CORM_OK);
}

static void tables_without_a_foreign_key_cannot_be_related(void **state) {
  (void)state;
  market m;
  open_market(&m);
  shop_relate(&m.s, m.User, "tags", m.Tag, NULL);
  assert_int_equal(shop_seal(&m.s), CORM_ENOFOREIGNKEY);
  assert_string_equal(corm_error_message(m.s.err), "relation \"User.tags\": there is no foreign key between the tables "
                                                   "\"user\" and \"tag\": add one, or give primaryjoin");
  shop_close(&m.s);
}

static void of_several_foreign_keys_one_must_be_named(void **state) {
  (void)state;
  market m;
  open_market(&m);
  corm_column *payer = shop_refers(&m.s, m.purchase, "payer_id", "user.id");
  corm_relation_def d = {.key = "payer", .target = m.User, .uselist = -1, .foreign_keys = &payer, .n_foreign_keys = 1};
  corm_relation *r = shop_relate_as(&m.s, m.Purchase, &d);
  assert_int_equal(shop_seal(&m.s), CORM_OK);
  assert_ptr_equal(r->pairs[0].to, payer);
  assert_int_equal(r->direction, CORM_MANY_TO_ONE);
  shop_relate(&m.s, m.Purchase, "user", m.User, NULL);
  assert_int_equal(shop_seal(&m.s), CORM_EAMBIGUOUSFOREIGNKEY);
  assert_string_equal(corm_error_message(m.s.err),
                      "relation \"Purchase.user\": there are several foreign keys between the tables \"purchase\" and "
                      "\"user\": name the columns that are meant in foreign_keys");
  shop_close(&m.s);
}

static void composite_foreign_keys_copy_every_column(void **state) {
  (void)state;
  shop s;
  shop_open(&s, NULL);
  corm_table *parent = shop_table(&s, "parent"), *child = shop_table(&s, "child");
  shop_key(&s, parent, "a");
  shop_key(&s, parent, "b");
  shop_key(&s, child, "id");
  corm_column *x = shop_column(&s, child, "x"), *y = shop_column(&s, child, "y");
  shop_refers2(&s, child, y, x, "parent.b", "parent.a");
  corm_entity *Parent = shop_map(&s, "Parent", parent, NULL), *Child = shop_map(&s, "Child", child, NULL);
  corm_relation *up = shop_relate(&s, Child, "parent", Parent, "children");
  corm_relation *down = shop_relate(&s, Parent, "children", Child, "parent");
  assert_int_equal(shop_seal(&s), CORM_OK);
  assert_int_equal(up->n_pairs, 2);
  assert_string_equal(up->pairs[0].from->name, "a"); /* in the order of the table's columns, not of the foreign key */
  assert_ptr_equal(up->pairs[0].to, x);
  assert_ptr_equal(up->pairs[1].to, y);
  assert_true(up->simple_key);
  assert_true(down->simple_fk);
  assert_int_equal(corm_node_peek_kind(up->primaryjoin), CORM_NODE_AND);
  assert_int_equal(shop_close(&s), CORM_OK);
}

static corm_entity *open_tree(shop *s, corm_column **id) {
  shop_open(s, NULL);
  corm_table *t = shop_table(s, "node");
  *id = shop_key(s, t, "id");
  shop_refers(s, t, "parent_id", "node.id");
  return shop_map(s, "Node", t, NULL);
}

static void remote_side_turns_a_self_reference_around(void **state) {
  (void)state;
  shop s;
  corm_column *id = NULL;
  corm_entity *Node = open_tree(&s, &id);
  corm_relation_def up = {.key = "parent", .target = Node, .uselist = -1, .remote_side = &id, .n_remote_side = 1};
  up.back_populates = "children";
  corm_relation *parent = shop_relate_as(&s, Node, &up);
  corm_relation *children = shop_relate(&s, Node, "children", Node, "parent");
  assert_int_equal(shop_seal(&s), CORM_OK);
  assert_int_equal(parent->direction, CORM_MANY_TO_ONE);
  assert_int_equal(children->direction, CORM_ONE_TO_MANY);
  assert_true(parent->self_referential);
  assert_ptr_equal(parent->remote_side[0], id);
  assert_string_equal(children->remote_side[0]->name, "parent_id");
  assert_int_equal(parent->pairs[0].from_slot, 0);
  assert_int_equal(parent->pairs[0].to_slot, 1);
  assert_true(parent->simple_key);
  assert_int_equal(shop_close(&s), CORM_OK);
}

static void a_self_reference_both_ways_needs_remote_side(void **state) {
  (void)state;
  shop s;
  corm_column *id = NULL;
  corm_entity *Node = open_tree(&s, &id);
  shop_relate(&s, Node, "parent", Node, "children");
  shop_relate(&s, Node, "children", Node, "parent");
  assert_int_equal(shop_seal(&s), CORM_EARGUMENT);
  assert_string_equal(
      corm_error_message(s.err),
      "relation \"Node.parent\" and its back \"Node.children\" are both one-to-many: where a table refers "
      "to itself, give remote_side on the many-to-one side");
  shop_close(&s);
}

static void a_column_on_both_sides_does_not_decide_the_direction(void **state) {
  (void)state;
  shop s;
  shop_open(&s, NULL);
  corm_table *t = shop_table(&s, "folder");
  corm_column *account = shop_key(&s, t, "account_id"), *id = shop_key(&s, t, "id");
  corm_column *remote[2] = {account, id};
  shop_refers2(&s, t, account, shop_column(&s, t, "parent_id"), "folder.account_id", "folder.id");
  corm_entity *Folder = shop_map(&s, "Folder", t, NULL);
  corm_relation_def d = {.key = "parent", .target = Folder, .uselist = -1, .remote_side = remote, .n_remote_side = 2};
  corm_relation *parent = shop_relate_as(&s, Folder, &d);
  corm_relation *children = shop_relate(&s, Folder, "children", Folder, "parent");
  assert_int_equal(shop_seal(&s), CORM_OK);
  assert_int_equal(parent->direction, CORM_MANY_TO_ONE);
  assert_int_equal(children->direction, CORM_ONE_TO_MANY);
  assert_int_equal(parent->n_pairs, 2);
  assert_int_equal(shop_close(&s), CORM_OK);
}

static corm_expr *attribute(const corm_entity *e, const char *key) {
  corm_source *from = corm_entity_source(e);
  corm_expr *x = corm_col(from, key);
  corm_node_unref(from);
  return x;
}

static void a_given_condition_is_read_and_freed_of_entities(void **state) {
  (void)state;
  market m;
  open_market(&m);
  corm_value open = corm_int(1);
  corm_expr *parts[2];
  parts[0] = corm_binary(CORM_OP_EQ, attribute(m.User, "id"), attribute(m.Purchase, "user_id"));
  parts[1] = corm_binary(CORM_OP_GT, attribute(m.Purchase, "id"), corm_literal(&open));
  corm_expr *on = corm_and_n(parts, 2);
  corm_relation_def d = {.key = "big", .target = m.Purchase, .uselist = -1, .primaryjoin = on};
  corm_relation *big = shop_relate_as(&m.s, m.User, &d);
  corm_node_unref(on);
  assert_int_equal(shop_seal(&m.s), CORM_OK);
  assert_int_equal(big->direction, CORM_ONE_TO_MANY);
  assert_int_equal(big->n_pairs, 1);
  assert_false(big->simple_fk);
  assert_int_equal(big->n_remote_side, 2);
  const corm_node *first = corm_node_peek_kid(corm_node_peek_kid(big->primaryjoin, 0), 0);
  assert_int_equal(corm_node_peek_kind(corm_node_peek_kid(first, 0)), CORM_NODE_TABLE);
  assert_int_equal(shop_close(&m.s), CORM_OK);
}

static void columns_that_copy_may_be_named_where_no_foreign_key_says_so(void **state) {
  (void)state;
  market m;
  open_market(&m);
  corm_column *loose = shop_column(&m.s, m.tag, "user_id");
  corm_source *users = corm_from(m.user), *tags = corm_from(m.tag);
  corm_expr *on = corm_binary(CORM_OP_EQ, corm_col(users, "id"), corm_col(tags, "user_id"));
  corm_relation_def d = {.key = "tags", .target = m.Tag, .uselist = -1, .primaryjoin = on, .foreign_keys = &loose};
  d.n_foreign_keys = 1;
  corm_relation *r = shop_relate_as(&m.s, m.User, &d);
  assert_int_equal(shop_seal(&m.s), CORM_OK);
  assert_int_equal(r->direction, CORM_ONE_TO_MANY);
  assert_int_equal(r->pairs[0].to_slot, -1); /* the column has no attribute */
  d.n_foreign_keys = 0;
  d.key = "blind";
  shop_relate_as(&m.s, m.User, &d);
  assert_int_equal(shop_seal(&m.s), CORM_EARGUMENT);
  assert_string_equal(corm_error_message(m.s.err), "relation \"User.blind\": no column in its join is foreign: add a "
                                                   "foreign key, or name the columns that copy in foreign_keys");
  corm_node_unref(on);
  corm_node_unref(users);
  corm_node_unref(tags);
  shop_close(&m.s);
}

static void without_equality_a_relation_must_be_viewonly(void **state) {
  (void)state;
  market m;
  open_market(&m);
  corm_expr *on = corm_binary(CORM_OP_GT, attribute(m.User, "id"), attribute(m.Purchase, "user_id"));
  corm_relation_def d = {.key = "seen", .target = m.Purchase, .uselist = -1, .primaryjoin = on};
  d.flags = CORM_RELATION_VIEWONLY;
  corm_relation *seen = shop_relate_as(&m.s, m.User, &d);
  assert_int_equal(shop_seal(&m.s), CORM_OK);
  assert_int_equal(seen->direction, CORM_ONE_TO_MANY);
  assert_int_equal(seen->n_pairs, 0);
  d.flags = 0;
  d.key = "written";
  shop_relate_as(&m.s, m.User, &d);
  corm_node_unref(on);
  assert_int_equal(shop_seal(&m.s), CORM_EARGUMENT);
  assert_non_null(strstr(corm_error_message(m.s.err), "make the relation viewonly"));
  shop_close(&m.s);
}

static void backs_are_checked(void **state) {
  (void)state;
  market m;
  open_market(&m);
  shop_relate(&m.s, m.User, "purchases", m.Purchase, "usr");
  shop_relate(&m.s, m.Purchase, "user", m.User, NULL);
  assert_int_equal(shop_seal(&m.s), CORM_ENAME);
  assert_string_equal(corm_error_message(m.s.err),
                      "class \"Purchase\" has no attribute \"usr\": did you mean \"user\"?");
  shop_close(&m.s);
  open_market(&m);
  shop_relate(&m.s, m.User, "purchases", m.Purchase, "user_id");
  assert_int_equal(shop_seal(&m.s), CORM_EARGUMENT);
  shop_close(&m.s);
}

static int seal_with(unsigned cascade, unsigned flags, int lazy) {
  market m;
  open_market(&m);
  corm_relation_def d = {.key = "user", .target = m.User, .uselist = -1, .cascade = cascade, .flags = flags};
  d.lazy = lazy;
  shop_relate_as(&m.s, m.Purchase, &d);
  shop_seal(&m.s);
  return shop_close(&m.s);
}

static void delete_orphan_needs_a_single_parent(void **state) {
  (void)state;
  assert_int_equal(seal_with(CORM_CASCADE_DELETE_ORPHAN, 0, 0), CORM_EARGUMENT);
  assert_int_equal(seal_with(CORM_CASCADE_DELETE_ORPHAN, CORM_RELATION_SINGLE_PARENT, 0), CORM_OK);
}

static void one_object_is_not_loaded_as_a_query(void **state) {
  (void)state;
  assert_int_equal(seal_with(0, 0, CORM_LAZY_DYNAMIC), CORM_EINVALID);
  assert_int_equal(seal_with(0, 0, 99), CORM_EARGUMENT);
}

static void relations_lead_into_joined_hierarchies(void **state) {
  (void)state;
  shop s;
  shop_open(&s, NULL);
  corm_table *co = shop_table(&s, "co"), *emp = shop_table(&s, "emp"), *eng = shop_table(&s, "eng");
  shop_key(&s, co, "id");
  shop_key(&s, emp, "id");
  shop_refers(&s, emp, "co_id", "co.id");
  shop_key(&s, eng, "id");
  shop_refers(&s, eng, "id", "emp.id");
  corm_entity *Co = shop_map(&s, "Co", co, NULL), *Emp = shop_map(&s, "Emp", emp, NULL);
  corm_entity *Eng = shop_map(&s, "Eng", eng, Emp);
  corm_relation *engs = shop_relate(&s, Co, "engs", Eng, NULL), *up = shop_relate(&s, Emp, "co", Co, NULL);
  assert_int_equal(shop_seal(&s), CORM_OK);
  assert_int_equal(engs->direction, CORM_ONE_TO_MANY);
  assert_int_equal(engs->pairs[0].to_slot, corm_entity_peek_slot(Eng, "co_id"));
  assert_ptr_equal(corm_entity_peek_relation(Eng, corm_entity_peek_slot(Eng, "co")), up);
  assert_int_equal(shop_close(&s), CORM_OK);
}

static void relations_may_come_after_a_seal(void **state) {
  (void)state;
  market m;
  open_market(&m);
  assert_int_equal(shop_seal(&m.s), CORM_OK);
  uint64_t generation = m.s.schema->generation;
  assert_int_equal(shop_seal(&m.s), CORM_OK);
  assert_true(m.s.schema->generation == generation);
  corm_relation *r = shop_relate(&m.s, m.User, "purchases", m.Purchase, NULL);
  assert_int_equal(shop_seal(&m.s), CORM_OK);
  assert_int_equal(r->direction, CORM_ONE_TO_MANY);
  assert_true(m.s.schema->generation > generation);
  assert_int_equal(shop_close(&m.s), CORM_OK);
}

static void relations_may_lead_to_another_schema(void **state) {
  (void)state;
  market m;
  shop other;
  open_market(&m);
  shop_open(&other, NULL);
  corm_table *note = shop_table(&other, "note");
  shop_key(&other, note, "id");
  corm_column *user_id = shop_column(&other, note, "user_id"), *id = column(m.User, "id");
  corm_constraint_def fk = {.size = sizeof fk, .kind = CORM_FOREIGN_KEY, .columns = &user_id, .n = 1};
  corm_constraint *k = NULL;
  fk.ref_columns = &id;
  assert_int_equal(corm_table_add_constraint(&k, note, &fk, NULL), CORM_OK);
  corm_relation *r = shop_relate(&other, shop_map(&other, "Note", note, NULL), "user", m.User, NULL);
  assert_int_equal(shop_seal(&other), CORM_OK);
  assert_int_equal(r->direction, CORM_MANY_TO_ONE);
  assert_true(r->simple_key);
  assert_int_equal(shop_close(&m.s), CORM_OK);
  assert_string_equal(corm_entity_peek_name(r->target), "User");
  assert_int_equal(shop_close(&other), CORM_OK);
}

static void indexes_are_named_by_their_columns(void **state) {
  (void)state;
  market m;
  open_market(&m);
  corm_source *from = corm_from(m.purchase);
  corm_expr *x = corm_col(from, "user_id");
  corm_index_def d = {.size = sizeof d, .exprs = &x, .n = 1, .unique = 1};
  corm_index *index = NULL;
  assert_int_equal(corm_table_add_index(&index, m.purchase, &d, NULL), CORM_OK);
  assert_string_equal(corm_index_peek_name(index), "ix_purchase_user_id");
  assert_ptr_equal(corm_table_peek_index(m.purchase, 0), index);
  d.n = 0;
  assert_int_equal(corm_table_add_index(&index, m.purchase, &d, NULL), CORM_EARGUMENT);
  corm_node_unref(x);
  corm_node_unref(from);
  assert_int_equal(shop_close(&m.s), CORM_OK);
}

static void flushed_in(corm_entity *const *bases, size_t n, const char *joined, const char *cycles) {
  corm_entity *out[8];
  unsigned char cycle[8];
  char text[128] = "", marks[16] = "";
  assert_int_equal(cm_entities_flush_order(bases, n, out, cycle), n);
  for (size_t i = 0; i < n; i++) {
    snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? " " : "", out[i]->name);
    marks[i] = cycle[i] ? '1' : '0';
  }
  assert_string_equal(text, joined);
  assert_string_equal(marks, cycles);
}

static void entities_are_flushed_by_their_relations(void **state) {
  (void)state;
  market m;
  open_market(&m);
  corm_entity *all[3] = {m.Purchase, m.Tag, m.User};
  assert_int_equal(shop_seal(&m.s), CORM_OK);
  flushed_in(all, 3, "Tag User Purchase", "000"); /* no relation speaks: the foreign key does */
  shop_relate(&m.s, m.Purchase, "user", m.User, NULL);
  corm_relation_def d = {.key = "tags", .target = m.Tag, .uselist = -1, .secondary = m.purchase_tag};
  shop_relate_as(&m.s, m.Purchase, &d);
  assert_int_equal(shop_seal(&m.s), CORM_OK);
  flushed_in(all, 3, "Tag User Purchase", "000");
  flushed_in(all, 1, "Purchase", "0");
  assert_int_equal(shop_close(&m.s), CORM_OK);
}

static void circles_are_flushed_object_by_object(void **state) {
  (void)state;
  market m;
  open_market(&m);
  corm_column *last = shop_refers(&m.s, m.user, "last_id", "purchase.id"), *user_id = column(m.Purchase, "user_id");
  corm_relation_def d = {
      .key = "last", .target = m.Purchase, .uselist = -1, .foreign_keys = &last, .n_foreign_keys = 1};
  corm_relation_def e = {.key = "user", .target = m.User, .uselist = -1, .foreign_keys = &user_id, .n_foreign_keys = 1};
  corm_entity *all[3] = {m.Tag, m.Purchase, m.User};
  shop_relate_as(&m.s, m.User, &d);
  corm_relation *back = shop_relate_as(&m.s, m.Purchase, &e);
  assert_int_equal(shop_seal(&m.s), CORM_OK);
  flushed_in(all, 3, "Tag Purchase User", "011");
  back->flags |= CORM_RELATION_POST_UPDATE;
  flushed_in(all, 3, "Purchase Tag User", "000");
  assert_int_equal(shop_close(&m.s), CORM_OK);
}

static void a_self_reference_is_flushed_object_by_object(void **state) {
  (void)state;
  shop s;
  corm_column *id = NULL;
  corm_entity *Node = open_tree(&s, &id);
  shop_relate(&s, Node, "children", Node, NULL);
  assert_int_equal(shop_seal(&s), CORM_OK);
  flushed_in(&Node, 1, "Node", "1");
  assert_int_equal(shop_close(&s), CORM_OK);
}

static int build(void *ctx) {
  market m;
  corm_expr *on = NULL, *order = NULL;
  (void)ctx;
  open_market(&m);
  corm_relation_def tags = {.key = "tags", .target = m.Tag, .uselist = -1, .secondary = m.purchase_tag};
  corm_relation_def given = {.key = "given", .target = m.Purchase, .uselist = -1};
  if (!m.s.status) {
    on = corm_binary(CORM_OP_EQ, attribute(m.User, "id"), attribute(m.Purchase, "user_id"));
    order = attribute(m.Purchase, "id");
    given.primaryjoin = on;
    given.order_by = &order;
    given.n_order_by = 1;
  }
  shop_relate(&m.s, m.User, "purchases", m.Purchase, "user");
  shop_relate(&m.s, m.Purchase, "user", m.User, "purchases");
  shop_relate_as(&m.s, m.Purchase, &tags);
  shop_relate_as(&m.s, m.User, &given);
  shop_seal(&m.s);
  if (m.s.status && m.s.status != CORM_ENOMEM)
    fail_msg("%s", corm_error_message(m.s.err));
  corm_node_unref(on);
  corm_node_unref(order);
  return shop_close(&m.s);
}

static void every_failing_allocation_is_survived(void **state) {
  (void)state;
  cm_test_each_failure(build, NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(one_to_many_and_back_follow_the_foreign_key),
      cmocka_unit_test(the_condition_says_the_referenced_column_first),
      cmocka_unit_test(a_secondary_table_gives_two_kinds_of_pairs),
      cmocka_unit_test(tables_without_a_foreign_key_cannot_be_related),
      cmocka_unit_test(of_several_foreign_keys_one_must_be_named),
      cmocka_unit_test(composite_foreign_keys_copy_every_column),
      cmocka_unit_test(remote_side_turns_a_self_reference_around),
      cmocka_unit_test(a_self_reference_both_ways_needs_remote_side),
      cmocka_unit_test(a_column_on_both_sides_does_not_decide_the_direction),
      cmocka_unit_test(a_given_condition_is_read_and_freed_of_entities),
      cmocka_unit_test(columns_that_copy_may_be_named_where_no_foreign_key_says_so),
      cmocka_unit_test(without_equality_a_relation_must_be_viewonly),
      cmocka_unit_test(backs_are_checked),
      cmocka_unit_test(delete_orphan_needs_a_single_parent),
      cmocka_unit_test(one_object_is_not_loaded_as_a_query),
      cmocka_unit_test(relations_lead_into_joined_hierarchies),
      cmocka_unit_test(relations_may_come_after_a_seal),
      cmocka_unit_test(relations_may_lead_to_another_schema),
      cmocka_unit_test(indexes_are_named_by_their_columns),
      cmocka_unit_test(entities_are_flushed_by_their_relations),
      cmocka_unit_test(circles_are_flushed_object_by_object),
      cmocka_unit_test(a_self_reference_is_flushed_object_by_object),
      cmocka_unit_test(every_failing_allocation_is_survived),
  };
  return cm_test_run(tests);
}
