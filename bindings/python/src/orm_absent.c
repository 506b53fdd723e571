/* What the files of objects and sessions define: these stand in where they are not compiled in. */
#include "runtime.h"

__attribute__((weak)) void cpy_host_add_orm(corm_host *host) { (void)host; }

__attribute__((weak)) int cpy_orm_event(const corm_event *ev, corm_error **err) {
  (void)ev;
  (void)err;
  return CORM_OK;
}

__attribute__((weak)) PyObject *cpy_object_of_record(corm_record *record) {
  (void)record;
  return cpy_error("NotSupportedYet", "objects in rows are not here yet");
}
