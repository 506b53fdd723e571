/* Access to the elements of a JSON value. */
#include "compile/compiler.h"

/* Not a number of references that could ever reach zero. */
#define KEY(text)                                                                                                      \
  {                                                                                                                    \
    .refs = INT32_MAX / 2 + 1, .kind = CORM_TYPE_CUSTOM, .name = (char[]) { text }                                     \
  }
const corm_type cm_type_json_key = KEY("json key");
static const corm_type json_index = KEY("json index"), json_path = KEY("json path");
#undef KEY

int cm_is_json_key(const corm_type *type) {
  return type == &cm_type_json_key || type == &json_index || type == &json_path;
}

static const corm_type *key_type(const corm_node *x) {
  if (x->op == CORM_OP_JSON_PATH || x->op == CORM_OP_JSON_PATH_TEXT)
    return &json_path;
  return cm_type_is_integer(cm_kid(x, 1)->type) ? &json_index : &cm_type_json_key;
}

static const char *key_text(corm_writer *w, const corm_node *x) {
  const corm_node *key = cm_kid(x, 1);
  const char *text = NULL;
  w->c->json_key = key->kind == CORM_NODE_BIND ? key_type(x) : NULL;
  text = cm_operand_text(w, key, x->op);
  w->c->json_key = NULL;
  if (key->kind == CORM_NODE_BIND)
    cm_set_bind_type(w->c, key, key_type(x));
  return text;
}

/* as_string() and its kin stand where the access to the element stood: its left side is parenthesised as that of it. */
static const char *left_text(corm_writer *w, const corm_node *x) {
  int op = x->op;
  if (x->level == CM_JSON_TYPED)
    op = op == CORM_OP_JSON_PATH_TEXT ? CORM_OP_JSON_PATH : CORM_OP_INDEX;
  return cm_operand_text(w, cm_kid(x, 0), op);
}

static void put_access(corm_writer *w, const corm_node *x) {
  corm_type_view view = cm_type_view(cm_kid(x, 0)->type, NULL); /* an operator is of the type, whatever it is there */
  const char *l = NULL, *r = NULL;
  corm_writer part;
  int done = 0, inside = w->c->in_operator++;
  l = left_text(w, x);
  r = key_text(w, x);
  w->c->in_operator--;
  cm_w_init(&part, w->c);
  done = w->d->json(&part, x->op, &view, l, r, x->type->kind);
  corm_write(w, done == 2 && inside ? "(" : "");
  corm_write(w, cm_w_take(&part));
  corm_write(w, done == 2 && inside ? ")" : "");
  if (!done)
    cm_w_sides(w, x, x->op);
}

int cm_is_json_cast(const corm_compiler *c, const corm_node *x) {
  return x && x->kind == CORM_NODE_BINARY && x->level == CM_JSON_TYPED &&
         (x->op == CORM_OP_JSON_TEXT || x->op == CORM_OP_JSON_PATH_TEXT) && cm_c_feature(c, CORM_DIALECT_JSON_CASTS);
}

void cm_w_json(corm_writer *w, const corm_node *x, const corm_type *as) {
  if (!w->d->json || cm_kid(x, 0)->type->kind != CORM_TYPE_JSON) {
    cm_w_sides(w, x, x->op);
    return;
  }
  if (!cm_is_json_cast(w->c, x)) {
    put_access(w, x);
    return;
  }
  corm_write(w, "CAST(");
  put_access(w, x);
  corm_write(w, " AS ");
  cm_w_type(w, as, 1);
  corm_write(w, ")");
}
