/* The identity map: open addressing, linear probes, removal by shifting back. Keys that are integers in sequence fill
 * it in sequence, which is what makes loading many rows cheap; when that clusters, hashes are multiplied instead. */
#include "orm/orm.h"

#define MAX_PROBE 64u
#define FIRST_CAP 64u

static inline size_t home_of(const cm_identity *m, uint64_t key) {
  return (size_t)((m->mixed ? key * 0x9E3779B97F4A7C15ull >> 17 : key) & (m->cap - 1));
}

corm_record *cm_identity_get(const cm_identity *m, const cm_key_view *v) {
  if (!m || !m->used)
    return NULL;
  for (size_t i = home_of(m, v->hash); m->entries[i].record; i = (i + 1) & (m->cap - 1))
    if (m->entries[i].key == v->hash && cm_key_equal(v, m->entries[i].record))
      return m->entries[i].record;
  return NULL;
}

/* How far from home the entry came to lie. */
static size_t place(cm_identity *m, uint64_t key, corm_record *r) {
  size_t at = home_of(m, key), probe = 0;
  for (; m->entries[at].record; at = (at + 1) & (m->cap - 1))
    probe++;
  m->entries[at] = (cm_identity_entry){key, r};
  m->longest = probe > m->longest ? probe : m->longest;
  return probe;
}

static int rebuild(cm_identity *m, size_t cap, int mixed) {
  cm_identity_entry *old = m->entries, *fresh = cm_alloc_zero(cap * sizeof *fresh);
  size_t old_cap = m->cap;
  if (!fresh)
    return 0;
  m->entries = fresh;
  m->cap = cap;
  m->mixed = mixed;
  m->longest = 0;
  for (size_t i = 0; i < old_cap; i++)
    if (old[i].record)
      (void)place(m, old[i].key, old[i].record);
  cm_free(old);
  return m->longest > MAX_PROBE && !mixed ? rebuild(m, cap, 1) : 1;
}

int cm_identity_reserve(cm_identity *m, size_t more) {
  size_t cap = m->cap ? m->cap : FIRST_CAP;
  while (cap - cap / 4 < m->used + more)
    cap *= 2;
  return cap == m->cap ? 1 : rebuild(m, cap, m->mixed);
}

static uint64_t hash_of(const corm_record *r) {
  return r->flags & CM_REC_WIDE ? ((const cm_key *)(uintptr_t)r->key)->hash : r->key;
}

int cm_identity_put(cm_identity *m, corm_record *r) {
  if (!cm_identity_reserve(m, 1))
    return 0;
  size_t probe = place(m, hash_of(r), r);
  m->used++;
  r->flags |= CM_REC_MAPPED;
  if (probe > MAX_PROBE && !m->mixed)
    (void)rebuild(m, m->cap, 1); /* without memory it stays slow */
  return 1;
}

/* Those that lie too far behind the hole to have their home before it stay: in a long run of keys that are numbers, all
 * of them. */
void cm_identity_remove(cm_identity *m, corm_record *r) {
  if (!m || !m->used)
    return;
  size_t mask = m->cap - 1, at = home_of(m, hash_of(r));
  for (; m->entries[at].record != r; at = (at + 1) & mask)
    if (!m->entries[at].record)
      return;
  r->flags &= (uint16_t)~CM_REC_MAPPED;
  m->used--;
  for (size_t next = (at + 1) & mask; m->entries[next].record && ((next - at) & mask) <= m->longest;
       next = (next + 1) & mask) {
    size_t home = home_of(m, m->entries[next].key);
    if (((next - home) & mask) < ((next - at) & mask))
      continue; /* it lies between its home and the hole: stays */
    m->entries[at] = m->entries[next];
    at = next;
  }
  m->entries[at].record = NULL;
}

cm_identity *cm_session_peek_identity(const corm_session *s, const corm_entity *e) {
  return cm_map_get_ptr(&s->identity_by_base, e->base);
}

cm_identity *cm_session_identity(corm_session *s, const corm_entity *e) {
  cm_identity *m = cm_session_peek_identity(s, e);
  if (m)
    return m;
  if (!cm_grow((void **)&s->identities, &s->cap_identities, s->n_identities + 1, sizeof *s->identities))
    return NULL;
  m = cm_alloc_zero(sizeof *m);
  if (!m)
    return NULL;
  m->base = e->base;
  if (!cm_map_put_ptr(&s->identity_by_base, e->base, m)) {
    cm_free(m);
    return NULL;
  }
  s->identities[s->n_identities++] = m;
  return m;
}

corm_record *cm_session_find(const corm_session *s, const corm_entity *e, const cm_key_view *v) {
  return cm_identity_get(cm_session_peek_identity(s, e), v);
}
