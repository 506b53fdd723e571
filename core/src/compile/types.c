/* Type names, for DDL and CAST. */
#include "compile/compiler.h"
#include <string.h>

corm_type_view cm_type_view(const corm_type *type, const corm_dialect_def *d) {
  corm_type_view view;
  memset(&view, 0, sizeof view);
  type = d ? cm_type_in(type, d->name) : type;
  if (!type)
    return view;
  view.kind = type->kind;
  view.flags = type->flags;
  view.length = type->length;
  view.precision = type->precision;
  view.scale = type->scale;
  view.name = type->name;
  view.collation = type->collation;
  view.labels = (const char *const *)type->labels;
  view.n_labels = type->n_labels;
  return view;
}

static const char *const standard[] = {
    [CORM_TYPE_NULL] = "NULL",         [CORM_TYPE_INTEGER] = "INTEGER",   [CORM_TYPE_SMALLINT] = "SMALLINT",
    [CORM_TYPE_BIGINT] = "BIGINT",     [CORM_TYPE_FLOAT] = "FLOAT",       [CORM_TYPE_DOUBLE] = "DOUBLE",
    [CORM_TYPE_NUMERIC] = "NUMERIC",   [CORM_TYPE_STRING] = "VARCHAR",    [CORM_TYPE_TEXT] = "TEXT",
    [CORM_TYPE_BOOLEAN] = "BOOLEAN",   [CORM_TYPE_DATE] = "DATE",         [CORM_TYPE_TIME] = "TIME",
    [CORM_TYPE_DATETIME] = "DATETIME", [CORM_TYPE_BINARY] = "BLOB",       [CORM_TYPE_JSON] = "JSON",
    [CORM_TYPE_ENUM] = "VARCHAR",      [CORM_TYPE_INTERVAL] = "DATETIME", [CORM_TYPE_UUID] = "CHAR",
    [CORM_TYPE_ARRAY] = "ARRAY",
};

static int longest_label(const corm_type *type) {
  size_t longest = 0;
  for (size_t i = 0; i < type->n_labels; i++) {
    size_t n = 0;
    for (const char *p = type->labels[i]; *p; p++)
      n += ((unsigned char)*p & 0xC0) != 0x80;
    longest = n > longest ? n : longest;
  }
  return (int)longest;
}

static int has_length(int kind) { return kind == CORM_TYPE_STRING || kind == CORM_TYPE_TEXT; }

static void put_size(corm_writer *w, const corm_type *type) {
  int length = has_length(type->kind) || type->name ? type->length : 0;
  if (type->kind == CORM_TYPE_ENUM)
    length = type->length > longest_label(type) ? type->length : longest_label(type);
  else if (type->kind == CORM_TYPE_UUID && !type->name)
    length = 32;
  if (length > 0)
    cm_strbuf_printf(&w->buf, "(%d)", length);
  if (type->kind == CORM_TYPE_NUMERIC && type->precision > 0 && type->scale >= 0)
    cm_strbuf_printf(&w->buf, "(%d, %d)", type->precision, type->scale);
  else if (type->kind == CORM_TYPE_NUMERIC && type->precision > 0)
    cm_strbuf_printf(&w->buf, "(%d)", type->precision);
}

static void put_collation(corm_writer *w, const corm_type *type) {
  if (!type || !type->collation)
    return;
  corm_write(w, " COLLATE ");
  cm_w_name(w, type->collation, 1);
}

static const corm_type *put_type(corm_writer *w, const corm_type *of, int cast);

/* The collation of its members stands behind the brackets. */
static const corm_type *put_array(corm_writer *w, const corm_type *type, int cast) {
  const corm_type *item = put_type(w, type->item, cast);
  for (int i = 0; i < (type->dimensions > 0 ? type->dimensions : 1); i++)
    corm_write(w, "[]");
  return item;
}

static void fail_unknown(corm_compiler *c, const corm_type_view *view) {
  if (view->kind == CORM_TYPE_ENUM)
    cm_c_fail(c, CORM_ECOMPILE, "dialect \"%s\" makes a type of an Enum: it needs a name", c->d->name);
  else
    cm_c_fail(c, CORM_ECOMPILE, "dialect \"%s\" has no type for this column", c->d->name);
}

/* 1: the dialect wrote it, or has no such type. */
static int put_own_name(corm_writer *w, const corm_type_view *view, int cast) {
  int done = w->d->type_name ? w->d->type_name(w, view, cast) : 0;
  if (done < 0)
    fail_unknown(w->c, view);
  if (done > 0 && view->collation && !cast) {
    corm_write(w, " COLLATE ");
    cm_w_name(w, view->collation, 1);
  }
  return done != 0;
}

const char *cm_type_cast(corm_compiler *c, const corm_type *of) {
  const corm_type *type = cm_type_in(of, c->d->name);
  corm_type_view view = cm_type_view(type, c->d);
  int done = type && type->kind == CORM_TYPE_ARRAY && type->item;
  const char *text = NULL;
  corm_writer part;
  if (!c->d->bind_cast || !type || c->status)
    return NULL;
  cm_w_init(&part, c);
  corm_write(&part, "::");
  if (done)
    put_collation(&part, put_array(&part, type, 0));
  else
    done = c->d->bind_cast(&part, &view, c->options.paramstyle ? c->options.paramstyle : c->d->paramstyle);
  if (!done) {
    cm_w_free(&part);
    return NULL;
  }
  text = cm_arena_strdup(&c->out->arena, cm_w_take(&part));
  if (!text)
    cm_c_memory(c);
  return text;
}

/* Returns the type whose collation may follow, or NULL. */
static const corm_type *put_type(corm_writer *w, const corm_type *of, int cast) {
  const corm_type *type = cm_type_in(of, w->d->name);
  corm_type_view view = cm_type_view(type, w->d);
  const char *name = NULL;
  if (!type || (type->kind == CORM_TYPE_NULL && !type->name)) {
    if (cast)
      corm_write(w, "NULL");
    else
      cm_c_fail(w->c, CORM_ECOMPILE, "a column's type is not known: it has no SQL name");
    return NULL;
  }
  if (type->kind == CORM_TYPE_ARRAY && type->item && cm_c_feature(w->c, CORM_DIALECT_ARRAYS))
    return put_array(w, type, cast);
  if (put_own_name(w, &view, cast))
    return NULL;
  if (type->kind == CORM_TYPE_CUSTOM) {
    corm_write(w, type->name ? type->name : "");
    return NULL;
  }
  /* the name of an ENUM is its own, that of a checked BOOLEAN is its constraint's */
  name =
      type->name && type->kind != CORM_TYPE_ENUM && !(type->kind == CORM_TYPE_BOOLEAN && type->flags & CORM_TYPE_CHECK)
          ? type->name
          : standard[type->kind];
  corm_write(w, name);
  if (!strchr(name, '('))
    put_size(w, type);
  return type;
}

void cm_w_type(corm_writer *w, const corm_type *of, int cast) {
  const corm_type *type = put_type(w, of, cast);
  if (!cast) /* of a CAST: behind its parenthesis */
    put_collation(w, type);
}
