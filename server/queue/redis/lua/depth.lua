-- depth: count the hints of one queue by level, at one moment.
-- KEYS[1..3]  zset  {queue}:ready:high, :medium, :low
-- returns  { high, medium, low }
-- changes nothing.
return { redis.call("ZCARD", KEYS[1]), redis.call("ZCARD", KEYS[2]), redis.call("ZCARD", KEYS[3]) }
