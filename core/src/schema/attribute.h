/* Adding to the slots of an entity. */
#ifndef CM_SCHEMA_ATTRIBUTE_H
#define CM_SCHEMA_ATTRIBUTE_H
#include "schema/schema.h"

/* Puts a copy of the attribute into a new slot of the entity and of its children, or, where the key is inherited, into
 * the slot that it has. EINVALID when the entity itself declared the key already. */
int cm_entity_put(int *slot, corm_entity *, cm_attribute *like, corm_error **err);
#endif
