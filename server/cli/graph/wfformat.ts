/**
 * Reads a recorded workflow in WfFormat 1.5 (wfcommons.org): the tasks and their edges from
 * `workflow.specification.tasks`, each task's runtime and command line from `workflow.execution.tasks` by id.
 * An edge counts when either end names it. A task without a recorded execution gets runtime 0, and a note says so.
 */
import { badInput } from "../exit-codes.js";
import { asList, asNumber, asObject, asText, isObject, type JsonObject, shownJson } from "./json-fields.js";
import { taskKey } from "./task-key.js";
import { workGraph, type WorkGraph, type WorkTask } from "./work-graph.js";

const TASKS = "workflow.specification.tasks";
const EXECUTIONS = "workflow.execution.tasks";

interface Spec {
  readonly id: string;
  readonly name: string;
  readonly parents: Set<string>;
}

interface Execution {
  readonly runtimeSeconds: number;
  readonly command: readonly string[] | null;
}

/** True for anything that means to be WfFormat, whatever its version or faults. */
export function isWfFormat(document: JsonObject): boolean {
  return isObject(document["workflow"]) || "schemaVersion" in document;
}

/** @throws CliError (bad input) naming the task and the field */
export function readWfFormat(document: JsonObject): WorkGraph {
  if (document["schemaVersion"] !== "1.5") {
    throw badInput("schemaVersion", '"1.5" (WfFormat)', shownJson(document["schemaVersion"]));
  }
  const workflow = asObject(document["workflow"], "workflow");
  const specification = asObject(workflow["specification"], "workflow.specification");
  const specs = readSpecs(asList(specification["tasks"], TASKS));
  const execution = workflow["execution"];
  const executions =
    execution === undefined
      ? new Map<string, Execution>()
      : readExecutions(asList(asObject(execution, "workflow.execution")["tasks"], EXECUTIONS), specs);
  const missing = [...specs.keys()].filter((id) => !executions.has(id)).length;
  return workGraph(
    {
      name: asText(document["name"], "name"),
      format: "wfformat",
      tasks: [...specs.values()].map((spec) => toTask(spec, executions.get(spec.id))),
      notes:
        missing > 0
          ? [`${missing} of ${specs.size} tasks have no recorded execution; their runtime counts as 0`]
          : [],
    },
    TASKS,
    "parents",
  );
}

function readSpecs(list: readonly unknown[]): Map<string, Spec> {
  const specs = new Map<string, Spec>();
  for (const [index, value] of list.entries()) {
    const task = asObject(value, `${TASKS}[${index}]`);
    const id = asText(task["id"], `${TASKS}[${index}].id`);
    if (specs.has(id)) throw badInput(`${TASKS}[${index}].id`, "an id used once", `${shownJson(id)} again`);
    const where = `${TASKS}[${index}] (${id})`;
    const name = task["name"] === undefined ? id : asText(task["name"], `${where}.name`);
    specs.set(id, { id, name, parents: new Set(idsAt(task, "parents", where)) });
  }
  for (const [index, value] of list.entries())
    addChildren(asObject(value, `${TASKS}[${index}]`), index, specs);
  return specs;
}

/** Every id that a task names must be there; `children` adds the edges that `parents` left out. */
function addChildren(task: JsonObject, index: number, specs: Map<string, Spec>): void {
  const id = String(task["id"]);
  const where = `${TASKS}[${index}] (${id})`;
  for (const field of ["parents", "children"] as const) {
    for (const [at, other] of idsAt(task, field, where).entries()) {
      const found = specs.get(other);
      if (found === undefined)
        throw badInput(`${where}.${field}[${at}]`, "the id of a task in this file", shownJson(other));
      if (field === "children") found.parents.add(id);
    }
  }
}

function idsAt(task: JsonObject, field: "parents" | "children", where: string): string[] {
  if (task[field] === undefined) return [];
  return asList(task[field], `${where}.${field}`).map((id, at) => asText(id, `${where}.${field}[${at}]`));
}

function readExecutions(list: readonly unknown[], specs: ReadonlyMap<string, Spec>): Map<string, Execution> {
  const executions = new Map<string, Execution>();
  for (const [index, value] of list.entries()) {
    const task = asObject(value, `${EXECUTIONS}[${index}]`);
    const id = asText(task["id"], `${EXECUTIONS}[${index}].id`);
    const where = `${EXECUTIONS}[${index}] (${id})`;
    if (!specs.has(id)) throw badInput(`${where}.id`, `the id of a task in ${TASKS}`, shownJson(id));
    if (executions.has(id)) throw badInput(`${where}.id`, "an id used once", `${shownJson(id)} again`);
    const bounds = { min: 0, max: Number.MAX_VALUE };
    executions.set(id, {
      runtimeSeconds: asNumber(task["runtimeInSeconds"], `${where}.runtimeInSeconds`, bounds),
      command: task["command"] === undefined ? null : readCommand(task["command"], `${where}.command`),
    });
  }
  return executions;
}

function readCommand(value: unknown, where: string): readonly string[] | null {
  const command = asObject(value, where);
  if (command["program"] === undefined || command["program"] === "") return null;
  const program = asText(command["program"], `${where}.program`);
  const list = command["arguments"] === undefined ? [] : asList(command["arguments"], `${where}.arguments`);
  const rest = list.map((argument, at) => {
    if (typeof argument === "string") return argument;
    throw badInput(`${where}.arguments[${at}]`, "a string", shownJson(argument));
  });
  return [program, ...rest];
}

function toTask(spec: Spec, execution: Execution | undefined): WorkTask {
  const runtimeSeconds = execution?.runtimeSeconds ?? 0;
  return {
    key: taskKey(spec.id),
    name: spec.id,
    parents: [...spec.parents].map(taskKey),
    runtimeSeconds,
    payload: {
      task: spec.id,
      ...(spec.name === spec.id ? {} : { name: spec.name }),
      runtimeSeconds,
      ...(execution?.command == null ? {} : { command: execution.command }),
    },
    settings: {},
  };
}
