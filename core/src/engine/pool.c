/* Pools of links. Everything here runs without the host's lock; opening, closing and waiting happen outside of
 * pool.lock. */
#include "engine/conn.h"
#include "engine/fork.h"
#include <string.h>

enum { WAIT_SLICE_MS = 100 };

int cm_pool_init(cm_pool *p, const corm_engine_options *o, int is_private, corm_error **err) {
  p->kind = o->pool ? o->pool : is_private ? CORM_POOL_SINGLETON_THREAD : CORM_POOL_QUEUE;
  p->size = o->pool_size ? o->pool_size : 5;
  p->max_overflow = o->max_overflow == CORM_NO_OVERFLOW ? 0 : o->max_overflow ? o->max_overflow : 10;
  p->timeout_ms = o->pool_timeout_ms ? o->pool_timeout_ms : 30000;
  p->recycle_ms = o->pool_recycle_ms;
  p->pre_ping = o->pool_pre_ping;
  p->lifo = o->pool_lifo;
  p->fork_generation = cm_fork_generation();
  if (p->kind < CORM_POOL_QUEUE || p->kind > CORM_POOL_NULL)
    return cm_fail(err, CORM_EARGUMENT, "there is no pool of kind %d", p->kind);
  if (cm_mutex_init(&p->lock))
    return cm_fail(err, CORM_EINTERNAL, "no mutex could be made");
  if (cm_cond_init(&p->freed)) {
    cm_mutex_free(&p->lock);
    return cm_fail(err, CORM_EINTERNAL, "no condition could be made");
  }
  return CORM_OK;
}

int cm_pool_is_shared(const cm_pool *p) { return p->kind == CORM_POOL_SINGLETON_THREAD || p->kind == CORM_POOL_STATIC; }

/* ---- The list -------------------------------------------------------------------------------------------- */

static void push_last(cm_pool *p, cm_link *l) {
  l->next = NULL;
  if (p->last)
    p->last->next = l;
  else
    p->first = l;
  p->last = l;
}

static void take_out(cm_pool *p, cm_link *l) {
  cm_link **at = &p->first;
  cm_link *before = NULL;
  while (*at && *at != l) {
    before = *at;
    at = &before->next;
  }
  if (!*at)
    return;
  *at = l->next;
  if (p->last == l)
    p->last = before;
  l->next = NULL;
}

static void close_list(cm_link *l) {
  while (l) {
    cm_link *next = l->next;
    cm_link_close(l);
    l = next;
  }
}

/* A forked child: what is there is the parent's, and a thread that held the lock does not exist here. */
static void check_fork(cm_pool *p) {
  cm_link *inherited = p->first;
  if (p->fork_generation == cm_fork_generation())
    return;
  p->fork_generation = cm_fork_generation();
  cm_mutex_init(&p->lock);
  cm_cond_init(&p->freed);
  p->first = p->last = NULL;
  p->idle = p->total = 0;
  p->generation++;
  for (cm_link *l = inherited; l;) {
    cm_link *next = l->next;
    if (!l->users)
      cm_link_close(l);
    l = next;
  }
}

/* ---- QUEUE ----------------------------------------------------------------------------------------------- */

/* An idle one, or the right to open one (*out NULL), or 0: neither. Under the lock. */
static int queue_try(cm_pool *p, cm_link **out) {
  *out = p->lifo ? p->last : p->first;
  if (*out) {
    take_out(p, *out);
    p->idle--;
    return 1;
  }
  if (p->size >= 0 && p->max_overflow >= 0 && p->total >= p->size + p->max_overflow)
    return 0;
  p->total++;
  return 1;
}

static int fail_timeout(const cm_pool *p, corm_error **err) {
  return cm_fail(
      err, CORM_ETIMEOUT,
      "all connections of the pool are lent (size %d, overflow %d), and none came back within %d.%02d seconds", p->size,
      p->max_overflow, (int)(p->timeout_ms / 1000), (int)(p->timeout_ms % 1000 / 10));
}

/* Waits in slices, so that the host can look up. */
static int queue_wait(cm_pool *p, const corm_host *h, cm_link **out, corm_error **err) {
  int64_t until = cm_now_ms() + p->timeout_ms;
  int status = CORM_OK;
  cm_lock(&p->lock);
  while (!queue_try(p, out)) {
    int64_t left = until - cm_now_ms();
    if (left <= 0) {
      status = fail_timeout(p, err);
      break;
    }
    cm_cond_wait_ms(&p->freed, &p->lock, left < WAIT_SLICE_MS ? left : WAIT_SLICE_MS);
    if (h->poll) {
      cm_unlock(&p->lock);
      status = h->poll(h->self, err);
      cm_lock(&p->lock);
      if (status)
        break;
    }
  }
  cm_unlock(&p->lock);
  return status;
}

/* Gives back the right to a connection that could not be opened. */
static void uncount(cm_pool *p, uint64_t generation) {
  cm_lock(&p->lock);
  if (generation == p->generation)
    p->total--;
  cm_cond_signal(&p->freed);
  cm_unlock(&p->lock);
}

/* Too old, or no longer there. */
static int is_stale(const cm_pool *p, cm_link *l) {
  int dead = 0;
  if (p->recycle_ms > 0 && cm_now_ms() - l->born > p->recycle_ms)
    return 1;
  if (!p->pre_ping || !l->driver->ping)
    return 0;
  cm_link_enter(l);
  dead = l->driver->ping(l->conn, NULL) != CORM_OK;
  cm_link_leave(l);
  return dead;
}

static int queue_take(cm_link **out, corm_engine *e, corm_error **err) {
  cm_pool *p = &e->pool;
  cm_link *l = NULL;
  uint64_t generation = p->generation;
  int status = queue_wait(p, e->host, &l, err);
  if (status)
    return status;
  if (l && is_stale(p, l)) {
    cm_link_close(l);
    l = NULL;
  }
  if (!l) {
    status = cm_link_open(&l, e, err);
    if (status) {
      uncount(p, generation);
      return status;
    }
    l->pool_generation = generation;
    l->counted = 1;
  }
  l->users = 1;
  *out = l;
  return CORM_OK;
}

/* ---- SINGLETON_THREAD, STATIC ---------------------------------------------------------------------------- */

static cm_link *shared_find(const cm_pool *p, uint64_t thread) {
  for (cm_link *l = p->first; l; l = l->next)
    if (p->kind == CORM_POOL_STATIC || l->thread == thread)
      return l;
  return NULL;
}

/* Too many threads came by: the connections of those that use none now go, the oldest first. */
static cm_link *shared_spare(cm_pool *p) {
  cm_link *spare = NULL;
  for (cm_link *l = p->first; l && p->kind == CORM_POOL_SINGLETON_THREAD && p->total >= p->size;) {
    cm_link *next = l->next;
    if (!l->users) {
      take_out(p, l);
      p->total--;
      l->next = spare;
      spare = l;
    }
    l = next;
  }
  return spare;
}

/* Another thread may have been faster with the STATIC one: then this one goes. */
static cm_link *shared_add(cm_pool *p, cm_link *made, uint64_t thread, cm_link **spare) {
  cm_link *there = NULL;
  cm_lock(&p->lock);
  there = shared_find(p, thread);
  *spare = there ? made : shared_spare(p);
  if (!there) {
    made->thread = thread;
    made->pool_generation = p->generation;
    push_last(p, made);
    p->total++;
    there = made;
  }
  there->users++;
  cm_unlock(&p->lock);
  return there;
}

static int shared_take(cm_link **out, corm_engine *e, uint64_t thread, corm_error **err) {
  cm_pool *p = &e->pool;
  cm_link *l = NULL, *spare = NULL;
  int status = CORM_OK;
  cm_lock(&p->lock);
  l = shared_find(p, thread);
  if (l)
    l->users++;
  cm_unlock(&p->lock);
  if (!l) {
    status = cm_link_open(&l, e, err);
    if (status)
      return status;
    l = shared_add(p, l, thread, &spare);
    close_list(spare);
  }
  *out = l;
  return CORM_OK;
}

static void shared_give(cm_pool *p, cm_link *l, int keep) {
  int close = 0;
  cm_lock(&p->lock);
  l->users--;
  if (!keep && l->pool_generation == p->generation) {
    take_out(p, l);
    p->total--;
    l->pool_generation--;
  }
  close = l->users == 0 && l->pool_generation != p->generation;
  cm_unlock(&p->lock);
  if (close)
    cm_link_close(l);
}

/* ---- All ------------------------------------------------------------------------------------------------- */

int cm_pool_take(cm_link **out, corm_engine *e, uint64_t thread, corm_error **err) {
  int status = CORM_OK;
  check_fork(&e->pool);
  if (cm_pool_is_shared(&e->pool))
    return shared_take(out, e, thread, err);
  if (e->pool.kind == CORM_POOL_QUEUE)
    return queue_take(out, e, err);
  status = cm_link_open(out, e, err);
  if (!status)
    (*out)->users = 1;
  return status;
}

void cm_pool_forget(cm_pool *p, cm_link *l) {
  if (!l->counted)
    return;
  l->counted = 0;
  uncount(p, l->pool_generation);
}

void cm_pool_give(cm_pool *p, cm_link *l, int keep) {
  int kept = 0;
  if (l->fork_generation != cm_fork_generation()) {
    cm_link_close(l);
    return;
  }
  if (cm_pool_is_shared(p)) {
    shared_give(p, l, keep);
    return;
  }
  l->users = 0;
  if (keep && l->counted) {
    cm_lock(&p->lock);
    kept = l->pool_generation == p->generation && (p->size < 0 || p->idle < p->size);
    if (kept) {
      push_last(p, l);
      p->idle++;
      cm_cond_signal(&p->freed);
    }
    cm_unlock(&p->lock);
  }
  if (kept)
    return;
  cm_pool_forget(p, l);
  cm_link_close(l);
}

void cm_pool_dispose(cm_pool *p, int close) {
  cm_link *l = NULL;
  check_fork(p);
  cm_lock(&p->lock);
  l = p->first;
  p->first = p->last = NULL;
  p->idle = p->total = 0;
  p->generation++;
  cm_cond_broadcast(&p->freed);
  cm_unlock(&p->lock);
  while (l) {
    cm_link *next = l->next;
    l->next = NULL;
    if (!close)
      l->fork_generation--; /* left open: as if it were somebody else's */
    if (!l->users)
      cm_link_close(l);
    l = next;
  }
}

void cm_pool_free(cm_pool *p) {
  cm_pool_dispose(p, 1);
  cm_cond_free(&p->freed);
  cm_mutex_free(&p->lock);
}
