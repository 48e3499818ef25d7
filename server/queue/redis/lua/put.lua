-- put: add hints to one queue; a hint that waits at another level is moved, so that doing it twice changes nothing.
-- Calls out to the other replicas only when one of them found too little since the last call.
-- KEYS[1..3]  zset  {queue}:ready:high, :medium, :low   member = job id, 16 digits, "|", type; score = ready time, us
-- KEYS[4]     string {queue}:hungry, set by take
-- ARGV[1..3]  text  per level "us member us member ...", at most 1,000 hints in all, each member once; may be empty
-- ARGV[4..5]  text  channel and message of the wake-up
-- returns  1 when it called, else 0
-- safe to lose: hints only, the reconciler puts them again.
local count = 0
for level = 1, 3 do
  local add, members = {}, {}
  for score, member in string.gmatch(ARGV[level], "(%d+) (%S+)") do
    add[#add + 1], add[#add + 2] = score, member
    members[#members + 1] = member
  end
  if #members > 0 then
    for other = 1, 3 do
      if other ~= level then redis.call("ZREM", KEYS[other], unpack(members)) end
    end
    redis.call("ZADD", KEYS[level], unpack(add))
    count = count + #members
  end
end
if count == 0 or redis.call("DEL", KEYS[4]) == 0 then return 0 end
redis.call("PUBLISH", ARGV[4], ARGV[5])
return 1
