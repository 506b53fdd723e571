/* The host's half that is about objects: holding them, their containers and dictionaries, and telling listeners. */
#include "orm.h"
#include <string.h>

static PyObject *sink, *s_members, *s_apply, *s_bind_for;

/* ---- Objects
 * ---------------------------------------------------------------------------------------------------------------------
 */

static int hold(void *self, corm_record *r, corm_error **err) {
  PyObject *o = corm_record_peek_object(r);
  (void)self;
  (void)err;
  if (!o)
    return CORM_OK;
  if (Py_TYPE(o) == cpy_state_object_type) {
    cpy_state_object *s = (cpy_state_object *)o;
    if (!s->held)
      s->held = cpy_state_object_of(s);
  } else if (!(((cpy_instance *)o)->state & CPY_HELD)) {
    ((cpy_instance *)o)->state |= CPY_HELD;
    Py_INCREF(o);
  }
  return CORM_OK;
}

/* A record may have come into a list before it had an object: then there is nothing to give back. */
static void drop(void *self, corm_record *r) {
  PyObject *o = corm_record_peek_object(r);
  (void)self;
  if (!o)
    return;
  if (Py_TYPE(o) == cpy_state_object_type) {
    Py_CLEAR(((cpy_state_object *)o)->held);
  } else if (((cpy_instance *)o)->state & CPY_HELD) {
    ((cpy_instance *)o)->state &= ~CPY_HELD;
    Py_DECREF(o);
  }
}

static int object(void *self, corm_record *r, void **out, corm_error **err) {
  (void)self;
  *out = cpy_object_of_record(r);
  return *out ? CORM_OK : cpy_take_error(err);
}

static corm_record *record(void *self, void *value) {
  (void)self;
  return cpy_record_of((PyObject *)value);
}

static void anchor(void *self, corm_record *owner) {
  PyObject *o = corm_record_peek_object(owner);
  (void)self;
  if (o && Py_TYPE(o) != cpy_state_object_type)
    cpy_track(o);
}

/* The node stays while the value does: it is made by the value itself where it has none yet. */
static const corm_expr *expression(void *self, void *value) {
  PyObject *o = value;
  (void)self;
  if (PyUnicode_Check(o) || !cpy_is_node(o) || PyObject_TypeCheck(o, cpy.type_type))
    return NULL;
  corm_node *node = cpy_node_ref(o);
  if (!node)
    PyErr_Clear();
  corm_node_unref(node);
  return cpy_peek_node(o);
}

/* ---- Dictionaries
 * ------------------------------------------------------------------------------------------------------------------ */

/* The dictionary of a record's object, borrowed from it. */
static PyObject *dict_of(const corm_record *r) {
  PyObject *o = corm_record_peek_object(r), *found, *dict;
  if (!o)
    return NULL;
  if (Py_TYPE(o) != cpy_state_object_type)
    return ((cpy_instance *)o)->dict;
  if (!(found = cpy_state_object_of((cpy_state_object *)o)))
    return NULL;
  dict = cpy_peek_dict(found, 0);
  Py_DECREF(found);
  return dict;
}

static int read_slot(void *self, corm_record *r, int slot, corm_value *out) {
  PyObject *dict = dict_of(r), *key = cpy_mapped_key(cpy_mapped_of_record(r), slot);
  PyObject *found = dict && key ? PyDict_GetItemWithError(dict, key) : NULL;
  (void)self;
  *out = corm_null();
  if (!found) {
    PyErr_Clear();
    return 0;
  }
  if (found != Py_None) {
    out->kind = CORM_HOST;
    out->as.h = found;
  }
  return 1;
}

/* What Python sees for a value: containers are made now. A new reference. */
static PyObject *shown(corm_record *r, int slot, const corm_value *v) {
  if (v->kind == CORM_HOST && PyList_CheckExact((PyObject *)v->as.h) &&
      cpy_is_to_many(corm_record_peek_entity(r), slot)) {
    PyObject *owner = cpy_living_object(r), *made;
    made = owner ? cpy_make_container(cpy_mapped_of_record(r), owner, slot, v->as.h) : Py_NewRef((PyObject *)v->as.h);
    Py_XDECREF(owner);
    return made;
  }
  return cpy_value_to(v);
}

static int store(void *self, corm_record *r, int slot, const corm_value *v, corm_error **err) {
  PyObject *dict = dict_of(r), *key = dict ? cpy_mapped_key(cpy_mapped_of_record(r), slot) : NULL;
  int status = 0;
  (void)self;
  if (!dict)
    return CORM_OK;
  if (key && !v) {
    if (PyDict_GetItemWithError(dict, key))
      status = PyDict_DelItem(dict, key);
  } else if (key) {
    PyObject *value = shown(r, slot, v);
    status = value ? PyDict_SetItem(dict, key, value) : -1;
    Py_XDECREF(value);
  }
  if (!PyErr_Occurred())
    return CORM_OK;
  (void)status;
  if (err)
    return cpy_take_error(err);
  PyErr_Clear();
  return CORM_EHOST;
}

/* ---- Containers
 * ----------------------------------------------------------------------------------------------------------------------
 */

/* Of a relation that was never set, the program may have a container already: it becomes the one. A new reference or
 * NULL. */
static PyObject *container_aside(corm_record *r, int slot) {
  PyObject *o = corm_record_peek_object(r), *key, *found;
  corm_value ignored;
  if (!o || corm_record_peek(r, slot, &ignored) != CORM_SLOT_UNSET)
    return NULL;
  cpy_state_object *s =
      Py_TYPE(o) == cpy_state_object_type ? (cpy_state_object *)o : cpy_instance_state((cpy_instance *)o);
  if (!s || !s->aside || !(key = PyLong_FromLong(slot)))
    return NULL;
  found = Py_XNewRef(PyDict_GetItemWithError(s->aside, key));
  if (found && PyDict_DelItem(s->aside, key) < 0)
    PyErr_Clear();
  Py_DECREF(key);
  return found;
}

/* Listeners of a collection hear of members that come and go with the other side. */
static int tell_backref(corm_record *r, int slot, PyObject *member, int add) {
  PyObject *owner = cpy_mapped_of_record(r)->hears ? cpy_living_object(r) : NULL, *made;
  const cpy_attribute *a = owner ? cpy_hearing(owner, r, slot) : NULL;
  int status = 0;
  if (a && a->on_backref) {
    made = PyObject_CallFunctionObjArgs(a->on_backref, owner, member, add ? Py_True : Py_False, NULL);
    status = made ? 0 : -1;
    Py_XDECREF(made);
  }
  Py_XDECREF(owner);
  return status;
}

static int fill_aside(corm_record *r, int slot, PyObject *made, corm_record *const *members, size_t n) {
  int status = 0;
  for (size_t i = 0; !status && i < n; i++) {
    PyObject *member = cpy_object_of_record(members[i]);
    int told = member ? tell_backref(r, slot, member, 1) : -1;
    PyObject *done = told == 0 ? PyObject_CallMethodObjArgs(made, s_apply, member, Py_True, NULL) : NULL;
    status = done ? 0 : -1;
    Py_XDECREF(done);
    Py_XDECREF(member);
  }
  return status;
}

static int container(void *self, corm_record *r, int slot, corm_record *const *members, size_t n, void **out,
                     corm_error **err) {
  PyObject *aside = container_aside(r, slot);
  if (aside) {
    int status = fill_aside(r, slot, aside, members, n);
    anchor(self, r);
    *out = aside;
    if (!status)
      return CORM_OK;
    Py_DECREF(aside);
    return cpy_take_error(err);
  }
  PyObject *list = PyList_New((Py_ssize_t)n);
  corm_value ignored;
  int fresh = corm_record_peek(r, slot, &ignored) == CORM_SLOT_UNSET; /* nothing was loaded: the other side was set */
  for (size_t i = 0; list && i < n; i++) {
    PyObject *member = cpy_object_of_record(members[i]);
    if (member && fresh && tell_backref(r, slot, member, 1) < 0)
      Py_CLEAR(member);
    if (member)
      PyList_SET_ITEM(list, (Py_ssize_t)i, member);
    else
      Py_CLEAR(list);
  }
  anchor(self, r);
  *out = list;
  return list ? CORM_OK : cpy_take_error(err);
}

static PyObject *members_of(PyObject *object) {
  PyObject *method = PyList_Check(object) ? NULL : PyObject_GetAttr(object, s_members), *made = NULL, *list;
  if (method) {
    made = PyObject_CallNoArgs(method);
    Py_DECREF(method);
  } else if (PyList_Check(object)) {
    return PyList_AsTuple(object);
  } else {
    PyErr_Clear();
    made = PyDict_Check(object) ? PyDict_Values(object) : Py_NewRef(object);
  }
  list = made ? PySequence_Tuple(made) : NULL;
  Py_XDECREF(made);
  return list;
}

static int members(void *self, corm_record *r, int slot, void *object, corm_member_sink to, void *ctx,
                   corm_error **err) {
  PyObject *all = members_of((PyObject *)object);
  int status = all ? CORM_OK : cpy_take_error(err);
  (void)self;
  for (Py_ssize_t i = 0; !status && i < PyTuple_GET_SIZE(all); i++) {
    PyObject *item = PyTuple_GET_ITEM(all, i);
    corm_record *member = cpy_record_of(item);
    if (!member && item == Py_None)
      cpy_error("FlushError", "None stands in the collection %s.%U, and cannot be flushed",
                corm_entity_peek_name(corm_record_peek_entity(r)), cpy_mapped_key(cpy_mapped_of_record(r), slot));
    else if (!member)
      PyErr_Format(PyExc_AttributeError, "'%s' object has no attribute '_sa_instance_state'", Py_TYPE(item)->tp_name);
    if (!member)
      status = cpy_take_error(err);
    else if (to(ctx, member))
      break;
  }
  Py_XDECREF(all);
  return status;
}

static int remove_from_list(PyObject *list, PyObject *item) {
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++)
    if (PyList_GET_ITEM(list, i) == item)
      return PyList_SetSlice(list, i, i + 1, NULL);
  return 0;
}

static int change(void *self, corm_record *r, int slot, void *object, corm_record *member, int add, corm_error **err) {
  PyObject *item = cpy_object_of_record(member), *made;
  int status = item ? tell_backref(r, slot, item, add) : -1;
  (void)self;
  if (!status && PyList_CheckExact((PyObject *)object)) {
    status = add ? PyList_Append(object, item) : remove_from_list(object, item);
  } else if (!status) {
    made = PyObject_CallMethodObjArgs(object, s_apply, item, add ? Py_True : Py_False, NULL);
    status = made ? 0 : -1;
    Py_XDECREF(made);
  }
  Py_XDECREF(item);
  return status < 0 ? cpy_take_error(err) : CORM_OK;
}

/* ---- As the program sets
 * --------------------------------------------------------------------------------------------------------------------
 */

static int set_as_program(void *self, corm_record *r, int slot, const corm_value *v, corm_error **err) {
  PyObject *owner = cpy_object_of_record(r), *value = owner ? cpy_value_to(v) : NULL;
  PyObject *key = value ? cpy_mapped_key(cpy_mapped_of_record(r), slot) : NULL;
  int status = key ? PyObject_SetAttr(owner, key, value) : -1;
  (void)self;
  Py_XDECREF(value);
  Py_XDECREF(owner);
  return status < 0 ? cpy_take_error(err) : CORM_OK;
}

static PyObject *objects_of(corm_record *const *members, size_t n) {
  PyObject *list = PyList_New((Py_ssize_t)n);
  for (size_t i = 0; list && i < n; i++) {
    PyObject *member = cpy_object_of_record(members[i]);
    if (member)
      PyList_SET_ITEM(list, (Py_ssize_t)i, member);
    else
      Py_CLEAR(list);
  }
  return list;
}

static int replace(void *self, corm_record *r, int slot, corm_record *const *members, size_t n, corm_error **err) {
  PyObject *owner = cpy_object_of_record(r), *list = owner ? objects_of(members, n) : NULL, *made = NULL;
  PyObject *key = list ? cpy_mapped_key(cpy_mapped_of_record(r), slot) : NULL;
  PyObject *attribute = key ? PyObject_GetAttr((PyObject *)Py_TYPE(owner), key) : NULL;
  (void)self;
  if (attribute)
    made = PyObject_CallMethod(attribute, "_replace_members", "OO", owner, list);
  Py_XDECREF(attribute);
  Py_XDECREF(list);
  Py_XDECREF(owner);
  Py_XDECREF(made);
  return made ? CORM_OK : cpy_take_error(err);
}

static int version(void *self, void *generator, const corm_value *before, corm_value *out, corm_error **err) {
  PyObject *known = cpy_value_to(before), *made = known ? PyObject_CallOneArg(generator, known) : NULL;
  (void)self;
  Py_XDECREF(known);
  *out = corm_null();
  if (!made)
    return cpy_take_error(err);
  if (made == Py_None) {
    Py_DECREF(made);
  } else {
    out->kind = CORM_HOST;
    out->as.h = made;
  }
  return CORM_OK;
}

/* ---- Telling
 * ----------------------------------------------------------------------------------------------------------------------------
 */

static PyObject *keys_of(const corm_event *ev) {
  if (!ev->slots || !ev->record)
    return Py_NewRef(Py_None);
  PyObject *list = PyList_New((Py_ssize_t)ev->n_slots);
  for (size_t i = 0; list && i < ev->n_slots; i++) {
    PyObject *key = cpy_mapped_key(cpy_mapped_of_record(ev->record), ev->slots[i]);
    if (key)
      PyList_SET_ITEM(list, (Py_ssize_t)i, Py_NewRef(key));
    else
      Py_CLEAR(list);
  }
  return list;
}

static int is_about_transaction(int kind) {
  return kind == CORM_EV_AFTER_BEGIN || kind == CORM_EV_TRANSACTION_CREATE || kind == CORM_EV_TRANSACTION_END ||
         kind == CORM_EV_AFTER_SOFT_ROLLBACK;
}

static PyObject *extra_of(const corm_event *ev, cpy_session *session) {
  if (!is_about_transaction(ev->kind))
    return keys_of(ev);
  return session ? cpy_transaction_of(session, corm_session_peek_transaction(ev->session, ev->nested))
                 : Py_NewRef(Py_None);
}

static int tell(int kind, corm_session *session, PyObject *about, corm_conn *conn, PyObject *extra) {
  cpy_session *owner = session ? cpy_session_of(session) : NULL;
  PyObject *connection = conn ? cpy_connection_of(conn) : Py_NewRef(Py_None);
  PyObject *made = connection ? PyObject_CallFunction(sink, "iOOOO", kind, owner ? (PyObject *)owner : Py_None, about,
                                                      connection, extra)
                              : NULL;
  Py_XDECREF(connection);
  Py_XDECREF(made);
  return made ? 0 : -1;
}

int cpy_orm_event(const corm_event *ev, corm_error **err) {
  cpy_session *session = ev->session ? cpy_session_of(ev->session) : NULL;
  PyObject *about, *extra;
  int status = -1;
  int told_later = (ev->kind == CORM_EV_LOAD && !ev->nested) || ev->kind == CORM_EV_LOADED_AS_PERSISTENT;
  if (!sink || told_later) /* when the object is made */
    return CORM_OK;
  if (!session && ev->session)
    return CORM_OK; /* the session is being collected: there is nobody to be told about */
  about = ev->record ? cpy_object_of_record(ev->record) : Py_NewRef(Py_None);
  extra = about ? extra_of(ev, session) : NULL;
  if (extra)
    status = tell(ev->kind, ev->session, about, ev->conn, extra);
  Py_XDECREF(extra);
  Py_XDECREF(about);
  return status < 0 ? cpy_take_error(err) : CORM_OK;
}

int cpy_tell_loaded(corm_record *r, PyObject *made) {
  const cpy_mapped *m = cpy_mapped_of_record(r);
  corm_session *s = corm_record_peek_session(r);
  const cpy_session *session = s ? cpy_session_of(s) : NULL;
  if (!sink || !s)
    return 0;
  if ((m->events & CORM_EV_BIT(CORM_EV_LOAD)) && tell(CORM_EV_LOAD, s, made, NULL, Py_None) < 0)
    return -1;
  if (session && (session->events & CORM_EV_BIT(CORM_EV_LOADED_AS_PERSISTENT)))
    return tell(CORM_EV_LOADED_AS_PERSISTENT, s, made, NULL, Py_None);
  return 0;
}

/* ---- Where things go
 * ------------------------------------------------------------------------------------------------------------------------
 */

static int read_bind(PyObject *answer, corm_engine **engine, corm_conn **conn) {
  if ((*conn = cpy_connection_peek(answer)))
    return 0;
  if (!PyErr_ExceptionMatches(PyExc_TypeError))
    return -1;
  PyErr_Clear();
  return (*engine = cpy_engine_peek(answer)) ? 0 : -1;
}

static int bind_for(void *self, corm_session *s, const corm_entity *e, const corm_stmt *stmt, corm_engine **engine,
                    corm_conn **conn, corm_error **err) {
  cpy_session *session = cpy_session_of(s);
  const cpy_mapped *m = e ? corm_entity_peek_host(e) : NULL;
  PyTypeObject *class = m ? cpy_mapped_class(m) : NULL;
  PyObject *clause, *answer;
  int status = -1;
  (void)self;
  if (!session || !session->routes)
    return CORM_OK;
  clause = stmt ? cpy_wrap(corm_node_ref(stmt)) : Py_NewRef(Py_None);
  answer = clause ? PyObject_CallMethodObjArgs((PyObject *)session, s_bind_for, class ? (PyObject *)class : Py_None,
                                               clause, NULL)
                  : NULL;
  if (answer)
    status = read_bind(answer, engine, conn);
  Py_XDECREF(clause);
  Py_XDECREF(answer); /* the program keeps what it bound */
  return status < 0 ? cpy_take_error(err) : CORM_OK;
}

void cpy_host_add_orm(corm_host *host) {
  host->hold = hold;
  host->drop = drop;
  host->object = object;
  host->record = record;
  host->anchor = anchor;
  host->read = read_slot;
  host->store = store;
  host->container = container;
  host->members = members;
  host->change = change;
  host->bind_for = bind_for;
  host->expression = expression;
  host->set = set_as_program;
  host->replace = replace;
  host->version = version;
}

static PyObject *set_event_sink(PyObject *module, PyObject *function) {
  (void)module;
  Py_XSETREF(sink, Py_NewRef(function));
  Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"set_event_sink", set_event_sink, METH_O, "set_event_sink(fn): fn(kind, session, obj, connection, extra)"},
    {NULL, NULL, 0, NULL}};

int cpy_add_host_orm(PyObject *module) {
  if (!(s_members = PyUnicode_InternFromString("_sa_members")) ||
      !(s_apply = PyUnicode_InternFromString("_sa_apply")) || !(s_bind_for = PyUnicode_InternFromString("_bind_for")))
    return -1;
  return PyModule_AddFunctions(module, functions);
}
