/* The fields of results: names, columns and entities to places. Statements that run again share one. */
#include "runtime.h"
#include <stddef.h>
#include <string.h>

static PyTypeObject *keymap_type;

static void dealloc(PyObject *self) {
  cpy_keymap *m = (cpy_keymap *)self;
  PyTypeObject *type = Py_TYPE(self);
  for (Py_ssize_t i = 0; m->nodes && i < m->n; i++)
    corm_node_unref(m->nodes[i]);
  PyMem_Free(m->nodes);
  PyMem_Free(m->entities);
  PyMem_Free(m->pick);
  Py_XDECREF(m->names);
  Py_XDECREF(m->index);
  Py_XDECREF(m->attrs);
  type->tp_free(self);
  Py_DECREF(type);
}

static cpy_keymap *allocate(Py_ssize_t n) {
  cpy_keymap *m = (cpy_keymap *)keymap_type->tp_alloc(keymap_type, 0);
  size_t room = (size_t)n + 1;
  if (!m)
    return NULL;
  m->n = n;
  m->names = PyTuple_New(n);
  m->index = PyDict_New();
  m->attrs = PyDict_New();
  m->nodes = PyMem_Calloc(room, sizeof *m->nodes);
  m->entities = PyMem_Calloc(room, sizeof *m->entities);
  if (m->names && m->index && m->attrs && m->nodes && m->entities)
    return m;
  if (!PyErr_Occurred())
    PyErr_NoMemory();
  Py_DECREF(m);
  return NULL;
}

/* Names that a row has by itself (t, tuple) stay what they are, save what it has of a sequence. */
static int is_taken(PyObject *name) {
  if (PyUnicode_CompareWithASCIIString(name, "count") == 0 || PyUnicode_CompareWithASCIIString(name, "index") == 0)
    return 0;
  return cpy_row_type->tp_dict && PyDict_Contains(cpy_row_type->tp_dict, name);
}

static int add_name(cpy_keymap *m, PyObject *name, Py_ssize_t i) {
  PyObject *there = PyDict_GetItemWithError(m->index, name),
           *place = there ? Py_NewRef(Py_None) : PyLong_FromSsize_t(i);
  int status = place ? PyDict_SetItem(m->index, name, place) : -1;
  if (!status && !is_taken(name))
    status = PyDict_SetItem(m->attrs, name, place);
  Py_XDECREF(place);
  return status;
}

static int set_name(cpy_keymap *m, Py_ssize_t i, PyObject *name) { /* takes name */
  if (!name)
    return -1;
  PyUnicode_InternInPlace(&name);
  PyTuple_SET_ITEM(m->names, i, name);
  return add_name(m, name, i);
}

static int set_nameless(cpy_keymap *m, Py_ssize_t i) {
  PyTuple_SET_ITEM(m->names, i, Py_NewRef(Py_None));
  m->has_nameless = 1;
  return 0;
}

PyObject *cpy_keymap_fields(cpy_keymap *m) {
  PyObject *list = NULL, *made = NULL;
  if (!m->has_nameless)
    return Py_NewRef(m->names);
  if (!(list = PyList_New(0)))
    return NULL;
  for (Py_ssize_t i = 0; i < m->n; i++)
    if (PyTuple_GET_ITEM(m->names, i) != Py_None && PyList_Append(list, PyTuple_GET_ITEM(m->names, i)) < 0)
      goto out;
  made = PyList_AsTuple(list);
out:
  Py_DECREF(list);
  return made;
}

/* ---- The cache: by what the fields are
 * --------------------------------------------------------------------------------- */

enum { PLACES = 256 };
static cpy_keymap *recent[PLACES];

static size_t hash_of(const corm_result *r, size_t n) {
  size_t h = n * 31;
  for (size_t i = 0; i < n; i++) {
    const char *name = corm_result_peek_name(r, i);
    h = h * 1000003u ^ (size_t)(uintptr_t)corm_result_peek_node(r, i) >> 4;
    for (; name && *name; name++)
      h = h * 31 + (unsigned char)*name;
  }
  return h % PLACES;
}

static int is_of(const cpy_keymap *m, const corm_result *r, size_t n) {
  if ((size_t)m->n != n)
    return 0;
  for (size_t i = 0; i < n; i++) {
    const char *name = corm_result_peek_name(r, i);
    PyObject *ours = PyTuple_GET_ITEM(m->names, (Py_ssize_t)i);
    if (corm_result_peek_node(r, i) != m->nodes[i] || corm_result_peek_entity(r, i) != m->entities[i])
      return 0;
    if (name && (ours == Py_None || strcmp(PyUnicode_AsUTF8(ours), name) != 0))
      return 0;
  }
  return 1;
}

/* Of an expression without one: _no_label, _no_label_1 and so on. */
static int set_unlabelled(cpy_keymap *m, Py_ssize_t i, int *n) {
  PyObject *name = *n ? PyUnicode_FromFormat("_no_label_%d", *n) : PyUnicode_FromString("_no_label");
  ++*n;
  return set_name(m, i, name);
}

static cpy_keymap *make(const corm_result *r, size_t n) {
  cpy_keymap *m = allocate((Py_ssize_t)n);
  int unlabelled = 0;
  for (size_t i = 0; m && i < n; i++) {
    const char *name = corm_result_peek_name(r, i);
    m->nodes[i] = corm_node_ref(corm_result_peek_node(r, i));
    m->entities[i] = corm_result_peek_entity(r, i);
    int status = name             ? set_name(m, (Py_ssize_t)i, PyUnicode_FromString(name))
                 : m->entities[i] ? set_nameless(m, (Py_ssize_t)i)
                                  : set_unlabelled(m, (Py_ssize_t)i, &unlabelled);
    if (status < 0)
      Py_CLEAR(m);
  }
  return m;
}

cpy_keymap *cpy_keymap_of(const corm_result *r) {
  size_t n = corm_result_peek_columns(r), place = hash_of(r, n);
  cpy_keymap *m = recent[place];
  if (m && is_of(m, r, n))
    return (cpy_keymap *)Py_NewRef(m);
  if ((m = make(r, n)))
    Py_XSETREF(recent[place], (cpy_keymap *)Py_NewRef(m));
  return m;
}

/* ---- Look-up
 * ----------------------------------------------------------------------------------------------------------- */

static void fail_name(cpy_keymap *m, PyObject *name) {
  PyObject *hint = cpy_hint(name, m->names);
  if (hint)
    cpy_error("NoSuchColumnError", "the row has no column %R%U", name, hint);
  Py_XDECREF(hint);
}

static Py_ssize_t find_name(cpy_keymap *m, PyObject *name) {
  PyObject *place = PyDict_GetItemWithError(m->index, name);
  if (!place) {
    if (!PyErr_Occurred())
      fail_name(m, name);
    return -1;
  }
  if (place == Py_None) {
    cpy_error("InvalidRequestError", "several columns of the row are called %R", name);
    return -1;
  }
  return PyLong_AsSsize_t(place);
}

static int is_same(const corm_node *field, const corm_node *asked) {
  corm_column *column = corm_node_peek_column(asked);
  if (field == asked)
    return 1;
  if (!field)
    return 0;
  if (column && corm_node_peek_column(field) == column && corm_node_peek_kind(field) == corm_node_peek_kind(asked)) {
    const corm_node *a = corm_node_peek_kid(field, 0), *b = corm_node_peek_kid(asked, 0);
    return (!a || !b) ? 1 : corm_node_equal(a, b) || corm_node_peek_kind(a) != corm_node_peek_kind(b);
  }
  return corm_node_peek_kind(field) == corm_node_peek_kind(asked) && corm_node_equal(field, asked);
}

static Py_ssize_t find_node(cpy_keymap *m, PyObject *key, const corm_node *node) {
  const char *name = corm_node_peek_name(node);
  PyObject *text;
  Py_ssize_t place;
  for (Py_ssize_t i = 0; i < m->n; i++)
    if (m->nodes[i] && is_same(m->nodes[i], node))
      return i;
  if (corm_node_peek_entity(node))
    for (Py_ssize_t i = 0; i < m->n; i++)
      if (m->entities[i] == corm_node_peek_entity(node))
        return i;
  if (!name || m->nodes[0]) { /* plain SQL is looked up by name */
    cpy_error("NoSuchColumnError", "the row has no column '%S'", key);
    return -1;
  }
  if (!(text = PyUnicode_FromString(name)))
    return -1;
  place = find_name(m, text);
  Py_DECREF(text);
  return place;
}

Py_ssize_t cpy_keymap_find(cpy_keymap *m, PyObject *key) {
  corm_node *node = NULL;
  Py_ssize_t place = -1;
  if (PyUnicode_Check(key))
    return find_name(m, key);
  if (PyLong_Check(key)) {
    place = PyLong_AsSsize_t(key);
    if (place < 0 && !PyErr_Occurred())
      place += m->n;
    if (place >= 0 && place < m->n)
      return place;
    if (!PyErr_Occurred())
      PyErr_SetString(PyExc_IndexError, "tuple index out of range");
    return -1;
  }
  if (cpy_is_node(key))
    node = cpy_node_ref(key);
  else if (PyType_Check(key) || PyObject_HasAttrString(key, "__clause_element__"))
    node = cpy_coerce(key, CPY_COLUMN);
  if (!node) {
    PyErr_Clear();
    cpy_error("NoSuchColumnError", "the row has no column %R", key);
    return -1;
  }
  if (m->n)
    place = find_node(m, key, node);
  corm_node_unref(node);
  return place;
}

/* pick(places: tuple) -> the map of these fields, in that order */
static PyObject *pick(PyObject *self, PyObject *places) {
  cpy_keymap *m = (cpy_keymap *)self, *made;
  if (!PyTuple_Check(places) || !(made = allocate(PyTuple_GET_SIZE(places))))
    return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_TypeError, "a tuple of places is needed");
  if (!(made->pick = PyMem_Calloc((size_t)made->n + 1, sizeof *made->pick)))
    goto failed;
  for (Py_ssize_t i = 0; i < made->n; i++) {
    Py_ssize_t from = PyLong_AsSsize_t(PyTuple_GET_ITEM(places, i));
    if (from < 0 || from >= m->n)
      goto failed;
    made->pick[i] = m->pick ? m->pick[from] : (int)from;
    made->nodes[i] = corm_node_ref(m->nodes[from]);
    made->entities[i] = m->entities[from];
    PyObject *name = PyTuple_GET_ITEM(m->names, from);
    if ((name == Py_None ? set_nameless(made, i) : set_name(made, i, Py_NewRef(name))) < 0)
      goto failed;
  }
  return (PyObject *)made;
failed:
  Py_DECREF(made);
  return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_IndexError, "no such field");
}

static PyObject *find_(PyObject *self, PyObject *key) {
  Py_ssize_t place = cpy_keymap_find((cpy_keymap *)self, key);
  return place < 0 ? NULL : PyLong_FromSsize_t(place);
}

static PyObject *source_of(PyObject *self, PyObject *index) {
  cpy_keymap *m = (cpy_keymap *)self;
  Py_ssize_t i = PyLong_AsSsize_t(index);
  if (i < 0 || i >= m->n)
    return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_IndexError, "no such field");
  return PyLong_FromLong(m->pick ? m->pick[i] : (long)i);
}

/* keymap(names: tuple) -> a map of fields by name alone */
static PyObject *from_names(PyObject *module, PyObject *names) {
  (void)module;
  cpy_keymap *m = PyTuple_Check(names) ? allocate(PyTuple_GET_SIZE(names)) : NULL;
  for (Py_ssize_t i = 0; m && i < m->n; i++) {
    PyObject *name = PyTuple_GET_ITEM(names, i);
    int status = PyUnicode_Check(name) ? set_name(m, i, Py_NewRef(name)) : name == Py_None ? set_nameless(m, i) : -1;
    if (status < 0)
      Py_CLEAR(m);
  }
  return m || PyErr_Occurred() ? (PyObject *)m : PyErr_Format(PyExc_TypeError, "a tuple of names is needed");
}

/* forget_fields(): lets go of the statements that the last results were of */
static PyObject *forget_fields(PyObject *module, PyObject *unused) {
  (void)module;
  (void)unused;
  for (size_t i = 0; i < PLACES; i++)
    Py_CLEAR(recent[i]);
  Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"pick", pick, METH_O, "pick(places) -> the map of these fields, in that order"},
                                {"find", find_, METH_O, "find(key) -> place"},
                                {"source", source_of, METH_O, "source(i) -> the result's column"},
                                {NULL, NULL, 0, NULL}};
static PyObject *get_names(PyObject *self, void *unused) {
  (void)unused;
  return cpy_keymap_fields((cpy_keymap *)self);
}
static PyGetSetDef getset[] = {{"names", get_names, NULL, "the fields' names", NULL}, {NULL, NULL, NULL, NULL, NULL}};
static PyType_Slot slots[] = {{Py_tp_dealloc, (void *)dealloc},
                              {Py_tp_methods, methods},
                              {Py_tp_getset, getset},
                              {Py_tp_doc, "The fields of a result."},
                              {0, NULL}};
static PyType_Spec spec = {"cormorant._core.KeyMap", sizeof(cpy_keymap), 0,
                           Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
static PyMethodDef functions[] = {
    {"keymap", from_names, METH_O, "keymap(names) -> KeyMap"},
    {"forget_fields", forget_fields, METH_NOARGS, "forget_fields(): drops the kept KeyMaps"},
    {NULL, NULL, 0, NULL}};

int cpy_add_keymap(PyObject *module) {
  if (cpy_add_type(module, &keymap_type, &spec, NULL) < 0)
    return -1;
  return PyModule_AddFunctions(module, functions);
}
