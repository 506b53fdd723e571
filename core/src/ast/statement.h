/* What the statement builders share. Each takes the statement and gives it, or its copy, back. */
#ifndef CM_AST_STATEMENT_H
#define CM_AST_STATEMENT_H
#include "ast/node.h"

/* Poison: `what` is no clause of this kind of statement. */
corm_node *cm_refuse(corm_node *stmt, const char *what);
/* A clause set; the kid is taken. */
corm_node *cm_put(corm_node *stmt, size_t place, corm_node *kid);
/* Members added to the list in that place; each is taken. */
corm_node *cm_add_to(corm_node *stmt, size_t place, corm_node *const *members, size_t n);
#endif
