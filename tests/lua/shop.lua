-- The little shop that the tests of all languages share: users buy products of stores, products have tags.
local cormorant = require "cormorant"

local shop = {}

local files = 0

-- A database of its own in memory, or on the server that the environment names, emptied.
function shop.url()
  local url = os.getenv "CORM_TEST_LUA_URL"
  return url and url ~= "" and url or "sqlite://"
end

function shop.on_server()
  return shop.url():match "^sqlite" == nil
end

-- A database in a file, for what one in memory cannot show.
function shop.file_url()
  files = files + 1
  local path = os.tmpname()
  return "sqlite:///" .. path, path
end

function shop.models(db)
  local c = cormorant
  local models = {}
  models.User = db:model("user_account", {
    id = c.integer { primary_key = true },
    name = c.string(30, { unique = true, nullable = false }),
    age = c.integer(),
    purchases = c.has_many("purchase", { back = "user", cascade = "all, delete-orphan", order_by = "id" }),
    card = c.has_one("card", { back = "user" }),
    c.check("age >= 0", { name = "age_not_negative" }),
  })
  models.Card = db:model("card", {
    id = c.integer { primary_key = true },
    user_id = c.integer { references = "user_account.id", unique = true },
    number = c.string(20),
    user = c.belongs_to("user_account", { back = "card" }),
  })
  models.Store = db:model("store", {
    id = c.integer { primary_key = true },
    name = c.string(40),
    products = c.has_many("product", { back = "store", order_by = "id" }),
  })
  models.Product = db:model("product", {
    id = c.integer { primary_key = true },
    store_id = c.integer { references = "store.id" },
    title = c.string(40),
    price = c.numeric(10, 2),
    store = c.belongs_to("store", { back = "products" }),
    tags = c.many_to_many("tag", { through = "product_tag", back = "products", order_by = "id" }),
  })
  models.Tag = db:model("tag", {
    id = c.integer { primary_key = true },
    name = c.string(20),
    products = c.many_to_many("product", { through = "product_tag", back = "tags" }),
  })
  models.product_tag = db:table("product_tag", {
    product_id = c.integer { primary_key = true, references = "product.id" },
    tag_id = c.integer { primary_key = true, references = "tag.id" },
  })
  models.Purchase = db:model("purchase", {
    id = c.integer { primary_key = true },
    user_id = c.integer { references = "user_account.id" },
    product_id = c.integer { references = "product.id" },
    count = c.integer { default = 1 },
    user = c.belongs_to("user_account", { back = "purchases" }),
    product = c.belongs_to "product",
  })
  return models
end

-- An opened database with empty tables: db, models.
function shop.open(url)
  local db = assert(cormorant.open(url or shop.url()))
  local models = shop.models(db)
  assert(db:drop_all())
  assert(db:create_all())
  return db, models
end

-- Ada and Bob, two stores, four products with tags, three purchases.
function shop.fill(db, m)
  local s = db:session()
  local corner, market = m.Store { name = "Corner" }, m.Store { name = "Market" }
  local hot, round = m.Tag { name = "hot" }, m.Tag { name = "round" }
  local function product(store, title, price)
    local p = m.Product { title = title, price = price }
    store.products:append(p)
    return p
  end
  local tea, cup = product(corner, "tea", "3.50"), product(corner, "cup", "8.00")
  local plate, soup = product(market, "plate", "6.25"), product(market, "soup", "4.00")
  s:add(corner, market)
  assert(s:flush())
  tea.tags = { hot }
  cup.tags = { round }
  plate.tags = { round }
  soup.tags = { hot, round }
  local ada, bob = m.User { name = "ada", age = 36 }, m.User { name = "bob", age = 17 }
  s:add(ada, bob)
  assert(s:flush())
  ada.purchases:append(m.Purchase { product = tea, count = 2 })
  ada.purchases:append(m.Purchase { product = cup })
  bob.purchases:append(m.Purchase { product = tea })
  assert(s:commit())
  s:close()
end

function shop.filled(url)
  local db, models = shop.open(url)
  shop.fill(db, models)
  return db, models
end

return shop
