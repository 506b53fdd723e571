/* ColumnCollection: columns in order, by key, as attributes. table.c, subquery.c, table.primary_key.columns. */
#include "binding.h"
#include <stddef.h>

typedef struct collection {
  PyObject_HEAD PyObject *index; /* dict: key -> the first column of that key */
  PyObject *keys;                /* list */
  PyObject *columns;             /* list */
  PyObject *weakrefs;
} collection;

PyObject *cpy_collection_new(void) {
  collection *c = (collection *)cpy.collection_type->tp_alloc(cpy.collection_type, 0);
  if (!c)
    return NULL;
  c->index = PyDict_New();
  c->keys = PyList_New(0);
  c->columns = PyList_New(0);
  if (!c->index || !c->keys || !c->columns)
    Py_CLEAR(c);
  return (PyObject *)c;
}

int cpy_collection_add(PyObject *self, PyObject *key, PyObject *column) {
  collection *c = (collection *)self;
  if (PyList_Append(c->keys, key) < 0 || PyList_Append(c->columns, column) < 0)
    return -1;
  return PyDict_SetDefault(c->index, key, column) ? 0 : -1;
}

static PyObject *new (PyTypeObject *type, PyObject *args, PyObject *kwargs) {
  (void)type;
  if (!PyArg_ParseTuple(args, ":ColumnCollection") || (kwargs && PyDict_GET_SIZE(kwargs)))
    return NULL;
  return cpy_collection_new();
}

static int traverse(PyObject *self, visitproc visit, void *arg) {
  collection *c = (collection *)self;
  Py_VISIT(c->index);
  Py_VISIT(c->keys);
  Py_VISIT(c->columns);
  Py_VISIT(Py_TYPE(self));
  return 0;
}

static int clear(PyObject *self) {
  collection *c = (collection *)self;
  Py_CLEAR(c->index);
  Py_CLEAR(c->keys);
  Py_CLEAR(c->columns);
  return 0;
}

static void dealloc(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  if (((collection *)self)->weakrefs)
    PyObject_ClearWeakRefs(self);
  clear(self);
  type->tp_free(self);
  Py_DECREF(type);
}

/* AttributeError that names the nearest column there is. */
static PyObject *no_such_column(collection *c, PyObject *name) {
  PyObject *hint;
  PyErr_Clear();
  if ((hint = cpy_hint(name, c->keys)))
    PyErr_Format(PyExc_AttributeError, "there is no column %R%U", name, hint);
  Py_XDECREF(hint);
  return NULL;
}

/* Methods come first, as in SQLAlchemy: a column named "keys" is c["keys"]. */
static PyObject *getattro(PyObject *self, PyObject *name) {
  collection *c = (collection *)self;
  PyObject *found = c->index ? PyDict_GetItemWithError(c->index, name) : NULL;
  if (found && !_PyType_Lookup(Py_TYPE(self), name))
    return Py_NewRef(found);
  if (PyErr_Occurred())
    return NULL;
  if ((found = PyObject_GenericGetAttr(self, name)) || !c->keys || !PyErr_ExceptionMatches(PyExc_AttributeError))
    return found;
  return no_such_column(c, name);
}

static Py_ssize_t length(PyObject *self) { return PyList_GET_SIZE(((collection *)self)->columns); }

static PyObject *subscript(PyObject *self, PyObject *key) {
  collection *c = (collection *)self;
  if (PyLong_Check(key)) {
    Py_ssize_t i = PyLong_AsSsize_t(key), n = length(self);
    if (i == -1 && PyErr_Occurred())
      return NULL;
    if (i < 0)
      i += n;
    if (i < 0 || i >= n)
      return PyErr_Format(PyExc_IndexError, "there are %zd columns, no column %R", n, key);
    return Py_NewRef(PyList_GET_ITEM(c->columns, i));
  }
  if (PySlice_Check(key) || PyTuple_Check(key)) {
    PyObject *made = cpy_collection_new(), *part = NULL;
    Py_ssize_t n;
    if (PySlice_Check(key))
      part = PyObject_GetItem(c->columns, key);
    else if ((part = PyList_New(0)))
      for (Py_ssize_t i = 0; part && i < PyTuple_GET_SIZE(key); i++) {
        PyObject *one = subscript(self, PyTuple_GET_ITEM(key, i));
        if (!one || PyList_Append(part, one) < 0)
          Py_CLEAR(part);
        Py_XDECREF(one);
      }
    n = part ? PyList_GET_SIZE(part) : 0;
    for (Py_ssize_t i = 0; made && i < n; i++) {
      PyObject *one = PyList_GET_ITEM(part, i), *its_key = PyObject_GetAttr(one, cpy.s_key);
      if (!its_key || cpy_collection_add(made, its_key, one) < 0)
        Py_CLEAR(made);
      Py_XDECREF(its_key);
    }
    if (!part)
      Py_CLEAR(made);
    Py_XDECREF(part);
    return made;
  }
  PyObject *found = PyDict_GetItemWithError(c->index, key);
  if (found)
    return Py_NewRef(found);
  if (!PyErr_Occurred())
    PyErr_SetObject(PyExc_KeyError, key);
  return NULL;
}

static int contains(PyObject *self, PyObject *key) {
  if (PyUnicode_Check(key))
    return PyDict_Contains(((collection *)self)->index, key);
  cpy_error("ArgumentError", "`in` looks for a column's name here, as a str; contains_column() looks for a column");
  return -1;
}

static PyObject *iterate(PyObject *self) { return PyObject_GetIter(((collection *)self)->columns); }

static PyObject *keys(PyObject *self, PyObject *unused) {
  (void)unused;
  return PyList_GetSlice(((collection *)self)->keys, 0, PY_SSIZE_T_MAX);
}
static PyObject *values(PyObject *self, PyObject *unused) {
  (void)unused;
  return PyList_GetSlice(((collection *)self)->columns, 0, PY_SSIZE_T_MAX);
}
static PyObject *items(PyObject *self, PyObject *unused) {
  (void)unused;
  collection *c = (collection *)self;
  Py_ssize_t n = PyList_GET_SIZE(c->keys);
  PyObject *list = PyList_New(n);
  for (Py_ssize_t i = 0; list && i < n; i++) {
    PyObject *pair = PyTuple_Pack(2, PyList_GET_ITEM(c->keys, i), PyList_GET_ITEM(c->columns, i));
    if (pair)
      PyList_SET_ITEM(list, i, pair);
    else
      Py_CLEAR(list);
  }
  return list;
}
static PyObject *get(PyObject *self, PyObject *args) {
  PyObject *key, *otherwise = Py_None, *found;
  if (!PyArg_ParseTuple(args, "O|O:get", &key, &otherwise))
    return NULL;
  found = PyDict_GetItemWithError(((collection *)self)->index, key);
  return found || !PyErr_Occurred() ? Py_NewRef(found ? found : otherwise) : NULL;
}
static PyObject *contains_column(PyObject *self, PyObject *column) {
  collection *c = (collection *)self;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(c->columns); i++)
    if (PyList_GET_ITEM(c->columns, i) == column)
      Py_RETURN_TRUE;
  Py_RETURN_FALSE;
}
static PyObject *add(PyObject *self, PyObject *args) {
  PyObject *column, *key = NULL, *made = NULL;
  if (!PyArg_ParseTuple(args, "O|O:add", &column, &key))
    return NULL;
  PyObject *its_key = key && key != Py_None ? Py_NewRef(key) : PyObject_GetAttr(column, cpy.s_key);
  if (its_key && cpy_collection_add(self, its_key, column) == 0)
    made = Py_NewRef(Py_None);
  Py_XDECREF(its_key);
  return made;
}
static PyObject *readonly(PyObject *self, PyObject *unused) {
  (void)unused;
  return Py_NewRef(self);
}

/* Replaces the column of that key, or appends it: Table.append_column(replace_existing=True). */
static PyObject *replace(PyObject *self, PyObject *column) {
  collection *c = (collection *)self;
  PyObject *key = PyObject_GetAttr(column, cpy.s_key), *old, *made = NULL;
  if (!key)
    return NULL;
  old = PyDict_GetItemWithError(c->index, key);
  for (Py_ssize_t i = 0; old && i < PyList_GET_SIZE(c->columns); i++)
    if (PyList_GET_ITEM(c->columns, i) == old) {
      if (PyDict_SetItem(c->index, key, column) == 0 && PyList_SetItem(c->columns, i, Py_NewRef(column)) == 0)
        made = Py_NewRef(Py_None);
      break;
    }
  if (!old && !PyErr_Occurred() && cpy_collection_add(self, key, column) == 0)
    made = Py_NewRef(Py_None);
  Py_DECREF(key);
  return made;
}

static PyObject *repr(PyObject *self) {
  PyObject *text = PyObject_Repr(((collection *)self)->columns);
  PyObject *made = text ? PyUnicode_FromFormat("ColumnCollection(%U)", text) : NULL;
  Py_XDECREF(text);
  return made;
}

static PyMethodDef methods[] = {{"keys", keys, METH_NOARGS, "keys() -> list of the columns' keys"},
                                {"values", values, METH_NOARGS, "values() -> list of the columns"},
                                {"items", items, METH_NOARGS, "items() -> list of (key, column)"},
                                {"get", get, METH_VARARGS, "get(key, default=None)"},
                                {"contains_column", contains_column, METH_O, "contains_column(column) -> bool"},
                                {"add", add, METH_VARARGS, "add(column, key=None)"},
                                {"replace", replace, METH_O, "replace(column): in the place of the one of its key"},
                                {"as_readonly", readonly, METH_NOARGS, "as_readonly(): the collection itself"},
                                {NULL, NULL, 0, NULL}};
static PyMemberDef members[] = {{"__weaklistoffset__", T_PYSSIZET, offsetof(collection, weakrefs), READONLY, NULL},
                                {NULL, 0, 0, 0, NULL}};
static PyType_Slot slots[] = {{Py_tp_new, (void *)new},
                              {Py_tp_dealloc, (void *)dealloc},
                              {Py_tp_traverse, (void *)traverse},
                              {Py_tp_clear, (void *)clear},
                              {Py_tp_getattro, (void *)getattro},
                              {Py_tp_iter, (void *)iterate},
                              {Py_tp_repr, (void *)repr},
                              {Py_mp_length, (void *)length},
                              {Py_mp_subscript, (void *)subscript},
                              {Py_sq_contains, (void *)contains},
                              {Py_tp_methods, methods},
                              {Py_tp_members, members},
                              {Py_tp_doc, "Columns by key and in order."},
                              {0, NULL}};
static PyType_Spec spec = {"cormorant._core.ColumnCollection", sizeof(collection), 0,
                           Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, slots};

int cpy_add_collection(PyObject *module) { return cpy_add_type(module, &cpy.collection_type, &spec, NULL); }
