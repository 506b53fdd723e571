#define _POSIX_C_SOURCE 200809L /* clock_gettime, pthread_condattr_setclock */
#include "base/sync.h"
#include <errno.h>
#include <time.h>

int cm_mutex_init(cm_mutex *m) { return pthread_mutex_init(m, NULL); }
void cm_mutex_free(cm_mutex *m) { pthread_mutex_destroy(m); }
void cm_lock(cm_mutex *m) { pthread_mutex_lock(m); }
void cm_unlock(cm_mutex *m) { pthread_mutex_unlock(m); }

int cm_cond_init(cm_cond *c) {
  pthread_condattr_t attr;
  int failed = pthread_condattr_init(&attr);
  if (failed)
    return failed;
  failed = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
  if (!failed)
    failed = pthread_cond_init(c, &attr);
  pthread_condattr_destroy(&attr);
  return failed;
}

void cm_cond_free(cm_cond *c) { pthread_cond_destroy(c); }
void cm_cond_signal(cm_cond *c) { pthread_cond_signal(c); }
void cm_cond_broadcast(cm_cond *c) { pthread_cond_broadcast(c); }

int cm_cond_wait_ms(cm_cond *c, cm_mutex *m, int64_t ms) {
  struct timespec until;
  if (ms < 0) {
    pthread_cond_wait(c, m);
    return 0;
  }
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += (time_t)(ms / 1000);
  until.tv_nsec += (long)(ms % 1000) * 1000000;
  if (until.tv_nsec >= 1000000000) {
    until.tv_nsec -= 1000000000;
    until.tv_sec++;
  }
  return pthread_cond_timedwait(c, m, &until) == ETIMEDOUT;
}

int64_t cm_now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A number of our own: the system gives a dead thread's number to a new one. */
uint64_t cm_thread_id(void) {
  static _Atomic uint64_t last;
  static _Thread_local uint64_t mine;
  if (!mine)
    mine = atomic_fetch_add(&last, 1) + 1;
  return mine;
}
