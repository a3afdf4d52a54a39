import type { RunRecord } from "../domain/index.ts";
import { AegisError, type Clock } from "../kernel/index.ts";
import type { Store } from "../store/index.ts";

export interface AssertHeldOptions {
  readonly store: Pick<Store, "findRun">;
  readonly clock: Clock;
  /** As it was taken. */
  readonly run: RunRecord;
}

/** Shorter than any run is left with a worker that was lost. */
const SUSPICIOUS_MS = 500;
const LOOKS_MAX = 10;

/**
 * An append that succeeded says that the run was held when it was written. A process that was frozen, or cut off, until
 * its answer came may have lost the run since: before it does what cannot be undone, it looks.
 * @param sinceMs when what is known now was true, on the monotonic clock
 * @throws {AegisError} "log.conflict" when another worker has the run
 */
export async function assertHeld({ store, clock, run }: AssertHeldOptions, sinceMs: number): Promise<void> {
  let knownMs = sinceMs;
  for (let looks = 0; clock.monotonicMs() - knownMs > SUSPICIOUS_MS; looks += 1) {
    // Where looking takes so long each time, nothing can be known of now; whoever comes next finds the call in doubt.
    if (looks === LOOKS_MAX) throw lost(run);
    knownMs = clock.monotonicMs();
    const now = await store.findRun(run.id);
    if (now?.status !== "running" || now.workerId !== run.workerId || now.attempt !== run.attempt) throw lost(run);
  }
}

function lost({ id, workerId }: RunRecord): AegisError {
  return new AegisError("log.conflict", `The run ${id} was taken from ${workerId}`);
}
