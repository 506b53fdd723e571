/* Compiled statements by shape. The key is the statement without its values; the last use decides what goes first. */
#include "compile/compiler.h"
#include <string.h>

typedef struct entry {
  struct entry *next;          /* in its bucket */
  struct entry *newer, *older; /* by use */
  uint64_t hash;
  corm_compiled *compiled; /* its `original` is the key */
  const corm_dialect *dialect;
  int paramstyle, label_length;
  uint64_t generation;
  size_t n_keys;
  int has_keys;
  const char **keys; /* copies, behind the entry */
} entry;

struct cm_cache {
  cm_mutex mutex;
  entry **buckets;
  size_t n_buckets, n, limit;
  entry *newest, *oldest;
};

cm_cache *cm_cache_new(size_t entries) {
  cm_cache *cache = cm_alloc_zero(sizeof *cache);
  if (!cache)
    return NULL;
  cache->limit = entries ? entries : 1;
  for (cache->n_buckets = 16; cache->n_buckets < cache->limit * 2;)
    cache->n_buckets *= 2;
  cache->buckets = cm_alloc_zero(cache->n_buckets * sizeof(entry *));
  if (cache->buckets && cm_mutex_init(&cache->mutex) == 0)
    return cache;
  cm_free(cache->buckets);
  cm_free(cache);
  return NULL;
}

static void free_entry(entry *e) {
  corm_compiled_free(e->compiled);
  cm_free(e);
}

static void unlink_use(cm_cache *cache, entry *e) {
  *(e->newer ? &e->newer->older : &cache->newest) = e->older;
  *(e->older ? &e->older->newer : &cache->oldest) = e->newer;
  e->newer = e->older = NULL;
}

static void link_newest(cm_cache *cache, entry *e) {
  e->older = cache->newest;
  *(cache->newest ? &cache->newest->newer : &cache->oldest) = e;
  cache->newest = e;
}

static void drop_oldest(cm_cache *cache) {
  entry *e = cache->oldest, **at = &cache->buckets[e->hash & (cache->n_buckets - 1)];
  while (*at != e)
    at = &(*at)->next;
  *at = e->next;
  unlink_use(cache, e);
  cache->n--;
  free_entry(e);
}

void cm_cache_clear(cm_cache *cache) {
  if (!cache)
    return;
  cm_lock(&cache->mutex);
  while (cache->oldest)
    drop_oldest(cache);
  cm_unlock(&cache->mutex);
}

void cm_cache_free(cm_cache *cache) {
  if (!cache)
    return;
  cm_cache_clear(cache);
  cm_mutex_free(&cache->mutex);
  cm_free(cache->buckets);
  cm_free(cache);
}

static const corm_compile_options *or_none(const corm_compile_options *options) {
  static const corm_compile_options none = {.size = sizeof(corm_compile_options)};
  return options ? options : &none;
}

static uint64_t hash_of(const corm_node *stmt, const corm_dialect *dialect, const corm_compile_options *o) {
  uint64_t h = cm_hash_mix(corm_node_peek_fold(stmt), (uint64_t)(uintptr_t)dialect);
  for (size_t i = 0; i < o->n_set_keys; i++)
    h = cm_hash_mix(h, cm_hash_bytes(o->set_keys[i], strlen(o->set_keys[i])));
  return h;
}

static int same_keys(const entry *e, const corm_compile_options *o) {
  if (e->n_keys != o->n_set_keys || e->has_keys != (o->set_keys != NULL))
    return 0;
  for (size_t i = 0; o->set_keys && i < e->n_keys; i++)
    if (strcmp(e->keys[i], o->set_keys[i]) != 0)
      return 0;
  return 1;
}

static int is_for(const entry *e, uint64_t hash, const corm_node *stmt, const corm_dialect *dialect,
                  const corm_compile_options *o) {
  return e->hash == hash && e->dialect == dialect && e->paramstyle == o->paramstyle &&
         e->label_length == o->label_length && e->generation == (o->host ? o->host->generation : 0) &&
         same_keys(e, o) && corm_node_equal(e->compiled->original, stmt);
}

static entry *find(cm_cache *cache, uint64_t hash, const corm_node *stmt, const corm_dialect *dialect,
                   const corm_compile_options *o) {
  entry *e = cache->buckets[hash & (cache->n_buckets - 1)];
  while (e && !is_for(e, hash, stmt, dialect, o))
    e = e->next;
  return e;
}

static entry *new_entry(corm_compiled *compiled, uint64_t hash, const corm_dialect *dialect,
                        const corm_compile_options *o) {
  size_t text = 0;
  char *at = NULL;
  entry *e = NULL;
  for (size_t i = 0; i < o->n_set_keys; i++)
    text += strlen(o->set_keys[i]) + 1;
  e = cm_alloc_zero(sizeof *e + o->n_set_keys * sizeof *e->keys + text);
  if (!e)
    return NULL;
  e->keys = (const char **)(e + 1);
  at = (char *)(e->keys + o->n_set_keys);
  for (size_t i = 0; i < o->n_set_keys; i++) {
    size_t n = strlen(o->set_keys[i]) + 1;
    memcpy(at, o->set_keys[i], n);
    e->keys[i] = at;
    at += n;
  }
  e->n_keys = o->n_set_keys;
  e->has_keys = o->set_keys != NULL;
  e->hash = hash;
  e->dialect = dialect;
  e->paramstyle = o->paramstyle;
  e->label_length = o->label_length;
  e->generation = o->host ? o->host->generation : 0;
  e->compiled = cm_compiled_ref(compiled);
  return e;
}

static void insert(cm_cache *cache, entry *e) {
  entry **bucket = &cache->buckets[e->hash & (cache->n_buckets - 1)];
  if (cache->n >= cache->limit)
    drop_oldest(cache);
  e->next = *bucket;
  *bucket = e;
  link_newest(cache, e);
  cache->n++;
}

/* The text of some statements is not a matter of their shape: it depends on values, or on the host. */
static int is_cacheable(const corm_node *stmt, const corm_compile_options *o) {
  return !o->literal_binds && !o->render_postcompile && stmt->kind < CORM_NODE_CREATE_TABLE &&
         !(stmt->flags & (CM_HAS_HOST | CM_POISONED));
}

static corm_compiled *look_up(cm_cache *cache, uint64_t hash, const corm_node *stmt, const corm_dialect *dialect,
                              const corm_compile_options *o) {
  corm_compiled *found = NULL;
  entry *e = NULL;
  cm_lock(&cache->mutex);
  e = find(cache, hash, stmt, dialect, o);
  if (e) {
    found = cm_compiled_ref(e->compiled);
    if (cache->newest != e) {
      unlink_use(cache, e);
      link_newest(cache, e);
    }
  }
  cm_unlock(&cache->mutex);
  return found;
}

static int compile_and_keep(corm_compiled **out, cm_cache *cache, uint64_t hash, const corm_node *stmt,
                            const corm_dialect *dialect, const corm_compile_options *o, corm_error **err) {
  corm_node *stripped = cm_node_strip(stmt);
  entry *e = NULL;
  int status = CORM_OK;
  if (!stripped)
    return cm_fail_memory(err);
  status = cm_compile_new(out, stripped, dialect, o, err);
  corm_node_unref(stripped);
  if (status)
    return status;
  e = new_entry(*out, hash, dialect, o);
  if (!e)
    return CORM_OK; /* it can be run; only the next time it is compiled again */
  cm_lock(&cache->mutex);
  if (find(cache, hash, stmt, dialect, o)) {
    cm_unlock(&cache->mutex);
    free_entry(e); /* another thread was faster */
    return CORM_OK;
  }
  insert(cache, e);
  cm_unlock(&cache->mutex);
  return CORM_OK;
}

int cm_compile_cached(corm_compiled **out, cm_cache *cache, const corm_node *stmt, const corm_dialect *dialect,
                      const corm_compile_options *options, int *hit, corm_error **err) {
  const corm_compile_options *o = or_none(options);
  uint64_t hash = 0;
  *out = NULL;
  if (hit)
    *hit = 0;
  if (!cache)
    return cm_compile_new(out, stmt, dialect, options, err);
  hash = hash_of(stmt, dialect, o);
  if (!o->literal_binds && !o->render_postcompile)
    *out = look_up(cache, hash, stmt, dialect, o);
  if (*out && hit)
    *hit = 1;
  if (*out)
    return CORM_OK;
  if (!is_cacheable(stmt, o))
    return cm_compile_new(out, stmt, dialect, options, err);
  return compile_and_keep(out, cache, hash, stmt, dialect, o, err);
}
