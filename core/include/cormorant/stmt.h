/* Statements: SELECT, set operations, INSERT, UPDATE, DELETE, DDL, and what objects are loaded with.
 *
 * A builder takes its statement, changes it in place when it holds the only reference, and a copy otherwise: after
 * `b = corm_where(corm_node_ref(a), x)`, `a` is as it was. What expr.h says of owners, poison and threads holds here,
 * too. A builder that does not go with the kind of statement poisons it with EINVALID. An array is borrowed, the nodes
 * in it are taken, save where they are `const`.
 *
 * A statement is made once and executed as often as one likes, by any thread: corm_conn_execute and
 * corm_session_execute borrow it. Two statements of one shape share one compiled text.
 */
#ifndef CORMORANT_STMT_H
#define CORMORANT_STMT_H

#include <cormorant/expr.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- SELECT ------------------------------------------------------------------------------------------------------
 */

/* Columns are expressions, or sources: an entity gives objects, a table or an alias of one all its columns. The
 * argument list takes at most 256 (EARGUMENT), the twin any number. FROM follows from the columns. */
CORM_API corm_stmt *corm_select(corm_node *first, ... /* CORM_END */);
CORM_API corm_stmt *corm_select_n(corm_node *const *columns, size_t n);
CORM_API corm_stmt *corm_select_entity(const corm_entity *); /* rows of one object */
CORM_API corm_stmt *corm_add_columns(corm_stmt *, corm_node *const *columns, size_t n);
CORM_API corm_stmt *corm_with_only_columns(corm_stmt *, corm_node *const *columns, size_t n);
/* One more source of FROM; of an UPDATE or DELETE, too, where the database has that. */
CORM_API corm_stmt *corm_select_from(corm_stmt *, const corm_source *);
/* FROM becomes the subquery, and what the statement says of entities means the columns that it shows of them. */
CORM_API corm_stmt *corm_read_from(corm_stmt *, const corm_source *subquery);
/* The rows that another statement gives, as the entities and columns of this one: a SELECT by place, text() by name. */
CORM_API corm_stmt *corm_from_statement(corm_stmt *, corm_stmt *rows);
/* One more condition, joined by AND; of SELECT, UPDATE and DELETE. */
CORM_API corm_stmt *corm_where(corm_stmt *, corm_expr *);
/* `key = value` of the source that corm_stmt_peek_target gives; EINVALID: it has none, ENAME: no such key. */
CORM_API corm_stmt *corm_filter_by(corm_stmt *, const char *key, corm_expr *value);
/* The same for a relation to one and an object; record, hold and release as in corm_relation_test_of. */
CORM_API corm_stmt *corm_filter_by_record(corm_stmt *, const char *key, corm_record *, void *hold,
                                          void (*release)(void *));
/* What was joined last, else the first source of FROM, else that of the first column; of an INSERT, UPDATE or DELETE
 * its target. Borrowed from the statement; NULL: there is none. */
CORM_API const corm_source *corm_stmt_peek_target(const corm_stmt *);
/* JOIN target ON on; kind: corm_join_kind. target: a source, or a relation (ATTRIBUTE), which brings its target and its
 * ON. on NULL: by the relation or by the foreign keys; the left side is found. What cannot be found fails when the
 * statement is compiled: ENOFOREIGNKEY, EAMBIGUOUSFOREIGNKEY, EINVALID. */
CORM_API corm_stmt *corm_join(corm_stmt *, const corm_node *target, corm_expr *on, int kind);
/* The same from a given left side; left NULL: found. */
CORM_API corm_stmt *corm_join_from(corm_stmt *, const corm_source *left, const corm_node *target, corm_expr *on,
                                   int kind);
/* Along relations by name, from an entity of the statement: "product.store" joins product, then store. ENAME: no such
 * attribute; EARGUMENT: it is no relation. */
CORM_API corm_stmt *corm_join_path(corm_stmt *, const corm_entity *from, const char *path, int kind);
/* Of SELECT and set operations: what is given is appended. The argument lists take at most 256 (EARGUMENT); n 0 with
 * NULL clears. */
CORM_API corm_stmt *corm_group_by(corm_stmt *, corm_node *first, ... /* CORM_END */);
CORM_API corm_stmt *corm_group_by_n(corm_stmt *, corm_node *const *, size_t n);
CORM_API corm_stmt *corm_having(corm_stmt *, corm_expr *); /* one more condition, joined by AND */
CORM_API corm_stmt *corm_order_by(corm_stmt *, corm_node *first, ... /* CORM_END */);
CORM_API corm_stmt *corm_order_by_n(corm_stmt *, corm_node *const *, size_t n);
/* order_by("name") and its kin: a name that is looked up among labels, then columns, when the statement is compiled. */
CORM_API corm_expr *corm_name_reference(const char *name);
CORM_API corm_stmt *corm_limit(corm_stmt *, corm_expr *);  /* of SELECT and set operations; NULL clears */
CORM_API corm_stmt *corm_offset(corm_stmt *, corm_expr *); /* the same */
/* DISTINCT; n above 0: DISTINCT ON these, where the database has it. */
CORM_API corm_stmt *corm_distinct_n(corm_stmt *, corm_expr *const *on, size_t n);
/* Which sources a subquery takes from the statement around it: these alone; except: all but these; n 0: none at all. */
CORM_API corm_stmt *corm_correlate_n(corm_stmt *, const corm_source *const *, size_t n, int except);
#define CORM_FOR_READ 1u /* FOR SHARE */
#define CORM_FOR_NOWAIT 2u
#define CORM_FOR_SKIP_LOCKED 4u
#define CORM_FOR_KEY_SHARE 8u /* FOR NO KEY UPDATE; with READ: FOR KEY SHARE */
/* FOR UPDATE, by CORM_FOR_ bits; of these sources, n 0: of all. Databases without it lock nothing. */
CORM_API corm_stmt *corm_for_update(corm_stmt *, unsigned flags, const corm_source *const *of, size_t n);
/* Text behind SELECT, INSERT, UPDATE or DELETE, for one dialect; NULL: for all. */
CORM_API corm_stmt *corm_prefix(corm_stmt *, const char *text, const char *dialect);
typedef enum corm_label_style {
  CORM_LABELS_DEDUPE = 0,        /* a second `name` becomes name_1 */
  CORM_LABELS_TABLE_PLUS_COLUMN, /* user_name */
  CORM_LABELS_NONE               /* as they are */
} corm_label_style;
CORM_API corm_stmt *corm_label_style_set(corm_stmt *, int style); /* corm_label_style: how columns are called */

typedef enum corm_set_operator {
  CORM_UNION = 1,
  CORM_UNION_ALL,
  CORM_INTERSECT,
  CORM_INTERSECT_ALL,
  CORM_EXCEPT,
  CORM_EXCEPT_ALL
} corm_set_operator;
/* members[0] UNION members[1] ...; EARGUMENT: n is 0. */
CORM_API corm_stmt *corm_compound(int set_operator, corm_stmt *const *members, size_t n);

/* ---- INSERT, UPDATE and DELETE -----------------------------------------------------------------------------------
 */

/* Of a table or of an entity. */
CORM_API corm_stmt *corm_insert(const corm_source *);
CORM_API corm_stmt *corm_update(const corm_source *);
CORM_API corm_stmt *corm_delete(const corm_source *);
/* SET of an UPDATE without values as yet will have the order of the calls of corm_set, with defaults behind them,
 * instead of the order of the table's columns. EARGUMENT: it has values. */
CORM_API corm_stmt *corm_set_in_order(corm_stmt *);
/* One column of SET or VALUES, by key; the second call for a key replaces. ECOMPILE: no such column, with the nearest
 * in the details. Columns that are not set are given when it is executed, or take their defaults. */
CORM_API corm_stmt *corm_set(corm_stmt *, const char *key, corm_expr *value);
/* INSERT: begins the next row of a multi-row VALUES; what is set then belongs to it. */
CORM_API corm_stmt *corm_next_row(corm_stmt *);
/* INSERT INTO t (keys) SELECT ...; defaults: columns that are not named take their defaults. */
CORM_API corm_stmt *corm_from_select(corm_stmt *insert, const char *const *keys, size_t n, corm_stmt *select,
                                     int defaults);
CORM_API corm_stmt *corm_returning_n(corm_stmt *, corm_node *const *, size_t n); /* one more list of columns */
/* SQLite's and PostgreSQL's ON CONFLICT (index columns) WHERE index_where, or of a constraint by name; n 0, NULL: any
 * conflict. DO NOTHING, unless corm_conflict_set follows; EINVALID: these without ON CONFLICT. */
CORM_API corm_stmt *corm_on_conflict(corm_stmt *insert, corm_expr *const *index, size_t n, corm_expr *index_where,
                                     const char *constraint);
CORM_API corm_stmt *corm_conflict_set(corm_stmt *insert, const char *key, corm_expr *value);
CORM_API corm_stmt *corm_conflict_where(corm_stmt *insert, corm_expr *where);
CORM_API corm_expr *corm_excluded(const corm_table *, const char *key); /* what the INSERT would have written there */

/* ---- DDL: single statements; corm_conn_create_all and its kin in engine.h know their order -------------------------
 */

CORM_API corm_stmt *corm_create_table(const corm_table *, int if_not_exists);
CORM_API corm_stmt *corm_drop_table(const corm_table *, int if_exists);
CORM_API corm_stmt *corm_create_index(const corm_index *, int if_not_exists);
CORM_API corm_stmt *corm_drop_index(const corm_index *, int if_exists);
/* CREATE TABLE without foreign keys: they come later, by corm_add_constraint, of tables that refer to each other. */
CORM_API corm_stmt *corm_create_table_without_keys(const corm_table *);
CORM_API corm_stmt *corm_add_constraint(const corm_constraint *);
CORM_API corm_stmt *corm_drop_constraint(const corm_constraint *);
/* The enumeration that is the column's type, where the database has types for it (CORM_DIALECT_ENUM_TYPES). */
CORM_API corm_stmt *corm_create_type(const corm_column *);
CORM_API corm_stmt *corm_drop_type(const corm_column *);
/* COMMENT ON; without a comment: the one that is there is removed. */
CORM_API corm_stmt *corm_comment_on_table(const corm_table *);
CORM_API corm_stmt *corm_comment_on_column(const corm_column *);

/* ---- Loader options ------------------------------------------------------------------------------------------------
 * `path` leads from an entity of the statement: n ATTRIBUTE nodes, borrowed. NULL in the last place: all relations of
 * the entity reached so far ("*"). ELOADERSTRATEGY: a step is no relation; EARGUMENT, when it is compiled: the path
 * does not begin at an entity of the statement.
 */

typedef enum corm_loader { /* values below 32 are corm_lazy */
                           CORM_LOAD_DEFER = 32,
                           CORM_LOAD_UNDEFER,
                           CORM_LOAD_ONLY,
                           CORM_LOAD_DEFAULT
} corm_loader;
#define CORM_LOAD_RAISE 1u     /* a later read fails (EINVALID) instead of loading */
#define CORM_LOAD_INNERJOIN 2u /* CORM_LAZY_JOINED by an inner join */
/* How the path's last relation is loaded: a corm_lazy, or CORM_LOAD_DEFAULT: as it is mapped. flags: CORM_LOAD_ bits.
 */
CORM_API corm_stmt *corm_load(corm_stmt *, const corm_expr *const *path, size_t n, int strategy, unsigned flags);
/* The same by names, for each relation on the way, at most 16: "purchases.product". Commonly CORM_LAZY_SELECTIN. ENAME:
 * no such attribute; EARGUMENT: it is no relation. */
CORM_API corm_stmt *corm_load_path(corm_stmt *, const corm_entity *from, const char *path, int strategy,
                                   unsigned flags);
/* Which columns are loaded behind a path (n 0: of the entity of the first column): CORM_LOAD_ONLY, DEFER or UNDEFER of
 * these attributes; n_columns 0: of all. They are borrowed. */
CORM_API corm_stmt *corm_load_columns(corm_stmt *, const corm_expr *const *path, size_t n, int how,
                                      const corm_expr *const *columns, size_t n_columns, unsigned flags);
/* undefer_group: the deferred columns of that group. */
CORM_API corm_stmt *corm_load_group(corm_stmt *, const corm_expr *const *path, size_t n, const char *group);
/* contains_eager: the path's last relation is filled from `source`, which the statement joined; NULL: the joined entity
 * itself. */
CORM_API corm_stmt *corm_contains_eager(corm_stmt *, const corm_expr *const *path, size_t n, const corm_source *source);
/* Objects that the session has already are written over by the rows. */
CORM_API corm_stmt *corm_populate_existing(corm_stmt *);

#ifdef __cplusplus
}
#endif
#endif
