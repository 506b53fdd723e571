/* Results: the core's blocks of cells as lists of rows or of values. */
#include "runtime.h"
#include <stddef.h>
#include <string.h>

typedef struct result {
  PyObject_HEAD corm_result *result;
  PyObject *keep;
  cpy_keymap *map;             /* NULL: the statement gives no rows */
  const corm_type **converted; /* by column: types that the host converts; NULL: there are none */
  int closed;
  PyObject *weakrefs;
} result;

static PyTypeObject *result_type;

static void dealloc(PyObject *self) {
  result *r = (result *)self;
  PyTypeObject *type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  if (r->weakrefs)
    PyObject_ClearWeakRefs(self);
  corm_result *core = r->result;
  r->result = NULL;
  if (core)
    corm_result_free(core);
  PyMem_Free(r->converted);
  Py_XDECREF(r->map);
  Py_XDECREF(r->keep);
  type->tp_free(self);
  Py_DECREF(type);
}

static int traverse(PyObject *self, visitproc visit, void *arg) {
  Py_VISIT(((result *)self)->keep);
  Py_VISIT(Py_TYPE(self));
  return 0;
}

static int find_converted(result *r) {
  size_t n = corm_result_peek_columns(r->result);
  for (size_t i = 0; i < n; i++) {
    const corm_type *type = corm_result_peek_type(r->result, i);
    if (!(corm_type_peek_flags(type) & CORM_TYPE_HOST_RESULT) || corm_result_peek_entity(r->result, i))
      continue;
    if (!r->converted && !(r->converted = PyMem_Calloc(n, sizeof *r->converted))) {
      PyErr_NoMemory();
      return -1;
    }
    r->converted[i] = type;
  }
  return 0;
}

PyObject *cpy_result_new(corm_result *core, PyObject *keep) {
  result *r = (result *)result_type->tp_alloc(result_type, 0);
  if (!r) {
    corm_result_free(core);
    return NULL;
  }
  r->result = core;
  r->keep = Py_XNewRef(keep);
  if (corm_result_peek_columns(core) && (!(r->map = cpy_keymap_of(core)) || find_converted(r) < 0))
    Py_CLEAR(r);
  return (PyObject *)r;
}

/* ---- Values
 * -------------------------------------------------------------------------------------------------------------- */

static PyObject *convert(const result *r, const corm_type *type, const corm_value *v) {
  PyObject *value = cpy_value_to(v);
  PyObject *made = value ? cpy_type_result(type, value, corm_result_peek_dialect(r->result)) : NULL;
  Py_XDECREF(value);
  return made;
}

/* The commonest kinds are made here: a call less per cell. */
static inline PyObject *value_of(const result *r, size_t i, const corm_value *v) {
  if (r->converted && r->converted[i] && v->kind != CORM_HOST)
    return convert(r, r->converted[i], v);
  switch (v->kind) {
  case CORM_NULL:
    return Py_NewRef(Py_None);
  case CORM_INT:
    return PyLong_FromLongLong(v->as.i);
  case CORM_DOUBLE:
    return PyFloat_FromDouble(v->as.f);
  case CORM_RECORD:
    return cpy_object_of_record(v->as.r);
  case CORM_TEXT:
    if (v->flags & CORM_VALUE_ASCII && v->size > 1) {
      PyObject *text = PyUnicode_New((Py_ssize_t)v->size, 127);
      if (text)
        memcpy(PyUnicode_1BYTE_DATA(text), v->as.p, v->size);
      return text;
    }
  }
  return cpy_value_to(v);
}

static PyObject *row_of(const result *r, cpy_keymap *map, const corm_value *cells) {
  cpy_row *row = cpy_row_new(map);
  int tracked = 0;
  if (!row)
    return NULL;
  for (Py_ssize_t i = 0; i < map->n; i++) {
    size_t from = (size_t)(map->pick ? map->pick[i] : i);
    PyObject *value = value_of(r, from, &cells[from]);
    if (!value) {
      Py_DECREF(row);
      return NULL;
    }
    row->items[i] = value;
    tracked |= PyObject_IS_GC(value);
  }
  if (tracked)
    PyObject_GC_Track(row);
  return (PyObject *)row;
}

/* ---- What is wanted of each row
 * ------------------------------------------------------------------------------------------ */

typedef struct wish {
  cpy_keymap *map;    /* rows of these fields; NULL: values */
  size_t column;      /* ... of this column */
  PyObject *seen;     /* dict of what was given out, by its key: only what is not in it; or NULL */
  PyObject *strategy; /* makes the key of uniqueness; or NULL */
} wish;

/* wish_of(what, seen, strategy): what is a KeyMap, a number, or None for all fields */
static int wish_of(wish *w, const result *r, PyObject *what, PyObject *seen, PyObject *strategy) {
  memset(w, 0, sizeof *w);
  w->seen = seen == Py_None ? NULL : seen;
  w->strategy = strategy == Py_None ? NULL : strategy;
  if (PyLong_Check(what)) {
    w->column = PyLong_AsSize_t(what);
    if (PyErr_Occurred())
      return -1;
    if (w->column < (size_t)r->map->n)
      return 0;
    PyErr_SetString(PyExc_IndexError, "tuple index out of range");
    return -1;
  }
  w->map = what == Py_None ? r->map : (cpy_keymap *)what;
  if (Py_TYPE(w->map) == Py_TYPE(r->map))
    return 0;
  PyErr_Format(PyExc_TypeError, "fields are a KeyMap, a number or None, not %R", what);
  return -1;
}

static PyObject *made_of(const result *r, const wish *w, const corm_value *cells) {
  return w->map ? row_of(r, w->map, cells) : value_of(r, w->column, &cells[w->column]);
}

/* Objects are the same when they are one, values when they are equal. */
static PyObject *key_of(const wish *w, const corm_value *cells, PyObject *made) {
  if (w->strategy)
    return PyObject_CallOneArg(w->strategy, made);
  if (!w->map)
    return cells[w->column].kind == CORM_RECORD ? PyLong_FromVoidPtr(made) : Py_NewRef(made);
  PyObject *key = PyTuple_New(w->map->n);
  for (Py_ssize_t i = 0; key && i < w->map->n; i++) {
    size_t from = (size_t)(w->map->pick ? w->map->pick[i] : i);
    PyObject *part = ((cpy_row *)made)->items[i];
    part = cells[from].kind == CORM_RECORD ? PyLong_FromVoidPtr(part) : Py_NewRef(part);
    if (!part)
      Py_CLEAR(key);
    else
      PyTuple_SET_ITEM(key, i, part);
  }
  return key;
}

/* 1: not seen before, 0: seen, -1: an exception. What was seen is kept: another object may not get its address. */
static int is_new(const wish *w, const corm_value *cells, PyObject *made) {
  PyObject *key = key_of(w, cells, made);
  int there = key ? PyDict_Contains(w->seen, key) : -1;
  if (there == 0 && PyDict_SetItem(w->seen, key, made) < 0)
    there = -1;
  if (there < 0 && PyErr_ExceptionMatches(PyExc_TypeError)) {
    PyErr_Clear();
    cpy_error("InvalidRequestError", "unique() can't tell rows apart by %s: it is not hashable",
              key ? Py_TYPE(made)->tp_name : "it");
  }
  Py_XDECREF(key);
  return there < 0 ? -1 : !there;
}

/* ---- Fetching
 * ------------------------------------------------------------------------------------------------------------ */

static int check_open(const result *r) {
  if (!r->map)
    cpy_error("ResourceClosedError", "what was executed gives no rows, so its result was closed at once");
  else if (r->closed)
    cpy_error("ResourceClosedError", "the result was closed");
  else
    return 0;
  return -1;
}

static int append(PyObject *list, const result *r, const wish *w, const corm_block *block) {
  size_t n = corm_block_peek_rows(block);
  for (size_t i = 0; i < n; i++) {
    const corm_value *cells = corm_block_peek_row(block, i);
    PyObject *made = made_of(r, w, cells);
    int wanted = !made ? -1 : w->seen ? is_new(w, cells, made) : 1;
    if (wanted > 0)
      wanted = PyList_Append(list, made) < 0 ? -1 : 1;
    Py_XDECREF(made);
    if (wanted < 0)
      return -1;
  }
  return 0;
}

/* The whole block at once: places of a list that is as long as it. */
static PyObject *list_of(const result *r, const wish *w, const corm_block *block) {
  size_t n = corm_block_peek_rows(block);
  PyObject *list = PyList_New((Py_ssize_t)n);
  for (size_t i = 0; list && i < n; i++) {
    PyObject *made = made_of(r, w, corm_block_peek_row(block, i));
    if (made)
      PyList_SET_ITEM(list, (Py_ssize_t)i, made);
    else
      Py_CLEAR(list);
  }
  return list;
}

/* A value that a type cannot read is what its converter raises in SQLAlchemy: ValueError. */
static PyObject *raise_fetch(corm_error *err) {
  if (corm_error_status(err) != CORM_ESTATEMENT)
    return cpy_raise(err);
  PyErr_SetString(PyExc_ValueError, corm_error_message(err));
  corm_error_free(err);
  return NULL;
}

/* One block, converted with the collector at rest: nothing that is made can be garbage. *ended: there was none. */
static PyObject *next_list(result *r, const wish *w, size_t max, int *ended) {
  corm_block *block = NULL;
  corm_error *err = NULL;
  PyObject *list = NULL;
  *ended = 0;
  if (corm_result_next_block(r->result, max, &block, &err))
    return raise_fetch(err);
  if (!block) {
    *ended = 1;
    return PyList_New(0);
  }
  int enabled = PyGC_Disable();
  if (!w->seen)
    list = list_of(r, w, block);
  else if ((list = PyList_New(0)) && append(list, r, w, block) < 0)
    Py_CLEAR(list);
  if (enabled)
    PyGC_Enable();
  corm_block_free(block);
  return list;
}

static int extend(PyObject **list, PyObject *more) {
  int status = 0;
  if (!*list)
    *list = Py_NewRef(more);
  else
    status = PyList_SetSlice(*list, PyList_GET_SIZE(*list), PyList_GET_SIZE(*list), more);
  Py_DECREF(more);
  return status;
}

/* fetch(max, what, seen, strategy) -> list. max 0: all that are left. */
static PyObject *fetch(PyObject *self, PyObject *const *args, Py_ssize_t n) {
  result *r = (result *)self;
  wish w;
  PyObject *list = NULL;
  int ended = 0;
  if (n != 4)
    return PyErr_Format(PyExc_TypeError, "fetch() takes max, what, seen and strategy");
  size_t max = PyLong_AsSize_t(args[0]);
  if (PyErr_Occurred() || check_open(r) < 0 || wish_of(&w, r, args[1], args[2], args[3]) < 0)
    return NULL;
  do { /* more than one round where known rows are left out, or some rows were read ahead one by one */
    size_t have = list ? (size_t)PyList_GET_SIZE(list) : 0;
    PyObject *more = next_list(r, &w, max ? max - have : 0, &ended);
    if (!more || extend(&list, more) < 0) {
      Py_XDECREF(list);
      return NULL;
    }
  } while (!ended && (!max || (size_t)PyList_GET_SIZE(list) < max));
  return list;
}

/* next(what, seen, strategy) -> one, or the result itself at the end (None is a value) */
static PyObject *next(PyObject *self, PyObject *const *args, Py_ssize_t n) {
  result *r = (result *)self;
  wish w;
  corm_error *err = NULL;
  if (n != 3)
    return PyErr_Format(PyExc_TypeError, "next() takes what, seen and strategy");
  if (check_open(r) < 0 || wish_of(&w, r, args[0], args[1], args[2]) < 0)
    return NULL;
  for (;;) {
    const corm_value *cells = NULL;
    if (corm_result_next_row(r->result, &cells, &err))
      return raise_fetch(err);
    if (!cells)
      return Py_NewRef(self);
    PyObject *made = made_of(r, &w, cells);
    int wanted = !made ? -1 : w.seen ? is_new(&w, cells, made) : 1;
    if (wanted > 0)
      return made;
    Py_XDECREF(made);
    if (wanted < 0)
      return NULL;
  }
}

/* set_block(rows) */
static PyObject *set_block(PyObject *self, PyObject *rows) {
  Py_ssize_t n = PyNumber_AsSsize_t(rows, PyExc_OverflowError);
  if (n == -1 && PyErr_Occurred())
    return NULL;
  corm_result_set_block(((result *)self)->result, n > 0 ? (size_t)n : 0);
  Py_RETURN_NONE;
}

static PyObject *close_(PyObject *self, PyObject *unused) {
  (void)unused;
  result *r = (result *)self;
  r->closed = 1;
  corm_result_close(r->result);
  if (PyErr_Occurred())
    return NULL;
  Py_RETURN_NONE;
}

/* ---- What a change leaves
 * ------------------------------------------------------------------------------------------------ */

static PyObject *inserted_key(PyObject *self, PyObject *unused) {
  (void)unused;
  const corm_value *values = NULL;
  size_t n = corm_result_peek_inserted_key(((result *)self)->result, &values);
  PyObject *key = PyTuple_New((Py_ssize_t)n);
  for (size_t i = 0; key && i < n; i++) {
    PyObject *value = cpy_value_to(&values[i]);
    if (value)
      PyTuple_SET_ITEM(key, (Py_ssize_t)i, value);
    else
      Py_CLEAR(key);
  }
  return key;
}

static PyObject *sent(PyObject *self, PyObject *unused) {
  (void)unused;
  const char *const *names = NULL;
  const corm_value *values = NULL;
  size_t n = corm_result_peek_sent(((result *)self)->result, &names, &values);
  PyObject *dict = PyDict_New();
  for (size_t i = 0; dict && i < n; i++) {
    PyObject *value = cpy_value_to(&values[i]);
    if (!value || PyDict_SetItemString(dict, names[i], value) < 0)
      Py_CLEAR(dict);
    Py_XDECREF(value);
  }
  return dict;
}

static PyObject *get_rowcount(PyObject *self, void *unused) {
  (void)unused;
  return PyLong_FromLongLong(corm_result_peek_rowcount(((result *)self)->result));
}

static PyObject *get_is_insert(PyObject *self, void *unused) {
  (void)unused;
  return PyBool_FromLong(corm_result_peek_is_insert(((result *)self)->result));
}

static PyObject *get_is_spent(PyObject *self, void *unused) {
  (void)unused;
  return PyBool_FromLong(corm_result_peek_is_spent(((result *)self)->result));
}

static PyObject *get_needs_unique(PyObject *self, void *unused) {
  (void)unused;
  return PyBool_FromLong(corm_result_peek_needs_unique(((result *)self)->result));
}

static PyObject *get_map(PyObject *self, void *unused) {
  (void)unused;
  result *r = (result *)self;
  return r->map ? Py_NewRef(r->map) : Py_NewRef(Py_None);
}

/* How many fields are objects. */
static PyObject *get_entities(PyObject *self, void *unused) {
  (void)unused;
  result *r = (result *)self;
  long n = 0;
  for (Py_ssize_t i = 0; r->map && i < r->map->n; i++)
    n += r->map->entities[i] != NULL;
  return PyLong_FromLong(n);
}

static PyMethodDef methods[] = {
    {"fetch", (PyCFunction)(void (*)(void))fetch, METH_FASTCALL, "fetch(max, what, seen, strategy) -> list"},
    {"next", (PyCFunction)(void (*)(void))next, METH_FASTCALL,
     "next(what, seen, strategy) -> one, or the result itself at the end"},
    {"set_block", set_block, METH_O, "set_block(rows): how many are read at a time"},
    {"close", close_, METH_NOARGS, "close()"},
    {"inserted_key", inserted_key, METH_NOARGS, "inserted_key() -> tuple"},
    {"sent", sent, METH_NOARGS, "sent() -> dict: the values of the last row of an INSERT or UPDATE"},
    {NULL, NULL, 0, NULL}};
static PyGetSetDef getset[] = {
    {"rowcount", get_rowcount, NULL, "rows changed, or -1", NULL},
    {"is_insert", get_is_insert, NULL, "whether it was an INSERT", NULL},
    {"is_spent", get_is_spent, NULL, "whether its one row went into the inserted key", NULL},
    {"needs_unique", get_needs_unique, NULL, "whether joined-loaded collections are in it", NULL},
    {"map", get_map, NULL, "its KeyMap, or None", NULL},
    {"entities", get_entities, NULL, "how many fields are objects", NULL},
    {NULL, NULL, NULL, NULL, NULL}};
static PyMemberDef members[] = {{"keep", T_OBJECT, offsetof(result, keep), READONLY, "what made it"},
                                {"closed", T_BOOL, offsetof(result, closed), READONLY, "whether it was closed"},
                                {"__weaklistoffset__", T_PYSSIZET, offsetof(result, weakrefs), READONLY, NULL},
                                {NULL, 0, 0, 0, NULL}};
static PyType_Slot slots[] = {{Py_tp_dealloc, (void *)dealloc},
                              {Py_tp_traverse, (void *)traverse},
                              {Py_tp_methods, methods},
                              {Py_tp_getset, getset},
                              {Py_tp_members, members},
                              {Py_tp_doc, "Rows as the core gives them."},
                              {0, NULL}};
static PyType_Spec spec = {"cormorant._core.Result", sizeof(result), 0,
                           Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};

int cpy_add_result(PyObject *module) { return cpy_add_type(module, &result_type, &spec, NULL); }
