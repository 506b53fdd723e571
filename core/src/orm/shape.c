/* What a flush needs to know of an entity, found once per flush: its tables' columns with their slots, and its
 * relations. */
#include "orm/unit.h"

static int is_in(const corm_constraint *key, const corm_column *c) {
  for (size_t i = 0; key && i < key->n; i++)
    if (key->columns[i] == c)
      return 1;
  return 0;
}

static int key_index(const corm_entity *e, int slot) {
  for (size_t i = 0; i < e->n_key; i++)
    if (e->key_slots[i] == slot)
      return (int)i;
  return -1;
}

/* The parent's column that a joined child's key refers to. */
static const cm_attribute *inherited_key(const corm_entity *e, const corm_table *t, const corm_column *c) {
  for (size_t i = 0; i < t->n_constraints; i++) {
    corm_constraint *k = t->constraints[i];
    for (size_t p = 0; k->kind == CORM_FOREIGN_KEY && p < k->n; p++) {
      const corm_column *target = k->columns[p] == c ? cm_constraint_target(k, p) : NULL;
      const cm_attribute *a = target ? cm_entity_attribute_of(e, target) : NULL;
      if (a && key_index(e, a->slot) >= 0)
        return a;
    }
  }
  return NULL;
}

static void fill_field(cm_field_map *f, const corm_entity *e, corm_column *c, const cm_attribute *a) {
  const corm_table *t = c->table;
  f->column = c;
  f->is_key = (uint8_t)is_in(t->primary_key, c);
  f->slot = a->slot;
  f->key_index = key_index(e, a->slot);
  if (f->is_key && f->key_index < 0 && t != e->base->table) {
    const cm_attribute *parent = inherited_key(e, t, c);
    if (parent) {
      f->slot = parent->slot;
      f->key_index = key_index(e, parent->slot);
    }
  }
  f->is_generated = (uint8_t)(f->is_key && t == e->base->table && corm_column_peek_generated(c));
  f->has_default = c->insert.kind == CORM_DEFAULT_VALUE || c->insert.kind == CORM_DEFAULT_HOST;
  f->has_server_default = c->server_default || c->computed || c->identity || c->insert.kind == CORM_DEFAULT_EXPR ||
                          c->flags & CORM_COLUMN_SERVER_DEFAULT;
  /* a decorator over JSON has no None of its own: it is sent as whatever is unset */
  f->keeps_null = c->type->kind == CORM_TYPE_JSON && !c->type->impl && !(c->type->flags & CORM_TYPE_NONE_AS_NULL);
}

static int fill_table(cm_unit *u, cm_table_map *m, const corm_entity *e, corm_table *t, corm_error **err) {
  m->table = t;
  m->lazy_defaults = (e->flags & CORM_ENTITY_LAZY_DEFAULTS) != 0;
  m->fields = cm_arena_zero(&u->arena, (t->n_columns + 1) * sizeof *m->fields);
  if (!m->fields)
    return cm_fail_memory(err);
  for (size_t i = 0; i < t->n_columns; i++) {
    const cm_attribute *a = cm_entity_attribute_of(e, t->columns[i]);
    if (a)
      fill_field(&m->fields[m->n++], e, t->columns[i], a);
  }
  return CORM_OK;
}

static int fill_relations(cm_unit *u, cm_shape *x, const corm_entity *e, corm_error **err) {
  x->relations = cm_arena_zero(&u->arena, (e->n_attrs + 1) * sizeof *x->relations);
  x->slots = cm_arena_zero(&u->arena, (e->n_attrs + 1) * sizeof *x->slots);
  if (!x->relations || !x->slots)
    return cm_fail_memory(err);
  for (size_t i = 0; i < e->n_attrs; i++) {
    corm_relation *rel = e->attrs[i]->relation;
    if (!rel || (rel->flags & CORM_RELATION_VIEWONLY))
      continue;
    x->slots[x->n_relations] = (int)i;
    x->relations[x->n_relations++] = rel;
  }
  return CORM_OK;
}

int cm_unit_shape(const cm_shape **out, cm_unit *u, corm_entity *e, corm_error **err) {
  cm_shape *x = cm_map_get_ptr(&u->shapes, e);
  int status = CORM_OK;
  *out = x;
  if (x)
    return CORM_OK;
  x = cm_arena_zero(&u->arena, sizeof *x);
  if (!x)
    return cm_fail_memory(err);
  x->entity = e;
  x->events = cm_entity_events(e);
  x->expired = cm_entity_expired_tags(e);
  x->tables = cm_arena_zero(&u->arena, (e->n_tables + 1) * sizeof *x->tables);
  if (!x->tables || !x->expired)
    return cm_fail_memory(err);
  for (size_t i = 0; !status && i < e->n_tables; i++)
    status = fill_table(u, &x->tables[x->n_tables++], e, e->tables[i], err);
  if (!status)
    status = fill_relations(u, x, e, err);
  if (!status && !cm_map_put_ptr(&u->shapes, e, x))
    status = cm_fail_memory(err);
  *out = status ? NULL : x;
  return status;
}

const cm_table_map *cm_shape_table(const cm_shape *x, const corm_table *t) {
  for (size_t i = 0; i < x->n_tables; i++)
    if (x->tables[i].table == t)
      return &x->tables[i];
  return NULL;
}
