/* Types, tables, entities and relations: what a program says about its data, once, for every language.
 *
 * Owner: a schema owns its catalogs, tables, columns, constraints, indexes, entities and relations. All of them live
 * until the last reference to the schema goes; handles to them are borrowed, and need no release. What a definition
 * says is copied; of types and expressions the schema takes references of its own. A definition that fails leaves
 * nothing that could be seen.
 *
 * Threads: one at a time builds a schema; any thread reads one, also while it grows, since parts that were published
 * only grow: tables, columns, entities and attributes may be added after the first query. peek functions never fail and
 * may be called by any thread; where i or a slot is out of range they give NULL (or what is said there).
 *
 * Statuses: every definition fails with EARGUMENT when its members contradict each other, lack something, or belong to
 * another table or schema. An expression that was poisoned fails with its own status. What refers by name is looked up
 * when it is first needed, at the latest by corm_schema_seal, since tables may be defined in any order. Texts of
 * definitions are NULL when there is none.
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
} corm_type_kind;  /* a later version appends */

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
  size_t size;
  int kind;             /* corm_type_kind */
  unsigned flags;       /* CORM_TYPE_ bits */
  int length;           /* in characters or bytes; 0: none */
  int precision, scale; /* digits, and how many of them behind the point; precision 0: none; scale -1: unsaid */
  const char *name;     /* ENUM: the type's name; CUSTOM: its SQL, needed; others: an exact name, not the dialect's */
  const char *collation;
  const char *const *labels; /* ENUM: n_labels, in order */
  size_t n_labels;
  const corm_type *impl;       /* a host type: the type that it is stored as, which gives its kind, length and so on */
  void *host;                  /* the binding's object for it; given to ext/host.h */
  void (*release)(void *host); /* called when the last reference goes, by the thread that drops it; may be NULL */
  const corm_type *item;       /* ARRAY: the type of its members */
  int dimensions;              /* ARRAY; 0: unsaid */
  /* What the type is in some databases, by the dialect's name: its name in DDL and casts and the form of its values are
   * those of the variant there. */
  const char *const *variant_dialects;
  const corm_type *const *variants;
  size_t n_variants;
} corm_type_def;

/* *out is one reference, for corm_type_unref. When it fails, `host` is still the caller's. */
CORM_API int corm_type_new(corm_type **out, const corm_type_def *, corm_error **err);
/* The plain type of a kind: no length, no flags, save that UUID and INTERVAL are NATIVE. Static: ref and unref of it do
 * nothing. An unknown kind gives CORM_TYPE_NULL's. */
CORM_API const corm_type *corm_type_plain(corm_type_kind);
CORM_API corm_type *corm_type_ref(const corm_type *); /* NULL gives NULL */
CORM_API void corm_type_unref(const corm_type *);     /* NULL is fine */
CORM_API int corm_type_peek_kind(const corm_type *);  /* of what it is stored as, for a host type */
CORM_API unsigned corm_type_peek_flags(const corm_type *);
CORM_API void *corm_type_peek_host(const corm_type *);   /* borrowed; NULL: none */
CORM_API int32_t corm_type_peek_refs(const corm_type *); /* for a collector that traverses `host` when it is 1 */
/* Forgets the host's object without calling release: for a collector that clears a cycle, with the host's lock held. */
CORM_API void corm_type_drop_host(corm_type *);

/* ---- Catalogs and tables ------------------------------------------------------------------------------------------
 */

/* An empty schema. *out is one reference, for corm_schema_unref; statements over its tables hold references of their
 * own. ENOMEM alone. */
CORM_API int corm_schema_new(corm_schema **out, corm_error **err);
CORM_API corm_schema *corm_schema_ref(corm_schema *); /* NULL gives NULL; any thread */
CORM_API void corm_schema_unref(corm_schema *);       /* NULL is fine; any thread */

typedef struct corm_catalog_def {
  size_t size;
  const char *schema_name; /* the database schema of its tables, where they say none */
  /* Naming conventions as in "fk_%(table_name)s_%(column_0_name)s", for indexes, UNIQUE, CHECK, foreign and primary
   * keys. NULL: none, save that indexes are ix_%(column_0_label)s. */
  const char *ix, *uq, *ck, *fk, *pk;
} corm_catalog_def;
/* A set of tables, whose names are unique inside it: one for each MetaData. def may be NULL: all of it zero. A
 * convention is read when it is first needed: EARGUMENT comes then. */
CORM_API int corm_catalog_new(corm_catalog **out, corm_schema *, const corm_catalog_def *, corm_error **err);
CORM_API corm_schema *corm_catalog_peek_schema(const corm_catalog *);

typedef struct corm_table_def {
  size_t size;
  const char *name;
  const char *schema_name; /* NULL: the catalog's; "": none */
  const char *comment;
  int quote;            /* its name: 0 where the dialect needs it, 1 always, -1 never */
  unsigned flags;       /* CORM_TABLE_ bits */
  const char *prefixes; /* CREATE <prefixes> TABLE */
  const char *suffix;   /* text behind the closing parenthesis */
} corm_table_def;
#define CORM_TABLE_SQLITE_AUTOINCREMENT 1u /* those that begin so are read by SQLite alone */
#define CORM_TABLE_SQLITE_WITHOUT_ROWID 2u
#define CORM_TABLE_SQLITE_STRICT 4u
/* A table without columns as yet. EINVALID: the catalog has one of that name. */
CORM_API int corm_catalog_define(corm_table **out, corm_catalog *, const corm_table_def *, corm_error **err);
/* By name; schema_name NULL: the catalog's. NULL: there is none. */
CORM_API corm_table *corm_catalog_peek_table(const corm_catalog *, const char *schema_name, const char *name);
/* Takes the table out of the catalog (MetaData.remove), so that its name is free; it lives on with the schema. */
CORM_API void corm_catalog_forget(corm_catalog *, corm_table *);
CORM_API const char *corm_table_peek_name(const corm_table *);
CORM_API const char *corm_table_peek_schema_name(const corm_table *); /* NULL: none */
CORM_API corm_catalog *corm_table_peek_catalog(const corm_table *);
CORM_API size_t corm_table_peek_columns(const corm_table *); /* how many; they are in order of definition */
CORM_API corm_column *corm_table_peek_column(const corm_table *, size_t i);
CORM_API corm_column *corm_table_peek_column_named(const corm_table *, const char *key); /* NULL: none of that key */
/* All tables of the catalog, parents before children, else by name (sorted_tables) or by definition (create order).
 * Returns how many there are, and writes them only when `cap` has room for all. Foreign keys of tables on a cycle do
 * not count (nor do those made by ALTER), so such tables come with those that refer to nothing. */
CORM_API size_t corm_catalog_sorted(const corm_catalog *, int by_name, corm_table **out, size_t cap);

/* What fills a column that was not given. */
typedef enum corm_default_kind {
  CORM_DEFAULT_NONE = 0,
  CORM_DEFAULT_VALUE, /* `value` */
  CORM_DEFAULT_HOST,  /* `host` is called by ext/host.h `fill` */
  CORM_DEFAULT_EXPR   /* `expr` is written into the statement */
} corm_default_kind;

typedef struct corm_default {
  int kind;              /* corm_default_kind; the member of that name is read */
  corm_value value;      /* copied, with its text or bytes */
  void *host;            /* borrowed for the schema's life: an object of the binding's, in C a corm_default_fn * */
  const corm_expr *expr; /* the schema takes a reference of its own */
} corm_default;          /* frozen: it has no size */

#define CORM_COLUMN_PRIMARY_KEY 1u /* makes it NOT NULL, too */
#define CORM_COLUMN_NOT_NULL 2u
#define CORM_COLUMN_AUTOINCREMENT 4u            /* asked for */
#define CORM_COLUMN_NO_AUTOINCREMENT 8u         /* refused */
#define CORM_COLUMN_SERVER_ONUPDATE 16u         /* the database changes it by UPDATE: it is expired then */
#define CORM_COLUMN_SYSTEM 32u                  /* the database has it by itself: not in CREATE TABLE */
#define CORM_COLUMN_AUTOINCREMENT_IGNORE_FK 64u /* may be numbered though it is a foreign key */
#define CORM_COLUMN_SERVER_DEFAULT 128u         /* the database fills it in: by a trigger, say */

/* GENERATED ALWAYS AS IDENTITY, or BY DEFAULT, where the database has such columns; others number keys in their way. */
typedef struct corm_identity_def {
  size_t size;
  int always;
  unsigned given; /* what is said of the numbers: CORM_IDENTITY_ bits */
  int64_t start, increment, min, max, cache;
  int cycle; /* 0 unsaid, 1 CYCLE, -1 NO CYCLE */
} corm_identity_def;
#define CORM_IDENTITY_START 1u
#define CORM_IDENTITY_INCREMENT 2u
#define CORM_IDENTITY_MIN 4u
#define CORM_IDENTITY_MAX 8u
#define CORM_IDENTITY_CACHE 16u
#define CORM_IDENTITY_NO_MIN 32u
#define CORM_IDENTITY_NO_MAX 64u

typedef struct corm_column_def {
  size_t size;
  const char *name;
  const char *key;                 /* what programs call it; NULL: the name */
  const corm_type *type;           /* NULL: not known, or that of the column that it refers to */
  unsigned flags;                  /* CORM_COLUMN_ bits */
  int quote;                       /* as a table's */
  corm_default insert, update;     /* what the library fills in before INSERT; before UPDATE */
  const corm_expr *server_default; /* what the database fills in: a text() node, a literal, or a function */
  const char *comment;
  const char *computed;              /* GENERATED ALWAYS AS (this) */
  int computed_persisted;            /* 0 unsaid, 1 STORED, -1 VIRTUAL */
  const corm_identity_def *identity; /* NULL: none */
} corm_column_def;
/* Appends a column; one of the primary key is appended to that. EDUPLICATECOLUMN: the key or the name is there. */
CORM_API int corm_table_add_column(corm_column **out, corm_table *, const corm_column_def *, corm_error **err);
CORM_API const char *corm_column_peek_name(const corm_column *);
CORM_API const char *corm_column_peek_key(const corm_column *);
CORM_API const corm_type *corm_column_peek_type(const corm_column *); /* CORM_TYPE_NULL: not known; never NULL */
CORM_API unsigned corm_column_peek_flags(const corm_column *);
CORM_API corm_table *corm_column_peek_table(const corm_column *);
/* Another type, for statements that are made from now on. */
CORM_API int corm_column_set_type(corm_column *, const corm_type *, corm_error **err);
/* Takes what the definition says in place of what the column had; its place and its constraints stay. EINVALID: another
 * name or key, or a column of the primary key would leave it. Statements that are made from now on know it. */
CORM_API int corm_column_redefine(corm_column *, const corm_column_def *, corm_error **err);
/* 1: it is the one integer key column that the database numbers. */
CORM_API int corm_column_peek_generated(const corm_column *);

typedef enum corm_constraint_kind {
  CORM_PRIMARY_KEY = 1,
  CORM_UNIQUE,
  CORM_CHECK,
  CORM_FOREIGN_KEY
} corm_constraint_kind;

typedef struct corm_constraint_def {
  size_t size;
  int kind;                    /* corm_constraint_kind */
  const char *name;            /* NULL: the convention's, or none */
  corm_column *const *columns; /* n, of the table; PRIMARY_KEY with n 0: those that are marked, only to name it */
  size_t n;
  const corm_expr *check; /* CHECK alone: its condition */
  /* FOREIGN_KEY: "table.column" or "schema.table.column", one per column, found when first needed ... */
  const char *const *refs;
  /* ... or the columns themselves (instead of refs) */
  corm_column *const *ref_columns;
  const char *ondelete, *onupdate, *initially, *match; /* words of SQL: "SET NULL" */
  int deferrable;                                      /* 0 unsaid, 1 DEFERRABLE, -1 NOT DEFERRABLE */
  unsigned flags;                                      /* CORM_CONSTRAINT_ bits */
} corm_constraint_def;
#define CORM_CONSTRAINT_USE_ALTER 1u    /* FOREIGN_KEY: made and dropped by ALTER TABLE */
#define CORM_CONSTRAINT_COLUMN_LEVEL 2u /* was written on a column: printed after the table's own */
#define CORM_CONSTRAINT_FINAL_NAME 4u   /* conv(): no convention is applied */
#define CORM_CONSTRAINT_INLINE 8u       /* CHECK inside the column's definition */
/* UNIQUE: said where the database has a word for it */
#define CORM_CONSTRAINT_NULLS_NOT_DISTINCT 16u
#define CORM_CONSTRAINT_NULLS_DISTINCT 32u
/* A primary key replaces the table's. EINVALID: the naming convention needs a name that was not given. */
CORM_API int corm_table_add_constraint(corm_constraint **out, corm_table *, const corm_constraint_def *,
                                       corm_error **err);
CORM_API size_t corm_table_peek_constraints(const corm_table *);
CORM_API corm_constraint *corm_table_peek_constraint(const corm_table *, size_t i);
CORM_API int corm_constraint_peek_kind(const corm_constraint *);
/* By the convention, where there is one. NULL: it has none. */
CORM_API const char *corm_constraint_peek_name(const corm_constraint *);
/* The i-th column that a foreign key refers to. EARGUMENT: it is none, or has no i-th; ENOREFERENCEDTABLE,
 * ENOREFERENCEDCOLUMN: it is not there (yet), with the nearest in the details. */
CORM_API int corm_constraint_get_target(corm_column **out, corm_constraint *, size_t i, corm_error **err);

typedef struct corm_index_def {
  size_t size;
  const char *name; /* NULL: the convention's */
  int unique;
  corm_expr *const *exprs; /* n columns or expressions of the table; the schema takes references of its own */
  size_t n;
  const corm_expr *where; /* partial index; NULL: of all rows */
  /* For databases whose indexes have options (CORM_DIALECT_INDEX_OPTIONS); others take no notice of them. */
  const corm_expr *postgresql_where; /* there, instead of `where` */
  const char *method;                /* USING gin */
  const char *const *ops;            /* n operator classes; it and its entries may be NULL */
  corm_column *const *include;
  size_t n_include;
  const char *with; /* storage parameters: "fillfactor = 50" */
  const char *tablespace;
  unsigned flags; /* CORM_INDEX_ bits */
} corm_index_def;
#define CORM_INDEX_CONCURRENTLY 1u
#define CORM_INDEX_NULLS_NOT_DISTINCT 2u
#define CORM_INDEX_NULLS_DISTINCT 4u
/* EARGUMENT, too: an index of expressions alone has no name. EINVALID: as of constraints. */
CORM_API int corm_table_add_index(corm_index **out, corm_table *, const corm_index_def *, corm_error **err);
CORM_API const char *corm_index_peek_name(const corm_index *);
CORM_API size_t corm_table_peek_indexes(const corm_table *);
CORM_API corm_index *corm_table_peek_index(const corm_table *, size_t i);

/* ---- Entities and relations ---------------------------------------------------------------------------------------
 */

/* An entity is a class whose objects are rows. Its attributes have slots, numbered from 0: columns, expressions and
 * relations alike. */
typedef struct corm_entity_def {
  size_t size;
  const char *name;   /* "User"; used in messages and to order flushes */
  const char *module; /* orders entities of one name; may be NULL */
  corm_table *table;  /* NULL, or the parent's: single-table inheritance */
  corm_entity *parent;
  const corm_value *identity; /* what the discriminator of its rows says; copied; NULL: none */
  void *host;                 /* the class, for the host; borrowed */
  unsigned flags;             /* CORM_ENTITY_ bits */
} corm_entity_def;
#define CORM_ENTITY_CONCRETE 1u        /* a parent, but nothing of its table or attributes */
#define CORM_ENTITY_CONFIRM_DELETED 2u /* warn when a DELETE matches fewer rows */
#define CORM_ENTITY_EAGER_DEFAULTS                                                                                     \
  4u                                 /* what the database made in an UPDATE is read at once, not when it is asked for */
#define CORM_ENTITY_LAZY_DEFAULTS 8u /* what it made in an INSERT is not asked for by RETURNING, but the key */
/* Columns are not mapped by themselves: add an attribute for each. A child begins with its parent's attributes, at the
 * same slots. */
CORM_API int corm_schema_map(corm_entity **out, corm_schema *, const corm_entity_def *, corm_error **err);
CORM_API const char *corm_entity_peek_name(const corm_entity *);
CORM_API corm_entity *corm_entity_peek_parent(const corm_entity *); /* NULL: none */
CORM_API corm_table *corm_entity_peek_table(const corm_entity *);   /* its own; the parent's for single-table */
CORM_API void *corm_entity_peek_host(const corm_entity *);
CORM_API void corm_entity_set_host(corm_entity *, void *host); /* NULL: the class died; with the host's lock held */
/* The entity of that name, the first where several share it; NULL: none. */
CORM_API corm_entity *corm_schema_peek_entity(const corm_schema *, const char *name);
/* The attribute that tells subclasses apart, here and in all that inherit. ENAME: none of that key; EARGUMENT: it is a
 * relation. */
CORM_API int corm_entity_set_discriminator(corm_entity *, const char *key, corm_error **err);

typedef enum corm_version_how {
  CORM_VERSION_COUNTED = 0, /* 1, 2, 3 ... */
  CORM_VERSION_GIVEN,       /* the program, or the database, sets it */
  CORM_VERSION_HOST         /* host->version makes it of the one before */
} corm_version_how;
/* The attribute that says which version of its row an object has, here and in all that inherit. A flush sets it; an
 * UPDATE or DELETE that meets another version fails with ESTALE. generator: for HOST, borrowed as long as the schema.
 * ENAME: no attribute of that key; EARGUMENT: it is not one column. */
CORM_API int corm_entity_set_version(corm_entity *, const char *key, int how, void *generator, corm_error **err);

#define CORM_ATTR_DEFERRED 1u       /* loaded when it is first read */
#define CORM_ATTR_ACTIVE_HISTORY 2u /* the old value is loaded before it is changed */
#define CORM_ATTR_DEFERRED_RAISE 4u /* DEFERRED, and a read fails (EINVALID) instead of loading */
typedef struct corm_attribute_def {
  size_t size;
  const char *key;
  corm_column *const *columns; /* n_columns of the entity's tables: usually one; of a joined child's key two, its own
                                * before its parent's */
  size_t n_columns;
  const corm_expr *expr; /* instead of columns: a column_property */
  unsigned flags;        /* CORM_ATTR_ bits */
  const char *group;     /* deferred attributes of one group are loaded together */
} corm_attribute_def;
/* *slot is the attribute's place in a record. A child that names an inherited key extends that slot. EINVALID: this
 * entity has an attribute of that key itself. */
CORM_API int corm_entity_add_attribute(int *slot, corm_entity *, const corm_attribute_def *, corm_error **err);

/* How a relation is loaded. */
typedef enum corm_lazy {
  CORM_LAZY_SELECT = 0,   /* when it is first read */
  CORM_LAZY_JOINED,       /* with its owner, by a JOIN */
  CORM_LAZY_SELECTIN,     /* for all owners of a result at once, by their keys in an IN list */
  CORM_LAZY_SUBQUERY,     /* the same, the first query as a subquery */
  CORM_LAZY_IMMEDIATE,    /* with its owner, by a query for each */
  CORM_LAZY_NOLOAD,       /* never: it reads empty */
  CORM_LAZY_RAISE,        /* never: a read fails (EINVALID) */
  CORM_LAZY_RAISE_ON_SQL, /* the same, save where the identity map has the object */
  CORM_LAZY_DYNAMIC,      /* never: the host makes a query of it */
  CORM_LAZY_WRITE_ONLY,
  CORM_LAZY_CONTAINS_EAGER /* only in options: the statement's own join fills it */
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

#define CORM_RELATION_VIEWONLY 1u            /* a flush does not look at it */
#define CORM_RELATION_PASSIVE_DELETES 2u     /* members that are not loaded are left to the database's ON DELETE */
#define CORM_RELATION_PASSIVE_DELETES_ALL 4u /* so are those that are loaded */
#define CORM_RELATION_NO_PASSIVE_UPDATES 8u  /* a changed key is copied into members that are not loaded, too */
#define CORM_RELATION_INNERJOIN 16u          /* JOINED by an inner join */
#define CORM_RELATION_POST_UPDATE 32u        /* the foreign key is written by an UPDATE of its own */
#define CORM_RELATION_SINGLE_PARENT 64u      /* a member has one owner at a time */
#define CORM_RELATION_ACTIVE_HISTORY 128u    /* the old value is loaded before it is changed */
#define CORM_RELATION_KEYED 256u             /* its container is a mapping */
#define CORM_RELATION_ADDED 512u             /* came to the class later (a backref): its joined columns come last */

typedef struct corm_relation_def {
  size_t size;
  const char *key;
  corm_entity *target;
  int uselist;                                  /* -1: by direction; 0: one object; 1: many */
  int lazy;                                     /* corm_lazy */
  unsigned cascade;                             /* CORM_CASCADE_ bits */
  unsigned flags;                               /* CORM_RELATION_ bits */
  corm_table *secondary;                        /* the table of pairs of a many-to-many relation */
  const corm_expr *primaryjoin, *secondaryjoin; /* NULL: from foreign keys. Columns of tables or of entities */
  corm_column *const *foreign_keys;             /* which columns copy, where no foreign key says so */
  size_t n_foreign_keys;
  corm_column *const *remote_side; /* of a table that refers to itself: the columns on the target's side */
  size_t n_remote_side;
  corm_expr *const *order_by; /* of the members; the schema takes references of its own */
  size_t n_order_by;
  const char *back_populates; /* the other side's key on the target */
  int join_depth;             /* JOINED into itself so often; 0: once, not into itself */
} corm_relation_def;
/* Direction, join condition and the pairs of columns to copy are found at seal. EINVALID: the entity has an attribute
 * of that key itself, or a single object is to be loaded as a query. The target may be of another schema, which is then
 * kept alive. */
CORM_API int corm_entity_add_relation(int *slot, corm_entity *, const corm_relation_def *, corm_error **err);
/* Checks and completes everything that was added since the last seal: call it before objects or statements over new
 * entities are made, as often as something was added. A failure leaves what was sealed before as it was, and is found
 * again by the next call until the definition is completed. ENOFOREIGNKEY, EAMBIGUOUSFOREIGNKEY: a join cannot be
 * found, or could be several; ENOREFERENCEDCOLUMN; ENAME: back_populates names nothing; EARGUMENT: no primary key, or a
 * relation whose direction nothing tells. */
CORM_API int corm_schema_seal(corm_schema *, corm_error **err);

CORM_API size_t corm_entity_peek_slots(const corm_entity *); /* how many */
CORM_API const char *corm_entity_peek_key(const corm_entity *, int slot);
CORM_API int corm_entity_peek_slot(const corm_entity *, const char *key);         /* -1: no such attribute */
CORM_API corm_relation *corm_entity_peek_relation(const corm_entity *, int slot); /* NULL for other attributes */
CORM_API corm_column *corm_entity_peek_column(const corm_entity *, int slot); /* NULL for relations and expressions */
CORM_API size_t corm_entity_peek_key_size(const corm_entity *);               /* of the primary key; 0 before seal */
CORM_API int corm_entity_peek_key_slot(const corm_entity *, size_t i);        /* -1: there is no i-th */
/* 1: the entity is `ancestor`, or inherits from it. */
CORM_API int corm_entity_is_a(const corm_entity *, const corm_entity *ancestor);
CORM_API int corm_relation_peek_direction(const corm_relation *); /* corm_direction; 0 before seal */
CORM_API int corm_relation_peek_uselist(const corm_relation *);   /* 1: many, 0: one; as it was given before seal */
CORM_API corm_entity *corm_relation_peek_target(const corm_relation *);
CORM_API corm_entity *corm_relation_peek_owner(const corm_relation *);
CORM_API const char *corm_relation_peek_key(const corm_relation *);
CORM_API int corm_relation_peek_slot(const corm_relation *);
CORM_API corm_relation *corm_relation_peek_back(const corm_relation *); /* the other side; NULL: none, or before seal */
CORM_API unsigned corm_relation_peek_flags(const corm_relation *);
CORM_API unsigned corm_relation_peek_cascade(const corm_relation *);
CORM_API int corm_relation_peek_lazy(const corm_relation *);
CORM_API corm_table *corm_relation_peek_secondary(const corm_relation *); /* NULL: none */
/* After seal: the join as it is used, over columns of tables; `secondary` 1: its second half, NULL where there is none.
 */
CORM_API const corm_expr *corm_relation_peek_join(const corm_relation *, int secondary);
/* After seal, the i-th two columns that it compares: the owner's (of the second half: the target's), and the one that
 * refers to it or is referred to. Returns 1, or 0: there is no i-th, and nothing is written. */
CORM_API int corm_relation_peek_pair(const corm_relation *, size_t i, corm_column **local, corm_column **remote);

#ifdef __cplusplus
}
#endif
#endif
