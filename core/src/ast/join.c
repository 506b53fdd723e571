/* The condition that foreign keys give between two sides. */
#include "ast/join.h"
#include "ast/node.h"
#include "schema/build.h"

/* A pair that a foreign key makes, and the key. */
typedef struct link {
  corm_constraint *key;
  corm_column *referenced, *referring;
} link;

typedef struct search {
  const cm_join_search *of;
  link *links;
  size_t n, cap;
} search;

static int is_wanted(const cm_join_search *of, const corm_column *column) {
  for (size_t i = 0; i < of->n_only; i++)
    if (of->only[i] == column)
      return 1;
  return of->n_only == 0;
}

static int is_known(const search *s, const corm_constraint *key, const corm_column *referring) {
  for (size_t i = 0; i < s->n; i++)
    if (s->links[i].key == key && s->links[i].referring == referring)
      return 1;
  return 0;
}

/* The column referred to, or NULL when its table is not there (yet): that table is then none of ours. */
static int get_target(corm_column **out, corm_constraint *key, size_t i, corm_error **err) {
  int status = corm_constraint_get_target(out, key, i, NULL);
  if (status == CORM_ENOREFERENCEDTABLE)
    *out = NULL;
  else if (status)
    return corm_constraint_get_target(out, key, i, err);
  return CORM_OK;
}

static int add_link(search *s, corm_constraint *key, size_t i, const cm_side *to, corm_error **err) {
  corm_column *target = NULL;
  int status = CORM_OK;
  if (!is_wanted(s->of, key->columns[i]) || is_known(s, key, key->columns[i]))
    return CORM_OK;
  status = get_target(&target, key, i, err);
  if (status || !target || !cm_side_has(to, target->table))
    return status;
  if (!cm_grow((void **)&s->links, &s->cap, s->n + 1, sizeof *s->links))
    return cm_fail_memory(err);
  s->links[s->n++] = (link){key, target, key->columns[i]};
  return CORM_OK;
}

/* In the order of the table's columns, whatever that of the foreign key is. */
static int add_key(search *s, const corm_table *from, corm_constraint *key, const cm_side *to, corm_error **err) {
  int status = CORM_OK;
  for (size_t c = 0; c < from->n_columns; c++)
    for (size_t i = 0; i < key->n && !status; i++)
      if (key->columns[i] == from->columns[c])
        status = add_link(s, key, i, to, err);
  return status;
}

static int scan(search *s, const cm_side *from, const cm_side *to, corm_error **err) {
  int status = CORM_OK;
  for (size_t t = 0; t < from->n; t++)
    for (size_t i = 0; i < from->tables[t]->n_constraints && !status; i++)
      if (from->tables[t]->constraints[i]->kind == CORM_FOREIGN_KEY)
        status = add_key(s, from->tables[t], from->tables[t]->constraints[i], to, err);
  return status;
}

static int scan_both(search *s, const cm_side *left, corm_error **err) {
  int status = scan(s, &s->of->right, left, err);
  return status ? status : scan(s, left, &s->of->right, err);
}

static int find_links(search *s, corm_error **err) {
  cm_side local = {&s->of->local, 1};
  int status = s->of->local ? scan_both(s, &local, err) : CORM_OK;
  if (!status && !s->n)
    status = scan_both(s, &s->of->left, err);
  return status;
}

/* A foreign key of other columns than those asked for is out, when there are several. */
static int covers(const cm_join_search *of, const corm_constraint *key) {
  for (size_t i = 0; i < key->n; i++)
    if (!is_wanted(of, key->columns[i]))
      return 0;
  return of->n_only == 0 || key->n == of->n_only;
}

static int is_single(const search *s) {
  for (size_t i = 1; i < s->n; i++)
    if (s->links[i].key != s->links[0].key)
      return 0;
  return 1;
}

static void keep_covering(search *s) {
  size_t kept = 0;
  for (size_t i = 0; i < s->n; i++)
    if (covers(s->of, s->links[i].key))
      s->links[kept++] = s->links[i];
  s->n = kept;
}

/* Several foreign keys that say the same are one. */
static int same_key(const search *s, const corm_constraint *a, const corm_constraint *b) {
  size_t i = 0, j = 0;
  for (;;) {
    while (i < s->n && s->links[i].key != a)
      i++;
    while (j < s->n && s->links[j].key != b)
      j++;
    if (i == s->n || j == s->n)
      return i == s->n && j == s->n;
    if (s->links[i].referenced != s->links[j].referenced || s->links[i].referring != s->links[j].referring)
      return 0;
    i++;
    j++;
  }
}

static int choose(search *s) {
  const corm_constraint *first = NULL;
  size_t kept = 0;
  if (!s->n)
    return CORM_ENOFOREIGNKEY;
  if (is_single(s))
    return CORM_OK;
  if (s->of->n_only)
    keep_covering(s);
  first = s->n ? s->links[0].key : NULL;
  for (size_t i = 1; i < s->n; i++)
    if (s->links[i].key != first && !same_key(s, first, s->links[i].key))
      return CORM_EAMBIGUOUSFOREIGNKEY;
  for (size_t i = 0; i < s->n; i++)
    if (s->links[i].key == first)
      s->links[kept++] = s->links[i];
  s->n = kept;
  return s->n ? CORM_OK : CORM_EAMBIGUOUSFOREIGNKEY;
}

static corm_node *column_of(const corm_column *c) {
  corm_node *table = corm_from(c->table), *column = corm_col_of(table, c);
  corm_node_unref(table);
  return column;
}

static int condition(const corm_expr **out, const search *s, corm_error **err) {
  corm_node **parts = cm_alloc(s->n * sizeof *parts);
  corm_node *all = NULL;
  int status = CORM_OK;
  if (!parts)
    return cm_fail_memory(err);
  for (size_t i = 0; i < s->n; i++)
    parts[i] = corm_binary(CORM_OP_EQ, column_of(s->links[i].referenced), column_of(s->links[i].referring));
  all = s->n == 1 ? parts[0] : corm_and_n(parts, s->n);
  status = cm_schema_adopt(out, s->of->schema, all, 1, err);
  corm_node_unref(all);
  cm_free(parts);
  return status;
}

int cm_find_join(const corm_expr **out, const cm_join_search *of, corm_error **err) {
  search s = {.of = of};
  int status = find_links(&s, err);
  if (!status)
    status = choose(&s);
  if (!status)
    status = condition(out, &s, err);
  cm_free(s.links);
  return status;
}
