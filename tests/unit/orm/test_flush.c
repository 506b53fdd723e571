/* The flush: what it sends, what objects know afterwards, and what a failure leaves. */
#include "shop.h"

#include <stdio.h>
#include <string.h>

typedef struct fixture {
  shop s;
  corm_engine *engine;
  corm_session *session;
  corm_error *err;
} fixture;

#define OK(call)                                                                                                       \
  do {                                                                                                                 \
    corm_error *why = NULL, **err = &why;                                                                              \
    if ((call) != CORM_OK)                                                                                             \
      fail_msg("%s: %s", #call, corm_error_message(why));                                                              \
    corm_error_free(why);                                                                                              \
  } while (0)

/* ---- The statements that were sent
 * ------------------------------------------------------------------------------------- */

static char sent[8192];

static int listen(void *self, const corm_event *ev, corm_error **err) {
  (void)self;
  (void)err;
  if (ev->kind == CORM_EV_BEFORE_CURSOR) {
    size_t at = strlen(sent);
    (void)snprintf(sent + at, sizeof sent - at, "%.*s x%zu\n", (int)ev->sql_len, ev->sql, ev->rows);
  }
  return CORM_OK;
}

static const corm_host echo = {.size = sizeof echo, .event = listen};

static void start(fixture *f) {
  const corm_engine_options eo = {.size = sizeof eo, .host = &echo};
  corm_conn *conn;
  *f = (fixture){0};
  OK(shop_make(&f->s, err));
  OK(corm_engine_open(&f->engine, "sqlite://", &eo, err));
  OK(corm_conn_acquire(&conn, f->engine, err));
  OK(corm_conn_create_all(conn, f->s.catalog, NULL, 0, 0, err));
  OK(corm_conn_commit(conn, err));
  corm_conn_release(conn);
  corm_engine_set_events(f->engine, CORM_EV_BIT(CORM_EV_BEFORE_CURSOR));
  OK(corm_session_open(&f->session, f->engine, NULL, err));
  sent[0] = 0;
}

static void stop(fixture *f) {
  corm_session_free(f->session);
  corm_engine_unref(f->engine);
  shop_free(&f->s);
  corm_error_free(f->err);
}

static void was_sent(const char *expected) {
  assert_string_equal(sent, expected);
  sent[0] = 0;
}

/* ---- Objects
 * ------------------------------------------------------------------------------------------------------------ */

static void set(corm_record *r, int slot, corm_value v) { OK(corm_record_set(r, slot, &v, err)); }

static corm_value record(corm_record *r) {
  corm_value v = {{0}, 0, CORM_RECORD, 0, 0};
  v.as.r = r;
  return r ? v : corm_null();
}

static corm_record *user(fixture *f, const char *name) {
  corm_record *r;
  OK(corm_record_new(&r, f->s.user, NULL, err));
  set(r, f->s.user_name, corm_text(name));
  return r;
}

static corm_record *purchase(fixture *f, const char *item) {
  corm_record *r;
  OK(corm_record_new(&r, f->s.purchase, NULL, err));
  set(r, f->s.purchase_item, corm_text(item));
  return r;
}

static corm_record *tag(fixture *f, const char *name) {
  corm_record *r;
  OK(corm_record_new(&r, f->s.tag, NULL, err));
  set(r, f->s.tag_name, corm_text(name));
  return r;
}

static int64_t integer(corm_record *r, int slot) {
  corm_value v;
  OK(corm_record_get(r, slot, &v, NULL, err));
  return v.kind == CORM_NULL ? -1 : v.as.i;
}

static int64_t ask(fixture *f, const char *sql) {
  corm_conn *conn;
  corm_result *result;
  const corm_value *row;
  int64_t n = -1;
  char before[sizeof sent];
  memcpy(before, sent, sizeof sent);
  OK(corm_session_get_connection(&conn, f->session, NULL, err));
  OK(corm_conn_execute_sql(&result, conn, sql, NULL, 0, 1, err));
  OK(corm_result_next_row(result, &row, err));
  if (row && row[0].kind == CORM_INT)
    n = row[0].as.i;
  corm_result_free(result);
  memcpy(sent, before, sizeof sent);
  return n;
}

/* ---- Single objects
 * ------------------------------------------------------------------------------------------------------- */

static void a_new_object_gets_its_key(void **state) {
  fixture f;
  (void)state;
  start(&f);
  corm_record *u = user(&f, "Ada");
  OK(corm_session_add(f.session, u, err));
  assert_int_equal(corm_record_peek_state(u), CORM_PENDING);
  OK(corm_session_flush(f.session, err));
  was_sent("INSERT INTO users (name, age, bio) VALUES (?, ?, ?) x1\n");
  assert_int_equal(corm_record_peek_state(u), CORM_PERSISTENT);
  assert_int_equal(integer(u, f.s.user_id), 1);
  assert_ptr_equal(corm_session_peek(f.session, f.s.user, &(corm_value){.kind = CORM_INT, .as.i = 1}, 1), u);
  OK(corm_session_commit(f.session, err));
  assert_int_equal(ask(&f, "select count(*) from users where name = 'Ada'"), 1);
  stop(&f);
}

static void a_flush_of_nothing_sends_nothing(void **state) {
  fixture f;
  (void)state;
  start(&f);
  OK(corm_session_flush(f.session, err));
  OK(corm_session_commit(f.session, err));
  was_sent("");
  stop(&f);
}

static void changed_columns_alone_are_sent(void **state) {
  fixture f;
  (void)state;
  start(&f);
  corm_record *u = user(&f, "Ada");
  set(u, f.s.user_age, corm_int(36));
  OK(corm_session_add(f.session, u, err));
  OK(corm_session_flush(f.session, err));
  sent[0] = 0;
  set(u, f.s.user_age, corm_int(37));
  set(u, f.s.user_name, corm_text("Ada"));
  OK(corm_session_flush(f.session, err));
  was_sent("UPDATE users SET age=? WHERE users.id = ? x1\n");
  set(u, f.s.user_age, corm_int(38));
  set(u, f.s.user_age, corm_int(37));
  OK(corm_session_flush(f.session, err));
  was_sent("");
  assert_int_equal(ask(&f, "select age from users"), 37);
  stop(&f);
}

static void many_rows_go_in_few_statements(void **state) {
  fixture f;
  corm_record *all[77];
  (void)state;
  start(&f);
  for (int i = 0; i < 77; i++) {
    char name[16];
    (void)snprintf(name, sizeof name, "u%d", i);
    all[i] = user(&f, name);
    OK(corm_session_add(f.session, all[i], err));
  }
  OK(corm_session_flush(f.session, err));
  for (int i = 0; i < 77; i++)
    assert_int_equal(integer(all[i], f.s.user_id), i + 1);
  assert_int_equal(ask(&f, "select count(*) from users where name = 'u' || (id - 1)"), 77);
  stop(&f);
}

static void a_deleted_object_is_deleted(void **state) {
  fixture f;
  (void)state;
  start(&f);
  corm_record *u = user(&f, "Ada");
  OK(corm_session_add(f.session, u, err));
  OK(corm_session_commit(f.session, err));
  sent[0] = 0;
  OK(corm_session_delete(f.session, u, err));
  assert_int_equal(corm_record_peek_marked_deleted(u), 1);
  OK(corm_session_flush(f.session, err));
  assert_int_equal(corm_record_peek_state(u), CORM_DELETED);
  const char *read = strstr(sent, "SELECT users.id"), *gone = strstr(sent, "DELETE FROM users"); /* it was expired */
  assert_true(read && gone && read < gone);
  OK(corm_session_commit(f.session, err));
  assert_int_equal(corm_record_peek_state(u), CORM_DETACHED);
  assert_int_equal(ask(&f, "select count(*) from users"), 0);
  stop(&f);
}

static void a_rollback_makes_new_objects_transient(void **state) {
  fixture f;
  (void)state;
  start(&f);
  corm_record *u = user(&f, "Ada");
  OK(corm_session_add(f.session, u, err));
  OK(corm_session_flush(f.session, err));
  OK(corm_session_rollback(f.session, err));
  assert_int_equal(corm_record_peek_state(u), CORM_TRANSIENT);
  assert_int_equal(integer(u, f.s.user_id), 1);
  OK(corm_session_add(f.session, u, err));
  OK(corm_session_commit(f.session, err));
  assert_int_equal(ask(&f, "select count(*) from users where id = 1 and name = 'Ada'"), 1);
  stop(&f);
}

static void a_broken_rule_of_the_database_fails_the_flush(void **state) {
  fixture f;
  corm_error *failed = NULL;
  (void)state;
  start(&f);
  corm_record *a = user(&f, "Ada"), *b = user(&f, "Bob");
  set(a, f.s.user_id, corm_int(7));
  set(b, f.s.user_id, corm_int(7));
  OK(corm_session_add(f.session, a, err));
  OK(corm_session_add(f.session, b, err));
  assert_int_equal(corm_session_flush(f.session, &failed), CORM_EDB_INTEGRITY);
  corm_error_free(failed);
  failed = NULL;
  assert_int_equal(corm_record_peek_state(a), CORM_TRANSIENT);
  assert_int_equal(corm_session_flush(f.session, NULL), CORM_OK);
  assert_int_equal(corm_session_commit(f.session, NULL), CORM_EPENDINGROLLBACK);
  OK(corm_session_rollback(f.session, err));
  set(b, f.s.user_id, corm_int(8));
  OK(corm_session_add(f.session, b, err));
  OK(corm_session_commit(f.session, err));
  assert_int_equal(ask(&f, "select count(*) from users"), 1);
  stop(&f);
}

/* ---- Relations
 * --------------------------------------------------------------------------------------------------------------- */

static void a_parent_comes_before_its_children(void **state) {
  fixture f;
  (void)state;
  start(&f);
  corm_record *u = user(&f, "Ada"), *p = purchase(&f, "tea"), *q = purchase(&f, "jam");
  OK(corm_record_link(u, f.s.user_purchases, p, err));
  set(q, f.s.purchase_user, record(u));
  OK(corm_session_add(f.session, u, err));
  assert_int_equal(corm_record_peek_state(p), CORM_PENDING);
  assert_int_equal(corm_record_peek_state(q), CORM_PENDING);
  OK(corm_session_flush(f.session, err));
  was_sent("INSERT INTO users (name, age, bio) VALUES (?, ?, ?) x1\n"
           "INSERT INTO purchases (user_id, item) VALUES (?, ?), (?, ?) x1\n");
  assert_int_equal(integer(p, f.s.purchase_user_id), 1);
  assert_int_equal(integer(q, f.s.purchase_user_id), 1);
  OK(corm_session_commit(f.session, err));
  assert_int_equal(ask(&f, "select count(*) from purchases where user_id = 1"), 2);
  stop(&f);
}

static void children_of_a_deleted_parent_lose_their_key(void **state) {
  fixture f;
  (void)state;
  start(&f);
  corm_record *u = user(&f, "Ada"), *p = purchase(&f, "tea");
  OK(corm_record_link(u, f.s.user_purchases, p, err));
  OK(corm_session_add(f.session, u, err));
  OK(corm_session_commit(f.session, err));
  OK(corm_session_delete(f.session, u, err));
  sent[0] = 0;
  OK(corm_session_commit(f.session, err));
  assert_non_null(strstr(
      sent, "UPDATE purchases SET user_id=? WHERE purchases.id = ? x1\nDELETE FROM users WHERE users.id = ? x1\n"));
  assert_int_equal(ask(&f, "select count(*) from purchases where user_id is null"), 1);
  stop(&f);
}

static void a_child_that_leaves_loses_its_key(void **state) {
  fixture f;
  (void)state;
  start(&f);
  corm_record *u = user(&f, "Ada"), *v = user(&f, "Bob"), *p = purchase(&f, "tea");
  OK(corm_record_link(u, f.s.user_purchases, p, err));
  OK(corm_session_add(f.session, u, err));
  OK(corm_session_add(f.session, v, err));
  OK(corm_session_flush(f.session, err));
  OK(corm_record_link(v, f.s.user_purchases, p, err));
  OK(corm_session_flush(f.session, err));
  assert_int_equal(integer(p, f.s.purchase_user_id), 2);
  OK(corm_record_unlink(v, f.s.user_purchases, p, err));
  OK(corm_session_flush(f.session, err));
  assert_int_equal(integer(p, f.s.purchase_user_id), -1);
  assert_int_equal(ask(&f, "select count(*) from purchases where user_id is null"), 1);
  stop(&f);
}

static void pairs_become_rows(void **state) {
  fixture f;
  (void)state;
  start(&f);
  corm_record *p = purchase(&f, "tea"), *t = tag(&f, "hot"), *w = tag(&f, "wet");
  OK(corm_record_link(p, f.s.purchase_tags_slot, t, err));
  OK(corm_record_link(p, f.s.purchase_tags_slot, w, err));
  OK(corm_session_add(f.session, p, err));
  OK(corm_session_flush(f.session, err));
  was_sent("INSERT INTO purchases (user_id, item) VALUES (?, ?) x1\n"
           "INSERT INTO tags (name) VALUES (?), (?) x1\n"
           "INSERT INTO purchase_tags (purchase_id, tag_id) VALUES (?, ?), (?, ?) x1\n");
  OK(corm_record_unlink(p, f.s.purchase_tags_slot, t, err));
  OK(corm_session_flush(f.session, err));
  was_sent("DELETE FROM purchase_tags WHERE purchase_tags.purchase_id = ? AND purchase_tags.tag_id = ? x1\n");
  OK(corm_session_delete(f.session, p, err));
  OK(corm_session_commit(f.session, err));
  assert_int_equal(ask(&f, "select count(*) from purchase_tags"), 0);
  assert_int_equal(ask(&f, "select count(*) from tags"), 2);
  stop(&f);
}

static void an_unloaded_collection_queues(void **state) {
  fixture f;
  (void)state;
  start(&f);
  corm_record *u = user(&f, "Ada"), *p = purchase(&f, "tea"), *q = purchase(&f, "jam");
  OK(corm_record_link(u, f.s.user_purchases, p, err));
  OK(corm_session_add(f.session, u, err));
  OK(corm_session_commit(f.session, err));
  OK(corm_session_add(f.session, q, err));
  set(q, f.s.purchase_user, record(u));
  corm_value v;
  assert_int_equal(corm_record_peek(u, f.s.user_purchases, &v), CORM_SLOT_EXPIRED);
  OK(corm_session_commit(f.session, err));
  assert_int_equal(ask(&f, "select count(*) from purchases where user_id = 1"), 2);
  stop(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_new_object_gets_its_key),
      cmocka_unit_test(a_flush_of_nothing_sends_nothing),
      cmocka_unit_test(changed_columns_alone_are_sent),
      cmocka_unit_test(many_rows_go_in_few_statements),
      cmocka_unit_test(a_deleted_object_is_deleted),
      cmocka_unit_test(a_rollback_makes_new_objects_transient),
      cmocka_unit_test(a_broken_rule_of_the_database_fails_the_flush),
      cmocka_unit_test(a_parent_comes_before_its_children),
      cmocka_unit_test(children_of_a_deleted_parent_lose_their_key),
      cmocka_unit_test(a_child_that_leaves_loses_its_key),
      cmocka_unit_test(pairs_become_rows),
      cmocka_unit_test(an_unloaded_collection_queues),
  };
  return cm_test_run(tests);
}
