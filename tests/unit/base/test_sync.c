#include "../support.h"
#include "base/sync.h"

typedef struct gate {
  cm_mutex lock;
  cm_cond opened;
  int is_open;
  uint64_t other_thread;
} gate;

static void *open_gate(void *ctx) {
  gate *g = ctx;
  cm_lock(&g->lock);
  g->is_open = 1;
  g->other_thread = cm_thread_id();
  cm_cond_broadcast(&g->opened);
  cm_unlock(&g->lock);
  return NULL;
}

static void a_waiting_thread_is_woken_by_another(void **state) {
  gate g = {.is_open = 0};
  pthread_t thread;
  (void)state;
  assert_int_equal(cm_mutex_init(&g.lock), 0);
  assert_int_equal(cm_cond_init(&g.opened), 0);
  cm_lock(&g.lock);
  assert_int_equal(pthread_create(&thread, NULL, open_gate, &g), 0);
  while (!g.is_open)
    assert_int_equal(cm_cond_wait_ms(&g.opened, &g.lock, -1), 0);
  cm_unlock(&g.lock);
  pthread_join(thread, NULL);
  assert_true(g.other_thread != 0);
  assert_true(g.other_thread != cm_thread_id());
  assert_int_equal(cm_thread_id(), cm_thread_id());
  cm_cond_free(&g.opened);
  cm_mutex_free(&g.lock);
}

static void waiting_ends_when_the_time_is_over(void **state) {
  cm_mutex lock;
  cm_cond never;
  int64_t start = 0;
  (void)state;
  assert_int_equal(cm_mutex_init(&lock), 0);
  assert_int_equal(cm_cond_init(&never), 0);
  cm_lock(&lock);
  start = cm_now_ms();
  while (!cm_cond_wait_ms(&never, &lock, 20)) {
  }
  assert_true(cm_now_ms() - start >= 19);
  cm_unlock(&lock);
  cm_cond_free(&never);
  cm_mutex_free(&lock);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_waiting_thread_is_woken_by_another),
      cmocka_unit_test(waiting_ends_when_the_time_is_over),
  };
  return cm_test_run(tests);
}
