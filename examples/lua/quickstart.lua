-- A shop in a database in memory: models, a unit of work, queries, an error that is handled.
local cormorant = require "cormorant"

local db = assert(cormorant.open "sqlite://")

local Store = db:model("store", {
  id = cormorant.integer { primary_key = true },
  name = cormorant.string(40, { unique = true, nullable = false }),
  products = cormorant.has_many("product", { back = "store", cascade = "all, delete-orphan", order_by = "id" }),
})

local Product = db:model("product", {
  id = cormorant.integer { primary_key = true },
  store_id = cormorant.integer { references = "store.id", nullable = false },
  title = cormorant.string(40),
  price = cormorant.numeric(10, 2),
  store = cormorant.belongs_to("store", { back = "products" }),
})

assert(db:create_all())

-- A unit of work: what is reachable from a record is added with it.
local session = assert(db:session())
local corner = Store { name = "Corner" }
corner.products:append(Product { title = "tea", price = "3.50" }, Product { title = "cup", price = "8.00" })
session:add(corner)
assert(session:commit())

-- Rows are records; relations load when they are read, or with the query.
for store in session:select(Store):preload("products"):order_by(Store.name):each() do
  print(store.name, #store.products)
  for product in store.products:each() do
    print("", product.id, product.title, product.price)
  end
end

-- Conditions are methods; & | ~ join them in Lua 5.4, and_, or_, not_ everywhere.
local dear = session:select(Product):where(Product.price:gt(5):and_(Product.title:like "c%")):one()
dear.price = "7.25"
assert(session:commit())

for row in session
  :select(Store.name, cormorant.func.count(Product.id):label "products", cormorant.func.max(Product.price):label "dearest")
  :join(Store.products)
  :group_by(Store.name)
  :each()
do
  print(row.name, row.products, row.dearest)
end

-- What fails at run time is nil and an error that can be looked at.
session:add(Store { name = "Corner" })
local ok, err = session:commit()
print(ok, err.kind, err.constraint, err.column)
assert(session:rollback())
print(session:select(Store):count())

session:close()
db:close()
