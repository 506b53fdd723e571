/* Inside: what compile gives to engine and orm. */
#ifndef CM_COMPILE_H
#define CM_COMPILE_H
#include "ast/node.h"
#include "base/base.h"
#include "lower/lower.h"
#include <cormorant/compile.h>
#include <cormorant/ext/dialect.h>
#include <cormorant/ext/host.h>

/* One mark of the text, in order. */
typedef struct cm_mark {
  size_t param; /* index into params */
} cm_mark;

typedef struct cm_param {
  const char *name;          /* "id_1": as it may stand in a text */
  const char *key;           /* by which its value is given: the name as it was written, "a.b" where name is "a_b" */
  const corm_type *type;     /* of the value that goes out */
  int bind;                  /* index into cm_binds() of the statement that runs, or -1: `column` below */
  const corm_column *column; /* of SET or VALUES: the value is given at execution by key, or is its default */
  const corm_node *constant; /* with bind -1: a bind that compile or lower made; its own value is meant */
  int expanding;             /* IN list: one hole in the text */
  int tuple_width;
  const corm_type *const *tuple_types; /* of its members, where they are known; else NULL */
  const char *cast;                    /* what stands behind its mark, "::INTEGER", or NULL */
  int place; /* with bind -1 and no constant: the how-manieth of these: index into by_column */
} cm_param;

/* A hole for an IN list: bytes of the text at `at`, filled in per execution. */
typedef struct cm_hole {
  size_t at, len; /* of "(__[POSTCOMPILE_x])" in sql */
  size_t param;
  size_t first_mark; /* marks before it */
  int negated;       /* of an empty list's text */
  int literal;       /* one value, written into the text (literal_execute) */
} cm_hole;

typedef struct cm_result_column {
  const char *name;      /* as the row has it: "id", "id_1", "count_1" */
  const corm_type *type; /* by which values are decoded */
  const corm_node *node; /* the expression; borrowed from the kept statement */
} cm_result_column;

/* What a user is to be told about a statement when it is compiled to be executed. */
typedef struct cm_lint_note {
  const char *text;
  struct cm_lint_note *next;
} cm_lint_note;

struct corm_compiled {
  atomic_int refs;
  cm_lint_note *notes; /* in the arena */
  corm_node *original; /* as it was given, (stripped when cached): `binds` are its */
  corm_node *kept;     /* the statement as lowered, (stripped when cached) */
  const corm_dialect_def *dialect;
  char *sql;
  size_t sql_len;
  cm_param *params;
  size_t n_params;
  cm_mark *marks;
  size_t n_marks;
  cm_hole *holes;
  size_t n_holes;
  cm_result_column *columns; /* of a SELECT or RETURNING */
  size_t n_columns;
  cm_plan *plan;                  /* owned, or NULL */
  const corm_table *insert_table; /* of an INSERT */
  int is_insert, is_update, is_delete, is_select, is_ddl, is_text, returning;
  int implicit_returning; /* number of RETURNING columns that compile added by itself */
  int paramstyle;
  size_t
      n_singles; /* params that are no lists: how many numbers $1, $2 ... the text has before lists are written out */
  corm_node **extra; /* nodes made while compiling, which params and columns name */
  size_t n_extra;
  const corm_node **binds; /* of the original statement when uncached: cm_binds() order */
  size_t n_binds;
  atomic_int notes_told;     /* engine's: the host was warned */
  _Atomic uint64_t sql_hash; /* engine's, for its statements; 0: not taken yet */
  _Atomic int64_t born_us;   /* when engine first saw it, for the echo; 0: not yet */
  cm_arena arena;
};

struct corm_dialect {
  corm_dialect_def def;
};

/* By shape, through the cache of `cache`. The result is a reference. `set_keys`: see corm_compile_options. *hit (may be
 * NULL) says whether it was there. The caller holds the host's lock or there is no host code in it. */
typedef struct cm_cache cm_cache;
cm_cache *cm_cache_new(size_t entries);
void cm_cache_free(cm_cache *);
void cm_cache_clear(cm_cache *);
int cm_compile_cached(corm_compiled **out, cm_cache *, const corm_node *, const corm_dialect *,
                      const corm_compile_options *, int *hit, corm_error **err);
corm_compiled *cm_compiled_ref(corm_compiled *);
/* Without the cache. render_postcompile is not looked at. */
int cm_compile_new(corm_compiled **out, const corm_node *, const corm_dialect *, const corm_compile_options *,
                   corm_error **err);
/* Writes IN lists out, with the values that the statement itself has. */
int cm_compiled_write_out(corm_compiled *, corm_error **err);
static inline int cm_needs_lowering(const corm_node *x) { return (x->flags & (CM_ORM | CM_JOINS)) != 0; }

/* look.c: the text of a dialect's question (corm_look), to be freed by cm_free; *how CORM_LOOK_NO_MORE: there is none.
 */
int cm_look_text(char **sql, int *how, const corm_dialect *, int what, const char *schema, const char *name, int step,
                 corm_error **err);

/* The text and values of one execution. `binds` are those of the statement that runs (cm_binds order); `by_column`
 * gives values of params with bind -1, by params' order among them. IN lists are written out when there are holes: *sql
 * is then in `scratch`. Values are borrowed from the binds. Returns values in order of marks. RECORD values and HOST
 * values are passed through as they are: the caller resolves them before. */
typedef struct cm_execution {
  const char *sql;
  size_t sql_len;
  corm_value *values;      /* in order of marks, IN members included */
  const corm_type **types; /* likewise */
  size_t n;
} cm_execution;
int cm_compiled_expand(cm_execution *out, const corm_compiled *, const corm_node *const *binds, size_t n_binds,
                       const corm_value *by_column, cm_arena *scratch, corm_error **err);
/* The same with values given by name: one cm_given for each param, in their order; `values` NULL: the bind's own. */
typedef struct cm_given {
  const corm_value *values; /* of an expanding param: `n` values, rows one after the other */
  size_t n;
} cm_given;
int cm_compiled_expand_given(cm_execution *out, const corm_compiled *, const corm_node *const *binds, size_t n_binds,
                             const corm_value *by_column, const cm_given *given, cm_arena *scratch, corm_error **err);
#endif
