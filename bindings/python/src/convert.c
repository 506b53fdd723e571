/* Python objects to cells and back. */
#include "binding.h"
#include <cormorant/ext/dialect.h>
#include <datetime.h>
#include <string.h>

#define DAY_US 86400000000LL

static int from_int(PyObject *object, corm_value *out) {
  int overflow = 0;
  long long i = PyLong_AsLongLongAndOverflow(object, &overflow);
  if (i == -1 && !overflow && PyErr_Occurred())
    return -1;
  if (overflow) {
    out->kind = CORM_HOST;
    out->as.h = object;
  } else
    *out = corm_int(i);
  return 0;
}

int cpy_text_from(PyObject *object, corm_value *out) {
  Py_ssize_t n;
  const char *p;
  if (PyUnicode_IS_COMPACT_ASCII(object)) {
    p = PyUnicode_DATA(object);
    n = PyUnicode_GET_LENGTH(object);
  } else if (!(p = PyUnicode_AsUTF8AndSize(object, &n)))
    return -1;
  if ((uint64_t)n > UINT32_MAX) {
    PyErr_SetString(PyExc_OverflowError, "text of more than 4 GiB");
    return -1;
  }
  *out = corm_bytes_of(CORM_TEXT, p, (size_t)n);
  if (PyUnicode_IS_ASCII(object))
    out->flags = CORM_VALUE_ASCII;
  return 0;
}

/* bytearray and memoryview are copied to bytes: their memory may move. */
static int from_bytes(PyObject *object, corm_value *out, PyObject **pin) {
  PyObject *bytes = object;
  if (!PyBytes_Check(object)) {
    if (!(*pin = bytes = PyBytes_FromObject(object)))
      return -1;
  }
  *out = corm_bytes_of(CORM_BYTES, PyBytes_AS_STRING(bytes), (size_t)PyBytes_GET_SIZE(bytes));
  return 0;
}

static int64_t time_us(int hour, int minute, int second, int us) {
  return ((hour * 60LL + minute) * 60 + second) * 1000000LL + us;
}

static int from_datetime(PyObject *o, corm_value *out) {
  if (PyDateTime_Check(o)) {
    if (PyDateTime_DATE_GET_TZINFO(o) != Py_None)
      return 0;
    int64_t days = corm_days_from_civil(PyDateTime_GET_YEAR(o), PyDateTime_GET_MONTH(o), PyDateTime_GET_DAY(o));
    out->kind = CORM_TIMESTAMP;
    out->as.i = days * DAY_US + time_us(PyDateTime_DATE_GET_HOUR(o), PyDateTime_DATE_GET_MINUTE(o),
                                        PyDateTime_DATE_GET_SECOND(o), PyDateTime_DATE_GET_MICROSECOND(o));
  } else if (PyDate_Check(o)) {
    out->kind = CORM_DATE;
    out->as.i = corm_days_from_civil(PyDateTime_GET_YEAR(o), PyDateTime_GET_MONTH(o), PyDateTime_GET_DAY(o));
  } else if (PyTime_Check(o) && PyDateTime_TIME_GET_TZINFO(o) == Py_None) {
    out->kind = CORM_TIME;
    out->as.i = time_us(PyDateTime_TIME_GET_HOUR(o), PyDateTime_TIME_GET_MINUTE(o), PyDateTime_TIME_GET_SECOND(o),
                        PyDateTime_TIME_GET_MICROSECOND(o));
  }
  return 0;
}

static int from_decimal(PyObject *object, corm_value *out, PyObject **pin) {
  Py_ssize_t n;
  const char *p;
  if (!(*pin = PyObject_Str(object)) || !(p = PyUnicode_AsUTF8AndSize(*pin, &n)))
    return -1;
  *out = corm_bytes_of(CORM_DECIMAL, p, (size_t)n);
  return 0;
}

int cpy_value_from(PyObject *object, corm_value *out, PyObject **pin) {
  *pin = NULL;
  *out = corm_null();
  if (object == Py_None)
    return 0;
  if (PyBool_Check(object)) {
    *out = corm_bool(object == Py_True);
    return 0;
  }
  if (PyLong_Check(object))
    return from_int(object, out);
  if (PyUnicode_Check(object))
    return cpy_text_from(object, out);
  if (PyFloat_Check(object)) {
    *out = corm_double(PyFloat_AS_DOUBLE(object));
    return 0;
  }
  out->kind = CORM_HOST;
  out->as.h = object;
  if (PyDate_Check(object) || PyTime_Check(object))
    return from_datetime(object, out);
  if (PyBytes_Check(object) || PyByteArray_Check(object) || PyMemoryView_Check(object))
    return from_bytes(object, out, pin);
  if (PyObject_TypeCheck(object, (PyTypeObject *)cpy.decimal))
    return from_decimal(object, out, pin);
  return 0;
}

enum { SHOWN = 40 };

/* A text that is none is an error of the database's, as the standard library says it. NULL. */
static PyObject *fail_undecodable(const corm_value *v) {
  corm_error *err = NULL;
  if (!PyErr_ExceptionMatches(PyExc_UnicodeDecodeError))
    return NULL;
  PyErr_Clear();
  PyObject *shown = PyUnicode_DecodeUTF8(v->as.p, v->size < SHOWN ? (Py_ssize_t)v->size : SHOWN, "replace");
  PyObject *said = shown ? PyUnicode_FromFormat("Could not decode to UTF-8 a text of %zu bytes: '%U%s'",
                                                (size_t)v->size, shown, v->size > SHOWN ? "..." : "")
                         : NULL;
  const char *message = said ? PyUnicode_AsUTF8(said) : NULL;
  if (message) {
    (void)corm_error_set(&err, CORM_EDB_OPERATIONAL, message);
    cpy_raise(err);
  }
  Py_XDECREF(said);
  Py_XDECREF(shown);
  return NULL;
}

static PyObject *to_text(const corm_value *v) {
  if (!(v->flags & CORM_VALUE_ASCII)) {
    PyObject *decoded = PyUnicode_DecodeUTF8(v->as.p, (Py_ssize_t)v->size, NULL);
    return decoded ? decoded : fail_undecodable(v);
  }
  PyObject *text = PyUnicode_New((Py_ssize_t)v->size, 127);
  if (text && v->size)
    memcpy(PyUnicode_1BYTE_DATA(text), v->as.p, v->size);
  return text;
}

static PyObject *to_date(int64_t days) {
  int64_t year;
  int month, day;
  corm_civil_from_days(days, &year, &month, &day);
  return PyDate_FromDate((int)year, month, day);
}

static PyObject *to_time(int64_t us) {
  int64_t s = us / 1000000;
  return PyTime_FromTime((int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60), (int)(us % 1000000));
}

static PyObject *to_timestamp(int64_t us) {
  int64_t year, days = us / DAY_US, rest = us % DAY_US, s;
  int month, day;
  if (rest < 0) {
    rest += DAY_US;
    days--;
  }
  s = rest / 1000000;
  corm_civil_from_days(days, &year, &month, &day);
  return PyDateTime_FromDateAndTime((int)year, month, day, (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60),
                                    (int)(rest % 1000000));
}

static PyObject *call_with_text(PyObject *callable, const corm_value *v) {
  PyObject *text = PyUnicode_DecodeUTF8(v->as.p, (Py_ssize_t)v->size, NULL);
  PyObject *made = text ? PyObject_CallOneArg(callable, text) : NULL;
  Py_XDECREF(text);
  return made;
}

static PyObject *own_kind_to(const corm_value *v);

PyObject *cpy_value_to(const corm_value *v) {
  switch (v->kind) {
  case CORM_NULL:
    Py_RETURN_NONE;
  case CORM_BOOL:
    return PyBool_FromLong(v->as.i != 0);
  case CORM_INT:
    return PyLong_FromLongLong(v->as.i);
  case CORM_DOUBLE:
    return PyFloat_FromDouble(v->as.f);
  case CORM_TEXT:
    return to_text(v);
  case CORM_BYTES:
    return PyBytes_FromStringAndSize(v->as.p, (Py_ssize_t)v->size);
  case CORM_DATE:
    return to_date(v->as.i);
  case CORM_TIME:
    return to_time(v->as.i);
  case CORM_TIMESTAMP:
    return to_timestamp(v->as.i);
  case CORM_DECIMAL:
    return call_with_text(cpy.decimal, v);
  case CORM_JSON:
    return call_with_text(cpy.json_loads, v);
  case CORM_HOST:
    return Py_NewRef(v->as.h ? (PyObject *)v->as.h : Py_None);
  default:
    return own_kind_to(v);
  }
}

static PyObject *attribute_of(const char *module, const char *name) {
  PyObject *m = PyImport_ImportModule(module), *found = m ? PyObject_GetAttrString(m, name) : NULL;
  Py_XDECREF(m);
  return found;
}

/* ---- Values of databases that have instants, intervals and UUIDs -------------------------------------------- */

static int64_t delta_us(PyObject *o) {
  return (PyDateTime_DELTA_GET_DAYS(o) * 86400LL + PyDateTime_DELTA_GET_SECONDS(o)) * 1000000LL +
         PyDateTime_DELTA_GET_MICROSECONDS(o);
}

static int from_instant(PyObject *o, corm_value *out) {
  PyObject *offset = PyObject_CallMethod(o, "utcoffset", NULL);
  if (!offset)
    return -1;
  if (PyDelta_Check(offset)) {
    int64_t days = corm_days_from_civil(PyDateTime_GET_YEAR(o), PyDateTime_GET_MONTH(o), PyDateTime_GET_DAY(o));
    out->kind = CORM_TIMESTAMPTZ;
    out->as.i = days * DAY_US + time_us(PyDateTime_DATE_GET_HOUR(o), PyDateTime_DATE_GET_MINUTE(o),
                                        PyDateTime_DATE_GET_SECOND(o), PyDateTime_DATE_GET_MICROSECOND(o));
    out->as.i -= delta_us(offset);
  }
  Py_DECREF(offset);
  return 0;
}

static int from_uuid(PyObject *o, corm_value *out, PyObject **pin) {
  if (!(*pin = PyObject_GetAttrString(o, "bytes")))
    return -1;
  *out = corm_bytes_of(CORM_UUID, PyBytes_AsString(*pin), 16);
  return out->as.p ? 0 : -1;
}

int cpy_value_for(const corm_dialect *dialect, PyObject *object, corm_value *out, PyObject **pin) {
  if (cpy_value_from(object, out, pin) < 0)
    return -1;
  if (out->kind != CORM_HOST || !dialect || !(corm_dialect_peek_features(dialect) & CORM_DIALECT_OWN_KINDS))
    return 0;
  if (PyDateTime_Check(object))
    return from_instant(object, out);
  if (PyDelta_Check(object)) {
    out->kind = CORM_INTERVAL;
    out->as.i = delta_us(object);
    return 0;
  }
  return PyObject_TypeCheck(object, (PyTypeObject *)cpy.uuid) ? from_uuid(object, out, pin) : 0;
}

static PyObject *to_instant(int64_t us) {
  PyObject *naive = to_timestamp(us), *args = PyTuple_New(0), *aware = NULL;
  PyObject *options = Py_BuildValue("{sO}", "tzinfo", PyDateTime_TimeZone_UTC);
  PyObject *replace = naive ? PyObject_GetAttrString(naive, "replace") : NULL;
  if (replace && args && options)
    aware = PyObject_Call(replace, args, options);
  Py_XDECREF(replace);
  Py_XDECREF(options);
  Py_XDECREF(args);
  Py_XDECREF(naive);
  return aware;
}

static PyObject *to_interval(int64_t us) {
  int64_t days = us / DAY_US, rest = us % DAY_US;
  if (rest < 0) {
    rest += DAY_US;
    days--;
  }
  return PyDelta_FromDSU((int)days, (int)(rest / 1000000), (int)(rest % 1000000));
}

static PyObject *to_uuid(const corm_value *v) {
  PyObject *args = PyTuple_New(0), *made = NULL;
  PyObject *options = Py_BuildValue("{sy#}", "bytes", v->as.p, (Py_ssize_t)v->size);
  if (args && options)
    made = PyObject_Call(cpy.uuid, args, options);
  Py_XDECREF(options);
  Py_XDECREF(args);
  return made;
}

static PyObject *own_kind_to(const corm_value *v) {
  switch (v->kind) {
  case CORM_TIMESTAMPTZ:
    return to_instant(v->as.i);
  case CORM_INTERVAL:
    return to_interval(v->as.i);
  case CORM_UUID:
    return to_uuid(v);
  default:
    return PyErr_Format(PyExc_SystemError, "a value of kind %d has no Python form here", (int)v->kind);
  }
}

int cpy_add_convert(PyObject *module) {
  (void)module;
  PyDateTime_IMPORT;
  if (!PyDateTimeAPI)
    return -1;
  if (!(cpy.decimal = attribute_of("decimal", "Decimal")))
    return -1;
  if (!(cpy.uuid = attribute_of("uuid", "UUID")))
    return -1;
  return (cpy.json_loads = attribute_of("json", "loads")) ? 0 : -1;
}
