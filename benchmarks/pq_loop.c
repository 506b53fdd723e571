/* The floor on PostgreSQL: libpq alone, binary, in one loop without Python.
 *
 *     pq_loop load             one SELECT of all rows, their cells untouched
 *     pq_loop get COUNT ROWS   so many gets by key inside one transaction, every cell read
 *     pq_loop copy FILE        COPY of a file in the server's binary format into an empty table, and COMMIT
 *
 * The connection's options stand in CORM_BENCH_CONNINFO. Prints the nanoseconds of one (of COUNT: the mean) and libpq's
 * version. The library is opened as Cormorant opens it: CORMORANT_LIBPQ, or libpq.so.5; no header of it is needed.
 */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define COLUMNS "id, name, email, bio, age, height, balance, created"

enum { CONNECTED = 0, COMMAND_OK = 1, TUPLES_OK = 2, COPY_IN = 4, PIECE = 1 << 16 };

typedef struct PGconn PGconn;
typedef struct PGresult PGresult;

/* As libpq-fe.h declares them, where an Oid is unsigned. */
#define FUNCTIONS(F)                                                                                                   \
  F(PGconn *, PQconnectdb, (const char *))                                                                             \
  F(int, PQstatus, (const PGconn *))                                                                                   \
  F(char *, PQerrorMessage, (const PGconn *))                                                                          \
  F(int, PQlibVersion, (void))                                                                                         \
  F(void, PQfinish, (PGconn *))                                                                                        \
  F(PGresult *, PQexec, (PGconn *, const char *))                                                                      \
  F(PGresult *, PQprepare, (PGconn *, const char *, const char *, int, const unsigned *))                              \
  F(PGresult *, PQexecPrepared, (PGconn *, const char *, int, const char *const *, const int *, const int *, int))     \
  F(int, PQresultStatus, (const PGresult *))                                                                           \
  F(int, PQntuples, (const PGresult *))                                                                                \
  F(int, PQnfields, (const PGresult *))                                                                                \
  F(char *, PQgetvalue, (const PGresult *, int, int))                                                                  \
  F(int, PQgetlength, (const PGresult *, int, int))                                                                    \
  F(int, PQgetisnull, (const PGresult *, int, int))                                                                    \
  F(void, PQclear, (PGresult *))                                                                                       \
  F(int, PQputCopyData, (PGconn *, const char *, int))                                                                 \
  F(int, PQputCopyEnd, (PGconn *, const char *))                                                                       \
  F(PGresult *, PQgetResult, (PGconn *))

#define MEMBER(result, name, arguments) result(*name) arguments;
static struct { FUNCTIONS(MEMBER) } pq;

static int find(void *library, const char *name, void *to) {
  void *f = library ? dlsym(library, name) : NULL;
  memcpy(to, &f, sizeof f);
  return f != NULL;
}

static int open_library(void) {
  const char *named = getenv("CORMORANT_LIBPQ");
  void *library = dlopen(named && *named ? named : "libpq.so.5", RTLD_NOW);
  int ok = 1;
#define FIND(result, name, arguments) ok &= find(library, #name, &pq.name);
  FUNCTIONS(FIND)
  if (!ok)
    fprintf(stderr, "pq_loop: %s\n", dlerror());
  return ok;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int told(double nanoseconds) {
  printf("%.1f %d\n", nanoseconds, pq.PQlibVersion());
  return 1;
}

/* Whether the result is what was expected; it is freed. */
static int is(PGresult *r, int status) {
  int ok = pq.PQresultStatus(r) == status;
  pq.PQclear(r);
  return ok;
}

static PGresult *all_rows(PGconn *c) { return pq.PQexecPrepared(c, "every", 0, NULL, NULL, NULL, 1); }

static int load(PGconn *c) {
  if (!is(pq.PQprepare(c, "every", "SELECT " COLUMNS " FROM person", 0, NULL), COMMAND_OK) ||
      !is(pq.PQexec(c, "BEGIN"), COMMAND_OK) || !is(all_rows(c), TUPLES_OK)) /* which warms the memory */
    return 0;
  double start = now();
  PGresult *r = all_rows(c);
  double took = now() - start;
  return is(r, TUPLES_OK) && told(took);
}

static int one_get(PGconn *c, uint32_t key, uint64_t *sum) {
  uint32_t raw = htonl(key);
  const char *value = (const char *)&raw;
  PGresult *r = pq.PQexecPrepared(c, "one", 1, &value, &(int){4}, &(int){1}, 1);
  int ok = pq.PQntuples(r) == 1;
  for (int i = 0; ok && i < pq.PQnfields(r); i++)
    if (!pq.PQgetisnull(r, 0, i))
      *sum += (uint64_t)pq.PQgetvalue(r, 0, i)[0] + (uint64_t)pq.PQgetlength(r, 0, i);
  pq.PQclear(r);
  return ok;
}

static int get(PGconn *c, long count, uint32_t rows) {
  uint64_t sum = 0;
  int ok = rows && is(pq.PQprepare(c, "one", "SELECT " COLUMNS " FROM person WHERE id = $1", 0, NULL), COMMAND_OK) &&
           is(pq.PQexec(c, "BEGIN"), COMMAND_OK) && one_get(c, 1, &sum);
  double start = now();
  for (long i = 0; ok && i < count; i++)
    ok = one_get(c, (uint32_t)(i * 7919 % rows + 1), &sum);
  return ok && sum && told((now() - start) / (double)count);
}

static char *contents(const char *name, size_t *n) {
  FILE *f = fopen(name, "rb");
  char *data = NULL;
  long size = f && fseek(f, 0, SEEK_END) == 0 ? ftell(f) : -1;
  if (size > 0 && (data = malloc((size_t)size))) {
    rewind(f);
    *n = fread(data, 1, (size_t)size, f);
  }
  if (f)
    fclose(f);
  return data;
}

static int copy(PGconn *c, const char *name) {
  static const char text[] = "COPY person (name, email, bio, age, height, balance, created) FROM STDIN (FORMAT binary)";
  size_t n = 0;
  char *data = contents(name, &n);
  double start = now();
  int ok = data && is(pq.PQexec(c, "BEGIN"), COMMAND_OK) && is(pq.PQexec(c, text), COPY_IN);
  for (size_t at = 0; ok && at < n; at += PIECE)
    ok = pq.PQputCopyData(c, data + at, (int)(n - at < PIECE ? n - at : PIECE)) == 1;
  ok = ok && pq.PQputCopyEnd(c, NULL) == 1 && is(pq.PQgetResult(c), COMMAND_OK) && !pq.PQgetResult(c) &&
       is(pq.PQexec(c, "COMMIT"), COMMAND_OK);
  double took = now() - start;
  free(data);
  return ok && told(took);
}

static int run(PGconn *c, int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "load") == 0)
    return load(c);
  if (argc == 4 && strcmp(argv[1], "get") == 0)
    return get(c, atol(argv[2]), (uint32_t)atol(argv[3]));
  if (argc == 3 && strcmp(argv[1], "copy") == 0)
    return copy(c, argv[2]);
  fprintf(stderr, "usage: pq_loop load | get COUNT ROWS | copy FILE\n");
  return 0;
}

int main(int argc, char **argv) {
  const char *options = getenv("CORM_BENCH_CONNINFO");
  if (!open_library())
    return 1;
  PGconn *c = pq.PQconnectdb(options ? options : "");
  int ok = pq.PQstatus(c) == CONNECTED && run(c, argc, argv);
  if (!ok)
    fprintf(stderr, "pq_loop: %s\n", pq.PQerrorMessage(c));
  pq.PQfinish(c);
  return ok ? 0 : 1;
}
