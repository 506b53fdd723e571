/* What rows come from: aliases, subqueries, CTEs, joins, and their columns. Tables are made in schema.c. */
#include "binding.h"

/* -1 with an exception. */
static int count_columns(const corm_node *node, size_t *n) {
  corm_error *err = NULL;
  *n = corm_source_columns(node);
  if (*n != SIZE_MAX)
    return 0;
  if (corm_node_check(node, &err))
    cpy_raise(err);
  else
    PyErr_NoMemory();
  return -1;
}

/* The collection of a source's columns: made once, kept in `extra`. */
static PyObject *make_columns(const corm_node *node) {
  PyObject *made = cpy_collection_new();
  size_t n = 0;
  if (made && count_columns(node, &n) < 0)
    Py_CLEAR(made);
  for (size_t i = 0; made && i < n; i++) {
    corm_expr *x = corm_source_column(node, i);
    const char *name = corm_node_peek_name(x);
    corm_column *column = corm_node_peek_column(x);
    if (column && (!name || !*name))
      name = corm_column_peek_key(column);
    PyObject *wrapped = cpy_wrap(x),
             *key = wrapped ? name ? PyUnicode_FromString(name) : PyObject_GetAttr(wrapped, cpy.s_key) : NULL;
    if (!key || cpy_collection_add(made, key, wrapped) < 0)
      Py_CLEAR(made);
    Py_XDECREF(key);
    Py_XDECREF(wrapped);
  }
  return made;
}

static PyObject *get_columns(PyObject *self, void *unused) {
  (void)unused;
  cpy_node *s = (cpy_node *)self;
  PyObject *name = PyUnicode_InternFromString("c"), *found, *extra;
  if (!name)
    return NULL;
  found = s->extra ? PyDict_GetItemWithError(s->extra, name) : NULL;
  if (!found && !PyErr_Occurred()) {
    corm_node *node = cpy_node_ref(self);
    found = node ? make_columns(node) : NULL;
    corm_node_unref(node);
    extra = found ? cpy_extra_with(s->extra, name, found) : NULL;
    Py_XDECREF(found);
    if (extra)
      Py_XSETREF(s->extra, extra);
    else
      found = NULL;
  }
  Py_DECREF(name);
  return Py_XNewRef(found);
}

static PyObject *alias(PyObject *self, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"name", "flat", NULL};
  const char *name = NULL;
  int flat = 0;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|zp:alias", names, &name, &flat))
    return NULL;
  if (flat)
    return cpy_error("NotSupportedYet", "alias(flat=True) is not supported yet");
  corm_node *node = cpy_node_ref(self);
  if (!node)
    return NULL;
  corm_node *made = corm_alias(node, name);
  corm_node_unref(node);
  return cpy_wrap(made);
}

/* join_source(left, right, on or None, kind) */
static PyObject *join_source(PyObject *m, PyObject *args) {
  (void)m;
  PyObject *left, *right, *on_object;
  int kind;
  corm_node *l, *r = NULL, *on = NULL;
  PyObject *made = NULL;
  if (!PyArg_ParseTuple(args, "OOOi:join_source", &left, &right, &on_object, &kind))
    return NULL;
  if ((l = cpy_coerce(left, CPY_FROM)) && (r = cpy_coerce(right, CPY_FROM)) &&
      (on_object == Py_None || (on = cpy_coerce(on_object, CPY_CONDITION))))
    made = cpy_wrap(corm_join_source(l, r, on, kind));
  corm_node_unref(l);
  corm_node_unref(r);
  return made;
}

/* alias_of(node, name), cte_of(stmt, name, recursive), lateral_of(stmt, name) */
static PyObject *alias_of(PyObject *m, PyObject *args) {
  (void)m;
  PyObject *of;
  const char *name;
  if (!PyArg_ParseTuple(args, "O!z:alias_of", cpy.node_type, &of, &name))
    return NULL;
  corm_node *node = cpy_node_ref(of), *made = node ? corm_alias(node, name) : NULL;
  corm_node_unref(node);
  return made ? cpy_wrap(made) : NULL;
}
static PyObject *cte_of(PyObject *m, PyObject *args) {
  (void)m;
  PyObject *of;
  const char *name;
  int recursive;
  if (!PyArg_ParseTuple(args, "O!zp:cte_of", cpy.node_type, &of, &name, &recursive))
    return NULL;
  corm_node *node = cpy_node_ref(of), *made = node ? corm_cte(node, name, recursive) : NULL;
  corm_node_unref(node);
  return made ? cpy_wrap(made) : NULL;
}
static PyObject *lateral_of(PyObject *m, PyObject *args) {
  (void)m;
  PyObject *of;
  const char *name;
  if (!PyArg_ParseTuple(args, "O!z:lateral_of", cpy.node_type, &of, &name))
    return NULL;
  corm_node *node = cpy_node_ref(of), *made = node ? corm_lateral(node, name) : NULL;
  corm_node_unref(node);
  return made ? cpy_wrap(made) : NULL;
}

/* columns_of(select): what it gives, as a new collection */
static PyObject *columns_of(PyObject *m, PyObject *of) {
  (void)m;
  if (!cpy_is_node(of))
    return PyErr_Format(PyExc_TypeError, "a statement or source is needed");
  corm_node *node = cpy_node_ref(of);
  PyObject *made = node ? make_columns(node) : NULL;
  corm_node_unref(node);
  return made;
}

static PyMethodDef functions[] = {{"columns_of", columns_of, METH_O, "columns_of(select) -> ColumnCollection"},
                                  {"join_source", join_source, METH_VARARGS, "join_source(left, right, on, kind)"},
                                  {"alias_of", alias_of, METH_VARARGS, "alias_of(node, name)"},
                                  {"cte_of", cte_of, METH_VARARGS, "cte_of(statement, name, recursive)"},
                                  {"lateral_of", lateral_of, METH_VARARGS, "lateral_of(statement, name)"},
                                  {NULL, NULL, 0, NULL}};
static PyGetSetDef getset[] = {{"c", get_columns, NULL, "the columns", NULL},
                               {"columns", get_columns, NULL, "the columns", NULL},
                               {"exported_columns", get_columns, NULL, "the columns", NULL},
                               {NULL, NULL, NULL, NULL, NULL}};
static PyMethodDef methods[] = {{"alias", (PyCFunction)(void (*)(void))alias, METH_VARARGS | METH_KEYWORDS,
                                 "alias(name=None): the same rows by another name"},
                                {NULL, NULL, 0, NULL}};
static PyType_Slot slots[] = {
    {Py_tp_methods, methods}, {Py_tp_getset, getset}, {Py_tp_doc, "What rows come from."}, {0, NULL}};
static PyType_Spec spec = {"cormorant._core.Source", sizeof(cpy_node), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
                           slots};

int cpy_add_source(PyObject *module) {
  if (cpy_add_type(module, &cpy.source_type, &spec, cpy.node_type) < 0)
    return -1;
  return PyModule_AddFunctions(module, functions);
}
