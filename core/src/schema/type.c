#include "schema/build.h"
#include <string.h>

enum { STATIC_REFS = INT32_MAX / 2 };

/* A plain type has the same fold whether it is static or was made. */
#define PLAIN(of)                                                                                                      \
  { .refs = STATIC_REFS, .kind = (of), .flags = PLAIN_FLAGS(of), .fold = (of) + 1 }
#define PLAIN_FLAGS(kind) ((kind) == CORM_TYPE_INTERVAL || (kind) == CORM_TYPE_UUID ? CORM_TYPE_NATIVE : 0u)
static corm_type plain[] = {
    PLAIN(CORM_TYPE_NULL),     PLAIN(CORM_TYPE_INTEGER), PLAIN(CORM_TYPE_SMALLINT), PLAIN(CORM_TYPE_BIGINT),
    PLAIN(CORM_TYPE_FLOAT),    PLAIN(CORM_TYPE_DOUBLE),  PLAIN(CORM_TYPE_NUMERIC),  PLAIN(CORM_TYPE_STRING),
    PLAIN(CORM_TYPE_TEXT),     PLAIN(CORM_TYPE_BOOLEAN), PLAIN(CORM_TYPE_DATE),     PLAIN(CORM_TYPE_TIME),
    PLAIN(CORM_TYPE_DATETIME), PLAIN(CORM_TYPE_BINARY),  PLAIN(CORM_TYPE_JSON),     PLAIN(CORM_TYPE_ENUM),
    PLAIN(CORM_TYPE_INTERVAL), PLAIN(CORM_TYPE_UUID),    PLAIN(CORM_TYPE_ARRAY),    PLAIN(CORM_TYPE_CUSTOM),
};
#undef PLAIN

const corm_type *corm_type_plain(corm_type_kind kind) {
  return (unsigned)kind < sizeof plain / sizeof plain[0] ? &plain[kind] : &plain[CORM_TYPE_NULL];
}

static uint64_t mix_text(uint64_t h, const char *s) { return cm_hash_mix(h, s ? cm_hash_bytes(s, strlen(s)) : 0); }

static uint64_t fold_of(const corm_type *t) {
  uint64_t h = (uint64_t)t->kind + 1;
  int is_plain = t->flags == PLAIN_FLAGS(t->kind) && !t->length && !t->precision && !t->scale && !t->name &&
                 !t->collation && !t->n_labels && !t->host && !t->impl && !t->item && !t->n_variants;
  if (is_plain)
    return h;
  h = cm_hash_mix(h, t->flags);
  h = cm_hash_mix(h, (uint64_t)(unsigned)t->length);
  h = cm_hash_mix(h, (uint64_t)(unsigned)t->precision << 32 | (unsigned)t->scale);
  h = mix_text(mix_text(h, t->name), t->collation);
  for (size_t i = 0; i < t->n_labels; i++)
    h = mix_text(h, t->labels[i]);
  /* A conversion belongs to one object of the host's: its types are equal only to themselves. */
  if (t->flags & (CORM_TYPE_HOST_BIND | CORM_TYPE_HOST_RESULT))
    h = cm_hash_mix(h, (uint64_t)(uintptr_t)t->host);
  for (size_t i = 0; i < t->n_variants; i++)
    h = cm_hash_mix(mix_text(h, t->variant_dialects[i]), t->variants[i]->fold);
  if (t->item)
    h = cm_hash_mix(cm_hash_mix(h, t->item->fold), (uint64_t)(unsigned)t->dimensions);
  return t->impl ? cm_hash_mix(h, t->impl->fold) : h;
}

/* A host type shows the form of what it is stored as. */
static corm_type_def seen_through(const corm_type_def *d) {
  corm_type_def seen = *d;
  const corm_type *impl = d->impl;
  unsigned form = 0;
  if (!impl)
    return seen;
  form = impl->flags & ~(CORM_TYPE_HOST_BIND | CORM_TYPE_HOST_RESULT);
  seen.kind = impl->kind;
  seen.flags = d->flags | form;
  seen.length = impl->length;
  seen.precision = impl->precision;
  seen.scale = impl->scale;
  seen.name = impl->name;
  seen.collation = impl->collation;
  seen.labels = (const char *const *)impl->labels;
  seen.n_labels = impl->n_labels;
  seen.item = impl->item;
  seen.dimensions = impl->dimensions;
  if (!seen.n_variants) {
    seen.variant_dialects = (const char *const *)impl->variant_dialects;
    seen.variants = impl->variants;
    seen.n_variants = impl->n_variants;
  }
  return seen;
}

static int copy_variants(corm_type *t, const corm_type_def *d) {
  if (!d->n_variants)
    return 1;
  t->variants = cm_alloc_zero(d->n_variants * sizeof *t->variants);
  t->variant_dialects = cm_alloc_zero(d->n_variants * sizeof *t->variant_dialects);
  if (!t->variants || !t->variant_dialects)
    return 0;
  for (; t->n_variants < d->n_variants; t->n_variants++) {
    size_t i = t->n_variants;
    if (!(t->variant_dialects[i] = cm_strdup(d->variant_dialects[i])))
      return 0;
    t->variants[i] = corm_type_ref(d->variants[i]);
  }
  return 1;
}

static int copy_labels(corm_type *t, const char *const *labels, size_t n) {
  if (!n)
    return 1;
  t->labels = cm_alloc_zero(n * sizeof *t->labels);
  if (!t->labels)
    return 0;
  t->n_labels = n;
  for (size_t i = 0; i < n; i++)
    if (!(t->labels[i] = cm_strdup(labels[i])))
      return 0;
  return 1;
}

static int fill(corm_type *t, const corm_type_def *d) {
  t->kind = d->kind;
  t->flags = d->flags;
  t->length = d->length;
  t->precision = d->precision;
  t->scale = d->scale < 0 ? (d->precision > 0 ? -1 : 0) : d->scale; /* -1: a precision alone */
  if ((d->name && !(t->name = cm_strdup(d->name))) || (d->collation && !(t->collation = cm_strdup(d->collation))))
    return 0;
  return copy_labels(t, d->labels, d->n_labels) && copy_variants(t, d);
}

static void destroy(corm_type *t) {
  for (size_t i = 0; i < t->n_labels; i++)
    cm_free(t->labels[i]);
  cm_free(t->labels);
  for (size_t i = 0; i < t->n_variants; i++) {
    cm_free(t->variant_dialects[i]);
    corm_type_unref(t->variants[i]);
  }
  cm_free(t->variant_dialects);
  cm_free(t->variants);
  cm_free(t->name);
  cm_free(t->collation);
  corm_type_unref(t->impl);
  corm_type_unref(t->item);
  if (t->host && t->release)
    t->release(t->host);
  cm_free(t);
}

static int check(const corm_type_def *d, corm_error **err) {
  if (d->kind < 0 || d->kind > CORM_TYPE_CUSTOM)
    return cm_fail(err, CORM_EARGUMENT, "there is no kind of type with the number %d", d->kind);
  if (d->kind == CORM_TYPE_CUSTOM && !d->name)
    return cm_fail(err, CORM_EARGUMENT, "a custom type needs a name: it is what CREATE TABLE prints");
  if (d->length < 0 || d->precision < 0)
    return cm_fail(err, CORM_EARGUMENT, "a type's length and precision cannot be negative");
  for (size_t i = 0; i < d->n_labels; i++)
    if (!d->labels || !d->labels[i])
      return cm_fail(err, CORM_EARGUMENT, "label %zu of an enum type is missing", i + 1);
  for (size_t i = 0; i < d->n_variants; i++)
    if (!d->variant_dialects || !d->variant_dialects[i] || !d->variants || !d->variants[i])
      return cm_fail(err, CORM_EARGUMENT, "variant %zu of a type needs a dialect's name and a type", i + 1);
  return CORM_OK;
}

int corm_type_new(corm_type **out, const corm_type_def *def, corm_error **err) {
  corm_type_def d, seen;
  corm_type *t = NULL;
  int status = cm_def_read(&d, sizeof d, def, err);
  if (status)
    return status;
  seen = seen_through(&d);
  status = check(&seen, err);
  if (status)
    return status;
  t = cm_alloc_zero(sizeof *t);
  if (!t)
    return cm_fail_memory(err);
  atomic_init(&t->refs, 1);
  if (!fill(t, &seen)) {
    destroy(t); /* the host's object stays the caller's: it is not in there yet */
    return cm_fail_memory(err);
  }
  t->impl = d.impl ? corm_type_ref(d.impl) : NULL;
  t->item = seen.item ? corm_type_ref(seen.item) : NULL;
  t->dimensions = seen.dimensions;
  t->host = d.host;
  t->release = d.release;
  t->fold = fold_of(t);
  *out = t;
  return CORM_OK;
}

corm_type *corm_type_ref(const corm_type *type) {
  corm_type *t = (corm_type *)(uintptr_t)type;
  if (t && atomic_load_explicit(&t->refs, memory_order_relaxed) < STATIC_REFS)
    atomic_fetch_add_explicit(&t->refs, 1, memory_order_relaxed);
  return t;
}

void corm_type_unref(const corm_type *type) {
  corm_type *t = (corm_type *)(uintptr_t)type;
  if (!t || atomic_load_explicit(&t->refs, memory_order_relaxed) >= STATIC_REFS)
    return;
  if (atomic_fetch_sub_explicit(&t->refs, 1, memory_order_acq_rel) == 1)
    destroy(t);
}

int corm_type_peek_kind(const corm_type *t) { return t->kind; }
unsigned corm_type_peek_flags(const corm_type *t) { return t->flags; }
void *corm_type_peek_host(const corm_type *t) { return t->host; }
int32_t corm_type_peek_refs(const corm_type *t) { return atomic_load(&((corm_type *)(uintptr_t)t)->refs); }
void corm_type_drop_host(corm_type *t) { t->host = NULL; }

const corm_type *cm_type_in(const corm_type *t, const char *dialect) {
  for (size_t i = 0; t && i < t->n_variants; i++)
    if (strcmp(t->variant_dialects[i], dialect) == 0)
      return t->variants[i];
  return t;
}

int cm_type_is_text(const corm_type *t) {
  return t->kind == CORM_TYPE_STRING || t->kind == CORM_TYPE_TEXT || t->kind == CORM_TYPE_ENUM;
}

int cm_type_is_integer(const corm_type *t) {
  return t->kind == CORM_TYPE_INTEGER || t->kind == CORM_TYPE_SMALLINT || t->kind == CORM_TYPE_BIGINT;
}

int cm_type_is_numeric(const corm_type *t) {
  return cm_type_is_integer(t) || t->kind == CORM_TYPE_FLOAT || t->kind == CORM_TYPE_DOUBLE ||
         t->kind == CORM_TYPE_NUMERIC;
}
