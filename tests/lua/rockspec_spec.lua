local function listed(pattern)
  local files = {}
  local out = io.popen("ls " .. pattern)
  for name in out:lines() do
    files[#files + 1] = name
  end
  out:close()
  return files
end

describe("the rockspec", function()
  it("names every file of the binding", function()
    local spec = {}
    local load_spec
    if setfenv then
      load_spec = setfenv(assert(loadfile "bindings/lua/cormorant-scm-1.rockspec"), spec)
    else
      load_spec = assert(loadfile("bindings/lua/cormorant-scm-1.rockspec", "t", spec))
    end
    load_spec()
    local modules = {}
    for name, what in pairs(spec.build.modules) do
      if type(what) == "string" then
        modules[#modules + 1] = what
      else
        assert.equal("cormorant.core", name)
        assert.same(listed "bindings/lua/src/*.c", what.sources)
      end
    end
    table.sort(modules)
    assert.same(listed "bindings/lua/lua/cormorant/*.lua", modules)
  end)
end)
