/* A tree as text, for people who debug: (select columns=[user.id] where=(= user.id :id:INTEGER)). */
#include "ast/build.h"
#include <stdio.h>

static void dump(cm_strbuf *b, const corm_node *x);

static const char *const kind_names[] = {
    [CORM_NODE_POISON] = "poison",
    [CORM_NODE_AND] = "and",
    [CORM_NODE_OR] = "or",
    [CORM_NODE_TUPLE] = "tuple",
    [CORM_NODE_LIST] = "list",
    [CORM_NODE_OVER] = "over",
    [CORM_NODE_FILTER] = "filter",
    [CORM_NODE_WITHIN_GROUP] = "within-group",
    [CORM_NODE_CASE] = "case",
    [CORM_NODE_CAST] = "cast",
    [CORM_NODE_TYPE_COERCE] = "type-coerce",
    [CORM_NODE_EXTRACT] = "extract",
    [CORM_NODE_LABEL] = "label",
    [CORM_NODE_SCALAR] = "scalar",
    [CORM_NODE_EXISTS] = "exists",
    [CORM_NODE_TEXT] = "text",
    [CORM_NODE_HOST] = "host",
    [CORM_NODE_RELATION_TEST] = "test",
    [CORM_NODE_ALIAS] = "alias",
    [CORM_NODE_CTE] = "cte",
    [CORM_NODE_LATERAL] = "lateral",
    [CORM_NODE_VALUES] = "values",
    [CORM_NODE_OPTION] = "option",
    [CORM_NODE_CREATE_TABLE] = "create-table",
    [CORM_NODE_DROP_TABLE] = "drop-table",
    [CORM_NODE_CREATE_INDEX] = "create-index",
    [CORM_NODE_DROP_INDEX] = "drop-index",
    [CORM_NODE_CREATE_TYPE] = "create-type",
    [CORM_NODE_DROP_TYPE] = "drop-type",
    [CORM_NODE_ADD_CONSTRAINT] = "add-constraint",
    [CORM_NODE_DROP_CONSTRAINT] = "drop-constraint",
    [CORM_NODE_COMMENT_TABLE] = "comment-table",
    [CORM_NODE_COMMENT_COLUMN] = "comment-column",
};

static const char *kind_name(int kind) {
  const char *name = (size_t)kind < sizeof kind_names / sizeof *kind_names ? kind_names[kind] : NULL;
  return name ? name : "?";
}

static void dump_each(cm_strbuf *b, const corm_node *x, const char *between) {
  for (size_t i = 0; i < x->n; i++) {
    if (i)
      cm_strbuf_puts(b, between);
    dump(b, x->kids[i]);
  }
}

static void dump_form(cm_strbuf *b, const char *head, const corm_node *x) {
  cm_strbuf_printf(b, "(%s", head);
  if (x->kind == CORM_NODE_LABEL && x->ref)
    cm_strbuf_printf(b, " %s", ((const corm_column *)x->ref)->name);
  if (x->name)
    cm_strbuf_printf(b, " %s", x->name);
  if (x->text)
    cm_strbuf_printf(b, " '%s'", x->text);
  if (x->n)
    cm_strbuf_putc(b, ' ');
  dump_each(b, x, " ");
  cm_strbuf_putc(b, ')');
}

static const char *type_name(const corm_type *type) {
  static const char *const names[] = {"?",      "INTEGER", "SMALLINT", "BIGINT", "FLOAT", "DOUBLE",   "NUMERIC",
                                      "STRING", "TEXT",    "BOOLEAN",  "DATE",   "TIME",  "DATETIME", "BINARY",
                                      "JSON",   "ENUM",    "INTERVAL", "UUID",   "ARRAY", "CUSTOM"};
  return type->kind >= 0 && (size_t)type->kind < sizeof names / sizeof *names ? names[type->kind] : "?";
}

static void dump_bind(cm_strbuf *b, const corm_node *x) {
  cm_strbuf_printf(b, ":%s%s:%s", x->name ? x->name : "param", x->flags & CM_BIND_EXPANDING ? "[]" : "",
                   type_name(x->type));
}

static void dump_column(cm_strbuf *b, const corm_node *x) {
  const char *name = x->flags & CM_ORM && x->name ? x->name : NULL;
  if (!name)
    name = x->ref ? ((const corm_column *)x->ref)->name : x->name ? x->name : "?";
  if (x->n)
    dump(b, x->kids[0]);
  cm_strbuf_printf(b, ".%s", name);
}

static void dump_attribute(cm_strbuf *b, const corm_node *x) {
  dump(b, x->kids[0]);
  cm_strbuf_printf(b, ".%s", ((const corm_relation *)x->ref)->key);
  if (x->kids[2]) {
    cm_strbuf_puts(b, "->");
    dump(b, x->kids[2]);
  }
  if (x->kids[1]) {
    cm_strbuf_puts(b, "[");
    dump(b, x->kids[1]);
    cm_strbuf_puts(b, "]");
  }
}

/* An alias is written in short: what it is of, and its name or a number that two mentions share. */
static void dump_alias(cm_strbuf *b, const corm_node *x) {
  if (x->kids[0]->kind == CORM_NODE_TABLE || x->kids[0]->kind == CORM_NODE_ENTITY) {
    dump(b, x->kids[0]);
    cm_strbuf_printf(b, "@%s", x->name ? x->name : "*");
    return;
  }
  dump_form(b, kind_name(x->kind), x);
}

static void dump_clauses(cm_strbuf *b, const char *head, const corm_node *x, const char *const *names) {
  cm_strbuf_printf(b, "(%s", head);
  for (size_t i = 0; i < x->n; i++) {
    if (!x->kids[i])
      continue;
    cm_strbuf_printf(b, " %s=", names[i]);
    dump(b, x->kids[i]);
  }
  cm_strbuf_putc(b, ')');
}

static void dump_join(cm_strbuf *b, const corm_node *x) {
  static const char *const names[] = {"join", "left-join", "full-join"};
  cm_strbuf_printf(b, "(%s", names[x->op % 3]);
  for (size_t i = 0; i < x->n && i < 3; i++) {
    cm_strbuf_putc(b, ' ');
    dump(b, x->kids[i]);
  }
  cm_strbuf_putc(b, ')');
}

static const char *const select_names[] = {"columns", "from",   "joins",    "where",     "group", "having", "order",
                                           "limit",   "offset", "distinct", "correlate", "lock",  "prefix", "options"};
static const char *const compound_names[] = {"members", "order", "limit", "offset", "group", "options"};
static const char *const dml_names[] = {"target", "set",      "where",  "from",   "returning",
                                        "select", "conflict", "prefix", "options"};

static int dump_leaf(cm_strbuf *b, const corm_node *x) {
  switch (x->kind) {
  case CORM_NODE_TABLE:
    cm_strbuf_puts(b, ((const corm_table *)x->ref)->full_name);
    return 1;
  case CORM_NODE_ENTITY:
    cm_strbuf_puts(b, ((const corm_entity *)x->ref)->name);
    return 1;
  case CORM_NODE_NAMED:
  case CORM_NODE_LITERAL_COLUMN:
    cm_strbuf_puts(b, x->name);
    return 1;
  case CORM_NODE_NULL:
    cm_strbuf_puts(b, "null");
    return 1;
  case CORM_NODE_TRUE:
    cm_strbuf_puts(b, "true");
    return 1;
  case CORM_NODE_FALSE:
    cm_strbuf_puts(b, "false");
    return 1;
  case CORM_NODE_BIND:
    dump_bind(b, x);
    return 1;
  case CORM_NODE_POISON:
    cm_strbuf_printf(b, "(poison \"%s\")", x->error ? corm_error_message(x->error) : "out of memory");
    return 1;
  default:
    return 0;
  }
}

static void dump_list(cm_strbuf *b, const char *open, const char *between, const char *close, const corm_node *x) {
  cm_strbuf_puts(b, open);
  dump_each(b, x, between);
  cm_strbuf_puts(b, close);
}

static int dump_statement(cm_strbuf *b, const corm_node *x) {
  switch (x->kind) {
  case CORM_NODE_SELECT:
    dump_clauses(b, "select", x, select_names);
    return 1;
  case CORM_NODE_COMPOUND:
    dump_clauses(b, "compound", x, compound_names);
    return 1;
  case CORM_NODE_INSERT:
    dump_clauses(b, "insert", x, dml_names);
    return 1;
  case CORM_NODE_UPDATE:
    dump_clauses(b, "update", x, dml_names);
    return 1;
  case CORM_NODE_DELETE:
    dump_clauses(b, "delete", x, dml_names);
    return 1;
  default:
    return 0;
  }
}

static void dump_branch(cm_strbuf *b, const corm_node *x) {
  switch (x->kind) {
  case CORM_NODE_COLUMN:
    dump_column(b, x);
    return;
  case CORM_NODE_ATTRIBUTE:
    dump_attribute(b, x);
    return;
  case CORM_NODE_BINARY:
  case CORM_NODE_UNARY:
  case CORM_NODE_MODIFIER:
  case CORM_NODE_BETWEEN:
    dump_form(b, cm_operator_name(x->op), x);
    return;
  case CORM_NODE_FUNCTION:
    cm_strbuf_puts(b, x->name);
    dump_list(b, "(", ", ", ")", x);
    return;
  case CORM_NODE_LIST:
    dump_list(b, "[", ", ", "]", x);
    return;
  case CORM_NODE_ALIAS:
    dump_alias(b, x);
    return;
  case CORM_NODE_JOIN:
    dump_join(b, x);
    return;
  default:
    dump_form(b, kind_name(x->kind), x);
  }
}

static void dump(cm_strbuf *b, const corm_node *x) {
  if (!x)
    cm_strbuf_putc(b, '-');
  else if (!dump_leaf(b, x) && !dump_statement(b, x))
    dump_branch(b, x);
}

char *corm_node_dump(const corm_node *x) {
  cm_strbuf b = {0};
  dump(&b, x);
  return cm_strbuf_detach(&b);
}
