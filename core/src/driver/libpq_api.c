/* Finding libpq. */
#include "driver/libpq_api.h"
#include "base/base.h"
#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

typedef struct entry {
  const char *name;
  size_t offset;
} entry;

#define ENTRY(result, name, arguments) {#name, offsetof(cm_pq_api, name)},
static const entry entries[] = {CM_PQ_FUNCTIONS(ENTRY)};
static const entry newer[] = {CM_PQ_NEWER_FUNCTIONS(ENTRY)};

static cm_pq_api loaded;
static _Atomic(const cm_pq_api *) ready;
static cm_mutex loading = PTHREAD_MUTEX_INITIALIZER;

static int fail_missing(corm_error **err) {
  const char *why = dlerror();
  return cm_fail(err, CORM_EUNSUPPORTED,
                 "PostgreSQL's client library libpq was not found: install it (Debian's package is libpq5). %s",
                 why ? why : "");
}

static int find_functions(cm_pq_api *api, void *library, const char *file, corm_error **err) {
  for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
    void *f = dlsym(library, entries[i].name);
    if (!f)
      return cm_fail(err, CORM_EUNSUPPORTED, "PostgreSQL's client library %s has no function %s: it is too old", file,
                     entries[i].name);
    memcpy((char *)api + entries[i].offset, &f, sizeof f);
  }
  for (size_t i = 0; i < sizeof newer / sizeof *newer; i++) {
    void *f = dlsym(library, newer[i].name);
    memcpy((char *)api + newer[i].offset, &f, sizeof f);
  }
  return CORM_OK;
}

/* The library stays open: its functions may run until the process ends. */
int cm_pq_load_file(cm_pq_api *out, const char *file, corm_error **err) {
  void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  int status = library ? find_functions(out, library, file, err) : fail_missing(err);
  if (status && library)
    dlclose(library);
  return status;
}

static int load(corm_error **err) {
  static const char *const files[] = {"libpq.so.5", "libpq.5.dylib"};
  const char *named = getenv("CORMORANT_LIBPQ");
  if (named && *named)
    return cm_pq_load_file(&loaded, named, err);
  for (size_t i = 1; i < sizeof files / sizeof *files; i++)
    if (!cm_pq_load_file(&loaded, files[i], NULL))
      return CORM_OK;
  return cm_pq_load_file(&loaded, files[0], err); /* a failure names the usual file */
}

int cm_pq_load(const cm_pq_api **out, corm_error **err) {
  int status = CORM_OK;
  *out = atomic_load(&ready);
  if (*out)
    return CORM_OK;
  cm_lock(&loading);
  if (!atomic_load(&ready)) {
    status = load(err);
    if (!status)
      atomic_store(&ready, &loaded);
  }
  cm_unlock(&loading);
  *out = atomic_load(&ready);
  return status;
}
