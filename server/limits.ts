/**
 * Bounds that must hold together: each value may be fine alone and still break a promise beside another one.
 * Pure; never reads the environment. config.ts runs all of them at start and refuses with every breach at once.
 */

/** Room that a frame needs around the largest payload or result in it: ids, content type, headers, error text. */
export const FRAME_ROOM_BYTES = 16_384;

/** Statements under way at once at full load: submit, claim, finish and heartbeat, and one for everything else. */
const POSTGRES_LANES = 5;

/** The settings that bound each other; `Config` has them all. Null for a port that is not opened. */
export interface Bounds {
  readonly host: string;
  readonly port: number;
  readonly metricsHost: string;
  readonly metricsPort: number | null;
  readonly heartbeatIntervalMs: number;
  readonly leaseTtlMs: number;
  readonly resumeGraceMs: number;
  readonly maxSessionAgeMs: number;
  readonly ageingLowMs: number;
  readonly ageingMediumMs: number;
  readonly rescueIntervalMs: number;
  readonly redisTimeoutMs: number;
  readonly payloadBytesMax: number;
  readonly resultBytesMax: number;
  readonly frameBytesMax: number;
  readonly receiveBytesMax: number;
  readonly postgresPoolMax: number;
}

interface Limit {
  readonly settings: readonly (keyof Bounds)[];
  holds(bounds: Bounds): boolean;
  readonly expected: string;
}

export interface Breach {
  readonly settings: readonly (keyof Bounds)[];
  readonly expected: string;
  /** The values, as `leaseTtlMs 1000, heartbeatIntervalMs 5000`. */
  readonly got: string;
}

const LIMITS: readonly Limit[] = [
  {
    settings: ["heartbeatIntervalMs", "leaseTtlMs"],
    holds: (b) => b.heartbeatIntervalMs * 3 <= b.leaseTtlMs,
    expected: "three heartbeats to fit into a lease, so that two lost ones do not cost a session",
  },
  {
    settings: ["resumeGraceMs", "leaseTtlMs"],
    holds: (b) => b.resumeGraceMs <= b.leaseTtlMs,
    expected: "the resume grace to end within the lease, since nothing can be resumed after it",
  },
  {
    settings: ["leaseTtlMs", "maxSessionAgeMs"],
    holds: (b) => b.leaseTtlMs < b.maxSessionAgeMs,
    expected: "a session to live longer than one lease, or workers only ever reconnect",
  },
  {
    settings: ["rescueIntervalMs", "leaseTtlMs"],
    holds: (b) => b.rescueIntervalMs <= b.leaseTtlMs,
    expected: "a look for expired leases at least once a lease",
  },
  {
    settings: ["redisTimeoutMs", "leaseTtlMs"],
    holds: (b) => b.redisTimeoutMs < b.leaseTtlMs,
    expected: "Redis to be given up before a lease runs out",
  },
  {
    settings: ["ageingLowMs", "ageingMediumMs"],
    holds: (b) => b.ageingLowMs <= b.ageingMediumMs,
    expected: "a low job to reach medium no later than it reaches high; both count from when it became ready",
  },
  {
    settings: ["payloadBytesMax", "frameBytesMax"],
    holds: (b) => b.payloadBytesMax + FRAME_ROOM_BYTES <= b.frameBytesMax,
    expected: `the largest payload and ${FRAME_ROOM_BYTES} bytes around it to fit into a frame`,
  },
  {
    settings: ["resultBytesMax", "frameBytesMax"],
    holds: (b) => b.resultBytesMax + FRAME_ROOM_BYTES <= b.frameBytesMax,
    expected: `the largest result and ${FRAME_ROOM_BYTES} bytes around it to fit into a frame`,
  },
  {
    settings: ["frameBytesMax", "receiveBytesMax"],
    holds: (b) => b.frameBytesMax <= b.receiveBytesMax,
    expected: "every legal frame to be small enough to be received; a larger one ends the whole stream",
  },
  {
    settings: ["postgresPoolMax"],
    holds: (b) => b.postgresPoolMax >= POSTGRES_LANES,
    expected: `${POSTGRES_LANES} connections or more, one for each lane of writes and one for reads`,
  },
  {
    settings: ["host", "port", "metricsHost", "metricsPort"],
    holds: (b) => b.port === 0 || b.port !== b.metricsPort || b.host !== b.metricsHost,
    expected: "two different addresses for the service and for its metrics",
  },
];

/** Every limit that does not hold, in the order above; empty when all is well. */
export function breaches(bounds: Bounds): Breach[] {
  return LIMITS.filter((limit) => !limit.holds(bounds)).map(({ settings, expected }) => ({
    settings,
    expected,
    got: settings.map((name) => `${name} ${bounds[name] ?? "off"}`).join(", "),
  }));
}
