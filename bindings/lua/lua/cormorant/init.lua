-- Cormorant for Lua: models, sessions and queries over libcormorant. Lua 5.4 and LuaJIT.
local core = require "cormorant.core"
core.set_home(debug.getinfo(1, "S").source:match "^(.*[/\\])" or "@")

local int64 = require "cormorant.int64"
local json = require "cormorant.json"
local expression = require "cormorant.expression"
local model = require "cormorant.model"
local query = require "cormorant.query"
require "cormorant.session"

core.set_helper("box_int64", int64.box)
core.set_helper("unbox_int64", int64.unbox)
core.set_helper("json_encode", json.encode)
core.set_helper("json_decode", json.decode)
core.set_helper("warn", function(db, text)
  local handler = db and core.anchor(db).warn
  if handler then
    handler(text)
  end
end)

local cormorant = {
  _VERSION = core.version,
  null = core.null,
  array = json.array,
  func = expression.func,
  case = expression.case,
  all = core.all,
  any = core.any,
  not_ = core.not_,
  literal = core.literal,
  text = model.text,
  exists = core.exists,
  excluded = core.excluded,
}

for _, name in ipairs {
  "integer",
  "smallint",
  "bigint",
  "float",
  "double",
  "numeric",
  "string",
  "boolean",
  "date",
  "time",
  "datetime",
  "binary",
  "json",
  "uuid",
  "enum",
  "unique",
  "index",
  "check",
  "foreign_key",
  "belongs_to",
  "has_many",
  "has_one",
  "many_to_many",
} do
  cormorant[name] = model[name]
end

-- SQLite opens with write-ahead logging, foreign keys and a busy timeout, unless the URL says otherwise.
local function with_profile(url)
  local rest = url:match "^sqlite[%w+]*:(.*)$"
  if not rest or url:find "[?&]profile=" then
    return url
  end
  return url .. (url:find("?", 1, true) and "&" or "?") .. "profile=app"
end

-- cormorant.open(url, options) -> database, or nil and an error. options.warn: told what the core warns of.
function cormorant.open(url, options)
  if type(url) ~= "string" and type(url) ~= "userdata" then
    core.misuse(("a database is opened by its URL, not by a %s"):format(type(url)))
  end
  local db, err = core.open(type(url) == "string" and with_profile(url) or url)
  if not db then
    return nil, err
  end
  core.anchor(db).warn = options and options.warn
  return db
end

-- A piece of SQL as an expression: cormorant.sql("length(name) > :n", { n = 3 })
function cormorant.sql(text, values)
  return core.text(text, values)
end

-- Another name for a model or table in one statement.
function cormorant.alias(source, name)
  return model.source(core.alias(source, name))
end

-- A query without a session: a part of others, or to be run by session:query.
function cormorant.select(...)
  return query.select(nil, ...)
end

function cormorant.cast(value, type)
  return core.cast(value, expression.type_of(type))
end

function cormorant.extract(field, value)
  return core.extract(field, value)
end

-- What is known of a record: its state, session, and which fields are loaded or changed.
function cormorant.inspect(record)
  local class = core.class_of_record(record)
  if not class then
    core.misuse(("a record was expected, not a %s"):format(type(record)))
  end
  local seen = { model = class.info.model, state = core.state(record), session = core.session_of(record) }
  seen.modified, seen.loaded, seen.changed = core.is_modified(record), {}, {}
  for key, slot in pairs(class.info.slots) do
    seen.loaded[key] = core.is_loaded(record, slot)
    seen.changed[key] = core.is_changed(record, slot)
  end
  return seen
end

-- Says that a field's value was changed inside, as a JSON table was: the next flush writes it.
function cormorant.touch(record, field)
  local class = core.class_of_record(record)
  if not class then
    core.misuse(("a record was expected, not a %s"):format(type(record)))
  end
  return core.touch(record, class.info.slots[field] or core.unknown_field(record, field))
end

-- How many of "records", "sessions", "connections", ... live in this process.
cormorant.live = core.live

return setmetatable(cormorant, {
  __index = function(_, name)
    core.misuse(("the module cormorant has no %q"):format(tostring(name)))
  end,
})
