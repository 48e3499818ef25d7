/**
 * `muster dead redrive`, `redrives` and `stop`: starts a canary redrive and follows it, lists them, ends one. The
 * redrive itself runs on the servers; interrupting the command leaves it running, and says so.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import type { Client, DeadLetterFilter, RedriveView } from "../../../worker-sdk/typescript/index.js";
import { withClient } from "../connect.js";
import { CliError, EXIT } from "../exit-codes.js";
import { onInterrupt } from "../interrupt.js";
import { REDRIVE_HEAD, redriveRow, redriveText } from "../letter-views.js";
import { type ClientOptions, clientOptions, number, wholeNumber } from "../options.js";
import { printJson, printJsonLine, printLine, tableText } from "../output.js";

const LOOK_MS = 500;

interface StartOptions extends ClientOptions {
  readonly canary?: number;
  readonly rate?: number;
  readonly watch?: boolean;
}

interface Choice<Options> {
  readonly letterChoice: (command: Command) => Command;
  readonly letterFilter: (ids: readonly string[], options: Options) => DeadLetterFilter;
}

export function addRedrives<Options extends ClientOptions>(dead: Command, choice: Choice<Options>): void {
  const redrive = dead
    .command("redrive [ids...]")
    .description("retry a few, watch them end, then the rest at a rate");
  choice
    .letterChoice(clientOptions(redrive))
    .option("--all", "every one of the namespace")
    .option("--canary <n>", "how many go first (server default: 5)", wholeNumber(1, 100))
    .option("--rate <n>", "how many a second follow (server default: 10)", number(0.01, 1000))
    .option("--watch", "follow it to its end; exit code 1 unless it is done")
    .action(async (ids: readonly string[], options: StartOptions & Options) => {
      await withClient(options, async (client) => {
        const started = await client.deadLetters.startRedrive({
          filter: choice.letterFilter(ids, options),
          ...(options.canary !== undefined && { canary: options.canary }),
          ...(options.rate !== undefined && { perSecond: options.rate }),
        });
        if (options.watch === true) await follow(client, started, options.json === true);
        else if (options.json === true) printJson(started);
        else printLine(redriveText(started));
      });
    });
  clientOptions(dead.command("redrives").description("list redrives, newest first")).action(
    async (options: ClientOptions) => {
      await withClient(options, async (client) => {
        const redrives = await client.deadLetters.redrives();
        const nowMs = Date.now();
        if (options.json === true) printJson(redrives);
        else if (redrives.length === 0) printLine("no redrives");
        else
          printLine(
            tableText(
              REDRIVE_HEAD,
              redrives.map((each) => redriveRow(each, nowMs)),
            ),
          );
      });
    },
  );
  clientOptions(dead.command("stop <redrive>").description("end a redrive; what it has retried goes on"))
    .option("--reason <text>", "kept with it")
    .action(async (id: string, options: ClientOptions & { readonly reason?: string }) => {
      await withClient(options, async (client) => {
        const stopped = await client.deadLetters.stopRedrive(id, options.reason);
        if (options.json === true) printJson(stopped);
        else printLine(redriveText(stopped));
        if (stopped.state !== "stopped")
          throw new CliError(
            EXIT.workFailed,
            `redrive ${id}: expected an open one, got one that is ${stopped.state}`,
          );
      });
    });
}

/**
 * Prints it whenever it has moved.
 * @throws CliError (work failed) when it ends otherwise than done
 */
async function follow(client: Client, started: RedriveView, json: boolean): Promise<void> {
  const { isRedriveOver } = await import("../../../worker-sdk/typescript/index.js");
  using interrupt = onInterrupt();
  let shown = "";
  for (let redrive = started; ; redrive = await client.deadLetters.getRedrive(started.id)) {
    const text = json ? JSON.stringify(redrive) : redriveText(redrive);
    if (text !== shown) {
      if (json) printJsonLine(redrive);
      else printLine(text);
    }
    shown = text;
    if (isRedriveOver(redrive)) {
      if (redrive.state === "done") return;
      const why = redrive.stateReason === "" ? "" : ` (${redrive.stateReason})`;
      throw new CliError(EXIT.workFailed, `redrive ${redrive.id}: expected done, got ${redrive.state}${why}`);
    }
    await sleep(LOOK_MS, undefined, { signal: interrupt.signal }).catch(() => undefined);
    if (interrupt.signal.aborted)
      throw new CliError(
        EXIT.interrupted,
        `redrive ${redrive.id} goes on: muster dead stop ${redrive.id} ends it`,
      );
  }
}
