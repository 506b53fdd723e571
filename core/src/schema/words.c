/* The words in which programs of every language say cascades and ways of loading. */
#include "base/base.h"
#include <cormorant/schema.h>
#include <string.h>

static const char *const lazies[] = {
    [CORM_LAZY_SELECT] = "select",       [CORM_LAZY_JOINED] = "joined",
    [CORM_LAZY_SELECTIN] = "selectin",   [CORM_LAZY_SUBQUERY] = "subquery",
    [CORM_LAZY_IMMEDIATE] = "immediate", [CORM_LAZY_NOLOAD] = "noload",
    [CORM_LAZY_RAISE] = "raise",         [CORM_LAZY_RAISE_ON_SQL] = "raise_on_sql",
    [CORM_LAZY_DYNAMIC] = "dynamic",     [CORM_LAZY_WRITE_ONLY] = "write_only",
};
enum { LAZIES = sizeof lazies / sizeof *lazies };

/* Bit i is cascades[i]; two words more are no bits. */
static const char *const cascades[] = {"save-update",    "merge",   "delete", "delete-orphan",
                                       "refresh-expire", "expunge", "all",    "none"};
enum { WORDS = sizeof cascades / sizeof *cascades, BITS = WORDS - 2, ALL = BITS, NONE = BITS + 1 };

const char *corm_lazy_name(int lazy) { return lazy >= 0 && lazy < LAZIES ? lazies[lazy] : NULL; }

int corm_lazy_named(int *out, const char *name, corm_error **err) {
  for (int i = 0; name && i < LAZIES; i++)
    if (strcmp(lazies[i], name) == 0) {
      *out = i;
      return CORM_OK;
    }
  return cm_fail_name(err, CORM_ENAME, "way of loading", NULL, name ? name : "", lazies, LAZIES);
}

const char *corm_cascade_name(unsigned bit) {
  for (int i = 0; i < BITS; i++)
    if (bit == 1u << i)
      return cascades[i];
  return NULL;
}

static int word_at(const char *p, size_t n) {
  for (int i = 0; i < WORDS; i++)
    if (strncmp(cascades[i], p, n) == 0 && cascades[i][n] == '\0')
      return i;
  return -1;
}

static int unknown_cascade(const char *p, size_t n, corm_error **err) {
  char name[64];
  n = n < sizeof name ? n : sizeof name - 1;
  memcpy(name, p, n);
  name[n] = '\0';
  return cm_fail_name(err, CORM_ENAME, "cascade", NULL, name, cascades, WORDS);
}

int corm_cascade_parse(unsigned *out, const char *words, corm_error **err) {
  static const char between[] = ", \t\n";
  unsigned bits = 0, keep = ~0u;
  for (const char *p = words ? words : ""; *(p += strspn(p, between));) {
    size_t n = strcspn(p, between);
    int word = word_at(p, n);
    if (word < 0)
      return unknown_cascade(p, n, err);
    if (word == NONE)
      keep = 0;
    else
      bits |= word == ALL ? CORM_CASCADE_ALL : 1u << word;
    p += n;
  }
  *out = bits & keep;
  return CORM_OK;
}
