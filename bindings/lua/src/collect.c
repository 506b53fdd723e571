/* Cycles: users that refer to posts that refer to users. Objects whose every reference comes from slots and containers
 * of other such objects are kept by nobody: their slots are cleared, and they go. */
#include "binding.h"

/* ---- What a slot refers to
 * ------------------------------------------------------------------------------------------------ */

typedef int (*visitor)(crl_object *, void *arg);
typedef struct visiting {
  visitor visit;
  void *arg;
} visiting;

static int visit_thing(void *thing, void *arg) {
  const visiting *v = arg;
  if (((crl_object *)thing)->kind == CRL_OBJECT)
    return v->visit(thing, v->arg);
  const crl_container *c = thing;
  for (size_t i = 0; c->kind == CRL_CONTAINER && c->refs == 1 && i < c->n; i++)
    if (v->visit(c->items[i], v->arg))
      return 1;
  return 0;
}

static void traverse(const crl_object *o, visitor visit, void *arg) {
  visiting v = {visit, arg};
  (void)corm_record_traverse(o->record, visit_thing, &v);
}

/* ---- Tracing
 * -------------------------------------------------------------------------------------------------------------- */

#define REACHED ((size_t)-1)

static int subtract(crl_object *o, void *arg) {
  (void)arg;
  if (o->traced)
    o->traced--;
  return 0;
}

/* Objects to look at are chained through a list of their own, so that tracing takes no memory and no recursion. */
typedef struct queue {
  crl_object **at;
  size_t n;
} queue;

static int reach(crl_object *o, void *arg) {
  queue *q = arg;
  if (o->traced == REACHED)
    return 0;
  o->traced = REACHED;
  q->at[q->n++] = o;
  return 0;
}

static void mark(crl_database *d, queue *q) {
  for (crl_object *o = d->first; o; o = o->next)
    o->traced = o->refs;
  for (crl_object *o = d->first; o; o = o->next)
    traverse(o, subtract, NULL);
  for (crl_object *o = d->first; o; o = o->next)
    if (o->traced && o->traced != REACHED) {
      reach(o, q);
      while (q->n)
        traverse(q->at[--q->n], reach, q);
    }
}

/* Those that nobody reaches are held while their slots are cleared. */
static void sweep(crl_database *d, queue *q) {
  for (crl_object *o = d->first; o; o = o->next)
    if (o->traced != REACHED) {
      o->refs++;
      q->at[q->n++] = o;
    }
  for (size_t i = 0; i < q->n; i++)
    corm_record_clear(q->at[i]->record);
  for (size_t i = 0; i < q->n; i++)
    crl_unref(q->at[i]);
}

void crl_collect(crl_database *d) {
  queue q = {d->n_objects ? crl_alloc(d->n_objects * sizeof *q.at) : NULL, 0};
  if (!q.at)
    return; /* nothing there, or no memory now: another time */
  crl_database_ref(d);
  mark(d, &q);
  sweep(d, &q);
  crl_release(q.at);
  d->collect_at = d->n_objects * 2 + 1000;
  crl_database_unref(d);
}

void crl_collect_sometimes(crl_database *d) {
  if (d->n_objects >= d->collect_at)
    crl_collect(d);
}
