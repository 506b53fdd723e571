/* Relations and aliases of classes in expressions. */
#include "orm.h"

static corm_node *attribute_node(PyObject *attribute) {
  corm_node *node = cpy_is_expr(attribute) ? cpy_node_ref(attribute) : NULL;
  if (node && corm_node_peek_kind(node) == CORM_NODE_ATTRIBUTE)
    return node;
  corm_node_unref(node);
  if (!PyErr_Occurred())
    cpy_error("ArgumentError", "%R is no relationship", attribute);
  return NULL;
}

/* attribute_any(attr, criteria or None): EXISTS, for any() and has() */
static PyObject *attribute_any(PyObject *module, PyObject *args) {
  PyObject *attribute, *criteria;
  (void)module;
  if (!PyArg_ParseTuple(args, "OO:attribute_any", &attribute, &criteria))
    return NULL;
  corm_node *node = attribute_node(attribute), *condition = NULL;
  if (!node)
    return NULL;
  if (criteria != Py_None && !(condition = cpy_coerce(criteria, CPY_CONDITION))) {
    corm_node_unref(node);
    return NULL;
  }
  return cpy_wrap(corm_any(node, condition));
}

/* attribute_test(kind, attr, obj or None): kind is a corm_relation_test */
static PyObject *attribute_test(PyObject *module, PyObject *args) {
  PyObject *attribute, *object;
  int test;
  (void)module;
  if (!PyArg_ParseTuple(args, "iOO:attribute_test", &test, &attribute, &object))
    return NULL;
  corm_node *node = attribute_node(attribute);
  corm_record *r = object == Py_None ? NULL : cpy_record_of(object);
  if (!node)
    return NULL;
  if (object != Py_None && !r) {
    corm_node_unref(node);
    return cpy_error("ArgumentError", "an object of a mapped class was expected, not %R", object);
  }
  return cpy_wrap(corm_relation_test_of(test, node, r, r ? Py_NewRef(object) : NULL, cpy_release_object));
}

/* attribute_of_type(attr, class or alias) */
static PyObject *attribute_of_type(PyObject *module, PyObject *args) {
  PyObject *attribute, *target;
  (void)module;
  if (!PyArg_ParseTuple(args, "OO:attribute_of_type", &attribute, &target))
    return NULL;
  corm_node *node = attribute_node(attribute), *source = node ? cpy_coerce(target, CPY_FROM) : NULL;
  if (!source) {
    corm_node_unref(node);
    return NULL;
  }
  PyObject *made = cpy_wrap(corm_attribute_of_type(node, source));
  corm_node_unref(source);
  return made;
}

/* attribute_and(attr, *criteria) */
static PyObject *attribute_and(PyObject *module, PyObject *args) {
  (void)module;
  Py_ssize_t n = PyTuple_GET_SIZE(args);
  if (n < 2)
    return PyErr_Format(PyExc_TypeError, "and_() needs a condition");
  corm_node *node = attribute_node(PyTuple_GET_ITEM(args, 0));
  for (Py_ssize_t i = 1; node && i < n; i++) {
    corm_node *condition = cpy_coerce(PyTuple_GET_ITEM(args, i), CPY_CONDITION);
    if (!condition) {
      corm_node_unref(node);
      return NULL;
    }
    node = corm_attribute_and(node, condition);
  }
  return node ? cpy_wrap(node) : NULL;
}

/* aliased(source, name or None, rows=None): another FROM object of the same class or table */
static PyObject *aliased(PyObject *module, PyObject *args) {
  PyObject *source, *over = Py_None;
  const char *name;
  (void)module;
  if (!PyArg_ParseTuple(args, "Oz|O:aliased", &source, &name, &over))
    return NULL;
  corm_node *node = cpy_coerce(source, CPY_FROM), *rows = NULL;
  if (!node || (over != Py_None && !(rows = cpy_coerce(over, CPY_FROM)))) {
    corm_node_unref(node);
    return NULL;
  }
  PyObject *made = cpy_wrap(rows ? corm_alias_over(node, rows) : corm_alias(node, name));
  corm_node_unref(rows);
  corm_node_unref(node);
  return made;
}

/* source_attribute(source, slot): an attribute of a class or of an alias of it */
static PyObject *source_attribute(PyObject *module, PyObject *args) {
  PyObject *source;
  int slot;
  (void)module;
  if (!PyArg_ParseTuple(args, "Oi:source_attribute", &source, &slot))
    return NULL;
  corm_node *node = cpy_coerce(source, CPY_FROM);
  if (!node)
    return NULL;
  PyObject *made = cpy_wrap(corm_attr_of(node, slot));
  corm_node_unref(node);
  return made;
}

/* relation_of(attr) -> (Entity that it leads from, key, whether to many) */
static PyObject *relation_of(PyObject *module, PyObject *attribute) {
  (void)module;
  corm_node *node = attribute_node(attribute);
  const corm_relation *r = node ? corm_node_peek_relation(node) : NULL;
  PyObject *made = NULL;
  if (r) {
    const cpy_mapped *m = corm_entity_peek_host(corm_relation_peek_owner(r));
    made = Py_BuildValue("(OsN)", m && m->object ? m->object : Py_None, corm_relation_peek_key(r),
                         PyBool_FromLong(corm_relation_peek_uselist(r) == 1));
  }
  corm_node_unref(node);
  return made;
}

/* ---- Tables
 * -------------------------------------------------------------------------------------------------------------------
 */

static int collect(const corm_node *node, PyObject *list) {
  corm_table *table = node ? corm_node_peek_table(node) : NULL;
  PyObject *object = table ? cpy_table_object(table) : NULL;
  int status = object ? PySequence_Contains(list, object) : 1;
  if (status == 0)
    status = PyList_Append(list, object);
  Py_XDECREF(object);
  for (size_t i = 0, n = node ? corm_node_peek_kids(node) : 0; status >= 0 && i < n; i++)
    status = collect(corm_node_peek_kid(node, i), list);
  return status;
}

/* tables_of(statement) -> list of the Tables that it names */
static PyObject *tables_of(PyObject *module, PyObject *statement) {
  (void)module;
  corm_node *node = cpy_coerce(statement, CPY_COLUMN);
  PyObject *list = node ? PyList_New(0) : NULL;
  if (list && collect(node, list) < 0)
    Py_CLEAR(list);
  corm_node_unref(node);
  return list;
}

static PyMethodDef functions[] = {
    {"attribute_any", attribute_any, METH_VARARGS, "attribute_any(attr, criteria): EXISTS"},
    {"attribute_test", attribute_test, METH_VARARGS, "attribute_test(kind, attr, obj)"},
    {"attribute_of_type", attribute_of_type, METH_VARARGS, "attribute_of_type(attr, source)"},
    {"attribute_and", attribute_and, METH_VARARGS, "attribute_and(attr, *criteria)"},
    {"aliased", aliased, METH_VARARGS, "aliased(source, name, rows=None)"},
    {"source_attribute", source_attribute, METH_VARARGS, "source_attribute(source, slot)"},
    {"relation_of", relation_of, METH_O, "relation_of(attr) -> (Entity, key, to many)"},
    {"tables_of", tables_of, METH_O, "tables_of(statement) -> list of Tables"},
    {NULL, NULL, 0, NULL}};

int cpy_add_relation(PyObject *module) { return PyModule_AddFunctions(module, functions); }
