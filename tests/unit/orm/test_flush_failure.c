/* A flush with every allocation failing in turn, with hooks that fail, and with a database that refuses: the
 * transaction is rolled back, objects have the states of a rollback, and the session goes on. */
#include "family.h"
#include "shop.h"

#include <string.h>

#define OK(call)                                                                                                       \
  do {                                                                                                                 \
    corm_error *why = NULL, **err = &why;                                                                              \
    if ((call) != CORM_OK)                                                                                             \
      fail_msg("%s: %s", #call, corm_error_message(why));                                                              \
    corm_error_free(why);                                                                                              \
  } while (0)

typedef struct scene {
  shop s;
  corm_engine *engine;
} scene;

/* In C a record that no session took is the caller's. */
static void give_up(corm_record *r) {
  if (r && !corm_record_peek_session(r))
    corm_record_release(r);
}

static int put(corm_record *r, int slot, const char *text) {
  corm_value v = corm_text(text);
  return corm_record_set(r, slot, &v, NULL);
}

static int make(corm_record **out, corm_session *s, corm_entity *e, int slot, const char *text) {
  int status = corm_record_new(out, e, NULL, NULL);
  if (!status)
    status = put(*out, slot, text);
  if (!status)
    status = corm_session_add(s, *out, NULL);
  if (status)
    give_up(*out);
  return status;
}

static int build(scene *x, corm_session *s) {
  corm_record *u = NULL, *p = NULL, *t = NULL;
  int status = make(&u, s, x->s.user, x->s.user_name, "Ada");
  if (!status)
    status = make(&p, s, x->s.purchase, x->s.purchase_item, "tea");
  if (!status)
    status = make(&t, s, x->s.tag, x->s.tag_name, "hot");
  if (!status)
    status = corm_record_link(u, x->s.user_purchases, p, NULL);
  if (!status)
    status = corm_record_link(p, x->s.purchase_tags_slot, t, NULL);
  if (!status)
    status = corm_session_flush(s, NULL);
  if (!status)
    status = put(u, x->s.user_name, "Eva");
  if (!status)
    status = corm_record_unlink(p, x->s.purchase_tags_slot, t, NULL);
  if (!status)
    status = corm_session_delete(s, t, NULL);
  if (!status)
    status = corm_session_flush(s, NULL);
  if (!status)
    status = corm_session_delete(s, u, NULL);
  if (!status)
    status = corm_session_flush(s, NULL);
  return status;
}

static int live(void *ctx) {
  scene *x = ctx;
  corm_session *s = NULL;
  int status = corm_session_open(&s, x->engine, NULL, NULL);
  if (!status)
    status = build(x, s);
  if (s)
    (void)corm_session_rollback(s, NULL);
  corm_session_free(s);
  corm_engine_clear_cache(x->engine);
  return status;
}

static void every_allocation_may_fail(void **state) {
  scene x;
  (void)state;
  OK(shop_make(&x.s, err));
  OK(shop_engine(&x.s, &x.engine, err));
  for (int i = 0; i < 3; i++) /* what is kept for good is made now */
    assert_int_equal(live(&x), CORM_OK);
  cm_test_each_failure(live, &x);
  assert_int_equal(live(&x), CORM_OK);
  corm_engine_unref(x.engine);
  shop_free(&x.s);
}

/* ---- The same over the other schema: trees, orphans, hierarchies, defaults, pairs
 * ------------------------------------------- */

typedef struct other {
  family s;
  corm_engine *engine;
} other;

static int call_filler(void *self, void *fn, const corm_fill *f, corm_value *out, void **pin, corm_error **err) {
  int (**filler)(const corm_fill *, corm_value *, corm_error **) = fn;
  (void)self;
  (void)pin;
  return (*filler)(f, out, err);
}

static int make_of(corm_record **out, corm_session *s, corm_entity *e) {
  int status = corm_record_new(out, e, NULL, NULL);
  if (!status)
    status = corm_session_add(s, *out, NULL);
  if (status) {
    give_up(*out);
    *out = NULL;
  }
  return status;
}

static int build_family(other *x, corm_session *s) {
  corm_record *root, *leaf, *p, *c, *d, *g, *w, *l, *r;
  int status = make_of(&root, s, x->s.node);
  if (!status)
    status = make_of(&leaf, s, x->s.node);
  if (!status)
    status = corm_record_link(root, x->s.node_children, leaf, NULL);
  if (!status)
    status = make_of(&p, s, x->s.parent);
  if (!status)
    status = make_of(&c, s, x->s.child);
  if (!status)
    status = make_of(&d, s, x->s.child);
  if (!status)
    status = corm_record_link(p, x->s.parent_children, c, NULL);
  if (!status)
    status = corm_record_link(p, x->s.parent_children, d, NULL);
  if (!status)
    status = make_of(&g, s, x->s.engineer);
  if (!status)
    status = make_of(&w, s, x->s.filled);
  if (!status)
    status = make_of(&l, s, x->s.left);
  if (!status)
    status = make_of(&r, s, x->s.right);
  if (!status)
    status = corm_record_link(l, x->s.left_rights, r, NULL);
  if (!status)
    status = corm_session_commit(s, NULL);
  if (!status)
    status = put(g, x->s.engineer_language, "C");
  if (!status)
    status = put(w, x->s.filled_name, "n");
  corm_value v;
  if (!status)
    status = corm_record_get(p, x->s.parent_children, &v, NULL, NULL);
  if (!status)
    status = corm_record_unlink(p, x->s.parent_children, c, NULL);
  if (!status)
    status = corm_session_delete(s, root, NULL);
  if (!status)
    status = corm_session_delete(s, l, NULL);
  if (!status)
    status = corm_session_delete(s, g, NULL);
  if (!status)
    status = corm_session_flush(s, NULL);
  return status;
}

static int live_family(void *ctx) {
  other *x = ctx;
  corm_session *s = NULL;
  int status = corm_session_open(&s, x->engine, NULL, NULL);
  if (!status)
    status = build_family(x, s);
  if (s)
    (void)corm_session_rollback(s, NULL);
  corm_session_free(s);
  corm_engine_clear_cache(x->engine);
  return status;
}

static void every_allocation_may_fail_in_a_family(void **state) {
  static const corm_host host = {.size = sizeof host, .fill = call_filler};
  other x;
  (void)state;
  OK(family_make(&x.s, err));
  OK(family_engine(&x.s, &x.engine, &host, err));
  for (int i = 0; i < 3; i++)
    assert_int_equal(live_family(&x), CORM_OK);
  cm_test_each_failure(live_family, &x);
  assert_int_equal(live_family(&x), CORM_OK);
  corm_engine_unref(x.engine);
  family_free(&x.s);
}

/* ---- Hooks
 * -------------------------------------------------------------------------------------------------------------------
 */

typedef struct stopper {
  int kind; /* the event that fails; -1: none */
  int seen;
} stopper;

static int stop_at(void *self, const corm_event *ev, corm_error **err) {
  stopper *x = self;
  if (ev->kind != x->kind)
    return CORM_OK;
  x->seen++;
  return corm_error_set(err, CORM_EINVALID, "a hook said no");
}

/* A host like that of C with listeners: its session owns no records, so the test does. */
static int own_object(void *self, corm_record *r, void **out, corm_error **err) {
  (void)self;
  (void)err;
  *out = r;
  return CORM_OK;
}
static corm_record *own_record(void *self, void *value) {
  (void)self;
  return value;
}

static void give_back(corm_record **r) {
  corm_record_release(*r);
  *r = NULL;
}

static corm_record *new_tag(const shop *s, const corm_host *host) {
  corm_record *r;
  OK(corm_record_new(&r, s->tag, host, err));
  corm_record_set_object(r, r);
  corm_value v = corm_text("hot");
  OK(corm_record_set(r, s->tag_name, &v, err));
  return r;
}

static void fails_at(int kind, int rolls_back) {
  stopper x = {-1, 0};
  const corm_host host = {
      .size = sizeof host, .self = &x, .event = stop_at, .object = own_object, .record = own_record};
  const corm_session_options options = {.size = sizeof options, .host = &host};
  shop s;
  corm_engine *engine;
  corm_session *session;
  OK(shop_make(&s, err));
  OK(shop_engine(&s, &engine, err));
  corm_entity_set_events(s.tag, ~0ull);
  OK(corm_session_open(&session, engine, &options, err));
  corm_session_set_events(session, ~0ull);
  corm_record *old = new_tag(&s, &host), *fresh = new_tag(&s, &host), *gone = new_tag(&s, &host);
  OK(corm_session_add(session, old, err));
  OK(corm_session_add(session, gone, err));
  OK(corm_session_commit(session, err));
  corm_value v = corm_text("wet");
  OK(corm_record_set(old, s.tag_name, &v, err));
  OK(corm_session_add(session, fresh, err));
  OK(corm_session_delete(session, gone, err));
  x.kind = kind;
  assert_int_equal(corm_session_flush(session, NULL), CORM_EINVALID);
  assert_int_equal(x.seen, 1);
  x.kind = -1;
  assert_int_equal(corm_record_peek_state(fresh), rolls_back ? CORM_TRANSIENT : CORM_PENDING);
  assert_int_equal(corm_record_peek_state(gone), CORM_PERSISTENT);
  if (rolls_back) {
    assert_int_equal(corm_session_peek_active(session), 0);
    OK(corm_session_rollback(session, err));
    OK(corm_session_add(session, fresh, err));
    OK(corm_record_set(old, s.tag_name, &v, err));
    OK(corm_session_delete(session, gone, err));
  }
  OK(corm_session_commit(session, err));
  assert_int_equal(corm_record_peek_state(fresh), CORM_PERSISTENT);
  assert_int_equal(corm_record_peek_state(gone), CORM_DETACHED);
  give_back(&fresh);
  give_back(&old);
  give_back(&gone);
  corm_session_free(session);
  corm_engine_unref(engine);
  shop_free(&s);
}

static void any_hook_may_fail(void **state) {
  static const int kinds[] = {CORM_EV_BEFORE_INSERT,        CORM_EV_AFTER_INSERT,         CORM_EV_BEFORE_UPDATE,
                              CORM_EV_AFTER_UPDATE,         CORM_EV_BEFORE_DELETE,        CORM_EV_AFTER_DELETE,
                              CORM_EV_AFTER_FLUSH,          CORM_EV_AFTER_FLUSH_POSTEXEC, CORM_EV_PENDING_TO_PERSISTENT,
                              CORM_EV_PERSISTENT_TO_DELETED};
  (void)state;
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
    fails_at(kinds[i], 1);
  fails_at(CORM_EV_BEFORE_FLUSH, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_allocation_may_fail),
      cmocka_unit_test(every_allocation_may_fail_in_a_family),
      cmocka_unit_test(any_hook_may_fail),
  };
  return cm_test_run(tests);
}
