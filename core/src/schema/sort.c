/* Tables in the order in which they can be created: by levels of their foreign keys. Nothing is allocated: the array
 * that is returned is also the one that is worked in. */
#include "schema/build.h"
#include <stdlib.h>
#include <string.h>

static int leads_to(corm_table *from, const corm_table *to) {
  for (size_t i = 0; i < from->n_constraints; i++) {
    corm_constraint *c = from->constraints[i];
    if (c->kind == CORM_FOREIGN_KEY && !(c->flags & CORM_CONSTRAINT_USE_ALTER) && cm_constraint_referred(c) == to)
      return 1;
  }
  return 0;
}

/* Whether `t` refers to another one of tables[0..n). */
static int refers_into(corm_table *t, corm_table *const *tables, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (tables[i] != t && leads_to(t, tables[i]))
      return 1;
  return 0;
}

static int referred_from(const corm_table *t, corm_table *const *tables, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (tables[i] != t && leads_to(tables[i], t))
      return 1;
  return 0;
}

static int compare_names(const void *a, const void *b) {
  const corm_table *x = *(corm_table *const *)a, *y = *(corm_table *const *)b;
  return strcmp(x->full_name, y->full_name);
}

static int compare_definitions(const void *a, const void *b) {
  const corm_table *x = *(corm_table *const *)a, *y = *(corm_table *const *)b;
  return (x->index > y->index) - (x->index < y->index);
}

static void move_to(corm_table **tables, size_t from, size_t to) {
  corm_table *t = tables[from];
  if (from > to)
    memmove(tables + to + 1, tables + to, (from - to) * sizeof *tables);
  else
    memmove(tables + from, tables + from + 1, (to - from) * sizeof *tables);
  tables[to] = t;
}

/* Brings the tables on cycles of foreign keys (and those between two cycles) to the front and returns how many they
 * are: what is left when all have gone that refer to nothing there, or that nothing there refers to. */
static size_t gather_cycles(corm_table **tables, size_t n) {
  size_t kept = n, before = 0;
  do {
    before = kept;
    for (size_t i = kept; i-- > 0;)
      if (!refers_into(tables[i], tables, kept) || !referred_from(tables[i], tables, kept))
        move_to(tables, i, --kept);
  } while (kept != before);
  return kept;
}

/* Brings those of tables[waiting..n) that refer to none of these to their front; returns their end. */
static size_t take_level(corm_table **tables, size_t waiting, size_t n) {
  size_t end = waiting;
  for (size_t i = waiting; i < n; i++)
    if (!refers_into(tables[i], tables + waiting, n - waiting))
      move_to(tables, i, end++);
  return end;
}

size_t cm_catalog_cycles(const corm_catalog *c, corm_table **out) {
  if (c->n_tables)
    memcpy(out, c->tables, c->n_tables * sizeof *out);
  return gather_cycles(out, c->n_tables);
}

size_t cm_tables_cycles(corm_table **tables, size_t n) { return gather_cycles(tables, n); }

/* Foreign keys of tables on cycles do not count, so those tables are of the first level. */
static void sort_levels(corm_table **tables, size_t n, int (*compare)(const void *, const void *)) {
  size_t start = 0, waiting = gather_cycles(tables, n);
  size_t end = waiting;
  for (size_t i = waiting; i < n; i++)
    if (!refers_into(tables[i], tables, n))
      move_to(tables, i, end++);
  while (start < n) {
    qsort(tables + start, end - start, sizeof *tables, compare);
    start = end;
    end = take_level(tables, start, n);
  }
}

void cm_tables_sort(corm_table **tables, size_t n) { sort_levels(tables, n, compare_definitions); }

size_t corm_catalog_sorted(const corm_catalog *c, int by_name, corm_table **out, size_t cap) {
  size_t n = c->n_tables;
  if (!n || cap < n)
    return n;
  memcpy(out, c->tables, n * sizeof *out);
  sort_levels(out, n, by_name ? compare_names : compare_definitions);
  return n;
}
