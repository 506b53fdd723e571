/* What an engine does beside running one statement, with every allocation failing in turn: tables made and dropped,
 * many rows, lists and tuples in parameters, blocks, savepoints, a pool that is full, an engine that starts anew. */
#include "../orm/shop.h"

typedef struct world {
  shop s;
  corm_engine *engine;
  corm_conn *conn;
  int (*run)(struct world *);
} world;

static void start(void *ctx) {
  const corm_engine_options options = {.size = sizeof options,
                                       .pool = CORM_POOL_QUEUE,
                                       .pool_size = 1,
                                       .max_overflow = CORM_NO_OVERFLOW,
                                       .pool_timeout_ms = 1,
                                       .pool_pre_ping = 1};
  world *w = ctx;
  assert_int_equal(shop_make(&w->s, NULL), CORM_OK);
  assert_int_equal(corm_engine_open(&w->engine, "sqlite://", &options, NULL), CORM_OK);
  assert_int_equal(corm_conn_acquire(&w->conn, w->engine, NULL), CORM_OK);
  assert_int_equal(corm_conn_create_all(w->conn, w->s.catalog, NULL, 0, 0, NULL), CORM_OK);
  assert_int_equal(corm_conn_commit(w->conn, NULL), CORM_OK);
}

static int run(void *ctx) {
  world *w = ctx;
  return w->run(w);
}

static int64_t count(world *w) {
  corm_result *r = NULL;
  const corm_value *row = NULL;
  int64_t n = -1;
  assert_int_equal(corm_conn_execute_sql(&r, w->conn, "select count(*) from users", NULL, 0, 1, NULL), CORM_OK);
  assert_int_equal(corm_result_next_row(r, &row, NULL), CORM_OK);
  n = row[0].as.i;
  corm_result_free(r);
  return n;
}

/* The connection rolls back and works, unless what ran gave it away. */
static void works_again(void *ctx, int status) {
  world *w = ctx;
  (void)status;
  if (!w->conn)
    assert_int_equal(corm_conn_acquire(&w->conn, w->engine, NULL), CORM_OK);
  assert_int_equal(corm_conn_rollback(w->conn, NULL), CORM_OK);
  assert_int_equal(corm_conn_create_all(w->conn, w->s.catalog, NULL, 0, 1, NULL), CORM_OK);
  assert_true(count(w) >= 0);
}

static void stop(void *ctx) {
  world *w = ctx;
  corm_conn_release(w->conn);
  corm_engine_unref(w->engine);
  shop_free(&w->s);
}

static int execute(world *w, corm_stmt *stmt, const corm_params *params) {
  corm_result *r = NULL;
  corm_block *b = NULL;
  int status = corm_conn_execute(&r, w->conn, stmt, params, 0, NULL);
  if (!status && corm_result_peek_columns(r))
    status = corm_result_next_block(r, 0, &b, NULL);
  corm_block_free(b);
  corm_result_free(r);
  corm_node_unref(stmt);
  return status;
}

static const char *const names[] = {"name", "age"};

static int insert_many(world *w) {
  const corm_value rows[] = {corm_text("One"), corm_int(1),      corm_text("Two"),
                             corm_int(2),      corm_text("Six"), corm_null()};
  const corm_params p = {.size = sizeof p, .names = names, .n = 2, .values = rows, .rows = 3, .executemany = 1};
  corm_source *users = corm_from(w->s.users);
  corm_stmt *insert = corm_insert(users);
  corm_node_unref(users);
  return execute(w, insert, &p);
}

static int insert_returning(world *w) {
  const corm_value rows[] = {corm_text("One"), corm_int(1), corm_text("Two"), corm_int(2)};
  const corm_params p = {.size = sizeof p, .names = names, .n = 2, .values = rows, .rows = 2, .executemany = 1};
  corm_source *users = corm_from(w->s.users);
  corm_node *back[] = {corm_col(users, "id")};
  corm_stmt *insert = corm_returning_n(corm_insert(users), back, 1);
  corm_node_unref(users);
  return execute(w, insert, &p);
}

static int lists_and_tuples(world *w) {
  static const char *const lists[] = {"some", "pairs"};
  const corm_value some[] = {corm_text("a"), corm_text("b"), corm_text("c")};
  const corm_value pairs[] = {corm_int(1), corm_text("a"), corm_int(2), corm_text("b")};
  const corm_value *const values[] = {some, pairs};
  const size_t lengths[] = {3, 4};
  const corm_params p = {
      .size = sizeof p, .rows = 1, .list_names = lists, .lists = values, .list_lengths = lengths, .n_lists = 2};
  corm_source *users = corm_from(w->s.users);
  corm_expr *both[] = {corm_col(users, "id"), corm_col(users, "name")};
  corm_expr *first = corm_bindparam("some", NULL, NULL, CORM_BIND_EXPANDING | CORM_BIND_REQUIRED);
  corm_expr *second = corm_bindparam("pairs", NULL, NULL, CORM_BIND_EXPANDING | CORM_BIND_REQUIRED);
  corm_stmt *q = corm_select(corm_node_ref(users), CORM_END);
  q = corm_where(q, corm_in_query(corm_col(users, "name"), first, 0));
  q = corm_where(q, corm_in_query(corm_tuple(both, 2), second, 1));
  corm_node_unref(users);
  return execute(w, q, &p);
}

static int tables(world *w) {
  corm_table *some[] = {w->s.tags};
  int there = 0, status = corm_conn_drop_all(w->conn, w->s.catalog, NULL, 0, 1, NULL);
  if (!status)
    status = corm_conn_has_table(w->conn, NULL, "users", &there, NULL);
  if (!status)
    status = corm_conn_create_all(w->conn, w->s.catalog, some, 1, 1, NULL);
  return status ? status : corm_conn_create_all(w->conn, w->s.catalog, NULL, 0, 1, NULL);
}

static int savepoints(world *w) {
  char outer[64], inner[64];
  int status = corm_conn_begin(w->conn, NULL);
  if (!status)
    status = corm_conn_savepoint(w->conn, outer, NULL);
  if (!status)
    status = insert_many(w);
  if (!status)
    status = corm_conn_savepoint(w->conn, inner, NULL);
  if (!status)
    status = corm_conn_rollback_to(w->conn, inner, NULL);
  if (!status)
    status = corm_conn_release_savepoint(w->conn, outer, NULL);
  return status ? status : corm_conn_commit(w->conn, NULL);
}

/* One connection, which is out: the next one waits in vain. Given back, it is got again, and asked whether it lives. */
static int a_full_pool(world *w) {
  corm_conn *more = NULL;
  int status = corm_conn_acquire(&more, w->engine, NULL);
  corm_conn_release(more);
  if (status != CORM_ETIMEOUT)
    return status ? status : -1;
  corm_conn_release(w->conn);
  w->conn = NULL;
  status = corm_conn_acquire(&w->conn, w->engine, NULL);
  return status ? status : corm_conn_ping(w->conn, NULL);
}

static int a_lost_connection(world *w) {
  corm_conn_invalidate(w->conn);
  int status = corm_conn_ping(w->conn, NULL);
  if (!status)
    status = corm_conn_rollback(w->conn, NULL);
  corm_conn_detach(w->conn);
  return status ? status : corm_engine_dispose(w->engine, 1, NULL);
}

static void engines_fail_cleanly_without_memory(void **state) {
  static const struct {
    const char *name;
    int (*run)(world *);
  } scenes[] = {
      {"many rows", insert_many},
      {"rows that come back", insert_returning},
      {"lists and tuples", lists_and_tuples},
      {"tables", tables},
      {"savepoints", savepoints},
      {"a full pool", a_full_pool},
      {"a lost connection", a_lost_connection},
  };
  static const cm_test_scene frame = {start, run, works_again, stop};
  (void)state;
  for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
    world w = {.run = scenes[i].run};
    print_message("  %s\n", scenes[i].name);
    cm_test_each_failure_in(&frame, &w);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(engines_fail_cleanly_without_memory)};
  return cm_test_run(tests);
}
