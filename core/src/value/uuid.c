/* UUIDs: 16 bytes, and the 36 characters in which SQL writes them. */
#include <cormorant/value.h>
#include <string.h>

enum { RAW = 16, PLAIN = 32, HYPHENATED = 36 };

static int is_hyphen_place(size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

size_t corm_uuid_format(const char *raw, char *out) {
  static const char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < HYPHENATED; i++) {
    if (is_hyphen_place(i)) {
      out[i] = '-';
      continue;
    }
    unsigned char byte = (unsigned char)*raw;
    out[i++] = digits[byte >> 4];
    out[i] = digits[byte & 15];
    raw++;
  }
  return HYPHENATED;
}

static int hex(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  c = (char)(c | 32);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int corm_uuid_parse(const char *p, size_t n, char *raw) {
  char bytes[RAW];
  size_t at = 0;
  if (n != PLAIN && n != HYPHENATED)
    return 0;
  for (size_t i = 0; i < n; i++) {
    if (n == HYPHENATED && is_hyphen_place(i)) {
      if (p[i] != '-')
        return 0;
      continue;
    }
    int high = hex(p[i]), low = hex(p[i + 1]);
    if (high < 0 || low < 0)
      return 0;
    bytes[at++] = (char)(high * 16 + low);
    i++;
  }
  memcpy(raw, bytes, RAW);
  return 1;
}
