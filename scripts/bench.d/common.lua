-- What the wrk scripts beside this file share. measure.py says through the
-- environment where the sample is, which token to send, and where to write the
-- result.

local common = {}

-- Each of wrk's threads has its own Lua state. Give it a number of its own.
local threads = 0
function setup(thread)
  threads = threads + 1
  thread:set("thread_number", threads)
end

-- A file of the sample as a list of its lines.
function common.lines(name)
  local list = {}
  for line in io.lines(os.getenv("BENCH_SAMPLE") .. "/" .. name) do
    list[#list + 1] = line
  end
  assert(#list > 0, name .. " is empty")
  return list
end

-- The headers of every request, plus those given.
function common.headers(more)
  local headers = { ["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN") }
  for name, value in pairs(more or {}) do
    headers[name] = value
  end
  return headers
end

-- The same sequence in every run, another one in every thread.
function init()
  math.randomseed(20270331 + thread_number)
end

-- A name that no other request of any run has.
local counter = 0
function common.unique()
  counter = counter + 1
  return os.getenv("BENCH_RUN") .. "-" .. thread_number .. "-" .. counter
end

-- The numbers as JSON. wrk counts as 'status' errors the answers above 399.
function done(summary, latency)
  local errors = summary.errors
  local file = assert(io.open(os.getenv("BENCH_RESULT"), "w"))
  file:write(string.format(
    '{"requests": %d, "seconds": %.6f, "p50_ms": %.3f, "p99_ms": %.3f, "max_ms": %.3f, "refused": %d, "lost": %d}\n',
    summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
  file:close()
end

return common
