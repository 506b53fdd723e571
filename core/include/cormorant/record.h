/* Records: the attributes of one object, its state, and what a change to it means.
 *
 * Owner: a record of C is made by corm_record_new or corm_record_make, belongs to the session that it was added to
 * until that is closed, and only one that no session took is given back by corm_record_release. With a host whose
 * objects own records (Python), corm_record_set_object tells which object it is, corm_record_release that the object
 * died. Values that are given out are borrowed until that attribute changes or is expired, or the record goes.
 *
 * Threads: those of its session, one at a time, with the host's lock held; without a session, one thread at a time.
 * peek functions never load, and never fail.
 *
 * Statuses: EINVALID, no such slot; EMISUSE, another thread is in its session. What loads may fail with a status of the
 * database, EDETACHED (it would have to load, and is in no session), EGONE (its row is not there any more), EINVALID
 * (loading is forbidden: raiseload, lazy="raise"), and flushes first; what is told to a host or to listeners with
 * EHOST, or their status.
 *
 * A slot is an attribute's place in its entity (corm_entity_peek_slot).
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

/* A TRANSIENT record; all slots are UNSET. host NULL: one of C. EINVALID: the schema was not sealed. */
CORM_API int corm_record_new(corm_record **out, const corm_entity *, const struct corm_host *, corm_error **err);
CORM_API void corm_record_set_object(corm_record *, void *object); /* borrowed */
CORM_API void *corm_record_peek_object(const corm_record *);       /* NULL: none, or dead */
/* The object died, on any thread that holds the host's lock; of C: the program gives back a record that no session
 * took. The record may be gone afterwards. */
CORM_API void corm_record_release(corm_record *);
CORM_API const corm_entity *corm_record_peek_entity(const corm_record *);
CORM_API corm_session *corm_record_peek_session(const corm_record *); /* NULL: none */
CORM_API int corm_record_peek_state(const corm_record *);             /* corm_record_state */
CORM_API int corm_record_peek_was_deleted(const corm_record *);       /* its row was deleted by a flush */
CORM_API int corm_record_peek_marked_deleted(const corm_record *);    /* session.delete() was called, not flushed */
CORM_API int corm_record_peek_modified(const corm_record *);          /* changed since it was loaded or flushed */
CORM_API int corm_record_peek_expired(const corm_record *);           /* the whole object, and nothing reloaded it */
/* The key by which the identity map knows it: returns how many values it has, and writes at most cap of them, borrowed
 * from the record; 0: it has none. Survives delete, detach and expiry. */
CORM_API size_t corm_record_peek_identity(const corm_record *, corm_value *out, size_t cap);
/* A TRANSIENT record becomes DETACHED (make_transient_to_detached, unpickling); what is not set is expired. EINVALID:
 * it has a session or a key, or the key has another number of columns. */
CORM_API int corm_record_set_identity(corm_record *, const corm_value *key, size_t n, corm_error **err);
/* One in no session that has an identity, and whose values were given up elsewhere: all of it counts as expired. */
CORM_API void corm_record_mark_expired(corm_record *);
/* It leaves its session, and forgets its key: TRANSIENT, with what was loaded. */
CORM_API int corm_record_make_transient(corm_record *, corm_error **err);

/* Which of corm_slot_state, and the value when it is loaded (a cell, or HOST), else NULL. The fast path of a binding's
 * read; a slot that is out of range is EXPIRED or UNSET. */
CORM_API int corm_record_peek(const corm_record *, int slot, corm_value *out);
/* The value; loads it when it is expired or deferred, and lazily loads relations. UNSET and POPPED give NULL with
 * *state (which may be NULL) saying which. */
CORM_API int corm_record_get(corm_record *, int slot, corm_value *out, int *state, corm_error **err);
/* Puts the host's form of the same loaded value into the slot, which is no change. Takes one reference of `host_value`;
 * gives it back at once where the slot is not loaded. */
CORM_API void corm_record_keep(corm_record *, int slot, void *host_value);
/* A change: the value is kept as given (text and bytes are copied; HOST: takes the reference, also when it fails), the
 * attribute becomes dirty, the record joins its session's changes; a relation to one takes a corm_object, or NULL, and
 * runs cascades and the other side's effects. EARGUMENT: an unknown kind of value, or a relation to many; EUNMAPPED: a
 * relation is to be something that is no mapped object. */
CORM_API int corm_record_set(corm_record *, int slot, const corm_value *, corm_error **err);
CORM_API int corm_record_delete(corm_record *, int slot, corm_error **err); /* del obj.attr: NULL, an empty relation */
/* The same as set, without being a change (set_committed_value, loading by a host). HOST: takes the reference. */
CORM_API int corm_record_set_committed(corm_record *, int slot, const corm_value *, corm_error **err);
/* By name, for programs in C: each looks its attribute up (ENAME, with the nearest), then does what the function with a
 * slot does. */
CORM_API int corm_record_get_named(corm_record *, const char *key, corm_value *out, corm_error **err);
CORM_API int corm_record_set_named(corm_record *, const char *key, corm_value, corm_error **err);
CORM_API int corm_record_link_named(corm_record *, const char *key, corm_record *member, corm_error **err);
CORM_API int corm_record_unlink_named(corm_record *, const char *key, corm_record *member, corm_error **err);
/* The object of a relation to one, loaded when it is not yet; NULL: none. Its session owns it. EARGUMENT: no relation
 * to one. */
CORM_API int corm_record_get_related(corm_record **out, corm_record *, const char *key, corm_error **err);
/* The objects of a relation to many, loaded when they are not yet; of records without a host of their own (EMISUSE).
 * The array is borrowed until the relation changes, is expired, or its record goes. EARGUMENT: no relation to many. */
CORM_API int corm_record_get_members(corm_record *, const char *key, corm_record *const **out, size_t *n,
                                     corm_error **err);
/* A TRANSIENT record with attributes: corm_record_make(&r, user, &err, "name", corm_text("Ada"), CORM_LAST). Give it to
 * a session, or to corm_record_release. When it fails, *out is NULL, save where a relation led the record into a
 * session already: then it is that session's. Statuses of corm_record_set_named. */
#define CORM_LAST ((const char *)0)
CORM_API int corm_record_make(corm_record **out, const corm_entity *, corm_error **err,
                              ... /* const char *key, corm_value, ... CORM_LAST */);
/* Relations to many: the container has got, or is about to get or lose, `member`; runs cascades and the other side's
 * effects, and marks the change. EINVALID: no relation there. */
CORM_API int corm_record_link(corm_record *, int slot, corm_record *member, corm_error **err);
CORM_API int corm_record_unlink(corm_record *, int slot, corm_record *member, corm_error **err);
/* The container itself was replaced by another: `container` is a HOST value, its reference is taken, also when it
 * fails; members that left and came were told by link and unlink. */
CORM_API int corm_record_replace_container(corm_record *, int slot, void *container, corm_error **err);
/* Marks an attribute as changed, whose value the host changed in its place (flag_modified); slot -1: the object
 * (flag_dirty). EINVALID: the attribute is not loaded. */
CORM_API int corm_record_touch(corm_record *, int slot, corm_error **err);
/* From now on the host's object keeps the values (a __dict__ was asked for): every loaded slot is handed to
 * host->store, and read by host->read. EUNSUPPORTED: the host has none of these. */
CORM_API int corm_record_externalize(corm_record *, corm_error **err);
CORM_API int corm_record_peek_external(const corm_record *);

/* The history of an attribute since it was loaded or flushed; loads nothing. Of columns: out[0] added, out[1]
 * unchanged, out[2] deleted; has[i] says which of them hold a value. Of relations: by sink, `which` 0 added, 1
 * unchanged, 2 deleted; non-zero stops. EARGUMENT: no relation. */
CORM_API int corm_record_history(corm_record *, int slot, corm_value out[3], int has[3], corm_error **err);
typedef int (*corm_history_sink)(void *ctx, int which, corm_record *member);
CORM_API int corm_record_history_members(corm_record *, int slot, corm_history_sink, void *ctx, corm_error **err);
CORM_API int corm_record_peek_slot_changed(const corm_record *, int slot); /* was set since the last flush */
/* 1: a slot of an object that is expired as a whole; else a column that a read of another would load too, so not a
 * deferred one. */
CORM_API int corm_record_peek_slot_expired(const corm_record *, int slot);
/* For a binding's collector: calls visit for each host value that the record's slots hold. Returns what stopped it, or
 * 0. */
CORM_API int corm_record_traverse(const corm_record *, int (*visit)(void *host_value, void *arg), void *arg);
/* Gives those values up (a collector breaking a cycle): the slots are expired, or unset. */
CORM_API void corm_record_clear(corm_record *);

#ifdef __cplusplus
}
#endif
#endif
