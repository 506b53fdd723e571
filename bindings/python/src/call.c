/* Calls of mapped classes: User(name="x"). Each place of a program gives the same names again and again: which
 * attributes they are is found once. */
#include "orm.h"
#include <string.h>

struct cpy_call {
  const PyTypeObject *type; /* borrowed, to compare */
  unsigned version;         /* of the type: a class that was changed has another */
  Py_ssize_t n;
  struct {
    PyObject *name;           /* a reference */
    cpy_attribute *attribute; /* borrowed from the class of that version. NULL: set the long way */
  } of[];
};

/* ---- What is known of some names
 * ------------------------------------------------------------------------------------------ */

static void call_free(cpy_call *c) {
  for (Py_ssize_t i = 0; c && i < c->n; i++)
    Py_DECREF(c->of[i].name);
  PyMem_Free(c);
}

void cpy_calls_free(cpy_mapped *m) {
  for (size_t i = 0; i < CPY_CALLS; i++)
    call_free(m->calls[i]);
}

static cpy_call **place_of(cpy_mapped *m, PyObject *names) {
  uintptr_t first = (uintptr_t)PyTuple_GET_ITEM(names, 0);
  return &m->calls[((first >> 4) + (uintptr_t)PyTuple_GET_SIZE(names)) % CPY_CALLS];
}

/* 0: it has none, and what is found of it cannot be kept. */
static unsigned version_of(const PyTypeObject *type) {
#if PY_VERSION_HEX < 0x030C0000
  if (!PyType_HasFeature((PyTypeObject *)(uintptr_t)type, Py_TPFLAGS_VALID_VERSION_TAG))
    return 0;
#endif
  return type->tp_version_tag;
}

static int is_for(const cpy_call *c, const PyTypeObject *type, PyObject *names) {
  if (!c || c->type != type || c->n != PyTuple_GET_SIZE(names) || c->version != version_of(type))
    return 0;
  for (Py_ssize_t i = 0; i < c->n; i++)
    if (c->of[i].name != PyTuple_GET_ITEM(names, i))
      return 0;
  return 1;
}

/* A column whose value goes right into its slot, as long as nobody listens. */
static cpy_attribute *plain_attribute(PyTypeObject *type, const cpy_mapped *m, PyObject *name) {
  PyObject *found = _PyType_Lookup(type, name);
  if (!found || !PyObject_TypeCheck(found, cpy_attribute_type) || type->tp_setattro != cpy_instance_setattro)
    return NULL;
  cpy_attribute *a = (cpy_attribute *)found;
  return a->mapped == m && !a->to_one && !a->to_many ? a : NULL;
}

/* Without memory, and without an exception, nothing is known. */
static cpy_call *call_new(PyTypeObject *type, const cpy_mapped *m, PyObject *names) {
  Py_ssize_t n = PyTuple_GET_SIZE(names);
  cpy_call *c = PyMem_Malloc(sizeof *c + (size_t)n * sizeof c->of[0]);
  if (!c)
    return NULL;
  c->type = type;
  c->n = n;
  for (Py_ssize_t i = 0; i < n; i++) {
    c->of[i].name = Py_NewRef(PyTuple_GET_ITEM(names, i));
    c->of[i].attribute = plain_attribute(type, m, c->of[i].name);
  }
  c->version = version_of(type); /* the search gave it one */
  if (c->version)
    return c;
  call_free(c);
  return NULL;
}

static const cpy_call *call_of(PyTypeObject *type, cpy_mapped *m, PyObject *names) {
  cpy_call **at = place_of(m, names), *known = *at;
  if (is_for(known, type, names))
    return known;
  *at = call_new(type, m, names);
  call_free(known);
  return *at;
}

/* ---- The call
 * ------------------------------------------------------------------------------------------------------------ */

/* What has listeners or is no column may run any code: what is known of the rest is not trusted behind it. */
static int set_all(PyObject *made, PyObject *const *args, PyObject *names) {
  corm_record *r = ((cpy_instance *)made)->record;
  const cpy_call *c = call_of(Py_TYPE(made), cpy_mapped_of_record(r), names);
  Py_ssize_t i = 0, n = PyTuple_GET_SIZE(names);
  int status = 0;
  for (; c && !status && i < n; i++) {
    const cpy_attribute *a = c->of[i].attribute;
    if (!a || a->on_set || a->active_history)
      break;
    status = cpy_slot_set(made, r, a->slot, args[i]);
  }
  for (; !status && i < n; i++)
    status = cpy_construct_one(made, PyTuple_GET_ITEM(names, i), args[i]);
  return status;
}

static PyObject *call_slowly(PyTypeObject *type, PyObject *const *args, Py_ssize_t n, PyObject *names) {
  PyObject *tuple = PyTuple_New(n), *dict = names ? PyDict_New() : NULL, *made = NULL;
  int failed = !tuple || (names && !dict);
  for (Py_ssize_t i = 0; !failed && i < n; i++)
    PyTuple_SET_ITEM(tuple, i, Py_NewRef(args[i]));
  for (Py_ssize_t i = 0; !failed && names && i < PyTuple_GET_SIZE(names); i++)
    failed = PyDict_SetItem(dict, PyTuple_GET_ITEM(names, i), args[n + i]) < 0;
  if (!failed)
    made = Py_TYPE(type)->tp_call((PyObject *)type, tuple, dict);
  Py_XDECREF(tuple);
  Py_XDECREF(dict);
  return made;
}

/* Whether the calls of its class do what ours do and no more. */
static int is_ours(const PyTypeObject *type) {
  return type->tp_new == cpy_instance_type->tp_new && type->tp_init == cpy_instance_type->tp_init &&
         Py_TYPE(type)->tp_call == PyType_Type.tp_call;
}

static PyObject *call_quickly(PyObject *callable, PyObject *const *args, size_t flags, PyObject *names) {
  PyTypeObject *type = (PyTypeObject *)callable;
  Py_ssize_t n = PyVectorcall_NARGS(flags);
  if (n || !is_ours(type))
    return call_slowly(type, args, n, names);
  PyObject *made = type->tp_new(type, NULL, NULL);
  int status = made ? cpy_begin_init(made) : -1;
  if (!status && names && PyTuple_GET_SIZE(names))
    status = set_all(made, args, names);
  if (status < 0)
    Py_CLEAR(made);
  return made;
}

/* Before 3.12 a metaclass that is a heap type does not inherit the flag by which its types are called so. */
void cpy_instance_quicken(PyTypeObject *type) {
  PyTypeObject *meta = Py_TYPE(type);
  if (!is_ours(type) || meta->tp_vectorcall_offset != PyType_Type.tp_vectorcall_offset)
    return;
  meta->tp_flags |= Py_TPFLAGS_HAVE_VECTORCALL;
  type->tp_vectorcall = call_quickly;
}
