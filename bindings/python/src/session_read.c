/* What a session reads: objects by their keys, statements, what is merged; and its connections. */
#include "orm.h"

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
  if (!(s = cpy_session_opened(self)) || read_key(key, values, pins, &n) < 0)
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
  if (!(s = cpy_session_opened(self)) || !(given = cpy_record_need(object)))
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
  if (!(s = cpy_session_opened(self)) || read_entity(bind, &entity) < 0 || !(node = cpy_node_ref(statement)))
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
  corm_session *s = cpy_session_opened(self);
  corm_conn *conn = NULL;
  corm_error *err = NULL;
  if (!s || read_entity(bind, &entity) < 0)
    return NULL;
  if (corm_session_get_connection(&conn, s, entity, &err))
    return cpy_session_raise(err);
  return cpy_connection_of(conn);
}

#define FAST(name, fn, doc)                                                                                            \
  { name, (PyCFunction)(void (*)(void))fn, METH_FASTCALL | METH_KEYWORDS, doc }
static PyMethodDef methods[] = {
    FAST("get", get_any,
         "get($self, entity, ident, *, options=None, populate_existing=False, with_for_update=None, "
         "identity_token=None, execution_options=None, bind_arguments=None)\n--\n\n"
         "The object of that primary key, from the identity map or the database; None when there is no such row.\n\n"
         ":param ident: the key; a tuple, in order of the columns, or a dictionary where it is composite."),
    {"_merge", merge, METH_VARARGS, "_merge(obj, load, options)"},
    {"_get", get, METH_VARARGS, "_get(entity, key, options, populate_existing)"},
    {"_execute", execute, METH_VARARGS, "_execute(statement, params, flags, entity)"},
    {"_connection", connection, METH_O, "_connection(entity)"},
    {NULL, NULL, 0, NULL}};

int cpy_add_session_read(PyObject *module) {
  (void)module;
  return cpy_add_methods(cpy_session_type, methods);
}
