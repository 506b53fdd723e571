/* Reading through a session of C: execute, get, lazy and eager relations, expiry, refresh. */
#include "shop.h"

typedef struct fixture {
  shop s;
  corm_engine *engine;
  corm_session *session;
  int statements;
} fixture;

static int count_statement(void *self, const corm_event *ev, corm_error **err) {
  fixture *f = self;
  (void)err;
  if (ev->kind == CORM_EV_BEFORE_CURSOR)
    f->statements++;
  return CORM_OK;
}

static corm_host counting;

static int open_fixture(fixture *f, corm_error **err) {
  corm_conn *conn = NULL;
  corm_engine_options options = {.size = sizeof options, .host = &counting};
  counting = *cm_host_of_c();
  counting.self = f;
  counting.event = count_statement;
  *f = (fixture){0};
  int status = shop_make(&f->s, err);
  if (!status)
    status = corm_engine_open(&f->engine, "sqlite://", &options, err);
  if (!status)
    status = corm_conn_acquire(&conn, f->engine, err);
  if (!status)
    status = corm_conn_create_all(conn, f->s.catalog, NULL, 0, 0, err);
  if (!status)
    status = corm_conn_commit(conn, err);
  corm_conn_release(conn);
  if (!status)
    status = corm_session_open(&f->session, f->engine, NULL, err);
  return status;
}

static void close_fixture(fixture *f) {
  corm_session_free(f->session);
  corm_engine_unref(f->engine);
  shop_free(&f->s);
}

static void start(fixture *f) {
  corm_error *err = NULL;
  if (open_fixture(f, &err))
    fail_msg("%s", corm_error_message(err));
  shop_sql(f->engine, "insert into users (id, name, age, bio) values (1, 'Ada', 36, 'countess'), (2, 'Bob', 40, NULL), "
                      "(3, 'Zo\xc3\xab', NULL, '')");
  shop_sql(f->engine, "insert into purchases (id, user_id, item) values (10, 1, 'pen'), (11, 1, 'ink'), (12, 2, "
                      "'cup'), (13, NULL, 'hat')");
  shop_sql(f->engine, "insert into tags (id, name) values (1, 'red'), (2, 'blue')");
  shop_sql(f->engine, "insert into purchase_tags (purchase_id, tag_id) values (10, 1), (10, 2), (12, 2)");
  corm_engine_set_events(f->engine, CORM_EV_BIT(CORM_EV_BEFORE_CURSOR));
  f->statements = 0;
}

/* ---- Helpers
 * ------------------------------------------------------------------------------------------------------------------ */

#define OK(call)                                                                                                       \
  do {                                                                                                                 \
    corm_error *err_ = NULL;                                                                                           \
    corm_error **err = &err_;                                                                                          \
    if (call)                                                                                                          \
      fail_msg("%s:%d: %s", __FILE__, __LINE__, corm_error_message(err_));                                             \
  } while (0)

static corm_stmt *select_of(const corm_entity *e) {
  corm_node *source = corm_entity_source(e);
  return corm_select(source, CORM_END);
}

static size_t rows_of(fixture *f, corm_stmt *stmt, corm_record **out, size_t cap) {
  corm_result *result = NULL;
  const corm_value *row;
  size_t n = 0;
  OK(corm_session_execute(&result, f->session, stmt, NULL, NULL, 0, err));
  for (;;) {
    OK(corm_result_next_row(result, &row, err));
    if (!row)
      break;
    if (n < cap)
      out[n] = row[0].as.r;
    n++;
  }
  corm_result_free(result);
  corm_node_unref(stmt);
  return n;
}

static corm_record *get(fixture *f, const corm_entity *e, int64_t id) {
  corm_record *r;
  corm_value key = corm_int(id);
  OK(corm_session_get(&r, f->session, e, &key, 1, NULL, 0, err));
  return r;
}

static void assert_text(corm_record *r, int slot, const char *expected) {
  corm_value v, text = corm_text(expected);
  OK(corm_record_get(r, slot, &v, NULL, err));
  assert_true(corm_value_equal(&v, &text));
}

static corm_record *related(corm_record *r, int slot) {
  corm_value v;
  OK(corm_record_get(r, slot, &v, NULL, err));
  return v.kind == CORM_RECORD ? v.as.r : NULL;
}

static size_t members(corm_record *r, int slot, cm_members *out) {
  corm_value v;
  *out = (cm_members){0};
  OK(corm_record_get(r, slot, &v, NULL, err));
  OK(cm_members_read(r, slot, out, err));
  return out->n;
}

/* ---- Rows and the map
 * --------------------------------------------------------------------------------------------------------- */

static void a_select_gives_objects_with_their_columns(void **state) {
  fixture f;
  corm_record *r[4];
  corm_value v;
  (void)state;
  start(&f);
  assert_int_equal((int)rows_of(&f, select_of(f.s.user), r, 4), 3);
  assert_int_equal(f.statements, 1);
  assert_text(r[0], f.s.user_name, "Ada");
  assert_text(r[2], f.s.user_name, "Zo\xc3\xab");
  assert_int_equal(corm_record_peek(r[0], f.s.user_age, &v), CORM_SLOT_LOADED);
  assert_int_equal((int)v.as.i, 36);
  assert_int_equal(corm_record_peek(r[0], f.s.user_name, &v), CORM_SLOT_LOADED);
  assert_int_equal(v.flags, CORM_VALUE_ASCII);
  assert_int_equal(corm_record_peek(r[2], f.s.user_name, &v), CORM_SLOT_LOADED);
  assert_int_equal(v.flags, 0);
  assert_int_equal(corm_record_peek(r[2], f.s.user_age, &v), CORM_SLOT_LOADED);
  assert_int_equal(v.kind, CORM_NULL);
  assert_int_equal(corm_record_peek_state(r[0]), CORM_PERSISTENT);
  assert_int_equal(f.statements, 1);
  close_fixture(&f);
}

static void one_row_is_one_object(void **state) {
  fixture f;
  corm_record *a[3], *b[3];
  (void)state;
  start(&f);
  assert_int_equal((int)rows_of(&f, select_of(f.s.user), a, 3), 3);
  assert_int_equal((int)rows_of(&f, select_of(f.s.user), b, 3), 3);
  assert_memory_equal(a, b, sizeof a);
  assert_ptr_equal(get(&f, f.s.user, 2), a[1]);
  assert_int_equal(f.statements, 2);
  assert_null(get(&f, f.s.user, 99));
  assert_null(get(&f, f.s.user, 99));
  assert_int_equal(f.statements, 4);
  close_fixture(&f);
}

/* The statement, what was compiled and the reader are kept: what is left is the values, the cursor and the row. */
static void a_warmed_get_sends_one_statement_and_allocates_seldom(void **state) {
  fixture f;
  (void)state;
  start(&f);
  (void)get(&f, f.s.user, 1);
  (void)get(&f, f.s.user, 2);
  int statements = f.statements;
  int64_t allocations = cm_test_allocations();
  assert_non_null(get(&f, f.s.user, 3));
  assert_int_equal(f.statements - statements, 1);
  assert_in_range(cm_test_allocations() - allocations, 1, 8);
  allocations = cm_test_allocations();
  assert_non_null(get(&f, f.s.user, 3));
  assert_int_equal(cm_test_allocations() - allocations, 0);
  assert_int_equal(f.statements - statements, 1);
  close_fixture(&f);
}

static void a_warmed_lazy_load_allocates_seldom(void **state) {
  fixture f;
  (void)state;
  start(&f);
  corm_record *pen = get(&f, f.s.purchase, 10), *cup = get(&f, f.s.purchase, 12);
  assert_non_null(related(pen, f.s.purchase_user));
  int64_t allocations = cm_test_allocations();
  assert_non_null(related(cup, f.s.purchase_user));
  assert_in_range(cm_test_allocations() - allocations, 1, 10);
  close_fixture(&f);
}

static void a_deferred_column_is_loaded_when_it_is_read(void **state) {
  fixture f;
  corm_value v;
  (void)state;
  start(&f);
  corm_record *ada = get(&f, f.s.user, 1);
  assert_int_equal(corm_record_peek(ada, f.s.user_bio, &v), CORM_SLOT_EXPIRED);
  assert_text(ada, f.s.user_bio, "countess");
  assert_text(ada, f.s.user_bio, "countess");
  assert_int_equal(f.statements, 2);
  close_fixture(&f);
}

/* ---- Lazy
 * ------------------------------------------------------------------------------------------------------------------------
 */

static void many_to_one_comes_from_the_map_or_by_key(void **state) {
  fixture f;
  (void)state;
  start(&f);
  corm_record *pen = get(&f, f.s.purchase, 10), *ink = get(&f, f.s.purchase, 11), *hat = get(&f, f.s.purchase, 13);
  corm_record *ada = related(pen, f.s.purchase_user);
  assert_int_equal(f.statements, 4);
  assert_text(ada, f.s.user_name, "Ada");
  assert_ptr_equal(related(ink, f.s.purchase_user), ada);
  assert_null(related(hat, f.s.purchase_user));
  assert_int_equal(f.statements, 4);
  close_fixture(&f);
}

static void collections_are_loaded_once(void **state) {
  fixture f;
  cm_members m;
  (void)state;
  start(&f);
  corm_record *ada = get(&f, f.s.user, 1), *bob = get(&f, f.s.user, 2), *pen = get(&f, f.s.purchase, 10);
  f.statements = 0;
  assert_int_equal((int)members(ada, f.s.user_purchases, &m), 2);
  assert_ptr_equal(m.records[0], pen);
  cm_members_clear(&m);
  assert_int_equal((int)members(ada, f.s.user_purchases, &m), 2);
  cm_members_clear(&m);
  assert_int_equal(f.statements, 1);
  assert_int_equal((int)members(bob, f.s.user_purchases, &m), 1);
  cm_members_clear(&m);
  assert_int_equal((int)members(pen, f.s.purchase_tags_slot, &m), 2);
  assert_text(m.records[0], f.s.tag_name, "red");
  cm_members_clear(&m);
  assert_int_equal(f.statements, 3);
  close_fixture(&f);
}

/* ---- Eager
 * ------------------------------------------------------------------------------------------------------------------------
 */

static corm_stmt *with_load(corm_stmt *stmt, const corm_entity *e, int slot, int strategy) {
  corm_source *source = corm_entity_source(e);
  corm_expr *path = corm_attr_of(source, slot);
  const corm_expr *const steps[] = {path};
  stmt = corm_load(stmt, steps, 1, strategy, 0);
  corm_node_unref(path);
  corm_node_unref(source);
  return stmt;
}

static void check_eager(fixture *f, int strategy, int statements, size_t rows) {
  corm_record *users[8];
  cm_members m;
  start(f);
  assert_int_equal((int)rows_of(f, with_load(select_of(f->s.user), f->s.user, f->s.user_purchases, strategy), users, 8),
                   (int)rows);
  assert_int_equal(f->statements, statements);
  assert_int_equal((int)members(get(f, f->s.user, 1), f->s.user_purchases, &m), 2);
  cm_members_clear(&m);
  assert_int_equal((int)members(get(f, f->s.user, 3), f->s.user_purchases, &m), 0);
  cm_members_clear(&m);
  assert_int_equal(f->statements, statements);
  close_fixture(f);
}

static void joined_collections_come_with_their_rows(void **state) {
  fixture f;
  (void)state;
  check_eager(&f, CORM_LAZY_JOINED, 1, 4);
}

static void selectin_asks_once_for_all(void **state) {
  fixture f;
  (void)state;
  check_eager(&f, CORM_LAZY_SELECTIN, 2, 3);
}

static void immediate_asks_once_for_each(void **state) {
  fixture f;
  (void)state;
  check_eager(&f, CORM_LAZY_IMMEDIATE, 4, 3);
}

static void selectin_of_many_to_one_and_many_to_many(void **state) {
  fixture f;
  corm_record *p[8];
  cm_members m;
  (void)state;
  start(&f);
  corm_stmt *stmt = with_load(select_of(f.s.purchase), f.s.purchase, f.s.purchase_user, CORM_LAZY_SELECTIN);
  stmt = with_load(stmt, f.s.purchase, f.s.purchase_tags_slot, CORM_LAZY_SELECTIN);
  assert_int_equal((int)rows_of(&f, stmt, p, 8), 4);
  assert_int_equal(f.statements, 3);
  assert_text(related(p[0], f.s.purchase_user), f.s.user_name, "Ada");
  assert_null(related(p[3], f.s.purchase_user));
  assert_int_equal((int)members(p[0], f.s.purchase_tags_slot, &m), 2);
  cm_members_clear(&m);
  assert_int_equal((int)members(p[3], f.s.purchase_tags_slot, &m), 0);
  cm_members_clear(&m);
  assert_int_equal(f.statements, 3);
  close_fixture(&f);
}

static void a_raising_relation_does_not_load(void **state) {
  fixture f;
  corm_record *users[8];
  corm_value v;
  (void)state;
  start(&f);
  rows_of(&f, with_load(select_of(f.s.user), f.s.user, f.s.user_purchases, CORM_LAZY_RAISE), users, 8);
  assert_int_equal(corm_record_get(users[0], f.s.user_purchases, &v, NULL, NULL), CORM_EINVALID);
  assert_int_equal(f.statements, 1);
  close_fixture(&f);
}

/* ---- Expiry
 * ---------------------------------------------------------------------------------------------------------------------------
 */

static void an_expired_object_is_read_again_by_one_select(void **state) {
  fixture f;
  corm_value v;
  (void)state;
  start(&f);
  corm_record *ada = get(&f, f.s.user, 1);
  OK(corm_session_rollback(f.session, err));
  shop_sql(f.engine, "update users set name = 'Ada L', age = 37 where id = 1");
  f.statements = 0;
  assert_int_equal(corm_record_peek_expired(ada), 1);
  assert_int_equal(corm_record_peek(ada, f.s.user_name, &v), CORM_SLOT_EXPIRED);
  assert_text(ada, f.s.user_name, "Ada L");
  assert_int_equal(corm_record_peek(ada, f.s.user_age, &v), CORM_SLOT_LOADED);
  assert_int_equal((int)v.as.i, 37);
  assert_int_equal(corm_record_peek_expired(ada), 0);
  assert_int_equal(f.statements, 1);
  close_fixture(&f);
}

static void a_query_fills_expired_objects_and_leaves_loaded_ones(void **state) {
  fixture f;
  corm_record *users[4];
  (void)state;
  start(&f);
  corm_record *ada = get(&f, f.s.user, 1), *bob = get(&f, f.s.user, 2);
  OK(corm_session_expire(f.session, ada, NULL, 0, err));
  OK(corm_session_commit(f.session, err));
  assert_text(bob, f.s.user_name, "Bob");
  OK(corm_session_expire(f.session, ada, NULL, 0, err));
  f.statements = 0;
  rows_of(&f, select_of(f.s.user), users, 4);
  assert_text(ada, f.s.user_name, "Ada");
  assert_text(bob, f.s.user_name, "Bob");
  assert_int_equal(f.statements, 1);
  close_fixture(&f);
}

static void the_row_of_an_expired_object_may_be_gone(void **state) {
  fixture f;
  corm_value v;
  (void)state;
  start(&f);
  corm_record *bob = get(&f, f.s.user, 2);
  OK(corm_session_commit(f.session, err));
  shop_sql(f.engine, "delete from users where id = 2");
  assert_int_equal(corm_record_get(bob, f.s.user_name, &v, NULL, NULL), CORM_EGONE);
  assert_int_equal(corm_record_peek_state(bob), CORM_PERSISTENT);
  assert_int_equal(corm_session_refresh(f.session, bob, NULL, 0, NULL), CORM_EINVALID);
  assert_null(get(&f, f.s.user, 2));
  assert_int_equal(corm_record_peek_state(bob), CORM_DELETED);
  OK(corm_session_rollback(f.session, err));
  assert_int_equal(corm_record_peek_state(bob), CORM_PERSISTENT);
  close_fixture(&f);
}

static void refresh_reads_again(void **state) {
  fixture f;
  (void)state;
  start(&f);
  corm_record *ada = get(&f, f.s.user, 1);
  OK(corm_session_commit(f.session, err));
  assert_text(ada, f.s.user_name, "Ada");
  OK(corm_session_commit(f.session, err));
  assert_text(ada, f.s.user_bio, "countess");
  shop_sql(f.engine, "update users set name = 'Countess' where id = 1");
  OK(corm_session_refresh(f.session, ada, NULL, 0, err));
  assert_text(ada, f.s.user_name, "Countess");
  close_fixture(&f);
}

static void refresh_of_all_drops_changes_and_of_some_sends_the_others(void **state) {
  fixture f;
  corm_value v = corm_text("Countess");
  (void)state;
  start(&f);
  corm_record *ada = get(&f, f.s.user, 1);
  f.statements = 0;
  OK(corm_record_set(ada, f.s.user_name, &v, err));
  OK(corm_session_refresh(f.session, ada, NULL, 0, err));
  assert_text(ada, f.s.user_name, "Ada");
  assert_int_equal(f.statements, 1);
  OK(corm_record_set(ada, f.s.user_name, &v, err));
  OK(corm_session_refresh(f.session, ada, &f.s.user_age, 1, err));
  assert_text(ada, f.s.user_name, "Countess");
  assert_int_equal(f.statements, 3);
  close_fixture(&f);
}

static void an_entity_may_stand_twice_in_a_row(void **state) {
  fixture f;
  corm_result *result = NULL;
  const corm_value *row;
  (void)state;
  start(&f);
  corm_node *source = corm_entity_source(f.s.user), *again = corm_node_ref(source);
  corm_stmt *stmt = corm_select(source, again, CORM_END);
  OK(corm_session_execute(&result, f.session, stmt, NULL, NULL, 0, err));
  for (int i = 0; i < 3; i++) {
    OK(corm_result_next_row(result, &row, err));
    assert_non_null(row);
    assert_int_equal(row[0].kind, CORM_RECORD);
    assert_int_equal(row[1].kind, CORM_RECORD);
    assert_non_null(row[0].as.r);
    assert_ptr_equal(row[0].as.r, row[1].as.r);
  }
  corm_result_free(result);
  corm_node_unref(stmt);
  close_fixture(&f);
}

static void refresh_drops_own_changes_and_writes_those_of_others(void **state) {
  fixture f;
  corm_value age = corm_int(99);
  (void)state;
  start(&f);
  corm_record *ada = get(&f, f.s.user, 1), *bob = get(&f, f.s.user, 2);
  OK(corm_record_set(ada, f.s.user_age, &age, err));
  OK(corm_record_set(bob, f.s.user_age, &age, err));
  f.statements = 0;
  OK(corm_session_refresh(f.session, ada, NULL, 0, err));
  assert_int_equal(f.statements, 2); /* the UPDATE of the other, the SELECT */
  assert_int_equal(corm_record_peek(ada, f.s.user_age, &age), CORM_SLOT_LOADED);
  assert_int_equal((int)age.as.i, 36);
  assert_int_equal(corm_record_peek_modified(bob), 0);
  close_fixture(&f);
}

static void how_relations_are_loaded_outlives_expiry(void **state) {
  fixture f;
  corm_record *users[8];
  corm_value v;
  (void)state;
  start(&f);
  rows_of(&f, with_load(select_of(f.s.user), f.s.user, f.s.user_purchases, CORM_LAZY_SELECTIN), users, 8);
  OK(corm_session_expire(f.session, users[0], NULL, 0, err));
  assert_int_equal(corm_record_peek_slot_expired(users[0], f.s.user_purchases), 1);
  assert_text(users[0], f.s.user_name, "Ada");
  assert_int_equal(corm_record_peek(users[0], f.s.user_purchases, &v), CORM_SLOT_LOADED);
  assert_int_equal(corm_record_peek_slot_expired(users[0], f.s.user_bio), 0); /* deferred */
  OK(corm_session_close(f.session, err));
  rows_of(&f, with_load(select_of(f.s.user), f.s.user, f.s.user_purchases, CORM_LAZY_RAISE), users, 8);
  OK(corm_session_refresh(f.session, users[0], NULL, 0, err));
  assert_int_equal(corm_record_get(users[0], f.s.user_purchases, &v, NULL, NULL), CORM_EINVALID);
  OK(corm_session_expire(f.session, users[0], NULL, 0, err));
  assert_int_equal(corm_record_get(users[0], f.s.user_purchases, &v, NULL, NULL), CORM_EINVALID);
  OK(corm_session_refresh(f.session, users[0], &f.s.user_purchases, 1, err)); /* it is asked for by its name */
  assert_int_equal(corm_record_peek(users[0], f.s.user_purchases, &v), CORM_SLOT_LOADED);
  close_fixture(&f);
}

static void what_a_statement_says_of_known_objects_ends_with_their_expiry(void **state) {
  fixture f;
  corm_record *users[8];
  corm_value v;
  (void)state;
  start(&f);
  corm_record *ada = get(&f, f.s.user, 1);
  rows_of(&f, with_load(select_of(f.s.user), f.s.user, f.s.user_purchases, CORM_LAZY_RAISE), users, 8);
  assert_ptr_equal(users[0], ada);
  assert_int_equal(corm_record_get(ada, f.s.user_purchases, &v, NULL, NULL), CORM_EINVALID);
  OK(corm_session_expire(f.session, ada, NULL, 0, err));
  OK(corm_record_get(ada, f.s.user_purchases, &v, NULL, err));
  close_fixture(&f);
}

static void noload_leaves_a_relation_empty_with_the_row(void **state) {
  fixture f;
  corm_record *users[8];
  corm_value v;
  cm_members m = {0};
  (void)state;
  start(&f);
  rows_of(&f, with_load(select_of(f.s.user), f.s.user, f.s.user_purchases, CORM_LAZY_NOLOAD), users, 8);
  assert_int_equal(corm_record_peek(users[0], f.s.user_purchases, &v), CORM_SLOT_LOADED);
  assert_int_equal((int)members(users[0], f.s.user_purchases, &m), 0);
  cm_members_clear(&m);
  assert_int_equal(f.statements, 1);
  close_fixture(&f);
}

static void a_key_of_nulls_is_asked_for_and_found_nowhere(void **state) {
  fixture f;
  const corm_value none = corm_null();
  corm_record *found;
  (void)state;
  start(&f);
  f.statements = 0;
  OK(corm_session_get(&found, f.session, f.s.user, &none, 1, NULL, 0, err));
  assert_null(found);
  assert_int_equal(f.statements, 1);
  close_fixture(&f);
}

static void options_speak_of_what_is_selected(void **state) {
  fixture f;
  corm_result *result = NULL;
  corm_error *err = NULL;
  (void)state;
  start(&f);
  corm_stmt *stmt = with_load(select_of(f.s.purchase), f.s.user, f.s.user_purchases, CORM_LAZY_SELECTIN);
  assert_int_equal(corm_session_execute(&result, f.session, stmt, NULL, NULL, 0, &err), CORM_EARGUMENT);
  assert_non_null(strstr(corm_error_message(err), "User"));
  corm_error_free(err);
  corm_node_unref(stmt);
  assert_int_equal(f.statements, 0);
  close_fixture(&f);
}

static void what_was_not_given_reads_as_null_after_the_insert(void **state) {
  fixture f;
  corm_record *u = NULL;
  corm_value v = corm_int(77);
  int how;
  (void)state;
  start(&f);
  OK(corm_record_new(&u, f.s.user, NULL, err));
  OK(corm_record_set(u, f.s.user_id, &v, err));
  OK(corm_session_add(f.session, u, err));
  OK(corm_session_flush(f.session, err));
  f.statements = 0;
  OK(corm_record_get(u, f.s.user_age, &v, &how, err));
  assert_int_equal(v.kind, CORM_NULL);
  assert_int_equal(f.statements, 0);
  OK(corm_record_get(u, f.s.user_bio, &v, &how, err)); /* deferred: asked for */
  assert_int_equal(f.statements, 1);
  close_fixture(&f);
}

static void an_expunged_object_keeps_what_it_has(void **state) {
  fixture f;
  corm_value v;
  (void)state;
  start(&f);
  corm_record *ada = get(&f, f.s.user, 1);
  OK(corm_session_expunge(f.session, ada, err));
  assert_int_equal(corm_record_peek_state(ada), CORM_DETACHED);
  assert_text(ada, f.s.user_name, "Ada");
  assert_int_equal(corm_record_get(ada, f.s.user_bio, &v, NULL, NULL), CORM_EDETACHED);
  assert_int_equal(corm_record_get(ada, f.s.user_purchases, &v, NULL, NULL), CORM_EDETACHED);
  assert_ptr_not_equal(get(&f, f.s.user, 1), ada);
  assert_int_equal(corm_session_add(f.session, ada, NULL), CORM_EINVALID);
  corm_record_release(ada);
  close_fixture(&f);
}

/* ---- Memory
 * ------------------------------------------------------------------------------------------------------------------------------
 */

static int read_all(void *ctx) {
  fixture f;
  corm_result *result = NULL;
  corm_value key = corm_int(1), v;
  corm_record *r = NULL;
  corm_stmt *stmt = NULL;
  (void)ctx;
  int status = open_fixture(&f, NULL);
  if (!status) {
    corm_conn *conn = NULL;
    status = corm_session_get_connection(&conn, f.session, NULL, NULL);
    if (!status)
      status = corm_conn_execute_sql(&result, conn, "insert into users (id, name) values (1, 'Ada'), (2, 'Bob')", NULL,
                                     0, 1, NULL);
    corm_result_free(result);
    result = NULL;
  }
  if (!status) {
    stmt = with_load(select_of(f.s.user), f.s.user, f.s.user_purchases, CORM_LAZY_SELECTIN);
    status = corm_session_execute(&result, f.session, stmt, NULL, NULL, 0, NULL);
    corm_result_free(result);
    corm_node_unref(stmt);
  }
  if (!status)
    status = corm_session_get(&r, f.session, f.s.user, &key, 1, NULL, 0, NULL);
  if (!status && r)
    status = corm_record_get(r, f.s.user_bio, &v, NULL, NULL);
  if (!status && r)
    status = corm_session_refresh(f.session, r, NULL, 0, NULL);
  if (!status && r)
    status = corm_session_expire(f.session, r, NULL, 0, NULL);
  if (!status && r)
    status = corm_record_get(r, f.s.user_name, &v, NULL, NULL);
  if (!status)
    status = corm_session_rollback(f.session, NULL);
  close_fixture(&f);
  return status;
}

static void failing_memory_leaves_nothing_behind(void **state) {
  (void)state;
  cm_test_each_failure(read_all, NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_select_gives_objects_with_their_columns),
      cmocka_unit_test(one_row_is_one_object),
      cmocka_unit_test(a_warmed_get_sends_one_statement_and_allocates_seldom),
      cmocka_unit_test(a_warmed_lazy_load_allocates_seldom),
      cmocka_unit_test(a_deferred_column_is_loaded_when_it_is_read),
      cmocka_unit_test(many_to_one_comes_from_the_map_or_by_key),
      cmocka_unit_test(collections_are_loaded_once),
      cmocka_unit_test(joined_collections_come_with_their_rows),
      cmocka_unit_test(selectin_asks_once_for_all),
      cmocka_unit_test(immediate_asks_once_for_each),
      cmocka_unit_test(selectin_of_many_to_one_and_many_to_many),
      cmocka_unit_test(a_raising_relation_does_not_load),
      cmocka_unit_test(an_expired_object_is_read_again_by_one_select),
      cmocka_unit_test(a_query_fills_expired_objects_and_leaves_loaded_ones),
      cmocka_unit_test(the_row_of_an_expired_object_may_be_gone),
      cmocka_unit_test(refresh_reads_again),
      cmocka_unit_test(refresh_drops_own_changes_and_writes_those_of_others),
      cmocka_unit_test(how_relations_are_loaded_outlives_expiry),
      cmocka_unit_test(what_a_statement_says_of_known_objects_ends_with_their_expiry),
      cmocka_unit_test(noload_leaves_a_relation_empty_with_the_row),
      cmocka_unit_test(a_key_of_nulls_is_asked_for_and_found_nowhere),
      cmocka_unit_test(options_speak_of_what_is_selected),
      cmocka_unit_test(what_was_not_given_reads_as_null_after_the_insert),
      cmocka_unit_test(refresh_of_all_drops_changes_and_of_some_sends_the_others),
      cmocka_unit_test(an_entity_may_stand_twice_in_a_row),
      cmocka_unit_test(an_expunged_object_keeps_what_it_has),
      cmocka_unit_test(failing_memory_leaves_nothing_behind),
  };
  return cm_test_run(tests);
}
