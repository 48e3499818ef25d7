import { expect } from "chai";
import { MusterError } from "../../../server/core/errors.js";
import type { DeadLetterFilter } from "../../../server/core/dead-letters.js";
import {
  decodeLetterPage,
  decodeListGroups,
  decodeListLetters,
  encodeLetter,
  encodeLetterFilter,
  encodeLetterGroup,
} from "../../../server/rpc/codec/dead-letter.js";
import { decodeRedriveRef, decodeStartRedrive, encodeRedrive } from "../../../server/rpc/codec/redrive.js";
import { fieldNames, overTheWire } from "./messages.js";
import { GRAPH_ID, JOB_ID } from "./views.js";

const AT = new Date(1_700_000_000_000);

const FULL_FILTER: DeadLetterFilter = {
  namespace: "ns-1",
  jobPublicIds: [JOB_ID],
  graphPublicId: GRAPH_ID,
  queue: "renders",
  type: "render",
  fingerprint: "0123456789abcdef",
  reason: "exhausted",
  errorType: "Broken",
  diedAfterMs: AT.getTime(),
  diedBeforeMs: AT.getTime() + 1,
};

const EMPTY_FILTER: DeadLetterFilter = {
  namespace: "default",
  jobPublicIds: null,
  graphPublicId: null,
  queue: null,
  type: null,
  fingerprint: null,
  reason: null,
  errorType: null,
  diedAfterMs: null,
  diedBeforeMs: null,
};

const LETTER = encodeLetter({
  jobPublicId: JOB_ID,
  queue: "renders",
  type: "render",
  graphPublicId: GRAPH_ID,
  generation: 2,
  attempts: 3,
  reason: "poison",
  errorType: "poison",
  message: "jobs of type render",
  fingerprint: "0123456789abcdef",
  lostWorkers: ["w1", "w2"],
  diedAt: AT,
  discardedAt: AT,
});

const GROUP = encodeLetterGroup({
  fingerprint: "0123456789abcdef",
  errorType: "Broken",
  message: "no luck",
  count: 7,
  firstDiedAt: AT,
  lastDiedAt: AT,
  sampleJobPublicId: JOB_ID,
  types: ["render"],
});

const REDRIVE = encodeRedrive({
  id: 12,
  filter: EMPTY_FILTER,
  state: "failed",
  reason: "canary x is dead",
  canary: 5,
  perSecond: 0.5,
  total: 100,
  retried: 5,
  revived: 2,
  refused: 1,
  canariesSucceeded: 4,
  canaryPublicIds: [JOB_ID],
  createdAt: AT,
  endedAt: AT,
});

/** The fields that a decoder refuses. */
function refused(attempt: () => unknown): string[] {
  try {
    attempt();
  } catch (error) {
    if (error instanceof MusterError && error.code === "INVALID_REQUEST")
      return (error.details.violations ?? []).map(({ field }) => field);
    throw error;
  }
  return [];
}

describe("codec of dead letters", () => {
  const cases: [string, object][] = [
    ["muster.admin.v1.DeadLetter", LETTER],
    ["muster.admin.v1.DeadLetterGroup", GROUP],
    ["muster.admin.v1.Redrive", REDRIVE],
  ];
  for (const [type, encoded] of cases) {
    it(`fills every field of ${type}`, () => {
      expect(overTheWire(type, encoded)).to.have.all.keys(fieldNames(type));
    });
  }

  it("keeps the values of a redrive on their way over the wire", () => {
    expect(overTheWire("muster.admin.v1.Redrive", REDRIVE)).to.deep.include({
      redriveId: "12",
      state: "REDRIVE_STATE_FAILED",
      perSecond: 0.5,
      canaryJobIds: [JOB_ID],
    });
    expect(overTheWire("muster.admin.v1.Redrive", REDRIVE)["filter"]).to.include({ all: true, queue: "" });
  });

  it("decodes a filter to what was encoded", () => {
    const filter = overTheWire("muster.admin.v1.DeadLetterFilter", encodeLetterFilter(FULL_FILTER));
    expect(decodeListLetters({ namespace: "ns-1", filter, discarded: true })).to.deep.equal({
      filter: FULL_FILTER,
      pageSize: 100,
      pageToken: null,
      isDiscarded: true,
    });
    expect(decodeListGroups({}).filter).to.deep.equal(EMPTY_FILTER);
  });

  it("wants to be told which, or all, before it changes anything", () => {
    for (const decode of [decodeLetterPage, decodeStartRedrive]) {
      expect(refused(() => decode({}))).to.deep.equal(["filter"]);
      expect(refused(() => decode({ filter: { all: true, queue: "q" } }))).to.deep.equal(["filter.all"]);
      expect(refused(() => decode({ filter: { all: true } }))).to.deep.equal([]);
      expect(refused(() => decode({ filter: { queue: "q" } }))).to.deep.equal([]);
    }
  });

  it("names every field that is bad", () => {
    const filter = {
      jobIds: [JOB_ID, "nonsense"],
      graphId: "nonsense",
      queue: "a b",
      type: "a b",
      reason: "\0",
      diedAfter: { seconds: -1 },
    };
    expect(refused(() => decodeLetterPage({ namespace: "UPPER", filter, pageSize: 1001 }))).to.have.members([
      ...[
        "filter.job_ids[1]",
        "namespace",
        "filter.graph_id",
        "filter.queue",
        "filter.type",
        "filter.reason",
      ],
      ...["filter.died_after", "page_size"],
    ]);
    const many = { jobIds: Array.from({ length: 1001 }, () => JOB_ID) };
    expect(refused(() => decodeListGroups({ filter: many, limit: 1001 }))).to.deep.equal([
      "filter.job_ids",
      "limit",
    ]);
  });

  it("bounds canaries and rate, and has defaults for both", () => {
    const all = { filter: { all: true } };
    expect(decodeStartRedrive(all)).to.deep.equal({ filter: EMPTY_FILTER, canary: 5, perSecond: 10 });
    expect(decodeStartRedrive({ ...all, canary: 100, perSecond: 0.01 })).to.include({
      canary: 100,
      perSecond: 0.01,
    });
    for (const perSecond of [0.001, 1001, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(
        refused(() => decodeStartRedrive({ ...all, perSecond })),
        String(perSecond),
      ).to.deep.equal(["per_second"]);
    expect(refused(() => decodeStartRedrive({ ...all, canary: 101 }))).to.deep.equal(["canary"]);
    expect(decodeRedriveRef({ redriveId: "7" })).to.deep.equal({ namespace: "default", id: "7", reason: "" });
  });
});
