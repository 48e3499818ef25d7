/**
 * A program that holds a private Redis and a child process and never ends by itself, to show that both go when
 * it is killed. Started by the test of the test services.
 */
import { PrivateRedis } from "./private-redis.js";
import { spawnNode } from "./spawn-node.js";

const redis = await PrivateRedis.start();
const child = await spawnNode("unused", [], {
  readyLine: /^up$/,
  nodeArgs: ["--eval", "console.log('up'); setInterval(() => {}, 1000)"],
});
console.log(`holding ${redis.pid} ${child.pid} ${redis.directory}`);
setInterval(() => undefined, 1_000);
