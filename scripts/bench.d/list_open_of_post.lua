-- The first page of one post's open actions by due day, post after post.
local common = dofile(os.getenv("BENCH_SCRIPTS") .. "/common.lua")
local posts = common.lines("posts")
local headers = common.headers()
local turn = 0

function request()
  turn = turn % #posts + 1
  return wrk.format("GET", "/v1/actions?state=open&owner_post_id=" .. posts[turn] .. "&sort=due_on&limit=50", headers)
end
