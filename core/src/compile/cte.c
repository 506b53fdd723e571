/* Common table expressions: a body is written where its name is met first, and printed before the statement. */
#include "compile/compiler.h"
#include <string.h>

static const char *given_name(const corm_node *cte) {
  return cte->name && !(cte->flags & CM_ANONYMOUS) ? cte->name : NULL;
}

/* Inside of a recursive CTE's body its first part stands for the whole: the part that it began with. */
static int is_restated(const corm_node *whole, const corm_node *part) {
  const corm_node *body = cm_kid(whole, 0), *members = body ? cm_kid(body, CM_COMP_MEMBERS) : NULL;
  if (!body || body->kind != CORM_NODE_COMPOUND || !(part->flags & CM_RECURSIVE))
    return 0;
  if (given_name(whole) && given_name(part))
    return strcmp(given_name(whole), given_name(part)) == 0;
  return !given_name(whole) && !given_name(part) && cm_count(members) && members->kids[0] == cm_kid(part, 0);
}

static cm_cte *find(corm_compiler *c, const corm_node *cte) {
  const char *name = given_name(cte);
  for (cm_cte *at = c->ctes; at; at = at->next) {
    if (at->node == cte || (at->open && is_restated(at->node, cte)))
      return at;
    if (name && given_name(at->node) && strcmp(name, at->name) == 0) {
      if (is_restated(at->node, cte) || corm_node_equal(at->node, cte))
        return at;
      cm_c_fail(c, CORM_ECOMPILE, "two common table expressions are called \"%s\"", name);
      return at;
    }
  }
  return NULL;
}

static cm_cte *enter(corm_compiler *c, const corm_node *node) {
  cm_cte *cte = cm_arena_zero(&c->arena, sizeof *cte);
  if (!cte) {
    cm_c_memory(c);
    return NULL;
  }
  cte->node = node;
  cte->recursive = (node->flags & CM_RECURSIVE) != 0;
  cte->name = given_name(node) ? given_name(node) : cm_name_anon(c, cm_name_key(c, node, "source"), "anon");
  cte->next = c->ctes; /* for finding; the order of printing is that of the texts */
  c->ctes = cte;
  return cte;
}

static void put_column_names(corm_writer *w, const corm_node *query) {
  const cm_select_columns *columns = cm_labels_of(w->c, query);
  corm_write(w, "(");
  for (size_t i = 0; columns && i < columns->n; i++) {
    const char *name = cm_name_text(w->c, &columns->items[i].name);
    corm_write(w, i ? ", " : "");
    if (name)
      cm_w_name(w, name, 0);
  }
  corm_write(w, ")");
}

static void put_body(corm_compiler *c, cm_cte *cte) {
  corm_writer w;
  cm_frame *around = c->frame;
  char *body = NULL;
  c->frame = NULL; /* a CTE correlates to nothing */
  cm_w_init(&w, c);
  c->cte_depth++;
  cm_w_query(&w, cm_kid(cte->node, 0), CM_Q_IN_FROM);
  c->cte_depth--;
  body = cm_w_take(&w);
  cm_w_init(&w, c);
  cm_w_name(&w, cte->name, 0);
  if (cte->recursive)
    put_column_names(&w, cm_kid(cte->node, 0));
  corm_write(&w, " AS \n(");
  corm_write(&w, body);
  corm_write(&w, ")");
  cte->text = cm_w_take(&w);
  c->frame = around;
}

const char *cm_cte_name(corm_compiler *c, const corm_node *node) {
  cm_cte *cte = find(c, node);
  if (!cte)
    cte = enter(c, node);
  return cte ? cte->name : "";
}

const char *cm_cte_use(corm_compiler *c, const corm_node *node) {
  const char *name = cm_cte_name(c, node);
  cm_cte *cte = c->status ? NULL : find(c, node);
  if (!cte || cte->open || cte->done)
    return name;
  cte->open = 1;
  put_body(c, cte);
  cte->open = 0;
  cte->done = ++c->ctes_done;
  return name;
}

static const cm_cte *done_at(const corm_compiler *c, size_t n) {
  for (const cm_cte *at = c->ctes; at; at = at->next)
    if (at->done == n)
      return at;
  return NULL;
}

void cm_cte_head(corm_compiler *c, corm_writer *out) {
  int recursive = 0;
  if (!c->ctes)
    return;
  for (const cm_cte *at = c->ctes; at; at = at->next) {
    cm_cte_use(c, at->node); /* named only, not in any FROM */
    recursive |= at->recursive;
  }
  corm_write(out, recursive ? "WITH RECURSIVE " : "WITH ");
  for (size_t i = 1; i <= c->ctes_done; i++) {
    const cm_cte *at = done_at(c, i);
    corm_write(out, i > 1 ? ", \n" : "");
    corm_write(out, at ? at->text : "");
  }
  corm_write(out, "\n ");
}
