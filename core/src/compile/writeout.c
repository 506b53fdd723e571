/* render_postcompile: the text of one execution as the text of the statement, for printing. */
#include "compile/compiler.h"
#include <stdio.h>
#include <string.h>

static corm_node *named_value(const char *name, const corm_value *value, const corm_type *type) {
  return corm_bindparam(name, value, type, 0);
}

typedef struct writing {
  corm_compiled *c;
  cm_param *params;
  cm_mark *marks;
  corm_node **made;
  size_t n_params, n_marks, n_made;
  size_t *placed; /* old param -> new place + 1 */
} writing;

static void add_mark(writing *w, size_t place) { w->marks[w->n_marks++].param = place; }

static void keep_param(writing *w, size_t old) {
  if (!w->placed[old]) {
    w->params[w->n_params] = w->c->params[old];
    w->placed[old] = ++w->n_params;
  }
  add_mark(w, w->placed[old] - 1);
}

static int add_member(writing *w, const cm_param *list, size_t i, const corm_value *value) {
  char name[160];
  size_t width = list->tuple_width ? (size_t)list->tuple_width : 1;
  cm_param *p = &w->params[w->n_params];
  corm_node *bind = NULL;
  if (list->tuple_width)
    snprintf(name, sizeof name, "%s_%zu_%zu", list->name, i / width + 1, i % width + 1);
  else
    snprintf(name, sizeof name, "%s_%zu", list->name, i + 1);
  bind = named_value(name, value, list->tuple_types ? list->tuple_types[i % width] : list->type);
  if (cm_is_poison(bind)) {
    corm_node_unref(bind);
    return 0;
  }
  w->made[w->n_made++] = bind;
  memset(p, 0, sizeof *p);
  p->name = p->key = cm_arena_strdup(&w->c->arena, name);
  p->type = bind->type;
  p->bind = -1;
  p->constant = bind;
  add_mark(w, w->n_params++);
  return p->name != NULL;
}

static const cm_values *members_of(const corm_compiled *c, size_t param) {
  const corm_node *bind = corm_compiled_peek_param_bind(c, param);
  return bind ? bind->many : NULL;
}

static int rewrite(writing *w) {
  size_t mark = 0;
  for (size_t i = 0; i <= w->c->n_holes; i++) {
    const cm_hole *hole = i < w->c->n_holes ? &w->c->holes[i] : NULL;
    const cm_values *many = hole && !hole->literal ? members_of(w->c, hole->param) : NULL;
    for (; mark < (hole ? hole->first_mark : w->c->n_marks); mark++)
      keep_param(w, w->c->marks[mark].param);
    for (size_t k = 0; many && k < many->n; k++)
      if (!add_member(w, &w->c->params[hole->param], k, &many->values[k]))
        return 0;
  }
  return 1;
}

static int allocate(writing *w, size_t n) {
  w->params = cm_arena_zero(&w->c->arena, (n + w->c->n_params + 1) * sizeof *w->params);
  w->placed = cm_arena_zero(&w->c->arena, (w->c->n_params + 1) * sizeof *w->placed);
  w->marks = cm_alloc_zero((n + 1) * sizeof *w->marks);
  w->made = cm_alloc_zero((n + w->c->n_extra + 1) * sizeof *w->made);
  return w->params && w->placed && w->marks && w->made;
}

static void install(writing *w, char *sql, size_t len) {
  corm_compiled *c = w->c;
  for (size_t i = 0; i < c->n_extra; i++)
    w->made[w->n_made++] = c->extra[i];
  cm_free(c->extra);
  cm_free(c->marks);
  cm_free(c->sql);
  c->extra = w->made;
  c->n_extra = w->n_made;
  c->marks = w->marks;
  c->n_marks = w->n_marks;
  c->params = w->params;
  c->n_params = w->n_params;
  c->sql = sql;
  c->sql_len = len;
  c->n_holes = 0;
}

int cm_compiled_write_out(corm_compiled *c, corm_error **err) {
  writing w = {.c = c};
  cm_arena scratch = {NULL, 0, 0};
  cm_execution run;
  char *sql = NULL;
  int status = CORM_OK;
  if (!c->n_holes)
    return CORM_OK;
  status = cm_compiled_expand(&run, c, c->binds, c->n_binds, NULL, &scratch, err);
  if (!status) {
    sql = cm_strndup(run.sql, run.sql_len);
    if (!sql || !allocate(&w, run.n) || !rewrite(&w))
      status = cm_fail_memory(err);
  }
  if (!status) {
    install(&w, sql, run.sql_len);
  } else {
    for (size_t i = 0; i < w.n_made; i++)
      corm_node_unref(w.made[i]);
    cm_free(w.made);
    cm_free(w.marks);
    cm_free(sql);
  }
  cm_arena_free(&scratch);
  return status;
}
