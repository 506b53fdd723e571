#include "base/strbuf.h"
#include "base/alloc.h"
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Room for `n` more bytes and the terminator. */
static int reserve(cm_strbuf *b, size_t n) {
  void *data = b->data;
  if (b->failed)
    return 0;
  if (n >= SIZE_MAX - b->len || !cm_grow(&data, &b->cap, b->len + n + 1, 1)) {
    b->failed = 1;
    return 0;
  }
  b->data = data;
  return 1;
}

void cm_strbuf_insert(cm_strbuf *b, size_t at, const char *p, size_t n) {
  if (!reserve(b, n))
    return;
  memmove(b->data + at + n, b->data + at, b->len - at);
  if (n)
    memcpy(b->data + at, p, n);
  b->len += n;
  b->data[b->len] = '\0';
}

void cm_strbuf_add(cm_strbuf *b, const char *p, size_t n) { cm_strbuf_insert(b, b->len, p, n); }

void cm_strbuf_puts(cm_strbuf *b, const char *s) { cm_strbuf_add(b, s, strlen(s)); }

void cm_strbuf_putc(cm_strbuf *b, char c) { cm_strbuf_add(b, &c, 1); }

void cm_strbuf_printf(cm_strbuf *b, const char *fmt, ...) {
  va_list args;
  int n = 0;
  va_start(args, fmt);
  n = vsnprintf(NULL, 0, fmt, args);
  va_end(args);
  if (n < 0)
    b->failed = 1;
  if (n < 0 || !reserve(b, (size_t)n))
    return;
  va_start(args, fmt);
  vsnprintf(b->data + b->len, (size_t)n + 1, fmt, args);
  va_end(args);
  b->len += (size_t)n;
}

void cm_strbuf_truncate(cm_strbuf *b, size_t len) {
  if (len >= b->len)
    return;
  b->len = len;
  b->data[len] = '\0';
}

char *cm_strbuf_detach(cm_strbuf *b) {
  char *s = b->data;
  if (b->failed) {
    cm_strbuf_free(b);
    return NULL;
  }
  memset(b, 0, sizeof *b);
  return s ? s : cm_strdup("");
}

void cm_strbuf_free(cm_strbuf *b) {
  cm_free(b->data);
  memset(b, 0, sizeof *b);
}
