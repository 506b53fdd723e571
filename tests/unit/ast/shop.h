/* The little shop as a schema: user_account(id, name, age, active), address(id, user_id, email), with entities User and
 * Address and the relations User.addresses and Address.user; Order.items over order_item, the tree Node, and the staff:
 * Emp, its joined subclass Eng and its single-table subclass Mgr, and Co, which refers to both. */
#ifndef CM_TEST_SHOP_H
#define CM_TEST_SHOP_H
#include <cormorant/expr.h>
#include <cormorant/schema.h>
#include <cormorant/stmt.h>

typedef struct shop {
  corm_schema *schema;
  corm_catalog *catalog;
  corm_table *users, *addresses, *orders, *items, *order_item, *nodes, *employees, *engineers, *companies;
  corm_entity *user, *address, *order, *item, *node, *employee, *engineer, *manager, *company;
} shop;

/* 0, or a status when memory fails; then nothing is left of it. */
int shop_open(shop *, corm_error **err);
void shop_close(shop *);
corm_column *shop_column(const corm_table *, const char *key);
#endif
