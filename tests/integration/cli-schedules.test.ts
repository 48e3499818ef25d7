import { expect } from "chai";
import { Client, MusterClientError, type ScheduleInput } from "../../worker-sdk/typescript/index.js";
import { type CliServer, startCliServer } from "../support/cli-server.js";
import { graphFixture } from "../support/graph-files.js";

describe("muster schedules", function () {
  this.timeout(120_000);
  let server: CliServer;

  let client: Client;

  before(async () => {
    server = await startCliServer();
    client = new Client({ address: server.address });
  });

  after(async () => {
    client.close();
    await server?.stop();
  });

  const run = (...args: readonly string[]) => server.run("schedules", ...args);
  const NIGHTLY = [
    "create",
    "nightly",
    "--cron",
    "0 3 * * *",
    "--time-zone",
    "Europe/Berlin",
    "--type",
    "report",
  ];

  it("makes one once, and shows when it will fire", async () => {
    const dry = await run(...NIGHTLY, "--dry-run", "--upcoming", "3");
    expect(dry.code, dry.stderr).to.equal(0);
    expect(dry.stdout.split("\n")).to.have.length(5);
    expect(await client.schedules.list()).to.deep.equal([]);
    expect((await run(...NIGHTLY)).stdout).to.match(/^nightly: made\nnext fire times:\n {2}\d{4}-/);
    const same = { name: "nightly", cron: "0 3 * * *", timeZone: "Europe/Berlin", job: { type: "report" } };
    expect(await client.schedules.create(same)).to.have.property("existed", true);
    const other = await run("create", "nightly", "--cron", "0 4 * * *", "--type", "report");
    expect(other).to.include({ code: 2, stdout: "" });
    expect(other.stderr).to.match(/^muster: error: name: expected .*, got "nightly", .*SCHEDULE_CONFLICT/);
    expect((await run("list")).stdout).to.match(
      /^NAME +CRON .*\nnightly +0 3 \* \* \* +Europe\/Berlin +job report +on/,
    );
  });

  it("pauses, resumes, triggers and deletes it", async () => {
    expect((await run("pause", "nightly")).stdout).to.equal("nightly: paused");
    expect(await client.schedules.pause("nightly")).to.equal(false);
    expect(await client.schedules.get("nightly")).to.include({ paused: true, nextFireAt: undefined });
    const triggered = await run("trigger", "nightly", "--fire-at", "2026-01-02T03:00:00Z");
    const id = /^nightly: submitted job (\S+)$/.exec(triggered.stdout)?.[1] ?? "";
    const again = await client.schedules.trigger("nightly", { fireAt: new Date("2026-01-02T03:00:00Z") });
    expect(again).to.have.property("existed", true);
    expect(again.fire.jobId).to.equal(id);
    expect(await client.get(id)).to.deep.include({
      type: "report",
      state: "ready",
      labels: { "muster.schedule": "nightly" },
      headers: { "muster-schedule": "nightly", "muster-fire-at": "2026-01-02T03:00:00.000Z" },
    });
    expect((await run("resume", "nightly")).stdout).to.match(/^nightly: resumed, next at \d{4}-/);
    const { stdout } = await run("get", "nightly");
    expect(stdout)
      .to.contain("submitted (triggered)")
      .and.to.contain(id)
      .and.to.match(/next fire times:\n {2}\d{4}-/);
    const { nextFireAt, upcoming } = await client.schedules.get("nightly");
    expect(upcoming[0]).to.deep.equal(nextFireAt);
    expect((await run("delete", "nightly")).stdout).to.equal("nightly: deleted");
    expect(await run("get", "nightly")).to.include({ code: 4, stdout: "" });
  });

  it("submits a whole graph file", async () => {
    const file = graphFixture("nightly.muster.json");
    const made = await run("create", "flow", "--cron", "@daily", "--graph", file, "--skip-overlapping");
    expect(made.code, made.stderr).to.equal(0);
    const { graphName, jobs } = await client.schedules.get("flow");
    expect(jobs.length).to.be.above(1);
    const id = /^flow: submitted graph (\S+)$/.exec((await run("trigger", "flow")).stdout)?.[1] ?? "";
    expect(await client.getGraph(id)).to.include({ name: graphName, jobCount: jobs.length });
  });

  it("gives a graph the order that was asked for", async () => {
    const options = ["--cron", "@daily", "--graph", graphFixture("nightly.muster.json")];
    const made = await run("create", "ordered", ...options, "--order", "critical-path");
    expect(made.code, made.stderr).to.equal(0);
    expect((await run("create", "ordered", ...options, "--order", "critical-path")).stdout).to.contain(
      "existed",
    );
    const other = await run("create", "ordered", ...options);
    expect(other.stderr, "in another order it is another schedule").to.contain("SCHEDULE_CONFLICT");
    const single = await run("create", "single", "--cron", "@daily", "--type", "t", "--order", "ready");
    expect(single).to.include({ code: 2, stdout: "" });
    expect(single.stderr).to.contain("order: expected --graph with it, got no graph");
  });

  it("refuses what it cannot fire, naming the field", async () => {
    const job = { type: "t" };
    const daily = { name: "bad", cron: "@daily" };
    const refusals: readonly (readonly [RegExp, ScheduleInput])[] = [
      [/^spec\.cron: expected a cron expression/, { ...daily, cron: "61 * * * *", job }],
      [/^spec\.cron: expected a time that is still to come/, { ...daily, cron: "0 0 30 2 *", job }],
      [/^spec\.time_zone: expected an IANA/, { ...daily, timeZone: "Mars/Base", job }],
      [/^spec\.job\.type: expected/, { ...daily, job: { type: "no spaces" } }],
      [/^spec\.job\.depends_on.*: expected/, { ...daily, job: { ...job, dependsOn: ["a"] } }],
      [/^spec\.work: expected a job or a graph/, daily],
      [/^spec\.graph\.jobs: expected 1 to 1000/, { ...daily, graph: { jobs: [] } }],
      [/^spec\.missed_runs: expected skip/, { ...daily, job, skipOverlapping: true, missedRuns: "run_all" }],
      [/^spec\.missed_runs_max: expected 1 to 100/, { ...daily, job, missedRunsMax: 101 }],
      [/^spec\.missed_after: expected/, { ...daily, job, missedAfterMs: 1 }],
      [/^name: expected/, { ...daily, name: "no spaces", job }],
    ];
    for (const [message, input] of refusals) {
      const refusal: unknown = await client.schedules.create(input).catch((error: unknown) => error);
      expect(refusal, String(message)).to.be.instanceOf(MusterClientError);
      expect((refusal as MusterClientError).message).to.match(message);
    }
    for (const act of ["get", "pause", "resume", "delete", "trigger"] as const) {
      const missing: unknown = await client.schedules[act]("bad").catch((error: unknown) => error);
      expect(missing, act).to.have.property("code", "SCHEDULE_NOT_FOUND");
    }
    const usage = await run("create", "bad", "--cron", "@daily");
    expect(usage).to.include({ code: 2, stdout: "" });
    expect(usage.stderr).to.contain("type: expected --type of a job, or --graph, got neither");
  });
});
