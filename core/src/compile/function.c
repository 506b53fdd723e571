/* Functions and what follows them: FILTER, WITHIN GROUP, OVER. */
#include "compile/compiler.h"
#include <string.h>

/* Those that standard SQL writes in capitals and without parentheses. */
static const char *const bare[] = {"current_date",   "current_time", "current_timestamp", "current_user", "localtime",
                                   "localtimestamp", "session_user", "sysdate",           "user"};

static const char *upper(corm_compiler *c, const char *name) {
  char *copy = cm_arena_strdup(&c->arena, name);
  for (char *p = copy; p && *p; p++)
    if (*p >= 'a' && *p <= 'z')
      *p = (char)(*p - 'a' + 'A');
  if (!copy)
    cm_c_memory(c);
  return copy ? copy : "";
}

/* Those that every dialect writes in capitals. */
static const char *grouping_text(const char *name) {
  static const char *const names[][2] = {{"cube", "CUBE"}, {"grouping_sets", "GROUPING SETS"}, {"rollup", "ROLLUP"}};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (cm_equal_nocase(name, names[i][0]))
      return names[i][1];
  return NULL;
}

static int is_bare(const char *name) {
  for (size_t i = 0; i < sizeof bare / sizeof bare[0]; i++)
    if (cm_equal_nocase(name, bare[i]))
      return 1;
  return 0;
}

static const char *dialect_text(const corm_dialect_def *d, const char *name) {
  for (size_t i = 0; i < d->n_functions; i++)
    if (cm_equal_nocase(d->functions[i].name, name))
      return d->functions[i].text;
  return grouping_text(name);
}

/* A text that is finished: it has an argument list, or stands in capitals. */
static int stands_alone(const char *text) {
  if (strchr(text, '('))
    return 1;
  for (const char *p = text; *p; p++)
    if (*p >= 'a' && *p <= 'z')
      return 0;
  return 1;
}

/* One part of "a.b.c": quoted for odd characters only; a trailing underscore is dropped. */
static void put_part(corm_writer *w, const char *p, size_t n) {
  char *copy = NULL;
  int odd = 0;
  while (n > 1 && p[n - 1] == '_')
    n--;
  copy = cm_arena_strndup(&w->c->arena, p, n);
  if (!copy) {
    cm_c_memory(w->c);
    return;
  }
  for (const char *at = copy; *at; at++)
    odd |= !((*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9') || *at == '_' ||
             *at == '$');
  odd |= copy[0] >= '0' && copy[0] <= '9';
  cm_w_name(w, copy, odd ? 1 : -1);
}

static void put_dotted(corm_writer *w, const char *name) {
  for (const char *dot = strchr(name, '.'); dot; dot = strchr(name, '.')) {
    put_part(w, name, (size_t)(dot - name));
    corm_write(w, ".");
    name = dot + 1;
  }
  put_part(w, name, strlen(name));
}

static int is_star_count(const corm_node *x) { return x->n == 0 && cm_equal_nocase(x->name, "count"); }

/* "SUBSTRING({1} FROM {2} FOR {3})", cut behind the last argument that is there. */
static void put_template(corm_writer *w, const char *text, const corm_node *x) {
  size_t n = 0;
  for (; *text; text++) {
    if (*text != '{') {
      cm_strbuf_putc(&w->buf, *text);
      continue;
    }
    n = (size_t)(text[1] - '0');
    if (n && n <= x->n)
      cm_w_element(w, x->kids[n - 1]);
    text += 2;
    if (n == x->n)
      break;
  }
  corm_write(w, *text ? ")" : "");
}

void cm_w_function(corm_writer *w, const corm_node *x) {
  const char *text = dialect_text(w->d, x->name);
  if (!text && x->n == 0 && is_bare(x->name))
    text = upper(w->c, x->name);
  if (text && strchr(text, '{') && x->n > 1) {
    put_template(w, text, x);
    return;
  }
  if (text && strchr(text, '{'))
    text = NULL;
  if (text && stands_alone(text) && !x->n) {
    corm_write(w, text);
    return;
  }
  if (text)
    corm_write(w, text);
  else
    put_dotted(w, x->name);
  corm_write(w, "(");
  if (is_star_count(x))
    corm_write(w, "*");
  cm_w_list(w, x, CM_AGAINST_COMMA);
  corm_write(w, ")");
}

static void put_bound(corm_writer *w, int bound, const corm_node *by, const char *unbounded) {
  if (by) {
    cm_w_expr(w, by);
    corm_write(w, " ");
  }
  corm_write(w, bound == CORM_BOUND_UNBOUNDED   ? unbounded
                : bound == CORM_BOUND_CURRENT   ? "CURRENT ROW"
                : bound == CORM_BOUND_PRECEDING ? "PRECEDING"
                                                : "FOLLOWING");
}

static void put_frame(corm_writer *w, const corm_node *x) {
  corm_write(w, (x->level & 3) == CORM_FRAME_ROWS ? "ROWS BETWEEN " : "RANGE BETWEEN ");
  put_bound(w, x->level >> 2 & 3, cm_kid(x, CM_OVER_FROM), "UNBOUNDED PRECEDING");
  corm_write(w, " AND ");
  put_bound(w, x->level >> 4 & 3, cm_kid(x, CM_OVER_TO), "UNBOUNDED FOLLOWING");
}

static void put_window(corm_writer *w, const corm_node *x) {
  const corm_node *partition = cm_kid(x, 1), *order = cm_kid(x, 2);
  const char *space = "";
  corm_write(w, " OVER (");
  if (partition && (partition->kind != CORM_NODE_LIST || partition->n)) {
    corm_write(w, "PARTITION BY ");
    cm_w_element(w, partition);
    space = " ";
  }
  if (order && (order->kind != CORM_NODE_LIST || order->n)) {
    corm_write(w, space);
    corm_write(w, "ORDER BY ");
    cm_w_element(w, order);
    space = " ";
  }
  if (x->level) {
    corm_write(w, space);
    put_frame(w, x);
  }
  corm_write(w, ")");
}

void cm_w_over(corm_writer *w, const corm_node *x) {
  cm_w_expr(w, cm_kid(x, 0));
  if (x->kind == CORM_NODE_OVER) {
    put_window(w, x);
    return;
  }
  corm_write(w, x->kind == CORM_NODE_FILTER ? " FILTER (WHERE " : " WITHIN GROUP (ORDER BY ");
  cm_w_element(w, cm_kid(x, 1));
  corm_write(w, ")");
}
