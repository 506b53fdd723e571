/* The one node of the tree. Expressions, sources and statements share it, so that walking, comparing, hashing, copying
 * and rewriting a tree are each written once.
 *
 * `kids` has fixed places for the clauses of a statement (cm_select_kid and so on) and an open number for lists, AND,
 * OR and functions; a kid may be NULL. `fold` is the structural hash, made when the node is made: everything that
 * changes SQL text goes in, values of binds do not (their type and flags do). Identity of anonymous things (aliases,
 * binds, labels) is the node's address; cm_node_equal pairs them one to one.
 */
#ifndef CM_NODE_H
#define CM_NODE_H
#include <cormorant/expr.h>
#include <cormorant/stmt.h>
#include <stdatomic.h>

typedef enum cm_node_flag {
  CM_POISONED = 1u,     /* here or below */
  CM_BIND_UNTYPED = 2u, /* a literal that has not met a neighbour yet */
  CM_BIND_UNIQUE = 4u,  /* its name is a base: gets _1, _2 */
  CM_BIND_EXPANDING = 8u,
  CM_BIND_REQUIRED = 16u,
  CM_BIND_LITERAL_EXECUTE = 32u,
  CM_BIND_TUPLES = 64u, /* expanding over rows: `op` is their width */
  CM_ANONYMOUS = 128u,  /* label or alias whose name compile gives */
  CM_RECURSIVE = 256u,
  CM_SUBQUERY = 512u, /* ALIAS of a select */
  CM_SYMMETRIC = 1024u,
  CM_EXCEPT = 2048u,          /* correlate_except */
  CM_IF_EXISTS = 4096u,       /* or IF NOT EXISTS */
  CM_NO_FOREIGN_KEYS = 8192u, /* of CREATE TABLE */
  CM_COMPARISON = 8192u,      /* custom operator that gives a boolean */
  CM_KEYED = 8192u,           /* label: the key of a result's column, no AS */
  CM_AUTOESCAPE = 16384u,
  CM_ORM = 32768u, /* an ENTITY or ATTRIBUTE is somewhere below: the statement needs lowering */
  CM_POPULATE_EXISTING = 65536u,
  CM_MULTI_ROW = 131072u,
  CM_DISTINCT = 262144u,
  CM_SPEC_JOIN_LEFT_GIVEN = 524288u,
  CM_PLAIN_NAME =
      1048576u, /* NAMED: literal_column(); or a name reference (order_by("x")) when set with CM_RECURSIVE */
  CM_NO_DEFAULTS = 2097152u,
  CM_COMPACT = 4194304u,
  CM_BORROWED_NAME = 8388608u, /* `name` belongs to the schema */
  CM_JOINS = 16777216u, /* a SELECT below has CM_SEL_JOINS: lowering makes CM_SEL_FROM of them, plain statements too */
  CM_FIXED = 33554432u, /* BIND made by lowering: its value belongs to the shape. It is not among cm_binds();
                           cm_node_strip keeps its value and cm_node_equal compares it */
  CM_NO_SCHEMA = 67108864u,    /* a TABLE or ENTITY stored in the schema itself: `schema` is NULL */
  CM_HAS_BINDS = 134217728u,   /* a BIND that counts is here or below */
  CM_HAS_HOST = 268435456u,    /* a HOST element is here or below: its text is the host's matter */
  CM_SET_IN_ORDER = 536870912u /* UPDATE: SET has the order of the calls, not of the table's columns */
} cm_node_flag;
#define CM_INHERITED_FLAGS (CM_POISONED | CM_ORM | CM_JOINS | CM_HAS_BINDS | CM_HAS_HOST)

/* How deep a tree may be: what walks it needs stack for each level. A longer list, AND or OR is no deeper. */
#define CM_MAX_DEPTH 3000

/* Values of an expanding bind: `n` values (n / width rows) and the memory behind them. */
typedef struct cm_values {
  size_t n;
  corm_value *values;
} cm_values;

struct corm_node {
  atomic_int refs;
  uint8_t kind;   /* corm_node_kind */
  uint8_t op;     /* corm_operator, corm_join_kind, set operator, relation test, loader strategy: by kind */
  uint16_t level; /* a custom operator's precedence; a frame, a lock: small numbers by kind */
  uint32_t flags;
  uint32_t n, cap; /* kids */
  uint32_t depth;  /* of the deepest kid, and one more */
  uint64_t fold;
  const corm_type *type; /* a reference; never NULL */
  char *name;            /* owned, or NULL */
  char *text;            /* a second string: SQL of text(), ESCAPE, a frame, an option's dialect; owned, or NULL */
  const void *ref;       /* corm_table, corm_column, corm_entity, corm_relation, corm_index: by kind */
  corm_schema *schema;   /* a reference, where `ref` needs it alive */
  corm_value value;      /* BIND; text is owned. kind HOST: `release` */
  cm_values *many;       /* expanding BIND, owned */
  void *hold;            /* kept for the node's life, released by `release` */
  void (*release)(void *);
  corm_error *error; /* POISON */
  corm_node **kids;  /* references */
};

typedef enum cm_select_kid { /* LIST nodes unless said otherwise; NULL: empty */
                             CM_SEL_COLUMNS = 0,
                             CM_SEL_FROM,  /* select_from */
                             CM_SEL_JOINS, /* JOIN nodes: kids[0] left (NULL: to be found), kids[1] target (a source or
                                              ATTRIBUTE), kids[2] on or NULL, kids[3] what an ATTRIBUTE target leads to
                                              (an ENTITY or its alias), or NULL. Gone after lowering */
                             CM_SEL_WHERE, /* an expression (AND flattened) */
                             CM_SEL_GROUP,
                             CM_SEL_HAVING, /* an expression */
                             CM_SEL_ORDER,
                             CM_SEL_LIMIT,  /* an expression */
                             CM_SEL_OFFSET, /* an expression */
                             CM_SEL_DISTINCT,
                             CM_SEL_CORRELATE, /* LIST of sources; an empty LIST: correlate(None) */
                             CM_SEL_LOCK,      /* LIST of sources (FOR UPDATE OF), `level` has the flags */
                             CM_SEL_PREFIX,    /* LIST of TEXT, `name` the dialect */
                             CM_SEL_OPTIONS,   /* LIST of OPTION */
                             CM_SEL_STATEMENT, /* the statement whose rows are this one's, or NULL */
                             CM_SEL_KIDS
} cm_select_kid; /* node.op: label style; flag CM_COMPACT: entities are read from the one in FROM */

typedef enum cm_compound_kid { /* op: the set operator */
                               CM_COMP_MEMBERS = 0,
                               CM_COMP_ORDER,
                               CM_COMP_LIMIT,
                               CM_COMP_OFFSET,
                               CM_COMP_GROUP,
                               CM_COMP_OPTIONS,
                               CM_COMP_KIDS
} cm_compound_kid;

typedef enum cm_dml_kid {
  CM_DML_TARGET = 0, /* a source */
  CM_DML_SET,        /* LIST of LABEL nodes: `ref` the corm_column, kid the value, NULL: a bind named like the column.
                        Multi-row INSERT: LIST of such LISTs with CM_MULTI_ROW */
  CM_DML_WHERE,
  CM_DML_FROM, /* UPDATE ... FROM, DELETE ... USING: LIST */
  CM_DML_RETURNING,
  CM_DML_SELECT,   /* INSERT ... SELECT; CM_DML_SET then lists the columns */
  CM_DML_CONFLICT, /* LIST: kids[0] LIST of index expressions, [1] index where, [2] LIST of SET, [3] where; name:
                      constraint */
  CM_DML_PREFIX,
  CM_DML_OPTIONS,
  CM_DML_KIDS
} cm_dml_kid;

/* Places inside other kinds:
 * COLUMN: kids[0] source; ref column (NULL for a column of a subquery or CTE: then kids[1] is the inner expression,
 * level its place among the inner statement's columns + 1, and name the column's name as seen from outside, NULL when
 *         only compile knows it (anon_1)). For an attribute of an entity: flag CM_ORM, `name` the key, level slot + 1,
 * ref NULL for a column_property. BINARY: kids[0], kids[1]; text: ESCAPE or the custom operator. BETWEEN: three kids,
 * op says negated. FUNCTION: kids are arguments. OVER: [0] function, [1] partition LIST or NULL, [2] order LIST or
 * NULL; text: frame. FILTER, WITHIN_GROUP: [0] function, [1] criteria or order. CASE: [0] value or NULL, [1] else or
 * NULL, then pairs. CAST, TYPE_COERCE, LABEL, EXTRACT (name: field), SCALAR, EXISTS, UNARY, MODIFIER: [0]. TEXT: kids
 * are BINDs; text: the SQL with `:name` markers. With result columns: last kid a LIST, flag CM_SUBQUERY. ATTRIBUTE:
 * kids[0] source, [1] criteria or NULL, [2] of_type source or NULL; ref relation. RELATION_TEST: kids[0] ATTRIBUTE, [1]
 * criteria or NULL, then a BIND of kind RECORD for each pair of the relation; value.kind RECORD: the object (NULL kind:
 * None). BIND whose value.kind is RECORD: the value of slot `level` of that record, read when the statement runs.
 * ALIAS, CTE, LATERAL: kids[0]. JOIN as a source: left, right, on (never NULL once checked). VALUES: kids are rows.
 * OPTION: kids are the path (a NULL last: "*"); op strategy; level flags; column options: last kid a LIST, CM_SUBQUERY
 * set (an empty LIST: "*"). contains_eager with a source: flag CM_SPEC_JOIN_LEFT_GIVEN, last kid that source. BIND:
 * without a name (and CM_BIND_UNIQUE) its base is "param". CREATE_TABLE, DROP_TABLE: ref table. CREATE_INDEX,
 * DROP_INDEX: ref index. CREATE_TYPE, DROP_TYPE, COMMENT_COLUMN: ref column. ADD_CONSTRAINT, DROP_CONSTRAINT: ref
 * constraint. COMMENT_TABLE: ref table.
 */

/* Makes a node; takes the references in `kids` (even when memory fails) and a reference to the type (NULL: NULLTYPE).
 * Never NULL: without memory it is the static poison node. Fold is made by cm_node_seal, called by every maker. */
corm_node *cm_node_new(int kind, const corm_type *type, corm_node *const *kids, size_t n);
void cm_node_seal(corm_node *);
corm_node *cm_poison(int status, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A copy whose kids are references to the same kids; `kids` may be replaced before it is sealed. */
corm_node *cm_node_copy(const corm_node *);
/* The node itself when this is the only reference, else a copy (and the given reference is given up). */
corm_node *cm_node_own(corm_node *);
void cm_node_set_kid(corm_node *, size_t i, corm_node *kid); /* takes the reference; on owned nodes only */
int cm_node_append(corm_node *, corm_node *kid);             /* takes it; 0: memory failed */
/* Rewrites bottom-up, sharing what did not change: `fn` returns NULL to keep going below, or a reference that stands
 * in. */
typedef corm_node *(*cm_rewrite_fn)(void *ctx, const corm_node *);
corm_node *cm_rewrite(const corm_node *, cm_rewrite_fn fn, void *ctx);
/* Pre-order walk; `fn` returns 0 to go below, 1 to skip what is below, -1 to stop. Shared nodes are met each time. */
typedef int (*cm_walk_fn)(void *ctx, const corm_node *);
int cm_walk(const corm_node *, cm_walk_fn fn, void *ctx);
/* The binds of a statement, in the one order that equal statements share (each bind once). Returns how many; writes at
 * most `cap`. */
size_t cm_binds(const corm_node *, const corm_node **out, size_t cap);
/* A deep copy without values and host references: what the statement cache keeps. NULL: no memory. */
corm_node *cm_node_strip(const corm_node *);

/* The slots of an entity's columns that a plain load has, in the order of its SELECT: not the deferred ones. Writes at
 * most `cap`, returns how many. */
size_t cm_entity_plain_slots(const corm_entity *, int *slots, size_t cap);
/* The entity of an ENTITY, of an alias of one; NULL for other sources. */
const corm_entity *cm_source_entity(const corm_node *);
/* The table of a TABLE or an alias of one; NULL for other sources. */
const corm_table *cm_source_table(const corm_node *);
/* The statement that a subquery, CTE, LATERAL or an alias of one shows; NULL for other sources. */
const corm_node *cm_source_query(const corm_node *);
/* The same columns that corm_source_columns() counts, as a LIST; sources among a SELECT's columns are spread out. A
 * poison node when something of the source is poisoned. */
corm_node *cm_source_column_list(const corm_node *);
/* OVER: its kids, and its frame as `level` (0: none). */
enum { CM_OVER_FUNCTION, CM_OVER_PARTITION, CM_OVER_ORDER, CM_OVER_FROM, CM_OVER_TO, CM_OVER_KIDS };
#define CM_OVER_FRAME(kind, from, to) ((unsigned)((kind) | (from) << 2 | (to) << 4))
/* The SELECT without names for columns that are there twice: a value has no use for them. Takes it. */
corm_stmt *cm_without_labels(corm_stmt *);
/* On a foreign key: one = the other, joined by AND; poison when there is none or several. Borrows both. */
corm_node *cm_foreign_key_on(const corm_node *l, const corm_node *r);
/* The same expression, not only one of the same shape: aliases, binds, labels and subqueries must be the very same. */
int cm_node_same(const corm_node *, const corm_node *);
/* Whether `:name` begins here in the SQL of a text(); `before` is the character before it. Its length, colon included;
 * 0: no mark. `\:x`, `::int` and `12:30` are none. */
size_t cm_text_mark(const char *at, char before);
/* For a tree that the schema stores: what is below `x` becomes private to it and holds no reference to the schema. */
void cm_node_disown_schema(corm_node *);

/* A node in one piece: like cm_node_new, with everything that is set before it is sealed. Strings are copied. */
typedef struct cm_make {
  int kind, op;
  unsigned level, flags;
  const corm_type *type;
  const char *name, *text;
  const void *ref;
  corm_schema *schema; /* a reference is taken */
} cm_make;
corm_node *cm_make_node(const cm_make *, corm_node *const *kids, size_t n);
corm_node *cm_no_memory(void);                    /* the static poison node */
const corm_node *cm_poison_in(const corm_node *); /* the first poison node in a tree, borrowed; NULL: there is none */

/* `level` of a BINARY that reads JSON as text: as_string() and its kin, which say a type; 0: the text itself */
enum { CM_JSON_TYPED = 1 };
/* `op` of a TUPLE that is an array, ARRAY[a, b] */
enum { CM_TUPLE_ARRAY = 1 };

static inline int cm_is_poison(const corm_node *x) { return x->kind == CORM_NODE_POISON; }
static inline int cm_is_source(const corm_node *x) { return x->kind >= CORM_NODE_TABLE && x->kind < CORM_NODE_SELECT; }
static inline int cm_is_query(const corm_node *x) {
  return x->kind == CORM_NODE_SELECT || x->kind == CORM_NODE_COMPOUND;
}
static inline corm_node *cm_kid(const corm_node *x, size_t i) { return i < x->n ? x->kids[i] : NULL; }
static inline size_t cm_count(const corm_node *list) { return list ? list->n : 0; }
#endif
