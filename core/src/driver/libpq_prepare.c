/* From text to what the server knows of it. */
#include "driver/libpq.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { MOST_VARIANTS = 4 };

/* ---- Text ------------------------------------------------------------------------------------------------ */

/* Behind blanks, comments and opening brackets. */
static const char *skip_blanks(const char *p) {
  for (;; p++) {
    if (p[0] == '-' && p[1] == '-') {
      while (p[1] && p[1] != '\n')
        p++;
    } else if (p[0] == '/' && p[1] == '*') {
      const char *end = strstr(p + 2, "*/");
      if (!end)
        return p;
      p = end + 1;
    } else if (!isspace((unsigned char)*p) && *p != '(') {
      return p;
    }
  }
}

static int only_reads(const char *sql) {
  static const char *const words[] = {"select", "values", "table", "show", "explain", "fetch"};
  char word[12];
  size_t n = 0;
  for (const char *p = skip_blanks(sql); isalpha((unsigned char)*p) && n < sizeof word - 1; p++)
    word[n++] = *p;
  word[n] = '\0';
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (cm_equal_nocase(word, words[i]))
      return 1;
  return 0;
}

/* The server counts parameters with 16 bits and would not notice. Texts that have so many are long. */
static int check_parameters(const char *sql, size_t n, corm_error **err) {
  unsigned long most = 0;
  if (n < (size_t)CM_PQ_MOST_PARAMETERS * 6)
    return CORM_OK;
  for (const char *p = sql; (p = strchr(p, '$')); p++) {
    unsigned long number = 0;
    for (const char *d = p + 1; *d >= '0' && *d <= '9' && number < 100000000; d++)
      number = number * 10 + (unsigned long)(*d - '0');
    most = number > most ? number : most;
  }
  if (most <= CM_PQ_MOST_PARAMETERS)
    return CORM_OK;
  return cm_fail(err, CORM_EDB_OPERATIONAL, "a statement can have %d parameters at most, and this one has %lu",
                 (int)CM_PQ_MOST_PARAMETERS, most);
}

static int check_text(const char *sql, size_t n, corm_error **err) {
  if (n && memchr(sql, 0, n))
    return cm_fail(err, CORM_EDB_PROGRAMMING, "the query contains a null character");
  if (n > CM_PQ_MOST_BYTES)
    return cm_fail(err, CORM_EDB_DATA, "query string is too large: a statement can have 1 GB at most");
  return CORM_OK;
}

/* ---- Variants -------------------------------------------------------------------------------------------- */

static void free_variant(const cm_pq_api *pq, cm_pq_variant *v) {
  if (!v)
    return;
  pq->PQclear(v->described);
  cm_free(v->declared);
  cm_free(v->types);
  cm_free(v->columns);
  cm_free(v->codes);
  cm_free(v);
}

/* The server forgets it later: see cm_pq_before. */
static void give_up_name(corm_driver_conn *c, const char *name) {
  cm_strbuf_printf(&c->finalized, "DEALLOCATE %s;", name);
  c->n_finalized++;
}

static void note_columns(cm_pq_variant *v, const cm_pq_api *pq) {
  v->binary = 1;
  v->n_hard = 0;
  for (int i = 0; i < v->n_columns; i++) {
    v->columns[i] = pq->PQftype(v->described, i);
    if (cm_pq_code_of(v->columns[i], 1) == CM_PQ_UNREADABLE)
      v->binary = 0;
  }
  for (int i = 0; i < v->n_columns; i++) {
    v->codes[i] = (uint8_t)cm_pq_code_of(v->columns[i], v->binary);
    v->n_hard += v->codes[i] == CM_PQ_HARD;
  }
}

static int note_description(cm_pq_variant *v, const cm_pq_api *pq, corm_error **err) {
  size_t n = (size_t)pq->PQnparams(v->described), columns = (size_t)pq->PQnfields(v->described);
  Oid *types = cm_alloc((n ? n : 1) * sizeof *types), *of = cm_alloc((columns ? columns : 1) * sizeof *of);
  uint8_t *codes = cm_alloc(columns ? columns : 1);
  cm_free(v->types);
  cm_free(v->columns);
  cm_free(v->codes);
  v->types = types;
  v->columns = of;
  v->codes = codes;
  if (!types || !of || !codes)
    return cm_fail_memory(err);
  for (size_t i = 0; i < n; i++)
    types[i] = pq->PQparamtype(v->described, (int)i);
  v->n_columns = (int)columns;
  note_columns(v, pq);
  return CORM_OK;
}

static int wait_checked(corm_driver_conn *c, int sent, PGresult **out, corm_error **err) {
  PGresult *r = NULL;
  int status = sent ? cm_pq_collect(c, &r, err) : cm_pq_fail_connection(c, err);
  if (!status)
    status = cm_pq_check(c, r, err);
  if (status || !out) {
    c->pq->PQclear(r);
    r = NULL;
  }
  if (out)
    *out = r;
  return status;
}

static int describe(cm_pq_variant *v, corm_driver_conn *c, const char *sql, size_t n_declared, corm_error **err) {
  const cm_pq_api *pq = c->pq;
  int status = wait_checked(c, pq->PQsendPrepare(c->pg, v->name, sql, v->declared ? (int)n_declared : 0, v->declared),
                            NULL, err);
  if (status)
    return status;
  pq->PQclear(v->described);
  v->described = NULL;
  status = wait_checked(c, pq->PQsendDescribePrepared(c->pg, v->name), &v->described, err);
  if (!status)
    status = note_description(v, pq, err);
  if (status)
    give_up_name(c, v->name);
  return status;
}

static int prepare_variant(cm_pq_variant *v, corm_driver_conn *c, const char *sql, size_t n_declared,
                           corm_error **err) {
  int status = cm_pq_before(c, err);
  if (status)
    return status;
  cm_pq_run_starts(c);
  snprintf(v->name, sizeof v->name, "corm_%u", ++c->names);
  status = describe(v, c, sql, n_declared, err);
  v->stale = status != CORM_OK;
  return status;
}

/* ---- Statements ------------------------------------------------------------------------------------------ */

static int make_parameters(corm_driver_stmt *s, corm_error **err) {
  size_t n = (size_t)s->conn->pq->PQnparams(s->current->described);
  s->n_parameters = n;
  if (!n)
    return CORM_OK;
  s->parameters = cm_alloc_zero(n * sizeof *s->parameters);
  s->values = cm_alloc_zero(n * sizeof *s->values);
  s->lengths = cm_alloc_zero(n * sizeof *s->lengths);
  s->formats = cm_alloc_zero(n * sizeof *s->formats);
  return s->parameters && s->values && s->lengths && s->formats ? CORM_OK : cm_fail_memory(err);
}

static int prepare(corm_driver_stmt *s, const char *sql, size_t n, corm_error **err) {
  s->sql = cm_strndup(sql, n);
  s->variants = s->current = cm_alloc_zero(sizeof *s->current);
  if (!s->sql || !s->current)
    return cm_fail_memory(err);
  s->changes = -1;
  s->reads = only_reads(s->sql);
  int status = check_parameters(s->sql, n, err);
  if (!status)
    status = prepare_variant(s->current, s->conn, s->sql, 0, err);
  return status ? status : make_parameters(s, err);
}

int cm_pq_prepare(corm_driver_stmt **out, corm_driver_conn *c, const char *sql, size_t n, corm_error **err) {
  corm_driver_stmt *s = NULL;
  int status = check_text(sql, n, err);
  if (status)
    return status;
  if (!(s = cm_alloc_zero(sizeof *s)))
    return cm_fail_memory(err);
  s->conn = c;
  status = prepare(s, sql, n, err);
  if (status) {
    cm_pq_finalize(s);
    cm_pq_run_ends(c);
  } else {
    *out = s;
  }
  return status;
}

void cm_pq_finalize(corm_driver_stmt *s) {
  if (!s)
    return;
  cm_pq_reset(s);
  while (s->variants) {
    cm_pq_variant *v = s->variants;
    s->variants = v->next;
    if (v->described && !v->stale)
      give_up_name(s->conn, v->name);
    free_variant(s->conn->pq, v);
  }
  cm_arena_free(&s->memory);
  cm_arena_free(&s->decoded);
  cm_free(s->later);
  cm_free(s->cells);
  cm_free(s->parameters);
  cm_free((void *)s->values);
  cm_free(s->lengths);
  cm_free(s->formats);
  cm_free(s->sql);
  cm_free(s);
}

/* ---- Types that values bring ----------------------------------------------------------------------------- */

static int takes_values(const corm_driver_stmt *s, const cm_pq_variant *v) {
  for (size_t i = 0; i < s->n_parameters; i++)
    if (cm_pq_own_type(&s->parameters[i].value, v->types[i]))
      return 0;
  return 1;
}

int cm_pq_takes_values(const corm_driver_stmt *s) { return takes_values(s, s->current); }

static cm_pq_variant *last(const corm_driver_stmt *s) {
  cm_pq_variant *v = s->variants;
  while (v->next)
    v = v->next;
  return v;
}

/* Those that take what is bound before the one that was made first: a declared type says exactly what a value is. */
static cm_pq_variant *find_variant(const corm_driver_stmt *s) {
  if (takes_values(s, last(s)))
    return last(s);
  for (cm_pq_variant *v = s->variants; v->next; v = v->next)
    if (takes_values(s, v))
      return v;
  return NULL;
}

/* Beside the oldest, which has the inferred types, only so many are kept. */
static void drop_variant(corm_driver_stmt *s) {
  cm_pq_variant **at = &s->variants, *v = NULL;
  int n = 0;
  for (v = s->variants; v; v = v->next)
    n++;
  if (n < MOST_VARIANTS)
    return;
  while ((*at)->next->next)
    at = &(*at)->next;
  v = *at;
  *at = v->next;
  give_up_name(s->conn, v->name);
  free_variant(s->conn->pq, v);
}

/* Declared types may change what is inferred for the others: those that then do not fit are declared in a second go. */
static int declare(corm_driver_stmt *s, cm_pq_variant *v, const Oid *inferred) {
  int more = 0;
  for (size_t i = 0; i < s->n_parameters; i++) {
    Oid own = v->declared[i] ? 0 : cm_pq_own_type(&s->parameters[i].value, inferred[i]);
    if (own)
      v->declared[i] = own;
    more |= own != 0;
  }
  return more;
}

static int add_variant(corm_driver_stmt *s, corm_error **err) {
  cm_pq_variant *v = cm_alloc_zero(sizeof *v);
  int status = CORM_OK;
  const Oid *inferred = last(s)->types;
  if (!v)
    return cm_fail_memory(err);
  if (!(v->declared = cm_alloc_zero(s->n_parameters * sizeof *v->declared)))
    status = cm_fail_memory(err);
  for (int go = 0; go < 2 && !status && declare(s, v, inferred); go++) {
    if (go)
      give_up_name(s->conn, v->name);
    status = prepare_variant(v, s->conn, s->sql, s->n_parameters, err);
    inferred = v->types;
  }
  if (status) {
    free_variant(s->conn->pq, v);
    return status;
  }
  drop_variant(s);
  v->next = s->variants;
  s->variants = s->current = v;
  return CORM_OK;
}

int cm_pq_choose(corm_driver_stmt *s, corm_error **err) {
  cm_pq_variant *v = find_variant(s);
  if (!v)
    return add_variant(s, err);
  s->current = v;
  return v->stale ? cm_pq_prepare_again(s, err) : CORM_OK;
}

int cm_pq_prepare_again(corm_driver_stmt *s, corm_error **err) {
  cm_pq_variant *v = s->current;
  int status = prepare_variant(v, s->conn, s->sql, s->n_parameters, err);
  if (!status && (size_t)s->conn->pq->PQnparams(v->described) != s->n_parameters)
    return cm_fail(err, CORM_EDB_INTERNAL, "the parameters of a statement changed when it was prepared again");
  return status;
}
