/* The methods of expressions: comparisons, LIKE and IN, modifiers, labels, casts. Each takes what SQLAlchemy takes. */
#include "binding.h"
#include <string.h>

/* ---- One operand ----------------------------------------------------------------------------------------------------
 */

#define BINARY(name, op)                                                                                               \
  static PyObject *name(PyObject *self, PyObject *other) { return cpy_expr_binary(op, self, other); }
BINARY(concat, CORM_OP_CONCAT)
BINARY(match, CORM_OP_MATCH)
BINARY(bitwise_and, CORM_OP_BITAND)
BINARY(bitwise_or, CORM_OP_BITOR)
BINARY(bitwise_xor, CORM_OP_BITXOR)
BINARY(bitwise_lshift, CORM_OP_SHL)
BINARY(bitwise_rshift, CORM_OP_SHR)

/* IS and its kin: None, True and False are constants. */
static PyObject *constant_binary(int op, PyObject *self, PyObject *other) {
  corm_expr *l = cpy_node_ref(self), *r = NULL;
  if (!l)
    return NULL;
  if (other == Py_None)
    r = corm_null_node();
  else if (PyBool_Check(other))
    r = other == Py_True ? corm_true_node() : corm_false_node();
  else
    r = cpy_coerce(other, CPY_VALUE);
  if (r)
    return cpy_wrap(corm_binary(op, l, r));
  corm_node_unref(l);
  return NULL;
}
static PyObject *is(PyObject *self, PyObject *other) { return constant_binary(CORM_OP_IS, self, other); }
static PyObject *is_not(PyObject *self, PyObject *other) { return constant_binary(CORM_OP_IS_NOT, self, other); }
static PyObject *is_distinct(PyObject *self, PyObject *other) {
  return constant_binary(CORM_OP_IS_DISTINCT, self, other);
}
static PyObject *is_not_distinct(PyObject *self, PyObject *other) {
  return constant_binary(CORM_OP_IS_NOT_DISTINCT, self, other);
}

/* ---- None
 * --------------------------------------------------------------------------------------------------------------- */

static PyObject *unary(PyObject *self, int op) {
  corm_node *n = cpy_node_ref(self);
  return n ? cpy_wrap(corm_unary(op, n)) : NULL;
}
#define UNARY(name, op)                                                                                                \
  static PyObject *name(PyObject *self, PyObject *unused) {                                                            \
    (void)unused;                                                                                                      \
    return unary(self, op);                                                                                            \
  }
UNARY(desc, CORM_OP_DESC)
UNARY(asc, CORM_OP_ASC)
UNARY(nulls_first, CORM_OP_NULLS_FIRST)
UNARY(nulls_last, CORM_OP_NULLS_LAST)
UNARY(distinct, CORM_OP_DISTINCT)
UNARY(any, CORM_OP_ANY)
UNARY(all, CORM_OP_ALL)
UNARY(bitwise_not, CORM_OP_INVERT)

static PyObject *self_group(PyObject *self, PyObject *args, PyObject *kwargs) {
  (void)args;
  (void)kwargs; /* parentheses are the compiler's business: `against` says nothing to it */
  return Py_NewRef(self);
}

/* ---- LIKE
 * ----------------------------------------------------------------------------------------------------------------- */

static PyObject *like(int op, PyObject *self, PyObject *args, PyObject *kwargs, const char *format) {
  int takes_autoescape = strchr(format, 'p') != NULL;
  static char *plain[] = {"other", "escape", NULL}, *prefix[] = {"other", "escape", "autoescape", NULL};
  PyObject *other, *escape = Py_None;
  int autoescape = 0;
  const char *character;
  corm_expr *l, *r;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, format, takes_autoescape ? prefix : plain, &other, &escape,
                                   &autoescape))
    return NULL;
  if (cpy_text_or_none(escape, &character, "escape") < 0)
    return NULL;
  if (autoescape && !PyUnicode_Check(other))
    return PyErr_Format(PyExc_TypeError, "autoescape needs a str to escape, not %R", other);
  if (!(l = cpy_node_ref(self)))
    return NULL;
  if (!(r = cpy_coerce(other, CPY_VALUE))) {
    corm_node_unref(l);
    return NULL;
  }
  return cpy_wrap(corm_like(op, l, r, character, autoescape));
}
#define LIKE(name, op)                                                                                                 \
  static PyObject *name(PyObject *self, PyObject *args, PyObject *kwargs) {                                            \
    return like(op, self, args, kwargs, "O|O");                                                                        \
  }
#define PREFIX(name, op)                                                                                               \
  static PyObject *name(PyObject *self, PyObject *args, PyObject *kwargs) {                                            \
    return like(op, self, args, kwargs, "O|Op");                                                                       \
  }
LIKE(plain_like, CORM_OP_LIKE)
LIKE(not_like, CORM_OP_NOT_LIKE)
LIKE(ilike, CORM_OP_ILIKE)
LIKE(not_ilike, CORM_OP_NOT_ILIKE)
PREFIX(startswith, CORM_OP_STARTSWITH)
PREFIX(endswith, CORM_OP_ENDSWITH)
PREFIX(text_contains, CORM_OP_CONTAINS)
PREFIX(istartswith, CORM_OP_ISTARTSWITH)
PREFIX(iendswith, CORM_OP_IENDSWITH)
PREFIX(icontains, CORM_OP_ICONTAINS)

/* Of arrays and JSON it is an operator of theirs. */
static PyObject *contains(PyObject *self, PyObject *args, PyObject *kwargs) {
  corm_node *n = cpy_node_ref(self);
  int kind = n ? corm_type_peek_kind(corm_expr_peek_type(n)) : 0;
  PyObject *name, *own = NULL, *made;
  corm_node_unref(n);
  if (kind == CORM_TYPE_ARRAY || kind == CORM_TYPE_JSON || kind == CORM_TYPE_CUSTOM) {
    if (!(name = PyUnicode_InternFromString("contains")))
      return NULL;
    own = cpy_type_operation(self, name);
    Py_DECREF(name);
  }
  if (!own)
    return PyErr_Occurred() ? NULL : text_contains(self, args, kwargs);
  made = PyObject_Call(own, args, kwargs);
  Py_DECREF(own);
  return made;
}

static PyObject *regexp_match(PyObject *self, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"pattern", "flags", NULL};
  PyObject *pattern, *flags = Py_None;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|O:regexp_match", names, &pattern, &flags))
    return NULL;
  if (flags != Py_None)
    return cpy_error("NotSupportedYet", "regexp_match(flags=...) is not supported yet");
  return cpy_expr_binary(CORM_OP_REGEXP, self, pattern);
}

static PyObject *regexp_replace(PyObject *self, PyObject *args, PyObject *kwargs) {
  (void)self;
  (void)args;
  (void)kwargs;
  return cpy_error("NotSupportedYet", "regexp_replace() is not supported yet");
}

/* ---- BETWEEN
 * --------------------------------------------------------------------------------------------------------------- */

static PyObject *between(PyObject *self, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"cleft", "cright", "symmetric", NULL};
  PyObject *low, *high;
  corm_expr *x, *a = NULL, *b = NULL;
  int symmetric = 0;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO|p:between", names, &low, &high, &symmetric))
    return NULL;
  if ((x = cpy_node_ref(self)) && (a = cpy_coerce(low, CPY_VALUE)) && (b = cpy_coerce(high, CPY_VALUE)))
    return cpy_wrap(corm_between(x, a, b, 0, symmetric));
  corm_node_unref(x);
  corm_node_unref(a);
  return NULL;
}

/* ---- IN
 * ----------------------------------------------------------------------------------------------------------------------
 */

/* Every member a plain cell: one bind for all. NULL without an exception: one of them has no cell. */
static corm_expr *in_cells(PyObject *const *members, Py_ssize_t n, corm_expr *x, int negated) {
  corm_value *values = PyMem_Calloc((size_t)n + 1, sizeof *values);
  PyObject **pins = PyMem_Calloc((size_t)n + 1, sizeof *pins);
  corm_expr *made = NULL;
  Py_ssize_t i = 0;
  if (!values || !pins)
    PyErr_NoMemory();
  else
    for (; i < n; i++) {
      if (cpy_value_from(members[i], &values[i], &pins[i]) < 0)
        break;
      if (values[i].kind == CORM_HOST || (PyUnicode_Check(members[i]) && !PyUnicode_CheckExact(members[i])))
        break;
    }
  if (i == n && values && pins)
    made = corm_in_values(x, values, (size_t)n, negated);
  for (Py_ssize_t k = 0; pins && k < n; k++)
    Py_XDECREF(pins[k]);
  PyMem_Free(pins);
  PyMem_Free(values);
  return made;
}

/* Members of a tuple's list: rows of equal width. */
static corm_expr *in_rows(PyObject *const *members, Py_ssize_t n, corm_expr *x, int negated) {
  Py_ssize_t width = (Py_ssize_t)corm_node_peek_kids(x), i, k;
  corm_value *values = PyMem_Calloc((size_t)(n * width) + 1, sizeof *values);
  PyObject **pins = PyMem_Calloc((size_t)(n * width) + 1, sizeof *pins), *rows = PyList_New(0);
  corm_expr *made = NULL;
  int good = values && pins && rows;
  for (i = 0; good && i < n; i++) {
    PyObject *row = PySequence_Tuple(members[i]);
    good = row && PyList_Append(rows, row) == 0;
    if (good && PyTuple_GET_SIZE(row) != width) {
      cpy_error("ArgumentError", "a row of %zd values was expected in the IN list, not %R", width, row);
      good = 0;
    }
    for (k = 0; good && k < width; k++) {
      corm_value *value = &values[i * width + k];
      good = cpy_value_from(PyTuple_GET_ITEM(row, k), value, &pins[i * width + k]) == 0;
      if (good && value->kind == CORM_HOST) {
        cpy_error("NotSupportedYet", "a value of class %s in a list of tuples is not supported yet",
                  Py_TYPE(PyTuple_GET_ITEM(row, k))->tp_name);
        good = 0;
      }
    }
    Py_XDECREF(row);
  }
  if (good)
    made = corm_in_rows(x, values, (size_t)n, (size_t)width, negated);
  for (i = 0; pins && i < n * width; i++)
    Py_XDECREF(pins[i]);
  PyMem_Free(pins);
  PyMem_Free(values);
  Py_XDECREF(rows);
  return made;
}

static int holds_nodes(PyObject *const *members, Py_ssize_t n) {
  for (Py_ssize_t i = 0; i < n; i++)
    if (cpy_is_node(members[i]) || PyObject_HasAttr(members[i], cpy.s_clause_element))
      return 1;
  return 0;
}

static corm_expr *in_exprs(PyObject *const *members, Py_ssize_t n, corm_expr *x, int negated) {
  corm_node **nodes = PyMem_Calloc((size_t)n + 1, sizeof *nodes);
  corm_expr *made = NULL;
  Py_ssize_t i = 0;
  if (!nodes)
    return (corm_expr *)PyErr_NoMemory();
  for (; i < n; i++)
    if (!(nodes[i] = cpy_is_node(members[i]) || PyObject_HasAttr(members[i], cpy.s_clause_element)
                         ? cpy_coerce(members[i], CPY_VALUE)
                         : cpy_literal(members[i])))
      break;
  if (i == n) {
    made = corm_in_exprs(x, nodes, (size_t)n, negated);
    PyMem_Free(nodes);
  } else
    cpy_nodes_free(nodes, i);
  return made;
}

/* x is taken where a node is made. */
static corm_expr *in_list(PyObject *other, corm_expr *x, int negated) {
  PyObject *list = PyUnicode_Check(other) || PyBytes_Check(other) ? NULL : PySequence_Tuple(other);
  if (!list) {
    if (!PyErr_Occurred() || PyErr_ExceptionMatches(PyExc_TypeError)) {
      PyErr_Clear();
      cpy_error("ArgumentError", "IN takes a list of values, a SELECT or an expanding bindparam, not %R", other);
    }
    return NULL;
  }
  PyObject *const *members = PySequence_Fast_ITEMS(list);
  Py_ssize_t n = PyTuple_GET_SIZE(list);
  corm_expr *made = NULL;
  int nodes = holds_nodes(members, n);
  if (!nodes && corm_node_peek_kind(x) == CORM_NODE_TUPLE)
    made = in_rows(members, n, x, negated);
  else if (!nodes)
    made = in_cells(members, n, x, negated);
  if (!made && !PyErr_Occurred())
    made = in_exprs(members, n, x, negated);
  Py_DECREF(list);
  return made;
}

static PyObject *in(PyObject *self, PyObject *other, int negated) {
  corm_expr *x = cpy_node_ref(self), *made = NULL;
  corm_node *query = NULL;
  if (!x)
    return NULL;
  if (cpy_is_node(other))
    query = cpy_node_ref(other);
  else if (!PyList_CheckExact(other) && PyObject_HasAttr(other, cpy.s_clause_element))
    query = cpy_coerce(other, CPY_STATEMENT);
  else
    made = in_list(other, x, negated);
  if (query)
    made = corm_in_query(x, query, negated);
  if (made)
    return cpy_wrap(made);
  corm_node_unref(x);
  return NULL;
}
static PyObject *in_(PyObject *self, PyObject *other) { return in(self, other, 0); }
static PyObject *not_in(PyObject *self, PyObject *other) { return in(self, other, 1); }

/* ---- Label, cast, collate
 * ------------------------------------------------------------------------------------------------ */

static PyObject *label(PyObject *self, PyObject *name) {
  const char *text;
  if (cpy_text_or_none(name, &text, "a label's name") < 0)
    return NULL;
  corm_node *n = cpy_node_ref(self);
  return n ? cpy_wrap(corm_label(n, text)) : NULL;
}

static PyObject *cast(PyObject *self, PyObject *type) {
  PyObject *pin = NULL;
  const corm_type *t = cpy_type_from(type, &pin);
  corm_node *n = t ? cpy_node_ref(self) : NULL;
  PyObject *made = n ? cpy_wrap(corm_cast(n, t)) : NULL;
  Py_XDECREF(pin);
  return made;
}

static PyObject *collate(PyObject *self, PyObject *collation) {
  const char *name;
  if (!PyUnicode_Check(collation) || !(name = cpy_utf8(collation)))
    return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_TypeError, "a collation is a str, not %R", collation);
  corm_node *n = cpy_node_ref(self);
  return n ? cpy_wrap(corm_binary(CORM_OP_COLLATE, n, corm_named(name, NULL, 0))) : NULL;
}

/* ---- op()
 * ----------------------------------------------------------------------------------------------------------------- */

/* What op("@@") gives: called with the other side. bound: (self, text, precedence, comparison, type) */
static PyObject *apply_custom(PyObject *bound, PyObject *other) {
  PyObject *type_object = PyTuple_GET_ITEM(bound, 4), *pin = NULL, *made = NULL;
  const char *text = cpy_utf8(PyTuple_GET_ITEM(bound, 1));
  int precedence = (int)PyLong_AsLong(PyTuple_GET_ITEM(bound, 2));
  unsigned flags = PyTuple_GET_ITEM(bound, 3) == Py_True ? CORM_OP_IS_COMPARISON : 0;
  const corm_type *type = type_object == Py_None ? NULL : cpy_type_from(type_object, &pin);
  corm_expr *l = NULL, *r = NULL;
  if (!PyErr_Occurred() && text && (l = cpy_node_ref(PyTuple_GET_ITEM(bound, 0))) && (r = cpy_coerce(other, CPY_VALUE)))
    made = cpy_wrap(corm_op_custom(text, precedence, flags, type, l, r));
  else
    corm_node_unref(l);
  Py_XDECREF(pin);
  return made;
}
static PyMethodDef apply_custom_def = {"op", apply_custom, METH_O, "Applies the operator to the other side."};

static PyObject *custom(PyObject *self, PyObject *text, int precedence, int comparison, PyObject *type) {
  PyObject *bound = Py_BuildValue("(OOiOO)", self, text, precedence, comparison ? Py_True : Py_False, type), *made;
  made = bound ? PyCFunction_New(&apply_custom_def, bound) : NULL;
  Py_XDECREF(bound);
  return made;
}

static PyObject *op(PyObject *self, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"opstring", "precedence", "is_comparison", "return_type", "python_impl", NULL};
  PyObject *text, *type = Py_None, *python_impl = Py_None;
  int precedence = 0, comparison = 0;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "U|ipOO:op", names, &text, &precedence, &comparison, &type,
                                   &python_impl))
    return NULL;
  if (python_impl != Py_None)
    return cpy_error("NotSupportedYet", "op(python_impl=...) is not supported yet");
  return custom(self, text, precedence, comparison, type);
}

static PyObject *bool_op(PyObject *self, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"opstring", "precedence", "python_impl", NULL};
  PyObject *text, *python_impl = Py_None;
  int precedence = 0;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "U|iO:bool_op", names, &text, &precedence, &python_impl))
    return NULL;
  if (python_impl != Py_None)
    return cpy_error("NotSupportedYet", "bool_op(python_impl=...) is not supported yet");
  return custom(self, text, precedence, 1, Py_None);
}

/* ---- JSON
 * -------------------------------------------------------------------------------------------------------------------
 */

/* data["k"].as_string() and its kin: the access again, as text, then taken for another type. */
static PyObject *json_as(PyObject *self, const corm_type *type, const char *method) {
  corm_node *n = cpy_node_ref(self);
  int kind = n ? corm_node_peek_operator(n) : 0;
  if (!n)
    return NULL;
  if (kind == CORM_OP_INDEX || kind == CORM_OP_JSON_PATH)
    return cpy_wrap(corm_json_as(n, type));
  corm_node_unref(n);
  return cpy_error("InvalidRequestError", "%s() belongs to an element of a JSON value, data[\"key\"]", method);
}
#define JSON_AS(name, type)                                                                                            \
  static PyObject *name(PyObject *self, PyObject *unused) {                                                            \
    (void)unused;                                                                                                      \
    return json_as(self, corm_type_plain(type), #name);                                                                \
  }
JSON_AS(as_string, CORM_TYPE_STRING)
JSON_AS(as_integer, CORM_TYPE_INTEGER)
JSON_AS(as_float, CORM_TYPE_FLOAT)
JSON_AS(as_boolean, CORM_TYPE_BOOLEAN)

static PyObject *as_numeric(PyObject *self, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"precision", "scale", "asdecimal", NULL};
  corm_type_def def = {.size = sizeof(corm_type_def), .kind = CORM_TYPE_NUMERIC};
  corm_type *type = NULL;
  corm_error *err = NULL;
  PyObject *made = NULL;
  int asdecimal = 1;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "ii|p:as_numeric", names, &def.precision, &def.scale, &asdecimal))
    return NULL;
  def.flags = asdecimal ? CORM_TYPE_AS_DECIMAL : 0;
  if (corm_type_new(&type, &def, &err))
    return cpy_raise(err);
  made = json_as(self, type, "as_numeric");
  corm_type_unref(type);
  return made;
}

/* data["k"].astext: without a type */
static PyObject *json_text(PyObject *self, PyObject *unused) {
  (void)unused;
  corm_node *n = cpy_node_ref(self);
  int kind = n ? corm_node_peek_operator(n) : 0;
  corm_expr *made = NULL;
  if (n && (kind == CORM_OP_INDEX || kind == CORM_OP_JSON_PATH))
    made = corm_binary(kind == CORM_OP_INDEX ? CORM_OP_JSON_TEXT : CORM_OP_JSON_PATH_TEXT,
                       corm_node_ref(corm_node_peek_kid(n, 0)), corm_node_ref(corm_node_peek_kid(n, 1)));
  corm_node_unref(n);
  return made ? cpy_wrap(made) : cpy_error("InvalidRequestError", "astext belongs to an element of a JSON value");
}

static PyObject *as_json(PyObject *self, PyObject *unused) {
  (void)unused;
  return Py_NewRef(self);
}

#define KEYWORDS(f) (PyCFunction)(void (*)(void)) f, METH_VARARGS | METH_KEYWORDS
PyMethodDef cpy_operator_methods[] = {
    {"concat", concat, METH_O, "concat(other): ||"},
    {"match", match, METH_O, "match(other): the database's full text match"},
    {"bitwise_and", bitwise_and, METH_O, "&"},
    {"bitwise_or", bitwise_or, METH_O, "|"},
    {"bitwise_xor", bitwise_xor, METH_O, "^"},
    {"bitwise_lshift", bitwise_lshift, METH_O, "<<"},
    {"bitwise_rshift", bitwise_rshift, METH_O, ">>"},
    {"bitwise_not", bitwise_not, METH_NOARGS, "~"},
    {"is_", is, METH_O, "is_(other): IS"},
    {"is_not", is_not, METH_O, "is_not(other): IS NOT"},
    {"isnot", is_not, METH_O, "isnot(other): IS NOT"},
    {"is_distinct_from", is_distinct, METH_O, "IS DISTINCT FROM"},
    {"is_not_distinct_from", is_not_distinct, METH_O, "IS NOT DISTINCT FROM"},
    {"isnot_distinct_from", is_not_distinct, METH_O, "IS NOT DISTINCT FROM"},
    {"like", KEYWORDS(plain_like), "like(other, escape=None)"},
    {"not_like", KEYWORDS(not_like), "not_like(other, escape=None)"},
    {"notlike", KEYWORDS(not_like), "notlike(other, escape=None)"},
    {"ilike", KEYWORDS(ilike), "ilike(other, escape=None)"},
    {"not_ilike", KEYWORDS(not_ilike), "not_ilike(other, escape=None)"},
    {"notilike", KEYWORDS(not_ilike), "notilike(other, escape=None)"},
    {"startswith", KEYWORDS(startswith), "startswith(other, escape=None, autoescape=False)"},
    {"endswith", KEYWORDS(endswith), "endswith(other, escape=None, autoescape=False)"},
    {"contains", KEYWORDS(contains), "contains(other, escape=None, autoescape=False)"},
    {"istartswith", KEYWORDS(istartswith), "istartswith(other, escape=None, autoescape=False)"},
    {"iendswith", KEYWORDS(iendswith), "iendswith(other, escape=None, autoescape=False)"},
    {"icontains", KEYWORDS(icontains), "icontains(other, escape=None, autoescape=False)"},
    {"regexp_match", KEYWORDS(regexp_match), "regexp_match(pattern, flags=None)"},
    {"regexp_replace", KEYWORDS(regexp_replace), "not supported yet"},
    {"between", KEYWORDS(between), "between(cleft, cright, symmetric=False)"},
    {"in_", in_, METH_O, "in_(other): a list of values, a SELECT, an expanding bindparam"},
    {"not_in", not_in, METH_O, "not_in(other): NOT IN"},
    {"notin_", not_in, METH_O, "notin_(other): NOT IN"},
    {"desc", desc, METH_NOARGS, "DESC"},
    {"asc", asc, METH_NOARGS, "ASC"},
    {"nulls_first", nulls_first, METH_NOARGS, "NULLS FIRST"},
    {"nullsfirst", nulls_first, METH_NOARGS, "NULLS FIRST"},
    {"nulls_last", nulls_last, METH_NOARGS, "NULLS LAST"},
    {"nullslast", nulls_last, METH_NOARGS, "NULLS LAST"},
    {"distinct", distinct, METH_NOARGS, "DISTINCT"},
    {"any_", any, METH_NOARGS, "ANY (..)"},
    {"all_", all, METH_NOARGS, "ALL (..)"},
    {"label", label, METH_O, "label(name): AS name; None: a name of its own"},
    {"cast", cast, METH_O, "cast(type)"},
    {"collate", collate, METH_O, "collate(collation)"},
    {"op", KEYWORDS(op), "op(opstring, precedence=0, is_comparison=False, return_type=None): any operator"},
    {"bool_op", KEYWORDS(bool_op), "bool_op(opstring, precedence=0): any operator that gives a truth value"},
    {"as_string", as_string, METH_NOARGS, "a JSON element as text"},
    {"as_integer", as_integer, METH_NOARGS, "a JSON element as an integer"},
    {"as_float", as_float, METH_NOARGS, "a JSON element as a float"},
    {"as_boolean", as_boolean, METH_NOARGS, "a JSON element as a truth value"},
    {"as_numeric", KEYWORDS(as_numeric), "as_numeric(precision, scale, asdecimal=True): a JSON element as a number"},
    {"_json_text", json_text, METH_NOARGS, "a JSON element as text, without a type"},
    {"as_json", as_json, METH_NOARGS, "a JSON element as JSON"},
    {"self_group", KEYWORDS(self_group), "the expression itself: parentheses are written where they are needed"},
    {NULL, NULL, 0, NULL}};
