-- The first page of what is overdue by its current due day.
local common = dofile(os.getenv("BENCH_SCRIPTS") .. "/common.lua")
local headers = common.headers()

function request()
  return wrk.format("GET", "/v1/actions?overdue=current&limit=50", headers)
end
