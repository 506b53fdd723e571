/* The text of an INSERT of one row, made into one of many: "VALUES (?, ?)" is repeated, "VALUES ($1::INTEGER, $2)" with
 * its marks numbered on. Where rows come back they go in ordered by a counter, so that they come back in that order. */
#include "orm/rows_text.h"
#include <string.h>

/* Behind a quoted name or string that begins at `p`. */
static const char *behind_quoted(const char *p, const char *end) {
  char quote = *p++;
  while (p < end && *p != quote)
    p++;
  return p < end ? p + 1 : end;
}

/* The parenthesis of VALUES ( in the statement's own text; NULL: there is none. */
static const char *find_values(const char *p, const char *end) {
  static const char word[] = " VALUES (";
  while (p < end) {
    if (*p == '"' || *p == '\'') {
      p = behind_quoted(p, end);
      continue;
    }
    if ((size_t)(end - p) >= sizeof word - 1 && memcmp(p, word, sizeof word - 1) == 0)
      return p + sizeof word - 2;
    p++;
  }
  return NULL;
}

/* The end of a cast: the comma or parenthesis behind it. */
static const char *behind_cast(const char *p, const char *end) {
  int depth = 0;
  while (p < end && (depth || (*p != ',' && *p != ')'))) {
    if (*p == '"') {
      p = behind_quoted(p, end);
      continue;
    }
    depth += (*p == '(') - (*p == ')');
    p++;
  }
  return p;
}

static const char *read_mark(cm_rows_text *t, size_t i, const char *p, const char *end) {
  size_t number = 0;
  if (p < end && *p == '?' && !t->numbered) {
    t->casts[i] = (cm_rows_cast){p + 1, 0};
    return p + 1;
  }
  if (p == end || *p++ != '$' || (i && !t->numbered))
    return NULL;
  t->numbered = 1;
  while (p < end && *p >= '0' && *p <= '9')
    number = number * 10 + (size_t)(*p++ - '0');
  if (number != i + 1)
    return NULL;
  t->casts[i].p = p;
  if (end - p > 2 && p[0] == ':' && p[1] == ':')
    p = behind_cast(p, end);
  t->casts[i].n = (size_t)(p - t->casts[i].p);
  return p;
}

int cm_rows_read(cm_rows_text *t, const char *sql, size_t len, size_t n, cm_arena *arena) {
  const char *end = sql + len, *p = find_values(sql, end);
  *t = (cm_rows_text){.sql = sql, .len = len, .n = n};
  if (!n || !p)
    return 0;
  if (!(t->casts = cm_arena_zero(arena, n * sizeof *t->casts)))
    return -1;
  t->open = (size_t)(p++ - sql);
  for (size_t i = 0; i < n; i++) {
    if (i && (end - p < 2 || *p++ != ',' || *p++ != ' '))
      return 0;
    if (!(p = read_mark(t, i, p, end)))
      return 0;
  }
  if (p == end || *p != ')')
    return 0;
  t->close = (size_t)(p + 1 - sql);
  return t->numbered || t->close == len;
}

static void put_row(cm_strbuf *b, const cm_rows_text *t, size_t row, int counted) {
  cm_strbuf_putc(b, '(');
  for (size_t i = 0; i < t->n; i++) {
    cm_strbuf_puts(b, i ? ", " : "");
    if (t->numbered)
      cm_strbuf_printf(b, "$%zu", row * t->n + i + 1);
    else
      cm_strbuf_putc(b, '?');
    cm_strbuf_add(b, t->casts[i].p, t->casts[i].n);
  }
  if (counted)
    cm_strbuf_printf(b, ", %zu", row);
  cm_strbuf_putc(b, ')');
}

static void put_all(cm_strbuf *b, const cm_rows_text *t, size_t rows, int counted) {
  for (size_t row = 0; row < rows; row++) {
    cm_strbuf_puts(b, row ? ", " : "");
    put_row(b, t, row, counted);
  }
}

static void put_ordered(cm_strbuf *b, const cm_rows_text *t, size_t rows) {
  static const char values[] = "VALUES ";
  cm_strbuf_truncate(b, b->len - (sizeof values - 1));
  cm_strbuf_puts(b, "SELECT ");
  for (size_t i = 0; i < t->n; i++) {
    cm_strbuf_printf(b, i ? ", p%zu" : "p%zu", i);
    cm_strbuf_add(b, t->casts[i].p, t->casts[i].n);
  }
  cm_strbuf_puts(b, " FROM (VALUES ");
  put_all(b, t, rows, 1);
  cm_strbuf_puts(b, ") AS imp_sen(");
  for (size_t i = 0; i < t->n; i++)
    cm_strbuf_printf(b, "p%zu, ", i);
  cm_strbuf_puts(b, "sen_counter) ORDER BY sen_counter");
}

int cm_rows_write(cm_strbuf *b, const cm_rows_text *t, size_t rows, int ordered, corm_error **err) {
  cm_strbuf_truncate(b, 0);
  cm_strbuf_add(b, t->sql, t->open);
  if (!b->failed && ordered && rows > 1)
    put_ordered(b, t, rows);
  else
    put_all(b, t, rows, 0);
  cm_strbuf_add(b, t->sql + t->close, t->len - t->close);
  return b->failed ? cm_fail_memory(err) : CORM_OK;
}
