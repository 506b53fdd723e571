/* Listeners of C: a list with a mask of the kinds that are in it. */
#ifndef CM_LISTEN_H
#define CM_LISTEN_H
#include <cormorant/event.h>

typedef struct cm_listener {
  int kind;
  corm_listener fn;
  void *ctx;
} cm_listener;
typedef struct cm_listeners {
  cm_listener *items;
  size_t n, cap;
} cm_listeners;

int cm_listeners_add(cm_listeners *, int kind, corm_listener, void *ctx, corm_error **err);
/* In the order in which they were added, up to the first that fails. */
int cm_listeners_tell(const cm_listeners *, const corm_event *, corm_error **err);
void cm_listeners_free(cm_listeners *);
#endif
