/**
 * `muster doctor`: what is wrong with Postgres, Redis and the data, how bad, and what repairs it. Asks a server; with
 * `--direct` it looks at the databases of DATABASE_URL and REDIS_URL itself, for when no server can run. Reads only.
 */
import type { Command } from "commander";
import { withClient } from "../connect.js";
import { type Doctored, diagnosisText } from "../diagnosis-text.js";
import { CliError, EXIT } from "../exit-codes.js";
import { type ClientOptions, clientOptions } from "../options.js";
import { printJson, printLine } from "../output.js";
import { diagnoseDirectly, readServerConfig } from "../server-access.js";

interface Options extends ClientOptions {
  readonly direct?: boolean;
  readonly all?: boolean;
  readonly strict?: boolean;
}

/** The server takes up to 25 s on a large database. */
const DEADLINE_MS = 40_000;

export function addDoctor(program: Command): void {
  clientOptions(
    program
      .command("doctor")
      .description("find what is wrong with Postgres, Redis and the data; exit code 1 if something fails"),
  )
    .option("--direct", "look at DATABASE_URL and REDIS_URL from here instead of asking a server")
    .option("--all", "show what is in order too")
    .option("--strict", "exit code 1 for warnings too")
    .action(async (options: Options) => {
      const diagnosis = options.direct === true ? await direct() : await fromServer(options);
      if (options.json === true) printJson(diagnosis);
      else printLine(diagnosisText(diagnosis, options.all === true));
      const bad = options.strict === true ? ["warn", "fail"] : ["fail"];
      const found = diagnosis.findings.filter((finding) => bad.includes(finding.severity));
      if (found.length === 0) return;
      throw new CliError(
        EXIT.workFailed,
        `doctor: expected nothing wrong, got ${found.map((finding) => finding.name).join(", ")}`,
      );
    });
}

async function direct(): Promise<Doctored> {
  return diagnoseDirectly(await readServerConfig({ MUSTER_MODE: "servers" }));
}

async function fromServer(options: Options): Promise<Doctored> {
  return withClient(options, (client) => client.diagnose(DEADLINE_MS), DEADLINE_MS);
}
