/* Expressions and sources: the tree from which statements are made.
 *
 * Nodes are immutable once shared, atomically counted and usable from any thread. A builder takes the references of
 * its bare `corm_expr *` arguments and borrows `const` ones; it never returns NULL and never fails in the middle: what
 * is wrong (a name, an operand, memory) poisons the node and everything built upon it, and corm_node_check says what;
 * executing it fails with that status. Each builder returns one reference: give it to another builder, or to
 * corm_node_unref. Texts and values are copied.
 */
#ifndef CORMORANT_EXPR_H
#define CORMORANT_EXPR_H

#include <cormorant/schema.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Closes an argument list of expressions. */
#define CORM_END ((corm_expr *)0)

/* CORM_OK, or the status and error with which the node was poisoned. */
CORM_API int corm_node_check(const corm_node *, corm_error **err);
/* Equal shapes: what the statement cache compares. Values of binds are left out, their types are not. */
CORM_API int corm_node_equal(const corm_node *, const corm_node *);
CORM_API uint64_t corm_node_peek_fold(const corm_node *);
/* A readable picture of the tree for debugging; free with corm_free. NULL when memory fails. */
CORM_API char *corm_node_dump(const corm_node *);
CORM_API void corm_free(void *);

/* What a binding needs to choose the class of its wrapper. */
typedef enum corm_node_kind {
  CORM_NODE_POISON = 0,
  /* expressions */
  CORM_NODE_COLUMN, /* a column of a source */
  CORM_NODE_NAMED,  /* column("x"): a bare name */
  CORM_NODE_LITERAL_COLUMN,
  CORM_NODE_BIND,
  CORM_NODE_NULL,
  CORM_NODE_TRUE,
  CORM_NODE_FALSE,
  CORM_NODE_BINARY,
  CORM_NODE_UNARY,
  CORM_NODE_AND,
  CORM_NODE_OR,
  CORM_NODE_BETWEEN,
  CORM_NODE_TUPLE,
  CORM_NODE_LIST,
  CORM_NODE_FUNCTION,
  CORM_NODE_OVER,
  CORM_NODE_FILTER,
  CORM_NODE_WITHIN_GROUP,
  CORM_NODE_CASE,
  CORM_NODE_CAST,
  CORM_NODE_TYPE_COERCE,
  CORM_NODE_EXTRACT,
  CORM_NODE_LABEL,
  CORM_NODE_SCALAR, /* a subquery as a value */
  CORM_NODE_EXISTS,
  CORM_NODE_TEXT,          /* text(): an expression and a statement */
  CORM_NODE_HOST,          /* an element whose SQL the host writes (@compiles) */
  CORM_NODE_ATTRIBUTE,     /* a relation as an expression: User.addresses */
  CORM_NODE_RELATION_TEST, /* any, has, contains, == object */
  CORM_NODE_MODIFIER,      /* DESC, ASC, NULLS FIRST/LAST, DISTINCT x: a unary that only orders or selects */
  /* sources */
  CORM_NODE_TABLE = 64,
  CORM_NODE_ENTITY,
  CORM_NODE_ALIAS, /* of a table, an entity, a select (then it is a subquery), a function */
  CORM_NODE_CTE,
  CORM_NODE_LATERAL,
  CORM_NODE_JOIN,
  CORM_NODE_VALUES,
  /* statements */
  CORM_NODE_SELECT = 96,
  CORM_NODE_COMPOUND, /* UNION and its kin */
  CORM_NODE_INSERT,
  CORM_NODE_UPDATE,
  CORM_NODE_DELETE,
  CORM_NODE_CREATE_TABLE,
  CORM_NODE_DROP_TABLE,
  CORM_NODE_CREATE_INDEX,
  CORM_NODE_DROP_INDEX,
  CORM_NODE_OPTION, /* inside statements: a loader option */
  CORM_NODE_CREATE_TYPE,
  CORM_NODE_DROP_TYPE,
  CORM_NODE_ADD_CONSTRAINT,
  CORM_NODE_DROP_CONSTRAINT,
  CORM_NODE_COMMENT_TABLE,
  CORM_NODE_COMMENT_COLUMN
} corm_node_kind;
CORM_API int corm_node_peek_kind(const corm_node *);
CORM_API const corm_type *corm_expr_peek_type(const corm_expr *); /* never NULL; borrowed */
/* The name that a label, function, bind, column or alias carries, or NULL. */
CORM_API const char *corm_node_peek_name(const corm_node *);
CORM_API size_t corm_node_peek_kids(const corm_node *);
CORM_API const corm_node *corm_node_peek_kid(const corm_node *, size_t i); /* may be NULL */
CORM_API corm_column *corm_node_peek_column(const corm_node *);            /* of COLUMN, or NULL */
CORM_API corm_table *corm_node_peek_table(const corm_node *);              /* of TABLE and ENTITY, or NULL */
CORM_API corm_entity *corm_node_peek_entity(const corm_node *);            /* of ENTITY and its aliases, or NULL */
CORM_API corm_relation *corm_node_peek_relation(const corm_node *);        /* of ATTRIBUTE, or NULL */
CORM_API int corm_node_peek_operator(const corm_node *); /* corm_operator of BINARY, UNARY, MODIFIER, AND, OR */

/* ---- Operators ----------------------------------------------------------------------------------------------------
 */

typedef enum corm_operator {
  CORM_OP_NONE = 0,
  CORM_OP_EQ,
  CORM_OP_NE,
  CORM_OP_LT,
  CORM_OP_LE,
  CORM_OP_GT,
  CORM_OP_GE,
  CORM_OP_ADD,
  CORM_OP_SUB,
  CORM_OP_MUL,
  CORM_OP_DIV,
  CORM_OP_FLOORDIV,
  CORM_OP_MOD,
  CORM_OP_CONCAT,
  CORM_OP_BITAND,
  CORM_OP_BITOR,
  CORM_OP_BITXOR,
  CORM_OP_SHL,
  CORM_OP_SHR,
  CORM_OP_IS,
  CORM_OP_IS_NOT,
  CORM_OP_IS_DISTINCT,
  CORM_OP_IS_NOT_DISTINCT,
  CORM_OP_LIKE,
  CORM_OP_NOT_LIKE,
  CORM_OP_ILIKE,
  CORM_OP_NOT_ILIKE,
  CORM_OP_IN,
  CORM_OP_NOT_IN,
  CORM_OP_STARTSWITH,
  CORM_OP_NOT_STARTSWITH,
  CORM_OP_ENDSWITH,
  CORM_OP_NOT_ENDSWITH,
  CORM_OP_CONTAINS,
  CORM_OP_NOT_CONTAINS, /* of text */
  CORM_OP_ISTARTSWITH,
  CORM_OP_IENDSWITH,
  CORM_OP_ICONTAINS,
  CORM_OP_NOT_ISTARTSWITH,
  CORM_OP_NOT_IENDSWITH,
  CORM_OP_NOT_ICONTAINS,
  CORM_OP_REGEXP,
  CORM_OP_NOT_REGEXP,
  CORM_OP_MATCH,
  CORM_OP_NOT_MATCH,
  CORM_OP_COLLATE,
  CORM_OP_INDEX,
  CORM_OP_JSON_PATH,
  CORM_OP_JSON_TEXT,      /* data["k"], data[("a", "b")], .as_string() */
  CORM_OP_JSON_PATH_TEXT, /* data[("a", "b")].as_string() */
  CORM_OP_AND,
  CORM_OP_OR,
  CORM_OP_BETWEEN,
  CORM_OP_NOT_BETWEEN,
  CORM_OP_CUSTOM, /* .op("..."), with its own precedence */
  /* unary */
  CORM_OP_NEG,
  CORM_OP_INVERT /* bitwise ~ */,
  CORM_OP_NOT,
  CORM_OP_ANY,
  CORM_OP_ALL,
  /* modifiers */
  CORM_OP_DESC,
  CORM_OP_ASC,
  CORM_OP_NULLS_FIRST,
  CORM_OP_NULLS_LAST,
  CORM_OP_DISTINCT,
  CORM_OPERATORS
} corm_operator;
/* "=", "!=", "<", "+", "||", "like", "in", "is not", "startswith", "neg", "not", "desc" ...: 0 when unknown. */
CORM_API int corm_operator_named(const char *name);

/* l op r. A literal without a type takes it from the other side by the rules of its class; `= NULL` becomes IS NULL,
 * `+` beside text becomes ||, and so on: the rules are core's, not a binding's. */
CORM_API corm_expr *corm_op(const char *op, corm_expr *l, corm_expr *r);
CORM_API corm_expr *corm_binary(int op, corm_expr *l, corm_expr *r);
CORM_API corm_expr *corm_unary(int op, corm_expr *x); /* also the modifiers; NOT negates by the operator's opposite */
#define CORM_OP_IS_COMPARISON 1u
CORM_API corm_expr *corm_op_custom(const char *text, int precedence, unsigned flags, const corm_type *, corm_expr *l,
                                   corm_expr *r);
CORM_API corm_expr *corm_and_n(corm_expr *const *parts, size_t n); /* takes each; flattens and folds constants */
CORM_API corm_expr *corm_or_n(corm_expr *const *parts, size_t n);
/* The same as argument lists, closed by CORM_END; at most 64, more poison. */
CORM_API corm_expr *corm_and(corm_expr *first, ... /* CORM_END */);
CORM_API corm_expr *corm_or(corm_expr *first, ... /* CORM_END */);
CORM_API corm_expr *corm_not(corm_expr *x);
CORM_API corm_expr *corm_between(corm_expr *x, corm_expr *low, corm_expr *high, int negated, int symmetric);
/* LIKE family with ESCAPE; `escape` is one character or NULL, `autoescape` escapes a literal's % _ and the escape. */
CORM_API corm_expr *corm_like(int op, corm_expr *l, corm_expr *r, const char *escape, int autoescape);
/* x IN (list): the list is one bind, expanded at execution. `values` are copied; all-literal lists only. */
CORM_API corm_expr *corm_in_values(corm_expr *x, const corm_value *values, size_t n, int negated);
/* x IN (list of expressions). */
CORM_API corm_expr *corm_in_exprs(corm_expr *x, corm_expr *const *members, size_t n, int negated);
/* (a, b) IN ((1, 2), (3, 4)): `values` row by row, `n` rows of `width`. */
CORM_API corm_expr *corm_in_rows(corm_expr *tuple, const corm_value *values, size_t n, size_t width, int negated);
/* x IN (SELECT ..), or an expanding bindparam */
CORM_API corm_expr *corm_in_query(corm_expr *x, corm_node *query_or_bind, int negated);

/* ---- Leaves -------------------------------------------------------------------------------------------------------
 */

/* A column by key; of an entity or its alias: an attribute by key (a relation gives ATTRIBUTE). */
CORM_API corm_expr *corm_col(const corm_source *, const char *key);
CORM_API corm_expr *corm_col_of(const corm_source *, const corm_column *);        /* the same, without a look-up */
CORM_API corm_expr *corm_attr_of(const corm_source *entity, int slot);            /* the attribute in that slot */
CORM_API corm_expr *corm_named(const char *name, const corm_type *, int literal); /* column(), literal_column() */
/* An attribute of an entity by key, without a source at hand: the entity as the statement has it. ENAME poisons. */
CORM_API corm_expr *corm_attr(const corm_entity *, const char *key);
/* A literal: a value whose type comes from its neighbour, or else from its class. Text is copied. */
CORM_API corm_expr *corm_literal(const corm_value *);
CORM_API corm_expr *corm_lit(corm_value); /* the same: corm_lit(corm_int(18)) */
CORM_API corm_expr *corm_literal_typed(const corm_value *, const corm_type *);
/* A host's value: converted by ext/host.h when the statement runs; `class_type` is the type of its class (may be NULL).
 * `release(value)` is called when the node goes. */
CORM_API corm_expr *corm_literal_host(void *value, void (*release)(void *), const corm_type *class_type);

#define CORM_BIND_UNIQUE 1u
#define CORM_BIND_EXPANDING 2u
#define CORM_BIND_LITERAL_EXECUTE 4u
#define CORM_BIND_REQUIRED 8u /* no value: one must be given at execution */
CORM_API corm_expr *corm_bindparam(const char *name, const corm_value *value, const corm_type *, unsigned flags);
/* The value of a BIND; kind HOST for a host's. EINVALID for an expanding one with values. */
CORM_API int corm_bind_get(const corm_expr *, corm_value *out, corm_error **err);
/* The values of an expanding BIND: 1, and where they are while the node lives; `width` is 0 for single values, else how
 * many make a row. 0: it holds no list. */
CORM_API int corm_bind_peek_list(const corm_expr *, const corm_value **values, size_t *n, size_t *width);
/* corm_bindparam with a host's value: `release(value)` is called when the node goes. */
CORM_API corm_expr *corm_bindparam_host(const char *name, void *value, void (*release)(void *), const corm_type *,
                                        unsigned flags);
CORM_API corm_expr *corm_null_node(void);
CORM_API corm_expr *corm_true_node(void);
CORM_API corm_expr *corm_false_node(void);

/* ---- Shapes -------------------------------------------------------------------------------------------------------
 */

CORM_API corm_expr *corm_label(corm_expr *, const char *name); /* NULL: anonymous */
CORM_API corm_expr *corm_func(const char *name, const corm_type *, corm_expr *const *args,
                              size_t n); /* type NULL: by name and arguments */
/* A function of SQL by name, its type by name and arguments: corm_call("sum", x, CORM_END). */
CORM_API corm_expr *corm_call(const char *name, corm_expr *first, ... /* CORM_END */);
CORM_API corm_expr *corm_cast(corm_expr *, const corm_type *);
CORM_API corm_expr *corm_type_coerce(corm_expr *, const corm_type *);
/* An element of a JSON value (CORM_OP_INDEX, CORM_OP_JSON_PATH) as text, and as another type: taken; poison for others.
 * Databases whose JSON is text outside get a CAST. */
CORM_API corm_expr *corm_json_as(corm_expr *element, const corm_type *);
CORM_API corm_expr *corm_extract(const char *field, corm_expr *);
CORM_API corm_expr *corm_case(corm_expr *value, corm_expr *const *when_then, size_t pairs,
                              corm_expr *otherwise); /* NULLs allowed */
CORM_API corm_expr *corm_tuple(corm_expr *const *, size_t n);
/* An argument of an aggregate with its order, `x ORDER BY a, b`; takes all. */
CORM_API corm_expr *corm_ordered_argument(corm_expr *x, corm_expr *const *order, size_t n);
/* ARRAY[a, b], of an ARRAY type. */
CORM_API corm_expr *corm_array(corm_expr *const *, size_t n, const corm_type *);
CORM_API corm_expr *corm_list(corm_expr *const *, size_t n); /* a comma list without parentheses */
/* The frame of a window. How far PRECEDING and FOLLOWING are from the current row is an expression. */
typedef enum corm_frame_kind { CORM_FRAME_ROWS = 1, CORM_FRAME_RANGE } corm_frame_kind;
typedef enum corm_bound {
  CORM_BOUND_UNBOUNDED = 0,
  CORM_BOUND_CURRENT,
  CORM_BOUND_PRECEDING,
  CORM_BOUND_FOLLOWING
} corm_bound;
typedef struct corm_frame {
  int kind, from, to;
  corm_expr *from_by, *to_by; /* taken; NULL where the bound is UNBOUNDED or CURRENT */
} corm_frame;
/* frame: NULL: that which the database takes by itself. Takes fn and both lists, which may be NULL. */
CORM_API corm_expr *corm_over(corm_expr *fn, corm_expr *partition_by, corm_expr *order_by, const corm_frame *frame);
CORM_API corm_expr *corm_filter(corm_expr *fn, corm_expr *where);
CORM_API corm_expr *corm_within_group(corm_expr *fn, corm_expr *order_by);
CORM_API corm_expr *corm_scalar(corm_stmt *);
CORM_API corm_expr *corm_exists(corm_stmt *);
/* text("... :name ..."): its binds are its kids; corm_text_bind gives one a value or a type. Also a statement. */
CORM_API corm_node *corm_text_node(const char *sql);
CORM_API corm_node *corm_text_bind(corm_node *text, corm_expr *bind);
/* With columns: a select-like source (text(..).columns(..)). Takes each. */
CORM_API corm_node *corm_text_columns(corm_node *text, corm_expr *const *columns, size_t n);
/* An element that the host compiles; `kids` are what the host's compiler may process, `release(host)` at the end. */
CORM_API corm_expr *corm_host_node(void *host, void (*release)(void *), const corm_type *, corm_expr *const *kids,
                                   size_t n);

/* ---- Sources: each function gives a reference -----------------------------------------------------------------------
 */

CORM_API corm_source *corm_from(const corm_table *);
CORM_API corm_source *corm_entity_source(const corm_entity *);
CORM_API corm_source *corm_alias(const corm_node *source_or_select, const char *name); /* NULL: anonymous */
/* An entity whose rows are those of a subquery, a CTE or an alias of its table: aliased(Entity, subquery). */
CORM_API corm_source *corm_alias_over(const corm_source *entity, const corm_source *rows);
CORM_API corm_source *corm_cte(const corm_stmt *, const char *name, int recursive);
CORM_API corm_source *corm_lateral(const corm_stmt *, const char *name);
typedef enum corm_join_kind { CORM_JOIN_INNER = 0, CORM_JOIN_LEFT, CORM_JOIN_FULL } corm_join_kind;
/* on NULL: along the one foreign key between them. */
CORM_API corm_source *corm_join_source(const corm_source *l, const corm_source *r, corm_expr *on, int kind);
/* How many columns a source shows, and the i-th as an expression. */
CORM_API size_t corm_source_columns(const corm_source *);
CORM_API corm_expr *corm_source_column(const corm_source *, size_t i);

/* ---- Relations as expressions -------------------------------------------------------------------------------------
 */

CORM_API corm_expr *corm_attribute_of_type(corm_expr *attribute, const corm_source *entity_or_alias);
CORM_API corm_expr *corm_attribute_and(corm_expr *attribute, corm_expr *criteria);
CORM_API corm_expr *corm_any(corm_expr *attribute, corm_expr *criteria); /* any() and has(); criteria may be NULL */
typedef enum corm_relation_test {
  CORM_TEST_ANY = 1,
  CORM_TEST_EQ,
  CORM_TEST_NE,
  CORM_TEST_CONTAINS,
  CORM_TEST_NOT_CONTAINS,
  CORM_TEST_PARENT, /* with_parent: the relation's target belongs to the object, which is one of its owner */
  CORM_TEST_MEMBER  /* the same, the secondary table without an alias: FROM has it */
} corm_relation_test;
/* attribute == object. record NULL: IS NULL. The record's key is read when the statement runs; `hold` keeps its host
 * object alive and is released with the node. */
CORM_API corm_expr *corm_relation_test_of(int test, corm_expr *attribute, corm_record *, void *hold,
                                          void (*release)(void *));

#ifdef __cplusplus
}
#endif
#endif
