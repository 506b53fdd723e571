/* What a binding gives the core: how its objects are kept, converted, called and told.
 *
 * Owner: a host value is a pointer that only the host understands. The core owns one reference to each that sits in a
 * record's slot or in a value that it was given as owned, and gives it back by `unref`. The host itself is borrowed by
 * engines and sessions for their life.
 *
 * Threads: L, called with the host's lock held, on the thread of the call that it serves; U, without the lock, on that
 * thread. The core holds no lock of its own while it calls, and its sets are consistent. What is called may call back
 * into the same session where SQLAlchemy allows it.
 *
 * Statuses: a fallible function returns CORM_OK, or CORM_EHOST with its exception in *err (corm_error_from_host), which
 * stops what is going on and comes back as itself; other statuses by corm_error_set.
 *
 * Every member may be NULL, and then there is no such thing: what would need it does without, or is EUNSUPPORTED. hold
 * and drop, ref and unref, leave and enter, read and store, and container, members and change come together. The table
 * grows at its end only; `size` says where it ends.
 */
#ifndef CORMORANT_EXT_HOST_H
#define CORMORANT_EXT_HOST_H

#include <cormorant/event.h>
#include <cormorant/ext/dialect.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How CORM_NODE_HOST elements become text. */
typedef struct corm_compiler corm_compiler;
struct corm_host_compile {
  size_t size;
  void *self;
  /* Writes the SQL of `element`, which `node` holds, to `out`. L */
  int (*element)(void *self, void *element, const corm_expr *node, corm_compiler *, corm_writer *out, corm_error **err);
  uint64_t generation; /* part of the cache's key: grows when compilers are registered */
};
/* The SQL of a node, free with corm_free; marks inside are tokens that may be moved, not changed. NULL: *err says why.
 * Only while `element` is called, as is all of a corm_compiler. */
CORM_API char *corm_compiler_process(corm_compiler *, const corm_node *, corm_error **err);
CORM_API const corm_dialect *corm_compiler_peek_dialect(const corm_compiler *);

/* What a default's function may ask about (get_current_parameters), while it is called: the values of the row so far,
 * by name; the connection; the column that it fills; whether for an UPDATE. All borrowed. */
typedef struct corm_fill corm_fill;
CORM_API size_t corm_fill_peek_params(const corm_fill *);
CORM_API const char *corm_fill_peek_name(const corm_fill *, size_t i);
CORM_API void corm_fill_peek_value(const corm_fill *, size_t i,
                                   corm_value *out); /* as given: may be HOST; i in range */
CORM_API corm_conn *corm_fill_peek_conn(const corm_fill *);
CORM_API const corm_column *corm_fill_peek_column(const corm_fill *);
CORM_API int corm_fill_peek_is_update(const corm_fill *);
/* A default in C, for engines without a host of their own: corm_default.host points to a variable of this type (it must
 * live as long as the schema), or corm_model_default_fn is given the function. Text and bytes in *out must stay until
 * the statement ran. Any status but CORM_OK stops the statement, with the error that it made (corm_error_set). */
typedef int (*corm_default_fn)(const corm_fill *, corm_value *out, corm_error **err);

typedef int (*corm_member_sink)(void *ctx, corm_record *member); /* non-zero stops */

typedef struct corm_host {
  size_t size;
  void *self;

  /* The lock, waiting. */
  void (*leave)(void *self);                 /* L */
  void (*enter)(void *self);                 /* U */
  int (*poll)(void *self, corm_error **err); /* U  about every 100 ms of waiting; non-zero cancels */

  /* Objects. A record's host object is remembered by corm_record_set_object, borrowed; */
  int (*hold)(void *self, corm_record *,
              corm_error **err);           /* L  keep the object alive: it is new, changed or deleted; on 0 -> 1 */
  void (*drop)(void *self, corm_record *); /* L  on 1 -> 0; may run host code and free the record */
  int (*object)(void *self, corm_record *, void **out,
                corm_error **err);                      /* L  its object, made when there is none: one reference */
  corm_record *(*record)(void *self, void *host_value); /* L  of a mapped object, else NULL */
  void (*ref)(void *self, void *host_value);            /* L */
  void (*unref)(void *self, void *host_value);          /* L */

  /* Values. */
  int (*bind)(void *self, const corm_type *, const corm_dialect *, const corm_value *in, corm_value *out, void **pin,
              corm_error **err);
  /* L  a HOST value, or any value of a HOST_BIND type, becomes a cell; *pin is unref'd after the statement. The dialect
   * is that of the engine that it goes to; NULL: none is known (an object without a session). */
  int (*result)(void *self, const corm_type *, const corm_dialect *, const corm_value *in, corm_value *out,
                corm_error **err); /* L  HOST_RESULT: out is owned */
  int (*equal)(void *self, const corm_type *, const corm_value *a,
               const corm_value *b); /* L  1 equal, 0 not, -1 raised (ignored) */
  int (*fill)(void *self, void *fn, const corm_fill *, corm_value *out, void **pin,
              corm_error **err); /* L  a default; out is owned when HOST */

  /* An object whose attributes live in the host (a __dict__ that was asked for): the truth about its values. */
  int (*read)(void *self, corm_record *, int slot, corm_value *out); /* L  1 present (borrowed), 0 absent */
  int (*store)(void *self, corm_record *, int slot, const corm_value *, corm_error **err); /* L  value NULL: remove */

  /* Containers of relations to many. */
  int (*container)(void *self, corm_record *, int slot, corm_record *const *members, size_t n, void **out,
                   corm_error **err); /* L  a new one, loaded */
  int (*members)(void *self, corm_record *, int slot, void *container, corm_member_sink, void *ctx,
                 corm_error **err); /* L */
  int (*change)(void *self, corm_record *, int slot, void *container, corm_record *member, int add,
                corm_error **err); /* L  a backref's effect: fires no relation event */

  /* Telling. Non-zero stops what is going on, with its error. */
  int (*event)(void *self, const corm_event *, corm_error **err); /* L */
  void (*warn)(void *self, const char *message);                  /* L */

  /* The engine or connection for an entity or a statement (binds, routing sessions); both out: one is set. */
  int (*bind_for)(void *self, corm_session *, const corm_entity *, const corm_stmt *, corm_engine **engine,
                  corm_conn **conn, corm_error **err); /* L */
  const struct corm_host_compile *compile;

  /* The node of a value that is a SQL expression (user.age = User.age + 1), borrowed, else NULL: a flush writes it into
   * the statement and expires the attribute. L */
  const corm_expr *(*expression)(void *self, void *host_value);

  /* The record's relation to one is about to refer to an object of the host's: for a collector that must know of it. L
   */
  void (*anchor)(void *self, corm_record *owner);

  /* Sets an attribute as the program does, with its listeners. NULL: corm_record_set. The value is borrowed. L */
  int (*set)(void *self, corm_record *, int slot, const corm_value *, corm_error **err);
  /* The same for the members of a relation to many. NULL: corm_record_link, _unlink and _replace_container. L */
  int (*replace)(void *self, corm_record *, int slot, corm_record *const *members, size_t n, corm_error **err);
  /* The version that follows `before` (NULL kind: the first) of CORM_VERSION_HOST; *out is owned. L */
  int (*version)(void *self, void *generator, const corm_value *before, corm_value *out, corm_error **err);
} corm_host;

#ifdef __cplusplus
}
#endif
#endif
