/* A CREATE TABLE as SQLite keeps it: constraints with their names, which no pragma tells. */
#include "migrate/migrate.h"
#include <string.h>

typedef struct reader {
  corm_reflection *r;
  cm_ddl_table *out;
  const char *p;
  const char *column;  /* the one that is being defined; NULL: a table's constraint */
  const char *name;    /* CONSTRAINT name, until its constraint comes */
  cm_ddl_key *key;     /* the foreign key that DEFERRABLE belongs to */
  int negated, failed; /* the last word was NOT */
  size_t uniques;      /* of the table: they stand first */
} reader;

static const char *take_name(reader *d) {
  const char *name = d->name;
  d->name = NULL;
  return name;
}

static const char *text_of(reader *d, cm_ddl_token t) {
  const char *made = cm_ddl_name(&d->r->arena, t);
  if (!made)
    d->failed = 1;
  return made;
}

/* Whether the next token is of that kind: then it is taken. */
static int accept(reader *d, char kind) {
  const char *p = d->p;
  if (cm_ddl_next(&p).kind != kind)
    return 0;
  d->p = p;
  return 1;
}

/* The names of "a, b COLLATE x DESC", up to the closing parenthesis. */
static void read_columns(reader *d, cm_texts *out) {
  int first = 1, depth = 1;
  while (depth && !d->failed) {
    cm_ddl_token t = cm_ddl_next(&d->p);
    depth += (t.kind == '(') - (t.kind == ')');
    if (!t.kind)
      return;
    if (first && depth == 1 && !cm_texts_add(out, &d->r->arena, text_of(d, t)))
      d->failed = 1;
    first = t.kind == ',' && depth == 1;
  }
}

static corm_reflected_constraint *add(reader *d, int kind) {
  corm_reflected_constraint *made = cm_part_add(&d->r->constraints, &d->r->arena, sizeof(corm_reflected_constraint));
  if (!made) {
    d->failed = 1;
    return NULL;
  }
  made->kind = kind;
  made->name = take_name(d);
  return made;
}

/* Moves the constraint that was added last before those of columns. */
static void put_first(reader *d, corm_reflected_constraint *made) {
  cm_parts *all = &d->r->constraints;
  memmove(&all->at[d->uniques + 1], &all->at[d->uniques], (all->n - 1 - d->uniques) * sizeof *all->at);
  all->at[d->uniques++] = made;
}

static void read_unique(reader *d) {
  cm_texts columns = {0};
  corm_reflected_constraint *made = add(d, CORM_UNIQUE);
  if (d->column) {
    if (!cm_texts_add(&columns, &d->r->arena, d->column))
      d->failed = 1;
  } else if (accept(d, '(')) {
    read_columns(d, &columns);
  }
  if (!made)
    return;
  made->columns = columns.at;
  made->n = columns.n;
  if (!d->column)
    put_first(d, made);
}

static const char *read_group(reader *d) {
  cm_ddl_token inner;
  if (!accept(d, '('))
    return NULL;
  cm_ddl_group(&d->p, &inner);
  const char *made = cm_arena_strndup(&d->r->arena, inner.at, inner.n);
  if (!made)
    d->failed = 1;
  return made;
}

static void read_check(reader *d) {
  const char *check = read_group(d);
  corm_reflected_constraint *made = add(d, CORM_CHECK);
  if (made)
    made->check = check;
}

static void read_references(reader *d) {
  cm_ddl_key *key = cm_arena_zero(&d->r->arena, sizeof *key);
  if (!key || !cm_grow((void **)&d->out->foreign_keys.at, &d->out->foreign_keys.cap, d->out->foreign_keys.n + 1,
                       sizeof *d->out->foreign_keys.at)) {
    d->failed = 1;
    return;
  }
  d->out->foreign_keys.at[d->out->foreign_keys.n++] = key;
  key->name = take_name(d);
  key->column_level = d->column != NULL;
  d->key = key;
}

static void read_computed(reader *d) {
  const char *text = read_group(d);
  for (size_t i = 0; text && d->column && i < d->r->columns.n; i++) {
    corm_reflected_column *c = d->r->columns.at[i];
    if (c->computed && cm_equal_nocase(c->name, d->column))
      c->computed = text;
  }
}

static void read_word(reader *d, cm_ddl_token t) {
  int negated = d->negated;
  d->negated = cm_ddl_is(t, "NOT");
  if (cm_ddl_is(t, "CONSTRAINT")) {
    d->name = text_of(d, cm_ddl_next(&d->p));
  } else if (cm_ddl_is(t, "PRIMARY")) {
    d->out->key_name = take_name(d);
  } else if (cm_ddl_is(t, "UNIQUE")) {
    read_unique(d);
  } else if (cm_ddl_is(t, "CHECK")) {
    read_check(d);
  } else if (cm_ddl_is(t, "REFERENCES")) {
    read_references(d);
  } else if (cm_ddl_is(t, "DEFERRABLE") && d->key) {
    d->key->deferrable = negated ? -1 : 1;
  } else if (cm_ddl_is(t, "INITIALLY") && d->key) {
    d->key->initially = cm_ddl_is(cm_ddl_next(&d->p), "DEFERRED") ? "DEFERRED" : "IMMEDIATE";
  } else if (cm_ddl_is(t, "AS")) {
    read_computed(d);
  } else if (cm_ddl_is(t, "AUTOINCREMENT")) {
    d->out->autoincrement = 1;
  } else if (cm_ddl_is(t, "NULL") || cm_ddl_is(t, "DEFAULT") || cm_ddl_is(t, "COLLATE")) {
    d->name = NULL;
  }
}

static int begins_constraint(cm_ddl_token t) {
  return cm_ddl_is(t, "CONSTRAINT") || cm_ddl_is(t, "PRIMARY") || cm_ddl_is(t, "UNIQUE") || cm_ddl_is(t, "CHECK") ||
         cm_ddl_is(t, "FOREIGN");
}

/* A column or a constraint; 0 behind the last one. */
static int read_definition(reader *d) {
  const char *behind = d->p;
  cm_ddl_token t = cm_ddl_next(&behind), skipped;
  d->name = d->column = NULL;
  d->key = NULL;
  if (!begins_constraint(t)) {
    d->column = text_of(d, t);
    d->p = behind;
  }
  while (!d->failed) {
    t = cm_ddl_next(&d->p);
    if (!t.kind || t.kind == ')' || t.kind == ',')
      return t.kind == ',';
    if (t.kind == '(')
      cm_ddl_group(&d->p, &skipped);
    else if (t.kind == 'w')
      read_word(d, t);
  }
  return 0;
}

int cm_ddl_read(corm_reflection *r, cm_ddl_table *out, const char *sql) {
  reader d = {.r = r, .out = out, .p = sql};
  cm_ddl_token t = cm_ddl_next(&d.p);
  if (!cm_ddl_is(t, "CREATE"))
    return 1;
  do {
    t = cm_ddl_next(&d.p);
    if (!t.kind || cm_ddl_is(t, "VIRTUAL") || cm_ddl_is(t, "VIEW"))
      return 1;
  } while (t.kind != '(');
  while (read_definition(&d))
    continue;
  return !d.failed;
}
