/* Walking and rewriting. */
#include "ast/build.h"
#include <string.h>

int cm_walk(const corm_node *x, cm_walk_fn fn, void *ctx) {
  int answer = x ? fn(ctx, x) : 1;
  if (answer)
    return answer < 0 ? -1 : 0;
  for (size_t i = 0; i < x->n; i++)
    if (x->kids[i] && cm_walk(x->kids[i], fn, ctx) < 0)
      return -1;
  return 0;
}

typedef struct rewriting {
  cm_rewrite_fn fn;
  void *ctx;
  cm_map done; /* shared nodes stay shared: what each became, borrowed from `made` */
  corm_node **made;
  size_t n, cap;
  int failed;
} rewriting;

static corm_node *rewrite(rewriting *r, const corm_node *x);

/* Keeps a reference of its own to what `x` became, and one to `x`: an address that was freed must not come again. */
static void remember(rewriting *r, const corm_node *x, corm_node *became) {
  if (!cm_grow((void **)&r->made, &r->cap, r->n + 2, sizeof *r->made) || !cm_map_put_ptr(&r->done, x, became)) {
    r->failed = 1;
    return;
  }
  r->made[r->n++] = corm_node_ref(became);
  r->made[r->n++] = corm_node_ref(x);
}

static corm_node *rewrite_kids(rewriting *r, const corm_node *x) {
  corm_node *copy = NULL;
  for (size_t i = 0; i < x->n; i++) {
    corm_node *kid = x->kids[i] ? rewrite(r, x->kids[i]) : NULL;
    if (kid == x->kids[i]) {
      corm_node_unref(kid);
      continue;
    }
    if (!copy)
      copy = cm_node_copy(x);
    cm_node_set_kid(copy, i, kid);
  }
  if (!copy)
    return corm_node_ref(x);
  cm_node_seal(copy);
  return copy;
}

static corm_node *rewrite(rewriting *r, const corm_node *x) {
  corm_node *became = cm_map_get_ptr(&r->done, x);
  if (became)
    return corm_node_ref(became);
  became = r->fn(r->ctx, x);
  if (!became)
    became = rewrite_kids(r, x);
  if (x->n || became != x)
    remember(r, x, became);
  return became;
}

corm_node *cm_rewrite(const corm_node *x, cm_rewrite_fn fn, void *ctx) {
  rewriting r = {.fn = fn, .ctx = ctx};
  corm_node *out = rewrite(&r, x);
  for (size_t i = 0; i < r.n; i++)
    corm_node_unref(r.made[i]);
  cm_free(r.made);
  cm_map_free(&r.done);
  if (r.failed) {
    corm_node_unref(out);
    return cm_no_memory();
  }
  return out;
}

enum { NEAR = 16 };

/* Nodes that were met; the first ones lie near, so that a small statement needs no memory. */
typedef struct met {
  size_t n;
  const corm_node *near[NEAR];
  cm_map more;
} met;

/* 1 the first time. */
static int meet(met *m, const corm_node *x) {
  for (size_t i = 0; i < m->n && i < NEAR; i++)
    if (m->near[i] == x)
      return 0;
  if (m->n > NEAR && cm_map_get_ptr(&m->more, x))
    return 0;
  if (m->n < NEAR)
    m->near[m->n] = x;
  else
    cm_map_put_ptr(&m->more, x, (void *)(uintptr_t)x);
  m->n++;
  return 1;
}

typedef struct binds {
  const corm_node **out;
  size_t cap;
  met binds, queries;
} binds;

/* A subquery is below each of its columns: once is enough. */
static void collect(binds *b, const corm_node *x) {
  if (x->kind == CORM_NODE_BIND && !(x->flags & CM_FIXED)) {
    if (meet(&b->binds, x) && b->binds.n <= b->cap)
      b->out[b->binds.n - 1] = x;
    return;
  }
  if (cm_is_query(x) && !meet(&b->queries, x))
    return;
  for (size_t i = 0; i < x->n; i++)
    if (x->kids[i] && x->kids[i]->flags & CM_HAS_BINDS)
      collect(b, x->kids[i]);
}

size_t cm_binds(const corm_node *x, const corm_node **out, size_t cap) {
  binds b = {.out = out, .cap = cap};
  collect(&b, x);
  cm_map_free(&b.binds.more);
  cm_map_free(&b.queries.more);
  return b.binds.n;
}
