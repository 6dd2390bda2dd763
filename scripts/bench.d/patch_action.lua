-- A new title for one action, at random out of the sample.
local common = dofile(os.getenv("BENCH_SCRIPTS") .. "/common.lua")
local ids = common.lines("standing")
local headers = common.headers({
  ["Content-Type"] = "application/merge-patch+json",
  ["If-Match"] = "*",
})

function request()
  local body = string.format('{"title":"Report back, as amended (%s)"}', common.unique())
  return wrk.format("PATCH", "/v1/actions/" .. ids[math.random(#ids)], headers, body)
end
