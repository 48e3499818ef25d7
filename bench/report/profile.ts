/**
 * `npm run bench -- profile FILE...`: where the time of a .cpuprofile went, by function and by file, as text. A
 * flame graph shows more; this is for finding out whether there is anything to look at.
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { textTable } from "./table.js";

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

const ROWS = 30;
const NOT_WORK = new Set(["(idle)", "(program)"]);

export function profileText(path: string): string {
  const profile = JSON.parse(readFileSync(path, "utf8")) as CpuProfile;
  const frames = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  const byFunction = new Map<string, number>();
  const byFile = new Map<string, number>();
  let busyUs = 0;
  for (const [at, id] of profile.samples.entries()) {
    const frame = frames.get(id);
    const us = profile.timeDeltas[at] ?? 0;
    if (frame === undefined || NOT_WORK.has(frame.functionName)) continue;
    busyUs += us;
    const file = shortUrl(frame.url);
    const name = `${frame.functionName || "(anonymous)"} ${file}${file === "" ? "" : `:${frame.lineNumber + 1}`}`;
    byFunction.set(name, (byFunction.get(name) ?? 0) + us);
    byFile.set(file || frame.functionName, (byFile.get(file || frame.functionName) ?? 0) + us);
  }
  const parts = [`${basename(path)}: busy for ${Math.round(busyUs / 1_000)} ms`];
  for (const [what, times] of [
    ["function, self time", byFunction],
    ["file", byFile],
  ] as const) {
    const top = [...times].sort(([, a], [, b]) => b - a).slice(0, ROWS);
    const rows = top.map(([name, us]) => [name, (us / 1_000).toFixed(0), ((us / busyUs) * 100).toFixed(1)]);
    parts.push(textTable([what, "ms", "%"], rows));
  }
  return parts.join("\n");
}

/** The path inside the repository, or inside the package. */
function shortUrl(url: string): string {
  const at = Math.max(
    url.lastIndexOf("/node_modules/") + "/node_modules".length,
    url.lastIndexOf("/dist/") + 5,
  );
  return url.startsWith("file:") ? url.slice(at + 1) : url;
}
