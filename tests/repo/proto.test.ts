/** The contract is well formed, and everything generated from it is what the generator makes of it now. */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { read, ROOT } from "./repo-files.js";

const run = promisify(execFile);
const env = {
  ...process.env,
  PATH: `${join(ROOT, "node_modules/.bin")}${delimiter}${process.env["PATH"] ?? ""}`,
};

/** Content by path, of every file below a folder. */
async function contents(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = new Map<string, string>();
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(folder.length + 1), await readFile(path, "latin1"));
  }
  return files;
}

describe("proto", function () {
  this.timeout(60_000);

  it("passes the standard lint of buf", async () => {
    const { stdout } = await run("buf", ["lint"], { cwd: ROOT, env });
    expect(stdout).to.equal("");
  });

  it("has generated types and descriptors that are in step", async () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const generator = scripts["proto:gen"] ?? "";
    expect(generator).to.contain("proto/gen");
    const folder = await mkdtemp(join(tmpdir(), "muster-proto-"));
    try {
      const elsewhere = generator
        .replaceAll("proto/gen", folder)
        .replace("prettier ", "prettier --config .prettierrc.json ");
      await run("sh", ["-c", elsewhere], { cwd: ROOT, env });
      const [fresh, kept] = [await contents(folder), await contents(join(ROOT, "proto/gen"))];
      expect([...kept.keys()].sort()).to.deep.equal([...fresh.keys()].sort());
      const stale = [...fresh].filter(([path, text]) => kept.get(path) !== text).map(([path]) => path);
      expect(stale, "run npm run proto:gen").to.deep.equal([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
