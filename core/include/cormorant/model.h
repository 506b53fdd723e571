/* A mapping in a few lines: tables, classes and relations, described one after the other, for programs in C.
 *
 * A corm_model owns a schema with one catalog. Each call describes what the calls before it began: a column belongs to
 * the entity or table named last, a default to the column named last. None of them fails in the middle: what is wrong
 * (a name, a type, memory) is kept, later calls do nothing, and corm_model_seal says what it was. All of them accept
 * NULL. Names of targets and of referenced tables may come later in the description; they are looked up at seal.
 *
 *   corm_model *shop = corm_model_new();
 *   corm_model_entity(shop, "Store", "store");
 *   corm_model_column(shop, "id", CORM_TYPE_INTEGER, CORM_COLUMN_PRIMARY_KEY);
 *   corm_model_string(shop, "name", 40, CORM_COLUMN_NOT_NULL);
 *   corm_model_relation(shop, "products", "Product", "store", 0);
 *   corm_model_entity(shop, "Product", "product");
 *   ...
 *   if (corm_model_seal(shop, &err)) ...
 *
 * Owner: the model owns the schema; entities and catalogs that it gives are borrowed from it. Names and texts are
 * copied. Threads: one while it is described; a sealed model is read by any. Beyond this: what schema.h offers more
 * (inheritance, deferred columns, indexes, naming conventions) is added through corm_model_peek_schema and
 * corm_model_peek_catalog.
 */
#ifndef CORMORANT_MODEL_H
#define CORMORANT_MODEL_H

#include <cormorant/engine.h>
#include <cormorant/schema.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct corm_model corm_model;

/* NULL when memory fails: every function takes that, and seal reports it. Free with corm_model_free. */
CORM_API corm_model *corm_model_new(void);
/* Gives up the model's reference to its schema: sessions, records and results over its entities must be gone. NULL is
 * fine. */
CORM_API void corm_model_free(corm_model *);

/* A class of objects and its table; the columns that follow are its attributes, by the same names. */
CORM_API void corm_model_entity(corm_model *, const char *name, const char *table);
/* A table without a class: the pairs of a many-to-many relation. */
CORM_API void corm_model_table(corm_model *, const char *table);
/* A column of the type corm_type_plain(kind). flags: CORM_COLUMN_*; a primary key is NOT NULL by itself. */
CORM_API void corm_model_column(corm_model *, const char *name, int kind, unsigned flags);
/* VARCHAR(length); 0: without a length. */
CORM_API void corm_model_string(corm_model *, const char *name, int length, unsigned flags);
/* Any type of corm_type_new; borrowed, the column takes a reference of its own. */
CORM_API void corm_model_column_typed(corm_model *, const char *name, const corm_type *, unsigned flags);
/* A foreign key: to is "table.column", whose type the column gets. */
CORM_API void corm_model_reference(corm_model *, const char *name, const char *to, unsigned flags);
/* What fills the column named last when an INSERT has no value for it. Text and bytes are copied. */
CORM_API void corm_model_default(corm_model *, corm_value);
/* The same by a function, called for each row on the thread that flushes; see corm_default_fn (ext/host.h). */
CORM_API void corm_model_default_fn(corm_model *, corm_default_fn);
/* UNIQUE over columns of the table named last: "name", or "store_id, title". */
CORM_API void corm_model_unique(corm_model *, const char *columns);
/* CHECK (sql) on the table named last. */
CORM_API void corm_model_check(corm_model *, const char *sql);
/* A relation of the entity named last. target: an entity's name. back_populates: the other side's key, or NULL.
 * cascade: CORM_CASCADE_* beside save-update and merge, which every relation has; commonly 0, or CORM_CASCADE_ALL |
 * CORM_CASCADE_DELETE_ORPHAN for the parts of a whole. One object or many follows from the foreign keys. */
CORM_API void corm_model_relation(corm_model *, const char *key, const char *target, const char *back_populates,
                                  unsigned cascade);
/* A many-to-many relation through the table `secondary`. */
CORM_API void corm_model_relation_through(corm_model *, const char *key, const char *target, const char *secondary,
                                          const char *back_populates);
/* The members of the relation named last come in the order of that attribute of theirs. */
CORM_API void corm_model_order_by(corm_model *, const char *key);

/* Looks the names up, completes and checks the mapping. May be called again after more was described. The first thing
 * that went wrong since corm_model_new: ENOMEM, ENAME, EARGUMENT, EDUPLICATECOLUMN, or a status of corm_schema_seal. A
 * model that failed stays failed. */
CORM_API int corm_model_seal(corm_model *, corm_error **err);

/* The entity by name, or NULL. It lives as long as the model. */
CORM_API corm_entity *corm_model_peek_entity(const corm_model *, const char *name);
CORM_API corm_schema *corm_model_peek_schema(const corm_model *);   /* borrowed; NULL for NULL */
CORM_API corm_catalog *corm_model_peek_catalog(const corm_model *); /* borrowed; NULL for NULL */
/* Creates the tables that are missing, in a transaction of their own. Statuses of corm_conn_create_all. */
CORM_API int corm_model_create_all(const corm_model *, corm_engine *, corm_error **err);
/* Drops those that are there, in the same way. */
CORM_API int corm_model_drop_all(const corm_model *, corm_engine *, corm_error **err);

#ifdef __cplusplus
}
#endif
#endif
