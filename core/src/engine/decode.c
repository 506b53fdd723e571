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
  d->view = cm_type_view(t);
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

static int fail_decode(const cm_decoder *d, const corm_value *v, corm_error **err) {
  char text[LONGEST_SHOWN + 8];
  if (v->kind == CORM_TEXT || v->kind == CORM_BYTES || v->kind == CORM_DECIMAL || v->kind == CORM_JSON)
    snprintf(text, sizeof text, "'%.*s'", v->size < LONGEST_SHOWN ? (int)v->size : LONGEST_SHOWN, v->as.p);
  else if (v->kind == CORM_DOUBLE)
    snprintf(text, sizeof text, "%.17g", v->as.f);
  else
    snprintf(text, sizeof text, "%lld", (long long)v->as.i);
  cm_fail(err, CORM_ESTATEMENT, "column \"%s\": %s is no %s", d->name ? d->name : "", text, type_word(d->view.kind));
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
