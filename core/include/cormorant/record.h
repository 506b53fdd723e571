/* Records: the attributes of one object, its state, and what a change to it means.
 *
 * A record belongs to its session, or to its host object when it has none. With a host whose objects own records
 * (Python): corm_record_set_object tells which object it is, corm_record_release that the object died. A C session owns
 * its records until it is closed: a record of C is made by corm_record_new or corm_record_make, belongs to the session
 * that it was added to, and only one that no session took is given back by corm_record_release. Values given out are
 * borrowed until that attribute changes or is expired, or the record goes.
 */
#ifndef CORMORANT_RECORD_H
#define CORMORANT_RECORD_H

#include <cormorant/schema.h>

#ifdef __cplusplus
extern "C" {
#endif

struct corm_host;

typedef enum corm_slot_state {
  CORM_SLOT_LOADED = 0, /* a value is there (NULL is a value) */
  CORM_SLOT_EXPIRED,    /* a read loads: expired, deferred, or a relation not loaded yet */
  CORM_SLOT_UNSET, /* never set on a transient or pending object: reads None or an empty container, stores nothing */
  CORM_SLOT_POPPED /* was removed from __dict__: reads None, no SQL */
} corm_slot_state;

typedef enum corm_record_state {
  CORM_TRANSIENT = 1,
  CORM_PENDING,
  CORM_PERSISTENT,
  CORM_DELETED, /* flushed, in a transaction that is not over */
  CORM_DETACHED
} corm_record_state;

/* A transient record; all slots are UNSET. The host keeps objects' values and is told of changes. */
CORM_API int corm_record_new(corm_record **out, const corm_entity *, const struct corm_host *, corm_error **err);
CORM_API void corm_record_set_object(corm_record *, void *object); /* borrowed */
CORM_API void *corm_record_peek_object(const corm_record *);       /* NULL: none, or dead */
/* The object died, on any thread that holds the host's lock. The record may be gone afterwards. */
CORM_API void corm_record_release(corm_record *); /* of C: gives back a record that no session took */
CORM_API const corm_entity *corm_record_peek_entity(const corm_record *);
CORM_API corm_session *corm_record_peek_session(const corm_record *); /* NULL: none */
CORM_API int corm_record_peek_state(const corm_record *);             /* corm_record_state */
CORM_API int corm_record_peek_was_deleted(const corm_record *);
CORM_API int corm_record_peek_marked_deleted(const corm_record *); /* session.delete() was called, not flushed */
CORM_API int corm_record_peek_modified(const corm_record *);
CORM_API int corm_record_peek_expired(const corm_record *); /* the whole object, and nothing reloaded it */
/* The key by which the identity map knows it; 0: it has none. Survives delete, detach and expiry. */
CORM_API size_t corm_record_peek_identity(const corm_record *, corm_value *out, size_t cap);
CORM_API int corm_record_set_identity(corm_record *, const corm_value *key, size_t n,
                                      corm_error **err); /* make_transient_to_detached, unpickling: becomes DETACHED */
/* One in no session that has an identity, and whose values were given up elsewhere: all of it counts as expired. */
CORM_API void corm_record_mark_expired(corm_record *);
CORM_API int corm_record_make_transient(corm_record *, corm_error **err);

/* Instant: which of the four, and the value when it is loaded (a cell, or HOST). The fast path of a binding's read. */
CORM_API int corm_record_peek(const corm_record *, int slot, corm_value *out);
/* The value; loads it when it is expired or deferred, and lazily loads relations. UNSET and POPPED give NULL with
 * *state (may be NULL) saying which. EINVALID: no such slot, or loading is forbidden (raiseload); EDETACHED: it would
 * have to load, and is in no session; EGONE: its row is not there any more. */
CORM_API int corm_record_get(corm_record *, int slot, corm_value *out, int *state, corm_error **err);
/* Puts the host's form of the same loaded value into the slot: takes one reference of `host_value`. */
CORM_API void corm_record_keep(corm_record *, int slot, void *host_value);
/* A change: the value is kept as given (HOST: takes the reference, also when it fails), the attribute becomes dirty,
 * the record joins its session's changes; a relation to one runs cascades and the other side's effects. */
CORM_API int corm_record_set(corm_record *, int slot, const corm_value *, corm_error **err);
CORM_API int corm_record_delete(corm_record *, int slot, corm_error **err); /* del obj.attr */
/* The same without being a change (set_committed_value, loading by a host). HOST: takes the reference. */
CORM_API int corm_record_set_committed(corm_record *, int slot, const corm_value *, corm_error **err);
/* By name, for programs in C: each looks its attribute up (ENAME), then does what the function with a slot does. */
CORM_API int corm_record_get_named(corm_record *, const char *key, corm_value *out, corm_error **err);
CORM_API int corm_record_set_named(corm_record *, const char *key, corm_value, corm_error **err);
CORM_API int corm_record_link_named(corm_record *, const char *key, corm_record *member, corm_error **err);
CORM_API int corm_record_unlink_named(corm_record *, const char *key, corm_record *member, corm_error **err);
/* The object of a relation to one, loaded when it is not yet; NULL: none. Its session owns it. */
CORM_API int corm_record_get_related(corm_record **out, corm_record *, const char *key, corm_error **err);
/* The objects of a relation to many, loaded when they are not yet; of records without a host of their own (EMISUSE).
 * The array is borrowed until the relation changes, is expired, or its record goes. */
CORM_API int corm_record_get_members(corm_record *, const char *key, corm_record *const **out, size_t *n,
                                     corm_error **err);
/* A transient record with attributes: corm_record_make(&r, user, &err, "name", corm_text("Ada"), CORM_LAST). Give it to
 * a session, or to corm_record_release. Nothing is left behind when it fails. */
#define CORM_LAST ((const char *)0)
CORM_API int corm_record_make(corm_record **out, const corm_entity *, corm_error **err,
                              ... /* const char *key, corm_value, ... CORM_LAST */);
/* Relations to many: the container has got, or is about to get or lose, `member`: cascades, the other side, dirt. */
CORM_API int corm_record_link(corm_record *, int slot, corm_record *member, corm_error **err);
CORM_API int corm_record_unlink(corm_record *, int slot, corm_record *member, corm_error **err);
/* The container itself was replaced by another: `container` is a HOST value, its reference is taken; members that left
 * and came were told by link and unlink. */
CORM_API int corm_record_replace_container(corm_record *, int slot, void *container, corm_error **err);
/* flag_modified, flag_dirty (slot -1). EINVALID when the attribute is not loaded. */
CORM_API int corm_record_touch(corm_record *, int slot, corm_error **err);
/* From now on the host's object keeps the values (a __dict__ was asked for): every loaded slot is handed to
 * host->store. corm_record_pop tells that the host removed one by itself. */
CORM_API int corm_record_externalize(corm_record *, corm_error **err);
CORM_API int corm_record_peek_external(const corm_record *);

/* History of an attribute against what is committed. Scalars: out[0] added, out[1] unchanged, out[2] deleted; has[i]
 * says which of them hold a value. Containers: by sink, `which` 0 added, 1 unchanged, 2 deleted. */
CORM_API int corm_record_history(corm_record *, int slot, corm_value out[3], int has[3], corm_error **err);
typedef int (*corm_history_sink)(void *ctx, int which, corm_record *member);
CORM_API int corm_record_history_members(corm_record *, int slot, corm_history_sink, void *ctx, corm_error **err);
CORM_API int corm_record_peek_slot_changed(const corm_record *, int slot); /* had a set event since the last flush */
/* Expired: every slot of an object that is expired as a whole; else a column that a read of another would load too, so
 * not a deferred one. */
CORM_API int corm_record_peek_slot_expired(const corm_record *, int slot);
/* For a binding's collector: calls visit for each host value that the record's slots hold. Non-zero stops. */
CORM_API int corm_record_traverse(const corm_record *, int (*visit)(void *host_value, void *arg), void *arg);
/* Unloads those values (a collector breaking a cycle). */
CORM_API void corm_record_clear(corm_record *);

#ifdef __cplusplus
}
#endif
#endif
