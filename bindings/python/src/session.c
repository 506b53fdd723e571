/* _core.Session: the native base of cormorant.orm.Session. Arguments that Python has to arrange are arranged there. */
#include "orm.h"
#include <stddef.h>
#include <string.h>

PyTypeObject *cpy_session_type;
static cpy_session *alive; /* all of them: few */
static PyObject *identity_set;

/* ---- Life
 * -------------------------------------------------------------------------------------------------------------------
 */

cpy_session *cpy_session_of(const corm_session *session) {
  for (cpy_session *s = alive; s; s = s->next)
    if (s->session == session)
      return Py_REFCNT(s) > 0 ? s : NULL;
  return NULL;
}

PyObject *cpy_session_raise(corm_error *err) {
  if (corm_error_status(err) != CORM_EMISUSE)
    return cpy_raise(err);
  cpy_error("IllegalStateChangeError", "%s", corm_error_message(err));
  corm_error_free(err);
  return NULL;
}

static void enlist(cpy_session *s) {
  s->prev = NULL;
  s->next = alive;
  if (alive)
    alive->prev = s;
  alive = s;
  cpy_sessions_count(1);
}

static void delist(cpy_session *s) {
  if (s->prev)
    s->prev->next = s->next;
  else
    alive = s->next;
  if (s->next)
    s->next->prev = s->prev;
  s->prev = s->next = NULL;
}

/* Objects stay, detached. What is open is rolled back. */
static void let_go(cpy_session *s) {
  corm_session *session = s->session;
  PyObject *type, *value, *traceback;
  if (!session)
    return;
  PyErr_Fetch(&type, &value, &traceback);
  delist(s);
  s->session = NULL;
  corm_session_free(session);
  cpy_sessions_count(-1);
  if (PyErr_Occurred())
    PyErr_WriteUnraisable((PyObject *)s);
  PyErr_Restore(type, value, traceback);
}

static PyObject *new (PyTypeObject *type, PyObject *args, PyObject *kwargs) {
  (void)args; /* __init__ takes them */
  (void)kwargs;
  return type->tp_alloc(type, 0);
}

typedef struct visiting {
  visitproc visit;
  void *arg;
} visiting;

static int visit_record(void *ctx, corm_record *r) {
  const visiting *v = ctx;
  PyObject *o = corm_record_peek_object(r);
  if (!o)
    return 0;
  if (Py_TYPE(o) == cpy_state_object_type)
    return ((cpy_state_object *)o)->held ? v->visit(((cpy_state_object *)o)->held, v->arg) : 0;
  return ((cpy_instance *)o)->state & CPY_HELD ? v->visit(o, v->arg) : 0;
}

static int traverse(PyObject *self, visitproc visit, void *arg) {
  cpy_session *s = (cpy_session *)self;
  visiting v = {visit, arg};
  Py_VISIT(s->engine);
  Py_VISIT(s->connection);
  for (int set = CORM_SET_NEW; s->session && set <= CORM_SET_DELETED; set++) {
    int stop = corm_session_each(s->session, set, visit_record, &v);
    if (stop)
      return stop;
  }
  Py_VISIT(Py_TYPE(self));
  return 0;
}

static int clear(PyObject *self) {
  cpy_session *s = (cpy_session *)self;
  let_go(s);
  Py_CLEAR(s->engine);
  Py_CLEAR(s->connection);
  return 0;
}

static void dealloc(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  if (((cpy_session *)self)->weakrefs)
    PyObject_ClearWeakRefs(self);
  clear(self);
  type->tp_free(self);
  Py_DECREF(type);
}

static corm_session *opened(PyObject *self) {
  corm_session *s = ((cpy_session *)self)->session;
  if (!s)
    cpy_error("InvalidRequestError", "this Session was not opened: its __init__ was not run");
  return s;
}

/* _open(engine, connection, autoflush, expire_on_commit, autobegin, join_mode) */
static PyObject *open_(PyObject *self, PyObject *args) {
  cpy_session *s = (cpy_session *)self;
  PyObject *engine, *connection;
  corm_session_options o;
  corm_engine *core = NULL;
  corm_session *session = NULL;
  corm_error *err = NULL;
  int autoflush, expire_on_commit, autobegin;
  memset(&o, 0, sizeof o);
  o.size = sizeof o;
  if (!PyArg_ParseTuple(args, "OOpppi:_open", &engine, &connection, &autoflush, &expire_on_commit, &autobegin,
                        &o.join_mode))
    return NULL;
  if (engine != Py_None && !(core = cpy_engine_peek(engine)))
    return NULL;
  if (connection != Py_None && !(o.conn = cpy_connection_peek(connection)))
    return NULL;
  o.host = cpy_host();
  o.no_autoflush = !autoflush;
  o.no_expire_on_commit = !expire_on_commit;
  o.no_autobegin = !autobegin;
  if (corm_session_open(&session, core, &o, &err))
    return cpy_raise(err);
  let_go(s);
  s->session = session;
  enlist(s);
  Py_XSETREF(s->engine, Py_NewRef(engine));
  Py_XSETREF(s->connection, Py_NewRef(connection));
  Py_RETURN_NONE;
}

static PyObject *finish(int status, corm_error *err) {
  if (status)
    return cpy_session_raise(err);
  Py_RETURN_NONE;
}

/* ---- Objects
 * ------------------------------------------------------------------------------------------------------------------ */

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
  corm_session *s = object ? opened(self) : NULL;
  corm_record *r = s ? cpy_record_need(object) : NULL;
  corm_error *err = NULL;
  if (!r)
    return NULL;
  int status = call(s, r, &err);
  return finish(status, err);
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
    const char *name = PyUnicode_Check(item) ? PyUnicode_AsUTF8(item) : NULL;
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
  corm_session *s = opened(self);
  corm_record *r = s ? cpy_record_need(object) : NULL;
  corm_error *err = NULL;
  size_t n = 0;
  int *slots = r ? slots_named(r, names, &n) : NULL;
  if (!slots)
    return NULL;
  int status = call(s, r, slots, n, &err); /* no names: all of it */
  PyMem_Free(slots);
  return finish(status, err);
}

static PyObject *expire(PyObject *self, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"instance", "attribute_names", NULL};
  PyObject *object, *attributes = Py_None;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|O:expire", names, &object, &attributes))
    return NULL;
  return call_with_slots(self, object, attributes, corm_session_expire);
}

static PyObject *refresh(PyObject *self, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"instance", "attribute_names", "with_for_update", NULL};
  PyObject *object, *attributes = Py_None, *lock = Py_None;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|OO:refresh", names, &object, &attributes, &lock))
    return NULL;
  if (lock != Py_None && lock != Py_False)
    return cpy_error("NotSupportedYet", "Session.refresh(with_for_update=...) is not here yet");
  return call_with_slots(self, object, attributes, corm_session_refresh);
}

typedef int (*session_call)(corm_session *, corm_error **);

static PyObject *call_plain(PyObject *self, session_call call) {
  corm_session *s = opened(self);
  corm_error *err = NULL;
  if (!s)
    return NULL;
  int status = call(s, &err);
  return finish(status, err);
}

#define PLAIN(name, call)                                                                                              \
  static PyObject *name(PyObject *self, PyObject *unused) {                                                            \
    (void)unused;                                                                                                      \
    return call_plain(self, call);                                                                                     \
  }
PLAIN(expunge_all, corm_session_expunge_all)
PLAIN(expire_all, corm_session_expire_all)
PLAIN(commit, corm_session_commit)
PLAIN(rollback, corm_session_rollback)
PLAIN(close_, corm_session_close)

static PyObject *flush(PyObject *self, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"objects", NULL};
  PyObject *objects = Py_None;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O:flush", names, &objects))
    return NULL;
  if (objects != Py_None)
    return cpy_error("NotSupportedYet", "Session.flush(objects) is not here yet: flush() sends all");
  return call_plain(self, corm_session_flush);
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
  corm_session *s = opened(self);
  corm_record *r = s ? cpy_record_need(object) : NULL;
  if (!r)
    return NULL;
  return corm_session_is_modified(s, r, &yes, &err) ? cpy_session_raise(err) : PyBool_FromLong(yes);
}

static int contains(PyObject *self, PyObject *object) {
  corm_session *s = opened(self);
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
  corm_session *s = opened(self);
  PyObject *list = s ? PyList_New(0) : NULL;
  if (list && corm_session_each(s, set, add_object, list))
    Py_CLEAR(list);
  return list;
}

static PyObject *get_set(PyObject *self, void *which) {
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

static PyObject *iterate(PyObject *self) {
  PyObject *all = objects_of(self, CORM_SET_NEW), *rest = all ? objects_of(self, CORM_SET_PERSISTENT) : NULL,
           *made = NULL;
  if (rest && PyList_SetSlice(all, PyList_GET_SIZE(all), PyList_GET_SIZE(all), rest) == 0)
    made = PyObject_GetIter(all);
  Py_XDECREF(all);
  Py_XDECREF(rest);
  return made;
}

/* ---- Reading
 * ------------------------------------------------------------------------------------------------------------------------
 */

#define MOST_KEYS 16

static int read_key(PyObject *key, corm_value *values, PyObject **pins, size_t *n) {
  *n = (size_t)PyTuple_GET_SIZE(key);
  if (*n > MOST_KEYS) {
    cpy_error("NotSupportedYet", "a primary key of more than %d columns is not here yet", MOST_KEYS);
    return -1;
  }
  for (size_t i = 0; i < *n; i++)
    if (cpy_value_from(PyTuple_GET_ITEM(key, (Py_ssize_t)i), &values[i], &pins[i]) < 0)
      return -1;
  return 0;
}

/* get() of a class that is ready, by a key of one value, without options: nothing that Python has to arrange. 0: it is
 * not so simple. */
static int get_simply(PyObject *self, PyObject *class, PyObject *ident, PyObject **out) {
  corm_session *s = ((cpy_session *)self)->session;
  cpy_mapped *m = s && PyType_Check(class) ? cpy_mapped_of((PyTypeObject *)class) : NULL;
  corm_value key;
  PyObject *pin = NULL;
  corm_record *r = NULL;
  corm_error *err = NULL;
  if (!m || !m->ready || corm_entity_peek_key_size(m->entity) != 1 ||
      !(PyLong_CheckExact(ident) || PyUnicode_CheckExact(ident)))
    return 0;
  *out = NULL;
  if (cpy_value_from(ident, &key, &pin) < 0)
    return 1;
  if (corm_session_get(&r, s, m->entity, &key, 1, NULL, 0, &err))
    *out = corm_error_status(err) == CORM_EMISUSE ? cpy_session_raise(err) : cpy_raise_execution(err, NULL, NULL);
  else
    *out = r ? cpy_object_of_record(r) : Py_NewRef(Py_None);
  Py_XDECREF(pin);
  return 1;
}

static PyObject *get_any(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
  PyObject *made, *method;
  if (n == 2 && !names && get_simply(self, args[0], args[1], &made))
    return made;
  method = PyObject_GetAttrString(self, "_get_with");
  made = method ? PyObject_Vectorcall(method, args, (size_t)n, names) : NULL;
  Py_XDECREF(method);
  return made;
}

/* _get(entity, key, options or None, populate_existing) -> object or None */
static PyObject *get(PyObject *self, PyObject *args) {
  PyObject *entity, *key, *options, *pins[MOST_KEYS] = {NULL}, *made = NULL;
  corm_value values[MOST_KEYS];
  corm_node *stmt = NULL;
  corm_record *r = NULL;
  corm_error *err = NULL;
  corm_session *s;
  size_t n = 0;
  int populate;
  if (!PyArg_ParseTuple(args, "O!O!Op:_get", cpy_entity_type, &entity, &PyTuple_Type, &key, &options, &populate))
    return NULL;
  if (!(s = opened(self)) || read_key(key, values, pins, &n) < 0)
    goto out;
  if (options != Py_None && !(stmt = cpy_coerce(options, CPY_STATEMENT)))
    goto out;
  if (corm_session_get(&r, s, ((cpy_entity *)entity)->mapped->entity, values, n, stmt, populate, &err))
    made = corm_error_status(err) == CORM_EMISUSE ? cpy_session_raise(err) : cpy_raise_execution(err, NULL, NULL);
  else
    made = r ? cpy_object_of_record(r) : Py_NewRef(Py_None);
out:
  for (size_t i = 0; i < MOST_KEYS; i++)
    Py_XDECREF(pins[i]);
  corm_node_unref(stmt);
  return made;
}

/* _merge(obj, load, statement of options or None) -> the session's object */
static PyObject *merge(PyObject *self, PyObject *args) {
  PyObject *object, *options;
  void *made = NULL;
  corm_stmt *stmt = NULL;
  corm_record *given, *merged = NULL;
  corm_error *err = NULL;
  corm_session *s;
  int load;
  if (!PyArg_ParseTuple(args, "OpO:_merge", &object, &load, &options))
    return NULL;
  if (!(s = opened(self)) || !(given = cpy_record_need(object)))
    return NULL;
  if (options != Py_None && !(stmt = cpy_coerce(options, CPY_STATEMENT)))
    return NULL;
  if (corm_session_merge(&merged, &made, s, given, stmt, load ? 0 : CORM_MERGE_NO_LOAD, &err))
    (void)cpy_session_raise(err);
  corm_node_unref(stmt);
  return made;
}

static int read_entity(PyObject *entity, const corm_entity **out) {
  *out = NULL;
  if (entity == Py_None)
    return 0;
  if (!PyObject_TypeCheck(entity, cpy_entity_type)) {
    PyErr_Format(PyExc_TypeError, "an Entity or None is needed, not %R", entity);
    return -1;
  }
  *out = ((cpy_entity *)entity)->mapped->entity;
  return 0;
}

/* _execute(statement, params, flags, entity or None) -> Result */
static PyObject *execute(PyObject *self, PyObject *args) {
  PyObject *statement, *given, *bind, *made = NULL;
  const corm_entity *entity;
  corm_session *s;
  corm_result *result = NULL;
  corm_error *err = NULL;
  corm_node *node = NULL;
  cpy_params params;
  unsigned flags;
  if (!PyArg_ParseTuple(args, "O!OIO:_execute", cpy.node_type, &statement, &given, &flags, &bind))
    return NULL;
  if (!(s = opened(self)) || read_entity(bind, &entity) < 0 || !(node = cpy_node_ref(statement)))
    return NULL;
  if (cpy_params_from(&params, given) == 0) {
    if (!corm_session_execute(&result, s, node, cpy_params_core(&params), entity, flags, &err))
      made = cpy_result_new(result, self);
    else if (corm_error_status(err) == CORM_EMISUSE)
      cpy_session_raise(err);
    else
      cpy_raise_execution(err, statement, given);
  }
  cpy_params_free(&params);
  corm_node_unref(node);
  return made;
}

/* _connection(entity or None) -> Connection of the transaction */
static PyObject *connection(PyObject *self, PyObject *bind) {
  const corm_entity *entity;
  corm_session *s = opened(self);
  corm_conn *conn = NULL;
  corm_error *err = NULL;
  if (!s || read_entity(bind, &entity) < 0)
    return NULL;
  if (corm_session_get_connection(&conn, s, entity, &err))
    return cpy_session_raise(err);
  return cpy_connection_of(conn);
}

/* ---- Transactions
 * ---------------------------------------------------------------------------------------------------------------------
 */

/* _begin(nested) -> Transaction */
static PyObject *begin(PyObject *self, PyObject *nested) {
  corm_session *s = opened(self);
  corm_transaction *t = NULL;
  corm_error *err = NULL;
  int inner = PyObject_IsTrue(nested);
  if (!s || inner < 0)
    return NULL;
  if (inner ? corm_session_begin_nested(s, &t, &err) : corm_session_begin(s, &t, &err))
    return cpy_session_raise(err);
  PyObject *made = cpy_transaction_of((cpy_session *)self, t);
  corm_transaction_unref(t); /* the object has its own */
  return made;
}

/* _transaction(nested) -> Transaction or None */
static PyObject *transaction(PyObject *self, PyObject *nested) {
  corm_session *s = opened(self);
  int inner = PyObject_IsTrue(nested);
  if (!s || inner < 0)
    return NULL;
  return cpy_transaction_of((cpy_session *)self, corm_session_peek_transaction(s, inner));
}

static PyObject *in_transaction(PyObject *self, PyObject *unused) {
  corm_session *s = opened(self);
  (void)unused;
  return s ? PyBool_FromLong(corm_session_peek_in_transaction(s)) : NULL;
}

static PyObject *in_nested_transaction(PyObject *self, PyObject *unused) {
  corm_session *s = opened(self);
  (void)unused;
  return s ? PyBool_FromLong(corm_session_peek_transaction(s, 1) != NULL) : NULL;
}

/* ---- Settings
 * ---------------------------------------------------------------------------------------------------------------------------
 */

static PyObject *get_active(PyObject *self, void *unused) {
  corm_session *s = opened(self);
  (void)unused;
  return s ? PyBool_FromLong(corm_session_peek_active(s)) : NULL;
}

static PyObject *get_autoflush(PyObject *self, void *unused) {
  corm_session *s = opened(self);
  (void)unused;
  return s ? PyBool_FromLong(corm_session_peek_autoflush(s)) : NULL;
}

static int set_autoflush(PyObject *self, PyObject *value, void *unused) {
  corm_session *s = opened(self);
  int on = value ? PyObject_IsTrue(value) : -1;
  (void)unused;
  if (!s || on < 0)
    return -1;
  corm_session_set_autoflush(s, on);
  return 0;
}

static PyObject *set_events(PyObject *self, PyObject *mask) {
  cpy_session *s = (cpy_session *)self;
  unsigned long long bits = PyLong_AsUnsignedLongLong(mask);
  if (PyErr_Occurred())
    return NULL;
  s->events = bits;
  if (s->session)
    corm_session_set_events(s->session, bits);
  Py_RETURN_NONE;
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
    {"_open", open_, METH_VARARGS, "_open(engine, connection, autoflush, expire_on_commit, autobegin, join_mode)"},
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
    {"commit", commit, METH_NOARGS, "commit(): flushes and commits."},
    {"rollback", rollback, METH_NOARGS, "rollback(): rolls the transaction back."},
    {"close", close_, METH_NOARGS, "close(): rolls back and lets all objects go; the session can be used again."},
    {"in_transaction", in_transaction, METH_NOARGS, "in_transaction() -> bool: whether a transaction has begun."},
    {"in_nested_transaction", in_nested_transaction, METH_NOARGS, "in_nested_transaction() -> bool"},
    FAST("get", get_any,
         "get($self, entity, ident, *, options=None, populate_existing=False, with_for_update=None, "
         "identity_token=None, execution_options=None, bind_arguments=None)\n--\n\n"
         "The object of that primary key, from the identity map or the database; None when there is no such row.\n\n"
         ":param ident: the key; a tuple, in order of the columns, or a dictionary where it is composite."),
    {"_merge", merge, METH_VARARGS, "_merge(obj, load, options)"},
    {"_get", get, METH_VARARGS, "_get(entity, key, options, populate_existing)"},
    {"_execute", execute, METH_VARARGS, "_execute(statement, params, flags, entity)"},
    {"_connection", connection, METH_O, "_connection(entity)"},
    {"_begin", begin, METH_O, "_begin(nested)"},
    {"_transaction", transaction, METH_O, "_transaction(nested)"},
    {"_persistent", persistent, METH_NOARGS, "_persistent() -> list of the objects in the identity map"},
    {"_set_events", set_events, METH_O, "_set_events(mask)"},
    {NULL, NULL, 0, NULL}};
#define SET(name, which, doc)                                                                                          \
  { name, get_set, NULL, doc, (void *)(intptr_t)(which) }
static PyGetSetDef getset[] = {
    SET("new", CORM_SET_NEW, "Objects that the next flush inserts."),
    SET("dirty", CORM_SET_DIRTY, "Objects that were set since they were last flushed."),
    SET("deleted", CORM_SET_DELETED, "Objects that the next flush deletes."),
    {"is_active", get_active, NULL, "Whether it can be used: no failed flush waits for rollback().", NULL},
    {"autoflush", get_autoflush, set_autoflush, "Whether queries flush first.", NULL},
    {NULL, NULL, NULL, NULL, NULL}};
static PyMemberDef members[] = {
    {"_routes", T_BOOL, offsetof(cpy_session, routes), 0, "get_bind() is asked for every statement"},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(cpy_session, weakrefs), READONLY, NULL},
    {NULL, 0, 0, 0, NULL}};
static PyType_Slot slots[] = {{Py_tp_new, (void *)new},
                              {Py_tp_dealloc, (void *)dealloc},
                              {Py_tp_traverse, (void *)traverse},
                              {Py_tp_clear, (void *)clear},
                              {Py_tp_iter, (void *)iterate},
                              {Py_sq_contains, (void *)contains},
                              {Py_tp_methods, methods},
                              {Py_tp_getset, getset},
                              {Py_tp_members, members},
                              {Py_tp_doc, "The native session."},
                              {0, NULL}};
static PyType_Spec spec = {"cormorant._core.Session", sizeof(cpy_session), 0,
                           Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, slots};

static PyMethodDef functions[] = {
    {"set_identity_set", set_identity_set, METH_O, "set_identity_set(cls): what new, dirty and deleted are"},
    {NULL, NULL, 0, NULL}};

int cpy_add_session(PyObject *module) {
  if (PyModule_AddFunctions(module, functions) < 0)
    return -1;
  return cpy_add_type(module, &cpy_session_type, &spec, NULL);
}
