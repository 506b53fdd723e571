#include "ast/shop.h"
#include <string.h>

corm_column *shop_column(const corm_table *t, const char *key) { return corm_table_peek_column_named(t, key); }

static int define(corm_table **out, shop *s, const char *name, corm_error **err) {
  corm_table_def def = {.size = sizeof def, .name = name};
  return corm_catalog_define(out, s->catalog, &def, err);
}

static int add(corm_table *t, const char *name, int kind, unsigned flags, corm_error **err) {
  corm_column *column = NULL;
  corm_column_def def = {.size = sizeof def, .name = name, .flags = flags};
  def.type = corm_type_plain((corm_type_kind)kind);
  return corm_table_add_column(&column, t, &def, err);
}

static int key(corm_table *t, const char *const *names, size_t n, corm_error **err) {
  corm_column *columns[4];
  corm_constraint *c = NULL;
  corm_constraint_def def = {.size = sizeof def, .kind = CORM_PRIMARY_KEY, .columns = columns, .n = n};
  for (size_t i = 0; i < n; i++)
    columns[i] = shop_column(t, names[i]);
  return corm_table_add_constraint(&c, t, &def, err);
}

static int id_key(corm_table *t, corm_error **err) {
  static const char *const names[] = {"id"};
  return key(t, names, 1, err);
}

static int refer(corm_table *t, const char *name, const char *target, corm_error **err) {
  corm_column *column = shop_column(t, name);
  corm_constraint *c = NULL;
  corm_constraint_def def = {.size = sizeof def, .kind = CORM_FOREIGN_KEY, .columns = &column, .n = 1, .refs = &target};
  return corm_table_add_constraint(&c, t, &def, err);
}

#define PK (CORM_COLUMN_PRIMARY_KEY | CORM_COLUMN_NOT_NULL)

static int people(shop *s, corm_error **err) {
  int status = define(&s->users, s, "user_account", err);
  status = status ? status : add(s->users, "id", CORM_TYPE_INTEGER, PK, err);
  status = status ? status : add(s->users, "name", CORM_TYPE_STRING, 0, err);
  status = status ? status : add(s->users, "age", CORM_TYPE_INTEGER, 0, err);
  status = status ? status : add(s->users, "active", CORM_TYPE_BOOLEAN, 0, err);
  status = status ? status : id_key(s->users, err);
  status = status ? status : define(&s->addresses, s, "address", err);
  status = status ? status : add(s->addresses, "id", CORM_TYPE_INTEGER, PK, err);
  status = status ? status : add(s->addresses, "user_id", CORM_TYPE_INTEGER, 0, err);
  status = status ? status : add(s->addresses, "email", CORM_TYPE_STRING, 0, err);
  status = status ? status : id_key(s->addresses, err);
  return status ? status : refer(s->addresses, "user_id", "user_account.id", err);
}

static int trade(shop *s, corm_error **err) {
  static const char *const both[] = {"order_id", "item_id"};
  int status = define(&s->orders, s, "orders", err);
  status = status ? status : add(s->orders, "id", CORM_TYPE_INTEGER, PK, err);
  status = status ? status : add(s->orders, "user_id", CORM_TYPE_INTEGER, 0, err);
  status = status ? status : id_key(s->orders, err);
  status = status ? status : refer(s->orders, "user_id", "user_account.id", err);
  status = status ? status : define(&s->items, s, "item", err);
  status = status ? status : add(s->items, "id", CORM_TYPE_INTEGER, PK, err);
  status = status ? status : add(s->items, "name", CORM_TYPE_STRING, 0, err);
  status = status ? status : id_key(s->items, err);
  status = status ? status : define(&s->order_item, s, "order_item", err);
  status = status ? status : add(s->order_item, "order_id", CORM_TYPE_INTEGER, PK, err);
  status = status ? status : add(s->order_item, "item_id", CORM_TYPE_INTEGER, PK, err);
  status = status ? status : key(s->order_item, both, 2, err);
  status = status ? status : refer(s->order_item, "order_id", "orders.id", err);
  return status ? status : refer(s->order_item, "item_id", "item.id", err);
}

static int hierarchies(shop *s, corm_error **err) {
  int status = define(&s->nodes, s, "node", err);
  status = status ? status : add(s->nodes, "id", CORM_TYPE_INTEGER, PK, err);
  status = status ? status : add(s->nodes, "parent_id", CORM_TYPE_INTEGER, 0, err);
  status = status ? status : id_key(s->nodes, err);
  status = status ? status : refer(s->nodes, "parent_id", "node.id", err);
  status = status ? status : define(&s->employees, s, "emp", err);
  status = status ? status : add(s->employees, "id", CORM_TYPE_INTEGER, PK, err);
  status = status ? status : add(s->employees, "type", CORM_TYPE_STRING, 0, err);
  status = status ? status : add(s->employees, "name", CORM_TYPE_STRING, 0, err);
  status = status ? status : id_key(s->employees, err);
  status = status ? status : define(&s->engineers, s, "eng", err);
  status = status ? status : add(s->engineers, "id", CORM_TYPE_INTEGER, PK, err);
  status = status ? status : add(s->engineers, "lang", CORM_TYPE_STRING, 0, err);
  status = status ? status : id_key(s->engineers, err);
  status = status ? status : refer(s->engineers, "id", "emp.id", err);
  status = status ? status : define(&s->companies, s, "co", err);
  status = status ? status : add(s->companies, "id", CORM_TYPE_INTEGER, PK, err);
  status = status ? status : add(s->companies, "eng_id", CORM_TYPE_INTEGER, 0, err);
  status = status ? status : add(s->companies, "mgr_id", CORM_TYPE_INTEGER, 0, err);
  status = status ? status : id_key(s->companies, err);
  status = status ? status : refer(s->companies, "eng_id", "eng.id", err);
  return status ? status : refer(s->companies, "mgr_id", "emp.id", err);
}

static int map(corm_entity **out, shop *s, const char *name, corm_table *t, corm_error **err) {
  corm_entity_def def = {.size = sizeof def, .name = name, .table = t};
  int status = corm_schema_map(out, s->schema, &def, err);
  for (size_t i = 0; !status && i < corm_table_peek_columns(t); i++) {
    int slot = 0;
    corm_column *column = corm_table_peek_column(t, i);
    corm_attribute_def attribute = {.size = sizeof attribute, .columns = &column, .n_columns = 1};
    attribute.key = corm_column_peek_key(column);
    status = corm_entity_add_attribute(&slot, *out, &attribute, err);
  }
  return status;
}

static int relate(corm_entity *owner, const char *name, corm_entity *target, corm_table *secondary, const char *back,
                  corm_column *remote, corm_error **err) {
  int slot = 0;
  corm_relation_def def = {.size = sizeof def, .key = name, .target = target, .uselist = -1, .secondary = secondary};
  def.cascade = CORM_CASCADE_SAVE_UPDATE | CORM_CASCADE_MERGE;
  def.back_populates = back;
  def.remote_side = remote ? &remote : NULL;
  def.n_remote_side = remote ? 1 : 0;
  return corm_entity_add_relation(&slot, owner, &def, err);
}

static int inherit(shop *s, corm_error **err) {
  corm_value emp = corm_text("emp"), eng = corm_text("eng"), mgr = corm_text("mgr");
  corm_entity_def base = {.size = sizeof base, .name = "Emp", .table = s->employees, .identity = &emp};
  corm_entity_def joined = {.size = sizeof joined, .name = "Eng", .table = s->engineers, .identity = &eng};
  corm_entity_def single = {.size = sizeof single, .name = "Mgr", .identity = &mgr};
  corm_column *key_columns[2];
  corm_attribute_def attribute = {.size = sizeof attribute};
  int slot = 0, status = corm_schema_map(&s->employee, s->schema, &base, err);
  for (size_t i = 0; !status && i < 3; i++) {
    corm_column *column = corm_table_peek_column(s->employees, i);
    attribute.key = corm_column_peek_key(column);
    attribute.columns = &column;
    attribute.n_columns = 1;
    status = corm_entity_add_attribute(&slot, s->employee, &attribute, err);
  }
  status = status ? status : corm_entity_set_discriminator(s->employee, "type", err);
  joined.parent = single.parent = s->employee;
  status = status ? status : corm_schema_map(&s->engineer, s->schema, &joined, err);
  if (status)
    return status;
  key_columns[0] = shop_column(s->engineers, "id");
  key_columns[1] = shop_column(s->employees, "id");
  attribute.key = "id";
  attribute.columns = key_columns;
  attribute.n_columns = 2;
  status = corm_entity_add_attribute(&slot, s->engineer, &attribute, err);
  key_columns[0] = shop_column(s->engineers, "lang");
  attribute.key = "lang";
  attribute.n_columns = 1;
  status = status ? status : corm_entity_add_attribute(&slot, s->engineer, &attribute, err);
  return status ? status : corm_schema_map(&s->manager, s->schema, &single, err);
}

static int refer_to(corm_entity *owner, const char *name, corm_entity *target, corm_column *foreign, corm_error **err) {
  int slot = 0;
  corm_relation_def def = {.size = sizeof def, .key = name, .target = target, .uselist = -1};
  def.foreign_keys = &foreign;
  def.n_foreign_keys = 1;
  return corm_entity_add_relation(&slot, owner, &def, err);
}

static int mapping(shop *s, corm_error **err) {
  int status = map(&s->user, s, "User", s->users, err);
  status = status ? status : map(&s->address, s, "Address", s->addresses, err);
  status = status ? status : map(&s->order, s, "Order", s->orders, err);
  status = status ? status : map(&s->item, s, "Item", s->items, err);
  status = status ? status : map(&s->node, s, "Node", s->nodes, err);
  status = status ? status : inherit(s, err);
  status = status ? status : map(&s->company, s, "Co", s->companies, err);
  status = status ? status : refer_to(s->company, "eng", s->engineer, shop_column(s->companies, "eng_id"), err);
  status = status ? status : refer_to(s->company, "mgr", s->manager, shop_column(s->companies, "mgr_id"), err);
  status = status ? status : relate(s->user, "addresses", s->address, NULL, "user", NULL, err);
  status = status ? status : relate(s->address, "user", s->user, NULL, "addresses", NULL, err);
  status = status ? status : relate(s->user, "orders", s->order, NULL, NULL, NULL, err);
  status = status ? status : relate(s->order, "items", s->item, s->order_item, NULL, NULL, err);
  status = status ? status : relate(s->node, "children", s->node, NULL, "parent", NULL, err);
  if (!status)
    status = relate(s->node, "parent", s->node, NULL, "children", shop_column(s->nodes, "id"), err);
  return status ? status : corm_schema_seal(s->schema, err);
}

int shop_open(shop *s, corm_error **err) {
  corm_catalog_def def = {.size = sizeof def};
  int status = 0;
  memset(s, 0, sizeof *s);
  status = corm_schema_new(&s->schema, err);
  status = status ? status : corm_catalog_new(&s->catalog, s->schema, &def, err);
  status = status ? status : people(s, err);
  status = status ? status : trade(s, err);
  status = status ? status : hierarchies(s, err);
  status = status ? status : mapping(s, err);
  if (status)
    shop_close(s);
  return status;
}

void shop_close(shop *s) {
  corm_schema_unref(s->schema);
  memset(s, 0, sizeof *s);
}
