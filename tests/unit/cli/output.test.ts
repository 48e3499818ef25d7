import { expect } from "chai";
import { fieldsText, tableText } from "../../../server/cli/output.js";
import { ageText, jobJson, jobRow } from "../../../server/cli/views.js";
import { type JobView, Payload } from "../../../worker-sdk/typescript/index.js";

const JOB: JobView = {
  id: "j1",
  namespace: "default",
  queue: "q",
  type: "t",
  key: "",
  graphId: "",
  state: "running",
  stateReason: "",
  priority: 3,
  effectivePriority: 5,
  priorityReason: "raised",
  prioritySourceJobId: "j2",
  inheritPriority: true,
  attempt: 1,
  maxAttempts: 3,
  generation: 1,
  leaseEpoch: 1,
  losses: 0,
  pendingParents: 0,
  onParentFailure: "cancel",
  payload: new Payload(Buffer.from('{"n":1}'), "application/json"),
  output: new Payload(Buffer.from([0, 255]), "application/octet-stream"),
  error: undefined,
  executionTimeoutMs: undefined,
  startTimeoutMs: undefined,
  progressTimeoutMs: undefined,
  stopReason: "",
  stopBy: undefined,
  createdAt: new Date(1_000_000),
  readyAt: undefined,
  runAt: undefined,
  startedAt: undefined,
  finishedAt: undefined,
  workerId: "w1",
  labels: {},
  headers: {},
  dependsOn: [],
  idempotencyKey: "",
  cancelRequested: true,
  executions: [],
  progress: 0,
  progressNote: "",
  fingerprint: "",
  discardedAt: undefined,
  lostWorkers: [],
  checkpoint: undefined,
  checkpointAt: undefined,
  concurrencyKey: "",
  concurrencyLimit: 0,
  heldBy: [],
};

describe("tableText", () => {
  it("aligns columns without borders and marks empty cells", () => {
    expect(
      tableText(
        ["ID", "STATE"],
        [
          ["1", "ready"],
          ["22", ""],
        ],
      ),
    ).to.equal("ID  STATE\n1   ready\n22  -");
  });

  it("lets no cell move the cursor", () => {
    expect(tableText(["A"], [["x\r\n\u001b[2Jy"]])).to.equal("A\nx [2Jy");
  });
});

describe("fieldsText", () => {
  it("aligns values and leaves out what has none", () => {
    expect(
      fieldsText([
        ["id", "1"],
        ["gone", ""],
        ["state", "ready"],
      ]),
    ).to.equal("id:    1\nstate: ready");
  });
});

describe("job views", () => {
  it("show what raises a job and that it is being cancelled", () => {
    expect(jobRow(JOB, 1_000_000 + 90_000)).to.deep.equal([
      "j1",
      "running (cancelling)",
      "t",
      "q",
      "",
      "3 -> 5",
      "1/3",
      "1m",
      "w1",
    ]);
  });

  it("give programs JSON bodies as JSON and other bytes as base64", () => {
    expect(jobJson(JOB)).to.deep.include({
      payload: { contentType: "application/json", json: { n: 1 } },
      output: { contentType: "application/octet-stream", base64: "AP8=" },
    });
  });

  it("give text that only claims to be JSON as text, and nothing as null", () => {
    const payload = new Payload(Buffer.from("{"), "application/json");
    expect(jobJson({ ...JOB, payload, output: new Payload(Buffer.alloc(0)) })).to.deep.include({
      payload: { contentType: "application/json", text: "{" },
      output: null,
    });
  });

  it("show ages in one unit", () => {
    const ages = [0, 59, 60, 3600, 86_400 * 3].map((seconds) => ageText(new Date(0), seconds * 1000));
    expect(ages).to.deep.equal(["0s", "59s", "1m", "1h", "3d"]);
    expect(ageText(undefined, 0)).to.equal("");
  });
});
