-- put: add hints to one queue; a hint that waits at another level is moved, so that doing it twice changes nothing.
-- KEYS[1..3]  zset  {queue}:ready:high, :medium, :low   member = job id, 16 digits, "|", type; score = ready time, us
-- ARGV[1..3]  text  per level "us member us member ...", at most 1,000 hints in all, each member once; may be empty
-- returns  number of hints
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
return count
