#include "../support.h"
#include "base/text.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int utf8(const char *s) { return cm_is_utf8(s, strlen(s)); }

static void ascii_is_told_from_the_rest_at_every_place(void **state) {
  char text[24];
  (void)state;
  memset(text, 'a', sizeof text);
  assert_true(cm_is_ascii(text, sizeof text));
  assert_true(cm_is_ascii(text, 0));
  for (size_t i = 0; i < sizeof text; i++) {
    text[i] = (char)0x80;
    assert_false(cm_is_ascii(text, sizeof text));
    text[i] = 'a';
  }
}

static void utf8_is_strict(void **state) {
  (void)state;
  assert_true(utf8("plain"));
  assert_true(utf8("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xa6"));
  assert_true(utf8("\xef\xbf\xbf"));
  assert_true(utf8("\xf4\x8f\xbf\xbf"));
  assert_false(utf8("\xc0\xaf"));         /* overlong */
  assert_false(utf8("\xe0\x9f\xbf"));     /* overlong */
  assert_false(utf8("\xf0\x8f\xbf\xbf")); /* overlong */
  assert_false(utf8("\xed\xa0\x80"));     /* a surrogate */
  assert_false(utf8("\xf4\x90\x80\x80")); /* above U+10FFFF */
  assert_false(utf8("\x80"));
  assert_false(utf8("\xe2\x82"));
  assert_false(utf8("\xe2\x82 "));
  assert_false(utf8("\xff"));
}

static void case_is_ignored_in_ascii_only(void **state) {
  (void)state;
  assert_true(cm_equal_nocase("Sum", "sUM"));
  assert_true(cm_equal_nocase("", ""));
  assert_false(cm_equal_nocase("sum", "sums"));
  assert_false(cm_equal_nocase("\xc3\x89", "\xc3\xa9"));
}

static void the_nearest_name_is_found_when_it_is_near(void **state) {
  static const char *const names[] = {"id", "name", "fullname", "nickname"};
  char far_too_long[200];
  (void)state;
  memset(far_too_long, 'n', sizeof far_too_long - 1);
  far_too_long[sizeof far_too_long - 1] = '\0';
  assert_string_equal(cm_nearest("nmae", names, 4), "name");
  assert_string_equal(cm_nearest("Name", names, 4), "name");
  assert_string_equal(cm_nearest("ID", names, 4), "id");
  assert_string_equal(cm_nearest("full_name", names, 4), "fullname");
  assert_string_equal(cm_nearest("nickame", names, 4), "nickname");
  assert_null(cm_nearest("email", names, 4));
  assert_null(cm_nearest("", names, 4));
  assert_null(cm_nearest("name", NULL, 0));
  assert_null(cm_nearest(far_too_long, names, 4));
}

static void format_is(double f, const char *expected) {
  char out[33];
  size_t n = cm_double_format(f, out);
  assert_true(n <= 32);
  out[n] = '\0';
  assert_string_equal(out, expected);
}

static void doubles_take_their_shortest_form(void **state) {
  (void)state;
  format_is(0.0, "0.0");
  format_is(-0.0, "-0.0");
  format_is(1.0, "1.0");
  format_is(1.5, "1.5");
  format_is(-12.25, "-12.25");
  format_is(0.1, "0.1");
  format_is(0.1 + 0.2, "0.30000000000000004");
  format_is(100000.0, "100000.0");
  format_is(1e15, "1000000000000000.0");
  format_is(1e16, "1e+16");
  format_is(1e300, "1e+300");
  format_is(0.0001, "0.0001");
  format_is(0.00001, "1e-05");
  format_is(1.25e-7, "1.25e-07");
  format_is(5e-324, "5e-324");
  format_is(DBL_MAX, "1.7976931348623157e+308");
  format_is(-DBL_MIN, "-2.2250738585072014e-308");
  format_is((double)INFINITY, "inf");
  format_is((double)-INFINITY, "-inf");
  format_is((double)NAN, "nan");
}

static void every_double_reads_back_the_same(void **state) {
  uint64_t bits = 88172645463325252u;
  (void)state;
  for (int i = 0; i < 20000; i++) {
    double f = 0;
    char out[33];
    bits ^= bits << 13;
    bits ^= bits >> 7;
    bits ^= bits << 17;
    memcpy(&f, &bits, sizeof f);
    if (!isfinite(f))
      continue;
    out[cm_double_format(f, out)] = '\0';
    assert_true(strtod(out, NULL) == f);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ascii_is_told_from_the_rest_at_every_place),
      cmocka_unit_test(utf8_is_strict),
      cmocka_unit_test(case_is_ignored_in_ascii_only),
      cmocka_unit_test(the_nearest_name_is_found_when_it_is_near),
      cmocka_unit_test(doubles_take_their_shortest_form),
      cmocka_unit_test(every_double_reads_back_the_same),
  };
  return cm_test_run(tests);
}
