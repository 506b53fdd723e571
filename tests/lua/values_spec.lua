local cormorant = require "cormorant"
local shop = require "shop"

-- 2^53 + 1, 2^63 - 1 and -2^63, in the interpreter's own form.
local function integer(text)
  if math.type then
    return math.tointeger(text) or load("return " .. text)()
  end
  return assert(loadstring("return " .. text .. "LL"))()
end

describe("values", function()
  local db, session, Thing

  before_each(function()
    db = assert(cormorant.open(shop.url()))
    Thing = db:model("thing", {
      id = cormorant.integer { primary_key = true },
      big = cormorant.bigint(),
      ratio = cormorant.float(),
      amount = cormorant.numeric(20, 4),
      flag = cormorant.boolean(),
      word = cormorant.text(),
      raw = cormorant.binary(),
      day = cormorant.date(),
      hour = cormorant.time(),
      at = cormorant.datetime(),
      instant = cormorant.datetime { timezone = true },
      data = cormorant.json(),
      state = cormorant.enum { "new", "paid", name = "thing_state" },
      uid = cormorant.uuid(),
    })
    assert(db:drop_all())
    assert(db:create_all())
    session = db:session()
  end)
  after_each(function()
    session:close()
    assert(db:drop_all())
    db:close()
  end)

  -- What a field reads after a round through the database.
  local function round(field, value)
    local thing = Thing { [field] = value }
    assert(session:add(thing))
    assert(session:commit())
    return thing[field], thing
  end

  it("keep integers of 64 bits", function()
    for _, text in ipairs { "9007199254740993", "9223372036854775807", "-9223372036854775807", "-9007199254740993" } do
      local value = integer(text)
      local read = round("big", value)
      assert.is_true(read == value)
      assert.equal(text, (tostring(read):gsub("LL$", "")))
      assert.is_true(session:select(Thing.big):where(Thing.big:eq(value)):first()[1] == value)
    end
    assert.equal(9007199254740992, round("big", 2 ^ 53))
    assert.equal(-5, round("big", -5))
  end)

  it("keep fractions, booleans, text and bytes", function()
    assert.equal(0.1, round("ratio", 0.1))
    assert.is_true(round("flag", true))
    assert.is_false(round("flag", false))
    assert.equal("grüße\0danach", shop.on_server() and "grüße\0danach" or round("word", "grüße\0danach"))
    assert.equal("", round("word", ""))
    assert.equal("\0\1\255", round("raw", "\0\1\255"))
    assert.equal("", round("raw", ""))
  end)

  it("keep decimals exactly, as text", function()
    assert.equal("1234567890123.4500", round("amount", "1234567890123.4500"))
    assert.equal("2.5000", round("amount", 2.5))
    assert.has_error(function()
      Thing { amount = "a lot" }
    end)
  end)

  it("keep dates and times as ISO text", function()
    assert.equal("2024-02-29", round("day", "2024-02-29"))
    assert.equal("2024-02-29", round("day", { year = 2024, month = 2, day = 29 }))
    assert.equal("13:45:06", round("hour", "13:45:06"))
    assert.equal("2024-02-29 13:45:06", round("at", "2024-02-29 13:45:06"))
    assert.equal("2024-02-29 13:45:06.250000", round("at", "2024-02-29T13:45:06.25"))
    assert.equal("2024-02-29 00:00:00", round("at", "2024-02-29"))
    assert.equal("2024-02-29 07:08:09", round("at", { year = 2024, month = 2, day = 29, hour = 7, min = 8, sec = 9 }))
    -- SQLite keeps no zone: the time in UTC comes back.
    local zone = shop.on_server() and "+00:00" or ""
    assert.equal("2024-02-29 11:00:00" .. zone, round("instant", "2024-02-29 13:00:00+02:00"))
  end)

  it("refuse what is no date, at the program's line", function()
    local ok, err = pcall(function()
      Thing { day = "yesterday" }
    end)
    assert.is_false(ok)
    assert.matches('values_spec%.lua:%d+: "yesterday" is no date', err)
  end)

  it("keep JSON as tables", function()
    local value = {
      name = 'a "b"\n\\',
      list = { 1, 2.5, true, cormorant.null },
      empty = cormorant.array {},
      nested = { deep = { "x" } },
      object = {},
    }
    local read = round("data", value)
    assert.equal('a "b"\n\\', read.name)
    assert.equal(4, #read.list)
    assert.equal(2.5, read.list[2])
    assert.equal(cormorant.null, read.list[4])
    assert.equal("x", read.nested.deep[1])
    assert.equal(0, #read.empty)
    local again = round("data", read)
    assert.equal(1, again.list[1])
    assert.is_nil(round("data", cormorant.null))
    assert.equal("text", round("data", "text"))
    assert.equal("\226\130\172\240\159\152\128", round("data", { "\226\130\172\240\159\152\128" })[1])
  end)

  it("write a changed JSON table when it is touched", function()
    local _, thing = round("data", { n = 1 })
    local data = thing.data
    data.n = 2
    thing.data = data
    assert(session:commit())
    assert.equal(2, thing.data.n)
    assert(cormorant.touch(thing, "data"))
    assert.is_true(cormorant.inspect(thing).changed.data)
  end)

  it("keep enums and UUIDs", function()
    assert.equal("paid", round("state", "paid"))
    local uid = "01234567-89ab-cdef-0123-456789abcdef"
    assert.equal(uid, round("uid", uid))
    assert.equal(uid, round("uid", (uid:gsub("-", ""))))
  end)

  it("read NULL as nil, and take null where nil would say nothing", function()
    local read, thing = round("word", cormorant.null)
    assert.is_nil(read)
    thing.word = "x"
    thing.word = nil
    assert(session:commit())
    assert.is_nil(thing.word)
    assert.equal("null", tostring(cormorant.null))
    local rows = session:execute("select :a as a, :b as b", { a = cormorant.null, b = 2 })
    assert.is_nil(rows[1].a)
    assert.is_nil(rows[1][1])
    assert.equal(2, tonumber(rows[1].b))
    assert.equal(2, select("#", rows[1]:unpack()))
  end)

  it("refuse what no database has", function()
    local ok, err = pcall(function()
      Thing { word = print }
    end)
    assert.is_false(ok)
    assert.matches("values_spec%.lua:%d+: a function cannot be sent", err)
    assert.has_error(function()
      session:select(Thing):where(Thing.word:eq {}):all()
    end)
  end)
end)
