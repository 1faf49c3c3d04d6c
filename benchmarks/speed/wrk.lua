-- Sends one body again and again; says in JSON how often which status came, and how late.
-- wrk -s wrk.lua URL -- BODY CONTENT_TYPE

local others = {}
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(words)
  local file = assert(io.open(words[1], "rb"))
  wrk.method, wrk.body = "POST", file:read("*a")
  wrk.headers["Content-Type"] = words[2]
  refused, wrong = 0, 0
end

function response(status)
  if status == 503 then
    refused = refused + 1
  elseif status ~= 200 then
    wrong = wrong + 1
  end
end

function done(summary, latency)
  local refused, wrong = 0, 0
  for _, thread in ipairs(threads) do
    refused = refused + thread:get("refused")
    wrong = wrong + thread:get("wrong")
  end
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "refused": %d, "wrong": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, refused,
    wrong + errors.connect + errors.read + errors.write + errors.timeout))
end
