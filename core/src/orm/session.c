/* Sessions: opening, closing, and what is asked of one without SQL. */
#include "orm/orm.h"

#include <stdarg.h>
#include <stdio.h>

/* ---- Opening and closing
 * --------------------------------------------------------------------------------------------- */

static void close_ring(cm_change *head) { head->next = head->prev = head; }

int corm_session_open(corm_session **out, corm_engine *engine, const corm_session_options *given, corm_error **err) {
  corm_session_options o;
  int status = cm_options_read(&o, sizeof o, given, err);
  *out = NULL;
  if (status)
    return status;
  corm_session *s = cm_alloc_zero(sizeof *s);
  if (!s)
    return cm_fail_memory(err);
  s->slabs = cm_slabs_new(s);
  if (!s->slabs) {
    cm_free(s);
    return cm_fail_memory(err);
  }
  s->host = o.host ? o.host : cm_host_of_c();
  s->engine = engine ? corm_engine_ref(engine) : NULL;
  s->conn = o.conn;
  s->autoflush = !o.no_autoflush;
  s->maker_thread = cm_thread_id();
  s->expire_on_commit = !o.no_expire_on_commit;
  s->autobegin = !o.no_autobegin;
  s->join_mode = o.join_mode;
  for (int l = 0; l < CM_LISTS; l++)
    close_ring(&s->lists[l]);
  cm_live_add(CORM_LIVE_SESSIONS, 1);
  *out = s;
  return CORM_OK;
}

/* A C session frees what it owned; what a result still names goes with it. */
static void give_up_owned(corm_record *r) {
  r->flags &= (uint16_t)~CM_REC_C;
  r->object = NULL;
  cm_record_settle(r);
}

static int collect_all(corm_session *s, cm_members *out, corm_error **err) {
  int status = CORM_OK;
  for (int l = CM_LIST_NEW; l < CM_LISTS && !status; l++)
    for (cm_change *c = s->lists[l].next; c != &s->lists[l] && !status; c = c->next)
      if (!(c->record->flags & CM_REC_MAPPED))
        status = cm_members_add(out, c->record, err);
  for (size_t i = 0; i < s->n_identities && !status; i++) {
    const cm_identity *m = s->identities[i];
    for (size_t at = 0; at < m->cap && !status; at++)
      if (m->entries[at].record)
        status = cm_members_add(out, m->entries[at].record, err);
  }
  return status;
}

static int all_expunge(corm_session *s, corm_error **err) {
  cm_members all = {0};
  cm_streams_abandon(s);
  int status = collect_all(s, &all, err);
  for (size_t i = 0; !status && i < all.n; i++)
    all.records[i]->pins++;
  size_t pinned = status ? 0 : all.n;
  for (size_t i = 0; !status && i < all.n; i++)
    if (all.records[i]->home->session == s)
      status = cm_state_expunge(s, all.records[i], err);
  for (size_t i = 0; i < pinned; i++)
    cm_unpin(all.records[i]);
  cm_members_clear(&all);
  return status;
}

/* Without listeners nobody needs to be visited but those whose objects are held. */
static void detach_homes(corm_session *s) {
  for (int l = CM_LIST_NEW; l < CM_LISTS; l++)
    while (s->lists[l].next != &s->lists[l])
      cm_change_delist(s->lists[l].next->record);
  for (cm_home *h = s->homes, *next; h; h = next) {
    next = h->next;
    cm_home_forget_kept(h);
    h->session = NULL;
    cm_home_unref(h, 1);
  }
  s->homes = NULL;
  cm_map_free(&s->homes_by_entity);
}

static void free_identities(corm_session *s) {
  for (size_t i = 0; i < s->n_identities; i++) {
    cm_free(s->identities[i]->entries);
    cm_free(s->identities[i]);
  }
  s->n_identities = 0;
  cm_map_free(&s->identity_by_base);
}

static void free_options(corm_session *s) {
  size_t at = 0;
  uint64_t key;
  void *options;
  while (cm_map_next(&s->options, &at, NULL, &key, &options))
    cm_plan_options_unref(options);
  cm_map_free(&s->options);
}

/* The C session's records as a chain through `change`, each once: needs no memory, since freeing must not fail. */
static void chain(corm_record **first, corm_record *r) {
  if (!(r->flags & CM_REC_C) || (r->flags & CM_REC_FLUSHING))
    return;
  cm_change_forget(r);
  r->flags |= CM_REC_FLUSHING;
  r->change = (cm_change *)(void *)*first;
  *first = r;
}

static corm_record *chain_owned(corm_session *s) {
  corm_record *first = NULL;
  for (int l = CM_LIST_NEW; l < CM_LISTS; l++)
    while (s->lists[l].next != &s->lists[l])
      chain(&first, s->lists[l].next->record);
  for (size_t i = 0; i < s->n_identities; i++)
    for (size_t at = 0; at < s->identities[i]->cap; at++)
      if (s->identities[i]->entries[at].record)
        chain(&first, s->identities[i]->entries[at].record);
  void *left;
  for (size_t at = 0; cm_map_next(&s->left, &at, NULL, NULL, &left);) {
    corm_record *r = left;
    r->pins--;
    r->flags |= CM_REC_C; /* released by the program meanwhile, or not */
    chain(&first, r);
  }
  cm_map_free(&s->left);
  return first;
}

/* All records leave. Those of the host of C are freed. */
static int all_leave(corm_session *s, corm_error **err) {
  cm_streams_abandon(s);
  int status = s->events ? all_expunge(s, err) : CORM_OK;
  if (status)
    return status;
  corm_record *owned = s->host == cm_host_of_c() ? chain_owned(s) : NULL;
  detach_homes(s);
  free_identities(s);
  free_options(s);
  while (owned) {
    corm_record *r = owned;
    owned = (corm_record *)(void *)r->change;
    r->change = NULL;
    r->flags &= (uint16_t)~CM_REC_FLUSHING;
    give_up_owned(r);
  }
  return CORM_OK;
}

int corm_session_close(corm_session *s, corm_error **err) {
  int status = cm_session_enter(s, "corm_session_close", err);
  if (status)
    return status;
  cm_session_float(s, NULL);
  status = all_leave(s, err);
  if (!status)
    status = cm_transaction_close_all(s, err);
  cm_session_leave(s);
  return status;
}

void corm_session_free(corm_session *s) {
  if (!s)
    return;
  s->events = 0;
  s->closed = 1;
  cm_session_float(s, NULL);
  (void)all_leave(s, NULL);
  (void)cm_transaction_close_all(s, NULL);
  cm_transaction_forget_blocks(s);
  cm_session_drain(s);
  cm_listeners_free(&s->listeners);
  cm_free(s->identities);
  cm_slabs_free(s->slabs);
  corm_engine_unref(s->engine);
  cm_live_add(CORM_LIVE_SESSIONS, -1);
  cm_free(s);
}

/* ---- Settings and events
 * ---------------------------------------------------------------------------------------------- */

void corm_session_set_autoflush(corm_session *s, int on) { s->autoflush = on; }
int corm_session_peek_autoflush(const corm_session *s) { return s->autoflush; }
void corm_session_set_events(corm_session *s, uint64_t mask) { s->events = mask; }

int cm_tell_slots(corm_session *s, int kind, corm_record *r, const int *slots, size_t n, corm_error **err) {
  const corm_host *h = s ? s->host : r->home->host;
  uint64_t mask = kind < CORM_EV_BEFORE_FLUSH ? cm_entity_events(r->home->entity) : s ? s->events : 0;
  if (!(mask & CORM_EV_BIT(kind)) || !h->event)
    return CORM_OK;
  corm_event ev = {.size = sizeof ev, .kind = kind, .session = s, .record = r, .slots = slots, .n_slots = n};
  return h->event(h->self, &ev, err);
}

int cm_tell(corm_session *s, int kind, corm_record *r, corm_conn *conn, corm_error **err) {
  const corm_host *h = s ? s->host : r->home->host;
  uint64_t mask = kind < CORM_EV_BEFORE_FLUSH ? cm_entity_events(r->home->entity) : s ? s->events : 0;
  if (!(mask & CORM_EV_BIT(kind)) || !h->event)
    return CORM_OK;
  corm_event ev = {.size = sizeof ev, .kind = kind, .session = s, .record = r, .conn = conn};
  return h->event(h->self, &ev, err);
}

void cm_warn(const corm_host *h, const char *fmt, ...) {
  char text[512];
  va_list args;
  if (!h->warn)
    return;
  va_start(args, fmt);
  (void)vsnprintf(text, sizeof text, fmt, args);
  va_end(args);
  h->warn(h->self, text);
}

int cm_session_autoflush(corm_session *s, corm_error **err) {
  if (!s->autoflush || s->no_autoflush || s->flushing || cm_session_is_clean(s))
    return CORM_OK;
  int status = cm_flush(s, err);
  if (status && err)
    cm_detail(err, "autoflush",
              "the session was flushed by itself before this statement; inside \"no_autoflush\" it is not");
  return status;
}

/* ---- Membership
 * ---------------------------------------------------------------------------------------------------------- */

int corm_session_add(corm_session *s, corm_record *r, corm_error **err) {
  int status = cm_session_enter(s, "corm_session_add", err);
  if (status)
    return status;
  if (!(s->transaction && s->transaction->state == CM_TX_FAILED)) /* allowed there; rollback discards it */
    status = cm_session_autobegin(s, err);
  if (!status && s->executing)
    cm_warn(s->host, "Session.add() was called while a flush sends its statements: the object may be left out of "
                     "that flush");
  if (!status)
    status = cm_cascade_add(s, r, err);
  cm_session_leave(s);
  return status;
}

static int expunge_sink(void *ctx, corm_record *r) {
  cm_members *m = ctx;
  return cm_members_add(m, r, NULL);
}

int corm_session_expunge(corm_session *s, corm_record *r, corm_error **err) {
  cm_members reached = {0};
  char name[128];
  if (r->home->session != s) {
    cm_record_name(r, name, sizeof name);
    return cm_fail(err, CORM_EINVALID, "%s is not in this session", name);
  }
  int status = cm_session_enter(s, "corm_session_expunge", err);
  if (status)
    return status;
  status = cm_cascade_each(r, CORM_CASCADE_EXPUNGE, expunge_sink, &reached, err);
  for (size_t i = 0; !status && i < reached.n; i++)
    if (reached.records[i]->home->session == s)
      status = cm_state_expunge(s, reached.records[i], err);
  cm_members_clear(&reached);
  cm_session_leave(s);
  return status;
}

int corm_session_expunge_all(corm_session *s, corm_error **err) {
  int status = cm_session_enter(s, "corm_session_expunge_all", err);
  if (status)
    return status;
  status = all_expunge(s, err);
  cm_session_leave(s);
  return status;
}

static int require_persistent(corm_session *s, const corm_record *r, const char *what, corm_error **err) {
  char name[128];
  if (r->home->session == s && (r->flags & CM_REC_KEYED))
    return CORM_OK;
  cm_record_name(r, name, sizeof name);
  return cm_fail(err, CORM_EINVALID, "%s has no row in this session: it cannot be %s", name, what);
}

int corm_session_expire(corm_session *s, corm_record *r, const int *slots, size_t n, corm_error **err) {
  cm_members reached = {0};
  int status = require_persistent(s, r, "expired", err);
  if (!status)
    status = cm_session_enter(s, "corm_session_expire", err);
  if (status)
    return status;
  if (n)
    status = cm_state_expire(s, r, slots, n, err);
  else
    status = cm_cascade_each(r, CORM_CASCADE_REFRESH_EXPIRE, expunge_sink, &reached, err);
  for (size_t i = 0; !status && i < reached.n; i++)
    if (reached.records[i]->home->session == s && (reached.records[i]->flags & CM_REC_KEYED))
      status = cm_state_expire(s, reached.records[i], NULL, 0, err);
  cm_members_clear(&reached);
  cm_session_leave(s);
  return status;
}

int cm_session_expire_where(corm_session *s, int (*test)(void *ctx, corm_record *), void *ctx, corm_error **err) {
  cm_members all = {0};
  int status = CORM_OK;
  for (size_t i = 0; i < s->n_identities && !status; i++) {
    const cm_identity *m = s->identities[i];
    for (size_t at = 0; at < m->cap && !status; at++)
      if (m->entries[at].record && (!test || test(ctx, m->entries[at].record)))
        status = cm_members_add(&all, m->entries[at].record, err);
  }
  size_t pinned = status ? 0 : all.n;
  for (size_t i = 0; i < pinned; i++)
    all.records[i]->pins++;
  for (size_t i = 0; i < pinned && !status; i++)
    if (all.records[i]->home->session == s)
      status = cm_state_expire(s, all.records[i], NULL, 0, err);
  for (size_t i = 0; i < pinned; i++)
    cm_unpin(all.records[i]);
  cm_members_clear(&all);
  return status;
}

int corm_session_expire_all(corm_session *s, corm_error **err) {
  int status = cm_session_enter(s, "corm_session_expire_all", err);
  if (status)
    return status;
  status = cm_session_expire_where(s, NULL, NULL, err);
  cm_session_leave(s);
  return status;
}

int corm_session_contains(const corm_session *s, const corm_record *r) {
  return r->home->session == s && !((r->flags & CM_REC_KEYED) && (r->flags & CM_REC_DELETED));
}

corm_record *corm_session_peek(const corm_session *s, const corm_entity *e, const corm_value *key, size_t n) {
  corm_value room[16];
  cm_key_view view;
  if (n == 0 || n > 16)
    return NULL;
  memcpy(room, key, n * sizeof *key);
  cm_key_view_of(&view, room, n);
  corm_record *r = cm_session_find(s, e, &view);
  return r && corm_entity_is_a(r->home->entity, e) ? r : NULL;
}

static int each_of_list(const corm_session *s, int list, corm_record_sink sink, void *ctx) {
  for (const cm_change *c = s->lists[list].next; c != &s->lists[list]; c = c->next) {
    int stop = sink(ctx, c->record);
    if (stop)
      return stop;
  }
  return 0;
}

int corm_session_each(const corm_session *s, int set, corm_record_sink sink, void *ctx) {
  if (set == CORM_SET_NEW)
    return each_of_list(s, CM_LIST_NEW, sink, ctx);
  if (set == CORM_SET_DIRTY)
    return each_of_list(s, CM_LIST_DIRTY, sink, ctx);
  if (set == CORM_SET_DELETED)
    return each_of_list(s, CM_LIST_DELETED, sink, ctx);
  for (size_t i = 0; i < s->n_identities; i++)
    for (size_t at = 0; at < s->identities[i]->cap; at++) {
      corm_record *r = s->identities[i]->entries[at].record;
      int stop = r && (r->object || (r->flags & CM_REC_C)) ? sink(ctx, r) : 0;
      if (stop)
        return stop;
    }
  return 0;
}
