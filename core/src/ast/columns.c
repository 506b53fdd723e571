/* The columns that a source shows: a table its own, a subquery those of its SELECT, by the names they have outside. */
#include "ast/build.h"
#include <stdio.h>
#include <string.h>

size_t cm_entity_plain_slots(const corm_entity *entity, int *slots, size_t cap) {
  size_t n = 0;
  for (size_t i = 0; i < entity->n_attrs; i++) {
    const cm_attribute *a = entity->attrs[i];
    if (!a || a->relation || (!a->n_columns && !a->expr) || a->flags & CORM_ATTR_DEFERRED)
      continue;
    if (n < cap)
      slots[n] = (int)i;
    n++;
  }
  return n;
}

const corm_node *cm_source_query(const corm_node *x) {
  while ((x->kind == CORM_NODE_ALIAS || x->kind == CORM_NODE_CTE || x->kind == CORM_NODE_LATERAL) && x->n)
    x = x->kids[0];
  switch (x->kind) {
  case CORM_NODE_SELECT:
  case CORM_NODE_COMPOUND:
  case CORM_NODE_INSERT:
  case CORM_NODE_UPDATE:
  case CORM_NODE_DELETE:
    return x;
  case CORM_NODE_TEXT:
    return x->flags & CM_SUBQUERY ? x : NULL;
  default:
    return NULL;
  }
}

static int spread(corm_node *list, const corm_node *x);

static int spread_table(corm_node *list, const corm_node *source, const corm_table *table) {
  int ok = 1;
  for (size_t i = 0; ok && i < table->n_columns; i++)
    ok = cm_node_append(list, cm_column_node(source, table->columns[i], NULL, 0));
  return ok;
}

/* An attribute of several columns (a joined child's key) shows each. */
static int spread_attribute(corm_node *list, const corm_node *source, const cm_attribute *a) {
  int ok = cm_node_append(list, corm_attr_of(source, a->slot));
  for (size_t i = 1; ok && i < a->n_columns; i++)
    ok = cm_node_append(list, cm_column_node(source, a->columns[i], a->key, (unsigned)a->slot + 1));
  return ok;
}

static int spread_entity(corm_node *list, const corm_node *source, const corm_entity *entity) {
  int ok = 1;
  for (size_t i = 0; ok && i < entity->n_attrs; i++) {
    const cm_attribute *a = entity->attrs[i];
    if (a && !a->relation && (a->n_columns || a->expr))
      ok = spread_attribute(list, source, a);
  }
  return ok;
}

static const corm_node *column_list(const corm_node *query) {
  switch (query->kind) {
  case CORM_NODE_SELECT:
    return query->kids[CM_SEL_COLUMNS];
  case CORM_NODE_COMPOUND:
    return query->kids[CM_COMP_MEMBERS] && query->kids[CM_COMP_MEMBERS]->n
               ? column_list(query->kids[CM_COMP_MEMBERS]->kids[0])
               : NULL;
  case CORM_NODE_INSERT:
  case CORM_NODE_UPDATE:
  case CORM_NODE_DELETE:
    return query->kids[CM_DML_RETURNING];
  case CORM_NODE_TEXT:
    return query->flags & CM_SUBQUERY && query->n ? query->kids[query->n - 1] : NULL;
  default:
    return NULL;
  }
}

static int label_style(const corm_node *query) {
  while (query->kind == CORM_NODE_COMPOUND && cm_count(query->kids[CM_COMP_MEMBERS]))
    query = query->kids[CM_COMP_MEMBERS]->kids[0];
  return query->kind == CORM_NODE_SELECT ? query->op : CORM_LABELS_DEDUPE;
}

/* Labels and names in the SQL: the outside sees them, whatever the key is. */
static int shows_its_name(const corm_node *x) {
  return x->name && (x->kind == CORM_NODE_LABEL || x->kind == CORM_NODE_NAMED || x->kind == CORM_NODE_LITERAL_COLUMN);
}

static const char *own_name(const corm_node *x) {
  switch (x->kind) {
  case CORM_NODE_COLUMN:
    return x->ref ? ((const corm_column *)x->ref)->name : x->name;
  case CORM_NODE_LABEL:
    return x->flags & CM_KEYED && shows_its_name(x->kids[0]) ? x->kids[0]->name : x->name;
  case CORM_NODE_NAMED:
  case CORM_NODE_LITERAL_COLUMN:
    return x->name;
  case CORM_NODE_CAST:
  case CORM_NODE_TYPE_COERCE:
    return own_name(x->kids[0]);
  default:
    return NULL;
  }
}

static const char *source_name(const corm_node *column) {
  const corm_node *source = column->kind == CORM_NODE_COLUMN && column->n ? column->kids[0] : NULL;
  while (source && !source->name && source->n)
    source = source->kids[0];
  if (!source)
    return NULL;
  if (source->kind == CORM_NODE_TABLE)
    return ((const corm_table *)source->ref)->name;
  if (source->kind == CORM_NODE_ENTITY)
    return ((const corm_entity *)source->ref)->table->name;
  return source->name;
}

/* Whether an earlier column of the list has the name; then the outside sees name_1, name_2 .. (the same column again:
 * name__1), by the number of columns before it that were renamed from that name. */
static void outer_name(const corm_node *list, size_t at, int style, char *out, size_t size) {
  const corm_node *x = list->kids[at];
  const char *name = own_name(x), *source = source_name(x);
  size_t taken = 0;
  int again = 0;
  out[0] = 0;
  if (!name)
    return;
  for (size_t i = 0; i < at; i++) {
    const char *other = own_name(list->kids[i]);
    if (!other || strcmp(other, name) != 0)
      continue;
    again |= cm_node_same(list->kids[i], x);
    taken++;
  }
  if (style == CORM_LABELS_TABLE_PLUS_COLUMN && source && x->kind == CORM_NODE_COLUMN)
    snprintf(out, size, "%s_%s", source, name);
  else if (taken && (x->kind != CORM_NODE_LABEL || x->flags & CM_KEYED))
    snprintf(out, size, "%s_%s%zu", name, again ? "_" : "", taken);
  else
    snprintf(out, size, "%s", name);
}

static int spread_query(corm_node *list, const corm_node *source, const corm_node *query) {
  const corm_node *columns = column_list(query);
  corm_node *inner = cm_make_list(NULL, 0);
  int ok = !cm_is_poison(inner);
  for (size_t i = 0; ok && i < cm_count(columns); i++)
    ok = spread(inner, columns->kids[i]);
  for (size_t i = 0; ok && i < inner->n; i++) {
    char name[256];
    corm_node *kids[2] = {corm_node_ref(source), corm_node_ref(inner->kids[i])};
    cm_make make = {.kind = CORM_NODE_COLUMN, .type = inner->kids[i]->type, .level = (unsigned)i + 1};
    outer_name(inner, i, label_style(query), name, sizeof name);
    make.name = *name ? name : NULL;
    ok = cm_node_append(list, cm_make_node(&make, kids, 2));
  }
  corm_node_unref(inner);
  return ok;
}

/* Appends the columns of a source, or the expression itself. */
static int spread(corm_node *list, const corm_node *x) {
  const corm_entity *entity = cm_source_entity(x);
  const corm_table *table = cm_source_table(x);
  const corm_node *query = cm_is_source(x) ? cm_source_query(x) : NULL;
  if (table)
    return spread_table(list, x, table);
  if (entity)
    return spread_entity(list, x, entity);
  if (query)
    return spread_query(list, x, query);
  if (x->kind == CORM_NODE_JOIN)
    return spread(list, x->kids[0]) && spread(list, x->kids[1]);
  return cm_node_append(list, corm_node_ref(x));
}

/* In place of a list of which some is poisoned: the poison itself. Takes the list. */
static corm_node *sound(corm_node *list, const corm_node *source) {
  const corm_node *poison = cm_poison_in(source);
  cm_node_seal(list);
  poison = poison ? poison : cm_poison_in(list);
  if (!poison)
    return list;
  poison = corm_node_ref(poison);
  corm_node_unref(list);
  return (corm_node *)(uintptr_t)poison;
}

corm_node *cm_source_column_list(const corm_node *source) {
  corm_node *list = cm_make_list(NULL, 0);
  int ok = !cm_is_poison(list);
  const corm_node *columns = ok && !cm_is_source(source) ? column_list(source) : NULL;
  if (ok && cm_is_source(source))
    ok = spread(list, source);
  for (size_t i = 0; ok && i < cm_count(columns); i++)
    ok = spread(list, columns->kids[i]);
  if (!ok) {
    corm_node_unref(list);
    return cm_no_memory();
  }
  return sound(list, source);
}

size_t corm_source_columns(const corm_source *source) {
  const corm_table *table = cm_source_table(source);
  corm_node *list = NULL;
  size_t n = 0;
  if (table)
    return table->n_columns;
  list = cm_source_column_list(source);
  n = cm_is_poison(list) ? SIZE_MAX : list->n;
  corm_node_unref(list);
  return n;
}

corm_expr *corm_source_column(const corm_source *source, size_t i) {
  const corm_table *table = cm_source_table(source);
  corm_node *list = NULL, *column = NULL;
  if (table && i < table->n_columns)
    return cm_column_node(source, table->columns[i], NULL, 0);
  list = cm_source_column_list(source);
  if (cm_is_poison(list))
    return list;
  column =
      i < list->n ? corm_node_ref(list->kids[i]) : cm_poison(CORM_EARGUMENT, "the source has no column %zu", i + 1);
  corm_node_unref(list);
  return column;
}
