/* Catalogs, tables, columns, constraints and indexes: thin steps that cormorant.schema arranges. */
#include "binding.h"
#include <stddef.h>
#include <string.h>

/* ---- Python objects of the core's columns and tables
 * ------------------------------------------------------------------ */

int cpy_remember(const void *address, PyObject *object) {
  PyObject *key = PyLong_FromVoidPtr((void *)(uintptr_t)address), *ref = key ? PyWeakref_NewRef(object, NULL) : NULL;
  int status = ref ? PyDict_SetItem(cpy.columns, key, ref) : -1;
  Py_XDECREF(ref);
  Py_XDECREF(key);
  return status;
}

static PyObject *remembered(const void *address) {
  PyObject *key = PyLong_FromVoidPtr((void *)(uintptr_t)address), *ref = NULL, *found;
  if (!key)
    return NULL;
  ref = PyDict_GetItemWithError(cpy.columns, key);
  found = ref ? PyWeakref_GetObject(ref) : NULL;
  if (found == Py_None) {
    found = NULL;
    if (PyDict_DelItem(cpy.columns, key) < 0)
      PyErr_Clear();
  }
  Py_DECREF(key);
  return Py_XNewRef(found);
}

PyObject *cpy_column_object(const corm_column *column) { return remembered(column); }
PyObject *cpy_table_object(const corm_table *table) { return remembered(table); }

static PyObject *column_object(PyObject *m, PyObject *node) {
  (void)m;
  corm_column *column = cpy_is_node(node) && cpy_peek_node(node) ? corm_node_peek_column(cpy_peek_node(node)) : NULL;
  PyObject *found = column ? cpy_column_object(column) : NULL;
  return found ? found : PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
}
static PyObject *table_object(PyObject *m, PyObject *node) {
  (void)m;
  corm_table *table = cpy_is_node(node) && cpy_peek_node(node) ? corm_node_peek_table(cpy_peek_node(node)) : NULL;
  PyObject *found = table ? cpy_table_object(table) : NULL;
  return found ? found : PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
}

/* ---- Catalog
 * ------------------------------------------------------------------------------------------------------------- */

static PyObject *catalog_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"schema", "ix", "uq", "ck", "fk", "pk", NULL};
  corm_catalog_def def;
  corm_error *err = NULL;
  memset(&def, 0, sizeof def);
  def.size = sizeof def;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|zzzzzz:Catalog", names, &def.schema_name, &def.ix, &def.uq, &def.ck,
                                   &def.fk, &def.pk))
    return NULL;
  cpy_catalog *made = (cpy_catalog *)type->tp_alloc(type, 0);
  if (!made)
    return NULL;
  if (corm_schema_new(&made->schema, &err) || corm_catalog_new(&made->catalog, made->schema, &def, &err)) {
    Py_DECREF(made);
    return cpy_raise(err);
  }
  return (PyObject *)made;
}

static void catalog_dealloc(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  cpy_catalog *c = (cpy_catalog *)self;
  if (c->weakrefs)
    PyObject_ClearWeakRefs(self);
  if (c->schema)
    corm_schema_unref(c->schema);
  type->tp_free(self);
  Py_DECREF(type);
}

static corm_table *table_of(PyObject *object) {
  corm_node *node = cpy_is_node(object) ? cpy_peek_node(object) : NULL;
  corm_table *table = node ? corm_node_peek_table(node) : NULL;
  if (!table)
    cpy_error("ArgumentError", "%R is no table", object);
  return table;
}

static corm_column *column_of(PyObject *object) {
  corm_node *node = cpy_is_node(object) ? cpy_peek_node(object) : NULL;
  corm_column *column = node ? corm_node_peek_column(node) : NULL;
  if (!column)
    cpy_error("ArgumentError", "%R is no column of a table", object);
  return column;
}

/* define(table object, name, schema, comment, quote, flags, prefixes, suffix) */
static PyObject *catalog_define(PyObject *self, PyObject *args) {
  cpy_catalog *c = (cpy_catalog *)self;
  corm_table_def def;
  corm_table *table = NULL;
  corm_error *err = NULL;
  PyObject *object;
  memset(&def, 0, sizeof def);
  def.size = sizeof def;
  if (!PyArg_ParseTuple(args, "O!szziIzz:define", cpy.node_type, &object, &def.name, &def.schema_name, &def.comment,
                        &def.quote, &def.flags, &def.prefixes, &def.suffix))
    return NULL;
  if (corm_catalog_define(&table, c->catalog, &def, &err))
    return cpy_raise(err);
  if (cpy_node_adopt(object, corm_from(table)) == 0 && cpy_remember(table, object) == 0)
    Py_RETURN_NONE;
  corm_catalog_forget(c->catalog, table);
  return NULL;
}

static PyObject *catalog_forget(PyObject *self, PyObject *object) {
  corm_table *table = table_of(object);
  if (!table)
    return NULL;
  corm_catalog_forget(((cpy_catalog *)self)->catalog, table);
  Py_RETURN_NONE;
}

/* sorted(by_name) -> list of the Table objects */
static PyObject *catalog_sorted(PyObject *self, PyObject *by_name) {
  cpy_catalog *c = (cpy_catalog *)self;
  int named = PyObject_IsTrue(by_name);
  size_t n = corm_catalog_sorted(c->catalog, named, NULL, 0);
  corm_table **tables = PyMem_Calloc(n + 1, sizeof *tables);
  PyObject *list = tables ? PyList_New(0) : PyErr_NoMemory();
  if (list)
    corm_catalog_sorted(c->catalog, named, tables, n);
  for (size_t i = 0; list && i < n; i++) {
    PyObject *one = cpy_table_object(tables[i]);
    if (one ? PyList_Append(list, one) < 0 : PyErr_Occurred() != NULL)
      Py_CLEAR(list);
    Py_XDECREF(one);
  }
  PyMem_Free(tables);
  return list;
}

static PyObject *catalog_seal(PyObject *self, PyObject *unused) {
  (void)unused;
  corm_error *err = NULL;
  if (corm_schema_seal(((cpy_catalog *)self)->schema, &err))
    return cpy_raise(err);
  Py_RETURN_NONE;
}

/* ---- Columns
 * --------------------------------------------------------------------------------------------------------------- */

/* A default as cormorant.schema describes it: None, ("value", v), ("host", fn) or ("expr", node). */
static int read_default(corm_default *out, PyObject *given, PyObject **pin, corm_node **node) {
  memset(out, 0, sizeof *out);
  if (given == Py_None)
    return 0;
  PyObject *what, *value;
  if (!PyArg_ParseTuple(given, "UO", &what, &value))
    return -1;
  if (PyUnicode_CompareWithASCIIString(what, "expr") == 0) {
    out->kind = CORM_DEFAULT_EXPR;
    out->expr = *node = cpy_coerce(value, CPY_VALUE);
    return *node ? 0 : -1;
  }
  if (PyUnicode_CompareWithASCIIString(what, "host") == 0) {
    out->kind = CORM_DEFAULT_HOST;
    out->host = value; /* kept alive by the Column */
    return 0;
  }
  out->kind = CORM_DEFAULT_VALUE;
  return cpy_value_from(value, &out->value, pin);
}

/* (always, given, start, increment, min, max, cache, cycle), or None. */
static int read_identity(corm_identity_def *out, const corm_identity_def **said, PyObject *given) {
  long long start, increment, min, max, cache;
  if (given == Py_None)
    return 0;
  memset(out, 0, sizeof *out);
  out->size = sizeof *out;
  if (!PyArg_ParseTuple(given, "pILLLLLi", &out->always, &out->given, &start, &increment, &min, &max, &cache,
                        &out->cycle))
    return -1;
  out->start = start;
  out->increment = increment;
  out->min = min;
  out->max = max;
  out->cache = cache;
  *said = out;
  return 0;
}

/* A new column, which the object then stands for; or the object's column is defined anew. */
static int put_column(PyObject *table, PyObject *column, const corm_column_def *def, int again) {
  corm_column *there = again ? column_of(column) : NULL;
  corm_error *err = NULL;
  if (again && !there)
    return -1;
  if (again ? corm_column_redefine(there, def, &err) : corm_table_add_column(&there, table_of(table), def, &err)) {
    cpy_raise(err);
    return -1;
  }
  if (cpy_node_adopt(column, corm_col_of(cpy_peek_node(table), there)) < 0) /* the node knows its column's type */
    return -1;
  return again ? 0 : cpy_remember(there, column);
}

/* add_column(table, column, name, key, type, flags, quote, insert, update, server_default, comment, computed,
 * persisted, identity, again) */
static PyObject *add_column(PyObject *m, PyObject *args) {
  (void)m;
  int again;
  corm_identity_def identity;
  PyObject *numbers, *table, *column, *type, *insert, *update, *server, *pins[3] = {NULL, NULL, NULL}, *made = NULL;
  corm_node *nodes[3] = {NULL, NULL, NULL};
  corm_column_def def;
  memset(&def, 0, sizeof def);
  def.size = sizeof def;
  if (!PyArg_ParseTuple(args, "O!O!szOIiOOOzziOp:add_column", cpy.node_type, &table, cpy.node_type, &column, &def.name,
                        &def.key, &type, &def.flags, &def.quote, &insert, &update, &server, &def.comment, &def.computed,
                        &def.computed_persisted, &numbers, &again) ||
      read_identity(&identity, &def.identity, numbers) < 0)
    return NULL;
  if (!table_of(table) || !(def.type = cpy_type_from(type, &pins[0])))
    goto out;
  if (read_default(&def.insert, insert, &pins[1], &nodes[0]) < 0 ||
      read_default(&def.update, update, &pins[2], &nodes[1]) < 0)
    goto out;
  if (server != Py_None && !(nodes[2] = cpy_coerce(server, CPY_VALUE)))
    goto out;
  def.server_default = nodes[2];
  if (put_column(table, column, &def, again) == 0)
    made = Py_NewRef(Py_None);
out:
  for (size_t i = 0; i < 3; i++) {
    Py_XDECREF(pins[i]);
    corm_node_unref(nodes[i]);
  }
  return made;
}

static PyObject *set_column_type(PyObject *m, PyObject *args) {
  (void)m;
  PyObject *object, *type_object, *pin = NULL, *made = NULL;
  corm_error *err = NULL;
  if (!PyArg_ParseTuple(args, "OO:set_column_type", &object, &type_object))
    return NULL;
  corm_column *column = column_of(object);
  const corm_type *type = column ? cpy_type_from(type_object, &pin) : NULL;
  if (type && corm_column_set_type(column, type, &err))
    cpy_raise(err);
  else if (type) {
    corm_table *table = corm_column_peek_table(column);
    corm_node *from = corm_from(table);
    if (cpy_node_adopt(object, corm_col_of(from, column)) == 0) /* the node knows its column's type */
      made = Py_NewRef(Py_None);
    corm_node_unref(from);
  }
  Py_XDECREF(pin);
  return made;
}

static PyObject *is_generated(PyObject *m, PyObject *object) {
  (void)m;
  corm_column *column = column_of(object);
  return column ? PyBool_FromLong(corm_column_peek_generated(column)) : NULL;
}

/* ---- Constraints and indexes
 * --------------------------------------------------------------------------------------------- */

static PyObject *part_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
  (void)args;
  (void)kwargs;
  return type->tp_alloc(type, 0);
}

static void part_dealloc(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  cpy_part *p = (cpy_part *)self;
  if (p->weakrefs)
    PyObject_ClearWeakRefs(self);
  if (p->schema)
    corm_schema_unref(p->schema);
  type->tp_free(self);
  Py_DECREF(type);
}

static void part_own(PyObject *object, corm_table *table) {
  cpy_part *p = (cpy_part *)object;
  corm_schema *old = p->schema;
  p->schema = corm_schema_ref(corm_catalog_peek_schema(corm_table_peek_catalog(table)));
  if (old)
    corm_schema_unref(old);
}

static PyObject *part_final_name(PyObject *self, void *unused) {
  (void)unused;
  cpy_part *p = (cpy_part *)self;
  const char *name = p->constraint ? corm_constraint_peek_name(p->constraint)
                     : p->index    ? corm_index_peek_name(p->index)
                                   : NULL;
  return name ? PyUnicode_FromString(name) : Py_NewRef(Py_None);
}

/* _target(i): the referenced Column of the i-th column of a foreign key */
static PyObject *part_target(PyObject *self, PyObject *index) {
  cpy_part *p = (cpy_part *)self;
  size_t i = PyLong_AsSize_t(index);
  corm_column *found = NULL;
  corm_error *err = NULL;
  if (PyErr_Occurred())
    return NULL;
  if (!p->constraint)
    return cpy_error("InvalidRequestError", "the constraint belongs to no table");
  if (corm_constraint_get_target(&found, p->constraint, i, &err))
    return cpy_raise(err);
  PyObject *made = cpy_column_object(found);
  return made ? made : PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
}

typedef struct constraint_def {
  corm_constraint_def def;
  corm_column **columns, **ref_columns;
  const char **refs;
  corm_node *check;
} constraint_def;

static corm_column **column_array(PyObject *tuple) {
  Py_ssize_t n = PyTuple_GET_SIZE(tuple);
  corm_column **columns = PyMem_Calloc((size_t)n + 1, sizeof *columns);
  if (!columns)
    PyErr_NoMemory();
  for (Py_ssize_t i = 0; columns && i < n; i++)
    if (!(columns[i] = column_of(PyTuple_GET_ITEM(tuple, i)))) {
      PyMem_Free(columns);
      return NULL;
    }
  return columns;
}

static int read_refs(constraint_def *d, PyObject *refs) {
  Py_ssize_t n = PyTuple_GET_SIZE(refs);
  if (n && !PyUnicode_Check(PyTuple_GET_ITEM(refs, 0))) {
    d->def.ref_columns = d->ref_columns = column_array(refs);
    return d->ref_columns ? 0 : -1;
  }
  if (!(d->refs = PyMem_Calloc((size_t)n + 1, sizeof *d->refs)))
    return -1;
  for (Py_ssize_t i = 0; i < n; i++)
    if (!(d->refs[i] = cpy_utf8(PyTuple_GET_ITEM(refs, i))))
      return -1;
  d->def.refs = n ? d->refs : NULL;
  return 0;
}

/* add_constraint(table, object, kind, name, columns, check, refs, ondelete, onupdate, initially, match, deferrable,
 * flags) */
static PyObject *add_constraint(PyObject *m, PyObject *args) {
  (void)m;
  PyObject *table, *object, *columns, *check, *refs, *made = NULL;
  constraint_def d;
  corm_error *err = NULL;
  memset(&d, 0, sizeof d);
  d.def.size = sizeof d.def;
  if (!PyArg_ParseTuple(args, "O!O!izO!OO!zzzziI:add_constraint", cpy.node_type, &table, cpy.part_type, &object,
                        &d.def.kind, &d.def.name, &PyTuple_Type, &columns, &check, &PyTuple_Type, &refs,
                        &d.def.ondelete, &d.def.onupdate, &d.def.initially, &d.def.match, &d.def.deferrable,
                        &d.def.flags))
    return NULL;
  corm_table *t = table_of(table);
  if (!t || !(d.columns = column_array(columns)) || read_refs(&d, refs) < 0)
    goto out;
  if (check != Py_None && !(d.check = cpy_coerce(check, CPY_VALUE)))
    goto out;
  d.def.columns = d.columns;
  d.def.n = (size_t)PyTuple_GET_SIZE(columns);
  d.def.check = d.check;
  if (corm_table_add_constraint(&((cpy_part *)object)->constraint, t, &d.def, &err)) {
    cpy_raise(err);
    goto out;
  }
  part_own(object, t);
  made = Py_NewRef(Py_None);
out:
  PyMem_Free(d.columns);
  PyMem_Free(d.ref_columns);
  PyMem_Free(d.refs);
  corm_node_unref(d.check);
  return made;
}

/* What only some databases have: (where or None, method, operator classes or (), included columns, with, tablespace,
 * flags). 0, or -1 with an exception. */
typedef struct index_options {
  corm_node *where;
  const char **ops;
  corm_column **include;
} index_options;

static int read_ops(index_options *o, corm_index_def *def, PyObject *ops) {
  Py_ssize_t n = PyTuple_GET_SIZE(ops);
  if (!n)
    return 0;
  if (!(o->ops = PyMem_Calloc((size_t)n, sizeof *o->ops))) {
    PyErr_NoMemory();
    return -1;
  }
  for (Py_ssize_t i = 0; i < n; i++)
    if (PyTuple_GET_ITEM(ops, i) != Py_None && !(o->ops[i] = cpy_utf8(PyTuple_GET_ITEM(ops, i))))
      return -1;
  def->ops = o->ops;
  return 0;
}

static int read_index_options(index_options *o, corm_index_def *def, PyObject *options) {
  PyObject *where, *ops, *include;
  if (!PyArg_ParseTuple(options, "OzO!O!zzI", &where, &def->method, &PyTuple_Type, &ops, &PyTuple_Type, &include,
                        &def->with, &def->tablespace, &def->flags))
    return -1;
  if (where != Py_None && !(def->postgresql_where = o->where = cpy_coerce(where, CPY_CONDITION)))
    return -1;
  if (!(def->include = o->include = column_array(include)) || read_ops(o, def, ops) < 0)
    return -1;
  def->n_include = (size_t)PyTuple_GET_SIZE(include);
  return 0;
}

static void free_index_options(index_options *o) {
  corm_node_unref(o->where);
  PyMem_Free(o->ops);
  PyMem_Free(o->include);
}

/* add_index(table, object, name, unique, expressions, where, options) */
static PyObject *add_index(PyObject *m, PyObject *args) {
  (void)m;
  PyObject *table, *object, *exprs, *where, *given, *made = NULL;
  corm_index_def def;
  index_options options = {NULL, NULL, NULL};
  corm_node **parts = NULL, *condition = NULL;
  corm_error *err = NULL;
  memset(&def, 0, sizeof def);
  def.size = sizeof def;
  if (!PyArg_ParseTuple(args, "O!O!zpO!OO!:add_index", cpy.node_type, &table, cpy.part_type, &object, &def.name,
                        &def.unique, &PyTuple_Type, &exprs, &where, &PyTuple_Type, &given))
    return NULL;
  corm_table *t = table_of(table);
  if (!t || !(parts = cpy_coerce_all(PySequence_Fast_ITEMS(exprs), PyTuple_GET_SIZE(exprs), CPY_COLUMN)))
    return NULL;
  if (read_index_options(&options, &def, given) < 0)
    goto out;
  if (where != Py_None && !(condition = cpy_coerce(where, CPY_CONDITION)))
    goto out;
  def.exprs = parts;
  def.n = (size_t)PyTuple_GET_SIZE(exprs);
  def.where = condition;
  if (corm_table_add_index(&((cpy_part *)object)->index, t, &def, &err))
    cpy_raise(err);
  else {
    part_own(object, t);
    made = Py_NewRef(Py_None);
  }
out:
  cpy_nodes_free(parts, PyTuple_GET_SIZE(exprs));
  corm_node_unref(condition);
  free_index_options(&options);
  return made;
}

static PyMethodDef catalog_methods[] = {
    {"define", catalog_define, METH_VARARGS, "define(table, name, schema, comment, quote, flags, prefixes, suffix)"},
    {"forget", catalog_forget, METH_O, "forget(table)"},
    {"sorted", catalog_sorted, METH_O, "sorted(by_name) -> list of Table"},
    {"seal", catalog_seal, METH_NOARGS, "seal(): check and publish what was mapped"},
    {NULL, NULL, 0, NULL}};
static PyMemberDef catalog_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(cpy_catalog, weakrefs), READONLY, NULL}, {NULL, 0, 0, 0, NULL}};
static PyType_Slot catalog_slots[] = {
    {Py_tp_new, (void *)catalog_new}, {Py_tp_dealloc, (void *)catalog_dealloc},   {Py_tp_methods, catalog_methods},
    {Py_tp_members, catalog_members}, {Py_tp_doc, "The tables of one MetaData."}, {0, NULL}};
static PyType_Spec catalog_spec = {"cormorant._core.Catalog", sizeof(cpy_catalog), 0, Py_TPFLAGS_DEFAULT,
                                   catalog_slots};

static PyMethodDef part_methods[] = {{"_target", part_target, METH_O, "_target(i): the referenced Column"},
                                     {NULL, NULL, 0, NULL}};
static PyGetSetDef part_getset[] = {{"_final_name", part_final_name, NULL, "the name by convention, or None", NULL},
                                    {NULL, NULL, NULL, NULL, NULL}};
static PyMemberDef part_members[] = {{"__weaklistoffset__", T_PYSSIZET, offsetof(cpy_part, weakrefs), READONLY, NULL},
                                     {NULL, 0, 0, 0, NULL}};
static PyType_Slot part_slots[] = {{Py_tp_new, (void *)part_new},
                                   {Py_tp_dealloc, (void *)part_dealloc},
                                   {Py_tp_methods, part_methods},
                                   {Py_tp_getset, part_getset},
                                   {Py_tp_members, part_members},
                                   {Py_tp_doc, "A constraint or an index."},
                                   {0, NULL}};
static PyType_Spec part_spec = {"cormorant._core.SchemaPart", sizeof(cpy_part), 0,
                                Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, part_slots};

static PyMethodDef functions[] = {
    {"column_object", column_object, METH_O, "column_object(node) -> Column or None"},
    {"table_object", table_object, METH_O, "table_object(node) -> Table or None"},
    {"add_column", add_column, METH_VARARGS, "add_column(table, column, ...)"},
    {"set_column_type", set_column_type, METH_VARARGS, "set_column_type(column, type)"},
    {"is_generated", is_generated, METH_O, "is_generated(column) -> bool"},
    {"add_constraint", add_constraint, METH_VARARGS, "add_constraint(table, object, ...)"},
    {"add_index", add_index, METH_VARARGS, "add_index(table, object, name, unique, expressions, where, options)"},
    {NULL, NULL, 0, NULL}};

int cpy_add_schema(PyObject *module) {
  if (cpy_add_type(module, &cpy.catalog_type, &catalog_spec, NULL) < 0)
    return -1;
  if (cpy_add_type(module, &cpy.part_type, &part_spec, NULL) < 0)
    return -1;
  return PyModule_AddFunctions(module, functions);
}
