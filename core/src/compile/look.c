/* Questions to a database about what it has, in the words of its dialect. */
#include "compile/compiler.h"
#include <string.h>

void corm_write_quoted(corm_writer *w, const char *name) { cm_w_name(w, name, 1); }
void corm_write_string(corm_writer *w, const char *text) { cm_w_string(w, text, strlen(text)); }

/* There are no marks to be found later, so control characters of names stand for themselves again. */
static char *plain_text(const cm_strbuf *b) {
  char *out = cm_alloc(b->len + 1), *to = out;
  for (size_t i = 0; out && i < b->len; i++)
    *to++ = b->data[i] == CM_TOKEN_ESCAPE && i + 1 < b->len ? (char)(b->data[++i] - '0') : b->data[i];
  if (out)
    *to = '\0';
  return out;
}

int cm_look_text(char **sql, int *how, const corm_dialect *dialect, int what, const char *schema, const char *name,
                 int step, corm_error **err) {
  const corm_dialect_def *d = &dialect->def;
  corm_compiler c;
  corm_writer w;
  int status = CORM_OK;
  *sql = NULL;
  *how = CORM_LOOK_NO_MORE;
  if (!d->look)
    return CORM_OK;
  memset(&c, 0, sizeof c);
  c.dialect = dialect;
  c.d = d;
  c.err = err;
  cm_w_init(&w, &c);
  *how = d->look(&w, what, schema, name, step);
  if (*how != CORM_LOOK_NO_MORE && (w.buf.failed || !(*sql = plain_text(&w.buf))))
    status = cm_fail_memory(err);
  cm_w_free(&w);
  cm_arena_free(&c.arena);
  return status;
}
