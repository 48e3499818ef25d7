import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { cli, startCli } from "../support/cli.js";
import { eventually } from "../support/eventually.js";
import { graphFixture, OWN_LOCK_FILE } from "../support/graph-files.js";

interface ReportJson {
  readonly jobs: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly slots: number;
  readonly efficiency: number | null;
  readonly orderViolations: number;
  readonly runMoreThanOnce: number;
  readonly missing: number;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("muster dev, embedded", function () {
  this.timeout(180_000);
  let folder: string;
  let temporary: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "muster-cli-"));
    temporary = join(folder, "tmp");
    await mkdir(temporary);
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const options = () => ({ env: { TMPDIR: temporary, MUSTER_METRICS_PORT: "0" }, cwd: folder });

  async function report(...args: readonly string[]): Promise<ReportJson> {
    const { code, stdout, stderr } = await cli(["dev", "--json", ...args], options());
    expect(code, stderr).to.equal(0);
    return JSON.parse(stdout) as ReportJson;
  }

  it("runs the project's own dependency graph on three worker processes, in order, each job once", async () => {
    const found = await report("--run", OWN_LOCK_FILE, "--time-scale", "0.01");
    expect(found.jobs).to.be.greaterThan(100);
    expect(found.counts["succeeded"]).to.equal(found.jobs);
    expect(found).to.include({ slots: 96, orderViolations: 0, runMoreThanOnce: 0, missing: 0 });
    expect(found.efficiency).to.be.greaterThan(0).and.at.most(1);
  });

  it("runs jobs of every queue and type that the graph names", async () => {
    const found = await report(
      "--run",
      graphFixture("nightly.muster.json"),
      "--workers",
      "1",
      "--queue",
      "mine",
    );
    expect(found.counts["succeeded"]).to.equal(4);
  });

  it("leaves with the exit code of the run, and leaves nothing behind", async () => {
    const log = join(folder, "history.jsonl");
    const args = ["--workers", "1", "--exec", "--log-file", log];
    const { code, stderr } = await cli(
      ["dev", "--run", graphFixture("failing.muster.json"), ...args],
      options(),
    );
    expect(code, stderr).to.equal(1);
    expect(stderr).to.match(/^dead: fails \(\S+\) /m);
    expect(stderr).to.match(/muster: error: graph \S+: expected 2 jobs to succeed, got 2 that did not$/m);
    expect(await readdir(temporary)).to.deep.equal([]);
    expect(await readdir(folder)).to.have.members(["history.jsonl", "tmp"]);
    const { pid } = JSON.parse((await readFile(log, "utf8")).split("\n", 1)[0] ?? "") as { pid: number };
    expect(isRunning(pid)).to.equal(false);
  });

  it("serves until interrupted, keeps its jobs in its folder, and takes its workers with it", async () => {
    const data = join(folder, "data");
    const log = join(folder, "history.jsonl");
    const args = ["dev", "--workers", "2", "--port", "0", "--data-dir", data, "--log-file", log];
    const first = await startCli(args, /^listening on (\S+), 2 workers/, options());
    const address = first.ready?.[1] ?? "";
    const submitted = await cli(["submit", "t", "--wait", "--address", address]);
    expect(submitted.code, submitted.stderr).to.equal(0);
    const id = submitted.stdout.split("\n", 1)[0] ?? "";
    await first.kill("SIGINT");
    expect((await first.ended).code).to.equal(0);
    const { pid } = JSON.parse((await readFile(log, "utf8")).split("\n", 1)[0] ?? "") as { pid: number };
    expect(isRunning(pid)).to.equal(false);

    const second = await startCli(
      ["dev", "--port", "0", "--data-dir", data],
      /^listening on (\S+)$/,
      options(),
    );
    const shown = await cli(["job", id, "--json", "--address", second.ready?.[1] ?? ""]);
    expect(JSON.parse(shown.stdout)).to.include({ id, state: "succeeded" });
    await second.kill("SIGTERM");
    expect((await second.ended).code).to.equal(0);
  });

  it("takes its workers with it even when it is killed", async () => {
    const log = join(folder, "history.jsonl");
    const args = [
      "dev",
      "--workers",
      "1",
      "--port",
      "0",
      "--data-dir",
      join(folder, "data"),
      "--log-file",
      log,
    ];
    const dev = await startCli(args, /^listening on (\S+), 1 workers/, options());
    const submitted = await cli(["submit", "t", "--wait", "--address", dev.ready?.[1] ?? ""]);
    expect(submitted.code, submitted.stderr).to.equal(0);
    const { pid } = JSON.parse((await readFile(log, "utf8")).split("\n", 1)[0] ?? "") as { pid: number };
    await dev.kill("SIGKILL");
    await eventually(() => !isRunning(pid), 30_000);
  });
});
