/* Expressions: Python's operators, comparison and truth, and the type object. operators.c has the methods. */
#include "binding.h"

/* l op r, where either is an expression. Takes nothing; a new wrapper. */
PyObject *cpy_expr_binary(int op, PyObject *l, PyObject *r) {
  corm_expr *a = cpy_coerce(l, CPY_VALUE), *b = a ? cpy_coerce(r, CPY_VALUE) : NULL;
  if (!b) {
    corm_node_unref(a);
    return NULL;
  }
  return cpy_wrap(corm_binary(op, a, b));
}

/* (a, b) == (1, 2): a tuple of literals */
static corm_expr *literal_tuple(PyObject *values) {
  Py_ssize_t n = PyTuple_GET_SIZE(values);
  corm_node **parts = cpy_coerce_all(PySequence_Fast_ITEMS(values), n, CPY_VALUE);
  corm_expr *made = parts ? corm_tuple(parts, (size_t)n) : NULL;
  PyMem_Free(parts);
  return made;
}

/* True and False beside == and != are constants, None is NULL. */
static corm_expr *compared(const corm_expr *l, PyObject *other, int op) {
  if (op == CORM_OP_EQ || op == CORM_OP_NE) {
    if (other == Py_None)
      return corm_null_node();
    if (other == Py_True)
      return corm_true_node();
    if (other == Py_False)
      return corm_false_node();
  }
  if (op != CORM_OP_EQ && op != CORM_OP_NE && (other == Py_None || PyBool_Check(other)))
    return (corm_expr *)(void *)cpy_error("ArgumentError", "%R has no order: only ==, != and is_() take it", other);
  if (PyTuple_CheckExact(other) && corm_node_peek_kind(l) == CORM_NODE_TUPLE)
    return literal_tuple(other);
  return cpy_coerce(other, CPY_VALUE);
}

PyObject *cpy_expr_richcompare(PyObject *self, PyObject *other, int op) {
  static const int operators[] = {CORM_OP_LT, CORM_OP_LE, CORM_OP_EQ, CORM_OP_NE, CORM_OP_GT, CORM_OP_GE};
  corm_expr *l = cpy_node_ref(self), *r = l ? compared(l, other, operators[op]) : NULL;
  if (!r) {
    corm_node_unref(l);
    if (!cpy.late_error || !PyErr_ExceptionMatches(cpy.late_error))
      return NULL;
    PyErr_Clear();
    return PyObject_CallFunction(cpy.late, "OOi", self, other, op);
  }
  return cpy_wrap(corm_binary(operators[op], l, r));
}

/* == and != are true where both sides are one object: so `column in list` works. All others have no truth. */
static int truth(PyObject *self) {
  corm_node *n = cpy_peek_node(self);
  int op = n ? corm_node_peek_operator(n) : 0;
  if (n && corm_node_peek_kind(n) == CORM_NODE_BINARY && (op == CORM_OP_EQ || op == CORM_OP_NE)) {
    int same = corm_node_peek_kid(n, 0) == corm_node_peek_kid(n, 1);
    return op == CORM_OP_EQ ? same : !same;
  }
  PyErr_SetString(PyExc_TypeError,
                  "an SQL expression is neither true nor false in Python; use &, | and ~ or and_(), or_(), not_()");
  return -1;
}

static Py_hash_t hash(PyObject *self) { return PyBaseObject_Type.tp_hash(self); }

#define ARITHMETIC(name, op)                                                                                           \
  static PyObject *name(PyObject *l, PyObject *r) { return cpy_expr_binary(op, l, r); }
ARITHMETIC(add, CORM_OP_ADD)
ARITHMETIC(subtract, CORM_OP_SUB)
ARITHMETIC(multiply, CORM_OP_MUL)
ARITHMETIC(divide, CORM_OP_DIV)
ARITHMETIC(floor_divide, CORM_OP_FLOORDIV)
ARITHMETIC(remainder_of, CORM_OP_MOD)

/* << and >> belong to types that are not here; bitwise_lshift() and bitwise_rshift() are methods. */
static PyObject *shift(PyObject *l, PyObject *r) {
  return PyErr_Format(PyExc_NotImplementedError,
                      "<< and >> are no operators of %s and %s: bitwise_lshift() is a method", Py_TYPE(l)->tp_name,
                      Py_TYPE(r)->tp_name);
}

static PyObject *both(PyObject *l, PyObject *r, corm_expr *(*make)(corm_expr *const *, size_t)) {
  corm_expr *parts[2] = {cpy_coerce(l, CPY_CONDITION), NULL};
  if (!parts[0] || !(parts[1] = cpy_coerce(r, CPY_CONDITION))) {
    corm_node_unref(parts[0]);
    return NULL;
  }
  return cpy_wrap(make(parts, 2));
}

static PyObject * and (PyObject * l, PyObject *r) { return both(l, r, corm_and_n); }
static PyObject * or (PyObject * l, PyObject *r) { return both(l, r, corm_or_n); }

static PyObject *unary(int op, PyObject *self) {
  corm_node *n = cpy_node_ref(self);
  return n ? cpy_wrap(corm_unary(op, n)) : NULL;
}

static PyObject *negative(PyObject *self) { return unary(CORM_OP_NEG, self); }
static PyObject *invert(PyObject *self) {
  corm_node *n = cpy_node_ref(self);
  return n ? cpy_wrap(corm_not(n)) : NULL;
}

static PyObject *subscript(PyObject *self, PyObject *key) {
  corm_expr *l = cpy_node_ref(self), *r;
  const corm_type *type = l ? corm_expr_peek_type(l) : NULL;
  int kind = type ? corm_type_peek_kind(type) : 0, op = CORM_OP_INDEX;
  if (!l)
    return NULL;
  if (kind != CORM_TYPE_JSON && kind != CORM_TYPE_ARRAY) {
    corm_node_unref(l);
    PyErr_Format(PyExc_NotImplementedError, "an expression of this type has no elements: [%R]", key);
    return NULL;
  }
  if (PySlice_Check(key) && kind == CORM_TYPE_ARRAY) {
    corm_node_unref(l);
    return cpy_error("NotSupportedYet", "a slice of an array is not supported yet");
  }
  if (PyTuple_Check(key) || PyList_Check(key)) {
    op = CORM_OP_JSON_PATH;
    r = corm_literal_host(PySequence_Tuple(key), cpy_release_object, NULL);
  } else
    r = cpy_coerce(key, CPY_VALUE);
  if (!r) {
    corm_node_unref(l);
    return NULL;
  }
  return cpy_wrap(corm_binary(op, l, r));
}

/* `type`: what the object's own dict says (Column, elements of the program's own), else what the node says. */
static PyObject *get_type(PyObject *self, void *unused) {
  (void)unused;
  PyObject *dict = PyObject_GenericGetDict(self, NULL), *found = NULL, *made;
  if (!dict)
    PyErr_Clear();
  else if ((found = PyDict_GetItemWithError(dict, cpy.s_type)))
    Py_INCREF(found);
  Py_XDECREF(dict);
  if (found || PyErr_Occurred())
    return found;
  corm_node *n = cpy_node_ref(self);
  made = n ? cpy_type_to(corm_expr_peek_type(n)) : NULL;
  corm_node_unref(n);
  return made;
}

static int set_type(PyObject *self, PyObject *value, void *unused) {
  (void)unused;
  PyObject *dict = PyObject_GenericGetDict(self, NULL);
  int status = !dict ? -1 : value ? PyDict_SetItem(dict, cpy.s_type, value) : PyDict_DelItem(dict, cpy.s_type);
  Py_XDECREF(dict);
  return status;
}

/* What the type of an expression adds to it: methods and properties of its class's `_operations`. A new reference; NULL
 * without an exception: it adds no such thing. */
PyObject *cpy_type_operation(PyObject *self, PyObject *name) {
  PyObject *type = PyObject_GetAttr(self, cpy.s_type), *find, *found = NULL, *bound = NULL;
  find = type ? PyObject_GetAttrString(type, "_operation") : NULL;
  if (!find)
    PyErr_Clear();
  else if ((found = PyObject_CallOneArg(find, name)) && found != Py_None)
    bound = Py_TYPE(found)->tp_descr_get ? Py_TYPE(found)->tp_descr_get(found, self, (PyObject *)Py_TYPE(self))
                                         : Py_NewRef(found);
  Py_XDECREF(found);
  Py_XDECREF(find);
  Py_XDECREF(type);
  return bound;
}

static PyObject *get_attribute(PyObject *self, PyObject *name) {
  PyObject *found = PyObject_GenericGetAttr(self, name), *error, *value, *traceback;
  if (found || !PyErr_ExceptionMatches(PyExc_AttributeError) || !PyUnicode_Check(name) || !PyUnicode_GET_LENGTH(name) ||
      PyUnicode_READ_CHAR(name, 0) == '_')
    return found;
  PyErr_Fetch(&error, &value, &traceback);
  found = cpy_type_operation(self, name);
  if (found || PyErr_Occurred()) {
    Py_XDECREF(error);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return found;
  }
  PyErr_Restore(error, value, traceback);
  return NULL;
}

static PyGetSetDef getset[] = {{"type", get_type, set_type, "the type of the expression", NULL},
                               {NULL, NULL, NULL, NULL, NULL}};
static PyType_Slot slots[] = {{Py_tp_getattro, (void *)get_attribute},
                              {Py_tp_richcompare, (void *)cpy_expr_richcompare},
                              {Py_tp_hash, (void *)hash},
                              {Py_nb_bool, (void *)truth},
                              {Py_nb_add, (void *)add},
                              {Py_nb_subtract, (void *)subtract},
                              {Py_nb_multiply, (void *)multiply},
                              {Py_nb_true_divide, (void *)divide},
                              {Py_nb_floor_divide, (void *)floor_divide},
                              {Py_nb_remainder, (void *)remainder_of},
                              {Py_nb_lshift, (void *)shift},
                              {Py_nb_rshift, (void *)shift},
                              {Py_nb_and, (void *)and},
                              {Py_nb_or, (void *) or },
                              {Py_nb_negative, (void *)negative},
                              {Py_nb_invert, (void *)invert},
                              {Py_mp_subscript, (void *)subscript},
                              {Py_tp_methods, cpy_operator_methods},
                              {Py_tp_getset, getset},
                              {Py_tp_doc, "An SQL expression."},
                              {0, NULL}};
static PyType_Spec spec = {"cormorant._core.Expr", sizeof(cpy_node), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
                           slots};

int cpy_add_expr(PyObject *module) { return cpy_add_type(module, &cpy.expr_type, &spec, cpy.node_type); }
