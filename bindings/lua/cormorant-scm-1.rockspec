rockspec_format = "3.0"
package = "cormorant"
version = "scm-1"
source = { url = "git+file://." } -- luarocks make, in a checkout
description = {
  summary = "An ORM with a unit of work, over the C library of the same name",
  detailed = "Models, relations, sessions and queries for SQLite and PostgreSQL. libcormorant and its headers are installed first.",
  license = "MIT",
}
dependencies = { "lua >= 5.1, < 5.5" }
external_dependencies = { CORMORANT = { header = "cormorant/cormorant.h", library = "cormorant" } }
build = {
  type = "builtin",
  modules = {
    cormorant = "bindings/lua/lua/cormorant/init.lua",
    ["cormorant.expression"] = "bindings/lua/lua/cormorant/expression.lua",
    ["cormorant.int64"] = "bindings/lua/lua/cormorant/int64.lua",
    ["cormorant.json"] = "bindings/lua/lua/cormorant/json.lua",
    ["cormorant.model"] = "bindings/lua/lua/cormorant/model.lua",
    ["cormorant.query"] = "bindings/lua/lua/cormorant/query.lua",
    ["cormorant.session"] = "bindings/lua/lua/cormorant/session.lua",
    ["cormorant.core"] = {
      sources = {
        "bindings/lua/src/build.c",
        "bindings/lua/src/collect.c",
        "bindings/lua/src/container.c",
        "bindings/lua/src/database.c",
        "bindings/lua/src/dml.c",
        "bindings/lua/src/error.c",
        "bindings/lua/src/execute.c",
        "bindings/lua/src/host.c",
        "bindings/lua/src/list.c",
        "bindings/lua/src/listen.c",
        "bindings/lua/src/model.c",
        "bindings/lua/src/module.c",
        "bindings/lua/src/node.c",
        "bindings/lua/src/object.c",
        "bindings/lua/src/record.c",
        "bindings/lua/src/result.c",
        "bindings/lua/src/schema.c",
        "bindings/lua/src/session.c",
        "bindings/lua/src/stmt.c",
        "bindings/lua/src/transaction.c",
        "bindings/lua/src/value.c",
      },
      libraries = { "cormorant" },
      incdirs = { "$(CORMORANT_INCDIR)" },
      libdirs = { "$(CORMORANT_LIBDIR)" },
    },
  },
}
