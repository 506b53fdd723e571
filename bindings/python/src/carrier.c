/* From an object to its record and back, whichever way they are tied. */
#include "orm.h"
#include <string.h>

PyObject *cpy_s_state;

/* ---- Dictionaries
 * ------------------------------------------------------------------------------------------------------------ */

PyObject *cpy_peek_dict(PyObject *object, int make) {
  if (cpy_is_instance(object)) {
    cpy_instance *o = (cpy_instance *)object;
    if (!o->dict && make && (o->dict = PyDict_New()))
      cpy_track(object);
    return o->dict;
  }
  PyObject *dict = PyObject_GenericGetDict(object, NULL);
  if (!dict) {
    if (!make)
      PyErr_Clear();
    return NULL;
  }
  Py_DECREF(dict); /* the object keeps it */
  return dict;
}

/* The state comes first, then what was there. */
static int put_state(cpy_instance *o) {
  PyObject *state = cpy_state_of((PyObject *)o), *dict = state ? PyDict_New() : NULL;
  int status = dict ? PyDict_SetItem(dict, cpy_s_state, state) : -1;
  if (!status && o->dict)
    status = PyDict_Update(dict, o->dict);
  Py_XDECREF(state);
  if (status < 0) {
    Py_XDECREF(dict);
    return -1;
  }
  Py_XSETREF(o->dict, dict);
  cpy_track((PyObject *)o);
  return 0;
}

PyObject *cpy_open_dict(PyObject *object) {
  cpy_instance *o = (cpy_instance *)object;
  corm_error *err = NULL;
  if (!cpy_is_instance(object) || !o->record)
    return Py_XNewRef(cpy_peek_dict(object, 1));
  if (!corm_record_peek_external(o->record)) {
    if (put_state(o) < 0)
      return NULL;
    if (corm_record_externalize(o->record, &err))
      return cpy_raise(err);
  }
  return Py_XNewRef(cpy_peek_dict(object, 1));
}

/* ---- Object to record
 * ---------------------------------------------------------------------------------------------------------- */

/* The State in an object's dictionary, borrowed; NULL without an exception: there is none. */
static cpy_state_object *state_in_dict(PyObject *object) {
  if (PyType_Check(object) || !Py_TYPE(object)->tp_dictoffset)
    return NULL;
  PyObject *dict = cpy_peek_dict(object, 0), *found = dict ? PyDict_GetItemWithError(dict, cpy_s_state) : NULL;
  if (!found)
    PyErr_Clear();
  return found && Py_TYPE(found) == cpy_state_object_type ? (cpy_state_object *)found : NULL;
}

typedef struct visiting {
  visitproc visit;
  void *arg;
} visiting;

static int visit_value(void *value, void *arg) {
  const visiting *v = arg;
  return v->visit((PyObject *)value, v->arg);
}

int cpy_record_traverse(const corm_record *r, visitproc visit, void *arg) {
  visiting v = {visit, arg};
  return corm_record_traverse(r, visit_value, &v);
}

corm_record *cpy_record_of(PyObject *object) {
  if (cpy_is_instance(object)) {
    cpy_instance *o = (cpy_instance *)object;
    if (o->record)
      return o->record;
  }
  const cpy_state_object *state = state_in_dict(object);
  return state ? state->record : NULL;
}

corm_record *cpy_record_need(PyObject *object) {
  corm_record *r = cpy_record_of(object);
  if (r)
    return r;
  PyObject *class = cpy_exception_class("UnmappedInstanceError"), *made = PyObject_CallOneArg(class, object);
  if (made)
    PyErr_SetObject(class, made);
  Py_XDECREF(made);
  return NULL;
}

/* ---- Record to object
 * ------------------------------------------------------------------------------------------------------------ */

PyObject *cpy_living_object(const corm_record *r) {
  PyObject *o = corm_record_peek_object(r);
  if (!o)
    return NULL;
  if (Py_TYPE(o) == cpy_state_object_type)
    return cpy_state_object_of((cpy_state_object *)o);
  return Py_REFCNT(o) > 0 ? Py_NewRef(o) : NULL;
}

/* What the record was tied to is dying: it is let go of. */
static void untie(corm_record *r) {
  PyObject *o = corm_record_peek_object(r);
  if (!o)
    return;
  corm_record_set_object(r, NULL);
  if (Py_TYPE(o) == cpy_state_object_type) {
    ((cpy_state_object *)o)->record = NULL;
  } else {
    cpy_instance *old = (cpy_instance *)o;
    cpy_state_object *state = cpy_instance_state(old);
    old->record = NULL;
    if (state)
      state->record = NULL;
  }
  cpy_mapped_unref(cpy_mapped_of_record(r));
}

static void tie(cpy_instance *o, corm_record *r, cpy_mapped *m) {
  o->record = r;
  corm_record_set_object(r, o);
  cpy_mapped_ref(m);
}

static int is_watched(void *value, void *arg) {
  (void)arg;
  return PyObject_IS_GC((PyObject *)value);
}

static PyObject *plain_object(PyTypeObject *class, const cpy_mapped *m) {
  static PyObject *nothing;
  if (m->plain_new) {
    PyObject *made = cpy_instance_new(class);
    if (made && class->tp_setattro != cpy_instance_setattro)
      PyObject_GC_Track(made);
    return made;
  }
  if (!nothing && !(nothing = PyTuple_New(0)))
    return NULL;
  return class->tp_new(class, nothing, NULL);
}

/* For a class that cannot carry a record: its values go to its dictionary at once. */
static int carry_by_state(PyObject *object, corm_record *r, cpy_mapped *m) {
  cpy_state_object *state = cpy_state_new(m);
  corm_error *err = NULL;
  if (!state)
    return -1;
  int status = cpy_state_attach(state, object, r);
  Py_DECREF(state); /* the dictionary has it */
  if (!status && corm_record_externalize(r, &err)) {
    cpy_raise(err);
    return -1;
  }
  return status;
}

static PyObject *make_object(corm_record *r) {
  cpy_mapped *m = cpy_mapped_of_record(r);
  PyTypeObject *class = m ? cpy_mapped_class(m) : NULL;
  if (!class)
    return cpy_error("InvalidRequestError", "the class of a row, %s, is gone",
                     corm_entity_peek_name(corm_record_peek_entity(r)));
  PyObject *made = plain_object(class, m);
  if (!made)
    return NULL;
  if (m->based && cpy_is_instance(made) && !((cpy_instance *)made)->record) {
    tie((cpy_instance *)made, r, m);
    if (corm_record_traverse(r, is_watched, NULL))
      cpy_track(made);
  } else if (carry_by_state(made, r, m) < 0) {
    Py_DECREF(made);
    return NULL;
  }
  if (cpy_tell_loaded(r, made) < 0)
    Py_CLEAR(made);
  return made;
}

PyObject *cpy_object_of_record(corm_record *r) {
  PyObject *o = corm_record_peek_object(r);
  if (o) {
    if (Py_TYPE(o) != cpy_state_object_type && Py_REFCNT(o) > 0)
      return Py_NewRef(o);
    if ((o = cpy_living_object(r)))
      return o;
    untie(r);
  }
  return make_object(r);
}

/* ---- Beginning
 * ---------------------------------------------------------------------------------------------------------------------
 */

int cpy_begin_init(PyObject *object) {
  corm_record *r = NULL;
  corm_error *err = NULL;
  cpy_mapped *m = cpy_mapped_of(Py_TYPE(object));
  if (!m) {
    (void)cpy_record_need(object);
    return -1;
  }
  if (m->based ? ((cpy_instance *)object)->record != NULL : cpy_record_of(object) != NULL)
    return 0;
  if (!m->ready && cpy_mapped_prepare(m) < 0)
    return -1;
  if (corm_record_new(&r, m->entity, cpy_host(), &err)) {
    cpy_raise(err);
    return -1;
  }
  if (m->based)
    tie((cpy_instance *)object, r, m);
  else if (carry_by_state(object, r, m) < 0)
    return -1;
  return m->initial ? cpy_slot_set(object, r, m->initial_slot, m->initial) : 0;
}

/* ---- Functions
 * ------------------------------------------------------------------------------------------------------------------------
 */

static PyObject *begin_init(PyObject *module, PyObject *object) {
  (void)module;
  if (cpy_begin_init(object) < 0)
    return NULL;
  Py_RETURN_NONE;
}

/* A class with a __setattr__ of its own has it called. */
int cpy_construct_one(PyObject *object, PyObject *key, PyObject *value) {
  PyTypeObject *type = Py_TYPE(object);
  int plain = type->tp_setattro == cpy_instance_setattro || type->tp_setattro == PyObject_GenericSetAttr;
  PyObject *attribute = _PyType_Lookup(type, key);
  if (plain && attribute && PyObject_TypeCheck(attribute, cpy_attribute_type))
    return cpy_attribute_set(attribute, object, value);
  if (attribute || PyObject_HasAttr((PyObject *)type, key))
    return PyObject_SetAttr(object, key, value);
  PyObject *hint = cpy_hint(key, (PyObject *)type);
  if (hint)
    PyErr_Format(PyExc_TypeError, "%R is an invalid keyword argument for %s%U", key, type->tp_name, hint);
  Py_XDECREF(hint);
  return -1;
}

int cpy_construct(PyObject *object, PyObject *kwargs) {
  PyObject *key, *value;
  Py_ssize_t at = 0;
  while (PyDict_Next(kwargs, &at, &key, &value))
    if (cpy_construct_one(object, key, value) < 0)
      return -1;
  return 0;
}

static PyObject *construct(PyObject *module, PyObject *args) {
  PyObject *object, *kwargs;
  (void)module;
  if (!PyArg_ParseTuple(args, "OO!:construct", &object, &PyDict_Type, &kwargs) || cpy_construct(object, kwargs) < 0)
    return NULL;
  Py_RETURN_NONE;
}

static PyObject *is_mapped_object(PyObject *module, PyObject *object) {
  (void)module;
  return PyBool_FromLong(cpy_record_of(object) != NULL);
}

static PyMethodDef functions[] = {
    {"begin_init", begin_init, METH_O, "begin_init(obj): the record of an object that is being made"},
    {"construct", construct, METH_VARARGS, "construct(obj, kwargs): sets the attributes that are given"},
    {"has_record", is_mapped_object, METH_O, "has_record(obj) -> bool"},
    {NULL, NULL, 0, NULL}};

int cpy_add_carrier(PyObject *module) {
  if (!(cpy_s_state = PyUnicode_InternFromString("_sa_instance_state")))
    return -1;
  return PyModule_AddFunctions(module, functions);
}
