/**
 * The bench's command line, checked as a whole before anything is started. Every parameter of scenario.ts is an
 * option of the same name.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { DEFAULTS, type Parameters } from "./scenario.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url)); // from dist/bench
const OWN_GRAPH = join(ROOT, "package-lock.json");
const RECORDED = ["montage-chameleon-2mass-05d-001.json", "bwa-chameleon-medium-001.json"];

export interface BenchOptions {
  readonly names: readonly string[];
  readonly overrides: Partial<Parameters>;
  readonly isQuick: boolean;
  readonly json: string | undefined;
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  readonly graphFiles: readonly string[];
  readonly transport: "thread" | "inline";
  readonly cpuProfileDirectory: string | undefined;
  readonly serverEnv: Readonly<Record<string, string>>;
  readonly postgresSettings: Readonly<Record<string, string>>;
}

export const USAGE = `npm run bench -- list                      scenarios and their parameters
npm run bench -- SCENARIO... [options]     run them (all: every one)
npm run bench -- limits [options]          the components of this machine: Postgres, Redis, gRPC
npm run bench -- peers [NAME...]           other job systems beside Muster, interleaved
npm run bench -- profile FILE...           where the time of a .cpuprofile went

  --jobs N, --rounds N, --workers N, ...   any parameter of a scenario, see list
  --quick                                  50 jobs, one round: does it run at all
  --json FILE                              where to write the result; default: bench/results
  --database-url URL, --redis-url URL      instead of private servers
  --graph FILE                             for graph, may be repeated: WfFormat or package-lock.json
  --transport thread|inline                of the workers; default: thread, as the SDK does
  --server-env NAME=VALUE                  a setting of the server, may be repeated
  --postgres-setting NAME=VALUE            of the private Postgres, e.g. commit_delay=1000
  --cpu-prof DIR                           a profile of each server and worker process`;

const TEXT = { type: "string" } as const;
const LIST = { type: "string", multiple: true } as const;
const FIXED = {
  quick: { type: "boolean" },
  json: TEXT,
  "database-url": TEXT,
  "redis-url": TEXT,
  graph: LIST,
  transport: TEXT,
  "server-env": LIST,
  "postgres-setting": LIST,
  "cpu-prof": TEXT,
} as const satisfies ParseArgsConfig["options"];

/** @throws Error saying what was expected and what was got */
const SWITCHES: ReadonlySet<keyof Parameters> = new Set(["keys", "criticalPath"]);

export function readOptions(argv: readonly string[]): BenchOptions {
  const names = Object.keys(DEFAULTS) as (keyof Parameters)[];
  const parameters = Object.fromEntries(names.map((name) => [optionOf(name), TEXT]));
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { ...FIXED, ...parameters },
  });
  const given: Readonly<Record<string, unknown>> = values;
  const overrides: Partial<Record<keyof Parameters, number>> = {};
  for (const name of names) {
    const text = given[optionOf(name)];
    if (typeof text !== "string") continue;
    const value = Number(text);
    const fits = name === "timeScale" ? value >= 0 : Number.isInteger(value) && value >= 0;
    const expected = name === "timeScale" ? "a number, 0 or more" : "a whole number, 0 or more";
    if (text === "" || !fits) throw new Error(`--${optionOf(name)}: expected ${expected}, got ${text}`);
    if (SWITCHES.has(name) && value > 1) throw new Error(`--${optionOf(name)}: expected 0 or 1, got ${text}`);
    overrides[name] = value;
  }
  const transport = values.transport ?? "thread";
  if (transport !== "thread" && transport !== "inline")
    throw new Error(`--transport: expected thread or inline, got ${String(transport)}`);
  return {
    names: positionals,
    overrides,
    isQuick: values.quick ?? false,
    json: values.json,
    databaseUrl: values["database-url"],
    redisUrl: values["redis-url"],
    graphFiles: values.graph ?? (values.quick ? [OWN_GRAPH] : defaultGraphs()),
    transport,
    cpuProfileDirectory: values["cpu-prof"],
    serverEnv: pairs("server-env", values["server-env"] ?? []),
    postgresSettings: pairs("postgres-setting", values["postgres-setting"] ?? []),
  };
}

/** `payloadBytes` is `--payload-bytes`. */
export function optionOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function pairs(option: string, given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new Error(`--${option}: expected NAME=VALUE, got ${pair}`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** The project's own lock file; and the two largest recorded workflows on a machine that has them. */
function defaultGraphs(): string[] {
  const folder = process.env["MUSTER_WFINSTANCES"] ?? join(ROOT, "../shared/data/wfinstances");
  const recorded = RECORDED.map((name) => join(folder, name)).filter((path) => existsSync(path));
  return [OWN_GRAPH, ...recorded];
}
