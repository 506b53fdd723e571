/* Loader options: what a path of relations says about how they are loaded. */
#include "orm.h"

/* A path of relations: references, NULL in the last place for all of them. NULL with an exception. */
static corm_node **path_of(PyObject *tuple, Py_ssize_t *n) {
  *n = PyTuple_GET_SIZE(tuple);
  corm_node **path = PyMem_Calloc((size_t)*n + 1, sizeof *path);
  if (!path)
    PyErr_NoMemory();
  for (Py_ssize_t i = 0; path && i < *n; i++) {
    PyObject *item = PyTuple_GET_ITEM(tuple, i);
    if (item == Py_None && i == *n - 1)
      continue;
    if ((path[i] = cpy_coerce(item, CPY_COLUMN)))
      continue;
    cpy_nodes_free(path, i);
    path = NULL;
  }
  return path;
}

static void free_path(corm_node **path, Py_ssize_t n) {
  for (Py_ssize_t i = 0; path && i < n; i++)
    corm_node_unref(path[i]);
  PyMem_Free(path);
}

/* The statement with the option in it, in the class of the one before. */
static PyObject *next(PyObject *before, corm_stmt *made) {
  corm_error *err = NULL;
  if (!corm_node_check(made, &err))
    return cpy_wrap_as(Py_TYPE(before), made, ((cpy_node *)before)->extra);
  corm_node_unref(made);
  return cpy_raise(err);
}

/* option_load(statement, path, strategy, flags) */
static PyObject *load(PyObject *module, PyObject *args) {
  PyObject *statement, *tuple, *made = NULL;
  Py_ssize_t n;
  unsigned flags;
  int strategy;
  (void)module;
  if (!PyArg_ParseTuple(args, "O!O!iI:option_load", cpy.statement_type, &statement, &PyTuple_Type, &tuple, &strategy,
                        &flags))
    return NULL;
  corm_node **path = path_of(tuple, &n), *stmt = path ? cpy_node_ref(statement) : NULL;
  if (stmt)
    made = next(statement, corm_load(stmt, (const corm_expr *const *)path, (size_t)n, strategy, flags));
  free_path(path, n);
  return made;
}

/* option_columns(statement, path, how, attributes, flags) */
static PyObject *load_columns(PyObject *module, PyObject *args) {
  PyObject *statement, *tuple, *columns, *made = NULL;
  Py_ssize_t n, n_columns = 0;
  unsigned flags;
  int how;
  (void)module;
  if (!PyArg_ParseTuple(args, "O!O!iO!I:option_columns", cpy.statement_type, &statement, &PyTuple_Type, &tuple, &how,
                        &PyTuple_Type, &columns, &flags))
    return NULL;
  corm_node **path = path_of(tuple, &n), **found = path ? path_of(columns, &n_columns) : NULL;
  corm_node *stmt = found ? cpy_node_ref(statement) : NULL;
  if (stmt)
    made = next(statement, corm_load_columns(stmt, (const corm_expr *const *)path, (size_t)n, how,
                                             (const corm_expr *const *)found, (size_t)n_columns, flags));
  free_path(path, n);
  free_path(found, n_columns);
  return made;
}

/* option_contains(statement, path, source or None) */
static PyObject *contains_eager(PyObject *module, PyObject *args) {
  PyObject *statement, *tuple, *source, *made = NULL;
  corm_node *from = NULL;
  Py_ssize_t n;
  (void)module;
  if (!PyArg_ParseTuple(args, "O!O!O:option_contains", cpy.statement_type, &statement, &PyTuple_Type, &tuple, &source))
    return NULL;
  if (source != Py_None && !(from = cpy_coerce(source, CPY_FROM)))
    return NULL;
  corm_node **path = path_of(tuple, &n), *stmt = path ? cpy_node_ref(statement) : NULL;
  if (stmt)
    made = next(statement, corm_contains_eager(stmt, (const corm_expr *const *)path, (size_t)n, from));
  free_path(path, n);
  corm_node_unref(from);
  return made;
}

/* option_group(statement, path, group) */
static PyObject *load_group(PyObject *module, PyObject *args) {
  PyObject *statement, *tuple, *made = NULL;
  const char *group;
  Py_ssize_t n;
  (void)module;
  if (!PyArg_ParseTuple(args, "O!O!s:option_group", cpy.statement_type, &statement, &PyTuple_Type, &tuple, &group))
    return NULL;
  corm_node **path = path_of(tuple, &n), *stmt = path ? cpy_node_ref(statement) : NULL;
  if (stmt)
    made = next(statement, corm_load_group(stmt, (const corm_expr *const *)path, (size_t)n, group));
  free_path(path, n);
  return made;
}

static PyMethodDef functions[] = {
    {"option_group", load_group, METH_VARARGS, "option_group(statement, path, group)"},
    {"option_load", load, METH_VARARGS, "option_load(statement, path, strategy, flags)"},
    {"option_columns", load_columns, METH_VARARGS, "option_columns(statement, path, how, attributes, flags)"},
    {"option_contains", contains_eager, METH_VARARGS, "option_contains(statement, path, source)"},
    {NULL, NULL, 0, NULL}};

int cpy_add_option(PyObject *module) { return PyModule_AddFunctions(module, functions); }
