/* Reading entities: what fill (without the lock) and hydrate (with it) share.
 *
 * 1. cm_reader_run prepares, under the lock: homes, templates, maps.
 * 2. fill runs inside the cursor: each row's entities become references in the block (or in `refs`): records of the
 * map, or new ones marked FILLING. It reads the map and the tags of mapped records, and writes only memory of its own
 * and `pins`.
 * 3. hydrate, under the lock again: new records enter the map, shadows are merged into the records that they refresh,
 * events are told, eager relations filled.
 */
#ifndef CM_READER_H
#define CM_READER_H
#include "orm/orm.h"

#define CM_RECENT 1024u

/* A class that rows of an entity may have. */
typedef struct cm_fill_class {
  const corm_entity *entity;
  cm_home *home;
  corm_record *template; /* header and tags of a fresh record */
  size_t template_size;  /* header and tags */
  size_t made;
} cm_fill_class;

typedef struct cm_fill_entity {
  const cm_plan_entity *plan;
  cm_fill_class *classes; /* the first: the entity itself */
  size_t n_classes;
  cm_identity *map;
  int block_column; /* where its reference is in the block's row, or -1 */
  size_t ref;       /* ... or its place among the row's refs */
  cm_chunk *chunk;
  const cm_decoder **decoders; /* per slot of the plan */
  corm_value *values;          /* per slot: of the row being read */
  char *scratch;               /* per slot: 64 bytes */
  corm_value *key_values;
  const cm_decoder **key_decoders;
  struct {
    uint64_t key;
    corm_record *record;
  } * recent;           /* NULL: rows do not repeat entities */
  uint16_t *host_slots; /* slots whose values the host makes, and their types */
  size_t n_host;
  cm_members loaded; /* distinct records, when something is loaded after the rows */
  cm_map seen;
  int post_loads;
  cm_plan_options *met; /* of known records that had none; or NULL */
} cm_fill_entity;

/* Where a record, of the plan's class or of one below, keeps the i-th column of the plan. */
static inline int cm_plan_slot(const cm_plan_entity *p, size_t i, const corm_record *r) {
  return r->home->entity == p->entity ? p->slots[i] : cm_slot_in(p->entity, p->slots[i], r->home->entity);
}

/* Rows that are read while the program takes them. */
typedef struct cm_stream {
  cm_cursor *cursor;                 /* NULL: ended */
  size_t at_once;                    /* rows of a block; 0: as many as are asked for */
  int abandoned;                     /* the session let all its objects go before the end */
  struct cm_reader *next, *previous; /* of the session's */
} cm_stream;

typedef struct cm_reader {
  corm_session *s;
  corm_conn *conn;         /* a reference */
  corm_compiled *compiled; /* a reference */
  const cm_plan *plan;
  cm_bound bound;
  cm_fill_entity *entities;
  size_t n_refs; /* per row: entities that are no items */
  corm_record **refs;
  size_t rows, cap_refs;
  cm_decoder *decoders; /* per column */
  corm_block *block;
  size_t given;          /* rows of the block that next_block has given */
  int many;              /* a statement that may have many rows: no get, no loader */
  size_t most;           /* fill stops after so many rows; 0: it does not */
  cm_stream *stream;     /* NULL: all rows were read when it ran */
  corm_record *refresh;  /* whose row it is: the first entity's key need not be among the columns; or NULL */
  int keyed;             /* the keys of all entities are decoded, refresh or not */
  int populate;          /* known records are written whatever they hold */
  int only_read;         /* nothing is loaded after the rows for records that were known and not read by them */
  corm_record *given_up; /* by `change` */
  corm_value *named;     /* rows of a text(): a row's cells in the plan's order */
  int *named_at;         /* ... and where each is in the row, or -1 */
  cm_arena arena;
} cm_reader;

enum { CM_READ_POPULATE = 1, CM_READ_ONLY_READ = 2 };
/* Prepared and bound, not run. how: CM_READ_*. */
int cm_reader_new(cm_reader **out, corm_session *, corm_conn *, corm_compiled *, const cm_bind_source *,
                  corm_record *refresh, int how, corm_error **err);
int cm_reader_run(cm_reader **out, corm_session *, corm_conn *, corm_compiled *, const cm_bind_source *,
                  const cm_cache_note *, corm_record *refresh, int how, corm_error **err);
/* One that rests, bound anew. */
int cm_reader_again(cm_reader *, corm_conn *, const cm_bind_source *, corm_record *refresh, int how, corm_error **err);
/* Runs the statement, reads all rows, settles them. */
int cm_reader_read(cm_reader *, const cm_cache_note *, corm_error **err);
/* Gives up all that belongs to one run. Its block was taken. 0: it cannot be used again. */
int cm_reader_rest(cm_reader *);
/* What was read becomes the session's: status is that of reading. */
int cm_reader_settle(cm_reader *, int status, corm_error **err);
void cm_reader_block_released(void *unused, corm_block *); /* unpins the records of a block */
void cm_reader_forget(cm_reader *);                        /* the rows of the last block */
void cm_reader_count(cm_reader *); /* behind fill: homes and the living are told of the records made */
void cm_reader_free(cm_reader *);  /* L; NULL is fine */

/* The plan's columns are found by name; slots whose columns are missing are left for later. U */
int cm_reader_match_names(cm_reader *, cm_cursor *, corm_error **err);
int cm_reader_decoders(cm_reader *, cm_fill_entity *, corm_error **err);
void cm_kept_forget(cm_kept *); /* what was compiled, and the reader */

int cm_fill_rows(void *reader, cm_cursor *, corm_error **err); /* U */
int cm_hydrate(cm_reader *, corm_error **err);
void cm_hydrate_give_up(cm_reader *);               /* after a failure: new records go */
int cm_eager_joined(cm_reader *, corm_error **err); /* eager.c: relations filled by the rows themselves */
int cm_eager_after(cm_reader *, corm_error **err);  /* eager.c: selectin, immediate */
int cm_selectin(corm_session *, const cm_members *records, corm_relation *, const cm_plan_loader *, int populate,
                corm_error **err);
int cm_eager_wanted(const cm_plan_entity *, const corm_entity *); /* something is loaded after the rows */
corm_record **cm_reader_ref(cm_reader *, const cm_fill_entity *, size_t row);
/* -- stream.c */
/* Runs the statement; its rows are still to be read. */
int cm_stream_open(cm_reader **out, corm_session *, corm_conn *, corm_compiled *, const cm_bind_source *,
                   const cm_cache_note *, int how, corm_error **err);
int cm_stream_more(cm_reader *, size_t max, corm_error **err); /* the next block, x->block NULL: there is none */
void cm_stream_end(cm_reader *);
/* The block that holds all rows not given yet becomes the caller's. */
corm_block *cm_reader_take_block(cm_reader *);
/* A public result of it, which owns it (also on failure). */
int cm_reader_result(corm_result **out, cm_reader *, corm_error **err);
#endif
