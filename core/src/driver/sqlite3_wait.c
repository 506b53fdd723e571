/* How SQLite is asked to look up from its work: the progress handler, a busy handler that can be stopped, cancel. */
#define _POSIX_C_SOURCE 200809L /* nanosleep */
#include "driver/sqlite3.h"
#include <time.h>

enum { OPERATIONS = 10000, POLL_MS = 100 };

/* Polls once 100 ms have gone by; 1: stop. */
static int poll_now(corm_driver_conn *c) {
  int64_t now = cm_now_ms();
  if (atomic_load_explicit(&c->cancelled, memory_order_relaxed))
    return 1;
  if (!c->env.poll || now - c->last_poll < POLL_MS)
    return 0;
  c->last_poll = now;
  corm_error_free(c->poll_error);
  c->poll_error = NULL;
  c->poll_status = c->env.poll(c->env.poll_self, &c->poll_error);
  return c->poll_status != 0;
}

static int on_progress(void *self) { return poll_now(self); }

static void sleep_ms(int64_t ms) {
  struct timespec t = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};
  nanosleep(&t, NULL);
}

/* Another connection holds the lock: wait, a little longer each time, and give up after the timeout. */
static int on_busy(void *self, int tries) {
  static const int64_t pauses[] = {1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100};
  static const int n_pauses = (int)(sizeof pauses / sizeof pauses[0]);
  corm_driver_conn *c = self;
  int64_t pause = pauses[tries < n_pauses ? tries : n_pauses - 1];
  int64_t now = cm_now_ms();
  if (tries == 0)
    c->busy_since = now;
  if (now - c->busy_since >= c->timeout_ms || poll_now(c))
    return 0;
  if (pause > c->timeout_ms - (now - c->busy_since))
    pause = c->timeout_ms - (now - c->busy_since);
  sleep_ms(pause);
  return 1;
}

void cm_sqlite_wait_init(corm_driver_conn *c) {
  sqlite3_busy_handler(c->db, on_busy, c);
  sqlite3_progress_handler(c->db, OPERATIONS, on_progress, c);
}

void cm_sqlite_run_starts(corm_driver_conn *c) {
  c->poll_status = 0;
  if (c->env.poll)
    c->last_poll = cm_now_ms();
}

/* A cancel is for the run that it met, not for the next one. */
void cm_sqlite_run_ends(corm_driver_conn *c) { atomic_store_explicit(&c->cancelled, 0, memory_order_relaxed); }

void cm_sqlite_set_env(corm_driver_conn *c, const corm_driver_env *env) {
  corm_driver_env none = {sizeof none, NULL, NULL};
  c->env = env ? *env : none;
}

/* SQLite forgets an interrupt that comes before the first step; the flag does not. */
void cm_sqlite_cancel(corm_driver_conn *c) {
  atomic_store(&c->cancelled, 1);
  sqlite3_interrupt(c->db);
}
