/** Every scenario of the bench runs, with few jobs: whether it works is tested here, how fast it is never. */
import { expect } from "chai";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SCENARIOS } from "../../bench/catalog.js";
import type { Outcome } from "../../bench/report/outcome.js";
import { services } from "../support/services.js";
import { spawnNode, type Ending } from "../support/spawn-node.js";

const MAIN = fileURLToPath(new URL("../../bench/main.js", import.meta.url));

interface Document {
  readonly command: string;
  readonly machine: { readonly cpu: string; readonly commit: string };
  readonly stores: Readonly<Record<string, string>>;
  readonly outcomes: readonly Outcome[];
}

describe("bench", () => {
  const folder = mkdtempSync(join(tmpdir(), "muster-bench-smoke-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function bench(...args: readonly string[]): Promise<Ending & { readonly printed: string }> {
    const started = await spawnNode(MAIN, args, { readyLine: null });
    const ending = await started.ended;
    return { ...ending, printed: [...started.stdout, ...started.stderr].join("\n") };
  }

  it("lists every scenario with its parameters", async () => {
    const { code, printed } = await bench("list");
    expect(code, printed).to.equal(0);
    for (const { name, shows } of SCENARIOS) expect(printed).to.include(`${name}\n  ${shows}\n  --rounds `);
  });

  it("refuses what it does not know", async () => {
    const unknown = await bench("warp");
    expect(unknown.code).to.equal(1);
    expect(unknown.printed).to.include("warp: expected a scenario");
    const bad = await bench("live", "--jobs", "many");
    expect(bad.code).to.equal(1);
    expect(bad.printed).to.include("--jobs: expected a whole number, 0 or more, got many");
  });

  it("warms up before the rounds that count when it is told to", async function () {
    this.timeout(60_000);
    const quick = ["--quick", "--json", join(folder, "warm.json")];
    const { code, printed } = await bench("idle-push", ...quick, "--warm-up-seconds", "1");
    expect(code, printed).to.equal(0);
    expect(printed).to.match(/warming up for 1 s[^]*round 1 of 1/);
  });

  describe("run of everything with 50 jobs", () => {
    const json = join(folder, "smoke.json");
    let document: Document;

    before(async function () {
      this.timeout(180_000);
      const { postgres, redis } = await services();
      const stores = ["--database-url", postgres.url(), "--redis-url", redis.url];
      const { code, printed } = await bench("all", "limits", "--quick", "--json", json, ...stores);
      expect(code, printed).to.equal(0);
      document = JSON.parse(readFileSync(json, "utf8")) as Document;
    });

    for (const { name } of SCENARIOS) {
      it(`measures ${name}`, () => {
        const outcome = document.outcomes.find((one) => one.scenario === name);
        const values = [
          ...(outcome?.latencies ?? []).flatMap(({ p50, p99, p999, max }) => [p50, p99, p999, max]),
          ...(outcome?.figures ?? []).map((figure) => figure.median),
        ];
        expect(values).to.not.be.empty;
        expect(values.filter((value) => !Number.isFinite(value))).to.deep.equal([]);
      });
    }

    it("writes where and on what it was measured", () => {
      expect(document.command).to.include("--quick");
      expect(document.machine.cpu).to.not.equal("");
      expect(document.stores["postgres.synchronous_commit"]).to.equal("on");
    });

    it("draws a picture of each comparison", () => {
      const pictures = readdirSync(folder).filter((name) => name.endsWith(".svg"));
      expect(pictures).to.include.members(["smoke.idle-push-latency.svg", "smoke.live-jobs-s.svg"]);
      for (const name of pictures) {
        const svg = readFileSync(join(folder, name), "utf8");
        expect(svg, name).to.match(/^<svg [\s\S]*<\/svg>\n$/);
        expect(svg, name).to.not.include("NaN");
      }
    });
  });
});
