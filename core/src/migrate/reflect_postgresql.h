/* What the two files about PostgreSQL's catalogs share. */
#ifndef CM_REFLECT_POSTGRESQL_H
#define CM_REFLECT_POSTGRESQL_H
#include "migrate/migrate.h"

/* That c, of the namespace n, is in the schema $2, or, when that is NULL, is found without one. */
#define CM_PG_FOUND                                                                                                    \
  "CASE WHEN $2::text IS NULL THEN pg_catalog.pg_table_is_visible(c.oid) AND n.nspname <> 'pg_catalog' "               \
  "ELSE n.nspname = $2::text END"

/* Adds the columns of a table or view, and its comment. *oid is its number as text; NULL: there is none. */
int cm_pg_read_columns(corm_reflection *, corm_conn *, const char *schema, const char *name, const char **oid,
                       corm_error **err);
#endif
