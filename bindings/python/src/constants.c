/* The core's numbers that Python knows by name: kinds of nodes and types, operators, flags. */
#include "binding.h"

typedef struct constant {
  const char *name;
  int value;
} constant;

/* In the dictionary `kinds`, by which set_node_classes tells classes. */
static const constant kinds[] = {
    {"COLUMN", CORM_NODE_COLUMN},
    {"NAMED", CORM_NODE_NAMED},
    {"LITERAL_COLUMN", CORM_NODE_LITERAL_COLUMN},
    {"BIND", CORM_NODE_BIND},
    {"NULL", CORM_NODE_NULL},
    {"TRUE", CORM_NODE_TRUE},
    {"FALSE", CORM_NODE_FALSE},
    {"BINARY", CORM_NODE_BINARY},
    {"UNARY", CORM_NODE_UNARY},
    {"AND", CORM_NODE_AND},
    {"OR", CORM_NODE_OR},
    {"BETWEEN", CORM_NODE_BETWEEN},
    {"TUPLE", CORM_NODE_TUPLE},
    {"LIST", CORM_NODE_LIST},
    {"FUNCTION", CORM_NODE_FUNCTION},
    {"OVER", CORM_NODE_OVER},
    {"FILTER", CORM_NODE_FILTER},
    {"WITHIN_GROUP", CORM_NODE_WITHIN_GROUP},
    {"CASE", CORM_NODE_CASE},
    {"CAST", CORM_NODE_CAST},
    {"TYPE_COERCE", CORM_NODE_TYPE_COERCE},
    {"EXTRACT", CORM_NODE_EXTRACT},
    {"LABEL", CORM_NODE_LABEL},
    {"SCALAR", CORM_NODE_SCALAR},
    {"EXISTS", CORM_NODE_EXISTS},
    {"TEXT", CORM_NODE_TEXT},
    {"HOST", CORM_NODE_HOST},
    {"ATTRIBUTE", CORM_NODE_ATTRIBUTE},
    {"RELATION_TEST", CORM_NODE_RELATION_TEST},
    {"MODIFIER", CORM_NODE_MODIFIER},
    {"TABLE", CORM_NODE_TABLE},
    {"ENTITY", CORM_NODE_ENTITY},
    {"ALIAS", CORM_NODE_ALIAS},
    {"CTE", CORM_NODE_CTE},
    {"LATERAL", CORM_NODE_LATERAL},
    {"JOIN", CORM_NODE_JOIN},
    {"VALUES", CORM_NODE_VALUES},
    {"SELECT", CORM_NODE_SELECT},
    {"COMPOUND", CORM_NODE_COMPOUND},
    {"INSERT", CORM_NODE_INSERT},
    {"UPDATE", CORM_NODE_UPDATE},
    {"DELETE", CORM_NODE_DELETE},
    {"CREATE_TABLE", CORM_NODE_CREATE_TABLE},
    {"DROP_TABLE", CORM_NODE_DROP_TABLE},
    {"CREATE_INDEX", CORM_NODE_CREATE_INDEX},
    {"DROP_INDEX", CORM_NODE_DROP_INDEX},
    {"SUBQUERY", CPY_CLASS_SUBQUERY},
    {"TABLE_VALUED", CPY_CLASS_TABLE_VALUED},
};

/* In the module itself. */
static const constant operators[] = {
    {"OP_EQ", CORM_OP_EQ},
    {"OP_NE", CORM_OP_NE},
    {"OP_LT", CORM_OP_LT},
    {"OP_LE", CORM_OP_LE},
    {"OP_GT", CORM_OP_GT},
    {"OP_GE", CORM_OP_GE},
    {"OP_ADD", CORM_OP_ADD},
    {"OP_SUB", CORM_OP_SUB},
    {"OP_MUL", CORM_OP_MUL},
    {"OP_DIV", CORM_OP_DIV},
    {"OP_FLOORDIV", CORM_OP_FLOORDIV},
    {"OP_MOD", CORM_OP_MOD},
    {"OP_CONCAT", CORM_OP_CONCAT},
    {"OP_BITAND", CORM_OP_BITAND},
    {"OP_BITOR", CORM_OP_BITOR},
    {"OP_BITXOR", CORM_OP_BITXOR},
    {"OP_SHL", CORM_OP_SHL},
    {"OP_SHR", CORM_OP_SHR},
    {"OP_IS", CORM_OP_IS},
    {"OP_IS_NOT", CORM_OP_IS_NOT},
    {"OP_IS_DISTINCT", CORM_OP_IS_DISTINCT},
    {"OP_IS_NOT_DISTINCT", CORM_OP_IS_NOT_DISTINCT},
    {"OP_LIKE", CORM_OP_LIKE},
    {"OP_NOT_LIKE", CORM_OP_NOT_LIKE},
    {"OP_ILIKE", CORM_OP_ILIKE},
    {"OP_NOT_ILIKE", CORM_OP_NOT_ILIKE},
    {"OP_IN", CORM_OP_IN},
    {"OP_NOT_IN", CORM_OP_NOT_IN},
    {"OP_STARTSWITH", CORM_OP_STARTSWITH},
    {"OP_NOT_STARTSWITH", CORM_OP_NOT_STARTSWITH},
    {"OP_ENDSWITH", CORM_OP_ENDSWITH},
    {"OP_NOT_ENDSWITH", CORM_OP_NOT_ENDSWITH},
    {"OP_CONTAINS", CORM_OP_CONTAINS},
    {"OP_NOT_CONTAINS", CORM_OP_NOT_CONTAINS},
    {"OP_REGEXP", CORM_OP_REGEXP},
    {"OP_NOT_REGEXP", CORM_OP_NOT_REGEXP},
    {"OP_MATCH", CORM_OP_MATCH},
    {"OP_NOT_MATCH", CORM_OP_NOT_MATCH},
    {"OP_COLLATE", CORM_OP_COLLATE},
    {"OP_INDEX", CORM_OP_INDEX},
    {"OP_JSON_PATH", CORM_OP_JSON_PATH},
    {"OP_JSON_TEXT", CORM_OP_JSON_TEXT},
    {"OP_AND", CORM_OP_AND},
    {"OP_OR", CORM_OP_OR},
    {"OP_BETWEEN", CORM_OP_BETWEEN},
    {"OP_NOT_BETWEEN", CORM_OP_NOT_BETWEEN},
    {"OP_CUSTOM", CORM_OP_CUSTOM},
    {"OP_NEG", CORM_OP_NEG},
    {"OP_INVERT", CORM_OP_INVERT},
    {"OP_NOT", CORM_OP_NOT},
    {"OP_ANY", CORM_OP_ANY},
    {"OP_ALL", CORM_OP_ALL},
    {"OP_DESC", CORM_OP_DESC},
    {"OP_ASC", CORM_OP_ASC},
    {"OP_NULLS_FIRST", CORM_OP_NULLS_FIRST},
    {"OP_NULLS_LAST", CORM_OP_NULLS_LAST},
    {"OP_DISTINCT", CORM_OP_DISTINCT},
};

static const constant binds[] = {
    {"BIND_UNIQUE", CORM_BIND_UNIQUE},
    {"BIND_EXPANDING", CORM_BIND_EXPANDING},
    {"BIND_LITERAL_EXECUTE", CORM_BIND_LITERAL_EXECUTE},
    {"BIND_REQUIRED", CORM_BIND_REQUIRED},
};

static const constant types[] = {
    {"TYPE_NULL", CORM_TYPE_NULL},
    {"TYPE_INTEGER", CORM_TYPE_INTEGER},
    {"TYPE_SMALLINT", CORM_TYPE_SMALLINT},
    {"TYPE_BIGINT", CORM_TYPE_BIGINT},
    {"TYPE_FLOAT", CORM_TYPE_FLOAT},
    {"TYPE_DOUBLE", CORM_TYPE_DOUBLE},
    {"TYPE_NUMERIC", CORM_TYPE_NUMERIC},
    {"TYPE_STRING", CORM_TYPE_STRING},
    {"TYPE_TEXT", CORM_TYPE_TEXT},
    {"TYPE_BOOLEAN", CORM_TYPE_BOOLEAN},
    {"TYPE_DATE", CORM_TYPE_DATE},
    {"TYPE_TIME", CORM_TYPE_TIME},
    {"TYPE_DATETIME", CORM_TYPE_DATETIME},
    {"TYPE_BINARY", CORM_TYPE_BINARY},
    {"TYPE_JSON", CORM_TYPE_JSON},
    {"TYPE_ENUM", CORM_TYPE_ENUM},
    {"TYPE_INTERVAL", CORM_TYPE_INTERVAL},
    {"TYPE_UUID", CORM_TYPE_UUID},
    {"TYPE_ARRAY", CORM_TYPE_ARRAY},
    {"TYPE_CUSTOM", CORM_TYPE_CUSTOM},
    {"TYPE_TIMEZONE", CORM_TYPE_TIMEZONE},
    {"TYPE_AS_DECIMAL", CORM_TYPE_AS_DECIMAL},
    {"TYPE_CHECK", CORM_TYPE_CHECK},
    {"TYPE_NATIVE", CORM_TYPE_NATIVE},
    {"TYPE_HOST_BIND", CORM_TYPE_HOST_BIND},
    {"TYPE_HOST_RESULT", CORM_TYPE_HOST_RESULT},
    {"TYPE_NONE_AS_NULL", CORM_TYPE_NONE_AS_NULL},
    {"TYPE_VARIABLE", CORM_TYPE_VARIABLE},
    {"TYPE_PRECISE", CORM_TYPE_PRECISE},
};

#define COUNT(table) (sizeof table / sizeof *(table))

static int add_all(PyObject *module, const constant *table, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (PyModule_AddIntConstant(module, table[i].name, table[i].value) < 0)
      return -1;
  return 0;
}

static int add_kinds(PyObject *module) {
  PyObject *all = PyDict_New();
  for (size_t i = 0; all && i < COUNT(kinds); i++) {
    PyObject *value = PyLong_FromLong(kinds[i].value);
    if (!value || PyDict_SetItemString(all, kinds[i].name, value) < 0)
      Py_CLEAR(all);
    Py_XDECREF(value);
  }
  int status = all ? PyModule_AddObjectRef(module, "kinds", all) : -1;
  Py_XDECREF(all);
  return status;
}

int cpy_add_constants(PyObject *module) {
  if (add_kinds(module) < 0 || add_all(module, operators, COUNT(operators)) < 0)
    return -1;
  return add_all(module, binds, COUNT(binds)) < 0 ? -1 : add_all(module, types, COUNT(types));
}
