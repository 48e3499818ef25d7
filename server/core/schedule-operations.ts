/**
 * What clients may ask about schedules, as the rpc layer calls it, and what the coordinator needs from the store for
 * it. Wire shapes are decoded before, errors are thrown as MusterError. Every store method is one transaction.
 */
import type { NewJob } from "./job.js";
import type { DueSchedule, FireDecision, FireOutcome, ScheduleRule, ScheduleWork } from "./schedule.js";
import type { ChangedJob } from "./settlement.js";

export interface ScheduleKey {
  readonly namespace: string;
  readonly name: string;
}

export interface ScheduleInput extends ScheduleKey {
  readonly rule: ScheduleRule;
  readonly work: ScheduleWork;
  readonly paused: boolean;
}

/** What came of one fire time. */
export interface FireView {
  readonly fireAt: Date;
  readonly outcome: FireOutcome;
  readonly manual: boolean;
  readonly jobPublicId: string | null;
  readonly graphPublicId: string | null;
  readonly passedOver: number;
  readonly decidedAt: Date;
  readonly error: string | null;
}

export interface ScheduleView extends ScheduleInput {
  readonly createdAt: Date;
  /** Null while paused, or when no time is left. */
  readonly nextFireAt: Date | null;
  readonly upcoming: readonly Date[];
  /** Newest first; only from a get. */
  readonly fires: readonly FireView[];
}

export interface SchedulePage {
  readonly schedules: readonly ScheduleView[];
  readonly nextPageToken: string | null;
}

export interface ScheduleOperations {
  create(
    input: ScheduleInput,
    options: { readonly dryRun: boolean; readonly upcoming: number },
  ): Promise<{ readonly schedule: ScheduleView; readonly existed: boolean }>;
  /** @param counts how many upcoming times and past fires to answer with, 1..100 */
  get(key: ScheduleKey, counts: { readonly upcoming: number; readonly fires: number }): Promise<ScheduleView>;
  list(query: {
    readonly namespace: string;
    /** 1..1000 */
    readonly pageSize: number;
    readonly pageToken: string | null;
  }): Promise<SchedulePage>;
  pause(key: ScheduleKey): Promise<{ readonly changed: boolean }>;
  resume(key: ScheduleKey): Promise<{ readonly changed: boolean; readonly nextFireAt: Date | null }>;
  delete(key: ScheduleKey): Promise<void>;
  /** @param fireMs null for now; the same time again answers with what the first call submitted */
  trigger(
    key: ScheduleKey,
    fireMs: number | null,
  ): Promise<{ readonly fire: FireView; readonly existed: boolean }>;
}

export interface StoredSchedule extends ScheduleInput {
  readonly id: number;
  readonly bodyHash: Buffer;
  readonly createdAt: Date;
  readonly nextFireAt: Date | null;
}

/** Work that is ready to be written, in topological order. */
export interface FirePlan {
  readonly jobs: readonly NewJob[];
  readonly graphName: string | null;
}

/** The plan, or why the template is no longer accepted. */
export type PlanFire = (
  due: Pick<DueSchedule, "namespace" | "name" | "work">,
  fireMs: number,
) => FirePlan | { readonly refused: string };

export interface FireRequest {
  /** Most schedules decided in one transaction; the others follow in the next. */
  readonly limit: number;
  readonly decide: (due: DueSchedule) => FireDecision;
  readonly plan: PlanFire;
}

export interface Fired {
  /** Fire times decided, one a schedule. Fewer than the limit: nothing else is due. */
  readonly decided: number;
  /** Those that this transaction recorded, by what came of them; another replica's are not here. */
  readonly outcomes: readonly {
    readonly outcome: FireOutcome;
    readonly passedOver: number;
    /** How late the decision came, ms. */
    readonly lateMs: number;
  }[];
  readonly jobs: readonly ChangedJob[];
}

export interface ScheduleStore {
  /** Writes it unless the name is taken; answers with what the name belongs to then. */
  create(
    input: ScheduleInput & { readonly bodyHash: Buffer; readonly nextFireMs: number | null },
  ): Promise<{ readonly stored: StoredSchedule; readonly existed: boolean }>;
  find(key: ScheduleKey): Promise<StoredSchedule | null>;
  /** In the order of names, after `afterName`. */
  page(namespace: string, afterName: string, limit: number): Promise<readonly StoredSchedule[]>;
  fires(scheduleId: number, limit: number): Promise<readonly FireView[]>;
  /** False: it was paused already, or is gone. */
  pause(id: number): Promise<boolean>;
  /** False: it was not paused, or is gone. */
  resume(id: number, nextFireMs: number | null): Promise<boolean>;
  delete(id: number): Promise<boolean>;
  /** Null: it is gone. */
  trigger(
    id: number,
    fireMs: number | null,
    plan: PlanFire,
  ): Promise<{
    readonly fire: FireView;
    readonly existed: boolean;
    readonly jobs: readonly ChangedJob[];
  } | null>;
  /** Decides fire times that have come, in one transaction with the jobs they submit. */
  fireDue(request: FireRequest): Promise<Fired>;
  /** When the next one is due, ms since 1970; null when none is. */
  nextFireMs(): Promise<number | null>;
}
