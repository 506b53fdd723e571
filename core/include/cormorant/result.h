/* Rows.
 *
 * Threads: a result belongs to one thread at a time, that of the connection or session that made it.
 *
 * Owner: it is freed by corm_result_free, and may outlive its maker: it then gives what it had read, or ECLOSED. What a
 * peek gives lives as long as the result. Objects in rows belong to the session (corm_record in record.h).
 *
 * Statuses of fetching: ECLOSED (it was closed, or gives no rows), ECANCELLED, ESTATEMENT (a cell that is no value of
 * its type, with the column in the details), or a status of the database. i out of range: NULL.
 */
#ifndef CORMORANT_RESULT_H
#define CORMORANT_RESULT_H

#include <cormorant/stmt.h>

#ifdef __cplusplus
extern "C" {
#endif

CORM_API size_t corm_result_peek_columns(const corm_result *); /* 0: the statement gives no rows */
/* The field's name: label, column, entity; NULL for an expression without one. */
CORM_API const char *corm_result_peek_name(const corm_result *, size_t i);
CORM_API const corm_type *corm_result_peek_type(const corm_result *, size_t i);
/* What was selected there: the node of the statement (for look-ups by column or entity), or NULL for plain SQL. */
CORM_API const corm_node *corm_result_peek_node(const corm_result *, size_t i);
/* Of the engine that it came from; NULL for a result without rows. */
CORM_API const corm_dialect *corm_result_peek_dialect(const corm_result *);
/* The entity of an entity field, else NULL. */
CORM_API const corm_entity *corm_result_peek_entity(const corm_result *, size_t i);
/* Joined-loaded collections are in it: a list of it must be made unique. */
CORM_API int corm_result_peek_needs_unique(const corm_result *);

/* The next row's cells, as many as there are columns, borrowed until the next call; *row NULL at the end. Values are
 * decoded by their types; cells of HOST_RESULT types are as the database gave them: the binding converts. Entities are
 * CORM_RECORD (or NULL). */
CORM_API int corm_result_next_row(corm_result *, const corm_value **row, corm_error **err);
/* The only row, borrowed while the result lives. ENOROWS, EMULTIPLEROWS; EINVALID: it was asked before. */
CORM_API int corm_result_one(corm_result *, const corm_value **row, corm_error **err);
/* At most `max` rows (0: all that are left) in one block, filled without the host's lock; *out is for corm_block_free,
 * NULL at the end. */
CORM_API int corm_result_next_block(corm_result *, size_t max, corm_block **out, corm_error **err);
/* So many rows are read at a time by next_row, and made into objects at a time by a streamed result (CORM_EXEC_STREAM):
 * its next_block gives no more than these, whatever is asked for. 0: as it was. */
CORM_API void corm_result_set_block(corm_result *, size_t rows);
/* A block may outlive its result. */
CORM_API size_t corm_block_peek_rows(const corm_block *);
CORM_API size_t corm_block_peek_columns(const corm_block *);
CORM_API const corm_value *corm_block_peek_row(const corm_block *, size_t i); /* i below rows; lives with the block */
/* Frees the block; records in it that nobody took are given up. NULL is fine. */
CORM_API void corm_block_free(corm_block *);

/* Rows changed, or those of a query that the driver holds in memory; -1 where it does not say. */
CORM_API int64_t corm_result_peek_rowcount(const corm_result *);
/* The key of the row that a single INSERT made: returns how many columns it has, in order of the key; those that could
 * not be known are NULL. 0: it was no such INSERT. */
CORM_API size_t corm_result_peek_inserted_key(const corm_result *, const corm_value **out);
/* The values that the last row of an INSERT or UPDATE was sent with, by name: returns how many (last_inserted_params).
 */
CORM_API size_t corm_result_peek_sent(const corm_result *, const char *const **names, const corm_value **values);
CORM_API int corm_result_peek_is_insert(const corm_result *);
/* An INSERT of one row for which the database gave columns back that nobody asked for: they are named here, their
 * values are in the inserted key, and there is no row to read. */
CORM_API int corm_result_peek_is_spent(const corm_result *);
/* Ends the statement early; fetching then is ECLOSED. Twice is fine. */
CORM_API void corm_result_close(corm_result *);
CORM_API void corm_result_free(corm_result *); /* closes; NULL is fine */

#ifdef __cplusplus
}
#endif
#endif
