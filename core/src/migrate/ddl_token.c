/* SQL text, token by token: enough to find the parts of a CREATE TABLE or CREATE INDEX that a database kept. */
#include "migrate/migrate.h"
#include <ctype.h>
#include <string.h>

static const char *skip_space(const char *p) {
  for (;;) {
    while (isspace((unsigned char)*p))
      p++;
    if (p[0] == '-' && p[1] == '-') {
      p += strcspn(p, "\n");
    } else if (p[0] == '/' && p[1] == '*') {
      const char *end = strstr(p + 2, "*/");
      p = end ? end + 2 : p + strlen(p);
    } else {
      return p;
    }
  }
}

/* Behind the closing quote; a doubled one is part of the text. */
static const char *skip_quoted(const char *p) {
  char close = *p == '[' ? ']' : *p;
  for (p++; *p; p++) {
    if (*p == close && (close == ']' || p[1] != close))
      return p + 1;
    if (*p == close)
      p++;
  }
  return p;
}

static int is_word(char c) { return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80; }

cm_ddl_token cm_ddl_next(const char **p) {
  const char *at = skip_space(*p), *end = at;
  cm_ddl_token t = {0, at, 0};
  if (!*at)
    t.kind = 0;
  else if (strchr("(),", *at))
    t.kind = *end++;
  else if (strchr("\"`['", *at)) {
    t.kind = *at == '\'' ? 's' : 'q';
    end = skip_quoted(at);
  } else if (is_word(*at)) {
    t.kind = 'w';
    while (is_word(*end))
      end++;
  } else {
    t.kind = 's';
    end++;
  }
  t.n = (size_t)(end - at);
  *p = end;
  return t;
}

int cm_ddl_is(cm_ddl_token t, const char *word) {
  if (t.kind != 'w' || t.n != strlen(word))
    return 0;
  for (size_t i = 0; i < t.n; i++)
    if (toupper((unsigned char)t.at[i]) != word[i])
      return 0;
  return 1;
}

char *cm_ddl_name(cm_arena *a, cm_ddl_token t) {
  if (t.kind == 'w' || t.n < 2)
    return cm_arena_strndup(a, t.at, t.n);
  char close = t.at[t.n - 1], *name = cm_arena_strndup(a, t.at + 1, t.n - 2), *to = name;
  for (const char *from = name; name && *from; from++) {
    *to++ = *from;
    if (*from == close && from[1] == close)
      from++;
  }
  if (name)
    *to = 0;
  return name;
}

void cm_ddl_group(const char **p, cm_ddl_token *out) {
  int depth = 1;
  const char *start = skip_space(*p), *end = start;
  while (depth) {
    cm_ddl_token t = cm_ddl_next(p);
    depth += (t.kind == '(') - (t.kind == ')');
    end = t.at;
    if (!t.kind)
      break;
  }
  while (end > start && isspace((unsigned char)end[-1]))
    end--;
  *out = (cm_ddl_token){'w', start, (size_t)(end - start)};
}
