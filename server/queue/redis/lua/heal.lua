-- heal: delete keys of one queue that hold something else than a sorted set.
-- KEYS[1..3]  any  {queue}:ready:high, :medium, :low
-- returns  number of keys deleted
-- safe to lose: hints only, the caller reports the data as lost and everything ready is put again.
local deleted = 0
for level = 1, 3 do
  local kind = redis.call("TYPE", KEYS[level]).ok
  if kind ~= "zset" and kind ~= "none" then deleted = deleted + redis.call("DEL", KEYS[level]) end
end
return deleted
