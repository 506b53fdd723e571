/* Related objects: made together, joined in a query, walked from object to object. Usage: join [url] */
#include "shop.h"

static int add_product(corm_session *session, const corm_model *m, corm_record *store, const char *title, int cents,
                       corm_record *tag, corm_error **err) {
  corm_record *product = NULL;
  int status = corm_session_make(&product, session, corm_model_peek_entity(m, "Product"), err, "title",
                                 corm_text(title), "cents", corm_int(cents), "store", corm_object(store), CORM_LAST);
  return status ? status : corm_record_link_named(product, "tags", tag, err);
}

static int fill(corm_session *session, const corm_model *m, corm_error **err) {
  const corm_entity *store = corm_model_peek_entity(m, "Store"), *tag = corm_model_peek_entity(m, "Tag");
  corm_record *corner = NULL, *market = NULL, *hot = NULL, *fresh = NULL;
  int status = corm_session_make(&corner, session, store, err, "name", corm_text("Corner"), CORM_LAST);
  if (!status)
    status = corm_session_make(&market, session, store, err, "name", corm_text("Market"), CORM_LAST);
  if (!status)
    status = corm_session_make(&hot, session, tag, err, "name", corm_text("hot"), CORM_LAST);
  if (!status)
    status = corm_session_make(&fresh, session, tag, err, "name", corm_text("fresh"), CORM_LAST);
  if (!status)
    status = add_product(session, m, corner, "tea", 350, hot, err);
  if (!status)
    status = add_product(session, m, corner, "cup", 800, hot, err);
  if (!status)
    status = add_product(session, m, market, "plum", 40, fresh, err);
  return status ? status : corm_session_commit(session, err);
}

/* Columns of two classes: a row is an array of values. */
static int show_prices(corm_session *session, const corm_model *m, corm_error **err) {
  const corm_entity *store = corm_model_peek_entity(m, "Store"), *product = corm_model_peek_entity(m, "Product");
  corm_result *result = NULL;
  const corm_value *row;
  corm_stmt *stmt =
      corm_select(corm_attr(store, "name"), corm_attr(product, "title"), corm_attr(product, "cents"), CORM_END);
  stmt = corm_join_path(stmt, store, "products", CORM_JOIN_INNER);
  stmt = corm_where(stmt, corm_op(">", corm_attr(product, "cents"), corm_lit(corm_int(100))));
  stmt = corm_order_by(stmt, corm_unary(CORM_OP_DESC, corm_attr(product, "cents")), CORM_END);
  int status = corm_session_query(&result, session, stmt, err);
  while (!status && !(status = corm_result_next_row(result, &row, err)) && row)
    printf("%.*s: %.*s for %d\n", CORM_TEXT_ARG(row[0]), CORM_TEXT_ARG(row[1]), (int)row[2].as.i);
  corm_result_free(result);
  return status;
}

static int show_product(corm_record *product, corm_error **err) {
  corm_record *const *tags;
  corm_value title, name;
  size_t n = 0;
  int status = corm_record_get_named(product, "title", &title, err);
  if (!status)
    printf("  %.*s", CORM_TEXT_ARG(title));
  if (!status)
    status = corm_record_get_members(product, "tags", &tags, &n, err);
  for (size_t i = 0; !status && i < n; i++)
    if (!(status = corm_record_get_named(tags[i], "name", &name, err)))
      printf(" #%.*s", CORM_TEXT_ARG(name));
  printf("\n");
  return status;
}

static int show_store(corm_record *store, corm_error **err) {
  corm_record *const *products;
  corm_value name;
  size_t n = 0;
  int status = corm_record_get_named(store, "name", &name, err);
  if (!status)
    printf("%.*s\n", CORM_TEXT_ARG(name));
  if (!status)
    status = corm_record_get_members(store, "products", &products, &n, err);
  for (size_t i = 0; !status && i < n; i++)
    status = show_product(products[i], err);
  return status;
}

/* Stores, their products and tags in three statements, however many stores there are. */
static int show_stores(corm_session *session, const corm_model *m, corm_error **err) {
  const corm_entity *store = corm_model_peek_entity(m, "Store");
  corm_result *result = NULL;
  const corm_value *row;
  corm_stmt *stmt = corm_order_by(corm_select_entity(store), corm_attr(store, "name"), CORM_END);
  stmt = corm_load_path(stmt, store, "products.tags", CORM_LAZY_SELECTIN, 0);
  int status = corm_session_query(&result, session, stmt, err);
  while (!status && !(status = corm_result_next_row(result, &row, err)) && row)
    status = show_store(row[0].as.r, err);
  corm_result_free(result);
  return status;
}

int main(int argc, char **argv) {
  corm_error *err = NULL;
  corm_engine *engine = NULL;
  corm_session *session = NULL;
  corm_model *model = describe_shop();
  int status = corm_model_seal(model, &err);
  if (!status)
    status = corm_engine_open(&engine, argc > 1 ? argv[1] : "sqlite://", NULL, &err);
  if (!status)
    status = corm_model_create_all(model, engine, &err);
  if (!status)
    status = corm_session_open(&session, engine, NULL, &err);
  if (!status)
    status = fill(session, model, &err);
  if (!status)
    status = show_prices(session, model, &err);
  if (!status)
    status = show_stores(session, model, &err);
  corm_session_free(session);
  corm_engine_unref(engine);
  corm_model_free(model);
  return status ? report_failure(err) : 0;
}
