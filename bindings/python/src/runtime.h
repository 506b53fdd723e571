/* What runs statements: the host, engines, connections, results and rows, as the files of this module share them.
 *
 * An Engine and a Connection of Python are the native objects themselves: the classes of cormorant.engine.base derive
 * from the types here. A corm_engine or corm_conn has one Python object at a time, found by its address.
 */
#ifndef CPY_RUNTIME_H
#define CPY_RUNTIME_H
#include "binding.h"

/* ---- host.c
 * ---------------------------------------------------------------------------------------------------------- */

/* The one host of the process, given to all engines, sessions and records. */
const corm_host *cpy_host(void);
/* host_orm.c: fills in the members that are about objects (hold ... change, read, store, bind_for). */
void cpy_host_add_orm(corm_host *host);
/* host_orm.c: mapper, instance and session events (kinds of 32 and more). */
int cpy_orm_event(const corm_event *ev, corm_error **err);
/* While it is above 0 on this thread, engines' events are not passed on: what raw connections do is nobody's business.
 */
extern _Thread_local int cpy_quiet;
int cpy_add_host(PyObject *module);

/* ---- params.c
 * -------------------------------------------------------------------------------------------------------- */

/* Values by name, as the core takes them, out of None, a mapping, or a list of mappings. */
typedef struct cpy_params {
  corm_params core;
  corm_value *values;
  const char **names, **list_names;
  corm_value **lists;
  size_t *list_lengths;
  PyObject *keys, *pins; /* tuple of the names, list of what the cells borrow from */
  int given;             /* 0: there are none, pass NULL */
} cpy_params;
/* 0, or -1 with an exception. Free it in both cases. */
int cpy_params_from(cpy_params *out, PyObject *object);
static inline const corm_params *cpy_params_core(const cpy_params *p) { return p->given ? &p->core : NULL; }
void cpy_params_free(cpy_params *);

/* ---- engine.c, connection.c
 * ------------------------------------------------------------------------------------------ */

typedef struct cpy_engine {
  PyObject_HEAD corm_engine *engine; /* NULL: not opened */
  int hide_parameters;
  PyObject *weakrefs;
} cpy_engine;
int cpy_is_engine(PyObject *object);
corm_engine *cpy_engine_peek(PyObject *object); /* borrowed; NULL with TypeError */
PyObject *cpy_engine_of(corm_engine *); /* its Python object: a new reference; NULL without an exception: it died */
int cpy_engine_hides(corm_engine *);    /* create_engine(hide_parameters=True) */
int cpy_add_engine(PyObject *module);

corm_conn *cpy_connection_peek(PyObject *object); /* borrowed; NULL with TypeError or ResourceClosedError */
/* Its Python object: a new reference. One that is made here does not close the connection when it dies. */
PyObject *cpy_connection_of(corm_conn *);
/* The Python object that takes over what corm_conn_acquire gave, and closes it. */
PyObject *cpy_connection_own(corm_conn *);
int cpy_add_connection(PyObject *module);
int cpy_add_reflect(PyObject *module); /* reflect.c */

/* ---- result.c, keymap.c, row.c
 * --------------------------------------------------------------------------------------- */

/* A native result; the corm_result is taken, also on failure. `keep` (a connection, a session) lives as long as it. */
PyObject *cpy_result_new(corm_result *result, PyObject *keep);
/* object.c: the object of a record in a row: a new reference. */
PyObject *cpy_object_of_record(corm_record *record);
int cpy_add_result(PyObject *module);

/* The fields of a result, shared by its rows. */
typedef struct cpy_keymap {
  PyObject_HEAD Py_ssize_t n;
  PyObject *names; /* tuple of str; None: a field without a name, an entity under an alias that nobody named */
  int has_nameless;
  PyObject *index;              /* dict: name -> place; None: several have it */
  PyObject *attrs;              /* the same for the names that are attributes of a row */
  corm_node **nodes;            /* references, NULL entries */
  const corm_entity **entities; /* NULL entries */
  int *pick;                    /* the result's column of each field; NULL: the same place */
} cpy_keymap;
cpy_keymap *cpy_keymap_of(const corm_result *); /* a new reference */
/* The place of a name, a column, an entity's class or a number. -1 with NoSuchColumnError, InvalidRequestError,
 * IndexError. */
Py_ssize_t cpy_keymap_find(cpy_keymap *, PyObject *key);
PyObject *cpy_keymap_fields(cpy_keymap *); /* a new tuple of the names that there are */
int cpy_add_keymap(PyObject *module);

typedef struct cpy_row {
  PyObject_VAR_HEAD cpy_keymap *map;
  PyObject *items[1];
} cpy_row;
extern PyTypeObject *cpy_row_type;
/* A row with empty places, which the caller fills; untracked by the collector. */
cpy_row *cpy_row_new(cpy_keymap *map);
int cpy_add_row(PyObject *module);

/* ---- errors.c
 * -------------------------------------------------------------------------------------------------------- */

/* What the driver was running when it failed, told by HANDLE_ERROR just before the error comes back: kept for the
 * thread until the next cpy_raise_statement uses it. Takes `params`; `exception` is what a listener has seen already,
 * or NULL. */
void cpy_failed_note(PyObject *params, int hide, int many, PyObject *exception);
/* The exception of an error, without freeing it. */
PyObject *cpy_exception_of(const corm_error *err, PyObject *statement, PyObject *params, int hide, int many);
/* As cpy_raise_statement for an execution: StatementErrors that have no SQL get that of `statement` and `params` as
 * given. */
PyObject *cpy_raise_execution(corm_error *err, PyObject *statement, PyObject *params);

int cpy_add_runtime(PyObject *module); /* all of the above */
#endif
