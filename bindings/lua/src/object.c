/* Objects: what stands for a record in slots and containers, counted in C. See docs/decisions/ on why not in Lua. */
#include "binding.h"
#include <stdlib.h>

void *crl_alloc(size_t n) { return calloc(1, n); }
void *crl_resize(void *p, size_t n) { return realloc(p, n); }
void crl_release(void *p) { free(p); }

/* ---- Counting
 * ------------------------------------------------------------------------------------------------------------- */

typedef struct crl_thing {
  int kind;
  size_t refs;
} crl_thing;

static void free_object(crl_object *o) {
  crl_database *d = o->database;
  if (o->prev)
    o->prev->next = o->next;
  else
    d->first = o->next;
  if (o->next)
    o->next->prev = o->prev;
  d->n_objects--;
  if (o->record)
    corm_record_release(o->record);
  crl_release(o);
  crl_database_unref(d);
}

static void free_container(crl_container *c) {
  while (c->n)
    crl_unref(c->items[--c->n]);
  crl_release(c->items);
  crl_release(c);
}

static void free_node(crl_boxed_node *b) {
  corm_node_unref(b->node);
  crl_release(b);
}

void crl_ref(void *thing) { ((crl_thing *)thing)->refs++; }

void crl_unref(void *thing) {
  crl_thing *t = thing;
  if (!t || --t->refs)
    return;
  if (t->kind == CRL_OBJECT)
    free_object(thing);
  else if (t->kind == CRL_CONTAINER)
    free_container(thing);
  else if (t->kind == CRL_NODE)
    free_node(thing);
  else
    crl_release(thing);
}

void crl_value_ref(crl_object *o) {
  o->refs++;
  o->database->n_values++;
}

void crl_value_unref(void *object) {
  crl_object *o = object;
  if (!o)
    return;
  crl_database *d = crl_database_ref(o->database);
  crl_unref(o);
  if (--d->n_values == 0 && d->silent)
    crl_collect(d);
  crl_database_unref(d);
}

crl_object *crl_object_of(crl_database *d, corm_record *r) {
  crl_object *o = corm_record_peek_object(r);
  if (o) {
    o->refs++;
    return o;
  }
  o = crl_alloc(sizeof *o);
  if (!o)
    return NULL;
  *o = (crl_object){.kind = CRL_OBJECT, .refs = 1, .database = crl_database_ref(d), .record = r, .next = d->first};
  if (d->first)
    d->first->prev = o;
  d->first = o;
  d->n_objects++;
  corm_record_set_object(r, o);
  return o;
}
