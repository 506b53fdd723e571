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

static void uuids_are_equal_by_their_bytes(void **state) {
  char one[] = "0123456789abcdef", same[] = "0123456789abcdef", other[] = "0123456789abcdeX";
  corm_value a = corm_bytes_of(CORM_UUID, one, 16), b = corm_bytes_of(CORM_UUID, same, 16);
  (void)state;
  equal(a, b);
  differ(a, corm_bytes_of(CORM_UUID, other, 16));
  differ(a, corm_bytes_of(CORM_BYTES, one, 16));
}

static void instants_and_intervals_are_kinds_of_their_own(void **state) {
  (void)state;
  equal(of_int(CORM_TIMESTAMPTZ, 5), of_int(CORM_TIMESTAMPTZ, 5));
  differ(of_int(CORM_TIMESTAMPTZ, 5), of_int(CORM_TIMESTAMP, 5));
  differ(of_int(CORM_INTERVAL, 5), of_int(CORM_TIME, 5));
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

static void formats_as(corm_value v, const char *expected) {
  char room[64], small[4];
  assert_int_equal((int)corm_value_format(&v, room, sizeof room), (int)strlen(expected));
  assert_string_equal(room, expected);
  assert_int_equal((int)corm_value_format(&v, small, sizeof small), (int)strlen(expected));
  assert_true(strncmp(small, expected, strlen(small)) == 0 && strlen(small) < sizeof small);
  assert_int_equal((int)corm_value_format(&v, NULL, 0), (int)strlen(expected));
}

static void any_value_has_a_text_for_people(void **state) {
  corm_record *r = (corm_record *)(void *)state;
  formats_as(corm_null(), "NULL");
  formats_as(corm_bool(1), "true");
  formats_as(corm_int(INT64_MIN), "-9223372036854775808");
  formats_as(corm_double(1.5), "1.5");
  formats_as(corm_text("Zo\xc3\xab"), "Zo\xc3\xab");
  formats_as(corm_bytes_of(CORM_BYTES, "\x01\xfe!", 3), "01fe21");
  formats_as(of(CORM_DECIMAL, "-12.50"), "-12.50");
  formats_as(of_int(CORM_DATE, 1), "1970-01-02");
  formats_as(of_int(CORM_TIME, 60000000), "00:01:00");
  formats_as(of_int(CORM_TIMESTAMP, 1), "1970-01-01 00:00:00.000001");
  formats_as(of_int(CORM_TIMESTAMPTZ, 0), "1970-01-01 00:00:00+00:00");
  formats_as(of_int(CORM_INTERVAL, 1500000), "1.5");
  formats_as(corm_bytes_of(CORM_UUID, "0123456789abcdef", 16), "30313233-3435-3637-3839-616263646566");
  formats_as(corm_object(r), "object");
  formats_as(corm_object(NULL), "NULL");
}

static void only_texts_have_a_text(void **state) {
  const corm_value text = corm_text("tea"), number = corm_int(3);
  (void)state;
  assert_int_equal(corm_value_peek_text_size(&text), 3);
  assert_ptr_equal(corm_value_peek_text(&text), text.as.p);
  assert_int_equal(corm_value_peek_text_size(&number), 0);
  assert_string_equal(corm_value_peek_text(&number), "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_cell_has_sixteen_bytes),
      cmocka_unit_test(text_knows_whether_it_is_ascii),
      cmocka_unit_test(numbers_are_equal_across_their_kinds),
      cmocka_unit_test(kinds_must_agree_elsewhere),
      cmocka_unit_test(hosts_and_records_are_equal_by_place),
      cmocka_unit_test(decimals_are_equal_as_numbers),
      cmocka_unit_test(uuids_are_equal_by_their_bytes),
      cmocka_unit_test(instants_and_intervals_are_kinds_of_their_own),
      cmocka_unit_test(hashes_differ_where_values_do),
      cmocka_unit_test(any_value_has_a_text_for_people),
      cmocka_unit_test(only_texts_have_a_text),
  };
  return cm_test_run(tests);
}
