/* Inside: the drivers that are built in. */
#ifndef CM_DRIVER_REGISTRY_H
#define CM_DRIVER_REGISTRY_H
#include <cormorant/ext/driver.h>

extern const corm_driver cm_driver_sqlite3;
extern const corm_driver cm_driver_libpq;
#endif
