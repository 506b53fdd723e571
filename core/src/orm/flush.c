/* The flush: its frame of events and failure, the order of its phases, and the states after it.
 *
 * 1. before_flush. A failure here rolls nothing back.
 * 2. Works: what the session has, and what relations add (plan.c).
 * 3. Saves, mapper by mapper; then rows of many-to-many relations; then deletes, the other way round.
 * 4. after_flush; deleted records become DELETED, saved ones clean and PERSISTENT; after_flush_postexec.
 * A failure in 2 to 4 rolls the transaction back. */
#include "orm/unit.h"

/* ---- Levels of a circle
 * ---------------------------------------------------------------------------------------------------- */

static size_t circle_end(const cm_unit *u, size_t first) {
  size_t end = first;
  while (end < u->n_groups && u->groups[end].circular)
    end++;
  return end;
}

typedef int (*run_places)(cm_unit *, const size_t *places, size_t n, corm_error **err);

/* One level: the works of each mapper together, in the mappers' order. */
static int run_level(cm_unit *u, size_t first, size_t end, const size_t *places, const uint32_t *levels, size_t n,
                     uint32_t level, size_t *room, run_places run, corm_error **err) {
  int status = CORM_OK;
  for (size_t g = first; !status && g < end; g++) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
      if (levels[i] == level && u->works[places[i]].shape->entity->base == u->groups[g].base)
        room[count++] = places[i];
    if (count)
      status = run(u, room, count, err);
  }
  return status;
}

static size_t gather_circle(const cm_unit *u, size_t first, size_t end, int deletes, size_t *out) {
  size_t n = 0;
  for (size_t g = first; g < end; g++) {
    const cm_group *group = &u->groups[g];
    size_t count = deletes ? group->n_deletes : group->n_saves;
    memcpy(out + n, deletes ? group->deletes : group->saves, count * sizeof *out);
    n += count;
  }
  return n;
}

static int run_circle(cm_unit *u, size_t first, size_t end, int deletes, corm_error **err) {
  size_t all = u->n + 1, n;
  size_t *places = cm_alloc(2 * all * sizeof *places);
  uint32_t *levels = cm_alloc(all * sizeof *levels), most = 0;
  int status = places && levels ? CORM_OK : cm_fail_memory(err);
  if (!status) {
    n = gather_circle(u, first, end, deletes, places);
    status = n ? cm_unit_levels(u, places, n, deletes, levels, err) : CORM_OK;
    for (size_t i = 0; !status && i < n; i++)
      most = levels[i] > most ? levels[i] : most;
    for (uint32_t level = 0; !status && n && level <= most; level++)
      status = run_level(u, first, end, places, levels, n, level, places + all,
                         deletes ? cm_delete_works : cm_save_works, err);
  }
  cm_free(places);
  cm_free(levels);
  return status;
}

/* ---- Phases
 * -------------------------------------------------------------------------------------------------------------------
 */

static int save_all(cm_unit *u, corm_error **err) {
  int status = CORM_OK;
  for (size_t g = 0; !status && g < u->n_groups;) {
    if (u->groups[g].circular) {
      size_t end = circle_end(u, g);
      status = run_circle(u, g, end, 0, err);
      g = end;
    } else {
      status = cm_save_works(u, u->groups[g].saves, u->groups[g].n_saves, err);
      g++;
    }
  }
  return status;
}

static int delete_all(cm_unit *u, corm_error **err) {
  int status = CORM_OK;
  for (size_t g = u->n_groups; !status && g > 0;) {
    size_t end = g--;
    if (!u->groups[g].circular) {
      status = cm_delete_works(u, u->groups[g].deletes, u->groups[g].n_deletes, err);
      continue;
    }
    while (g > 0 && u->groups[g - 1].circular)
      g--;
    status = run_circle(u, g, end, 1, err);
  }
  return status;
}

static int has_relations(const cm_unit *u) {
  const cm_shape *last = NULL;
  for (size_t i = 0; i < u->n; i++) {
    if (u->works[i].shape != last && u->works[i].shape->n_relations)
      return 1;
    last = u->works[i].shape;
  }
  return 0;
}

static int execute(cm_unit *u, corm_error **err) {
  int status = cm_unit_gather(u, err);
  int related = has_relations(u);
  if (!status && related)
    status = cm_unit_plan(u, err);
  if (!status)
    status = cm_unit_group(u, err);
  if (!status)
    status = save_all(u, err);
  if (!status && related)
    status = cm_many_rows(u, err);
  return status ? status : delete_all(u, err);
}

/* ---- After
 * ----------------------------------------------------------------------------------------------------------------------
 */

static int finish_deleted(cm_unit *u, corm_error **err) {
  int status = CORM_OK;
  for (size_t i = 0; !status && i < u->n; i++) {
    corm_record *r = u->works[i].record;
    if (u->works[i].op == CM_WORK_DELETE && cm_in_session(u->s, r))
      status = cm_state_deleted(u->s, r, err);
  }
  return status;
}

/* Many new objects: the map and the notes grow once. */
static int reserve(cm_unit *u, corm_error **err) {
  int status = CORM_OK;
  for (size_t i = 0; !status && i < u->n_groups; i++) {
    const cm_group *g = &u->groups[i];
    size_t fresh = 0;
    for (size_t k = 0; k < g->n_saves; k++)
      fresh += u->works[g->saves[k]].insert;
    cm_identity *map = fresh ? cm_session_identity(u->s, g->base) : NULL;
    if (!fresh)
      continue;
    if (!map || !cm_identity_reserve(map, fresh))
      return cm_fail_memory(err);
    status = cm_note_reserve(u->s, fresh, err);
  }
  return status;
}

static int finish_saved(cm_unit *u, corm_error **err) {
  int status = reserve(u, err);
  for (size_t i = 0; !status && i < u->n; i++) {
    corm_record *r = u->works[i].record;
    if (u->works[i].op != CM_WORK_SAVE || u->works[i].gone || !cm_in_session(u->s, r))
      continue;
    status = u->works[i].insert ? cm_state_inserted(u->s, r, err) : cm_state_updated(u->s, r, err);
    if (!status)
      cm_work_end(&u->works[i]);
  }
  return status;
}

static int run(cm_unit *u, corm_error **err) {
  corm_session *s = u->s;
  s->executing = 1;
  int status = execute(u, err);
  s->executing = 0;
  if (!status)
    status = cm_tell(s, CORM_EV_AFTER_FLUSH, NULL, NULL, err);
  if (!status)
    status = finish_deleted(u, err);
  if (!status)
    status = finish_saved(u, err);
  return status ? status : cm_tell(s, CORM_EV_AFTER_FLUSH_POSTEXEC, NULL, NULL, err);
}

static int run_inside(corm_session *s, corm_error **err) {
  cm_unit u = {.s = s};
  corm_error *why = NULL;
  int status = cm_transaction_begin_flush(s, &why);
  if (!status)
    status = run(&u, &why);
  if (!status)
    status = cm_transaction_end_flush(s, &why);
  if (status)
    cm_transaction_failed(s, why);
  cm_unit_free(&u);
  cm_error_give(err, why);
  return status;
}

int cm_flush(corm_session *s, corm_error **err) {
  if (s->flushing)
    return cm_fail(err, CORM_EINVALID, "a flush of this session is going on already");
  if (cm_session_is_clean(s))
    return CORM_OK;
  int status = cm_session_autobegin(s, err);
  if (status)
    return status;
  s->flushing = 1;
  status = cm_tell(s, CORM_EV_BEFORE_FLUSH, NULL, NULL, err);
  if (!status && !cm_session_is_clean(s))
    status = run_inside(s, err);
  s->flushing = 0;
  return status;
}

int corm_session_flush(corm_session *s, corm_error **err) {
  int status = cm_session_enter(s, "corm_session_flush", err);
  if (status)
    return status;
  status = cm_flush(s, err);
  cm_session_leave(s);
  return status;
}
