#include "base/text.h"
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_NAME = 128 };

int cm_is_ascii(const char *p, size_t n) {
  unsigned char all = 0;
  uint64_t words = 0, word = 0;
  for (; n >= sizeof word; n -= sizeof word, p += sizeof word) {
    memcpy(&word, p, sizeof word);
    words |= word;
  }
  while (n--)
    all |= (unsigned char)*p++;
  return !(all & 0x80) && !(words & 0x8080808080808080u);
}

/* The length of a sequence by its first byte and the range of its second (which excludes overlong forms, surrogates
 * and what lies above U+10FFFF); 0 where no sequence begins so. */
static size_t sequence(unsigned char first, unsigned char *low, unsigned char *high) {
  *low = 0x80;
  *high = 0xbf;
  if (first < 0xc2 || first > 0xf4)
    return 0;
  if (first < 0xe0)
    return 2;
  if (first == 0xe0)
    *low = 0xa0;
  if (first == 0xed)
    *high = 0x9f;
  if (first == 0xf0)
    *low = 0x90;
  if (first == 0xf4)
    *high = 0x8f;
  return first < 0xf0 ? 3 : 4;
}

int cm_is_utf8(const char *p, size_t n) {
  const unsigned char *at = (const unsigned char *)p;
  const unsigned char *end = at + n;
  while (at < end) {
    unsigned char low = 0, high = 0;
    size_t length = 1;
    if (*at >= 0x80) {
      length = sequence(*at, &low, &high);
      if (!length || (size_t)(end - at) < length || at[1] < low || at[1] > high)
        return 0;
      for (size_t i = 2; i < length; i++)
        if ((at[i] & 0xc0) != 0x80)
          return 0;
    }
    at += length;
  }
  return 1;
}

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

int cm_equal_nocase(const char *a, const char *b) {
  while (*a && lower(*a) == lower(*b)) {
    a++;
    b++;
  }
  return lower(*a) == lower(*b);
}

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* Insertions, deletions, replacements and swaps of neighbours from `a` to `b`; case is free. At most LONGEST_NAME. */
static size_t distance(const char *a, size_t n, const char *b, size_t m) {
  size_t rows[3][LONGEST_NAME + 1];
  for (size_t j = 0; j <= m; j++)
    rows[0][j] = j;
  for (size_t i = 1; i <= n; i++) {
    size_t *row = rows[i % 3];
    const size_t *up = rows[(i + 2) % 3], *up2 = rows[(i + 1) % 3];
    row[0] = i;
    for (size_t j = 1; j <= m; j++) {
      char x = lower(a[i - 1]), y = lower(b[j - 1]);
      row[j] = least(least(up[j], row[j - 1]) + 1, up[j - 1] + (x != y));
      if (i > 1 && j > 1 && x == lower(b[j - 2]) && lower(a[i - 2]) == y)
        row[j] = least(row[j], up2[j - 2] + 1);
    }
  }
  return rows[n % 3][m];
}

const char *cm_nearest(const char *name, const char *const *names, size_t n) {
  const char *found = NULL;
  size_t length = strlen(name);
  size_t best = length / 3 + 1;
  if (length > LONGEST_NAME)
    return NULL;
  for (size_t i = 0; i < n; i++) {
    size_t other = strlen(names[i]), d = 0;
    if (other > LONGEST_NAME)
      continue;
    d = distance(name, length, names[i], other);
    if (d < best) {
      best = d;
      found = names[i];
    }
  }
  return found;
}

/* The significant digits of a finite `f` and its decimal exponent: 12.5 is "125" and 1. */
static size_t shortest_digits(double f, char *digits, int *exponent) {
  char text[48];
  size_t n = 0;
  char *at = text;
  /* 15 digits always survive a normal number, so what they can say needs no search below them. */
  for (int precision = fabs(f) < DBL_MIN ? 0 : 14; precision <= 16; precision++) {
    snprintf(text, sizeof text, "%.*e", precision, f);
    if (strtod(text, NULL) == f)
      break;
  }
  for (; *at && *at != 'e'; at++) /* steps over the point, whatever the locale made of it */
    if (*at >= '0' && *at <= '9')
      digits[n++] = *at;
  *exponent = *at ? (int)strtol(at + 1, NULL, 10) : 0;
  while (n > 1 && digits[n - 1] == '0')
    n--;
  return n;
}

static size_t place_digits(const char *digits, size_t n, int exponent, char *out) {
  size_t len = 0, whole = exponent < 0 ? 0 : (size_t)exponent + 1;
  if (exponent < 0) {
    out[len++] = '0';
    out[len++] = '.';
    for (int i = -1; i > exponent; i--)
      out[len++] = '0';
    memcpy(out + len, digits, n);
    return len + n;
  }
  for (size_t i = 0; i < whole || i < n; i++) {
    if (i == whole)
      out[len++] = '.';
    out[len++] = i < n ? digits[i] : '0';
  }
  if (whole >= n) {
    out[len++] = '.';
    out[len++] = '0';
  }
  return len;
}

size_t cm_double_format(double f, char *out) {
  char digits[24] = "0";
  char tail[8];
  size_t n = 0, len = 0;
  int exponent = 0;
  if (isnan(f) || isinf(f)) {
    const char *word = isnan(f) ? "nan" : f < 0 ? "-inf" : "inf";
    memcpy(out, word, strlen(word));
    return strlen(word);
  }
  if (signbit(f))
    out[len++] = '-';
  n = shortest_digits(f, digits, &exponent);
  if (exponent >= -4 && exponent < 16)
    return len + place_digits(digits, n, exponent, out + len);
  out[len++] = digits[0];
  if (n > 1) {
    out[len++] = '.';
    memcpy(out + len, digits + 1, n - 1);
    len += n - 1;
  }
  n = (size_t)snprintf(tail, sizeof tail, "e%+03d", exponent);
  memcpy(out + len, tail, n);
  return len + n;
}
