#include "../support.h"
#include "dialect/dialect.h"
#include <string.h>

static const corm_dialect_def *d = &cm_dialect_sqlite;

static void sends(const corm_value value, int kind, const char *text) {
  corm_type_view type = {.kind = kind, .scale = -1};
  char scratch[64];
  corm_value out = corm_null();
  assert_int_equal(d->encode(&value, &type, scratch, &out), 1);
  assert_int_equal(out.kind, CORM_TEXT);
  assert_int_equal(out.size, strlen(text));
  assert_memory_equal(out.as.p, text, out.size);
}

static corm_value of(corm_kind kind, int64_t i) {
  corm_value v = corm_int(i);
  v.kind = (uint8_t)kind;
  return v;
}

enum { DAY = 18263 };
static const int64_t MOMENT = INT64_C(1577934245000000); /* 2020-01-02 03:04:05 */

static void dates_are_sent_as_their_type_stores_them(void **state) {
  (void)state;
  sends(of(CORM_TIMESTAMP, MOMENT), CORM_TYPE_DATETIME, "2020-01-02 03:04:05.000000");
  sends(of(CORM_TIMESTAMP, MOMENT), CORM_TYPE_NULL, "2020-01-02 03:04:05");
  sends(of(CORM_TIMESTAMPTZ, MOMENT), CORM_TYPE_DATETIME, "2020-01-02 03:04:05.000000");
  sends(of(CORM_TIMESTAMP, MOMENT + 7), CORM_TYPE_NULL, "2020-01-02 03:04:05.000007");
  sends(of(CORM_TIMESTAMP, MOMENT), CORM_TYPE_DATE, "2020-01-02");
  sends(of(CORM_DATE, DAY), CORM_TYPE_DATE, "2020-01-02");
  sends(of(CORM_DATE, DAY), CORM_TYPE_DATETIME, "2020-01-02 00:00:00.000000");
  sends(of(CORM_DATE, -1), CORM_TYPE_NULL, "1969-12-31");
  sends(of(CORM_TIMESTAMP, -1), CORM_TYPE_DATE, "1969-12-31");
  sends(of(CORM_TIME, INT64_C(11045000000)), CORM_TYPE_TIME, "03:04:05.000000");
}

static void uuids_are_32_digits_in_their_column(void **state) {
  const char *digits = "0123456789abcdef0123456789abcdef";
  const corm_type_view type = {.kind = CORM_TYPE_UUID};
  const corm_value stored = corm_text(digits), other = corm_text("none");
  corm_value v = corm_null();
  char raw[16], scratch[64];
  (void)state;
  assert_int_equal(corm_uuid_parse(digits, 32, raw), 1);
  sends(corm_bytes_of(CORM_UUID, raw, sizeof raw), CORM_TYPE_UUID, digits);
  assert_int_equal(d->decode(&stored, &type, scratch, &v), 1);
  assert_int_equal(v.kind, CORM_UUID);
  assert_memory_equal(v.as.p, raw, sizeof raw);
  assert_int_equal(d->decode(&other, &type, scratch, &v), 0);
}

static void what_could_not_be_read_again_is_refused(void **state) {
  const corm_value refused[] = {of(CORM_TIMESTAMP, MOMENT), of(CORM_TIME, 1), of(CORM_TIME, 1), corm_text("x")};
  static const int kinds[] = {CORM_TYPE_TIME, CORM_TYPE_DATE, CORM_TYPE_DATETIME, CORM_TYPE_BINARY};
  char scratch[64];
  (void)state;
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
    corm_type_view type = {.kind = kinds[i], .scale = -1};
    corm_value out = corm_null(), text = corm_text("2020-01-02"), nothing = corm_null();
    assert_int_equal(d->encode(&refused[i], &type, scratch, &out), -1);
    assert_int_equal(d->encode(&text, &type, scratch, &out), -1);
    assert_int_equal(d->encode(&nothing, &type, scratch, &out), 0);
  }
}

static void numbers_are_sent_as_sqlite_has_them(void **state) {
  corm_type_view numeric = {.kind = CORM_TYPE_NUMERIC}, none = {.kind = CORM_TYPE_NULL};
  corm_value v = corm_bytes_of(CORM_DECIMAL, "-12.50", 6), out;
  char scratch[64];
  (void)state;
  assert_int_equal(d->encode(&v, &numeric, scratch, &out), 1);
  assert_int_equal(out.kind, CORM_DOUBLE);
  assert_true(out.as.f == -12.5);
  v = corm_bool(1);
  assert_int_equal(d->encode(&v, &none, scratch, &out), 1);
  assert_int_equal(out.kind, CORM_INT);
  v = corm_int(5);
  assert_int_equal(d->encode(&v, &none, scratch, &out), 0);
  assert_int_equal(d->encode(&v, &numeric, scratch, &out), 1);
  assert_int_equal(out.kind, CORM_DOUBLE);
  v = corm_bytes_of(CORM_JSON, "{}", 2);
  assert_int_equal(d->encode(&v, &none, scratch, &out), 1);
  assert_int_equal(out.kind, CORM_TEXT);
}

static int read_text(const char *text, int kind, corm_value *out) {
  static char scratch[64];
  corm_type_view type = {.kind = kind};
  corm_value in = corm_text(text);
  return d->decode(&in, &type, scratch, out);
}

static void dates_are_read_by_their_type(void **state) {
  corm_value out;
  (void)state;
  assert_int_equal(read_text("2020-01-02 03:04:05.000000", CORM_TYPE_DATETIME, &out), 1);
  assert_int_equal(out.kind, CORM_TIMESTAMP);
  assert_int_equal(out.as.i, MOMENT);
  assert_int_equal(read_text("2020-01-02", CORM_TYPE_DATE, &out), 1);
  assert_int_equal(out.kind, CORM_DATE);
  assert_int_equal(out.as.i, DAY);
  assert_int_equal(read_text("03:04:05", CORM_TYPE_TIME, &out), 1);
  assert_int_equal(out.kind, CORM_TIME);
  assert_int_equal(read_text("2020-13-02", CORM_TYPE_DATE, &out), -1);
  assert_int_equal(read_text("yesterday", CORM_TYPE_DATETIME, &out), -1);
  assert_int_equal(read_text("text", CORM_TYPE_STRING, &out), 0);
  assert_int_equal(read_text("[1]", CORM_TYPE_JSON, &out), 1);
  assert_int_equal(out.kind, CORM_JSON);
}

static void reads_decimal(corm_value in, int precision, int scale, const char *text) {
  corm_type_view type = {
      .kind = CORM_TYPE_NUMERIC, .flags = CORM_TYPE_AS_DECIMAL, .precision = precision, .scale = scale};
  char scratch[64];
  corm_value out;
  assert_int_equal(d->decode(&in, &type, scratch, &out), 1);
  assert_int_equal(out.kind, CORM_DECIMAL);
  assert_int_equal(out.size, strlen(text));
  assert_memory_equal(out.as.p, text, out.size);
}

static void decimals_have_the_scale_of_their_type(void **state) {
  corm_type_view boolean = {.kind = CORM_TYPE_BOOLEAN}, plain = {.kind = CORM_TYPE_NUMERIC};
  corm_value in = corm_int(1), out;
  char scratch[64];
  (void)state;
  reads_decimal(corm_double(12.5), 0, 0, "12.5000000000");
  reads_decimal(corm_double(12.5), 10, 2, "12.50");
  reads_decimal(corm_int(3), 10, 2, "3.00");
  reads_decimal(corm_int(3), 5, -1, "3.0000000000");
  assert_int_equal(d->decode(&in, &boolean, scratch, &out), 1);
  assert_int_equal(out.kind, CORM_BOOL);
  assert_int_equal(d->decode(&in, &plain, scratch, &out), 0);
  in = corm_null();
  assert_int_equal(d->decode(&in, &boolean, scratch, &out), 0);
}

static void dialects_are_found_by_name(void **state) {
  corm_dialect_def mine = *d;
  corm_error *err = NULL;
  (void)state;
  assert_string_equal(corm_dialect_peek_name(corm_dialect_named("sqlite")), "sqlite");
  assert_string_equal(corm_dialect_peek_name(corm_dialect_named("default")), "default");
  assert_null(corm_dialect_named("oracle"));
  assert_null(corm_dialect_named(NULL));
  assert_int_equal(corm_dialect_register(&mine, &err), CORM_EARGUMENT);
  corm_error_free(err);
  mine.name = "mine";
  assert_int_equal(corm_dialect_register(&mine, NULL), CORM_OK);
  assert_string_equal(corm_dialect_peek_name(corm_dialect_named("mine")), "mine");
}

static void operators_that_an_older_dialect_does_not_know_are_standard(void **state) {
  static const char *const few[] = {NULL, " <=> "};
  corm_dialect_def older = *d;
  corm_compiled *compiled = NULL;
  corm_node *x = NULL;
  (void)state;
  older.name = "older";
  older.operators = few;
  older.n_operators = 2;
  assert_int_equal(corm_dialect_register(&older, NULL), CORM_OK);
  x = corm_op("regexp", corm_op("=", corm_named("a", NULL, 0), corm_named("b", NULL, 0)), corm_named("c", NULL, 0));
  assert_int_equal(corm_compile(&compiled, x, corm_dialect_named("older"), NULL, NULL), CORM_OK);
  assert_string_equal(corm_compiled_peek_sql(compiled), "(a <=> b) <regexp> c");
  corm_compiled_free(compiled);
  corm_node_unref(x);
}

static void reserved_words_are_sorted(void **state) {
  const corm_dialect_def *all[] = {&cm_dialect_standard, &cm_dialect_sqlite};
  (void)state;
  for (size_t k = 0; k < 2; k++)
    for (size_t i = 1; i < all[k]->n_reserved; i++)
      assert_true(strcmp(all[k]->reserved[i - 1], all[k]->reserved[i]) < 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(dates_are_sent_as_their_type_stores_them),
                                     cmocka_unit_test(numbers_are_sent_as_sqlite_has_them),
                                     cmocka_unit_test(uuids_are_32_digits_in_their_column),
                                     cmocka_unit_test(what_could_not_be_read_again_is_refused),
                                     cmocka_unit_test(dates_are_read_by_their_type),
                                     cmocka_unit_test(decimals_have_the_scale_of_their_type),
                                     cmocka_unit_test(operators_that_an_older_dialect_does_not_know_are_standard),
                                     cmocka_unit_test(dialects_are_found_by_name),
                                     cmocka_unit_test(reserved_words_are_sorted)};
  return cm_test_run(tests);
}
