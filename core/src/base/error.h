/* How the library makes errors. */
#ifndef CM_ERROR_H
#define CM_ERROR_H
#include <cormorant/error.h>

/* Makes an error and returns `status`: `return cm_fail(err, CORM_ENAME, "table \"%s\" has no column \"%s\"", t, c);`
 * An earlier error in *err is replaced. With err NULL only the status is returned. */
int cm_fail(corm_error **err, int status, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Out of memory: needs none (a static error). */
int cm_fail_memory(corm_error **err);
/* Adds a detail to *err, when there is an error to add to. */
void cm_detail(corm_error **err, const char *key, const char *value);
/* Hands `why` over to the caller: an error that stood in *err is freed; so is `why` where nobody wants it. NULL leaves
 * *err alone. */
void cm_error_give(corm_error **err, corm_error *why);
/* "did you mean": sets NAME and OWNER, and NEAREST from the given names, and writes the sentence. Returns `status`.
 * `what` is the kind of thing: "column" (of a table), "attribute" and "relation" (of a class) write
 *   class "User" has no attribute "nmae": did you mean "name"?
 * With two words the first is the owner's kind: "subquery column". Owner NULL writes: there is no column "nmae". */
int cm_fail_name(corm_error **err, int status, const char *what, const char *owner, const char *name,
                 const char *const *names, size_t n);

/* A failure is never CORM_OK. A static analyzer cannot see that from a call, and would follow paths that do not exist.
 */
#ifdef __clang_analyzer__
static inline int cm_is_failure(int status) {
  if (status == CORM_OK)
    __builtin_unreachable();
  return status;
}
#define cm_fail(...) cm_is_failure(cm_fail(__VA_ARGS__))
#define cm_fail_memory(err) cm_is_failure(cm_fail_memory(err))
#define cm_fail_name(...) cm_is_failure(cm_fail_name(__VA_ARGS__))
#endif
#endif
