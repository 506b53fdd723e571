/* From statements to text: Compiled, and the elements whose SQL the program writes (@compiles). */
#include "runtime.h"
#include <stddef.h>
#include <string.h>

typedef struct compiled {
  PyObject_HEAD corm_compiled *compiled;
  PyObject *statement, *dialect;
  const corm_expr **binds; /* the statement's own, by parameter, where the text came from a cache; or NULL */
  PyObject *weakrefs;
} compiled;

static PyObject *s_dialect, *s_name, *s_paramstyle, *s_engine_ref;

/* What a @compiles function is given; `core` is NULL once the function has returned. */
typedef struct compiler {
  PyObject_HEAD corm_compiler *core;
} compiler;

/* ---- Dialects
 * --------------------------------------------------------------------------------------------------------------- */

/* What a caller of compile() means by an engine, a connection, a dialect object, a name or None. */
typedef struct meant {
  const corm_dialect *dialect;
  int paramstyle;
} meant;

/* The attribute, or None: a new reference; NULL: an exception. */
static PyObject *optional(PyObject *object, PyObject *name) {
  PyObject *found = NULL;
#if PY_VERSION_HEX >= 0x030D0000
  int status = PyObject_GetOptionalAttr(object, name, &found);
#else
  int status = _PyObject_LookupAttr(object, name, &found);
#endif
  return status < 0 ? NULL : found ? found : Py_NewRef(Py_None);
}

static int style_named(PyObject *style) {
  static const struct {
    const char *name;
    int style;
  } styles[] = {{"qmark", CORM_PARAMS_QMARK},       {"named", CORM_PARAMS_NAMED},
                {"pyformat", CORM_PARAMS_PYFORMAT}, {"format", CORM_PARAMS_FORMAT},
                {"numeric", CORM_PARAMS_NUMERIC},   {"numeric_dollar", CORM_PARAMS_NUMERIC}};
  const char *name = PyUnicode_Check(style) ? cpy_utf8(style) : NULL;
  for (size_t i = 0; name && i < sizeof styles / sizeof *styles; i++)
    if (strcmp(name, styles[i].name) == 0)
      return styles[i].style;
  return CORM_PARAMS_DIALECT;
}

static const corm_dialect *dialect_named(PyObject *name, PyObject *object) {
  const char *text = PyUnicode_Check(name) ? cpy_utf8(name) : NULL;
  const corm_dialect *found = text ? corm_dialect_named(text) : NULL;
  if (text && !found)
    cpy_error("NotSupportedYet", "the dialect \"%s\" is not supported yet", text);
  else if (!text && !PyErr_Occurred())
    cpy_error("ArgumentError", "%R is no dialect", object);
  return found;
}

static int read_meant(PyObject *object, meant *out) {
  PyObject *own = NULL, *dialect = NULL, *name = NULL, *style = NULL;
  out->paramstyle = CORM_PARAMS_DIALECT;
  if (!object || object == Py_None || PyUnicode_Check(object)) {
    out->dialect = object && object != Py_None ? dialect_named(object, object) : corm_dialect_named("default");
    return out->dialect ? 0 : -1;
  }
  out->dialect = NULL;
  if ((own = optional(object, s_dialect)))
    dialect = Py_NewRef(own == Py_None ? object : own);
  if (dialect && (name = optional(dialect, s_name)) && (style = optional(dialect, s_paramstyle))) {
    out->dialect = dialect_named(name, object);
    out->paramstyle = style_named(style);
  }
  Py_XDECREF(own);
  Py_XDECREF(dialect);
  Py_XDECREF(name);
  Py_XDECREF(style);
  return out->dialect ? 0 : -1;
}

const corm_dialect *cpy_dialect_from(PyObject *object) {
  meant m;
  return read_meant(object, &m) < 0 ? NULL : m.dialect;
}

/* ---- @compiles
 * --------------------------------------------------------------------------------------------------------------- */

static PyObject *compiler_process(PyObject *self, PyObject *args, PyObject *kwargs) {
  compiler *c = (compiler *)self;
  corm_error *err = NULL;
  PyObject *object, *made;
  (void)kwargs; /* options of SQLAlchemy's compiler, handed on by convention: they say nothing here */
  if (!PyArg_ParseTuple(args, "O:process", &object))
    return NULL;
  if (!c->core)
    return cpy_error("InvalidRequestError", "the compiler is used after its @compiles function returned");
  corm_node *node = cpy_is_node(object) ? cpy_node_ref(object) : cpy_coerce(object, CPY_VALUE);
  if (!node)
    return NULL;
  char *text = corm_compiler_process(c->core, node, &err);
  corm_node_unref(node);
  if (!text)
    return cpy_raise(err);
  made = PyUnicode_FromString(text);
  corm_free(text);
  return made;
}

static PyObject *compiler_dialect(PyObject *self, void *unused) {
  (void)unused;
  compiler *c = (compiler *)self;
  PyObject *get = PyObject_GetAttrString(cpy.module, "dialect_object"), *made;
  if (!get)
    return NULL;
  made = PyObject_CallFunction(get, "s",
                               c->core ? corm_dialect_peek_name(corm_compiler_peek_dialect(c->core)) : "default");
  Py_DECREF(get);
  return made;
}

static PyObject *find_function(PyObject *element, const char *dialect) {
  PyObject *function =
      cpy.compilers ? PyObject_CallFunction(cpy.compilers, "Os", Py_TYPE(element), dialect) : Py_NewRef(Py_None);
  if (function == Py_None) {
    Py_DECREF(function);
    return cpy_error("UnsupportedCompilationError", "no @compiles function writes %s for the dialect \"%s\"",
                     Py_TYPE(element)->tp_name, dialect);
  }
  return function;
}

static int write_element(void *self, void *element, const corm_expr *node, corm_compiler *core, corm_writer *out,
                         corm_error **err) {
  (void)self;
  (void)node;
  compiler *c = PyObject_New(compiler, cpy.compiler_type);
  PyObject *function = NULL, *text = NULL;
  const char *utf8 = NULL;
  if (c) {
    c->core = core;
    function = find_function(element, corm_dialect_peek_name(corm_compiler_peek_dialect(core)));
  }
  if (function)
    text = PyObject_CallFunctionObjArgs(function, (PyObject *)element, (PyObject *)c, NULL);
  if (text && !PyUnicode_Check(text))
    PyErr_Format(PyExc_TypeError, "a @compiles function must give a str, not %R", text);
  else if (text && (utf8 = cpy_utf8(text)))
    corm_write(out, utf8);
  if (c)
    c->core = NULL;
  Py_XDECREF(c);
  Py_XDECREF(function);
  Py_XDECREF(text);
  return utf8 ? CORM_OK : cpy_take_error(err);
}

const corm_host_compile *cpy_host_compile(void) {
  static corm_host_compile host = {sizeof host, NULL, write_element, 0};
  host.generation = cpy.compilers_generation;
  return &host;
}

/* ---- Compiled
 * ----------------------------------------------------------------------------------------------------------------- */

typedef struct set_keys {
  const char **keys;
  PyObject *list;
} set_keys;

static int read_keys(set_keys *k, PyObject *given, corm_compile_options *options) {
  if (given == Py_None)
    return 0;
  if (!(k->list = PySequence_Tuple(given)))
    return -1;
  Py_ssize_t n = PyTuple_GET_SIZE(k->list);
  if (!(k->keys = PyMem_Calloc((size_t)n + 1, sizeof *k->keys)))
    return -1;
  for (Py_ssize_t i = 0; i < n; i++)
    if (!(k->keys[i] = cpy_utf8(PyTuple_GET_ITEM(k->list, i))))
      return -1;
  options->set_keys = k->keys;
  options->n_set_keys = (size_t)n;
  return 0;
}

/* The engine that is meant by itself, or the last one of a dialect object: texts come from its cache. A new reference,
 * or NULL. */
static PyObject *engine_of(PyObject *object) {
  PyObject *ref, *found = NULL;
  if (cpy_is_engine(object))
    return Py_NewRef(object);
  if (PyUnicode_Check(object) || object == Py_None)
    return NULL;
  if ((ref = optional(object, s_engine_ref)) && PyWeakref_Check(ref) && cpy_is_engine(PyWeakref_GetObject(ref)))
    found = Py_NewRef(PyWeakref_GetObject(ref));
  Py_XDECREF(ref);
  PyErr_Clear();
  return found;
}

static int compile_for_engine(compiled *made, PyObject *engine, corm_node *node, const corm_compile_options *options,
                              corm_error **err) {
  int status = corm_engine_compile(&made->compiled, cpy_engine_peek(engine), node, options, err);
  size_t n = status ? 0 : corm_compiled_peek_params(made->compiled);
  if (status || !n)
    return status;
  made->binds = PyMem_Calloc(n, sizeof *made->binds);
  return made->binds ? corm_compiled_binds_of(made->binds, made->compiled, node, err) : CORM_ENOMEM;
}

/* compile(statement, dialect, literal_binds, render_postcompile, column_keys) -> Compiled */
static PyObject *compile(PyObject *module, PyObject *args) {
  (void)module;
  meant m;
  PyObject *object, *dialect_object, *keys_object, *engine = NULL;
  corm_compile_options options;
  set_keys keys = {NULL, NULL};
  corm_error *err = NULL;
  corm_node *node = NULL;
  compiled *made = NULL;
  memset(&options, 0, sizeof options);
  options.size = sizeof options;
  if (!PyArg_ParseTuple(args, "O!OppO:compile", cpy.node_type, &object, &dialect_object, &options.literal_binds,
                        &options.render_postcompile, &keys_object))
    return NULL;
  if (read_meant(dialect_object, &m) < 0)
    return NULL;
  options.paramstyle = m.paramstyle;
  options.host = cpy_host_compile();
  if (read_keys(&keys, keys_object, &options) < 0 || !(node = cpy_node_ref(object)))
    goto out;
  if (!(made = (compiled *)cpy.compiled_type->tp_alloc(cpy.compiled_type, 0)))
    goto out;
  made->statement = Py_NewRef(object);
  made->dialect = Py_NewRef(dialect_object);
  engine = engine_of(dialect_object);
  if (engine && corm_engine_peek_dialect(cpy_engine_peek(engine)) != m.dialect)
    Py_CLEAR(engine);
  if (engine ? compile_for_engine(made, engine, node, &options, &err)
             : corm_compile(&made->compiled, node, m.dialect, &options, &err)) {
    Py_CLEAR(made);
    cpy_raise(err);
  }
out:
  Py_XDECREF(engine);
  corm_node_unref(node);
  PyMem_Free(keys.keys);
  Py_XDECREF(keys.list);
  return (PyObject *)made;
}

static PyObject *get_string(PyObject *self, void *unused) {
  (void)unused;
  return PyUnicode_FromString(corm_compiled_peek_sql(((compiled *)self)->compiled));
}

static PyObject *get_params(PyObject *self, void *unused) {
  (void)unused;
  const corm_compiled *c = ((compiled *)self)->compiled;
  PyObject *dict = PyDict_New();
  for (size_t i = 0, n = corm_compiled_peek_params(c); dict && i < n; i++) {
    const corm_expr *const *own = ((compiled *)self)->binds;
    PyObject *value = cpy_bind_value(own ? own[i] : corm_compiled_peek_param_bind(c, i));
    PyObject *name = value ? cpy_name(corm_compiled_peek_param_name(c, i)) : NULL;
    if (!name || PyDict_SetItem(dict, name, value) < 0)
      Py_CLEAR(dict);
    Py_XDECREF(name);
    Py_XDECREF(value);
  }
  return dict;
}

static PyObject *get_positions(PyObject *self, void *unused) {
  (void)unused;
  const corm_compiled *c = ((compiled *)self)->compiled;
  PyObject *list = PyList_New(0);
  for (size_t i = 0, n = corm_compiled_peek_marks(c); list && i < n; i++) {
    PyObject *name = cpy_name(corm_compiled_peek_param_name(c, corm_compiled_peek_mark(c, i)));
    if (!name || PyList_Append(list, name) < 0)
      Py_CLEAR(list);
    Py_XDECREF(name);
  }
  return list;
}

static PyObject *construct_params(PyObject *self, PyObject *args) {
  PyObject *given = Py_None, *params;
  if (!PyArg_ParseTuple(args, "|O:construct_params", &given) || !(params = get_params(self, NULL)))
    return NULL;
  if (given != Py_None && PyDict_Update(params, given) < 0)
    Py_CLEAR(params);
  return params;
}

static int traverse(PyObject *self, visitproc visit, void *arg) {
  compiled *c = (compiled *)self;
  Py_VISIT(c->statement);
  Py_VISIT(c->dialect);
  Py_VISIT(Py_TYPE(self));
  return 0;
}

static int clear(PyObject *self) {
  compiled *c = (compiled *)self;
  Py_CLEAR(c->statement);
  Py_CLEAR(c->dialect);
  return 0;
}

static void dealloc(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  compiled *c = (compiled *)self;
  PyObject_GC_UnTrack(self);
  if (c->weakrefs)
    PyObject_ClearWeakRefs(self);
  if (c->compiled)
    corm_compiled_free(c->compiled);
  PyMem_Free(c->binds);
  clear(self);
  type->tp_free(self);
  Py_DECREF(type);
}

static void compiler_dealloc(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  type->tp_free(self);
  Py_DECREF(type);
}

static PyObject *to_text(PyObject *self) { return get_string(self, NULL); }

static PyMethodDef methods[] = {{"construct_params", construct_params, METH_VARARGS,
                                 "construct_params(params=None): the parameters with others in their place"},
                                {NULL, NULL, 0, NULL}};
static PyGetSetDef getset[] = {
    {"string", get_string, NULL, "the SQL text", NULL},
    {"params", get_params, NULL, "the parameters by name", NULL},
    {"positiontup", get_positions, NULL, "the parameters' names in order of the marks", NULL},
    {NULL, NULL, NULL, NULL, NULL}};
static PyMemberDef members[] = {{"statement", T_OBJECT, offsetof(compiled, statement), READONLY, "what was compiled"},
                                {"dialect", T_OBJECT, offsetof(compiled, dialect), READONLY, "the dialect, or None"},
                                {"__weaklistoffset__", T_PYSSIZET, offsetof(compiled, weakrefs), READONLY, NULL},
                                {NULL, 0, 0, 0, NULL}};
static PyType_Slot slots[] = {{Py_tp_dealloc, (void *)dealloc},
                              {Py_tp_traverse, (void *)traverse},
                              {Py_tp_clear, (void *)clear},
                              {Py_tp_str, (void *)to_text},
                              {Py_tp_methods, methods},
                              {Py_tp_getset, getset},
                              {Py_tp_members, members},
                              {Py_tp_doc, "A statement as text."},
                              {0, NULL}};
static PyType_Spec spec = {"cormorant._core.Compiled", sizeof(compiled), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
                           slots};

static PyMethodDef compiler_methods[] = {{"process", (PyCFunction)(void (*)(void))compiler_process,
                                          METH_VARARGS | METH_KEYWORDS, "process(element, **options) -> str"},
                                         {NULL, NULL, 0, NULL}};
static PyGetSetDef compiler_getset[] = {{"dialect", compiler_dialect, NULL, "the dialect that is written", NULL},
                                        {NULL, NULL, NULL, NULL, NULL}};
static PyType_Slot compiler_slots[] = {{Py_tp_dealloc, (void *)compiler_dealloc},
                                       {Py_tp_methods, compiler_methods},
                                       {Py_tp_getset, compiler_getset},
                                       {Py_tp_doc, "What a @compiles function writes parts with."},
                                       {0, NULL}};
static PyType_Spec compiler_spec = {"cormorant._core.Compiler", sizeof(compiler), 0, Py_TPFLAGS_DEFAULT,
                                    compiler_slots};
static PyMethodDef functions[] = {
    {"compile", compile, METH_VARARGS,
     "compile(statement, dialect, literal_binds, render_postcompile, column_keys) -> Compiled"},
    {NULL, NULL, 0, NULL}};

int cpy_add_compile(PyObject *module) {
  s_dialect = PyUnicode_InternFromString("dialect");
  s_name = PyUnicode_InternFromString("name");
  s_paramstyle = PyUnicode_InternFromString("paramstyle");
  s_engine_ref = PyUnicode_InternFromString("_engine_ref");
  if (!s_dialect || !s_name || !s_paramstyle || !s_engine_ref)
    return -1;
  if (cpy_add_type(module, &cpy.compiled_type, &spec, NULL) < 0)
    return -1;
  if (cpy_add_type(module, &cpy.compiler_type, &compiler_spec, NULL) < 0)
    return -1;
  return PyModule_AddFunctions(module, functions);
}
