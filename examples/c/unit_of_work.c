/* The unit of work: changes are collected and sent together, hooks see them, an error undoes them.
 * Usage: unit_of_work [url] */
#include "shop.h"

/* Each INSERT, UPDATE and DELETE as it goes out; reads are not shown. */
static int show_change(void *ctx, const corm_event *event, corm_error **err) {
  (void)ctx;
  (void)err;
  if (event->sql[0] != 'S')
    printf("  %.*s\n", (int)event->sql_len, event->sql);
  return CORM_OK;
}

/* A listener may refuse: its status and error become those of the flush. */
static int refuse_gifts(void *ctx, const corm_event *event, corm_error **err) {
  corm_value cents;
  int status = corm_record_get_named(event->record, "cents", &cents, err);
  (void)ctx;
  if (!status && cents.kind == CORM_INT && cents.as.i <= 0)
    status = corm_error_set(err, CORM_EARGUMENT, "a product costs something");
  return status;
}

static int make_store(corm_record **store, corm_session *session, const corm_model *m, corm_error **err) {
  const corm_entity *product = corm_model_peek_entity(m, "Product");
  int status = corm_session_make(store, session, corm_model_peek_entity(m, "Store"), err, "name", corm_text("Corner"),
                                 CORM_LAST);
  if (!status)
    status = corm_session_make(NULL, session, product, err, "title", corm_text("tea"), "cents", corm_int(350), "store",
                               corm_object(*store), CORM_LAST);
  if (!status)
    status = corm_session_make(NULL, session, product, err, "title", corm_text("cup"), "cents", corm_int(800), "store",
                               corm_object(*store), CORM_LAST);
  printf("a store and its products are one commit\n");
  return status ? status : corm_session_commit(session, err);
}

/* A change, and a product that leaves its store, which is deleted since products are parts of it. */
static int rearrange(corm_session *session, corm_record *store, corm_error **err) {
  corm_record *const *products = NULL;
  size_t n = 0;
  int status = corm_record_get_members(store, "products", &products, &n, err);
  printf("one product changes, another leaves\n");
  if (!status)
    status = corm_record_set_named(products[0], "cents", corm_int(375), err);
  if (!status)
    status = corm_record_unlink_named(store, "products", products[1], err);
  return status ? status : corm_session_commit(session, err);
}

/* An error that is expected: what went wrong is in the error, and a rollback makes the session usable again. */
static int two_of_a_name(corm_session *session, const corm_model *m, corm_error **err) {
  corm_error *refused = NULL;
  int status =
      corm_session_make(NULL, session, corm_model_peek_entity(m, "Store"), err, "name", corm_text("Corner"), CORM_LAST);
  printf("a second store of that name\n");
  if (!status)
    status = corm_session_commit(session, &refused);
  if (status == CORM_EDB_INTEGRITY) {
    printf("refused: %s\n", corm_error_detail(refused, CORM_DETAIL_CONSTRAINT));
    corm_error_free(refused);
    return corm_session_rollback(session, err);
  }
  *err = refused;
  return status;
}

static int a_gift(corm_session *session, const corm_model *m, corm_record *store, corm_error **err) {
  corm_error *refused = NULL;
  int status = corm_session_make(NULL, session, corm_model_peek_entity(m, "Product"), err, "title", corm_text("air"),
                                 "cents", corm_int(0), "store", corm_object(store), CORM_LAST);
  printf("a product for nothing\n");
  if (!status && corm_session_commit(session, &refused))
    printf("refused: %s\n", corm_error_message(refused));
  corm_error_free(refused);
  return status ? status : corm_session_rollback(session, err);
}

static int work(corm_engine *engine, corm_session *session, const corm_model *m, corm_error **err) {
  corm_record *store = NULL;
  corm_entity *product = corm_model_peek_entity(m, "Product");
  int status = corm_engine_listen(engine, CORM_EV_BEFORE_CURSOR, show_change, NULL, err);
  if (!status)
    status = corm_entity_listen(product, CORM_EV_BEFORE_INSERT, refuse_gifts, NULL, err);
  if (!status)
    status = make_store(&store, session, m, err);
  if (!status)
    status = rearrange(session, store, err);
  if (!status)
    status = two_of_a_name(session, m, err);
  return status ? status : a_gift(session, m, store, err);
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
    status = work(engine, session, model, &err);
  corm_session_free(session);
  corm_engine_unref(engine);
  corm_model_free(model);
  return status ? report_failure(err) : 0;
}
