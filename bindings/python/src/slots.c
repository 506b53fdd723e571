/* The values of slots, as Python reads and writes them. */
#include "orm.h"

PyObject *cpy_no_value;

/* ---- Reading
 * --------------------------------------------------------------------------------------------------------------------
 */

/* A relation to many that was loaded: the list becomes the class's own container, in place. */
static PyObject *own_container(PyObject *object, corm_record *r, int slot, PyObject *members) {
  PyObject *made;
  Py_INCREF(members);
  made = cpy_make_container(cpy_mapped_of_record(r), object, slot, members);
  Py_DECREF(members);
  if (made)
    corm_record_keep(r, slot, Py_NewRef(made));
  return made;
}

PyObject *cpy_slot_value(PyObject *object, corm_record *r, int slot, const corm_value *v) {
  PyObject *made;
  switch (v->kind) {
  case CORM_HOST:
    made = v->as.h;
    if (PyList_CheckExact(made) && cpy_is_to_many(corm_record_peek_entity(r), slot)) {
      cpy_track_for(object, made);
      return own_container(object, r, slot, made);
    }
    cpy_track_for(object, made);
    return Py_NewRef(made);
  case CORM_INT:
    return PyLong_FromLongLong(v->as.i);
  case CORM_NULL:
    Py_RETURN_NONE;
  case CORM_DOUBLE:
    return PyFloat_FromDouble(v->as.f);
  case CORM_BOOL:
    return PyBool_FromLong(v->as.i != 0);
  default:
    break;
  }
  if (!(made = cpy_value_to(v)))
    return NULL;
  corm_record_keep(r, slot, Py_NewRef(made));
  cpy_track_for(object, made);
  return made;
}

/* The container of a relation that was never set: the same each time, stored with the first member. */
static PyObject *container_aside(PyObject *object, corm_record *r, int slot) {
  cpy_state_object *state = (cpy_state_object *)cpy_state_of(object);
  PyObject *key = state ? PyLong_FromLong(slot) : NULL, *found = NULL, *none;
  if (!key || (!state->aside && !(state->aside = PyDict_New())))
    goto out;
  if ((found = PyDict_GetItemWithError(state->aside, key))) {
    Py_INCREF(found);
  } else if (!PyErr_Occurred() && (none = PyList_New(0))) {
    found = cpy_make_container(cpy_mapped_of_record(r), object, slot, none);
    Py_DECREF(none);
    if (found && PyDict_SetItem(state->aside, key, found) < 0)
      Py_CLEAR(found);
    if (cpy_is_instance(object))
      cpy_track(object);
  }
out:
  Py_XDECREF(key);
  Py_XDECREF((PyObject *)state);
  return found;
}

/* A relation that was removed from __dict__ is read again, where there is somebody to ask. */
static PyObject *read_again(PyObject *object, corm_record *r, int slot) {
  corm_error *err = NULL;
  corm_value v;
  int state;
  if (corm_session_expire(corm_record_peek_session(r), r, &slot, 1, &err) || corm_record_get(r, slot, &v, &state, &err))
    return cpy_session_raise(err);
  return state == CORM_SLOT_LOADED ? cpy_slot_value(object, r, slot, &v) : Py_NewRef(Py_None);
}

static PyObject *absent(PyObject *object, corm_record *r, int slot, int state) {
  const corm_entity *entity = corm_record_peek_entity(r);
  if (!corm_entity_peek_relation(entity, slot))
    Py_RETURN_NONE;
  if (state == CORM_SLOT_POPPED && corm_record_peek_session(r) && corm_record_peek_state(r) == CORM_PERSISTENT)
    return read_again(object, r, slot);
  return cpy_is_to_many(entity, slot) ? container_aside(object, r, slot) : Py_NewRef(Py_None);
}

PyObject *cpy_slot_get(PyObject *object, corm_record *r, int slot) {
  corm_error *err = NULL;
  corm_value v;
  int state = corm_record_peek(r, slot, &v);
  if (state == CORM_SLOT_EXPIRED && corm_record_get(r, slot, &v, &state, &err))
    return cpy_session_raise(err);
  return state == CORM_SLOT_LOADED ? cpy_slot_value(object, r, slot, &v) : absent(object, r, slot, state);
}

PyObject *cpy_slot_peek(PyObject *object, corm_record *r, int slot) {
  corm_value v;
  if (corm_record_peek(r, slot, &v) != CORM_SLOT_LOADED)
    return Py_NewRef(cpy_no_value);
  return cpy_slot_value(object, r, slot, &v);
}

/* ---- Writing
 * --------------------------------------------------------------------------------------------------------------------------
 */

static inline void host_cell(PyObject *value, corm_value *out) {
  *out = corm_null();
  out->kind = CORM_HOST;
  out->as.h = Py_NewRef(value);
}

void cpy_slot_cell(PyObject *value, corm_value *out) {
  PyTypeObject *type = Py_TYPE(value);
  if (type == &PyUnicode_Type) {
    host_cell(value, out);
    return;
  }
  if (value == Py_None) {
    *out = corm_null();
    return;
  }
  if (type == &PyBool_Type) {
    *out = corm_bool(value == Py_True);
    return;
  }
  if (type == &PyFloat_Type) {
    *out = corm_double(PyFloat_AS_DOUBLE(value));
    return;
  }
  if (type == &PyLong_Type) {
    int overflow = 0;
    long long i = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (!overflow) {
      *out = corm_int(i);
      return;
    }
  }
  host_cell(value, out);
}

int cpy_slot_set(PyObject *object, corm_record *r, int slot, PyObject *value) {
  corm_value v;
  corm_error *err = NULL;
  cpy_slot_cell(value, &v);
  if (v.kind == CORM_HOST)
    cpy_track_for(object, value);
  if (!corm_record_set(r, slot, &v, &err))
    return 0;
  cpy_session_raise(err);
  return -1;
}

/* ---- Functions over (obj, slot)
 * -------------------------------------------------------------------------------------------------------- */

typedef struct place {
  PyObject *object, *value;
  corm_record *record;
  int slot;
} place;

/* (obj, slot) or (obj, slot, value) */
static int read_place(PyObject *args, place *p, const char *format) {
  p->value = NULL;
  if (!PyArg_ParseTuple(args, format, &p->object, &p->slot, &p->value))
    return -1;
  p->record = cpy_record_need(p->object);
  return p->record ? 0 : -1;
}

#define PASSIVE_SQL_OK 2L

/* get_slot(obj, slot, passive) */
static PyObject *get_slot(PyObject *module, PyObject *args) {
  place p;
  (void)module;
  if (read_place(args, &p, "Oi|O:get_slot") < 0)
    return NULL;
  long passive = p.value ? PyLong_AsLong(p.value) : PASSIVE_SQL_OK;
  if (passive == -1 && PyErr_Occurred())
    return NULL;
  return passive & PASSIVE_SQL_OK ? cpy_slot_get(p.object, p.record, p.slot)
                                  : cpy_slot_peek(p.object, p.record, p.slot);
}

static PyObject *peek_slot(PyObject *module, PyObject *args) {
  place p;
  (void)module;
  return read_place(args, &p, "Oi:peek_slot") < 0 ? NULL : cpy_slot_peek(p.object, p.record, p.slot);
}

static PyObject *finish(int status, corm_error *err) {
  if (status)
    return cpy_session_raise(err);
  Py_RETURN_NONE;
}

static PyObject *set_slot(PyObject *module, PyObject *args) {
  place p;
  (void)module;
  if (read_place(args, &p, "OiO:set_slot") < 0 || cpy_slot_set(p.object, p.record, p.slot, p.value) < 0)
    return NULL;
  Py_RETURN_NONE;
}

static PyObject *set_committed(PyObject *module, PyObject *args) {
  place p;
  corm_value v;
  corm_error *err = NULL;
  (void)module;
  if (read_place(args, &p, "OiO:set_committed") < 0)
    return NULL;
  cpy_slot_cell(p.value, &v);
  cpy_track_for(p.object, p.value);
  int status = corm_record_set_committed(p.record, p.slot, &v, &err);
  return finish(status, err);
}

static PyObject *del_slot(PyObject *module, PyObject *args) {
  place p;
  corm_error *err = NULL;
  (void)module;
  if (read_place(args, &p, "Oi:del_slot") < 0)
    return NULL;
  int status = corm_record_delete(p.record, p.slot, &err);
  return finish(status, err);
}

static PyObject *touch(PyObject *module, PyObject *args) {
  place p;
  corm_error *err = NULL;
  (void)module;
  if (read_place(args, &p, "Oi:touch") < 0)
    return NULL;
  int status = corm_record_touch(p.record, p.slot, &err);
  return finish(status, err);
}

/* ---- Containers
 * --------------------------------------------------------------------------------------------------------------------------
 */

/* The container that was given out for a relation that was never set becomes its value, still empty. */
static int store_aside(PyObject *object, corm_record *r, int slot) {
  corm_value v;
  corm_error *err = NULL;
  int state = corm_record_peek(r, slot, &v), status = 0;
  if (state != CORM_SLOT_UNSET)
    return 0;
  PyObject *container = container_aside(object, r, slot);
  if (!container)
    return -1;
  v = corm_null();
  v.kind = CORM_HOST;
  v.as.h = container;
  cpy_track_for(object, container);
  cpy_state_object *s = (cpy_state_object *)cpy_state_of(object);
  PyObject *key = s ? PyLong_FromLong(slot) : NULL;
  if (corm_record_set_committed(r, slot, &v, &err)) {
    cpy_session_raise(err);
    status = -1;
  } else if (!key || PyDict_DelItem(s->aside, key) < 0)
    status = -1;
  Py_XDECREF(key);
  Py_XDECREF((PyObject *)s);
  return status;
}

static corm_record *member_record(PyObject *member) {
  corm_record *r = cpy_record_of(member);
  if (!r)
    PyErr_Format(PyExc_AttributeError, "'%s' object has no attribute '_sa_instance_state'", Py_TYPE(member)->tp_name);
  return r;
}

/* Listeners of the other side, where that is one object, hear of it first: what they make of the value does not count.
 */
static int tell_other_side(const place *p, PyObject *member, corm_record *m, PyObject *value) {
  const corm_relation *r = corm_entity_peek_relation(corm_record_peek_entity(p->record), p->slot);
  const corm_relation *back = r ? corm_relation_peek_back(r) : NULL;
  if (!back || corm_relation_peek_uselist(back) || !cpy_mapped_of_record(m)->hears)
    return 0;
  int slot = corm_entity_peek_slot(corm_record_peek_entity(m), corm_relation_peek_key(back));
  cpy_attribute *a = slot < 0 ? NULL : cpy_hearing(member, m, slot);
  if (!a || !a->on_set)
    return 0;
  PyObject *made = cpy_heard(a, member, m, slot, value);
  Py_XDECREF(made);
  return made ? 0 : -1;
}

/* link(obj, slot, member): the container has got, or is about to get, a member. None is found at flush. */
static PyObject *link_member(PyObject *module, PyObject *args) {
  place p;
  corm_record *member;
  corm_error *err = NULL;
  (void)module;
  if (read_place(args, &p, "OiO:link") < 0 || store_aside(p.object, p.record, p.slot) < 0)
    return NULL;
  if (p.value == Py_None) {
    int touched = corm_record_touch(p.record, p.slot, &err);
    return finish(touched, err);
  }
  if (!(member = member_record(p.value)))
    return NULL;
  if (tell_other_side(&p, p.value, member, p.object) < 0)
    return NULL;
  cpy_track_for(p.object, p.value);
  int status = corm_record_link(p.record, p.slot, member, &err);
  return finish(status, err);
}

static PyObject *unlink_member(PyObject *module, PyObject *args) {
  place p;
  corm_record *member;
  corm_error *err = NULL;
  (void)module;
  if (read_place(args, &p, "OiO:unlink") < 0)
    return NULL;
  if (p.value == Py_None)
    Py_RETURN_NONE;
  if (!(member = member_record(p.value)))
    return NULL;
  if (tell_other_side(&p, p.value, member, Py_None) < 0)
    return NULL;
  int status = corm_record_unlink(p.record, p.slot, member, &err);
  return finish(status, err);
}

static PyObject *replace_container(PyObject *module, PyObject *args) {
  place p;
  corm_error *err = NULL;
  (void)module;
  if (read_place(args, &p, "OiO:replace_container") < 0)
    return NULL;
  cpy_track_for(p.object, p.value);
  int status = corm_record_replace_container(p.record, p.slot, Py_NewRef(p.value), &err);
  return finish(status, err);
}

/* ---- History
 * --------------------------------------------------------------------------------------------------------------------------------
 */

static PyObject *list_of_one(const corm_value *value, int has) {
  if (!has)
    return PyTuple_New(0);
  PyObject *list = PyList_New(1), *item = list ? cpy_value_to(value) : NULL;
  if (item)
    PyList_SET_ITEM(list, 0, item);
  else
    Py_CLEAR(list);
  return list;
}

static PyObject *scalar_history(corm_record *r, int slot) {
  corm_value out[3];
  int has[3] = {0, 0, 0};
  corm_error *err = NULL;
  PyObject *parts[3] = {NULL, NULL, NULL}, *made = NULL;
  if (corm_record_history(r, slot, out, has, &err))
    return cpy_session_raise(err);
  for (int i = 0; i < 3; i++)
    if (!(parts[i] = list_of_one(&out[i], has[i])))
      break;
  if (parts[2])
    made = PyTuple_Pack(3, parts[0], parts[1], parts[2]);
  for (int i = 0; i < 3; i++)
    Py_XDECREF(parts[i]);
  return made;
}

static int add_to_history(void *ctx, int which, corm_record *member) {
  PyObject **parts = ctx, *object = cpy_object_of_record(member);
  int status = object ? PyList_Append(parts[which], object) : -1;
  Py_XDECREF(object);
  return status < 0;
}

/* Unchanged members alone stand between two empty tuples, as those of a scalar do. */
static PyObject *container_history(corm_record *r, int slot) {
  PyObject *parts[3] = {PyList_New(0), PyList_New(0), PyList_New(0)}, *made = NULL;
  corm_error *err = NULL;
  corm_value v;
  int loaded = corm_record_peek(r, slot, &v) == CORM_SLOT_LOADED, changed = corm_record_peek_slot_changed(r, slot);
  if (!parts[0] || !parts[1] || !parts[2])
    goto out;
  int status = corm_record_history_members(r, slot, add_to_history, parts, &err);
  if (PyErr_Occurred()) {
    corm_error_free(err);
    goto out;
  }
  if (status) {
    cpy_session_raise(err);
    goto out;
  }
  if (!changed)
    made = loaded ? Py_BuildValue("(()O())", parts[1]) : Py_BuildValue("(()()())");
  else
    made = PyTuple_Pack(3, parts[0], parts[1], parts[2]);
out:
  for (int i = 0; i < 3; i++)
    Py_XDECREF(parts[i]);
  return made;
}

static PyObject *history(PyObject *module, PyObject *args) {
  place p;
  (void)module;
  if (read_place(args, &p, "Oi:history") < 0)
    return NULL;
  int many = cpy_is_to_many(corm_record_peek_entity(p.record), p.slot);
  return many ? container_history(p.record, p.slot) : scalar_history(p.record, p.slot);
}

/* ---- Identity by hand
 * ------------------------------------------------------------------------------------------------------------------------
 */

static PyObject *make_transient(PyObject *module, PyObject *object) {
  corm_record *r = cpy_record_need(object);
  corm_error *err = NULL;
  (void)module;
  if (!r)
    return NULL;
  int status = corm_record_make_transient(r, &err);
  return finish(status, err);
}

static PyObject *make_detached(PyObject *module, PyObject *object) {
  corm_record *r = cpy_record_need(object);
  corm_error *err = NULL;
  corm_value key[16];
  (void)module;
  if (!r)
    return NULL;
  const corm_entity *e = corm_record_peek_entity(r);
  size_t n = corm_entity_peek_key_size(e);
  for (size_t i = 0; i < n && i < 16; i++)
    (void)corm_record_peek(r, corm_entity_peek_key_slot(e, i), &key[i]);
  int status = corm_record_set_identity(r, key, n > 16 ? 16 : n, &err);
  return finish(status, err);
}

/* Its own class is Python's: set_no_value() hands it over. */
static PyObject *set_no_value(PyObject *module, PyObject *value) {
  (void)module;
  Py_XSETREF(cpy_no_value, Py_NewRef(value));
  Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"get_slot", get_slot, METH_VARARGS, "get_slot(obj, slot, passive) -> value, loaded unless passive forbids it"},
    {"peek_slot", peek_slot, METH_VARARGS, "peek_slot(obj, slot) -> value or NO_VALUE"},
    {"set_slot", set_slot, METH_VARARGS, "set_slot(obj, slot, value): without listeners"},
    {"set_committed", set_committed, METH_VARARGS, "set_committed(obj, slot, value): as if it had been loaded"},
    {"del_slot", del_slot, METH_VARARGS, "del_slot(obj, slot)"},
    {"touch", touch, METH_VARARGS, "touch(obj, slot): makes it changed"},
    {"link", link_member, METH_VARARGS, "link(obj, slot, member): a container gets a member"},
    {"unlink", unlink_member, METH_VARARGS, "unlink(obj, slot, member): a container loses a member"},
    {"replace_container", replace_container, METH_VARARGS, "replace_container(obj, slot, container)"},
    {"history", history, METH_VARARGS, "history(obj, slot) -> (added, unchanged, deleted)"},
    {"make_transient", make_transient, METH_O, "make_transient(obj)"},
    {"make_transient_to_detached", make_detached, METH_O, "make_transient_to_detached(obj)"},
    {"set_no_value", set_no_value, METH_O, "set_no_value(obj): what stands for no value"},
    {NULL, NULL, 0, NULL}};

int cpy_add_slots(PyObject *module) {
  cpy_no_value = Py_NewRef(Py_None);
  return PyModule_AddFunctions(module, functions);
}
