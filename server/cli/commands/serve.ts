/**
 * `muster serve`: one server on Postgres and Redis, until it is told to stop. Everything is set in the environment
 * (docs/configuration.md); the options here are the few that people type.
 */
import type { Command } from "commander";
import { once } from "node:events";
import { EXIT_CODE_HELP } from "../exit-codes.js";
import { onInterrupt } from "../interrupt.js";
import { wholeNumber } from "../options.js";
import { printLine } from "../output.js";
import { readServerConfig, startServer } from "../server-access.js";

interface Options {
  readonly host?: string;
  readonly port?: number;
  readonly metricsPort?: number;
}

export function addServe(program: Command): void {
  program
    .command("serve")
    .description("run a server on DATABASE_URL and REDIS_URL")
    .option("--host <address>", "to listen on (MUSTER_HOST; loopback unless told otherwise)")
    .option("--port <n>", "to listen on; 0 is any free one (MUSTER_PORT)", wholeNumber(0, 65_535))
    .option(
      "--metrics-port <n>",
      "of the metrics; 0 is any free one (MUSTER_METRICS_PORT)",
      wholeNumber(0, 65_535),
    )
    .addHelpText("after", EXIT_CODE_HELP)
    .action(async (options: Options) => {
      const config = await readServerConfig({
        MUSTER_MODE: "servers",
        ...(options.host !== undefined && { MUSTER_HOST: options.host }),
        ...(options.port !== undefined && { MUSTER_PORT: String(options.port) }),
        ...(options.metricsPort !== undefined && { MUSTER_METRICS_PORT: String(options.metricsPort) }),
      });
      using interrupt = onInterrupt();
      const server = await startServer(config);
      printLine(`listening on ${server.grpcAddress}`);
      if (server.metricsAddress !== null) printLine(`metrics on http://${server.metricsAddress}/metrics`);
      if (!interrupt.signal.aborted) await once(interrupt.signal, "abort");
      await server.stop();
    });
}
