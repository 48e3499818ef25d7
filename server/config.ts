/**
 * The only reader of the environment: one schema, parsed once, frozen. Each variable has its unit in its name, and
 * its default and reason beside it. A bad configuration is refused with every problem listed at once; limits.ts
 * adds the bounds that must hold together. Secrets are never repeated in a message. main.ts and the command line
 * call `readConfig`; everything else is handed values.
 */
import { createHash, randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { z } from "zod";
import { FAILPOINTS_EXPECTED, parseFailpoints } from "./failpoints.js";
import { breaches, FRAME_ROOM_BYTES, type Bounds } from "./limits.js";

const MIB = 1_048_576;
const DAY_MS = 86_400_000;
const REDIS_SCHEMES = new Set(["redis:", "rediss:", "redis+cluster:", "rediss+cluster:"]);
const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

function whole(range: { readonly default: number; readonly min: number; readonly max: number }) {
  const fits = (text: string) =>
    /^\d{1,15}$/.test(text) && Number(text) >= range.min && Number(text) <= range.max;
  return z
    .string()
    .refine(fits, { error: `a whole number from ${range.min} to ${range.max}` })
    .transform(Number)
    .default(range.default);
}

/** The same, or `off`, which is null. */
function wholeOrOff(range: { readonly default: number; readonly min: number; readonly max: number }) {
  const error = `a whole number from ${range.min} to ${range.max}, or "off"`;
  const fits = (text: string) =>
    text === "off" || (/^\d{1,15}$/.test(text) && Number(text) >= range.min && Number(text) <= range.max);
  return z
    .string()
    .refine(fits, { error })
    .transform((text) => (text === "off" ? null : Number(text)))
    .default(range.default);
}

function flag(otherwise: boolean) {
  return z
    .enum(["true", "false", "1", "0"], { error: "true or false" })
    .transform((text) => text === "true" || text === "1")
    .default(otherwise);
}

function url(schemes: readonly string[]) {
  const isUrl = (text: string) => schemes.includes(URL.canParse(text) ? new URL(text).protocol : "");
  return z.string().refine(isUrl, { error: `a URL that starts with ${schemes.join("// or ")}//` });
}

/** One Redis, or nodes of a cluster with commas between them; the list need not be complete. */
const redisUrl = z.string().refine(
  (text) => {
    const [first, ...others] = text.split(",").map((part) => schemeOf(part.trim()));
    if (others.length === 0) return REDIS_SCHEMES.has(first ?? "");
    return REDIS_SCHEMES.has(first ?? "") && others.every((scheme) => scheme === first);
  },
  {
    error:
      "a URL that starts with redis://, rediss://, redis+cluster:// or rediss+cluster://, " +
      "or several of one scheme with commas between them (a cluster)",
  },
);

function schemeOf(text: string): string {
  return URL.canParse(text) && new URL(text).hostname !== "" ? new URL(text).protocol : "";
}

function matching(pattern: RegExp, expected: string) {
  return z.string().regex(pattern, { error: expected });
}

const address = matching(/^[A-Za-z0-9.:_-]{1,255}$/, "a host name or an IP address without brackets");
const off = z.literal("off").transform(() => null);

const SCHEMA = z.object({
  /** `auto`: embedded when neither URL is set, servers when both are. The other two insist. */
  MUSTER_MODE: z
    .enum(["auto", "embedded", "servers"], { error: "auto, embedded or servers" })
    .default("auto"),
  /** The truth. Its password is never logged. */
  DATABASE_URL: url(["postgres:", "postgresql:"]).optional(),
  /** Ready hints and wake-ups; may be lost at any time. */
  REDIS_URL: redisUrl.optional(),
  /** Loopback, because there is no authentication yet that would make another default safe. */
  MUSTER_HOST: address.default("127.0.0.1"),
  /** 0: any free port. */
  MUSTER_PORT: whole({ default: 7878, min: 0, max: 65_535 }),
  MUSTER_METRICS_HOST: address.default("127.0.0.1"),
  /** 0: any free port. `off`: no metrics server. Apart from the service port, so that it can stay private. */
  MUSTER_METRICS_PORT: off.or(whole({ default: 7879, min: 0, max: 65_535 })),
  /** Names this process in worker listings and logs; must differ between replicas, hence the random part. */
  MUSTER_SERVER_ID: matching(
    /^[A-Za-z0-9._:-]{1,200}$/,
    "1 to 200 of the characters A-Z a-z 0-9 . _ : -",
  ).optional(),
  /** Embedded mode only: where its database lives. */
  MUSTER_DATA_DIR: z.string().default(".muster"),
  MUSTER_LOG_LEVEL: z.enum(LOG_LEVELS, { error: LOG_LEVELS.join(", ") }).default("info"),
  /** `pretty` falls back to JSON where the output is no terminal or pino-pretty is not installed. */
  MUSTER_LOG_FORMAT: z.enum(["json", "pretty"], { error: "json or pretty" }).default("json"),
  /** How often a worker reports. 5 s is far under the idle limits of common proxies (60 s). */
  MUSTER_HEARTBEAT_INTERVAL_MS: whole({ default: 5_000, min: 50, max: 600_000 }),
  /** A session without a heartbeat for this long is over. Six heartbeats: a long pause is not a death. */
  MUSTER_LEASE_TTL_MS: whole({ default: 30_000, min: 150, max: 3_600_000 }),
  /** How long a lost stream may stay away before its jobs are given to others, unless its lease ends first. */
  MUSTER_RESUME_GRACE_MS: whole({ default: 800, min: 0, max: 3_600_000 }),
  /** 45 min, then the worker is asked to reconnect: spreads workers over replicas, ends before balancers cut. */
  MUSTER_MAX_SESSION_AGE_MS: whole({ default: 2_700_000, min: 1_000, max: 7 * DAY_MS }),
  /** Streams on this replica; about 43 kB each when idle. */
  MUSTER_MAX_SESSIONS: whole({ default: 10_000, min: 1, max: 1_000_000 }),
  /** HTTP/2 pings on every connection: under the idle limits of common proxies (60 s). */
  MUSTER_KEEPALIVE_INTERVAL_MS: whole({ default: 30_000, min: 1_000, max: 3_600_000 }),
  /** A connection that leaves a ping without an answer for so long is closed. */
  MUSTER_KEEPALIVE_TIMEOUT_MS: whole({ default: 20_000, min: 1_000, max: 3_600_000 }),
  /** Waiting since it became ready, after which a low job queues as medium. */
  MUSTER_AGEING_LOW_MS: whole({ default: 60_000, min: 1, max: DAY_MS }),
  /** The same from medium to high, also for jobs that began as low. */
  MUSTER_AGEING_MEDIUM_MS: whole({ default: 120_000, min: 1, max: DAY_MS }),
  /** The longest a ready job can go unnoticed after its hint was lost. */
  MUSTER_RECONCILE_INTERVAL_MS: whole({ default: 5_000, min: 10, max: 3_600_000 }),
  /** How often expired sessions are looked for. */
  MUSTER_RESCUE_INTERVAL_MS: whole({ default: 1_000, min: 10, max: 600_000 }),
  /** How late a scheduled job or a retry may become ready. */
  MUSTER_SCHEDULER_INTERVAL_MS: whole({ default: 500, min: 10, max: 600_000 }),
  /** A job whose sessions were lost this often is dead: it probably kills its workers. */
  MUSTER_MAX_LOSSES: whole({ default: 3, min: 1, max: 1_000 }),
  /** `false`: refuse a schema that is older than this release, where only `muster migrate` may change it. */
  MUSTER_MIGRATE: flag(true),
  /** A job that succeeded is kept for a week after its end. `off`: for ever. */
  MUSTER_RETAIN_SUCCEEDED_MS: wholeOrOff({ default: 7 * DAY_MS, min: 0, max: 3_650 * DAY_MS }),
  /** A dead or cancelled one a month: somebody should have looked at it by then. */
  MUSTER_RETAIN_FAILED_MS: wholeOrOff({ default: 30 * DAY_MS, min: 0, max: 3_650 * DAY_MS }),
  /** A repeated submission is recognised at least this long; a day covers every retry that a client makes. */
  MUSTER_RETAIN_KEYS_MS: whole({ default: DAY_MS, min: 0, max: 3_650 * DAY_MS }),
  /** Ended jobs of one queue; beyond it the oldest go before their time. */
  MUSTER_RETAIN_JOBS_MAX: wholeOrOff({ default: 1_000_000, min: 0, max: 1_000_000_000 }),
  /** Ended sessions that no kept job ran on. */
  MUSTER_RETAIN_SESSIONS_MS: wholeOrOff({ default: 30 * DAY_MS, min: 0, max: 3_650 * DAY_MS }),
  /** What came of the fire times of schedules. */
  MUSTER_RETAIN_FIRES_MS: wholeOrOff({ default: 30 * DAY_MS, min: 0, max: 3_650 * DAY_MS }),
  /** How often one of the replicas prunes what is not to be kept. `off`: none ever does. */
  MUSTER_PRUNE_INTERVAL_MS: wholeOrOff({ default: 60_000, min: 100, max: DAY_MS }),
  /**
   * What a worker gets to enforce an execution timeout itself, and then again to stop when the server asks it to.
   */
  MUSTER_TIMEOUT_GRACE_MS: whole({ default: 5_000, min: 10, max: 600_000 }),
  /** Larger payloads belong into a store of their own, referred to by `uri`. */
  MUSTER_PAYLOAD_BYTES_MAX: whole({ default: 262_144, min: 1_024, max: 64 * MIB }),
  /** What is left of a frame when everything around the result is taken off. */
  MUSTER_RESULT_BYTES_MAX: whole({ default: MIB - FRAME_ROOM_BYTES, min: 1_024, max: 64 * MIB }),
  /** A quarter of the 4 MiB that gRPC clients receive by default; small frames keep heartbeats moving. */
  MUSTER_FRAME_BYTES_MAX: whole({ default: MIB, min: 32_768, max: 128 * MIB }),
  /** Largest gRPC message read, for submissions of many jobs at once. */
  MUSTER_RECEIVE_BYTES_MAX: whole({ default: 16 * MIB, min: 32_768, max: 256 * MIB }),
  /** Jobs waiting to be written; past it submissions are refused as OVERLOADED instead of filling memory. */
  MUSTER_SUBMIT_BACKLOG_JOBS_MAX: whole({ default: 50_000, min: 1, max: 10_000_000 }),
  /** Postgres allows 100 connections by default: nine replicas of this size. */
  MUSTER_POSTGRES_POOL_MAX: whole({ default: 10, min: 1, max: 1_000 }),
  /** First part of every Redis key and channel; tells installations on one Redis apart. */
  MUSTER_REDIS_KEY_PREFIX: matching(
    /^[A-Za-z0-9._-]{1,64}$/,
    "1 to 64 of the characters A-Z a-z 0-9 . _ -",
  ).default("muster"),
  /** Past it Redis counts as down and jobs are claimed from Postgres. */
  MUSTER_REDIS_TIMEOUT_MS: whole({ default: 500, min: 10, max: 60_000 }),
  /** Start although Redis may evict keys. Hints would then vanish under memory pressure until reconciled. */
  MUSTER_ALLOW_EVICTION: flag(false),
  /**
   * HMAC key of resume tokens; the same on all replicas, or a worker cannot resume on another one. By default it
   * is derived from DATABASE_URL (embedded: from the data directory), so replicas that share the URL letter by
   * letter share the key, and whoever knows the URL can forge tokens.
   */
  MUSTER_RESUME_SECRET: z.string().min(16, { error: "at least 16 characters" }).optional(),
  /** From the signal to stop until streams are cut: 20 s fit into the 30 s that orchestrators usually give. */
  MUSTER_TERMINATE_GRACE_MS: whole({ default: 20_000, min: 0, max: 3_600_000 }),
  /** Tests only: where this server dies, waits or fails. Refused where it might be a real one. */
  MUSTER_FAILPOINTS: z
    .string()
    .refine((text) => parseFailpoints(text) !== null, { error: FAILPOINTS_EXPECTED })
    .optional(),
});

export type Variable = keyof typeof SCHEMA.shape;
export type Environment = Readonly<Record<string, string | undefined>>;

const SECRETS: ReadonlySet<string> = new Set<Variable>(["DATABASE_URL", "REDIS_URL", "MUSTER_RESUME_SECRET"]);

function toConfig(read: z.output<typeof SCHEMA>) {
  const mode = modeOf(read);
  const databaseUrl = mode === "servers" ? (read.DATABASE_URL ?? null) : null;
  return {
    mode,
    databaseUrl,
    redisUrl: mode === "servers" ? (read.REDIS_URL ?? null) : null,
    host: read.MUSTER_HOST,
    port: read.MUSTER_PORT,
    metricsHost: read.MUSTER_METRICS_HOST,
    metricsPort: read.MUSTER_METRICS_PORT,
    serverId: read.MUSTER_SERVER_ID ?? freshServerId(),
    dataDir: read.MUSTER_DATA_DIR,
    logLevel: read.MUSTER_LOG_LEVEL,
    logFormat: read.MUSTER_LOG_FORMAT,
    heartbeatIntervalMs: read.MUSTER_HEARTBEAT_INTERVAL_MS,
    leaseTtlMs: read.MUSTER_LEASE_TTL_MS,
    resumeGraceMs: read.MUSTER_RESUME_GRACE_MS,
    maxSessionAgeMs: read.MUSTER_MAX_SESSION_AGE_MS,
    maxSessions: read.MUSTER_MAX_SESSIONS,
    keepaliveMs: read.MUSTER_KEEPALIVE_INTERVAL_MS,
    keepaliveTimeoutMs: read.MUSTER_KEEPALIVE_TIMEOUT_MS,
    ageingLowMs: read.MUSTER_AGEING_LOW_MS,
    ageingMediumMs: read.MUSTER_AGEING_MEDIUM_MS,
    reconcileIntervalMs: read.MUSTER_RECONCILE_INTERVAL_MS,
    rescueIntervalMs: read.MUSTER_RESCUE_INTERVAL_MS,
    schedulerIntervalMs: read.MUSTER_SCHEDULER_INTERVAL_MS,
    maxLosses: read.MUSTER_MAX_LOSSES,
    mayMigrate: read.MUSTER_MIGRATE,
    retention: {
      succeededMs: read.MUSTER_RETAIN_SUCCEEDED_MS,
      failedMs: read.MUSTER_RETAIN_FAILED_MS,
      keysMs: read.MUSTER_RETAIN_KEYS_MS,
      jobsMax: read.MUSTER_RETAIN_JOBS_MAX,
      sessionsMs: read.MUSTER_RETAIN_SESSIONS_MS,
      firesMs: read.MUSTER_RETAIN_FIRES_MS,
    },
    pruneIntervalMs: read.MUSTER_PRUNE_INTERVAL_MS,
    timeoutGraceMs: read.MUSTER_TIMEOUT_GRACE_MS,
    payloadBytesMax: read.MUSTER_PAYLOAD_BYTES_MAX,
    resultBytesMax: read.MUSTER_RESULT_BYTES_MAX,
    frameBytesMax: read.MUSTER_FRAME_BYTES_MAX,
    receiveBytesMax: read.MUSTER_RECEIVE_BYTES_MAX,
    submitBacklogJobsMax: read.MUSTER_SUBMIT_BACKLOG_JOBS_MAX,
    postgresPoolMax: read.MUSTER_POSTGRES_POOL_MAX,
    redisKeyPrefix: read.MUSTER_REDIS_KEY_PREFIX,
    redisTimeoutMs: read.MUSTER_REDIS_TIMEOUT_MS,
    allowEviction: read.MUSTER_ALLOW_EVICTION,
    resumeSecret: read.MUSTER_RESUME_SECRET ?? derivedSecret(databaseUrl ?? `file:${read.MUSTER_DATA_DIR}`),
    terminateGraceMs: read.MUSTER_TERMINATE_GRACE_MS,
    failpoints: parseFailpoints(read.MUSTER_FAILPOINTS ?? "") ?? [],
  };
}

/** The settings of one process. Frozen. */
export type Config = Readonly<ReturnType<typeof toConfig>>;

export interface Problem {
  readonly name: string;
  readonly expected: string;
  readonly got: string;
}

/** Everything that is wrong with a configuration, one line each. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const lines = problems.map(({ name, expected, got }) => `  ${name}: expected ${expected}; got ${got}`);
    super(
      `bad configuration, ${problems.length} problem${problems.length === 1 ? "" : "s"}:\n${lines.join("\n")}`,
    );
    this.problems = problems;
  }
}

/**
 * Reads the settings. An empty variable counts as unset.
 * @param overrides by variable name, as text; stronger than `env` and checked in the same way
 * @throws ConfigError with every problem
 */
export function readConfig(env: Environment, overrides: Partial<Record<Variable, string>> = {}): Config {
  const given = collect({ ...env, ...overrides });
  const problems: Problem[] = [];
  let read = SCHEMA.safeParse(given);
  const bad = new Set<string>();
  if (!read.success) {
    for (const issue of read.error.issues) {
      const name = String(issue.path[0]);
      bad.add(name);
      problems.push({ name, expected: expectedOf(name, issue), got: shown(name, given[name]) });
    }
    // Defaults stand in for what is bad, so that the bounds among the good values are still checked.
    read = SCHEMA.safeParse(Object.fromEntries(Object.entries(given).filter(([name]) => !bad.has(name))));
  }
  if (!read.success) throw new ConfigError(problems);
  problems.push(...modeProblems(given, read.data.MUSTER_MODE));
  const config = toConfig(read.data);
  problems.push(...failpointProblems(config, env["NODE_ENV"]));
  for (const breach of breaches(config)) {
    const names = breach.settings.map(variableOf);
    if (names.some((name) => bad.has(name))) continue;
    problems.push({ name: names.join(", "), expected: breach.expected, got: breach.got });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config);
}

/** Every variable with its default as text, or null where unset means something of its own. For docs and help. */
export function variables(): { readonly name: Variable; readonly default: string | null }[] {
  return Object.entries(SCHEMA.shape).map(([name, field]) => {
    const unset = field.safeParse(undefined).data;
    return { name: name as Variable, default: unset === undefined || unset === null ? null : String(unset) };
  });
}

/** Names that begin like ours and mean nothing: probably misspelt, worth a warning, not a refusal. */
export function unknownVariables(env: Environment): string[] {
  return Object.keys(env).filter((name) => name.startsWith("MUSTER_") && !(name in SCHEMA.shape));
}

function collect(env: Environment): Record<string, string> {
  const given: Record<string, string> = {};
  for (const name of Object.keys(SCHEMA.shape)) {
    const text = env[name]?.trim();
    if (text !== undefined && text !== "") given[name] = text;
  }
  return given;
}

function expectedOf(name: string, issue: z.core.$ZodIssue): string {
  if (name === "MUSTER_METRICS_PORT") return 'a whole number from 0 to 65535, or "off"';
  return issue.message;
}

function modeProblems(given: Readonly<Record<string, string>>, mode: string): Problem[] {
  const missing = ["DATABASE_URL", "REDIS_URL"].filter((name) => given[name] === undefined);
  if (missing.length === 0 || mode === "embedded") return [];
  if (mode === "auto") {
    if (missing.length === 2) return [];
    const expected =
      "both DATABASE_URL and REDIS_URL (real servers) or neither (embedded); " +
      "MUSTER_MODE=embedded runs embedded and ignores the one that is set";
    return missing.map((name) => ({ name, expected, got: "only the other one" }));
  }
  return missing.map((name) => ({ name, expected: "a URL, because MUSTER_MODE is servers", got: "nothing" }));
}

/** A server that others could reach, or that was built to run for real, must not be told to die. */
function failpointProblems({ failpoints, host }: Config, nodeEnv: string | undefined): Problem[] {
  if (failpoints.length === 0) return [];
  const name = "MUSTER_FAILPOINTS";
  const isLoopback = host === "127.0.0.1" || host === "::1" || host === "localhost";
  return [
    ...(isLoopback
      ? []
      : [{ name, expected: "nothing unless MUSTER_HOST is loopback", got: JSON.stringify(host) }]),
    ...(nodeEnv === "production"
      ? [{ name, expected: "nothing where NODE_ENV is production", got: "failpoints" }]
      : []),
  ];
}

function modeOf(read: z.output<typeof SCHEMA>): "embedded" | "servers" {
  if (read.MUSTER_MODE !== "auto") return read.MUSTER_MODE;
  return read.DATABASE_URL === undefined ? "embedded" : "servers";
}

/** A value as it may stand in a message: of a secret only its length, of a URL only its scheme. */
function shown(name: string, text: string | undefined): string {
  if (text === undefined) return "nothing";
  if (SECRETS.has(name)) {
    const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0];
    return scheme === undefined ? `${text.length} characters (not shown)` : `${scheme}... (rest not shown)`;
  }
  const got = JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}...` : text);
  if (!text.startsWith("tcp://")) return got;
  return `${got} (Kubernetes sets this for a Service of that name; enableServiceLinks: false stops it)`;
}

function variableOf(setting: keyof Bounds): string {
  return `MUSTER_${setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

function freshServerId(): string {
  const host = hostname()
    .replace(/[^A-Za-z0-9._-]/g, "-")
    .slice(0, 100);
  return `${host}-${process.pid}-${randomBytes(3).toString("hex")}`;
}

function derivedSecret(from: string): string {
  return createHash("sha256").update("muster resume secret\n").update(from).digest("hex");
}
