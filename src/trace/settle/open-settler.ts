import { setTimeout as sleep } from "node:timers/promises";
import { AegisError, type Clock } from "../../kernel/index.ts";
import type { RuntimeStore, TraceStore } from "../../store/index.ts";
import { type LogSettlingOptions, settleLogs } from "./settle-logs.ts";
import { type ReadTrace, settleTraces } from "./settle-traces.ts";

export type { ReadTrace } from "./settle-traces.ts";

export type SettlerStore = Pick<TraceStore, "listUnsettled" | "readUnsettled" | "saveTraces" | "listFeedback"> &
  Pick<RuntimeStore, "holdWorker">;

export interface SettlerOptions {
  readonly store: SettlerStore;
  readonly readTrace: ReadTrace;
  /** Where logs are settled too: of runs that ended, of trials, and of runs that people have said something of. */
  readonly logs?: LogSettlingOptions;
  readonly clock: Clock;
  /** How long nothing came of a trace before it is settled. */
  readonly quietMs: number;
  /** How often to look when there was nothing to do. */
  readonly pollMs?: number;
  /** Told of traces that could not be read, and of a store that could not be asked. Work goes on. */
  readonly onFailure?: (error: unknown) => void;
}

export interface Settler extends AsyncDisposable {
  /** Settles now what came before `quietSinceMs`, and all logs, whoever else is at it. @returns how many there were */
  settle(quietSinceMs: number): Promise<number>;
}

/**
 * Traces that are read and saved together: one commit for all, and no more than these in memory. The fewer commits, the less
 * a full-text index has to merge; the longer each, the longer others wait for theirs.
 */
const BATCH = 512;
const POLL_MS = 500;
/** Of all processes that share a store one settles; should two, nothing is harmed. */
const LOCK = "trace settler";

/**
 * Settles traces once they are quiet, until it is closed. What it does not get to before its process ends, the next one
 * does: what is to be settled stands in the store.
 */
export function openSettler(options: SettlerOptions): Settler {
  const closing = new AbortController();
  const work = settleUntil(closing.signal, options);
  return {
    settle: (quietSinceMs) => settleAll(options, { quietSinceMs, signal: closing.signal }),
    async [Symbol.asyncDispose]() {
      closing.abort();
      await work;
    },
  };
}

async function settleUntil(signal: AbortSignal, options: SettlerOptions): Promise<void> {
  const { store, clock, quietMs, pollMs = POLL_MS, onFailure = () => {} } = options;
  let release: (() => Promise<void>) | undefined;
  while (!signal.aborted) {
    try {
      release ??= await store.holdWorker(LOCK);
      await settleAll(options, { quietSinceMs: clock.nowMs() - quietMs, signal });
    } catch (error) {
      if (!isHeldByAnother(error)) onFailure(error);
    }
    // Aborted: it is closed.
    await sleep(pollMs, undefined, { signal, ref: false }).catch(() => {});
  }
  await release?.().catch(onFailure);
}

function isHeldByAnother(error: unknown): boolean {
  return error instanceof AegisError && error.code === "store.locked";
}

async function settleAll(
  options: SettlerOptions,
  { quietSinceMs, signal }: { readonly quietSinceMs: number; readonly signal: AbortSignal },
): Promise<number> {
  const { store } = options;
  let count = 0;
  while (!signal.aborted) {
    const traces = await store.listUnsettled({ quietSinceMs, limit: BATCH });
    const settled = await settleTraces(options, traces);
    count += settled;
    // Where some could not be saved, the next look comes later.
    if (traces.length < BATCH || settled < traces.length) break;
  }
  return options.logs === undefined ? count : count + (await settleLogs(options.logs, signal));
}
