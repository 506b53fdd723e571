/* The objects of a session: into it, out of it, expired and sent, and the sets that they are in. */
#include "orm.h"

static PyObject *identity_set;

/* The one argument of add() and its kin, by position or as instance=. Others are refused. */
static PyObject *instance_of(PyObject *const *args, Py_ssize_t n, PyObject *names, const char *what) {
  Py_ssize_t named = names ? PyTuple_GET_SIZE(names) : 0;
  if (n == 1 && !named)
    return args[0];
  if (n == 0 && named == 1 && PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, 0), "instance") == 0)
    return args[0];
  return PyErr_Format(PyExc_TypeError, "%s() takes one object", what);
}

typedef int (*record_call)(corm_session *, corm_record *, corm_error **);

static PyObject *call_with(PyObject *self, PyObject *object, record_call call) {
  corm_session *s = object ? cpy_session_opened(self) : NULL;
  corm_record *r = s ? cpy_record_need(object) : NULL;
  corm_error *err = NULL;
  if (!r)
    return NULL;
  int status = call(s, r, &err);
  return cpy_session_finish(status, err);
}

static PyObject *add(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
  return call_with(self, instance_of(args, n, names, "add"), corm_session_add);
}
static PyObject *delete_(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
  return call_with(self, instance_of(args, n, names, "delete"), corm_session_delete);
}
static PyObject *expunge(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
  return call_with(self, instance_of(args, n, names, "expunge"), corm_session_expunge);
}

static PyObject *add_all(PyObject *self, PyObject *objects) {
  PyObject *iterator = PyObject_GetIter(objects), *object, *done = Py_None;
  while (iterator && done && (object = PyIter_Next(iterator))) {
    done = call_with(self, object, corm_session_add);
    Py_XDECREF(done);
    Py_DECREF(object);
  }
  Py_XDECREF(iterator);
  if (PyErr_Occurred())
    return NULL;
  Py_RETURN_NONE;
}

/* Slots of attribute names; *n 0 for None. A new array, or NULL with an exception. */
static int *slots_named(const corm_record *r, PyObject *names, size_t *n) {
  const corm_entity *e = corm_record_peek_entity(r);
  PyObject *seq = names == Py_None ? PyTuple_New(0) : PySequence_Fast(names, "attribute names must be a sequence");
  if (!seq)
    return NULL;
  Py_ssize_t count = PySequence_Fast_GET_SIZE(seq);
  int *slots = PyMem_Calloc((size_t)count + 1, sizeof *slots);
  for (Py_ssize_t i = 0; slots && i < count; i++) {
    PyObject *item = PySequence_Fast_GET_ITEM(seq, i);
    const char *name = PyUnicode_Check(item) ? cpy_utf8(item) : NULL;
    slots[i] = name ? corm_entity_peek_slot(e, name) : -1;
    if (slots[i] >= 0)
      continue;
    if (!PyErr_Occurred())
      PyErr_SetObject(PyExc_KeyError, item);
    PyMem_Free(slots);
    slots = NULL;
  }
  if (!slots && !PyErr_Occurred())
    PyErr_NoMemory();
  Py_DECREF(seq);
  *n = (size_t)count;
  return slots;
}

typedef int (*slots_call)(corm_session *, corm_record *, const int *, size_t, corm_error **);

static PyObject *call_with_slots(PyObject *self, PyObject *object, PyObject *names, slots_call call) {
  corm_session *s = cpy_session_opened(self);
  corm_record *r = s ? cpy_record_need(object) : NULL;
  corm_error *err = NULL;
  size_t n = 0;
  int *slots = r ? slots_named(r, names, &n) : NULL;
  if (!slots)
    return NULL;
  int status = call(s, r, slots, n, &err); /* no names: all of it */
  PyMem_Free(slots);
  return cpy_session_finish(status, err);
}

static PyObject *expire(PyObject *self, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"instance", "attribute_names", NULL};
  PyObject *object, *attributes = Py_None;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|O:expire", names, &object, &attributes))
    return NULL;
  return call_with_slots(self, object, attributes, corm_session_expire);
}

static PyObject *refresh_locked(PyObject *self, PyObject *object, PyObject *names, PyObject *lock) {
  corm_session *s = cpy_session_opened(self);
  corm_record *r = s ? cpy_record_need(object) : NULL;
  PyObject *select = r ? PyObject_CallMethod(self, "_lock_for", "OO", (PyObject *)Py_TYPE(object), lock) : NULL;
  corm_stmt *stmt = select ? cpy_coerce(select, CPY_STATEMENT) : NULL;
  corm_error *err = NULL;
  size_t n = 0;
  int *slots = stmt ? slots_named(r, names, &n) : NULL;
  int status = slots ? corm_session_refresh_locked(s, r, slots, n, stmt, &err) : 0;
  PyObject *done = slots ? cpy_session_finish(status, err) : NULL;
  PyMem_Free(slots);
  corm_node_unref(stmt);
  Py_XDECREF(select);
  return done;
}

static PyObject *refresh(PyObject *self, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"instance", "attribute_names", "with_for_update", NULL};
  PyObject *object, *attributes = Py_None, *lock = Py_None;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|OO:refresh", names, &object, &attributes, &lock))
    return NULL;
  if (lock != Py_None && lock != Py_False)
    return refresh_locked(self, object, attributes, lock);
  return call_with_slots(self, object, attributes, corm_session_refresh);
}

#define PLAIN(name, call)                                                                                              \
  static PyObject *name(PyObject *self, PyObject *unused) {                                                            \
    (void)unused;                                                                                                      \
    return cpy_session_call(self, call);                                                                               \
  }
PLAIN(expunge_all, corm_session_expunge_all)
PLAIN(expire_all, corm_session_expire_all)

static PyObject *flush(PyObject *self, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"objects", NULL};
  PyObject *objects = Py_None;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O:flush", names, &objects))
    return NULL;
  if (objects != Py_None)
    return cpy_error("NotSupportedYet", "Session.flush(objects) is not here yet: flush() sends all");
  return cpy_session_call(self, corm_session_flush);
}

static PyObject *is_modified(PyObject *self, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"instance", "include_collections", NULL};
  PyObject *object;
  corm_error *err = NULL;
  int collections = 1, yes = 0;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|p:is_modified", names, &object, &collections))
    return NULL;
  if (!collections)
    return cpy_error("NotSupportedYet", "Session.is_modified(include_collections=False) is not here yet");
  corm_session *s = cpy_session_opened(self);
  corm_record *r = s ? cpy_record_need(object) : NULL;
  if (!r)
    return NULL;
  return corm_session_is_modified(s, r, &yes, &err) ? cpy_session_raise(err) : PyBool_FromLong(yes);
}

int cpy_session_contains(PyObject *self, PyObject *object) {
  corm_session *s = cpy_session_opened(self);
  corm_record *r = s ? cpy_record_need(object) : NULL;
  return r ? corm_session_contains(s, r) : -1;
}

/* ---- Sets of objects
 * ------------------------------------------------------------------------------------------------------------ */

static int add_object(void *ctx, corm_record *r) {
  PyObject *o = cpy_living_object(r);
  if (!o && corm_record_peek_state(r) != CORM_PERSISTENT && !(o = cpy_object_of_record(r)))
    return 1;
  int status = o ? PyList_Append(ctx, o) : 0;
  Py_XDECREF(o);
  return status < 0;
}

static PyObject *objects_of(PyObject *self, int set) {
  corm_session *s = cpy_session_opened(self);
  PyObject *list = s ? PyList_New(0) : NULL;
  if (list && corm_session_each(s, set, add_object, list))
    Py_CLEAR(list);
  return list;
}

PyObject *cpy_session_get_set(PyObject *self, void *which) {
  PyObject *list = objects_of(self, (int)(intptr_t)which), *set;
  if (!list || !identity_set)
    return list;
  set = PyObject_CallOneArg(identity_set, list);
  Py_DECREF(list);
  return set;
}

static PyObject *persistent(PyObject *self, PyObject *unused) {
  (void)unused;
  return objects_of(self, CORM_SET_PERSISTENT);
}

PyObject *cpy_session_iterate(PyObject *self) {
  PyObject *all = objects_of(self, CORM_SET_NEW), *rest = all ? objects_of(self, CORM_SET_PERSISTENT) : NULL,
           *made = NULL;
  if (rest && PyList_SetSlice(all, PyList_GET_SIZE(all), PyList_GET_SIZE(all), rest) == 0)
    made = PyObject_GetIter(all);
  Py_XDECREF(all);
  Py_XDECREF(rest);
  return made;
}

static PyObject *set_identity_set(PyObject *module, PyObject *class) {
  (void)module;
  Py_XSETREF(identity_set, Py_NewRef(class));
  Py_RETURN_NONE;
}

#define FAST(name, fn, doc)                                                                                            \
  { name, (PyCFunction)(void (*)(void))fn, METH_FASTCALL | METH_KEYWORDS, doc }
#define KEYED(name, fn, doc)                                                                                           \
  { name, (PyCFunction)(void (*)(void))fn, METH_VARARGS | METH_KEYWORDS, doc }
static PyMethodDef methods[] = {
    FAST("add", add, "add(instance): puts a new or detached object into the session, with all that it leads to."),
    {"add_all", add_all, METH_O, "add_all(instances): adds several objects."},
    FAST("delete", delete_, "delete(instance): marks an object; the next flush deletes its row."),
    FAST("expunge", expunge, "expunge(instance): takes an object out of the session."),
    {"expunge_all", expunge_all, METH_NOARGS, "expunge_all(): takes all objects out of the session."},
    KEYED("expire", expire,
          "expire(instance, attribute_names=None): its values are read anew when they are next asked for."),
    {"expire_all", expire_all, METH_NOARGS, "expire_all(): expires all objects."},
    KEYED("refresh", refresh, "refresh(instance, attribute_names=None): reads its values anew, now."),
    KEYED("flush", flush, "flush(): sends all changes."),
    KEYED("is_modified", is_modified, "is_modified(instance) -> bool: whether a flush would send something of it."),
    {"_persistent", persistent, METH_NOARGS, "_persistent() -> list of the objects in the identity map"},
    {NULL, NULL, 0, NULL}};
static PyMethodDef functions[] = {
    {"set_identity_set", set_identity_set, METH_O, "set_identity_set(cls): what new, dirty and deleted are"},
    {NULL, NULL, 0, NULL}};

int cpy_add_session_objects(PyObject *module) {
  return PyModule_AddFunctions(module, functions) < 0 ? -1 : cpy_add_methods(cpy_session_type, methods);
}
