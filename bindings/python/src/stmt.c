/* Statements: SELECT and compounds, and what all statements share. A method gives a new statement; the old one stays.
 */
#include "orm.h"
#include <string.h>

/* The result of a builder, in the class of `self`, carrying what it carries. */
static PyObject *next(PyObject *self, corm_stmt *made) {
  corm_error *err = NULL;
  if (corm_node_check(made, &err)) {
    corm_node_unref(made);
    return cpy_raise(err);
  }
  return cpy_wrap_as(Py_TYPE(self), made, ((cpy_node *)self)->extra);
}

/* ---- select()
 * --------------------------------------------------------------------------------------------------------------- */

/* select(*entities, class): a list in the old style is refused. */
/* What is selected or returned: a collection of columns, table.c["a", "b"], stands for its members. *n becomes their
 * number. */
static corm_node **selected(PyObject *const *args, Py_ssize_t *n) {
  PyObject *all = NULL;
  corm_node **nodes = NULL;
  Py_ssize_t i = 0;
  while (i < *n && !Py_IS_TYPE(args[i], cpy.collection_type))
    i++;
  if (i == *n)
    return cpy_coerce_all(args, *n, CPY_RESULT);
  if (!(all = PyList_New(0)))
    return NULL;
  for (i = 0; i < *n; i++) {
    Py_ssize_t end = PyList_GET_SIZE(all);
    int failed = Py_IS_TYPE(args[i], cpy.collection_type) ? PyList_SetSlice(all, end, end, args[i])
                                                          : PyList_Append(all, args[i]);
    if (failed)
      break;
  }
  if (i == *n) {
    *n = PyList_GET_SIZE(all);
    nodes = cpy_coerce_all(PySequence_Fast_ITEMS(all), *n, CPY_RESULT);
  }
  Py_DECREF(all);
  return nodes;
}

static PyObject *select_(PyObject *m, PyObject *const *args, Py_ssize_t n) {
  (void)m;
  if (n == 1 && PyList_CheckExact(args[0]))
    return cpy_error("ArgumentError", "select() takes columns and entities one by one, not in a list");
  corm_node **columns = selected(args, &n);
  if (!columns)
    return NULL;
  corm_stmt *made = corm_select_n(columns, (size_t)n);
  PyMem_Free(columns);
  return cpy_wrap(made);
}

/* ---- Conditions
 * ------------------------------------------------------------------------------------------------------------- */

typedef corm_stmt *(*with_expr)(corm_stmt *, corm_expr *);

static PyObject *conditions(PyObject *self, PyObject *const *args, Py_ssize_t n, with_expr build) {
  corm_stmt *s = cpy_node_ref(self);
  for (Py_ssize_t i = 0; s && i < n; i++) {
    corm_expr *x = cpy_coerce(args[i], CPY_CONDITION);
    if (!x) {
      corm_node_unref(s);
      return NULL;
    }
    s = build(s, x);
  }
  return s ? next(self, s) : NULL;
}

static PyObject *where(PyObject *self, PyObject *const *args, Py_ssize_t n) {
  return conditions(self, args, n, corm_where);
}
static PyObject *having(PyObject *self, PyObject *const *args, Py_ssize_t n) {
  return conditions(self, args, n, corm_having);
}

static corm_stmt *filter_unmapped(corm_stmt *s, PyObject *attribute, PyObject *value) {
  PyObject *equal = PyObject_RichCompare(attribute, value, Py_EQ);
  corm_expr *x = equal ? cpy_coerce(equal, CPY_CONDITION) : NULL;
  Py_XDECREF(equal);
  if (x)
    return corm_where(s, x);
  corm_node_unref(s);
  return NULL;
}

static corm_stmt *filter_mapped(corm_stmt *s, const char *name, PyObject *value) {
  corm_record *record = cpy_record_of(value);
  if (record)
    return corm_filter_by_record(s, name, record, Py_NewRef(value), cpy_release_object);
  corm_expr *x = value == Py_None ? corm_null_node() : cpy_coerce(value, CPY_VALUE);
  if (x)
    return corm_filter_by(s, name, x);
  corm_node_unref(s);
  return NULL;
}

/* One key=value; the statement is taken, NULL with an exception. */
static corm_stmt *filter_one(corm_stmt *s, PyObject *key, PyObject *value) {
  const char *name = cpy_utf8(key);
  PyObject *unmapped = name ? cpy_unmapped(corm_stmt_peek_target(s), key) : NULL;
  if (unmapped)
    s = filter_unmapped(s, unmapped, value);
  else if (!PyErr_Occurred())
    s = filter_mapped(s, name, value);
  else {
    corm_node_unref(s);
    s = NULL;
  }
  Py_XDECREF(unmapped);
  return s;
}

static PyObject *filter_by(PyObject *self, PyObject *args, PyObject *kwargs) {
  PyObject *key, *value;
  Py_ssize_t at = 0;
  corm_stmt *s;
  if (!PyArg_ParseTuple(args, ":filter_by") || !(s = cpy_node_ref(self)))
    return NULL;
  while (s && kwargs && PyDict_Next(kwargs, &at, &key, &value))
    s = filter_one(s, key, value);
  return s ? next(self, s) : NULL;
}

/* ---- Lists
 * -------------------------------------------------------------------------------------------------------------------
 */

typedef corm_stmt *(*with_nodes)(corm_stmt *, corm_node *const *, size_t);

static PyObject *listed(PyObject *self, PyObject *const *args, Py_ssize_t n, int role, with_nodes build) {
  corm_node **nodes = role == CPY_RESULT ? selected(args, &n) : cpy_coerce_all(args, n, role);
  corm_stmt *s = nodes ? cpy_node_ref(self) : NULL;
  if (!s) {
    cpy_nodes_free(nodes, n);
    return NULL;
  }
  s = build(s, nodes, (size_t)n);
  PyMem_Free(nodes);
  return next(self, s);
}

/* order_by(None) and group_by(None) clear; False, the default of the first argument, does nothing. */
static PyObject *ordered(PyObject *self, PyObject *const *args, Py_ssize_t n, with_nodes build) {
  corm_stmt *s;
  if (n == 0 || (n == 1 && args[0] == Py_False))
    return Py_NewRef(self);
  if (n == 1 && args[0] == Py_None)
    return (s = cpy_node_ref(self)) ? next(self, build(s, NULL, 0)) : NULL;
  return listed(self, args, n, CPY_ORDER, build);
}

static PyObject *order_by(PyObject *self, PyObject *const *args, Py_ssize_t n) {
  return ordered(self, args, n, corm_order_by_n);
}
static PyObject *group_by(PyObject *self, PyObject *const *args, Py_ssize_t n) {
  return ordered(self, args, n, corm_group_by_n);
}
static PyObject *add_columns(PyObject *self, PyObject *const *args, Py_ssize_t n) {
  return listed(self, args, n, CPY_RESULT, corm_add_columns);
}
static PyObject *returning(PyObject *self, PyObject *const *args, Py_ssize_t n) {
  return listed(self, args, n, CPY_RESULT, corm_returning_n);
}

static PyObject *with_only_columns(PyObject *self, PyObject *args, PyObject *kwargs) {
  PyObject *keep = kwargs ? PyDict_GetItemString(kwargs, "maintain_column_froms") : NULL;
  if (kwargs && PyDict_GET_SIZE(kwargs) > (keep ? 1 : 0))
    return PyErr_Format(PyExc_TypeError, "with_only_columns() takes no keyword but maintain_column_froms");
  if (keep && PyObject_IsTrue(keep))
    return cpy_error("NotSupportedYet", "with_only_columns(maintain_column_froms=True) is not supported yet");
  return listed(self, PySequence_Fast_ITEMS(args), PyTuple_GET_SIZE(args), CPY_RESULT, corm_with_only_columns);
}

static corm_stmt *distinct_on(corm_stmt *s, corm_node *const *nodes, size_t n) { return corm_distinct_n(s, nodes, n); }
static PyObject *distinct(PyObject *self, PyObject *const *args, Py_ssize_t n) {
  return listed(self, args, n, CPY_COLUMN, distinct_on);
}

static PyObject *select_from(PyObject *self, PyObject *const *args, Py_ssize_t n) {
  corm_stmt *s = cpy_node_ref(self);
  for (Py_ssize_t i = 0; s && i < n; i++) {
    corm_node *from = cpy_coerce(args[i], CPY_FROM);
    if (!from) {
      corm_node_unref(s);
      return NULL;
    }
    s = corm_select_from(s, from);
    corm_node_unref(from);
  }
  return s ? next(self, s) : NULL;
}

static PyObject *correlated(PyObject *self, PyObject *const *args, Py_ssize_t n, int except) {
  if (n == 1 && args[0] == Py_None)
    n = 0;
  corm_node **nodes = cpy_coerce_all(args, n, CPY_FROM);
  corm_stmt *s = nodes ? cpy_node_ref(self) : NULL;
  if (s)
    s = corm_correlate_n(s, (const corm_source *const *)nodes, (size_t)n, except);
  cpy_nodes_free(nodes, n);
  return s ? next(self, s) : NULL;
}
static PyObject *correlate(PyObject *self, PyObject *const *args, Py_ssize_t n) { return correlated(self, args, n, 0); }
static PyObject *correlate_except(PyObject *self, PyObject *const *args, Py_ssize_t n) {
  return correlated(self, args, n, 1);
}

/* ---- LIMIT
 * --------------------------------------------------------------------------------------------------------------------
 */

static PyObject *limited(PyObject *self, PyObject *value, with_expr build) {
  corm_expr *x = NULL;
  corm_stmt *s;
  if (value != Py_None && !(x = cpy_coerce(value, CPY_LIMIT)))
    return NULL;
  if (!(s = cpy_node_ref(self))) {
    corm_node_unref(x);
    return NULL;
  }
  return next(self, build(s, x));
}
static PyObject *limit(PyObject *self, PyObject *value) { return limited(self, value, corm_limit); }
static PyObject *offset(PyObject *self, PyObject *value) { return limited(self, value, corm_offset); }

static PyObject *slice(PyObject *self, PyObject *args) {
  long long start, stop;
  if (!PyArg_ParseTuple(args, "LL:slice", &start, &stop))
    return NULL;
  const corm_type *integer = corm_type_plain(CORM_TYPE_INTEGER);
  corm_value first = corm_int(start), count = corm_int(stop - start);
  corm_stmt *s = cpy_node_ref(self);
  if (!s)
    return NULL;
  s = corm_limit(s, corm_literal_typed(&count, integer));
  return next(self, start ? corm_offset(s, corm_literal_typed(&first, integer)) : s);
}

/* ---- JOIN
 * --------------------------------------------------------------------------------------------------------------------
 */

static int join_kind(int isouter, int full) {
  return full ? CORM_JOIN_FULL : isouter ? CORM_JOIN_LEFT : CORM_JOIN_INNER;
}

/* ON as a condition, or a relation attribute: join(Target, Class.relation) */
static PyObject *add_join(PyObject *self, PyObject *left, PyObject *target, PyObject *on_object, int kind) {
  corm_node *t = cpy_coerce(target, CPY_TARGET), *on = NULL, *l = NULL;
  corm_stmt *s = NULL;
  PyObject *made = NULL;
  if (!t || (left && !(l = cpy_coerce(left, CPY_FROM))))
    goto out;
  if (on_object != Py_None && !(on = cpy_coerce(on_object, CPY_CONDITION)))
    goto out;
  if (on && corm_node_peek_kind(on) == CORM_NODE_ATTRIBUTE) { /* the relation leads to the target */
    corm_node *typed = corm_attribute_of_type(on, t);
    corm_node_unref(t);
    t = typed;
    on = NULL;
  }
  if (!(s = cpy_node_ref(self)))
    goto out;
  made = next(self, l ? corm_join_from(s, l, t, on, kind) : corm_join(s, t, on, kind));
  on = NULL;
out:
  corm_node_unref(t);
  corm_node_unref(l);
  corm_node_unref(on);
  return made;
}

static PyObject *join(PyObject *self, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"target", "onclause", "isouter", "full", NULL};
  PyObject *target, *on = Py_None;
  int isouter = 0, full = 0;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|O$pp:join", names, &target, &on, &isouter, &full))
    return NULL;
  return add_join(self, NULL, target, on, join_kind(isouter, full));
}
static PyObject *outerjoin(PyObject *self, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"target", "onclause", "full", NULL};
  PyObject *target, *on = Py_None;
  int full = 0;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|O$p:outerjoin", names, &target, &on, &full))
    return NULL;
  return add_join(self, NULL, target, on, join_kind(1, full));
}
static PyObject *join_from(PyObject *self, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"from_", "target", "onclause", "isouter", "full", NULL};
  PyObject *left, *target, *on = Py_None;
  int isouter = 0, full = 0;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO|O$pp:join_from", names, &left, &target, &on, &isouter, &full))
    return NULL;
  return add_join(self, left, target, on, join_kind(isouter, full));
}
static PyObject *outerjoin_from(PyObject *self, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"from_", "target", "onclause", "full", NULL};
  PyObject *left, *target, *on = Py_None;
  int full = 0;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO|O$p:outerjoin_from", names, &left, &target, &on, &full))
    return NULL;
  return add_join(self, left, target, on, join_kind(1, full));
}

/* ---- Subqueries
 * --------------------------------------------------------------------------------------------------------------- */

static PyObject *subquery(PyObject *self, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"name", NULL};
  const char *name = NULL;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|z:subquery", names, &name))
    return NULL;
  corm_node *s = cpy_node_ref(self), *made = s ? corm_alias(s, name) : NULL;
  corm_node_unref(s);
  return made ? cpy_wrap(made) : NULL;
}

static PyObject *cte(PyObject *self, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"name", "recursive", "nesting", NULL};
  const char *name = NULL;
  int recursive = 0, nesting = 0;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|zpp:cte", names, &name, &recursive, &nesting))
    return NULL;
  if (nesting)
    return cpy_error("NotSupportedYet", "cte(nesting=True) is not supported yet");
  corm_node *s = cpy_node_ref(self), *made = s ? corm_cte(s, name, recursive) : NULL;
  corm_node_unref(s);
  return made ? cpy_wrap(made) : NULL;
}

static PyObject *lateral(PyObject *self, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"name", NULL};
  const char *name = NULL;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|z:lateral", names, &name))
    return NULL;
  corm_node *s = cpy_node_ref(self), *made = s ? corm_lateral(s, name) : NULL;
  corm_node_unref(s);
  return made ? cpy_wrap(made) : NULL;
}

static PyObject *scalar_subquery(PyObject *self, PyObject *unused) {
  (void)unused;
  corm_node *s = cpy_node_ref(self);
  return s ? cpy_wrap(corm_scalar(s)) : NULL;
}

static PyObject *exists(PyObject *self, PyObject *unused) {
  (void)unused;
  corm_node *s = cpy_node_ref(self);
  return s ? cpy_wrap(corm_exists(s)) : NULL;
}

static PyObject *label(PyObject *self, PyObject *name) {
  const char *text;
  if (cpy_text_or_none(name, &text, "a label's name") < 0)
    return NULL;
  corm_node *s = cpy_node_ref(self);
  return s ? cpy_wrap(corm_label(corm_scalar(s), text)) : NULL;
}

/* ---- Compounds
 * ------------------------------------------------------------------------------------------------------------------ */

/* compound(operator, members) */
static PyObject *compound(PyObject *m, PyObject *args) {
  (void)m;
  int op;
  PyObject *members;
  if (!PyArg_ParseTuple(args, "iO!:compound", &op, &PyTuple_Type, &members))
    return NULL;
  Py_ssize_t n = PyTuple_GET_SIZE(members);
  corm_node **nodes = cpy_coerce_all(PySequence_Fast_ITEMS(members), n, CPY_STATEMENT);
  if (!nodes)
    return NULL;
  corm_stmt *made = corm_compound(op, nodes, (size_t)n);
  PyMem_Free(nodes);
  return cpy_wrap(made);
}

static PyObject *combined(PyObject *self, PyObject *const *args, Py_ssize_t n, int op) {
  corm_node **nodes = PyMem_Calloc((size_t)n + 1, sizeof *nodes);
  Py_ssize_t i = 0;
  if (!nodes)
    return PyErr_NoMemory();
  if ((nodes[0] = cpy_node_ref(self)))
    for (; i < n && (nodes[i + 1] = cpy_coerce(args[i], CPY_STATEMENT));)
      i++;
  if (!nodes[0] || i < n) {
    cpy_nodes_free(nodes, nodes[0] ? i + 1 : 0);
    return NULL;
  }
  corm_stmt *made = corm_compound(op, nodes, (size_t)n + 1);
  PyMem_Free(nodes);
  return cpy_wrap(made);
}
#define COMPOUND(name, op)                                                                                             \
  static PyObject *name(PyObject *self, PyObject *const *args, Py_ssize_t n) { return combined(self, args, n, op); }
COMPOUND(union_, CORM_UNION)
COMPOUND(union_all, CORM_UNION_ALL)
COMPOUND(intersect, CORM_INTERSECT)
COMPOUND(intersect_all, CORM_INTERSECT_ALL)
COMPOUND(except_, CORM_EXCEPT)
COMPOUND(except_all, CORM_EXCEPT_ALL)

/* ---- The rest
 * ---------------------------------------------------------------------------------------------------------------------
 */

static PyObject *for_update(PyObject *self, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"nowait", "read", "of", "skip_locked", "key_share", NULL};
  int nowait = 0, read = 0, skip = 0, key_share = 0;
  PyObject *of = Py_None, *list;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|$ppOpp:with_for_update", names, &nowait, &read, &of, &skip,
                                   &key_share))
    return NULL;
  list = of == Py_None                           ? PyTuple_New(0)
         : PyList_Check(of) || PyTuple_Check(of) ? PySequence_Tuple(of)
                                                 : PyTuple_Pack(1, of);
  if (!list)
    return NULL;
  Py_ssize_t n = PyTuple_GET_SIZE(list);
  corm_node **nodes = cpy_coerce_all(PySequence_Fast_ITEMS(list), n, CPY_FROM);
  corm_stmt *s = nodes ? cpy_node_ref(self) : NULL;
  unsigned flags = (nowait ? CORM_FOR_NOWAIT : 0) | (read ? CORM_FOR_READ : 0) | (skip ? CORM_FOR_SKIP_LOCKED : 0) |
                   (key_share ? CORM_FOR_KEY_SHARE : 0);
  if (s)
    s = corm_for_update(s, flags, (const corm_source *const *)nodes, (size_t)n);
  cpy_nodes_free(nodes, n);
  Py_DECREF(list);
  return s ? next(self, s) : NULL;
}

static PyObject *prefix_with(PyObject *self, PyObject *args, PyObject *kwargs) {
  PyObject *dialect_object = kwargs ? PyDict_GetItemString(kwargs, "dialect") : NULL;
  const char *dialect = NULL;
  if (kwargs && PyDict_GET_SIZE(kwargs) > (dialect_object ? 1 : 0))
    return PyErr_Format(PyExc_TypeError, "prefix_with() takes no keyword but dialect");
  if (dialect_object && cpy_text_or_none(dialect_object, &dialect, "dialect") < 0)
    return NULL;
  corm_stmt *s = cpy_node_ref(self);
  for (Py_ssize_t i = 0; s && i < PyTuple_GET_SIZE(args); i++) {
    PyObject *text = PyTuple_GET_ITEM(args, i);
    const char *sql = PyUnicode_Check(text) ? cpy_utf8(text)
                      : cpy_is_node(text)   ? corm_node_peek_name(cpy_peek_node(text))
                                            : NULL;
    if (!sql) {
      corm_node_unref(s);
      return PyErr_Occurred() ? NULL : cpy_error("ArgumentError", "prefix_with() takes text, not %R", text);
    }
    s = corm_prefix(s, sql, dialect && (!*dialect || !strcmp(dialect, "*")) ? NULL : dialect);
  }
  return s ? next(self, s) : NULL;
}

static PyObject *label_style(PyObject *self, PyObject *style) {
  long value = PyLong_AsLong(style);
  if (value == -1 && PyErr_Occurred())
    return NULL;
  corm_stmt *s = cpy_node_ref(self);
  return s ? next(self, corm_label_style_set(s, (int)value)) : NULL;
}

/* options(*options): each is applied to the statement by its own __corm_option__(statement). */
static PyObject *options(PyObject *self, PyObject *const *args, Py_ssize_t n) {
  PyObject *s = Py_NewRef(self);
  for (Py_ssize_t i = 0; s && i < n; i++) {
    PyObject *apply = PyObject_GetAttr(args[i], cpy.s_corm_option), *made;
    if (!apply && PyErr_ExceptionMatches(PyExc_AttributeError)) {
      PyErr_Clear();
      cpy_error("ArgumentError", "%R is no loader option", args[i]);
    }
    made = apply ? PyObject_CallOneArg(apply, s) : NULL;
    Py_XDECREF(apply);
    Py_SETREF(s, made);
    if (s && !cpy_is_statement(s)) {
      Py_CLEAR(s);
      PyErr_SetString(PyExc_TypeError, "an option must give a statement");
    }
  }
  return s;
}

static PyObject *populate_existing(PyObject *self, PyObject *unused) {
  (void)unused;
  corm_stmt *s = cpy_node_ref(self);
  return s ? next(self, corm_populate_existing(s)) : NULL;
}

static PyObject *read_from(PyObject *self, PyObject *source) {
  corm_node *from = cpy_coerce(source, CPY_FROM);
  corm_stmt *s = from ? cpy_node_ref(self) : NULL;
  PyObject *made = s ? next(self, corm_read_from(s, from)) : NULL;
  corm_node_unref(from);
  return made;
}

static PyObject *from_statement(PyObject *self, PyObject *rows) {
  corm_node *given = cpy_is_node(rows) ? cpy_node_ref(rows) : NULL;
  if (!given)
    return PyErr_Occurred() ? NULL : cpy_error("ArgumentError", "from_statement() takes a statement, not %R", rows);
  corm_stmt *s = cpy_node_ref(self);
  if (!s)
    corm_node_unref(given);
  return s ? next(self, corm_from_statement(s, given)) : NULL;
}

static PyObject *target(PyObject *self, PyObject *unused) {
  (void)unused;
  corm_node *s = cpy_node_ref(self);
  if (!s)
    return NULL;
  const corm_source *found = corm_stmt_peek_target(s);
  PyObject *made = found ? cpy_wrap(corm_node_ref(found)) : Py_NewRef(Py_None);
  corm_node_unref(s);
  return made;
}

static int truth(PyObject *self) {
  PyErr_Format(PyExc_TypeError, "%s is a statement and is neither true nor false", Py_TYPE(self)->tp_name);
  return -1;
}

#define FAST(f) (PyCFunction)(void (*)(void)) f, METH_FASTCALL
#define KEYWORDS(f) (PyCFunction)(void (*)(void)) f, METH_VARARGS | METH_KEYWORDS
static PyMethodDef methods[] = {
    {"where", FAST(where), "where(*conditions): each is added with AND"},
    {"filter", FAST(where), "filter(*conditions): where() by another name"},
    {"having", FAST(having), "having(*conditions)"},
    {"filter_by", KEYWORDS(filter_by), "filter_by(name=value, ...): of the last joined or the first entity"},
    {"order_by", FAST(order_by), "order_by(*columns): None clears"},
    {"group_by", FAST(group_by), "group_by(*columns): None clears"},
    {"add_columns", FAST(add_columns), "add_columns(*columns)"},
    {"with_only_columns", KEYWORDS(with_only_columns), "with_only_columns(*columns)"},
    {"distinct", FAST(distinct), "distinct(*on)"},
    {"select_from", FAST(select_from), "select_from(*sources)"},
    {"correlate", FAST(correlate), "correlate(*sources): None for none"},
    {"correlate_except", FAST(correlate_except), "correlate_except(*sources)"},
    {"limit", limit, METH_O, "limit(n): None clears"},
    {"offset", offset, METH_O, "offset(n): None clears"},
    {"slice", slice, METH_VARARGS, "slice(start, stop)"},
    {"join", KEYWORDS(join), "join(target, onclause=None, *, isouter=False, full=False)"},
    {"outerjoin", KEYWORDS(outerjoin), "outerjoin(target, onclause=None, *, full=False)"},
    {"join_from", KEYWORDS(join_from), "join_from(from_, target, onclause=None, *, isouter=False, full=False)"},
    {"outerjoin_from", KEYWORDS(outerjoin_from), "outerjoin_from(from_, target, onclause=None, *, full=False)"},
    {"subquery", KEYWORDS(subquery), "subquery(name=None): as a source"},
    {"cte", KEYWORDS(cte), "cte(name=None, recursive=False): as a common table expression"},
    {"lateral", KEYWORDS(lateral), "lateral(name=None)"},
    {"scalar_subquery", scalar_subquery, METH_NOARGS, "scalar_subquery(): as a value"},
    {"as_scalar", scalar_subquery, METH_NOARGS, "as_scalar(): as a value"},
    {"exists", exists, METH_NOARGS, "exists(): EXISTS (..)"},
    {"label", label, METH_O, "label(name): as a named value"},
    {"union", FAST(union_), "union(*others)"},
    {"union_all", FAST(union_all), "union_all(*others)"},
    {"intersect", FAST(intersect), "intersect(*others)"},
    {"intersect_all", FAST(intersect_all), "intersect_all(*others)"},
    {"except_", FAST(except_), "except_(*others)"},
    {"except_all", FAST(except_all), "except_all(*others)"},
    {"with_for_update", KEYWORDS(for_update),
     "with_for_update(*, nowait=False, read=False, of=None, skip_locked=False, key_share=False)"},
    {"prefix_with", KEYWORDS(prefix_with), "prefix_with(*prefixes, dialect='*')"},
    {"_label_style", label_style, METH_O, "_label_style(style)"},
    {"options", FAST(options), "options(*options): loader options"},
    {"_populate_existing", populate_existing, METH_NOARGS, "_populate_existing()"},
    {"returning", FAST(returning), "returning(*columns)"},
    {"_read_from", read_from, METH_O, "_read_from(subquery): entities mean what it shows of them"},
    {"from_statement", from_statement, METH_O, "from_statement(statement): the rows that it gives"},
    {"_target", target, METH_NOARGS, "_target(): what filter_by means, or None"},
    {NULL, NULL, 0, NULL}};
static PyType_Slot slots[] = {
    {Py_tp_methods, methods}, {Py_nb_bool, (void *)truth}, {Py_tp_doc, "What can be executed."}, {0, NULL}};
static PyType_Spec spec = {"cormorant._core.Statement", sizeof(cpy_node), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
                           slots};
static PyMethodDef functions[] = {{"select", FAST(select_), "select(*entities) -> Select"},
                                  {"compound", compound, METH_VARARGS, "compound(operator, members)"},
                                  {NULL, NULL, 0, NULL}};

int cpy_add_stmt(PyObject *module) {
  if (cpy_add_type(module, &cpy.statement_type, &spec, cpy.node_type) < 0)
    return -1;
  return PyModule_AddFunctions(module, functions);
}
