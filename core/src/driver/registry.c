/* Drivers by the dialect that they speak. The built-in ones are there from the start. */
#include "driver/registry.h"
#include "base/base.h"
#include <stddef.h>
#include <string.h>

enum { MOST_DRIVERS = 32 };

static _Atomic(const corm_driver *) registered[MOST_DRIVERS];
static atomic_int n_registered;
static const corm_driver *const built_in[] = {&cm_driver_sqlite3, &cm_driver_libpq};

/* As long as the first version's table; later members are asked for by the size. */
static int is_complete(const corm_driver *d) {
  return d->size >= offsetof(corm_driver, check_url) && d->name && d->dialect && d->open && d->close && d->abandon &&
         d->prepare && d->finalize && d->bind && d->parameters && d->step && d->row && d->columns && d->column_name &&
         d->reset && d->changes && d->begin && d->commit && d->rollback && d->savepoint && d->in_transaction;
}

int corm_driver_register(const corm_driver *driver, corm_error **err) {
  int place = 0;
  if (!driver || !is_complete(driver))
    return cm_fail(err, CORM_EARGUMENT, "driver \"%s\" lacks functions that every driver has",
                   driver && driver->name ? driver->name : "");
  place = atomic_fetch_add(&n_registered, 1);
  if (place >= MOST_DRIVERS) {
    atomic_fetch_sub(&n_registered, 1);
    return cm_fail(err, CORM_EINVALID, "no more than %d drivers can be registered", (int)MOST_DRIVERS);
  }
  atomic_store(&registered[place], driver);
  return CORM_OK;
}

const corm_driver *corm_driver_named(const char *dialect) {
  int n = atomic_load(&n_registered);
  for (int i = n < MOST_DRIVERS ? n - 1 : MOST_DRIVERS - 1; i >= 0; i--) {
    const corm_driver *d = atomic_load(&registered[i]);
    if (d && strcmp(d->dialect, dialect) == 0)
      return d;
  }
  for (size_t i = 0; i < sizeof built_in / sizeof built_in[0]; i++)
    if (strcmp(built_in[i]->dialect, dialect) == 0)
      return built_in[i];
  return NULL;
}
