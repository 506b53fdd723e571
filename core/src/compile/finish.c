/* The last step: tokens become marks of the paramstyle; parameters, marks and holes are listed. */
#include "compile/compiler.h"
#include <stdlib.h>
#include <string.h>

typedef struct finishing {
  corm_compiler *c;
  cm_strbuf out;
  size_t cap_marks, cap_holes;
  size_t *order; /* draft place -> place in the order of first appearance, + 1 */
  size_t n_order;
  size_t *numbers, n_numbers; /* the same for single values: lists are numbered when they are written out */
  int style, doubled;
} finishing;

/* Parameters are listed in the order in which the text meets them first. */
static size_t final_place(finishing *f, size_t draft) {
  if (!f->order[draft])
    f->order[draft] = ++f->n_order;
  return f->order[draft] - 1;
}

static int add_mark(finishing *f, size_t place) {
  corm_compiled *out = f->c->out;
  if (!cm_grow((void **)&out->marks, &f->cap_marks, out->n_marks + 1, sizeof *out->marks))
    return 0;
  out->marks[out->n_marks++].param = place;
  return 1;
}

static void put_mark_text(cm_strbuf *out, int style, const char *name, size_t number) {
  switch (style) {
  case CORM_PARAMS_QMARK:
    cm_strbuf_putc(out, '?');
    return;
  case CORM_PARAMS_FORMAT:
    cm_strbuf_puts(out, "%s");
    return;
  case CORM_PARAMS_PYFORMAT:
    cm_strbuf_printf(out, "%%(%s)s", name);
    return;
  case CORM_PARAMS_NUMERIC:
    cm_strbuf_printf(out, "$%zu", number);
    return;
  default:
    cm_strbuf_printf(out, ":%s", name);
  }
}

static void put_mark(finishing *f, size_t draft) {
  size_t place = final_place(f, draft);
  int again = f->numbers[draft] && f->style == CORM_PARAMS_NUMERIC; /* the same number takes the same value */
  if (!f->numbers[draft])
    f->numbers[draft] = ++f->n_numbers;
  put_mark_text(&f->out, f->style, f->c->params[draft].p.name, f->numbers[draft]);
  if (f->c->params[draft].p.cast)
    cm_strbuf_puts(&f->out, f->c->params[draft].p.cast);
  if (!again && !add_mark(f, place))
    f->out.failed = 1;
}

static void put_hole(finishing *f, size_t draft, int list) {
  corm_compiled *out = f->c->out;
  size_t place = final_place(f, draft), at = f->out.len;
  cm_hole *hole = NULL;
  cm_strbuf_printf(&f->out, list ? "(__[POSTCOMPILE_%s])" : "__[POSTCOMPILE_%s]", f->c->params[draft].p.name);
  if (!cm_grow((void **)&out->holes, &f->cap_holes, out->n_holes + 1, sizeof *out->holes)) {
    f->out.failed = 1;
    return;
  }
  hole = &out->holes[out->n_holes++];
  hole->at = at;
  hole->len = f->out.len - at;
  hole->param = place;
  hole->first_mark = out->n_marks;
  hole->negated = f->c->params[draft].negated;
  hole->literal = !list;
}

static const char *put_token(finishing *f, const char *p) {
  char *end = NULL;
  size_t draft = 0;
  if (*p == CM_TOKEN_ESCAPE) {
    cm_strbuf_putc(&f->out, (char)(p[1] - '0'));
    return p + 2;
  }
  draft = (size_t)strtoull(p + 1, &end, 10);
  if (*p == CM_TOKEN_MARK)
    put_mark(f, draft);
  else
    put_hole(f, draft, *p == CM_TOKEN_HOLE);
  return end + 1;
}

static void put_text(finishing *f, const char *p, const char *end) {
  while (p < end) {
    const char *from = p;
    if (*p >= CM_TOKEN_MARK && *p <= CM_TOKEN_ESCAPE) {
      p = put_token(f, p);
      continue;
    }
    if (*p == '%' && f->doubled)
      cm_strbuf_putc(&f->out, '%');
    do
      p++;
    while (p < end && !(*p >= CM_TOKEN_MARK && *p <= CM_TOKEN_ESCAPE) && *p != '%');
    cm_strbuf_add(&f->out, from, (size_t)(p - from));
  }
}

static int list_params(finishing *f) {
  corm_compiler *c = f->c;
  corm_compiled *out = c->out;
  cm_param *params = cm_arena_zero(&out->arena, (f->n_order + 1) * sizeof *params);
  if (!params)
    return 0;
  for (size_t i = 0; i < c->n_params; i++) {
    cm_param *p = f->order[i] ? &params[f->order[i] - 1] : NULL;
    if (!p)
      continue;
    *p = c->params[i].p;
    p->name = cm_arena_strdup(&out->arena, c->params[i].p.name);
    p->key = p->key == c->params[i].p.name ? p->name : cm_arena_strdup(&out->arena, p->key);
    if (!p->name || !p->key)
      return 0;
  }
  for (size_t i = 0, n = 0; i < f->n_order; i++)
    if (params[i].bind < 0 && !params[i].constant)
      params[i].place = (int)n++;
  out->params = params;
  out->n_params = f->n_order;
  return 1;
}

/* The types behind the marks, where the dialect says them. */
static void find_casts(corm_compiler *c) {
  for (size_t i = 0; c->d->bind_cast && i < c->n_params; i++) {
    cm_param *p = &c->params[i].p;
    if (!p->tuple_width)
      p->cast = cm_type_cast(c, p->type);
  }
}

int cm_c_finish(corm_compiler *c, corm_writer *w) {
  finishing f = {.c = c};
  int ok = 0;
  f.style = c->options.paramstyle ? c->options.paramstyle : c->d->paramstyle;
  f.doubled = f.style == CORM_PARAMS_PYFORMAT || f.style == CORM_PARAMS_FORMAT;
  f.order = cm_alloc_zero((c->n_params + 1) * 2 * sizeof *f.order);
  f.numbers = f.order ? f.order + c->n_params + 1 : NULL;
  c->out->paramstyle = f.style;
  find_casts(c);
  if (f.order && !w->buf.failed && !c->status) {
    put_text(&f, w->buf.data ? w->buf.data : "", w->buf.data ? w->buf.data + w->buf.len : "");
    c->out->n_singles = f.n_numbers;
    c->out->sql_len = f.out.len;
    c->out->sql = f.out.failed ? NULL : cm_strbuf_detach(&f.out);
    ok = c->out->sql && list_params(&f);
  }
  cm_strbuf_free(&f.out);
  cm_free(f.order);
  if (!ok && !c->status)
    cm_c_memory(c);
  return c->status;
}
