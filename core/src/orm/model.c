/* A mapping in a few lines. What is wrong is kept until it is sealed; names are looked up then. */
#include "base/arena.h"
#include "orm/orm.h"
#include "schema/build.h"
#include <cormorant/model.h>
#include <string.h>

typedef struct wanted_relation {
  corm_entity *owner;
  const char *key, *target, *secondary, *back, *order;
  unsigned cascade;
} wanted_relation;

typedef struct wanted_type { /* of a foreign key's column */
  corm_column *column;
  corm_constraint *key;
} wanted_type;

struct corm_model {
  corm_schema *schema;
  corm_catalog *catalog;
  corm_entity *entity; /* named last; NULL: a table was */
  corm_table *table;
  corm_column *column;
  int status; /* the first failure */
  corm_error *err;
  cm_arena arena;
  wanted_relation *relations;
  size_t n_relations, cap_relations;
  wanted_type *types;
  size_t n_types, cap_types;
};

/* ---- The first failure is kept ---------------------------------------------------------------------------------- */

static int usable(const corm_model *m) { return m && !m->status; }

static void take(corm_model *m, int status) {
  if (status && !m->status)
    m->status = status;
}

/* Whether something was begun to which this can belong. */
static int begun(corm_model *m, const void *what, const char *call, const char *needs) {
  if (!usable(m))
    return 0;
  if (!what)
    take(m, cm_fail(&m->err, CORM_EARGUMENT, "%s: no %s was described before it", call, needs));
  return what != NULL;
}

static const char *kept(corm_model *m, const char *text) {
  const char *copy = text ? cm_arena_strndup(&m->arena, text, strlen(text)) : NULL;
  if (text && !copy)
    take(m, cm_fail_memory(&m->err));
  return copy;
}

/* ---- Life ----------------------------------------------------------------------------------------------------- */

corm_model *corm_model_new(void) {
  corm_model *m = cm_alloc_zero(sizeof *m);
  if (!m)
    return NULL;
  m->status = corm_schema_new(&m->schema, &m->err);
  if (!m->status)
    m->status = corm_catalog_new(&m->catalog, m->schema, NULL, &m->err);
  return m;
}

void corm_model_free(corm_model *m) {
  if (!m)
    return;
  corm_schema_unref(m->schema);
  corm_error_free(m->err);
  cm_arena_free(&m->arena);
  cm_free(m->relations);
  cm_free(m->types);
  cm_free(m);
}

corm_schema *corm_model_peek_schema(const corm_model *m) { return m ? m->schema : NULL; }
corm_catalog *corm_model_peek_catalog(const corm_model *m) { return m ? m->catalog : NULL; }

corm_entity *corm_model_peek_entity(const corm_model *m, const char *name) {
  return m && m->schema ? corm_schema_peek_entity(m->schema, name) : NULL;
}

int corm_model_create_all(const corm_model *m, corm_engine *e, corm_error **err) {
  return corm_engine_create_all(e, m->catalog, err);
}

int corm_model_drop_all(const corm_model *m, corm_engine *e, corm_error **err) {
  return corm_engine_drop_all(e, m->catalog, err);
}

/* ---- Tables and columns ------------------------------------------------------------------------------------------ */

void corm_model_table(corm_model *m, const char *name) {
  const corm_table_def d = {.size = sizeof d, .name = name};
  if (!usable(m))
    return;
  m->entity = NULL;
  m->column = NULL;
  take(m, corm_catalog_define(&m->table, m->catalog, &d, &m->err));
}

void corm_model_entity(corm_model *m, const char *name, const char *table) {
  corm_model_table(m, table);
  if (!usable(m))
    return;
  const corm_entity_def d = {.size = sizeof d, .name = name, .table = m->table};
  if (corm_schema_peek_entity(m->schema, name))
    take(m, cm_fail(&m->err, CORM_EARGUMENT, "there are two entities \"%s\"", name));
  else
    take(m, corm_schema_map(&m->entity, m->schema, &d, &m->err));
}

static void map_column(corm_model *m, const char *name) {
  const corm_attribute_def d = {.size = sizeof d, .key = name, .columns = &m->column, .n_columns = 1};
  int slot;
  if (usable(m) && m->entity)
    take(m, corm_entity_add_attribute(&slot, m->entity, &d, &m->err));
}

void corm_model_column_typed(corm_model *m, const char *name, const corm_type *type, unsigned flags) {
  corm_column_def d = {.size = sizeof d, .name = name, .type = type, .flags = flags};
  if (!begun(m, m ? m->table : NULL, "corm_model_column", "entity or table"))
    return;
  if (flags & CORM_COLUMN_PRIMARY_KEY)
    d.flags |= CORM_COLUMN_NOT_NULL;
  m->column = NULL;
  take(m, corm_table_add_column(&m->column, m->table, &d, &m->err));
  map_column(m, name);
}

void corm_model_column(corm_model *m, const char *name, int kind, unsigned flags) {
  if (usable(m) && (kind < 0 || kind > CORM_TYPE_CUSTOM))
    take(m, cm_fail(&m->err, CORM_EARGUMENT, "column \"%s\": there is no type %d", name, kind));
  else
    corm_model_column_typed(m, name, corm_type_plain((corm_type_kind)kind), flags);
}

void corm_model_string(corm_model *m, const char *name, int length, unsigned flags) {
  const corm_type_def d = {.size = sizeof d, .kind = CORM_TYPE_STRING, .length = length};
  corm_type *type = NULL;
  if (!usable(m))
    return;
  take(m, corm_type_new(&type, &d, &m->err));
  corm_model_column_typed(m, name, type, flags);
  corm_type_unref(type);
}

static int want_type(corm_model *m, corm_constraint *key) {
  if (!cm_grow((void **)&m->types, &m->cap_types, m->n_types + 1, sizeof *m->types))
    return cm_fail_memory(&m->err);
  m->types[m->n_types++] = (wanted_type){m->column, key};
  return CORM_OK;
}

void corm_model_reference(corm_model *m, const char *name, const char *to, unsigned flags) {
  corm_model_column_typed(m, name, corm_type_plain(CORM_TYPE_NULL), flags);
  if (!usable(m))
    return;
  const corm_constraint_def d = {.size = sizeof d,
                                 .kind = CORM_FOREIGN_KEY,
                                 .columns = &m->column,
                                 .n = 1,
                                 .refs = &to,
                                 .flags = CORM_CONSTRAINT_COLUMN_LEVEL};
  corm_constraint *key;
  take(m, corm_table_add_constraint(&key, m->table, &d, &m->err));
  if (usable(m))
    take(m, want_type(m, key));
}

/* ---- Defaults and constraints ------------------------------------------------------------------------------------ */

void corm_model_default(corm_model *m, corm_value value) {
  const corm_default d = {.kind = CORM_DEFAULT_VALUE, .value = value};
  if (begun(m, m ? m->column : NULL, "corm_model_default", "column"))
    take(m, cm_column_set_default(m->column, &d, &m->err));
}

void corm_model_default_fn(corm_model *m, corm_default_fn fn) {
  corm_default d = {.kind = CORM_DEFAULT_HOST};
  if (!begun(m, m ? m->column : NULL, "corm_model_default_fn", "column"))
    return;
  corm_default_fn *place = cm_schema_zero(m->schema, sizeof *place); /* a function fits no void pointer */
  if (!place) {
    take(m, cm_fail_memory(&m->err));
    return;
  }
  *place = fn;
  d.host = place;
  take(m, cm_column_set_default(m->column, &d, &m->err));
}

/* The next name of "a, b", or NULL at the end. */
static const char *next_name(corm_model *m, const char **at) {
  const char *p = *at + strspn(*at, ", "), *name = NULL;
  size_t n = strcspn(p, ", ");
  if (!n)
    return NULL;
  name = cm_arena_strndup(&m->arena, p, n);
  if (!name)
    take(m, cm_fail_memory(&m->err));
  *at = p + n;
  return name;
}

void corm_model_unique(corm_model *m, const char *columns) {
  corm_column *found[16];
  corm_constraint *out;
  corm_constraint_def d = {.size = sizeof d, .kind = CORM_UNIQUE, .columns = found};
  const char *at = columns, *name;
  if (!begun(m, m ? m->table : NULL, "corm_model_unique", "entity or table"))
    return;
  while (usable(m) && d.n < 16 && (name = next_name(m, &at))) {
    corm_column *c = corm_table_peek_column_named(m->table, name);
    if (!c)
      take(m, cm_fail(&m->err, CORM_ENAME, "UNIQUE (%s): table \"%s\" has no column \"%s\" so far", columns,
                      corm_table_peek_name(m->table), name));
    found[d.n++] = c;
  }
  if (usable(m))
    take(m, corm_table_add_constraint(&out, m->table, &d, &m->err));
}

void corm_model_check(corm_model *m, const char *sql) {
  corm_constraint *out;
  if (!begun(m, m ? m->table : NULL, "corm_model_check", "entity or table"))
    return;
  corm_node *text = corm_text_node(sql);
  const corm_constraint_def d = {.size = sizeof d, .kind = CORM_CHECK, .check = text};
  take(m, corm_table_add_constraint(&out, m->table, &d, &m->err));
  corm_node_unref(text);
}

/* ---- Relations ----------------------------------------------------------------------------------------------------
 */

static void want_relation(corm_model *m, wanted_relation w) {
  if (!begun(m, m ? m->entity : NULL, "corm_model_relation", "entity"))
    return;
  w.owner = m->entity;
  w.key = kept(m, w.key);
  w.target = kept(m, w.target);
  w.secondary = kept(m, w.secondary);
  w.back = kept(m, w.back);
  w.cascade |= CORM_CASCADE_SAVE_UPDATE | CORM_CASCADE_MERGE;
  if (!usable(m))
    return;
  if (!cm_grow((void **)&m->relations, &m->cap_relations, m->n_relations + 1, sizeof *m->relations))
    take(m, cm_fail_memory(&m->err));
  else
    m->relations[m->n_relations++] = w;
}

void corm_model_relation(corm_model *m, const char *key, const char *target, const char *back_populates,
                         unsigned cascade) {
  const wanted_relation w = {.key = key, .target = target, .back = back_populates, .cascade = cascade};
  want_relation(m, w);
}

void corm_model_relation_through(corm_model *m, const char *key, const char *target, const char *secondary,
                                 const char *back_populates) {
  const wanted_relation w = {.key = key, .target = target, .secondary = secondary, .back = back_populates};
  want_relation(m, w);
}

void corm_model_order_by(corm_model *m, const char *key) {
  if (begun(m, m && m->n_relations ? m->relations : NULL, "corm_model_order_by", "relation"))
    m->relations[m->n_relations - 1].order = kept(m, key);
}

static int add_relation(corm_model *m, const wanted_relation *w) {
  corm_relation_def d = {.size = sizeof d, .key = w->key, .uselist = -1, .cascade = w->cascade};
  int slot;
  d.back_populates = w->back;
  d.target = corm_schema_peek_entity(m->schema, w->target);
  if (!d.target)
    return cm_fail(&m->err, CORM_ENAME, "relation \"%s.%s\": there is no entity \"%s\"",
                   corm_entity_peek_name(w->owner), w->key, w->target);
  d.secondary = w->secondary ? corm_catalog_peek_table(m->catalog, NULL, w->secondary) : NULL;
  if (w->secondary && !d.secondary)
    return cm_fail(&m->err, CORM_ENAME, "relation \"%s.%s\": there is no table \"%s\"", corm_entity_peek_name(w->owner),
                   w->key, w->secondary);
  corm_expr *order = w->order ? corm_attr(d.target, w->order) : NULL;
  d.order_by = &order;
  d.n_order_by = order != NULL;
  int status = order ? corm_node_check(order, &m->err) : CORM_OK;
  if (!status)
    status = corm_entity_add_relation(&slot, w->owner, &d, &m->err);
  corm_node_unref(order);
  return status;
}

static int set_type(const wanted_type *w, corm_error **err) {
  corm_column *target;
  int status = corm_constraint_get_target(&target, w->key, 0, err);
  return status ? status : corm_column_set_type(w->column, corm_column_peek_type(target), err);
}

/* A key may refer to a column that is a foreign key itself: as many rounds as there are keys find all of them. */
static void set_types(corm_model *m) {
  for (size_t round = 0, open = m->n_types; open && round < m->n_types; round++) {
    open = 0;
    for (size_t i = 0; !m->status && i < m->n_types; i++) {
      take(m, set_type(&m->types[i], &m->err));
      open += corm_type_peek_kind(corm_column_peek_type(m->types[i].column)) == CORM_TYPE_NULL;
    }
  }
}

int corm_model_seal(corm_model *m, corm_error **err) {
  if (!m)
    return cm_fail_memory(err);
  set_types(m);
  for (size_t i = 0; !m->status && i < m->n_relations; i++)
    take(m, add_relation(m, &m->relations[i]));
  if (!m->status)
    take(m, corm_schema_seal(m->schema, &m->err));
  m->n_types = m->n_relations = 0;
  if (!m->status)
    return CORM_OK;
  if (!m->err)
    return cm_fail(err, CORM_EINVALID, "this model failed before, and stays so");
  cm_error_give(err, m->err);
  m->err = NULL;
  return m->status;
}
