-- JSON text of Lua values and back. A list that was read stays one when it is empty; null is cormorant.null.
local core = require "cormorant.core"
local int64 = require "cormorant.int64"

local json = {}

-- Marks a table as a list: `cormorant.array {}` is [] where {} is an object.
local array = { __name = "cormorant.array" }

function json.array(list)
  return setmetatable(list or {}, array)
end

-- ---- Writing

local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }

local function quoted(text)
  return '"' .. text:gsub('[%c"\\]', function(c)
    return escapes[c] or ("\\u%04x"):format(c:byte())
  end) .. '"'
end

local function number(value)
  if value ~= value or value == math.huge or value == -math.huge then
    core.misuse("JSON has no number " .. tostring(value))
  end
  if math.type and math.type(value) == "integer" then
    return ("%d"):format(value)
  end
  if value == math.floor(value) and value >= -2 ^ 53 and value <= 2 ^ 53 then
    return ("%.0f"):format(value)
  end
  return ("%.17g"):format(value)
end

local write

local function is_list(value)
  if getmetatable(value) == array then
    return true
  end
  return #value > 0 and next(value, #value) == nil
end

local function write_list(value, out, depth)
  out[#out + 1] = "["
  for i = 1, #value do
    out[#out + 1] = i > 1 and "," or nil
    write(value[i], out, depth)
  end
  out[#out + 1] = "]"
end

local function write_object(value, out, depth)
  local keys = {}
  for key in pairs(value) do
    if type(key) ~= "string" then
      core.misuse("a key of a JSON object must be a string, not a " .. type(key))
    end
    keys[#keys + 1] = key
  end
  table.sort(keys)
  out[#out + 1] = "{"
  for i, key in ipairs(keys) do
    out[#out + 1] = (i > 1 and "," or "") .. quoted(key) .. ":"
    write(value[key], out, depth)
  end
  out[#out + 1] = "}"
end

function write(value, out, depth)
  local kind = type(value)
  if depth > 100 then
    core.misuse("a JSON value is nested too deeply, or contains itself")
  elseif value == core.null or value == nil then
    out[#out + 1] = "null"
  elseif kind == "boolean" then
    out[#out + 1] = tostring(value)
  elseif kind == "number" then
    out[#out + 1] = number(value)
  elseif kind == "string" then
    out[#out + 1] = quoted(value)
  elseif kind == "cdata" then
    out[#out + 1] = int64.text(value)
  elseif kind == "table" then
    (is_list(value) and write_list or write_object)(value, out, depth + 1)
  else
    core.misuse("a " .. kind .. " cannot be written as JSON")
  end
end

function json.encode(value)
  local out = {}
  write(value, out, 0)
  return table.concat(out)
end

-- ---- Reading

local read

local function fail(text, at)
  error(core.new_error("data", ("the text of a JSON column is not JSON at byte %d: %s"):format(at, text:sub(at, at + 20))), 0)
end

local function utf8_of(code)
  if code < 0x80 then
    return string.char(code)
  elseif code < 0x800 then
    return string.char(0xc0 + math.floor(code / 64), 0x80 + code % 64)
  elseif code < 0x10000 then
    return string.char(0xe0 + math.floor(code / 4096), 0x80 + math.floor(code / 64) % 64, 0x80 + code % 64)
  end
  return string.char(
    0xf0 + math.floor(code / 262144),
    0x80 + math.floor(code / 4096) % 64,
    0x80 + math.floor(code / 64) % 64,
    0x80 + code % 64
  )
end

local simple = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }

local function read_escape(text, at)
  local c = text:sub(at, at)
  if c ~= "u" then
    return simple[c] or c, at + 1
  end
  local code = tonumber(text:sub(at + 1, at + 4), 16)
  local low = code and code >= 0xd800 and code < 0xdc00 and text:match("^\\u(%x%x%x%x)", at + 5)
  if not code then
    fail(text, at)
  elseif low then
    return utf8_of(0x10000 + (code - 0xd800) * 1024 + (tonumber(low, 16) - 0xdc00)), at + 11
  end
  return utf8_of(code), at + 5
end

local function read_string(text, at)
  local parts, from = {}, at + 1
  while true do
    local stop = text:find('["\\]', from)
    if not stop then
      fail(text, at)
    end
    parts[#parts + 1] = text:sub(from, stop - 1)
    if text:byte(stop) == 34 then
      return table.concat(parts), stop + 1
    end
    parts[#parts + 1], from = read_escape(text, stop + 1)
  end
end

local function skip(text, at)
  return text:find("[^ \t\r\n]", at) or #text + 1
end

local function read_list(text, at)
  local list, n = json.array(), 0
  at = skip(text, at + 1)
  if text:byte(at) == 93 then
    return list, at + 1
  end
  while true do
    n = n + 1
    list[n], at = read(text, at)
    at = skip(text, at)
    local c = text:byte(at)
    if c == 93 then
      return list, at + 1
    elseif c ~= 44 then
      fail(text, at)
    end
    at = at + 1
  end
end

local function read_object(text, at)
  local object = {}
  at = skip(text, at + 1)
  if text:byte(at) == 125 then
    return object, at + 1
  end
  while true do
    at = skip(text, at)
    if text:byte(at) ~= 34 then
      fail(text, at)
    end
    local key
    key, at = read_string(text, at)
    at = skip(text, at)
    if text:byte(at) ~= 58 then
      fail(text, at)
    end
    object[key], at = read(text, at + 1)
    at = skip(text, at)
    local c = text:byte(at)
    if c == 125 then
      return object, at + 1
    elseif c ~= 44 then
      fail(text, at)
    end
    at = at + 1
  end
end

local words = { ["true"] = true, ["false"] = false, null = core.null }

local function read_number(text, at)
  local digits = text:match("^-?%d+[%.eE%d+-]*", at)
  if not digits then
    fail(text, at)
  end
  local plain = digits:match "^-?%d+$"
  local value = plain and int64.parse and int64.parse(plain) or tonumber(digits)
  return value, at + #digits
end

function read(text, at)
  at = skip(text, at)
  local c = text:byte(at)
  if c == 34 then
    return read_string(text, at)
  elseif c == 123 then
    return read_object(text, at)
  elseif c == 91 then
    return read_list(text, at)
  end
  local word = text:match("^%l+", at)
  if word and words[word] ~= nil then
    return words[word], at + #word
  end
  return read_number(text, at)
end

function json.decode(text)
  local value, at = read(text, 1)
  if skip(text, at) <= #text then
    fail(text, at)
  end
  return value
end

return json
