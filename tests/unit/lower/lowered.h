/* What the tests of lowering share: the shop's entities, and statements compared with their text. */
#ifndef CM_TEST_LOWERED_H
#define CM_TEST_LOWERED_H
#include "ast/node.h"
#include "ast/shop.h"
#include "compile/compile.h"
#include "support.h"
#include <ctype.h>
#include <string.h>

static shop s;
static corm_node *user, *address, *order, *item, *node, *emp, *eng, *mgr, *co;

static inline int open_shop(void **state) {
  corm_error *err = NULL;
  (void)state;
  if (shop_open(&s, &err))
    print_error("%s\n", corm_error_message(err));
  corm_error_free(err);
  if (!s.schema)
    return -1;
  user = corm_entity_source(s.user);
  address = corm_entity_source(s.address);
  order = corm_entity_source(s.order);
  item = corm_entity_source(s.item);
  node = corm_entity_source(s.node);
  emp = corm_entity_source(s.employee);
  eng = corm_entity_source(s.engineer);
  mgr = corm_entity_source(s.manager);
  co = corm_entity_source(s.company);
  return 0;
}

static inline int close_shop(void **state) {
  corm_node *all[] = {user, address, order, item, node, emp, eng, mgr, co};
  (void)state;
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    corm_node_unref(all[i]);
  shop_close(&s);
  return 0;
}

static inline void squeeze(const char *from, char *to) {
  size_t n = 0;
  for (; *from; from++) {
    if (!isspace((unsigned char)*from))
      to[n++] = *from;
    else if (n && to[n - 1] != ' ')
      to[n++] = ' ';
  }
  while (n && to[n - 1] == ' ')
    n--;
  to[n] = 0;
}

static inline void prints(corm_stmt *stmt, const char *expected) {
  corm_compiled *compiled = NULL;
  corm_error *err = NULL;
  static char text[8192];
  int status = corm_compile(&compiled, stmt, corm_dialect_named("default"), NULL, &err);
  if (status)
    print_error("%s\n", corm_error_message(err));
  assert_int_equal(status, CORM_OK);
  squeeze(corm_compiled_peek_sql(compiled), text);
  assert_string_equal(text, expected);
  corm_compiled_free(compiled);
  corm_node_unref(stmt);
}

static inline corm_expr *number(int64_t i) {
  corm_value v = corm_int(i);
  return corm_literal(&v);
}

static inline corm_expr *words(const char *text) {
  corm_value v = corm_text(text);
  return corm_literal(&v);
}

static inline corm_stmt *all_of(const corm_node *source) { return corm_select(corm_node_ref(source), CORM_END); }
static inline corm_expr *is(const corm_node *source, const char *key, corm_expr *value) {
  return corm_op("=", corm_col(source, key), value);
}

static inline corm_stmt *join_along(corm_stmt *stmt, const corm_node *source, const char *key, int kind) {
  corm_node *attribute = corm_col(source, key);
  stmt = corm_join(stmt, attribute, NULL, kind);
  corm_node_unref(attribute);
  return stmt;
}

/* An option along a path of up to two relations. */
static inline corm_stmt *load(corm_stmt *stmt, const corm_node *a, const char *first, const corm_node *b,
                              const char *second, int strategy, unsigned flags) {
  corm_node *path[2] = {corm_col(a, first), second ? corm_col(b, second) : NULL};
  const corm_expr *steps[2] = {path[0], path[1]};
  stmt = corm_load(stmt, steps, second ? 2 : 1, strategy, flags);
  corm_node_unref(path[0]);
  corm_node_unref(path[1]);
  return stmt;
}

#define USER "user_account.id, user_account.name, user_account.age, user_account.active"
#define ADDRESS "address.id, address.user_id, address.email"

#endif
