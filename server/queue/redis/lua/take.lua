-- take: pop the most urgent hints of one queue, after moving up those that have waited past the ageing times.
-- KEYS[1..3]  zset  {queue}:ready:high, :medium, :low   member = job id, 16 digits, "|", type; score = ready time, us
-- KEYS[4]  string {queue}:hungry, set for HUNGRY_S when there was less than asked for: the next put wakes the replicas
-- ARGV[1]  int   most hints to take, 1..1000
-- ARGV[2]  text  "A B": a low hint older than A us moves to medium, a low or medium one older than B us to high
-- ARGV[3]  text  accepted types separated by spaces; empty for every type
-- ARGV[4]  text  "LEVEL RANK" to scan from when types are given; "1 0" is the start, and only there hints move up
-- returns  { cursor, high, medium, low }: where the scan stopped ("" at the end), then flat lists of member, score
-- safe to lose: hints only, Postgres decides who owns a job. Moves at most ARGV[1] or AGEING_BATCH hints up
-- per level, enough for an answer in exact order; with types it scans at most SCAN members and leaves others in place.
local SCAN, WINDOW, AGEING_BATCH, HUNGRY_S = 1024, 256, 100, 60
local wanted = tonumber(ARGV[1])
local taken = { {}, {}, {} }

local function moveUp(from, to, olderThanUs)
  local due = redis.call("ZRANGE", from, "-inf", string.format("%.0f", olderThanUs), "BYSCORE", "LIMIT", 0, math.max(wanted, AGEING_BATCH), "WITHSCORES")
  if #due == 0 then return end
  local add = {}
  for i = 1, #due, 2 do
    add[i], add[i + 1] = due[i + 1], due[i]
  end
  redis.call("ZADD", to, unpack(add))
  redis.call("ZREMRANGEBYRANK", from, 0, #due / 2 - 1)
end

if ARGV[4] == "1 0" then
  local time = redis.call("TIME")
  local nowUs = time[1] * 1000000 + time[2]
  local toMediumUs, toHighUs = string.match(ARGV[2], "(%d+) (%d+)")
  moveUp(KEYS[3], KEYS[1], nowUs - toHighUs)
  moveUp(KEYS[2], KEYS[1], nowUs - toHighUs)
  moveUp(KEYS[3], KEYS[2], nowUs - toMediumUs)
end

if ARGV[3] == "" then
  for level = 1, 3 do
    if wanted > 0 then
      taken[level] = redis.call("ZPOPMIN", KEYS[level], wanted)
      wanted = wanted - #taken[level] / 2
    end
  end
  if wanted > 0 then redis.call("SET", KEYS[4], 1, "EX", HUNGRY_S) end
  return { "", taken[1], taken[2], taken[3] }
end

local accepted = {}
for name in string.gmatch(ARGV[3], "%S+") do accepted[name] = true end
local level, rank = string.match(ARGV[4], "(%d+) (%d+)")
level, rank = tonumber(level), tonumber(rank)
local budget = SCAN
while level <= 3 and wanted > 0 and budget > 0 do
  local seen = redis.call("ZRANGE", KEYS[level], rank, rank + WINDOW - 1, "WITHSCORES")
  local list, hits, looked = taken[level], {}, 0
  for i = 1, #seen, 2 do
    -- What lies behind the last one wanted was not looked at: the next scan has to begin there.
    if wanted == 0 then break end
    looked = looked + 1
    if accepted[string.sub(seen[i], 18)] then
      list[#list + 1], list[#list + 2] = seen[i], seen[i + 1]
      hits[#hits + 1] = seen[i]
      wanted = wanted - 1
    end
  end
  if #hits > 0 then redis.call("ZREM", KEYS[level], unpack(hits)) end
  budget = budget - #seen / 2
  rank = rank + looked - #hits
  if #seen < WINDOW * 2 and looked == #seen / 2 then
    level, rank = level + 1, 0
  end
end
if wanted > 0 then redis.call("SET", KEYS[4], 1, "EX", HUNGRY_S) end
return { level > 3 and "" or level .. " " .. rank, taken[1], taken[2], taken[3] }
