/* From a statement to SQL text and the order of its parameters: for programs that want to see SQL; connections and
 * sessions compile by themselves.
 *
 * Owner: a compiled statement keeps what it was made of; what is asked of it lives as long as it does. Threads: any; a
 * compiled statement does not change. */
#ifndef CORMORANT_COMPILE_H
#define CORMORANT_COMPILE_H

#include <cormorant/stmt.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A dialect by the name in a URL: "default" (SQL as the standard has it), "sqlite", "postgresql", or one that was
 * registered. Static; NULL: there is none. */
CORM_API const corm_dialect *corm_dialect_named(const char *name);
CORM_API const char *corm_dialect_peek_name(const corm_dialect *);  /* static */
CORM_API uint64_t corm_dialect_peek_features(const corm_dialect *); /* CORM_DIALECT_ bits: ext/dialect.h */

struct corm_host_compile;
typedef struct corm_host_compile corm_host_compile; /* ext/host.h */

typedef enum corm_paramstyle {
  CORM_PARAMS_DIALECT = 0, /* as the dialect has it */
  CORM_PARAMS_NAMED,       /* :name */
  CORM_PARAMS_QMARK,       /* ? */
  CORM_PARAMS_PYFORMAT,    /* %(name)s, with %% */
  CORM_PARAMS_FORMAT,      /* %s */
  CORM_PARAMS_NUMERIC      /* $1 */
} corm_paramstyle;

typedef struct corm_compile_options {
  size_t size;
  int paramstyle;                /* corm_paramstyle */
  int literal_binds;             /* 1: values are written into the text */
  int render_postcompile;        /* 1: IN lists are written out, a mark for each member */
  int label_length;              /* longest name that is made up; 0: the dialect's */
  const corm_host_compile *host; /* how CORM_NODE_HOST elements become text; NULL: they are ECOMPILE */
  const char *const *set_keys;   /* INSERT, UPDATE without values of their own: the columns of this execution */
  size_t n_set_keys;
} corm_compile_options;

/* Compiles without a cache; options may be NULL. *out is for corm_compiled_free, NULL after a failure. ECOMPILE: the
 * dialect has no SQL for this; ESTATEMENT: a value to be written into the text is none of its type; or the status with
 * which the statement was poisoned. */
CORM_API int corm_compile(corm_compiled **out, const corm_node *, const corm_dialect *, const corm_compile_options *,
                          corm_error **err);
CORM_API void corm_compiled_free(corm_compiled *); /* NULL is fine */
/* The text, with marks where parameters go. */
CORM_API const char *corm_compiled_peek_sql(const corm_compiled *);
/* How many parameters there are: each name once, in the order of first appearance; and the i-th's name. */
CORM_API size_t corm_compiled_peek_params(const corm_compiled *);
CORM_API const char *corm_compiled_peek_param_name(const corm_compiled *, size_t i);
/* The bind itself (its value by corm_bind_get), or NULL: a column of SET or VALUES without a value yet. */
CORM_API const corm_expr *corm_compiled_peek_param_bind(const corm_compiled *, size_t i);
/* Of a statement with the shape that was compiled (corm_engine_compile): its own binds, by index of parameter, NULL as
 * above. out has room for all parameters; the binds live as long as the statement. */
CORM_API int corm_compiled_binds_of(const corm_expr **out, const corm_compiled *, const corm_node *stmt,
                                    corm_error **err);
/* How many marks the text has, and which parameter the i-th takes its value from: in order of the text; of numbered
 * marks in order of their numbers. */
CORM_API size_t corm_compiled_peek_marks(const corm_compiled *);
CORM_API size_t corm_compiled_peek_mark(const corm_compiled *, size_t i);

#ifdef __cplusplus
}
#endif
#endif
