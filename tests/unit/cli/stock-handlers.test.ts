import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { commandOf, exec } from "../../../server/cli/worker/exec.js";
import { HistoryLog } from "../../../server/cli/worker/history-log.js";
import { replay, runtimeSecondsOf } from "../../../server/cli/worker/replay.js";

const never = new AbortController().signal;

describe("replay", () => {
  it("reads the runtime of a JSON payload and counts anything else as 0", () => {
    expect(runtimeSecondsOf({ runtimeSeconds: 1.5 })).to.equal(1.5);
    for (const payload of [null, 5, "x", {}, { runtimeSeconds: "1" }, { runtimeSeconds: -1 }]) {
      expect(runtimeSecondsOf(payload), JSON.stringify(payload)).to.equal(0);
    }
  });

  it("takes the runtime times the scale", async () => {
    const startedMonoMs = performance.now();
    await replay({ runtimeSeconds: 30 }, 0.001, never);
    expect(performance.now() - startedMonoMs).to.be.at.least(29);
  });

  it("stops at once when the job is cancelled", async () => {
    const controller = new AbortController();
    const running = replay({ runtimeSeconds: 600 }, 1, controller.signal);
    controller.abort();
    const error: unknown = await running.then(
      () => null,
      (failure: unknown) => failure,
    );
    expect(error).to.be.instanceOf(Error).and.have.property("name", "AbortError");
  });
});

describe("exec", () => {
  const node = (code: string) => [process.execPath, "-e", code];

  it("finds the command in a payload", () => {
    expect(commandOf({ command: ["echo", "a"] })).to.deep.equal(["echo", "a"]);
    for (const payload of [null, {}, { command: [] }, { command: "echo" }, { command: ["a", 1] }]) {
      expect(commandOf(payload), JSON.stringify(payload)).to.equal(null);
    }
  });

  it("gives exit code and output, and hands its environment on", async () => {
    const command = node("console.log(process.env.MUSTER_JOB_ID); console.error('e'); process.exitCode = 3");
    const outcome = await exec({ command, environment: { MUSTER_JOB_ID: "j1" }, signal: never });
    expect(outcome).to.deep.equal({ exitCode: 3, signalName: null, stdout: "j1\n", stderr: "e\n" });
  });

  it("passes arguments as they are, to no shell", async () => {
    const command = [...node("console.log(process.argv[1])"), "$HOME; `id` && *"];
    expect((await exec({ command, environment: {}, signal: never })).stdout).to.equal("$HOME; `id` && *\n");
  });

  it("keeps only the end of a long output", async () => {
    const command = node("process.stdout.write('x'.repeat(100000) + 'end')");
    const { stdout } = await exec({ command, environment: {}, signal: never });
    expect(stdout).to.have.length(4_096).and.match(/end$/);
  });

  it("ends the program and its children when the job is cancelled", async () => {
    const controller = new AbortController();
    const inner = `require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" })`;
    const running = exec({ command: node(inner), environment: {}, signal: controller.signal });
    controller.abort();
    // The grandchild holds the pipes: `close` comes only when it is gone as well.
    expect(await running).to.include({ exitCode: null, signalName: "SIGTERM" });
  });

  it("throws what the system says when there is no such program", async () => {
    const error: unknown = await exec({ command: ["/no/such/program"], environment: {}, signal: never }).then(
      () => null,
      (failure: unknown) => failure,
    );
    expect(error).to.have.property("code", "ENOENT");
  });
});

describe("HistoryLog", () => {
  it("appends one JSON line an event, beside those of other workers", async () => {
    const folder = await mkdtemp(join(tmpdir(), "muster-history-"));
    try {
      const path = join(folder, "history.jsonl");
      const job = { jobId: "j1", attempt: 1, leaseEpoch: 1 };
      {
        using first = new HistoryLog(path, "w1");
        using second = new HistoryLog(path, "w2");
        first.write({ event: "recv", ...job });
        second.write({ event: "recv", ...job, jobId: "j2" });
        first.write({ event: "ack", ...job, outcome: "committed" });
      }
      const lines = (await readFile(path, "utf8")).trim().split("\n");
      const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(events.map((event) => [event["workerId"], event["event"], event["jobId"]])).to.deep.equal([
        ["w1", "recv", "j1"],
        ["w2", "recv", "j2"],
        ["w1", "ack", "j1"],
      ]);
      expect(events[2]).to.include({ outcome: "committed", attempt: 1, leaseEpoch: 1, pid: process.pid });
      expect(events[0]?.["atMs"]).to.be.closeTo(Date.now(), 60_000);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
