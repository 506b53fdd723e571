/* SELECT and set operations: each builder changes its statement in place, or a copy when others hold it too. */
#include "ast/build.h"
#include "ast/statement.h"
#include <string.h>

corm_node *cm_refuse(corm_node *stmt, const char *what) {
  corm_node *poison = NULL;
  if (cm_is_poison(stmt))
    return stmt;
  poison = cm_poison(CORM_EINVALID, "%s does not go with this kind of statement", what);
  corm_node_unref(stmt);
  return poison;
}

corm_node *cm_put(corm_node *stmt, size_t place, corm_node *kid) {
  stmt = cm_node_own(stmt);
  if (kid && cm_is_poison(stmt)) {
    corm_node_unref(kid);
    return stmt;
  }
  cm_node_set_kid(stmt, place, kid);
  cm_node_seal(stmt);
  return stmt;
}

/* The statement's list in that place, made or made its own: NULL without memory. */
static corm_node *own_list(corm_node *stmt, size_t place) {
  corm_node *list = stmt->kids[place];
  list = list ? cm_node_own(list) : cm_make_list(NULL, 0);
  stmt->kids[place] = cm_is_poison(list) ? NULL : list;
  return stmt->kids[place];
}

corm_node *cm_add_to(corm_node *stmt, size_t place, corm_node *const *members, size_t n) {
  corm_node *list = NULL;
  int ok = 0;
  stmt = cm_node_own(stmt);
  list = cm_is_poison(stmt) ? NULL : own_list(stmt, place);
  ok = list != NULL;
  for (size_t i = 0; i < n; i++) {
    if (ok)
      ok = cm_node_append(list, members[i]);
    else
      corm_node_unref(members[i]);
  }
  if (!ok) {
    corm_node_unref(stmt);
    return cm_no_memory();
  }
  cm_node_seal(list);
  cm_node_seal(stmt);
  return stmt;
}

/* ---- Making ------------------------------------------------------------------------------------------------------ */

corm_stmt *corm_select_n(corm_node *const *columns, size_t n) {
  corm_node *kids[CM_SEL_KIDS] = {NULL};
  kids[CM_SEL_COLUMNS] = cm_make_list(columns, n);
  return cm_node_new(CORM_NODE_SELECT, NULL, kids, CM_SEL_KIDS);
}

corm_stmt *corm_add_columns(corm_stmt *s, corm_node *const *columns, size_t n) {
  if (s->kind == CORM_NODE_SELECT)
    return cm_add_to(s, CM_SEL_COLUMNS, columns, n);
  cm_unref_all(columns, n);
  return cm_refuse(s, "add_columns");
}

corm_stmt *corm_with_only_columns(corm_stmt *s, corm_node *const *columns, size_t n) {
  if (s->kind == CORM_NODE_SELECT)
    return cm_put(s, CM_SEL_COLUMNS, cm_make_list(columns, n));
  cm_unref_all(columns, n);
  return cm_refuse(s, "with_only_columns");
}

corm_stmt *corm_compound(int set_operator, corm_stmt *const *members, size_t n) {
  corm_node *kids[CM_COMP_KIDS] = {NULL};
  cm_make make = {.kind = CORM_NODE_COMPOUND, .op = set_operator};
  corm_node *poison = cm_first_poison(members, n);
  if (poison)
    return poison;
  if (!n)
    return cm_poison(CORM_EARGUMENT, "a set operation needs a SELECT");
  kids[CM_COMP_MEMBERS] = cm_make_list(members, n);
  return cm_make_node(&make, kids, CM_COMP_KIDS);
}

/* ---- FROM -------------------------------------------------------------------------------------------------------- */

corm_stmt *corm_select_from(corm_stmt *s, const corm_source *source) {
  corm_node *one = corm_node_ref(source);
  if (s->kind == CORM_NODE_SELECT)
    return cm_add_to(s, CM_SEL_FROM, &one, 1);
  if (s->kind == CORM_NODE_UPDATE || s->kind == CORM_NODE_DELETE)
    return cm_add_to(s, CM_DML_FROM, &one, 1);
  corm_node_unref(one);
  return cm_refuse(s, "select_from");
}

corm_stmt *corm_read_from(corm_stmt *s, const corm_source *subquery) {
  corm_node *one = corm_node_ref(subquery);
  if (s->kind != CORM_NODE_SELECT) {
    corm_node_unref(one);
    return cm_refuse(s, "reading from a subquery");
  }
  if (cm_is_poison(one)) {
    corm_node_unref(s);
    return one;
  }
  s = cm_put(s, CM_SEL_FROM, cm_make_list(&one, 1));
  if (cm_is_poison(s))
    return s;
  s->flags |= CM_COMPACT;
  cm_node_seal(s);
  return s;
}

corm_stmt *corm_from_statement(corm_stmt *s, corm_stmt *rows) {
  if (s->kind != CORM_NODE_SELECT) {
    corm_node_unref(rows);
    return cm_refuse(s, "from_statement");
  }
  if (cm_is_poison(rows)) {
    corm_node_unref(s);
    return rows;
  }
  return cm_put(s, CM_SEL_STATEMENT, rows);
}

static corm_node *target_entity(const corm_node *target) {
  const corm_relation *relation = target->kind == CORM_NODE_ATTRIBUTE ? target->ref : NULL;
  if (!relation)
    return NULL;
  return target->kids[2] ? corm_node_ref(target->kids[2]) : corm_entity_source(relation->target);
}

corm_stmt *corm_join_from(corm_stmt *s, const corm_source *left, const corm_node *target, corm_expr *on, int kind) {
  corm_node *kids[4] = {corm_node_ref(left), corm_node_ref(target), on, NULL};
  cm_make make = {.kind = CORM_NODE_JOIN, .op = kind};
  corm_node *join = NULL;
  if (s->kind != CORM_NODE_SELECT) {
    cm_unref_all(kids, 3);
    return cm_refuse(s, "join");
  }
  make.flags = left ? CM_SPEC_JOIN_LEFT_GIVEN : 0;
  kids[3] = target_entity(target);
  join = cm_make_node(&make, kids, 4);
  return cm_add_to(s, CM_SEL_JOINS, &join, 1);
}

corm_stmt *corm_join(corm_stmt *s, const corm_node *target, corm_expr *on, int kind) {
  return corm_join_from(s, NULL, target, on, kind);
}

/* ---- WHERE and filter_by ----------------------------------------------------------------------------------------- */

static corm_node *conjoin(corm_node *stmt, size_t place, corm_node *x) {
  corm_node *parts[2] = {NULL, x};
  corm_node *both = NULL;
  stmt = cm_node_own(stmt);
  if (cm_is_poison(stmt)) {
    corm_node_unref(x);
    return stmt;
  }
  parts[0] = stmt->kids[place];
  stmt->kids[place] = NULL;
  both = corm_and_n(parts[0] ? parts : parts + 1, parts[0] ? 2 : 1);
  if ((both->kind == CORM_NODE_AND || both->kind == CORM_NODE_OR) && !both->n) {
    corm_node_unref(both);
    both = NULL;
  }
  stmt->kids[place] = both;
  cm_node_seal(stmt);
  return stmt;
}

corm_stmt *corm_where(corm_stmt *s, corm_expr *x) {
  if (s->kind == CORM_NODE_SELECT)
    return conjoin(s, CM_SEL_WHERE, x);
  if (s->kind == CORM_NODE_UPDATE || s->kind == CORM_NODE_DELETE)
    return conjoin(s, CM_DML_WHERE, x);
  corm_node_unref(x);
  return cm_refuse(s, "where");
}

corm_stmt *corm_having(corm_stmt *s, corm_expr *x) {
  if (s->kind == CORM_NODE_SELECT)
    return conjoin(s, CM_SEL_HAVING, x);
  corm_node_unref(x);
  return cm_refuse(s, "having");
}

/* The source of the first column that has one. */
static const corm_node *source_of(const corm_node *x) {
  if (cm_is_source(x))
    return x;
  if (x->kind == CORM_NODE_COLUMN || x->kind == CORM_NODE_ATTRIBUTE)
    return cm_kid(x, 0);
  for (size_t i = 0; i < x->n; i++) {
    const corm_node *found = x->kids[i] ? source_of(x->kids[i]) : NULL;
    if (found)
      return found;
  }
  return NULL;
}

const corm_source *corm_stmt_peek_target(const corm_stmt *s) {
  const corm_node *joins = NULL, *from = NULL, *columns = NULL;
  if (s->kind == CORM_NODE_INSERT || s->kind == CORM_NODE_UPDATE || s->kind == CORM_NODE_DELETE)
    return s->kids[CM_DML_TARGET];
  if (s->kind != CORM_NODE_SELECT)
    return NULL;
  joins = s->kids[CM_SEL_JOINS];
  from = s->kids[CM_SEL_FROM];
  columns = s->kids[CM_SEL_COLUMNS];
  if (cm_count(joins)) {
    const corm_node *last = joins->kids[joins->n - 1];
    return cm_kid(last, 3) ? last->kids[3] : cm_kid(last, 1);
  }
  if (cm_count(from))
    return from->kids[0];
  return columns ? source_of(columns) : NULL;
}

corm_stmt *corm_filter_by(corm_stmt *s, const char *key, corm_expr *value) {
  int is_poisoned = (s->flags & CM_POISONED) != 0;
  const corm_node *target = is_poisoned ? NULL : corm_stmt_peek_target(s);
  if (target)
    return corm_where(s, corm_binary(CORM_OP_EQ, corm_col(target, key), value));
  corm_node_unref(value);
  if (is_poisoned)
    return s;
  corm_node_unref(s);
  return cm_poison(CORM_EINVALID, "filter_by(%s): the statement has no table or entity that this could mean", key);
}

corm_stmt *corm_filter_by_record(corm_stmt *s, const char *key, corm_record *record, void *hold,
                                 void (*release)(void *)) {
  const corm_node *target = cm_is_poison(s) ? NULL : corm_stmt_peek_target(s);
  if (target)
    return corm_where(s, corm_relation_test_of(CORM_TEST_EQ, corm_col(target, key), record, hold, release));
  if (release)
    release(hold);
  return corm_filter_by(s, key, corm_null_node());
}

/* ---- GROUP BY, ORDER BY, LIMIT ----------------------------------------------------------------------------------- */

static int place_of(const corm_node *s, int in_select, int in_compound) {
  if (s->kind == CORM_NODE_SELECT)
    return in_select;
  return s->kind == CORM_NODE_COMPOUND ? in_compound : -1;
}

static corm_stmt *add_or_clear(corm_stmt *s, int place, corm_node *const *members, size_t n, const char *what) {
  if (place >= 0 && !n && !members)
    return cm_put(s, (size_t)place, NULL);
  if (place >= 0)
    return n ? cm_add_to(s, (size_t)place, members, n) : s;
  cm_unref_all(members, n);
  return cm_refuse(s, what);
}

corm_stmt *corm_group_by_n(corm_stmt *s, corm_node *const *members, size_t n) {
  return add_or_clear(s, place_of(s, CM_SEL_GROUP, CM_COMP_GROUP), members, n, "group_by");
}

corm_stmt *corm_order_by_n(corm_stmt *s, corm_node *const *members, size_t n) {
  return add_or_clear(s, place_of(s, CM_SEL_ORDER, CM_COMP_ORDER), members, n, "order_by");
}

static corm_stmt *put_number(corm_stmt *s, int place, corm_expr *x, const char *what) {
  if (place >= 0)
    return cm_put(s, (size_t)place, x);
  corm_node_unref(x);
  return cm_refuse(s, what);
}

corm_stmt *corm_limit(corm_stmt *s, corm_expr *x) {
  return put_number(s, place_of(s, CM_SEL_LIMIT, CM_COMP_LIMIT), x, "limit");
}

corm_stmt *corm_offset(corm_stmt *s, corm_expr *x) {
  return put_number(s, place_of(s, CM_SEL_OFFSET, CM_COMP_OFFSET), x, "offset");
}

/* ---- The rest ---------------------------------------------------------------------------------------------------- */

corm_stmt *corm_distinct_n(corm_stmt *s, corm_expr *const *on, size_t n) {
  if (s->kind == CORM_NODE_SELECT)
    return cm_add_to(s, CM_SEL_DISTINCT, on, n);
  cm_unref_all(on, n);
  return cm_refuse(s, "distinct");
}

static corm_node *list_of_sources(const corm_source *const *sources, size_t n, unsigned flags, unsigned level) {
  cm_make make = {.kind = CORM_NODE_LIST, .flags = flags, .level = level};
  corm_node *list = cm_make_node(&make, NULL, 0);
  for (size_t i = 0; i < n && !cm_is_poison(list); i++) {
    if (cm_node_append(list, corm_node_ref(sources[i])))
      continue;
    corm_node_unref(list);
    return cm_no_memory();
  }
  cm_node_seal(list);
  return list;
}

corm_stmt *corm_correlate_n(corm_stmt *s, const corm_source *const *sources, size_t n, int except) {
  if (s->kind != CORM_NODE_SELECT)
    return cm_refuse(s, "correlate");
  return cm_put(s, CM_SEL_CORRELATE, list_of_sources(sources, n, except ? CM_EXCEPT : 0, 0));
}

corm_stmt *corm_for_update(corm_stmt *s, unsigned flags, const corm_source *const *of, size_t n) {
  if (s->kind != CORM_NODE_SELECT)
    return cm_refuse(s, "with_for_update");
  return cm_put(s, CM_SEL_LOCK, list_of_sources(of, n, 0, flags));
}

corm_stmt *corm_prefix(corm_stmt *s, const char *text, const char *dialect) {
  cm_make make = {.kind = CORM_NODE_TEXT, .name = dialect, .text = text};
  corm_node *prefix = NULL;
  int is_dml = s->kind == CORM_NODE_INSERT || s->kind == CORM_NODE_UPDATE || s->kind == CORM_NODE_DELETE;
  if (s->kind != CORM_NODE_SELECT && !is_dml)
    return cm_refuse(s, "prefix_with");
  prefix = cm_make_node(&make, NULL, 0);
  return cm_add_to(s, is_dml ? (size_t)CM_DML_PREFIX : (size_t)CM_SEL_PREFIX, &prefix, 1);
}

corm_stmt *corm_label_style_set(corm_stmt *s, int style) {
  if (s->kind != CORM_NODE_SELECT)
    return cm_refuse(s, "set_label_style");
  s = cm_node_own(s);
  if (cm_is_poison(s))
    return s;
  s->op = (uint8_t)style;
  cm_node_seal(s);
  return s;
}

corm_stmt *corm_populate_existing(corm_stmt *s) {
  s = cm_node_own(s);
  if (cm_is_poison(s))
    return s;
  s->flags |= CM_POPULATE_EXISTING;
  cm_node_seal(s);
  return s;
}
