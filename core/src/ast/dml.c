/* INSERT, UPDATE and DELETE. */
#include "ast/build.h"
#include "ast/statement.h"

static corm_stmt *change(int kind, const corm_source *target) {
  corm_node *kids[CM_DML_KIDS] = {NULL};
  if (cm_is_poison(target))
    return corm_node_ref(target);
  kids[CM_DML_TARGET] = corm_node_ref(target);
  return cm_node_new(kind, NULL, kids, CM_DML_KIDS);
}

corm_stmt *corm_insert(const corm_source *target) { return change(CORM_NODE_INSERT, target); }
corm_stmt *corm_update(const corm_source *target) { return change(CORM_NODE_UPDATE, target); }
corm_stmt *corm_delete(const corm_source *target) { return change(CORM_NODE_DELETE, target); }

static int is_change(const corm_node *s) { return s->kind == CORM_NODE_INSERT || s->kind == CORM_NODE_UPDATE; }

/* ---- SET and VALUES ---------------------------------------------------------------------------------------------- */

/* Of a name that is not there: the statement has no SQL, which is what is said when it is compiled. Takes the poison.
 */
static corm_node *without_sql(corm_node *poison) {
  static const char *const kept[] = {CORM_DETAIL_NAME, CORM_DETAIL_NEAREST, CORM_DETAIL_OWNER};
  corm_error *why = NULL, *made = NULL;
  if (corm_node_check(poison, NULL) == CORM_ENAME) {
    int status = corm_node_check(poison, &why);
    cm_fail(&made, status == CORM_ENAME ? CORM_ECOMPILE : status, "%s", corm_error_message(why));
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
      if (corm_error_detail(why, kept[i]))
        cm_detail(&made, kept[i], corm_error_detail(why, kept[i]));
    corm_node_unref(poison);
    poison = cm_poison_error(made);
  }
  corm_error_free(why);
  return poison;
}

/* A column of an entity's tables by its own key, where the attribute is called otherwise. */
static const corm_column *column_behind(const corm_entity *e, const char *key) {
  const corm_column *found = NULL;
  for (size_t i = 0; e && !found && i < e->n_tables; i++)
    found = cm_map_get(&e->tables[i]->by_key, key);
  return found;
}

/* The column that the key means in the statement's target; else NULL and *poison. */
static const corm_column *column_named(const corm_node *s, const char *key, corm_node **poison) {
  corm_node *x = corm_col(s->kids[CM_DML_TARGET], key);
  const corm_column *column = x->kind == CORM_NODE_COLUMN ? x->ref : NULL;
  if (cm_is_poison(x))
    column = column_behind(cm_source_entity(s->kids[CM_DML_TARGET]), key);
  if (column) {
    corm_node_unref(x);
    return column;
  }
  if (cm_is_poison(x)) {
    *poison = without_sql(x);
    return NULL;
  }
  corm_node_unref(x);
  *poison = cm_poison(CORM_EARGUMENT, "\"%s\" is not a column that can be set", key);
  return NULL;
}

static corm_node *value_for(const corm_column *column, corm_node *value) {
  const corm_type *old = NULL;
  if (!value || !cm_is_loose(value))
    return value;
  value = cm_node_own(value);
  if (cm_is_poison(value))
    return value;
  old = value->type;
  value->type = corm_type_ref(column->type);
  corm_type_unref(old);
  value->flags &= ~(unsigned)CM_BIND_UNTYPED;
  cm_node_seal(value);
  return value;
}

static corm_node *assignment(const corm_column *column, corm_node *value) {
  cm_make make = {.kind = CORM_NODE_LABEL, .ref = column, .type = column->type};
  value = value_for(column, value);
  return cm_make_node(&make, &value, 1);
}

/* The list with the assignment in it, in the place of an earlier one for that column. Takes both. */
static corm_node *assign(corm_node *list, corm_node *one) {
  list = list ? cm_node_own(list) : cm_make_list(NULL, 0);
  if (cm_is_poison(list)) {
    corm_node_unref(one);
    return list;
  }
  for (size_t i = 0; i < list->n; i++)
    if (list->kids[i]->ref == one->ref && one->ref) {
      cm_node_set_kid(list, i, one);
      cm_node_seal(list);
      return list;
    }
  if (!cm_node_append(list, one)) {
    corm_node_unref(list);
    return cm_no_memory();
  }
  cm_node_seal(list);
  return list;
}

static corm_node *assign_in_row(corm_node *rows, corm_node *one) {
  corm_node *row = NULL;
  rows = cm_node_own(rows);
  if (cm_is_poison(rows)) {
    corm_node_unref(one);
    return rows;
  }
  row = rows->kids[rows->n - 1];
  rows->kids[rows->n - 1] = NULL;
  rows->kids[rows->n - 1] = assign(row, one);
  cm_node_seal(rows);
  return rows;
}

static corm_node *take_kid(corm_node *x, size_t i) {
  corm_node *kid = x->kids[i];
  x->kids[i] = NULL;
  return kid;
}

corm_stmt *corm_set(corm_stmt *s, const char *key, corm_expr *value) {
  corm_node *one = NULL, *list = NULL;
  const corm_column *column = NULL;
  if (!is_change(s)) {
    corm_node_unref(value);
    return cm_refuse(s, "values");
  }
  column = column_named(s, key, &one);
  if (column)
    one = assignment(column, value);
  else
    corm_node_unref(value);
  s = cm_node_own(s);
  if (cm_is_poison(s)) {
    corm_node_unref(one);
    return s;
  }
  list = take_kid(s, CM_DML_SET);
  s->kids[CM_DML_SET] = list && list->flags & CM_MULTI_ROW ? assign_in_row(list, one) : assign(list, one);
  cm_node_seal(s);
  return s;
}

corm_stmt *corm_set_in_order(corm_stmt *s) {
  if (s->kind != CORM_NODE_UPDATE)
    return cm_refuse(s, "values in an order");
  if (s->kids[CM_DML_SET]) {
    corm_node_unref(s);
    return cm_poison(CORM_EARGUMENT, "the UPDATE has values already: their order is said before them");
  }
  s = cm_node_own(s);
  if (!cm_is_poison(s)) {
    s->flags |= CM_SET_IN_ORDER;
    cm_node_seal(s);
  }
  return s;
}

static corm_node *list_of_rows(corm_node *first) {
  cm_make make = {.kind = CORM_NODE_LIST, .flags = CM_MULTI_ROW};
  return cm_make_node(&make, &first, first ? 1 : 0);
}

corm_stmt *corm_next_row(corm_stmt *s) {
  corm_node *rows = NULL, *row = NULL;
  if (s->kind != CORM_NODE_INSERT)
    return cm_refuse(s, "a list of rows");
  s = cm_node_own(s);
  if (cm_is_poison(s))
    return s;
  rows = take_kid(s, CM_DML_SET);
  if (!rows || !(rows->flags & CM_MULTI_ROW))
    rows = list_of_rows(rows);
  else
    rows = cm_node_own(rows);
  row = cm_make_list(NULL, 0);
  if (!cm_node_append(rows, row)) {
    corm_node_unref(rows);
    rows = cm_no_memory();
  }
  cm_node_seal(rows);
  s->kids[CM_DML_SET] = rows;
  cm_node_seal(s);
  return s;
}

corm_stmt *corm_from_select(corm_stmt *s, const char *const *keys, size_t n, corm_stmt *select, int defaults) {
  if (s->kind != CORM_NODE_INSERT) {
    corm_node_unref(select);
    return cm_refuse(s, "from_select");
  }
  for (size_t i = 0; i < n; i++)
    s = corm_set(s, keys[i], NULL);
  s = cm_put(s, CM_DML_SELECT, select);
  if (!cm_is_poison(s) && !defaults) {
    s->flags |= CM_NO_DEFAULTS;
    cm_node_seal(s);
  }
  return s;
}

corm_stmt *corm_returning_n(corm_stmt *s, corm_node *const *columns, size_t n) {
  if (is_change(s) || s->kind == CORM_NODE_DELETE)
    return cm_add_to(s, CM_DML_RETURNING, columns, n);
  cm_unref_all(columns, n);
  return cm_refuse(s, "returning");
}

/* ---- ON CONFLICT ------------------------------------------------------------------------------------------------- */

enum { INDEX = 0, INDEX_WHERE, SETS, WHERE, CONFLICT_KIDS };

corm_stmt *corm_on_conflict(corm_stmt *s, corm_expr *const *index, size_t n, corm_expr *index_where,
                            const char *constraint) {
  corm_node *kids[CONFLICT_KIDS] = {NULL, index_where, NULL, NULL};
  cm_make make = {.kind = CORM_NODE_LIST, .name = constraint};
  if (s->kind != CORM_NODE_INSERT) {
    cm_unref_all(index, n);
    corm_node_unref(index_where);
    return cm_refuse(s, "on_conflict");
  }
  kids[INDEX] = n ? cm_make_list(index, n) : NULL;
  return cm_put(s, CM_DML_CONFLICT, cm_make_node(&make, kids, CONFLICT_KIDS));
}

/* The statement's ON CONFLICT, its own to change: NULL when there is none, or no memory (then *s is poison). */
static corm_node *own_conflict(corm_node **s) {
  corm_node *conflict = NULL;
  *s = cm_node_own(*s);
  if (cm_is_poison(*s) || !(*s)->kids[CM_DML_CONFLICT])
    return NULL;
  conflict = cm_node_own(take_kid(*s, CM_DML_CONFLICT));
  (*s)->kids[CM_DML_CONFLICT] = conflict;
  if (!cm_is_poison(conflict))
    return conflict;
  cm_node_seal(*s);
  return NULL;
}

static int has_conflict(const corm_node *s) { return s->kind == CORM_NODE_INSERT && s->kids[CM_DML_CONFLICT]; }

corm_stmt *corm_conflict_set(corm_stmt *s, const char *key, corm_expr *value) {
  corm_node *conflict = NULL, *one = NULL;
  const corm_column *column = NULL;
  if (!has_conflict(s)) {
    corm_node_unref(value);
    return cm_refuse(s, "DO UPDATE without ON CONFLICT");
  }
  column = column_named(s, key, &one);
  if (column)
    one = assignment(column, value);
  else
    corm_node_unref(value);
  conflict = own_conflict(&s);
  if (!conflict) {
    corm_node_unref(one);
    return s;
  }
  conflict->kids[SETS] = assign(take_kid(conflict, SETS), one);
  cm_node_seal(conflict);
  cm_node_seal(s);
  return s;
}

corm_stmt *corm_conflict_where(corm_stmt *s, corm_expr *where) {
  corm_node *conflict = NULL;
  if (!has_conflict(s)) {
    corm_node_unref(where);
    return cm_refuse(s, "DO UPDATE without ON CONFLICT");
  }
  conflict = own_conflict(&s);
  if (!conflict) {
    corm_node_unref(where);
    return s;
  }
  cm_node_set_kid(conflict, WHERE, where);
  cm_node_seal(conflict);
  cm_node_seal(s);
  return s;
}

corm_expr *corm_excluded(const corm_table *table, const char *key) {
  corm_node *from = corm_from(table);
  corm_node *source = corm_alias(from, "excluded");
  corm_node *column = corm_col(source, key);
  corm_node_unref(source);
  corm_node_unref(from);
  return column;
}
