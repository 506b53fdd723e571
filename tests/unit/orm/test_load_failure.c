/* Everything that reads, with every allocation failing in turn: it fails or it succeeds, and then the session works. */
#include "scene.h"

#include <string.h>

static int plain_rows(scene *x) { return scene_rows(x, scene_select(x->s.user), NULL, 0); }

static int columns_beside_objects(scene *x) {
  corm_node *user = corm_entity_source(x->s.user), *purchase = corm_entity_source(x->s.purchase);
  corm_node *columns[] = {corm_node_ref(user), corm_col(purchase, "item"), corm_col(user, "bio"),
                          corm_node_ref(purchase)};
  corm_stmt *q = corm_select_n(columns, 4);
  q = corm_where(q, corm_op("=", corm_col(user, "id"), corm_col(purchase, "user_id")));
  corm_node_unref(user);
  corm_node_unref(purchase);
  return scene_rows(x, q, NULL, 0);
}

static int with(scene *x, const corm_entity *e, int slot, int strategy, unsigned flags) {
  return scene_rows(x, scene_load(scene_select(e), e, slot, strategy, flags), NULL, 0);
}

static int joined_collection(scene *x) { return with(x, x->s.user, x->s.user_purchases, CORM_LAZY_JOINED, 0); }
static int joined_one(scene *x) { return with(x, x->s.purchase, x->s.purchase_user, CORM_LAZY_JOINED, 0); }
static int joined_many(scene *x) { return with(x, x->s.purchase, x->s.purchase_tags_slot, CORM_LAZY_JOINED, 0); }
static int selectin_collection(scene *x) { return with(x, x->s.user, x->s.user_purchases, CORM_LAZY_SELECTIN, 0); }
static int selectin_one(scene *x) { return with(x, x->s.purchase, x->s.purchase_user, CORM_LAZY_SELECTIN, 0); }
static int selectin_many(scene *x) { return with(x, x->s.purchase, x->s.purchase_tags_slot, CORM_LAZY_SELECTIN, 0); }
static int immediate(scene *x) { return with(x, x->s.user, x->s.user_purchases, CORM_LAZY_IMMEDIATE, 0); }
static int left_empty(scene *x) { return with(x, x->s.user, x->s.user_purchases, CORM_LAZY_NOLOAD, 0); }
static int refused(scene *x) { return with(x, x->s.user, x->s.user_purchases, CORM_LAZY_RAISE, 0); }

static int limited_joined(scene *x) {
  corm_node *user = corm_entity_source(x->s.user), *by = corm_col(user, "name");
  corm_value two = corm_int(2);
  corm_stmt *q = scene_load(scene_select(x->s.user), x->s.user, x->s.user_purchases, CORM_LAZY_JOINED, 0);
  q = corm_limit(corm_order_by_n(q, &by, 1), corm_literal(&two));
  corm_node_unref(user);
  return scene_rows(x, q, NULL, 0);
}

/* user -> purchases -> tags, the first step in one way and the second in another. */
static int two_steps(scene *x, int first, int second) {
  corm_node *user = corm_entity_source(x->s.user), *purchase = corm_entity_source(x->s.purchase);
  corm_node *a = corm_col(user, "purchases"), *b = corm_col(purchase, "tags");
  const corm_expr *path[] = {a, b};
  corm_stmt *q = corm_load(scene_select(x->s.user), path, 1, first, 0);
  q = corm_load(q, path, 2, second, 0);
  corm_node_unref(a);
  corm_node_unref(b);
  corm_node_unref(user);
  corm_node_unref(purchase);
  return scene_rows(x, q, NULL, 0);
}
static int selectin_then_joined(scene *x) { return two_steps(x, CORM_LAZY_SELECTIN, CORM_LAZY_JOINED); }
static int joined_then_selectin(scene *x) { return two_steps(x, CORM_LAZY_JOINED, CORM_LAZY_SELECTIN); }

static int some_columns(scene *x) {
  corm_node *user = corm_entity_source(x->s.user), *name = corm_col(user, "name"), *path = corm_col(user, "purchases");
  const corm_expr *columns[] = {name}, *steps[] = {path};
  corm_stmt *q = corm_load_columns(scene_select(x->s.user), NULL, 0, CORM_LOAD_ONLY, columns, 1, CORM_LOAD_RAISE);
  q = corm_load_columns(q, NULL, 0, CORM_LOAD_UNDEFER, NULL, 0, 0);
  q = corm_load(q, steps, 1, CORM_LAZY_SELECTIN, 0);
  q = corm_load_columns(q, steps, 1, CORM_LOAD_DEFER, NULL, 0, 0);
  corm_node_unref(name);
  corm_node_unref(path);
  corm_node_unref(user);
  return scene_rows(x, q, NULL, 0);
}

static int filled_from_a_join(scene *x) {
  corm_node *user = corm_entity_source(x->s.user), *path = corm_col(user, "purchases");
  const corm_expr *steps[] = {path};
  corm_stmt *q = corm_join(scene_select(x->s.user), path, NULL, CORM_JOIN_INNER);
  q = corm_populate_existing(corm_contains_eager(q, steps, 1, NULL));
  corm_node_unref(path);
  corm_node_unref(user);
  return scene_rows(x, q, NULL, 0);
}

/* Text too long for a chunk of records. */
static void lengthen(scene *x) {
  shop_sql(x->engine, "update users set bio = hex(zeroblob(20000)), name = hex(zeroblob(200)) where id = 2");
}
static int long_text(scene *x) {
  corm_record *bob = NULL;
  int status = scene_get(&bob, x, x->s.user, 2);
  return status || !bob ? status : scene_read(bob, x->s.user_bio);
}

static void load_all(scene *x) {
  assert_int_equal(scene_get(&x->ada, x, x->s.user, 1), CORM_OK);
  assert_int_equal(scene_get(&x->pen, x, x->s.purchase, 10), CORM_OK);
  assert_int_equal(scene_get(&x->red, x, x->s.tag, 1), CORM_OK);
}

static int lazy(scene *x) {
  int status = scene_read(x->pen, x->s.purchase_user);
  if (!status)
    status = scene_read(x->ada, x->s.user_purchases);
  if (!status)
    status = scene_read(x->pen, x->s.purchase_tags_slot);
  return status ? status : scene_read(x->ada, x->s.user_bio);
}

/* The object that a relation needs is not in the map. */
static void load_pen(scene *x) { assert_int_equal(scene_get(&x->pen, x, x->s.purchase, 12), CORM_OK); }
static int lazy_from_the_database(scene *x) {
  int status = scene_read(x->pen, x->s.purchase_user);
  return status ? status : scene_read(x->pen, x->s.purchase_tags_slot);
}

static int expired_and_read(scene *x) {
  int status = corm_session_expire(x->session, x->ada, &x->s.user_name, 1, NULL);
  if (!status)
    status = scene_read(x->ada, x->s.user_name);
  if (!status)
    status = corm_session_expire_all(x->session, NULL);
  if (!status)
    status = scene_read(x->ada, x->s.user_age);
  return status ? status : scene_read(x->pen, x->s.purchase_user);
}

static int refreshed(scene *x) {
  int status = scene_put(x->pen, x->s.purchase_item, "nib");
  if (!status)
    status = scene_put(x->ada, x->s.user_name, "Eva");
  if (!status)
    status = corm_session_refresh(x->session, x->ada, NULL, 0, NULL);
  return status ? status : corm_session_refresh(x->session, x->ada, &x->s.user_bio, 1, NULL);
}

static int got_again(scene *x) {
  corm_value key = corm_int(1);
  corm_record *r = NULL;
  corm_stmt *options = scene_load(scene_select(x->s.user), x->s.user, x->s.user_purchases, CORM_LAZY_SELECTIN, 0);
  int status = corm_session_get(&r, x->session, x->s.user, &key, 1, options, 1, NULL);
  corm_node_unref(options);
  if (!status)
    status = corm_session_get(&r, x->session, x->s.user, &key, 1, NULL, 0, NULL); /* the map has it */
  key = corm_int(99);
  return status ? status : corm_session_get(&r, x->session, x->s.user, &key, 1, NULL, 0, NULL);
}

static int options_of_known_objects(scene *x) {
  int status = with(x, x->s.user, x->s.user_purchases, CORM_LAZY_RAISE, 0);
  if (!status)
    status = with(x, x->s.user, x->s.user_purchases, CORM_LAZY_SELECTIN, 0);
  if (!status)
    status = corm_session_expire(x->session, x->ada, NULL, 0, NULL);
  return status ? status : with(x, x->s.user, x->s.user_purchases, CORM_LAZY_NOLOAD, 0);
}

static int got_and_refreshed_under_a_lock(scene *x) {
  const corm_value one = corm_int(1);
  corm_record *found;
  corm_stmt *lock = corm_for_update(scene_select(x->s.user), 0, NULL, 0);
  int status = corm_session_get(&found, x->session, x->s.user, &one, 1, lock, 0, NULL);
  if (!status)
    status = corm_session_refresh_locked(x->session, x->ada, NULL, 0, lock, NULL);
  corm_node_unref(lock);
  return status;
}

static int got_by_null(scene *x) {
  const corm_value none = corm_null();
  corm_record *found;
  return corm_session_get(&found, x->session, x->s.user, &none, 1, NULL, 0, NULL);
}

static int options_that_stay(scene *x) {
  corm_record *bob = NULL;
  int status = with(x, x->s.user, x->s.user_purchases, CORM_LAZY_SELECTIN, 0);
  if (!status)
    status = scene_get(&bob, x, x->s.user, 2);
  if (!status)
    status = corm_session_expire(x->session, bob, NULL, 0, NULL);
  if (!status)
    status = scene_read(bob, x->s.user_name);
  return status ? status : corm_session_refresh(x->session, bob, NULL, 0, NULL);
}

static int told(void *ctx, int which, corm_record *r) {
  (void)ctx;
  (void)which;
  (void)r;
  return 0;
}

static int histories(scene *x) {
  corm_value v[3];
  int has[3];
  int status = scene_read(x->ada, x->s.user_purchases);
  if (!status)
    status = corm_record_unlink(x->ada, x->s.user_purchases, x->pen, NULL);
  if (!status)
    status = corm_record_history_members(x->ada, x->s.user_purchases, told, NULL, NULL);
  if (!status)
    status = scene_put(x->ada, x->s.user_name, "Eva");
  if (!status)
    status = corm_record_history(x->ada, x->s.user_name, v, has, NULL);
  return status ? status : corm_record_history(x->pen, x->s.purchase_user, v, has, NULL);
}

static void reading_fails_cleanly_without_memory(void **state) {
  (void)state;
  scene_each_failure("plain", plain_rows, NULL);
  scene_each_failure("columns beside objects", columns_beside_objects, NULL);
  scene_each_failure("long text", long_text, lengthen);
  scene_each_failure("some columns", some_columns, NULL);
  scene_each_failure("get", got_again, NULL);
  scene_each_failure("get, of NULL", got_by_null, NULL);
  scene_each_failure("get and refresh, locked", got_and_refreshed_under_a_lock, load_all);
}

static void eager_loading_fails_cleanly_without_memory(void **state) {
  (void)state;
  scene_each_failure("joined, a collection", joined_collection, NULL);
  scene_each_failure("joined, of loaded objects", joined_collection, load_all);
  scene_each_failure("joined, one", joined_one, NULL);
  scene_each_failure("joined, many to many", joined_many, NULL);
  scene_each_failure("joined, limited", limited_joined, NULL);
  scene_each_failure("selectin, a collection", selectin_collection, NULL);
  scene_each_failure("selectin, one", selectin_one, NULL);
  scene_each_failure("selectin, many to many", selectin_many, NULL);
  scene_each_failure("selectin, of loaded objects", selectin_many, load_all);
  scene_each_failure("selectin then joined", selectin_then_joined, NULL);
  scene_each_failure("joined then selectin", joined_then_selectin, NULL);
  scene_each_failure("immediate", immediate, NULL);
  scene_each_failure("raise", refused, NULL);
  scene_each_failure("raise, of loaded objects", refused, load_all);
  scene_each_failure("noload", left_empty, NULL);
  scene_each_failure("contains_eager", filled_from_a_join, load_all);
}

static void loading_later_fails_cleanly_without_memory(void **state) {
  (void)state;
  scene_each_failure("lazy", lazy, load_all);
  scene_each_failure("lazy from the database", lazy_from_the_database, load_pen);
  scene_each_failure("expired", expired_and_read, load_all);
  scene_each_failure("refreshed", refreshed, load_all);
  scene_each_failure("options that stay", options_that_stay, NULL);
  scene_each_failure("options of known objects", options_of_known_objects, load_all);
  scene_each_failure("histories", histories, load_all);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reading_fails_cleanly_without_memory),
      cmocka_unit_test(eager_loading_fails_cleanly_without_memory),
      cmocka_unit_test(loading_later_fails_cleanly_without_memory),
  };
  return cm_test_run(tests);
}
