-- Sessions and databases: what Lua adds to their native methods.
local core = require "cormorant.core"
local model = require "cormorant.model"
local query = require "cormorant.query"

local unpack = unpack or table.unpack
local session = {}

local methods = core.class_of("cormorant.session").__index
local database = core.class_of("cormorant.database").__index

-- A name that is no method is a mistake, not nil.
local function strict(name)
  local class = core.class_of(name)
  local known = class.__index
  class.__index = function(_, key)
    local method = known[key]
    if method == nil then
      core.misuse(("a %s has no method %q"):format(name:match "[^.]+$", tostring(key)))
    end
    return method
  end
end

-- ---- Hooks

local record_hooks = {
  before_insert = true,
  after_insert = true,
  before_update = true,
  after_update = true,
  before_delete = true,
  after_delete = true,
  load = true,
}
local session_hooks =
  { before_flush = true, after_flush = true, before_commit = true, after_commit = true, after_rollback = true }
local statement_hooks = { before_cursor_execute = true, after_cursor_execute = true }

local function dispatch(db, kind, s, record)
  local class = record and core.class_of_record(record)
  local anchor = core.anchor(db)
  for _, hook in ipairs(anchor.hooks and anchor.hooks[kind] or {}) do
    if not hook.class or hook.class == class then
      if record then
        hook.fn(record, s)
      else
        hook.fn(s)
      end
    end
  end
  local own = s and core.anchor_of(s).hooks
  for _, hook in ipairs(own and own[kind] or {}) do
    hook.fn(s)
  end
end

core.set_helper("dispatch", dispatch)
core.set_helper("dispatch_statement", function(db, kind, sql, rows)
  for _, hook in ipairs(core.anchor(db).hooks[kind]) do
    hook.fn(sql, rows)
  end
end)

local function set_events(s, anchor)
  local kinds = {}
  for kind in pairs(anchor.hooks or {}) do
    kinds[kind] = true
  end
  for kind in pairs(core.anchor_of(s).hooks or {}) do
    kinds[kind] = true
  end
  core.set_session_events(s, kinds)
end

local function note(hooks, kind, hook)
  hooks[kind] = hooks[kind] or {}
  table.insert(hooks[kind], hook)
end

local function check_hook(kind, class, fn)
  local about = session_hooks[kind] and "a session" or statement_hooks[kind] and "statements"
  if type(fn) ~= "function" then
    core.misuse "a hook is a function"
  elseif not about and not record_hooks[kind] then
    core.misuse(("there is no hook %q"):format(tostring(kind)))
  elseif class and about then
    core.misuse(("the hook %q is about %s, not about records"):format(kind, about))
  end
end

local function hear_records(anchor, kind, info)
  for _, made in pairs(anchor.models or {}) do
    local one = model.info(made)
    if not info or one == info then
      one.events = one.events or {}
      one.events[kind] = true
      core.set_entity_events(one.entity, one.events)
    end
  end
end

local function hear_sessions(anchor)
  for s in pairs(anchor.sessions or {}) do
    if s:is_open() then
      set_events(s, anchor)
    end
  end
end

-- db:on("before_flush", fn), db:on("before_insert", User, fn), db:on("before_insert", fn) for all models
function database.on(db, kind, class, fn)
  local anchor = core.anchor(db)
  if fn == nil then
    class, fn = nil, class
  end
  check_hook(kind, class, fn)
  local info = class and model.info(class)
  anchor.hooks = anchor.hooks or {}
  if statement_hooks[kind] and not anchor.hooks[kind] then
    core.listen(db, kind)
  elseif not statement_hooks[kind] then
    model.complete(db)
  end
  note(anchor.hooks, kind, { class = info and info.class, fn = fn })
  if record_hooks[kind] then
    hear_records(anchor, kind, info)
  elseif session_hooks[kind] then
    hear_sessions(anchor)
  end
end

-- session:on("before_flush", fn): for this session alone
function methods.on(s, kind, fn)
  if not session_hooks[kind] then
    core.misuse(("a session has no hook %q"):format(tostring(kind)))
  elseif type(fn) ~= "function" then
    core.misuse "a hook is a function"
  end
  local anchor = core.anchor_of(s)
  anchor.hooks = anchor.hooks or {}
  note(anchor.hooks, kind, { fn = fn })
  set_events(s, core.anchor(anchor.database))
end

-- ---- Databases

database.model = model.define
database.table = model.define_table

local create_all, drop_all = database.create_all, database.drop_all

function database.create_all(db)
  model.complete(db)
  return create_all(db)
end

function database.drop_all(db)
  model.complete(db)
  return drop_all(db)
end

function database.session(db, options)
  model.complete(db)
  local s, err = core.open_session(db, options)
  if not s then
    return nil, err
  end
  local anchor = core.anchor(db)
  anchor.sessions = anchor.sessions or setmetatable({}, { __mode = "k" })
  anchor.sessions[s] = true
  set_events(s, anchor)
  return s
end

local function is_error(value)
  return type(value) == "table" and getmetatable(value) == core.class_of "cormorant.error"
end

local function finish(s, ok, first, second, ...)
  if not ok then
    s:close()
    if is_error(first) then
      return nil, first
    end
    error(first, 0)
  elseif first == nil and second ~= nil then
    s:close()
    return nil, second
  end
  local committed, err = s:commit()
  s:close()
  if not committed then
    return nil, err
  end
  if first == nil then
    return true
  end
  return first, second, ...
end

-- db:transaction(function(session) ... end): committed when the function returns, rolled back when it returns nil and
-- an error or raises. What is raised with an error of this module comes back as nil, err.
function database.transaction(db, fn)
  local s, err = database.session(db)
  if not s then
    return nil, err
  end
  return finish(s, pcall(fn, s))
end

-- db:execute(sql, values): on a session of its own, committed
function database.execute(db, sql, values)
  return database.transaction(db, function(s)
    return s:execute(sql, values)
  end)
end

function database.dialect(db)
  return core.dialect(db)
end

-- The engine as a light userdata: another Lua state of this process opens it with cormorant.open.
function database.engine(db)
  return core.engine(db)
end

-- Frees records that only refer to each other; gives how many are left.
function database.collect(db)
  return core.collect_records(db)
end

-- ---- Sessions

local add, delete = methods.add, methods.delete

-- session:add(record, ...)
function methods.add(s, ...)
  for i = 1, math.max(1, select("#", ...)) do
    local ok, err = add(s, (select(i, ...)))
    if not ok then
      return nil, err
    end
  end
  return true
end

function methods.add_all(s, records)
  for _, record in ipairs(records) do
    local ok, err = add(s, record)
    if not ok then
      return nil, err
    end
  end
  return true
end

function methods.delete(s, record)
  return delete(s, record)
end

local function with_preload(s, class, options)
  if not (options and options.preload) then
    return nil
  end
  local paths = type(options.preload) == "table" and options.preload or { options.preload }
  return query.select(s, class):preload(unpack(paths))
end

-- session:merge(record): the session's record for the same row, which gets the fields that the given one has
function methods.merge(s, record)
  return core.session_merge(s, record)
end

-- session:get(User, 1); a key of several columns: session:get(Line, { 1, 2 }); options: { preload = "posts" }
function methods.get(s, class, key, options)
  local info = model.info(class)
  if key == nil then
    core.misuse(("the key of a %s is missing"):format(info.name))
  end
  local stmt = with_preload(s, class, options)
  return core.session_get(s, info.entity, type(key) == "table" and key or { key }, stmt, options and options.refresh)
end

methods.select = query.select
methods.insert = query.insert
methods.update = query.update
methods.delete_from = query.delete

-- session:query(q): runs a query that was made without a session
function methods.query(s, q)
  local made = {}
  for key, value in pairs(q) do
    made[key] = value
  end
  made.session = s
  return setmetatable(made, getmetatable(q))
end

-- session:execute(sql, { value, ... }) with the database's own marks, or (sql, { name = value }) with :name
function methods.execute(s, sql, values)
  local result, err
  if core.is_node(sql) then
    result, err = core.session_execute(s, sql)
  elseif type(sql) ~= "string" then
    core.misuse(("a statement is text or an expression, not a %s"):format(type(sql)))
  elseif values and next(values) ~= nil and values[1] == nil and values.n == nil then
    result, err = core.session_execute(s, core.text(sql, values))
  else
    result, err = core.session_execute_sql(s, sql, values)
  end
  if not result then
    return nil, err
  end
  return query.rows_of(result)
end

local function slots_of(record, keys)
  if keys == nil then
    return nil
  end
  local class = core.class_of_record(record)
  local slots = {}
  for i, key in ipairs(type(keys) == "table" and keys or { keys }) do
    slots[i] = class and class.info.slots[key] or core.unknown_field(record, key)
  end
  return slots
end

-- session:refresh(record) or (record, "field") or (record, { fields })
function methods.refresh(s, record, keys)
  return core.refresh(s, record, slots_of(record, keys))
end

function methods.expire(s, record, keys)
  return core.expire(s, record, slots_of(record, keys))
end

function methods.savepoint(s)
  return core.begin_nested(s)
end
methods.begin_nested = methods.savepoint

-- session:nested(fn): fn(savepoint) inside a savepoint, which is rolled back when it fails
function methods.nested(s, fn)
  local point, err = core.begin_nested(s)
  if not point then
    return nil, err
  end
  local function done(ok, first, second, ...)
    if not ok or (first == nil and second ~= nil) then
      if not point:is_ended() then
        point:rollback()
      end
      if ok then
        return nil, second
      elseif is_error(first) then
        return nil, first
      end
      error(first, 0)
    end
    local committed
    committed, err = point:commit()
    if not committed then
      return nil, err
    end
    if first == nil then
      return true
    end
    return first, second, ...
  end
  return done(pcall(fn, point))
end

function methods.no_autoflush(s, fn)
  core.set_autoflush(s, false)
  local function done(ok, ...)
    core.set_autoflush(s, true)
    if not ok then
      error((...), 0)
    end
    return ...
  end
  return done(pcall(fn, s))
end

-- session:members "new", "dirty", "deleted" or "persistent"
methods.members = core.members

strict "cormorant.session"
strict "cormorant.database"
strict "cormorant.transaction"

-- ---- Lists

local lists = core.class_of("cormorant.list").methods

-- for post in user.posts:each() do ... end, over the members as they are now
function lists.each(list)
  local members, at = list:list(), 0
  return function()
    at = at + 1
    return members[at]
  end
end

-- for i, post in user.posts:ipairs() do ... end (Lua 5.4's own ipairs works too)
function lists.ipairs(list)
  return ipairs(list:list())
end

function lists.clear(list)
  for _, member in ipairs(list:list()) do
    list:remove(member)
  end
  return list
end

return session
