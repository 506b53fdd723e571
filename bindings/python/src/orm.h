/* Mapped classes, their objects and sessions, as the files of the object layer share them.
 *
 * An object finds its record in one of two ways, its carrier. A class whose objects can have our layout derives from
 * _core.Instance: the record's pointer lies in the object. Any other class keeps a State in obj.__dict__, which owns
 * the record. A record's host object is the Instance, or the State.
 *
 * A value in a slot that is a host's is a reference to any Python object; a relation to one holds the target object
 * itself. A relation to many that was loaded holds an exact list, until somebody asks for it: then the class's own
 * container.
 */
#ifndef CPY_ORM_H
#define CPY_ORM_H
#include "runtime.h"

/* ---- mapped.c, entity.c, entity_attributes.c: mapped classes
 * ---------------------------------------------------------------------------------------- */

#define CPY_CALLS 4
typedef struct cpy_call cpy_call;

/* What a class is to the core. Counted: by its Entity, its attributes, and each object that has a record, since records
 * need their entity when classes and objects are collected together. */
typedef struct cpy_mapped {
  size_t refs;
  corm_schema *schema; /* a reference */
  corm_entity *entity;
  PyObject *class_ref; /* weak */
  PyObject *object;    /* its Entity, borrowed; NULL: gone */
  PyObject **keys;     /* interned str by slot */
  Py_ssize_t n_keys;
  uint64_t events;  /* of mapper and instance */
  int based;        /* objects are Instances */
  int plain_new;    /* ... and the class has no __new__ of its own */
  int hears;        /* an attribute has listeners, or had */
  int initial_slot; /* with `initial`: the discriminator, which new objects have from the start */
  PyObject *initial;
  int ready;                  /* sealed, with all relations: else the configure hook is called first */
  cpy_call *calls[CPY_CALLS]; /* see call.c; NULL: none yet */
} cpy_mapped;

typedef struct cpy_entity {
  PyObject_HEAD cpy_mapped *mapped;
  PyObject *factories; /* dict: slot -> factory of containers */
  PyObject *table, *parent, *source, *identity;
  PyObject *weakrefs;
} cpy_entity;

/* A mapped class whose metaclass is MappedType knows its entity by itself. Borrowed: the Entity takes it back. */
typedef struct cpy_mapped_type {
  PyHeapTypeObject heap;
  cpy_mapped *mapped;
} cpy_mapped_type;

extern PyTypeObject *cpy_entity_type, *cpy_mapped_type_type;
cpy_mapped *cpy_mapped_ref(cpy_mapped *);
void cpy_mapped_unref(cpy_mapped *);
/* Of a class; borrowed. NULL without an exception: it is not mapped. */
cpy_mapped *cpy_mapped_of(PyTypeObject *);
static inline cpy_mapped *cpy_mapped_of_record(const corm_record *r) {
  return (cpy_mapped *)corm_entity_peek_host(corm_record_peek_entity(r));
}
PyTypeObject *cpy_mapped_class(const cpy_mapped *); /* borrowed; NULL: it died */
PyObject *cpy_mapped_key(cpy_mapped *, int slot);   /* borrowed; NULL with an exception */
/* The configure hook, for a class that is not ready. 0 or -1. */
int cpy_mapped_prepare(cpy_mapped *);
/* Sessions alive: schemas are not freed while there are any, since a session's maps name entities. */
void cpy_sessions_count(int change);
/* A container of a relation to many: the class's own, with these members (a list, borrowed). */
PyObject *cpy_make_container(cpy_mapped *, PyObject *object, int slot, PyObject *members);
int cpy_is_to_many(const corm_entity *, int slot);
PyObject *cpy_entity_source(PyObject *entity); /* what select() takes for the class: a new reference */
corm_table *cpy_mapped_table(PyObject *table); /* borrowed; NULL with ArgumentError: it is none */
int cpy_add_mapped(PyObject *module);
int cpy_add_entity(PyObject *module);
int cpy_add_entity_attributes(PyObject *module);
int cpy_add_metatype(PyObject *module); /* metatype.c */

/* ---- unmapped.c: hybrids and proxies in statements
 * ---------------------------------------------------------------------- */

/* What a source's class has under a name that is not mapped, as that source's: a new reference. NULL without an
 * exception: nothing. */
PyObject *cpy_unmapped(const corm_source *, PyObject *key);
/* The columns and values that setting such an attribute means, a tuple of pairs; NULL without an exception: it is a
 * column. `table`: what the statement is about, or NULL. */
PyObject *cpy_unmapped_pairs(PyObject *table, PyObject *key, PyObject *value);
int cpy_add_unmapped(PyObject *module);

/* ---- instance.c, carrier.c: objects
 * ---------------------------------------------------------------------------------- */

typedef struct cpy_instance {
  PyObject_HEAD corm_record *record; /* NULL: __init__ was not run */
  PyObject *dict, *weakrefs;
  uintptr_t state; /* a cpy_state_object (owned) or NULL; lowest bit: the session holds the object */
} cpy_instance;
#define CPY_HELD ((uintptr_t)1)

/* What inspect(obj) gives, and the carrier of objects that are no Instances. */
typedef struct cpy_state_object {
  PyObject_HEAD corm_record *record; /* of an Instance: borrowed from it. NULL: gone */
  PyObject *instance;                /* of an Instance: borrowed; NULL: it died */
  PyObject *ref;                     /* of other objects: a weak reference */
  PyObject *held;                    /* the session holds the object: its reference, not ours to visit */
  cpy_mapped *mapped;
  PyObject *aside; /* dict: slot -> container of a relation that was read and never set */
  PyObject *key;   /* what is known of the key after the object's death */
  PyObject *info;
  PyObject *weakrefs;
} cpy_state_object;

extern PyTypeObject *cpy_instance_type, *cpy_state_object_type;
static inline int cpy_is_instance(PyObject *o) { return PyObject_TypeCheck(o, cpy_instance_type); }
static inline cpy_state_object *cpy_instance_state(const cpy_instance *o) {
  return (cpy_state_object *)(o->state & ~CPY_HELD);
}
/* The record of an object; NULL without an exception: it has none. */
corm_record *cpy_record_of(PyObject *object);
/* The same, or UnmappedInstanceError. */
corm_record *cpy_record_need(PyObject *object);
/* For the collector: visits what the record's slots hold. */
int cpy_record_traverse(const corm_record *, visitproc visit, void *arg);
/* The object of a record's host pointer if it lives: a new reference, or NULL. */
PyObject *cpy_living_object(const corm_record *);
/* An Instance, untracked, without a record. */
PyObject *cpy_instance_new(PyTypeObject *);
/* A transient record for an object that has none. */
int cpy_begin_init(PyObject *object);
int cpy_construct(PyObject *object, PyObject *kwargs);
/* From now on the collector looks at the object: it got something that may lead back to it. */
static inline void cpy_track(PyObject *object) {
  if (!PyObject_GC_IsTracked(object) && PyObject_IS_GC(object))
    PyObject_GC_Track(object);
}
/* The object now has a reference to `value`: is it one that the collector must know of? */
static inline void cpy_track_for(PyObject *object, PyObject *value) {
  if (PyType_IS_GC(Py_TYPE(value)) && cpy_is_instance(object))
    cpy_track(object);
}
/* The object's dictionary as it is, borrowed; made when `make`. NULL: there is none (or an exception with `make`). */
PyObject *cpy_peek_dict(PyObject *object, int make);
/* The dictionary as everybody may see it: values have moved into it. A new reference. */
PyObject *cpy_open_dict(PyObject *object);
/* Hands the record to another class of State or none: for objects that died. */
int cpy_add_instance(PyObject *module);
int cpy_add_carrier(PyObject *module);
int cpy_instance_setattro(PyObject *self, PyObject *name, PyObject *value);
int cpy_construct_one(PyObject *object, PyObject *key, PyObject *value); /* one keyword argument */
extern PyMethodDef cpy_pickle_methods[];                                 /* pickle.c: __reduce_ex__ */

/* ---- call.c
 * ------------------------------------------------------------------------------------------------------------- */

/* Calls of the class make its objects without a dictionary of the arguments, where it has no __new__ or __init__ of its
 * own. */
void cpy_instance_quicken(PyTypeObject *cls);
void cpy_calls_free(cpy_mapped *);

/* ---- state.c, pickle.c
 * ------------------------------------------------------------------------------------------------ */

/* A State, made when there is none: a new reference. Takes any object with a record. */
PyObject *cpy_state_of(PyObject *object);
/* A State that stands for nothing yet. */
cpy_state_object *cpy_state_new(cpy_mapped *);
/* Binds a State of the second carrier to its object and record. */
int cpy_state_attach(cpy_state_object *, PyObject *object, corm_record *record);
PyObject *cpy_state_object_of(cpy_state_object *); /* a new reference, or NULL */
PyObject *cpy_identity_tuple(const corm_record *); /* (1,); None without a key */
PyObject *cpy_identity_key(const corm_record *);   /* (class, (1,), None); None without a key */
PyObject *cpy_state_reduce(PyObject *state, PyObject *unused);
PyObject *cpy_state_setstate(PyObject *state, PyObject *given);
extern PyObject *cpy_s_state; /* "_sa_instance_state" */
int cpy_add_state(PyObject *module);

/* ---- attribute.c, slots.c
 * --------------------------------------------------------------------------------------------- */

typedef struct cpy_attribute {
  cpy_node node;
  cpy_mapped *mapped;
  PyObject *class_, *entity, *key;
  PyObject *on_set, *on_remove, *on_replace, *on_backref; /* NULL: none */
  int slot;
  char to_one, to_many, active_history;
} cpy_attribute;
extern PyTypeObject *cpy_attribute_type;
cpy_attribute *cpy_hearing(PyObject *object, corm_record *, int slot);
PyObject *cpy_heard(cpy_attribute *, PyObject *object, corm_record *, int slot, PyObject *value);
extern PyObject *cpy_no_value;
/* The value of a slot as Python has it: a new reference; loads. */
PyObject *cpy_slot_get(PyObject *object, corm_record *r, int slot);
/* The same without loading; NO_VALUE where nothing is loaded. */
PyObject *cpy_slot_peek(PyObject *object, corm_record *r, int slot);
/* A loaded value, given out and kept in place. A new reference. */
PyObject *cpy_slot_value(PyObject *object, corm_record *r, int slot, const corm_value *v);
int cpy_slot_set(PyObject *object, corm_record *r, int slot, PyObject *value);
int cpy_attribute_set(PyObject *attribute, PyObject *object, PyObject *value);
/* The cell, or an owned HOST, that a slot gets for a value. */
void cpy_slot_cell(PyObject *value, corm_value *out);
int cpy_add_attribute(PyObject *module);
int cpy_add_slots(PyObject *module);
int cpy_add_relation(PyObject *module);
int cpy_add_option(PyObject *module);

/* ---- session.c, session_objects.c, session_read.c, transaction.c
 * ----------------------------------------------------------------------------------------- */

typedef struct cpy_session {
  PyObject_HEAD corm_session *session; /* NULL: not opened, or cleared */
  PyObject *engine, *connection;       /* what it was opened with */
  struct cpy_session *next, *prev;     /* of all that are alive */
  uint64_t events;
  char routes; /* get_bind() is asked for each statement */
  char expire_on_commit;
  PyObject *weakrefs;
} cpy_session;
extern PyTypeObject *cpy_session_type;
cpy_session *cpy_session_of(const corm_session *); /* borrowed; NULL: none */
/* Raises what a session's call said: a second thread's call is IllegalStateChangeError. */
PyObject *cpy_session_raise(corm_error *err);
/* The core's session, borrowed; NULL with InvalidRequestError: it was not opened. */
corm_session *cpy_session_opened(PyObject *self);
/* None, or the exception. */
PyObject *cpy_session_finish(int status, corm_error *err);
PyObject *cpy_session_call(PyObject *self, int (*call)(corm_session *, corm_error **));
int cpy_session_contains(PyObject *self, PyObject *object);
PyObject *cpy_session_iterate(PyObject *self);
PyObject *cpy_session_get_set(PyObject *self, void *which);      /* which: a corm_session_set */
PyObject *cpy_transaction_of(cpy_session *, corm_transaction *); /* a new reference; None for NULL */
int cpy_add_session(PyObject *module);
int cpy_add_session_objects(PyObject *module);
int cpy_add_session_read(PyObject *module);
int cpy_add_transaction(PyObject *module);

/* ---- host_orm.c
 * --------------------------------------------------------------------------------------------------------- */

/* LOAD and LOADED_AS_PERSISTENT are told when a record's object is made. */
int cpy_tell_loaded(corm_record *, PyObject *object);
int cpy_add_host_orm(PyObject *module);

/* live.c: what is alive, for tests that count */
/* orm.c: all of the above */
int cpy_add_orm(PyObject *module);
#endif
