/* The host: how the core gives the interpreter's lock back and takes it, converts Python's values, and tells what
 * happens. */
#include "runtime.h"
#include <datetime.h>
#include <string.h>

/* The state of the thread that is inside the core without the lock. */
static _Thread_local PyThreadState *saved;
_Thread_local int cpy_quiet;
static PyObject *fill_function, *sink;

static void leave(void *self) {
  (void)self;
  saved = PyEval_SaveThread();
}

static void enter(void *self) {
  (void)self;
  PyEval_RestoreThread(saved);
}

/* A signal's handler may run statements itself: `saved` is set again behind it. */
static int poll(void *self, corm_error **err) {
  (void)self;
  int status = CORM_OK;
  PyEval_RestoreThread(saved);
  if (PyErr_CheckSignals() < 0)
    status = cpy_take_error(err);
  saved = PyEval_SaveThread();
  return status;
}

static void ref(void *self, void *object) {
  (void)self;
  Py_INCREF((PyObject *)object);
}

static void unref(void *self, void *object) {
  (void)self;
  Py_XDECREF((PyObject *)object);
}

/* ---- Values
 * ---------------------------------------------------------------------------------------------------------- */

/* By name, in a dictionary of the package's: the object of the engine that was made last. */
PyObject *cpy_dialect_object(const corm_dialect *dialect) {
  const char *name = dialect ? corm_dialect_peek_name(dialect) : "default";
  PyObject *known = PyObject_GetAttrString(cpy.module, "dialect_objects");
  PyObject *made = known ? Py_XNewRef(PyDict_GetItemString(known, name)) : NULL, *get;
  Py_XDECREF(known);
  if (made || PyErr_Occurred() || !(get = PyObject_GetAttrString(cpy.module, "dialect_object")))
    return made;
  made = PyObject_CallFunction(get, "s", name);
  Py_DECREF(get);
  return made;
}

/* What a converter raised becomes StatementError, as long as it is an error and asks for nothing else. */
static void wrap_error(void) {
  PyObject *type, *value, *traceback, *mixin = cpy_exception_class("DontWrapMixin"), *made = NULL, *text;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  if (value && traceback)
    PyException_SetTraceback(value, traceback);
  if (!value || PyObject_IsInstance(value, PyExc_Exception) <= 0 || PyObject_IsInstance(value, mixin) > 0) {
    PyErr_Restore(type, value, traceback);
    return;
  }
  PyObject *module = PyObject_GetAttrString((PyObject *)Py_TYPE(value), "__module__");
  PyObject *name = PyObject_GetAttrString((PyObject *)Py_TYPE(value), "__name__");
  text = module && name ? PyUnicode_FromFormat("(%S.%S) %S", module, name, value) : NULL;
  if (text)
    made = PyObject_CallFunction(cpy_exception_class("StatementError"), "OOOO", text, Py_None, Py_None, value);
  if (made) {
    PyException_SetCause(made, Py_NewRef(value));
    PyErr_SetObject((PyObject *)Py_TYPE(made), made);
  }
  Py_XDECREF(made);
  Py_XDECREF(text);
  Py_XDECREF(module);
  Py_XDECREF(name);
  Py_XDECREF(type);
  Py_XDECREF(value);
  Py_XDECREF(traceback);
}

/* A datetime or time with a zone goes out without it. NULL: it is something else. */
static PyObject *without_zone(PyObject *object) {
  PyObject *replace, *empty, *options, *made = NULL;
  if (!PyDateTime_Check(object) && !PyTime_Check(object))
    return NULL;
  replace = PyObject_GetAttrString(object, "replace");
  empty = PyTuple_New(0);
  options = Py_BuildValue("{sO}", "tzinfo", Py_None);
  if (replace && empty && options)
    made = PyObject_Call(replace, empty, options);
  Py_XDECREF(replace);
  Py_XDECREF(empty);
  Py_XDECREF(options);
  return made;
}

/* Takes `value`; *pin is a new reference to what `out` borrows from. */
static int cell_of(const corm_dialect *dialect, PyObject *value, corm_value *out, void **pin) {
  PyObject *inner = NULL;
  int status = cpy_value_for(dialect, value, out, &inner);
  if (!status && out->kind == CORM_HOST) {
    PyObject *plain = without_zone(value);
    Py_XDECREF(inner);
    if (plain) {
      Py_DECREF(value);
      return cell_of(dialect, plain, out, pin);
    }
    if (PyErr_Occurred()) {
      Py_DECREF(value);
      return -1;
    }
    *pin = value; /* the driver will say that it can't take it */
    return 0;
  }
  if (inner)
    Py_DECREF(value);
  *pin = inner ? inner : value;
  return status;
}

/* data[("a", 1)]: the path is sent as a JSON list; the type of such a key is the core's own. */
static int is_path(const corm_type *type, PyObject *value) {
  return PyTuple_Check(value) && corm_type_peek_kind(type) == CORM_TYPE_CUSTOM && !corm_type_peek_host(type);
}

static int path_of(PyObject *keys, corm_value *out, void **pin) {
  PyObject *module = PyImport_ImportModule("json"), *dumps = module ? PyObject_GetAttrString(module, "dumps") : NULL;
  PyObject *args = PyTuple_Pack(1, keys), *options = Py_BuildValue("{sO}", "ensure_ascii", Py_False);
  PyObject *text = dumps && args && options ? PyObject_Call(dumps, args, options) : NULL;
  Py_ssize_t n = 0;
  const char *p = text ? PyUnicode_AsUTF8AndSize(text, &n) : NULL;
  if (p)
    *out = corm_bytes_of(CORM_JSON, p, (size_t)n);
  *pin = text;
  Py_XDECREF(options);
  Py_XDECREF(args);
  Py_XDECREF(dumps);
  Py_XDECREF(module);
  return p ? 0 : -1;
}

/* Text that no type converts: the commonest value of a flush. */
static int bind_text(PyObject *text, corm_value *out, void **pin, corm_error **err) {
  *pin = NULL;
  if (cpy_text_from(text, out) < 0)
    return cpy_take_error(err);
  *pin = Py_NewRef(text);
  return CORM_OK;
}

static int bind(void *self, const corm_type *type, const corm_dialect *dialect, const corm_value *in, corm_value *out,
                void **pin, corm_error **err) {
  (void)self;
  if (in->kind == CORM_HOST && PyUnicode_CheckExact(in->as.h) && !(corm_type_peek_flags(type) & CORM_TYPE_HOST_BIND))
    return bind_text(in->as.h, out, pin, err);
  PyObject *value = cpy_value_to(in), *converted = value;
  *pin = NULL;
  if (value && is_path(type, value)) {
    int status = path_of(value, out, pin);
    Py_DECREF(value);
    return status == 0 ? CORM_OK : cpy_take_error(err);
  }
  if (value && (corm_type_peek_flags(type) & CORM_TYPE_HOST_BIND)) {
    converted = cpy_type_bind(type, value, dialect);
    Py_DECREF(value);
    if (!converted)
      wrap_error();
  }
  if (converted && cell_of(dialect, converted, out, pin) == 0)
    return CORM_OK;
  return cpy_take_error(err);
}

static int result(void *self, const corm_type *type, const corm_dialect *dialect, const corm_value *in, corm_value *out,
                  corm_error **err) {
  (void)self;
  PyObject *value = cpy_value_to(in), *converted = value ? cpy_type_result(type, value, dialect) : NULL;
  Py_XDECREF(value);
  if (!converted)
    return cpy_take_error(err);
  *out = corm_null();
  out->kind = CORM_HOST;
  out->as.h = converted;
  return CORM_OK;
}

static int equal(void *self, const corm_type *type, const corm_value *a, const corm_value *b) {
  (void)self;
  PyObject *host = type ? (PyObject *)corm_type_peek_host(type) : NULL;
  PyObject *l = cpy_value_to(a), *r = l ? cpy_value_to(b) : NULL, *same = NULL;
  int answer = -1;
  if (r && host && (same = PyObject_CallMethod(host, "compare_values", "OO", l, r)))
    answer = PyObject_IsTrue(same);
  else if (r && !host)
    answer = PyObject_RichCompareBool(l, r, Py_EQ);
  if (answer < 0)
    PyErr_Clear();
  Py_XDECREF(same);
  Py_XDECREF(l);
  Py_XDECREF(r);
  return answer;
}

/* ---- Defaults
 * -------------------------------------------------------------------------------------------------------- */

/* The values that the execution has so far, by name. */
static PyObject *parameters_of(const corm_fill *fill) {
  PyObject *dict = PyDict_New();
  for (size_t i = 0, n = corm_fill_peek_params(fill); dict && i < n; i++) {
    corm_value v;
    corm_fill_peek_value(fill, i, &v);
    PyObject *value = cpy_value_to(&v);
    if (!value || PyDict_SetItemString(dict, corm_fill_peek_name(fill, i), value) < 0)
      Py_CLEAR(dict);
    Py_XDECREF(value);
  }
  return dict;
}

static int fill(void *self, void *fn, const corm_fill *fill, corm_value *out, void **pin, corm_error **err) {
  (void)self;
  PyObject *params = parameters_of(fill), *conn = NULL, *column = NULL, *made = NULL, *inner = NULL;
  *pin = NULL;
  if (params && (conn = cpy_connection_of(corm_fill_peek_conn(fill)))) {
    column = cpy_column_object(corm_fill_peek_column(fill));
    if (!PyErr_Occurred())
      made = PyObject_CallFunction(fill_function, "OOOOi", (PyObject *)fn, params, conn, column ? column : Py_None,
                                   corm_fill_peek_is_update(fill));
    if (!made)
      wrap_error();
  }
  Py_XDECREF(params);
  Py_XDECREF(conn);
  Py_XDECREF(column);
  if (!made || cpy_value_from(made, out, &inner) < 0) {
    Py_XDECREF(made);
    return cpy_take_error(err);
  }
  if (out->kind == CORM_HOST) { /* owned */
    Py_XDECREF(inner);
    return CORM_OK;
  }
  if (inner)
    Py_DECREF(made);
  *pin = inner ? inner : made;
  return CORM_OK;
}

/* ---- Telling
 * --------------------------------------------------------------------------------------------------------- */

/* Bytes are shown as the standard library's driver is given them. */
static PyObject *sent_value(const corm_value *v, int is_plain) {
  PyObject *value = cpy_value_to(v), *view;
  if (!value || is_plain || v->kind != CORM_BYTES)
    return value;
  view = PyMemoryView_FromObject(value);
  Py_DECREF(value);
  return view;
}

static PyObject *row_of(const corm_event *ev, size_t at) {
  size_t n = ev->values ? ev->n_values : 0;
  const corm_value *values = ev->values + at * n;
  PyObject *row = PyTuple_New((Py_ssize_t)n);
  for (size_t i = 0; row && i < n; i++) {
    PyObject *value = sent_value(&values[i], ev->cache_hit == -2);
    if (value)
      PyTuple_SET_ITEM(row, (Py_ssize_t)i, value);
    else
      Py_CLEAR(row);
  }
  return row;
}

/* A tuple, or a list of tuples for several rows. */
static PyObject *sent_values(const corm_event *ev) {
  PyObject *list;
  if (!ev->sql)
    return Py_NewRef(Py_None);
  if (!ev->executemany)
    return row_of(ev, 0);
  list = PyList_New((Py_ssize_t)ev->rows);
  for (size_t i = 0; list && i < ev->rows; i++) {
    PyObject *row = row_of(ev, i);
    if (row)
      PyList_SET_ITEM(list, (Py_ssize_t)i, row);
    else
      Py_CLEAR(list);
  }
  return list;
}

/* The failure's parameters are kept for the exception; with listeners the exception is made here. */
static int note_failure(const corm_event *ev, PyObject *engine, PyObject *conn, PyObject *sql, PyObject *params,
                        corm_error **err) {
  int hide = cpy_engine_hides(corm_conn_peek_engine(ev->conn));
  PyObject *wanted = engine ? PyObject_GetAttrString(engine, "_hears_errors") : NULL, *exception = NULL, *answer = NULL;
  int listens = wanted && PyObject_IsTrue(wanted) > 0;
  Py_XDECREF(wanted);
  if (!listens || corm_error_host(ev->error)) {
    PyErr_Clear();
    cpy_failed_note(params, hide, ev->executemany, NULL);
    return CORM_OK;
  }
  if ((exception = cpy_exception_of(ev->error, sql, params, hide, ev->executemany)))
    answer = PyObject_CallFunction(sink, "iOOOOOOid", ev->kind, engine, conn, exception, sql, params,
                                   ev->executemany ? Py_True : Py_False, ev->cache_hit, ev->cache_seconds);
  cpy_failed_note(params, hide, ev->executemany, exception);
  if (!answer)
    return cpy_take_error(err);
  Py_DECREF(answer);
  return CORM_OK;
}

/* A listener of before_cursor_execute gave another text. */
static int replace_sql(const corm_event *ev, PyObject *answer, corm_error **err) {
  Py_ssize_t n;
  const char *text = PyUnicode_Check(answer) ? PyUnicode_AsUTF8AndSize(answer, &n) : NULL;
  return text ? ev->replace_sql(ev->replace_ctx, text, (size_t)n, err) : CORM_OK;
}

static int engine_event(const corm_event *ev, corm_error **err) {
  PyObject *engine = cpy_engine_of(corm_conn_peek_engine(ev->conn)), *conn = NULL, *sql = NULL, *params = NULL,
           *answer = NULL;
  int status = CORM_OK;
  if (!engine || !(conn = cpy_connection_of(ev->conn)))
    goto out;
  sql = ev->sql ? PyUnicode_FromStringAndSize(ev->sql, (Py_ssize_t)ev->sql_len) : Py_NewRef(Py_None);
  if (!sql || !(params = sent_values(ev)))
    goto out;
  if (ev->kind == CORM_EV_HANDLE_ERROR) {
    status = note_failure(ev, engine, conn, sql, params, err);
    params = NULL;
    goto done;
  }
  answer = PyObject_CallFunction(sink, "iOOzOOOid", ev->kind, engine, conn, ev->name, sql, params,
                                 ev->executemany ? Py_True : Py_False, ev->cache_hit, ev->cache_seconds);
  if (answer && ev->replace_sql)
    status = replace_sql(ev, answer, err);
out:
  if (PyErr_Occurred())
    status = cpy_take_error(err);
done:
  Py_XDECREF(answer);
  Py_XDECREF(params);
  Py_XDECREF(sql);
  Py_XDECREF(conn);
  Py_XDECREF(engine);
  return status;
}

static int event(void *self, const corm_event *ev, corm_error **err) {
  (void)self;
  if (ev->kind >= CORM_EV_BEFORE_INSERT)
    return cpy_orm_event(ev, err);
  return cpy_quiet || !sink || !ev->conn ? CORM_OK : engine_event(ev, err);
}

/* As errors, warnings cannot stop what the core does: they are reported where they cannot be raised. */
static void warn(void *self, const char *message) {
  (void)self;
  if (PyErr_WarnEx(cpy_exception_class("SAWarning"), message, 1) < 0)
    PyErr_WriteUnraisable(NULL);
}

/* ---- One for all
 * ----------------------------------------------------------------------------------------------------- */

const corm_host *cpy_host(void) {
  static corm_host host = {.size = sizeof host,
                           .leave = leave,
                           .enter = enter,
                           .poll = poll,
                           .ref = ref,
                           .unref = unref,
                           .bind = bind,
                           .result = result,
                           .equal = equal,
                           .fill = fill,
                           .event = event,
                           .warn = warn};
  if (!host.compile) {
    host.compile = cpy_host_compile();
    cpy_host_add_orm(&host);
  }
  cpy_host_compile(); /* its generation follows what is registered */
  return &host;
}

static PyObject *set_fill(PyObject *module, PyObject *function) {
  (void)module;
  Py_XSETREF(fill_function, Py_NewRef(function));
  Py_RETURN_NONE;
}

static PyObject *set_engine_sink(PyObject *module, PyObject *function) {
  (void)module;
  Py_XSETREF(sink, Py_NewRef(function));
  Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"set_fill", set_fill, METH_O, "set_fill(fn): fn(default, parameters, connection, column, is_update) -> value"},
    {"set_engine_sink", set_engine_sink, METH_O,
     "set_engine_sink(fn): fn(kind, engine, connection, name, sql, parameters, executemany, cache_hit, seconds)"},
    {NULL, NULL, 0, NULL}};

int cpy_add_host(PyObject *module) {
  PyDateTime_IMPORT;
  return PyDateTimeAPI ? PyModule_AddFunctions(module, functions) : -1;
}

int cpy_add_runtime(PyObject *module) {
  int (*const parts[])(PyObject *) = {cpy_add_host,   cpy_add_engine, cpy_add_connection, cpy_add_reflect,
                                      cpy_add_keymap, cpy_add_row,    cpy_add_result};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (parts[i](module) < 0)
      return -1;
  return 0;
}
