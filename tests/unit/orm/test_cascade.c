/* What changes reach: trees, orphans, deletes, hierarchies of classes, rows that change hands. */
#include "family.h"

#include <stdio.h>
#include <string.h>

typedef struct fixture {
  family s;
  corm_engine *engine;
  corm_session *session;
} fixture;

#define OK(call)                                                                                                       \
  do {                                                                                                                 \
    corm_error *why = NULL, **err = &why;                                                                              \
    if ((call) != CORM_OK)                                                                                             \
      fail_msg("%s: %s", #call, corm_error_message(why));                                                              \
    corm_error_free(why);                                                                                              \
  } while (0)

static char sent[8192];

static int listen(void *self, const corm_event *ev, corm_error **err) {
  (void)self;
  (void)err;
  size_t at = strlen(sent);
  (void)snprintf(sent + at, sizeof sent - at, "%.*s x%zu\n", (int)ev->sql_len, ev->sql, ev->rows);
  return CORM_OK;
}

static int call_filler(void *self, void *fn, const corm_fill *f, corm_value *out, void **pin, corm_error **err) {
  int (**filler)(const corm_fill *, corm_value *, corm_error **) = fn;
  (void)self;
  (void)pin;
  return (*filler)(f, out, err);
}

static const corm_host echo = {.size = sizeof echo, .event = listen, .fill = call_filler};

static void start(fixture *f) {
  memset(f, 0, sizeof *f);
  OK(family_make(&f->s, err));
  OK(family_engine(&f->s, &f->engine, &echo, err));
  corm_engine_set_events(f->engine, CORM_EV_BIT(CORM_EV_BEFORE_CURSOR));
  OK(corm_session_open(&f->session, f->engine, NULL, err));
  sent[0] = 0;
}

static void stop(fixture *f) {
  corm_session_free(f->session);
  corm_engine_unref(f->engine);
  family_free(&f->s);
}

static void was_sent(const char *expected) {
  assert_string_equal(sent, expected);
  sent[0] = 0;
}

static corm_record *make(corm_entity *e, int slot, const char *text) {
  corm_record *r;
  OK(corm_record_new(&r, e, NULL, err));
  if (text) {
    corm_value v = corm_text(text);
    OK(corm_record_set(r, slot, &v, err));
  }
  return r;
}

static void set(corm_record *r, int slot, corm_value v) { OK(corm_record_set(r, slot, &v, err)); }

static corm_value record(corm_record *r) {
  corm_value v = {{0}, 0, CORM_RECORD, 0, 0};
  v.as.r = r;
  return r ? v : corm_null();
}

static int64_t integer(corm_record *r, int slot) {
  corm_value v;
  OK(corm_record_get(r, slot, &v, NULL, err));
  return v.kind == CORM_NULL ? -1 : v.as.i;
}

static void reads(corm_record *r, int slot, const char *text) {
  corm_value v, t = corm_text(text);
  OK(corm_record_get(r, slot, &v, NULL, err));
  assert_true(corm_value_equal(&v, &t));
}

static int64_t ask(fixture *f, const char *sql) {
  corm_conn *conn;
  corm_result *result;
  const corm_value *row;
  int64_t n = -1;
  corm_engine_set_events(f->engine, 0);
  OK(corm_session_get_connection(&conn, f->session, NULL, err));
  OK(corm_conn_execute_sql(&result, conn, sql, NULL, 0, 1, err));
  OK(corm_result_next_row(result, &row, err));
  if (row && row[0].kind == CORM_INT)
    n = row[0].as.i;
  corm_result_free(result);
  corm_engine_set_events(f->engine, CORM_EV_BIT(CORM_EV_BEFORE_CURSOR));
  return n;
}

/* ---- Trees
 * ------------------------------------------------------------------------------------------------------------------ */

static void a_tree_goes_level_by_level(void **state) {
  fixture f;
  (void)state;
  start(&f);
  corm_record *root = make(f.s.node, f.s.node_name, "root"), *a = make(f.s.node, f.s.node_name, "a"),
              *b = make(f.s.node, f.s.node_name, "b"), *aa = make(f.s.node, f.s.node_name, "aa");
  OK(corm_record_link(a, f.s.node_children, aa, err));
  OK(corm_session_add(f.session, aa, err));
  set(a, f.s.node_parent, record(root));
  OK(corm_record_link(root, f.s.node_children, b, err));
  OK(corm_session_add(f.session, root, err));
  OK(corm_session_flush(f.session, err));
  was_sent("INSERT INTO node (up, name) VALUES (?, ?) x1\n"
           "INSERT INTO node (up, name) VALUES (?, ?), (?, ?) x1\n"
           "INSERT INTO node (up, name) VALUES (?, ?) x1\n");
  assert_int_equal(integer(aa, f.s.node_up), integer(a, f.s.node_id));
  assert_int_equal(integer(a, f.s.node_up), integer(root, f.s.node_id));
  OK(corm_session_commit(f.session, err));
  OK(corm_session_delete(f.session, root, err));
  sent[0] = 0;
  OK(corm_session_commit(f.session, err));
  was_sent("DELETE FROM node WHERE node.id = ? x2\n" /* the leaves */
           "DELETE FROM node WHERE node.id = ? x1\n"
           "DELETE FROM node WHERE node.id = ? x1\n");
  assert_int_equal(ask(&f, "select count(*) from node"), 0);
  stop(&f);
}

static void a_circle_of_objects_cannot_be_saved(void **state) {
  fixture f;
  (void)state;
  start(&f);
  corm_record *a = make(f.s.node, f.s.node_name, "a"), *b = make(f.s.node, f.s.node_name, "b");
  set(a, f.s.node_parent, record(b));
  set(b, f.s.node_parent, record(a));
  OK(corm_session_add(f.session, a, err));
  assert_int_equal(corm_session_flush(f.session, NULL), CORM_ECIRCULAR);
  assert_int_equal(corm_record_peek_state(a), CORM_TRANSIENT);
  OK(corm_session_rollback(f.session, err));
  set(b, f.s.node_parent, corm_null());
  OK(corm_session_add(f.session, a, err));
  OK(corm_session_commit(f.session, err));
  assert_int_equal(ask(&f, "select count(*) from node"), 2);
  stop(&f);
}

/* ---- Orphans
 * -------------------------------------------------------------------------------------------------------------------
 */

static corm_record *parent_with_two(fixture *f, corm_record **a, corm_record **b) {
  corm_record *p = make(f->s.parent, f->s.parent_name, "p");
  *a = make(f->s.child, f->s.child_name, "a");
  *b = make(f->s.child, f->s.child_name, "b");
  OK(corm_record_link(p, f->s.parent_children, *a, err));
  OK(corm_record_link(p, f->s.parent_children, *b, err));
  OK(corm_session_add(f->session, p, err));
  return p;
}

static void a_pending_orphan_leaves_at_once(void **state) {
  fixture f;
  corm_record *a, *b;
  (void)state;
  start(&f);
  corm_record *p = parent_with_two(&f, &a, &b);
  OK(corm_record_unlink(p, f.s.parent_children, a, err));
  assert_int_equal(corm_record_peek_state(a), CORM_TRANSIENT);
  OK(corm_session_commit(f.session, err));
  assert_int_equal(ask(&f, "select count(*) from child"), 1);
  corm_record_release(a);
  stop(&f);
}

static void a_persistent_orphan_is_deleted_by_the_flush(void **state) {
  fixture f;
  corm_record *a, *b;
  (void)state;
  start(&f);
  corm_record *p = parent_with_two(&f, &a, &b), *q = make(f.s.parent, f.s.parent_name, "q");
  OK(corm_session_add(f.session, q, err));
  OK(corm_session_flush(f.session, err));
  OK(corm_record_unlink(p, f.s.parent_children, a, err));
  OK(corm_record_link(q, f.s.parent_children, b, err)); /* moves */
  assert_int_equal(corm_record_peek_state(a), CORM_PERSISTENT);
  sent[0] = 0;
  OK(corm_session_flush(f.session, err));
  was_sent("UPDATE child SET parent_id=? WHERE child.id = ? x1\n"
           "DELETE FROM child WHERE child.id = ? x1\n");
  assert_int_equal(corm_record_peek_state(a), CORM_DELETED);
  assert_int_equal(integer(b, f.s.child_parent_id), 2);
  set(b, f.s.child_parent, corm_null());
  OK(corm_session_flush(f.session, err));
  assert_int_equal(corm_record_peek_state(b), CORM_DELETED);
  stop(&f);
}

static void delete_takes_the_children_along(void **state) {
  fixture f;
  corm_record *a, *b;
  (void)state;
  start(&f);
  corm_record *p = parent_with_two(&f, &a, &b);
  OK(corm_session_commit(f.session, err));
  OK(corm_session_delete(f.session, p, err));
  assert_int_equal(corm_record_peek_marked_deleted(a), 1);
  assert_int_equal(corm_record_peek_marked_deleted(b), 1);
  sent[0] = 0;
  OK(corm_session_flush(f.session, err));
  was_sent("DELETE FROM child WHERE child.id = ? x2\nDELETE FROM parent WHERE parent.id = ? x1\n");
  OK(corm_session_rollback(f.session, err));
  assert_int_equal(corm_record_peek_state(p), CORM_PERSISTENT);
  assert_int_equal(corm_record_peek_state(a), CORM_PERSISTENT);
  assert_int_equal(corm_record_peek_marked_deleted(a), 0);
  assert_int_equal(ask(&f, "select count(*) from child"), 2);
  stop(&f);
}

static void removing_and_adding_again_keeps_the_child(void **state) {
  fixture f;
  corm_record *a, *b;
  (void)state;
  start(&f);
  corm_record *p = parent_with_two(&f, &a, &b);
  OK(corm_session_flush(f.session, err));
  OK(corm_record_unlink(p, f.s.parent_children, a, err));
  OK(corm_record_link(p, f.s.parent_children, a, err));
  OK(corm_session_commit(f.session, err));
  assert_int_equal(ask(&f, "select count(*) from child where parent_id = 1"), 2);
  stop(&f);
}

static void expunge_takes_members_along(void **state) {
  fixture f;
  corm_record *a, *b;
  (void)state;
  start(&f);
  corm_record *p = parent_with_two(&f, &a, &b);
  OK(corm_session_flush(f.session, err));
  OK(corm_session_expunge(f.session, p, err));
  assert_int_equal(corm_record_peek_state(a), CORM_DETACHED);
  assert_int_equal(corm_record_peek_state(p), CORM_DETACHED);
  OK(corm_session_add(f.session, p, err));
  assert_int_equal(corm_record_peek_state(a), CORM_PERSISTENT);
  stop(&f);
}

/* ---- Classes
 * ----------------------------------------------------------------------------------------------------------------------
 */

static void a_joined_class_has_a_row_in_each_table(void **state) {
  fixture f;
  (void)state;
  start(&f);
  corm_record *e = make(f.s.employee, f.s.employee_name, "Emp"), *g = make(f.s.engineer, f.s.employee_name, "Eng");
  set(g, f.s.engineer_language, corm_text("C"));
  OK(corm_session_add(f.session, e, err));
  OK(corm_session_add(f.session, g, err));
  OK(corm_session_flush(f.session, err));
  was_sent("INSERT INTO employee (kind, name) VALUES (?, ?), (?, ?) x1\n"
           "INSERT INTO engineer (id, language) VALUES (?, ?) x1\n");
  assert_int_equal(integer(g, f.s.employee_id), 2);
  assert_int_equal(ask(&f, "select count(*) from employee where kind = 'eng' and id = 2"), 1);
  set(g, f.s.engineer_language, corm_text("D"));
  OK(corm_session_flush(f.session, err));
  was_sent("UPDATE engineer SET language=? WHERE engineer.id = ? x1\n");
  OK(corm_session_delete(f.session, g, err));
  OK(corm_session_delete(f.session, e, err));
  OK(corm_session_flush(f.session, err));
  was_sent("DELETE FROM engineer WHERE engineer.id = ? x1\n"
           "DELETE FROM employee WHERE employee.id = ? x2\n");
  stop(&f);
}

/* ---- Columns that fill themselves
 * ---------------------------------------------------------------------------------------------------- */

static void defaults_come_back(void **state) {
  fixture f;
  (void)state;
  start(&f);
  corm_record *a = make(f.s.filled, f.s.filled_name, "a"), *b = make(f.s.filled, f.s.filled_name, "b"),
              *c = make(f.s.filled, f.s.filled_name, "c");
  set(c, f.s.filled_server, corm_text("mine"));
  set(c, f.s.filled_plain, corm_int(8));
  OK(corm_session_add(f.session, a, err));
  OK(corm_session_add(f.session, b, err));
  OK(corm_session_add(f.session, c, err));
  OK(corm_session_flush(f.session, err));
  was_sent("INSERT INTO filled (name, plain, made, changed) VALUES (?, ?, ?, ?) RETURNING id, server x2\n"
           "INSERT INTO filled (name, plain, made, server, changed) VALUES (?, ?, ?, ?, ?) x1\n");
  corm_value v;
  assert_int_equal(corm_record_peek(b, f.s.filled_server, &v), CORM_SLOT_LOADED);
  reads(b, f.s.filled_server, "server");
  reads(b, f.s.filled_made, "made");
  assert_int_equal(integer(b, f.s.filled_plain), 7);
  assert_int_equal(integer(b, f.s.filled_id), 2);
  assert_int_equal(integer(c, f.s.filled_id), 3);
  assert_int_equal(integer(c, f.s.filled_plain), 8);
  set(a, f.s.filled_name, corm_text("z"));
  OK(corm_session_flush(f.session, err));
  was_sent("UPDATE filled SET name=?, changed=? WHERE filled.id = ? x1\n");
  reads(a, f.s.filled_changed, "changed");
  stop(&f);
}

/* ---- Rows that change hands
 * -------------------------------------------------------------------------------------------------------------- */

static void a_new_object_takes_over_the_row_of_a_deleted_one(void **state) {
  fixture f;
  (void)state;
  start(&f);
  corm_record *old = make(f.s.parent, f.s.parent_name, "old");
  OK(corm_session_add(f.session, old, err));
  OK(corm_session_commit(f.session, err));
  corm_record *fresh = make(f.s.parent, f.s.parent_name, "new");
  set(fresh, f.s.parent_id, corm_int(1));
  OK(corm_session_delete(f.session, old, err));
  OK(corm_session_add(f.session, fresh, err));
  sent[0] = 0;
  OK(corm_session_flush(f.session, err));
  was_sent("UPDATE parent SET name=? WHERE parent.id = ? x1\n");
  assert_int_equal(corm_record_peek_state(old), CORM_DELETED);
  assert_int_equal(corm_record_peek_state(fresh), CORM_PERSISTENT);
  OK(corm_session_rollback(f.session, err));
  assert_int_equal(corm_record_peek_state(old), CORM_PERSISTENT);
  assert_int_equal(corm_record_peek_state(fresh), CORM_TRANSIENT);
  corm_record_release(fresh);
  stop(&f);
}

static void a_changed_key_reaches_loaded_children(void **state) {
  fixture f;
  corm_record *a, *b;
  (void)state;
  start(&f);
  corm_record *p = parent_with_two(&f, &a, &b);
  OK(corm_session_flush(f.session, err));
  set(p, f.s.parent_id, corm_int(50));
  assert_ptr_equal(corm_session_peek(f.session, f.s.parent, &(corm_value){.kind = CORM_INT, .as.i = 1}, 1), p);
  sent[0] = 0;
  OK(corm_session_flush(f.session, err));
  was_sent("UPDATE parent SET id=? WHERE parent.id = ? x1\n");
  assert_ptr_equal(corm_session_peek(f.session, f.s.parent, &(corm_value){.kind = CORM_INT, .as.i = 50}, 1), p);
  assert_int_equal(integer(a, f.s.child_parent_id), 50);
  OK(corm_session_rollback(f.session, err));
  stop(&f);
}

static void a_pair_made_from_both_sides_is_one_row(void **state) {
  fixture f;
  (void)state;
  start(&f);
  corm_record *l = make(f.s.left, 0, NULL), *r = make(f.s.right, 0, NULL);
  OK(corm_record_link(l, f.s.left_rights, r, err));
  OK(corm_session_add(f.session, l, err));
  OK(corm_session_flush(f.session, err));
  was_sent("INSERT INTO \"left\" DEFAULT VALUES x1\nINSERT INTO \"right\" DEFAULT VALUES x1\n"
           "INSERT INTO pairs (left_id, right_id) VALUES (?, ?) x1\n");
  OK(corm_session_commit(f.session, err));
  OK(corm_session_delete(f.session, l, err));
  OK(corm_session_delete(f.session, r, err));
  OK(corm_session_commit(f.session, err));
  assert_int_equal(ask(&f, "select count(*) from pairs"), 0);
  assert_int_equal(ask(&f, "select count(*) from \"left\""), 0);
  stop(&f);
}

/* ---- Savepoints
 * -------------------------------------------------------------------------------------------------------------------------
 */

static void a_savepoint_takes_back_what_was_inside(void **state) {
  fixture f;
  corm_transaction *t;
  (void)state;
  start(&f);
  corm_record *p = make(f.s.parent, f.s.parent_name, "out"), *q = make(f.s.parent, f.s.parent_name, "in");
  OK(corm_session_add(f.session, p, err));
  OK(corm_session_begin_nested(f.session, &t, err));
  set(p, f.s.parent_name, corm_text("changed"));
  OK(corm_session_add(f.session, q, err));
  OK(corm_session_flush(f.session, err));
  OK(corm_transaction_rollback(t, err));
  corm_transaction_unref(t);
  assert_int_equal(corm_record_peek_state(q), CORM_TRANSIENT);
  assert_int_equal(corm_record_peek_state(p), CORM_PERSISTENT);
  reads(p, f.s.parent_name, "out");
  OK(corm_session_commit(f.session, err));
  assert_int_equal(ask(&f, "select count(*) from parent"), 1);
  corm_record_release(q);
  stop(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_tree_goes_level_by_level),
      cmocka_unit_test(a_circle_of_objects_cannot_be_saved),
      cmocka_unit_test(a_pending_orphan_leaves_at_once),
      cmocka_unit_test(a_persistent_orphan_is_deleted_by_the_flush),
      cmocka_unit_test(delete_takes_the_children_along),
      cmocka_unit_test(removing_and_adding_again_keeps_the_child),
      cmocka_unit_test(expunge_takes_members_along),
      cmocka_unit_test(a_joined_class_has_a_row_in_each_table),
      cmocka_unit_test(defaults_come_back),
      cmocka_unit_test(a_new_object_takes_over_the_row_of_a_deleted_one),
      cmocka_unit_test(a_changed_key_reaches_loaded_children),
      cmocka_unit_test(a_pair_made_from_both_sides_is_one_row),
      cmocka_unit_test(a_savepoint_takes_back_what_was_inside),
  };
  return cm_test_run(tests);
}
