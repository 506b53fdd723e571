/* The libpq driver: the table of its functions. */
#include "driver/libpq.h"
#include "driver/registry.h"

/* An empty text: the server answers without doing anything. */
static int ping(corm_driver_conn *c, corm_error **err) {
  int status = cm_pq_exec(c, "", err);
  cm_pq_run_ends(c);
  return status;
}

/* libpq's 150004 (15.4) as 1500400, 90603 (9.6.3) as 900603. */
static int server_version(corm_driver_conn *c) {
  int n = c->pq->PQserverVersion(c->pg);
  return n >= 100000 ? n / 10000 * 100000 + n % 10000 * 100 : n / 10000 * 100000 + n / 100 % 100 * 100 + n % 100;
}

const corm_driver cm_driver_libpq = {
    .size = sizeof(corm_driver),
    .name = "libpq",
    .dialect = "postgresql",
    .open = cm_pq_open,
    .close = cm_pq_close,
    .abandon = cm_pq_abandon,
    .set_env = cm_pq_set_env,
    .prepare = cm_pq_prepare,
    .finalize = cm_pq_finalize,
    .bind = cm_pq_bind,
    .parameters = cm_pq_parameters,
    .step = cm_pq_step,
    .row = cm_pq_row,
    .columns = cm_pq_columns,
    .column_name = cm_pq_column_name,
    .reset = cm_pq_reset,
    .changes = cm_pq_changes,
    .readonly = cm_pq_readonly,
    .begin = cm_pq_begin,
    .commit = cm_pq_commit,
    .rollback = cm_pq_rollback,
    .savepoint = cm_pq_savepoint,
    .in_transaction = cm_pq_in_transaction,
    .cancel = cm_pq_cancel,
    .ping = ping,
    .server_version = server_version,
    .manual_transactions = cm_pq_manual,
    .check_url = cm_pq_check_url,
    .isolation_levels = cm_pq_isolation_levels,
    .set_isolation = cm_pq_set_isolation,
    .get_isolation = cm_pq_get_isolation,
    .is_dead = cm_pq_is_dead,
    .stream = cm_pq_stream,
    .transaction_modes = cm_pq_modes,
    .open_polled = cm_pq_open_polled,
    .numbered_marks = 1,
    .run_many = cm_pq_run_many,
};
