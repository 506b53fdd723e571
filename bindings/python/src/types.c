/* Types: the C half of TypeEngine. The core's type is made from what the object's _described() says, when it is needed.
 *
 * A type made by the program keeps its object as `host`, so that column.type and the type of an expression over it are
 * that object. Object and core type hold each other: the object visits itself when nobody else holds the core type.
 */
#include "binding.h"
#include <stddef.h>
#include <string.h>

static PyObject *new (PyTypeObject *type, PyObject *args, PyObject *kwargs) {
  (void)args;
  (void)kwargs;
  return type->tp_alloc(type, 0);
}

static int holds_itself(cpy_type *t) {
  return t->type && corm_type_peek_host(t->type) == t && corm_type_peek_refs(t->type) == 1;
}

static int traverse(PyObject *self, visitproc visit, void *arg) {
  if (holds_itself((cpy_type *)self))
    Py_VISIT(self);
  Py_VISIT(Py_TYPE(self));
  return 0;
}

static int clear(PyObject *self) {
  cpy_type *t = (cpy_type *)self;
  if (!holds_itself(t))
    return 0;
  corm_type_drop_host(t->type);
  Py_DECREF(self); /* the collector holds another reference */
  return 0;
}

static void dealloc(PyObject *self) {
  cpy_type *t = (cpy_type *)self;
  PyTypeObject *type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  if (t->weakrefs)
    PyObject_ClearWeakRefs(self);
  if (t->type)
    corm_type_unref(t->type);
  type->tp_free(self);
  Py_DECREF(type);
}

/* ---- From a description -------------------------------------------------------------------------------------------
 */

typedef struct description {
  corm_type_def def;
  const char **labels;
  PyObject *impl_pin, *item_pin;
  PyObject *variants; /* tuple of (dialect, type) */
  const char **variant_dialects;
  const corm_type **variant_types;
} description;

static void free_description(description *d) {
  PyMem_Free(d->labels);
  PyMem_Free(d->variant_dialects);
  PyMem_Free(d->variant_types);
  Py_XDECREF(d->variants);
  Py_XDECREF(d->impl_pin);
  Py_XDECREF(d->item_pin);
}

static int read_labels(description *d, PyObject *labels) {
  Py_ssize_t n = labels == Py_None ? 0 : PySequence_Size(labels);
  if (n <= 0)
    return n < 0 ? -1 : 0;
  if (!PyTuple_Check(labels)) {
    PyErr_SetString(PyExc_TypeError, "labels must be a tuple");
    return -1;
  }
  if (!(d->labels = PyMem_Calloc((size_t)n, sizeof *d->labels))) {
    PyErr_NoMemory();
    return -1;
  }
  for (Py_ssize_t i = 0; i < n; i++)
    if (!(d->labels[i] = cpy_utf8(PyTuple_GET_ITEM(labels, i))))
      return -1;
  d->def.labels = d->labels;
  d->def.n_labels = (size_t)n;
  return 0;
}

/* (kind, flags, length, precision, scale, name, collation, labels, impl[, item, dimensions]) */
static int read_description(description *d, PyObject *tuple) {
  PyObject *labels, *impl, *item = Py_None;
  memset(d, 0, sizeof *d);
  d->def.size = sizeof d->def;
  if (!PyArg_ParseTuple(tuple, "iIiiizzOO|Oi:_describe", &d->def.kind, &d->def.flags, &d->def.length, &d->def.precision,
                        &d->def.scale, &d->def.name, &d->def.collation, &labels, &impl, &item, &d->def.dimensions))
    return -1;
  if (impl != Py_None && !(d->def.impl = cpy_type_from(impl, &d->impl_pin)))
    return -1;
  if (item != Py_None && !(d->def.item = cpy_type_from(item, &d->item_pin)))
    return -1;
  return read_labels(d, labels);
}

static int read_variants(description *d) {
  Py_ssize_t n = PyTuple_Check(d->variants) ? PyTuple_GET_SIZE(d->variants) : 0;
  d->variant_dialects = PyMem_Calloc((size_t)n + 1, sizeof *d->variant_dialects);
  d->variant_types = PyMem_Calloc((size_t)n + 1, sizeof *d->variant_types);
  if (!d->variant_dialects || !d->variant_types) {
    PyErr_NoMemory();
    return -1;
  }
  for (Py_ssize_t i = 0; i < n; i++) {
    PyObject *type = NULL, *pin = NULL;
    if (!PyArg_ParseTuple(PyTuple_GET_ITEM(d->variants, i), "sO:_variants", &d->variant_dialects[i], &type) ||
        !(d->variant_types[i] = cpy_type_from(type, &pin)))
      return -1;
    Py_XDECREF(pin); /* an object, no class: it lives in the tuple */
  }
  d->def.variant_dialects = d->variant_dialects;
  d->def.variants = d->variant_types;
  d->def.n_variants = (size_t)n;
  return 0;
}

static int make(cpy_type *self) {
  description d = {0};
  corm_error *err = NULL;
  PyObject *described = PyObject_CallMethodNoArgs((PyObject *)self, cpy.s_describe);
  int status = -1;
  if (!described)
    return -1;
  if (PyLong_Check(described)) { /* a plain kind: shared by all */
    self->type = corm_type_ref(corm_type_plain((corm_type_kind)PyLong_AsLong(described)));
    Py_DECREF(described);
    return 0;
  }
  if (read_description(&d, described) == 0 && (d.variants = PyObject_CallMethod((PyObject *)self, "_variants", NULL)) &&
      read_variants(&d) == 0) {
    self->varies = d.def.n_variants > 0;
    d.def.host = Py_NewRef((PyObject *)self);
    d.def.release = cpy_release_object;
    status = corm_type_new(&self->type, &d.def, &err) ? -1 : 0;
    if (status < 0) {
      Py_DECREF((PyObject *)self);
      cpy_raise(err);
    }
  }
  free_description(&d);
  Py_DECREF(described);
  return status;
}

const corm_type *cpy_type_from(PyObject *object, PyObject **pin) {
  *pin = NULL;
  if (object == Py_None)
    return corm_type_plain(CORM_TYPE_NULL);
  if (PyType_Check(object) && PyType_IsSubtype((PyTypeObject *)object, cpy.type_type)) {
    if (!(*pin = object = PyObject_CallNoArgs(object)))
      return NULL;
  }
  if (!PyObject_TypeCheck(object, cpy.type_type)) {
    cpy_error("ArgumentError", "a type as String or Integer() was expected, not %R", object);
    return NULL;
  }
  cpy_type *t = (cpy_type *)object;
  if (!t->type && make(t) < 0) {
    Py_CLEAR(*pin);
    return NULL;
  }
  return t->type;
}

PyObject *cpy_type_to(const corm_type *type) {
  PyObject *host = type ? (PyObject *)corm_type_peek_host(type) : NULL;
  int kind = type ? corm_type_peek_kind(type) : CORM_TYPE_NULL;
  if (host)
    return Py_NewRef(host);
  if (kind < 0 || kind >= 32 || !cpy.type_classes[kind])
    kind = CORM_TYPE_NULL;
  return Py_NewRef(cpy.type_classes[kind] ? cpy.type_classes[kind] : Py_None);
}

static PyObject *convert(const corm_type *type, PyObject *value, const corm_dialect *dialect, const char *method) {
  PyObject *host = type ? (PyObject *)corm_type_peek_host(type) : NULL, *object, *made;
  if (!host)
    return Py_NewRef(value);
  if (!(object = cpy_dialect_object(dialect)))
    return NULL;
  PyObject *there = ((cpy_type *)host)->varies ? PyObject_CallMethod(host, "_in", "O", object) : Py_NewRef(host);
  made = there ? PyObject_CallMethod(there, method, "OO", value, object) : NULL;
  Py_XDECREF(there);
  Py_DECREF(object);
  return made;
}

PyObject *cpy_type_bind(const corm_type *type, PyObject *value, const corm_dialect *dialect) {
  return convert(type, value, dialect, "_bind_value");
}

PyObject *cpy_type_result(const corm_type *type, PyObject *value, const corm_dialect *dialect) {
  return convert(type, value, dialect, "_result_value");
}

/* _forget(): the attributes changed, or a copy was made: the core's type is made again */
static PyObject *forget(PyObject *self, PyObject *unused) {
  (void)unused;
  cpy_type *t = (cpy_type *)self;
  corm_type *old = t->type;
  t->type = NULL;
  if (old)
    corm_type_unref(old);
  Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"_forget", forget, METH_NOARGS, "_forget(): describe the type again when it is next used"}, {NULL, NULL, 0, NULL}};
static PyMemberDef members[] = {{"__weaklistoffset__", T_PYSSIZET, offsetof(cpy_type, weakrefs), READONLY, NULL},
                                {NULL, 0, 0, 0, NULL}};
static PyType_Slot slots[] = {{Py_tp_new, (void *)new},
                              {Py_tp_dealloc, (void *)dealloc},
                              {Py_tp_traverse, (void *)traverse},
                              {Py_tp_clear, (void *)clear},
                              {Py_tp_methods, methods},
                              {Py_tp_members, members},
                              {Py_tp_doc, "The native half of a type."},
                              {0, NULL}};
static PyType_Spec spec = {"cormorant._core.Type", sizeof(cpy_type), 0,
                           Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, slots};

int cpy_add_types(PyObject *module) { return cpy_add_type(module, &cpy.type_type, &spec, NULL); }
