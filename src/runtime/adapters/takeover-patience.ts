import type { Clock } from "../../kernel/index.ts";

interface Sighting {
  readonly firstMs: number;
  lastMs: number;
}

/** Sightings further apart belong to different incidents. */
const SAME_INCIDENT_MS = 10_000;

/**
 * How long a run is left with a worker that the engine has lost but the store still sees. A lost connection alone, after
 * a restart of the engine or a hiccup, is no reason to take a run away in the middle of a tool call: the engine tries
 * again and soon comes to the worker that has it. A worker that hangs holds its lock too, so patience has an end.
 */
export class TakeoverPatience {
  readonly #clock: Clock;
  readonly #afterMs: number;
  readonly #sightings = new Map<string, Sighting>();

  constructor(clock: Clock, afterMs: number) {
    this.#clock = clock;
    this.#afterMs = afterMs;
  }

  /** May the run be taken away from whoever holds it? */
  isOver(runId: string): boolean {
    if (this.#afterMs === 0) return true;
    const seen = this.#recent(runId);
    return seen !== undefined && this.#clock.monotonicMs() - seen.firstMs >= this.#afterMs;
  }

  /** The run was handed over, and is held by another worker. */
  note(runId: string): void {
    const nowMs = this.#clock.monotonicMs();
    const seen = this.#recent(runId);
    if (seen === undefined) this.#sightings.set(runId, { firstMs: nowMs, lastMs: nowMs });
    else seen.lastMs = nowMs;
  }

  forget(runId: string): void {
    this.#sightings.delete(runId);
  }

  #recent(runId: string): Sighting | undefined {
    const staleMs = this.#clock.monotonicMs() - SAME_INCIDENT_MS;
    // Oldest first: what came to another worker in the end is never seen here again.
    for (const [id, { lastMs }] of this.#sightings) {
      if (lastMs >= staleMs) break;
      this.#sightings.delete(id);
    }
    const seen = this.#sightings.get(runId);
    if (seen === undefined || seen.lastMs >= staleMs) return seen;
    this.#sightings.delete(runId);
    return undefined;
  }
}
