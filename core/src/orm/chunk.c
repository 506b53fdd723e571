/* Memory of many records: 2 MiB slabs, aligned, cut into 64 KiB chunks, aligned, so that a record finds its chunk by
 * its address. A chunk whose records are all dead is used again; a slab whose chunks are all unused is given back. */
#define _DEFAULT_SOURCE 1 /* madvise */
#include "orm/orm.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

#define CHUNK ((size_t)65536)
#define SLAB ((size_t)2097152)
#define SLAB_CHUNKS (SLAB / CHUNK)

typedef struct cm_slab {
  void *base;                /* as allocated */
  char *first;               /* aligned */
  size_t made, live, chunks; /* cut so far; in use; that fit */
  struct cm_slab *next, *prev;
  struct cm_slabs *pool;
  cm_chunk *unused;
} cm_slab;

/* Chunks that reads left with room, one for each entity of a usual row: the next read goes on there. */
#define MOST_OPEN 4
#define ROOM_WORTH_KEEPING (CHUNK / 8)

struct cm_slabs {
  corm_session *session;
  cm_slab *slabs;
  cm_chunk *chunks; /* in use */
  cm_chunk *open[MOST_OPEN];
};

_Static_assert(sizeof(cm_chunk) <= 48, "the chunk's header has 48 bytes");
#define HEAD 48u

static cm_chunk *chunk_of(const void *p) { return (cm_chunk *)((uintptr_t)p & ~(uintptr_t)(CHUNK - 1)); }

cm_slabs *cm_slabs_new(corm_session *s) {
  cm_slabs *pool = cm_alloc_zero(sizeof *pool);
  if (pool)
    pool->session = s;
  return pool;
}

corm_session *cm_chunk_session(const corm_record *r) {
  const cm_chunk *c = r->flags & CM_REC_LOOSE ? NULL : chunk_of(r);
  return c && c->pool ? c->pool->session : NULL;
}

/* From the third on, memory is asked for in huge pages: a page fault costs as much as filling a record. */
static void advise(cm_slab *slab) {
#if defined(MADV_HUGEPAGE)
  if (slab->next && slab->next->next)
    (void)madvise(slab->first, SLAB, MADV_HUGEPAGE);
#else
  (void)slab;
#endif
}

/* The first slab of a pool is small, so that a small result does not take 2 MiB. */
static cm_slab *slab_new(cm_slabs *pool) {
  size_t size = pool->slabs ? SLAB : CHUNK * 2, align = pool->slabs ? SLAB : CHUNK;
  cm_slab *slab = cm_alloc_zero(sizeof *slab);
  if (!slab)
    return NULL;
  slab->base = cm_alloc(size + align);
  if (!slab->base) {
    cm_free(slab);
    return NULL;
  }
  slab->first = (char *)(((uintptr_t)slab->base + align - 1) & ~(uintptr_t)(align - 1));
  slab->chunks = size / CHUNK;
  slab->pool = pool;
  slab->next = pool->slabs;
  if (slab->next)
    slab->next->prev = slab;
  pool->slabs = slab;
  advise(slab);
  return slab;
}

static void slab_free(cm_slab *slab) {
  if (slab->next)
    slab->next->prev = slab->prev;
  if (slab->prev)
    slab->prev->next = slab->next;
  else if (slab->pool)
    slab->pool->slabs = slab->next;
  cm_free(slab->base);
  cm_free(slab);
}

static cm_chunk *chunk_cut(cm_slab *slab) {
  cm_chunk *c = slab->unused;
  if (c)
    slab->unused = c->next;
  else if (slab->made < slab->chunks)
    c = (cm_chunk *)(void *)(slab->first + slab->made++ * CHUNK);
  return c;
}

static cm_chunk *chunk_new(cm_slabs *pool) {
  cm_chunk *c = NULL;
  cm_slab *slab = pool->slabs;
  for (; slab && !c; slab = c ? slab : slab->next)
    c = chunk_cut(slab);
  if (!c) {
    slab = slab_new(pool);
    if (!slab)
      return NULL;
    c = chunk_cut(slab);
  }
  *c = (cm_chunk){.pool = pool, .slab = slab, .used = HEAD, .next = pool->chunks};
  if (c->next)
    c->next->prev = c;
  pool->chunks = c;
  slab->live++;
  return c;
}

static void chunk_free(cm_chunk *c) {
  cm_slab *slab = c->slab;
  if (c->next)
    c->next->prev = c->prev;
  if (c->prev)
    c->prev->next = c->next;
  else if (c->pool)
    c->pool->chunks = c->next;
  c->next = slab->unused;
  slab->unused = c;
  if (--slab->live == 0 && (!slab->pool || slab->prev || slab->next))
    slab_free(slab);
}

static void let_go(cm_chunk *c) {
  if (--c->live == 0)
    chunk_free(c);
}

/* Of those with room the one with the most, which nobody else then has. All of an empty one is room. NULL: none. */
static cm_chunk *reopen(cm_slabs *pool) {
  int best = -1;
  for (int i = 0; i < MOST_OPEN; i++) {
    cm_chunk *c = pool->open[i];
    if (c && c->live == 1)
      c->used = HEAD;
    if (c && (best < 0 || c->used < pool->open[best]->used))
      best = i;
  }
  if (best < 0)
    return NULL;
  cm_chunk *found = pool->open[best];
  pool->open[best] = NULL;
  return found;
}

static cm_chunk *chunk_begin(cm_slabs *pool) {
  cm_chunk *c = reopen(pool);
  if (!c && (c = chunk_new(pool)))
    c->live = 1; /* kept while it is the current one: see cm_chunk_leave */
  return c;
}

corm_record *cm_chunk_take(cm_slabs *pool, cm_chunk **at, size_t bytes) {
  cm_chunk *c = *at;
  bytes = (bytes + 7) & ~(size_t)7;
  if (bytes > CHUNK - HEAD)
    return NULL;
  while (!c || c->used + bytes > CHUNK) {
    cm_chunk *next = chunk_begin(pool);
    if (!next)
      return NULL;
    if (c)
      let_go(c);
    *at = c = next;
  }
  corm_record *r = (corm_record *)(void *)((char *)c + c->used);
  c->used += (uint32_t)bytes;
  c->live++;
  return r;
}

/* It takes the place of a fuller one. */
void cm_chunk_leave(cm_chunk **at) {
  cm_chunk *c = *at;
  *at = NULL;
  for (int i = 0; c && c->pool && c->used <= CHUNK - ROOM_WORTH_KEEPING && i < MOST_OPEN; i++) {
    cm_chunk *other = c->pool->open[i];
    if (other && other->used <= c->used)
      continue;
    c->pool->open[i] = c;
    c = other;
  }
  if (c)
    let_go(c);
}

void *cm_chunk_extend(cm_chunk *c, size_t bytes) {
  bytes = (bytes + 7) & ~(size_t)7;
  if (c->used + bytes > CHUNK)
    return NULL;
  void *p = (char *)c + c->used;
  c->used += (uint32_t)bytes;
  return p;
}

void cm_chunk_give(corm_record *r) { let_go(chunk_of(r)); }

void cm_chunk_undo(cm_chunk *c, corm_record *r) {
  c->used = (uint32_t)((char *)r - (char *)c);
  c->live--;
}

void cm_slabs_free(cm_slabs *pool) {
  if (!pool)
    return;
  for (int i = 0; i < MOST_OPEN; i++)
    if (pool->open[i])
      let_go(pool->open[i]);
  for (cm_chunk *c = pool->chunks, *next; c; c = next) {
    next = c->next;
    c->next = c->prev = NULL;
    c->pool = NULL;
  }
  for (cm_slab *slab = pool->slabs, *next; slab; slab = next) {
    next = slab->next;
    slab->next = slab->prev = NULL;
    slab->pool = NULL;
    if (slab->live == 0)
      slab_free(slab);
  }
  cm_free(pool);
}
