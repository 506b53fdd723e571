#include "schema/build.h"
#include <string.h>

void *cm_schema_zero(corm_schema *s, size_t n) { return cm_arena_zero(&s->arena, n); }

int cm_schema_text(corm_schema *s, char **out, const char *text) {
  *out = text ? cm_arena_strdup(&s->arena, text) : NULL;
  return *out || !text;
}

int cm_schema_value(corm_schema *s, corm_value *out, const corm_value *v) {
  *out = *v;
  if (!corm_kind_has_bytes(v->kind))
    return 1;
  out->as.p = cm_arena_strndup(&s->arena, v->as.p, v->size);
  return out->as.p != NULL;
}

/* Arrays have no field for their room: it is the power of two from 4 that holds n. */
static int is_full(size_t n) { return n == 0 || (n >= 4 && (n & (n - 1)) == 0); }

int cm_schema_reserve(corm_schema *s, void *array, size_t n) {
  void **old = NULL, **grown = NULL;
  if (!is_full(n))
    return 1;
  grown = cm_arena_zero(&s->arena, (n ? n * 2 : 4) * sizeof *grown);
  if (!grown)
    return 0;
  memcpy(&old, array, sizeof old);
  if (n)
    memcpy(grown, old, n * sizeof *grown);
  memcpy(array, &grown, sizeof grown);
  return 1;
}

void cm_schema_push(void *array, size_t *n, void *item) {
  void **items = NULL;
  memcpy(&items, array, sizeof items);
  items[*n] = item;
  atomic_thread_fence(memory_order_release); /* the item before the count that shows it */
  (*n)++;
}

int cm_schema_append(corm_schema *s, void *array, size_t *n, void *item) {
  if (!cm_schema_reserve(s, array, *n))
    return 0;
  cm_schema_push(array, n, item);
  return 1;
}

int cm_schema_pointers(corm_schema *s, void *out, const void *items, size_t n) {
  void **copy = NULL;
  if (n) {
    copy = cm_arena_alloc(&s->arena, n * sizeof *copy);
    if (!copy)
      return 0;
    memcpy(copy, items, n * sizeof *copy);
  }
  memcpy(out, &copy, sizeof copy);
  return 1;
}

static int copy_map(cm_map *to, const cm_map *from) {
  const char *key = NULL;
  void *value = NULL;
  size_t at = 0;
  while (cm_map_next(from, &at, &key, NULL, &value))
    if (!cm_map_put(to, key, value))
      return 0;
  return 1;
}

int cm_schema_put(corm_schema *s, cm_map *map, const char *key, void *value) {
  cm_map grown = {0};
  if (!map->cap || (map->used + 1) * 4 <= map->cap * 3)
    return cm_map_put(map, key, value);
  if (!copy_map(&grown, map) || !cm_map_put(&grown, key, value) ||
      !cm_schema_append(s, &s->retired, &s->n_retired, map->entries)) {
    cm_map_free(&grown);
    return 0;
  }
  map->entries = grown.entries; /* before the larger cap: a reader between the two stays inside */
  atomic_thread_fence(memory_order_release);
  map->cap = grown.cap;
  map->used = grown.used;
  return 1;
}

int cm_schema_keep_node(corm_schema *s, const corm_node *node) {
  if (!node || cm_schema_append(s, &s->nodes, &s->n_nodes, (void *)(uintptr_t)node))
    return 1;
  corm_node_unref(node);
  return 0;
}

int cm_schema_keep_type(corm_schema *s, const corm_type *type) {
  if (!type || cm_schema_append(s, &s->types, &s->n_types, (void *)(uintptr_t)type))
    return 1;
  corm_type_unref(type);
  return 0;
}
