-- A new action, resolution after resolution, so that several committees count
-- up their references at once.
local common = dofile(os.getenv("BENCH_SCRIPTS") .. "/common.lua")
local resolutions = common.lines("resolutions")
local posts = common.lines("posts")
local turn = 0

function request()
  turn = turn + 1
  local key = common.unique()
  local body = string.format(
    '{"resolution_id":"%s","title":"Report back on item %s","owner_post_id":"%s",'
      .. '"due":{"kind":"date","wording":"by 31 March 2027","due_on":"2027-03-31"},"state":"open"}',
    resolutions[(turn + thread_number) % #resolutions + 1], key, posts[turn % #posts + 1])
  return wrk.format("POST", "/v1/actions", common.headers({
    ["Content-Type"] = "application/json",
    ["Idempotency-Key"] = key,
  }), body)
end
