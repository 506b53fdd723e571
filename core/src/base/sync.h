/* Mutexes, conditions, once and atomic counters, over pthreads and C11 atomics. */
#ifndef CM_SYNC_H
#define CM_SYNC_H
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

typedef pthread_mutex_t cm_mutex;
typedef pthread_cond_t cm_cond;
int cm_mutex_init(cm_mutex *); /* 0 on success */
void cm_mutex_free(cm_mutex *);
void cm_lock(cm_mutex *);
void cm_unlock(cm_mutex *);
int cm_cond_init(cm_cond *); /* on the monotonic clock; 0 on success */
void cm_cond_free(cm_cond *);
void cm_cond_signal(cm_cond *);
void cm_cond_broadcast(cm_cond *);
int cm_cond_wait_ms(cm_cond *, cm_mutex *, int64_t ms); /* 0: signalled, 1: timed out; ms < 0 waits for ever */
int64_t cm_now_ms(void);                                /* monotonic */
uint64_t cm_thread_id(void);                            /* never 0 */
#endif
