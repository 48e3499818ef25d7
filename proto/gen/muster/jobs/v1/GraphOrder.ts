// Original file: proto/muster/jobs/v1/job_spec.proto

/**
 * Which of a graph's ready jobs starts first where their priorities are alike.
 */
export const GraphOrder = {
  /**
   * as they become ready
   */
  GRAPH_ORDER_UNSPECIFIED: "GRAPH_ORDER_UNSPECIFIED",
  GRAPH_ORDER_READY: "GRAPH_ORDER_READY",
  /**
   * What the graph's end waits for first: a job lets others go before it for as long as it may be late without
   * delaying the end, by the expected_duration of all jobs, an hour at most.
   */
  GRAPH_ORDER_CRITICAL_PATH: "GRAPH_ORDER_CRITICAL_PATH",
} as const;

/**
 * Which of a graph's ready jobs starts first where their priorities are alike.
 */
export type GraphOrder =
  /**
   * as they become ready
   */
  | "GRAPH_ORDER_UNSPECIFIED"
  | 0
  | "GRAPH_ORDER_READY"
  | 1
  /**
   * What the graph's end waits for first: a job lets others go before it for as long as it may be late without
   * delaying the end, by the expected_duration of all jobs, an hour at most.
   */
  | "GRAPH_ORDER_CRITICAL_PATH"
  | 2;

/**
 * Which of a graph's ready jobs starts first where their priorities are alike.
 */
export type GraphOrder__Output = (typeof GraphOrder)[keyof typeof GraphOrder];
