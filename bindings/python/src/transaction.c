/* _core.Transaction: a transaction or savepoint of a session; one Python object for each at a time. */
#include "orm.h"
#include <stddef.h>

typedef struct transaction {
  PyObject_HEAD corm_transaction *core; /* a reference */
  cpy_session *session;                 /* keeps it alive */
  struct transaction *next;
  PyObject *weakrefs;
} transaction;

static PyTypeObject *transaction_type;
static transaction *alive;

PyObject *cpy_transaction_of(cpy_session *session, corm_transaction *core) {
  if (!core)
    Py_RETURN_NONE;
  for (transaction *t = alive; t; t = t->next)
    if (t->core == core && Py_REFCNT(t) > 0)
      return Py_NewRef((PyObject *)t);
  transaction *made = (transaction *)transaction_type->tp_alloc(transaction_type, 0);
  if (!made)
    return NULL;
  made->core = corm_transaction_ref(core);
  made->session = (cpy_session *)Py_NewRef((PyObject *)session);
  made->next = alive;
  alive = made;
  return (PyObject *)made;
}

static int traverse(PyObject *self, visitproc visit, void *arg) {
  Py_VISIT((PyObject *)((transaction *)self)->session);
  Py_VISIT(Py_TYPE(self));
  return 0;
}

static int clear(PyObject *self) {
  Py_CLEAR(((transaction *)self)->session);
  return 0;
}

static void dealloc(PyObject *self) {
  transaction *t = (transaction *)self;
  PyTypeObject *type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  if (t->weakrefs)
    PyObject_ClearWeakRefs(self);
  for (transaction **at = &alive; *at; at = &(*at)->next)
    if (*at == t) {
      *at = t->next;
      break;
    }
  corm_transaction *core = t->core;
  t->core = NULL;
  Py_CLEAR(t->session);
  corm_transaction_unref(core);
  type->tp_free(self);
  Py_DECREF(type);
}

static PyObject *end(PyObject *self, int (*call)(corm_transaction *, corm_error **)) {
  corm_error *err = NULL;
  if (call(((transaction *)self)->core, &err))
    return cpy_session_raise(err);
  Py_RETURN_NONE;
}

static PyObject *commit(PyObject *self, PyObject *unused) {
  (void)unused;
  return end(self, corm_transaction_commit);
}

static PyObject *rollback(PyObject *self, PyObject *unused) {
  (void)unused;
  return end(self, corm_transaction_rollback);
}

static PyObject *enter(PyObject *self, PyObject *unused) {
  (void)unused;
  corm_transaction_enter(((transaction *)self)->core);
  Py_RETURN_NONE;
}

static PyObject *leave(PyObject *self, PyObject *unused) {
  (void)unused;
  corm_transaction_leave(((transaction *)self)->core);
  Py_RETURN_NONE;
}

static PyObject *get_ended(PyObject *self, void *unused) {
  (void)unused;
  return PyBool_FromLong(corm_transaction_peek_ended(((transaction *)self)->core));
}

static PyObject *get_active(PyObject *self, void *unused) {
  (void)unused;
  return PyBool_FromLong(corm_transaction_peek_active(((transaction *)self)->core));
}

static PyObject *get_nested(PyObject *self, void *unused) {
  (void)unused;
  return PyBool_FromLong(corm_transaction_peek_nested(((transaction *)self)->core));
}

static PyObject *get_parent(PyObject *self, void *unused) {
  const transaction *t = (transaction *)self;
  (void)unused;
  return cpy_transaction_of(t->session, corm_transaction_peek_parent(t->core));
}

static PyObject *get_session(PyObject *self, void *unused) {
  (void)unused;
  cpy_session *s = ((transaction *)self)->session;
  return Py_NewRef(s ? (PyObject *)s : Py_None);
}

static PyMethodDef methods[] = {
    {"commit", commit, METH_NOARGS, "commit(): flushes, then commits or releases the savepoint"},
    {"rollback", rollback, METH_NOARGS, "rollback(): rolls back, to the savepoint or all"},
    {"enter", enter, METH_NOARGS, "enter(): a block stands for it: none other begins in the block once it has ended"},
    {"leave", leave, METH_NOARGS, "leave(): the block is left"},
    {NULL, NULL, 0, NULL}};
static PyGetSetDef getset[] = {{"is_active", get_active, NULL, "whether it can be used", NULL},
                               {"ended", get_ended, NULL, "whether it is over: also no rollback() is awaited", NULL},
                               {"nested", get_nested, NULL, "whether it is a savepoint", NULL},
                               {"parent", get_parent, NULL, "the Transaction that it is in, or None", NULL},
                               {"session", get_session, NULL, "the session", NULL},
                               {NULL, NULL, NULL, NULL, NULL}};
static PyMemberDef members[] = {{"__weaklistoffset__", T_PYSSIZET, offsetof(transaction, weakrefs), READONLY, NULL},
                                {NULL, 0, 0, 0, NULL}};
static PyType_Slot slots[] = {{Py_tp_dealloc, (void *)dealloc},
                              {Py_tp_traverse, (void *)traverse},
                              {Py_tp_clear, (void *)clear},
                              {Py_tp_methods, methods},
                              {Py_tp_getset, getset},
                              {Py_tp_members, members},
                              {Py_tp_doc, "A transaction of a session."},
                              {0, NULL}};
static PyType_Spec spec = {"cormorant._core.Transaction", sizeof(transaction), 0,
                           Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, slots};

int cpy_add_transaction(PyObject *module) { return cpy_add_type(module, &transaction_type, &spec, NULL); }
