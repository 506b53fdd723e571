/* Visibility, version, the allocator hook and the opaque handles of libcormorant.
 *
 * Conventions of every header here:
 * - Status: a fallible function returns an int status (CORM_OK is 0) and takes `corm_error **err` last; err may be
 * NULL. Any function may fail with CORM_ENOMEM; with CORM_EMISUSE when a rule of threads or of order was broken and
 * could be seen. Other statuses are named where a caller can do something about them; all come with an error that says
 * what was wrong. Where an out parameter is not said to be NULL after a failure, it is untouched.
 * - Owner: a `const` pointer argument is borrowed. A bare `corm_expr *` or `corm_stmt *` given to a builder is taken.
 * An out parameter is a reference that the caller releases. What is borrowed lives as long as what it was asked from,
 *   unless said otherwise. Texts that are given are copied, or read during the call only.
 * - Names: new/free: memory. open/close: the outside world. acquire/release: lent from a pool. ref/unref: one
 * reference. get may do work and fail; peek is instant and never fails. A function ending in _n takes an array and its
 * length.
 * - Threads: what a header's first lines say holds for all of its functions.
 * - NULL: a handle is never NULL unless that is said; frees, unrefs and closes accept NULL where they say so. Texts are
 *   UTF-8, terminated where no length is beside them, and NULL where there is none.
 * - Structs: option and definition structs begin with their size: `corm_x x = {sizeof x}`, zero is the default of every
 *   member. A later version appends members; a program that was compiled earlier goes on with those that it knew. So
 * does an earlier library with a later program, as long as what it does not know is zero (else EARGUMENT). Structs
 * without a size are frozen.
 * - Numbers of enumerations and flags are never given anew. Later versions append: what one does not know, one leaves.
 */
#ifndef CORMORANT_ABI_H
#define CORMORANT_ABI_H

#include <stddef.h>
#include <stdint.h>

#if defined(CORM_STATIC)
#define CORM_API
#elif defined(__GNUC__)
#define CORM_API __attribute__((visibility("default")))
#else
#define CORM_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define CORM_VERSION_MAJOR 0
#define CORM_VERSION_MINOR 1
#define CORM_VERSION_PATCH 0

/* "0.1.0". Static; any thread. */
CORM_API const char *corm_version(void);

typedef struct corm_error corm_error;
typedef struct corm_type corm_type;
typedef struct corm_schema corm_schema;
typedef struct corm_catalog corm_catalog;
typedef struct corm_table corm_table;
typedef struct corm_column corm_column;
typedef struct corm_constraint corm_constraint;
typedef struct corm_index corm_index;
typedef struct corm_entity corm_entity;
typedef struct corm_relation corm_relation;
typedef struct corm_node corm_node;
typedef struct corm_node corm_expr;   /* a node that is a value */
typedef struct corm_node corm_source; /* a node that rows come from */
typedef struct corm_node corm_stmt;   /* a node that can be executed */
typedef struct corm_compiled corm_compiled;
typedef struct corm_dialect corm_dialect;
typedef struct corm_engine corm_engine;
typedef struct corm_conn corm_conn;
typedef struct corm_result corm_result;
typedef struct corm_block corm_block;
typedef struct corm_session corm_session;
typedef struct corm_record corm_record;

/* Expressions, sources and statements are counted, by any thread. Declared here, since a schema keeps some without
 * knowing what they are. */
CORM_API corm_node *corm_node_ref(const corm_node *); /* one more reference; NULL gives NULL */
CORM_API void corm_node_unref(const corm_node *);     /* gives one back; NULL is fine */

/* Where all memory of the library comes from: `alloc(user, NULL, n)` allocates, `alloc(user, p, n)` resizes,
 * `alloc(user, p, 0)` frees and returns NULL. It gives NULL when there is none, and is called by any thread. */
typedef void *(*corm_alloc_fn)(void *user, void *p, size_t n);
/* Set before anything else is called, or not at all; NULL: realloc and free of the C library. `user` is borrowed. */
CORM_API void corm_set_allocator(corm_alloc_fn alloc, void *user);

/* Memory of that kind, for what the library is to free (a driver's check_url). NULL: there is none. Any thread. */
CORM_API void *corm_alloc(size_t n);
/* Gives back what corm_alloc gave, or a function that says "free with corm_free". NULL is fine. Any thread. */
CORM_API void corm_free(void *);

/* How many of a kind are alive in this process: for tests that count. Any thread; 0 for an unknown kind. */
typedef enum corm_live_kind {
  CORM_LIVE_NODES,
  CORM_LIVE_RECORDS,
  CORM_LIVE_BLOCKS,
  CORM_LIVE_STATEMENTS, /* prepared by a driver */
  CORM_LIVE_CONNECTIONS,
  CORM_LIVE_SESSIONS,
  CORM_LIVE_ENGINES,
  CORM_LIVE_KINDS
} corm_live_kind;
CORM_API int64_t corm_live(corm_live_kind kind);

#ifdef __cplusplus
}
#endif
#endif
