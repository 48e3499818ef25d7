/**
 * A coordinator of a few lines for tests of the stream alone: records what the stream asks and answers as the
 * test says. Everything it does is in memory; what a real coordinator does with it is tested elsewhere.
 */
import type { Result, Verdict } from "../../../../server/core/job.js";
import type {
  HelloInput,
  ProgressItem,
  Registration,
  ReleaseItem,
  SessionHandle,
  SessionOperations,
  SessionStream,
} from "../../../../server/core/sessions.js";

export function committed(result: Result): Verdict {
  return { ref: result.ref, disposition: "committed", willRetry: false, unblockedCount: 0, unblockedIds: [] };
}

export class ScriptedSession implements SessionHandle {
  readonly hello: HelloInput;
  readonly stream: SessionStream;
  isActive = false;
  readonly heartbeats: unknown[] = [];
  readonly flows: Parameters<SessionHandle["updateFlow"]>[0][] = [];
  readonly progressItems: ProgressItem[] = [];
  readonly resultBatches: (readonly Result[])[] = [];
  readonly releases: ReleaseItem[] = [];
  readonly ends: string[] = [];
  onActivate: () => void = () => undefined;
  onHeartbeat: () => Promise<boolean> = () => Promise.resolve(true);
  onResults: (results: readonly Result[]) => Promise<readonly Verdict[]> = (results) =>
    Promise.resolve(results.map(committed));
  onRelease: () => Promise<void> = () => Promise.resolve();
  onDrain: () => Promise<void> = () => Promise.resolve();

  constructor(hello: HelloInput, stream: SessionStream) {
    this.hello = hello;
    this.stream = stream;
  }

  activate(): void {
    this.isActive = true;
    this.onActivate();
  }

  heartbeat(report: unknown): Promise<boolean> {
    this.heartbeats.push(report);
    return this.onHeartbeat();
  }

  updateFlow(flow: Parameters<SessionHandle["updateFlow"]>[0]): void {
    this.flows.push(flow);
  }

  progress(items: readonly ProgressItem[]): void {
    this.progressItems.push(...items);
  }

  results(results: readonly Result[]): Promise<readonly Verdict[]> {
    this.resultBatches.push(results);
    return this.onResults(results);
  }

  release(items: readonly ReleaseItem[]): Promise<void> {
    this.releases.push(...items);
    return this.onRelease();
  }

  drain(): Promise<void> {
    return this.onDrain();
  }

  streamEnded(how: "clean" | "lost"): void {
    this.ends.push(how);
  }
}

export class ScriptedSessions implements SessionOperations {
  readonly sessions: ScriptedSession[] = [];
  /** Before the session is made; may wait or reject. */
  onRegister: (hello: HelloInput, stream: SessionStream) => Promise<void> = () => Promise.resolve();
  onSession: (session: ScriptedSession) => void = () => undefined;
  registration: Partial<Registration> = {};

  get last(): ScriptedSession {
    const session = this.sessions.at(-1);
    if (session === undefined) throw new Error("no session was registered");
    return session;
  }

  async register(hello: HelloInput, stream: SessionStream): Promise<Registration> {
    await this.onRegister(hello, stream);
    const session = new ScriptedSession(hello, stream);
    this.sessions.push(session);
    this.onSession(session);
    return {
      session,
      sessionId: this.sessions.length,
      sessionEpoch: 1,
      resumeToken: Buffer.from("token"),
      resumed: false,
      heartbeatIntervalMs: 5_000,
      leaseTtlMs: 30_000,
      resumeGraceMs: 10_000,
      maxSessionAgeMs: 2_700_000,
      verdicts: [],
      ...this.registration,
    };
  }
}
