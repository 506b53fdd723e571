/* Parameters: a bind's name, its place, and its token in the text. */
#include "compile/compiler.h"
#include <stdint.h>
#include <string.h>

static size_t place_of(void *found) { return (size_t)(uintptr_t)found - 1; }
static void *found_at(size_t place) { return (void *)(uintptr_t)(place + 1); }

static cm_draft_param *add_param(corm_compiler *c, const char *key, const char *name) {
  cm_draft_param *p = NULL;
  if (!cm_grow((void **)&c->params, &c->cap_params, c->n_params + 1, sizeof *c->params)) {
    cm_c_memory(c);
    return NULL;
  }
  p = &c->params[c->n_params];
  memset(p, 0, sizeof *p);
  p->p.name = name;
  p->p.key = key;
  p->p.bind = -1;
  if (!cm_map_put(&c->param_names, key, found_at(c->n_params)))
    cm_c_memory(c);
  c->n_params++;
  return p;
}

static void set_bind(corm_compiler *c, cm_draft_param *p, const corm_node *bind) {
  void *place = cm_map_get_ptr(&c->bind_places, bind);
  p->bind = bind;
  p->p.type = bind->type;
  p->p.bind = place ? (int)place_of(place) : -1;
  p->p.constant = place ? NULL : bind;
  p->p.expanding = (bind->flags & CM_BIND_EXPANDING) != 0;
  p->p.tuple_width = bind->flags & CM_BIND_TUPLES ? bind->op : 0;
  p->inlined = (bind->flags & CM_BIND_LITERAL_EXECUTE) || c->inlined_late;
}

static int is_unique(const corm_node *bind) { return (bind->flags & CM_BIND_UNIQUE) || !bind->name || !bind->name[0]; }

static const char *bind_name(corm_compiler *c, const corm_node *bind) {
  const char *base = bind->name && bind->name[0] ? bind->name : "param";
  if (!is_unique(bind))
    return cm_name_cut(c, cm_name_bind_base(c, base, 1), 1);
  return cm_name_anon(c, cm_name_key(c, bind, "bind"), cm_name_bind_base(c, base, 0));
}

/* The parameter of that key, when both were named by the user: they are one. */
static size_t merged(corm_compiler *c, const corm_node *bind, const char *key, void *known) {
  cm_draft_param *p = &c->params[place_of(known)];
  if (!p->explicit_name || is_unique(bind)) {
    cm_c_fail(c, CORM_ECOMPILE,
              "bind parameter name \"%s\" is used twice: by a parameter that was named so and by one that was not",
              key);
    return place_of(known);
  }
  set_bind(c, p, bind); /* the last one's value is sent */
  return place_of(known);
}

static size_t place_bind(corm_compiler *c, const corm_node *bind) {
  void *known = cm_map_get_ptr(&c->bind_params, bind);
  const char *name = NULL, *key = NULL;
  cm_draft_param *p = NULL;
  size_t place = 0;
  if (known)
    return place_of(known);
  name = bind_name(c, bind);
  key = is_unique(bind) ? name : bind->name;
  known = cm_map_get(&c->param_names, key);
  place = known ? merged(c, bind, key, known) : c->n_params;
  if (!known) {
    p = add_param(c, key, name);
    if (!p)
      return place;
    set_bind(c, p, bind);
    p->explicit_name = !is_unique(bind);
    p->p.column = cm_map_get_ptr(&c->default_binds, bind);
    if (p->p.column)
      p->p.constant = NULL;
  }
  if (!cm_map_put_ptr(&c->bind_params, bind, found_at(place)))
    cm_c_memory(c);
  return place;
}

static void put_token(corm_writer *w, size_t place) {
  const cm_draft_param *p = place < w->c->n_params ? &w->c->params[place] : NULL;
  int token = CM_TOKEN_MARK;
  if (!p)
    return;
  if (p->p.expanding)
    token = CM_TOKEN_HOLE;
  else if (p->inlined)
    token = CM_TOKEN_INLINE;
  cm_w_token(w, token, place);
}

/* As at execution: "{1}" in the dialect's text stands for as many ones as the list is wide. */
static void put_empty_inline(corm_writer *w, size_t width) {
  const char *text = w->d->empty_in;
  corm_write(w, "(");
  for (size_t i = 0; !text && i < width; i++)
    corm_write(w, i ? ", NULL" : "NULL");
  for (; text && *text; text++) {
    if (strncmp(text, "{1}", 3) != 0) {
      cm_strbuf_putc(&w->buf, *text);
      continue;
    }
    for (size_t i = 0; i < width; i++)
      corm_write(w, i ? ", 1" : "1");
    text += 2;
  }
  corm_write(w, text ? ")" : w->c->negated_in ? ") OR (1 = 1)" : ") AND (1 != 1)");
}

static void put_members_inline(corm_writer *w, const corm_node *bind) {
  const cm_values *many = bind->many;
  size_t width = bind->flags & CM_BIND_TUPLES ? bind->op : 1;
  if (!many || !many->n) {
    put_empty_inline(w, width);
    return;
  }
  corm_write(w, width > 1 && w->d->features & CORM_DIALECT_TUPLE_IN_VALUES ? "(VALUES " : "(");
  for (size_t i = 0; i < many->n; i++) {
    if (i)
      corm_write(w, ", ");
    if (width > 1 && i % width == 0)
      corm_write(w, "(");
    cm_w_literal(w, &many->values[i], bind->type);
    if (width > 1 && i % width == width - 1)
      corm_write(w, ")");
  }
  corm_write(w, ")");
}

void cm_w_bind(corm_writer *w, const corm_node *bind) {
  if (!w->c->inlined || bind->flags & CM_BIND_REQUIRED) {
    put_token(w, place_bind(w->c, bind));
    return;
  }
  if (bind->flags & CM_BIND_EXPANDING)
    put_members_inline(w, bind);
  else
    cm_w_literal(w, &bind->value, w->c->json_key ? w->c->json_key : bind->type);
}

void cm_set_bind_type(corm_compiler *c, const corm_node *bind, const corm_type *type) {
  void *place = cm_map_get_ptr(&c->bind_params, bind);
  if (place)
    c->params[place_of(place)].p.type = type;
}

void cm_w_column_param(corm_writer *w, const corm_column *column, const char *name) {
  corm_compiler *c = w->c;
  cm_draft_param *p = NULL;
  void *known = cm_map_get(&c->param_names, name);
  if (known) {
    put_token(w, place_of(known));
    return;
  }
  p = add_param(c, name, cm_name_bind_base(c, name, 1));
  if (!p)
    return;
  p->p.column = column;
  p->p.type = column->type;
  put_token(w, c->n_params - 1);
}

void cm_w_bind_as(corm_writer *w, const corm_node *bind, const char *name, const corm_type *type) {
  corm_compiler *c = w->c;
  cm_draft_param *p = NULL;
  if (c->inlined) {
    cm_w_literal(w, &bind->value, type);
    return;
  }
  if (!cm_map_get_ptr(&c->bind_params, bind)) {
    if (cm_map_get(&c->param_names, name)) {
      cm_c_fail(c, CORM_ECOMPILE, "bind parameter name \"%s\" is reserved for the column of that name", name);
      return;
    }
    p = add_param(c, name, cm_name_bind_base(c, name, 1));
    if (!p)
      return;
    set_bind(c, p, bind);
    p->p.type = type;
    p->p.column = NULL;
    if (!cm_map_put_ptr(&c->bind_params, bind, found_at(c->n_params - 1)))
      cm_c_memory(c);
  }
  put_token(w, place_of(cm_map_get_ptr(&c->bind_params, bind)));
}
