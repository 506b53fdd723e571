/* Memory that is freed all at once. Zeroed is empty. */
#ifndef CM_ARENA_H
#define CM_ARENA_H
#include <stddef.h>

typedef struct cm_arena_chunk cm_arena_chunk;
typedef struct cm_arena {
  cm_arena_chunk *last;
  size_t used, cap; /* of the last chunk */
} cm_arena;

void *cm_arena_alloc(cm_arena *, size_t n); /* aligned to 16; NULL when memory fails */
void *cm_arena_zero(cm_arena *, size_t n);
char *cm_arena_strndup(cm_arena *, const char *p, size_t n); /* terminated */
char *cm_arena_strdup(cm_arena *, const char *s);
void cm_arena_reset(cm_arena *); /* keeps one chunk */
void cm_arena_free(cm_arena *);
#endif
