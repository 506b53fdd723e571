#include "../support.h"
#include <cormorant/value.h>
#include <string.h>

static const int64_t DAY = INT64_C(86400000000);

static void civil_is(int64_t days, int64_t year, int month, int day) {
  int64_t y = 0;
  int m = 0, d = 0;
  corm_civil_from_days(days, &y, &m, &d);
  assert_int_equal(y, year);
  assert_int_equal(m, month);
  assert_int_equal(d, day);
  assert_int_equal(corm_days_from_civil(year, month, day), days);
}

static void days_count_from_1970(void **state) {
  (void)state;
  civil_is(0, 1970, 1, 1);
  civil_is(-1, 1969, 12, 31);
  civil_is(11016, 2000, 2, 29);
  civil_is(-719162, 1, 1, 1);
  civil_is(-719163, 0, 12, 31);
  civil_is(2932896, 9999, 12, 31);
}

static void every_day_of_the_calendar_follows_the_one_before(void **state) {
  static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int64_t days = -719162;
  (void)state;
  for (int year = 1; year <= 9999; year++) {
    int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    for (int month = 1; month <= 12; month++) {
      int last = length[month - 1] + (month == 2 && leap);
      civil_is(days, year, month, 1);
      days += last;
      civil_is(days - 1, year, month, last);
    }
  }
}

static void the_ends_of_time_do_not_overflow(void **state) {
  int64_t year = 0;
  int month = 0, day = 0;
  char out[32];
  (void)state;
  corm_civil_from_days(INT64_MAX, &year, &month, &day);
  assert_true(year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= 31);
  corm_civil_from_days(INT64_MIN, &year, &month, &day);
  assert_true(year < 0 && month >= 1 && month <= 12 && day >= 1 && day <= 31);
  assert_true(corm_date_format(INT64_MIN, out) <= 32);
  assert_true(corm_time_format(INT64_MIN, 1, out) <= 32);
  assert_true(corm_timestamp_format(INT64_MIN, 1, ' ', out) <= 32);
  assert_true(corm_timestamp_format(INT64_MAX, 1, ' ', out) <= 32);
}

static void formats_are_those_of_sql(void **state) {
  char out[33];
  (void)state;
  out[corm_date_format(19000, out)] = '\0';
  assert_string_equal(out, "2022-01-08");
  out[corm_date_format(-719162, out)] = '\0';
  assert_string_equal(out, "0001-01-01");
  out[corm_time_format(INT64_C(45296000000), 0, out)] = '\0';
  assert_string_equal(out, "12:34:56");
  out[corm_time_format(INT64_C(45296000000), 1, out)] = '\0';
  assert_string_equal(out, "12:34:56.000000");
  out[corm_time_format(50, 0, out)] = '\0';
  assert_string_equal(out, "00:00:00.000050");
  out[corm_timestamp_format(19000 * DAY + 1, 1, 'T', out)] = '\0';
  assert_string_equal(out, "2022-01-08T00:00:00.000001");
  out[corm_timestamp_format(-1000000, 0, ' ', out)] = '\0';
  assert_string_equal(out, "1969-12-31 23:59:59");
}

static void date_is(const char *text, int64_t expected) {
  int64_t days = 0;
  assert_true(corm_date_parse(text, strlen(text), &days));
  assert_int_equal(days, expected);
}

static void time_is(const char *text, int64_t expected) {
  int64_t us = 0;
  assert_true(corm_time_parse(text, strlen(text), &us));
  assert_int_equal(us, expected);
}

static void timestamp_is(const char *text, int64_t expected) {
  int64_t us = 0;
  assert_true(corm_timestamp_parse(text, strlen(text), &us));
  assert_int_equal(us, expected);
}

static void what_sql_writes_is_read(void **state) {
  (void)state;
  date_is("1970-01-02", 1);
  date_is("2000-02-29", 11016);
  date_is("9999-12-31", 2932896);
  time_is("00:01", 60000000);
  time_is("23:59:59", INT64_C(86399000000));
  time_is("00:00:00.5", 500000);
  time_is("00:00:00.000001", 1);
  timestamp_is("1970-01-02", DAY);
  timestamp_is("1970-01-02 00:01", DAY + 60000000);
  timestamp_is("1970-01-02T00:00:01", DAY + 1000000);
  timestamp_is("1969-12-31 23:59:59.999999", -1);
}

static void what_is_no_date_is_refused_and_leaves_the_result(void **state) {
  static const char *const wrong[] = {
      "",           "1970-01-0",   "1970-01-011", "1970/01/01", "1970-13-01", "1970-00-01", "1970-01-32",
      "1970-01-00", "1900-02-29",  "2001-02-29",  "0000-01-01", "197a-01-01", "-970-01-01", " 970-01-01",
      "1970-1-001", "1970-01-01Z", "now",         "1970-04-31", "+197-01-01", "1970-01- 1",
  };
  int64_t days = 77;
  (void)state;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    assert_false(corm_date_parse(wrong[i], strlen(wrong[i]), &days));
  assert_int_equal(days, 77);
}

static void what_is_no_time_is_refused_and_leaves_the_result(void **state) {
  static const char *const wrong[] = {
      "",         "12",      "1:00",        "12-00",     "12:60",      "24:00",
      "12:00:",   "12:00:0", "12:00:60",    "12:00:00.", "12:00:00,5", "12:00:00.1234567",
      "12:00:0x", "12:00 ",  "12:00:00.-5",
  };
  char stamp[64] = "1970-01-01 ";
  int64_t us = 77;
  (void)state;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    assert_false(corm_time_parse(wrong[i], strlen(wrong[i]), &us));
    strcpy(stamp + 11, wrong[i]);
    assert_false(corm_timestamp_parse(stamp, strlen(stamp), &us));
  }
  assert_false(corm_timestamp_parse("1970-01-01_00:00", 16, &us));
  assert_false(corm_timestamp_parse("1970-01-01 00:00Z", 17, &us));
  assert_int_equal(us, 77);
}

static void instant_is(const char *text, int64_t expected) {
  int64_t us = 0;
  assert_true(corm_timestamptz_parse(text, strlen(text), &us));
  assert_int_equal(us, expected);
}

static void an_instant_is_read_with_its_offset_and_written_in_utc(void **state) {
  static const int64_t hour = INT64_C(3600000000);
  static const int64_t instants[] = {0, 1, -1, INT64_C(253402300799999999), INT64_C(-62135596800000000)};
  char out[41];
  (void)state;
  instant_is("1970-01-01 00:00Z", 0);
  instant_is("1970-01-01 02:00:00+02", 0);
  instant_is("1970-01-01T02:00:00.5+0130", hour / 2 + 500000);
  instant_is("1969-12-31 23:00:00.000001-01:00", 1);
  instant_is("1970-01-01 00:00:00-00:00:01", 1000000);
  instant_is("1970-01-01+23:59:59", 1000000 - 24 * hour);
  out[corm_timestamptz_format(DAY + 1, 0, ' ', out)] = '\0';
  assert_string_equal(out, "1970-01-02 00:00:00.000001+00:00");
  assert_true(corm_timestamptz_format(INT64_MIN, 1, ' ', out) <= 40);
  for (size_t i = 0; i < sizeof instants / sizeof *instants; i++) {
    out[corm_timestamptz_format(instants[i], i & 1, 'T', out)] = '\0';
    instant_is(out, instants[i]);
  }
}

static void what_is_no_instant_is_refused_and_leaves_the_result(void **state) {
  static const char *const wrong[] = {
      "",     "1970-01-01",         "1970-01-01 00:00:00",    "1970-01-01 00:00:00+",      "1970-01-01 00:00:00+2",
      "Z",    "1970-01-01 00:00z",  "1970-01-01 00:00+2:00",  "1970-01-01 00:00+24",       "1970-01-01 00:00+02:60",
      "+02",  "1970-01-01 00:00 Z", "1970-01-01 00:00+02-00", "1970-01-01 00:00+02:00-01", "1970-01-01 00:00+02:00:60",
      "1970", "1970-02-30Z",        "1970-01-01 00:00+-2",    "1970-01-01 00:00Z ",
  };
  int64_t us = 77;
  (void)state;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    assert_false(corm_timestamptz_parse(wrong[i], strlen(wrong[i]), &us));
  assert_int_equal(us, 77);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(days_count_from_1970),
      cmocka_unit_test(every_day_of_the_calendar_follows_the_one_before),
      cmocka_unit_test(the_ends_of_time_do_not_overflow),
      cmocka_unit_test(formats_are_those_of_sql),
      cmocka_unit_test(what_sql_writes_is_read),
      cmocka_unit_test(what_is_no_date_is_refused_and_leaves_the_result),
      cmocka_unit_test(what_is_no_time_is_refused_and_leaves_the_result),
      cmocka_unit_test(an_instant_is_read_with_its_offset_and_written_in_utc),
      cmocka_unit_test(what_is_no_instant_is_refused_and_leaves_the_result),
  };
  return cm_test_run(tests);
}
