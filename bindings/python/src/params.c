/* The parameters of execute(): values by name, one set or several. */
#include "runtime.h"
#include <string.h>

/* Not given in this row: the core takes the next source of a value that it knows. */
enum { ABSENT = 255 };

static int refuse(void) {
  cpy_error("ArgumentError", "parameters are a dictionary, or a list of dictionaries");
  return -1;
}

static int keep(cpy_params *p, PyObject *pin) {
  int status;
  if (!pin)
    return 0;
  if (!p->pins && !(p->pins = PyList_New(0))) {
    Py_DECREF(pin);
    return -1;
  }
  status = PyList_Append(p->pins, pin);
  Py_DECREF(pin);
  return status;
}

static int cell(cpy_params *p, PyObject *object, corm_value *out) {
  PyObject *pin = NULL;
  int status = cpy_value_from(object, out, &pin);
  return keep(p, pin) < 0 ? -1 : status;
}

/* ---- Lists: an IN's members
 * -------------------------------------------------------------------------------------------- */

static int is_list(PyObject *o) {
  return PyList_Check(o) || PyTuple_Check(o) || PyAnySet_Check(o) || PyDictKeys_Check(o);
}

static int add_member(cpy_params *p, PyObject *member, corm_value **values, size_t *n, size_t *cap) {
  if (PyTuple_Check(member) || PyList_Check(member) || PyObject_TypeCheck(member, cpy_row_type)) {
    PyObject *parts = PySequence_Tuple(member);
    int status = parts && keep(p, Py_NewRef(parts)) == 0 ? 0 : -1;
    for (Py_ssize_t i = 0; status == 0 && i < PyTuple_GET_SIZE(parts); i++)
      if (PyTuple_Check(PyTuple_GET_ITEM(parts, i)) || PyList_Check(PyTuple_GET_ITEM(parts, i)))
        break; /* deeper: no IN list */
      else
        status = add_member(p, PyTuple_GET_ITEM(parts, i), values, n, cap);
    Py_XDECREF(parts);
    return status;
  }
  if (*n == *cap) {
    size_t more = *cap ? *cap * 2 : 8;
    corm_value *bigger = PyMem_Realloc(*values, more * sizeof **values);
    if (!bigger) {
      PyErr_NoMemory();
      return -1;
    }
    *values = bigger;
    *cap = more;
  }
  return cell(p, member, &(*values)[(*n)++]);
}

static int read_list(cpy_params *p, PyObject *list, size_t at) {
  size_t n = 0, cap = 0;
  PyObject *members = PySequence_Tuple(list);
  int status = members && keep(p, Py_NewRef(members)) == 0 ? 0 : -1;
  for (Py_ssize_t i = 0; status == 0 && i < PyTuple_GET_SIZE(members); i++)
    status = add_member(p, PyTuple_GET_ITEM(members, i), &p->lists[at], &n, &cap);
  p->list_lengths[at] = n;
  Py_XDECREF(members);
  return status;
}

/* A list is given both as a value (a JSON column's) and as members: which of them is meant, the statement knows. */
static int read_lists(cpy_params *p, PyObject *set) {
  size_t n = p->core.n, at = 0;
  for (size_t i = 0; i < n; i++)
    at += p->values[i].kind == CORM_HOST && is_list(p->values[i].as.h);
  if (!at)
    return 0;
  p->list_names = PyMem_Calloc(at, sizeof *p->list_names);
  p->lists = PyMem_Calloc(at, sizeof *p->lists);
  p->list_lengths = PyMem_Calloc(at, sizeof *p->list_lengths);
  if (!p->list_names || !p->lists || !p->list_lengths) {
    PyErr_NoMemory();
    return -1;
  }
  (void)set;
  for (size_t i = 0; i < n; i++) {
    if (p->values[i].kind != CORM_HOST || !is_list(p->values[i].as.h))
      continue;
    p->list_names[p->core.n_lists] = p->names[i];
    if (read_list(p, p->values[i].as.h, p->core.n_lists++) < 0)
      return -1;
  }
  p->core.list_names = p->list_names;
  p->core.lists = (const corm_value *const *)p->lists;
  p->core.list_lengths = p->list_lengths;
  return 0;
}

/* ---- Sets
 * -------------------------------------------------------------------------------------------------------------- */

/* A dict, or what is like one: *made is a new reference where a copy was needed. */
static PyObject *as_dict(PyObject *object, PyObject **made) {
  *made = NULL;
  if (PyDict_Check(object))
    return object;
  if (PyList_Check(object) || PyTuple_Check(object) || PyUnicode_Check(object) || !PyMapping_Check(object) ||
      !PyObject_HasAttrString(object, "keys")) {
    refuse();
    return NULL;
  }
  if ((*made = PyDict_New()) && PyDict_Update(*made, object) < 0)
    Py_CLEAR(*made);
  return *made;
}

/* The names, as those of the first set. Columns may stand for theirs. */
static int read_names(cpy_params *p, PyObject *first) {
  PyObject *key, *value;
  Py_ssize_t at = 0, i = 0, n = PyDict_GET_SIZE(first);
  p->names = PyMem_Calloc((size_t)n + 1, sizeof *p->names);
  if (!p->names || !(p->keys = PyTuple_New(n)))
    return PyErr_NoMemory() ? -1 : -1;
  while (PyDict_Next(first, &at, &key, &value)) {
    PyObject *name = PyUnicode_Check(key) ? Py_NewRef(key) : PyObject_GetAttr(key, cpy.s_key);
    if (!name || !PyUnicode_Check(name)) {
      Py_XDECREF(name);
      return refuse();
    }
    PyTuple_SET_ITEM(p->keys, i, name);
    if (!(p->names[i++] = cpy_utf8(name)))
      return -1;
  }
  p->core.n = (size_t)n;
  return 0;
}

static PyObject *value_of(PyObject *set, PyObject *name) {
  PyObject *key, *value, *found = PyDict_GetItemWithError(set, name);
  Py_ssize_t at = 0;
  if (found || PyErr_Occurred())
    return found;
  while (PyDict_Next(set, &at, &key, &value)) { /* a set with columns as keys */
    if (PyUnicode_Check(key))
      continue;
    PyObject *other = PyObject_GetAttr(key, cpy.s_key);
    int same = other && PyObject_RichCompareBool(other, name, Py_EQ) > 0;
    Py_XDECREF(other);
    if (same)
      return value;
  }
  return NULL;
}

static int read_set(cpy_params *p, PyObject *set, corm_value *row) {
  for (size_t i = 0; i < p->core.n; i++) {
    PyObject *value = value_of(set, PyTuple_GET_ITEM(p->keys, (Py_ssize_t)i));
    if (PyErr_Occurred())
      return -1;
    if (!value) {
      row[i] = corm_null();
      row[i].kind = ABSENT;
    } else if (cell(p, value, &row[i]) < 0)
      return -1;
  }
  return 0;
}

static int make_room(cpy_params *p, size_t rows) {
  size_t n = p->core.n ? p->core.n : 1;
  if (rows > PY_SSIZE_T_MAX / sizeof *p->values / n || !(p->values = PyMem_Calloc(rows * n, sizeof *p->values))) {
    PyErr_NoMemory();
    return -1;
  }
  p->core.size = sizeof p->core;
  p->core.names = p->names;
  p->core.values = p->values;
  p->core.rows = rows;
  p->given = 1;
  return 0;
}

static int read_one(cpy_params *p, PyObject *object) {
  PyObject *made, *set = as_dict(object, &made);
  int status = set ? 0 : -1;
  if (!status && PyDict_GET_SIZE(set)) {
    status = keep(p, Py_NewRef(set)) < 0 || read_names(p, set) < 0 || make_room(p, 1) < 0 ||
                     read_set(p, set, p->values) < 0 || read_lists(p, set) < 0
                 ? -1
                 : 0;
  }
  Py_XDECREF(made);
  return status;
}

static int read_many(cpy_params *p, PyObject *list) {
  Py_ssize_t n = PySequence_Fast_GET_SIZE(list);
  p->core.executemany = 1;
  for (Py_ssize_t i = 0; i < n; i++) {
    PyObject *made, *set = as_dict(PySequence_Fast_GET_ITEM(list, i), &made);
    int status = set ? 0 : -1;
    if (!status && made)
      status = keep(p, Py_NewRef(made));
    if (!status && i == 0)
      status = read_names(p, set) < 0 || make_room(p, (size_t)n) < 0 ? -1 : 0;
    if (!status)
      status = read_set(p, set, p->values + (size_t)i * p->core.n);
    Py_XDECREF(made);
    if (status)
      return -1;
  }
  return 0;
}

int cpy_params_from(cpy_params *out, PyObject *object) {
  memset(out, 0, sizeof *out);
  if (!object || object == Py_None)
    return 0;
  if (PyDict_Check(object))
    return read_one(out, object);
  if (PyList_Check(object) || PyTuple_Check(object))
    return PySequence_Fast_GET_SIZE(object) ? read_many(out, object) : 0;
  return read_one(out, object);
}

void cpy_params_free(cpy_params *p) {
  for (size_t i = 0; i < p->core.n_lists; i++)
    PyMem_Free(p->lists[i]);
  PyMem_Free(p->lists);
  PyMem_Free(p->list_lengths);
  PyMem_Free(p->list_names);
  PyMem_Free(p->names);
  PyMem_Free(p->values);
  Py_XDECREF(p->keys);
  Py_XDECREF(p->pins);
  memset(p, 0, sizeof *p);
}
