/* What a PostgreSQL URL asks for, as libpq's options. */
#include "driver/libpq.h"
#include <stdio.h>
#include <string.h>

enum { PARTS = 8 }; /* user, password, dbname, host, port, client_encoding, the end, one spare */

typedef struct options {
  const char **keywords, **values;
  size_t n;
  cm_arena *arena;
  int failed;
} options;

static void add(options *o, const char *keyword, const char *value) {
  o->keywords[o->n] = keyword;
  o->values[o->n++] = value;
}

static const char **find(const options *o, const char *keyword) {
  for (size_t i = 0; i < o->n; i++)
    if (strcmp(o->keywords[i], keyword) == 0)
      return &o->values[i];
  return NULL;
}

static int fail_option(corm_error **err, const char *name, const char *why) {
  return cm_fail(err, CORM_EARGUMENT, "PostgreSQL URL: option \"%s\" %s", name, why);
}

static int hex(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  c = (char)(c | 32);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "%2Fvar%2Frun%2Fpostgresql": a socket's folder in the place of a host. Other hosts have no escapes. */
static const char *host_of(options *o, const char *host) {
  char *out = cm_arena_strdup(o->arena, host), *to = out;
  if (!out || strncmp(host, "%2", 2) != 0)
    return out;
  for (const char *p = host; *p; p++, to++) {
    if (*p == '%' && hex(p[1]) >= 0 && hex(p[2]) >= 0) {
      *to = (char)(hex(p[1]) * 16 + hex(p[2]));
      p += 2;
    } else {
      *to = *p;
    }
  }
  *to = '\0';
  return out;
}

static const char *port_of(options *o, int port) {
  char text[16];
  snprintf(text, sizeof text, "%d", port);
  return cm_arena_strdup(o->arena, text);
}

static void add_copy(options *o, const char *keyword, const char *value) {
  add(o, keyword, value);
  o->failed |= !value;
}

static void add_parts(options *o, const corm_url_view *url) {
  if (url->username)
    add(o, "user", url->username);
  if (url->password)
    add(o, "password", url->password);
  if (url->database && *url->database)
    add(o, "dbname", url->database);
  if (url->host)
    add_copy(o, "host", host_of(o, url->host));
  if (url->port)
    add_copy(o, "port", port_of(o, url->port));
}

/* Replaces what a part of the URL said. */
static void put(options *o, const char *keyword, const char *value) {
  const char **there = find(o, keyword);
  if (there)
    *there = value;
  else
    add(o, keyword, value);
  o->failed |= !value;
}

static const char *port_in(const char *host) { return host[0] == '/' || host[0] == '@' ? NULL : strrchr(host, ':'); }

static const char *take(options *o, cm_strbuf *b) {
  const char *text = b->failed ? NULL : cm_arena_strdup(o->arena, b->data ? b->data : "");
  cm_strbuf_free(b);
  return text;
}

/* ?host=a:1&host=b:2 are hosts that are tried in turn: libpq has them as one list, and their ports as another. */
static void put_hosts(options *o, const corm_url_view *url) {
  cm_strbuf hosts = {0}, ports = {0};
  size_t n = 0;
  int any_port = 0;
  for (size_t i = 0; i < url->n_options; i++) {
    const char *host = url->option_values[i];
    const char *colon = port_in(host);
    if (strcmp(url->option_names[i], "host") != 0)
      continue;
    cm_strbuf_puts(&hosts, n ? "," : "");
    cm_strbuf_puts(&ports, n++ ? "," : "");
    cm_strbuf_add(&hosts, host, colon ? (size_t)(colon - host) : strlen(host));
    cm_strbuf_puts(&ports, colon ? colon + 1 : "");
    any_port |= colon != NULL;
  }
  if (n)
    put(o, "host", take(o, &hosts));
  if (any_port)
    put(o, "port", take(o, &ports));
  cm_strbuf_free(&hosts);
  cm_strbuf_free(&ports);
}

/* ---- Options --------------------------------------------------------------------------------------------- */

static int fail_unknown(const PQconninfoOption *known, const char *name, corm_error **err) {
  const char *names[100], *nearest = NULL;
  size_t n = 0;
  for (; known->keyword && n < sizeof names / sizeof *names; known++)
    names[n++] = known->keyword;
  nearest = cm_nearest(name, names, n);
  fail_option(err, name, "is none of libpq's");
  if (err && nearest)
    cm_fail(err, CORM_EARGUMENT, "PostgreSQL URL: option \"%s\" is none of libpq's: did you mean \"%s\"?", name,
            nearest);
  cm_detail(err, CORM_DETAIL_NAME, name);
  cm_detail(err, CORM_DETAIL_NEAREST, nearest);
  return CORM_EARGUMENT;
}

static int is_known(const PQconninfoOption *known, const char *name) {
  for (; known->keyword; known++)
    if (strcmp(known->keyword, name) == 0)
      return 1;
  return 0;
}

static int is_utf8(const char *encoding) {
  return cm_equal_nocase(encoding, "utf8") || cm_equal_nocase(encoding, "utf-8") ||
         cm_equal_nocase(encoding, "unicode");
}

static int put_option(options *o, const PQconninfoOption *known, const char *name, const char *value,
                      corm_error **err) {
  if (strcmp(name, "host") == 0)
    return CORM_OK;
  if (!is_known(known, name))
    return fail_unknown(known, name, err);
  if (strcmp(name, "client_encoding") == 0 && !is_utf8(value))
    return fail_option(err, name, "can only be utf8: text is UTF-8 everywhere");
  if (strcmp(name, "client_encoding") != 0)
    put(o, name, value);
  return CORM_OK;
}

static int fill(options *o, const corm_url_view *url, const PQconninfoOption *known, corm_error **err) {
  int status = CORM_OK;
  add_parts(o, url);
  for (size_t i = 0; i < url->n_options && !status; i++)
    status = put_option(o, known, url->option_names[i], url->option_values[i], err);
  put_hosts(o, url);
  add(o, "client_encoding", "UTF8");
  add(o, NULL, NULL);
  return !status && o->failed ? cm_fail_memory(err) : status;
}

int cm_pq_conninfo(const corm_url_view *url, const cm_pq_api *pq, cm_arena *arena, const char ***keywords,
                   const char ***values, corm_error **err) {
  size_t most = url->n_options + PARTS;
  options o = {0};
  PQconninfoOption *known = pq->PQconndefaults();
  int status = CORM_OK;
  o.arena = arena;
  o.keywords = cm_arena_alloc(arena, most * sizeof *o.keywords);
  o.values = cm_arena_alloc(arena, most * sizeof *o.values);
  status = known && o.keywords && o.values ? fill(&o, url, known, err) : cm_fail_memory(err);
  pq->PQconninfoFree(known);
  *keywords = o.keywords;
  *values = o.values;
  return status;
}

int cm_pq_check_url(const corm_url_view *url, char **database, unsigned *flags, corm_error **err) {
  const cm_pq_api *pq = NULL;
  const char **keywords = NULL, **values = NULL;
  cm_arena arena = {0};
  int status = cm_pq_load(&pq, err);
  *database = NULL;
  *flags = 0;
  if (!status)
    status = cm_pq_conninfo(url, pq, &arena, &keywords, &values, err);
  cm_arena_free(&arena);
  return status;
}
