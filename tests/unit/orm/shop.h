/* The little shop, mapped in C: users with purchases, products with tags. What the tests of this layer share. */
#ifndef SHOP_H
#define SHOP_H
#include "../support.h"
#include "orm/orm.h"
#include <cormorant/engine.h>
#include <cormorant/session.h>

typedef struct shop {
  corm_schema *schema;
  corm_catalog *catalog;
  corm_table *users, *purchases, *tags, *purchase_tags;
  corm_entity *user, *purchase, *tag;
  int user_id, user_name, user_age, user_bio, user_purchases; /* slots; bio is deferred */
  int purchase_id, purchase_user_id, purchase_item, purchase_user, purchase_tags_slot;
  int tag_id, tag_name;
} shop;

int shop_make(shop *, corm_error **err); /* 0 on success */
void shop_free(shop *);
/* An engine on a fresh database in memory with the shop's tables. */
int shop_engine(shop *, corm_engine **out, corm_error **err);
/* Runs SQL on a connection of the engine, which is committed. */
void shop_sql(corm_engine *, const char *sql);
#endif
