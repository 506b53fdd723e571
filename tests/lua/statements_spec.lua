local cormorant = require "cormorant"
local shop = require "shop"

describe("statements", function()
  local db, m, session

  before_each(function()
    db, m = shop.filled()
    session = db:session()
  end)
  after_each(function()
    session:close()
    db:close()
  end)

  it("insert one row and give its key", function()
    local done = session:insert(m.User):values({ name = "eve", age = 5 }):run()
    assert.equal(1, done.rowcount)
    assert.equal(3, done.key[1])
    local back = session:insert(m.User):values({ name = "joe" }):returning(m.User.id, m.User.name):run()
    assert.equal("joe", back.rows[1].name)
    assert(session:commit())
    assert.equal(4, session:select(m.User):count())
  end)

  it("insert many rows in one execution", function()
    local rows = {}
    for i = 1, 500 do
      rows[i] = { name = "user " .. i, age = i % 90 }
    end
    assert(session:insert(m.User):values(rows):run())
    assert(session:commit())
    assert.equal(502, session:select(m.User):count())
    assert.equal("user 17", session:select(m.User.name):where { name = "user 17", age = 17 }:scalar())
  end)

  it("insert many rows with NULL, dates and JSON as their columns have them, and refuse what is no row", function()
    local rows = { { name = "a", age = cormorant.null }, { name = "b" }, { name = "c", age = 4 } }
    assert(session:insert(m.User):values(rows):run())
    assert.equal(1, session:select(m.User):where(m.User.age:eq(4)):count())
    assert.equal(2, session:select(m.User):where(m.User.age:is_null()):count())
    for _, wrong in ipairs { { { 1, 2 } }, { { nmae = "x" } }, { { name = "x" }, "y" } } do
      local ok, err = pcall(function()
        session:insert(m.User):values(wrong):run()
      end)
      assert.is_false(ok)
      assert.matches("statements_spec%.lua:%d+: ", err)
    end
  end)

  it("update by conditions, with values and expressions, and the records in memory follow", function()
    local ada = session:select(m.User):where { name = "ada" }:one()
    local done = session:update(m.User):set({ age = m.User.age + 1 }):where(m.User.name:eq "ada"):run()
    assert.equal(1, done.rowcount)
    assert.equal(37, ada.age)
    assert.equal(2, session:update(m.User):set({ age = cormorant.null }):run().rowcount)
    assert.is_nil(ada.age)
  end)

  it("delete by conditions", function()
    assert.equal(2, session:delete_from(m.Purchase):where(m.Purchase.count:eq(1)):run().rowcount)
    assert(session:commit())
    assert.equal(1, session:select(m.Purchase):count())
  end)

  it("do something else on a conflict", function()
    local insert = session:insert(m.User):values { name = "ada", age = 1 }
    assert(insert:on_conflict({ columns = { m.User.name } }):run())
    assert.equal(36, session:select(m.User.age):where({ name = "ada" }):scalar())
    assert(insert:on_conflict({ columns = { m.User.name }, set = { age = insert:excluded "age" } }):run())
    assert.equal(1, session:select(m.User.age):where({ name = "ada" }):scalar())
  end)

  it("write into a table without a model", function()
    assert(session:insert(m.product_tag):values({ { product_id = 1, tag_id = 2 } }):run())
    assert.equal(6, session:select(m.product_tag):count())
    local row = session:select(m.product_tag):where(m.product_tag.product_id:eq(1), m.product_tag.tag_id:eq(2)):one()
    assert.equal(2, row.tag_id)
  end)

  it("set a field by an expression", function()
    local ada = session:select(m.User):where { name = "ada" }:one()
    ada.age = m.User.age * 2
    assert(session:commit())
    assert.equal(72, ada.age)
  end)

  it("run as text, on the session and on the database", function()
    local done = session:execute("update user_account set age = :age where name = :name", { age = 40, name = "ada" })
    assert.equal(1, done.rowcount)
    assert(session:commit())
    assert.equal(40, db:execute("select age from user_account where name = :name", { name = "ada" })[1].age)
    assert(db:execute "delete from purchase")
    assert.equal(0, session:select(m.Purchase):count())
    local none, err = db:execute "select a from nowhere"
    assert.is_nil(none)
    assert.matches("nowhere", err.message)
    assert.matches("nowhere", err.statement)
  end)
end)

describe("defaults", function()
  it("are values, functions and expressions", function()
    local db = assert(cormorant.open(shop.url()))
    local calls = 0
    local Note = db:model("note", {
      id = cormorant.integer { primary_key = true },
      a = cormorant.text { default = "plain" },
      b = cormorant.text {
        default = function()
          calls = calls + 1
          return "call " .. calls
        end,
      },
      c = cormorant.integer { default = cormorant.sql "1 + 2" },
      d = cormorant.integer { server_default = cormorant.sql "7", nullable = false },
      e = cormorant.text {
        onupdate = function()
          return "changed"
        end,
      },
      data = cormorant.json {
        default = function()
          return { made = true }
        end,
      },
      f = cormorant.integer { default = 5, name = "column_f" },
    })
    assert(db:drop_all())
    assert(db:create_all())
    local session = db:session()
    local note, other = Note {}, Note { a = "own", b = "own" }
    session:add(note, other)
    assert(session:commit())
    assert.same({ "plain", "call 1", 3, 7 }, { note.a, note.b, note.c, note.d })
    assert.same({ "own", "own", 3, 7 }, { other.a, other.b, other.c, other.d })
    assert.is_true(note.data.made)
    assert.equal(5, note.f)
    assert.equal(1, calls)
    assert.is_nil(note.e)
    note.a = "new"
    assert(session:commit())
    assert.equal("changed", note.e)
    session:close()
    assert(db:drop_all())
    db:close()
  end)

  it("that fail are the error of the flush", function()
    local db = assert(cormorant.open(shop.url()))
    local Note = db:model("failing_note", {
      id = cormorant.integer { primary_key = true },
      a = cormorant.text {
        default = function()
          error "no default today"
        end,
      },
    })
    assert(db:drop_all())
    assert(db:create_all())
    local session = db:session()
    session:add(Note {})
    local ok, err = session:flush()
    assert.is_nil(ok)
    assert.equal("hook", err.kind)
    assert.matches("statements_spec%.lua:%d+: no default today", err.message)
    assert(session:rollback())
    session:close()
    assert(db:drop_all())
    db:close()
  end)
end)

describe("models", function()
  it("have keys of several columns, constraints and methods", function()
    local db = assert(cormorant.open(shop.url()))
    local Line = db:model("line", {
      document = cormorant.integer { primary_key = true },
      place = cormorant.integer { primary_key = true },
      text = cormorant.string(20, { index = true }),
      code = cormorant.string(5),
      cormorant.unique("document", "code", { name = "one_code" }),
      cormorant.check("place > 0", { name = "place_positive" }),
    }, {
      table = "document_line",
      methods = {
        shout = function(line)
          return line.text:upper()
        end,
      },
    })
    assert(db:drop_all())
    assert(db:create_all())
    local session = db:session()
    session:add_all { Line { document = 1, place = 2, text = "b", code = "x" }, Line { document = 1, place = 1, text = "a" } }
    assert(session:commit())
    local line = session:get(Line, { 1, 2 })
    assert.equal("B", line:shout())
    assert.equal("line(1, 2)", tostring(line))
    assert.equal("model line", tostring(Line))
    session:add(Line { document = 1, place = 3, code = "x" })
    local ok, err = session:flush()
    assert.is_nil(ok)
    assert.equal("integrity", err.kind)
    session:rollback()
    session:add(Line { document = 1, place = 0 })
    ok, err = session:flush()
    assert.is_nil(ok)
    assert.equal("integrity", err.kind)
    assert.matches("place_positive", err.message)
    session:rollback()
    assert.has_error(function()
      session:get(Line, 1)
    end)
    session:close()
    assert(db:drop_all())
    db:close()
  end)

  it("refuse options, types and parts that there are not", function()
    local db = assert(cormorant.open "sqlite://")
    for _, wrong in ipairs {
      function()
        cormorant.integer { primary = true }
      end,
      function()
        cormorant.has_many("x", { cascad = "all" })
      end,
      function()
        db:model("wrong", { id = "integer" })
      end,
      function()
        db:model("other", { id = cormorant.integer { primary_key = true }, cormorant.unique "nothing" })
      end,
      function()
        db:model("third", { id = cormorant.integer { primary_key = true } }, { tabel = "x" })
      end,
      function()
        db:model({}, {})
      end,
    } do
      local ok, err = pcall(wrong)
      assert.is_false(ok)
      assert.matches("statements_spec%.lua:%d+: ", err)
    end
    db:model("twice", { id = cormorant.integer { primary_key = true } })
    assert.has_error(function()
      db:model("twice", { id = cormorant.integer { primary_key = true } })
    end)
  end)
end)
