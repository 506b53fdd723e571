/* What happens, told as it happens: to the host of a binding, and to listeners in C (corm_engine_listen,
 * corm_session_listen, corm_entity_listen).
 *
 * Owner: an event and all that it names is borrowed for the time of the call. Threads: it is told on the thread of the
 * call that it interrupts, with the host's lock held. Statuses: what a listener returns stops what is going on, and is
 * returned by the interrupted call; of AFTER_ events what they speak of has happened all the same. CHECKIN, CLOSE and
 * the ROLLBACK of a release cannot be stopped.
 */
#ifndef CORMORANT_EVENT_H
#define CORMORANT_EVENT_H

#include <cormorant/stmt.h>

#ifdef __cplusplus
extern "C" {
#endif

/* In three groups, which later versions append to; a number that was given stays. */
typedef enum corm_event_kind {
  /* engine, pool and connection */
  CORM_EV_CONNECT = 0, /* a new connection of the driver: `conn` */
  CORM_EV_CHECKOUT,    /* lent by the pool: `conn`, as of all up to HANDLE_ERROR */
  CORM_EV_CHECKIN,     /* given back */
  CORM_EV_CLOSE,       /* thrown away instead */
  CORM_EV_BEGIN,
  CORM_EV_COMMIT,
  CORM_EV_ROLLBACK,
  CORM_EV_SAVEPOINT, /* `name` */
  CORM_EV_RELEASE,
  CORM_EV_ROLLBACK_TO,
  CORM_EV_BEFORE_CURSOR, /* sql, values, given, n_values, rows, executemany, cache_hit, replace_sql */
  CORM_EV_AFTER_CURSOR,
  CORM_EV_HANDLE_ERROR, /* error; non-zero puts the listener's error in its place */
  /* mapper */
  CORM_EV_BEFORE_INSERT = 32, /* record, conn */
  CORM_EV_AFTER_INSERT,
  CORM_EV_BEFORE_UPDATE,
  CORM_EV_AFTER_UPDATE,
  CORM_EV_BEFORE_DELETE,
  CORM_EV_AFTER_DELETE,
  /* instance */
  CORM_EV_LOAD,    /* record: its columns are filled; nested 1: by a merge, and its object is there */
  CORM_EV_REFRESH, /* slots, n_slots */
  CORM_EV_EXPIRE,  /* slots NULL: all */
  /* session */
  CORM_EV_BEFORE_FLUSH = 64,
  CORM_EV_AFTER_FLUSH,
  CORM_EV_AFTER_FLUSH_POSTEXEC,
  CORM_EV_BEFORE_COMMIT,
  CORM_EV_AFTER_COMMIT,
  CORM_EV_AFTER_ROLLBACK,
  CORM_EV_AFTER_SOFT_ROLLBACK,
  CORM_EV_AFTER_BEGIN,        /* conn */
  CORM_EV_TRANSACTION_CREATE, /* nested */
  CORM_EV_TRANSACTION_END,
  CORM_EV_BEFORE_ATTACH,
  CORM_EV_AFTER_ATTACH,
  CORM_EV_TRANSIENT_TO_PENDING,
  CORM_EV_PENDING_TO_TRANSIENT,
  CORM_EV_PENDING_TO_PERSISTENT,
  CORM_EV_PERSISTENT_TO_TRANSIENT,
  CORM_EV_PERSISTENT_TO_DELETED,
  CORM_EV_DELETED_TO_PERSISTENT,
  CORM_EV_DELETED_TO_DETACHED,
  CORM_EV_PERSISTENT_TO_DETACHED,
  CORM_EV_DETACHED_TO_PERSISTENT,
  CORM_EV_LOADED_AS_PERSISTENT,
  CORM_EV_KINDS = 96
} corm_event_kind;

/* "before_flush" for CORM_EV_BEFORE_FLUSH: the name that programs listen to. Static; NULL for what is no event. */
CORM_API const char *corm_event_name(int kind);
/* The other way round; -1: there is no event of that name. */
CORM_API int corm_event_named(const char *name);

typedef struct corm_event {
  size_t size; /* as large as this library knows it; members that do not apply are NULL or 0 */
  int kind;    /* corm_event_kind */
  corm_conn *conn;
  corm_session *session;
  corm_record *record;
  const char *name; /* of a savepoint */
  const char *sql;  /* sql_len bytes */
  size_t sql_len;
  const corm_value *values; /* rows * n_values, as the driver gets them, HOST values converted */
  const corm_value *given;  /* the same before conversion to the database's form (dates as dates), for logs */
  size_t n_values, rows;    /* n_values of one row */
  int executemany;          /* 1: rows were given as a list */
  int cache_hit;            /* -2 plain SQL, -1 compiled without the cache, 0 generated, 1 cached */
  double cache_seconds;     /* how long generating took, or the age of the cached one */
  const int *slots;         /* n_slots attributes; NULL: all */
  size_t n_slots;
  int nested; /* 1: a savepoint's */
  const corm_error *error;
  /* BEFORE_CURSOR: runs another text instead, which takes the same values; it is copied. */
  int (*replace_sql)(void *ctx, const char *sql, size_t n, corm_error **err);
  void *replace_ctx;
} corm_event;

/* A listener in C. Non-zero is a status, and stops what is going on, with the error that it made (corm_error_set); what
 * had happened before the event stands. Called on the thread of the call that it interrupts, which may be in the middle
 * of its work: a listener may read and change the records and run statements over ev->conn, but not flush, commit or
 * close. */
typedef int (*corm_listener)(void *ctx, const corm_event *, corm_error **err);

/* Bit (kind - first) of these masks: which events somebody listens to; the others are not told. */
#define CORM_EV_BIT(kind) (1ull << ((kind)&31))

#ifdef __cplusplus
}
#endif
#endif
