/* Sources of a statement that no comparison links: each row of the one comes with each row of the other. */
#include "compile/compiler.h"

typedef struct lint {
  corm_compiler *c;
  cm_nodes sources;
  size_t *groups; /* of each source: what is linked has the same number */
} lint;

static int is_counted(const corm_node *x) {
  return x->kind == CORM_NODE_TABLE || x->kind == CORM_NODE_ALIAS || x->kind == CORM_NODE_CTE ||
         x->kind == CORM_NODE_LATERAL || x->kind == CORM_NODE_VALUES;
}

static size_t place_of(const lint *l, const corm_node *source) {
  size_t i = 0;
  while (i < l->sources.n && !cm_same_source(l->sources.items[i], source))
    i++;
  return i;
}

static void merge(lint *l, size_t a, size_t b) {
  size_t from = l->groups[a], to = l->groups[b];
  for (size_t i = 0; i < l->sources.n; i++)
    if (l->groups[i] == from)
      l->groups[i] = to;
}

/* All of them that are sources of this statement. */
static void link_all(lint *l, const cm_nodes *some) {
  size_t first = l->sources.n;
  for (size_t i = 0; i < some->n; i++) {
    size_t at = place_of(l, some->items[i]);
    if (at < l->sources.n && first < l->sources.n)
      merge(l, at, first);
    else if (at < l->sources.n)
      first = at;
  }
}

static int is_comparison(const corm_node *x) {
  return x->kind == CORM_NODE_BINARY && x->op >= CORM_OP_EQ && x->op <= CORM_OP_GE;
}

/* What both sides of a comparison use is linked by it. */
static int visit(void *ctx, const corm_node *x) {
  lint *l = ctx;
  cm_nodes used = {NULL, 0, 0};
  size_t left = 0;
  if (x->kind == CORM_NODE_SCALAR || x->kind == CORM_NODE_EXISTS || x->kind >= CORM_NODE_SELECT)
    return 1;
  if (!is_comparison(x))
    return 0;
  cm_scope_objects(l->c, &used, cm_kid(x, 0));
  left = used.n;
  if (left)
    cm_scope_objects(l->c, &used, cm_kid(x, 1));
  if (used.n > left)
    link_all(l, &used);
  return 0;
}

static void link_join(lint *l, const corm_node *join) {
  cm_nodes inside = {NULL, 0, 0};
  cm_scope_expand(l->c, &inside, join);
  link_all(l, &inside);
  if (cm_kid(join, 2))
    cm_walk(join->kids[2], visit, l);
}

static const char *name_of(lint *l, const corm_node *source) {
  const char *name =
      source->kind == CORM_NODE_TABLE ? ((const corm_table *)source->ref)->full_name : cm_name_source(l->c, source);
  return name ? name : "";
}

static void add_note(corm_compiler *c, const char *statement, const char *apart, const char *first) {
  cm_lint_note *note = cm_arena_zero(&c->out->arena, sizeof *note), **at = &c->out->notes;
  const char *text =
      cm_c_printf(c,
                  "%s statement has a cartesian product: no condition links \"%s\" with %s. Compare columns "
                  "of both, or join them",
                  statement, first, apart);
  if (!note || !text || !(note->text = cm_arena_strdup(&c->out->arena, text))) {
    cm_c_memory(c);
    return;
  }
  while (*at)
    at = &(*at)->next;
  *at = note;
}

static void tell(lint *l, const char *statement) {
  const char *apart = NULL;
  for (size_t i = 1; i < l->sources.n; i++) {
    if (l->groups[i] == l->groups[0])
      continue;
    apart = apart ? cm_c_printf(l->c, "%s, \"%s\"", apart, name_of(l, l->sources.items[i]))
                  : cm_c_printf(l->c, "\"%s\"", name_of(l, l->sources.items[i]));
  }
  if (apart)
    add_note(l->c, statement, apart, name_of(l, l->sources.items[0]));
}

void cm_lint(corm_compiler *c, const char *statement, const cm_nodes *objects, const corm_node *where) {
  lint l = {c, {NULL, 0, 0}, NULL};
  for (size_t i = 0; i < objects->n && !c->status; i++)
    if (is_counted(objects->items[i]))
      cm_nodes_add(c, &l.sources, objects->items[i]);
  if (l.sources.n < 2 || c->status)
    return;
  l.groups = cm_arena_alloc(&c->arena, l.sources.n * sizeof *l.groups);
  if (!l.groups) {
    cm_c_memory(c);
    return;
  }
  for (size_t i = 0; i < l.sources.n; i++)
    l.groups[i] = i;
  for (size_t i = 0; i < objects->n; i++)
    if (objects->items[i]->kind == CORM_NODE_JOIN)
      link_join(&l, objects->items[i]);
  for (size_t i = 0; i < l.sources.n; i++)
    if (l.sources.items[i]->kind == CORM_NODE_LATERAL) /* it is made of the others' columns */
      link_all(&l, &l.sources);
  if (where)
    cm_walk(where, visit, &l);
  tell(&l, statement);
}
