/* SELECT and the set operations. */
#include "base/text.h"
#include "compile/compiler.h"
#include <string.h>

/* -x is found in the row by the name of x. */
static const char *name_inside(corm_compiler *c, const corm_node *x) {
  cm_name name = {NULL, NULL, NULL};
  if ((x->kind != CORM_NODE_UNARY && x->kind != CORM_NODE_MODIFIER) || !cm_kid(x, 0))
    return NULL;
  name = cm_labels_own_name(c, x->kids[0]);
  return cm_name_text(c, &name);
}

static void put_select_column(corm_writer *w, const cm_select_column *column, unsigned how, int top) {
  int as = how & CM_Q_IN_FROM ? column->as || column->as_inside : column->as;
  const char *name = NULL;
  if (as || column->name.fixed)
    name = cm_name_text(w->c, &column->name);
  cm_w_operand(w, column->expr, CM_AGAINST_LABEL, 0);
  if (as && name) {
    corm_write(w, " AS ");
    cm_w_name(w, name, 0);
  }
  if (top)
    cm_result_add(w->c, name ? name : name_inside(w->c, column->expr), column->expr->type,
                  column->label ? column->label : column->expr);
}

void cm_w_select_columns(corm_writer *w, const cm_select_columns *columns, unsigned how, int top) {
  for (size_t i = 0; columns && i < columns->n; i++) {
    corm_write(w, i ? ", " : "");
    put_select_column(w, &columns->items[i], how, top);
  }
}

static void put_prefixes(corm_writer *w, const corm_node *list) {
  for (size_t i = 0; i < cm_count(list); i++) {
    const corm_node *x = list->kids[i];
    if (x->name && strcmp(x->name, w->d->name) != 0)
      continue;
    cm_w_text(w, x);
    corm_write(w, " ");
  }
}

static void put_distinct(corm_writer *w, const corm_node *x) {
  const corm_node *on = cm_kid(x, CM_SEL_DISTINCT);
  if (!(x->flags & CM_DISTINCT) && !on)
    return;
  corm_write(w, "DISTINCT ");
  if (!cm_count(on) || !cm_c_feature(w->c, CORM_DIALECT_DISTINCT_ON))
    return;
  corm_write(w, "ON (");
  cm_w_list(w, on, CM_AGAINST_COMMA);
  corm_write(w, ") ");
}

/* OF t, a_1: by the names that they have in this statement. */
static void put_locked(corm_writer *w, const corm_node *lock) {
  for (size_t i = 0; i < lock->n; i++) {
    const char *name = cm_name_source(w->c, lock->kids[i]);
    corm_write(w, i ? ", " : " OF ");
    cm_w_name(w, name ? name : "", 0);
  }
}

static void put_lock(corm_writer *w, const corm_node *x) {
  const corm_node *lock = cm_kid(x, CM_SEL_LOCK);
  int key = lock && lock->level & CORM_FOR_KEY_SHARE;
  if (!lock || !cm_c_feature(w->c, CORM_DIALECT_FOR_UPDATE))
    return;
  if (!cm_c_feature(w->c, CORM_DIALECT_LOCK_KINDS)) {
    corm_write(w, " FOR UPDATE");
    return;
  }
  if (lock->level & CORM_FOR_READ)
    corm_write(w, key ? " FOR KEY SHARE" : " FOR SHARE");
  else
    corm_write(w, key ? " FOR NO KEY UPDATE" : " FOR UPDATE");
  put_locked(w, lock);
  corm_write(w, lock->level & CORM_FOR_NOWAIT ? " NOWAIT" : "");
  corm_write(w, lock->level & CORM_FOR_SKIP_LOCKED ? " SKIP LOCKED" : "");
}

static const corm_node *unlabelled(const corm_node *x) { return x->kind == CORM_NODE_LABEL ? cm_kid(x, 0) : x; }

/* The label of this SELECT that an element of ORDER BY means, or NULL. */
static const cm_select_column *label_of(const cm_frame *frame, const corm_node *x) {
  for (size_t i = 0; frame && frame->columns && i < frame->columns->n; i++) {
    const cm_select_column *at = &frame->columns->items[i];
    if (!at->label)
      continue;
    if (at->label == x)
      return at;
    if (x->name && at->label->name && strcmp(x->name, at->label->name) == 0 && cm_same_column(at->expr, unlabelled(x)))
      return at;
  }
  return NULL;
}

static const cm_select_column *label_named(const cm_frame *frame, const char *name) {
  for (size_t i = 0; frame && frame->columns && i < frame->columns->n; i++) {
    const cm_select_column *at = &frame->columns->items[i];
    if (at->name.fixed && (at->label || at->as) && strcmp(at->name.fixed, name) == 0)
      return at;
  }
  return NULL;
}

static const corm_node *column_named(corm_compiler *c, const corm_node *source, const char *name) {
  const corm_node *list = NULL;
  if (!source)
    return NULL;
  if (source->kind == CORM_NODE_JOIN) {
    const corm_node *left = column_named(c, cm_kid(source, 0), name);
    return left ? left : column_named(c, cm_kid(source, 1), name);
  }
  list = cm_c_own(c, cm_source_column_list(source));
  for (size_t i = 0; i < cm_count(list); i++) {
    const corm_node *column = list->kids[i];
    const char *own = corm_node_peek_name(column);
    if (column->ref && strcmp(((const corm_column *)column->ref)->name, name) == 0)
      return column;
    if (own && strcmp(own, name) == 0)
      return column;
  }
  return NULL;
}

enum { MOST_NAMES = 128 };

static size_t names_of(corm_compiler *c, const corm_node *source, const char **names, size_t n) {
  const corm_node *list = source->kind == CORM_NODE_JOIN ? NULL : cm_c_own(c, cm_source_column_list(source));
  for (size_t i = 0; source->kind == CORM_NODE_JOIN && i < 2; i++)
    n = cm_kid(source, i) ? names_of(c, cm_kid(source, i), names, n) : n;
  for (size_t i = 0; list && i < list->n && n < MOST_NAMES; i++) {
    const char *name = corm_node_peek_name(list->kids[i]);
    if (name)
      names[n++] = name;
  }
  return n;
}

static void fail_reference(corm_compiler *c, const cm_frame *frame, const char *name) {
  const char *names[MOST_NAMES], *near = NULL;
  size_t n = 0;
  for (size_t i = 0; frame && frame->columns && i < frame->columns->n && n < MOST_NAMES; i++)
    if (frame->columns->items[i].name.fixed)
      names[n++] = frame->columns->items[i].name.fixed;
  for (size_t i = 0; frame && i < frame->froms.n; i++)
    n = names_of(c, frame->froms.items[i], names, n);
  near = cm_nearest(name, names, n);
  cm_c_fail(c, CORM_ECOMPILE,
            "\"%s\" is no label of this SELECT and no column of what it selects from%s%s%s: "
            "to write it as SQL, wrap it in text()",
            name, near ? " (did you mean \"" : "", near ? near : "", near ? "\"?)" : "");
}

/* order_by("x"): a label's name, or else a column of what is selected from. */
static void put_reference(corm_writer *w, const char *name) {
  const cm_frame *frame = w->c->frame;
  const corm_node *column = NULL;
  const cm_select_columns *columns = frame ? frame->columns : NULL;
  if (label_named(frame, name)) {
    cm_w_name(w, name, 0);
    return;
  }
  for (size_t i = 0; columns && i < columns->n; i++)
    if (columns->items[i].name.fixed && strcmp(columns->items[i].name.fixed, name) == 0) {
      cm_w_expr(w, columns->items[i].expr);
      return;
    }
  for (size_t i = 0; frame && i < frame->froms.n && !column; i++)
    column = column_named(w->c, frame->froms.items[i], name);
  if (column) {
    cm_w_expr(w, column);
    return;
  }
  fail_reference(w->c, frame, name);
}

static int is_reference(const corm_node *x) {
  return x->kind == CORM_NODE_NAMED && x->flags & CM_PLAIN_NAME && x->flags & CM_RECURSIVE;
}

/* In a set operation columns have no table. */
static void put_compound_name(corm_writer *w, const corm_node *x) {
  const cm_frame *frame = w->c->frame;
  for (size_t i = 0; frame && frame->columns && i < frame->columns->n; i++) {
    const cm_select_column *at = &frame->columns->items[i];
    const char *name = cm_same_column(at->expr, unlabelled(x)) || at->label == x ? cm_name_text(w->c, &at->name) : NULL;
    if (name) {
      cm_w_name(w, name, 0);
      return;
    }
  }
  w->c->bare++;
  cm_w_element(w, x);
  w->c->bare--;
}

static void put_ordered(corm_writer *w, const corm_node *x, int by_label) {
  const cm_select_column *label = by_label ? label_of(w->c->frame, x) : NULL;
  if (is_reference(x) && w->c->frame && w->c->frame->select->kind == CORM_NODE_COMPOUND) {
    cm_w_name(w, x->name, 0);
    return;
  }
  if (is_reference(x)) {
    put_reference(w, x->name);
    return;
  }
  if (label && cm_name_text(w->c, &label->name)) {
    cm_w_name(w, cm_name_text(w->c, &label->name), 0);
    return;
  }
  if (x->kind == CORM_NODE_MODIFIER && x->op != CORM_OP_DISTINCT && cm_kid(x, 0)) {
    const corm_node *of = x->kids[0];
    if (is_reference(of) || of->kind == CORM_NODE_MODIFIER || (by_label && of->kind == CORM_NODE_LABEL)) {
      static const char *const words[] = {" DESC", " ASC", " NULLS FIRST", " NULLS LAST"};
      put_ordered(w, of, by_label);
      corm_write(w, words[x->op - CORM_OP_DESC]);
      return;
    }
  }
  if (w->c->frame && w->c->frame->select->kind == CORM_NODE_COMPOUND && x->kind == CORM_NODE_COLUMN)
    put_compound_name(w, x);
  else
    cm_w_element(w, x);
}

static void put_group(corm_writer *w, const corm_node *list, int by_label) {
  for (size_t i = 0, n = 0; i < cm_count(list); i++) {
    const corm_node *x = list->kids[i];
    const corm_node *columns = cm_is_source(x) ? cm_c_own(w->c, cm_source_column_list(x)) : NULL;
    for (size_t k = 0; columns && k < columns->n; k++) {
      corm_write(w, n++ ? ", " : "");
      cm_w_expr(w, columns->kids[k]);
    }
    if (cm_is_source(x))
      continue;
    corm_write(w, n++ ? ", " : "");
    put_ordered(w, x, by_label);
  }
}

void cm_w_order(corm_writer *w, const corm_node *list) {
  if (!cm_count(list))
    return;
  corm_write(w, " ORDER BY ");
  put_group(w, list, 1);
}

static void put_small(corm_writer *w, int64_t n) {
  corm_value value = corm_int(n);
  corm_node *bind = NULL;
  const corm_node *kept = NULL;
  bind = corm_bindparam(NULL, &value, corm_type_plain(CORM_TYPE_INTEGER), CORM_BIND_UNIQUE);
  kept = cm_c_own(w->c, bind);
  if (kept)
    cm_w_expr(w, kept);
}

void cm_w_limit(corm_writer *w, const corm_node *limit, const corm_node *offset) {
  int always = cm_c_feature(w->c, CORM_DIALECT_LIMIT_ALWAYS_OFFSET);
  if (!limit && !offset)
    return;
  corm_write(w, "\n LIMIT ");
  if (limit)
    cm_w_operand(w, limit, CM_AGAINST_COMMA, 0);
  else if (always)
    put_small(w, -1);
  else
    corm_write(w, w->d->limit_none ? w->d->limit_none : "-1");
  if (!offset && !always)
    return;
  corm_write(w, " OFFSET ");
  if (offset)
    cm_w_operand(w, offset, CM_AGAINST_COMMA, 0);
  else
    put_small(w, 0);
}

static void put_tail(corm_writer *w, const corm_node *x) {
  if (cm_kid(x, CM_SEL_WHERE)) {
    size_t before = w->buf.len, start = 0;
    corm_write(w, " \nWHERE ");
    start = w->buf.len;
    cm_w_condition(w, x->kids[CM_SEL_WHERE]);
    if (w->buf.len == start) /* an empty and_() */
      cm_strbuf_truncate(&w->buf, before);
  }
  if (cm_count(cm_kid(x, CM_SEL_GROUP))) {
    corm_write(w, " GROUP BY ");
    put_group(w, x->kids[CM_SEL_GROUP], 0);
  }
  if (cm_kid(x, CM_SEL_HAVING)) {
    corm_write(w, " \nHAVING ");
    cm_w_condition(w, x->kids[CM_SEL_HAVING]);
  }
  cm_w_order(w, cm_kid(x, CM_SEL_ORDER));
  cm_w_limit(w, cm_kid(x, CM_SEL_LIMIT), cm_kid(x, CM_SEL_OFFSET));
  put_lock(w, x);
}

static int is_empty_exists(const corm_node *x, unsigned how) {
  return how & CM_Q_EXISTS && !cm_count(cm_kid(x, CM_SEL_COLUMNS));
}

static void put_body(corm_writer *w, const corm_node *x, cm_frame *frame, unsigned how) {
  corm_write(w, "SELECT ");
  put_prefixes(w, cm_kid(x, CM_SEL_PREFIX));
  put_distinct(w, x);
  if (is_empty_exists(x, how))
    corm_write(w, "*");
  else
    cm_w_select_columns(w, frame->columns, how, (how & CM_Q_TOP) != 0);
  if (frame->froms.n) {
    corm_write(w, " \nFROM ");
    cm_w_froms(w, &frame->froms);
  }
  put_tail(w, x);
}

void cm_w_select(corm_writer *w, const corm_node *x, unsigned how) {
  corm_compiler *c = w->c;
  cm_frame frame = {0};
  int bare = c->bare;
  const corm_table *bare_table = c->bare_table;
  frame.outer = c->frame;
  frame.select = x;
  frame.columns = cm_labels_of(c, x);
  cm_scope_froms(c, &frame.froms, x);
  cm_scope_correlate(c, &frame.froms, x, (how & CM_Q_IN_FROM) != 0, (how & CM_Q_LATERAL) != 0);
  for (size_t i = 0; i < frame.froms.n; i++)
    cm_scope_expand(c, &frame.objects, frame.froms.items[i]);
  c->frame = &frame;
  c->bare = 0;
  c->bare_table = NULL;
  put_body(w, x, &frame, how);
  cm_lint(c, "SELECT", &frame.objects, cm_kid(x, CM_SEL_WHERE));
  c->frame = frame.outer;
  c->bare = bare;
  c->bare_table = bare_table;
}

static int needs_pair(const corm_node *member) {
  if (member->kind == CORM_NODE_COMPOUND)
    return 1;
  if (member->kind != CORM_NODE_SELECT)
    return 0;
  return cm_count(cm_kid(member, CM_SEL_ORDER)) || cm_kid(member, CM_SEL_LIMIT) || cm_kid(member, CM_SEL_OFFSET);
}

static const char *set_word(int op) {
  static const char *const words[] = {"",         " UNION ",     " UNION ALL ", " INTERSECT ", " INTERSECT ALL ",
                                      " EXCEPT ", " EXCEPT ALL "};
  return op >= CORM_UNION && op <= CORM_EXCEPT_ALL ? words[op] : " UNION ";
}

static void put_members(corm_writer *w, const corm_node *x, unsigned how) {
  const corm_node *members = cm_kid(x, CM_COMP_MEMBERS);
  for (size_t i = 0; i < cm_count(members); i++) {
    const corm_node *member = members->kids[i];
    unsigned inner = (how & CM_Q_IN_FROM) | CM_Q_MEMBER | (i == 0 ? how & CM_Q_TOP : 0);
    if (member->kind == CORM_NODE_SCALAR)
      member = cm_kid(member, 0);
    corm_write(w, i ? set_word(x->op) : "");
    corm_write(w, needs_pair(member) ? "(" : "");
    cm_w_query(w, member, inner);
    corm_write(w, needs_pair(member) ? ")" : "");
  }
}

void cm_w_compound(corm_writer *w, const corm_node *x, unsigned how) {
  corm_compiler *c = w->c;
  cm_frame frame = {0};
  put_members(w, x, how);
  frame.outer = c->frame;
  frame.select = x;
  frame.columns = cm_labels_of(c, x);
  c->frame = &frame;
  if (cm_count(cm_kid(x, CM_COMP_GROUP))) {
    corm_write(w, " GROUP BY ");
    put_group(w, x->kids[CM_COMP_GROUP], 0);
  }
  cm_w_order(w, cm_kid(x, CM_COMP_ORDER));
  cm_w_limit(w, cm_kid(x, CM_COMP_LIMIT), cm_kid(x, CM_COMP_OFFSET));
  c->frame = frame.outer;
}

void cm_w_query(corm_writer *w, const corm_node *x, unsigned how) {
  if (w->c->status || !x)
    return;
  switch (x->kind) {
  case CORM_NODE_SELECT:
    cm_w_select(w, x, how);
    return;
  case CORM_NODE_COMPOUND:
    cm_w_compound(w, x, how);
    return;
  case CORM_NODE_TEXT:
    cm_w_text(w, x);
    return;
  case CORM_NODE_INSERT:
    cm_w_insert(w, x);
    return;
  case CORM_NODE_UPDATE:
    cm_w_update(w, x);
    return;
  case CORM_NODE_DELETE:
    cm_w_delete(w, x);
    return;
  case CORM_NODE_VALUES:
    cm_w_source(w, x);
    return;
  default:
    cm_c_fail(w->c, CORM_ECOMPILE, "an element of kind %d is no query", x->kind);
  }
}
