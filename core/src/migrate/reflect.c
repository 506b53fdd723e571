/* Reflection: which database is asked, and what all of them need. */
#include "migrate/migrate.h"
#include <stdlib.h>
#include <string.h>

static const cm_reflector *const reflectors[] = {&cm_reflector_sqlite, &cm_reflector_postgresql};

static int find(const cm_reflector **out, const corm_conn *c, corm_error **err) {
  const char *name = corm_dialect_peek_name(corm_engine_peek_dialect(corm_conn_peek_engine(c)));
  for (size_t i = 0; i < sizeof reflectors / sizeof reflectors[0]; i++)
    if (strcmp(reflectors[i]->dialect, name) == 0) {
      *out = reflectors[i];
      return CORM_OK;
    }
  return cm_fail(err, CORM_EUNSUPPORTED, "looking into a database of \"%s\" is not supported yet", name);
}

/* ---- Rows ---------------------------------------------------------------------------------------------------- */

int cm_reflect_rows(corm_conn *c, const char *sql, const char *const *values, size_t n, cm_row_fn fn, void *ctx,
                    corm_error **err) {
  corm_value cells[4];
  corm_result *r = NULL;
  const corm_value *row = NULL;
  for (size_t i = 0; i < n; i++)
    cells[i] = values[i] ? corm_text(values[i]) : corm_null();
  int status = corm_conn_execute_sql(&r, c, sql, cells, n, 1, err);
  while (!status) {
    status = corm_result_next_row(r, &row, err);
    if (status || !row)
      break;
    status = fn(ctx, row, err);
  }
  corm_result_free(r);
  return status;
}

const char *cm_cell_text(cm_arena *a, const corm_value *cell, int *failed) {
  if (cell->kind != CORM_TEXT)
    return NULL;
  const char *made = cm_arena_strndup(a, cell->as.p, cell->size);
  if (!made)
    *failed = 1;
  return made;
}

int cm_cell_is(const corm_value *cell, const char *text) {
  return cell->kind == CORM_TEXT && cell->size == strlen(text) && memcmp(cell->as.p, text, cell->size) == 0;
}

int64_t cm_cell_int(const corm_value *cell) {
  return cell->kind == CORM_INT || cell->kind == CORM_BOOL ? cell->as.i : 0;
}

/* ---- Parts --------------------------------------------------------------------------------------------------- */

static int parts_put(cm_parts *parts, void *made) {
  if (!made || !cm_grow((void **)&parts->at, &parts->cap, parts->n + 1, sizeof *parts->at))
    return 0;
  parts->at[parts->n++] = made;
  return 1;
}

void *cm_part_add(cm_parts *parts, cm_arena *a, size_t bytes) {
  size_t *made = cm_arena_zero(a, bytes);
  if (made)
    *made = bytes;
  return parts_put(parts, made) ? made : NULL;
}

/* Lists of columns are short: each name copies the list. */
int cm_texts_add(cm_texts *list, cm_arena *a, const char *text) {
  const char **grown = cm_arena_alloc(a, (list->n + 1) * sizeof *grown);
  if (!grown)
    return 0;
  if (list->n)
    memcpy(grown, list->at, list->n * sizeof *grown);
  grown[list->n++] = text;
  list->at = grown;
  return 1;
}

int cm_names_row(void *ctx, const corm_value *row, corm_error **err) {
  corm_names *names = ctx;
  int failed = 0;
  const char *name = cm_cell_text(&names->arena, &row[0], &failed);
  if (!name && !failed)
    return CORM_OK;
  return parts_put(&names->names, (void *)(uintptr_t)name) ? CORM_OK : cm_fail_memory(err);
}

int cm_column_set_type(corm_reflection *r, corm_reflected_column *column, const corm_type_def *def, corm_error **err) {
  corm_type_def *kept = cm_arena_alloc(&r->arena, sizeof *kept);
  corm_type *made = NULL;
  if (!kept)
    return cm_fail_memory(err);
  int status = corm_type_new(&made, def, err);
  if (status)
    return status;
  *kept = *def;
  column->type = made;
  column->type_def = kept;
  return CORM_OK;
}

/* ---- The public face ------------------------------------------------------------------------------------------ */

int corm_reflect_names(corm_names **out, corm_conn *c, int what, const char *schema, corm_error **err) {
  const cm_reflector *by = NULL;
  corm_names *made = NULL;
  *out = NULL;
  if (what < CORM_REFLECT_TABLES || what > CORM_REFLECT_DEFAULT_SCHEMA)
    return cm_fail(err, CORM_EARGUMENT, "%d is no kind of names", what);
  int status = find(&by, c, err);
  if (!status && !(made = cm_alloc_zero(sizeof *made)))
    status = cm_fail_memory(err);
  if (!status)
    status = by->names(made, c, what, schema, err);
  if (status)
    corm_names_free(made);
  else
    *out = made;
  return status;
}

size_t corm_names_peek_count(const corm_names *names) { return names->names.n; }
const char *corm_names_peek(const corm_names *names, size_t i) { return names->names.at[i]; }

void corm_names_free(corm_names *names) {
  if (!names)
    return;
  cm_arena_free(&names->arena);
  cm_free(names->names.at);
  cm_free(names);
}

int corm_reflect_table(corm_reflection **out, corm_conn *c, const char *schema, const char *name, corm_error **err) {
  const cm_reflector *by = NULL;
  corm_reflection *made = NULL;
  int found = 0;
  *out = NULL;
  int status = find(&by, c, err);
  if (!status && !(made = cm_alloc_zero(sizeof *made)))
    status = cm_fail_memory(err);
  if (!status)
    status = by->table(made, c, schema, name, &found, err);
  if (status || !found)
    corm_reflection_free(made);
  else
    *out = made;
  return status;
}

void corm_reflection_free(corm_reflection *r) {
  if (!r)
    return;
  for (size_t i = 0; i < r->columns.n; i++)
    corm_type_unref(((corm_reflected_column *)r->columns.at[i])->type);
  cm_free(r->columns.at);
  cm_free(r->constraints.at);
  cm_free(r->foreign_keys.at);
  cm_free(r->indexes.at);
  cm_arena_free(&r->arena);
  cm_free(r);
}

const char *corm_reflection_peek_comment(const corm_reflection *r) { return r->comment; }
size_t corm_reflection_peek_columns(const corm_reflection *r) { return r->columns.n; }
const corm_reflected_column *corm_reflection_peek_column(const corm_reflection *r, size_t i) {
  return r->columns.at[i];
}
const corm_reflected_constraint *corm_reflection_peek_primary_key(const corm_reflection *r) { return r->primary_key; }
size_t corm_reflection_peek_constraints(const corm_reflection *r) { return r->constraints.n; }
const corm_reflected_constraint *corm_reflection_peek_constraint(const corm_reflection *r, size_t i) {
  return r->constraints.at[i];
}
size_t corm_reflection_peek_foreign_keys(const corm_reflection *r) { return r->foreign_keys.n; }
const corm_reflected_foreign_key *corm_reflection_peek_foreign_key(const corm_reflection *r, size_t i) {
  return r->foreign_keys.at[i];
}
size_t corm_reflection_peek_indexes(const corm_reflection *r) { return r->indexes.n; }
const corm_reflected_index *corm_reflection_peek_index(const corm_reflection *r, size_t i) { return r->indexes.at[i]; }
