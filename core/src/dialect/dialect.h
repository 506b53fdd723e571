/* Inside: the dialects that are built in. */
#ifndef CM_DIALECT_H
#define CM_DIALECT_H
#include <cormorant/ext/dialect.h>

extern const corm_dialect_def cm_dialect_standard, cm_dialect_sqlite, cm_dialect_postgresql;
#endif
