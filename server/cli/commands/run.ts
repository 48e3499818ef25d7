/**
 * `muster run FILE`: runs a graph through a server to its end and reports what the run was worth. The file's format
 * is told by its content; the report is explained in ../run/report.ts.
 */
import type { Command } from "commander";
import { withClient } from "../connect.js";
import { readGraphFile } from "../graph/read-graph-file.js";
import { onInterrupt } from "../interrupt.js";
import { type ClientOptions, clientOptions } from "../options.js";
import { printJson, printLine } from "../output.js";
import { reportText } from "../run/report-text.js";
import { expectSuccess, runGraph, submitWorkGraph } from "../run/run-graph.js";
import { type GraphOptions, graphOptions, runOptions } from "../run/run-options.js";

/** Submitting 50,000 jobs takes its time. */
const DEADLINE_MS = 120_000;

const FORMATS = `
FILE is one of, told by its content (- reads standard input):
  WfFormat 1.5       a recorded workflow; each task's payload holds runtimeSeconds and command
  package-lock.json  version 2 or 3; each package after those it depends on, the project last
  Muster's own       { "name": "nightly", "jobs": [ { "key": "load", "payload": { "runtimeSeconds": 2 } },
                       { "key": "sum", "type": "task", "queue": "default", "dependsOn": ["load"] } ] }
                     a job may also have: priority, maxAttempts, onParentFailure (cancel, run, fail),
                     executionTimeoutSeconds, labels, headers

The report: makespan is from the acceptance of the graph to the end of its last job; bound is the larger of
the critical path and work / slots; efficiency is bound / makespan; overhead is (makespan - bound) / jobs.`;

interface Options extends ClientOptions, GraphOptions {
  readonly detach?: boolean;
}

export function addRun(program: Command): void {
  const command = graphOptions(
    program.command("run <file>").description("run a graph of jobs to its end and report"),
  );
  command.option("--detach", "submit it, print its id and leave").addHelpText("after", FORMATS);
  clientOptions(command).action(async (file: string, options: Options) => {
    const graph = await readGraphFile(file);
    const work = runOptions(options);
    const report = await withClient(
      options,
      async (client) => {
        if (options.detach === true) {
          const { graphId } = await submitWorkGraph(client, graph, work);
          if (options.json === true) printJson({ graphId });
          else printLine(graphId);
          return null;
        }
        using interrupt = onInterrupt();
        return await runGraph(client, graph, { ...work, signal: interrupt.signal, serverStays: true });
      },
      DEADLINE_MS,
    );
    if (report === null) return;
    if (options.json === true) printJson(report);
    else printLine(reportText(report));
    expectSuccess(report);
  });
}
