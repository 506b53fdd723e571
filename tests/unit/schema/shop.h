/* The little shop as a schema, in few words: what the programs of this folder build from. A failing step leaves NULL
 * and is remembered, so that a test with failing memory can go on to its end. */
#ifndef CM_TEST_SHOP_H
#define CM_TEST_SHOP_H
#include "schema/schema.h"
#include "support.h"
#include <cormorant/expr.h>
#include <stdio.h>
#include <string.h>

typedef struct shop {
  corm_schema *schema;
  corm_catalog *catalog;
  corm_error *err;
  int status; /* of the first step that failed */
} shop;

static inline int shop_did(shop *s, int status) {
  if (status && !s->status)
    s->status = status;
  return status == CORM_OK;
}

static inline void shop_open(shop *s, const corm_catalog_def *names) {
  memset(s, 0, sizeof *s);
  if (shop_did(s, corm_schema_new(&s->schema, &s->err)))
    shop_did(s, corm_catalog_new(&s->catalog, s->schema, names, &s->err));
}

static inline int shop_close(shop *s) {
  corm_schema_unref(s->schema);
  corm_error_free(s->err);
  return s->status;
}

static inline corm_table *shop_table(shop *s, const char *name) {
  corm_table_def d = {.size = sizeof d, .name = name};
  corm_table *t = NULL;
  if (s->catalog && !s->status)
    shop_did(s, corm_catalog_define(&t, s->catalog, &d, &s->err));
  return t;
}

static inline corm_column *shop_typed(shop *s, corm_table *t, const char *name, int kind, unsigned flags) {
  corm_column_def d = {.size = sizeof d, .name = name, .flags = flags};
  corm_column *c = NULL;
  d.type = corm_type_plain((corm_type_kind)kind);
  if (t && !s->status)
    shop_did(s, corm_table_add_column(&c, t, &d, &s->err));
  return c;
}

static inline corm_column *shop_column(shop *s, corm_table *t, const char *name) {
  return shop_typed(s, t, name, CORM_TYPE_INTEGER, 0);
}

static inline corm_column *shop_key(shop *s, corm_table *t, const char *name) {
  return shop_typed(s, t, name, CORM_TYPE_INTEGER, CORM_COLUMN_PRIMARY_KEY);
}

static inline corm_constraint *shop_constraint(shop *s, corm_table *t, int kind, const char *name, corm_column *c) {
  corm_constraint_def d = {.size = sizeof d, .kind = kind, .name = name, .columns = &c, .n = 1};
  corm_constraint *k = NULL;
  if (t && c && !s->status)
    shop_did(s, corm_table_add_constraint(&k, t, &d, &s->err));
  return k;
}

/* A foreign key by name, and its column. */
static inline corm_column *shop_refers(shop *s, corm_table *t, const char *name, const char *ref) {
  corm_column *c = t && !s->status ? corm_table_peek_column_named(t, name) : NULL;
  corm_constraint_def d = {.size = sizeof d, .kind = CORM_FOREIGN_KEY, .columns = &c, .n = 1, .refs = &ref};
  corm_constraint *k = NULL;
  if (!c)
    c = shop_column(s, t, name);
  if (c && !s->status)
    shop_did(s, corm_table_add_constraint(&k, t, &d, &s->err));
  return c;
}

/* A foreign key of two columns. */
static inline corm_constraint *shop_refers2(shop *s, corm_table *t, corm_column *a, corm_column *b, const char *ref_a,
                                            const char *ref_b) {
  corm_column *columns[2] = {a, b};
  const char *refs[2] = {ref_a, ref_b};
  corm_constraint_def d = {.size = sizeof d, .kind = CORM_FOREIGN_KEY, .columns = columns, .n = 2, .refs = refs};
  corm_constraint *k = NULL;
  if (t && a && b && !s->status)
    shop_did(s, corm_table_add_constraint(&k, t, &d, &s->err));
  return k;
}

/* An entity with an attribute for each column of its own table that the parent has no key for. */
static inline corm_entity *shop_map(shop *s, const char *name, corm_table *t, corm_entity *parent) {
  corm_entity_def d = {.size = sizeof d, .name = name, .module = "shop", .table = t, .parent = parent};
  corm_entity *e = NULL;
  int slot = 0;
  if ((t || parent) && !s->status)
    shop_did(s, corm_schema_map(&e, s->schema, &d, &s->err));
  for (size_t i = 0; e && t && !s->status && i < t->n_columns; i++) {
    corm_attribute_def a = {.size = sizeof a, .key = t->columns[i]->key, .columns = &t->columns[i], .n_columns = 1};
    shop_did(s, corm_entity_add_attribute(&slot, e, &a, &s->err));
  }
  return e;
}

static inline corm_relation *shop_relate_as(shop *s, corm_entity *e, corm_relation_def *d) {
  int slot = -1;
  d->size = sizeof *d;
  if (!e || !d->target || s->status || !shop_did(s, corm_entity_add_relation(&slot, e, d, &s->err)))
    return NULL;
  return corm_entity_peek_relation(e, slot);
}

static inline corm_relation *shop_relate(shop *s, corm_entity *e, const char *key, corm_entity *target,
                                         const char *back) {
  corm_relation_def d = {.key = key, .target = target, .uselist = -1, .back_populates = back};
  return shop_relate_as(s, e, &d);
}

static inline int shop_seal(shop *s) {
  if (!s->status)
    shop_did(s, corm_schema_seal(s->schema, &s->err));
  return s->status;
}
#endif
