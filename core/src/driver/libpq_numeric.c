/* A numeric: digits to the base of 10,000, as exact decimal text. */
#include "driver/libpq.h"
#include <string.h>

enum { HEAD = 8, NEGATIVE = 0x4000, NOT_A_NUMBER = 0xC000, INFINITE = 0xD000, NEGATIVE_INFINITE = 0xF000 };

typedef struct numeric {
  const char *digits;
  int n, weight; /* the first digit counts 10000 ** weight */
  int scale;     /* decimals that are shown */
} numeric;

static int digit_at(const numeric *x, int i) { return i >= 0 && i < x->n ? cm_pq_u16(x->digits + 2 * i) : 0; }

static char *put_four(char *to, int digit) {
  to[0] = (char)('0' + digit / 1000);
  to[1] = (char)('0' + digit / 100 % 10);
  to[2] = (char)('0' + digit / 10 % 10);
  to[3] = (char)('0' + digit % 10);
  return to + 4;
}

static char *put_whole(char *to, const numeric *x) {
  char *first = to;
  if (x->weight < 0)
    *to++ = '0';
  for (int i = 0; i <= x->weight; i++)
    to = put_four(to, digit_at(x, i));
  while (to - first > 1 && *first == '0') { /* at most three */
    memmove(first, first + 1, (size_t)(to - first) - 1);
    to--;
  }
  return to;
}

static char *put_fraction(char *to, const numeric *x) {
  char *point = to;
  *to++ = '.';
  for (int i = x->weight + 1, shown = 0; shown < x->scale; i++, shown += 4)
    to = put_four(to, digit_at(x, i));
  return point + 1 + x->scale;
}

static int set_word(const char *word, corm_value *out) {
  *out = corm_bytes_of(CORM_DECIMAL, word, strlen(word));
  return 1;
}

int cm_pq_numeric(cm_pq_cell cell, cm_arena *arena, corm_value *out) {
  numeric x = {0};
  char *text = NULL, *to = NULL;
  int sign = 0;
  if (cell.n < HEAD)
    return 0;
  x.n = cm_pq_u16(cell.p);
  x.weight = (int16_t)cm_pq_u16(cell.p + 2);
  sign = cm_pq_u16(cell.p + 4);
  x.scale = cm_pq_u16(cell.p + 6);
  x.digits = cell.p + HEAD;
  if (sign == NOT_A_NUMBER)
    return set_word("NaN", out);
  if (sign == INFINITE || sign == NEGATIVE_INFINITE)
    return set_word(sign == INFINITE ? "Infinity" : "-Infinity", out);
  if ((sign && sign != NEGATIVE) || cell.n != HEAD + 2 * x.n || x.scale > 0x3fff)
    return 0;
  text = cm_arena_alloc(arena, (size_t)(x.weight < 0 ? 1 : (x.weight + 1) * 4) + (size_t)x.scale + 8);
  if (!text)
    return -1;
  to = text;
  if (sign == NEGATIVE)
    *to++ = '-';
  to = put_whole(to, &x);
  if (x.scale)
    to = put_fraction(to, &x);
  *out = corm_bytes_of(CORM_DECIMAL, text, (size_t)(to - text));
  return 1;
}
