/* _core.State: what inspect(obj) gives. Of an Instance it is made on demand and leans on its object; of any other
 * object it is what owns the record. */
#include "orm.h"
#include <stddef.h>

PyTypeObject *cpy_state_object_type;
static PyObject *attribute_states;

/* ---- Life
 * ---------------------------------------------------------------------------------------------------------------------
 */

cpy_state_object *cpy_state_new(cpy_mapped *m) {
  cpy_state_object *made = (cpy_state_object *)cpy_state_object_type->tp_alloc(cpy_state_object_type, 0);
  if (made && m)
    made->mapped = cpy_mapped_ref(m);
  return made;
}

int cpy_state_attach(cpy_state_object *s, PyObject *object, corm_record *record) {
  s->record = record;
  corm_record_set_object(record, s);
  cpy_mapped_ref(cpy_mapped_of_record(record));
  if (!(s->ref = PyWeakref_NewRef(object, NULL)))
    return -1;
  PyObject *dict = cpy_peek_dict(object, 1);
  return dict ? PyDict_SetItem(dict, cpy_s_state, (PyObject *)s) : -1;
}

PyObject *cpy_state_object_of(cpy_state_object *s) {
  if (s->instance)
    return Py_REFCNT(s->instance) > 0 ? Py_NewRef(s->instance) : NULL;
  PyObject *found = s->ref ? PyWeakref_GetObject(s->ref) : Py_None;
  return found == Py_None || Py_REFCNT(found) <= 0 ? NULL : Py_NewRef(found);
}

PyObject *cpy_state_of(PyObject *object) {
  if (cpy_is_instance(object) && ((cpy_instance *)object)->record) {
    cpy_instance *o = (cpy_instance *)object;
    cpy_state_object *s = cpy_instance_state(o);
    if (!s) {
      if (!(s = cpy_state_new(cpy_mapped_of_record(o->record))))
        return NULL;
      s->instance = object;
      s->record = o->record;
      o->state = (uintptr_t)s | (o->state & CPY_HELD);
    }
    return Py_NewRef((PyObject *)s);
  }
  PyObject *dict = PyType_Check(object) || !Py_TYPE(object)->tp_dictoffset ? NULL : cpy_peek_dict(object, 0);
  PyObject *found = dict ? PyDict_GetItemWithError(dict, cpy_s_state) : NULL;
  if (found && Py_TYPE(found) == cpy_state_object_type)
    return Py_NewRef(found);
  (void)cpy_record_need(object);
  return NULL;
}

static PyObject *new (PyTypeObject *type, PyObject *args, PyObject *kwargs) {
  if (!PyArg_ParseTuple(args, ":State") || (kwargs && PyDict_GET_SIZE(kwargs)))
    return NULL;
  return type->tp_alloc(type, 0);
}

static int traverse(PyObject *self, visitproc visit, void *arg) {
  cpy_state_object *s = (cpy_state_object *)self;
  Py_VISIT(s->aside);
  Py_VISIT(s->key);
  Py_VISIT(s->info);
  int stop = s->record && s->ref ? cpy_record_traverse(s->record, visit, arg) : 0;
  if (stop)
    return stop;
  Py_VISIT(Py_TYPE(self));
  return 0;
}

static void let_go(cpy_state_object *s) {
  corm_record *r = s->record;
  s->record = NULL;
  if (!r || !s->ref || corm_record_peek_object(r) != (void *)s)
    return;
  cpy_mapped *m = cpy_mapped_of_record(r);
  corm_record_release(r);
  cpy_mapped_unref(m);
}

static int clear(PyObject *self) {
  cpy_state_object *s = (cpy_state_object *)self;
  Py_CLEAR(s->aside);
  Py_CLEAR(s->key);
  Py_CLEAR(s->info);
  if (s->ref && s->record)
    corm_record_clear(s->record);
  return 0;
}

static void dealloc(PyObject *self) {
  cpy_state_object *s = (cpy_state_object *)self;
  PyTypeObject *type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  let_go(s);
  if (s->weakrefs)
    PyObject_ClearWeakRefs(self);
  Py_CLEAR(s->aside);
  Py_CLEAR(s->key);
  Py_CLEAR(s->info);
  Py_CLEAR(s->ref);
  cpy_mapped_unref(s->mapped);
  type->tp_free(self);
  Py_DECREF(type);
}

/* ---- Keys
 * ----------------------------------------------------------------------------------------------------------------------
 */

PyObject *cpy_identity_tuple(const corm_record *r) {
  corm_value values[16];
  size_t n = corm_record_peek_identity(r, values, 16);
  if (!n)
    return Py_NewRef(Py_None);
  n = n > 16 ? 16 : n;
  PyObject *tuple = PyTuple_New((Py_ssize_t)n);
  for (size_t i = 0; tuple && i < n; i++) {
    PyObject *value = cpy_value_to(&values[i]);
    if (value)
      PyTuple_SET_ITEM(tuple, (Py_ssize_t)i, value);
    else
      Py_CLEAR(tuple);
  }
  return tuple;
}

PyObject *cpy_identity_key(const corm_record *r) {
  const corm_entity *e = corm_record_peek_entity(r);
  PyObject *tuple = cpy_identity_tuple(r);
  if (!tuple || tuple == Py_None)
    return tuple;
  while (corm_entity_peek_parent(e))
    e = corm_entity_peek_parent(e);
  const cpy_mapped *base = corm_entity_peek_host(e);
  PyTypeObject *class = base ? cpy_mapped_class(base) : NULL;
  return Py_BuildValue("(ONO)", class ? (PyObject *)class : Py_None, tuple, Py_None);
}

/* ---- Questions
 * --------------------------------------------------------------------------------------------------------------------
 */

static PyObject *get_key(PyObject *self, void *unused) {
  (void)unused;
  cpy_state_object *s = (cpy_state_object *)self;
  if (s->record)
    return cpy_identity_key(s->record);
  return Py_NewRef(s->key ? s->key : Py_None);
}

static PyObject *get_identity(PyObject *self, void *unused) {
  (void)unused;
  cpy_state_object *s = (cpy_state_object *)self;
  if (s->record)
    return cpy_identity_tuple(s->record);
  return Py_NewRef(s->key && s->key != Py_None ? PyTuple_GET_ITEM(s->key, 1) : Py_None);
}

static PyObject *get_has_identity(PyObject *self, void *unused) {
  PyObject *key = get_key(self, unused);
  int has = key && key != Py_None;
  Py_XDECREF(key);
  return key ? PyBool_FromLong(has) : NULL;
}

/* Whether it is in the state `which`, which is a corm_record_state. A state that lost its object is detached. */
static PyObject *get_is(PyObject *self, void *which) {
  const corm_record *r = ((cpy_state_object *)self)->record;
  long state = r ? corm_record_peek_state(r) : CORM_DETACHED;
  return PyBool_FromLong(state == (long)(intptr_t)which);
}

static PyObject *ask(PyObject *self, int (*question)(const corm_record *)) {
  const corm_record *r = ((cpy_state_object *)self)->record;
  return PyBool_FromLong(r && question(r));
}

static PyObject *get_was_deleted(PyObject *self, void *unused) {
  (void)unused;
  return ask(self, corm_record_peek_was_deleted);
}
static PyObject *get_modified(PyObject *self, void *unused) {
  (void)unused;
  return ask(self, corm_record_peek_modified);
}
static PyObject *get_expired(PyObject *self, void *unused) {
  (void)unused;
  return ask(self, corm_record_peek_expired);
}

static PyObject *get_object(PyObject *self, void *unused) {
  (void)unused;
  PyObject *found = cpy_state_object_of((cpy_state_object *)self);
  return found ? found : Py_NewRef(Py_None);
}

static PyObject *call_object(PyObject *self, PyObject *unused) {
  (void)unused;
  return get_object(self, NULL);
}

static PyObject *get_session(PyObject *self, void *unused) {
  (void)unused;
  const corm_record *r = ((cpy_state_object *)self)->record;
  corm_session *s = r ? corm_record_peek_session(r) : NULL;
  cpy_session *found = s ? cpy_session_of(s) : NULL;
  return Py_NewRef(found ? (PyObject *)found : Py_None);
}

static PyObject *get_session_id(PyObject *self, void *unused) {
  PyObject *session = get_session(self, unused), *id;
  if (!session || session == Py_None)
    return session;
  id = PyObject_GetAttrString(session, "hash_key");
  Py_DECREF(session);
  return id;
}

static PyObject *get_dict(PyObject *self, void *unused) {
  PyObject *object = get_object(self, unused), *dict;
  if (object == Py_None)
    dict = PyDict_New();
  else
    dict = cpy_open_dict(object);
  Py_XDECREF(object);
  return dict;
}

static PyObject *get_class(PyObject *self, void *unused) {
  (void)unused;
  const cpy_mapped *m = ((cpy_state_object *)self)->mapped;
  PyTypeObject *class = m ? cpy_mapped_class(m) : NULL;
  return Py_NewRef(class ? (PyObject *)class : Py_None);
}

static PyObject *get_mapper(PyObject *self, void *unused) {
  PyObject *class = get_class(self, unused), *mapper;
  mapper = PyObject_GetAttrString(class, "__mapper__");
  Py_DECREF(class);
  return mapper;
}

static PyObject *get_info(PyObject *self, void *unused) {
  (void)unused;
  cpy_state_object *s = (cpy_state_object *)self;
  if (!s->info)
    s->info = PyDict_New();
  return Py_XNewRef(s->info);
}

static PyObject *get_none(PyObject *self, void *unused) {
  (void)self;
  (void)unused;
  return Py_NewRef(Py_None);
}

/* `attrs`, of the class that was handed over. */
static PyObject *get_attrs(PyObject *self, void *unused) {
  (void)unused;
  return attribute_states ? PyObject_CallOneArg(attribute_states, self) : Py_NewRef(Py_None);
}

/* ---- Sets of keys
 * --------------------------------------------------------------------------------------------------------------------
 */

typedef enum key_set { UNLOADED, UNMODIFIED, EXPIRED_COLUMNS, LOADED } key_set;

static int belongs(const corm_record *r, int slot, key_set which) {
  corm_value ignored;
  int state = corm_record_peek(r, slot, &ignored);
  if (which == UNLOADED)
    return state != CORM_SLOT_LOADED;
  if (which == UNMODIFIED)
    return !corm_record_peek_slot_changed(r, slot);
  if (which == LOADED)
    return state == CORM_SLOT_LOADED;
  return corm_record_peek_slot_expired(r, slot);
}

static PyObject *keys_where(const corm_record *r, key_set which) {
  PyObject *set = PySet_New(NULL);
  cpy_mapped *m = r ? cpy_mapped_of_record(r) : NULL;
  size_t n = r ? corm_entity_peek_slots(corm_record_peek_entity(r)) : 0;
  for (size_t i = 0; set && i < n; i++) {
    PyObject *key = belongs(r, (int)i, which) ? cpy_mapped_key(m, (int)i) : NULL;
    if (PyErr_Occurred() || (key && PySet_Add(set, key) < 0))
      Py_CLEAR(set);
  }
  return set;
}

static PyObject *get_keys(PyObject *self, void *which) {
  return keys_where(((cpy_state_object *)self)->record, (key_set)(intptr_t)which);
}

static PyObject *loaded_keys(PyObject *module, PyObject *object) {
  (void)module;
  corm_record *r = cpy_record_need(object);
  return r ? keys_where(r, LOADED) : NULL;
}

static PyObject *slot_state(PyObject *self, PyObject *number) {
  corm_value ignored;
  const corm_record *r = ((cpy_state_object *)self)->record;
  long slot = PyLong_AsLong(number);
  if (slot == -1 && PyErr_Occurred())
    return NULL;
  return PyLong_FromLong(r ? corm_record_peek(r, (int)slot, &ignored) : CORM_SLOT_UNSET);
}

/* ---- Functions
 * -------------------------------------------------------------------------------------------------------------------------
 */

static PyObject *state_of(PyObject *module, PyObject *object) {
  (void)module;
  return cpy_state_of(object);
}

static PyObject *set_attribute_states(PyObject *module, PyObject *class) {
  (void)module;
  Py_XSETREF(attribute_states, Py_NewRef(class));
  Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"obj", call_object, METH_NOARGS, "obj() -> the object, or None when it is gone"},
    {"slot_state", slot_state, METH_O, "slot_state(slot) -> 0 loaded, 1 expired, 2 never set, 3 popped"},
    {"__reduce__", cpy_state_reduce, METH_NOARGS, NULL},
    {"__setstate__", cpy_state_setstate, METH_O, NULL},
    {NULL, NULL, 0, NULL}};
#define IS(name, which, doc)                                                                                           \
  { name, get_is, NULL, doc, (void *)(intptr_t)(which) }
#define KEYS(name, which, doc)                                                                                         \
  { name, get_keys, NULL, doc, (void *)(intptr_t)(which) }
static PyGetSetDef getset[] = {IS("transient", CORM_TRANSIENT, "new, in no session"),
                               IS("pending", CORM_PENDING, "new, in a session, not flushed"),
                               IS("persistent", CORM_PERSISTENT, "in a session, with a row"),
                               IS("deleted", CORM_DELETED, "its DELETE was flushed, not committed"),
                               IS("detached", CORM_DETACHED, "has a key and no session"),
                               {"was_deleted", get_was_deleted, NULL, "its row was deleted", NULL},
                               {"modified", get_modified, NULL, "was set since it was last flushed", NULL},
                               {"expired", get_expired, NULL, "the whole object is expired", NULL},
                               {"object", get_object, NULL, "the object, or None", NULL},
                               {"session", get_session, NULL, "the session, or None", NULL},
                               {"session_id", get_session_id, NULL, "the number of the session, or None", NULL},
                               {"async_session", get_none, NULL, "None", NULL},
                               {"key", get_key, NULL, "the identity key, or None", NULL},
                               {"identity_key", get_key, NULL, "the identity key, or None", NULL},
                               {"identity", get_identity, NULL, "the primary key, or None", NULL},
                               {"has_identity", get_has_identity, NULL, "whether there is a key", NULL},
                               {"dict", get_dict, NULL, "the object's __dict__", NULL},
                               {"class_", get_class, NULL, "the mapped class", NULL},
                               {"mapper", get_mapper, NULL, "the mapper", NULL},
                               {"manager", get_mapper, NULL, "the mapper", NULL},
                               {"info", get_info, NULL, "anything", NULL},
                               {"attrs", get_attrs, NULL, "the states of the attributes", NULL},
                               KEYS("unloaded", UNLOADED, "keys without a loaded value"),
                               KEYS("unmodified", UNMODIFIED, "keys that were not set"),
                               KEYS("expired_attributes", EXPIRED_COLUMNS, "keys that a read would load"),
                               KEYS("unloaded_expirable", UNLOADED, "keys without a loaded value"),
                               {NULL, NULL, NULL, NULL, NULL}};
static PyMemberDef members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(cpy_state_object, weakrefs), READONLY, NULL}, {NULL, 0, 0, 0, NULL}};
static PyType_Slot slots[] = {{Py_tp_new, (void *)new},
                              {Py_tp_dealloc, (void *)dealloc},
                              {Py_tp_traverse, (void *)traverse},
                              {Py_tp_clear, (void *)clear},
                              {Py_tp_methods, methods},
                              {Py_tp_getset, getset},
                              {Py_tp_members, members},
                              {Py_tp_doc, "The state of a mapped object."},
                              {0, NULL}};
static PyType_Spec spec = {"cormorant._core.InstanceState", sizeof(cpy_state_object), 0,
                           Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, slots};

static PyMethodDef functions[] = {
    {"state_of", state_of, METH_O, "state_of(obj) -> State"},
    {"loaded_keys", loaded_keys, METH_O, "loaded_keys(obj) -> set of the keys that have a value"},
    {"set_attribute_states", set_attribute_states, METH_O, "set_attribute_states(cls): what State.attrs makes"},
    {NULL, NULL, 0, NULL}};

int cpy_add_state(PyObject *module) {
  if (PyModule_AddFunctions(module, functions) < 0 || cpy_add_type(module, &cpy_state_object_type, &spec, NULL) < 0)
    return -1;
  return PyModule_AddObjectRef(module, "State", (PyObject *)cpy_state_object_type);
}
