-- One action by its id, at random out of the sample.
local common = dofile(os.getenv("BENCH_SCRIPTS") .. "/common.lua")
local ids = common.lines("ids")
local headers = common.headers()

function request()
  return wrk.format("GET", "/v1/actions/" .. ids[math.random(#ids)], headers)
end
