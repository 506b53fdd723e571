/* What an INSERT or UPDATE leaves in its result: the values that were sent, the new row's key. */
#include "engine/engine.h"
#include "schema/schema.h"
#include <string.h>

static int keep_value(corm_result *r, const corm_value *from, corm_value *to, corm_error **err) {
  *to = *from;
  if (corm_kind_has_bytes(from->kind)) {
    to->as.p = cm_arena_strndup(&r->arena, from->as.p, from->size);
    if (!to->as.p)
      return cm_fail_memory(err);
  }
  return CORM_OK;
}

/* HOST values are kept by a reference; a host without counting cannot have them kept. */
static int keep_sent(corm_result *r, const corm_compiled *c, const cm_bound *b, corm_error **err) {
  r->host = b->host;
  r->sent_names = cm_arena_alloc(&r->arena, (c->n_params ? c->n_params : 1) * sizeof *r->sent_names);
  r->sent = cm_arena_alloc(&r->arena, (c->n_params ? c->n_params : 1) * sizeof *r->sent);
  if (!r->sent_names || !r->sent)
    return cm_fail_memory(err);
  for (size_t i = 0; i < c->n_params; i++) {
    const corm_value *v = &b->by_param[i];
    char *name = NULL;
    if (c->params[i].expanding || (v->kind == CORM_HOST && !(b->host->ref && b->host->unref)))
      continue;
    name = cm_arena_strdup(&r->arena, c->params[i].key);
    if (!name || keep_value(r, v, &r->sent[r->n_sent], err))
      return cm_fail_memory(err);
    if (v->kind == CORM_HOST)
      b->host->ref(b->host->self, v->as.h);
    r->sent_names[r->n_sent++] = name;
  }
  return CORM_OK;
}

static const corm_value *sent_for(const corm_compiled *c, const cm_bound *b, const corm_column *col) {
  for (size_t i = 0; i < c->n_params; i++)
    if (c->params[i].column == col || (!c->params[i].column && strcmp(c->params[i].key, col->key) == 0))
      return c->params[i].expanding ? NULL : &b->by_param[i];
  return NULL;
}

static const corm_value *returned_for(const corm_compiled *c, const corm_value *returned, const corm_column *col) {
  for (size_t i = 0; returned && i < c->n_columns; i++)
    if (c->columns[i].node && c->columns[i].node->ref == col)
      return &returned[i];
  return NULL;
}

static int keep_key(corm_result *r, const corm_compiled *c, const cm_bound *b, const cm_ran *ran,
                    const corm_value *returned, corm_error **err) {
  const corm_constraint *key = c->insert_table ? c->insert_table->primary_key : NULL;
  int status = CORM_OK;
  if (!key || !key->n)
    return CORM_OK;
  r->inserted_key = cm_arena_zero(&r->arena, key->n * sizeof *r->inserted_key);
  if (!r->inserted_key)
    return cm_fail_memory(err);
  r->n_inserted_key = key->n;
  for (size_t i = 0; !status && i < key->n; i++) {
    const corm_column *col = key->columns[i];
    const corm_value *v = returned_for(c, returned, col);
    if (!v)
      v = sent_for(c, b, col);
    if (v && v->kind != CORM_NULL && v->kind != CORM_HOST)
      status = keep_value(r, v, &r->inserted_key[i], err);
    else if ((!v || v->kind == CORM_NULL) && ran && ran->n_keys == 1 && corm_column_peek_generated(col))
      r->inserted_key[i] = corm_int(ran->last_key);
  }
  return status;
}

int cm_result_note_sent(corm_result *r, const corm_compiled *c, const cm_bound *b, const cm_ran *ran,
                        const corm_value *returned, corm_error **err) {
  int status = CORM_OK;
  r->is_insert = c->is_insert;
  if (ran)
    r->rowcount = ran->changes;
  if (!c->is_insert && !c->is_update)
    return CORM_OK;
  status = keep_sent(r, c, b, err);
  if (!status && c->is_insert && b->rows == 1)
    status = keep_key(r, c, b, ran, returned, err);
  return status;
}
