/* Inside the Lua binding: what its files share.
 *
 * Which file has what
 *   module.c error.c value.c              the module; errors and misuse; values both ways
 *   database.c schema.c model.c           databases, tables and columns, entities and relations
 *   node.c build.c stmt.c dml.c           expressions and statements
 *   object.c container.c collect.c        objects that the core refers to: counted in C, cycles found by tracing
 *   record.c list.c                       records and relation lists, as Lua sees them
 *   session.c execute.c transaction.c result.c   sessions, their statements, rows
 *   host.c listen.c                       what the core calls: objects, defaults, hooks
 *
 * Nothing that the core calls raises through it: objects and containers are plain C memory, and what runs Lua code does
 * so under lua_pcall. A Lua error may only leave from a frame with no core function above it.
 */
#ifndef CRL_BINDING_H
#define CRL_BINDING_H
#include "compat.h"
#include <cormorant/cormorant.h>
#include <string.h>

/* ---- Databases -----------------------------------------------------------------------------------------------------
 */

typedef struct crl_object crl_object;
typedef struct crl_default crl_default;

/* An engine and a schema with their host: outlives the Lua value while objects or sessions need it. */
typedef struct crl_database {
  size_t refs;
  uintptr_t number;           /* of the database that hears statements; 0: this one does not */
  struct crl_database *outer; /* while a call is inside the core: whose call that one interrupted */
  lua_State *L;               /* the coroutine that is inside the core now */
  corm_engine *engine;
  corm_schema *schema;
  corm_catalog *catalog;
  corm_host host;
  crl_default *defaults;
  crl_object *first; /* all objects, for the collector */
  size_t n_objects, collect_at;
  size_t n_values; /* of Lua, that refer to objects: once these and the database are gone, only cycles keep objects */
  int sealed, closed, silent; /* silent: the Lua value is gone, nobody can be told */
} crl_database;

crl_database *crl_database_ref(crl_database *);
void crl_database_unref(crl_database *);
/* The database of a Lua value; an error when it is another value or was closed. */
crl_database *crl_check_database(lua_State *L, int index);
crl_database *crl_check_any_database(lua_State *L, int index);
void crl_push_database(lua_State *L, const crl_database *); /* nil once it was collected */

/* The databases whose calls are inside the core on this thread. */
void crl_inside_push(crl_database *);
void crl_inside_pop(const crl_database *);

/* The state in which callbacks run, from enter to leave. */
static inline lua_State *crl_enter(crl_database *d, lua_State *L) {
  lua_State *before = d->L;
  if (!before)
    crl_inside_push(d);
  d->L = L;
  return before;
}
static inline void crl_leave(crl_database *d, lua_State *before) {
  d->L = before;
  if (!before)
    crl_inside_pop(d);
}

/* ---- Errors --------------------------------------------------------------------------------------------------------
 */

/* Raises at the line of the program, which is the nearest that is not in this module's own files. */
int crl_misuse(lua_State *L, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void crl_push_error(lua_State *L, corm_error *err); /* frees err */
/* nil, err; misuse of the API is raised instead. Frees err. */
int crl_fail(lua_State *L, int status, corm_error *err);
/* Raises the error object: where there is no room for nil, err. */
int crl_raise(lua_State *L, int status, corm_error *err);
int crl_done(lua_State *L, int status, corm_error *err); /* true, or crl_fail */
/* Runs fn(lightuserdata) from inside the core: what it raises becomes a core error. */
int crl_call(lua_State *L, lua_CFunction fn, void *arg, corm_error **err);

/* ---- Values --------------------------------------------------------------------------------------------------------
 */

/* Text is borrowed from the stack: the value at `index` may be replaced by a string. `type` may be NULL. */
void crl_to_value(lua_State *L, int index, const corm_type *type, corm_value *out);
void crl_push_value(lua_State *L, const corm_value *);
void crl_push_null(lua_State *L);
int crl_is_null(lua_State *L, int index); /* nil, none, cormorant.null */
void crl_push_int64(lua_State *L, int64_t);

/* ---- Nodes ---------------------------------------------------------------------------------------------------------
 */

corm_node **crl_new_node(lua_State *L); /* pushes a value to be filled */
/* The node that was just stored is checked: misuse when it is poisoned. Returns 1. */
int crl_checked(lua_State *L, corm_node **at);
corm_node *crl_peek_node(lua_State *L, int index);  /* borrowed; NULL: no node, alias or model */
corm_node *crl_check_node(lua_State *L, int index); /* the same, or an error */
/* Lists of nodes that are given to a builder at once, or freed by the collector. */
typedef struct crl_nodes {
  size_t n;
  corm_node *at[];
} crl_nodes;
/* Pushes them: the arguments from..to, values become literals; `type` is a hint for those. */
crl_nodes *crl_nodes_of(lua_State *L, int from, int to, const corm_type *type);
/* Pushes one node: what stands at `index`, a literal when it is a plain value. */
corm_node **crl_push_operand(lua_State *L, int index, const corm_type *type);

/* ---- Objects -------------------------------------------------------------------------------------------------------
 *
 * What a record's slots and the core's lists refer to. Counted: by the Lua value (one for as long as it lives), by the
 * core's holds, by slots and containers of other records. Cycles among those are found by crl_collect.
 */
typedef enum crl_kind { CRL_OBJECT = 1, CRL_CONTAINER, CRL_NODE, CRL_TEXT } crl_kind;

struct crl_object {
  int kind;
  size_t refs;
  size_t traced; /* the collector's */
  int held;      /* the core holds it: it is new, changed or deleted */
  crl_database *database;
  corm_record *record;
  crl_object *next, *prev;
};

typedef struct crl_container {
  int kind;
  size_t refs;
  size_t n, cap;
  crl_object **items;
} crl_container;

typedef struct crl_boxed_node {
  int kind;
  size_t refs;
  corm_node *node;
} crl_boxed_node;

/* A copy of text that a callback gave to the core. */
typedef struct crl_text {
  int kind;
  size_t refs;
  char bytes[];
} crl_text;

void crl_ref(void *thing);
void crl_unref(void *thing);
/* The object of a record, made when there is none; a new reference. NULL: no memory. */
crl_object *crl_object_of(crl_database *, corm_record *);
crl_container *crl_container_new(void);
int crl_container_add(crl_container *, crl_object *);
int crl_container_insert(crl_container *, size_t at, crl_object *);
int crl_container_remove(crl_container *, const crl_object *); /* the first; 1 when it was there */
/* The same for a reference that a Lua value holds. */
void crl_value_ref(crl_object *);
void crl_value_unref(void *object); /* NULL is fine */
/* Frees what only cycles keep. */
void crl_collect(crl_database *);
void crl_collect_sometimes(crl_database *);
/* Memory comes from the C library; failing is reported, never fatal. */
void *crl_alloc(size_t n);
void *crl_resize(void *p, size_t n);
void crl_release(void *p);

/* ---- Records -------------------------------------------------------------------------------------------------------
 */

void crl_push_object(lua_State *L, crl_object *);      /* its one Lua value */
void crl_push_record(lua_State *L, corm_record *);     /* the same for a record */
crl_object *crl_peek_object(lua_State *L, int index);  /* NULL: no record */
crl_object *crl_check_object(lua_State *L, int index); /* or an error */
void crl_push_list(lua_State *L, crl_object *owner, int slot);
void crl_set_slot(lua_State *L, crl_object *, int slot, int index); /* record.key = value */
void crl_replace_list(lua_State *L, crl_object *owner, int slot, int index);
corm_entity *crl_check_entity(lua_State *L, int index);
void crl_push_class(lua_State *L, const corm_entity *); /* the metatable of its records */

/* ---- Sessions and results ------------------------------------------------------------------------------------------
 */

typedef struct crl_result crl_result;
typedef struct crl_session {
  corm_session *session; /* NULL: closed */
  crl_database *database;
  crl_result *results; /* the open ones: they end with the session */
} crl_session;
crl_session *crl_check_session(lua_State *L, int index);
void crl_push_session(lua_State *L, const corm_session *); /* nil: unknown */
/* Pushes a result to be filled; it keeps the value at `owner`. */
struct crl_result {
  corm_result *result; /* NULL: closed */
  corm_block *block;   /* of one call; here, so that an error of Lua's frees it */
  corm_conn *conn;     /* given back with the result, or NULL */
  crl_database *database;
  crl_session *session; /* or NULL */
  crl_result *next, *prev;
};
crl_result *crl_new_result(lua_State *L, crl_database *, int owner);
void crl_result_of_session(crl_result *, crl_session *);
void crl_result_end(crl_result *);
/* Arrays that are to be freed by the collector, whatever happens: n zeroed bytes. */
void *crl_scratch(lua_State *L, size_t n);

/* ---- The host ------------------------------------------------------------------------------------------------------
 */

struct crl_default {
  crl_database *database;
  crl_default *next;
};
void crl_host_init(crl_database *);
uint64_t crl_events_of(lua_State *L, int index); /* the bits of a table whose keys are names of events */
const corm_host *crl_engine_host(void);

/* Registers metatables and functions in the module's table, which is on top. */
void crl_open_errors(lua_State *L);
void crl_open_values(lua_State *L);
void crl_open_database(lua_State *L);
void crl_open_schema(lua_State *L);
void crl_open_model(lua_State *L);
void crl_open_nodes(lua_State *L);
void crl_open_build(lua_State *L);
void crl_open_stmt(lua_State *L);
void crl_open_dml(lua_State *L);
void crl_open_records(lua_State *L);
void crl_open_lists(lua_State *L);
void crl_open_sessions(lua_State *L);
void crl_open_execute(lua_State *L);
void crl_open_listeners(lua_State *L);
void crl_open_transactions(lua_State *L);
void crl_open_results(lua_State *L);

/* A metatable `name` with methods; __index is the table of methods itself. Nothing stays on the stack. */
void crl_class(lua_State *L, const char *name, const luaL_Reg *meta, const luaL_Reg *methods);

/* Tables of the registry, by their address. */
extern const char crl_objects;   /* weak values: crl_object * -> Lua value */
extern const char crl_sessions;  /* weak values: corm_session * -> Lua value */
extern const char crl_databases; /* weak values: crl_database * -> Lua value */
extern const char crl_classes;   /* weak values: corm_entity * -> metatable of records */
extern const char crl_own_files; /* where this module's Lua files lie */
extern const char crl_helpers;   /* Lua functions that C calls, by name */

#define CRL_DATABASE "cormorant.database"
#define CRL_NODE_TYPE "cormorant.node"
#define CRL_NODES "cormorant.nodes"
#define CRL_TABLE "cormorant.table"
#define CRL_TYPE "cormorant.type"
#define CRL_ENTITY "cormorant.entity"
#define CRL_LIST "cormorant.list"
#define CRL_SESSION "cormorant.session"
#define CRL_TRANSACTION "cormorant.transaction"
#define CRL_RESULT "cormorant.result"
#define CRL_NULL "cormorant.null"
#define CRL_ROW "cormorant.row"
#endif
