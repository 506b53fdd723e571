/* A public result of objects: the rows that a reader has, or reads as they are asked for. */
#include "orm/reader.h"

/* Rows that the caller wants apart from the others: their references move to a block of their own. */
static int split(cm_reader *x, size_t n, corm_block **out, corm_error **err) {
  size_t columns = x->plan->n_items;
  corm_block *b = NULL;
  int status = cm_block_new(&b, columns, err);
  for (size_t i = 0; !status && i < n; i++) {
    corm_value *from = cm_block_row(x->block, x->given + i), *to;
    status = cm_block_add(b, &to, err);
    for (size_t k = 0; !status && k < columns; k++) {
      to[k] = from[k];
      if (from[k].kind != CORM_RECORD)
        status = cm_block_own(b, &to[k], err);
      else if (from[k].as.r)
        cm_pin(from[k].as.r);
    }
  }
  if (b)
    cm_block_set_release(b, cm_reader_block_released, NULL);
  if (status) {
    corm_block_free(b);
    return status;
  }
  x->given += n;
  *out = b;
  return CORM_OK;
}

static size_t rows_left(const cm_reader *x) { return x->block ? corm_block_peek_rows(x->block) - x->given : 0; }

static int next_block(void *self, size_t max, corm_block **out, corm_error **err) {
  cm_reader *x = self;
  *out = NULL;
  int status = x->stream && !rows_left(x) ? cm_stream_more(x, max, err) : CORM_OK;
  size_t left = rows_left(x);
  if (status || !left)
    return status;
  if (!x->given && (!max || max >= left)) {
    *out = cm_reader_take_block(x);
    return CORM_OK;
  }
  return split(x, !max || max > left ? left : max, out, err);
}

static void close_reader(void *self) {
  cm_reader *x = self;
  cm_stream_end(x);
  corm_block_free(x->block);
  x->block = NULL;
}

static void free_reader(void *self) { cm_reader_free(self); }

static void set_block(void *self, size_t rows) {
  cm_reader *x = self;
  if (x->stream)
    x->stream->at_once = rows;
}

static const cm_result_ops reader_ops = {next_block, close_reader, free_reader, set_block};

int cm_reader_result(corm_result **out, cm_reader *x, corm_error **err) {
  const cm_plan *plan = x->plan;
  cm_field *fields = cm_arena_zero(&x->arena, (plan->n_items + 1) * sizeof *fields);
  if (!fields) {
    cm_reader_free(x);
    return cm_fail_memory(err);
  }
  for (size_t i = 0; i < plan->n_items; i++) {
    const cm_plan_item *item = &plan->items[i];
    fields[i].name = item->name;
    fields[i].type = item->entity < 0 ? x->compiled->columns[item->column].type : corm_type_plain(CORM_TYPE_NULL);
    fields[i].node = item->source;
    fields[i].entity = item->entity < 0 ? NULL : plan->entities[item->entity].entity;
  }
  int status = cm_result_new(out, &reader_ops, x, fields, plan->n_items, err);
  if (!status) {
    (*out)->needs_unique = plan->collections;
    (*out)->dialect = corm_engine_peek_dialect(corm_conn_peek_engine(x->conn));
  }
  return status;
}
