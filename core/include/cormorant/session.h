/* Sessions: identity map, unit of work, transactions. One thread at a time; another thread's call is EMISUSE and names
 * both. A session may be handed to another thread between calls.
 *
 * Statuses beside those of the database: EPENDINGROLLBACK, a flush failed and corm_session_rollback was not called
 * since; EINVALID, the record or transaction is not in the state for this; EFLUSH and ESTALE, what a flush found cannot
 * be sent, or changed other rows than it should; EUNBOUND, no engine for this. */
#ifndef CORMORANT_SESSION_H
#define CORMORANT_SESSION_H

#include <cormorant/engine.h>
#include <cormorant/record.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum corm_join_mode {
  CORM_JOIN_CONDITIONAL_SAVEPOINT = 0,
  CORM_JOIN_ROLLBACK_ONLY,
  CORM_JOIN_CONTROL_FULLY,
  CORM_JOIN_CREATE_SAVEPOINT
} corm_join_mode;

typedef struct corm_session_options {
  size_t size;
  const corm_host *host; /* NULL: the host of C inside the core: the session owns its records */
  int no_autoflush, no_expire_on_commit, no_autobegin;
  int join_mode;
  corm_conn *conn; /* work on this connection, which is not given back; borrowed */
} corm_session_options;

/* The session takes a reference of its own to the engine; NULL when host->bind_for or options.conn says where to.
 * options may be NULL. *out is for corm_session_free. No connection is taken before the first statement. */
CORM_API int corm_session_open(corm_session **out, corm_engine *, const corm_session_options *, corm_error **err);
/* Rolls back, detaches every object; the session can be used again. Records that a session of C owns are freed, save
 * those that a result still names: pointers to them end here, as with corm_session_free. */
CORM_API int corm_session_close(corm_session *, corm_error **err);
/* Closes and gives the memory back once no object needs it. NULL is fine. Objects stay, detached. */
CORM_API void corm_session_free(corm_session *);
CORM_API void corm_session_set_autoflush(corm_session *, int on);
CORM_API int corm_session_peek_autoflush(const corm_session *);
/* Masks of events that somebody listens to: session kinds (64..95) here, mapper and instance kinds (32..63) per entity.
 */
CORM_API void corm_session_set_events(corm_session *, uint64_t mask);
CORM_API void corm_entity_set_events(corm_entity *, uint64_t mask);

/* Calls fn(ctx, event, err) for each event of that kind: 64.. of a session, which has no host of its own
 * (EMISUSE); 32..63 of an entity and those that inherit from it, in every session without a host. EARGUMENT: another
 * kind. The listener lasts as long as the session, the entity; listen to entities before other threads use the schema.
 */
CORM_API int corm_session_listen(corm_session *, int kind, corm_listener fn, void *ctx, corm_error **err);
CORM_API int corm_entity_listen(corm_entity *, int kind, corm_listener fn, void *ctx, corm_error **err);

/* The record, and what its relations cascade to, becomes PENDING, or is found again when it is DETACHED; the session
 * owns it. EINVALID: it is in another session, or was deleted. */
CORM_API int corm_session_add(corm_session *, corm_record *, corm_error **err);
/* corm_record_make, then corm_session_add. out may be NULL; it is borrowed: the session owns the record. */
CORM_API int corm_session_make(corm_record **out, corm_session *, const corm_entity *, corm_error **err,
                               ... /* const char *key, corm_value, ... CORM_LAST */);
/* Marks it, and what relations cascade to, for the next flush; its row goes then. EINVALID: it has no row. */
CORM_API int corm_session_delete(corm_session *, corm_record *, corm_error **err);
/* Takes it, and what relations cascade to, out of the session without SQL; changes that were not flushed stay in the
 * object alone. A session of C still owns the memory. */
CORM_API int corm_session_expunge(corm_session *, corm_record *, corm_error **err);
CORM_API int corm_session_expunge_all(corm_session *, corm_error **err);
/* Forgets what was loaded, changes included: the next read loads. EINVALID: it has no row in this session. */
CORM_API int corm_session_expire(corm_session *, corm_record *, const int *slots, size_t n,
                                 corm_error **err); /* n 0: all */
CORM_API int corm_session_expire_all(corm_session *, corm_error **err);
/* Expires and loads at once. EINVALID, too, when the row is gone. */
CORM_API int corm_session_refresh(corm_session *, corm_record *, const int *slots, size_t n, corm_error **err);
/* Sends what changed, in as few statements as it takes. A failure rolls the transaction back and leaves
 * EPENDINGROLLBACK. */
CORM_API int corm_session_flush(corm_session *, corm_error **err);
CORM_API int corm_session_contains(const corm_session *, const corm_record *);
/* Only when something flushable is there. */
CORM_API int corm_session_is_modified(corm_session *, corm_record *, int *yes, corm_error **err);

/* key: n values in order of the primary key. *out NULL: no such row. options: a statement of loader options or NULL. */
CORM_API int corm_session_get(corm_record **out, corm_session *, const corm_entity *, const corm_value *key, size_t n,
                              const corm_stmt *options, int populate_existing, corm_error **err);
#define CORM_MERGE_NO_LOAD 1u
/* The session's record for the row of `given`, which may be in another session or in none: found in the map, read by
 * its key, or else made. It gets the attributes that `given` has, and so do records that relations with the cascade
 * merge lead to. `given` itself stays as it is; a persistent record of this session is its own. options: a SELECT whose
 * loader options apply to what is read, or NULL. NO_LOAD: nothing is read; what `given` has is taken as what the row
 * has, clean: EINVALID for a record without a row or with changes. *object (NULL: not wanted): a reference to the
 * host's object of the record, which may be all that keeps it; NULL of hosts that have none. */
CORM_API int corm_session_merge(corm_record **out, void **object, corm_session *, corm_record *given,
                                const corm_stmt *options, unsigned flags, corm_error **err);
/* The map alone. NULL: not there. */
CORM_API corm_record *corm_session_peek(const corm_session *, const corm_entity *, const corm_value *key, size_t n);

#define CORM_EXEC_NO_AUTOFLUSH 16u
#define CORM_EXEC_POPULATE_EXISTING 32u
#define CORM_EXEC_SYNC_AUTO 0u
#define CORM_EXEC_SYNC_NONE 64u
#define CORM_EXEC_SYNC_EVALUATE 128u
#define CORM_EXEC_SYNC_FETCH 192u
#define CORM_EXEC_SYNC_MASK 192u
/* Rows of a query are read when they are asked for, block by block (corm_result_set_block), so that memory holds no
 * more objects than the program does. The statement stays open meanwhile: the end of the session's transaction reads
 * the rest of its rows into memory, closing the session or expunging all ends it (EINVALID). EINVALID for joined-loaded
 * collections, whose rows may lie in two blocks; IF_POSSIBLE reads these at once instead. (CORM_EXEC_STREAM itself is
 * in engine.h.) */
#define CORM_EXEC_STREAM_IF_POSSIBLE 512u
/* Any statement, borrowed; *out is for corm_result_free. Autoflushes first where SQLAlchemy does. bind_entity: whose
 * engine (NULL: found from the statement).
 */
CORM_API int corm_session_execute(corm_result **out, corm_session *, const corm_stmt *, const corm_params *params,
                                  const corm_entity *bind_entity, unsigned flags, corm_error **err);

/* corm_session_execute of a statement made for this one call: takes it, also when it fails. */
CORM_API int corm_session_query(corm_result **out, corm_session *, corm_stmt *, corm_error **err);

/* Transactions. *out (may be NULL) names the transaction until it ends; commit and rollback of the session act on the
 * outermost. */
typedef struct corm_transaction corm_transaction;
/* begin: EINVALID when one is under way. commit flushes, commits, and expires all objects (but see the options);
 * rollback undoes what happened since begin, in memory, too. Both are fine when there is none. *out: one reference, for
 * corm_transaction_unref. */
CORM_API int corm_session_begin(corm_session *, corm_transaction **out, corm_error **err);
CORM_API int corm_session_begin_nested(corm_session *, corm_transaction **out, corm_error **err);
CORM_API int corm_session_commit(corm_session *, corm_error **err);
CORM_API int corm_session_rollback(corm_session *, corm_error **err);
CORM_API int corm_transaction_commit(corm_transaction *, corm_error **err);
CORM_API int corm_transaction_rollback(corm_transaction *, corm_error **err);
/* A block of the program stands for the transaction, as a `with` does: from enter to leave the session begins no other
 * once this one has ended (EINVALID). Blocks nest. */
CORM_API void corm_transaction_enter(corm_transaction *);
CORM_API void corm_transaction_leave(corm_transaction *);
CORM_API int corm_transaction_peek_ended(const corm_transaction *); /* neither active nor waiting for a rollback */
CORM_API int corm_transaction_peek_active(const corm_transaction *);
CORM_API int corm_transaction_peek_nested(const corm_transaction *);
CORM_API corm_transaction *corm_transaction_peek_parent(const corm_transaction *);
CORM_API corm_transaction *corm_transaction_ref(corm_transaction *);
CORM_API void corm_transaction_unref(corm_transaction *);
CORM_API corm_transaction *corm_session_peek_transaction(const corm_session *, int nested); /* borrowed, NULL: none */
CORM_API int corm_session_peek_in_transaction(const corm_session *);
CORM_API int corm_session_peek_active(const corm_session *);
/* The connection of the transaction for an entity (NULL: the default); autobegins. Borrowed. */
CORM_API int corm_session_get_connection(corm_conn **out, corm_session *, const corm_entity *, corm_error **err);

typedef int (*corm_record_sink)(void *ctx, corm_record *);
typedef enum corm_session_set {
  CORM_SET_NEW = 1,
  CORM_SET_DIRTY,
  CORM_SET_DELETED,
  CORM_SET_PERSISTENT
} corm_session_set;
/* Calls sink for each (NEW in order of addition); the set must not change meanwhile. */
CORM_API int corm_session_each(const corm_session *, int set, corm_record_sink, void *ctx);

#ifdef __cplusplus
}
#endif
#endif
