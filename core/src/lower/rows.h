/* The outermost statement: its columns, and what a row of it gives. */
#ifndef CM_LOWER_ROWS_H
#define CM_LOWER_ROWS_H
#include "lower/lowering.h"

/* Adds the columns of a statement's list to e->primary, its entities and items to the plan. */
void cm_rows_of(cm_eager *, const corm_node *columns);
void cm_rows_item(cm_lowering *, const corm_node *selected, size_t place);
/* Columns of joined entities lie behind all others: by so many places. */
void cm_rows_shift(cm_plan *, size_t by);
corm_node *cm_l_select(cm_lowering *, const corm_node *select);
corm_node *cm_l_change(cm_lowering *, const corm_node *insert_update_or_delete);
/* The items of a statement that has nothing to do with entities. */
void cm_rows_plain(cm_lowering *, const corm_node *stmt);
#endif
