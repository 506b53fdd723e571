/* Words for cascades, ways of loading and events: both ways, and what is no word. */
#include "support.h"
#include <cormorant/engine.h>
#include <cormorant/schema.h>
#include <string.h>

static unsigned cascade(const char *words) {
  unsigned bits = 99;
  assert_int_equal(corm_cascade_parse(&bits, words, NULL), CORM_OK);
  return bits;
}

static void cascades_are_words_with_commas(void **state) {
  (void)state;
  assert_int_equal(cascade("all, delete-orphan"), CORM_CASCADE_ALL | CORM_CASCADE_DELETE_ORPHAN);
  assert_int_equal(cascade(" merge ,merge,expunge"), CORM_CASCADE_MERGE | CORM_CASCADE_EXPUNGE);
  assert_int_equal(cascade("delete"), CORM_CASCADE_DELETE);
  assert_int_equal(cascade("all, none"), 0);
  assert_int_equal(cascade(" ,"), 0);
  assert_int_equal(cascade(NULL), 0);
  for (unsigned bit = 1; bit <= CORM_CASCADE_EXPUNGE; bit <<= 1)
    assert_int_equal(cascade(corm_cascade_name(bit)), bit);
  assert_null(corm_cascade_name(0));
  assert_null(corm_cascade_name(CORM_CASCADE_ALL));
  assert_null(corm_cascade_name(64));
}

static void ways_of_loading_have_names(void **state) {
  int lazy = -1;
  (void)state;
  for (int i = CORM_LAZY_SELECT; i <= CORM_LAZY_WRITE_ONLY; i++) {
    assert_int_equal(corm_lazy_named(&lazy, corm_lazy_name(i), NULL), CORM_OK);
    assert_int_equal(lazy, i);
  }
  assert_null(corm_lazy_name(-1));
  assert_null(corm_lazy_name(CORM_LAZY_CONTAINS_EAGER));
}

static void events_have_names(void **state) {
  int n = 0;
  (void)state;
  for (int kind = 0; kind < CORM_EV_KINDS; kind++) {
    const char *name = corm_event_name(kind);
    n += name != NULL;
    assert_int_equal(corm_event_named(name), name ? kind : -1);
  }
  assert_int_equal(n, 44);
  assert_string_equal(corm_event_name(CORM_EV_LOADED_AS_PERSISTENT), "loaded_as_persistent");
  assert_null(corm_event_name(-1));
  assert_null(corm_event_name(CORM_EV_KINDS));
  assert_int_equal(corm_event_named("before_lunch"), -1);
}

static void expect(int status, corm_error **at, const char *name, const char *nearest) {
  corm_error *err = *at;
  assert_int_equal(status, CORM_ENAME);
  assert_non_null(strstr(corm_error_message(err), name));
  assert_string_equal(corm_error_detail(err, CORM_DETAIL_NAME), name);
  if (nearest)
    assert_string_equal(corm_error_detail(err, CORM_DETAIL_NEAREST), nearest);
  else
    assert_null(corm_error_detail(err, CORM_DETAIL_NEAREST));
  corm_error_free(err);
  *at = NULL;
}

static void other_words_are_refused_with_the_nearest(void **state) {
  char longest[100];
  unsigned bits = 7;
  int lazy = 7;
  corm_error *err = NULL;
  (void)state;
  expect(corm_cascade_parse(&bits, "merge, delete-orphans", &err), &err, "delete-orphans", "delete-orphan");
  expect(corm_cascade_parse(&bits, "everything", &err), &err, "everything", NULL);
  expect(corm_lazy_named(&lazy, "slectin", &err), &err, "slectin", "selectin");
  expect(corm_lazy_named(&lazy, NULL, &err), &err, "", NULL);
  memset(longest, 'x', sizeof longest - 1);
  longest[sizeof longest - 1] = '\0';
  assert_int_equal(corm_cascade_parse(&bits, longest, NULL), CORM_ENAME);
  assert_int_equal(bits, 7);
  assert_int_equal(lazy, 7);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cascades_are_words_with_commas),
      cmocka_unit_test(ways_of_loading_have_names),
      cmocka_unit_test(events_have_names),
      cmocka_unit_test(other_words_are_refused_with_the_nearest),
  };
  return cm_test_run(tests);
}
