/* Strings for names that are given out again and again: of parameters, columns, dialects. */
#include "binding.h"
#include <string.h>

#define MOST 512u
static PyObject *known[MOST]; /* ASCII, interned; the later of two that fall together stays */

static size_t place_of(const char *name, size_t n) {
  uint32_t h = 2166136261u;
  for (size_t i = 0; i < n; i++)
    h = (h ^ (unsigned char)name[i]) * 16777619u;
  return (h ^ h >> 15) % MOST;
}

PyObject *cpy_name(const char *name) {
  size_t n = strlen(name);
  PyObject **at = &known[place_of(name, n)], *made = *at;
  if (made && (size_t)PyUnicode_GET_LENGTH(made) == n && memcmp(PyUnicode_DATA(made), name, n) == 0)
    return Py_NewRef(made);
  made = PyUnicode_InternFromString(name);
  if (made && PyUnicode_IS_ASCII(made))
    Py_XSETREF(*at, Py_NewRef(made));
  return made;
}
