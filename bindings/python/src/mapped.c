/* Mapped classes: what a class is to the core, the classes themselves, and classes where SQL is wanted. */
#include "orm.h"
#include <string.h>

static PyObject *configure_hook, *s_entity;

/* ---- What a class is to the core
 * -------------------------------------------------------------------------------------- */

static size_t sessions;
static corm_schema **waiting; /* schemas that go when no session is left */
static size_t n_waiting, cap_waiting;

static void give_up_schema(corm_schema *schema) {
  if (sessions && n_waiting == cap_waiting) {
    size_t cap = cap_waiting ? cap_waiting * 2 : 16;
    corm_schema **more = PyMem_RawRealloc(waiting, cap * sizeof *more);
    if (!more)
      return; /* it stays */
    waiting = more;
    cap_waiting = cap;
  }
  if (sessions)
    waiting[n_waiting++] = schema;
  else
    corm_schema_unref(schema);
}

void cpy_sessions_count(int change) {
  sessions = change > 0 ? sessions + 1 : sessions - 1;
  while (!sessions && n_waiting)
    corm_schema_unref(waiting[--n_waiting]);
}

cpy_mapped *cpy_mapped_ref(cpy_mapped *m) {
  m->refs++;
  return m;
}

void cpy_mapped_unref(cpy_mapped *m) {
  if (!m || --m->refs)
    return;
  for (Py_ssize_t i = 0; i < m->n_keys; i++)
    Py_XDECREF(m->keys[i]);
  PyMem_Free(m->keys);
  cpy_calls_free(m);
  Py_XDECREF(m->class_ref);
  Py_XDECREF(m->initial);
  if (m->entity)
    corm_entity_set_host(m->entity, NULL);
  if (m->schema)
    give_up_schema(m->schema);
  PyMem_Free(m);
}

PyTypeObject *cpy_mapped_class(const cpy_mapped *m) {
  PyObject *found = m->class_ref ? PyWeakref_GetObject(m->class_ref) : Py_None;
  return found == Py_None ? NULL : (PyTypeObject *)found;
}

cpy_mapped *cpy_mapped_of(PyTypeObject *type) {
  if (PyType_IsSubtype(Py_TYPE(type), cpy_mapped_type_type))
    return ((cpy_mapped_type *)type)->mapped;
  PyObject *found = type->tp_dict ? PyDict_GetItemWithError(type->tp_dict, s_entity) : NULL;
  if (!found) {
    PyErr_Clear();
    return NULL;
  }
  return Py_TYPE(found) == cpy_entity_type ? ((cpy_entity *)found)->mapped : NULL;
}

static int grow_keys(cpy_mapped *m) {
  Py_ssize_t n = (Py_ssize_t)corm_entity_peek_slots(m->entity);
  PyObject **more = PyMem_Realloc(m->keys, (size_t)(n + 1) * sizeof *more);
  if (!more) {
    PyErr_NoMemory();
    return -1;
  }
  m->keys = more;
  for (; m->n_keys < n; m->n_keys++)
    if (!(m->keys[m->n_keys] = PyUnicode_InternFromString(corm_entity_peek_key(m->entity, (int)m->n_keys))))
      return -1;
  return 0;
}

PyObject *cpy_mapped_key(cpy_mapped *m, int slot) {
  if (slot >= m->n_keys && grow_keys(m) < 0)
    return NULL;
  if (slot >= 0 && slot < m->n_keys)
    return m->keys[slot];
  return PyErr_Format(PyExc_IndexError, "there is no attribute in slot %d", slot);
}

int cpy_mapped_prepare(cpy_mapped *m) {
  PyTypeObject *class = cpy_mapped_class(m);
  if (m->ready)
    return 0;
  if (!configure_hook)
    return 0;
  PyObject *made = PyObject_CallOneArg(configure_hook, class ? (PyObject *)class : Py_None);
  Py_XDECREF(made);
  return made ? 0 : -1;
}

int cpy_is_to_many(const corm_entity *entity, int slot) {
  const corm_relation *relation = corm_entity_peek_relation(entity, slot);
  return relation && corm_relation_peek_uselist(relation) == 1;
}

PyObject *cpy_make_container(cpy_mapped *m, PyObject *object, int slot, PyObject *members) {
  cpy_entity *entity = (cpy_entity *)m->object;
  PyObject *key = PyLong_FromLong(slot), *factory, *made = NULL;
  factory = key && entity && entity->factories ? PyDict_GetItemWithError(entity->factories, key) : NULL;
  if (factory)
    made = PyObject_CallFunctionObjArgs(factory, object, key, members, NULL);
  else if (!PyErr_Occurred())
    cpy_error("InvalidRequestError", "attribute %R has no collection", cpy_mapped_key(m, slot));
  Py_XDECREF(key);
  return made;
}

/* ---- Classes
 * ------------------------------------------------------------------------------------------------------------ */

/* Own attributes make a dictionary: the collector must hear of it. Classes that have a __setattr__ of their own keep
 * it, and their objects are looked at from the start. */
static void watch_dictionaries(PyTypeObject *class) {
  if (class->tp_setattro != PyObject_GenericSetAttr)
    return;
  class->tp_setattro = cpy_instance_setattro;
  PyType_Modified(class);
}

/* A plain base in front of ours has a __dict__ of its own, which does not know where the values are. */
static int show_dictionary(PyTypeObject *class) {
  PyObject *ours = PyDict_GetItemString(cpy_instance_type->tp_dict, "__dict__");
  if (!ours || PyDict_SetItemString(class->tp_dict, "__dict__", ours) < 0)
    return -1;
  PyType_Modified(class);
  return 0;
}

static int is_plain_new(const PyTypeObject *class) { return class->tp_new == cpy_instance_type->tp_new; }

/* instrument(cls, entity): the class is mapped from now on */
static PyObject *instrument(PyObject *module, PyObject *args) {
  PyObject *class, *entity;
  (void)module;
  if (!PyArg_ParseTuple(args, "O!O!:instrument", &PyType_Type, &class, cpy_entity_type, &entity))
    return NULL;
  PyTypeObject *type = (PyTypeObject *)class;
  cpy_mapped *m = ((cpy_entity *)entity)->mapped;
  m->based = PyType_IsSubtype(type, cpy_instance_type);
  m->plain_new = m->based && is_plain_new(type);
  if (m->based) {
    watch_dictionaries(type);
    if (show_dictionary(type) < 0)
      return NULL;
  }
  if (PyType_IsSubtype(Py_TYPE(class), cpy_mapped_type_type)) {
    ((cpy_mapped_type *)class)->mapped = m;
    if (m->based)
      cpy_instance_quicken(type);
    Py_RETURN_NONE;
  }
  PyObject *set = PyObject_CallMethod((PyObject *)&PyType_Type, "__setattr__", "OOO", class, s_entity, entity);
  return set;
}

static PyObject *set_configure_hook(PyObject *module, PyObject *hook) {
  (void)module;
  Py_XSETREF(configure_hook, Py_NewRef(hook));
  Py_RETURN_NONE;
}

static PyObject *entity_of(PyObject *module, PyObject *class) {
  (void)module;
  cpy_mapped *m = PyType_Check(class) ? cpy_mapped_of((PyTypeObject *)class) : NULL;
  return Py_NewRef(m && m->object ? m->object : Py_None);
}

/* ---- Classes in statements
 * ---------------------------------------------------------------------------------------------- */

static int coerce_class(PyObject *object, int role, corm_node **out) {
  (void)role;
  if (!PyType_Check(object))
    return 0;
  cpy_mapped *m = cpy_mapped_of((PyTypeObject *)object);
  if (!m)
    return 0;
  if (cpy_mapped_prepare(m) < 0)
    return -1;
  PyObject *source = m->object ? cpy_entity_source(m->object) : NULL;
  if (!source)
    return PyErr_Occurred() ? -1 : 0;
  *out = cpy_node_ref(source);
  Py_DECREF(source);
  return *out ? 1 : -1;
}

static PyMethodDef functions[] = {
    {"instrument", instrument, METH_VARARGS, "instrument(cls, entity): the class is mapped from now on"},
    {"set_configure_hook", set_configure_hook, METH_O, "set_configure_hook(fn): fn(cls) before a class is first used"},
    {"entity_of", entity_of, METH_O, "entity_of(cls) -> Entity or None"},
    {NULL, NULL, 0, NULL}};

int cpy_add_mapped(PyObject *module) {
  if (!(s_entity = PyUnicode_InternFromString("__corm_entity__")) || PyModule_AddFunctions(module, functions) < 0)
    return -1;
  return cpy_register_coercion(coerce_class);
}
