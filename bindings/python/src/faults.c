/* Memory that the core does not get, for tests: the n-th allocation from now on fails, once. The blocks are those of
 * the system's allocator, so that what was allocated before the first call here may be freed after it. */
#include "binding.h"
#include <stdatomic.h>
#include <stdlib.h>

static _Atomic int64_t made, outstanding, until_failure = -1; /* negative: none is to fail */
static atomic_int met;

static int must_fail(void) {
  if (atomic_load(&until_failure) < 0 || atomic_fetch_sub(&until_failure, 1) != 0)
    return 0;
  atomic_store(&met, 1);
  return 1;
}

static void *counting_alloc(void *user, void *p, size_t n) {
  void *got = NULL;
  (void)user;
  if (n == 0) {
    atomic_fetch_sub(&outstanding, p != NULL);
    free(p);
    return NULL;
  }
  atomic_fetch_add(&made, 1);
  if (!must_fail() && (got = realloc(p, n)) && !p)
    atomic_fetch_add(&outstanding, 1);
  return got;
}

static PyObject *fail_allocation(PyObject *module, PyObject *after) {
  (void)module;
  long long n = PyLong_AsLongLong(after);
  if (n == -1 && PyErr_Occurred())
    return NULL;
  corm_set_allocator(counting_alloc, NULL);
  atomic_store(&met, 0);
  atomic_store(&until_failure, n);
  Py_RETURN_NONE;
}

static PyObject *allocations(PyObject *module, PyObject *ignored) {
  (void)module, (void)ignored;
  return Py_BuildValue("{s:L,s:L,s:O}", "made", (long long)atomic_load(&made), "outstanding",
                       (long long)atomic_load(&outstanding), "failed", atomic_load(&met) ? Py_True : Py_False);
}

static PyMethodDef methods[] = {
    {"_fail_allocation", fail_allocation, METH_O,
     "_fail_allocation(after): for tests. The core's allocation after the next `after` ones fails, once; a negative "
     "number lets all succeed. From the first call on allocations are counted; no other thread may be in the core "
     "during that call."},
    {"_allocations", allocations, METH_NOARGS,
     "For tests. Since _fail_allocation was first called: how many allocations were made, how many more are not freed "
     "than were then, and whether the failure last asked for has happened."},
    {NULL, NULL, 0, NULL}};

int cpy_add_faults(PyObject *module) { return PyModule_AddFunctions(module, methods); }
