#include "base/error.h"
#include "base/alloc.h"
#include "base/strbuf.h"
#include "base/text.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#undef cm_fail
#undef cm_fail_memory
#undef cm_fail_name

typedef struct detail {
  struct detail *next;
  const char *value; /* lies behind the key */
  char key[];
} detail;

struct corm_error {
  int status;
  int is_static;
  const char *message; /* lies behind the struct */
  detail *details;     /* in the order in which they were added */
  void *host;
  void (*release)(void *);
};

static corm_error no_memory = {CORM_ENOMEM, 1, "out of memory", NULL, NULL, NULL};

static corm_error *new_error(int status, size_t length) {
  corm_error *e = cm_alloc_zero(sizeof *e + length + 1);
  if (!e)
    return NULL;
  e->status = status;
  e->message = (char *)(e + 1);
  return e;
}

/* The earlier error goes last: what the new one was made of may lie in it. */
static void replace(corm_error **err, corm_error *e) {
  corm_error *earlier = *err;
  *err = e ? e : &no_memory;
  corm_error_free(earlier);
}

static int fail_with(corm_error **err, int status, const char *message, size_t n) {
  corm_error *e = NULL;
  if (!err)
    return status;
  e = new_error(status, n);
  if (e)
    memcpy((char *)(e + 1), message, n);
  replace(err, e);
  return e ? status : CORM_ENOMEM;
}

int corm_error_set(corm_error **err, int status, const char *message) {
  return fail_with(err, status, message, strlen(message));
}

int cm_fail(corm_error **err, int status, const char *fmt, ...) {
  corm_error *e = NULL;
  va_list args;
  int n = 0;
  if (!err)
    return status;
  va_start(args, fmt);
  n = vsnprintf(NULL, 0, fmt, args);
  va_end(args);
  if (n >= 0)
    e = new_error(status, (size_t)n);
  if (e) {
    va_start(args, fmt);
    vsnprintf((char *)(e + 1), (size_t)n + 1, fmt, args);
    va_end(args);
  }
  replace(err, e);
  return e ? status : CORM_ENOMEM;
}

void cm_error_give(corm_error **err, corm_error *why) {
  if (err && why)
    replace(err, why);
  else
    corm_error_free(why);
}

int cm_fail_memory(corm_error **err) {
  if (err)
    replace(err, NULL);
  return CORM_ENOMEM;
}

void corm_error_add(corm_error *e, const char *key, const char *value) {
  size_t key_size = 0, value_size = 0;
  detail *d = NULL;
  detail **last = NULL;
  if (!e || e->is_static || !value)
    return;
  key_size = strlen(key) + 1;
  value_size = strlen(value) + 1;
  d = cm_alloc(sizeof *d + key_size + value_size);
  if (!d)
    return; /* a detail less: the sentence still says what is wrong */
  memcpy(d->key, key, key_size);
  memcpy(d->key + key_size, value, value_size);
  d->value = d->key + key_size;
  d->next = NULL;
  for (last = &e->details; *last;)
    last = &(*last)->next;
  *last = d;
}

void cm_detail(corm_error **err, const char *key, const char *value) {
  if (err)
    corm_error_add(*err, key, value);
}

/* The last one added wins, so that a layer above can say it better. */
const char *corm_error_detail(const corm_error *e, const char *key) {
  const char *found = NULL;
  for (const detail *d = e ? e->details : NULL; d; d = d->next)
    if (strcmp(d->key, key) == 0)
      found = d->value;
  return found;
}

int corm_error_status(const corm_error *e) { return e ? e->status : CORM_OK; }
const char *corm_error_message(const corm_error *e) { return e ? e->message : ""; }
void *corm_error_host(const corm_error *e) { return e ? e->host : NULL; }

int corm_error_from_host(corm_error **err, void *exception, void (*release)(void *)) {
  static const char sentence[] = "a callback raised an exception";
  if (err && fail_with(err, CORM_EHOST, sentence, sizeof sentence - 1) == CORM_EHOST) {
    (*err)->host = exception;
    (*err)->release = release;
  } else if (release) {
    release(exception);
  }
  return CORM_EHOST;
}

void corm_error_free(corm_error *e) {
  if (!e || e->is_static)
    return;
  while (e->details) {
    detail *d = e->details;
    e->details = d->next;
    cm_free(d);
  }
  if (e->host && e->release)
    e->release(e->host);
  cm_free(e);
}

/* `what` is "column", or "subquery column" where the owner's kind is not the usual one. */
static void write_owner(cm_strbuf *b, const char *what, const char *owner) {
  const char *space = strrchr(what, ' ');
  if (space)
    cm_strbuf_printf(b, "%.*s \"%s\"", (int)(space - what), what, owner);
  else if (strcmp(what, "column") == 0)
    cm_strbuf_printf(b, "table \"%s\"", owner);
  else if (strcmp(what, "attribute") == 0 || strcmp(what, "relation") == 0)
    cm_strbuf_printf(b, "class \"%s\"", owner);
  else
    cm_strbuf_printf(b, "\"%s\"", owner);
}

int cm_fail_name(corm_error **err, int status, const char *what, const char *owner, const char *name,
                 const char *const *names, size_t n) {
  const char *space = strrchr(what, ' ');
  const char *nearest = cm_nearest(name, names, n);
  cm_strbuf b = {0};
  if (!err)
    return status;
  if (owner)
    write_owner(&b, what, owner);
  cm_strbuf_printf(&b, owner ? " has no %s \"%s\"" : "there is no %s \"%s\"", owner && space ? space + 1 : what, name);
  if (nearest)
    cm_strbuf_printf(&b, ": did you mean \"%s\"?", nearest);
  status = b.failed ? cm_fail_memory(err) : fail_with(err, status, b.data, b.len);
  cm_strbuf_free(&b);
  cm_detail(err, CORM_DETAIL_NAME, name);
  cm_detail(err, CORM_DETAIL_OWNER, owner);
  cm_detail(err, CORM_DETAIL_NEAREST, nearest);
  return status;
}
