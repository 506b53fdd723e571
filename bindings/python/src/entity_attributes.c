/* The attributes of an Entity: columns, expressions and relations, as they are handed to the core. */
#include "orm.h"
#include <string.h>

/* The core's columns of a tuple; a new array, or NULL with an exception. */
static corm_column **columns_of(PyObject *tuple, Py_ssize_t *n) {
  *n = PyTuple_GET_SIZE(tuple);
  corm_column **columns = PyMem_Calloc((size_t)*n + 1, sizeof *columns);
  if (!columns)
    PyErr_NoMemory();
  for (Py_ssize_t i = 0; columns && i < *n; i++) {
    PyObject *item = PyTuple_GET_ITEM(tuple, i);
    corm_node *node = cpy_coerce(item, CPY_COLUMN);
    columns[i] = node ? corm_node_peek_column(node) : NULL;
    corm_node_unref(node);
    if (columns[i])
      continue;
    if (!PyErr_Occurred())
      cpy_error("ArgumentError", "a column was expected, not %R", item);
    PyMem_Free(columns);
    columns = NULL;
  }
  return columns;
}

/* add_attribute(key, columns, expr, flags, group) -> slot */
static PyObject *add_attribute(PyObject *self, PyObject *args) {
  cpy_mapped *m = ((cpy_entity *)self)->mapped;
  corm_attribute_def def;
  corm_error *err = NULL;
  PyObject *columns, *expr;
  corm_node *node = NULL;
  Py_ssize_t n;
  int slot = -1, status;
  memset(&def, 0, sizeof def);
  def.size = sizeof def;
  if (!PyArg_ParseTuple(args, "sO!OIz:add_attribute", &def.key, &PyTuple_Type, &columns, &expr, &def.flags, &def.group))
    return NULL;
  if (expr != Py_None && !(node = cpy_coerce(expr, CPY_COLUMN)))
    return NULL;
  corm_column **found = columns_of(columns, &n);
  if (!found) {
    corm_node_unref(node);
    return NULL;
  }
  def.columns = found;
  def.n_columns = (size_t)n;
  def.expr = node;
  status = corm_entity_add_attribute(&slot, m->entity, &def, &err);
  PyMem_Free(found);
  corm_node_unref(node);
  return status ? cpy_raise(err) : PyLong_FromLong(slot);
}

typedef struct relation_parts {
  corm_relation_def def;
  corm_node *primary, *secondary, **order;
  corm_column **foreign, **remote;
  Py_ssize_t n_foreign, n_remote, n_order;
} relation_parts;

static int read_join(PyObject *given, corm_node **out) {
  *out = given == Py_None ? NULL : cpy_coerce(given, CPY_CONDITION);
  return given == Py_None || *out ? 0 : -1;
}

static int read_relation(relation_parts *p, PyObject *args) {
  PyObject *target, *secondary, *primaryjoin, *secondaryjoin, *foreign, *remote, *order;
  p->def.size = sizeof p->def;
  if (!PyArg_ParseTuple(args, "sO!iiIIOOOO!O!O!zi:add_relation", &p->def.key, cpy_entity_type, &target, &p->def.uselist,
                        &p->def.lazy, &p->def.cascade, &p->def.flags, &secondary, &primaryjoin, &secondaryjoin,
                        &PyTuple_Type, &foreign, &PyTuple_Type, &remote, &PyTuple_Type, &order, &p->def.back_populates,
                        &p->def.join_depth))
    return -1;
  p->def.target = ((cpy_entity *)target)->mapped->entity;
  if (secondary != Py_None && !(p->def.secondary = cpy_mapped_table(secondary)))
    return -1;
  if (read_join(primaryjoin, &p->primary) < 0 || read_join(secondaryjoin, &p->secondary) < 0)
    return -1;
  if (!(p->foreign = columns_of(foreign, &p->n_foreign)) || !(p->remote = columns_of(remote, &p->n_remote)))
    return -1;
  p->n_order = PyTuple_GET_SIZE(order);
  p->order = cpy_coerce_all(((PyTupleObject *)order)->ob_item, p->n_order, CPY_ORDER);
  return p->order ? 0 : -1;
}

static void free_relation(relation_parts *p) {
  corm_node_unref(p->primary);
  corm_node_unref(p->secondary);
  PyMem_Free(p->foreign);
  PyMem_Free(p->remote);
  if (p->order)
    cpy_nodes_free(p->order, p->n_order);
}

/* add_relation(key, target, uselist, lazy, cascade, flags, secondary, primaryjoin, secondaryjoin, foreign_keys,
 * remote_side, order_by, back_populates, join_depth) -> slot */
static PyObject *add_relation(PyObject *self, PyObject *args) {
  cpy_mapped *m = ((cpy_entity *)self)->mapped;
  relation_parts p;
  corm_error *err = NULL;
  int slot = -1, status;
  memset(&p, 0, sizeof p);
  if (read_relation(&p, args) < 0) {
    free_relation(&p);
    return NULL;
  }
  p.def.primaryjoin = p.primary;
  p.def.secondaryjoin = p.secondary;
  p.def.foreign_keys = p.foreign;
  p.def.n_foreign_keys = (size_t)p.n_foreign;
  p.def.remote_side = p.remote;
  p.def.n_remote_side = (size_t)p.n_remote;
  p.def.order_by = p.order;
  p.def.n_order_by = (size_t)p.n_order;
  status = corm_entity_add_relation(&slot, m->entity, &p.def, &err);
  free_relation(&p);
  return status ? cpy_raise(err) : PyLong_FromLong(slot);
}

static PyMethodDef methods[] = {
    {"add_attribute", add_attribute, METH_VARARGS, "add_attribute(key, columns, expr, flags, group) -> slot"},
    {"add_relation", add_relation, METH_VARARGS, "add_relation(key, target, ...) -> slot"},
    {NULL, NULL, 0, NULL}};

int cpy_add_entity_attributes(PyObject *module) {
  (void)module;
  return cpy_add_methods(cpy_entity_type, methods);
}
