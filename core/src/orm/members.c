/* Vectors of records, and reading a host's container into one. */
#include "orm/orm.h"

int cm_members_add(cm_members *m, corm_record *r, corm_error **err) {
  if (!cm_grow((void **)&m->records, &m->cap, m->n + 1, sizeof(corm_record *)))
    return cm_fail_memory(err);
  m->records[m->n++] = r;
  return CORM_OK;
}

int cm_members_remove(cm_members *m, const corm_record *r) {
  for (size_t i = 0; i < m->n; i++) {
    if (m->records[i] != r)
      continue;
    memmove(&m->records[i], &m->records[i + 1], (m->n - i - 1) * sizeof(corm_record *));
    m->n--;
    return 1;
  }
  return 0;
}

int cm_members_has(const cm_members *m, const corm_record *r) {
  for (size_t i = 0; i < m->n; i++)
    if (m->records[i] == r)
      return 1;
  return 0;
}

void cm_members_clear(cm_members *m) {
  cm_free(m->records);
  *m = (cm_members){0};
}

struct reading {
  cm_members *out;
  int failed;
};

static int read_one(void *ctx, corm_record *member) {
  struct reading *x = ctx;
  x->failed = cm_members_add(x->out, member, NULL);
  return x->failed;
}

int cm_members_read(corm_record *owner, int slot, cm_members *out, corm_error **err) {
  const corm_host *h = owner->home->host;
  struct reading x = {out, 0};
  corm_value v;
  if (cm_slot_peek(owner, slot, &v) != CORM_SLOT_LOADED || v.kind != CORM_HOST)
    return CORM_OK;
  if (!h->members)
    return cm_fail(err, CORM_EUNSUPPORTED, "the host of class \"%s\" does not list the members of its containers",
                   owner->home->entity->name);
  int status = h->members(h->self, owner, slot, v.as.h, read_one, &x, err);
  return status ? status : x.failed ? cm_fail_memory(err) : CORM_OK;
}
