/* What operators are called, what negates them, what type they give. */
#include "ast/build.h"
#include <string.h>

typedef struct operator_row {
  const char *name;
  uint8_t opposite;
  uint8_t comparison;
} operator_row;

static const operator_row rows[CORM_OPERATORS] = {
    [CORM_OP_EQ] = {"=", CORM_OP_NE, 1},
    [CORM_OP_NE] = {"!=", CORM_OP_EQ, 1},
    [CORM_OP_LT] = {"<", CORM_OP_GE, 1},
    [CORM_OP_LE] = {"<=", CORM_OP_GT, 1},
    [CORM_OP_GT] = {">", CORM_OP_LE, 1},
    [CORM_OP_GE] = {">=", CORM_OP_LT, 1},
    [CORM_OP_ADD] = {"+", 0, 0},
    [CORM_OP_SUB] = {"-", 0, 0},
    [CORM_OP_MUL] = {"*", 0, 0},
    [CORM_OP_DIV] = {"/", 0, 0},
    [CORM_OP_FLOORDIV] = {"//", 0, 0},
    [CORM_OP_MOD] = {"%", 0, 0},
    [CORM_OP_CONCAT] = {"||", 0, 0},
    [CORM_OP_BITAND] = {"&", 0, 0},
    [CORM_OP_BITOR] = {"|", 0, 0},
    [CORM_OP_BITXOR] = {"^", 0, 0},
    [CORM_OP_SHL] = {"<<", 0, 0},
    [CORM_OP_SHR] = {">>", 0, 0},
    [CORM_OP_IS] = {"is", CORM_OP_IS_NOT, 1},
    [CORM_OP_IS_NOT] = {"is not", CORM_OP_IS, 1},
    [CORM_OP_IS_DISTINCT] = {"is distinct from", CORM_OP_IS_NOT_DISTINCT, 1},
    [CORM_OP_IS_NOT_DISTINCT] = {"is not distinct from", CORM_OP_IS_DISTINCT, 1},
    [CORM_OP_LIKE] = {"like", CORM_OP_NOT_LIKE, 1},
    [CORM_OP_NOT_LIKE] = {"not like", CORM_OP_LIKE, 1},
    [CORM_OP_ILIKE] = {"ilike", CORM_OP_NOT_ILIKE, 1},
    [CORM_OP_NOT_ILIKE] = {"not ilike", CORM_OP_ILIKE, 1},
    [CORM_OP_IN] = {"in", CORM_OP_NOT_IN, 1},
    [CORM_OP_NOT_IN] = {"not in", CORM_OP_IN, 1},
    [CORM_OP_STARTSWITH] = {"startswith", CORM_OP_NOT_STARTSWITH, 1},
    [CORM_OP_NOT_STARTSWITH] = {"not startswith", CORM_OP_STARTSWITH, 1},
    [CORM_OP_ENDSWITH] = {"endswith", CORM_OP_NOT_ENDSWITH, 1},
    [CORM_OP_NOT_ENDSWITH] = {"not endswith", CORM_OP_ENDSWITH, 1},
    [CORM_OP_CONTAINS] = {"contains", CORM_OP_NOT_CONTAINS, 1},
    [CORM_OP_NOT_CONTAINS] = {"not contains", CORM_OP_CONTAINS, 1},
    [CORM_OP_ISTARTSWITH] = {"istartswith", CORM_OP_NOT_ISTARTSWITH, 1},
    [CORM_OP_IENDSWITH] = {"iendswith", CORM_OP_NOT_IENDSWITH, 1},
    [CORM_OP_ICONTAINS] = {"icontains", CORM_OP_NOT_ICONTAINS, 1},
    [CORM_OP_NOT_ISTARTSWITH] = {"not istartswith", CORM_OP_ISTARTSWITH, 1},
    [CORM_OP_NOT_IENDSWITH] = {"not iendswith", CORM_OP_IENDSWITH, 1},
    [CORM_OP_NOT_ICONTAINS] = {"not icontains", CORM_OP_ICONTAINS, 1},
    [CORM_OP_REGEXP] = {"regexp", CORM_OP_NOT_REGEXP, 1},
    [CORM_OP_NOT_REGEXP] = {"not regexp", CORM_OP_REGEXP, 1},
    [CORM_OP_MATCH] = {"match", CORM_OP_NOT_MATCH, 1},
    [CORM_OP_NOT_MATCH] = {"not match", CORM_OP_MATCH, 1},
    [CORM_OP_COLLATE] = {"collate", 0, 0},
    [CORM_OP_INDEX] = {"[]", 0, 0},
    [CORM_OP_JSON_PATH] = {"json path", 0, 0},
    [CORM_OP_JSON_TEXT] = {"json text", 0, 0},
    [CORM_OP_JSON_PATH_TEXT] = {"json path text", 0, 0},
    [CORM_OP_AND] = {"and", 0, 1},
    [CORM_OP_OR] = {"or", 0, 1},
    [CORM_OP_BETWEEN] = {"between", CORM_OP_NOT_BETWEEN, 1},
    [CORM_OP_NOT_BETWEEN] = {"not between", CORM_OP_BETWEEN, 1},
    [CORM_OP_CUSTOM] = {"custom", 0, 0},
    [CORM_OP_NEG] = {"neg", 0, 0},
    [CORM_OP_INVERT] = {"~", 0, 0},
    [CORM_OP_NOT] = {"not", 0, 1},
    [CORM_OP_ANY] = {"any", 0, 0},
    [CORM_OP_ALL] = {"all", 0, 0},
    [CORM_OP_DESC] = {"desc", 0, 0},
    [CORM_OP_ASC] = {"asc", 0, 0},
    [CORM_OP_NULLS_FIRST] = {"nulls first", 0, 0},
    [CORM_OP_NULLS_LAST] = {"nulls last", 0, 0},
    [CORM_OP_DISTINCT] = {"distinct", 0, 0},
};

int corm_operator_named(const char *name) {
  if (strcmp(name, "==") == 0)
    return CORM_OP_EQ;
  for (int op = 1; op < CORM_OPERATORS; op++)
    if (rows[op].name && strcmp(rows[op].name, name) == 0)
      return op;
  return 0;
}

static int is_known(int op) { return op > 0 && op < CORM_OPERATORS; }
int cm_operator_opposite(int op) { return is_known(op) ? rows[op].opposite : 0; }

/* In one node with a left and a right side. New operators get the numbers behind CORM_OP_DISTINCT. */
int cm_operator_is_binary(int op) {
  return op > CORM_OP_NONE && op < CORM_OP_CUSTOM && op != CORM_OP_AND && op != CORM_OP_OR && op != CORM_OP_BETWEEN &&
         op != CORM_OP_NOT_BETWEEN;
}

int cm_operator_is_comparison(int op) { return is_known(op) && rows[op].comparison; }
const char *cm_operator_name(int op) { return is_known(op) && rows[op].name ? rows[op].name : "?"; }

int cm_type_affinity(const corm_type *type) {
  switch (type->kind) {
  case CORM_TYPE_SMALLINT:
  case CORM_TYPE_BIGINT:
    return CORM_TYPE_INTEGER;
  case CORM_TYPE_FLOAT:
  case CORM_TYPE_DOUBLE:
    return CORM_TYPE_NUMERIC;
  case CORM_TYPE_TEXT:
  case CORM_TYPE_ENUM:
    return CORM_TYPE_STRING;
  default:
    return type->kind;
  }
}

/* What arithmetic between two families gives; pairs that are not listed keep the left side's type. */
typedef struct arithmetic {
  uint8_t op, left, right, result;
} arithmetic;

static const arithmetic results[] = {
    {CORM_OP_ADD, CORM_TYPE_INTEGER, CORM_TYPE_DATE, CORM_TYPE_DATE},
    {CORM_OP_ADD, CORM_TYPE_INTEGER, CORM_TYPE_NUMERIC, CORM_TYPE_NUMERIC},
    {CORM_OP_SUB, CORM_TYPE_INTEGER, CORM_TYPE_NUMERIC, CORM_TYPE_NUMERIC},
    {CORM_OP_MUL, CORM_TYPE_INTEGER, CORM_TYPE_INTERVAL, CORM_TYPE_INTERVAL},
    {CORM_OP_MUL, CORM_TYPE_INTEGER, CORM_TYPE_NUMERIC, CORM_TYPE_NUMERIC},
    {CORM_OP_DIV, CORM_TYPE_INTEGER, CORM_TYPE_INTEGER, CORM_TYPE_NUMERIC},
    {CORM_OP_DIV, CORM_TYPE_INTEGER, CORM_TYPE_NUMERIC, CORM_TYPE_NUMERIC},
    {CORM_OP_FLOORDIV, CORM_TYPE_INTEGER, CORM_TYPE_NUMERIC, CORM_TYPE_NUMERIC},
    {CORM_OP_ADD, CORM_TYPE_NUMERIC, CORM_TYPE_NUMERIC, CORM_TYPE_NUMERIC},
    {CORM_OP_SUB, CORM_TYPE_NUMERIC, CORM_TYPE_NUMERIC, CORM_TYPE_NUMERIC},
    {CORM_OP_MUL, CORM_TYPE_NUMERIC, CORM_TYPE_NUMERIC, CORM_TYPE_NUMERIC},
    {CORM_OP_MUL, CORM_TYPE_NUMERIC, CORM_TYPE_INTERVAL, CORM_TYPE_INTERVAL},
    {CORM_OP_DIV, CORM_TYPE_NUMERIC, CORM_TYPE_NUMERIC, CORM_TYPE_NUMERIC},
    {CORM_OP_ADD, CORM_TYPE_DATE, CORM_TYPE_INTERVAL, CORM_TYPE_DATETIME},
    {CORM_OP_ADD, CORM_TYPE_DATE, CORM_TYPE_TIME, CORM_TYPE_DATETIME},
    {CORM_OP_SUB, CORM_TYPE_DATE, CORM_TYPE_DATE, CORM_TYPE_INTEGER},
    {CORM_OP_SUB, CORM_TYPE_DATE, CORM_TYPE_INTERVAL, CORM_TYPE_DATETIME},
    {CORM_OP_SUB, CORM_TYPE_DATE, CORM_TYPE_DATETIME, CORM_TYPE_INTERVAL},
    {CORM_OP_SUB, CORM_TYPE_DATETIME, CORM_TYPE_DATETIME, CORM_TYPE_INTERVAL},
    {CORM_OP_ADD, CORM_TYPE_TIME, CORM_TYPE_DATE, CORM_TYPE_DATETIME},
    {CORM_OP_SUB, CORM_TYPE_TIME, CORM_TYPE_TIME, CORM_TYPE_INTERVAL},
    {CORM_OP_ADD, CORM_TYPE_INTERVAL, CORM_TYPE_DATE, CORM_TYPE_DATETIME},
    {CORM_OP_ADD, CORM_TYPE_INTERVAL, CORM_TYPE_DATETIME, CORM_TYPE_DATETIME},
    {CORM_OP_ADD, CORM_TYPE_INTERVAL, CORM_TYPE_TIME, CORM_TYPE_TIME},
};

static const corm_type *arithmetic_result(int op, const corm_type *l, const corm_type *r) {
  int left = cm_type_affinity(l), right = cm_type_affinity(r);
  for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
    const arithmetic *a = &results[i];
    if (a->op != op || a->left != left || a->right != right)
      continue;
    if (a->result == right)
      return r;
    return a->result == left ? l : corm_type_plain((corm_type_kind)a->result);
  }
  return l;
}

static int is_commutative(int op) {
  return op == CORM_OP_ADD || op == CORM_OP_MUL || op == CORM_OP_EQ || op == CORM_OP_NE;
}

static int is_text_or_unknown(const corm_type *t) {
  return cm_type_affinity(t) == CORM_TYPE_STRING || t->kind == CORM_TYPE_NULL || t->kind == CORM_TYPE_BINARY;
}

const corm_type *cm_operator_result(int *op, const corm_type *l, const corm_type *r) {
  if (cm_operator_is_comparison(*op))
    return corm_type_plain(CORM_TYPE_BOOLEAN);
  if (l->kind == CORM_TYPE_NULL && r->kind != CORM_TYPE_NULL && is_commutative(*op)) {
    const corm_type *other = l;
    l = r; /* a side without a type follows the other */
    r = other;
  }
  if (*op == CORM_OP_ADD && (cm_type_affinity(l) == CORM_TYPE_STRING || l->kind == CORM_TYPE_BINARY) &&
      is_text_or_unknown(r))
    *op = CORM_OP_CONCAT;
  if (*op == CORM_OP_ADD && l->kind == CORM_TYPE_ARRAY)
    *op = CORM_OP_CONCAT;
  if (*op == CORM_OP_INDEX && l->kind == CORM_TYPE_ARRAY && l->item && l->dimensions <= 1)
    return l->item;
  if (*op == CORM_OP_INDEX || *op == CORM_OP_JSON_PATH)
    return l;
  if (*op == CORM_OP_JSON_TEXT || *op == CORM_OP_JSON_PATH_TEXT)
    return corm_type_plain(CORM_TYPE_STRING);
  return arithmetic_result(*op, l, r);
}
