/* What entities and their aliases become, and where their columns are then. */
#include "lower/lowering.h"
#include <string.h>

int cm_is_joined(const corm_entity *e) { return e->n_tables > 1; }

/* ---- The tables of an entity ------------------------------------------------------------------------------------- */

static corm_node *join_up(cm_lowering *l, const corm_entity *e) {
  corm_node *left = NULL, *right = NULL, *join = NULL;
  const corm_entity *parent = e->parent;
  while (e->single && parent) {
    e = parent;
    parent = e->parent;
  }
  if (!parent || e->n_tables < 2)
    return corm_from(e->table);
  if (!e->inherit_condition) {
    cm_l_fail(l, CORM_EINVALID, "class \"%s\" has no condition that joins it to its parent: seal the schema first",
              e->name);
    return cm_no_memory();
  }
  left = join_up(l, parent);
  right = corm_from(e->table);
  join = corm_join_source(left, right, corm_node_ref(e->inherit_condition), CORM_JOIN_INNER);
  corm_node_unref(left);
  corm_node_unref(right);
  return join;
}

/* The entity's tables as one source that an alias can be given to: a subquery where there are several. */
static corm_node *aliasable(cm_lowering *l, const corm_entity *e) {
  corm_node *select = NULL, *join = NULL;
  if (!cm_is_joined(e))
    return corm_from(e->table);
  select = corm_select_n(NULL, 0);
  for (size_t i = 0; i < e->n_tables; i++) {
    corm_node *table = corm_from(e->tables[i]);
    select = corm_add_columns(select, &table, 1);
  }
  join = join_up(l, e);
  select = corm_label_style_set(corm_select_from(select, join), CORM_LABELS_TABLE_PLUS_COLUMN);
  corm_node_unref(join);
  return select;
}

static corm_node *remember(cm_lowering *l, const corm_node *x, const void *key, corm_node *made) {
  corm_node *kept = cm_l_keep(l, made);
  cm_l_keep(l, corm_node_ref(x)); /* no other node may get its address meanwhile */
  if (!cm_map_put_ptr(&l->sources, key, kept))
    cm_l_memory(l);
  return kept;
}

/* ---- Sources ----------------------------------------------------------------------------------------------------- */

static corm_node *lower_alias(cm_lowering *l, const corm_node *x) {
  const corm_node *of = x->kids[0];
  corm_node *inner = NULL, *out = NULL;
  if (of->kind == CORM_NODE_ENTITY && x->n > 1) /* its rows are those of another source */
    return corm_node_ref(cm_l_source(l, x->kids[1]));
  if (of->kind == CORM_NODE_ENTITY) {
    inner = aliasable(l, of->ref);
    out = corm_alias(inner, x->name);
  } else {
    inner = cm_is_query(of)    ? cm_l_statement(l, of)
            : cm_is_source(of) ? corm_node_ref(cm_l_source(l, of))
                               : cm_l_expr(l, of);
    out = cm_node_copy(x);
    if (!cm_is_poison(out)) {
      cm_node_set_kid(out, 0, corm_node_ref(inner));
      cm_node_seal(out);
    }
  }
  corm_node_unref(inner);
  return out;
}

corm_node *cm_l_source(cm_lowering *l, const corm_node *x) {
  const void *key = x->kind == CORM_NODE_ENTITY && !(x->flags & CM_COMPACT) ? x->ref : x;
  corm_node *known = NULL;
  if (!(x->flags & (CM_ORM | CM_JOINS)))
    return cm_l_keep(l, corm_node_ref(x));
  known = cm_map_get_ptr(&l->sources, key);
  if (known)
    return known;
  switch (x->kind) {
  case CORM_NODE_ENTITY:
    return remember(l, x, key,
                    x->flags & CM_COMPACT ? corm_from(((const corm_entity *)x->ref)->table) : join_up(l, x->ref));
  case CORM_NODE_ALIAS:
  case CORM_NODE_CTE:
  case CORM_NODE_LATERAL:
    return remember(l, x, key, lower_alias(l, x));
  case CORM_NODE_JOIN:
    return remember(l, x, key, cm_l_join_node(l, x));
  default:
    cm_l_fail(l, CORM_EUNSUPPORTED, "a source of this kind is not supported beside entities");
    return cm_no_memory();
  }
}

cm_place cm_l_place(cm_lowering *l, const corm_node *source) {
  cm_place place = {cm_source_entity(source), NULL, NULL};
  place.source = cm_l_source(l, source);
  return l->shown ? cm_l_shown_place(l, source, place) : place;
}

/* Each table of the join with an alias of its own: what eager loading joins to. */
static corm_node *flat_alias(cm_lowering *l, const corm_node *x);

static corm_node *flat_join(cm_lowering *l, const corm_node *x) {
  corm_node *left = flat_alias(l, x->kids[0]), *right = flat_alias(l, x->kids[1]);
  cm_place place = {NULL, NULL, NULL};
  corm_node *join = corm_join_source(left, right, corm_true_node(), x->op), *on = NULL;
  place.source = join;
  corm_node_unref(left);
  corm_node_unref(right);
  if (cm_is_poison(join))
    return join;
  on = cm_place_move(l, &place, x->kids[2]);
  cm_node_set_kid(join, 2, on);
  cm_node_seal(join);
  return join;
}

static corm_node *flat_alias(cm_lowering *l, const corm_node *x) {
  return x->kind == CORM_NODE_JOIN ? flat_join(l, x) : corm_alias(x, NULL);
}

cm_place cm_l_new_alias(cm_lowering *l, const corm_entity *e) {
  cm_place place = {e, NULL, NULL};
  corm_node *inner = join_up(l, e);
  place.source = cm_l_keep(l, flat_alias(l, inner));
  corm_node_unref(inner);
  return place;
}

cm_place cm_l_table_place(cm_lowering *l, const corm_table *table, int alias) {
  cm_place place = {NULL, NULL, NULL};
  corm_node *from = corm_from(table);
  place.source = cm_l_keep(l, alias ? corm_alias(from, NULL) : corm_node_ref(from));
  corm_node_unref(from);
  return place;
}

/* ---- Columns ----------------------------------------------------------------------------------------------------- */

static int is_inside(const cm_place *place, const corm_node *column) {
  const corm_node *source = cm_kid(column, 0), *inside = place->inside;
  if (!inside || source == inside)
    return 1;
  if (inside->kind == CORM_NODE_JOIN)
    return source->kind == CORM_NODE_TABLE;
  return source->kind == CORM_NODE_TABLE && inside->kind == CORM_NODE_TABLE && source->ref == inside->ref;
}

static corm_node *column_of_subquery(cm_lowering *l, const cm_place *place, const corm_column *column) {
  const corm_node *source = place->source;
  corm_node *list = cm_l_columns(l, source), *found = NULL;
  for (size_t i = 0; i < list->n && !found; i++) {
    const corm_node *inner = cm_kid(list->kids[i], 1);
    if (inner && inner->kind == CORM_NODE_COLUMN && inner->ref == column && is_inside(place, inner))
      found = corm_node_ref(list->kids[i]);
  }
  corm_node_unref(list);
  if (found || l->status)
    return found ? found : cm_no_memory();
  cm_l_fail(l, CORM_EINVALID, "column \"%s.%s\" is not part of the subquery", column->table->name, column->name);
  return cm_no_memory();
}

/* The table, or the alias of it, among what is joined. */
static const corm_node *joined_table(const corm_node *x, const corm_table *table) {
  const corm_node *left = NULL;
  if (x->kind != CORM_NODE_JOIN)
    return cm_source_table(x) == table ? x : NULL;
  left = joined_table(x->kids[0], table);
  return left ? left : joined_table(x->kids[1], table);
}

corm_node *cm_place_column(cm_lowering *l, const cm_place *place, const corm_column *column) {
  const corm_node *source = place->source;
  corm_node *table = NULL, *out = NULL;
  if (cm_is_source(source) && source->kind != CORM_NODE_TABLE && cm_source_query(source))
    return column_of_subquery(l, place, column);
  if (source->kind == CORM_NODE_ALIAS)
    return corm_col_of(source, column);
  if (joined_table(source, column->table))
    return corm_col_of(joined_table(source, column->table), column);
  table = corm_from(column->table);
  out = corm_col_of(table, column);
  corm_node_unref(table);
  return out;
}

corm_node *cm_place_attribute(cm_lowering *l, const cm_place *place, const cm_attribute *a) {
  if (a->n_columns)
    return cm_place_column(l, place, a->columns[0]);
  if (a->expr)
    return cm_place_adapt(l, place, a->expr);
  cm_l_fail(l, CORM_EARGUMENT, "relation \"%s\" of class \"%s\" is not a column", a->key,
            place->entity ? place->entity->name : "?");
  return cm_no_memory();
}

typedef struct adapting {
  cm_lowering *l;
  const cm_place *place;
} adapting;

static int is_own(const corm_entity *e, const corm_table *table) {
  for (size_t i = 0; i < e->n_tables; i++)
    if (e->tables[i] == table)
      return 1;
  return e->table == table;
}

static corm_node *adapt(void *ctx, const corm_node *x) {
  adapting *a = ctx;
  const corm_column *column = x->kind == CORM_NODE_COLUMN ? x->ref : NULL;
  if (column && x->n && x->kids[0]->kind == CORM_NODE_TABLE && is_own(a->place->entity, column->table))
    return cm_place_column(a->l, a->place, column);
  if (column && x->n && x->kids[0]->kind == CORM_NODE_ENTITY && is_own(a->place->entity, column->table))
    return cm_place_column(a->l, a->place, column);
  return NULL;
}

corm_node *cm_place_adapt(cm_lowering *l, const cm_place *place, const corm_node *x) {
  adapting a = {l, place};
  corm_node *adapted = cm_rewrite(x, adapt, &a), *out = NULL;
  out = cm_l_expr(l, adapted);
  corm_node_unref(adapted);
  return out;
}

static corm_node *move(void *ctx, const corm_node *x) {
  adapting *a = ctx;
  const corm_column *column = x->kind == CORM_NODE_COLUMN ? x->ref : NULL;
  return column ? cm_place_column(a->l, a->place, column) : NULL;
}

corm_node *cm_place_move(cm_lowering *l, const cm_place *place, const corm_node *x) {
  adapting a = {l, place};
  return cm_rewrite(x, move, &a);
}

/* ---- Single-table inheritance ------------------------------------------------------------------------------------ */

enum { MAX_IDENTITIES = 256 };

static size_t identities(const corm_entity *e, corm_value *out, size_t n) {
  if (e->has_identity && n < MAX_IDENTITIES)
    out[n++] = e->identity;
  for (size_t i = 0; i < e->n_children; i++)
    n = identities(e->children[i], out, n);
  return n;
}

/* Nearest single-table class: its rows are told apart by the discriminator only. */
static int needs_criteria(const corm_entity *e) { return e && e->single && e->parent && e->discriminator_slot >= 0; }

corm_node *cm_place_criteria(cm_lowering *l, const cm_place *place) {
  corm_value values[MAX_IDENTITIES];
  const corm_entity *e = place->entity;
  corm_node *x = NULL, *bind = NULL;
  size_t n = 0;
  if (!needs_criteria(e))
    return NULL;
  n = identities(e, values, 0);
  x = cm_place_attribute(l, place, e->attrs[e->discriminator_slot]);
  x = corm_in_values(x, values, n, 0);
  bind = x->n > 1 ? x->kids[1] : NULL;
  if (!bind || cm_is_poison(bind))
    return x;
  bind->flags |= CM_FIXED; /* the schema's values, not the statement's */
  cm_node_seal(bind);
  cm_node_seal(x);
  return x;
}
