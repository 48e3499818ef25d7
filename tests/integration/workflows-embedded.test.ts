/** The same promises in embedded mode: `muster dev` with its database in a folder, queues in memory, three workers. */
import { expect } from "chai";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { readGraphFile } from "../../server/cli/graph/read-graph-file.js";
import { openEmbeddedPostgres } from "../../server/embedded/pglite.js";
import { toPayload } from "../../worker-sdk/typescript/payload.js";
import { expectAuditClean } from "../support/audit.js";
import { cli } from "../support/cli.js";
import { OWN_LOCK_FILE, recordedWorkflows } from "../support/graph-files.js";
import { readServerRecords, readWorkerLog, sha256, type SubmittedRecord } from "../support/history.js";
import { expectHistoryClean, startedMoreThanOnce } from "../support/history-checks.js";

const LARGE = ["montage-chameleon-2mass-05d-001.json", "bwa-chameleon-medium-001.json"];
const FILES = [
  OWN_LOCK_FILE,
  ...(recordedWorkflows() ?? []).filter((path) => LARGE.includes(basename(path))),
];

interface ReportJson {
  readonly counts: Readonly<Record<string, number>>;
  readonly slots: number;
  readonly orderViolations: number;
  readonly runMoreThanOnce: number;
  readonly missing: number;
}

describe("workflows in embedded mode", function () {
  this.timeout(120_000);
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "muster-embedded-"));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  for (const file of FILES) {
    it(`runs ${basename(file)} to its end and keeps every promise`, async () => {
      const graph = await readGraphFile(file);
      const data = join(folder, "data");
      const log = join(folder, "history.jsonl");
      const { code, stdout, stderr } = await cli(
        ["dev", "--run", file, "--time-scale", "0", "--data-dir", data, "--log-file", log, "--json"],
        { cwd: folder, env: { TMPDIR: folder, MUSTER_METRICS_PORT: "0" } },
      );
      expect(code, stderr).to.equal(0);
      const report = JSON.parse(stdout) as ReportJson;
      expect(report.counts["succeeded"]).to.equal(graph.tasks.length);
      expect(report).to.include({ slots: 96, orderViolations: 0, runMoreThanOnce: 0, missing: 0 });

      const embedded = await openEmbeddedPostgres(data);
      try {
        const rows = await readServerRecords(embedded.config);
        const history = {
          ...rows,
          client: [],
          workers: readWorkerLog(log),
          submitted: recordsOf(rows, graph),
        };
        expectHistoryClean(history, graph.tasks.length);
        expect(startedMoreThanOnce(history)).to.deep.equal([]);
        await expectAuditClean(embedded.config);
      } finally {
        await embedded.close();
      }
    });
  }
});

/** The run is over: what it submitted is told by the file, and the ids by the keys. */
function recordsOf(
  rows: Awaited<ReturnType<typeof readServerRecords>>,
  graph: Awaited<ReturnType<typeof readGraphFile>>,
): SubmittedRecord[] {
  const ids = new Map([...rows.finalJobs].map(([id, job]) => [job.key, id]));
  return graph.tasks.map((task) => ({
    jobId: ids.get(task.key) ?? "missing",
    payloadSha256: sha256(toPayload(task.payload ?? undefined)?.bytes ?? Buffer.alloc(0)),
    parents: task.parents.map((parent) => ids.get(parent) ?? "missing"),
    onParentFailure: "cancel",
    maxAttempts: 3,
  }));
}
