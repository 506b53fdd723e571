/* The 16-byte cell in which values cross every border: binds, rows, attributes.
 *
 * A value owns nothing: its text, bytes or object belong to who made it or lent it. All functions here are free of
 * state: any thread may call them, none of them fails or takes memory. */
#ifndef CORMORANT_VALUE_H
#define CORMORANT_VALUE_H

#include <cormorant/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum corm_kind {
  CORM_NULL = 0,
  CORM_BOOL,        /* as.i is 0 or 1 */
  CORM_INT,         /* as.i */
  CORM_DOUBLE,      /* as.f */
  CORM_TEXT,        /* as.p, size: UTF-8, not terminated */
  CORM_BYTES,       /* as.p, size */
  CORM_DATE,        /* as.i: days since 1970-01-01, proleptic Gregorian */
  CORM_TIME,        /* as.i: microseconds since midnight */
  CORM_TIMESTAMP,   /* as.i: microseconds since 1970-01-01 00:00:00, no zone */
  CORM_DECIMAL,     /* as.p, size: text as "-12.50", "NaN" */
  CORM_JSON,        /* as.p, size: JSON text */
  CORM_HOST,        /* as.h: a value of the host's, opaque here */
  CORM_RECORD,      /* as.r: an object in a result row */
  CORM_TIMESTAMPTZ, /* as.i: microseconds since 1970-01-01 00:00:00 UTC: an instant */
  CORM_INTERVAL,    /* as.i: microseconds; a month counts as 30 days, twelve as 365 */
  CORM_UUID,        /* as.p, size 16: the bytes as they are written */
  CORM_ARRAY        /* reserved */
} corm_kind;        /* a later version appends */

#define CORM_VALUE_ASCII 1u /* flag on TEXT: all bytes are below 0x80 */

/* Frozen: its layout is part of the ABI. An unknown kind is legal, and refused by whoever meets it. */
typedef struct corm_value {
  union {
    int64_t i;
    double f;
    const char *p;
    void *h;
    corm_record *r;
  } as;
  uint32_t size;
  uint8_t kind;
  uint8_t flags;
  uint16_t reserved;
} corm_value;

/* Constructors: text and bytes are borrowed. */
static inline corm_value corm_null(void) {
  corm_value v = {{0}, 0, CORM_NULL, 0, 0};
  return v;
}
static inline corm_value corm_bool(int b) {
  corm_value v = {{0}, 0, CORM_BOOL, 0, 0};
  v.as.i = b ? 1 : 0;
  return v;
}
static inline corm_value corm_int(int64_t i) {
  corm_value v = {{0}, 0, CORM_INT, 0, 0};
  v.as.i = i;
  return v;
}
static inline corm_value corm_double(double f) {
  corm_value v = {{0}, 0, CORM_DOUBLE, 0, 0};
  v.as.f = f;
  return v;
}
/* TEXT, BYTES, DECIMAL or JSON of n bytes, below 4 GiB. */
static inline corm_value corm_bytes_of(corm_kind kind, const char *p, size_t n) {
  corm_value v = {{0}, 0, CORM_NULL, 0, 0};
  v.as.p = p;
  v.size = (uint32_t)n;
  v.kind = (uint8_t)kind;
  return v;
}
/* Text up to its terminator, which is not part of it; not NULL. */
CORM_API corm_value corm_text(const char *terminated);
/* Whether values of the kind are as.p and size: memory that lies elsewhere. */
static inline int corm_kind_has_bytes(int kind) {
  return kind == CORM_TEXT || kind == CORM_BYTES || kind == CORM_DECIMAL || kind == CORM_JSON || kind == CORM_UUID;
}
/* An object as a value, for relations to one; NULL: no object. */
static inline corm_value corm_object(corm_record *r) {
  corm_value v = {{0}, 0, CORM_NULL, 0, 0};
  v.as.r = r;
  v.kind = r ? CORM_RECORD : CORM_NULL;
  return v;
}
/* The two arguments of printf's "%.*s" for a TEXT, DECIMAL or JSON value: nothing for other kinds. */
#define CORM_TEXT_ARG(v) (corm_value_peek_text_size(&(v))), (corm_value_peek_text(&(v)))
CORM_API const char *corm_value_peek_text(const corm_value *); /* never NULL; not terminated */
CORM_API int corm_value_peek_text_size(const corm_value *);    /* in bytes; 0 for kinds without text */
/* Any value as text for people, as snprintf does it: at most cap bytes with the terminator, returns how long all of it
 * is. NULL is "NULL"; BYTES are hexadecimal, instants in UTC, intervals in seconds; CORM_RECORD and CORM_HOST
 * are "object". Numbers do not depend on the locale. */
CORM_API size_t corm_value_format(const corm_value *, char *out, size_t cap);

/* Equal as values: kinds must agree, save that BOOL, INT and DOUBLE compare as numbers. HOST by pointer. */
CORM_API int corm_value_equal(const corm_value *a, const corm_value *b);
/* Equal values have equal hashes. Good for this process only. */
CORM_API uint64_t corm_value_hash(const corm_value *v);

/* Text forms of dates, as SQL writes them: 2026-11-24, 13:05:00.250000, both with `separator` between. Each writes at
 * most 32 bytes, not terminated, and returns how many. micros: always six digits of a fraction; 0: only where it is not
 * zero. */
CORM_API size_t corm_date_format(int64_t days, char *out);
CORM_API size_t corm_time_format(int64_t us, int micros, char *out);
CORM_API size_t corm_timestamp_format(int64_t us, int micros, char separator, char *out);
/* An instant in UTC, with "+00:00" behind it; at most 40 bytes. */
CORM_API size_t corm_timestamptz_format(int64_t us, int micros, char separator, char *out);
/* "01234567-89ab-cdef-0123-456789abcdef": 36 bytes. */
CORM_API size_t corm_uuid_format(const char *raw, char *out);
/* Strict parsers; 0 when the text is no such thing (out untouched), 1 when it is. */
CORM_API int corm_date_parse(const char *p, size_t n, int64_t *days);
CORM_API int corm_time_parse(const char *p, size_t n, int64_t *us);
CORM_API int corm_timestamp_parse(const char *p, size_t n, int64_t *us);
/* The offset is needed: Z, +hh, +hhmm, +hh:mm or +hh:mm:ss, up to 23:59:59. */
CORM_API int corm_timestamptz_parse(const char *p, size_t n, int64_t *us);
/* 32 hexadecimal digits, with hyphens in their four places or without; `raw` gets 16 bytes. */
CORM_API int corm_uuid_parse(const char *p, size_t n, char *raw);
/* Between a date and its days since 1970-01-01, proleptic Gregorian: month 1..12, day 1..31, year 0 is 1 BC. */
CORM_API int64_t corm_days_from_civil(int64_t year, int month, int day);
CORM_API void corm_civil_from_days(int64_t days, int64_t *year, int *month, int *day);

#ifdef __cplusplus
}
#endif
#endif
