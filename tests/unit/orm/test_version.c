/* Rows with a version: what a flush sets, what it asks for, what it says when another version is met. */
#include "../support.h"
#include "orm/orm.h"
#include <cormorant/model.h>
#include <cormorant/session.h>

#include <string.h>

#define OK(call)                                                                                                       \
  do {                                                                                                                 \
    corm_error *err = NULL;                                                                                            \
    if (call) {                                                                                                        \
      print_error("%s:%d: %s\n", __FILE__, __LINE__, corm_error_message(err));                                         \
      fail();                                                                                                          \
    }                                                                                                                  \
  } while (0)

typedef struct fixture {
  corm_model *model;
  corm_entity *doc;
  corm_engine *engine;
  corm_session *session;
  corm_record *known; /* id 1, version 1 */
  int (*run)(struct fixture *);
} fixture;

static void sql(fixture *f, const char *text) {
  corm_conn *c;
  corm_result *result = NULL;
  OK(corm_session_get_connection(&c, f->session, NULL, &err));
  OK(corm_conn_execute_sql(&result, c, text, NULL, 0, 1, &err));
  corm_result_free(result);
}

static void make_model(fixture *f, int how) {
  f->model = corm_model_new();
  corm_model_entity(f->model, "Doc", "doc");
  corm_model_column(f->model, "id", CORM_TYPE_INTEGER, CORM_COLUMN_PRIMARY_KEY);
  corm_model_string(f->model, "name", 20, 0);
  corm_model_column(f->model, "version", CORM_TYPE_INTEGER, 0);
  f->doc = corm_model_peek_entity(f->model, "Doc");
  OK(corm_entity_set_version(f->doc, "version", how, NULL, &err));
  OK(corm_model_seal(f->model, &err));
}

static void start_as(fixture *f, int how) {
  make_model(f, how);
  OK(corm_engine_open(&f->engine, "sqlite://", NULL, &err));
  OK(corm_model_create_all(f->model, f->engine, &err));
  OK(corm_session_open(&f->session, f->engine, NULL, &err));
  OK(corm_session_make(&f->known, f->session, f->doc, &err, "id", corm_int(1), "name", corm_text("a"), "version",
                       corm_int(1), CORM_LAST));
  OK(corm_session_commit(f->session, &err));
}

static void stop(fixture *f) {
  corm_session_free(f->session);
  corm_engine_unref(f->engine);
  corm_model_free(f->model);
}

static int64_t version_of(fixture *f) {
  corm_value v;
  OK(corm_record_get(f->known, corm_entity_peek_slot(f->doc, "version"), &v, NULL, &err));
  return v.kind == CORM_INT ? v.as.i : -1;
}

static void set_name(fixture *f, const char *text) {
  const corm_value v = corm_text(text);
  OK(corm_record_set(f->known, corm_entity_peek_slot(f->doc, "name"), &v, &err));
}

static void each_update_counts_on(void **state) {
  fixture f;
  (void)state;
  start_as(&f, CORM_VERSION_COUNTED);
  assert_int_equal(version_of(&f), 1);
  set_name(&f, "b");
  OK(corm_session_flush(f.session, &err));
  assert_int_equal(version_of(&f), 2);
  set_name(&f, "b"); /* no change */
  OK(corm_session_commit(f.session, &err));
  assert_int_equal(version_of(&f), 2);
  stop(&f);
}

static void another_version_is_stale(void **state) {
  fixture f;
  (void)state;
  start_as(&f, CORM_VERSION_COUNTED);
  assert_int_equal(version_of(&f), 1);
  sql(&f, "UPDATE doc SET version = 5");
  set_name(&f, "b");
  assert_int_equal(corm_session_flush(f.session, NULL), CORM_ESTALE);
  OK(corm_session_rollback(f.session, &err));
  assert_int_equal(version_of(&f), 1);
  sql(&f, "UPDATE doc SET version = 5");
  OK(corm_session_delete(f.session, f.known, &err));
  assert_int_equal(corm_session_flush(f.session, NULL), CORM_ESTALE);
  OK(corm_session_rollback(f.session, &err));
  OK(corm_session_delete(f.session, f.known, &err));
  OK(corm_session_commit(f.session, &err));
  stop(&f);
}

static void what_the_program_sets_is_taken(void **state) {
  fixture f;
  const corm_value nine = corm_int(9);
  (void)state;
  start_as(&f, CORM_VERSION_GIVEN);
  OK(corm_record_set(f.known, corm_entity_peek_slot(f.doc, "version"), &nine, &err));
  OK(corm_session_commit(f.session, &err));
  assert_int_equal(version_of(&f), 9);
  set_name(&f, "b");
  OK(corm_session_commit(f.session, &err));
  assert_int_equal(version_of(&f), 9);
  stop(&f);
}

static void a_version_is_one_column_of_the_class(void **state) {
  fixture f;
  (void)state;
  make_model(&f, CORM_VERSION_COUNTED);
  assert_int_equal(corm_entity_set_version(f.doc, "absent", CORM_VERSION_COUNTED, NULL, NULL), CORM_ENAME);
  assert_int_equal(corm_entity_set_version(f.doc, "version", 77, NULL, NULL), CORM_EARGUMENT);
  corm_model_free(f.model);
}

static void a_class_with_versions_is_not_locked_by_key(void **state) {
  fixture f;
  const corm_value one = corm_int(1);
  corm_record *found;
  (void)state;
  start_as(&f, CORM_VERSION_COUNTED);
  corm_stmt *lock = corm_for_update(corm_select(corm_entity_source(f.doc), CORM_END), 0, NULL, 0);
  assert_int_equal(corm_session_get(&found, f.session, f.doc, &one, 1, lock, 0, NULL), CORM_EUNSUPPORTED);
  assert_int_equal(corm_session_refresh_locked(f.session, f.known, NULL, 0, lock, NULL), CORM_EUNSUPPORTED);
  corm_node_unref(lock);
  stop(&f);
}

static void a_host_without_versions_makes_none(void **state) {
  fixture f;
  (void)state;
  start_as(&f, CORM_VERSION_GIVEN);
  OK(corm_entity_set_version(f.doc, "version", CORM_VERSION_HOST, NULL, &err));
  set_name(&f, "b");
  assert_int_equal(corm_session_flush(f.session, NULL), CORM_EUNSUPPORTED);
  stop(&f);
}

/* ---- Failing memory ---- */

static void open_counted(void *ctx) { start_as(ctx, CORM_VERSION_COUNTED); }

static int run(void *ctx) {
  fixture *f = ctx;
  const corm_value b = corm_text("b");
  corm_record *fresh;
  int status = corm_record_set(f->known, corm_entity_peek_slot(f->doc, "name"), &b, NULL);
  if (!status)
    status = corm_session_make(&fresh, f->session, f->doc, NULL, "id", corm_int(2), CORM_LAST);
  if (!status)
    status = corm_session_flush(f->session, NULL);
  if (!status)
    status = corm_session_delete(f->session, f->known, NULL);
  return status ? status : corm_session_flush(f->session, NULL);
}

static void works_again(void *ctx, int status) {
  fixture *f = ctx;
  (void)status;
  OK(corm_session_rollback(f->session, &err));
  set_name(f, "again");
  OK(corm_session_commit(f->session, &err));
  assert_int_equal(version_of(f), 2);
}

static void close_counted(void *ctx) { stop(ctx); }

static void each_allocation_may_fail(void **state) {
  static const cm_test_scene frame = {open_counted, run, works_again, close_counted};
  fixture f;
  (void)state;
  cm_test_each_failure_in(&frame, &f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_update_counts_on),
      cmocka_unit_test(another_version_is_stale),
      cmocka_unit_test(what_the_program_sets_is_taken),
      cmocka_unit_test(a_version_is_one_column_of_the_class),
      cmocka_unit_test(a_class_with_versions_is_not_locked_by_key),
      cmocka_unit_test(a_host_without_versions_makes_none),
      cmocka_unit_test(each_allocation_may_fail),
  };
  return cm_test_run(tests);
}
