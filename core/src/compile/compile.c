/* From a statement to a compiled one, without the cache. */
#include "compile/compiler.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void cm_c_fail(corm_compiler *c, int status, const char *fmt, ...) {
  char message[512];
  va_list args;
  if (c->status)
    return;
  va_start(args, fmt);
  vsnprintf(message, sizeof message, fmt, args);
  va_end(args);
  c->status = cm_fail(c->err, status, "%s", message);
}

void cm_c_memory(corm_compiler *c) {
  if (!c->status)
    c->status = cm_fail_memory(c->err);
}

int cm_c_feature(const corm_compiler *c, uint64_t bit) { return (c->d->features & bit) != 0; }

char *cm_c_printf(corm_compiler *c, const char *fmt, ...) {
  static char empty[1];
  char room[256], *out = NULL;
  va_list args;
  int n = 0;
  va_start(args, fmt);
  n = vsnprintf(room, sizeof room, fmt, args);
  va_end(args);
  out = n < 0 ? NULL : cm_arena_alloc(&c->arena, (size_t)n + 1);
  if (!out) {
    cm_c_memory(c);
    return empty;
  }
  if ((size_t)n < sizeof room) {
    memcpy(out, room, (size_t)n + 1);
    return out;
  }
  va_start(args, fmt);
  vsnprintf(out, (size_t)n + 1, fmt, args);
  va_end(args);
  return out;
}

const corm_node *cm_c_own(corm_compiler *c, corm_node *x) {
  corm_error *err = NULL;
  size_t before = c->owned.n;
  if (cm_is_poison(x) || x->flags & CM_POISONED) {
    int status = corm_node_check(x, &err);
    cm_c_fail(c, status, "%s", corm_error_message(err));
    corm_error_free(err);
    corm_node_unref(x);
    return NULL;
  }
  cm_nodes_add(c, &c->owned, x);
  if (c->owned.n > before)
    return x;
  corm_node_unref(x);
  return NULL;
}

void cm_result_add(corm_compiler *c, const char *name, const corm_type *type, const corm_node *node) {
  corm_compiled *out = c->out;
  cm_result_column *column = NULL;
  if (!cm_grow((void **)&out->columns, &c->cap_columns, out->n_columns + 1, sizeof *out->columns)) {
    cm_c_memory(c);
    return;
  }
  column = &out->columns[out->n_columns++];
  column->name = name ? cm_arena_strdup(&out->arena, name) : NULL;
  column->type = type ? type : corm_type_plain(CORM_TYPE_NULL);
  column->node = node;
  if (name && !column->name)
    cm_c_memory(c);
}

static void text_columns(corm_compiler *c, const corm_node *x) {
  const cm_select_columns *columns = x->flags & CM_SUBQUERY ? cm_labels_of(c, x) : NULL;
  for (size_t i = 0; columns && i < columns->n; i++)
    cm_result_add(c, cm_name_text(c, &columns->items[i].name), columns->items[i].expr->type, columns->items[i].expr);
}

static void write_statement(corm_writer *w, const corm_node *x) {
  corm_compiled *out = w->c->out;
  switch (x->kind) {
  case CORM_NODE_SELECT:
  case CORM_NODE_COMPOUND:
    out->is_select = 1;
    cm_w_query(w, x, CM_Q_TOP);
    return;
  case CORM_NODE_INSERT:
    out->is_insert = 1;
    cm_w_insert(w, x);
    return;
  case CORM_NODE_UPDATE:
    out->is_update = 1;
    cm_w_update(w, x);
    return;
  case CORM_NODE_DELETE:
    out->is_delete = 1;
    cm_w_delete(w, x);
    return;
  case CORM_NODE_TEXT:
    out->is_text = 1;
    text_columns(w->c, x);
    cm_w_text(w, x);
    return;
  case CORM_NODE_CREATE_TABLE:
  case CORM_NODE_DROP_TABLE:
  case CORM_NODE_CREATE_INDEX:
  case CORM_NODE_DROP_INDEX:
    out->is_ddl = 1;
    cm_w_ddl(w, x);
    return;
  case CORM_NODE_CREATE_TYPE:
  case CORM_NODE_DROP_TYPE:
  case CORM_NODE_ADD_CONSTRAINT:
  case CORM_NODE_DROP_CONSTRAINT:
  case CORM_NODE_COMMENT_TABLE:
  case CORM_NODE_COMMENT_COLUMN:
    out->is_ddl = 1;
    cm_w_ddl_part(w, x);
    return;
  default:
    if (cm_is_source(x))
      cm_w_source(w, x);
    else
      cm_w_expr(w, x);
  }
}

static void write_all(corm_compiler *c, const corm_node *x) {
  corm_writer body, head;
  cm_w_init(&body, c);
  cm_w_init(&head, c);
  write_statement(&body, x);
  if (c->ctes && !c->status)
    cm_cte_head(c, &head);
  cm_strbuf_add(&head.buf, body.buf.data ? body.buf.data : "", body.buf.len);
  head.buf.failed |= body.buf.failed;
  cm_c_finish(c, &head);
  cm_w_free(&body);
  cm_w_free(&head);
}

static int index_binds(corm_compiler *c) {
  corm_compiled *out = c->out;
  size_t n = cm_binds(c->original, NULL, 0);
  out->binds = n ? cm_arena_alloc(&out->arena, n * sizeof *out->binds) : NULL;
  if (n && !out->binds)
    return cm_fail_memory(c->err);
  out->n_binds = cm_binds(c->original, out->binds, n);
  for (size_t i = 0; i < n; i++)
    if (!cm_map_put_ptr(&c->bind_places, out->binds[i], (void *)(uintptr_t)(i + 1)))
      return cm_fail_memory(c->err);
  return CORM_OK;
}

/* Nodes that were made on the way live on with the compiled statement. */
static void hand_over(corm_compiler *c) {
  corm_compiled *out = c->out;
  size_t n = c->owned.n;
  if (!n)
    return;
  out->extra = cm_alloc(n * sizeof *out->extra);
  if (!out->extra) {
    cm_c_memory(c);
    for (size_t i = 0; i < n; i++)
      corm_node_unref(c->owned.items[i]);
    return;
  }
  for (size_t i = 0; i < n; i++)
    out->extra[i] = (corm_node *)(uintptr_t)c->owned.items[i];
  out->n_extra = n;
}

static void close_compiler(corm_compiler *c) {
  cm_map_free(&c->names);
  cm_map_free(&c->counters);
  cm_map_free(&c->labels);
  cm_map_free(&c->bind_places);
  cm_map_free(&c->bind_params);
  cm_map_free(&c->param_names);
  cm_map_free(&c->default_binds);
  cm_free(c->params);
  cm_arena_free(&c->arena);
}

static int run(corm_compiled *out, const corm_node *original, const corm_dialect *dialect,
               const corm_compile_options *options, corm_error **err) {
  corm_compiler c;
  int status = CORM_OK;
  memset(&c, 0, sizeof c);
  c.dialect = dialect;
  c.d = &dialect->def;
  c.out = out;
  c.original = original;
  c.err = err;
  if (options)
    c.options = *options;
  c.inlined = c.options.literal_binds;
  c.status = index_binds(&c);
  if (!c.status)
    write_all(&c, out->kept);
  hand_over(&c);
  status = c.status;
  close_compiler(&c);
  return status;
}

/* Lowers where that is needed; the result keeps what its parts are borrowed from. */
static int lower(corm_compiled *out, const corm_node *stmt, corm_error **err) {
  cm_lowered lowered = {NULL, NULL};
  int status = CORM_OK;
  if (!cm_needs_lowering(stmt)) {
    out->kept = corm_node_ref(stmt);
    return CORM_OK;
  }
  status = cm_lower(&lowered, stmt, err);
  out->kept = lowered.stmt;
  out->plan = lowered.plan;
  return status;
}

int cm_compile_new(corm_compiled **result, const corm_node *stmt, const corm_dialect *dialect,
                   const corm_compile_options *options, corm_error **err) {
  corm_compiled *out = NULL;
  int status = corm_node_check(stmt, err);
  *result = NULL;
  if (status)
    return status;
  if (!dialect)
    return cm_fail(err, CORM_EARGUMENT, "a statement is compiled for a dialect: none was given");
  out = cm_alloc_zero(sizeof *out);
  if (!out)
    return cm_fail_memory(err);
  atomic_init(&out->refs, 1);
  out->dialect = &dialect->def;
  out->original = corm_node_ref(stmt);
  status = lower(out, stmt, err);
  if (!status)
    status = run(out, stmt, dialect, options, err);
  if (status)
    corm_compiled_free(out);
  else
    *result = out;
  return status;
}

int corm_compile(corm_compiled **out, const corm_node *stmt, const corm_dialect *dialect,
                 const corm_compile_options *options, corm_error **err) {
  corm_compile_options o;
  int status = cm_options_read(&o, sizeof o, options, err);
  *out = NULL;
  if (!status)
    status = cm_compile_new(out, stmt, dialect, &o, err);
  if (status || !o.render_postcompile)
    return status;
  status = cm_compiled_write_out(*out, err);
  if (status) {
    corm_compiled_free(*out);
    *out = NULL;
  }
  return status;
}

corm_compiled *cm_compiled_ref(corm_compiled *c) {
  if (c)
    atomic_fetch_add_explicit(&c->refs, 1, memory_order_relaxed);
  return c;
}

void corm_compiled_free(corm_compiled *c) {
  if (!c || atomic_fetch_sub_explicit(&c->refs, 1, memory_order_acq_rel) != 1)
    return;
  for (size_t i = 0; i < c->n_extra; i++)
    corm_node_unref(c->extra[i]);
  cm_free(c->extra);
  if (c->plan)
    cm_plan_free(c->plan);
  corm_node_unref(c->kept);
  corm_node_unref(c->original);
  cm_free(c->sql);
  cm_free(c->marks);
  cm_free(c->holes);
  cm_free(c->columns);
  cm_arena_free(&c->arena);
  cm_free(c);
}

const char *corm_compiled_peek_sql(const corm_compiled *c) { return c->sql; }
size_t corm_compiled_peek_params(const corm_compiled *c) { return c->n_params; }
size_t corm_compiled_peek_marks(const corm_compiled *c) { return c->n_marks; }

const char *corm_compiled_peek_param_name(const corm_compiled *c, size_t i) {
  return i < c->n_params ? c->params[i].name : NULL;
}

const corm_expr *corm_compiled_peek_param_bind(const corm_compiled *c, size_t i) {
  if (i >= c->n_params)
    return NULL;
  if (c->params[i].constant)
    return c->params[i].constant;
  return c->params[i].bind >= 0 && (size_t)c->params[i].bind < c->n_binds ? c->binds[c->params[i].bind] : NULL;
}

size_t corm_compiled_peek_mark(const corm_compiled *c, size_t i) { return i < c->n_marks ? c->marks[i].param : 0; }

int corm_compiled_binds_of(const corm_expr **out, const corm_compiled *c, const corm_node *stmt, corm_error **err) {
  size_t n = cm_binds(stmt, NULL, 0);
  const corm_node **binds = cm_alloc((n + 1) * sizeof *binds);
  if (!binds)
    return cm_fail_memory(err);
  (void)cm_binds(stmt, binds, n);
  for (size_t i = 0; i < c->n_params; i++) {
    int at = c->params[i].bind;
    out[i] = c->params[i].constant ? c->params[i].constant : at >= 0 && (size_t)at < n ? binds[at] : NULL;
  }
  cm_free(binds);
  return CORM_OK;
}
