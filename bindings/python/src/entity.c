/* Mapped classes: the entity of a class, the metatype that remembers it, and classes where SQL is wanted. */
#include "orm.h"
#include <stddef.h>
#include <string.h>

PyTypeObject *cpy_entity_type;
static PyObject *configure_hook, *s_entity;

/* ---- What a class is to the core
 * -------------------------------------------------------------------------------------- */

static size_t sessions;
static corm_schema **waiting; /* schemas that go when no session is left */
static size_t n_waiting, cap_waiting;

static void give_up_schema(corm_schema *schema) {
  if (sessions && n_waiting == cap_waiting) {
    size_t cap = cap_waiting ? cap_waiting * 2 : 16;
    corm_schema **more = PyMem_RawRealloc(waiting, cap * sizeof *more);
    if (!more)
      return; /* it stays */
    waiting = more;
    cap_waiting = cap;
  }
  if (sessions)
    waiting[n_waiting++] = schema;
  else
    corm_schema_unref(schema);
}

void cpy_sessions_count(int change) {
  sessions = change > 0 ? sessions + 1 : sessions - 1;
  while (!sessions && n_waiting)
    corm_schema_unref(waiting[--n_waiting]);
}

cpy_mapped *cpy_mapped_ref(cpy_mapped *m) {
  m->refs++;
  return m;
}

void cpy_mapped_unref(cpy_mapped *m) {
  if (!m || --m->refs)
    return;
  for (Py_ssize_t i = 0; i < m->n_keys; i++)
    Py_XDECREF(m->keys[i]);
  PyMem_Free(m->keys);
  cpy_calls_free(m);
  Py_XDECREF(m->class_ref);
  Py_XDECREF(m->initial);
  if (m->entity)
    corm_entity_set_host(m->entity, NULL);
  if (m->schema)
    give_up_schema(m->schema);
  PyMem_Free(m);
}

PyTypeObject *cpy_mapped_class(const cpy_mapped *m) {
  PyObject *found = m->class_ref ? PyWeakref_GetObject(m->class_ref) : Py_None;
  return found == Py_None ? NULL : (PyTypeObject *)found;
}

cpy_mapped *cpy_mapped_of(PyTypeObject *type) {
  if (PyType_IsSubtype(Py_TYPE(type), cpy_mapped_type_type))
    return ((cpy_mapped_type *)type)->mapped;
  PyObject *found = type->tp_dict ? PyDict_GetItemWithError(type->tp_dict, s_entity) : NULL;
  if (!found) {
    PyErr_Clear();
    return NULL;
  }
  return Py_TYPE(found) == cpy_entity_type ? ((cpy_entity *)found)->mapped : NULL;
}

static int grow_keys(cpy_mapped *m) {
  Py_ssize_t n = (Py_ssize_t)corm_entity_peek_slots(m->entity);
  PyObject **more = PyMem_Realloc(m->keys, (size_t)(n + 1) * sizeof *more);
  if (!more) {
    PyErr_NoMemory();
    return -1;
  }
  m->keys = more;
  for (; m->n_keys < n; m->n_keys++)
    if (!(m->keys[m->n_keys] = PyUnicode_InternFromString(corm_entity_peek_key(m->entity, (int)m->n_keys))))
      return -1;
  return 0;
}

PyObject *cpy_mapped_key(cpy_mapped *m, int slot) {
  if (slot >= m->n_keys && grow_keys(m) < 0)
    return NULL;
  if (slot >= 0 && slot < m->n_keys)
    return m->keys[slot];
  return PyErr_Format(PyExc_IndexError, "there is no attribute in slot %d", slot);
}

int cpy_mapped_prepare(cpy_mapped *m) {
  PyTypeObject *class = cpy_mapped_class(m);
  if (m->ready)
    return 0;
  if (!configure_hook)
    return 0;
  PyObject *made = PyObject_CallOneArg(configure_hook, class ? (PyObject *)class : Py_None);
  Py_XDECREF(made);
  return made ? 0 : -1;
}

int cpy_is_to_many(const corm_entity *entity, int slot) {
  const corm_relation *relation = corm_entity_peek_relation(entity, slot);
  return relation && corm_relation_peek_uselist(relation) == 1;
}

PyObject *cpy_make_container(cpy_mapped *m, PyObject *object, int slot, PyObject *members) {
  cpy_entity *entity = (cpy_entity *)m->object;
  PyObject *key = PyLong_FromLong(slot), *factory, *made = NULL;
  factory = key && entity && entity->factories ? PyDict_GetItemWithError(entity->factories, key) : NULL;
  if (factory)
    made = PyObject_CallFunctionObjArgs(factory, object, key, members, NULL);
  else if (!PyErr_Occurred())
    cpy_error("InvalidRequestError", "attribute %R has no collection", cpy_mapped_key(m, slot));
  Py_XDECREF(key);
  return made;
}

/* ---- Entity
 * ----------------------------------------------------------------------------------------------------------- */

static int read_identity(PyObject *identity, corm_value *out, PyObject **pin) {
  if (cpy_value_from(identity, out, pin) < 0)
    return -1;
  if (out->kind != CORM_HOST)
    return 0;
  cpy_error("NotSupportedYet", "polymorphic_identity=%R: identities of this class are not here yet", identity);
  return -1;
}

static corm_table *table_of(PyObject *table) {
  corm_node *node = cpy_is_node(table) ? cpy_node_ref(table) : NULL;
  corm_table *found = node ? corm_node_peek_table(node) : NULL;
  corm_node_unref(node);
  if (!found && !PyErr_Occurred())
    cpy_error("ArgumentError", "%R is no table that a class can be mapped to", table);
  return found;
}

/* Entity(metadata, name, module, table, parent, identity, has_identity, cls, flags) */
static PyObject *entity_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
  PyObject *metadata, *table, *parent, *identity, *class, *pin = NULL;
  corm_entity_def def;
  corm_value value;
  corm_error *err = NULL;
  cpy_mapped *m = NULL;
  cpy_entity *made = NULL;
  int has_identity;
  memset(&def, 0, sizeof def);
  def.size = sizeof def;
  if (kwargs && PyDict_GET_SIZE(kwargs))
    return PyErr_Format(PyExc_TypeError, "Entity() takes no keyword arguments");
  if (!PyArg_ParseTuple(args, "OszOOOpO!I:Entity", &metadata, &def.name, &def.module, &table, &parent, &identity,
                        &has_identity, &PyType_Type, &class, &def.flags))
    return NULL;
  if (parent != Py_None && !PyObject_TypeCheck(parent, cpy_entity_type))
    return PyErr_Format(PyExc_TypeError, "parent must be an Entity or None");
  def.parent = parent == Py_None ? NULL : ((cpy_entity *)parent)->mapped->entity;
  if (table != Py_None && !(def.table = table_of(table)))
    return NULL;
  if (has_identity && read_identity(identity, &value, &pin) < 0)
    return NULL;
  def.identity = has_identity ? &value : NULL;
  if (!def.table && !def.parent)
    return cpy_error("ArgumentError", "class %s has neither a table nor a mapped parent", def.name);
  if (!(m = PyMem_Calloc(1, sizeof *m))) {
    Py_XDECREF(pin);
    return PyErr_NoMemory();
  }
  m->refs = 1;
  m->schema = corm_schema_ref(
      corm_catalog_peek_schema(corm_table_peek_catalog(def.table ? def.table : corm_entity_peek_table(def.parent))));
  def.host = m;
  if (!(m->class_ref = PyWeakref_NewRef(class, NULL)))
    goto failed;
  if (corm_schema_map(&m->entity, m->schema, &def, &err)) {
    cpy_raise(err);
    goto failed;
  }
  if (!(made = (cpy_entity *)type->tp_alloc(type, 0)))
    goto failed;
  Py_XDECREF(pin);
  made->mapped = m;
  m->object = (PyObject *)made;
  made->table = Py_NewRef(table);
  made->parent = Py_NewRef(parent);
  made->identity = Py_NewRef(has_identity ? identity : Py_None);
  return (PyObject *)made;
failed:
  Py_XDECREF(pin);
  cpy_mapped_unref(m);
  return NULL;
}

static int entity_traverse(PyObject *self, visitproc visit, void *arg) {
  cpy_entity *e = (cpy_entity *)self;
  Py_VISIT(e->factories);
  Py_VISIT(e->table);
  Py_VISIT(e->parent);
  Py_VISIT(e->source);
  Py_VISIT(e->identity);
  Py_VISIT(Py_TYPE(self));
  return 0;
}

static int entity_clear(PyObject *self) {
  cpy_entity *e = (cpy_entity *)self;
  Py_CLEAR(e->factories);
  Py_CLEAR(e->table);
  Py_CLEAR(e->parent);
  Py_CLEAR(e->source);
  Py_CLEAR(e->identity);
  return 0;
}

static void entity_dealloc(PyObject *self) {
  cpy_entity *e = (cpy_entity *)self;
  PyTypeObject *type = Py_TYPE(self), *class;
  PyObject_GC_UnTrack(self);
  if (e->weakrefs)
    PyObject_ClearWeakRefs(self);
  if (e->mapped) {
    class = cpy_mapped_class(e->mapped);
    if (class && PyType_IsSubtype(Py_TYPE(class), cpy_mapped_type_type) &&
        ((cpy_mapped_type *)class)->mapped == e->mapped)
      ((cpy_mapped_type *)class)->mapped = NULL;
    e->mapped->object = NULL;
  }
  entity_clear(self);
  cpy_mapped_unref(e->mapped);
  type->tp_free(self);
  Py_DECREF(type);
}

/* ---- Building
 * ----------------------------------------------------------------------------------------------------------- */

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
  if (secondary != Py_None && !(p->def.secondary = table_of(secondary)))
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

static PyObject *set_discriminator(PyObject *self, PyObject *key) {
  const char *name = PyUnicode_AsUTF8(key);
  corm_error *err = NULL;
  if (!name)
    return NULL;
  if (corm_entity_set_discriminator(((cpy_entity *)self)->mapped->entity, name, &err))
    return cpy_raise(err);
  Py_RETURN_NONE;
}

/* set_initial(key): new objects have the polymorphic identity in that attribute */
static PyObject *set_initial(PyObject *self, PyObject *key) {
  cpy_mapped *m = ((cpy_entity *)self)->mapped;
  const char *name = PyUnicode_AsUTF8(key);
  m->initial_slot = name ? corm_entity_peek_slot(m->entity, name) : -1;
  if (m->initial_slot < 0)
    return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_KeyError, "%R", key);
  Py_XSETREF(m->initial, Py_NewRef(((cpy_entity *)self)->identity));
  Py_RETURN_NONE;
}

static PyObject *seal(PyObject *self, PyObject *unused) {
  corm_error *err = NULL;
  (void)unused;
  if (corm_schema_seal(((cpy_entity *)self)->mapped->schema, &err))
    return cpy_raise(err);
  Py_RETURN_NONE;
}

/* configure_slot(slot, factory): who makes the containers of a relation to many: factory(object, slot, members) */
static PyObject *configure_slot(PyObject *self, PyObject *args) {
  cpy_entity *e = (cpy_entity *)self;
  PyObject *slot, *factory;
  if (!PyArg_ParseTuple(args, "O!O:configure_slot", &PyLong_Type, &slot, &factory))
    return NULL;
  if (!e->factories && !(e->factories = PyDict_New()))
    return NULL;
  if (PyDict_SetItem(e->factories, slot, factory) < 0)
    return NULL;
  Py_RETURN_NONE;
}

static PyObject *set_events(PyObject *self, PyObject *mask) {
  cpy_mapped *m = ((cpy_entity *)self)->mapped;
  unsigned long long bits = PyLong_AsUnsignedLongLong(mask);
  if (PyErr_Occurred())
    return NULL;
  m->events = bits;
  corm_entity_set_events(m->entity, bits);
  Py_RETURN_NONE;
}

/* ---- Asking
 * ---------------------------------------------------------------------------------------------------------------- */

static PyObject *slots(PyObject *self, PyObject *unused) {
  cpy_mapped *m = ((cpy_entity *)self)->mapped;
  size_t n = corm_entity_peek_slots(m->entity);
  PyObject *list = PyList_New((Py_ssize_t)n);
  (void)unused;
  for (size_t i = 0; list && i < n; i++) {
    PyObject *key = cpy_mapped_key(m, (int)i);
    if (key)
      PyList_SET_ITEM(list, (Py_ssize_t)i, Py_NewRef(key));
    else
      Py_CLEAR(list);
  }
  return list;
}

static PyObject *slot_named(PyObject *self, PyObject *key) {
  const char *name = PyUnicode_Check(key) ? PyUnicode_AsUTF8(key) : NULL;
  if (PyErr_Occurred())
    return NULL;
  return PyLong_FromLong(name ? corm_entity_peek_slot(((cpy_entity *)self)->mapped->entity, name) : -1);
}

static PyObject *key_slots(PyObject *self, PyObject *unused) {
  const corm_entity *e = ((cpy_entity *)self)->mapped->entity;
  size_t n = corm_entity_peek_key_size(e);
  PyObject *tuple = PyTuple_New((Py_ssize_t)n);
  (void)unused;
  for (size_t i = 0; tuple && i < n; i++) {
    PyObject *slot = PyLong_FromLong(corm_entity_peek_key_slot(e, i));
    if (slot)
      PyTuple_SET_ITEM(tuple, (Py_ssize_t)i, slot);
    else
      Py_CLEAR(tuple);
  }
  return tuple;
}

static PyObject *join_of(const corm_relation *relation, int secondary) {
  const corm_expr *join = corm_relation_peek_join(relation, secondary);
  return join ? cpy_wrap(corm_node_ref(join)) : Py_NewRef(Py_None);
}

static PyObject *column_or_none(const corm_column *column) {
  PyObject *found = cpy_column_object(column);
  return found || PyErr_Occurred() ? found : Py_NewRef(Py_None);
}

static PyObject *pairs_of(const corm_relation *relation) {
  corm_column *local, *remote;
  PyObject *list = PyList_New(0);
  for (size_t i = 0; list && corm_relation_peek_pair(relation, i, &local, &remote); i++) {
    PyObject *l = column_or_none(local), *r = l ? column_or_none(remote) : NULL,
             *pair = r ? PyTuple_Pack(2, l, r) : NULL;
    if (!pair || PyList_Append(list, pair) < 0)
      Py_CLEAR(list);
    Py_XDECREF(pair);
    Py_XDECREF(l);
    Py_XDECREF(r);
  }
  return list;
}

/* relation(slot) -> dict of what the core found at seal */
static PyObject *relation(PyObject *self, PyObject *number) {
  cpy_mapped *m = ((cpy_entity *)self)->mapped;
  long slot = PyLong_AsLong(number);
  if (slot == -1 && PyErr_Occurred())
    return NULL;
  corm_relation *r = corm_entity_peek_relation(m->entity, (int)slot);
  if (!r)
    return PyErr_Format(PyExc_IndexError, "there is no relation in slot %ld", slot);
  corm_relation *back = corm_relation_peek_back(r);
  corm_table *secondary = corm_relation_peek_secondary(r);
  PyObject *table = secondary ? cpy_table_object(secondary) : NULL;
  if (!table && !PyErr_Occurred())
    table = Py_NewRef(Py_None);
  PyObject *primary = join_of(r, 0), *second = primary ? join_of(r, 1) : NULL, *pairs = second ? pairs_of(r) : NULL;
  if (!pairs || !table) {
    Py_XDECREF(table);
    Py_XDECREF(primary);
    Py_XDECREF(second);
    Py_XDECREF(pairs);
    return NULL;
  }
  return Py_BuildValue("{s:i,s:i,s:N,s:N,s:N,s:N,s:z}", "direction", corm_relation_peek_direction(r), "uselist",
                       corm_relation_peek_uselist(r), "primaryjoin", primary, "secondaryjoin", second, "secondary",
                       table, "local_remote_pairs", pairs, "back", back ? corm_relation_peek_key(back) : NULL);
}

static PyObject *get_source(PyObject *self, void *unused) {
  cpy_entity *e = (cpy_entity *)self;
  (void)unused;
  if (!e->source)
    e->source = cpy_wrap(corm_entity_source(e->mapped->entity));
  return Py_XNewRef(e->source);
}

static PyObject *get_class(PyObject *self, void *unused) {
  (void)unused;
  PyTypeObject *class = cpy_mapped_class(((cpy_entity *)self)->mapped);
  return Py_NewRef(class ? (PyObject *)class : Py_None);
}

static PyObject *get_ready(PyObject *self, void *unused) {
  (void)unused;
  return PyBool_FromLong(((cpy_entity *)self)->mapped->ready);
}

static int set_ready(PyObject *self, PyObject *value, void *unused) {
  (void)unused;
  int yes = value ? PyObject_IsTrue(value) : -1;
  if (yes >= 0)
    ((cpy_entity *)self)->mapped->ready = yes;
  return yes < 0 ? -1 : 0;
}

static PyMethodDef entity_methods[] = {
    {"add_attribute", add_attribute, METH_VARARGS, "add_attribute(key, columns, expr, flags, group) -> slot"},
    {"add_relation", add_relation, METH_VARARGS, "add_relation(key, target, ...) -> slot"},
    {"set_discriminator", set_discriminator, METH_O, "set_discriminator(key)"},
    {"set_initial", set_initial, METH_O, "set_initial(key): new objects have the polymorphic identity there"},
    {"seal", seal, METH_NOARGS, "seal(): checks and completes what was added to the schema"},
    {"configure_slot", configure_slot, METH_VARARGS, "configure_slot(slot, factory): who makes containers"},
    {"set_events", set_events, METH_O, "set_events(mask): mapper and instance events that are heard"},
    {"slots", slots, METH_NOARGS, "slots() -> list of keys in order of their slots"},
    {"slot", slot_named, METH_O, "slot(key) -> int, -1 when there is none"},
    {"key_slots", key_slots, METH_NOARGS, "key_slots() -> tuple of the primary key's slots"},
    {"relation", relation, METH_O, "relation(slot) -> dict: direction, uselist, joins, pairs of columns"},
    {NULL, NULL, 0, NULL}};
static PyGetSetDef entity_getset[] = {{"source", get_source, NULL, "what select() takes for the class", NULL},
                                      {"cls", get_class, NULL, "the class, or None", NULL},
                                      {"ready", get_ready, set_ready, "whether it can be used", NULL},
                                      {NULL, NULL, NULL, NULL, NULL}};
static PyMemberDef entity_members[] = {
    {"table", T_OBJECT, offsetof(cpy_entity, table), READONLY, "the table of its own, or None"},
    {"parent", T_OBJECT, offsetof(cpy_entity, parent), READONLY, "the Entity of the parent, or None"},
    {"identity", T_OBJECT, offsetof(cpy_entity, identity), READONLY, "the polymorphic identity"},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(cpy_entity, weakrefs), READONLY, NULL},
    {NULL, 0, 0, 0, NULL}};
static PyType_Slot entity_slots[] = {{Py_tp_new, (void *)entity_new},
                                     {Py_tp_dealloc, (void *)entity_dealloc},
                                     {Py_tp_traverse, (void *)entity_traverse},
                                     {Py_tp_clear, (void *)entity_clear},
                                     {Py_tp_methods, entity_methods},
                                     {Py_tp_getset, entity_getset},
                                     {Py_tp_members, entity_members},
                                     {Py_tp_doc, "What a mapped class is to the core."},
                                     {0, NULL}};
static PyType_Spec entity_spec = {"cormorant._core.Entity", sizeof(cpy_entity), 0,
                                  Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, entity_slots};

/* ---- Classes
 * ------------------------------------------------------------------------------------------------------------ */

/* Own attributes make a dictionary: the collector must hear of it. Classes that have a __setattr__ of their own keep
 * it, and their objects are looked at from the start. */
static void watch_dictionaries(PyTypeObject *class) {
  if (class->tp_setattro != PyObject_GenericSetAttr)
    return;
  class->tp_setattro = cpy_instance_setattro;
  PyType_Modified(class);
}

/* A plain base in front of ours has a __dict__ of its own, which does not know where the values are. */
static int show_dictionary(PyTypeObject *class) {
  PyObject *ours = PyDict_GetItemString(cpy_instance_type->tp_dict, "__dict__");
  if (!ours || PyDict_SetItemString(class->tp_dict, "__dict__", ours) < 0)
    return -1;
  PyType_Modified(class);
  return 0;
}

static int is_plain_new(const PyTypeObject *class) { return class->tp_new == cpy_instance_type->tp_new; }

/* instrument(cls, entity): the class is mapped from now on */
static PyObject *instrument(PyObject *module, PyObject *args) {
  PyObject *class, *entity;
  (void)module;
  if (!PyArg_ParseTuple(args, "O!O!:instrument", &PyType_Type, &class, cpy_entity_type, &entity))
    return NULL;
  PyTypeObject *type = (PyTypeObject *)class;
  cpy_mapped *m = ((cpy_entity *)entity)->mapped;
  m->based = PyType_IsSubtype(type, cpy_instance_type);
  m->plain_new = m->based && is_plain_new(type);
  if (m->based) {
    watch_dictionaries(type);
    if (show_dictionary(type) < 0)
      return NULL;
  }
  if (PyType_IsSubtype(Py_TYPE(class), cpy_mapped_type_type)) {
    ((cpy_mapped_type *)class)->mapped = m;
    if (m->based)
      cpy_instance_quicken(type);
    Py_RETURN_NONE;
  }
  PyObject *set = PyObject_CallMethod((PyObject *)&PyType_Type, "__setattr__", "OOO", class, s_entity, entity);
  return set;
}

static PyObject *set_configure_hook(PyObject *module, PyObject *hook) {
  (void)module;
  Py_XSETREF(configure_hook, Py_NewRef(hook));
  Py_RETURN_NONE;
}

static PyObject *entity_of(PyObject *module, PyObject *class) {
  (void)module;
  cpy_mapped *m = PyType_Check(class) ? cpy_mapped_of((PyTypeObject *)class) : NULL;
  return Py_NewRef(m && m->object ? m->object : Py_None);
}

/* ---- Classes in statements
 * ---------------------------------------------------------------------------------------------- */

static int coerce_class(PyObject *object, int role, corm_node **out) {
  (void)role;
  if (!PyType_Check(object))
    return 0;
  cpy_mapped *m = cpy_mapped_of((PyTypeObject *)object);
  if (!m)
    return 0;
  if (cpy_mapped_prepare(m) < 0)
    return -1;
  PyObject *source = m->object ? get_source(m->object, NULL) : NULL;
  if (!source)
    return PyErr_Occurred() ? -1 : 0;
  *out = cpy_node_ref(source);
  Py_DECREF(source);
  return *out ? 1 : -1;
}

static PyMethodDef functions[] = {
    {"instrument", instrument, METH_VARARGS, "instrument(cls, entity): the class is mapped from now on"},
    {"set_configure_hook", set_configure_hook, METH_O, "set_configure_hook(fn): fn(cls) before a class is first used"},
    {"entity_of", entity_of, METH_O, "entity_of(cls) -> Entity or None"},
    {NULL, NULL, 0, NULL}};

int cpy_add_entity(PyObject *module) {
  if (!(s_entity = PyUnicode_InternFromString("__corm_entity__")) || PyModule_AddFunctions(module, functions) < 0)
    return -1;
  if (cpy_add_type(module, &cpy_entity_type, &entity_spec, NULL) < 0)
    return -1;
  return cpy_register_coercion(coerce_class);
}
