/* _core.Instance: the base of mapped classes whose objects have room for their record.
 *
 * Objects begin unknown to the collector. One is made known when it gets a dictionary, or a value in a slot that the
 * collector looks at itself: the target of a relation, a container, a list that is a column's value.
 */
#include "orm.h"
#include <stddef.h>
#include <string.h>

PyTypeObject *cpy_instance_type;

PyObject *cpy_instance_new(PyTypeObject *type) {
  cpy_instance *made = PyObject_GC_New(cpy_instance, type);
  if (made)
    memset((char *)made + sizeof(PyObject), 0, (size_t)type->tp_basicsize - sizeof(PyObject));
  return (PyObject *)made;
}

/* A class with a __setattr__ of its own may fill the dictionary without our noticing. */
static PyObject *new (PyTypeObject *type, PyObject *args, PyObject *kwargs) {
  (void)args;
  (void)kwargs;
  PyObject *made = cpy_instance_new(type);
  if (made && type->tp_setattro != cpy_instance_setattro)
    PyObject_GC_Track(made);
  return made;
}

static int init(PyObject *self, PyObject *args, PyObject *kwargs) {
  if (PyTuple_GET_SIZE(args)) {
    PyErr_Format(PyExc_TypeError, "%s() takes keyword arguments only (%zd positional given)", Py_TYPE(self)->tp_name,
                 PyTuple_GET_SIZE(args));
    return -1;
  }
  return cpy_begin_init(self) < 0 || (kwargs && cpy_construct(self, kwargs) < 0) ? -1 : 0;
}

/* ---- Life and the collector
 * ----------------------------------------------------------------------------------------------- */

static int traverse(PyObject *self, visitproc visit, void *arg) {
  cpy_instance *o = (cpy_instance *)self;
  Py_VISIT(o->dict);
  Py_VISIT((PyObject *)cpy_instance_state(o));
  int stop = o->record ? cpy_record_traverse(o->record, visit, arg) : 0;
  if (stop)
    return stop;
  Py_VISIT(Py_TYPE(self));
  return 0;
}

static int clear(PyObject *self) {
  cpy_instance *o = (cpy_instance *)self;
  cpy_state_object *state = cpy_instance_state(o);
  Py_CLEAR(o->dict);
  if (state)
    Py_CLEAR(state->aside);
  if (o->record)
    corm_record_clear(o->record);
  return 0;
}

/* The state outlives its object where somebody keeps it: it then knows the key, and nothing else. */
static void leave_state(cpy_instance *o) {
  cpy_state_object *state = cpy_instance_state(o);
  if (!state)
    return;
  if (Py_REFCNT(state) > 1 && o->record && !(state->key = cpy_identity_key(o->record)))
    PyErr_Clear();
  state->instance = NULL;
  state->record = NULL;
}

static void dealloc(PyObject *self) {
  cpy_instance *o = (cpy_instance *)self;
  PyTypeObject *type = Py_TYPE(self);
  corm_record *record = o->record;
  cpy_mapped *mapped = record ? cpy_mapped_of_record(record) : NULL;
  PyObject_GC_UnTrack(self);
  leave_state(o);
  o->record = NULL;
  if (record)
    corm_record_release(record); /* first: from here on nobody finds the object */
  if (o->weakrefs)
    PyObject_ClearWeakRefs(self);
  PyObject *state = (PyObject *)cpy_instance_state(o);
  o->state = 0;
  Py_XDECREF(state);
  Py_CLEAR(o->dict);
  cpy_mapped_unref(mapped);
  type->tp_free(self);
  Py_DECREF(type);
}

/* ---- Attributes of the program's own
 * ---------------------------------------------------------------------------------------- */

int cpy_instance_setattro(PyObject *self, PyObject *name, PyObject *value) {
  int status = PyObject_GenericSetAttr(self, name, value);
  if (((cpy_instance *)self)->dict)
    cpy_track(self);
  return status;
}

static PyObject *get_dict(PyObject *self, void *unused) {
  (void)unused;
  return cpy_open_dict(self);
}

static int set_dict(PyObject *self, PyObject *value, void *unused) {
  (void)unused;
  cpy_instance *o = (cpy_instance *)self;
  if (!value || !PyDict_Check(value)) {
    PyErr_SetString(PyExc_TypeError, "__dict__ must be set to a dictionary");
    return -1;
  }
  PyObject *before = cpy_open_dict(self);
  if (!before)
    return -1;
  Py_DECREF(before);
  Py_XSETREF(o->dict, Py_NewRef(value));
  cpy_state_object *state = cpy_instance_state(o);
  return state ? PyDict_SetItem(value, cpy_s_state, (PyObject *)state) : 0;
}

/* sys.getsizeof and debuggers ask without looking: the state as an attribute, as SQLAlchemy's objects have it. */
static PyObject *get_state(PyObject *self, void *unused) {
  (void)unused;
  if (((cpy_instance *)self)->record)
    return cpy_state_of(self);
  PyObject *found =
      ((cpy_instance *)self)->dict ? PyDict_GetItemWithError(((cpy_instance *)self)->dict, cpy_s_state) : NULL;
  if (!found && !PyErr_Occurred())
    PyErr_Format(PyExc_AttributeError, "'%s' object has no attribute '_sa_instance_state'", Py_TYPE(self)->tp_name);
  return Py_XNewRef(found);
}

static PyGetSetDef getset[] = {{"__dict__", get_dict, set_dict, NULL, NULL},
                               {"_sa_instance_state", get_state, NULL, NULL, NULL},
                               {NULL, NULL, NULL, NULL, NULL}};
static PyMemberDef members[] = {{"__dictoffset__", T_PYSSIZET, offsetof(cpy_instance, dict), READONLY, NULL},
                                {"__weaklistoffset__", T_PYSSIZET, offsetof(cpy_instance, weakrefs), READONLY, NULL},
                                {NULL, 0, 0, 0, NULL}};
static PyType_Slot slots[] = {{Py_tp_new, (void *)new},
                              {Py_tp_init, (void *)init},
                              {Py_tp_dealloc, (void *)dealloc},
                              {Py_tp_traverse, (void *)traverse},
                              {Py_tp_clear, (void *)clear},
                              {Py_tp_methods, cpy_pickle_methods},
                              {Py_tp_getset, getset},
                              {Py_tp_members, members},
                              {0, NULL}};
static PyType_Spec spec = {"cormorant._core.Instance", sizeof(cpy_instance), 0,
                           Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, slots};

int cpy_add_instance(PyObject *module) { return cpy_add_type(module, &cpy_instance_type, &spec, NULL); }
