/* Functions that make expressions: and_, or_, literal, bindparam, case, cast, func and so on. */
#include "binding.h"
#include <string.h>

/* ---- and_, or_, not_
 * ---------------------------------------------------------------------------------------------------- */

static PyObject *conjunction(PyObject *const *args, Py_ssize_t n, corm_expr *(*make)(corm_expr *const *, size_t)) {
  corm_node **parts = cpy_coerce_all(args, n, CPY_CONDITION);
  if (!parts)
    return NULL;
  corm_expr *made = make(parts, (size_t)n);
  PyMem_Free(parts);
  return cpy_wrap(made);
}

static PyObject *and_(PyObject *m, PyObject *const *args, Py_ssize_t n) {
  (void)m;
  return conjunction(args, n, corm_and_n);
}
static PyObject *or_(PyObject *m, PyObject *const *args, Py_ssize_t n) {
  (void)m;
  return conjunction(args, n, corm_or_n);
}
static PyObject *not_(PyObject *m, PyObject *x) {
  (void)m;
  corm_node *n = cpy_coerce(x, CPY_CONDITION);
  return n ? cpy_wrap(corm_not(n)) : NULL;
}

static PyObject *constant(PyObject *m, PyObject *name) {
  (void)m;
  if (PyUnicode_CompareWithASCIIString(name, "true") == 0)
    return cpy_wrap(corm_true_node());
  if (PyUnicode_CompareWithASCIIString(name, "false") == 0)
    return cpy_wrap(corm_false_node());
  return cpy_wrap(corm_null_node());
}

/* ---- Leaves
 * ------------------------------------------------------------------------------------------------------------- */

/* literal(value, type): type None: by the value's class */
static PyObject *literal(PyObject *m, PyObject *args) {
  (void)m;
  PyObject *value, *type_object = Py_None, *pin = NULL, *made = NULL;
  if (!PyArg_ParseTuple(args, "O|O:literal", &value, &type_object))
    return NULL;
  const corm_type *type = type_object == Py_None ? NULL : cpy_type_from(type_object, &pin);
  if (!PyErr_Occurred()) {
    corm_expr *n = cpy_literal_typed(value, type);
    made = n ? cpy_wrap(corm_literal_alone(n)) : NULL;
  }
  Py_XDECREF(pin);
  return made;
}

/* bindparam(name, value, has_value, type, flags) */
static PyObject *bindparam(PyObject *m, PyObject *args) {
  (void)m;
  PyObject *name_object, *value, *type_object, *pin = NULL, *value_pin = NULL, *made = NULL;
  const char *name;
  const corm_type *type;
  corm_value cell;
  unsigned flags;
  int has_value;
  if (!PyArg_ParseTuple(args, "OOpOI:bindparam", &name_object, &value, &has_value, &type_object, &flags))
    return NULL;
  if (cpy_text_or_none(name_object, &name, "a parameter's name") < 0)
    return NULL;
  type = type_object == Py_None ? NULL : cpy_type_from(type_object, &pin);
  if (PyErr_Occurred() || (has_value && cpy_value_from(value, &cell, &value_pin) < 0))
    goto out;
  if (has_value && cell.kind == CORM_HOST)
    made = cpy_wrap(corm_literal_alone(corm_bindparam_host(name, Py_NewRef(value), cpy_release_object, type, flags)));
  else
    made = cpy_wrap(corm_literal_alone(corm_bindparam(name, has_value ? &cell : NULL, type, flags)));
out:
  Py_XDECREF(value_pin);
  Py_XDECREF(pin);
  return made;
}

/* bind_value(bind): the value of a bound parameter; a list for an expanding one */
static PyObject *bind_value(PyObject *m, PyObject *bind) {
  (void)m;
  if (!cpy_is_node(bind))
    return PyErr_Format(PyExc_TypeError, "a bound parameter is needed");
  return cpy_bind_value(cpy_peek_node(bind));
}

PyObject *cpy_bind_value(const corm_expr *bind) {
  const corm_value *values;
  size_t n, width;
  corm_value one;
  corm_error *err = NULL;
  if (!bind)
    Py_RETURN_NONE;
  if (corm_bind_peek_list(bind, &values, &n, &width)) {
    size_t rows = width ? n / width : n;
    PyObject *list = PyList_New((Py_ssize_t)rows);
    for (size_t i = 0; list && i < rows; i++) {
      PyObject *member = width ? PyTuple_New((Py_ssize_t)width) : cpy_value_to(&values[i]);
      for (size_t k = 0; member && width && k < width; k++) {
        PyObject *value = cpy_value_to(&values[i * width + k]);
        if (!value)
          Py_CLEAR(member);
        else
          PyTuple_SET_ITEM(member, (Py_ssize_t)k, value);
      }
      if (!member)
        Py_CLEAR(list);
      else
        PyList_SET_ITEM(list, (Py_ssize_t)i, member);
    }
    return list;
  }
  if (corm_bind_get(bind, &one, &err))
    return cpy_raise(err);
  return one.kind == CORM_RECORD ? Py_NewRef(Py_None) : cpy_value_to(&one);
}

/* named(name, type, literal): column() and literal_column() */
static PyObject *named(PyObject *m, PyObject *args) {
  (void)m;
  PyObject *type_object, *pin = NULL, *made = NULL;
  const char *name;
  int is_literal;
  const corm_type *type;
  if (!PyArg_ParseTuple(args, "sOp:named", &name, &type_object, &is_literal))
    return NULL;
  if ((type = cpy_type_from(type_object, &pin)))
    made = cpy_wrap(corm_named(name, type, is_literal));
  Py_XDECREF(pin);
  return made;
}

/* ---- Shapes
 * ------------------------------------------------------------------------------------------------------------- */

static PyObject *with_type(PyObject *args, corm_expr *(*make)(corm_expr *, const corm_type *)) {
  PyObject *x, *type_object, *pin = NULL, *made = NULL;
  if (!PyArg_ParseTuple(args, "OO", &x, &type_object))
    return NULL;
  const corm_type *type = cpy_type_from(type_object, &pin);
  corm_node *n = type ? cpy_coerce(x, CPY_ARGUMENT) : NULL;
  if (n)
    made = cpy_wrap(make(n, type));
  Py_XDECREF(pin);
  return made;
}
static PyObject *cast(PyObject *m, PyObject *args) {
  (void)m;
  return with_type(args, corm_cast);
}
static PyObject *type_coerce(PyObject *m, PyObject *args) {
  (void)m;
  return with_type(args, corm_type_coerce);
}

static PyObject *extract(PyObject *m, PyObject *args) {
  (void)m;
  const char *field;
  PyObject *x;
  if (!PyArg_ParseTuple(args, "sO:extract", &field, &x))
    return NULL;
  corm_node *n = cpy_coerce(x, CPY_ARGUMENT);
  return n ? cpy_wrap(corm_extract(field, n)) : NULL;
}

/* case(value, whens, else_, has_else): whens is a sequence of pairs */
static PyObject *case_(PyObject *m, PyObject *args) {
  (void)m;
  PyObject *value, *whens, *otherwise, *made = NULL, *seq;
  int has_else;
  if (!PyArg_ParseTuple(args, "OOOp:case", &value, &whens, &otherwise, &has_else))
    return NULL;
  if (!(seq = PySequence_Fast(whens, "WHEN pairs are needed")))
    return NULL;
  Py_ssize_t n = PySequence_Fast_GET_SIZE(seq), done = 0;
  corm_node **parts = PyMem_Calloc((size_t)(2 * n) + 1, sizeof *parts), *v = NULL, *e = NULL;
  if (!parts)
    PyErr_NoMemory();
  for (; parts && done < 2 * n; done++) {
    PyObject *pair = PySequence_Fast_GET_ITEM(seq, done / 2);
    if (!PyTuple_Check(pair) || PyTuple_GET_SIZE(pair) != 2) {
      cpy_error("ArgumentError", "case() takes pairs of a condition and a result, not %R", pair);
      break;
    }
    int role = done % 2 == 0 && value == Py_None ? CPY_CONDITION : CPY_ARGUMENT;
    if (!(parts[done] = cpy_coerce(PyTuple_GET_ITEM(pair, done % 2), role)))
      break;
  }
  if (parts && done == 2 * n && (value == Py_None || (v = cpy_coerce(value, CPY_VALUE))) &&
      (!has_else || (e = cpy_coerce(otherwise, CPY_ARGUMENT)))) {
    made = cpy_wrap(corm_case(v, parts, (size_t)n, e));
    PyMem_Free(parts);
  } else {
    corm_node_unref(v);
    cpy_nodes_free(parts, done);
  }
  Py_DECREF(seq);
  return made;
}

static PyObject *list_of(PyObject *const *args, Py_ssize_t n, corm_expr *(*make)(corm_expr *const *, size_t)) {
  corm_node **parts = cpy_coerce_all(args, n, CPY_ARGUMENT);
  if (!parts)
    return NULL;
  corm_expr *made = make(parts, (size_t)n);
  PyMem_Free(parts);
  return cpy_wrap(made);
}
static PyObject *tuple_(PyObject *m, PyObject *const *args, Py_ssize_t n) {
  (void)m;
  return list_of(args, n, corm_tuple);
}
/* ordered_argument(expression, *order) */
static PyObject *ordered_argument(PyObject *m, PyObject *const *args, Py_ssize_t n) {
  (void)m;
  corm_node **parts = cpy_coerce_all(args, n, CPY_VALUE);
  PyObject *made = parts ? cpy_wrap(corm_ordered_argument(parts[0], parts + 1, (size_t)n - 1)) : NULL;
  PyMem_Free(parts);
  return made;
}
/* array(type, *expressions) */
static PyObject *array(PyObject *m, PyObject *const *args, Py_ssize_t n) {
  (void)m;
  PyObject *pin = NULL;
  const corm_type *type = n ? cpy_type_from(args[0], &pin) : NULL;
  corm_node **parts = type ? cpy_coerce_all(args + 1, n - 1, CPY_VALUE) : NULL;
  PyObject *made = parts ? cpy_wrap(corm_array(parts, (size_t)n - 1, type)) : NULL;
  PyMem_Free(parts);
  Py_XDECREF(pin);
  return made;
}
static PyObject *list_(PyObject *m, PyObject *const *args, Py_ssize_t n) {
  (void)m;
  return list_of(args, n, corm_list);
}

/* A LIST of ORDER BY elements from None, one element or a sequence. -1: exception; *out may be NULL. */
static int order_list(PyObject *given, corm_expr **out) {
  PyObject *seq = NULL;
  corm_node **parts;
  *out = NULL;
  if (given == Py_None)
    return 0;
  if (PyList_Check(given) || PyTuple_Check(given))
    seq = PySequence_Tuple(given);
  else
    seq = PyTuple_Pack(1, given);
  if (!seq)
    return -1;
  Py_ssize_t n = PyTuple_GET_SIZE(seq);
  parts = cpy_coerce_all(PySequence_Fast_ITEMS(seq), n, CPY_ORDER);
  Py_DECREF(seq);
  if (!parts)
    return -1;
  *out = corm_list(parts, (size_t)n);
  PyMem_Free(parts);
  return 0;
}

/* None: unbounded, 0: the current row, else so many rows before or behind it. */
static int frame_bound(PyObject *given, int *bound, corm_expr **by) {
  *bound = CORM_BOUND_UNBOUNDED;
  *by = NULL;
  if (given == Py_None)
    return 0;
  long long n = PyLong_AsLongLong(given);
  if (n == -1 && PyErr_Occurred())
    return -1;
  *bound = n < 0 ? CORM_BOUND_PRECEDING : n > 0 ? CORM_BOUND_FOLLOWING : CORM_BOUND_CURRENT;
  corm_value v = corm_int(n < 0 ? -n : n);
  if (n)
    *by = corm_literal(&v);
  return 0;
}

/* over(function, partition_by, order_by, kind, from, to); kind 0: no frame */
static PyObject *over(PyObject *m, PyObject *args) {
  (void)m;
  PyObject *fn, *partition, *order, *from, *to;
  corm_frame frame = {0};
  corm_expr *f, *p = NULL, *o = NULL;
  if (!PyArg_ParseTuple(args, "OOOiOO:over", &fn, &partition, &order, &frame.kind, &from, &to))
    return NULL;
  if (!(f = cpy_coerce(fn, CPY_VALUE)))
    return NULL;
  if (order_list(partition, &p) == 0 && order_list(order, &o) == 0 &&
      frame_bound(from, &frame.from, &frame.from_by) == 0 && frame_bound(to, &frame.to, &frame.to_by) == 0)
    return cpy_wrap(corm_over(f, p, o, frame.kind ? &frame : NULL));
  corm_node_unref(frame.from_by);
  corm_node_unref(o);
  corm_node_unref(f);
  corm_node_unref(p);
  return NULL;
}

static PyObject *filter_(PyObject *m, PyObject *const *args, Py_ssize_t n) {
  (void)m;
  if (n < 1)
    return PyErr_Format(PyExc_TypeError, "filter() needs a function");
  corm_node *f = cpy_coerce(args[0], CPY_VALUE), **parts;
  if (!f)
    return NULL;
  if (!(parts = cpy_coerce_all(args + 1, n - 1, CPY_CONDITION))) {
    corm_node_unref(f);
    return NULL;
  }
  corm_expr *where = corm_and_n(parts, (size_t)(n - 1));
  PyMem_Free(parts);
  return cpy_wrap(corm_filter(f, where));
}

static PyObject *within_group(PyObject *m, PyObject *args) {
  (void)m;
  PyObject *fn, *order;
  corm_expr *f, *o = NULL;
  if (!PyArg_ParseTuple(args, "OO:within_group", &fn, &order))
    return NULL;
  if (!(f = cpy_coerce(fn, CPY_VALUE)))
    return NULL;
  if (order_list(order, &o) == 0)
    return cpy_wrap(corm_within_group(f, o));
  corm_node_unref(f);
  return NULL;
}

/* modifier(op, x): desc("name") and its kin, where a name is allowed */
static PyObject *modifier(PyObject *m, PyObject *args) {
  (void)m;
  int op;
  PyObject *x;
  if (!PyArg_ParseTuple(args, "iO:modifier", &op, &x))
    return NULL;
  corm_node *n = cpy_coerce(x, op == CORM_OP_DISTINCT ? CPY_COLUMN : CPY_ORDER);
  return n ? cpy_wrap(corm_unary(op, n)) : NULL;
}

static PyObject *binary(PyObject *m, PyObject *args) {
  (void)m;
  int op;
  PyObject *l, *r;
  if (!PyArg_ParseTuple(args, "iOO:binary", &op, &l, &r))
    return NULL;
  return cpy_expr_binary(op, l, r);
}

static PyObject *label(PyObject *m, PyObject *args) {
  (void)m;
  PyObject *x;
  const char *name;
  if (!PyArg_ParseTuple(args, "zO:label", &name, &x))
    return NULL;
  corm_node *n = cpy_coerce(x, CPY_COLUMN);
  return n ? cpy_wrap(corm_label(n, name)) : NULL;
}

/* ---- text()
 * --------------------------------------------------------------------------------------------------------------- */

static PyObject *text(PyObject *m, PyObject *sql) {
  (void)m;
  if (!PyUnicode_Check(sql))
    return PyErr_Format(PyExc_TypeError, "text() takes a str, not %R", sql);
  const char *utf8 = cpy_utf8(sql);
  return utf8 ? cpy_wrap(corm_text_node(utf8)) : NULL;
}

/* text_bind(text, bind) */
static PyObject *text_bind(PyObject *m, PyObject *args) {
  (void)m;
  PyObject *t, *bind;
  if (!PyArg_ParseTuple(args, "O!O!:text_bind", cpy.node_type, &t, cpy.node_type, &bind))
    return NULL;
  corm_node *n = cpy_node_ref(t), *b = n ? cpy_node_ref(bind) : NULL;
  if (!b) {
    corm_node_unref(n);
    return NULL;
  }
  return cpy_wrap(corm_text_bind(n, b));
}

static PyObject *text_columns(PyObject *m, PyObject *args) {
  (void)m;
  PyObject *t, *columns;
  if (!PyArg_ParseTuple(args, "O!O!:text_columns", cpy.node_type, &t, &PyTuple_Type, &columns))
    return NULL;
  Py_ssize_t n = PyTuple_GET_SIZE(columns);
  corm_node **parts = cpy_coerce_all(PySequence_Fast_ITEMS(columns), n, CPY_COLUMN),
            *node = parts ? cpy_node_ref(t) : NULL;
  if (!node) {
    cpy_nodes_free(parts, n);
    return NULL;
  }
  node = corm_text_columns(node, parts, (size_t)n);
  PyMem_Free(parts);
  return cpy_wrap(node);
}

/* ---- func
 * --------------------------------------------------------------------------------------------------------------- */

/* function(name, type, args) */
static PyObject *function(PyObject *m, PyObject *args) {
  (void)m;
  const char *name;
  PyObject *type_object, *given, *pin = NULL, *made = NULL;
  const corm_type *type = NULL;
  if (!PyArg_ParseTuple(args, "sOO!:function", &name, &type_object, &PyTuple_Type, &given))
    return NULL;
  if (type_object != Py_None && !(type = cpy_type_from(type_object, &pin)))
    return NULL;
  Py_ssize_t n = PyTuple_GET_SIZE(given);
  corm_node **parts = cpy_coerce_all(PySequence_Fast_ITEMS(given), n, CPY_ARGUMENT);
  if (parts) {
    corm_expr *f = corm_func(name, type, parts, (size_t)n);
    PyMem_Free(parts);
    made = cpy_wrap(f);
  }
  Py_XDECREF(pin);
  return made;
}

typedef struct generator {
  PyObject_HEAD PyObject *name; /* "a.b", or NULL: func itself */
} generator;

static PyObject *generator_getattro(PyObject *self, PyObject *name) {
  generator *g = (generator *)self, *made;
  const char *text = cpy_utf8(name);
  size_t n = text ? strlen(text) : 0;
  if (!text)
    return NULL;
  if (n > 1 && text[0] == '_' && text[1] == '_')
    return PyObject_GenericGetAttr(self, name);
  if (!(made = PyObject_New(generator, cpy.function_type)))
    return NULL;
  PyObject *last = n > 1 && text[n - 1] == '_' ? PyUnicode_FromStringAndSize(text, (Py_ssize_t)n - 1) : Py_NewRef(name);
  made->name = g->name && last ? PyUnicode_FromFormat("%U.%U", g->name, last) : Py_XNewRef(last);
  Py_XDECREF(last);
  if (!made->name)
    Py_CLEAR(made);
  return (PyObject *)made;
}

/* A class that the program registered for the name, borrowed; NULL without an exception: none. */
static PyObject *registered(PyObject *name) {
  PyObject *lower, *found;
  if (!cpy.functions || !PyDict_GET_SIZE(cpy.functions))
    return NULL;
  if (!(lower = PyObject_CallMethod(name, "lower", NULL)))
    return NULL;
  found = PyDict_GetItemWithError(cpy.functions, lower);
  Py_DECREF(lower);
  return found;
}

static PyObject *generator_call(PyObject *self, PyObject *args, PyObject *kwargs) {
  generator *g = (generator *)self;
  PyObject *type_object = kwargs ? PyDict_GetItemString(kwargs, "type_") : NULL, *class, *made, *call;
  if (!g->name)
    return PyErr_Format(PyExc_TypeError, "func is not a function itself: func.name(...)");
  if ((class = registered(g->name)))
    return PyObject_Call(class, args, kwargs);
  if (PyErr_Occurred())
    return NULL;
  if (kwargs && PyDict_GET_SIZE(kwargs) > (type_object ? 1 : 0))
    return PyErr_Format(PyExc_TypeError, "func.%U() takes no keyword but type_", g->name);
  if (!(call = Py_BuildValue("(OOO)", g->name, type_object ? type_object : Py_None, args)))
    return NULL;
  made = function(NULL, call);
  Py_DECREF(call);
  return made;
}

static void generator_dealloc(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  Py_XDECREF(((generator *)self)->name);
  type->tp_free(self);
  Py_DECREF(type);
}

static PyType_Slot generator_slots[] = {{Py_tp_getattro, (void *)generator_getattro},
                                        {Py_tp_call, (void *)generator_call},
                                        {Py_tp_dealloc, (void *)generator_dealloc},
                                        {Py_tp_doc, "SQL functions by name: func.lower(x), func.pkg.f(x)."},
                                        {0, NULL}};
static PyType_Spec generator_spec = {"cormorant._core.FunctionGenerator", sizeof(generator), 0, Py_TPFLAGS_DEFAULT,
                                     generator_slots};

static PyMethodDef functions[] = {
    {"and_", (PyCFunction)(void (*)(void))and_, METH_FASTCALL, "and_(*conditions)"},
    {"or_", (PyCFunction)(void (*)(void))or_, METH_FASTCALL, "or_(*conditions)"},
    {"not_", not_, METH_O, "not_(condition)"},
    {"constant", constant, METH_O, "constant('true' | 'false' | 'null')"},
    {"literal", literal, METH_VARARGS, "literal(value, type=None)"},
    {"bindparam", bindparam, METH_VARARGS, "bindparam(name, value, has_value, type, flags)"},
    {"bind_value", bind_value, METH_O, "bind_value(bind): its value"},
    {"named", named, METH_VARARGS, "named(name, type, literal)"},
    {"cast", cast, METH_VARARGS, "cast(expression, type)"},
    {"type_coerce", type_coerce, METH_VARARGS, "type_coerce(expression, type)"},
    {"extract", extract, METH_VARARGS, "extract(field, expression)"},
    {"case", case_, METH_VARARGS, "case(value, whens, else_, has_else)"},
    {"ordered_argument", (PyCFunction)(void (*)(void))ordered_argument, METH_FASTCALL,
     "ordered_argument(expression, *order): an argument of an aggregate, in order"},
    {"array", (PyCFunction)(void (*)(void))array, METH_FASTCALL, "array(type, *expressions): ARRAY[a, b]"},
    {"tuple_", (PyCFunction)(void (*)(void))tuple_, METH_FASTCALL, "tuple_(*expressions)"},
    {"list_", (PyCFunction)(void (*)(void))list_, METH_FASTCALL, "list_(*expressions)"},
    {"over", over, METH_VARARGS, "over(function, partition_by, order_by, frame)"},
    {"filter_", (PyCFunction)(void (*)(void))filter_, METH_FASTCALL, "filter_(function, *conditions)"},
    {"within_group", within_group, METH_VARARGS, "within_group(function, order_by)"},
    {"modifier", modifier, METH_VARARGS, "modifier(operator, expression or name)"},
    {"binary", binary, METH_VARARGS, "binary(operator, left, right)"},
    {"label", label, METH_VARARGS, "label(name, expression)"},
    {"text", text, METH_O, "text(sql)"},
    {"text_bind", text_bind, METH_VARARGS, "text_bind(text, bind)"},
    {"text_columns", text_columns, METH_VARARGS, "text_columns(text, columns)"},
    {"function", function, METH_VARARGS, "function(name, type, args)"},
    {NULL, NULL, 0, NULL}};

int cpy_add_build(PyObject *module) {
  if (cpy_add_type(module, &cpy.function_type, &generator_spec, NULL) < 0)
    return -1;
  generator *func = PyObject_New(generator, cpy.function_type);
  if (!func)
    return -1;
  func->name = NULL;
  int status = PyModule_AddObjectRef(module, "func", (PyObject *)func);
  Py_DECREF(func);
  if (status < 0)
    return -1;
  return PyModule_AddFunctions(module, functions);
}
