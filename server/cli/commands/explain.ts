/** `muster explain ID`: why a job is not running, and what would change that. Reads only. */
import type { Command } from "commander";
import { withClient } from "../connect.js";
import { explanationText } from "../explanation-text.js";
import { type ClientOptions, clientOptions } from "../options.js";
import { printJson, printLine } from "../output.js";

export function addExplain(program: Command): void {
  clientOptions(
    program
      .command("explain <id>")
      .description("say why a job is not running; exit code 0 whatever the answer, 4 without such a job"),
  ).action(async (id: string, options: ClientOptions) => {
    await withClient(options, async (client) => {
      const explanation = await client.explain(id);
      if (options.json === true) printJson(explanation);
      else printLine(explanationText(explanation, Date.now()));
    });
  });
}
