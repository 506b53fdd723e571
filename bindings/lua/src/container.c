/* Containers of relations to many: the members in order, as the core and Lua's lists see them. */
#include "binding.h"
#include <string.h>

crl_container *crl_container_new(void) {
  crl_container *c = crl_alloc(sizeof *c);
  if (c) {
    c->kind = CRL_CONTAINER;
    c->refs = 1;
  }
  return c;
}

int crl_container_insert(crl_container *c, size_t at, crl_object *member) {
  if (c->n == c->cap) {
    size_t cap = c->cap ? c->cap * 2 : 4;
    crl_object **more = crl_resize(c->items, cap * sizeof *more);
    if (!more)
      return 0;
    c->items = more;
    c->cap = cap;
  }
  memmove(&c->items[at + 1], &c->items[at], (c->n - at) * sizeof *c->items);
  c->items[at] = member;
  crl_ref(member);
  c->n++;
  return 1;
}

int crl_container_add(crl_container *c, crl_object *member) { return crl_container_insert(c, c->n, member); }

int crl_container_remove(crl_container *c, const crl_object *member) {
  for (size_t i = 0; i < c->n; i++) {
    if (c->items[i] != member)
      continue;
    crl_object *gone = c->items[i];
    c->n--;
    memmove(&c->items[i], &c->items[i + 1], (c->n - i) * sizeof *c->items);
    crl_unref(gone);
    return 1;
  }
  return 0;
}
