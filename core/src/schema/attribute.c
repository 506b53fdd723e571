/* Attributes: the slots of an entity's records. */
#include "schema/attribute.h"
#include "schema/build.h"
#include <string.h>

/* ---- Looking up ---- */

cm_attribute *cm_entity_attribute(const corm_entity *e, const char *key) { return cm_map_get(&e->by_key, key); }

static int maps(const cm_attribute *a, const corm_column *column) {
  for (size_t i = 0; i < a->n_columns; i++)
    if (a->columns[i] == column)
      return 1;
  return 0;
}

cm_attribute *cm_entity_attribute_of(const corm_entity *e, const corm_column *column) {
  for (size_t i = 0; i < e->n_attrs; i++)
    if (maps(e->attrs[i], column))
      return e->attrs[i];
  return NULL;
}

int cm_entity_fail_name(corm_error **err, const corm_entity *e, const char *key) {
  const char **names = e->n_attrs ? cm_alloc(e->n_attrs * sizeof *names) : NULL;
  int status = CORM_OK;
  for (size_t i = 0; names && i < e->n_attrs; i++)
    names[i] = e->attrs[i]->key;
  status = cm_fail_name(err, CORM_ENAME, "attribute", e->name, key, names, names ? e->n_attrs : 0);
  cm_free((void *)names);
  return status;
}

/* Entities of one family share the text of a key. */
int cm_slot_in(const corm_entity *from, int slot, const corm_entity *in) {
  const char *key = corm_entity_peek_key(from, slot);
  if (from == in || !key)
    return key ? slot : -1;
  if ((size_t)slot < in->n_attrs && in->attrs[slot]->key == key)
    return slot;
  return corm_entity_peek_slot(in, key);
}

static const cm_attribute *at(const corm_entity *e, int slot) {
  return slot >= 0 && (size_t)slot < e->n_attrs ? e->attrs[slot] : NULL;
}

size_t corm_entity_peek_slots(const corm_entity *e) { return e->n_attrs; }
const char *corm_entity_peek_key(const corm_entity *e, int slot) {
  const cm_attribute *a = at(e, slot);
  return a ? a->key : NULL;
}
int corm_entity_peek_slot(const corm_entity *e, const char *key) {
  const cm_attribute *a = cm_entity_attribute(e, key);
  return a ? a->slot : -1;
}
corm_relation *corm_entity_peek_relation(const corm_entity *e, int slot) {
  const cm_attribute *a = at(e, slot);
  return a ? a->relation : NULL;
}
corm_column *corm_entity_peek_column(const corm_entity *e, int slot) {
  const cm_attribute *a = at(e, slot);
  return a && a->n_columns ? a->columns[0] : NULL;
}

/* ---- A new slot, in the entity and in everything below it ---- */

static void take_back(corm_entity *e, const char *key) {
  const cm_attribute *a = cm_entity_attribute(e, key);
  if (a && (size_t)a->slot == e->n_attrs)
    cm_map_remove(&e->by_key, key);
  for (size_t i = 0; i < e->n_children; i++)
    take_back(e->children[i], key);
}

/* Everything that can fail. A child that has the key already keeps its own. */
static int prepare(corm_entity *e, const cm_attribute *like) {
  corm_schema *s = e->schema;
  cm_attribute *a = NULL;
  if (!cm_entity_attribute(e, like->key)) {
    a = cm_schema_zero(s, sizeof *a);
    if (!a)
      return 0;
    *a = *like;
    a->slot = (int)e->n_attrs;
    if (!cm_schema_reserve(s, &e->attrs, e->n_attrs) || !cm_schema_put(s, &e->by_key, a->key, a))
      return 0;
  }
  for (size_t i = 0; i < e->n_children; i++)
    if (!prepare(e->children[i], like))
      return 0;
  return 1;
}

static void commit(corm_entity *e, const char *key) {
  cm_attribute *a = cm_entity_attribute(e, key);
  if ((size_t)a->slot == e->n_attrs)
    cm_schema_push(&e->attrs, &e->n_attrs, a);
  for (size_t i = 0; i < e->n_children; i++)
    commit(e->children[i], key);
}

static int append(corm_entity *e, const cm_attribute *like, corm_error **err) {
  if (e->n_attrs >= UINT16_MAX)
    return cm_fail(err, CORM_EARGUMENT, "class \"%s\" has too many attributes", e->name);
  if (!prepare(e, like)) {
    take_back(e, like->key);
    return cm_fail_memory(err);
  }
  commit(e, like->key);
  return CORM_OK;
}

/* ---- Naming an inherited key again ---- */

/* Those below that inherited the same go first: done again after a failure it finds them done. */
static int replace(corm_entity *e, const cm_attribute *like, const corm_entity *declared_by) {
  cm_attribute *old = cm_entity_attribute(e, like->key), *a = NULL;
  if (old->declared_by != declared_by)
    return 1;
  for (size_t i = 0; i < e->n_children; i++)
    if (!replace(e->children[i], like, declared_by))
      return 0;
  a = cm_schema_zero(e->schema, sizeof *a);
  if (!a)
    return 0;
  *a = *like;
  a->key = old->key;
  a->slot = old->slot;
  if (!cm_map_put(&e->by_key, a->key, a)) /* replaces: takes no memory */
    return 0;
  e->attrs[a->slot] = a;
  return 1;
}

int cm_entity_put(int *slot, corm_entity *e, cm_attribute *like, corm_error **err) {
  const cm_attribute *old = cm_entity_attribute(e, like->key);
  int status = CORM_OK;
  like->declared_by = e;
  if (old && old->declared_by == e)
    return cm_fail(err, CORM_EINVALID, "class \"%s\" already has an attribute \"%s\"", e->name, like->key);
  if (!old)
    status = append(e, like, err);
  else if (!replace(e, like, old->declared_by))
    status = cm_fail_memory(err);
  if (status)
    return status;
  e->schema->unsealed = 1;
  *slot = corm_entity_peek_slot(e, like->key);
  return CORM_OK;
}

/* ---- Column attributes ---- */

static int has_table(const corm_entity *e, const corm_table *t) {
  for (size_t i = 0; i < e->n_tables; i++)
    if (e->tables[i] == t)
      return 1;
  return 0;
}

static int check(const corm_entity *e, const corm_attribute_def *d, corm_error **err) {
  if (!d->key || !*d->key)
    return cm_fail(err, CORM_EARGUMENT, "an attribute of class \"%s\" has no key", e->name);
  if (!d->n_columns == !d->expr)
    return cm_fail(err, CORM_EARGUMENT, "attribute \"%s.%s\" needs either columns or an expression", e->name, d->key);
  for (size_t i = 0; i < d->n_columns; i++) {
    const corm_column *c = d->columns ? d->columns[i] : NULL;
    if (!c)
      return cm_fail(err, CORM_EARGUMENT, "column %zu of attribute \"%s.%s\" is missing", i + 1, e->name, d->key);
    if (!has_table(e, c->table))
      return cm_fail(err, CORM_EARGUMENT,
                     "attribute \"%s.%s\" cannot be column \"%s.%s\": the class is not mapped to that table", e->name,
                     d->key, c->table->full_name, c->name);
  }
  return CORM_OK;
}

/* The given columns, then those that the key already stands for in the parent. */
static int join_columns(cm_attribute *a, corm_schema *s, const corm_attribute_def *d, const cm_attribute *inherited) {
  size_t more = inherited ? inherited->n_columns : 0;
  a->columns = cm_schema_zero(s, (d->n_columns + more) * sizeof *a->columns);
  if (!a->columns)
    return 0;
  for (size_t i = 0; i < d->n_columns; i++)
    a->columns[a->n_columns++] = d->columns[i];
  for (size_t i = 0; i < more; i++)
    if (!maps(a, inherited->columns[i]))
      a->columns[a->n_columns++] = inherited->columns[i];
  return 1;
}

static int fill(cm_attribute *a, corm_entity *e, const corm_attribute_def *d, corm_error **err) {
  corm_schema *s = e->schema;
  a->flags = d->flags;
  if (!cm_schema_text(s, &a->key, d->key) || !cm_schema_text(s, &a->group, d->group))
    return cm_fail_memory(err);
  if (d->expr)
    return cm_schema_adopt(&a->expr, s, d->expr, 0, err);
  return join_columns(a, s, d, cm_entity_attribute(e, d->key)) ? CORM_OK : cm_fail_memory(err);
}

int corm_entity_add_attribute(int *slot, corm_entity *e, const corm_attribute_def *def, corm_error **err) {
  corm_attribute_def d;
  cm_attribute a = {0};
  int status = cm_def_read(&d, sizeof d, def, err);
  if (!status)
    status = check(e, &d, err);
  if (!status)
    status = fill(&a, e, &d, err);
  return status ? status : cm_entity_put(slot, e, &a, err);
}
