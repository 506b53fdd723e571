local cormorant = require "cormorant"
local shop = require "shop"

describe("errors", function()
  local db, m, session

  before_each(function()
    db, m = shop.filled()
    session = db:session()
  end)
  after_each(function()
    if session:is_open() then
      session:close()
    end
    db:close()
  end)

  it("of constraints say which", function()
    session:add(m.User { name = "ada" })
    local ok, err = session:commit()
    assert.is_nil(ok)
    assert.equal("integrity", err.kind)
    assert.matches("INSERT", err.statement)
    assert.equal(err.message, tostring(err))
    if not shop.on_server() then
      assert.equal("UNIQUE", err.constraint)
      assert.equal("user_account.name", err.column)
    end
    ok, err = session:select(m.User):all()
    assert.is_nil(ok)
    assert.equal("pendingrollback", err.kind)
    assert(session:rollback())
    session:add(m.User { name = "eve" })
    assert(session:commit())
  end)

  it("of foreign keys are seen, since SQLite is told to look", function()
    session:add(m.Purchase { user_id = 4711 })
    local ok, err = session:flush()
    assert.is_nil(ok)
    assert.equal("integrity", err.kind)
  end)

  it("of opening are told as what they are", function()
    local none, err = cormorant.open "sqlite:////no/such/folder/file.db":create_all()
    assert.is_nil(none)
    assert.equal("operational", err.kind)
    assert.has_error(function()
      cormorant.open "nosuch://here"
    end)
    assert.has_error(function()
      cormorant.open(17)
    end)
  end)

  it("of fields name the model, the field and the nearest, at the program's line", function()
    local ada = session:get(m.User, 1)
    for _, wrong in ipairs {
      function()
        return ada.nmae
      end,
      function()
        ada.nmae = "x"
      end,
      function()
        return m.User { nmae = "x" }
      end,
    } do
      local ok, err = pcall(wrong)
      assert.is_false(ok)
      assert.matches('errors_spec%.lua:%d+: .*"user_account".*"nmae".*"name"', err)
    end
  end)

  it("of a row that another session deleted", function()
    local ada = session:get(m.User, 1)
    local other = db:session()
    assert(session:commit())
    assert(other:delete(other:get(m.User, 1)))
    assert(other:commit())
    other:close()
    local ok, err = pcall(function()
      return ada.name
    end)
    assert.is_false(ok)
    assert.equal("gone", err.kind)
  end)

  it("of use after close are clear", function()
    local ada = session:get(m.User, 1)
    local q = session:select(m.User)
    assert(session:close())
    assert(session:close())
    assert.equal("ada", ada.name)
    assert.equal("detached", cormorant.inspect(ada).state)
    for _, wrong in ipairs {
      function()
        session:flush()
      end,
      function()
        q:all()
      end,
      function()
        session:add(ada)
      end,
    } do
      local ok, err = pcall(wrong)
      assert.is_false(ok)
      assert.matches("errors_spec%.lua:%d+: this session was closed", err)
    end
    session = db:session()
    local read = session:select(m.Product):each(1)
    assert.is_not_nil(read())
    session:close()
    local ok, err = pcall(read)
    assert.is_false(ok)
    assert.matches("closed", err)
    session = db:session()
    db:close()
    ok, err = pcall(function()
      session:select(m.User):all()
    end)
    assert.is_false(ok)
    assert.matches("errors_spec%.lua:%d+: the database of this session was closed", err)
    ok, err = pcall(function()
      db:session()
    end)
    assert.is_false(ok)
    assert.matches("errors_spec%.lua:%d+: this database was closed", err)
  end)

  it("of transactions roll back, and come back as nil and the error", function()
    local done, err = db:transaction(function(s)
      s:add(m.User { name = "kept?" })
      s:add(m.User { name = "ada" })
      return s:flush()
    end)
    assert.is_nil(done)
    assert.equal("integrity", err.kind)
    local ok, raised = pcall(function()
      db:transaction(function(s)
        s:add(m.User { name = "kept?" })
        error("stop", 0)
      end)
    end)
    assert.is_false(ok)
    assert.equal("stop", raised)
    assert.equal(2, session:select(m.User):count())
    assert.equal(
      7,
      db:transaction(function(s)
        s:add(m.User { name = "kept" })
        return 7
      end)
    )
    assert.equal(3, session:select(m.User):count())
  end)

  it("of wrong values name what was wanted", function()
    for _, wrong in ipairs {
      function()
        session:add "ada"
      end,
      function()
        session:get("user", 1)
      end,
      function()
        session:get(m.User)
      end,
      function()
        session:select()
      end,
      function()
        session:insert(m.User):values "x"
      end,
      function()
        session.add(db, m.User {})
      end,
      function()
        m.User.extra = 1
      end,
      function()
        return m.User "ada"
      end,
    } do
      local ok, err = pcall(wrong)
      assert.is_false(ok)
      assert.matches("errors_spec%.lua:%d+: ", err)
    end
  end)
end)
