/* Objects and states as pickle and copy see them.
 *
 * An object pickles as its class and its __dict__, in which its State stands. The State names the object: when it comes
 * back, it gives the object a record whose values are those of the dictionary that comes next.
 */
#include "orm.h"

static PyObject *copyreg_newobj(void) {
  static PyObject *fn;
  if (!fn) {
    PyObject *module = PyImport_ImportModule("copyreg");
    fn = module ? PyObject_GetAttrString(module, "__newobj__") : NULL;
    Py_XDECREF(module);
  }
  return fn;
}

/* ---- Objects
 * ---------------------------------------------------------------------------------------------------------------- */

/* A method of the class's own, not object's: a new reference, NULL without an exception where there is none. */
static PyObject *own_method(PyObject *self, const char *name) {
  PyObject *mine = PyObject_GetAttrString((PyObject *)Py_TYPE(self), name), *general = NULL, *bound = NULL;
  if (!mine) {
    PyErr_Clear();
    return NULL;
  }
  if (!(general = PyObject_GetAttrString((PyObject *)&PyBaseObject_Type, name)))
    PyErr_Clear();
  if (mine != general)
    bound = PyObject_GetAttrString(self, name);
  Py_DECREF(mine);
  Py_XDECREF(general);
  return bound;
}

static PyObject *state_to_pickle(PyObject *self) {
  PyObject *method = own_method(self, "__getstate__"), *made;
  if (!method && !PyErr_Occurred())
    return cpy_open_dict(self);
  made = method ? PyObject_CallNoArgs(method) : NULL;
  Py_XDECREF(method);
  return made;
}

static PyObject *reduce_ex(PyObject *self, PyObject *protocol) {
  PyObject *method = own_method(self, "__reduce__"), *made, *state;
  (void)protocol;
  if (method) {
    made = PyObject_CallNoArgs(method);
    Py_DECREF(method);
    return made;
  }
  if (PyErr_Occurred() || !(state = state_to_pickle(self)))
    return NULL;
  PyObject *fn = copyreg_newobj();
  return fn ? Py_BuildValue("O(O)N", fn, (PyObject *)Py_TYPE(self), state) : NULL;
}

PyMethodDef cpy_pickle_methods[] = {{"__reduce_ex__", reduce_ex, METH_O, NULL}, {NULL, NULL, 0, NULL}};

/* ---- States
 * --------------------------------------------------------------------------------------------------------------------
 */

/* The value before the change that is not flushed yet. *known 0: it is not known. */
static PyObject *old_value(corm_record *r, int slot, int *known) {
  corm_value parts[3];
  int has[3] = {0, 0, 0};
  *known = 0;
  if (corm_entity_peek_relation(corm_record_peek_entity(r), slot) || corm_record_history(r, slot, parts, has, NULL) ||
      !has[2])
    return Py_NewRef(Py_None);
  *known = 1;
  return cpy_value_to(&parts[2]);
}

/* key -> (value, old value, whether that is known) of what was set and is not flushed */
static PyObject *changes_of(PyObject *object, corm_record *r) {
  cpy_mapped *m = cpy_mapped_of_record(r);
  PyObject *dict = PyDict_New();
  size_t n = corm_entity_peek_slots(m->entity);
  for (size_t i = 0; dict && i < n; i++) {
    int slot = (int)i, known;
    if (!corm_record_peek_slot_changed(r, slot) || corm_entity_peek_relation(m->entity, slot))
      continue;
    PyObject *key = cpy_mapped_key(m, slot), *old = key ? old_value(r, slot, &known) : NULL;
    PyObject *value = old ? cpy_slot_peek(object, r, slot) : NULL;
    PyObject *item = value && value != cpy_no_value ? Py_BuildValue("(OOi)", value, old, known) : NULL;
    if (item ? PyDict_SetItem(dict, key, item) < 0 : value != cpy_no_value)
      Py_CLEAR(dict);
    Py_XDECREF(item);
    Py_XDECREF(value);
    Py_XDECREF(old);
  }
  return dict;
}

PyObject *cpy_state_reduce(PyObject *self, PyObject *unused) {
  cpy_state_object *s = (cpy_state_object *)self;
  PyObject *object = cpy_state_object_of(s), *changes = NULL, *key = NULL;
  (void)unused;
  if (!object || !s->record) {
    Py_XDECREF(object);
    return cpy_error("ObjectDereferencedError", "the object of this state is gone: it cannot be pickled");
  }
  PyObject *fn = copyreg_newobj();
  int pending = corm_record_peek_state(s->record) == CORM_PENDING;
  if (fn && (changes = changes_of(object, s->record)))
    key = pending ? Py_NewRef(Py_None) : cpy_identity_tuple(s->record);
  if (!key) {
    Py_XDECREF(changes);
    Py_DECREF(object);
    return NULL;
  }
  PyObject *expired = corm_record_peek_expired(s->record) ? Py_True : Py_False;
  return Py_BuildValue("O(O){s:N,s:N,s:N,s:O,s:O}", fn, (PyObject *)Py_TYPE(self), "instance", object, "key", key,
                       "changes", changes, "info", s->info ? s->info : Py_None, "expired", expired);
}

static int set_key(corm_record *r, PyObject *key) {
  corm_value values[16];
  PyObject *pins[16] = {NULL};
  corm_error *err = NULL;
  Py_ssize_t n = PyTuple_GET_SIZE(key);
  int status = n > 16 ? -1 : 0;
  for (Py_ssize_t i = 0; !status && i < n; i++)
    status = cpy_value_from(PyTuple_GET_ITEM(key, i), &values[i], &pins[i]);
  if (!status && corm_record_set_identity(r, values, (size_t)n, &err)) {
    cpy_raise(err);
    status = -1;
  }
  for (int i = 0; i < 16; i++)
    Py_XDECREF(pins[i]);
  return status;
}

static int restore_change(PyObject *object, corm_record *r, PyObject *key, PyObject *item) {
  PyObject *value, *old;
  int known;
  corm_error *err = NULL;
  const char *name = cpy_utf8(key);
  if (!name || !PyTuple_Check(item) || !PyArg_ParseTuple(item, "OOi", &value, &old, &known))
    return -1;
  int slot = corm_entity_peek_slot(corm_record_peek_entity(r), name);
  if (slot < 0)
    return 0; /* the class has lost it */
  if (known) {
    corm_value v;
    cpy_slot_cell(old, &v);
    if (corm_record_set_committed(r, slot, &v, &err)) {
      cpy_raise(err);
      return -1;
    }
  }
  return cpy_slot_set(object, r, slot, value);
}

/* The object gets a record whose values are in its dictionary. */
static corm_record *give_record(cpy_state_object *s, PyObject *object) {
  cpy_mapped *m = cpy_mapped_of(Py_TYPE(object));
  corm_record *r = NULL;
  corm_error *err = NULL;
  if (!m)
    return cpy_record_need(object);
  if (cpy_mapped_prepare(m) < 0)
    return NULL;
  if (corm_record_new(&r, m->entity, cpy_host(), &err)) {
    cpy_raise(err);
    return NULL;
  }
  cpy_mapped_unref(s->mapped);
  s->mapped = cpy_mapped_ref(m);
  if (!m->based)
    return cpy_state_attach(s, object, r) < 0 ? NULL : r;
  cpy_instance *o = (cpy_instance *)object;
  o->record = r;
  corm_record_set_object(r, o);
  cpy_mapped_ref(m);
  s->instance = object;
  s->record = r;
  PyObject *before = (PyObject *)cpy_instance_state(o);
  o->state = (uintptr_t)Py_NewRef((PyObject *)s) | (o->state & CPY_HELD);
  Py_XDECREF(before);
  return cpy_peek_dict(object, 1) ? r : NULL;
}

PyObject *cpy_state_setstate(PyObject *self, PyObject *given) {
  cpy_state_object *s = (cpy_state_object *)self;
  PyObject *object, *key, *changes, *info, *name, *item;
  corm_error *err = NULL;
  Py_ssize_t at = 0;
  if (!PyDict_Check(given) || !(object = PyDict_GetItemString(given, "instance")) ||
      !(key = PyDict_GetItemString(given, "key")) || !(changes = PyDict_GetItemString(given, "changes")) ||
      !PyDict_Check(changes))
    return PyErr_Format(PyExc_TypeError, "this is no pickled state of a mapped object");
  if (s->record || cpy_record_of(object))
    return cpy_error("InvalidRequestError", "the state belongs to an object already");
  corm_record *r = give_record(s, object);
  if (!r)
    return NULL;
  if (corm_record_externalize(r, &err))
    return cpy_raise(err);
  if (PyTuple_Check(key) && set_key(r, key) < 0)
    return NULL;
  while (PyDict_Next(changes, &at, &name, &item))
    if (restore_change(object, r, name, item) < 0)
      return NULL;
  if (PyDict_GetItemString(given, "expired") == Py_True)
    corm_record_mark_expired(r);
  if ((info = PyDict_GetItemString(given, "info")) && info != Py_None)
    Py_XSETREF(s->info, Py_NewRef(info));
  Py_RETURN_NONE;
}
