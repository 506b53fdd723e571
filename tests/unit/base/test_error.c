#include "../support.h"
#include "base/error.h"
#include <string.h>

static const char *const names[] = {"id", "name", "fullname"};

static void an_error_says_what_was_wrong(void **state) {
  corm_error *err = NULL;
  (void)state;
  assert_int_equal(cm_fail(&err, CORM_ENAME, "no \"%s\" in %d", "x", 7), CORM_ENAME);
  assert_int_equal(corm_error_status(err), CORM_ENAME);
  assert_string_equal(corm_error_message(err), "no \"x\" in 7");
  assert_null(corm_error_host(err));
  corm_error_free(err);
}

static void without_an_error_there_is_a_status(void **state) {
  (void)state;
  assert_int_equal(cm_fail(NULL, CORM_ENAME, "nobody reads this"), CORM_ENAME);
  assert_int_equal(cm_fail_memory(NULL), CORM_ENOMEM);
  assert_int_equal(cm_fail_name(NULL, CORM_ENAME, "column", "t", "x", names, 3), CORM_ENAME);
  assert_int_equal(corm_error_status(NULL), CORM_OK);
  assert_string_equal(corm_error_message(NULL), "");
  assert_null(corm_error_detail(NULL, CORM_DETAIL_NAME));
  corm_error_free(NULL);
}

static void a_later_error_replaces_an_earlier_one_and_may_quote_it(void **state) {
  corm_error *err = NULL;
  (void)state;
  cm_fail(&err, CORM_ENAME, "first");
  cm_fail(&err, CORM_EINTERNAL, "second after %s", corm_error_message(err));
  assert_int_equal(corm_error_status(err), CORM_EINTERNAL);
  assert_string_equal(corm_error_message(err), "second after first");
  corm_error_free(err);
}

static void an_error_is_handed_over_once_and_nothing_is_not(void **state) {
  corm_error *err = NULL, *why = NULL;
  (void)state;
  cm_fail(&err, CORM_ENAME, "earlier");
  cm_error_give(&err, NULL);
  assert_string_equal(corm_error_message(err), "earlier");
  cm_fail(&why, CORM_EINVALID, "later");
  cm_error_give(&err, why);
  assert_string_equal(corm_error_message(err), "later");
  why = NULL;
  cm_fail(&why, CORM_EINVALID, "for nobody");
  cm_error_give(NULL, why);
  corm_error_free(err);
}

static void details_are_found_by_key_and_the_last_one_counts(void **state) {
  corm_error *err = NULL;
  (void)state;
  cm_detail(&err, CORM_DETAIL_CODE, "no error yet");
  corm_error_set(&err, CORM_EDB_INTEGRITY, "UNIQUE constraint failed");
  corm_error_add(err, CORM_DETAIL_CODE, "19");
  corm_error_add(err, CORM_DETAIL_CODE, "2067");
  corm_error_add(err, CORM_DETAIL_COLUMN, "user.name");
  corm_error_add(err, CORM_DETAIL_SQLSTATE, NULL);
  assert_string_equal(corm_error_detail(err, CORM_DETAIL_CODE), "2067");
  assert_string_equal(corm_error_detail(err, CORM_DETAIL_COLUMN), "user.name");
  assert_null(corm_error_detail(err, CORM_DETAIL_SQLSTATE));
  corm_error_free(err);
}

static void a_wrong_name_is_told_the_nearest(void **state) {
  corm_error *err = NULL;
  (void)state;
  assert_int_equal(cm_fail_name(&err, CORM_ENAME, "attribute", "User", "nmae", names, 3), CORM_ENAME);
  assert_string_equal(corm_error_message(err), "class \"User\" has no attribute \"nmae\": did you mean \"name\"?");
  assert_string_equal(corm_error_detail(err, CORM_DETAIL_NAME), "nmae");
  assert_string_equal(corm_error_detail(err, CORM_DETAIL_OWNER), "User");
  assert_string_equal(corm_error_detail(err, CORM_DETAIL_NEAREST), "name");
  corm_error_free(err);
}

static void a_name_that_is_far_from_all_gets_no_advice(void **state) {
  corm_error *err = NULL;
  (void)state;
  cm_fail_name(&err, CORM_ENAME, "column", "user", "zebra", names, 3);
  assert_string_equal(corm_error_message(err), "table \"user\" has no column \"zebra\"");
  assert_null(corm_error_detail(err, CORM_DETAIL_NEAREST));
  cm_fail_name(&err, CORM_ENAME, "subquery column", "s", "names", names, 3);
  assert_string_equal(corm_error_message(err), "subquery \"s\" has no column \"names\": did you mean \"name\"?");
  cm_fail_name(&err, CORM_ENAME, "dialect", NULL, "sqlit", NULL, 0);
  assert_string_equal(corm_error_message(err), "there is no dialect \"sqlit\"");
  assert_null(corm_error_detail(err, CORM_DETAIL_OWNER));
  corm_error_free(err);
}

static int released;
static void release(void *exception) { released += exception == &released; }

static void an_exception_of_the_host_is_carried_and_released(void **state) {
  corm_error *err = NULL;
  (void)state;
  released = 0;
  assert_int_equal(corm_error_from_host(&err, &released, release), CORM_EHOST);
  assert_ptr_equal(corm_error_host(err), &released);
  assert_int_equal(released, 0);
  corm_error_free(err);
  assert_int_equal(released, 1);
  assert_int_equal(corm_error_from_host(NULL, &released, release), CORM_EHOST);
  assert_int_equal(released, 2);
}

static void an_exception_without_memory_for_it_is_released_at_once(void **state) {
  corm_error *err = NULL;
  (void)state;
  released = 0;
  cm_test_fail_after(0);
  assert_int_equal(corm_error_from_host(&err, &released, release), CORM_EHOST);
  assert_int_equal(corm_error_status(err), CORM_ENOMEM);
  assert_int_equal(released, 1);
  corm_error_free(err);
}

static void out_of_memory_needs_no_memory(void **state) {
  corm_error *err = NULL;
  (void)state;
  cm_test_fail_after(0);
  assert_int_equal(cm_fail(&err, CORM_ENAME, "no room for this"), CORM_ENOMEM);
  assert_int_equal(corm_error_status(err), CORM_ENOMEM);
  assert_string_equal(corm_error_message(err), "out of memory");
  corm_error_add(err, CORM_DETAIL_NAME, "ignored");
  assert_null(corm_error_detail(err, CORM_DETAIL_NAME));
  corm_error_free(err);
  corm_error_free(err);
}

static void every_status_has_a_name(void **state) {
  (void)state;
  assert_string_equal(corm_status_name(CORM_OK), "CORM_OK");
  assert_string_equal(corm_status_name(CORM_EDB_NOTSUPPORTED), "CORM_EDB_NOTSUPPORTED");
  assert_string_equal(corm_status_name(CORM_ENOFOREIGNKEY), "CORM_ENOFOREIGNKEY");
  assert_string_equal(corm_status_name(-1), "CORM_UNKNOWN");
  assert_string_equal(corm_status_name(31), "CORM_UNKNOWN");
  assert_string_equal(corm_status_name(100000), "CORM_UNKNOWN");
}

static int fail_with_details(void *ctx) {
  corm_error *err = NULL;
  int status = cm_fail_name(&err, CORM_ENAME, "attribute", "User", "nmae", names, 3);
  int said = corm_error_detail(err, CORM_DETAIL_NEAREST) != NULL;
  (void)ctx;
  assert_int_equal(status, corm_error_status(err));
  corm_error_free(err);
  return status == CORM_ENAME && said ? 0 : 1;
}

static void every_allocation_of_an_error_can_fail(void **state) {
  (void)state;
  cm_test_each_failure(fail_with_details, NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_error_says_what_was_wrong),
      cmocka_unit_test(without_an_error_there_is_a_status),
      cmocka_unit_test(a_later_error_replaces_an_earlier_one_and_may_quote_it),
      cmocka_unit_test(an_error_is_handed_over_once_and_nothing_is_not),
      cmocka_unit_test(details_are_found_by_key_and_the_last_one_counts),
      cmocka_unit_test(a_wrong_name_is_told_the_nearest),
      cmocka_unit_test(a_name_that_is_far_from_all_gets_no_advice),
      cmocka_unit_test(an_exception_of_the_host_is_carried_and_released),
      cmocka_unit_test(an_exception_without_memory_for_it_is_released_at_once),
      cmocka_unit_test(out_of_memory_needs_no_memory),
      cmocka_unit_test(every_status_has_a_name),
      cmocka_unit_test(every_allocation_of_an_error_can_fail),
  };
  return cm_test_run(tests);
}
