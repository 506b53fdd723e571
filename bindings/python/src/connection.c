/* Connections, as cormorant.engine.base.Connection stands on them. */
#include "runtime.h"
#include <stddef.h>
#include <string.h>

typedef struct connection {
  PyObject_HEAD corm_conn *conn; /* a reference */
  int owned;                     /* acquired here: released when closed or dropped */
  int closed;
  PyObject *weakrefs;
} connection;

/* Address of a corm_conn -> its Python object, borrowed: taken out when that dies. */
static PyObject *known;
static PyTypeObject *connection_type, *made_type; /* made_type: the class of Python's side */

static PyObject *address(const void *p) { return PyLong_FromVoidPtr((void *)(uintptr_t)p); }

static PyObject *find(corm_conn *conn) {
  PyObject *key = address(conn), *value = key ? PyDict_GetItem(known, key) : NULL;
  Py_XDECREF(key);
  return value ? (PyObject *)PyLong_AsVoidPtr(value) : NULL;
}

static int remember(connection *self) {
  PyObject *key = address(self->conn), *value = key ? address(self) : NULL;
  int status = value ? PyDict_SetItem(known, key, value) : -1;
  Py_XDECREF(key);
  Py_XDECREF(value);
  return status;
}

PyObject *cpy_connection_of(corm_conn *conn) {
  PyObject *there = find(conn);
  if (there)
    return Py_NewRef(there);
  PyTypeObject *type = made_type ? made_type : connection_type;
  connection *made = (connection *)type->tp_alloc(type, 0);
  if (!made)
    return NULL;
  made->conn = corm_conn_ref(conn);
  if (remember(made) < 0)
    Py_CLEAR(made);
  return (PyObject *)made;
}

PyObject *cpy_connection_own(corm_conn *conn) {
  PyObject *made = cpy_connection_of(conn);
  if (made)
    ((connection *)made)->owned = 1;
  else
    corm_conn_release(conn);
  return made;
}

static void release(connection *c) {
  int owned = c->owned;
  c->owned = 0;
  c->closed = 1;
  if (owned)
    corm_conn_release(c->conn);
}

/* One that was dropped goes back to its pool. Listeners may run: hence here, not in dealloc. */
static void finalize(PyObject *self) {
  PyObject *type, *value, *traceback;
  connection *c = (connection *)self;
  if (!c->owned)
    return;
  PyErr_Fetch(&type, &value, &traceback);
  release(c);
  PyErr_Restore(type, value, traceback);
}

static void dealloc(PyObject *self) {
  connection *c = (connection *)self;
  PyTypeObject *type = Py_TYPE(self);
  if (PyObject_CallFinalizerFromDealloc(self) < 0)
    return;
  PyObject_GC_UnTrack(self);
  if (c->weakrefs)
    PyObject_ClearWeakRefs(self);
  if (c->conn) {
    PyObject *key = address(c->conn);
    if (!key || PyDict_DelItem(known, key) < 0)
      PyErr_Clear();
    Py_XDECREF(key);
    corm_conn_unref(c->conn);
  }
  type->tp_free(self);
  Py_DECREF(type);
}

static int traverse(PyObject *self, visitproc visit, void *arg) {
  Py_VISIT(Py_TYPE(self));
  return 0;
}

static corm_conn *open_one(PyObject *self) {
  connection *c = (connection *)self;
  if (c->conn && !c->closed)
    return c->conn;
  cpy_error("ResourceClosedError", "the Connection was closed: it runs nothing any more");
  return NULL;
}

corm_conn *cpy_connection_peek(PyObject *object) {
  if (PyObject_TypeCheck(object, connection_type))
    return open_one(object);
  PyErr_Format(PyExc_TypeError, "a Connection is needed, not %R", object);
  return NULL;
}

static PyObject *close_(PyObject *self, PyObject *unused) {
  (void)unused;
  release((connection *)self);
  if (PyErr_Occurred())
    return NULL;
  Py_RETURN_NONE;
}

/* ---- Executing
 * --------------------------------------------------------------------------------------------------------- */

/* _execute(statement, params, flags) -> Result */
static PyObject *execute(PyObject *self, PyObject *const *args, Py_ssize_t n) {
  corm_conn *conn = open_one(self);
  corm_result *result = NULL;
  corm_error *err = NULL;
  corm_node *node = NULL;
  cpy_params params;
  PyObject *made = NULL;
  if (!conn)
    return NULL;
  if (n != 3 || !cpy_is_node(args[0]))
    return PyErr_Format(PyExc_TypeError, "_execute() takes a statement, its parameters and flags");
  unsigned long flags = PyLong_AsUnsignedLong(args[2]);
  if (PyErr_Occurred())
    return NULL;
  cpy_host();
  if (cpy_params_from(&params, args[1]) < 0 || !(node = cpy_node_ref(args[0])))
    goto out;
  if (corm_conn_execute(&result, conn, node, cpy_params_core(&params), (unsigned)flags, &err))
    made = cpy_raise_execution(err, args[0], args[1]);
  else
    made = cpy_result_new(result, self);
out:
  corm_node_unref(node);
  cpy_params_free(&params);
  return made;
}

static corm_value *plain_values(const corm_dialect *dialect, PyObject *rows, size_t n, PyObject *pins) {
  Py_ssize_t n_rows = PyTuple_GET_SIZE(rows);
  corm_value *values = PyMem_Calloc((size_t)n_rows * n + 1, sizeof *values);
  if (!values)
    return (corm_value *)PyErr_NoMemory();
  for (Py_ssize_t r = 0; r < n_rows; r++) {
    PyObject *row = PyTuple_GET_ITEM(rows, r);
    if (!PyTuple_Check(row) || (size_t)PyTuple_GET_SIZE(row) != n) {
      cpy_error("ArgumentError", "all sets of parameters have the same length");
      goto failed;
    }
    for (size_t i = 0; i < n; i++) {
      PyObject *pin = NULL;
      int status = cpy_value_for(dialect, PyTuple_GET_ITEM(row, (Py_ssize_t)i), &values[(size_t)r * n + i], &pin);
      if (!status && pin)
        status = PyList_Append(pins, pin);
      Py_XDECREF(pin);
      if (status)
        goto failed;
    }
  }
  return values;
failed:
  PyMem_Free(values);
  return NULL;
}

/* _execute_sql(sql, rows: tuple of tuples, quiet, stream) -> Result. quiet: no event is told. stream: one run alone. */
static PyObject *execute_sql(PyObject *self, PyObject *args) {
  const char *sql;
  PyObject *rows, *pins = NULL, *made = NULL, *text;
  int quiet, stream = 0;
  corm_value *values = NULL;
  corm_result *result = NULL;
  corm_error *err = NULL;
  corm_conn *conn = open_one(self);
  if (!conn || !PyArg_ParseTuple(args, "sO!p|p:_execute_sql", &sql, &PyTuple_Type, &rows, &quiet, &stream))
    return NULL;
  const corm_dialect *dialect = corm_engine_peek_dialect(corm_conn_peek_engine(conn));
  size_t n_rows = (size_t)PyTuple_GET_SIZE(rows);
  PyObject *first = n_rows ? PyTuple_GET_ITEM(rows, 0) : NULL;
  size_t n = first && PyTuple_Check(first) ? (size_t)PyTuple_GET_SIZE(first) : 0;
  if (!(pins = PyList_New(0)) || !(values = plain_values(dialect, rows, n, pins)))
    goto out;
  cpy_quiet += quiet;
  int status = stream && n_rows < 2 ? corm_conn_stream_sql(&result, conn, sql, values, n, &err)
                                    : corm_conn_execute_sql(&result, conn, sql, values, n, n_rows ? n_rows : 1, &err);
  cpy_quiet -= quiet;
  if (status) {
    text = PyTuple_GET_ITEM(args, 0);
    cpy_raise_statement(err, text, NULL);
  } else
    made = cpy_result_new(result, self);
out:
  PyMem_Free(values);
  Py_XDECREF(pins);
  return made;
}

/* ---- Transactions
 * ------------------------------------------------------------------------------------------------------ */

static PyObject *simple(PyObject *self, int (*call)(corm_conn *, corm_error **)) {
  corm_error *err = NULL;
  corm_conn *conn = open_one(self);
  if (!conn)
    return NULL;
  if (call(conn, &err))
    return cpy_raise(err);
  Py_RETURN_NONE;
}

static PyObject *begin(PyObject *self, PyObject *unused) {
  (void)unused;
  return simple(self, corm_conn_begin);
}

static PyObject *commit(PyObject *self, PyObject *unused) {
  (void)unused;
  return simple(self, corm_conn_commit);
}

static PyObject *rollback(PyObject *self, PyObject *unused) {
  (void)unused;
  return simple(self, corm_conn_rollback);
}

/* _end(commit) of a raw connection: no event is told */
static PyObject *end_quietly(PyObject *self, PyObject *commits) {
  int yes = PyObject_IsTrue(commits);
  cpy_quiet++;
  PyObject *made = simple(self, yes ? corm_conn_commit : corm_conn_rollback);
  cpy_quiet--;
  return made;
}

static PyObject *savepoint(PyObject *self, PyObject *unused) {
  (void)unused;
  char name[64];
  corm_error *err = NULL;
  corm_conn *conn = open_one(self);
  if (!conn)
    return NULL;
  return corm_conn_savepoint(conn, name, &err) ? cpy_raise(err) : PyUnicode_FromString(name);
}

static PyObject *named(PyObject *self, PyObject *name, int (*call)(corm_conn *, const char *, corm_error **)) {
  corm_error *err = NULL;
  corm_conn *conn = open_one(self);
  const char *text = conn ? cpy_utf8(name) : NULL;
  if (!text)
    return NULL;
  if (call(conn, text, &err))
    return cpy_raise(err);
  Py_RETURN_NONE;
}

static PyObject *release_savepoint(PyObject *self, PyObject *name) {
  return named(self, name, corm_conn_release_savepoint);
}
static PyObject *rollback_to(PyObject *self, PyObject *name) { return named(self, name, corm_conn_rollback_to); }

static PyObject *has_savepoint(PyObject *self, PyObject *name) {
  const char *text = cpy_utf8(name);
  if (!text)
    return NULL;
  return PyBool_FromLong(!((connection *)self)->closed && corm_conn_peek_savepoint(((connection *)self)->conn, text));
}

static PyObject *switch_(PyObject *self, PyObject *on, void (*call)(corm_conn *, int)) {
  corm_conn *conn = open_one(self);
  int yes = conn ? PyObject_IsTrue(on) : -1;
  if (yes < 0)
    return NULL;
  call(conn, yes);
  Py_RETURN_NONE;
}

/* _set_isolation(level, lasting) */
static PyObject *set_isolation(PyObject *self, PyObject *args) {
  const char *level;
  int lasting;
  corm_error *err = NULL;
  corm_conn *conn = open_one(self);
  if (!conn || !PyArg_ParseTuple(args, "sp:_set_isolation", &level, &lasting))
    return NULL;
  if (corm_conn_set_isolation(conn, level, lasting, &err))
    return cpy_raise(err);
  Py_RETURN_NONE;
}

static PyObject *get_isolation(PyObject *self, PyObject *unused) {
  (void)unused;
  const char *level = NULL;
  corm_error *err = NULL;
  corm_conn *conn = open_one(self);
  if (!conn)
    return NULL;
  return corm_conn_get_isolation(conn, &level, &err) ? cpy_raise(err) : PyUnicode_FromString(level);
}

static PyObject *total_changes(PyObject *self, PyObject *unused) {
  (void)unused;
  int64_t n = 0;
  corm_error *err = NULL;
  corm_conn *conn = open_one(self);
  if (!conn)
    return NULL;
  return corm_conn_total_changes(&n, conn, &err) ? cpy_raise(err) : PyLong_FromLongLong(n);
}

static PyObject *set_manual(PyObject *self, PyObject *on) { return switch_(self, on, corm_conn_manual_transactions); }

static PyObject *invalidate(PyObject *self, PyObject *unused) {
  (void)unused;
  corm_conn *conn = open_one(self);
  if (!conn)
    return NULL;
  corm_conn_invalidate(conn);
  Py_RETURN_NONE;
}

static PyObject *detach(PyObject *self, PyObject *unused) {
  (void)unused;
  corm_conn *conn = open_one(self);
  if (!conn)
    return NULL;
  corm_conn_detach(conn);
  Py_RETURN_NONE;
}

static PyObject *ping(PyObject *self, PyObject *unused) {
  (void)unused;
  return simple(self, corm_conn_ping);
}

static PyObject *last_key(PyObject *self, PyObject *unused) {
  (void)unused;
  corm_conn *conn = open_one(self);
  corm_error *err = NULL;
  int64_t key = 0;
  if (!conn)
    return NULL;
  return corm_conn_last_key(&key, conn, &err) ? cpy_raise(err) : PyLong_FromLongLong(key);
}

/* Stops what runs, from another thread. */
static PyObject *cancel(PyObject *self, PyObject *unused) {
  (void)unused;
  connection *c = (connection *)self;
  if (c->conn && !c->closed)
    corm_conn_cancel(c->conn);
  Py_RETURN_NONE;
}

/* ---- Tables
 * ------------------------------------------------------------------------------------------------------------ */

static corm_table **table_array(PyObject *list, size_t *n) {
  *n = (size_t)PyTuple_GET_SIZE(list);
  corm_table **tables = PyMem_Calloc(*n + 1, sizeof *tables);
  if (!tables)
    return (corm_table **)PyErr_NoMemory();
  for (size_t i = 0; i < *n; i++) {
    PyObject *object = PyTuple_GET_ITEM(list, (Py_ssize_t)i);
    corm_node *node = cpy_is_node(object) ? cpy_node_ref(object) : NULL;
    tables[i] = node ? corm_node_peek_table(node) : NULL;
    corm_node_unref(node);
    if (!tables[i]) {
      if (!PyErr_Occurred())
        cpy_error("ArgumentError", "%R is no Table", object);
      PyMem_Free(tables);
      return NULL;
    }
  }
  return tables;
}

/* _change_all(catalog, tables: tuple or None, checkfirst, drop) */
static PyObject *change_all(PyObject *self, PyObject *args) {
  PyObject *catalog, *list;
  int checkfirst, drop, status;
  corm_table **tables = NULL;
  size_t n = 0;
  corm_error *err = NULL;
  corm_conn *conn = open_one(self);
  if (!conn || !PyArg_ParseTuple(args, "O!Opp:_change_all", cpy.catalog_type, &catalog, &list, &checkfirst, &drop))
    return NULL;
  if (list != Py_None && (!PyTuple_Check(list) || !(tables = table_array(list, &n))))
    return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_TypeError, "tables are a tuple or None");
  cpy_host();
  corm_catalog *c = ((cpy_catalog *)catalog)->catalog;
  status = drop ? corm_conn_drop_all(conn, c, tables, n, checkfirst, &err)
                : corm_conn_create_all(conn, c, tables, n, checkfirst, &err);
  PyMem_Free(tables);
  if (status)
    return cpy_raise(err);
  Py_RETURN_NONE;
}

/* _change_table(tables, checkfirst, drop): one after the other, each by itself */
static PyObject *change_table(PyObject *self, PyObject *args) {
  PyObject *list;
  int checkfirst, drop, status = CORM_OK;
  corm_table **tables = NULL;
  size_t n = 0;
  corm_error *err = NULL;
  corm_conn *conn = open_one(self);
  if (!conn || !PyArg_ParseTuple(args, "O!pp:_change_table", &PyTuple_Type, &list, &checkfirst, &drop))
    return NULL;
  if (!(tables = table_array(list, &n)))
    return NULL;
  cpy_host();
  for (size_t i = 0; !status && i < n; i++)
    status = drop ? corm_conn_drop_table(conn, tables[i], checkfirst, &err)
                  : corm_conn_create_table(conn, tables[i], checkfirst, &err);
  PyMem_Free(tables);
  if (status)
    return cpy_raise(err);
  Py_RETURN_NONE;
}

/* _has_table(schema or None, name) -> bool */
static PyObject *has_table(PyObject *self, PyObject *args) {
  const char *schema, *name;
  int yes = 0;
  corm_error *err = NULL;
  corm_conn *conn = open_one(self);
  if (!conn || !PyArg_ParseTuple(args, "zs:_has_table", &schema, &name))
    return NULL;
  return corm_conn_has_table(conn, schema, name, &yes, &err) ? cpy_raise(err) : PyBool_FromLong(yes);
}

/* ---- State
 * ------------------------------------------------------------------------------------------------------------- */

static PyObject *get_engine(PyObject *self, void *unused) {
  (void)unused;
  PyObject *engine = cpy_engine_of(corm_conn_peek_engine(((connection *)self)->conn));
  return engine ? engine : Py_NewRef(Py_None);
}

static PyObject *get_closed(PyObject *self, void *unused) {
  (void)unused;
  return PyBool_FromLong(((connection *)self)->closed || corm_conn_peek_released(((connection *)self)->conn));
}

static PyObject *get_number(PyObject *self, void *unused) {
  (void)unused;
  return PyLong_FromUnsignedLong(((connection *)self)->closed ? 0
                                                              : corm_conn_peek_transaction(((connection *)self)->conn));
}

static PyObject *get_in_transaction(PyObject *self, void *unused) {
  (void)unused;
  return PyBool_FromLong(!((connection *)self)->closed && corm_conn_peek_in_transaction(((connection *)self)->conn));
}

static PyObject *get_invalidated(PyObject *self, void *unused) {
  (void)unused;
  return PyBool_FromLong(corm_conn_peek_invalidated(((connection *)self)->conn));
}

static PyObject *get_link(PyObject *self, void *unused) {
  (void)unused;
  return PyLong_FromVoidPtr((void *)(uintptr_t)corm_conn_peek_link(((connection *)self)->conn));
}

static PyObject *get_server_version(PyObject *self, void *unused) {
  (void)unused;
  corm_conn *conn = open_one(self);
  return conn ? PyLong_FromLong(corm_conn_peek_server_version(conn)) : NULL;
}

static PyMethodDef methods[] = {
    {"_close", close_, METH_NOARGS, "_close(): roll back what is open, give it back to the pool"},
    {"_execute", (PyCFunction)(void (*)(void))execute, METH_FASTCALL, "_execute(statement, params, flags) -> Result"},
    {"_execute_sql", execute_sql, METH_VARARGS, "_execute_sql(sql, rows, quiet) -> Result"},
    {"_begin", begin, METH_NOARGS, "_begin()"},
    {"_commit", commit, METH_NOARGS, "_commit()"},
    {"_rollback", rollback, METH_NOARGS, "_rollback()"},
    {"_end_quietly", end_quietly, METH_O, "_end_quietly(commit): tells no event"},
    {"_savepoint", savepoint, METH_NOARGS, "_savepoint() -> name"},
    {"_has_savepoint", has_savepoint, METH_O, "_has_savepoint(name): whether it is open"},
    {"_release", release_savepoint, METH_O, "_release(name)"},
    {"_rollback_to", rollback_to, METH_O, "_rollback_to(name)"},
    {"_set_isolation", set_isolation, METH_VARARGS, "_set_isolation(level, lasting)"},
    {"_get_isolation", get_isolation, METH_NOARGS, "_get_isolation() -> str"},
    {"_total_changes", total_changes, METH_NOARGS, "_total_changes() -> int"},
    {"_set_manual", set_manual, METH_O, "_set_manual(on): no BEGIN is sent by itself"},
    {"_invalidate", invalidate, METH_NOARGS, "_invalidate()"},
    {"_detach", detach, METH_NOARGS, "_detach()"},
    {"_ping", ping, METH_NOARGS, "_ping()"},
    {"_last_key", last_key, METH_NOARGS, "_last_key() -> the generated key of the row that was inserted last, or 0"},
    {"_cancel", cancel, METH_NOARGS, "_cancel(): stops what runs, from another thread"},
    {"_change_table", change_table, METH_VARARGS, "_change_table(tables, checkfirst, drop)"},
    {"_change_all", change_all, METH_VARARGS, "_change_all(catalog, tables, checkfirst, drop)"},
    {"_has_table", has_table, METH_VARARGS, "_has_table(schema, name) -> bool"},
    {NULL, NULL, 0, NULL}};
static PyObject *get_autocommit(PyObject *self, void *unused) {
  (void)unused;
  connection *c = (connection *)self;
  return PyBool_FromLong(c->conn && corm_conn_peek_autocommit(c->conn));
}

static PyGetSetDef getset[] = {
    {"_engine", get_engine, NULL, "the Engine", NULL},
    {"closed", get_closed, NULL, "Whether it was closed.", NULL},
    {"_autocommit", get_autocommit, NULL, "whether the isolation level is AUTOCOMMIT", NULL},
    {"_number", get_number, NULL, "of the transaction that has begun; 0: none", NULL},
    {"_begun", get_in_transaction, NULL, "whether a transaction has begun", NULL},
    {"invalidated", get_invalidated, NULL, "Whether the driver's connection was thrown away.", NULL},
    {"_link", get_link, NULL, "a number that is the driver's connection's own", NULL},
    {"_server_version", get_server_version, NULL, "as 304001", NULL},
    {NULL, NULL, NULL, NULL, NULL}};
static PyMemberDef members[] = {{"__weaklistoffset__", T_PYSSIZET, offsetof(connection, weakrefs), READONLY, NULL},
                                {NULL, 0, 0, 0, NULL}};
static PyType_Slot slots[] = {{Py_tp_dealloc, (void *)dealloc},
                              {Py_tp_finalize, (void *)finalize},
                              {Py_tp_traverse, (void *)traverse},
                              {Py_tp_methods, methods},
                              {Py_tp_getset, getset},
                              {Py_tp_members, members},
                              {Py_tp_doc, "The native half of a connection."},
                              {0, NULL}};
static PyType_Spec spec = {
    "cormorant._core.Connection", sizeof(connection), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};

static PyObject *set_connection_class(PyObject *module, PyObject *type) {
  (void)module;
  if (!PyType_Check(type) || !PyType_IsSubtype((PyTypeObject *)type, connection_type))
    return PyErr_Format(PyExc_TypeError, "%R is no class of connections", type);
  Py_XSETREF(made_type, (PyTypeObject *)Py_NewRef(type));
  Py_RETURN_NONE;
}

static PyMethodDef functions[] = {{"set_connection_class", set_connection_class, METH_O,
                                   "set_connection_class(cls): the class that connections are made of"},
                                  {NULL, NULL, 0, NULL}};

int cpy_add_connection(PyObject *module) {
  if (!(known = PyDict_New()) || cpy_add_type(module, &connection_type, &spec, NULL) < 0)
    return -1;
  return PyModule_AddFunctions(module, functions);
}
