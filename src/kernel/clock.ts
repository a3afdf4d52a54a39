/** Time as an argument, so that tests and trials can set it. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z; may jump. */
  nowMs(): number;
  /** Milliseconds from an arbitrary start; never goes back. For durations. */
  monotonicMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };

/** A clock that stands at `startMs` until it is moved. */
export function fixedClock(startMs: number): Clock & { advance(ms: number): void } {
  let nowMs = startMs;
  return { nowMs: () => nowMs, monotonicMs: () => nowMs, advance: (ms) => void (nowMs += ms) };
}
