/* Cells in binary form. */
#include "driver/libpq.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static cm_pq_code code_of_binary(Oid type) {
  switch (type) {
  case CM_PQ_BOOL:
    return CM_PQ_AS_BOOL;
  case CM_PQ_INT2:
    return CM_PQ_AS_INT2;
  case CM_PQ_INT4:
    return CM_PQ_AS_INT4;
  case CM_PQ_INT8:
    return CM_PQ_AS_INT8;
  case CM_PQ_OID:
    return CM_PQ_AS_UINT4;
  case CM_PQ_FLOAT8:
    return CM_PQ_AS_FLOAT8;
  case CM_PQ_BYTEA:
    return CM_PQ_AS_BYTES;
  case CM_PQ_TIME:
    return CM_PQ_AS_TIME;
  case CM_PQ_UUID:
    return CM_PQ_AS_UUID;
  case CM_PQ_JSON:
    return CM_PQ_AS_JSON;
  case CM_PQ_JSONB:
    return CM_PQ_AS_JSONB;
  case CM_PQ_TEXT:
  case CM_PQ_VARCHAR:
  case CM_PQ_BPCHAR:
  case CM_PQ_NAME:
  case CM_PQ_CHAR:
  case CM_PQ_UNKNOWN:
  case CM_PQ_VOID:
    return CM_PQ_AS_TEXT;
  case CM_PQ_FLOAT4:
  case CM_PQ_DATE:
  case CM_PQ_TIMESTAMP:
  case CM_PQ_TIMESTAMPTZ:
  case CM_PQ_INTERVAL:
  case CM_PQ_NUMERIC:
    return CM_PQ_HARD;
  default:
    return CM_PQ_UNREADABLE;
  }
}

cm_pq_code cm_pq_code_of(Oid type, int binary) {
  cm_pq_code code = code_of_binary(type);
  if (binary)
    return code;
  switch (code) { /* as text */
  case CM_PQ_UNREADABLE:
  case CM_PQ_AS_TEXT:
    return CM_PQ_AS_TEXT;
  case CM_PQ_AS_JSON:
  case CM_PQ_AS_JSONB:
    return CM_PQ_AS_JSON;
  default:
    return CM_PQ_HARD;
  }
}

/* ---- Easy ones ------------------------------------------------------------------------------------------- */

static inline double read_double(const char *p) {
  uint64_t bits = cm_pq_u64(p);
  double f = 0;
  memcpy(&f, &bits, sizeof f);
  return f;
}

static inline corm_value whole(corm_kind kind, int64_t i) {
  corm_value v = corm_int(i);
  v.kind = (uint8_t)kind;
  return v;
}

static inline corm_value read_easy(int code, const char *p, size_t n) {
  corm_value v;
  switch (code) {
  case CM_PQ_AS_INT4:
    return corm_int((int32_t)cm_pq_u32(p));
  case CM_PQ_AS_INT8:
    return corm_int((int64_t)cm_pq_u64(p));
  case CM_PQ_AS_INT2:
    return corm_int((int16_t)cm_pq_u16(p));
  case CM_PQ_AS_UINT4:
    return corm_int(cm_pq_u32(p));
  case CM_PQ_AS_BOOL:
    return corm_bool(*p);
  case CM_PQ_AS_FLOAT8:
    return corm_double(read_double(p));
  case CM_PQ_AS_TIME:
    return whole(CORM_TIME, (int64_t)cm_pq_u64(p));
  case CM_PQ_AS_BYTES:
    return corm_bytes_of(CORM_BYTES, p, n);
  case CM_PQ_AS_UUID:
    return corm_bytes_of(CORM_UUID, p, n);
  case CM_PQ_AS_JSON:
    return corm_bytes_of(CORM_JSON, p, n);
  case CM_PQ_AS_JSONB: /* behind its version */
    return corm_bytes_of(CORM_JSON, p + 1, n ? n - 1 : 0);
  default:
    v = corm_bytes_of(CORM_TEXT, p, n);
    v.flags = cm_is_ascii(p, n) ? CORM_VALUE_ASCII : 0;
    return v;
  }
}

void cm_pq_read_row(corm_driver_stmt *s, corm_value *cells) {
  const cm_pq_api *pq = s->conn->pq;
  const cm_pq_variant *v = s->current;
  for (int i = 0; i < v->n_columns; i++) {
    int n = 0;
    if (v->codes[i] == CM_PQ_HARD) {
      cells[i] = s->cells[i];
      continue;
    }
    n = pq->PQgetlength(s->result, s->row, i);
    if (n == 0 && pq->PQgetisnull(s->result, s->row, i))
      cells[i] = corm_null();
    else
      cells[i] = read_easy(v->codes[i], pq->PQgetvalue(s->result, s->row, i), (size_t)n);
  }
}

/* ---- Hard ones ------------------------------------------------------------------------------------------- */

int cm_pq_fail_cell(corm_error **err, const char *column, const char *what, const char *why) {
  return cm_fail(err, CORM_EDB_DATA, "column \"%s\": %s %s", column ? column : "", what, why);
}

/* The nearest double of the shortest decimal: 0.1 as real is 0.1 and not 0.10000000149. */
static double shortest(float f) {
  char text[32];
  for (int digits = 6; digits < 9; digits++) {
    snprintf(text, sizeof text, "%.*g", digits, (double)f);
    if (strtof(text, NULL) == f)
      return strtod(text, NULL);
  }
  snprintf(text, sizeof text, "%.9g", (double)f);
  return isfinite(f) ? strtod(text, NULL) : (double)f;
}

static int decode_float4(cm_pq_cell cell, corm_value *out) {
  uint32_t bits = cm_pq_u32(cell.p);
  float f = 0;
  memcpy(&f, &bits, sizeof f);
  *out = corm_double(shortest(f));
  return CORM_OK;
}

static int decode_date(cm_pq_cell cell, const char *name, corm_value *out, corm_error **err) {
  int32_t days = (int32_t)cm_pq_u32(cell.p);
  if (days == INT32_MAX || days == INT32_MIN)
    return cm_pq_fail_cell(err, name, days < 0 ? "-infinity" : "infinity", "is no date that can be held");
  *out = whole(CORM_DATE, days + CM_PQ_EPOCH_DAYS);
  return CORM_OK;
}

static int decode_instant(corm_kind kind, cm_pq_cell cell, const char *name, corm_value *out, corm_error **err) {
  int64_t us = (int64_t)cm_pq_u64(cell.p);
  if (us == INT64_MAX || us == INT64_MIN)
    return cm_pq_fail_cell(err, name, us < 0 ? "-infinity" : "infinity", "is no timestamp that can be held");
  if (us > INT64_MAX - CM_PQ_EPOCH_US)
    return cm_pq_fail_cell(err, name, "a timestamp", "is too far in the future");
  *out = whole(kind, us + CM_PQ_EPOCH_US);
  return CORM_OK;
}

int cm_pq_interval(int64_t months, int64_t days, int64_t us, int64_t *out) {
  int64_t whole_days = days + months / 12 * 365 + months % 12 * 30;
  return !__builtin_mul_overflow(whole_days, INT64_C(86400000000), &whole_days) &&
         !__builtin_add_overflow(whole_days, us, out);
}

static int decode_interval(cm_pq_cell cell, const char *name, corm_value *out, corm_error **err) {
  int64_t us = (int64_t)cm_pq_u64(cell.p);
  int32_t days = (int32_t)cm_pq_u32(cell.p + 8), months = (int32_t)cm_pq_u32(cell.p + 12);
  if (months == INT32_MAX || months == INT32_MIN) /* infinite, from PostgreSQL 17 on */
    return cm_pq_fail_cell(err, name, "an infinite interval", "cannot be held");
  if (!cm_pq_interval(months, days, us, &us))
    return cm_pq_fail_cell(err, name, "an interval", "is too long to be held in microseconds");
  *out = whole(CORM_INTERVAL, us);
  return CORM_OK;
}

int cm_pq_decode_binary(Oid type, cm_pq_cell cell, cm_arena *arena, const char *name, corm_value *out,
                        corm_error **err) {
  static const struct {
    Oid type;
    int width;
  } widths[] = {{CM_PQ_FLOAT4, 4}, {CM_PQ_DATE, 4}, {CM_PQ_TIMESTAMP, 8}, {CM_PQ_TIMESTAMPTZ, 8}, {CM_PQ_INTERVAL, 16}};
  int done = 0;
  for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
    if (widths[i].type == type && widths[i].width != cell.n)
      return cm_pq_fail_cell(err, name, "its value", "has not the length that its type has");
  switch (type) {
  case CM_PQ_FLOAT4:
    return decode_float4(cell, out);
  case CM_PQ_DATE:
    return decode_date(cell, name, out, err);
  case CM_PQ_TIMESTAMP:
    return decode_instant(CORM_TIMESTAMP, cell, name, out, err);
  case CM_PQ_TIMESTAMPTZ:
    return decode_instant(CORM_TIMESTAMPTZ, cell, name, out, err);
  case CM_PQ_INTERVAL:
    return decode_interval(cell, name, out, err);
  default:
    done = cm_pq_numeric(cell, arena, out);
    if (done < 0)
      return cm_fail_memory(err);
    return done ? CORM_OK : cm_pq_fail_cell(err, name, "its numeric", "is malformed");
  }
}
