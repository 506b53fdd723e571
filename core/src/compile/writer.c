/* Text as it grows: names, strings and tokens. */
#include "compile/compiler.h"
#include <string.h>

void cm_w_init(corm_writer *w, corm_compiler *c) {
  memset(w, 0, sizeof *w);
  w->c = c;
  w->d = c->d;
}

void cm_w_free(corm_writer *w) { cm_strbuf_free(&w->buf); }

char *cm_w_take(corm_writer *w) {
  static char empty[1];
  char *copy = NULL;
  if (!w->buf.failed)
    copy = cm_arena_strndup(&w->c->arena, w->buf.len ? w->buf.data : "", w->buf.len);
  cm_strbuf_free(&w->buf);
  if (!copy)
    cm_c_memory(w->c);
  return copy ? copy : empty;
}

void corm_write(corm_writer *w, const char *text) { cm_strbuf_puts(&w->buf, text); }
void corm_write_name(corm_writer *w, const char *name) { cm_w_name(w, name, 0); }

static void put_user(corm_writer *w, const char *p, size_t n, char doubled) {
  for (size_t i = 0; i < n; i++) {
    if (p[i] >= CM_TOKEN_MARK && p[i] <= CM_TOKEN_ESCAPE) {
      cm_strbuf_putc(&w->buf, CM_TOKEN_ESCAPE);
      cm_strbuf_putc(&w->buf, (char)(p[i] + '0'));
      continue;
    }
    if (doubled && p[i] == doubled)
      cm_strbuf_putc(&w->buf, doubled);
    cm_strbuf_putc(&w->buf, p[i]);
  }
}

void cm_w_user(corm_writer *w, const char *text) { put_user(w, text, strlen(text), '\0'); }

void cm_w_string(corm_writer *w, const char *p, size_t n) {
  cm_strbuf_putc(&w->buf, '\'');
  put_user(w, p, n, '\'');
  cm_strbuf_putc(&w->buf, '\'');
}

static int is_reserved(const corm_dialect_def *d, const char *name) {
  size_t low = 0, high = d->n_reserved;
  while (low < high) {
    size_t middle = (low + high) / 2;
    int order = strcmp(name, d->reserved[middle]);
    if (order == 0)
      return 1;
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return 0;
}

static int is_legal(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$'; }

int cm_needs_quotes(const corm_dialect_def *d, const char *name) {
  if (!name[0] || (name[0] >= '0' && name[0] <= '9') || name[0] == '$')
    return 1;
  for (const char *p = name; *p; p++)
    if (!is_legal(*p))
      return 1;
  return is_reserved(d, name);
}

void cm_w_name(corm_writer *w, const char *name, int quote) {
  if (quote < 0 || (quote == 0 && !cm_needs_quotes(w->d, name))) {
    cm_w_user(w, name);
    return;
  }
  cm_strbuf_putc(&w->buf, w->d->quote_open);
  put_user(w, name, strlen(name), w->d->quote_close);
  cm_strbuf_putc(&w->buf, w->d->quote_close);
}

void cm_w_token(corm_writer *w, int token, size_t index) {
  cm_strbuf_printf(&w->buf, "%c%zu%c", token, index, CM_TOKEN_END);
}
