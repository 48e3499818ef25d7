import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { cli } from "../support/cli.js";
import { type CliServer, startCliServer } from "../support/cli-server.js";
import { eventually } from "../support/eventually.js";
import { graphFixture } from "../support/graph-files.js";

interface JobJson {
  readonly id: string;
  readonly key: string;
  readonly state: string;
  readonly attempt: number;
  readonly workerId: string;
  readonly output: { readonly json: { readonly stdout: string } } | null;
  readonly error?: { readonly errorType: string; readonly message: string };
}

describe("muster, with a server on Postgres and Redis", function () {
  this.timeout(120_000);
  let server: CliServer;

  before(async () => {
    server = await startCliServer();
  });

  after(async () => {
    await server?.stop();
  });

  const job = (id: string) => server.json("job", id) as Promise<JobJson>;

  async function submit(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await server.run("submit", ...args);
    expect(code, stderr).to.equal(0);
    return stdout.trim();
  }

  it("is healthy", async () => {
    expect(await server.run("health")).to.deep.equal({ code: 0, stdout: "SERVING", stderr: "" });
    const service = await server.run("health", "--service", "no.such.Service");
    expect(service).to.include({ code: 1, stdout: "SERVICE_UNKNOWN" });
  });

  it("has brought the database to the newest schema: migrate finds nothing to do", async () => {
    const migrated = await cli(["migrate"], { env: server.env });
    expect(migrated).to.include({ code: 0, stdout: "the schema is up to date" });
    const alone = await cli(["migrate"], { env: { ...server.env, REDIS_URL: undefined } });
    expect(alone, "Redis is not needed for it").to.include({ code: 0, stdout: "the schema is up to date" });
  });

  it("brings no database to the newest schema that it was not told of", async () => {
    const { code, stderr } = await cli(["migrate"], {
      env: { ...server.env, DATABASE_URL: undefined, REDIS_URL: undefined },
    });
    expect(code).to.equal(2);
    expect(stderr).to.match(/DATABASE_URL: expected .*got/);
  });

  it("submits, lists, shows, cancels and retries a job", async () => {
    const id = await submit(
      "t",
      "--queue",
      "parked",
      "--payload",
      '{"n":1}',
      "--priority",
      "5",
      "--label",
      "a=1",
    );
    const listed = await server.run("jobs", "--queue", "parked", "--label", "a=1");
    expect(listed.stdout.split("\n")).to.have.length(2);
    expect(listed.stdout)
      .to.match(/^ID +STATE +TYPE/)
      .and.to.contain(id)
      .and.to.contain("ready");
    expect(await job(id)).to.deep.include({
      state: "ready",
      priority: 5,
      labels: { a: "1" },
      payload: { contentType: "application/json", json: { n: 1 } },
    });
    const shown = await server.run("job", id);
    expect(shown.stdout)
      .to.match(/^job: +[0-9a-f-]{36}$/m)
      .and.to.match(/^payload: +\{"n":1\}$/m);
    const cancelled = await server.run("cancel", id, "--reason", "no longer wanted");
    expect(cancelled).to.include({ code: 0, stdout: `job ${id}: cancelled` });
    expect(await server.run("cancel", id)).to.include({
      code: 0,
      stdout: `job ${id}: was cancelled already`,
    });
    expect(await server.json("jobs", "--queue", "parked", "--state", "ready")).to.deep.equal([]);
    expect((await server.run("retry", id)).stdout).to.equal(`job ${id}: ready, generation 2`);
    const again = await server.run("retry", id);
    expect(again.code).to.equal(2);
    expect(again.stderr).to.contain("(ILLEGAL_TRANSITION)");
    await server.run("cancel", id);
  });

  it("cancels what a filter names when --yes is said, shows it when not", async () => {
    const ids = [];
    for (const label of ["n=1", "n=1", "n=2"])
      ids.push(await submit("many", "--queue", "chosen", "--label", label));
    const chosen = ["cancel", "--queue", "chosen", "--type", "many", "--label", "n=1"];
    const dry = await server.run(...chosen, "--dry-run");
    expect(dry).to.deep.equal({
      code: 0,
      stdout: [
        "2 would be cancelled, and what waits for them as its policy says:",
        ...ids.slice(0, 2).toReversed(),
      ].join("\n"),
      stderr: "",
    });
    const unsure = await server.run(...chosen);
    expect(unsure).to.deep.include({ code: 2, stdout: dry.stdout });
    expect(unsure.stderr).to.contain("yes: expected --yes to cancel 2 jobs, or --dry-run, got neither");
    expect(await server.run(...chosen, "--yes")).to.include({
      code: 0,
      stdout: "2 cancelled, 0 told to stop",
    });
    expect(await server.json("jobs", "--queue", "chosen", "--state", "ready")).to.have.length(1);
    expect(await server.json("cancel", "--queue", "chosen", "--yes")).to.include({
      matched: 1,
      cancelled: 1,
    });
    const nothing = await server.run("cancel");
    expect(nothing.code).to.equal(2);
    expect(nothing.stderr).to.match(/filter: expected --state, .*--all, or ids, got none of them/);
    const both = await server.run("cancel", ids[0] ?? "", "--queue", "chosen");
    expect(both.code).to.equal(2);
    expect(both.stderr).to.contain("ids: expected none beside a filter");
  });

  it("gives the same job for the same idempotency key", async () => {
    const id = await submit("t", "--queue", "parked", "--idempotency-key", "once");
    expect(await submit("t", "--queue", "parked", "--idempotency-key", "once")).to.equal(`${id} (existed)`);
    const other = await server.run("submit", "other", "--queue", "parked", "--idempotency-key", "once");
    expect(other.code).to.equal(2);
    expect(other.stderr).to.contain("(JOB_CONFLICT)");
    await server.run("cancel", id);
  });

  it("passes on what the server refuses, with the field", async () => {
    const { code, stdout, stderr } = await server.run("submit", "bad type!");
    expect(code).to.equal(2);
    expect(stdout).to.equal("");
    expect(stderr).to.match(/^muster: error: jobs\[0\]\.type: expected .*, got "bad type!" \(INVALID_JOB\)$/);
  });

  it("ends with 4 for what is not there, with 2 for what never can be", async () => {
    const id = await submit("t", "--queue", "parked");
    const elsewhere = ["--namespace", "elsewhere"];
    const absent = [
      ["job", id],
      ["graph", id],
      ["cancel", id],
      ["retry", id],
      ["drain", "nobody"],
      ["workers", "nobody"],
    ];
    for (const args of absent) {
      const { code, stderr } = await server.run(...args, ...elsewhere);
      expect(code, `${args.join(" ")}: ${stderr}`).to.equal(4);
      expect(stderr, args.join(" ")).to.match(/^muster: error: [^\n]+$/);
    }
    const invented = await server.run("job", "01890a5d-ac96-774b-8000-000000000001");
    expect(invented.code).to.equal(2);
    expect(invented.stderr).to.match(/expected an id that Muster gave out, got .* \(INVALID_REQUEST\)$/);
    await server.run("cancel", id);
  });

  it("pauses a queue and resumes it", async () => {
    await server.run("cancel", await submit("t", "--queue", "switched"));
    expect(await server.run("pause", "switched")).to.include({ code: 0, stdout: "switched: paused" });
    expect((await server.run("pause", "switched")).stdout).to.equal("switched: was paused already");
    expect((await server.run("queues")).stdout).to.match(/^switched +paused/m);
    expect((await server.run("resume", "switched")).stdout).to.equal("switched: resumed");
    expect((await server.run("queues")).stdout).to.match(/^switched +open/m);
  });

  it("limits a queue, shows the limits and what they hold, and clears them", async () => {
    const limit = (...args: readonly string[]) => server.run("queues", "limit", "narrow", ...args);
    expect(await limit("--concurrency", "4", "--rate", "1/1h", "--burst", "1")).to.deep.equal({
      code: 0,
      stdout: "narrow: 4 at once, 1 per 3600000 ms, burst 1",
      stderr: "",
    });
    expect((await server.run("queues")).stdout).to.match(/^narrow .*4 at once, 1 per 3600000 ms, burst 1/m);
    expect((await limit("--rate", "fast")).stderr).to.include(
      'expected starts/period such as 100/s or 5/10s, got "fast"',
    );
    expect(await limit()).to.include({ code: 2 });
    expect(await limit("--clear")).to.deep.equal({ code: 0, stdout: "narrow: no limits", stderr: "" });
    expect(await server.run("queues", "limit", "no-such-queue", "--clear")).to.include({ code: 4 });
    const id = await submit(
      "t",
      "--queue",
      "narrow",
      "--concurrency-key",
      "tenant",
      "--concurrency-limit",
      "2",
    );
    expect((await server.run("job", id)).stdout).to.match(/^concurrency key: +tenant \(2 at once\)/m);
    await server.run("cancel", id);
  });

  it("runs a graph with a stock worker and reports; the worker is drained away afterwards", async () => {
    await server.startWorker("replayer", "--replay", "--concurrency", "4", "--queue", "work");
    const { code, stdout, stderr } = await server.run(
      "run",
      graphFixture("nightly.muster.json"),
      "--queue",
      "work",
    );
    expect(code, stderr).to.equal(0);
    expect(stdout).to.match(/^states: +4 succeeded$/m);
    expect(stdout).to.match(/^order violations: +0$/m);
    expect(stdout).to.match(/^run more than once: +0$/m);
    expect(stdout).to.match(/^work \/ slots: +\S+ ms on 4 slots$/m);
    expect(stderr).to.match(/nightly: 4 of 4 done \(100 %\)/);
    const workers = await server.run("workers");
    expect(workers.stdout).to.match(/^replayer +online +work +0 +4 /m);
    const drained = await server.run("drain", "replayer", "--wait");
    expect(drained.stdout).to.equal("replayer: offline, 0 jobs in flight");
    expect((await server.run("workers")).stdout).to.equal("no workers");
  });

  it("submits a graph and leaves; the graph can be followed, cancelled and retried as a whole", async () => {
    const file = graphFixture("survey.wfformat.json");
    const { stdout } = await server.run("run", file, "--detach", "--queue", "parked");
    const id = stdout.trim();
    expect((await server.run("graph", id)).stdout).to.match(/^states: +4 blocked, 2 ready$/m);
    const cancelled = await server.run("cancel", id);
    expect(cancelled.stdout).to.equal(`graph ${id}: 6 cancelled, 0 told to stop, 0 had ended before`);
    const followed = await server.run("graph", id, "--watch");
    expect(followed.code).to.equal(1);
    expect(followed.stderr).to.contain("expected every job to succeed, got 6 that did not");
    const retried = (await server.json("retry", "--graph", id)) as { state: string }[];
    expect(retried.map((one) => one.state).sort()).to.deep.equal([
      ...Array<string>(4).fill("blocked"),
      "ready",
      "ready",
    ]);
    await server.run("cancel", "--graph", id);
  });

  it("runs command lines only with --exec; a program that fails makes the run fail with 1", async () => {
    const worker = await server.startWorker("executor", "--exec", "--queue", "commands");
    expect(worker.stderr[0]).to.match(/^warning: --exec/);
    const id = await submit(
      "t",
      "--queue",
      "commands",
      "--wait",
      "--payload",
      '{"command":["echo","hello"]}',
    );
    const lines = id.split("\n");
    expect(lines.at(-1)).to.match(/succeeded$/);
    expect((await job(lines[0] ?? "")).output?.json.stdout).to.equal("hello\n");
    const bad = await server.run(
      ...["submit", "t", "--queue", "commands", "--wait", "--max-attempts", "1"],
      ...["--payload", '{"command":["ls","/no/such/folder"]}'],
    );
    expect(bad.code).to.equal(1);
    expect(bad.stderr).to.match(
      /^muster: error: job \S+: expected it to succeed, got dead \(CommandError: exit code 2: ls/,
    );
    const none = await server.run("submit", "t", "--queue", "commands", "--wait");
    expect(none.code).to.equal(1);
    expect(none.stderr).to.contain("payload.command: expected a list of strings");
  });

  it("keeps a history in which each job is received, started, ended and acknowledged once", async () => {
    const folder = await mkdtemp(join(tmpdir(), "muster-cli-"));
    try {
      const log = join(folder, "history.jsonl");
      const worker = await server.startWorker(
        "historian",
        "--replay",
        "--queue",
        "history",
        "--log-file",
        log,
      );
      const run = await server.run(
        "run",
        graphFixture("nightly.muster.json"),
        "--queue",
        "history",
        "--json",
      );
      expect(run.code, run.stderr).to.equal(0);
      const report = JSON.parse(run.stdout) as { graphId: string; jobs: number };
      await worker.kill("SIGTERM");
      const lines = (await readFile(log, "utf8")).trim().split("\n");
      const events = lines.map(
        (line) => JSON.parse(line) as { event: string; jobId: string; outcome?: string },
      );
      const jobs = (await server.json("jobs", "--graph", report.graphId)) as JobJson[];
      expect(jobs).to.have.length(report.jobs);
      for (const { id } of jobs) {
        const own = events.filter((event) => event.jobId === id);
        expect(own.map((event) => event.event)).to.deep.equal(["recv", "start", "end", "ack"]);
        expect(own[3]?.outcome).to.equal("committed");
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("stops a running job when it is cancelled", async () => {
    await server.startWorker("sleeper", "--replay", "--queue", "sleep");
    const id = await submit("t", "--queue", "sleep", "--payload", '{"runtimeSeconds":600}');
    await eventually(async () => (await job(id)).state === "running", 15_000);
    expect((await server.run("cancel", id)).stdout).to.equal(`job ${id}: its worker was told to stop`);
    await eventually(async () => (await job(id)).state === "cancelled", 15_000);
  });

  it("keeps namespaces apart", async () => {
    await submit("t", "--queue", "parked", "--namespace", "other");
    expect(await server.json("jobs", "--namespace", "other")).to.have.length(1);
    expect(await server.json("jobs", "--queue", "parked", "--state", "ready")).to.deep.equal([]);
  });

  it("says at once when the server is gone, without a stack trace", async () => {
    const { code, stderr } = await cli(["queues", "--address", "127.0.0.1:1"]);
    expect(code).to.equal(3);
    expect(stderr.split("\n")).to.have.length(1);
  });
});
