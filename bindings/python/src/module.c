/* The module cormorant._core: its state, and what the Python side hands over once. */
#include "orm.h"
#include <string.h>

cpy_state cpy;

int cpy_add_type(PyObject *module, PyTypeObject **out, PyType_Spec *spec, PyTypeObject *base) {
  PyTypeObject *type = (PyTypeObject *)PyType_FromSpecWithBases(spec, (PyObject *)base);
  if (!type)
    return -1;
  *out = type;
  return PyModule_AddType(module, type);
}

int cpy_add_methods(PyTypeObject *type, PyMethodDef *methods) {
  for (PyMethodDef *m = methods; m->ml_name; m++) {
    PyObject *made = PyDescr_NewMethod(type, m);
    int status = made ? PyObject_SetAttrString((PyObject *)type, m->ml_name, made) : -1;
    Py_XDECREF(made);
    if (status < 0)
      return -1;
  }
  return 0;
}

const char *cpy_utf8(PyObject *text) {
  Py_ssize_t n = 0;
  const char *utf8 = PyUnicode_AsUTF8AndSize(text, &n);
  if (!utf8 || strlen(utf8) == (size_t)n)
    return utf8;
  PyErr_SetString(PyExc_ValueError, "embedded null character");
  return NULL;
}

int cpy_text_or_none(PyObject *object, const char **out, const char *what) {
  *out = NULL;
  if (!object || object == Py_None)
    return 0;
  if (!PyUnicode_Check(object)) {
    PyErr_Format(PyExc_TypeError, "%s must be a str or None, not %s", what, Py_TYPE(object)->tp_name);
    return -1;
  }
  *out = cpy_utf8(object);
  return *out ? 0 : -1;
}

static PyObject *set_exceptions(PyObject *module, PyObject *classes) {
  (void)module;
  if (!PyDict_Check(classes))
    return PyErr_Format(PyExc_TypeError, "a dict of exception classes is needed");
  Py_XSETREF(cpy.exceptions, PyDict_Copy(classes));
  if (!cpy.exceptions)
    return NULL;
  Py_RETURN_NONE;
}

static PyObject *set_node_classes(PyObject *module, PyObject *classes) {
  (void)module;
  PyObject *key, *value;
  Py_ssize_t at = 0;
  if (!PyDict_Check(classes))
    return PyErr_Format(PyExc_TypeError, "a dict from node kind to class is needed");
  while (PyDict_Next(classes, &at, &key, &value)) {
    long kind = PyLong_AsLong(key);
    if (kind < 0 || kind >= CPY_CLASSES)
      return PyErr_Format(PyExc_ValueError, "no node kind %R", key);
    if (!PyType_Check(value) || !PyType_IsSubtype((PyTypeObject *)value, cpy.node_type))
      return PyErr_Format(PyExc_TypeError, "%R is not a class of nodes", value);
    Py_XSETREF(cpy.node_classes[kind], (PyTypeObject *)Py_NewRef(value));
  }
  Py_RETURN_NONE;
}

static PyObject *set_type_classes(PyObject *module, PyObject *instances) {
  (void)module;
  PyObject *key, *value;
  Py_ssize_t at = 0;
  if (!PyDict_Check(instances))
    return PyErr_Format(PyExc_TypeError, "a dict from type kind to instance is needed");
  while (PyDict_Next(instances, &at, &key, &value)) {
    long kind = PyLong_AsLong(key);
    if (kind < 0 || kind >= 32)
      return PyErr_Format(PyExc_ValueError, "no type kind %R", key);
    Py_XSETREF(cpy.type_classes[kind], Py_NewRef(value));
  }
  Py_RETURN_NONE;
}

/* set_late(error, function): what a comparison is that raises this error, of a column that has no name yet */
static PyObject *set_late(PyObject *module, PyObject *args) {
  PyObject *error, *function;
  (void)module;
  if (!PyArg_ParseTuple(args, "OO:set_late", &error, &function))
    return NULL;
  Py_XSETREF(cpy.late_error, Py_NewRef(error));
  Py_XSETREF(cpy.late, Py_NewRef(function));
  Py_RETURN_NONE;
}

static PyObject *set_functions(PyObject *module, PyObject *registry) {
  (void)module;
  if (!PyDict_Check(registry))
    return PyErr_Format(PyExc_TypeError, "a dict of function classes is needed");
  Py_XSETREF(cpy.functions, Py_NewRef(registry));
  Py_RETURN_NONE;
}

static PyObject *set_compilers(PyObject *module, PyObject *find) {
  (void)module;
  Py_XSETREF(cpy.compilers, Py_NewRef(find));
  cpy.compilers_generation++;
  Py_RETURN_NONE;
}

static PyObject *compilers_changed(PyObject *module, PyObject *unused) {
  (void)module;
  (void)unused;
  cpy.compilers_generation++;
  Py_RETURN_NONE;
}

static PyMethodDef module_methods[] = {
    {"set_exceptions", set_exceptions, METH_O, "set_exceptions(classes): cormorant.exc by name"},
    {"set_node_classes", set_node_classes, METH_O, "set_node_classes(classes): the Python class of each node kind"},
    {"set_type_classes", set_type_classes, METH_O, "set_type_classes(instances): the plain type of each type kind"},
    {"set_late", set_late, METH_VARARGS, "set_late(error, function): comparisons of columns that have no name yet"},
    {"set_functions", set_functions, METH_O, "set_functions(registry): GenericFunction classes by name"},
    {"set_compilers", set_compilers, METH_O, "set_compilers(find): how @compiles functions are found"},
    {"compilers_changed", compilers_changed, METH_NOARGS, "compilers_changed(): compiled statements are out of date"},
    {NULL, NULL, 0, NULL}};

static int intern_names(void) {
  struct {
    PyObject **to;
    const char *name;
  } names[] = {{&cpy.s_clause_element, "__clause_element__"},
               {&cpy.s_corm_source, "__corm_source__"},
               {&cpy.s_corm_node, "__corm_node__"},
               {&cpy.s_describe, "_described"},
               {&cpy.s_table, "table"},
               {&cpy.s_type, "type"},
               {&cpy.s_key, "key"},
               {&cpy.s_corm_option, "__corm_option__"},
               {&cpy.s_result_key, "_result_key"}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (!(*names[i].to = PyUnicode_InternFromString(names[i].name)))
      return -1;
  return 0;
}

static int module_exec(PyObject *module) {
  static int taken;
  int (*const parts[])(PyObject *) = {
      cpy_add_constants,  cpy_add_convert, cpy_add_node, cpy_add_types,  cpy_add_expr,   cpy_add_build,
      cpy_add_collection, cpy_add_source,  cpy_add_stmt, cpy_add_dml,    cpy_add_schema, cpy_add_compile,
      cpy_add_runtime,    cpy_add_orm,     cpy_add_live, cpy_add_faults, cpy_add_words};
  if (taken) {
    PyErr_SetString(PyExc_ImportError, "cormorant can be imported by one interpreter of a process");
    return -1;
  }
  taken = 1;
  cpy.module = module;
  if (!(cpy.columns = PyDict_New()) || intern_names() < 0 || cpy_add_coerce() < 0)
    return -1;
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (parts[i](module) < 0)
      return -1;
  return PyModule_AddStringConstant(module, "version", corm_version());
}

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, (void *)module_exec},
#if PY_VERSION_HEX >= 0x030c0000
                                          {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
#endif
                                          {0, NULL}};
static PyModuleDef module_def = {PyModuleDef_HEAD_INIT,
                                 "cormorant._core",
                                 "The native half of cormorant.",
                                 0,
                                 module_methods,
                                 module_slots,
                                 NULL,
                                 NULL,
                                 NULL};

PyMODINIT_FUNC PyInit__core(void);
PyMODINIT_FUNC PyInit__core(void) { return PyModuleDef_Init(&module_def); }
