/** `muster health`: grpc.health.v1 for people, scripts and container health checks. */
import type { Command } from "commander";
import { CliError, EXIT } from "../exit-codes.js";
import { type ClientOptions, clientOptions } from "../options.js";
import { printJson, printLine } from "../output.js";

interface Options extends ClientOptions {
  readonly service: string;
}

export function addHealth(program: Command): void {
  clientOptions(
    program.command("health").description("ask whether the server serves; exit code 0 if it does"),
  )
    .option("--service <name>", "a gRPC service by its full name; empty for the server as a whole", "")
    .action(async (options: Options) => {
      const { checkHealth } = await import("../health-check.js");
      const { status } = await checkHealth(options.address, options.service);
      if (options.json === true) printJson({ address: options.address, service: options.service, status });
      else printLine(status);
      if (status === "SERVING") return;
      throw new CliError(EXIT.workFailed, `health: expected SERVING, got ${status} from ${options.address}`);
    });
}
