/* _core.Attribute: an expression on the class, a value on its objects. */
#include "orm.h"
#include <stddef.h>

PyTypeObject *cpy_attribute_type;

static PyObject *new (PyTypeObject *type, PyObject *args, PyObject *kwargs) {
  (void)args; /* __init__ takes them */
  (void)kwargs;
  return type->tp_alloc(type, 0);
}

/* Attribute(cls, entity, slot, key) */
static int init(PyObject *self, PyObject *args, PyObject *kwargs) {
  cpy_attribute *a = (cpy_attribute *)self;
  PyObject *class, *entity, *key, *source;
  int slot;
  if (kwargs && PyDict_GET_SIZE(kwargs)) {
    PyErr_SetString(PyExc_TypeError, "Attribute() takes no keyword arguments");
    return -1;
  }
  if (!PyArg_ParseTuple(args, "OO!iU:Attribute", &class, cpy_entity_type, &entity, &slot, &key))
    return -1;
  cpy_mapped *m = ((cpy_entity *)entity)->mapped;
  if (!(source = PyObject_GetAttrString(entity, "source")))
    return -1;
  corm_node *node = corm_attr_of(cpy_peek_node(source), slot);
  Py_DECREF(source);
  if (cpy_node_adopt(self, node) < 0)
    return -1;
  const corm_relation *relation = corm_entity_peek_relation(m->entity, slot);
  cpy_mapped *before = a->mapped;
  a->mapped = cpy_mapped_ref(m);
  cpy_mapped_unref(before);
  a->slot = slot;
  a->to_many = relation && corm_relation_peek_uselist(relation) == 1;
  a->to_one = relation && !a->to_many;
  Py_XSETREF(a->class_, Py_NewRef(class));
  Py_XSETREF(a->entity, Py_NewRef(entity));
  Py_XSETREF(a->key, Py_NewRef(key));
  return 0;
}

static int traverse(PyObject *self, visitproc visit, void *arg) {
  cpy_attribute *a = (cpy_attribute *)self;
  Py_VISIT(a->node.extra);
  Py_VISIT(a->class_);
  Py_VISIT(a->entity);
  Py_VISIT(a->key);
  Py_VISIT(a->on_set);
  Py_VISIT(a->on_remove);
  Py_VISIT(a->on_replace);
  Py_VISIT(a->on_backref);
  Py_VISIT(Py_TYPE(self));
  return 0;
}

static int clear(PyObject *self) {
  cpy_attribute *a = (cpy_attribute *)self;
  Py_CLEAR(a->node.extra);
  Py_CLEAR(a->class_);
  Py_CLEAR(a->entity);
  Py_CLEAR(a->key);
  Py_CLEAR(a->on_set);
  Py_CLEAR(a->on_remove);
  Py_CLEAR(a->on_replace);
  Py_CLEAR(a->on_backref);
  return 0;
}

static void dealloc(PyObject *self) {
  cpy_attribute *a = (cpy_attribute *)self;
  PyTypeObject *type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  if (a->node.weakrefs)
    PyObject_ClearWeakRefs(self);
  clear(self);
  corm_node_unref(a->node.node);
  cpy_mapped_unref(a->mapped);
  type->tp_free(self);
  Py_DECREF(type);
}

/* ---- On objects
 * ---------------------------------------------------------------------------------------------------------------- */

/* A copy made by copy.copy() shares the state of its original, but has a dictionary of its own. */
static PyObject *get_of_copy(cpy_attribute *a, PyObject *object) {
  PyObject *dict = cpy_is_instance(object) ? cpy_peek_dict(object, 0) : NULL;
  PyObject *found = dict ? PyDict_GetItemWithError(dict, a->key) : NULL;
  corm_record *r;
  if (found || PyErr_Occurred())
    return Py_XNewRef(found);
  return (r = cpy_record_need(object)) ? cpy_slot_get(object, r, a->slot) : NULL;
}

/* A parent's attribute on a child's object may have another place there. */
static int slot_in(const cpy_attribute *a, const corm_record *r) {
  const corm_entity *e = corm_record_peek_entity(r);
  if (e == a->mapped->entity)
    return a->slot;
  return corm_entity_peek_slot(e, corm_entity_peek_key(a->mapped->entity, a->slot));
}

/* Objects of the very class are told without walking its bases. */
static inline corm_record *record_in(const cpy_attribute *a, PyObject *object) {
  if ((PyObject *)Py_TYPE(object) == a->class_ ? a->mapped->based : cpy_is_instance(object))
    return ((cpy_instance *)object)->record;
  return cpy_record_of(object);
}

static PyObject *get(PyObject *self, PyObject *object, PyObject *type) {
  cpy_attribute *a = (cpy_attribute *)self;
  (void)type;
  if (!object || object == Py_None)
    return Py_NewRef(self);
  corm_record *r = record_in(a, object);
  if (!r)
    return get_of_copy(a, object);
  int slot = slot_in(a, r);
  corm_value v;
  if (corm_record_peek(r, slot, &v) == CORM_SLOT_LOADED)
    return cpy_slot_value(object, r, slot, &v);
  return cpy_slot_get(object, r, slot);
}

/* What the listeners make of a value; a new reference. */
PyObject *cpy_heard(cpy_attribute *a, PyObject *object, corm_record *r, int slot, PyObject *value) {
  corm_value v;
  int loads = a->active_history && corm_record_peek(r, slot, &v) == CORM_SLOT_EXPIRED;
  PyObject *old = loads ? cpy_slot_get(object, r, slot) : cpy_slot_peek(object, r, slot), *made;
  if (!old)
    return NULL;
  made = a->on_set ? PyObject_CallFunctionObjArgs(a->on_set, object, value, old, NULL) : Py_NewRef(value);
  Py_DECREF(old);
  return made;
}

static int replace(cpy_attribute *a, PyObject *object, PyObject *value) {
  if (!a->on_replace) {
    cpy_error("InvalidRequestError", "%U cannot be set: its class has no container for it", a->key);
    return -1;
  }
  PyObject *made = PyObject_CallFunctionObjArgs(a->on_replace, object, value, NULL);
  Py_XDECREF(made);
  return made ? 0 : -1;
}

static int erase(cpy_attribute *a, PyObject *object, corm_record *r, int slot) {
  corm_error *err = NULL;
  PyObject *old = cpy_slot_peek(object, r, slot);
  int status = 0;
  if (!old)
    return -1;
  if (corm_record_delete(r, slot, &err)) {
    cpy_session_raise(err);
    status = -1;
  } else if (a->on_remove && old != cpy_no_value) {
    PyObject *made = PyObject_CallFunctionObjArgs(a->on_remove, object, old, NULL);
    Py_XDECREF(made);
    status = made ? 0 : -1;
  }
  Py_DECREF(old);
  return status;
}

/* Only what is mapped can be the target of a relation. */
static int check_target(PyObject *value) {
  if (value == Py_None || cpy_record_of(value))
    return 0;
  PyErr_Format(PyExc_AttributeError, "'%s' object has no attribute '_sa_instance_state'", Py_TYPE(value)->tp_name);
  return -1;
}

static int set_on_copy(cpy_attribute *a, PyObject *object, PyObject *value) {
  PyObject *dict = cpy_record_need(object) ? cpy_peek_dict(object, 1) : NULL;
  if (!dict)
    return -1;
  return value ? PyDict_SetItem(dict, a->key, value) : PyDict_DelItem(dict, a->key);
}

int cpy_attribute_set(PyObject *self, PyObject *object, PyObject *value) {
  cpy_attribute *a = (cpy_attribute *)self;
  corm_record *r = record_in(a, object);
  if (!r)
    return set_on_copy(a, object, value);
  int slot = slot_in(a, r), status;
  if (!value)
    return erase(a, object, r, slot);
  if (a->to_many)
    return replace(a, object, value);
  if (!a->on_set && !a->active_history)
    return a->to_one && check_target(value) < 0 ? -1 : cpy_slot_set(object, r, slot, value);
  PyObject *chosen = cpy_heard(a, object, r, slot, value);
  if (!chosen)
    return -1;
  status = a->to_one && check_target(chosen) < 0 ? -1 : cpy_slot_set(object, r, slot, chosen);
  Py_DECREF(chosen);
  return status;
}

/* ---- In expressions
 * -------------------------------------------------------------------------------------------------------------- */

/* relation == object and relation != object; everything else compares as an expression. */
static PyObject *richcompare(PyObject *self, PyObject *other, int op) {
  cpy_attribute *a = (cpy_attribute *)self;
  if ((!a->to_one && !a->to_many) || (op != Py_EQ && op != Py_NE) || cpy_is_expr(other))
    return cpy_expr_richcompare(self, other, op);
  corm_record *r = other == Py_None ? NULL : cpy_record_of(other);
  if (other != Py_None && !r)
    return cpy_error("ArgumentError", "%S compares with an object of a mapped class or None, not with %R", self, other);
  corm_node *node = cpy_node_ref(self);
  if (!node)
    return NULL;
  return cpy_wrap(corm_relation_test_of(op == Py_EQ ? CORM_TEST_EQ : CORM_TEST_NE, node, r, r ? Py_NewRef(other) : NULL,
                                        cpy_release_object));
}

static Py_hash_t hash(PyObject *self) { return PyBaseObject_Type.tp_hash(self); }

/* ---- Members
 * ----------------------------------------------------------------------------------------------------------------------
 */

static PyObject *get_hook(PyObject *self, void *offset) {
  PyObject *hook = *(PyObject **)(void *)((char *)self + (size_t)(uintptr_t)offset);
  return Py_NewRef(hook ? hook : Py_None);
}

static int set_hook(PyObject *self, PyObject *value, void *offset) {
  PyObject **at = (PyObject **)(void *)((char *)self + (size_t)(uintptr_t)offset);
  cpy_mapped *m = ((cpy_attribute *)self)->mapped;
  Py_XSETREF(*at, value == Py_None ? NULL : Py_XNewRef(value));
  if (*at && m)
    m->hears = 1;
  return 0;
}

/* The attribute of an object's class for a slot of its record, borrowed; NULL: nobody listens. */
cpy_attribute *cpy_hearing(PyObject *object, corm_record *r, int slot) {
  cpy_mapped *m = cpy_mapped_of_record(r);
  PyObject *key = m->hears ? cpy_mapped_key(m, slot) : NULL, *found = key ? _PyType_Lookup(Py_TYPE(object), key) : NULL;
  return found && PyObject_TypeCheck(found, cpy_attribute_type) ? (cpy_attribute *)found : NULL;
}

#define HOOK(name, member, doc)                                                                                        \
  { name, get_hook, set_hook, doc, (void *)offsetof(cpy_attribute, member) }
static PyGetSetDef getset[] = {
    HOOK("on_set", on_set, "None, or fn(obj, value, old) -> value"),
    HOOK("on_remove", on_remove, "None, or fn(obj, old) when it is deleted"),
    HOOK("on_backref", on_backref, "None, or fn(obj, member, add) when the other side was set"),
    HOOK("on_replace", on_replace, "of a relation to many: fn(obj, value)"),
    {NULL, NULL, NULL, NULL, NULL}};
static PyMemberDef members[] = {
    {"class_", T_OBJECT, offsetof(cpy_attribute, class_), READONLY, "the mapped class"},
    {"entity", T_OBJECT, offsetof(cpy_attribute, entity), READONLY, "the Entity"},
    {"key", T_OBJECT, offsetof(cpy_attribute, key), READONLY, "the attribute's name"},
    {"slot", T_INT, offsetof(cpy_attribute, slot), READONLY, "the attribute's place"},
    {"active_history", T_BOOL, offsetof(cpy_attribute, active_history), 0, "the old value is loaded before it is set"},
    {NULL, 0, 0, 0, NULL}};
static PyType_Slot slots[] = {{Py_tp_new, (void *)new},
                              {Py_tp_init, (void *)init},
                              {Py_tp_dealloc, (void *)dealloc},
                              {Py_tp_traverse, (void *)traverse},
                              {Py_tp_clear, (void *)clear},
                              {Py_tp_descr_get, (void *)get},
                              {Py_tp_descr_set, (void *)cpy_attribute_set},
                              {Py_tp_richcompare, (void *)richcompare},
                              {Py_tp_hash, (void *)hash},
                              {Py_tp_getset, getset},
                              {Py_tp_members, members},
                              {Py_tp_doc, "A mapped attribute."},
                              {0, NULL}};
static PyType_Spec spec = {"cormorant._core.Attribute", sizeof(cpy_attribute), 0,
                           Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, slots};

int cpy_add_attribute(PyObject *module) { return cpy_add_type(module, &cpy_attribute_type, &spec, cpy.expr_type); }
