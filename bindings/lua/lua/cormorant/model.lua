-- Models: columns and relations as plain tables, given to the core in the order in which they were written.
local core = require "cormorant.core"
local expression = require "cormorant.expression"

local model = {}

-- ---- Columns

local column_class, relation_class, constraint_class = {}, {}, {}
local order = 0

local column_options = {
  primary_key = true,
  nullable = true,
  unique = true,
  index = true,
  default = true,
  onupdate = true,
  server_default = true,
  references = true,
  on_delete = true,
  on_update = true,
  name = true,
  comment = true,
  autoincrement = true,
  length = true,
  precision = true,
  scale = true,
  timezone = true,
  check = true,
  type_name = true,
  version = true,
}

local function check_options(options, known, what)
  for key in pairs(options) do
    if type(key) == "string" and not known[key] then
      core.misuse(("%s has no option %q"):format(what, key))
    end
  end
end

local function column(kind, options, labels)
  options = options or {}
  if type(options) ~= "table" then
    core.misuse(("the options of a column are a table, not a %s"):format(type(options)))
  end
  check_options(options, column_options, "a column")
  order = order + 1
  local type = core.new_type {
    kind = kind,
    length = options.length,
    precision = options.precision,
    scale = options.scale,
    timezone = options.timezone,
    labels = labels,
    name = options.type_name,
    check = options.check == true,
  }
  return setmetatable({ type = type, options = options, order = order }, column_class)
end

for _, kind in ipairs {
  "integer",
  "smallint",
  "bigint",
  "float",
  "double",
  "text",
  "boolean",
  "date",
  "time",
  "datetime",
  "binary",
  "json",
  "uuid",
} do
  model[kind] = function(options)
    return column(kind, options)
  end
end

local function with(options, more)
  local all = {}
  for key, value in pairs(options or {}) do
    all[key] = value
  end
  for key, value in pairs(more) do
    all[key] = value
  end
  return all
end

-- string(30), string(30, { nullable = false }) or string { length = 30 }
function model.string(length, options)
  if type(length) == "table" then
    return column("string", length)
  end
  return column("string", with(options, { length = length }))
end

-- numeric(10, 2), numeric(10, 2, { ... }) or numeric { precision = 10, scale = 2 }
function model.numeric(precision, scale, options)
  if type(precision) == "table" then
    return column("numeric", precision)
  end
  return column("numeric", with(options, { precision = precision, scale = scale }))
end

-- enum { "new", "paid" } or enum({ "new", "paid" }, { nullable = false })
function model.enum(labels, options)
  local texts = {}
  for i, label in ipairs(labels) do
    texts[i] = label
  end
  if #texts == 0 then
    core.misuse "an enum needs a list of labels"
  end
  local all = {}
  for key, value in pairs(labels) do
    if type(key) == "string" then
      all[key] = value
    end
  end
  all = with(all, options or {})
  all.type_name = all.name or all.type_name
  all.name = nil
  return column("enum", all, texts)
end

function expression.type_of(given)
  if getmetatable(given) ~= column_class then
    core.misuse "a type was expected, as in cormorant.integer()"
  end
  return given.type
end

-- ---- Constraints, which stand in the list part of a model

local function constraint(kind, ...)
  local columns, options = { ... }, {}
  if type(columns[#columns]) == "table" then
    options = table.remove(columns)
  end
  return setmetatable({ kind = kind, columns = columns, options = options }, constraint_class)
end

function model.unique(...)
  return constraint("unique", ...)
end

function model.index(...)
  return constraint("index", ...)
end

-- check("price > 0") or check("price > 0", { name = "positive" })
function model.check(text, options)
  return setmetatable({ kind = "check", text = text, columns = {}, options = options or {} }, constraint_class)
end

-- foreign_key({ "a", "b" }, { "other.a", "other.b" }, { on_delete = "CASCADE" })
function model.foreign_key(columns, references, options)
  return setmetatable(
    { kind = "foreign_key", columns = columns, refs = references, options = options or {} },
    constraint_class
  )
end

-- ---- Relations

local relation_options = {
  back = true,
  foreign_key = true,
  cascade = true,
  order_by = true,
  lazy = true,
  through = true,
  remote_side = true,
  on = true,
  secondary_on = true,
  viewonly = true,
  passive_deletes = true,
  single_parent = true,
}

local function relation(kind, target, options)
  if type(target) ~= "string" then
    core.misuse(("a relation names its model, as in %s \"post\""):format(kind))
  end
  options = options or {}
  check_options(options, relation_options, "a relation")
  order = order + 1
  return setmetatable({ kind = kind, target = target, options = options, order = order }, relation_class)
end

for _, kind in ipairs { "belongs_to", "has_many", "has_one", "many_to_many" } do
  model[kind] = function(target, options)
    return relation(kind, target, options)
  end
end

local function list_of(value)
  if value == nil or (type(value) == "table" and not core.is_node(value)) then
    return value
  end
  return { value }
end

local function order_list(target, given)
  local list = {}
  for i, item in ipairs(list_of(given) or {}) do
    if type(item) == "string" then
      local name, way = item:match "^(%S+)%s*(%a*)$"
      item = core.attr(target.__node, name)
      item = way:lower() == "desc" and core.unary("desc", item) or item
    end
    list[i] = item
  end
  return list
end

local function qualified(info, names)
  local list = {}
  for i, name in ipairs(list_of(names) or {}) do
    list[i] = name:find(".", 1, true) and name or info.table .. "." .. name
  end
  return list
end

local function add_relation(info, key, r, models)
  local target = models[r.target]
  if not target then
    core.misuse(("relation %s.%s leads to the model %q, which is not defined"):format(info.name, key, r.target))
  end
  local o, here = r.options, rawget(target, "__info")
  local owner = r.kind == "belongs_to" and info or here
  local remote = o.remote_side
  if r.kind == "belongs_to" and here == info and not remote then
    remote = info.primary_key
  end
  if r.kind == "many_to_many" and not o.through then
    core.misuse(("relation %s.%s needs the table between: through = \"...\""):format(info.name, key))
  end
  local uselist
  if r.kind == "has_many" or r.kind == "many_to_many" then
    uselist = true
  else
    uselist = false
  end
  core.add_relation(info.entity, {
    key = key,
    target = here.entity,
    uselist = uselist,
    lazy = core.lazy_named(o.lazy or "select", info.name .. "." .. key),
    cascade = core.cascade_of(o.cascade or "save-update, merge", info.name .. "." .. key),
    flags = (o.viewonly and 1 or 0) + (o.passive_deletes and 2 or 0) + (o.single_parent and 64 or 0),
    secondary = o.through,
    back = o.back,
    foreign_keys = qualified(owner, o.foreign_key),
    remote_side = qualified(info, remote),
    order_by = order_list(target, o.order_by),
    primaryjoin = o.on,
    secondaryjoin = o.secondary_on,
  })
end

-- ---- Tables

local function sorted(definition, class)
  local list = {}
  for key, value in pairs(definition) do
    if type(key) == "string" and getmetatable(value) == class then
      list[#list + 1] = { key = key, value = value }
    end
  end
  table.sort(list, function(a, b)
    if a.value.order ~= b.value.order then
      return a.value.order < b.value.order
    end
    return a.key < b.key
  end)
  return list
end

local function check_definition(name, definition)
  if type(definition) ~= "table" then
    core.misuse "a model is defined by a table of columns and relations"
  end
  for key, value in pairs(definition) do
    local class = getmetatable(value)
    local ok = type(key) == "string" and (class == column_class or class == relation_class)
      or type(key) == "number" and class == constraint_class
    if not ok then
      core.misuse(("%q in model %q is no column, relation or constraint"):format(tostring(key), name))
    end
  end
end

local function add_column(handle, key, c)
  local o = c.options
  local server = o.server_default
  core.add_column(handle, {
    name = o.name or key,
    key = key,
    type = c.type,
    primary_key = o.primary_key,
    not_null = o.primary_key or o.nullable == false,
    no_autoincrement = o.autoincrement == false,
    default = o.default,
    onupdate = o.onupdate,
    server_default = server,
    comment = o.comment,
  })
end

local function add_constraints_of_column(handle, key, o)
  if o.references then
    core.add_constraint(handle, {
      kind = "foreign_key",
      columns = { key },
      refs = { o.references },
      on_delete = o.on_delete,
      on_update = o.on_update,
    })
  end
  if o.index then
    core.add_index(handle, { columns = { key }, unique = o.unique == true })
  elseif o.unique then
    core.add_constraint(handle, { kind = "unique", columns = { key } })
  end
end

local function add_constraint(handle, c)
  local options = with(c.options, { kind = c.kind, columns = c.columns, refs = c.refs })
  if c.kind == "index" then
    core.add_index(handle, options)
    return
  end
  options.check = c.text and core.text(c.text) or nil
  core.add_constraint(handle, options)
end

-- Gives table, columns in order, names of the primary key.
local function define_table(db, name, definition, options)
  check_definition(name, definition)
  local handle = core.add_table(db, { name = name, schema = options.schema, comment = options.comment })
  local keys, columns = {}, sorted(definition, column_class)
  for _, c in ipairs(columns) do
    if c.value.options.primary_key then
      keys[#keys + 1] = c.key
    end
  end
  for _, c in ipairs(columns) do
    add_column(handle, c.key, c.value)
  end
  if #keys > 0 then
    core.add_constraint(handle, { kind = "primary_key", columns = keys })
  end
  for _, c in ipairs(definition) do -- what is said of the table stands before what its columns bring
    add_constraint(handle, c)
  end
  for _, c in ipairs(columns) do
    add_constraints_of_column(handle, c.key, c.value.options)
  end
  return handle, columns, keys
end

-- ---- The model as the program sees it

local model_class = { __name = "cormorant.model" }
local source_class = { __name = "cormorant.source" }

function model_class.__index(self, key)
  local info = rawget(self, "__info")
  local found = info.attributes[key]
  if found then
    return found
  end
  if type(key) ~= "string" then
    core.misuse "a field of a model is named by a string"
  end
  model.complete(info.db)
  found = core.attr(rawget(self, "__node"), key)
  info.attributes[key] = found
  return found
end

function model_class.__newindex(self, key)
  core.misuse(("model %q is complete: %q cannot be set"):format(rawget(self, "__info").name, tostring(key)))
end

function model_class.__tostring(self)
  return "model " .. rawget(self, "__info").name
end

-- User { name = "ada" }: a new record
function model_class.__call(self, fields)
  local info = rawget(self, "__info")
  model.complete(info.db)
  local record = core.new_record(info.entity)
  if fields ~= nil and type(fields) ~= "table" then
    core.misuse(("the fields of a new %s are a table, not a %s"):format(info.name, type(fields)))
  end
  for key, value in pairs(fields or {}) do
    record[key] = value
  end
  return record
end

function source_class.__index(self, key)
  return core.attr(rawget(self, "__node"), key)
end

function source_class.__newindex(_, key)
  core.misuse(("an alias or a table cannot be changed: %q"):format(tostring(key)))
end

-- Anything with columns: an alias, a table, a subquery.
function model.source(node)
  return setmetatable({ __node = node }, source_class)
end

function model.info(value)
  local info = type(value) == "table" and rawget(value, "__info")
  if not info or getmetatable(value) ~= model_class then
    core.misuse(("a model was expected, not a %s"):format(type(value)))
  end
  return info
end

function model.is_model(value)
  return type(value) == "table" and getmetatable(value) == model_class
end

-- ---- Records

local function record_class(info)
  local slots, methods = info.slots, info.methods
  local get, set, unknown = core.get, core.set, core.unknown_field
  local class = { database = info.db, info = info, __name = info.name }
  function class.__index(record, key)
    local slot = slots[key]
    if slot then
      return get(record, slot)
    end
    local method = methods[key]
    if method ~= nil then
      return method
    end
    return unknown(record, key)
  end
  function class.__newindex(record, key, value)
    local slot = slots[key]
    if not slot then
      unknown(record, key)
    end
    set(record, slot, value)
  end
  function class.__tostring(record)
    local parts = {}
    for i, key in ipairs(info.primary_key) do
      parts[i] = tostring(core.peek_slot(record, slots[key]))
    end
    return ("%s(%s)"):format(info.name, table.concat(parts, ", "))
  end
  class.__gc = core.collect_record
  core.mark_class(class)
  return class
end

-- Relations are given to the core when all their models are there: at the first use.
function model.complete(db)
  local anchor = core.anchor(db)
  local pending = anchor.pending
  if not pending then
    return
  end
  for _, info in ipairs(pending) do
    while info.relations[1] do
      add_relation(info, info.relations[1].key, info.relations[1].value, anchor.models)
      table.remove(info.relations, 1)
    end
  end
  core.seal(db)
  anchor.pending = nil
  for _, info in ipairs(pending) do
    local slots, kinds = core.slots(info.entity)
    for key, slot in pairs(slots) do
      info.slots[key] = slot
    end
    info.relation_kinds = kinds
  end
end

-- db:model(name, definition, options)
function model.define(db, name, definition, options)
  options = options or {}
  check_options(options, { table = true, schema = true, comment = true, methods = true }, "a model")
  if type(name) ~= "string" then
    core.misuse "a model has a name"
  end
  local anchor = core.anchor(db)
  anchor.models = anchor.models or {}
  if anchor.models[name] then
    core.misuse(("there is a model %q already"):format(name))
  end
  local table_name = options.table or name
  local handle, columns, keys = define_table(db, table_name, definition, options)
  local info = {
    db = db,
    name = name,
    table = table_name,
    handle = handle,
    primary_key = keys,
    attributes = {},
    slots = {},
    relation_kinds = {},
    methods = options.methods or {},
    columns = {},
    relations = sorted(definition, relation_class),
  }
  for i, c in ipairs(columns) do
    info.columns[i] = c.key
  end
  info.entity = core.map(db, table_name, name, options.schema)
  for _, c in ipairs(columns) do
    if c.value.options.version then
      core.set_version(info.entity, c.key)
    end
  end
  info.class = record_class(info)
  core.set_class(info.entity, info.class)
  local made = setmetatable({ __info = info, __node = core.entity_source(info.entity) }, model_class)
  info.model = made
  anchor.models[name] = made
  anchor.pending = anchor.pending or {}
  table.insert(anchor.pending, info)
  return made
end

-- db:table(name, definition): without a class of records, as between two models
function model.define_table(db, name, definition, options)
  local handle = define_table(db, name, definition, options or {})
  local anchor = core.anchor(db)
  anchor.tables = anchor.tables or {}
  anchor.tables[name] = handle
  return model.source(core.table_source(handle))
end

return model
