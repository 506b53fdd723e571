#include "base/def.h"
#include "base/error.h"
#include <string.h>

static int is_zero(const char *p, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (p[i])
      return 0;
  return 1;
}

int cm_def_read(void *out, size_t known, const void *def, corm_error **err) {
  size_t size = 0;
  memset(out, 0, known);
  if (def)
    memcpy(&size, def, sizeof size);
  if (size < sizeof size)
    return cm_fail(err, CORM_EARGUMENT, "a definition must begin with its size");
  if (size > known && !is_zero((const char *)def + known, size - known))
    return cm_fail(err, CORM_EARGUMENT, "a definition has fields that this version of the library does not know");
  memcpy(out, def, size < known ? size : known);
  return CORM_OK;
}

int cm_options_read(void *out, size_t known, const void *options, corm_error **err) {
  if (options)
    return cm_def_read(out, known, options, err);
  memset(out, 0, known);
  return CORM_OK;
}
