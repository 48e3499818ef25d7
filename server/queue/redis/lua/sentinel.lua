-- sentinel: tell which life of the data this is, and begin a new one when the old was lost.
-- KEYS[1]  string  "<run id of the Redis process>:<token>"
-- ARGV[1]  text  run id of the Redis process now; may be empty where INFO is forbidden
-- ARGV[2]  text  token for a new life, unique
-- returns  the value that holds now; it ends in ARGV[2] when this call began a new life
-- A restarted Redis counts as lost even with its data on disk: the last second may be missing.
local value = redis.call("GET", KEYS[1])
if value and string.sub(value, 1, #ARGV[1]) == ARGV[1] then return value end
value = ARGV[1] .. ":" .. ARGV[2]
redis.call("SET", KEYS[1], value)
return value
