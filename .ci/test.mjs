// The test command: builds, finds or installs Postgres and Redis, runs the checks and every lane of tests, and ends
// with one line `N passed, N failed`. Nothing is skipped silently: a lane without tests, a pending test, a process
// that does not end and a check that cannot run all count as failed. `--quick` leaves out the slow lanes and says
// so; it takes under two minutes and lets Postgres lose data at a power cut (fsync off).
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { provideServices } from "./services.mjs";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const MINUTE_MS = 60_000;
const CHECKS = ["lint", "check:types", "check:dead", "proto:lint"];
const LANES = [
  { name: "unit", limitMs: 5 * MINUTE_MS },
  { name: "repo", limitMs: 5 * MINUTE_MS },
  { name: "contract", limitMs: 8 * MINUTE_MS },
  { name: "integration", limitMs: 16 * MINUTE_MS },
  { name: "model", limitMs: 8 * MINUTE_MS },
  { name: "faults", limitMs: 25 * MINUTE_MS },
];
const QUICK_LANES = new Set(["unit", "repo", "contract"]);

const isQuick = process.argv.includes("--quick");
const scratch = mkdtempSync(join(tmpdir(), "muster-lanes-"));
let current = null;
let isStopping = false;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    isStopping = true;
    current?.kill(signal);
  });
}

// Runs a program to its end; `code` is null when it was ended by a signal or by the time limit.
function run(command, args, { env = {}, limitMs = 10 * MINUTE_MS } = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ["ignore", "inherit", "inherit"],
    });
    current = child;
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill("SIGKILL");
    }, limitMs);
    child.once("error", (error) => {
      clearTimeout(timer);
      done({ code: null, why: error.message });
    });
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      const why = isLate ? `was ended after ${limitMs / MINUTE_MS} minutes` : `ended with ${code ?? signal}`;
      done({ code, why });
    });
  });
}

// From the sources, so that what an earlier build left in dist is not run.
function testFiles(lane) {
  const folder = join(ROOT, "tests", lane);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".test.ts"));
  return names.map((name) => join("dist", "tests", lane, name.replace(/\.ts$/, ".js"))).sort();
}

async function runLane({ name, limitMs }) {
  const files = testFiles(name);
  if (files.length === 0) return { passed: 0, failed: 1, failures: ["the lane has no tests"] };
  const report = join(scratch, `${name}.json`);
  const env = { MUSTER_TEST_REPORT: report, ...(isQuick ? { MUSTER_TEST_FSYNC: "off" } : {}) };
  const fast = isQuick ? ["--fgrep", "[slow]", "--invert"] : [];
  const mocha = join("node_modules", "mocha", "bin", "mocha.js");
  const { code, why } = await run(process.execPath, [mocha, ...fast, ...files], { env, limitMs });
  let result;
  try {
    result = JSON.parse(readFileSync(report, "utf8"));
  } catch {
    return { passed: 0, failed: 1, failures: [`the lane gave no report: it ${why}`] };
  }
  if (code === 0 && result.passed === 0 && result.failed === 0) {
    return { passed: 0, failed: 1, failures: ["the lane ran no test"] };
  }
  if (code !== 0 && result.failed === 0) return { ...result, failed: 1, failures: [`the lane ${why}`] };
  return result;
}

async function runCheck(name) {
  const { code, why } = await run("npm", ["run", "--silent", name]);
  return code === 0 ? { passed: 1, failed: 0, failures: [] } : { passed: 0, failed: 1, failures: [why] };
}

async function runAll(results) {
  const add = async (name, work) => {
    if (isStopping) return;
    console.log(`\n== ${name}`);
    const startedMono = performance.now();
    const result = await work();
    results.push({ name, ...result, tookMs: performance.now() - startedMono });
  };
  await add("build", () => runCheck("build"));
  if (results.some((result) => result.failed > 0)) return; // what lies in dist is of no use
  const services = await provideServices(ROOT, run);
  if (services.problem !== null) {
    console.error(`\n${services.problem}`);
    results.push({ name: "services", passed: 0, failed: 1, failures: ["Postgres and Redis"], tookMs: 0 });
    return;
  }
  try {
    for (const name of CHECKS) if (!isQuick || name === "lint") await add(name, () => runCheck(name));
    for (const lane of LANES) {
      if (!isQuick || QUICK_LANES.has(lane.name)) await add(lane.name, () => runLane(lane));
    }
  } finally {
    await services.stop();
  }
}

function printSummary(results) {
  console.log("");
  for (const { name, passed, failed, tookMs } of results) {
    console.log(`${name.padEnd(12)} ${passed} passed, ${failed} failed in ${(tookMs / 1_000).toFixed(1)} s`);
  }
  for (const { name, failures } of results) {
    for (const failure of failures) console.log(`failed: ${name}: ${failure}`);
  }
  if (isQuick)
    console.log("quick: left out the lanes integration, model and faults, and tests marked [slow]");
  if (isStopping) console.log("interrupted: the rest was not run");
}

const results = [];
try {
  await runAll(results);
} catch (error) {
  console.error(error);
  results.push({ name: "test command", passed: 0, failed: 1, failures: [String(error)], tookMs: 0 });
}
rmSync(scratch, { recursive: true, force: true });
printSummary(results);
const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0) + (isStopping ? 1 : 0);
process.exitCode = passed > 0 && failed === 0 ? 0 : 1;
console.log(`${passed} passed, ${failed} failed`);
