local shop = require "shop"

describe("session:merge", function()
  local db, m, session

  before_each(function()
    db, m = shop.filled()
    session = db:session()
  end)
  after_each(function()
    session:close()
    db:close()
  end)

  it("gives the fields of a record to the one with its key", function()
    local ada = session:select(m.User):where({ name = "ada" }):one()
    local given = m.User { id = ada.id, name = "Ada" }
    assert.equal(ada, session:merge(given))
    assert.equal("Ada", ada.name)
    assert.is_false(session:contains(given))
    assert(session:commit())
    assert.equal("Ada", ada.name)
  end)

  it("makes what has no row yet", function()
    local merged = session:merge(m.User { name = "gus" })
    assert.same({ merged }, session:members "new")
    assert(session:commit())
    assert.equal("gus", session:get(m.User, merged.id).name)
  end)

  it("merges what relations lead to, and replaces their members", function()
    local ada = session:select(m.User):where({ name = "ada" }):one()
    local kept = ada.purchases[1]
    local given = m.User { id = ada.id }
    given.purchases = { m.Purchase { id = kept.id, count = 9 } }
    local merged = session:merge(given)
    assert.equal(1, #merged.purchases)
    assert.equal(kept, merged.purchases[1])
    assert.equal(9, kept.count)
  end)

  it("brings a record of one session into another", function()
    local there = session:select(m.User):where({ name = "ada" }):one()
    local other = db:session()
    local here = other:merge(there)
    assert.are_not.equal(there, here)
    assert.equal("ada", here.name)
    assert.is_true(session:contains(there))
    other:close()
  end)

  it("wants a record", function()
    assert.has_error(function()
      session:merge "ada"
    end)
  end)
end)
