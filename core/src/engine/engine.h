/* Inside: what engine gives to orm (and its files to each other).
 *
 * L: called with the host's lock held. U: called without it. What is marked L leaves and enters by itself, once.
 *
 * The way of a statement:
 *   cm_engine_compile   the text, through the engine's cache                                  L
 *   cm_bind_values      the values of one execution, or of all rows of a batch                L
 *   cm_conn_run         runs what gives no rows: changes, generated keys                      L
 *   cm_cursor_open      runs what gives rows; `fill` is called without the lock               L
 *   cm_result_open      the same, as a public result of plain columns                         L
 * cm_conn_autobegin is called by the last three.
 */
#ifndef CM_ENGINE_H
#define CM_ENGINE_H
#include "compile/compile.h"
#include <cormorant/engine.h>

/* ---- Engine ---------------------------------------------------------------------------------------------- */

const corm_host *cm_engine_host(const corm_engine *); /* never NULL: the C host when none was given */
const corm_dialect_def *cm_engine_dialect_def(const corm_engine *);
uint64_t cm_engine_events(const corm_engine *); /* mask by CORM_EV_BIT */
const corm_host *cm_host_c(void);

/* What cm_engine_compile says about itself, for the echo. */
typedef struct cm_cache_note {
  int hit;        /* -1: without a cache */
  double seconds; /* generating took, or the age of the cached one */
} cm_cache_note;
/* A reference: corm_compiled_free gives it back. options and note may be NULL. Flags: CORM_EXEC_NO_CACHE, and
 * COMPILE_ONLY: it does not run now, so the host is not warned. */
#define CM_COMPILE_ONLY 0x80000000u
int cm_engine_compile(corm_compiled **out, corm_engine *, const corm_node *, const corm_compile_options *,
                      unsigned flags, cm_cache_note *note, corm_error **err);

/* The same note for a compiled statement that somebody kept. */
void cm_engine_note_kept(const corm_engine *, corm_compiled *, cm_cache_note *);

/* ---- Values ---------------------------------------------------------------------------------------------- */

/* Where values come from; all members may be NULL. A param takes the first that applies: by_param (kind 255, see
 * cm_not_given, falls through), params by name, the value of the bind, the column's default. */
typedef struct cm_bind_source {
  const corm_node *stmt;   /* the statement that runs: its binds; NULL: those of the compiled statement */
  const corm_node **binds; /* cm_binds of it, where the caller has them; NULL: they are found */
  size_t n_binds;
  const corm_params *params;     /* by name; rows as in it */
  const corm_value *by_param;    /* by index of param: rows * n_params */
  const cm_values *const *lists; /* by index of param: of expanding ones, NULL entries: the bind's own */
  size_t rows;                   /* of by_param; 0 is 1 */
  /* The value of a bind of kind RECORD; NULL: such a bind is EUNSUPPORTED. L */
  int (*record)(void *ctx, const corm_node *bind, corm_value *out, corm_error **err);
  void *record_ctx;
  /* Called for each row once its values are known, by index of param: as given, or as defaults made them. May be NULL.
   * L */
  int (*resolved)(void *ctx, size_t row, const corm_value *by_param, corm_error **err);
  void *resolved_ctx;
} cm_bind_source;
static inline corm_value cm_not_given(void) {
  corm_value v = {{0}, 0, 255, 0, 0};
  return v;
}

/* Values ready for a driver. Zeroed is empty. Everything borrowed lives as long as what it was taken from. */
typedef struct cm_bound {
  const char *sql; /* of the compiled statement, or in arena when IN lists were written out */
  size_t sql_len;
  corm_value *values;   /* rows * n, in order of marks: as the driver gets them */
  corm_value *given;    /* the same before the dialect's encoding (dates as dates), HOST values converted */
  corm_value *by_param; /* of the last row, by index of param, as given: may be HOST */
  size_t n, rows;
  void **pins;
  size_t n_pins, cap_pins;
  const corm_host *host;
  cm_arena arena;
} cm_bound;
/* Resolves params, calls defaults, converts HOST values, encodes. L. On failure out is freed. */
int cm_bind_values(cm_bound *out, corm_conn *, const corm_compiled *, const cm_bind_source *, corm_error **err);
void cm_bound_free(cm_bound *); /* L: gives pins back; zeroed is fine */

/* How one result column is decoded; made once per result. */
typedef struct cm_decoder {
  int (*decode)(const corm_value *in, const corm_type_view *, char *scratch, corm_value *out); /* NULL: as it is */
  corm_type_view view;
  const char *name; /* for messages; borrowed */
} cm_decoder;
void cm_decoder_init(cm_decoder *, const corm_dialect_def *, const corm_type *, const char *column_name);
/* U or L. A raw cell by its type; `scratch` is 64 bytes in which *out may then lie. Fails with ESTATEMENT, naming
 * column and value. NULL cells stay NULL. */
int cm_decode_cell(const cm_decoder *, const corm_value *in, char *scratch, corm_value *out, corm_error **err);
/* ESTATEMENT: a value that its type does not have. `what` is "column" or "parameter". */
int cm_fail_value(const char *what, const char *name, const corm_value *, int type_kind, corm_error **err);

/* ---- Running --------------------------------------------------------------------------------------------- */

typedef struct cm_cursor cm_cursor;

/* One run: text, values, and what is told about it. */
typedef struct cm_run {
  const char *sql;
  size_t sql_len;
  uint64_t sql_hash;        /* cm_hash_bytes of it; 0: not known */
  const corm_value *values; /* rows * n, encoded */
  const corm_value *given;  /* for events; NULL: values */
  size_t n, rows;           /* rows 0 is 1 */
  int executemany;
  int plain; /* a public execute_sql: the note is -1 and the SQL is not kept prepared when executed once by DDL */
  cm_cache_note note;
  char *replaced;                /* a listener's text, owned by who runs it */
  const corm_compiled *compiled; /* for the readers of events; NULL: plain SQL */
  /* cm_conn_run: the generated keys of the rows that an INSERT into keys_of made, in order; keys has cap_keys places.
   */
  const corm_table *keys_of;
  int64_t *keys;
  size_t cap_keys;
  /* cm_cursor_open: called once, U, after the statement ran and before the lock is taken again: cm_cursor_step in it.
   */
  int (*fill)(void *ctx, cm_cursor *, corm_error **err);
  void *fill_ctx;
  /* Rows come while the server makes the next, where the driver can: no second copy of all of them is held. Not worth
   * it for a few rows. */
  int while_they_come;
} cm_run;
/* From bound values. */
void cm_run_init(cm_run *, const corm_compiled *, const cm_bound *, const cm_cache_note *);

typedef struct cm_ran {
  int64_t changes;  /* of all rows; -1: the driver does not say */
  int64_t last_key; /* of the last row */
  size_t n_keys;    /* written to run->keys; less than the rows inserted: not all could be known, do not use any */
} cm_ran;
/* Rows that the statement gives (RETURNING) are dropped. The same prepared statement runs for each row. out may be
 * NULL. L */
int cm_conn_run(corm_conn *, const cm_run *, cm_ran *out, corm_error **err);
/* Whether keys of a multi-row INSERT can be known on this connection: the driver can watch and there are no triggers. L
 */
int cm_conn_can_watch(corm_conn *, const corm_table *);

/* The statement has run when this returns; AFTER_CURSOR was told. With `fill`, rows may have been read already. The
 * run's values are borrowed until all rows were read or the cursor is closed. Several rows of values: one run after the
 * other, their rows in a row. L */
int cm_cursor_open(cm_cursor **out, corm_conn *, const cm_run *, corm_error **err);
/* The next row's raw cells (cm_cursor_columns of them, undecoded), borrowed until the next step; *cells NULL at the
 * end. Between cm_cursor_leave and cm_cursor_enter, or inside `fill`. U */
int cm_cursor_step(cm_cursor *, const corm_value **cells, corm_error **err);
size_t cm_cursor_columns(const cm_cursor *);
const char *cm_cursor_column_name(const cm_cursor *, size_t i);
/* Once all rows were read; of a query the number of its rows, where the driver has them all in memory. */
int64_t cm_cursor_changes(const cm_cursor *);
int64_t cm_cursor_last_key(const cm_cursor *); /* likewise, after an INSERT of one row */
int cm_cursor_done(const cm_cursor *);         /* all rows were read */
int cm_cursor_readonly(const cm_cursor *);     /* inside `fill`: the statement changes nothing */
/* Around steps outside of `fill`: leave fails with ECLOSED when the connection was closed meanwhile. */
int cm_cursor_leave(cm_cursor *, corm_error **err); /* L */
void cm_cursor_enter(cm_cursor *);                  /* U */
void cm_cursor_close(cm_cursor *);                  /* L; NULL is fine. Also ends the statement early. */
/* The connection's transaction ends and the connection goes back: open cursors take the rest of their rows along. L */
void cm_conn_keep_rows(corm_conn *);

/* ---- Connections ----------------------------------------------------------------------------------------- */

const corm_host *cm_conn_host(const corm_conn *);
/* The name (64 bytes) of the innermost savepoint that is open; 0: there is none. */
int cm_conn_innermost(const corm_conn *, char *name);
/* Begins when nothing was begun (event BEGIN). L */
int cm_conn_autobegin(corm_conn *, corm_error **err);
/* Tells the engine's listeners, when somebody listens to this kind; conn may be NULL in *ev. L */
int cm_engine_tell(corm_engine *, corm_event *ev, corm_error **err);
/* The struct is counted, so that results may outlive the release; corm_conn_release gives one reference back too. */
corm_conn *cm_conn_ref(corm_conn *);
void cm_conn_unref(corm_conn *); /* NULL is fine */
/* corm_conn_acquire, as if asked by the thread with that cm_thread_id(): where each thread has its own database in
 * memory, a session that is handed to another thread keeps the one of the thread that made it. L */
int cm_conn_acquire_as(corm_conn **out, corm_engine *, uint64_t thread, corm_error **err);

/* ---- Rows ------------------------------------------------------------------------------------------------ */

/* Rows in memory of their own: cells in chunks, text and bytes behind. Filled by one thread, U or L. */
int cm_block_new(corm_block **out, size_t columns, corm_error **err);
/* Room for one row, zeroed (all NULL); *row is valid until the next row is added. */
int cm_block_add(corm_block *, corm_value **row, corm_error **err);
/* Copies the text or bytes (decimal, JSON) of *v into the block and points *v there; other kinds are left as they are.
 */
int cm_block_own(corm_block *, corm_value *v, corm_error **err);
corm_value *cm_block_row(corm_block *, size_t i);
/* Called when the block is freed, before its memory goes: gives up what its cells hold. */
void cm_block_set_release(corm_block *, void (*release)(void *ctx, corm_block *), void *ctx);

/* A public result. Whoever makes one (a connection, a session) gives it a table of functions. */
typedef struct cm_result_ops {
  /* At most max rows (0: all) as a block, *out NULL at the end. next_row is served from blocks. L */
  int (*next_block)(void *self, size_t max, corm_block **out, corm_error **err);
  void (*close)(void *self); /* ends early; may be called twice */
  void (*free)(void *self);
  void (*set_block)(void *self, size_t rows); /* NULL: blocks are as large as they are asked for */
} cm_result_ops;
typedef struct cm_field {
  const char *name; /* borrowed from what `self` keeps alive; NULL: none */
  const corm_type *type;
  const corm_node *node;
  const corm_entity *entity;
} cm_field;
struct corm_result {
  const cm_result_ops *ops;
  void *self;
  cm_field *fields; /* owned array */
  size_t n_fields;
  const corm_host *host; /* of HOST values in `sent`; may be NULL */
  const corm_dialect *dialect;
  int needs_unique, is_insert, spent, closed, ended;
  int64_t rowcount;
  corm_value *inserted_key; /* owned array, text owned by arena */
  size_t n_inserted_key;
  const char **sent_names; /* owned arrays, text owned by arena */
  corm_value *sent;
  size_t n_sent;
  corm_block *ahead; /* next_row reads it */
  corm_block *one;   /* corm_result_one lends its row */
  size_t at;
  size_t block_rows; /* that next_row reads at once; 0: a few hundred */
  cm_arena arena;
};
/* Takes `self` also on failure. Fields are copied; n_fields 0: no rows. */
int cm_result_new(corm_result **out, const cm_result_ops *, void *self, const cm_field *fields, size_t n_fields,
                  corm_error **err);
/* Runs and gives the result of plain columns. Makes a reference of `compiled` (NULL: plain SQL) and of conn; moves
 * *bound (NULL: none) into the result, also on failure: run's values are to lie in it. L */
int cm_result_open(corm_result **out, corm_conn *, corm_compiled *compiled, const cm_run *, cm_bound *bound,
                   corm_error **err);
/* The fields of a compiled statement that gives plain columns: its plan's items. Writes compiled->n_columns at most. */
size_t cm_compiled_fields(const corm_compiled *, cm_field *out);
/* Binds and runs what is compiled, with or without rows. L */
int cm_conn_execute_compiled(corm_result **out, corm_conn *, corm_compiled *, const cm_bind_source *, int executemany,
                             const cm_cache_note *, corm_error **err);
/* Fills inserted key, sent values and rowcount after an INSERT or UPDATE ran. */
int cm_result_note_sent(corm_result *, const corm_compiled *, const cm_bound *, const cm_ran *,
                        const corm_value *returned, corm_error **err);
#endif
