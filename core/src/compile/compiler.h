/* One compilation: what the files of this folder share.
 *
 * Text is written once, front to back, into writers. A parameter is written as a token (MARK, index, TOKEN_END), so
 * that text may be moved or written twice; finish.c turns tokens into marks of the paramstyle at the very end. Errors
 * are sticky: the first one is kept, what is written after it is thrown away.
 */
#ifndef CM_COMPILER_H
#define CM_COMPILER_H
#include "compile/compile.h"

enum {
  CM_TOKEN_MARK = 1, /* one parameter */
  CM_TOKEN_END = 2,
  CM_TOKEN_HOLE = 3,   /* an IN list, with its parentheses */
  CM_TOKEN_INLINE = 4, /* a value that is written into the text when the statement runs */
  CM_TOKEN_ESCAPE = 5  /* the next byte minus '0' is a control character of the user's */
};

struct corm_writer {
  cm_strbuf buf;
  corm_compiler *c;
  const corm_dialect_def *d;
};

/* A growing list of borrowed nodes, in the compiler's arena. */
typedef struct cm_nodes {
  const corm_node **items;
  size_t n, cap;
} cm_nodes;

/* The name of a result column: `fixed`, or the anonymous name of `key` by `base`, which is drawn when it is written. */
typedef struct cm_name {
  const char *fixed, *key, *base;
} cm_name;

typedef struct cm_select_column {
  const corm_node *expr;  /* without its label */
  const corm_node *label; /* the LABEL node, or NULL */
  cm_name name;           /* how the row and an outer query call it; all NULL: not at all */
  int as;                 /* AS is written */
  int as_inside;          /* ... when the SELECT stands in FROM */
} cm_select_column;

typedef struct cm_select_columns {
  cm_select_column *items;
  size_t n, cap;
} cm_select_columns;

/* A statement whose parts are being written: what its subqueries may correlate to. */
typedef struct cm_frame {
  struct cm_frame *outer;
  cm_nodes froms;                   /* listed, joins as a whole */
  cm_nodes objects;                 /* listed, and what the joins consist of */
  const cm_select_columns *columns; /* of a SELECT, for ORDER BY */
  const corm_node *select;
} cm_frame;

typedef struct cm_cte {
  const corm_node *node;
  const char *name;
  char *text;
  int open; /* its body is being written */
  struct cm_cte *next;
  int recursive;
  size_t done; /* the how-manieth that was finished */
} cm_cte;

typedef struct cm_draft_param {
  cm_param p;
  const corm_node *bind; /* NULL: of a column */
  int explicit_name, inlined, negated;
} cm_draft_param;

struct corm_compiler {
  const corm_dialect *dialect;
  const corm_dialect_def *d;
  corm_compile_options options;
  corm_compiled *out;
  const corm_node *original; /* before it was lowered */
  corm_error **err;
  int status;
  cm_arena arena;       /* until the compilation ends */
  cm_map names;         /* identity -> anonymous name */
  cm_map counters;      /* base -> how many */
  cm_map labels;        /* SELECT -> cm_select_columns */
  cm_map bind_places;   /* BIND -> place in cm_binds + 1 */
  cm_map bind_params;   /* BIND -> place in params + 1 */
  cm_map param_names;   /* name -> place in params + 1 */
  cm_map default_binds; /* BIND of a default in INSERT ... SELECT -> its column */
  cm_draft_param *params;
  size_t n_params, cap_params, cap_columns;
  cm_cte *ctes;
  size_t ctes_done;
  cm_nodes owned; /* nodes made while compiling: they go with the compiled statement */
  cm_frame *frame;
  const corm_table *bare_table; /* DML: columns of it are written without a table, */
  int bare;                     /* all columns are */
  int inlined;                  /* values are written into the text, */
  int inlined_late;             /* or will be, when the statement runs */
  int cte_depth;
  int negated_in;            /* the list that is written stands behind NOT IN */
  const corm_type *json_key; /* of the bind that is written: the key of a JSON access; else NULL */
  int in_operator;           /* what is written stands inside of an operator */
  int truncated[2];          /* labels; binds */
};

/* ---- The compilation ---- */
void cm_c_fail(corm_compiler *, int status, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void cm_c_memory(corm_compiler *);
int cm_c_feature(const corm_compiler *, uint64_t bit);
/* Keeps a reference that was made while compiling; a poisoned one fails the compilation. Gives the node back, or NULL.
 */
const corm_node *cm_c_own(corm_compiler *, corm_node *);
void cm_nodes_add(corm_compiler *, cm_nodes *, const corm_node *);
char *cm_c_printf(corm_compiler *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* ---- writer.c ---- */
void cm_w_init(corm_writer *, corm_compiler *);
void cm_w_free(corm_writer *);
char *cm_w_take(corm_writer *);                  /* the text, in the arena; empties the writer; never NULL */
void cm_w_user(corm_writer *, const char *text); /* text that is not ours: control characters are kept apart */
void cm_w_name(corm_writer *, const char *name, int quote); /* quote: 0 by the dialect, 1 always, -1 never */
void cm_w_token(corm_writer *, int token, size_t index);
void cm_w_string(corm_writer *, const char *p, size_t n); /* a string literal */
int cm_needs_quotes(const corm_dialect_def *, const char *name);

/* ---- names.c ---- */
const char *cm_name_anon(corm_compiler *, const char *key, const char *base);
const char *cm_name_text(corm_compiler *, const cm_name *); /* NULL: it has none */
const char *cm_name_key(corm_compiler *, const void *object, const char *what);
const char *cm_name_column_key(corm_compiler *, const corm_node *column); /* same for equal columns */
const char *cm_name_source(corm_compiler *, const corm_node *source);     /* of a table, alias, CTE; NULL: none */
const char *cm_name_bind_base(corm_compiler *, const char *name, int explicit_name);
const char *cm_name_cut(corm_compiler *, const char *name, int is_bind);
int cm_same_source(const corm_node *, const corm_node *);
int cm_same_column(const corm_node *, const corm_node *);

/* ---- params ---- */
void cm_w_bind(corm_writer *, const corm_node *bind);
/* The type by which a dialect's `encode` sees the key of a JSON access: CORM_TYPE_CUSTOM called "json key". */
extern const corm_type cm_type_json_key;
int cm_is_json_key(const corm_type *);
enum { CM_SCRATCH = 64 }; /* that a dialect's encode is given; for the key of a JSON access twice its size more */
void cm_set_bind_type(corm_compiler *, const corm_node *bind, const corm_type *);
void cm_w_column_param(corm_writer *, const corm_column *, const char *name);
/* A bind that takes the name of a SET or VALUES column. */
void cm_w_bind_as(corm_writer *, const corm_node *bind, const char *name, const corm_type *);
void cm_w_literal(corm_writer *, const corm_value *, const corm_type *);

/* ---- labels.c ---- */
const cm_select_columns *cm_labels_of(corm_compiler *, const corm_node *select);
cm_name cm_labels_own_name(corm_compiler *, const corm_node *); /* all NULL: it has none */
void cm_labels_make(corm_compiler *, cm_select_columns *, const corm_node *list, int style);
/* How an outer query calls what the COLUMN means; NULL when that is no column of a query. */
const cm_select_column *cm_labels_find(corm_compiler *, const corm_node *column);

/* ---- scope.c, from.c ---- */
void cm_scope_objects(corm_compiler *, cm_nodes *, const corm_node *expr);  /* the sources that it uses */
void cm_scope_expand(corm_compiler *, cm_nodes *, const corm_node *source); /* the source and those in its joins */
int cm_nodes_has(const cm_nodes *, const corm_node *source);
void cm_scope_froms(corm_compiler *, cm_nodes *out, const corm_node *select);
void cm_scope_correlate(corm_compiler *, cm_nodes *froms, const corm_node *select, int in_from, int lateral);
void cm_w_source(corm_writer *, const corm_node *source);
void cm_w_table(corm_writer *, const corm_table *);
void cm_w_froms(corm_writer *, const cm_nodes *);

/* ---- lint.c ---- */
/* Notes sources that nothing links. Called when the statement is written: the names are known. */
void cm_lint(corm_compiler *, const char *statement, const cm_nodes *objects, const corm_node *where);

/* ---- expr.c ---- */
enum { /* operators of the surroundings, beyond corm_operator */
       CM_AGAINST_NOTHING = CORM_OPERATORS,
       CM_AGAINST_COMMA,
       CM_AGAINST_LABEL,
       CM_AGAINST_CONDITION,
       CM_AGAINST_CUSTOM
};
void cm_w_expr(corm_writer *, const corm_node *);
void cm_w_operand(corm_writer *, const corm_node *, int against, int level);
void cm_w_condition(corm_writer *, const corm_node *);             /* of WHERE, HAVING, ON */
void cm_w_list(corm_writer *, const corm_node *list, int against); /* comma-separated */
void cm_w_column(corm_writer *, const corm_node *column);
void cm_w_element(corm_writer *, const corm_node *); /* of a comma list */
int cm_is_boolean_value(const corm_node *);
/* ---- function.c ---- */
void cm_w_function(corm_writer *, const corm_node *);
void cm_w_over(corm_writer *, const corm_node *);
/* ---- operator.c ---- */
void cm_w_binary(corm_writer *, const corm_node *);
void cm_w_in(corm_writer *, const corm_node *);
void cm_w_like(corm_writer *, const corm_node *);
char *cm_operand_text(corm_writer *, const corm_node *, int op);
void cm_w_sides(corm_writer *, const corm_node *, int op);
/* ---- json.c ---- */
void cm_w_json(corm_writer *, const corm_node *, const corm_type *as);
int cm_is_json_cast(const corm_compiler *, const corm_node *); /* it is written as CAST(... AS its type) */
int cm_operator_level(int op);
int cm_operator_is_boolean(int op);
int cm_operator_is_associative(int op);
int cm_operator_is_contains(int op);

/* ---- statements ---- */
enum { CM_Q_IN_FROM = 1, CM_Q_LATERAL = 2, CM_Q_TOP = 4, CM_Q_MEMBER = 8, CM_Q_EXISTS = 16 };
void cm_w_query(corm_writer *, const corm_node *query,
                unsigned how); /* SELECT, COMPOUND or TEXT, without parentheses */
void cm_w_select(corm_writer *, const corm_node *, unsigned how);
void cm_w_compound(corm_writer *, const corm_node *, unsigned how);
void cm_w_order(corm_writer *, const corm_node *list);
void cm_w_limit(corm_writer *, const corm_node *limit, const corm_node *offset);
void cm_w_select_columns(corm_writer *, const cm_select_columns *, unsigned how, int top);
const char *cm_cte_name(corm_compiler *, const corm_node *cte);
const char *cm_cte_use(corm_compiler *, const corm_node *cte); /* in FROM: writes its body, when it is met first */
void cm_cte_head(corm_compiler *, corm_writer *out);           /* WITH ..., before the statement */
void cm_w_insert(corm_writer *, const corm_node *);
void cm_w_update(corm_writer *, const corm_node *);
void cm_w_delete(corm_writer *, const corm_node *);
void cm_w_returning(corm_writer *, const corm_node *);
void cm_w_conflict(corm_writer *, const corm_node *insert);
void cm_w_ddl(corm_writer *, const corm_node *);
/* What belongs to a table's definition: its values are inlined, its columns stand bare. */
void cm_w_inner(corm_writer *, const corm_node *, int against);
/* ---- ddl_index.c ---- */
void cm_w_create_index(corm_writer *, const corm_node *);
void cm_w_drop_index(corm_writer *, const corm_node *);
void cm_w_ddl_part(corm_writer *, const corm_node *); /* ddl_parts.c */
void cm_w_constraint(corm_writer *, const corm_constraint *);
void cm_w_text(corm_writer *, const corm_node *);
void cm_w_host(corm_writer *, const corm_node *);

/* One column of SET or VALUES. */
typedef struct cm_assign {
  const corm_column *column;
  const corm_node *value; /* NULL: given at execution */
} cm_assign;
typedef struct cm_assigns {
  cm_assign *items;
  size_t n;
} cm_assigns;
void cm_assigns_of(corm_compiler *, cm_assigns *out, const corm_node *stmt, const corm_node *set, int update);
void cm_w_assigned(corm_writer *, const cm_assign *, const char *name);
const corm_table *cm_dml_table(const corm_node *stmt);

/* ---- types.c ---- */
void cm_w_type(corm_writer *, const corm_type *, int cast);
corm_type_view cm_type_view(const corm_type *, const corm_dialect_def *); /* as it is there; NULL: in itself */
/* What stands behind a mark of that type, "::INTEGER", with the compiled statement; NULL: nothing. */
const char *cm_type_cast(corm_compiler *, const corm_type *);
/* ---- finish.c ---- */
int cm_c_finish(corm_compiler *, corm_writer *); /* fills sql, params, marks, holes */
void cm_put_value(cm_strbuf *, const corm_dialect_def *, const corm_value *, const corm_type *); /* as a literal */
void cm_result_add(corm_compiler *, const char *name, const corm_type *, const corm_node *);
#endif
