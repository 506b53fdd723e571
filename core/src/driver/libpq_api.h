/* Inside: the functions of libpq, found when they are first needed. Its types are opaque, its numbers belong to a
 * stable soname, so that neither building nor installing asks for it. */
#ifndef CM_DRIVER_LIBPQ_API_H
#define CM_DRIVER_LIBPQ_API_H
#include <cormorant/error.h>

typedef struct pg_conn PGconn;
typedef struct pg_result PGresult;
typedef struct pg_cancel PGcancel;
typedef unsigned int Oid;
typedef struct PQconninfoOption {
  char *keyword, *envvar, *compiled, *val, *label, *dispchar;
  int dispsize;
} PQconninfoOption;
typedef void (*PQnoticeReceiver)(void *arg, const PGresult *res);

enum { CONNECTION_OK = 0, CONNECTION_BAD = 1 };
enum { PGRES_POLLING_FAILED = 0, PGRES_POLLING_READING, PGRES_POLLING_WRITING, PGRES_POLLING_OK };
enum {
  PGRES_EMPTY_QUERY = 0,
  PGRES_COMMAND_OK,
  PGRES_TUPLES_OK,
  PGRES_COPY_OUT,
  PGRES_COPY_IN,
  PGRES_BAD_RESPONSE,
  PGRES_NONFATAL_ERROR,
  PGRES_FATAL_ERROR,
  PGRES_COPY_BOTH,
  PGRES_SINGLE_TUPLE,
  PGRES_PIPELINE_SYNC,
  PGRES_PIPELINE_ABORTED,
  PGRES_TUPLES_CHUNK
};
enum { PQTRANS_IDLE = 0, PQTRANS_ACTIVE, PQTRANS_INTRANS, PQTRANS_INERROR, PQTRANS_UNKNOWN };

/* Result, name, arguments. */
#define CM_PQ_FUNCTIONS(X)                                                                                             \
  X(PGconn *, PQconnectStartParams, (const char *const *keywords, const char *const *values, int expand))              \
  X(int, PQconnectPoll, (PGconn *))                                                                                    \
  X(void, PQfinish, (PGconn *))                                                                                        \
  X(int, PQstatus, (const PGconn *))                                                                                   \
  X(int, PQtransactionStatus, (const PGconn *))                                                                        \
  X(const char *, PQparameterStatus, (const PGconn *, const char *name))                                               \
  X(int, PQserverVersion, (const PGconn *))                                                                            \
  X(char *, PQerrorMessage, (const PGconn *))                                                                          \
  X(int, PQsocket, (const PGconn *))                                                                                   \
  X(PQconninfoOption *, PQconndefaults, (void))                                                                        \
  X(PQconninfoOption *, PQconninfo, (PGconn *))                                                                        \
  X(void, PQconninfoFree, (PQconninfoOption *))                                                                        \
  X(PQnoticeReceiver, PQsetNoticeReceiver, (PGconn *, PQnoticeReceiver, void *arg))                                    \
  X(int, PQsetnonblocking, (PGconn *, int on))                                                                         \
  X(int, PQflush, (PGconn *))                                                                                          \
  X(int, PQconsumeInput, (PGconn *))                                                                                   \
  X(int, PQisBusy, (PGconn *))                                                                                         \
  X(PGresult *, PQgetResult, (PGconn *))                                                                               \
  X(int, PQsetSingleRowMode, (PGconn *))                                                                               \
  X(int, PQsendQuery, (PGconn *, const char *sql))                                                                     \
  X(int, PQsendPrepare, (PGconn *, const char *name, const char *sql, int n, const Oid *types))                        \
  X(int, PQsendDescribePrepared, (PGconn *, const char *name))                                                         \
  X(int, PQsendQueryPrepared,                                                                                          \
    (PGconn *, const char *name, int n, const char *const *values, const int *lengths, const int *formats,             \
     int result_format))                                                                                               \
  X(PGcancel *, PQgetCancel, (PGconn *))                                                                               \
  X(void, PQfreeCancel, (PGcancel *))                                                                                  \
  X(int, PQcancel, (PGcancel *, char *message, int size))                                                              \
  X(int, PQputCopyEnd, (PGconn *, const char *message))                                                                \
  X(int, PQgetCopyData, (PGconn *, char **buffer, int async))                                                          \
  X(void, PQfreemem, (void *))                                                                                         \
  X(int, PQresultStatus, (const PGresult *))                                                                           \
  X(char *, PQresultErrorMessage, (const PGresult *))                                                                  \
  X(char *, PQresultErrorField, (const PGresult *, int field))                                                         \
  X(void, PQclear, (PGresult *))                                                                                       \
  X(int, PQntuples, (const PGresult *))                                                                                \
  X(int, PQnfields, (const PGresult *))                                                                                \
  X(char *, PQfname, (const PGresult *, int column))                                                                   \
  X(Oid, PQftype, (const PGresult *, int column))                                                                      \
  X(int, PQnparams, (const PGresult *))                                                                                \
  X(Oid, PQparamtype, (const PGresult *, int parameter))                                                               \
  X(PGresult *, PQcopyResult, (const PGresult *, int flags))                                                           \
  X(int, PQsetvalue, (PGresult *, int row, int column, char *value, int length))                                       \
  X(char *, PQcmdTuples, (PGresult *))                                                                                 \
  X(char *, PQgetvalue, (const PGresult *, int row, int column))                                                       \
  X(int, PQgetlength, (const PGresult *, int row, int column))                                                         \
  X(int, PQgetisnull, (const PGresult *, int row, int column))

/* Of libpq 14 and later, the last of 17: NULL in an older one. */
#define CM_PQ_NEWER_FUNCTIONS(X)                                                                                       \
  X(int, PQenterPipelineMode, (PGconn *))                                                                              \
  X(int, PQexitPipelineMode, (PGconn *))                                                                               \
  X(int, PQpipelineSync, (PGconn *))                                                                                   \
  X(int, PQsetChunkedRowsMode, (PGconn *, int rows))

typedef struct cm_pq_api {
#define CM_PQ_MEMBER(result, name, arguments) result(*name) arguments; /* NOLINT(bugprone-macro-parentheses) */
  CM_PQ_FUNCTIONS(CM_PQ_MEMBER)
  CM_PQ_NEWER_FUNCTIONS(CM_PQ_MEMBER)
#undef CM_PQ_MEMBER
} cm_pq_api;

/* The library, loaded by the first call that finds it; a failure is not remembered, so that it may be installed later.
 * The environment's CORMORANT_LIBPQ may name its file. Any thread. */
int cm_pq_load(const cm_pq_api **out, corm_error **err);
/* From this file, apart from all others. */
int cm_pq_load_file(cm_pq_api *out, const char *file, corm_error **err);
#endif
