/* The structs behind schema.h, for the layers above: read their fields, change them only through the functions.
 * Arrays that grow after publication are replaced and their old storage is kept until the schema goes, so that a
 * reader without a lock sees either. Everything lives as long as the schema. */
#ifndef CM_SCHEMA_H
#define CM_SCHEMA_H
#include "base/base.h"
#include <cormorant/schema.h>
#include <stdatomic.h>

struct corm_type {
  atomic_int refs; /* INT32_MAX / 2 and above: static */
  int kind;        /* of the implementation */
  unsigned flags;
  int length, precision, scale;
  char *name, *collation;
  char **labels;
  size_t n_labels;
  const corm_type *impl; /* a reference, or NULL */
  const corm_type *item; /* of an ARRAY: a reference, or NULL */
  int dimensions;
  char **variant_dialects;
  const corm_type **variants; /* references */
  size_t n_variants;
  void *host;
  void (*release)(void *);
  uint64_t fold; /* what of it changes SQL text or the form of binds */
};
const corm_type *cm_type_in(const corm_type *, const char *dialect); /* its variant there, or itself; NULL is fine */
int cm_type_is_text(const corm_type *);                              /* STRING, TEXT, ENUM */
int cm_type_is_integer(const corm_type *);
int cm_type_is_numeric(const corm_type *); /* integers, floats, NUMERIC */

struct corm_column {
  char *name, *key;
  const corm_type *type;
  corm_table *table;
  size_t index; /* in the table */
  unsigned flags;
  int quote;
  corm_default insert, update;
  const corm_expr *server_default;
  char *comment, *computed;
  int computed_persisted;
  const corm_identity_def *identity;   /* of this library's size, or NULL */
  struct corm_constraint *foreign_key; /* the first FOREIGN KEY that it is part of, or NULL */
};

struct corm_constraint {
  int kind;
  char *name;       /* as given */
  char *final_name; /* by convention; NULL: none */
  corm_table *table;
  corm_column **columns;
  size_t n;
  const corm_expr *check;
  char **refs;           /* n, or NULL */
  corm_column **targets; /* n; entries are NULL until found */
  char *ondelete, *onupdate, *initially, *match;
  int deferrable;
  unsigned flags;
};

struct corm_index {
  char *name;
  corm_table *table;
  int unique;
  corm_expr **exprs;
  size_t n;
  const corm_expr *where, *postgresql_where;
  char *method, *with, *tablespace;
  char **ops; /* n, or NULL */
  corm_column **include;
  size_t n_include;
  unsigned flags;
};

struct corm_table {
  corm_catalog *catalog;
  char *name, *schema_name, *comment, *prefixes, *suffix;
  char *full_name; /* "schema.table" or the name */
  int quote;
  unsigned flags;
  size_t index; /* order of definition in the catalog */
  corm_column **columns;
  size_t n_columns;
  corm_constraint **constraints; /* in order of creation; the primary key is one of them, and primary_key */
  size_t n_constraints;
  corm_constraint *primary_key; /* NULL: none */
  corm_index **indexes;
  size_t n_indexes;
  cm_map by_key, by_name;
};

struct corm_catalog {
  corm_schema *schema;
  corm_catalog_def names; /* its strings are owned */
  corm_table **tables;
  size_t n_tables;
  cm_map by_name; /* full name */
};

typedef struct cm_attribute {
  char *key;
  int slot;
  unsigned flags;
  corm_column **columns; /* n_columns; the first is what is read */
  size_t n_columns;
  const corm_expr *expr;   /* a column_property */
  corm_relation *relation; /* or NULL */
  char *group;
  const corm_entity *declared_by;
} cm_attribute;

/* A pair of columns of a relation: at flush `to` takes the value of `from` (parent's key into the child's or the
 * secondary's foreign key). Slots are -1 where the column is not mapped on that side (secondary). */
typedef struct cm_pair {
  corm_column *from, *to;
  int from_slot, to_slot;
} cm_pair;

struct corm_relation {
  char *key;
  corm_entity *owner, *target;
  int slot;
  int direction; /* 0 until sealed */
  int uselist, lazy, join_depth;
  unsigned cascade, flags;
  corm_table *secondary;
  const corm_expr *primaryjoin,
      *secondaryjoin;   /* given or found; columns of TABLE sources of owner's and target's tables */
  int self_referential; /* then COLUMNs of the remote side are marked by remote_side */
  corm_column **foreign_keys, **remote_side; /* as given, then as found: remote_side has all remote columns */
  size_t n_foreign_keys, n_remote_side;
  cm_pair *pairs; /* MANY_TO_ONE: target key -> owner's fk. ONE_TO_MANY: owner key -> target's fk.
                     MANY_TO_MANY: owner key -> secondary */
  size_t n_pairs;
  cm_pair *secondary_pairs; /* target key -> secondary */
  size_t n_secondary_pairs;
  int simple_key; /* MANY_TO_ONE whose pairs' `from` columns are exactly the target's primary key: answered by the map
                   */
  int simple_fk;  /* ONE_TO_MANY whose primaryjoin is exactly its pairs, from the owner's primary key: selectin needs no
                     parent table */
  corm_expr **order_by;
  size_t n_order_by;
  char *back_populates;
  corm_relation *back;
  corm_schema *target_schema; /* a reference when it is another schema than the owner's */
};

struct corm_entity {
  char *name, *module;
  corm_schema *schema;
  corm_entity *parent, *base; /* base: the root of the hierarchy (itself without a parent) */
  corm_entity **children;
  size_t n_children;
  corm_table *table;   /* local; single-table: the parent's */
  int single;          /* single-table child */
  corm_table **tables; /* all tables of a row, base first */
  size_t n_tables;
  corm_value identity; /* owned; kind NULL: none */
  int has_identity;
  int discriminator_slot; /* -1 */
  int version_slot;       /* -1 */
  int version_how;        /* corm_version_how */
  void *version_generator;
  void *host;
  unsigned flags;
  cm_attribute **attrs; /* by slot; a child has its parent's (as copies), then its own. What a parent gets later comes
                           at the end, so the numbers may differ then: cm_slot_in */
  size_t n_attrs;
  cm_map by_key;
  int *key_slots; /* primary key, in order of the base table's key columns; after seal */
  size_t n_key;
  int sealed;
  const corm_expr *inherit_condition; /* joined child: child.id = parent.id, or NULL */
  void *orm;                          /* what the orm layer hangs here (shapes, plans); freed by orm_free */
  void (*orm_free)(void *);
};

struct corm_schema {
  atomic_int refs;
  corm_catalog **catalogs;
  size_t n_catalogs;
  corm_entity **entities;
  size_t n_entities;
  size_t n_sealed;         /* entities whose key and tables are complete */
  uint64_t generation;     /* grows with each seal that completed something */
  int unsealed;            /* something was added since the last seal */
  cm_arena arena;          /* strings, structs, and arrays of pointers with their old storage */
  corm_table **all_tables; /* of all catalogs, forgotten ones too */
  size_t n_all_tables;
  const corm_expr **nodes; /* references that go with the schema */
  size_t n_nodes;
  const corm_type **types;
  size_t n_types;
  void **retired; /* old storage of maps */
  size_t n_retired;
};

/* An expression as a schema may keep it: a reference to itself, or, where it holds a reference to that schema (which
 * would then never go), a copy that does not. `tables`: columns of entities become columns of their tables. Fails with
 * what the expression was poisoned with. In ast/adopt.c; the reference goes with the schema. */
int cm_schema_adopt(const corm_expr **out, corm_schema *, const corm_expr *, int tables, corm_error **err);

/* The column a foreign key's i-th reference names, or NULL with no error where its table or column is not there yet. */
corm_column *cm_constraint_target(corm_constraint *, size_t i);
/* The table that a foreign key leads to, or NULL while it is not there. */
corm_table *cm_constraint_referred(corm_constraint *);
/* Writes the catalog's tables to `out` (room for all of them), first those that are on a cycle of foreign keys through
 * other tables, and returns how many these are. corm_catalog_sorted leaves their foreign keys out, so a database that
 * insists gets those by ALTER TABLE. */
size_t cm_catalog_cycles(const corm_catalog *, corm_table **out);

/* Sorts some tables as corm_catalog_sorted does, by foreign keys among them alone. */
void cm_tables_sort(corm_table **tables, size_t n);
/* Brings those that are on cycles among them to the front, and returns how many they are. */
size_t cm_tables_cycles(corm_table **tables, size_t n);

cm_attribute *cm_entity_attribute(const corm_entity *, const char *key); /* NULL: none */
cm_attribute *cm_entity_attribute_of(const corm_entity *,
                                     const corm_column *); /* the attribute that maps it, or NULL */
/* "class "User" has no attribute "nmae": did you mean "name"?" */
/* What fills a column, said after it was added; in column.c. */
int cm_column_set_default(corm_column *, const corm_default *, corm_error **err);
int cm_entity_fail_name(corm_error **err, const corm_entity *, const char *key);
/* The child of `entity` (or itself) with that identity, or NULL. */
corm_entity *cm_entity_by_identity(const corm_entity *, const corm_value *);
/* Where `in` (the same entity, a child or a parent) keeps what `from` keeps in that slot; -1: nowhere. The same number,
 * save where an attribute was added to a parent that had children with more attributes already. */
int cm_slot_in(const corm_entity *from, int slot, const corm_entity *in);
/* Flush order: entities by their relations, in levels, then by module and name; foreign keys order where no relation
 * speaks. Base entities only, each once. Writes n to `out`, returns n; allocates nothing. `cycle`, when not NULL, has n
 * bytes: 1 where the objects of out[i] must be ordered one by one (it refers to itself, or in a circle). */
size_t cm_entities_flush_order(corm_entity *const *bases, size_t n, corm_entity **out, unsigned char *cycle);
#endif
