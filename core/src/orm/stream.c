/* Rows that are read while the program takes them: a block at a time enters the session, the cursor stays open. */
#include "orm/reader.h"

/* ---- Begin and end
 * ------------------------------------------------------------------------------------------------------- */

static void link_stream(cm_reader *x) {
  cm_stream *t = x->stream;
  t->next = x->s->streams;
  if (t->next)
    t->next->stream->previous = x;
  x->s->streams = x;
}

static void unlink_stream(const cm_reader *x) {
  const cm_stream *t = x->stream;
  if (t->next)
    t->next->stream->previous = t->previous;
  *(t->previous ? &t->previous->stream->next : &x->s->streams) = t->next;
}

int cm_stream_open(cm_reader **out, corm_session *s, corm_conn *conn, corm_compiled *compiled,
                   const cm_bind_source *source, const cm_cache_note *note, int how, corm_error **err) {
  cm_run r;
  int status = cm_reader_new(out, s, conn, compiled, source, NULL, how, err);
  if (status)
    return status;
  cm_reader *x = *out;
  x->stream = cm_arena_zero(&x->arena, sizeof *x->stream);
  corm_block_free(x->block); /* each block of rows gets one of its own */
  x->block = NULL;
  cm_run_init(&r, compiled, &x->bound, note);
  r.while_they_come = 1;
  status = x->stream ? cm_cursor_open(&x->stream->cursor, conn, &r, err) : cm_fail_memory(err);
  if (!status) {
    link_stream(x);
    return CORM_OK;
  }
  cm_reader_free(x);
  *out = NULL;
  return status;
}

void cm_stream_end(cm_reader *x) {
  cm_stream *t = x->stream;
  if (!t || !t->cursor)
    return;
  unlink_stream(x);
  cm_cursor_close(t->cursor);
  t->cursor = NULL;
  for (size_t i = 0; i < x->plan->n_entities; i++)
    cm_chunk_leave(&x->entities[i].chunk);
}

void cm_streams_abandon(corm_session *s) {
  while (s->streams) {
    cm_reader *x = s->streams;
    x->stream->abandoned = 1;
    cm_stream_end(x);
  }
}

/* ---- A block
 * ------------------------------------------------------------------------------------------------------------- */

static int fill(cm_reader *x, corm_error **err) {
  cm_cursor *cursor = x->stream->cursor;
  x->s->filling++;
  int status = cm_cursor_leave(cursor, err);
  if (!status) {
    status = cm_fill_rows(x, cursor, err);
    cm_cursor_enter(cursor);
  }
  x->s->filling--;
  cm_reader_count(x);
  return status;
}

static int read_block(cm_reader *x, size_t max, corm_error **err) {
  cm_reader_forget(x);
  x->most = x->stream->at_once ? x->stream->at_once : max;
  int status = cm_block_new(&x->block, x->plan->n_items, err);
  if (!status)
    status = cm_reader_settle(x, fill(x, err), err);
  if (x->stream->cursor && (status || !x->rows || cm_cursor_done(x->stream->cursor)))
    cm_stream_end(x);
  if (status)
    cm_reader_forget(x);
  return status;
}

int cm_stream_more(cm_reader *x, size_t max, corm_error **err) {
  corm_session *s = x->s;
  if (x->stream->abandoned)
    return cm_fail(
        err, CORM_EINVALID,
        "the rest of these rows has no session to enter: close() or expunge_all() was called while they were "
        "read");
  if (!x->stream->cursor)
    return CORM_OK;
  int status = cm_session_enter(s, "corm_result_next_block", err);
  if (status)
    return status;
  status = read_block(x, max, err);
  cm_session_leave(s);
  return status;
}
