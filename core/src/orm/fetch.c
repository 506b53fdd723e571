/* Running ORM statements: the way from a statement to a reader. */
#include "orm/reader.h"

/* A bind that stands for an attribute of an object: read now. */
static int record_value(void *ctx, const corm_node *bind, corm_value *out, corm_error **err) {
  corm_record *r = bind->value.as.r;
  int state, slot = bind->level;
  char name[128];
  (void)ctx;
  int status = corm_record_get(r, slot, out, &state, err);
  if (status || state == CORM_SLOT_LOADED)
    return status;
  cm_record_name(r, name, sizeof name);
  return cm_fail(err, CORM_ESTATEMENT,
                 "the statement compares with the column \"%s\" of object %s, which has no value yet",
                 cm_record_attribute(r, slot)->key, name);
}

static int compile(corm_compiled **out, corm_session *s, corm_conn *conn, const corm_node *stmt, unsigned flags,
                   cm_cache_note *note, corm_error **err) {
  const corm_compile_options options = {.size = sizeof options, .host = s->host->compile};
  int status =
      cm_engine_compile(out, corm_conn_peek_engine(conn), stmt, &options, flags & CORM_EXEC_NO_CACHE, note, err);
  return status || (*out)->plan ? status : cm_fail(err, CORM_EINVALID, "this statement gives no rows");
}

/* Whether the rows are read while they are taken. A collection that is loaded with them is complete at the last row
 * only. */
static int streams(int *out, const corm_node *stmt, const corm_compiled *compiled, unsigned flags, corm_error **err) {
  *out = (flags & (CORM_EXEC_STREAM | CORM_EXEC_STREAM_IF_POSSIBLE)) && cm_is_query(stmt);
  if (!*out || !compiled->plan->collections)
    return CORM_OK;
  *out = 0;
  if (!(flags & CORM_EXEC_STREAM))
    return CORM_OK;
  return cm_fail(err, CORM_EINVALID,
                 "rows with joined-loaded collections cannot be read block by block (yield_per): those of one object "
                 "may lie in several blocks; selectinload() loads collections block by block");
}

static int how_of(const cm_fetch *f) {
  return (f->populate_existing ? CM_READ_POPULATE : 0) | (f->only_read ? CM_READ_ONLY_READ : 0);
}

static int read_rows(cm_reader **out, corm_session *s, corm_conn *conn, const corm_node *stmt,
                     const corm_params *params, unsigned flags, corm_record *refresh, int how, corm_error **err) {
  const cm_bind_source source = {.stmt = stmt, .params = params, .record = record_value};
  corm_compiled *compiled = NULL;
  cm_cache_note note = {0};
  int stream = 0;
  *out = NULL;
  if (stmt->flags & CM_POPULATE_EXISTING)
    how |= CM_READ_POPULATE;
  int status = compile(&compiled, s, conn, stmt, flags, &note, err);
  if (!status)
    status = streams(&stream, stmt, compiled, flags, err);
  if (!status && !stream)
    status = cm_reader_run(out, s, conn, compiled, &source, &note, refresh, how, err);
  else if (!status)
    status = cm_stream_open(out, s, conn, compiled, &source, &note, how, err);
  corm_compiled_free(compiled);
  return status;
}

/* ---- By a kept statement
 * ----------------------------------------------------------------------------------------------------- */

static int compile_kept(cm_kept *k, corm_session *s, corm_conn *conn, cm_cache_note *note, corm_error **err) {
  corm_engine *engine = corm_conn_peek_engine(conn);
  if (k->compiled && k->engine == engine) {
    cm_engine_note_kept(engine, k->compiled, note);
    return CORM_OK;
  }
  corm_compiled *fresh = NULL;
  int status = compile(&fresh, s, conn, k->stmt, 0, note, err);
  if (status)
    return status;
  cm_kept_forget(k);
  k->compiled = fresh;
  k->engine = corm_engine_ref(engine);
  return CORM_OK;
}

/* The reader that is ready is taken, so that a load within this one makes its own. */
static int open_kept(cm_reader **out, cm_kept *k, corm_session *s, corm_conn *conn, const cm_fetch *f,
                     const cm_bind_source *source, corm_error **err) {
  cm_reader *x = k->idle;
  k->idle = NULL;
  if (!x)
    return cm_reader_new(out, s, conn, k->compiled, source, f->refresh, how_of(f), err);
  *out = x;
  return cm_reader_again(x, conn, source, f->refresh, how_of(f), err);
}

static int run_kept(corm_block **out, corm_session *s, const cm_fetch *f, corm_error **err) {
  cm_kept *k = f->kept;
  const cm_bind_source source = {
      .stmt = k->stmt, .binds = k->binds, .n_binds = k->n_binds, .params = f->params, .record = record_value};
  cm_cache_note note;
  cm_reader *x = NULL;
  corm_conn *conn;
  int status = cm_session_conn(&conn, s, f->entity, k->stmt, err);
  if (!status)
    status = compile_kept(k, s, conn, &note, err);
  if (status)
    return status;
  corm_compiled *compiled = cm_compiled_ref(k->compiled);
  status = open_kept(&x, k, s, conn, f, &source, err);
  if (!status)
    status = cm_reader_read(x, &note, err);
  if (!status)
    *out = cm_reader_take_block(x);
  if (!status && k->compiled == compiled && !k->idle && cm_reader_rest(x))
    k->idle = x;
  else
    cm_reader_free(x);
  corm_compiled_free(compiled);
  return status;
}

int cm_fetch_run(corm_block **out, corm_session *s, const cm_fetch *f, corm_error **err) {
  cm_reader *x = NULL;
  corm_conn *conn;
  *out = NULL;
  if (f->kept)
    return run_kept(out, s, f, err);
  int status = corm_node_check(f->stmt, err);
  if (!status)
    status = cm_session_conn(&conn, s, f->entity, f->stmt, err);
  if (!status)
    status = read_rows(&x, s, conn, f->stmt, f->params, 0, f->refresh, how_of(f), err);
  if (!status)
    *out = cm_reader_take_block(x);
  cm_reader_free(x);
  return status;
}

int cm_session_rows(corm_result **out, corm_session *s, corm_conn *conn, const corm_stmt *stmt,
                    const corm_params *params, unsigned flags, corm_error **err) {
  cm_reader *x;
  *out = NULL;
  int status = read_rows(&x, s, conn, stmt, params, flags, NULL,
                         flags & CORM_EXEC_POPULATE_EXISTING ? CM_READ_POPULATE : 0, err);
  return status ? status : cm_reader_result(out, x, err);
}

void cm_session_float(corm_session *s, corm_record *r) {
  corm_record *before = s->floating;
  if (r)
    cm_pin(r);
  s->floating = r;
  if (before)
    cm_unpin(before);
}

/* ---- corm_session_execute
 * ------------------------------------------------------------------------------------------------- */

static int find_entity(void *ctx, const corm_node *x) {
  const corm_entity **out = ctx;
  if (x->kind == CORM_NODE_ENTITY)
    *out = corm_node_peek_entity(x);
  return *out ? -1 : 0;
}

static int is_dml(const corm_node *x) {
  return x->kind == CORM_NODE_INSERT || x->kind == CORM_NODE_UPDATE || x->kind == CORM_NODE_DELETE;
}

static int execute(corm_result **out, corm_session *s, const corm_stmt *stmt, const corm_params *params,
                   const corm_entity *entity, unsigned flags, corm_error **err) {
  int orm = (stmt->flags & CM_ORM) != 0;
  corm_conn *conn;
  int status = cm_session_autobegin(s, err);
  if (!status && orm && !(flags & CORM_EXEC_NO_AUTOFLUSH))
    status = cm_session_autoflush(s, err);
  if (status)
    return status;
  if (!entity)
    (void)cm_walk(stmt, find_entity, &entity);
  if (orm && is_dml(stmt))
    return cm_session_execute_dml(out, s, stmt, params, entity, flags, err);
  status = cm_session_conn(&conn, s, entity, stmt, err);
  if (status)
    return status;
  if (orm && cm_is_query(stmt))
    return cm_session_rows(out, s, conn, stmt, params, flags, err);
  if (flags & CORM_EXEC_STREAM_IF_POSSIBLE)
    flags |= CORM_EXEC_STREAM;
  return corm_conn_execute(out, conn, stmt, params, flags & (CORM_EXEC_NO_CACHE | CORM_EXEC_STREAM), err);
}

int corm_session_query(corm_result **out, corm_session *s, corm_stmt *stmt, corm_error **err) {
  int status = corm_session_execute(out, s, stmt, NULL, NULL, 0, err);
  corm_node_unref(stmt);
  return status;
}

int corm_session_execute(corm_result **out, corm_session *s, const corm_stmt *stmt, const corm_params *params,
                         const corm_entity *bind_entity, unsigned flags, corm_error **err) {
  *out = NULL;
  int status = cm_session_enter(s, "corm_session_execute", err);
  if (status)
    return status;
  status = corm_node_check(stmt, err);
  if (!status)
    status = execute(out, s, stmt, params, bind_entity, flags, err);
  cm_session_leave(s);
  return status;
}
