/* INSERT, UPDATE and DELETE, and the statements of DDL. */
#include "orm.h"
#include <string.h>

/* A statement that has no SQL (ECOMPILE) is one all the same: compiling it says what is wrong. */
static PyObject *next(PyObject *self, corm_stmt *made) {
  corm_error *err = NULL;
  int status = corm_node_check(made, &err);
  if (status && status != CORM_ECOMPILE) {
    corm_node_unref(made);
    return cpy_raise(err);
  }
  corm_error_free(err);
  return cpy_wrap_as(Py_TYPE(self), made, ((cpy_node *)self)->extra);
}

/* The statement keeps the Table or class: defaults of its columns belong to them. */
static PyObject *begin(PyObject *target, corm_stmt *(*make)(const corm_source *)) {
  corm_node *source = cpy_coerce(target, CPY_FROM);
  if (!source)
    return NULL;
  PyObject *extra = cpy_extra_with(NULL, cpy.s_table, target), *made = NULL;
  corm_stmt *s = extra ? make(source) : NULL;
  corm_node_unref(source);
  if (s && (made = cpy_wrap(s))) {
    Py_XSETREF(((cpy_node *)made)->extra, extra);
    return made;
  }
  Py_XDECREF(extra);
  return NULL;
}
static PyObject *insert(PyObject *m, PyObject *table) {
  (void)m;
  return begin(table, corm_insert);
}
static PyObject *update(PyObject *m, PyObject *table) {
  (void)m;
  return begin(table, corm_update);
}
static PyObject *delete (PyObject *m, PyObject *table) {
  (void)m;
  return begin(table, corm_delete);
}

/* ---- VALUES and SET
 * ---------------------------------------------------------------------------------------------------------- */

/* The key of a column that is given by name, as Column or as mapped attribute: a new reference to a str. */
static PyObject *key_of(PyObject *key) {
  if (PyUnicode_Check(key))
    return Py_NewRef(key);
  corm_node *node = cpy_coerce(key, CPY_COLUMN);
  if (!node)
    return NULL;
  const char *name = corm_node_peek_name(node);
  corm_column *column = corm_node_peek_column(node);
  if (column && (!name || !*name || corm_node_peek_table(corm_node_peek_kid(node, 0))))
    name = corm_column_peek_key(column);
  PyObject *made = name ? PyUnicode_FromString(name) : NULL;
  if (!made && !PyErr_Occurred())
    cpy_error("ArgumentError", "%R names no column", key);
  corm_node_unref(node);
  return made;
}

/* One column; the statement is taken, NULL with an exception. */
static corm_stmt *set_column(corm_stmt *s, PyObject *key, PyObject *value) {
  PyObject *name = key_of(key);
  const char *utf8 = name ? cpy_utf8(name) : NULL;
  corm_expr *x = utf8 ? cpy_coerce(value, CPY_VALUE) : NULL;
  if (x)
    s = corm_set(s, utf8, x);
  else {
    corm_node_unref(s);
    s = NULL;
  }
  Py_XDECREF(name);
  return s;
}

static corm_stmt *set_one(corm_stmt *s, PyObject *self, PyObject *key, PyObject *value);

static corm_stmt *set_pairs(corm_stmt *s, PyObject *self, PyObject *pairs) {
  PyObject *column, *value;
  for (Py_ssize_t i = 0; s && i < PyTuple_GET_SIZE(pairs); i++) {
    PyObject *pair = PySequence_Tuple(PyTuple_GET_ITEM(pairs, i));
    if (pair && PyArg_ParseTuple(pair, "OO", &column, &value))
      s = set_one(s, self, column, value);
    else {
      corm_node_unref(s);
      s = NULL;
    }
    Py_XDECREF(pair);
  }
  return s;
}

/* What is no column itself says which columns it means. */
static corm_stmt *set_one(corm_stmt *s, PyObject *self, PyObject *key, PyObject *value) {
  PyObject *extra = ((cpy_node *)self)->extra, *table = extra ? PyDict_GetItemWithError(extra, cpy.s_table) : NULL;
  PyObject *pairs = cpy_unmapped_pairs(table, key, value);
  if (!pairs && !PyErr_Occurred())
    return set_column(s, key, value);
  if (!pairs || Py_EnterRecursiveCall(" while the columns of an attribute were set")) {
    corm_node_unref(s);
    s = NULL;
  } else {
    s = set_pairs(s, self, pairs);
    Py_LeaveRecursiveCall();
  }
  Py_XDECREF(pairs);
  return s;
}

static corm_stmt *set_mapping(corm_stmt *s, PyObject *self, PyObject *mapping) {
  PyObject *key, *value;
  Py_ssize_t at = 0;
  while (s && PyDict_Next(mapping, &at, &key, &value))
    s = set_one(s, self, key, value);
  return s;
}

/* values((1, "x")): in order of the table's columns */
static corm_stmt *set_positions(corm_stmt *s, PyObject *self, PyObject *values) {
  PyObject *extra = ((cpy_node *)self)->extra, *table = extra ? PyDict_GetItemWithError(extra, cpy.s_table) : NULL;
  PyObject *columns = table ? PyObject_GetAttrString(table, "c") : NULL, *keys = NULL;
  if (columns)
    keys = PyObject_CallMethod(columns, "keys", NULL);
  Py_ssize_t n = PySequence_Size(values);
  if (keys && n > PyList_GET_SIZE(keys)) {
    cpy_error("ArgumentError", "%zd values for %zd columns", n, PyList_GET_SIZE(keys));
    Py_CLEAR(keys);
  }
  for (Py_ssize_t i = 0; keys && s && i < n; i++) {
    PyObject *value = PySequence_GetItem(values, i);
    if (value)
      s = set_column(s, PyList_GET_ITEM(keys, i), value);
    Py_XDECREF(value);
  }
  if (!keys) {
    corm_node_unref(s);
    s = NULL;
    if (!PyErr_Occurred())
      cpy_error("ArgumentError", "values by position need a Table");
  }
  Py_XDECREF(columns);
  Py_XDECREF(keys);
  return s;
}

static corm_stmt *set_row(corm_stmt *s, PyObject *self, PyObject *row) {
  if (PyDict_Check(row))
    return set_mapping(s, self, row);
  if (PyTuple_Check(row) || PyList_Check(row))
    return set_positions(s, self, row);
  corm_node_unref(s);
  cpy_error("ArgumentError", "a row of values is a dict or a tuple, not %R", row);
  return NULL;
}

static int is_rows(PyObject *given) {
  if (!PyList_Check(given) && !PyTuple_Check(given))
    return 0;
  PyObject *first = PySequence_Size(given) > 0 ? PySequence_Fast_GET_ITEM(given, 0) : NULL;
  return first && (PyDict_Check(first) || PyTuple_Check(first) || PyList_Check(first));
}

static corm_stmt *set_rows(corm_stmt *s, PyObject *self, PyObject *rows) {
  Py_ssize_t n = PySequence_Fast_GET_SIZE(rows);
  for (Py_ssize_t i = 0; s && i < n; i++)
    s = set_row(corm_next_row(s), self, PySequence_Fast_GET_ITEM(rows, i));
  return s;
}

static PyObject *values(PyObject *self, PyObject *args, PyObject *kwargs) {
  Py_ssize_t n = PyTuple_GET_SIZE(args);
  PyObject *given = n ? PyTuple_GET_ITEM(args, 0) : NULL;
  corm_stmt *s;
  if (n > 1)
    return cpy_error("ArgumentError", "values() takes one dict, tuple or list, or keywords");
  if (!(s = cpy_node_ref(self)))
    return NULL;
  if (given && is_rows(given))
    s = set_rows(s, self, given);
  else if (given)
    s = set_row(s, self, given);
  if (s && kwargs)
    s = set_mapping(s, self, kwargs);
  return s ? next(self, s) : NULL;
}

static PyObject *in_order(PyObject *self, PyObject *unused) {
  corm_node *s = cpy_node_ref(self);
  (void)unused;
  return s ? next(self, corm_set_in_order(s)) : NULL;
}

static PyObject *from_select(PyObject *self, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"names", "select", "include_defaults", NULL};
  PyObject *given, *query, *list, *pins, *made = NULL;
  int defaults = 1;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO|p:from_select", names, &given, &query, &defaults))
    return NULL;
  if (!(list = PySequence_Tuple(given)))
    return NULL;
  Py_ssize_t n = PyTuple_GET_SIZE(list), i = 0;
  const char **keys = PyMem_Calloc((size_t)n + 1, sizeof *keys);
  if ((pins = PyList_New(0)) && keys)
    for (; i < n; i++) {
      PyObject *key = key_of(PyTuple_GET_ITEM(list, i));
      int good = key && PyList_Append(pins, key) == 0 && (keys[i] = cpy_utf8(key));
      Py_XDECREF(key);
      if (!good)
        break;
    }
  corm_node *q = keys && i == n ? cpy_coerce(query, CPY_STATEMENT) : NULL, *s = q ? cpy_node_ref(self) : NULL;
  if (s)
    made = next(self, corm_from_select(s, keys, (size_t)n, q, defaults));
  else
    corm_node_unref(q);
  PyMem_Free(keys);
  Py_XDECREF(pins);
  Py_DECREF(list);
  return made;
}

/* ---- ON CONFLICT
 * --------------------------------------------------------------------------------------------------------------- */

/* _on_conflict(index elements, index where or None, constraint name or None) */
static PyObject *on_conflict(PyObject *self, PyObject *args) {
  PyObject *index, *where_object;
  const char *constraint;
  if (!PyArg_ParseTuple(args, "O!Oz:_on_conflict", &PyTuple_Type, &index, &where_object, &constraint))
    return NULL;
  Py_ssize_t n = PyTuple_GET_SIZE(index);
  corm_node *where = where_object == Py_None ? NULL : cpy_coerce(where_object, CPY_CONDITION), **parts, *s;
  if (!where && where_object != Py_None)
    return NULL;
  parts = cpy_coerce_all(PySequence_Fast_ITEMS(index), n, CPY_COLUMN);
  if (!(s = parts ? cpy_node_ref(self) : NULL)) {
    cpy_nodes_free(parts, n);
    corm_node_unref(where);
    return NULL;
  }
  s = corm_on_conflict(s, parts, (size_t)n, where, constraint);
  PyMem_Free(parts);
  return next(self, s);
}

/* _conflict_set(key, value) */
static PyObject *conflict_set(PyObject *self, PyObject *args) {
  PyObject *key_object, *value, *key;
  if (!PyArg_ParseTuple(args, "OO:_conflict_set", &key_object, &value) || !(key = key_of(key_object)))
    return NULL;
  const char *utf8 = cpy_utf8(key);
  corm_expr *x = utf8 ? cpy_coerce(value, CPY_VALUE) : NULL;
  corm_stmt *s = x ? cpy_node_ref(self) : NULL;
  PyObject *made = s ? next(self, corm_conflict_set(s, utf8, x)) : NULL;
  if (!s)
    corm_node_unref(x);
  Py_DECREF(key);
  return made;
}

static PyObject *conflict_where(PyObject *self, PyObject *where) {
  corm_expr *x = cpy_coerce(where, CPY_CONDITION);
  corm_stmt *s = x ? cpy_node_ref(self) : NULL;
  if (s)
    return next(self, corm_conflict_where(s, x));
  corm_node_unref(x);
  return NULL;
}

/* excluded(table, key) */
static PyObject *excluded(PyObject *m, PyObject *args) {
  (void)m;
  PyObject *table;
  const char *key;
  if (!PyArg_ParseTuple(args, "Os:excluded", &table, &key))
    return NULL;
  corm_node *source = cpy_coerce(table, CPY_FROM);
  if (!source)
    return NULL;
  corm_table *t = corm_node_peek_table(source);
  PyObject *made = t ? cpy_wrap(corm_excluded(t, key)) : cpy_error("ArgumentError", "%R is no table", table);
  corm_node_unref(source);
  return made;
}

/* ---- DDL
 * --------------------------------------------------------------------------------------------------------------------------
 */

static PyObject *table_ddl(PyObject *args, corm_stmt *(*make)(const corm_table *, int)) {
  PyObject *table;
  int checked = 0;
  if (!PyArg_ParseTuple(args, "O!|p", cpy.node_type, &table, &checked))
    return NULL;
  corm_node *node = cpy_node_ref(table);
  corm_table *t = node ? corm_node_peek_table(node) : NULL;
  PyObject *made = t ? cpy_wrap(make(t, checked)) : NULL;
  if (node && !t)
    cpy_error("ArgumentError", "%R is no table", table);
  corm_node_unref(node);
  return made;
}
static PyObject *create_table(PyObject *m, PyObject *args) {
  (void)m;
  return table_ddl(args, corm_create_table);
}
static PyObject *drop_table(PyObject *m, PyObject *args) {
  (void)m;
  return table_ddl(args, corm_drop_table);
}
static PyObject *index_ddl(PyObject *args, corm_stmt *(*make)(const corm_index *, int)) {
  PyObject *index;
  int checked = 0;
  if (!PyArg_ParseTuple(args, "O!|p", cpy.part_type, &index, &checked))
    return NULL;
  corm_index *i = ((cpy_part *)index)->index;
  return i ? cpy_wrap(make(i, checked)) : cpy_error("CompileError", "the index %R belongs to no table", index);
}
static PyObject *create_index(PyObject *m, PyObject *args) {
  (void)m;
  return index_ddl(args, corm_create_index);
}
static PyObject *drop_index(PyObject *m, PyObject *args) {
  (void)m;
  return index_ddl(args, corm_drop_index);
}

#define KEYWORDS(f) (PyCFunction)(void (*)(void)) f, METH_VARARGS | METH_KEYWORDS
static PyMethodDef methods[] = {
    {"values", KEYWORDS(values), "values(mapping or rows, **columns)"},
    {"_in_order", in_order, METH_NOARGS, "_in_order(): SET has the order of the calls of values()"},
    {"from_select", KEYWORDS(from_select), "from_select(names, select, include_defaults=True)"},
    {"_on_conflict", on_conflict, METH_VARARGS, "_on_conflict(index, where, constraint)"},
    {"_conflict_set", conflict_set, METH_VARARGS, "_conflict_set(key, value)"},
    {"_conflict_where", conflict_where, METH_O, "_conflict_where(condition)"},
    {NULL, NULL, 0, NULL}};
static PyType_Slot slots[] = {{Py_tp_methods, methods}, {Py_tp_doc, "INSERT, UPDATE or DELETE."}, {0, NULL}};
static PyType_Spec spec = {"cormorant._core.Change", sizeof(cpy_node), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
                           slots};
static PyMethodDef functions[] = {
    {"insert", insert, METH_O, "insert(table or class) -> Insert"},
    {"update", update, METH_O, "update(table or class) -> Update"},
    {"delete", delete, METH_O, "delete(table or class) -> Delete"},
    {"excluded", excluded, METH_VARARGS, "excluded(table, key)"},
    {"create_table", create_table, METH_VARARGS, "create_table(table, if_not_exists=False)"},
    {"drop_table", drop_table, METH_VARARGS, "drop_table(table, if_exists=False)"},
    {"create_index", create_index, METH_VARARGS, "create_index(index, if_not_exists=False)"},
    {"drop_index", drop_index, METH_VARARGS, "drop_index(index, if_exists=False)"},
    {NULL, NULL, 0, NULL}};

int cpy_add_dml(PyObject *module) {
  PyTypeObject *change = NULL;
  if (cpy_add_type(module, &change, &spec, cpy.statement_type) < 0)
    return -1;
  return PyModule_AddFunctions(module, functions);
}
