/* The schema itself and its catalogs. */
#include "schema/build.h"
#include <string.h>

int corm_schema_new(corm_schema **out, corm_error **err) {
  corm_schema *s = cm_alloc_zero(sizeof *s);
  if (!s)
    return cm_fail_memory(err);
  atomic_init(&s->refs, 1);
  *out = s;
  return CORM_OK;
}

corm_schema *corm_schema_ref(corm_schema *s) {
  if (s)
    atomic_fetch_add_explicit(&s->refs, 1, memory_order_relaxed);
  return s;
}

static void free_entity(corm_entity *e) {
  if (e->orm && e->orm_free)
    e->orm_free(e->orm);
  for (size_t i = 0; i < e->n_attrs; i++) {
    corm_relation *r = e->attrs[i]->relation;
    if (r && r->owner == e)
      corm_schema_unref(r->target_schema);
  }
  cm_map_free(&e->by_key);
}

static void destroy(corm_schema *s) {
  for (size_t i = 0; i < s->n_entities; i++)
    free_entity(s->entities[i]);
  for (size_t i = 0; i < s->n_nodes; i++)
    corm_node_unref(s->nodes[i]);
  for (size_t i = 0; i < s->n_types; i++)
    corm_type_unref(s->types[i]);
  for (size_t i = 0; i < s->n_all_tables; i++) {
    cm_map_free(&s->all_tables[i]->by_key);
    cm_map_free(&s->all_tables[i]->by_name);
  }
  for (size_t i = 0; i < s->n_catalogs; i++)
    cm_map_free(&s->catalogs[i]->by_name);
  for (size_t i = 0; i < s->n_retired; i++)
    cm_free(s->retired[i]);
  cm_arena_free(&s->arena);
  cm_free(s);
}

void corm_schema_unref(corm_schema *s) {
  if (s && atomic_fetch_sub_explicit(&s->refs, 1, memory_order_acq_rel) == 1)
    destroy(s);
}

static int copy_names(corm_schema *s, corm_catalog_def *to, const corm_catalog_def *from) {
  char *schema_name = NULL, *ix = NULL, *uq = NULL, *ck = NULL, *fk = NULL, *pk = NULL;
  int ok = cm_schema_text(s, &schema_name, from->schema_name) && cm_schema_text(s, &ix, from->ix) &&
           cm_schema_text(s, &uq, from->uq) && cm_schema_text(s, &ck, from->ck) && cm_schema_text(s, &fk, from->fk) &&
           cm_schema_text(s, &pk, from->pk);
  *to = (corm_catalog_def){sizeof *to, schema_name, ix, uq, ck, fk, pk};
  return ok;
}

int corm_catalog_new(corm_catalog **out, corm_schema *s, const corm_catalog_def *def, corm_error **err) {
  corm_catalog_def d = {0};
  corm_catalog *c = NULL;
  int status = cm_options_read(&d, sizeof d, def, err);
  if (status)
    return status;
  c = cm_schema_zero(s, sizeof *c);
  if (!c || !copy_names(s, &c->names, &d))
    return cm_fail_memory(err);
  c->schema = s;
  if (!cm_schema_append(s, &s->catalogs, &s->n_catalogs, c))
    return cm_fail_memory(err);
  *out = c;
  return CORM_OK;
}

corm_schema *corm_catalog_peek_schema(const corm_catalog *c) { return c->schema; }

/* Names longer than this are joined on the heap; when that fails, nothing is found. */
enum { USUAL_NAME = 256 };

static corm_table *find_joined(const corm_catalog *c, const char *schema_name, const char *name) {
  char usual[USUAL_NAME];
  size_t head = strlen(schema_name), tail = strlen(name) + 1;
  char *joined = head + 1 + tail <= sizeof usual ? usual : cm_alloc(head + 1 + tail);
  corm_table *found = NULL;
  if (!joined)
    return NULL;
  memcpy(joined, schema_name, head);
  joined[head] = '.';
  memcpy(joined + head + 1, name, tail);
  found = cm_map_get(&c->by_name, joined);
  if (joined != usual)
    cm_free(joined);
  return found;
}

corm_table *corm_catalog_peek_table(const corm_catalog *c, const char *schema_name, const char *name) {
  if (!schema_name)
    schema_name = c->names.schema_name;
  if (schema_name && *schema_name)
    return find_joined(c, schema_name, name);
  return cm_map_get(&c->by_name, name);
}

void corm_catalog_forget(corm_catalog *c, corm_table *t) {
  size_t kept = 0;
  if (cm_map_get(&c->by_name, t->full_name) != t)
    return;
  cm_map_remove(&c->by_name, t->full_name);
  for (size_t i = 0; i < c->n_tables; i++)
    if (c->tables[i] != t)
      c->tables[kept++] = c->tables[i];
  c->n_tables = kept;
}
