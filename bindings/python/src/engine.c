/* Engines, as cormorant.engine.base.Engine stands on them, and URLs. */
#include "runtime.h"
#include <stddef.h>
#include <string.h>

/* Address of a corm_engine -> its Python object, borrowed: taken out when that dies. */
static PyObject *known;

static PyObject *address(const void *p) { return PyLong_FromVoidPtr((void *)(uintptr_t)p); }

static PyObject *new (PyTypeObject *type, PyObject *args, PyObject *kwargs) {
  (void)args;
  (void)kwargs;
  return type->tp_alloc(type, 0);
}

static int remember(cpy_engine *self) {
  PyObject *key = address(self->engine), *value = key ? address(self) : NULL;
  int status = value ? PyDict_SetItem(known, key, value) : -1;
  Py_XDECREF(key);
  Py_XDECREF(value);
  return status;
}

static void forget(cpy_engine *self) {
  PyObject *type, *value, *traceback, *key;
  PyErr_Fetch(&type, &value, &traceback);
  key = address(self->engine);
  if (!key || PyDict_DelItem(known, key) < 0)
    PyErr_Clear();
  Py_XDECREF(key);
  PyErr_Restore(type, value, traceback);
}

PyObject *cpy_engine_of(corm_engine *engine) {
  PyObject *key = address(engine), *value = key ? PyDict_GetItem(known, key) : NULL;
  Py_XDECREF(key);
  if (!value) {
    PyErr_Clear();
    return NULL;
  }
  return Py_NewRef((PyObject *)PyLong_AsVoidPtr(value));
}

int cpy_engine_hides(corm_engine *engine) {
  PyObject *object = cpy_engine_of(engine);
  int hides = object && ((cpy_engine *)object)->hide_parameters;
  Py_XDECREF(object);
  return hides;
}

static PyTypeObject *engine_type;

int cpy_is_engine(PyObject *object) {
  return PyObject_TypeCheck(object, engine_type) && ((cpy_engine *)object)->engine;
}

corm_engine *cpy_engine_peek(PyObject *object) {
  if (PyObject_TypeCheck(object, engine_type) && ((cpy_engine *)object)->engine)
    return ((cpy_engine *)object)->engine;
  PyErr_Format(PyExc_TypeError, "an Engine is needed, not %R", object);
  return NULL;
}

static int traverse(PyObject *self, visitproc visit, void *arg) {
  Py_VISIT(Py_TYPE(self));
  return 0;
}

static void dealloc(PyObject *self) {
  cpy_engine *e = (cpy_engine *)self;
  PyTypeObject *type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  if (e->weakrefs)
    PyObject_ClearWeakRefs(self);
  if (e->engine) {
    forget(e);
    corm_engine_unref(e->engine);
  }
  type->tp_free(self);
  Py_DECREF(type);
}

/* _open(url, pool, pool_size, max_overflow, timeout_ms, recycle_ms, pre_ping, lifo, cache_size, prepared_size, hide) */
static PyObject *open_(PyObject *self, PyObject *args) {
  cpy_engine *e = (cpy_engine *)self;
  corm_engine_options o;
  corm_error *err = NULL;
  const char *url;
  long long timeout, recycle;
  memset(&o, 0, sizeof o);
  o.size = sizeof o;
  if (!PyArg_ParseTuple(args, "siiiLLppiip:_open", &url, &o.pool, &o.pool_size, &o.max_overflow, &timeout, &recycle,
                        &o.pool_pre_ping, &o.pool_lifo, &o.cache_size, &o.prepared_size, &e->hide_parameters))
    return NULL;
  if (e->engine)
    return cpy_error("InvalidRequestError", "this engine is open already");
  o.pool_timeout_ms = timeout;
  o.pool_recycle_ms = recycle;
  o.host = cpy_host();
  if (corm_engine_open(&e->engine, url, &o, &err))
    return cpy_raise(err);
  if (remember(e) < 0)
    return NULL;
  Py_RETURN_NONE;
}

static PyObject *connect(PyObject *self, PyObject *unused) {
  (void)unused;
  corm_engine *engine = cpy_engine_peek(self);
  corm_conn *conn = NULL;
  corm_error *err = NULL;
  if (!engine)
    return NULL;
  if (corm_conn_acquire(&conn, engine, &err))
    return cpy_raise_statement(err, NULL, NULL);
  return cpy_connection_own(conn);
}

static PyObject *dispose(PyObject *self, PyObject *close) {
  corm_engine *engine = cpy_engine_peek(self);
  corm_error *err = NULL;
  if (!engine)
    return NULL;
  if (corm_engine_dispose(engine, PyObject_IsTrue(close), &err))
    return cpy_raise(err);
  Py_RETURN_NONE;
}

static PyObject *clear_cache(PyObject *self, PyObject *unused) {
  (void)unused;
  corm_engine *engine = cpy_engine_peek(self);
  if (!engine)
    return NULL;
  corm_engine_clear_cache(engine);
  Py_RETURN_NONE;
}

static PyObject *set_events(PyObject *self, PyObject *mask) {
  corm_engine *engine = cpy_engine_peek(self);
  unsigned long long bits = engine ? PyLong_AsUnsignedLongLong(mask) : 0;
  if (PyErr_Occurred())
    return NULL;
  corm_engine_set_events(engine, bits);
  Py_RETURN_NONE;
}

/* (size, checked in, overflow, checked out) */
static PyObject *pool_status(PyObject *self, PyObject *unused) {
  (void)unused;
  corm_engine *engine = cpy_engine_peek(self);
  corm_pool_status s;
  if (!engine)
    return NULL;
  memset(&s, 0, sizeof s);
  s.size = sizeof s;
  corm_engine_get_pool_status(engine, &s);
  return Py_BuildValue("(iiii)", s.pool_size, s.checked_in, s.overflow, s.checked_out);
}

static PyObject *check_isolation(PyObject *self, PyObject *name) {
  corm_engine *engine = cpy_engine_peek(self);
  const char *level = engine ? cpy_utf8(name) : NULL;
  corm_error *err = NULL;
  if (!level)
    return NULL;
  if (corm_engine_check_isolation(engine, level, &err))
    return cpy_raise(err);
  Py_RETURN_NONE;
}

static PyObject *dialect_name(PyObject *self, void *unused) {
  (void)unused;
  corm_engine *engine = cpy_engine_peek(self);
  return engine ? PyUnicode_FromString(corm_dialect_peek_name(corm_engine_peek_dialect(engine))) : NULL;
}

/* ---- URLs
 * -------------------------------------------------------------------------------------------------------------- */

static PyObject *text_or_none(const char *text) { return text ? PyUnicode_FromString(text) : Py_NewRef(Py_None); }

static PyObject *option_pairs(const corm_url_view *v) {
  PyObject *pairs = PyTuple_New((Py_ssize_t)v->n_options);
  for (size_t i = 0; pairs && i < v->n_options; i++) {
    PyObject *pair = Py_BuildValue("(ss)", v->option_names[i], v->option_values[i]);
    if (!pair)
      Py_CLEAR(pairs);
    else
      PyTuple_SET_ITEM(pairs, (Py_ssize_t)i, pair);
  }
  return pairs;
}

/* url_parse(text) -> (kind, driver, username, password, host, port, database, ((name, value), ...)) */
static PyObject *url_parse(PyObject *module, PyObject *text) {
  (void)module;
  corm_url *url = NULL;
  corm_error *err = NULL;
  PyObject *made = NULL, *pairs;
  const char *p = PyUnicode_Check(text) ? cpy_utf8(text) : NULL;
  if (!p)
    return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_TypeError, "a URL is text, not %R", text);
  if (corm_url_parse(&url, p, &err))
    return cpy_raise(err);
  const corm_url_view *v = corm_url_peek(url);
  if ((pairs = option_pairs(v)))
    made = Py_BuildValue("(sNNNNiNN)", v->database_kind, text_or_none(v->driver), text_or_none(v->username),
                         text_or_none(v->password), text_or_none(v->host), v->port, text_or_none(v->database), pairs);
  corm_url_free(url);
  return made;
}

static PyMethodDef methods[] = {
    {"_check_isolation", check_isolation, METH_O, "_check_isolation(level): ArgumentError when there is no such one"},
    {"_open", open_, METH_VARARGS,
     "_open(url, pool, pool_size, max_overflow, timeout_ms, recycle_ms, pre_ping, lifo, cache_size, prepared_size, "
     "hide)"},
    {"_connect", connect, METH_NOARGS, "_connect() -> Connection"},
    {"_dispose", dispose, METH_O, "_dispose(close)"},
    {"_clear_cache", clear_cache, METH_NOARGS, "_clear_cache()"},
    {"_set_events", set_events, METH_O, "_set_events(mask)"},
    {"_pool_status", pool_status, METH_NOARGS, "_pool_status() -> (size, checked in, overflow, checked out)"},
    {NULL, NULL, 0, NULL}};
static PyGetSetDef getset[] = {{"_dialect_name", dialect_name, NULL, "the dialect's name", NULL},
                               {NULL, NULL, NULL, NULL, NULL}};
static PyMemberDef members[] = {{"__weaklistoffset__", T_PYSSIZET, offsetof(cpy_engine, weakrefs), READONLY, NULL},
                                {NULL, 0, 0, 0, NULL}};
static PyType_Slot slots[] = {{Py_tp_new, (void *)new},
                              {Py_tp_dealloc, (void *)dealloc},
                              {Py_tp_traverse, (void *)traverse},
                              {Py_tp_methods, methods},
                              {Py_tp_getset, getset},
                              {Py_tp_members, members},
                              {Py_tp_doc, "The native half of an engine."},
                              {0, NULL}};
static PyType_Spec spec = {"cormorant._core.Engine", sizeof(cpy_engine), 0,
                           Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, slots};
static PyMethodDef functions[] = {{"url_parse", url_parse, METH_O, "url_parse(text) -> its parts"},
                                  {NULL, NULL, 0, NULL}};

int cpy_add_engine(PyObject *module) {
  if (!(known = PyDict_New()) || cpy_add_type(module, &engine_type, &spec, NULL) < 0)
    return -1;
  return PyModule_AddFunctions(module, functions);
}
