/**
 * Carries out what other replicas or operators decided about the sessions of this replica: cancel a job, revoke it,
 * drain the session. Orders are rows, written with the decision; a nudge makes the look immediate, a slow poll
 * stands behind it. Telling a worker twice is harmless.
 */
import type { Logger, Nudges } from "../core/ports.js";
import type { Store, StoredOrder } from "../core/store.js";
import { formatId } from "../core/job-id.js";
import { failpoints } from "../core/failpoints.js";
import { MusterError } from "../core/errors.js";
import type { LiveSession } from "../coordinator/live-session.js";
import type { LiveSessions } from "../coordinator/live-sessions.js";
import { Loop } from "./loop.js";

export interface OrderRunnerOptions {
  readonly store: Pick<Store, "ordersFor" | "deleteOrders">;
  readonly sessions: LiveSessions;
  readonly nudges: Nudges;
  readonly logger: Logger;
  readonly intervalMs: number;
  readonly monoMs: () => number;
  readonly onChanged: (session: LiveSession) => void;
  /** Another replica has the session now, under a higher epoch. */
  readonly onReplaced: (session: LiveSession) => void;
}

export class OrderRunner {
  readonly #options: OrderRunnerOptions;
  readonly #loop: Loop;
  #stopNudges: () => void = () => undefined;

  constructor(options: OrderRunnerOptions) {
    this.#options = options;
    this.#loop = new Loop({
      name: "orders",
      intervalMs: options.intervalMs,
      logger: options.logger,
      run: () => this.#run(),
    });
  }

  start(): void {
    const { nudges, sessions, onReplaced } = this.#options;
    this.#stopNudges = nudges.onNudge((nudge) => {
      if (nudge.kind === "session_orders" && sessions.get(nudge.sessionId) !== undefined) this.#loop.nudge();
      if (nudge.kind !== "session_replaced") return;
      const session = sessions.get(nudge.sessionId);
      // A late one tells of a time before the worker came back here.
      if (session !== undefined && session.epoch < nudge.epoch) onReplaced(session);
    });
    this.#loop.start();
  }

  async stop(): Promise<void> {
    this.#stopNudges();
    await this.#loop.stop();
  }

  runOnce(): Promise<void> {
    return this.#loop.runOnce();
  }

  /** Orders were written here; look at once when one is for a session of this replica. */
  ordered(sessionIds: readonly number[]): void {
    if (sessionIds.some((id) => this.#options.sessions.get(id) !== undefined)) this.#loop.nudge();
  }

  async #run(): Promise<void> {
    const { store, sessions } = this.#options;
    const held = [...sessions.all()].map(({ id, epoch }) => ({ sessionId: id, epoch }));
    if (held.length === 0) return;
    const orders = await store.ordersFor(held);
    const done: number[] = [];
    for (const order of orders) {
      const session = sessions.get(order.sessionId);
      // A session without a stream will be back, or end; its orders wait.
      if (session === undefined || session.stream === null) continue;
      this.#carryOut(session, order);
      done.push(order.id);
    }
    if (failpoints.reach !== null && done.length > 0) await failpoints.reach("orders.carried_out");
    await store.deleteOrders(done);
  }

  #carryOut(session: LiveSession, order: StoredOrder): void {
    const { monoMs, onChanged, logger } = this.#options;
    logger.debug({ sessionId: session.id, order: order.kind, reason: order.reason }, "session.ordered");
    if (order.kind === "drain") {
      session.drainDeadlineMono = monoMs() + order.graceMs;
      session.state = "draining";
      onChanged(session);
      session.stream?.drain({ reason: "operator", reconnectAfterMs: 0, closeAfterMs: order.graceMs });
      return;
    }
    const { jobId, leaseEpoch, attempt, reason, graceMs } = order;
    if (jobId === null || leaseEpoch === null)
      throw new MusterError("BUG", `order ${order.id} of kind ${order.kind} names no job`);
    const told = { publicId: formatId(jobId, order.createdMs), ref: { jobId, leaseEpoch }, attempt, reason };
    if (order.kind === "revoke") {
      session.stream?.revoke([told]);
      // Whoever decided it may have been another replica, which cannot give its credit back.
      if (session.settle(jobId, leaseEpoch)) onChanged(session);
      return;
    }
    session.stream?.cancel([{ ...told, graceMs }]);
  }
}
