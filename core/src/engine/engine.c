#define _POSIX_C_SOURCE 200809L /* clock_gettime */
/* Engines: a URL, a dialect, a driver, a pool, and the cache of compiled statements. */
#include "engine/conn.h"
#include <stddef.h>
#include <string.h>
#include <time.h>

static int find_dialect(corm_engine *e, const corm_url_view *url, corm_error **err) {
  static const char *const known[] = {"sqlite", "postgresql", "mysql", "mariadb"};
  const char *kind = strcmp(url->database_kind, "postgres") == 0 ? "postgresql" : url->database_kind;
  e->driver = corm_driver_named(kind);
  e->dialect = corm_dialect_named(kind);
  if (e->driver && e->dialect)
    return CORM_OK;
  if (strcmp(kind, "mysql") == 0 || strcmp(kind, "mariadb") == 0)
    return cm_fail(err, CORM_EUNSUPPORTED,
                   "there is no driver for \"%s\" yet: it would be libmariadb (Debian's package libmariadb3)", kind);
  if (e->dialect || e->driver)
    return cm_fail(err, CORM_ENAME, "there is no %s for \"%s\"", e->dialect ? "driver" : "dialect", kind);
  return cm_fail_name(err, CORM_ENAME, "dialect", NULL, kind, known, sizeof known / sizeof known[0]);
}

static int open_target(corm_engine *e, const corm_url_view *url, unsigned *flags, corm_error **err) {
  int status = CORM_OK;
  e->target = *url;
  if (e->driver->size > offsetof(corm_driver, check_url) && e->driver->check_url)
    status = e->driver->check_url(url, &e->target_database, flags, err);
  if (e->target_database)
    e->target.database = e->target_database;
  return status;
}

static int open_parts(corm_engine *e, const char *text, const corm_engine_options *o, corm_error **err) {
  unsigned flags = 0;
  int status = corm_url_parse(&e->url, text, err);
  if (!status)
    status = find_dialect(e, corm_url_peek(e->url), err);
  if (!status)
    status = open_target(e, corm_url_peek(e->url), &flags, err);
  if (!status)
    status = cm_pool_init(&e->pool, o, (flags & CORM_URL_PRIVATE) != 0, err);
  if (status)
    return status;
  e->pool_ready = 1;
  e->host = o->host ? o->host : cm_host_c();
  e->prepared_size = o->prepared_size < 0 ? 0 : o->prepared_size ? (size_t)o->prepared_size : 128;
  if (o->cache_size >= 0 && !(e->cache = cm_cache_new(o->cache_size ? (size_t)o->cache_size : 500)))
    return cm_fail_memory(err);
  return CORM_OK;
}

static void free_engine(corm_engine *e) {
  if (e->pool_ready)
    cm_pool_free(&e->pool);
  if (e->cache)
    cm_cache_free(e->cache);
  cm_listeners_free(&e->listeners);
  cm_free(e->target_database);
  corm_url_free(e->url);
  cm_free(e);
}

int corm_engine_open(corm_engine **out, const char *url, const corm_engine_options *options, corm_error **err) {
  corm_engine_options o;
  corm_engine *e = NULL;
  int status = cm_options_read(&o, sizeof o, options, err);
  *out = NULL;
  if (status)
    return status;
  e = cm_alloc_zero(sizeof *e);
  if (!e)
    return cm_fail_memory(err);
  atomic_init(&e->refs, 1);
  status = open_parts(e, url, &o, err);
  if (status) {
    free_engine(e);
    return status;
  }
  cm_live_add(CORM_LIVE_ENGINES, 1);
  *out = e;
  return CORM_OK;
}

corm_engine *corm_engine_ref(corm_engine *e) {
  if (e)
    atomic_fetch_add_explicit(&e->refs, 1, memory_order_relaxed);
  return e;
}

void corm_engine_unref(corm_engine *e) {
  if (!e || atomic_fetch_sub_explicit(&e->refs, 1, memory_order_acq_rel) != 1)
    return;
  cm_live_add(CORM_LIVE_ENGINES, -1);
  free_engine(e);
}

int corm_engine_dispose(corm_engine *e, int close, corm_error **err) {
  (void)err;
  cm_host_leave(e->host);
  cm_pool_dispose(&e->pool, close);
  cm_host_enter(e->host);
  corm_engine_clear_cache(e);
  return CORM_OK;
}

void corm_engine_clear_cache(corm_engine *e) {
  if (e->cache)
    cm_cache_clear(e->cache);
}

const corm_dialect *corm_engine_peek_dialect(const corm_engine *e) { return e->dialect; }
const corm_url_view *corm_engine_peek_url(const corm_engine *e) { return corm_url_peek(e->url); }
void corm_engine_set_events(corm_engine *e, uint64_t mask) { atomic_store(&e->events, mask); }

void corm_engine_get_pool_status(corm_engine *e, corm_pool_status *out) {
  cm_pool *p = &e->pool;
  cm_lock(&p->lock);
  out->size = sizeof *out;
  out->pool_size = p->size;
  out->checked_in = p->idle;
  out->overflow = p->total - p->size;
  out->checked_out = p->total - p->idle;
  cm_unlock(&p->lock);
}

const corm_host *cm_engine_host(const corm_engine *e) { return e->host; }
const corm_dialect_def *cm_engine_dialect_def(const corm_engine *e) { return &e->dialect->def; }
uint64_t cm_engine_events(const corm_engine *e) {
  return atomic_load_explicit(&e->events, memory_order_relaxed) |
         atomic_load_explicit(&e->listened, memory_order_relaxed);
}

void cm_host_leave(const corm_host *h) {
  if (h->leave)
    h->leave(h->self);
}

void cm_host_enter(const corm_host *h) {
  if (h->enter)
    h->enter(h->self);
}

static int64_t now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* How long it took, or since when it is known. Only for listeners: two clock readings are a tenth of a small query. */
static void note_time(cm_cache_note *note, corm_compiled *c, int64_t start) {
  int64_t now = now_us();
  int64_t born = atomic_load(&c->born_us);
  if (!born)
    atomic_store(&c->born_us, now);
  note->seconds = (double)(now - (note->hit == 1 && born ? born : start)) / 1e6;
}

/* Once for each text, when it is to run. */
static void tell_notes(const corm_engine *e, corm_compiled *compiled) {
  if (!compiled->notes || atomic_exchange(&compiled->notes_told, 1))
    return;
  for (const cm_lint_note *at = compiled->notes; at && e->host->warn; at = at->next)
    e->host->warn(e->host->self, at->text);
}

int cm_engine_compile(corm_compiled **out, corm_engine *e, const corm_node *node, const corm_compile_options *options,
                      unsigned flags, cm_cache_note *note, corm_error **err) {
  int64_t start = note && cm_engine_events(e) ? now_us() : 0;
  corm_compile_options o = {0};
  int hit = -1, status = CORM_OK;
  if (options)
    o = *options;
  o.size = sizeof o;
  if (!o.host)
    o.host = e->host->compile;
  if (!o.paramstyle && e->driver->size > offsetof(corm_driver, numbered_marks) && e->driver->numbered_marks)
    o.paramstyle = CORM_PARAMS_NUMERIC;
  if (e->cache && !(flags & CORM_EXEC_NO_CACHE))
    status = cm_compile_cached(out, e->cache, node, e->dialect, &o, &hit, err);
  else
    status = corm_compile(out, node, e->dialect, &o, err);
  if (!status && !(flags & CM_COMPILE_ONLY))
    tell_notes(e, *out);
  if (!note)
    return status;
  note->hit = hit;
  note->seconds = 0;
  if (!status && start)
    note_time(note, *out, start);
  return status;
}

void cm_engine_note_kept(const corm_engine *e, corm_compiled *compiled, cm_cache_note *note) {
  *note = (cm_cache_note){.hit = 1};
  if (cm_engine_events(e))
    note_time(note, compiled, 0);
}

int corm_engine_compile(corm_compiled **out, corm_engine *e, const corm_stmt *stmt, const corm_compile_options *options,
                        corm_error **err) {
  corm_compile_options o;
  int status = cm_options_read(&o, sizeof o, options, err);
  *out = NULL;
  if (!status)
    status = corm_node_check(stmt, err);
  if (!status && (o.literal_binds || o.render_postcompile))
    return corm_compile(out, stmt, e->dialect, options, err); /* the values are in the text */
  return status ? status : cm_engine_compile(out, e, stmt, &o, CM_COMPILE_ONLY, NULL, err);
}
