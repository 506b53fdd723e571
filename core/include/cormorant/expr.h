/* Expressions and sources: the tree from which statements are made.
 *
 * Owner: each builder returns one reference: give it to another builder, or to corm_node_unref. A builder takes the
 * reference of each bare `corm_expr *`, `corm_stmt *` or `corm_node *` argument, also when it fails, and borrows
 * `const` ones. An array of nodes is borrowed, the nodes in it are taken. To use a node twice, give corm_node_ref(node)
 * away. Names, texts and values are copied; tables and entities are kept alive by a reference to their schema.
 *
 * Failure: a builder never returns NULL and never stops in the middle. What is wrong (a name: ENAME; an operand that
 * can never be right: EARGUMENT; one that does not go with the other: EINVALID; ENOMEM) makes a poisoned node, and
 * poisons all that is built upon it. corm_node_check says at once what it is; compiling or executing it fails with that
 * status and sentence. Arguments may be NULL only where it is said.
 *
 * Threads: nodes do not change once two hold them. Any thread may build, share, read and release them.
 */
#ifndef CORMORANT_EXPR_H
#define CORMORANT_EXPR_H

#include <cormorant/schema.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Closes an argument list of expressions. */
#define CORM_END ((corm_expr *)0)

/* CORM_OK, or the status and the error with which the node, or one inside of it, was poisoned. */
CORM_API int corm_node_check(const corm_node *, corm_error **err);
/* 1: equal shapes, which have the same SQL text: what the statement cache compares. Values of binds are left out, their
 * types are not. 0 also when memory fails. */
CORM_API int corm_node_equal(const corm_node *, const corm_node *);
/* A hash of the shape: equal shapes have equal ones. Good for this process only. */
CORM_API uint64_t corm_node_peek_fold(const corm_node *);
/* A picture of the tree for people; free with corm_free. NULL when memory fails. */
CORM_API char *corm_node_dump(const corm_node *);

/* What a node is. A later version may have more kinds, at the end of each of the three groups; a number that was given
 * stays. */
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
/* Looking at a node: instant; what is given out is borrowed and lives as long as the node. */
CORM_API int corm_node_peek_kind(const corm_node *);              /* corm_node_kind */
CORM_API const corm_type *corm_expr_peek_type(const corm_expr *); /* CORM_TYPE_NULL: not known; never NULL */
/* The name that a label, function, bind, column, alias, table, entity or relation goes by; NULL: none. */
CORM_API const char *corm_node_peek_name(const corm_node *);
CORM_API size_t corm_node_peek_kids(const corm_node *);
/* The i-th node below; NULL: that place is empty, or there is none. Which place holds what is not part of the API. */
CORM_API const corm_node *corm_node_peek_kid(const corm_node *, size_t i);
CORM_API corm_column *corm_node_peek_column(const corm_node *);     /* of COLUMN with a column of a table; else NULL */
CORM_API corm_table *corm_node_peek_table(const corm_node *);       /* of TABLE and ENTITY; else NULL */
CORM_API corm_entity *corm_node_peek_entity(const corm_node *);     /* of ENTITY and its aliases; else NULL */
CORM_API corm_relation *corm_node_peek_relation(const corm_node *); /* of ATTRIBUTE; else NULL */
/* The corm_operator of BINARY, UNARY, BETWEEN, MODIFIER, AND, OR; else CORM_OP_NONE. */
CORM_API int corm_node_peek_operator(const corm_node *);

/* ---- Operators ----------------------------------------------------------------------------------------------------
 */

/* A number that was given stays: a new operator is appended, before CORM_OPERATORS, whatever its kind; its opposite
 * behind it. A node or a dialect that knows fewer of them goes on working. */
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
  CORM_OP_NOT_CONTAINS, /* of text, as all from STARTSWITH to NOT_ICONTAINS */
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
  CORM_OP_INDEX,          /* data["k"], array[1] */
  CORM_OP_JSON_PATH,      /* data[("a", "b")] */
  CORM_OP_JSON_TEXT,      /* data["k"].as_string() */
  CORM_OP_JSON_PATH_TEXT, /* data[("a", "b")].as_string() */
  CORM_OP_AND,
  CORM_OP_OR,
  CORM_OP_BETWEEN,
  CORM_OP_NOT_BETWEEN,
  CORM_OP_CUSTOM, /* made by corm_op_custom alone */
  /* unary */
  CORM_OP_NEG,
  CORM_OP_INVERT /* bitwise ~ */,
  CORM_OP_NOT,
  CORM_OP_ANY, /* x = ANY (array or subquery) */
  CORM_OP_ALL,
  /* modifiers */
  CORM_OP_DESC,
  CORM_OP_ASC,
  CORM_OP_NULLS_FIRST,
  CORM_OP_NULLS_LAST,
  CORM_OP_DISTINCT,
  CORM_OPERATORS /* how many numbers there are in this version */
} corm_operator;
/* The operator that goes by this name; 0: none. Between two: = (also ==) != < <= > >= + - * / // % || & | ^ << >> is,
 * "is not", "is distinct from", "is not distinct from", like, ilike, in, startswith, endswith, contains, istartswith,
 * iendswith, icontains, regexp, match (each of these also with "not " before it), collate, [], "json path", "json
 * text", "json path text", and, or. Before one: neg, ~, not, any, all. Modifiers: desc, asc, "nulls first", "nulls
 * last", distinct. */
CORM_API int corm_operator_named(const char *name);

/* l op r, by the operator's name or number; one that does not stand between two expressions is EARGUMENT. A literal
 * takes its type from the other side by the rules of its class, `= NULL` becomes IS NULL, `+` beside text becomes ||,
 * and so on. A relation (ATTRIBUTE) compares with NULL alone: objects by corm_relation_test_of. */
CORM_API corm_expr *corm_op(const char *op, corm_expr *l, corm_expr *r);
CORM_API corm_expr *corm_binary(int op, corm_expr *l, corm_expr *r);
/* op x, or x with a modifier (DESC); EARGUMENT for others. NOT turns into the opposite operator where there is one. */
CORM_API corm_expr *corm_unary(int op, corm_expr *x);
#define CORM_OP_IS_COMPARISON 1u /* it gives a Boolean, and negates as a condition does */
/* l TEXT r for an operator that the library does not know. `text` is written as it is. Parentheses by precedence: 15 is
 * that of a call, 8 of *, 7 of +, 5 of =, 3 of AND, 2 of OR, 0 looser than all. flags: 0 or CORM_OP_IS_COMPARISON. type
 * NULL: BOOLEAN for a comparison, else that of l. */
CORM_API corm_expr *corm_op_custom(const char *text, int precedence, unsigned flags, const corm_type *, corm_expr *l,
                                   corm_expr *r);
/* AND and OR of n conditions: those of the same kind inside are flattened, true and false folded; one stays itself,
 * none adds nothing where it is put. */
CORM_API corm_expr *corm_and_n(corm_expr *const *parts, size_t n);
CORM_API corm_expr *corm_or_n(corm_expr *const *parts, size_t n);
/* The same as argument lists, closed by CORM_END; at most 256, more are EARGUMENT. */
CORM_API corm_expr *corm_and(corm_expr *first, ... /* CORM_END */);
CORM_API corm_expr *corm_or(corm_expr *first, ... /* CORM_END */);
CORM_API corm_expr *corm_not(corm_expr *x);
/* x BETWEEN low AND high. negated: NOT BETWEEN; symmetric: BETWEEN SYMMETRIC, where the database has it. */
CORM_API corm_expr *corm_between(corm_expr *x, corm_expr *low, corm_expr *high, int negated, int symmetric);
/* The family of LIKE, REGEXP and MATCH; a pattern that is NULL, true or false is EARGUMENT. escape: the character of
 * ESCAPE, or NULL. autoescape: the % and _ of a literal text, and the escape itself ("/" where there is none), stand
 * for themselves; EARGUMENT where r is no literal text. */
CORM_API corm_expr *corm_like(int op, corm_expr *l, corm_expr *r, const char *escape, int autoescape);
/* x IN (values); negated: NOT IN. The list is one bind, which gets its marks when the statement runs, so that lists of
 * all lengths are one statement to the cache. An empty list has no member. */
CORM_API corm_expr *corm_in_values(corm_expr *x, const corm_value *values, size_t n, int negated);
/* x IN (expressions): literals alone make a list as above, and may be a host's. */
CORM_API corm_expr *corm_in_exprs(corm_expr *x, corm_expr *const *members, size_t n, int negated);
/* (a, b) IN ((1, 2), (3, 4)): n rows of `width` values (1 to 255, else EARGUMENT), row by row. */
CORM_API corm_expr *corm_in_rows(corm_expr *tuple, const corm_value *values, size_t n, size_t width, int negated);
/* x IN (SELECT ..), a text, a source, or a bindparam whose list is given when it runs; EARGUMENT for others. */
CORM_API corm_expr *corm_in_query(corm_expr *x, corm_node *query_or_bind, int negated);

/* ---- Leaves -------------------------------------------------------------------------------------------------------
 */

/* A column by key; of an entity or its alias an attribute by key, where a relation gives an ATTRIBUTE; of a subquery, a
 * CTE or a join one that it shows. ENAME: there is none, with the nearest in the details. */
CORM_API corm_expr *corm_col(const corm_source *, const char *key);
/* The same for a column of the source's table, without a look-up. */
CORM_API corm_expr *corm_col_of(const corm_source *, const corm_column *);
/* The attribute in that slot of an entity or its alias; EARGUMENT: no such slot. */
CORM_API corm_expr *corm_attr_of(const corm_source *entity, int slot);
/* An attribute of an entity by key, without a source at hand: of the entity as the statement has it. ENAME. */
CORM_API corm_expr *corm_attr(const corm_entity *, const char *key);
/* A bare name, quoted where needed; literal: text that is written as it is. type NULL: not known. */
CORM_API corm_expr *corm_named(const char *name, const corm_type *, int literal);
/* A value: its type comes from what stands beside it, or else from its class (INTEGER for CORM_INT ...). */
CORM_API corm_expr *corm_literal(const corm_value *);
CORM_API corm_expr *corm_lit(corm_value); /* the same: corm_lit(corm_int(18)) */
/* A value of that type, whatever stands beside it; type NULL: as corm_literal. */
CORM_API corm_expr *corm_literal_typed(const corm_value *, const corm_type *);
/* A host's value, converted by `bind` of ext/host.h when the statement runs; class_type is the type of its class, or
 * NULL. release(value), which may be NULL, is called once: when the last node that holds it goes, on the thread that
 * drops it, or at once when memory fails. */
CORM_API corm_expr *corm_literal_host(void *value, void (*release)(void *), const corm_type *class_type);
/* The literal as an expression of its own: it takes neither type nor name from what stands beside it. Others stay. */
CORM_API corm_expr *corm_literal_alone(corm_expr *literal);

#define CORM_BIND_UNIQUE 1u          /* two of one name get a number each, instead of being one parameter */
#define CORM_BIND_EXPANDING 2u       /* stands for a list, given when the statement runs */
#define CORM_BIND_LITERAL_EXECUTE 4u /* written into the text when it runs, instead of a mark */
#define CORM_BIND_REQUIRED 8u        /* the value is not one: another must be given when it runs, or it is ESTATEMENT */
/* A parameter. name NULL: it is given one. value NULL: REQUIRED. type NULL: that of the value's class, or of what
 * stands beside it. */
CORM_API corm_expr *corm_bindparam(const char *name, const corm_value *value, const corm_type *, unsigned flags);
/* corm_bindparam with a host's value; `release` as in corm_literal_host. */
CORM_API corm_expr *corm_bindparam_host(const char *name, void *value, void (*release)(void *), const corm_type *,
                                        unsigned flags);
/* The value of a BIND, borrowed from the node; kind HOST for a host's. EARGUMENT: no BIND; EINVALID: it has a list. */
CORM_API int corm_bind_get(const corm_expr *, corm_value *out, corm_error **err);
/* 1: the BIND has a list of n values, borrowed from the node; `width` is 0 for single values, else how many make a row.
 * 0: it has none, and nothing is written. */
CORM_API int corm_bind_peek_list(const corm_expr *, const corm_value **values, size_t *n, size_t *width);
CORM_API corm_expr *corm_null_node(void);
CORM_API corm_expr *corm_true_node(void); /* true, or 1 = 1 where the database has no such word */
CORM_API corm_expr *corm_false_node(void);

/* ---- Shapes -------------------------------------------------------------------------------------------------------
 */

/* x AS name. NULL: a name is found. */
CORM_API corm_expr *corm_label(corm_expr *, const char *name);
/* A column of a result that rows and subqueries know by `key`. Its SQL is that of the expression, which keeps the name
 * that it has by itself; only an expression without one, other than a function's call, is called `AS key`. */
CORM_API corm_expr *corm_keyed(corm_expr *, const char *key);
/* A call: name(args). type NULL: that of the function where it is known (count: INTEGER, max: of its argument ...). */
CORM_API corm_expr *corm_func(const char *name, const corm_type *, corm_expr *const *args, size_t n);
/* The same as an argument list of at most 256: corm_call("sum", x, CORM_END). */
CORM_API corm_expr *corm_call(const char *name, corm_expr *first, ... /* CORM_END */);
CORM_API corm_expr *corm_cast(corm_expr *, const corm_type *);        /* CAST(x AS type) */
CORM_API corm_expr *corm_type_coerce(corm_expr *, const corm_type *); /* x, whose values are read as that type */
/* An element of a JSON value (CORM_OP_INDEX, CORM_OP_JSON_PATH) as text, and that as another type; EINVALID for others.
 * Databases whose JSON gives text write a CAST. type NULL: text. */
CORM_API corm_expr *corm_json_as(corm_expr *element, const corm_type *);
CORM_API corm_expr *corm_extract(const char *field, corm_expr *); /* EXTRACT(year FROM x): an INTEGER */
/* CASE value WHEN w THEN t ... ELSE otherwise END: `pairs` times w, t. value NULL: the w are conditions; otherwise
 * NULL: no ELSE. */
CORM_API corm_expr *corm_case(corm_expr *value, corm_expr *const *when_then, size_t pairs, corm_expr *otherwise);
CORM_API corm_expr *corm_tuple(corm_expr *const *, size_t n); /* (a, b) */
CORM_API corm_expr *corm_list(corm_expr *const *, size_t n);  /* a, b */
/* An argument of an aggregate with its order: x ORDER BY a, b. */
CORM_API corm_expr *corm_ordered_argument(corm_expr *x, corm_expr *const *order, size_t n);
/* ARRAY[a, b], of an ARRAY type. */
CORM_API corm_expr *corm_array(corm_expr *const *, size_t n, const corm_type *);
/* The frame of a window: ROWS or RANGE BETWEEN from AND to. How far PRECEDING and FOLLOWING are from the current row is
 * an expression. Frozen: it has no size. */
typedef enum corm_frame_kind { CORM_FRAME_ROWS = 1, CORM_FRAME_RANGE } corm_frame_kind;
typedef enum corm_bound {
  CORM_BOUND_UNBOUNDED = 0,
  CORM_BOUND_CURRENT,
  CORM_BOUND_PRECEDING,
  CORM_BOUND_FOLLOWING
} corm_bound;
typedef struct corm_frame {
  int kind, from, to;         /* corm_frame_kind, corm_bound */
  corm_expr *from_by, *to_by; /* taken; NULL, and only then, where the bound is UNBOUNDED or CURRENT */
} corm_frame;
/* fn OVER (PARTITION BY ... ORDER BY ... frame). Each may be NULL but fn; several expressions are a corm_list. frame
 * NULL: the database's own. EARGUMENT: a frame that contradicts itself. */
CORM_API corm_expr *corm_over(corm_expr *fn, corm_expr *partition_by, corm_expr *order_by, const corm_frame *frame);
CORM_API corm_expr *corm_filter(corm_expr *fn, corm_expr *where);          /* fn FILTER (WHERE ...) */
CORM_API corm_expr *corm_within_group(corm_expr *fn, corm_expr *order_by); /* fn WITHIN GROUP (ORDER BY ...) */
CORM_API corm_expr *corm_scalar(corm_stmt *); /* a SELECT as a value; EARGUMENT for other statements but text */
CORM_API corm_expr *corm_exists(corm_stmt *); /* EXISTS (SELECT ...) */
/* SQL as it is, an expression and a statement: each `:name` in it is a required parameter (`\:` is a colon). */
CORM_API corm_node *corm_text_node(const char *sql);
/* Gives one of them a value or a type: `bind` is a named corm_bindparam. EARGUMENT: the text has none of that name. */
CORM_API corm_node *corm_text_bind(corm_node *text, corm_expr *bind);
/* The text as a source that shows these columns. EARGUMENT: no text. */
CORM_API corm_node *corm_text_columns(corm_node *text, corm_expr *const *columns, size_t n);
/* An element that the host compiles (corm_host_compile in ext/host.h); `kids` are what its compiler may process.
 * `release` as in corm_literal_host. */
CORM_API corm_expr *corm_host_node(void *host, void (*release)(void *), const corm_type *, corm_expr *const *kids,
                                   size_t n);

/* ---- Sources ------------------------------------------------------------------------------------------------------
 */

CORM_API corm_source *corm_from(const corm_table *);
CORM_API corm_source *corm_entity_source(const corm_entity *);
/* The same rows by another name; a query becomes a subquery. NULL: a name is found. Each call makes an alias of its
 * own, so keep it: two are never the same. EARGUMENT: of something that gives no rows. */
CORM_API corm_source *corm_alias(const corm_node *source_or_query_or_function, const char *name);
/* An entity whose rows are those of a subquery, a CTE or an alias of its table; EARGUMENT for others. */
CORM_API corm_source *corm_alias_over(const corm_source *entity, const corm_source *rows);
/* WITH name AS (...); recursive: WITH RECURSIVE. NULL: a name is found. */
CORM_API corm_source *corm_cte(const corm_stmt *, const char *name, int recursive);
CORM_API corm_source *corm_lateral(const corm_stmt *, const char *name); /* LATERAL (...) AS name */
typedef enum corm_join_kind { CORM_JOIN_INNER = 0, CORM_JOIN_LEFT, CORM_JOIN_FULL } corm_join_kind;
/* l JOIN r ON on; kind: corm_join_kind. on NULL: along the foreign key between them (ENOFOREIGNKEY,
 * EAMBIGUOUSFOREIGNKEY); between entities that is looked for when the statement is compiled. */
CORM_API corm_source *corm_join_source(const corm_source *l, const corm_source *r, corm_expr *on, int kind);
/* How many columns a source shows, SIZE_MAX without memory or of what is poisoned, and the i-th as an expression
 * (EARGUMENT: there is none). */
CORM_API size_t corm_source_columns(const corm_source *);
CORM_API corm_expr *corm_source_column(const corm_source *, size_t i);

/* ---- Relations as expressions: an ATTRIBUTE by corm_attr or corm_col. EARGUMENT for other expressions --------------
 */

/* The relation to objects of a subclass, or to an alias of its target. EARGUMENT: no entity, nor alias of one. */
CORM_API corm_expr *corm_attribute_of_type(corm_expr *attribute, const corm_source *entity_or_alias);
/* The relation to those of its objects alone that meet the criteria: for joins and loader options. */
CORM_API corm_expr *corm_attribute_and(corm_expr *attribute, corm_expr *criteria);
/* Whether it has a member, or one that meets the criteria (NULL: any at all): any() and has(). */
CORM_API corm_expr *corm_any(corm_expr *attribute, corm_expr *criteria);
typedef enum corm_relation_test {
  CORM_TEST_ANY = 1, /* made by corm_any alone */
  CORM_TEST_EQ,      /* a relation to one refers to the object */
  CORM_TEST_NE,
  CORM_TEST_CONTAINS, /* a relation to many has the object */
  CORM_TEST_NOT_CONTAINS,
  CORM_TEST_PARENT, /* with_parent: the relation's target belongs to the object, which is one of its owner */
  CORM_TEST_MEMBER  /* the same, the secondary table without an alias: FROM has it */
} corm_relation_test;
/* The attribute tested against an object. record NULL: none, `IS NULL`, for EQ and NE. The record is borrowed, and its
 * key is read when the statement runs, so it must live until then: `hold` is what keeps it (a host object; NULL for a
 * record that a session of C owns), and goes by release(hold) as in corm_literal_host. EINVALID: the test does not go
 * with the kind of relation, or the schema was not sealed. */
CORM_API corm_expr *corm_relation_test_of(int test, corm_expr *attribute, corm_record *, void *hold,
                                          void (*release)(void *));

#ifdef __cplusplus
}
#endif
#endif
