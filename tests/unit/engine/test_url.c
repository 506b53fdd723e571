/* URLs in SQLAlchemy's grammar; the expectations come from running it. */
#include "support.h"
#include <cormorant/engine.h>
#include <cormorant/expr.h>
#include <string.h>

typedef struct expectation {
  const char *text;
  const char *kind, *driver, *username, *password, *host, *database;
  int port;
  const char *shown; /* with *** for the password */
} expectation;

static const expectation good[] = {
    {"sqlite://", "sqlite", 0, 0, 0, 0, 0, 0, "sqlite://"},
    {"sqlite:///x.db", "sqlite", 0, 0, 0, 0, "x.db", 0, "sqlite:///x.db"},
    {"sqlite:////a/b.db", "sqlite", 0, 0, 0, 0, "/a/b.db", 0, "sqlite:////a/b.db"},
    {"sqlite:///:memory:", "sqlite", 0, 0, 0, 0, ":memory:", 0, "sqlite:///:memory:"},
    {"sqlite:///a%20b.db", "sqlite", 0, 0, 0, 0, "a%20b.db", 0, "sqlite:///a%20b.db"},
    {"sqlite:///a b.db?x=1&y=%26z&x=2", "sqlite", 0, 0, 0, 0, "a b.db", 0, "sqlite:///a b.db?x=1&x=2&y=%26z"},
    {"sqlite+pysqlite:///f?timeout=3", "sqlite", "pysqlite", 0, 0, 0, "f", 0, "sqlite+pysqlite:///f?timeout=3"},
    {"postgresql+psycopg2://u:p%40s@h:5432/db?sslmode=require", "postgresql", "psycopg2", "u", "p@s", "h", "db", 5432,
     "postgresql+psycopg2://u:***@h:5432/db?sslmode=require"},
    {"postgres://u@h/db", "postgres", 0, "u", 0, "h", "db", 0, "postgres://u@h/db"},
    {"mysql://root@[::1]:33/db", "mysql", 0, "root", 0, "::1", "db", 33, "mysql://root@[::1]:33/db"},
    {"pg://u:@h/", "pg", 0, "u", "", "h", "", 0, "pg://u:***@h/"},
    {"postgresql://u:p@h,h2:12/db", "postgresql", 0, "u", "p", "h,h2", "db", 12, "postgresql://u:***@h,h2:12/db"},
    {"postgresql://u:p:q@h/db", "postgresql", 0, "u", "p:q", "h", "db", 0, "postgresql://u:***@h/db"},
    {"sqlite:///C:\\x", "sqlite", 0, 0, 0, 0, "C:\\x", 0, "sqlite:///C:\\x"},
    {"x://h?", "x", 0, 0, 0, "h", 0, 0, "x://h"},
    {"x://h?a", "x", 0, 0, 0, "h", 0, 0, "x://h"},
    {"x://h/?a=&b=1", "x", 0, 0, 0, "h", "", 0, "x://h/?b=1"},
    {"x://u%20:p%2F+@h/d%20b?k%20=v+1", "x", 0, "u ", "p/+", "h", "d%20b", 0, "x://u :***@h/d%20b?k+=v+1"},
    {"x://:pw@h/", "x", 0, "", "pw", "h", "", 0, "x://:***@h/"},
    {"x://a@b@c/d", "x", 0, "a@b", 0, "c", "d", 0, "x://a%40b@c/d"},
    {"sqlite:///a?b?c=d", "sqlite", 0, 0, 0, 0, "a", 0, "sqlite:///a?b%3Fc=d"},
    {"sqlite:///a#b", "sqlite", 0, 0, 0, 0, "a#b", 0, "sqlite:///a#b"},
};

static void assert_text(const char *url, const char *part, const char *got, const char *expected) {
  if ((!got) != (!expected) || (got && strcmp(got, expected) != 0))
    fail_msg("%s of %s is %s, not %s", part, url, got ? got : "(none)", expected ? expected : "(none)");
}

static void urls_come_apart_and_are_shown_without_their_password(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
    const expectation *e = &good[i];
    const corm_url_view *v = NULL;
    corm_url *u = NULL;
    char *shown = NULL;
    assert_int_equal(corm_url_parse(&u, e->text, NULL), CORM_OK);
    v = corm_url_peek(u);
    assert_text(e->text, "kind", v->database_kind, e->kind);
    assert_text(e->text, "driver", v->driver, e->driver);
    assert_text(e->text, "username", v->username, e->username);
    assert_text(e->text, "password", v->password, e->password);
    assert_text(e->text, "host", v->host, e->host);
    assert_text(e->text, "database", v->database, e->database);
    assert_int_equal(v->port, e->port);
    shown = corm_url_format(v, 0);
    assert_text(e->text, "text", shown, e->shown);
    corm_free(shown);
    corm_url_free(u);
  }
}

static void the_password_is_shown_when_it_is_asked_for(void **state) {
  corm_url *u = NULL;
  char *shown = NULL;
  (void)state;
  assert_int_equal(corm_url_parse(&u, "x://u%20:p%2F+@h/d", NULL), CORM_OK);
  shown = corm_url_format(corm_url_peek(u), 1);
  assert_string_equal(shown, "x://u :p%2F+@h/d");
  corm_free(shown);
  corm_url_free(u);
}

static void what_is_no_url_is_refused(void **state) {
  static const char *const bad[] = {
      "", "x", "sqlite:/foo", "://", "a-b://x", "mysql://h:port/x", "sqlite", "x://h:99999999/"};
  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    corm_error *err = NULL;
    corm_url *u = NULL;
    assert_int_equal(corm_url_parse(&u, bad[i], &err), CORM_EARGUMENT);
    assert_null(u);
    assert_true(strlen(corm_error_message(err)) > 10);
    corm_error_free(err);
  }
}

static int parse_and_show(void *ctx) {
  corm_url *u = NULL;
  char *shown = NULL;
  int status = corm_url_parse(&u, ctx, NULL);
  if (!status) {
    shown = corm_url_format(corm_url_peek(u), 0);
    status = shown ? CORM_OK : CORM_ENOMEM;
  }
  corm_free(shown);
  corm_url_free(u);
  return status;
}

static void every_allocation_may_fail(void **state) {
  char text[] = "a+b://u:p@h:1/d?o1=1&o2=2&o3=3&o4=4&o5=5&o6=6&o7=7&o8=8&o9=9";
  (void)state;
  cm_test_each_failure(parse_and_show, text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(urls_come_apart_and_are_shown_without_their_password),
      cmocka_unit_test(the_password_is_shown_when_it_is_asked_for),
      cmocka_unit_test(what_is_no_url_is_refused),
      cmocka_unit_test(every_allocation_may_fail),
  };
  return cm_test_run(tests);
}
