/* The shop job in C; README.md says what it does. Usage: shop [url [file for the SQL]] */
#include <cormorant/cormorant.h>
#include <stdio.h>

typedef struct shop {
  corm_model *model;
  corm_entity *user, *store, *product, *purchase, *tag;
  corm_engine *engine;
  corm_session *session;
} shop;

static corm_model *describe(void) {
  corm_model *m = corm_model_new();
  corm_model_entity(m, "User", "user_account");
  corm_model_column(m, "id", CORM_TYPE_INTEGER, CORM_COLUMN_PRIMARY_KEY);
  corm_model_string(m, "name", 40, CORM_COLUMN_NOT_NULL);
  corm_model_unique(m, "name");
  corm_model_relation(m, "purchases", "Purchase", "user", 0);
  corm_model_order_by(m, "id");
  corm_model_entity(m, "Store", "store");
  corm_model_column(m, "id", CORM_TYPE_INTEGER, CORM_COLUMN_PRIMARY_KEY);
  corm_model_string(m, "name", 40, CORM_COLUMN_NOT_NULL);
  corm_model_relation(m, "products", "Product", "store", CORM_CASCADE_ALL | CORM_CASCADE_DELETE_ORPHAN);
  corm_model_order_by(m, "id");
  corm_model_entity(m, "Product", "product");
  corm_model_column(m, "id", CORM_TYPE_INTEGER, CORM_COLUMN_PRIMARY_KEY);
  corm_model_reference(m, "store_id", "store.id", CORM_COLUMN_NOT_NULL);
  corm_model_string(m, "title", 40, CORM_COLUMN_NOT_NULL);
  corm_model_column(m, "cents", CORM_TYPE_INTEGER, CORM_COLUMN_NOT_NULL);
  corm_model_relation(m, "store", "Store", "products", 0);
  corm_model_relation_through(m, "tags", "Tag", "product_tag", NULL);
  corm_model_order_by(m, "id");
  corm_model_entity(m, "Purchase", "purchase");
  corm_model_column(m, "id", CORM_TYPE_INTEGER, CORM_COLUMN_PRIMARY_KEY);
  corm_model_reference(m, "user_id", "user_account.id", CORM_COLUMN_NOT_NULL);
  corm_model_reference(m, "product_id", "product.id", CORM_COLUMN_NOT_NULL);
  corm_model_column(m, "quantity", CORM_TYPE_INTEGER, CORM_COLUMN_NOT_NULL);
  corm_model_default(m, corm_int(1));
  corm_model_check(m, "quantity > 0");
  corm_model_relation(m, "user", "User", "purchases", 0);
  corm_model_relation(m, "product", "Product", NULL, 0);
  corm_model_entity(m, "Tag", "tag");
  corm_model_column(m, "id", CORM_TYPE_INTEGER, CORM_COLUMN_PRIMARY_KEY);
  corm_model_string(m, "name", 20, CORM_COLUMN_NOT_NULL);
  corm_model_table(m, "product_tag");
  corm_model_reference(m, "product_id", "product.id", CORM_COLUMN_PRIMARY_KEY);
  corm_model_reference(m, "tag_id", "tag.id", CORM_COLUMN_PRIMARY_KEY);
  return m;
}

/* ---- Filling ---------------------------------------------------------------------------------------------------- */

static int named(corm_record **out, shop *s, const corm_entity *entity, const char *name, corm_error **err) {
  return corm_session_make(out, s->session, entity, err, "name", corm_text(name), CORM_LAST);
}

static int product(corm_record **out, shop *s, const char *title, int cents, corm_record *store, corm_error **err) {
  return corm_session_make(out, s->session, s->product, err, "title", corm_text(title), "cents", corm_int(cents),
                           "store", corm_object(store), CORM_LAST);
}

static int purchase(shop *s, corm_record *user, corm_record *what, int quantity, corm_error **err) {
  return corm_session_make(NULL, s->session, s->purchase, err, "user", corm_object(user), "product", corm_object(what),
                           "quantity", corm_int(quantity), CORM_LAST);
}

static int fill_stores(shop *s, corm_record **tea, corm_record **cup, corm_record **plum, corm_error **err) {
  corm_record *hot = NULL, *fresh = NULL, *corner = NULL, *market = NULL;
  int status = named(&hot, s, s->tag, "hot", err);
  if (!status)
    status = named(&fresh, s, s->tag, "fresh", err);
  if (!status)
    status = named(&corner, s, s->store, "Corner", err);
  if (!status)
    status = named(&market, s, s->store, "Market", err);
  if (!status)
    status = product(tea, s, "tea", 350, corner, err);
  if (!status)
    status = product(cup, s, "cup", 800, corner, err);
  if (!status)
    status = product(plum, s, "plum", 40, market, err);
  if (!status)
    status = product(NULL, s, "stamp", 1, market, err);
  if (!status)
    status = corm_record_link_named(*tea, "tags", hot, err);
  if (!status)
    status = corm_record_link_named(*plum, "tags", hot, err);
  return status ? status : corm_record_link_named(*plum, "tags", fresh, err);
}

static int fill(shop *s, corm_error **err) {
  corm_record *tea = NULL, *cup = NULL, *plum = NULL, *ada = NULL, *bob = NULL;
  int status = fill_stores(s, &tea, &cup, &plum, err);
  if (!status)
    status = named(&ada, s, s->user, "Ada", err);
  if (!status)
    status = named(&bob, s, s->user, "Bob", err);
  if (!status)
    status = purchase(s, ada, tea, 2, err);
  if (!status)
    status = purchase(s, ada, plum, 10, err);
  if (!status) /* one is the default */
    status = corm_session_make(NULL, s->session, s->purchase, err, "user", corm_object(bob), "product",
                               corm_object(cup), CORM_LAST);
  return status ? status : corm_session_commit(s->session, err);
}

/* ---- Showing ---------------------------------------------------------------------------------------------------- */

static int show_product(corm_record *r, corm_error **err) {
  corm_record *const *tags = NULL;
  corm_value title, cents, name;
  size_t n = 0;
  int status = corm_record_get_named(r, "title", &title, err);
  if (!status)
    status = corm_record_get_named(r, "cents", &cents, err);
  if (!status)
    status = corm_record_get_members(r, "tags", &tags, &n, err);
  if (!status)
    printf("  %.*s %d.%02d", CORM_TEXT_ARG(title), (int)cents.as.i / 100, (int)cents.as.i % 100);
  for (size_t i = 0; !status && i < n; i++)
    if (!(status = corm_record_get_named(tags[i], "name", &name, err)))
      printf(" #%.*s", CORM_TEXT_ARG(name));
  printf("\n");
  return status;
}

static int show_store(corm_record *r, corm_error **err) {
  corm_record *const *products = NULL;
  corm_value name;
  size_t n = 0;
  int status = corm_record_get_named(r, "name", &name, err);
  if (!status)
    printf("%.*s:\n", CORM_TEXT_ARG(name));
  if (!status)
    status = corm_record_get_members(r, "products", &products, &n, err);
  for (size_t i = 0; !status && i < n; i++)
    status = show_product(products[i], err);
  return status;
}

static int show_stores(shop *s, corm_error **err) {
  corm_result *result = NULL;
  const corm_value *row;
  corm_stmt *query = corm_order_by(corm_select_entity(s->store), corm_attr(s->store, "id"), CORM_END);
  query = corm_load_path(query, s->store, "products.tags", CORM_LAZY_SELECTIN, 0);
  int status = corm_session_query(&result, s->session, query, err);
  while (!status && !(status = corm_result_next_row(result, &row, err)) && row)
    status = show_store(row[0].as.r, err);
  corm_result_free(result);
  return status;
}

static int show_sales(shop *s, corm_error **err) {
  corm_result *result = NULL;
  const corm_value *row;
  corm_expr *price = corm_op("*", corm_attr(s->purchase, "quantity"), corm_attr(s->product, "cents"));
  corm_stmt *query = corm_select(corm_attr(s->user, "name"), corm_call("count", corm_attr(s->purchase, "id"), CORM_END),
                                 corm_call("sum", price, CORM_END), CORM_END);
  query = corm_join_path(query, s->user, "purchases.product", CORM_JOIN_INNER);
  query = corm_group_by(query, corm_attr(s->user, "name"), CORM_END);
  query = corm_order_by(query, corm_attr(s->user, "name"), CORM_END);
  int status = corm_session_query(&result, s->session, query, err);
  while (!status && !(status = corm_result_next_row(result, &row, err)) && row)
    printf("%.*s bought %d times for %d.%02d\n", CORM_TEXT_ARG(row[0]), (int)row[1].as.i, (int)row[2].as.i / 100,
           (int)row[2].as.i % 100);
  corm_result_free(result);
  return status;
}

/* ---- Changing --------------------------------------------------------------------------------------------------- */

static int change(shop *s, corm_error **err) {
  corm_record *market = NULL, *const *products = NULL, *const *tags = NULL, *plum = NULL, *stamp = NULL;
  const corm_value key = corm_int(2);
  size_t n = 0;
  int status = corm_session_get(&market, s->session, s->store, &key, 1, NULL, 0, err);
  if (!status)
    status = corm_record_get_members(market, "products", &products, &n, err);
  if (!status) {
    plum = products[0];
    stamp = products[1];
    status = corm_record_set_named(plum, "cents", corm_int(45), err);
  }
  if (!status)
    status = corm_record_get_members(plum, "tags", &tags, &n, err);
  if (!status)
    status = corm_record_unlink_named(plum, "tags", tags[0], err);
  if (!status)
    status = corm_record_unlink_named(market, "products", stamp, err);
  return status ? status : corm_session_commit(s->session, err);
}

static int refuse(shop *s, corm_error **err) {
  int status = named(NULL, s, s->user, "Ada", err);
  if (!status)
    status = corm_session_commit(s->session, err);
  if (status != CORM_EDB_INTEGRITY)
    return status;
  printf("a second Ada is refused\n");
  corm_error_free(*err);
  *err = NULL;
  return corm_session_rollback(s->session, err);
}

/* ---- All of it -------------------------------------------------------------------------------------------------- */

static int log_statement(void *file, const corm_event *event, corm_error **err) {
  (void)err;
  fprintf(file, "%.*s\n", (int)event->sql_len, event->sql);
  return CORM_OK;
}

static int open_shop(shop *s, const char *url, FILE *log, corm_error **err) {
  s->model = describe();
  int status = corm_model_seal(s->model, err);
  s->user = corm_model_peek_entity(s->model, "User");
  s->store = corm_model_peek_entity(s->model, "Store");
  s->product = corm_model_peek_entity(s->model, "Product");
  s->purchase = corm_model_peek_entity(s->model, "Purchase");
  s->tag = corm_model_peek_entity(s->model, "Tag");
  if (!status)
    status = corm_engine_open(&s->engine, url, NULL, err);
  if (!status && log)
    status = corm_engine_listen(s->engine, CORM_EV_BEFORE_CURSOR, log_statement, log, err);
  if (!status)
    status = corm_model_create_all(s->model, s->engine, err);
  return status ? status : corm_session_open(&s->session, s->engine, NULL, err);
}

/* A closed session has no objects, and can be used again. */
static int forget(shop *s, corm_error **err) { return corm_session_close(s->session, err); }

static int work(shop *s, corm_error **err) {
  static int (*const steps[])(shop *, corm_error **) = {fill,   show_stores, show_sales,  forget,     change,
                                                        refuse, forget,      show_stores, show_sales, forget};
  int status = CORM_OK;
  for (size_t i = 0; !status && i < sizeof steps / sizeof *steps; i++)
    status = steps[i](s, err);
  return status ? status : corm_model_drop_all(s->model, s->engine, err);
}

int main(int argc, char **argv) {
  shop s = {0};
  corm_error *err = NULL;
  FILE *log = argc > 2 ? fopen(argv[2], "w") : NULL;
  int status = open_shop(&s, argc > 1 ? argv[1] : "sqlite://", log, &err);
  if (!status)
    status = work(&s, &err);
  if (status)
    fprintf(stderr, "%s: %s\n", corm_status_name(status), corm_error_message(err));
  corm_error_free(err);
  corm_session_free(s.session);
  corm_engine_unref(s.engine);
  corm_model_free(s.model);
  if (log)
    fclose(log);
  return status != CORM_OK;
}
