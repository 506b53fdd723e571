/* What a relation's join conditions say: which columns are foreign, which are remote, what follows. */
#include "ast/join.h"
#include "ast/node.h"
#include "schema/build.h"

/* A comparison of two columns. */
typedef struct comparison {
  corm_column *left, *right;
  int is_equal, in_secondary;
} comparison;

typedef struct columns {
  corm_column **items;
  size_t n, cap;
} columns;

/* All that is found about one relation, until it is put into it. */
typedef struct finding {
  corm_relation *r;
  corm_schema *schema;
  cm_side owner, target;
  const corm_expr *primary, *secondary;
  comparison *comparisons;
  size_t n_comparisons, cap_comparisons;
  columns all, foreign, remote; /* each column once */
  int is_same;                  /* both sides of a comparison are columns of owner and of target */
  int in_secondary;             /* while walking */
  int failed;
  int direction;
  cm_pair *pairs, *secondary_pairs;
  size_t n_pairs, n_secondary_pairs;
} finding;

static int has(const columns *set, const corm_column *c) {
  for (size_t i = 0; i < set->n; i++)
    if (set->items[i] == c)
      return 1;
  return 0;
}

static int is_listed(corm_column *const *items, size_t n, const corm_column *c) {
  for (size_t i = 0; i < n; i++)
    if (items[i] == c)
      return 1;
  return 0;
}

static void add(finding *f, columns *set, corm_column *c) {
  if (has(set, c))
    return;
  if (cm_grow((void **)&set->items, &set->cap, set->n + 1, sizeof *set->items))
    set->items[set->n++] = c;
  else
    f->failed = 1;
}

/* ---- Join conditions ---- */

static int fail_through(const corm_relation *r, int status, corm_error **err) {
  if (status == CORM_ENOFOREIGNKEY)
    return cm_fail(
        err, status,
        "relation \"%s.%s\": the secondary table \"%s\" needs a foreign key to \"%s\" and one to \"%s\": add "
        "them, or give primaryjoin and secondaryjoin",
        r->owner->name, r->key, r->secondary->name, r->owner->table->name, r->target->table->name);
  return cm_fail(err, status,
                 "relation \"%s.%s\": the secondary table \"%s\" has several foreign keys to \"%s\" or to \"%s\": name "
                 "the columns that are meant in foreign_keys, or give primaryjoin and secondaryjoin",
                 r->owner->name, r->key, r->secondary->name, r->owner->table->name, r->target->table->name);
}

static int fail_join(const corm_relation *r, int status, corm_error **err) {
  if (status != CORM_EAMBIGUOUSFOREIGNKEY && status != CORM_ENOFOREIGNKEY)
    return status;
  if (r->secondary)
    return fail_through(r, status, err);
  if (status == CORM_ENOFOREIGNKEY)
    return cm_fail(err, status,
                   "relation \"%s.%s\": there is no foreign key between the tables \"%s\" and \"%s\": add one, or give "
                   "primaryjoin",
                   r->owner->name, r->key, r->owner->table->name, r->target->table->name);
  return cm_fail(err, status,
                 "relation \"%s.%s\": there are several foreign keys between the tables \"%s\" and \"%s\": name the "
                 "columns that are meant in foreign_keys",
                 r->owner->name, r->key, r->owner->table->name, r->target->table->name);
}

static int find_join(const corm_expr **out, const finding *f, const corm_entity *left, const cm_side *right,
                     corm_error **err) {
  cm_join_search search = {.schema = f->schema,
                           .left = {left->tables, left->n_tables},
                           .right = *right,
                           .local = left->table,
                           .only = f->r->foreign_keys,
                           .n_only = f->r->n_foreign_keys};
  return fail_join(f->r, cm_find_join(out, &search, err), err);
}

static int find_joins(finding *f, corm_error **err) {
  corm_relation *r = f->r;
  cm_side through = {&r->secondary, 1};
  int status = CORM_OK;
  f->primary = r->primaryjoin;
  f->secondary = r->secondaryjoin;
  if (r->secondary && !f->secondary)
    status = find_join(&f->secondary, f, r->target, &through, err);
  if (!status && !f->primary)
    status = find_join(&f->primary, f, r->owner, r->secondary ? &through : &f->target, err);
  return status;
}

/* ---- Reading them ---- */

static corm_column *plain_column(const corm_node *x) {
  const corm_node *source = x->kind == CORM_NODE_COLUMN ? cm_kid(x, 0) : NULL;
  return x->ref && source && source->kind == CORM_NODE_TABLE ? (corm_column *)(uintptr_t)x->ref : NULL;
}

static int is_comparison(const corm_node *x) { return x->kind == CORM_NODE_BINARY && x->n >= 2; }

static void note_comparison(finding *f, const corm_node *x) {
  corm_column *left = plain_column(x->kids[0]), *right = plain_column(x->kids[1]);
  if (!left || !right)
    return;
  if (!cm_grow((void **)&f->comparisons, &f->cap_comparisons, f->n_comparisons + 1, sizeof *f->comparisons)) {
    f->failed = 1;
    return;
  }
  f->comparisons[f->n_comparisons++] = (comparison){left, right, x->op == CORM_OP_EQ, f->in_secondary};
}

static int read_node(void *ctx, const corm_node *x) {
  finding *f = ctx;
  corm_column *c = plain_column(x);
  if (c)
    add(f, &f->all, c);
  if (is_comparison(x))
    note_comparison(f, x);
  return f->failed ? -1 : c != NULL;
}

static void read_joins(finding *f) {
  cm_walk(f->primary, read_node, f);
  f->in_secondary = 1;
  if (f->secondary)
    cm_walk(f->secondary, read_node, f);
}

/* ---- Foreign ---- */

static int refers(const corm_column *from, const corm_column *to) {
  const corm_table *t = from->table;
  for (size_t i = 0; i < t->n_constraints; i++) {
    corm_constraint *k = t->constraints[i];
    for (size_t j = 0; k->kind == CORM_FOREIGN_KEY && j < k->n; j++)
      if (k->columns[j] == from && cm_constraint_target(k, j) == to)
        return 1;
  }
  return 0;
}

/* The foreign one of the two, by what was said, by foreign keys, by being the secondary table's; or NULL. */
static corm_column *foreign_of(const finding *f, const comparison *c) {
  const corm_relation *r = f->r;
  if (r->n_foreign_keys) {
    if (is_listed(r->foreign_keys, r->n_foreign_keys, c->right))
      return c->right;
    return is_listed(r->foreign_keys, r->n_foreign_keys, c->left) ? c->left : NULL;
  }
  if (refers(c->left, c->right))
    return c->left;
  if (refers(c->right, c->left))
    return c->right;
  if (r->secondary && (c->left->table == r->secondary) != (c->right->table == r->secondary))
    return c->left->table == r->secondary ? c->left : c->right;
  return NULL;
}

static void find_foreign(finding *f) {
  const corm_relation *r = f->r;
  for (size_t i = 0; i < f->all.n; i++)
    if (is_listed(r->foreign_keys, r->n_foreign_keys, f->all.items[i]))
      add(f, &f->foreign, f->all.items[i]);
  for (size_t i = 0; i < f->n_comparisons; i++) {
    corm_column *c = foreign_of(f, &f->comparisons[i]);
    if (c)
      add(f, &f->foreign, c);
  }
}

/* ---- Remote ---- */

static int is_on_both(const finding *f, const corm_column *c) {
  return cm_side_has(&f->owner, c->table) && cm_side_has(&f->target, c->table);
}

static void find_sameness(finding *f) {
  for (size_t i = 0; i < f->n_comparisons; i++)
    if (is_on_both(f, f->comparisons[i].left) && is_on_both(f, f->comparisons[i].right))
      f->is_same = 1;
}

static int is_remote(const finding *f, const corm_column *c) {
  const corm_relation *r = f->r;
  if (r->secondary)
    return c->table == r->secondary;
  if (r->n_remote_side)
    return is_listed(r->remote_side, r->n_remote_side, c);
  if (f->is_same)
    return has(&f->foreign, c);
  return cm_side_has(&f->target, c->table) && (c->table != r->owner->table || c->table == r->target->table);
}

static void find_remote(finding *f) {
  find_sameness(f);
  for (size_t i = 0; i < f->all.n; i++)
    if (is_remote(f, f->all.items[i]))
      add(f, &f->remote, f->all.items[i]);
}

/* ---- Direction ---- */

/* A column that is compared with itself is on both sides: it decides nothing. */
static int is_self_compared(const finding *f, const corm_column *c) {
  for (size_t i = 0; i < f->n_comparisons; i++)
    if (f->comparisons[i].left == c && f->comparisons[i].right == c)
      return 1;
  return 0;
}

static size_t count_foreign(const finding *f, int remote, int with_self) {
  size_t n = 0;
  for (size_t i = 0; i < f->foreign.n; i++)
    if (has(&f->remote, f->foreign.items[i]) == remote && (with_self || !is_self_compared(f, f->foreign.items[i])))
      n++;
  return n;
}

static int foreign_in(const finding *f, const cm_side *side) {
  for (size_t i = 0; i < f->foreign.n; i++)
    if (cm_side_has(side, f->foreign.items[i]->table))
      return 1;
  return 0;
}

static int find_direction(const finding *f) {
  int in_target = foreign_in(f, &f->target), in_owner = foreign_in(f, &f->owner);
  size_t remote = 0, local = 0;
  if (f->r->secondary)
    return CORM_MANY_TO_MANY;
  if (!in_target || !in_owner)
    return in_target ? CORM_ONE_TO_MANY : in_owner ? CORM_MANY_TO_ONE : 0;
  remote = count_foreign(f, 1, 1);
  local = count_foreign(f, 0, 1);
  if (remote && local) {
    remote = count_foreign(f, 1, 0);
    local = count_foreign(f, 0, 0);
  }
  if (!remote == !local)
    return 0;
  return remote ? CORM_ONE_TO_MANY : CORM_MANY_TO_ONE;
}

static int fail_direction(const finding *f, corm_error **err) {
  const corm_relation *r = f->r;
  if (f->foreign.n)
    return cm_fail(err, CORM_EARGUMENT,
                   "relation \"%s.%s\" could lead either way, since both sides have foreign columns in its join: name "
                   "those of one side in foreign_keys, or the other side's in remote_side",
                   r->owner->name, r->key);
  return cm_fail(err, CORM_EARGUMENT,
                 "relation \"%s.%s\": no column in its join is foreign: add a foreign key, or name the columns that "
                 "copy in foreign_keys",
                 r->owner->name, r->key);
}

/* ---- Pairs ---- */

static int is_mapped(const finding *f, const corm_column *c) {
  return cm_side_has(&f->owner, c->table) || cm_side_has(&f->target, c->table) || c->table == f->r->secondary;
}

static int slot_of(const corm_entity *e, const corm_column *c) {
  const cm_attribute *a = e ? cm_entity_attribute_of(e, c) : NULL;
  return a ? a->slot : -1;
}

/* Whose attributes the two ends of a pair are. */
static void fill_pair(cm_pair *p, const finding *f, corm_column *from, corm_column *to, int in_secondary) {
  const corm_relation *r = f->r;
  const corm_entity *source = r->owner, *sink = r->target;
  if (f->direction == CORM_MANY_TO_ONE || in_secondary)
    source = r->target;
  if (f->direction == CORM_MANY_TO_ONE)
    sink = r->owner;
  if (f->direction == CORM_MANY_TO_MANY)
    sink = NULL;
  *p = (cm_pair){from, to, slot_of(source, from), slot_of(sink, to)};
}

static int find_pairs(finding *f, int in_secondary, cm_pair **out, size_t *n, corm_error **err) {
  cm_pair *pairs = cm_schema_zero(f->schema, f->n_comparisons * sizeof *pairs);
  if (!pairs)
    return cm_fail_memory(err);
  for (size_t i = 0; i < f->n_comparisons; i++) {
    const comparison *c = &f->comparisons[i];
    corm_column *to = foreign_of(f, c), *from = to == c->left ? c->right : c->left;
    if (to && c->is_equal && c->in_secondary == in_secondary && is_mapped(f, from) && is_mapped(f, to))
      fill_pair(&pairs[(*n)++], f, from, to, in_secondary);
  }
  *out = pairs;
  return CORM_OK;
}

static int check_pairs(const finding *f, corm_error **err) {
  const corm_relation *r = f->r;
  int is_whole = f->n_pairs && (!r->secondary || f->n_secondary_pairs);
  if (is_whole || ((r->flags & CORM_RELATION_VIEWONLY) && f->foreign.n))
    return CORM_OK;
  if (!f->foreign.n)
    return fail_direction(f, err);
  return cm_fail(
      err, CORM_EARGUMENT,
      "relation \"%s.%s\": its %s has no equality with a foreign column: nothing can be copied at flush. Add "
      "one, or make the relation viewonly",
      r->owner->name, r->key, f->n_pairs ? "secondaryjoin" : "primaryjoin");
}

/* ---- What follows ---- */

static int key_slot(const corm_entity *e, size_t i) { return slot_of(e, e->base->table->primary_key->columns[i]); }

/* Whether the pairs start from exactly the primary key of the entity. */
static int from_key(const finding *f, const corm_entity *e) {
  const corm_constraint *key = e->base->table->primary_key;
  if (!key || key->n != f->n_pairs)
    return 0;
  for (size_t i = 0; i < key->n; i++) {
    size_t j = 0;
    while (j < f->n_pairs && f->pairs[j].from_slot != key_slot(e, i))
      j++;
    if (j == f->n_pairs || f->pairs[j].from_slot < 0)
      return 0;
  }
  return 1;
}

static int is_equality(const corm_node *x) {
  return is_comparison(x) && x->op == CORM_OP_EQ && plain_column(x->kids[0]) && plain_column(x->kids[1]);
}

/* Whether the condition says nothing more than that each pair is equal. */
static int is_exactly_pairs(const finding *f) {
  const corm_node *x = f->primary;
  if (x->kind != CORM_NODE_AND)
    return f->n_pairs == 1 && is_equality(x);
  for (size_t i = 0; i < x->n; i++)
    if (!is_equality(x->kids[i]))
      return 0;
  return f->n_pairs == x->n;
}

static int check_loading(const finding *f, int uselist, corm_error **err) {
  const corm_relation *r = f->r;
  int is_query = r->lazy == CORM_LAZY_DYNAMIC || r->lazy == CORM_LAZY_WRITE_ONLY;
  if (is_query && !uselist)
    return cm_fail(err, CORM_EINVALID, "relation \"%s.%s\" is one object, so it cannot be loaded as a query",
                   r->owner->name, r->key);
  if ((r->cascade & CORM_CASCADE_DELETE_ORPHAN) && f->direction != CORM_ONE_TO_MANY &&
      !(r->flags & CORM_RELATION_SINGLE_PARENT))
    return cm_fail(err, CORM_EARGUMENT,
                   "relation \"%s.%s\": delete-orphan is for the one side of one-to-many, where an object has one "
                   "parent: put it there, or promise that by single_parent",
                   r->owner->name, r->key);
  return CORM_OK;
}

static int publish(finding *f, corm_error **err) {
  corm_relation *r = f->r;
  corm_column **foreign = NULL, **remote = NULL;
  int uselist = r->uselist < 0 ? f->direction != CORM_MANY_TO_ONE : r->uselist;
  int status = check_loading(f, uselist, err);
  if (status)
    return status;
  if (!cm_schema_pointers(f->schema, &foreign, f->foreign.items, f->foreign.n) ||
      !cm_schema_pointers(f->schema, &remote, f->remote.items, f->remote.n))
    return cm_fail_memory(err);
  r->simple_key = f->direction == CORM_MANY_TO_ONE && is_exactly_pairs(f) && from_key(f, r->target);
  r->simple_fk = f->direction == CORM_ONE_TO_MANY && is_exactly_pairs(f) && from_key(f, r->owner);
  r->primaryjoin = f->primary;
  r->secondaryjoin = f->secondary;
  r->uselist = uselist;
  r->self_referential = f->is_same || r->owner->base == r->target->base;
  r->foreign_keys = foreign;
  r->n_foreign_keys = f->foreign.n;
  r->remote_side = remote;
  r->n_remote_side = f->remote.n;
  r->pairs = f->pairs;
  r->n_pairs = f->n_pairs;
  r->secondary_pairs = f->secondary_pairs;
  r->n_secondary_pairs = f->n_secondary_pairs;
  r->direction = f->direction;
  return CORM_OK;
}

static int find_all(finding *f, corm_error **err) {
  int status = find_joins(f, err);
  if (status)
    return status;
  read_joins(f);
  find_foreign(f);
  find_remote(f);
  if (f->failed)
    return cm_fail_memory(err);
  f->direction = find_direction(f);
  status = find_pairs(f, 0, &f->pairs, &f->n_pairs, err);
  if (!status && f->secondary)
    status = find_pairs(f, 1, &f->secondary_pairs, &f->n_secondary_pairs, err);
  if (!status)
    status = check_pairs(f, err);
  if (!status && !f->direction)
    status = fail_direction(f, err);
  return status ? status : publish(f, err);
}

int cm_relation_seal(corm_relation *r, corm_error **err) {
  finding f = {.r = r, .schema = r->owner->schema};
  int status = CORM_OK;
  f.owner = (cm_side){r->owner->tables, r->owner->n_tables};
  f.target = (cm_side){r->target->tables, r->target->n_tables};
  status = find_all(&f, err);
  cm_free(f.comparisons);
  cm_free(f.all.items);
  cm_free(f.foreign.items);
  cm_free(f.remote.items);
  return status;
}
