#include "base/alloc.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static void *system_alloc(void *user, void *p, size_t n) {
  (void)user;
  if (n == 0) {
    free(p);
    return NULL;
  }
  return realloc(p, n);
}

static corm_alloc_fn hook = system_alloc;
static void *hook_user;

static _Atomic int64_t live[CORM_LIVE_KINDS];

void corm_set_allocator(corm_alloc_fn alloc, void *user) {
  hook = alloc ? alloc : system_alloc;
  hook_user = alloc ? user : NULL;
}

/* A size of 0 would mean "free" to the hook. */
void *cm_alloc(size_t n) { return hook(hook_user, NULL, n ? n : 1); }

void *cm_alloc_zero(size_t n) {
  void *p = cm_alloc(n);
  if (p)
    memset(p, 0, n);
  return p;
}

void *cm_realloc(void *p, size_t n) { return hook(hook_user, p, n ? n : 1); }

void cm_free(void *p) {
  if (p)
    hook(hook_user, p, 0);
}

void *corm_alloc(size_t n) { return cm_alloc(n); }
void corm_free(void *p) { cm_free(p); }

char *cm_strndup(const char *p, size_t n) {
  char *copy = n < SIZE_MAX ? cm_alloc(n + 1) : NULL;
  if (!copy)
    return NULL;
  if (n)
    memcpy(copy, p, n);
  copy[n] = '\0';
  return copy;
}

char *cm_strdup(const char *s) { return s ? cm_strndup(s, strlen(s)) : NULL; }

int cm_grow_to(void **data, size_t *cap, size_t need, size_t element) {
  size_t n = *cap ? *cap : 8;
  void *p = NULL;
  while (n < need)
    n = n > SIZE_MAX / 2 ? need : n * 2;
  if (n > SIZE_MAX / element)
    return 0;
  p = cm_realloc(*data, n * element);
  if (!p)
    return 0;
  *data = p;
  *cap = n;
  return 1;
}

void cm_live_add(corm_live_kind kind, int64_t n) { atomic_fetch_add_explicit(&live[kind], n, memory_order_relaxed); }

int64_t corm_live(corm_live_kind kind) {
  if ((unsigned)kind >= CORM_LIVE_KINDS)
    return 0;
  return atomic_load_explicit(&live[kind], memory_order_relaxed);
}
