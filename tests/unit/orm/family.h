/* A second schema for the unit of work: a tree, children that go with their parent, a hierarchy of classes, columns
 * that fill themselves, two sides of pairs. */
#ifndef FAMILY_H
#define FAMILY_H
#include "../support.h"
#include "orm/orm.h"
#include <cormorant/engine.h>
#include <cormorant/session.h>

typedef struct family {
  corm_schema *schema;
  corm_catalog *catalog;
  corm_entity *node, *parent, *child, *employee, *engineer, *filled, *left, *right;
  int node_id, node_up, node_name, node_parent, node_children;
  int parent_id, parent_name, parent_children;
  int child_id, child_parent_id, child_name, child_parent;
  int employee_id, employee_kind, employee_name, engineer_language;
  int filled_id, filled_name, filled_plain, filled_made, filled_server, filled_changed;
  int left_id, left_rights, right_id, right_lefts;
} family;

int family_make(family *, corm_error **err);
void family_free(family *);
int family_engine(family *, corm_engine **out, const corm_host *, corm_error **err);
#endif
