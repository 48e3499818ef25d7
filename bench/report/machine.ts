/** Where and on what a run was made: machine, commit, versions. Stands in every result, beside the figures. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url)); // from dist/bench/report

export interface Machine {
  readonly cpu: string;
  readonly cpus: number;
  readonly memoryGib: number;
  readonly kernel: string;
  readonly node: string;
  /** Load of the last minute before the run: what else was going on. */
  readonly loadBefore: number;
  /** With `-dirty` when files differ from it; empty outside a checkout. */
  readonly commit: string;
  readonly packages: Readonly<Record<string, string>>;
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cpus: availableParallelism(),
    memoryGib: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    loadBefore: loadavg()[0] ?? 0,
    commit: commit(),
    packages: packageVersions(["@grpc/grpc-js", "@grpc/proto-loader", "pg", "ioredis"]),
  };
}

/** What walls are kept under: figures of one machine say nothing about another. */
export function machineName(machine: Machine): string {
  return `${machine.cpus} x ${machine.cpu}`;
}

function commit(): string {
  try {
    const args = ["describe", "--always", "--dirty", "--abbrev=12"];
    return execFileSync("git", args, { cwd: ROOT, encoding: "utf8", stdio: "pipe" }).trim();
  } catch {
    return "";
  }
}

function packageVersions(names: readonly string[]): Record<string, string> {
  const manifest = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return Object.fromEntries(names.map((name) => [name, manifest.dependencies[name] ?? ""]));
}
