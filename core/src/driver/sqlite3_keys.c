/* The keys of rows that INSERTs made, told by SQLite's update hook. */
#include "driver/sqlite3.h"
#include <string.h>

int64_t cm_sqlite_last_key(corm_driver_conn *c) { return sqlite3_last_insert_rowid(c->db); }

static void on_update(void *self, int op, const char *schema, const char *table, sqlite3_int64 key) {
  corm_driver_conn *c = self;
  if (op != SQLITE_INSERT)
    return;
  if (table != c->seen_table || schema != c->seen_schema) { /* SQLite's own strings: the same ones for each row */
    if (!cm_equal_nocase(table, c->watch_table) || !cm_equal_nocase(schema, c->watch_schema))
      return;
    c->seen_table = table;
    c->seen_schema = schema;
  }
  if (!cm_grow((void **)&c->keys, &c->cap_keys, c->n_keys + 1, sizeof *c->keys)) {
    c->keys_failed = 1;
    return;
  }
  c->keys[c->n_keys++] = key;
}

void cm_sqlite_watch(corm_driver_conn *c, const char *schema, const char *table) {
  c->watch_schema = schema ? schema : "main";
  c->watch_table = table;
  c->seen_schema = c->seen_table = NULL;
  c->n_keys = 0;
  c->keys_failed = 0;
  sqlite3_update_hook(c->db, on_update, c);
}

/* A trigger, an ignored row or a table without rowid makes the hook's count differ from SQLite's own: no keys then. */
size_t cm_sqlite_watched(corm_driver_conn *c, const int64_t **keys) {
  size_t n = c->n_keys;
  sqlite3_update_hook(c->db, NULL, NULL);
  *keys = c->keys;
  c->n_keys = 0;
  if (c->keys_failed)
    return SIZE_MAX;
  return (sqlite3_int64)n == sqlite3_changes(c->db) ? n : 0;
}

/* Temporary triggers may stand on tables of any schema. One that cannot be looked up counts as one with triggers. */
int cm_sqlite_has_triggers(corm_driver_conn *c, const char *schema, const char *table) {
  static const char question[] = "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?1 COLLATE NOCASE "
                                 "UNION ALL SELECT 1 FROM sqlite_temp_master "
                                 "WHERE type = 'trigger' AND tbl_name = ?1 COLLATE NOCASE LIMIT 1";
  int code = 0;
  if (schema && !cm_equal_nocase(schema, "main"))
    return 1;
  if (!c->triggers && sqlite3_prepare_v2(c->db, question, -1, &c->triggers, NULL) != SQLITE_OK)
    return 1;
  sqlite3_bind_text(c->triggers, 1, table, -1, SQLITE_STATIC);
  code = sqlite3_step(c->triggers);
  sqlite3_reset(c->triggers);
  sqlite3_clear_bindings(c->triggers);
  return code != SQLITE_DONE;
}
