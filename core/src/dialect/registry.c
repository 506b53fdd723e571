/* Dialects by name. A dialect is its definition: a corm_dialect begins with one. */
#include "base/base.h"
#include "dialect/dialect.h"
#include <string.h>

enum { LIMIT = 32 };

/* Only grows; a place is written before the count says that it is there. Those registered stay for the process. */
static const corm_dialect_def *added[LIMIT];
static atomic_size_t n_added;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static const corm_dialect *as_dialect(const corm_dialect_def *def) { return (const corm_dialect *)(const void *)def; }

static const corm_dialect_def *find(const char *name) {
  static const corm_dialect_def *const own[] = {&cm_dialect_standard, &cm_dialect_sqlite, &cm_dialect_postgresql};
  size_t n = atomic_load_explicit(&n_added, memory_order_acquire);
  for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
    if (strcmp(own[i]->name, name) == 0)
      return own[i];
  for (size_t i = 0; i < n; i++)
    if (strcmp(added[i]->name, name) == 0)
      return added[i];
  return NULL;
}

const corm_dialect *corm_dialect_named(const char *name) { return name ? as_dialect(find(name)) : NULL; }

const char *corm_dialect_peek_name(const corm_dialect *dialect) {
  return ((const corm_dialect_def *)(const void *)dialect)->name;
}

uint64_t corm_dialect_peek_features(const corm_dialect *dialect) {
  return ((const corm_dialect_def *)(const void *)dialect)->features;
}

/* What the definition has, as large as the library knows it. It outlives every allocator's check, so it is static. */
static int add(const corm_dialect_def *def, corm_error **err) {
  static corm_dialect_def copies[LIMIT];
  size_t n = atomic_load_explicit(&n_added, memory_order_relaxed);
  if (find(def->name))
    return cm_fail(err, CORM_EARGUMENT, "there is a dialect \"%s\" already", def->name);
  if (n == LIMIT)
    return cm_fail(err, CORM_EUNSUPPORTED, "dialect \"%s\" is one too many: at most %d can be registered", def->name,
                   LIMIT);
  memcpy(&copies[n], def, def->size < sizeof copies[n] ? def->size : sizeof copies[n]);
  added[n] = &copies[n];
  atomic_store_explicit(&n_added, n + 1, memory_order_release);
  return CORM_OK;
}

int corm_dialect_register(const corm_dialect_def *def, corm_error **err) {
  int status = CORM_OK;
  if (!def || def->size < sizeof(size_t) + sizeof(char *) || !def->name)
    return cm_fail(err, CORM_EARGUMENT, "a dialect needs a name and a size");
  pthread_mutex_lock(&mutex);
  status = add(def, err);
  pthread_mutex_unlock(&mutex);
  return status;
}
