/* The host of C: a record is its own object; a container is a cm_members, told from a record by its lowest bit. */
#include "orm/orm.h"

static cm_members *container_of(void *value) { return (cm_members *)((uintptr_t)value & ~(uintptr_t)1); }

static int c_object(void *self, corm_record *r, void **out, corm_error **err) {
  (void)self;
  (void)err;
  *out = r;
  return CORM_OK;
}

static corm_record *c_record(void *self, void *value) {
  (void)self;
  return (uintptr_t)value & 1 ? NULL : value;
}

static void c_unref(void *self, void *value) {
  (void)self;
  if (!((uintptr_t)value & 1))
    return;
  cm_members *m = container_of(value);
  cm_members_clear(m);
  cm_free(m);
}

static int c_container(void *self, corm_record *r, int slot, corm_record *const *members, size_t n, void **out,
                       corm_error **err) {
  cm_members *m = cm_alloc_zero(sizeof *m);
  (void)self;
  (void)r;
  (void)slot;
  int status = m ? CORM_OK : cm_fail_memory(err);
  for (size_t i = 0; !status && i < n; i++)
    status = cm_members_add(m, members[i], err);
  if (status && m) {
    cm_members_clear(m);
    cm_free(m);
  }
  *out = status ? NULL : (void *)((uintptr_t)m | 1);
  return status;
}

static int c_members(void *self, corm_record *r, int slot, void *container, corm_member_sink sink, void *ctx,
                     corm_error **err) {
  const cm_members *m = container_of(container);
  (void)self;
  (void)r;
  (void)slot;
  (void)err;
  for (size_t i = 0; i < m->n; i++)
    if (sink(ctx, m->records[i]))
      break;
  return CORM_OK;
}

static int c_change(void *self, corm_record *r, int slot, void *container, corm_record *member, int add,
                    corm_error **err) {
  cm_members *m = container_of(container);
  (void)self;
  (void)r;
  (void)slot;
  if (add)
    return cm_members_has(m, member) ? CORM_OK : cm_members_add(m, member, err);
  (void)cm_members_remove(m, member);
  return CORM_OK;
}

static int c_equal(void *self, const corm_type *type, const corm_value *a, const corm_value *b) {
  (void)self;
  (void)type;
  return corm_value_equal(a, b);
}

static const corm_host c_host = {
    .size = sizeof(corm_host),
    .object = c_object,
    .record = c_record,
    .unref = c_unref,
    .equal = c_equal,
    .container = c_container,
    .members = c_members,
    .change = c_change,
};

const corm_host *cm_host_of_c(void) { return &c_host; }
