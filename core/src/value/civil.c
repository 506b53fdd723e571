/* Days and microseconds, and how SQL writes them. */
#include <cormorant/value.h>
#include <stdint.h>
#include <string.h>

static const int64_t SECOND = 1000000;
static const int64_t DAY = INT64_C(86400) * 1000000;

enum {
  DAYS_OF_ERA = 146097,  /* 400 years */
  EPOCH_OF_ERA = 135080, /* 1970-01-01 within its era; years begin on the first of March */
  ERA_OF_EPOCH = 4
};

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }
static int64_t floor_mod(int64_t a, int64_t b) { return a % b + (a % b < 0 ? b : 0); }

int64_t corm_days_from_civil(int64_t year, int month, int day) {
  int64_t y = year - (month <= 2);
  int64_t era = floor_div(y, 400);
  int64_t year_of_era = floor_mod(y, 400);
  int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return (era - ERA_OF_EPOCH) * DAYS_OF_ERA + day_of_era - EPOCH_OF_ERA;
}

void corm_civil_from_days(int64_t days, int64_t *year, int *month, int *day) {
  int64_t era = floor_div(days, DAYS_OF_ERA);
  int64_t day_of_era = floor_mod(days, DAYS_OF_ERA) + EPOCH_OF_ERA;
  int64_t year_of_era = 0, day_of_year = 0, month_from_march = 0;
  era += ERA_OF_EPOCH;
  if (day_of_era >= DAYS_OF_ERA) {
    day_of_era -= DAYS_OF_ERA;
    era++;
  }
  year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  month_from_march = (5 * day_of_year + 2) / 153;
  *day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
  *month = (int)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
  *year = year_of_era + era * 400 + (*month <= 2);
}

/* At least `width` digits of n. */
static char *put_digits(char *out, uint64_t n, int width) {
  char reversed[20];
  int len = 0;
  do
    reversed[len++] = (char)('0' + n % 10);
  while ((n /= 10) != 0);
  while (width-- > len)
    *out++ = '0';
  while (len)
    *out++ = reversed[--len];
  return out;
}

size_t corm_date_format(int64_t days, char *out) {
  char *at = out;
  int64_t year = 0;
  int month = 0, day = 0;
  corm_civil_from_days(days, &year, &month, &day);
  if (year < 0)
    *at++ = '-';
  at = put_digits(at, (uint64_t)(year < 0 ? -year : year), 4);
  *at++ = '-';
  at = put_digits(at, (uint64_t)month, 2);
  *at++ = '-';
  at = put_digits(at, (uint64_t)day, 2);
  return (size_t)(at - out);
}

size_t corm_time_format(int64_t us, int micros, char *out) {
  char *at = out;
  uint64_t n = us < 0 ? 0 - (uint64_t)us : (uint64_t)us;
  uint64_t seconds = n / (uint64_t)SECOND, fraction = n % (uint64_t)SECOND;
  if (us < 0)
    *at++ = '-';
  at = put_digits(at, seconds / 3600, 2);
  *at++ = ':';
  at = put_digits(at, seconds / 60 % 60, 2);
  *at++ = ':';
  at = put_digits(at, seconds % 60, 2);
  if (micros || fraction) {
    *at++ = '.';
    at = put_digits(at, fraction, 6);
  }
  return (size_t)(at - out);
}

size_t corm_timestamp_format(int64_t us, int micros, char separator, char *out) {
  size_t n = corm_date_format(floor_div(us, DAY), out);
  out[n++] = separator;
  return n + corm_time_format(floor_mod(us, DAY), micros, out + n);
}

size_t corm_timestamptz_format(int64_t us, int micros, char separator, char *out) {
  size_t n = corm_timestamp_format(us, micros, separator, out);
  memcpy(out + n, "+00:00", 6);
  return n + 6;
}

/* Exactly `width` digits, or -1. */
static int digits(const char *p, int width) {
  int n = 0;
  for (int i = 0; i < width; i++) {
    if (p[i] < '0' || p[i] > '9')
      return -1;
    n = n * 10 + (p[i] - '0');
  }
  return n;
}

static int days_of_month(int year, int month) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : days[month - 1];
}

int corm_date_parse(const char *p, size_t n, int64_t *out) {
  int year = 0, month = 0, day = 0;
  if (n != 10 || p[4] != '-' || p[7] != '-')
    return 0;
  year = digits(p, 4);
  month = digits(p + 5, 2);
  day = digits(p + 8, 2);
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_of_month(year, month))
    return 0;
  *out = corm_days_from_civil(year, month, day);
  return 1;
}

/* ".f{1,6}" as microseconds, or -1. */
static int fraction(const char *p, size_t n) {
  int width = (int)n - 1, us = -1;
  if (n < 2 || n > 7 || p[0] != '.')
    return -1;
  us = digits(p + 1, width);
  for (; us > 0 && width < 6; width++)
    us *= 10;
  return us;
}

int corm_time_parse(const char *p, size_t n, int64_t *out) {
  int hour = 0, minute = 0, second = 0, us = 0;
  if (n < 5 || p[2] != ':' || (n > 5 && (n < 8 || p[5] != ':')))
    return 0;
  hour = digits(p, 2);
  minute = digits(p + 3, 2);
  if (n > 5)
    second = digits(p + 6, 2);
  if (n > 8)
    us = fraction(p + 8, n - 8);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || us < 0)
    return 0;
  *out = ((hour * 60 + minute) * INT64_C(60) + second) * SECOND + us;
  return 1;
}

int corm_timestamp_parse(const char *p, size_t n, int64_t *out) {
  int64_t days = 0, us = 0;
  if (n < 10 || !corm_date_parse(p, 10, &days))
    return 0;
  if (n > 10 && ((p[10] != ' ' && p[10] != 'T') || !corm_time_parse(p + 11, n - 11, &us)))
    return 0;
  *out = days * DAY + us;
  return 1;
}

/* Seconds east of UTC: Z, +hh, +hhmm, +hh:mm, +hh:mm:ss. */
static int offset_parse(const char *p, size_t n, int64_t *out) {
  int sign = 0, hour = 0, minute = 0, second = 0;
  if (n == 1 && *p == 'Z') {
    *out = 0;
    return 1;
  }
  if ((n != 3 && n != 5 && n != 6 && n != 9) || (*p != '+' && *p != '-'))
    return 0;
  if ((n > 5 && p[3] != ':') || (n == 9 && p[6] != ':'))
    return 0;
  sign = *p == '-' ? -1 : 1;
  hour = digits(p + 1, 2);
  if (n > 3)
    minute = digits(p + (n == 5 ? 3 : 4), 2);
  if (n == 9)
    second = digits(p + 7, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
    return 0;
  *out = sign * ((hour * 60 + minute) * INT64_C(60) + second);
  return 1;
}

int corm_timestamptz_parse(const char *p, size_t n, int64_t *out) {
  int64_t local = 0, offset = 0;
  size_t at = n > 10 ? 10 : n; /* behind the date, whose hyphens are no signs */
  while (at < n && p[at] != '+' && p[at] != '-' && p[at] != 'Z')
    at++;
  if (at == n || !corm_timestamp_parse(p, at, &local) || !offset_parse(p + at, n - at, &offset))
    return 0;
  *out = local - offset * SECOND;
  return 1;
}
