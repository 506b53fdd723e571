/* _core.Session: the native base of cormorant.orm.Session. Arguments that Python has to arrange are arranged there. */
#include "orm.h"
#include <stddef.h>
#include <string.h>

PyTypeObject *cpy_session_type;
static cpy_session *alive; /* all of them: few */

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

corm_session *cpy_session_opened(PyObject *self) {
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

PyObject *cpy_session_finish(int status, corm_error *err) {
  if (status)
    return cpy_session_raise(err);
  Py_RETURN_NONE;
}

PyObject *cpy_session_call(PyObject *self, int (*call)(corm_session *, corm_error **)) {
  corm_session *s = cpy_session_opened(self);
  corm_error *err = NULL;
  if (!s)
    return NULL;
  int status = call(s, &err);
  return cpy_session_finish(status, err);
}

static PyObject *close_(PyObject *self, PyObject *unused) {
  (void)unused;
  return cpy_session_call(self, corm_session_close);
}

/* ---- Transactions
 * ---------------------------------------------------------------------------------------------------------------------
 */

/* _begin(nested) -> Transaction */
static PyObject *begin(PyObject *self, PyObject *nested) {
  corm_session *s = cpy_session_opened(self);
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
  corm_session *s = cpy_session_opened(self);
  int inner = PyObject_IsTrue(nested);
  if (!s || inner < 0)
    return NULL;
  return cpy_transaction_of((cpy_session *)self, corm_session_peek_transaction(s, inner));
}

static PyObject *commit(PyObject *self, PyObject *unused) {
  (void)unused;
  return cpy_session_call(self, corm_session_commit);
}

static PyObject *rollback(PyObject *self, PyObject *unused) {
  (void)unused;
  return cpy_session_call(self, corm_session_rollback);
}

static PyObject *in_transaction(PyObject *self, PyObject *unused) {
  corm_session *s = cpy_session_opened(self);
  (void)unused;
  return s ? PyBool_FromLong(corm_session_peek_in_transaction(s)) : NULL;
}

static PyObject *in_nested_transaction(PyObject *self, PyObject *unused) {
  corm_session *s = cpy_session_opened(self);
  (void)unused;
  return s ? PyBool_FromLong(corm_session_peek_transaction(s, 1) != NULL) : NULL;
}

/* ---- Settings
 * ---------------------------------------------------------------------------------------------------------------------------
 */

static PyObject *get_active(PyObject *self, void *unused) {
  corm_session *s = cpy_session_opened(self);
  (void)unused;
  return s ? PyBool_FromLong(corm_session_peek_active(s)) : NULL;
}

static PyObject *get_autoflush(PyObject *self, void *unused) {
  corm_session *s = cpy_session_opened(self);
  (void)unused;
  return s ? PyBool_FromLong(corm_session_peek_autoflush(s)) : NULL;
}

static int set_autoflush(PyObject *self, PyObject *value, void *unused) {
  corm_session *s = cpy_session_opened(self);
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

static PyMethodDef methods[] = {
    {"_open", open_, METH_VARARGS, "_open(engine, connection, autoflush, expire_on_commit, autobegin, join_mode)"},
    {"commit", commit, METH_NOARGS, "commit(): flushes and commits."},
    {"rollback", rollback, METH_NOARGS, "rollback(): rolls the transaction back."},
    {"close", close_, METH_NOARGS, "close(): rolls back and lets all objects go; the session can be used again."},
    {"in_transaction", in_transaction, METH_NOARGS, "in_transaction() -> bool: whether a transaction has begun."},
    {"in_nested_transaction", in_nested_transaction, METH_NOARGS, "in_nested_transaction() -> bool"},
    {"_begin", begin, METH_O, "_begin(nested)"},
    {"_transaction", transaction, METH_O, "_transaction(nested)"},
    {"_set_events", set_events, METH_O, "_set_events(mask)"},
    {NULL, NULL, 0, NULL}};
#define SET(name, which, doc)                                                                                          \
  { name, cpy_session_get_set, NULL, doc, (void *)(intptr_t)(which) }
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
                              {Py_tp_iter, (void *)cpy_session_iterate},
                              {Py_sq_contains, (void *)cpy_session_contains},
                              {Py_tp_methods, methods},
                              {Py_tp_getset, getset},
                              {Py_tp_members, members},
                              {Py_tp_doc, "The native session."},
                              {0, NULL}};
static PyType_Spec spec = {"cormorant._core.Session", sizeof(cpy_session), 0,
                           Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, slots};

int cpy_add_session(PyObject *module) { return cpy_add_type(module, &cpy_session_type, &spec, NULL); }
