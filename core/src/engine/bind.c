/* The values of one execution: given by name or place, taken from binds, or made by columns' defaults; then converted
 * by the host where they are its own, then by the dialect. */
#include "base/text.h"
#include "compile/compiler.h"
#include "engine/conn.h"
#include "schema/schema.h"
#include <stdio.h>
#include <string.h>

/* What is the same for all rows. */
typedef struct plan {
  const corm_node *bind; /* or NULL */
  const corm_default *fallback;
  int given; /* index into params' names, or -1 */
  int list;  /* index into params' lists, or -1 */
  corm_type_view view;
  unsigned own_kinds; /* bits of the kinds of values that are the type's own: no dialect forms them */
} plan;

typedef struct binder {
  cm_bound *out;
  corm_conn *conn;
  const corm_compiled *compiled;
  const cm_bind_source *src;
  const corm_dialect_def *def;
  const corm_node **binds;
  size_t n_binds;
  plan *plans;
  corm_value *encoded, *converted; /* of one row, by param */
} binder;

struct corm_fill {
  corm_conn *conn;
  const corm_column *column;
  int is_update;
  const char **names;
  corm_value *values;
  size_t n;
};

size_t corm_fill_peek_params(const corm_fill *f) { return f->n; }
const char *corm_fill_peek_name(const corm_fill *f, size_t i) { return i < f->n ? f->names[i] : NULL; }
corm_conn *corm_fill_peek_conn(const corm_fill *f) { return f->conn; }
const corm_column *corm_fill_peek_column(const corm_fill *f) { return f->column; }
int corm_fill_peek_is_update(const corm_fill *f) { return f->is_update; }
void corm_fill_peek_value(const corm_fill *f, size_t i, corm_value *out) {
  *out = i < f->n ? f->values[i] : corm_null();
}

/* ---- Before the rows ------------------------------------------------------------------------------------- */

static int find_name(const char *const *names, size_t n, const char *name) {
  for (size_t i = 0; i < n; i++)
    if (strcmp(names[i], name) == 0)
      return (int)i;
  return -1;
}

static unsigned own_kinds(int type_kind) {
  switch (type_kind) {
  case CORM_TYPE_INTEGER:
  case CORM_TYPE_SMALLINT:
  case CORM_TYPE_BIGINT:
    return 1u << CORM_NULL | 1u << CORM_INT;
  case CORM_TYPE_STRING:
  case CORM_TYPE_TEXT:
    return 1u << CORM_NULL | 1u << CORM_TEXT;
  case CORM_TYPE_FLOAT:
  case CORM_TYPE_DOUBLE:
    return 1u << CORM_NULL | 1u << CORM_DOUBLE;
  default:
    return 0;
  }
}

static void plan_param(binder *b, size_t i) {
  const cm_param *p = &b->compiled->params[i];
  const corm_params *params = b->src->params;
  plan *out = &b->plans[i];
  out->bind = p->constant ? p->constant : p->bind >= 0 && (size_t)p->bind < b->n_binds ? b->binds[p->bind] : NULL;
  out->given = params && params->n ? find_name(params->names, params->n, p->key) : -1;
  out->list = params && params->n_lists ? find_name(params->list_names, params->n_lists, p->key) : -1;
  if (p->column && !out->bind)
    out->fallback = b->compiled->is_update ? &p->column->update : &p->column->insert;
  out->view = cm_type_view(p->type, b->def);
  out->own_kinds = own_kinds(out->view.kind);
}

static int find_binds(binder *b, corm_error **err) {
  if (!b->src->stmt) {
    b->binds = b->compiled->binds;
    b->n_binds = b->compiled->n_binds;
    return CORM_OK;
  }
  if (b->src->binds) {
    b->binds = b->src->binds;
    b->n_binds = b->src->n_binds;
    return CORM_OK;
  }
  b->n_binds = cm_binds(b->src->stmt, NULL, 0);
  b->binds = cm_arena_alloc(&b->out->arena, (b->n_binds ? b->n_binds : 1) * sizeof *b->binds);
  if (!b->binds)
    return cm_fail_memory(err);
  cm_binds(b->src->stmt, b->binds, b->n_binds);
  return CORM_OK;
}

static int make_room(binder *b, corm_error **err) {
  size_t n = b->compiled->n_params ? b->compiled->n_params : 1;
  cm_arena *a = &b->out->arena;
  b->plans = cm_arena_zero(a, n * sizeof *b->plans);
  b->encoded = cm_arena_zero(a, n * sizeof *b->encoded);
  b->converted = cm_arena_zero(a, n * sizeof *b->converted);
  b->out->by_param = cm_arena_zero(a, n * sizeof *b->out->by_param);
  return b->plans && b->encoded && b->converted && b->out->by_param ? CORM_OK : cm_fail_memory(err);
}

/* ---- One value ------------------------------------------------------------------------------------------- */

static int fail_missing(const binder *b, size_t i, size_t row, corm_error **err) {
  const char *name = b->compiled->params[i].key;
  const corm_params *given = b->src->params;
  const char *near = given ? cm_nearest(name, given->names, given->n) : NULL;
  char hint[160] = "";
  if (near && strlen(near) < sizeof hint / 2)
    snprintf(hint, sizeof hint, ": there is one for '%s'", near);
  if (b->out->rows > 1)
    cm_fail(err, CORM_ESTATEMENT, "A value is missing for the parameter '%s', in row %zu%s", name, row, hint);
  else
    cm_fail(err, CORM_ESTATEMENT, "A value is missing for the parameter '%s'%s", name, hint);
  cm_detail(err, CORM_DETAIL_NAME, name);
  cm_detail(err, CORM_DETAIL_REASON, "missing");
  return CORM_ESTATEMENT;
}

static int bind_value(const binder *b, const corm_node *bind, size_t i, size_t row, corm_value *out, corm_error **err) {
  if (bind->flags & CM_BIND_REQUIRED)
    return fail_missing(b, i, row, err);
  if (bind->value.kind != CORM_RECORD) {
    *out = bind->value;
    return CORM_OK;
  }
  if (!b->src->record)
    return cm_fail(err, CORM_EUNSUPPORTED, "a comparison with an object needs a session to run");
  return b->src->record(b->src->record_ctx, bind, out, err);
}

/* *out has kind 255 where only a default is left. */
static int given_value(const binder *b, size_t i, size_t row, corm_value *out, corm_error **err) {
  const plan *p = &b->plans[i];
  const corm_params *params = b->src->params;
  *out = cm_not_given();
  if (b->src->by_param)
    *out = b->src->by_param[row * b->compiled->n_params + i];
  if (out->kind == 255 && params && p->given >= 0)
    *out = params->values[row * params->n + (size_t)p->given];
  if (out->kind == 255 && p->bind)
    return bind_value(b, p->bind, i, row, out, err);
  return CORM_OK;
}

static int add_pin(cm_bound *out, void *pin, corm_error **err) {
  if (!pin)
    return CORM_OK;
  if (!cm_grow((void **)&out->pins, &out->cap_pins, out->n_pins + 1, sizeof *out->pins)) {
    if (out->host->unref)
      out->host->unref(out->host->self, pin);
    return cm_fail_memory(err);
  }
  out->pins[out->n_pins++] = pin;
  return CORM_OK;
}

static int convert(binder *b, const corm_type *type, const corm_value *in, corm_value *out, corm_error **err) {
  const corm_host *h = b->out->host;
  void *pin = NULL;
  int status = CORM_OK;
  *out = *in;
  if (in->kind != CORM_HOST && !(type && (type->flags & CORM_TYPE_HOST_BIND)))
    return CORM_OK;
  if (!h->bind)
    return cm_fail(err, CORM_ESTATEMENT, "a host value cannot be sent: the host does not convert values");
  status =
      h->bind(h->self, type ? type : corm_type_plain(CORM_TYPE_NULL), b->conn->engine->dialect, in, out, &pin, err);
  return status ? status : add_pin(b->out, pin, err);
}

/* Only these are true or false, whatever a database would make of others. */
static int is_truth(const corm_value *v) {
  if (v->kind == CORM_INT)
    return v->as.i == 0 || v->as.i == 1;
  if (v->kind == CORM_DOUBLE)
    return v->as.f == 0.0 || v->as.f == 1.0;
  return v->kind == CORM_NULL || v->kind == CORM_BOOL;
}

/* For the key of a JSON access, which may be long: `few` is enough for whatever else. */
static char *scratch_for(binder *b, const corm_type_view *view, const corm_value *in, char *few) {
  int is_key = view->kind == CORM_TYPE_CUSTOM && corm_kind_has_bytes(in->kind);
  return is_key ? cm_arena_alloc(&b->out->arena, CM_SCRATCH + 2 * in->size) : few;
}

/* Texts that the dialect wrote into `scratch` move to the arena. */
static int encode(binder *b, const corm_type_view *view, const char *name, const corm_value *in, corm_value *out,
                  corm_error **err) {
  char few[CM_SCRATCH], *scratch = scratch_for(b, view, in, few);
  int done = 0;
  *out = *in;
  if (!scratch)
    return cm_fail_memory(err);
  if (view->kind == CORM_TYPE_BOOLEAN && !is_truth(in))
    return cm_fail_value("parameter", name, in, view->kind, err);
  done = b->def->encode ? b->def->encode(in, view, scratch, out) : 0;
  if (done < 0)
    return cm_fail_value("parameter", name, in, view->kind, err);
  if (!done)
    return CORM_OK;
  if (corm_kind_has_bytes(out->kind))
    if (out->as.p >= few && out->as.p < few + sizeof few)
      if (!(out->as.p = cm_arena_strndup(&b->out->arena, out->as.p, out->size)))
        return cm_fail_memory(err);
  return CORM_OK;
}

/* ---- One row --------------------------------------------------------------------------------------------- */

static int call_default(binder *b, corm_fill *fill, const cm_param *p, const corm_default *d, corm_value *out,
                        corm_error **err) {
  const corm_host *h = b->out->host;
  void *pin = NULL;
  int status = CORM_OK;
  fill->column = p->column;
  fill->is_update = b->compiled->is_update;
  if (!h->fill)
    return cm_fail(err, CORM_EUNSUPPORTED, "the default of column \"%s\" is a function of a host's, and there is none",
                   p->column->name);
  status = h->fill(h->self, d->host, fill, out, &pin, err);
  if (!status)
    status = add_pin(b->out, pin, err);
  if (!status && out->kind == CORM_HOST)
    status = add_pin(b->out, out->as.h, err);
  return status;
}

/* Defaults see all columns of the statement: NULL are those whose defaults come later. */
static int add_defaults(binder *b, corm_fill *fill, size_t row, corm_error **err) {
  corm_value *values = b->out->by_param;
  int status = CORM_OK;
  for (size_t i = 0; !status && i < b->compiled->n_params; i++) {
    const cm_param *p = &b->compiled->params[i];
    const corm_default *d = b->plans[i].fallback;
    if (values[i].kind != 255)
      continue;
    if (d && d->kind == CORM_DEFAULT_VALUE)
      values[i] = d->value;
    else if (d && d->kind == CORM_DEFAULT_HOST)
      status = call_default(b, fill, p, d, &values[i], err);
    else
      return fail_missing(b, i, row, err);
    fill->values[i] = values[i];
  }
  return status;
}

static int needs_default(const binder *b) {
  for (size_t i = 0; i < b->compiled->n_params; i++)
    if (b->out->by_param[i].kind == 255)
      return 1;
  return 0;
}

static int fill_row(binder *b, size_t row, corm_error **err) {
  corm_fill fill = {b->conn, NULL, 0, NULL, NULL, 0};
  size_t n = b->compiled->n_params;
  if (!needs_default(b))
    return CORM_OK;
  fill.names = cm_arena_alloc(&b->out->arena, n * sizeof *fill.names);
  fill.values = cm_arena_alloc(&b->out->arena, n * sizeof *fill.values);
  if (!fill.names || !fill.values)
    return cm_fail_memory(err);
  fill.n = n;
  for (size_t i = 0; i < n; i++) {
    fill.names[i] = b->compiled->params[i].key;
    fill.values[i] = b->out->by_param[i].kind == 255 ? corm_null() : b->out->by_param[i];
  }
  return add_defaults(b, &fill, row, err);
}

/* A single value that is written into the text has a hole too. */
static int is_literal(const binder *b, size_t i) {
  for (size_t k = 0; k < b->compiled->n_holes; k++)
    if (b->compiled->holes[k].param == i)
      return b->compiled->holes[k].literal;
  return 0;
}

static int resolve_row(binder *b, size_t row, corm_error **err) {
  int status = CORM_OK;
  for (size_t i = 0; !status && i < b->compiled->n_params; i++) {
    if (b->compiled->params[i].expanding && !is_literal(b, i))
      b->out->by_param[i] = corm_null();
    else
      status = given_value(b, i, row, &b->out->by_param[i], err);
  }
  return status ? status : fill_row(b, row, err);
}

/* What is given apart from what is sent begins where the dialect first makes another value of one: all cells before are
 * both. Errors and events name what was given. */
static int part_given(binder *b, size_t before, corm_error **err) {
  cm_bound *o = b->out;
  size_t cells = o->rows * o->n;
  if (o->given != o->values)
    return CORM_OK;
  corm_value *apart = cm_arena_alloc(&o->arena, (cells ? cells : 1) * sizeof *apart);
  if (!apart)
    return cm_fail_memory(err);
  if (before)
    memcpy(apart, o->values, before * sizeof *apart);
  o->given = apart;
  return CORM_OK;
}

static int is_same(const corm_value *a, const corm_value *b) {
  return a->kind == b->kind && a->size == b->size && a->as.i == b->as.i;
}

static inline void put_same(binder *b, size_t cell, const corm_value *v) {
  b->out->values[cell] = *v;
  if (b->out->given != b->out->values)
    b->out->given[cell] = *v;
}

static int put(binder *b, size_t cell, const corm_value *given, const corm_value *sent, corm_error **err) {
  int status = is_same(given, sent) ? CORM_OK : part_given(b, cell, err);
  b->out->values[cell] = *sent;
  if (!status && b->out->given != b->out->values)
    b->out->given[cell] = *given;
  return status;
}

static int send_row(binder *b, size_t row, corm_error **err) {
  const corm_compiled *c = b->compiled;
  int status = CORM_OK;
  for (size_t i = 0; !status && i < c->n_params; i++) {
    status = convert(b, c->params[i].type, &b->out->by_param[i], &b->converted[i], err);
    if (!status)
      status = encode(b, &b->plans[i].view, c->params[i].name, &b->converted[i], &b->encoded[i], err);
    if (status)
      cm_detail(err, CORM_DETAIL_NAME, c->params[i].name);
  }
  for (size_t k = 0; !status && k < b->out->n; k++)
    status = put(b, row * b->out->n + k, &b->converted[c->marks[k].param], &b->encoded[c->marks[k].param], err);
  return status;
}

/* Whether rows of given values can go straight to the driver: each param has one mark, in order. */
static int is_direct(const binder *b) {
  const corm_compiled *c = b->compiled;
  if (!b->src->by_param || b->src->resolved || c->n_marks != c->n_params)
    return 0;
  for (size_t i = 0; i < c->n_params; i++)
    if (c->marks[i].param != i || c->params[i].expanding)
      return 0;
  return 1;
}

static int send_value(binder *b, size_t cell, size_t i, const corm_value *v, corm_error **err) {
  const cm_param *p = &b->compiled->params[i];
  corm_value sent;
  int status = encode(b, &b->plans[i].view, p->name, v, &sent, err);
  return status ? status : put(b, cell, v, &sent, err);
}

/* 0: a value is not given, so the row takes the long way. */
static int send_directly(binder *b, size_t row, int *status, corm_error **err) {
  const corm_compiled *c = b->compiled;
  const corm_value *from = b->src->by_param + row * c->n_params;
  for (size_t i = 0; i < c->n_params; i++)
    if (from[i].kind == 255)
      return 0;
  for (size_t i = 0, cell = row * b->out->n; !*status && i < c->n_params; i++, cell++) {
    const corm_value *v = &from[i];
    corm_value converted;
    if (v->kind == CORM_HOST || (c->params[i].type->flags & CORM_TYPE_HOST_BIND)) {
      *status = convert(b, c->params[i].type, v, &converted, err);
      v = &converted;
    }
    if (*status == CORM_OK && (b->plans[i].own_kinds >> (v->kind & 31) & 1))
      put_same(b, cell, v);
    else if (*status == CORM_OK)
      *status = send_value(b, cell, i, v, err);
    if (*status)
      cm_detail(err, CORM_DETAIL_NAME, c->params[i].name);
  }
  return 1;
}

static int bind_rows(binder *b, corm_error **err) {
  cm_bound *o = b->out;
  int status = CORM_OK;
  size_t cells = 0;
  o->n = b->compiled->n_marks;
  if (o->n && o->rows > SIZE_MAX / sizeof(corm_value) / 2 / o->n)
    return cm_fail_memory(err);
  cells = o->n ? o->rows * o->n : 1;
  o->values = cm_arena_alloc(&o->arena, cells * sizeof *o->values);
  o->given = o->values;
  if (!o->values)
    return cm_fail_memory(err);
  o->sql = b->compiled->sql;
  o->sql_len = b->compiled->sql_len;
  int direct = is_direct(b);
  for (size_t row = 0; !status && row < o->rows; row++) {
    if (direct && row + 1 < o->rows && send_directly(b, row, &status, err)) /* the last one is remembered by param */
      continue;
    status = resolve_row(b, row, err);
    if (!status && b->src->resolved)
      status = b->src->resolved(b->src->resolved_ctx, row, o->by_param, err);
    if (!status)
      status = send_row(b, row, err);
  }
  return status;
}

/* ---- With IN lists: the text depends on their lengths ---------------------------------------------------- */

static int list_of(binder *b, size_t i, cm_given *out, corm_error **err) {
  static const corm_value no_member = {{0}, 0, CORM_NULL, 0, 0};
  const plan *p = &b->plans[i];
  const corm_params *params = b->src->params;
  const cm_values *many = b->src->lists && b->src->lists[i] ? b->src->lists[i] : p->bind ? p->bind->many : NULL;
  if (params && p->list >= 0 && !(b->src->lists && b->src->lists[i])) {
    out->values = params->lists[p->list];
    out->n = params->list_lengths[p->list];
  } else if (many) {
    out->values = many->values;
    out->n = many->n;
  } else {
    return fail_missing(b, i, 0, err);
  }
  if (!out->n)
    out->values = &no_member; /* NULL would mean: not given */
  return CORM_OK;
}

static int give_all(binder *b, cm_given *given, corm_error **err) {
  int status = CORM_OK;
  for (size_t i = 0; !status && i < b->compiled->n_params; i++) {
    if (b->compiled->params[i].expanding && !is_literal(b, i)) {
      status = list_of(b, i, &given[i], err);
    } else {
      given[i].values = &b->out->by_param[i];
      given[i].n = 1;
    }
  }
  return status;
}

static int send_expanded(binder *b, cm_execution *x, corm_error **err) {
  cm_bound *o = b->out;
  int status = CORM_OK;
  size_t n = x->n ? x->n : 1;
  o->sql = x->sql;
  o->sql_len = x->sql_len;
  o->n = x->n;
  o->given = cm_arena_alloc(&o->arena, n * sizeof *o->given);
  o->values = cm_arena_alloc(&o->arena, n * sizeof *o->values);
  if (!o->given || !o->values)
    return cm_fail_memory(err);
  for (size_t k = 0; !status && k < x->n; k++) {
    corm_type_view view = cm_type_view(x->types[k], b->def);
    status = convert(b, x->types[k], &x->values[k], &o->given[k], err);
    if (!status)
      status = encode(b, &view, "of a list", &o->given[k], &o->values[k], err);
  }
  return status;
}

static int bind_expanded(binder *b, corm_error **err) {
  size_t n_params = b->compiled->n_params ? b->compiled->n_params : 1;
  cm_given *given = cm_arena_zero(&b->out->arena, n_params * sizeof *given);
  cm_execution x = {0};
  int status = given ? CORM_OK : cm_fail_memory(err);
  if (!status && b->out->rows > 1)
    status = cm_fail(err, CORM_EINVALID, "IN lists that are written out cannot be used with executemany()");
  if (!status)
    status = resolve_row(b, 0, err);
  if (!status)
    status = give_all(b, given, err);
  if (!status)
    status = cm_compiled_expand_given(&x, b->compiled, b->binds, b->n_binds, NULL, given, &b->out->arena, err);
  return status ? status : send_expanded(b, &x, err);
}

/* ---- All ------------------------------------------------------------------------------------------------- */

static size_t rows_of(const cm_bind_source *src) {
  if (src->by_param)
    return src->rows ? src->rows : 1;
  return src->params && src->params->rows ? src->params->rows : 1;
}

int cm_bind_values(cm_bound *out, corm_conn *conn, const corm_compiled *compiled, const cm_bind_source *src,
                   corm_error **err) {
  static const cm_bind_source nothing = {0};
  binder b = {.out = out, .conn = conn, .compiled = compiled, .src = src ? src : &nothing};
  int status = CORM_OK;
  memset(out, 0, sizeof *out);
  out->host = cm_conn_host(conn);
  out->rows = rows_of(b.src);
  b.def = compiled->dialect;
  status = find_binds(&b, err);
  if (!status)
    status = make_room(&b, err);
  for (size_t i = 0; !status && i < compiled->n_params; i++)
    plan_param(&b, i);
  if (!status)
    status = compiled->n_holes ? bind_expanded(&b, err) : bind_rows(&b, err);
  if (status) {
    cm_detail(err, CORM_DETAIL_DIALECT, corm_dialect_peek_name(conn->engine->dialect));
    cm_bound_free(out);
  }
  return status;
}

void cm_bound_free(cm_bound *b) {
  for (size_t i = 0; i < b->n_pins; i++)
    if (b->host->unref)
      b->host->unref(b->host->self, b->pins[i]);
  cm_free(b->pins);
  cm_arena_free(&b->arena);
  memset(b, 0, sizeof *b);
}
