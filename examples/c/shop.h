/* What the examples share: the little shop's mapping, and what to do about an error. */
#ifndef EXAMPLE_SHOP_H
#define EXAMPLE_SHOP_H
#include <cormorant/cormorant.h>
#include <stdio.h>

#define WHOLE_AND_PARTS (CORM_CASCADE_ALL | CORM_CASCADE_DELETE_ORPHAN)

/* A store has products, which have tags. */
static inline corm_model *describe_shop(void) {
  corm_model *m = corm_model_new();
  corm_model_entity(m, "Store", "store");
  corm_model_column(m, "id", CORM_TYPE_INTEGER, CORM_COLUMN_PRIMARY_KEY);
  corm_model_string(m, "name", 40, CORM_COLUMN_NOT_NULL);
  corm_model_unique(m, "name");
  corm_model_relation(m, "products", "Product", "store", WHOLE_AND_PARTS);
  corm_model_entity(m, "Product", "product");
  corm_model_column(m, "id", CORM_TYPE_INTEGER, CORM_COLUMN_PRIMARY_KEY);
  corm_model_reference(m, "store_id", "store.id", CORM_COLUMN_NOT_NULL);
  corm_model_string(m, "title", 40, CORM_COLUMN_NOT_NULL);
  corm_model_column(m, "cents", CORM_TYPE_INTEGER, CORM_COLUMN_NOT_NULL);
  corm_model_relation(m, "store", "Store", "products", 0);
  corm_model_relation_through(m, "tags", "Tag", "product_tag", "products");
  corm_model_entity(m, "Tag", "tag");
  corm_model_column(m, "id", CORM_TYPE_INTEGER, CORM_COLUMN_PRIMARY_KEY);
  corm_model_string(m, "name", 20, CORM_COLUMN_NOT_NULL);
  corm_model_relation_through(m, "products", "Product", "product_tag", "tags");
  corm_model_table(m, "product_tag");
  corm_model_reference(m, "product_id", "product.id", CORM_COLUMN_PRIMARY_KEY);
  corm_model_reference(m, "tag_id", "tag.id", CORM_COLUMN_PRIMARY_KEY);
  return m;
}

/* Says what went wrong, frees the error, and gives the exit status of main. */
static inline int report_failure(corm_error *err) {
  const char *sql = corm_error_detail(err, CORM_DETAIL_STATEMENT);
  fprintf(stderr, "%s: %s\n", corm_status_name(corm_error_status(err)), corm_error_message(err));
  if (sql)
    fprintf(stderr, "in: %s\n", sql);
  corm_error_free(err);
  return 1;
}
#endif
