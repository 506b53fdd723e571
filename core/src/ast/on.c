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

/* The table's column that a subquery's one shows, or NULL. */
static const corm_column *shown_by(const corm_node *outer) {
  const corm_node *inner = cm_kid(outer, 1);
  while (inner && inner->kind == CORM_NODE_COLUMN && !inner->ref)
    inner = cm_kid(inner, 1);
  return inner && inner->kind == CORM_NODE_COLUMN ? inner->ref : NULL;
}

/* The leaf's column that shows the given one, or NULL: a subquery may have it among its columns. Poison without
 * memory. */
static corm_node *column_in(const leaf *in, const corm_column *column) {
  corm_node *list = NULL, *found = NULL;
  if (in->table)
    return in->table == column->table ? corm_col_of(in->source, column) : NULL;
  list = cm_source_column_list(in->source);
  if (cm_is_poison(list))
    return list;
  for (size_t i = 0; !found && i < list->n; i++)
    if (shown_by(list->kids[i]) == column)
      found = corm_node_ref(list->kids[i]);
  corm_node_unref(list);
  return found;
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
  corm_node *poison; /* what kept the search from being whole, or NULL */
} search;

/* Takes what ended the search. */
static void give_up(search *s, corm_node *poison) {
  corm_node_unref(s->poison);
  s->poison = poison;
}

static void try_table(search *s, const corm_table *table, const leaf *from, const leaf *to) {
  for (size_t i = 0; i < table->n_constraints; i++) {
    corm_node *on = NULL;
    if (table->constraints[i]->kind != CORM_FOREIGN_KEY)
      continue;
    on = along(table->constraints[i], from, to);
    if (!on)
      continue;
    if (on->flags & CM_POISONED) {
      give_up(s, on);
    } else if (s->n++) {
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
  const corm_table *last = NULL;
  if (from->table) {
    try_table(s, from->table, from, to);
    return;
  }
  corm_node *list = cm_source_column_list(from->source);
  if (cm_is_poison(list)) {
    give_up(s, list);
    return;
  }
  for (size_t i = 0; i < list->n; i++) {
    const corm_column *column = shown_by(list->kids[i]);
    if (column && column->table != last)
      try_table(s, column->table, from, to);
    last = column ? column->table : last;
  }
  corm_node_unref(list);
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
  if (s.n == 1 && !s.poison)
    return s.found;
  corm_node_unref(s.found);
  if (s.poison)
    return s.poison;
  if (s.n)
    return cm_poison(CORM_EAMBIGUOUSFOREIGNKEY,
                     "\"%s\" and \"%s\" are linked by more than one foreign key: give the ON clause", title(l),
                     title(r));
  return cm_poison(CORM_ENOFOREIGNKEY, "there is no foreign key between \"%s\" and \"%s\"", title(l), title(r));
}
