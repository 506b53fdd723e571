/* _core.MappedType: the metatype of mapped classes. */
#include "orm.h"

PyTypeObject *cpy_mapped_type_type;

/* The same error with what the class has that is near. */
static PyObject *say_absent(PyTypeObject *class, PyObject *name) {
  PyObject *hint, *said, *error = NULL;
  PyErr_Clear();
  if (!(hint = cpy_hint(name, (PyObject *)class)))
    return NULL;
  said = PyUnicode_FromFormat("type object '%s' has no attribute %R%U", class->tp_name, name, hint);
  Py_DECREF(hint);
  if (said)
    error = PyObject_CallOneArg(PyExc_AttributeError, said);
  Py_XDECREF(said);
  if (error && PyObject_SetAttrString(error, "name", name) == 0 &&
      PyObject_SetAttrString(error, "obj", (PyObject *)class) == 0)
    PyErr_SetObject(PyExc_AttributeError, error);
  Py_XDECREF(error);
  return NULL;
}

/* A descriptor may have raised: then the name is there, and the error its own. */
static PyObject *getattro(PyObject *class, PyObject *name) {
  PyObject *found = PyType_Type.tp_getattro(class, name), *type, *value, *traceback;
  if (found || !PyErr_ExceptionMatches(PyExc_AttributeError) || !PyUnicode_Check(name))
    return found;
  PyErr_Fetch(&type, &value, &traceback);
  int is_there = _PyType_Lookup((PyTypeObject *)class, name) || _PyType_Lookup(Py_TYPE(class), name);
  PyErr_Restore(type, value, traceback);
  return is_there ? NULL : say_absent((PyTypeObject *)class, name);
}

static PyType_Slot slots[] = {{Py_tp_doc, "The metatype of mapped classes: remembers the entity."},
                              {Py_tp_getattro, (void *)getattro},
                              {0, NULL}};
static PyType_Spec spec = {"cormorant._core.MappedType", sizeof(cpy_mapped_type), 0,
                           Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots};

int cpy_add_metatype(PyObject *module) { return cpy_add_type(module, &cpy_mapped_type_type, &spec, &PyType_Type); }
