/* Statements. A builder changes its statement in place when it holds the only reference, and a copy otherwise: after
 * `b = corm_where(corm_node_ref(a), x)`, `a` is as it was. Statements and expressions given to a builder are taken,
 * `const` ones borrowed. What expr.h says of poison, references and threads holds here, too.
 */
#ifndef CORMORANT_STMT_H
#define CORMORANT_STMT_H

#include <cormorant/expr.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Columns may be expressions and sources (an entity, an alias, a table: all its columns). Takes each. */
CORM_API corm_stmt *corm_select(corm_node *first, ... /* CORM_END */);
CORM_API corm_stmt *corm_select_entity(const corm_entity *); /* rows of one object */
CORM_API corm_stmt *corm_select_n(corm_node *const *columns, size_t n);
CORM_API corm_stmt *corm_add_columns(corm_stmt *, corm_node *const *columns, size_t n);
CORM_API corm_stmt *corm_with_only_columns(corm_stmt *, corm_node *const *columns, size_t n);
CORM_API corm_stmt *corm_select_from(corm_stmt *, const corm_source *);
/* FROM becomes the subquery, and what the statement says of entities means the columns that it shows of them. */
CORM_API corm_stmt *corm_read_from(corm_stmt *, const corm_source *subquery);
/* The rows that another statement gives, as the entities and columns of this one: a SELECT by place, text() by name. */
CORM_API corm_stmt *corm_from_statement(corm_stmt *, corm_stmt *rows);
CORM_API corm_stmt *corm_where(corm_stmt *, corm_expr *);
/* filter_by: `key = value` of the last joined or first entity or table. */
CORM_API corm_stmt *corm_filter_by(corm_stmt *, const char *key, corm_expr *value);
/* The same for a relation to one and an object, as corm_relation_test_of() compares them. */
CORM_API corm_stmt *corm_filter_by_record(corm_stmt *, const char *key, corm_record *, void *hold,
                                          void (*release)(void *));
/* The source that filter_by means: borrowed, NULL when there is none. */
CORM_API const corm_source *corm_stmt_peek_target(const corm_stmt *);
/* target: a source, or an ATTRIBUTE (a relation: its target, its ON). left NULL: found. on NULL: from foreign keys. */
CORM_API corm_stmt *corm_join(corm_stmt *, const corm_node *target, corm_expr *on, int kind);
CORM_API corm_stmt *corm_join_from(corm_stmt *, const corm_source *left, const corm_node *target, corm_expr *on,
                                   int kind);
/* Along relations by name, from an entity of the statement: "product.store" joins product, then store. */
CORM_API corm_stmt *corm_join_path(corm_stmt *, const corm_entity *from, const char *path, int kind);
CORM_API corm_stmt *corm_group_by(corm_stmt *, corm_node *first, ... /* CORM_END */); /* at most 256, more poison */
CORM_API corm_stmt *corm_order_by(corm_stmt *, corm_node *first, ... /* CORM_END */); /* at most 256, more poison */
CORM_API corm_stmt *corm_group_by_n(corm_stmt *, corm_node *const *, size_t n);       /* n 0 with NULL: clears */
CORM_API corm_stmt *corm_having(corm_stmt *, corm_expr *);
CORM_API corm_stmt *corm_order_by_n(corm_stmt *, corm_node *const *, size_t n); /* n 0 with NULL: clears */
/* order_by("name") and its kin: a name that is looked up among labels, then columns, when the statement is compiled. */
CORM_API corm_expr *corm_name_reference(const char *name);
CORM_API corm_stmt *corm_limit(corm_stmt *, corm_expr *);  /* NULL clears */
CORM_API corm_stmt *corm_offset(corm_stmt *, corm_expr *); /* NULL clears */
CORM_API corm_stmt *corm_distinct_n(corm_stmt *, corm_expr *const *on, size_t n);
CORM_API corm_stmt *corm_correlate_n(corm_stmt *, const corm_source *const *, size_t n,
                                     int except); /* n 0: none at all */
#define CORM_FOR_READ 1u
#define CORM_FOR_NOWAIT 2u
#define CORM_FOR_SKIP_LOCKED 4u
#define CORM_FOR_KEY_SHARE 8u
CORM_API corm_stmt *corm_for_update(corm_stmt *, unsigned flags, const corm_source *const *of, size_t n);
CORM_API corm_stmt *corm_prefix(corm_stmt *, const char *text, const char *dialect); /* dialect NULL: all */
typedef enum corm_label_style {
  CORM_LABELS_DEDUPE = 0,
  CORM_LABELS_TABLE_PLUS_COLUMN,
  CORM_LABELS_NONE
} corm_label_style;
CORM_API corm_stmt *corm_label_style_set(corm_stmt *, int style);

typedef enum corm_set_operator {
  CORM_UNION = 1,
  CORM_UNION_ALL,
  CORM_INTERSECT,
  CORM_INTERSECT_ALL,
  CORM_EXCEPT,
  CORM_EXCEPT_ALL
} corm_set_operator;
CORM_API corm_stmt *corm_compound(int set_operator, corm_stmt *const *members, size_t n);

/* INSERT, UPDATE and DELETE: of a table or of an entity. */
CORM_API corm_stmt *corm_insert(const corm_source *);
CORM_API corm_stmt *corm_update(const corm_source *);
CORM_API corm_stmt *corm_delete(const corm_source *);
/* One column of SET or VALUES, by key (unknown: poison). The second call for a key replaces. */
CORM_API corm_stmt *corm_set(corm_stmt *, const char *key, corm_expr *value);
/* INSERT: begin the next row of a multi-row VALUES; the values that follow belong to it. */
CORM_API corm_stmt *corm_next_row(corm_stmt *);
CORM_API corm_stmt *corm_from_select(corm_stmt *insert, const char *const *keys, size_t n, corm_stmt *select,
                                     int defaults);
CORM_API corm_stmt *corm_returning_n(corm_stmt *, corm_node *const *, size_t n);
/* SQLite and PostgreSQL ON CONFLICT: `index` columns (n 0: none), DO NOTHING when no corm_conflict_set follows. */
CORM_API corm_stmt *corm_on_conflict(corm_stmt *insert, corm_expr *const *index, size_t n, corm_expr *index_where,
                                     const char *constraint);
CORM_API corm_stmt *corm_conflict_set(corm_stmt *insert, const char *key, corm_expr *value);
CORM_API corm_stmt *corm_conflict_where(corm_stmt *insert, corm_expr *where);
CORM_API corm_expr *corm_excluded(const corm_table *, const char *key);

CORM_API corm_stmt *corm_create_table(const corm_table *, int if_not_exists);
CORM_API corm_stmt *corm_drop_table(const corm_table *, int if_exists);
CORM_API corm_stmt *corm_create_index(const corm_index *, int if_not_exists);
CORM_API corm_stmt *corm_drop_index(const corm_index *, int if_exists);
/* CREATE TABLE without foreign keys: they come later, by corm_add_constraint (tables that refer to each other). */
CORM_API corm_stmt *corm_create_table_without_keys(const corm_table *);
CORM_API corm_stmt *corm_add_constraint(const corm_constraint *);
CORM_API corm_stmt *corm_drop_constraint(const corm_constraint *);
/* The enumeration that is the column's type, where the database has types for it. */
CORM_API corm_stmt *corm_create_type(const corm_column *);
CORM_API corm_stmt *corm_drop_type(const corm_column *);
/* COMMENT ON, of a table or column with or without one (NULL). */
CORM_API corm_stmt *corm_comment_on_table(const corm_table *);
CORM_API corm_stmt *corm_comment_on_column(const corm_column *);

/* Loader options. `path` leads from an entity of the statement: ATTRIBUTE nodes, borrowed. NULL in the last place: all
 * relations of the entity reached so far ("*"). */
typedef enum corm_loader { /* values below 32 are corm_lazy */
                           CORM_LOAD_DEFER = 32,
                           CORM_LOAD_UNDEFER,
                           CORM_LOAD_ONLY,
                           CORM_LOAD_DEFAULT
} corm_loader;
#define CORM_LOAD_RAISE 1u /* a later read raises instead of loading */
#define CORM_LOAD_INNERJOIN 2u
CORM_API corm_stmt *corm_load(corm_stmt *, const corm_expr *const *path, size_t n, int strategy, unsigned flags);
/* The same by names, for each relation on the way: "purchases.product". `strategy` is a corm_lazy, commonly
 * CORM_LAZY_SELECTIN. */
CORM_API corm_stmt *corm_load_path(corm_stmt *, const corm_entity *from, const char *path, int strategy,
                                   unsigned flags);
/* Column options behind a path (n 0: the entity of the first column): LOAD_ONLY, DEFER, UNDEFER. `columns` are
 * attribute expressions; n_columns 0: "*". */
CORM_API corm_stmt *corm_load_columns(corm_stmt *, const corm_expr *const *path, size_t n, int how,
                                      const corm_expr *const *columns, size_t n_columns, unsigned flags);
/* undefer_group: the deferred columns of that group. */
CORM_API corm_stmt *corm_load_group(corm_stmt *, const corm_expr *const *path, size_t n, const char *group);
/* contains_eager: the path's last relation is filled from `source` (NULL: the joined entity itself). */
CORM_API corm_stmt *corm_contains_eager(corm_stmt *, const corm_expr *const *path, size_t n, const corm_source *source);
CORM_API corm_stmt *corm_populate_existing(corm_stmt *);

#ifdef __cplusplus
}
#endif
#endif
