/* The floor of a point get: bind, step, read every column, reset, in one loop without Python.
 *
 *     get_loop DATABASE COUNT ROWS begin|autocommit
 *
 * Prints the nanoseconds of one get. With "begin" the loop runs inside one read transaction.
 */
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Reads a cell once, as a loader must. The sum keeps the compiler from dropping it. */
static uint64_t cell(sqlite3_value *value) {
  switch (sqlite3_value_type(value)) {
  case SQLITE_INTEGER:
    return (uint64_t)sqlite3_value_int64(value);
  case SQLITE_FLOAT:
    return (uint64_t)(int64_t)sqlite3_value_double(value);
  case SQLITE_NULL:
    return 0;
  default:
    return (uint64_t)sqlite3_value_text(value)[0] + (uint64_t)sqlite3_value_bytes(value);
  }
}

static int one_get(sqlite3_stmt *get, sqlite3_int64 key, uint64_t *sum) {
  sqlite3_bind_int64(get, 1, key);
  if (sqlite3_step(get) != SQLITE_ROW)
    return 0;
  for (int i = 0; i < sqlite3_column_count(get); i++)
    *sum += cell(sqlite3_column_value(get, i));
  sqlite3_reset(get);
  return 1;
}

static int run(sqlite3 *db, long count, long rows, int in_transaction) {
  sqlite3_stmt *get = NULL;
  uint64_t sum = 0;
  const char *text = "SELECT id, name, email, bio, age, height, balance, created FROM person WHERE id = ?";
  if (sqlite3_prepare_v2(db, text, -1, &get, NULL) != SQLITE_OK)
    return 0;
  if (in_transaction)
    sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
  int ok = one_get(get, 1, &sum); /* opens the read transaction and warms the cache's root */
  double start = now();
  for (long i = 0; ok && i < count; i++)
    ok = one_get(get, (i * 7919) % rows + 1, &sum);
  double each = (now() - start) / (double)count;
  sqlite3_finalize(get);
  if (ok)
    printf("%.1f %llu\n", each, (unsigned long long)sum);
  return ok;
}

int main(int argc, char **argv) {
  sqlite3 *db = NULL;
  if (argc != 5) {
    fprintf(stderr, "usage: get_loop DATABASE COUNT ROWS begin|autocommit\n");
    return 2;
  }
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
  int ok = sqlite3_open_v2(argv[1], &db, flags, NULL) == SQLITE_OK &&
           run(db, atol(argv[2]), atol(argv[3]), strcmp(argv[4], "begin") == 0);
  if (!ok)
    fprintf(stderr, "get_loop: %s\n", db ? sqlite3_errmsg(db) : "no memory");
  sqlite3_close(db);
  return ok ? 0 : 1;
}
