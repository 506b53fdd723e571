#include "../support.h"
#include "dialect/dialect.h"
#include <string.h>

static const corm_dialect_def *d = &cm_dialect_postgresql;

static corm_value of(corm_kind kind, int64_t i) {
  corm_value v = corm_int(i);
  v.kind = (uint8_t)kind;
  return v;
}

static void dates_numbers_and_uuids_are_the_drivers(void **state) {
  const corm_value values[] = {of(CORM_DATE, 18263),
                               of(CORM_TIMESTAMP, 7),
                               of(CORM_TIMESTAMPTZ, 7),
                               of(CORM_TIME, 7),
                               of(CORM_INTERVAL, 7),
                               corm_bytes_of(CORM_UUID, "0123456789abcdef", 16),
                               corm_bytes_of(CORM_DECIMAL, "1.50", 4)};
  static const int kinds[] = {CORM_TYPE_DATE,     CORM_TYPE_DATETIME, CORM_TYPE_DATETIME, CORM_TYPE_TIME,
                              CORM_TYPE_INTERVAL, CORM_TYPE_UUID,     CORM_TYPE_NUMERIC};
  (void)state;
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
    corm_type_view type = {.kind = kinds[i], .flags = CORM_TYPE_NATIVE | CORM_TYPE_AS_DECIMAL};
    char scratch[64];
    corm_value out = corm_null();
    assert_int_equal(d->encode(&values[i], &type, scratch, &out), 0);
    assert_int_equal(d->decode(&values[i], &type, scratch, &out), 0);
  }
}

static void the_number_of_a_boolean_is_a_boolean(void **state) {
  corm_type_view type = {.kind = CORM_TYPE_BOOLEAN};
  corm_value one = corm_int(1), truth = corm_bool(1), out = corm_null();
  char scratch[64];
  (void)state;
  assert_int_equal(d->encode(&one, &type, scratch, &out), 1);
  assert_int_equal(out.kind, CORM_BOOL);
  assert_int_equal(out.as.i, 1);
  assert_int_equal(d->encode(&truth, &type, scratch, &out), 0);
}

static void a_path_into_json_is_an_array_of_texts(void **state) {
  static const struct {
    const char *path, *array;
  } cases[] = {{"[\"a\", 1]", "{a, 1}"},
               {"[\"b c\"]", "{b c}"},
               {"[\"a,b\", \"\", \"null\", \" x\"]", "{\"a,b\", \"\", \"null\", \" x\"}"},
               {"[\"q\\\"\"]", "{\"q\\\"\"}"},
               {"[\"0123456789012345678901234567890123456789012345678901234567890123\"]",
                "{0123456789012345678901234567890123456789012345678901234567890123}"}};
  corm_type_view type = {.kind = CORM_TYPE_CUSTOM, .name = "json path"};
  corm_value in, out = corm_null();
  char scratch[256];
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    in = corm_bytes_of(CORM_JSON, cases[i].path, strlen(cases[i].path));
    assert_int_equal(d->encode(&in, &type, scratch, &out), 1);
    assert_int_equal(out.kind, CORM_TEXT);
    assert_int_equal(out.size, strlen(cases[i].array));
    assert_memory_equal(out.as.p, cases[i].array, out.size);
  }
  in = corm_text("[]");
  assert_int_equal(d->encode(&in, &type, scratch, &out), 0);
}

static void a_number_comes_as_its_column_says(void **state) {
  corm_type_view plain = {.kind = CORM_TYPE_FLOAT},
                 exact = {.kind = CORM_TYPE_FLOAT, .flags = CORM_TYPE_AS_DECIMAL, .precision = 8, .scale = 2};
  corm_value decimal = corm_bytes_of(CORM_DECIMAL, "-12.50", 6), number = corm_double(2.5), out = corm_null();
  char scratch[64];
  (void)state;
  assert_int_equal(d->decode(&decimal, &plain, scratch, &out), 1);
  assert_true(out.kind == CORM_DOUBLE && out.as.f == -12.5);
  assert_int_equal(d->decode(&number, &plain, scratch, &out), 0);
  assert_int_equal(d->decode(&number, &exact, scratch, &out), 1);
  assert_int_equal(out.kind, CORM_DECIMAL);
  assert_int_equal(out.size, 4);
  assert_memory_equal(out.as.p, "2.50", 4);
  number = corm_double(1e300); /* without the fraction that so large a number has not anyway */
  assert_int_equal(d->decode(&number, &exact, scratch, &out), 1);
  assert_memory_equal(out.as.p, "1.0000000000000001e+300", out.size);
}

static void text_of_a_json_column_is_json(void **state) {
  corm_type_view type = {.kind = CORM_TYPE_JSON};
  corm_value text = corm_text("[1]"), out = corm_null(), nothing = corm_null();
  char scratch[64];
  (void)state;
  assert_int_equal(d->decode(&text, &type, scratch, &out), 1);
  assert_int_equal(out.kind, CORM_JSON);
  assert_int_equal(d->decode(&nothing, &type, scratch, &out), 0);
}

static void reserved_words_are_in_order(void **state) {
  (void)state;
  for (size_t i = 1; i < d->n_reserved; i++)
    assert_true(strcmp(d->reserved[i - 1], d->reserved[i]) < 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(dates_numbers_and_uuids_are_the_drivers), cmocka_unit_test(the_number_of_a_boolean_is_a_boolean),
      cmocka_unit_test(a_path_into_json_is_an_array_of_texts),   cmocka_unit_test(a_number_comes_as_its_column_says),
      cmocka_unit_test(text_of_a_json_column_is_json),           cmocka_unit_test(reserved_words_are_in_order),
  };
  return cm_test_run(tests);
}
