/* The wrapper of a node: its life, its class, and the elements whose SQL the program writes. */
#include "binding.h"
#include <stddef.h>

static PyObject *new (PyTypeObject *type, PyObject *args, PyObject *kwargs) {
  (void)args; /* __init__ of the subclass takes them */
  (void)kwargs;
  return type->tp_alloc(type, 0);
}

static int traverse(PyObject *self, visitproc visit, void *arg) {
  Py_VISIT(((cpy_node *)self)->extra);
  Py_VISIT(Py_TYPE(self));
  return 0;
}

static int clear(PyObject *self) {
  Py_CLEAR(((cpy_node *)self)->extra);
  return 0;
}

static void dealloc(PyObject *self) {
  cpy_node *n = (cpy_node *)self;
  PyTypeObject *type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  if (n->weakrefs)
    PyObject_ClearWeakRefs(self);
  corm_node *node = n->node;
  n->node = NULL;
  Py_CLEAR(n->extra);
  corm_node_unref(node);
  type->tp_free(self);
  Py_DECREF(type);
}

static PyTypeObject *class_of(const corm_node *node) {
  int kind = corm_node_peek_kind(node), pick = kind;
  if (kind == CORM_NODE_ALIAS || kind == CORM_NODE_LATERAL) {
    const corm_node *of = corm_node_peek_kid(node, 0);
    int below = of ? corm_node_peek_kind(of) : 0;
    if (kind == CORM_NODE_ALIAS &&
        (below == CORM_NODE_SELECT || below == CORM_NODE_COMPOUND || below == CORM_NODE_TEXT))
      pick = CPY_CLASS_SUBQUERY;
    if (below == CORM_NODE_FUNCTION)
      pick = CPY_CLASS_TABLE_VALUED;
  }
  if (cpy.node_classes[pick])
    return cpy.node_classes[pick];
  if (kind >= CORM_NODE_SELECT)
    return cpy.statement_type;
  return kind >= CORM_NODE_TABLE ? cpy.source_type : cpy.expr_type;
}

PyObject *cpy_wrap_as(PyTypeObject *type, corm_node *node, PyObject *extra) {
  cpy_node *made = (cpy_node *)type->tp_alloc(type, 0);
  if (!made) {
    corm_node_unref(node);
    return NULL;
  }
  made->node = node;
  made->extra = Py_XNewRef(extra);
  return (PyObject *)made;
}

/* 0, or -1 with what poisoned the node; the reference is given up then. */
static int check(corm_node *node) {
  corm_error *err = NULL;
  if (!corm_node_check(node, &err))
    return 0;
  cpy_raise(err);
  corm_node_unref(node);
  return -1;
}

PyObject *cpy_wrap(corm_node *node) {
  if (!node)
    return PyErr_NoMemory();
  return check(node) < 0 ? NULL : cpy_wrap_as(class_of(node), node, NULL);
}

int cpy_node_adopt(PyObject *object, corm_node *node) {
  corm_node *old = ((cpy_node *)object)->node;
  if (check(node) < 0)
    return -1;
  ((cpy_node *)object)->node = node;
  corm_node_unref(old);
  return 0;
}

corm_node *cpy_node_ref(PyObject *object) {
  corm_node *node = ((cpy_node *)object)->node;
  if (node)
    return corm_node_ref(node);
  PyObject *made = PyObject_CallMethodNoArgs(object, cpy.s_corm_node);
  if (!made)
    return NULL;
  node = cpy_is_node(made) ? corm_node_ref(cpy_peek_node(made)) : NULL;
  if (!node)
    PyErr_Format(PyExc_TypeError, "%s.__corm_node__() gave no node", Py_TYPE(object)->tp_name);
  Py_DECREF(made);
  return node;
}

PyObject *cpy_extra_with(PyObject *extra, PyObject *key, PyObject *value) {
  PyObject *copy = extra ? PyDict_Copy(extra) : PyDict_New();
  if (copy && PyDict_SetItem(copy, key, value) < 0)
    Py_CLEAR(copy);
  return copy;
}

/* ---- Elements whose SQL the program writes ------------------------------------------------------------------------
 */

/* The node holds a shallow copy of the element, so that element and node are no cycle which the collector cannot see.
 */
static PyObject *shallow_copy(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  PyObject *copy = type->tp_alloc(type, 0), *from = NULL, *to = NULL;
  if (!copy)
    return NULL;
  from = PyObject_GetAttrString(self, "__dict__");
  to = from ? PyObject_GetAttrString(copy, "__dict__") : NULL;
  if (!from)
    PyErr_Clear(); /* a class with __slots__ alone */
  else if (!to || PyDict_Update(to, from) < 0)
    Py_CLEAR(copy);
  Py_XDECREF(from);
  Py_XDECREF(to);
  return copy;
}

static corm_node **kids_of(PyObject *self, Py_ssize_t *n) {
  PyObject *given = PyObject_CallMethod(self, "_host_kids", NULL), *seq;
  corm_node **kids = NULL;
  *n = 0;
  if (!given)
    return NULL;
  if ((seq = PySequence_Fast(given, "_host_kids() must give a sequence"))) {
    *n = PySequence_Fast_GET_SIZE(seq);
    kids = cpy_coerce_all(PySequence_Fast_ITEMS(seq), *n, CPY_VALUE);
    Py_DECREF(seq);
  }
  Py_DECREF(given);
  return kids;
}

static corm_node *host_node(PyObject *self) {
  PyObject *type_pin = NULL, *type_object = PyObject_GetAttr(self, cpy.s_type), *copy = NULL;
  const corm_type *type = NULL;
  corm_node *node = NULL, **kids = NULL;
  Py_ssize_t n = 0;
  if (!type_object)
    PyErr_Clear();
  if (!(type = cpy_type_from(type_object ? type_object : Py_None, &type_pin)))
    goto out;
  if (!(kids = kids_of(self, &n)) || !(copy = shallow_copy(self)))
    goto out;
  node = corm_host_node(copy, cpy_release_object, type, kids, (size_t)n);
  copy = NULL;
  PyMem_Free(kids); /* its references were taken */
  kids = NULL;
out:
  if (kids)
    cpy_nodes_free(kids, n);
  Py_XDECREF(copy);
  Py_XDECREF(type_pin);
  Py_XDECREF(type_object);
  return node;
}

static PyObject *make_node(PyObject *self, PyObject *unused) {
  (void)unused;
  cpy_node *n = (cpy_node *)self;
  if (!n->node) {
    corm_node *made = host_node(self);
    if (!made || cpy_node_adopt(self, made) < 0)
      return NULL;
  }
  return Py_NewRef(self);
}

static PyObject *host_kids(PyObject *self, PyObject *unused) {
  (void)self;
  (void)unused;
  return PyTuple_New(0);
}

/* ---- Looking into a node --------------------------------------------------------------------------------------------
 */

static PyObject *kid(PyObject *self, PyObject *index) {
  Py_ssize_t i = PyLong_AsSsize_t(index);
  if (i < 0)
    return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_IndexError, "no kid %zd", i);
  corm_node *node = cpy_node_ref(self);
  if (!node)
    return NULL;
  const corm_node *found = (size_t)i < corm_node_peek_kids(node) ? corm_node_peek_kid(node, (size_t)i) : NULL;
  PyObject *made = NULL;
  corm_column *column = found ? corm_node_peek_column(found) : NULL;
  if (column && (made = cpy_column_object(column)) && cpy_peek_node(made) != found)
    Py_CLEAR(made);
  if (!made && !PyErr_Occurred())
    made = found ? cpy_wrap(corm_node_ref(found)) : Py_NewRef(Py_None);
  corm_node_unref(node);
  return made;
}

static PyObject *kids(PyObject *self, PyObject *unused) {
  (void)unused;
  corm_node *node = cpy_node_ref(self);
  PyObject *list = node ? PyList_New(0) : NULL;
  for (size_t i = 0, n = list ? corm_node_peek_kids(node) : 0; list && i < n; i++) {
    PyObject *index = PyLong_FromSize_t(i), *one = index ? kid(self, index) : NULL;
    if (!one || PyList_Append(list, one) < 0)
      Py_CLEAR(list);
    Py_XDECREF(one);
    Py_XDECREF(index);
  }
  corm_node_unref(node);
  return list;
}

static PyObject *node_dump(PyObject *self, PyObject *unused) {
  (void)unused;
  corm_node *node = cpy_node_ref(self);
  char *text = node ? corm_node_dump(node) : NULL;
  PyObject *made = text ? PyUnicode_FromString(text) : PyErr_Occurred() ? NULL : PyErr_NoMemory();
  corm_free(text);
  corm_node_unref(node);
  return made;
}

static PyObject *compare(PyObject *self, PyObject *args, PyObject *kwargs) {
  PyObject *other;
  if (!PyArg_ParseTuple(args, "O:compare", &other))
    return NULL;
  if (kwargs && PyDict_GET_SIZE(kwargs))
    return cpy_error("NotSupportedYet", "compare() takes no options here");
  if (!cpy_is_node(other))
    Py_RETURN_FALSE;
  corm_node *a = cpy_node_ref(self), *b = a ? cpy_node_ref(other) : NULL;
  PyObject *made = b ? PyBool_FromLong(corm_node_equal(a, b)) : NULL;
  corm_node_unref(a);
  corm_node_unref(b);
  return made;
}

static PyObject *get_kind(PyObject *self, void *unused) {
  (void)unused;
  corm_node *node = cpy_peek_node(self);
  return PyLong_FromLong(node ? corm_node_peek_kind(node) : 0);
}

static PyObject *get_name(PyObject *self, void *unused) {
  (void)unused;
  const char *name = cpy_peek_node(self) ? corm_node_peek_name(cpy_peek_node(self)) : NULL;
  return name ? PyUnicode_FromString(name) : Py_NewRef(Py_None);
}

static PyObject *get_operator(PyObject *self, void *unused) {
  (void)unused;
  return PyLong_FromLong(cpy_peek_node(self) ? corm_node_peek_operator(cpy_peek_node(self)) : 0);
}

static PyObject *get_extra(PyObject *self, void *unused) {
  (void)unused;
  PyObject *extra = ((cpy_node *)self)->extra;
  return extra ? PyDict_Copy(extra) : PyDict_New();
}

/* What execution_options() left, as it is, or None: nothing. */
static PyObject *get_options(PyObject *self, void *unused) {
  (void)unused;
  PyObject *extra = ((cpy_node *)self)->extra;
  PyObject *found = extra ? PyDict_GetItemString(extra, "execution_options") : NULL;
  return Py_NewRef(found ? found : Py_None);
}

/* _with_extra(key, value): the same node, with one more thing carried along */
static PyObject *with_extra(PyObject *self, PyObject *args) {
  PyObject *key, *value, *extra, *made = NULL;
  if (!PyArg_ParseTuple(args, "UO", &key, &value))
    return NULL;
  corm_node *node = cpy_node_ref(self);
  if (!node)
    return NULL;
  if ((extra = cpy_extra_with(((cpy_node *)self)->extra, key, value)))
    made = cpy_wrap_as(Py_TYPE(self), node, extra);
  else
    corm_node_unref(node);
  Py_XDECREF(extra);
  return made;
}

/* _set_extra(key, value): while an object is being made */
static PyObject *set_extra(PyObject *self, PyObject *args) {
  PyObject *key, *value, *extra;
  if (!PyArg_ParseTuple(args, "UO", &key, &value))
    return NULL;
  if (!(extra = cpy_extra_with(((cpy_node *)self)->extra, key, value)))
    return NULL;
  Py_XSETREF(((cpy_node *)self)->extra, extra);
  Py_RETURN_NONE;
}

static PyObject *adopt(PyObject *self, PyObject *other) {
  if (!cpy_is_node(other))
    return PyErr_Format(PyExc_TypeError, "a node is needed");
  corm_node *node = cpy_node_ref(other);
  if (!node || cpy_node_adopt(self, node) < 0)
    return NULL;
  Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"__corm_node__", make_node, METH_NOARGS,
     "The element with its node: made by a copy of it when the program writes its SQL."},
    {"_host_kids", host_kids, METH_NOARGS, "Expressions that an element of the program's own is made of."},
    {"_kid", kid, METH_O, "_kid(i): the i-th part of the node, or None"},
    {"_kids", kids, METH_NOARGS, "_kids() -> list of the node's parts"},
    {"_dump", node_dump, METH_NOARGS, "_dump() -> str: a picture of the tree"},
    {"compare", (PyCFunction)(void (*)(void))compare, METH_VARARGS | METH_KEYWORDS,
     "compare(other) -> bool: equal in shape"},
    {"_with_extra", with_extra, METH_VARARGS, "_with_extra(key, value): a copy that carries one more thing"},
    {"_set_extra", set_extra, METH_VARARGS, "_set_extra(key, value)"},
    {"_adopt", adopt, METH_O, "_adopt(other): stand for the node of another"},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, "Node[..]: for checkers of types"},
    {NULL, NULL, 0, NULL}};
static PyGetSetDef getset[] = {
    {"_kind", get_kind, NULL, "the node's kind", NULL},
    {"_node_name", get_name, NULL, "the name that the node carries, or None", NULL},
    {"_operator", get_operator, NULL, "the node's operator", NULL},
    {"_execution_options", get_options, NULL, "what execution_options() left, or None", NULL},
    {"_extra", get_extra, NULL, "a copy of what is carried along", NULL},
    {NULL, NULL, NULL, NULL, NULL}};
static PyMemberDef members[] = {{"__weaklistoffset__", T_PYSSIZET, offsetof(cpy_node, weakrefs), READONLY, NULL},
                                {NULL, 0, 0, 0, NULL}};
static PyType_Slot slots[] = {{Py_tp_new, (void *)new},
                              {Py_tp_dealloc, (void *)dealloc},
                              {Py_tp_traverse, (void *)traverse},
                              {Py_tp_clear, (void *)clear},
                              {Py_tp_methods, methods},
                              {Py_tp_getset, getset},
                              {Py_tp_members, members},
                              {Py_tp_doc, "A part of a statement: the base of expressions, sources and statements."},
                              {0, NULL}};
static PyType_Spec spec = {"cormorant._core.Node", sizeof(cpy_node), 0,
                           Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, slots};

int cpy_add_node(PyObject *module) { return cpy_add_type(module, &cpy.node_type, &spec, NULL); }
