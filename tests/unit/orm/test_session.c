/* States, transactions and owners, without a flush: what a flush does to a state is called by name. */
#include "shop.h"
#include <pthread.h>
#include <stdlib.h>

typedef struct fixture {
  shop s;
  corm_engine *engine;
  corm_session *session;
} fixture;

#define OK(call)                                                                                                       \
  do {                                                                                                                 \
    corm_error *err_ = NULL;                                                                                           \
    corm_error **err = &err_;                                                                                          \
    if (call)                                                                                                          \
      fail_msg("%s:%d: %s", __FILE__, __LINE__, corm_error_message(err_));                                             \
  } while (0)

static void start(fixture *f) {
  *f = (fixture){0};
  OK(shop_make(&f->s, err));
  OK(shop_engine(&f->s, &f->engine, err));
  OK(corm_session_open(&f->session, f->engine, NULL, err));
  shop_sql(f->engine, "insert into users (id, name) values (1, 'Ada'), (2, 'Bob')");
}

static void stop(fixture *f) {
  corm_session_free(f->session);
  corm_engine_unref(f->engine);
  shop_free(&f->s);
}

static corm_record *new_user(fixture *f, int64_t id) {
  corm_record *r;
  corm_value v = corm_int(id);
  OK(corm_record_new(&r, f->s.user, NULL, err));
  OK(corm_record_set_committed(r, f->s.user_id, &v, err));
  return r;
}

static corm_record *get(fixture *f, int64_t id) {
  corm_record *r;
  corm_value key = corm_int(id);
  OK(corm_session_get(&r, f->session, f->s.user, &key, 1, NULL, 0, err));
  return r;
}

static int count(void *ctx, corm_record *r) {
  (void)r;
  ++*(int *)ctx;
  return 0;
}

static int size_of(fixture *f, int set) {
  int n = 0;
  (void)corm_session_each(f->session, set, count, &n);
  return n;
}

/* ---- States
 * -------------------------------------------------------------------------------------------------------------------
 */

static void an_object_goes_from_transient_to_deleted(void **state) {
  fixture f;
  (void)state;
  start(&f);
  corm_record *r = new_user(&f, 7);
  OK(cm_session_autobegin(f.session, err));
  OK(cm_state_attach(f.session, r, err));
  assert_int_equal(corm_record_peek_state(r), CORM_PENDING);
  assert_true(corm_session_contains(f.session, r));
  assert_int_equal(size_of(&f, CORM_SET_NEW), 1);
  OK(cm_state_inserted(f.session, r, err));
  assert_int_equal(corm_record_peek_state(r), CORM_PERSISTENT);
  assert_int_equal(size_of(&f, CORM_SET_NEW), 0);
  assert_int_equal(size_of(&f, CORM_SET_PERSISTENT), 1);
  assert_ptr_equal(get(&f, 7), r);
  OK(cm_state_mark_deleted(f.session, r, err));
  assert_true(corm_record_peek_marked_deleted(r));
  assert_true(corm_session_contains(f.session, r));
  OK(cm_state_attach(f.session, r, err));
  assert_false(corm_record_peek_marked_deleted(r));
  OK(cm_state_mark_deleted(f.session, r, err));
  OK(cm_state_deleted(f.session, r, err));
  assert_int_equal(corm_record_peek_state(r), CORM_DELETED);
  assert_false(corm_session_contains(f.session, r));
  assert_int_equal(cm_state_attach(f.session, r, NULL), CORM_EINVALID);
  OK(corm_session_commit(f.session, err));
  assert_int_equal(corm_record_peek_state(r), CORM_DETACHED);
  assert_true(corm_record_peek_was_deleted(r));
  stop(&f);
}

static void a_rollback_undoes_states(void **state) {
  fixture f;
  corm_value v;
  (void)state;
  start(&f);
  corm_record *ada = get(&f, 1), *bob = get(&f, 2), *fresh = new_user(&f, 7), *pending = new_user(&f, 8);
  OK(cm_state_attach(f.session, fresh, err));
  OK(cm_state_inserted(f.session, fresh, err));
  OK(cm_state_attach(f.session, pending, err));
  OK(cm_state_mark_deleted(f.session, ada, err));
  OK(cm_state_deleted(f.session, ada, err));
  OK(corm_session_rollback(f.session, err));
  assert_int_equal(corm_record_peek_state(fresh), CORM_TRANSIENT);
  assert_int_equal(corm_record_peek(fresh, f.s.user_id, &v), CORM_SLOT_LOADED);
  assert_int_equal((int)v.as.i, 7);
  assert_int_equal(corm_record_peek_state(pending), CORM_TRANSIENT);
  assert_int_equal(corm_record_peek_state(ada), CORM_PERSISTENT);
  assert_ptr_equal(get(&f, 1), ada);
  assert_int_equal(corm_record_peek_expired(bob), 1);
  stop(&f);
}

static void a_savepoint_undoes_only_what_was_inside(void **state) {
  fixture f;
  corm_transaction *inner;
  (void)state;
  start(&f);
  corm_record *bob = get(&f, 2), *before = new_user(&f, 7), *inside = new_user(&f, 8);
  OK(cm_state_attach(f.session, before, err));
  OK(cm_state_inserted(f.session, before, err));
  OK(corm_session_begin_nested(f.session, &inner, err));
  assert_true(corm_transaction_peek_nested(inner));
  OK(cm_state_attach(f.session, inside, err));
  OK(cm_state_inserted(f.session, inside, err));
  OK(corm_transaction_rollback(inner, err));
  assert_int_equal(corm_record_peek_state(before), CORM_PERSISTENT);
  assert_int_equal(corm_record_peek_state(inside), CORM_TRANSIENT);
  assert_int_equal(corm_record_peek_expired(bob), 0);
  assert_int_equal(corm_transaction_rollback(inner, NULL), CORM_ECLOSED);
  corm_transaction_unref(inner);
  OK(corm_session_begin_nested(f.session, &inner, err));
  OK(cm_state_attach(f.session, inside, err));
  OK(cm_state_inserted(f.session, inside, err));
  OK(corm_transaction_commit(inner, err));
  corm_transaction_unref(inner);
  assert_int_equal(corm_record_peek_state(inside), CORM_PERSISTENT);
  OK(corm_session_rollback(f.session, err));
  assert_int_equal(corm_record_peek_state(inside), CORM_TRANSIENT);
  assert_int_equal(corm_record_peek_state(before), CORM_TRANSIENT);
  stop(&f);
}

static void a_failed_flush_waits_for_rollback(void **state) {
  fixture f;
  corm_value key = corm_int(1);
  corm_record *out;
  corm_error *why = NULL;
  (void)state;
  start(&f);
  corm_record *r = new_user(&f, 7);
  OK(cm_transaction_begin_flush(f.session, err));
  OK(cm_state_attach(f.session, r, err));
  (void)corm_error_set(&why, CORM_EDB_INTEGRITY, "the row is bad");
  cm_transaction_failed(f.session, why);
  corm_error_free(why);
  why = NULL;
  assert_int_equal(corm_record_peek_state(r), CORM_TRANSIENT);
  assert_false(corm_session_peek_active(f.session));
  assert_true(corm_session_peek_in_transaction(f.session));
  assert_int_equal(corm_session_get(&out, f.session, f.s.user, &key, 1, NULL, 0, &why), CORM_EPENDINGROLLBACK);
  assert_non_null(strstr(corm_error_message(why), "the row is bad"));
  corm_error_free(why);
  assert_int_equal(corm_session_commit(f.session, NULL), CORM_EPENDINGROLLBACK);
  OK(corm_session_rollback(f.session, err));
  assert_non_null(get(&f, 1));
  corm_record_release(r);
  stop(&f);
}

/* ---- Beginning and closing
 * ------------------------------------------------------------------------------------------------------- */

static void a_transaction_begins_by_itself_and_only_once(void **state) {
  fixture f;
  (void)state;
  start(&f);
  assert_false(corm_session_peek_in_transaction(f.session));
  OK(corm_session_rollback(f.session, err));
  OK(corm_session_commit(f.session, err));
  assert_false(corm_session_peek_in_transaction(f.session));
  (void)get(&f, 1);
  assert_true(corm_session_peek_in_transaction(f.session));
  assert_int_equal(corm_session_begin(f.session, NULL, NULL), CORM_EINVALID);
  OK(corm_session_commit(f.session, err));
  assert_false(corm_session_peek_in_transaction(f.session));
  stop(&f);
}

static void nothing_begins_in_the_block_of_an_ended_transaction(void **state) {
  fixture f;
  corm_transaction *outer, *inner;
  corm_record *r;
  corm_value key = corm_int(1);
  (void)state;
  start(&f);
  OK(corm_session_begin(f.session, &outer, err));
  corm_transaction_enter(outer);
  (void)get(&f, 1);
  OK(corm_session_begin_nested(f.session, &inner, err));
  corm_transaction_enter(inner);
  OK(corm_transaction_rollback(inner, err));
  assert_true(corm_transaction_peek_ended(inner));
  key = corm_int(2);
  assert_int_equal(corm_session_get(&r, f.session, f.s.user, &key, 1, NULL, 0, NULL), CORM_EINVALID);
  assert_int_equal(corm_session_begin_nested(f.session, NULL, NULL), CORM_EINVALID);
  corm_transaction_leave(inner);
  corm_transaction_leave(inner);
  assert_non_null(get(&f, 2));
  assert_false(corm_transaction_peek_ended(outer));
  OK(corm_session_commit(f.session, err));
  assert_true(corm_transaction_peek_ended(outer));
  assert_int_equal(corm_session_begin(f.session, NULL, NULL), CORM_EINVALID);
  assert_int_equal(corm_session_commit(f.session, NULL), CORM_EINVALID);
  corm_transaction_leave(outer);
  assert_non_null(get(&f, 2));
  corm_transaction_unref(inner);
  corm_transaction_unref(outer);
  stop(&f);
}

static void a_block_may_outlive_its_session(void **state) {
  fixture f;
  corm_transaction *t;
  (void)state;
  start(&f);
  OK(corm_session_begin(f.session, &t, err));
  corm_transaction_enter(t);
  corm_session_free(f.session);
  assert_true(corm_transaction_peek_ended(t));
  corm_transaction_leave(t);
  corm_transaction_unref(t);
  OK(corm_session_open(&f.session, f.engine, NULL, err));
  stop(&f);
}

static void without_autobegin_a_session_waits_for_begin(void **state) {
  fixture f;
  corm_record *r;
  corm_value key = corm_int(1);
  const corm_session_options o = {.size = sizeof o, .no_autobegin = 1};
  (void)state;
  start(&f);
  corm_session_free(f.session);
  OK(corm_session_open(&f.session, f.engine, &o, err));
  assert_int_equal(corm_session_get(&r, f.session, f.s.user, &key, 1, NULL, 0, NULL), CORM_EINVALID);
  OK(corm_session_begin(f.session, NULL, err));
  assert_non_null(get(&f, 1));
  stop(&f);
}

static void a_closed_session_can_be_used_again(void **state) {
  fixture f;
  (void)state;
  start(&f);
  (void)get(&f, 1);
  OK(corm_session_close(f.session, err));
  assert_int_equal(size_of(&f, CORM_SET_PERSISTENT), 0);
  assert_non_null(get(&f, 1));
  assert_int_equal(size_of(&f, CORM_SET_PERSISTENT), 1);
  corm_record *mine = get(&f, 1);
  OK(corm_session_expunge_all(f.session, err));
  assert_int_equal(size_of(&f, CORM_SET_PERSISTENT), 0);
  corm_record_release(mine);
  stop(&f);
}

static void a_session_without_an_engine_says_so(void **state) {
  fixture f;
  corm_record *r;
  corm_value key = corm_int(1);
  (void)state;
  start(&f);
  corm_session_free(f.session);
  OK(corm_session_open(&f.session, NULL, NULL, err));
  assert_int_equal(corm_session_get(&r, f.session, f.s.user, &key, 1, NULL, 0, NULL), CORM_EUNBOUND);
  stop(&f);
}

static void on_a_begun_connection_commit_leaves_the_outer_transaction(void **state) {
  fixture f;
  corm_conn *conn;
  corm_result *result;
  (void)state;
  start(&f);
  corm_session_free(f.session);
  f.session = NULL;
  OK(corm_conn_acquire(&conn, f.engine, err));
  OK(corm_conn_begin(conn, err));
  const corm_session_options o = {.size = sizeof o, .conn = conn};
  OK(corm_session_open(&f.session, NULL, &o, err));
  (void)get(&f, 1);
  OK(corm_session_commit(f.session, err));
  assert_true(corm_conn_peek_in_transaction(conn));
  (void)get(&f, 1);
  OK(corm_session_rollback(f.session, err));
  assert_false(corm_conn_peek_in_transaction(conn));
  OK(corm_conn_begin(conn, err));
  OK(corm_conn_execute_sql(&result, conn, "insert into users (id) values (50)", NULL, 0, 1, err));
  corm_result_free(result);
  char name[64];
  OK(corm_conn_savepoint(conn, name, err));
  assert_non_null(get(&f, 50));
  OK(corm_session_rollback(f.session, err));
  assert_true(corm_conn_peek_in_transaction(conn));
  assert_non_null(get(&f, 50));
  OK(corm_session_close(f.session, err));
  corm_conn_release(conn);
  stop(&f);
}

/* ---- Owners
 * ------------------------------------------------------------------------------------------------------------------------
 */

typedef struct other {
  fixture *f;
  int status;
  char message[256];
} other;

static void *call_from_another_thread(void *ctx) {
  other *o = ctx;
  corm_error *err = NULL;
  o->status = corm_session_commit(o->f->session, &err);
  (void)strncpy(o->message, corm_error_message(err), sizeof o->message - 1);
  corm_error_free(err);
  return NULL;
}

static void a_second_thread_is_named_both_calls(void **state) {
  fixture f;
  pthread_t thread;
  (void)state;
  start(&f);
  other o = {.f = &f};
  OK(cm_session_enter(f.session, "corm_session_flush", err));
  assert_int_equal(pthread_create(&thread, NULL, call_from_another_thread, &o), 0);
  (void)pthread_join(thread, NULL);
  cm_session_leave(f.session);
  assert_int_equal(o.status, CORM_EMISUSE);
  assert_non_null(strstr(o.message, "corm_session_flush"));
  assert_non_null(strstr(o.message, "corm_session_commit"));
  stop(&f);
}

/* ---- A host whose objects own records
 * -------------------------------------------------------------------------------------------------- */

typedef struct object {
  corm_record *record;
  int refs;
} object;

static void object_unref(void *self, void *value) {
  object *o = value;
  (void)self;
  if (--o->refs)
    return;
  corm_record *r = o->record;
  free(o);
  corm_record_release(r);
}

static int object_of(void *self, corm_record *r, void **out, corm_error **err) {
  object *o = corm_record_peek_object(r);
  (void)self;
  (void)err;
  if (!o) {
    o = calloc(1, sizeof *o);
    o->record = r;
    corm_record_set_object(r, o);
  }
  o->refs++;
  *out = o;
  return CORM_OK;
}

static corm_record *record_of(void *self, void *value) {
  (void)self;
  return ((object *)value)->record;
}

static const corm_host objects = {
    .size = sizeof objects, .object = object_of, .record = record_of, .unref = object_unref};

static void the_map_is_weak(void **state) {
  fixture f;
  void *ada, *pen_user;
  corm_value v;
  const corm_session_options o = {.size = sizeof o, .host = &objects};
  (void)state;
  start(&f);
  shop_sql(f.engine, "insert into purchases (id, user_id) values (10, 1)");
  corm_session_free(f.session);
  OK(corm_session_open(&f.session, f.engine, &o, err));
  int64_t before = corm_live(CORM_LIVE_RECORDS);
  OK(object_of(NULL, get(&f, 1), &ada, err));
  assert_ptr_equal(get(&f, 1), ((object *)ada)->record);
  object_unref(NULL, ada); /* at once, though it was the last that get gave */
  assert_int_equal((int)(corm_live(CORM_LIVE_RECORDS) - before), 0);
  (void)get(&f, 2); /* nobody took it: gone with the next one */
  (void)get(&f, 99);
  corm_record *pen;
  corm_value key = corm_int(10);
  OK(corm_session_get(&pen, f.session, f.s.purchase, &key, 1, NULL, 0, err));
  void *held;
  OK(object_of(NULL, pen, &held, err));
  OK(corm_record_get(pen, f.s.purchase_user, &v, NULL, err));
  assert_int_equal(v.kind, CORM_HOST);
  pen_user = v.as.h;
  assert_ptr_equal(((object *)pen_user)->record, get(&f, 1));
  object_unref(NULL, held); /* and with it the user that only it held */
  cm_session_float(f.session, NULL);
  assert_int_equal((int)(corm_live(CORM_LIVE_RECORDS) - before), 0);
  assert_int_equal(size_of(&f, CORM_SET_PERSISTENT), 0);
  stop(&f);
}

static void objects_outlive_their_session(void **state) {
  fixture f;
  void *ada;
  corm_value v, text = corm_text("Ada");
  const corm_session_options o = {.size = sizeof o, .host = &objects};
  (void)state;
  start(&f);
  corm_session_free(f.session);
  OK(corm_session_open(&f.session, f.engine, &o, err));
  OK(object_of(NULL, get(&f, 1), &ada, err));
  corm_session_free(f.session);
  f.session = NULL;
  corm_record *r = ((object *)ada)->record;
  assert_int_equal(corm_record_peek_state(r), CORM_DETACHED);
  assert_int_equal(corm_record_peek(r, f.s.user_name, &v), CORM_SLOT_LOADED);
  assert_true(corm_value_equal(&v, &text));
  OK(corm_session_open(&f.session, f.engine, &o, err));
  OK(corm_session_add(f.session, r, err));
  assert_int_equal(corm_record_peek_state(r), CORM_PERSISTENT);
  assert_ptr_equal(get(&f, 1), r);
  object_unref(NULL, ada);
  stop(&f);
}

static int die_meanwhile(void *self, const corm_event *ev, corm_error **err) {
  void **object_of_engine = self;
  (void)err;
  if (ev->kind == CORM_EV_BEFORE_CURSOR && *object_of_engine) {
    void *dying = *object_of_engine;
    *object_of_engine = NULL;
    object_unref(NULL, dying);
  }
  return CORM_OK;
}

static void an_object_may_die_while_rows_are_read(void **state) {
  fixture f;
  static void *dying;
  corm_host watching = {.size = sizeof watching, .self = &dying, .event = die_meanwhile};
  const corm_engine_options eo = {.size = sizeof eo, .host = &watching};
  const corm_session_options o = {.size = sizeof o, .host = &objects};
  corm_result *result;
  const corm_value *row;
  (void)state;
  start(&f);
  corm_session_free(f.session);
  corm_engine_unref(f.engine);
  OK(corm_engine_open(&f.engine, "sqlite://", &eo, err));
  corm_conn *conn;
  OK(corm_conn_acquire(&conn, f.engine, err));
  OK(corm_conn_create_all(conn, f.s.catalog, NULL, 0, 0, err));
  OK(corm_conn_commit(conn, err));
  corm_conn_release(conn);
  shop_sql(f.engine, "insert into users (id, name) values (1, 'Ada'), (2, 'Bob')");
  OK(corm_session_open(&f.session, f.engine, &o, err));
  OK(object_of(NULL, get(&f, 1), &dying, err));
  cm_session_float(f.session, NULL);
  corm_engine_set_events(f.engine, CORM_EV_BIT(CORM_EV_BEFORE_CURSOR));
  corm_node *source = corm_entity_source(f.s.user);
  corm_stmt *stmt = corm_select(source, CORM_END);
  OK(corm_session_execute(&result, f.session, stmt, NULL, NULL, 0, err));
  assert_null(dying);
  OK(corm_result_next_row(result, &row, err));
  assert_null(corm_record_peek_object(row[0].as.r));
  corm_value v, text = corm_text("Ada");
  assert_int_equal(corm_record_peek(row[0].as.r, f.s.user_name, &v), CORM_SLOT_LOADED);
  assert_true(corm_value_equal(&v, &text));
  corm_result_free(result);
  corm_node_unref(stmt);
  assert_int_equal(size_of(&f, CORM_SET_PERSISTENT), 0);
  stop(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_object_goes_from_transient_to_deleted),
      cmocka_unit_test(a_rollback_undoes_states),
      cmocka_unit_test(a_savepoint_undoes_only_what_was_inside),
      cmocka_unit_test(a_failed_flush_waits_for_rollback),
      cmocka_unit_test(a_transaction_begins_by_itself_and_only_once),
      cmocka_unit_test(nothing_begins_in_the_block_of_an_ended_transaction),
      cmocka_unit_test(a_block_may_outlive_its_session),
      cmocka_unit_test(without_autobegin_a_session_waits_for_begin),
      cmocka_unit_test(a_closed_session_can_be_used_again),
      cmocka_unit_test(a_session_without_an_engine_says_so),
      cmocka_unit_test(on_a_begun_connection_commit_leaves_the_outer_transaction),
      cmocka_unit_test(a_second_thread_is_named_both_calls),
      cmocka_unit_test(the_map_is_weak),
      cmocka_unit_test(objects_outlive_their_session),
      cmocka_unit_test(an_object_may_die_while_rows_are_read),
  };
  return cm_test_run(tests);
}
