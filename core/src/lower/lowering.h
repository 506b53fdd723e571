/* One lowering: what its files share. */
#ifndef CM_LOWERING_H
#define CM_LOWERING_H
#include "lower/lower.h"

/* Where an entity's columns come from once it is lowered. */
typedef struct cm_place {
  const corm_entity *entity; /* or NULL: a secondary table */
  corm_node *source;         /* lowered: a TABLE, a JOIN of tables, an alias of a table or of a subquery. Borrowed */
  const corm_node *inside;   /* of a statement that was wrapped: what `source` was inside of it; else NULL */
} cm_place;

typedef struct cm_lowering {
  corm_error **err;
  int status;       /* the first failure */
  cm_map sources;   /* ENTITY (by its entity) and all other nodes -> what they became */
  corm_node **kept; /* references to keep until the end */
  size_t n_kept, cap_kept;
  int depth;       /* of nested statements */
  int outer_joins; /* some entity may be missing in a row */
  cm_plan *plan;   /* of the outermost statement */
  /* While a statement is lowered whose entities are read from a subquery: */
  corm_node *shown_by; /* that subquery, lowered; borrowed; else NULL */
  corm_node *shown;    /* LIST of its columns; borrowed */
  cm_map inside;       /* `sources` as it was inside */
} cm_lowering;

int cm_l_fail(cm_lowering *, int status, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
int cm_l_memory(cm_lowering *);
/* Takes a reference and keeps it until the lowering ends; gives it back, borrowed. A poisoned one fails the lowering.
 */
corm_node *cm_l_keep(cm_lowering *, corm_node *);

/* The columns of a source as a LIST, a reference; what is poisoned fails the lowering. */
corm_node *cm_l_columns(cm_lowering *, const corm_node *source);

/* ---- rewrite.c: expressions ---- */
corm_node *cm_l_expr(cm_lowering *, const corm_node *);      /* a reference; NULL gives NULL */
corm_node *cm_l_statement(cm_lowering *, const corm_node *); /* a nested SELECT or set operation */

/* ---- place.c: sources ---- */
corm_node *cm_l_source(cm_lowering *, const corm_node *source); /* borrowed */
cm_place cm_l_place(cm_lowering *, const corm_node *source);    /* of an ENTITY or its alias */
cm_place cm_l_new_alias(cm_lowering *, const corm_entity *);    /* an anonymous alias of each of the entity's tables */
cm_place cm_l_table_place(cm_lowering *, const corm_table *, int alias);
corm_node *cm_place_column(cm_lowering *, const cm_place *, const corm_column *); /* a reference */
corm_node *cm_place_attribute(cm_lowering *, const cm_place *, const cm_attribute *);
/* The expression of the schema's, with its tables' columns taken from the place; tables of others stay. */
corm_node *cm_place_adapt(cm_lowering *, const cm_place *, const corm_node *);
/* The same for every column, whatever its table. */
corm_node *cm_place_move(cm_lowering *, const cm_place *, const corm_node *);
/* type IN (...) of a single-table child; NULL: none is needed. A reference. */
corm_node *cm_place_criteria(cm_lowering *, const cm_place *);
int cm_is_joined(const corm_entity *); /* its columns are in several tables */

/* ---- shown.c: statements whose entities are read from a subquery ---- */
typedef struct cm_shown {
  corm_node *by, *list;
  cm_map inside;
} cm_shown;
/* From here on, until the end, for the SELECT given; nothing happens for others. `before` is kept for the end. */
void cm_l_shown_begin(cm_lowering *, const corm_node *select, cm_shown *before);
void cm_l_shown_end(cm_lowering *, const corm_node *select, const cm_shown *before);
/* The subquery's column that shows an expression; a reference, or NULL. */
corm_node *cm_l_shown_column(cm_lowering *, const corm_node *);
/* The place, moved out of the subquery where it is shown by it. */
cm_place cm_l_shown_place(cm_lowering *, const corm_node *source, cm_place);

/* ---- relation.c: conditions of relations ---- */
/* primaryjoin and secondaryjoin between two places; secondary may be NULL (then the table itself). */
corm_node *cm_l_primary(cm_lowering *, const corm_relation *, const cm_place *owner, const cm_place *target,
                        const cm_place *secondary);
corm_node *cm_l_secondary(cm_lowering *, const corm_relation *, const cm_place *target, const cm_place *secondary);
corm_node *cm_l_test(cm_lowering *, const corm_node *test, int negated);
/* Criteria that speak of the target's class, taken to mean that place. A reference; NULL gives NULL. */
corm_node *cm_l_criteria(cm_lowering *, const corm_node *criteria, const cm_place *target);

/* ---- from.c: FROM and its joins ---- */
corm_node *cm_l_from(cm_lowering *, const corm_node *select); /* the LIST, or NULL: none is needed */
/* The sources of the columns, in order, that the list does not have yet. */
void cm_l_column_sources(cm_lowering *, const corm_node *columns, corm_node *list);
corm_node *cm_l_join_node(cm_lowering *, const corm_node *join);
/* left JOIN [secondary JOIN] target along the relation; takes left, gives the join. */
corm_node *cm_l_join_relation(cm_lowering *, corm_node *left, const corm_relation *, const cm_place *owner,
                              const cm_place *target, const corm_node *criteria, int kind, const cm_place *secondary);
corm_node *cm_l_and(corm_node *a, corm_node *b); /* takes both; either may be NULL */

/* ---- options.c ---- */
/* The options of a statement for one of its sources; a reference, or NULL. */
cm_plan_options *cm_l_options(cm_lowering *, const corm_node *list, const corm_node *source, int is_first);
/* Fails for an option that no entity among the columns answers to. */
void cm_l_check_options(cm_lowering *, const corm_node *list, const corm_node *columns);
const cm_plan_loader *cm_options_relation(const cm_plan_options *, const corm_relation *);
const cm_plan_loader *cm_options_slot(const cm_plan_options *, int slot);
int cm_options_strategy(const cm_plan_options *, const corm_relation *, unsigned *flags);
int cm_options_loads(const cm_plan_options *, const corm_entity *, const cm_attribute *);
/* OPTION nodes that say the same, appended to the statement: for the statements that loaders send. Takes it. */
corm_node *cm_options_apply(corm_node *stmt, const corm_entity *, const cm_plan_options *);

/* ---- select.c, eager.c, wrap.c ---- */
/* One join of an eager relation, made once the statement's own FROM is known. */
typedef struct cm_eager_join {
  const corm_relation *relation;
  cm_place owner, target;
  const corm_node *criteria;
  int kind, is_nested; /* nested: the owner was itself joined eagerly */
} cm_eager_join;

typedef struct cm_eager {
  cm_lowering *l;
  corm_node *primary;   /* LIST of columns of the statement itself */
  corm_node *secondary; /* LIST of columns of joined-loaded entities: behind all others */
  const corm_node *options;
  cm_eager_join *joins;
  size_t n, cap;
  int collections; /* a joined collection is among them */
} cm_eager;

/* How one came to an entity, for relations that lead back. */
typedef struct cm_path {
  const struct cm_path *up;
  const corm_entity *entity;
  int depth;
} cm_path;

/* Adds an entity's columns to `list`, and what is loaded with it. Its index in the plan, or -1. */
int cm_eager_entity(cm_eager *, corm_node *list, const cm_place *, const cm_path *up, cm_plan_options *, int parent,
                    const corm_relation *via, int contained);
/* The eager joins added to FROM (taken; may be NULL); ORDER BY of collections added to `order`. */
corm_node *cm_eager_from(cm_eager *, corm_node *from);
corm_node *cm_eager_order(cm_eager *, corm_node *order);
/* A statement whose rows are limited, with the eager joins around it. Takes it. */
corm_node *cm_eager_wrap(cm_eager *, corm_node *inner);
/* The place of the column in the list; it is added when it is not there yet. -1 without memory. */
long cm_list_place(cm_lowering *, corm_node *list, corm_node *column);

/* ---- statement.c: a SELECT whose rows another statement gives ---- */
corm_node *cm_l_from_statement(cm_eager *, const corm_node *select);

/* ---- plan.c ---- */
int cm_plan_add_entity(cm_lowering *, const corm_entity *, int parent, const corm_relation *, cm_plan_options *);
int cm_plan_add_item(cm_lowering *, int entity, size_t column, const char *name, const corm_node *source);
/* Slots and places of an entity, found while its columns were added. */
int cm_plan_set_columns(cm_lowering *, int entity, const uint16_t *slots, const uint16_t *places, size_t n);
cm_plan *cm_plan_new(void);
#endif
