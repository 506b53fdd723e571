#include "schema/schema.h"
#include "support.h"

static int released;
static void release(void *host) {
  (void)host;
  released++;
}

static void plain_types_are_static_and_refs_are_harmless(void **state) {
  (void)state;
  const corm_type *t = corm_type_plain(CORM_TYPE_INTEGER);
  assert_ptr_equal(t, corm_type_plain(CORM_TYPE_INTEGER));
  assert_int_equal(corm_type_peek_kind(t), CORM_TYPE_INTEGER);
  assert_ptr_equal(corm_type_ref(t), t);
  corm_type_unref(t);
  corm_type_unref(t);
  assert_int_equal(corm_type_peek_kind(t), CORM_TYPE_INTEGER);
  for (int kind = CORM_TYPE_NULL; kind <= CORM_TYPE_CUSTOM; kind++)
    assert_int_equal(corm_type_peek_kind(corm_type_plain((corm_type_kind)kind)), kind);
}

static corm_type *make(int kind, int length) {
  corm_type_def d = {.size = sizeof d, .kind = kind, .length = length};
  corm_type *t = NULL;
  assert_int_equal(corm_type_new(&t, &d, NULL), CORM_OK);
  return t;
}

static void equal_types_fold_alike(void **state) {
  (void)state;
  corm_type *a = make(CORM_TYPE_STRING, 30), *b = make(CORM_TYPE_STRING, 30), *c = make(CORM_TYPE_STRING, 31);
  corm_type *plain = make(CORM_TYPE_TEXT, 0);
  assert_true(a->fold == b->fold);
  assert_true(a->fold != c->fold);
  assert_true(plain->fold == corm_type_plain(CORM_TYPE_TEXT)->fold);
  assert_true(plain->fold != corm_type_plain(CORM_TYPE_STRING)->fold);
  corm_type_unref(a);
  corm_type_unref(b);
  corm_type_unref(c);
  corm_type_unref(plain);
}

static void a_host_type_looks_like_what_it_is_stored_as(void **state) {
  (void)state;
  int object = 0;
  corm_type *impl = make(CORM_TYPE_STRING, 12), *t = NULL;
  corm_type_def d = {.size = sizeof d, .kind = CORM_TYPE_NULL, .flags = CORM_TYPE_HOST_BIND, .impl = impl};
  d.host = &object;
  d.release = release;
  released = 0;
  assert_int_equal(corm_type_new(&t, &d, NULL), CORM_OK);
  assert_int_equal(corm_type_peek_refs(impl), 2);
  assert_int_equal(corm_type_peek_kind(t), CORM_TYPE_STRING);
  assert_int_equal(t->length, 12);
  assert_int_equal(corm_type_peek_flags(t), CORM_TYPE_HOST_BIND);
  assert_ptr_equal(corm_type_peek_host(t), &object);
  assert_true(t->fold != impl->fold);
  corm_type_unref(impl);
  corm_type_unref(t);
  assert_int_equal(released, 1);
}

static void a_dropped_host_is_not_released(void **state) {
  (void)state;
  int object = 0;
  corm_type_def d = {.size = sizeof d, .kind = CORM_TYPE_JSON, .host = &object, .release = release};
  corm_type *t = NULL;
  released = 0;
  assert_int_equal(corm_type_new(&t, &d, NULL), CORM_OK);
  corm_type_drop_host(t);
  corm_type_unref(t);
  assert_int_equal(released, 0);
}

static void wrong_types_are_refused(void **state) {
  (void)state;
  const char *labels[] = {"a", NULL};
  corm_type_def unknown = {.size = sizeof unknown, .kind = 99};
  corm_type_def nameless = {.size = sizeof nameless, .kind = CORM_TYPE_CUSTOM};
  const char *dialects[] = {"sqlite"};
  corm_type_def unsaid = {.size = sizeof unsaid, .variant_dialects = dialects, .n_variants = 1};
  corm_type_def holes = {.size = sizeof holes, .kind = CORM_TYPE_ENUM, .labels = labels, .n_labels = 2};
  corm_type_def sizeless = {.size = 0, .kind = CORM_TYPE_TEXT};
  corm_type *t = NULL;
  assert_int_equal(corm_type_new(&t, &unknown, NULL), CORM_EARGUMENT);
  assert_int_equal(corm_type_new(&t, &nameless, NULL), CORM_EARGUMENT);
  assert_int_equal(corm_type_new(&t, &holes, NULL), CORM_EARGUMENT);
  assert_int_equal(corm_type_new(&t, &unsaid, NULL), CORM_EARGUMENT);
  assert_int_equal(corm_type_new(&t, &sizeless, NULL), CORM_EARGUMENT);
  assert_null(t);
}

static void a_newer_caller_may_say_only_what_is_known(void **state) {
  (void)state;
  struct {
    corm_type_def known;
    long more;
  } d = {.known = {.size = sizeof d, .kind = CORM_TYPE_TEXT}};
  corm_type *t = NULL;
  assert_int_equal(corm_type_new(&t, &d.known, NULL), CORM_OK);
  corm_type_unref(t);
  d.more = 1;
  assert_int_equal(corm_type_new(&t, &d.known, NULL), CORM_EARGUMENT);
}

static int make_enum(void *ctx) {
  const char *labels[] = {"red", "green"};
  corm_type_def d = {.size = sizeof d, .kind = CORM_TYPE_ENUM, .name = "colour", .collation = "C"};
  corm_error *err = NULL;
  corm_type *t = NULL;
  int status = 0;
  (void)ctx;
  d.labels = labels;
  d.n_labels = 2;
  status = corm_type_new(&t, &d, &err);
  if (!status)
    assert_string_equal(t->labels[1], "green");
  else
    assert_int_equal(status, CORM_ENOMEM);
  corm_type_unref(t);
  corm_error_free(err);
  return status;
}

/* CHAR(32), and UUID on PostgreSQL. */
static int make_variant(void *ctx) {
  const char *dialects[] = {"postgresql"};
  const corm_type *variants[] = {corm_type_plain(CORM_TYPE_UUID)};
  corm_type_def d = {.size = sizeof d, .kind = CORM_TYPE_STRING, .length = 32};
  corm_error *err = NULL;
  corm_type *t = NULL, **out = ctx;
  int status = 0;
  d.variant_dialects = dialects;
  d.variants = variants;
  d.n_variants = 1;
  status = corm_type_new(&t, &d, &err);
  assert_true(!status || status == CORM_ENOMEM);
  if (out)
    *out = t;
  else
    corm_type_unref(t);
  corm_error_free(err);
  return status;
}

static void a_variant_is_what_the_type_is_in_its_database(void **state) {
  corm_type *t = NULL, *plain = make(CORM_TYPE_STRING, 32), *host = NULL;
  corm_type_def d = {.size = sizeof d};
  (void)state;
  assert_int_equal(make_variant(&t), CORM_OK);
  assert_ptr_equal(cm_type_in(t, "postgresql"), corm_type_plain(CORM_TYPE_UUID));
  assert_ptr_equal(cm_type_in(t, "sqlite"), t);
  assert_null(cm_type_in(NULL, "sqlite"));
  assert_true(t->fold != plain->fold);
  d.impl = t;
  assert_int_equal(corm_type_new(&host, &d, NULL), CORM_OK);
  assert_ptr_equal(cm_type_in(host, "postgresql"), corm_type_plain(CORM_TYPE_UUID));
  corm_type_unref(host);
  corm_type_unref(plain);
  corm_type_unref(t);
}

static void every_failing_allocation_is_survived(void **state) {
  (void)state;
  cm_test_each_failure(make_enum, NULL);
  cm_test_each_failure(make_variant, NULL);
}

static void types_are_classified(void **state) {
  (void)state;
  assert_true(cm_type_is_text(corm_type_plain(CORM_TYPE_ENUM)));
  assert_false(cm_type_is_text(corm_type_plain(CORM_TYPE_JSON)));
  assert_true(cm_type_is_integer(corm_type_plain(CORM_TYPE_BIGINT)));
  assert_true(cm_type_is_numeric(corm_type_plain(CORM_TYPE_NUMERIC)));
  assert_false(cm_type_is_numeric(corm_type_plain(CORM_TYPE_BOOLEAN)));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(plain_types_are_static_and_refs_are_harmless),
      cmocka_unit_test(equal_types_fold_alike),
      cmocka_unit_test(a_host_type_looks_like_what_it_is_stored_as),
      cmocka_unit_test(a_dropped_host_is_not_released),
      cmocka_unit_test(wrong_types_are_refused),
      cmocka_unit_test(a_newer_caller_may_say_only_what_is_known),
      cmocka_unit_test(types_are_classified),
      cmocka_unit_test(a_variant_is_what_the_type_is_in_its_database),
      cmocka_unit_test(every_failing_allocation_is_survived),
  };
  return cm_test_run(tests);
}
