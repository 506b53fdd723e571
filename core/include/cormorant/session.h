/* Sessions: identity map, unit of work, transactions.
 *
 * Threads: one at a time, with the host's lock held; another thread's call is EMISUSE and names both. A session may be
 * handed to another thread between calls. It waits for the database without the lock.
 *
 * Owner: a session of C (no host in its options) owns its records until it is closed or freed; records that are given
 * out are borrowed from it. With a host, its objects own them (ext/host.h, record.h). A session keeps its engine.
 *
 * Statuses beside those of the database: EPENDINGROLLBACK, the transaction failed and corm_session_rollback was not
 * called since; EINVALID, the record or transaction is not in the state for this; EUNBOUND, no engine for this; of all
 * that flushes: EFLUSH and ESTALE, what a flush found cannot be sent, or changed other rows than it should; of all that
 * calls the host or a listener: EHOST, or the status that it returned.
 */
#ifndef CORMORANT_SESSION_H
#define CORMORANT_SESSION_H

#include <cormorant/engine.h>
#include <cormorant/record.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a session does to the transaction of a connection that it was given (join_transaction_mode). */
typedef enum corm_join_mode {
  CORM_JOIN_CONDITIONAL_SAVEPOINT = 0, /* in a savepoint: CREATE_SAVEPOINT; else ROLLBACK_ONLY */
  CORM_JOIN_ROLLBACK_ONLY,             /* it rolls it back, but does not commit it */
  CORM_JOIN_CONTROL_FULLY,             /* it does both */
  CORM_JOIN_CREATE_SAVEPOINT           /* it works in a savepoint of its own */
} corm_join_mode;

typedef struct corm_session_options {
  size_t size;
  const corm_host *host;   /* borrowed for the session's life; NULL: the host of C inside the core */
  int no_autoflush;        /* 1: queries do not flush first */
  int no_expire_on_commit; /* 1: objects keep what was loaded */
  int no_autobegin;        /* 1: what needs a transaction is EINVALID until corm_session_begin */
  int join_mode;           /* corm_join_mode */
  corm_conn *conn;         /* works on this connection, borrowed for the session's life; NULL: one from the engine */
} corm_session_options;

/* The engine may be NULL when host->bind_for or options.conn says where to; options may be NULL. *out is for
 * corm_session_free, NULL after a failure. No connection is taken before the first statement. */
CORM_API int corm_session_open(corm_session **out, corm_engine *, const corm_session_options *, corm_error **err);
/* Rolls back, gives its connections back, detaches every object; the session can be used again. Records that a session
 * of C owns are freed, save those that a result still names: pointers to them end here. */
CORM_API int corm_session_close(corm_session *, corm_error **err);
/* Closes, without events, and gives the memory back once no object of the host's needs it: these stay, detached. NULL
 * is fine. */
CORM_API void corm_session_free(corm_session *);
CORM_API void corm_session_set_autoflush(corm_session *, int on);
CORM_API int corm_session_peek_autoflush(const corm_session *);
/* Which events the host is told: masks by CORM_EV_BIT; session kinds (64..95) here, mapper and instance kinds (32..63)
 * per entity, for those that inherit from it, too. */
CORM_API void corm_session_set_events(corm_session *, uint64_t mask);
CORM_API void corm_entity_set_events(corm_entity *, uint64_t mask);

/* Calls fn(ctx, event, err) for each event of that kind: 64.. of a session, which has no host of its own
 * (EMISUSE); 32..63 of an entity and those that inherit from it, in every session without a host. EARGUMENT: another
 * kind. The listener, and so ctx, lasts as long as the session, the entity; listen to entities before other threads use
 * the schema. */
CORM_API int corm_session_listen(corm_session *, int kind, corm_listener fn, void *ctx, corm_error **err);
CORM_API int corm_entity_listen(corm_entity *, int kind, corm_listener fn, void *ctx, corm_error **err);

/* The record, and what its relations cascade to, becomes PENDING, or PERSISTENT again when it was DETACHED. One that is
 * in the session already stays. EINVALID: it is in another session, was deleted, or an object with its key is here;
 * EARGUMENT: it is another host's. */
CORM_API int corm_session_add(corm_session *, corm_record *, corm_error **err);
/* corm_record_make, then corm_session_add. *out is borrowed from the session; out may be NULL. Nothing is left behind
 * when it fails. */
CORM_API int corm_session_make(corm_record **out, corm_session *, const corm_entity *, corm_error **err,
                               ... /* const char *key, corm_value, ... CORM_LAST */);
/* Marks it, and what relations cascade to, for the next flush; its row goes then. Relations that are not loaded are, to
 * follow them. EINVALID: it has no row, or is in another session. */
CORM_API int corm_session_delete(corm_session *, corm_record *, corm_error **err);
/* Takes it, and what relations cascade to, out of the session without SQL; changes that were not flushed stay in the
 * object alone. A session of C still owns the memory. EINVALID: it is not in this session. */
CORM_API int corm_session_expunge(corm_session *, corm_record *, corm_error **err);
CORM_API int corm_session_expunge_all(corm_session *, corm_error **err);
/* Forgets what was loaded, changes included: the next read loads. n slots, or n 0: all, and what relations cascade to.
 * EINVALID: it has no row in this session, or no such slot. */
CORM_API int corm_session_expire(corm_session *, corm_record *, const int *slots, size_t n, corm_error **err);
CORM_API int corm_session_expire_all(corm_session *, corm_error **err);
/* Expires, flushes what else changed, and loads at once. EINVALID, too, when the row is gone. */
CORM_API int corm_session_refresh(corm_session *, corm_record *, const int *slots, size_t n, corm_error **err);
/* The same under the lock that corm_for_update gave the SELECT `lock` (NULL: none). */
CORM_API int corm_session_refresh_locked(corm_session *, corm_record *, const int *slots, size_t n,
                                         const corm_stmt *lock, corm_error **err);
/* Sends what changed, in as few statements as it takes, parents before children. A failure rolls the transaction back,
 * and the next use is EPENDINGROLLBACK; one before the first statement (in BEFORE_FLUSH) leaves all as it was. */
CORM_API int corm_session_flush(corm_session *, corm_error **err);
CORM_API int corm_session_contains(const corm_session *, const corm_record *); /* 1: PENDING or PERSISTENT here */
/* *yes 1: the record has a change that a flush would look at. */
CORM_API int corm_session_is_modified(corm_session *, corm_record *, int *yes, corm_error **err);

/* The object with that key, from the map or by one SELECT. key: n values in order of the primary key (EINVALID: another
 * number of them). options: a SELECT of the entity with loader options, borrowed, or NULL; under a lock
 * (corm_for_update) the row is read in any case (EUNSUPPORTED: of a class with versions). populate_existing: it is
 * read in any case, and written over. *out is borrowed from the session, with a host until its object dies; NULL: no
 * such row. */
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
/* From the map alone, expired or not. NULL: not there. */
CORM_API corm_record *corm_session_peek(const corm_session *, const corm_entity *, const corm_value *key, size_t n);

#define CORM_EXEC_NO_AUTOFLUSH 16u
#define CORM_EXEC_POPULATE_EXISTING 32u /* objects that are here are written over by the rows */
/* How objects that are here follow an UPDATE or DELETE of their class: AUTO evaluates its criteria in memory where that
 * is possible, and else fetches the keys; NONE leaves them. EINVALID: EVALUATE, and it is not possible. */
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
/* Any statement, borrowed, with values as of corm_conn_execute; flags: CORM_EXEC_ bits of both. *out is for
 * corm_result_free, NULL after a failure. A SELECT of entities and an UPDATE or DELETE of one flush first. bind_entity:
 * whose engine; NULL: found from the statement. */
CORM_API int corm_session_execute(corm_result **out, corm_session *, const corm_stmt *, const corm_params *params,
                                  const corm_entity *bind_entity, unsigned flags, corm_error **err);
/* corm_session_execute of a statement that was made for this one call: takes it, also when it fails. */
CORM_API int corm_session_query(corm_result **out, corm_session *, corm_stmt *, corm_error **err);

typedef struct corm_transaction corm_transaction;
/* Transactions. Statements and changes begin one by themselves (but see the options). begin: EINVALID when one is under
 * way. begin_nested: flushes, then begins one inside of the one under way (a savepoint). *out, which may be NULL: one
 * reference, for corm_transaction_unref; NULL after a failure.
 * The session's commit and rollback act on the outermost one, and so on all. commit flushes, commits, and expires all
 * objects (but see the options); a failure rolls it back. rollback undoes what happened since begin, in memory, too; it
 * is fine when there is none. Those of a transaction act on it and what is nested in it. ECLOSED: it has ended. */
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
CORM_API void corm_transaction_unref(corm_transaction *); /* with the host's lock held; NULL is fine */
/* The outermost transaction; nested: the innermost that is nested. Borrowed; NULL: there is none. */
CORM_API corm_transaction *corm_session_peek_transaction(const corm_session *, int nested);
CORM_API int corm_session_peek_in_transaction(const corm_session *);
CORM_API int corm_session_peek_active(const corm_session *); /* 0: the transaction waits for a rollback */
/* The connection of the transaction for an entity (NULL: the default); begins one. Borrowed until it ends. */
CORM_API int corm_session_get_connection(corm_conn **out, corm_session *, const corm_entity *, corm_error **err);

typedef int (*corm_record_sink)(void *ctx, corm_record *); /* non-zero stops */
typedef enum corm_session_set {
  CORM_SET_NEW = 1,   /* PENDING, in order of addition */
  CORM_SET_DIRTY,     /* changed */
  CORM_SET_DELETED,   /* marked by corm_session_delete */
  CORM_SET_PERSISTENT /* all of the identity map whose objects live */
} corm_session_set;
/* Calls sink for each record of the set, which must not change meanwhile; returns what stopped it, or 0. */
CORM_API int corm_session_each(const corm_session *, int set, corm_record_sink, void *ctx);

#ifdef __cplusplus
}
#endif
#endif
