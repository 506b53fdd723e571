local cormorant = require "cormorant"
local shop = require "shop"

describe("a column with version = true", function()
  local db, Doc, session

  before_each(function()
    db = assert(cormorant.open(shop.url()))
    Doc = db:model("doc", {
      id = cormorant.integer { primary_key = true },
      name = cormorant.string(20),
      version = cormorant.integer { version = true, nullable = false },
    })
    db:drop_all()
    assert(db:create_all())
    session = db:session()
  end)
  after_each(function()
    session:close()
    db:drop_all()
    db:close()
  end)

  it("counts what happens to the row", function()
    local doc = Doc { name = "a" }
    session:add(doc)
    assert(session:commit())
    assert.equal(1, doc.version)
    doc.name = "b"
    assert(session:commit())
    assert.equal(2, doc.version)
  end)

  it("refuses to change a row that somebody else has changed", function()
    local doc = Doc { name = "a" }
    session:add(doc)
    assert(session:commit())
    assert.equal("a", doc.name)
    assert(session:execute "UPDATE doc SET version = 7")
    doc.name = "b"
    local ok, err = session:flush()
    assert.is_nil(ok)
    assert.equal("stale", err.kind)
    assert(session:rollback())
    session:delete(doc)
    assert(session:commit())
    assert.equal(0, session:select(Doc):count())
  end)
end)
