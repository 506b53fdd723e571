/* Completing a schema: keys of entities, joins of inheritance, relations, their backs. Here and not in schema, since
 * join conditions are trees. */
#include "ast/join.h"
#include "ast/node.h"
#include "schema/build.h"

/* ---- Entities ---- */

static int find_key(corm_entity *e, corm_error **err) {
  const corm_constraint *key = e->base->table->primary_key;
  int *slots = NULL;
  if (!key || !key->n)
    return cm_fail(err, CORM_EARGUMENT,
                   "class \"%s\": table \"%s\" has no primary key, and objects are told apart by it: mark a column",
                   e->name, e->base->table->full_name);
  slots = cm_schema_zero(e->schema, key->n * sizeof *slots);
  if (!slots)
    return cm_fail_memory(err);
  for (size_t i = 0; i < key->n; i++) {
    const cm_attribute *a = cm_entity_attribute_of(e, key->columns[i]);
    if (!a)
      return cm_fail(err, CORM_EARGUMENT, "class \"%s\" has no attribute for the key column \"%s.%s\": add one",
                     e->name, key->columns[i]->table->name, key->columns[i]->name);
    slots[i] = a->slot;
  }
  e->key_slots = slots;
  e->n_key = key->n;
  return CORM_OK;
}

static int is_joined(const corm_entity *e) { return e->base != e && !e->single; }

/* Along the foreign key to the nearest table above; the parent's whole chain where that has none. */
static int find_inheritance(corm_entity *e, corm_error **err) {
  const corm_entity *parent = e->parent;
  cm_join_search search = {.schema = e->schema, .right = {&e->table, 1}};
  int status = CORM_OK;
  if (!is_joined(e))
    return CORM_OK;
  search.left = (cm_side){parent->tables, parent->n_tables};
  search.local = parent->table;
  status = cm_find_join(&e->inherit_condition, &search, err);
  if (status == CORM_EAMBIGUOUSFOREIGNKEY &&
      e->table->primary_key) { /* others may lead there too: the key's is meant */
    search.only = e->table->primary_key->columns;
    search.n_only = e->table->primary_key->n;
    status = cm_find_join(&e->inherit_condition, &search, err);
  }
  if (status == CORM_ENOFOREIGNKEY)
    return cm_fail(
        err, status,
        "class \"%s\": there is no foreign key between its table \"%s\" and \"%s\" of its parent \"%s\": add "
        "one",
        e->name, e->table->name, parent->table->name, parent->name);
  if (status == CORM_EAMBIGUOUSFOREIGNKEY)
    return cm_fail(err, status,
                   "class \"%s\": there are several foreign keys between its table \"%s\" and \"%s\" of its parent "
                   "\"%s\"",
                   e->name, e->table->name, parent->table->name, parent->name);
  return status;
}

static int seal_entity(corm_entity *e, corm_error **err) {
  int status = CORM_OK;
  if (e->sealed)
    return CORM_OK;
  status = find_key(e, err);
  if (!status)
    status = find_inheritance(e, err);
  if (status)
    return status;
  e->sealed = 1;
  e->schema->n_sealed++;
  return CORM_OK;
}

/* ---- Relations ---- */

typedef int (*relation_fn)(corm_relation *, corm_error **err);

static int each_relation(const corm_schema *s, relation_fn fn, corm_error **err) {
  int status = CORM_OK;
  for (size_t i = 0; i < s->n_entities && !status; i++) {
    const corm_entity *e = s->entities[i];
    for (size_t k = 0; k < e->n_attrs && !status; k++)
      if (e->attrs[k]->relation && e->attrs[k]->relation->owner == e)
        status = fn(e->attrs[k]->relation, err);
  }
  return status;
}

static int seal_relation(corm_relation *r, corm_error **err) {
  return r->direction ? CORM_OK : cm_relation_seal(r, err);
}

static int shares_family(const corm_entity *a, const corm_entity *b) { return a->base == b->base; }

static int check_back(const corm_relation *r, const corm_relation *back, corm_error **err) {
  const char *owner = r->owner->name, *other = back->owner->name;
  if (!shares_family(back->target, r->owner))
    return cm_fail(err, CORM_EARGUMENT,
                   "relation \"%s.%s\" names \"%s.%s\" as its back, which leads to \"%s\": it must lead to \"%s\"",
                   owner, r->key, other, back->key, back->target->name, owner);
  if (r->direction == back->direction && r->direction != CORM_MANY_TO_MANY)
    return cm_fail(err, CORM_EARGUMENT,
                   "relation \"%s.%s\" and its back \"%s.%s\" are both %s: where a table refers to itself, give "
                   "remote_side on the many-to-one side",
                   owner, r->key, other, back->key, r->direction == CORM_MANY_TO_ONE ? "many-to-one" : "one-to-many");
  return CORM_OK;
}

static int bind_back(corm_relation *r, corm_error **err) {
  const cm_attribute *a = NULL;
  int status = CORM_OK;
  if (r->back || !r->back_populates)
    return CORM_OK;
  a = cm_entity_attribute(r->target, r->back_populates);
  if (!a)
    return cm_entity_fail_name(err, r->target, r->back_populates);
  if (!a->relation)
    return cm_fail(err, CORM_EARGUMENT, "relation \"%s.%s\" names \"%s.%s\" as its back, which is no relation",
                   r->owner->name, r->key, r->target->name, a->key);
  status = check_back(r, a->relation, err);
  if (!status)
    r->back = a->relation;
  return status;
}

int corm_schema_seal(corm_schema *s, corm_error **err) {
  int status = CORM_OK;
  if (!s->unsealed)
    return CORM_OK;
  for (size_t i = 0; i < s->n_entities && !status; i++)
    status = seal_entity(s->entities[i], err);
  if (!status)
    status = each_relation(s, seal_relation, err);
  if (!status)
    status = each_relation(s, bind_back, err);
  if (status)
    return status;
  s->unsealed = 0;
  s->generation++;
  return CORM_OK;
}
