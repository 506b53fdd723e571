/* Types, tables, entities and relations: what a program says about its data, once, for every language.
 *
 * A schema owns its catalogs, tables and entities; they live until the last reference to the schema goes. Parts that
 * were published only grow: tables, columns, entities and attributes may be added after the first query. Building a
 * schema needs one thread at a time; reading one is free. Names and texts are copied; handles given out are borrowed
 * from the schema, and need no release. A definition that fails leaves nothing that could be seen.
 *
 * Statuses: EARGUMENT, EDUPLICATECOLUMN, ENAME; from names that are found late: ENOREFERENCEDTABLE,
 * ENOREFERENCEDCOLUMN, ENOFOREIGNKEY, EAMBIGUOUSFOREIGNKEY.
 */
#ifndef CORMORANT_SCHEMA_H
#define CORMORANT_SCHEMA_H

#include <cormorant/abi.h>
#include <cormorant/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Types: immutable, counted, usable from any thread ---------------------------------------------------------- */

typedef enum corm_type_kind {
  CORM_TYPE_NULL = 0, /* not known */
  CORM_TYPE_INTEGER,
  CORM_TYPE_SMALLINT,
  CORM_TYPE_BIGINT,
  CORM_TYPE_FLOAT,
  CORM_TYPE_DOUBLE,
  CORM_TYPE_NUMERIC,
  CORM_TYPE_STRING,
  CORM_TYPE_TEXT,
  CORM_TYPE_BOOLEAN,
  CORM_TYPE_DATE,
  CORM_TYPE_TIME,
  CORM_TYPE_DATETIME,
  CORM_TYPE_BINARY,
  CORM_TYPE_JSON,
  CORM_TYPE_ENUM,
  CORM_TYPE_INTERVAL,
  CORM_TYPE_UUID,
  CORM_TYPE_ARRAY,
  CORM_TYPE_CUSTOM /* its DDL is `name` */
} corm_type_kind;

#define CORM_TYPE_TIMEZONE 1u      /* WITH TIME ZONE */
#define CORM_TYPE_AS_DECIMAL 2u    /* NUMERIC and FLOAT: results are CORM_DECIMAL */
#define CORM_TYPE_CHECK 4u         /* ENUM, BOOLEAN: CREATE TABLE adds a CHECK */
#define CORM_TYPE_NATIVE 8u        /* ENUM, UUID, INTERVAL: use the database's own where it has one */
#define CORM_TYPE_HOST_BIND 16u    /* the host converts values on their way in (TypeDecorator, Enum) */
#define CORM_TYPE_HOST_RESULT 32u  /* the host converts values on their way out */
#define CORM_TYPE_NONE_AS_NULL 64u /* JSON: None is SQL NULL, not 'null' */
#define CORM_TYPE_VARIABLE 128u    /* a SQL-standard upper-case type (VARCHAR, TIMESTAMP): `name` prints as it is */
#define CORM_TYPE_PRECISE 256u     /* TIME, DATETIME, INTERVAL: precision 0 is one that was said */

typedef struct corm_type_def {
  size_t size; /* sizeof(corm_type_def) */
  int kind;
  unsigned flags;
  int length;           /* 0: none */
  int precision, scale; /* precision 0: none; scale -1 or 0 with precision 0: none */
  const char *name;     /* ENUM: the type's name; CUSTOM: its SQL; others: an exact SQL name instead of the dialect's */
  const char *collation;
  const char *const *labels; /* ENUM */
  size_t n_labels;
  const corm_type *impl;       /* a host type: the type it is stored as. Its kind, length and so on are taken from it */
  void *host;                  /* the binding's object for it; given to ext/host.h */
  void (*release)(void *host); /* called when the last reference goes; may be NULL */
  const corm_type *item;       /* ARRAY: the type of its members */
  int dimensions;              /* ARRAY: 0 unsaid */
} corm_type_def;

/* *out is one reference, for corm_type_unref; columns take their own. EARGUMENT: the members contradict each other. */
CORM_API int corm_type_new(corm_type **out, const corm_type_def *, corm_error **err);
/* The plain type of a kind (no length; no flags, but UUID and INTERVAL are NATIVE); static, needs no release, ref and
 * unref are harmless. */
CORM_API const corm_type *corm_type_plain(corm_type_kind);
CORM_API corm_type *corm_type_ref(const corm_type *);
CORM_API void corm_type_unref(const corm_type *);
CORM_API int corm_type_peek_kind(const corm_type *); /* of the implementation, for a host type */
CORM_API unsigned corm_type_peek_flags(const corm_type *);
CORM_API void *corm_type_peek_host(const corm_type *);
CORM_API int32_t corm_type_peek_refs(const corm_type *); /* for a collector that traverses `host` when it is 1 */
/* Detaches the host's object, without calling release (a collector clearing a cycle). */
CORM_API void corm_type_drop_host(corm_type *);

/* ---- Catalogs and tables ------------------------------------------------------------------------------------------
 */

/* *out is one reference, for corm_schema_unref; statements over its tables hold references of their own. */
CORM_API int corm_schema_new(corm_schema **out, corm_error **err);
CORM_API corm_schema *corm_schema_ref(corm_schema *);
CORM_API void corm_schema_unref(corm_schema *);

typedef struct corm_catalog_def {
  size_t size;
  const char *schema_name; /* default schema of its tables */
  /* naming conventions as in "fk_%(table_name)s_%(column_0_name)s"; NULL: none ("ix" defaults to ix_%(column_0_label)s)
   */
  const char *ix, *uq, *ck, *fk, *pk;
} corm_catalog_def;
/* One per MetaData: table names are unique inside it. */
CORM_API int corm_catalog_new(corm_catalog **out, corm_schema *, const corm_catalog_def *, corm_error **err);
CORM_API corm_schema *corm_catalog_peek_schema(const corm_catalog *);

typedef struct corm_table_def {
  size_t size;
  const char *name;
  const char *schema_name; /* NULL: the catalog's */
  const char *comment;
  int quote; /* 0 by the dialect, 1 always, -1 never */
  unsigned flags;
  const char *prefixes; /* CREATE <prefixes> TABLE */
  const char *suffix;   /* text behind the closing parenthesis */
} corm_table_def;
#define CORM_TABLE_SQLITE_AUTOINCREMENT 1u
#define CORM_TABLE_SQLITE_WITHOUT_ROWID 2u
#define CORM_TABLE_SQLITE_STRICT 4u
/* A table without columns. EARGUMENT: no name; EINVALID: one that is there. */
CORM_API int corm_catalog_define(corm_table **out, corm_catalog *, const corm_table_def *, corm_error **err);
/* NULL when there is none; `schema_name` may be NULL. */
CORM_API corm_table *corm_catalog_peek_table(const corm_catalog *, const char *schema_name, const char *name);
/* Forgets the name (MetaData.remove); the table itself lives on with the schema. */
CORM_API void corm_catalog_forget(corm_catalog *, corm_table *);
CORM_API const char *corm_table_peek_name(const corm_table *);
CORM_API const char *corm_table_peek_schema_name(const corm_table *);
CORM_API corm_catalog *corm_table_peek_catalog(const corm_table *);
CORM_API size_t corm_table_peek_columns(const corm_table *);
CORM_API corm_column *corm_table_peek_column(const corm_table *, size_t i);
CORM_API corm_column *corm_table_peek_column_named(const corm_table *, const char *key);
/* All tables of the catalog, parents before children, else by name (sorted_tables) or by definition (create order).
 * Returns how many there are, and writes them when `cap` has room for all. Foreign keys of tables in a cycle do not
 * count (nor do those made by ALTER), so such tables come with those that refer to nothing. */
CORM_API size_t corm_catalog_sorted(const corm_catalog *, int by_name, corm_table **out, size_t cap);

/* What fills a column that was not given. */
typedef enum corm_default_kind {
  CORM_DEFAULT_NONE = 0,
  CORM_DEFAULT_VALUE, /* `value` */
  CORM_DEFAULT_HOST,  /* `host` is called by ext/host.h `fill` */
  CORM_DEFAULT_EXPR   /* `expr` is written into the statement */
} corm_default_kind;

typedef struct corm_default {
  int kind;
  corm_value value;      /* text and bytes are copied */
  void *host;            /* borrowed: belongs to the binding's column object */
  const corm_expr *expr; /* one reference is taken by the column */
} corm_default;

#define CORM_COLUMN_PRIMARY_KEY 1u
#define CORM_COLUMN_NOT_NULL 2u
#define CORM_COLUMN_AUTOINCREMENT 4u    /* asked for */
#define CORM_COLUMN_NO_AUTOINCREMENT 8u /* refused */
#define CORM_COLUMN_SERVER_ONUPDATE 16u
#define CORM_COLUMN_SYSTEM 32u
#define CORM_COLUMN_AUTOINCREMENT_IGNORE_FK 64u

typedef struct corm_column_def {
  size_t size;
  const char *name;
  const char *key;       /* NULL: the name */
  const corm_type *type; /* a reference is taken */
  unsigned flags;
  int quote;
  corm_default insert, update;     /* before INSERT; before UPDATE */
  const corm_expr *server_default; /* a text() node, a literal bind, or a function; NULL: none */
  const char *comment;
  const char *computed;
  int computed_persisted; /* GENERATED ALWAYS AS (text): 0 unsaid, 1 STORED, -1 VIRTUAL */
} corm_column_def;
/* EDUPLICATECOLUMN: the key or the name is there. */
CORM_API int corm_table_add_column(corm_column **out, corm_table *, const corm_column_def *, corm_error **err);
CORM_API const char *corm_column_peek_name(const corm_column *);
CORM_API const char *corm_column_peek_key(const corm_column *);
CORM_API const corm_type *corm_column_peek_type(const corm_column *);
CORM_API unsigned corm_column_peek_flags(const corm_column *);
CORM_API corm_table *corm_column_peek_table(const corm_column *);
/* Late: a foreign key column whose type was not given takes the referenced column's. */
CORM_API int corm_column_set_type(corm_column *, const corm_type *, corm_error **err);
/* True for the one integer key column that the database numbers. */
CORM_API int corm_column_peek_generated(const corm_column *);

typedef enum corm_constraint_kind {
  CORM_PRIMARY_KEY = 1,
  CORM_UNIQUE,
  CORM_CHECK,
  CORM_FOREIGN_KEY
} corm_constraint_kind;

typedef struct corm_constraint_def {
  size_t size;
  int kind;
  const char *name; /* NULL: the convention's, or none */
  corm_column *const *columns;
  size_t n;
  const corm_expr *check; /* a reference is taken */
  /* FOREIGN_KEY: "table.column" or "schema.table.column", one per column, found when first needed ... */
  const char *const *refs;
  /* ... or the columns themselves (instead of refs) */
  corm_column *const *ref_columns;
  const char *ondelete, *onupdate, *initially, *match;
  int deferrable; /* 0 unsaid, 1 DEFERRABLE, -1 NOT DEFERRABLE */
  unsigned flags;
} corm_constraint_def;
#define CORM_CONSTRAINT_USE_ALTER 1u
#define CORM_CONSTRAINT_COLUMN_LEVEL 2u /* was written on a column: printed after the table's own */
#define CORM_CONSTRAINT_FINAL_NAME 4u   /* conv(): no convention is applied */
#define CORM_CONSTRAINT_INLINE 8u       /* CHECK inside the column's definition */
CORM_API int corm_table_add_constraint(corm_constraint **out, corm_table *, const corm_constraint_def *,
                                       corm_error **err);
CORM_API size_t corm_table_peek_constraints(const corm_table *);
CORM_API corm_constraint *corm_table_peek_constraint(const corm_table *, size_t i);
CORM_API int corm_constraint_peek_kind(const corm_constraint *);
CORM_API const char *corm_constraint_peek_name(const corm_constraint *); /* by the convention, where there is one */
/* The i-th referenced column; ENOREFERENCEDTABLE, ENOREFERENCEDCOLUMN. */
CORM_API int corm_constraint_get_target(corm_column **out, corm_constraint *, size_t i, corm_error **err);

typedef struct corm_index_def {
  size_t size;
  const char *name; /* NULL: the convention's */
  int unique;
  corm_expr *const *exprs; /* columns or expressions of the table; a reference of each is taken */
  size_t n;
  const corm_expr *where; /* partial index */
  /* For databases whose indexes have options (CORM_DIALECT_INDEX_OPTIONS); others take no notice of them. */
  const corm_expr *postgresql_where; /* there, instead of `where` */
  const char *method;                /* USING gin */
  const char *const *ops;            /* n operator classes; entries may be NULL */
  corm_column *const *include;
  size_t n_include;
  const char *with; /* storage parameters: "fillfactor = 50" */
  const char *tablespace;
  unsigned flags;
} corm_index_def;
#define CORM_INDEX_CONCURRENTLY 1u
#define CORM_INDEX_NULLS_NOT_DISTINCT 2u
#define CORM_INDEX_NULLS_DISTINCT 4u
CORM_API int corm_table_add_index(corm_index **out, corm_table *, const corm_index_def *, corm_error **err);
CORM_API const char *corm_index_peek_name(const corm_index *);
CORM_API size_t corm_table_peek_indexes(const corm_table *);
CORM_API corm_index *corm_table_peek_index(const corm_table *, size_t i);

/* ---- Entities and relations ---------------------------------------------------------------------------------------
 */

typedef struct corm_entity_def {
  size_t size;
  const char *name;   /* "User"; used in messages and to order flushes */
  const char *module; /* orders entities of one name; may be NULL */
  corm_table *table;  /* NULL with `parent`: single-table inheritance */
  corm_entity *parent;
  const corm_value *identity; /* polymorphic identity, or NULL */
  void *host;                 /* the class; borrowed */
  unsigned flags;
} corm_entity_def;
#define CORM_ENTITY_CONCRETE 1u
#define CORM_ENTITY_CONFIRM_DELETED 2u /* warn when a DELETE matches fewer rows */
#define CORM_ENTITY_EAGER_DEFAULTS 4u
/* Columns are not mapped by themselves: add an attribute for each. A joined child inherits its parent's attributes at
 * the same slots. */
CORM_API int corm_schema_map(corm_entity **out, corm_schema *, const corm_entity_def *, corm_error **err);
CORM_API const char *corm_entity_peek_name(const corm_entity *);
CORM_API corm_entity *corm_entity_peek_parent(const corm_entity *);
CORM_API corm_table *corm_entity_peek_table(const corm_entity *); /* its own; the parent's for single-table */
CORM_API void *corm_entity_peek_host(const corm_entity *);
CORM_API void corm_entity_set_host(corm_entity *, void *host); /* NULL: the class died */
/* The entity of that name, the first where several share it; NULL: none. */
CORM_API corm_entity *corm_schema_peek_entity(const corm_schema *, const char *name);
CORM_API int corm_entity_set_discriminator(corm_entity *, const char *key, corm_error **err);

#define CORM_ATTR_DEFERRED 1u
#define CORM_ATTR_ACTIVE_HISTORY 2u
#define CORM_ATTR_DEFERRED_RAISE 4u
typedef struct corm_attribute_def {
  size_t size;
  const char *key;
  corm_column *const *columns; /* usually 1; a joined child's key has (child.id, parent.id) */
  size_t n_columns;
  const corm_expr *expr; /* instead of columns: a column_property */
  unsigned flags;
  const char *group; /* deferred together */
} corm_attribute_def;
/* *slot is the attribute's place in a record. A child that names an inherited key extends that slot. */
CORM_API int corm_entity_add_attribute(int *slot, corm_entity *, const corm_attribute_def *, corm_error **err);

typedef enum corm_lazy {
  CORM_LAZY_SELECT = 0,
  CORM_LAZY_JOINED,
  CORM_LAZY_SELECTIN,
  CORM_LAZY_SUBQUERY,
  CORM_LAZY_IMMEDIATE,
  CORM_LAZY_NOLOAD,
  CORM_LAZY_RAISE,
  CORM_LAZY_RAISE_ON_SQL,
  CORM_LAZY_DYNAMIC,
  CORM_LAZY_WRITE_ONLY,
  CORM_LAZY_CONTAINS_EAGER /* only in options */
} corm_lazy;
/* "selectin" for CORM_LAZY_SELECTIN: the word that programs say. Static; NULL for what is no corm_lazy. */
CORM_API const char *corm_lazy_name(int lazy);
/* The other way round. ENAME: no such word, with the nearest. */
CORM_API int corm_lazy_named(int *out, const char *name, corm_error **err);

#define CORM_CASCADE_SAVE_UPDATE 1u
#define CORM_CASCADE_MERGE 2u
#define CORM_CASCADE_DELETE 4u
#define CORM_CASCADE_DELETE_ORPHAN 8u
#define CORM_CASCADE_REFRESH_EXPIRE 16u
#define CORM_CASCADE_EXPUNGE 32u
#define CORM_CASCADE_ALL                                                                                               \
  (CORM_CASCADE_SAVE_UPDATE | CORM_CASCADE_MERGE | CORM_CASCADE_DELETE | CORM_CASCADE_REFRESH_EXPIRE |                 \
   CORM_CASCADE_EXPUNGE) /* all but delete-orphan */
/* "delete-orphan" for CORM_CASCADE_DELETE_ORPHAN. Static; NULL for what is no single one of these bits. */
CORM_API const char *corm_cascade_name(unsigned bit);
/* The bits of words with commas between them: "all, delete-orphan". "none" among them makes it none. ENAME: no such
 * word, with the nearest. */
CORM_API int corm_cascade_parse(unsigned *out, const char *words, corm_error **err);

typedef enum corm_direction { CORM_MANY_TO_ONE = 1, CORM_ONE_TO_MANY, CORM_MANY_TO_MANY } corm_direction;

#define CORM_RELATION_VIEWONLY 1u
#define CORM_RELATION_PASSIVE_DELETES 2u
#define CORM_RELATION_PASSIVE_DELETES_ALL 4u
#define CORM_RELATION_NO_PASSIVE_UPDATES 8u
#define CORM_RELATION_INNERJOIN 16u
#define CORM_RELATION_POST_UPDATE 32u
#define CORM_RELATION_SINGLE_PARENT 64u
#define CORM_RELATION_ACTIVE_HISTORY 128u
#define CORM_RELATION_KEYED 256u /* its container is a mapping */
#define CORM_RELATION_ADDED 512u /* was added to the class later (a backref): contains_eager lists its columns last */

typedef struct corm_relation_def {
  size_t size;
  const char *key;
  corm_entity *target;
  int uselist; /* -1: by direction */
  int lazy;
  unsigned cascade;
  unsigned flags;
  corm_table *secondary;
  const corm_expr *primaryjoin, *secondaryjoin; /* NULL: from foreign keys. Columns of tables or of entities */
  corm_column *const *foreign_keys;
  size_t n_foreign_keys; /* which columns copy, where no ForeignKey says so */
  corm_column *const *remote_side;
  size_t n_remote_side;
  corm_expr *const *order_by;
  size_t n_order_by;
  const char *back_populates; /* key on the target; bound when both exist */
  int join_depth;
} corm_relation_def;
/* Direction, join condition and the pairs of columns to copy are found at seal. */
CORM_API int corm_entity_add_relation(int *slot, corm_entity *, const corm_relation_def *, corm_error **err);
/* Checks and completes everything that was added since the last seal. May be called again. Errors: ENOFOREIGNKEY,
 * EAMBIGUOUSFOREIGNKEY, EARGUMENT (self-reference without remote_side ...), ENAME. */
CORM_API int corm_schema_seal(corm_schema *, corm_error **err);

CORM_API size_t corm_entity_peek_slots(const corm_entity *);
CORM_API const char *corm_entity_peek_key(const corm_entity *, int slot);
CORM_API int corm_entity_peek_slot(const corm_entity *, const char *key);         /* -1: no such attribute */
CORM_API corm_relation *corm_entity_peek_relation(const corm_entity *, int slot); /* NULL for a column attribute */
CORM_API corm_column *corm_entity_peek_column(const corm_entity *, int slot); /* NULL for relations and expressions */
CORM_API size_t corm_entity_peek_key_size(const corm_entity *);
CORM_API int corm_entity_peek_key_slot(const corm_entity *, size_t i); /* of the primary key */
CORM_API int corm_entity_is_a(const corm_entity *, const corm_entity *ancestor);
CORM_API int corm_relation_peek_direction(const corm_relation *);
CORM_API int corm_relation_peek_uselist(const corm_relation *);
CORM_API corm_entity *corm_relation_peek_target(const corm_relation *);
CORM_API corm_entity *corm_relation_peek_owner(const corm_relation *);
CORM_API const char *corm_relation_peek_key(const corm_relation *);
CORM_API int corm_relation_peek_slot(const corm_relation *);
CORM_API corm_relation *corm_relation_peek_back(const corm_relation *); /* NULL: none */
CORM_API unsigned corm_relation_peek_flags(const corm_relation *);
CORM_API unsigned corm_relation_peek_cascade(const corm_relation *);
CORM_API int corm_relation_peek_lazy(const corm_relation *);
CORM_API corm_table *corm_relation_peek_secondary(const corm_relation *); /* NULL: none */
/* After seal: the join as it is used, over columns of tables; `secondary` 1: its second half. Borrowed, NULL: there is
 * none. */
CORM_API const corm_expr *corm_relation_peek_join(const corm_relation *, int secondary);
/* The i-th two columns that it compares: the owner's (or target's) and the one that refers or is referred to. 0: there
 * is no i-th. */
CORM_API int corm_relation_peek_pair(const corm_relation *, size_t i, corm_column **local, corm_column **remote);

#ifdef __cplusplus
}
#endif
#endif
