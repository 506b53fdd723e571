/* text(): SQL as it is, with `:name` marks. The text is kept as given; compile reads it by the same rules. */
#include "ast/build.h"
#include <ctype.h>
#include <string.h>

static int is_name(char c) { return isalnum((unsigned char)c) || c == '_'; }

size_t cm_text_mark(const char *at, char before) {
  size_t n = 1;
  if (*at != ':' || before == ':' || before == '\\' || is_name(before) || at[1] == ':' || !is_name(at[1]))
    return 0;
  while (is_name(at[n]))
    n++;
  return at[n] == ':' ? 0 : n;
}

static int has_bind(const corm_node *x, const char *name, size_t n) {
  for (size_t i = 0; i < x->n; i++)
    if (x->kids[i]->name && strlen(x->kids[i]->name) == n && memcmp(x->kids[i]->name, name, n) == 0)
      return 1;
  return 0;
}

static int add_mark(corm_node *x, const char *name, size_t n) {
  char *copy = NULL;
  corm_node *bind = NULL;
  if (has_bind(x, name, n))
    return 1;
  copy = cm_strndup(name, n);
  if (!copy)
    return 0;
  bind = corm_bindparam(copy, NULL, NULL, CORM_BIND_REQUIRED);
  cm_free(copy);
  return cm_node_append(x, bind);
}

corm_node *corm_text_node(const char *sql) {
  cm_make make = {.kind = CORM_NODE_TEXT, .text = sql};
  corm_node *x = cm_make_node(&make, NULL, 0);
  int ok = !cm_is_poison(x);
  for (const char *at = sql; ok && *at; at++) {
    size_t n = cm_text_mark(at, at > sql ? at[-1] : ' ');
    if (n)
      ok = add_mark(x, at + 1, n - 1);
  }
  if (!ok) {
    corm_node_unref(x);
    return cm_no_memory();
  }
  cm_node_seal(x);
  return x;
}

enum { MOST_NAMES = 64 };

static corm_node *no_parameter(const corm_node *text, const char *name) {
  const char *names[MOST_NAMES];
  corm_error *error = NULL;
  size_t n = 0;
  for (size_t i = 0; i < text->n && n < MOST_NAMES; i++)
    if (text->kids[i]->name)
      names[n++] = text->kids[i]->name;
  cm_fail_name(&error, CORM_EARGUMENT, "text parameter", ":name", name, names, n);
  return cm_poison_error(error);
}

corm_node *corm_text_bind(corm_node *text, corm_expr *bind) {
  corm_node *poison = NULL;
  if (text->kind != CORM_NODE_TEXT || bind->kind != CORM_NODE_BIND || !bind->name) {
    corm_node *both[2] = {text, bind};
    poison = cm_first_poison(both, 2);
    if (poison)
      return poison;
    cm_unref_all(both, 2);
    return cm_poison(CORM_EARGUMENT, "only a named parameter can be given to a text");
  }
  for (size_t i = 0; i < text->n; i++) {
    if (!text->kids[i]->name || strcmp(text->kids[i]->name, bind->name) != 0)
      continue;
    text = cm_node_own(text);
    cm_node_set_kid(text, i, bind);
    cm_node_seal(text);
    return text;
  }
  poison = no_parameter(text, bind->name);
  corm_node_unref(bind);
  corm_node_unref(text);
  return poison;
}

corm_node *corm_text_columns(corm_node *text, corm_expr *const *columns, size_t n) {
  if (text->kind != CORM_NODE_TEXT) {
    corm_node *poison = cm_first_poison(&text, 1);
    cm_unref_all(columns, n);
    if (poison)
      return poison;
    corm_node_unref(text);
    return cm_poison(CORM_EARGUMENT, "only a text can be given columns");
  }
  text = cm_node_own(text);
  if (!cm_node_append(text, cm_make_list(columns, n))) {
    corm_node_unref(text);
    return cm_no_memory();
  }
  text->flags |= CM_SUBQUERY;
  cm_node_seal(text);
  return text;
}
