/* The condition that a foreign key gives between two sources. */
#include "ast/build.h"

/* A table under a source, and the source that its columns are named by. */
typedef struct leaf {
  const corm_table *table;
  const corm_node *source;
} leaf;

enum { MAX_LEAVES = 64 };

static size_t add_leaves(const corm_node *x, leaf *out, size_t n) {
  const corm_node *inner = x;
  if (!x || n >= MAX_LEAVES)
    return n;
  if (x->kind == CORM_NODE_JOIN)
    return add_leaves(x->kids[1], out, add_leaves(x->kids[0], out, n));
  while (inner->kind == CORM_NODE_ALIAS && inner->n)
    inner = inner->kids[0];
  if (inner->kind == CORM_NODE_TABLE) {
    out[n].table = inner->ref;
    out[n++].source = x;
  } else if (cm_source_query(x)) {
    out[n].table = NULL;
    out[n++].source = x;
  }
  return n;
}

/* The leaf's column that shows the given one, or NULL: a subquery may have it among its columns. */
static corm_node *column_in(const leaf *in, const corm_column *column) {
  size_t n = 0;
  if (in->table)
    return in->table == column->table ? corm_col_of(in->source, column) : NULL;
  n = corm_source_columns(in->source);
  for (size_t i = 0; i < n; i++) {
    corm_node *outer = corm_source_column(in->source, i);
    const corm_node *inner = cm_kid(outer, 1);
    while (inner && inner->kind == CORM_NODE_COLUMN && !inner->ref)
      inner = cm_kid(inner, 1);
    if (inner && inner->kind == CORM_NODE_COLUMN && inner->ref == column)
      return outer;
    corm_node_unref(outer);
  }
  return NULL;
}

static corm_node *pair_up(corm_node *referenced, corm_node *referring, corm_node *so_far) {
  corm_node *parts[2] = {so_far, NULL};
  parts[1] = cm_make2(CORM_NODE_BINARY, CORM_OP_EQ, corm_type_plain(CORM_TYPE_BOOLEAN), referenced, referring);
  return so_far ? corm_and_n(parts, 2) : parts[1];
}

/* `fk` seen from `from` (which has its columns) to `to`; NULL: it does not lead there. */
static corm_node *along(corm_constraint *fk, const leaf *from, const leaf *to) {
  corm_node *on = NULL;
  for (size_t i = 0; i < fk->n; i++) {
    corm_column *target = NULL;
    corm_node *referenced = NULL, *referring = NULL;
    if (corm_constraint_get_target(&target, fk, i, NULL) == CORM_OK)
      referenced = column_in(to, target);
    referring = referenced ? column_in(from, fk->columns[i]) : NULL;
    if (!referring) {
      corm_node_unref(referenced);
      corm_node_unref(on);
      return NULL;
    }
    on = pair_up(referenced, referring, on);
  }
  return on;
}

typedef struct search {
  corm_node *found;
  size_t n;
} search;

static void try_table(search *s, const corm_table *table, const leaf *from, const leaf *to) {
  for (size_t i = 0; i < table->n_constraints; i++) {
    corm_node *on = NULL;
    if (table->constraints[i]->kind != CORM_FOREIGN_KEY)
      continue;
    on = along(table->constraints[i], from, to);
    if (!on)
      continue;
    if (s->n++) {
      if (cm_node_same(on, s->found))
        s->n--;
      corm_node_unref(on);
    } else {
      s->found = on;
    }
  }
}

/* Tables whose columns a subquery shows are tried like the table itself. */
static void try_leaf(search *s, const leaf *from, const leaf *to) {
  size_t n = from->table ? 0 : corm_source_columns(from->source);
  const corm_table *last = NULL;
  if (from->table)
    try_table(s, from->table, from, to);
  for (size_t i = 0; i < n; i++) {
    corm_node *outer = corm_source_column(from->source, i);
    const corm_node *inner = cm_kid(outer, 1);
    const corm_table *table = NULL;
    while (inner && inner->kind == CORM_NODE_COLUMN && !inner->ref)
      inner = cm_kid(inner, 1);
    if (inner && inner->kind == CORM_NODE_COLUMN)
      table = ((const corm_column *)inner->ref)->table;
    if (table && table != last)
      try_table(s, table, from, to);
    last = table ? table : last;
    corm_node_unref(outer);
  }
}

static const char *title(const corm_node *x) {
  while (x->kind == CORM_NODE_ALIAS && !x->name && x->n)
    x = x->kids[0];
  if (x->kind == CORM_NODE_TABLE)
    return ((const corm_table *)x->ref)->name;
  return x->name ? x->name : "(a query)";
}

corm_node *cm_foreign_key_on(const corm_node *l, const corm_node *r) {
  leaf left[MAX_LEAVES], right[MAX_LEAVES];
  size_t n_left = add_leaves(l, left, 0), n_right = add_leaves(r, right, 0);
  search s = {0};
  /* The nearest table of a join decides; only when it knows no way, the ones before it are asked. */
  for (size_t i = n_left; i-- > 0 && !s.n;)
    for (size_t j = 0; j < n_right; j++) {
      try_leaf(&s, &right[j], &left[i]);
      if (left[i].source != right[j].source && left[i].table != right[j].table)
        try_leaf(&s, &left[i], &right[j]);
    }
  if (s.n == 1)
    return s.found;
  corm_node_unref(s.found);
  if (s.n)
    return cm_poison(CORM_EAMBIGUOUSFOREIGNKEY,
                     "\"%s\" and \"%s\" are linked by more than one foreign key: give the ON clause", title(l),
                     title(r));
  return cm_poison(CORM_ENOFOREIGNKEY, "there is no foreign key between \"%s\" and \"%s\"", title(l), title(r));
}
