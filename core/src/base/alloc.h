/* The library's only way to memory; all of it through the hook of corm_set_allocator. NULL when there is none. */
#ifndef CM_ALLOC_H
#define CM_ALLOC_H
#include <cormorant/abi.h>

void *cm_alloc(size_t n);
void *cm_alloc_zero(size_t n);
void *cm_realloc(void *p, size_t n);
void cm_free(void *p);                     /* NULL is fine */
char *cm_strdup(const char *s);            /* NULL gives NULL */
char *cm_strndup(const char *p, size_t n); /* terminated copy */
/* Grows a vector to hold `need` elements (doubling). 1 on success; 0 leaves everything as it was. */
int cm_grow_to(void **data, size_t *cap, size_t need, size_t element);
static inline int cm_grow(void **data, size_t *cap, size_t need, size_t element) {
  return need <= *cap || cm_grow_to(data, cap, need, element);
}

void cm_live_add(corm_live_kind kind, int64_t n); /* atomic */
#endif
