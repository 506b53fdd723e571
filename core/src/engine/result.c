/* Results: what every kind of them has. */
#include "engine/conn.h"
#include "schema/schema.h"
#include <string.h>

enum { ROWS_AHEAD = 256 };

int cm_result_new(corm_result **out, const cm_result_ops *ops, void *self, const cm_field *fields, size_t n,
                  corm_error **err) {
  corm_result *r = cm_alloc_zero(sizeof *r);
  *out = NULL;
  if (r && n && !(r->fields = cm_alloc(n * sizeof *fields))) {
    cm_free(r);
    r = NULL;
  }
  if (!r) {
    if (ops && self)
      ops->free(self);
    return cm_fail_memory(err);
  }
  if (n)
    memcpy(r->fields, fields, n * sizeof *fields);
  r->n_fields = n;
  r->ops = ops;
  r->self = self;
  r->rowcount = -1;
  *out = r;
  return CORM_OK;
}

size_t corm_result_peek_columns(const corm_result *r) { return r->n_fields; }
const char *corm_result_peek_name(const corm_result *r, size_t i) { return i < r->n_fields ? r->fields[i].name : NULL; }
const corm_node *corm_result_peek_node(const corm_result *r, size_t i) {
  return i < r->n_fields ? r->fields[i].node : NULL;
}
const corm_entity *corm_result_peek_entity(const corm_result *r, size_t i) {
  return i < r->n_fields ? r->fields[i].entity : NULL;
}
const corm_type *corm_result_peek_type(const corm_result *r, size_t i) {
  return i < r->n_fields && r->fields[i].type ? r->fields[i].type : corm_type_plain(CORM_TYPE_NULL);
}
const corm_dialect *corm_result_peek_dialect(const corm_result *r) { return r->dialect; }
int corm_result_peek_needs_unique(const corm_result *r) { return r->needs_unique; }
int64_t corm_result_peek_rowcount(const corm_result *r) { return r->rowcount; }
int corm_result_peek_is_insert(const corm_result *r) { return r->is_insert; }
int corm_result_peek_is_spent(const corm_result *r) { return r->spent; }

size_t corm_result_peek_inserted_key(const corm_result *r, const corm_value **out) {
  *out = r->inserted_key;
  return r->n_inserted_key;
}

size_t corm_result_peek_sent(const corm_result *r, const char *const **names, const corm_value **values) {
  *names = r->sent_names;
  *values = r->sent;
  return r->n_sent;
}

static int check_open(const corm_result *r, corm_error **err) {
  if (r->closed)
    return cm_fail(err, CORM_ECLOSED, "this result is closed");
  if (!r->n_fields)
    return cm_fail(err, CORM_ECLOSED, "this result gives no rows: it has been closed");
  return CORM_OK;
}

static int fetch(corm_result *r, size_t max, corm_block **out, corm_error **err) {
  int status = CORM_OK;
  *out = NULL;
  if (r->ended || !r->ops)
    return CORM_OK;
  status = r->ops->next_block(r->self, max, out, err);
  if (status || !*out)
    r->ended = 1;
  return status;
}

int corm_result_next_row(corm_result *r, const corm_value **row, corm_error **err) {
  int status = check_open(r, err);
  *row = NULL;
  if (status)
    return status;
  if (r->ahead && r->at == corm_block_peek_rows(r->ahead)) {
    corm_block_free(r->ahead);
    r->ahead = NULL;
  }
  if (!r->ahead) {
    r->at = 0;
    status = fetch(r, r->block_rows ? r->block_rows : ROWS_AHEAD, &r->ahead, err);
  }
  if (!status && r->ahead)
    *row = corm_block_peek_row(r->ahead, r->at++);
  return status;
}

/* Rows that next_row has read ahead come first, as a block of their own. */
int corm_result_next_block(corm_result *r, size_t max, corm_block **out, corm_error **err) {
  size_t left = 0;
  int status = check_open(r, err);
  *out = NULL;
  if (status)
    return status;
  left = r->ahead ? corm_block_peek_rows(r->ahead) - r->at : 0;
  if (!left)
    return fetch(r, max, out, err);
  if (max && left > max)
    left = max;
  status = cm_block_view(out, r->ahead, r->at, left, err);
  if (!status)
    r->at += left;
  return status;
}

void corm_result_set_block(corm_result *r, size_t rows) {
  r->block_rows = rows;
  if (r->ops && r->ops->set_block)
    r->ops->set_block(r->self, rows);
}

void corm_result_close(corm_result *r) {
  if (r->closed)
    return;
  r->closed = 1;
  corm_block_free(r->ahead);
  r->ahead = NULL;
  if (r->ops && r->ops->close)
    r->ops->close(r->self);
}

void corm_result_free(corm_result *r) {
  if (!r)
    return;
  corm_result_close(r);
  corm_block_free(r->one);
  if (r->ops)
    r->ops->free(r->self);
  for (size_t i = 0; i < r->n_sent; i++)
    if (r->sent[i].kind == CORM_HOST && r->host && r->host->unref)
      r->host->unref(r->host->self, r->sent[i].as.h);
  cm_arena_free(&r->arena);
  cm_free(r->fields);
  cm_free(r);
}

int corm_result_one(corm_result *r, const corm_value **row, corm_error **err) {
  corm_block *block = NULL;
  int status = r->one ? cm_fail(err, CORM_EINVALID, "corm_result_one was called for this result before")
                      : corm_result_next_block(r, 2, &block, err);
  *row = NULL;
  if (status)
    return status;
  r->one = block;
  if (!block)
    return cm_fail(err, CORM_ENOROWS, "no row was found when one was required");
  if (corm_block_peek_rows(block) > 1)
    return cm_fail(err, CORM_EMULTIPLEROWS, "several rows were found when one was required");
  *row = corm_block_peek_row(block, 0);
  return CORM_OK;
}
