/** Settings: defaults, overrides, the choice of mode, and that every problem is named at once. */
import { expect } from "chai";
import { ConfigError, readConfig, unknownVariables, type Environment } from "../../server/config.js";
import { breaches, FRAME_ROOM_BYTES } from "../../server/limits.js";

const URLS = { DATABASE_URL: "postgres://u:hunter22@127.0.0.1/m", REDIS_URL: "redis://127.0.0.1:6379" };

function problemsOf(env: Environment): ConfigError {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("the configuration was accepted");
}

describe("readConfig", () => {
  it("runs embedded on loopback with the documented defaults when nothing is set", () => {
    const config = readConfig({});
    expect(config).to.include({
      mode: "embedded",
      databaseUrl: null,
      redisUrl: null,
      host: "127.0.0.1",
      port: 7878,
      metricsHost: "127.0.0.1",
      metricsPort: 7879,
      heartbeatIntervalMs: 5_000,
      leaseTtlMs: 30_000,
      resumeGraceMs: 800,
      resultBytesMax: 1_048_576 - FRAME_ROOM_BYTES,
      allowEviction: false,
    });
    expect(Object.isFrozen(config)).to.equal(true);
    expect(breaches(config)).to.deep.equal([]);
  });

  it("gives every process its own server id, unless one is set", () => {
    expect(readConfig({}).serverId)
      .to.match(/^[A-Za-z0-9._:-]+$/)
      .and.not.equal(readConfig({}).serverId);
    expect(readConfig({ MUSTER_SERVER_ID: "replica-1" }).serverId).to.equal("replica-1");
  });

  it("uses the real servers when both URLs are set, and ignores them when told to run embedded", () => {
    expect(readConfig(URLS)).to.include({
      mode: "servers",
      databaseUrl: URLS.DATABASE_URL,
      redisUrl: URLS.REDIS_URL,
    });
    const embedded = readConfig({ ...URLS, MUSTER_MODE: "embedded" });
    expect(embedded).to.include({ mode: "embedded", databaseUrl: null, redisUrl: null });
  });

  it("refuses one URL without the other and says how to mean it", () => {
    const { problems } = problemsOf({ DATABASE_URL: URLS.DATABASE_URL });
    expect(problems).to.have.length(1);
    expect(problems[0]?.name).to.equal("REDIS_URL");
    expect(problems[0]?.expected).to.contain("MUSTER_MODE=embedded");
    expect(readConfig({ DATABASE_URL: URLS.DATABASE_URL, MUSTER_MODE: "embedded" }).mode).to.equal(
      "embedded",
    );
    expect(problemsOf({ MUSTER_MODE: "servers" }).problems.map(({ name }) => name)).to.deep.equal([
      "DATABASE_URL",
      "REDIS_URL",
    ]);
  });

  it("takes one Redis, or some nodes of a cluster", () => {
    const { DATABASE_URL } = URLS;
    const cluster = "redis://a:1, redis://b:2";
    for (const REDIS_URL of ["rediss://u:p@h", cluster, "redis+cluster://h:1", "rediss+cluster://u:p@h"]) {
      expect(readConfig({ DATABASE_URL, REDIS_URL }).redisUrl).to.equal(REDIS_URL);
    }
    for (const REDIS_URL of ["http://h", "redis://a,b", "redis://a,rediss://b", "redis://a,", "redis://"]) {
      const { problems } = problemsOf({ DATABASE_URL, REDIS_URL });
      expect(
        problems.map(({ name }) => name),
        REDIS_URL,
      ).to.deep.equal(["REDIS_URL"]);
    }
  });

  it("lists every problem at once: bad values, a missing URL and bounds that clash", () => {
    const { problems, message } = problemsOf({
      REDIS_URL: "redis://127.0.0.1",
      MUSTER_PORT: "http",
      MUSTER_MAX_LOSSES: "-1",
      MUSTER_METRICS_PORT: "on",
      MUSTER_ALLOW_EVICTION: "maybe",
      MUSTER_LOG_LEVEL: "loud",
      MUSTER_LEASE_TTL_MS: "6000",
    });
    expect(problems.map(({ name }) => name)).to.have.members([
      "MUSTER_PORT",
      "MUSTER_MAX_LOSSES",
      "MUSTER_METRICS_PORT",
      "MUSTER_ALLOW_EVICTION",
      "MUSTER_LOG_LEVEL",
      "DATABASE_URL",
      "MUSTER_HEARTBEAT_INTERVAL_MS, MUSTER_LEASE_TTL_MS",
    ]);
    expect(message).to.contain('MUSTER_PORT: expected a whole number from 0 to 65535; got "http"');
    expect(message).to.contain(
      'MUSTER_METRICS_PORT: expected a whole number from 0 to 65535, or "off"; got "on"',
    );
  });

  it("does not read numbers that only look like ones", () => {
    for (const text of ["0x10", "1e3", "5.5", "-0", "99999999999999999999", "five"]) {
      expect(problemsOf({ MUSTER_MAX_LOSSES: text }).problems, text).to.have.length(1);
    }
  });

  it("never repeats a password", () => {
    const error = problemsOf({
      DATABASE_URL: "mysql://u:hunter22@h/m",
      REDIS_URL: "hunter22@h",
      MUSTER_RESUME_SECRET: "hunter22",
    });
    expect(error.problems).to.have.length(3);
    expect(error.message).to.contain("mysql://...").and.not.contain("hunter22");
  });

  it("takes an empty variable as unset, and `off` and 0 as metrics ports", () => {
    expect(readConfig({ MUSTER_PORT: "", DATABASE_URL: " " })).to.include({ port: 7878, mode: "embedded" });
    expect(readConfig({ MUSTER_METRICS_PORT: "off" }).metricsPort).to.equal(null);
    expect(readConfig({ MUSTER_METRICS_PORT: "0", MUSTER_PORT: "0" })).to.include({
      metricsPort: 0,
      port: 0,
    });
  });

  it("lets overrides win over the environment and checks them too", () => {
    expect(readConfig({ MUSTER_PORT: "1" }, { MUSTER_PORT: "2" }).port).to.equal(2);
    expect(() => readConfig({}, { MUSTER_PORT: "x" })).to.throw(ConfigError);
  });

  it("explains the port that Kubernetes sets by itself", () => {
    expect(problemsOf({ MUSTER_PORT: "tcp://10.0.0.1:7878" }).message).to.contain(
      "enableServiceLinks: false",
    );
  });

  it("derives one resume secret from the same URL, another from another one, and takes a given one", () => {
    const derived = readConfig(URLS).resumeSecret;
    expect(readConfig(URLS).resumeSecret).to.equal(derived);
    expect(readConfig({ ...URLS, DATABASE_URL: "postgres://other/m" }).resumeSecret).to.not.equal(derived);
    expect(derived).to.not.contain("hunter22");
    const own = "0123456789abcdef";
    expect(readConfig({ MUSTER_RESUME_SECRET: own }).resumeSecret).to.equal(own);
  });

  it("points out names that begin like its own and mean nothing", () => {
    expect(unknownVariables({ MUSTER_LEASE_MS: "1", MUSTER_PORT: "1", HOME: "/" })).to.deep.equal([
      "MUSTER_LEASE_MS",
    ]);
  });
});

describe("limits", () => {
  const clashes: Readonly<Record<string, Environment>> = {
    "a lease shorter than three heartbeats": { MUSTER_HEARTBEAT_INTERVAL_MS: "10001" },
    "a resume grace longer than the lease": { MUSTER_RESUME_GRACE_MS: "30001" },
    "a session shorter than its lease": { MUSTER_MAX_SESSION_AGE_MS: "30000" },
    "a rescue less often than once a lease": { MUSTER_RESCUE_INTERVAL_MS: "30001" },
    "a Redis timeout as long as a lease": { MUSTER_REDIS_TIMEOUT_MS: "30000" },
    "low jobs ageing later than medium ones": { MUSTER_AGEING_LOW_MS: "120001" },
    "a payload that fills its frame": { MUSTER_PAYLOAD_BYTES_MAX: "1048576" },
    "a result that fills its frame": { MUSTER_RESULT_BYTES_MAX: "1032193" },
    "a frame too large to be received": { MUSTER_RECEIVE_BYTES_MAX: "1048575" },
    "fewer connections than lanes": { MUSTER_POSTGRES_POOL_MAX: "4" },
    "one port for two servers": { MUSTER_METRICS_PORT: "7878" },
  };
  for (const [what, env] of Object.entries(clashes)) {
    it(`refuses ${what}, and only that`, () => {
      const { problems } = problemsOf(env);
      expect(problems).to.have.length(1);
      expect(problems[0]?.name).to.contain(Object.keys(env)[0]);
    });
  }

  it("allows the same port on two addresses", () => {
    expect(
      readConfig({ MUSTER_METRICS_PORT: "7878", MUSTER_METRICS_HOST: "127.0.0.2" }).metricsPort,
    ).to.equal(7878);
  });
});
