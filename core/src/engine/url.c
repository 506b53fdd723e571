/* URLs in SQLAlchemy's grammar: dialect+driver://user:password@host:port/database?key=value. */
#include "base/base.h"
#include <cormorant/engine.h>
#include <cormorant/expr.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct corm_url {
  corm_url_view view;
  cm_arena arena;
  size_t cap;
};

static int hex(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  c = (char)(c | 32);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Percent escapes; in queries + is a blank too. */
static char *unescape(cm_arena *a, const char *p, size_t n, int plus) {
  char *out = cm_arena_strndup(a, p, n);
  size_t at = 0;
  if (!out)
    return NULL;
  for (size_t i = 0; i < n; i++) {
    if (p[i] == '%' && i + 2 < n && hex(p[i + 1]) >= 0 && hex(p[i + 2]) >= 0) {
      out[at++] = (char)(hex(p[i + 1]) * 16 + hex(p[i + 2]));
      i += 2;
    } else {
      out[at++] = plus && p[i] == '+' ? ' ' : p[i];
    }
  }
  out[at] = '\0';
  return out;
}

static const char *find(const char *p, const char *end, const char *any) {
  while (p < end && !strchr(any, *p))
    p++;
  return p;
}

static int fail_url(corm_error **err) {
  return cm_fail(err, CORM_EARGUMENT,
                 "the URL cannot be understood: it looks like dialect+driver://user:password@host/database");
}

/* "sqlite+pysqlite": the part behind the + is the driver that the program was written for. */
static int read_name(corm_url *u, const char *p, const char *end, corm_error **err) {
  const char *plus = find(p, end, "+");
  if (p == end)
    return fail_url(err);
  for (const char *c = p; c < end; c++)
    if (!isalnum((unsigned char)*c) && *c != '_' && *c != '+' && !(*c & 0x80))
      return fail_url(err);
  u->view.database_kind = cm_arena_strndup(&u->arena, p, (size_t)(plus - p));
  if (plus < end)
    u->view.driver = cm_arena_strndup(&u->arena, plus + 1, (size_t)(end - plus - 1));
  return u->view.database_kind && (plus == end || u->view.driver) ? CORM_OK : cm_fail_memory(err);
}

/* A user has no slash or colon, a password no @: in the database part an @ is an ordinary character. */
static const char *read_user(corm_url *u, const char *p, const char *end, corm_error **err, int *status) {
  const char *name_end = find(p, end, ":/");
  const char *at = NULL;
  if (name_end < end && *name_end == ':')
    at = memchr(name_end, '@', (size_t)(end - name_end));
  if (!at) { /* the colon is the host's */
    for (const char *c = p; c < name_end; c++)
      if (*c == '@')
        at = c;
    name_end = at;
  }
  if (!at)
    return p;
  u->view.username = unescape(&u->arena, p, (size_t)(name_end - p), 0);
  if (name_end < at)
    u->view.password = unescape(&u->arena, name_end + 1, (size_t)(at - name_end - 1), 0);
  if (!u->view.username || (name_end < at && !u->view.password))
    *status = cm_fail_memory(err);
  return at + 1;
}

static const char *read_port(corm_url *u, const char *p, const char *end, corm_error **err, int *status) {
  const char *stop = find(p, end, "/?");
  long port = 0;
  for (const char *c = p; c < stop && !*status; c++) {
    if (*c < '0' || *c > '9' || port > 65535)
      *status = cm_fail(err, CORM_EARGUMENT, "the URL's port \"%.*s\" is no number of a port", (int)(stop - p), p);
    else
      port = port * 10 + (*c - '0');
  }
  u->view.port = (int)port;
  return stop;
}

static const char *read_host(corm_url *u, const char *p, const char *end, corm_error **err, int *status) {
  const char *close = p < end && *p == '[' ? memchr(p, ']', (size_t)(end - p)) : NULL;
  const char *from = close ? p + 1 : p;
  const char *stop = close ? close : find(p, end, "/?:");
  if (stop > from && !(u->view.host = cm_arena_strndup(&u->arena, from, (size_t)(stop - from))))
    *status = cm_fail_memory(err);
  p = close ? close + 1 : stop;
  return p < end && *p == ':' ? read_port(u, p + 1, end, err, status) : p;
}

static int add_option(corm_url *u, char *name, char *value, corm_error **err) {
  const char **names = (const char **)u->view.option_names, **values = (const char **)u->view.option_values;
  size_t n = u->view.n_options, at = n;
  if (!name || !value)
    return cm_fail_memory(err);
  if (n == u->cap) {
    size_t cap = u->cap ? u->cap * 2 : 8;
    names = cm_arena_alloc(&u->arena, cap * sizeof *names);
    values = cm_arena_alloc(&u->arena, cap * sizeof *values);
    if (!names || !values)
      return cm_fail_memory(err);
    if (n) {
      memcpy(names, u->view.option_names, n * sizeof *names);
      memcpy(values, u->view.option_values, n * sizeof *values);
    }
    u->cap = cap;
    u->view.option_names = names;
    u->view.option_values = values;
  }
  for (; at > 0 && strcmp(names[at - 1], name) > 0; at--) { /* sorted, equal names in order */
    names[at] = names[at - 1];
    values[at] = values[at - 1];
  }
  names[at] = name;
  values[at] = value;
  u->view.n_options++;
  return CORM_OK;
}

/* Options without a value are dropped, as SQLAlchemy drops them. */
static int read_options(corm_url *u, const char *p, const char *end, corm_error **err) {
  int status = CORM_OK;
  while (p < end && !status) {
    const char *stop = find(p, end, "&");
    const char *eq = find(p, stop, "=");
    if (eq + 1 < stop)
      status = add_option(u, unescape(&u->arena, p, (size_t)(eq - p), 1),
                          unescape(&u->arena, eq + 1, (size_t)(stop - eq - 1), 1), err);
    p = stop < end ? stop + 1 : end;
  }
  return status;
}

static int read_rest(corm_url *u, const char *p, const char *end, corm_error **err) {
  int status = CORM_OK;
  p = read_user(u, p, end, err, &status);
  if (!status)
    p = read_host(u, p, end, err, &status);
  if (!status && p < end && *p == '/') {
    const char *stop = find(p + 1, end, "?");
    if (!(u->view.database = cm_arena_strndup(&u->arena, p + 1, (size_t)(stop - p - 1))))
      return cm_fail_memory(err);
    p = stop;
  }
  if (!status && p < end && *p == '?')
    status = read_options(u, p + 1, end, err);
  return status;
}

int corm_url_parse(corm_url **out, const char *text, corm_error **err) {
  corm_url *u = NULL;
  const char *colon = text ? strstr(text, "://") : NULL;
  int status = CORM_OK;
  *out = NULL;
  if (!colon)
    return fail_url(err);
  if (!(u = cm_alloc_zero(sizeof *u)))
    return cm_fail_memory(err);
  u->view.size = sizeof u->view;
  status = read_name(u, text, colon, err);
  if (!status)
    status = read_rest(u, colon + 3, text + strlen(text), err);
  if (status)
    corm_url_free(u);
  else
    *out = u;
  return status;
}

void corm_url_free(corm_url *u) {
  if (!u)
    return;
  cm_arena_free(&u->arena);
  cm_free(u);
}

const corm_url_view *corm_url_peek(const corm_url *u) { return &u->view; }

/* `safe` characters besides letters, digits and _.-~ stay; with `plus` blanks become +. */
static void escape(cm_strbuf *b, const char *s, const char *safe, int plus) {
  for (; *s; s++) {
    unsigned char c = (unsigned char)*s;
    if (c < 0x80 && (isalnum(c) || strchr("_.-~", c) || strchr(safe, c)))
      cm_strbuf_putc(b, (char)c);
    else if (plus && c == ' ')
      cm_strbuf_putc(b, '+');
    else
      cm_strbuf_printf(b, "%%%02X", c);
  }
}

static void write_authority(cm_strbuf *b, const corm_url_view *v, int password) {
  if (v->username) {
    escape(b, v->username, " +", 0);
    if (v->password) {
      cm_strbuf_putc(b, ':');
      if (password)
        escape(b, v->password, " +", 0);
      else
        cm_strbuf_puts(b, "***");
    }
    cm_strbuf_putc(b, '@');
  }
  if (v->host)
    cm_strbuf_printf(b, strchr(v->host, ':') ? "[%s]" : "%s", v->host);
  if (v->port)
    cm_strbuf_printf(b, ":%d", v->port);
}

char *corm_url_format(const corm_url_view *v, int password) {
  cm_strbuf b = {0};
  cm_strbuf_puts(&b, v->database_kind);
  if (v->driver)
    cm_strbuf_printf(&b, "+%s", v->driver);
  cm_strbuf_puts(&b, "://");
  write_authority(&b, v, password);
  if (v->database)
    cm_strbuf_printf(&b, "/%s", v->database);
  for (size_t i = 0; i < v->n_options; i++) {
    cm_strbuf_putc(&b, i ? '&' : '?');
    escape(&b, v->option_names[i], "", 1);
    cm_strbuf_putc(&b, '=');
    escape(&b, v->option_values[i], "", 1);
  }
  return cm_strbuf_detach(&b);
}
