/* The statements that loaders send: by key, along a relation, for many parents at once. */
#include "lower/lowering.h"
#include <stdio.h>

static corm_node *numbered(const char *base, const corm_type *type) {
  cm_make make = {.kind = CORM_NODE_BIND, .name = base, .type = type, .flags = CM_BIND_UNIQUE | CM_BIND_REQUIRED};
  return cm_make_node(&make, NULL, 0);
}

static corm_node *equal(corm_node *l, corm_node *r) {
  cm_make make = {.kind = CORM_NODE_BINARY, .op = CORM_OP_EQ, .type = corm_type_plain(CORM_TYPE_BOOLEAN)};
  corm_node *kids[2] = {l, r};
  return cm_make_node(&make, kids, 2);
}

static corm_node *only_slots(corm_node *stmt, const corm_node *source, const int *slots, size_t n) {
  corm_node *columns = corm_list(NULL, 0), *option = NULL;
  cm_make make = {.kind = CORM_NODE_OPTION, .op = CORM_LOAD_ONLY, .flags = CM_SUBQUERY | CM_COMPACT};
  int ok = 1;
  for (size_t i = 0; i < n && ok; i++)
    ok = cm_node_append(columns, corm_attr_of(source, slots[i]));
  cm_node_seal(columns);
  option = cm_make_node(&make, &columns, 1);
  if (!ok || stmt->kind != CORM_NODE_SELECT) {
    corm_node_unref(option);
    corm_node_unref(stmt);
    return cm_no_memory();
  }
  cm_node_set_kid(stmt, CM_SEL_OPTIONS, corm_list(&option, 1));
  cm_node_seal(stmt);
  return stmt;
}

static corm_node *select_labelled(const corm_node *source) {
  return corm_label_style_set(corm_select(corm_node_ref(source), CORM_END), CORM_LABELS_TABLE_PLUS_COLUMN);
}

/* Whether the slots are columns of the entity's own table alone, one of several. */
static int is_own_table(const corm_entity *e, const int *slots, size_t n) {
  if (!cm_is_joined(e) || !slots || !n || !e->inherit_condition || e->single)
    return 0;
  for (size_t i = 0; i < n; i++) {
    const cm_attribute *a = e->attrs[slots[i]];
    if (!a || a->n_columns != 1 || a->columns[0]->table != e->table)
      return 0;
  }
  return 1;
}

static corm_node *parent_to_bind(void *ctx, const corm_node *x) {
  const corm_entity *e = ctx;
  const corm_column *column = x->kind == CORM_NODE_COLUMN ? x->ref : NULL;
  return column && column->table != e->table ? numbered("param", column->type) : NULL;
}

/* A column or more of a subclass's table: no other table is asked. */
static corm_node *get_own(const corm_entity *entity, const int *slots, size_t n) {
  cm_make make = {.kind = CORM_NODE_ENTITY, .ref = entity, .schema = entity->schema, .flags = CM_COMPACT};
  corm_node *source = cm_make_node(&make, NULL, 0), *stmt = select_labelled(source);
  stmt = corm_where(stmt, cm_rewrite(entity->inherit_condition, parent_to_bind, (void *)(uintptr_t)entity));
  stmt = only_slots(stmt, source, slots, n);
  corm_node_unref(source);
  return stmt;
}

corm_node *cm_lower_get(const corm_entity *entity, const int *slots, size_t n, const cm_plan_options *options) {
  const corm_constraint *key = entity->base->table->primary_key;
  corm_node *source = NULL, *stmt = NULL;
  if (is_own_table(entity, slots, n))
    return get_own(entity, slots, n);
  source = corm_entity_source(entity);
  stmt = select_labelled(source);
  for (size_t i = 0; i < entity->n_key; i++) {
    corm_node *column = corm_col_of(source, key->columns[i]);
    stmt = corm_where(stmt, equal(column, numbered("pk", column->type)));
  }
  if (slots)
    stmt = only_slots(stmt, source, slots, n);
  stmt = cm_options_apply(stmt, entity, options);
  corm_node_unref(source);
  return stmt;
}

/* ---- Along a relation, for one owner ----------------------------------------------------------------------------- */

typedef struct lazy {
  const corm_relation *r;
  int *slots;
  size_t cap, n;
  corm_node *binds[16];
  const corm_column *columns[16];
  int status;
} lazy;

static int owner_slot(const corm_relation *r, const corm_column *column) {
  const cm_attribute *a = cm_entity_attribute_of(r->owner, column);
  return a ? a->slot : -1;
}

/* Whether the column is the owner's side of the condition. */
static int is_local(const corm_relation *r, const corm_column *column) {
  for (size_t i = 0; i < r->n_pairs; i++) {
    const corm_column *mine = r->direction == CORM_MANY_TO_ONE ? r->pairs[i].to : r->pairs[i].from;
    if (mine == column)
      return 1;
  }
  if (r->secondary && column->table == r->secondary)
    return 0;
  for (size_t i = 0; i < r->n_remote_side; i++)
    if (r->remote_side[i] == column)
      return 0;
  for (size_t i = 0; i < r->owner->n_tables; i++)
    if (r->owner->tables[i] == column->table)
      return !r->self_referential && r->target->table != column->table;
  return 0;
}

/* One bind for each column of the owner's, the same wherever that column stands. */
static corm_node *bind_of(lazy *z, const corm_column *column) {
  const char *base = z->r->simple_key && z->r->direction == CORM_MANY_TO_ONE ? "pk" : "param";
  for (size_t i = 0; i < z->n && i < 16; i++)
    if (z->columns[i] == column)
      return corm_node_ref(z->binds[i]);
  if (z->n >= 16 || z->n >= z->cap) {
    z->status = CORM_EUNSUPPORTED;
    return corm_null_node();
  }
  z->columns[z->n] = column;
  z->slots[z->n] = owner_slot(z->r, column);
  if (z->slots[z->n] < 0)
    z->status = CORM_EINVALID;
  z->binds[z->n] = numbered(base, column->type);
  return corm_node_ref(z->binds[z->n++]);
}

static corm_node *local_to_bind(void *ctx, const corm_node *x) {
  lazy *z = ctx;
  const corm_column *column = x->kind == CORM_NODE_COLUMN ? x->ref : NULL;
  return column && is_local(z->r, column) ? bind_of(z, column) : NULL;
}

/* target.key = :pk, whichever way round the relation says it. */
static corm_node *by_key(lazy *z, const corm_node *source) {
  corm_node *where = NULL;
  for (size_t i = 0; i < z->r->n_pairs; i++) {
    corm_node *column = corm_col_of(source, z->r->pairs[i].from);
    where = cm_l_and(where, equal(column, bind_of(z, z->r->pairs[i].to)));
  }
  return where;
}

static corm_node *order_by(corm_node *stmt, const corm_relation *r) {
  for (size_t i = 0; i < r->n_order_by; i++) {
    corm_node *one = corm_node_ref(r->order_by[i]);
    stmt = corm_order_by_n(stmt, &one, 1);
  }
  return stmt;
}

static corm_node *lazy_where(lazy *z, const corm_node *source) {
  corm_node *where = NULL;
  if (z->r->direction == CORM_MANY_TO_ONE && z->r->simple_key)
    return by_key(z, source);
  where = cm_rewrite(z->r->primaryjoin, local_to_bind, z);
  if (z->r->secondary)
    where = cm_l_and(where, corm_node_ref(z->r->secondaryjoin));
  return where;
}

/* Target first, then the secondary table: the order in which FROM lists them. */
static corm_node *with_secondary(corm_node *stmt, const corm_relation *r, const corm_node *source) {
  corm_node *secondary = r->secondary ? corm_from(r->secondary) : NULL;
  if (!secondary)
    return stmt;
  stmt = corm_select_from(corm_select_from(stmt, source), secondary);
  corm_node_unref(secondary);
  return stmt;
}

corm_node *cm_lower_lazy(const corm_relation *r, const cm_plan_options *options, const corm_expr *criteria,
                         int *bind_slots, size_t cap, size_t *n_binds) {
  lazy z = {.r = r, .slots = bind_slots, .cap = cap};
  corm_node *source = corm_entity_source(r->target), *stmt = select_labelled(source);
  stmt = corm_where(with_secondary(stmt, r, source), lazy_where(&z, source));
  if (criteria)
    stmt = corm_where(stmt, corm_node_ref(criteria));
  stmt = cm_options_apply(order_by(stmt, r), r->target, options);
  for (size_t i = 0; i < z.n; i++)
    corm_node_unref(z.binds[i]);
  corm_node_unref(source);
  *n_binds = z.n;
  if (!z.status)
    return stmt;
  corm_node_unref(stmt);
  return cm_poison(z.status, "relation \"%s.%s\": its condition uses a column that is not mapped, or too many of them",
                   r->owner->name, r->key);
}

/* ---- Along a relation, for many owners --------------------------------------------------------------------------- */

static corm_node *keys_bind(const corm_type *type, size_t width) {
  cm_make make = {.kind = CORM_NODE_BIND, .name = "primary_keys", .type = type};
  make.flags = CM_BIND_EXPANDING | CM_BIND_REQUIRED;
  if (width > 1) {
    make.flags |= CM_BIND_TUPLES;
    make.op = (int)width;
    make.type = NULL;
  }
  return cm_make_node(&make, NULL, 0);
}

enum { MAX_KEY = 16 };

/* Borrows the columns. */
static corm_node *in_keys(corm_node *const *columns, size_t n) {
  corm_node *refs[MAX_KEY] = {NULL}, *left = NULL;
  for (size_t i = 0; i < n; i++)
    refs[i] = corm_node_ref(columns[i]);
  left = n == 1 ? refs[0] : corm_tuple(refs, n);
  return cm_make_node(
      &(cm_make){.kind = CORM_NODE_BINARY, .op = CORM_OP_IN, .type = corm_type_plain(CORM_TYPE_BOOLEAN)},
      (corm_node *[]){left, keys_bind(n ? columns[0]->type : NULL, n)}, 2);
}

/* The foreign key of the target, or its own key: no parent's table is needed. */
static corm_node *without_parent(const corm_relation *r, const corm_node *source, size_t *n_key) {
  corm_node *columns[MAX_KEY + 1], *where = NULL;
  size_t n = r->n_pairs;
  for (size_t i = 0; i < n; i++)
    columns[i] = corm_col_of(source, r->direction == CORM_MANY_TO_ONE ? r->pairs[i].from : r->pairs[i].to);
  where = in_keys(columns, n);
  columns[n] = corm_node_ref(source);
  *n_key = n;
  return corm_where(corm_select_n(columns, n + 1), where);
}

static corm_node *with_parent(const corm_relation *r, const corm_node *source, size_t *n_key) {
  corm_node *owner = corm_entity_source(r->owner), *parent = corm_alias(owner, NULL);
  corm_node *columns[MAX_KEY + 1], *attribute = corm_attr_of(parent, r->slot), *stmt = NULL, *in = NULL;
  size_t n = r->owner->n_key;
  for (size_t i = 0; i < n; i++)
    columns[i] = corm_attr_of(parent, r->owner->key_slots[i]);
  in = in_keys(columns, n);
  columns[n] = corm_node_ref(source);
  stmt = corm_select_n(columns, n + 1);
  stmt = corm_join(corm_select_from(stmt, parent), attribute, NULL, CORM_JOIN_INNER);
  stmt = corm_where(stmt, in);
  corm_node_unref(attribute);
  corm_node_unref(parent);
  corm_node_unref(owner);
  *n_key = n;
  return stmt;
}

corm_node *cm_lower_selectin(const corm_relation *r, const cm_plan_options *options, const corm_expr *criteria,
                             size_t *n_key) {
  size_t width = r->n_pairs > r->owner->n_key ? r->n_pairs : r->owner->n_key;
  if (width > MAX_KEY)
    return cm_poison(CORM_EUNSUPPORTED,
                     "relation \"%s.%s\": a key of more than %d columns cannot be loaded by selectin", r->owner->name,
                     r->key, (int)MAX_KEY);
  corm_node *source = corm_entity_source(r->target), *stmt = NULL;
  int alone = r->direction == CORM_MANY_TO_ONE ? r->simple_key : r->direction == CORM_ONE_TO_MANY && r->simple_fk;
  stmt = alone ? without_parent(r, source, n_key) : with_parent(r, source, n_key);
  stmt = corm_label_style_set(stmt, CORM_LABELS_TABLE_PLUS_COLUMN);
  if (criteria)
    stmt = corm_where(stmt, corm_node_ref(criteria));
  stmt = cm_options_apply(order_by(stmt, r), r->target, options);
  corm_node_unref(source);
  return stmt;
}
