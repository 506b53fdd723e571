/* Loader options that a record keeps for its lazy loads. */
#include "orm/orm.h"

cm_plan_options *cm_options_of(const corm_record *r) {
  const corm_session *s = r->home->session;
  return s && (r->flags & CM_REC_OPTIONS) ? cm_map_get_ptr(&s->options, r) : NULL;
}

int cm_options_keep(corm_session *s, corm_record *r, cm_plan_options *o, corm_error **err) {
  cm_options_forget(s, r);
  if (!cm_map_put_ptr(&s->options, r, o))
    return cm_fail_memory(err);
  (void)cm_plan_options_ref(o);
  r->flags |= CM_REC_OPTIONS;
  return CORM_OK;
}

void cm_options_forget(corm_session *s, corm_record *r) {
  if (!(r->flags & CM_REC_OPTIONS))
    return;
  r->flags &= (uint16_t)~CM_REC_OPTIONS;
  cm_plan_options_unref(cm_map_remove_ptr(&s->options, r));
}

void cm_options_expire(corm_session *s, corm_record *r) {
  cm_plan_options *o = cm_options_of(r), *left = cm_plan_options_lasting(o);
  if (!left)
    cm_options_forget(s, r);
  else if (left != o && cm_options_keep(s, r, left, NULL))
    cm_options_forget(s, r); /* no memory: as if it had none */
  cm_plan_options_unref(left);
}
