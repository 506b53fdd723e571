/* A string being built. Errors are sticky: check `failed` once, at the end. Zeroed is empty. */
#ifndef CM_STRBUF_H
#define CM_STRBUF_H
#include <stddef.h>

typedef struct cm_strbuf {
  char *data; /* terminated once anything was added; NULL before */
  size_t len, cap;
  int failed;
} cm_strbuf;

void cm_strbuf_add(cm_strbuf *, const char *p, size_t n);
void cm_strbuf_puts(cm_strbuf *, const char *s);
void cm_strbuf_putc(cm_strbuf *, char c);
void cm_strbuf_printf(cm_strbuf *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void cm_strbuf_insert(cm_strbuf *, size_t at, const char *p, size_t n);
void cm_strbuf_truncate(cm_strbuf *, size_t len);
/* The string, owned by the caller (cm_free); "" when nothing was added; NULL when memory failed. Empties the buffer. */
char *cm_strbuf_detach(cm_strbuf *);
void cm_strbuf_free(cm_strbuf *);
#endif
