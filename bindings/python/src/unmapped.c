/* Attributes of mapped classes that are no mapped attributes, in statements: hybrids and proxies in filter_by() and
 * SET.
 */
#include "orm.h"

static PyObject *face, *s_pairs;

/* What the class has under a name that is not mapped, borrowed; NULL without an exception: nothing. */
static PyObject *found_in(cpy_mapped *m, PyObject *key) {
  const char *name = cpy_utf8(key);
  PyTypeObject *class = name && m ? cpy_mapped_class(m) : NULL;
  if (!class || corm_entity_peek_slot(m->entity, name) >= 0)
    return NULL;
  return _PyType_Lookup(class, key);
}

PyObject *cpy_unmapped(const corm_source *source, PyObject *key) {
  const corm_entity *entity = source ? corm_node_peek_entity(source) : NULL;
  cpy_mapped *m = entity ? corm_entity_peek_host(entity) : NULL;
  if (!found_in(m, key) || !face)
    return NULL;
  PyObject *wrapped = cpy_wrap(corm_node_ref((corm_node *)(uintptr_t)source)), *owner, *made;
  owner = wrapped ? PyObject_CallFunctionObjArgs(face, cpy_mapped_class(m), wrapped, NULL) : NULL;
  made = owner ? PyObject_GetAttr(owner, key) : NULL;
  Py_XDECREF(wrapped);
  Py_XDECREF(owner);
  return made;
}

/* A class or an object that says how it is set: _bulk_update_tuples(value) -> [(column, value), ...] */
PyObject *cpy_unmapped_pairs(PyObject *table, PyObject *key, PyObject *value) {
  PyObject *attribute = NULL, *made = NULL;
  if (cpy_is_node(key))
    return NULL;
  if (!PyUnicode_Check(key))
    attribute = Py_NewRef(key);
  else if (table && PyType_Check(table) && found_in(cpy_mapped_of((PyTypeObject *)table), key))
    attribute = PyObject_GetAttr(table, key);
  if (attribute && PyObject_HasAttr(attribute, s_pairs))
    made = PyObject_CallMethodOneArg(attribute, s_pairs, value);
  Py_XDECREF(attribute);
  if (made)
    Py_SETREF(made, PySequence_Tuple(made));
  return made;
}

static PyObject *set_face(PyObject *module, PyObject *fn) {
  (void)module;
  Py_XSETREF(face, Py_NewRef(fn));
  Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"set_source_face", set_face, METH_O, "set_source_face(fn): fn(cls, source) gives what has a source's attributes"},
    {NULL, NULL, 0, NULL}};

int cpy_add_unmapped(PyObject *module) {
  return (s_pairs = PyUnicode_InternFromString("_bulk_update_tuples")) ? PyModule_AddFunctions(module, functions) : -1;
}
