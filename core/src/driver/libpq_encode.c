/* Values as parameters: in binary form where the parameter's type has the value's kind, otherwise as text. */
#include "driver/libpq.h"
#include <stdio.h>
#include <string.h>

static const int64_t DAY = INT64_C(86400000000);

static int is_text_type(Oid type) {
  switch (type) {
  case CM_PQ_TEXT:
  case CM_PQ_VARCHAR:
  case CM_PQ_BPCHAR:
  case CM_PQ_NAME:
  case CM_PQ_UNKNOWN:
  case CM_PQ_JSON:
    return 1;
  default:
    return 0;
  }
}

/* ---- Which type ------------------------------------------------------------------------------------------ */

static int takes_int(int64_t i, Oid type) {
  switch (type) {
  case CM_PQ_INT8:
  case CM_PQ_NUMERIC:
    return 1;
  case CM_PQ_INT4:
    return i >= INT32_MIN && i <= INT32_MAX;
  case CM_PQ_INT2:
    return i >= INT16_MIN && i <= INT16_MAX;
  case CM_PQ_OID:
    return i >= 0 && i <= UINT32_MAX;
  case CM_PQ_FLOAT8: /* as far as every integer is one */
    return i >= -(INT64_C(1) << 53) && i <= INT64_C(1) << 53;
  case CM_PQ_FLOAT4:
    return i >= -(1 << 24) && i <= 1 << 24;
  default:
    return 0;
  }
}

static Oid own_type_of_number(const corm_value *v, Oid type) {
  if (v->kind == CORM_INT)
    return takes_int(v->as.i, type) ? 0 : v->as.i >= INT32_MIN && v->as.i <= INT32_MAX ? CM_PQ_INT4 : CM_PQ_INT8;
  if (type == CM_PQ_FLOAT8 || type == CM_PQ_FLOAT4 || type == CM_PQ_NUMERIC)
    return 0;
  return v->kind == CORM_DOUBLE ? CM_PQ_FLOAT8 : CM_PQ_NUMERIC;
}

Oid cm_pq_own_type(const corm_value *v, Oid type) {
  static const Oid types[] = {[CORM_BOOL] = CM_PQ_BOOL,           [CORM_BYTES] = CM_PQ_BYTEA,
                              [CORM_DATE] = CM_PQ_DATE,           [CORM_TIME] = CM_PQ_TIME,
                              [CORM_TIMESTAMP] = CM_PQ_TIMESTAMP, [CORM_TIMESTAMPTZ] = CM_PQ_TIMESTAMPTZ,
                              [CORM_INTERVAL] = CM_PQ_INTERVAL,   [CORM_UUID] = CM_PQ_UUID};
  if (v->kind == CORM_INT || v->kind == CORM_DOUBLE || v->kind == CORM_DECIMAL)
    return own_type_of_number(v, type);
  if (v->kind >= sizeof types / sizeof *types || types[v->kind] == type)
    return 0;
  return types[v->kind];
}

/* ---- Binary ---------------------------------------------------------------------------------------------- */

static void set(corm_driver_stmt *s, size_t i, const char *p, size_t n, int format) {
  s->values[i] = p;
  s->lengths[i] = (int)n;
  s->formats[i] = format;
}

static int set_number(corm_driver_stmt *s, size_t i, uint64_t n, size_t width) {
  char *raw = s->parameters[i].raw;
  for (size_t b = 0; b < width; b++)
    raw[b] = (char)(n >> 8 * (width - 1 - b));
  set(s, i, raw, width, 1);
  return 1;
}

static int set_double(corm_driver_stmt *s, size_t i, double f) {
  uint64_t bits = 0;
  memcpy(&bits, &f, sizeof bits);
  return set_number(s, i, bits, 8);
}

static int set_int(corm_driver_stmt *s, size_t i, int64_t n, Oid type) {
  if (type == CM_PQ_NUMERIC || type == CM_PQ_FLOAT4 || !takes_int(n, type))
    return 0;
  if (type == CM_PQ_FLOAT8)
    return set_double(s, i, (double)n);
  return set_number(s, i, (uint64_t)n, type == CM_PQ_INT8 ? 8 : type == CM_PQ_INT2 ? 2 : 4);
}

/* Whole days beside the rest, as they are written: a day is not always 24 hours long. */
static int set_interval(corm_driver_stmt *s, size_t i, int64_t us) {
  char *raw = s->parameters[i].raw;
  int64_t days = us / DAY - (us % DAY < 0);
  set_number(s, i, (uint64_t)(us - days * DAY), 8);
  for (int b = 0; b < 4; b++)
    raw[8 + b] = (char)((uint64_t)days >> 8 * (3 - b));
  memset(raw + 12, 0, 4);
  set(s, i, raw, 16, 1);
  return 1;
}

/* The ends of the range mean infinity. */
static int set_instant(corm_driver_stmt *s, size_t i, int64_t us) {
  if (us <= INT64_MIN + CM_PQ_EPOCH_US)
    return -1;
  return set_number(s, i, (uint64_t)(us - CM_PQ_EPOCH_US), 8);
}

static int set_date(corm_driver_stmt *s, size_t i, int64_t days) {
  if (days - CM_PQ_EPOCH_DAYS <= INT32_MIN || days - CM_PQ_EPOCH_DAYS >= INT32_MAX)
    return -1;
  return set_number(s, i, (uint64_t)(days - CM_PQ_EPOCH_DAYS), 4);
}

static int set_text(corm_driver_stmt *s, size_t i, const corm_value *v, Oid type) {
  char *versioned = NULL;
  if (is_text_type(type)) {
    set(s, i, v->size ? v->as.p : "", v->size, 1);
    return 1;
  }
  if (type != CM_PQ_JSONB)
    return 0;
  if (!(versioned = cm_arena_alloc(&s->memory, (size_t)v->size + 1)))
    return -2;
  versioned[0] = 1;
  if (v->size)
    memcpy(versioned + 1, v->as.p, v->size);
  set(s, i, versioned, (size_t)v->size + 1, 1);
  return 1;
}

/* 1: done, 0: text is needed, -1: out of its type's range, -2: no memory. */
static int encode_binary(corm_driver_stmt *s, size_t i, const corm_value *v, Oid type) {
  switch (v->kind) {
  case CORM_INT:
    return set_int(s, i, v->as.i, type);
  case CORM_DOUBLE:
    return type == CM_PQ_FLOAT8 ? set_double(s, i, v->as.f) : 0;
  case CORM_TEXT:
  case CORM_JSON:
    return set_text(s, i, v, type);
  case CORM_BOOL:
    return type == CM_PQ_BOOL ? set_number(s, i, v->as.i != 0, 1) : 0;
  case CORM_BYTES:
    if (type == CM_PQ_BYTEA)
      set(s, i, v->size ? v->as.p : "", v->size, 1);
    return type == CM_PQ_BYTEA;
  case CORM_DATE:
    return type == CM_PQ_DATE ? set_date(s, i, v->as.i) : 0;
  case CORM_TIME:
    return type == CM_PQ_TIME ? set_number(s, i, (uint64_t)v->as.i, 8) : 0;
  case CORM_TIMESTAMP:
    return type == CM_PQ_TIMESTAMP ? set_instant(s, i, v->as.i) : 0;
  case CORM_TIMESTAMPTZ:
    return type == CM_PQ_TIMESTAMPTZ ? set_instant(s, i, v->as.i) : 0;
  case CORM_INTERVAL:
    return type == CM_PQ_INTERVAL ? set_interval(s, i, v->as.i) : 0;
  case CORM_UUID:
    if (type == CM_PQ_UUID && v->size == 16)
      set(s, i, v->as.p, 16, 1);
    return type == CM_PQ_UUID && v->size == 16;
  default:
    return 0;
  }
}

/* ---- Text ------------------------------------------------------------------------------------------------ */

static size_t short_text(const corm_value *v, char *out /* 64 bytes */) {
  switch (v->kind) {
  case CORM_BOOL:
    out[0] = v->as.i ? 't' : 'f';
    return 1;
  case CORM_INT:
    return (size_t)snprintf(out, 64, "%lld", (long long)v->as.i);
  case CORM_DOUBLE:
    return cm_double_format(v->as.f, out);
  case CORM_DATE:
    return corm_date_format(v->as.i, out);
  case CORM_TIME:
    return corm_time_format(v->as.i, 0, out);
  case CORM_TIMESTAMP:
    return corm_timestamp_format(v->as.i, 0, ' ', out);
  case CORM_TIMESTAMPTZ:
    return corm_timestamptz_format(v->as.i, 0, ' ', out);
  case CORM_INTERVAL:
    return (size_t)snprintf(out, 64, "%lld microseconds", (long long)v->as.i);
  default:
    return 0;
  }
}

static char *hex_text(cm_arena *a, const corm_value *v) {
  static const char digits[] = "0123456789abcdef";
  char *out = cm_arena_alloc(a, (size_t)v->size * 2 + 3), *to = out;
  if (!out)
    return NULL;
  *to++ = '\\';
  *to++ = 'x';
  for (uint32_t i = 0; i < v->size; i++) {
    *to++ = digits[(unsigned char)v->as.p[i] >> 4];
    *to++ = digits[v->as.p[i] & 15];
  }
  *to = '\0';
  return out;
}

static int encode_text(corm_driver_stmt *s, size_t i, const corm_value *v, corm_error **err) {
  char text[64];
  size_t n = 0;
  char *p = NULL;
  if (v->kind == CORM_TEXT || v->kind == CORM_JSON || v->kind == CORM_DECIMAL) {
    p = cm_arena_strndup(&s->memory, v->size ? v->as.p : "", v->size);
  } else if (v->kind == CORM_BYTES) {
    p = hex_text(&s->memory, v);
  } else {
    n = v->kind == CORM_UUID && v->size == 16 ? corm_uuid_format(v->as.p, text) : short_text(v, text);
    if (!n)
      return cm_fail(err, CORM_EDB_PROGRAMMING, "Error binding parameter %zu: a value of kind %d is not supported",
                     i + 1, v->kind);
    p = cm_arena_strndup(&s->memory, text, n);
  }
  if (!p)
    return cm_fail_memory(err);
  set(s, i, p, strlen(p), 0);
  return CORM_OK;
}

int cm_pq_encode(corm_driver_stmt *s, size_t i, Oid type, corm_error **err) {
  const corm_value *v = &s->parameters[i].value;
  int done = 0;
  if (v->kind == CORM_NULL) {
    set(s, i, NULL, 0, 0);
    return CORM_OK;
  }
  done = encode_binary(s, i, v, type);
  if (done > 0)
    return CORM_OK;
  if (done == -1)
    return cm_fail(err, CORM_EDB_DATA, "parameter %zu is a date that is out of PostgreSQL's range", i + 1);
  return done ? cm_fail_memory(err) : encode_text(s, i, v, err);
}
