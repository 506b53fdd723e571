#include "../support.h"
#include <cormorant/value.h>
#include <math.h>
#include <string.h>

static corm_value of(corm_kind kind, const char *text) { return corm_bytes_of(kind, text, strlen(text)); }

static corm_value of_int(corm_kind kind, int64_t i) {
  corm_value v = corm_int(i);
  v.kind = (uint8_t)kind;
  return v;
}

static void equal(corm_value a, corm_value b) {
  assert_true(corm_value_equal(&a, &b));
  assert_true(corm_value_equal(&b, &a));
  assert_true(corm_value_hash(&a) == corm_value_hash(&b));
}

static void differ(corm_value a, corm_value b) {
  assert_false(corm_value_equal(&a, &b));
  assert_false(corm_value_equal(&b, &a));
}

static void a_cell_has_sixteen_bytes(void **state) {
  (void)state;
  assert_int_equal(sizeof(corm_value), 16);
}

static void text_knows_whether_it_is_ascii(void **state) {
  corm_value plain = corm_text("plain"), bird = corm_text("b\xc3\xadrd");
  (void)state;
  assert_int_equal(plain.flags, CORM_VALUE_ASCII);
  assert_int_equal(plain.size, 5);
  assert_int_equal(bird.flags, 0);
  equal(plain, of(CORM_TEXT, "plain"));
}

static void numbers_are_equal_across_their_kinds(void **state) {
  (void)state;
  equal(corm_int(1), corm_bool(7));
  equal(corm_int(1), corm_double(1.0));
  equal(corm_double(-0.0), corm_int(0));
  equal(corm_double(0.0), corm_double(-0.0));
  equal(corm_int(INT64_MIN), corm_double(-9223372036854775808.0));
  differ(corm_int(INT64_MAX), corm_double(9223372036854775808.0));
  differ(corm_int(INT64_C(9007199254740993)), corm_double(9007199254740992.0));
  differ(corm_int(1), corm_double(1.5));
  differ(corm_double((double)NAN), corm_int(0));
  differ(corm_double((double)NAN), corm_double((double)NAN));
  equal(corm_double((double)INFINITY), corm_double((double)INFINITY));
  differ(corm_int(0), corm_null());
}

static void kinds_must_agree_elsewhere(void **state) {
  (void)state;
  equal(corm_null(), corm_null());
  equal(of(CORM_TEXT, ""), of(CORM_TEXT, ""));
  equal(of(CORM_BYTES, "a"), of(CORM_BYTES, "a"));
  differ(of(CORM_TEXT, "a"), of(CORM_BYTES, "a"));
  differ(of(CORM_TEXT, "a"), of(CORM_TEXT, "b"));
  differ(of(CORM_TEXT, "a"), of(CORM_TEXT, "aa"));
  differ(of(CORM_TEXT, "1"), corm_int(1));
  equal(of_int(CORM_DATE, 5), of_int(CORM_DATE, 5));
  differ(of_int(CORM_DATE, 5), of_int(CORM_TIME, 5));
  differ(of_int(CORM_DATE, 5), corm_int(5));
  equal(of_int(200, 5), of_int(200, 5));
  differ(of_int(200, 5), of_int(200, 6));
}

static void hosts_and_records_are_equal_by_place(void **state) {
  int thing = 0, other = 0;
  corm_value a = of_int(CORM_HOST, 0), b = a, r = of_int(CORM_RECORD, 0);
  (void)state;
  a.as.h = &thing;
  b.as.h = &thing;
  r.as.r = (corm_record *)(void *)&thing;
  equal(a, b);
  equal(r, r);
  differ(a, r);
  b.as.h = &other;
  differ(a, b);
}

static void decimals_are_equal_as_numbers(void **state) {
  static const char *const same[][2] = {
      {"12.5", "12.50"}, {"0.00", "-0"},    {"1E+3", "1000"}, {"1000", "1.000e3"},
      {"-.5", "-0.5"},   {"007", "7"},      {"0.05", "5E-2"}, {"+12", "12."},
      {"NaN", "NaN"},    {"100.00", "1e2"}, {"0", "0E+99"},   {"120.034", "0.120034E3"},
      {"0.001", "1e-3"},
  };
  static const char *const different[][2] = {
      {"12.5", "12.51"}, {"1", "-1"}, {"1", "10"}, {"0.5", "0.05"},
      {"NaN", "0"},      {"1e", "1"}, {"", "0"},   {"1.2.3", "1.23"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof same / sizeof *same; i++)
    equal(of(CORM_DECIMAL, same[i][0]), of(CORM_DECIMAL, same[i][1]));
  for (size_t i = 0; i < sizeof different / sizeof *different; i++)
    differ(of(CORM_DECIMAL, different[i][0]), of(CORM_DECIMAL, different[i][1]));
}

static void hashes_differ_where_values_do(void **state) {
  corm_value values[] = {corm_null(),           corm_int(0),          corm_int(1),
                         corm_double(1.5),      of(CORM_TEXT, "1"),   of(CORM_BYTES, "1"),
                         of(CORM_DECIMAL, "1"), of_int(CORM_DATE, 1), of_int(CORM_TIME, 1)};
  size_t n = sizeof values / sizeof *values;
  (void)state;
  for (size_t i = 0; i < n; i++)
    for (size_t j = i + 1; j < n; j++)
      assert_true(corm_value_hash(&values[i]) != corm_value_hash(&values[j]));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_cell_has_sixteen_bytes),
      cmocka_unit_test(text_knows_whether_it_is_ascii),
      cmocka_unit_test(numbers_are_equal_across_their_kinds),
      cmocka_unit_test(kinds_must_agree_elsewhere),
      cmocka_unit_test(hosts_and_records_are_equal_by_place),
      cmocka_unit_test(decimals_are_equal_as_numbers),
      cmocka_unit_test(hashes_differ_where_values_do),
  };
  return cm_test_run(tests);
}
