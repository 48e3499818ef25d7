// Original file: proto/muster/worker/v1/worker_service.proto

export const InFlightState = {
  IN_FLIGHT_STATE_UNSPECIFIED: "IN_FLIGHT_STATE_UNSPECIFIED",
  IN_FLIGHT_STATE_BUFFERED: "IN_FLIGHT_STATE_BUFFERED",
  IN_FLIGHT_STATE_RUNNING: "IN_FLIGHT_STATE_RUNNING",
  IN_FLIGHT_STATE_RESULT_PENDING: "IN_FLIGHT_STATE_RESULT_PENDING",
} as const;

export type InFlightState =
  | "IN_FLIGHT_STATE_UNSPECIFIED"
  | 0
  | "IN_FLIGHT_STATE_BUFFERED"
  | 1
  | "IN_FLIGHT_STATE_RUNNING"
  | 2
  | "IN_FLIGHT_STATE_RESULT_PENDING"
  | 3;

export type InFlightState__Output = (typeof InFlightState)[keyof typeof InFlightState];
