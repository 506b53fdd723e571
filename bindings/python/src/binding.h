/* What the files of the extension module share. Everything here runs with the interpreter lock held, unless it says
 * otherwise. `cpy_` is this module's prefix; a static function has none.
 *
 * One C file per wrapped noun; each has a `cpy_add_X(PyObject *module)` that module.c calls. The Python classes that
 * stand on these types (cormorant.sql, .types, .schema, .orm) hand themselves over once, by the `set_` functions of
 * module.c, so that C makes objects of them without looking names up.
 */
#ifndef CPY_BINDING_H
#define CPY_BINDING_H

#ifndef PY_SSIZE_T_CLEAN
#define PY_SSIZE_T_CLEAN
#endif
#include <Python.h>
#include <cormorant/cormorant.h>
#include <structmember.h>

/* ---- Objects ------------------------------------------------------------------------------------------------------
 */

/* Any wrapped node: expressions, sources and statements share this layout, so that a Python class may inherit from
 * several of their types. */
typedef struct cpy_node {
  PyObject_HEAD corm_node *node; /* a reference; NULL: not yet, or written by the host: see cpy_node_ref */
  PyObject *extra; /* dict or NULL, what statements carry along: replaced by a changed copy, never changed in place */
  PyObject *weakrefs;
} cpy_node;

/* A type: `type` is made when it is first asked for. */
typedef struct cpy_type {
  PyObject_HEAD corm_type *type;
  PyObject *weakrefs;
  int varies; /* it is another type in some databases: _in(dialect) says which */
} cpy_type;

/* A MetaData's catalog, with its schema. */
typedef struct cpy_catalog {
  PyObject_HEAD corm_schema *schema;
  corm_catalog *catalog;
  PyObject *weakrefs;
} cpy_catalog;

/* A constraint or an index of a table; both pointers are NULL until it belongs to one. */
typedef struct cpy_part {
  PyObject_HEAD corm_schema *schema; /* keeps what is below alive */
  corm_constraint *constraint;
  corm_index *index;
  PyObject *weakrefs;
} cpy_part;

/* How the class of a wrapper is chosen: by node kind, and by these for what one kind holds several of. */
#define CPY_CLASS_SUBQUERY 120
#define CPY_CLASS_TABLE_VALUED 121
#define CPY_CLASS_NAME_REFERENCE 122
#define CPY_CLASSES 128

/* What one interpreter has. The module can be imported by one interpreter of a process. */
typedef struct cpy_state {
  PyObject *module;
  PyTypeObject *node_type, *expr_type, *source_type, *statement_type, *type_type, *catalog_type, *part_type;
  PyTypeObject *collection_type, *compiled_type, *compiler_type, *function_type;
  PyTypeObject *node_classes[CPY_CLASSES]; /* NULL: expr_type, source_type or statement_type */
  PyObject *type_classes[32];              /* by corm_type_kind: instances that stand for the plain types */
  PyObject *exceptions;                    /* dict: name -> class of cormorant.exc */
  PyObject *decimal, *uuid, *json_loads;
  PyObject *columns;           /* dict: address of a corm_column or corm_table -> weak reference to its Python object */
  PyObject *late_error, *late; /* what makes a comparison of a column without a name; NULL without the ORM */
  PyObject *functions;         /* dict: registered GenericFunction classes by lower-case name, or NULL */
  PyObject *compilers;         /* callable(element, dialect name) -> function or None, of ext.compiler, or NULL */
  uint64_t compilers_generation;
  /* interned names */
  PyObject *s_clause_element, *s_corm_source, *s_corm_node, *s_describe, *s_table, *s_type, *s_key, *s_corm_option,
      *s_result_key;
} cpy_state;
extern cpy_state cpy;

/* ---- errors.c ------------------------------------------------------------------------------------------------------
 */

/* Raises what the error says and frees it; always NULL. A host's own exception is raised as itself. */
PyObject *cpy_raise(corm_error *err);
/* The same for errors of a statement's execution: DBAPI errors and StatementError get `statement` (NULL: from the
 * error) and `params` (NULL: None). Borrows both. */
PyObject *cpy_raise_statement(corm_error *err, PyObject *statement, PyObject *params);
/* Raises the class of that name of cormorant.exc; always NULL. */
PyObject *cpy_error(const char *exception, const char *format, ...);
/* The end of a sentence about a name that is not among `names` (a sequence): ": did you mean 'x'?", or nothing. With a
 * class: what it has. A reference; NULL with an exception set. */
PyObject *cpy_hint(PyObject *name, PyObject *names);
PyObject *cpy_exception_class(const char *name); /* borrowed */
/* Moves the exception that is set into *err; returns CORM_EHOST. For callbacks. */
int cpy_take_error(corm_error **err);
/* Drops one reference to an object, on whatever thread: for `release` callbacks of the core. */
void cpy_release_object(void *object);

/* ---- convert.c -----------------------------------------------------------------------------------------------------
 */

/* The cell of an object. Text and bytes are borrowed from the object, or from *pin, which is a new reference that must
 * live as long as the cell (NULL mostly). Classes without a cell (and aware datetimes, integers beyond 64 bits) give
 * CORM_HOST with a borrowed pointer. -1: an exception is set. */
int cpy_value_from(PyObject *object, corm_value *out, PyObject **pin);
PyObject *cpy_name(const char *name);               /* names.c: an interned str, a new reference */
int cpy_text_from(PyObject *text, corm_value *out); /* of a str; borrowed from it */
/* The same for values on their way to a database that has instants, intervals and UUIDs of its own. */
int cpy_value_for(const corm_dialect *, PyObject *object, corm_value *out, PyObject **pin);
/* The object of a cell: a new reference. HOST gives the object itself. RECORD is refused. */
PyObject *cpy_value_to(const corm_value *value);
int cpy_add_convert(PyObject *module);

/* ---- types.c -------------------------------------------------------------------------------------------------------
 */

/* The type of a TypeEngine object or class, borrowed from the object (a class: *pin holds an instance, a new reference,
 * NULL otherwise). NULL: TypeError or what the class raised. None gives NULLTYPE. */
const corm_type *cpy_type_from(PyObject *object, PyObject **pin);
PyObject *cpy_type_operation(PyObject *expression, PyObject *name);
PyObject *cpy_type_to(const corm_type *type); /* a new reference to a TypeEngine object */
/* What a HOST_BIND or HOST_RESULT type makes of a value: new references; `dialect` is given to the decorators. */
PyObject *cpy_type_bind(const corm_type *type, PyObject *value, const corm_dialect *dialect);
PyObject *cpy_type_result(const corm_type *type, PyObject *value, const corm_dialect *dialect);
/* host.c: what types' converters are given: a new reference. */
PyObject *cpy_dialect_object(const corm_dialect *dialect);
int cpy_add_types(PyObject *module);
int cpy_add_constants(PyObject *module); /* constants.c */

/* ---- node.c --------------------------------------------------------------------------------------------------------
 */

/* Wraps a reference (taken, also on failure) in the class of its kind. A poisoned node raises what is wrong with it. */
PyObject *cpy_wrap(corm_node *node);
/* The same in a given class; `extra` is borrowed, may be NULL. */
PyObject *cpy_wrap_as(PyTypeObject *type, corm_node *node, PyObject *extra);
/* A reference to the node of a cpy_node object; NULL with an exception. A Column without a table, or an element whose
 * SQL the program writes, gets one here, by its __corm_node__(). */
corm_node *cpy_node_ref(PyObject *object);
/* Sets the node of an object; the reference is taken. -1 with what poisoned the node: the object is as it was. */
int cpy_node_adopt(PyObject *object, corm_node *node);
/* A copy of a wrapper's `extra` with one key set. */
PyObject *cpy_extra_with(PyObject *extra, PyObject *key, PyObject *value);
static inline int cpy_is_node(PyObject *o) { return PyObject_TypeCheck(o, cpy.node_type); }
static inline int cpy_is_expr(PyObject *o) { return PyObject_TypeCheck(o, cpy.expr_type); }
static inline int cpy_is_source(PyObject *o) { return PyObject_TypeCheck(o, cpy.source_type); }
static inline int cpy_is_statement(PyObject *o) { return PyObject_TypeCheck(o, cpy.statement_type); }
static inline corm_node *cpy_peek_node(PyObject *o) { return ((cpy_node *)o)->node; }
int cpy_add_node(PyObject *module);

/* ---- coerce.c ------------------------------------------------------------------------------------------------------
 */

typedef enum cpy_role {
  CPY_VALUE = 0, /* an operand or argument: Python values become literals, a SELECT a scalar subquery */
  CPY_CONDITION, /* WHERE, ON, AND: True, False and None are constants, text is refused */
  CPY_COLUMN,    /* what is selected or returned: expressions and sources */
  CPY_ORDER,     /* ORDER BY, GROUP BY: as CPY_COLUMN, and names as text */
  CPY_FROM,      /* a source */
  CPY_TARGET,    /* join target: a source or a relation */
  CPY_LIMIT,     /* an integer or an expression */
  CPY_DDL,       /* server_default, CHECK: text is SQL for CHECK */
  CPY_STATEMENT, /* a SELECT or a compound */
  CPY_RESULT,    /* as CPY_COLUMN; what stands for an expression may say by which key rows know it */
  CPY_ARGUMENT   /* as CPY_VALUE, and None is NULL: of a function, CASE, CAST */
} cpy_role;
/* A reference, or NULL with ArgumentError or what the object raised. */
corm_node *cpy_coerce(PyObject *object, int role);
/* Coerces a sequence: fills a new array of references, or returns NULL with an exception. Free by cpy_nodes_free. */
corm_node **cpy_coerce_all(PyObject *const *objects, Py_ssize_t n, int role);
void cpy_nodes_free(corm_node **nodes, Py_ssize_t n);
/* A literal without a type. */
corm_expr *cpy_literal(PyObject *object);
corm_expr *cpy_literal_typed(PyObject *object, const corm_type *type); /* type NULL: untyped */
/* Objects of other files: mapped classes and aliases, relation attributes, instances. 1: *out is a reference, 0: not
 * mine, -1: an exception is set. Asked before __corm_source__ and __clause_element__. At most four. */
typedef int (*cpy_coercion)(PyObject *object, int role, corm_node **out);
int cpy_register_coercion(cpy_coercion fn);

/* ---- expr.c, operators.c, build.c, source.c, stmt.c, dml.c, schema.c, compile.c
 * -------------------------------------- */

int cpy_add_coerce(void);
int cpy_add_expr(PyObject *module);
extern PyMethodDef cpy_operator_methods[]; /* operators.c */
int cpy_add_build(PyObject *module);
int cpy_add_source(PyObject *module);
int cpy_add_collection(PyObject *module);
int cpy_add_stmt(PyObject *module);
int cpy_add_dml(PyObject *module);
int cpy_add_schema(PyObject *module);
int cpy_add_compile(PyObject *module);
int cpy_add_live(PyObject *module);
int cpy_add_faults(PyObject *module);
int cpy_add_words(PyObject *module);
/* Slots and methods that a C type derived from Expr inherits by itself; here for subclasses that replace one. */
PyObject *cpy_expr_richcompare(PyObject *self, PyObject *other, int op);
PyObject *cpy_expr_binary(int op, PyObject *l, PyObject *r);
/* Python object of a column or table of the core (Column, Table): new reference, NULL without an exception: none. */
PyObject *cpy_column_object(const corm_column *);
PyObject *cpy_table_object(const corm_table *);
int cpy_remember(const void *address, PyObject *object);
/* The corm_dialect that a Dialect object (or None, or an Engine) stands for. NULL with an exception. */
const corm_dialect *cpy_dialect_from(PyObject *object);
/* For corm_host.compile and corm_compile_options.host: writes @compiles elements. Its generation is kept current. */
const corm_host_compile *cpy_host_compile(void);
/* The value of a BIND, a list for an expanding one, None for NULL: a new reference. */
PyObject *cpy_bind_value(const corm_expr *bind);
/* A ColumnCollection of (key, column) pairs. */
PyObject *cpy_collection_new(void);
int cpy_collection_add(PyObject *collection, PyObject *key, PyObject *column);

/* ---- Helpers -------------------------------------------------------------------------------------------------------
 */

/* Adds a heap type made from `spec` to the module; a new reference is also kept in *out. */
int cpy_add_type(PyObject *module, PyTypeObject **out, PyType_Spec *spec, PyTypeObject *base);
/* Further methods of a type, from another file than its own. */
int cpy_add_methods(PyTypeObject *, PyMethodDef *);
/* UTF-8 of a str object, which holds it; NULL with ValueError where it has a NUL, which would end it for the core. */
const char *cpy_utf8(PyObject *text);
/* The same, or NULL for None; -1 with TypeError naming `what`. */
int cpy_text_or_none(PyObject *object, const char **out, const char *what);

#endif
