/* Errors: a status that says what kind, and an owned object that says what was wrong, where, and what to do.
 *
 * Owner: a function that fails writes a new error to *err (NULL: nobody wants it) and returns its status; the caller
 * frees it. An error that stood there is freed and replaced: begin with `corm_error *err = NULL`. A function that
 * succeeds leaves *err alone. What is asked of an error lives as long as it does.
 *
 * Threads: an error belongs to one thread at a time, and outlives what it speaks of. */
#ifndef CORMORANT_ERROR_H
#define CORMORANT_ERROR_H

#include <cormorant/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

/* In groups, each with room: a later version appends to a group, and a number that was given stays. */
typedef enum corm_status {
  CORM_OK = 0,
  CORM_ENOMEM = 1,    /* no memory; the error is static, so that it can be told */
  CORM_EMISUSE,       /* a rule of the API was broken: wrong thread, wrong order */
  CORM_EARGUMENT,     /* an argument that can never be right */
  CORM_EINVALID,      /* right elsewhere, not in this state (InvalidRequestError) */
  CORM_ENAME,         /* no such table, column, attribute or relation */
  CORM_ECOMPILE,      /* the statement has no SQL in this dialect */
  CORM_EUNSUPPORTED,  /* the compiler or the driver cannot do this */
  CORM_ESTATEMENT,    /* a value that its type refuses (StatementError) */
  CORM_ECLOSED,       /* used after close (ResourceClosedError) */
  CORM_ECANCELLED,    /* poll asked for it */
  CORM_EHOST,         /* the host's own exception is in the error */
  CORM_ETIMEOUT,      /* the pool had no connection in time */
  CORM_EILLEGALSTATE, /* IllegalStateChangeError */
  CORM_EINTERNAL,     /* a mistake of the library, or of the system (no mutex) */
  /* schema */
  CORM_ENOFOREIGNKEY = 32,   /* two tables are to be joined, and none refers to the other */
  CORM_EAMBIGUOUSFOREIGNKEY, /* ... or there are several ways */
  CORM_ENOREFERENCEDTABLE,   /* a foreign key names a table that is not there */
  CORM_ENOREFERENCEDCOLUMN,  /* ... or a column */
  CORM_ECIRCULAR,            /* what depends on each other has no order */
  CORM_EDUPLICATECOLUMN,     /* the table has a column of that name or key */
  /* results */
  CORM_ENOROWS = 48,  /* a row was required (NoResultFound) */
  CORM_EMULTIPLEROWS, /* a single row was required */
  CORM_ENOCOLUMN,     /* a row has no such column */
  /* orm */
  CORM_EUNMAPPED = 64,   /* no mapped object, or class */
  CORM_EPENDINGROLLBACK, /* the transaction failed: only a rollback leads out */
  CORM_EDETACHED,        /* an object without a session would have to be loaded */
  CORM_EGONE,            /* an object's row is not there any more (ObjectDeletedError) */
  CORM_ESTALE,           /* a statement changed other rows than it should (StaleDataError) */
  CORM_EFLUSH,           /* what changed cannot be sent */
  CORM_EUNBOUND,         /* no engine for this */
  CORM_ELOADERSTRATEGY,  /* a loader option leads nowhere */
  /* from the database (PEP 249's tree) */
  CORM_EDB_INTERFACE = 96,
  CORM_EDB_DATABASE,
  CORM_EDB_DATA,
  CORM_EDB_OPERATIONAL,
  CORM_EDB_INTEGRITY,
  CORM_EDB_INTERNAL,
  CORM_EDB_PROGRAMMING,
  CORM_EDB_NOTSUPPORTED
} corm_status;

/* Keys of details that callers can rely on; a detail that does not apply is absent. */
#define CORM_DETAIL_STATEMENT "statement"
#define CORM_DETAIL_SQLSTATE "sqlstate"
#define CORM_DETAIL_CODE "code"                 /* the driver's own number, as text */
#define CORM_DETAIL_CODE_NAME "code_name"       /* "SQLITE_CONSTRAINT_UNIQUE" */
#define CORM_DETAIL_DRIVER "driver_message"     /* the driver's sentence, alone */
#define CORM_DETAIL_CONSTRAINT "constraint"     /* "UNIQUE", "FOREIGN KEY", "NOT NULL", "CHECK", "PRIMARY KEY" */
#define CORM_DETAIL_COLUMN "column"             /* "user_account.name" */
#define CORM_DETAIL_NAME "name"                 /* the name that was not found */
#define CORM_DETAIL_NEAREST "nearest"           /* the nearest that exists */
#define CORM_DETAIL_DIALECT "dialect"           /* of the engine that failed, or that the values were for */
#define CORM_DETAIL_DISCONNECTED "disconnected" /* "1": the connection was lost, and thrown away */
#define CORM_DETAIL_CONSTRAINT_NAME "constraint_name"
#define CORM_DETAIL_TABLE "table"
#define CORM_DETAIL_SCHEMA "schema"
#define CORM_DETAIL_DATATYPE "datatype"
#define CORM_DETAIL_SEVERITY "severity"       /* "ERROR", "FATAL" */
#define CORM_DETAIL_PRIMARY "message_primary" /* the database's sentence in parts */
#define CORM_DETAIL_EXPLANATION "message_detail"
#define CORM_DETAIL_HINT "message_hint"
#define CORM_DETAIL_REASON                                                                                             \
  "reason" /* of ESTATEMENT: "missing", a parameter has no value; "range", its type has such values, not this one */
#define CORM_DETAIL_OWNER "owner" /* the class or table that was asked */

/* The status; CORM_OK for NULL. */
CORM_API int corm_error_status(const corm_error *);
/* One sentence; "" for NULL. */
CORM_API const char *corm_error_message(const corm_error *);
/* A detail, the one that was added last of that key, or NULL. */
CORM_API const char *corm_error_detail(const corm_error *, const char *key);
/* The host's exception (CORM_EHOST), borrowed; NULL: it carries none. */
CORM_API void *corm_error_host(const corm_error *);
/* Makes an error that carries a host's exception: `release(exception)` is called when the error is freed. Always
 * returns CORM_EHOST; on failing memory the exception is released at once and *err says so. For hosts. */
CORM_API int corm_error_from_host(corm_error **err, void *exception, void (*release)(void *));
/* Makes an error, for drivers, hosts and listeners that are written outside of the library; returns `status`, or
 * CORM_ENOMEM. The message is copied. */
CORM_API int corm_error_set(corm_error **err, int status, const char *message);
/* Adds a detail; both texts are copied. A NULL error or value is ignored; so is a detail that memory does not hold. */
CORM_API void corm_error_add(corm_error *, const char *key, const char *value);
/* Frees it, and releases the exception that it carries. NULL is fine. */
CORM_API void corm_error_free(corm_error *);
/* "CORM_ENAME" for a status, "CORM_UNKNOWN" for what is none. Static; any thread. */
CORM_API const char *corm_status_name(int status);

#ifdef __cplusplus
}
#endif
#endif
