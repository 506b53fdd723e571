/* What a database has, as dicts and lists: cormorant.engine.reflection makes SQLAlchemy's of them. */
#include "runtime.h"

static PyObject *texts(const char *const *at, size_t n) {
  PyObject *list = PyList_New((Py_ssize_t)n);
  for (size_t i = 0; list && i < n; i++) {
    PyObject *one = Py_BuildValue("z", at[i]);
    if (one)
      PyList_SET_ITEM(list, (Py_ssize_t)i, one);
    else
      Py_CLEAR(list);
  }
  return list;
}

/* (kind, name, flags, length, precision, scale, labels, collation), and the same of an array's members */
static PyObject *type_of(const corm_type_def *def) {
  if (!def)
    return Py_NewRef(Py_None);
  return Py_BuildValue("(izIiiiNzi)", def->kind, def->name, def->flags, def->length, def->precision, def->scale,
                       texts(def->labels, def->n_labels), def->collation, def->dimensions);
}

static PyObject *identity_of(const corm_reflected_column *c) {
  if (!c->identity)
    return Py_NewRef(Py_None);
  return Py_BuildValue("(sLLLLNL)", c->identity, (long long)c->identity_start, (long long)c->identity_increment,
                       (long long)c->identity_min, (long long)c->identity_max, PyBool_FromLong(c->identity_cycle),
                       (long long)c->identity_cache);
}

static PyObject *column_of(const corm_reflected_column *c) {
  return Py_BuildValue("{s:s,s:N,s:N,s:z,s:N,s:z,s:i,s:N,s:z,s:z,s:N,s:N}", "name", c->name, "type",
                       type_of(c->type_def), "item", type_of(c->item_def), "type_schema", c->type_schema, "nullable",
                       PyBool_FromLong(c->nullable), "default", c->default_text, "primary_key", c->key_position,
                       "autoincrement", PyBool_FromLong(c->autoincrement), "comment", c->comment, "computed",
                       c->computed, "stored", PyBool_FromLong(c->computed_stored), "identity", identity_of(c));
}

static PyObject *constraint_of(const corm_reflected_constraint *c) {
  if (!c)
    return Py_NewRef(Py_None);
  return Py_BuildValue("{s:i,s:z,s:N,s:z,s:z,s:N,s:N,s:N,s:N}", "kind", c->kind, "name", c->name, "columns",
                       texts(c->columns, c->n), "check", c->check, "comment", c->comment, "nulls_not_distinct",
                       PyBool_FromLong(c->nulls_not_distinct), "include", texts(c->include, c->n_include), "not_valid",
                       PyBool_FromLong(c->not_valid), "no_inherit", PyBool_FromLong(c->no_inherit));
}

static PyObject *foreign_key_of(const corm_reflected_foreign_key *k) {
  return Py_BuildValue("{s:z,s:N,s:z,s:s,s:N,s:z,s:z,s:z,s:z,s:i,s:z}", "name", k->name, "columns",
                       texts(k->columns, k->n), "referred_schema", k->referred_schema, "referred_table",
                       k->referred_table, "referred_columns", texts(k->referred_columns, k->n_referred), "ondelete",
                       k->ondelete, "onupdate", k->onupdate, "match", k->match, "initially", k->initially, "deferrable",
                       k->deferrable, "comment", k->comment);
}

static PyObject *index_of(const corm_reflected_index *x) {
  return Py_BuildValue("{s:s,s:N,s:N,s:N,s:z,s:N,s:z,s:N,s:N,s:N,s:z,s:N}", "name", x->name, "columns",
                       texts(x->columns, x->n), "exprs", texts(x->exprs, x->n), "unique", PyBool_FromLong(x->unique),
                       "where", x->where, "include", texts(x->include, x->n_include), "method", x->method, "constraint",
                       PyBool_FromLong(x->constraint), "nulls_not_distinct", PyBool_FromLong(x->nulls_not_distinct),
                       "orders", PyBytes_FromStringAndSize((const char *)x->orders, x->orders ? (Py_ssize_t)x->n : 0),
                       "options", x->options, "ops", texts(x->ops, x->ops ? x->n : 0));
}

/* A list of what `one` gives for each part. The five kinds of parts have a reader each. */
typedef PyObject *(*part_fn)(const corm_reflection *, size_t i);
static PyObject *nth_column(const corm_reflection *r, size_t i) { return column_of(corm_reflection_peek_column(r, i)); }
static PyObject *nth_constraint(const corm_reflection *r, size_t i) {
  return constraint_of(corm_reflection_peek_constraint(r, i));
}
static PyObject *nth_foreign_key(const corm_reflection *r, size_t i) {
  return foreign_key_of(corm_reflection_peek_foreign_key(r, i));
}
static PyObject *nth_index(const corm_reflection *r, size_t i) { return index_of(corm_reflection_peek_index(r, i)); }

static PyObject *list_of(const corm_reflection *r, size_t n, part_fn one) {
  PyObject *list = PyList_New((Py_ssize_t)n);
  for (size_t i = 0; list && i < n; i++) {
    PyObject *made = one(r, i);
    if (made)
      PyList_SET_ITEM(list, (Py_ssize_t)i, made);
    else
      Py_CLEAR(list);
  }
  return list;
}

static PyObject *table_of(const corm_reflection *r) {
  return Py_BuildValue("{s:z,s:N,s:N,s:N,s:N,s:N}", "comment", corm_reflection_peek_comment(r), "columns",
                       list_of(r, corm_reflection_peek_columns(r), nth_column), "primary_key",
                       constraint_of(corm_reflection_peek_primary_key(r)), "constraints",
                       list_of(r, corm_reflection_peek_constraints(r), nth_constraint), "foreign_keys",
                       list_of(r, corm_reflection_peek_foreign_keys(r), nth_foreign_key), "indexes",
                       list_of(r, corm_reflection_peek_indexes(r), nth_index));
}

/* reflect_table(connection, schema or None, name) -> dict, or None when there is no such table */
static PyObject *reflect_table(PyObject *module, PyObject *args) {
  (void)module;
  PyObject *connection;
  const char *schema, *name;
  corm_reflection *r = NULL;
  corm_error *err = NULL;
  if (!PyArg_ParseTuple(args, "Ozs:reflect_table", &connection, &schema, &name))
    return NULL;
  corm_conn *conn = cpy_connection_peek(connection);
  if (!conn)
    return NULL;
  if (corm_reflect_table(&r, conn, schema, name, &err))
    return cpy_raise(err);
  PyObject *made = r ? table_of(r) : Py_NewRef(Py_None);
  corm_reflection_free(r);
  return made;
}

/* reflect_names(connection, what, schema or None) -> list of names */
static PyObject *reflect_names(PyObject *module, PyObject *args) {
  (void)module;
  PyObject *connection;
  int what;
  const char *schema;
  corm_names *names = NULL;
  corm_error *err = NULL;
  if (!PyArg_ParseTuple(args, "Oiz:reflect_names", &connection, &what, &schema))
    return NULL;
  corm_conn *conn = cpy_connection_peek(connection);
  if (!conn)
    return NULL;
  if (corm_reflect_names(&names, conn, what, schema, &err))
    return cpy_raise(err);
  PyObject *list = PyList_New(0);
  for (size_t i = 0; list && i < corm_names_peek_count(names); i++) {
    PyObject *one = PyUnicode_FromString(corm_names_peek(names, i));
    if (!one || PyList_Append(list, one) < 0)
      Py_CLEAR(list);
    Py_XDECREF(one);
  }
  corm_names_free(names);
  return list;
}

static PyMethodDef functions[] = {
    {"reflect_table", reflect_table, METH_VARARGS, "reflect_table(connection, schema, name) -> dict or None"},
    {"reflect_names", reflect_names, METH_VARARGS, "reflect_names(connection, what, schema) -> list"},
    {NULL, NULL, 0, NULL}};

int cpy_add_reflect(PyObject *module) { return PyModule_AddFunctions(module, functions); }
