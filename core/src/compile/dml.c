/* INSERT, UPDATE, DELETE. */
#include "compile/compiler.h"
#include <string.h>

const corm_table *cm_dml_table(const corm_node *stmt) {
  const corm_node *target = cm_kid(stmt, CM_DML_TARGET);
  while (target && target->kind == CORM_NODE_ALIAS)
    target = cm_kid(target, 0);
  return target ? corm_node_peek_table(target) : NULL;
}

static const corm_node *set_of(const corm_node *set, const corm_column *column) {
  for (size_t i = 0; i < cm_count(set); i++)
    if (set->kids[i]->ref == column)
      return set->kids[i];
  return NULL;
}

static int is_set_key(const corm_compiler *c, const corm_column *column) {
  for (size_t i = 0; i < c->options.n_set_keys; i++)
    if (strcmp(c->options.set_keys[i], column->key) == 0)
      return 1;
  return 0;
}

/* str(insert(t)): no values were given and nobody said which there will be. */
static int is_of_all_columns(const corm_compiler *c, const corm_node *set) { return !set && !c->options.set_keys; }

static void add_default(cm_assigns *out, const corm_column *column, const corm_default *fill) {
  cm_assign *at = &out->items[out->n];
  if (fill->kind == CORM_DEFAULT_NONE)
    return;
  at->column = column;
  at->value = fill->kind == CORM_DEFAULT_EXPR ? fill->expr : NULL;
  out->n++;
}

static void add_assign(corm_compiler *c, cm_assigns *out, const corm_node *set, const corm_column *column, int update) {
  const corm_node *given = set_of(set, column);
  cm_assign *at = &out->items[out->n];
  if (given || is_set_key(c, column) || is_of_all_columns(c, set)) {
    at->column = column;
    at->value = given ? cm_kid(given, 0) : NULL;
    out->n++;
    return;
  }
  add_default(out, column, update ? &column->update : &column->insert);
}

static void add_in_order(cm_assigns *out, const corm_node *set) {
  for (size_t i = 0; i < cm_count(set); i++)
    if (set->kids[i]->ref)
      out->items[out->n++] = (cm_assign){.column = set->kids[i]->ref, .value = cm_kid(set->kids[i], 0)};
}

/* In the order of the table's columns, whatever the order of the calls was, unless the statement wants that. */
void cm_assigns_of(corm_compiler *c, cm_assigns *out, const corm_node *stmt, const corm_node *set, int update) {
  const corm_table *table = cm_dml_table(stmt);
  out->n = 0;
  out->items = table ? cm_arena_zero(&c->arena, (table->n_columns + 1) * sizeof *out->items) : NULL;
  if (!out->items) {
    cm_c_memory(c);
    return;
  }
  int in_order = stmt->flags & CM_SET_IN_ORDER ? 1 : 0;
  if (in_order)
    add_in_order(out, set);
  for (size_t i = 0; i < table->n_columns; i++)
    if (!table->columns[i]->computed && !(in_order && set_of(set, table->columns[i])))
      add_assign(c, out, set, table->columns[i], update);
}

static const corm_node *bare_value(const corm_node *x) {
  while (x && x->kind == CORM_NODE_LABEL)
    x = cm_kid(x, 0);
  return x;
}

/* A literal takes the column's name; an expression with an operator stands in parentheses. */
void cm_w_assigned(corm_writer *w, const cm_assign *assign, const char *name) {
  const corm_node *value = bare_value(assign->value);
  if (!value)
    cm_w_column_param(w, assign->column, name);
  else if (value->kind == CORM_NODE_BIND && (value->flags & CM_BIND_UNIQUE || !value->name) && !w->c->cte_depth)
    cm_w_bind_as(w, value, name, assign->column->type);
  else
    cm_w_operand(w, value, CM_AGAINST_NOTHING, 0);
}

static void put_column_list(corm_writer *w, const cm_assigns *assigns) {
  corm_write(w, " (");
  for (size_t i = 0; i < assigns->n; i++) {
    corm_write(w, i ? ", " : "");
    cm_w_name(w, assigns->items[i].column->name, assigns->items[i].column->quote);
  }
  corm_write(w, ")");
}

static void put_row(corm_writer *w, const cm_assigns *assigns, const char *suffix) {
  corm_write(w, "(");
  for (size_t i = 0; i < assigns->n; i++) {
    const cm_assign *at = &assigns->items[i];
    int fill = !at->value && *suffix && strcmp(suffix, "_m0") == 0;
    corm_write(w, i ? ", " : "");
    cm_w_assigned(w, at, *suffix && !fill ? cm_c_printf(w->c, "%s%s", at->column->key, suffix) : at->column->key);
  }
  corm_write(w, ")");
}

static const corm_node *first_row(const corm_node *stmt) {
  const corm_node *set = cm_kid(stmt, CM_DML_SET);
  return set && set->flags & CM_MULTI_ROW ? cm_kid(set, 0) : set;
}

static void put_rows(corm_writer *w, const corm_node *stmt, const cm_assigns *first) {
  const corm_node *set = cm_kid(stmt, CM_DML_SET);
  corm_write(w, " VALUES ");
  if (!set || !(set->flags & CM_MULTI_ROW)) {
    put_row(w, first, "");
    return;
  }
  for (size_t i = 0; i < set->n && !w->c->status; i++) {
    cm_assigns row = {NULL, 0};
    cm_assigns_of(w->c, &row, stmt, set->kids[i], 0);
    corm_write(w, i ? ", " : "");
    put_row(w, &row, cm_c_printf(w->c, "_m%zu", i));
  }
}

/* INSERT ... SELECT names its columns; defaults of the others are added to both sides. */
static void select_assigns(corm_compiler *c, cm_assigns *out, const corm_node *stmt) {
  const corm_table *table = cm_dml_table(stmt);
  const corm_node *set = cm_kid(stmt, CM_DML_SET);
  out->items = cm_arena_zero(&c->arena, (table->n_columns + cm_count(set) + 1) * sizeof *out->items);
  if (!out->items) {
    cm_c_memory(c);
    return;
  }
  for (size_t i = 0; i < cm_count(set); i++)
    out->items[out->n++].column = set->kids[i]->ref;
  if (stmt->flags & CM_NO_DEFAULTS || cm_kid(stmt, CM_DML_SELECT)->kind != CORM_NODE_SELECT)
    return;
  for (size_t i = 0; i < table->n_columns; i++)
    if (!set_of(set, table->columns[i]))
      add_default(out, table->columns[i], &table->columns[i]->insert);
}

/* The SELECT with the defaults behind its own columns. */
static const corm_node *with_defaults(corm_compiler *c, const corm_node *stmt, const cm_assigns *assigns) {
  const corm_node *select = cm_kid(stmt, CM_DML_SELECT);
  size_t given = cm_count(cm_kid(stmt, CM_DML_SET));
  corm_node *copy = NULL;
  if (assigns->n == given)
    return select;
  copy = corm_node_ref(select);
  for (size_t i = given; i < assigns->n; i++) {
    const cm_assign *at = &assigns->items[i];
    corm_node *value = at->value ? corm_node_ref(at->value)
                                 : corm_bindparam(at->column->key, NULL, at->column->type, CORM_BIND_REQUIRED);
    if (!at->value && !cm_map_put_ptr(&c->default_binds, value, (void *)(uintptr_t)at->column))
      cm_c_memory(c);
    copy = corm_add_columns(copy, &value, 1);
  }
  return cm_c_own(c, copy);
}

static void put_insert_select(corm_writer *w, const corm_node *stmt) {
  cm_assigns assigns = {NULL, 0};
  const corm_node *select = NULL;
  corm_writer body;
  select_assigns(w->c, &assigns, stmt);
  put_column_list(w, &assigns);
  corm_write(w, " ");
  if (w->c->status)
    return;
  select = with_defaults(w->c, stmt, &assigns);
  cm_w_init(&body, w->c);
  cm_w_query(&body, select, 0);
  corm_write(w, cm_w_take(&body));
}

static void put_insert_values(corm_writer *w, const corm_node *stmt) {
  cm_assigns assigns = {NULL, 0};
  cm_assigns_of(w->c, &assigns, stmt, first_row(stmt), 0);
  if (w->c->status)
    return;
  if (!assigns.n) {
    corm_write(w, cm_c_feature(w->c, CORM_DIALECT_DEFAULT_VALUES) ? " DEFAULT VALUES" : " () VALUES ()");
    return;
  }
  put_column_list(w, &assigns);
  put_rows(w, stmt, &assigns);
}

static void put_prefixes(corm_writer *w, const corm_node *list) {
  for (size_t i = 0; i < cm_count(list); i++) {
    if (list->kids[i]->name && strcmp(list->kids[i]->name, w->d->name) != 0)
      continue;
    corm_write(w, " ");
    cm_w_text(w, list->kids[i]);
  }
}

void cm_w_insert(corm_writer *w, const corm_node *x) {
  const corm_table *table = cm_dml_table(x);
  if (!table) {
    cm_c_fail(w->c, CORM_ECOMPILE, "INSERT needs a table");
    return;
  }
  if (!w->c->cte_depth)
    w->c->out->insert_table = table;
  corm_write(w, "INSERT");
  put_prefixes(w, cm_kid(x, CM_DML_PREFIX));
  corm_write(w, " INTO ");
  cm_w_table(w, table);
  if (cm_kid(x, CM_DML_SELECT))
    put_insert_select(w, x);
  else
    put_insert_values(w, x);
  cm_w_conflict(w, x);
  cm_w_returning(w, x);
}

/* What WHERE and SET of an UPDATE or DELETE use besides the target. */
static void other_sources(corm_compiler *c, cm_nodes *out, const corm_node *x) {
  const corm_node *from = cm_kid(x, CM_DML_FROM), *target = cm_kid(x, CM_DML_TARGET);
  cm_nodes all = {NULL, 0, 0};
  for (size_t i = 0; i < cm_count(from); i++)
    cm_nodes_add(c, &all, from->kids[i]);
  if (x->kind == CORM_NODE_UPDATE)
    cm_scope_objects(c, &all, cm_kid(x, CM_DML_SET));
  cm_scope_objects(c, &all, cm_kid(x, CM_DML_WHERE));
  for (size_t i = 0; i < all.n; i++)
    if (!cm_same_source(all.items[i], target) && !cm_nodes_has(out, all.items[i]))
      cm_nodes_add(c, out, all.items[i]);
}

static void open_frame(corm_compiler *c, cm_frame *frame, const corm_node *x, const cm_nodes *others) {
  memset(frame, 0, sizeof *frame);
  frame->outer = c->frame;
  frame->select = x;
  cm_nodes_add(c, &frame->objects, cm_kid(x, CM_DML_TARGET));
  for (size_t i = 0; i < others->n; i++)
    cm_scope_expand(c, &frame->objects, others->items[i]);
  c->frame = frame;
}

static void put_where(corm_writer *w, const corm_node *x) {
  if (!cm_kid(x, CM_DML_WHERE))
    return;
  corm_write(w, " WHERE ");
  cm_w_condition(w, x->kids[CM_DML_WHERE]);
}

static void put_others(corm_writer *w, const char *word, const cm_nodes *others) {
  if (!others->n)
    return;
  corm_write(w, word);
  cm_w_froms(w, others);
}

static void put_set(corm_writer *w, const corm_node *x) {
  cm_assigns assigns = {NULL, 0};
  cm_assigns_of(w->c, &assigns, x, cm_kid(x, CM_DML_SET), 1);
  corm_write(w, " SET ");
  for (size_t i = 0; i < assigns.n; i++) {
    const cm_assign *at = &assigns.items[i];
    corm_write(w, i ? ", " : "");
    cm_w_name(w, at->column->name, at->column->quote);
    corm_write(w, "=");
    cm_w_assigned(w, at, at->column->key);
  }
  if (!assigns.n)
    cm_c_fail(w->c, CORM_ECOMPILE, "UPDATE of \"%s\" sets no column", cm_dml_table(x)->name);
}

void cm_w_update(corm_writer *w, const corm_node *x) {
  cm_frame frame;
  cm_nodes others = {NULL, 0, 0};
  if (!cm_dml_table(x)) {
    cm_c_fail(w->c, CORM_ECOMPILE, "UPDATE needs a table");
    return;
  }
  other_sources(w->c, &others, x);
  if (others.n && !cm_c_feature(w->c, CORM_DIALECT_UPDATE_FROM)) {
    cm_c_fail(w->c, CORM_ECOMPILE, "dialect \"%s\" has no UPDATE with a second table", w->d->name);
    return;
  }
  open_frame(w->c, &frame, x, &others);
  corm_write(w, "UPDATE");
  put_prefixes(w, cm_kid(x, CM_DML_PREFIX));
  corm_write(w, " ");
  cm_w_source(w, x->kids[CM_DML_TARGET]);
  put_set(w, x);
  put_others(w, " FROM ", &others);
  put_where(w, x);
  cm_w_returning(w, x);
  cm_lint(w->c, "UPDATE", &frame.objects, cm_kid(x, CM_DML_WHERE));
  w->c->frame = frame.outer;
}

void cm_w_delete(corm_writer *w, const corm_node *x) {
  cm_frame frame;
  cm_nodes others = {NULL, 0, 0};
  if (!cm_dml_table(x)) {
    cm_c_fail(w->c, CORM_ECOMPILE, "DELETE needs a table");
    return;
  }
  other_sources(w->c, &others, x);
  if (others.n && !cm_c_feature(w->c, CORM_DIALECT_DELETE_FROM)) {
    cm_c_fail(w->c, CORM_EUNSUPPORTED, "dialect \"%s\" has no DELETE with a second table", w->d->name);
    return;
  }
  open_frame(w->c, &frame, x, &others);
  corm_write(w, "DELETE");
  put_prefixes(w, cm_kid(x, CM_DML_PREFIX));
  corm_write(w, " FROM ");
  cm_w_source(w, x->kids[CM_DML_TARGET]);
  put_others(w, cm_c_feature(w->c, CORM_DIALECT_DELETE_USING) ? " USING " : " , ", &others);
  put_where(w, x);
  cm_w_returning(w, x);
  cm_lint(w->c, "DELETE", &frame.objects, cm_kid(x, CM_DML_WHERE));
  w->c->frame = frame.outer;
}
