local cormorant = require "cormorant"
local shop = require "shop"
local func = cormorant.func

describe("queries", function()
  local db, m, session

  setup(function()
    db, m = shop.filled()
    session = db:session()
  end)
  teardown(function()
    session:close()
    db:close()
  end)

  local function titles(query)
    local list = {}
    for i, product in ipairs(assert(query:order_by(m.Product.id):all())) do
      list[i] = product.title
    end
    return list
  end

  local function products(...)
    return titles(session:select(m.Product):where(...))
  end

  it("compare by methods", function()
    assert.same({ "cup", "plate" }, products(m.Product.price:gt "4.00"))
    assert.same({ "cup", "plate", "soup" }, products(m.Product.price:ge(4)))
    assert.same({ "tea" }, products(m.Product.price:lt(4)))
    assert.same({ "tea", "soup" }, products(m.Product.price:le(4)))
    assert.same({ "tea" }, products(m.Product.title:eq "tea"))
    assert.same({ "cup", "plate", "soup" }, products(m.Product.title:ne "tea"))
    assert.same({ "tea" }, products { title = "tea" })
    assert.same({ "tea" }, products({ title = "tea" }, m.Product.price:lt(4)))
  end)

  it("say why an operator cannot compare", function()
    for _, compare in ipairs {
      function()
        return m.Product.price > 4
      end,
      function()
        return m.Product.id <= m.Product.store_id
      end,
    } do
      local ok, err = pcall(compare)
      assert.is_false(ok)
      assert.matches("queries_spec%.lua:%d+: ", err)
    end
    local ok, err = pcall(function()
      return session:select(m.Product):where(m.Product.title == "tea")
    end)
    assert.is_false(ok)
    assert.matches("queries_spec%.lua:%d+: an expression was expected, not a boolean.*column:eq", err)
  end)

  it("match text", function()
    assert.same({ "tea" }, products(m.Product.title:like "t%"))
    assert.same({ "tea" }, products(m.Product.title:ilike "T%"))
    assert.same({ "cup", "plate", "soup" }, products(m.Product.title:not_like "t%"))
    assert.same({ "soup" }, products(m.Product.title:startswith "s"))
    assert.same({ "cup", "soup" }, products(m.Product.title:endswith "up"))
    assert.same({ "tea", "plate" }, products(m.Product.title:contains "te"))
    assert.same({}, products(m.Product.title:contains "%"))
  end)

  it("look into lists, ranges and NULL", function()
    assert.same({ "tea", "soup" }, products(m.Product.title:in_ { "tea", "soup" }))
    assert.same({ "cup", "plate" }, products(m.Product.title:not_in { "tea", "soup" }))
    assert.same({}, products(m.Product.title:in_ {}))
    assert.same({ "plate", "soup" }, products(m.Product.price:between("4.00", "7.00")))
    assert.same({}, products(m.Product.store_id:is_null()))
    assert.equal(4, #products(m.Product.store_id:is_not_null()))
    assert.same({}, products(m.Product.store_id:eq(nil)))
  end)

  it("join conditions", function()
    local cheap, round = m.Product.price:lt(5), m.Product.title:eq "plate"
    assert.same({ "tea", "plate", "soup" }, products(cheap:or_(round)))
    assert.same({}, products(cheap:and_(round)))
    assert.same({ "cup" }, products(cormorant.not_(cormorant.any(cheap, round))))
    assert.same({ "soup" }, products(cormorant.all(cheap, m.Product.title:ne "tea")))
    assert.same({ "cup", "plate" }, products(cheap:not_()))
    if not jit then
      local made = load [[
        local cheap, round = ...
        return (cheap | round) & ~cheap
      ]](cheap, round)
      assert.same({ "plate" }, products(made))
    end
  end)

  it("calculate", function()
    local double = m.Purchase.count * 2
    assert.same({ 4, 2, 2 }, session:select(double):order_by(m.Purchase.id):scalars())
    assert.equal(12, session:select(m.Purchase.count + 10):order_by(m.Purchase.id):scalar())
    assert.equal(-2, session:select(-m.Purchase.count):order_by(m.Purchase.id):scalar())
    assert.equal(8, session:select(10 - m.Purchase.count):order_by(m.Purchase.id):scalar())
    assert.equal("tea!", session:select(m.Product.title .. "!"):order_by(m.Product.id):scalar())
  end)

  it("order, limit and page", function()
    local q = session:select(m.Product)
    assert.equal("cup", q:order_by(m.Product.price:desc()):first().title)
    assert.equal("cup", q:order_by("title"):first().title)
    assert.equal("soup", q:order_by(m.Product.id):offset(3):first().title)
    assert.equal(2, #q:limit(2):all())
    local page = q:order_by(m.Product.id):page(2, 3)
    assert.equal(1, #page)
    assert.equal("soup", page[1].title)
    assert.equal(4, #q:all())
  end)

  it("count, and give one or none", function()
    local q = session:select(m.User)
    assert.equal(2, q:count())
    assert.equal("ada", q:where { name = "ada" }:one().name)
    assert.is_nil(q:where { name = "nobody" }:one_or_none())
    assert.is_nil(q:where { name = "nobody" }:first())
    local none, err = q:where { name = "nobody" }:one()
    assert.is_nil(none)
    assert.equal("norows", err.kind)
    none, err = q:one()
    assert.is_nil(none)
    assert.equal("multiplerows", err.kind)
    assert.equal("multiplerows", select(2, q:one_or_none()).kind)
    assert.equal(36, session:select(func.max(m.User.age)):scalar())
  end)

  it("give rows by name and number", function()
    local row = session
      :select(m.User.name, func.sum(m.Purchase.count):label "bought")
      :join(m.User.purchases)
      :group_by(m.User.name)
      :having(func.count(m.Purchase.id):gt(1))
      :one()
    assert.equal("ada", row.name)
    assert.equal(3, tonumber(row.bought))
    assert.equal("ada", row[1])
    assert.same({ "name", "bought" }, (function()
      local keys = {}
      for key in pairs(row:to_table()) do
        keys[#keys + 1] = key
      end
      table.sort(keys, function(a, b)
        return a > b
      end)
      return keys
    end)())
    local ok, err = pcall(function()
      return row.bougth
    end)
    assert.is_false(ok)
    assert.matches("queries_spec%.lua:%d+: the row has no field", err)
  end)

  it("give records beside columns", function()
    local row = session:select(m.Purchase, m.User.name):join(m.Purchase.user):order_by(m.Purchase.id):first()
    assert.equal("ada", row.name)
    assert.equal(row[1].user.name, row.name)
  end)

  it("join to the left, along conditions, and through aliases", function()
    local other = cormorant.alias(m.Product, "other")
    local pairs_of = session
      :select(m.Product.title, other.title)
      :join(other, other.store_id:eq(m.Product.store_id):and_(other.id:gt(m.Product.id)))
      :order_by(m.Product.id)
      :all()
    assert.equal(2, #pairs_of)
    assert.equal("tea", pairs_of[1][1])
    assert.equal("cup", pairs_of[1][2])
    local unbought = session
      :select(m.Product.title)
      :left_join(m.Purchase, m.Purchase.product_id:eq(m.Product.id))
      :where(m.Purchase.id:is_null())
      :order_by(m.Product.title)
      :scalars()
    assert.same({ "plate", "soup" }, unbought)
  end)

  it("ask about relations", function()
    assert.same({ "tea", "soup" }, products(m.Product.tags:any { name = "hot" }))
    assert.same({ "plate", "soup" }, products(m.Product.store:has(m.Store.name:eq "Market")))
    local hot = session:select(m.Tag):where { name = "hot" }:one()
    assert.same({ "tea", "soup" }, products(m.Product.tags:contains(hot)))
    local corner = session:select(m.Store):where { name = "Corner" }:one()
    assert.same({ "tea", "cup" }, products(m.Product.store:eq(corner)))
    assert.same({}, products(m.Product.store:eq(nil)))
  end)

  it("hold other queries", function()
    local bought = cormorant.select(m.Purchase.product_id)
    assert.same({ "tea", "cup" }, products(m.Product.id:in_(bought)))
    assert.same({ "plate", "soup" }, products(m.Product.id:not_in(bought)))
    local per = cormorant
      .select(m.Purchase.product_id, func.sum(m.Purchase.count):label "n")
      :group_by(m.Purchase.product_id)
      :subquery "per"
    local row = session:select(m.Product.title, per.n):join(per, per.product_id:eq(m.Product.id)):order_by(per.n:desc()):first()
    assert.equal("tea", row.title)
    assert.equal(3, tonumber(row.n))
    local dearest = cormorant.select(func.max(m.Product.price)):as_scalar()
    assert.same({ "cup" }, products(m.Product.price:eq(dearest)))
    local exists = cormorant.select(m.Purchase.id):where(m.Purchase.product_id:eq(m.Product.id)):exists()
    assert.same({ "tea", "cup" }, products(exists))
    local both = session:select(m.User.name):union(cormorant.select(m.Store.name))
    assert.equal(4, #both:all())
  end)

  it("name a part of themselves, also one that repeats", function()
    local bought = cormorant.select(m.Purchase.product_id):distinct():cte "bought"
    assert.same({ "tea", "cup" }, titles(session:select(m.Product):join(bought, bought.product_id:eq(m.Product.id))))
    assert.equal(2, session:select(m.User):for_update():count())
    assert.same({ "cup", "tea" }, session
      :select(m.Product.title)
      :except(cormorant.select(m.Product.title):where(m.Product.title:in_ { "plate", "soup" }))
      :order_by("title")
      :scalars())
  end)

  it("choose, cast, label and number", function()
    local size = cormorant.case {
      { m.Product.price:ge(8), "dear" },
      { m.Product.price:ge(4), "fair" },
      default = "cheap",
    }
    assert.same({ "cheap", "dear", "fair", "fair" }, session:select(size):order_by(m.Product.id):scalars())
    assert.equal("3", session:select(cormorant.cast(3, cormorant.string(10))):scalar())
    local rank = func.row_number():over { partition_by = m.Product.store_id, order_by = m.Product.price:desc() }
    assert.same({ 2, 1, 1, 2 }, session:select(rank):order_by(m.Product.id):scalars())
    assert.equal(2, #session:select(m.Product.store_id):distinct():all())
  end)

  it("take SQL as text with values by name", function()
    assert.same({ "cup" }, products(cormorant.sql("price > :least", { least = 7 })))
    local rows = session:execute("select name from user_account where age > :age", { age = 20 })
    assert.equal(1, #rows)
    assert.equal("ada", rows[1].name)
    local mark = shop.on_server() and "$1" or "?"
    assert.equal("bob", session:execute("select name from user_account where name = " .. mark, { "bob" })[1].name)
  end)

  it("leave the query they come from as it was", function()
    local base = session:select(m.Product)
    local narrowed = base:where { title = "tea" }
    assert.equal(4, base:count())
    assert.equal(1, narrowed:count())
    assert.matches("SELECT", base:sql())
  end)

  it("name what is not there", function()
    for _, wrong in ipairs {
      function()
        return m.Product.titel
      end,
      function()
        return session:select(m.Product):where { titel = "x" }
      end,
      function()
        return session:select(m.Product):preload "tgas"
      end,
    } do
      local ok, err = pcall(wrong)
      assert.is_false(ok)
      assert.matches("queries_spec%.lua:%d+: .*did you mean", err)
    end
    for _, wrong in ipairs {
      function()
        return session:select(m.Product):filter()
      end,
      function()
        return m.Product.title:eqq "x"
      end,
      function()
        return session:comit()
      end,
      function()
        return cormorant.opne "sqlite://"
      end,
      function()
        return cormorant.select(m.Product):all()
      end,
    } do
      local ok, err = pcall(wrong)
      assert.is_false(ok)
      assert.matches("queries_spec%.lua:%d+: ", err)
    end
  end)
end)
