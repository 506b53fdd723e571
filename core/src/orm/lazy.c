/* Lazy loads of relations: from the map, or by one SELECT. */
#include "orm/orm.h"

#include <stdio.h>

#define MAX_BINDS 16

/* ---- Strategies
 * ------------------------------------------------------------------------------------------------------------ */

int cm_plan_strategy(const cm_plan_options *o, const corm_relation *rel, const cm_plan_loader **loader) {
  if (loader)
    *loader = NULL;
  for (size_t i = 0; o && i < o->n; i++) {
    const cm_plan_loader *l = &o->loaders[i];
    if (l->relation != rel)
      continue;
    if (loader)
      *loader = l;
    return l->strategy < CORM_LOAD_DEFER ? l->strategy : rel->lazy;
  }
  return o && o->all_relations >= 0 && o->all_relations < CORM_LOAD_DEFER ? o->all_relations : rel->lazy;
}

int cm_relation_strategy(const corm_record *r, const corm_relation *rel, const cm_plan_loader **loader) {
  return cm_plan_strategy(cm_options_of(r), rel, loader);
}

static int fail_raise(const corm_record *r, const corm_relation *rel, const char *what, corm_error **err) {
  return cm_fail(err, CORM_EINVALID, "'%s.%s' is not loaded, and lazy='%s' forbids to load it now",
                 r->home->entity->name, rel->key, what);
}

static int peek(const corm_record *r, const corm_relation *rel, corm_value *out) {
  return cm_slot_peek(r, cm_relation_slot(r, rel), out);
}

/* ---- Storing
 * ----------------------------------------------------------------------------------------------------------------- */

static int store_many(corm_record *r, corm_relation *rel, int slot, corm_record *const *members, size_t n,
                      corm_error **err) {
  const corm_host *h = r->home->host;
  cm_members all = {0};
  corm_value v = corm_null();
  int status = CORM_OK;
  if (!h->container)
    return cm_fail(err, CORM_EUNSUPPORTED, "the host of class \"%s\" makes no containers", r->home->entity->name);
  if (r->change && r->change->queue) {
    for (size_t i = 0; !status && i < n; i++)
      status = cm_members_add(&all, members[i], err);
    if (!status)
      status = cm_collection_loaded(r, rel, &all, err);
    members = all.records;
    n = all.n;
  }
  if (!status)
    status = h->container(h->self, r, slot, members, n, &v.as.h, err);
  v.kind = CORM_HOST;
  if (!status)
    status = cm_slot_store(r, slot, &v, err);
  cm_members_clear(&all);
  return status;
}

int cm_relation_store(corm_record *r, corm_relation *rel, corm_record *const *members, size_t n, corm_error **err) {
  corm_value v;
  char name[128];
  int slot = cm_relation_slot(r, rel);
  if (slot < 0) /* it was made before the class had the relation */
    return CORM_OK;
  if (rel->uselist)
    return store_many(r, rel, slot, members, n, err);
  if (n > 1) {
    cm_record_name(r, name, sizeof name);
    cm_warn(r->home->host, "several objects were found for the relation '%s.%s', which is to one: the first is taken",
            r->home->entity->name, rel->key);
  }
  int status = cm_record_value(r, n ? members[0] : NULL, &v, err);
  return status ? status : cm_slot_store(r, slot, &v, err);
}

/* ---- Values that the join compares
 * ---------------------------------------------------------------------------------------------- */

/* The owner's value in a slot as a cell: loaded when it is not there; committed: as it is in the database. */
static int owner_value(corm_record *r, const corm_relation *rel, int of_owner, unsigned how, corm_value *out,
                       cm_arena *arena, corm_error **err) {
  corm_value v;
  int slot = cm_slot_in(rel->owner, of_owner, r->home->entity);
  const cm_old *old = how & CM_LAZY_COMMITTED ? cm_change_old(r, slot) : NULL;
  int status = CORM_OK;
  if (!old || cm_old_peek(r, old, &v) != CORM_SLOT_LOADED)
    status = corm_record_get(r, slot, &v, NULL, err);
  return status ? status : cm_record_key_cell(r, cm_record_attribute(r, slot)->columns[0], &v, out, arena, err);
}

/* The target's key, in its order, from the owner's foreign key. *nulls counts NULL parts. */
static int target_key(corm_record *r, const corm_relation *rel, unsigned how, corm_value *out, size_t *nulls,
                      cm_arena *arena, corm_error **err) {
  const corm_entity *t = rel->target;
  *nulls = 0;
  for (size_t i = 0; i < t->n_key; i++) {
    out[i] = corm_null();
    for (size_t k = 0; k < rel->n_pairs; k++)
      if (rel->pairs[k].from_slot == t->key_slots[i] && rel->pairs[k].to_slot >= 0) {
        int status = owner_value(r, rel, rel->pairs[k].to_slot, how, &out[i], arena, err);
        if (status)
          return status;
      }
    *nulls += out[i].kind == CORM_NULL;
  }
  return CORM_OK;
}

/* ---- From the map
 * ------------------------------------------------------------------------------------------------------------------ */

/* One that is expired is read again; when its row is gone it is not known after all. */
static int usable(corm_session *s, corm_record *found, const corm_relation *rel, unsigned how, corm_record **out,
                  int *known, corm_error **err) {
  corm_error *why = NULL;
  *out = corm_entity_is_a(found->home->entity, rel->target) ? found : NULL;
  if (!*out || !(found->flags & CM_REC_EXPIRED) || (how & CM_LAZY_NO_SQL))
    return CORM_OK;
  cm_pin(found);
  int status = cm_load_slots(found, NULL, 0, &why);
  if (status == CORM_EGONE) {
    *out = NULL;
    *known = 0;
    status = found->flags & CM_REC_MAPPED ? cm_state_gone(s, found, NULL) : CORM_OK;
    corm_error_free(why);
    why = NULL;
  }
  cm_unpin(found);
  cm_error_give(err, why);
  return status;
}

/* *known 1: answered without a statement of its own; *out may be NULL. */
static int from_map(corm_record *r, const corm_relation *rel, unsigned how, corm_record **out, int *known,
                    corm_error **err) {
  corm_session *s = r->home->session;
  corm_value key[MAX_BINDS];
  cm_key_view view;
  cm_arena arena = {0};
  size_t nulls;
  *out = NULL;
  *known = 0;
  if (rel->target->n_key > MAX_BINDS)
    return CORM_OK;
  int status = target_key(r, rel, how, key, &nulls, &arena, err);
  if (!status && nulls) {
    *known = 1;
  } else if (!status) {
    cm_key_view_of(&view, key, rel->target->n_key);
    corm_record *found = cm_session_find(s, rel->target, &view);
    *known = found != NULL;
    if (found)
      status = usable(s, found, rel, how, out, known, err);
  }
  cm_arena_free(&arena);
  return status;
}

/* ---- By SQL
 * --------------------------------------------------------------------------------------------------------------------------
 */

typedef struct lazy_params {
  char names[MAX_BINDS][32];
  const char *pointers[MAX_BINDS];
  corm_value values[MAX_BINDS];
  size_t n, nulls;
  corm_params params;
} lazy_params;

static int bind(corm_record *r, const corm_relation *rel, unsigned how, const int *slots, size_t n, lazy_params *p,
                cm_arena *arena, corm_error **err) {
  p->n = n;
  p->nulls = 0;
  for (size_t i = 0; i < n; i++) {
    (void)snprintf(p->names[i], sizeof p->names[i],
                   rel->direction == CORM_MANY_TO_ONE && rel->simple_key ? "pk_%zu" : "param_%zu", i + 1);
    p->pointers[i] = p->names[i];
    int status = owner_value(r, rel, slots[i], how, &p->values[i], arena, err);
    if (status)
      return status;
    p->nulls += p->values[i].kind == CORM_NULL;
  }
  p->params = (corm_params){.size = sizeof(corm_params), .names = p->pointers, .n = n, .values = p->values, .rows = 1};
  return CORM_OK;
}

/* The targets of the rows, each once, in their order; pinned by the block. */
static int members_of(const corm_block *b, cm_members *out, corm_error **err) {
  size_t column = corm_block_peek_columns(b) - 1;
  cm_map seen = {0};
  int status = CORM_OK;
  for (size_t i = 0; !status && i < corm_block_peek_rows(b); i++) {
    corm_record *m = corm_block_peek_row(b, i)[column].as.r;
    if (!m || cm_map_get_ptr(&seen, m))
      continue;
    status = cm_map_put_ptr(&seen, m, m) ? cm_members_add(out, m, err) : cm_fail_memory(err);
  }
  cm_map_free(&seen);
  return status;
}

typedef struct lazy_statement {
  corm_node *stmt;
  cm_kept *kept;
  int room[MAX_BINDS];
  const int *slots;
  size_t n;
} lazy_statement;

/* Without options it is the same for all owners of a class. */
static int statement_of(lazy_statement *out, corm_record *r, corm_relation *rel, const cm_plan_loader *loader,
                        corm_error **err) {
  *out = (lazy_statement){0};
  if (!loader || (!loader->below && !loader->criteria)) {
    int status = cm_kept_lazy(&out->kept, r->home->session, r->home->entity, rel, err);
    out->slots = status ? NULL : out->kept->slots;
    out->n = status ? 0 : out->kept->n_slots;
    return status;
  }
  out->stmt = cm_lower_lazy(rel, loader->below, loader->criteria, out->room, MAX_BINDS, &out->n);
  out->slots = out->room;
  return corm_node_check(out->stmt, err);
}

static int query(corm_record *r, corm_relation *rel, const cm_plan_loader *loader, unsigned how, corm_block **out,
                 corm_error **err) {
  lazy_statement q;
  lazy_params p;
  cm_arena arena = {0};
  corm_value ignored;
  *out = NULL;
  int status = statement_of(&q, r, rel, loader, err);
  if (!status)
    status = bind(r, rel, how, q.slots, q.n, &p, &arena, err);
  int is_there = !(how & CM_LAZY_BEFORE) && /* it came when the key was read */
                 peek(r, rel, &ignored) == CORM_SLOT_LOADED;
  if (!status && !is_there && !(q.n && p.nulls == q.n)) { /* all NULL: no row can match */
    const cm_fetch f = {.entity = rel->target, .stmt = q.stmt, .kept = q.kept, .params = &p.params, .only_read = 1};
    status = cm_fetch_run(out, r->home->session, &f, err);
  }
  cm_kept_unref(q.kept);
  corm_node_unref(q.stmt);
  cm_arena_free(&arena);
  return status;
}

static int load_by_sql(corm_record *r, corm_relation *rel, const cm_plan_loader *loader, unsigned how,
                       corm_error **err) {
  corm_block *block;
  cm_members members = {0};
  corm_value ignored;
  int status = how & CM_LAZY_NO_AUTOFLUSH ? CORM_OK : cm_session_autoflush(r->home->session, err);
  if (!status)
    status = query(r, rel, loader, how, &block, err);
  if (status)
    return status;
  if (block)
    status = members_of(block, &members, err);
  if (!status && peek(r, rel, &ignored) != CORM_SLOT_LOADED) /* a hook may have loaded it */
    status = cm_relation_store(r, rel, members.records, members.n, err);
  cm_members_clear(&members);
  corm_block_free(block);
  return status;
}

/* ---- Together
 * ---------------------------------------------------------------------------------------------------------------------------
 */

/* An object that is expired as a whole is read, which leaves the relation empty. */
static int load_nothing(corm_record *r, corm_relation *rel, corm_error **err) {
  corm_value ignored;
  int status = r->flags & CM_REC_EXPIRED ? cm_load_slots(r, NULL, 0, err) : CORM_OK;
  if (status || peek(r, rel, &ignored) == CORM_SLOT_LOADED)
    return status;
  return cm_relation_store(r, rel, NULL, 0, err);
}

static int load(corm_record *r, corm_relation *rel, unsigned how, int *loaded, corm_error **err) {
  const cm_plan_loader *loader;
  int strategy = cm_relation_strategy(r, rel, &loader), known = 0, status = CORM_OK;
  corm_record *target = NULL;
  if (strategy == CORM_LAZY_RAISE && !(how & CM_LAZY_NO_RAISE))
    return fail_raise(r, rel, "raise", err);
  if (strategy == CORM_LAZY_NOLOAD)
    return load_nothing(r, rel, err);
  if (rel->direction == CORM_MANY_TO_ONE && rel->simple_key && !(loader && loader->criteria))
    status = from_map(r, rel, how, &target, &known, err);
  if (!status && known)
    return cm_relation_store(r, rel, &target, target ? 1 : 0, err);
  if (!status && (how & CM_LAZY_NO_SQL)) {
    *loaded = 0;
    return CORM_OK;
  }
  if (!status && strategy == CORM_LAZY_RAISE_ON_SQL && !(how & CM_LAZY_NO_RAISE))
    return fail_raise(r, rel, "raise_on_sql", err);
  return status ? status : load_by_sql(r, rel, loader, how, err);
}

int cm_lazy_load(corm_record *r, corm_relation *rel, unsigned how, int *loaded, corm_error **err) {
  corm_value ignored;
  int status = CORM_OK, state = peek(r, rel, &ignored);
  *loaded = state == CORM_SLOT_LOADED;
  if (*loaded || state == CORM_SLOT_POPPED || !(r->flags & CM_REC_KEYED))
    return CORM_OK;
  if (rel->lazy == CORM_LAZY_WRITE_ONLY)
    return CORM_OK;
  status = cm_require_session(r, cm_relation_slot(r, rel), err);
  if (status)
    return status;
  *loaded = 1;
  cm_pin(r);
  status = load(r, rel, how, loaded, err);
  cm_unpin(r);
  return status;
}

int cm_lazy_peek_one(corm_record *r, corm_relation *rel, unsigned how, corm_record **out, corm_error **err) {
  corm_value v;
  int loaded;
  *out = NULL;
  if (peek(r, rel, &v) == CORM_SLOT_LOADED) {
    *out = cm_value_record(r, &v);
    return CORM_OK;
  }
  if (!r->home->session || !(r->flags & CM_REC_KEYED))
    return CORM_OK;
  if (rel->direction == CORM_MANY_TO_ONE && rel->simple_key) {
    int status = from_map(r, rel, how, out, &loaded, err);
    if (status || loaded || (how & CM_LAZY_NO_SQL))
      return status;
  } else if (how & CM_LAZY_NO_SQL) {
    return CORM_OK;
  }
  corm_block *block;
  int status = query(r, rel, NULL, how, &block, err);
  if (!status && peek(r, rel, &v) == CORM_SLOT_LOADED) {
    *out = cm_value_record(r, &v);
  } else if (!status && block && corm_block_peek_rows(block)) {
    *out = corm_block_peek_row(block, 0)[corm_block_peek_columns(block) - 1].as.r;
    cm_session_float(r->home->session, *out);
  }
  corm_block_free(block);
  return status;
}

/* The first row's object becomes what the slot had. */
static int keep_before(corm_record *r, int slot, const corm_block *block, corm_error **err) {
  corm_value v = corm_null();
  corm_record *target = block && corm_block_peek_rows(block)
                            ? corm_block_peek_row(block, 0)[corm_block_peek_columns(block) - 1].as.r
                            : NULL;
  int status = cm_record_value(r, target, &v, err);
  cm_old *old = status ? NULL : cm_change_old(r, slot); /* a hook may have changed it meanwhile */
  if (!old || (old->tag & CM_TAG_KIND) != CM_ABSENT_EXPIRED) {
    if (v.kind == CORM_HOST && r->home->host->unref)
      r->home->host->unref(r->home->host->self, v.as.h);
    return status;
  }
  old->tag = (uint8_t)v.kind;
  old->cell.p = v.kind == CORM_HOST ? v.as.h : NULL;
  if (v.kind == CORM_HOST)
    r->flags |= CM_REC_OWNS;
  return CORM_OK;
}

int cm_lazy_load_before(corm_record *r, corm_relation *rel, corm_error **err) {
  int slot = cm_relation_slot(r, rel);
  const cm_old *old = slot >= 0 ? cm_change_old(r, slot) : NULL;
  corm_block *block = NULL;
  if (rel->uselist || !cm_relation_waits(rel) || !old || (old->tag & CM_TAG_KIND) != CM_ABSENT_EXPIRED ||
      !(r->flags & CM_REC_MAPPED))
    return CORM_OK;
  cm_pin(r);
  int status = query(r, rel, NULL, CM_LAZY_COMMITTED | CM_LAZY_NO_AUTOFLUSH | CM_LAZY_BEFORE, &block, err);
  if (!status)
    status = keep_before(r, slot, block, err);
  corm_block_free(block);
  cm_unpin(r);
  return status;
}
