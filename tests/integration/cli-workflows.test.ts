import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect } from "chai";
import { expectAuditClean } from "../support/audit.js";
import { type CliServer, startCliServer } from "../support/cli-server.js";
import { graphFixture, recordedWorkflows } from "../support/graph-files.js";

const WORKERS = 3;
const SLOTS_EACH = 32;
/** What the repository has itself, for machines without the recorded workflows. */
const FIXTURES = ["survey.wfformat.json", "nightly.muster.json", "project.package-lock.json"].map(
  graphFixture,
);

interface Report {
  readonly graphId: string;
  readonly jobs: number;
  readonly edges: number;
  readonly counts: { readonly succeeded: number };
}

interface HistoryLine {
  readonly event: string;
  /** Of all but `session`. */
  readonly jobId?: string;
  readonly outcome?: string;
}

describe("muster run, workflows on Postgres and Redis with three worker processes", function () {
  this.timeout(300_000);
  let server: CliServer;
  let folder: string;
  let history: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "muster-workflows-"));
    history = join(folder, "history.jsonl");
    server = await startCliServer();
    const args = [
      "--replay",
      "--time-scale",
      "0",
      "--concurrency",
      String(SLOTS_EACH),
      "--log-file",
      history,
    ];
    for (let index = 1; index <= WORKERS; index++) await server.startWorker(`worker-${index}`, ...args);
  });

  after(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("succeed, every parent before its child, every job run once and acknowledged once", async () => {
    let acknowledged = 0;
    for (const file of recordedWorkflows() ?? FIXTURES) {
      const { code, stdout, stderr } = await server.run(
        "run",
        file,
        "--json",
        "--quiet",
        "--time-scale",
        "0",
      );
      expect(code, `${basename(file)}: ${stderr}`).to.equal(0);
      const report = JSON.parse(stdout) as Report;
      expect(report, basename(file)).to.deep.include({
        slots: WORKERS * SLOTS_EACH,
        orderViolations: 0,
        runMoreThanOnce: 0,
        retries: 0,
        missing: 0,
      });
      expect(report.counts.succeeded, basename(file)).to.equal(report.jobs);
      acknowledged += report.jobs;
      await expectAuditClean(server.env["DATABASE_URL"] ?? "");
    }
    for (let index = 1; index <= WORKERS; index++) await server.run("drain", `worker-${index}`, "--wait");
    const lines = (await readFile(history, "utf8")).trim().split("\n");
    const jobs = byJob(lines.map((line) => JSON.parse(line) as HistoryLine));
    expect(jobs.size).to.equal(acknowledged);
    for (const [jobId, events] of jobs) {
      expect(
        events.map((line) => line.event),
        jobId,
      ).to.deep.equal(["recv", "start", "end", "ack"]);
      expect(events.at(-1)?.outcome, jobId).to.equal("committed");
    }
  });
});

/** In the order of the file; a job's events come from one worker, so their order is that of the events. */
function byJob(lines: readonly HistoryLine[]): Map<string, HistoryLine[]> {
  const jobs = new Map<string, HistoryLine[]>();
  for (const line of lines) {
    if (line.jobId === undefined) continue;
    const events = jobs.get(line.jobId);
    if (events === undefined) jobs.set(line.jobId, [line]);
    else events.push(line);
  }
  return jobs;
}
