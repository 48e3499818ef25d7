/**
 * Turns a stream in both directions into calls that run side by side: each item of a message is one call, answered
 * under its own id when it is done. Answers that are ready in one turn leave in one message. So many calls are under
 * way at once and no more: then nothing more is read, and HTTP/2 holds the sender back.
 */
import { status as grpcStatus, type handleBidiStreamingCall, type ServerDuplexStream } from "@grpc/grpc-js";
import { MusterError } from "../../core/errors.js";
import { endingOf } from "../call-tracker.js";
import { toStatus } from "../status.js";
import type { HandlerContext } from "./context.js";
import { admission } from "./intake.js";
import { within } from "./limits.js";

/** Calls of one stream under way at once, and bytes of what they asked; beyond either nothing more is read. */
const CALLS_MAX = 1_000;
const BYTES_MAX = 8 * 1024 * 1024;

/** What such a stream carries. */
export interface Each<Request, Response, Item, Answer> {
  /** @throws MusterError when the message as a whole is wrong; the stream ends with it */
  readonly items: (request: Request, isUnderWay: (id: number) => boolean) => readonly Item[];
  /** Calls are counted under it, with the method before it. */
  readonly name: string;
  readonly idOf: (item: Item) => number;
  /** About how much memory it holds. */
  readonly bytesOf: (item: Item) => number;
  readonly run: (item: Item) => Promise<Answer>;
  /** Of a call that failed; `status` has the details. */
  readonly refusal: (item: Item, status: ReturnType<typeof toStatus>) => Answer;
  readonly respond: (answers: Answer[]) => Response;
}

export function each<Request, Response, Item, Answer>(
  context: HandlerContext,
  method: string,
  work: Each<Request, Response, Item, Answer>,
): handleBidiStreamingCall<Request, Response> {
  return (call) => {
    void new EachStream(context, method, work, call).consume();
  };
}

class EachStream<Request, Response, Item, Answer> {
  readonly #context: HandlerContext;
  readonly #method: string;
  readonly #work: Each<Request, Response, Item, Answer>;
  readonly #call: ServerDuplexStream<Request, Response>;
  readonly #underWay = new Set<number>();
  #bytesUnderWay = 0;
  readonly #admitNext: () => void;
  #answers: Answer[] = [];
  #isReading = true;
  /** Until something is answered, or the transport takes more. */
  #isHeld = false;
  #isClogged = false;
  #onIdle: () => void = () => undefined;
  #onOver: () => void = () => undefined;

  constructor(
    context: HandlerContext,
    method: string,
    work: Each<Request, Response, Item, Answer>,
    call: ServerDuplexStream<Request, Response>,
  ) {
    this.#context = context;
    this.#method = method;
    this.#work = work;
    this.#call = call;
    this.#admitNext = admission(call);
  }

  async consume(): Promise<void> {
    const call = this.#call;
    let error: unknown = null;
    try {
      await this.#readAll();
    } catch (thrown) {
      error = thrown;
    }
    // What was read is answered, also before the end with an error: after DRAINING nobody has to wonder.
    await this.#allAnswered();
    if (call.cancelled) return;
    this.#flush();
    if (error === null) call.end();
    else call.emit("error", toStatus(error, { logger: this.#context.logger, method: this.#method }));
  }

  /** By events: an iterator that is left in the middle destroys the stream, answers and status with it. */
  #readAll(): Promise<void> {
    const { draining } = this.#context;
    return new Promise<void>((resolve, reject) => {
      const onDraining = (): void =>
        reject(new MusterError("DRAINING", "this replica is stopping; go on with another one"));
      this.#call.on("data", (request: Request) => {
        if (!this.#isReading) return;
        try {
          const items = this.#work.items(request, (id) => this.#underWay.has(id));
          for (const item of items) void this.#run(item);
        } catch (error) {
          this.#isReading = false;
          reject(error instanceof Error ? error : new Error(String(error)));
          return;
        }
        this.#isHeld = true;
        this.#readOn();
      });
      this.#call.once("end", () => resolve());
      this.#call.once("cancelled", () => resolve());
      if (draining.aborted) onDraining();
      else draining.addEventListener("abort", onDraining, { once: true });
      this.#admitNext();
      this.#onOver = () => draining.removeEventListener("abort", onDraining);
    }).finally(() => {
      this.#isReading = false;
      this.#onOver();
    });
  }

  #readOn(): void {
    const isFull = this.#underWay.size >= CALLS_MAX || this.#bytesUnderWay >= BYTES_MAX;
    if (!this.#isReading || !this.#isHeld || this.#isClogged || isFull) return;
    this.#isHeld = false;
    this.#admitNext();
  }

  /** Never rejects. */
  async #run(item: Item): Promise<void> {
    const { name, idOf, bytesOf, run, refusal } = this.#work;
    const id = idOf(item);
    const bytes = bytesOf(item);
    this.#underWay.add(id);
    this.#bytesUnderWay += bytes;
    const { logger, observer, unaryTimeoutMs } = this.#context;
    const method = `${this.#method}#${name}`;
    const startedMs = performance.now();
    let code: number = grpcStatus.OK;
    let answer: Answer;
    try {
      answer = await within(unaryTimeoutMs, run(item));
    } catch (error) {
      const status = toStatus(error, { logger, method });
      code = status.code;
      answer = refusal(item, status);
    }
    observer.rpcEnded(method, endingOf(code), (performance.now() - startedMs) / 1_000);
    this.#underWay.delete(id);
    this.#bytesUnderWay -= bytes;
    // After all promises that were resolved with this one, and before anything else happens.
    if (this.#answers.push(answer) === 1) process.nextTick(() => this.#flush());
    this.#readOn();
    if (this.#underWay.size === 0) this.#onIdle();
  }

  #flush(): void {
    if (this.#answers.length === 0 || this.#call.cancelled) return;
    const answers = this.#answers;
    this.#answers = [];
    if (this.#call.write(this.#work.respond(answers)) || this.#isClogged) return;
    this.#isClogged = true;
    this.#call.once("drain", () => {
      this.#isClogged = false;
      this.#readOn();
    });
  }

  /** Each ends within the time limit of a call. */
  async #allAnswered(): Promise<void> {
    if (this.#underWay.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }
}
