#include "../support.h"
#include <cormorant/value.h>
#include <string.h>

static const char RAW[16] = {0x01, 0x23, 0x45, 0x67, (char)0x89, (char)0xab, (char)0xcd, (char)0xef,
                             0x01, 0x23, 0x45, 0x67, (char)0x89, (char)0xab, (char)0xcd, (char)0xef};

static void a_uuid_is_written_in_five_groups(void **state) {
  char out[37];
  (void)state;
  out[corm_uuid_format(RAW, out)] = '\0';
  assert_string_equal(out, "01234567-89ab-cdef-0123-456789abcdef");
}

static void it_is_read_with_hyphens_or_without_in_either_case(void **state) {
  static const char *const right[] = {"01234567-89ab-cdef-0123-456789abcdef", "0123456789abcdef0123456789abcdef",
                                      "01234567-89AB-CDEF-0123-456789ABCDEF"};
  char raw[16];
  (void)state;
  for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
    memset(raw, 0, sizeof raw);
    assert_true(corm_uuid_parse(right[i], strlen(right[i]), raw));
    assert_memory_equal(raw, RAW, 16);
  }
}

static void what_is_no_uuid_is_refused_and_leaves_the_result(void **state) {
  static const char *const wrong[] = {
      "",
      "01234567-89ab-cdef-0123-456789abcde",
      "01234567-89ab-cdef-0123-456789abcdef0",
      "0123456789abcdef0123456789abcdeg",
      "0123456789abcdef0123456789abcde",
      "01234567-89ab-cdef-0123x456789abcdef",
      "-1234567-89ab-cdef-0123-456789abcdef",
      "012345678-9ab-cdef-0123-456789abcdef",
      "0123456789ab-cdef-0123-456789abcdef-",
  };
  char raw[16] = "left as it was.";
  (void)state;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    assert_false(corm_uuid_parse(wrong[i], strlen(wrong[i]), raw));
  assert_string_equal(raw, "left as it was.");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_uuid_is_written_in_five_groups),
      cmocka_unit_test(it_is_read_with_hyphens_or_without_in_either_case),
      cmocka_unit_test(what_is_no_uuid_is_refused_and_leaves_the_result),
  };
  return cm_test_run(tests);
}
