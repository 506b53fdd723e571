/* The host that an engine has when none was given: C itself, which has no lock to leave and no values of its own. */
#include "engine/engine.h"

static int refuse_bind(void *self, const corm_type *type, const corm_dialect *dialect, const corm_value *in,
                       corm_value *out, void **pin, corm_error **err) {
  (void)self;
  (void)type;
  (void)dialect;
  *pin = NULL;
  *out = *in;
  if (in->kind != CORM_HOST)
    return CORM_OK;
  return cm_fail(err, CORM_ESTATEMENT, "a host value cannot be sent: this engine was opened without a host");
}

static int call_fill(void *self, void *fn, const corm_fill *fill, corm_value *out, void **pin, corm_error **err) {
  const corm_default_fn *function = fn;
  (void)self;
  *pin = NULL;
  return (*function)(fill, out, err);
}

static const corm_host c_host = {.size = sizeof(corm_host), .bind = refuse_bind, .fill = call_fill};

const corm_host *cm_host_c(void) { return &c_host; }
