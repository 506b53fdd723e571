/* Cormorant in C: a class, its table, a few objects, a question. Usage: quickstart [url] */
#include <cormorant/cormorant.h>
#include <stdio.h>

static corm_model *describe(void) {
  corm_model *m = corm_model_new();
  corm_model_entity(m, "User", "user_account");
  corm_model_column(m, "id", CORM_TYPE_INTEGER, CORM_COLUMN_PRIMARY_KEY);
  corm_model_string(m, "name", 30, CORM_COLUMN_NOT_NULL);
  corm_model_column(m, "age", CORM_TYPE_INTEGER, 0);
  return m;
}

/* Objects that are made in a session are its own: nobody frees them. */
static int add_people(corm_session *session, const corm_entity *user, corm_error **err) {
  const char *names[] = {"Ada", "Grace", "Linus"};
  const int ages[] = {36, 45, 17};
  int status = CORM_OK;
  for (int i = 0; !status && i < 3; i++)
    status =
        corm_session_make(NULL, session, user, err, "name", corm_text(names[i]), "age", corm_int(ages[i]), CORM_LAST);
  return status ? status : corm_session_commit(session, err);
}

static int show_adults(corm_session *session, const corm_entity *user, corm_error **err) {
  corm_result *result = NULL;
  const corm_value *row;
  corm_stmt *stmt = corm_select_entity(user);
  stmt = corm_where(stmt, corm_op(">=", corm_attr(user, "age"), corm_lit(corm_int(18))));
  stmt = corm_order_by(stmt, corm_attr(user, "name"), CORM_END);
  int status = corm_session_query(&result, session, stmt, err);
  while (!status && !(status = corm_result_next_row(result, &row, err)) && row) {
    corm_value name, age;
    status = corm_record_get_named(row[0].as.r, "name", &name, err);
    if (!status)
      status = corm_record_get_named(row[0].as.r, "age", &age, err);
    if (!status)
      printf("%.*s is %d\n", CORM_TEXT_ARG(name), (int)age.as.i);
  }
  corm_result_free(result);
  return status;
}

/* A changed attribute is all that an UPDATE sends, once the session commits. */
static int have_a_birthday(corm_session *session, const corm_entity *user, corm_error **err) {
  corm_record *linus = NULL;
  const corm_value key = corm_int(3);
  int status = corm_session_get(&linus, session, user, &key, 1, NULL, 0, err);
  if (!status && linus)
    status = corm_record_set_named(linus, "age", corm_int(18), err);
  return status ? status : corm_session_commit(session, err);
}

static int work(corm_session *session, const corm_entity *user, corm_error **err) {
  int status = add_people(session, user, err);
  if (!status)
    status = show_adults(session, user, err);
  if (!status)
    status = have_a_birthday(session, user, err);
  printf("a birthday later\n");
  return status ? status : show_adults(session, user, err);
}

int main(int argc, char **argv) {
  corm_error *err = NULL;
  corm_engine *engine = NULL;
  corm_session *session = NULL;
  corm_model *model = describe();
  int status = corm_model_seal(model, &err);
  if (!status)
    status = corm_engine_open(&engine, argc > 1 ? argv[1] : "sqlite://", NULL, &err);
  if (!status)
    status = corm_model_create_all(model, engine, &err);
  if (!status)
    status = corm_session_open(&session, engine, NULL, &err);
  if (!status)
    status = work(session, corm_model_peek_entity(model, "User"), &err);
  if (status)
    fprintf(stderr, "%s: %s\n", corm_status_name(status), corm_error_message(err));
  corm_error_free(err);
  corm_session_free(session);
  corm_engine_unref(engine);
  corm_model_free(model);
  return status != CORM_OK;
}
