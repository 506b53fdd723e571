/* Relations as expressions: User.addresses with a type or criteria, and the tests upon them. */
#include "ast/build.h"

static corm_node *not_a_relation(corm_node *x, corm_node *other) {
  corm_node *both[2] = {x, other};
  corm_node *poison = cm_first_poison(both, 2);
  if (poison)
    return poison;
  cm_unref_all(both, 2);
  return cm_poison(CORM_EARGUMENT, "the expression is not a relation of an entity");
}

corm_expr *corm_attribute_of_type(corm_expr *x, const corm_source *source) {
  const corm_entity *entity = NULL;
  if (x->kind != CORM_NODE_ATTRIBUTE)
    return not_a_relation(x, NULL);
  entity = cm_source_entity(source);
  if (!entity) {
    corm_node_unref(x);
    return cm_poison(CORM_EARGUMENT, "of_type takes an entity or an alias of one");
  }
  x = cm_node_own(x);
  if (cm_is_poison(x))
    return x;
  cm_node_set_kid(x, 2, corm_node_ref(source));
  cm_node_seal(x);
  return x;
}

corm_expr *corm_attribute_and(corm_expr *x, corm_expr *criteria) {
  corm_node *parts[2] = {NULL, criteria};
  if (x->kind != CORM_NODE_ATTRIBUTE)
    return not_a_relation(x, criteria);
  x = cm_node_own(x);
  if (cm_is_poison(x)) {
    corm_node_unref(criteria);
    return x;
  }
  parts[0] = x->kids[1];
  x->kids[1] = NULL;
  x->kids[1] = corm_and_n(parts[0] ? parts : parts + 1, parts[0] ? 2 : 1);
  cm_node_seal(x);
  return x;
}

static corm_node *make_test(int test, corm_node *const *kids, size_t n) {
  cm_make make = {.kind = CORM_NODE_RELATION_TEST, .op = test, .type = corm_type_plain(CORM_TYPE_BOOLEAN)};
  return cm_make_node(&make, kids, n);
}

corm_expr *corm_any(corm_expr *x, corm_expr *criteria) {
  corm_node *kids[2] = {x, criteria};
  if (x->kind != CORM_NODE_ATTRIBUTE)
    return not_a_relation(x, criteria);
  return make_test(CORM_TEST_ANY, kids, 2);
}

static int is_of_parent(int test) { return test == CORM_TEST_PARENT || test == CORM_TEST_MEMBER; }

/* The column of the tested object that is compared in place `i`. */
static int object_slot(const corm_relation *r, int test, size_t i, const corm_column **column) {
  if (is_of_parent(test)) {
    int to_one = r->direction == CORM_MANY_TO_ONE;
    *column = to_one ? r->pairs[i].to : r->pairs[i].from;
    return to_one ? r->pairs[i].to_slot : r->pairs[i].from_slot;
  }
  if (r->direction == CORM_MANY_TO_MANY) {
    *column = r->secondary_pairs[i].from;
    return r->secondary_pairs[i].from_slot;
  }
  if (r->direction == CORM_MANY_TO_ONE) {
    *column = r->pairs[i].from;
    return r->pairs[i].from_slot;
  }
  *column = r->pairs[i].to;
  return r->pairs[i].to_slot;
}

/* Where the column stands first in the comparison, the bind goes by its name. */
static const char *bind_name(const corm_relation *r, int test, size_t i) {
  if (test == CORM_TEST_NE && r->direction == CORM_MANY_TO_ONE)
    return r->pairs[i].to->key;
  if (test == CORM_TEST_NOT_CONTAINS && r->direction == CORM_MANY_TO_MANY)
    return r->secondary_pairs[i].from->key;
  return NULL;
}

static corm_node *object_bind(const corm_relation *r, int test, size_t i, corm_record *record) {
  const corm_column *column = NULL;
  int slot = object_slot(r, test, i, &column);
  cm_make make = {.kind = CORM_NODE_BIND, .flags = CM_BIND_UNIQUE, .name = bind_name(r, test, i)};
  corm_node *bind = NULL;
  if (slot < 0)
    return cm_poison(CORM_EINVALID, "relation \"%s\": column \"%s\" is not mapped, so no object can be compared",
                     r->key, column->name);
  make.type = column->type;
  make.level = (unsigned)slot;
  bind = cm_make_node(&make, NULL, 0);
  if (cm_is_poison(bind))
    return bind;
  bind->value.kind = CORM_RECORD;
  bind->value.as.r = record;
  cm_node_seal(bind);
  return bind;
}

static corm_node *test_object(int test, corm_node *x, corm_record *record) {
  const corm_relation *r = x->ref;
  size_t n = r->direction == CORM_MANY_TO_MANY && !is_of_parent(test) ? r->n_secondary_pairs : r->n_pairs;
  corm_node *kids[2] = {x, NULL};
  corm_node *out = make_test(test, kids, 2);
  if (cm_is_poison(out))
    return out;
  out->value.kind = CORM_RECORD;
  out->value.as.r = record;
  for (size_t i = 0; i < n; i++)
    if (!cm_node_append(out, object_bind(r, test, i, record))) {
      corm_node_unref(out);
      return cm_no_memory();
    }
  cm_node_seal(out);
  return out;
}

/* contains() and its opposite over a secondary table: other conditions, other names. NULL: not such a test. */
corm_node *cm_relation_opposite(corm_node *x) {
  const corm_relation *r = x->kids[0]->ref;
  int op = x->op == CORM_TEST_CONTAINS ? CORM_TEST_NOT_CONTAINS : CORM_TEST_CONTAINS;
  if (r->direction != CORM_MANY_TO_MANY || (x->op != CORM_TEST_CONTAINS && x->op != CORM_TEST_NOT_CONTAINS))
    return NULL;
  x = cm_node_own(x);
  if (cm_is_poison(x))
    return x;
  x->op = (uint8_t)op;
  for (size_t i = 2; i < x->n; i++)
    cm_node_set_kid(x, i, object_bind(r, op, i - 2, x->value.as.r));
  cm_node_seal(x);
  return x;
}

static const char *misuse(int test, const corm_relation *r, const corm_record *record) {
  int contains = test == CORM_TEST_CONTAINS || test == CORM_TEST_NOT_CONTAINS;
  if (record && !r->direction)
    return "has not been configured yet: seal the schema first";
  if (is_of_parent(test))
    return record ? NULL : "needs the object that it begins at";
  if (contains && !r->uselist)
    return "holds one object: contains() needs a collection";
  if (contains && !record)
    return "is a collection: contains() needs an object";
  if (!contains && r->uselist && record)
    return "is a collection: an object is compared with it by contains()";
  return NULL;
}

static corm_node *test_checked(int test, corm_node *x, corm_record *record) {
  corm_node *kids[2] = {x, NULL};
  const char *wrong = NULL;
  corm_node *poison = NULL;
  if (x->kind != CORM_NODE_ATTRIBUTE)
    return not_a_relation(x, NULL);
  wrong = misuse(test, x->ref, record);
  if (!wrong)
    return record ? test_object(test, x, record) : make_test(test, kids, 2);
  poison = cm_poison(CORM_EINVALID, "relation \"%s\" %s", ((const corm_relation *)x->ref)->key, wrong);
  corm_node_unref(x);
  return poison;
}

corm_expr *corm_relation_test_of(int test, corm_expr *x, corm_record *record, void *hold, void (*release)(void *)) {
  corm_node *out = test_checked(test, x, record);
  if (out->kind == CORM_NODE_RELATION_TEST) {
    out->hold = hold;
    out->release = release;
  } else if (release) {
    release(hold);
  }
  return out;
}
