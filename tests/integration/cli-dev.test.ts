import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { expectAuditClean } from "../support/audit.js";
import { cli, startCli } from "../support/cli.js";
import { freshDatabase } from "../support/databases.js";
import { eventually } from "../support/eventually.js";
import { freePort } from "../support/free-port.js";
import { graphFixture, OWN_LOCK_FILE } from "../support/graph-files.js";
import { freshKeyPrefix } from "../support/key-prefix.js";
import { testRedis } from "../support/services.js";

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
    const dev = await startCli(args, /^listening on (\S+), 1 worker with/, options());
    const submitted = await cli(["submit", "t", "--wait", "--address", dev.ready?.[1] ?? ""]);
    expect(submitted.code, submitted.stderr).to.equal(0);
    const { pid } = JSON.parse((await readFile(log, "utf8")).split("\n", 1)[0] ?? "") as { pid: number };
    await dev.kill("SIGKILL");
    await eventually(() => !isRunning(pid), 30_000);
  });

  it("refuses an address or a folder that is taken, in one line, and leaves", async () => {
    const data = join(folder, "data");
    const first = await startCli(
      ["dev", "--port", "0", "--data-dir", data],
      /^listening on \S+:(\d+)$/,
      options(),
    );
    const sameFolder = await cli(["dev", "--port", "0", "--data-dir", data], options());
    expect(sameFolder.code).to.equal(5);
    expect(sameFolder.stderr).to.match(
      /^muster: error: data directory .*: expected to be free, got one in use by/m,
    );
    const port = first.ready?.[1] ?? "";
    const samePort = await cli(["dev", "--port", port, "--data-dir", join(folder, "other")], options());
    expect(samePort.code).to.equal(2);
    expect(samePort.stderr).to.match(
      /^muster: error: MUSTER_HOST, MUSTER_PORT: expected .* got .*EADDRINUSE/m,
    );
    const metricsPort = String(await freePort());
    const holder = createServer().listen(Number(metricsPort), "127.0.0.1");
    await once(holder, "listening");
    const env = { ...options().env, MUSTER_METRICS_PORT: metricsPort };
    const sameMetrics = await cli(["dev", "--port", "0", "--data-dir", join(folder, "third")], {
      ...options(),
      env,
    });
    holder.close();
    expect(sameMetrics.code).to.equal(2);
    expect(sameMetrics.stderr).to.match(
      /^muster: error: MUSTER_METRICS_HOST, MUSTER_METRICS_PORT: expected .* got .*EADDRINUSE/m,
    );
    await first.kill("SIGTERM");
  });
});

describe("muster dev, with DATABASE_URL and REDIS_URL", function () {
  this.timeout(120_000);

  it("runs the same graph on the real servers", async () => {
    const [database, redis] = await Promise.all([freshDatabase(), testRedis()]);
    const env = {
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      MUSTER_REDIS_KEY_PREFIX: freshKeyPrefix(),
    };
    const args = ["dev", "--json", "--workers", "2", "--run", graphFixture("nightly.muster.json")];
    const { code, stdout, stderr } = await cli(args, { env });
    expect(code, stderr).to.equal(0);
    expect(stderr).to.match(/^muster dev: on DATABASE_URL and REDIS_URL$/m);
    const report = JSON.parse(stdout) as ReportJson;
    expect(report.counts["succeeded"]).to.equal(4);
    expect(report).to.include({ slots: 64, orderViolations: 0, runMoreThanOnce: 0 });
    await expectAuditClean(database.url);
  });
});
