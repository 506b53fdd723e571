/* What the cmocka programs share: cmocka itself, an allocator that counts and fails on request, running something with
 * every allocation failing in turn.
 *
 * A program:   int main(void) {
 *                const struct CMUnitTest tests[] = {cmocka_unit_test(a_claim_in_words)};
 *                return cm_test_run(tests);
 *              } */
#ifndef CM_TEST_SUPPORT_H
#define CM_TEST_SUPPORT_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cormorant/abi.h>
#include <cormorant/error.h>

/* Installs the allocator, runs the group, and fails it when memory is still allocated after the last test.
 * `tests` must be an array. */
#define cm_test_run(tests) cm_test_group((tests), sizeof(tests) / sizeof(tests)[0])
int cm_test_group(const struct CMUnitTest *tests, size_t n);

/* From here the allocation after the next `n` ones fails, once; a negative n lets all succeed. */
void cm_test_fail_after(int64_t n);
int cm_test_has_failed(void);      /* whether that failure has happened */
int64_t cm_test_outstanding(void); /* allocations that are not freed */
int64_t cm_test_allocations(void); /* made since the start */

/* Something to run: 0 when it did its work, another number when it failed cleanly. It frees all that it made, either
 * way. */
typedef int (*cm_test_fn)(void *ctx);
/* Runs fn with allocation 0, 1, 2, ... failing, until it runs through without having met the failure: then it must
 * return 0. After each run as many allocations, and as many live things, must be there as before. */
void cm_test_each_failure(cm_test_fn fn, void *ctx);

/* The same for a part of what happens: only the allocations of `run` fail. `open` makes what it needs and must succeed,
 * `after` (may be NULL) makes its claims about what a failure left, `close` frees everything. */
typedef struct cm_test_scene {
  void (*open)(void *ctx);
  int (*run)(void *ctx);
  void (*after)(void *ctx, int status);
  void (*close)(void *ctx);
} cm_test_scene;
void cm_test_each_failure_in(const cm_test_scene *, void *ctx);
#endif
