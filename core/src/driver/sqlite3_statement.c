/* One statement: from text to rows. */
#include "driver/sqlite3.h"
#include <stdio.h>
#include <string.h>

/* Behind blanks, comments and semicolons. */
static const char *skip_blanks(const char *p, const char *end) {
  while (p < end) {
    if (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r' || *p == '\f') {
      p++;
    } else if (end - p >= 2 && p[0] == '-' && p[1] == '-') {
      while (p < end && *p != '\n')
        p++;
    } else if (end - p >= 2 && p[0] == '/' && p[1] == '*') {
      for (p += 2; end - p >= 2 && !(p[0] == '*' && p[1] == '/');)
        p++;
      p = end - p >= 2 ? p + 2 : end;
    } else {
      break;
    }
  }
  return p;
}

static int starts_with(const char *p, const char *end, const char *word) {
  size_t n = strlen(word);
  return (size_t)(end - p) >= n && sqlite3_strnicmp(p, word, (int)n) == 0;
}

static int word_of(const char *p, const char *end, sqlite3_stmt *stmt) {
  static const struct {
    const char *word;
    int kind;
  } words[] = {
      {"select", CM_SQLITE_READ},    {"values", CM_SQLITE_READ},    {"insert", CM_SQLITE_CHANGE},
      {"update", CM_SQLITE_CHANGE},  {"delete", CM_SQLITE_CHANGE},  {"replace", CM_SQLITE_CHANGE},
      {"create", CM_SQLITE_DEFINE},  {"drop", CM_SQLITE_DEFINE},    {"alter", CM_SQLITE_DEFINE},
      {"reindex", CM_SQLITE_DEFINE}, {"analyze", CM_SQLITE_DEFINE},
  };
  p = skip_blanks(p, end);
  if (starts_with(p, end, "with"))
    return sqlite3_stmt_readonly(stmt) ? CM_SQLITE_READ : CM_SQLITE_CHANGE;
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    if (starts_with(p, end, words[i].word))
      return words[i].kind;
  return CM_SQLITE_OTHER;
}

static int check_text(const char *sql, size_t n, corm_error **err) {
  if (n && memchr(sql, 0, n))
    return cm_fail(err, CORM_EDB_PROGRAMMING, "the query contains a null character");
  if (n > INT32_MAX)
    return cm_fail(err, CORM_EDB_DATA, "query string is too large");
  return CORM_OK;
}

int cm_sqlite_prepare(corm_driver_stmt **out, corm_driver_conn *c, const char *sql, size_t n, corm_error **err) {
  const char *tail = NULL;
  sqlite3_stmt *stmt = NULL;
  corm_driver_stmt *s = NULL;
  int code = 0;
  int status = check_text(sql, n, err);
  if (status)
    return status;
  cm_sqlite_run_starts(c);
  code = sqlite3_prepare_v3(c->db, sql, (int)n, SQLITE_PREPARE_PERSISTENT, &stmt, &tail);
  if (code != SQLITE_OK)
    return cm_sqlite_fail(err, c, code);
  if (skip_blanks(tail, sql + n) < sql + n)
    status = cm_fail(err, CORM_EDB_PROGRAMMING, "You can only execute one statement at a time.");
  if (!status && !(s = cm_alloc_zero(sizeof *s)))
    status = cm_fail_memory(err);
  if (status) {
    sqlite3_finalize(stmt);
    return status;
  }
  s->conn = c;
  s->stmt = stmt;
  s->word = stmt ? word_of(sql, sql + n, stmt) : CM_SQLITE_OTHER;
  *out = s;
  return CORM_OK;
}

void cm_sqlite_finalize(corm_driver_stmt *s) {
  if (!s)
    return;
  sqlite3_finalize(s->stmt);
  cm_free(s);
}

size_t cm_sqlite_parameters(corm_driver_stmt *s) { return s->stmt ? (size_t)sqlite3_bind_parameter_count(s->stmt) : 0; }

/* Dates come here only when no dialect has formed them: the standard library's form. */
static int bind_date(corm_driver_stmt *s, int i, const corm_value *v) {
  char text[32];
  size_t n = 0;
  if (v->kind == CORM_DATE)
    n = corm_date_format(v->as.i, text);
  else if (v->kind == CORM_TIME)
    n = corm_time_format(v->as.i, 0, text);
  else
    n = corm_timestamp_format(v->as.i, 0, ' ', text);
  return sqlite3_bind_text(s->stmt, i, text, (int)n, SQLITE_TRANSIENT);
}

/* NULL pointers would bind NULL: text and bytes of no length are not that. */
static int bind_value(corm_driver_stmt *s, int i, const corm_value *v) {
  switch (v->kind) {
  case CORM_NULL:
    return sqlite3_bind_null(s->stmt, i);
  case CORM_BOOL:
  case CORM_INT:
    return sqlite3_bind_int64(s->stmt, i, v->as.i);
  case CORM_DOUBLE:
    return sqlite3_bind_double(s->stmt, i, v->as.f);
  case CORM_TEXT:
  case CORM_JSON:
    return sqlite3_bind_text64(s->stmt, i, v->size ? v->as.p : "", v->size, SQLITE_STATIC, SQLITE_UTF8);
  case CORM_BYTES:
    return v->size ? sqlite3_bind_blob64(s->stmt, i, v->as.p, v->size, SQLITE_STATIC)
                   : sqlite3_bind_zeroblob(s->stmt, i, 0);
  case CORM_DATE:
  case CORM_TIME:
  case CORM_TIMESTAMP:
    return bind_date(s, i, v);
  default:
    return -1;
  }
}

static const char *kind_name(int kind) {
  static const char *const names[] = {"NULL", "BOOL",      "INT",     "DOUBLE", "TEXT", "BYTES", "DATE",
                                      "TIME", "TIMESTAMP", "DECIMAL", "JSON",   "HOST", "RECORD"};
  return kind >= 0 && (size_t)kind < sizeof names / sizeof names[0] ? names[kind] : "unknown";
}

int cm_sqlite_bind(corm_driver_stmt *s, size_t i, const corm_value *v, corm_error **err) {
  int code = i < INT32_MAX && s->stmt ? bind_value(s, (int)i + 1, v) : SQLITE_RANGE;
  if (code == SQLITE_OK)
    return CORM_OK;
  if (code == -1)
    return cm_fail(err, CORM_EDB_PROGRAMMING, "Error binding parameter %zu: type '%s' is not supported", i + 1,
                   kind_name(v->kind));
  return cm_sqlite_fail(err, s->conn, code);
}

/* A change that was stopped or ran out of room takes the whole transaction with it. */
static int fail_step(corm_driver_stmt *s, int code, int was_open, corm_error **err) {
  int status = cm_sqlite_fail(err, s->conn, code);
  if (was_open && !cm_sqlite_in_transaction(s->conn)) {
    s->conn->lost = (code & 0xff) != SQLITE_CONSTRAINT; /* not an INSERT OR ROLLBACK that did what it says */
    s->conn->writing = 0;
  }
  sqlite3_reset(s->stmt);
  s->running = 0;
  cm_sqlite_run_ends(s->conn);
  return status;
}

static int start(corm_driver_stmt *s, corm_error **err) {
  int status = cm_sqlite_before(s->conn, s->word, err);
  if (status)
    return status;
  cm_sqlite_run_starts(s->conn);
  if (atomic_load_explicit(&s->conn->cancelled, memory_order_relaxed)) {
    cm_sqlite_run_ends(s->conn);
    return cm_fail(err, CORM_ECANCELLED, "the statement was cancelled");
  }
  s->running = 1;
  return CORM_OK;
}

int cm_sqlite_step(corm_driver_stmt *s, int *step, corm_error **err) {
  int code = 0, was_open = 0;
  if (!s->stmt || s->done) {
    *step = CORM_STEP_DONE;
    return CORM_OK;
  }
  if (!s->running) {
    int status = start(s, err);
    if (status)
      return status;
  }
  was_open = cm_sqlite_in_transaction(s->conn);
  code = sqlite3_step(s->stmt);
  if (code == SQLITE_ROW) {
    *step = CORM_STEP_ROW;
    return CORM_OK;
  }
  if (code != SQLITE_DONE)
    return fail_step(s, code, was_open && s->word == CM_SQLITE_CHANGE, err);
  s->done = 1;
  *step = CORM_STEP_DONE;
  return CORM_OK;
}

static void text_cell(sqlite3_value *v, corm_value *cell) {
  const char *p = (const char *)sqlite3_value_text(v);
  int n = sqlite3_value_bytes(v);
  *cell = corm_bytes_of(CORM_TEXT, p ? p : "", p ? (size_t)n : 0);
  if (cm_is_ascii(cell->as.p, cell->size))
    cell->flags = CORM_VALUE_ASCII;
}

static void read_cell(sqlite3_value *v, corm_value *cell) {
  switch (sqlite3_value_type(v)) {
  case SQLITE_INTEGER:
    *cell = corm_int(sqlite3_value_int64(v));
    break;
  case SQLITE_FLOAT:
    *cell = corm_double(sqlite3_value_double(v));
    break;
  case SQLITE_TEXT:
    text_cell(v, cell);
    break;
  case SQLITE_BLOB: {
    const char *p = sqlite3_value_blob(v);
    *cell = corm_bytes_of(CORM_BYTES, p ? p : "", (size_t)sqlite3_value_bytes(v));
    break;
  }
  default:
    *cell = corm_null();
  }
}

void cm_sqlite_row(corm_driver_stmt *s, corm_value *cells) {
  int n = sqlite3_data_count(s->stmt);
  for (int i = 0; i < n; i++)
    read_cell(sqlite3_column_value(s->stmt, i), &cells[i]);
}

size_t cm_sqlite_columns(corm_driver_stmt *s) { return s->stmt ? (size_t)sqlite3_column_count(s->stmt) : 0; }

const char *cm_sqlite_column_name(corm_driver_stmt *s, size_t i) {
  return i < cm_sqlite_columns(s) ? sqlite3_column_name(s->stmt, (int)i) : NULL;
}

void cm_sqlite_reset(corm_driver_stmt *s) {
  if (s->stmt) {
    sqlite3_reset(s->stmt);
    sqlite3_clear_bindings(s->stmt);
  }
  s->running = s->done = 0;
  cm_sqlite_run_ends(s->conn);
}

int64_t cm_sqlite_changes(corm_driver_stmt *s) {
  if (s->word != CM_SQLITE_CHANGE)
    return -1;
  return s->done ? sqlite3_changes(s->conn->db) : 0;
}

int cm_sqlite_readonly(corm_driver_stmt *s) { return !s->stmt || sqlite3_stmt_readonly(s->stmt); }
