/* What is alive, for tests that count. */
#include "binding.h"

static PyObject *live(PyObject *module, PyObject *ignored) {
  static const char *const names[CORM_LIVE_KINDS] = {"nodes",       "records",  "blocks", "statements",
                                                     "connections", "sessions", "engines"};
  (void)module, (void)ignored;
  PyObject *counts = PyDict_New();
  for (int kind = 0; counts && kind < CORM_LIVE_KINDS; kind++) {
    PyObject *n = PyLong_FromLongLong(corm_live((corm_live_kind)kind));
    if (!n || PyDict_SetItemString(counts, names[kind], n) < 0)
      Py_CLEAR(counts);
    Py_XDECREF(n);
  }
  return counts;
}

static PyMethodDef methods[] = {
    {"live", live, METH_NOARGS,
     "How many nodes, records, blocks, statements, connections, sessions and engines are alive."},
    {NULL, NULL, 0, NULL}};

int cpy_add_live(PyObject *module) { return PyModule_AddFunctions(module, methods); }
