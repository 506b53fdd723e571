#include "../support.h"
#include "base/def.h"
#include <cormorant/engine.h>
#include <cormorant/session.h>
#include <string.h>

/* The same options in three versions of the library. */
typedef struct first {
  size_t size;
  int64_t a;
} first;
typedef struct second {
  size_t size;
  int64_t a, b;
} second;
typedef struct third {
  size_t size;
  int64_t a, b;
  const char *c;
} third;

static void what_an_older_caller_does_not_have_is_zero(void **state) {
  const first older = {sizeof older, 7};
  second now;
  (void)state;
  memset(&now, 0xff, sizeof now);
  assert_int_equal(cm_def_read(&now, sizeof now, &older, NULL), CORM_OK);
  assert_int_equal(now.a, 7);
  assert_int_equal(now.b, 0);
}

static void what_a_newer_caller_says_must_be_known_or_zero(void **state) {
  third newer = {.size = sizeof newer, .a = 7, .b = 8};
  second now;
  corm_error *err = NULL;
  (void)state;
  assert_int_equal(cm_def_read(&now, sizeof now, &newer, NULL), CORM_OK);
  assert_int_equal(now.b, 8);
  newer.c = "unknown here";
  assert_int_equal(cm_def_read(&now, sizeof now, &newer, &err), CORM_EARGUMENT);
  corm_error_free(err);
}

static void options_without_their_size_are_refused_everywhere(void **state) {
  const corm_engine_options engine_options = {.pool_size = 1};
  const corm_session_options session_options = {.no_autoflush = 1};
  const corm_compile_options compile_options = {.literal_binds = 1};
  corm_engine *engine = NULL;
  corm_session *session = NULL;
  corm_compiled *compiled = NULL;
  corm_node *one = corm_lit(corm_int(1));
  (void)state;
  assert_int_equal(corm_engine_open(&engine, "sqlite://", &engine_options, NULL), CORM_EARGUMENT);
  assert_int_equal(corm_session_open(&session, NULL, &session_options, NULL), CORM_EARGUMENT);
  assert_int_equal(corm_compile(&compiled, one, corm_dialect_named("default"), &compile_options, NULL), CORM_EARGUMENT);
  assert_int_equal(corm_engine_open(&engine, "sqlite://", NULL, NULL), CORM_OK);
  assert_int_equal(corm_engine_compile(&compiled, engine, one, &compile_options, NULL), CORM_EARGUMENT);
  corm_engine_unref(engine);
  corm_node_unref(one);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_an_older_caller_does_not_have_is_zero),
      cmocka_unit_test(what_a_newer_caller_says_must_be_known_or_zero),
      cmocka_unit_test(options_without_their_size_are_refused_everywhere),
  };
  return cm_test_run(tests);
}
