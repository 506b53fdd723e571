/* The one place where a status becomes an exception. */
#include "runtime.h"
#include <stdlib.h>
#include <string.h>

static const struct {
  int status;
  const char *exception;
} table[] = {
    {CORM_EMISUSE, "InvalidRequestError"},
    {CORM_EARGUMENT, "ArgumentError"},
    {CORM_EINVALID, "InvalidRequestError"},
    {CORM_ENAME, "InvalidRequestError"},
    {CORM_ECOMPILE, "CompileError"},
    {CORM_EUNSUPPORTED, "UnsupportedCompilationError"},
    {CORM_ESTATEMENT, "StatementError"},
    {CORM_ECLOSED, "ResourceClosedError"},
    {CORM_ECANCELLED, "OperationalError"},
    {CORM_ETIMEOUT, "TimeoutError"},
    {CORM_EILLEGALSTATE, "IllegalStateChangeError"},
    {CORM_EINTERNAL, "InternalError"},
    {CORM_ENOFOREIGNKEY, "NoForeignKeysError"},
    {CORM_EAMBIGUOUSFOREIGNKEY, "AmbiguousForeignKeysError"},
    {CORM_ENOREFERENCEDTABLE, "NoReferencedTableError"},
    {CORM_ENOREFERENCEDCOLUMN, "NoReferencedColumnError"},
    {CORM_ECIRCULAR, "CircularDependencyError"},
    {CORM_EDUPLICATECOLUMN, "DuplicateColumnError"},
    {CORM_ENOROWS, "NoResultFound"},
    {CORM_EMULTIPLEROWS, "MultipleResultsFound"},
    {CORM_ENOCOLUMN, "NoSuchColumnError"},
    {CORM_EUNMAPPED, "UnmappedInstanceError"},
    {CORM_EPENDINGROLLBACK, "PendingRollbackError"},
    {CORM_EDETACHED, "DetachedInstanceError"},
    {CORM_EGONE, "ObjectDeletedError"},
    {CORM_ESTALE, "StaleDataError"},
    {CORM_EFLUSH, "FlushError"},
    {CORM_EUNBOUND, "UnboundExecutionError"},
    {CORM_ELOADERSTRATEGY, "LoaderStrategyException"},
    {CORM_EDB_INTERFACE, "InterfaceError"},
    {CORM_EDB_DATABASE, "DatabaseError"},
    {CORM_EDB_DATA, "DataError"},
    {CORM_EDB_OPERATIONAL, "OperationalError"},
    {CORM_EDB_INTEGRITY, "IntegrityError"},
    {CORM_EDB_INTERNAL, "InternalError"},
    {CORM_EDB_PROGRAMMING, "ProgrammingError"},
    {CORM_EDB_NOTSUPPORTED, "NotSupportedError"},
};

/* Errors of no-one's fault but a statement's execution: they have (message, params, orig). */
static int is_statement_error(int status) {
  return status >= CORM_EDB_INTERFACE || status == CORM_ESTATEMENT || status == CORM_ECANCELLED ||
         status == CORM_EINTERNAL;
}

static const char *exception_of(int status) {
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    if (table[i].status == status)
      return table[i].exception;
  return "InvalidRequestError";
}

PyObject *cpy_exception_class(const char *name) {
  PyObject *found = cpy.exceptions ? PyDict_GetItemString(cpy.exceptions, name) : NULL;
  return found ? found : PyExc_RuntimeError;
}

PyObject *cpy_error(const char *exception, const char *format, ...) {
  va_list args;
  va_start(args, format);
  PyErr_FormatV(cpy_exception_class(exception), format, args);
  va_end(args);
  return NULL;
}

PyObject *cpy_hint(PyObject *name, PyObject *names) {
  PyObject *module = PyImport_ImportModule("cormorant._nearest"), *hint = NULL;
  if (module)
    hint = PyObject_CallMethod(module, PyType_Check(names) ? "hint_of_class" : "hint", "OO", name, names);
  Py_XDECREF(module);
  return hint;
}

/* What the driver was given when it failed; see runtime.h. */
static _Thread_local struct {
  PyObject *params, *exception;
  int hide, many;
} failed;

void cpy_failed_note(PyObject *params, int hide, int many, PyObject *exception) {
  Py_XSETREF(failed.params, params);
  Py_XSETREF(failed.exception, exception);
  failed.hide = hide;
  failed.many = many;
}

/* The class of that name in the standard library's sqlite3: a new reference; Exception where it cannot be imported. */
static PyObject *driver_class(const char *name) {
  PyObject *module = PyImport_ImportModule("sqlite3"), *class = module ? PyObject_GetAttrString(module, name) : NULL;
  Py_XDECREF(module);
  if (class && PyExceptionClass_Check(class))
    return class;
  PyErr_Clear();
  Py_XDECREF(class);
  return Py_NewRef(PyExc_Exception);
}

static void set_code(PyObject *exception, const corm_error *err) {
  const char *name = corm_error_detail(err, CORM_DETAIL_CODE_NAME), *code = corm_error_detail(err, CORM_DETAIL_CODE);
  PyObject *number = code ? PyLong_FromString(code, NULL, 10) : NULL, *text = name ? PyUnicode_FromString(name) : NULL;
  if ((number && PyObject_SetAttrString(exception, "sqlite_errorcode", number) < 0) ||
      (text && PyObject_SetAttrString(exception, "sqlite_errorname", text) < 0) || PyErr_Occurred())
    PyErr_Clear(); /* the sentence is what matters */
  Py_XDECREF(number);
  Py_XDECREF(text);
}

static int is_refused(PyObject *value) {
  corm_value cell;
  PyObject *pin = NULL;
  int refused = cpy_value_from(value, &cell, &pin) == 0 && cell.kind == CORM_HOST;
  PyErr_Clear();
  Py_XDECREF(pin);
  return refused;
}

/* The value that the driver could not take, borrowed; NULL: it was something else. */
static PyObject *refused_value(const corm_error *err) {
  static const char said[] = "Error binding parameter ";
  const char *message = corm_error_message(err);
  PyObject *row = failed.params;
  if (!row || !message || strncmp(message, said, sizeof said - 1) != 0)
    return NULL;
  Py_ssize_t place = atol(message + sizeof said - 1) - 1;
  Py_ssize_t n = PyList_Check(row) ? PyList_GET_SIZE(row) : 1; /* of several rows it is not said which one it was */
  for (Py_ssize_t i = 0; i < n; i++) {
    PyObject *one = PyList_Check(row) ? PyList_GET_ITEM(row, i) : row;
    PyObject *value =
        PyTuple_Check(one) && place >= 0 && place < PyTuple_GET_SIZE(one) ? PyTuple_GET_ITEM(one, place) : NULL;
    if (value && is_refused(value))
      return value;
  }
  return NULL;
}

/* The driver's sentence; of a value that it could not take with the class's name. A new reference. */
static PyObject *driver_sentence(const corm_error *err) {
  const char *said = corm_error_detail(err, CORM_DETAIL_DRIVER), *message = corm_error_message(err);
  PyObject *value = refused_value(err);
  if (value)
    return PyUnicode_FromFormat("Error binding parameter %ld: type '%s' is not supported", atol(message + 24),
                                Py_TYPE(value)->tp_name);
  return PyUnicode_FromString(said ? said : message);
}

/* All details of an error by their names. */
static PyObject *details_of(const corm_error *err) {
  static const char *const keys[] = {CORM_DETAIL_SQLSTATE, CORM_DETAIL_CONSTRAINT_NAME, CORM_DETAIL_COLUMN,
                                     CORM_DETAIL_TABLE,    CORM_DETAIL_SCHEMA,          CORM_DETAIL_DATATYPE,
                                     CORM_DETAIL_SEVERITY, CORM_DETAIL_PRIMARY,         CORM_DETAIL_EXPLANATION,
                                     CORM_DETAIL_HINT};
  PyObject *all = PyDict_New();
  for (size_t i = 0; all && i < sizeof keys / sizeof *keys; i++) {
    const char *value = corm_error_detail(err, keys[i]);
    PyObject *text = value ? PyUnicode_FromString(value) : NULL;
    if (value && (!text || PyDict_SetItemString(all, keys[i], text) < 0))
      Py_CLEAR(all);
    Py_XDECREF(text);
  }
  return all;
}

/* Of a database whose driver's exceptions are the package's own: None where they are the standard library's. */
static PyObject *own_exception(const corm_error *err, const char *name) {
  const char *dialect = corm_error_detail(err, CORM_DETAIL_DIALECT);
  PyObject *make = dialect ? PyObject_GetAttrString(cpy.module, "driver_exception") : NULL, *made = NULL;
  PyObject *details = make ? details_of(err) : NULL, *said = details ? driver_sentence(err) : NULL;
  if (said)
    made = PyObject_CallFunction(make, "ssOO", dialect, name, said, details);
  Py_XDECREF(said);
  Py_XDECREF(details);
  Py_XDECREF(make);
  PyErr_Clear();
  if (made == Py_None)
    Py_CLEAR(made);
  return made;
}

/* The exception of the driver's own tree that `orig` shows: its class has the name, its text the driver's sentence. */
static PyObject *driver_exception(const corm_error *err, const char *name) {
  PyObject *own = own_exception(err, name);
  if (own)
    return own;
  PyObject *class = driver_class(name), *said = driver_sentence(err),
           *made = said ? PyObject_CallOneArg(class, said) : NULL;
  Py_DECREF(class);
  Py_XDECREF(said);
  if (made)
    set_code(made, err);
  return made;
}

/* Sets the details of the error as attributes: constraint, column, name, nearest ... */
static void set_details(PyObject *exception, const corm_error *err) {
  static const char *const keys[] = {CORM_DETAIL_SQLSTATE, CORM_DETAIL_CONSTRAINT, CORM_DETAIL_COLUMN,
                                     CORM_DETAIL_NAME,     CORM_DETAIL_NEAREST,    CORM_DETAIL_OWNER};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    const char *value = corm_error_detail(err, keys[i]);
    PyObject *text = value ? PyUnicode_FromString(value) : NULL;
    if (text && PyObject_SetAttrString(exception, keys[i], text) < 0)
      PyErr_Clear();
    Py_XDECREF(text);
  }
}

/* A value that is missing is InvalidRequestError beneath, one that its type refuses TypeError. */
static PyObject *statement_error(PyObject *class, const corm_error *err, PyObject *text, PyObject *params, int hide) {
  const char *said = corm_error_message(err);
  const char *reason = corm_error_detail(err, CORM_DETAIL_REASON);
  int missing = reason && strcmp(reason, "missing") == 0, range = reason && strcmp(reason, "range") == 0;
  PyObject *beneath = missing ? cpy_exception_class("InvalidRequestError") : range ? PyExc_ValueError : PyExc_TypeError;
  PyObject *orig = PyObject_CallFunction(beneath, "s", said), *message = NULL, *made = NULL;
  if (orig)
    message = PyUnicode_FromFormat("(%s) %s",
                                   missing ? "cormorant.exc.InvalidRequestError"
                                   : range ? "builtins.ValueError"
                                           : "builtins.TypeError",
                                   said);
  if (message)
    made = PyObject_CallFunction(class, "OOOOO", message, text, params, orig, hide ? Py_True : Py_False);
  Py_XDECREF(message);
  Py_XDECREF(orig);
  return made;
}

static PyObject *make_statement_error(const corm_error *err, PyObject *statement, PyObject *params, int hide,
                                      int many) {
  int status = corm_error_status(err);
  const char *name = exception_of(status), *sql = corm_error_detail(err, CORM_DETAIL_STATEMENT);
  PyObject *orig = NULL, *text, *made = NULL, *class = cpy_exception_class(name);
  PyObject *given = params ? params : Py_None, *hidden = hide ? Py_True : Py_False;
  text = statement && statement != Py_None ? Py_NewRef(statement)
         : sql                             ? PyUnicode_FromString(sql)
                                           : Py_NewRef(Py_None);
  if (text && status == CORM_ESTATEMENT)
    made = statement_error(class, err, text, given, hide);
  else if (text && (orig = driver_exception(err, name)))
    made = PyObject_CallFunction(class, "OOOOOOO", text, given, orig, hidden,
                                 corm_error_detail(err, CORM_DETAIL_DISCONNECTED) ? Py_True : Py_False, Py_None,
                                 many ? Py_True : Py_False);
  Py_XDECREF(text);
  Py_XDECREF(orig);
  return made;
}

/* NoSuchTable and its kin have more to say than a sentence. */
static PyObject *make_plain_error(PyObject *class, const corm_error *err) {
  const char *reason = corm_error_detail(err, CORM_DETAIL_REASON);
  if (reason && strcmp(reason, "deleted") == 0) /* as reading it from the object's dictionary */
    class = PyExc_KeyError;
  return PyObject_CallFunction(class, "s", corm_error_message(err));
}

PyObject *cpy_exception_of(const corm_error *err, PyObject *statement, PyObject *params, int hide, int many) {
  int status = corm_error_status(err);
  PyObject *class = cpy_exception_class(exception_of(status)), *made;
  if (is_statement_error(status) && class != PyExc_RuntimeError)
    made = make_statement_error(err, statement, params, hide, many);
  else
    made = make_plain_error(class, err);
  if (made)
    set_details(made, err);
  return made;
}

static PyObject *raise_host(corm_error *err) {
  PyObject *exception = Py_XNewRef((PyObject *)corm_error_host(err));
  if (!exception)
    PyErr_SetString(PyExc_SystemError, "a host's exception got lost");
  else
    PyErr_Restore(Py_NewRef((PyObject *)Py_TYPE(exception)), exception, PyException_GetTraceback(exception));
  corm_error_free(err);
  return NULL;
}

/* The exception, with what was kept of the failure; the error is freed. */
static PyObject *exception_for(corm_error *err, PyObject *statement, PyObject *params) {
  int from_driver = corm_error_status(err) >= CORM_EDB_INTERFACE || corm_error_status(err) == CORM_ECANCELLED;
  PyObject *made = from_driver ? Py_XNewRef(failed.exception) : NULL;
  if (!made && from_driver && !params)
    made = cpy_exception_of(err, statement, failed.params, failed.hide, failed.many);
  else if (!made)
    made = cpy_exception_of(err, statement, params, 0, 0);
  Py_CLEAR(failed.params);
  Py_CLEAR(failed.exception);
  corm_error_free(err);
  return made;
}

PyObject *cpy_raise_statement(corm_error *err, PyObject *statement, PyObject *params) {
  int status = corm_error_status(err);
  PyObject *made;
  if (status == CORM_EHOST)
    return raise_host(err);
  if (status == CORM_ENOMEM || !err) {
    corm_error_free(err);
    return PyErr_NoMemory();
  }
  if ((made = refused_value(err)) && PyLong_Check(made)) {
    cpy_failed_note(NULL, 0, 0, NULL);
    corm_error_free(err);
    PyErr_SetString(PyExc_OverflowError, "Python int too large to convert to SQLite INTEGER");
    return NULL;
  }
  if ((made = exception_for(err, statement, params))) {
    PyObject *orig = PyObject_GetAttrString(made, "orig");
    if (orig && PyExceptionInstance_Check(orig))
      PyException_SetCause(made, Py_NewRef(orig));
    PyErr_Clear();
    Py_XDECREF(orig);
    PyErr_SetObject((PyObject *)Py_TYPE(made), made);
    Py_DECREF(made);
  }
  return NULL;
}

/* Errors of values come before there is SQL: the statement says it. */
PyObject *cpy_raise_execution(corm_error *err, PyObject *statement, PyObject *params) {
  PyObject *type, *value, *traceback, *explain, *answer = NULL;
  const char *said = corm_error_detail(err, CORM_DETAIL_DIALECT);
  const corm_dialect *known = corm_dialect_named(said ? said : "default");
  cpy_raise_statement(err, NULL, NULL);
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  if (value && PyObject_IsInstance(value, cpy_exception_class("StatementError")) > 0) {
    if ((explain = PyObject_GetAttrString(cpy.module, "explain_failure")))
      answer = PyObject_CallFunction(explain, "OOOs", value, statement, params ? params : Py_None,
                                     corm_dialect_peek_name(known));
    Py_XDECREF(answer);
    Py_XDECREF(explain);
    PyErr_Clear();
  }
  PyErr_Restore(type, value, traceback);
  return NULL;
}

PyObject *cpy_raise(corm_error *err) { return cpy_raise_statement(err, NULL, NULL); }

static int release_pending(void *object) {
  Py_DECREF((PyObject *)object);
  return 0;
}

void cpy_release_object(void *object) {
  if (!object)
    return;
  if (PyGILState_Check())
    Py_DECREF((PyObject *)object);
  else
    Py_AddPendingCall(release_pending, object);
}

int cpy_take_error(corm_error **err) {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  if (traceback && value)
    PyException_SetTraceback(value, traceback);
  Py_XDECREF(type);
  Py_XDECREF(traceback);
  return corm_error_from_host(err, value, cpy_release_object);
}
