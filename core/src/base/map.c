#include "base/map.h"
#include "base/alloc.h"
#include <string.h>

struct cm_map_entry {
  const char *key; /* NULL: free; int_tag: the key is the number */
  uint64_t number; /* the integer, or the hash of the text */
  void *value;
};

static const char int_tag[] = "";

static const uint64_t ODD = 0x9e3779b97f4a7c15u;

static uint64_t scramble(uint64_t x) {
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93u;
  x ^= x >> 29;
  x *= ODD;
  return x ^ (x >> 32);
}

uint64_t cm_hash_mix(uint64_t a, uint64_t b) { return scramble((a << 7 | a >> 57) * ODD + b); }

uint64_t cm_hash_bytes(const void *p, size_t n) {
  const unsigned char *at = p;
  uint64_t h = n * ODD + 0x51ed270b0a1f2c3du;
  uint64_t word = 0;
  for (; n >= sizeof word; n -= sizeof word, at += sizeof word) {
    memcpy(&word, at, sizeof word);
    h = (h ^ scramble(word)) * ODD;
    h ^= h >> 31;
  }
  word = 0;
  for (size_t i = 0; i < n; i++)
    word = word << 8 | at[i];
  return scramble(h ^ scramble(word + n));
}

static const size_t CROWDED = 64;

/* Addresses of things that were made one after the other fall near each other: a walk over many of them stays in the
 * processor's cache. */
static uint64_t near(uint64_t number) { return (number >> 4) + (number & 15); }

static size_t home(const cm_map *m, const char *key, uint64_t number) {
  return (size_t)(key != int_tag ? number : m->mixed ? scramble(number) : near(number)) & (m->cap - 1);
}

static int matches(const cm_map_entry *e, const char *key, uint64_t number) {
  if (e->number != number)
    return 0;
  if (e->key == key)
    return 1;
  return e->key != int_tag && key != int_tag && strcmp(e->key, key) == 0;
}

/* The entry of the key, or the free one where it belongs. The map must have room. */
static cm_map_entry *slot(const cm_map *m, const char *key, uint64_t number) {
  size_t i = home(m, key, number);
  while (m->entries[i].key && !matches(&m->entries[i], key, number))
    i = (i + 1) & (m->cap - 1);
  return &m->entries[i];
}

static int rehash(cm_map *m, size_t cap) {
  cm_map next = {NULL, m->used, cap, m->mixed};
  if (cap > SIZE_MAX / sizeof *next.entries)
    return 0;
  next.entries = cm_alloc_zero(cap * sizeof *next.entries);
  if (!next.entries)
    return 0;
  for (size_t i = 0; i < m->cap; i++) {
    const cm_map_entry *e = &m->entries[i];
    if (e->key)
      *slot(&next, e->key, e->number) = *e;
  }
  cm_free(m->entries);
  *m = next;
  return 1;
}

int cm_map_reserve(cm_map *m, size_t more) {
  size_t cap = m->cap ? m->cap : 8;
  while ((m->used + more + 1) * 4 > cap * 3)
    cap *= 2;
  return cap == m->cap || rehash(m, cap);
}

static void *get(const cm_map *m, const char *key, uint64_t number) {
  return m->used ? slot(m, key, number)->value : NULL;
}

static int is_crowded(const cm_map *m, const cm_map_entry *e) {
  size_t at = (size_t)(e - m->entries);
  return ((at - home(m, e->key, e->number)) & (m->cap - 1)) > CROWDED;
}

static int put(cm_map *m, const char *key, uint64_t number, void *value) {
  cm_map_entry *e = m->used ? slot(m, key, number) : NULL;
  int is_new = !e || !e->key;
  if (is_new && (m->used + 1) * 4 > m->cap * 3 && !rehash(m, m->cap ? m->cap * 2 : 8))
    return 0;
  if (is_new)
    e = slot(m, key, number);
  e->key = key; /* of a replaced entry too: the old key's memory may go with the old value */
  e->number = number;
  e->value = value;
  m->used += (size_t)is_new;
  if (is_new && !m->mixed && is_crowded(m, e)) {
    m->mixed = 1;
    if (!rehash(m, m->cap))
      m->mixed = 0; /* without memory it stays slow */
  }
  return 1;
}

/* Moves later entries of the run back over the hole, so that no tombstones are needed. */
static void close_hole(cm_map *m, size_t hole) {
  size_t mask = m->cap - 1;
  for (size_t i = (hole + 1) & mask; m->entries[i].key; i = (i + 1) & mask) {
    size_t from_home = (i - home(m, m->entries[i].key, m->entries[i].number)) & mask;
    if (from_home >= ((i - hole) & mask)) {
      m->entries[hole] = m->entries[i];
      hole = i;
    }
  }
  memset(&m->entries[hole], 0, sizeof m->entries[hole]);
}

static void *take(cm_map *m, const char *key, uint64_t number) {
  cm_map_entry *e = m->used ? slot(m, key, number) : NULL;
  void *value = NULL;
  if (!e || !e->key)
    return NULL;
  value = e->value;
  close_hole(m, (size_t)(e - m->entries));
  m->used--;
  return value;
}

void *cm_map_get(const cm_map *m, const char *key) { return get(m, key, cm_hash_bytes(key, strlen(key))); }
int cm_map_put(cm_map *m, const char *key, void *value) { return put(m, key, cm_hash_bytes(key, strlen(key)), value); }
void *cm_map_remove(cm_map *m, const char *key) { return take(m, key, cm_hash_bytes(key, strlen(key))); }

void *cm_map_get_int(const cm_map *m, uint64_t key) { return get(m, int_tag, key); }
int cm_map_put_int(cm_map *m, uint64_t key, void *value) { return put(m, int_tag, key, value); }
void *cm_map_remove_int(cm_map *m, uint64_t key) { return take(m, int_tag, key); }

int cm_map_next(const cm_map *m, size_t *at, const char **key, uint64_t *int_key, void **value) {
  while (*at < m->cap) {
    const cm_map_entry *e = &m->entries[(*at)++];
    int is_int = e->key == int_tag;
    if (!e->key)
      continue;
    if (key)
      *key = is_int ? NULL : e->key;
    if (int_key)
      *int_key = is_int ? e->number : 0;
    if (value)
      *value = e->value;
    return 1;
  }
  return 0;
}

void cm_map_free(cm_map *m) {
  cm_free(m->entries);
  memset(m, 0, sizeof *m);
}
