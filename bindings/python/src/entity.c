/* _core.Entity: what a mapped class is to the core, as Python has it. */
#include "orm.h"
#include <stddef.h>
#include <string.h>

PyTypeObject *cpy_entity_type;

/* ---- Life
 * ----------------------------------------------------------------------------------------------------------- */

static int read_identity(PyObject *identity, corm_value *out, PyObject **pin) {
  if (cpy_value_from(identity, out, pin) < 0)
    return -1;
  if (out->kind != CORM_HOST)
    return 0;
  cpy_error("NotSupportedYet", "polymorphic_identity=%R: identities of this class are not here yet", identity);
  return -1;
}

corm_table *cpy_mapped_table(PyObject *table) {
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
  if (table != Py_None && !(def.table = cpy_mapped_table(table)))
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

/* ---- Settings
 * ----------------------------------------------------------------------------------------------------------- */

static PyObject *set_discriminator(PyObject *self, PyObject *key) {
  const char *name = cpy_utf8(key);
  corm_error *err = NULL;
  if (!name)
    return NULL;
  if (corm_entity_set_discriminator(((cpy_entity *)self)->mapped->entity, name, &err))
    return cpy_raise(err);
  Py_RETURN_NONE;
}

/* set_version(key, generator): a function; None: counted; False: the program sets it */
static PyObject *set_version(PyObject *self, PyObject *args) {
  const char *key;
  PyObject *generator;
  corm_error *err = NULL;
  if (!PyArg_ParseTuple(args, "sO:set_version", &key, &generator))
    return NULL;
  int how = generator == Py_None    ? CORM_VERSION_COUNTED
            : generator == Py_False ? CORM_VERSION_GIVEN
                                    : CORM_VERSION_HOST;
  if (corm_entity_set_version(((cpy_entity *)self)->mapped->entity, key, how, generator, &err))
    return cpy_raise(err);
  Py_RETURN_NONE;
}

/* set_initial(key): new objects have the polymorphic identity in that attribute */
static PyObject *set_initial(PyObject *self, PyObject *key) {
  cpy_mapped *m = ((cpy_entity *)self)->mapped;
  const char *name = cpy_utf8(key);
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
  const char *name = PyUnicode_Check(key) ? cpy_utf8(key) : NULL;
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

PyObject *cpy_entity_source(PyObject *self) {
  cpy_entity *e = (cpy_entity *)self;
  if (!e->source)
    e->source = cpy_wrap(corm_entity_source(e->mapped->entity));
  return Py_XNewRef(e->source);
}

static PyObject *get_source(PyObject *self, void *unused) {
  (void)unused;
  return cpy_entity_source(self);
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
    {"set_version", set_version, METH_VARARGS, "set_version(key, generator)"},
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

int cpy_add_entity(PyObject *module) { return cpy_add_type(module, &cpy_entity_type, &entity_spec, NULL); }
