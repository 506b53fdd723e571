/* Relations as they are given; what follows from them is found at seal. */
#include "schema/attribute.h"
#include "schema/build.h"
#include <string.h>

static int check_joins(const char *owner, const corm_relation_def *d, corm_error **err) {
  if (d->secondaryjoin && !d->secondary)
    return cm_fail(err, CORM_EARGUMENT, "relation \"%s.%s\" has a secondaryjoin but no secondary table", owner, d->key);
  if ((d->n_foreign_keys && !d->foreign_keys) || (d->n_remote_side && !d->remote_side) ||
      (d->n_order_by && !d->order_by))
    return cm_fail(err, CORM_EARGUMENT, "relation \"%s.%s\" says how many columns or expressions there are, not which",
                   owner, d->key);
  return CORM_OK;
}

static int check(const corm_entity *e, const corm_relation_def *d, corm_error **err) {
  if (!d->key || !*d->key)
    return cm_fail(err, CORM_EARGUMENT, "a relation of class \"%s\" has no key", e->name);
  if (!d->target)
    return cm_fail(err, CORM_EARGUMENT, "relation \"%s.%s\" has no target", e->name, d->key);
  if (d->lazy < CORM_LAZY_SELECT || d->lazy >= CORM_LAZY_CONTAINS_EAGER)
    return cm_fail(err, CORM_EARGUMENT, "relation \"%s.%s\": a mapping has no loader with the number %d", e->name,
                   d->key, d->lazy);
  if (d->uselist == 0 && (d->lazy == CORM_LAZY_DYNAMIC || d->lazy == CORM_LAZY_WRITE_ONLY))
    return cm_fail(err, CORM_EINVALID, "relation \"%s.%s\" is one object, so it cannot be loaded as a query", e->name,
                   d->key);
  return check_joins(e->name, d, err);
}

static void fill_plain(corm_relation *r, corm_entity *e, const corm_relation_def *d) {
  r->owner = e;
  r->target = d->target;
  r->uselist = d->uselist;
  r->lazy = d->lazy;
  r->join_depth = d->join_depth;
  r->cascade = d->cascade;
  r->flags = d->flags;
  r->secondary = d->secondary;
  r->n_foreign_keys = d->n_foreign_keys;
  r->n_remote_side = d->n_remote_side;
}

static int fill_order(corm_relation *r, corm_schema *s, const corm_relation_def *d, corm_error **err) {
  int status = CORM_OK;
  if (!d->n_order_by)
    return CORM_OK;
  r->order_by = cm_schema_zero(s, d->n_order_by * sizeof *r->order_by);
  if (!r->order_by)
    return cm_fail_memory(err);
  r->n_order_by = d->n_order_by;
  for (size_t i = 0; i < d->n_order_by && !status; i++) {
    const corm_expr *x = NULL;
    status = cm_schema_adopt(&x, s, d->order_by[i], 1, err);
    r->order_by[i] = (corm_expr *)(uintptr_t)x;
  }
  return status;
}

static int fill(corm_relation *r, corm_entity *e, const corm_relation_def *d, corm_error **err) {
  corm_schema *s = e->schema;
  int status = CORM_OK;
  fill_plain(r, e, d);
  if (!cm_schema_text(s, &r->key, d->key) || !cm_schema_text(s, &r->back_populates, d->back_populates) ||
      !cm_schema_pointers(s, &r->foreign_keys, d->foreign_keys, d->n_foreign_keys) ||
      !cm_schema_pointers(s, &r->remote_side, d->remote_side, d->n_remote_side))
    return cm_fail_memory(err);
  if (d->primaryjoin)
    status = cm_schema_adopt(&r->primaryjoin, s, d->primaryjoin, 1, err);
  if (!status && d->secondaryjoin)
    status = cm_schema_adopt(&r->secondaryjoin, s, d->secondaryjoin, 1, err);
  return status ? status : fill_order(r, s, d, err);
}

int corm_entity_add_relation(int *slot, corm_entity *e, const corm_relation_def *def, corm_error **err) {
  corm_relation_def d;
  cm_attribute a = {0};
  corm_relation *r = NULL;
  int status = cm_def_read(&d, sizeof d, def, err);
  if (!status)
    status = check(e, &d, err);
  if (status)
    return status;
  r = cm_schema_zero(e->schema, sizeof *r);
  status = r ? fill(r, e, &d, err) : cm_fail_memory(err);
  if (status)
    return status;
  a.key = r->key;
  a.relation = r;
  status = cm_entity_put(&r->slot, e, &a, err);
  if (status)
    return status;
  if (r->target->schema != e->schema)
    r->target_schema = corm_schema_ref(r->target->schema);
  *slot = r->slot;
  return CORM_OK;
}

int corm_relation_peek_direction(const corm_relation *r) { return r->direction; }
int corm_relation_peek_uselist(const corm_relation *r) { return r->uselist; }
corm_entity *corm_relation_peek_target(const corm_relation *r) { return r->target; }
corm_entity *corm_relation_peek_owner(const corm_relation *r) { return r->owner; }
const char *corm_relation_peek_key(const corm_relation *r) { return r->key; }
int corm_relation_peek_slot(const corm_relation *r) { return r->slot; }
corm_relation *corm_relation_peek_back(const corm_relation *r) { return r->back; }
unsigned corm_relation_peek_flags(const corm_relation *r) { return r->flags; }
unsigned corm_relation_peek_cascade(const corm_relation *r) { return r->cascade; }
int corm_relation_peek_lazy(const corm_relation *r) { return r->lazy; }
corm_table *corm_relation_peek_secondary(const corm_relation *r) { return r->secondary; }

const corm_expr *corm_relation_peek_join(const corm_relation *r, int secondary) {
  return secondary ? r->secondaryjoin : r->primaryjoin;
}

int corm_relation_peek_pair(const corm_relation *r, size_t i, corm_column **local, corm_column **remote) {
  const cm_pair *p = i < r->n_pairs ? &r->pairs[i] : NULL;
  if (!p && i - r->n_pairs < r->n_secondary_pairs)
    p = &r->secondary_pairs[i - r->n_pairs];
  if (!p)
    return 0;
  *local = r->direction == CORM_MANY_TO_ONE ? p->to : p->from;
  *remote = r->direction == CORM_MANY_TO_ONE ? p->from : p->to;
  return 1;
}
