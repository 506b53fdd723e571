/* Rows: tuples whose places have names. */
#include "runtime.h"
#include <stddef.h>
#include <string.h>

PyTypeObject *cpy_row_type;
static PyTypeObject *iterator_type;
static PyObject *mapping_class, *make_row_function;

cpy_row *cpy_row_new(cpy_keymap *map) {
  cpy_row *row = PyObject_GC_NewVar(cpy_row, cpy_row_type, map->n);
  if (!row)
    return NULL;
  row->map = (cpy_keymap *)Py_NewRef(map);
  memset(row->items, 0, (size_t)map->n * sizeof *row->items);
  return row;
}

static void dealloc(PyObject *self) {
  cpy_row *row = (cpy_row *)self;
  PyTypeObject *type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  Py_TRASHCAN_BEGIN(self, dealloc) for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) Py_XDECREF(row->items[i]);
  Py_XDECREF(row->map);
  PyObject_GC_Del(self);
  Py_DECREF(type);
  Py_TRASHCAN_END
}

static int traverse(PyObject *self, visitproc visit, void *arg) {
  for (Py_ssize_t i = 0; i < Py_SIZE(self); i++)
    Py_VISIT(((cpy_row *)self)->items[i]);
  Py_VISIT(Py_TYPE(self));
  return 0;
}

static PyObject *to_tuple(PyObject *self) {
  PyObject *tuple = PyTuple_New(Py_SIZE(self));
  for (Py_ssize_t i = 0; tuple && i < Py_SIZE(self); i++)
    PyTuple_SET_ITEM(tuple, i, Py_NewRef(((cpy_row *)self)->items[i]));
  return tuple;
}

/* ---- As a tuple
 * ---------------------------------------------------------------------------------------------------------- */

static Py_ssize_t length(PyObject *self) { return Py_SIZE(self); }

static PyObject *item(PyObject *self, Py_ssize_t i) {
  if (i >= 0 && i < Py_SIZE(self))
    return Py_NewRef(((cpy_row *)self)->items[i]);
  PyErr_SetString(PyExc_IndexError, "tuple index out of range");
  return NULL;
}

static PyObject *subscript(PyObject *self, PyObject *key) {
  if (PyLong_Check(key)) {
    Py_ssize_t i = PyLong_AsSsize_t(key);
    if (i == -1 && PyErr_Occurred())
      return NULL;
    return item(self, i < 0 ? i + Py_SIZE(self) : i);
  }
  PyObject *tuple = to_tuple(self),
           *found = tuple ? PyObject_GetItem(tuple, key) : NULL; /* slices, and what is refused */
  Py_XDECREF(tuple);
  return found;
}

static int contains(PyObject *self, PyObject *value) {
  int same = 0;
  for (Py_ssize_t i = 0; !same && i < Py_SIZE(self); i++)
    same = PyObject_RichCompareBool(((cpy_row *)self)->items[i], value, Py_EQ);
  return same;
}

static Py_hash_t hash(PyObject *self) {
  PyObject *tuple = to_tuple(self);
  Py_hash_t h = tuple ? PyObject_Hash(tuple) : -1;
  Py_XDECREF(tuple);
  return h;
}

static PyObject *compare(PyObject *self, PyObject *other, int op) {
  PyObject *l, *r, *answer = NULL;
  int is_row = PyObject_TypeCheck(other, cpy_row_type);
  if (!is_row && !PyTuple_Check(other))
    Py_RETURN_NOTIMPLEMENTED;
  l = to_tuple(self);
  r = is_row ? to_tuple(other) : Py_NewRef(other);
  if (l && r)
    answer = PyObject_RichCompare(l, r, op);
  Py_XDECREF(l);
  Py_XDECREF(r);
  return answer;
}

static PyObject *repr(PyObject *self) {
  PyObject *tuple = to_tuple(self), *text = tuple ? PyObject_Repr(tuple) : NULL;
  Py_XDECREF(tuple);
  return text;
}

static PyObject *add(PyObject *l, PyObject *r) {
  PyObject *a = PyObject_TypeCheck(l, cpy_row_type) ? to_tuple(l) : Py_NewRef(l);
  PyObject *b = PyObject_TypeCheck(r, cpy_row_type) ? to_tuple(r) : Py_NewRef(r), *sum = NULL;
  if (a && b)
    sum = PyTuple_Check(a) && PyTuple_Check(b) ? PySequence_Concat(a, b) : Py_NewRef(Py_NotImplemented);
  Py_XDECREF(a);
  Py_XDECREF(b);
  return sum;
}

/* ---- Attributes
 * ---------------------------------------------------------------------------------------------------------- */

static PyObject *getattro(PyObject *self, PyObject *name) {
  cpy_keymap *map = ((cpy_row *)self)->map;
  PyObject *place = PyDict_GetItemWithError(map->attrs, name), *found;
  if (place && place != Py_None)
    return Py_NewRef(((cpy_row *)self)->items[PyLong_AsSsize_t(place)]);
  if (place)
    return cpy_error("InvalidRequestError", "several columns of the row are called %R", name);
  found = PyObject_GenericGetAttr(self, name);
  if (!found && PyErr_ExceptionMatches(PyExc_AttributeError)) {
    PyErr_Clear();
    PyObject *hint = cpy_hint(name, map->names);
    if (hint)
      PyErr_Format(PyExc_AttributeError, "the row has no column '%U'%U", name, hint);
    Py_XDECREF(hint);
  }
  return found;
}

static int setattro(PyObject *self, PyObject *name, PyObject *value) {
  (void)self;
  (void)name;
  PyErr_SetString(PyExc_AttributeError, value ? "can't set attribute" : "can't delete attribute");
  return -1;
}

static PyObject *as_tuple(PyObject *self, PyObject *unused) {
  (void)unused;
  return to_tuple(self);
}

static PyObject *get_self(PyObject *self, void *unused) {
  (void)unused;
  return Py_NewRef(self);
}

static PyObject *itself(PyObject *self, PyObject *unused) {
  (void)unused;
  return Py_NewRef(self);
}

/* Names of a later day that a column may want for itself. */
static PyObject *deprecated(PyObject *self, const char *name) {
  PyObject *category = cpy_exception_class("SADeprecationWarning");
  if (!category || PyErr_WarnFormat(category, 1, "Row.%s is deprecated: Row._%s is its name", name, name) < 0)
    return NULL;
  return Py_NewRef(self);
}

static PyObject *named_tuple(PyObject *self, PyObject *unused) {
  (void)unused;
  return deprecated(self, "tuple");
}

static PyObject *get_t(PyObject *self, void *unused) {
  (void)unused;
  return deprecated(self, "t");
}

static PyObject *get_fields(PyObject *self, void *unused) {
  (void)unused;
  return cpy_keymap_fields(((cpy_row *)self)->map);
}

static PyObject *get_mapping(PyObject *self, void *unused) {
  (void)unused;
  return mapping_class ? PyObject_CallOneArg(mapping_class, self)
                       : cpy_error("InvalidRequestError", "no RowMapping was set");
}

static PyObject *as_dict(PyObject *self, PyObject *unused) {
  (void)unused;
  PyObject *dict = PyDict_New(), *names = ((cpy_row *)self)->map->names;
  for (Py_ssize_t i = 0; dict && i < Py_SIZE(self); i++)
    if (PyTuple_GET_ITEM(names, i) != Py_None && PyDict_Contains(dict, PyTuple_GET_ITEM(names, i)) == 0 &&
        PyDict_SetItem(dict, PyTuple_GET_ITEM(names, i), ((cpy_row *)self)->items[i]) < 0)
      Py_CLEAR(dict);
  return dict;
}

/* _get(key): by name, column or entity, for the mapping */
static PyObject *get_by_key(PyObject *self, PyObject *key) {
  if (PyLong_Check(key) || PySlice_Check(key))
    return cpy_error("NoSuchColumnError", "the row has no column %R", key);
  Py_ssize_t place = cpy_keymap_find(((cpy_row *)self)->map, key);
  return place < 0 ? NULL : item(self, place);
}

static PyObject *index_of(PyObject *self, PyObject *args) {
  PyObject *tuple = to_tuple(self), *method = tuple ? PyObject_GetAttrString(tuple, "index") : NULL;
  PyObject *found = method ? PyObject_Call(method, args, NULL) : NULL;
  Py_XDECREF(method);
  Py_XDECREF(tuple);
  return found;
}

static PyObject *count_of(PyObject *self, PyObject *value) {
  Py_ssize_t n = 0;
  for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) {
    int same = PyObject_RichCompareBool(((cpy_row *)self)->items[i], value, Py_EQ);
    if (same < 0)
      return NULL;
    n += same;
  }
  return PyLong_FromSsize_t(n);
}

static PyObject *reduce(PyObject *self, PyObject *unused) {
  (void)unused;
  PyObject *tuple = to_tuple(self);
  return tuple ? Py_BuildValue("(O(ON))", make_row_function, ((cpy_row *)self)->map->names, tuple) : NULL;
}

/* ---- Making one of names and values
 * -------------------------------------------------------------------------------------- */

/* Rows of plain values are no concern of the collector. */
static int holds_containers(const cpy_row *row) {
  for (Py_ssize_t i = 0; i < Py_SIZE(row); i++)
    if (PyObject_IS_GC(row->items[i]))
      return 1;
  return 0;
}

/* make_row(names, values) -> Row */
static PyObject *make_row(PyObject *module, PyObject *args) {
  PyObject *names, *values, *maker, *map;
  cpy_row *row = NULL;
  if (!PyArg_ParseTuple(args, "O!O!:make_row", &PyTuple_Type, &names, &PyTuple_Type, &values))
    return NULL;
  if (PyTuple_GET_SIZE(names) != PyTuple_GET_SIZE(values))
    return PyErr_Format(PyExc_ValueError, "as many values as names are needed");
  maker = PyObject_GetAttrString(module, "keymap");
  map = maker ? PyObject_CallOneArg(maker, names) : NULL;
  if (map && (row = cpy_row_new((cpy_keymap *)map))) {
    for (Py_ssize_t i = 0; i < Py_SIZE(row); i++)
      row->items[i] = Py_NewRef(PyTuple_GET_ITEM(values, i));
    if (holds_containers(row))
      PyObject_GC_Track(row);
  }
  Py_XDECREF(map);
  Py_XDECREF(maker);
  return (PyObject *)row;
}

static PyObject *set_row_mapping(PyObject *module, PyObject *class) {
  (void)module;
  Py_XSETREF(mapping_class, Py_NewRef(class));
  Py_RETURN_NONE;
}

/* ---- Iterating
 * ----------------------------------------------------------------------------------------------------------- */

typedef struct iterator {
  PyObject_HEAD cpy_row *row;
  Py_ssize_t at;
} iterator;

static PyObject *iterate(PyObject *self) {
  iterator *i = PyObject_New(iterator, iterator_type);
  if (!i)
    return NULL;
  i->row = (cpy_row *)Py_NewRef(self);
  i->at = 0;
  return (PyObject *)i;
}

static PyObject *iterator_next(PyObject *self) {
  iterator *i = (iterator *)self;
  return i->at < Py_SIZE(i->row) ? Py_NewRef(i->row->items[i->at++]) : NULL;
}

static void iterator_dealloc(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  Py_DECREF(((iterator *)self)->row);
  type->tp_free(self);
  Py_DECREF(type);
}

static PyMethodDef methods[] = {
    {"_tuple", itself, METH_NOARGS, "The row, typed as a tuple."},
    {"tuple", named_tuple, METH_NOARGS, "The row, typed as a tuple."},
    {"_asdict", as_dict, METH_NOARGS, "A new dict of names and values."},
    {"_get", get_by_key, METH_O, "_get(key): by name, column or entity"},
    {"_to_tuple_instance", as_tuple, METH_NOARGS, "A plain tuple of the values."},
    {"index", index_of, METH_VARARGS, "index(value, start=0, stop=...): where a value stands first."},
    {"count", count_of, METH_O, "count(value): how often a value is in the row."},
    {"__reduce__", reduce, METH_NOARGS, NULL},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, NULL},
    {NULL, NULL, 0, NULL}};
static PyGetSetDef getset[] = {{"_fields", get_fields, NULL, "The names, in order.", NULL},
                               {"_mapping", get_mapping, NULL, "The row as a mapping.", NULL},
                               {"_t", get_self, NULL, "The row, typed as a tuple.", NULL},
                               {"t", get_t, NULL, "The row, typed as a tuple.", NULL},
                               {NULL, NULL, NULL, NULL, NULL}};
static PyType_Slot slots[] = {{Py_tp_dealloc, (void *)dealloc},
                              {Py_tp_traverse, (void *)traverse},
                              {Py_tp_hash, (void *)hash},
                              {Py_tp_richcompare, (void *)compare},
                              {Py_tp_repr, (void *)repr},
                              {Py_tp_iter, (void *)iterate},
                              {Py_tp_getattro, (void *)getattro},
                              {Py_tp_setattro, (void *)setattro},
                              {Py_sq_length, (void *)length},
                              {Py_sq_item, (void *)item},
                              {Py_sq_contains, (void *)contains},
                              {Py_mp_length, (void *)length},
                              {Py_mp_subscript, (void *)subscript},
                              {Py_nb_add, (void *)add},
                              {Py_tp_methods, methods},
                              {Py_tp_getset, getset},
                              {Py_tp_doc, "One row of a result: a tuple whose places have names."},
                              {0, NULL}};
#if PY_VERSION_HEX >= 0x030a0000
#define ROW_FLAGS (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_SEQUENCE | Py_TPFLAGS_DISALLOW_INSTANTIATION)
#endif
static PyType_Spec spec = {"cormorant.engine.row.Row", (int)offsetof(cpy_row, items), sizeof(PyObject *), ROW_FLAGS,
                           slots};

static PyType_Slot iterator_slots[] = {{Py_tp_dealloc, (void *)iterator_dealloc},
                                       {Py_tp_iter, (void *)PyObject_SelfIter},
                                       {Py_tp_iternext, (void *)iterator_next},
                                       {0, NULL}};
static PyType_Spec iterator_spec = {"cormorant._core.RowIterator", sizeof(iterator), 0,
                                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, iterator_slots};
static PyMethodDef functions[] = {
    {"make_row", make_row, METH_VARARGS, "make_row(names, values) -> Row"},
    {"set_row_mapping", set_row_mapping, METH_O, "set_row_mapping(cls): what row._mapping is"},
    {NULL, NULL, 0, NULL}};

int cpy_add_row(PyObject *module) {
  if (cpy_add_type(module, &cpy_row_type, &spec, NULL) < 0 ||
      cpy_add_type(module, &iterator_type, &iterator_spec, NULL) < 0)
    return -1;
  if (PyModule_AddFunctions(module, functions) < 0)
    return -1;
  return (make_row_function = PyObject_GetAttrString(module, "make_row")) ? 0 : -1;
}
