/* Elements whose SQL the host writes. */
#include "compile/compiler.h"

void cm_w_host(corm_writer *w, const corm_node *x) {
  const corm_host_compile *host = w->c->options.host;
  corm_error *err = NULL;
  if (!host || !host->element) {
    cm_c_fail(w->c, CORM_ECOMPILE, "an element of the host's has no compiler here");
    return;
  }
  if (host->element(host->self, x->hold, x, w->c, w, &err) == CORM_OK)
    return;
  if (w->c->status == CORM_OK) {
    w->c->status = err ? corm_error_status(err) : CORM_EHOST;
    if (w->c->err) {
      corm_error_free(*w->c->err);
      *w->c->err = err;
      return;
    }
  }
  corm_error_free(err);
}

char *corm_compiler_process(corm_compiler *c, const corm_node *x, corm_error **err) {
  corm_writer w;
  char *text = NULL;
  cm_c_own(c, corm_node_ref(x)); /* parameters name its binds for as long as the compiled statement lives */
  cm_w_init(&w, c);
  if (cm_is_source(x) && x->kind != CORM_NODE_VALUES)
    cm_w_source(&w, x);
  else if (cm_is_query(x))
    cm_w_query(&w, x, 0);
  else
    cm_w_expr(&w, x);
  text = c->status ? NULL : cm_strbuf_detach(&w.buf);
  cm_w_free(&w);
  if (!text && !c->status)
    cm_fail_memory(err);
  else if (!text)
    cm_fail(err, c->status, "%s", c->err && *c->err ? corm_error_message(*c->err) : "the element has no SQL text");
  return text;
}

const corm_dialect *corm_compiler_peek_dialect(const corm_compiler *c) { return c->dialect; }
