/* Hash maps from text or integers to pointers; open addressing. Zeroed is empty. Keys of text are borrowed:
 * they must outlive their entry. Not synchronised. */
#ifndef CM_MAP_H
#define CM_MAP_H
#include <stddef.h>
#include <stdint.h>

typedef struct cm_map_entry cm_map_entry;
typedef struct cm_map {
  cm_map_entry *entries;
  size_t used, cap; /* cap is a power of two */
  int mixed;        /* integers are hashed; until keys crowd they lie as near to each other as the numbers do */
} cm_map;

void *cm_map_get(const cm_map *, const char *key);      /* NULL: absent */
int cm_map_put(cm_map *, const char *key, void *value); /* 0: memory failed. Replaces. */
void *cm_map_remove(cm_map *, const char *key);         /* the value it had */
void *cm_map_get_int(const cm_map *, uint64_t key);
int cm_map_put_int(cm_map *, uint64_t key, void *value);
void *cm_map_remove_int(cm_map *, uint64_t key);
static inline void *cm_map_get_ptr(const cm_map *m, const void *key) {
  return cm_map_get_int(m, (uint64_t)(uintptr_t)key);
}
static inline int cm_map_put_ptr(cm_map *m, const void *key, void *value) {
  return cm_map_put_int(m, (uint64_t)(uintptr_t)key, value);
}
static inline void *cm_map_remove_ptr(cm_map *m, const void *key) {
  return cm_map_remove_int(m, (uint64_t)(uintptr_t)key);
}
int cm_map_reserve(cm_map *, size_t more); /* 0: memory failed. The next `more` puts need none */
/* Walks in no order: *at starts at 0; 0 at the end. Do not change the map meanwhile. */
int cm_map_next(const cm_map *, size_t *at, const char **key, uint64_t *int_key, void **value);
void cm_map_free(cm_map *);

uint64_t cm_hash_bytes(const void *p, size_t n);
uint64_t cm_hash_mix(uint64_t a, uint64_t b); /* order matters */
#endif
