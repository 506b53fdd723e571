#include "base/map.h"
#include "base/text.h"
#include "value/decimal.h"
#include <cormorant/value.h>
#include <string.h>

static const double TWO_63 = 9223372036854775808.0;

corm_value corm_text(const char *terminated) {
  size_t n = strlen(terminated);
  corm_value v = corm_bytes_of(CORM_TEXT, terminated, n);
  if (cm_is_ascii(terminated, n))
    v.flags = CORM_VALUE_ASCII;
  return v;
}

static int is_number(const corm_value *v) {
  return v->kind == CORM_BOOL || v->kind == CORM_INT || v->kind == CORM_DOUBLE;
}

/* Whether a floating number is an integer of 64 bits, and which. */
static int is_integral(double f, int64_t *out) {
  if (!(f >= -TWO_63 && f < TWO_63) || (double)(int64_t)f != f)
    return 0;
  *out = (int64_t)f;
  return 1;
}

static int int_equals_double(int64_t i, double f) {
  int64_t whole = 0;
  return is_integral(f, &whole) && whole == i;
}

static int numbers_equal(const corm_value *a, const corm_value *b) {
  int a_double = a->kind == CORM_DOUBLE, b_double = b->kind == CORM_DOUBLE;
  if (a_double && b_double)
    return a->as.f == b->as.f;
  if (a_double)
    return int_equals_double(b->as.i, a->as.f);
  if (b_double)
    return int_equals_double(a->as.i, b->as.f);
  return a->as.i == b->as.i;
}

static int bytes_equal(const corm_value *a, const corm_value *b) {
  return a->size == b->size && (a->size == 0 || memcmp(a->as.p, b->as.p, a->size) == 0);
}

int corm_value_equal(const corm_value *a, const corm_value *b) {
  if (is_number(a) && is_number(b))
    return numbers_equal(a, b);
  if (a->kind != b->kind)
    return 0;
  switch (a->kind) {
  case CORM_NULL:
    return 1;
  case CORM_TEXT:
  case CORM_BYTES:
  case CORM_JSON:
  case CORM_UUID:
    return bytes_equal(a, b);
  case CORM_DECIMAL:
    return cm_decimal_equal(a->as.p, a->size, b->as.p, b->size);
  case CORM_HOST:
    return a->as.h == b->as.h;
  case CORM_RECORD:
    return a->as.r == b->as.r;
  default: /* dates, and kinds that are not known here: as they lie in the cell */
    return a->as.i == b->as.i && a->size == b->size;
  }
}

static uint64_t hash_double(double f) {
  int64_t whole = 0;
  uint64_t bits = 0;
  if (is_integral(f, &whole))
    return cm_hash_mix(CORM_INT, (uint64_t)whole);
  memcpy(&bits, &f, sizeof bits);
  return cm_hash_mix(CORM_DOUBLE, bits);
}

uint64_t corm_value_hash(const corm_value *v) {
  switch (v->kind) {
  case CORM_NULL:
    return cm_hash_mix(CORM_NULL, 0);
  case CORM_BOOL:
  case CORM_INT:
    return cm_hash_mix(CORM_INT, (uint64_t)v->as.i);
  case CORM_DOUBLE:
    return hash_double(v->as.f);
  case CORM_TEXT:
  case CORM_BYTES:
  case CORM_JSON:
  case CORM_UUID:
    return cm_hash_mix(v->kind, cm_hash_bytes(v->as.p, v->size));
  case CORM_DECIMAL:
    return cm_hash_mix(v->kind, cm_decimal_hash(v->as.p, v->size));
  default: /* pointers are hashed as numbers of their size */
    return cm_hash_mix(v->kind, (uint64_t)v->as.i);
  }
}
