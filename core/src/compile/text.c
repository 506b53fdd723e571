/* text(): SQL of the user's, in which :name is a parameter. */
#include "compile/compiler.h"
#include <string.h>

static int is_word(char ch) {
  return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '_';
}

/* Whether a parameter begins here: ":name", neither "::name" nor "\:name" nor "a:name" nor ":name:". */
static size_t marker_length(const char *start, const char *at) {
  size_t n = 0;
  if (*at != ':' || (at > start && (at[-1] == ':' || is_word(at[-1]) || at[-1] == '\\')))
    return 0;
  while (is_word(at[1 + n]))
    n++;
  return at[1 + n] == ':' ? 0 : n;
}

static const corm_node *bind_named(const corm_node *text, const char *name, size_t n) {
  for (size_t i = 0; i < text->n; i++) {
    const corm_node *bind = text->kids[i];
    if (bind && bind->kind == CORM_NODE_BIND && bind->name && strlen(bind->name) == n &&
        memcmp(bind->name, name, n) == 0)
      return bind;
  }
  return NULL;
}

static void put_bind(corm_writer *w, const corm_node *text, const char *name, size_t n) {
  const corm_node *bind = bind_named(text, name, n);
  char *copy = NULL;
  if (!bind) {
    copy = cm_arena_strndup(&w->c->arena, name, n);
    if (!copy)
      cm_c_memory(w->c);
    bind = copy ? cm_c_own(w->c, corm_bindparam(copy, NULL, NULL, CORM_BIND_REQUIRED)) : NULL;
  }
  if (bind)
    cm_w_bind(w, bind);
}

static void put_escaped(corm_writer *w, const char *p, size_t n) {
  char *copy = cm_arena_strndup(&w->c->arena, p, n);
  if (copy)
    cm_w_user(w, copy);
  else
    cm_c_memory(w->c);
}

void cm_w_text(corm_writer *w, const corm_node *x) {
  const char *start = x->text ? x->text : "", *from = start, *at = start;
  while (*at) {
    size_t n = marker_length(start, at);
    if (at[0] == '\\' && at[1] == ':') {
      put_escaped(w, from, (size_t)(at - from));
      from = ++at;
      at++;
      continue;
    }
    if (!n) {
      at++;
      continue;
    }
    put_escaped(w, from, (size_t)(at - from));
    put_bind(w, x, at + 1, n);
    from = at = at + 1 + n;
  }
  put_escaped(w, from, (size_t)(at - from));
}
