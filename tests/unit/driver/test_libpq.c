/* The libpq driver by its table of functions alone, against the server that CORM_TEST_POSTGRESQL_URL names. */
#define _DEFAULT_SOURCE /* usleep, setenv */
#include "base/alloc.h"
#include "driver/libpq.h"
#include "driver/registry.h"
#include "support.h"
#include <arpa/inet.h>
#include <cormorant/engine.h>
#include <math.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const corm_driver *const d = &cm_driver_libpq;
static corm_url *url;
static const int64_t DAY = INT64_C(86400000000);

/* ---- What the tests share -------------------------------------------------------------------------------- */

static corm_driver_conn *open_server(void) {
  corm_driver_conn *c = NULL;
  corm_error *err = NULL;
  if (d->open(&c, corm_url_peek(url), &err))
    fail_msg("%s", corm_error_message(err));
  return c;
}

static corm_driver_stmt *prepare(corm_driver_conn *c, const char *sql) {
  corm_driver_stmt *s = NULL;
  corm_error *err = NULL;
  if (d->prepare(&s, c, sql, strlen(sql), &err))
    fail_msg("%s: %s", sql, corm_error_message(err));
  return s;
}

static int step(corm_driver_stmt *s) {
  corm_error *err = NULL;
  int what = 0;
  if (d->step(s, &what, &err))
    fail_msg("%s", corm_error_message(err));
  return what;
}

static int run(corm_driver_conn *c, const char *sql, corm_error **err) {
  corm_driver_stmt *s = NULL;
  int what = CORM_STEP_ROW;
  int status = d->prepare(&s, c, sql, strlen(sql), err);
  while (!status && what == CORM_STEP_ROW)
    status = d->step(s, &what, err);
  d->finalize(s);
  return status;
}

static void must(corm_driver_conn *c, const char *sql) {
  corm_error *err = NULL;
  if (run(c, sql, &err))
    fail_msg("%s: %s", sql, corm_error_message(err));
}

static int64_t number(corm_driver_conn *c, const char *sql) {
  corm_driver_stmt *s = prepare(c, sql);
  corm_value v;
  assert_int_equal(step(s), CORM_STEP_ROW);
  d->row(s, &v);
  d->finalize(s);
  return v.as.i;
}

static void fails(corm_driver_conn *c, const char *sql, int status, const char *part) {
  corm_error *err = NULL;
  int got = run(c, sql, &err);
  if (got != status || !strstr(corm_error_message(err), part))
    fail_msg("%s: %s: %s", sql, corm_status_name(got), corm_error_message(err));
  corm_error_free(err);
}

static corm_value kind(corm_kind k, int64_t i) {
  corm_value v = corm_int(i);
  v.kind = (uint8_t)k;
  return v;
}

/* ---- Finding the library --------------------------------------------------------------------------------- */

/* Runs first: what was found once stays. */
static void a_missing_library_is_named_with_its_package_and_may_be_installed_later(void **state) {
  corm_driver_conn *c = NULL;
  corm_error *err = NULL;
  char *database = NULL;
  unsigned flags = 0;
  (void)state;
  setenv("CORMORANT_LIBPQ", "/nowhere/libpq.so.5", 1);
  assert_int_equal(d->check_url(corm_url_peek(url), &database, &flags, &err), CORM_EUNSUPPORTED);
  assert_non_null(strstr(corm_error_message(err), "libpq5"));
  assert_int_equal(d->open(&c, corm_url_peek(url), &err), CORM_EUNSUPPORTED);
  assert_null(c);
  setenv("CORMORANT_LIBPQ", "libm.so.6", 1);
  assert_int_equal(d->open(&c, corm_url_peek(url), &err), CORM_EUNSUPPORTED);
  assert_non_null(strstr(corm_error_message(err), "PQconnectStartParams"));
  corm_error_free(err);
  unsetenv("CORMORANT_LIBPQ");
  d->close(open_server());
}

/* ---- URLs ------------------------------------------------------------------------------------------------ */

static int check(const char *text, corm_error **err) {
  corm_url *u = NULL;
  char *database = NULL;
  unsigned flags = 1;
  int status = corm_url_parse(&u, text, err);
  if (!status)
    status = d->check_url(corm_url_peek(u), &database, &flags, err);
  corm_url_free(u);
  assert_null(database);
  return status;
}

static void urls_may_say_what_libpq_knows_and_nothing_else(void **state) {
  static const char *const right[] = {"postgresql://",
                                      "postgres://u@h/db",
                                      "postgresql+psycopg2://u:p%40s@[::1]:5433/db?sslmode=require",
                                      "postgresql+asyncpg://u@%2Fvar%2Frun%2Fpostgresql/db",
                                      "postgresql://u@/db?host=/var/run/postgresql",
                                      "postgresql://u@/db?host=a:1&host=b:2",
                                      "postgresql://h/db?connect_timeout=5&application_name=x&options=-c%20a%3Db",
                                      "postgresql://h/db?client_encoding=utf8"};
  corm_error *err = NULL;
  (void)state;
  for (size_t i = 0; i < sizeof right / sizeof *right; i++)
    if (check(right[i], &err))
      fail_msg("%s: %s", right[i], corm_error_message(err));
  assert_int_equal(check("postgresql://h/db?ssl_mode=require", &err), CORM_EARGUMENT);
  assert_string_equal(corm_error_detail(err, CORM_DETAIL_NAME), "ssl_mode");
  assert_string_equal(corm_error_detail(err, CORM_DETAIL_NEAREST), "sslmode");
  assert_int_equal(check("postgresql://h/db?client_encoding=latin1", &err), CORM_EARGUMENT);
  assert_non_null(strstr(corm_error_message(err), "UTF-8"));
  corm_error_free(err);
}

static int open_as(const char *host, int port, const char *database, const char *option, const char *value,
                   corm_driver_conn **out, corm_error **err) {
  corm_url_view view = *corm_url_peek(url);
  view.host = host ? host : view.host;
  view.port = port ? port : view.port;
  view.database = database ? database : view.database;
  view.option_names = &option;
  view.option_values = &value;
  view.n_options = option ? 1 : 0;
  return d->open(out, &view, err);
}

static void who_cannot_connect_is_told_why(void **state) {
  corm_driver_conn *c = NULL;
  corm_error *err = NULL;
  (void)state;
  assert_int_equal(open_as("127.0.0.1", 1, NULL, NULL, NULL, &c, &err), CORM_EDB_OPERATIONAL);
  assert_non_null(strstr(corm_error_message(err), "refused"));
  assert_int_equal(open_as("no-such-host.invalid", 0, NULL, NULL, NULL, &c, &err), CORM_EDB_OPERATIONAL);
  assert_non_null(strstr(corm_error_message(err), "no-such-host.invalid"));
  assert_int_equal(open_as(NULL, 0, "no_such_database", NULL, NULL, &c, &err), CORM_EDB_OPERATIONAL);
  assert_non_null(strstr(corm_error_message(err), "no_such_database"));
  assert_int_equal(open_as(NULL, 0, NULL, "sslmode", "perhaps", &c, &err), CORM_EDB_OPERATIONAL);
  assert_non_null(strstr(corm_error_message(err), "sslmode"));
  assert_int_equal(open_as("/nowhere", 0, NULL, NULL, NULL, &c, &err), CORM_EDB_OPERATIONAL);
  assert_null(c);
  corm_error_free(err);
}

static void options_reach_the_server(void **state) {
  corm_driver_conn *c = NULL;
  (void)state;
  assert_int_equal(open_as(NULL, 0, NULL, "application_name", "cormorant's test", &c, NULL), CORM_OK);
  assert_int_equal(number(c, "SELECT (current_setting('application_name') = 'cormorant''s test')::int"), 1);
  d->close(c);
  assert_int_equal(open_as(NULL, 0, NULL, "options", "-c DateStyle=German -c IntervalStyle=iso_8601", &c, NULL),
                   CORM_OK);
  assert_int_equal(number(c, "SELECT (current_setting('DateStyle') LIKE 'ISO%')::int"), 1);
  d->close(c);
}

/* ---- A server that is none ------------------------------------------------------------------------------- */

typedef struct fake {
  int listener, port;
  const char *answer; /* to whoever connects; NULL: none */
  size_t n;
  pthread_t thread;
} fake;

static void *serve(void *self) {
  fake *f = self;
  char greeting[1024];
  int s = accept(f->listener, NULL, NULL);
  if (s >= 0 && recv(s, greeting, sizeof greeting, 0) > 0 && f->answer)
    send(s, f->answer, f->n, MSG_NOSIGNAL);
  while (s >= 0 && recv(s, greeting, sizeof greeting, 0) > 0)
    ; /* until the client has had enough */
  close(s);
  return NULL;
}

static void start_fake(fake *f, const char *answer, size_t n) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof at;
  f->listener = socket(AF_INET, SOCK_STREAM, 0);
  f->answer = answer;
  f->n = n;
  assert_int_equal(bind(f->listener, (struct sockaddr *)&at, sizeof at), 0);
  assert_int_equal(listen(f->listener, 1), 0);
  assert_int_equal(getsockname(f->listener, (struct sockaddr *)&at, &size), 0);
  f->port = ntohs(at.sin_port);
  pthread_create(&f->thread, NULL, serve, f);
}

static void stop_fake(fake *f) {
  shutdown(f->listener, SHUT_RDWR);
  pthread_join(f->thread, NULL);
  close(f->listener);
}

static int open_fake(const fake *f, const corm_driver_env *env, corm_error **err) {
  const char *names[] = {"connect_timeout", "gssencmode", "sslmode"}, *values[] = {"2", "disable", "disable"};
  corm_url_view view = {.size = sizeof view,
                        .database_kind = "postgresql",
                        .username = "me",
                        .password = "wrong",
                        .host = "127.0.0.1",
                        .port = f->port,
                        .option_names = names,
                        .option_values = values,
                        .n_options = 3};
  corm_driver_conn *c = NULL;
  int status = d->open_polled(&c, &view, env, err);
  assert_null(c);
  return status;
}

static void a_wrong_password_is_what_the_server_says_of_it(void **state) {
  static const char answer[] = "E\0\0\0\x40SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for \"me\"\0";
  char sent[sizeof answer];
  corm_error *err = NULL;
  fake f;
  (void)state;
  memcpy(sent, answer, sizeof answer);
  sent[4] = (char)(sizeof answer - 1); /* without its first letter */
  start_fake(&f, sent, sizeof answer);
  assert_int_equal(open_fake(&f, NULL, &err), CORM_EDB_OPERATIONAL);
  assert_non_null(strstr(corm_error_message(err), "password authentication failed for \"me\""));
  stop_fake(&f);
  corm_error_free(err);
}

static int say_stop(void *count, corm_error **err) {
  ++*(int *)count;
  return corm_error_set(err, CORM_EHOST, "enough");
}

static void a_server_that_does_not_answer_is_waited_for_as_long_as_the_url_says_or_the_host_wants(void **state) {
  int polled = 0;
  corm_driver_env env = {sizeof env, say_stop, &polled};
  corm_error *err = NULL;
  fake f;
  (void)state;
  start_fake(&f, NULL, 0);
  assert_int_equal(open_fake(&f, &env, &err), CORM_EHOST);
  assert_int_equal(polled, 1);
  stop_fake(&f);
  start_fake(&f, NULL, 0);
  assert_int_equal(open_fake(&f, NULL, &err), CORM_EDB_OPERATIONAL);
  assert_non_null(strstr(corm_error_message(err), "timeout expired"));
  stop_fake(&f);
  corm_error_free(err);
}

/* ---- Values ---------------------------------------------------------------------------------------------- */

/* The cell of a statement with one parameter and one column; text is copied into `room`. */
static corm_value echo(corm_driver_conn *c, const char *sql, corm_value in, char *room) {
  corm_driver_stmt *s = prepare(c, sql);
  corm_value out;
  corm_error *err = NULL;
  if (d->bind(s, 0, &in, &err))
    fail_msg("%s: %s", sql, corm_error_message(err));
  assert_int_equal(step(s), CORM_STEP_ROW);
  d->row(s, &out);
  if (corm_kind_has_bytes(out.kind)) {
    memcpy(room, out.as.p, out.size);
    out.as.p = room;
  }
  d->finalize(s);
  return out;
}

static void each_kind_comes_back_in_binary_and_as_text(void **state) {
  static const char raw[] = "\0\x01\\'\xff uuid 16 byte";
  const struct {
    const char *type;
    corm_value value;
  } cases[] = {
      {"bool", corm_bool(1)},
      {"bool", corm_bool(0)},
      {"int2", corm_int(INT16_MIN)},
      {"int4", corm_int(INT32_MIN)},
      {"int8", corm_int(INT64_MIN)},
      {"int8", corm_int(INT64_MAX)},
      {"oid", corm_int(UINT32_MAX)},
      {"float4", corm_double(0.1)},
      {"float4", corm_double(-1e-30)},
      {"float8", corm_double(0.1)},
      {"float8", corm_double(5e-324)},
      {"float8", corm_double((double)INFINITY)},
      {"float8", corm_double(-(double)INFINITY)},
      {"float8", corm_int(7)},
      {"numeric", corm_bytes_of(CORM_DECIMAL, "-12.50", 6)},
      {"numeric", corm_bytes_of(CORM_DECIMAL, "0.00001", 7)},
      {"numeric", corm_bytes_of(CORM_DECIMAL, "100000000", 9)},
      {"numeric", corm_bytes_of(CORM_DECIMAL, "123456789012345678901234567890.5", 32)},
      {"numeric", corm_bytes_of(CORM_DECIMAL, "0", 1)},
      {"numeric", corm_bytes_of(CORM_DECIMAL, "NaN", 3)},
      {"numeric", corm_bytes_of(CORM_DECIMAL, "-Infinity", 9)},
      {"text", corm_text("")},
      {"text", corm_text("h\xc3\xa9llo")},
      {"varchar", corm_text("it's")},
      {"bytea", corm_bytes_of(CORM_BYTES, raw, sizeof raw)},
      {"bytea", corm_bytes_of(CORM_BYTES, "", 0)},
      {"date", kind(CORM_DATE, 0)},
      {"date", kind(CORM_DATE, 2932897)},  /* 10000-01-01 */
      {"date", kind(CORM_DATE, -719529)},  /* 1 BC */
      {"date", kind(CORM_DATE, -1000000)}, /* 769 BC */
      {"time", kind(CORM_TIME, DAY - 1)},
      {"time", kind(CORM_TIME, DAY)},
      {"timestamp", kind(CORM_TIMESTAMP, -1)},
      {"timestamp", kind(CORM_TIMESTAMP, DAY * 2932897 + 5)},
      {"timestamp", kind(CORM_TIMESTAMP, DAY * -719529 + 5)},
      {"timestamptz", kind(CORM_TIMESTAMPTZ, 1)},
      {"timestamptz", kind(CORM_TIMESTAMPTZ, DAY * -1000000)},
      {"interval", kind(CORM_INTERVAL, 0)},
      {"interval", kind(CORM_INTERVAL, 1)},
      {"interval", kind(CORM_INTERVAL, -1)},
      {"interval", kind(CORM_INTERVAL, DAY * 400 + 3723000001)},
      {"interval", kind(CORM_INTERVAL, -DAY * 400 - 3723000001)},
      {"uuid", corm_bytes_of(CORM_UUID, raw, 16)},
      {"json", corm_bytes_of(CORM_JSON, "{\"a\": [1, 2]}", 13)},
      {"jsonb", corm_bytes_of(CORM_JSON, "{\"a\": [1, 2]}", 13)},
  };
  corm_driver_conn *c = open_server();
  char room[200], sql[200];
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    for (int text = 0; text < 2; text++) { /* a column that is only known as text makes the others text too */
      snprintf(sql, sizeof sql, "SELECT x %s FROM (SELECT $1::%s AS x) q", text ? ", '{1}'::int[]" : "", cases[i].type);
      corm_driver_stmt *s = prepare(c, sql);
      corm_value out[2];
      assert_int_equal(d->bind(s, 0, &cases[i].value, NULL), CORM_OK);
      assert_int_equal(step(s), CORM_STEP_ROW);
      d->row(s, out);
      if (!corm_value_equal(&out[0], &cases[i].value))
        fail_msg("%s, %s: case %zu came back as kind %d, %lld", cases[i].type, text ? "text" : "binary", i, out[0].kind,
                 (long long)out[0].as.i);
      if (text)
        assert_memory_equal(out[1].as.p, "{1}", 3);
      d->finalize(s);
    }
  assert_int_equal(echo(c, "SELECT $1::text", corm_text("plain"), room).flags, CORM_VALUE_ASCII);
  assert_int_equal(echo(c, "SELECT $1::text", corm_text("b\xc3\xadrd"), room).flags, 0);
  d->close(c);
}

/* A float for an integer column is compared as a float, and so on: as if it stood in the text. */
static void a_value_of_another_kind_brings_its_own_type(void **state) {
  corm_driver_conn *c = open_server();
  corm_driver_stmt *s = NULL;
  corm_value v;
  char room[100];
  (void)state;
  must(c, "CREATE TEMPORARY TABLE t (i int4, ts timestamptz, s varchar)");
  must(c, "INSERT INTO t VALUES (2, '2020-01-01 12:00+00', '5')");
  assert_int_equal(echo(c, "SELECT count(*) FROM t WHERE i = $1", corm_text("2"), room).as.i, 1);
  assert_int_equal(echo(c, "SELECT count(*) FROM t WHERE i = $1", corm_double(1.5), room).as.i, 0);
  assert_int_equal(echo(c, "SELECT count(*) FROM t WHERE i < $1", corm_double(2.5), room).as.i, 1);
  assert_int_equal(echo(c, "SELECT count(*) FROM t WHERE i = $1", corm_int(INT64_MAX), room).as.i, 0);
  assert_int_equal(echo(c, "SELECT count(*) FROM t WHERE ts > $1", kind(CORM_DATE, 18262), room).as.i, 1);
  assert_int_equal(echo(c, "SELECT $1", corm_int(5), room).kind, CORM_INT);
  assert_int_equal(echo(c, "SELECT $1", corm_text("5"), room).kind, CORM_TEXT);
  s = prepare(c, "INSERT INTO t (i) VALUES ($1) RETURNING i");
  for (int64_t i = 0; i < 12; i++) { /* the kinds take turns: no more than a few are kept prepared */
    corm_value in[] = {
        corm_int(i), corm_double((double)i), corm_bytes_of(CORM_DECIMAL, "7", 1), corm_text("8"), corm_null(),
        corm_int(i)};
    assert_int_equal(d->bind(s, 0, &in[i % 6], NULL), CORM_OK);
    assert_int_equal(step(s), CORM_STEP_ROW);
    d->row(s, &v);
    assert_int_equal(v.kind, i % 6 == 4 ? CORM_NULL : CORM_INT);
    d->reset(s);
  }
  d->finalize(s);
  d->close(c);
}

static void what_cannot_be_held_says_so_and_the_next_row_comes(void **state) {
  static const char *const wrong[] = {"SELECT 'infinity'::date", "SELECT '-infinity'::timestamp",
                                      "SELECT 'infinity'::timestamptz", "SELECT '100000 years'::interval * 10",
                                      "SELECT 'infinity'::date, '{}'::int[]"};
  corm_driver_conn *c = open_server();
  corm_error *err = NULL;
  (void)state;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    if (run(c, wrong[i], &err) != CORM_EDB_DATA)
      fail_msg("%s: %s", wrong[i], corm_error_message(err));
    assert_non_null(strstr(corm_error_message(err), "column \""));
  }
  corm_error_free(err);
  assert_int_equal(number(c, "SELECT 1"), 1);
  d->close(c);
}

static void a_text_with_nul_is_refused_before_it_is_sent(void **state) {
  corm_driver_conn *c = open_server();
  corm_driver_stmt *s = prepare(c, "SELECT $1::text");
  corm_value v = corm_bytes_of(CORM_TEXT, "a\0b", 3);
  corm_error *err = NULL;
  (void)state;
  assert_int_equal(d->bind(s, 0, &v, &err), CORM_EDB_DATA);
  assert_non_null(strstr(corm_error_message(err), "NUL"));
  assert_int_equal(d->bind(s, 1, &v, &err), CORM_EDB_PROGRAMMING);
  d->finalize(s);
  assert_int_equal(d->prepare(&s, c, "SELECT 1\0", 9, &err), CORM_EDB_PROGRAMMING);
  corm_error_free(err);
  d->close(c);
}

static char *many_parameters(int n) {
  char *sql = malloc((size_t)n * 16 + 100), *at = sql;
  at += sprintf(at, "SELECT count(*) FROM (VALUES (1)) v(i) WHERE i IN (");
  for (int i = 1; i <= n; i++)
    at += sprintf(at, "%s$%d::int", i > 1 ? "," : "", i);
  strcpy(at, ")");
  return sql;
}

static void a_statement_has_so_many_parameters_and_no_more(void **state) {
  corm_driver_conn *c = open_server();
  corm_driver_stmt *s = NULL;
  corm_error *err = NULL;
  corm_value v = corm_int(1);
  char *sql = many_parameters(65535);
  (void)state;
  s = prepare(c, sql);
  assert_int_equal(d->parameters(s), 65535);
  assert_int_equal(d->bind(s, 65534, &v, NULL), CORM_OK);
  assert_int_equal(step(s), CORM_STEP_ROW);
  d->row(s, &v);
  assert_int_equal(v.as.i, 1);
  d->finalize(s);
  free(sql);
  sql = many_parameters(65536);
  assert_int_equal(d->prepare(&s, c, sql, strlen(sql), &err), CORM_EDB_OPERATIONAL);
  assert_non_null(strstr(corm_error_message(err), "65536"));
  free(sql);
  corm_error_free(err);
  d->close(c);
}

/* ---- Errors ---------------------------------------------------------------------------------------------- */

static void errors_are_sorted_as_psycopg_sorts_them(void **state) {
  static const struct {
    const char *sql;
    int status;
    const char *sqlstate;
  } cases[] = {
      {"SELEC 1", CORM_EDB_PROGRAMMING, "42601"},
      {"SELECT * FROM nowhere", CORM_EDB_PROGRAMMING, "42P01"},
      {"SELECT 1/0", CORM_EDB_DATA, "22012"},
      {"SELECT 'x'::int", CORM_EDB_DATA, "22P02"},
      {"SELECT 1::int4 + 2147483647", CORM_EDB_DATA, "22003"},
      {"SELECT 1; SELECT 2", CORM_EDB_PROGRAMMING, "42601"},
      {"RELEASE SAVEPOINT x", CORM_EDB_INTERNAL, "25P01"},
      {"DO $$ BEGIN RAISE EXCEPTION 'no'; END $$", CORM_EDB_PROGRAMMING, "P0001"},
      {"DO $$ BEGIN RAISE feature_not_supported; END $$", CORM_EDB_NOTSUPPORTED, "0A000"},
      {"DO $$ BEGIN RAISE serialization_failure; END $$", CORM_EDB_OPERATIONAL, "40001"},
      {"DO $$ BEGIN RAISE connection_failure; END $$", CORM_EDB_OPERATIONAL, "08006"},
      {"DO $$ BEGIN RAISE disk_full; END $$", CORM_EDB_OPERATIONAL, "53100"},
      {"DO $$ BEGIN RAISE no_data_found; END $$", CORM_EDB_PROGRAMMING, "P0002"},
      {"DO $$ BEGIN RAISE SQLSTATE 'ZZ000'; END $$", CORM_EDB_DATABASE, "ZZ000"},
      {"SELECT (SELECT 1 UNION SELECT 2)", CORM_EDB_PROGRAMMING, "21000"},
      {"FETCH x", CORM_EDB_PROGRAMMING, "34000"},
  };
  corm_driver_conn *c = open_server();
  corm_error *err = NULL;
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int status = run(c, cases[i].sql, &err);
    if (status != cases[i].status)
      fail_msg("%s: %s: %s", cases[i].sql, corm_status_name(status), corm_error_message(err));
    assert_string_equal(corm_error_detail(err, CORM_DETAIL_SQLSTATE), cases[i].sqlstate);
    assert_string_equal(corm_error_detail(err, CORM_DETAIL_CODE), cases[i].sqlstate);
    assert_non_null(corm_error_detail(err, CORM_DETAIL_PRIMARY));
  }
  corm_error_free(err);
  d->close(c);
}

static void constraints_are_named_with_their_kind_and_columns(void **state) {
  static const struct {
    const char *sql, *constraint, *name, *column;
  } cases[] = {
      {"INSERT INTO t VALUES (1, 5, 5)", "PRIMARY KEY", "t_pkey", "t.id"},
      {"INSERT INTO t VALUES (2, 1, 1)", "UNIQUE", "t_pair", "t.a, t.b"},
      {"INSERT INTO t VALUES (2, NULL, 1)", "NOT NULL", NULL, "t.a"},
      {"INSERT INTO t VALUES (2, 2, -1)", "CHECK", "positive", NULL},
      {"INSERT INTO o VALUES (7)", "FOREIGN KEY", "o_t_fkey", "o.t"},
  };
  corm_driver_conn *c = open_server();
  corm_error *err = NULL;
  (void)state;
  must(c, "CREATE TEMPORARY TABLE t (id int PRIMARY KEY, a int NOT NULL, b int CONSTRAINT positive CHECK (b > 0), "
          "CONSTRAINT t_pair UNIQUE (a, b))");
  must(c, "CREATE TEMPORARY TABLE o (t int REFERENCES t)");
  must(c, "INSERT INTO t VALUES (1, 1, 1)");
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *name = NULL, *column = NULL;
    assert_int_equal(run(c, cases[i].sql, &err), CORM_EDB_INTEGRITY);
    name = corm_error_detail(err, CORM_DETAIL_CONSTRAINT_NAME);
    column = corm_error_detail(err, CORM_DETAIL_COLUMN);
    assert_string_equal(corm_error_detail(err, CORM_DETAIL_CONSTRAINT), cases[i].constraint);
    assert_true(name == cases[i].name || (name && cases[i].name && strcmp(name, cases[i].name) == 0));
    assert_true(column == cases[i].column || (column && cases[i].column && strcmp(column, cases[i].column) == 0));
    assert_string_equal(corm_error_detail(err, CORM_DETAIL_SEVERITY), "ERROR");
  }
  assert_non_null(strstr(corm_error_message(err), "DETAIL:"));
  assert_null(strstr(corm_error_message(err), "ERROR:"));
  corm_error_free(err);
  d->close(c);
}

/* ---- Transactions ---------------------------------------------------------------------------------------- */

static void a_failed_transaction_refuses_until_it_is_rolled_back(void **state) {
  corm_driver_conn *c = open_server();
  (void)state;
  assert_int_equal(d->begin(c, NULL), CORM_OK);
  assert_false(d->in_transaction(c)); /* nothing was sent yet */
  fails(c, "SELECT 1/0", CORM_EDB_DATA, "division");
  assert_true(d->in_transaction(c));
  fails(c, "SELECT 1", CORM_EDB_INTERNAL, "aborted");
  assert_int_equal(d->rollback(c, NULL), CORM_OK);
  assert_int_equal(number(c, "SELECT 1"), 1);
  d->manual_transactions(c, 1);
  assert_int_equal(d->begin(c, NULL), CORM_OK);
  must(c, "SELECT 1");
  assert_false(d->in_transaction(c));
  d->close(c);
}

static void a_transaction_begins_as_it_was_asked_to(void **state) {
  corm_driver_conn *c = open_server();
  const char *level = NULL;
  (void)state;
  assert_int_equal(d->get_isolation(c, &level, NULL), CORM_OK);
  assert_string_equal(level, "READ COMMITTED");
  assert_int_equal(d->set_isolation(c, d->isolation_levels[3], NULL), CORM_OK);
  assert_int_equal(d->transaction_modes(c, "READ ONLY", NULL), CORM_OK);
  assert_int_equal(d->begin(c, NULL), CORM_OK);
  assert_int_equal(number(c, "SELECT (current_setting('transaction_isolation') = 'serializable')::int"), 1);
  assert_int_equal(d->get_isolation(c, &level, NULL), CORM_OK);
  assert_string_equal(level, "SERIALIZABLE");
  fails(c, "CREATE TABLE never (a int)", CORM_EDB_INTERNAL, "read-only");
  assert_int_equal(d->rollback(c, NULL), CORM_OK);
  assert_int_equal(d->savepoint(c, "odd \"name\"", 0, NULL), CORM_EDB_INTERNAL); /* outside of a transaction */
  d->close(c);
}

static void a_commit_that_fails_has_rolled_back(void **state) {
  corm_driver_conn *c = open_server();
  corm_error *err = NULL;
  (void)state;
  must(c, "CREATE TEMPORARY TABLE t (id int PRIMARY KEY)");
  must(c, "CREATE TEMPORARY TABLE o (t int REFERENCES t DEFERRABLE INITIALLY DEFERRED)");
  assert_int_equal(d->begin(c, NULL), CORM_OK);
  must(c, "INSERT INTO o VALUES (1)");
  assert_int_equal(d->commit(c, &err), CORM_EDB_INTEGRITY);
  assert_string_equal(corm_error_detail(err, CORM_DETAIL_CONSTRAINT), "FOREIGN KEY");
  assert_false(d->in_transaction(c));
  assert_int_equal(d->rollback(c, NULL), CORM_OK);
  assert_int_equal(number(c, "SELECT count(*) FROM o"), 0);
  corm_error_free(err);
  d->close(c);
}

/* ---- Prepared statements --------------------------------------------------------------------------------- */

static void a_statement_that_is_out_of_date_is_prepared_again(void **state) {
  corm_driver_conn *c = open_server();
  corm_driver_stmt *s = NULL;
  corm_error *err = NULL;
  int what = 0;
  (void)state;
  must(c, "CREATE TEMPORARY TABLE t AS SELECT 1 AS a");
  s = prepare(c, "SELECT a FROM t");
  assert_int_equal(step(s), CORM_STEP_ROW);
  d->reset(s);
  must(c, "ALTER TABLE t ALTER a TYPE text");
  assert_int_equal(step(s), CORM_STEP_ROW);
  d->reset(s);
  must(c, "DEALLOCATE ALL");
  assert_int_equal(step(s), CORM_STEP_ROW);
  d->reset(s);
  must(c, "BEGIN");
  must(c, "ALTER TABLE t ALTER a TYPE varchar");
  must(c, "COMMIT");
  assert_int_equal(d->begin(c, NULL), CORM_OK); /* in a transaction the failure stays, once */
  assert_int_equal(d->step(s, &what, &err), CORM_EDB_NOTSUPPORTED);
  assert_int_equal(d->rollback(c, NULL), CORM_OK);
  d->reset(s);
  assert_int_equal(step(s), CORM_STEP_ROW);
  d->finalize(s);
  corm_error_free(err);
  d->close(c);
}

static void statements_that_were_given_up_do_not_pile_up_in_the_server(void **state) {
  corm_driver_conn *c = open_server();
  char sql[40];
  (void)state;
  for (int i = 0; i < 200; i++) {
    snprintf(sql, sizeof sql, "SELECT %d", i);
    must(c, sql);
  }
  assert_in_range(number(c, "SELECT count(*) FROM pg_prepared_statements"), 1, 40);
  d->close(c);
}

static void copy_is_refused_and_leaves_the_connection_usable(void **state) {
  corm_driver_conn *c = open_server();
  (void)state;
  must(c, "CREATE TEMPORARY TABLE t AS SELECT i AS a FROM generate_series(1, 100000) i");
  fails(c, "COPY t TO STDOUT", CORM_EUNSUPPORTED, "COPY");
  fails(c, "COPY t FROM STDIN", CORM_EUNSUPPORTED, "COPY");
  assert_int_equal(number(c, "SELECT count(*) FROM t"), 100000);
  d->close(c);
}

/* ---- Streaming ------------------------------------------------------------------------------------------- */

static void rows_may_be_streamed_while_other_statements_run(void **state) {
  corm_driver_conn *c = open_server();
  corm_driver_stmt *s = prepare(c, "SELECT i FROM generate_series(1, 1000) i");
  corm_value v;
  int64_t sum = 0;
  int what = 0;
  (void)state;
  d->stream(s, 1);
  for (int again = 0; again < 2; again++) {
    for (int i = 0; i < 10; i++) {
      assert_int_equal(step(s), CORM_STEP_ROW);
      d->row(s, &v);
      sum += v.as.i;
    }
    if (again)
      assert_int_equal(number(c, "SELECT 7"), 7); /* takes the rest into memory */
    while (step(s) == CORM_STEP_ROW) {
      d->row(s, &v);
      sum += v.as.i;
    }
    assert_int_equal(d->changes(s), 1000);
    d->reset(s);
  }
  assert_int_equal(sum, 2 * 500500);
  assert_int_equal(step(s), CORM_STEP_ROW);
  d->reset(s); /* in its middle */
  assert_int_equal(step(s), CORM_STEP_ROW);
  d->finalize(s);
  s = prepare(c, "SELECT 1 / (3 - i) FROM generate_series(1, 5) i");
  d->stream(s, 1);
  assert_int_equal(step(s), CORM_STEP_ROW);
  assert_int_equal(step(s), CORM_STEP_ROW);
  assert_int_equal(d->step(s, &what, NULL), CORM_EDB_DATA);
  d->finalize(s);
  s = prepare(c, "SELECT CASE i WHEN 3 THEN NULL ELSE repeat('x', i) END FROM generate_series(1, 5) i");
  d->stream(s, 1);
  assert_int_equal(step(s), CORM_STEP_ROW);
  assert_int_equal(number(c, "SELECT 7"), 7); /* what is put aside is what came: texts, NULL */
  for (int i = 1; i <= 5; i++) {
    d->row(s, &v);
    assert_int_equal(v.kind, i == 3 ? CORM_NULL : CORM_TEXT);
    assert_true(i == 3 || v.size == (size_t)i);
    assert_int_equal(step(s), i < 5 ? CORM_STEP_ROW : CORM_STEP_DONE);
  }
  assert_int_equal(d->changes(s), 5);
  d->finalize(s);
  s = prepare(c, "SELECT 1 / (3 - i) FROM generate_series(1, 5) i");
  d->stream(s, 1);
  assert_int_equal(step(s), CORM_STEP_ROW);
  assert_int_equal(number(c, "SELECT 7"), 7); /* the error is put aside, too */
  assert_int_equal(step(s), CORM_STEP_ROW);
  assert_int_equal(d->step(s, &what, NULL), CORM_EDB_DATA);
  d->finalize(s);
  s = prepare(c, "SELECT 1 WHERE false");
  d->stream(s, 1);
  assert_int_equal(step(s), CORM_STEP_DONE);
  d->finalize(s);
  assert_int_equal(number(c, "SELECT 8"), 8);
  d->close(c);
}

/* ---- Many rows ------------------------------------------------------------------------------------------- */

static cm_pq_api counting;
static const cm_pq_api *libpq;
static int syncs, sends;
static int count_sync(PGconn *pg) {
  syncs++;
  return libpq->PQpipelineSync(pg);
}
static int count_send(PGconn *pg, const char *name, int n, const char *const *values, const int *lengths,
                      const int *formats, int binary) {
  sends++;
  return libpq->PQsendQueryPrepared(pg, name, n, values, lengths, formats, binary);
}

static corm_driver_conn *open_counted(void) {
  corm_driver_conn *c = open_server();
  libpq = c->pq;
  counting = *libpq;
  counting.PQpipelineSync = count_sync;
  counting.PQsendQueryPrepared = count_send;
  c->pq = &counting;
  syncs = 0;
  return c;
}

static void fill(corm_value *v, int n) {
  for (int i = 0; i < n; i++) {
    v[2 * i] = corm_int(i);
    v[2 * i + 1] = corm_text("x");
  }
}

static void many_rows_share_a_trip_inside_of_a_transaction(void **state) {
  corm_driver_conn *c = open_counted();
  static corm_value v[2 * 1100];
  corm_driver_stmt *s = NULL;
  int64_t changes = 0;
  (void)state;
  must(c, "CREATE TEMPORARY TABLE t (a int PRIMARY KEY, b text)");
  fill(v, 1100);
  s = prepare(c, "INSERT INTO t VALUES ($1, $2)");
  assert_int_equal(d->begin(c, NULL), CORM_OK);
  assert_int_equal(d->run_many(s, v, 1100, &changes, NULL), CORM_OK);
  assert_int_equal(changes, 1100);
  assert_int_equal(syncs, 3); /* 512 rows a trip */
  d->finalize(s);
  s = prepare(c, "UPDATE t SET b = $2 WHERE a % 2 = 0 AND a = $1 RETURNING b");
  assert_int_equal(d->run_many(s, v, 100, &changes, NULL), CORM_OK);
  assert_int_equal(changes, 50);
  assert_int_equal(d->commit(c, NULL), CORM_OK);
  assert_int_equal(number(c, "SELECT count(*) FROM t"), 1100);
  syncs = 0;
  assert_int_equal(d->run_many(s, v, 10, &changes, NULL), CORM_OK); /* each its own transaction */
  assert_int_equal(changes, 5);
  assert_int_equal(syncs, 0);
  d->finalize(s);
  d->close(c);
}

static void a_row_that_brings_a_type_of_its_own_begins_a_trip(void **state) {
  corm_driver_conn *c = open_counted();
  corm_driver_stmt *s = NULL;
  corm_value v[8];
  int64_t changes = 0;
  (void)state;
  must(c, "CREATE TEMPORARY TABLE t (a numeric)");
  s = prepare(c, "INSERT INTO t VALUES ($1::int + 0.5)");
  for (int i = 0; i < 8; i++)
    v[i] = i == 5 ? corm_double(5.0) : i == 6 ? corm_text("6") : i == 7 ? corm_null() : corm_int(i);
  assert_int_equal(d->begin(c, NULL), CORM_OK);
  assert_int_equal(d->run_many(s, v, 8, &changes, NULL), CORM_OK);
  assert_int_equal(changes, 8);
  assert_int_equal(number(c, "SELECT sum(a)::int8 FROM t"), 25); /* 24.5, rounded */
  assert_true(syncs > 1);
  d->finalize(s);
  d->close(c);
}

static void the_first_row_that_fails_is_what_is_told(void **state) {
  corm_driver_conn *c = open_counted();
  corm_driver_stmt *s = NULL;
  corm_error *err = NULL;
  corm_value v[2 * 20];
  int64_t changes = 0;
  (void)state;
  must(c, "CREATE TEMPORARY TABLE t (a int PRIMARY KEY, b text)");
  fill(v, 20);
  v[2 * 7] = corm_int(3);
  v[2 * 9 + 1] = corm_bytes_of(CORM_TEXT, "a\0b", 3);
  s = prepare(c, "INSERT INTO t VALUES ($1, $2)");
  assert_int_equal(d->begin(c, NULL), CORM_OK);
  assert_int_equal(d->run_many(s, v, 9, &changes, &err), CORM_EDB_INTEGRITY);
  assert_string_equal(corm_error_detail(err, CORM_DETAIL_COLUMN), "t.a");
  assert_int_equal(d->rollback(c, NULL), CORM_OK);
  corm_error_free(err);
  err = NULL;
  v[2 * 7] = corm_int(7);
  assert_int_equal(d->begin(c, NULL), CORM_OK);
  assert_int_equal(d->run_many(s, v, 20, &changes, &err), CORM_EDB_DATA); /* which the client sees itself */
  assert_non_null(strstr(corm_error_message(err), "NUL"));
  corm_error_free(err);
  assert_int_equal(d->rollback(c, NULL), CORM_OK);
  assert_int_equal(number(c, "SELECT count(*) FROM t"), 0);
  d->finalize(s);
  d->close(c);
}

static void an_older_library_runs_row_by_row(void **state) {
  corm_driver_conn *c = open_counted();
  corm_driver_stmt *s = NULL;
  corm_value v[2 * 5];
  int64_t changes = 0;
  (void)state;
  counting.PQenterPipelineMode = NULL;
  must(c, "CREATE TEMPORARY TABLE t (a int PRIMARY KEY, b text)");
  fill(v, 5);
  s = prepare(c, "INSERT INTO t VALUES ($1, $2)");
  assert_int_equal(d->begin(c, NULL), CORM_OK);
  sends = 0;
  assert_int_equal(d->run_many(s, v, 5, &changes, NULL), CORM_OK);
  assert_int_equal(changes, 5);
  assert_int_equal(sends, 5);
  assert_int_equal(syncs, 0);
  d->finalize(s);
  d->close(c);
}

static void many_rows_end_with_a_lost_connection(void **state) {
  corm_driver_conn *c = open_server(), *other = open_server();
  corm_driver_stmt *s = prepare(c, "SELECT $1::int, $2::text, pg_sleep(0.001)");
  static corm_value v[2 * 600];
  char sql[100];
  int64_t changes = 0;
  (void)state;
  fill(v, 600);
  must(c, "BEGIN");
  snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(%lld)::int", (long long)number(c, "SELECT pg_backend_pid()"));
  assert_int_equal(number(other, sql), 1);
  assert_int_equal(d->run_many(s, v, 600, &changes, NULL), CORM_EDB_OPERATIONAL);
  assert_true(d->is_dead(c));
  d->finalize(s);
  d->close(c);
  d->close(other);
}

/* ---- Lost connections ------------------------------------------------------------------------------------ */

static int64_t backend(corm_driver_conn *c) { return number(c, "SELECT pg_backend_pid()"); }

static void end_backend(int64_t pid) {
  corm_driver_conn *other = open_server();
  char sql[100];
  snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(%lld, 5000)::int", (long long)pid);
  assert_int_equal(number(other, sql), 1);
  d->close(other);
}

static void *end_soon(void *pid) {
  usleep(100000);
  end_backend(*(int64_t *)pid);
  return NULL;
}

static void a_server_that_goes_away_is_noticed_wherever_it_happens(void **state) {
  corm_error *err = NULL;
  pthread_t thread;
  corm_driver_conn *c = open_server();
  int64_t pid = backend(c);
  (void)state;
  end_backend(pid); /* while idle */
  assert_false(d->is_dead(c));
  assert_int_equal(run(c, "SELECT 1", &err), CORM_EDB_OPERATIONAL);
  assert_true(d->is_dead(c));
  assert_int_equal(run(c, "SELECT 1", &err), CORM_EDB_OPERATIONAL);
  assert_int_equal(d->ping(c, &err), CORM_EDB_OPERATIONAL);
  assert_int_equal(d->rollback(c, &err), CORM_EDB_OPERATIONAL);
  assert_false(d->in_transaction(c));
  d->close(c);

  c = open_server();
  pid = backend(c);
  pthread_create(&thread, NULL, end_soon, &pid); /* in a statement */
  assert_int_equal(run(c, "SELECT pg_sleep(20)", &err), CORM_EDB_OPERATIONAL);
  assert_string_equal(corm_error_detail(err, CORM_DETAIL_SQLSTATE), "57P01");
  pthread_join(thread, NULL);
  assert_true(d->is_dead(c));
  d->close(c);

  c = open_server();
  pid = backend(c);
  must(c, "CREATE TEMPORARY TABLE t (a int)");
  assert_int_equal(d->begin(c, NULL), CORM_OK);
  must(c, "INSERT INTO t VALUES (1)");
  end_backend(pid); /* before the commit */
  assert_int_equal(d->commit(c, &err), CORM_EDB_OPERATIONAL);
  assert_true(d->is_dead(c));
  d->close(c);
  corm_error_free(err);
}

static void a_living_connection_that_failed_is_not_dead(void **state) {
  corm_driver_conn *c = open_server();
  (void)state;
  fails(c, "SELECT 1/0", CORM_EDB_DATA, "division");
  assert_false(d->is_dead(c));
  assert_int_equal(d->ping(c, NULL), CORM_OK);
  assert_in_range(d->server_version(c), 1000000, 3000000);
  d->close(c);
}

static int child_of(corm_driver_conn *c) {
  corm_driver_conn *own = NULL;
  d->abandon(c);
  if (d->open(&own, corm_url_peek(url), NULL))
    return 1;
  d->close(own);
  return 0;
}

static void a_forked_child_leaves_the_parents_connection_alone(void **state) {
  corm_driver_conn *c = open_server();
  int status = 0;
  pid_t child = 0;
  (void)state;
  assert_int_equal(d->begin(c, NULL), CORM_OK);
  must(c, "CREATE TEMPORARY TABLE t (a int)");
  child = fork();
  if (child == 0)
    _exit(child_of(c));
  waitpid(child, &status, 0);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  assert_int_equal(number(c, "SELECT count(*) FROM t"), 0);
  assert_int_equal(d->commit(c, NULL), CORM_OK);
  d->close(c);
}

/* ---- Stopping -------------------------------------------------------------------------------------------- */

static void *cancel_soon(void *c) {
  usleep(100000);
  d->cancel(c);
  return NULL;
}

static void a_cancelled_statement_leaves_its_transaction_to_be_rolled_back(void **state) {
  corm_driver_conn *c = open_server();
  corm_error *err = NULL;
  pthread_t thread;
  (void)state;
  assert_int_equal(d->begin(c, NULL), CORM_OK);
  must(c, "SELECT 1");
  pthread_create(&thread, NULL, cancel_soon, c);
  assert_int_equal(run(c, "SELECT pg_sleep(20)", &err), CORM_ECANCELLED);
  pthread_join(thread, NULL);
  assert_false(d->is_dead(c));
  assert_true(d->in_transaction(c));
  fails(c, "SELECT 1", CORM_EDB_INTERNAL, "aborted");
  assert_int_equal(d->rollback(c, NULL), CORM_OK);
  must(c, "SET statement_timeout = 50"); /* nobody cancelled: the server stops by itself */
  fails(c, "SELECT pg_sleep(20)", CORM_EDB_OPERATIONAL, "statement timeout");
  corm_error_free(err);
  d->close(c);
}

static int go_on(void *count, corm_error **err) {
  (void)err;
  ++*(int *)count;
  return CORM_OK;
}

static void the_host_is_polled_while_the_server_works(void **state) {
  corm_driver_conn *c = open_server();
  corm_error *err = NULL;
  int polled = 0;
  corm_driver_env env = {sizeof env, go_on, &polled};
  (void)state;
  d->set_env(c, &env);
  must(c, "SELECT pg_sleep(0.45)");
  assert_in_range(polled, 2, 5);
  env.poll = say_stop;
  d->set_env(c, &env);
  assert_int_equal(run(c, "SELECT pg_sleep(20)", &err), CORM_EHOST);
  assert_string_equal(corm_error_message(err), "enough");
  d->set_env(c, NULL);
  assert_int_equal(number(c, "SELECT 1"), 1);
  corm_error_free(err);
  d->close(c);
}

/* ---- Failing memory -------------------------------------------------------------------------------------- */

static int open_and_use(void *ctx) {
  corm_driver_conn *c = NULL;
  corm_driver_stmt *s = NULL;
  corm_error *err = NULL;
  const char *sql = "SELECT x, $2::bytea, $3::jsonb, $4 FROM (SELECT $1::numeric AS x) q";
  const corm_value in[] = {corm_bytes_of(CORM_DECIMAL, "1.5", 3), corm_bytes_of(CORM_BYTES, "a", 1), corm_text("[]"),
                           corm_int(4)};
  corm_value out[4];
  int what = 0;
  int status = d->open(&c, corm_url_peek(url), &err);
  (void)ctx;
  if (!status)
    status = d->begin(c, &err);
  if (!status)
    status = d->prepare(&s, c, sql, strlen(sql), &err);
  for (size_t i = 0; i < 4 && !status; i++)
    status = d->bind(s, i, &in[i], &err);
  if (!status && s)
    d->stream(s, 1);
  if (!status)
    status = d->step(s, &what, &err);
  if (!status)
    d->row(s, out);
  if (!status)
    status = d->savepoint(c, "a", 0, &err);
  if (!status)
    status = d->commit(c, &err);
  d->finalize(s);
  if (!status)
    status = run(c, "SELECT 1/0", &err) == CORM_EDB_DATA ? CORM_OK : CORM_ENOMEM;
  d->close(c);
  corm_error_free(err);
  return status;
}

static int run_many_rows(void *ctx) {
  corm_driver_conn *c = NULL;
  corm_driver_stmt *s = NULL;
  corm_error *err = NULL;
  const char *sql = "SELECT $1::int, $2::text";
  corm_value v[2 * 20];
  int64_t changes = 0;
  int status = d->open(&c, corm_url_peek(url), &err);
  (void)ctx;
  fill(v, 20);
  v[2 * 7] = corm_double(7.0);
  if (!status)
    status = d->begin(c, &err);
  if (!status)
    status = d->prepare(&s, c, sql, strlen(sql), &err);
  if (!status)
    status = d->run_many(s, v, 20, &changes, &err);
  assert_true(!status || status == CORM_ENOMEM || status == CORM_EDB_OPERATIONAL);
  d->finalize(s);
  d->close(c);
  corm_error_free(err);
  return status;
}

static void every_allocation_may_fail(void **state) {
  (void)state;
  cm_test_each_failure(open_and_use, NULL);
  cm_test_each_failure(run_many_rows, NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_missing_library_is_named_with_its_package_and_may_be_installed_later),
      cmocka_unit_test(urls_may_say_what_libpq_knows_and_nothing_else),
      cmocka_unit_test(who_cannot_connect_is_told_why),
      cmocka_unit_test(options_reach_the_server),
      cmocka_unit_test(a_wrong_password_is_what_the_server_says_of_it),
      cmocka_unit_test(a_server_that_does_not_answer_is_waited_for_as_long_as_the_url_says_or_the_host_wants),
      cmocka_unit_test(each_kind_comes_back_in_binary_and_as_text),
      cmocka_unit_test(a_value_of_another_kind_brings_its_own_type),
      cmocka_unit_test(what_cannot_be_held_says_so_and_the_next_row_comes),
      cmocka_unit_test(a_text_with_nul_is_refused_before_it_is_sent),
      cmocka_unit_test(a_statement_has_so_many_parameters_and_no_more),
      cmocka_unit_test(errors_are_sorted_as_psycopg_sorts_them),
      cmocka_unit_test(constraints_are_named_with_their_kind_and_columns),
      cmocka_unit_test(a_failed_transaction_refuses_until_it_is_rolled_back),
      cmocka_unit_test(a_transaction_begins_as_it_was_asked_to),
      cmocka_unit_test(a_commit_that_fails_has_rolled_back),
      cmocka_unit_test(a_statement_that_is_out_of_date_is_prepared_again),
      cmocka_unit_test(statements_that_were_given_up_do_not_pile_up_in_the_server),
      cmocka_unit_test(copy_is_refused_and_leaves_the_connection_usable),
      cmocka_unit_test(rows_may_be_streamed_while_other_statements_run),
      cmocka_unit_test(many_rows_share_a_trip_inside_of_a_transaction),
      cmocka_unit_test(a_row_that_brings_a_type_of_its_own_begins_a_trip),
      cmocka_unit_test(the_first_row_that_fails_is_what_is_told),
      cmocka_unit_test(an_older_library_runs_row_by_row),
      cmocka_unit_test(many_rows_end_with_a_lost_connection),
      cmocka_unit_test(a_server_that_goes_away_is_noticed_wherever_it_happens),
      cmocka_unit_test(a_living_connection_that_failed_is_not_dead),
      cmocka_unit_test(a_forked_child_leaves_the_parents_connection_alone),
      cmocka_unit_test(a_cancelled_statement_leaves_its_transaction_to_be_rolled_back),
      cmocka_unit_test(the_host_is_polled_while_the_server_works),
      cmocka_unit_test(every_allocation_may_fail),
  };
  const char *text = getenv("CORM_TEST_POSTGRESQL_URL");
  int failed = 0;
  if (!text || corm_url_parse(&url, text, NULL)) {
    fprintf(stderr, "CORM_TEST_POSTGRESQL_URL names no server: tests/run.py starts one\n");
    return 2;
  }
  failed = cm_test_run(tests);
  corm_url_free(url);
  return failed;
}
