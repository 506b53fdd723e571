-- Expressions: methods and operators of columns, and functions that make expressions of others.
local core = require "cormorant.core"

local expression = {}

local class = core.class_of "cormorant.node"
local methods = class.__index

-- ---- Operators that Lua lets a value define

local function binary(name)
  return function(l, r)
    return core.op(name, l, r)
  end
end

class.__add = binary "+"
class.__sub = binary "-"
class.__mul = binary "*"
class.__div = binary "/"
class.__mod = binary "%"
class.__idiv = binary "//"
class.__concat = binary "||"
class.__unm = function(x)
  return core.unary("neg", x)
end
class.__band = function(l, r) -- Lua 5.4
  return core.all(l, r)
end
class.__bor = function(l, r)
  return core.any(l, r)
end
class.__bnot = function(x)
  return core.not_(x)
end

-- Lua makes a boolean of what these return, so they cannot give an expression.
local function no_comparison()
  core.misuse "Lua compares by itself and gives a boolean: write column:lt(value), :le, :gt or :ge"
end
class.__lt = no_comparison
class.__le = no_comparison
class.__tostring = function(node)
  return core.dump(node)
end

-- ---- Methods

for method, name in pairs {
  eq = "=",
  ne = "!=",
  lt = "<",
  le = "<=",
  gt = ">",
  ge = ">=",
  is = "is",
  is_not = "is not",
  is_distinct_from = "is distinct from",
  concat = "||",
} do
  methods[method] = function(l, r)
    if core.is_relation(l) then
      if name == "=" then
        return core.relation_test("eq", l, r)
      elseif name == "!=" then
        return core.relation_test("ne", l, r)
      end
    end
    return core.op(name, l, r)
  end
end

function methods.is_null(x)
  return core.op("is", x, nil)
end

function methods.is_not_null(x)
  return core.op("is not", x, nil)
end

for _, name in ipairs { "like", "ilike" } do
  methods[name] = function(x, pattern, escape)
    return core.like(name, x, pattern, escape)
  end
  methods["not_" .. name] = function(x, pattern, escape)
    return core.like("not " .. name, x, pattern, escape)
  end
end

-- These take text as it is: its % and _ are no wildcards.
for _, name in ipairs { "startswith", "endswith" } do
  methods[name] = function(x, text)
    return core.like(name, x, text, nil, type(text) == "string")
  end
end

-- Text that contains text; a relation that contains a record.
function methods.contains(x, what)
  if core.is_relation(x) then
    return core.relation_test("contains", x, what)
  end
  return core.like("contains", x, what, nil, type(what) == "string")
end

function methods.in_(x, list)
  return core.in_(x, list)
end

function methods.not_in(x, list)
  return core.in_(x, list, true)
end

function methods.between(x, low, high)
  return core.between(x, low, high)
end

function methods.not_between(x, low, high)
  return core.between(x, low, high, true)
end

function methods.asc(x)
  return core.unary("asc", x)
end

function methods.desc(x)
  return core.unary("desc", x)
end

function methods.nulls_first(x)
  return core.unary("nulls first", x)
end

function methods.nulls_last(x)
  return core.unary("nulls last", x)
end

function methods.distinct(x)
  return core.unary("distinct", x)
end

function methods.label(x, name)
  return core.label(x, name)
end

function methods.cast(x, type)
  return core.cast(x, expression.type_of(type))
end

function methods.and_(x, ...)
  return core.all(x, ...)
end

function methods.or_(x, ...)
  return core.any(x, ...)
end

function methods.not_(x)
  return core.not_(x)
end

-- fn:over { partition_by = column, order_by = { ... } }
function methods.over(x, window)
  local function list(value)
    if value == nil or (type(value) == "table" and not core.is_node(value)) then
      return value
    end
    return { value }
  end
  window = window or {}
  return core.over(x, list(window.partition_by), list(window.order_by))
end

-- The condition that a table of fields means for the class that a relation leads to.
local function criteria(relation, conditions)
  if conditions == nil or core.is_node(conditions) then
    return conditions
  end
  local source, parts = core.relation_source(relation), {}
  local keys = {}
  for key in pairs(conditions) do
    keys[#keys + 1] = key
  end
  table.sort(keys)
  for i, key in ipairs(keys) do
    parts[i] = core.op("=", core.attr(source, key), conditions[key])
  end
  return core.all(unpack and unpack(parts) or table.unpack(parts))
end

-- User.posts:any { title = "x" }, or with an expression: some related record fits.
function methods.any(relation, conditions)
  return core.relation_any(relation, criteria(relation, conditions))
end
methods.has = methods.any

class.__index = function(node, key)
  local method = methods[key]
  if method == nil then
    core.misuse(("an expression has no method %q"):format(tostring(key)))
  end
  return method
end

-- ---- Functions

-- cormorant.func.count(User.id): any function of the database, by its name.
expression.func = setmetatable({}, {
  __index = function(_, name)
    return function(...)
      return core.func(name, ...)
    end
  end,
})

-- case { { when, then_ }, ..., default = value }
function expression.case(choices)
  local flat, n = {}, 0
  for _, choice in ipairs(choices) do
    flat[n + 1], flat[n + 2] = choice[1], choice[2]
    n = n + 2
  end
  return core.case(choices.value, choices.default, (unpack or table.unpack)(flat, 1, n))
end

return expression
