/* A session over the shop with rows in it, for running something with every allocation of that something failing in
 * turn. Whatever failed: after a rollback the session reads and writes again. */
#ifndef SCENE_H
#define SCENE_H
#include "shop.h"

typedef struct scene {
  shop s;
  corm_engine *engine;
  corm_session *session;
  int (*run)(struct scene *);
  void (*prepare)(struct scene *); /* before the failures begin; may be NULL */
  corm_record *ada, *pen, *red;    /* loaded: user 1, purchase 10, tag 1 */
} scene;

/* `name` is printed. */
void scene_each_failure(const char *name, int (*run)(scene *), void (*prepare)(scene *));
/* A new record in the session; nothing is left of it when that fails. */
int scene_make(corm_record **out, scene *, corm_entity *, int slot, const char *text);
int scene_put(corm_record *, int slot, const char *text);
int scene_get(corm_record **out, scene *, const corm_entity *, int64_t id);
int scene_read(corm_record *, int slot);
/* Runs the statement, reads its rows, gives both up. */
int scene_rows(scene *, corm_stmt *, const corm_params *, unsigned flags);
corm_stmt *scene_select(const corm_entity *);
corm_stmt *scene_load(corm_stmt *, const corm_entity *, int slot, int strategy, unsigned flags);
#endif
