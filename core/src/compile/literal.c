/* Values inside the text: literal_binds, DDL defaults, values that are inlined when a statement runs. */
#include "compile/compiler.h"
#include <string.h>

static void put_quoted(cm_strbuf *out, const char *p, size_t n) {
  cm_strbuf_putc(out, '\'');
  for (size_t i = 0; i < n; i++) {
    if (p[i] == '\'')
      cm_strbuf_putc(out, '\'');
    cm_strbuf_putc(out, p[i]);
  }
  cm_strbuf_putc(out, '\'');
}

static void put_dated(cm_strbuf *out, const corm_value *v) {
  char text[64];
  size_t n = 0;
  if (v->kind == CORM_DATE)
    n = corm_date_format(v->as.i, text);
  else if (v->kind == CORM_TIME)
    n = corm_time_format(v->as.i, 0, text);
  else
    n = corm_timestamp_format(v->as.i, 0, ' ', text);
  put_quoted(out, text, n);
}

static void put_bytes(cm_strbuf *out, const corm_value *v) {
  cm_strbuf_puts(out, "X'");
  for (size_t i = 0; i < v->size; i++)
    cm_strbuf_printf(out, "%02x", (unsigned char)v->as.p[i]);
  cm_strbuf_putc(out, '\'');
}

static int put_number(cm_strbuf *out, const corm_dialect_def *d, const corm_value *v) {
  char text[40];
  switch (v->kind) {
  case CORM_NULL:
    cm_strbuf_puts(out, "NULL");
    return 1;
  case CORM_BOOL:
    if (d->features & CORM_DIALECT_NATIVE_BOOLEAN)
      cm_strbuf_puts(out, v->as.i ? "true" : "false");
    else
      cm_strbuf_puts(out, v->as.i ? "1" : "0");
    return 1;
  case CORM_INT:
    cm_strbuf_printf(out, "%lld", (long long)v->as.i);
    return 1;
  case CORM_DOUBLE:
    cm_strbuf_add(out, text, cm_double_format(v->as.f, text));
    return 1;
  case CORM_DECIMAL:
    cm_strbuf_add(out, v->as.p, v->size);
    return 1;
  default:
    return 0;
  }
}

static void put_kind(cm_strbuf *out, const corm_dialect_def *d, const corm_value *v) {
  if (put_number(out, d, v))
    return;
  if (v->kind == CORM_BYTES)
    put_bytes(out, v);
  else if (v->kind == CORM_TEXT || v->kind == CORM_JSON)
    put_quoted(out, v->as.p, v->size);
  else
    put_dated(out, v);
}

static void put_encoded(cm_strbuf *out, const corm_dialect_def *d, const corm_value *v, const corm_type_view *view) {
  char *scratch = cm_alloc(CM_SCRATCH + (corm_kind_has_bytes(v->kind) ? 2 * (size_t)v->size : 0));
  corm_value changed = *v;
  if (!scratch) {
    out->failed = 1;
    return;
  }
  put_kind(out, d, d->encode(v, view, scratch, &changed) ? &changed : v);
  cm_free(scratch);
}

void cm_put_value(cm_strbuf *out, const corm_dialect_def *d, const corm_value *v, const corm_type *type) {
  corm_type_view view = cm_type_view(type, d);
  corm_writer w;
  memset(&w, 0, sizeof w);
  w.d = d;
  if (d->literal && d->literal(&w, v, &view)) {
    cm_strbuf_add(out, w.buf.data ? w.buf.data : "", w.buf.len);
    out->failed |= w.buf.failed;
    cm_w_free(&w);
    return;
  }
  if (d->encode && (cm_is_json_key(type) || (v->kind >= CORM_DATE && v->kind <= CORM_TIMESTAMP)))
    put_encoded(out, d, v, &view);
  else
    put_kind(out, d, v);
}

void cm_w_literal(corm_writer *w, const corm_value *v, const corm_type *type) {
  cm_strbuf text = {NULL, 0, 0, 0};
  if (v->kind == CORM_HOST || v->kind == CORM_RECORD) {
    cm_c_fail(w->c, CORM_ECOMPILE, "a value of the host's cannot be written into the text of a statement");
    return;
  }
  cm_put_value(&text, w->d, v, type);
  if (text.failed)
    cm_c_memory(w->c);
  else
    cm_w_user(w, text.data ? text.data : "");
  cm_strbuf_free(&text);
}
