/* Keys of text and of several columns, hierarchies over several tables, columns that are expressions, rows of a text()
 * and of a subquery: with every allocation failing in turn. And the schema itself. */
#include "../support.h"
#include "orm/orm.h"
#include <cormorant/engine.h>
#include <cormorant/session.h>

#include <string.h>

typedef struct library {
  corm_schema *schema;
  corm_catalog *catalog;
  corm_table *documents, *books, *notes, *employees, *engineers;
  corm_entity *document, *book, *note, *employee, *engineer, *manager;
  int code, nr, title, shout, notes_slot, pages, body, note_document, name, language;
  corm_engine *engine;
  corm_session *session;
  corm_record *atlas, *first; /* loaded when the scene asks for it: a book, note 1 of it */
  int (*run)(struct library *);
  void (*prepare)(struct library *);
} library;

/* ---- The schema ---- */

static int add(corm_column **out, corm_table *t, const char *name, int kind, unsigned flags) {
  const corm_column_def d = {
      .size = sizeof d, .name = name, .type = corm_type_plain((corm_type_kind)kind), .flags = flags};
  return corm_table_add_column(out, t, &d, NULL);
}

static int constrain(corm_table *t, int kind, corm_column **columns, corm_column **to, size_t n) {
  corm_constraint *c;
  const corm_constraint_def d = {.size = sizeof d, .kind = kind, .columns = columns, .n = n, .ref_columns = to};
  return corm_table_add_constraint(&c, t, &d, NULL);
}

static int define(library *x, corm_table **out, const char *name) {
  const corm_table_def d = {.size = sizeof d, .name = name};
  return corm_catalog_define(out, x->catalog, &d, NULL);
}

enum { PK = CORM_COLUMN_PRIMARY_KEY | CORM_COLUMN_NOT_NULL };

/* code and nr: the key, or what refers to it. */
static int add_pair(corm_table *t, corm_column **pair, unsigned flags) {
  int status = add(&pair[0], t, "code", CORM_TYPE_STRING, flags);
  status = status ? status : add(&pair[1], t, "nr", CORM_TYPE_INTEGER, flags);
  return status || !flags ? status : constrain(t, CORM_PRIMARY_KEY, pair, NULL, 2);
}

static int make_documents(library *x) {
  corm_column *key[2], *pair[2], *own[2], *id, *other;
  int status = define(x, &x->documents, "document");
  status = status ? status : add_pair(x->documents, key, PK);
  status = status ? status : add(&other, x->documents, "kind", CORM_TYPE_STRING, 0);
  status = status ? status : add(&other, x->documents, "title", CORM_TYPE_STRING, 0);
  status = status ? status : define(x, &x->books, "book");
  status = status ? status : add_pair(x->books, own, PK);
  status = status ? status : constrain(x->books, CORM_FOREIGN_KEY, own, key, 2);
  status = status ? status : add(&other, x->books, "pages", CORM_TYPE_INTEGER, 0);
  status = status ? status : define(x, &x->notes, "note");
  status = status ? status : add(&id, x->notes, "id", CORM_TYPE_INTEGER, PK);
  status = status ? status : constrain(x->notes, CORM_PRIMARY_KEY, &id, NULL, 1);
  status = status ? status : add_pair(x->notes, pair, 0);
  status = status ? status : constrain(x->notes, CORM_FOREIGN_KEY, pair, key, 2);
  return status ? status : add(&other, x->notes, "body", CORM_TYPE_STRING, 0);
}

static int make_staff(library *x) {
  corm_column *id, *own, *other;
  int status = define(x, &x->employees, "employee");
  status = status ? status : add(&id, x->employees, "id", CORM_TYPE_INTEGER, PK);
  status = status ? status : constrain(x->employees, CORM_PRIMARY_KEY, &id, NULL, 1);
  status = status ? status : add(&other, x->employees, "kind", CORM_TYPE_STRING, 0);
  status = status ? status : add(&other, x->employees, "name", CORM_TYPE_STRING, 0);
  status = status ? status : define(x, &x->engineers, "engineer");
  status = status ? status : add(&own, x->engineers, "id", CORM_TYPE_INTEGER, PK);
  status = status ? status : constrain(x->engineers, CORM_PRIMARY_KEY, &own, NULL, 1);
  status = status ? status : constrain(x->engineers, CORM_FOREIGN_KEY, &own, &id, 1);
  return status ? status : add(&other, x->engineers, "language", CORM_TYPE_STRING, 0);
}

static int map(library *x, corm_entity **out, const char *name, corm_table *t, corm_entity *parent, const char *says) {
  const corm_value v = says ? corm_text(says) : corm_null();
  const corm_entity_def d = {
      .size = sizeof d, .name = name, .table = t, .parent = parent, .identity = says ? &v : NULL};
  return corm_schema_map(out, x->schema, &d, NULL);
}

/* The column of that name: with `above`, together with the parent's. */
static int attribute(int *slot, corm_entity *e, corm_table *t, corm_table *above, const char *name) {
  int ignored;
  corm_column *columns[] = {corm_table_peek_column_named(t, name),
                            above ? corm_table_peek_column_named(above, name) : NULL};
  const corm_attribute_def d = {.size = sizeof d, .key = name, .columns = columns, .n_columns = above ? 2 : 1};
  return corm_entity_add_attribute(slot ? slot : &ignored, e, &d, NULL);
}

static int expression(library *x) {
  corm_value mark = corm_text("!");
  corm_source *t = corm_from(x->documents);
  corm_expr *shout = corm_op("||", corm_col(t, "title"), corm_literal(&mark));
  const corm_attribute_def d = {.size = sizeof d, .key = "shout", .expr = shout};
  int status = corm_entity_add_attribute(&x->shout, x->document, &d, NULL);
  corm_node_unref(shout);
  corm_node_unref(t);
  return status;
}

static int relate(int *slot, corm_entity *e, const char *key, corm_entity *target, const char *back) {
  const corm_relation_def d = {.size = sizeof d,
                               .key = key,
                               .target = target,
                               .uselist = -1,
                               .back_populates = back,
                               .cascade = CORM_CASCADE_SAVE_UPDATE | CORM_CASCADE_MERGE};
  return corm_entity_add_relation(slot, e, &d, NULL);
}

static int map_documents(library *x) {
  int status = map(x, &x->document, "Document", x->documents, NULL, "document");
  status = status ? status : attribute(&x->code, x->document, x->documents, NULL, "code");
  status = status ? status : attribute(&x->nr, x->document, x->documents, NULL, "nr");
  status = status ? status : attribute(NULL, x->document, x->documents, NULL, "kind");
  status = status ? status : attribute(&x->title, x->document, x->documents, NULL, "title");
  status = status ? status : expression(x);
  status = status ? status : corm_entity_set_discriminator(x->document, "kind", NULL);
  status = status ? status : map(x, &x->note, "Note", x->notes, NULL, NULL);
  status = status ? status : relate(&x->notes_slot, x->document, "notes", x->note, "document");
  status = status ? status : map(x, &x->book, "Book", x->books, x->document, "book");
  status = status ? status : attribute(NULL, x->book, x->books, x->documents, "code");
  status = status ? status : attribute(NULL, x->book, x->books, x->documents, "nr");
  status = status ? status : attribute(&x->pages, x->book, x->books, NULL, "pages");
  status = status ? status : attribute(NULL, x->note, x->notes, NULL, "id");
  status = status ? status : attribute(NULL, x->note, x->notes, NULL, "code");
  status = status ? status : attribute(NULL, x->note, x->notes, NULL, "nr");
  status = status ? status : attribute(&x->body, x->note, x->notes, NULL, "body");
  return status ? status : relate(&x->note_document, x->note, "document", x->document, "notes");
}

static int map_staff(library *x) {
  int status = map(x, &x->employee, "Employee", x->employees, NULL, "emp");
  status = status ? status : attribute(NULL, x->employee, x->employees, NULL, "id");
  status = status ? status : attribute(NULL, x->employee, x->employees, NULL, "kind");
  status = status ? status : attribute(&x->name, x->employee, x->employees, NULL, "name");
  status = status ? status : corm_entity_set_discriminator(x->employee, "kind", NULL);
  status = status ? status : map(x, &x->engineer, "Engineer", x->engineers, x->employee, "eng");
  status = status ? status : attribute(NULL, x->engineer, x->engineers, x->employees, "id");
  status = status ? status : attribute(&x->language, x->engineer, x->engineers, NULL, "language");
  return status ? status : map(x, &x->manager, "Manager", NULL, x->employee, "mgr");
}

static int make_schema(library *x) {
  int status = corm_schema_new(&x->schema, NULL);
  status = status ? status : corm_catalog_new(&x->catalog, x->schema, NULL, NULL);
  status = status ? status : make_documents(x);
  status = status ? status : make_staff(x);
  status = status ? status : map_documents(x);
  status = status ? status : map_staff(x);
  return status ? status : corm_schema_seal(x->schema, NULL);
}

static int schema_alone(void *ctx) {
  library x = {0};
  int status = make_schema(&x);
  (void)ctx;
  corm_schema_unref(x.schema);
  return status;
}

/* ---- The scene ---- */

static void sql(library *x, const char *text) {
  corm_conn *c = NULL;
  corm_result *r = NULL;
  assert_int_equal(corm_conn_acquire(&c, x->engine, NULL), CORM_OK);
  assert_int_equal(corm_conn_execute_sql(&r, c, text, NULL, 0, 1, NULL), CORM_OK);
  corm_result_free(r);
  assert_int_equal(corm_conn_commit(c, NULL), CORM_OK);
  corm_conn_release(c);
}

static void start(void *ctx) {
  library *x = ctx;
  corm_conn *c = NULL;
  assert_int_equal(make_schema(x), CORM_OK);
  assert_int_equal(corm_engine_open(&x->engine, "sqlite://", NULL, NULL), CORM_OK);
  assert_int_equal(corm_conn_acquire(&c, x->engine, NULL), CORM_OK);
  assert_int_equal(corm_conn_create_all(c, x->catalog, NULL, 0, 0, NULL), CORM_OK);
  assert_int_equal(corm_conn_commit(c, NULL), CORM_OK);
  corm_conn_release(c);
  sql(x,
      "insert into document values ('a code that is long enough', 1, 'book', 'Atlas'), ('b', 2, 'document', 'Bill')");
  sql(x, "insert into book values ('a code that is long enough', 1, 300)");
  sql(x, "insert into note values (1, 'a code that is long enough', 1, 'torn'), (2, 'b', 2, 'paid'), (3, NULL, 2, '')");
  sql(x, "insert into employee values (1, 'emp', 'Ann'), (2, 'eng', 'Ben'), (3, 'mgr', 'Cid')");
  sql(x, "insert into engineer values (2, 'C')");
  assert_int_equal(corm_session_open(&x->session, x->engine, NULL, NULL), CORM_OK);
  x->atlas = x->first = NULL;
  if (x->prepare)
    x->prepare(x);
}

static int run(void *ctx) {
  library *x = ctx;
  return x->run(x);
}

static int get_document(library *x, corm_record **out, const char *code, int nr) {
  const corm_value key[] = {corm_text(code), corm_int(nr)};
  return corm_session_get(out, x->session, x->document, key, 2, NULL, 0, NULL);
}

/* Also the keys are what they were. */
static void works_again(void *ctx, int status) {
  library *x = ctx;
  corm_record *bill = NULL, *atlas = NULL;
  corm_value v, title = corm_text("Bill");
  (void)status;
  assert_int_equal(corm_session_rollback(x->session, NULL), CORM_OK);
  assert_int_equal(get_document(x, &bill, "b", 2), CORM_OK);
  assert_non_null(bill);
  assert_int_equal(corm_record_get(bill, x->title, &v, NULL, NULL), CORM_OK);
  assert_true(corm_value_equal(&v, &title));
  assert_int_equal(get_document(x, &atlas, "a code that is long enough", 1), CORM_OK);
  assert_non_null(atlas);
  if (x->atlas)
    assert_ptr_equal(atlas, x->atlas);
}

static void stop(void *ctx) {
  library *x = ctx;
  corm_session_free(x->session);
  corm_engine_unref(x->engine);
  corm_schema_unref(x->schema);
}

static void each_failure(const char *name, int (*fn)(library *), void (*prepare)(library *)) {
  static const cm_test_scene frame = {start, run, works_again, stop};
  library x = {.run = fn, .prepare = prepare};
  print_message("  %s\n", name);
  cm_test_each_failure_in(&frame, &x);
}

/* Runs the statement, reads its rows, gives both up. */
static int rows(library *x, corm_stmt *stmt, const corm_params *params, unsigned flags) {
  corm_result *result = NULL;
  const corm_value *row = NULL;
  corm_error *err = NULL;
  int status = corm_session_execute(&result, x->session, stmt, params, NULL, flags, &err);
  do
    status = status || !result ? status : corm_result_next_row(result, &row, &err);
  while (!status && row);
  if (status == CORM_ECLOSED) /* it gives no rows */
    status = CORM_OK;
  if (status && status != CORM_ENOMEM)
    fail_msg("status %d, %s", status, corm_error_message(err));
  corm_error_free(err);
  corm_result_free(result);
  corm_node_unref(stmt);
  return status;
}

static void load_first(library *x) {
  const corm_value one = corm_int(1);
  assert_int_equal(get_document(x, &x->atlas, "a code that is long enough", 1), CORM_OK);
  assert_int_equal(corm_session_get(&x->first, x->session, x->note, &one, 1, NULL, 0, NULL), CORM_OK);
}

static corm_expr *words(const char *text) {
  const corm_value v = corm_text(text);
  return corm_literal(&v);
}

/* ---- Reading ---- */

static int all_kinds(library *x) {
  int status = rows(x, corm_select_entity(x->document), NULL, 0);
  return status ? status : rows(x, corm_select_entity(x->employee), NULL, 0);
}

static int children(library *x) {
  int status = rows(x, corm_select_entity(x->book), NULL, 0);
  status = status ? status : rows(x, corm_select_entity(x->engineer), NULL, 0);
  return status ? status : rows(x, corm_select_entity(x->manager), NULL, 0);
}

static int populate_existing(library *x) {
  int status = rows(x, corm_populate_existing(corm_select_entity(x->document)), NULL, 0);
  return status ? status : rows(x, corm_populate_existing(corm_select_entity(x->book)), NULL, 0);
}

static int expressions(library *x) {
  corm_source *document = corm_entity_source(x->document), *other = corm_alias(document, "other");
  corm_node *columns[] = {corm_col(document, "shout"), corm_col(other, "shout")};
  corm_stmt *q = corm_where(corm_select_n(columns, 2), corm_op("=", corm_col(document, "shout"), words("Bill!")));
  corm_node_unref(document);
  corm_node_unref(other);
  return rows(x, q, NULL, 0);
}

static int text_rows(library *x, const char *text) {
  return rows(x, corm_from_statement(corm_select_entity(x->document), corm_text_node(text)), NULL, 0);
}
static int from_text(library *x) { return text_rows(x, "select * from document"); }
static int from_some_of_a_text(library *x) { return text_rows(x, "select nr, code from document order by nr"); }

static int from_select(library *x) {
  corm_source *document = corm_entity_source(x->document);
  corm_stmt *some =
      corm_where(corm_select_entity(x->document), corm_op("!=", corm_col(document, "nr"), corm_null_node()));
  corm_node_unref(document);
  return rows(x, corm_from_statement(corm_select_entity(x->document), some), NULL, 0);
}

static int from_subquery(library *x) {
  corm_source *note = corm_entity_source(x->note);
  corm_stmt *some = corm_where(corm_select_entity(x->note), corm_op("=", corm_col(note, "body"), words("torn")));
  corm_source *sub = corm_alias(some, NULL);
  corm_stmt *q = corm_read_from(corm_select_entity(x->note), sub);
  q = corm_where(q, corm_op("!=", corm_col(note, "code"), words("x")));
  corm_node_unref(sub);
  corm_node_unref(some);
  corm_node_unref(note);
  return rows(x, q, NULL, 0);
}

static int entity_over_subquery(library *x) {
  corm_source *note = corm_entity_source(x->note);
  corm_stmt *some = corm_where(corm_select_entity(x->note), corm_op("=", corm_col(note, "body"), words("torn")));
  corm_source *sub = corm_alias(some, NULL), *over = corm_alias_over(note, sub);
  corm_node *document = corm_col(over, "document");
  corm_stmt *q = corm_join(corm_select(corm_node_ref(over), CORM_END), document, NULL, CORM_JOIN_INNER);
  corm_node_unref(document);
  corm_node_unref(over);
  corm_node_unref(sub);
  corm_node_unref(some);
  corm_node_unref(note);
  return rows(x, q, NULL, 0);
}

static int loaded(library *x, corm_entity *e, const char *key, int strategy) {
  return rows(x, corm_load_path(corm_select_entity(e), e, key, strategy, 0), NULL, 0);
}
static int joined_one(library *x) { return loaded(x, x->note, "document", CORM_LAZY_JOINED); }
static int joined_many(library *x) { return loaded(x, x->document, "notes", CORM_LAZY_JOINED); }
static int selectin_one(library *x) { return loaded(x, x->note, "document", CORM_LAZY_SELECTIN); }
static int selectin_many(library *x) { return loaded(x, x->document, "notes", CORM_LAZY_SELECTIN); }

static int read(corm_record *r, int slot) {
  corm_value v;
  return corm_record_get(r, slot, &v, NULL, NULL);
}

static int lazily(library *x) {
  int status = read(x->first, x->note_document);
  status = status ? status : read(x->atlas, x->notes_slot);
  status = status ? status : corm_session_expire_all(x->session, NULL);
  status = status ? status : read(x->atlas, x->pages);
  status = status ? status : read(x->first, x->note_document);
  return status ? status : corm_session_refresh(x->session, x->atlas, &x->shout, 1, NULL);
}

/* ---- Changing ---- */

static int change_keys(library *x) {
  const corm_value code = corm_text("another code of the same book");
  int status = corm_record_set(x->atlas, x->code, &code, NULL);
  status = status ? status : corm_session_flush(x->session, NULL);
  status = status ? status : corm_session_rollback(x->session, NULL);
  return status ? status : read(x->atlas, x->title);
}

enum { MANY = 12 };

static void add_many(library *x) {
  sql(x, "with recursive n(i) as (select 10 union all select i + 1 from n where i < 21) "
         "insert into employee (id, kind, name) select i, 'emp', 'one of many' from n");
}

/* So many that what a savepoint hands up does not fit at once. */
static int keys_within_a_savepoint(library *x) {
  corm_transaction *inner = NULL;
  int id = corm_entity_peek_slot(x->employee, "id");
  int status = corm_session_begin_nested(x->session, &inner, NULL);
  for (int i = 0; !status && i < MANY; i++) {
    const corm_value old = corm_int(10 + i), now = corm_int(100 + i);
    corm_record *r = NULL;
    status = corm_session_get(&r, x->session, x->employee, &old, 1, NULL, 0, NULL);
    status = status ? status : corm_record_set(r, id, &now, NULL);
  }
  status = status ? status : corm_transaction_commit(inner, NULL);
  corm_transaction_unref(inner);
  return status ? status : corm_session_rollback(x->session, NULL);
}

static int remove_all(library *x) {
  int status = corm_session_delete(x->session, x->first, NULL);
  status = status ? status : corm_session_delete(x->session, x->atlas, NULL);
  return status ? status : corm_session_flush(x->session, NULL);
}

static int insert_joined(library *x, const corm_entity *e, const char *const *names, size_t n, const corm_value *cells,
                         size_t count) {
  const corm_params params = {
      .size = sizeof params, .names = names, .n = n, .values = cells, .rows = count, .executemany = 1};
  corm_source *source = corm_entity_source(e);
  corm_stmt *q = corm_insert(source);
  corm_node_unref(source);
  return rows(x, q, &params, 0);
}

static int insert_with_keys(library *x) {
  static const char *const names[] = {"code", "nr", "title", "pages"};
  const corm_value cells[] = {corm_text("c"), corm_int(3), corm_text("Cup"), corm_int(1),
                              corm_text("d"), corm_int(4), corm_text("Dot"), corm_int(2)};
  return insert_joined(x, x->book, names, 4, cells, 2);
}

static int insert_without_keys(library *x) {
  static const char *const names[] = {"name", "language"};
  const corm_value cells[] = {corm_text("Dan"), corm_text("C"),   corm_text("Eve"),
                              corm_text("Lua"), corm_text("Fay"), corm_null()};
  return insert_joined(x, x->engineer, names, 2, cells, 3);
}

static corm_expr *titled(library *x, const char *title) {
  corm_source *document = corm_entity_source(x->document);
  corm_expr *is = corm_op("=", corm_op("||", corm_col(document, "title"), words("")), words(title));
  corm_node_unref(document);
  return is;
}

static int update_some(library *x, unsigned sync) {
  corm_source *document = corm_entity_source(x->document);
  corm_stmt *q = corm_set(corm_where(corm_update(document), titled(x, "Atlas")), "title", words("Maps"));
  corm_node_unref(document);
  return rows(x, q, NULL, sync);
}
static int update_evaluated(library *x) { return update_some(x, CORM_EXEC_SYNC_EVALUATE); }
static int update_fetched(library *x) { return update_some(x, CORM_EXEC_SYNC_FETCH); }

static int delete_some(library *x, unsigned sync) {
  corm_source *note = corm_entity_source(x->note);
  corm_expr *pair[] = {corm_col(note, "code"), corm_col(note, "nr")};
  const corm_value values[] = {corm_text("b"), corm_int(2), corm_text("a code that is long enough"), corm_int(1)};
  corm_stmt *q = corm_where(corm_delete(note), corm_in_rows(corm_tuple(pair, 2), values, 4 / 2, 2, 0));
  corm_node_unref(note);
  return rows(x, q, NULL, sync);
}
static int delete_fetched(library *x) { return delete_some(x, CORM_EXEC_SYNC_FETCH); }
static int delete_auto(library *x) { return delete_some(x, CORM_EXEC_SYNC_AUTO); }

/* ---- Each of them ---- */

static void a_schema_fails_cleanly_without_memory(void **state) {
  (void)state;
  cm_test_each_failure(schema_alone, NULL);
}

static void reading_fails_cleanly_without_memory(void **state) {
  (void)state;
  each_failure("all kinds", all_kinds, NULL);
  each_failure("children", children, NULL);
  each_failure("populate_existing", populate_existing, load_first);
  each_failure("expressions", expressions, NULL);
  each_failure("from a text", from_text, NULL);
  each_failure("from a text, loaded before", from_text, load_first);
  each_failure("from some of a text", from_some_of_a_text, NULL);
  each_failure("from a select", from_select, NULL);
  each_failure("from a subquery", from_subquery, NULL);
  each_failure("an entity over a subquery", entity_over_subquery, NULL);
}

static void loading_by_wide_keys_fails_cleanly_without_memory(void **state) {
  (void)state;
  each_failure("joined, one", joined_one, NULL);
  each_failure("joined, many", joined_many, NULL);
  each_failure("selectin, one", selectin_one, NULL);
  each_failure("selectin, many", selectin_many, NULL);
  each_failure("lazily", lazily, load_first);
}

static void changing_fails_cleanly_without_memory(void **state) {
  (void)state;
  each_failure("keys", change_keys, load_first);
  each_failure("keys within a savepoint", keys_within_a_savepoint, add_many);
  each_failure("deletion", remove_all, load_first);
  each_failure("rows with keys", insert_with_keys, NULL);
  each_failure("rows without keys", insert_without_keys, NULL);
  each_failure("update, evaluated", update_evaluated, load_first);
  each_failure("update, fetched", update_fetched, load_first);
  each_failure("delete, fetched", delete_fetched, load_first);
  each_failure("delete, as it comes", delete_auto, load_first);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_schema_fails_cleanly_without_memory),
      cmocka_unit_test(reading_fails_cleanly_without_memory),
      cmocka_unit_test(loading_by_wide_keys_fails_cleanly_without_memory),
      cmocka_unit_test(changing_fails_cleanly_without_memory),
  };
  return cm_test_run(tests);
}
