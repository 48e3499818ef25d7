import { expect } from "chai";
import { cli } from "../support/cli.js";
import { graphFixture } from "../support/graph-files.js";

const NOBODY = "127.0.0.1:1"; // nothing listens on tcpmux

describe("muster, without a server", function () {
  this.timeout(60_000);

  it("lists its commands and its exit codes", async () => {
    const { code, stdout } = await cli(["--help"]);
    expect(code).to.equal(0);
    const commands = [..."dev serve migrate health run worker submit jobs job graph cancel retry".split(" ")];
    commands.push(..."workers drain queues pause resume".split(" "));
    for (const command of commands) expect(stdout).to.match(new RegExp(`^ {2}${command} `, "m"));
    expect(stdout).to.match(/^Exit codes:\n {2}0 /m);
  });

  it("documents the exit codes and the default address with every client command", async () => {
    for (const command of ["run", "jobs", "cancel", "health"]) {
      const { stdout } = await cli([command, "--help"]);
      expect(stdout, command).to.match(/^Exit codes:\n {2}0 /m);
      expect(stdout, command).to.contain("127.0.0.1:7878");
    }
  });

  it("ends with 2 and one line for bad usage and bad input", async () => {
    const bad: readonly (readonly [readonly string[], RegExp])[] = [
      [["bogus"], /unknown command 'bogus'/],
      [["jobs", "--bogus"], /unknown option '--bogus'/],
      [["jobs", "--limit", "x"], /expected a whole number from 1 to 1000000, got "x"/],
      [["jobs", "--state", "gone"], /expected blocked, .*, got "gone"/],
      [["submit", "t", "--payload", "{"], /payload: expected JSON, got /],
      [["retry"], /expected job ids or --graph, got neither/],
      [["worker"], /worker: expected --replay or --exec, got neither/],
      [["worker", "--replay", "--exec"], /got both/],
      [
        ["run", "no-such-file.json"],
        /file: expected a file that can be read, got no-such-file\.json \(ENOENT\)/,
      ],
      [
        ["run", graphFixture("unknown-parent.wfformat.json")],
        /tasks\[1\] \(merge\)\.parents\[1\]: expected the id of a task in this file, got "read_2"$/,
      ],
      [["dev", "--run", graphFixture("unknown-parent.wfformat.json")], /tasks\[1\] \(merge\)/],
    ];
    const endings = await inTurns(bad.map(([args]) => args));
    for (const [index, [args, message]] of bad.entries()) {
      const ending = endings[index];
      expect(ending?.code, args.join(" ")).to.equal(2);
      expect(ending?.stdout, args.join(" ")).to.equal("");
      expect(ending?.stderr, args.join(" ")).to.match(/^muster: error: [^\n]+$/);
      expect(ending?.stderr, args.join(" ")).to.match(message);
    }
  });

  it("ends with 3 and one line when no server is there", async () => {
    for (const args of [
      ["jobs"],
      ["health"],
      ["submit", "t"],
      ["run", graphFixture("nightly.muster.json")],
    ]) {
      const { code, stdout, stderr } = await cli([...args, "--address", NOBODY]);
      expect(code, args.join(" ")).to.equal(3);
      expect(stdout, args.join(" ")).to.equal("");
      expect(stderr, args.join(" ")).to.match(
        /^muster: error: address: expected a Muster server at 127\.0\.0\.1:1, got/,
      );
    }
  });

  it("takes address and namespace from the environment", async () => {
    const { code, stderr } = await cli(["jobs"], { env: { MUSTER_ADDRESS: NOBODY } });
    expect(code).to.equal(3);
    expect(stderr).to.contain(NOBODY);
  });

  it("shows a stack trace only when asked to", async () => {
    const plain = await cli(["jobs", "--address", NOBODY]);
    expect(plain.stderr).to.not.match(/^ +at /m);
    const debug = await cli(["jobs", "--address", NOBODY], { env: { MUSTER_DEBUG: "1" } });
    expect(debug.stderr).to.match(/^ +at /m);
  });

  it("refuses to serve with a bad configuration and lists every problem", async () => {
    const { code, stderr } = await cli(["serve", "--port", "0"], { env: { MUSTER_LEASE_TTL_MS: "x" } });
    expect(code).to.equal(2);
    expect(stderr)
      .to.contain("DATABASE_URL")
      .and.to.contain("REDIS_URL")
      .and.to.contain("MUSTER_LEASE_TTL_MS");
  });

  it("warns plainly before it runs other people's command lines", async () => {
    const { stderr } = await cli([
      "worker",
      "--exec",
      "--log-file",
      "/no/such/folder/log",
      "--address",
      NOBODY,
    ]);
    expect(stderr).to.match(/^warning: --exec runs the command line of every job as this user/);
    expect(stderr).to.contain("log-file: expected a file that can be appended to");
  });
});

/** Two at a time: each is a process of its own. */
async function inTurns(all: readonly (readonly string[])[]): Promise<Awaited<ReturnType<typeof cli>>[]> {
  const endings = [];
  for (let at = 0; at < all.length; at += 2) {
    endings.push(...(await Promise.all(all.slice(at, at + 2).map((args) => cli(args)))));
  }
  return endings;
}
