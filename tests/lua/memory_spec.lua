local cormorant = require "cormorant"
local shop = require "shop"

local function collect()
  if jit then
    jit.flush() -- traces keep what they were compiled with
  end
  collectgarbage()
  collectgarbage()
end

-- Counts against what lived before: other files of this run may have left something.
local function living()
  collect()
  return { records = cormorant.live "records", sessions = cormorant.live "sessions", engines = cormorant.live "engines" }
end

describe("memory", function()
  it("comes back, whatever refers to what, and in any order", function()
    local before = living()
    local function one(round) -- a frame of its own: registers keep values
      local db, m = shop.filled()
      local session = db:session()
      local ada = session:select(m.User):preload("purchases.product.tags", "card"):where({ name = "ada" }):one()
      assert.equal(ada, ada.purchases[1].user)
      local kept = {}
      if round % 2 == 0 then
        session:close()
      end
      if round % 3 == 0 then
        kept.ada = ada
        db, session, m = nil, nil, nil
        collect()
        assert.equal("ada", kept.ada.name)
      elseif round % 3 == 1 then
        session, ada = nil, nil
        collect()
        assert.equal(2, db:session():select(m.User):count())
      end
      kept.list = ada and ada.purchases
      ada, db, session, m = nil, nil, nil, nil
      collect()
      if kept.list then
        pcall(function()
          return kept.list[1]
        end)
      end
    end
    for round = 1, 8 do
      one(round)
    end
    assert.same(before, living())
  end)

  it("of records that only refer to each other is found", function()
    local db, m = shop.filled()
    local session = db:session()
    assert(session:select(m.User):preload("purchases"):all())
    for user in session:select(m.User):each() do
      assert.equal(user, user.purchases[1].user)
    end
    collect()
    assert.equal(0, db:collect())
    local ada = session:get(m.User, 1)
    assert.equal(3, #{ ada, ada.purchases[1], ada.purchases[2] })
    collect()
    assert.equal(3, db:collect())
    assert.equal("ada", ada.purchases[2].user.name)
    session:close()
    db:close()
  end)

  it("keeps new and changed records that the program forgot", function()
    local db, m = shop.filled()
    local session = db:session()
    session:add(m.User { name = "forgotten" })
    session:get(m.User, 1).age = 77
    session:get(m.User, 2).purchases:append(m.Purchase { count = 42 })
    collect()
    db:collect()
    assert(session:commit())
    assert.equal(77, session:select(m.User.age):where({ id = 1 }):scalar())
    assert.equal(1, session:select(m.User):where({ name = "forgotten" }):count())
    assert.equal(2, session:select(m.Purchase.user_id):where({ count = 42 }):scalar())
    session:close()
    db:close()
  end)

  it("is collected at every step of a unit of work", function()
    local before = living()
    local function work()
      local db, m = shop.filled()
      local session = db:session()
      for i = 1, 60 do
        collectgarbage "step"
        local user = m.User { name = "user " .. i }
        collectgarbage()
        session:add(user)
        user.purchases:append(m.Purchase { count = i })
        collectgarbage()
        if i % 7 == 0 then
          assert(session:commit())
          collectgarbage()
        end
        if i % 11 == 0 then
          user.purchases:remove(1)
          db:collect()
        end
      end
      assert(session:commit())
      for purchase in session:select(m.Purchase):preload("user"):each(5) do
        collectgarbage "step"
        assert.is_string(purchase.user.name)
      end
      session:close()
      db:close()
    end
    if not jit then
      collectgarbage "generational"
    end
    work()
    if not jit then
      collectgarbage "incremental"
    end
    assert.same(before, living())
  end)

  it("of changed lists comes back when their session ends", function()
    local before = living()
    local function one(change)
      local db, m = shop.filled()
      local session = db:session()
      change(session:select(m.User):where({ name = "ada" }):one(), m)
      session:close()
    end
    one(function(ada)
      ada.purchases:remove(1)
    end)
    one(function(ada)
      ada.purchases = { ada.purchases[2] }
    end)
    one(function(ada, m)
      ada.purchases:append(m.Purchase { count = 5 })
      ada.purchases[1].user = nil
    end)
    assert.same(before, living())
  end)

  it("does not grow with the rows that a loop has left behind", function()
    local db, m = shop.open()
    local session = db:session()
    local rows = {}
    for i = 1, 5000 do
      rows[i] = { name = "user " .. i }
    end
    assert(session:insert(m.User):values(rows):run())
    assert(session:commit())
    local most = 0
    local n = 0
    for _ in session:select(m.User):each(100) do
      n = n + 1
      if n % 1000 == 0 then
        collect()
        most = math.max(most, cormorant.live "records")
      end
    end
    assert.equal(5000, n)
    assert.is_true(most < 1000, "records alive: " .. most)
    session:close()
    db:close()
  end)
end)

describe("coroutines", function()
  it("read a result between them", function()
    local db, m = shop.filled()
    local session = db:session()
    local read = coroutine.wrap(function()
      for product in session:select(m.Product):order_by(m.Product.id):each(1) do
        coroutine.yield(product.title)
      end
    end)
    local titles = {}
    for title in read do
      titles[#titles + 1] = title
      collectgarbage()
    end
    assert.same({ "tea", "cup", "plate", "soup" }, titles)
    session:close()
    db:close()
  end)

  it("that end run the hooks of others", function()
    local db, m = shop.filled()
    local session = db:session()
    local told = 0
    session:on("before_flush", function()
      told = told + 1
    end)
    for i = 1, 3 do
      coroutine.wrap(function()
        session:add(m.User { name = "user " .. i })
        assert(session:flush())
      end)()
      collect()
    end
    session:add(m.User { name = "last" })
    assert(session:flush())
    assert.equal(4, told)
    session:close()
    db:close()
  end)

  it("that are left in the middle of a loop are collected", function()
    local before = living()
    local function leave()
      local db, m = shop.filled()
      local session = db:session()
      local read = coroutine.wrap(function()
        for product in session:select(m.Product):each(1) do
          coroutine.yield(product)
        end
      end)
      assert.is_not_nil(read())
    end
    leave()
    assert.same(before, living())
  end)
end)

if not jit then
  describe("<close>", function()
    it("ends sessions and savepoints", function()
      local run = assert(load [[
        local shop, assert = ...
        local db, m = shop.filled()
        local seen
        do
          local session <close> = db:session()
          seen = session
          session:add(m.User { name = "kept" })
          do
            local point <close> = session:savepoint()
            session:add(m.User { name = "dropped" })
            session:flush()
          end
          session:commit()
        end
        assert.is_false(seen:is_open())
        local session <close> = db:session()
        assert.same({ "ada", "bob", "kept" }, session:select(m.User.name):order_by(m.User.name):scalars())
      ]])
      run(shop, assert)
    end)
  end)
end
