/* Cells by the type of their column. */
#include "compile/compiler.h"
#include "engine/engine.h"
#include <stdio.h>
#include <string.h>

/* Integers and text are in every database what they are here. */
static int is_plain(int kind) {
  switch (kind) {
  case CORM_TYPE_NULL:
  case CORM_TYPE_INTEGER:
  case CORM_TYPE_SMALLINT:
  case CORM_TYPE_BIGINT:
  case CORM_TYPE_STRING:
  case CORM_TYPE_TEXT:
    return 1;
  default:
    return 0;
  }
}

void cm_decoder_init(cm_decoder *d, const corm_dialect_def *def, const corm_type *t, const char *column_name) {
  d->view = cm_type_view(t, def);
  d->decode = is_plain(d->view.kind) ? NULL : def->decode;
  d->name = column_name;
}

static const char *type_word(int kind) {
  static const char *const words[] = {"NULL",   "INTEGER", "SMALLINT", "BIGINT", "FLOAT", "DOUBLE",   "NUMERIC",
                                      "STRING", "TEXT",    "BOOLEAN",  "DATE",   "TIME",  "DATETIME", "BINARY",
                                      "JSON",   "ENUM",    "INTERVAL", "UUID",   "ARRAY", "CUSTOM"};
  return kind >= 0 && (size_t)kind < sizeof words / sizeof words[0] ? words[kind] : "unknown";
}

enum { LONGEST_SHOWN = 60 };

static void show_value(char *text, size_t n, const corm_value *v) {
  char id[40];
  if (v->kind == CORM_UUID && v->size == 16) {
    snprintf(text, n, "'%.*s'", (int)corm_uuid_format(v->as.p, id), id);
    return;
  }
  if (v->kind == CORM_TEXT || v->kind == CORM_BYTES || v->kind == CORM_DECIMAL || v->kind == CORM_JSON)
    snprintf(text, n, "'%.*s'", v->size < LONGEST_SHOWN ? (int)v->size : LONGEST_SHOWN, v->as.p);
  else if (v->kind == CORM_DOUBLE)
    snprintf(text, n, "%.17g", v->as.f);
  else if (v->kind == CORM_HOST || v->kind == CORM_RECORD)
    snprintf(text, n, "an object");
  else
    snprintf(text, n, "%lld", (long long)v->as.i);
}

int cm_fail_value(const char *what, const char *name, const corm_value *v, int type_kind, corm_error **err) {
  char text[LONGEST_SHOWN + 8];
  show_value(text, sizeof text, v);
  if (type_kind == CORM_TYPE_BOOLEAN && v->kind == CORM_INT) {
    cm_fail(err, CORM_ESTATEMENT, "value %s of %s \"%s\" is neither true nor false", text, what, name);
    cm_detail(err, CORM_DETAIL_REASON, "range");
    return CORM_ESTATEMENT;
  }
  return cm_fail(err, CORM_ESTATEMENT, "%s \"%s\": %s is no %s", what, name, text, type_word(type_kind));
}

static int fail_decode(const cm_decoder *d, const corm_value *v, corm_error **err) {
  cm_fail_value("column", d->name ? d->name : "", v, d->view.kind, err);
  cm_detail(err, CORM_DETAIL_COLUMN, d->name);
  return CORM_ESTATEMENT;
}

int cm_decode_cell(const cm_decoder *d, const corm_value *in, char *scratch, corm_value *out, corm_error **err) {
  int done = 0;
  *out = *in;
  if (!d->decode || in->kind == CORM_NULL)
    return CORM_OK;
  done = d->decode(in, &d->view, scratch, out);
  return done < 0 ? fail_decode(d, in, err) : CORM_OK;
}
