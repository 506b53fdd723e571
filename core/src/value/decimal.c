#include "value/decimal.h"
#include "base/map.h"
#include <string.h>

/* A number's significant digits, from the first that is not zero to the last; they may have a point between them. */
typedef struct parts {
  const char *first, *end; /* equal: the number is zero */
  int64_t exponent;        /* of the first digit: 0 where it stands before the point */
  int negative;
} parts;

enum { LONGEST_EXPONENT = 9 };

static int is_digit(char c) { return c >= '0' && c <= '9'; }

static const char *read_exponent(const char *p, const char *end, int64_t *out) {
  int negative = 0;
  int64_t n = 0;
  const char *first = NULL;
  if (p < end && (*p == '+' || *p == '-'))
    negative = *p++ == '-';
  for (first = p; p < end && is_digit(*p) && p - first < LONGEST_EXPONENT; p++)
    n = n * 10 + (*p - '0');
  *out = negative ? -n : n;
  return p > first ? p : NULL;
}

/* Sets the digits' bounds and the place of the first one. NULL where there are no digits. */
static const char *read_digits(const char *p, const char *end, parts *out) {
  int64_t before = 0, place = 0;
  int any = 0, point = 0;
  for (; p < end && (is_digit(*p) || (*p == '.' && !point)); p++) {
    if (*p == '.') {
      point = 1;
      continue;
    }
    any = 1;
    if (*p != '0' && !out->first) {
      out->first = p;
      place = point ? -before - 1 : 0;
      before = 0;
    }
    if (*p != '0')
      out->end = p + 1;
    before += out->first ? !point : point; /* digits before the point, or zeros behind it */
  }
  out->exponent = place < 0 ? place : before - 1;
  return any ? p : NULL;
}

static int parse(const char *p, size_t n, parts *out) {
  const char *end = p + n;
  int64_t exponent = 0;
  memset(out, 0, sizeof *out);
  if (p < end && (*p == '+' || *p == '-'))
    out->negative = *p++ == '-';
  p = read_digits(p, end, out);
  if (p && p < end && (*p == 'e' || *p == 'E'))
    p = read_exponent(p + 1, end, &exponent);
  out->exponent += exponent;
  if (!out->first) {
    out->first = out->end = end;
    out->negative = 0;
    out->exponent = 0;
  }
  return p == end;
}

/* The next digit, stepping over the point; 0 at the end. */
static char next_digit(const parts *number, const char **at) {
  if (*at < number->end && **at == '.')
    ++*at;
  return *at < number->end ? *(*at)++ : '\0';
}

int cm_decimal_equal(const char *a, size_t n, const char *b, size_t m) {
  parts x, y;
  char digit = '\0';
  if (!parse(a, n, &x) || !parse(b, m, &y))
    return n == m && (n == 0 || memcmp(a, b, n) == 0);
  if (x.negative != y.negative || x.exponent != y.exponent)
    return 0;
  for (const char *i = x.first, *j = y.first;;) {
    digit = next_digit(&x, &i);
    if (digit != next_digit(&y, &j))
      return 0;
    if (!digit)
      return 1;
  }
}

uint64_t cm_decimal_hash(const char *p, size_t n) {
  parts x;
  uint64_t h = 0;
  const char *at = NULL;
  if (!parse(p, n, &x))
    return cm_hash_bytes(p, n);
  h = cm_hash_mix((uint64_t)x.exponent, (uint64_t)x.negative);
  at = x.first;
  for (char digit = next_digit(&x, &at); digit; digit = next_digit(&x, &at))
    h = cm_hash_mix(h, (uint64_t)digit);
  return h;
}
