/**
 * Who may import whom. The same arrows as in .oxlintrc.json, read from the imports themselves, so that a new room
 * cannot slip past the lint rules: a file or an import in a room that is not listed here fails.
 */
import { posix } from "node:path";
import { expect } from "chai";
import { read, repoFiles } from "./repo-files.js";

interface Room {
  /** Other rooms it may import. Its own is always allowed. */
  readonly rooms: readonly string[];
  readonly node: boolean;
  readonly packages: boolean;
}

const ADAPTERS = ["store", "queue", "rpc", "telemetry", "vectors", "embedded", "health", "cron"].map(
  (name) => `server/${name}`,
);
const adapter: Room = { rooms: ["server/core"], node: true, packages: true };
const pure = (...rooms: string[]): Room => ({ rooms, node: false, packages: false });
const open = (...rooms: string[]): Room => ({ rooms, node: true, packages: true });

const ROOMS: Readonly<Record<string, Room>> = {
  proto: open(),
  "server/core": pure(),
  "server/coordinator": pure("server/core"),
  "server/services": pure("server/core", "server/coordinator"),
  ...Object.fromEntries(ADAPTERS.map((name) => [name, adapter])),
  "server/rpc": open("server/core", "proto"),
  "server/limits.ts": pure(),
  "server/failpoints.ts": open("server/core"),
  "server/config.ts": open("server/limits.ts", "server/failpoints.ts"),
  "server/lifecycle.ts": open("server/core", "server/services", "server/config.ts"),
  "server/main.ts": open(
    ...["core", "coordinator", "services", "config.ts", "limits.ts", "failpoints.ts", "lifecycle.ts"].map(
      (name) => `server/${name}`,
    ),
    ...ADAPTERS,
    "proto",
  ),
  "server/cli": open("server/main.ts", "server/config.ts", "worker-sdk", "proto"),
  "worker-sdk": open("proto"),
  bench: open("worker-sdk", "proto"),
  tests: open(
    "server/core",
    "server/coordinator",
    "server/services",
    "server/cli",
    "server/main.ts",
    ...ADAPTERS,
  ),
};

/** `server/core`, `server/main.ts`, `bench`: the room in which a file lies. */
function roomOf(path: string): string {
  const parts = path.split("/");
  return parts[0] === "server" ? parts.slice(0, 2).join("/") : (parts[0] ?? "");
}

function importsOf(source: string): string[] {
  const forms = [
    /^import\s+["']([^"']+)["']/gm,
    /^(?:import|export)\b[^;"'()=]*?\bfrom\s+["']([^"']+)["']/gm,
    /\bimport\(\s*["']([^"']+)["']/g,
  ];
  return forms.flatMap((form) => [...source.matchAll(form)].map((match) => match[1] ?? ""));
}

/** What is wrong with this import, or null. */
function breachOf(path: string, specifier: string): string | null {
  const from = roomOf(path);
  const room = ROOMS[from];
  if (room === undefined) return `${path}: the room ${from} is not known`;
  if (specifier.startsWith("node:"))
    return room.node ? null : `${path}: ${from} must not import ${specifier}`;
  if (!specifier.startsWith("."))
    return room.packages ? null : `${path}: ${from} must not import ${specifier}`;
  const target = posix.join(posix.dirname(path), specifier).replace(/\.js$/, ".ts");
  const to = roomOf(target);
  if (to === from) return null;
  if (ROOMS[to] === undefined) return `${path}: imports ${target}, whose room ${to} is not known`;
  if (from === "tests" || room.rooms.includes(to)) return null;
  return `${path}: ${from} must not import ${to} (${target})`;
}

describe("arrows", () => {
  const sources = ["proto", "server", "worker-sdk", "bench", "tests"].flatMap((room) =>
    repoFiles(room, /\.ts$/).filter((path) => !path.startsWith("proto/gen/")),
  );

  it("are kept by every import of the repository", () => {
    const imports = sources.flatMap((path) =>
      importsOf(read(path)).map((specifier) => ({ path, specifier })),
    );
    expect(imports.length).to.be.greaterThan(sources.length);
    const breaches = imports
      .map(({ path, specifier }) => breachOf(path, specifier))
      .filter((found) => found !== null);
    expect(breaches).to.deep.equal([]);
  });

  it("would catch each kind of breach", () => {
    const bad: readonly (readonly [string, string])[] = [
      ["server/core/a.ts", "node:crypto"],
      ["server/core/a.ts", "zod"],
      ["server/core/a.ts", "../store/claim.js"],
      ["server/coordinator/a.ts", "../store/claim.js"],
      ["server/coordinator/a.ts", "pg"],
      ["server/services/a.ts", "../rpc/status.js"],
      ["server/store/a.ts", "../queue/keys.js"],
      ["server/queue/redis/a.ts", "../../store/claim.js"],
      ["server/rpc/handlers/a.ts", "../../telemetry/logger.js"],
      ["server/rpc/a.ts", "../coordinator/submit.js"],
      ["server/store/a.ts", "../config.js"],
      ["server/main.ts", "../worker-sdk/typescript/index.js"],
      ["server/cli/a.ts", "../store/claim.js"],
      ["server/surprise/a.ts", "../core/job.js"],
      ["server/main.ts", "./surprise/a.js"],
      ["worker-sdk/typescript/a.ts", "../../server/core/job.js"],
      ["bench/scenarios/a.ts", "../../server/main.js"],
    ];
    for (const [path, specifier] of bad)
      expect(breachOf(path, specifier), `${path} ${specifier}`).to.be.a("string");
  });

  it("reads every form of import", () => {
    const source = [
      'import a from "one";',
      'import type { B } from "two";',
      "import {\n  c,\n} from './three';",
      'import "four";',
      'export { d } from "five";',
      'const e = await import("six");',
    ].join("\n");
    expect(importsOf(source)).to.have.members(["one", "two", "./three", "four", "five", "six"]);
  });
});
