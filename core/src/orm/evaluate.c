/* WHERE and SET of an ORM UPDATE or DELETE, worked out on objects in memory: what can be is a small part of SQL. */
#include "orm/evaluate.h"

/* ---- What can be evaluated
 * ------------------------------------------------------------------------------------------------ */

static int is_of(const cm_evaluator *v, const corm_node *column) {
  const corm_node *source = cm_kid(column, 0);
  if (!source)
    return 0;
  if (source->kind == CORM_NODE_ENTITY)
    return corm_entity_is_a(v->entity, source->ref) && column->level > 0;
  return source->kind == CORM_NODE_TABLE && column->ref && cm_entity_attribute_of(v->entity, column->ref) != NULL;
}

static int all_can(const cm_evaluator *v, const corm_node *x) {
  for (size_t i = 0; i < x->n; i++)
    if (!x->kids[i] || !cm_can_evaluate(v, x->kids[i]))
      return 0;
  return 1;
}

static int binary_can(const cm_evaluator *v, const corm_node *x) {
  switch (x->op) {
  case CORM_OP_EQ:
  case CORM_OP_NE:
  case CORM_OP_LT:
  case CORM_OP_LE:
  case CORM_OP_GT:
  case CORM_OP_GE:
  case CORM_OP_IS:
  case CORM_OP_IS_NOT:
  case CORM_OP_ADD:
  case CORM_OP_SUB:
  case CORM_OP_MUL:
  case CORM_OP_CONCAT:
    return all_can(v, x);
  case CORM_OP_IN:
  case CORM_OP_NOT_IN:
    return x->n == 2 && cm_can_evaluate(v, x->kids[0]) && x->kids[1]->kind == CORM_NODE_BIND && x->kids[1]->many &&
           !(x->kids[1]->flags & CM_BIND_TUPLES);
  default:
    return 0;
  }
}

/* Whose foreign key or key a test along a relation compares; NULL: it needs another table. */
static const corm_entity *tested(const corm_node *x) {
  const corm_node *attribute = x->kids[0];
  const corm_relation *r = attribute->ref;
  if (x->value.kind != CORM_RECORD || r->secondary || attribute->kids[1] || attribute->kids[2])
    return NULL;
  if (x->op == CORM_TEST_PARENT || x->op == CORM_TEST_MEMBER)
    return r->target;
  if (x->op != CORM_TEST_EQ || r->direction != CORM_MANY_TO_ONE)
    return NULL;
  return attribute->kids[0]->kind == CORM_NODE_ENTITY ? r->owner : NULL;
}

static int test_can(const cm_evaluator *v, const corm_node *x) {
  const corm_entity *e = tested(x);
  return e && corm_entity_is_a(v->entity, e);
}

int cm_can_evaluate(const cm_evaluator *v, const corm_node *x) {
  switch (x->kind) {
  case CORM_NODE_RELATION_TEST:
    return test_can(v, x);
  case CORM_NODE_NULL:
  case CORM_NODE_TRUE:
  case CORM_NODE_FALSE:
    return 1;
  case CORM_NODE_BIND:
    return !(x->flags & CM_BIND_EXPANDING);
  case CORM_NODE_COLUMN:
    return is_of(v, x);
  case CORM_NODE_AND:
  case CORM_NODE_OR:
    return all_can(v, x);
  case CORM_NODE_UNARY:
    return (x->op == CORM_OP_NOT || x->op == CORM_OP_NEG) && all_can(v, x);
  case CORM_NODE_BINARY:
    return binary_can(v, x);
  default:
    return 0;
  }
}

/* ---- Leaves
 * ------------------------------------------------------------------------------------------------------------------ */

static int cell_of(cm_evaluator *v, const corm_type *type, const corm_value *in, corm_value *out, corm_error **err) {
  corm_column like = {.name = (char *)(uintptr_t) "", .type = type};
  return cm_key_cell(v->host, v->dialect, &like, in, out, &v->arena, err);
}

static int slot_of(const cm_evaluator *v, const corm_node *x, const corm_record *r) {
  const corm_node *source = x->kids[0];
  if (source->kind == CORM_NODE_ENTITY)
    return cm_slot_in(source->ref, (int)x->level - 1, r->home->entity);
  const cm_attribute *a = cm_entity_attribute_of(r->home->entity, x->ref);
  (void)v;
  return a ? a->slot : -1;
}

static int column_value(cm_evaluator *v, const corm_node *x, corm_record *r, corm_value *out, corm_error **err) {
  corm_value raw;
  int slot = slot_of(v, x, r);
  if (slot < 0 || slot >= r->n || cm_slot_peek(r, slot, &raw) != CORM_SLOT_LOADED) {
    v->unknown = 1;
    *out = corm_null();
    return CORM_OK;
  }
  return cell_of(v, x->type, &raw, out, err);
}

static int bind_value(cm_evaluator *v, const corm_node *x, corm_value *out, corm_error **err) {
  const corm_params *p = v->params;
  corm_value raw = x->value;
  for (size_t i = 0; p && x->name && !(x->flags & CM_BIND_UNIQUE) && i < p->n; i++)
    if (!strcmp(p->names[i], x->name))
      raw = p->values[i];
  if (raw.kind == CORM_RECORD && corm_record_peek(raw.as.r, x->level, &raw) != CORM_SLOT_LOADED)
    v->unknown = 1;
  return cell_of(v, x->type, &raw, out, err);
}

/* ---- Operators: NULL is unknown
 * ------------------------------------------------------------------------------------------- */

static int is_number(const corm_value *a) {
  return a->kind == CORM_INT || a->kind == CORM_BOOL || a->kind == CORM_DOUBLE;
}

static double number(const corm_value *a) { return a->kind == CORM_DOUBLE ? a->as.f : (double)a->as.i; }

static int compare(cm_evaluator *v, const corm_value *a, const corm_value *b) {
  if (is_number(a) && is_number(b)) {
    if (a->kind != CORM_DOUBLE && b->kind != CORM_DOUBLE)
      return (a->as.i > b->as.i) - (a->as.i < b->as.i);
    return (number(a) > number(b)) - (number(a) < number(b));
  }
  if (a->kind != b->kind)
    v->unknown = 1;
  else if (a->kind == CORM_TEXT || a->kind == CORM_BYTES) {
    size_t n = a->size < b->size ? a->size : b->size;
    int c = n ? memcmp(a->as.p, b->as.p, n) : 0;
    return c ? c : (a->size > b->size) - (a->size < b->size);
  } else if (a->kind == CORM_DATE || a->kind == CORM_TIME || a->kind == CORM_TIMESTAMP) {
    return (a->as.i > b->as.i) - (a->as.i < b->as.i);
  } else {
    v->unknown = 1;
  }
  return 0;
}

static corm_value arithmetic(cm_evaluator *v, int op, const corm_value *a, const corm_value *b) {
  int64_t i = 0;
  int over = 0;
  if (!is_number(a) || !is_number(b)) {
    v->unknown = 1;
    return corm_null();
  }
  if (a->kind == CORM_DOUBLE || b->kind == CORM_DOUBLE) {
    double x = number(a), y = number(b);
    return corm_double(op == CORM_OP_ADD ? x + y : op == CORM_OP_SUB ? x - y : x * y);
  }
  if (op == CORM_OP_ADD)
    over = __builtin_add_overflow(a->as.i, b->as.i, &i);
  else if (op == CORM_OP_SUB)
    over = __builtin_sub_overflow(a->as.i, b->as.i, &i);
  else
    over = __builtin_mul_overflow(a->as.i, b->as.i, &i);
  v->unknown |= over;
  return corm_int(i);
}

static corm_value concatenate(cm_evaluator *v, const corm_value *a, const corm_value *b) {
  corm_value out = *a;
  size_t size = (size_t)a->size + b->size;
  int are_texts = a->kind == CORM_TEXT && b->kind == CORM_TEXT && size < UINT32_MAX;
  char *text = are_texts ? cm_arena_alloc(&v->arena, size + 1) : NULL;
  if (!text) {
    v->unknown = 1;
    return corm_null();
  }
  if (a->size)
    memcpy(text, a->as.p, a->size);
  if (b->size)
    memcpy(text + a->size, b->as.p, b->size);
  text[size] = 0;
  out.as.p = text;
  out.size = (uint32_t)size;
  out.flags = a->flags & b->flags & CORM_VALUE_ASCII;
  return out;
}

static corm_value operate(cm_evaluator *v, int op, const corm_value *a, const corm_value *b) {
  if (op == CORM_OP_IS || op == CORM_OP_IS_NOT) {
    int same = a->kind == CORM_NULL || b->kind == CORM_NULL ? a->kind == b->kind : corm_value_equal(a, b);
    return corm_bool(same == (op == CORM_OP_IS));
  }
  if (a->kind == CORM_NULL || b->kind == CORM_NULL)
    return corm_null();
  switch (op) {
  case CORM_OP_EQ:
    return corm_bool(corm_value_equal(a, b));
  case CORM_OP_NE:
    return corm_bool(!corm_value_equal(a, b));
  case CORM_OP_LT:
    return corm_bool(compare(v, a, b) < 0);
  case CORM_OP_LE:
    return corm_bool(compare(v, a, b) <= 0);
  case CORM_OP_GT:
    return corm_bool(compare(v, a, b) > 0);
  case CORM_OP_GE:
    return corm_bool(compare(v, a, b) >= 0);
  case CORM_OP_CONCAT:
    return concatenate(v, a, b);
  default:
    return arithmetic(v, op, a, b);
  }
}

static int is_true(const corm_value *a) { return is_number(a) && number(a) != 0; }

/* AND stops at false, OR at true; otherwise unknown wins. */
static int junction(cm_evaluator *v, const corm_node *x, corm_record *r, corm_value *out, corm_error **err) {
  int decisive = x->kind == CORM_NODE_OR, unknown = 0;
  for (size_t i = 0; i < x->n; i++) {
    int status = cm_evaluate(v, x->kids[i], r, out, err);
    if (status)
      return status;
    if (out->kind == CORM_NULL)
      unknown = 1;
    else if (is_true(out) == decisive) {
      *out = corm_bool(decisive);
      return CORM_OK;
    }
  }
  *out = unknown ? corm_null() : corm_bool(!decisive);
  return CORM_OK;
}

static int in_list(cm_evaluator *v, const corm_node *x, corm_record *r, corm_value *out, corm_error **err) {
  const cm_values *many = x->kids[1]->many;
  corm_value a, b;
  int nulls = 0, found = 0;
  int status = cm_evaluate(v, x->kids[0], r, &a, err);
  for (size_t i = 0; !status && !found && i < many->n; i++) {
    status = cell_of(v, x->kids[0]->type, &many->values[i], &b, err);
    nulls |= b.kind == CORM_NULL;
    found = !status && corm_value_equal(&a, &b);
  }
  if (status)
    return status;
  if ((a.kind == CORM_NULL && many->n) || (!found && nulls))
    *out = corm_null();
  else
    *out = corm_bool(found == (x->op == CORM_OP_IN));
  return CORM_OK;
}

static int unary(cm_evaluator *v, const corm_node *x, corm_record *r, corm_value *out, corm_error **err) {
  corm_value a, zero = corm_int(0);
  int status = cm_evaluate(v, x->kids[0], r, &a, err);
  if (status)
    return status;
  if (a.kind == CORM_NULL)
    *out = a;
  else if (x->op == CORM_OP_NOT)
    *out = corm_bool(!is_true(&a));
  else
    *out = arithmetic(v, CORM_OP_SUB, &zero, &a);
  return CORM_OK;
}

static int binary(cm_evaluator *v, const corm_node *x, corm_record *r, corm_value *out, corm_error **err) {
  corm_value a, b;
  if (x->op == CORM_OP_IN || x->op == CORM_OP_NOT_IN)
    return in_list(v, x, r, out, err);
  int status = cm_evaluate(v, x->kids[0], r, &a, err);
  if (!status)
    status = cm_evaluate(v, x->kids[1], r, &b, err);
  if (!status)
    *out = operate(v, x->op, &a, &b);
  return status;
}

static int peek_cell(cm_evaluator *v, corm_record *r, int slot, const corm_type *type, corm_value *out,
                     corm_error **err) {
  corm_value raw;
  if (slot < 0 || slot >= r->n || cm_slot_peek(r, slot, &raw) != CORM_SLOT_LOADED) {
    v->unknown = 1;
    *out = corm_null();
    return CORM_OK;
  }
  return cell_of(v, type, &raw, out, err);
}

/* The columns by which the relation joins, one by one. */
static int relation_test(cm_evaluator *v, const corm_node *x, corm_record *r, corm_value *out, corm_error **err) {
  const corm_relation *rel = ((const corm_node *)x->kids[0])->ref;
  const corm_entity *e = tested(x);
  int forward = x->op == CORM_TEST_EQ || rel->direction != CORM_MANY_TO_ONE, status = CORM_OK;
  corm_value a, b;
  *out = corm_bool(1);
  for (size_t i = 0; !status && i < rel->n_pairs && x->n > 2 + i; i++) {
    int slot = forward ? rel->pairs[i].to_slot : rel->pairs[i].from_slot;
    status = bind_value(v, x->kids[2 + i], &b, err);
    if (!status)
      status = peek_cell(v, r, cm_slot_in(e, slot, r->home->entity), x->kids[2 + i]->type, &a, err);
    if (!status && (a.kind == CORM_NULL || b.kind == CORM_NULL || !corm_value_equal(&a, &b)))
      *out = corm_bool(0);
  }
  return status;
}

int cm_evaluate(cm_evaluator *v, const corm_node *x, corm_record *r, corm_value *out, corm_error **err) {
  *out = corm_null();
  switch (x->kind) {
  case CORM_NODE_NULL:
    return CORM_OK;
  case CORM_NODE_TRUE:
    *out = corm_bool(1);
    return CORM_OK;
  case CORM_NODE_FALSE:
    *out = corm_bool(0);
    return CORM_OK;
  case CORM_NODE_BIND:
    return bind_value(v, x, out, err);
  case CORM_NODE_COLUMN:
    return column_value(v, x, r, out, err);
  case CORM_NODE_RELATION_TEST:
    return relation_test(v, x, r, out, err);
  case CORM_NODE_AND:
  case CORM_NODE_OR:
    return junction(v, x, r, out, err);
  case CORM_NODE_UNARY:
    return unary(v, x, r, out, err);
  case CORM_NODE_BINARY:
    return binary(v, x, r, out, err);
  default:
    return cm_fail(err, CORM_EINTERNAL, "a node of kind %d cannot be evaluated", x->kind);
  }
}

int cm_evaluate_test(cm_evaluator *v, const corm_node *where, corm_record *r, int *yes, corm_error **err) {
  corm_value out = corm_bool(1);
  v->unknown = 0;
  int status = where ? cm_evaluate(v, where, r, &out, err) : CORM_OK;
  *yes = !status && (v->unknown || is_true(&out));
  cm_arena_reset(&v->arena);
  return status;
}
