/**
 * The operator's half of the client: who is connected, what waits, and the switches. `Client` extends it, so
 * that one object does both over one connection.
 */
import { services } from "../../../proto/load.js";
import { toDuration } from "../times.js";
import type { Calls } from "./calls.js";
import { toWireQueueLimits, type QueueLimits } from "./queue-limits.js";
import { toDiagnosisView, type DiagnosisView } from "./diagnosis-view.js";
import {
  fromWireWorkerState,
  toQueueView,
  toWireWorkerState,
  toWorkerView,
  type QueueView,
  type WorkerState,
  type WorkerView,
} from "./worker-view.js";

const adminService = () => services().admin.AdminService.service;

export class Admin {
  readonly #calls: Calls;
  readonly #namespace: string;

  constructor(calls: Calls, namespace: string) {
    this.#calls = calls;
    this.#namespace = namespace;
  }

  /** Every worker in one of `states`; default: online, suspect and draining. */
  async workers(filter: { readonly states?: readonly WorkerState[] } = {}): Promise<readonly WorkerView[]> {
    const found: WorkerView[] = [];
    let pageToken = "";
    do {
      const states = (filter.states ?? []).map(toWireWorkerState);
      const request = { namespace: this.#namespace, states, pageSize: 1000, pageToken };
      const response = await this.#calls.unary(adminService().ListWorkers, request, { idempotent: true });
      found.push(...(response.workers ?? []).map(toWorkerView));
      pageToken = response.nextPageToken ?? "";
    } while (pageToken !== "");
    return found;
  }

  /** @throws MusterClientError WORKER_NOT_FOUND */
  async worker(workerId: string): Promise<WorkerView> {
    const request = { namespace: this.#namespace, workerId };
    const response = await this.#calls.unary(adminService().GetWorker, request, { idempotent: true });
    return toWorkerView(response.worker ?? {});
  }

  /** No more jobs for it; it finishes what it holds and leaves. After `timeoutMs` its jobs are taken back. */
  async drainWorker(
    workerId: string,
    options: { readonly timeoutMs?: number } = {},
  ): Promise<{ readonly state: WorkerView["state"]; readonly inFlight: number }> {
    const timeout = options.timeoutMs === undefined ? {} : { timeout: toDuration(options.timeoutMs) };
    const request = { namespace: this.#namespace, workerId, ...timeout };
    const response = await this.#calls.unary(adminService().DrainWorker, request, { idempotent: true });
    return { state: fromWireWorkerState(response.state), inFlight: response.inFlight ?? 0 };
  }

  async queues(): Promise<readonly QueueView[]> {
    const request = { namespace: this.#namespace };
    const response = await this.#calls.unary(adminService().ListQueues, request, { idempotent: true });
    return (response.queues ?? []).map(toQueueView);
  }

  /** What is wrong with Postgres, Redis and the data. Changes nothing. @param deadlineMs it takes up to 25 s */
  async diagnose(deadlineMs = 40_000): Promise<DiagnosisView> {
    const response = await this.#calls.unary(adminService().Diagnose, {}, { idempotent: true, deadlineMs });
    return toDiagnosisView(response);
  }

  /** A paused queue accepts jobs and gives none out. @returns false when it was paused already */
  async pauseQueue(queue: string): Promise<boolean> {
    const request = { namespace: this.#namespace, queue };
    const response = await this.#calls.unary(adminService().PauseQueue, request, { idempotent: true });
    return response.changed ?? false;
  }

  /** @returns false when it was not paused */
  async resumeQueue(queue: string): Promise<boolean> {
    const request = { namespace: this.#namespace, queue };
    const response = await this.#calls.unary(adminService().ResumeQueue, request, { idempotent: true });
    return response.changed ?? false;
  }

  /** Replaces all limits of a queue, which need not exist yet. What runs goes on, and counts. */
  async setQueueLimits(queue: string, limits: QueueLimits): Promise<void> {
    const request = { namespace: this.#namespace, queue, limits: toWireQueueLimits(limits) };
    await this.#calls.unary(adminService().SetQueueLimits, request, { idempotent: true });
  }

  /** @throws MusterClientError QUEUE_NOT_FOUND */
  async clearQueueLimits(queue: string): Promise<void> {
    const request = { namespace: this.#namespace, queue };
    await this.#calls.unary(adminService().ClearQueueLimits, request, { idempotent: true });
  }
}
