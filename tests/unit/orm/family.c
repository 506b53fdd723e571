#include "family.h"

#include <string.h>

typedef struct maker {
  family *f;
  int status;
  corm_error **err;
} maker;

static corm_table *table(maker *m, const char *name) {
  const corm_table_def d = {.size = sizeof d, .name = name};
  corm_table *out = NULL;
  if (!m->status)
    m->status = corm_catalog_define(&out, m->f->catalog, &d, m->err);
  return out;
}

static corm_column *column(maker *m, corm_table *t, const char *name, int kind, corm_column_def d) {
  corm_column *out = NULL;
  d.size = sizeof d;
  d.name = name;
  d.type = corm_type_plain((corm_type_kind)kind);
  if (!m->status)
    m->status = corm_table_add_column(&out, t, &d, m->err);
  return out;
}

static const corm_column_def plain = {.size = 0};

static void key_of(maker *m, corm_table *t, corm_column **columns, size_t n) {
  corm_constraint *out;
  const corm_constraint_def d = {.size = sizeof d, .kind = CORM_PRIMARY_KEY, .columns = columns, .n = n};
  if (!m->status)
    m->status = corm_table_add_constraint(&out, t, &d, m->err);
}

static corm_column *key(maker *m, corm_table *t) {
  corm_column *c =
      column(m, t, "id", CORM_TYPE_INTEGER, (corm_column_def){.flags = CORM_COLUMN_PRIMARY_KEY | CORM_COLUMN_NOT_NULL});
  key_of(m, t, &c, 1);
  return c;
}

static void refer(maker *m, corm_column *from, corm_column *to) {
  corm_constraint *out;
  if (m->status)
    return;
  const corm_constraint_def d = {
      .size = sizeof d, .kind = CORM_FOREIGN_KEY, .columns = &from, .n = 1, .ref_columns = &to};
  m->status = corm_table_add_constraint(&out, corm_column_peek_table(from), &d, m->err);
}

static corm_entity *map(maker *m, const char *name, corm_table *t, corm_entity *parent, const char *identity) {
  const corm_value v = identity ? corm_text(identity) : corm_null();
  const corm_entity_def d = {.size = sizeof d,
                             .name = name,
                             .module = "family",
                             .table = t,
                             .parent = parent,
                             .identity = identity ? &v : NULL};
  corm_entity *out = NULL;
  if (!m->status)
    m->status = corm_schema_map(&out, m->f->schema, &d, m->err);
  return out;
}

static void attribute(maker *m, int *slot, corm_entity *e, corm_column *c) {
  if (m->status)
    return;
  const corm_attribute_def d = {.size = sizeof d, .key = corm_column_peek_key(c), .columns = &c, .n_columns = 1};
  m->status = corm_entity_add_attribute(slot, e, &d, m->err);
}

static void relate(maker *m, int *slot, corm_entity *e, corm_relation_def d) {
  d.size = sizeof d;
  d.uselist = -1;
  d.cascade |= CORM_CASCADE_SAVE_UPDATE | CORM_CASCADE_MERGE;
  if (!m->status)
    m->status = corm_entity_add_relation(slot, e, &d, m->err);
}

static void make_tree(maker *m) {
  family *f = m->f;
  corm_table *t = table(m, "node");
  corm_column *id = key(m, t), *up = column(m, t, "up", CORM_TYPE_INTEGER, plain),
              *name = column(m, t, "name", CORM_TYPE_STRING, plain);
  refer(m, up, id);
  f->node = map(m, "Node", t, NULL, NULL);
  attribute(m, &f->node_id, f->node, id);
  attribute(m, &f->node_up, f->node, up);
  attribute(m, &f->node_name, f->node, name);
  relate(m, &f->node_children, f->node,
         (corm_relation_def){
             .key = "children", .target = f->node, .back_populates = "parent", .cascade = CORM_CASCADE_DELETE});
  relate(m, &f->node_parent, f->node,
         (corm_relation_def){
             .key = "parent", .target = f->node, .back_populates = "children", .remote_side = &id, .n_remote_side = 1});
}

static void make_children(maker *m) {
  family *f = m->f;
  corm_table *t = table(m, "parent"), *u = table(m, "child");
  corm_column *id = key(m, t), *name = column(m, t, "name", CORM_TYPE_STRING, plain);
  corm_column *cid = key(m, u),
              *pid = column(m, u, "parent_id", CORM_TYPE_INTEGER, (corm_column_def){.flags = CORM_COLUMN_NOT_NULL}),
              *cname = column(m, u, "name", CORM_TYPE_STRING, plain);
  refer(m, pid, id);
  f->parent = map(m, "Parent", t, NULL, NULL);
  f->child = map(m, "Child", u, NULL, NULL);
  attribute(m, &f->parent_id, f->parent, id);
  attribute(m, &f->parent_name, f->parent, name);
  attribute(m, &f->child_id, f->child, cid);
  attribute(m, &f->child_parent_id, f->child, pid);
  attribute(m, &f->child_name, f->child, cname);
  relate(m, &f->parent_children, f->parent,
         (corm_relation_def){.key = "children",
                             .target = f->child,
                             .back_populates = "parent",
                             .cascade = CORM_CASCADE_DELETE | CORM_CASCADE_DELETE_ORPHAN | CORM_CASCADE_REFRESH_EXPIRE |
                                        CORM_CASCADE_EXPUNGE});
  relate(m, &f->child_parent, f->child,
         (corm_relation_def){.key = "parent", .target = f->parent, .back_populates = "children"});
}

static void make_hierarchy(maker *m) {
  family *f = m->f;
  corm_table *t = table(m, "employee"), *u = table(m, "engineer");
  corm_column *id = key(m, t), *kind = column(m, t, "kind", CORM_TYPE_STRING, plain),
              *name = column(m, t, "name", CORM_TYPE_STRING, plain);
  corm_column *eid = key(m, u), *language = column(m, u, "language", CORM_TYPE_STRING, plain);
  int slot;
  refer(m, eid, id);
  f->employee = map(m, "Employee", t, NULL, "emp");
  attribute(m, &f->employee_id, f->employee, id);
  attribute(m, &f->employee_kind, f->employee, kind);
  attribute(m, &f->employee_name, f->employee, name);
  if (!m->status)
    m->status = corm_entity_set_discriminator(f->employee, "kind", m->err);
  f->engineer = map(m, "Engineer", u, f->employee, "eng");
  attribute(m, &slot, f->engineer, eid);
  attribute(m, &f->engineer_language, f->engineer, language);
}

static int fill(const corm_fill *x, corm_value *out, corm_error **err) {
  (void)err;
  *out = corm_text(corm_fill_peek_is_update(x) ? "changed" : "made");
  return CORM_OK;
}
static int (*filler)(const corm_fill *, corm_value *, corm_error **) = fill;

static void make_filled(maker *m) {
  family *f = m->f;
  corm_table *t = table(m, "filled");
  const corm_value text = corm_text("server");
  corm_column *id = key(m, t), *name = column(m, t, "name", CORM_TYPE_STRING, plain);
  corm_column *p = column(m, t, "plain", CORM_TYPE_INTEGER,
                          (corm_column_def){.insert = {.kind = CORM_DEFAULT_VALUE, .value = corm_int(7)}});
  corm_column *made =
      column(m, t, "made", CORM_TYPE_STRING, (corm_column_def){.insert = {.kind = CORM_DEFAULT_HOST, .host = &filler}});
  corm_expr *server = corm_literal_typed(&text, corm_type_plain(CORM_TYPE_STRING));
  corm_column *s = column(m, t, "server", CORM_TYPE_STRING, (corm_column_def){.server_default = server});
  corm_node_unref(server);
  corm_column *changed = column(m, t, "changed", CORM_TYPE_STRING,
                                (corm_column_def){.update = {.kind = CORM_DEFAULT_HOST, .host = &filler}});
  f->filled = map(m, "Filled", t, NULL, NULL);
  attribute(m, &f->filled_id, f->filled, id);
  attribute(m, &f->filled_name, f->filled, name);
  attribute(m, &f->filled_plain, f->filled, p);
  attribute(m, &f->filled_made, f->filled, made);
  attribute(m, &f->filled_server, f->filled, s);
  attribute(m, &f->filled_changed, f->filled, changed);
}

static void make_pairs(maker *m) {
  family *f = m->f;
  corm_table *l = table(m, "left"), *r = table(m, "right"), *p = table(m, "pairs");
  corm_column *lid = key(m, l), *rid = key(m, r), *pl = column(m, p, "left_id", CORM_TYPE_INTEGER, plain),
              *pr = column(m, p, "right_id", CORM_TYPE_INTEGER, plain);
  refer(m, pl, lid);
  refer(m, pr, rid);
  f->left = map(m, "Left", l, NULL, NULL);
  f->right = map(m, "Right", r, NULL, NULL);
  attribute(m, &f->left_id, f->left, lid);
  attribute(m, &f->right_id, f->right, rid);
  relate(m, &f->left_rights, f->left,
         (corm_relation_def){.key = "rights", .target = f->right, .secondary = p, .back_populates = "lefts"});
  relate(m, &f->right_lefts, f->right,
         (corm_relation_def){.key = "lefts", .target = f->left, .secondary = p, .back_populates = "rights"});
}

int family_make(family *f, corm_error **err) {
  maker m = {.f = f, .err = err};
  memset(f, 0, sizeof *f);
  m.status = corm_schema_new(&f->schema, err);
  if (!m.status)
    m.status = corm_catalog_new(&f->catalog, f->schema, NULL, err);
  if (!m.status) {
    make_tree(&m);
    make_children(&m);
    make_hierarchy(&m);
    make_filled(&m);
    make_pairs(&m);
  }
  if (!m.status)
    m.status = corm_schema_seal(f->schema, err);
  if (m.status)
    family_free(f);
  return m.status;
}

void family_free(family *f) {
  corm_schema_unref(f->schema);
  f->schema = NULL;
}

int family_engine(family *f, corm_engine **out, const corm_host *host, corm_error **err) {
  const corm_engine_options options = {.size = sizeof options, .host = host};
  corm_conn *conn = NULL;
  int status = corm_engine_open(out, "sqlite://", &options, err);
  if (!status)
    status = corm_conn_acquire(&conn, *out, err);
  if (!status)
    status = corm_conn_create_all(conn, f->catalog, NULL, 0, 0, err);
  if (!status)
    status = corm_conn_commit(conn, err);
  corm_conn_release(conn);
  return status;
}
