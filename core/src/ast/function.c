/* Functions: what type each gives, how their literals are called. */
#include "ast/build.h"
#include <string.h>

typedef struct function_type {
  const char *name;
  int kind; /* FROM_ARGUMENTS: the type of the first argument that has one */
} function_type;

enum { FROM_ARGUMENTS = -1 };

/* Sorted by name. */
static const function_type functions[] = {
    {"aggregate_strings", CORM_TYPE_STRING},
    {"char_length", CORM_TYPE_INTEGER},
    {"coalesce", FROM_ARGUMENTS},
    {"concat", CORM_TYPE_STRING},
    {"count", CORM_TYPE_INTEGER},
    {"cume_dist", CORM_TYPE_NUMERIC},
    {"current_date", CORM_TYPE_DATE},
    {"current_time", CORM_TYPE_TIME},
    {"current_timestamp", CORM_TYPE_DATETIME},
    {"current_user", CORM_TYPE_STRING},
    {"dense_rank", CORM_TYPE_INTEGER},
    {"localtime", CORM_TYPE_DATETIME},
    {"localtimestamp", CORM_TYPE_DATETIME},
    {"max", FROM_ARGUMENTS},
    {"min", FROM_ARGUMENTS},
    {"now", CORM_TYPE_DATETIME},
    {"percent_rank", CORM_TYPE_NUMERIC},
    {"rank", CORM_TYPE_INTEGER},
    {"session_user", CORM_TYPE_STRING},
    {"sum", FROM_ARGUMENTS},
    {"sysdate", CORM_TYPE_DATETIME},
    {"user", CORM_TYPE_STRING},
};

static const corm_type *first_type(corm_node *const *args, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (args[i]->type->kind != CORM_TYPE_NULL)
      return args[i]->type;
  return corm_type_plain(CORM_TYPE_NULL);
}

static const corm_type *type_by_name(const char *name, corm_node *const *args, size_t n) {
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    if (!cm_equal_nocase(functions[i].name, name))
      continue;
    return functions[i].kind == FROM_ARGUMENTS ? first_type(args, n)
                                               : corm_type_plain((corm_type_kind)functions[i].kind);
  }
  return corm_type_plain(CORM_TYPE_NULL);
}

corm_expr *corm_func(const char *name, const corm_type *type, corm_expr *const *args, size_t n) {
  cm_make make = {.kind = CORM_NODE_FUNCTION, .name = name};
  corm_node *x = NULL;
  char room[128];
  corm_node *poison = cm_first_poison(args, n);
  if (poison)
    return poison;
  make.type = type ? type : type_by_name(name, args, n);
  x = cm_make_node(&make, args, n);
  if (cm_is_poison(x))
    return x;
  for (size_t i = 0; i < x->n; i++)
    if (cm_is_loose(x->kids[i]))
      x->kids[i] = cm_literal_named(x->kids[i], cm_bind_base(x, room, sizeof room));
  cm_node_seal(x);
  return x;
}

static int needs_distance(int bound) { return bound == CORM_BOUND_PRECEDING || bound == CORM_BOUND_FOLLOWING; }

static int is_frame(const corm_frame *f) {
  return (f->kind == CORM_FRAME_ROWS || f->kind == CORM_FRAME_RANGE) && f->from >= 0 &&
         f->from <= CORM_BOUND_FOLLOWING && f->to >= 0 && f->to <= CORM_BOUND_FOLLOWING &&
         needs_distance(f->from) == (f->from_by != NULL) && needs_distance(f->to) == (f->to_by != NULL);
}

corm_expr *corm_over(corm_expr *fn, corm_expr *partition_by, corm_expr *order_by, const corm_frame *frame) {
  corm_node *kids[CM_OVER_KIDS] = {fn, partition_by, order_by, frame ? frame->from_by : NULL,
                                   frame ? frame->to_by : NULL};
  cm_make make = {.kind = CORM_NODE_OVER, .type = fn->type};
  if (frame && !is_frame(frame)) {
    cm_unref_all(kids, CM_OVER_KIDS);
    return cm_poison(CORM_EARGUMENT,
                     "a window's frame has a kind, two bounds, and how far each is where that is asked");
  }
  for (int i = CM_OVER_PARTITION; i <= CM_OVER_ORDER; i++)
    if (kids[i] && kids[i]->kind != CORM_NODE_LIST)
      kids[i] = cm_make_list(&kids[i], 1);
  make.level = frame ? CM_OVER_FRAME(frame->kind, frame->from, frame->to) : 0;
  return cm_make_node(&make, kids, CM_OVER_KIDS);
}

corm_expr *corm_filter(corm_expr *fn, corm_expr *where) { return cm_make2(CORM_NODE_FILTER, 0, fn->type, fn, where); }

corm_expr *corm_within_group(corm_expr *fn, corm_expr *order_by) {
  const corm_type *type = fn->type;
  if (type->kind == CORM_TYPE_NULL)
    type = order_by->kind == CORM_NODE_LIST && order_by->n ? order_by->kids[0]->type : order_by->type;
  if (order_by->kind != CORM_NODE_LIST)
    order_by = cm_make_list(&order_by, 1);
  return cm_make2(CORM_NODE_WITHIN_GROUP, 0, type, fn, order_by);
}
