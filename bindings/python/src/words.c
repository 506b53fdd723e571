/* The words of the core for cascades, ways of loading and events, with their numbers. */
#include "binding.h"

static int add(PyObject *words, const char *name, long number) {
  PyObject *n = name ? PyLong_FromLong(number) : NULL;
  int status = !name ? 0 : n ? PyDict_SetItemString(words, name, n) : -1;
  Py_XDECREF(n);
  return status;
}

static PyObject *lazy_names(PyObject *module, PyObject *ignored) {
  PyObject *words = PyDict_New();
  (void)module, (void)ignored;
  for (int lazy = CORM_LAZY_SELECT; words && lazy <= CORM_LAZY_WRITE_ONLY; lazy++)
    if (add(words, corm_lazy_name(lazy), lazy) < 0)
      Py_CLEAR(words);
  return words;
}

static PyObject *cascade_names(PyObject *module, PyObject *ignored) {
  PyObject *words = PyDict_New();
  (void)module, (void)ignored;
  for (unsigned bit = 1; words && bit <= CORM_CASCADE_EXPUNGE; bit <<= 1)
    if (add(words, corm_cascade_name(bit), (long)bit) < 0)
      Py_CLEAR(words);
  return words;
}

static PyObject *event_names(PyObject *module, PyObject *ignored) {
  PyObject *words = PyDict_New();
  (void)module, (void)ignored;
  for (int kind = CORM_EV_BEFORE_INSERT; words && kind < CORM_EV_KINDS; kind++)
    if (add(words, corm_event_name(kind), kind) < 0)
      Py_CLEAR(words);
  return words;
}

static PyMethodDef methods[] = {
    {"lazy_names", lazy_names, METH_NOARGS, "The ways of loading a relation, by name."},
    {"cascade_names", cascade_names, METH_NOARGS, "The bit of each cascade, by name."},
    {"event_names", event_names, METH_NOARGS, "The events of mapped classes, objects and sessions, by name."},
    {NULL, NULL, 0, NULL}};

int cpy_add_words(PyObject *module) { return PyModule_AddFunctions(module, methods); }
