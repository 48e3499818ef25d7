/** One process at a time in a data directory; what a dead one left behind is taken over. */
import { expect } from "chai";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lockDataDirectory } from "../../../server/embedded/data-lock.js";

const MODULE = new URL("../../../server/embedded/data-lock.js", import.meta.url).href;

/** Locks the directory in another process; prints "locked" or the refusal. */
function program(directory: string, after: string): string[] {
  const text = `import { lockDataDirectory } from ${JSON.stringify(MODULE)};
    try { lockDataDirectory(${JSON.stringify(directory)}); console.log("locked"); }
    catch (error) { console.log(error.message); } ${after}`;
  return ["--input-type=module", "--eval", text];
}

describe("the lock of a data directory", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "muster-lock-"));
  });

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it("lets one in at a time, and the next after its release", () => {
    const unlock = lockDataDirectory(directory);
    expect(() => lockDataDirectory(directory)).to.throw(`in use by process ${process.pid}`);
    unlock();
    expect(existsSync(join(directory, "muster.lock"))).to.equal(false);
    lockDataDirectory(directory)();
  });

  it("makes the directory when there is none", () => {
    const below = join(directory, "a", "b");
    lockDataDirectory(below)();
    expect(existsSync(below)).to.equal(true);
  });

  it("refuses a second process and names the first", () => {
    const unlock = lockDataDirectory(directory);
    const { stdout } = spawnSync(process.execPath, program(directory, ""), { encoding: "utf8" });
    expect(stdout).to.contain(`in use by process ${process.pid}`);
    unlock();
  });

  it("takes over from a process that was killed", async () => {
    const child = spawn(process.execPath, program(directory, "setInterval(() => {}, 1000)"));
    const [first] = (await once(child.stdout, "data")) as [Buffer];
    expect(first.toString()).to.contain("locked");
    expect(() => lockDataDirectory(directory)).to.throw(`in use by process ${child.pid}`);
    child.kill("SIGKILL");
    await once(child, "exit");
    lockDataDirectory(directory)();
  });

  it("takes over when the pid belongs to another process now, even to itself", () => {
    const path = join(directory, "muster.lock");
    for (const pid of [process.pid, process.ppid]) {
      writeFileSync(path, `${pid} 1`);
      const unlock = lockDataDirectory(directory);
      expect(readFileSync(path, "utf8")).to.match(new RegExp(`^${process.pid} \\d+$`));
      unlock();
    }
  });

  it("takes over a file that says nothing", () => {
    writeFileSync(join(directory, "muster.lock"), "");
    lockDataDirectory(directory)();
  });
});
