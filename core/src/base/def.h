/* Structs that programs fill: options and definitions, each with its size in front. */
#ifndef CM_DEF_H
#define CM_DEF_H
#include <cormorant/error.h>
#include <stddef.h>

/* Copies one. What an older caller does not have is zero; what a newer caller has, and is not known here, must be
 * (EARGUMENT). A def of NULL or without a size is EARGUMENT, too; out is zero then. */
int cm_def_read(void *out, size_t known, const void *def, corm_error **err);
/* The same for options, which may be NULL: zero. */
int cm_options_read(void *out, size_t known, const void *options, corm_error **err);
#endif
