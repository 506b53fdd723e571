/* Operators: what they are written as, how tightly they bind. */
#include "compile/compiler.h"
#include <string.h>

typedef struct operator_fact {
  const char *text;
  signed char level; /* 0: none in the table below is meant; see level_of */
  unsigned char boolean, associative;
} operator_fact;

/* Tightest is largest. Those without an entry bind looser than all as an operand, tighter than all around one. */
static const operator_fact facts[CORM_OPERATORS] = {
    [CORM_OP_EQ] = {" = ", 5, 1, 0},
    [CORM_OP_NE] = {" != ", 5, 1, 0},
    [CORM_OP_LT] = {" < ", 5, 1, 0},
    [CORM_OP_LE] = {" <= ", 5, 1, 0},
    [CORM_OP_GT] = {" > ", 5, 1, 0},
    [CORM_OP_GE] = {" >= ", 5, 1, 0},
    [CORM_OP_ADD] = {" + ", 7, 0, 1},
    [CORM_OP_SUB] = {" - ", 7, 0, 0},
    [CORM_OP_MUL] = {" * ", 8, 0, 1},
    [CORM_OP_DIV] = {" / ", 8, 0, 0},
    [CORM_OP_FLOORDIV] = {" / ", 8, 0, 0},
    [CORM_OP_MOD] = {" % ", 8, 0, 0},
    [CORM_OP_CONCAT] = {" || ", 5, 0, 1},
    [CORM_OP_BITAND] = {" & ", 7, 0, 0},
    [CORM_OP_BITOR] = {" | ", 7, 0, 0},
    [CORM_OP_BITXOR] = {" ^ ", 7, 0, 0},
    [CORM_OP_SHL] = {" << ", 7, 0, 0},
    [CORM_OP_SHR] = {" >> ", 7, 0, 0},
    [CORM_OP_IS] = {" IS ", 5, 1, 0},
    [CORM_OP_IS_NOT] = {" IS NOT ", 5, 1, 0},
    [CORM_OP_IS_DISTINCT] = {" IS DISTINCT FROM ", 5, 1, 0},
    [CORM_OP_IS_NOT_DISTINCT] = {" IS NOT DISTINCT FROM ", 5, 1, 0},
    [CORM_OP_LIKE] = {" LIKE ", 5, 1, 0},
    [CORM_OP_NOT_LIKE] = {" NOT LIKE ", 5, 1, 0},
    [CORM_OP_ILIKE] = {" ILIKE ", 5, 1, 0},
    [CORM_OP_NOT_ILIKE] = {" NOT ILIKE ", 5, 1, 0},
    [CORM_OP_IN] = {" IN ", 5, 1, 0},
    [CORM_OP_NOT_IN] = {" NOT IN ", 5, 1, 0},
    [CORM_OP_REGEXP] = {" <regexp> ", 5, 1, 0},
    [CORM_OP_NOT_REGEXP] = {" <not regexp> ", 5, 1, 0},
    [CORM_OP_MATCH] = {" MATCH ", 5, 1, 0},
    [CORM_OP_NOT_MATCH] = {"NOT {l} MATCH {r}", 5, 1, 0},
    [CORM_OP_COLLATE] = {" COLLATE ", 4, 0, 0},
    [CORM_OP_INDEX] = {"{l}[{r}]", 15, 0, 1},
    [CORM_OP_JSON_PATH] = {"{l}[{r}]", 15, 0, 1},
    [CORM_OP_JSON_TEXT] = {"{l}[{r}]", 15, 0, 1},
    [CORM_OP_JSON_PATH_TEXT] = {"{l}[{r}]", 15, 0, 1},
    [CORM_OP_AND] = {" AND ", 3, 1, 1},
    [CORM_OP_OR] = {" OR ", 2, 1, 1},
    [CORM_OP_BETWEEN] = {" BETWEEN ", 5, 1, 0},
    [CORM_OP_NOT_BETWEEN] = {" NOT BETWEEN ", 5, 1, 0},
    [CORM_OP_NEG] = {"-", 8, 0, 0},
    [CORM_OP_INVERT] = {"~", 8, 0, 0},
    [CORM_OP_NOT] = {"NOT ", 5, 1, 0},
    [CORM_OP_ANY] = {"ANY ", 15, 0, 0},
    [CORM_OP_ALL] = {"ALL ", 15, 0, 0},
    [CORM_OP_DESC] = {" DESC", 3, 0, 0},
    [CORM_OP_ASC] = {" ASC", 3, 0, 0},
    [CORM_OP_DISTINCT] = {"DISTINCT ", 5, 0, 0},
};

int cm_operator_level(int op) { return op > 0 && op < CORM_OPERATORS ? facts[op].level : 0; }
int cm_operator_is_associative(int op) { return op > 0 && op < CORM_OPERATORS && facts[op].associative; }

int cm_operator_is_contains(int op) { return op >= CORM_OP_STARTSWITH && op <= CORM_OP_NOT_ICONTAINS; }

int cm_operator_is_boolean(int op) {
  return cm_operator_is_contains(op) || (op > 0 && op < CORM_OPERATORS && facts[op].boolean);
}

static const char *text_of(const corm_writer *w, int op) {
  const char *own = (size_t)op < w->d->n_operators ? w->d->operators[op] : NULL;
  return own ? own : facts[op].text;
}

char *cm_operand_text(corm_writer *w, const corm_node *x, int op) {
  corm_writer part;
  cm_w_init(&part, w->c);
  cm_w_operand(&part, x, op, cm_operator_level(op));
  return cm_w_take(&part);
}

/* "{l} | {r} - {l} & {r}" */
static void put_template(corm_writer *w, const char *text, const char *l, const char *r) {
  for (; *text; text++) {
    if (strncmp(text, "{l}", 3) == 0 || strncmp(text, "{r}", 3) == 0) {
      corm_write(w, text[1] == 'l' ? l : r);
      text += 2;
      continue;
    }
    cm_strbuf_putc(&w->buf, *text);
  }
}

void cm_w_sides(corm_writer *w, const corm_node *x, int op) {
  const char *text = text_of(w, op);
  if (!text) {
    cm_c_fail(w->c, CORM_ECOMPILE, "dialect \"%s\" has no text for operator %d", w->d->name, op);
    return;
  }
  if (strchr(text, '{')) {
    const char *l = NULL, *r = NULL;
    w->c->in_operator++;
    l = cm_operand_text(w, cm_kid(x, 0), op);
    r = cm_operand_text(w, cm_kid(x, 1), op);
    w->c->in_operator--;
    put_template(w, text, l, r);
    return;
  }
  w->c->in_operator++;
  cm_w_operand(w, cm_kid(x, 0), op, cm_operator_level(op));
  corm_write(w, text);
  cm_w_operand(w, cm_kid(x, 1), op, cm_operator_level(op));
  w->c->in_operator--;
}

static void put_custom(corm_writer *w, const corm_node *x) {
  w->c->in_operator++;
  cm_w_operand(w, cm_kid(x, 0), CM_AGAINST_CUSTOM, x->level);
  corm_write(w, " ");
  cm_w_user(w, x->text ? x->text : "");
  corm_write(w, " ");
  cm_w_operand(w, cm_kid(x, 1), CM_AGAINST_CUSTOM, x->level);
  w->c->in_operator--;
}

/* True division: databases that divide integers as integers need a hint. */
static void put_division(corm_writer *w, const corm_node *x) {
  const corm_node *r = cm_kid(x, 1);
  const corm_type *type =
      cm_type_is_numeric(r->type) && !cm_type_is_integer(r->type) ? r->type : corm_type_plain(CORM_TYPE_NUMERIC);
  cm_w_operand(w, cm_kid(x, 0), CORM_OP_DIV, 8);
  corm_write(w, " / ");
  if (cm_c_feature(w->c, CORM_DIALECT_DIV_ADD_ZERO)) {
    corm_write(w, "(");
    cm_w_operand(w, r, CORM_OP_DIV, 8);
    corm_write(w, " + 0.0)");
    return;
  }
  corm_write(w, "CAST(");
  cm_w_operand(w, r, CORM_OP_DIV, 8);
  corm_write(w, " AS ");
  cm_w_type(w, type, 1);
  corm_write(w, ")");
}

static void put_floor_division(corm_writer *w, const corm_node *x) {
  int whole = cm_type_is_integer(cm_kid(x, 0)->type) && cm_type_is_integer(cm_kid(x, 1)->type);
  if (!whole)
    corm_write(w, "FLOOR(");
  cm_w_sides(w, x, CORM_OP_FLOORDIV);
  if (!whole)
    corm_write(w, ")");
}

static void put_collate(corm_writer *w, const corm_node *x) {
  const corm_node *name = cm_kid(x, 1);
  cm_w_operand(w, cm_kid(x, 0), CORM_OP_COLLATE, 4);
  corm_write(w, " COLLATE ");
  if (name)
    cm_w_operand(w, name, CORM_OP_COLLATE, 4);
  else
    cm_w_name(w, x->text ? x->text : x->name ? x->name : "", 0);
}

/* concat(a, b, c) for a || b || c */
static void put_concat_arguments(corm_writer *w, const corm_node *x, int *first) {
  if (x->kind == CORM_NODE_BINARY && x->op == CORM_OP_CONCAT) {
    put_concat_arguments(w, cm_kid(x, 0), first);
    put_concat_arguments(w, cm_kid(x, 1), first);
    return;
  }
  corm_write(w, *first ? "" : ", ");
  *first = 0;
  cm_w_operand(w, x, CORM_OP_CONCAT, 5);
}

static void put_concat(corm_writer *w, const corm_node *x) {
  int first = 1;
  if (!cm_c_feature(w->c, CORM_DIALECT_CONCAT_FUNCTION)) {
    cm_w_sides(w, x, CORM_OP_CONCAT);
    return;
  }
  corm_write(w, "concat(");
  put_concat_arguments(w, x, &first);
  corm_write(w, ")");
}

void cm_w_binary(corm_writer *w, const corm_node *x) {
  switch (x->op) {
  case CORM_OP_CUSTOM:
    put_custom(w, x);
    return;
  case CORM_OP_IN:
  case CORM_OP_NOT_IN:
    cm_w_in(w, x);
    return;
  case CORM_OP_DIV:
    put_division(w, x);
    return;
  case CORM_OP_FLOORDIV:
    put_floor_division(w, x);
    return;
  case CORM_OP_CONCAT:
    put_concat(w, x);
    return;
  case CORM_OP_COLLATE:
    put_collate(w, x);
    return;
  case CORM_OP_INDEX:
  case CORM_OP_JSON_PATH:
  case CORM_OP_JSON_TEXT:
  case CORM_OP_JSON_PATH_TEXT:
    cm_w_json(w, x, x->type);
    return;
  default:
    if (cm_operator_is_contains(x->op) || (x->op >= CORM_OP_LIKE && x->op <= CORM_OP_NOT_ILIKE))
      cm_w_like(w, x);
    else
      cm_w_sides(w, x, x->op);
  }
}
