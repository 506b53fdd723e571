/* Inside: the parts of the libpq driver.
 *
 * Nothing blocks in libpq: commands are sent, then the socket is waited for in slices of 100 ms, between which the host
 * is polled. Statements are prepared with the types that the server infers; a value that its inferred type would not
 * take (a float for an integer) is given its own type instead, by preparing the text once more: a variant. Results are
 * binary when all of their types are known here, otherwise text.
 */
#ifndef CM_DRIVER_LIBPQ_H
#define CM_DRIVER_LIBPQ_H
#include "base/base.h"
#include "driver/libpq_api.h"
#include <cormorant/ext/driver.h>

/* Types of the catalogue. */
enum {
  CM_PQ_BOOL = 16,
  CM_PQ_BYTEA = 17,
  CM_PQ_CHAR = 18,
  CM_PQ_NAME = 19,
  CM_PQ_INT8 = 20,
  CM_PQ_INT2 = 21,
  CM_PQ_INT4 = 23,
  CM_PQ_TEXT = 25,
  CM_PQ_OID = 26,
  CM_PQ_JSON = 114,
  CM_PQ_FLOAT4 = 700,
  CM_PQ_FLOAT8 = 701,
  CM_PQ_UNKNOWN = 705,
  CM_PQ_BPCHAR = 1042,
  CM_PQ_VARCHAR = 1043,
  CM_PQ_DATE = 1082,
  CM_PQ_TIME = 1083,
  CM_PQ_TIMESTAMP = 1114,
  CM_PQ_TIMESTAMPTZ = 1184,
  CM_PQ_INTERVAL = 1186,
  CM_PQ_NUMERIC = 1700,
  CM_PQ_VOID = 2278,
  CM_PQ_UUID = 2950,
  CM_PQ_JSONB = 3802
};

enum { CM_PQ_MOST_PARAMETERS = 65535, CM_PQ_MOST_BYTES = 0x3fffff00 };

struct corm_driver_conn {
  const cm_pq_api *pq;
  PGconn *pg;
  PGcancel *canceller;
  corm_driver_env env;
  atomic_int cancelled;
  int64_t last_poll, stopping_since; /* stopping_since: the server was asked to stop; 0: it was not */
  corm_error *poll_error;            /* why poll stopped the run */
  int poll_status;
  int broken; /* given up: it did not even stop */
  int manual, begin_pending;
  const char *isolation;       /* of cm_pq_isolation_levels; NULL: the server's default */
  char *modes;                 /* behind it; NULL: nothing */
  unsigned names;              /* given to prepared statements */
  corm_driver_stmt *streaming; /* whose rows the connection is busy with */
  cm_strbuf finalized;         /* DEALLOCATE commands that were not sent yet */
  unsigned n_finalized;
};

/* One cell as it comes. */
typedef struct cm_pq_cell {
  const char *p;
  int n;
} cm_pq_cell;

/* A text, prepared for one set of parameter types. */
typedef struct cm_pq_variant {
  struct cm_pq_variant *next;
  char name[24];
  Oid *declared;       /* types that were given instead of inferred, else 0; NULL: none */
  Oid *types;          /* of the parameters */
  PGresult *described; /* types and names of the columns */
  int n_columns;
  Oid *columns;   /* their types */
  uint8_t *codes; /* how they are read: cm_pq_code */
  int binary;     /* the format of results */
  int n_hard;     /* how many columns need more than a look: CM_PQ_HARD */
  int stale;      /* to be prepared again before it runs */
} cm_pq_variant;

typedef struct cm_pq_parameter {
  corm_value value; /* borrowed */
  char raw[16];     /* its binary form, where that is short */
} cm_pq_parameter;

struct corm_driver_stmt {
  corm_driver_conn *conn;
  char *sql;
  size_t n_parameters;
  int reads;               /* changes nothing, by its first word */
  cm_pq_variant *variants; /* the one with inferred types is last */
  cm_pq_variant *current;
  cm_pq_parameter *parameters;
  const char **values;
  int *lengths, *formats;
  cm_arena memory;   /* of longer parameters */
  cm_arena decoded;  /* of cells of the row */
  corm_value *cells; /* of the hard columns */
  int cap_cells;
  PGresult *result;
  PGresult **later; /* streaming: what came before it was wanted: rows, then how it ended */
  size_t n_later, cap_later, at_later;
  int row, n_rows;
  int stream, running, done;
  int64_t changes;
};

/* libpq_url.c */
int cm_pq_check_url(const corm_url_view *, char **database, unsigned *flags, corm_error **err);
/* Keywords and values for PQconnectStartParams, NULL behind the last; in the arena. */
int cm_pq_conninfo(const corm_url_view *, const cm_pq_api *, cm_arena *, const char ***keywords, const char ***values,
                   corm_error **err);

/* libpq_connect.c: opening and closing. */
int cm_pq_open(corm_driver_conn **out, const corm_url_view *, corm_error **err);
int cm_pq_open_polled(corm_driver_conn **out, const corm_url_view *, const corm_driver_env *, corm_error **err);
void cm_pq_close(corm_driver_conn *);
void cm_pq_abandon(corm_driver_conn *);

/* libpq_wait.c: waiting, polling, cancelling. */
enum { CM_PQ_SLICE_MS = 100 };
/* For `events` of poll(2); 1: there, 0: the time is over. */
int cm_pq_wait_socket(const corm_driver_conn *, int events, int ms);
/* The host's poll, once a slice has gone by; non-zero: stop, with poll_status and poll_error set. */
int cm_pq_poll(corm_driver_conn *);
void cm_pq_run_starts(corm_driver_conn *);
void cm_pq_run_ends(corm_driver_conn *);
void cm_pq_set_env(corm_driver_conn *, const corm_driver_env *);
void cm_pq_cancel(corm_driver_conn *);
/* The next result of what was sent; *out NULL: it has ended. Fails only when waiting is given up. */
int cm_pq_next_result(corm_driver_conn *, PGresult **out, corm_error **err);
/* All results of one command: the first that is an error, or the last. */
int cm_pq_collect(corm_driver_conn *, PGresult **out, corm_error **err);
/* Sends a command without parameters and waits for its end. */
int cm_pq_exec(corm_driver_conn *, const char *sql, corm_error **err);
int cm_pq_query(PGresult **out, corm_driver_conn *, const char *sql, corm_error **err); /* and gives its result */
/* Has the server stop what it does, when the run is given up. */
void cm_pq_request_stop(corm_driver_conn *);

/* libpq_error.c */
/* CORM_OK for a result that is none; clears nothing. NULL: the connection's own error. */
int cm_pq_check(corm_driver_conn *, const PGresult *, corm_error **err);
int cm_pq_fail_connection(corm_driver_conn *, corm_error **err);
int cm_pq_is_dead(corm_driver_conn *);
/* The run was stopped: poll's error, or ECANCELLED. */
int cm_pq_fail_stopped(corm_driver_conn *, corm_error **err);
/* Whether a prepared statement failed only because it is out of date. */
int cm_pq_is_stale(const corm_driver_conn *, const PGresult *);

/* libpq_transaction.c */
int cm_pq_before(corm_driver_conn *, corm_error **err); /* sends what has to go out before a statement */
int cm_pq_begin(corm_driver_conn *, corm_error **err);
int cm_pq_commit(corm_driver_conn *, corm_error **err);
int cm_pq_rollback(corm_driver_conn *, corm_error **err);
int cm_pq_savepoint(corm_driver_conn *, const char *name, int what, corm_error **err);
int cm_pq_in_transaction(corm_driver_conn *);
void cm_pq_manual(corm_driver_conn *, int on);
int cm_pq_modes(corm_driver_conn *, const char *modes, corm_error **err);
extern const char *const cm_pq_isolation_levels[];
int cm_pq_set_isolation(corm_driver_conn *, const char *level, corm_error **err);
int cm_pq_get_isolation(corm_driver_conn *, const char **level, corm_error **err);

/* libpq_prepare.c: from text to what the server knows of it. */
int cm_pq_prepare(corm_driver_stmt **out, corm_driver_conn *, const char *sql, size_t n, corm_error **err);
void cm_pq_finalize(corm_driver_stmt *);
/* The variant whose types take the values that are bound: s->current. */
int cm_pq_choose(corm_driver_stmt *, corm_error **err);
/* Whether the current variant takes the values that are bound. */
int cm_pq_takes_values(const corm_driver_stmt *);
/* Prepares the current variant again. */
int cm_pq_prepare_again(corm_driver_stmt *, corm_error **err);

/* libpq_statement.c: running and rows. */
int cm_pq_bind(corm_driver_stmt *, size_t i, const corm_value *, corm_error **err);
size_t cm_pq_parameters(corm_driver_stmt *);
int cm_pq_step(corm_driver_stmt *, int *step, corm_error **err);
void cm_pq_row(corm_driver_stmt *, corm_value *cells);
size_t cm_pq_columns(corm_driver_stmt *);
const char *cm_pq_column_name(corm_driver_stmt *, size_t i);
void cm_pq_reset(corm_driver_stmt *);
int64_t cm_pq_changes(corm_driver_stmt *);
int cm_pq_readonly(corm_driver_stmt *);
void cm_pq_stream(corm_driver_stmt *, int on);
/* The connection is wanted for something else: what a streaming statement did not read yet is taken into memory. */
int cm_pq_free_connection(corm_driver_conn *, corm_error **err);

/* A command's number of rows, as text. */
int64_t cm_pq_count(const char *);
/* libpq_many.c */
int cm_pq_run_many(corm_driver_stmt *, const corm_value *values, size_t rows, int64_t *changes, corm_error **err);

/* libpq_encode.c: values as parameters. */
/* 0: a parameter of this type takes the value; otherwise the type that the value is to be sent with. */
Oid cm_pq_own_type(const corm_value *, Oid type);
/* Fills values, lengths and formats of parameter i. */
int cm_pq_encode(corm_driver_stmt *, size_t i, Oid type, corm_error **err);

/* libpq_binary.c, libpq_text.c: cells as values. */
typedef enum cm_pq_code {
  CM_PQ_UNREADABLE = 0, /* binary: not known here */
  CM_PQ_AS_BOOL,
  CM_PQ_AS_INT2,
  CM_PQ_AS_INT4,
  CM_PQ_AS_INT8,
  CM_PQ_AS_UINT4,
  CM_PQ_AS_FLOAT8,
  CM_PQ_AS_TEXT,
  CM_PQ_AS_BYTES,
  CM_PQ_AS_TIME,
  CM_PQ_AS_UUID,
  CM_PQ_AS_JSON,
  CM_PQ_AS_JSONB,
  CM_PQ_HARD /* needs memory or may fail: decoded in step */
} cm_pq_code;
cm_pq_code cm_pq_code_of(Oid type, int binary);
/* The row's cells; those of hard columns from s->cells. */
void cm_pq_read_row(corm_driver_stmt *, corm_value *cells);
/* For hard columns; `name` is for the error. */
int cm_pq_decode_binary(Oid type, cm_pq_cell, cm_arena *, const char *name, corm_value *out, corm_error **err);
int cm_pq_decode_text(Oid type, cm_pq_cell, cm_arena *, const char *name, corm_value *out, corm_error **err);
/* libpq_numeric.c: a numeric's binary form as text. */
int cm_pq_numeric(cm_pq_cell, cm_arena *, corm_value *out); /* 1; 0: malformed, -1: no memory */
/* Dates of PostgreSQL count from here. */
#define CM_PQ_EPOCH_DAYS INT64_C(10957)
#define CM_PQ_EPOCH_US (CM_PQ_EPOCH_DAYS * INT64_C(86400000000))
int cm_pq_fail_cell(corm_error **err, const char *column, const char *what, const char *why);
/* months, days and microseconds as CORM_INTERVAL has them; 0: too long. */
int cm_pq_interval(int64_t months, int64_t days, int64_t us, int64_t *out);

static inline uint32_t cm_pq_u32(const char *p) {
  const unsigned char *b = (const unsigned char *)p;
  return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}
static inline uint64_t cm_pq_u64(const char *p) { return (uint64_t)cm_pq_u32(p) << 32 | cm_pq_u32(p + 4); }
static inline uint16_t cm_pq_u16(const char *p) {
  const unsigned char *b = (const unsigned char *)p;
  return (uint16_t)(b[0] << 8 | b[1]);
}
#endif
