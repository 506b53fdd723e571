/* Cells as the server prints them: of results that have a column whose binary form is not known here. */
#include "driver/libpq.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const int64_t DAY = INT64_C(86400000000);

static corm_value whole(corm_kind kind, int64_t i) {
  corm_value v = corm_int(i);
  v.kind = (uint8_t)kind;
  return v;
}

/* ---- Dates ----------------------------------------------------------------------------------------------- */

static int ends_bc(cm_pq_cell *cell) {
  if (cell->n < 3 || memcmp(cell->p + cell->n - 3, " BC", 3) != 0)
    return 0;
  cell->n -= 3;
  return 1;
}

static int two_digits(const char *p) {
  return p[0] >= '0' && p[0] <= '9' && p[1] >= '0' && p[1] <= '9' ? (p[0] - '0') * 10 + p[1] - '0' : -1;
}

/* Four digits of a year or more; *length is how much of the text the date is. */
static int read_date(cm_pq_cell cell, int bc, int64_t *days, int *length) {
  int64_t year = 0;
  int at = 0, month = 0, day = 0;
  for (; at < cell.n && at < 9 && cell.p[at] >= '0' && cell.p[at] <= '9'; at++)
    year = year * 10 + (cell.p[at] - '0');
  if (at < 4 || cell.n < at + 6 || cell.p[at] != '-' || cell.p[at + 3] != '-')
    return 0;
  month = two_digits(cell.p + at + 1);
  day = two_digits(cell.p + at + 4);
  if (month < 1 || month > 12 || day < 1 || day > 31)
    return 0;
  *days = corm_days_from_civil(bc ? 1 - year : year, month, day);
  *length = at + 6;
  return 1;
}

static int decode_date(cm_pq_cell cell, corm_value *out) {
  int64_t days = 0;
  int length = 0, bc = ends_bc(&cell);
  if (!read_date(cell, bc, &days, &length) || length != cell.n)
    return 0;
  *out = whole(CORM_DATE, days);
  return 1;
}

/* With an offset the day's time is read as that of the first day of 1970. */
static int decode_instant(cm_pq_cell cell, corm_kind kind, corm_value *out) {
  char text[64] = "1970-01-01 ";
  int64_t days = 0, us = 0;
  int length = 0, bc = ends_bc(&cell), n = 0;
  if (!read_date(cell, bc, &days, &length) || cell.n <= length || cell.n - length - 1 > 40)
    return 0;
  n = cell.n - length - 1;
  memcpy(text + 11, cell.p + length + 1, (size_t)n);
  if (kind == CORM_TIMESTAMP ? !corm_timestamp_parse(text, (size_t)n + 11, &us)
                             : !corm_timestamptz_parse(text, (size_t)n + 11, &us))
    return 0;
  *out = whole(kind, days * DAY + us);
  return 1;
}

static int decode_time(cm_pq_cell cell, corm_value *out) {
  int64_t us = 0;
  if (cell.n == 8 && memcmp(cell.p, "24:00:00", 8) == 0)
    us = DAY;
  else if (!corm_time_parse(cell.p, (size_t)cell.n, &us))
    return 0;
  *out = whole(CORM_TIME, us);
  return 1;
}

/* ---- Intervals: "1 year 2 mons -3 days +04:05:06.7" ------------------------------------------------------ */

static int read_clock(const char *p, const char **end, int64_t *us) {
  int negative = *p == '-';
  char *stop = NULL;
  int64_t hours = strtoll(p + (*p == '-' || *p == '+'), &stop, 10), fraction = 0;
  int minutes = 0, seconds = 0;
  if (stop[0] != ':' || (minutes = two_digits(stop + 1)) < 0 || stop[3] != ':' || (seconds = two_digits(stop + 4)) < 0)
    return 0;
  stop += 6;
  if (*stop == '.') {
    int width = 0;
    for (stop++; *stop >= '0' && *stop <= '9'; stop++, width++)
      fraction = fraction * 10 + (*stop - '0');
    for (; width < 6; width++)
      fraction *= 10;
  }
  if (hours > INT64_C(2562047788)) /* as many as microseconds can hold */
    return 0;
  *us = ((hours * 60 + minutes) * 60 + seconds) * 1000000 + fraction;
  *us = negative ? -*us : *us;
  *end = stop;
  return 1;
}

static int read_unit(const char *p, int64_t n, int64_t *months, int64_t *days) {
  if (strncmp(p, "year", 4) == 0)
    *months += n * 12;
  else if (strncmp(p, "mon", 3) == 0)
    *months += n;
  else if (strncmp(p, "day", 3) == 0)
    *days += n;
  else
    return 0;
  return 1;
}

static int decode_interval(cm_pq_cell cell, corm_value *out) {
  const char *p = cell.p, *end = cell.p + cell.n;
  int64_t months = 0, days = 0, us = 0;
  while (p < end) {
    char *stop = NULL;
    int64_t n = strtoll(p, &stop, 10);
    if (stop == p || n < -INT64_C(3000000000) || n > INT64_C(3000000000))
      return 0;
    if (*stop == ':') {
      if (!read_clock(p, &p, &us))
        return 0;
    } else if (*stop != ' ' || !read_unit(stop + 1, n, &months, &days)) {
      return 0;
    } else {
      for (p = stop + 1; p < end && *p != ' '; p++)
        ;
    }
    p += p < end;
  }
  if (!cm_pq_interval(months, days, us, &us))
    return 0;
  *out = whole(CORM_INTERVAL, us);
  return 1;
}

/* ---- Bytes ----------------------------------------------------------------------------------------------- */

static int hex(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int read_hex(cm_pq_cell cell, char *to) {
  for (int i = 2; i + 1 < cell.n; i += 2) {
    int high = hex(cell.p[i]), low = hex(cell.p[i + 1]);
    if (high < 0 || low < 0)
      return -1;
    to[i / 2 - 1] = (char)(high * 16 + low);
  }
  return cell.n / 2 - 1;
}

/* bytea_output = escape: \\ and \ooo. */
static int read_escaped(cm_pq_cell cell, char *to) {
  int n = 0;
  for (int i = 0; i < cell.n; i++) {
    if (cell.p[i] != '\\') {
      to[n++] = cell.p[i];
    } else if (i + 1 < cell.n && cell.p[i + 1] == '\\') {
      to[n++] = '\\';
      i++;
    } else if (i + 3 < cell.n) {
      to[n++] = (char)((cell.p[i + 1] - '0') * 64 + (cell.p[i + 2] - '0') * 8 + cell.p[i + 3] - '0');
      i += 3;
    } else {
      return -1;
    }
  }
  return n;
}

static int decode_bytes(cm_pq_cell cell, cm_arena *arena, corm_value *out) {
  int is_hex = cell.n >= 2 && cell.p[0] == '\\' && cell.p[1] == 'x', n = 0;
  char *bytes = cm_arena_alloc(arena, (size_t)cell.n + 1);
  if (!bytes)
    return -1;
  n = is_hex ? read_hex(cell, bytes) : read_escaped(cell, bytes);
  if (n < 0)
    return 0;
  *out = corm_bytes_of(CORM_BYTES, bytes, (size_t)n);
  return 1;
}

static int decode_uuid(cm_pq_cell cell, cm_arena *arena, corm_value *out) {
  char *raw = cm_arena_alloc(arena, 16);
  if (!raw)
    return -1;
  if (!corm_uuid_parse(cell.p, (size_t)cell.n, raw))
    return 0;
  *out = corm_bytes_of(CORM_UUID, raw, 16);
  return 1;
}

/* ---- All ------------------------------------------------------------------------------------------------- */

static int decode_int(cm_pq_cell cell, corm_value *out) {
  char *end = NULL;
  errno = 0;
  *out = corm_int(strtoll(cell.p, &end, 10));
  return !errno && end == cell.p + cell.n;
}

static int decode_double(cm_pq_cell cell, corm_value *out) {
  char *end = NULL;
  *out = corm_double(strtod(cell.p, &end));
  return end == cell.p + cell.n;
}

/* 1: done, 0: it is none, -1: no memory. libpq terminates its texts. */
static int decode(Oid type, cm_pq_cell cell, cm_arena *arena, corm_value *out) {
  switch (type) {
  case CM_PQ_BOOL:
    *out = corm_bool(*cell.p == 't');
    return 1;
  case CM_PQ_INT2:
  case CM_PQ_INT4:
  case CM_PQ_INT8:
  case CM_PQ_OID:
    return decode_int(cell, out);
  case CM_PQ_FLOAT4:
  case CM_PQ_FLOAT8:
    return decode_double(cell, out);
  case CM_PQ_NUMERIC:
    *out = corm_bytes_of(CORM_DECIMAL, cell.p, (size_t)cell.n);
    return 1;
  case CM_PQ_BYTEA:
    return decode_bytes(cell, arena, out);
  case CM_PQ_UUID:
    return decode_uuid(cell, arena, out);
  case CM_PQ_DATE:
    return decode_date(cell, out);
  case CM_PQ_TIME:
    return decode_time(cell, out);
  case CM_PQ_TIMESTAMP:
    return decode_instant(cell, CORM_TIMESTAMP, out);
  case CM_PQ_TIMESTAMPTZ:
    return decode_instant(cell, CORM_TIMESTAMPTZ, out);
  case CM_PQ_INTERVAL:
    return decode_interval(cell, out);
  default:
    return 0;
  }
}

int cm_pq_decode_text(Oid type, cm_pq_cell cell, cm_arena *arena, const char *name, corm_value *out, corm_error **err) {
  int done = decode(type, cell, arena, out);
  if (done < 0)
    return cm_fail_memory(err);
  return done ? CORM_OK : cm_pq_fail_cell(err, name, cell.p, "cannot be held, or is printed in an unknown form");
}
