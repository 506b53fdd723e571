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

/* Mapper and instance events go to those who listen to the record's class, then to its parents'. */
static int c_event(void *self, const corm_event *ev, corm_error **err) {
  int status = CORM_OK;
  (void)self;
  if (ev->kind >= CORM_EV_BEFORE_FLUSH)
    return cm_listeners_tell(&ev->session->listeners, ev, err);
  for (const corm_entity *e = ev->record->home->entity; e && !status; e = e->parent) {
    const struct cm_entity_orm *o = e->orm;
    status = o ? cm_listeners_tell(&o->listeners, ev, err) : CORM_OK;
  }
  return status;
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
    .event = c_event,
};

const corm_host *cm_host_of_c(void) { return &c_host; }

/* ---- Listening -------------------------------------------------------------------------------------------------- */

int corm_session_listen(corm_session *s, int kind, corm_listener fn, void *ctx, corm_error **err) {
  if (kind < CORM_EV_BEFORE_FLUSH || kind >= CORM_EV_KINDS || !fn)
    return cm_fail(err, CORM_EARGUMENT, "sessions have no event of the kind %d that a function could listen to", kind);
  if (s->host != &c_host)
    return cm_fail(err, CORM_EMISUSE, "this session has a host of its own, which is told its events");
  int status = cm_listeners_add(&s->listeners, kind, fn, ctx, err);
  if (!status)
    s->events |= CORM_EV_BIT(kind);
  return status;
}

static int hear(corm_entity *e, uint64_t bit) {
  struct cm_entity_orm *o = cm_entity_orm(e);
  int ok = o != NULL;
  if (o)
    o->listened |= bit;
  for (size_t i = 0; ok && i < e->n_children; i++)
    ok = hear(e->children[i], bit);
  return ok;
}

int corm_entity_listen(corm_entity *e, int kind, corm_listener fn, void *ctx, corm_error **err) {
  struct cm_entity_orm *o = cm_entity_orm(e);
  if (kind < CORM_EV_BEFORE_INSERT || kind >= CORM_EV_BEFORE_FLUSH || !fn)
    return cm_fail(err, CORM_EARGUMENT, "classes have no event of the kind %d that a function could listen to", kind);
  if (!o || !hear(e, CORM_EV_BIT(kind)))
    return cm_fail_memory(err);
  return cm_listeners_add(&o->listeners, kind, fn, ctx, err);
}

/* ---- The members of a relation ------------------------------------------------------------------------------------
 */

int corm_record_get_members(corm_record *r, const char *key, corm_record *const **out, size_t *n, corm_error **err) {
  corm_value v;
  int slot = corm_entity_peek_slot(r->home->entity, key);
  *out = NULL;
  *n = 0;
  if (slot < 0)
    return cm_entity_fail_name(err, r->home->entity, key);
  const corm_relation *rel = cm_record_attribute(r, slot)->relation;
  if (!rel || !rel->uselist)
    return cm_fail(err, CORM_EARGUMENT, "attribute \"%s.%s\" is no relation to many", r->home->entity->name, key);
  if (r->home->host != &c_host)
    return cm_fail(err, CORM_EMISUSE, "the host of class \"%s\" keeps the members of its relations itself",
                   r->home->entity->name);
  int status = corm_record_get(r, slot, &v, NULL, err);
  if (status || v.kind != CORM_HOST)
    return status;
  const cm_members *m = container_of(v.as.h);
  *out = m->records;
  *n = m->n;
  return CORM_OK;
}
