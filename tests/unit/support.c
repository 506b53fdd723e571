#include "support.h"
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static _Atomic int64_t outstanding, allocations;
static _Atomic int64_t until_failure = -1; /* negative: no failure is set */
static atomic_int has_failed;

/* One failure per setting: the counter stops below zero. */
static int must_fail(void) {
  int64_t left = atomic_load(&until_failure);
  if (left < 0)
    return 0;
  if (atomic_fetch_sub(&until_failure, 1) != 0)
    return 0;
  atomic_store(&has_failed, 1);
  return 1;
}

static void *counting_alloc(void *user, void *p, size_t n) {
  void *got = NULL;
  (void)user;
  if (n == 0) {
    if (p)
      atomic_fetch_sub(&outstanding, 1);
    free(p);
    return NULL;
  }
  atomic_fetch_add(&allocations, 1);
  if (must_fail())
    return NULL;
  got = realloc(p, n);
  if (!got) {
    print_error("the machine has no memory left for %zu bytes\n", n);
    abort();
  }
  if (!p)
    atomic_fetch_add(&outstanding, 1);
  return got;
}

void cm_test_fail_after(int64_t n) {
  atomic_store(&has_failed, 0);
  atomic_store(&until_failure, n);
}

int cm_test_has_failed(void) { return atomic_load(&has_failed); }
int64_t cm_test_outstanding(void) { return atomic_load(&outstanding); }
int64_t cm_test_allocations(void) { return atomic_load(&allocations); }

static int64_t live_total(void) {
  int64_t n = 0;
  for (int kind = 0; kind < CORM_LIVE_KINDS; kind++)
    n += corm_live((corm_live_kind)kind);
  return n;
}

static void check_nothing_left(int64_t n, int64_t memory, int64_t alive) {
  if (cm_test_outstanding() != memory)
    fail_msg("with allocation %lld failing, %lld allocations were not freed", (long long)n,
             (long long)(cm_test_outstanding() - memory));
  if (live_total() != alive)
    fail_msg("with allocation %lld failing, %lld objects stayed alive", (long long)n,
             (long long)(live_total() - alive));
}

void cm_test_each_failure(cm_test_fn fn, void *ctx) {
  for (int64_t n = 0; n < 1000000; n++) {
    int64_t memory = cm_test_outstanding(), alive = live_total();
    int status = 0, met = 0;
    cm_test_fail_after(n);
    status = fn(ctx);
    met = cm_test_has_failed();
    cm_test_fail_after(-1);
    check_nothing_left(n, memory, alive);
    if (!met && status != 0)
      fail_msg("it failed with status %d though every allocation succeeded", status);
    if (!met)
      return;
  }
  fail_msg("it still meets a failure after a million runs");
}

/* Whether the failure was met; then the status, else it must be 0. */
static int run_scene(const cm_test_scene *scene, void *ctx, int64_t n) {
  int status = 0, met = 0;
  scene->open(ctx);
  cm_test_fail_after(n);
  status = scene->run(ctx);
  met = cm_test_has_failed();
  cm_test_fail_after(-1);
  if (!met && status != 0)
    fail_msg("it failed with status %d though every allocation succeeded", status);
  if (scene->after)
    scene->after(ctx, status);
  scene->close(ctx);
  return met;
}

void cm_test_each_failure_in(const cm_test_scene *scene, void *ctx) {
  for (int64_t n = 0; n < 1000000; n++) {
    int64_t memory = cm_test_outstanding(), alive = live_total();
    int met = run_scene(scene, ctx, n);
    check_nothing_left(n, memory, alive);
    if (!met)
      return;
  }
  fail_msg("it still meets a failure after a million runs");
}

int cm_test_group(const struct CMUnitTest *tests, size_t n) {
  int failed = 0;
  corm_set_allocator(counting_alloc, NULL);
  failed = _cmocka_run_group_tests("tests", tests, n, NULL, NULL);
  if (cm_test_outstanding() != 0) {
    print_error("%lld allocations were not freed\n", (long long)cm_test_outstanding());
    failed++;
  }
  return failed;
}
