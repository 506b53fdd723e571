/* Values as text for people. */
#include "base/text.h"
#include <cormorant/value.h>
#include <stdio.h>
#include <string.h>

static int has_text(const corm_value *v) {
  return v->kind == CORM_TEXT || v->kind == CORM_DECIMAL || v->kind == CORM_JSON;
}

const char *corm_value_peek_text(const corm_value *v) { return has_text(v) ? v->as.p : ""; }
int corm_value_peek_text_size(const corm_value *v) { return has_text(v) ? (int)v->size : 0; }

/* What fits of n bytes, terminated. */
static size_t put(const char *p, size_t n, char *out, size_t cap) {
  size_t fits = n < cap ? n : cap ? cap - 1 : 0;
  if (fits)
    memcpy(out, p, fits);
  if (cap)
    out[fits] = '\0';
  return n;
}

static size_t put_hex(const corm_value *v, char *out, size_t cap) {
  static const char digits[] = "0123456789abcdef";
  size_t n = 0;
  for (size_t i = 0; i < v->size; i++, n += 2) {
    unsigned byte = (unsigned char)v->as.p[i];
    if (n + 2 < cap) {
      out[n] = digits[byte >> 4];
      out[n + 1] = digits[byte & 15];
    }
  }
  if (cap)
    out[n < cap ? n : (cap - 1) & ~(size_t)1] = '\0';
  return n;
}

static size_t scalar(const corm_value *v, char *room, size_t size) {
  switch (v->kind) {
  case CORM_BOOL:
    return (size_t)snprintf(room, size, "%s", v->as.i ? "true" : "false");
  case CORM_INT:
    return (size_t)snprintf(room, size, "%lld", (long long)v->as.i);
  case CORM_DOUBLE:
    return cm_double_format(v->as.f, room);
  case CORM_DATE:
    return corm_date_format(v->as.i, room);
  case CORM_TIME:
    return corm_time_format(v->as.i, 0, room);
  case CORM_TIMESTAMP:
    return corm_timestamp_format(v->as.i, 0, ' ', room);
  case CORM_TIMESTAMPTZ:
    return corm_timestamptz_format(v->as.i, 0, ' ', room);
  case CORM_UUID:
    return corm_uuid_format(v->as.p, room);
  case CORM_INTERVAL: /* in seconds */
    return cm_double_format((double)v->as.i / 1e6, room);
  case CORM_NULL:
    return (size_t)snprintf(room, size, "NULL");
  default:
    return (size_t)snprintf(room, size, "object");
  }
}

size_t corm_value_format(const corm_value *v, char *out, size_t cap) {
  char room[64];
  if (has_text(v))
    return put(v->as.p, v->size, out, cap);
  if (v->kind == CORM_BYTES)
    return put_hex(v, out, cap);
  return put(room, scalar(v, room, sizeof room), out, cap);
}
