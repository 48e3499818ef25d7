-- discard: remove hints of jobs that ended while they waited.
-- KEYS[1..3]  zset  {queue}:ready:high, :medium, :low
-- ARGV[1]  text  members separated by spaces, at most 1,000
-- returns  number of hints removed
-- safe to lose: a stale hint claims nothing.
local members = {}
for member in string.gmatch(ARGV[1], "%S+") do members[#members + 1] = member end
local removed = 0
for level = 1, 3 do removed = removed + redis.call("ZREM", KEYS[level], unpack(members)) end
return removed
