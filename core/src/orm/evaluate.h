/* A condition or a value of a statement, worked out on one object. */
#ifndef CM_EVALUATE_H
#define CM_EVALUATE_H
#include "orm/unit.h"

typedef struct cm_evaluator {
  const corm_entity *entity;
  const corm_host *host;
  const corm_params *params; /* values of named binds; may be NULL */
  int unknown;               /* an attribute that was needed is not loaded, or kinds do not compare */
  cm_arena arena;
  const corm_dialect *dialect; /* of the engine that the statement runs on */
} cm_evaluator;
int cm_can_evaluate(const cm_evaluator *, const corm_node *);
/* Text lies in the arena or is borrowed. */
int cm_evaluate(cm_evaluator *, const corm_node *, corm_record *, corm_value *out, corm_error **err);
/* Whether the record meets the condition (NULL: all do), or may meet it. Resets the arena. */
int cm_evaluate_test(cm_evaluator *, const corm_node *where, corm_record *, int *yes, corm_error **err);
#endif
