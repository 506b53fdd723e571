/* What a program gives where SQL is wanted: nodes, things that stand for one, and Python values. */
#include "binding.h"
#include <datetime.h>
#include <string.h>

static cpy_coercion hooks[4];

int cpy_register_coercion(cpy_coercion fn) {
  for (size_t i = 0; i < sizeof hooks / sizeof *hooks; i++)
    if (!hooks[i] || hooks[i] == fn) {
      hooks[i] = fn;
      return 0;
    }
  PyErr_SetString(PyExc_SystemError, "no place for another coercion");
  return -1;
}

/* ---- Literals -------------------------------------------------------------------------------------------------------
 */

static corm_expr *host_literal(PyObject *object, const corm_type *type) {
  if (!PyLong_Check(object) || PyBool_Check(object)) {
    if (!type && PyDelta_Check(object))
      type = corm_type_plain(CORM_TYPE_INTERVAL);
    else if (!type && (PyDateTime_Check(object)))
      type = corm_type_plain(CORM_TYPE_DATETIME);
    else if (!type && PyTime_Check(object))
      type = corm_type_plain(CORM_TYPE_TIME);
  } else if (!type && PyLong_CheckExact(object))
    type = corm_type_plain(CORM_TYPE_INTEGER);
  return corm_literal_host(Py_NewRef(object), cpy_release_object, type);
}

/* Objects of these classes themselves become cells; those of subclasses (an enum that is a str) stay what they are. */
static int has_cell(PyObject *o) {
  PyTypeObject *t = Py_TYPE(o);
  return t == &PyLong_Type || t == &PyUnicode_Type || t == &PyFloat_Type || t == &PyBool_Type || o == Py_None ||
         t == &PyBytes_Type || t == PyDateTimeAPI->DateTimeType || t == PyDateTimeAPI->DateType ||
         t == PyDateTimeAPI->TimeType || t == (PyTypeObject *)cpy.decimal;
}

corm_expr *cpy_literal_typed(PyObject *object, const corm_type *type) {
  corm_value value;
  PyObject *pin = NULL;
  corm_expr *made;
  if (!has_cell(object))
    return host_literal(object, type);
  if (cpy_value_from(object, &value, &pin) < 0)
    return NULL;
  if (value.kind == CORM_HOST)
    made = host_literal(object, type);
  else
    made = type ? corm_literal_typed(&value, type) : corm_literal(&value);
  Py_XDECREF(pin);
  return made;
}

corm_expr *cpy_literal(PyObject *object) { return cpy_literal_typed(object, NULL); }

/* ---- Roles
 * ------------------------------------------------------------------------------------------------------------ */

static const char *const wanted[] = {"an expression or a value",
                                     "a condition",
                                     "a column expression or a source of rows",
                                     "an expression or a column's name",
                                     "a table, alias, subquery or mapped class",
                                     "a join target",
                                     "an integer or an expression",
                                     "SQL text or an expression",
                                     "a SELECT",
                                     "a column expression or a source of rows"};

static corm_node *refuse(PyObject *object, int role) {
  if (PyUnicode_Check(object) && role != CPY_FROM && role != CPY_TARGET && role != CPY_STATEMENT)
    cpy_error("ArgumentError", "plain text %R is no SQL here: say text(%R), or column(%R) for a name", object, object,
              object);
  else
    cpy_error("ArgumentError", "%s was expected, not %R", wanted[role], object);
  return NULL;
}

static int is_query(const corm_node *n) {
  int kind = corm_node_peek_kind(n);
  return kind == CORM_NODE_SELECT || kind == CORM_NODE_COMPOUND;
}

static int is_source(const corm_node *n) {
  int kind = corm_node_peek_kind(n);
  return kind >= CORM_NODE_TABLE && kind < CORM_NODE_SELECT;
}

/* A node that was given, in that role: a SELECT as a value is a scalar subquery. Takes the reference. */
static corm_node *fit(corm_node *node, int role, PyObject *object) {
  if (!node)
    return NULL;
  int query = is_query(node), source = is_source(node), right = 1;
  if (query && (role == CPY_VALUE || role == CPY_CONDITION || role == CPY_LIMIT || role == CPY_COLUMN ||
                role == CPY_RESULT || role == CPY_ORDER))
    return corm_scalar(node);
  if (query && (role == CPY_FROM || role == CPY_TARGET)) {
    corm_node *alias = corm_alias(node, NULL);
    corm_node_unref(node);
    return alias;
  }
  switch (role) {
  case CPY_VALUE:
  case CPY_CONDITION:
  case CPY_LIMIT:
    right = !source;
    break;
  case CPY_FROM:
    right = source;
    break;
  case CPY_STATEMENT:
    right = query || corm_node_peek_kind(node) == CORM_NODE_TEXT;
    break;
  case CPY_TARGET:
    right = source || corm_node_peek_kind(node) == CORM_NODE_ATTRIBUTE;
    break;
  default:
    break;
  }
  if (right)
    return node;
  corm_node_unref(node);
  return refuse(object, role);
}

/* LIMIT takes what int() takes. */
static corm_node *limit_number(PyObject *object) {
  PyObject *number = PyNumber_Long(object);
  corm_node *made = number ? cpy_literal_typed(number, corm_type_plain(CORM_TYPE_INTEGER)) : NULL;
  Py_XDECREF(number);
  return made;
}

static int is_number(PyObject *o) {
  return PyLong_Check(o) || PyFloat_Check(o) || PyComplex_Check(o) ||
         PyObject_TypeCheck(o, (PyTypeObject *)cpy.decimal);
}

/* select(1): what is selected stands in the text as it is, and is its own name. */
static corm_node *selected_number(PyObject *object) {
  PyObject *text = PyObject_Str(object);
  const char *digits = text ? cpy_utf8(text) : NULL;
  corm_node *made = digits ? corm_named(digits, corm_type_plain(CORM_TYPE_NULL), 1) : NULL;
  Py_XDECREF(text);
  return made;
}

static corm_node *constant(PyObject *object, int role) {
  switch (role) {
  case CPY_VALUE:
    return cpy_literal(object);
  case CPY_CONDITION:
    if (object == Py_True)
      return corm_true_node();
    if (object == Py_False)
      return corm_false_node();
    return object == Py_None ? corm_null_node() : refuse(object, role);
  case CPY_ORDER:
    if (PyUnicode_Check(object)) {
      const char *name = cpy_utf8(object);
      return name ? corm_name_reference(name) : NULL;
    }
    return refuse(object, role);
  case CPY_COLUMN:
  case CPY_RESULT:
    if (object == Py_None)
      return corm_null_node();
    if (PyBool_Check(object))
      return object == Py_True ? corm_true_node() : corm_false_node();
    return role == CPY_RESULT && is_number(object) ? selected_number(object) : refuse(object, role);
  case CPY_LIMIT:
    return limit_number(object);
  default:
    return refuse(object, role);
  }
}

/* Objects that stand for a node: by the hooks of the ORM, or by a protocol. 1, 0 or -1. */
static int stands_for(PyObject *object, int role, corm_node **out) {
  static PyObject *const *const names[] = {&cpy.s_corm_source, &cpy.s_clause_element};
  for (size_t i = 0; i < sizeof hooks / sizeof *hooks && hooks[i]; i++) {
    int got = hooks[i](object, role, out);
    if (got)
      return got;
  }
  for (size_t i = 0; i < 2; i++) {
    PyObject *found = PyObject_GetAttr(object, *names[i]), *made;
    if (!found) {
      if (!PyErr_ExceptionMatches(PyExc_AttributeError))
        return -1;
      PyErr_Clear();
      continue;
    }
    made = i && PyCallable_Check(found) ? PyObject_CallNoArgs(found) : Py_NewRef(found);
    Py_DECREF(found);
    if (!made)
      return -1;
    *out = made == object ? NULL : cpy_coerce(made, role);
    Py_DECREF(made);
    return *out ? 1 : -1;
  }
  return 0;
}

/* A built-in value cannot stand for a node: no look-up is needed. */
static int is_plain_value(PyObject *o) {
  return has_cell(o) || PyList_CheckExact(o) || PyDict_CheckExact(o) || PyTuple_CheckExact(o);
}

/* An expression that stands for a hybrid is known by the hybrid's key. Takes the reference. */
static corm_node *keyed(corm_node *node, PyObject *object) {
  if (!node || is_source(node))
    return node;
  PyObject *key = PyObject_GetAttr(object, cpy.s_result_key);
  const char *name = key && PyUnicode_Check(key) ? cpy_utf8(key) : NULL;
  if (name)
    node = corm_keyed(node, name);
  Py_XDECREF(key);
  if (!PyErr_Occurred())
    return node;
  if (PyErr_ExceptionMatches(PyExc_AttributeError)) { /* it has no key */
    PyErr_Clear();
    return node;
  }
  corm_node_unref(node);
  return NULL;
}

corm_node *cpy_coerce(PyObject *object, int role) {
  corm_node *node = NULL;
  if (role == CPY_ARGUMENT) {
    if (object == Py_None)
      return corm_null_node();
    role = CPY_VALUE;
  }
  if (cpy_is_node(object))
    return fit(cpy_node_ref(object), role, object);
  if (!is_plain_value(object)) {
    int got = stands_for(object, role, &node);
    if (got < 0)
      return NULL;
    if (got)
      return role == CPY_RESULT ? keyed(fit(node, role, object), object) : fit(node, role, object);
  }
  return constant(object, role);
}

corm_node **cpy_coerce_all(PyObject *const *objects, Py_ssize_t n, int role) {
  corm_node **nodes = PyMem_Calloc((size_t)n + 1, sizeof *nodes);
  if (!nodes) {
    PyErr_NoMemory();
    return NULL;
  }
  for (Py_ssize_t i = 0; i < n; i++)
    if (!(nodes[i] = cpy_coerce(objects[i], role))) {
      cpy_nodes_free(nodes, i);
      return NULL;
    }
  return nodes;
}

void cpy_nodes_free(corm_node **nodes, Py_ssize_t n) {
  for (Py_ssize_t i = 0; nodes && i < n; i++)
    corm_node_unref(nodes[i]);
  PyMem_Free(nodes);
}

int cpy_add_coerce(void) {
  PyDateTime_IMPORT;
  return PyDateTimeAPI ? 0 : -1;
}
