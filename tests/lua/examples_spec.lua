local function read(path)
  local file = assert(io.open(path))
  local text = file:read "*a"
  file:close()
  return text
end

local interpreter = jit and "luajit" or "lua5.4"

describe("examples", function()
  it("print their golden texts", function()
    local out = io.popen(interpreter .. " examples/lua/quickstart.lua 2>&1")
    assert.equal(read "examples/lua/quickstart.txt", out:read "*a")
    out:close()
  end)

  it("stand in the README as they are run", function()
    local page = read("README.md"):match "```lua\n(.-)```"
    assert.equal(read "examples/lua/quickstart.lua", page)
  end)
end)
