-- Queries: statements that grow clause by clause. Each method gives a new query and leaves the old one as it was.
local core = require "cormorant.core"
local model = require "cormorant.model"

local unpack = unpack or table.unpack
local query = {}

local methods = {}
local class = { __index = methods, __name = "cormorant.query" }

local function make(session, node, root, more)
  local q = { __node = node, session = session, root = root }
  for key, value in pairs(more or {}) do
    q[key] = value
  end
  return setmetatable(q, class)
end

local function with(self, node)
  local q = {}
  for key, value in pairs(self) do
    q[key] = value
  end
  q.__node = node
  return setmetatable(q, class)
end

local function node_of(self)
  local node = type(self) == "table" and rawget(self, "__node")
  if not node then
    core.misuse "a query was expected: call its methods with a colon"
  end
  return node
end

function class.__tostring(self)
  return core.dump(node_of(self))
end

function class.__index(self, key)
  local method = methods[key]
  if method == nil and key ~= "session" and key ~= "root" and key ~= "many" and key ~= "kind" and key ~= "rows" then
    core.misuse(("a query has no method %q"):format(tostring(key)))
  end
  return method
end

-- ---- Clauses

local function sorted_keys(fields)
  local keys = {}
  for key in pairs(fields) do
    if type(key) ~= "string" then
      core.misuse "conditions by name are a table of fields, as in { name = \"ada\" }"
    end
    keys[#keys + 1] = key
  end
  table.sort(keys)
  return keys
end

local function is_fields(value)
  return type(value) == "table" and getmetatable(value) == nil
end

-- where(expression, ...) or where { field = value }
function methods.where(self, ...)
  local node = node_of(self)
  for i = 1, select("#", ...) do
    local condition = select(i, ...)
    if is_fields(condition) then
      for _, key in ipairs(sorted_keys(condition)) do
        node = core.filter_by(node, key, condition[key])
      end
    else
      node = core.where(node, condition)
    end
  end
  return with(self, node)
end

local function named(...)
  local list = { ... }
  for i = 1, #list do
    list[i] = type(list[i]) == "string" and core.name(list[i]) or list[i]
  end
  return unpack(list)
end

function methods.order_by(self, ...)
  return with(self, core.order_by(node_of(self), named(...)))
end

function methods.group_by(self, ...)
  return with(self, core.group_by(node_of(self), named(...)))
end

for _, name in ipairs {
  "having",
  "limit",
  "offset",
  "distinct",
  "select_from",
  "add_columns",
  "for_update",
  "populate_existing",
} do
  methods[name] = function(self, ...)
    return with(self, core[name](node_of(self), ...))
  end
end

-- join(User.posts), join(Post), join(Post, Post.user_id:eq(User.id))
function methods.join(self, target, on)
  return with(self, core.join(node_of(self), target, on, "inner"))
end

function methods.left_join(self, target, on)
  return with(self, core.join(node_of(self), target, on, "left"))
end

function methods.full_join(self, target, on)
  return with(self, core.join(node_of(self), target, on, "full"))
end

for _, name in ipairs { "union", "union_all", "intersect", "intersect_all", "except", "except_all" } do
  methods[name] = function(self, ...)
    return with(self, core.compound(name, node_of(self), ...))
  end
end

-- ---- Relations that come with the rows

local function load(self, strategy, ...)
  local node = node_of(self)
  if not self.root then
    core.misuse "only a query whose first column is a model can preload its relations"
  end
  for i = 1, select("#", ...) do
    node = core.load(node, self.root, select(i, ...), strategy)
  end
  return with(self, node)
end

-- preload("posts.tags", ...): one more statement for each relation
function methods.preload(self, ...)
  return load(self, "selectin", ...)
end

-- preload_joined("author", ...): in the same statement
function methods.preload_joined(self, ...)
  return load(self, "joined", ...)
end

-- contains_eager("author"): a relation that was joined already
function methods.contains_eager(self, path)
  if not self.root then
    core.misuse "only a query whose first column is a model can fill its relations"
  end
  return with(self, core.contains_eager(node_of(self), self.root, path))
end

-- loading("raise", "posts"): any of the ways of loading
function methods.loading(self, strategy, ...)
  return load(self, strategy, ...)
end

-- ---- As a part of another query

-- A source with the query's columns as fields.
function methods.subquery(self, name)
  return model.source(core.alias(node_of(self), name))
end

function methods.cte(self, name, recursive)
  return model.source(core.cte(node_of(self), name, recursive))
end

-- The one value of the query, as an expression.
function methods.as_scalar(self)
  return core.scalar(node_of(self))
end

function methods.exists(self)
  return core.exists(node_of(self))
end

-- The text that is sent, with the database's marks for values.
function methods.sql(self, db)
  db = db or (self.session and core.anchor_of(self.session).database)
  return core.compile(node_of(self), db)
end

-- ---- Rows

local row_methods = {}

-- The row's values, also where some are nil.
function row_methods.unpack(row)
  return unpack(row, 1, getmetatable(row).width)
end

-- The row as a table by name.
function row_methods.to_table(row)
  local made = {}
  for name, i in pairs(getmetatable(row).names) do
    made[name] = rawget(row, i)
  end
  return made
end

local function row_class(fields)
  local names, quoted = {}, {}
  for i, name in ipairs(fields) do
    if name and not names[name] then
      names[name] = i
      quoted[#quoted + 1] = name
    end
  end
  local made = { names = names, width = #fields, __name = "cormorant.row" }
  function made.__index(row, key)
    local i = names[key]
    if i then
      return rawget(row, i)
    elseif type(key) == "number" then
      return nil
    elseif row_methods[key] then
      return row_methods[key]
    end
    core.misuse(("the row has no field %q; it has %s"):format(tostring(key), table.concat(quoted, ", ")))
  end
  function made.__len()
    return made.width
  end
  return made
end

local function unique(list)
  local seen, made = {}, {}
  for _, record in ipairs(list) do
    if not seen[record] then
      seen[record] = true
      made[#made + 1] = record
    end
  end
  return made
end

-- Reads blocks of `most` rows (0: all); gives a function that gives a list, or nil, or nil and an error.
local function reader(result, most, scalars)
  local fields, entity, repeated = core.fields(result)
  local rows = not entity and not scalars and row_class(fields) or nil
  if repeated and entity then
    most = 0
  end
  return function()
    local list, n = core.fetch(result, most, rows)
    if not list then
      return nil, n
    elseif n == 0 then
      core.close_result(result)
      return nil
    end
    return repeated and entity and unique(list) or list
  end
end

local function execute(self, flags)
  if not self.session then
    core.misuse "this query has no session: make it with session:select(...)"
  end
  return core.session_execute(self.session, node_of(self), flags, self.rows, self.root)
end

local function all(self, scalars)
  local result, err = execute(self)
  if not result then
    return nil, err
  end
  local list
  list, err = reader(result, 0, scalars)()
  if err then
    return nil, err
  end
  core.close_result(result)
  return list or {}
end

-- A list of records, or of rows.
function methods.all(self)
  return all(self, false)
end

-- A list of the first column's values.
function methods.scalars(self)
  return all(self, true)
end

-- for record in query:each() do ... end. Failures are raised: a loop has no room for nil, err.
function methods.each(self, size)
  local result, err = execute(self, { stream = true })
  if not result then
    error(err, 0)
  end
  size = size or 256
  core.set_block(result, size)
  local read = reader(result, size, false)
  local list, at = {}, 0
  return function()
    at = at + 1
    if list and list[at] == nil then
      list, err = read()
      if err then
        error(err, 0)
      end
      at = 1
    end
    return list and list[at]
  end
end

-- The first record or row, or nil.
function methods.first(self)
  local list, err = methods.all(self:limit(1))
  if not list then
    return nil, err
  end
  return list[1]
end

function methods.one_or_none(self)
  local list, err = methods.all(self)
  if not list then
    return nil, err
  elseif #list > 1 then
    return nil, core.new_error("multiplerows", ("one row was expected, there are %d"):format(#list))
  end
  return list[1]
end

function methods.one(self)
  local record, err = methods.one_or_none(self)
  if record == nil and not err then
    err = core.new_error("norows", "one row was expected, there is none")
  end
  return record, err
end

-- The first value of the first row, or nil.
function methods.scalar(self)
  local list, err = all(self, true)
  if not list then
    return nil, err
  end
  return list[1]
end

-- How many rows there are.
function methods.count(self)
  local counted = core.select_from(core.select(core.func "count"), core.alias(node_of(self)))
  return methods.scalar(with(self, counted))
end

-- page(number, size): the records of one page
function methods.page(self, number, size)
  return methods.all(self:limit(size):offset((number - 1) * size))
end

-- ---- INSERT, UPDATE, DELETE

local function is_rows(values)
  return type(values[1]) == "table" and getmetatable(values[1]) == nil
end

local function set_values(self, values)
  local node = node_of(self)
  for _, key in ipairs(sorted_keys(values)) do
    node = core.set_value(node, self.root, key, values[key])
  end
  return node
end

-- values { field = value }, or a list of such tables
function methods.values(self, values)
  if type(values) ~= "table" then
    core.misuse(("values are a table of fields, not a %s"):format(type(values)))
  elseif is_rows(values) then
    local q = with(self, node_of(self))
    q.rows = values
    return q
  end
  return with(self, set_values(self, values))
end

-- set { field = value or expression }
function methods.set(self, values)
  return with(self, set_values(self, values))
end

function methods.returning(self, ...)
  return with(self, core.returning(node_of(self), ...))
end

-- on_conflict { columns = { User.name }, set = { field = value } }; without set: nothing is done
function methods.on_conflict(self, options)
  local node = core.on_conflict(node_of(self), options.columns, options.constraint)
  for _, key in ipairs(sorted_keys(options.set or {})) do
    node = core.conflict_set(node, self.root, key, options.set[key])
  end
  return with(self, node)
end

-- The value of a row that was not inserted, inside on_conflict.
function methods.excluded(self, key)
  return core.excluded(self.root, key)
end

-- Runs an INSERT, UPDATE or DELETE: { rowcount =, key =, rows = } (rows: what RETURNING gave)
function methods.run(self, flags)
  local result, err = execute(self, flags)
  if not result then
    return nil, err
  end
  local count, key, gives_rows = core.counts(result)
  local done = { rowcount = count, key = key }
  if gives_rows then
    done.rows, err = reader(result, 0, false)()
    if err then
      return nil, err
    end
    done.rows = done.rows or {}
  end
  core.close_result(result)
  return done
end

-- ---- Making them

local function root_of(first)
  return (model.is_model(first) or (type(first) == "table" and rawget(first, "__node"))) and first or nil
end

function query.select(session, ...)
  if select("#", ...) == 0 then
    core.misuse "select needs a model or columns"
  end
  local first = ...
  if model.is_model(first) then
    model.complete(rawget(first, "__info").db)
  end
  return make(session, core.select(...), root_of(first))
end

local function statement(build)
  return function(session, target)
    if model.is_model(target) then
      model.complete(rawget(target, "__info").db)
    end
    return make(session, build(target), target)
  end
end

query.insert = statement(core.insert)
query.update = statement(core.update)
query.delete = statement(core.delete)

-- Rows of a result as a list with the number of changed rows.
function query.rows_of(result)
  local count, _, gives_rows = core.counts(result)
  local list, err = {}, nil
  if gives_rows then
    list, err = reader(result, 0, false)()
    if err then
      return nil, err
    end
  end
  core.close_result(result)
  list = list or {}
  list.rowcount = count
  return list
end

return query
