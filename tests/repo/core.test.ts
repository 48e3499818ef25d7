/**
 * Core is pure: loading it starts nothing, and it reads no clock, no random, no environment. Loading every module
 * also shows the coverage report the ones that no test touches.
 */
import { execFile } from "node:child_process";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { read, repoFiles, ROOT } from "./repo-files.js";

const run = promisify(execFile);
const IMPURE =
  /\b(Date\.now|new Date\(\)|Math\.random|performance\.|process\.|console\.|set(Timeout|Interval|Immediate)\(|crypto\.)/;

describe("server/core", () => {
  const modules = repoFiles("server/core", /\.ts$/);

  it("starts nothing when it is loaded: a process that loads it ends by itself, without a word", async () => {
    expect(modules.length).to.be.greaterThan(10);
    const urls = modules.map((path) => pathToFileURL(join(ROOT, "dist", path.replace(/\.ts$/, ".js"))).href);
    const script = urls.map((url) => `await import(${JSON.stringify(url)});`).join("\n");
    const ended = await run(process.execPath, ["--input-type=module", "--eval", script], { timeout: 10_000 });
    expect(ended).to.deep.equal({ stdout: "", stderr: "" });
  });

  it("reads no clock, no random and no environment", () => {
    const statements = (path: string) => read(path).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    expect(modules.filter((path) => IMPURE.test(statements(path)))).to.deep.equal([]);
  });
});
