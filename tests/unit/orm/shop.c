#include "shop.h"

static corm_column *column(corm_table *t, const char *name, int kind, unsigned flags, int *status, corm_error **err) {
  corm_column *out = NULL;
  const corm_column_def d = {
      .size = sizeof d, .name = name, .type = corm_type_plain((corm_type_kind)kind), .flags = flags};
  if (!*status)
    *status = corm_table_add_column(&out, t, &d, err);
  return out;
}

static void table(corm_table **out, corm_catalog *c, const char *name, int *status, corm_error **err) {
  const corm_table_def d = {.size = sizeof d, .name = name};
  if (!*status)
    *status = corm_catalog_define(out, c, &d, err);
}

static void key(corm_table *t, corm_column **columns, size_t n, int *status, corm_error **err) {
  corm_constraint *out;
  const corm_constraint_def d = {.size = sizeof d, .kind = CORM_PRIMARY_KEY, .columns = columns, .n = n};
  if (!*status)
    *status = corm_table_add_constraint(&out, t, &d, err);
}

static void reference(corm_table *t, corm_column *from, corm_column *to, int *status, corm_error **err) {
  corm_constraint *out;
  const corm_constraint_def d = {
      .size = sizeof d, .kind = CORM_FOREIGN_KEY, .columns = &from, .n = 1, .ref_columns = &to};
  if (!*status)
    *status = corm_table_add_constraint(&out, t, &d, err);
}

static void entity(corm_entity **out, corm_schema *s, const char *name, corm_table *t, int *status, corm_error **err) {
  const corm_entity_def d = {.size = sizeof d, .name = name, .module = "shop", .table = t};
  if (!*status)
    *status = corm_schema_map(out, s, &d, err);
}

static void attribute(int *slot, corm_entity *e, corm_column *c, unsigned flags, int *status, corm_error **err) {
  if (*status)
    return;
  corm_attribute_def d = {
      .size = sizeof d, .key = corm_column_peek_key(c), .columns = &c, .n_columns = 1, .flags = flags};
  *status = corm_entity_add_attribute(slot, e, &d, err);
}

static void relation(int *slot, corm_entity *e, corm_entity *target, const char *name, const char *back,
                     corm_table *secondary, int *status, corm_error **err) {
  corm_relation_def d = {
      .size = sizeof d, .key = name, .target = target, .uselist = -1, .back_populates = back, .secondary = secondary};
  d.cascade = CORM_CASCADE_SAVE_UPDATE | CORM_CASCADE_MERGE;
  if (!*status)
    *status = corm_entity_add_relation(slot, e, &d, err);
}

static void tables(shop *s, int *status, corm_error **err) {
  corm_column *uid, *pid, *puid, *tid, *ptp, *ptt, *pair[2];
  table(&s->users, s->catalog, "users", status, err);
  uid = column(s->users, "id", CORM_TYPE_INTEGER, CORM_COLUMN_PRIMARY_KEY | CORM_COLUMN_NOT_NULL, status, err);
  column(s->users, "name", CORM_TYPE_STRING, 0, status, err);
  column(s->users, "age", CORM_TYPE_INTEGER, 0, status, err);
  column(s->users, "bio", CORM_TYPE_TEXT, 0, status, err);
  key(s->users, &uid, 1, status, err);
  table(&s->purchases, s->catalog, "purchases", status, err);
  pid = column(s->purchases, "id", CORM_TYPE_INTEGER, CORM_COLUMN_PRIMARY_KEY | CORM_COLUMN_NOT_NULL, status, err);
  puid = column(s->purchases, "user_id", CORM_TYPE_INTEGER, 0, status, err);
  column(s->purchases, "item", CORM_TYPE_STRING, 0, status, err);
  key(s->purchases, &pid, 1, status, err);
  reference(s->purchases, puid, uid, status, err);
  table(&s->tags, s->catalog, "tags", status, err);
  tid = column(s->tags, "id", CORM_TYPE_INTEGER, CORM_COLUMN_PRIMARY_KEY | CORM_COLUMN_NOT_NULL, status, err);
  column(s->tags, "name", CORM_TYPE_STRING, 0, status, err);
  key(s->tags, &tid, 1, status, err);
  table(&s->purchase_tags, s->catalog, "purchase_tags", status, err);
  ptp = column(s->purchase_tags, "purchase_id", CORM_TYPE_INTEGER, CORM_COLUMN_PRIMARY_KEY | CORM_COLUMN_NOT_NULL,
               status, err);
  ptt = column(s->purchase_tags, "tag_id", CORM_TYPE_INTEGER, CORM_COLUMN_PRIMARY_KEY | CORM_COLUMN_NOT_NULL, status,
               err);
  pair[0] = ptp;
  pair[1] = ptt;
  key(s->purchase_tags, pair, 2, status, err);
  reference(s->purchase_tags, ptp, pid, status, err);
  reference(s->purchase_tags, ptt, tid, status, err);
}

static void entities(shop *s, int *status, corm_error **err) {
  entity(&s->user, s->schema, "User", s->users, status, err);
  entity(&s->purchase, s->schema, "Purchase", s->purchases, status, err);
  entity(&s->tag, s->schema, "Tag", s->tags, status, err);
  if (*status)
    return;
  attribute(&s->user_id, s->user, corm_table_peek_column(s->users, 0), 0, status, err);
  attribute(&s->user_name, s->user, corm_table_peek_column(s->users, 1), 0, status, err);
  attribute(&s->user_age, s->user, corm_table_peek_column(s->users, 2), 0, status, err);
  attribute(&s->user_bio, s->user, corm_table_peek_column(s->users, 3), CORM_ATTR_DEFERRED, status, err);
  attribute(&s->purchase_id, s->purchase, corm_table_peek_column(s->purchases, 0), 0, status, err);
  attribute(&s->purchase_user_id, s->purchase, corm_table_peek_column(s->purchases, 1), 0, status, err);
  attribute(&s->purchase_item, s->purchase, corm_table_peek_column(s->purchases, 2), 0, status, err);
  attribute(&s->tag_id, s->tag, corm_table_peek_column(s->tags, 0), 0, status, err);
  attribute(&s->tag_name, s->tag, corm_table_peek_column(s->tags, 1), 0, status, err);
  relation(&s->user_purchases, s->user, s->purchase, "purchases", "user", NULL, status, err);
  relation(&s->purchase_user, s->purchase, s->user, "user", "purchases", NULL, status, err);
  relation(&s->purchase_tags_slot, s->purchase, s->tag, "tags", NULL, s->purchase_tags, status, err);
}

int shop_make(shop *s, corm_error **err) {
  *s = (shop){0};
  int status = corm_schema_new(&s->schema, err);
  if (!status)
    status = corm_catalog_new(&s->catalog, s->schema, NULL, err);
  if (!status)
    tables(s, &status, err);
  if (!status)
    entities(s, &status, err);
  if (!status)
    status = corm_schema_seal(s->schema, err);
  if (status)
    shop_free(s);
  return status;
}

void shop_free(shop *s) {
  corm_schema_unref(s->schema);
  s->schema = NULL;
}

int shop_engine(shop *s, corm_engine **out, corm_error **err) {
  corm_conn *conn = NULL;
  int status = corm_engine_open(out, "sqlite://", NULL, err);
  if (!status)
    status = corm_conn_acquire(&conn, *out, err);
  if (!status)
    status = corm_conn_create_all(conn, s->catalog, NULL, 0, 0, err);
  if (!status)
    status = corm_conn_commit(conn, err);
  corm_conn_release(conn);
  if (status) {
    corm_engine_unref(*out);
    *out = NULL;
  }
  return status;
}

void shop_sql(corm_engine *engine, const char *sql) {
  corm_conn *conn = NULL;
  corm_result *result = NULL;
  corm_error *err = NULL;
  int status = corm_conn_acquire(&conn, engine, &err);
  if (!status)
    status = corm_conn_execute_sql(&result, conn, sql, NULL, 0, 1, &err);
  corm_result_free(result);
  if (!status)
    status = corm_conn_commit(conn, &err);
  corm_conn_release(conn);
  if (status)
    fail_msg("%s: %s", sql, corm_error_message(err));
}
