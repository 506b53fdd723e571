#include "scene.h"

static void must(int status, const char *what, corm_error *err) {
  if (status)
    fail_msg("%s: status %d, %s", what, status, corm_error_message(err));
}

static void fill(corm_engine *engine) {
  shop_sql(engine,
           "insert into users (id, name, age, bio) values (1, 'Ada', 36, 'countess'), (2, 'Bob', 40, NULL), (3, "
           "'Zo\xc3\xab', NULL, '')");
  shop_sql(engine,
           "insert into purchases (id, user_id, item) values (10, 1, 'pen'), (11, 1, 'ink'), (12, 2, 'cup'), (13, "
           "NULL, 'hat')");
  shop_sql(engine, "insert into tags (id, name) values (1, 'red'), (2, 'blue')");
  shop_sql(engine, "insert into purchase_tags (purchase_id, tag_id) values (10, 1), (10, 2), (12, 2)");
}

static void start(void *ctx) {
  scene *x = ctx;
  corm_error *err = NULL;
  must(shop_make(&x->s, &err), "the schema", err);
  must(shop_engine(&x->s, &x->engine, &err), "the engine", err);
  fill(x->engine);
  must(corm_session_open(&x->session, x->engine, NULL, &err), "the session", err);
  x->ada = x->pen = x->red = NULL;
  if (x->prepare)
    x->prepare(x);
}

static int run(void *ctx) {
  scene *x = ctx;
  return x->run(x);
}

static void works_again(void *ctx, int status) {
  scene *x = ctx;
  corm_error *err = NULL;
  corm_record *zoe = NULL, *fresh = NULL;
  corm_value v, name = corm_text("Zo\xc3\xab");
  (void)status;
  must(corm_session_rollback(x->session, &err), "rollback", err);
  must(scene_get(&zoe, x, x->s.user, 3), "get", NULL);
  assert_non_null(zoe);
  must(corm_record_get(zoe, x->s.user_name, &v, NULL, &err), "read", err);
  assert_true(corm_value_equal(&v, &name));
  must(scene_make(&fresh, x, x->s.tag, x->s.tag_name, "new"), "add", NULL);
  must(corm_session_commit(x->session, &err), "commit", err);
  assert_int_equal(corm_record_peek_state(fresh), CORM_PERSISTENT);
}

static void stop(void *ctx) {
  scene *x = ctx;
  corm_session_free(x->session);
  corm_engine_unref(x->engine);
  shop_free(&x->s);
}

void scene_each_failure(const char *name, int (*fn)(scene *), void (*prepare)(scene *)) {
  static const cm_test_scene frame = {start, run, works_again, stop};
  scene x = {.run = fn, .prepare = prepare};
  print_message("  %s\n", name);
  cm_test_each_failure_in(&frame, &x);
}

int scene_put(corm_record *r, int slot, const char *text) {
  corm_value v = corm_text(text);
  return corm_record_set(r, slot, &v, NULL);
}

/* In C a record that no session took is the caller's. */
int scene_make(corm_record **out, scene *x, corm_entity *e, int slot, const char *text) {
  int status = corm_record_new(out, e, NULL, NULL);
  if (!status)
    status = scene_put(*out, slot, text);
  if (!status)
    status = corm_session_add(x->session, *out, NULL);
  if (status && *out && !corm_record_peek_session(*out)) {
    corm_record_release(*out);
    *out = NULL;
  }
  return status;
}

int scene_get(corm_record **out, scene *x, const corm_entity *e, int64_t id) {
  corm_value key = corm_int(id);
  return corm_session_get(out, x->session, e, &key, 1, NULL, 0, NULL);
}

int scene_read(corm_record *r, int slot) {
  corm_value v;
  return corm_record_get(r, slot, &v, NULL, NULL);
}

int scene_rows(scene *x, corm_stmt *stmt, const corm_params *params, unsigned flags) {
  corm_result *result = NULL;
  const corm_value *row = NULL;
  corm_error *err = NULL;
  int status = corm_session_execute(&result, x->session, stmt, params, NULL, flags, &err);
  do
    status = status || !result ? status : corm_result_next_row(result, &row, &err);
  while (!status && row);
  if (status == CORM_ECLOSED) /* it gives no rows */
    status = CORM_OK;
  if (status && status != CORM_ENOMEM)
    fail_msg("status %d, %s", status, corm_error_message(err));
  corm_error_free(err);
  corm_result_free(result);
  corm_node_unref(stmt);
  return status;
}

corm_stmt *scene_select(const corm_entity *e) {
  corm_node *source = corm_entity_source(e);
  return corm_select(source, CORM_END);
}

corm_stmt *scene_load(corm_stmt *stmt, const corm_entity *e, int slot, int strategy, unsigned flags) {
  corm_source *source = corm_entity_source(e);
  corm_expr *path = corm_attr_of(source, slot);
  const corm_expr *const steps[] = {path};
  stmt = corm_load(stmt, steps, 1, strategy, flags);
  corm_node_unref(path);
  corm_node_unref(source);
  return stmt;
}
