/* The unit of work: what the files of changes and of the flush share among themselves.
 *
 * A change in memory
 *   set.c         an attribute, a to-one relation: notes the old value, stores the new one
 *   collection.c  members that come and go; the queue of a collection that is not loaded
 *   backref.c     the other side of a relation, at once and without SQL
 *   cascade.c delete.c   what a change reaches
 *   history.c     a change against what is committed
 * A flush
 *   flush.c       its frame: events, failure, states after
 *   plan.c level.c works: which records are saved or deleted; what relations add; levels of objects that depend on each
 * other shape.c       what is the same for all records of an entity sync.c        keys from parent to child save.c
 * insert.c update.c delete_rows.c many.c   statements send.c        batches of rows on their way to the driver
 */
#ifndef CM_UNIT_H
#define CM_UNIT_H
#include "orm/orm.h"

/* ---- Changes in memory
 * ------------------------------------------------------------------------------------------------- */

void cm_value_drop(const corm_record *, const corm_value *); /* gives a HOST value's reference up */
/* The slot takes the value (a HOST reference is taken, also when it fails): old value, dirt, lists. No effects
 * elsewhere. */
int cm_set_value(corm_record *, int slot, const corm_value *, corm_error **err);
/* The same for a to-one relation, with its effects. `value` NULL: made from target. `initiator`: the record whose
 * change this follows from, left alone; NULL: the user's own change, which cascades. */
int cm_set_one(corm_record *, corm_relation *, corm_record *target, const corm_value *value,
               const corm_record *initiator, corm_error **err);
/* Where there is another side, an object of a wrong class has no place for it: EARGUMENT. */
int cm_check_target(const corm_relation *, const corm_record *target, corm_error **err);
/* Whether `target` may join what `r` is in: EINVALID when it belongs to another session. */
int cm_check_session(const corm_record *r, const corm_relation *, const corm_record *target, corm_error **err);
/* A new target of a relation of `r` joins its session; a former one that is pending and an orphan leaves. */
int cm_cascade_joined(corm_record *r, const corm_relation *, corm_record *target, corm_error **err);
int cm_cascade_left(corm_record *r, const corm_relation *, corm_record *target, corm_error **err);
/* -- backref.c: `o`, the other side, gets or loses `r` in its relation `back`. */
int cm_other_add(corm_record *o, corm_relation *back, corm_record *r, corm_error **err);
int cm_other_remove(corm_record *o, corm_relation *back, corm_record *r, corm_error **err);
/* -- collection.c */
/* The members before the first change are noted, the record is marked and the slot dirty. */
int cm_collection_note(corm_record *, int slot, corm_error **err);
int cm_queue_add(corm_record *, int slot, corm_record *member, int remove, corm_error **err);
typedef struct cm_queued {
  corm_record *member; /* pinned */
  uint16_t slot, remove;
} cm_queued;
struct cm_queue {
  cm_queued *items;
  size_t n, cap, removes;
};

/* ---- History
 * ------------------------------------------------------------------------------------------------------------ */

/* 1: equal by the type's comparison. */
int cm_same_value(const corm_record *, const corm_column *, const corm_value *, const corm_value *);
/* Whether a column's slot holds something else than what is committed. */
int cm_slot_changed(const corm_record *, int slot);
/* A relation against what is committed; nothing is loaded. `changed`: to-one: another target than before, NULL
 * included. */
typedef struct cm_diff {
  cm_members added, unchanged, deleted; /* not pinned */
  int changed;
} cm_diff;
int cm_diff_of(corm_record *, const corm_relation *, cm_diff *out, corm_error **err); /* cleared on failure */
void cm_diff_clear(cm_diff *);

/* ---- Cascades
 * ------------------------------------------------------------------------------------------------------------ */

/* What a relation of the record leads to now, loaded members and queued ones. */
int cm_relation_members(corm_record *, const corm_relation *, cm_members *out, corm_error **err);
static inline int cm_in_session(const corm_session *s, const corm_record *r) { return corm_session_contains(s, r); }

/* ---- The flush
 * ------------------------------------------------------------------------------------------------------------ */

/* A column of a table as an entity maps it. */
typedef struct cm_field_map {
  corm_column *column;
  int slot;      /* a joined child's key that the parent keeps elsewhere: the parent's */
  int key_index; /* place in the entity's key, or -1 */
  uint8_t is_key, is_generated, has_default, has_server_default, keeps_null;
} cm_field_map;
typedef struct cm_table_map {
  corm_table *table;
  cm_field_map *fields; /* in the table's order of columns */
  size_t n;
  int lazy_defaults; /* the class does not want values of the server's at once */
} cm_table_map;
/* What is the same for all records of an entity during one flush. */
typedef struct cm_shape {
  corm_entity *entity;
  cm_table_map *tables; /* base first */
  size_t n_tables;
  corm_relation **relations; /* not viewonly, of flushable kinds */
  int *slots;                /* of the relations */
  size_t n_relations;
  uint64_t events;
  const uint8_t *expired;
} cm_shape;

enum { CM_WORK_SAVE = 1, CM_WORK_DELETE = 2 };
typedef struct cm_work {
  corm_record *record;   /* pinned, FLUSHING */
  corm_record *replaces; /* its row is taken over from this deleted one */
  const cm_shape *shape;
  uint32_t level;  /* among those of a circle */
  uint8_t op;      /* CM_WORK_* */
  uint8_t insert;  /* it had no identity when the flush began */
  uint8_t planned; /* op for which its relations were looked at */
  uint8_t key_changed, gone;
  uint8_t reads_defaults; /* its UPDATE made values that its class wants at once */
} cm_work;

/* Records of one hierarchy, or of several in a circle of relations. */
typedef struct cm_group {
  corm_entity *base;
  unsigned char circular;
  size_t *saves, *deletes; /* places in works */
  size_t n_saves, n_deletes;
} cm_group;

typedef struct cm_unit {
  corm_session *s;
  cm_work *works;
  size_t n, cap;
  cm_map index;   /* record -> place + 1; made when first asked */
  size_t indexed; /* works that are in it */
  cm_map shapes;  /* entity -> cm_shape */
  cm_map adopted; /* (relation, child) that some parent gained */
  int has_adopted;
  cm_map done_pairs; /* many-to-many rows seen from one side */
  cm_group *groups;  /* in flush order */
  size_t n_groups;
  cm_arena arena;
} cm_unit;

/* -- plan.c */
int cm_unit_gather(cm_unit *, corm_error **err);
int cm_unit_plan(cm_unit *, corm_error **err); /* relations: adds works, levels, groups */
int cm_unit_group(cm_unit *, corm_error **err);
void cm_unit_free(cm_unit *);
void cm_work_end(cm_work *);                           /* its record is let go: nothing else is asked of the work */
cm_work *cm_unit_find(cm_unit *, const corm_record *); /* NULL: not in this flush, or no memory for the index */
int cm_unit_is_deleted(cm_unit *, const corm_record *);
/* -- level.c: levels of the works in `places`: a parent below its children (deletes: above). ECIRCULAR. */
int cm_unit_levels(cm_unit *, const size_t *places, size_t n, int deletes, uint32_t *levels, corm_error **err);
int cm_unit_adopted(cm_unit *, const corm_relation *, const corm_record *child, int *yes, corm_error **err);
/* -- shape.c */
int cm_unit_shape(const cm_shape **out, cm_unit *, corm_entity *, corm_error **err);
/* -- sync.c */
/* Foreign keys of the owner's relations to one, before it is saved. */
int cm_sync_own(cm_unit *, cm_work *, corm_error **err);
/* Foreign keys of children, after the owner was saved. */
int cm_sync_children(cm_unit *, cm_work *, corm_error **err);
/* Foreign keys that become NULL: children that left, or whose parent is deleted. */
int cm_sync_clear(cm_unit *, cm_work *, corm_error **err);
/* A key's value as it is known: the slot, or the identity. Borrowed; NULL kind: none. */
int cm_sync_value(corm_record *, int slot, corm_value *out, corm_error **err);
int cm_store_copy(corm_record *, int slot, const corm_value *, corm_error **err); /* HOST: a reference more */
/* What a column's value is in an INSERT or UPDATE. */
enum { CM_GIVEN_NOT = 0, CM_GIVEN_VALUE, CM_GIVEN_EXPR };
const corm_expr *cm_value_expr(const corm_record *, const corm_value *); /* of a HOST value that is one, else NULL */
/* -- save.c insert.c update.c delete_rows.c many.c */
int cm_save_works(cm_unit *, const size_t *places, size_t n, corm_error **err); /* of one base entity */
int cm_insert_rows(cm_unit *, corm_conn *, corm_table *, cm_work *const *works, size_t n, corm_error **err);
int cm_is_made_by_update(const corm_column *); /* by the database: what an UPDATE leaves to it */
int cm_update_rows(cm_unit *, corm_conn *, corm_table *, cm_work *const *works, size_t n, corm_error **err);
int cm_delete_works(cm_unit *, const size_t *places, size_t n, corm_error **err);
int cm_many_rows(cm_unit *, corm_error **err);
/* -- version.c */
/* The column that holds the version of the entity's rows, when it is one of the table's; else NULL. */
corm_column *cm_version_column(const corm_entity *, const corm_table *);
/* The version of the record's row as it was read, borrowed; loads it. */
int cm_version_read(corm_record *, corm_value *out, corm_error **err);
int cm_version_needs_update(const cm_work *); /* some column of its tables has changed */
/* Before the statements: new versions are set. */
int cm_version_works(cm_work *const *updates, size_t n_updates, cm_work *const *inserts, size_t n_inserts,
                     corm_error **err);
/* ESTALE when both versions are known and differ. */
int cm_version_compare(const corm_record *given, const corm_record *known, corm_error **err);
const cm_table_map *cm_shape_table(const cm_shape *, const corm_table *); /* NULL: not one of its tables */
/* Values of the identity, in order of the key. */
const corm_value *cm_identity_values(const corm_record *, corm_value *one, uint32_t *n);
/* stmt WHERE column = :table_column AND ..., in that order. */
corm_node *cm_where_columns(corm_node *stmt, const corm_source *, corm_column *const *columns, size_t n);
/* The place of such a bind among the compiled statement's params. */
size_t cm_where_param(const corm_compiled *, const corm_column *);
/* Ascending by identity. */
void cm_sort_by_key(const cm_unit *, size_t *places, size_t n);

/* -- send.c: rows of one compiled statement. */
#define CM_BATCH_ROWS 4096u
typedef struct cm_batch {
  corm_conn *conn;
  const corm_table *table;
  corm_node *stmt;
  corm_compiled *compiled;
  cm_cache_note note;
  corm_value *values; /* rows * n_params, by param */
  size_t rows, cap;
  /* Called for each row with the values as they are given to the host, defaults among them; may be NULL. */
  int (*resolved)(void *ctx, size_t row, const corm_value *by_param, corm_error **err);
  void *ctx;
  int64_t *keys; /* room for the rows' generated keys; NULL: not wanted */
  int is_insert;
  int64_t changes; /* out */
  cm_bound bound;  /* out: what was sent; alive until the batch is ended */
} cm_batch;
/* Takes the statement. `keys`: the columns that are set by values of the rows. */
int cm_batch_open(cm_batch *, corm_conn *, const corm_table *, corm_node *stmt, const char *const *keys, size_t n_keys,
                  corm_error **err);
/* Room for one more row, all not given. NULL: no memory. */
corm_value *cm_batch_row(cm_batch *);
int cm_batch_send(cm_batch *, corm_error **err);
/* The same for a statement that gives a row for each row of values: `cells` has n_columns for each, text in the arena.
 */
int cm_batch_fetch(cm_batch *, corm_value **cells, cm_arena *, corm_error **err);
void cm_batch_close(cm_batch *); /* zeroed is fine */
#endif
