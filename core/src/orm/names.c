/* Rows of a text(): which of them are the plan's columns is known once the statement has run. */
#include "orm/reader.h"
#include <string.h>

static int find(const cm_cursor *cursor, const char *name) {
  for (size_t i = 0; i < cm_cursor_columns(cursor); i++) {
    const char *given = cm_cursor_column_name(cursor, i);
    if (given && strcmp(given, name) == 0)
      return (int)i;
  }
  return -1;
}

/* A copy of the plan's entity without the slots whose columns are missing. */
static int leave_out_missing(cm_reader *x, cm_fill_entity *f, corm_error **err) {
  const cm_plan_entity *p = f->plan;
  cm_plan_entity *copy = cm_arena_zero(&x->arena, sizeof *copy);
  uint16_t *slots = cm_arena_zero(&x->arena, (p->n + 1u) * sizeof *slots);
  uint16_t *columns = cm_arena_zero(&x->arena, (p->n + 1u) * sizeof *columns);
  if (!copy || !slots || !columns)
    return cm_fail_memory(err);
  *copy = *p;
  copy->n = 0;
  for (uint16_t i = 0; i < p->n; i++)
    if (x->named_at[p->columns[i]] >= 0) {
      slots[copy->n] = p->slots[i];
      columns[copy->n++] = p->columns[i];
    }
  copy->slots = slots;
  copy->columns = columns;
  for (size_t i = 0; i < p->entity->n_key; i++)
    if (x->named_at[p->key_columns[i]] < 0)
      return cm_fail(err, CORM_EINVALID,
                     "the rows do not have the key of class \"%s\": its objects cannot be told apart", p->entity->name);
  if (p->discriminator != CM_PLAN_NONE && x->named_at[p->discriminator] < 0)
    copy->discriminator = CM_PLAN_NONE;
  f->plan = copy;
  return cm_reader_decoders(x, f, err);
}

int cm_reader_match_names(cm_reader *x, cm_cursor *cursor, corm_error **err) {
  const cm_plan *plan = x->plan;
  int status = CORM_OK;
  x->named_at = cm_arena_zero(&x->arena, plan->n_names * sizeof *x->named_at);
  x->named = cm_arena_zero(&x->arena, plan->n_names * sizeof *x->named);
  if (!x->named_at || !x->named)
    return cm_fail_memory(err);
  for (size_t i = 0; i < plan->n_names; i++) {
    int by_label = find(cursor, plan->labels[i]);
    x->named_at[i] = by_label >= 0 ? by_label : find(cursor, plan->names[i]);
  }
  for (size_t i = 0; !status && i < plan->n_items; i++)
    if (plan->items[i].entity < 0 && x->named_at[plan->items[i].column] < 0)
      status = cm_fail(err, CORM_ENAME, "the rows have no column \"%s\"", plan->names[plan->items[i].column]);
  for (size_t i = 0; !status && i < plan->n_entities; i++)
    status = leave_out_missing(x, &x->entities[i], err);
  return status;
}
