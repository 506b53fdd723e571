/* What the core calls: objects and containers of plain C, and Lua's functions under protection. */
#include "binding.h"

/* ---- Objects
 * -------------------------------------------------------------------------------------------------------------- */

static int hold(void *self, corm_record *r, corm_error **err) {
  crl_object *o = corm_record_peek_object(r);
  (void)self;
  (void)err;
  if (o && !o->held) {
    o->held = 1;
    crl_ref(o);
  }
  return CORM_OK;
}

static void drop(void *self, corm_record *r) {
  crl_object *o = corm_record_peek_object(r);
  (void)self;
  if (!o || !o->held)
    return;
  o->held = 0;
  crl_unref(o);
}

static int no_memory(corm_error **err) { return corm_error_set(err, CORM_ENOMEM, "out of memory"); }

static int object(void *self, corm_record *r, void **out, corm_error **err) {
  *out = crl_object_of(self, r);
  return *out ? CORM_OK : no_memory(err);
}

static corm_record *record(void *self, void *thing) {
  const crl_object *o = thing;
  (void)self;
  return o && o->kind == CRL_OBJECT ? o->record : NULL;
}

static void ref(void *self, void *thing) {
  (void)self;
  crl_ref(thing);
}

static void unref(void *self, void *thing) {
  (void)self;
  crl_unref(thing);
}

static const corm_expr *expression(void *self, void *thing) {
  const crl_boxed_node *b = thing;
  (void)self;
  return b && b->kind == CRL_NODE ? b->node : NULL;
}

/* ---- Containers
 * ----------------------------------------------------------------------------------------------------------- */

static int container(void *self, corm_record *r, int slot, corm_record *const *members, size_t n, void **out,
                     corm_error **err) {
  crl_container *c = crl_container_new();
  int ok = c != NULL;
  (void)r;
  (void)slot;
  for (size_t i = 0; ok && i < n; i++) {
    crl_object *member = crl_object_of(self, members[i]);
    ok = member && crl_container_add(c, member);
    crl_unref(member);
  }
  if (!ok)
    crl_unref(c);
  *out = ok ? c : NULL;
  return ok ? CORM_OK : no_memory(err);
}

static int members(void *self, corm_record *r, int slot, void *thing, corm_member_sink sink, void *ctx,
                   corm_error **err) {
  const crl_container *c = thing;
  (void)self;
  (void)r;
  (void)slot;
  (void)err;
  for (size_t i = 0; i < c->n; i++)
    if (sink(ctx, c->items[i]->record))
      break;
  return CORM_OK;
}

static int change(void *self, corm_record *r, int slot, void *thing, corm_record *member, int add, corm_error **err) {
  crl_object *o = crl_object_of(self, member);
  int ok = o != NULL;
  (void)r;
  (void)slot;
  if (ok && add)
    ok = crl_container_add(thing, o);
  else if (ok)
    (void)crl_container_remove(thing, o);
  crl_unref(o);
  return ok ? CORM_OK : no_memory(err);
}

/* ---- Values
 * --------------------------------------------------------------------------------------------------------------- */

static int bind(void *self, const corm_type *type, const corm_dialect *dialect, const corm_value *in, corm_value *out,
                void **pin, corm_error **err) {
  (void)self;
  (void)type;
  (void)dialect;
  *pin = NULL;
  *out = *in;
  return in->kind == CORM_HOST ? corm_error_set(err, CORM_ESTATEMENT, "a record or an expression cannot be sent here")
                               : CORM_OK;
}

static int equal(void *self, const corm_type *type, const corm_value *a, const corm_value *b) {
  (void)self;
  (void)type;
  return corm_value_equal(a, b);
}

/* ---- Defaults
 * ------------------------------------------------------------------------------------------------------------- */

typedef struct filling {
  const crl_default *function;
  const corm_fill *fill;
  corm_value *out;
  crl_text *pin;
} filling;

/* What the function gave, with a copy of its text: the Lua value may be collected before the statement runs. */
static void keep_value(lua_State *L, filling *f) {
  crl_to_value(L, -1, corm_column_peek_type(corm_fill_peek_column(f->fill)), f->out);
  if (!corm_kind_has_bytes(f->out->kind))
    return;
  f->pin = crl_alloc(sizeof *f->pin + f->out->size + 1);
  if (!f->pin)
    luaL_error(L, "out of memory");
  f->pin->kind = CRL_TEXT;
  f->pin->refs = 1;
  memcpy(f->pin->bytes, f->out->as.p, f->out->size);
  f->out->as.p = f->pin->bytes;
}

static int call_default(lua_State *L) {
  filling *f = lua_touserdata(L, 1);
  crl_push_database(L, f->function->database);
  if (lua_isnil(L, -1))
    return luaL_error(L, "the database of this default was collected");
  crl_get_anchor(L, -1);
  lua_rawgetp(L, -1, f->function);
  lua_call(L, 0, 1);
  keep_value(L, f);
  return 0;
}

static int fill(void *self, void *fn, const corm_fill *about, corm_value *out, void **pin, corm_error **err) {
  filling f = {fn, about, out, NULL};
  lua_State *L = f.function->database->L;
  (void)self;
  *pin = NULL;
  if (!L)
    return corm_error_set(err, CORM_EMISUSE, "a default's function can only run inside a call of its own Lua state");
  int status = crl_call(L, call_default, &f, err);
  *pin = f.pin;
  return status;
}

/* ---- Hooks
 * ---------------------------------------------------------------------------------------------------------------- */

typedef struct telling {
  crl_database *database;
  const corm_event *event;
} telling;

static int tell(lua_State *L) {
  const telling *t = lua_touserdata(L, 1);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &crl_helpers);
  lua_getfield(L, -1, "dispatch");
  crl_push_database(L, t->database);
  if (lua_isnil(L, -1))
    return 0;
  lua_pushstring(L, corm_event_name(t->event->kind));
  if (t->event->session)
    crl_push_session(L, t->event->session);
  else
    lua_pushnil(L);
  if (t->event->record)
    crl_push_record(L, t->event->record);
  else
    lua_pushnil(L);
  lua_call(L, 4, 0);
  return 0;
}

static int event(void *self, const corm_event *ev, corm_error **err) {
  telling t = {self, ev};
  lua_State *L = t.database->L;
  if (t.database->silent || !L)
    return CORM_OK;
  return crl_call(L, tell, &t, err);
}

/* ---- Warnings
 * ------------------------------------------------------------------------------------------------------------- */

typedef struct warning {
  crl_database *database;
  const char *text;
} warning;

static int pass_warning(lua_State *L) {
  const warning *w = lua_touserdata(L, 1);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &crl_helpers);
  lua_getfield(L, -1, "warn");
  crl_push_database(L, w->database);
  lua_pushstring(L, w->text);
  lua_call(L, 2, 0);
  return 0;
}

static void warn(void *self, const char *text) {
  warning w = {self, text};
  lua_State *L = w.database->L;
  if (!w.database->silent && L)
    (void)crl_call(L, pass_warning, &w, NULL);
}

/* ---- Tables
 * --------------------------------------------------------------------------------------------------------------- */

/* An engine may serve several Lua states: its host knows none of them. */
static const corm_host engine_host = {
    .size = sizeof(corm_host), .ref = ref, .unref = unref, .bind = bind, .equal = equal, .fill = fill};

const corm_host *crl_engine_host(void) { return &engine_host; }

void crl_host_init(crl_database *d) {
  d->host = (corm_host){.size = sizeof d->host,
                        .self = d,
                        .hold = hold,
                        .drop = drop,
                        .object = object,
                        .record = record,
                        .ref = ref,
                        .unref = unref,
                        .bind = bind,
                        .equal = equal,
                        .fill = fill,
                        .container = container,
                        .members = members,
                        .change = change,
                        .event = event,
                        .warn = warn,
                        .expression = expression};
}
