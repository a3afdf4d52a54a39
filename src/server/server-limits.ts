import { LIMITS } from "../kernel/index.ts";

/** What one process takes on at most; each can be set lower or higher. */
export interface ServerLimits {
  readonly requestBodyBytesMax: number;
  readonly requestsInFlightMax: number;
  readonly streamsMax: number;
  readonly sessionsPerUserMax: number;
  readonly streamHeartbeatMs: number;
  readonly streamStallMs: number;
  readonly longPollMs: number;
  readonly catchUpBytesMax: number;
}

export function serverLimits(wanted: Partial<ServerLimits> = {}): ServerLimits {
  const { requestBodyBytesMax, requestsInFlightMax, streamsMax, sessionsPerUserMax } = LIMITS;
  const { streamHeartbeatMs, streamStallMs, longPollMs, catchUpBytesMax } = LIMITS;
  return {
    requestBodyBytesMax,
    requestsInFlightMax,
    streamsMax,
    sessionsPerUserMax,
    streamHeartbeatMs,
    streamStallMs,
    longPollMs,
    catchUpBytesMax,
    ...wanted,
  };
}
