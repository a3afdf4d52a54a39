import type { TraceStore } from "../../store/index.ts";
import { type LogSettlingOptions, settleLogs } from "./settle-logs.ts";
import { settleTraces, type TraceSettlingOptions } from "./settle-traces.ts";

export interface SettlingOptions extends TraceSettlingOptions {
  readonly store: TraceSettlingOptions["store"] & Pick<TraceStore, "listUnsettled">;
  /** Where logs are settled too: of runs that ended, of trials, and of runs that people have said something of. */
  readonly logs?: LogSettlingOptions;
}

/**
 * Traces that are read and saved together: one commit for all, and no more than these in memory. The fewer commits, the less
 * a full-text index has to merge; the longer each, the longer others wait for theirs.
 */
const BATCH = 512;

/** Settles what came before `quietSinceMs`, and all logs, whoever else is at it. @returns how many there were */
export async function settleAll(
  options: SettlingOptions,
  { quietSinceMs, signal }: { readonly quietSinceMs: number; readonly signal?: AbortSignal },
): Promise<number> {
  const { store } = options;
  let count = 0;
  while (signal?.aborted !== true) {
    const traces = await store.listUnsettled({ quietSinceMs, limit: BATCH });
    const settled = await settleTraces(options, traces);
    count += settled;
    // Where some could not be saved, the next look comes later.
    if (traces.length < BATCH || settled < traces.length) break;
  }
  return options.logs === undefined ? count : count + (await settleLogs(options, options.logs, signal));
}
