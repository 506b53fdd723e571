local cormorant = require "cormorant"
local shop = require "shop"

describe("hooks", function()
  local db, m, session

  before_each(function()
    db, m = shop.filled()
    session = db:session()
  end)
  after_each(function()
    session:close()
    db:close()
  end)

  it("see records before they are written, and may change them", function()
    local told = {}
    db:on("before_insert", m.User, function(user, s)
      assert(s == session)
      user.name = user.name:lower()
      told[#told + 1] = "insert " .. user.name
    end)
    db:on("before_update", m.User, function(user)
      told[#told + 1] = "update " .. user.name
    end)
    db:on("before_delete", function(record)
      told[#told + 1] = "delete " .. tostring(cormorant.inspect(record).model)
    end)
    local eve = m.User { name = "EVE" }
    session:add(eve)
    session:add(m.Store { name = "STORE" })
    assert(session:commit())
    assert.equal("eve", eve.name)
    eve.age = 3
    assert(session:commit())
    assert(session:delete(eve))
    assert(session:commit())
    assert.same({ "insert eve", "update eve", "delete model user_account" }, told)
  end)

  it("see sessions flush, commit and roll back", function()
    local told = {}
    for _, kind in ipairs { "before_flush", "after_flush", "before_commit", "after_commit", "after_rollback" } do
      session:on(kind, function(s)
        told[#told + 1] = kind .. (s == session and "" or "?")
      end)
    end
    session:add(m.User { name = "eve" })
    assert(session:commit())
    session:add(m.User { name = "joe" })
    assert(session:flush())
    assert(session:rollback())
    assert.same({
      "before_commit",
      "before_flush",
      "after_flush",
      "after_commit",
      "before_flush",
      "after_flush",
      "after_rollback",
    }, told)
  end)

  it("may add records before a flush", function()
    session:on("before_flush", function(s)
      if #s:members "new" == 1 then
        s:add(m.User { name = "second" })
      end
    end)
    session:add(m.User { name = "first" })
    assert(session:flush())
    assert.equal(4, session:select(m.User):count())
  end)

  it("see records that are loaded", function()
    local told = {}
    db:on("load", m.User, function(user)
      told[#told + 1] = user.name
    end)
    session:select(m.User):order_by(m.User.id):all()
    assert.same({ "ada", "bob" }, told)
  end)

  it("see statements with their values before and after they run", function()
    local told = {}
    db:on("before_cursor_execute", function(sql, rows)
      told[#told + 1] = { "before", sql:match "^%w+ %w+ %w+", rows }
    end)
    db:on("after_cursor_execute", function(sql)
      told[#told + 1] = { "after", sql:match "^%w+ %w+ %w+" }
    end)
    assert(session:insert(m.Tag):values({ { id = 8, name = "a" }, { id = 9, name = cormorant.null } }):run())
    local rows = { { 8, "a" }, { 9, cormorant.null } }
    assert.same({ { "before", "INSERT INTO tag", rows }, { "after", "INSERT INTO tag" } }, told)
  end)

  it("see statements of the tables, of loaders and of raw SQL", function()
    local other, told = assert(cormorant.open "sqlite://"), {}
    other:on("before_cursor_execute", function(sql, rows)
      told[#told + 1] = sql:gsub("%s+", " ") .. #rows[1]
    end)
    local Node = other:model("node", {
      id = cormorant.integer { primary_key = true },
      parent_id = cormorant.integer { references = "node.id" },
      children = cormorant.has_many "node",
    })
    assert(other:create_all())
    local s = other:session()
    s:add(Node { children = { Node {} } })
    assert(s:commit())
    told = {}
    assert.equal(1, #s:get(Node, 1).children)
    assert(s:execute("select ?", { 7 }))
    assert.matches("^SELECT.* WHERE node.id = %?1$", told[1])
    assert.matches("^SELECT.* WHERE %? = node.parent_id1$", told[2])
    assert.same("select ?1", told[3])
    s:close()
    other:close()
  end)

  it("stop a statement when they raise, and run statements of their own", function()
    local other, counted = assert(cormorant.open "sqlite://"), 0
    local theirs = other:session()
    other:on("before_cursor_execute", function()
      counted = counted + 1
    end)
    db:on("before_cursor_execute", function(sql)
      assert(theirs:execute "select 1")
      if sql:match "^INSERT" then
        error "read only"
      end
    end)
    session:add(m.User { name = "eve" })
    local ok, err = session:flush()
    assert.is_nil(ok)
    assert.equal("hook", err.kind)
    assert.matches("read only", err.message)
    assert(session:rollback())
    assert.equal(2, session:select(m.User):count())
    assert.equal(2, counted)
    theirs:close()
    other:close()
  end)

  it("are not told of another database's statements on the same engine", function()
    local told = {}
    local other = assert(cormorant.open(db:engine()))
    other:on("before_cursor_execute", function()
      told[#told + 1] = "other"
    end)
    db:on("before_cursor_execute", function()
      told[#told + 1] = "own"
    end)
    assert(session:execute "select 1")
    assert(other:execute "select 1")
    other = nil
    collectgarbage()
    collectgarbage()
    assert(session:execute "select 1")
    assert.same({ "own", "other", "own" }, told)
  end)

  it("that raise are the error of the flush, and the session goes on after a rollback", function()
    local fails = true
    db:on("before_insert", m.User, function()
      if fails then
        error "not on my watch"
      end
    end)
    session:add(m.User { name = "eve" })
    local ok, err = session:commit()
    assert.is_nil(ok)
    assert.equal("hook", err.kind)
    assert.matches("hooks_spec%.lua:%d+: not on my watch", err.message)
    assert(session:rollback())
    fails = false
    session:add(m.User { name = "eve" })
    assert(session:commit())
    assert.equal(3, session:select(m.User):count())
  end)

  it("may raise any value", function()
    local value = { why = "because" }
    session:on("before_flush", function()
      error(value)
    end)
    session:add(m.User { name = "eve" })
    local ok, err = session:flush()
    assert.is_nil(ok)
    assert.equal("hook", err.kind)
    assert.equal(value, err.cause)
  end)

  it("that raise an error of ours give that one", function()
    session:on("before_flush", function(s)
      local done, err = s:execute "select a from nowhere"
      if not done then
        error(err, 0)
      end
    end)
    session:add(m.User { name = "eve" })
    local ok, err = session:flush()
    assert.is_nil(ok)
    assert.matches("nowhere", err.statement)
  end)

  it("cannot flush or close the session that is flushing", function()
    local seen = {}
    session:on("before_flush", function(s)
      seen[1], seen[2] = s:flush()
    end)
    session:add(m.User { name = "eve" })
    assert(session:flush())
    assert.is_nil(seen[1])
    assert.is_not_nil(seen[2])
    assert.is_true(session:is_open())
  end)

  it("cannot yield through the core, which says so", function()
    session:on("before_flush", function()
      coroutine.yield()
    end)
    local co = coroutine.wrap(function()
      session:add(m.User { name = "eve" })
      return session:flush()
    end)
    local ok, err = co()
    assert.is_nil(ok)
    assert.equal("hook", err.kind)
  end)

  it("that there are not are refused", function()
    for _, wrong in ipairs {
      function()
        db:on("before_lunch", print)
      end,
      function()
        db:on("before_flush", m.User, print)
      end,
      function()
        db:on("before_cursor_execute", m.User, print)
      end,
      function()
        session:on("before_cursor_execute", print)
      end,
      function()
        db:on("before_flush", "x")
      end,
      function()
        session:on("before_insert", print)
      end,
    } do
      local ok, err = pcall(wrong)
      assert.is_false(ok)
      assert.matches("hooks_spec%.lua:%d+: ", err)
    end
  end)
end)
