/* Homes: what the records of one entity in one session share. */
#include "orm/orm.h"

static cm_mutex lock; /* entities are shared by threads; the first record of each is made rarely */
static pthread_once_t lock_once = PTHREAD_ONCE_INIT;
static void make_lock(void) { (void)cm_mutex_init(&lock); }

static void entity_orm_free(void *p) {
  struct cm_entity_orm *o = p;
  for (cm_home *h = o->homes, *next; h; h = next) {
    next = h->next;
    cm_free(h);
  }
  if (o->plans_free)
    o->plans_free(o->plans);
  cm_listeners_free(&o->listeners);
  cm_free(o->expired);
  cm_free(o);
}

static struct cm_entity_orm *entity_orm_locked(corm_entity *e) {
  if (!e->orm) {
    e->orm_free = entity_orm_free;
    __atomic_store_n(&e->orm, cm_alloc_zero(sizeof(struct cm_entity_orm)), __ATOMIC_RELEASE);
  }
  return e->orm;
}

struct cm_entity_orm *cm_entity_orm(const corm_entity *entity) {
  corm_entity *e = (corm_entity *)(uintptr_t)entity;
  (void)pthread_once(&lock_once, make_lock);
  cm_lock(&lock);
  struct cm_entity_orm *o = entity_orm_locked(e);
  cm_unlock(&lock);
  return o;
}

const uint8_t *cm_entity_expired_tags(const corm_entity *e) {
  struct cm_entity_orm *o = __atomic_load_n(&e->orm, __ATOMIC_ACQUIRE);
  if (o && __atomic_load_n(&o->n_expired, __ATOMIC_ACQUIRE) >=
               e->n_attrs) /* made once, unless attributes were added since */
    return o->expired;
  o = cm_entity_orm(e);
  if (!o)
    return NULL;
  cm_lock(&lock);
  if (!o->expired || o->n_expired < e->n_attrs) {
    uint8_t *tags = cm_alloc(e->n_attrs + 1);
    for (size_t i = 0; tags && i < e->n_attrs; i++)
      tags[i] = e->attrs[i]->flags & CORM_ATTR_DEFERRED ? CM_ABSENT_DEFERRED : CM_ABSENT_EXPIRED;
    if (tags) {
      cm_free(o->expired);
      o->expired = tags;
      __atomic_store_n(&o->n_expired, e->n_attrs, __ATOMIC_RELEASE);
    }
  }
  const uint8_t *tags = o->expired && o->n_expired >= e->n_attrs ? o->expired : NULL;
  cm_unlock(&lock);
  return tags;
}

uint64_t cm_entity_events(const corm_entity *e) {
  const struct cm_entity_orm *o = e->orm;
  return o ? o->events | o->listened : 0;
}

void corm_entity_set_events(corm_entity *e, uint64_t mask) {
  struct cm_entity_orm *o = cm_entity_orm(e);
  if (o)
    o->events = mask;
}

static cm_home *home_new(const corm_entity *e, corm_session *s, const corm_host *host) {
  cm_home *h = cm_alloc_zero(sizeof *h);
  if (!h)
    return NULL;
  h->entity = (corm_entity *)(uintptr_t)e;
  h->session = s;
  h->host = host;
  return h;
}

static cm_home *home_for(cm_home *h, const corm_host *host) {
  while (h && h->host != host)
    h = h->next;
  return h;
}

/* Without the lock: homes are only put in front of others, complete, and go with their entity. */
static cm_home *known_home(const corm_entity *e, const corm_host *host) {
  struct cm_entity_orm *o = __atomic_load_n(&e->orm, __ATOMIC_ACQUIRE);
  return o ? home_for(__atomic_load_n(&o->homes, __ATOMIC_ACQUIRE), host) : NULL;
}

int cm_home_of_none(cm_home **out, const corm_entity *e, const corm_host *host, corm_error **err) {
  corm_entity *own = (corm_entity *)(uintptr_t)e;
  if ((*out = known_home(e, host)))
    return CORM_OK;
  (void)pthread_once(&lock_once, make_lock);
  cm_lock(&lock);
  struct cm_entity_orm *o = entity_orm_locked(own);
  cm_home *h = o ? home_for(o->homes, host) : NULL;
  if (o && !h && (h = home_new(e, NULL, host))) {
    h->next = o->homes;
    __atomic_store_n(&o->homes, h, __ATOMIC_RELEASE);
  }
  cm_unlock(&lock);
  *out = h;
  return h ? CORM_OK : cm_fail_memory(err);
}

int cm_home_of_session(cm_home **out, corm_session *s, const corm_entity *e, corm_error **err) {
  cm_home *h = cm_map_get_ptr(&s->homes_by_entity, e);
  *out = h;
  if (h)
    return CORM_OK;
  h = home_new(e, s, s->host);
  if (!h)
    return cm_fail_memory(err);
  if (!cm_map_put_ptr(&s->homes_by_entity, e, h)) {
    cm_free(h);
    return cm_fail_memory(err);
  }
  h->refs = 1;
  h->next = s->homes;
  s->homes = h;
  *out = h;
  return CORM_OK;
}

/* Homes of no session live with their entity and are shared by threads: they are not counted. */
void cm_home_unref(cm_home *h, size_t n) {
  if (!h->refs)
    return;
  h->refs -= n;
  if (!h->refs)
    cm_free(h);
}

void cm_home_switch(corm_record *r, cm_home *to) {
  cm_home *from = r->home;
  r->home = to;
  if (to->refs)
    to->refs++;
  cm_home_unref(from, 1);
}
