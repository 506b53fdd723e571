/* What a SQLite URL asks for. */
#define _DEFAULT_SOURCE /* realpath's friends: getcwd */
#include "driver/sqlite3.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fail_option(corm_error **err, const char *name, const char *value, const char *why) {
  return cm_fail(err, CORM_EARGUMENT, "SQLite URL: option %s=%s %s", name, value, why);
}

static int read_bool(int *out, const char *name, const char *value, corm_error **err) {
  static const char *const yes[] = {"true", "yes", "on", "y", "t", "1"};
  static const char *const no[] = {"false", "no", "off", "n", "f", "0"};
  for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
    if (cm_equal_nocase(value, yes[i]) || cm_equal_nocase(value, no[i])) {
      *out = cm_equal_nocase(value, yes[i]);
      return CORM_OK;
    }
  }
  return fail_option(err, name, value, "is neither true nor false");
}

static int read_timeout(cm_sqlite_target *t, const char *name, const char *value, corm_error **err) {
  char *end = NULL;
  double seconds = strtod(value, &end);
  if (end == value || *end || !(seconds >= 0 && seconds < 1e9))
    return fail_option(err, name, value, "is no number of seconds");
  t->timeout_ms = (int64_t)(seconds * 1000);
  return CORM_OK;
}

static int read_mode(cm_sqlite_target *t, const char *name, const char *value, corm_error **err) {
  int keep = t->flags & ~(SQLITE_OPEN_READONLY | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (strcmp(value, "ro") == 0)
    t->flags = keep | SQLITE_OPEN_READONLY;
  else if (strcmp(value, "rw") == 0)
    t->flags = keep | SQLITE_OPEN_READWRITE;
  else if (strcmp(value, "memory") == 0)
    t->flags |= SQLITE_OPEN_MEMORY;
  else if (strcmp(value, "rwc") != 0)
    return fail_option(err, name, value, "is none of ro, rw, rwc, memory");
  return CORM_OK;
}

static int read_isolation(cm_sqlite_target *t, const char *name, const char *value, corm_error **err) {
  static const char *const levels[] = {"", "DEFERRED", "IMMEDIATE", "EXCLUSIVE"};
  static const char *const begins[] = {"BEGIN", "BEGIN DEFERRED", "BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"};
  for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
    if (cm_equal_nocase(value, levels[i])) {
      t->begin = begins[i];
      return CORM_OK;
    }
  }
  return fail_option(err, name, value, "is none of DEFERRED, IMMEDIATE, EXCLUSIVE");
}

static int read_profile(cm_sqlite_target *t, const char *name, const char *value, corm_error **err) {
  if (strcmp(value, "app") != 0)
    return fail_option(err, name, value, "is unknown: the one profile is \"app\"");
  t->mode = CM_SQLITE_APP;
  return CORM_OK;
}

/* Options that are the driver's. *known 0: it is not one of them. */
static int read_own(cm_sqlite_target *t, const char *name, const char *value, int *known, corm_error **err) {
  int on = 0;
  int status = CORM_OK;
  *known = 1;
  if (strcmp(name, "timeout") == 0)
    return read_timeout(t, name, value, err);
  if (strcmp(name, "profile") == 0)
    return read_profile(t, name, value, err);
  if (strcmp(name, "isolation_level") == 0)
    return read_isolation(t, name, value, err);
  if (strcmp(name, "uri") == 0)
    return read_bool(&on, name, value, err);
  if (strcmp(name, "check_same_thread") == 0) {
    status = read_bool(&on, name, value, err);
    return !status && on ? fail_option(err, name, value, "is not supported: connections may change threads") : status;
  }
  if (strcmp(name, "detect_types") == 0 && strcmp(value, "0") != 0)
    return fail_option(err, name, value, "is not supported: the columns of tables have types");
  if (strcmp(name, "cached_statements") == 0)
    return fail_option(err, name, value, "is not supported: the engine has an option for it");
  *known = strcmp(name, "detect_types") == 0;
  return CORM_OK;
}

/* The place of the option; n_options: there is none. */
static size_t option(const corm_url_view *url, const char *name) {
  size_t i = 0;
  while (i < url->n_options && strcmp(url->option_names[i], name) != 0)
    i++;
  return i;
}

/* What is not the driver's goes behind the file name of a URI, sorted (the view's options are). */
static int read_options(cm_sqlite_target *t, const corm_url_view *url, int uri, cm_strbuf *name, corm_error **err) {
  char separator = '?';
  for (size_t i = 0; i < url->n_options; i++) {
    const char *key = url->option_names[i], *value = url->option_values[i];
    int known = 0;
    int status = read_own(t, key, value, &known, err);
    if (status)
      return status;
    if (!known && strcmp(key, "mode") == 0 && (status = read_mode(t, key, value, err)))
      return status;
    if (known || (!uri && strcmp(key, "mode") == 0))
      continue;
    if (!uri)
      return fail_option(err, key, value, "is unknown (with uri=true it would be SQLite's own)");
    cm_strbuf_printf(name, "%c%s=%s", separator, key, value);
    separator = '&';
  }
  return CORM_OK;
}

/* A later chdir must not change which file is meant. */
static int add_path(cm_strbuf *name, const char *path, corm_error **err) {
  char here[4096];
  if (path[0] == '/') {
    cm_strbuf_puts(name, path);
    return CORM_OK;
  }
  if (!getcwd(here, sizeof here))
    return cm_fail(err, CORM_EDB_OPERATIONAL, "SQLite URL: the current folder of \"%s\" cannot be found", path);
  cm_strbuf_puts(name, here);
  if (strcmp(here, "/") != 0)
    cm_strbuf_putc(name, '/');
  cm_strbuf_puts(name, path);
  return CORM_OK;
}

static int check_parts(const corm_url_view *url, corm_error **err) {
  if (!url->username && !url->password && !url->host && !url->port)
    return CORM_OK;
  return cm_fail(err, CORM_EARGUMENT,
                 "Invalid SQLite URL: it names a user or a host. Valid forms are sqlite:///:memory: (or sqlite://), "
                 "sqlite:///relative/path/to/file.db and sqlite:////absolute/path/to/file.db");
}

static int read_file(cm_sqlite_target *t, const corm_url_view *url, int uri, cm_strbuf *name, corm_error **err) {
  size_t mode = option(url, "mode");
  const char *database = url->database && url->database[0] ? url->database : ":memory:";
  int status = CORM_OK;
  t->is_private =
      strcmp(database, ":memory:") == 0 || (mode < url->n_options && strcmp(url->option_values[mode], "memory") == 0);
  if (uri || t->is_private)
    cm_strbuf_puts(name, database);
  else
    status = add_path(name, database, err);
  return status ? status : read_options(t, url, uri, name, err);
}

int cm_sqlite_target_read(cm_sqlite_target *out, const corm_url_view *url, corm_error **err) {
  cm_strbuf name = {0};
  size_t uri_at = option(url, "uri");
  int uri = 0;
  int status = check_parts(url, err);
  memset(out, 0, sizeof *out);
  out->flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  out->timeout_ms = 5000;
  out->begin = "BEGIN";
  if (!status && uri_at < url->n_options)
    status = read_bool(&uri, "uri", url->option_values[uri_at], err);
  if (!status && uri)
    out->flags |= SQLITE_OPEN_URI;
  if (!status)
    status = read_file(out, url, uri, &name, err);
  if (!status && (name.failed || !(out->path = cm_strbuf_detach(&name))))
    status = cm_fail_memory(err);
  cm_strbuf_free(&name);
  return status;
}

int cm_sqlite_check_url(const corm_url_view *url, char **database, unsigned *flags, corm_error **err) {
  cm_sqlite_target t;
  int status = cm_sqlite_target_read(&t, url, err);
  *database = NULL;
  *flags = !status && t.is_private ? CORM_URL_PRIVATE : 0;
  if (!status && !t.is_private && !(t.flags & SQLITE_OPEN_URI))
    *database = t.path;
  else
    cm_free(t.path);
  return status;
}
