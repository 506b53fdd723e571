/* Who is inside a session. The owner is checked and set with the host's lock held; a second thread gets an error that
 * names both calls, since the first may be waiting without the lock. */
#include "orm/orm.h"

int cm_session_enter(corm_session *s, const char *call, corm_error **err) {
  uint64_t me = cm_thread_id();
  if (s->depth && s->owner_thread != me)
    return cm_fail(err, CORM_EMISUSE,
                   "%s was called while another thread is in %s: a session belongs to one thread at a time", call,
                   s->owner_call);
  if (!s->depth) {
    s->owner_thread = me;
    s->owner_call = call;
  }
  s->depth++;
  return CORM_OK;
}

void cm_session_leave(corm_session *s) {
  if (--s->depth == 0)
    s->owner_thread = 0;
}
