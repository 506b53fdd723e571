/* Programs in C: a mapping in a few lines, attributes by name, listeners, defaults, and what a failure leaves. */
#include "../support.h"
#include "dialect/dialect.h"
#include "driver/registry.h"
#include "engine/engine.h"
#include <cormorant/cormorant.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define OK(call)                                                                                                       \
  do {                                                                                                                 \
    corm_error *why = NULL, **err = &why;                                                                              \
    if ((call) != CORM_OK)                                                                                             \
      fail_msg("%s:%d: %s: %s", __FILE__, __LINE__, #call, corm_error_message(why));                                   \
  } while (0)

typedef struct fixture {
  corm_model *m;
  corm_engine *engine;
  corm_session *session;
  corm_entity *store, *product, *tag;
} fixture;

static int next_code(const corm_fill *fill, corm_value *out, corm_error **err) {
  (void)err;
  *out = corm_text(corm_fill_peek_is_update(fill) ? "updated" : "made");
  return CORM_OK;
}

static corm_model *describe(void) {
  corm_model *m = corm_model_new();
  corm_model_entity(m, "Product", "product");
  corm_model_column(m, "id", CORM_TYPE_INTEGER, CORM_COLUMN_PRIMARY_KEY);
  corm_model_reference(m, "store_id", "store.id", 0); /* that table comes later */
  corm_model_string(m, "title", 40, CORM_COLUMN_NOT_NULL);
  corm_model_column(m, "cents", CORM_TYPE_INTEGER, 0);
  corm_model_default(m, corm_int(100));
  corm_model_string(m, "code", 0, 0);
  corm_model_default_fn(m, next_code);
  corm_model_check(m, "cents >= 0");
  corm_model_unique(m, "store_id, title");
  corm_model_relation(m, "store", "Store", "products", 0);
  corm_model_relation_through(m, "tags", "Tag", "product_tag", NULL);
  corm_model_entity(m, "Store", "store");
  corm_model_column(m, "id", CORM_TYPE_INTEGER, CORM_COLUMN_PRIMARY_KEY);
  corm_model_string(m, "name", 40, 0);
  corm_model_relation(m, "products", "Product", "store", CORM_CASCADE_ALL | CORM_CASCADE_DELETE_ORPHAN);
  corm_model_order_by(m, "title");
  corm_model_entity(m, "Tag", "tag");
  corm_model_column(m, "id", CORM_TYPE_INTEGER, CORM_COLUMN_PRIMARY_KEY);
  corm_model_string(m, "name", 40, 0);
  corm_model_table(m, "product_tag");
  corm_model_reference(m, "product_id", "product.id", CORM_COLUMN_PRIMARY_KEY);
  corm_model_reference(m, "tag_id", "tag.id", CORM_COLUMN_PRIMARY_KEY);
  return m;
}

static int open_fixture(fixture *f, const char *url, corm_error **err) {
  *f = (fixture){.m = describe()};
  int status = corm_model_seal(f->m, err);
  f->store = corm_model_peek_entity(f->m, "Store");
  f->product = corm_model_peek_entity(f->m, "Product");
  f->tag = corm_model_peek_entity(f->m, "Tag");
  if (!status)
    status = corm_engine_open(&f->engine, url, NULL, err);
  if (!status)
    status = corm_model_create_all(f->m, f->engine, err);
  if (!status)
    status = corm_session_open(&f->session, f->engine, NULL, err);
  return status;
}

static void start(fixture *f) { OK(open_fixture(f, "sqlite://", err)); }

static void stop(fixture *f) {
  corm_session_free(f->session);
  corm_engine_unref(f->engine);
  corm_model_free(f->m);
}

static corm_record *new_store(fixture *f, const char *name) {
  corm_record *r = NULL;
  OK(corm_session_make(&r, f->session, f->store, err, "name", corm_text(name), CORM_LAST));
  return r;
}

static corm_record *new_product(fixture *f, corm_record *store, const char *title) {
  corm_record *r = NULL;
  OK(corm_session_make(&r, f->session, f->product, err, "title", corm_text(title), "store", corm_object(store),
                       CORM_LAST));
  return r;
}

static void assert_named(corm_record *r, const char *key, const char *expected) {
  corm_value v;
  char text[64];
  OK(corm_record_get_named(r, key, &v, err));
  (void)corm_value_format(&v, text, sizeof text);
  assert_string_equal(text, expected);
}

static size_t members(corm_record *r, const char *key) {
  corm_record *const *out;
  size_t n = 0;
  OK(corm_record_get_members(r, key, &out, &n, err));
  return n;
}

/* The one number that the statement gives; taken. */
static int64_t number(fixture *f, corm_stmt *stmt) {
  corm_result *result = NULL;
  const corm_value *row;
  OK(corm_session_query(&result, f->session, stmt, err));
  OK(corm_result_one(result, &row, err));
  int64_t n = row[0].as.i;
  corm_result_free(result);
  return n;
}

static corm_stmt *count(const corm_entity *e) {
  return corm_select(corm_call("count", corm_attr(e, "id"), CORM_END), CORM_END);
}

/* ---- Describing ---------------------------------------------------------------------------------------------------
 */

static void a_described_shop_is_a_schema(void **state) {
  fixture f;
  (void)state;
  start(&f);
  corm_table *product = corm_catalog_peek_table(corm_model_peek_catalog(f.m), NULL, "product");
  assert_int_equal((int)corm_table_peek_columns(product), 5);
  corm_column *store_id = corm_table_peek_column_named(product, "store_id");
  assert_int_equal(corm_type_peek_kind(corm_column_peek_type(store_id)), CORM_TYPE_INTEGER);
  assert_ptr_equal(corm_schema_peek_entity(corm_model_peek_schema(f.m), "Tag"), f.tag);
  assert_null(corm_model_peek_entity(f.m, "Nobody"));
  corm_relation *tags = corm_entity_peek_relation(f.product, corm_entity_peek_slot(f.product, "tags"));
  assert_int_equal(corm_relation_peek_direction(tags), CORM_MANY_TO_MANY);
  OK(corm_model_drop_all(f.m, f.engine, err));
  OK(corm_model_create_all(f.m, f.engine, err));
  stop(&f);
}

static void assert_fails(corm_model *m, int status, const char *message) {
  corm_error *err = NULL;
  assert_int_equal(corm_model_seal(m, &err), status);
  assert_string_equal(corm_error_message(err), message);
  corm_error_free(err);
  assert_int_equal(corm_model_seal(m, NULL), CORM_EINVALID); /* it stays failed */
  corm_model_free(m);
}

static void the_first_mistake_is_told_at_seal(void **state) {
  (void)state;
  corm_model *m = corm_model_new();
  corm_model_column(m, "id", CORM_TYPE_INTEGER, 0);
  corm_model_entity(m, "User", "users");
  assert_fails(m, CORM_EARGUMENT, "corm_model_column: no entity or table was described before it");
  m = corm_model_new();
  corm_model_entity(m, "User", "users");
  corm_model_column(m, "id", CORM_TYPE_INTEGER, CORM_COLUMN_PRIMARY_KEY);
  corm_model_relation(m, "friends", "Usr", NULL, 0);
  assert_fails(m, CORM_ENAME, "relation \"User.friends\": there is no entity \"Usr\"");
  m = corm_model_new();
  corm_model_entity(m, "User", "users");
  corm_model_unique(m, "name");
  assert_fails(m, CORM_ENAME, "UNIQUE (name): table \"users\" has no column \"name\" so far");
  m = corm_model_new();
  corm_model_table(m, "users");
  corm_model_relation(m, "friends", "User", NULL, 0);
  assert_fails(m, CORM_EARGUMENT, "corm_model_relation: no entity was described before it");
  m = corm_model_new();
  corm_model_table(m, "users");
  corm_model_column(m, "id", 4711, 0);
  assert_fails(m, CORM_EARGUMENT, "column \"id\": there is no type 4711");
  m = corm_model_new();
  corm_model_entity(m, "User", "users");
  corm_model_entity(m, "User", "more_users");
  assert_fails(m, CORM_EARGUMENT, "there are two entities \"User\"");
  m = corm_model_new();
  corm_model_order_by(m, "name");
  assert_fails(m, CORM_EARGUMENT, "corm_model_order_by: no relation was described before it");
  assert_int_equal(corm_model_seal(NULL, NULL), CORM_ENOMEM);
  corm_model_free(NULL);
}

/* ---- Records by name ------------------------------------------------------------------------------------------------
 */

static void defaults_fill_what_is_not_given(void **state) {
  fixture f;
  (void)state;
  start(&f);
  corm_record *p = new_product(&f, NULL, "tea");
  OK(corm_session_commit(f.session, err));
  assert_named(p, "cents", "100");
  assert_named(p, "code", "made");
  assert_named(p, "store_id", "NULL");
  stop(&f);
}

static void relations_are_walked_and_changed_by_name(void **state) {
  fixture f;
  corm_record *related, *const *sorted;
  size_t n;
  (void)state;
  start(&f);
  corm_record *corner = new_store(&f, "Corner"), *market = new_store(&f, "Market");
  corm_record *tea = new_product(&f, corner, "tea"), *cup = new_product(&f, corner, "cup"), *hot = NULL;
  OK(corm_session_make(&hot, f.session, f.tag, err, "name", corm_text("hot"), CORM_LAST));
  OK(corm_record_link_named(tea, "tags", hot, err));
  OK(corm_session_commit(f.session, err));
  assert_int_equal((int)members(corner, "products"), 2);
  OK(corm_record_get_members(corner, "products", &sorted, &n, err));
  assert_ptr_equal(sorted[0], cup);
  assert_int_equal((int)members(market, "products"), 0);
  assert_int_equal((int)members(tea, "tags"), 1);
  OK(corm_record_get_related(&related, tea, "store", err));
  assert_ptr_equal(related, corner);
  OK(corm_record_set_named(cup, "store", corm_object(market), err));
  OK(corm_record_unlink_named(corner, "products", tea, err));
  assert_int_equal((int)members(corner, "products"), 0);
  OK(corm_session_commit(f.session, err));
  assert_int_equal((int)number(&f, count(f.product)), 1); /* tea was an orphan */
  OK(corm_record_get_related(&related, cup, "store", err));
  assert_ptr_equal(related, market);
  stop(&f);
}

static void a_wrong_name_says_so(void **state) {
  fixture f;
  corm_error *err = NULL;
  corm_record *const *list, *one;
  size_t n;
  corm_value v;
  (void)state;
  start(&f);
  corm_record *tea = new_product(&f, NULL, "tea");
  assert_int_equal(corm_record_get_named(tea, "titel", &v, &err), CORM_ENAME);
  assert_string_equal(corm_error_detail(err, CORM_DETAIL_NEAREST), "title");
  corm_error_free(err);
  assert_int_equal(corm_record_set_named(tea, "titel", corm_int(1), NULL), CORM_ENAME);
  assert_int_equal(corm_record_link_named(tea, "tag", tea, NULL), CORM_ENAME);
  assert_int_equal(corm_record_link_named(tea, "store", tea, NULL), CORM_EARGUMENT);
  assert_int_equal(corm_record_unlink_named(tea, "tag", tea, NULL), CORM_ENAME);
  assert_int_equal(corm_record_get_members(tea, "store", &list, &n, NULL), CORM_EARGUMENT);
  assert_int_equal(corm_record_get_members(tea, "nothing", &list, &n, NULL), CORM_ENAME);
  assert_int_equal(corm_record_get_related(&one, tea, "tags", NULL), CORM_EARGUMENT);
  assert_int_equal(corm_record_make(&one, f.product, NULL, "title", corm_text("x"), "none", corm_int(1), CORM_LAST),
                   CORM_ENAME);
  assert_null(one);
  stop(&f);
}

/* ---- Statements -----------------------------------------------------------------------------------------------------
 */

static void short_forms_make_the_same_statements(void **state) {
  fixture f;
  (void)state;
  start(&f);
  corm_record *corner = new_store(&f, "Corner");
  (void)new_product(&f, corner, "tea");
  (void)new_product(&f, corner, "cup");
  corm_expr *tea = corm_op("=", corm_attr(f.product, "title"), corm_lit(corm_text("tea")));
  corm_expr *cup = corm_op("=", corm_attr(f.product, "title"), corm_lit(corm_text("cup")));
  corm_stmt *stmt = corm_where(count(f.product), corm_or(tea, cup, CORM_END));
  stmt = corm_join_path(stmt, f.product, "store", CORM_JOIN_INNER);
  stmt = corm_where(stmt, corm_and(corm_op("=", corm_attr(f.store, "name"), corm_lit(corm_text("Corner"))), CORM_END));
  stmt = corm_group_by(stmt, corm_attr(f.store, "name"), CORM_END);
  stmt = corm_order_by(stmt, corm_attr(f.store, "name"), CORM_END);
  assert_int_equal((int)number(&f, stmt), 2);
  stmt = corm_join_path(count(f.product), f.product, "title", CORM_JOIN_INNER);
  assert_int_equal(corm_node_check(stmt, NULL), CORM_EARGUMENT);
  corm_node_unref(stmt);
  stmt = corm_load_path(corm_select_entity(f.store), f.store, "products.tagz", CORM_LAZY_SELECTIN, 0);
  assert_int_equal(corm_node_check(stmt, NULL), CORM_ENAME);
  corm_node_unref(stmt);
  stop(&f);
}

static void a_path_is_loaded_with_the_rows(void **state) {
  fixture f;
  corm_result *result;
  const corm_value *row;
  (void)state;
  start(&f);
  (void)new_product(&f, new_store(&f, "Corner"), "tea");
  OK(corm_session_commit(f.session, err));
  corm_stmt *stmt = corm_load_path(corm_select_entity(f.store), f.store, "products.tags", CORM_LAZY_SELECTIN, 0);
  OK(corm_session_query(&result, f.session, stmt, err));
  OK(corm_result_one(result, &row, err));
  corm_record *store = row[0].as.r;
  corm_result_free(result);
  corm_value v;
  assert_int_equal(corm_record_peek(store, corm_entity_peek_slot(f.store, "products"), &v), CORM_SLOT_LOADED);
  stop(&f);
}

static void one_row_means_one_row(void **state) {
  fixture f;
  corm_result *result;
  const corm_value *row;
  (void)state;
  start(&f);
  OK(corm_session_query(&result, f.session, corm_select_entity(f.store), err));
  assert_int_equal(corm_result_one(result, &row, NULL), CORM_ENOROWS);
  assert_int_equal(corm_result_one(result, &row, NULL), CORM_ENOROWS);
  corm_result_free(result);
  (void)new_store(&f, "a");
  (void)new_store(&f, "b");
  OK(corm_session_query(&result, f.session, corm_select_entity(f.store), err));
  assert_int_equal(corm_result_one(result, &row, NULL), CORM_EMULTIPLEROWS);
  assert_int_equal(corm_result_one(result, &row, NULL), CORM_EINVALID);
  corm_result_free(result);
  stop(&f);
}

/* ---- Listeners ------------------------------------------------------------------------------------------------------
 */

typedef struct heard {
  int n, refuse;
} heard;

static int listen(void *ctx, const corm_event *event, corm_error **err) {
  heard *h = ctx;
  (void)err;
  h->n++;
  if (event->kind == CORM_EV_BEFORE_INSERT && !h->refuse)
    return corm_record_set_named(event->record, "code", corm_text("by hook"), err);
  return h->refuse;
}

static void listeners_hear_engines_sessions_and_classes(void **state) {
  fixture f;
  heard sql = {0}, flush = {0}, insert = {0};
  (void)state;
  start(&f);
  OK(corm_engine_listen(f.engine, CORM_EV_BEFORE_CURSOR, listen, &sql, err));
  OK(corm_session_listen(f.session, CORM_EV_BEFORE_FLUSH, listen, &flush, err));
  OK(corm_entity_listen(f.product, CORM_EV_BEFORE_INSERT, listen, &insert, err));
  corm_record *p = new_product(&f, new_store(&f, "Corner"), "tea");
  OK(corm_session_commit(f.session, err));
  assert_int_equal(sql.n, 2);
  assert_int_equal(flush.n, 1);
  assert_int_equal(insert.n, 1); /* the store is of another class */
  assert_named(p, "code", "by hook");
  assert_int_equal(corm_engine_listen(f.engine, CORM_EV_BEFORE_FLUSH, listen, &sql, NULL), CORM_EARGUMENT);
  assert_int_equal(corm_session_listen(f.session, CORM_EV_BEFORE_INSERT, listen, &sql, NULL), CORM_EARGUMENT);
  assert_int_equal(corm_entity_listen(f.product, CORM_EV_CONNECT, listen, &sql, NULL), CORM_EARGUMENT);
  stop(&f);
}

static void a_listener_that_refuses_stops_the_flush(void **state) {
  fixture f;
  corm_error *refused = NULL;
  heard insert = {0, CORM_EARGUMENT};
  (void)state;
  start(&f);
  OK(corm_entity_listen(f.product, CORM_EV_BEFORE_INSERT, listen, &insert, err));
  (void)new_product(&f, NULL, "tea");
  assert_int_equal(corm_session_commit(f.session, &refused), CORM_EARGUMENT);
  assert_string_equal(corm_error_message(refused), "a listener stopped this with CORM_EARGUMENT");
  corm_error_free(refused);
  OK(corm_session_rollback(f.session, err));
  assert_int_equal((int)number(&f, count(f.product)), 0);
  stop(&f);
}

/* ---- After the end, and beside each other
 * ---------------------------------------------------------------------------- */

static void what_is_closed_says_so(void **state) {
  fixture f;
  corm_result *result;
  const corm_value *row;
  corm_conn *conn;
  corm_transaction *t;
  (void)state;
  start(&f);
  (void)new_store(&f, "Corner");
  OK(corm_session_commit(f.session, err));
  OK(corm_session_query(&result, f.session, corm_select_entity(f.store), err));
  corm_result_close(result);
  assert_int_equal(corm_result_next_row(result, &row, NULL), CORM_ECLOSED);
  corm_result_free(result);
  OK(corm_conn_acquire(&conn, f.engine, err));
  (void)corm_conn_ref(conn);
  corm_conn_release(conn);
  assert_int_equal(corm_conn_query(&result, conn, count(f.store), NULL), CORM_ECLOSED);
  corm_conn_unref(conn);
  OK(corm_session_commit(f.session, err));
  OK(corm_session_begin(f.session, &t, err));
  OK(corm_session_close(f.session, err));
  assert_int_equal(corm_transaction_commit(t, NULL), CORM_ECLOSED);
  corm_transaction_unref(t);
  assert_int_equal((int)number(&f, count(f.store)), 1); /* a closed session begins anew */
  stop(&f);
}

static void what_a_result_names_outlives_its_session(void **state) {
  fixture f;
  corm_result *result;
  const corm_value *row;
  corm_record *const *list;
  size_t n;
  (void)state;
  start(&f);
  (void)new_store(&f, "Corner");
  (void)new_store(&f, "Market");
  OK(corm_session_commit(f.session, err));
  OK(corm_session_query(&result, f.session, corm_select_entity(f.store), err));
  OK(corm_result_next_row(result, &row, err));
  corm_record *corner = row[0].as.r;
  OK(corm_session_close(f.session, err));
  OK(corm_result_next_row(result, &row, err));
  assert_named(row[0].as.r, "name", "Market");
  assert_int_equal(corm_record_peek_state(corner), CORM_DETACHED);
  assert_int_equal(corm_record_get_members(corner, "products", &list, &n, NULL), CORM_EDETACHED);
  corm_result_free(result);
  stop(&f);
}

static void two_sessions_have_objects_of_their_own(void **state) {
  fixture f;
  corm_session *other;
  corm_record *mine, *theirs;
  const corm_value key = corm_int(1);
  (void)state;
  start(&f);
  corm_record *corner = new_store(&f, "Corner");
  OK(corm_session_commit(f.session, err));
  OK(corm_session_open(&other, f.engine, NULL, err));
  OK(corm_session_get(&mine, f.session, f.store, &key, 1, NULL, 0, err));
  OK(corm_session_get(&theirs, other, f.store, &key, 1, NULL, 0, err));
  assert_ptr_equal(mine, corner);
  assert_ptr_not_equal(mine, theirs);
  assert_int_equal(corm_session_add(other, mine, NULL), CORM_EINVALID);
  corm_session_free(other);
  assert_named(mine, "name", "Corner");
  stop(&f);
}

static void *work_in_a_thread(void *arg) {
  fixture *f = arg;
  corm_session *s = NULL;
  int status = corm_session_open(&s, f->engine, NULL, NULL);
  for (int i = 0; !status && i < 20; i++) {
    corm_result *result = NULL;
    const corm_value *row = NULL;
    status = corm_session_query(&result, s, corm_select_entity(f->store), NULL);
    while (!status && !(status = corm_result_next_row(result, &row, NULL)) && row) {
      corm_value v;
      status = corm_record_get_named(row[0].as.r, "name", &v, NULL);
      if (!status && (v.size != 6 || memcmp(v.as.p, "Corner", 6) != 0))
        status = CORM_EINTERNAL;
    }
    corm_result_free(result);
    if (!status)
      status = corm_session_commit(s, NULL);
  }
  corm_session_free(s);
  return (void *)(intptr_t)status;
}

static void two_threads_share_an_engine(void **state) {
  fixture f;
  pthread_t threads[2];
  void *status[2];
  (void)state;
  (void)remove("build/c-threads.db");
  OK(open_fixture(&f, "sqlite:///build/c-threads.db", err));
  (void)new_store(&f, "Corner");
  OK(corm_session_commit(f.session, err));
  for (int i = 0; i < 2; i++)
    assert_int_equal(pthread_create(&threads[i], NULL, work_in_a_thread, &f), 0);
  for (int i = 0; i < 2; i++)
    assert_int_equal(pthread_join(threads[i], &status[i]), 0);
  assert_int_equal((intptr_t)status[0], CORM_OK);
  assert_int_equal((intptr_t)status[1], CORM_OK);
  stop(&f);
  (void)remove("build/c-threads.db");
}

/* ---- Memory
 * ------------------------------------------------------------------------------------------------------------ */

static int everything(void *ctx) {
  fixture f;
  heard insert = {0};
  corm_record *store = NULL, *product = NULL, *const * list;
  corm_result *result = NULL;
  const corm_value *row;
  size_t n;
  (void)ctx;
  int status = open_fixture(&f, "sqlite://", NULL);
  if (!status)
    status = corm_entity_listen(f.product, CORM_EV_BEFORE_INSERT, listen, &insert, NULL);
  if (!status)
    status = corm_session_listen(f.session, CORM_EV_BEFORE_FLUSH, listen, &insert, NULL);
  if (!status)
    status = corm_session_make(&store, f.session, f.store, NULL, "name", corm_text("Corner"), CORM_LAST);
  if (!status)
    status = corm_session_make(&product, f.session, f.product, NULL, "title", corm_text("tea"), "store",
                               corm_object(store), CORM_LAST);
  if (!status)
    status = corm_session_commit(f.session, NULL);
  if (!status)
    status = corm_record_get_members(store, "products", &list, &n, NULL);
  corm_stmt *stmt = status ? NULL : corm_join_path(corm_select_entity(f.product), f.product, "store", CORM_JOIN_INNER);
  if (!status)
    stmt = corm_load_path(stmt, f.product, "store.products", CORM_LAZY_SELECTIN, 0);
  if (!status)
    status = corm_session_query(&result, f.session, corm_order_by(stmt, corm_attr(f.product, "id"), CORM_END), NULL);
  if (!status)
    status = corm_result_one(result, &row, NULL);
  corm_result_free(result);
  stop(&f);
  return status;
}

static void every_failure_of_memory_is_a_status(void **state) {
  (void)state;
  cm_test_each_failure(everything, NULL);
}

static int note_most(void *ctx, const corm_event *ev, corm_error **err) {
  size_t *most = ctx;
  (void)err;
  if (ev->n_values > *most)
    *most = ev->n_values;
  return CORM_OK;
}

static void a_statement_has_no_more_parameters_than_its_dialect_allows(void **state) {
  static corm_driver driver;
  corm_dialect_def tight = cm_dialect_sqlite;
  size_t most = 0;
  fixture f;
  (void)state;
  tight.name = "tight";
  tight.max_params = 5;
  driver = cm_driver_sqlite3;
  driver.dialect = "tight";
  OK(corm_dialect_register(&tight, err));
  OK(corm_driver_register(&driver, err));
  OK(open_fixture(&f, "tight://", err));
  for (int i = 0; i < 20; i++)
    new_store(&f, "one of many");
  OK(corm_engine_listen(f.engine, CORM_EV_BEFORE_CURSOR, note_most, &most, err));
  OK(corm_session_flush(f.session, err));
  assert_int_equal(most, 4);
  stop(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_described_shop_is_a_schema),
      cmocka_unit_test(the_first_mistake_is_told_at_seal),
      cmocka_unit_test(defaults_fill_what_is_not_given),
      cmocka_unit_test(relations_are_walked_and_changed_by_name),
      cmocka_unit_test(a_wrong_name_says_so),
      cmocka_unit_test(short_forms_make_the_same_statements),
      cmocka_unit_test(a_path_is_loaded_with_the_rows),
      cmocka_unit_test(one_row_means_one_row),
      cmocka_unit_test(listeners_hear_engines_sessions_and_classes),
      cmocka_unit_test(a_listener_that_refuses_stops_the_flush),
      cmocka_unit_test(what_is_closed_says_so),
      cmocka_unit_test(what_a_result_names_outlives_its_session),
      cmocka_unit_test(two_sessions_have_objects_of_their_own),
      cmocka_unit_test(two_threads_share_an_engine),
      cmocka_unit_test(a_statement_has_no_more_parameters_than_its_dialect_allows),
      cmocka_unit_test(every_failure_of_memory_is_a_status),
  };
  return cm_test_run(tests);
}
