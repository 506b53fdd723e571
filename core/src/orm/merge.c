/* merge: what one record has is given to the record that the session has for the same row, and so on along relations.
 */
#include "orm/unit.h"

#define DEEPEST 1000
#define MOST_KEYS 16

/* The record that stands for a key, also one that is not flushed yet. */
typedef struct known_key {
  cm_key *key;
  const corm_entity *base;
  corm_record *merged;
  size_t next; /* place + 1 of the next one with this hash */
} known_key;

typedef struct merging {
  corm_session *s;
  const corm_stmt *options; /* of what is read, or NULL */
  int load, depth;
  cm_map merged; /* given -> merged */
  cm_map ways;   /* (relation, given) by which it was come to: its other side is not followed back */
  cm_map by_hash;
  known_key *keys;
  size_t n_keys, cap_keys;
  void **objects; /* references: merged objects live as long as the merge */
  size_t n_objects, cap_objects;
} merging;

static int merge_one(merging *, corm_record *given, corm_record **out, corm_error **err);

/* ---- Keys ---------------------------------------------------------------------------------------------------------
 */

typedef struct given_key {
  cm_key_view view;
  corm_value values[MOST_KEYS];
  cm_arena arena;
  int known; /* 0: a part of it is missing */
} given_key;

static int key_of(corm_record *given, given_key *k, corm_error **err) {
  const corm_entity *e = given->home->entity;
  *k = (given_key){.known = 1};
  if (e->n_key > MOST_KEYS)
    return cm_fail(err, CORM_EUNSUPPORTED, "a key of more than %d columns cannot be merged by (class \"%s\")",
                   MOST_KEYS, e->name);
  if (given->flags & CM_REC_KEYED) {
    cm_key_view_record(&k->view, given, &k->values[0]);
    return CORM_OK;
  }
  int status = cm_key_from_slots(given, k->values, &k->arena, &k->known, err);
  if (!status && k->known)
    cm_key_view_of(&k->view, k->values, e->n_key);
  return status;
}

static corm_record *find_key(const merging *x, const corm_entity *base, const given_key *k) {
  size_t at = (size_t)(uintptr_t)cm_map_get_int(&x->by_hash, k->view.hash);
  for (; at; at = x->keys[at - 1].next) {
    const known_key *other = &x->keys[at - 1];
    if (other->base == base && other->key->n == k->view.n) {
      uint32_t i = 0;
      while (i < k->view.n && corm_value_equal(&other->key->values[i], &k->view.values[i]))
        i++;
      if (i == k->view.n)
        return other->merged;
    }
  }
  return NULL;
}

static int note_key(merging *x, const corm_entity *base, const given_key *k, corm_record *merged, corm_error **err) {
  cm_key *key;
  if (!cm_grow((void **)&x->keys, &x->cap_keys, x->n_keys + 1, sizeof *x->keys))
    return cm_fail_memory(err);
  int status = cm_key_copy(&key, &k->view, err);
  if (status)
    return status;
  x->keys[x->n_keys++] = (known_key){key, base, merged, (size_t)(uintptr_t)cm_map_get_int(&x->by_hash, k->view.hash)};
  return cm_map_put_int(&x->by_hash, k->view.hash, (void *)(uintptr_t)x->n_keys) ? CORM_OK : cm_fail_memory(err);
}

/* ---- The record that is merged into -------------------------------------------------------------------------------
 */

static int keep_object(merging *x, corm_record *merged, corm_error **err) {
  const corm_host *h = x->s->host;
  if (!h->object)
    return CORM_OK;
  if (!cm_grow((void **)&x->objects, &x->cap_objects, x->n_objects + 1, sizeof *x->objects))
    return cm_fail_memory(err);
  int status = h->object(h->self, merged, &x->objects[x->n_objects], err);
  x->n_objects += !status;
  return status;
}

/* The options speak of one class; what is read of others is a statement of its own, with the same. */
static corm_stmt *options_for(const merging *x, const corm_entity *e) {
  const corm_source *target = corm_stmt_peek_target(x->options);
  if (target && cm_source_entity(target) == e)
    return corm_node_ref(x->options);
  corm_stmt *stmt = corm_select(corm_entity_source(e), CORM_END);
  if (corm_node_check(stmt, NULL))
    return stmt;
  cm_node_set_kid(stmt, CM_SEL_OPTIONS, corm_node_ref(x->options->kids[CM_SEL_OPTIONS]));
  cm_node_seal(stmt);
  return stmt;
}

static int read_by_key(merging *x, const corm_entity *e, const given_key *k, corm_record **out, corm_error **err) {
  corm_stmt *options = x->options && x->options->kids[CM_SEL_OPTIONS] ? options_for(x, e) : NULL;
  int status = options ? corm_node_check(options, err) : CORM_OK;
  if (!status)
    status = corm_session_get(out, x->s, e, k->view.values, k->view.n, options, 0, err);
  corm_node_unref(options);
  return status;
}

static int find(merging *x, const corm_record *given, const given_key *k, corm_record **out, corm_error **err) {
  const corm_entity *e = given->home->entity;
  *out = k->known ? cm_session_find(x->s, e, &k->view) : NULL;
  if (*out && !(*out)->object && !((*out)->flags & CM_REC_C)) /* its object died: only a pin keeps it */
    *out = NULL;
  if (!*out && k->known)
    *out = find_key(x, e->base, k);
  return *out || !x->load || !k->known ? CORM_OK : read_by_key(x, e, k, out, err);
}

static void give_back(corm_record *made) {
  if ((made->flags & CM_REC_C) && !made->home->session)
    corm_record_release(made);
}

/* One that has no row yet; without loading: one whose row is as the given record says. */
static int make(merging *x, const corm_record *given, const given_key *k, corm_record **out, corm_error **err) {
  corm_record *made;
  if (!x->load && (given->flags & CM_REC_MODIFIED))
    return cm_fail(err, CORM_EINVALID, "merge without loading takes objects without changes");
  const corm_host *host = x->s->host == cm_host_of_c() ? NULL : x->s->host; /* NULL: the session is to own it */
  int status = corm_record_new(&made, given->home->entity, host, err);
  if (status)
    return status;
  cm_pin(made);
  status = keep_object(x, made, err);
  if (!status && !x->load)
    status = corm_record_set_identity(made, k->view.values, k->view.n, err);
  if (!status)
    status = cm_cascade_add(x->s, made, err);
  if (status)
    give_back(made);
  else
    *out = made;
  cm_unpin(made);
  return status;
}

/* ---- What is copied ------------------------------------------------------------------------------------------------
 */

static int set(corm_record *to, int slot, const corm_value *v, corm_error **err) {
  const corm_host *h = to->home->host;
  if (h->set)
    return h->set(h->self, to, slot, v, err);
  if (v->kind == CORM_HOST && h->ref)
    h->ref(h->self, v->as.h);
  return corm_record_set(to, slot, v, err);
}

static int copy_column(const merging *x, corm_record *to, int slot, const corm_value *v, corm_error **err) {
  return x->load ? set(to, slot, v, err) : cm_store_copy(to, slot, v, err);
}

/* A relation that was never set has a container before it is told of members. */
static int start_members(corm_record *to, int slot, cm_members *before, corm_error **err) {
  const corm_host *h = to->home->host;
  corm_value v;
  int state = cm_slot_peek(to, slot, &v);
  if (state == CORM_SLOT_LOADED)
    return cm_members_read(to, slot, before, err);
  v = corm_null();
  int status = h->container(h->self, to, slot, NULL, 0, &v.as.h, err);
  v.kind = CORM_HOST;
  return status ? status : corm_record_set_committed(to, slot, &v, err);
}

static int replace_members(corm_record *to, int slot, const cm_members *now, corm_error **err) {
  const corm_host *h = to->home->host;
  cm_members before = {0};
  void *container = NULL;
  if (h->replace)
    return h->replace(h->self, to, slot, now->records, now->n, err);
  int status = start_members(to, slot, &before, err);
  if (!status)
    status = h->container(h->self, to, slot, now->records, now->n, &container, err);
  for (size_t i = 0; !status && i < before.n; i++)
    if (!cm_members_has(now, before.records[i]))
      status = corm_record_unlink(to, slot, before.records[i], err);
  for (size_t i = 0; !status && i < now->n; i++)
    if (!cm_members_has(&before, now->records[i]))
      status = corm_record_link(to, slot, now->records[i], err);
  if (!status)
    status = corm_record_replace_container(to, slot, container, err);
  else if (container)
    cm_value_drop(to, &(corm_value){.kind = CORM_HOST, .as.h = container});
  cm_members_clear(&before);
  return status;
}

static uint64_t way(const corm_relation *rel, const corm_record *given) {
  return cm_hash_mix((uint64_t)(uintptr_t)rel, (uint64_t)(uintptr_t)given);
}

static int follow(merging *x, corm_relation *rel, corm_record *member, corm_record **out, corm_error **err) {
  if (!cm_map_put_int(&x->ways, way(rel, member), x))
    return cm_fail_memory(err);
  return merge_one(x, member, out, err);
}

static int copy_one(merging *x, corm_relation *rel, corm_record *to, int slot, corm_record *target, corm_error **err) {
  corm_record *merged = NULL;
  corm_value v;
  int status = target ? follow(x, rel, target, &merged, err) : CORM_OK;
  if (!status && !x->load)
    return cm_relation_store(to, rel, &merged, merged ? 1 : 0, err);
  if (!status)
    status = cm_record_value(to, merged, &v, err);
  if (status)
    return status;
  status = set(to, slot, &v, err);
  cm_value_drop(to, &v);
  return status;
}

static int copy_many(merging *x, corm_relation *rel, corm_record *to, int slot, const cm_members *members,
                     corm_error **err) {
  cm_members merged = {0};
  corm_value ignored;
  int status = x->load && (to->flags & CM_REC_KEYED) ? corm_record_get(to, slot, &ignored, NULL, err) : CORM_OK;
  for (size_t i = 0; !status && i < members->n; i++) {
    corm_record *one = NULL;
    status = follow(x, rel, members->records[i], &one, err);
    if (!status)
      status = cm_members_add(&merged, one, err);
  }
  if (!status && x->load)
    status = replace_members(to, slot, &merged, err);
  else if (!status)
    status = cm_relation_store(to, rel, merged.records, merged.n, err);
  cm_members_clear(&merged);
  return status;
}

static int copy_relation(merging *x, corm_record *given, int from, corm_record *to, int slot, const corm_value *v,
                         corm_error **err) {
  corm_relation *rel = cm_record_attribute(given, from)->relation;
  cm_members members = {0};
  if (!(rel->cascade & CORM_CASCADE_MERGE) || (rel->flags & CORM_RELATION_VIEWONLY))
    return CORM_OK;
  if (x->load && rel->back && cm_map_get_int(&x->ways, way(rel->back, given)))
    return CORM_OK;
  if (!rel->uselist)
    return copy_one(x, rel, to, slot, cm_value_record(given, v), err);
  int status = cm_members_read(given, from, &members, err);
  if (!status)
    status = copy_many(x, rel, to, slot, &members, err);
  cm_members_clear(&members);
  return status;
}

static int copy_attributes(merging *x, corm_record *given, corm_record *to, corm_error **err) {
  const corm_entity *e = given->home->entity, *other = to->home->entity;
  int status = CORM_OK;
  for (int i = 0; !status && i < given->n; i++) {
    corm_value v;
    int slot = e == other ? i : cm_slot_in(e, i, other);
    if (slot < 0 || slot >= to->n || cm_slot_peek(given, i, &v) != CORM_SLOT_LOADED)
      continue;
    status = cm_record_attribute(given, i)->relation ? copy_relation(x, given, i, to, slot, &v, err)
                                                     : copy_column(x, to, slot, &v, err);
  }
  return status;
}

static int copy_options(merging *x, const corm_record *given, corm_record *to, corm_error **err) {
  cm_plan_options *options = cm_options_of(given);
  if (options)
    return cm_options_keep(x->s, to, options, err);
  cm_options_forget(x->s, to);
  return CORM_OK;
}

/* ---- One record ----------------------------------------------------------------------------------------------------
 */

static int check(const merging *x, const corm_record *given, corm_error **err) {
  char name[128];
  if (given->home->host != x->s->host)
    return cm_fail(err, CORM_EARGUMENT, "an object of another host cannot be merged into this session");
  if (x->depth >= DEEPEST)
    return cm_fail(err, CORM_EINVALID, "the objects to merge lead to each other more than %d deep", DEEPEST);
  if (given->flags & CM_REC_KEYED)
    return CORM_OK;
  cm_record_name(given, name, sizeof name);
  if (!x->load)
    return cm_fail(err, CORM_EINVALID, "merge without loading takes objects that have a row: %s has none", name);
  if (given->home->session == x->s)
    cm_warn(x->s->host, "Instance %s is already pending in this Session yet is being merged again", name);
  return CORM_OK;
}

static int tell_made(merging *x, corm_record *made, corm_error **err) {
  const corm_host *h = x->s->host;
  corm_event ev = {.size = sizeof ev, .kind = CORM_EV_LOAD, .session = x->s, .record = made, .nested = 1};
  if (!h->event || !(cm_entity_events(made->home->entity) & CORM_EV_BIT(CORM_EV_LOAD)))
    return CORM_OK;
  return h->event(h->self, &ev, err);
}

static int copy(merging *x, corm_record *given, corm_record *to, int made, corm_error **err) {
  int status = made ? CORM_OK : cm_version_compare(given, to, err);
  if (!status)
    status = copy_options(x, given, to, err);
  if (!status)
    status = copy_attributes(x, given, to, err);
  if (!status && !x->load) {
    cm_change_revert(to);
    to->flags &= (uint16_t)~CM_REC_EXPIRED;
  }
  return status || !made ? status : tell_made(x, to, err);
}

static int merge_given(merging *x, corm_record *given, const given_key *k, corm_record **out, corm_error **err) {
  corm_record *to = NULL;
  int status = find(x, given, k, &to, err), made = !status && !to;
  if (made)
    status = make(x, given, k, &to, err);
  else if (!status)
    status = keep_object(x, to, err);
  if (!status && !cm_map_put_ptr(&x->merged, given, to))
    status = cm_fail_memory(err);
  if (!status && k->known)
    status = note_key(x, given->home->entity->base, k, to, err);
  if (!status && to && to != given)
    status = copy(x, given, to, made, err);
  *out = to;
  return status;
}

static int merge_one(merging *x, corm_record *given, corm_record **out, corm_error **err) {
  given_key k;
  *out = cm_map_get_ptr(&x->merged, given);
  int status = *out ? CORM_OK : check(x, given, err);
  if (*out || status)
    return status;
  cm_pin(given);
  x->depth++;
  status = key_of(given, &k, err);
  if (!status)
    status = merge_given(x, given, &k, out, err);
  cm_arena_free(&k.arena);
  x->depth--;
  cm_unpin(given);
  return status;
}

static void end(merging *x) {
  const corm_host *h = x->s->host;
  for (size_t i = 0; h->unref && i < x->n_objects; i++)
    h->unref(h->self, x->objects[i]);
  for (size_t i = 0; i < x->n_keys; i++)
    cm_free(x->keys[i].key);
  cm_free(x->objects);
  cm_free(x->keys);
  cm_map_free(&x->merged);
  cm_map_free(&x->ways);
  cm_map_free(&x->by_hash);
}

static int merge(merging *x, corm_record *given, corm_record **out, corm_error **err) {
  int status = cm_session_autobegin(x->s, err);
  if (!status && x->load)
    status = cm_session_autoflush(x->s, err);
  if (status)
    return status;
  x->s->no_autoflush++;
  status = merge_one(x, given, out, err);
  x->s->no_autoflush--;
  return status;
}

int corm_session_merge(corm_record **out, void **object, corm_session *s, corm_record *given, const corm_stmt *options,
                       unsigned flags, corm_error **err) {
  merging x = {.s = s, .options = options, .load = !(flags & CORM_MERGE_NO_LOAD)};
  corm_record *merged = NULL;
  *out = NULL;
  if (object)
    *object = NULL;
  int status = options && options->kind != CORM_NODE_SELECT
                   ? cm_fail(err, CORM_EARGUMENT, "the options of a merge are those of a SELECT")
                   : cm_session_enter(s, "corm_session_merge", err);
  if (status)
    return status;
  status = merge(&x, given, &merged, err);
  if (!status && object && s->host->object)
    status = s->host->object(s->host->self, merged, object, err);
  end(&x);
  *out = status ? NULL : merged;
  cm_session_leave(s);
  return status;
}
