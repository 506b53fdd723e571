-- The shop job in Lua; README.md says what it does. Usage: shop.lua [url [file for the SQL]]
local cormorant = require "cormorant"

local function describe(db)
  local text, integer = cormorant.string, cormorant.integer
  local function key()
    return integer { primary_key = true }
  end
  local function references(column)
    return integer { references = column, nullable = false }
  end
  local User = db:model("User", {
    id = key(),
    name = text(40, { unique = true, nullable = false }),
    purchases = cormorant.has_many("Purchase", { back = "user", order_by = "id" }),
  }, { table = "user_account" })
  local Store = db:model("Store", {
    id = key(),
    name = text(40, { nullable = false }),
    products = cormorant.has_many("Product", { back = "store", order_by = "id", cascade = "all, delete-orphan" }),
  }, { table = "store" })
  local Product = db:model("Product", {
    id = key(),
    store_id = references "store.id",
    title = text(40, { nullable = false }),
    cents = integer { nullable = false },
    store = cormorant.belongs_to("Store", { back = "products" }),
    tags = cormorant.many_to_many("Tag", { through = "product_tag", order_by = "id" }),
  }, { table = "product" })
  local Purchase = db:model("Purchase", {
    id = key(),
    user_id = references "user_account.id",
    product_id = references "product.id",
    quantity = integer { default = 1, nullable = false },
    user = cormorant.belongs_to("User", { back = "purchases" }),
    product = cormorant.belongs_to "Product",
    cormorant.check "quantity > 0",
  }, { table = "purchase" })
  local Tag = db:model("Tag", { id = key(), name = text(20, { nullable = false }) }, { table = "tag" })
  db:table("product_tag", {
    product_id = integer { primary_key = true, references = "product.id" },
    tag_id = integer { primary_key = true, references = "tag.id" },
  })
  return { User = User, Store = Store, Product = Product, Purchase = Purchase, Tag = Tag }
end

local function fill(session, m)
  local hot, fresh = m.Tag { name = "hot" }, m.Tag { name = "fresh" }
  local corner, market = m.Store { name = "Corner" }, m.Store { name = "Market" }
  local tea = m.Product { title = "tea", cents = 350, store = corner, tags = { hot } }
  local cup = m.Product { title = "cup", cents = 800, store = corner }
  local plum = m.Product { title = "plum", cents = 40, store = market, tags = { hot, fresh } }
  local stamp = m.Product { title = "stamp", cents = 1, store = market }
  local ada, bob = m.User { name = "Ada" }, m.User { name = "Bob" }
  session:add(hot, fresh, corner, market, tea, cup, plum, stamp, ada, bob)
  session:add(m.Purchase { user = ada, product = tea, quantity = 2 })
  session:add(m.Purchase { user = ada, product = plum, quantity = 10 })
  session:add(m.Purchase { user = bob, product = cup })
  assert(session:commit())
end

local function money(cents)
  return ("%d.%02d"):format(math.floor(cents / 100), cents % 100)
end

local function show_stores(session, m)
  for store in session:select(m.Store):order_by(m.Store.id):preload("products.tags"):each() do
    print(store.name .. ":")
    for product in store.products:each() do
      local line = { "  " .. product.title, money(product.cents) }
      for tag in product.tags:each() do
        line[#line + 1] = "#" .. tag.name
      end
      print(table.concat(line, " "))
    end
  end
end

local function show_sales(session, m)
  local count, total = cormorant.func.count(m.Purchase.id), cormorant.func.sum(m.Purchase.quantity * m.Product.cents)
  local query = session:select(m.User.name, count, total):join(m.User.purchases):join(m.Purchase.product)
  for row in query:group_by(m.User.name):order_by(m.User.name):each() do
    print(("%s bought %d times for %s"):format(row[1], row[2], money(row[3])))
  end
end

local function change(session, m)
  local market = assert(session:get(m.Store, 2))
  local plum, stamp = market.products[1], market.products[2]
  plum.cents = 45
  plum.tags:remove(plum.tags[1])
  market.products:remove(stamp)
  assert(session:commit())
end

local function refuse(session, m)
  session:add(m.User { name = "Ada" })
  local done, err = session:commit()
  if not done and err.kind == "integrity" then
    print "a second Ada is refused"
    assert(session:rollback())
  end
end

local function log_statements(db, name)
  local log = assert(io.open(name, "w"))
  log:setvbuf "no"
  db:on("before_cursor_execute", function(sql)
    log:write(sql, "\n")
  end)
end

-- Runs the steps in a session of their own.
local function work(db, m, ...)
  local session = assert(db:session())
  for _, step in ipairs { ... } do
    step(session, m)
  end
  session:close()
end

local function main(url, log)
  local db = assert(cormorant.open(url or "sqlite://"))
  if log then
    log_statements(db, log)
  end
  local m = describe(db)
  assert(db:create_all())
  work(db, m, fill, show_stores, show_sales)
  work(db, m, change, refuse)
  work(db, m, show_stores, show_sales)
  assert(db:drop_all())
  db:close()
end

main(...)
