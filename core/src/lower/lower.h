/* From an ORM statement to a plain one, and the plan by which its rows become objects. Knows entities, no session.
 *
 * Lowering replaces ENTITY sources by tables (joined inheritance: by joins), attributes by columns, joins along
 * relations by ON conditions, relation tests by EXISTS or comparisons, and adds the columns, joins and ORDER BY of
 * eager relations and the criteria of single-table inheritance. Afterwards no CM_SEL_JOINS is left: they are in
 * CM_SEL_FROM, with their ON. Binds are shared with the statement that was lowered, never copied; what lowering adds
 * has the flag CM_FIXED. A statement without CM_ORM and CM_JOINS is returned as it is, with a plan of plain columns.
 * Results are cached with the compiled statement, so nothing here may depend on values.
 */
#ifndef CM_LOWER_H
#define CM_LOWER_H
#include "ast/node.h"
#include "schema/schema.h"

#define CM_PLAN_NONE UINT16_MAX

#define CM_LOADER_ONCE 0x8000u /* said of all ("*", a group): for the statement it was given to, and no reload */
/* What to do about one relation, or one column, of an entity that a row gives: from options, else from the mapping. */
typedef struct cm_plan_loader {
  const corm_relation *relation; /* NULL: `slot` is a column option */
  int slot;
  int strategy;                  /* corm_lazy or corm_loader */
  unsigned flags;                /* CORM_LOAD_*, CM_LOADER_ONCE */
  struct cm_plan_options *below; /* options for the target, or NULL */
  const corm_expr *criteria;     /* PropComparator.and_(), or NULL */
} cm_plan_loader;

/* Options that apply to one entity at one place of a path; counted, since objects keep them for their lazy loads. */
typedef struct cm_plan_options {
  atomic_int refs;
  size_t n;
  cm_plan_loader *loaders;
  int all_relations; /* strategy of "*", or -1 */
  unsigned all_flags;
  int exact; /* only the columns that are listed: not even the key is added */
} cm_plan_options;
cm_plan_options *cm_plan_options_ref(cm_plan_options *);
void cm_plan_options_unref(cm_plan_options *); /* NULL is fine */
/* A reference to what holds when an object is refreshed, or was expired: what was said of an attribute by its name.
 * NULL: nothing, or no memory. */
cm_plan_options *cm_plan_options_lasting(cm_plan_options *);
/* The same without what was said of columns: for a load of all that is expired. */
cm_plan_options *cm_plan_options_relations(cm_plan_options *);
/* What is said now, which lasts until the object expires, and what was said before of other attributes. A reference;
 * NULL: no memory. */
cm_plan_options *cm_plan_options_over(const cm_plan_options *, const cm_plan_options *older, int without_refusals);

/* An entity that rows give: which column of the row goes to which slot. */
typedef struct cm_plan_entity {
  const corm_entity *entity;
  uint16_t n;
  uint16_t *slots, *columns; /* slots[i] takes the row's column columns[i]; slots ascend */
  uint16_t *key_columns;     /* entity->n_key places in the row */
  uint16_t discriminator;    /* place in the row, or CM_PLAN_NONE */
  int parent;                /* a joined-loaded entity: index of the entity whose relation it fills, else -1 */
  const corm_relation *via;  /* that relation */
  int nullable;              /* may be missing (outer join): all key columns NULL */
  int contains_eager;
  cm_plan_options *options; /* selectin, raise, deferred ...: for the loaders; never NULL when there are any */
} cm_plan_entity;

/* What one field of a result row is. */
typedef struct cm_plan_item {
  int entity;      /* index into entities, or -1: a plain column */
  uint16_t column; /* its place in the row */
  const char
      *name; /* field name of the result row: "User", "id", "count"; NULL: none ("_no_label" is the binding's word) */
  const corm_node *source; /* the node that was selected (an attribute, a column, an alias): borrowed from the statement
                              kept in the cache */
} cm_plan_item;

typedef struct cm_plan {
  size_t n_items, n_entities;
  cm_plan_item *items;
  cm_plan_entity *entities;
  int collections; /* joined-loaded collections are in it: rows must be uniqued */
  /* The rows are those of a text(): the plan's columns are found by these names once the statement has run. */
  size_t n_names;
  const char **names, **labels; /* "id" and "user_id" */
  cm_arena arena;
  corm_node **kept; /* nodes that items name and the statement does not hold */
  size_t n_kept;
} cm_plan;
void cm_plan_free(cm_plan *);

typedef struct cm_lowered {
  corm_node *stmt; /* plain; a reference */
  cm_plan *plan;   /* owned; NULL for statements that give no rows */
} cm_lowered;
int cm_lower(cm_lowered *out, const corm_node *stmt, corm_error **err);

/* ---- Statements that the orm layer needs; each is an ORM or plain statement that goes through the same cache -------
 */

/* SELECT of an entity by key: binds :pk_1, :pk_2 ...; label style TABLENAME_PLUS_COL. slots NULL: what a plain load
 * has; else exactly these slots, the key only when it is among them; columns of a joined subclass's own table alone
 * come from that table, by :param_1 (which takes the key as well). */
corm_node *cm_lower_get(const corm_entity *, const int *slots, size_t n, const cm_plan_options *);
/* The lazy load of a relation: binds :param_1 ... (ONE_TO_MANY, MANY_TO_MANY) or :pk_1 ... (MANY_TO_ONE by key), in the
 * order of `bind_slots`: slots of the owner whose values are bound, at most cap; *n_binds says how many. */
corm_node *cm_lower_lazy(const corm_relation *, const cm_plan_options *, const corm_expr *criteria, int *bind_slots,
                         size_t cap, size_t *n_binds);
/* The selectin load: one expanding bind `primary_keys`. The result row has `n_key` columns of the parent's side first
 * (the foreign key, or the parent's key; for MANY_TO_ONE the target's key), then the target entity. */
corm_node *cm_lower_selectin(const corm_relation *, const cm_plan_options *, const corm_expr *criteria, size_t *n_key);
#endif
