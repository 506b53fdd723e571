-- Integers beyond 2^53 on LuaJIT: boxed as int64_t. Lua 5.4 has them natively.
local int64 = {}

if not math.type then
  local ffi, bit = require "ffi", require "bit"
  local type_of, unsigned = ffi.typeof "int64_t", ffi.typeof "uint64_t"
  local high, low = type_of(2 ^ 32), type_of(0xffffffff)

  function int64.box(hi, lo)
    return type_of(hi) * high + type_of(lo)
  end

  function int64.unbox(value)
    if ffi.istype(unsigned, value) then
      if value > unsigned(0x7fffffff) * unsigned(2 ^ 32) + unsigned(0xffffffff) then
        return nil
      end
      value = type_of(value)
    elseif not ffi.istype(type_of, value) then
      return nil
    end
    return tonumber(bit.arshift(value, 32)), tonumber(bit.band(value, low))
  end

  -- The digits of an integer, exactly.
  function int64.parse(text)
    local number = tonumber(text)
    if number >= -2 ^ 53 and number <= 2 ^ 53 then
      return number
    end
    if number < -2 ^ 63 or number >= 2 ^ 63 then
      return number
    end
    local negative, value = text:sub(1, 1) == "-", type_of(0)
    for digit in text:gmatch "%d" do
      value = value * 10 + (digit:byte() - 48)
    end
    return negative and -value or value
  end

  function int64.text(value)
    return (tostring(value):gsub("U?LL$", ""))
  end
end

return int64
