/* Names by convention: "fk_%(table_name)s_%(column_0_name)s". */
#include "schema/build.h"
#include <ctype.h>
#include <string.h>

typedef enum part { PART_NAME, PART_KEY, PART_LABEL } part;

static const char *convention_of(const cm_naming *n) {
  const corm_catalog_def *names = &n->table->catalog->names;
  switch (n->kind) {
  case CORM_PRIMARY_KEY:
    return names->pk;
  case CORM_UNIQUE:
    return names->uq;
  case CORM_CHECK:
    return names->ck;
  case CORM_FOREIGN_KEY:
    return names->fk;
  default:
    return names->ix ? names->ix : "ix_%(column_0_label)s";
  }
}

static void add_label(cm_strbuf *b, const corm_column *c) {
  const corm_table *t = c->table;
  for (const char *p = t->schema_name; p && *p; p++)
    cm_strbuf_putc(b, *p == '.' ? '_' : *p);
  if (t->schema_name)
    cm_strbuf_putc(b, '_');
  cm_strbuf_printf(b, "%s_%s", t->name, c->name);
}

static void add_column(cm_strbuf *b, const cm_naming *n, size_t i, part what) {
  const corm_column *c = i < n->n ? n->columns[i] : NULL;
  if (!c)
    return;
  if (what == PART_LABEL)
    add_label(b, c);
  else
    cm_strbuf_puts(b, what == PART_KEY ? c->key : c->name);
}

/* Where no column was found yet, its name is the last part of the reference. */
static void add_referred_column(cm_strbuf *b, const cm_naming *n, size_t i) {
  const char *ref = n->refs && i < n->n ? n->refs[i] : NULL;
  const char *dot = ref ? strrchr(ref, '.') : NULL;
  if (n->targets && i < n->n && n->targets[i])
    cm_strbuf_puts(b, n->targets[i]->name);
  else if (dot)
    cm_strbuf_puts(b, dot + 1);
  else
    add_column(b, n, i, PART_NAME);
}

static void add_referred_table(cm_strbuf *b, const cm_naming *n) {
  const char *ref = n->refs && n->n ? n->refs[0] : NULL;
  const char *end = ref ? strrchr(ref, '.') : NULL, *start = end;
  if (!ref) {
    if (n->targets && n->n && n->targets[0])
      cm_strbuf_puts(b, n->targets[0]->table->name);
    return;
  }
  if (!end)
    start = end = ref + strlen(ref);
  while (start > ref && start[-1] != '.')
    start--;
  cm_strbuf_add(b, start, (size_t)(end - start));
}

static int starts_with(const char **at, const char *prefix) {
  size_t n = strlen(prefix);
  if (strncmp(*at, prefix, n) != 0)
    return 0;
  *at += n;
  return 1;
}

static int part_of(const char *word, part *what) {
  if (strcmp(word, "name") == 0)
    *what = PART_NAME;
  else if (strcmp(word, "key") == 0)
    *what = PART_KEY;
  else if (strcmp(word, "label") == 0)
    *what = PART_LABEL;
  else
    return 0;
  return 1;
}

static void add_one(cm_strbuf *b, const cm_naming *n, size_t i, int referred, part what) {
  if (referred)
    add_referred_column(b, n, i);
  else
    add_column(b, n, i, what);
}

/* column_0_name, column_1_key, column_0_label, column_0_N_name (joined by _), column_0N_name (joined by nothing),
 * referred_column_0_name and so on. 0: it is none of them. */
static int add_column_token(cm_strbuf *b, const cm_naming *n, const char *token) {
  int referred = starts_with(&token, "referred_"), all = 0, spaced = 0;
  size_t i = 0;
  part what = PART_NAME;
  if (!starts_with(&token, "column_") || !isdigit((unsigned char)*token))
    return 0;
  for (; isdigit((unsigned char)*token) && i < 10000; token++)
    i = i * 10 + (size_t)(*token - '0');
  spaced = starts_with(&token, "_N_");
  all = spaced || starts_with(&token, "N_");
  if ((!all && !starts_with(&token, "_")) || !part_of(token, &what) || (referred && what != PART_NAME))
    return 0;
  for (size_t k = all ? 0 : i; k < (all ? n->n : i + 1); k++) {
    if (spaced && k)
      cm_strbuf_putc(b, '_');
    add_one(b, n, k, referred, what);
  }
  return 1;
}

static int add_token(cm_strbuf *b, const cm_naming *n, const char *token, corm_error **err) {
  if (strcmp(token, "table_name") == 0) {
    cm_strbuf_puts(b, n->table->name);
  } else if (strcmp(token, "referred_table_name") == 0) {
    add_referred_table(b, n);
  } else if (strcmp(token, "constraint_name") == 0) {
    if (!n->given)
      return cm_fail(err, CORM_EINVALID,
                     "the naming convention with %%(constraint_name)s needs every such constraint of table \"%s\" to "
                     "have a name",
                     n->table->name);
    cm_strbuf_puts(b, n->given);
  } else if (!add_column_token(b, n, token)) {
    return cm_fail(err, CORM_EARGUMENT, "a naming convention has no word \"%s\"", token);
  }
  return CORM_OK;
}

enum { LONGEST_TOKEN = 64 };

/* Reads "(token)s" behind a percent sign and moves over it. */
static int expand_token(cm_strbuf *b, const cm_naming *n, const char **at, corm_error **err) {
  char token[LONGEST_TOKEN];
  const char *end = **at == '(' ? strchr(*at, ')') : NULL;
  size_t length = end ? (size_t)(end - *at - 1) : sizeof token;
  if (length >= sizeof token || end[1] != 's')
    return cm_fail(err, CORM_EARGUMENT, "a naming convention cannot be read from \"%%%s\"", *at);
  memcpy(token, *at + 1, length);
  token[length] = '\0';
  *at = end + 2;
  return add_token(b, n, token, err);
}

static int expand(cm_strbuf *b, const cm_naming *n, const char *convention, corm_error **err) {
  int status = CORM_OK;
  for (const char *at = convention; *at && !status;) {
    char c = *at++;
    if (c != '%') {
      cm_strbuf_putc(b, c);
    } else if (*at == '%') {
      cm_strbuf_putc(b, *at++);
    } else {
      status = expand_token(b, n, &at, err);
    }
  }
  return status;
}

/* A given name stays, unless the convention is made around it. */
int cm_name_by_convention(char **out, const cm_naming *n, corm_error **err) {
  corm_schema *s = n->table->catalog->schema;
  const char *convention = convention_of(n);
  cm_strbuf b = {0};
  int status = CORM_OK;
  if (!convention || (n->given && !strstr(convention, "constraint_name")))
    return cm_schema_text(s, out, n->given) ? CORM_OK : cm_fail_memory(err);
  status = expand(&b, n, convention, err);
  if (!status && (b.failed || !cm_schema_text(s, out, b.data ? b.data : "")))
    status = cm_fail_memory(err);
  cm_strbuf_free(&b);
  return status;
}
