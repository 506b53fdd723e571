/* The columns of a SELECT or RETURNING and the names they get. */
#include "compile/compiler.h"
#include <string.h>

/* What CAST, type_coerce and a negated boolean show the name of. */
static const corm_node *named_inside(const corm_node *x) {
  while (x && (x->kind == CORM_NODE_CAST || x->kind == CORM_NODE_TYPE_COERCE ||
               (x->kind == CORM_NODE_UNARY && x->op == CORM_OP_NOT && cm_is_boolean_value(cm_kid(x, 0)))))
    x = cm_kid(x, 0);
  return x;
}

static int is_literal_column(const corm_node *x) {
  return x->kind == CORM_NODE_LITERAL_COLUMN || (x->kind == CORM_NODE_NAMED && (x->flags & CM_PLAIN_NAME));
}

/* The name that a column has by itself. */
cm_name cm_labels_own_name(corm_compiler *c, const corm_node *x) {
  cm_name name = {NULL, NULL, NULL};
  const cm_select_column *inner = NULL;
  x = named_inside(x);
  if (!x)
    return name;
  if (x->kind == CORM_NODE_NAMED || x->kind == CORM_NODE_LITERAL_COLUMN ||
      (x->kind == CORM_NODE_LABEL && !(x->flags & CM_ANONYMOUS)))
    name.fixed = x->name;
  if (x->kind != CORM_NODE_COLUMN)
    return name;
  if (x->ref) {
    name.fixed = ((const corm_column *)x->ref)->name;
    return name;
  }
  inner = cm_labels_find(c, x);
  if (inner)
    return inner->name;
  name.fixed = x->name;
  return name;
}

static const char *last_part(const char *name) {
  const char *dot = strrchr(name, '.');
  return dot ? dot + 1 : name;
}

static const char *function_base(corm_compiler *c, const corm_node *x) {
  char *base = NULL;
  size_t n = 0;
  if (!x || x->kind != CORM_NODE_FUNCTION || !x->name)
    return "anon";
  base = cm_arena_strdup(&c->arena, last_part(x->name));
  if (!base) {
    cm_c_memory(c);
    return "anon";
  }
  for (n = strlen(base); n && base[n - 1] == '_'; n--)
    base[n - 1] = '\0';
  return base;
}

/* The anonymous name of an expression that has none of its own. */
static cm_name anonymous(corm_compiler *c, const corm_node *x) {
  cm_name name = {NULL, NULL, NULL};
  x = named_inside(x);
  name.base = function_base(c, x);
  name.key = cm_name_key(c, x, "expr");
  return name;
}

typedef struct naming {
  corm_compiler *c;
  cm_select_columns *out;
  cm_map taken; /* name -> identity of the column that has it */
  size_t repeats;
  int style;
} naming;

static const char *identity(corm_compiler *c, const corm_node *x) { return cm_name_column_key(c, x); }

static const char *text_key(naming *n, const cm_name *name) {
  return name->fixed ? cm_c_printf(n->c, "=%s", name->fixed) : cm_c_printf(n->c, "%s", name->key);
}

static void take(naming *n, const char *key, const char *owner) {
  if (!cm_map_put(&n->taken, key, (void *)(uintptr_t)owner))
    cm_c_memory(n->c);
}

static cm_name repeated(naming *n, const char *owner, const char *base) {
  cm_name name = {NULL, NULL, NULL};
  name.base = cm_c_printf(n->c, "%s_", base);
  name.key = cm_c_printf(n->c, "repeat %s %p %zu", owner, (void *)n->out, n->repeats++);
  return name;
}

/* "u_id" for the label style of Query; only the column's name where it has no table. */
static cm_name qualified(corm_compiler *c, const corm_node *x, cm_name own) {
  cm_name name = own;
  const corm_node *column = named_inside(x), *source = NULL;
  const corm_table *table = NULL;
  const char *owner = NULL, *text = cm_name_text(c, &own);
  if (!column || column->kind != CORM_NODE_COLUMN || !text)
    return own;
  source = cm_kid(column, 0);
  owner = source ? cm_name_source(c, source) : NULL;
  if (!owner)
    return own;
  table = source->kind == CORM_NODE_TABLE ? source->ref : NULL;
  name.key = name.base = NULL;
  name.fixed = table && table->schema_name ? cm_c_printf(c, "%s_%s_%s", table->schema_name, owner, text)
                                           : cm_c_printf(c, "%s_%s", owner, text);
  for (int i = 1; table && cm_map_get(&table->by_key, name.fixed); i++)
    name.fixed = cm_c_printf(c, "%s_%s_%d", owner, text, i);
  name.fixed = cm_name_cut(c, name.fixed, 0);
  return name;
}

static const char *base_of(const cm_name *name) { return name->fixed ? name->fixed : name->base; }

/* A column whose name is not free: another column's gets a number, its own a number behind a second underscore. */
static void clash(naming *n, cm_select_column *column, const char *owner, const char *holder) {
  cm_name name = {NULL, NULL, NULL};
  const char *base = base_of(&column->name), *known = NULL;
  column->as = 1;
  if (strcmp(holder, owner) == 0) {
    column->name = repeated(n, owner, base);
    return;
  }
  if (named_inside(column->expr) != column->expr) {
    name.base = cm_c_printf(n->c, "%s_", base);
    name.key = cm_name_key(n->c, column->expr, "wrapped");
  } else {
    name.base = base;
    name.key = cm_c_printf(n->c, "named %s", owner);
  }
  known = cm_map_get(&n->taken, name.key);
  if (known) {
    column->name = repeated(n, owner, base);
    return;
  }
  take(n, name.key, owner);
  column->name = name;
}

static void name_column(naming *n, cm_select_column *column) {
  const char *owner = column->label ? cm_name_key(n->c, column->label, "label") : identity(n->c, column->expr);
  const char *key = text_key(n, &column->name), *holder = NULL;
  if (n->style == CORM_LABELS_NONE)
    return;
  holder = cm_map_get(&n->taken, key);
  if (!holder)
    take(n, key, owner);
  else if (!column->label)
    clash(n, column, owner, holder);
}

static void name_expression(naming *n, cm_select_column *column) {
  const char *owner = NULL;
  column->name = anonymous(n->c, column->expr);
  owner = column->name.key;
  if (cm_map_get(&n->taken, owner))
    column->name = repeated(n, owner, column->name.base);
  else
    take(n, owner, owner);
}

static int has_own_name(corm_compiler *c, const corm_node *x) {
  cm_name name = {NULL, NULL, NULL};
  if (x)
    name = cm_labels_own_name(c, x);
  return base_of(&name) != NULL;
}

/* Whether AS is written without a clash: columns stand bare, expressions are labelled. */
static void decide_as(corm_compiler *c, cm_select_column *column, int has_name) {
  const corm_node *x = column->expr, *inner = NULL;
  column->as_inside = 1;
  switch (x->kind) {
  case CORM_NODE_NAMED:
  case CORM_NODE_LITERAL_COLUMN:
    column->as_inside = column->as;
    return;
  case CORM_NODE_COLUMN:
    return;
  case CORM_NODE_UNARY:
  case CORM_NODE_MODIFIER:
    inner = cm_kid(x, 0);
    if (x->kind == CORM_NODE_UNARY && x->op == CORM_OP_NOT && has_name)
      column->as = !cm_c_feature(c, CORM_DIALECT_NATIVE_BOOLEAN);
    else
      column->as |= !has_own_name(c, inner);
    return;
  default:
    column->as = 1;
  }
}

static cm_select_column *grow(corm_compiler *c, cm_select_columns *out) {
  if (out->n == out->cap) {
    size_t cap = out->cap ? out->cap * 2 : 16;
    cm_select_column *items = cm_arena_zero(&c->arena, cap * sizeof *items);
    if (!items) {
      cm_c_memory(c);
      return NULL;
    }
    if (out->n)
      memcpy(items, out->items, out->n * sizeof *items);
    out->items = items;
    out->cap = cap;
  }
  memset(&out->items[out->n], 0, sizeof *out->items);
  return &out->items[out->n++];
}

static void label_column(naming *n, cm_select_column *column, const corm_node *label) {
  column->label = label;
  column->expr = cm_kid(label, 0);
  column->as = column->as_inside = 1;
  if (label->flags & CM_ANONYMOUS || !label->name) {
    cm_name own = cm_labels_own_name(n->c, column->expr);
    column->name.key = cm_name_key(n->c, label, "label");
    column->name.base = base_of(&own) ? base_of(&own) : function_base(n->c, named_inside(column->expr));
    return;
  }
  column->name.fixed = label->name;
  name_column(n, column);
}

/* Whether an expression that is known by a key is called after it: one without a name, unless it is a function's call
 * or a subquery; type_coerce(), too. */
static int named_by_key(corm_compiler *c, const corm_node *x) {
  cm_name own = cm_labels_own_name(c, x);
  if (x->kind == CORM_NODE_FUNCTION || x->kind == CORM_NODE_SCALAR || x->kind == CORM_NODE_LABEL)
    return 0;
  return !base_of(&own) || x->kind == CORM_NODE_TYPE_COERCE;
}

static int is_taken(const naming *n, const char *name) {
  return cm_map_get(&n->taken, cm_c_printf(n->c, "=%s", name)) != NULL;
}

static int is_keyed(const corm_node *x) { return x->kind == CORM_NODE_LABEL && x->flags & CM_KEYED; }

/* AS key; a name that is taken is none. */
static void name_by_key(naming *n, cm_select_column *column, const char *key) {
  column->as = column->as_inside = 1;
  if (is_taken(n, key)) {
    name_expression(n, column);
    return;
  }
  column->name.fixed = key;
  name_column(n, column);
}

static void add(naming *n, const corm_node *x) {
  cm_select_column *column = grow(n->c, n->out);
  cm_name own = {NULL, NULL, NULL};
  const char *key = is_keyed(x) ? x->name : NULL;
  int has_name = 0;
  if (!column)
    return;
  column->expr = x = key ? cm_kid(x, 0) : x;
  if (key && named_by_key(n->c, x)) {
    name_by_key(n, column, key);
    return;
  }
  if (x->kind == CORM_NODE_LABEL) {
    label_column(n, column, x);
    return;
  }
  if (x->kind == CORM_NODE_TEXT)
    return;
  own = cm_labels_own_name(n->c, x);
  has_name = base_of(&own) != NULL;
  if (n->style == CORM_LABELS_TABLE_PLUS_COLUMN && has_name && !is_literal_column(x)) {
    own = qualified(n->c, x, own);
    column->as = 1;
  }
  column->name = own;
  if (has_name)
    name_column(n, column);
  else
    name_expression(n, column);
  decide_as(n->c, column, has_name);
}

static void add_all(naming *n, const corm_node *x) {
  if (!x || n->c->status)
    return;
  if (x->kind == CORM_NODE_LIST) {
    for (size_t i = 0; i < x->n; i++)
      add_all(n, x->kids[i]);
    return;
  }
  if (cm_is_source(x))
    add_all(n, cm_c_own(n->c, cm_source_column_list(x)));
  else
    add(n, x);
}

void cm_labels_make(corm_compiler *c, cm_select_columns *out, const corm_node *list, int style) {
  naming n = {c, out, {0}, 0, style};
  add_all(&n, list);
  cm_map_free(&n.taken);
}

static const corm_node *columns_of(const corm_node *query) {
  if (query->kind == CORM_NODE_SELECT)
    return cm_kid(query, CM_SEL_COLUMNS);
  if (query->kind == CORM_NODE_TEXT)
    return query->flags & CM_SUBQUERY && query->n ? query->kids[query->n - 1] : NULL;
  return query->kind >= CORM_NODE_INSERT && query->kind <= CORM_NODE_DELETE ? cm_kid(query, CM_DML_RETURNING) : NULL;
}

const cm_select_columns *cm_labels_of(corm_compiler *c, const corm_node *query) {
  cm_select_columns *made = NULL;
  while (query->kind == CORM_NODE_COMPOUND && cm_count(cm_kid(query, CM_COMP_MEMBERS)))
    query = query->kids[CM_COMP_MEMBERS]->kids[0];
  while (query->kind == CORM_NODE_SCALAR)
    query = cm_kid(query, 0);
  made = cm_map_get_ptr(&c->labels, query);
  if (made)
    return made;
  made = cm_arena_zero(&c->arena, sizeof *made);
  if (!made || !cm_map_put_ptr(&c->labels, query, made)) {
    cm_c_memory(c);
    return made;
  }
  cm_labels_make(c, made, columns_of(query), query->kind == CORM_NODE_SELECT ? query->op : CORM_LABELS_DEDUPE);
  return made;
}

static const corm_node *query_of(const corm_node *source) {
  while (source &&
         (source->kind == CORM_NODE_ALIAS || source->kind == CORM_NODE_CTE || source->kind == CORM_NODE_LATERAL))
    source = cm_kid(source, 0);
  return source && (source->kind >= CORM_NODE_SELECT || source->kind == CORM_NODE_TEXT) ? source : NULL;
}

const cm_select_column *cm_labels_find(corm_compiler *c, const corm_node *column) {
  const corm_node *query = column->kind == CORM_NODE_COLUMN ? query_of(cm_kid(column, 0)) : NULL;
  const cm_select_columns *all = query ? cm_labels_of(c, query) : NULL;
  const corm_node *inner = cm_kid(column, 1);
  if (!all)
    return NULL;
  if (!column->ref && column->level && column->level <= all->n)
    return &all->items[column->level - 1];
  for (size_t i = 0; inner && i < all->n; i++)
    if (all->items[i].expr == inner || all->items[i].label == inner || cm_same_column(all->items[i].expr, inner))
      return &all->items[i];
  return NULL;
}
