/* Many rows: written in one call, read by blocks without making objects, summed by the database. Usage: report [url] */
#include "shop.h"

enum { PRODUCTS = 10000, AT_ONCE = 1000 };

static int insert_store(corm_conn *conn, const corm_model *m, corm_error **err) {
  corm_result *result = NULL;
  corm_source *store = corm_from(corm_catalog_peek_table(corm_model_peek_catalog(m), NULL, "store"));
  corm_stmt *stmt = corm_set(corm_insert(store), "name", corm_lit(corm_text("Warehouse")));
  int status = corm_conn_query(&result, conn, stmt, err);
  corm_node_unref(store);
  corm_result_free(result);
  return status;
}

/* Rows of cells, in the order of the table's columns: a NULL key is numbered by the database. */
static int insert_products(corm_conn *conn, const corm_model *m, corm_error **err) {
  static corm_value cells[PRODUCTS][4];
  static char titles[PRODUCTS][16];
  corm_result *result = NULL;
  corm_source *product = corm_from(corm_catalog_peek_table(corm_model_peek_catalog(m), NULL, "product"));
  corm_stmt *stmt = corm_insert(product);
  for (int i = 0; i < PRODUCTS; i++) {
    snprintf(titles[i], sizeof titles[i], "item %d", i % 7);
    cells[i][0] = corm_int(i + 1);
    cells[i][1] = corm_int(1);
    cells[i][2] = corm_text(titles[i]);
    cells[i][3] = corm_int(10 + i % 991);
  }
  int status = corm_conn_execute_many(&result, conn, stmt, cells[0], PRODUCTS, 4, err);
  corm_result_free(result);
  corm_node_unref(stmt);
  corm_node_unref(product);
  return status ? status : corm_conn_commit(conn, err);
}

/* A block is an array of rows; its values live as long as it does. */
static int read_blocks(corm_conn *conn, const corm_model *m, corm_error **err) {
  const corm_entity *product = corm_model_peek_entity(m, "Product");
  corm_stmt *stmt = corm_select(corm_attr(product, "title"), corm_attr(product, "cents"), CORM_END);
  corm_result *result = NULL;
  corm_block *block = NULL;
  size_t rows = 0, blocks = 0, letters = 0;
  int64_t cents = 0;
  int status = corm_conn_query(&result, conn, stmt, err);
  while (!status && !(status = corm_result_next_block(result, AT_ONCE, &block, err)) && block) {
    for (size_t i = 0; i < corm_block_peek_rows(block); i++) {
      const corm_value *row = corm_block_peek_row(block, i);
      letters += row[0].size;
      cents += row[1].as.i;
    }
    rows += corm_block_peek_rows(block);
    blocks++;
    corm_block_free(block);
  }
  corm_result_free(result);
  if (!status)
    printf("%zu rows in %zu blocks: %zu letters, %lld cents\n", rows, blocks, letters, (long long)cents);
  return status;
}

/* Any value as text: good enough for a table on a screen. */
static void print_row(const corm_value *row, size_t n) {
  char cell[64];
  for (size_t i = 0; i < n; i++) {
    corm_value_format(&row[i], cell, sizeof cell);
    printf("%-10s%s", cell, i + 1 < n ? "" : "\n");
  }
}

static int summarize(corm_conn *conn, const corm_model *m, corm_error **err) {
  const corm_entity *product = corm_model_peek_entity(m, "Product");
  const corm_value *row;
  corm_result *result = NULL;
  corm_expr *title = corm_attr(product, "title");
  corm_stmt *stmt = corm_select(corm_node_ref(title), corm_call("count", corm_attr(product, "id"), CORM_END),
                                corm_call("max", corm_attr(product, "cents"), CORM_END),
                                corm_call("avg", corm_attr(product, "cents"), CORM_END), CORM_END);
  stmt = corm_group_by(stmt, corm_node_ref(title), CORM_END);
  stmt = corm_limit(corm_order_by(stmt, title, CORM_END), corm_lit(corm_int(3)));
  int status = corm_conn_query(&result, conn, stmt, err);
  while (!status && !(status = corm_result_next_row(result, &row, err)) && row)
    print_row(row, corm_result_peek_columns(result));
  corm_result_free(result);
  return status;
}

int main(int argc, char **argv) {
  corm_error *err = NULL;
  corm_engine *engine = NULL;
  corm_conn *conn = NULL;
  corm_model *model = describe_shop();
  int status = corm_model_seal(model, &err);
  if (!status)
    status = corm_engine_open(&engine, argc > 1 ? argv[1] : "sqlite://", NULL, &err);
  if (!status)
    status = corm_model_create_all(model, engine, &err);
  if (!status)
    status = corm_conn_acquire(&conn, engine, &err);
  if (!status)
    status = insert_store(conn, model, &err);
  if (!status)
    status = insert_products(conn, model, &err);
  if (!status)
    status = read_blocks(conn, model, &err);
  if (!status)
    status = summarize(conn, model, &err);
  corm_conn_release(conn);
  corm_engine_unref(engine);
  corm_model_free(model);
  return status ? report_failure(err) : 0;
}
