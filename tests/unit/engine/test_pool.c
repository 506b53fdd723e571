/* Pools: who gets which connection, how long one waits, and what a forked child sees. */
#define _DEFAULT_SOURCE /* mkdtemp */
#include "engine/engine.h"
#include "support.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/cm_pool_XXXXXX";

static corm_engine *open_engine(const char *name, corm_engine_options *o) {
  char url[200];
  corm_engine *e = NULL;
  snprintf(url, sizeof url, name ? "sqlite:///%s/%s" : "sqlite://", folder, name);
  o->size = sizeof *o;
  assert_int_equal(corm_engine_open(&e, url, o, NULL), CORM_OK);
  return e;
}
static corm_conn *acquire(corm_engine *e) {
  corm_conn *c = NULL;
  corm_error *err = NULL;
  if (corm_conn_acquire(&c, e, &err))
    fail_msg("%s", corm_error_message(err));
  return c;
}
static int execute(corm_conn *c, const char *sql) {
  corm_result *r = NULL;
  int status = corm_conn_execute_sql(&r, c, sql, NULL, 0, 1, NULL);
  corm_result_free(r);
  return status;
}
static corm_pool_status status_of(corm_engine *e) {
  corm_pool_status s;
  corm_engine_get_pool_status(e, &s);
  return s;
}

static void a_queue_pool_opens_up_to_its_limit_and_then_times_out(void **state) {
  corm_engine_options o = {.size = sizeof o, .pool_size = 1, .max_overflow = 1, .pool_timeout_ms = 50};
  corm_engine *e = open_engine("q.db", &o);
  corm_conn *a = acquire(e), *b = acquire(e), *c = NULL;
  corm_error *err = NULL;
  (void)state;
  assert_int_equal(corm_conn_acquire(&c, e, &err), CORM_ETIMEOUT);
  assert_string_equal(
      corm_error_message(err),
      "all connections of the pool are lent (size 1, overflow 1), and none came back within 0.05 seconds");
  assert_null(c);
  assert_int_equal(status_of(e).checked_out, 2);
  assert_int_equal(status_of(e).overflow, 1);
  corm_conn_release(a);
  assert_int_equal(status_of(e).checked_in, 1);
  corm_conn_release(b); /* over the size: closed */
  assert_int_equal(status_of(e).checked_in, 1);
  assert_int_equal(corm_live(CORM_LIVE_CONNECTIONS), 1);
  c = acquire(e);
  corm_conn_release(c);
  corm_error_free(err);
  corm_engine_unref(e);
}

static void *release_soon(void *conn) {
  usleep(30000);
  corm_conn_release(conn);
  return NULL;
}

static void who_waits_gets_what_another_thread_gives_back(void **state) {
  corm_engine_options o = {.size = sizeof o, .pool_size = 1, .max_overflow = CORM_NO_OVERFLOW};
  corm_engine *e = open_engine("w.db", &o);
  corm_conn *a = acquire(e), *b = NULL;
  pthread_t thread;
  (void)state;
  pthread_create(&thread, NULL, release_soon, a);
  b = acquire(e);
  pthread_join(thread, NULL);
  assert_int_equal(corm_live(CORM_LIVE_CONNECTIONS), 1);
  corm_conn_release(b);
  corm_engine_unref(e);
}

static int refuse(void *self, corm_error **err) {
  (void)self;
  return corm_error_set(err, CORM_EHOST, "interrupted");
}

static void waiting_for_a_connection_can_be_interrupted(void **state) {
  static const corm_host host = {.size = sizeof host, .poll = refuse};
  corm_engine_options o = {.size = sizeof o, .pool_size = 1, .max_overflow = CORM_NO_OVERFLOW, .host = &host};
  corm_engine *e = open_engine("i.db", &o);
  corm_conn *a = acquire(e), *b = NULL;
  (void)state;
  assert_int_equal(corm_conn_acquire(&b, e, NULL), CORM_EHOST);
  corm_conn_release(a);
  corm_engine_unref(e);
}

/* Temporary tables belong to a connection: they tell which one it is. */
static void mark(corm_conn *c, const char *name) {
  char sql[100];
  snprintf(sql, sizeof sql, "CREATE TEMP TABLE %s (a)", name);
  assert_int_equal(execute(c, sql), CORM_OK);
}
static int has_mark(corm_conn *c, const char *name) {
  char sql[100];
  snprintf(sql, sizeof sql, "SELECT * FROM temp.%s", name);
  return execute(c, sql) == CORM_OK;
}

static void idle_connections_come_first_in_first_out_or_last_in_first_out(void **state) {
  (void)state;
  for (int lifo = 0; lifo < 2; lifo++) {
    corm_engine_options o = {.size = sizeof o, .pool_lifo = lifo};
    corm_engine *e = open_engine("o.db", &o);
    corm_conn *a = acquire(e), *b = acquire(e);
    mark(a, "first");
    mark(b, "second");
    corm_conn_release(a);
    corm_conn_release(b);
    a = acquire(e);
    assert_true(has_mark(a, lifo ? "second" : "first"));
    corm_conn_release(a);
    corm_engine_unref(e);
  }
}

static void old_connections_are_replaced_and_living_ones_are_kept(void **state) {
  corm_engine_options o = {.size = sizeof o, .pool_recycle_ms = 20, .pool_pre_ping = 1};
  corm_engine *e = open_engine("r.db", &o);
  corm_conn *c = acquire(e);
  (void)state;
  mark(c, "old");
  corm_conn_release(c);
  c = acquire(e);
  assert_true(has_mark(c, "old"));
  corm_conn_release(c);
  usleep(30000);
  c = acquire(e);
  assert_false(has_mark(c, "old"));
  corm_conn_release(c);
  corm_engine_unref(e);
}

static void a_null_pool_keeps_nothing_and_a_static_pool_one(void **state) {
  corm_engine_options null_pool = {.size = sizeof null_pool, .pool = CORM_POOL_NULL},
                      static_pool = {.size = sizeof static_pool, .pool = CORM_POOL_STATIC};
  corm_engine *e = open_engine("n.db", &null_pool);
  corm_conn *a = acquire(e), *b = NULL;
  (void)state;
  corm_conn_release(a);
  assert_int_equal(corm_live(CORM_LIVE_CONNECTIONS), 0);
  corm_engine_unref(e);
  e = open_engine(NULL, &static_pool);
  a = acquire(e);
  b = acquire(e);
  assert_int_equal(execute(a, "CREATE TABLE t (a)"), CORM_OK);
  assert_int_equal(execute(b, "SELECT * FROM t"), CORM_OK);
  assert_int_equal(corm_live(CORM_LIVE_CONNECTIONS), 1);
  corm_conn_release(a);
  corm_conn_release(b);
  corm_engine_unref(e);
}

typedef struct other_thread {
  corm_engine *engine;
  uint64_t as;
  int status;
} other_thread;

static void *look_for_t(void *ctx) {
  other_thread *o = ctx;
  corm_conn *c = NULL;
  o->status = cm_conn_acquire_as(&c, o->engine, o->as ? o->as : cm_thread_id(), NULL);
  if (!o->status)
    o->status = execute(c, "SELECT * FROM t");
  corm_conn_release(c);
  return NULL;
}

static void each_thread_has_its_own_database_in_memory_unless_it_speaks_for_another(void **state) {
  corm_engine_options o = {.size = sizeof o};
  corm_engine *e = open_engine(NULL, &o);
  corm_conn *a = acquire(e), *b = acquire(e);
  other_thread mine = {e, 0, 0}, theirs = {e, cm_thread_id(), 0};
  pthread_t thread;
  (void)state;
  assert_int_equal(execute(a, "CREATE TABLE t (a)"), CORM_OK);
  assert_int_equal(execute(b, "SELECT * FROM t"), CORM_OK);
  pthread_create(&thread, NULL, look_for_t, &mine);
  pthread_join(thread, NULL);
  assert_int_equal(mine.status, CORM_EDB_OPERATIONAL);
  pthread_create(&thread, NULL, look_for_t, &theirs);
  pthread_join(thread, NULL);
  assert_int_equal(theirs.status, CORM_OK);
  corm_conn_release(a);
  corm_conn_release(b);
  corm_engine_unref(e);
}

static void dispose_closes_what_is_idle_now_and_the_rest_when_it_comes_back(void **state) {
  corm_engine_options o = {.size = sizeof o};
  corm_engine *e = open_engine("d.db", &o);
  corm_conn *a = acquire(e), *b = acquire(e);
  (void)state;
  corm_conn_release(b);
  assert_int_equal(corm_engine_dispose(e, 1, NULL), CORM_OK);
  assert_int_equal(corm_live(CORM_LIVE_CONNECTIONS), 1);
  assert_int_equal(execute(a, "SELECT 1"), CORM_OK);
  corm_conn_release(a);
  assert_int_equal(corm_live(CORM_LIVE_CONNECTIONS), 0);
  a = acquire(e);
  corm_conn_release(a);
  assert_int_equal(status_of(e).checked_in, 1);
  corm_engine_unref(e);
}

static void a_detached_connection_is_no_longer_counted(void **state) {
  corm_engine_options o = {.size = sizeof o, .pool_size = 1, .max_overflow = CORM_NO_OVERFLOW, .pool_timeout_ms = 20};
  corm_engine *e = open_engine("x.db", &o);
  corm_conn *a = acquire(e), *b = NULL;
  (void)state;
  corm_conn_detach(a);
  b = acquire(e);
  corm_conn_release(a);
  corm_conn_release(b);
  assert_int_equal(corm_live(CORM_LIVE_CONNECTIONS), 1);
  corm_engine_unref(e);
}

/* What the child finds, as its exit status. */
static int in_child(corm_engine *e, corm_conn *held) {
  corm_conn *c = NULL;
  corm_result *r = NULL;
  if (corm_conn_execute_sql(&r, held, "SELECT 1", NULL, 0, 1, NULL) != CORM_EMISUSE)
    return 1;
  corm_conn_release(held);
  if (corm_conn_acquire(&c, e, NULL))
    return 2;
  if (has_mark(c, "parents"))
    return 3;
  if (execute(c, "INSERT INTO t VALUES (1)") || corm_conn_commit(c, NULL))
    return 4;
  corm_conn_release(c);
  return 0;
}

static void a_forked_child_opens_its_own_connections_and_leaves_the_parents_alone(void **state) {
  corm_engine_options o = {.size = sizeof o};
  corm_engine *e = open_engine("f.db", &o);
  corm_conn *a = acquire(e), *idle = acquire(e);
  int status = 0;
  pid_t child = 0;
  (void)state;
  assert_int_equal(execute(a, "CREATE TABLE t (a)"), CORM_OK);
  mark(a, "parents");
  mark(idle, "parents");
  corm_conn_release(idle);
  child = fork();
  if (child == 0)
    _exit(in_child(e, a));
  waitpid(child, &status, 0);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
  assert_true(has_mark(a, "parents"));
  corm_conn_release(a);
  corm_engine_unref(e);
}

static void unknown_dialects_and_missing_drivers_are_named(void **state) {
  corm_engine *e = NULL;
  corm_error *err = NULL;
  (void)state;
  assert_int_equal(corm_engine_open(&e, "sqlit:///x", NULL, &err), CORM_ENAME);
  assert_string_equal(corm_error_message(err), "there is no dialect \"sqlit\": did you mean \"sqlite\"?");
  assert_int_equal(corm_engine_open(&e, "mysql://x/y", NULL, &err), CORM_EUNSUPPORTED);
  assert_non_null(strstr(corm_error_message(err), "libmariadb3"));
  assert_int_equal(corm_engine_open(&e, "sqlite://user@/x", NULL, &err), CORM_EARGUMENT);
  assert_null(e);
  corm_error_free(err);
}

static int open_use_close(void *ctx) {
  corm_engine *e = NULL;
  corm_conn *c = NULL;
  int status = corm_engine_open(&e, ctx, NULL, NULL);
  if (!status)
    status = corm_conn_acquire(&c, e, NULL);
  if (!status)
    status = execute(c, "SELECT 1");
  corm_conn_release(c);
  corm_engine_unref(e);
  return status;
}

static void every_allocation_may_fail(void **state) {
  char url[] = "sqlite://";
  (void)state;
  cm_test_each_failure(open_use_close, url);
}

static int make_folder(void **state) {
  (void)state;
  return mkdtemp(folder) ? 0 : -1;
}
static int remove_folder(void **state) {
  char command[100];
  (void)state;
  snprintf(command, sizeof command, "rm -r %s", folder);
  return system(command);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(a_queue_pool_opens_up_to_its_limit_and_then_times_out, make_folder),
      cmocka_unit_test(who_waits_gets_what_another_thread_gives_back),
      cmocka_unit_test(waiting_for_a_connection_can_be_interrupted),
      cmocka_unit_test(idle_connections_come_first_in_first_out_or_last_in_first_out),
      cmocka_unit_test(old_connections_are_replaced_and_living_ones_are_kept),
      cmocka_unit_test(a_null_pool_keeps_nothing_and_a_static_pool_one),
      cmocka_unit_test(each_thread_has_its_own_database_in_memory_unless_it_speaks_for_another),
      cmocka_unit_test(dispose_closes_what_is_idle_now_and_the_rest_when_it_comes_back),
      cmocka_unit_test(a_detached_connection_is_no_longer_counted),
      cmocka_unit_test(a_forked_child_opens_its_own_connections_and_leaves_the_parents_alone),
      cmocka_unit_test(unknown_dialects_and_missing_drivers_are_named),
      cmocka_unit_test_teardown(every_allocation_may_fail, remove_folder),
  };
  return cm_test_run(tests);
}
