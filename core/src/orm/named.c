/* Attributes by name, for programs that write names where a binding keeps slots. */
#include "orm/orm.h"

#include <stdarg.h>

static int slot_named(int *slot, const corm_record *r, const char *key, corm_error **err) {
  const corm_entity *e = r->home->entity;
  *slot = corm_entity_peek_slot(e, key);
  return *slot >= 0 ? CORM_OK : cm_entity_fail_name(err, e, key);
}

int corm_record_get_named(corm_record *r, const char *key, corm_value *out, corm_error **err) {
  int slot, status = slot_named(&slot, r, key, err);
  *out = corm_null();
  return status ? status : corm_record_get(r, slot, out, NULL, err);
}

int corm_record_set_named(corm_record *r, const char *key, corm_value value, corm_error **err) {
  int slot, status = slot_named(&slot, r, key, err);
  return status ? status : corm_record_set(r, slot, &value, err);
}

int corm_record_link_named(corm_record *r, const char *key, corm_record *member, corm_error **err) {
  int slot, status = slot_named(&slot, r, key, err);
  return status ? status : corm_record_link(r, slot, member, err);
}

int corm_record_unlink_named(corm_record *r, const char *key, corm_record *member, corm_error **err) {
  int slot, status = slot_named(&slot, r, key, err);
  return status ? status : corm_record_unlink(r, slot, member, err);
}

int corm_record_get_related(corm_record **out, corm_record *r, const char *key, corm_error **err) {
  corm_value v;
  int slot, status = slot_named(&slot, r, key, err);
  *out = NULL;
  if (status)
    return status;
  const corm_relation *rel = cm_record_attribute(r, slot)->relation;
  if (!rel || rel->uselist)
    return cm_fail(err, CORM_EARGUMENT, "attribute \"%s.%s\" is no relation to one", r->home->entity->name, key);
  status = corm_record_get(r, slot, &v, NULL, err);
  if (!status)
    *out = cm_value_record(r, &v);
  return status;
}

/* ---- Making records ------------------------------------------------------------------------------------------------
 */

static int set_all(corm_record *r, va_list pairs, corm_error **err) {
  int status = CORM_OK;
  for (const char *key; !status && (key = va_arg(pairs, const char *));)
    status = corm_record_set_named(r, key, va_arg(pairs, corm_value), err);
  return status;
}

static int make(corm_record **out, const corm_entity *e, va_list pairs, corm_error **err) {
  int status = corm_record_new(out, e, NULL, err);
  if (!status)
    status = set_all(*out, pairs, err);
  if (status && *out && !(*out)->home->session) { /* a relation may have led it into a session */
    corm_record_release(*out);
    *out = NULL;
  }
  return status;
}

int corm_record_make(corm_record **out, const corm_entity *e, corm_error **err, ...) {
  va_list pairs;
  va_start(pairs, err);
  int status = make(out, e, pairs, err);
  va_end(pairs);
  return status;
}

int corm_session_make(corm_record **out, corm_session *s, const corm_entity *e, corm_error **err, ...) {
  corm_record *r = NULL;
  va_list pairs;
  va_start(pairs, err);
  int status = make(&r, e, pairs, err);
  va_end(pairs);
  if (!status)
    status = corm_session_add(s, r, err);
  if (status && r && !r->home->session) {
    corm_record_release(r);
    r = NULL;
  }
  if (out)
    *out = r;
  return status;
}
