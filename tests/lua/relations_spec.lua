local cormorant = require "cormorant"
local shop = require "shop"

describe("relations", function()
  local db, m, session, ada

  before_each(function()
    db, m = shop.filled()
    session = db:session()
    ada = session:select(m.User):where { name = "ada" }:one()
  end)
  after_each(function()
    session:close()
    db:close()
  end)

  local function titles(list)
    local made = {}
    for product in list:each() do
      made[#made + 1] = product.title
    end
    return made
  end

  it("to many read as lists from 1", function()
    assert.equal(2, #ada.purchases)
    assert.equal("tea", ada.purchases[1].product.title)
    assert.is_nil(ada.purchases[3])
    assert.is_nil(ada.purchases[0])
    assert.is_true(ada.purchases == ada.purchases)
    local seen = {}
    for i, purchase in ada.purchases:ipairs() do
      seen[i] = purchase.count
    end
    assert.same({ 2, 1 }, seen)
    assert.equal(2, #ada.purchases:list())
  end)

  it("to many are walked by ipairs where Lua allows it", function()
    if not jit then
      local n = 0
      for i, purchase in ipairs(ada.purchases) do
        assert.equal(purchase, ada.purchases[i])
        n = n + 1
      end
      assert.equal(2, n)
    else
      assert.has_error(function()
        ipairs(ada.purchases)(ada.purchases, 0)
      end)
    end
  end)

  it("follow each other on both sides", function()
    local bob = session:select(m.User):where { name = "bob" }:one()
    local purchase = ada.purchases[1]
    purchase.user = bob
    assert.equal(1, #ada.purchases)
    assert.is_true(bob.purchases:contains(purchase))
    bob.purchases:remove(purchase)
    assert.is_nil(purchase.user)
    assert.is_false(bob.purchases:contains(purchase))
  end)

  it("delete orphans", function()
    local gone = ada.purchases:remove(1)
    assert.equal(2, gone.count)
    assert(session:commit())
    assert.equal(2, session:select(m.Purchase):count())
    assert.equal("detached", cormorant.inspect(gone).state)
  end)

  it("are replaced by assignment, emptied, and filled at a place", function()
    local first, second = ada.purchases[1], ada.purchases[2]
    local third = m.Purchase { count = 7 }
    ada.purchases = { second, third }
    assert.equal(second, ada.purchases[1])
    assert.equal(third, ada.purchases[2])
    assert.is_nil(first.user)
    assert.equal(ada, third.user)
    ada.purchases:insert(1, m.Purchase { count = 9 })
    assert.equal(9, ada.purchases[1].count)
    assert(session:commit())
    assert.equal(3, #ada.purchases)
    ada.purchases:clear()
    assert.equal(0, #ada.purchases)
    assert(session:commit())
    assert.equal(1, session:select(m.Purchase):count())
  end)

  it("to many of a new record begin empty", function()
    local eve = m.User { name = "eve" }
    assert.equal(0, #eve.purchases)
    eve.purchases = { m.Purchase { count = 3 } }
    session:add(eve)
    assert(session:commit())
    assert.equal(3, eve.purchases[1].count)
    assert.equal(eve.id, eve.purchases[1].user_id)
  end)

  it("have one", function()
    assert.is_nil(ada.card)
    ada.card = m.Card { number = "12-34" }
    assert(session:commit())
    assert.equal("12-34", session:select(m.Card):one().number)
    assert.equal(ada, ada.card.user)
    ada.card = nil
    assert(session:commit())
    assert.is_nil(session:select(m.Card):one().user_id)
  end)

  it("go through a table between", function()
    local soup = session:select(m.Product):where { title = "soup" }:one()
    assert.equal(2, #soup.tags)
    local hot = soup.tags[1]
    soup.tags:remove(hot)
    soup.tags:append(m.Tag { name = "cheap" })
    assert(session:commit())
    assert.same({ "cheap", "round" }, session
      :select(m.Tag.name)
      :join(m.Tag.products)
      :where(m.Product.title:eq "soup")
      :order_by(m.Tag.name)
      :scalars())
    assert.same({ "tea" }, titles(hot.products))
  end)

  it("come with the query", function()
    session:close()
    session = db:session()
    local stores = session:select(m.Store):preload("products.tags"):order_by(m.Store.id):all()
    assert.is_true(cormorant.inspect(stores[1]).loaded.products)
    assert.is_true(cormorant.inspect(stores[1].products[1]).loaded.tags)
    session:close()
    assert.same({ "tea", "cup" }, titles(stores[1].products))
    assert.equal("hot", stores[1].products[1].tags[1].name)
  end)

  it("come in the same statement", function()
    session:close()
    session = db:session()
    local stores = session:select(m.Store):preload_joined("products"):order_by(m.Store.id):all()
    assert.equal(2, #stores)
    session:close()
    assert.same({ "plate", "soup" }, titles(stores[2].products))
    session = db:session()
    local n = 0
    for store in session:select(m.Store):preload_joined("products"):each() do
      n = n + #store.products
    end
    assert.equal(4, n)
    local purchases = session:select(m.Purchase):join(m.Purchase.user):contains_eager("user"):all()
    assert.is_true(cormorant.inspect(purchases[1]).loaded.user)
  end)

  it("are not loaded after the session, and say so", function()
    session:close()
    local ok, err = pcall(function()
      return ada.purchases[1]
    end)
    assert.is_false(ok)
    assert.equal("detached", err.kind)
    assert.matches("user_account", tostring(err))
  end)

  it("want records of their model", function()
    local ok, err = pcall(function()
      ada.purchases:append(m.Store { name = "x" })
    end)
    assert.is_false(ok)
    assert.matches("purchase", tostring(err))
    assert.has_error(function()
      ada.purchases:append "tea"
    end)
    assert.has_error(function()
      ada.purchases = 3
    end)
    assert.has_error(function()
      ada.purchases[1].user = "ada"
    end)
    assert.equal(2, #ada.purchases)
  end)

  it("of a tree lead up and down", function()
    local own = assert(cormorant.open(shop.url()))
    local Node = own:model("node", {
      id = cormorant.integer { primary_key = true },
      name = cormorant.string(20),
      parent_id = cormorant.integer { references = "node.id" },
      children = cormorant.has_many("node", { back = "parent", order_by = "name desc", cascade = "all" }),
      parent = cormorant.belongs_to("node", { back = "children" }),
    })
    assert(own:drop_all())
    assert(own:create_all())
    local s = own:session()
    local root = Node { name = "root" }
    root.children:append(Node { name = "a" }, Node { name = "b" })
    s:add(root)
    assert(s:commit())
    assert.equal("b", root.children[1].name)
    assert.equal(root, root.children[2].parent)
    assert(s:delete(root))
    assert(s:commit())
    assert.equal(0, s:select(Node):count())
    s:close()
    assert(own:drop_all())
    own:close()
  end)

  it("to a model that is not defined are refused at the first use", function()
    local own = assert(cormorant.open "sqlite://")
    own:model("lonely", { id = cormorant.integer { primary_key = true }, other = cormorant.belongs_to "nobody" })
    local ok, err = pcall(function()
      own:create_all()
    end)
    assert.is_false(ok)
    assert.matches('relations_spec%.lua:%d+: relation lonely%.other leads to the model "nobody"', err)
  end)

  it("whose words there are not are refused with the nearest", function()
    for option, told in pairs {
      cascade = { "all, delete-orphans", 'relation tree%.parts: there is no cascade "delete%-orphans": did you mean "delete%-orphan"%?' },
      lazy = { "slectin", 'relation tree%.parts: there is no way of loading "slectin": did you mean "selectin"%?' },
    } do
      local own = assert(cormorant.open "sqlite://")
      own:model("tree", {
        id = cormorant.integer { primary_key = true },
        parent_id = cormorant.integer { references = "tree.id" },
        parts = cormorant.has_many("tree", { [option] = told[1] }),
      })
      local ok, err = pcall(own.create_all, own)
      assert.is_false(ok)
      assert.matches(told[2], err)
    end
  end)
end)
