-- missing: tell which of the given jobs have no hint at any level.
-- KEYS[1..3]  zset  {queue}:ready:high, :medium, :low
-- ARGV[1]  text  members separated by spaces, at most 1,000
-- returns  array of their positions in the list, from 1
-- changes nothing.
local members = {}
for member in string.gmatch(ARGV[1], "%S+") do members[#members + 1] = member end
local scores = {}
for level = 1, 3 do scores[level] = redis.call("ZMSCORE", KEYS[level], unpack(members)) end
local positions = {}
for i = 1, #members do
  if not (scores[1][i] or scores[2][i] or scores[3][i]) then positions[#positions + 1] = i end
end
return positions
