/* Conditions of relations: ON clauses, EXISTS, comparisons with objects. */
#include "lower/lowering.h"

/* ---- Join conditions --------------------------------------------------------------------------------------------- */

typedef struct sides {
  cm_lowering *l;
  const corm_relation *r;
  const cm_place *owner, *target, *secondary;
  corm_node *const *binds; /* instead of the target's columns: one per pair */
} sides;

static int is_in(const corm_entity *e, const corm_table *table) {
  for (size_t i = 0; i < e->n_tables; i++)
    if (e->tables[i] == table)
      return 1;
  return e->table == table;
}

static int is_remote(const corm_relation *r, const corm_column *column) {
  if (!is_in(r->target, column->table))
    return 0;
  if (!is_in(r->owner, column->table))
    return 1;
  for (size_t i = 0; i < r->n_remote_side; i++)
    if (r->remote_side[i] == column)
      return 1;
  return 0;
}

/* The bind that stands for the target's column, or NULL. */
static corm_node *bind_for(const sides *s, const corm_column *column) {
  const corm_relation *r = s->r;
  size_t n = r->direction == CORM_MANY_TO_MANY ? r->n_secondary_pairs : r->n_pairs;
  for (size_t i = 0; i < n; i++) {
    const corm_column *mine = r->direction == CORM_MANY_TO_MANY  ? r->secondary_pairs[i].from
                              : r->direction == CORM_MANY_TO_ONE ? r->pairs[i].from
                                                                 : r->pairs[i].to;
    if (mine == column)
      return corm_node_ref(s->binds[i]);
  }
  return NULL;
}

static corm_node *side(void *ctx, const corm_node *x) {
  sides *s = ctx;
  const corm_column *column = x->kind == CORM_NODE_COLUMN ? x->ref : NULL;
  corm_node *bind = NULL;
  if (!column)
    return NULL;
  if (s->r->secondary && column->table == s->r->secondary)
    return s->secondary ? cm_place_column(s->l, s->secondary, column) : NULL;
  if (!is_remote(s->r, column))
    return s->owner ? cm_place_column(s->l, s->owner, column) : NULL;
  bind = s->binds ? bind_for(s, column) : NULL;
  if (bind)
    return bind;
  return s->target ? cm_place_column(s->l, s->target, column) : NULL;
}

/* A condition whose secondary side holds no table of the target's and the owner's at once: sides are clear there. */
static corm_node *target_side(void *ctx, const corm_node *x) {
  sides *s = ctx;
  const corm_column *column = x->kind == CORM_NODE_COLUMN ? x->ref : NULL;
  corm_node *bind = NULL;
  if (!column)
    return NULL;
  if (column->table == s->r->secondary)
    return s->secondary ? cm_place_column(s->l, s->secondary, column) : NULL;
  bind = s->binds ? bind_for(s, column) : NULL;
  if (bind)
    return bind;
  return s->target ? cm_place_column(s->l, s->target, column) : NULL;
}

static corm_node *owner_side(void *ctx, const corm_node *x) {
  sides *s = ctx;
  const corm_column *column = x->kind == CORM_NODE_COLUMN ? x->ref : NULL;
  if (!column)
    return NULL;
  if (column->table == s->r->secondary)
    return s->secondary ? cm_place_column(s->l, s->secondary, column) : NULL;
  return s->owner ? cm_place_column(s->l, s->owner, column) : NULL;
}

static int is_sealed(cm_lowering *l, const corm_relation *r) {
  if (r->direction && r->primaryjoin && (!r->secondary || r->secondaryjoin))
    return 1;
  cm_l_fail(l, CORM_EINVALID, "relation \"%s.%s\" has not been configured yet: seal the schema first", r->owner->name,
            r->key);
  return 0;
}

static corm_node *rewritten(cm_lowering *l, const corm_node *condition, cm_rewrite_fn fn, sides *s) {
  corm_node *adapted = NULL, *out = NULL;
  if (!is_sealed(l, s->r))
    return cm_no_memory();
  adapted = cm_rewrite(condition, fn, s);
  out = cm_l_expr(l, adapted);
  corm_node_unref(adapted);
  return out;
}

corm_node *cm_l_primary(cm_lowering *l, const corm_relation *r, const cm_place *owner, const cm_place *target,
                        const cm_place *secondary) {
  sides s = {.l = l, .r = r, .owner = owner, .target = target, .secondary = secondary};
  return rewritten(l, r->primaryjoin, r->secondary ? owner_side : side, &s);
}

corm_node *cm_l_secondary(cm_lowering *l, const corm_relation *r, const cm_place *target, const cm_place *secondary) {
  sides s = {.l = l, .r = r, .target = target, .secondary = secondary};
  return rewritten(l, r->secondaryjoin, target_side, &s);
}

/* ---- EXISTS ------------------------------------------------------------------------------------------------------ */

static cm_place target_of(cm_lowering *l, const corm_node *attribute) {
  const corm_relation *r = attribute->ref;
  if (attribute->kids[2])
    return cm_l_place(l, attribute->kids[2]);
  if (r->self_referential || is_in(r->owner, r->target->table))
    return cm_l_new_alias(l, r->target);
  corm_node *entity = corm_entity_source(r->target);
  cm_place place = cm_l_place(l, entity);
  corm_node_unref(entity);
  return place;
}

typedef struct retarget {
  cm_lowering *l;
  const corm_entity *entity;
  const cm_place *place;
} retarget;

/* Criteria speak of the target's class; where an alias was taken inside, they mean that. */
static corm_node *to_target(void *ctx, const corm_node *x) {
  retarget *t = ctx;
  const corm_node *source = x->kind == CORM_NODE_COLUMN ? x->kids[0] : NULL;
  if (!source || source->kind != CORM_NODE_ENTITY || !x->ref || !corm_entity_is_a(t->entity, source->ref))
    return NULL;
  return cm_place_column(t->l, t->place, x->ref);
}

corm_node *cm_l_criteria(cm_lowering *l, const corm_node *criteria, const cm_place *target) {
  retarget t = {l, target->entity, target};
  corm_node *adapted = NULL, *out = NULL;
  if (!criteria)
    return NULL;
  adapted = cm_rewrite(criteria, to_target, &t);
  out = cm_l_expr(l, adapted);
  corm_node_unref(adapted);
  return out;
}

/* target = object, by the key that the secondary table refers to. */
static corm_node *is_object(cm_lowering *l, const corm_node *test, const cm_place *target) {
  const corm_relation *r = ((const corm_node *)test->kids[0])->ref;
  corm_node *same = NULL;
  for (size_t i = 0; i < r->n_secondary_pairs; i++)
    same = cm_l_and(same, corm_binary(CORM_OP_EQ, cm_place_column(l, target, r->secondary_pairs[i].from),
                                      corm_node_ref(test->kids[2 + i])));
  return same;
}

static corm_node *linked(cm_lowering *l, const corm_node *attribute, const cm_place *target,
                         const cm_place *secondary) {
  const corm_relation *r = attribute->ref;
  cm_place owner = cm_l_place(l, attribute->kids[0]);
  corm_node *where = NULL;
  if (l->status)
    return cm_no_memory();
  where = cm_l_primary(l, r, &owner, target, secondary);
  if (r->secondary)
    where = cm_l_and(where, cm_l_secondary(l, r, target, secondary));
  where = cm_l_and(where, cm_place_criteria(l, target));
  return cm_l_and(where, cm_l_criteria(l, attribute->kids[1], target));
}

/* EXISTS of a row that the relation links; `object`: of the one that the test compares with. */
static corm_node *exists(cm_lowering *l, const corm_node *test, int object) {
  const corm_node *attribute = test->kids[0];
  const corm_relation *r = attribute->ref;
  cm_place target = target_of(l, attribute), secondary = {NULL, NULL, NULL};
  const corm_source *from[2] = {target.source, NULL};
  corm_node *select = NULL, *where = NULL;
  if (r->secondary)
    secondary = cm_l_table_place(l, r->secondary, target.source && target.source->kind == CORM_NODE_ALIAS);
  from[1] = secondary.source;
  if (l->status)
    return cm_no_memory();
  where = linked(l, attribute, &target, r->secondary ? &secondary : NULL);
  where = cm_l_and(where, object ? is_object(l, test, &target) : cm_l_criteria(l, test->kids[1], &target));
  select = corm_select(corm_named("1", corm_type_plain(CORM_TYPE_INTEGER), 1), CORM_END);
  select = corm_select_from(select, target.source);
  if (r->secondary)
    select = corm_select_from(select, secondary.source);
  select = corm_where(corm_correlate_n(select, from, r->secondary ? 2 : 1, 1), where);
  return corm_exists(select);
}

/* ---- Comparisons with an object ---------------------------------------------------------------------------------- */

static corm_node *foreign_is_null(cm_lowering *l, const corm_relation *r, const cm_place *owner, int op) {
  corm_node *out = NULL;
  for (size_t i = 0; i < r->n_pairs; i++)
    out = cm_l_and(out, corm_binary(op, cm_place_column(l, owner, r->pairs[i].to), corm_null_node()));
  return out;
}

static corm_node *test_null(cm_lowering *l, const corm_node *test) {
  const corm_node *attribute = test->kids[0];
  const corm_relation *r = attribute->ref;
  cm_place owner = cm_l_place(l, attribute->kids[0]);
  int equal = test->op == CORM_TEST_EQ;
  corm_node *x = NULL;
  if (l->status)
    return cm_no_memory();
  if (r->direction == CORM_MANY_TO_ONE)
    return foreign_is_null(l, r, &owner, equal ? CORM_OP_IS : CORM_OP_IS_NOT);
  x = exists(l, test, 0);
  return equal ? corm_not(x) : x;
}

static corm_node *not_equal(cm_lowering *l, const corm_node *test, const cm_place *owner) {
  const corm_relation *r = ((const corm_node *)test->kids[0])->ref;
  corm_node *out = NULL;
  for (size_t i = 0; i < r->n_pairs; i++) {
    corm_node *parts[2];
    corm_node *column = cm_place_column(l, owner, r->pairs[i].to);
    parts[0] = corm_binary(CORM_OP_NE, corm_node_ref(column), corm_node_ref(test->kids[2 + i]));
    parts[1] = corm_binary(CORM_OP_IS, column, corm_null_node());
    parts[0] = corm_or_n(parts, 2);
    out = cm_l_and(out, parts[0]);
  }
  return out;
}

/* The join condition with the object's values where the target's columns stood. */
static corm_node *equals(cm_lowering *l, const corm_node *test, const cm_place *owner) {
  const corm_node *attribute = test->kids[0];
  const corm_relation *r = attribute->ref;
  cm_place secondary = {NULL, NULL, NULL};
  sides s = {.l = l, .r = r, .owner = owner, .binds = test->kids + 2};
  corm_node *out = NULL;
  if (!r->secondary)
    return rewritten(l, r->primaryjoin, side, &s);
  secondary = cm_l_table_place(l, r->secondary, 1);
  s.secondary = &secondary;
  if (l->status)
    return cm_no_memory();
  out = rewritten(l, r->primaryjoin, owner_side, &s);
  return cm_l_and(out, rewritten(l, r->secondaryjoin, target_side, &s));
}

/* ---- What belongs to an object ----------------------------------------------------------------------------------- */

/* The owner's columns are the object's values. */
static corm_node *of_parent(void *ctx, const corm_node *x) {
  sides *s = ctx;
  const corm_relation *r = s->r;
  const corm_column *column = x->kind == CORM_NODE_COLUMN ? x->ref : NULL;
  if (!column)
    return NULL;
  for (size_t i = 0; i < r->n_pairs; i++)
    if (column == (r->direction == CORM_MANY_TO_ONE ? r->pairs[i].to : r->pairs[i].from))
      return corm_node_ref(s->binds[i]);
  if (r->secondary && column->table == r->secondary)
    return cm_place_column(s->l, s->secondary, column);
  return cm_place_column(s->l, s->target, column);
}

static corm_node *test_parent(cm_lowering *l, const corm_node *test) {
  const corm_node *attribute = test->kids[0];
  const corm_relation *r = attribute->ref;
  corm_node *source = attribute->kids[2] ? corm_node_ref(attribute->kids[2]) : corm_entity_source(r->target);
  cm_place target = cm_l_place(l, source), secondary = {NULL, NULL, NULL};
  sides s = {.l = l, .r = r, .target = &target, .secondary = &secondary, .binds = test->kids + 2};
  corm_node *out = NULL;
  if (r->secondary)
    secondary = cm_l_table_place(l, r->secondary, test->op == CORM_TEST_PARENT);
  if (!l->status)
    out = rewritten(l, r->primaryjoin, of_parent, &s);
  if (!l->status && r->secondary)
    out = cm_l_and(out, cm_l_secondary(l, r, &target, &secondary));
  if (!l->status)
    out = cm_l_and(out, cm_l_criteria(l, attribute->kids[1], &target));
  corm_node_unref(source);
  return out ? out : cm_no_memory();
}

static corm_node *test_object(cm_lowering *l, const corm_node *test) {
  cm_place owner = cm_l_place(l, test->kids[0]->kids[0]);
  const corm_relation *r = test->kids[0]->ref;
  if (l->status)
    return cm_no_memory();
  switch (test->op) {
  case CORM_TEST_NE:
    return r->direction == CORM_MANY_TO_ONE ? not_equal(l, test, &owner) : corm_not(equals(l, test, &owner));
  case CORM_TEST_NOT_CONTAINS:
    return r->secondary ? corm_not(exists(l, test, 1)) : corm_not(equals(l, test, &owner));
  default:
    return equals(l, test, &owner);
  }
}

corm_node *cm_l_test(cm_lowering *l, const corm_node *test, int negated) {
  corm_node *out = NULL;
  const corm_relation *r = test->kids[0]->ref;
  if (!is_sealed(l, r))
    return cm_no_memory();
  if (test->op == CORM_TEST_ANY)
    out = exists(l, test, 0);
  else if (test->op == CORM_TEST_PARENT || test->op == CORM_TEST_MEMBER)
    out = test_parent(l, test);
  else if (test->value.kind != CORM_RECORD)
    out = test_null(l, test);
  else
    out = test_object(l, test);
  return negated ? corm_not(out) : out;
}
