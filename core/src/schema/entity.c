/* Entities: what a class is to the schema. */
#include "schema/build.h"
#include <string.h>

static int check(const corm_schema *s, const corm_entity_def *d, corm_error **err) {
  if (!d->name || !*d->name)
    return cm_fail(err, CORM_EARGUMENT, "an entity needs a name");
  if (!d->table && !d->parent)
    return cm_fail(err, CORM_EARGUMENT, "class \"%s\" has neither a table nor a parent whose table it could share",
                   d->name);
  if (d->parent && d->parent->schema != s)
    return cm_fail(err, CORM_EARGUMENT, "class \"%s\" and its parent \"%s\" belong to different schemas", d->name,
                   d->parent->name);
  if (d->table && d->table->catalog->schema != s)
    return cm_fail(err, CORM_EARGUMENT, "class \"%s\" and its table \"%s\" belong to different schemas", d->name,
                   d->table->name);
  if ((d->flags & CORM_ENTITY_CONCRETE) && !d->table)
    return cm_fail(err, CORM_EARGUMENT, "class \"%s\" is concrete, so it needs a table of its own", d->name);
  return CORM_OK;
}

static int is_concrete(const corm_entity *e) { return (e->flags & CORM_ENTITY_CONCRETE) != 0; }

static int fill_tables(corm_entity *e, corm_schema *s, corm_table *table) {
  const corm_entity *parent = is_concrete(e) ? NULL : e->parent;
  e->single = parent && (!table || table == parent->table);
  e->table = e->single ? parent->table : table;
  if (parent && !cm_schema_pointers(s, &e->tables, parent->tables, parent->n_tables))
    return 0;
  e->n_tables = parent ? parent->n_tables : 0;
  if (e->single)
    return 1;
  corm_table **tables = cm_schema_zero(s, (e->n_tables + 1) * sizeof *tables);
  if (!tables)
    return 0;
  for (size_t i = 0; i < e->n_tables; i++)
    tables[i] = e->tables[i];
  tables[e->n_tables++] = table;
  e->tables = tables;
  return 1;
}

static int fill(corm_entity *e, corm_schema *s, const corm_entity_def *d) {
  e->schema = s;
  e->parent = d->parent;
  e->flags = d->flags;
  e->host = d->host;
  e->base = e->parent && !is_concrete(e) ? e->parent->base : e;
  e->discriminator_slot = e->base == e ? -1 : e->parent->discriminator_slot;
  e->version_slot = e->base == e ? -1 : e->parent->version_slot;
  e->version_how = e->base == e ? CORM_VERSION_COUNTED : e->parent->version_how;
  e->version_generator = e->base == e ? NULL : e->parent->version_generator;
  e->has_identity = d->identity && d->identity->kind != CORM_NULL;
  if (e->has_identity && !cm_schema_value(s, &e->identity, d->identity))
    return 0;
  return cm_schema_text(s, &e->name, d->name) && cm_schema_text(s, &e->module, d->module) &&
         fill_tables(e, s, d->table);
}

/* The map is the only thing that the arena does not own: until the entity is in the schema it is freed here. */
static int inherit(corm_entity *e) {
  const corm_entity *parent = e->base == e ? NULL : e->parent;
  for (size_t i = 0; parent && i < parent->n_attrs; i++) {
    cm_attribute *a = cm_schema_zero(e->schema, sizeof *a);
    if (!a)
      return 0;
    *a = *parent->attrs[i];
    if (!cm_schema_append(e->schema, &e->attrs, &e->n_attrs, a) || !cm_map_put(&e->by_key, a->key, a))
      return 0;
  }
  return 1;
}

static int publish(corm_entity *e) {
  corm_schema *s = e->schema;
  corm_entity *parent = e->base == e ? NULL : e->parent;
  if (!cm_schema_reserve(s, &s->entities, s->n_entities) ||
      (parent && !cm_schema_reserve(s, &parent->children, parent->n_children)))
    return 0;
  cm_schema_push(&s->entities, &s->n_entities, e);
  if (parent)
    cm_schema_push(&parent->children, &parent->n_children, e);
  s->unsealed = 1;
  return 1;
}

int corm_schema_map(corm_entity **out, corm_schema *s, const corm_entity_def *def, corm_error **err) {
  corm_entity_def d;
  corm_entity *e = NULL;
  int status = cm_def_read(&d, sizeof d, def, err);
  if (!status)
    status = check(s, &d, err);
  if (status)
    return status;
  e = cm_schema_zero(s, sizeof *e);
  if (!e || !fill(e, s, &d))
    return cm_fail_memory(err);
  if (!inherit(e) || !publish(e)) {
    cm_map_free(&e->by_key);
    return cm_fail_memory(err);
  }
  *out = e;
  return CORM_OK;
}

static void place_discriminator(corm_entity *e, const char *key) {
  e->discriminator_slot = corm_entity_peek_slot(e, key);
  for (size_t i = 0; i < e->n_children; i++)
    place_discriminator(e->children[i], key);
}

int corm_entity_set_discriminator(corm_entity *e, const char *key, corm_error **err) {
  const cm_attribute *a = cm_entity_attribute(e, key);
  if (!a)
    return cm_entity_fail_name(err, e, key);
  if (a->relation)
    return cm_fail(err, CORM_EARGUMENT, "class \"%s\": the relation \"%s\" cannot tell its subclasses apart", e->name,
                   key);
  place_discriminator(e, a->key);
  return CORM_OK;
}

static void place_version(corm_entity *e, const char *key, int how, void *generator) {
  e->version_slot = corm_entity_peek_slot(e, key);
  e->version_how = how;
  e->version_generator = generator;
  for (size_t i = 0; i < e->n_children; i++)
    place_version(e->children[i], key, how, generator);
}

int corm_entity_set_version(corm_entity *e, const char *key, int how, void *generator, corm_error **err) {
  const cm_attribute *a = cm_entity_attribute(e, key);
  if (!a)
    return cm_entity_fail_name(err, e, key);
  if (a->n_columns != 1 || how < CORM_VERSION_COUNTED || how > CORM_VERSION_HOST)
    return cm_fail(err, CORM_EARGUMENT, "class \"%s\": \"%s\" cannot be its version, which is one column", e->name,
                   key);
  place_version(e, a->key, how, generator);
  return CORM_OK;
}

corm_entity *corm_schema_peek_entity(const corm_schema *s, const char *name) {
  for (size_t i = 0; i < s->n_entities; i++)
    if (strcmp(s->entities[i]->name, name) == 0)
      return s->entities[i];
  return NULL;
}

const char *corm_entity_peek_name(const corm_entity *e) { return e->name; }
corm_entity *corm_entity_peek_parent(const corm_entity *e) { return e->parent; }
corm_table *corm_entity_peek_table(const corm_entity *e) { return e->table; }
void *corm_entity_peek_host(const corm_entity *e) { return e->host; }
void corm_entity_set_host(corm_entity *e, void *host) { e->host = host; }
size_t corm_entity_peek_key_size(const corm_entity *e) { return e->n_key; }
int corm_entity_peek_key_slot(const corm_entity *e, size_t i) { return i < e->n_key ? e->key_slots[i] : -1; }

int corm_entity_is_a(const corm_entity *e, const corm_entity *ancestor) {
  while (e && e != ancestor)
    e = e->parent;
  return e != NULL;
}

/* Of two with one identity the later one is meant. */
corm_entity *cm_entity_by_identity(const corm_entity *e, const corm_value *identity) {
  for (size_t i = e->n_children; i-- > 0;) {
    corm_entity *found = cm_entity_by_identity(e->children[i], identity);
    if (found)
      return found;
  }
  return e->has_identity && corm_value_equal(&e->identity, identity) ? (corm_entity *)(uintptr_t)e : NULL;
}
