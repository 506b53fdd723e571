/* The names of events, which are the same in every language. */
#include <cormorant/event.h>
#include <string.h>

static const char *const names[CORM_EV_KINDS] = {
    [CORM_EV_CONNECT] = "connect",
    [CORM_EV_CHECKOUT] = "checkout",
    [CORM_EV_CHECKIN] = "checkin",
    [CORM_EV_CLOSE] = "close",
    [CORM_EV_BEGIN] = "begin",
    [CORM_EV_COMMIT] = "commit",
    [CORM_EV_ROLLBACK] = "rollback",
    [CORM_EV_SAVEPOINT] = "savepoint",
    [CORM_EV_RELEASE] = "release_savepoint",
    [CORM_EV_ROLLBACK_TO] = "rollback_savepoint",
    [CORM_EV_BEFORE_CURSOR] = "before_cursor_execute",
    [CORM_EV_AFTER_CURSOR] = "after_cursor_execute",
    [CORM_EV_HANDLE_ERROR] = "handle_error",
    [CORM_EV_BEFORE_INSERT] = "before_insert",
    [CORM_EV_AFTER_INSERT] = "after_insert",
    [CORM_EV_BEFORE_UPDATE] = "before_update",
    [CORM_EV_AFTER_UPDATE] = "after_update",
    [CORM_EV_BEFORE_DELETE] = "before_delete",
    [CORM_EV_AFTER_DELETE] = "after_delete",
    [CORM_EV_LOAD] = "load",
    [CORM_EV_REFRESH] = "refresh",
    [CORM_EV_EXPIRE] = "expire",
    [CORM_EV_BEFORE_FLUSH] = "before_flush",
    [CORM_EV_AFTER_FLUSH] = "after_flush",
    [CORM_EV_AFTER_FLUSH_POSTEXEC] = "after_flush_postexec",
    [CORM_EV_BEFORE_COMMIT] = "before_commit",
    [CORM_EV_AFTER_COMMIT] = "after_commit",
    [CORM_EV_AFTER_ROLLBACK] = "after_rollback",
    [CORM_EV_AFTER_SOFT_ROLLBACK] = "after_soft_rollback",
    [CORM_EV_AFTER_BEGIN] = "after_begin",
    [CORM_EV_TRANSACTION_CREATE] = "after_transaction_create",
    [CORM_EV_TRANSACTION_END] = "after_transaction_end",
    [CORM_EV_BEFORE_ATTACH] = "before_attach",
    [CORM_EV_AFTER_ATTACH] = "after_attach",
    [CORM_EV_TRANSIENT_TO_PENDING] = "transient_to_pending",
    [CORM_EV_PENDING_TO_TRANSIENT] = "pending_to_transient",
    [CORM_EV_PENDING_TO_PERSISTENT] = "pending_to_persistent",
    [CORM_EV_PERSISTENT_TO_TRANSIENT] = "persistent_to_transient",
    [CORM_EV_PERSISTENT_TO_DELETED] = "persistent_to_deleted",
    [CORM_EV_DELETED_TO_PERSISTENT] = "deleted_to_persistent",
    [CORM_EV_DELETED_TO_DETACHED] = "deleted_to_detached",
    [CORM_EV_PERSISTENT_TO_DETACHED] = "persistent_to_detached",
    [CORM_EV_DETACHED_TO_PERSISTENT] = "detached_to_persistent",
    [CORM_EV_LOADED_AS_PERSISTENT] = "loaded_as_persistent",
};

const char *corm_event_name(int kind) { return kind >= 0 && kind < CORM_EV_KINDS ? names[kind] : NULL; }

int corm_event_named(const char *name) {
  for (int kind = 0; name && kind < CORM_EV_KINDS; kind++)
    if (names[kind] && strcmp(names[kind], name) == 0)
      return kind;
  return -1;
}
