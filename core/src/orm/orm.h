/* Inside the ORM: records, the identity map, sessions, changes. One header for the layer's files.
 *
 * Everything here is called with the host's lock held, save what is marked U, which runs inside a cursor's `fill`.
 *
 * Which file has what
 *   record.c slot.c chunk.c home.c key.c   memory of records, their slots, their keys
 *   identity.c                       the map from key to record, one per hierarchy
 *   state.c change.c                 states, their events; entries of changed records, holding their objects
 *   session.c owner.c transaction.c  sessions
 *   hydrate.c get.c load.c lazy.c eager.c refresh.c   reading
 *   chost.c                          the host of C
 *   set.c history.c cascade.c backref.c collection.c   changes in memory
 *   flush.c plan.c shape.c sync.c insert.c update.c delete_rows.c many.c send.c   the flush; see unit.h
 *   dml_sync.c                       INSERT, UPDATE, DELETE of entities
 *
 * A record is in exactly one state, which is never stored but follows from three facts:
 *   KEYED, in a session: PERSISTENT, or DELETED with the flag DELETED     KEYED, no session: DETACHED
 *   not KEYED, in a session: PENDING                                      not KEYED, no session: TRANSIENT
 */
#ifndef CM_ORM_H
#define CM_ORM_H
#include "ast/node.h"
#include "base/base.h"
#include "engine/engine.h"
#include "engine/listen.h"
#include "lower/lower.h"
#include "schema/schema.h"
#include <cormorant/record.h>
#include <cormorant/session.h>
#include <string.h>

typedef struct cm_change cm_change;
typedef struct cm_home cm_home;
typedef struct cm_kept cm_kept;
typedef struct cm_members cm_members;

/* ---- Records -------------------------------------------------------------------------------------------------------
 *
 * A record has all slots of its entity: behind the 40 bytes of the header stand its tags (a byte per slot, padded to
 * 8), then its cells (8 bytes per slot), then text. A read needs nothing but the record itself.
 * See docs/decisions/001-full-width-records.md.
 */
struct corm_record {
  cm_home *home;     /* entity, session, host; never NULL */
  void *object;      /* the host's object, borrowed; NULL: none or dead */
  uint64_t key;      /* KEYED: the integer, or with WIDE a cm_key */
  cm_change *change; /* NULL: nothing about it is noted. While a dead record waits to be freed: the next such one */
  uint32_t pins;     /* blocks, results and plans that name it: it is not freed while there are any */
  uint16_t flags;    /* CM_REC_* */
  uint16_t n;        /* slots */
};

enum {
  CM_REC_KEYED = 1,       /* has an identity; survives delete, detach and expiry */
  CM_REC_WIDE = 2,        /* key is a cm_key: anything but one integer */
  CM_REC_KEY_HEAP = 4,    /* ... with memory of its own */
  CM_REC_MAPPED = 8,      /* the identity map of its session has it */
  CM_REC_DELETED = 16,    /* its DELETE was flushed; "was deleted" once it is detached */
  CM_REC_EXPIRED = 32,    /* the whole object is expired and nothing was reloaded */
  CM_REC_EXTERNAL = 64,   /* the host's object keeps the values: read through host->read */
  CM_REC_OWNS = 128,      /* some cell may own a host reference or memory */
  CM_REC_LOOSE = 256,     /* allocated alone, not in a chunk */
  CM_REC_MODIFIED = 512,  /* had a set event since it was last flushed (also while transient) */
  CM_REC_NOTED = 1024,    /* some transaction of its session names it */
  CM_REC_OPTIONS = 2048,  /* session->options has loader options for it */
  CM_REC_FILLING = 4096,  /* made by fill, not yet in the map. Given up: key is then the record that stands for it */
  CM_REC_C = 8192,        /* its host is the host of C: the session owns it; HOST cells are RECORDs or cm_members */
  CM_REC_HELD = 16384,    /* host->hold was called */
  CM_REC_FLUSHING = 32768 /* named by the flush that runs */
};

/* A tag: kind of the cell in the low five bits (corm_kind, or one of the absent kinds below), and three flags. */
enum {
  CM_TAG_KIND = 31,
  CM_TAG_ASCII = 32, /* text: all bytes below 0x80 */
  CM_TAG_HEAP = 64,  /* text, bytes and their kin: the cell is a cm_text with memory of its own; else {offset, size} */
  CM_TAG_DIRTY = 128 /* had a set event since the last flush */
};
enum { /* absent kinds; corm_slot_state of all from RAISE to EXPIRED is CORM_SLOT_EXPIRED */
       CM_ABSENT_FIRST = 26,
       CM_ABSENT_RAISE = 26,    /* deferred, and a read raises (an option) */
       CM_ABSENT_DEFERRED = 27, /* a read loads the column and its group, nothing else */
       CM_ABSENT_EXPIRED = 28,  /* columns: a read loads all of these together. Relations: not loaded */
       CM_ABSENT_UNSET = 29,
       CM_ABSENT_POPPED = 30
};
typedef union cm_cell {
  int64_t i;
  double f;
  void *p; /* HOST: one reference. HEAP: a cm_text */
  struct {
    uint32_t at, size; /* bytes from the record */
  } text;
} cm_cell;
typedef struct cm_text {
  uint32_t size;
  char bytes[];
} cm_text;

static inline uint8_t *cm_tags(const corm_record *r) { return (uint8_t *)(uintptr_t)(r + 1); }
static inline size_t cm_tags_size(size_t n) { return (n + 7) & ~(size_t)7; }
static inline cm_cell *cm_cells(const corm_record *r) { return (cm_cell *)(void *)(cm_tags(r) + cm_tags_size(r->n)); }
static inline size_t cm_record_size(size_t n) { return sizeof(corm_record) + cm_tags_size(n) + n * sizeof(cm_cell); }
static inline int cm_kind(const corm_record *r, int slot) { return cm_tags(r)[slot] & CM_TAG_KIND; }
static inline int cm_present(const corm_record *r, int slot) { return cm_kind(r, slot) < CM_ABSENT_FIRST; }
static inline int cm_dirty(const corm_record *r, int slot) { return cm_tags(r)[slot] & CM_TAG_DIRTY; }

/* -- slot.c. None of these fires events, cascades, or notes a change. `slot` must be below r->n. */

/* The value as corm_record_peek gives it (EXTERNAL: as the host has it). Returns the corm_slot_state; *out is NULL
 * unless LOADED; borrowed until the slot changes. to-one relations of the C host give RECORD. */
int cm_slot_peek(const corm_record *, int slot, corm_value *out);
/* What is in the cell itself, also when EXTERNAL (then: what was there when values moved out, mostly absent). */
int cm_slot_cell(const corm_record *, int slot, corm_value *out);
/* Stores a copy of text and bytes; HOST: takes the reference, also when it fails. RECORD (C host): stored as HOST. The
 * old content is given up, DIRTY stays as it was. EXTERNAL: goes to host->store. */
int cm_slot_store(corm_record *, int slot, const corm_value *, corm_error **err);
/* Gives the content up and leaves an absent kind (CM_ABSENT_*). DIRTY goes. EXTERNAL: removed from the host's too. May
 * run host code (unref). */
void cm_slot_clear(corm_record *, int slot, int absent);
/* Takes the content out as it is, owned by the caller (cm_old_free), leaving `absent`; DIRTY stays. EXTERNAL: a new
 * reference of what the host has, or a copy, which is left there; only this may fail, and gives nothing then. */
typedef struct cm_old {
  cm_cell cell;
  uint16_t slot;
  uint8_t tag; /* never DIRTY; absent kinds mean that it was so. CM_OLD_MEMBERS: cell.p is a cm_members */
} cm_old;
#define CM_OLD_MEMBERS CORM_RECORD
int cm_slot_take(corm_record *, int slot, int absent, cm_old *out, corm_error **err);
/* Puts it back (rollback of a set); *old is given away. */
void cm_slot_put(corm_record *, cm_old *old);
void cm_old_free(corm_record *, cm_old *);
/* The value of an old cell, borrowed; returns the slot state. Members: LOADED with a NULL value. */
int cm_old_peek(const corm_record *, const cm_old *, corm_value *out);
static inline void cm_slot_set_dirty(corm_record *r, int slot) { cm_tags(r)[slot] |= CM_TAG_DIRTY; }
static inline void cm_slot_clear_dirty(corm_record *r, int slot) { cm_tags(r)[slot] &= (uint8_t)~CM_TAG_DIRTY; }

/* A value of a to-one relation as a record, or NULL: HOST through host->record, RECORD as it is. */
corm_record *cm_value_record(const corm_record *owner, const corm_value *);
/* The reverse: *out owns one reference (HOST). NULL target: a NULL value. */
int cm_record_value(corm_record *owner, corm_record *target, corm_value *out, corm_error **err);

corm_entity *cm_record_entity(const corm_record *); /* not const: the orm layer hangs things on it */
corm_session *cm_record_session(const corm_record *);
const corm_host *cm_record_host(const corm_record *);
cm_attribute *cm_record_attribute(const corm_record *, int slot);
/* EINVALID when the slot is not one of the record's. */
int cm_record_check_slot(const corm_record *, int slot, corm_error **err);
/* For messages: "<User at 0x7f..>"; writes at most cap bytes, terminated. */
void cm_record_name(const corm_record *, char *out, size_t cap);

static inline void cm_pin(corm_record *r) { r->pins++; }
/* Frees the record when nothing else needs it. */
void cm_unpin(corm_record *);
/* Frees it if: no object, no pins, no change entry, and its host is not the host of C. */
void cm_record_settle(corm_record *);
void cm_record_free(corm_record *);    /* at once, from the map too */
void cm_session_drain(corm_session *); /* frees the records that died while the session was filling */

/* -- home.c: what records of one entity in one session share. Those in no session share a home of their entity and
 * host. Attaching or detaching a record is switching its home. A closed session's homes lose their session, so its
 * records are detached without being visited. */
struct cm_home {
  corm_entity *entity;
  corm_session *session; /* NULL: none, or closed */
  const corm_host *host; /* never NULL */
  size_t refs;           /* records, and the session; homes of no session are not counted */
  cm_home *next;         /* of the session, or of the entity */
  struct cm_kept **kept; /* see kept.c: the SELECT by key, then by slot of a relation */
  size_t n_kept;
};
int cm_home_of_session(cm_home **out, corm_session *, const corm_entity *, corm_error **err); /* borrowed */
int cm_home_of_none(cm_home **out, const corm_entity *, const corm_host *, corm_error **err);
/* Never fails. */
void cm_home_switch(corm_record *, cm_home *to);
void cm_home_unref(cm_home *, size_t n);
struct cm_entity_orm { /* corm_entity.orm */
  cm_home *homes;      /* of no session */
  uint64_t events;     /* that the host wants */
  uint64_t listened;   /* that listeners want */
  cm_listeners listeners;
  uint8_t *expired; /* n_expired tags of a record that is expired as a whole */
  size_t n_expired;
  void *plans; /* the flush's: freed by plans_free */
  void (*plans_free)(void *);
};
struct cm_entity_orm *cm_entity_orm(const corm_entity *); /* NULL: no memory */
/* Tags of a wholly expired record: EXPIRED, and DEFERRED for columns deferred by the mapping. NULL: no memory. */
const uint8_t *cm_entity_expired_tags(const corm_entity *);
uint64_t cm_entity_events(const corm_entity *); /* the mask of its mapper and instance events */
/* The host of C: objects are the records themselves; a container is a cm_members, told by its lowest bit. */
const corm_host *cm_host_of_c(void);

/* -- key.c: keys that are no single integer. Values and their text lie in the same memory. */
typedef struct cm_key {
  uint64_t hash;
  uint32_t n, size; /* bytes in all */
  corm_value values[];
} cm_key;
/* A key to look for, borrowed. `wide` 0: `hash` is the integer. */
typedef struct cm_key_view {
  uint64_t hash;
  const corm_value *values;
  uint32_t n;
  int wide;
} cm_key_view;
/* Of values in order of the key. BOOL and whole DOUBLEs count as INT; they are normalised in place. */
void cm_key_view_of(cm_key_view *out, corm_value *values, size_t n);
int cm_cell_order(const corm_value *, const corm_value *); /* as strcmp: the order in which keys are sent */
void cm_key_view_record(cm_key_view *out, const corm_record *,
                        corm_value *one); /* of a KEYED one; *one is room for an INT */
int cm_key_equal(const cm_key_view *, const corm_record *);
/* The record takes the key: KEYED, and WIDE with a copy of it. A key that it had is freed. Not in the map: see
 * identity. */
int cm_key_set(corm_record *, const cm_key_view *, corm_error **err);
/* The same with a copy that is there already, given away; NULL: the key is the integer `plain`. Cannot fail. */
void cm_key_take(corm_record *, cm_key *wide, uint64_t plain);
void cm_key_drop(corm_record *);                                      /* no longer KEYED */
int cm_key_copy(cm_key **out, const cm_key_view *, corm_error **err); /* cm_free */
size_t cm_key_size(const cm_key_view *);
void cm_key_write(cm_key *, const cm_key_view *, size_t size);
/* The values that the key's slots hold now, made cells (HOST: through host->bind). *complete 0: one is absent or NULL.
 * `room` has entity->n_key places; text is borrowed or in `arena`. */
int cm_key_from_slots(const corm_record *, corm_value *room, cm_arena *arena, int *complete, corm_error **err);
/* Any value as a cell of that column's type, for a key: HOST through host->bind; the copy is in `arena`. */
static inline int cm_key_is_cell(const corm_column *column, const corm_value *in) {
  return in->kind == CORM_NULL || (in->kind != CORM_HOST && !(column->type->flags & CORM_TYPE_HOST_BIND));
}
int cm_key_cell(const corm_host *, const corm_dialect *, const corm_column *, const corm_value *in, corm_value *out,
                cm_arena *arena, corm_error **err);
/* The same for the dialect that the record's session speaks. */
int cm_record_key_cell(const corm_record *, const corm_column *, const corm_value *in, corm_value *out, cm_arena *arena,
                       corm_error **err);

/* -- chunk.c: memory of many records. Slabs of 2 MiB, cut into chunks of 64 KiB, each aligned to its size. */
typedef struct cm_chunk {
  struct cm_chunk *next, *prev; /* of the pool; NULL once the pool is gone */
  struct cm_slabs *pool;        /* NULL: the session is gone, the chunk goes with its last record */
  struct cm_slab *slab;
  uint32_t used, live; /* bytes; records */
} cm_chunk;
typedef struct cm_slabs cm_slabs; /* one per session */
cm_slabs *cm_slabs_new(corm_session *);
/* The session whose memory the record lies in (it may be in none, or in another); NULL: loose, or that one is gone. */
corm_session *cm_chunk_session(const corm_record *);
void cm_slabs_free(cm_slabs *); /* chunks with live records stay behind; NULL is fine */
/* Room for one record and `text` bytes behind it, in `*at`, the caller's current chunk (a new one when it is full; NULL
 * at first). Not initialised. NULL: no memory, or too large for a chunk. U: a pool is used by one fill at a time. */
corm_record *cm_chunk_take(cm_slabs *, cm_chunk **at, size_t bytes);
/* The caller is done with its current chunk: the next read goes on in it, and it may be given back once its records are
 * dead. L */
void cm_chunk_leave(cm_chunk **at);
/* More bytes behind the record that was taken last, or NULL. U */
void *cm_chunk_extend(cm_chunk *, size_t bytes);
void cm_chunk_give(corm_record *); /* its record is dead: one live less */
void cm_chunk_undo(cm_chunk *,
                   corm_record *); /* the record that was taken last was not needed: its bytes are used again. U */

/* ---- Identity map --------------------------------------------------------------------------------------------------
 * One per base entity and session. An integer key is its own hash until a probe passes 64 entries. */
typedef struct cm_identity_entry {
  uint64_t key;
  corm_record *record; /* NULL: empty */
} cm_identity_entry;
typedef struct cm_identity {
  const corm_entity *base;
  cm_identity_entry *entries;
  size_t used, cap; /* cap: a power of two, or 0 */
  int mixed;        /* hashes are multiplied */
  size_t longest;   /* no entry is farther from its home */
} cm_identity;
corm_record *cm_identity_get(const cm_identity *, const cm_key_view *); /* U: reading only */
int cm_identity_reserve(cm_identity *, size_t more);                    /* 0: no memory */
int cm_identity_put(cm_identity *, corm_record *);     /* by its key; 0: no memory. Must not be there. MAPPED */
void cm_identity_remove(cm_identity *, corm_record *); /* fine when it is not there */
/* The session's map for an entity, made when it is not there; NULL: no memory. */
cm_identity *cm_session_identity(corm_session *, const corm_entity *);
cm_identity *cm_session_peek_identity(const corm_session *, const corm_entity *); /* NULL: none */
corm_record *cm_session_find(const corm_session *, const corm_entity *, const cm_key_view *);

/* ---- Changes -------------------------------------------------------------------------------------------------------
 * What is noted about a record that is new, changed or deleted: which list of its session has it, the values that it
 * had before (the committed ones), and queued changes of collections that are not loaded. An entry may also be there
 * for a record that is in no session (a detached object that was changed). While a list has the record its host object
 * is held. */
typedef enum cm_list { CM_LIST_NONE = 0, CM_LIST_NEW, CM_LIST_DIRTY, CM_LIST_DELETED, CM_LISTS } cm_list;
struct cm_change {
  corm_record *record;
  cm_change *prev, *next; /* in the list, in the order in which they came */
  uint8_t list;
  uint8_t column_dirt; /* flag_dirty: dirty without an attribute */
  uint16_t n_old, cap_old;
  cm_old *old; /* n_old of them, in order of first change; &first until there are two */
  cm_old first;
  struct cm_queue *queue; /* queued changes of unloaded collections; owned, freed by cm_queue_free */
  uint64_t order;         /* grows with each entry into a list */
};
/* -- change.c */
int cm_change_need(corm_record *, cm_change **out, corm_error **err); /* the entry, made when there is none */
/* Into a list of its session (from another when it was there), at its end; holds the object. The same list: stays put.
 */
int cm_change_enlist(corm_record *, cm_list, corm_error **err);
/* Out of its list; the hold goes, which may free the record unless it is pinned. Old values and flags stay. */
void cm_change_delist(corm_record *);
/* Old values, queue, dirty bits, MODIFIED: gone; out of its list (as delist). The entry goes. */
void cm_change_forget(corm_record *);
/* The same for what was changed: one that is marked deleted stays so, a new one stays new. */
void cm_change_revert(corm_record *);
/* Old values and dirt of one slot. */
void cm_change_forget_slot(corm_record *, int slot);
cm_old *cm_change_old(const corm_record *, int slot); /* NULL: the slot has its committed content */
/* Notes an old value; takes *old, also when it fails. The first one noted for a slot stays: a later one is freed. */
int cm_change_keep_old(corm_record *, cm_old *, corm_error **err);
int cm_change_room(corm_record *, corm_error **err); /* the next cm_change_keep_old needs no memory */
/* A set event on a record of a session: autobegins, MODIFIED, into DIRTY unless it is in NEW or DELETED; noted in the
 * transaction. On one in no session: MODIFIED. Does not touch slots. */
int cm_change_mark(corm_record *, corm_error **err);

/* ---- Vectors of records ---------------------------------------------------------------------------------------------
 */
struct cm_members {
  corm_record **records;
  size_t n, cap;
};
int cm_members_add(cm_members *, corm_record *, corm_error **err); /* does not pin */
int cm_members_remove(cm_members *, const corm_record *);          /* the first one; 0: was not there */
int cm_members_has(const cm_members *, const corm_record *);
void cm_members_clear(cm_members *);
/* Reads a container's members through host->members. `out` must be empty or is added to. */
int cm_members_read(corm_record *owner, int slot, cm_members *out, corm_error **err); /* of a loaded slot */

/* ---- Sessions -------------------------------------------------------------------------------------------------------
 */
typedef struct cm_tx_conn { /* a connection that a transaction uses */
  corm_engine *engine;      /* borrowed from conn */
  corm_conn *conn;
  int owned;          /* released at the end */
  int commits;        /* this transaction ends it: else what somebody else began stays, unless it is rolled back */
  char savepoint[64]; /* the savepoint that it is; "": the connection's transaction */
} cm_tx_conn;
typedef enum cm_tx_state {
  CM_TX_ACTIVE = 1,
  CM_TX_FAILED /* a flush failed: rolled back, waits for rollback() */,
  CM_TX_ENDED
} cm_tx_state;

enum { CM_NOTE_NEW = 1, CM_NOTE_DELETED = 2, CM_NOTE_DIRTY = 4 };
/* A savepoint is a transaction with a parent. Each has its own sets; a commit of the inner adds them to the outer's. */
struct corm_transaction {
  int refs;
  corm_session *session;    /* NULL once ended */
  corm_transaction *parent; /* a reference */
  int nested, state;
  int joined;        /* begun by flush inside another: shares its parent's connections (events only) */
  cm_map notes;      /* record -> CM_NOTE_* (as an integer in the pointer) */
  cm_map switched;   /* record -> cm_key *, the key that it had before this transaction */
  cm_members let_go; /* pinned: inserted in it, then expunged: their rows go with a rollback, and so do their keys */
  cm_tx_conn *conns;
  size_t n_conns, cap_conns;
  int unrestored;          /* its objects wait for another rollback(): memory failed while they were restored */
  char *failure;           /* what a failed flush said */
  corm_session *block_of;  /* a block of the program stands for it, in this session; NULL: none, or left */
  corm_transaction *outer; /* the block around that one; a reference */
};

/* Listeners and the host are asked through home->host; the session's own for session events. */
struct corm_session {
  const corm_host *host; /* never NULL */
  corm_engine *engine;   /* a reference, or NULL */
  corm_conn *conn;       /* options.conn, or NULL */
  int autoflush, expire_on_commit, autobegin, join_mode;
  uint64_t events;        /* session kinds */
  cm_listeners listeners; /* of the host of C */

  uint64_t maker_thread; /* whose database in memory it works on, also in other threads */
  uint64_t owner_thread; /* 0: no call is under way */
  int depth;
  const char *owner_call; /* "corm_session_flush" */

  cm_home *homes;
  cm_map homes_by_entity;
  cm_slabs *slabs;
  cm_identity **identities; /* few: found by homes_by_identity */
  size_t n_identities, cap_identities;
  cm_map identity_by_base;

  cm_change lists[CM_LISTS]; /* heads of rings; lists[l].next is the first */
  size_t counts[CM_LISTS];
  uint64_t order;

  corm_transaction *transaction;  /* the innermost; NULL: none begun */
  corm_transaction *block;        /* that the innermost block of the program stands for; a reference, or NULL */
  corm_record *floating;          /* pinned: see cm_session_float */
  const corm_relation *eager[16]; /* being loaded by mapped eager strategies, outermost first: none is entered twice */
  size_t n_eager;
  cm_map options; /* record -> cm_plan_options, where CM_REC_OPTIONS */

  cm_map left; /* C host: records that left the map and the lists, but are still owned; pinned. Each is its value */

  struct cm_reader *streams; /* whose rows are being taken by the program */

  int filling;           /* a cursor writes into our chunks: the dead wait */
  corm_record *retired;  /* linked by `change` */
  int flushing;          /* a flush runs: no autoflush, no second flush */
  int executing;         /* ... and sends its statements: objects added now may come too late */
  int in_hook;           /* after_commit, after_rollback: no SQL */
  int closed;            /* corm_session_free was called */
  unsigned no_autoflush; /* counted */
};

/* -- owner.c. Every public function that changes a session or may wait is between these two. EMISUSE names both calls
 * when another thread is inside; the same thread may enter again. */
int cm_session_enter(corm_session *, const char *call, corm_error **err);
void cm_session_leave(corm_session *);

/* -- session.c */
/* Tells session events (and mapper and instance ones, by the record's entity) when somebody listens. record, conn: or
 * NULL */
int cm_tell(corm_session *, int kind, corm_record *, corm_conn *, corm_error **err);
int cm_tell_slots(corm_session *, int kind, corm_record *, const int *slots, size_t n, corm_error **err);
void cm_warn(const corm_host *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Whether the transaction can be used: EPENDINGROLLBACK, ECLOSED, EINVALID (autobegin off). Begins one when there is
 * none. */
int cm_session_autobegin(corm_session *, corm_error **err);
/* Expires all records of the map that pass the test (NULL: all). */
int cm_session_expire_where(corm_session *, int (*test)(void *ctx, corm_record *), void *ctx, corm_error **err);
/* Flushes first when autoflush is on, none runs, and there is something. Adds a note to an error. */
int cm_session_autoflush(corm_session *, corm_error **err);
static inline int cm_session_is_clean(const corm_session *s) {
  return !s->counts[CM_LIST_NEW] && !s->counts[CM_LIST_DIRTY] && !s->counts[CM_LIST_DELETED];
}

/* -- state.c: one record, no cascades. Each fires its events and notes the record in the transaction. */
/* transient -> pending, detached -> persistent (into the map: EINVALID when another is there), marked deleted ->
 * unmarked, pending and persistent: nothing. EINVALID: belongs to another session, was deleted. A detached one that was
 * changed joins DIRTY. Before and after_attach are fired. */
int cm_state_attach(corm_session *, corm_record *, corm_error **err);
/* pending -> persistent, after its INSERT: takes its key from its slots, enters the map, leaves its list; all old
 * values and dirt are forgotten. Another record with that key in the map is displaced from it. */
int cm_state_inserted(corm_session *, corm_record *, corm_error **err);
/* A flushed UPDATE: dirt is forgotten, leaves its list, and its key in the map follows its slots. */
int cm_state_updated(corm_session *, corm_record *, corm_error **err);
/* persistent -> deleted, after its DELETE. */
int cm_state_deleted(corm_session *, corm_record *, corm_error **err);
/* pending -> transient; persistent and deleted -> detached (expunge; dirt goes along with a persistent one). */
int cm_state_expunge(corm_session *, corm_record *, corm_error **err);
/* persistent, marked or not -> marked for deletion. Does not cascade. */
int cm_state_mark_deleted(corm_session *, corm_record *, corm_error **err);
/* Expires slots (n 0: all), forgetting their changes. Never set slots of a persistent record expire too. */
int cm_state_expire(corm_session *, corm_record *, const int *slots, size_t n, corm_error **err);
/* Undoing, for rollback. Inserted or pending -> transient, attributes kept. Deleted or marked -> persistent. Its former
 * key. */
int cm_state_uninserted(corm_session *, corm_record *, corm_error **err);
int cm_state_undeleted(corm_session *, corm_record *, corm_error **err);
int cm_state_restore_key(corm_session *, corm_record *, const cm_key *before, corm_error **err);
/* The row of a persistent record is gone (get): as deleted by somebody else. */
int cm_state_gone(corm_session *, corm_record *, corm_error **err);

/* -- transaction.c */
int cm_tell_transaction(corm_session *, int kind, corm_transaction *, corm_error **err);
int cm_transaction_undo(corm_session *, corm_transaction *,
                        corm_error **err);                        /* rolls back to and including this one */
int cm_transaction_prepare(corm_transaction *, corm_error **err); /* before a commit: memory for what it hands up */
int cm_transaction_keep(corm_session *, corm_transaction *, corm_error **err);    /* objects, after a commit */
int cm_transaction_restore(corm_session *, corm_transaction *, corm_error **err); /* objects, after a rollback */
int cm_tx_commit_wire(corm_transaction *, corm_error **err);
int cm_tx_rollback_wire(corm_transaction *, corm_error **err);
int cm_tx_close_wire(corm_transaction *, corm_error **err); /* the same, but what somebody else began stays */
void cm_tx_release(corm_transaction *);
/* EINVALID: the innermost block's transaction has ended, so nothing begins and no SQL is sent until it is left. */
int cm_session_check_block(const corm_session *, corm_error **err);
void cm_transaction_forget_blocks(corm_session *);              /* the session is freed */
int cm_transaction_close_all(corm_session *, corm_error **err); /* close: rolls back on the wire, restores nothing */
/* The innermost transaction notes a record (CM_NOTE_*); its former key. Does nothing without a transaction. */
int cm_note(corm_session *, corm_record *, int what, corm_error **err);
int cm_note_reserve(corm_session *, size_t n, corm_error **err); /* room for n more: a flush that inserts many */
int cm_note_switch(corm_session *, corm_record *, const cm_key_view *old, corm_error **err);
void cm_note_forget(corm_session *, corm_record *); /* the record dies or leaves */
/* The record is about to be expunged: a transaction that inserted it goes on to know it. */
int cm_note_let_go(corm_session *, corm_record *, corm_error **err);
/* The connection for an entity or a statement (both may be NULL), begun, with the savepoint sent: for what is about to
 * run. Borrowed. */
/* The dialect of the engine that an entity's objects come from; NULL: there is none. */
const corm_dialect *cm_session_dialect(corm_session *, const corm_entity *);
int cm_session_conn(corm_conn **out, corm_session *, const corm_entity *, const corm_stmt *, corm_error **err);
/* Around a flush: begin tells TRANSACTION_CREATE; end tells TRANSACTION_END; failed rolls back to where the innermost
 * real transaction began, restores states and leaves it FAILED with the sentence of `why`. */
int cm_transaction_begin_flush(corm_session *, corm_error **err);
int cm_transaction_end_flush(corm_session *, corm_error **err);
void cm_transaction_failed(corm_session *, const corm_error *why);

/* ---- Reading
 * --------------------------------------------------------------------------------------------------------- */
/* -- load.c */
/* The slot has a value when this returns OK, or is UNSET or POPPED. Autoflushes, loads what belongs together.
 * EDETACHED, EGONE. */
int cm_load_slot(corm_record *, int slot, corm_error **err);
/* All of these at once by one SELECT (n 0: all expired columns). Does not autoflush. */
int cm_load_slots(corm_record *, const int *slots, size_t n, corm_error **err);
/* The same for refresh, whose statement is labelled as a program's own SELECT. n 0: as a plain load of the entity. */
int cm_reload_slots(corm_record *, const int *slots, size_t n, const corm_stmt *lock, corm_error **err);
int cm_require_session(const corm_record *, int slot, corm_error **err); /* EDETACHED, naming what was asked */
/* A statement of cm_lower_get: its one record (floating) or NULL. */
int cm_fetch_by_key(corm_record **out, corm_session *, const corm_entity *, const corm_node *stmt, cm_kept *kept,
                    const corm_value *key, size_t n, corm_record *refresh, int populate, corm_error **err);

/* -- options.c: loader options that a record keeps for its lazy loads. NULL: none. */
cm_plan_options *cm_options_of(const corm_record *);
int cm_options_keep(corm_session *, corm_record *, cm_plan_options *, corm_error **err);
void cm_options_forget(corm_session *, corm_record *);
/* The whole object expires: what was said of all relations, all columns or a group ends. */
void cm_options_expire(corm_session *, corm_record *);

/* -- lazy.c */
enum {
  CM_LAZY_DEFAULT = 0,
  CM_LAZY_NO_SQL = 1,       /* the map only: *loaded 0 when it would take SQL */
  CM_LAZY_NO_AUTOFLUSH = 2, /* flush and cascades read so */
  CM_LAZY_NO_RAISE = 4,     /* raise strategies do not count (flush, cascades) */
  CM_LAZY_COMMITTED = 8,    /* keys: the committed ones of the foreign key columns, not pending changes */
  CM_LAZY_BEFORE = 16       /* the slot has a new value: what it had is asked for */
};
/* Loads a relation into its slot; a slot that is loaded is left alone. Transient and pending ones: nothing, *loaded 0.
 */
int cm_lazy_load(corm_record *, corm_relation *, unsigned how, int *loaded, corm_error **err);
/* The related record of a to-one without storing it: NULL when there is none or (NO_SQL) it is not in the map. */
int cm_lazy_peek_one(corm_record *, corm_relation *, unsigned how, corm_record **out, corm_error **err);
/* Where a record keeps a relation of its entity or of a parent; -1: nowhere. A parent that got the relation when there
 * was a child with attributes of its own has another number for it than the child. */
int cm_relation_slot(const corm_record *, const corm_relation *);
/* Stores loaded members as a container (to-one: the first). Applies the queue of the slot. */
int cm_relation_store(corm_record *, corm_relation *, corm_record *const *members, size_t n, corm_error **err);
/* What the slot of a relation to one had before it was set while it was not loaded is read now, for the history and the
 * flush: for relations whose old object takes SQL to know. */
int cm_lazy_load_before(corm_record *, corm_relation *, corm_error **err);
static inline int cm_relation_waits(const corm_relation *rel) {
  return rel->direction != CORM_MANY_TO_ONE || !rel->simple_key;
}
/* The strategy that a read of this relation follows: from the record's options, else the mapping (corm_lazy). */
int cm_relation_strategy(const corm_record *, const corm_relation *, const cm_plan_loader **loader);

/* -- kept.c: statements that loaders send again and again, compiled, with what reads their rows. They belong to a home
 * of the session and go when the session lets its objects go, or when their mapping grows. */
#define CM_KEPT_BINDS 16
struct cm_kept {
  int refs;
  corm_node *stmt;
  const corm_node **binds; /* cm_binds of stmt */
  size_t n_binds;
  int slots[CM_KEPT_BINDS]; /* a lazy load: whose values are bound */
  size_t n_slots;
  uint64_t stamp;      /* of the mapping that it was made from */
  corm_engine *engine; /* compiled for: a reference */
  corm_compiled *compiled;
  struct cm_reader *idle; /* ready to be used again */
};
/* A reference. The SELECT by key of a whole entity; the lazy load of a relation (by whose slot it is found), without
 * options. */
int cm_kept_get(cm_kept **out, corm_session *, const corm_entity *, corm_error **err);
int cm_kept_lazy(cm_kept **out, corm_session *, const corm_entity *owner, corm_relation *, corm_error **err);
void cm_kept_unref(cm_kept *); /* NULL is fine */
void cm_home_forget_kept(cm_home *);

/* -- fetch.c: a get, lazy or selectin statement of one entity. Its rows: plain columns first, then the entity as
 * RECORD, pinned by the block. Binds of records are read from them. Does not autoflush. */
typedef struct cm_fetch {
  const corm_entity *entity; /* whose engine */
  const corm_node *stmt;     /* borrowed */
  cm_kept *kept;             /* instead of stmt; or NULL */
  const corm_params *params; /* values of its binds by name; may be NULL */
  corm_record *refresh;      /* the rows are this record's: their key may be missing; or NULL */
  int populate_existing;
  int only_read; /* what is loaded after the rows is so for records that they filled: not for those known before */
} cm_fetch;
int cm_fetch_run(corm_block **out, corm_session *, const cm_fetch *, corm_error **err);
/* An ORM statement as a public result: SELECT, or INSERT, UPDATE, DELETE with RETURNING of entities. For sync.c too. */
int cm_session_rows(corm_result **out, corm_session *, corm_conn *, const corm_stmt *, const corm_params *,
                    unsigned flags, corm_error **err);
/* -- stream.c: the session lets all objects go: nothing can enter it by these any more. */
void cm_streams_abandon(corm_session *);
/* A record that a function returns while nobody may have its object: it lives until the next such one. */
void cm_session_float(corm_session *, corm_record *);
/* The strategy (corm_lazy) for a relation under these options (may be NULL), else the mapping's; *loader: what said so.
 */
int cm_plan_strategy(const cm_plan_options *, const corm_relation *, const cm_plan_loader **loader);

/* ---- The unit of work, as the rest of the layer calls it --------------------------------------------------------- */
/* -- flush.c: everything in NEW, DIRTY and DELETED, in one go, with events. OK and nothing done when there is nothing.
 * EINVALID: one runs already. A failure has called cm_transaction_failed. */
int cm_flush(corm_session *, corm_error **err);
/* -- cascade.c */
/* add: attaches the record and all that save-update reaches from it (cm_state_attach for each). */
int cm_cascade_add(corm_session *, corm_record *, corm_error **err);
/* Calls sink for what `cascade` (CORM_CASCADE_*) reaches from the record through loaded relations, itself first, each
 * once; non-zero stops. */
int cm_cascade_each(corm_record *, unsigned cascade, corm_record_sink, void *ctx, corm_error **err);
/* -- collection.c */
/* A collection was read from the database: applies what was queued for the slot to `members`, and forgets the queue. */
int cm_collection_loaded(corm_record *, corm_relation *, cm_members *members, corm_error **err);
void cm_queue_free(struct cm_queue *); /* NULL is fine */
void cm_queue_forget(cm_change *, int slot);
/* -- dml_sync.c: INSERT, UPDATE and DELETE of entities through the session, after the autoflush. */
int cm_session_execute_dml(corm_result **out, corm_session *, const corm_stmt *, const corm_params *,
                           const corm_entity *bind_entity, unsigned flags, corm_error **err);
/* Public functions of the unit of work: corm_record_set, _delete, _link, _unlink, _replace_container, _touch, _history,
 * _history_members (set.c, history.c, collection.c), corm_session_delete (delete.c), corm_session_is_modified
 * (history.c), corm_session_flush (flush.c). All others of record.h and session.h are the reading half's.
 *
 * What corm_record_link and _unlink expect: they are told before the container changes, since the first of them notes
 * the members that it had. A container that was never set is stored by the host (set_committed) before it is told of a
 * member. For the host of C they change, and make, the container themselves. */
#endif
