#include "base/arena.h"
#include "base/alloc.h"
#include <string.h>

enum { ALIGNMENT = 16, LARGEST_CHUNK = 64 * 1024 };

struct cm_arena_chunk {
  cm_arena_chunk *prev;
  size_t cap;
  _Alignas(ALIGNMENT) char data[];
};

/* With its header 1,024 bytes: a little more, and C libraries have no quick way for it. */
#define FIRST_CHUNK (1024 - sizeof(cm_arena_chunk))

/* Chunks double, so that a small arena stays small and a large one takes few calls. */
static size_t chunk_size(const cm_arena *a, size_t n) {
  size_t cap = a->last ? a->cap * 2 : FIRST_CHUNK;
  if (cap > LARGEST_CHUNK)
    cap = LARGEST_CHUNK;
  return n > cap ? n : cap;
}

static int add_chunk(cm_arena *a, size_t n) {
  size_t cap = chunk_size(a, n);
  cm_arena_chunk *c = cap < SIZE_MAX - sizeof *c ? cm_alloc(sizeof *c + cap) : NULL;
  if (!c)
    return 0;
  c->prev = a->last;
  c->cap = cap;
  a->last = c;
  a->cap = cap;
  a->used = 0;
  return 1;
}

void *cm_arena_alloc(cm_arena *a, size_t n) {
  void *p = NULL;
  if (n > SIZE_MAX - ALIGNMENT)
    return NULL;
  n = n ? (n + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1) : ALIGNMENT;
  if ((!a->last || n > a->cap - a->used) && !add_chunk(a, n))
    return NULL;
  p = a->last->data + a->used;
  a->used += n;
  return p;
}

void *cm_arena_zero(cm_arena *a, size_t n) {
  void *p = cm_arena_alloc(a, n);
  if (p)
    memset(p, 0, n);
  return p;
}

char *cm_arena_strndup(cm_arena *a, const char *p, size_t n) {
  char *copy = n < SIZE_MAX ? cm_arena_alloc(a, n + 1) : NULL;
  if (!copy)
    return NULL;
  if (n)
    memcpy(copy, p, n);
  copy[n] = '\0';
  return copy;
}

char *cm_arena_strdup(cm_arena *a, const char *s) { return s ? cm_arena_strndup(a, s, strlen(s)) : NULL; }

static void free_chunks(cm_arena_chunk *c) {
  while (c) {
    cm_arena_chunk *prev = c->prev;
    cm_free(c);
    c = prev;
  }
}

void cm_arena_reset(cm_arena *a) {
  if (!a->last)
    return;
  free_chunks(a->last->prev);
  a->last->prev = NULL;
  a->used = 0;
}

void cm_arena_free(cm_arena *a) {
  free_chunks(a->last);
  memset(a, 0, sizeof *a);
}
