/* UTF-8, and the nearest of some names. */
#ifndef CM_TEXT_H
#define CM_TEXT_H
#include <stddef.h>

int cm_is_ascii(const char *p, size_t n);
int cm_is_utf8(const char *p, size_t n);           /* strict: no surrogates, no overlong forms */
int cm_equal_nocase(const char *a, const char *b); /* ASCII only */
/* The name with the smallest edit distance, if it is near enough to be meant (at most a third of its length; a swap of
 * neighbours counts as one edit, case as none); or NULL.
 */
const char *cm_nearest(const char *name, const char *const *names, size_t n);
/* A floating number in the shortest form that reads back the same, always recognisable as one ("1.0", "1.5", "1e+300",
 * "nan", "inf"); independent of the locale; at most 32 bytes, unterminated. */
size_t cm_double_format(double f, char *out);
#endif
