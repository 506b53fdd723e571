/* Decimal numbers as text: "-12.50", "1E+3". What is no finite number ("NaN") is only text. */
#ifndef CM_DECIMAL_H
#define CM_DECIMAL_H
#include <stddef.h>
#include <stdint.h>

int cm_decimal_equal(const char *a, size_t n, const char *b, size_t m); /* as numbers: 1.5 and 1.50 are equal */
uint64_t cm_decimal_hash(const char *p, size_t n);
#endif
