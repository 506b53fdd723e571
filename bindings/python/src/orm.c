/* The object layer of the module. */
#include "orm.h"

int cpy_add_orm(PyObject *module) {
  int (*const parts[])(PyObject *) = {
      cpy_add_instance, cpy_add_metatype,        cpy_add_mapped,       cpy_add_entity,      cpy_add_entity_attributes,
      cpy_add_carrier,  cpy_add_state,           cpy_add_attribute,    cpy_add_slots,       cpy_add_relation,
      cpy_add_session,  cpy_add_session_objects, cpy_add_session_read, cpy_add_transaction, cpy_add_host_orm,
      cpy_add_option,   cpy_add_unmapped};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (parts[i](module) < 0)
      return -1;
  return 0;
}
