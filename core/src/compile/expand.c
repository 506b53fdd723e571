/* One execution: values in order of marks, IN lists written out. */
#include "compile/compiler.h"
#include <string.h>

typedef struct expanding {
  cm_execution *out;
  const corm_compiled *c;
  const corm_node *const *binds;
  size_t n_binds;
  const corm_value *by_column;
  const cm_given *given;
  cm_arena *scratch;
  cm_strbuf sql;
  size_t cap, numbered;
} expanding;

static const corm_node *bind_of(const expanding *x, const cm_param *p) {
  if (p->constant)
    return p->constant;
  return p->bind >= 0 && (size_t)p->bind < x->n_binds ? x->binds[p->bind] : NULL;
}

static corm_value single(const expanding *x, size_t place) {
  const cm_param *p = &x->c->params[place];
  const corm_node *bind = NULL;
  if (x->given && x->given[place].values)
    return x->given[place].values[0];
  bind = bind_of(x, p);
  if (bind)
    return bind->value;
  return x->by_column && !p->constant && p->bind < 0 ? x->by_column[p->place] : corm_null();
}

static const corm_value *list_of(const expanding *x, size_t place, size_t *n) {
  const corm_node *bind = bind_of(x, &x->c->params[place]);
  *n = 0;
  if (x->given && x->given[place].values) {
    *n = x->given[place].n;
    return x->given[place].values;
  }
  if (!bind || !bind->many)
    return NULL;
  *n = bind->many->n;
  return bind->many->values;
}

static size_t count_values(const expanding *x) {
  size_t n = x->c->n_marks;
  for (size_t i = 0; i < x->c->n_holes; i++) {
    size_t members = 0;
    list_of(x, x->c->holes[i].param, &members);
    n += members;
  }
  return n;
}

static void put_value(expanding *x, corm_value value, const corm_type *type) {
  x->out->values[x->out->n] = value;
  x->out->types[x->out->n++] = type;
}

static void put_marks(expanding *x, size_t from, size_t to) {
  for (size_t i = from; i < to; i++) {
    size_t place = x->c->marks[i].param;
    put_value(x, single(x, place), x->c->params[place].type);
  }
}

static void put_member_mark(expanding *x, const cm_param *p, size_t row, size_t part) {
  switch (x->c->paramstyle) {
  case CORM_PARAMS_QMARK:
    cm_strbuf_putc(&x->sql, '?');
    return;
  case CORM_PARAMS_FORMAT:
    cm_strbuf_puts(&x->sql, "%s");
    return;
  case CORM_PARAMS_NUMERIC:
    cm_strbuf_printf(&x->sql, "$%zu", ++x->numbered);
    return;
  default:
    cm_strbuf_puts(&x->sql, x->c->paramstyle == CORM_PARAMS_PYFORMAT ? "%(" : ":");
    cm_strbuf_printf(&x->sql, "%s_%zu", p->name, row + 1);
    if (p->tuple_width)
      cm_strbuf_printf(&x->sql, "_%zu", part + 1);
    cm_strbuf_puts(&x->sql, x->c->paramstyle == CORM_PARAMS_PYFORMAT ? ")s" : "");
  }
}

/* "{1}" in the dialect's text stands for as many ones as the list is wide. */
static void put_empty(expanding *x, const cm_hole *hole, size_t width) {
  const char *text = x->c->dialect->empty_in;
  if (!text) {
    cm_strbuf_puts(&x->sql, width > 1 ? "((NULL" : "(NULL");
    for (size_t i = 1; i < width; i++)
      cm_strbuf_puts(&x->sql, ", NULL");
    if (width > 1)
      cm_strbuf_putc(&x->sql, ')');
    cm_strbuf_puts(&x->sql, hole->negated ? ") OR (1 = 1)" : ") AND (1 != 1)");
    return;
  }
  cm_strbuf_putc(&x->sql, '(');
  for (; *text; text++) {
    if (strncmp(text, "{1}", 3) != 0) {
      cm_strbuf_putc(&x->sql, *text);
      continue;
    }
    for (size_t i = 0; i < width; i++)
      cm_strbuf_puts(&x->sql, i ? ", 1" : "1");
    text += 2;
  }
  cm_strbuf_putc(&x->sql, ')');
}

static void put_list(expanding *x, const cm_hole *hole) {
  const cm_param *p = &x->c->params[hole->param];
  size_t n = 0, width = p->tuple_width ? (size_t)p->tuple_width : 1;
  const corm_value *values = list_of(x, hole->param, &n);
  int rows = p->tuple_width && x->c->dialect->features & CORM_DIALECT_TUPLE_IN_VALUES;
  if (!n) {
    put_empty(x, hole, width);
    return;
  }
  cm_strbuf_puts(&x->sql, rows ? "(VALUES " : "(");
  for (size_t i = 0; i < n; i++) {
    size_t part = i % width;
    cm_strbuf_puts(&x->sql, i ? ", " : "");
    cm_strbuf_puts(&x->sql, p->tuple_width && part == 0 ? "(" : "");
    put_member_mark(x, p, i / width, part);
    cm_strbuf_puts(&x->sql, p->cast ? p->cast : "");
    cm_strbuf_puts(&x->sql, p->tuple_width && part == width - 1 ? ")" : "");
    put_value(x, values[i], p->tuple_types ? p->tuple_types[part] : p->tuple_width ? NULL : p->type);
  }
  cm_strbuf_putc(&x->sql, ')');
}

static void put_hole(expanding *x, const cm_hole *hole) {
  corm_value value;
  if (!hole->literal) {
    put_list(x, hole);
    return;
  }
  value = single(x, hole->param);
  cm_put_value(&x->sql, x->c->dialect, &value, x->c->params[hole->param].type);
}

static void put_text(expanding *x) {
  int by_number = x->c->paramstyle == CORM_PARAMS_NUMERIC; /* single values have the first numbers */
  size_t at = 0, mark = 0;
  if (by_number)
    put_marks(x, 0, x->c->n_marks);
  for (size_t i = 0; i < x->c->n_holes; i++) {
    const cm_hole *hole = &x->c->holes[i];
    if (!by_number)
      put_marks(x, mark, hole->first_mark);
    cm_strbuf_add(&x->sql, x->c->sql + at, hole->at - at);
    put_hole(x, hole);
    mark = hole->first_mark;
    at = hole->at + hole->len;
  }
  if (!by_number)
    put_marks(x, mark, x->c->n_marks);
  cm_strbuf_add(&x->sql, x->c->sql + at, x->c->sql_len - at);
}

static int take_text(expanding *x) {
  char *copy = x->sql.failed ? NULL : cm_arena_strndup(x->scratch, x->sql.data, x->sql.len);
  x->out->sql = copy;
  x->out->sql_len = x->sql.len;
  cm_strbuf_free(&x->sql);
  return copy != NULL;
}

int cm_compiled_expand_given(cm_execution *out, const corm_compiled *c, const corm_node *const *binds, size_t n_binds,
                             const corm_value *by_column, const cm_given *given, cm_arena *scratch, corm_error **err) {
  expanding x = {.out = out,
                 .c = c,
                 .binds = binds,
                 .n_binds = n_binds,
                 .by_column = by_column,
                 .given = given,
                 .scratch = scratch,
                 .numbered = c->n_singles};
  size_t n = c->n_holes ? count_values(&x) : c->n_marks;
  memset(out, 0, sizeof *out);
  out->sql = c->sql;
  out->sql_len = c->sql_len;
  if (!n && !c->n_holes)
    return CORM_OK;
  out->values = cm_arena_alloc(scratch, (n + 1) * sizeof *out->values);
  out->types = cm_arena_alloc(scratch, (n + 1) * sizeof *out->types);
  if (!out->values || !out->types)
    return cm_fail_memory(err);
  if (!c->n_holes) {
    put_marks(&x, 0, c->n_marks);
    return CORM_OK;
  }
  put_text(&x);
  return take_text(&x) ? CORM_OK : cm_fail_memory(err);
}

int cm_compiled_expand(cm_execution *out, const corm_compiled *c, const corm_node *const *binds, size_t n_binds,
                       const corm_value *by_column, cm_arena *scratch, corm_error **err) {
  return cm_compiled_expand_given(out, c, binds, n_binds, by_column, NULL, scratch, err);
}
