/* SQLSTATEs as PEP 249's tree, and what the server says about constraints. */
#include "driver/libpq.h"
#include <string.h>

static int status_of_2(char second) {
  switch (second) {
  case '0': /* case not found */
  case '1': /* cardinality */
  case '6': /* statement name */
    return CORM_EDB_PROGRAMMING;
  case '2':
    return CORM_EDB_DATA;
  case '3':
    return CORM_EDB_INTEGRITY;
  case '7': /* triggered data change */
  case '8': /* authorization */
  case 'F': /* SQL routine */
    return CORM_EDB_OPERATIONAL;
  case '4': /* cursor state */
  case '5': /* transaction state */
  case 'B': /* dependent privileges */
  case 'D': /* transaction termination */
    return CORM_EDB_INTERNAL;
  default:
    return CORM_EDB_DATABASE;
  }
}

static int status_of_3(char second) {
  switch (second) {
  case '8': /* external routine */
  case '9':
  case 'B': /* savepoint */
    return CORM_EDB_OPERATIONAL;
  case '4': /* cursor name */
  case 'D': /* catalog name */
  case 'F': /* schema name */
    return CORM_EDB_PROGRAMMING;
  default:
    return CORM_EDB_DATABASE;
  }
}

/* As psycopg sorts them: programs catch these classes. */
static int status_of(const char *state) {
  switch (state[0]) {
  case '0':
    return state[1] == 'A' ? CORM_EDB_NOTSUPPORTED : state[1] == '8' ? CORM_EDB_OPERATIONAL : CORM_EDB_DATABASE;
  case '2':
    return status_of_2(state[1]);
  case '3':
    return status_of_3(state[1]);
  case '4':
    return state[1] == '0'                      ? CORM_EDB_OPERATIONAL
           : state[1] == '2' || state[1] == '4' ? CORM_EDB_PROGRAMMING
                                                : CORM_EDB_DATABASE;
  case '5': /* resources, limits, state, intervention, system */
  case 'F': /* configuration file */
  case 'H': /* foreign data */
    return CORM_EDB_OPERATIONAL;
  case '1': /* XQuery */
  case 'P': /* PL/pgSQL */
    return CORM_EDB_PROGRAMMING;
  case 'X':
    return CORM_EDB_INTERNAL;
  default:
    return CORM_EDB_DATABASE;
  }
}

/* ---- Constraints ----------------------------------------------------------------------------------------- */

/* The primary key has the name that the server gives it; it does not say so otherwise. */
static const char *unique_kind(const char *table, const char *name) {
  size_t n = table ? strlen(table) : 0, m = name ? strlen(name) : 0;
  if (!n || m < 5 || strcmp(name + m - 5, "_pkey") != 0)
    return "UNIQUE";
  return m - 5 <= n && strncmp(table, name, m - 5) == 0 ? "PRIMARY KEY" : "UNIQUE";
}

static const char *constraint_of(const char *state, const char *table, const char *name) {
  if (strcmp(state, "23505") == 0)
    return unique_kind(table, name);
  if (strcmp(state, "23502") == 0)
    return "NOT NULL";
  if (strcmp(state, "23503") == 0 || strcmp(state, "23001") == 0)
    return "FOREIGN KEY";
  if (strcmp(state, "23514") == 0)
    return "CHECK";
  return strcmp(state, "23P01") == 0 ? "EXCLUDE" : NULL;
}

/* "Key (a, b)=(1, 2) already exists.", in the server's language: as "t.a, t.b". */
static void add_key_columns(corm_error **err, const char *table, const char *detail) {
  const char *open = detail ? strchr(detail, '(') : NULL, *close = open ? strstr(open, ")=(") : NULL;
  cm_strbuf b = {0};
  while (open && close && open < close) {
    const char *p = open + 1, *end = p;
    while (end < close && *end != ',')
      end++;
    if (table)
      cm_strbuf_printf(&b, "%s%s.%.*s", b.len ? ", " : "", table, (int)(end - p), p);
    open = end < close ? end + 1 : close; /* behind ", " */
  }
  if (b.len && !b.failed)
    cm_detail(err, CORM_DETAIL_COLUMN, b.data);
  cm_strbuf_free(&b);
}

static void add_constraint(corm_error **err, const cm_pq_api *pq, const PGresult *r, const char *state) {
  const char *table = pq->PQresultErrorField(r, 't'), *column = pq->PQresultErrorField(r, 'c');
  const char *name = pq->PQresultErrorField(r, 'n'), *kind = constraint_of(state, table, name);
  cm_strbuf b = {0};
  cm_detail(err, CORM_DETAIL_CONSTRAINT, kind);
  cm_detail(err, CORM_DETAIL_CONSTRAINT_NAME, name);
  if (kind && strcmp(kind, "CHECK") == 0)
    cm_detail(err, CORM_DETAIL_NAME, name);
  if (column) {
    cm_strbuf_printf(&b, table ? "%s.%s" : "%s%s", table ? table : "", column);
    cm_detail(err, CORM_DETAIL_COLUMN, b.failed ? NULL : b.data);
    cm_strbuf_free(&b);
  } else if (kind) {
    add_key_columns(err, table, pq->PQresultErrorField(r, 'D'));
  }
}

/* ---- Errors ---------------------------------------------------------------------------------------------- */

static void add_fields(corm_error **err, const cm_pq_api *pq, const PGresult *r) {
  static const struct {
    int field;
    const char *key;
  } fields[] = {{'C', CORM_DETAIL_SQLSTATE}, {'C', CORM_DETAIL_CODE},        {'V', CORM_DETAIL_SEVERITY},
                {'M', CORM_DETAIL_PRIMARY},  {'D', CORM_DETAIL_EXPLANATION}, {'H', CORM_DETAIL_HINT},
                {'s', CORM_DETAIL_SCHEMA},   {'t', CORM_DETAIL_TABLE},       {'d', CORM_DETAIL_DATATYPE}};
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    cm_detail(err, fields[i].key, pq->PQresultErrorField(r, fields[i].field));
}

/* libpq's text without "ERROR:  " before it and the line's end behind. */
static int fail_text(corm_error **err, int status, const char *text) {
  static const char *const severities[] = {"ERROR:  ", "FATAL:  ", "PANIC:  "};
  size_t n = 0;
  for (size_t i = 0; i < sizeof severities / sizeof *severities; i++)
    if (strncmp(text, severities[i], 8) == 0)
      text += 8;
  for (n = strlen(text); n && (text[n - 1] == '\n' || text[n - 1] == ' ');)
    n--;
  status = cm_fail(err, status, "%.*s", (int)n, text);
  if (err && *err)
    corm_error_add(*err, CORM_DETAIL_DRIVER, corm_error_message(*err));
  return status;
}

int cm_pq_fail_stopped(corm_driver_conn *c, corm_error **err) {
  int status = c->poll_status;
  corm_error *why = c->poll_error;
  c->poll_error = NULL;
  if (!status)
    return cm_fail(err, CORM_ECANCELLED, "the statement was cancelled");
  if (!why)
    return cm_fail(err, status, "the statement was stopped");
  cm_error_give(err, why);
  return status;
}

int cm_pq_fail_connection(corm_driver_conn *c, corm_error **err) {
  const char *text = c->pq->PQerrorMessage(c->pg);
  return fail_text(err, CORM_EDB_OPERATIONAL, *text ? text : "the connection to the server was lost");
}

static int fail_result(corm_driver_conn *c, const PGresult *r, corm_error **err) {
  const char *state = c->pq->PQresultErrorField(r, 'C');
  const char *text = c->pq->PQresultErrorMessage(r);
  int status = CORM_EDB_OPERATIONAL;
  if (!state && strstr(text, "out of memory"))
    return cm_fail_memory(err);
  if (state && strcmp(state, "57014") == 0 && (c->poll_status || atomic_load(&c->cancelled)))
    return cm_pq_fail_stopped(c, err);
  status = fail_text(err, state ? status_of(state) : CORM_EDB_OPERATIONAL, *text ? text : "the server sent no answer");
  if (state) {
    add_fields(err, c->pq, r);
    add_constraint(err, c->pq, r, state);
  }
  return status;
}

int cm_pq_check(corm_driver_conn *c, const PGresult *r, corm_error **err) {
  if (!r)
    return cm_pq_fail_connection(c, err);
  switch (c->pq->PQresultStatus(r)) {
  case PGRES_FATAL_ERROR:
  case PGRES_BAD_RESPONSE:
    return fail_result(c, r, err);
  case PGRES_COPY_IN:
  case PGRES_COPY_OUT:
  case PGRES_COPY_BOTH:
    return cm_fail(err, CORM_EUNSUPPORTED, "COPY from and to the client is not supported");
  default: /* poll stopped what ended meanwhile by itself */
    return c->poll_status ? cm_pq_fail_stopped(c, err) : CORM_OK;
  }
}

int cm_pq_is_dead(corm_driver_conn *c) { return c->broken || c->pq->PQstatus(c->pg) == CONNECTION_BAD; }

/* "cached plan must not change result type", or it was deallocated. */
int cm_pq_is_stale(const corm_driver_conn *c, const PGresult *r) {
  const char *state = r ? c->pq->PQresultErrorField(r, 'C') : NULL;
  const char *routine = state ? c->pq->PQresultErrorField(r, 'R') : NULL;
  if (!state)
    return 0;
  return strcmp(state, "26000") == 0 ||
         (strcmp(state, "0A000") == 0 && routine && strcmp(routine, "RevalidateCachedQuery") == 0);
}
